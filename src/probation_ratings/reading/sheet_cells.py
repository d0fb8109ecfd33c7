"""Looks a second time at the cells of a sheet of an .xlsx workbook: which hold a value, and which of them are broken.

The parser gives '' for an error and for a formula without a saved value, so that a row of #N/A would be taken for an
empty one and its case would be lost. Here every cell with content is counted, and a cell is called blank only where it
is seen to be. So a broken cell that is not recognised makes the count differ from the parser's, and the workbook is
refused (see `reader`).

Most pieces of a sheet are regular: every cell ends with a value. These are only counted. No pattern takes more than
linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import Refused
from ..names import column_number
from .cells import BLANK, UNSAVED, VALUE, Judged, error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from .cells import Cells

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

_STRING = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])[^<>]*(?:(?<=/)>|>(.*?)</(?:[^\s<>/:]+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:[^\s<>/:]+:)?rPh[\s>].*?</(?:[^\s<>/:]+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?t(?=[\s>])([^<>]*)(?<!/)>([^<]*)</")
_PRESERVED = re.compile(rb"\sxml:space\s*=\s*[\"']preserve[\"']")
_WHITE_REFERENCE = re.compile(rb"&#(?:0*(?:9|10|13|32)|x0*(?:9|[aA]|[dD]|20));")
_OPENING = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_CLOSING = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


class NeedsWhole(Exception):
    """The pieces of a sheet cannot be understood one by one."""


class Look:
    """The second look at the cells of one sheet, piece after piece."""

    def __init__(self, cells: Cells, empty_strings: Callable[[], frozenset[bytes]], *, uncomputed: bool) -> None:
        """Enter in `cells` what is found; `empty_strings` gives the numbers of the empty shared texts.

        `uncomputed` says that the workbook asks to be computed: a formula with the value 0 then has no value.
        """
        self._cells = cells
        self._uncomputed = uncomputed
        self._empty_strings = empty_strings
        self._known: dict[tuple[bytes, bytes], Judged] = {}

    def glance(self, piece: bytes) -> None:
        """Count the cells of a piece where they are regular, or else look at each."""
        if (b"!" in piece and b"<!" in piece) or (b"?" in piece and b"<?" in piece):
            raise NeedsWhole
        # A cell that is closed in another way, or has no value at its end, makes these numbers differ.
        count = piece.count(b"</c")
        is_regular = count == piece.count(b"</v></c>") + piece.count(b"</is></c>") and not _is_suspect(piece)
        if is_regular and not (self._uncomputed and b"</f><v>0</v>" in piece):
            self._cells.values += count
        else:
            self.every(piece)

    def every(self, xml: bytes, *, whole: bool = False) -> None:
        """Look at each cell; `whole` says that the XML has all rows of the sheet."""
        ends = [end.end() for end in _CELL_END.finditer(xml)]
        self._cells.values += len(ends)
        unplaced: dict[int, Judged] = {}
        for cell in _CELL.finditer(xml, 0, ends[-1] if ends else 0):
            attributes, body = cell.groups()
            if body is None:
                continue
            typed = _TYPE.search(attributes)
            key = typed[1] if typed else b"n", body
            judged = self._known.get(key)
            if judged is None:
                judged = self._known[key] = self._judged(*key)
            if not judged.has_value:
                self._cells.values -= 1
            elif judged.text:
                reference = _REFERENCE.search(attributes)
                if reference:
                    self._cells.put_back(int(reference[2]), column_number(reference[1].decode().upper()), judged)
                else:
                    unplaced[cell.start()] = judged
        if unplaced and not whole:
            raise NeedsWhole
        for row, column, judged in _placed(xml, unplaced) if unplaced else ():
            self._cells.put_back(row, column, judged)

    def _judged(self, kind: bytes, body: bytes) -> Judged:
        """What a cell of this type and with this content is."""
        value = _VALUE.search(body)
        text = (value[1] or b"") if value else b""
        if kind == b"e":
            return Judged(is_broken=True, text=error_text(text.decode("utf-8", errors="replace")))
        if _INLINE.search(body):
            return BLANK if is_blank_string(body) else VALUE
        if text and kind == b"inlineStr":  # so LibreOffice once saved the text of a formula; the parser leaves it out
            return Judged(text=_unescaped(text))
        if self._uncomputed and text == b"0" and kind == b"n" and _FORMULA.search(body):
            return UNSAVED
        if text:
            return BLANK if self._is_blank_value(kind, text) else VALUE
        # ="" has a saved value, and that is an empty text.
        return UNSAVED if _FORMULA.search(body) and not (kind == b"str" and value) else BLANK

    def _is_blank_value(self, kind: bytes, text: bytes) -> bool:
        """Whether a value is the number of an empty shared text. Raises `Refused` where the parser would misread it."""
        if kind == b"s" and not text.isdigit():
            raise Refused("workbook-damaged", "a cell does not say which of the shared texts it shows")
        if kind == b"b" and text not in {b"0", b"1"}:
            raise Refused("workbook-damaged", "a cell that should be TRUE or FALSE is neither")
        if kind not in {b"str", b"d"} and b"&" in text:
            raise Refused("workbook-damaged", "a cell holds a number that is written with character references")
        return kind == b"s" and (text.lstrip(b"0") or b"0") in self._empty_strings()


def pieces(file: IO[bytes]) -> Iterator[bytes]:
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


def has_hidden(piece: bytes) -> bool:
    """Whether a piece may have hidden rows."""
    return any(letter in piece and needle in piece for needle, letter in _HIDDEN_NEEDLES)


def has_mixed_value(xml: bytes) -> bool:
    """Whether a value is written as CDATA or has a comment in it, both of which the parser leaves out."""
    return _MIXED_VALUE.search(xml) is not None


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


def empty_strings(xml: bytes) -> frozenset[bytes]:
    """The numbers of the shared texts that are empty."""
    xml = plain(xml)
    strings = _STRING.finditer(xml + b"</si>")  # the search for the end of one must end
    return frozenset(str(number).encode() for number, one in enumerate(strings) if is_blank_string(one[1] or b""))


def is_blank_string(body: bytes) -> bool:
    """Whether a text, which may have parts of different fonts and a reading aid, is empty.

    As the parser does, white space counts only where it is marked as to be kept.
    """
    if b"rPh" in body:
        body = _PHONETIC.sub(b"", body)
    for attributes, text in _TEXT.findall(body):
        if text and (_PRESERVED.search(attributes) or _WHITE_REFERENCE.sub(b"", text).strip(b" \t\r\n")):
            return False
    return True


def _unescaped(text: bytes) -> str:
    import html

    return html.unescape(text.decode("utf-8", errors="replace"))


def _is_suspect(piece: bytes) -> bool:
    """Whether a regular piece may hold an error, an empty text, or a value that the parser would misread."""
    return (
        any(letter in piece and needle in piece for needle, letter in _NEEDLES)
        or _UNUSUAL_VALUE.search(piece) is not None
        or _UNUSUAL_NUMBER.search(piece) is not None
    )


def _placed(xml: bytes, cells: dict[int, Judged]) -> Iterator[tuple[int, int, Judged]]:
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
