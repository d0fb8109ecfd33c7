"""The formats of `check` that programs read, each read by such a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = "examples/east-of-england.xlsx"
FORMS = ["full", "concise", "json", "github", "gitlab", "html", "junit", "sarif"]


@pytest.fixture
def checked(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Checks a workbook with a bad answer in two cells and an unknown region, in a format."""
    book = small_book()
    book["Inspection"][1][1] = "Scotland"
    book["PDU cases"][1][3] = "Maybe"
    book["PDU cases"][2][4] = "Maybe"
    save(book, tmp_path / "my region.xlsx")
    monkeypatch.chdir(tmp_path)

    def command(form: str, *arguments: object) -> Run:
        return run("check", "my region.xlsx", "-f", form, *arguments, group=True)

    return command


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_every_time(checked: Callable[..., Run], form: str) -> None:
    assert checked(form).out == checked(form).out


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_cannot_be_read_is_reported_in_every_form(run: Callable[..., Run], form: str) -> None:
    result = run("check", "missing.xlsx", "-f", form, group=True)
    assert (result.status, "PR101" in result.out) == (3, True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("options", [[], ["--exit-zero"], ["--ignore", "PR1"], ["--select", "PR4"]])
def test_an_empty_folder_is_a_failure_in_every_form(
    run: Callable[..., Run], tmp_path: Path, form: str, options: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    result = run("check", tmp_path / "empty", "-f", form, *options, group=True)
    assert result.status == 3
    if form == "json":
        (entry,) = json.loads(result.out)["workbooks"]
        assert (entry["path"], entry["problems"][0]["code"]) == (str(tmp_path / "empty"), "PR111")
    elif form == "junit":
        (suite,) = ElementTree.fromstring(result.out)  # noqa: S314  (it is our own)
        assert (suite.attrib["tests"], suite.attrib["failures"]) == ("1", "1")
    elif form == "sarif":
        (found,) = json.loads(result.out)["runs"][0]["results"]
        assert (found["ruleId"], found["level"]) == ("PR111", "error")
    elif form == "html":
        assert "There is no workbook in the folder" in result.out
    elif form == "gitlab":
        (found,) = json.loads(result.out)
        assert (found["check_name"], found["severity"]) == ("PR111 folder-without-workbook", "major")
    else:
        beginning = {"full": "error[PR111] ", "concise": f"{tmp_path}/empty: error PR111 ", "github": "::error file="}
        assert result.out.startswith(beginning[form])
    assert "0 workbooks" in result.err


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.json", "json"), ("a.xml", "junit"), ("a.sarif", "sarif"), ("a.txt", "full"), ("a.html", "html")],
)
def test_the_suffix_says_the_format(
    checked: Callable[..., Run], run: Callable[..., Run], tmp_path: Path, name: str, form: str
) -> None:
    run("check", "my region.xlsx", "-o", tmp_path / "deep" / name, group=True)
    assert (tmp_path / "deep" / name).read_text(encoding="utf-8") == checked(form).out


class TestFull:
    """For a reader."""

    def test_the_cell_is_drawn_with_its_effect_and_remedy(self, checked: Callable[..., Run]) -> None:
        out = checked("full").out
        assert out.startswith(
            "error[PR304] answer is not Yes, No or Not applicable: found 'Maybe'\n"
            "  --> my region.xlsx  PDU cases!D2\n"
            "      | A Case ID | C Sentence type | D R2.1.1 | E R2.1.2\n"
            "    2 | A1        | Licence         | Maybe    | Yes\n"
            "      |                               ^^^^^\n"
            "    1 more cell: E3\n"
            "    R2.1 cannot be rated until this is corrected\n"
            "  help: write Yes, No or Not applicable\n"
            "\n"
            "warning[PR314] 'Scotland' is not one of the regions of regional-2023\n"
        )

    def test_no_line_is_longer_than_the_terminal(self, checked: Callable[..., Run]) -> None:
        assert max(map(len, checked("full").out.splitlines())) <= 79


def test_concise_is_one_line_a_problem(checked: Callable[..., Run]) -> None:
    lines = checked("concise").out.splitlines()
    assert lines[0] == (
        "my region.xlsx:PDU cases!D2: error PR304 bad-answer: "
        "answer is not Yes, No or Not applicable: found 'Maybe' (and 1 more cell)"
    )
    assert [line.split(": ")[1].split()[1] for line in lines] == ["PR304", "PR314", *["PR408"] * 5]


def test_concise_says_nothing_of_a_clean_workbook(run: Callable[..., Run]) -> None:
    assert run("check", EXAMPLE, "-f", "concise", group=True).out == ""


class TestJson:
    """The contract of other programs."""

    def test_its_keys_and_their_order(self, checked: Callable[..., Run]) -> None:
        document = json.loads(checked("json").out)
        assert list(document) == ["schema_version", "tool", "rules", "workbooks"]
        (workbook,) = document["workbooks"]
        assert list(workbook)[:4] == ["path", "sha256", "region", "problems"]
        assert (workbook["path"], workbook["region"], workbook["rows"]) == ("my region.xlsx", "Scotland", 8)
        assert list(workbook["problems"][0]) == [
            "code", "name", "severity", "message", "sheet", "cells", "case_ids", "file",
        ]  # fmt: skip


class TestGithub:
    """Workflow commands."""

    def test_errors_come_first_with_file_title_and_cell(self, checked: Callable[..., Run]) -> None:
        first, second, *_ = checked("github").out.splitlines()
        assert first == (
            "::error file=my region.xlsx,title=PR304 bad-answer::PDU cases!D2: answer is not Yes, No or Not "
            "applicable: found 'Maybe' (and 1 more cell). Help: write Yes, No or Not applicable"
        )
        assert second.startswith("::warning file=my region.xlsx,title=PR314 region-unknown::Inspection!B2: ")

    def test_a_value_cannot_make_a_command(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "x\n::error file=a::owned %0A::stop-commands::t"
        out = run("check", save(book, tmp_path / "a,b:c.xlsx"), "-f", "github", group=True).out
        lines = out.splitlines()
        assert all(line.startswith(("::error file=", "::notice file=")) for line in lines)
        assert "a%2Cb%3Ac.xlsx,title=PR304" in lines[0]
        assert "%250A" in lines[0]

    def test_more_than_github_shows_is_said_in_a_line(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        rows = [["Report ID", "R2.3.1"], *([f"C{number}", f"word {number}"] for number in range(15)), ["D", "Yes"]]
        book["Court reports"] = rows
        lines = run("check", save(book, tmp_path / "a.xlsx"), "-f", "github", group=True).out.splitlines()
        errors = [line for line in lines if line.startswith("::error")]
        assert len(errors) == 10
        assert errors[-1] == "::error title=More::6 more; `check -f full` shows them"

    def test_the_errors_that_are_left_out_are_counted_with_a_comma_in_thousands(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        missing = [tmp_path / f"{number}.xlsx" for number in range(1_100)]
        result = run("check", *missing, "-f", "github", group=True)
        assert "::error title=More::1,091 more; `check -f full` shows them\n" in result.out

    def test_every_file_has_its_turn_before_one_has_a_second(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name, region, number in (("a", "London", 15), ("b", "Wales", 1), ("c", "North East", 4)):
            book = small_book()
            book["Inspection"][1][1] = region
            words = [[f"C{one}", f"word {one}"] for one in range(number)]
            book["Court reports"] = [["Report ID", "R2.3.1"], *words, ["D", "Yes"]]
            save(book, tmp_path / f"{name}.xlsx")
        out = run("check", "a.xlsx", "b.xlsx", "c.xlsx", "-f", "github", group=True).out
        errors = [line.split("=")[1][0] for line in out.splitlines() if line.startswith("::error file=")]
        assert "".join(errors) == "abcacacac"
        assert "::error title=More::11 more; `check -f full` shows them\n" in out

    def test_a_table_is_added_to_the_summary_of_the_step(
        self, checked: Callable[..., Run], run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked("full")  # makes the workbook
        book = small_book()
        book["Inspection"][1][1] = "Wales"
        save(book, tmp_path / "a|b.xlsx")
        summary = tmp_path / "summary" / "step.md"
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
        command = ("check", "a|b.xlsx", "my region.xlsx", "--ignore", "PR408", "--redact")
        assert run(*command, "-f", "concise", group=True).status == 1
        assert not summary.exists()
        assert [run(*command, "-f", "github", group=True).status for _ in range(2)] == [1, 1]
        text = summary.read_text(encoding="utf-8")
        assert text == 2 * (
            "### Case workbooks checked by the rules regional-2023\n\n"
            "| File | Errors | Worst problem |\n"
            "|---|---:|---|\n"
            "| my region.xlsx | 1 | PDU cases!D2: error PR304: answer is not Yes, No or Not applicable: found "
            "\\[left out\\] (and 1 more cell) |\n"
            "| a\\|b.xlsx | 0 | none |\n\n"
            "2 workbooks, 16 rows, 66 answers checked: 1 error and 1 warning\n\n"
        )

    @pytest.mark.parametrize(("summary", "status"), [("my region.xlsx", 2), (".", 3), ("", 1)])
    def test_the_summary_of_the_step_is_an_output_like_any_other(
        self, checked: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, summary: str, status: int
    ) -> None:
        before = checked("github").out
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", summary and str(Path.cwd() / summary))
        result = checked("github")
        assert (result.status, result.out) == (status, "" if status == 2 else before)


class TestGitlab:
    """As GitLab reads a report of code quality: a list with these keys, and each fingerprint once."""

    def test_each_cell_is_a_finding_with_its_row_as_the_line(self, checked: Callable[..., Run]) -> None:
        found = json.loads(checked("gitlab").out)
        first, second = found[:2]
        assert {name: value for name, value in first.items() if name != "fingerprint"} == {
            "description": "PDU cases!D2: answer is not Yes, No or Not applicable: found 'Maybe'. Help: write Yes, No "
            "or Not applicable.",
            "check_name": "PR304 bad-answer",
            "severity": "major",
            "location": {"path": "my region.xlsx", "lines": {"begin": 2}},
        }
        assert (second["location"]["lines"]["begin"], second["description"][:13]) == (3, "PDU cases!E3:")
        assert len({one["fingerprint"] for one in found}) == len(found)
        assert {one["severity"] for one in found} == {"major", "minor", "info"}

    def test_a_file_of_json_takes_it_where_it_is_asked_for(self, checked: Callable[..., Run], tmp_path: Path) -> None:
        assert checked("gitlab", "-o", tmp_path / "quality.json").status == 1
        assert (tmp_path / "quality.json").read_text(encoding="utf-8") == checked("gitlab").out


class TestStatistics:
    """How often each problem was found."""

    def test_a_line_a_code_the_most_serious_first(self, checked: Callable[..., Run]) -> None:
        result = checked("full", "--statistics")
        assert (result.status, [line.split() for line in result.out.splitlines()]) == (
            1,
            [
                ["Problems", "Cells", "Files", "Code", "Severity", "Name"],
                ["1", "2", "1", "PR304", "error", "bad-answer"],
                ["1", "1", "1", "PR314", "warning", "region-unknown"],
                ["5", "0", "1", "PR408", "note", "sample-small"],
            ],
        )
        assert checked("concise", "--statistics").out == result.out

    def test_as_json(self, checked: Callable[..., Run]) -> None:
        document = json.loads(checked("json", "--statistics", "--select", "PR304").out)
        assert list(document) == ["schema_version", "tool", "rules", "statistics"]
        assert document["statistics"] == [
            {"code": "PR304", "name": "bad-answer", "severity": "error", "problems": 1, "cells": 2, "files": 1}
        ]

    def test_nothing_found_is_no_table(self, run: Callable[..., Run]) -> None:
        assert run("check", EXAMPLE, "--statistics", group=True).out == ""

    def test_other_formats_are_refused(self, checked: Callable[..., Run]) -> None:
        result = checked("sarif", "--statistics")
        assert (result.status, "--statistics goes with full, concise or json" in result.err) == (2, True)


class TestJunit:
    """As junitparser reads it."""

    def read(self, text: str, tmp_path: Path) -> Any:
        path = tmp_path / "report.xml"
        path.write_text(text, encoding="utf-8")
        return JUnitXml.fromfile(str(path))

    def test_an_error_fails_and_a_warning_does_not(self, checked: Callable[..., Run], tmp_path: Path) -> None:
        (suite,) = self.read(checked("junit").out, tmp_path)
        assert (suite.name, suite.tests, suite.failures, suite.errors) == ("my region.xlsx", 7, 1, 0)
        cases = list(suite)
        assert cases[0].name == "PR304 bad-answer PDU cases!D2"
        assert [result.type for result in cases[0].result] == ["PR304"]
        assert "cells: D2, E3" in cases[0].result[0].text
        assert not cases[1].result

    def test_a_clean_workbook_is_a_test_that_passes(self, run: Callable[..., Run], tmp_path: Path) -> None:
        (suite,) = self.read(run("check", EXAMPLE, "-f", "junit", group=True).out, tmp_path)
        assert (suite.tests, suite.failures, [case.is_passed for case in suite]) == (1, 0, [True])

    def test_characters_that_xml_has_not(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "_x0001__x001B_[31m]]><&\ufffe\uffff"
        result = run("check", save(book, tmp_path / "a.xlsx"), "-f", "junit", group=True)
        (suite,) = self.read(result.out, tmp_path)
        message = next(iter(suite)).result[0].message
        assert "\\x01\\x1b[31m]]><&" in message


class TestSarif:
    """As a model of SARIF 2.1.0 reads it."""

    def test_it_is_sarif_with_a_result_a_cell(self, checked: Callable[..., Run]) -> None:
        log = Sarif.model_validate_json(checked("sarif").out)
        (one,) = log.runs
        assert (log.version, one.tool.driver.name) == ("2.1.0", "probation-ratings")
        assert one.results is not None
        assert [str(result.rule_id) for result in one.results][:3] == ["PR304", "PR304", "PR314"]
        assert [result.level.value for result in one.results if result.level][1:4] == ["error", "warning", "note"]

    def test_it_keeps_to_the_published_schema_where_that_is_narrow(self, checked: Callable[..., Run]) -> None:
        jsonschema.validate(json.loads(checked("sarif").out), SARIF)

    def test_places_are_relative_and_name_the_cells(self, checked: Callable[..., Run]) -> None:
        (run,) = json.loads(checked("sarif").out)["runs"]
        first, second, _, sheet = run["results"][:4]
        for result, name, row in ((first, "PDU cases!D2", 2), (second, "PDU cases!E3", 3)):
            (place,) = result["locations"]
            assert place["logicalLocations"] == [{"fullyQualifiedName": name, "kind": "element"}]
            assert place["physicalLocation"] == {
                "artifactLocation": {"uri": "my%20region.xlsx"}, "region": {"startLine": row},
            }  # fmt: skip
            assert result["message"]["text"] == (
                f"{name}: answer is not Yes, No or Not applicable: found 'Maybe'. Help: write Yes, No or Not applicable."
            )
        assert sheet["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
        assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]

    def test_each_result_has_the_fingerprint_that_github_reads(self, checked: Callable[..., Run]) -> None:
        (run,) = json.loads(checked("sarif").out)["runs"]
        prints = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
        assert len(set(prints)) == len(prints) == 8

    def test_rows_that_follow_each_other_are_one_region(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(small_book(), tmp_path / "a.xlsx")
        book = openpyxl.load_workbook(path)
        for row in (2, 3):
            book["PDU cases"].row_dimensions[row].hidden = True
        book.save(path)
        out = run("check", path, "-f", "sarif", "--select", "PR209", group=True).out
        (result,) = json.loads(out)["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "endLine": 3}

    def test_no_log_is_longer_than_github_shows(
        self, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("probation_ratings.views.check_reports.RESULTS", 4)
        monkeypatch.setattr("probation_ratings.views.check_reports.PLACES", 3)
        book = small_book()
        book["Inspection"][1][1] = "Scotland"
        book["Court reports"] = [
            ["Report ID", "R2.3.1"],
            *([f"C{number}", "Maybe"] for number in range(9)),
            ["D", "Yes"],
        ]
        out = run("check", save(book, tmp_path / "a.xlsx"), "-f", "sarif", "--ignore", "PR4", group=True).out
        (log,) = json.loads(out)["runs"]
        assert [one["ruleId"] for one in log["results"]] == ["PR304", "PR304", "PR304", "PR314"]
        assert "found 'Maybe' (6 more cells not listed). Help: " in log["results"][2]["message"]["text"]
        monkeypatch.setattr("probation_ratings.views.check_reports.RESULTS", 3)
        out = run("check", tmp_path / "a.xlsx", "-f", "sarif", "--ignore", "PR4", group=True).out
        jsonschema.validate(json.loads(out), SARIF)
        (log,) = json.loads(out)["runs"]
        assert [one["ruleId"] for one in log["results"]] == ["PR304", "PR304", "PR304"]
        (note,) = log["invocations"][0]["toolExecutionNotifications"]
        assert note["message"]["text"] == "1 result left out, the least serious; `check -f json` has all of them."

    def test_the_fingerprint_does_not_change_with_the_row(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def fingerprint(title_rows: int, case: str = "A1") -> str:
            book = small_book()
            book["PDU cases"][1][:4] = [case, "Camden", "Licence", "Maybe"]
            book["PDU cases"][:0] = [["A title"]] * title_rows
            out = run("check", save(book, tmp_path / "a.xlsx"), "-f", "sarif", group=True).out
            first = json.loads(out)["runs"][0]["results"][0]
            assert first["ruleId"] == "PR304"
            return str(first["partialFingerprints"]["primaryLocationLineHash"])

        assert fingerprint(0) == fingerprint(3)
        assert fingerprint(0) != fingerprint(0, "A9")


_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_PLACE = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {"required": ["uri"], "properties": {"uri": {"pattern": "^[^ \\\\]+$"}}},
                "region": {
                    "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "endLine")}
                },
            },
        },
        "logicalLocations": {
            "type": "array",
            "items": {"properties": {"fullyQualifiedName": {"type": "string"}, "kind": {"type": "string"}}},
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": _TEXT,
                                                "fullDescription": _TEXT,
                                                "help": _TEXT,
                                                "defaultConfiguration": {"properties": {"level": _LEVEL}},
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "invocations": {"type": "array", "items": {"required": ["executionSuccessful"]}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": _LEVEL,
                                "message": _TEXT,
                                "locations": {"type": "array", "items": _PLACE},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""The part of the published schema of SARIF 2.1.0 that a log of this program uses."""
