"""Sources with one row per answer: cases put together, and what is wrong with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports import apply

if TYPE_CHECKING:
    from pathlib import Path

LONG = """sheets:
  PDU cases:
    long: {question: code, answer: value}
    columns: {Case ID: ref, PDU: pdu, Sentence type: {question: TYPE}, R2.1.1: K1, R2.1.2: K2}
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: PDU cases}
"""
ROWS = """ref,pdu,code,value
A1,Norfolk,K1,1
A2,Suffolk,k1,2
A1,Norfolk,TYPE,Licence
A1,Norfolk,K9,7
A2,Suffolk,K2,3
"""


def test_the_rows_of_one_id_are_one_case_in_its_first_row(tmp_path: Path) -> None:
    applied = apply(tmp_path, LONG, {"a.csv": ROWS})
    assert applied.rows("PDU cases") == {
        2: {"Case ID": "A1", "PDU": "Norfolk", "Sentence type": "Licence", "R2.1.1": "Yes"},
        3: {"Case ID": "A2", "PDU": "Suffolk", "R2.1.1": "No", "R2.1.2": "<3>"},
    }
    assert applied.one("PR321").cells == ("D6",)
    assert applied.cells("Sentence type", "PDU cases") == ["D4"]
    assert applied.one("PR440").message == "1 row with codes of questions that no column names: 'K9'"


def test_a_question_answered_twice_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, LONG, {"a.csv": ROWS + "a1 ,Norfolk,K1,1\n"}).one("PR438")
    assert problem.cells == ("D2", "D7")
    assert problem.message == "'K1' has more than one row for 1 case"


def test_another_column_that_differs_within_a_case_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, LONG, {"a.csv": ROWS.replace("A1,Norfolk,TYPE", "A1,Suffolk,TYPE")}).one("PR439")
    assert problem.cells == ("B4",)
    assert "'Norfolk' and 'Suffolk'" in problem.message


def test_an_answer_without_a_code_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, LONG, {"a.csv": ROWS + "A3,Norfolk,,1\nA3,Norfolk,,\n"}).one("PR441")
    assert problem.cells == ("C7",)


def test_each_row_without_an_id_is_a_case_of_its_own(tmp_path: Path) -> None:
    applied = apply(tmp_path, LONG, {"a.csv": ROWS + ",Norfolk,K1,1\n,Norfolk,K1,2\n"})
    assert "PR438" not in applied.codes
    assert applied.rows("PDU cases")[8] == {"PDU": "Norfolk", "R2.1.1": "No"}


def test_a_blank_that_has_a_meaning_is_also_a_question_without_a_row(tmp_path: Path) -> None:
    mapping = LONG.replace("'2': 'No'", "'2': 'No', '': Not applicable")
    applied = apply(tmp_path, mapping, {"a.csv": ROWS})
    assert applied.rows("PDU cases")[2]["R2.1.2"] == "Not applicable"
    assert "R2.1.2 in 1 row (Not applicable)" in applied.one("PR323").message


def test_rows_are_chosen_before_they_are_put_together(tmp_path: Path) -> None:
    mapping = LONG.replace("    answers:", "    ignore_rows: [{column: value, equals: '1'}]\n    answers:")
    assert "R2.1.1" not in apply(tmp_path, mapping, {"a.csv": ROWS}).rows("PDU cases")[4]
