"""A workbook as it was found: sheets of columns of cells, each with its cell reference.

A `Reading` starts the child process that parses the file and returns at once, so that the caller can import pandas
meanwhile; `Reading.finish` gives the workbook, or the one problem that says why there is none.
"""

from __future__ import annotations

import io
import signal
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from . import problems as p
from .children import Child
from .guard import OUT_OF_MEMORY, SECONDS
from .names import column_letter
from .seen import WITHOUT_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

MOST_DETAIL = 300
"""So many characters of the reason for a refusal are shown: names in a workbook may be long."""

Cell: TypeAlias = "str | float | bool | date"
"""The value of a cell; an empty one is ''. Times of day and durations are text. A `datetime` is a `date`."""


class Broken(str):
    """The text of a cell that gives no value: an error such as #N/A, or a formula whose value was never saved."""

    __slots__ = ()

    @property
    def problem(self) -> p.Kind:
        """What is wrong with the cell, where a rating depends on it."""
        return p.FORMULA_UNSAVED if self == WITHOUT_VALUE else p.ERROR_CELL


_KINDS = {
    "xlsx": ("an Excel workbook (.xlsx)", {".xlsx", ".xlsm", ".xltx", ".xltm"}),
    "xlsb": ("a binary Excel workbook (.xlsb)", {".xlsb"}),
    "xls": ("an Excel workbook of before 2007 (.xls)", {".xls", ".xlt"}),
    "ods": ("an OpenDocument spreadsheet (.ods)", {".ods"}),
}
"""What each kind of workbook is called, and the suffixes that it goes by."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its number (A is 1), its distinct values, and for each row the place of its value.

    `texts` are the values as text (see `as_text`).
    """

    number: int
    values: list[Cell]
    texts: list[str]
    codes: npt.NDArray[np.uint32]

    @property
    def letter(self) -> str:
        """The column's name in A1 notation."""
        return column_letter(self.number)

    @property
    def words(self) -> list[str]:
        """The distinct values as text; '' for a cell that gives no value."""
        return ["" if isinstance(value, Broken) else text for value, text in zip(self.values, self.texts, strict=True)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the row that its first cells stand in (as Excel counts), and its columns."""

    name: str
    first_row: int
    rows: int
    columns: list[Column]
    hidden: bool
    hidden_rows: list[int]
    hidden_columns: list[int]
    filtered: bool
    merged: list[str]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook: the path it was named by, the hash of the very bytes that were parsed, and its sheets.

    `names` are the names of all sheets, in order; `sheets` are those that were asked for.
    """

    path: str
    sha256: str
    names: list[str]
    sheets: list[Sheet]
    kind: str
    date_1904: bool

    def wrong_suffix(self) -> p.Problem | None:
        """The warning (PR112) where the file's name says another kind than its content."""
        suffix = PurePath(self.path).suffix.lower()
        description, suffixes = _KINDS[self.kind]
        if self.path == "-" or suffix in suffixes:
            return None
        return p.WRONG_SUFFIX.found(self.path, suffix=p.printable(suffix) or "without a suffix", reason=description)


class Reading:
    """The reading of one workbook that is under way in a child process."""

    def __init__(self, path: str, limits: int = 1, idle: list[Child] | None = None) -> None:
        """Start to read the file at `path` ('-': standard input), within so many times the usual limits.

        A child that is `idle` takes it, or else a new one; it is put back there when it can read another.
        """
        self.path = path
        self._limits = limits
        self._idle = idle
        self._child = idle.pop() if idle else Child()
        self._asked = False

    def ask(self, wanted: Iterable[str]) -> None:
        """Say which sheets are wanted, by their folded names; `finish` then waits for them.

        Standard input is handed on here: how long it takes to come must not count as time that parsing takes.
        """
        if self._asked:
            return
        self._asked = True
        task = {"path": self.path, "limits": self._limits, "wanted": sorted(wanted)}
        empty = io.BytesIO()
        content = (empty if sys.stdin is None else sys.stdin.buffer) if self.path == "-" else None
        self._child.ask(task, content)

    def stop(self) -> None:
        """End the child process; nobody wants its workbook any more."""
        self._child.stop()

    def finish(self) -> Workbook | p.Problem:
        """Wait for the child process; the workbook, or the problem (PR1xx) that says why there is none."""
        seconds = SECONDS * self._limits
        try:
            answer = self._child.answer(seconds)
        except TimeoutError:
            return self._refused("reading-too-slow", f"{seconds} seconds")
        except BaseException:
            self.stop()
            raise
        if answer is not None and self._child.reusable and self._idle is not None:
            self._idle.append(self._child)
        else:
            status = self._child.stop()
        if answer is None:
            # So ends the parser, which is written in Rust, where it is not given the memory that it asks for.
            if status == -signal.SIGABRT:
                return self._refused("workbook-too-large", OUT_OF_MEMORY)
            return self._refused("parser-stopped", f"exit status {status}")
        head, cells = answer
        if "refused" in head:
            return self._refused(head["refused"], head["detail"])
        return _decode(self.path, head, memoryview(cells))

    def _refused(self, reason: str, detail: str) -> p.Problem:
        kind = next(kind for kind in p.CATALOGUE.values() if kind.name == reason)
        detail = p.printable(detail[:MOST_DETAIL])
        return kind.found(self.path, reason=detail, found=detail)


def as_text(value: Cell) -> str:
    """A cell's value as the text that a person would have typed.

    White space around it, repeated white space and invisible format characters are gone.
    """
    if isinstance(value, str):
        if not value.isascii():
            value = "".join(char for char in value if unicodedata.category(char) != "Cf")
        return " ".join(value.split())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()


def day(value: Cell | None) -> date | None:
    """The day of a date, with a time of day or without; None for anything else."""
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _decode(path: str, head: dict[str, Any], cells: memoryview) -> Workbook:
    import numpy as np

    numbers = np.frombuffer(cells, dtype=np.uint32)
    sheets = []
    start = 0
    for sheet in head["sheets"]:
        columns = []
        for number, values in enumerate(sheet.pop("columns"), start=sheet.pop("first_column")):
            codes = numbers[start : start + sheet["rows"]]
            found = [_cell(value) for value in values]
            columns.append(Column(number, found, [as_text(value) for value in found], codes))
            start += sheet["rows"]
        sheets.append(Sheet(columns=columns, **sheet))
    return Workbook(path, head["sha256"], head["names"], sheets, head["kind"], head["date_1904"])


def _cell(value: str | list[str]) -> Cell:
    if isinstance(value, str):
        return value
    kind, content = value
    if kind == "date":
        moment = datetime.fromisoformat(content)
        return moment if moment.time() != datetime.min.time() else moment.date()
    if kind == "broken":
        return Broken(content)
    return content if kind == "time" else float(content) if kind == "number" else bool(content)
