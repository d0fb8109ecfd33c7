"""What a mapping makes of the rows and values of its sources, and what it reports."""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from exports import SOURCE, VICTIMS, apply
from probation_ratings.mapping.dates import dates_of
from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.mapped_columns import Identities
from probation_ratings.mapping.reading import MappedReading
from probation_ratings.reading.workbook import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings import RuleSet
    from probation_ratings.reading.child import Child

TOP = "Ref,Q1,Q2,Q3\n"
CASES = TOP + "V1,1,2,98\nV2,2,2,1\n"


def victims(columns: str, rest: str = "", source: str = SOURCE) -> str:
    return f"sheets:\n  Victim cases:\n    columns: {{{columns}}}\n{rest}{source}"


# Headers


def test_a_header_is_matched_exactly_but_for_case_and_white_space(tmp_path: Path) -> None:
    book: dict[str, Any] = {"S": [["Ref #2", "ref\n ", "q1", " Q2", "Q3"], ["x", "V1", 1, 1, 1]]}
    applied = apply(tmp_path, VICTIMS + SOURCE.replace("a.csv", "a.xlsx"), {"a.xlsx": book})
    assert applied.codes == []
    assert applied.cells("Case ID") == ["B2"]


def test_a_header_that_is_missing_is_named_with_what_is_there_and_the_nearest(tmp_path: Path) -> None:
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": CASES.replace("Q1", "Q_1")}).one("PR222")
    assert problem.message == (
        "there is no header 'Q1' in row 1 ('Q_1' is near); row 1 has 'Ref', 'Q_1', 'Q2' and 'Q3'"
    )
    assert problem.standards == ("R2.6",)


def test_a_column_that_matches_two_headers_is_an_error_that_a_letter_decides(tmp_path: Path) -> None:
    content = {"a.csv": "Ref,Q1,Q2,Q3,q1\nV1,1,1,1,2\n"}
    problem = apply(tmp_path, VICTIMS + SOURCE, content).one("PR223")
    assert problem.cells == ("B1", "E1")
    applied = apply(tmp_path, VICTIMS.replace("R2.6.1: Q1", "R2.6.1: {column: Q1, letter: E}") + SOURCE, content)
    assert applied.codes == []
    assert applied.rows()[2]["R2.6.1"] == "No"
    wrong = apply(tmp_path, VICTIMS.replace("R2.6.1: Q1", "R2.6.1: {column: Q1, letter: D}") + SOURCE, content)
    assert "column D is headed 'Q3', not 'Q1'" in wrong.one("PR224").message


