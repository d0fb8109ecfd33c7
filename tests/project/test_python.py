"""The program from Python: what its public functions take, give, refuse and show, also in a notebook."""

from __future__ import annotations

import doctest
import inspect
import json
import os
import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import probation_ratings
from books import save, small_book
from probation_ratings import (
    InputError,
    Inspection,
    MappingFileError,
    OutputError,
    ProbationRatingsError,
    RatedInspection,
    RuleFileError,
    RuleSet,
    UsageError,
    explain_rating,
    inspections_from_frames,
    key_questions_frame,
    load_rules,
    problems_frame,
    rate_inspection,
    rate_tallies,
    read_inspection,
    read_inspections,
    tallies_frame,
    write_ratings,
)
from shared import EXAMPLE, EXAMPLES, ROOT, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

RULES = load_rules("regional-2023")
JUDGED = {"R1.1": "Requires improvement", "R1.2": "Requires improvement"}


@pytest.fixture(scope="module")
def example() -> Inspection:
    return read_inspection(EXAMPLE, load_rules("regional-2023"))


@pytest.fixture(scope="module")
def rated(example: Inspection) -> RatedInspection:
    return rate_inspection(example)


def bad_book(tmp_path: Path, region: str = "London") -> Path:
    """A workbook in which one answer of R2.3.1 is not allowed."""
    book = small_book()
    book["Inspection"][1][1] = region
    book["Court reports"][1][3] = "Maybe"
    return save(book, tmp_path / "bad.xlsx")


class TestSources:
    """A workbook is named by its path, as text or as `Path`, or is given as bytes."""

    def test_a_path_and_bytes_read_as_text_does(self, example: Inspection, rules: RuleSet) -> None:
        for source in (str(EXAMPLE), EXAMPLE.read_bytes()):
            one = read_inspection(source, rules)
            assert (one.problems, one.details.sha256) == ((), example.details.sha256)
            assert len(one.cases["PDU cases"].frame) == 438
        assert read_inspection(EXAMPLE.read_bytes(), rules).details.path == "-"
        assert example.details.path == str(EXAMPLE)
        pdus = read_inspections(EXAMPLES / "region-and-pdus.xlsx", load_rules("pdu-2023"))
        assert pdus[0].details.pdu is not None

    @pytest.mark.parametrize(("content", "code"), [(b"", "PR107"), (b"a,b\n1,2\n", "PR108"), (b"%PDF-1.4", "PR103")])
    def test_what_is_wrong_with_bytes_is_a_problem(self, rules: RuleSet, content: bytes, code: str) -> None:
        assert [one.kind.code for one in read_inspection(content, rules).problems] == [code]

    def test_rules_are_named_by_a_path_too(self) -> None:
        assert load_rules(ROOT / "rules" / "regional-2023.yaml").sha256 == load_rules("regional-2023").sha256

    @pytest.mark.parametrize(
        ("function", "given", "words"),
        [
            (read_inspection, (3, RULES), "source must be the path of a workbook or its bytes, not int"),
            (read_inspection, (None, RULES), "its bytes, not NoneType"),
            (read_inspection, (pd.DataFrame(), RULES), "not DataFrame: use inspection_from_frames"),
            (read_inspections, ([EXAMPLE], RULES), "its bytes, not list"),
            (read_inspection, (EXAMPLE, "regional-2023"), "rules must be what load_rules('regional-2023') returns"),
            (read_inspection, (RULES, "region.xlsx"), "returns, not str"),
            (load_rules, (RULES,), "rules are named by an id or a path, not by RuleSet"),
            (load_rules, (2023,), "not by int"),
            (rate_inspection, ("region.xlsx",), "inspection must be what read_inspection returns, not str"),
            (rate_inspection, ([],), "not list"),
            (inspections_from_frames, (pd.DataFrame({"a": [1]}), RULES), "frames['a'] must be a DataFrame, not Series"),
            (inspections_from_frames, ("cases.csv", RULES), "frames must have a DataFrame for each sheet"),
            (inspections_from_frames, ({}, "regional-2023"), "rules must be"),
            (rate_tallies, ("counts.csv", RULES), "frame must be a DataFrame, not str: `rate --tallies` rates files"),
            (rate_tallies, (pd.DataFrame(), None), "rules must be"),
            (write_ratings, ("region.xlsx", "page.html"), "rated must be what rate_inspection returns, not str"),
            (write_ratings, (None, "page.html"), "not NoneType"),
            (explain_rating, ("R2.1",), "not str"),
        ],
    )
    def test_a_wrong_type_is_said_plainly(
        self, function: Callable[..., object], given: tuple[object, ...], words: str
    ) -> None:
        more: dict[str, Any] = {"inspection": {}} if function is inspections_from_frames else {}
        with pytest.raises(TypeError) as error:
            function(*given, **more)
        assert words in str(error.value)


