"""Looks a second time at the cells of an .ods workbook: which hold a value, which are broken, and which text they show.

The parser gives '' for a formula without a saved value, and for most errors; an error that an older LibreOffice wrote
is 0. It leaves out line breaks and tabs, and a text whose cell does not say that it is a text. And it refuses a
document that is indented: `OdsSheets.content` has the same without.

No pattern takes more than linear time.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from functools import cache, partial
from typing import TYPE_CHECKING

from ..errors import Refused
from .cells import MOST_MERGED, UNSAVED, Cells, cell_range, error
from .limits import CELLS, COLUMNS, ROWS, ZIP_FAILURES
from .xlsx_cells import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cells import Content

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = "META-INF/manifest.xml"

_ATTRIBUTES = rb"((?:\s+[^\s=<>\"'/]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*"
_TABLE = re.compile(rb"<table:table" + _ATTRIBUTES + rb"(/?)>|</table:table\s*>")
# Most cells are one paragraph of text, which is then part of the match.
_ROW_OR_CELL = re.compile(
    rb"<table:(table-row|(?:covered-)?table-cell)" + _ATTRIBUTES + rb"(?:(/)>|>(<text:p>[^<]*</text:p>(?=</table:))?)"
)
_COLUMN = re.compile(rb"<table:table-column" + _ATTRIBUTES + rb"/?>")
_CELL_END = re.compile(rb"</table:(?:covered-)?table-cell\s*>")
_ATTRIBUTE = re.compile(rb"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_INDENTED = re.compile(rb">\s+(?=</?(?:table|office|draw|style|number):|<text:(?:p|h|list)[\s/>])")
# A moment in UTC, which the parser gives as text.
_UTC = re.compile(rb"(\soffice:date-value=[\"'][0-9T:-]{10,19})(?:\.[0-9]{1,9})?Z(?=[\"'])")
_SIMPLE = re.compile(rb"\s*<text:p(?:\s[^<>]*)?>([^<]*)</text:p>\s*")
_TEXT_OR_TAG = re.compile(rb"<(/?)([\w:.-]+)([^<>]*)>|([^<]+)")
_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)|Err:\d{3}")
# In other languages, such as #NV and Fehler:502.
_FOREIGN_ERROR = re.compile(r"#[^\s\d]\S*|[^\W\d]{3,10}\.?\s?:\s?5\d\d")
_VISIBILITY = b"table:visibility"
_HIDDEN = {b"collapse", b"filter"}
# LibreOffice saves a logical value of an Excel workbook as a number that is shown as this.
_LOGICAL = {("TRUE", "1"): True, ("FALSE", "0"): False}
_VALUES = (
    b"office:value", b"office:string-value", b"office:date-value", b"office:time-value", b"office:boolean-value",
)  # fmt: skip


class OdsSheets:
    """The sheets of an .ods workbook (see `second_look`)."""

    date_1904 = False

    def __init__(self, content: bytes) -> None:
        """Find the sheets; raises `Refused` where one is inside another or has no end."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_complete = MANIFEST in archive.namelist()
            try:
                xml = archive.read("content.xml")
            except KeyError as error:
                raise Refused("workbook-damaged", "its part content.xml is missing") from error
            except ZIP_FAILURES as error:
                raise Refused("workbook-damaged", "its part content.xml cannot be unpacked") from error
        self._xml = _tidy(xml)
        self.content = content if self._xml is xml and is_complete else _packed(self._xml)
        self.names: list[str] = []
        self._places: list[tuple[int, int]] = []
        self._find()

    def _find(self) -> None:
        start: re.Match[bytes] | None = None
        for tag in _TABLE.finditer(self._xml):
            is_end = tag[0].startswith(b"</")
            if start is not None and not is_end:
                raise Refused("workbook-damaged", "a table is inside another table")
            start = start or tag
            if is_end or tag[2]:
                name = _attributes(start[1] or b"").get(b"table:name")
                if name is not None:  # without a name it is not a sheet
                    self.names.append(_text(name))
                    self._places.append((start.end(), max(tag.start(), start.end())))
                start = None
        if start is not None:
            raise Refused("workbook-damaged", "a table has no end")
        if len(set(self.names)) < len(self.names):
            raise Refused("contents-disagree", "two sheets have the same name")

    def look(self, position: int, *, whole: bool = False) -> Cells:  # noqa: ARG002 - each cell is looked at anyway
        """What the cells of the sheet at this position are; raises `Refused` where one was passed over."""
        walk = _Walk()
        walk.follow(self._xml, *self._places[position])
        return walk.found


