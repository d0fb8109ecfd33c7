"""Workbooks that say the same in another layout give the same ratings."""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING

import odf.table
import odf.text
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet

from books import R21, R22, Book, court_reports, save, small_book
from probation_ratings import cases_frame, rate_inspection, read_inspection
from probation_ratings.names import sheet_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow


def scores(run: Run) -> dict[str, int]:
    return {one["id"]: one["score"] for one in run.inspection["standards"]}


SMALL = {"R1.1": 2, "R1.2": 2, "R2.1": 3, "R2.2": 3, "R2.3": 3, "R2.4": 3, "R2.5": 3, "R2.6": 3}


def test_the_small_book_is_valid(rate_book: Callable[..., Run]) -> None:
    result = rate_book(small_book())
    assert result.status == 0
    assert scores(result) == SMALL
    assert (result.inspection["score"], result.inspection["overall_rating"]) == (22, "Outstanding")
    assert result.problems == []


def header(book: Book, sheet: str, old: str, new: str) -> Book:
    row = book[sheet][0]
    row[row.index(old)] = new
    return book


LONG = (
    "Is the pre-sentence information and advice provided to court sufficiently analytical and personalised to the "
    "individual, supporting the court's decision-making?"
)


@pytest.mark.parametrize(
    "name",
    [
        "R2.3.1", "r2.3.1", "R 2.3.1", "2.3.1", " R2.3.1\n", "R2.3.1:", LONG, LONG.upper(), LONG.rstrip("?"),
        LONG.replace(" ", "\u00a0"), LONG.replace(" and ", "\n  and "), LONG.replace("'", "’"),
        f"R2.3.1 {LONG}", f"R2.3.1. {LONG}", f"2.3.1\n{LONG}", f"R2.3.1 – {LONG}", f"{LONG} (R2.3.1)",
    ],
)  # fmt: skip
def test_a_question_is_headed_by_its_id_its_text_or_both(rate_book: Callable[..., Run], name: str) -> None:
    result = rate_book(header(small_book(), "Court reports", "R2.3.1", name))
    assert result.problems == []
    assert scores(result) == SMALL


@pytest.mark.parametrize(
    "name", ["case id", "CASE  ID", "Case_ID", "case-id", "CaseID", " Case\nID\u00a0", "Case\u200bID"]
)
def test_names_of_columns_disregard_case_white_space_and_joiners(rate_book: Callable[..., Run], name: str) -> None:
    assert rate_book(header(small_book(), "PDU cases", "Case ID", name)).problems == []


@pytest.mark.parametrize("name", ["pdu cases", "PDU_cases", "PDU  Cases ", "pdu-cases", "PDU\u00a0cases"])
def test_names_of_sheets_disregard_case_white_space_and_joiners(rate_book: Callable[..., Run], name: str) -> None:
    book = small_book()
    book[name] = book.pop("PDU cases")
    assert rate_book(book).problems == []


def test_rows_above_the_header_are_skipped_and_cells_are_those_that_excel_shows(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][2][3] = "Maybe"
    book["PDU cases"][:0] = [["PDU cases of the inspection"], [], ["PDU", "means Probation Delivery Unit"]]
    (problem,) = rate_book(book).problems
    assert problem["cells"] == ["D6"]


@pytest.mark.parametrize(
    "above", [["PDU", "Camden", "Commenced", "2023"], ["Sentence type", "PDU"]], ids=["with values", "headers alone"]
)
def test_a_title_with_two_header_words_is_not_the_header(rate_book: Callable[..., Run], above: list[str]) -> None:
    book = small_book()
    book["PDU cases"][2][3] = "Maybe"
    book["PDU cases"][:0] = [above, []]
    (problem,) = rate_book(book).problems
    assert problem["cells"] == ["D5"]


