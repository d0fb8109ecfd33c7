"""The published inspection of the East of England, from the workbook to the words on the screen.

Expected values: HM Inspectorate of Probation, East of England region, August 2024, section Ratings and the tables of
key questions in section 2.
"""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from shared import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = EXAMPLES / "east-of-england.xlsx"

RATINGS = {
    "R1.1": "Requires improvement",
    "R1.2": "Requires improvement",
    "R2.1": "Inadequate",
    "R2.2": "Inadequate",
    "R2.3": "Inadequate",
    "R2.4": "Inadequate",
    "R2.5": "Inadequate",
    "R2.6": "Outstanding",
}
PERCENTAGES = {
    "R2.1.1": 28, "R2.1.2": 45, "R2.1.3": 28, "R2.1.4": 38,
    "R2.2.1": 66, "R2.2.2": 66, "R2.2.3": 40, "R2.2.4": 49,
    "R2.3.1": 31,
    "R2.4.1": 39, "R2.4.2": 75, "R2.4.3": 49, "R2.4.4": 70,
    "R2.5.1": 35,
    "R2.6.1": 93, "R2.6.2": 90, "R2.6.3": 100,
}  # fmt: skip
DRIVEN_BY = {
    "R1.1": [],
    "R1.2": [],
    "R2.1": ["R2.1.1", "R2.1.3"],
    "R2.2": ["R2.2.3"],
    "R2.3": ["R2.3.1"],
    "R2.4": ["R2.4.1"],
    "R2.5": ["R2.5.1"],
    "R2.6": ["R2.6.2"],
}


def test_the_published_ratings_come_out(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE, "-f", "json")
    inspection = result.inspection
    assert result.status == 0
    assert (inspection["region"], inspection["data_status"]) == ("East of England", "Illustrative")
    assert (inspection["score"], inspection["max_score"]) == (5, 24)
    assert inspection["overall_rating"] == "Requires improvement"
    assert {one["id"]: one["rating"] for one in inspection["standards"]} == RATINGS
    assert {one["id"]: one["driven_by"] for one in inspection["standards"]} == DRIVEN_BY
    questions = [question for one in inspection["standards"] for question in one["key_questions"]]
    assert {question["id"]: question["percentage"] for question in questions} == PERCENTAGES
    assert inspection["problems"] == []


TABLE = """\
Standard                   Driver   Yes/n  %            Rating
1 Organisational arrangements and activity
R1.1 Leadership            judged                       Requires improvement
R1.2 Staffing              judged                       Requires improvement
2 Service delivery
R2.1 Public protection     R2.1.1 123/438 28 ■■···RG·O· Inadequate
                           R2.1.3 123/438 28 ■■···RG·O·
R2.2 Desistance            R2.2.3 175/438 40 ■■■■·RG·O· Inadequate
R2.3 Court work            R2.3.1  94/302 31 ■■■··RG·O· Inadequate
R2.4 Unpaid work           R2.4.1   31/79 39 ■■■··RG·O· Inadequate
R2.5 Resettlement          R2.5.1  52/149 35 ■■■··RG·O· Inadequate
R2.6 Statutory victim work R2.6.2    9/10 90 ■■■■■■■■■· Outstanding

Score 5/24                                              Requires improvement
"""


def test_the_table_shows_the_inspection(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE)
    first, *_ = result.out.splitlines()
    assert result.status == 0
    assert result.err == ""
    assert first.startswith("East of England ")
    assert first.endswith(" illustrative data")
    assert "Fieldwork 3 to 14 June 2024" in result.out
    assert "8 PDUs: Bedfordshire, Cambridgeshire and Peterborough, Essex North," in result.out
    for sample in ("438 PDU cases, of which 289 community sentences", "302 court reports", "149 resettlement cases"):
        assert sample in result.out
    for sample in ("79 unpaid work cases", "14 statutory victim cases"):
        assert sample in result.out
    assert TABLE in result.out
    assert "Rules regional-2023, sha256 " in result.out
    assert "Workbook east-of-england.xlsx, sha256 " in result.out
    assert max(map(len, result.out.splitlines())) <= 79


def test_a_wide_terminal_shows_the_questions(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = run(EXAMPLE)
    assert "R2.4.1 Is the assessment and planning of unpaid work personalised?" in result.out
    assert "judged rated by inspectors' judgement" in result.out
    assert max(map(len, result.out.splitlines())) <= 199


def test_the_example_is_what_its_script_makes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_east_of_england", EXAMPLES / "make_east_of_england.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = tmp_path / "made.xlsx"
    script.main(made)
    assert cells_of(made) == cells_of(EXAMPLE)


def test_the_example_says_that_no_case_is_real() -> None:
    sheet = openpyxl.load_workbook(EXAMPLE).worksheets[0]
    assert "No case row in it is real" in str(sheet["A1"].value)
    assert ["Data status", "Illustrative"] in [[cell.value for cell in row[:2]] for row in sheet.iter_rows()]


def test_the_header_of_the_example_stays_in_sight() -> None:
    workbook = openpyxl.load_workbook(EXAMPLE)
    assert {sheet.title: sheet.freeze_panes for sheet in workbook.worksheets} == {
        "Inspection": "A4",
        "Judgements": "B2",
        "PDU cases": "B2",
        "Court reports": "B2",
        "Unpaid work cases": "B2",
        "Victim cases": "B2",
        "SFO reviews": "B2",
        "Previous recommendations": "B2",
        "Survey answers": "B2",
        "PDU priorities": "B2",
    }


def cells_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    workbook = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}


def conformance_cases() -> list[Path]:
    """Workbooks with a `.expected.json` beside them, in the folder that the environment names."""
    folder = os.environ.get("PROBATION_RATINGS_FIXTURES")
    return sorted(Path(folder).glob("*.xlsx")) if folder else []


@pytest.mark.parametrize("workbook", conformance_cases() or [EXAMPLE], ids=lambda path: path.stem)
def test_workbooks_give_the_result_that_is_shown_beside_them(run: Callable[..., Run], workbook: Path) -> None:
    beside = workbook.with_suffix(".expected.json")
    expected: dict[str, Any] = {"score": 5, "standards": {}}
    if beside.exists():
        expected = json.loads(beside.read_text(encoding="utf-8"))
    inspection = run(workbook, "-f", "json").inspection
    assert inspection["score"] == expected["score"]
    for standard in inspection["standards"]:
        wanted = expected["standards"].get(standard["id"])
        if wanted is not None:
            got = {key: standard[key] for key in ("rating", "score", "driven_by")}
            keys = ("yes", "relevant", "percentage")
            got["key_questions"] = {one["id"]: {key: one[key] for key in keys} for one in standard["key_questions"]}
            assert got == wanted
