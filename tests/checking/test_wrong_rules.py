"""A workbook that is rated by the rules of another programme: one problem names the rule file that it fits."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TYPE_CHECKING

import pytest

from books import ENGAGING, pdu_book, save, small_book
from shared import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from books import Book
    from conftest import Run

YOUTH = EXAMPLES / "youth-justice.xlsx"


def only_pdus() -> Book:
    """A workbook of PDUs without what the region needs, each question headed by its id of the PDU programme."""
    book = pdu_book()
    mine = {
        "R2.2.1": "P2.1.2", "R2.1.1": "P2.1.3", "R2.2.2": "P2.2.2", "R2.1.2": "P2.2.3",
        "R2.2.3": "P2.3.2", "R2.1.3": "P2.3.3", "R2.2.4": "P2.4.2", "R2.1.4": "P2.4.3", "R2.5.1": "Notes",
    }  # fmt: skip
    book["PDU cases"][0] = [mine.get(header, header) for header in book["PDU cases"][0]]
    return {name: book[name] for name in ("Inspection", "PDU judgements", "PDU cases")}


def test_one_problem_names_the_rule_file_that_fits_and_its_remedy_works(run: Callable[..., Run]) -> None:
    wrong = run(YOUTH, "-f", "json")
    assert wrong.status == 1
    (problem,) = wrong.inspection["problems"]
    assert (problem["code"], problem["severity"]) == ("PR232", "error")
    # R1.1 and R1.2 could be the standards 1.1 and 1.2
    assert problem["message"] == (
        "this workbook fits the rules youth-justice-2021, not regional-2023: it has all 27 key questions and judged "
        "standards of youth-justice-2021, and 2 of the 19 of regional-2023"
    )
    assert all(one["rating"] is None for one in wrong.inspection["standards"])
    shown = run("check", YOUTH, group=True)
    assert shown.status == 1
    assert "use `--rules youth-justice-2021`" in " ".join(shown.out.split())
    assert run(YOUTH, "--rules", "youth-justice-2021", "-f", "json").status == 0


def test_partial_rates_nothing_by_the_wrong_rules(run: Callable[..., Run]) -> None:
    result = run(YOUTH, "-f", "json", "--partial")
    assert (result.status, [one["code"] for one in result.problems]) == (1, ["PR232"])
    assert {one["rating"] for one in result.inspection["standards"]} == {None}


@pytest.mark.parametrize(
    ("book", "rules", "fits", "words"),
    [
        (only_pdus(), "regional-2023", "pdu-2023", "all 15 key questions and judged standards of pdu-2023, and none of the 19"),
        (only_pdus(), "youth-justice-2021", "pdu-2023", "all 15 key questions"),
        (small_book(), "pdu-2023", "regional-2023", "all 19 key questions and judged standards of regional-2023, and 8 of the 15"),
        (small_book(), "youth-justice-2021", "regional-2023", "none of the 27 of youth-justice-2021"),
    ],
    ids=["PDUs as a region", "PDUs as a youth justice service", "a region as PDUs", "a region as a youth justice service"],
)  # fmt: skip
def test_the_rules_that_fit_are_found_by_sheets_and_headers(
    run: Callable[..., Run], tmp_path: Path, book: Book, rules: str, fits: str, words: str
) -> None:
    path = save(book, tmp_path / "region.xlsx")
    (problem,) = run(path, "--rules", rules, "-f", "json").inspection["problems"]
    assert (problem["code"], f"fits the rules {fits}, not {rules}" in problem["message"]) == ("PR232", True)
    assert words in problem["message"]
    assert run(path, "--rules", fits, "-f", "json").status == 0


def test_a_workbook_that_fits_but_for_a_column_is_told_which_rules_it_fits(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    """Its own column that is missing is a problem once it is rated by the right rules."""
    book = only_pdus()
    book["PDU cases"][0] = ["Other" if header == ENGAGING[0] else header for header in book["PDU cases"][0]]
    path = save(book, tmp_path / "region.xlsx")
    assert [one["code"] for one in run(path, "-f", "json").problems] == ["PR232"]
    assert "PR204" in run(path, "--rules", "pdu-2023", "-q").err


def without(*names: str) -> Book:
    return {name: rows for name, rows in small_book().items() if name not in names}


@pytest.mark.parametrize(
    ("book", "codes"),
    [
        (without("Victim cases"), {"PR201"}),
        (without("Victim cases", "Court reports", "Unpaid work cases"), {"PR201"}),
        (without("PDU cases"), {"PR201"}),
        ({name: pdu_book()[name] for name in pdu_book() if name != "Victim cases"}, {"PR201"}),
        ({"Sheet1": [["a", "b"]], "Court disposals": [["Case ID"]]}, {"PR217"}),
    ],
    ids=["a sheet is missing", "three sheets are missing", "the cases are missing", "it has PDUs too", "no sheet of any"],
)  # fmt: skip
def test_an_incomplete_workbook_of_its_own_rules_is_told_what_is_missing(
    run: Callable[..., Run], tmp_path: Path, book: Book, codes: set[str]
) -> None:
    problems = run(save(book, tmp_path / "region.xlsx"), "-f", "json").problems
    assert {one["code"] for one in problems if one["severity"] == "error"} == codes


def test_rules_of_ones_own_are_compared_with_the_shipped_ones(run: Callable[..., Run], tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    (problem,) = run(YOUTH, "--rules", mine, "-f", "json").inspection["problems"]
    assert "fits the rules youth-justice-2021, not mine" in problem["message"]


def test_standard_input_is_not_read_again(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    with YOUTH.open("rb") as content:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(content, encoding="utf-8"))
        result = run("-", "-f", "json")
    assert [one["code"] for one in result.problems] == ["PR232"]


def test_a_workbook_with_all_sheets_of_its_rules_keeps_its_own_problems(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    """It fits pdu-2023 as well, but nobody who has court reports in it means that."""
    book = {**small_book(), **only_pdus()}
    codes = {one["code"] for one in run(save(book, tmp_path / "region.xlsx"), "-f", "json").problems}
    assert "PR204" in codes
    assert "PR232" not in codes
