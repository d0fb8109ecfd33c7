"""Turns the bytes of one input into columns of values: with `parsing`, the only code that meets untrusted bytes.

It runs as a process of its own, `python -P -m probation_ratings.reader PARENT`, because a crafted workbook can make the
parser panic or ask for more memory than there is: that then costs this process only. It imports nothing heavy, so that
it is done before its parent has imported pandas. PARENT is the number of the process that started it.

From standard input it takes one line of JSON per task: the `kind` of the input (workbook, csv, parquet, json), its
path, how many times the usual limits hold, how many bytes a table may have, and the folded names of the sheets or
columns that are wanted. Where the path is '-', the content follows, and is the last.
To standard output go a line with two numbers, so many bytes of JSON, and so many bytes of cells: column after column,
one unsigned 32-bit number per cell, which counts into the column's list of distinct values. A value is text, or a pair
of a tag and a value: `["number", 1.0]`, `["boolean", true]`, `["date", "2024-06-03"]`, `["time", "01:02:00"]` and
`["broken", "#N/A"]`. An empty cell is ''. A document of JSON is handed on in place of the cells.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import sys
from array import array
from datetime import date
from pathlib import PurePath
from threading import Thread
from typing import TYPE_CHECKING, Any

from . import guard
from .guard import Refused, Room
from .inputs import STANDARD_INPUT, read_input
from .names import column_letter, fold
from .structure import MOST, Parts, Structure

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

CHUNK_ROWS = 512
_UNKNOWN_ERROR = re.compile("Unsupported cell error value '(.*)'", re.DOTALL)


def read(path: str, limits: int, wanted: Collection[str]) -> tuple[dict[str, Any], list[array[int]]]:
    """The workbook at `path` ('-' is standard input): what the JSON line says, and the cells of its columns.

    Only the sheets whose folded name is wanted are read; all are named.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    if PurePath(path).name.startswith("~$"):
        raise Refused("lock-file")
    content = read_input(path, guard.FILE_BYTES * limits)
    kind = guard.kind_of(content, limits)
    parts = Parts(content if kind in {"xlsx", "ods"} else b"")
    sheets: list[dict[str, Any]] = []
    cells: list[array[int]] = []
    room = Room.of(limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if len(names) > guard.SHEETS * limits:
            allowed = f"{guard.SHEETS * limits:,} are allowed"
            raise Refused("workbook-too-large", f"it has {len(names):,} sheets; {allowed}")
        if max(map(len, names), default=0) > guard.TEXT:
            raise Refused("text-too-long", "the name of a sheet")
        visible = {one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible}
        for name in dict.fromkeys(names):
            if fold(name) in wanted:
                sheet, structure = _sheet(workbook, parts, name)
                described, columns = _columns(sheet, structure, room)
                sheets.append({"name": name, "hidden": name not in visible, **described})
                cells += columns
    except PasswordError as error:
        raise Refused("password-protected") from error
    except CalamineError as error:
        raise _refusal(path, error) from error
    head = {"kind": kind, "names": names, "sheets": sheets, "date_1904": parts.date_1904}
    return {"sha256": hashlib.sha256(content).hexdigest(), **head}, cells


def _refusal(path: str, error: Exception) -> Refused:
    """The parser's own reason: given bytes it tries every format and says that none fits, by path it says why."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if "detect file format" in str(error):
        try:
            CalamineWorkbook.from_path(path)
        except PasswordError:
            return Refused("password-protected")
        except (CalamineError, OSError) as closer:
            error = closer
    too_large = "limit exceeded" in str(error)
    return Refused("workbook-too-large" if too_large else "workbook-damaged", str(error))


def _sheet(workbook: CalamineWorkbook, parts: Parts, name: str) -> tuple[CalamineSheet, Structure]:
    """The sheet as the parser reads it, and what its XML says beside the values.

    Where the parser gives up on an error of unknown name, say in which cell.
    """
    from python_calamine import CalamineError

    looked: list[Structure] = []
    # The parser leaves the interpreter free: the XML is looked at meanwhile.
    look = Thread(target=lambda: looked.append(parts.structure(name)), daemon=True)
    try:
        look.start()
    except RuntimeError as error:  # a thread takes memory, too
        raise MemoryError from error
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError as error:
        unknown = _UNKNOWN_ERROR.search(str(error))
        if unknown is None:
            raise
        look.join()
        broken = looked[0].broken if looked else []
        cell = next((f"{column_letter(column)}{row}" for row, column, text in broken if text == unknown[1]), "a cell")
        reason = f"{cell} of the sheet '{name}' holds the error {unknown[1][:40]}, which is not known here"
        raise Refused("workbook-damaged", reason) from error
    look.join()
    if not looked:  # it ran out of memory, and what was not looked at could be broken
        raise MemoryError
    if looked[0].has_lost_values:
        raise Refused("workbook-damaged", f"values of the sheet '{name}' are CDATA, which the parser leaves out")
    return sheet, looked[0]


def _columns(sheet: CalamineSheet, structure: Structure, room: Room) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheet's columns as distinct values and, for each cell, the place of its value among them.

    The parser leaves broken cells empty, or out where they come last: what stands in them is put back, so that no row
    of them vanishes.
    """
    first_row, first_column = sheet.start or (0, 0)
    if sheet.width > room.columns:
        wide = f"{sheet.width:,} columns wide; {room.columns:,} are allowed"
        raise Refused("workbook-too-large", f"the sheet '{sheet.name}' is {wide}")
    room.take(len(structure.broken), 0)
    rows = itertools.islice(sheet.iter_rows(), first_row, None)
    known = 0
    indexes: list[dict[Any, int]] = []
    cells: list[array[int]] = []
    while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
        for number, column in enumerate(zip(*chunk, strict=True)):
            if number == len(indexes):
                indexes.append({})
                cells.append(array("I"))
            index = indexes[number]
            keys = _keys(column)
            for key in dict.fromkeys(keys):
                index.setdefault(key, len(index))
            cells[number].extend(map(index.__getitem__, keys))
        found = sum(map(len, indexes))
        # A row is empty where it counts as many empty cells as it is wide; few have to be counted.
        filled = sum(any(row) or row.count("") < sheet.width for row in chunk)
        room.take(filled * sheet.width, found - known)
        known = found
    _put_back(structure, first_row, first_column, indexes, cells)
    _refuse_long(sheet.name, (first_row, first_column), indexes, cells)
    merged = structure.merged or [_range(*corners) for corners in (sheet.merged_cell_ranges or [])[:MOST]]
    described = {
        "first_row": first_row + 1,
        "first_column": first_column + 1,
        "rows": len(cells[0]) if cells else 0,
        "columns": [[_plain(key) for key in index] for index in indexes],
        "hidden_rows": structure.hidden_rows,
        "hidden_columns": structure.hidden_columns,
        "filtered": structure.filtered,
        "merged": merged,
    }
    return described, cells


def _refuse_long(name: str, first: tuple[int, int], indexes: list[dict[Any, int]], cells: list[array[int]]) -> None:
    """Refuse a text that is longer than Excel takes, and say in which cell it is."""
    for number, index in enumerate(indexes):
        for value, place in index.items():
            if isinstance(value, str) and len(value) > guard.TEXT:
                row, column = first[0] + cells[number].index(place) + 1, first[1] + number + 1
                raise Refused("text-too-long", f"{column_letter(column)}{row} of the sheet '{name}'")


def _put_back(
    structure: Structure, first_row: int, first_column: int, indexes: list[dict[Any, int]], cells: list[array[int]]
) -> None:
    """Enter the broken cells of a sheet in its columns; columns beyond the last with a value are of no interest."""
    last = max((row for row, column, _ in structure.broken if 0 <= column - 1 - first_column < len(cells)), default=0)
    # A row number is a stranger's word, and rows without a value take memory all the same.
    if last - first_row > guard.ROWS or first_row >= last:
        return
    for index, codes in zip(indexes, cells, strict=True):
        codes.extend([index.setdefault("", len(index))] * (last - first_row - len(codes)))
    for row, column, text in structure.broken:
        place, number = row - 1 - first_row, column - 1 - first_column
        if 0 <= number < len(cells) and place >= 0:
            cells[number][place] = indexes[number].setdefault(("broken", text), len(indexes[number]))


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The corners of a merged range, rows and columns from 0, as Excel names it."""
    return ":".join(f"{column_letter(column + 1)}{row + 1}" for row, column in (start, end))


def _keys(column: Sequence[Any]) -> Sequence[Any]:
    # True equals 1.0 in Python, but not in a cell.
    if bool in set(map(type, column)):
        return [("boolean", value) if isinstance(value, bool) else value for value in column]
    return column


def _plain(key: Any) -> object:
    if isinstance(key, (str, tuple)):
        return key
    if isinstance(key, (int, float)):
        return ("number", key)
    return ("date" if isinstance(key, date) else "time", str(key))


def main() -> None:
    """Read one input after the other and write what was found to standard output."""
    guard.end_with_parent(int(sys.argv[1]))
    for request in iter(sys.stdin.buffer.readline, b""):
        task = json.loads(request)
        guard.limit_process(guard.MEGABYTES * task["limits"], guard.SECONDS * task["limits"])
        _answer(task)
        if task["path"] == STANDARD_INPUT:  # what is left of standard input is no task
            break


def _answer(task: dict[str, Any]) -> None:
    allowed = guard.ANSWER_BYTES * task["limits"]
    cells: Sequence[bytes | array[int]] = ()
    try:
        head, cells = _done(task)
        line = json.dumps(head).encode()
        size = sum(memoryview(column).nbytes for column in cells)
        if max(len(line), size) > allowed:
            raise Refused("workbook-too-large", f"its sheets hold more than {allowed // 1_000_000} MB of values")
    except (Refused, MemoryError) as error:
        told = error if isinstance(error, Refused) else Refused("workbook-too-large", guard.OUT_OF_MEMORY)
        line, size, cells = json.dumps({"refused": told.reason, "detail": told.detail}).encode(), 0, ()
    out = sys.stdout.buffer
    out.write(b"%d %d\n" % (len(line), size))
    out.write(line)
    for column in cells:
        out.write(memoryview(column))
    out.flush()


def _done(task: dict[str, Any]) -> tuple[dict[str, Any], Sequence[bytes | array[int]]]:
    """What the task asks for: what the line of JSON says, and the cells."""
    path, limits, kind = task["path"], task["limits"], task["kind"]
    if kind == "workbook":
        return read(path, limits, task["wanted"])
    from . import parsing  # few runs need it

    if kind == "json":
        content = read_input(path, guard.RESULT_BYTES * limits)
        parsing.json_document(content, limits)
        return {}, [content]
    content = read_input(path, task["bytes"] * limits)
    if kind == "csv":
        table = parsing.csv_table(content, limits)
    else:
        table = parsing.parquet_table(content, limits, task["wanted"])
    head = {"sha256": hashlib.sha256(content).hexdigest(), "kind": kind, "names": [kind], "date_1904": False}
    return {**head, "sheets": [table.sheet(kind)]}, table.cells


if __name__ == "__main__":
    main()
