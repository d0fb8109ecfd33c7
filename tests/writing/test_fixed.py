"""`check --fix` and `check --diff`: what is fixed, what is left, and that the original is never touched."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.table import Table

from books import Book, save, small_book
from probation_ratings.findings.fixes import one_reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def _untidy() -> Book:
    """The small workbook with something in most places that can be fixed.

    Certain: the dates in Inspection!B4 and PDU cases!D2, ' yes' in E2, 'NO' in F4, 'hackney ' in B4, the blank row 3
    and the total in row 5. Not certain: the date in D4. Nearly certain: Goood, Lodnon, Comunity sentence.
    """
    book = small_book()
    head, first, second = book["PDU cases"]
    head.insert(3, "Commenced")
    first.insert(3, "14/08/2023")
    second.insert(3, "03/04/2023")
    first[4] = " yes"
    second[1], second[2], second[5] = "hackney ", "Comunity sentence", "NO"
    book["PDU cases"] = [head, first, [None] * 13, second, ["Total", None, None, None, *[2] * 9]]
    book["Judgements"][1][1] = "Goood"
    book["Inspection"][1][1] = "Lodnon"
    book["Inspection"].append(["Fieldwork started", "3 June 2024"])
    return book


CERTAIN = [
    "london.xlsx Inspection!B4: '3 June 2024' -> 2024-06-03 (PR312)",
    "london.xlsx PDU cases!D2: '14/08/2023' -> 2023-08-14 (PR312)",
    "london.xlsx PDU cases!E2: ' yes' -> 'Yes' (PR311)",
    "london.xlsx PDU cases!B4: 'hackney ' -> 'Hackney' (PR404)",
    "london.xlsx PDU cases!F4: 'NO' -> 'No' (PR311)",
    "london.xlsx PDU cases row 3: left out, blank (PR213)",
    "london.xlsx PDU cases row 5: left out, totals (PR417)",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(_untidy(), tmp_path / "london.xlsx")
    return tmp_path


def _problems(run: Callable[..., Run], name: object) -> set[tuple[str, str]]:
    """The code and the first cell of each problem of a workbook, without small samples."""
    (book,) = json.loads(run("check", name, "-f", "json", group=True).out)["workbooks"]
    found = {(one["code"], (one["cells"] or [""])[0]) for one in book["problems"]}
    return {one for one in found if one[0] != "PR408"}


def _values(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(path)[sheet].iter_rows(values_only=True))


def test_diff_only_shows_what_would_change(folder: Path, run: Callable[..., Run]) -> None:
    found = run("check", "london.xlsx", "--diff", group=True)
    assert found.out.splitlines() == CERTAIN
    assert found.status == 1
    assert "3 more cells could be fixed with --unsafe-fixes" in found.err
    assert [one.name for one in folder.iterdir()] == ["london.xlsx"]


def test_the_copy_has_the_fixes_and_passes_their_checks(folder: Path, run: Callable[..., Run]) -> None:
    before = (folder / "london.xlsx").read_bytes()
    assert {code for code, _ in _problems(run, "london.xlsx")} >= {"PR311", "PR312", "PR404", "PR417", "PR213"}
    found = run("check", "london.xlsx", "--fix", "-f", "json", group=True)
    assert found.status == 1
    assert json.loads(found.out)["workbooks"][0]["path"] == "london.xlsx"
    assert [line for line in found.err.splitlines() if "->" in line or "left out," in line] == CERTAIN
    assert "london.fixed.xlsx written: 5 cells changed, 2 rows left out\n" in found.err
    assert (folder / "london.xlsx").read_bytes() == before
    assert _values(folder / "london.fixed.xlsx", "PDU cases")[1:] == [
        ("A1", "Camden", "Licence", datetime(2023, 8, 14), "Yes", *["Yes"] * 8),
        ("A2", "Hackney", "Comunity sentence", "03/04/2023", "Yes", "No", *["Yes"] * 6, "Not applicable"),
    ]
    # what is left is what is not certain
    assert _problems(run, "london.fixed.xlsx") == {("PR602", "B2"), ("PR314", "B2"), ("PR315", "C3"), ("PR312", "D3")}


def test_unsafe_fixes_are_spellings_that_are_nearly_certain(folder: Path, run: Callable[..., Run]) -> None:
    found = run("check", "london.xlsx", "--fix", "--unsafe-fixes", group=True)
    assert "london.xlsx Judgements!B2: 'Goood' -> 'Good' (PR602)\n" in found.err
    assert "more cell" not in found.err.split("written")[1]
    assert _problems(run, "london.fixed.xlsx") == {("PR312", "D3")}
    # by hand: R2.1.2 has one Yes and one No: 50%, Requires improvement, and all else as in the small workbook
    rated = run(folder / "london.fixed.xlsx", "-f", "json")
    assert (rated.status, rated.standard("R2.1")["rating"], rated.inspection["score"]) == (
        0, "Requires improvement", 20,
    )  # fmt: skip


def test_a_near_answer_and_a_near_pdu_need_unsafe_fixes(tmp_path: Path, run: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Not aplicable"
    book["PDU cases"][1][4] = "Maybe"
    book["Court reports"][1][1] = "Camdem"
    path = save(book, tmp_path / "a.xlsx")
    assert run("check", path, "--diff", group=True).out == ""
    lines = run("check", path, "--diff", "--unsafe-fixes", group=True).out.splitlines()
    assert lines == [
        f"{path} Court reports!B2: 'Camdem' -> 'Camden' (PR404)",
        f"{path} PDU cases!D2: 'Not aplicable' -> 'Not applicable' (PR304)",
    ]


def test_only_problems_that_are_asked_for_are_fixed(folder: Path, run: Callable[..., Run]) -> None:
    assert run("check", "london.xlsx", "--diff", "--select", "PR404", group=True).out.splitlines() == [CERTAIN[3]]
    ignoring = run("check", "london.xlsx", "--diff", "--ignore", "PR3,PR213,PR417", group=True).out
    assert ignoring.splitlines() == [CERTAIN[3]]
    assert [one.name for one in folder.iterdir()] == ["london.xlsx"]


def test_redact_leaves_values_out(folder: Path, run: Callable[..., Run]) -> None:
    found = run("check", folder / "london.xlsx", "--diff", "--redact", group=True).out
    assert "PDU cases!B4: [left out] -> [left out] (PR404)" in found
    assert "ackney" not in found


def test_copies_go_into_a_folder_under_their_own_names(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "data").mkdir()
    (folder / "london.xlsx").rename(folder / "data" / "london.xlsx")
    refused = run("check", "data", "--fix", group=True)
    assert refused.status == 2
    assert "--fix of a folder needs a folder for the copies, such as -o fixed/" in refused.err
    found = run("check", "data", "--fix", "-o", "fixed/", group=True)
    assert "PR417" in found.out
    assert _problems(run, "fixed/london.xlsx") == {("PR602", "B2"), ("PR314", "B2"), ("PR315", "C3"), ("PR312", "D3")}
    again = run("check", "data", "--fix", "-o", "fixed/", group=True)
    assert again.status == 3
    assert "is there already: delete it, or name another folder" in again.err
    over = run("check", "data", "--fix", "-o", "data/", group=True)
    assert over.status == 2
    assert "is an input and would be overwritten" in over.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--unsafe-fixes"], "--unsafe-fixes goes with --fix or --diff"),
        (["--diff", "-o", "x.txt"], "leave out -o"),
        (["--fix", "-o", "x.xlsx"], "--fix writes its copies into a folder: write -o x/, not x.xlsx"),
        (["--fix", "-o", "x.ods"], "--fix writes its copies into a folder: write -o x/, not x.ods"),
    ],
    ids=["unsafe alone", "diff into a file", "copies into a file", "copies into another workbook"],
)
@pytest.mark.usefixtures("folder")
def test_options_that_contradict_each_other(arguments: list[str], words: str, run: Callable[..., Run]) -> None:
    found = run("check", "london.xlsx", *arguments, group=True)
    assert found.status == 2
    assert words in found.err


def test_a_workbook_without_anything_to_fix_has_no_copy(tmp_path: Path, run: Callable[..., Run]) -> None:
    path = save(small_book(), tmp_path / "a.xlsx")
    found = run("check", path, "--fix", group=True)
    assert found.status == 0
    assert "a.xlsx: nothing to fix" in found.err
    assert not (tmp_path / "a.fixed.xlsx").exists()


def test_a_table_with_a_row_of_totals_stays_a_table(tmp_path: Path, run: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"].append(["Total", None, None, *[2] * 9])
    path = save(book, tmp_path / "a.xlsx")
    workbook = load_workbook(path)
    sheet = workbook["PDU cases"]
    sheet.add_table(Table(displayName="Cases", ref="A1:L4", totalsRowCount=1))
    sheet.merge_cells("A8:B8")
    sheet["A8"] = None
    sheet.row_dimensions[6].hidden = True
    workbook.save(path)
    assert "a.fixed.xlsx written: 1 row left out" in " ".join(run("check", path, "--fix", group=True).err.split())
    fixed = load_workbook(tmp_path / "a.fixed.xlsx")["PDU cases"]
    table = fixed.tables["Cases"]
    assert (table.ref, table.totalsRowCount) == ("A1:L3", None)
    assert [str(area) for area in fixed.merged_cells.ranges] == ["A7:B7"]
    assert [number for number, row in fixed.row_dimensions.items() if row.hidden] == [5]
    assert run(tmp_path / "a.fixed.xlsx", "-f", "json").inspection["score"] == 22


def test_a_row_that_is_merged_with_another_is_kept(tmp_path: Path, run: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"].append(["Total", None, None, *[2] * 9])
    path = save(book, tmp_path / "a.xlsx")
    workbook = load_workbook(path)
    workbook["PDU cases"].merge_cells("N3:N4")
    workbook.save(path)
    assert "1 row kept because of merged cells" in run("check", path, "--fix", group=True).err
    assert ("PR417", "A4") in _problems(run, tmp_path / "a.fixed.xlsx")


def test_formulas_become_the_values_that_were_checked(
    tmp_path: Path, run: Callable[..., Run], office: Callable[..., Path]
) -> None:
    book = small_book()
    book["PDU cases"][1][3] = '=IF(TRUE,"Yes","No")'
    book["PDU cases"][2][4] = "yes "
    path = office("xlsx:Calc MS Excel 2007 XML", save(book, tmp_path / "a.xlsx"))  # saves the values
    copy = path.with_name("a.fixed.xlsx")
    found = run("check", path, "--fix", group=True)
    assert "a.fixed.xlsx written: 1 cell changed, 1 formula replaced by their saved values" in found.err
    assert run(copy, "-f", "json").inspection["score"] == 22


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""], ids=["LF", "CRLF", "CR", "no end"])
@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_line_break_in_a_cell_beside_a_fixed_one_stays_in_it(
    tmp_path: Path, run: Callable[..., Run], end: str, inside: str
) -> None:
    book = small_book()
    head, first, last = book.pop("Court reports")
    last[3] = " yes"
    others = save(book, tmp_path / "rest.xlsx")
    part = tmp_path / "Court reports.csv"
    lines = [",".join([*head, "Remark"]), ",".join([*first, ""]), ",".join([*last, f'"one{inside}two"'])]
    part.write_bytes(((end or "\n").join(lines) + end).encode())
    found = run("check", others, part, "--combine", "--fix", "-o", tmp_path / "fixed", group=True)
    assert found.status == 0
    copy = tmp_path / "fixed" / "Court reports.csv"
    assert copy.read_bytes() == part.read_bytes().replace(b" yes", b"Yes")
    assert run("--combine", others, copy, "-f", "json").inspection["score"] == 22


def test_csv_parts_are_fixed_and_the_rest_of_the_file_is_kept(tmp_path: Path, run: Callable[..., Run]) -> None:
    book = small_book()
    rows = book.pop("Court reports")
    path = save(book, tmp_path / "rest.xlsx")
    rows[1][3] = " yes"
    lines = [";".join([*row, "note"]) for row in rows]
    lines[1] = lines[1].replace("note", '"a ""quoted"" note"')
    lines[2] = lines[2].replace("note", '"kept;  as it is"')
    text = "\r\n".join([*lines, "Total;;;2;", ""])
    part = tmp_path / "Court reports.csv"
    part.write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = run("check", path, part, "--combine", "--fix", "-o", tmp_path / "fixed", group=True)
    assert found.status == 1  # the total
    fixed = (tmp_path / "fixed" / "Court reports.csv").read_bytes()
    expected = text.replace(" yes", "Yes").replace("Total;;;2;\r\n", "")
    assert fixed == b"\xef\xbb\xbf" + expected.encode()
    combined = run("--combine", path, tmp_path / "fixed" / "Court reports.csv", "-f", "json")
    assert combined.inspection["score"] == 22


def test_exports_of_a_mapping_file_are_left_to_it(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "cases.csv").write_text("ref,pdu,q\nA1,Camden, yes\nA2,Hackney,Yes\nTotal,,2\n")
    (folder / "r.mapping.yaml").write_text(
        "mapping_version: 1\nrules: regional-2023\ninspection: {Region: London}\nsheets:\n  Court reports:\n"
        "    columns: {Report ID: ref, PDU: pdu, R2.3.1: q}\nsources:\n  - {files: cases.csv, into: Court reports}\n"
    )
    for option in ("--fix", "--diff"):
        found = run("check", "r.mapping.yaml", option, group=True)
        assert "r.mapping.yaml: exports are not fixed: correct them" in found.err
        assert "->" not in found.err
        assert "Total" not in found.err
    assert not (folder / "cases.fixed.csv").exists()


def test_other_kinds_of_workbooks_are_refused_with_what_to_do(
    tmp_path: Path, run: Callable[..., Run], office: Callable[..., Path]
) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "yes "
    path = office("ods", save(book, tmp_path / "a.xlsx"))
    found = run("check", path, "--fix", group=True)
    assert found.status == 3
    assert "there is no fixed copy: only .xlsx and .xlsm workbooks can be fixed" in found.err
    assert not path.with_name("a.fixed.ods").exists()


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, run: Callable[..., Run]) -> None:
    book = small_book()
    for sheet, row, column in (("PDU cases", 1, 1), ("Court reports", 1, 1), ("Unpaid work cases", 1, 1)):
        book[sheet][row][column] = "=1+1 Camden"
    path = save(book, tmp_path / "a.xlsx")
    workbook = load_workbook(path)
    for name in ("PDU cases", "Court reports", "Unpaid work cases"):
        workbook[name]["B2"].data_type = "s"
    workbook["Court reports"]["B2"].value = "=1+1 camden"
    workbook["Court reports"]["B2"].data_type = "s"
    workbook.save(path)
    run("check", path, "--fix", group=True)
    cell = load_workbook(tmp_path / "a.fixed.xlsx")["Court reports"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1 Camden", "s")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/08/2023", date(2023, 8, 14)),
        ("08/14/2023", date(2023, 8, 14)),
        ("03/03/2023", date(2023, 3, 3)),
        ("03/04/2023", None),
        ("2023-08-14", date(2023, 8, 14)),
        ("2023/8/4", date(2023, 8, 4)),
        ("14.8.2023", date(2023, 8, 14)),
        ("14/08/23", None),
        ("31/02/2023", None),
        ("14 August 2023", date(2023, 8, 14)),
        ("14th Aug 2023", date(2023, 8, 14)),
        ("14-Sept-2023", date(2023, 9, 14)),
        ("August 4, 2023", date(2023, 8, 4)),
        ("14 Augst 2023", None),
        ("14/08/2023 00:00", date(2023, 8, 14)),
        ("2023-08-14T00:00:00", date(2023, 8, 14)),
        ("14/08/2023 09:30", None),
        ("2023 08 14", date(2023, 8, 14)),
        ("14/08/2023 and later", None),
        ("14/08/0023", None),
        ("unknown", None),
        ("1" * 10_000, None),
    ],
    ids=lambda one: str(one)[:20],
)
def test_a_date_has_one_reading(text: str, day: date | None) -> None:
    assert one_reading(text) == day
