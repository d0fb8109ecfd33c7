"""Where the table of a source begins: the header row, the first row of data, letters, and the sheets of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import Workbook

from exports import SOURCE, VICTIMS, apply
from probation_ratings.mapping.frames import sheet_of_frame
from probation_ratings.mapping.model import SheetMapping
from probation_ratings.mapping.parts import chosen_sheets
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
    applied = apply(tmp_path, by_letter(), {"a.csv": TOP + "V1,1,1,1\n"})
    problem = applied.one("PR229")
    assert (problem.file, problem.sheet, problem.standards) == (str(tmp_path / "a.csv"), "a", ("R2.6",))
    assert applied.codes == ["PR229"]


def test_the_row_above_the_first_row_is_the_header_row_of_letters(tmp_path: Path) -> None:
    content = "A title\n" + TOP + "V1,1,2,98\nV2,1,1,1\n"
    applied = apply(tmp_path, by_letter("first_row: 3"), {"a.csv": content})
    assert {row: case["R2.6.2"] for row, case in applied.rows().items()} == {3: "No", 4: "Yes"}
    assert applied.codes == []
    given = apply(tmp_path, by_letter("header_row: 1"), {"a.csv": TOP + "V1,1,2,98\n"})
    assert (list(given.rows()), given.codes) == ([2], [])
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
    columns: {{Case ID: ref, Sentence type: {{question: TYPE}}, R2.1.1: {{constant: Not applicable}}, R2.1.2: K1, R2.1.3: K2}}
    first_row: 3
{ANSWERS}sources:
  - {{files: a.csv, into: PDU cases}}
"""
    applied = apply(tmp_path, mapping, {"a.csv": f"ref,code,value\n{row}\nA2,K1,1\n"})
    assert [cell for problem in applied.of("PR436") for cell in problem.cells] == found
    assert list(applied.rows("PDU cases")) == [3]


