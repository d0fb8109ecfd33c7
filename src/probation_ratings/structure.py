"""Finds in the XML of a workbook what the parser does not tell: broken cells and, in .xlsx, hidden and merged ones.

The parser gives '' for an error and for a formula without a saved value, so that a row of #N/A would be taken for an
empty one and its case would be lost. Runs in the process that reads (see `reader`), while the parser is at work.
Nothing here raises for what a workbook holds, and no pattern takes more than linear time: whatever is wrong with the
XML, the parser meets it too and says it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .guard import ZIP_FAILURES
from .names import column_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WITHOUT_VALUE = "(formula without a saved value)"
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""The errors by the numbers that .xls and .xlsb have for them."""
MOST = 10_000
"""So many merged ranges of a sheet are told; nobody reads more."""
LAST_COLUMN = 16_384

_FAILURES = (*ZIP_FAILURES, ElementTree.ParseError, KeyError, OverflowError)
_CHUNK = 1 << 20
# A needle, and a letter of it that few sheets have and that is quicker to look for.
_NEEDLES = (
    (b'"e"', b'"'), (b"'e'", b"'"), (b"<f", b"f"), (b":f", b":"), (b"hidden", b"d"), (b' ht="0', b'"'),
    (b"<![CDATA[", b"["),
)  # fmt: skip

# What is looked for ahead is not looked for again where the tag never ends.
_ERROR = re.compile(
    rb"<(?:\w{1,20}:)?c(?=\s[^<>]*?\bt\s*=\s*[\"']e[\"'])([^<>]*)>"
    rb"(?:<(?:\w{1,20}:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>))?"
)
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]*)>\s*<(?:\w{1,20}:)?f(?:\s[^<>]*)?>(?:[^<]*</(?:\w{1,20}:)?f>)?")
_VALUE = re.compile(rb"\s*<(?:\w{1,20}:)?v(?:\s[^<>]*)?>([^<]+)<")
_EMPTY_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_ANY_VALUE = re.compile(rb"\s*<(?:\w{1,20}:)?v[\s/>]")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW_OR_CELL = re.compile(rb"<(?:\w{1,20}:)?(row|c)(?=[\s/>])([^<>]*)>")
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
_TABLE_TAG = re.compile(rb"<(?:\w{1,20}:)?(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>")
_TABLE_NAME = re.compile(rb"\btable:name\s*=\s*[\"']([^\"'<>]*)[\"']")
_REPEATED = re.compile(rb"\bnumber-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,7})[\"']")
_TABLE_ERROR = re.compile(rb"\bcalcext:value-type\s*=\s*[\"']error[\"']")
_TEXT = re.compile(rb"\s*<text:p(?:\s[^<>]*)?>([^<]+)<")
_CDATA_VALUE = re.compile(rb"<(?:\w{1,20}:)?v(?:\s[^<>]*)?>[^<]*<!\[CDATA\[")
_FILTER = re.compile(rb"<(?:\w{1,20}:)?filterColumn[\s/>]")


@dataclass(slots=True)
class Structure:
    """What the XML of one sheet says beside its values; rows and columns are counted from 1.

    `broken` has the row, the column and the text of each broken cell. `has_lost_values` says that some values are
    CDATA, which the parser leaves out. `filled` is the number of cells with a value that are not broken, where it was
    counted. `unseen` is the reason why the cells could not be looked at.
    """

    broken: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    filtered: bool = False
    has_lost_values: bool = False
    filled: int | None = None
    unseen: str = ""


class Parts:
    """The parts of an .xlsx or .ods workbook; of any other it knows nothing."""

    def __init__(self, content: bytes) -> None:
        """Find the part of each sheet, and whether dates count from 1904."""
        self._content = content
        self._parts: dict[str, str] = {}
        self.date_1904 = False
        with suppress(*_FAILURES), zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" in map(str.lower, archive.namelist()):
                self._find(archive)
        self._is_ods = not self._parts and content.startswith(b"PK")

    def _find(self, archive: zipfile.ZipFile) -> None:
        names = {name.lower(): name for name in archive.namelist()}
        root = _parsed(archive.read(names["xl/workbook.xml"]))
        for element in _elements(root, "workbookPr"):
            self.date_1904 = element.get("date1904", "0").lower() in {"1", "true", "on"}
        targets = _targets(archive, "xl/workbook.xml")
        for element in _elements(root, "sheet"):
            ids = [value for key, value in element.attrib.items() if key.endswith("}id")]
            if ids and ids[0] in targets:
                self._parts.setdefault(element.get("name", ""), targets[ids[0]])

    def structure(self, name: str) -> Structure:
        """What the XML of the sheet of this name says; nothing where there is none."""
        found = Structure()
        if self._is_ods:
            with suppress(*_FAILURES), zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                xml = _without_cdata(archive.read("content.xml"))
                if b"error" in xml or b"formula" in xml:
                    found.broken = list(_broken_in_table(xml, name))
        elif name in self._parts:
            with suppress(*_FAILURES), zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                _look(archive, self._parts[name], found)
        return found


