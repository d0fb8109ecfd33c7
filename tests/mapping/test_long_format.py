"""Sources with one row per answer: cases put together, and what is wrong with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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


def test_a_case_without_a_question_is_reported_where_a_blank_has_a_meaning(tmp_path: Path) -> None:
    mapping = LONG.replace("'2': 'No'}", "'2': 'No', '': Not applicable}")
    rows = ROWS.replace("K2,3", "K2,2") + "A3,Norfolk,TYPE,Licence\nA3,Norfolk,K9,1\n"
    problem = apply(tmp_path, mapping, {"a.csv": rows}).one("PR444")
    assert (problem.cells, problem.kind.severity) == (("C7",), "warning")
    assert problem.message.startswith("1 case without a row for any of the questions")
    assert "PR444" not in apply(tmp_path, LONG, {"a.csv": rows}).codes  # its answers are blank, and so an error
    assert apply(tmp_path, mapping, {"a.csv": rows.replace("A3", "DEF")}).codes.count("PR444") == 1
    assert "PR419" not in apply(tmp_path, mapping, {"a.csv": rows.replace("A3", "DEF")}).codes


def test_another_column_that_differs_within_a_case_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, LONG, {"a.csv": ROWS.replace("A1,Norfolk,TYPE", "A1,Suffolk,TYPE")}).one("PR439")
    assert problem.cells == ("B4",)
    assert "'Norfolk' and 'Suffolk'" in problem.message


@pytest.mark.parametrize(
    ("before", "after", "letter"),
    [("R2.1.1: K1", "R2.1.1: {column: value}", "D"), ("PDU: pdu", "PDU: code", "C")],
    ids=["answers", "codes"],
)
def test_the_answers_and_codes_of_a_case_are_not_one_value(
    tmp_path: Path, before: str, after: str, letter: str
) -> None:
    problem = apply(tmp_path, LONG.replace(before, after), {"a.csv": ROWS}).one("PR439")
    assert problem.cells == (f"{letter}4", f"{letter}5", f"{letter}6")


def test_an_answer_without_a_code_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, LONG, {"a.csv": ROWS + "A3,Norfolk,,1\nA3,Norfolk,,\n"}).one("PR441")
    assert problem.cells == ("C7",)
    assert problem.message.startswith("1 row ")


def test_each_row_without_an_id_is_a_case_of_its_own(tmp_path: Path) -> None:
    applied = apply(tmp_path, LONG, {"a.csv": ROWS + ",Norfolk,K1,1\n,Norfolk,K1,2\n"})
    assert "PR438" not in applied.codes
    assert applied.rows("PDU cases")[8] == {"PDU": "Norfolk", "R2.1.1": "No"}
    first = apply(tmp_path, LONG, {"a.csv": "ref,pdu,code,value\nA1,Kent,K1,1\n,Kent,K1,2\nA2,Kent,K1,1\n,Kent,K1,2\n"})
    assert [case["R2.1.1"] for case in first.rows("PDU cases").values()] == ["Yes", "No", "Yes", "No"]
    assert first.codes == []


def test_a_blank_that_has_a_meaning_is_also_a_question_without_a_row(tmp_path: Path) -> None:
    mapping = LONG.replace("'2': 'No'", "'2': 'No', '': Not applicable")
    applied = apply(tmp_path, mapping, {"a.csv": ROWS})
    assert applied.rows("PDU cases")[2]["R2.1.2"] == "Not applicable"
    assert "R2.1.2 in 1 row (Not applicable)" in applied.one("PR323").message
    assert applied.one("PR323").cells == ("D2",)


def test_rows_are_chosen_before_they_are_put_together(tmp_path: Path) -> None:
    mapping = LONG.replace("    answers:", "    ignore_rows: [{column: value, equals: '1'}]\n    answers:")
    assert "R2.1.1" not in apply(tmp_path, mapping, {"a.csv": ROWS}).rows("PDU cases")[4]


def test_only_the_cases_that_are_answered_twice_are_named(tmp_path: Path) -> None:
    extra = "A3,Kent,K1,1\nA3,Kent,K2,1\nA2,Suffolk,K2,1\nA2,Suffolk,K2,2\nA1,Norfolk,K1,2\n"
    first, second = apply(tmp_path, LONG, {"a.csv": ROWS + extra}).of("PR438")
    assert (first.cells, first.message) == (("D2", "D11"), "'K1' has more than one row for 1 case")
    assert (second.cells, second.message) == (("D6", "D9", "D10"), "'K2' has more than one row for 1 case")
    assert first.standards == ("R2.1", "R2.2", "R2.5")


def test_two_cases_that_differ_are_counted_and_the_first_is_shown(tmp_path: Path) -> None:
    content = ROWS.replace("A1,Norfolk,TYPE", "A1,,TYPE").replace("A2,Suffolk,K2", "A2,Essex,K2") + "A3,Kent,K1,1\n"
    problem = apply(tmp_path, LONG, {"a.csv": content}).one("PR439")
    assert problem.cells == ("B4", "B6")
    assert "2 cases" in problem.message
    assert "'Norfolk' and a blank" in problem.message
    assert "'pdu'" in problem.message


def test_a_column_of_a_condition_may_differ_within_a_case_and_one_by_letter_may_not(tmp_path: Path) -> None:
    mapping = LONG.replace("PDU: pdu", "PDU: {letter: B}").replace(
        "    answers:", "    ignore_rows: [{column: wave, equals: old}]\n    answers:"
    )
    content = "ref,pdu,code,value,wave\nA1,Kent,K1,1,one\nA1,Kent,K2,1,two\nA1,Essex,K1,2,old\nA2,kent,K1,1,one\nA2,KENT,K2,1,one\n"
    assert apply(tmp_path, mapping, {"a.csv": content}).codes == ["PR430"]
    kept = mapping.replace(
        "ignore_rows: [{column: wave, equals: old}]", "keep_rows: [{column: wave, one_of: [one, two]}]"
    )
    assert apply(tmp_path, kept, {"a.csv": content}).codes == ["PR430"]
    problem = apply(tmp_path, mapping, {"a.csv": content.replace("A1,Kent,K2", "A1,Essex,K2")}).one("PR439")
    assert problem.cells == ("B3",)
    assert "column B" in problem.message


def test_codes_that_are_errors_or_are_not_named_are_reported(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[None], [None], ["ref", "pdu", "code", "value"], ["A1", "Kent", "K1", 1]]
    rows += [["A1", "Kent", f"X{number}", 1] for number in range(5, 27)]  # in the rows 5 to 26
    rows += [
        ["A1", "Kent", "#N/A", 1],
        ["A1", "Kent", "#N/A", None],
        ["Total", "Kent", "#REF!", 1],
        ["A2", "Kent", "K1", 2],
    ]
    mapping = LONG.replace("a.csv", "a.xlsx").replace(
        "    answers:", "    ignore_rows: [{column: ref, equals: Total}]\n    answers:"
    )
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    assert applied.rows("PDU cases") == {
        4: {"Case ID": "A1", "PDU": "Kent", "R2.1.1": "Yes"}, 30: {"Case ID": "A2", "PDU": "Kent", "R2.1.1": "No"},
    }  # fmt: skip
    assert applied.cells("R2.1.1", "PDU cases") == ["D4", "D30"]
    assert applied.one("PR307").cells == ("C27", "C28")
    assert "'#N/A'" in applied.one("PR307").message
    assert "PR441" not in applied.codes
    note = applied.one("PR440")
    assert note.message.startswith("22 rows with codes of questions that no column names: 'X5', 'X6', 'X7'")
    assert note.message.endswith("'X24' and 2 more")
    assert note.standards == ()


def test_an_error_is_not_the_code_that_it_reads_like(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["ref", "pdu", "code", "value"], ["A1", "Kent", "#N/A", 1], ["A1", "Kent", "K2", 2]]
    mapping = LONG.replace("a.csv", "a.xlsx").replace("R2.1.1: K1", "R2.1.1: '#N/A'")
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    assert applied.rows("PDU cases") == {2: {"Case ID": "A1", "PDU": "Kent", "R2.1.2": "No"}}
    assert applied.one("PR307").cells == ("C2",)


def test_each_row_is_a_case_where_no_column_is_the_id(tmp_path: Path) -> None:
    mapping = LONG.replace("Case ID: ref, ", "")
    rows = apply(tmp_path, mapping, {"a.csv": "pdu,code,value\nKent,K1,1\nKent,K2,2\n"}).rows("PDU cases")
    assert rows == {2: {"PDU": "Kent", "R2.1.1": "Yes"}, 3: {"PDU": "Kent", "R2.1.2": "No"}}


def test_ids_that_look_the_same_are_one_case_and_errors_are_each_one(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["ref", "pdu", "code", "value"], ["A1", "Kent", "K1", 1], ["\u0410 1", "Kent", "K1", 1], ["a1", "Kent", "K2", 2],
        ["#N/A", "Kent", "K1", 1], ["#N/A", "Kent", "K1", 2], ["\uff211", "Kent", "TYPE", "Licence"],
    ]  # fmt: skip
    applied = apply(tmp_path, LONG.replace("a.csv", "a.xlsx"), {"a.xlsx": {"S": rows}})
    found = applied.rows("PDU cases")
    assert {row: case["Case ID"] for row, case in found.items()} == {2: "A1", 3: "\u0410 1", 5: "#N/A", 6: "#N/A"}
    assert found[2] == {"Case ID": "A1", "PDU": "Kent", "R2.1.1": "Yes", "R2.1.2": "No", "Sentence type": "Licence"}
    assert "PR438" not in applied.codes


@pytest.mark.parametrize(
    ("parts", "values", "cells"),
    [
        ("[{question: WAVE}, pdu]", ["2 Kent", "1 Essex"], ["D3", "D5"]),
        ("[pdu, {question: WAVE}]", ["Kent 2", "Essex 1"], ["B2", "B4"]),
    ],
    ids=["answer-first", "answer-last"],
)
def test_a_join_is_where_its_first_part_is(tmp_path: Path, parts: str, values: list[str], cells: list[str]) -> None:
    mapping = LONG.replace("PDU: pdu", f"PDU: {{join: {parts}}}")
    content = "ref,pdu,code,value\nA1,Kent,K1,1\nA1,Kent,WAVE,2\nA2,Essex,K1,1\nA2,Essex,WAVE,1\n"
    applied = apply(tmp_path, mapping, {"a.csv": content})
    assert [row["PDU"] for row in applied.rows("PDU cases").values()] == values
    assert applied.cells("PDU", "PDU cases") == cells


def test_the_long_format_may_have_no_headers(tmp_path: Path) -> None:
    mapping = """sheets:
  PDU cases:
    long: {question: {letter: B}, answer: {letter: C}}
    columns: {Case ID: {letter: A}, R2.1.1: K1, R2.1.2: K2}
    header_row: none
    first_row: 1
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: PDU cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "A1,K1,1\nA1,K2,2\nA2,K1,2\n"})
    assert applied.rows("PDU cases") == {
        1: {"Case ID": "A1", "R2.1.1": "Yes", "R2.1.2": "No"}, 3: {"Case ID": "A2", "R2.1.1": "No"},
    }  # fmt: skip
    assert applied.cells("R2.1.2", "PDU cases") == ["C2"]


def test_the_ids_of_cases_may_be_joined_and_have_patterns(tmp_path: Path) -> None:
    mapping = LONG.replace("Case ID: ref", "Case ID: {join: [pdu, {column: ref, pattern: 'case (.+)'}]}")
    content = "ref,pdu,code,value\ncase c,a b,K1,1\ncase b c,a,K1,2\ncase c,a b,K2,2\nd,a,K1,1\n"
    applied = apply(tmp_path, mapping, {"a.csv": content})
    assert applied.rows("PDU cases") == {
        2: {"Case ID": "a b c", "PDU": "a b", "R2.1.1": "Yes", "R2.1.2": "No"},
        3: {"Case ID": "a | b c", "PDU": "a", "R2.1.1": "No"},
        5: {"Case ID": "<d>", "PDU": "a", "R2.1.1": "Yes"},
    }
    assert [(one.kind.code, one.cells) for one in applied.problems] == [("PR324", ("A5",))]