def test_a_table_may_begin_anywhere(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    rows = [["Report ID", "R2.3.1"], ["C1", "Yes"], ["C2", "Perhaps"]]
    book["Court reports"] = [[], [], [], *([None, None, None, *row] for row in rows)]
    (problem,) = rate_book(book).problems
    assert (problem["sheet"], problem["cells"]) == ("Court reports", ["E6"])


def test_extra_sheets_columns_and_empty_rows_are_left_alone(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Notes"] = [["R2.3.1"], ["No"]]
    book["Court reports"] = [
        ["Report ID", "R2.3.1", "R2.3.1 comment", "Court"],
        ["C1", "Yes", "No", None],
        [],
        [None, "  ", "a note", None],
        ["C2", "Yes", "Maybe", "Luton"],
    ]
    result = rate_book(book)
    assert result.problems == []
    assert result.standard("R2.3")["key_questions"][0]["yes"] == 2


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ("Yes", (2, 0, 0)), ("YES", (2, 0, 0)), ("y", (2, 0, 0)), ("TRUE", (2, 0, 0)), (True, (2, 0, 0)), (" yes ", (2, 0, 0)),
        ("No", (1, 1, 0)), ("n", (1, 1, 0)), ("false", (1, 1, 0)), (False, (1, 1, 0)), ("No\u00a0", (1, 1, 0)),
        ("Not applicable", (1, 0, 1)), ("NA", (1, 0, 1)), ("n/a", (1, 0, 1)), ("not\u00a0 applicable", (1, 0, 1)),
    ],
)  # fmt: skip
def test_spellings_of_answers(rate_book: Callable[..., Run], answer: object, counts: tuple[int, int, int]) -> None:
    book = small_book()
    book["Court reports"][2][3] = answer
    result = rate_book(book)
    assert result.problems == []
    question = result.standard("R2.3")["key_questions"][0]
    assert (question["yes"], question["no"], question["not_applicable"]) == counts


@pytest.mark.parametrize("name", ["R1.1", "r 1.1", "1.1", "Leadership", "R1.1 Leadership", "R1.1: leadership"])
def test_a_standard_goes_by_its_id_its_title_or_both(rate_book: Callable[..., Run], name: str) -> None:
    book = small_book()
    book["Judgements"][1][0] = name
    result = rate_book(book)
    assert result.problems == []
    assert result.standard("R1.1")["rating"] == "Good"


