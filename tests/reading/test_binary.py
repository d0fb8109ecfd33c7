"""The second look at .xls and .xlsb finds what independent readers find: errors, formulas without a value, hidden rows."""

from __future__ import annotations

import io
import json
import random
import struct
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import pyxlsb
import xlrd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binary import ERRORS, Error, Formula, binary_workbook, old_workbook, record
from books import save, small_book
from hostile import changed
from probation_ratings.errors import Refused
from probation_ratings.names import fold
from probation_ratings.reading import child_process as reader
from probation_ratings.reading import compound
from probation_ratings.reading.cells import WITHOUT_VALUE
from probation_ratings.reading.xls_cells import XlsSheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from books import Book
    from conftest import Run

pytestmark = pytest.mark.slow

Place = tuple[int, int]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["Yes", "No", "Not applicable", "", "naïve – ☃"]),
    st.integers(-1000, 1000),
    st.sampled_from([0.1, 2.5e300]),
    st.booleans(),
    st.sampled_from(sorted(ERRORS)).map(Error),
    st.just(Formula(None)),
)
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=40)


def written(book: Book, kind: str, folder: Path) -> Path:
    """The rows as a file of the kind."""
    path = folder / f"region.{kind}"
    if kind == "xls":
        old_workbook(book).save(str(path))
    else:
        path.write_bytes(binary_workbook(book))
    return path


def given_by_the_reader(path: Path, sheet: str = "Cases") -> tuple[dict[Place, str], int, list[str]]:
    """The broken cells with their texts, how many other cells have a value, and the merged ranges."""
    head, cells = reader.read(str(path), 1, {fold(sheet)})
    (found,) = head["sheets"]
    broken, filled = {}, 0
    for number, (values, codes) in enumerate(zip(found["columns"], cells, strict=True)):
        for place, code in enumerate(codes):
            value = values[code]
            if isinstance(value, tuple) and value[0] == "broken":
                broken[found["first_row"] + place, found["first_column"] + number] = value[1]
            else:
                filled += value != ""
    return broken, filled, found["merged"]


def expected_of(rows: list[list[Any]]) -> tuple[dict[Place, str], int]:
    """The broken cells of the rows as they were written, and how many others have a value."""
    cells = {(row, column): value for row, line in enumerate(rows, 1) for column, value in enumerate(line, 1)}
    broken = {place: value.text for place, value in cells.items() if isinstance(value, Error)}
    broken |= {place: WITHOUT_VALUE for place, value in cells.items() if isinstance(value, Formula)}
    return broken, sum(place not in broken and value not in {None, ""} for place, value in cells.items())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, kind=st.sampled_from(["xls", "xlsb"]))
