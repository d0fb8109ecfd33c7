"""Describes files: reads each, looks at its sheets, and recognises in them what the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import plain, sheet_key
from ..reading.ahead import Ahead
from ..reading.extract import Extract
from ..reading.workbook import Reading
from .model import ENCODINGS
from .recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..reading.ahead import Free
    from ..reading.child import Child
    from ..reading.workbook import Workbook
    from .description import SheetLook
    from .recognition import Recognised
    from .vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class DescribedSheet:
    """A sheet with what it looks like and what it probably is; `own` says that it is one of the product's shape."""

    look: SheetLook
    found: Recognised
    own: bool = False


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """A file with its sheets, or the problem that says why it cannot be read.

    Of a CSV file `encoding` is the first of those that a mapping file can name by which it can be read.
    """

    path: str
    sha256: str | None = None
    kind: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    sheets: tuple[DescribedSheet, ...] = ()
    problem: p.Problem | None = None

    @property
    def is_csv(self) -> bool:
        """Whether it is a CSV file, and so one sheet."""
        return self.kind == "csv"

    @property
    def hidden(self) -> int:
        """How many of its sheets are hidden."""
        return sum(one.look.hidden for one in self.sheets)


def describe_files(paths: Iterable[str], words: Vocabulary, limits: int) -> Iterator[DescribedFile]:
    """Describe the files one by one, while the next one is read."""
    idle: list[Child] = []

    def begin(path: str, child: Child | None, free: Free) -> Reading:
        return _extracted(Reading(path, limits, idle, child=child, free=free))

    ahead = Ahead(paths, begin, idle, alone=lambda path: path == "-")
    try:
        for reading in ahead.in_order():
            yield _described(reading, words, idle)
    finally:
        ahead.stop()
        for child in idle:
            child.stop()


def _extracted(reading: Reading, encoding: str = "utf-8") -> Reading:
    reading.extract(Extract(sheets=("*",), encoding=encoding))
    return reading


def _described(reading: Reading, words: Vocabulary, idle: list[Child]) -> DescribedFile:
    path, workbook = reading.path, reading.finish()
    used = ENCODINGS[0]
    for encoding in ENCODINGS[1:] if path != "-" else ():
        if not (isinstance(workbook, p.Problem) and workbook.kind in {p.CSV_NOT_UTF_8, p.CSV_ENCODING_WRONG}):
            break
        used = encoding
        workbook = _extracted(Reading(path, reading.limits, idle), encoding).finish()
    if isinstance(workbook, p.Problem):
        return DescribedFile(path, problem=workbook)
    sheets = tuple(_sheets(workbook, words))
    records = (one.records for one in workbook.sheets)
    delimiter = next((one.delimiter for one in records if one is not None), None)
    return DescribedFile(path, workbook.sha256, workbook.kind, used, delimiter, sheets)


def _sheets(workbook: Workbook, words: Vocabulary) -> Iterator[DescribedSheet]:
    from .description import look_at  # it imports numpy, which takes as long as the child that reads needs to start

    answers = frozenset(plain(word) for word in words.rules.answers.accepted)
    fields = sheet_key(words.rules.inspection_sheet.name)
    for sheet in workbook.sheets:
        look = look_at(sheet, answers)
        yield DescribedSheet(look, recognise(look, sheet.name, words), sheet_key(sheet.name) == fields)
