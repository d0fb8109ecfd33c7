"""A folder of workbooks: none of its regions is rated twice, nothing is left out unsaid, results are published whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest

from books import Book, save, small_book
from probation_ratings.views.rules_schema import ratings_schema
from probation_ratings.writing.output import Publication

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "probation_ratings", "rate"]


def region(name: str, started: date | None = None, answer: str = "Yes") -> Book:
    """A workbook of a region; the first court report has the answer."""
    book = small_book()
    book["Inspection"][1][1] = name
    book["Court reports"][1][3] = answer
    if started is not None:
        book["Inspection"].append(["Fieldwork started", started])
    return book


def filled(folder: Path, **books: Book) -> Path:
    """A folder with these workbooks, by their names without .xlsx."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, book in books.items():
        save(book, folder / f"{name}.xlsx")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """London and a copy of it, and Wales, whose first court report is a No."""
    folder = filled(tmp_path / "in", London=region("London"), wales=region("Wales", answer="No"))
    save(region("london "), folder / "London (1).xlsx")
    return folder


class TestTwice:
    """Duplicates, copies and parts of one region."""

    @pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown", "html", "xlsx"])
    @pytest.mark.parametrize("to", ["a file", "a folder"])
    def test_neither_is_rated_in_any_format(
        self, run: Callable[..., Run], copied: Path, tmp_path: Path, form: str, to: str
    ) -> None:
        suffix = {"table": "txt", "markdown": "md"}.get(form, form)
        target = tmp_path / "out" / f"all.{suffix}" if to == "a file" else tmp_path / "out"
        result = run(copied, "-f", form, "-o", target if to == "a file" else f"{target}/")
        assert result.status == 1
        assert result.err.count("error[PR117]") == 2
        files = [target] if to == "a file" else [target / f"london.{suffix}"]
        for path in files:
            if form == "xlsx":
                sheets = openpyxl.load_workbook(path).worksheets
                text = "\n".join(
                    " ".join(map(str, row)) for sheet in sheets for row in sheet.iter_rows(values_only=True)
                )
            else:
                text = path.read_text(encoding="utf-8")
            assert text.lower().count("london") >= 2
            # only Wales is rated: R2.3 has 1 Yes of 2
            assert ("Outstanding" in re.sub("(?s)<style.*?</style>", "", text)) >= (to == "a file")
            if form == "json":
                inspections = json.loads(text)["inspections"]
                named = [one for one in inspections if one["region"] != "Wales"]
                assert [(one["score"], one["overall_rating"], one["supporting_questions"]) for one in named] == [
                    (None, None, [])
                ] * 2
                assert {standard["rating"] for one in named for standard in one["standards"]} == {None}
                assert [
                    question for one in named for each in one["standards"] for question in each["key_questions"]
                ] == []

    def test_the_message_names_both_files_and_what_they_may_be(self, run: Callable[..., Run], copied: Path) -> None:
        found = json.loads(run(copied, "-f", "json", "-q").out)["inspections"]
        errors = {
            one["workbook"]["path"]: [each for each in one["problems"] if each["severity"] == "error"] for one in found
        }
        names = [str(copied / "London (1).xlsx"), str(copied / "London.xlsx")]
        assert [each["code"] for name in names for each in errors[name]] == ["PR117", "PR117"]
        assert errors[str(copied / "wales.xlsx")] == []
        for name in names:
            message = errors[name][0]["message"]
            assert message.startswith(f"{names[0]} and {names[1]} name the same region and year, '")
            assert "duplicates, copies (such as 'London (1).xlsx') or parts of one region" in message

    @pytest.mark.parametrize("form", ["full", "concise", "json", "github", "gitlab", "html", "junit", "sarif"])
    def test_check_refuses_them_too(self, run: Callable[..., Run], copied: Path, form: str) -> None:
        result = run("check", copied, "-f", form, group=True)
        assert result.status == 1
        assert result.out.count("PR117") >= 2

    def test_check_passes_what_is_ignored_or_there_once(self, run: Callable[..., Run], copied: Path) -> None:
        assert run("check", copied, "--ignore", "PR117", group=True).status == 0
        assert run("check", copied / "wales.xlsx", group=True).status == 0

    def test_years_are_rated_side_by_side(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in", a=region("Wales", date(2024, 6, 3)), b=region("Wales", date(2026, 6, 1)))
        result = run(folder, "-f", "json", "-q")
        assert result.status == 0
        assert [(one["score"], one["fieldwork_started"]) for one in json.loads(result.out)["inspections"]] == [
            (22, "2024-06-03"), (22, "2026-06-01"),
        ]  # fmt: skip
        assert run("check", folder, group=True).status == 0

    def test_parts_around_the_turn_of_the_year_are_one_inspection(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        folder = filled(tmp_path / "in", a=region("Wales", date(2023, 11, 6)), b=region("Wales", date(2024, 2, 5)))
        assert run(folder, "-q").status == run("check", folder, group=True).status == 1

    def test_a_part_with_an_error_keeps_the_other_from_being_rated_as_the_region(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        folder = filled(tmp_path / "in", a=region("Wales", answer="Maybe"), b=region("Wales"))
        found = json.loads(run(folder, "-f", "json", "-q", "--partial").out)["inspections"]
        assert [one["overall_rating"] for one in found] == [None, None]
        assert {standard["rating"] for one in found for standard in one["standards"]} == {None}

    def test_check_compares_no_rating_of_them(self, run: Callable[..., Run], copied: Path, tmp_path: Path) -> None:
        expected = tmp_path / "expected.csv"
        expected.write_text("region,standard,rating\nLondon,overall,Outstanding\nLondon,R2.1,Good\n")
        result = run("check", copied, "--expect", expected, "-f", "concise", "--select", "PR612", group=True)
        assert (result.status, result.out.count("is not rated, expected is")) == (1, 4)
        assert "R2.1 is Outstanding" not in result.out


class TestAgreement:
    """What `rate` refuses, `check` does not pass."""

    @pytest.mark.parametrize(
        ("books", "status"),
        [
            ({"a": region("Wales")}, 0),
            ({"a": region("Wales"), "b": region("Wales")}, 1),
            ({"a": region("Wales", answer="Maybe")}, 1),
            ({"a": region("Wales"), "b": None}, 3),
            ({"a": region("Wales"), "b": region("Wales"), "c": None}, 3),
            ({}, 3),
        ],
        ids=["clean", "a region twice", "a bad answer", "an empty file", "twice and an empty file", "an empty folder"],
    )
    @pytest.mark.parametrize("options", [[], ["--require-all"]])
    def test_the_exit_status_is_the_same(
        self, run: Callable[..., Run], tmp_path: Path, books: dict[str, Any], status: int, options: list[str]
    ) -> None:
        folder = filled(tmp_path / "in", **{name: book for name, book in books.items() if book is not None})
        for name, book in books.items():
            if book is None:
                (folder / f"{name}.xlsx").touch()
        expected = max(status, 1 if options else 0)
        assert run(folder, "-q", *options).status == expected
        assert run("check", folder, *options, group=True).status == expected

    @pytest.mark.parametrize("form", ["full", "concise", "json", "github", "gitlab", "html", "junit", "sarif"])
    def test_check_requires_all_regions_in_every_form(self, run: Callable[..., Run], tmp_path: Path, form: str) -> None:
        folder = filled(tmp_path / "in", a=region("Wales"))
        (folder / "london.xlsx").write_bytes(b"PK\x03\x04 no archive")
        result = run("check", folder, "--require-all", "-f", form, group=True)
        text = " ".join(result.out.replace("&#10;", " ").split())
        assert (result.status, "PR118" in text) == (3, True)
        assert "here is no readable workbook of East Midlands" in text  # the page has sentences
        assert "London, North East" in text

    def test_a_report_of_missing_regions_may_fail_nothing(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in", a=region("Wales"))
        assert run("check", folder, "--require-all", "--exit-zero", group=True).status == 0

    @pytest.mark.parametrize("command", ["rate", "check"])
    def test_a_region_whose_file_is_broken_is_told_from_one_that_has_none(
        self, run: Callable[..., Run], rules: RuleSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        names = rules.regions.names if rules.regions else ()
        filled(tmp_path / "in", **{f"r{number}": region(name) for number, name in enumerate(names[:-3])})
        broken = b"PK\x03\x04 no archive"
        (tmp_path / "in" / "west_midlands 2024.xlsx").write_bytes(broken)
        (tmp_path / "in" / "new.xlsx").write_bytes(broken)
        result = run(command, "in", "--require-all", group=True)
        said = " ".join((result.out + result.err).split())
        assert result.status == 3
        assert (
            "there is no readable workbook of Wales, West Midlands or Yorkshire and the Humber; the file of West "
            "Midlands could not be read: in/west_midlands 2024.xlsx; a file that could not be read may be of one of "
            "them: in/new.xlsx"
        ) in said
        for file in ("west_midlands 2024.xlsx", "new.xlsx"):
            (tmp_path / "in" / file).unlink()
        result = run(command, "in", "--require-all", group=True)
        said = " ".join((result.out + result.err).split())
        assert (result.status, "Wales, West Midlands or Yorkshire and the Humber --> regional-2023" in said) == (
            1,
            True,
        )

    def test_an_expected_region_is_not_called_missing_where_a_file_is_broken(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        filled(tmp_path / "in", wales=region("Wales"))
        (tmp_path / "in" / "london.xlsx").write_bytes(b"PK\x03\x04 no archive")
        (tmp_path / "expected.csv").write_text("region,standard,rating\nLondon,overall,Good\n", encoding="utf-8")
        result = run("check", "in", "--expect", "expected.csv", "-f", "concise", "--redact", group=True)
        assert (
            "expected.csv: error PR613 expected-region-missing: there is no readable workbook of [left out]; a file "
            "that could not be read may be of one of them: in/london.xlsx\n"
        ) in result.out

    def test_rate_has_what_concerns_no_workbook_in_its_document(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in")
        (folder / "london.csv").touch()
        result = run(folder, "--require-all", "-f", "json")
        document = json.loads(result.out)
        jsonschema.validate(document, json.loads(ratings_schema()))
        assert (result.status, document["inspections"]) == (3, [])
        assert [(one["code"], one["file"]) for one in document["problems"]] == [
            ("PR111", str(folder)), ("PR126", str(folder)), ("PR118", "regional-2023"),
        ]  # fmt: skip


class TestLeftOut:
    """Files of a folder that look like case data."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = filled(tmp_path / "in", wales=region("Wales"))
        filled(folder / "new" / "er", london=region("London"))
        (folder / "south-west.CSV").touch()
        (folder / "region.numbers").touch()
        (folder / "notes.txt").touch()
        (folder / ".hidden.csv").touch()
        filled(folder / ".git", x=region("London"))
        (folder / "new" / "~$london.xlsx").touch()
        return folder

    def test_they_are_named_in_a_note(self, run: Callable[..., Run], folder: Path) -> None:
        result = run(folder)
        assert result.status == 0
        text = " ".join(result.err.split())
        assert text.startswith(
            "note[PR126] files that look like case data were left out: new/er/london.xlsx, region.numbers and "
            f"south-west.CSV --> {folder} help: "
        )
        assert run(folder, "-q").err == ""
        assert run(folder / "wales.xlsx").err == ""

    def test_a_link_that_is_read_is_not_left_out_and_a_linked_folder_is(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        """With -r, links to workbooks are followed, and links to folders are not: they could lead round in a circle."""
        elsewhere = filled(tmp_path / "elsewhere", kent=region("South Central"))
        archive = filled(tmp_path / "archive", wales=region("Wales"))
        folder = filled(tmp_path / "regions", london=region("London"))
        (folder / "south").mkdir()
        (folder / "south" / "linked.xlsx").symlink_to(elsewhere / "kent.xlsx")
        (folder / "south" / "round").symlink_to(folder, target_is_directory=True)
        (folder / "old").symlink_to(archive, target_is_directory=True)
        result = run(folder, "-r", "-f", "csv")
        assert [row["region"] for row in csv.DictReader(io.StringIO(result.out))][::8] == ["London", "South Central"]
        note = " ".join(result.err.split())
        assert note.startswith(
            f"note[PR126] files that look like case data were left out: old (a link to a folder) --> {folder} help: "
        )
        assert run(folder, archive, "-r", "-f", "csv").err == ""

    def test_a_subfolder_that_is_named_is_not_left_out(self, run: Callable[..., Run], folder: Path) -> None:
        assert "left out: region.numbers and south-west.CSV" in " ".join(run(folder, folder / "new" / "er").err.split())

    @pytest.mark.parametrize("form", ["full", "concise", "json", "github", "gitlab", "html", "junit", "sarif"])
    def test_check_says_so_in_every_form_and_passes(self, run: Callable[..., Run], folder: Path, form: str) -> None:
        result = run("check", folder, "-f", form, group=True)
        assert result.status == 0
        assert "region.numbers" in result.out
        assert "1 workbook, " in result.err
        assert "PR126" not in run("check", folder, "-f", form, "--ignore", "PR126", group=True).out

    def test_compare_says_so(self, run: Callable[..., Run], folder: Path) -> None:
        assert run("compare", folder, folder, group=True).err.count("note[PR126]") == 2

    def test_few_are_named(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in", wales=region("Wales"))
        for number in range(30):
            (folder / f"{number:02}\x1b[31m.csv").touch()
        text = " ".join(run(folder).err.split())
        assert "\x1b" not in text
        assert r"00\x1b[31m.csv, 01\x1b[31m.csv, 02\x1b[31m.csv, 03\x1b[31m.csv, 04\x1b[31m.csv and 25 more" in text

    def test_a_large_folder_takes_no_time(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = filled(tmp_path / "in", wales=region("Wales"))
        for number in range(30):
            (folder / f"{number:02}.csv").touch()
        monkeypatch.setattr("probation_ratings.commands.inputs.LOOKED_AT", 10)
        assert "04.csv and at least 6 more" in " ".join(run(folder).err.split())

    def test_results_and_expected_ratings_are_no_case_data(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in", wales=region("Wales"))
        outputs: list[list[object]] = [["-o", folder / "all.csv"], ["-f", "xlsx", "-o", f"{folder}/results/"]]
        for output in outputs:
            found = [run(folder, *output) for _ in range(2)]
            assert [(one.status, "PR126" in one.err) for one in found] == [(0, False)] * 2
            (folder / "all.csv").unlink(missing_ok=True)
        expected = folder / "expected.csv"
        expected.write_text("region,standard,rating\nWales,overall,Outstanding\n")
        options = ["--expect", expected, "--annotate", folder / "results"]
        assert "PR126" not in run("check", folder, *options, "-f", "concise", group=True).out
        assert "PR126" in run("check", folder, "-f", "concise", group=True).out


class TestWhole:
    """Results of a folder run."""

    def test_the_summary_lists_the_files_with_their_hashes(self, run: Callable[..., Run], tmp_path: Path) -> None:
        books = {"a": region("Wales", date(2024, 6, 3)), "b": region("London"), "c": region("North East", answer="?")}
        folder, target = filled(tmp_path / "in", **books), tmp_path / "out"
        assert run(folder, "-q", "-o", f"{target}/").status == 1
        rows = list(csv.DictReader(io.StringIO((target / "summary.csv").read_text(encoding="utf-8"))))
        assert {(row["region"], row["file"], row["fieldwork_started"]) for row in rows} == {
            ("Wales", "wales-2024.json", "2024-06-03"),
            ("London", "london.json", ""),
            ("North East", "north-east.json", ""),
        }
        assert {row["file"]: row["file_sha256"] for row in rows} == {
            name: hashlib.sha256(content).hexdigest()
            for name, content in contents(target).items()
            if name != "summary.csv"
        }

    def test_the_name_of_a_file_depends_on_nothing_else(self, run: Callable[..., Run], tmp_path: Path) -> None:
        old, new = region("Wales", date(2024, 6, 3)), region("Wales", date(2026, 6, 1))
        run(filled(tmp_path / "both", a=old, b=new), "-q", "-o", f"{tmp_path}/all/")
        run(filled(tmp_path / "one", b=new), "-q", "-o", f"{tmp_path}/new/")
        assert sorted(contents(tmp_path / "all")) == ["summary.csv", "wales-2024.json", "wales-2026.json"]
        assert sorted(contents(tmp_path / "new")) == ["summary.csv", "wales-2026.json"]

    @pytest.mark.parametrize("what", ["no workbook", "no readable workbook"])
    @pytest.mark.parametrize("output", ["out/", "out/wales.json", "out/summary.csv"])
    def test_a_run_that_read_nothing_leaves_results_as_they_are(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, output: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        folder = filled(tmp_path / "in", a=region("Wales"))
        assert run("in", "-q", "-o", "out/").status == 0
        before = contents(tmp_path / "out")
        (folder / "a.xlsx").unlink()
        if what == "no readable workbook":
            (folder / "a.xlsx").write_bytes(b"")
        result = run("in", "-q", "--require-all", "-o", output)
        assert result.status == 3
        assert f"no workbook was read: {output.rstrip('/')} is left as it is" in result.err
        assert contents(tmp_path / "out") == before

    def test_first_results_say_that_nothing_was_read(self, run: Callable[..., Run], tmp_path: Path) -> None:
        folder = filled(tmp_path / "in")
        (folder / "a.xlsx").touch()
        for output in (tmp_path / "all.json", tmp_path / "out"):
            assert run(folder, "-q", "-o", output if output.suffix else f"{output}/").status == 3
        (entry,) = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["inspections"]
        assert [one["code"] for one in entry["problems"]] == ["PR107"]
        assert sorted(contents(tmp_path / "out")) == ["a.json", "summary.csv"]

    def test_nothing_changes_where_one_of_the_files_cannot_be_written(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        folder, target = filled(tmp_path / "in", a=region("Wales"), b=region("London")), tmp_path / "out"
        assert run(folder, "-q", "-o", f"{target}/").status == 0
        (target / "wales.json").write_text("of yesterday")
        (target / "summary.csv").unlink()
        (target / "summary.csv").mkdir()
        assert run(folder, "-q", "-o", f"{target}/").status == 3
        assert (target / "wales.json").read_text() == "of yesterday"
        assert sorted(path.name for path in target.iterdir()) == ["london.json", "summary.csv", "wales.json"]

    # It is read before anything is there, written beside its places, and then moved to them. One function answers
    # both signals that can be caught, so these two share the moments.
    @pytest.mark.parametrize(
        ("name", "moments"),
        [
            ("SIGINT", ["written", "moved"]),
            ("SIGTERM", ["read", "written"]),
            ("SIGKILL", ["read", "written", "moved"]),
        ],
    )
    def test_an_end_at_any_moment_leaves_no_half_of_it(self, tmp_path: Path, name: str, moments: list[str]) -> None:
        books = {f"r{number}": region(f"Region {number}") for number in range(12)}
        folder, target = filled(tmp_path / "in", **books), tmp_path / "out"
        target.mkdir()

        def state(moment: str) -> object:
            places = target.glob("*.*") if moment == "written" else target.glob("[!.]*")
            return sorted((path.name, path.lstat().st_ino) for path in places)

        for moment in moments:
            before = state(moment)
            with subprocess.Popen(
                [*COMMAND, str(folder), "-q", "-o", f"{target}/"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                time.sleep(0.3)
                while moment != "read" and process.poll() is None:
                    with suppress(FileNotFoundError):  # it was moved meanwhile
                        if state(moment) != before:
                            break
                    time.sleep(0.002)
                process.send_signal(getattr(signal, name))
                process.wait(20)
            if name != "SIGKILL":
                assert not [path for path in target.iterdir() if path.name.startswith(".")]
            if (target / "summary.csv").exists():  # it was done before the signal came
                rows = csv.DictReader(io.StringIO((target / "summary.csv").read_text(encoding="utf-8")))
                found = {row["file"]: row["file_sha256"] for row in rows}
                assert {file: hashlib.sha256((target / file).read_bytes()).hexdigest() for file in found} == found
            for path in target.glob("*.json"):
                json.loads(path.read_text(encoding="utf-8"))

    def test_files_move_to_their_places_together(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("old")
        with Publication() as publication:
            publication.add(["new"], tmp_path / "a")
            publication.add([b"b"], tmp_path / "deep" / "b")
            assert ((tmp_path / "a").read_text(), (tmp_path / "deep" / "b").exists()) == ("old", False)
            publication.publish()
        assert ((tmp_path / "a").read_text(), (tmp_path / "deep" / "b").read_text()) == ("new", "b")
        with Publication() as publication:
            publication.add(["newer"], tmp_path / "a")
        assert (tmp_path / "a").read_text() == "new"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "deep"]


class TestRedact:
    """Logs that others can read."""

    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        book = region("Wales")
        book["PDU cases"][1][0] = "SECRET-1"
        book["PDU cases"][2][0] = "SECRET-2"
        book["PDU cases"][1][3], book["PDU cases"][2][3] = "secret words", "more SECRET words"
        return save(book, tmp_path / "wales.xlsx")

    @pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown", "html"])
    def test_values_and_case_ids_are_left_out(self, run: Callable[..., Run], secret: Path, form: str) -> None:
        assert "secret" in run(secret, "-f", form).err.lower()
        result = run(secret, "-f", form, "--redact")
        assert result.status == 1
        assert "secret" not in (result.out + result.err).lower()
        assert "[left out]" in result.err
        assert "PDU cases!D2" in result.err

    def test_problems_that_only_differ_in_what_is_hidden_are_one(self, run: Callable[..., Run], secret: Path) -> None:
        def answers(entries: list[dict[str, Any]]) -> list[list[str]]:
            return [one["cells"] for one in entries if one["code"] == "PR304"]

        assert answers(run(secret, "-f", "json", "-q").inspection["problems"]) == [["D2"], ["D3"]]
        assert answers(run(secret, "-f", "json", "-q", "--redact").inspection["problems"]) == [["D2", "D3"]]
        (checked,) = json.loads(run("check", secret, "-f", "json", "--redact", group=True).out)["workbooks"]
        assert answers(checked["problems"]) == [["D2", "D3"]]

    def test_a_region_twice_is_redacted_too(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "1000")  # a long path must not break the words that are looked for
        folder = filled(tmp_path / "in", a=region("SECRET"), b=region("SECRET"))
        err = " ".join(run(folder, "--redact", "-q").err.split())
        assert "b.xlsx name the same region and year, [left out]: they are" in err
        assert "SECRET" not in err
