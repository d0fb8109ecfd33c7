"""Turns the bytes of one input into columns of values: with `parsing`, the only code that meets untrusted bytes.

It runs as a process of its own, `python -P -m probation_ratings.reading.child_process PARENT`, because a crafted
workbook can make the parser panic or ask for more memory than there is: that then costs this process only. It imports
nothing heavy, so that it is done before its parent has imported pandas. PARENT is the number of the process that
started it.

From standard input it takes one line of JSON per task: the `kind` of the input (workbook, source, csv, parquet, json),
its path, how many times the usual limits hold, how many bytes a table may have, and the folded names of the sheets or
columns that are wanted, or the `extract` (see `extract`) of a source. Where the path is '-', the content follows, and
is the last. A task of the kind `patterns` has no input: see `patterns`.
To standard output go a line with two numbers, so many bytes of JSON, and so many bytes of cells: column after column,
one unsigned 32-bit number per cell, which counts into the column's list of distinct values. A value is text, or a pair
of a tag and a value: `["number", 1.0]`, `["boolean", true]`, `["date", "2024-06-03"]`, `["time", "01:02:00"]` and
`["broken", "#N/A"]`. An empty cell is ''. A document of JSON is handed on in place of the cells.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from ..inputs import STANDARD_INPUT, read_input
from ..names import column_letter, is_wanted
from . import file_types as filetypes
from . import limits as guard
from .extract import Extract
from .grid import filled
from .limits import Room
from .structure import MOST, Parts, Structure

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Collection, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from . import parsing as parsed
    from .csv_source import CsvSource
    from .grid import Grid

_UNKNOWN_ERROR = re.compile("Unsupported cell error value '(.*)'", re.DOTALL)


def read(path: str, limits: int, wanted: Collection[str]) -> tuple[dict[str, Any], list[array[int]]]:
    """The workbook at `path` ('-' is standard input): what the JSON line says, and the cells of its columns.

    Only the sheets that are wanted are read (see `names.is_wanted`); all are named.
    """
    if PurePath(path).name.startswith("~$"):
        raise Refused("lock-file")
    content = read_input(path, guard.FILE_BYTES * limits)
    return _workbook(path, content, filetypes.kind_of(content, limits), limits, lambda name: is_wanted(name, wanted))


def read_source(path: str, limits: int, extract: Extract) -> tuple[dict[str, Any], list[array[int]]]:
    """A file that a mapping file names: a workbook, or a CSV file, which is a workbook with one sheet."""
    if PurePath(path).name.startswith("~$"):
        raise Refused("lock-file")
    content = read_input(path, guard.FILE_BYTES * limits)
    kind = filetypes.kind_of_source(content, path, limits)
    if kind != "csv":
        return _workbook(path, content, kind, limits, extract.takes, only_one=not extract.sheets)
    from .csv_source import csv_source

    name = PurePath(path).stem
    table = csv_source(content, limits, extract)
    head = {"sha256": hashlib.sha256(content).hexdigest(), "kind": kind, "names": [name], "date_1904": False}
    return {**head, "sheets": [table.sheet(name)]}, table.cells


def _workbook(
    path: str, content: bytes, kind: str, limits: int, takes: Callable[[str], bool], *, only_one: bool = False
) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheets that a workbook has of those that `takes` says; none where `only_one` is asked for and it has more."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    parts = Parts(content, kind, takes)
    sheets: list[dict[str, Any]] = []
    cells: list[array[int]] = []
    room = Room.of(limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(parts.content))
        names = parts.names(workbook.sheet_names)
        if len(names) > guard.SHEETS * limits:
            allowed = f"{guard.SHEETS * limits:,} are allowed"
            raise Refused("workbook-too-large", f"it has {len(names):,} sheets; {allowed}")
        if max(map(len, names), default=0) > guard.TEXT:
            raise Refused("text-too-long", "the name of a sheet")
        visible = [one.visible == SheetVisibleEnum.Visible for one in workbook.sheets_metadata]
        # Of sheets with the same name none is used, and one is enough to say so.
        positions = {name: position for position, name in enumerate(names)}
        for name, position in positions.items() if len(names) == 1 or not only_one else ():
            if takes(name):
                sheet, look = _sheet(workbook, parts, name, position)
                described, columns = _columns(sheet, look, room)
                sheets.append({"name": name, "hidden": not visible[position], **described})
                cells += columns
    except PasswordError as error:
        raise Refused("password-protected") from error
    except CalamineError as error:
        raise _refusal(path, error) from error
    head = {"kind": kind, "names": names, "sheets": sheets, "date_1904": parts.date_1904}
    return {"sha256": hashlib.sha256(content).hexdigest(), **head}, cells


def _refusal(path: str, error: Exception) -> Refused:
    """Our own words for the parser's reason: given bytes it only says that no format fits, by path it says why."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if "detect file format" in str(error):
        try:
            CalamineWorkbook.from_path(path)
        except PasswordError:
            return Refused("password-protected")
        except (CalamineError, OSError) as closer:
            error = closer
    said = f"{type(error).__name__} {error}".lower()
    if "limit exceeded" in said:
        return Refused("workbook-too-large", "its sheets hold more cells than are read")
    return Refused("workbook-damaged", next((words for clue, words in _REASONS.items() if clue in said), _STRANGE))


_REASONS = {
    "zip": "its zip archive is cut off or damaged",
    "string index": "a cell shows a shared text that is missing",
    "not found": "a part that it refers to is missing",
    "parse": "a cell holds a number that cannot be read",
    "attribute": "a cell or a sheet has a mark that is not known here",
    "xml": "the XML of one of its parts is not well-formed",
}
"""Our words by a clue in the parser's, which are for programmers; the first that fits."""
_STRANGE = "one of its parts is not written as this kind of workbook should be"