@pytest.mark.parametrize(
    "settings",
    [
        ("header_row: none", "first_row: 1"), ("header_row: none", "first_row: 2"), ("first_row: 1",), ("first_row: 2",),
        ("first_row: 3",), ("header_row: 1",), ("header_row: 2",), ("header_row: 1", "first_row: 2"),
    ],
    ids=str,
)  # fmt: skip
def test_blank_rows_at_the_top_are_no_headers_of_letters(tmp_path: Path, settings: tuple[str, ...]) -> None:
    rows: list[list[Any]] = [[None], [None], ["V1", 1, 2, 1]]
    applied = apply(tmp_path, by_letter(*settings, source=BOOK), {"a.xlsx": {"S": rows}})
    assert applied.codes == []
    assert applied.rows() == {3: {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Yes"}}


@pytest.mark.parametrize(
    "settings",
    [("first_row: 3",), ("first_row: 9",), ("header_row: 8",), ("header_row: none", "first_row: 9")],
    ids=str,
)
def test_letters_whose_data_would_begin_below_the_last_value_leave_no_row(
    tmp_path: Path, settings: tuple[str, ...]
) -> None:
    applied = apply(tmp_path, by_letter(*settings), {"a.csv": "V1,1,1,1\n"})
    assert applied.codes == ["PR436", "PR430", "PR433"]
    first = 3 if settings == ("first_row: 3",) else 9
    assert applied.one("PR436").message == (
        f"row 1 above the first row of data ({first}) has answers that the mapping file covers, as a case does"
    )
    assert applied.one("PR430").message == "1 row was left out: 1 above the first row of data (row 1)"


LONG = "q" * 199
TWELVE = ",".join(f"H{number}" for number in range(1, 13))


@pytest.mark.parametrize(
    ("mapping", "content", "message", "redacted"),
    [
        (
            VICTIMS + "    header_row: 3\n",
            TOP + "V1,1,2,98\nV2,2,2,1\n",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 3; row 3 has 'V2', '2', '2' and '1'; row 1 has all of them",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 3[left out]; row 3 has [left out]; row 1 has all of them",
        ),
        (
            VICTIMS + "    header_row: 3\n",
            TOP + "V1,1,2,98\n",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 3; row 3 has no text; row 1 has all of them",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 3[left out]; row 3 has [left out]; row 1 has all of them",
        ),
        (
            VICTIMS + "    header_row: 2\n",
            "a title\nREF,Q1,Q 2,Q3\nV1,1,1,1\n",
            "'Q2' in row 2 ('Q 2' is near); row 2 has 'REF', 'Q1', 'Q 2' and 'Q3'",
            "'Q2' in row 2[left out]; row 2 has [left out]",
        ),
        (
            VICTIMS,
            "\nRef,Q12,x,\n",
            "'Q1', 'Q2' or 'Q3' in row 2 ('Q12' is near); row 2 has 'Ref', 'Q12' and 'x'",
            "'Q1', 'Q2' or 'Q3' in row 2[left out]; row 2 has [left out]",
        ),
        (
            VICTIMS,
            "\n,Name,,Age\n",
            "'Ref', 'Q1', 'Q2' or 'Q3' in the first 2 rows; the first 2 rows have 'Name' and 'Age'",
            "'Ref', 'Q1', 'Q2' or 'Q3' in the first 2 rows[left out]; the first 2 rows have [left out]",
        ),
        (
            VICTIMS,
            TWELVE + "\n",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 1; row 1 has 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'H7', 'H8', 'H9' and 3 more",
            "'Ref', 'Q1', 'Q2' or 'Q3' in row 1[left out]; row 1 has [left out]",
        ),
    ],
    ids=["given-row", "given-row-below-the-last", "given-row-that-lacks-one", "row-with-most", "no-row", "only-row"],
)
def test_headers_that_are_missing_are_reported_with_what_is_there(
    tmp_path: Path, mapping: str, content: str, message: str, redacted: str
) -> None:
    problem = apply(tmp_path, mapping + SOURCE, {"a.csv": content}).one("PR222")
    assert problem.message == f"there is no header {message}"
    assert problem.redacted == f"there is no header {redacted}"
    assert (problem.file, problem.sheet, problem.cells) == (str(tmp_path / "a.csv"), "a", ())
    assert problem.standards == ("R2.6",)


def test_headers_are_missing_from_an_empty_sheet(tmp_path: Path) -> None:
    problem = apply(tmp_path, VICTIMS + BOOK, {"a.xlsx": {"S": []}}).one("PR222")
    assert problem.message == "there is no header 'Ref', 'Q1', 'Q2' or 'Q3' in row 1; row 1 has no text"


def test_no_letter_is_a_column_of_an_empty_sheet(tmp_path: Path) -> None:
    problems = apply(tmp_path, by_letter("header_row: 1", source=BOOK), {"a.xlsx": {"S": []}}).problems
    assert [one.message for one in problems] == [f"column {one} is not there: no column has a value" for one in "ABCD"]


def test_headers_are_looked_for_in_the_first_100_rows(tmp_path: Path) -> None:
    rows = "V1,1,1,1\n"
    assert list(apply(tmp_path, VICTIMS + SOURCE, {"a.csv": "x\n" * 99 + TOP + rows}).rows()) == [101]
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": "x\n" * 100 + TOP + rows}).one("PR222")
    assert problem.message == (
        "there is no header 'Ref', 'Q1', 'Q2' or 'Q3' in the first 100 rows; the first 100 rows have 'x'"
    )
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": "\n" * 100 + TOP + rows}).one("PR222")
    assert problem.message.endswith("in the first 100 rows; the first 100 rows have no text")
    given = apply(tmp_path, VICTIMS + "    header_row: 101\n" + SOURCE, {})
    assert (list(given.rows()), given.codes) == ([102], [])


@pytest.mark.parametrize(
    ("name", "header", "near"),
    [(LONG + "a", LONG + "b", True), (LONG + "aa", LONG + "b", False), (LONG + "a", LONG + "bb", False)],
    ids=["200-characters", "longer-in-the-mapping-file", "longer-in-the-source"],
)
def test_a_very_long_header_is_near_no_other(tmp_path: Path, name: str, header: str, near: bool) -> None:
    mapping = VICTIMS.replace("R2.6.1: Q1", f"R2.6.1: {name}") + SOURCE
    problem = apply(tmp_path, mapping, {"a.csv": f"Ref,{header},Q2,Q3\n"}).one("PR222")
    assert ("is near" in problem.message) is near


@pytest.mark.parametrize(
    ("columns", "content", "code", "message", "redacted", "cells"),
    [
        (
            "R2.6.1: Q1}\n", "A title,,,\nRef,Q1,q1,Q 1,Q2,Q1\nV1,1,1,1,1\n", "PR223",
            "3 columns have the header 'Q1'", "3 columns have the header 'Q1'", ("B2", "C2", "F2"),
        ),
        (
            "R2.6.1: {letter: F}}\n    keep_rows: [{column: Ref, letter: F, equals: x}]\n", "Ref,Q1\nV1,1\n", "PR224",
            "column F is not there: the last column with a value is B", "column F [left out]", (),
        ),
        (
            "R2.6.1: {column: Q1, letter: C}}\n", "a title\nRef,Q1,Q2\nV1,1,2\n", "PR224",
            "column C is headed 'Q2', not 'Q1'", "column C [left out]", ("C2",),
        ),
        (
            "R2.6.1: {column: Ref, letter: B}}\n", "Ref,,Q2\nV1,1,2\n", "PR224",
            "column B is headed with nothing, not 'Ref'", "column B [left out]", ("B1",),
        ),
        (
            "R2.6.1: Q1}\n    first_row: 3\n", "a title\n\nRef,Q1\nV1,1\n", "PR225",
            "the mapping file says that the data begins in row 3, and the headers are in row 3",
            "the mapping file says that the data begins in row 3, and the headers are in row 3", (),
        ),
    ],
    ids=["header-three-times", "letter-not-there", "letter-of-another-header", "letter-of-none", "first-row-of-headers"],
)  # fmt: skip
def test_a_column_that_is_not_as_the_mapping_says_is_one_error(
    tmp_path: Path, columns: str, content: str, code: str, message: str, redacted: str, cells: tuple[str, ...]
) -> None:
    mapping = f"sheets:\n  Victim cases:\n    columns: {{Case ID: Ref, {columns}{SOURCE}"
    (problem,) = apply(tmp_path, mapping, {"a.csv": content}).problems
    assert (problem.kind.code, problem.message, problem.redacted) == (code, message, redacted)
    assert (problem.file, problem.sheet, problem.cells) == (str(tmp_path / "a.csv"), "a", cells)
    assert problem.standards == ("R2.6",)
    if code == "PR223":
        assert problem.remedy.endswith("such as {column: HEADER, letter: C}")


def test_rows_above_the_first_are_counted_where_there_are_no_headers(tmp_path: Path) -> None:
    content = "a title,,,,\n\nid,,,,\nV1,1,,,\nV2,3,2,1,\nV3,1,2,1,\nV4,,1,,\n,,,,a remark\n"
    applied = apply(tmp_path, by_letter("header_row: none", "first_row: 6"), {"a.csv": content})
    assert list(applied.rows()) == [6, 7]
    assert [(one.kind.code, one.message, one.cells, one.standards) for one in applied.problems] == [
        (
            "PR436",
            "row 4 above the first row of data (6) has answers that the mapping file covers, as a case does",
            ("4:4",),
            ("R2.6",),
        ),
        (
            "PR430",
            (
                "5 rows were left out: 4 above the first row of data (rows 1 and 3 to 5) and 1 without a value in the "
                "columns that are read (row 8)"
            ),
            (),
            (),
        ),
    ]


def test_a_row_of_blanks_that_have_a_meaning_does_not_look_like_a_case(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("'98': Not applicable", "'': Not applicable") + "    first_row: 3\n" + SOURCE
    applied = apply(tmp_path, mapping, {"a.csv": TOP + "id,,,\nV1,1,1,1\n"})
    assert (applied.codes, list(applied.rows())) == (["PR430"], [3])


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
        titled = apply(tmp_path, mapping, {"a.csv": "A title\nCase ID,R2.4.1\nU1,Yes\nU2,No\nU3,No\n"})
        assert list(titled.rows("Unpaid work cases")) == [3, 4, 5]
        assert titled.codes == []
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


def test_a_name_that_two_sheets_have_but_for_case_is_an_error(rules: RuleSet) -> None:
    sheets = [sheet_of_frame(name, pd.DataFrame({"Ref": ["V1"]})) for name in ("Cases", "CASES")]
    workbook = ReadWorkbook("a.ods", "", ["Cases", "CASES"], sheets, "ods", date_1904=False)
    _, (problem,) = chosen_sheets(workbook, SheetMapping("Victim cases", sheets=("cases",)), rules)
    assert problem.message == "the sheets 'Cases' and 'CASES' are all read as 'Victim cases'"
    assert chosen_sheets(workbook, SheetMapping("Victim cases", sheets=("c*",)), rules) == (sheets, [])


def test_two_sheets_of_one_name_are_an_error(rules: RuleSet) -> None:
    sheet = sheet_of_frame("S", pd.DataFrame({"Ref": ["V1"]}))
    workbook = ReadWorkbook("a.xlsx", "", ["S", "T", "S"], [sheet], "xlsx", date_1904=False)
    chosen, (problem,) = chosen_sheets(workbook, SheetMapping("Victim cases", sheets=("s",)), rules)
    assert chosen == [sheet]
    assert (problem.kind.code, problem.file, problem.standards) == ("PR202", "a.xlsx", ("R2.6",))
    assert problem.message == "the sheets 'S' are all read as 'Victim cases'"
    empty = ReadWorkbook("a.xlsx", "", [], [], "xlsx", date_1904=False)
    _, (missing,) = chosen_sheets(empty, SheetMapping("Victim cases", sheets=("s",)), rules)
    assert missing.message == "there is no sheet 's'; the workbook has no sheets"
    assert "'S'" not in problem.redacted


@pytest.mark.parametrize(
    ("mapping", "head"),
    [
        (VICTIMS + SOURCE, TOP),
        (VICTIMS + "    header_row: 4\n" + SOURCE, TOP),
        (by_letter("header_row: 4"), TOP),
        (SOURCE, "Case ID,R2.6.1,R2.6.2,R2.6.3\n"),
    ],
    ids=["found", "given", "letters", "own-headers"],
)
def test_a_case_above_the_header_row_is_an_error_and_a_title_is_not(tmp_path: Path, mapping: str, head: str) -> None:
    own, codes = head != TOP, ("1", "2")
    yes, no = ("Yes", "No") if own else codes
    content = f"Answers:,{yes},{no},\nV1,{yes},{no},{yes}\nQuestion,1,3,2\n{head}V2,{yes},{yes},{no}\n"
    problem = apply(tmp_path, mapping, {"a.csv": content}).one("PR442")
    assert problem.cells == ("2:2",)
    assert problem.message == "the header row is row 4, and row 2 above it holds an entry of the table: 'V1'"
    assert problem.standards == ("R2.6",)


def test_a_case_is_no_header_row_of_letters(tmp_path: Path) -> None:
    content = TOP + "V1,1,1,1\nV2,1,2,2\n"
    problem = apply(tmp_path, by_letter("first_row: 3"), {"a.csv": content}).one("PR436")
    assert problem.cells == ("2:2",)


def test_an_answer_above_the_header_row_is_a_case_in_the_long_format_too(tmp_path: Path) -> None:
    mapping = """sheets:
  PDU cases: {columns: {Case ID: ref, R2.1.1: K1}, long: {question: code, answer: value}}
sources:
  - {files: a.csv, into: PDU cases}
"""
    assert apply(tmp_path, mapping, {"a.csv": "A1,K1,Yes\nref,code,value\nA2,K1,No\n"}).one("PR442").cells == ("1:1",)


def test_a_decision_above_the_header_row_is_an_error(tmp_path: Path) -> None:
    mapping = """sheets:
  Panel decisions: {columns: {Standard: S, Rating: {column: R, values: {'2': Good}}, Reason: W}}
sources:
  - {files: a.csv, into: Panel decisions}
"""
    content = "Decisions of 2024,,\nR2.6,2,One case decided it.\nS,R,W\nR2.4,2,One case decided it.\n"
    assert apply(tmp_path, mapping, {"a.csv": content}).one("PR442").cells == ("2:2",)


def test_a_condition_is_on_the_column_that_the_row_of_the_rules_own_headers_names(tmp_path: Path) -> None:
    source = "sources:\n  - {files: a.csv, into: Victim cases, ignore_rows: [{column: Status, equals: Void}]}\n"
    rows = "Status,,,,\nCase ID,R2.6.1,R2.6.2,R2.6.3,Status\nV1,Yes,Yes,Yes,\nV2,No,No,No,Void\n"
    applied = apply(tmp_path, source, {"a.csv": rows})
    assert [row["Case ID"] for row in applied.all_rows()] == ["V1"]
    assert apply(tmp_path, source, {"a.csv": rows.replace("R2.6.3,Status", "R2.6.3,")}).codes == ["PR222"]
