"""Columns that are joined from several: ids that are never mixed up, and parts that are blank or errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports import apply
from probation_ratings.reading.workbook import Found

if TYPE_CHECKING:
    from pathlib import Path


def joined(case_id: str = "{join: [PDU, Ref]}", rest: str = "", files: str = "'*.csv'") -> str:
    return f"""sheets:
  Victim cases:
    columns: {{Case ID: {case_id}, R2.6.1: Q1}}
{rest}sources:
  - {{files: {files}, into: Victim cases}}
"""


def test_an_id_that_reads_like_one_of_another_file_shows_where_its_parts_end(tmp_path: Path) -> None:
    files = {"a.csv": "PDU,Ref,Q1\na b,c,Yes\n", "b.csv": "PDU,Ref,Q1\na,b c,Yes\nA B,C,No\nd,e,No\n"}
    ids = [row["Case ID"] for row in apply(tmp_path, joined(), files).all_rows()]
    assert ids == ["a b c", "a | b c", "A B C", "d e"]


def test_a_join_with_a_pattern_is_not_told_apart(tmp_path: Path) -> None:
    content = {"a.csv": "PDU,Ref,Q1\na b,c,Yes\na,b c,Yes\n"}
    rows = apply(tmp_path, joined("{join: [PDU, Ref], pattern: '(.+)'}"), content).rows()
    assert [row["Case ID"] for row in rows.values()] == ["a b c", "a b c"]


def test_a_join_of_another_column_is_not_told_apart(tmp_path: Path) -> None:
    mapping = """sheets:
  PDU cases:
    columns: {Case ID: Ref, PDU: {join: [One, Two]}}
