"""Finds cells in a workbook that the parser does not report: broken, hidden and merged ones.

Runs in the process that reads (see `reader`), while the parser is at work. What cannot be looked at is refused: an
error that was not seen would be taken for an empty cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..errors import Refused
from .cells import Cells
from .limits import ZIP_FAILURES
from .package_parts import Package
from .sheet_cells import Look, NeedsWhole, empty_strings, has_hidden, has_mixed_value, pieces, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .table_cells import Document
    from .xls_cells import XlsStream
    from .xlsb_cells import XlsbParts

MOST = 10_000
"""At most this many merged ranges of a sheet are reported."""
LAST_COLUMN = 16_384

# Some programs hide by a height or width of 0.
_HIDDEN = re.compile(rb"\b(?:hidden\s*=\s*[\"'](?:1|true|on)|(?:ht|width)\s*=\s*[\"']0(?:\.0*)?)[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w{1,20}:)?row\s([^<>]*\b(?:hidden|ht)\s*=[^<>]*)>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"']([0-9]{1,7})[\"']")
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s([^<>]*)>")
_FROM = re.compile(rb"\bmin\s*=\s*[\"']([0-9]{1,5})[\"']")
_TO = re.compile(rb"\bmax\s*=\s*[\"']([0-9]{1,5})[\"']")
_MERGED = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']"
)
_FILTER = re.compile(rb"<(?:\w{1,20}:)?filterColumn[\s/>]")


@dataclass(slots=True)
class Structure(Cells):
    """Facts about one sheet beside its values; rows and columns are counted from 1."""


class Parts:
    """The parts of a workbook.

    `content` is what the parser is to read: the file, or the same sheets in the form that the parser knows. Raises
    `Refused` where a part cannot be found.
    """

    def __init__(self, content: bytes, kind: str, wanted: Callable[[str], bool]) -> None:
        """Find the parts of each sheet, and whether dates count from 1904."""
        self.content = content
        self.date_1904 = False
        self._package: Package | None = None
        self._document: Document | None = None
        self._binary: XlsStream | XlsbParts | None = None
        try:  # import only what this workbook needs
            if kind == "xlsx":
                self._package = Package(content)
                self.content = self._package.content(wanted)
                self.date_1904 = self._package.date_1904
            elif kind == "ods":
                from .table_cells import Document

                self._document = Document(content)
                self.content = self._document.content
            elif kind == "xls":
                from .xls_cells import XlsStream

                self._binary = XlsStream(content)
            else:
                from .xlsb_cells import XlsbParts

                self._binary = XlsbParts(content)
            if self._binary is not None:
                self.date_1904 = self._binary.date_1904
        except ZIP_FAILURES as error:
            raise Refused("workbook-damaged", "its zip archive is cut off or damaged") from error
        self._empty_strings = cache(self._find_empty_strings)

    def names(self, parsed: list[str]) -> list[str]:
        """The names of all sheets in order, if the parser found the same."""
        if self._package is not None:
            own = [sheet.name for sheet in self._package.sheets]
        elif self._document is not None:
            own = self._document.names
        else:
            return parsed
        if len(own) != len(parsed):
            raise Refused("contents-disagree", f"{len(own)} sheets are listed, and {len(parsed)} were read")
        return own

    def structure(self, position: int, *, whole: bool = False) -> Structure:
        """The facts about the sheet at this position.

        `whole` looks at every single cell, where counting them did not do. Raises `Refused` where it cannot look.
        """
        found = Structure()
        try:
            if self._document is not None:
                self._document.look(position, found)
            elif self._package is not None and not whole:
                try:
                    self._glance(self._package, position, found)
                except NeedsWhole:
                    return self.structure(position, whole=True)
            elif self._package is not None:
                self._look(self._package, position, found)
            elif self._binary is not None:
                self._binary.look(position, found)
        except ZIP_FAILURES as error:
            raise Refused("workbook-damaged", "the part of a sheet cannot be unpacked") from error
        return found

    def _find_empty_strings(self) -> frozenset[bytes]:
        part = None if self._package is None else self._package.beside("sharedStrings")
        if self._package is None or part is None:
            return frozenset()
        with self._package.open(part) as file:
            return empty_strings(file.read())

    def _glance(self, package: Package, position: int, found: Structure) -> None:
        """Read the sheet once, in pieces; few pieces need a check of every cell."""
        part = package.part_of(position)
        look = Look(found, self._empty_strings, uncomputed=package.uncomputed)
        with package.open(part) as file:
            parts = pieces(file)
            head, tag, piece = next(parts).partition(b"sheetData")
            _look_at_head(head, found)
            for following in parts:
                self._glance_at(piece, look, found)
                piece = following
        end = piece
        if tag:
            cells, closing, end = piece.rpartition(b"sheetData>")
            self._glance_at(cells if closing else piece, look, found)
        _look_at_end(package, part, end, found)

    def _glance_at(self, piece: bytes, look: Look, found: Structure) -> None:
        look.glance(piece)
        if has_hidden(piece):
            found.hidden_rows += _hidden_rows(piece)

    def _look(self, package: Package, position: int, found: Structure) -> None:
        """Check every cell of the sheet."""
        part = package.part_of(position)
        with package.open(part) as file:
            xml = file.read()
        if has_mixed_value(xml):
            raise Refused("workbook-damaged", f"values of the sheet '{package.sheets[position].name}' are CDATA")
        xml = plain(xml)
        head, _, rows = xml.partition(b"sheetData")
        _look_at_head(head, found)
        cells, closing, end = rows.rpartition(b"sheetData>")
        Look(found, self._empty_strings, uncomputed=package.uncomputed).every(cells if closing else rows, whole=True)
        found.hidden_rows += _hidden_rows(rows)
        _look_at_end(package, part, end, found)


def _look_at_head(head: bytes, found: Structure) -> None:
    if b"<!DOCTYPE" in head:
        raise Refused("workbook-damaged", "the XML of a sheet has declarations of its own")
    found.hidden_columns = sorted(_hidden_columns(head))


def _look_at_end(package: Package, part: str, end: bytes, found: Structure) -> None:
    found.merged = [merged[1].decode() for merged, _ in zip(_MERGED.finditer(end), range(MOST), strict=False)]
    found.filtered = _FILTER.search(end) is not None
    if found.hidden_rows and not found.filtered and b"tablePart" in end:
        for table in package.related(part, "table"):
            with package.open(table) as file:
                found.filtered = found.filtered or _FILTER.search(file.read()) is not None


def _hidden_columns(xml: bytes) -> set[int]:
    hidden: set[int] = set()
    for column in _COLUMN.finditer(xml):
        first, last = _FROM.search(column[1]), _TO.search(column[1])
        if first and last and len(hidden) < LAST_COLUMN and _HIDDEN.search(column[1]):
            hidden.update(range(int(first[1]), min(int(last[1]), LAST_COLUMN) + 1))
    return hidden


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for row in _HIDDEN_ROW.finditer(xml):
        number = _ROW_NUMBER.search(row[1])
        if number and _HIDDEN.search(row[1]):
            yield int(number[1])
