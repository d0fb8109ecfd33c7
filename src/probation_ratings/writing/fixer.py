"""Fixes cells of a copy of one workbook or CSV file, and leaves rows out.

It runs as a process of its own, as `annotator` does and for its reasons.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from ..names import cell_place
from ..problems import counted
from ..reading.limits import FILE_BYTES
from .annotator import main, opened, worksheet, write_text
from .rewriting import save, special

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

DATE = "yyyy-mm-dd"
_PLAIN = {"General", "@"}
_BOM = b"\xef\xbb\xbf"


def fix(task: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Make the copy that the task describes, and what was done beside it.

    Raises `Refused` if that is not possible.
    """
    if task["text"] is not None:
        return {}, _fixed_text(content, task, *task["text"])
    workbook = opened(content, "fixed")
    remarks = special(workbook, content)
    formulas = _values_only(workbook, content)
    for change in task["changes"]:
        sheet = worksheet(workbook, change["sheet"])
        if sheet is not None:
            _put(sheet, change)
    kept = [one for one in task["rows"] if not _leave_out(worksheet(workbook, one["sheet"]), one)]
    rows_kept = sum(one["last"] - one["first"] + 1 for one in kept)
    also = [f"{counted(formulas, 'formula')} replaced by their saved values"] if formulas else []
    also += [f"{counted(rows_kept, 'row')} kept because of merged cells"] if rows_kept else []
    return {"also": also, "remarks": remarks}, save(workbook)


def _values_only(workbook: Workbook, content: bytes) -> int:
    """Replace formulas by their saved values, which are those that were checked; how many there were.

    The copy would have no saved values, and rows that are left out would change what formulas add up.
    """
    formulas = [(sheet.title, cell) for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row
                if cell.data_type == "f"]  # fmt: skip
    if not formulas:
        return 0
    saved = load_workbook(io.BytesIO(content), data_only=True)
    replaced = 0
    for title, cell in formulas:
        value: Any = saved[title][cell.coordinate].value
        if value is not None:
            cell.value = value
            if isinstance(value, str) and saved[title][cell.coordinate].data_type != "e":
                cell.data_type = "s"  # text that begins with = stays text
            replaced += 1
    return replaced


def _put(sheet: Worksheet, change: dict[str, Any]) -> None:
    column, row = cell_place(change["cell"])
    if change["is_date"]:
        cell: Any = sheet.cell(row, column)
        cell.value = datetime.fromisoformat(change["after"])
        cell.number_format = DATE if cell.number_format in {*_PLAIN, ""} else cell.number_format
        cell.quotePrefix = False
    else:
        write_text(sheet, row, column, change["after"])


def _leave_out(sheet: Worksheet | None, rows: dict[str, Any]) -> bool:
    """Leave rows out, and move what is below them up; False where other rows are merged or grouped with them."""
    if sheet is None:
        return False
    first, last = rows["first"], rows["last"]
    gone, count = range(first, last + 1), last - first + 1
    areas = [area for area in sheet.merged_cells.ranges if area.max_row >= first]
    inside = [area for area in areas if area.min_row in gone and area.max_row in gone]
    below = [area for area in areas if area.min_row > last]
    headers = [_rows_of(table.ref)[0] for table in sheet.tables.values()]
    if len(areas) > len(inside) + len(below) or any(header in gone for header in headers):
        return False
    for area in inside:
        sheet.merged_cells.ranges.remove(area)
    sheet.delete_rows(first, count)
    for area in below:
        area.shift(row_shift=-count)
    _move_rows(sheet, first, last)
    for table in sheet.tables.values():
        _shorten(table, gone)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved(sheet.auto_filter.ref, gone)
    return True


def _shorten(table: Any, gone: range) -> None:
    """Take rows out of an Excel table; without its row of totals it has none."""
    if table.totalsRowCount and _rows_of(table.ref)[1] in gone:
        table.totalsRowCount = None
        for column in table.tableColumns:
            column.totalsRowFunction = column.totalsRowLabel = column.totalsRowFormula = None
    table.ref = _moved(table.ref, gone)
    if table.autoFilter is not None:
        table.autoFilter.ref = _moved(table.autoFilter.ref, gone)


def _rows_of(reference: str) -> tuple[int, int]:
    """The first and the last row of a range."""
    _, top, _, bottom = range_boundaries(reference)
    return top or 1, bottom or 1


def _move_rows(sheet: Worksheet, first: int, last: int) -> None:
    """Move heights, hiding and links of the rows below up, as openpyxl does not."""
    dimensions = dict(sheet.row_dimensions.items())
    sheet.row_dimensions.clear()
    for number, dimension in dimensions.items():
        if number < first or number > last:
            moved = number if number < first else number - (last - first + 1)
            dimension.index = moved
            sheet.row_dimensions[moved] = dimension
    for row in sheet.iter_rows(min_row=first):
        for cell in row:
            link = getattr(cell, "hyperlink", None)
            if link is not None:
                link.ref = cell.coordinate


def _moved(reference: str, gone: range) -> str:
    """A range without the rows that are left out."""
    left, _, right, _ = range_boundaries(reference)
    top, bottom = _rows_of(reference)
    first = top - sum(row < top for row in gone)
    last = max(first, bottom - sum(row <= bottom for row in gone))
    return f"{get_column_letter(left or 1)}{first}:{get_column_letter(right or 1)}{last}"


def _fixed_text(content: bytes, task: dict[str, Any], encoding: str, delimiter: str) -> bytes:
    """A CSV file with its changes; records without any are kept as they are written."""
    changes: dict[int, dict[int, str]] = defaultdict(dict)
    for change in task["changes"]:
        column, row = cell_place(change["cell"])
        changes[row][column - 1] = change["after"]
    left_out = {row for one in task["rows"] for row in range(one["first"], one["last"] + 1)}
    csv.field_size_limit(FILE_BYTES)
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    fixed = io.StringIO(newline="")
    for number, (record, raw) in enumerate(_records(io.StringIO(text, newline=""), delimiter), start=1):
        if number in left_out:
            continue
        if number not in changes:
            fixed.write(raw)
            continue
        for column, after in changes[number].items():
            record[column] = after
        end = raw[len(raw.rstrip("\r\n")) :]
        fixed.write(f"{_written(record, delimiter)}{end}")
    found = fixed.getvalue().encode(encoding)
    # a value that begins with such a mark would be read as the mark of the file
    marked = encoding == "utf-8" and (content.startswith(_BOM) or found.startswith(_BOM))
    return _BOM + found if marked else found


def _written(record: list[str], delimiter: str) -> str:
    """A record of CSV, without the end of its line.

    A writer puts quotation marks around those line breaks only that it ends lines with: here around all.
    """
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerow(record)
    return written.getvalue().removesuffix("\r\n")


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str], str]]:
    """The records of a CSV file, each with the text that it was read from."""
    taken: list[str] = []

    def taking() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for record in csv.reader(taking(), delimiter=delimiter):
        yield record, "".join(taken)
        taken.clear()


if __name__ == "__main__":
    sys.exit(main(fix))