def test_two_columns_with_one_header_are_two_questions_by_their_letters(tmp_path: Path) -> None:
    columns = "Case ID: Ref, R2.6.1: {column: Answer, letter: B}, R2.6.2: {column: Answer, letter: C}"
    applied = apply(tmp_path, victims(columns), {"a.csv": "Ref,Answer,Answer\nV1,Yes,No\n"})
    assert applied.rows() == {2: {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No"}}
    assert applied.codes == []


def test_a_header_row_that_was_given_and_lacks_headers_says_which_row_has_them(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + "    header_row: 3\n" + SOURCE, {"a.csv": CASES})
    assert "row 1 has all of them" in applied.one("PR222").message


def test_a_table_without_headers_is_read_by_letters(tmp_path: Path) -> None:
    columns = "Case ID: {letter: A}, R2.6.1: {letter: B}, R2.6.2: {letter: C}, R2.6.3: {letter: D}"
    rest = "    header_row: none\n    first_row: 1\n    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}\n"
    applied = apply(tmp_path, victims(columns, rest), {"a.csv": "V1;1;2;98\nV2;1;1;1\n"})
    assert applied.codes == []
    assert applied.cells("Case ID") == ["A1", "A2"]
    assert applied.rows()[1] == {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Not applicable"}


def test_one_column_in_two_questions_is_an_error_also_by_letter(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("R2.6.2: Q2", "R2.6.2: {letter: B}") + SOURCE
    problem = apply(tmp_path, mapping, {"a.csv": CASES}).one("PR228")
    assert (problem.cells, problem.message) == (("B:B",), "the column B is mapped to R2.6.1 and R2.6.2")


# Rows above the first one


def test_survey_header_rows_are_counted(tmp_path: Path) -> None:
    content = TOP + "Reference,Was it good?,And this?,Third?\nid,{1},{2},{3}\nV1,1,1,1\n"
    applied = apply(tmp_path, VICTIMS + "    first_row: 4\n" + SOURCE, {"a.csv": content})
    assert applied.one("PR430").message == (
        "2 rows were left out: 2 between the headers and the first row of data (rows 2 to 3)"
    )
    assert applied.codes == ["PR430"]
    assert list(applied.rows()) == [4]


def test_a_first_row_that_leaves_out_cases_is_an_error_that_names_them(tmp_path: Path) -> None:
    content = TOP + "V1,1,2,98\nV2,Yes,,No\nV3,1,1,1\n"
    problem = apply(tmp_path, VICTIMS + "    first_row: 4\n" + SOURCE, {"a.csv": content}).one("PR436")
    assert problem.cells == ("2:3",)
    assert problem.message.startswith("rows 2 to 3 above the first row of data (4) have answers")
    assert problem.standards == ("R2.6",)


def test_a_first_row_above_the_headers_is_an_error(tmp_path: Path) -> None:
    content = "a\nb\nc\nd\n" + CASES
    problem = apply(tmp_path, VICTIMS + "    first_row: 4\n" + SOURCE, {"a.csv": content}).one("PR225")
    assert "the data begins in row 4, and the headers are in row 5" in problem.message


# Conditions on rows


def test_what_conditions_leave_out_is_counted_by_the_values_that_they_name(tmp_path: Path) -> None:
    rest = """    keep_rows: [{column: Status, one_of: [complete, Closed]}]
    ignore_rows: [{column: Ref, one_of: [Total, Sum]}, {column: Ref, matches: 'x.*'}]
"""
    content = "Ref,Q1,Q2,Q3,Status\nV1,1,1,1,Complete\nV2,1,1,1,Open\nTOTAL,9,9,9,\nX9,1,1,1,closed\nV3,1,1,1,closed\n"
    applied = apply(tmp_path, VICTIMS + rest + SOURCE, {"a.csv": content})
    note = applied.one("PR430")
    assert note.message == (
        "3 rows were left out: 1 where 'Ref' is 'Total', 1 that ignore_rows in line 9 of region.mapping.yaml leaves "
        "out and 1 that keep_rows in line 8 of region.mapping.yaml does not keep"
    )
    assert note.cells == ("E3", "A5")
    assert list(applied.rows()) == [2, 6]


def test_an_error_in_an_ignored_row_is_not_a_problem_and_one_in_a_column_of_a_condition_is(tmp_path: Path) -> None:
    rest = "    ignore_rows: [{column: Ref, equals: Total}]\n"
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 1, 1], ["Total", "#DIV/0!", 3, 3], ["#N/A", 1, 1, 1]]
    mapping = VICTIMS + rest + SOURCE.replace("a.csv", "a.xlsx")
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    problem = applied.one("PR307")
    assert (problem.cells, problem.standards) == (("A4",), ("R2.6",))
    assert applied.codes == ["PR307", "PR430"]


def test_a_left_out_value_that_is_nearly_a_kept_one_is_a_warning(tmp_path: Path) -> None:
    rest = "    keep_rows: [{column: Status, equals: Complete}]\n"
    content = "Ref,Q1,Q2,Q3,Status\nV1,1,1,1,Complete\nV2,1,1,1,Compelte\nV3,1,1,1,Open\n"
    problem = apply(tmp_path, VICTIMS + rest + SOURCE, {"a.csv": content}).one("PR437")
    assert problem.cells == ("E3",)
    assert "'Compelte' (kept is 'Complete')" in problem.message
    assert "Compelte" not in problem.redacted + problem.remedy


def test_conditions_compare_numbers_by_their_digits(tmp_path: Path) -> None:
    rest = "    keep_rows: [{column: Wave, one_of: ['1', '2.5', 'true']}]\n"
    rows: list[list[Any]] = [
        ["Ref", "Q1", "Q2", "Q3", "Wave"],
        *([f"V{place}", 1, 1, 1, wave] for place, wave in enumerate([1, 1.0, 2.5, 2, True, "1.0"])),
    ]
    applied = apply(tmp_path, VICTIMS + rest + SOURCE.replace("a.csv", "a.xlsx"), {"a.xlsx": {"S": rows}})
    assert list(applied.rows()) == [2, 3, 4, 6]


def test_a_source_that_leaves_no_row_is_an_error_and_one_file_of_several_a_warning(tmp_path: Path) -> None:
    rest = "    ignore_rows: [{column: Ref, equals: V9}]\n"
    mapping = VICTIMS + rest + "sources:\n  - {files: '*.csv', into: Victim cases}\n"
    empty = TOP + "V9,1,1,1\n"
    applied = apply(tmp_path, mapping, {"a.csv": CASES, "b.csv": empty})
    assert applied.one("PR434").file == str(tmp_path / "b.csv")
    assert "PR433" not in applied.codes
    (tmp_path / "a.csv").unlink()
    problem = apply(tmp_path, mapping, {}).one("PR433")
    assert "1 where 'Ref' is 'V9'" in problem.message
    assert problem.is_error


def test_rows_that_no_source_takes_are_counted_and_a_row_taken_twice_is_an_error(tmp_path: Path) -> None:
    sources = """sources:
  - {files: a.csv, into: Victim cases, keep_rows: [{column: Type, equals: one}]}
  - {files: a.csv, into: Victim cases, keep_rows: [{column: Type, equals: two}]}
"""
    content = "Ref,Q1,Q2,Q3,Type\nV1,1,1,1,one\nV2,1,1,1,two\nV3,1,1,1,three\n"
    applied = apply(tmp_path, VICTIMS + sources, {"a.csv": content})
    assert applied.one("PR431").cells == ("4:4",)
    assert list(applied.rows()) == [2, 3]
    twice = apply(tmp_path, VICTIMS + sources.replace("equals: two", "one_of: [two, one]"), {"a.csv": content})
    problem = twice.one("PR432")
    assert problem.cells == ("2:2",)
    assert "line 9 of region.mapping.yaml and line 10 of region.mapping.yaml" in problem.message


# Values


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("O'Hara", "'O''Hara'"),
        ('a"\\b', "'a\"\\b'"),
        ("a\x1b'\\c", '"a\\x1b\'\\\\c"'),
        ('"\x07', '"\\"\\x07"'),
    ],
)
def test_the_line_that_is_to_be_added_covers_the_value(tmp_path: Path, value: str, line: str) -> None:
    content = TOP + 'V1,1,2,"{}"\n'.format(value.replace('"', '""'))
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content}).one("PR321")
    assert f"`{line}: ...`" in problem.message
    added = VICTIMS.replace("answers: {", f"answers: {{{line}: 'No', ")
    assert apply(tmp_path, added + SOURCE, {"a.csv": content}).rows()[2]["R2.6.3"] == "No"


