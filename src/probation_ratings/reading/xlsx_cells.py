"""Looks a second time at the cells of a sheet of an .xlsx workbook: which hold a value, and which of them are broken.

The parser gives '' for an error and for a formula without a saved value, so that a row of #N/A would be taken for an
empty one and its case would be lost. Here every cell with content is counted, and a cell is called blank only where it
is seen to be. So a broken cell that is not recognised makes the count differ from the parser's, and the workbook is
refused (see `child_process`).

Most pieces of a sheet are regular: every cell ends with a value. These are only counted. No pattern takes more than
linear time.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import Refused
from ..names import column_number
from .cells import MOST_MERGED, UNSAVED, Cells, error
from .limits import COLUMNS, ZIP_FAILURES
from .package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from .cells import Content, PutBack

_CHUNK = 1 << 20
# A needle, and a letter of it that few sheets have and that is quicker to look for: an error, and a cell with a prefix.
_NEEDLES = ((b"<v>#", b"#"), (b":c", b":"))
_HIDDEN_NEEDLES = ((b"hidden", b"d"), (b' ht="0', b'"'))

# Names may have a prefix. A tag that ends with / has no content.
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c(?=[\s/>])([^<>]*)(?:(?<=/)>|>(.*?)</(?:[^\s<>/:]+:)?c\s*>)", re.DOTALL)
_CELL_END = re.compile(rb"</(?:[^\s<>/:]+:)?c\s*>")
_ROW_OR_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?(row|c)(?=[\s/>])([^<>]*)>")
_TYPE = re.compile(rb"\st\s*=\s*[\"']([^\"']*)")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[^\s<>/:]+:)?v(?=[\s/>])[^<>]*(?:(?<=/)>|>([^<]*)</)")
_INLINE = re.compile(rb"<(?:[^\s<>/:]+:)?is[\s/>]")
_MIXED_VALUE = re.compile(rb"<(?:[^\s<>/:]+:)?v(?:\s[^<>]*)?>[^<]*<[!?]")
# What is not a plain number or text, or the number of a shared text: the parser might read it otherwise.
_UNUSUAL_VALUE = re.compile(rb"<v>(?!(?!(?i:true|false)<)[^<&\s](?:[^<&]*[^<&\s])?</v>)")
_UNUSUAL_NUMBER = re.compile(rb't="s"(?![^<>]*>(?:<f[^<>]*>[^<]*</f>)?<v>[0-9]+</v>)')

# Some programs hide by a height or width of 0.
_HIDDEN = re.compile(rb"\b(?:hidden\s*=\s*[\"'](?:1|true|on)|(?:ht|width)\s*=\s*[\"']0(?:\.0*)?)[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w{1,20}:)?row(\s[^<>]*\b(?:hidden|ht)\s*=[^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s([^<>]*)>")
_FROM = re.compile(rb"\bmin\s*=\s*[\"']([0-9]{1,5})[\"']")
_TO = re.compile(rb"\bmax\s*=\s*[\"']([0-9]{1,5})[\"']")
_MERGED = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']"
)
_FILTER = re.compile(rb"<(?:\w{1,20}:)?filterColumn[\s/>]")

_STRING = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])[^<>]*(?:(?<=/)>|>(.*?)</(?:[^\s<>/:]+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:[^\s<>/:]+:)?rPh[\s>].*?</(?:[^\s<>/:]+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?t(?=[\s>])([^<>]*)(?<!/)>([^<]*)</")
_PRESERVED = re.compile(rb"\sxml:space\s*=\s*[\"']preserve[\"']")
_WHITE_REFERENCE = re.compile(rb"&#(?:0*(?:9|10|13|32)|x0*(?:9|[aA]|[dD]|20));")
_OPENING = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_CLOSING = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


class _NeedsWhole(Exception):
    """The pieces of a sheet cannot be understood one by one."""


class XlsxSheets:
    """The sheets of an .xlsx workbook (see `second_look`). Raises `Refused` where its parts cannot be found."""

    def __init__(self, content: bytes, wanted: Callable[[str], bool]) -> None:
        """Find the parts of the sheets; the parser is to read those with a `wanted` name."""
        self._package = package = Package(content)
        self.content = package.content(wanted)
        self.names = [sheet.name for sheet in package.sheets]
        self.date_1904 = package.date_1904
        self.uncomputed = package.uncomputed

    def look(self, position: int, *, whole: bool = False) -> Cells:
        """What the cells of the sheet at this position are.

        The sheet is read in pieces, few of which need a look at every cell, or as a `whole` with a look at each. Raises
        `Refused` where it cannot look.
        """
        part, found = self._package.part_of(position), Cells()
        look = _Look(self, found, whole=whole)
        try:
            with self._package.open(part) as file:
                parts = iter([self._cleaned(file.read(), position)]) if whole else _pieces(file)
                head, tag, piece = next(parts).partition(b"sheetData")
                if b"<!DOCTYPE" in head:
                    raise Refused("workbook-damaged", "the XML of a sheet has declarations of its own")
                if b"\0" in head:  # the parser takes a sheet in UTF-16 for an empty one
                    raise Refused("workbook-damaged", f"the XML of the sheet '{self.names[position]}' is not UTF-8")
                found.hidden_columns = sorted(_hidden_columns(head))
                for following in parts:
                    look.at(piece)
                    piece = following
            if tag:
                cells, closing, end = piece.rpartition(b"sheetData>")
                look.at(cells if closing else piece)
            self._look_at_end(part, end if tag else piece, found)
        except _NeedsWhole:
            return self.look(position, whole=True)
        except ZIP_FAILURES as error:
            raise Refused("workbook-damaged", "the part of a sheet cannot be unpacked") from error
        return found

    def _cleaned(self, xml: bytes, position: int) -> bytes:
        """The XML of a sheet without comments. Raises `Refused` for what the parser leaves out with them."""
        if _MIXED_VALUE.search(xml):
            raise Refused("workbook-damaged", f"values of the sheet '{self.names[position]}' are CDATA")
        return plain(xml)

    def _look_at_end(self, part: str, end: bytes, found: Cells) -> None:
        found.merged = [merged[1].decode() for merged in islice(_MERGED.finditer(end), MOST_MERGED)]
        found.filtered = _FILTER.search(end) is not None
        if found.hidden_rows and not found.filtered and b"tablePart" in end:
            for table in self._package.related(part, "table"):
                with self._package.open(table) as file:
                    found.filtered = found.filtered or _FILTER.search(file.read()) is not None

    @cached_property
    def empty_strings(self) -> frozenset[bytes]:
        """The numbers of the shared texts that are empty."""
        part = self._package.beside("sharedStrings")
        if part is None:
            return frozenset()
        with self._package.open(part) as file:
            strings = _STRING.finditer(plain(file.read()) + b"</si>")  # the search for the end of one must end
        return frozenset(str(number).encode() for number, one in enumerate(strings) if _is_blank_string(one[1] or b""))


class _Look:
    """The second look at the cells of one sheet, piece after piece."""

    def __init__(self, workbook: XlsxSheets, cells: Cells, *, whole: bool) -> None:
        """Enter in `cells` what is found; `whole` says that the only piece has all rows, and each cell is looked at."""
        self._cells = cells
        self._uncomputed = workbook.uncomputed
        self._whole = whole
        self._content = cache(partial(_content, workbook))

    def at(self, piece: bytes) -> None:
        """Count the cells of a piece where they are regular, or else look at each."""
        if self._whole or not self._is_regular(piece):
            self._every(piece)
        else:
            self._cells.values += piece.count(b"</c")
        if self._whole or _has_one(piece, _HIDDEN_NEEDLES):
            self._cells.hidden_rows += _hidden_rows(piece)

    def _is_regular(self, piece: bytes) -> bool:
        """Whether every cell of a piece has a value, and is not an error, an empty text, or misread by the parser."""
        if (b"!" in piece and b"<!" in piece) or (b"?" in piece and b"<?" in piece):
            raise _NeedsWhole
        return (
            # A cell that is closed in another way, or has no value at its end, makes these numbers differ.
            piece.count(b"</c") == piece.count(b"</v></c>") + piece.count(b"</is></c>")
            and not _has_one(piece, _NEEDLES)
            and _UNUSUAL_VALUE.search(piece) is None
            and _UNUSUAL_NUMBER.search(piece) is None
            and not (self._uncomputed and b"</f><v>0</v>" in piece)
        )

    def _every(self, xml: bytes) -> None:
        """Look at each cell."""
        ends = [end.end() for end in _CELL_END.finditer(xml)]
        self._cells.values += len(ends)
        unplaced: dict[int, str | tuple[str, str | bool]] = {}
        for cell in _CELL.finditer(xml, 0, ends[-1] if ends else 0):
            attributes, body = cell.groups()
            if body is None:
                continue
            typed = _TYPE.search(attributes)
            content = self._content(typed[1] if typed else b"n", body)
            if content is None:
                self._cells.values -= 1
            elif content:
                reference = _REFERENCE.search(attributes)
                if reference:
                    row, column = int(reference[2]), column_number(reference[1].decode().upper())
                    self._cells.put_back.append((row, column, content))
                else:
                    unplaced[cell.start()] = content
        if unplaced:
            if not self._whole:
                raise _NeedsWhole
            self._cells.put_back += _placed(xml, unplaced)


def _content(workbook: XlsxSheets, kind: bytes, body: bytes) -> Content:
    """What a cell of this type and with this XML holds."""
    value = _VALUE.search(body)
    text = (value[1] or b"") if value else b""
    if kind == b"e":
        return error(text.decode("utf-8", errors="replace"))
    if _INLINE.search(body):
        return None if _is_blank_string(body) else ""
    if text and kind == b"inlineStr":  # so LibreOffice once saved the text of a formula; the parser leaves it out
        import html

        return html.unescape(text.decode("utf-8", errors="replace"))
    if workbook.uncomputed and text == b"0" and kind == b"n" and _FORMULA.search(body):
        return UNSAVED
    if text:
        return None if _is_blank_value(workbook, kind, text) else ""
    # ="" has a saved value, and that is an empty text.
    return UNSAVED if _FORMULA.search(body) and not (kind == b"str" and value) else None


def _is_blank_value(workbook: XlsxSheets, kind: bytes, text: bytes) -> bool:
    """Whether a value is the number of an empty shared text. Raises `Refused` where the parser would misread it."""
    if kind == b"s" and not text.isdigit():
        raise Refused("workbook-damaged", "a cell does not say which of the shared texts it shows")
    if kind == b"b" and text not in {b"0", b"1"}:
        raise Refused("workbook-damaged", "a cell that should be TRUE or FALSE is neither")
    if kind not in {b"str", b"d"} and b"&" in text:
        raise Refused("workbook-damaged", "a cell holds a number that is written with character references")
    return kind == b"s" and (text.lstrip(b"0") or b"0") in workbook.empty_strings


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The content of a part in pieces that end with a row; what follows the last row belongs to the last piece."""
    held: list[bytes] = []
    while chunk := file.read(_CHUNK):
        end = chunk.rfind(b"row>") + len(b"row>")
        if end >= len(b"row>"):
            yield b"".join((*held, chunk[:end]))
            held = [chunk[end:]]
        else:
            held.append(chunk)
    yield b"".join(held)


