"""What the values of a source become: the words of the mapping file and of the rules, and what is not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from exports import SOURCE, VICTIMS, apply
from probation_ratings.reading.workbook import Found
from shared import ROOT

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
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["V1", "#N/A", 1, 1], ["V2", 1, 1, 1], ["V3", "#DIV/0!", 2, 2]]
    applied = apply(tmp_path, VICTIMS + BOOK, {"a.xlsx": {"S": rows}})
    assert applied.codes == []
    assert applied.rows()[4] == {"Case ID": "V3", "R2.6.1": "#DIV/0!", "R2.6.2": "No", "R2.6.3": "No"}
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "#N/A", "R2.6.2": "Yes", "R2.6.3": "Yes"}
    assert applied.rows()[3]["R2.6.1"] == "Yes"


def test_of_many_values_twenty_are_named_and_the_rest_are_one_problem(tmp_path: Path) -> None:
    rows = [f"A{number},a{number},1,s{number}" for number in range(2, 25)]  # a2 to a24, in the rows of these numbers
    rows[-1] = "A24,a24,b,s24"
    applied = apply(tmp_path, CASES, {"a.csv": "\n".join([TOP.strip(), *rows])})
    *named, rest = applied.of("PR321")
    assert [problem.cells for problem in named] == [(f"B{number}",) for number in range(2, 22)]
    assert {problem.standards for problem in named} == {("R2.1",)}
    assert rest.cells == ("B22", "B23", "B24", "C24")
    assert [problem.cells for problem in applied.of("PR329")][19:] == [("D21",), ("D22", "D23", "D24")]
    assert rest.standards == ("R2.1", "R2.2")
    assert rest.message == (
        "4 cells with other values, which `answers` (line 7 of region.mapping.yaml) does not cover; the line to add "
        "there is one for each"
    )


def test_the_line_to_add_is_yaml_and_is_cut_only_where_it_is_long(tmp_path: Path) -> None:
    whole, longer = "x" * 60, "y" * 61
    applied = apply(tmp_path, CASES, {"a.csv": f"{TOP}A1,it's,{whole},1\nA2,1,{longer},1\n"})
    lines = [problem.message.partition("add there is ")[2] for problem in applied.of("PR321")]
    assert lines == ["`'it''s': ...`", f"`'{whole}': ...`", f"`'{'y' * 59}…': ...`"]


def test_a_word_that_looks_like_a_known_one_is_spelt(tmp_path: Path) -> None:
    applied = apply(tmp_path, CASES, {"a.csv": TOP + "A1,Y\u0435s,1,1\n"})
    message = applied.one("PR321").message
    assert message.startswith(
        "1 cell with 'Y\u0435s', in which '\u0435' is U+0435 CYRILLIC SMALL LETTER IE, which `answers`"
    )


def test_what_answers_means_by_a_blank_is_for_questions_alone(tmp_path: Path) -> None:
    mapping = CASES.replace("S1: Q3", "S1: Q3, PDU: P").replace("'2': 'No'", "'2': 'No', '': Not applicable")
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,P,Q1,Q2,Q3\nA1,,1,,\nA2,1,2,1,2\n"})
    assert applied.rows("PDU cases") == {
        2: {"Case ID": "A1", "R2.1.1": "Yes", "R2.2.1": "Not applicable", "S1": "Not applicable"},
        3: {"Case ID": "A2", "PDU": "1", "R2.1.1": "No", "R2.2.1": "Yes", "S1": "No"},
    }


def test_a_value_of_a_supporting_question_blocks_no_rating(tmp_path: Path) -> None:
    applied = apply(tmp_path, CASES, {"a.csv": TOP + "A1,3,3,3\nA2,1,1,3\n"})
    problem = applied.one("PR321")
    assert (problem.cells, problem.standards) == (("B2", "C2"), ("R2.1", "R2.2"))
    assert problem.message == (
        "2 cells with '3', which `answers` (line 7 of region.mapping.yaml) does not cover; the line to add there is `'3': ...`"
    )
    assert problem.redacted == (
        "2 cells with [left out], which `answers` (line 7 of region.mapping.yaml) does not cover; the line to add there "
        "is [left out]"
    )
    assert problem.remedy == (
        "add the line to `answers` (line 7 of region.mapping.yaml) with the word that the value means (Yes, No or Not "
        "applicable); or correct the cells"
    )
    warning = applied.one("PR329")
    assert (warning.cells, warning.standards, warning.kind.severity) == (("D2", "D3"), (), "warning")
    assert warning.message == problem.message
    assert {(one.file, one.sheet) for one in (problem, warning)} == {(str(tmp_path / "a.csv"), "a")}


def test_rows_above_the_first_that_are_answered_in_the_words_of_the_rules_are_an_error(tmp_path: Path) -> None:
    mapping = VICTIMS[: VICTIMS.index("    answers")] + "    first_row: 4\n" + SOURCE
    content = TOP + "id,{1},{2},{3}\nV1,Yes,No,N/A\nV2,No,No,No\n"
    problem = apply(tmp_path, mapping, {"a.csv": content}).one("PR436")
    assert problem.cells == ("3:3",)


# Constants, names and patterns


def test_a_constant_is_in_every_row_that_is_kept_and_beside_the_ids(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {PDU: {constant: Norfolk}, Report ID: {letter: C}, Source: {constant: PDU inspection}, R2.3.1: Q1}
    ignore_rows: [{column: Ref, equals: Total}]
sources:
  - {files: a.csv, into: Court reports}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Q1,x,Ref\nYes,,C1\nNo,,Total\nNo,,C2\n,,\n"})
    norfolk = {"PDU": "Norfolk", "Source": "PDU inspection"}
    assert applied.rows("Court reports") == {
        2: {"Report ID": "C1", "R2.3.1": "Yes", **norfolk},
        4: {"Report ID": "C2", "R2.3.1": "No", **norfolk},
    }
    assert applied.cells("PDU", "Court reports") == ["C2", "C4"]
    assert isinstance(applied.found, Found)
    columns = applied.found.workbooks[-1].sheets[0].columns
    assert [f"{one.letter} {one.texts[one.codes[0]]}" for one in columns] == [
        "A R2.3.1", "C Report ID", "C PDU", "C Source",
    ]  # fmt: skip
    without_ids = apply(tmp_path, mapping.replace("Report ID: {letter: C}, ", ""), {})
    assert without_ids.cells("PDU", "Court reports") == ["A2", "A4"]


def test_a_csv_file_has_no_name_of_a_sheet(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {Report ID: Ref, PDU: {sheet_name: '(.+) PDU'}, R2.3.1: Q1}
sources:
  - {files: a.csv, into: Court reports}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,Q1\nC1,Yes\n"})
    problem = applied.one("PR328")
    assert problem.message == (
        "the name of the sheet, which a CSV file does not have, does not fit the pattern of 'PDU' in line 6 of "
        "region.mapping.yaml"
    )
    assert problem.standards == ("R2.3",)
    assert applied.rows("Court reports")[2]["PDU"] == "<which a CSV file does not have>"


def test_a_name_that_gives_a_blank_does_not_fit(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {Report ID: Ref, PDU: {file_name: 'reports(.*)'}, R2.3.1: Q1}
sources:
  - {files: '*.csv', into: Court reports}
"""
    content = "Ref,Q1\nC1,Yes\n"
    applied = apply(tmp_path, mapping, {"reports.csv": content, "reports .csv": content, "reports Kent.csv": content})
    assert [problem.message[:36] for problem in applied.of("PR328")] == [
        "the name of the file, 'reports ', do",
        "the name of the file, 'reports', doe",
    ]
    for problem in applied.of("PR328"):
        assert "does not fit the pattern of 'PDU' in line 6 of region.mapping.yaml" in problem.message
    assert sorted(row["PDU"] for row in applied.all_rows("Court reports")) == ["<'reports '>", "<'reports'>", "Kent"]