class _Walk:
    """The walk through the rows and cells of one sheet, which follow each other and may be repeated."""

    def __init__(self) -> None:
        self.found = Cells()
        self._attributes = cache(_attributes)
        self._content = cache(partial(_content, self._attributes))
        self._row = self._rows = self._column = self._last = 0

    def follow(self, xml: bytes, start: int, stop: int) -> None:
        """Look at each cell; raises `Refused` where one was passed over."""
        end: re.Match[bytes] | None = None
        contents = formulas = 0
        self._columns(xml, start, stop)
        for tag in _ROW_OR_CELL.finditer(xml, start, stop):
            name, raw, is_closed, body = tag.groups()
            if name == b"table-row":
                repeated = _number(self._attributes(raw), b"table:number-rows-repeated")
                self._row, self._column = self._row + self._rows, 0
                self._rows = min(repeated, ROWS - self._row)
                if b"visibility" in raw:
                    self._hide(self._attributes(raw))
                continue
            if not is_closed:
                contents += 1
                if body is None:
                    if end is None or end.start() < tag.end():
                        end = _CELL_END.search(xml, tag.end(), stop)
                    if end is None:
                        break
                    body = xml[tag.end() : end.start()]
            formulas += b"table:formula" in raw
            self._cell(raw, body or b"")
        ends = sum(1 for _ in _CELL_END.finditer(xml, start, stop))
        if (contents, formulas) != (ends, xml.count(b"table:formula=", start, stop)):
            raise Refused("contents-disagree", "not every cell of a sheet could be told from its neighbours")
        # below the last value, all rows of a sheet may be hidden
        self.found.hidden_rows = [row for row in self.found.hidden_rows if row <= self._last]

    def _columns(self, xml: bytes, start: int, stop: int) -> None:
        """Note which columns are hidden; they are named before the first row."""
        rows = xml.find(b"<table:table-row", start, stop)
        number = 1
        for tag in _COLUMN.finditer(xml, start, stop if rows < 0 else rows):
            attributes = self._attributes(tag[1])
            after = min(number + _number(attributes, b"table:number-columns-repeated"), COLUMNS + 1)
            if attributes.get(_VISIBILITY) in _HIDDEN:
                self.found.hidden_columns += range(number, after)
            number = after

    def _hide(self, attributes: dict[bytes, bytes]) -> None:
        """Note that the rows with these attributes are hidden, if they are."""
        if (how := attributes.get(_VISIBILITY)) in _HIDDEN:
            self.found.hidden_rows += range(self._row + 1, self._row + self._rows + 1)
            self.found.filtered |= how == b"filter"

    def _cell(self, raw: bytes, body: bytes) -> None:
        content = self._content(raw, body)
        times = 1
        if b"-repeated" in raw:
            repeated = _number(self._attributes(raw), b"table:number-columns-repeated")
            times = min(repeated, COLUMNS - self._column)
        if b"-spanned" in raw:
            self._merge(self._attributes(raw))
        if content is not None:
            self.found.values += times * self._rows
            self._last = self._row + self._rows
        if content:
            if len(self.found.put_back) + times * self._rows > CELLS:
                raise Refused("workbook-too-large", "its sheets hold more cells than are read")
            for row in range(self._row + 1, self._row + self._rows + 1):
                columns = range(self._column + 1, self._column + times + 1)
                self.found.put_back += ((row, column, content) for column in columns)
        self._column += times

    def _merge(self, attributes: dict[bytes, bytes]) -> None:
        width, height = (_number(attributes, b"table:number-%s-spanned" % one) for one in (b"columns", b"rows"))
        if (width, height) != (1, 1) and len(self.found.merged) < MOST_MERGED:
            bottom, right = min(self._row + height, ROWS), min(self._column + width, COLUMNS)
            self.found.merged.append(cell_range(self._row, self._column, bottom - 1, right - 1))


