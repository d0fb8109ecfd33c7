"""A workbook as it was found: sheets of columns of cells, each with its cell reference.

A `Reading` starts the child process that parses the file and returns at once, so that the caller can import pandas
meanwhile; `Reading.finish` gives the workbook, or the one problem that says why there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

from . import problems as p
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

    def __init__(self, path: str, limits: int = 1) -> None:
        """Start to read the file at `path` ('-': standard input), within so many times the usual limits."""
        self.path = path
        self._limits = limits
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "probation_ratings.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # The child finds the same modules as this process, however that came to find them.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)

    def ask(self, wanted: Iterable[str]) -> None:
        """Say which sheets are wanted, by their folded names; `finish` then waits for them.

        Standard input is handed on here: how long it takes to come must not count as time that parsing takes.
        """
        task = {"path": self.path, "limits": self._limits, "wanted": sorted(wanted)}
        with suppress(OSError):  # a child that has died already is found out by `finish`
            self._stdin.write(json.dumps(task).encode() + b"\n")
            self._stdin.flush()
            if self.path == "-" and sys.stdin is not None:
                shutil.copyfileobj(sys.stdin.buffer, self._stdin)
                self._stdin.flush()

    def stop(self) -> None:
        """End the child process; nobody wants its workbook any more."""
        self._process.kill()
        self._process.communicate()

    def finish(self) -> Workbook | p.Problem:
        """Wait for the child process; the workbook, or the problem (PR1xx) that says why there is none."""
        seconds = SECONDS * self._limits
        with self._process as process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                return self._refused("too-slow", f"{seconds} seconds")
            finally:
                process.kill()
        # So ends the parser, which is written in Rust, where it is not given the memory that it asks for.
        if process.returncode == -signal.SIGABRT:
            return self._refused("too-large", "it needs more memory than is allowed")
        if process.returncode != 0 or b"\n" not in output:
            return self._refused("stopped", f"exit status {process.returncode}")
        end = output.index(b"\n")
        head = json.loads(output[:end])
        if "refused" in head:
            return self._refused(head["refused"], head["detail"])
        return _decode(self.path, head, memoryview(output)[end + 1 :])

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