def test_a_pattern_leaves_errors_and_blanks_and_names_what_does_not_fit(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("Case ID: Ref", "Case ID: {column: Ref, pattern: 'case (.+)'}") + BOOK
    refs = ["case 1", "#N/A", None, "2", "3", "2", "CASE 4"]
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], *([ref, 1, 1, 1] for ref in refs)]
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    assert [row.get("Case ID") for row in applied.rows().values()] == ["1", "#N/A", None, "<2>", "<3>", "<2>", "4"]
    problem = applied.one("PR324")
    assert problem.cells == ("A5", "A6", "A7")
    assert problem.message == (
        "3 cells with a value that does not fit the pattern of 'Case ID' in line 6 of region.mapping.yaml: '2' and '3'"
    )


def test_the_value_of_a_pattern_is_what_values_are_for(tmp_path: Path) -> None:
    mapping = VICTIMS.replace(
        "R2.6.1: Q1", "R2.6.1: {column: Q1, pattern: '([0-9]).*', values: {'1': 'Yes', '2': 'No'}}"
    )
    applied = apply(tmp_path, mapping + SOURCE, {"a.csv": TOP + "V1,1 - yes,1,1\nV2,2: no,1,1\nV3,1,1,1\nV4,3,1,1\n"})
    assert [row["R2.6.1"] for row in applied.rows().values()] == ["Yes", "No", "Yes", "<3>"]
    assert "`values` of 'R2.6.1' (line 6 of region.mapping.yaml)" in applied.one("PR321").message


