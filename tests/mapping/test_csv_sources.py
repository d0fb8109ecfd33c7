"""CSV files as sources of a mapping: encodings, delimiters, rows as Excel counts them, and what is wrong with a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from exports import SOURCE, VICTIMS, apply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

PLAIN = "Ref,Q1,Q2,Q3,Comment\nV1,1,2,98,é\nV2,2,2,1,\n"
EXPECTED = {
    2: {"Case ID": "V1", "R2.6.1": "Yes", "R2.6.2": "No", "R2.6.3": "Not applicable"},
    3: {"Case ID": "V2", "R2.6.1": "No", "R2.6.2": "No", "R2.6.3": "Yes"},
}


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        (PLAIN.encode(), ""),
        (b"\xef\xbb\xbf" + PLAIN.encode(), ""),
        (PLAIN.encode("cp1252"), ", encoding: cp1252"),
        (PLAIN.encode("latin-1"), ", encoding: latin-1"),
        (PLAIN.replace(",", ";").encode(), ""),
        (PLAIN.replace(",", "\t").encode(), ""),
        (PLAIN.replace(",", "|").encode(), ", delimiter: '|'"),
        (PLAIN.replace("\n", "\r\n").encode(), ""),
        (PLAIN.replace("\n", "\r").encode(), ""),
        (PLAIN.replace("Ref", ' "REF "').replace(' "', '"').encode(), ""),
    ],
    ids=["utf-8", "mark", "cp1252", "latin-1", "semicolons", "tabs", "pipes", "windows", "old-mac", "quoted-header"],
)
def test_a_csv_file_gives_the_same_cases_however_it_is_written(tmp_path: Path, content: bytes, settings: str) -> None:
    source = SOURCE.replace("a.csv,", f"a.csv{settings},")
    applied = apply(tmp_path, VICTIMS + source, {"a.csv": content})
    assert applied.codes == []
    assert applied.rows() == EXPECTED


@pytest.mark.parametrize(
    ("content", "settings", "code", "words"),
    [
        (PLAIN.encode("cp1252"), "", "PR136", "line 2 has the byte 0xE9"),
        (PLAIN.encode("cp1252") + b"V3,1,1,1,\x81\n", ", encoding: cp1252", "PR137", "line 4 has the byte 0x81"),
        (b"\xef\xbb\xbf" + PLAIN.encode(), ", encoding: cp1252", "PR137", "UTF-8"),
        (PLAIN.encode(), ", encoding: cp1252", "PR137", "all of it is UTF-8, and the mapping says cp1252"),
        (PLAIN.encode(), ", encoding: latin-1", "PR137", "all of it is UTF-8, and the mapping says latin-1"),
        (PLAIN.encode("utf-16"), "", "PR138", "UTF-16"),
        (PLAIN.encode("utf-16-le"), "", "PR138", "UTF-16"),
        (PLAIN.encode("utf-32-be"), "", "PR138", "UTF-16"),
        (PLAIN.replace("V2", "V\0").encode(), "", "PR139", "line 3"),
        (PLAIN.encode() + bytes(len(PLAIN)), "", "PR139", "line 4"),
        (("sep=,\n" + PLAIN).encode(), "", "PR140", "sep="),
        (b"Ref,Q1,Q2,Q3\nRef;Q1;Q2;Q3\n", "", "PR141", "comma (',') and with the semicolon (';')"),
        (PLAIN.encode() + b'V3,"1,1,1\n', "", "PR132", "line 4: a quotation mark is left open"),
        (PLAIN.encode() + b'"V3"x,1,1,1\n', "", "PR132", "line 4: a value goes on after its closing quotation mark"),
        (PLAIN.encode() + b"V3,1,1,1," + b"x" * 40_000, "", "PR131", "32,767"),
        (b"", "", "PR107", "no content"),
    ],
    ids=[
        "cp1252", "not-cp1252", "mark-and-cp1252", "utf-8-as-cp1252", "utf-8-as-latin-1", "utf-16", "utf-16-no-mark", "utf-32",
        "nul", "nuls-at-the-end", "sep", "two-delimiters", "quote", "text-after-a-quote", "long", "empty",
    ],
)  # fmt: skip
def test_a_csv_file_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, settings: str, code: str, words: str
) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE.replace("a.csv,", f"a.csv{settings},"), {"a.csv": content})
    problem = applied.one(code)
    assert words in problem.message
    assert problem.file == str(tmp_path / "a.csv")
    assert isinstance(applied.found, tuple)


REMARKS = "Ref,Q1,Q2,Q3,Remark\nV1,1,1,1,{}\nV9,1,1,1,\n"


@pytest.mark.parametrize(
    ("remark", "is_found"),
    [
        ('"see file\nV2,2,2,2,\nV3,2,2,2,see file"', True),
        ('"see file\r\nV2,2,2,2,\r\n\r\nV3,2,2,2,"', True),
        ('"see file\nV2,2,2,2,"', True),
        ('"see file\nand, of course, all the others, too, at that time"', False),
        ('"see file\nV2,2,2\nV3,2,2,2,"', False),
        ('"one\ntwo"', False),
        ('"V2,2,2,2,"', False),
    ],
    ids=["rows", "rows-of-windows", "a-row", "prose", "other-lines", "two-lines", "one-line"],
)
def test_rows_that_a_quotation_mark_takes_into_a_cell_are_a_warning(
    tmp_path: Path, remark: str, *, is_found: bool
) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": REMARKS.format(remark)})
    assert applied.codes == (["PR445"] if is_found else [])
    if is_found:
        assert applied.one("PR445").cells == ("E2",)
        ignored = VICTIMS + "    ignore_rows: [{column: Ref, equals: V1}]\n" + SOURCE
        assert "PR445" not in apply(tmp_path, ignored, {"a.csv": REMARKS.format(remark)}).codes


def test_the_delimiter_that_is_given_is_the_one(tmp_path: Path) -> None:
    content = "Ref,Q1,Q2,Q3\nRef;Q1;Q2;Q3\nV1;1;2;98\n"
    applied = apply(tmp_path, VICTIMS + SOURCE.replace("a.csv,", "a.csv, delimiter: semicolon,"), {"a.csv": content})
    assert applied.rows() == {3: EXPECTED[2]}


def test_bytes_that_are_not_utf_8_suggest_cp1252(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": PLAIN.encode("cp1252")})
    assert "encoding: cp1252" in applied.one("PR136").remedy


def test_a_cell_is_named_by_its_record_below_titles_blank_lines_and_quoted_line_breaks(tmp_path: Path) -> None:
    content = 'A title, of two\n\nRef,Q1,Q2,Q3,Comment\nV1,1,1,1,"two\nlines"\n\nV2,1,3,1,\n'
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content})
    assert list(applied.rows()) == [4, 6]
    assert applied.one("PR321").cells == ("C6",)
    assert "PR435" not in applied.codes


def test_a_ragged_row_is_a_problem_at_its_row(tmp_path: Path) -> None:
    content = "Title\nRef,Q1,Q2,Q3\nV1,1,1,1\nV2,1,1\nV3,1,1,1,\n\nV4,1,1,1\n"
    problem = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content}).one("PR435")
    assert problem.cells == ("4:5",)
    assert "rows 4 to 5 have 3 or 5 values, the header row has 4" in problem.message


@pytest.mark.parametrize(
    ("rows", "found", "cells"),
    [
        ("V1,1,1,1\nV2,1,1,1,2\n\nV3,1,1,1\n", "row 4 has 5 values", ("4:4",)),
        ("V1,1,1,1\nV2\n\nV3,1,1,1\n", "row 4 has 1 value", ("4:4",)),
        ("V1,1,1,1\nV2,,,,,,\n,,,,\n,\nV3,1,1,1\n", "rows 4 to 5 have 5 or 7 values", ("4:5",)),
        (
            "".join(f"V{n}" + ",1" * n + "\n" for n in range(14)) + "V,1,1,1\n" * 2,
            "rows 3 to 5 and 7 to 16 have 1, 2, 3, 5, 6, 7, 8, 9, 10 or another number of values",
            ("3:5", "7:16"),
        ),
    ],
    ids=["too-many", "too-few", "blanks-too-many", "very-many"],
)
@pytest.mark.parametrize("headers", [True, False], ids=["below-headers", "without-headers"])
def test_ragged_rows_are_named_with_how_many_values_they_have(
    tmp_path: Path, rows: str, found: str, cells: tuple[str, ...], headers: bool
) -> None:
    letters = "{Case ID: {letter: A}, R2.6.1: {letter: B}, R2.6.2: {letter: C}, R2.6.3: {letter: D}}"
    without = VICTIMS.replace("{Case ID: Ref, R2.6.1: Q1, R2.6.2: Q2, R2.6.3: Q3}", letters)
    without += "    header_row: none\n    first_row: 3\n"
    content = f"A title\n{'Ref,Q1,Q2,Q3' if headers else 'Cases,,,'}\n{rows}V15,1,1,1\n"
    problem = apply(tmp_path, (VICTIMS if headers else without) + SOURCE, {"a.csv": content}).one("PR435")
    most = "the header row has 4" if headers else "most rows have 4"
    assert problem.message == f"{found}, {most}"
    names = found[: found.index(" ha") + 5].rstrip()
    assert problem.redacted == f"{names} [left out], {most}"
    assert (problem.cells, problem.standards) == (cells, ("R2.6",))


def test_the_header_row_says_how_many_values_a_row_has(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": "Ref,Q1,Q2,Q3,\nV1,1,1,1\nV2,1,1,1,\nV3,1,1,1\nV4,1,1,1\n"})
    problem = applied.one("PR435")
    assert problem.message == "rows 2 and 4 to 5 have 4 values, the header row has 5"
    assert problem.cells == ("2:2", "4:5")


def test_a_row_between_the_headers_and_the_first_row_has_as_many_values_as_the_headers(tmp_path: Path) -> None:
    mapping = VICTIMS + "    first_row: 3\n" + SOURCE
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,Q1,Q2,Q3\nid,{1}\nV1,1,1,1\nV2,1,1,1\n"})
    assert applied.one("PR435").message == "row 2 has 2 values, the header row has 4"
    assert applied.one("PR430").message == (
        "1 row was left out: 1 between the headers and the first row of data (row 2)"
    )


def test_a_ragged_row_that_ignore_rows_names_is_not_a_problem(tmp_path: Path) -> None:
    mapping = VICTIMS + "    ignore_rows: [{column: Ref, equals: Total}]\n" + SOURCE
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,Q1,Q2,Q3\nV1,1,1,1\nTotal,1\n"})
    assert applied.codes == ["PR430"]
    assert list(applied.rows()) == [2]


def test_a_last_line_of_delimiters_is_not_a_case_whatever_a_constant_gives(tmp_path: Path) -> None:
    mapping = """sheets:
  Court reports:
    columns: {Report ID: Ref, PDU: {constant: Norfolk}, Source: {constant: PDU inspection}, R2.3.1: Q1}
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: Court reports}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Ref;Q1;x;y;z\nC1;1;;;\n;;;;\n"})
    assert applied.codes == []
    row = {"Report ID": "C1", "PDU": "Norfolk", "Source": "PDU inspection", "R2.3.1": "Yes"}
    assert applied.rows("Court reports") == {2: row}


