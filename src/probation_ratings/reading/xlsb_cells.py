"""Takes a second look at the cells of an .xlsb workbook: errors, formulas without a saved value, hidden rows.

Its parts are streams of records: each has a number and a size of seven bits a byte, and its data. Most cells are
records of a fixed size that follow each other; a pattern counts a run of them at once.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ..errors import Refused
from . import package
from .cells import ERRORS, MOST_MERGED, WITHOUT_VALUE, Cells, cell_range
from .limits import COLUMNS, ZIP_FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAILURES = (*ZIP_FAILURES, ElementTree.ParseError, KeyError, IndexError, struct.error, OverflowError)

# The numbers of records: https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb
_ROW, _ERROR, _TEXT = 0, 3, 6
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOLEAN, _FORMULA_ERROR = 8, 9, 10, 11
_SHORT_CELLS = range(12, 19)
_STRING, _COLUMNS, _DATA, _END_OF_DATA, _PROPERTIES, _SHEET = 19, 60, 145, 146, 153, 156
_FILTERED, _MERGED = 163, 176

_RUN = re.compile(
    rb"((?:\x07\x0c.{12})++)"  # shared strings
    rb"|((?:\x02\x0c.{12})++|(?:\x05\x10.{16})++|(?:\x04\x09.{9})++)"  # numbers and booleans
    rb"|(?:\x01\x08.{8})++",  # blank cells
    re.DOTALL,
)
_SHARED, _VALUE = 1, 2
_VALUE_SIZES = {0x02: 14, 0x05: 18, 0x04: 11}
_HIDDEN_ROW = 0x10
_ALWAYS_COMPUTED = 2
_NOTHING = b"\xff\xff\xff\xff"
"""In place of a text: there is none."""


class XlsbSheets:
    """The sheets of an .xlsb workbook (see `second_look`). Raises `Refused` where its parts cannot be found."""

    names = None

    def __init__(self, content: bytes) -> None:
        """Find the part of each sheet, and whether dates count from 1904."""
        self.content = content
        self.date_1904 = False
        self._parts: list[str] = []
        self._strings = ""
        self._empty: set[int] | None = None
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._find(archive)
        except _FAILURES as error:
            raise Refused("workbook-damaged", "its relationships do not lead to its sheets") from error

    def _find(self, archive: zipfile.ZipFile) -> None:
        workbook, _ = package.main_part(archive)
        related = package.relationships(archive, workbook)
        parts = {identity: one.part or "" for identity, one in related.items()}
        strings = [one.part for one in related.values() if one.kind == "sharedStrings" and one.part]
        self._strings = strings[-1] if strings else ""
        for kind, data in _records(_part(archive, workbook)):
            if kind == _PROPERTIES:
                self.date_1904 = bool(data[0] & 1)
            elif kind == _SHEET and data[8:12] != _NOTHING:
                self._parts.append(parts.get(_text(data[8:]), ""))

    def look(self, position: int, *, whole: bool = False) -> Cells:  # noqa: ARG002 - each cell is looked at anyway
        """What the cells of the sheet at this position are."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                if self._empty is None:
                    self._empty = set(_empty_strings(_part(archive, self._strings))) if self._strings else set()
                sheet = _Sheet(self._empty)
                sheet.follow(_part(archive, self._parts[position]))
        except _FAILURES as error:
            raise Refused("workbook-damaged", "the records of a sheet cannot be followed") from error
        return sheet.found


class _Sheet:
    """A look at the records of one sheet."""

    def __init__(self, empty: set[int]) -> None:
        self.found = Cells()
        self._empty = empty
        self._row = -1

    def follow(self, part: bytes) -> None:
        """Follow the records of the sheet."""
        place, inside = 0, False
        while place < len(part):
            run = _RUN.match(part, place) if inside else None
            if run is not None:
                self._run(run)
                place = run.end()
                continue
            kind, start, end = _record(part, place)
            if kind in {_DATA, _END_OF_DATA}:
                inside = kind == _DATA
            elif inside:
                self._cell(kind, part[start:end])
            else:
                self._beside(kind, part[start:end])
            place = end

    def _run(self, run: re.Match[bytes]) -> None:
        """Count the cells of a run of equal records."""
        records = run[0]
        if run.lastindex == _SHARED:
            self.found.count_shared(records, self._empty)
        elif run.lastindex == _VALUE:
            self.found.values += len(records) // _VALUE_SIZES[records[0]]

    def _cell(self, kind: int, data: bytes) -> None:
        if kind == _ROW:
            self._row = int.from_bytes(data[:4], "little")
            if data[11] & _HIDDEN_ROW:
                self.found.hidden_rows.append(self._row + 1)
        elif kind in {_ERROR, _FORMULA_ERROR}:
            self._broken(data, ERRORS.get(data[8], "#ERROR"))
        elif kind in {_FORMULA_NUMBER, _FORMULA_BOOLEAN}:
            self.found.values += 1
        elif kind in _SHORT_CELLS:
            raise Refused("contents-disagree", "it has cells in short records, which the parser leaves out")
        elif kind in {_TEXT, _FORMULA_TEXT}:
            length = int.from_bytes(data[8:12], "little")
            if length:
                self.found.values += 1
            elif kind == _FORMULA_TEXT and data[12] & _ALWAYS_COMPUTED:
                self._broken(data, WITHOUT_VALUE)

    def _broken(self, data: bytes, text: str) -> None:
        self.found.add_broken(self._row, int.from_bytes(data[:4], "little"), text)

    def _beside(self, kind: int, data: bytes) -> None:
        """A record before or after those of the cells."""
        if kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<II8xH", data)
            if flags & 1 and len(self.found.hidden_columns) < COLUMNS:
                self.found.hidden_columns += range(first + 1, min(last + 1, COLUMNS) + 1)
        elif kind == _MERGED and len(self.found.merged) < MOST_MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            self.found.merged.append(cell_range(top, left, bottom, right))
        elif kind == _FILTERED:
            self.found.filtered = True


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(package.names(archive)[name])


def _record(part: bytes, place: int) -> tuple[int, int, int]:
    """The number of the record at a place, and where its data begin and end."""
    kind = part[place]
    place += 1
    if kind > 127:  # another byte follows
        kind = (kind & 127) | (part[place] & 127) << 7
        place += 1
    size = 0
    for shift in (0, 7, 14, 21):
        byte = part[place]
        place += 1
        size |= (byte & 127) << shift
        if byte < 128:
            break
    return kind, place, place + size


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the data of each record."""
    place = 0
    while place < len(part):
        kind, start, place = _record(part, place)
        yield kind, part[start:place]


def _text(data: bytes) -> str:
    """The text that data begin with."""
    length = int.from_bytes(data[:4], "little")
    return data[4 : 4 + 2 * length].decode("utf-16-le", errors="replace")


def _empty_strings(part: bytes) -> Iterator[int]:
    """The places of the empty texts among the shared strings."""
    strings = (data for kind, data in _records(part) if kind == _STRING)
    return (number for number, data in enumerate(strings) if data[1:5] == b"\0\0\0\0")