def plain(xml: bytes) -> bytes:
    """The XML without comments and processing instructions, and with its CDATA as ordinary text."""
    kept: list[bytes] = []
    start = 0
    while opening := _OPENING.search(xml, start):
        end = xml.find(_CLOSING[opening[0]], opening.end())
        if end < 0:
            break
        kept.append(xml[start : opening.start()])
        if opening[0] == b"<![CDATA[":
            kept.append(xml[opening.end() : end].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;"))
        start = end + len(_CLOSING[opening[0]])
    return b"".join((*kept, xml[start:]))


def _is_blank_string(body: bytes) -> bool:
    """Whether a text, which may have parts of different fonts and a reading aid, is empty.

    As the parser does, white space counts only where it is marked as to be kept.
    """
    if b"rPh" in body:
        body = _PHONETIC.sub(b"", body)
    for attributes, text in _TEXT.findall(body):
        if text and (_PRESERVED.search(attributes) or _WHITE_REFERENCE.sub(b"", text).strip(b" \t\r\n")):
            return False
    return True


def _has_one(piece: bytes, needles: tuple[tuple[bytes, bytes], ...]) -> bool:
    return any(letter in piece and needle in piece for needle, letter in needles)


def _placed(xml: bytes, cells: dict[int, str | tuple[str, str | bool]]) -> Iterator[PutBack]:
    """Cells without a reference, which some programs leave out: each follows the cell before it."""
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        number = _REFERENCE.search(tag[2]) if tag[1] == b"c" else _ROW_NUMBER.search(tag[2])
        if tag[1] == b"row":
            row, column = (int(number[1]) if number else row + 1), 0
        else:
            column = column_number(number[1].decode().upper()) if number else column + 1
            if tag.start() in cells:
                yield row, column, cells[tag.start()]


def _hidden_columns(xml: bytes) -> set[int]:
    hidden: set[int] = set()
    for column in _COLUMN.finditer(xml):
        first, last = _FROM.search(column[1]), _TO.search(column[1])
        if first and last and len(hidden) < COLUMNS and _HIDDEN.search(column[1]):
            hidden.update(range(int(first[1]), min(int(last[1]), COLUMNS) + 1))
    return hidden


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for row in _HIDDEN_ROW.finditer(xml):
        number = _ROW_NUMBER.search(row[1])
        if number and _HIDDEN.search(row[1]):
            yield int(number[1])