def test_every_broken_cell_is_found_wherever_it_is(tmp_path: Path, rows: list[list[Any]], kind: str) -> None:
    rows = [["Case ID", *range(5)], *rows]
    broken, filled, _ = given_by_the_reader(written({"Cases": rows}, kind, tmp_path))
    assert (broken, filled) == expected_of(rows)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS, merges=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 4)), max_size=3, unique_by=lambda m: m[0])
)
def test_another_reader_finds_the_same_cells_in_an_xls(
    tmp_path: Path, rows: list[list[Any]], merges: list[Place]
) -> None:
    path = tmp_path / "region.xls"
    workbook = old_workbook({"Cases": [["Case ID", *range(5)], *rows]})
    for row, column in merges:
        workbook.get_sheet("Cases").merged_ranges.append((row, row, column, column + 1))  # merge() empties the second
    workbook.save(str(path))
    sheet = xlrd.open_workbook(str(path), formatting_info=True).sheet_by_name("Cases")
    cells = {(row, column): sheet.cell(row, column) for row in range(sheet.nrows) for column in range(sheet.ncols)}
    errors = {
        (row + 1, column + 1): xlrd.error_text_from_code[cell.value]
        for (row, column), cell in cells.items()
        if cell.ctype == xlrd.XL_CELL_ERROR
    }
    values = [cell for cell in cells.values() if cell.ctype in {1, 2, 3, 4} and cell.value != ""]
    broken, filled, merged = given_by_the_reader(path)
    assert {place: text for place, text in broken.items() if text != WITHOUT_VALUE} == errors
    assert filled == len(values)
    found = [(row + 1, column + 1) for row, _, column, _ in sheet.merged_cells]
    assert sorted(merged) == sorted(f"{chr(64 + column)}{row}:{chr(65 + column)}{row}" for row, column in found)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_another_reader_finds_the_same_cells_in_an_xlsb(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = written({"Cases": [["Case ID", *range(5)], *rows]}, "xlsb", tmp_path)
    errors, values = {}, 0
    with pyxlsb.open_workbook(str(path)) as workbook, workbook.get_sheet("Cases") as sheet:
        for row in sheet.rows(sparse=True):
            for cell in row:
                # pyxlsb gives an error as its number in hexadecimal
                if isinstance(cell.v, str) and cell.v.startswith("0x"):
                    errors[cell.r + 1, cell.c + 1] = int(cell.v, 16)
                else:
                    values += cell.v not in {None, ""}
    broken, filled, _ = given_by_the_reader(path)
    assert {place: ERRORS[text] for place, text in broken.items() if text != WITHOUT_VALUE} == errors
    assert filled == values


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
@pytest.mark.parametrize(
    ("name", "cell"),
    [("Victim cases", Error("#N/A")), ("Victim cases", Formula(None)), ("Judgements", Error("#REF!")),
     ("Panel decisions", Error("#N/A"))],
    ids=["errors among cases", "unsaved formulas among cases", "errors in judgements", "errors in panel decisions"],
)  # fmt: skip
def test_a_last_row_without_values_is_not_lost(
    run: Callable[..., Run], tmp_path: Path, kind: str, name: str, cell: Any
) -> None:
    book = small_book()
    book.setdefault(name, [["Standard", "Rating", "Reason"], ["R2.1", "Good", "Few cases."]])
    book[name].append([cell] * len(book[name][0]))
    result = run("check", written(book, kind, tmp_path), "-f", "json", group=True)
    (workbook,) = json.loads(result.out)["workbooks"]
    last = len(book[name])
    told = [one for one in workbook["problems"] if (one["severity"], one["sheet"]) == ("error", name)]
    assert result.status == 1
    assert f"A{last}" in {cell for one in told for cell in one["cells"]}


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_an_empty_row_is_a_note_in_every_format(run: Callable[..., Run], tmp_path: Path, kind: str) -> None:
    book = small_book()
    book["Victim cases"].insert(2, [None] * 4)
    result = run(written(book, kind, tmp_path), "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 22)
    assert [(one["sheet"], one["cells"]) for one in result.notes if one["code"] == "PR213"] == [
        ("Victim cases", ["3:3"])
    ]


def test_texts_that_are_not_shared_are_read(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.xlsb"
    path.write_bytes(binary_workbook(small_book(), shared=False))
    assert run(path, "-f", "json").inspection["score"] == 22


def test_a_formula_with_a_saved_value_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "region.xlsb"
    cells = [Formula("Yes"), Formula(2.5), Formula(True), Formula(""), Formula(Error("#N/A")), "last"]
    path.write_bytes(binary_workbook({"Cases": [cells]}))
    assert given_by_the_reader(path) == ({(1, 5): "#N/A"}, 4, [])


def test_merged_cells_dates_from_1904_and_filters_of_an_xlsb_are_seen(tmp_path: Path) -> None:
    after = record(176, struct.pack("<4I", 1, 2, 0, 1)) + record(163, bytes(6))
    path = tmp_path / "region.xlsb"
    path.write_bytes(binary_workbook({"Cases": [["a", "b"], ["c", "d"]]}, after=after, date_1904=True))
    head, _ = reader.read(str(path), 1, {"cases"})
    assert (head["date_1904"], head["sheets"][0]["merged"], head["sheets"][0]["filtered"]) == (True, ["A2:B3"], True)


def test_hidden_rows_and_columns_of_an_xls_are_seen(tmp_path: Path) -> None:
    workbook = old_workbook({"Cases": [["a", "b"], ["c", "d"], ["e", "f"]]})
    workbook.get_sheet("Cases").row(1).hidden = True
    workbook.get_sheet("Cases").col(1).hidden = True
    workbook.save(str(tmp_path / "region.xls"))
    head, _ = reader.read(str(tmp_path / "region.xls"), 1, {"cases"})
    assert (head["sheets"][0]["hidden_rows"], head["sheets"][0]["hidden_columns"]) == ([2], [2])


def test_short_records_are_refused_with_a_reason(run: Callable[..., Run], tmp_path: Path) -> None:
    short = record(17, bytes(4) + struct.pack("<I", 3) + "Yes".encode("utf-16-le"))

    def with_short_record(name: str, part: bytes) -> bytes:
        return part.replace(record(146), short + record(146)) if name == "xl/worksheets/sheet6.bin" else part

    path = tmp_path / "region.xlsb"
    path.write_bytes(changed(with_short_record, binary_workbook(small_book())))
    result = run(path, "-f", "json")
    (problem,) = result.problems
    assert (problem["code"], result.status) == ("PR119", 3)
    assert "it has cells in short records" in problem["message"]


def test_a_cell_that_the_parser_leaves_out_is_found_out(run: Callable[..., Run], tmp_path: Path) -> None:
    buffer = io.BytesIO()
    old_workbook(small_book()).save(buffer)
    content = buffer.getvalue()
    # The text of a cell that is not among the shared strings: the parser gives no cell.
    shared = struct.pack("<HH", 0x00FD, 10)
    place = content.rindex(shared) + 10
    path = tmp_path / "region.xls"
    path.write_bytes(content[:place] + b"\xff\xff\xff\x00" + content[place + 4 :])
    (problem,) = run(path, "-f", "json").problems
    assert problem["code"] == "PR119"
    assert "the sheet 'Victim cases' has 12 cells with a value, but 11 were read" in problem["message"]


@pytest.mark.parametrize("share", range(5, 100, 7))
@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_a_binary_workbook_that_was_cut_off_is_refused(
    run: Callable[..., Run], tmp_path: Path, kind: str, share: int
) -> None:
    path = written(small_book(), kind, tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * share // 100])
    assert run(path, "-f", "json").status == 3


def test_bytes_changed_at_random_end_in_a_refusal_or_in_cells(tmp_path: Path) -> None:
    path = written({"Cases": [["Case ID", "R2.6.1"], *([f"V{n}", Error("#N/A")] for n in range(90))]}, "xls", tmp_path)
    content = path.read_bytes()
    chance = random.Random(1)
    for _ in range(200):
        damaged = bytearray(content)
        for _ in range(8):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            found = XlsSheets(bytes(damaged)).look(0)
        except Refused:
            continue
        assert found.values >= len(found.put_back)


def test_a_chain_of_sectors_without_an_end_is_given_up() -> None:
    buffer = io.BytesIO()
    old_workbook({"Cases": [["Yes"] * 200] * 200}).save(buffer)
    content = bytearray(buffer.getvalue())
    table = 512 + 512 * int.from_bytes(content[76:80], "little")
    content[table + 4 : table + 8] = struct.pack("<I", 0)  # sector 1 leads back to sector 0
    with pytest.raises(ValueError, match="without an end"):
        compound.stream(bytes(content), ("Workbook",))


def test_an_xls_that_libreoffice_wrote_is_read_as_it_was_meant(
    office: Callable[[str, Path], Path], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Cases"
    for row in (["Case ID", "R2.6.1", 1], ["V1", "=NA()", "=1/0"], ["V2", '=IF(1=1,"","x")', '="Yes"'], ["=NA()"] * 3):
        book.active.append(row)
    book.active.merge_cells("A5:B6")
    book.save(tmp_path / "made.xlsx")
    broken, filled, merged = given_by_the_reader(office("xls", tmp_path / "made.xlsx"))
    # LibreOffice computed the empty text of B3: it is saved.
    assert broken == {(2, 2): "#N/A", (2, 3): "#DIV/0!", (4, 1): "#N/A", (4, 2): "#N/A", (4, 3): "#N/A"}
    assert (filled, merged) == (6, ["A5:B6"])


def test_a_sheet_that_the_second_look_does_not_find_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "region.xlsb"
    content = binary_workbook({"Cases": [["a"]]})

    def renamed(name: str, part: bytes) -> bytes:
        return (
            part.replace(b'/worksheet"', b'/worksheet" TargetMode="External"')
            if name.endswith("workbook.bin.rels")
            else part
        )

    path.write_bytes(changed(renamed, content))
    with pytest.raises(Refused, match="workbook-damaged"):
        reader.read(str(path), 1, {"cases"})


def test_the_small_book_is_the_same_in_every_format(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(small_book(), tmp_path / "region.xlsx")
    ratings = [run(one, "-f", "json").inspection["standards"] for one in
               (path, *(written(small_book(), kind, tmp_path) for kind in ("xls", "xlsb")))]  # fmt: skip
    assert ratings[0] == ratings[1] == ratings[2]
