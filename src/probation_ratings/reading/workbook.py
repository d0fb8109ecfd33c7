"""A workbook as it was found: sheets of columns of cells, each with its cell reference.

A `Reading` starts the child process that parses the file and returns at once, so that the caller can import pandas
meanwhile; `Reading.finish` gives the workbook, or the one problem that says why there is none.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, TypeGuard

from .. import problems as p
from ..errors import Refused
from ..inputs import problem_of
from ..names import are_plain, column_letter, composed
from .ahead import UnderWay
from .cells import WITHOUT_VALUE
from .child import idle_or_new
from .limits import COUNTS_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from .ahead import Free
    from .child import Child, Question
    from .extract import Extract
    from .handover import WorkbookRead

Cell: TypeAlias = "str | float | bool | date"
"""The value of a cell; an empty one is ''. Times of day and durations are text. A `datetime` is a `date`."""


class Broken(str):
    """The text of a cell that gives no value: an error such as #N/A, or a formula whose value was never saved."""

    __slots__ = ()

    @property
    def problem(self) -> p.Kind:
        """What is wrong with the cell, where a rating depends on it."""
        return p.FORMULA_UNSAVED if self == WITHOUT_VALUE else p.ERROR_CELL


class Reported(Broken):
    """The text of a cell that gives no value because a mapping file does not cover it: that is reported already."""

    __slots__ = ()


def is_unreported(value: Cell) -> TypeGuard[Broken]:
    """Whether a cell gives no value, and nothing has been reported about it yet."""
    return isinstance(value, Broken) and not isinstance(value, Reported)


_KINDS = {
    "xlsx": ("an Excel workbook (.xlsx)", {".xlsx", ".xlsm", ".xltx", ".xltm"}),
    "xlsb": ("a binary Excel workbook (.xlsb)", {".xlsb"}),
    "xls": ("an Excel workbook of before 2007 (.xls)", {".xls", ".xlt"}),
    "ods": ("an OpenDocument spreadsheet (.ods)", {".ods"}),
    "csv": ("a CSV file (.csv)", {".csv", ".txt", ".tsv"}),
}
"""What each kind of workbook is called, and the suffixes that it goes by."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its number (A is 1), its distinct values, and for each row the place of its value.

    `texts` are the values as text (see `as_text`). `rows` is the row in Excel of each, where a mapping file has put
    the rows of a case together; otherwise each is in its own row of the sheet. `given` says that a mapping file gives
    the one value to every row.
    """

    number: int
    values: list[Cell]
    texts: list[str]
    codes: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int64] | None = None
    given: bool = False

    @property
    def letter(self) -> str:
        """The column's name in A1 notation."""
        return column_letter(self.number)

    @property
    def has_broken(self) -> bool:
        """Whether one of its cells gives no value."""
        return any(issubclass(one, Broken) for one in set(map(type, self.values)))

    @property
    def words(self) -> list[str]:
        """The distinct values as text; '' for a cell that gives no value."""
        if not self.has_broken:
            return self.texts
        return ["" if isinstance(value, Broken) else text for value, text in zip(self.values, self.texts, strict=True)]

    def text(self, place: int) -> str:
        """The text of the cell at this place, counted from the first row of the sheet."""
        return self.texts[int(self.codes[place])]


