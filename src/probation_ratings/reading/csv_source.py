"""Parses a CSV file that a mapping file names, for the child process that reads.

It is handed on like the sheet of a workbook: a record is a row, also where it has line breaks in quotation marks, and
a blank line is a row, as Excel shows them.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections import Counter, defaultdict
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from . import limits as guard
from .cells import ERROR_NAMES
from .extract import HEADER_WITHIN

if TYPE_CHECKING:
    import _csv
    from collections.abc import Callable, Iterator, Sequence

    from .extract import Extract

CHUNK_ROWS = 512
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_SWALLOWED = 1_000
_SEP_LINE = re.compile(rb"\s*\"?sep=.?\"?\s*[\r\n]", re.IGNORECASE)


def _counter() -> defaultdict[str, int]:
    """Numbers for values, in the order in which they are met; a blank one is 0."""
    index: defaultdict[str, int] = defaultdict()
    index.default_factory = index.__len__
    index[""]
    return index


def csv_source(content: bytes, limits: int, extract: Extract) -> tuple[dict[str, Any], list[array[int]]]:
    """The records of a CSV file: its columns of distinct values, and for each of their cells the place of its value.

    Raises `Refused` for a file that is not one, or not in the encoding given.
    """
    text = _text(content, extract.encoding)
    csv.field_size_limit(guard.TEXT)
    try:
        delimiter, listed = _delimiter(text, extract)
        records = _Records(listed, limits)
        records.read(csv.reader(text(), delimiter=delimiter, strict=True))
    except UnicodeDecodeError as error:
        raise _undecoded(content, extract.encoding) from error
    return records.described(delimiter), records.cells


def _text(content: bytes, encoding: str) -> Callable[[], io.TextIOWrapper]:
    """What opens the text, from its beginning."""
    if content.startswith(_UTF_16):
        raise Refused("csv-in-utf-16", "it begins with the mark of UTF-16")
    if (place := content.find(b"\0")) >= 0:
        if any(2 * half.count(b"\0") > len(half) >= 2 * other.count(b"\0") for half, other in _halves(content[:200])):
            raise Refused("csv-in-utf-16", "every second byte is zero")
        line = content.count(b"\n", 0, place) + 1
        raise Refused("csv-with-nul", f"line {line:,}")
    if content.startswith(_BYTE_ORDER_MARK) and encoding != "utf-8":
        raise Refused("csv-encoding-wrong", f"it begins with the mark of UTF-8, and the mapping says {encoding}")
    if encoding != "utf-8" and not content.isascii() and _is_utf_8(content):
        raise Refused("csv-encoding-wrong", f"all of it is UTF-8, and the mapping says {encoding}")
    if _SEP_LINE.match(content.removeprefix(_BYTE_ORDER_MARK)[:200]):
        raise Refused("csv-with-sep-line")
    used = "utf-8-sig" if encoding == "utf-8" else encoding
    return lambda: io.TextIOWrapper(io.BytesIO(content), encoding=used, newline="")


def _halves(start: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every second byte, and the others; and the other way round. In UTF-16 mostly those of one half are zero."""
    yield start[::2], start[1::2]
    yield start[1::2], start[::2]