def test_a_value_that_is_not_covered_is_reported_with_its_cells_and_the_line_to_add(tmp_path: Path) -> None:
    content = TOP + "V1,1,3,98\nV2,3,2,O'Hara\n"
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content})
    three, other = applied.of("PR321")
    assert three.cells == ("C2", "B3")
    assert three.message == (
        "2 cells with '3', which `answers` (line 7 of region.mapping.yaml) does not cover; the line to add there is "
        "`'3': ...`"
    )
    assert "Yes, No or Not applicable" in three.remedy
    assert "`'O''Hara': ...`" in other.message
    assert "3" not in three.redacted.replace("R2", "").replace("line 7", "").replace("[left out]", "")
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "<3>", "R2.6.3": "Not applicable"}


def test_a_source_that_overrides_answers_does_not_inherit_codes(tmp_path: Path) -> None:
    source = "sources:\n  - {files: a.csv, into: Victim cases, answers: {'1': 'Yes', '2': 'No'}}\n"
    problem = apply(tmp_path, VICTIMS + source, {"a.csv": CASES}).one("PR321")
    assert (problem.cells, problem.standards) == (("D2",), ("R2.6",))


def test_keys_come_before_the_words_of_the_rules(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("{'1': 'Yes', '2': 'No', '98': Not applicable}", "{Y: 'Yes', X: 'No', N: Not applicable}")
    applied = apply(tmp_path, mapping + SOURCE, {"a.csv": TOP + "V1,Y,x,n\nV2,yes,No,not  applicable\nV3,true,N/A,F\n"})
    assert applied.rows()[2] == {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Not applicable"}
    assert applied.rows()[3] == {"Case ID": "V2", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Not applicable"}
    assert applied.rows()[4] == {"Case ID": "V3", "R2.6.1": "Yes", "R2.6.2": "Not applicable", "R2.6.3": "<F>"}
    assert applied.codes.count("PR513") == 1


def test_numbers_and_logical_values_are_compared_as_written(tmp_path: Path) -> None:
    answers = "{'1': 'Yes', '0.1': 'No', '0.0000001': 'No', 'TRUE': 'Yes', 'false': 'No', '2023-06-25': Not applicable}"
    mapping = VICTIMS.replace("{'1': 'Yes', '2': 'No', '98': Not applicable}", answers)
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], [12, 1.0, 0.1, True], ["V2", False, 1e-7, date(2023, 6, 25)]]
    applied = apply(tmp_path, mapping + SOURCE.replace("a.csv", "a.xlsx"), {"a.xlsx": {"S": rows}})
    assert "PR321" not in applied.codes
    assert applied.rows() == {
        2: {"Case ID": "12", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Yes"},
        3: {"Case ID": "V2", "R2.6.1": "No", "R2.6.2": "No", "R2.6.3": "Not applicable"},
    }


def test_a_number_that_is_text_is_not_another_text(tmp_path: Path) -> None:
    assert apply(tmp_path, VICTIMS + SOURCE, {"a.csv": TOP + "V1,1.0,1,1\n"}).one("PR321").cells == ("B2",)


PDU_CASES = """sheets:
  PDU cases:
    columns:
      Case ID: Ref
      Sentence type: {column: Type, values: {CO: Community sentence, PSR: Licence}}
      R2.1.1: Q1
      R2.5.1: {column: Q5, values: {'1': 'Yes', '2': 'No', '': Not applicable}}
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: PDU cases}
"""


def test_a_blank_means_what_the_mapping_says_for_that_question_only(tmp_path: Path) -> None:
    content = "Ref,Type,Q1,Q5\nA1,CO,1,\nA2,PSR,,1\nA3,PSR,2,\n"
    applied = apply(tmp_path, PDU_CASES, {"a.csv": content})
    assert applied.one("PR323").message == (
        "blank cells were read as the mapping file says: R2.5.1 in 2 rows (Not applicable)"
    )
    assert applied.one("PR323").cells == ("D2", "D4")
    warning = applied.one("PR322")
    assert (warning.cells, warning.kind.severity) == (("D4",), "warning")
    assert "Sentence type is Licence" in warning.message
    assert applied.rows("PDU cases")[3] == {"Case ID": "A2", "Sentence type": "Licence", "R2.5.1": "Yes"}


def test_values_of_another_column_are_checked_by_the_words_of_the_rules(tmp_path: Path) -> None:
    applied = apply(tmp_path, PDU_CASES, {"a.csv": "Ref,Type,Q1,Q5\nA1,licence,1,1\nA2,XX,1,1\n"})
    assert applied.rows("PDU cases")[2]["Sentence type"] == "Licence"
    assert applied.one("PR321").cells == ("B3",)


# Joins, names, patterns


def test_two_tuples_of_parts_are_two_ids(tmp_path: Path) -> None:
    columns = "Case ID: {join: [PDU, Ref]}, R2.6.1: Q1"
    content = "PDU,Ref,Q1\na b,c,Yes\na,b c,Yes\nA  B,C,No\n"
    applied = apply(tmp_path, victims(columns), {"a.csv": content})
    ids = [row["Case ID"] for row in applied.rows().values()]
    assert len({one.casefold() for one in ids}) == 2
    assert ids[0].casefold() == ids[2].casefold()


def test_ids_of_two_files_are_compared_as_tuples() -> None:
    known = Identities()
    first, second = ("a b", "c"), ("a", "b c")
    assert known.texts([first, first], [first, first], ["a b c", "a b c"]) == ["a b c", "a b c"]
    assert known.texts([second, first], [second, first], ["a b c", "a b c"]) == ["a | b c", "a b c"]


def test_a_blank_part_of_a_join_is_an_error(tmp_path: Path) -> None:
    columns = "Case ID: {join: [PDU, Ref], separator: '/'}, R2.6.1: Q1"
    applied = apply(tmp_path, victims(columns), {"a.csv": "PDU,Ref,Q1\nNorfolk,1,Yes\nNorfolk,,Yes\n,2,No\n"})
    problem = applied.one("PR327")
    assert problem.cells == ("B3", "A4")
    assert applied.rows()[2]["Case ID"] == "Norfolk/1"


def test_parts_of_a_join_can_have_patterns(tmp_path: Path) -> None:
    columns = "Case ID: {join: [{column: PDU, pattern: '(.+) PDU'}, Ref], separator: '-'}, R2.6.1: Q1"
    applied = apply(tmp_path, victims(columns), {"a.csv": "PDU,Ref,Q1\nNorfolk pdu,007,Yes\n"})
    assert applied.rows()[2]["Case ID"] == "Norfolk-007"


def test_a_pattern_must_fit_the_whole_value_and_a_blank_passes(tmp_path: Path) -> None:
    columns = "Case ID: {column: Ref, pattern: 'case (.+)'}, R2.6.1: Q1"
    applied = apply(tmp_path, victims(columns), {"a.csv": "Ref,Q1\nCase 1,Yes\nmy case 2,Yes\n,Yes\n"})
    problem = applied.one("PR324")
    assert problem.cells == ("A3",)
    assert "line 6 of region.mapping.yaml" in problem.message
    assert applied.rows()[2]["Case ID"] == "1"
    assert applied.rows()[4] == {"R2.6.1": "Yes"}


@pytest.mark.slow
def test_a_pattern_that_runs_for_ever_is_stopped(tmp_path: Path) -> None:
    columns = "Case ID: {column: Ref, pattern: '((?:a|aa)+)b'}, R2.6.1: Q1"
    start = time.monotonic()
    applied = apply(tmp_path, victims(columns), {"a.csv": f"Ref,Q1\n{'a' * 5_000},Yes\n"})
    problem = applied.one("PR142")
    assert (problem.file, problem.line) == (str(tmp_path / "region.mapping.yaml"), 6)
    assert problem.standards == ("R2.6",)
    assert time.monotonic() - start < 60


def test_the_names_of_files_and_sheets_can_give_a_value(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {Report ID: Ref, PDU: {sheet_name: '(.+) PDU'}, Source: {file_name: '.+-(pdu inspection)'}, R2.3.1: Q1}
sources:
  - {files: '*.xlsx', sheet: '* pdu', into: Court reports}
"""
    head = ["Ref", "Q1"]
    book: dict[str, Any] = {
        "Norfolk PDU": [head, ["C1", "Yes"]],
        "Notes": [["x"]],
        "Essex North PDU": [head, ["C2", "No"]],
    }
    applied = apply(tmp_path, mapping, {"a-PDU inspection.xlsx": book})
    assert applied.codes == []
    rows = list(applied.rows("Court reports").values())
    assert rows == [
        {"Report ID": "C2", "PDU": "Essex North", "Source": "PDU inspection", "R2.3.1": "No"}
    ]  # both in row 2
    (tmp_path / "a-PDU inspection.xlsx").rename(tmp_path / "other.xlsx")
    assert "'other'" in apply(tmp_path, mapping, {}).of("PR328")[0].message


# Dates


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("25/06/2023", ["%d/%m/%Y"], "2023-06-25"),
        ("5 June 2023 13:45", ["%d %B %Y %H:%M"], "2023-06-05"),
        ("5-jun-2023", ["%d-%b-%Y"], "2023-06-05"),
        ("25/06/2023", ["excel_serial", "%Y-%m-%d", "%d/%m/%Y"], "2023-06-25"),
        ("45152", ["excel_serial"], "2023-08-14"),
        ("1", ["excel_serial"], "1900-01-01"),
        ("59", ["excel_serial"], "1900-02-28"),
        ("61", ["excel_serial"], "1900-03-01"),
        ("2958465", ["excel_serial"], "9999-12-31"),
    ],
)
def test_dates_are_read_by_their_formats(text: str, formats: list[str], expected: str) -> None:
    assert dates_of(text, formats, date_1904=False) == {date.fromisoformat(expected)}


@pytest.mark.parametrize("text", ["31/02/2023", "25/06/23", "25.06.2023", "0", "60", "2958466", "-1", "45152.5", "٣"])
def test_what_is_not_a_date_is_none(text: str) -> None:
    assert dates_of(text, ["%d/%m/%Y", "excel_serial"], date_1904=False) == set()


@pytest.mark.parametrize(
    ("text", "days"),
    [("01112024", {date(2024, 11, 1)}), ("5062024", {date(2024, 6, 5)}), ("1112024", set())],
    ids=["whole", "one-reading", "two-readings"],
)
def test_numbers_that_run_together_are_read_in_one_way_or_not_at_all(text: str, days: set[date]) -> None:
    assert dates_of(text, ["%d%m%Y"], date_1904=False) == days


def test_the_1904_system_counts_from_its_own_first_day() -> None:
    assert dates_of("0", ["excel_serial"], date_1904=True) == {date(1904, 1, 1)}
    assert dates_of("43690", ["excel_serial"], date_1904=True) == {date(2023, 8, 14)}
    assert dates_of("2957003", ["excel_serial"], date_1904=True) == {date(9999, 12, 31)}
    assert dates_of("2957004", ["excel_serial"], date_1904=True) == set()


DATED = """sheets:
  Unpaid work cases:
    columns: {Case ID: Ref, Commenced: {column: Start, date_format: ['%d/%m/%Y', '%m/%d/%Y', excel_serial]}}
sources:
  - {files: a.xlsx, into: Unpaid work cases}
"""


def test_dates_of_every_kind(tmp_path: Path) -> None:
    starts = [
        "25/06/2023",
        "06/25/2023",
        "03/06/2024",
        "04/04/2024",
        date(2024, 1, 2),
        datetime(2024, 1, 3, 5, 6),
        45152,
        "soon",
        None,
    ]
    rows: list[list[Any]] = [["Ref", "Start"], *([f"U{place}", start] for place, start in enumerate(starts))]
    applied = apply(tmp_path, DATED, {"a.xlsx": {"S": rows}})
    found = {row["Case ID"]: row.get("Commenced", "") for row in applied.rows("Unpaid work cases").values()}
    assert found == {
        "U0": "2023-06-25", "U1": "2023-06-25", "U2": "<03/06/2024>", "U3": "2024-04-04", "U4": "2024-01-02",
        "U5": "2024-01-03", "U6": "2023-08-14", "U7": "<soon>", "U8": "",
    }  # fmt: skip
    assert applied.one("PR326").cells == ("B4",)
    assert applied.one("PR325").cells == ("B9",)


def test_without_a_format_text_is_year_month_day(tmp_path: Path) -> None:
    mapping = re.sub(r"\{column: Start.*?\]\}", "Start", DATED)
    applied = apply(
        tmp_path, mapping.replace("a.xlsx", "a.csv"), {"a.csv": "Ref,Start\nU1,2024-06-03\nU2,03/06/2024\n"}
    )
    assert applied.rows("Unpaid work cases")[2]["Commenced"] == "2024-06-03"
    assert applied.one("PR325").cells == ("B3",)


# Sheets of workbooks


def test_a_workbook_with_several_sheets_needs_the_name_of_one(tmp_path: Path) -> None:
    book: dict[str, Any] = {"Export": [["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 1, 1]], "Pivot": [["x"]]}
    source = SOURCE.replace("a.csv", "a.xlsx")
    problem = apply(tmp_path, VICTIMS + source, {"a.xlsx": book}).one("PR227")
    expected = (
        "the workbook has 2 sheets, hidden ones counted, and the mapping file names none of them: 'Export' and 'Pivot'"
    )
    assert (problem.message, problem.file, problem.standards) == (expected, str(tmp_path / "a.xlsx"), ("R2.6",))
    named = source.replace("xlsx,", "xlsx, sheet: [exports, 'E*', 'Gone*'],")
    applied = apply(tmp_path, VICTIMS + named, {})
    problem = applied.one("PR226")
    expected = "there is no sheet 'exports' or 'Gone*'; the workbook has 'Export' and 'Pivot'"
    assert (problem.message, problem.file, problem.standards) == (expected, str(tmp_path / "a.xlsx"), ("R2.6",))
    assert list(applied.rows()) == [2]
    assert "'Export'" not in problem.redacted
    both = SOURCE.replace("a.csv", "a.xlsx, sheet: Export") + "  - {files: a.xlsx, into: Court reports}\n"
    applied = apply(tmp_path, VICTIMS + both, {})
    assert (applied.one("PR227").standards, list(applied.rows())) == (("R2.3",), [2])
    assert list(apply(tmp_path, VICTIMS + source.replace("xlsx,", "xlsx, sheet: 'EXP*',"), {}).rows()) == [2]


def test_a_file_feeds_several_sheets_and_is_read_once(tmp_path: Path) -> None:
    mapping = """sheets:
  Victim cases:
    columns: {Case ID: Ref, R2.6.1: Q1}
  Court reports:
    columns: {Report ID: Ref, R2.3.1: Q2}
    ignore_rows: [{column: Kind, equals: victim}]
sources:
  - {files: a.csv, into: Victim cases, keep_rows: [{column: Kind, equals: victim}]}
  - {files: a.csv, into: Court reports}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,Kind,Q1,Q2\nV1,victim,Yes,\nC1,report,,No\n"})
    assert [one.kind.code for one in applied.problems if one.is_error] == []
    assert applied.rows() == {2: {"Case ID": "V1", "R2.6.1": "Yes"}}
    assert applied.rows("Court reports") == {3: {"Report ID": "C1", "R2.3.1": "No"}}
    assert not isinstance(applied.found, tuple)
    assert [one.path for one in applied.found.sources] == ["region.mapping.yaml", "a.csv"]
    assert [len(book.sheets) for book in applied.found.workbooks] == [1, 2]


def test_reading_that_nobody_wants_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: RuleSet) -> None:
    stopped, own = [], Reading.stop
    apply(tmp_path, VICTIMS + SOURCE.replace("a.csv", "'*.csv'"), dict.fromkeys(("a.csv", "b.csv", "c.csv"), CASES))
    idle: list[Child] = []
    reading = MappedReading(load_mapping(tmp_path / "region.mapping.yaml"), rules, 1, idle)

    def stop(self: Reading) -> None:
        stopped.append(self.path.rpartition("/")[2])
        own(self)

    monkeypatch.setattr(Reading, "stop", stop)
    reading.stop()
    for child in idle:
        child.stop()
    assert stopped[:2] == ["a.csv", "b.csv"]  # the next one may be under way already


def test_rows_ignored_by_the_sheet_and_kept_by_the_source_stay_out(tmp_path: Path) -> None:
    rest = "    ignore_rows: [{column: Ref, equals: V1}]\n"
    source = "sources:\n  - {files: a.csv, into: Victim cases, keep_rows: [{column: Ref, one_of: [V1, V2]}]}\n"
    assert list(apply(tmp_path, VICTIMS + rest + source, {"a.csv": CASES}).rows()) == [3]


# The rules' own headers


def test_a_source_of_a_sheet_without_an_entry_has_the_rules_own_headers(tmp_path: Path) -> None:
    mapping = "sources:\n  - {files: a.csv, into: Unpaid work cases}\n"
    content = "A title\nCase_id;Commenced;R 2.4.1;Note\n2024-06-01;2024-06-03;Yes;2024-06-04\n"
    applied = apply(tmp_path, mapping, {"a.csv": content})
    assert applied.codes == []
    assert not isinstance(applied.found, tuple)
    (sheet,) = applied.found.workbooks[-1].sheets
    assert (sheet.stands_for, sheet.first_row, sheet.rows) == ("Unpaid work cases", 2, 2)
    assert [value for column in sheet.columns for value in column.values if isinstance(value, date)] == [
        date(2024, 6, 3)
    ]


def test_text_in_a_workbook_with_the_rules_own_headers_is_never_a_date(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Case ID", "Commenced"], ["U1", "2024-06-03"], ["U2", date(2024, 6, 4)]]
    mapping = "sources:\n  - {files: a.xlsx, into: Unpaid work cases}\n"
    found = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}}).found
    assert not isinstance(found, tuple)
    assert found.workbooks[-1].sheets[0].columns[1].values == ["", "Commenced", "2024-06-03", date(2024, 6, 4)]


