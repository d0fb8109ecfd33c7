"""Rules that leave ratings out: percentages only, or ratings of the standards without an overall one."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas
import pytest
import yaml
from jsonschema import Draft202012Validator

import probation_ratings
from books import Book, save
from probation_ratings import (
    RuleFileError,
    inspection_from_frames,
    load_rules,
    rate_inspection,
    ratings_frame,
    read_inspection,
)
from probation_ratings.errors import UsageError
from shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

SCHEMA = Path(probation_ratings.__file__).parent / "schemas" / "ratings-1.0.schema.json"
PROTECTION = ("--rules", "public-protection-2025")
PREMISES = ("--rules", "approved-premises-2025")
SCALE = ("Inadequate", "Requires improvement", "Good", "Outstanding")
ABOUT_RATINGS = re.compile(r"Not rated|[Ss]core\b|Rank|Overall|" + "|".join(SCALE))
"""What must not be in a result without ratings."""


def cases(region: str = "Wales") -> Book:
    """Seven cases in two PDUs. By hand, Yes of the relevant cases: 3 of 7, 6 of 7, 4 of 6 and 0 of 7.

    In per cent: 42.86 (43), 85.71 (86), 66.67 (67) and 0. Of the first question, North has 2 of 4 and South 1 of 3.
    """
    answers = {
        "C1": ("North", "Yes", "Yes", "Yes", "No"),
        "C2": ("North", "Yes", "Yes", "Yes", "No"),
        "C3": ("North", "No", "Yes", "Not applicable", "No"),
        "C4": ("North", "No", "No", "No", "No"),
        "C5": ("South", "Yes", "Yes", "Yes", "No"),
        "C6": ("South", "No", "Yes", "Yes", "No"),
        "C7": ("South", "No", "Yes", "No", "No"),
    }
    head = [
        "Case ID",
        "PDU",
        "D1.1.1",
        "D1.1.2",
        "R2.1.3",
        "Does reviewing focus sufficiently on keeping other people safe?",
    ]
    return {
        "Inspection": [["Field", "Value"], ["Region", region], ["Data status", "Illustrative"]],
        "Cases": [head, *([known, *given] for known, given in answers.items())],
    }


def all_yes(region: str) -> Book:
    """The same cases, all with Yes throughout."""
    book = cases(region)
    book["Cases"] = [book["Cases"][0], *([*row[:2], *["Yes"] * 4] for row in book["Cases"][1:])]
    return book


def premises(name: str, ratings: tuple[str, ...]) -> Book:
    """A workbook of approved premises with these ratings of the five standards."""
    judged = [[f"A1.{number}", rating] for number, rating in enumerate(ratings, start=1)]
    return {
        "Inspection": [["Field", "Value"], ["Approved premises", name], ["Data status", "Illustrative"]],
        "Judgements": [["Standard", "Rating"], *judged],
    }


def valid(text: str) -> dict[str, Any]:
    """A document of `rate -f json` that keeps to its schema."""
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    return document


class TestPercentages:
    """No standard has a rating: the percentages of the key questions are the result."""

    @pytest.fixture
    def wales(self, tmp_path: Path) -> Path:
        return save(cases(), tmp_path / "wales.xlsx")

    @pytest.fixture
    def both(self, wales: Path, tmp_path: Path) -> tuple[Path, Path]:
        return wales, save(all_yes("London"), tmp_path / "london.xlsx")

    def test_json_has_the_percentages_and_null_for_all_else(self, run: Callable[..., Run], wales: Path) -> None:
        result = run(wales, *PROTECTION, "-f", "json", "--by", "pdu")
        assert (result.status, result.err) == (0, "")
        (whole,) = valid(result.out)["inspections"]
        nothing = ("score", "max_score", "overall_rating")
        assert [whole[key] for key in nothing] == [None] * 3
        assert whole["why_no_overall_rating"] == "the rules public-protection-2025 give percentages only"
        (standard,) = whole["standards"]
        assert (standard["method"], standard["driven_by"], standard["panel_flags"]) == ("percentages", [], [])
        assert [standard[key] for key in ("rating", "score", "computed_rating", "rating_place")] == [None] * 4
        assert standard["margin"] == {"up": None, "down": None}
        asked = standard["key_questions"]
        assert [(one["yes"], one["relevant"], one["percentage"]) for one in asked] == [
            (3, 7, 43), (6, 7, 86), (4, 6, 67), (0, 7, 0),
        ]  # fmt: skip
        assert {one["rating"] for one in asked} == {None}
        first = asked[0]
        assert [(one["pdu"], one["percentage"], one["rating"], one["small"]) for one in first["pdus"]] == [
            ("North", 50, None, False),
            ("South", 33, None, False),
        ]
        assert first["pulled_down_by"] == {"pdu": "South", "percentage_without": 50, "rating_without": None}
        assert whole["problems"] == []

    def test_the_table_has_a_row_per_key_question(self, run: Callable[..., Run], wales: Path) -> None:
        out = run(wales, *PROTECTION, "--by", "pdu", "--explain").out
        lines = [line.split() for line in out.splitlines()]
        place = lines.index(["Standard", "Question", "Yes/n", "%"])
        assert lines[place + 2 : place + 6] == [
            ["D1.1", "Public", "protection", "D1.1.1", "3/7", "43", "■■■■······"],
            ["D1.1.2", "6/7", "86", "■■■■■■■■··"],
            ["D1.1.3", "4/6", "67", "■■■■■■····"],
            ["D1.1.4", "0/7", "0", "··········"],
        ]
        assert "D1.1.1 is 43%. Without South: 50%" in out
        assert "D1.1.1 with 3/7 = 42.85…%, shown as 43%; D1.1.2 with 6/7" in " ".join(out.split())
        assert ABOUT_RATINGS.search(out) is None

    @pytest.mark.parametrize("format_", ["table", "markdown", "html", "xlsx"])
    @pytest.mark.parametrize("several", [False, True], ids=["one region", "two regions"])
    def test_no_view_speaks_of_ratings(
        self, run: Callable[..., Run], both: tuple[Path, Path], tmp_path: Path, format_: str, *, several: bool
    ) -> None:
        out = tmp_path / f"out.{format_}"
        result = run(*(both if several else both[:1]), *PROTECTION, "-f", format_, "-o", out, "-q")
        assert (result.status, result.err) == (0, "")
        if format_ == "xlsx":
            rows = [row for sheet in openpyxl.load_workbook(out) for row in sheet.iter_rows(values_only=True)]
            text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
        else:
            text = re.sub(r"<style>.*?</style>", "", out.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = ABOUT_RATINGS.search(text)
        assert found is None, text[found.start() - 80 : found.end() + 80]
        assert "43" in text
        assert "percentages" in text or (format_ == "table" and not several)

    def test_regions_are_side_by_side_by_percentage(self, run: Callable[..., Run], both: tuple[Path, Path]) -> None:
        lines = [line.split() for line in run(*both, *PROTECTION).out.splitlines()]
        assert lines[:3] == [
            ["Region", "1.1.1", "1.1.2", "1.1.3", "1.1.4"],
            ["London", "100", "100", "100", "100"],
            ["Wales", "43", "86", "67", "0"],
        ]
        assert "2 inspections, 2 with percentages" in run(*both, *PROTECTION).out
        (table,) = re.findall(r"(\| Region .*?)\n\n", run(*both, *PROTECTION, "-f", "markdown").out, flags=re.DOTALL)
        assert table.splitlines()[2:] == ["| London | 100 | 100 | 100 | 100 |", "| Wales | 43 | 86 | 67 | 0 |"]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [("D1.1.1", ["Wales", "London", "South West"]), ("D1.1.2", ["London", "Wales", "South West"]),
         ("region", ["London", "South West", "Wales"])],
    )  # fmt: skip
    def test_they_are_sorted_by_a_key_question(
        self, run: Callable[..., Run], wales: Path, tmp_path: Path, sort: str, order: list[str]
    ) -> None:
        lower, bad = all_yes("London"), cases("South West")
        for row in lower["Cases"][1:6]:
            row[2] = "No"  # 2 of 7: 29 per cent
        bad["Cases"][1][2] = "Maybe"
        paths = [wales, save(lower, tmp_path / "london.xlsx"), save(bad, tmp_path / "bad.xlsx")]
        lines = run(*paths, *PROTECTION, "--sort", sort, "-q").out.splitlines()[1:4]
        assert [next(name for name in order if name in line) for line in lines] == order
        (line,) = [line for line in lines if "South West" in line]
        assert line.split() == ["South", "West", "no", "percentages:", "PR304"]

    def test_a_standard_is_nothing_to_sort_by(self, run: Callable[..., Run], wales: Path) -> None:
        result = run(wales, *PROTECTION, "--sort", "D1.1")
        assert result.status == 2
        assert "--sort takes region or a key question of public-protection-2025, such as D1.1.4" in result.err

    def test_many_questions_are_in_several_tables(self, run: Callable[..., Run], tmp_path: Path) -> None:
        text = (ROOT / "rules" / "public-protection-2025.yaml").read_text(encoding="utf-8")
        tree = yaml.safe_load(text)
        (standard,) = tree["standards"]
        standard["key_questions"] = [
            {"id": f"D1.1.{n}", "sheet": "Cases", "text": f"Is number {n} so?"} for n in range(1, 15)
        ]
        rules = tmp_path / "mine.yaml"
        rules.write_text(yaml.safe_dump({**tree, "id": "mine"}), encoding="utf-8")
        paths = []
        for region in ("Wales", "London"):
            book = cases(region)
            book["Cases"] = [["Case ID", *(f"D1.1.{n}" for n in range(1, 15))], ["C1", *["Yes"] * 14]]
            paths.append(save(book, tmp_path / f"{region}.xlsx"))
        result = run(*paths, "--rules", rules, "-q")
        assert result.status == 0, result.err
        lines = result.out.splitlines()
        assert max(map(len, lines)) <= 79
        heads = [line.split()[1:] for line in lines if line.split()[:1] == ["Region"]]
        assert len(heads) > 1
        assert [one for head in heads for one in head] == [f"1.1.{n}" for n in range(1, 15)]
        assert sum(line.split()[:1] == ["Wales"] for line in lines) == len(heads)

    def test_csv_leaves_the_columns_of_ratings_empty(self, run: Callable[..., Run], wales: Path) -> None:
        (row,) = csv.DictReader(io.StringIO(run(wales, *PROTECTION, "-f", "csv").out))
        assert [row[name] for name in ("overall_rating", "overall_score", "max_score", "rating", "score")] == [""] * 5
        rows = list(csv.DictReader(io.StringIO(run(wales, *PROTECTION, "-f", "csv", "--key-questions").out)))
        assert [(one["key_question"], one["percentage"], one["rating"], one["answers_up"]) for one in rows] == [
            ("D1.1.1", "43", "", ""), ("D1.1.2", "86", "", ""), ("D1.1.3", "67", "", ""), ("D1.1.4", "0", "", ""),
        ]  # fmt: skip

    def test_a_folder_of_results_has_percentages_in_its_summary(
        self, run: Callable[..., Run], both: tuple[Path, Path], tmp_path: Path
    ) -> None:
        assert run(*both, *PROTECTION, "-f", "html", "-o", f"{tmp_path / 'out'}/", "-q").status == 0
        with (tmp_path / "out" / "summary.csv").open(encoding="utf-8", newline="") as lines:
            found = {row["region"]: row for row in csv.DictReader(lines)}
        assert [found["Wales"][f"D1.1.{n}"] for n in (1, 2, 3, 4)] == ["43", "86", "67", "0"]
        assert (found["Wales"]["rank"], found["Wales"]["score"]) == ("", "")

    def test_suppressed_percentages_are_so_everywhere(
        self, run: Callable[..., Run], both: tuple[Path, Path], tmp_path: Path
    ) -> None:
        options = (*PROTECTION, "--suppress-below", "5", "-q")
        text = run(*both, *options, "-f", "markdown").out.replace("\\", "")
        assert "| Wales | [c] | [c] | [c] | [c] |" in text
        assert "43" not in re.sub(r"[0-9a-f]{64}", "", text)
        assert run(*both, *options, "-f", "csv", "-o", f"{tmp_path / 'out'}/").status == 0
        with (tmp_path / "out" / "summary.csv").open(encoding="utf-8", newline="") as lines:
            assert {row[f"D1.1.{n}"] for row in csv.DictReader(lines) for n in (1, 2, 3, 4)} == {"[c]"}
        # the order would tell which of the suppressed percentages is higher
        orders = [run(*both, *options, "-f", "markdown", "--sort", sort).out for sort in ("D1.1.1", "region")]
        assert orders[0] == orders[1]

    def test_an_error_blocks_the_percentages(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = cases()
        book["Cases"][1][3] = "Maybe"
        result = run(save(book, tmp_path / "bad.xlsx"), *PROTECTION)
        assert result.status == 1
        assert "No percentages: 1 error blocks them (PR304)" in result.out
        assert ABOUT_RATINGS.search(result.out) is None
        (whole,) = valid(run(tmp_path / "bad.xlsx", *PROTECTION, "-f", "json").out)["inspections"]
        assert (whole["standards"][0]["key_questions"], whole["why_no_overall_rating"]) == ([], "blocked by PR304")
        page = run(tmp_path / "bad.xlsx", *PROTECTION, "-f", "html", "-q").out
        assert "<strong>No percentages.</strong> Blocked by:" in page
        assert "**No percentages.** Blocked by:" in run(tmp_path / "bad.xlsx", *PROTECTION, "-f", "markdown").out
        checked = run("check", tmp_path / "bad.xlsx", *PROTECTION, "-f", "concise", group=True)
        assert (checked.status, "Cases!D2: error PR304" in checked.out) == (1, True)

    def test_explain_shows_the_steps_without_a_band(self, run: Callable[..., Run], wales: Path) -> None:
        out = run("explain", wales, *PROTECTION, "--by", "pdu", "--sampling", "-f", "markdown", group=True).out
        assert "| Percentage | 3/7 = 42.85…%, read as 43% |" in out
        assert "| Result | the percentages of its key questions, without a rating |" in out
        # Wilson: (3/7 + z²/14 ± z·sqrt(12/343 + z²/196)) / (1 + z²/7), with z = 1.96
        assert "| D1.1.1 | 43 | 15.8 to 75.0 |\n" in out
        assert re.search(r"\| (Band|Margin|Panel|Rating) \|", out) is None
        assert ABOUT_RATINGS.search(out) is None
        cases_of = run("explain", wales, "D1.1.3", "--cases", "No", *PROTECTION, group=True).out
        assert [line.split()[0] for line in cases_of.splitlines()[2:4]] == ["C4", "C7"]
        refused = run("explain", wales, "--resamples", "10", *PROTECTION, group=True)
        assert refused.status == 2
        assert "--resamples rates again, and public-protection-2025 gives percentages only" in refused.err

    def test_compare_shows_points_and_intervals(self, run: Callable[..., Run], wales: Path, tmp_path: Path) -> None:
        later = save(all_yes("Wales"), tmp_path / "later.xlsx")
        for format_ in ("text", "markdown", "html"):
            out = run("compare", wales, later, *PROTECTION, "-f", format_, group=True).out
            out = re.sub(r"<[^>]*>", " ", out.partition("</head>")[2] or out)
            # 4/7 of 100 points more; Newcombe: sqrt((1-l2)² + (u1-p)²) and so on
            assert "+57.1" in out
            assert ABOUT_RATINGS.search(out) is None
            assert "drives" not in out
            assert "bold" not in out
            assert "not comparable" not in out
        saved = [tmp_path / "before.json", tmp_path / "after.json"]
        for path, book in zip(saved, (wales, later), strict=True):
            run(book, *PROTECTION, "-f", "json", "-o", path)
        found = json.loads(run("compare", *saved, "-f", "json", group=True).out)["regions"][0]
        question = found["standards"][0]["key_questions"][0]
        assert (question["percentage_before"], question["percentage_after"], question["points"]) == (43, 100, 57.14)
        assert (found["standards"][0]["rating_before"], found["standards"][0]["steps"]) == (None, None)

    def test_counts_of_a_database_give_the_same(self, run: Callable[..., Run], tmp_path: Path) -> None:
        lines = ["region,pdu,key question,yes,no,not applicable"]
        counts = {"D1.1.1": (3, 4, 0), "D1.1.2": (6, 1, 0), "D1.1.3": (4, 2, 1), "D1.1.4": (0, 7, 0)}
        lines += [f"Wales,North,{asked},{yes},{no},{na}" for asked, (yes, no, na) in counts.items()]
        path = tmp_path / "counts.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        result = run("--tallies", path, *PROTECTION, "-f", "json")
        assert (result.status, result.err) == (0, "")
        (standard,) = result.inspection["standards"]
        assert [one["percentage"] for one in standard["key_questions"]] == [43, 86, 67, 0]

    def test_a_blank_workbook_has_no_sheet_of_ratings(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = tmp_path / "blank.xlsx"
        assert run("new", *PROTECTION, "-o", path, group=True).status == 0
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Guidance", "Inspection", "Cases", "Lists"]
        text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
        assert ABOUT_RATINGS.search(text) is None
        mapping = tmp_path / "start.mapping.yaml"
        assert run("new", "--mapping", mapping, *PROTECTION, group=True).status == 0
        assert "judgements:" not in mapping.read_text(encoding="utf-8")
        assert "panel_decisions:" not in mapping.read_text(encoding="utf-8")

    def test_convert_and_combine_give_the_same(self, run: Callable[..., Run], wales: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.xlsx"
        assert run("convert", wales, *PROTECTION, "-o", out, group=True).status == 0
        parts = cases(), cases()
        parts[0]["Cases"], parts[1]["Cases"] = parts[0]["Cases"][:5], [parts[1]["Cases"][0], *parts[1]["Cases"][5:]]
        paths = [save(part, tmp_path / f"part{number}.xlsx") for number, part in enumerate(parts)]
        for arguments in ((out,), ("--combine", *paths)):
            (standard,) = run(*arguments, *PROTECTION, "-f", "json").inspection["standards"]
            assert [one["percentage"] for one in standard["key_questions"]] == [43, 86, 67, 0]

    def test_a_mapping_file_must_not_give_judgements(self, run: Callable[..., Run], tmp_path: Path) -> None:
        (tmp_path / "cases.csv").write_text("id,one,two,three,four\nC1,Yes,No,Yes,No\n", encoding="utf-8")
        columns = "Case ID: id, D1.1.1: one, D1.1.2: two, D1.1.3: three, D1.1.4: four"
        text = (
            "mapping_version: 1\nrules: public-protection-2025\ninspection: {Region: Wales}\n"
            f"sheets:\n  Cases: {{columns: {{{columns}}}}}\nsources:\n  - {{files: cases.csv, into: Cases}}\n"
        )
        path = tmp_path / "wales.mapping.yaml"
        path.write_text(text, encoding="utf-8")
        assert run(path, "-q").status == 0
        path.write_text(f"{text}judgements: {{D1.1: {{rating: Good}}}}\n", encoding="utf-8")
        refused = run(path, "-q")
        assert refused.status == 2
        assert "the rules public-protection-2025 have none of these" in " ".join(refused.err.split())

    def test_expected_ratings_are_refused(self, run: Callable[..., Run], wales: Path, tmp_path: Path) -> None:
        expected = tmp_path / "expected.csv"
        expected.write_text("region,standard,rating\nWales,D1.1,Good\n", encoding="utf-8")
        refused = run("check", wales, "--expect", expected, *PROTECTION, group=True)
        assert refused.status == 2
        assert "--expect compares ratings, and public-protection-2025 gives percentages only" in refused.err

    def test_a_diff_of_rule_files_shows_the_percentages_that_change(
        self, run: Callable[..., Run], wales: Path, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine.yaml"
        text = "id: mine\nextends: public-protection-2025\naggregation: {method: mean_of_units}\n"
        mine.write_text(text, encoding="utf-8")
        arguments = ("rules", "diff", "public-protection-2025", mine, "--workbook", wales)
        out = run(*arguments, group=True).out
        # the mean of 2 of 4 and 1 of 3 is 41.67, that of 3 of 4 and 3 of 3 is 87.5; 2 of 3 and 2 of 3 stay 67
        (changed,) = re.findall(r"Percentages of Wales that change\n(.*?)\n\n", out, flags=re.DOTALL)
        assert [line.strip() for line in changed.splitlines()] == ["D1.1.1: 43% → 42%", "D1.1.2: 86% → 88%"]
        document = json.loads(run(*arguments, "-f", "json", group=True).out)["ratings"]
        assert document["changed"] == []
        assert document["percentages_changed"] == [
            {"id": "D1.1.1", "percentage_before": 43, "percentage_after": 42},
            {"id": "D1.1.2", "percentage_before": 86, "percentage_after": 88},
        ]

    def test_each_pdu_may_have_its_percentages(self, run: Callable[..., Run], wales: Path, tmp_path: Path) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text("id: mine\nextends: public-protection-2025\nunit: pdu\n", encoding="utf-8")
        lines = [line.split() for line in run(wales, "--rules", mine).out.splitlines()]
        assert ["PDU", "1.1.1", "1.1.2", "1.1.3", "1.1.4"] in lines
        assert ["North", "50", "75", "67", "0"] in lines
        assert ["South", "33", "100", "67", "0"] in lines

    def test_from_python_judgements_are_refused(self) -> None:
        frame = pandas.DataFrame({"Case ID": ["C1"], **{f"D1.1.{n}": ["Yes"] for n in (1, 2, 3, 4)}})
        rules = load_rules("public-protection-2025")
        found = inspection_from_frames({"Cases": frame}, rules, inspection={"Region": "Wales"})
        assert [one.percentage for one in rate_inspection(found).key_questions] == [100] * 4
        with pytest.raises(UsageError, match="have no judgements: leave them out"):
            inspection_from_frames({"Cases": frame}, rules, inspection={"Region": "Wales"}, judgements={"D1.1": "Good"})

    def test_from_python_ratings_are_missing(self, wales: Path) -> None:
        rated = rate_inspection(read_inspection(str(wales), load_rules("public-protection-2025")))
        assert (rated.score, rated.max_score, rated.overall_rating) == (None, None, None)
        assert [one.percentage for one in rated.key_questions] == [43, 86, 67, 0]
        assert ratings_frame(rated)["rating"].isna().all()

    def test_the_first_questions_are_those_of_a_region(self) -> None:
        regional = {q.id: q.text for one in load_rules("regional-2023").standards for q in one.key_questions}
        (standard,) = load_rules("public-protection-2025").standards
        assert [(one.also_headed, one.text) for one in standard.key_questions] == [
            ((f"R2.1.{number}",), regional[f"R2.1.{number}"]) for number in (1, 2, 3, 4)
        ]

    def test_the_example_is_marked_as_invented(self, run: Callable[..., Run]) -> None:
        out = run(ROOT / "examples" / "public-protection.xlsx", *PROTECTION).out
        assert "illustrative data" in out
        assert "56 cases" in out

    @pytest.mark.parametrize("known", ["public-protection-2025", "approved-premises-2025"])
    def test_every_source_is_ours(self, known: str) -> None:
        assert {one.status for one in load_rules(known).sources.values()} == {"ours"}


class TestNoOverallRating:
    """The standards are rated, and the rules have no overall rating."""

    RATINGS = ("Good", "Requires improvement", "Inadequate", "Outstanding", "Good")

    @pytest.fixture
    def hall(self, tmp_path: Path) -> Path:
        return save(premises("Hill Hall", self.RATINGS), tmp_path / "hall.xlsx")

    def test_the_reason_is_shown(self, run: Callable[..., Run], hall: Path) -> None:
        why = "the rules approved-premises-2025 give ratings of the standards only"
        result = run(hall, *PREMISES, "-f", "json")
        assert (result.status, result.err) == (0, "")
        (whole,) = valid(result.out)["inspections"]
        assert [one["rating"] for one in whole["standards"]] == [*self.RATINGS]
        assert [one["title"] for one in whole["standards"]] == [
            "Leadership", "Staffing", "Safety", "Public protection", "Rehabilitation",
        ]  # fmt: skip
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (None, None, None)
        assert whole["why_no_overall_rating"] == why
        table = run(hall, *PREMISES, "--explain").out
        assert f"No overall rating: {why}" in " ".join(table.split())
        assert "Score" not in table
        for format_ in ("markdown", "html"):
            text = run(hall, *PREMISES, "-f", format_).out
            assert f"There is no overall rating: {why}." in text.replace("\\", "")
            assert "In the way" not in text
            assert "Score" not in text
        explained = run("explain", hall, *PREMISES, group=True).out
        assert f"Not given {why}" in re.sub(r"line \d+", "", " ".join(explained.split())).replace("  ", " ")
        assert "bands of an overall rating could not be found" in " ".join(explained.split())

    def test_the_data_workbook_says_so_in_a_note(self, run: Callable[..., Run], hall: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.xlsx"
        assert run(hall, *PREMISES, "-o", out, "-q").status == 0
        book = openpyxl.load_workbook(out)
        assert book.sheetnames == ["Cover", "Contents", "Notes", "Ratings", "Method", "Sources", "Provenance"]
        text = "\n".join(str(cell.value) for row in book["Notes"].iter_rows() for cell in row)
        assert "There is no overall rating" in text

    def test_side_by_side_has_letters_and_no_rank(self, run: Callable[..., Run], hall: Path, tmp_path: Path) -> None:
        other = save(premises("Park House", ("Outstanding",) * 5), tmp_path / "house.xlsx")
        lines = [line.split() for line in run(hall, other, *PREMISES).out.splitlines()]
        assert lines[0] == ["Region", "1.1", "1.2", "1.3", "1.4", "1.5"]
        assert lines[1:3] == [["Hill", "Hall", "G", "R", "I", "O", "G"], ["Park", "House", "O", "O", "O", "O", "O"]]
        assert ["Outstanding", "1", "1", "1", "2", "1"] in lines
        by_safety = run(hall, other, *PREMISES, "--sort", "A1.3").out.splitlines()[1]
        assert by_safety.split()[:2] == ["Park", "House"]
        page = run(hall, other, *PREMISES, "-f", "html").out
        assert "Number of approved premises with each rating" in page
        assert "Rank" not in page

    def test_a_missing_judgement_blocks_and_partial_rates_the_rest(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = premises("Hill Hall", self.RATINGS[:4])
        path = save(book, tmp_path / "four.xlsx")
        assert run(path, *PREMISES, "-f", "json").inspection["why_no_overall_rating"] == "blocked by PR601"
        result = run(path, *PREMISES, "--partial", "-q")
        assert result.status == 1
        assert [line.split()[-1] for line in result.out.splitlines() if line.startswith("A1.")] == [
            "Good", "improvement", "Inadequate", "Outstanding", "rated",
        ]  # fmt: skip

    def test_it_is_compared_without_a_score(self, run: Callable[..., Run], hall: Path, tmp_path: Path) -> None:
        later = save(premises("Hill Hall", ("Good",) * 5), tmp_path / "later.xlsx")
        out = run("compare", hall, later, *PREMISES, group=True).out
        assert "Hill Hall\n" in out
        assert "▲▲ A1.3 Safety: Inadequate → Good" in out

    def test_a_regional_file_may_leave_out_its_overall_bands(self, run: Callable[..., Run], tmp_path: Path) -> None:
        rules = tmp_path / "mine.yaml"
        rules.write_text(
            "id: mine\nextends: regional-2023\noverall_bands: {remove: true}\nexamples: {overall: {remove: true}}\n",
            encoding="utf-8",
        )
        result = run(ROOT / "examples" / "east-of-england.xlsx", "--rules", rules, "-f", "json")
        whole = result.inspection
        assert [one["score"] for one in whole["standards"]] == [1, 1, 0, 0, 0, 0, 0, 3]
        assert (whole["score"], whole["max_score"]) == (None, None)
        assert whole["why_no_overall_rating"] == "the rules mine give ratings of the standards only"


LEFT_OUT = (
    "ratings",
    "key_question_bands",
    "overall_bands",
    "panel",
    "panel_sheet",
    "judgement_sheet",
    "not_inspected",
)
"""The keys about ratings, all of which a file without ratings leaves out."""


class TestRuleFiles:
    """What a rule file may leave out, and what goes together."""

    def refused(self, tmp_path: Path, base: str, **changes: Any) -> str:
        """Why a shipped file with these keys set, or left out if None, is refused."""
        tree = yaml.safe_load((ROOT / "rules" / f"{base}.yaml").read_text(encoding="utf-8"))
        tree = {key: value for key, value in {**tree, **changes}.items() if value is not None}
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
        with pytest.raises(RuleFileError) as caught:
            load_rules(str(path))
        return "\n".join(one.message for one in caught.value.problems)

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            ("ratings", "ratings: this key is missing, and a standard is rated"),
            (
                "key_question_bands",
                "key_question_bands: this key is missing, and a standard is rated by its key questions",
            ),
            ("judgement_sheet", "judgement_sheet: this key is missing, and a standard is judged"),
            ("panel_sheet", "panel_sheet: this key is missing, and there is a panel"),
            ("panel", "panel_sheet: this key is not allowed: there is no panel"),
            ("examples", "examples.key_questions: this key is missing"),
        ],
    )
    def test_what_is_needed_is_named(self, tmp_path: Path, key: str, words: str) -> None:
        assert words in self.refused(tmp_path, "regional-2023", **{key: None})

    @pytest.mark.parametrize("key", LEFT_OUT)
    def test_a_file_without_ratings_has_nothing_about_them(self, tmp_path: Path, key: str) -> None:
        regional = yaml.safe_load((ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8"))
        sources = (
            regional["sources"]
            | yaml.safe_load((ROOT / "rules" / "public-protection-2025.yaml").read_text(encoding="utf-8"))["sources"]
        )
        words = self.refused(tmp_path, "public-protection-2025", sources=sources, **{key: regional[key]})
        assert f"{key}: this key is not allowed: " in words

    def test_percentages_are_the_method_of_all_standards(self, tmp_path: Path) -> None:
        tree = yaml.safe_load((ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8"))
        tree["standards"][2]["method"] = "percentages"
        words = self.refused(tmp_path, "regional-2023", standards=tree["standards"])
        assert "standards.3.method: the method percentages is that of all standards or of none" in words

    def test_percentages_need_a_key_question(self, tmp_path: Path) -> None:
        tree = yaml.safe_load((ROOT / "rules" / "public-protection-2025.yaml").read_text(encoding="utf-8"))
        del tree["standards"][0]["key_questions"]
        words = self.refused(tmp_path, "public-protection-2025", standards=tree["standards"])
        assert "standards.1: key_questions: this key is missing" in words

    def test_an_example_gives_a_rating_only_where_there_are_bands(self, tmp_path: Path) -> None:
        one = {"yes": "1", "no": "1", "percentage": "50", "rating": "Good"}
        words = self.refused(tmp_path, "public-protection-2025", examples={"key_questions": [one]})
        assert "examples.key_questions.1.rating: 'Good' is not one of the ratings" in words
        del one["rating"]
        tree = yaml.safe_load((ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8"))
        words = self.refused(tmp_path, "regional-2023", examples={**tree["examples"], "key_questions": [one]})
        assert "examples.key_questions.1: rating: this key is missing" in words

    def test_reduced_bands_need_overall_bands(self, tmp_path: Path) -> None:
        words = self.refused(tmp_path, "youth-justice-2021", overall_bands=None)
        assert "not_inspected.reduced_bands: this key is not allowed: there are no overall_bands" in words

    def test_the_list_and_the_tables_say_what_is_not_given(self, run: Callable[..., Run]) -> None:
        lines = [line.split() for line in run("rules", "list", group=True).out.splitlines()]
        most = {line[0]: line[1] for line in lines if len(line) > 3}
        assert (most["approved-premises-2025"], most["public-protection-2025"]) == ("-", "-")
        shown = run("rules", "show", "public-protection-2025", group=True).out
        assert "1 standard, 4 key questions, percentages without ratings" in " ".join(shown.split())
        assert "Ratings and bands" not in shown
        shown = run("rules", "show", "approved-premises-2025", group=True).out
        assert "5 standards, 0 key questions, no overall rating" in shown
        assert "Outstanding           3" in shown
        for known in ("approved-premises-2025", "public-protection-2025"):
            document = json.loads(run("rules", "show", known, "-f", "json", group=True).out)
            assert (document["max_score"], document["overall_bands"]) == (None, None)

    @pytest.mark.parametrize("known", ["approved-premises-2025", "public-protection-2025"])
    def test_what_show_writes_can_be_loaded(self, run: Callable[..., Run], tmp_path: Path, known: str) -> None:
        path = tmp_path / "same.yaml"
        assert run("rules", "show", known, "-f", "yaml", "-o", path, group=True).status == 0
        difference = run("rules", "diff", known, path, group=True)
        assert (difference.status, "No difference" in difference.out) == (0, True)
