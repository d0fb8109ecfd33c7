"""An annotated copy is a whole package: what it refers to is there, one tab is selected, and no value is lost."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.views import SheetView

from binary import OFFICE
from books import save, small_book
from hostile import changed
from probation_ratings.writing.rewriting import disconnect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

CONNECTION = (
    '<connections xmlns="{0}"><connection id="1" name="Query - Cases" type="5" refreshedVersion="8"/></connections>'
)
QUERY = '<queryTable xmlns="{0}" name="Data" connectionId="1"/>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@pytest.fixture
def copy_of(run: Callable[..., Run], tmp_path: Path) -> Callable[[bytes], bytes]:
    """The annotated copy of a workbook, as `check --annotate` makes it."""

    def make(content: bytes) -> bytes:
        path = tmp_path / "region.xlsx"
        path.write_bytes(content)
        result = run("check", path, "--annotate", tmp_path / "copies", group=True)
        assert "no annotated copy" not in result.err
        return (tmp_path / "copies" / "region.xlsx").read_bytes()

    return make


def parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  (made here)


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def faults_of(parts: dict[str, bytes]) -> list[str]:
    """Why Excel would repair the package: relationships without a part, ids without a relationship, parts without a type."""
    types = parsed(parts["[Content_Types].xml"])
    suffixes = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    overrides = {one.get("PartName", "").lstrip("/") for one in types if one.tag.endswith("Override")}
    faults = [f"{name} has no content type" for name in overrides if name not in parts]
    for name, part in parts.items():
        if name != "[Content_Types].xml" and name not in overrides and name.rpartition(".")[2] not in suffixes:
            faults.append(f"{name} has no content type")
        folder, base = posixpath.split(name)
        ids: set[str | None] = set()
        for one in parsed(parts.get(f"{folder}/_rels/{base}.rels", b"<none/>")):
            ids.add(one.get("Id"))
            target = one.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if one.get("TargetMode") != "External" and path not in parts:
                faults.append(f"{name} refers to {path}, which is not there")
        if name.endswith(".xml"):
            used = {value for element in parsed(part).iter() for key, value in element.attrib.items()
                    if key == f"{{{OFFICE}}}id"}  # fmt: skip
            faults += [f"{name} uses {one} without a relationship" for one in used - ids]
    return faults


def selected(parts: dict[str, bytes]) -> list[str]:
    """The parts of the sheets whose tab is selected."""
    return [name for name, part in parts.items() if re.search(rb'tabSelected="(1|true)"', part)]


def with_chart_sheet() -> bytes:
    """The small book with a chart sheet as its active tab, in two windows."""
    book = load_workbook(save(small_book(), io.BytesIO()))
    sheet = book.create_chartsheet("Chart")
    chart = BarChart()
    chart.add_data(Reference(book["Victim cases"], min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart)
    book["Inspection"].views.sheetView.append(SheetView(workbookViewId=0, tabSelected=True))
    book.active = len(book.sheetnames) - 1
    sheet.sheetViews.sheetView[0].tabSelected = True
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_query_table() -> bytes:
    """The small book with a table that a query fills, as Power Query leaves it."""
    book = load_workbook(save(small_book(), io.BytesIO()))
    book["Victim cases"].add_table(Table(displayName="Cases", ref="A1:D3"))
    target = io.BytesIO()
    book.save(target)
    content = target.getvalue()

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/tables/table1.xml":
            part = part.replace(b'displayName="Cases"', b'displayName="Cases" tableType="queryTable"')
            return re.sub(rb'(<tableColumn id="(\d)")', rb'\1 uniqueName="\2" queryTableFieldId="\2"', part)
        if name == "[Content_Types].xml":
            more = (
                f'<Override PartName="/xl/connections.xml" ContentType="{TYPES}.connections+xml"/>'
                f'<Override PartName="/xl/queryTables/queryTable1.xml" ContentType="{TYPES}.queryTable+xml"/></Types>'
            )
            return part.replace(b"</Types>", more.encode())
        if name == "xl/_rels/workbook.xml.rels":
            one = f'<Relationship Id="rId99" Type="{OFFICE}/connections" Target="connections.xml"/></Relationships>'
            return part.replace(b"</Relationships>", one.encode())
        return part

    content = changed(change, content)
    stored = io.BytesIO(content)
    with zipfile.ZipFile(stored, "a") as archive:
        archive.writestr("xl/connections.xml", CONNECTION.format(MAIN))
        archive.writestr("xl/queryTables/queryTable1.xml", QUERY.format(MAIN))
        archive.writestr(
            "xl/tables/_rels/table1.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="rId1" Type="{OFFICE}/queryTable" Target="../queryTables/queryTable1.xml"/></Relationships>',
        )
    return stored.getvalue()


def with_hidden_values() -> bytes:
    """The small book with merged cells that keep their values, as Excel's Format Painter makes them."""
    book = small_book()
    book["Victim cases"][1][1:] = ["Yes", "No", "Maybe"]
    content = save(book, io.BytesIO()).getvalue()
    areas = b'</sheetData><mergeCells count="2"><mergeCell ref="B2:D2"/><mergeCell ref="A3:A9"/></mergeCells>'
    return changed(
        lambda name, part: part.replace(b"</sheetData>", areas) if name == "xl/worksheets/sheet6.xml" else part, content
    )