@dataclass(frozen=True, slots=True)
class _Look:
    """The second look at a sheet: at first cells are only counted where that will do, and `again` each is looked at."""

    parts: Parts
    position: int
    name: str
    found: Structure

    def again(self) -> Structure:
        """What a look at every cell finds."""
        return self.parts.structure(self.position, whole=True)


def _sheet(workbook: CalamineWorkbook, parts: Parts, name: str, position: int) -> tuple[CalamineSheet, _Look]:
    """The sheet as the parser reads it, and what its XML says beside the values.

    Where the parser gives up on an error of unknown name, say in which cell.
    """
    from python_calamine import CalamineError

    looked: list[Structure | Exception] = []

    def look() -> None:
        try:
            looked.append(parts.structure(position))
        except (Refused, MemoryError) as error:
            looked.append(error)

    # The parser leaves the interpreter free: the XML is looked at meanwhile.
    thread = Thread(target=look, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:  # a thread takes memory, too
        raise MemoryError from error
    try:
        sheet = workbook.get_sheet_by_index(position)
    except CalamineError as error:
        unknown = _UNKNOWN_ERROR.search(str(error))
        if unknown is None:
            raise
        thread.join()
        broken = looked[0].broken if looked and isinstance(looked[0], Structure) else []
        cell = next((f"{column_letter(column)}{row}" for row, column, text in broken if text == unknown[1]), "a cell")
        reason = f"{cell} of the sheet '{name}' holds the error {unknown[1][:40]}, which is not known here"
        raise Refused("workbook-damaged", reason) from error
    thread.join()
    if not looked:  # what was not looked at could be broken
        raise MemoryError
    if isinstance(looked[0], Exception):
        raise looked[0]
    return sheet, _Look(parts, position, name, looked[0])


def _columns(sheet: CalamineSheet, look: _Look, room: Room) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheet's columns as distinct values and, for each cell, the place of its value among them.

    The parser leaves broken cells empty: what is in them is put back, so that no row of them vanishes. Raises `Refused`
    where there are then not as many cells with a value as the second look saw.
    """
    structure = look.found
    grid = filled(sheet, room)
    room.take(len(structure.broken) + len(structure.texts), 0)
    grid.put_back(structure)
    if grid.filled != structure.values:
        structure = look.again()
        grid.put_back(structure)
        if grid.filled != structure.values:
            cells = f"{structure.values:,} cells with a value, but {grid.filled:,} were read"
            raise Refused("contents-disagree", f"the sheet '{look.name}' has {cells}")
    _refuse_long(sheet.name, grid)
    merged = structure.merged or [_range(*corners) for corners in (sheet.merged_cell_ranges or [])[:MOST]]
    described = {
        "first_row": grid.first_row + 1,
        "first_column": grid.first_column + 1,
        "rows": grid.rows,
        "columns": [[key if isinstance(key, str) else _plain(key) for key in index] for index in grid.indexes],
        "hidden_rows": structure.hidden_rows,
        "hidden_columns": structure.hidden_columns,
        "filtered": structure.filtered,
        "merged": merged,
    }
    return described, grid.cells


def _refuse_long(name: str, grid: Grid) -> None:
    """Refuse a text that is longer than Excel takes, and say in which cell it is."""
    for number, index in enumerate(grid.indexes):
        for value, place in index.items():
            if isinstance(value, str) and len(value) > guard.TEXT:
                row, column = grid.first_row + grid.cells[number].index(place) + 1, grid.first_column + number + 1
                raise Refused("text-too-long", f"{column_letter(column)}{row} of the sheet '{name}'")


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The corners of a merged range, rows and columns from 0, as Excel names it."""
    return ":".join(f"{column_letter(column + 1)}{row + 1}" for row, column in (start, end))


def _plain(key: Any) -> object:
    if isinstance(key, tuple):
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
        if task["path"] == STANDARD_INPUT:  # the rest of standard input is content, not a task
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
    out.write(b"%d %d %d\n" % (task["number"], len(line), size))
    out.write(line)
    for column in cells:
        out.write(memoryview(column))
    out.flush()


def _done(task: dict[str, Any]) -> tuple[dict[str, Any], Sequence[bytes | array[int]]]:
    """What the task asks for: what the line of JSON says, and the cells."""
    path, limits, kind = task["path"], task["limits"], task["kind"]
    if kind == "workbook":
        return read(path, limits, task["wanted"])
    if kind == "source":
        return read_source(path, limits, Extract.of_task(task["extract"]))
    if kind == "patterns":
        from .patterns import groups_of

        return groups_of(task["patterns"], task["seconds"]), ()
    from . import parsing  # few runs need it

    if kind == "json":
        content = read_input(path, guard.RESULT_BYTES * limits)
        parsing.json_document(content, limits)
        return {}, [content]
    content = read_input(path, task["bytes"] * limits)
    table: CsvSource | parsed.ParsedTable
    if kind == "csv":
        from .csv_source import csv_source

        table = csv_source(content, limits, Extract())
    else:
        table = parsing.parquet_table(content, limits, task["wanted"])
    head = {"sha256": hashlib.sha256(content).hexdigest(), "kind": kind, "names": [kind], "date_1904": False}
    return {**head, "sheets": [table.sheet(kind)]}, table.cells


if __name__ == "__main__":
    main()
