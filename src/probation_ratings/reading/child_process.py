"""Turns the bytes of one input into columns of values: with `parsing`, the only code that meets untrusted bytes.

It runs as a process of its own, `python -P -m probation_ratings.reading.child_process PARENT`, because a crafted
workbook can make the parser panic or ask for more memory than there is: that then costs this process only. It imports
nothing heavy, so that it is done before its parent has imported pandas. PARENT is the number of the process that
started it.

From standard input it takes one line of JSON per task: the `kind` of the input (workbook, source, csv, parquet, json),
its path, how many times the usual limits hold, how many bytes a table may have, and the folded names of the sheets or
columns that are wanted, or the `extract` (see `extract`) of a source. Where the path is '-', the content follows, and
is the last. A task of the kind `pattern` has no input: see `patterns`.
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
from datetime import date
from pathlib import PurePath
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from ..inputs import STANDARD_INPUT, read_input
from ..names import column_letter, is_wanted
from . import file_types as filetypes
from . import limits as guard
from .cells import MOST_MERGED, Cells, cell_range
from .extract import Extract
from .grid import filled
from .package import naming_other_encoding
from .second_look import second_look

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Collection, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from .grid import Grid
    from .second_look import SecondLook

_UNKNOWN_ERROR = re.compile("Unsupported cell error value '(.*)'", re.DOTALL)
_TABLE = {
    "hidden": False, "first_row": 1, "first_column": 1, "hidden_rows": [], "hidden_columns": [], "filtered": False,
    "merged": [],
}  # fmt: skip
"""What is said of a table: it is handed on like the only sheet of a workbook."""


def read(path: str, limits: int, wanted: Collection[str]) -> tuple[dict[str, Any], list[array[int]]]:
    """The workbook at `path` ('-' is standard input): what the JSON line says, and the cells of its columns.

    Only the sheets that are wanted are read (see `names.is_wanted`); all are named.
    """
    content = _content(path, limits)
    with naming_other_encoding(content):
        return _workbook(
            path, content, filetypes.kind_of(content, limits), limits, lambda name: is_wanted(name, wanted)
        )


def read_source(path: str, limits: int, extract: Extract) -> tuple[dict[str, Any], list[array[int]]]:
    """A file that a mapping file names: a workbook, or a CSV file, which is a workbook with one sheet."""
    content = _content(path, limits)
    with naming_other_encoding(content):
        kind = filetypes.kind_of_source(content, path, limits)
        if kind != "csv":
            return _workbook(path, content, kind, limits, extract.takes, only_one=not extract.sheets)
    from .csv_source import csv_source

    return _table(content, kind, PurePath(path).stem, *csv_source(content, limits, extract))


def _content(path: str, limits: int) -> bytes:
    if PurePath(path).name.startswith("~$"):
        raise Refused("lock-file")
    return read_input(path, guard.FILE_BYTES * limits)


def _table(
    content: bytes, kind: str, name: str, described: dict[str, Any], cells: list[array[int]]
) -> tuple[dict[str, Any], list[array[int]]]:
    return _head(content, kind, [name], [{"name": name, **_TABLE, **described}]), cells


def _head(
    content: bytes, kind: str, names: list[str], sheets: list[dict[str, Any]], *, date_1904: bool = False
) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"sha256": sha256, "kind": kind, "names": names, "sheets": sheets, "date_1904": date_1904}


def _workbook(
    path: str, content: bytes, kind: str, limits: int, takes: Callable[[str], bool], *, only_one: bool = False
) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheets that a workbook has of those that `takes` says; none where `only_one` is asked for and it has more."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    looks = second_look(content, kind, takes)
    sheets: list[dict[str, Any]] = []
    cells: list[array[int]] = []
    room = guard.Room(limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(looks.content))
        names = workbook.sheet_names if looks.names is None else looks.names
        if len(names) != len(workbook.sheet_names):
            counts = f"{len(names)} sheets are listed, and {len(workbook.sheet_names)} were read"
            raise Refused("contents-disagree", counts)
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
                described, columns = _sheet(workbook, looks, name, position, room)
                sheets.append({"name": name, "hidden": not visible[position], **described})
                cells += columns
    except PasswordError as error:
        raise Refused("password-protected") from error
    except CalamineError as error:
        raise _refusal(path, error) from error
    return _head(content, kind, names, sheets, date_1904=looks.date_1904), cells


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


def _sheet(
    workbook: CalamineWorkbook, looks: SecondLook, name: str, position: int, room: guard.Room
) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheet's columns as distinct values and, for each cell, the place of its value among them.

    The parser leaves broken cells empty: what is in them is put back, so that no row of them vanishes. Raises `Refused`
    where there are then not as many cells with a value as the second look saw.
    """
    sheet, found = _read_twice(workbook, looks, name, position)
    grid = filled(sheet, room)
    room.take(len(found.put_back), 0)
    grid.put_back(found.put_back)
    if grid.filled != found.values:
        found = looks.look(position, whole=True)
        grid.put_back(found.put_back)
        if grid.filled != found.values:
            cells = f"{found.values:,} cells with a value, but {grid.filled:,} were read"
            raise Refused("contents-disagree", f"the sheet '{name}' has {cells}")
    _refuse_long(sheet.name, grid)
    ranges = (sheet.merged_cell_ranges or [])[:MOST_MERGED]
    described = {
        "first_row": grid.first_row,
        "first_column": grid.first_column,
        "rows": grid.rows,
        "columns": [[key if isinstance(key, str) else _plain(key) for key in index] for index in grid.indexes],
        "hidden_rows": found.hidden_rows,
        "hidden_columns": found.hidden_columns,
        "filtered": found.filtered,
        "merged": found.merged or [cell_range(*first, *last) for first, last in ranges],
    }
    return described, grid.cells


