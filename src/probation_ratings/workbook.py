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
from .guard import SECONDS
from .names import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

Cell: TypeAlias = "str | float | bool | date"
"""The value of a cell; an empty one is ''. Times of day and durations are text. A `datetime` is a `date`."""


class Broken(str):
    """The text of a cell that gives no value: an error such as #N/A, or a formula whose value was never saved."""

    __slots__ = ()

    @property
    def unsaved(self) -> bool:
        """Whether it is a formula without a saved value."""
        return not self.startswith("#")


_REFUSALS = {
    "not-found": p.FILE_NOT_FOUND,
    "not-readable": p.FILE_NOT_READABLE,
    "not-a-spreadsheet": p.NOT_A_SPREADSHEET,
    "password": p.PASSWORD_PROTECTED,
    "damaged": p.WORKBOOK_DAMAGED,
    "too-large": p.WORKBOOK_TOO_LARGE,
    "file-empty": p.FILE_EMPTY,
    "text-file": p.TEXT_FILE,
    "archive-without-workbook": p.ARCHIVE_WITHOUT_WORKBOOK,
    "old-format": p.OLD_FORMAT,
    "no-regular-file": p.NO_REGULAR_FILE,
    "too-slow": p.READING_TOO_SLOW,
    "stopped": p.PARSER_STOPPED,
    "lock-file": p.LOCK_FILE,
}

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt"),
    "ods": (".ods",),
}
_KINDS = {
    "xlsx": "an Excel workbook (.xlsx)", "xlsb": "a binary Excel workbook (.xlsb)",
    "xls": "an Excel workbook of before 2007 (.xls)", "ods": "an OpenDocument spreadsheet (.ods)",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the row that its first cells stand in (as Excel counts), and its columns."""

    name: str
    first_row: int
    rows: int
    columns: list[Column]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    filtered: bool = False
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook: the path it was named by, the hash of the very bytes that were parsed, and its sheets.

    `names` are the names of all sheets, in order; `sheets` are those that were asked for.
    """

    path: str
    sha256: str
    names: list[str]
    sheets: list[Sheet]
    kind: str = "xlsx"
    date_1904: bool = False

    def wrong_suffix(self) -> p.Problem | None:
        """The warning (PR112) where the file's name says another kind than its content."""
        suffix = PurePath(self.path).suffix.lower()
        if self.path == "-" or suffix in _SUFFIXES[self.kind]:
            return None
        named = p.printable(suffix) if suffix else "without a suffix"
        return p.WRONG_SUFFIX.found(self.path, suffix=named, reason=_KINDS[self.kind])


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
            return self._refused("too-slow", f"{seconds} seconds")
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
                return self._refused("too-large", "it needs more memory than is allowed")
            return self._refused("stopped", f"exit status {status}")
        head, cells = answer
        if "refused" in head:
            return self._refused(head["refused"], head["detail"])
        return _decode(self.path, head, memoryview(cells))

    def _refused(self, reason: str, detail: str) -> p.Problem:
        detail = p.printable(detail)
        return _REFUSALS[reason].found(self.path, reason=detail, found=detail)


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


def _decode(path: str, head: dict[str, Any], cells: memoryview) -> Workbook:
    import numpy as np

    numbers = np.frombuffer(cells, dtype=np.uint32)
    sheets = []
    start = 0
    for sheet in head["sheets"]:
        rows = sheet["rows"]
        columns = []
        for offset, values in enumerate(sheet["columns"]):
            codes = numbers[start : start + rows]
            found = [_cell(value) for value in values]
            texts = [as_text(value) for value in found]
            columns.append(Column(sheet["first_column"] + offset, found, texts, codes))
            start += rows
        sheets.append(
            Sheet(
                name=sheet["name"],
                first_row=sheet["first_row"],
                rows=rows,
                columns=columns,
                hidden=sheet["hidden"],
                hidden_rows=frozenset(sheet["hidden_rows"]),
                filtered=sheet["filtered"],
                hidden_columns=frozenset(sheet["hidden_columns"]),
                merged=tuple(sheet["merged"]),
            )
        )
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