def test_the_check_of_a_package_finds_faults() -> None:
    parts = parts_of(with_query_table())
    assert faults_of(parts) == []
    del parts["xl/queryTables/queryTable1.xml"], parts["xl/_rels/workbook.xml.rels"]
    faults = faults_of(parts)
    assert "xl/tables/table1.xml refers to xl/queryTables/queryTable1.xml, which is not there" in faults
    assert "xl/workbook.xml uses rId1 without a relationship" in faults


@pytest.mark.parametrize("make", [with_chart_sheet, with_query_table, with_hidden_values])
def test_a_copy_is_whole_and_has_one_selected_tab(make: Callable[[], bytes], copy_of: Callable[[bytes], bytes]) -> None:
    parts = parts_of(copy_of(make()))
    assert faults_of(parts) == []
    assert len(selected(parts)) == 1
    book = load_workbook(io.BytesIO(copy_of(make())))
    assert [book.sheetnames[view.activeTab] for view in book.views] == ["Problems"] * len(book.views)


def test_every_window_shows_the_sheet_of_problems(copy_of: Callable[[bytes], bytes]) -> None:
    window = b'<workbookView activeTab="2" firstSheet="1"/>'
    content = changed(
        lambda name, part: (
            part.replace(b"</bookViews>", window + b"</bookViews>") if name == "xl/workbook.xml" else part
        )
    )
    book = load_workbook(io.BytesIO(copy_of(content)))
    assert [(view.activeTab, view.firstSheet) for view in book.views] == [(0, 0), (0, 0)]


def test_a_table_that_a_query_filled_is_an_ordinary_table(copy_of: Callable[[bytes], bytes]) -> None:
    parts = parts_of(copy_of(with_query_table()))
    (table,) = (part for name, part in parts.items() if name.startswith("xl/tables/"))
    assert b'displayName="Cases"' in table
    assert re.search(rb"queryTable|connectionId|uniqueName", table) is None
    assert [name for name in parts if re.search("quer|connection", name, re.IGNORECASE)] == []


def test_values_under_merged_cells_are_kept_and_marked(copy_of: Callable[[bytes], bytes]) -> None:
    content = copy_of(with_hidden_values())
    book = load_workbook(io.BytesIO(content))
    assert sorted(map(str, book["Victim cases"].merged_cells.ranges)) == ["A3:A9", "B2:D2"]
    parts = parts_of(content)
    (sheet,) = (part for name, part in parts.items() if name.startswith("xl/worksheets/") and b"<mergeCells" in part)
    places = {one.get("r"): "".join(one.itertext()) for one in parsed(sheet).iter(f"{{{MAIN}}}c")}
    assert [places[place] for place in ("B2", "C2", "D2")] == ["Yes", "No", "Maybe"]
    # A comment on a cell that is not shown would not be seen.
    assert "PR304" in str(book["Victim cases"]["B2"].comment)
    assert any("Values under merged cells are kept" in str(row[0].value) for row in book["Problems"])


@pytest.mark.parametrize("name", [b"Victim&#10;cases", b"Victim_x000A_cases", b"Victim &#x63;ases"])
def test_a_sheet_whose_name_is_escaped_is_annotated(copy_of: Callable[[bytes], bytes], name: bytes) -> None:
    book = small_book()
    book["Victim cases"][1][3] = "Maybe"
    content = save(book, io.BytesIO()).getvalue()
    renamed = changed(
        lambda part, xml: xml.replace(b'"Victim cases"', b'"' + name + b'"') if part == "xl/workbook.xml" else xml,
        content,
    )
    sheet = load_workbook(io.BytesIO(copy_of(renamed))).worksheets[-1]
    assert "PR304" in str(sheet["D2"].comment)


def test_a_merge_of_the_whole_sheet_costs_nothing(copy_of: Callable[[bytes], bytes]) -> None:
    area = b'</sheetData><mergeCells count="1"><mergeCell ref="F9:XFD1048576"/></mergeCells>'
    content = changed(
        lambda name, part: part.replace(b"</sheetData>", area) if name == "xl/worksheets/sheet6.xml" else part
    )
    assert len(copy_of(content)) < 100_000


def test_what_the_copy_leaves_out_of_this_workbook_is_named(copy_of: Callable[[bytes], bytes]) -> None:
    def left_out(content: bytes) -> list[str]:
        book = load_workbook(io.BytesIO(copy_of(content)))
        return [str(row[0].value) for row in book["Problems"] if str(row[0].value).startswith("From this workbook")]

    assert left_out(with_query_table()) == ["From this workbook, the copy leaves out: data connections and queries."]
    assert left_out(save(small_book(), io.BytesIO()).getvalue()) == []


def test_a_pivot_table_on_outside_data_is_left_out() -> None:
    book = Workbook()
    assert book.active is not None
    inside, outside = (
        SimpleNamespace(cache=SimpleNamespace(cacheSource=SimpleNamespace(type=kind)))
        for kind in ("worksheet", "external")
    )
    pivots = book.active._pivots  # type: ignore[attr-defined]
    pivots += [inside, outside]
    disconnect(book)
    assert pivots == [inside]