def test_a_value_in_a_column_that_is_not_read_makes_a_row(tmp_path: Path) -> None:
    content = "Ref,Q1,Q2,Q3,Comment\n" + "V{0},1,1,1,\n" * 150 + ",,,,a remark\n,,,, \n"
    for number in range(150):
        content = content.replace("V{0}", f"V{number}", 1)
    mapping = VICTIMS.replace("Ref,", "Ref,") + "    ignore_rows: [{column: Ref, blank: true}]\n" + SOURCE
    applied = apply(tmp_path, mapping, {"a.csv": content})
    assert "1 row was left out: 1 where 'Ref' is blank" in applied.one("PR430").message


def test_a_row_with_only_a_remark_is_counted_as_left_out_where_the_headers_are_those_of_the_rules(
    tmp_path: Path,
) -> None:
    content = "Case ID,R2.6.1,R2.6.2,R2.6.3,Comment\nV1,Yes,Yes,Yes,\n,,,,the case of V2 was lost\nV3,Yes,No,Yes,\n"
    applied = apply(tmp_path, "sources:\n  - {files: a.csv, into: Victim cases}\n", {"a.csv": content})
    assert list(applied.rows()) == [2, 4]
    said = "1 row was left out: 1 without a value in the columns that are read (row 3)"
    assert said in applied.one("PR430").message