class Records(NamedTuple):
    """What is particular to the records of a CSV file.

    `usual` is the number of fields that most have, `odd` is the number by the row of each other one. `elsewhere` are
    the rows that have a value only in columns that were not asked for, `swallowed` the row and the column of cells with
    lines that look like rows.
    """

    delimiter: str
    usual: int
    odd: dict[int, int]
    elsewhere: list[int]
    swallowed: Sequence[tuple[int, int]] = ()

    def width(self, row: int) -> int:
        """The number of fields of a row."""
        return self.odd.get(row, self.usual)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name in the file, the row of its first cells (as Excel counts), and its columns.

    `stands_for` is the sheet of the rules that a mapping file reads it as. The rows of a sheet that a mapping file
    itself gives are `lines` of that file; those of a frame of pandas have `labels`, the header's among them.
    """

    name: str
    first_row: int
    rows: int
    columns: list[Column]
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    merged: list[str] = field(default_factory=list)
    stands_for: str | None = None
    lines: bool = False
    records: Records | None = None
    labels: list[str] | None = None


def ragged_rows(sheet: Sheet, header: int) -> str | None:
    """Which rows of CSV below its header have another number of values, in words; None if none of them has a value.

    Their values may be in wrong columns.
    """
    if (records := sheet.records) is None or not records.odd:
        return None
    wanted = records.width(header)
    others = [row for row in range(header + 1, sheet.first_row + sheet.rows) if records.width(row) != wanted]
    rows = [row for row in others if any(one.text(row - sheet.first_row) for one in sheet.columns)]
    if not rows:
        return None
    verb = "has" if len(rows) == 1 else "have"
    return f"{p.Spans(rows).words} {verb} {p.widths_in_words(map(records.width, rows))}, not {wanted}"


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook: the path it was named by, the hash of the very bytes that were parsed, and its sheets.

    `names` are the names of all sheets, in order; `sheets` are those that were asked for. Sheets that a mapping file
    itself gives, and frames of pandas, have no kind.
    """

    path: str
    sha256: str
    names: list[str]
    sheets: list[Sheet]
    kind: str = ""
    date_1904: bool = False

    @property
    def fills(self) -> list[str]:
        """The sheets of the rules that a mapping file reads its sheets as; none without a mapping file."""
        return [sheet.stands_for for sheet in self.sheets if sheet.stands_for is not None]

    def wrong_suffix(self) -> p.Problem | None:
        """The warning (PR112) where the file's name says another kind than its content."""
        suffix = PurePath(self.path).suffix.lower()
        if self.kind not in _KINDS:
            return None
        description, suffixes = _KINDS[self.kind]
        if self.path == "-" or suffix in suffixes:
            return None
        return p.WRONG_SUFFIX.found(self.path, suffix=p.printable(suffix) or "without a suffix", reason=description)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that an inspection was read from: its path, relative to a mapping file's folder, and its SHA-256.

    `file` is the path by which it was opened. Of a CSV file `text` is the encoding and the delimiter.
    """

    path: str
    sha256: str
    role: Literal["mapping", "data"] = "data"
    file: str = ""
    text: tuple[str, str] | None = None

    @classmethod
    def of(cls, workbook: Workbook, folder: str | Path, encoding: str = "utf-8") -> SourceFile:
        """The file of a workbook, named from a folder."""
        path = Path(os.path.relpath(workbook.path, folder)).as_posix()
        records = next((sheet.records for sheet in workbook.sheets if sheet.records is not None), None)
        text = None if records is None else (encoding, records.delimiter)
        return cls(path, workbook.sha256, "data", workbook.path, text)


def hash_of(sources: Iterable[SourceFile]) -> str:
    """The SHA-256 of several files: that of the lines `sha256  path`, as sha256sum writes them."""
    lines = "".join(f"{one.sha256}  {one.path}\n" for one in sources)
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """All that was read of one inspection: its workbooks, and what is wrong with them so far.

    `path` is the input as the user named it: a workbook, a mapping file, or the folder of files that are combined.
    `sha256` stands for all of it. `unread` are the sheets of the rules with a part that could not be read.
    """

    path: str
    sha256: str
    workbooks: tuple[Workbook, ...]
    problems: tuple[p.Problem, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    unread: frozenset[str] = frozenset()


class InspectionReading(UnderWay, Protocol):
    """The reading of all files of one inspection, under way."""

    path: str
    limits: int

    def ask(self, wanted: Iterable[str]) -> None:
        """Say which sheets are wanted, by their folded names."""

    def found(self) -> Found | tuple[p.Problem, ...]:
        """Wait for what is read; the problems that say why there is nothing."""


class Reading:
    """The reading of one workbook, or of a table in CSV or Parquet, that is under way in a child process."""

    def __init__(
        self,
        path: str,
        limits: int = 1,
        idle: list[Child] | None = None,
        *,
        kind: str = "workbook",
        content: bytes | None = None,
        child: Child | None = None,
        free: Free | None = None,
    ) -> None:
        """Start to read the file at `path` ('-': standard input), within so many times the usual limits.

        The `child` takes it, or one that is `idle`, or else a new one. When it can read another it is given to `free`,
        or else put there. `kind` is workbook, csv or parquet. `content` is read in place of standard input.
        """
        self.path = path
        self._content = content
        self.limits = limits
        self._free = free or (None if idle is None else idle.append)
        self._kind = kind
        self._child = child or idle_or_new(idle)
        self._question: Question | None = None

    @property
    def is_free(self) -> bool:
        """Whether the file is read, and the child process may read another one."""
        return self._question is not None and self._question.is_free

    def ask(self, wanted: Iterable[str], most: int = COUNTS_BYTES) -> None:
        """Say which sheets or columns are wanted, by their folded names; `finish` then waits for them.

        A table may have at most so many bytes. Standard input is handed on here: how long it takes to come must not
        count as time that parsing takes.
        """
        if self._question is not None:
            return
        task = {"kind": self._kind, "path": self.path, "limits": self.limits, "wanted": sorted(wanted), "bytes": most}
        self._ask(task)

    def extract(self, asked: Extract) -> None:
        """Say what is wanted of a file that a mapping file names."""
        self._ask({"kind": "source", "path": self.path, "limits": self.limits, "extract": asked})

    def _ask(self, task: dict[str, Any]) -> None:
        self._question = self._child.ask(task, self._stream() if self.path == "-" else None, self._free)

    def _stream(self) -> IO[bytes]:
        """The content that has no path."""
        if self._content is not None or sys.stdin is None:
            return io.BytesIO(self._content or b"")
        return sys.stdin.buffer

    def stop(self) -> None:
        """End the child process; nobody wants its workbook any more."""
        (self._question or self._child).stop()

    def finish(self) -> Workbook | p.Problem:
        """Wait for what was asked for; the workbook, or the problem (PR1xx) that says why there is none."""
        from .handover import workbook_of

        if self._question is None:
            raise ValueError("nothing was asked for")
        try:
            answer = self._question.answer()
            return _decode(self.path, *workbook_of(answer.line, answer.cells, self.limits))
        except Refused as error:
            return problem_of(self.path, error)

    def found(self) -> Found | tuple[p.Problem, ...]:
        """The workbook as all that there is of an inspection, or the problem that says why there is none."""
        workbook = self.finish()
        if isinstance(workbook, p.Problem):
            return (workbook,)
        problems = tuple(filter(None, [workbook.wrong_suffix()]))
        sources = (SourceFile(workbook.path, workbook.sha256, "data", workbook.path),)
        return Found(workbook.path, workbook.sha256, (workbook,), problems, sources)


def as_text(value: Cell) -> str:
    """A cell's value as the text that a person would have typed.

    White space around it, repeated white space and invisible format characters are gone, and a letter with an accent is
    one character.
    """
    if isinstance(value, str):
        value = composed(value)
        return value if value.isalnum() else " ".join(value.split())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        digits = repr(value)
        return digits if "e" not in digits else format(Decimal(digits), "f")
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()


def as_texts(values: Sequence[Cell]) -> list[str]:
    """Each of many values as text (see `as_text`)."""
    texts = [value for value in values if type(value) is str]
    return texts if len(texts) == len(values) and are_plain(texts) else [*map(as_text, values)]


def day(value: Cell | None) -> date | None:
    """The day of a date, with a time of day or without; None for anything else."""
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _decode(path: str, read: WorkbookRead, codes: list[list[npt.NDArray[np.uint32]]]) -> Workbook:
    sheets = []
    for sheet, columns_codes in zip(read.sheets, codes, strict=True):
        columns = []
        for number, (values, one) in enumerate(
            zip(sheet.columns, columns_codes, strict=True), start=sheet.first_column
        ):
            found = [value if isinstance(value, str) else _cell(*value) for value in values]
            columns.append(Column(number, found, as_texts(found), one))
        own, records = sheet.model_dump(exclude={"columns", "first_column", "records"}), sheet.records
        if records is not None:
            own["records"] = Records(
                records.delimiter, records.usual, dict(records.odd), records.elsewhere, records.swallowed
            )
        sheets.append(Sheet(columns=columns, **own))
    return Workbook(path, read.sha256, read.names, sheets, read.kind, read.date_1904)


def _cell(kind: str, content: str | float | bool) -> Cell:
    if kind == "date":
        try:
            moment = datetime.fromisoformat(str(content))
        except ValueError as error:
            from .handover import no_sense

            raise no_sense("a date") from error
        return moment if moment.time() != datetime.min.time() else moment.date()
    if kind == "broken":
        return Broken(content)
    return content if kind == "time" else float(content) if kind == "number" else bool(content)
