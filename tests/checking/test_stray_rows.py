"""Rows that are not entries of a table: each is one problem that names the row, and blocks what its sheet rates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from books import R21, R22, Book, Rows, save, small_book
from probation_ratings import RuleSet, load_rules, rate_inspection, read_inspection, read_inspections

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

CASES, REPORTS, VICTIMS, JUDGED = "PDU cases", "Court reports", "Victim cases", "Judgements"
BLOCKED = {CASES: ("R2.1", "R2.2", "R2.5"), REPORTS: ("R2.3",), VICTIMS: ("R2.6",), JUDGED: ("R1.1", "R1.2")}
Found = list[tuple[str, str | None, tuple[str, ...]]]


def book() -> Book:
    """A valid workbook with eight cases per sheet, in rows 2 to 9: 22 points."""
    sound = small_book()
    pdus = ["Camden", "Hackney"] * 4
    sound[CASES][1:] = [[f"A{n}", pdu, "Licence", *["Yes"] * 9] for n, pdu in enumerate(pdus, start=1)]
    sound[REPORTS][1:] = [[f"C{n}", pdu, "PDU inspection", "Yes"] for n, pdu in enumerate(pdus, start=1)]
    sound[VICTIMS][1:] = [[f"V{n}", *["Yes"] * 3] for n in range(1, 9)]
    return sound


def below(sheet: str, *rows: list[Any]) -> Book:
    """The valid workbook with more rows at the end of a sheet."""
    more = book()
    more[sheet] += rows
    return more


def above(sheet: str, *rows: list[Any]) -> Book:
    """The valid workbook with more rows above the header of a sheet."""
    more = book()
    more[sheet][:0] = rows
    return more


def firsts(sheet: Rows, rows: str) -> tuple[str, ...]:
    """The first cell with a value of each of these rows, such as '5, 9-12'."""
    ends = [span.split("-") for span in rows.split(", ")]
    numbers = [number for span in ends for number in range(int(span[0]), int(span[-1]) + 1)]
    places = (next(place for place, value in enumerate(sheet[number - 1]) if value is not None) for number in numbers)
    return tuple(f"{'ABCDEFGHIJKL'[place]}{number}" for place, number in zip(places, numbers, strict=True))


@pytest.fixture
def look(tmp_path: Path, rules: RuleSet) -> Callable[[Book], Found]:
    """Reads a workbook: code, sheet and cells of each problem that is found, without the notes on few cases."""

    def read(workbook: Book) -> Found:
        inspection = read_inspection(str(save(workbook, tmp_path / "region.xlsx")), rules)
        rated = rate_inspection(inspection)
        assert (rated.score is None) == any(one.is_error for one in rated.problems)
        return [(one.kind.code, one.sheet, one.cells) for one in rated.problems if one.kind.code != "PR408"]

    return read


SUMS = [8] * 9
UNSAVED = ["=SUBTOTAL(103,D2:D9)"] * 9


@pytest.mark.parametrize(
    "row",
    [
        *([label, None, None, *SUMS] for label in (
            "Total", "TOTALS:", "Grand total", "Sub-total", "Sum", "Count", "Average", "Overall", "Total (8 cases)",
            "Total cases", "Total: 8", "Camden total", "% Yes", "Yes", "Number of Yes", "Cyfanswm",
        )),
        ["Total"],
        ["Total", None, None, *UNSAVED],
        ["Average", None, None, *["#DIV/0!"] * 9],
        ["Total", None, None, *["Yes"] * 9],
        [None, None, None, *SUMS],
        [None, None, None, *UNSAVED],
        [None, None, None, *["75%"] * 9],
        [None, None, None, *["6 of 8"] * 9],
        [None, None, None, *[None] * 8, 8],
        [None, "Total", None, *SUMS],
        [None, None, "Grand total", *SUMS],
        [None, "Camden", None, *SUMS],
        [8, "Total"],
    ],
)  # fmt: skip
def test_a_total_row_is_one_problem(look: Callable[[Book], Found], row: list[Any]) -> None:
    workbook = below(CASES, row)
    assert look(workbook) == [("PR417", CASES, firsts(workbook[CASES], "10"))]


def test_totals_of_each_pdu_are_one_problem(look: Callable[[Book], Found]) -> None:
    workbook = book()
    workbook[CASES].insert(5, ["Camden Total", None, None, *SUMS])
    workbook[CASES] += [[None, "Hackney Total", None, *SUMS], [], ["Grand Total", None, None, *SUMS]]
    assert look(workbook) == [("PR417", CASES, ("A6", "B11", "A13"))]


@pytest.mark.parametrize("id_", ["Total-1", "Total 1", "Totality", "Sum1", "Note-1", "Note 1", "Source A", "Case A"])
def test_an_id_that_only_resembles_such_a_word_is_a_case(look: Callable[[Book], Found], id_: str) -> None:
    assert look(below(CASES, [id_, "Camden", "Licence", *["Yes"] * 9])) == []


@pytest.mark.parametrize("pdu", ["Overall", "Total", "PDU", "Source: Camden"])
def test_a_case_of_a_pdu_with_such_a_name_is_a_case(tmp_path: Path, rules: RuleSet, pdu: str) -> None:
    workbook = below(CASES, ["A9", pdu, "Licence", *["Yes"] * 9])
    inspection = read_inspection(str(save(workbook, tmp_path / "region.xlsx")), rules)
    assert inspection.details.pdus == tuple(sorted(["Camden", "Hackney", pdu]))
    assert len(inspection.cases[CASES].frame) == 9


@pytest.mark.parametrize(
    ("sheet", "rows", "cells"),
    [
        (CASES, [["A9", "Camden", "Licence"]], [f"{letter}10" for letter in "DEFGHIJKL"]),
        (CASES, [["A9", "Total", None]], [f"{letter}10" for letter in "DEFGHIJKL"]),
        (VICTIMS, [["V9"]], ["B10", "C10", "D10"]),
        (VICTIMS, [["V9"], ["V10"]], ["B10", "C10", "D10", "B11", "C11", "D11"]),
    ],
)
def test_cases_whose_answers_are_still_to_come_have_blank_answers(
    look: Callable[[Book], Found], sheet: str, rows: Rows, cells: list[str]
) -> None:
    found = [one for one in look(below(sheet, *rows)) if one[0] != "PR315"]
    assert found == [("PR305", sheet, tuple(cells))]


def test_a_row_with_only_a_broken_id_is_a_case_and_not_a_remark(look: Callable[[Book], Found]) -> None:
    found = {code: cells for code, _, cells in look(below(VICTIMS, ["#REF!"], ["=A9"]))}
    assert set(found) == {"PR305", "PR307", "PR308"}
    assert (found["PR307"], found["PR308"]) == (("A10",), ("A11",))


def test_ids_that_are_plain_words_are_ids(look: Callable[[Book], Found]) -> None:
    workbook = book()
    workbook[VICTIMS][1:] = [["Apple", "Yes", "Yes", "No"], ["Pear", "Yes", "Yes", "No"], ["Plum"]]
    assert look(workbook) == [("PR305", VICTIMS, ("B4", "C4", "D4"))]


def test_a_case_with_a_number_for_an_answer_is_a_case(look: Callable[[Book], Found]) -> None:
    assert look(below(VICTIMS, ["V9", 1, 1, 1])) == [("PR304", VICTIMS, ("B10", "C10", "D10"))]


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ([["Source: case system"]], "10"),
        ([["Note 1: Cases of PDUs that merged"], ["Note 2"], ["* withdrawn"]], "10-12"),
        ([["[note 1]", "Some were inspected late."]], "10"),
        ([["Note 1", "Some were inspected late."]], "10"),
        ([[], [], ["Exported on 3 June by JB"]], "12"),
        ([[], ["Confidential"]], "11"),
        ([["Confidential"]], "10"),
        ([[None, "Source: case system"]], "10"),
    ],
)
def test_remarks_below_the_cases_are_one_problem(look: Callable[[Book], Found], rows: Rows, cells: str) -> None:
    workbook = below(CASES, *rows)
    assert look(workbook) == [("PR419", CASES, firsts(workbook[CASES], cells))]


def test_a_total_and_a_footnote_are_two_problems(look: Callable[[Book], Found]) -> None:
    found = look(below(CASES, ["Total", None, None, *SUMS], [], ["Source: case system"]))
    assert found == [("PR417", CASES, ("A10",)), ("PR419", CASES, ("A12",))]


@pytest.mark.parametrize("row", [["V0", "Yes/No", "Yes/No", "Yes/No"], ["Reference", "Yes/No", "Maybe", "Yes/No"]])
def test_a_case_that_is_undecided_is_no_header(look: Callable[[Book], Found], row: list[Any]) -> None:
    workbook = book()
    workbook[VICTIMS].insert(1, row)
    assert {code for code, _, _ in look(workbook)} == {"PR304"}


@pytest.mark.parametrize("sheet", [CASES, REPORTS, VICTIMS, JUDGED])
def test_the_header_row_again_is_one_problem(look: Callable[[Book], Found], sheet: str) -> None:
    workbook = book()
    workbook[sheet].insert(2, workbook[sheet][0])
    workbook[sheet].append(workbook[sheet][0])
    last = len(workbook[sheet])
    assert look(workbook) == [("PR418", sheet, ("A3", f"A{last}"))]


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (
            [
                [
                    "Unique reference",
                    "Is contact good enough?",
                    "Is information exchanged?",
                    "Is there a contribution?",
                ],
                [f'{{"ImportId":"QID{n}"}}' for n in range(4)],
            ],
            "2-3",
        ),
        ([["Response ID", *["Does it work well enough?"] * 3]], "2"),
        ([[None, *["Response"] * 3]], "2"),
        ([["Open-Ended Response", *["Response"] * 3]], "2"),
        ([["Enter the reference", *["Yes / No / N/A"] * 3]], "2"),
        ([["Reference", "Yes/No", "Y, N or NA.", "Yes, No, or Not applicable"]], "2"),
    ],
)
def test_the_header_rows_of_survey_tools_are_one_problem(look: Callable[[Book], Found], rows: Rows, cells: str) -> None:
    workbook = book()
    workbook[VICTIMS][1:1] = rows
    assert look(workbook) == [("PR418", VICTIMS, firsts(workbook[VICTIMS], cells))]


@pytest.mark.parametrize(
    "header",
    [
        [["Case ID", "PDU", "Sentence type", "R2.1", *[None] * 3, "R2.2", *[None] * 3, "R2.5"],
         [None, None, None, *R21, *R22, "R2.5.1"]],
        [["Case", "PDU", "Sentence type", *[None] * 9], ["ID", None, None, *R21, *R22, "R2.5.1"]],
        [["Case ID", "PDU", "Sentence type", "R2.1", *[None] * 3, "R2.2", *[None] * 3, "R2.5"],
         [None, None, None, *"1234", *"1234", "1"]],
        [[None, "PDU", None, *[None] * 9], ["Case ID", None, "Sentence type", *R21, *R22, "R2.5.1"]],
    ],
)  # fmt: skip
def test_a_header_over_two_rows_is_one_problem(look: Callable[[Book], Found], header: Rows) -> None:
    workbook = book()
    workbook[CASES][:1] = header
    assert look(workbook) == [("PR218", CASES, firsts(workbook[CASES], "1-2"))]


PIVOT: Rows = [["Row Labels", "Count of Case ID"], ["Camden", 4], ["Hackney", 4], ["Grand Total", 8]]


@pytest.mark.parametrize(
    ("sheet", "rows", "cells"),
    [
        (CASES, [[], *PIVOT], "11-14"),
        (CASES, PIVOT, "10-13"),
        (CASES, [[], ["Team", "Manager"], ["North", "Smith"], ["South 2", "Jones"]], "11-13"),
        (VICTIMS, [[], ["R2.6.1", "Case ID", "R2.6.2", "R2.6.3"], ["Yes", "V9", "Yes", "No"]], "11-12"),
    ],
)
def test_another_table_below_the_cases_is_one_problem(
    look: Callable[[Book], Found], sheet: str, rows: Rows, cells: str
) -> None:
    workbook = below(sheet, *rows)
    assert look(workbook) == [("PR420", sheet, firsts(workbook[sheet], cells))]


def test_a_pivot_table_beside_the_cases_is_left_alone(look: Callable[[Book], Found]) -> None:
    workbook = book()
    for row, beside in zip(workbook[CASES][2:], PIVOT, strict=False):
        row += [None, *beside]
    workbook[CASES] += [[], [*[None] * 13, "Total", 8]]
    assert look(workbook) == []


def test_two_tables_side_by_side_are_one_problem(look: Callable[[Book], Found]) -> None:
    workbook = book()
    workbook[VICTIMS] = [[*row, None, *row] for row in workbook[VICTIMS]]
    (found,) = look(workbook)
    assert found == ("PR205", VICTIMS, ("A1", "F1", "B1", "G1", "C1", "H1", "D1", "I1"))


@pytest.mark.parametrize(
    ("row", "code"),
    [(["Overall", "Good", "All in all."], "PR417"), (["Source: meeting of 3 June"], "PR419")],
)
def test_judgements_have_the_same_rows(look: Callable[[Book], Found], row: list[Any], code: str) -> None:
    assert look(below(JUDGED, row)) == [(code, JUDGED, ("A4",))]


@pytest.mark.parametrize("row", [[None, None, "Agreed"], ["R1.3", "Good", "x"], [None, "Good", None]])
def test_a_judgement_of_no_known_standard_is_reported(look: Callable[[Book], Found], row: list[Any]) -> None:
    assert look(below(JUDGED, row)) == [("PR603", JUDGED, ("A4",))]


def test_the_message_names_the_row_and_what_it_holds(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(below(CASES, ["Total", None, None, *SUMS]), tmp_path / "region.xlsx")
    words = " ".join(run("check", path, group=True).out.split())
    assert "error[PR417] row 10 holds totals, not an entry of the table: 'Total' in A10" in words
    assert "R2.1, R2.2 and R2.5 cannot be rated" in words
    assert "delete row 10" in words
    assert "'Total'" not in run("check", path, "--redact", group=True).out
    (partial,) = json.loads(run(path, "-f", "json", "--partial").out)["inspections"]
    assert {one["id"]: one["rating"] for one in partial["standards"] if one["rating"] is None} == dict.fromkeys(
        BLOCKED[CASES]
    )


def test_no_word_of_a_total_or_a_header_is_a_pdu(tmp_path: Path) -> None:
    workbook = below(CASES, [None, "Total", None, *SUMS], book()[CASES][0])
    workbook["PDU judgements"] = [["PDU", "Standard", "Rating", "Rationale"]]
    path = str(save(workbook, tmp_path / "region.xlsx"))
    assert [one.details.pdu for one in read_inspections(path, load_rules("pdu-2023"))] == ["Camden", "Hackney"]


STRAYS = st.one_of(
    st.builds(
        lambda label, figure, width: ("PR417", [label, *[None] * (width - 1), *[figure] * 3]),
        st.sampled_from(["Total", "Grand total", "Sum", "Average:", "Overall", "total (n)", "COUNT"]),
        st.sampled_from([8, 0.5, "75%", "Yes", None, "=SUM(B2:B9)"]),
        st.just(1),
    ),
    st.builds(
        lambda mark, text: ("PR419", [f"{mark} {text}"]),
        st.sampled_from(["Source:", "Note 1", "Notes:", "[note 2]", "*"]),
        st.text("abc déf,;-", max_size=30),
    ),
    st.just(("PR418", ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"])),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stray=STRAYS, place=st.integers(1, 9))
def test_one_such_row_anywhere_is_one_problem_more_and_nothing_of_its_sheet_is_rated(
    tmp_path: Path, rules: RuleSet, stray: tuple[str, list[Any]], place: int
) -> None:
    code, row = stray
    workbook = book()
    workbook[VICTIMS].insert(place, row)
    inspection = read_inspection(str(save(workbook, tmp_path / "region.xlsx")), rules)
    (problem,) = [one for one in inspection.problems if one.kind.code != "PR408"]
    number = place + 1
    assert (problem.kind.code, problem.sheet, problem.cells) == (code, VICTIMS, (f"A{number}",))
    assert problem.standards == BLOCKED[VICTIMS]
    assert f"row {number}" in problem.message
    assert len(inspection.cases[VICTIMS].frame) == 8
    rated = rate_inspection(inspection, partial=True)
    assert [one.standard.id for one in rated.standards if one.rating is None] == ["R2.6"]


@pytest.mark.parametrize(
    ("sheet", "row", "is_entry"),
    [
        (VICTIMS, ["V0", "Yes", "No", "Yes"], True),
        (CASES, ["A0", "Camden", "Licence", "Maybe", "Yes"], True),
        (JUDGED, ["R1.1", "Good"], True),
        (VICTIMS, ["Allowed answers:", "Yes", "No", "Not applicable"], False),
        (VICTIMS, ["Victim cases, 2024"], False),
    ],
    ids=["case", "case-with-an-error", "judgement", "key-to-answers", "title"],
)
def test_an_entry_above_the_header_is_an_error(
    look: Callable[[Book], Found], sheet: str, row: list[Any], *, is_entry: bool
) -> None:
    found = look(above(sheet, row))
    assert found == ([("PR442", sheet, ("A1",))] if is_entry else [])
