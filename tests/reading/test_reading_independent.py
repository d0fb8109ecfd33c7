"""Workbooks that other programs wrote, read by the product and by an independent reader: both find the same cells.

XlsxWriter, openpyxl, odfpy and LibreOffice write values, errors, formulas without a saved value and merged ranges at
places that Hypothesis chooses; openpyxl and odfpy read them back.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf import table as odf_table
from odf import text as odf_text
from odf.namespaces import OFFICENS, TABLENS
from odf.opendocument import OpenDocumentSpreadsheet
from odf.opendocument import load as load_ods
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.cell_range import CellRange

from books import as_openpyxl, save
from probation_ratings.reading.workbook import Broken, Reading
from probation_ratings.reading.workbook import Workbook as ReadWorkbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow
CALCEXTNS = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
ROWS, COLUMNS = 12, 6
NAME = "PDU cases"
ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
TEXTS = ["Yes", "No", "Not applicable", "R&D <1>", "é", "a\nb", "_x000A_", "0", "#N/A"]

Place = tuple[int, int]
Grid = dict[Place, tuple[str, Any]]
"""What is written to a cell, by row and column from 1: 'value', 'error' or 'unsaved', and the value."""
Area = tuple[int, int, int, int]

CELLS = st.one_of(
    st.tuples(st.just("value"), st.sampled_from(TEXTS) | st.integers(-5, 5) | st.booleans()),
    st.tuples(st.just("error"), st.sampled_from(ERRORS)),
    st.tuples(st.just("unsaved"), st.just("1+1")),
)
GRIDS = st.dictionaries(st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS)), CELLS, min_size=1, max_size=40)
AREAS = st.tuples(st.integers(1, ROWS - 1), st.integers(1, COLUMNS - 1), st.integers(1, 3), st.integers(1, 3))


PLAIN = st.none() | st.sampled_from(["", "Yes", "R&D <1>", "é"]) | st.integers(-5, 10**9)
ODD = PLAIN | st.sampled_from([" x", "=1", "a\nb", *ERRORS]) | st.text(max_size=3) | st.integers() | st.booleans()
BOOKS = st.sampled_from([PLAIN, ODD]).flatmap(  # one odd value, and openpyxl writes the whole book
    lambda values: st.dictionaries(
        st.text("Ab'&<é ", min_size=1, max_size=9), st.lists(st.lists(values, max_size=30), max_size=5), min_size=1
    )
)


@given(book=BOOKS)
def test_the_tests_save_workbooks_as_openpyxl_does(book: dict[str, list[list[Any]]]) -> None:
    ours, theirs = io.BytesIO(), io.BytesIO()
    try:
        as_openpyxl(book).save(theirs)
    except IllegalCharacterError:
        with pytest.raises(IllegalCharacterError):
            save(book, ours)
        return
    with zipfile.ZipFile(save(book, ours)) as one, zipfile.ZipFile(theirs) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
        for name in set(one.namelist()) - {"docProps/core.xml"}:  # the time
            assert one.read(name) == other.read(name)


def with_openpyxl(path: Path, grid: Grid, area: Area | None) -> None:
    """Write the cells; a merged area keeps what is in it."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = NAME
    for (row, column), (kind, value) in grid.items():
        cell = sheet.cell(row, column)
        cell.value = f"={value}" if kind == "unsaved" else value
        cell.data_type = {"error": "e", "unsaved": "f"}.get(kind, "s" if isinstance(value, str) else cell.data_type)
    if area is not None:
        sheet.merged_cells.ranges.add(CellRange(range_string=named(area)))
    workbook.save(path)