def _tidy(xml: bytes) -> bytes:
    """The XML as the parser knows it; the same object where it is so already.

    It has no comments, no CDATA, no white space between tags, and no time zones.
    """
    start = max(xml.find(b"<office:body"), 0)
    if xml.find(b"<!", start) >= 0 or xml.find(b"<?", max(start, 1)) >= 0:
        xml = xml[:start] + plain(xml[start:])
    if _INDENTED.search(xml, start):
        xml = xml[:start] + _INDENTED.sub(b">", xml[start:])
    return _UTC.sub(rb"\1", xml) if b'Z"' in xml or b"Z'" in xml else xml


def _packed(xml: bytes) -> bytes:
    """An .ods workbook with this content."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", MIMETYPE)
        made.writestr(MANIFEST, b"<manifest:manifest/>")
        made.writestr("content.xml", xml)
    return target.getvalue()


def _attributes(raw: bytes) -> dict[bytes, bytes]:
    return {name: one or other for name, one, other in _ATTRIBUTE.findall(raw)}


def _number(attributes: dict[bytes, bytes], name: bytes) -> int:
    text = attributes.get(name, b"1")
    return min(max(int(text[:8]), 1), ROWS) if text.isdigit() else 1


def _content(attributes_of: Callable[[bytes], dict[bytes, bytes]], raw: bytes, body: bytes) -> Content:
    """What a cell with these attributes and this XML holds."""
    attributes = attributes_of(raw)
    has_formula = b"table:formula" in attributes
    value = next((attributes[name] for name in attributes if name in _VALUES), None)
    is_text = attributes.get(b"office:value-type") == b"string"
    shown, read = _texts(body)
    if value is not None:
        read = _text(value)
    elif not is_text:
        read = ""
    if attributes.get(b"calcext:value-type") == b"error" or _is_error(shown.strip(), read, has_formula=has_formula):
        return error(shown.strip())
    if (shown, read) in _LOGICAL and attributes.get(b"office:value-type") == b"float":
        return "boolean", _LOGICAL[shown, read]
    if not read:
        if shown.strip():
            return shown
        # LibreOffice saves an empty text of a formula as a paragraph, without a type and a value.
        return UNSAVED if has_formula and not is_text and value is None and b"<text:p" not in body else None
    return shown if value is None and shown != read and shown.strip() else ""


def _is_error(shown: str, read: str, *, has_formula: bool) -> bool:
    """Whether a cell shows an error: not a text that somebody typed, and not a number with a word in its format."""
    if _ERROR.fullmatch(shown):
        return has_formula or shown != read
    return read in {"", "0"} and _FOREIGN_ERROR.fullmatch(shown) is not None


def _text(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", errors="replace"))


def _texts(body: bytes) -> tuple[str, str]:
    """The text that a cell shows, and the text that the parser reads of it."""
    simple = _SIMPLE.fullmatch(body)
    if simple or b"<" not in body:
        text = _text(simple[1] if simple else body)
        return text, text
    return _joined(body, is_shown=True), _joined(body, is_shown=False)


def _joined(body: bytes, *, is_shown: bool) -> str:
    """The text of the paragraphs of a cell, without comments.

    The parser leaves out line breaks and tabs, and takes the text of a picture for the cell's.
    """
    aside = (b"office:annotation", b"draw:") if is_shown else (b"office:annotation",)
    found: list[str] = []
    paragraphs = depth = 0
    for closes, name, attributes, text in _TEXT_OR_TAG.findall(body):
        if text:
            found.append("" if depth else _text(text))
        elif name.startswith(aside):
            depth += -1 if closes else not attributes.endswith(b"/")
        elif closes or depth:
            continue
        elif name in {b"text:p", b"text:h"}:
            found.append("\n" if paragraphs else "")
            paragraphs += 1
        elif name == b"text:s":
            found.append(" " * min(_number(_attributes(attributes), b"text:c"), COLUMNS))
        elif is_shown and name in {b"text:line-break", b"text:tab"}:
            found.append("\n" if name == b"text:line-break" else "\t")
    return "".join(found)