# Blanks


BLANKS = """sheets:
  PDU cases:
    columns:
      Case ID: Ref
      Sentence type: Type
      R2.1.1: {column: Q1, values: {'1': 'Yes', '': Not applicable}}
      R2.5.1: {column: Q5, values: {'1': 'Yes', '': Not applicable}}
sources:
  - {files: a.csv, into: PDU cases}
"""


def test_blanks_that_are_read_are_counted_by_column(tmp_path: Path) -> None:
    content = "Ref,Type,Q1,Q5\nA1,Community order,,\nA2,LICENCE,1,\nA3,Licence,,1\nA4,Community sentence and licence,1,\n,,,\n"
    applied = apply(tmp_path, BLANKS, {"a.csv": content})
    note = applied.one("PR323")
    assert note.message == (
        "blank cells were read as the mapping file says: R2.1.1 in 2 rows (Not applicable) and R2.5.1 in 3 rows "
        "(Not applicable)"
    )
    assert (note.cells, note.standards) == (("C2", "D2", "D3", "C4", "D5"), ())
    warning = applied.one("PR322")  # resettlement is asked of licences
    assert (warning.cells, warning.standards) == (("D3", "D5"), ())
    assert warning.message == (
        "2 rows where R2.5.1 applies (Sentence type is Licence) and is blank, which the mapping file reads as Not applicable"
    )


def test_a_question_that_applies_to_several_words_names_them(tmp_path: Path) -> None:
    rules = tmp_path / "mine.yaml"
    own = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8").replace("id: regional-2023", "id: mine")
    words = "value: [Licence, Community sentence]}"
    rules.write_text(own.replace("value: Licence}   # resettlement", f"{words}  #"), encoding="utf-8")
    applied = apply(tmp_path, BLANKS, {"a.csv": "Ref,Type,Q1,Q5\nA1,licence,1,\n"}, str(rules))
    assert applied.one("PR322").message == (
        "1 row where R2.5.1 applies (Sentence type is Licence or Community sentence) and is blank, which the mapping "
        "file reads as Not applicable"
    )


