"""What the values of a source become: the words of the mapping file and of the rules, and what is not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports import SOURCE, VICTIMS, apply

if TYPE_CHECKING:
    from pathlib import Path

TOP = "Ref,Q1,Q2,Q3\n"
BOOK = SOURCE.replace("a.csv", "a.xlsx")
CASES = """sheets:
  PDU cases:
    columns: {Case ID: Ref, R2.1.1: Q1, R2.2.1: Q2, S1: Q3}
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: PDU cases}
"""


def test_a_result_is_written_as_in_the_rules(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("{'1': 'Yes', '2': 'No', '98'", "{'1': 'YES', '2': 'no', '98'")
    applied = apply(tmp_path, mapping + SOURCE, {"a.csv": TOP + "V1,1,2,98\n"})
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Not applicable"}


def test_words_that_the_rules_do_not_list_are_kept_as_written(tmp_path: Path) -> None:
    mapping = CASES.replace("{Case ID: Ref,", "{Case ID: Ref, PDU: {column: P, values: {N: Norfolk, S: suffolk}},")
    applied = apply(
        tmp_path, mapping, {"a.csv": "Ref,P,Q1,Q2,Q3\nA1,n,1,1,1\nA2,S,1,1,1\nA3,NORFOLK,1,1,1\nA4,E,1,1,1\n"}
    )
    assert [row["PDU"] for row in applied.rows("PDU cases").values()] == ["Norfolk", "suffolk", "Norfolk", "<E>"]
    assert "(any text)" in applied.one("PR321").remedy


def test_an_error_in_a_cell_is_no_value_to_cover(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["V1", "#N/A", 1, 1], ["V2", 1, 1, 1]]
    applied = apply(tmp_path, VICTIMS + BOOK, {"a.xlsx": {"S": rows}})
    assert applied.codes == []
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "#N/A", "R2.6.2": "Yes", "R2.6.3": "Yes"}
    assert applied.rows()[3]["R2.6.1"] == "Yes"


def test_of_many_values_twenty_are_named_and_the_rest_are_one_problem(tmp_path: Path) -> None:
    rows = [f"A{number},a{number},1,1" for number in range(2, 25)]  # a2 to a24, in the rows of these numbers
    rows[-1] = "A24,a24,b,1"
    applied = apply(tmp_path, CASES, {"a.csv": "\n".join([TOP.strip(), *rows])})
    *named, rest = applied.of("PR321")
    assert [problem.cells for problem in named] == [(f"B{number}",) for number in range(2, 22)]
    assert {problem.standards for problem in named} == {("R2.1",)}
    assert rest.cells == ("B22", "B23", "B24", "C24")
    assert rest.standards == ("R2.1", "R2.2")
    assert rest.message == (
        "4 cells with other values, which `answers` (line 7 of region.mapping.yaml) does not cover; the line to add "
        "there is one for each"
    )


def test_a_value_of_a_supporting_question_blocks_no_rating(tmp_path: Path) -> None:
    applied = apply(tmp_path, CASES, {"a.csv": TOP + "A1,3,3,3\nA2,1,1,3\n"})
    problem = applied.one("PR321")
    assert (problem.cells, problem.standards) == (("B2", "C2"), ("R2.1", "R2.2"))
    warning = applied.one("PR329")
    assert (warning.cells, warning.standards, warning.kind.severity) == (("D2", "D3"), (), "warning")


def test_rows_above_the_first_that_are_answered_in_the_words_of_the_rules_are_an_error(tmp_path: Path) -> None:
    mapping = VICTIMS[: VICTIMS.index("    answers")] + "    first_row: 4\n" + SOURCE
    content = TOP + "id,{1},{2},{3}\nV1,Yes,No,N/A\nV2,No,No,No\n"
    problem = apply(tmp_path, mapping, {"a.csv": content}).one("PR436")
    assert problem.cells == ("3:3",)