class TestNames:
    """What is public can be found, and costs nothing until it is used."""

    def test_dir_shows_the_public_names(self) -> None:
        assert dir(probation_ratings) == sorted([*probation_ratings.__all__, "__version__"])

    def test_the_help_of_each_says_what_it_raises(self) -> None:
        for name in probation_ratings.__all__:
            one = getattr(probation_ratings, name)
            text = inspect.getdoc(one) or ""
            assert len(text) > 40, name
            if inspect.isfunction(one):
                assert "Raises" in text, name
                assert len(text.splitlines()) > 1, name

    def test_the_names_are_imported_when_they_are_used(self) -> None:
        code = "import sys, probation_ratings as p; dir(p); p.InputError; print({'pandas', 'typer'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"

    def test_all_errors_have_one_root(self) -> None:
        for error in (InputError, MappingFileError, OutputError, RuleFileError, UsageError):
            assert issubclass(error, ProbationRatingsError)
        with pytest.raises(RuleFileError, match="regional-2099"):
            load_rules("regional-2099")

    @pytest.mark.slow
    def test_a_script_of_a_user_passes_strict_mypy(self, tmp_path: Path) -> None:
        script = tmp_path / "script.py"
        script.write_text(SCRIPT, encoding="utf-8")
        wrong = tmp_path / "wrong.py"
        wrong.write_text(
            "from probation_ratings import load_rules, read_inspection\nread_inspection(3, load_rules(4))\n"
        )
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "--config-file="]
        found = subprocess.run(
            [*command, script.name, wrong.name],
            capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "MYPYPATH": str(ROOT / "src")}, check=False,
        ).stdout.splitlines()  # fmt: skip
        assert [line.partition(":")[0] for line in found[:-1] if ": error: " in line] == ["wrong.py"] * 2
        assert [line.endswith("[arg-type]") for line in found[:-1]] == [True] * 2
        assert found[-1] == "Found 2 errors in 1 file (checked 2 source files)"
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=ROOT, check=False)
        assert (done.returncode, done.stdout) == (0, "5 Requires improvement\n")


SCRIPT = """
from pathlib import Path

import pandas as pd

from probation_ratings import (
    Inspection, Problem, ProbationRatingsError, RatedInspection, RuleSet, cases_frame, explain_rating,
    key_questions_frame, load_rules, problems_frame, rate_inspection, rate_tallies, ratings_frame, read_inspection,
    tallies_frame, write_ratings,
)


def rate(path: Path, rules: RuleSet) -> RatedInspection:
    inspection: Inspection = read_inspection(path.read_bytes(), rules)
    problems: tuple[Problem, ...] = inspection.problems
    frames: list[pd.DataFrame] = [cases_frame(inspection, "PDU cases"), problems_frame(problems)]
    rated = rate_inspection(inspection)
    frames += [tallies_frame(rated), ratings_frame(rated), key_questions_frame(rated), problems_frame(rated)]
    counted: list[RatedInspection] = rate_tallies(tallies_frame(rated), rules, region="East of England")
    text: str = explain_rating(counted[0], "R2.1", output_format="markdown")
    assert text and all(len(frame.columns) > 5 for frame in frames)
    return rated


def save(rated: RatedInspection) -> None:
    try:
        write_ratings([rated], "missing.xml", rows="key-questions", suppress_below=5)
    except ProbationRatingsError as error:
        message: str = str(error)
        assert message


one = rate(Path("examples") / "east-of-england.xlsx", load_rules("regional-2023"))
save(one)
print(one.score, one.overall_rating)
"""