def test_without_the_column_of_the_condition_no_blank_is_doubtful(tmp_path: Path) -> None:
    applied = apply(tmp_path, BLANKS.replace("      Sentence type: Type\n", ""), {"a.csv": "Ref,Q1,Q5\nA1,1,\n"})
    assert applied.codes == ["PR323"]


def test_a_blank_has_its_meaning_beside_a_pattern_too(tmp_path: Path) -> None:
    origins = ", ".join(f"R2.6.{n}: {{column: Q{n}, pattern: '(.*?)(?: ?- .*)?'}}" for n in (1, 2, 3))
    mapping = VICTIMS.replace("R2.6.1: Q1, R2.6.2: Q2, R2.6.3: Q3", origins).replace("answers: {", "answers: {'': NA, ")
    applied = apply(tmp_path, mapping + SOURCE, {"a.csv": TOP + "V1,1 - met,,2\nV2,- none,1,1\n"})
    assert [list(row.values()) for row in applied.rows().values()] == [
        ["V1", "Yes", "Not applicable", "No"],
        ["V2", "Not applicable", "Yes", "Yes"],
    ]
    assert "R2.6.1 in 1 row (Not applicable) and R2.6.2 in 1 row (Not applicable)" in applied.one("PR323").message


def test_a_blank_without_a_meaning_stays_blank(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": TOP + "V1,1,,1\n"})
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.3": "Yes"}
    assert applied.codes == []


# Dates


def test_a_date_that_cannot_be_read_is_reported_with_its_format(tmp_path: Path) -> None:
    mapping = """sheets:
  Unpaid work cases:
    columns: {Case ID: Ref, Commenced: {column: Start, date_format: ['%d/%m/%Y', '%m/%d/%Y']}}
sources:
  - {files: a.xlsx, into: Unpaid work cases}
"""
    starts = ["01/02/2024", "soon", "31/12/2023", "#N/A", "soon", "later", "05/05/2024"]
    rows: list[list[Any]] = [["Ref", "Start"], *([f"U{row}", start] for row, start in enumerate(starts, start=2))]
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    assert [row["Commenced"] for row in applied.rows("Unpaid work cases").values()] == [
        "<01/02/2024>", "<soon>", "2023-12-31", "#N/A", "<soon>", "<later>", "2024-05-05",
    ]  # fmt: skip
    odd, ambiguous = applied.one("PR325"), applied.one("PR326")
    assert (odd.cells, ambiguous.cells) == (("B3", "B6", "B7"), ("B2",))
    assert "3 cells" in odd.message
    assert "'Commenced'" in odd.message
    assert "'soon' and 'later'" in odd.message
    assert "by date_format in line 6 of region.mapping.yaml" in odd.message + odd.remedy
    assert "'01/02/2024'" in ambiguous.message


def test_without_a_format_the_example_of_one_is_given(tmp_path: Path) -> None:
    mapping = """sheets:
  Unpaid work cases:
    columns: {Case ID: Ref, Commenced: Start}
sources:
  - {files: a.csv, into: Unpaid work cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,Start\nU1,1/2/2024\nU2,2024-02-01\nU3,\n"})
    assert [row.get("Commenced") for row in applied.rows("Unpaid work cases").values()] == [
        "<1/2/2024>",
        "2024-02-01",
        None,
    ]
    message = applied.one("PR325").message
    assert message == "1 cell in 'Commenced' with a text that is not a date such as 2024-06-03: '1/2/2024'"


def test_a_workbook_that_counts_from_1904_has_its_own_serial_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    for row in [["Ref", "Start"], ["U1", "0"], ["U2", "43690"]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    mapping = """sheets:
  Unpaid work cases:
    columns: {Case ID: Ref, Commenced: {column: Start, date_format: excel_serial}}
sources:
  - {files: a.xlsx, into: Unpaid work cases}
"""
    applied = apply(tmp_path, mapping, {})
    assert [row["Commenced"] for row in applied.rows("Unpaid work cases").values()] == ["1904-01-01", "2023-08-14"]
