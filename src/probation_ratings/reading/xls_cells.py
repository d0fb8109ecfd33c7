"""Takes a second look at the cells of an .xls workbook: errors, formulas without a saved value, hidden rows.

An .xls workbook is a stream of records in an OLE2 container: each has a number, a size and its data. Most cells are
records of a fixed size that follow each other; a pattern counts a run of them at once.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from ..errors import Refused
from . import compound
from .cells import ERRORS, WITHOUT_VALUE, Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_FAILURES = (*compound.FAILURES, OverflowError, StopIteration, RuntimeError)

# The numbers of records: https://learn.microsoft.com/openspecs/office_file_formats/ms-xls
_BOF, _EOF, _CONTINUE, _ENCRYPTED = 0x0809, 0x000A, 0x003C, 0x002F
_BOUND_SHEET, _STRINGS, _DATE_MODE, _RECALCULATED = 0x0085, 0x00FC, 0x0022, 0x01C1
_LABEL, _RICH_LABEL, _BOOLEAN_OR_ERROR, _NUMBERS = 0x0204, 0x00D6, 0x0205, 0x00BD
_FORMULA_TEXT, _COLUMNS, _FILTERED = 0x0207, 0x007D, 0x009B
_FORMULAS = (0x0006, 0x0206, 0x0406)
"""The last two are of older versions of Excel, as the next are; the parser leaves them out, which then is found out."""
_OLDER_CELLS = (0x0002, 0x0003, 0x0004, 0x0005)

_RUN = re.compile(
    rb"((?:\xfd\x00\x0a\x00.{10})++)"  # shared strings
    rb"|((?:\x7e\x02\x0a\x00.{10})++|(?:\x03\x02\x0e\x00.{14})++)"  # numbers
    rb"|((?:\x08\x02\x10\x00.{16})++)"  # rows
    rb"|(?:\x01\x02\x06\x00.{6})++",  # blank cells
    re.DOTALL,
)
_SHARED, _NUMBER, _ROW = 1, 2, 3
_NUMBER_SIZES = {0x7E: 14, 0x03: 18}
_HIDDEN_ROW = 0x20
_MOST_COLUMNS = 256
_IS_TEXT = b"\xff\xff"


class XlsSheets:
    """The sheets of an .xls workbook (see `second_look`). Raises `Refused` where its records cannot be followed."""

    names = None

    def __init__(self, content: bytes) -> None:
        """Find where each sheet begins, which shared strings are empty, and whether dates count from 1904."""
        self.content = content
        self.date_1904 = False
        self._starts: list[int] = []
        self._empty: set[int] = set()
        self._computed = False
        try:
            self._stream = compound.stream(content, _STREAMS)
            self._read()
        except _FAILURES as error:
            raise Refused("workbook-damaged", "its records cannot be followed") from error

    def _read(self) -> None:
        """Read the records before those of the sheets."""
        for kind, place, size in _records(self._stream, 0):
            data = self._stream[place : place + size]
            if kind == _EOF:
                break
            if kind == _ENCRYPTED:
                raise Refused("password-protected")
            if kind == _DATE_MODE:
                self.date_1904 = data[:1] == b"\x01"
            elif kind == _RECALCULATED:
                self._computed = any(data[4:8])
            elif kind == _BOUND_SHEET:
                self._starts.append(int.from_bytes(data[:4], "little"))
            elif kind == _STRINGS:
                self._empty = set(_empty_strings(_segments(self._stream, place, size)))

    def look(self, position: int, *, whole: bool = False) -> Cells:  # noqa: ARG002 - each cell is looked at anyway
        """What the cells of the sheet at this position are."""
        sheet = _Sheet(self._stream, self._empty, computed=self._computed)
        try:
            sheet.follow(self._starts[position])
        except _FAILURES as error:
            raise Refused("workbook-damaged", "the records of a sheet cannot be followed") from error
        return sheet.found


class _Sheet:
    """A look at the records of one sheet."""

    def __init__(self, stream: bytes, empty: set[int], *, computed: bool) -> None:
        self.found = Cells()
        self._stream = stream
        self._empty = empty
        self._computed = computed
        self._awaited: tuple[int, int] | None = None

    def follow(self, place: int) -> None:
        """Follow the records from the sheet's first one to its last."""
        stream = self._stream
        depth = 0
        while True:
            run = _RUN.match(stream, place) if depth == 1 else None
            if run is not None:
                self._run(run)
                place = run.end()
                continue
            kind, size = struct.unpack_from("<HH", stream, place)
            place += 4
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1:  # an embedded chart has records of cells, too
                self._record(kind, size, stream[place : place + size])
            place += size
        self._await(None)

    def _run(self, run: re.Match[bytes]) -> None:
        """Count the cells of a run of equal records, or note which rows are hidden."""
        records = run[0]
        if run.lastindex == _SHARED:
            self.found.count_shared(records, self._empty)
        elif run.lastindex == _NUMBER:
            self.found.values += len(records) // _NUMBER_SIZES[records[0]]
        elif run.lastindex == _ROW:
            for place, flags in enumerate(records[16::20]):
                if flags & _HIDDEN_ROW:
                    self.found.hidden_rows.append(1 + int.from_bytes(records[20 * place + 4 :][:2], "little"))

    def _record(self, kind: int, size: int, data: bytes) -> None:
        if kind in _FORMULAS:
            self._formula(data)
        elif kind == _FORMULA_TEXT:
            self.found.values += self._awaited is not None and data[:2] != b"\0\0"
            self._awaited = None
        elif kind in {_LABEL, _RICH_LABEL}:
            self.found.values += data[6:8] != b"\0\0"
        elif kind == _BOOLEAN_OR_ERROR:
            if data[7]:
                self._broken(data, ERRORS.get(data[6], "#ERROR"))
            else:
                self.found.values += 1
        elif kind in _OLDER_CELLS:
            self.found.values += 1
        elif kind == _NUMBERS:
            self.found.values += (size - 6) // 6
        else:
            self._beside(kind, data)

    def _beside(self, kind: int, data: bytes) -> None:
        """A record before or after those of the cells."""
        if kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<HH4xH", data)
            if flags & 1 and last < _MOST_COLUMNS:
                self.found.hidden_columns += range(first + 1, last + 2)
        elif kind == _FILTERED:
            self.found.filtered = True

    def _formula(self, data: bytes) -> None:
        """Take the saved value of a formula: a number, or the kind of another value."""
        self._await(None)
        if data[12:14] != _IS_TEXT:
            self.found.values += 1
        elif data[6] == 0:
            self._await(struct.unpack_from("<HH", data))
        elif data[6] == 1:
            self.found.values += 1
        elif data[6] == 2:
            self._broken(data, ERRORS.get(data[8], "#ERROR"))
        elif not self._computed:
            # Where no spreadsheet program has computed the workbook, this is no empty text but no value at all.
            self._broken(data, WITHOUT_VALUE)

    def _await(self, cell: tuple[int, int] | None) -> None:
        """Wait for the text of a formula; where that of the one before has not come, it has no saved value."""
        if self._awaited is not None:
            self.found.add_broken(*self._awaited, WITHOUT_VALUE)
        self._awaited = cell

    def _broken(self, data: bytes, text: str) -> None:
        row, column = struct.unpack_from("<HH", data)
        self.found.add_broken(row, column, text)


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """The number, the place and the size of each record."""
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, size
        place += 4 + size


def _segments(stream: bytes, place: int, size: int) -> Iterator[bytes]:
    """The data of a record and of the records that continue it."""
    yield stream[place : place + size]
    for kind, start, length in _records(stream, place + size):
        if kind != _CONTINUE:
            break
        yield stream[start : start + length]


def _empty_strings(segments: Iterator[bytes]) -> Iterator[int]:
    """The places of the empty texts among the shared strings."""
    data, place, number = next(segments), 8, 0
    while True:
        if place >= len(data):
            data, place = next(segments, b""), 0
            if not data:
                return
        length, flags = struct.unpack_from("<HB", data, place)
        place += 3
        extra = 0
        if flags & 8:
            extra += 4 * int.from_bytes(data[place : place + 2], "little")
            place += 2
        if flags & 4:
            extra += int.from_bytes(data[place : place + 4], "little")
            place += 4
        if not length:
            yield number
        number += 1
        width = 1 + (flags & 1)
        while length * width > len(data) - place:
            length -= (len(data) - place) // width
            data = next(segments)
            width, place = 1 + (data[0] & 1), 1
        place += length * width
        while extra > len(data) - place:
            extra -= len(data) - place
            data, place = next(segments), 0
        place += extra
