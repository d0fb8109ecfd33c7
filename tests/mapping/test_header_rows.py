"""Where the table of a source begins: the header row, the first row of data, letters, and the sheets of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import Workbook

from exports import SOURCE, VICTIMS, apply
from probation_ratings.mapping.frames import sheet_of_frame
from probation_ratings.mapping.model import SheetMapping
from probation_ratings.mapping.reading import chosen_sheets
from probation_ratings.reading.workbook import Found
from probation_ratings.reading.workbook import Workbook as ReadWorkbook

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings import RuleSet

TOP = "Ref,Q1,Q2,Q3\n"
ANSWERS = "    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}\n"
BOOK = SOURCE.replace("a.csv", "a.xlsx")


def by_letter(*settings: str, last: str = "D", source: str = SOURCE) -> str:
    lines = "".join(f"    {one}\n" for one in settings)
    columns = f"Case ID: {{letter: A}}, R2.6.1: {{letter: B}}, R2.6.2: {{letter: C}}, R2.6.3: {{letter: {last}}}"
    return f"sheets:\n  Victim cases:\n    columns: {{{columns}}}\n{ANSWERS}{lines}{source}"


def test_letters_alone_do_not_say_where_the_data_begins(tmp_path: Path) -> None:
    problem = apply(tmp_path, by_letter(), {"a.csv": TOP + "V1,1,1,1\n"}).one("PR229")
    assert problem.standards == ("R2.6",)


def test_the_row_above_the_first_row_is_the_header_row_of_letters(tmp_path: Path) -> None:
    content = "A title\n" + TOP + "V1,1,2,98\nV2,1,1,1\n"
    applied = apply(tmp_path, by_letter("first_row: 3"), {"a.csv": content})
    assert {row: case["R2.6.2"] for row, case in applied.rows().items()} == {3: "No", 4: "Yes"}
    assert applied.codes == []
    first = apply(tmp_path, by_letter("first_row: 1"), {"a.csv": "V1,1,2,98\n"})
    assert list(first.rows()) == [1]


def test_a_row_with_a_value_in_another_column_alone_is_a_row_first_and_last(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {Report ID: {letter: A}, PDU: {constant: Norfolk}, R2.3.1: {letter: B}}
    header_row: none
    first_row: 1
sources:
  - {files: a.csv, into: Court reports}
"""
    content = ",,a note\nC1,Yes,\n,,\n,,a note\n"
    assert apply(tmp_path, mapping, {"a.csv": content}).rows("Court reports") == {
        1: {"PDU": "Norfolk"}, 2: {"Report ID": "C1", "PDU": "Norfolk", "R2.3.1": "Yes"}, 4: {"PDU": "Norfolk"},
    }  # fmt: skip


def test_a_letter_after_the_last_column_is_an_error(tmp_path: Path) -> None:
    problem = apply(tmp_path, by_letter("header_row: 1", last="F"), {"a.csv": TOP + "V1,1,1,1\n"}).one("PR224")
    assert "column F is not there: the last column with a value is D" in problem.message
    assert (problem.cells, problem.standards) == ((), ("R2.6",))


def test_a_letter_whose_header_is_another_names_the_cell(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("R2.6.3: Q3", "R2.6.3: {column: Q3, letter: E}") + SOURCE
    problem = apply(tmp_path, mapping, {"a.csv": "A title,,,,\nRef,Q1,Q2,Q3,\nV1,1,1,1,x\n"}).one("PR224")
    assert problem.cells == ("E2",)
    assert "column E is headed with nothing, not 'Q3'" in problem.message


def test_without_any_of_the_headers_the_first_texts_are_shown(tmp_path: Path) -> None:
    content = "\nName,Age,Town\n1,2,3\n"
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content}).one("PR222")
    assert problem.message == (
        "there is no header 'Ref', 'Q1', 'Q2' or 'Q3' in the first 3 rows; the first 3 rows have 'Name', 'Age' and 'Town'"
    )


def test_a_header_row_that_is_given_above_the_first_value_has_no_headers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[None], [None], ["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 1, 1]]
    problem = apply(tmp_path, VICTIMS + "    header_row: 1\n" + BOOK, {"a.xlsx": {"S": rows}}).one("PR222")
    assert "in row 1" in problem.message
    assert "row 1 has no text" in problem.message
    assert "row 3 has all of them" in problem.message
    applied = apply(tmp_path, VICTIMS + "    header_row: 3\n" + BOOK, {})
    assert list(applied.rows()) == [4]
    assert applied.cells("R2.6.3") == ["D4"]


def test_the_row_with_most_of_the_headers_is_the_one_that_lacks_some(tmp_path: Path) -> None:
    content = "Q1 and others,Ref,x\nRef,Q1,Qu3\nV1,1,1\n"
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content}).one("PR222")
    assert problem.message == (
        "there is no header 'Q2' or 'Q3' in row 2 ('Qu3' is near); row 2 has 'Ref', 'Q1' and 'Qu3'"
    )