def _is_utf_8(content: bytes) -> bool:
    """Whether text with other characters than ASCII is UTF-8: text in another encoding is almost never valid UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _undecoded(content: bytes, encoding: str) -> Refused:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"line {line:,} has the byte 0x{content[error.start]:02X}"
        if encoding == "utf-8":
            return Refused("csv-not-utf-8", found)
        return Refused("csv-encoding-wrong", f"{found}, which {encoding} has no character for")
    return Refused("csv-not-utf-8", "")


def _delimiter(text: Callable[[], io.TextIOWrapper], extract: Extract) -> tuple[str, set[int] | None]:
    """The delimiter, and the numbers of the columns that are wanted; None where all are to be handed over.

    It is the one given, or else the one that yields all headers.
    """
    most = max([HEADER_WITHIN, *(one.header_row or 0 for one in extract.wanted)])
    if extract.delimiter is not None:
        return extract.delimiter, _listed(_head(text, extract.delimiter, most), extract)
    heads = {one: _head(text, one, most) for one in DELIMITERS}
    if not extract.wanted:
        return _widest(heads), None
    fitting = {one: head for one, head in heads.items() if _fits(head, extract)}
    read = {one: head for one, head in fitting.items() if max(map(len, head), default=0) > 1}
    if not fitting:
        # the headers are then reported as missing: in the reading with most columns
        best = max(heads, key=lambda one: max(map(len, heads[one]), default=0))
        return best, None
    if len(read) > 1:
        raise _unclear(list(read))
    delimiter = next(iter(read or fitting))
    return delimiter, _listed(heads[delimiter], extract)


def _widest(heads: dict[str, list[list[str]]]) -> str:
    """The delimiter by which most records have most fields, where no header says which one it is."""
    usual = {
        one: Counter(map(len, filter(None, head))).most_common(1)[0][0] if any(head) else 0
        for one, head in heads.items()
    }
    most = max(usual.values())
    widest = [one for one, width in usual.items() if width == most]
    if most > 1 and len(widest) > 1:
        raise _unclear(widest)
    return widest[0]


def _unclear(delimiters: list[str]) -> Refused:
    return Refused("csv-delimiter-unclear", " and with the ".join(f"{DELIMITERS[one]} ({one!r})" for one in delimiters))


def _head(text: Callable[[], io.TextIOWrapper], delimiter: str, most: int) -> list[list[str]]:
    """The first records, up to one that cannot be read."""
    head: list[list[str]] = []
    reader = csv.reader(text(), delimiter=delimiter, strict=True)
    try:
        head.extend(islice(reader, most))
    except csv.Error:
        return head
    return head


def _fits(head: list[list[str]], extract: Extract) -> bool:
    """Whether the records have all the headers, and as many columns as are named by letters."""
    for one in extract.wanted:
        if one.header_row != 0 and one.place(head, 1) is None:
            return False
        wide = sum(len(row) >= max(one.numbers, default=0) for row in head)
        if 2 * wide <= len(head):
            return False
    return True


def _listed(head: list[list[str]], extract: Extract) -> set[int] | None:
    listed: set[int] = set()
    for one in extract.wanted:
        place = one.place(head, 1)
        if place is None and one.header_row != 0:
            return None
        listed |= one.columns([] if place is None else head[place])
    return listed or None


def _value(text: str) -> str | tuple[str, str]:
    """A text as it is handed over: what Excel saves for an error is that error."""
    return ("broken", text) if text in ERROR_NAMES else text


class _Records:
    """The records so far: of the columns that are listed, the distinct values and the place of each cell's value."""

    def __init__(self, listed: set[int] | None, limits: int) -> None:
        self.cells: list[array[int]] = []
        self._listed = listed
        self._most = guard.ROWS * limits
        self._room = guard.Room(limits)
        self._indexes: list[defaultdict[str, int]] = []
        self._widths = array("I")
        self._elsewhere: list[int] = []
        self._swallowed: list[tuple[int, int]] = []

    def read(self, reader: _csv.Reader) -> None:
        """Read all of them. Raises `Refused` where they are not CSV, or too many."""
        try:
            lines = 0
            chunk = list(islice(reader, HEADER_WITHIN))
            while chunk:
                if reader.line_num - lines > len(chunk):
                    self._note_swallowed(chunk, reader.dialect.delimiter)
                lines = reader.line_num
                self._add(chunk)
                chunk = list(islice(reader, CHUNK_ROWS))
        except csv.Error as error:
            line = f"line {reader.line_num:,}"
            if "field larger" in str(error):
                raise Refused("text-too-long", line) from error
            found = "a quotation mark is left open"
            if "expected after" in str(error):
                found = "a value goes on after its closing quotation mark, or one in a line above was left open"
            raise Refused("csv-damaged", f"{line}: {found}") from error
        while self._widths and not self._widths[-1]:  # blank lines at the end are no rows
            self._widths.pop()
        for codes in self.cells:
            del codes[len(self._widths) :]

    def described(self, delimiter: str) -> dict[str, Any]:
        """What is said of them.

        `usual` is the number of fields that most have, `odd` has the row and the number of fields of the others,
        `elsewhere` are the rows that have a value, and none in a column that is listed, and `swallowed` the row and the
        column of cells that have rows in them.
        """
        counts = Counter(filter(None, self._widths))
        usual = counts.most_common(1)[0][0] if counts else 0
        widths = enumerate(self._widths, start=1)
        odd = [(row, one) for row, one in widths if one and one != usual] if len(counts) > 1 else []
        records = {"delimiter": delimiter, "usual": usual, "odd": odd, "elsewhere": self._elsewhere}
        records["swallowed"] = self._swallowed
        columns = [[_value(text) for text in index] for index in self._indexes]
        return {"rows": len(self._widths), "columns": columns, "records": records}

    def _add(self, chunk: list[list[str]]) -> None:
        rows, widths = len(self._widths), list(map(len, chunk))
        width = max(widths)
        self._room.refuse_wide(width)
        for _ in range(len(self.cells), width):
            self._indexes.append(_counter())
            self.cells.append(array("I", bytes(4 * rows)))
        known = sum(map(len, self._indexes))
        # whole in the first rows: a header that is missing is reported with those that are there
        listed = None if rows == 0 else self._listed
        columns = list(zip(*chunk, strict=True) if width == min(widths) else zip_longest(*chunk, fillvalue=""))
        blank = bytes(4 * len(chunk))
        for number, values in enumerate(columns, start=1):
            codes = self.cells[number - 1]
            if listed is None or number in listed:
                codes.extend(map(self._indexes[number - 1].__getitem__, values))
            else:
                codes.frombytes(blank)
        for codes in self.cells[width:]:
            codes.frombytes(blank)
        if listed is not None:
            self._note_elsewhere(chunk, columns, listed)
        self._widths.extend(widths)
        if len(self._widths) > self._most:
            raise Refused("workbook-too-large", f"it has more than {self._most:,} rows")
        shown = len(self.cells) if listed is None else len(listed)
        self._room.take(len(chunk) * shown, sum(map(len, self._indexes)) - known)

    def _note_swallowed(self, chunk: Sequence[Sequence[str]], delimiter: str) -> None:
        """Note the cells that have lines like rows: where a quotation mark is left open, the next one may end it."""
        first = len(self._widths) + 1
        for place, row in enumerate(chunk):
            if not _has_line_end("".join(row)):
                continue
            for column, value in enumerate(row):
                if len(self._swallowed) == _MOST_SWALLOWED:
                    return
                if _has_line_end(value) and _holds_rows(value, column, len(row), delimiter):
                    self._swallowed.append((first + place, column + 1))

    def _note_elsewhere(
        self, chunk: Sequence[Sequence[str]], columns: Sequence[Sequence[str]], listed: set[int]
    ) -> None:
        """Note the rows that have a value, and none in a column that is listed."""
        chosen = [columns[number - 1] for number in sorted(listed) if number <= len(columns)]
        if any("" not in values for values in chosen):  # mostly, such as that of the ids
            return
        first = len(self._widths) + 1
        for place, row in enumerate(chunk):
            if any(map(str.strip, row)) and not any(values[place] for values in chosen):
                self._elsewhere.append(first + place)


def _has_line_end(text: str) -> bool:
    return "\n" in text or "\r" in text


def _holds_rows(value: str, column: int, width: int, delimiter: str) -> bool:
    """Whether the lines of a cell are like rows of the file: the last as far as this column, those before it whole.

    A delimiter before a space does not count: it may be a comma in a sentence.
    """
    lines = _LINE_END.split(value)[1:] if delimiter in value else []
    if not lines:
        return False
    *inner, last = (line.count(delimiter) - line.count(f"{delimiter} ") for line in lines if line or line is lines[-1])
    return last == column and set(inner) <= {width - 1} and (bool(inner) or column > 1)