def test_a_row_with_a_value_only_in_a_column_that_is_not_read_is_counted_as_left_out(tmp_path: Path) -> None:
    content = "Ref,Q1,Q2,Q3,Comment\nV1,1,1,1,\n,,,,the case of V2 was lost\nV3,1,1,1,\n"
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": content})
    assert list(applied.rows()) == [2, 4]
    said = "1 row was left out: 1 without a value in the columns that are read (row 3)"
    assert [(one.kind.code, one.message) for one in applied.problems] == [("PR430", said)]


def test_a_file_with_remarks_only_gives_no_row(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": "Ref,Q1,Q2,Q3,Comment\n,,,,a remark\n"})
    assert applied.codes == ["PR430", "PR433"]


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    applied = apply(tmp_path, VICTIMS + SOURCE, {"a.csv": {"S": [["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 2, 98]]}})
    assert applied.codes == ["PR112"]
    assert applied.rows()[2]["R2.6.3"] == "Not applicable"


def test_each_file_that_cannot_be_read_is_named_and_so_is_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    files = {"a.csv": b"Ref,Q1\n\xff,1\n", "b.csv": b"Ref,Q1\n\0,1\n", "c.csv": b"Id,Q1\nV1,1\n"}
    problems = apply(tmp_path, VICTIMS + SOURCE.replace("a.csv", "'*.csv'"), files).problems
    assert [(one.kind.code, one.file) for one in problems] == [
        (code, str(tmp_path / name)) for code, name in (("PR136", "a.csv"), ("PR139", "b.csv"), ("PR222", "c.csv"))
    ]


def test_a_csv_file_is_one_sheet_whatever_the_mapping_says(tmp_path: Path) -> None:
    source = SOURCE.replace("a.csv,", "a.csv, sheet: Export,")
    assert apply(tmp_path, VICTIMS + source, {"a.csv": PLAIN}).rows() == EXPECTED


def test_a_file_may_be_read_as_two_encodings_and_with_two_delimiters(tmp_path: Path) -> None:
    files = "".join(
        f"  - {{files: a.csv, into: {into}, encoding: {encoding}}}\n"
        for into, encoding in (("Victim cases", "cp1252"), ("Court reports", "latin-1"))
    )
    columns = VICTIMS + "  Court reports:\n    columns: {Report ID: Ref}\n"
    applied = apply(tmp_path, columns + "sources:\n" + files, {"a.csv": b"Ref,Q1,Q2,Q3\n\x80,1,1,1\n"})
    assert (applied.rows()[2]["Case ID"], applied.rows("Court reports")[2]["Report ID"]) == ("€", "\x80")


@pytest.mark.parametrize(("first", "other"), [(", encoding: cp1252", ", encoding: latin-1"), ("", ", delimiter: ';'")])
def test_a_file_that_is_read_in_two_ways_is_one_source_with_one_marked_copy(
    run: Callable[..., Run], tmp_path: Path, first: str, other: str
) -> None:
    columns = VICTIMS + "  Court reports:\n    columns: {Report ID: 1, R2.3.1: 1}\n"
    files = f"  - {{files: a.csv, into: Victim cases{first}}}\n  - {{files: a.csv, into: Court reports{other}}}\n"
    apply(
        tmp_path,
        columns + "sources:\n" + files,
        {"a.csv": "Ref,Q1,Q2,Q3\né,9,1,1\n".encode("cp1252" if first else "utf-8")},
    )
    path = tmp_path / "region.mapping.yaml"
    result = run("check", path, "-f", "json", "--annotate", tmp_path / "out", group=True)
    (entry,) = json.loads(result.out)["workbooks"]
    assert [one["path"] for one in entry["sources"]] == ["region.mapping.yaml", "a.csv"]
    assert result.status == 1
    sheet = openpyxl.load_workbook(tmp_path / "out" / "a.csv.xlsx").worksheets[-1]
    assert [sheet["A2"].value, sheet["B2"].value] == ["é", "9"]


def test_a_csv_whose_first_header_is_id_is_no_sylk_file(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("Ref", "ID") + SOURCE
    applied = apply(tmp_path, mapping, {"a.csv": "ID;PDU;Q1;Q2;Q3\nV1;x;1;1;1\n"})
    assert applied.codes == []
    assert list(applied.rows()) == [2]


def test_a_file_that_has_other_rows_with_another_delimiter_is_read_by_both(tmp_path: Path) -> None:
    sources = """sources:
  - {files: a.csv, into: Victim cases, delimiter: comma, keep_rows: [{column: Ref, equals: V1}]}
  - files: a.csv
    into: Victim cases
    delimiter: semicolon
    columns: {Case ID: {letter: A}, R2.6.1: {letter: B}, R2.6.2: {letter: C}, R2.6.3: {letter: D}}
    header_row: none
    first_row: 4
"""
    content = 'Ref,Q1,Q2,Q3,Note\nV1,1,2,1,"in two\nlines"\nV2;1;1;1;\n'
    applied = apply(tmp_path, VICTIMS + sources, {"a.csv": content})
    assert [case["Case ID"] for case in applied.all_rows()] == ["V1", "V2"]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_that_excel_saved_as_text_is_an_error(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows: list[list[Any]] = [
        ["Ref", "Q1", "Q2", "Q3", "Status"],
        ["V1", 1, 1, 1, "Done"],
        [error, 1, 1, 1, "Done"],
        ["V2", 1, 1, 1, error],
    ]
    rest = "    keep_rows: [{column: Status, equals: Done}]\n"
    found = {}
    files: dict[str, Any] = {
        "a.csv": "\n".join(",".join(str(one) for one in row) for row in rows),
        "a.xlsx": {"S": rows},
    }
    for name, content in files.items():
        apply(tmp_path, VICTIMS + rest + SOURCE.replace("a.csv", name), {name: content})
        (result,) = json.loads(run("check", "region.mapping.yaml", "-f", "json", group=True).out)["workbooks"]
        found[name] = [(one["code"], one["cells"]) for one in result["problems"] if one["code"] in {"PR303", "PR307"}]
    assert found["a.csv"] == found["a.xlsx"]
    assert [cells for _, cells in found["a.csv"]] == [["E4"], ["A3"]]


def test_an_error_in_csv_has_the_meaning_that_the_mapping_file_gives_it(tmp_path: Path) -> None:
    mapping = VICTIMS.replace("'98'", "'#N/A': Not applicable, '98'") + (
        "    keep_rows: [{column: Status, one_of: [Done, '#VALUE!']}]\n"
        "    ignore_rows: [{column: Ref, equals: '#REF!'}, {column: Ref, matches: '#.+'}]\n"
    )
    lines = ["V1,#N/A,1,1,Done", "V2,1,1,#NUM!,#VALUE!", "#REF!,1,1,1,Done", "#NAME?,1,1,1,Done", "V3,1,1,1,#REF!"]
    applied = apply(tmp_path, mapping + SOURCE, {"a.csv": "\n".join(["Ref,Q1,Q2,Q3,Status", *lines])})
    assert [one.cells for one in applied.of("PR307")] == [("E6",), ("A5",)]
    assert applied.rows()[2]["R2.6.1"] == "Not applicable"
    assert [row["Case ID"] for row in applied.rows().values()] == ["V1", "V2", "#NAME?"]