@pytest.mark.parametrize(
    ("row", "found"),
    [("A1,K1,1", ["2:2"]), ("A1,TYPE,Licence", []), ("id,K1,Answer", []), ("A1,K9,1", []), ("A1,k2,2", ["2:2"])],
    ids=["answer", "no-question", "text", "other-code", "other-case"],
)
def test_in_the_long_format_an_answer_above_the_first_row_is_an_error(
    tmp_path: Path, row: str, found: list[str]
) -> None:
    mapping = f"""sheets:
  PDU cases:
    long: {{question: code, answer: value}}
    columns: {{Case ID: ref, Sentence type: {{question: TYPE}}, R2.1.1: K1, R2.1.2: K2}}
    first_row: 3
{ANSWERS}sources:
  - {{files: a.csv, into: PDU cases}}
"""
    applied = apply(tmp_path, mapping, {"a.csv": f"ref,code,value\n{row}\nA2,K1,1\n"})
    assert [cell for problem in applied.of("PR436") for cell in problem.cells] == found
    assert list(applied.rows("PDU cases")) == [3]


def test_an_id_cannot_be_joined_from_an_answer(tmp_path: Path) -> None:
    mapping = """sheets:
  PDU cases:
    long: {question: code, answer: value}
    columns: {Case ID: {join: [ref, {question: WAVE}]}, R2.1.1: K1}
sources:
  - {files: a.csv, into: PDU cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "ref,code,value\nA1,K1,Yes\nA1,WAVE,2\n"})
    assert applied.one("PR327").cells == ("A2", "A3")


@pytest.mark.parametrize(("first_row", "rows"), [(2, [2, 3, 4]), (3, [3, 4]), (1, [2, 3, 4]), (9, [])])
def test_the_rules_own_headers_have_a_first_row_too(tmp_path: Path, first_row: int, rows: list[int]) -> None:
    mapping = f"sources:\n  - {{files: a.csv, into: Unpaid work cases, first_row: {first_row}}}\n"
    applied = apply(tmp_path, mapping, {"a.csv": "Case ID,R2.4.1\nid,Yes\nU1,Yes\nU2,No\n"})
    if rows:
        assert list(applied.rows("Unpaid work cases")) == rows
    else:
        assert applied.one("PR433").standards == ("R2.4",)


@pytest.mark.parametrize(
    "setting",
    ["ignore_rows: [{column: Case ID, equals: Total}]", "keep_rows: [{column: Kind, equals: case}]", "header_row: 3"],
)
def test_the_rules_own_headers_may_have_conditions_and_a_given_row(tmp_path: Path, setting: str) -> None:
    mapping = f"sources:\n  - {{files: a.csv, into: Unpaid work cases, {setting}}}\n"
    content = "A title,,,\n,,,\nCase ID,Commenced,R2.4.1,Kind\nU1,2024-06-03,Yes,case\nTotal,,No,sum\n"
    applied = apply(tmp_path, mapping, {"a.csv": content})
    found = applied.rows("Unpaid work cases")
    assert found[4] == {"Case ID": "U1", "Commenced": "2024-06-03", "R2.4.1": "Yes", "Kind": "case"}
    assert list(found) == ([4, 5] if setting == "header_row: 3" else [4])
    assert applied.codes == ([] if setting == "header_row: 3" else ["PR430"])


def test_a_hidden_column_is_one_where_it_is_mapped(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["Ref", "Q1", "x", "Q2", "Q3"], ["V1", 1, 1, 1, 1]):
        book.active.append(row)
    for letter in "BC":
        book.active.column_dimensions[letter].hidden = True
    book.save(tmp_path / "a.xlsx")
    found = apply(tmp_path, VICTIMS + BOOK, {}).found
    assert isinstance(found, Found)
    assert found.workbooks[-1].sheets[0].hidden_columns == [2]


def test_each_sheet_that_is_named_must_be_there(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 1, 1]]
    source = BOOK.replace("a.xlsx,", "a.xlsx, sheet: [S, 'T*', U],")
    applied = apply(tmp_path, VICTIMS + source, {"a.xlsx": {"S": rows, "Tx": rows, "Ty": rows}})
    problem = applied.one("PR226")
    assert (problem.standards, "'U'" in problem.message, "'S', 'Tx' and 'Ty'" in problem.message) == (
        ("R2.6",), True, True,
    )  # fmt: skip
    without = apply(tmp_path, VICTIMS + source.replace(", U]", "]"), {})
    assert len(without.all_rows()) == 3


def test_two_sheets_of_one_name_are_an_error(rules: RuleSet) -> None:
    sheet = sheet_of_frame("S", pd.DataFrame({"Ref": ["V1"]}))
    workbook = ReadWorkbook("a.xlsx", "", ["S", "T", "S"], [sheet], "xlsx", date_1904=False)
    chosen, (problem,) = chosen_sheets(workbook, SheetMapping("Victim cases", sheets=("s",)), rules)
    assert chosen == [sheet]
    assert (problem.kind.code, problem.file, problem.standards) == ("PR202", "a.xlsx", ("R2.6",))
    assert "'S'" in problem.message
    assert "Victim cases" in problem.message