sources:
  - {files: a.csv, into: PDU cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Ref,One,Two\nA1,a b,c\nA2,a,b c\n"})
    assert [row["PDU"] for row in applied.rows("PDU cases").values()] == ["a b c", "a b c"]


def test_only_the_rows_that_are_kept_are_joined(tmp_path: Path) -> None:
    rest = "    ignore_rows: [{column: Ref, one_of: [Total, '']}]\n"
    content = "PDU,Ref,Q1\nAll,Total,9\nKent,2,Yes\nKent,,9\nKent,1,No\nKent,2,No\nEssex,2,Yes\n"
    applied = apply(tmp_path, joined("{join: [Ref, PDU], separator: /}", rest), {"a.csv": content})
    assert {row: case["Case ID"] for row, case in applied.rows().items()} == {
        3: "2/Kent", 5: "1/Kent", 6: "2/Kent", 7: "2/Essex",
    }  # fmt: skip
    assert applied.codes == ["PR430"]
    assert applied.cells("Case ID") == ["B3", "B5", "B6", "B7"]
    assert isinstance(applied.found, Found)
    column = next(one for one in applied.found.workbooks[-1].sheets[0].columns if "Case ID" in one.texts)
    assert [column.values[code] for code in column.codes.tolist()] == [
        "Case ID", "", "2/Kent", "", "1/Kent", "2/Kent", "2/Essex",
    ]  # fmt: skip


def test_three_parts_keep_their_order(tmp_path: Path) -> None:
    content = "PDU,Ref,Wave,Q1\nKent,1,x,Yes\nKent,1,y,No\nKent,2,x,No\nEssex,1,x,No\n"
    applied = apply(tmp_path, joined("{join: [PDU, Ref, Wave], separator: -}"), {"a.csv": content})
    assert [row["Case ID"] for row in applied.rows().values()] == ["Kent-1-x", "Kent-1-y", "Kent-2-x", "Essex-1-x"]


def test_of_two_ids_that_read_alike_the_later_one_shows_its_parts(tmp_path: Path) -> None:
    content = "PDU,Ref,Wave,Q1\nx,a b,c,Yes\nx,a,b c,No\n"
    applied = apply(tmp_path, joined("{join: [PDU, Ref, Wave]}"), {"a.csv": content})
    assert [row["Case ID"] for row in applied.rows().values()] == ["x a b c", "x | a | b c"]


def test_ids_of_two_sheets_of_the_rules_may_read_alike(tmp_path: Path) -> None:
    reports = "  Court reports:\n    columns: {Report ID: {join: [PDU, Ref]}}\n"
    source = "  - {files: b.csv, into: Court reports}\n"
    files = {"a.csv": "PDU,Ref,Q1\na b,c,Yes\n", "b.csv": "PDU,Ref\na,b c\n"}
    applied = apply(tmp_path, joined(rest=reports, files="a.csv") + source, files)
    assert [applied.rows()[2]["Case ID"], applied.rows("Court reports")[2]["Report ID"]] == ["a b c", "a b c"]


def test_each_pair_of_parts_is_an_id_of_its_own(tmp_path: Path) -> None:
    pairs = [(pdu, ref) for pdu in "abcdefgh" for ref in "1234"]
    content = "PDU,Ref,Q1\n" + "".join(f"{pdu},{ref},Yes\n" for pdu, ref in pairs)
    rows = apply(tmp_path, joined(), {"a.csv": content}).rows().values()
    assert [row["Case ID"] for row in rows] == [f"{pdu} {ref}" for pdu, ref in pairs]


def test_white_space_of_a_separator_is_that_of_a_text(tmp_path: Path) -> None:
    mapping = joined("{join: [PDU, Ref], separator: '  -  '}")
    assert apply(tmp_path, mapping, {"a.csv": "PDU,Ref,Q1\nKent,1,Yes\n"}).rows()[2]["Case ID"] == "Kent - 1"


def test_a_blank_part_is_an_error_and_a_row_of_blank_parts_has_no_id(tmp_path: Path) -> None:
    content = "PDU,Ref,Q1\nNorfolk,,Yes\n,,No\n,2,Yes\nNorfolk,,No\nNorfolk,1,No\n"
    applied = apply(tmp_path, joined("{join: [PDU, Ref], separator: /}"), {"a.csv": content})
    assert [row.get("Case ID") for row in applied.rows().values()] == [
        "<Norfolk>",
        None,
        "<2>",
        "<Norfolk>",
        "Norfolk/1",
    ]
    problem = applied.one("PR327")
    assert problem.cells == ("B2", "A4", "B5")
    assert problem.message == (
        "3 rows without a value in a part of 'Case ID', which line 6 of region.mapping.yaml joins from several columns"
    )


def test_an_error_in_a_part_is_one_of_the_whole(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["PDU", "Ref", "Q1"], ["Kent", "#N/A", "Yes"], ["#REF!", "#N/A", "Yes"], ["#REF!", None, "Yes"], ["Kent", 1, "No"],
    ]  # fmt: skip
    applied = apply(tmp_path, joined(files="a.xlsx"), {"a.xlsx": {"S": rows}})
    assert [row["Case ID"] for row in applied.rows().values()] == ["#N/A", "#REF!", "#REF!", "Kent 1"]
    assert "PR327" not in applied.codes


def test_a_part_that_does_not_fit_its_pattern_is_one_of_the_column(tmp_path: Path) -> None:
    case_id = "{join: [{column: PDU, pattern: '(.+) PDU'}, Ref], separator: /}"
    applied = apply(tmp_path, joined(case_id), {"a.csv": "PDU,Ref,Q1\nKent PDU,1,Yes\nEssex,2,Yes\n"})
    problem = applied.one("PR324")
    assert (problem.cells, "pattern of 'Case ID'" in problem.message) == (("A3",), True)
    assert [row["Case ID"] for row in applied.rows().values()] == ["Kent/1", "<Essex>"]


def test_parts_can_have_values_and_dates(tmp_path: Path) -> None:
    case_id = (
        "{join: [{column: PDU, values: {N: Norfolk, '': None}}, {column: Day, date_format: '%d.%m.%Y'}], separator: /}"
    )
    content = "PDU,Day,Q1\nn,05.06.2024,Yes\n,06.06.2024,Yes\nS,06.06.2024,Yes\nN,soon,Yes\n"
    applied = apply(tmp_path, joined(case_id), {"a.csv": content})
    assert [row["Case ID"] for row in applied.rows().values()][:2] == ["Norfolk/2024-06-05", "None/2024-06-06"]
    assert applied.one("PR321").cells == ("A4",)
    assert applied.one("PR325").cells == ("B5",)


def test_what_is_wrong_with_the_parts_of_a_join_is_reported_for_its_column(tmp_path: Path) -> None:
    mapping = """sheets:
  PDU cases:
    columns:
      Case ID:
        join:
          - {column: PDU, values: {N: Norfolk}}
          - {column: Start, date_format: '%d/%m/%Y'}
          - {column: End, date_format: '%d/%m/%Y'}
        separator: /
      Commenced: {column: Start, date_format: '%d/%m/%Y'}
sources:
  - {files: a.csv, into: PDU cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "PDU,Start,End\nn,03/06/2024,04/06/2024\nE,soon,later\n"})
    assert applied.rows("PDU cases")[2] == {"Case ID": "Norfolk/2024-06-03/2024-06-04", "Commenced": "2024-06-03"}
    no_date = "with a text that is not a date by date_format in line"
    expected = [
        ("PR325", f"1 cell in 'Case ID' {no_date} 10 of region.mapping.yaml: 'soon'", ("B3",)),
        ("PR325", f"1 cell in 'Case ID' {no_date} 11 of region.mapping.yaml: 'later'", ("C3",)),
        ("PR325", f"1 cell in 'Commenced' {no_date} 13 of region.mapping.yaml: 'soon'", ("B3",)),
        (
            "PR321",
            (
                "1 cell with 'E', which `values` of 'Case ID' (line 9 of region.mapping.yaml) does not cover; the line to "
                "add there is `'E': ...`"
            ),
            ("A3",),
        ),
    ]
    assert [(one.kind.code, one.message, one.cells) for one in applied.problems] == expected
    assert {one.standards for one in applied.problems} == {("R2.1", "R2.2", "R2.5")}
