"""The formats of `check` that programs read, each read by such a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema
import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = "examples/east-of-england.xlsx"
FORMS = ["full", "concise", "json", "github", "junit", "sarif"]


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
    else:
        beginning = {"full": "error[PR111] ", "concise": f"{tmp_path}/empty: error PR111 ", "github": "::error file="}
        assert result.out.startswith(beginning[form])
    assert "0 workbooks" in result.err


@pytest.mark.parametrize(
    ("name", "form"), [("a.json", "json"), ("a.xml", "junit"), ("a.sarif", "sarif"), ("a.txt", "full")]
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

    def test_it_is_sarif_with_a_result_a_problem(self, checked: Callable[..., Run]) -> None:
        log = Sarif.model_validate_json(checked("sarif").out)
        (one,) = log.runs
        assert (log.version, one.tool.driver.name) == ("2.1.0", "probation-ratings")
        assert one.results is not None
        assert [str(result.rule_id) for result in one.results][:2] == ["PR304", "PR314"]
        assert [result.level.value for result in one.results if result.level][:3] == ["error", "warning", "note"]

    def test_it_keeps_to_the_published_schema_where_that_is_narrow(self, checked: Callable[..., Run]) -> None:
        jsonschema.validate(json.loads(checked("sarif").out), SARIF)

    def test_places_are_relative_and_name_the_cells(self, checked: Callable[..., Run]) -> None:
        (run,) = json.loads(checked("sarif").out)["runs"]
        result = run["results"][0]
        names = [place["logicalLocations"][0]["fullyQualifiedName"] for place in result["locations"]]
        assert names == ["PDU cases!D2", "PDU cases!E3"]
        uris = {place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"]}
        assert uris == {"my%20region.xlsx"}
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]

    def test_the_fingerprint_does_not_change_with_the_row(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def fingerprint(title_rows: int, case: str = "A1") -> str:
            book = small_book()
            book["PDU cases"][1][:4] = [case, "Camden", "Licence", "Maybe"]
            book["PDU cases"][:0] = [["A title"]] * title_rows
            out = run("check", save(book, tmp_path / "a.xlsx"), "-f", "sarif", group=True).out
            first = json.loads(out)["runs"][0]["results"][0]
            assert first["ruleId"] == "PR304"
            return str(first["partialFingerprints"]["problem/v1"])

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
                "artifactLocation": {"required": ["uri"], "properties": {"uri": {"pattern": "^[^ \\\\]+$"}}}
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