def _parsed(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314  (expat stops entity bombs; this process may die)


def _elements(root: ElementTree.Element, name: str) -> Iterable[ElementTree.Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The parts that a part refers to, by the ids that it gives them."""
    names = {name.lower(): name for name in archive.namelist()}
    folder, name = posixpath.split(part.lower())
    targets = {}
    for element in _elements(_parsed(archive.read(names[f"{folder}/_rels/{name}.rels"])), "Relationship"):
        target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "").lower())).lstrip("/")
        if target in names:
            targets[element.get("Id", "")] = names[target]
    return targets


def _without_cdata(xml: bytes) -> bytes:
    """The XML with its CDATA as ordinary text, in which nothing looks like a tag."""
    first, *sections = xml.split(b"<![CDATA[")
    pieces = [first]
    for section in sections:
        text, _, rest = section.partition(b"]]>")
        pieces += [text.replace(b"&", b"&amp;").replace(b"<", b"&lt;"), rest]
    return b"".join(pieces)


def _look(archive: zipfile.ZipFile, part: str, found: Structure) -> None:
    """Read the sheet once; few have anything that needs a second look at every cell."""
    head = before = last = b""
    suspect = False
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            joined = last[-8:] + chunk
            suspect = suspect or any(letter in joined and needle in joined for needle, letter in _NEEDLES)
            head = head or chunk
            before, last = last, chunk
    columns, data, _ = head.partition(b"sheetData")
    if data:
        found.hidden_columns = sorted(_hidden_columns(columns))
    end = (before + last).rpartition(b"sheetData>")[2]
    found.merged = [merged[1].decode() for merged, _ in zip(_MERGED.finditer(end), range(MOST), strict=False)]
    found.filtered = _FILTER.search(end) is not None
    if suspect:
        xml = archive.read(part)
        found.has_lost_values = _CDATA_VALUE.search(xml) is not None
        xml = _without_cdata(xml)
        found.broken = list(_broken(xml))
        found.hidden_rows = list(_hidden_rows(xml))
        if found.hidden_rows and not found.filtered and b"tablePart" in end:
            tables = _targets(archive, part).values()
            found.filtered = any(_FILTER.search(archive.read(one)) for one in tables if "/table" in one.lower())


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


def _broken(xml: bytes) -> Iterator[tuple[int, int, str]]:
    unplaced: dict[int, str] = {}
    for cell, text in _cells(xml):
        reference = _REFERENCE.search(cell[1])
        if reference:
            yield int(reference[2]), column_number(reference[1].decode()), text
        else:
            unplaced[cell.start()] = text
    if unplaced:
        yield from _placed(xml, unplaced)


def _cells(xml: bytes) -> Iterator[tuple[re.Match[bytes], str]]:
    """The tags of the broken cells, each with the text that stands for its value."""
    for cell in _ERROR.finditer(xml):
        yield cell, _error(_VALUE.match(xml, cell.end()))
    for cell in _FORMULA.finditer(xml):
        if _VALUE.match(xml, cell.end()):
            continue
        # ="" has a saved value, and that is an empty text
        if not (_EMPTY_TEXT.search(cell[1]) and _ANY_VALUE.match(xml, cell.end())):
            yield cell, WITHOUT_VALUE


def _placed(xml: bytes, texts: dict[int, str]) -> Iterator[tuple[int, int, str]]:
    """Broken cells without a reference, which some programs leave out: each follows the cell before it."""
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        if tag[1] == b"row":
            number = _ROW_NUMBER.search(tag[2])
            row, column = (int(number[1]) if number else row + 1), 0
        else:
            reference = _REFERENCE.search(tag[2])
            column = column_number(reference[1].decode()) if reference else column + 1
            if tag.start() in texts:
                yield row, column, texts[tag.start()]


def _broken_in_table(xml: bytes, name: str) -> Iterator[tuple[int, int, str]]:
    """The broken cells of a sheet of an .ods workbook: rows and cells follow each other, and may be repeated."""
    inside = False
    row = rows = columns = 0
    for tag in _TABLE_TAG.finditer(xml):
        repeated = _REPEATED.search(tag[2])
        times = int(repeated[1]) if repeated else 1
        if tag[1] == b"table":
            named = _TABLE_NAME.search(tag[2])
            inside = named is not None and named[1].decode("utf-8", errors="replace") == name
            row = rows = 0
        elif tag[1] == b"table-row":
            row, rows, columns = row + rows, times, 0
        elif inside:
            text = _broken_table_cell(xml, tag)
            if text:
                for number in range(row, row + rows):
                    yield from ((number + 1, column, text) for column in range(columns + 1, columns + times + 1))
            columns += times


def _broken_table_cell(xml: bytes, cell: re.Match[bytes]) -> str:
    """The text that stands for the value of a broken cell of an .ods workbook; '' for any other."""
    if _TABLE_ERROR.search(cell[2]):
        return _error(_TEXT.match(xml, cell.end()))
    return WITHOUT_VALUE if b":formula=" in cell[2] and b"value-type" not in cell[2] else ""


def _error(shown: re.Match[bytes] | None) -> str:
    """The error that a cell shows; it begins with #, which tells it from `WITHOUT_VALUE`."""
    text = shown[1].decode("utf-8", errors="replace") if shown else "ERROR"
    return text if text.startswith("#") else f"#{text}"