def _read_twice(workbook: CalamineWorkbook, looks: SecondLook, name: str, position: int) -> tuple[CalamineSheet, Cells]:
    """The sheet as the parser reads it, and what the second look finds.

    Where the parser gives up on an error of unknown name, say in which cell.
    """
    from python_calamine import CalamineError

    looked: list[Cells | Exception] = []

    def look() -> None:
        try:
            looked.append(looks.look(position))
        except (Refused, MemoryError) as error:
            looked.append(error)

    # The parser leaves the interpreter free: the cells are looked at meanwhile.
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
        entries = looked[0].put_back if looked and isinstance(looked[0], Cells) else []
        places = (
            f"{column_letter(column)}{row}" for row, column, content in entries if content == ("broken", unknown[1])
        )
        reason = f"{next(places, 'a cell')} of the sheet '{name}' holds the error {unknown[1][:40]}"
        raise Refused("workbook-damaged", f"{reason}, which is not known here") from error
    thread.join()
    found = looked[0] if looked else MemoryError()  # what was not looked at could be broken
    if isinstance(found, Exception):
        raise found
    return sheet, found


def _refuse_long(name: str, grid: Grid) -> None:
    """Refuse a text that is longer than Excel takes, and say in which cell it is."""
    for number, index in enumerate(grid.indexes):
        for value, place in index.items():
            if isinstance(value, str) and len(value) > guard.TEXT:
                row, column = grid.first_row + grid.cells[number].index(place), grid.first_column + number
                raise Refused("text-too-long", f"{column_letter(column)}{row} of the sheet '{name}'")


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
    if kind == "pattern":
        from .patterns import groups_of

        return groups_of(task["pattern"], task["texts"], task["seconds"]), ()
    from . import parsing  # few runs need it

    if kind == "json":
        content = read_input(path, guard.RESULT_BYTES * limits)
        parsing.json_document(content, limits)
        return {}, [content]
    content = read_input(path, task["bytes"] * limits)
    if kind == "csv":
        from .csv_source import csv_source

        filetypes.refuse_no_csv(content, limits)
        return _table(content, kind, kind, *csv_source(content, limits, Extract()))
    return _table(content, kind, kind, *parsing.parquet_table(content, limits, task["wanted"]))


if __name__ == "__main__":
    main()
