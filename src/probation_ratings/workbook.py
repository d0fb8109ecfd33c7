"""A workbook as it was found: sheets of columns of cells, each with its cell reference.

`start_reading` starts the child process that parses the file and returns at once, so that the caller can import
pandas meanwhile; `Reading.finish` gives the workbook, or the one problem that says why there is none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from . import problems as p

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

Cell: TypeAlias = "str | float | bool | date"
"""The value of a cell; an empty one is ''. Times of day and durations are text. A `datetime` is a `date`."""

MAX_MEGABYTES = 2000
"""Address space of the process that parses: ends every bomb known, and still reads 1,000,000 answers."""
MAX_SECONDS = 20
"""Time that parsing one workbook may take."""

_REFUSALS = {
    "not-found": p.FILE_NOT_FOUND,
    "not-readable": p.FILE_NOT_READABLE,
    "not-a-spreadsheet": p.NOT_A_SPREADSHEET,
    "password": p.PASSWORD_PROTECTED,
    "damaged": p.WORKBOOK_DAMAGED,
    "too-large": p.WORKBOOK_TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its number (A is 1), its distinct values, and for each row the place of its value."""

    number: int
    values: list[Cell]
    codes: npt.NDArray[np.uint32]

    @property
    def letter(self) -> str:
        """The column's name in A1 notation."""
        letters, number = "", self.number
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the row that its first cells stand in (as Excel counts), and its columns."""

    name: str
    first_row: int
    rows: int
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook: the path it was named by, the hash of the very bytes that were parsed, and its sheets.

    `names` are the names of all sheets, in order; `sheets` are those that were asked for.
    """

    path: str
    sha256: str
    names: list[str]
    sheets: list[Sheet]


class Reading:
    """The reading of one workbook that is under way in a child process."""

    def __init__(self, path: str, process: subprocess.Popen[bytes]) -> None:
        self._path = path
        self._process = process

    def finish(self) -> Workbook | p.Problem:
        """Wait for the child process; the workbook, or the problem (PR1xx) that says why there is none."""
        with self._process as process:
            try:
                output, _ = process.communicate(timeout=MAX_SECONDS)
            except subprocess.TimeoutExpired:
                return self._refused("too-large", f"it took longer than {MAX_SECONDS} seconds")
            finally:
                process.kill()
        if self._process.returncode != 0 or b"\n" not in output:
            return self._refused("too-large", "the parser stopped, as it does on damaged or oversized workbooks")
        line, _, cells = output.partition(b"\n")
        head = json.loads(line)
        if "refused" in head:
            return self._refused(head["refused"], head["detail"])
        return _decode(self._path, head, cells)

    def _refused(self, reason: str, detail: str) -> p.Problem:
        detail = p.printable(detail)
        return _REFUSALS[reason].found(self._path, reason=detail, found=detail)


def start_reading(path: str, wanted: Iterable[str]) -> Reading:
    """Start to read the sheets with the folded names `wanted` of the workbook at `path` ('-': standard input)."""
    arguments = [path, json.dumps(sorted(wanted)), str(MAX_MEGABYTES)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "probation_ratings.reader", *arguments],
        stdin=None if path == "-" else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # The child finds the same modules as this process, however that came to find them.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
    )
    return Reading(path, process)


def as_text(value: Cell) -> str:
    """A cell's value as the text that a person would have typed, white space around it and repeated gone."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()


def _decode(path: str, head: dict[str, Any], cells: bytes) -> Workbook:
    import numpy as np

    numbers = np.frombuffer(cells, dtype=np.uint32)
    sheets = []
    start = 0
    for sheet in head["sheets"]:
        rows = sheet["rows"]
        columns = []
        for offset, values in enumerate(sheet["columns"]):
            codes = numbers[start : start + rows]
            columns.append(Column(sheet["first_column"] + offset, [_cell(value) for value in values], codes))
            start += rows
        sheets.append(Sheet(sheet["name"], sheet["first_row"], rows, columns))
    return Workbook(path, head["sha256"], head["names"], sheets)


def _cell(value: str | list[str]) -> Cell:
    if isinstance(value, str):
        return value
    kind, content = value
    if kind == "date":
        moment = datetime.fromisoformat(content)
        return moment if moment.time() != datetime.min.time() else moment.date()
    return content if kind == "time" else float(content) if kind == "number" else bool(content)