def test_an_empty_sheet_with_the_rules_own_headers_gives_no_row(tmp_path: Path) -> None:
    mapping = "sources:\n  - {files: a.xlsx, into: Unpaid work cases}\n"
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": []}})
    assert [(one.kind.code, one.message) for one in applied.problems] == [
        ("PR433", "no row is left for 'Unpaid work cases': the sheet has none")
    ]


def test_a_file_may_have_the_rules_own_headers_and_others(tmp_path: Path) -> None:
    source = "sources:\n  - {files: a.csv, into: Victim cases}\n  - {files: a.csv, into: Court reports}\n"
    # so many rows that the first ones, which are searched for headers, are not all
    content = "".join(f"V{row},1,1,1,C{row},No\n" for row in range(2, 150))
    applied = apply(tmp_path, VICTIMS + source, {"a.csv": f"Ref,Q1,Q2,Q3,Report ID,R2.3.1\n{content}"})
    assert applied.rows() == {
        row: {"Case ID": f"V{row}", "R2.6.1": "Yes", "R2.6.2": "Yes", "R2.6.3": "Yes"} for row in range(2, 150)
    }
    assert applied.cells("R2.3.1", "Court reports") == [f"F{row}" for row in range(2, 150)]
    reports = applied.rows("Court reports")
    assert {row: (one["Report ID"], one["R2.3.1"]) for row, one in reports.items()} == {
        row: (f"C{row}", "No") for row in range(2, 150)
    }


def test_the_hash_changes_when_two_codes_are_exchanged(tmp_path: Path) -> None:
    first = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": CASES}).found
    second = apply(tmp_path, VICTIMS.replace("'1': 'Yes', '2': 'No'", "'2': 'Yes', '1': 'No'") + SOURCE, {}).found
    assert not isinstance(first, tuple)
    assert not isinstance(second, tuple)
    assert first.sha256 != second.sha256
    assert first.sources[1] == second.sources[1]