class TestFrames:
    """Frames of key questions and problems, and the rating of counts in a frame."""

    def test_key_questions_have_the_published_figures(self, rated: RatedInspection) -> None:
        frame = key_questions_frame(rated)
        # published: R2.1.1 123 of 438 (28%), R2.3.1 94 of 302 (31%), R2.6.2 9 of 10 (90%)
        for question, standard, yes, relevant, percentage, rating in (
            ("R2.1.1", "R2.1", 123, 438, 28, "Inadequate"),
            ("R2.3.1", "R2.3", 94, 302, 31, "Inadequate"),
            ("R2.6.2", "R2.6", 9, 10, 90, "Outstanding"),
        ):
            row = frame.loc[question]
            found = (row["standard"], row["yes"], row["relevant"], row["percentage"], row["rating"], row["drives"])
            assert found == (standard, yes, relevant, percentage, rating, True)
        assert len(frame) == 17
        assert frame.index.name == "question"
        assert frame["percentage"].dtype == "Int64"
        assert not frame.loc["R2.1.2", "drives"]

    def test_what_is_not_rated_has_no_row(self, tmp_path: Path, rules: RuleSet) -> None:
        inspection = read_inspection(bad_book(tmp_path), rules)
        assert len(key_questions_frame(rate_inspection(inspection))) == 0
        partial = key_questions_frame(rate_inspection(inspection, partial=True))
        assert "R2.3.1" not in partial.index
        assert "R2.1.1" in partial.index

    def test_problems_have_their_place_and_remedy(self, tmp_path: Path, rules: RuleSet) -> None:
        path = bad_book(tmp_path)
        inspection = read_inspection(path, rules)
        for found in (inspection, rate_inspection(inspection), inspection.problems, list(inspection.problems)):
            frame = problems_frame(found).query("severity == 'error'")
            (row,) = frame.to_dict("records")
            assert (row["code"], row["name"], row["file"]) == ("PR304", "bad-answer", str(path))
            assert (row["sheet"], row["cells"], row["case_ids"], row["standards"]) == (
                "Court reports", "D2", "C1", "R2.3",
            )  # fmt: skip
            assert "'Maybe'" in row["message"]
            assert row["remedy"] == "write Yes, No or Not applicable"
            assert pd.isna(row["line"])
        assert problems_frame([]).columns.tolist() == problems_frame(inspection).columns.tolist()

    def test_tallies_rate_as_the_cases_did(self, rated: RatedInspection, rules: RuleSet) -> None:
        (back,) = rate_tallies(tallies_frame(rated), rules, region="east of england", judgements=JUDGED)
        assert (back.problems, back.score, back.overall_rating) == ((), 5, "Requires improvement")
        assert (back.details.region, back.details.path) == ("East of England", "frame")
        assert [one.rating for one in back.standards] == [one.rating for one in rated.standards]
        pd.testing.assert_frame_equal(tallies_frame(back), tallies_frame(rated))

    def test_a_frame_with_the_columns_of_the_file_rates_every_region(self, rules: RuleSet) -> None:
        columns = ["Region", "PDU", "Key_Question", "Yes", "No", "Not applicable", "Rating"]
        frame = pd.DataFrame(rows_of(), columns=columns)
        both = pd.concat([frame, frame.assign(Region="Wales")])
        found = rate_tallies(both, rules)
        assert [(one.details.region, one.score) for one in found] == [("East of England", 5), ("Wales", 5)]
        assert found[0].details.sha256 == found[1].details.sha256 != rate_tallies(frame, rules)[0].details.sha256

    @pytest.mark.parametrize("name", ["question", "key question", "key_question", "Key_Question"])
    def test_judgements_go_with_every_name_of_the_columns(
        self, rated: RatedInspection, rules: RuleSet, name: str
    ) -> None:
        frame = tallies_frame(rated).rename(columns={"question": name}).assign(Region="Wales", Rating=None)
        for place in range(2):
            frame.insert(place, "other", place, allow_duplicates=True)
        series: Any = pd.Series(JUDGED)
        for judged in (JUDGED, series):
            (back,) = rate_tallies(frame, rules, region="wales", judgements=judged)
            assert (back.problems, back.score, back.details.region) == ((), 5, "Wales")

    def test_counts_of_several_regions_are_never_taken_for_one(self, rated: RatedInspection, rules: RuleSet) -> None:
        frame = tallies_frame(rated)
        frame["region"] = ["Wales" if pdu and pdu < "F" else "Kent" for pdu in frame["pdu"].fillna("")]
        with pytest.raises(UsageError, match="region names one region, and the frame has counts of 'Wales' and 'Kent'"):
            rate_tallies(frame, rules, region="Wales", judgements=JUDGED)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"region": ["Wales"]}, "region must be text, not list"),
            ({"region": "Wales", "judgements": ["Good"]}, "judgements must be a dictionary, not list"),
        ],
        ids=["regions", "ratings without standards"],
    )
    def test_counts_with_an_argument_of_another_type(
        self, rated: RatedInspection, rules: RuleSet, more: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(TypeError) as error:
            rate_tallies(tallies_frame(rated), rules, **more)
        assert str(error.value) == words

    def test_problems_of_counts_have_the_line_of_a_csv_file(self, rated: RatedInspection, rules: RuleSet) -> None:
        frame = tallies_frame(rated)
        frame["yes"] = frame["yes"].astype(object)
        frame.loc[0, "yes"] = "many"
        frame.loc[1, "yes"] = -1
        (back,) = rate_tallies(frame, rules, region="Wales", judgements=JUDGED)
        found = [(one.kind.name, one.file, one.line) for one in back.blocking]
        assert found[:2] == [("bad-count", "frame", 2), ("bad-count", "frame", 3)]
        assert back.score is None
        (partial,) = rate_tallies(frame, rules, region="Wales", judgements=JUDGED, partial=True)
        assert [one.rating for one in partial.standards].count(None) == 1

    @pytest.mark.parametrize(
        ("change", "more", "error", "words"),
        [
            (lambda one: one, {}, InputError, "there is no column region"),
            (lambda one: one.drop(columns="yes"), {"region": "Wales"}, InputError, "there is no column yes"),
            (lambda one: one.head(0), {"region": "Wales"}, InputError, "there are no counts in it"),
            (
                lambda one: one.assign(Region="Wales"),
                {"judgements": JUDGED},
                UsageError,
                "judgements are of one region",
            ),
        ],
        ids=["no region", "no yes", "no row", "whose judgements"],
    )
    def test_a_frame_that_lacks_something_is_refused(
        self,
        rated: RatedInspection,
        rules: RuleSet,
        change: Callable[[pd.DataFrame], pd.DataFrame],
        more: dict[str, Any],
        error: type[Exception],
        words: str,
    ) -> None:
        with pytest.raises(error, match=words):
            rate_tallies(change(tallies_frame(rated)), rules, **more)

    def test_rules_of_pdus_are_refused(self, rated: RatedInspection) -> None:
        with pytest.raises(UsageError, match="pdu-2023 rates each PDU"):
            rate_tallies(tallies_frame(rated), load_rules("pdu-2023"), region="Wales")


class TestShown:
    """What a console or a notebook shows of a result."""

    def test_a_repr_is_one_short_line(self, example: Inspection, rated: RatedInspection, tmp_path: Path) -> None:
        assert repr(example) == "<Inspection East of England: 833 rows, 0 errors>"
        assert repr(rated) == "<RatedInspection East of England: Requires improvement, score 5/24>"
        assert repr(rated.standards[2]) == "<StandardRating R2.1: Inadequate>"
        assert repr(rated.key_questions[0]) == "<KeyQuestionRating R2.1.1: 123/438, 28%>"
        assert repr(rated.rules) == f"<RuleSet regional-2023: 8 standards, sha256 {rated.rules.sha256[:12]}>"
        bad = read_inspection(bad_book(tmp_path, "\x9b31mLondon"), rated.rules)
        assert repr(bad).startswith(r"<Inspection \x9b31mLondon: ")
        assert repr(rate_inspection(bad)) == (r"<RatedInspection \x9b31mLondon: no overall rating, blocked by PR304>")
        assert repr(rate_inspection(bad).standards[4]) == "<StandardRating R2.3: not rated>"
        (problem,) = [one for one in bad.problems if one.is_error]
        assert repr(problem).startswith(f"<Problem PR304 {tmp_path}/bad.xlsx Court reports!D2: answer is ")

    def test_a_notebook_shows_an_accessible_table(self, rated: RatedInspection) -> None:
        table = Table(rated._repr_html_())
        assert table.caption == "Ratings of East of England (Illustrative)"
        assert table.columns == ["Standard", "Rating", "Score", "Driven by"]
        assert table.rows[0] == ["R1.1 Leadership", "Requires improvement", "1", "inspectors' judgement"]
        assert table.rows[2] == ["R2.1 Public protection", "Inadequate", "0", "R2.1.1 at 28% and R2.1.3 at 28%"]
        assert table.rows[7] == ["R2.6 Statutory victim work", "Outstanding", "3", "R2.6.2 at 90%"]
        assert table.rows[8] == ["Overall", "Requires improvement", "5 of 24", ""]
        assert table.scopes == ["col"] * 4 + ["row"] * 9
        assert table.tags == {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}

    def test_text_of_a_workbook_does_not_act_in_a_notebook(self, tmp_path: Path, rules: RuleSet) -> None:
        name = "<script>alert(1)</script>\x9b&amp;"
        html = rate_inspection(read_inspection(bad_book(tmp_path, name), rules))._repr_html_()
        table = Table(html)
        assert "\x9b" not in html
        assert table.tags == {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
        assert table.caption.startswith(r"Ratings of <script>alert(1)</script>\x9b&amp;")
        assert table.rows[4] == ["R2.3 Court work", "Not rated", "", ""]
        assert table.rows[8] == ["Overall", "No overall rating", "", "blocked by PR304"]

    def test_a_decision_of_the_panel_is_shown(self, tmp_path: Path, rules: RuleSet) -> None:
        book = small_book()
        book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.3", "Good", "Two reports only."]]
        rated = rate_inspection(read_inspection(save(book, tmp_path / "a.xlsx"), rules))
        row = Table(rated._repr_html_()).rows[4]
        assert row == ["R2.3 Court work", "Good", "2", "R2.3.1 at 100%; moved by the panel from Outstanding"]


class Table(HTMLParser):
    """A table of HTML as a reader gets it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.scopes: list[str | None] = []
        self.caption = ""
        self.columns: list[str] = []
        self.rows: list[list[str]] = []
        self._where: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._where.append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs)["scope"])
        if tag == "tr" and "thead" not in self._where:
            self.rows.append([])
        if tag in {"td", "th"} and "thead" not in self._where:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._where.pop() == tag

    def handle_data(self, data: str) -> None:
        if "caption" in self._where:
            self.caption += data
        elif "thead" in self._where and data.strip():
            self.columns.append(data)
        elif self._where[-1:] in (["td"], ["th"]):
            self.rows[-1][-1] += data


@pytest.mark.slow
class TestWriting:
    """`write_ratings` and `explain_rating` give what the commands give."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        for name, started in (("Wales", date(2024, 6, 3)), ("London", None)):
            book = small_book()
            book["Inspection"][1][1] = name
            if started is not None:
                book["Inspection"].append(["Fieldwork started", started])
            save(book, tmp_path / f"{name}.xlsx")
        return tmp_path

    @pytest.mark.parametrize("suffix", ["html", "xlsx", "json", "jsonl", "csv", "md", "txt"])
    @pytest.mark.parametrize("names", [["Wales"], ["London", "Wales"]], ids=["one", "two"])
    def test_a_file_is_that_of_the_command(
        self, run: Callable[..., Run], here: Path, rules: RuleSet, suffix: str, names: list[str]
    ) -> None:
        found = [rate_inspection(read_inspection(f"{name}.xlsx", rules)) for name in names]
        write_ratings(found[0] if len(names) == 1 else iter(found), f"python.{suffix}")
        assert run(*(f"{name}.xlsx" for name in names), "-q", "-o", f"command.{suffix}").status == 0
        assert (here / f"python.{suffix}").read_bytes() == (here / f"command.{suffix}").read_bytes()

    @pytest.mark.parametrize(
        ("given", "typed"),
        [
            ({"rows": "key-questions"}, ["--key-questions"]),
            ({"rows": "supporting"}, ["--supporting"]),
            ({"rows": "pdus"}, ["--by", "pdu"]),
            ({"suppress_below": 5}, ["--suppress-below", 5]),
            ({"sort": "region"}, ["--sort", "region"]),
        ],
    )
    def test_its_options_are_those_of_the_command(
        self, run: Callable[..., Run], here: Path, rules: RuleSet, given: dict[str, Any], typed: list[object]
    ) -> None:
        found = [rate_inspection(read_inspection(Path(f"{name}.xlsx"), rules)) for name in ("Wales", "London")]
        write_ratings(found, here / "python.csv", **given)
        assert run("Wales.xlsx", "London.xlsx", "-q", *typed, "-o", "command.csv").status == 0
        assert (here / "python.csv").read_bytes() == (here / "command.csv").read_bytes()

    def test_json_by_pdu_and_pdus_that_are_rated(self, run: Callable[..., Run], here: Path, rules: RuleSet) -> None:
        write_ratings(rate_inspection(read_inspection("Wales.xlsx", rules)), "python.json", rows="pdus")
        assert run("Wales.xlsx", "-q", "--by", "pdu", "-o", "command.json").status == 0
        assert (here / "python.json").read_bytes() == (here / "command.json").read_bytes()
        assert '"pdus"' in (here / "python.json").read_text(encoding="utf-8")
        path = EXAMPLES / "region-and-pdus.xlsx"
        found = [rate_inspection(one) for one in read_inspections(path, load_rules("pdu-2023"))]
        for suffix in ("txt", "csv"):
            write_ratings(found, f"python.{suffix}", rows="pdus")
            command = [path, "--rules", "pdu-2023", "--by", "pdu", "-o", f"command.{suffix}"]
            assert run(*command, "-q").status == 0
            assert (here / f"python.{suffix}").read_bytes() == (here / f"command.{suffix}").read_bytes()

    def test_percentages_are_sorted_by_a_key_question(self, run: Callable[..., Run], here: Path) -> None:
        path, rules = EXAMPLES / "public-protection.xlsx", load_rules("public-protection-2025")
        found = rate_inspection(read_inspection(path, rules))
        write_ratings(found, "python.md", sort="D1.1.2")
        assert run(path, "--rules", rules.id, "--sort", "D1.1.2", "-q", "-o", "command.md").status == 0
        assert (here / "python.md").read_bytes() == (here / "command.md").read_bytes()
        with pytest.raises(UsageError, match=r"sort is region or a key question, such as D1\.1\.4, not 'D1\.1'"):
            write_ratings(found, "again.md", sort="D1.1")

    @pytest.mark.parametrize(
        ("path", "given", "words"),
        [
            ("Wales.xlsx", {}, "Wales.xlsx is an input and would be overwritten"),
            ("out/", {}, "out/ is a folder: name a file, whose suffix gives the format"),
            (".", {}, "is a folder"),
            ("page.pdf", {}, "the suffix of page.pdf says no format: use .txt, .json"),
            ("page.html", {"rows": "key-questions"}, "rows='key-questions' goes with .csv"),
            ("page.csv", {"rows": "regions"}, "rows is standards, key-questions, pdus or supporting, not 'regions'"),
            ("page.json", {"suppress_below": 5}, "suppress_below goes with .csv, .md, .html or .xlsx"),
            ("page.csv", {"suppress_below": -1}, "suppress_below is a whole number from 0, not -1"),
            ("page.csv", {"suppress_below": True}, "suppress_below is a whole number from 0, not True"),
            ("page.csv", {"sort": "name"}, "sort is score, region or a standard, such as R2.6, not 'name'"),
        ],
    )
    def test_what_does_not_go_together_is_refused(
        self, here: Path, rules: RuleSet, path: str, given: dict[str, Any], words: str
    ) -> None:
        before = (here / "Wales.xlsx").read_bytes()
        with pytest.raises(UsageError) as error:
            write_ratings(rate_inspection(read_inspection("Wales.xlsx", rules)), path, **given)
        assert words in str(error.value)
        assert sorted(one.name for one in here.iterdir()) == ["London.xlsx", "Wales.xlsx"]
        assert (here / "Wales.xlsx").read_bytes() == before

    def test_inspections_that_do_not_belong_together_are_refused(self, here: Path, rules: RuleSet) -> None:
        wales = rate_inspection(read_inspection("Wales.xlsx", rules))
        with pytest.raises(UsageError, match="name the same region and year"):
            write_ratings([wales, wales], "all.html")
        with pytest.raises(UsageError, match="there is no rated inspection"):
            write_ratings([], "all.html")
        youth = read_inspection(EXAMPLES / "youth-justice.xlsx", load_rules("youth-justice-2021"))
        with pytest.raises(UsageError, match="rated by different rules"):
            write_ratings([wales, rate_inspection(youth)], "all.html")
        assert not (here / "all.html").exists()
        (here / "file").touch()
        with pytest.raises(OutputError, match="cannot be written"):
            write_ratings(wales, "file/all.html")

    @pytest.mark.parametrize("form", ["text", "markdown", "json"])
    @pytest.mark.parametrize("wanted", [None, "R2.3", "R2.1.2"])
    def test_an_explanation_is_that_of_the_command(
        self, run: Callable[..., Run], rules: RuleSet, form: Any, wanted: str | None
    ) -> None:
        rated = rate_inspection(read_inspection("London.xlsx", rules))
        options = [] if wanted is None else [wanted]
        result = run("explain", "London.xlsx", *options, "-f", form, "-q", group=True)
        assert explain_rating(rated, wanted, output_format=form) == result.out
        by_pdu = run("explain", "London.xlsx", *options, "-f", form, "-q", "--by", "pdu", group=True)
        assert explain_rating(rated, wanted, output_format=form, by_pdu=True) == by_pdu.out

    def test_an_explanation_of_nothing_is_refused(self, rules: RuleSet) -> None:
        rated = rate_inspection(read_inspection("London.xlsx", rules))
        with pytest.raises(UsageError, match=r"'R9\.9' is not a standard or key question of regional-2023"):
            explain_rating(rated, "R9.9")
        wrong: Any = "html"
        with pytest.raises(UsageError, match="output_format is text, json or markdown, not 'html'"):
            explain_rating(rated, output_format=wrong)
        assert json.loads(explain_rating(rated, output_format="json"))["inspections"][0]["region"] == "London"


class TestPage:
    """docs/python.md."""

    PAGE = ROOT / "docs" / "python.md"

    def test_its_examples_do_what_they_say(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "examples").symlink_to(EXAMPLES)
        # the marks of a block of code are no output
        text = self.PAGE.read_text(encoding="utf-8").replace("\n```\n", "\n\n")
        test = doctest.DocTestParser().get_doctest(text, {}, "python.md", str(self.PAGE), 0)
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert runner.run(test, out=said.append).failed == 0, "".join(said)
        assert len(test.examples) > 30
        assert {path.name for path in tmp_path.iterdir()} >= {"page.html", "data.xlsx", "ratings.json"}

    def test_it_names_all_that_is_public(self, rated: RatedInspection, example: Inspection) -> None:
        page = self.PAGE.read_text(encoding="utf-8")
        for name in probation_ratings.__all__:
            assert name in page, name
        stable = page.split("## What is stable")[1]
        (problem, *_) = read_inspection(b"", rated.rules).problems
        standard, question = rated.standards[2], rated.key_questions[0]
        things = [rated, example, rated.rules, example.details, problem, problem.kind, standard, standard.standard]
        things += [question, question.question, question.count]
        named = set(re.findall(r"`([a-z_0-9]+)`", stable)) - {"repr", "write_ratings", "probation_ratings"}
        assert [name for name in sorted(named) if not any(hasattr(one, name) for one in things)] == []
        assert len(named) > 35