def test_ids_that_look_like_numbers_stay_apart(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = [["Report ID", "R2.3.1"], ["2.1", "Yes"], ["2.10", "Yes"], ["007", "Yes"], [7, "Yes"]]
    (problem,) = rate_book(book).problems
    assert (problem["code"], problem["severity"], problem["cells"]) == ("PR309", "warning", ["A5"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_sheets_rows_and_columns_changes_nothing(
    tmp_path: Path, rules: RuleSet, chance: random.Random
) -> None:
    answers = ["Yes", "No", "Not applicable"]
    source = random.Random(7)
    book = small_book()
    book["PDU cases"] = [
        ["Case ID", "PDU", *R21, *R22, "R2.5.1"],
        *([f"A{n}", source.choice("KLM"), *source.choices(answers, k=9)] for n in range(40)),
    ]
    before = read_inspection(str(save(book, tmp_path / "before.xlsx")), rules)
    names = list(book)
    chance.shuffle(names)
    shuffled: Book = {}
    for name in names:
        order = list(range(max(map(len, book[name]))))
        chance.shuffle(order)
        top, *rows = [[row[place] if place < len(row) else None for place in order] for row in book[name]]
        chance.shuffle(rows)
        shuffled[name] = [top, *rows]
    after = read_inspection(str(save(shuffled, tmp_path / "after.xlsx")), rules)
    codes = [[problem.kind.code for problem in inspection.problems] for inspection in (before, after)]
    assert codes == [["PR408"] * 3] * 2  # few court reports, unpaid work cases and victim cases
    one, two = rate_inspection(before), rate_inspection(after)
    assert (one.score, one.overall_rating) == (two.score, two.overall_rating)
    assert [(s.rating, s.driven_by, s.key_questions) for s in one.standards] == [
        (s.rating, s.driven_by, s.key_questions) for s in two.standards
    ]


def test_values_are_traced_to_their_cells(tmp_path: Path, rules: RuleSet) -> None:
    book = small_book()
    book["Unpaid work cases"] = [
        [],
        ["Case ID", "Commenced", "R2.4.2", "R2.4.1", "R2.4.3", "R2.4.4"],
        ["U1", datetime(2023, 7, 1), "Yes", "No", "Yes", "Yes"],
        [],
        ["U2", "soon", "Yes", "Yes", "Yes", "Not applicable"],
    ]
    path = save(book, tmp_path / "region.xlsx")
    inspection = read_inspection(str(path), rules)
    frame = cases_frame(inspection, "Unpaid work cases")
    assert list(frame.index) == [3, 5]
    assert frame.loc[3, "R2.4.1"] == "No"
    cell = inspection.cases["Unpaid work cases"].table.cell("R2.4.1", 0)
    assert cell == "D3"
    assert openpyxl.load_workbook(path)["Unpaid work cases"][cell].value == "No"
    assert str(frame.loc[3, "Commenced"]) == "2023-07-01 00:00:00"
    assert frame["Commenced"].isna().tolist() == [False, True]


def test_a_hundred_thousand_rows_beyond_the_first_chunk_are_counted(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Yes"] * 9000 + ["No"] * 1000 + ["NA"] * 5)
    question = rate_book(book).standard("R2.3")["key_questions"][0]
    assert (question["yes"], question["no"], question["not_applicable"], question["percentage"]) == (9000, 1000, 5, 90)


@pytest.mark.parametrize(
    "note", ["[note 1]", "[Note 2]", " [notes 1, 2]", "\n[notes 1 and 2]", " [r]", " [note 1] [p]", "[low]"]
)
def test_note_markers_at_the_end_of_headers_and_fields_are_ignored(rate_book: Callable[..., Run], note: str) -> None:
    book = small_book()
    for sheet in book:
        book[sheet][0] = [f"{name}{note}" for name in book[sheet][0]]
    for row in book["Inspection"]:
        row[0] += note
    result = rate_book(book)
    assert result.problems == []
    assert scores(result) == SMALL


def test_note_markers_in_ids_and_names_of_pdus_are_kept(tmp_path: Path, rules: RuleSet) -> None:
    book = small_book()
    book["PDU cases"][1:] = [
        ["A1", "Camden", "Licence", *["Yes"] * 9],
        ["A1 [note 1]", "Camden [note 1]", "Licence", *["Yes"] * 9],
    ]
    inspection = read_inspection(str(save(book, tmp_path / "region.xlsx")), rules)
    assert list(cases_frame(inspection, "PDU cases")["Case ID"]) == ["A1", "A1 [note 1]"]
    assert inspection.details.pdus == ("Camden", "Camden [note 1]", "Hackney")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("PDU cases [note 1]", "pducases"),
        ("PDU_cases[r] [note 2]", "pducases"),
        ("[note 1]", "[note1]"),
        ("Panel [draft]", "panel[draft]"),
    ],
)
def test_note_markers_at_the_end_of_names_of_sheets_are_ignored(name: str, key: str) -> None:
    assert sheet_key(name) == key


def test_note_markers_in_names_of_sheets_are_ignored_in_ods(run: Callable[..., Run], tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    for name, rows in small_book().items():
        table = odf.table.Table(name=f"{name} [note 1]")
        for row in rows:
            line = odf.table.TableRow()
            for value in row:
                cell = odf.table.TableCell(**({} if value is None else {"valuetype": "string"}))
                cell.addElement(odf.text.P(text=value or ""))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    path = tmp_path / "region.ods"
    document.save(path)
    result = run(path, "-f", "json")
    assert result.problems == []
    assert scores(result) == SMALL