def with_xlsxwriter(path: Path, grid: Grid, area: Area | None) -> None:
    """Write the cells; this program saves a value for each formula."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet(NAME)
        if area is not None and area[:2] != area[2:]:
            sheet.merge_range(*(number - 1 for number in area), "")
        for (row, column), (kind, value) in grid.items():
            if kind == "value" and isinstance(value, str):
                sheet.write_string(row - 1, column - 1, value)
            elif kind == "value":
                sheet.write(row - 1, column - 1, value)
            else:
                sheet.write_formula(row - 1, column - 1, "=NA()", None, value if kind == "error" else 2)


def with_odfpy(path: Path, grid: Grid, area: Area | None) -> None:
    """Write the cells; errors with a mark of ODF 1.3 and without it in turns."""
    document = OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name=NAME)
    for row in range(1, ROWS + 1):
        line = odf_table.TableRow()
        for column in range(1, COLUMNS + 1):
            line.addElement(odf_cell(grid.get((row, column)), (row, column), area))
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.save(path)


def odf_cell(content: tuple[str, Any] | None, place: Place, area: Area | None) -> Any:
    """A cell of an OpenDocument spreadsheet."""
    is_first = area is not None and place == area[:2]
    is_covered = area is not None and not is_first and inside(place, area)
    made = (odf_table.CoveredTableCell if is_covered else odf_table.TableCell)()
    if is_first and area is not None:
        made.setAttrNS(TABLENS, "number-rows-spanned", str(area[2] - area[0] + 1))
        made.setAttrNS(TABLENS, "number-columns-spanned", str(area[3] - area[1] + 1))
    if content is not None:
        fill(made, *content, marked=sum(place) % 2 == 1)
    return made


def fill(made: Any, kind: str, value: Any, *, marked: bool) -> None:
    """Give a cell its content; `marked` errors have the mark of ODF 1.3."""
    if kind != "value":
        made.setAttrNS(TABLENS, "formula", "of:=NA()")
    if kind == "unsaved":
        return
    if kind == "error" and marked:
        made.setAttrNS(CALCEXTNS, "value-type", "error")
    name = {bool: "boolean", int: "float"}.get(type(value), "string")
    made.setAttrNS(OFFICENS, "value-type", name)
    if kind == "error":
        made.setAttrNS(OFFICENS, "string-value", "")
    elif name != "string":
        made.setAttrNS(OFFICENS, "boolean-value" if name == "boolean" else "value", str(value).lower())
    for paragraph in str(value).split("\n"):
        made.addElement(odf_text.P(text=paragraph))


def inside(place: Place, area: Area) -> bool:
    """Whether a cell is in an area."""
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def named(area: Area) -> str:
    """An area as Excel names it."""
    return f"{chr(64 + area[1])}{area[0]}:{chr(64 + area[3])}{area[2]}"


def read(path: Path) -> tuple[dict[Place, str], set[str]]:
    """What the product finds: 'error', 'unsaved' or 'value' by cell, and the merged ranges."""
    reading = Reading(str(path))
    reading.ask({"pducases"})
    workbook = reading.finish()
    assert isinstance(workbook, ReadWorkbook), workbook
    (sheet,) = workbook.sheets
    found: dict[Place, str] = {}
    for column in sheet.columns:
        for place, code in enumerate(column.codes):
            value = column.values[code]
            if isinstance(value, Broken):
                found[sheet.first_row + place, column.number] = "error" if value.startswith("#") else "unsaved"
            elif value != "":
                found[sheet.first_row + place, column.number] = "value"
    return found, set(sheet.merged)


def with_an_independent_reader(path: Path) -> tuple[dict[Place, str], set[str]]:
    """The same as another program finds it."""
    return by_odfpy(path) if path.suffix == ".ods" else by_openpyxl(path)


def by_openpyxl(path: Path) -> tuple[dict[Place, str], set[str]]:
    """What openpyxl finds; only in reading mode it keeps what merged ranges hide."""
    found: dict[Place, str] = {}
    kinds = {"f": "unsaved", "e": "error"}
    for data_only in (False, True):
        workbook = load_workbook(path, read_only=True, data_only=data_only)
        for row in workbook[NAME].iter_rows():
            for cell in row:
                if cell.value not in {None, ""}:
                    found[cell.row, cell.column] = kinds.get(cell.data_type, "value")
        workbook.close()
    return found, {str(one) for one in load_workbook(path)[NAME].merged_cells.ranges}


def by_odfpy(path: Path) -> tuple[dict[Place, str], set[str]]:
    """What odfpy finds."""
    (sheet,) = (
        one for one in load_ods(str(path)).getElementsByType(odf_table.Table) if one.getAttrNS(TABLENS, "name") == NAME
    )
    found: dict[Place, str] = {}
    merged = set()
    row = 0
    for line in sheet.getElementsByType(odf_table.TableRow):
        column = 0
        repeated = int(line.getAttrNS(TABLENS, "number-rows-repeated") or 1)
        for cell in line.childNodes:
            times = int(cell.getAttrNS(TABLENS, "number-columns-repeated") or 1)
            kind = odf_kind(cell)
            if kind:
                places = [(row + down + 1, column + right + 1) for down in range(repeated) for right in range(times)]
                found |= dict.fromkeys(places, kind)
            rows, columns = (int(cell.getAttrNS(TABLENS, f"number-{one}-spanned") or 1) for one in ("rows", "columns"))
            if (rows, columns) != (1, 1):
                merged.add(named((row + 1, column + 1, row + rows, column + columns)))
            column += times
        row += repeated
    return found, merged


def odf_kind(cell: Any) -> str:
    """What a cell is, by the words that it shows and the value that it has."""
    shown = "\n".join(str(one) for one in cell.getElementsByType(odf_text.P))
    value = next(
        (cell.attributes[key] for key in cell.attributes if key[0] == OFFICENS and key[1].endswith("value")), None
    )
    formula = cell.getAttrNS(TABLENS, "formula")
    if formula and (shown in ERRORS or shown.startswith("Err:")):
        return "error"
    if formula and value is None and not shown:
        return "unsaved"
    return "value" if (shown if value is None else value) else ""


WRITERS: dict[str, tuple[str, Callable[[Path, Grid, Area | None], None]]] = {
    "openpyxl": ("xlsx", with_openpyxl), "xlsxwriter": ("xlsx", with_xlsxwriter), "odfpy": ("ods", with_odfpy),
}  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("writer", WRITERS)
@given(grid=GRIDS, corner=st.none() | AREAS)
def test_the_same_cells_are_found(tmp_path: Path, writer: str, grid: Grid, corner: Area | None) -> None:
    suffix, write = WRITERS[writer]
    path = tmp_path / f"book.{suffix}"
    area = corner and (corner[0], corner[1], min(corner[0] + corner[2], ROWS), min(corner[1] + corner[3], COLUMNS))
    write(path, grid, area)
    found, merged = read(path)
    expected = {
        place: "value" if kind == "unsaved" and writer == "xlsxwriter" else kind for place, (kind, _) in grid.items()
    }
    assert (found, merged) == (expected, {named(area)} if area else set())
    assert with_an_independent_reader(path) == (found, merged)


PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/ODF"><prop oor:name="DefaultVersion" oor:op="fuse">
<value>{version}</value></prop></item></oor:items>
"""
ODF = {"1.2": 4, "1.3": 3}
"""How LibreOffice numbers the versions of the format that it writes; 3 is the latest."""
GRID: Grid = {
    (1, 1): ("value", "Case ID"), (1, 2): ("value", "R2.3.1"), (2, 1): ("value", "A\nB"), (2, 2): ("error", "NA()"),
    (3, 1): ("value", True), (3, 2): ("error", "1/0"), (3, 3): ("error", "undefined()"), (4, 4): ("value", 0),
    (5, 1): ("error", "NA()"), (5, 2): ("error", "NA()"), (5, 3): ("error", "1/0"), (5, 4): ("error", "1/0"),
}  # fmt: skip


@pytest.mark.parametrize(("suffix", "version"), [("ods", "1.2"), ("ods", "1.3"), ("xlsx", "1.3")])
def test_what_libreoffice_writes(office: Callable[..., Path], tmp_path: Path, suffix: str, version: str) -> None:
    source = tmp_path / "book.xlsx"
    area = (1, 1, 2, 2)
    formulas = {place: ("unsaved" if kind == "error" else kind, value) for place, (kind, value) in GRID.items()}
    with_openpyxl(source, formulas, area)
    user = tmp_path / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(PROFILE.format(version=ODF[version]))
    made = office(suffix, source, home=user.parent)
    if suffix == "ods":
        with zipfile.ZipFile(made) as archive:
            xml = archive.read("content.xml")
        assert (b"calcext:value-type" in xml) == (version != "1.2")
    found, merged = read(made)
    assert {place for place, kind in found.items() if kind == "error"} == {
        place for place, (kind, _) in GRID.items() if kind == "error" and (not inside(place, area) or place in found)
    }
    assert (found, merged) == with_an_independent_reader(made)
