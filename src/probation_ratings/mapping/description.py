"""What a sheet of an export looks like: where its header is, and what each of its columns holds.

Pure: it looks at a sheet that was read, and says nothing about the rules but which words are answers. A row of data
that is taken for headers would be shown, and could be personal: so a row of headers must not look like data at all.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from ..names import LONGEST_NAME, column_letter, label, plain
from ..reading.extract import HEADER_WITHIN
from ..reading.workbook import Broken
from .columns import mask_of
from .dates import ISO, dates_of
from .parts import rows_with_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ..reading.workbook import Column, Sheet
    from .columns import Rows

Kind: TypeAlias = Literal["answers", "id", "PDU", "date", "date as text", "number", "text", "blank"]

MOST_VALUES, LONGEST_VALUE, FEWEST_CELLS = 10, 40, 2
"""Values are shown only where there are so few, so short, and each in so many rows: personal data stays out."""
DATE_FORMATS = (ISO, "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y/%m/%d")
_DATE_FORMATS = (*DATE_FORMATS, *(f"{one} %H:%M{seconds}" for one in DATE_FORMATS[:2] for seconds in ("", ":%S")))
_MOST_COUNTED = 50
"""Of a column with more different values they are not kept."""
_MOST_ANSWERS = 6
"""A column of answers has no more different values."""
_CODE = re.compile(r"-?[0-9]|66|77|8[89]|9[0-9]|-[89]9|[6789]{2}[6-9]|-[89]99")
"""The codes that survey tools have for answers: one digit, or one such as 98 for Not applicable."""
_TOTALS = frozenset({"total", "totals", "grand total", "subtotal", "overall total", "sum"})
_PDU = re.compile(r"\bpdu", re.IGNORECASE)
_HEADER_ROWS_BELOW, _FEWEST_HEADERS = 3, 2
"""Survey tools write up to so many further rows of headers, each with so many texts or more above answers."""
_SAMPLED = 50_000
"""So many values of all columns of a sheet are tried as dates, and a few of each column."""
_NEARLY_ALL = 0.9
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}([.,][0-9]{1,15})?%?")
_DIGIT = re.compile("[0-9]")
_DATE = re.compile(
    "(?P<first>[0-9]{4}|[0-9]{1,2})(?P<separator>[-/. ])[0-9A-Za-z]{1,9}(?P=separator)(?:[0-9]{4}|[0-9]{1,2})"
    "(?P<time> [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
"""The shape of a date."""
_DAY_DIGITS = 2
_YEAR = re.compile("[0-9]{4}")
_HEADER_COLUMNS = 1_000
"""So many columns are looked at for the header."""


@dataclass(frozen=True, slots=True)
class ColumnCells:
    """What the cells of one column are, those of a row of totals left out; it can be put together over several files.

    `counts` has the number of cells of each value, or None where there are many values; `most` then has none, and
    otherwise the highest number that a single column of a single file has. `ids` are all values, where each is in one
    cell and nearly all have a digit. `formats` are those by which every text can be read as a date.
    """

    filled: int
    blank: int
    counts: Mapping[str, int] | None
    most: Mapping[str, int]
    dates: int
    formats: tuple[str, ...]
    numbers: bool
    pdus: bool
    ids: frozenset[str] | None

    def with_those_of(self, other: ColumnCells) -> ColumnCells:
        """The cells of two files together."""
        if not self.filled or not other.filled:
            return replace(self if self.filled else other, blank=self.blank + other.blank)
        counts, most = None, Counter[str]()
        if self.counts is not None and other.counts is not None and len({*self.counts, *other.counts}) <= _MOST_COUNTED:
            counts, most = Counter(self.counts) + Counter(other.counts), Counter(self.most) | Counter(other.most)
        texts = [one for one in (self, other) if one.dates < one.filled]
        formats = tuple(one for one in _DATE_FORMATS if all(one in cells.formats for cells in texts))
        ids = None
        if self.ids is not None and other.ids is not None and self.ids.isdisjoint(other.ids):
            ids = self.ids | other.ids
        numbers, pdus = self.numbers and other.numbers, self.pdus and other.pdus
        filled, blank = self.filled + other.filled, self.blank + other.blank
        return ColumnCells(filled, blank, counts, most, self.dates + other.dates, formats, numbers, pdus, ids)

    def kind(self, header: str, answers: Collection[str]) -> Kind:
        """What the cells look like; `answers` are the words that the rules list, as `plain` has them."""
        pdus = self.pdus or (bool(_PDU.search(header[:LONGEST_NAME])) and self.counts is not None)
        nearly_all = self.filled >= _NEARLY_ALL * (self.filled + self.blank)
        kinds: dict[Kind, bool] = {
            "blank": not self.filled,
            "date": self.dates == self.filled,
            "date as text": bool(self.formats),
            "answers": _are_answers(self.counts or {}, answers),
            "id": self.ids is not None and self.filled > 1 and nearly_all,
            "number": self.numbers,
            "PDU": pdus,
        }
        return next((kind for kind, fits in kinds.items() if fits), "text")


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column of a sheet: its letter, its header ('' for none), and what it holds.

    `distinct` and `blank` count the values and the empty cells of all rows below the header. `values` are shown to
    anyone: None where they could be personal data.
    """

    number: int
    header: str
    distinct: int
    blank: int
    values: Mapping[str, int] | None
    cells: ColumnCells
    kind: Kind

    @property
    def letter(self) -> str:
        """The column's name in Excel."""
        return column_letter(self.number)

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The formats by which its texts can be read as dates, if they are dates."""
        return self.cells.formats if self.kind == "date as text" else ()


@dataclass(frozen=True, slots=True)
class SheetLook:
    """One sheet: where its header and its first row of data are (as Excel counts), and its columns.

    `rows` are those below the header with a value. `totals` are the rows that look like totals: the place of a column
    among `columns`, the row and the word in it. `odd` is how many rows of a CSV file have another number of values.
    """

    name: str
    hidden: bool
    header_row: int | None
    first_row: int
    rows: int
    columns: tuple[ColumnLook, ...]
    totals: tuple[tuple[int, int, str], ...]
    odd: int

    @property
    def answers(self) -> list[ColumnLook]:
        """The columns that look like answers."""
        return [one for one in self.columns if one.kind == "answers"]

    @property
    def further_headers(self) -> bool:
        """Whether there are further rows of headers between the header and the data."""
        return self.header_row is not None and self.first_row > self.header_row + 1


def look_at(sheet: Sheet, answers: Collection[str]) -> SheetLook:
    """What a sheet looks like; `answers` are the words that the rules list, as `plain` has them."""
    filled = rows_with_value(sheet)
    totals = [(place, row, text) for place, column in enumerate(sheet.columns) for row, text in _total_cells(column)]
    ordinary = filled.copy()
    ordinary[[row for _, row, _ in totals]] = False
    chosen = (filled, ordinary)
    header = header_place(sheet, answers)
    first = 0 if header is None else _below_headers(sheet, chosen, header + 1, answers)
    columns = tuple(_columns(sheet.columns, header, chosen, first, answers))
    row = None if header is None else sheet.first_row + header
    odd = 0 if sheet.records is None else len(sheet.records.odd)
    found = tuple((place, sheet.first_row + at, text) for place, at, text in totals if at >= first)
    rows = int(filled[first:].sum())
    return SheetLook(sheet.name, sheet.hidden, row, sheet.first_row + first, rows, columns, found, odd)


def header_place(sheet: Sheet, answers: Collection[str]) -> int | None:
    """The place of the row with the headers: most texts that are not values, and that are nowhere else in their column.

    A row with a text that its column has again, or that is written as the one beside it (C001 and C002), is data: it
    could be personal.
    """
    columns = [one for one in sheet.columns[:_HEADER_COLUMNS] if any(one.texts)]
    height = min(sheet.rows, HEADER_WITHIN)
    if not columns:
        return None
    heads = []
    data = np.zeros(height, dtype=bool)
    for column in columns:
        top = column.codes[:height]
        codes = top.tolist()
        shapes = {
            code: _shape(column.texts[code]) if _is_head(column, code, answers) else None
            for code in dict.fromkeys(codes)
        }
        labels = np.array([shapes[code] is not None for code in codes])
        written = np.array([shapes[code] or "" for code in codes])
        same = (written[:-1] == written[1:]) & (written[1:] != "")
        alike = np.append(same, False) | np.append(False, same)
        heads.append(labels)
        data |= labels & ((np.bincount(column.codes)[top] > 1) | alike)
    scores = np.sum(heads, axis=0).tolist()
    rows = [row for row in range(height) if 2 * scores[row] >= len(columns)]
    rows = [row for row in rows if not data[row] or _is_repeated(columns, row)]
    return max(rows, key=lambda row: (scores[row], -row), default=None)


def _shape(text: str) -> str:
    """How a text with a digit is written: the same for C001 and D407; '' for any other."""
    if not _DIGIT.search(text):
        return ""
    return "".join(str(int(char.isdigit())) if char.isalnum() else char for char in text)


def _is_head(column: Column, code: int, answers: Collection[str]) -> bool:
    """Whether a cell could be a header: short text, and not a number, a date or an answer."""
    value, text = column.values[code], column.texts[code]
    if not isinstance(value, str) or isinstance(value, Broken) or not text or len(text) > LONGEST_NAME:
        return False
    is_date = _DATE.fullmatch(text) and _YEAR.search(text)  # without a year, 2.1.1 is the id of a question
    return not (_NUMBER.fullmatch(text) or plain(text) in answers or is_date) and bool(label(text))


def _is_repeated(columns: Sequence[Column], row: int) -> bool:
    """Whether the whole row is there again below, as on each page of a report."""
    return bool(np.all([one.codes[row + 1 :] == one.codes[row] for one in columns], axis=0).any())


def _below_headers(sheet: Sheet, chosen: tuple[Rows, Rows], first: int, answers: Collection[str]) -> int:
    """The first row of data below further rows of headers, as survey tools write them.

    In these rows, two columns or more of answers have something else, and none has an answer. One column would not do:
    a case with an answer that is misspelt must not be left out.
    """
    deepest = min(first + _HEADER_ROWS_BELOW, sheet.rows - 1)
    columns = sheet.columns[:_HEADER_COLUMNS]
    asked = {one.number for one in _columns(columns, None, chosen, deepest, answers) if one.kind == "answers"}
    rows = range(first, deepest)
    heads = (_is_header_below([one.text(row) for one in columns if one.number in asked], answers) for row in rows)
    return first + len(list(takewhile(bool, heads)))


def _is_header_below(cells: Iterable[str], answers: Collection[str]) -> bool:
    filled = [text[:LONGEST_NAME] for text in cells if text]
    return len(filled) >= _FEWEST_HEADERS and not any(
        plain(text) in answers or _CODE.fullmatch(text) for text in filled
    )


def _columns(
    columns: Sequence[Column], header: int | None, chosen: tuple[Rows, Rows], first: int, answers: Collection[str]
) -> list[ColumnLook]:
    """The columns from the row `first` on; `chosen` are the rows with a value, and those that are not totals."""
    rows, ordinary = (one.copy() for one in chosen)
    rows[:first] = ordinary[:first] = False
    looks = []
    for column in columns:
        text = "" if header is None else column.text(header)
        every = _counts(column, rows)
        cells = _cells(column, ordinary, max(_SAMPLED // len(columns), FEWEST_CELLS))
        blank = int(rows.sum()) - sum(every.values())
        kind = cells.kind(text, answers)
        looks.append(ColumnLook(column.number, text, len(every), blank, _shown(every), cells, kind))
    return with_answers(looks)


def with_answers(looks: Sequence[ColumnLook]) -> list[ColumnLook]:
    """The columns of a sheet, where those of one code only are answers, too, if others of its columns have codes."""
    alone = {one.number: code for one in looks if (code := _only_code(one.cells))}
    known = {text for one in looks if one.kind == "answers" for text in one.cells.counts or ()}
    chosen = {number for number, code in alone.items() if len(alone) > 1 or code in known}
    return [replace(one, kind="answers") if one.number in chosen else one for one in looks]


def _only_code(cells: ColumnCells) -> str | None:
    """The code that all cells of a column have, where there are two or more."""
    codes = [text for text in cells.counts or () if _CODE.fullmatch(text)]
    return codes[0] if codes and cells.filled > 1 and len(cells.counts or ()) == 1 else None


def _shown(counts: Mapping[str, int]) -> Mapping[str, int] | None:
    """The values that may be shown to anyone, in order; None where they could be personal data."""
    if len(counts) > MOST_VALUES:
        return None
    if any(len(text) > LONGEST_VALUE or count < FEWEST_CELLS for text, count in counts.items()):
        return None
    return {text: counts[text] for text in in_order(counts)}


def in_order(values: Iterable[str]) -> list[str]:
    """Values in order: numbers by their size, then words."""
    return sorted(values, key=lambda one: (not one.isdecimal(), len(one) * one.isdecimal(), one))


def _total_cells(column: Column) -> list[tuple[int, str]]:
    """The rows of a column that have a word for a total."""
    is_total = mask_of(column, [plain(text[:LONGEST_NAME]) in _TOTALS for text in column.texts])
    return [(row, column.text(row)) for row in np.flatnonzero(is_total).tolist()]


def _counts(column: Column, rows: Rows) -> Counter[str]:
    """The number of cells of each value in these rows; a blank one is no value."""
    found = Counter[str]()
    counts = np.bincount(column.codes[rows])
    for place in np.flatnonzero(counts).tolist():
        found[column.texts[place]] += int(counts[place])
    del found[""]
    return found


def _cells(column: Column, rows: Rows, sampled: int) -> ColumnCells:
    numbers_of = np.bincount(column.codes[rows])
    used = [place for place in np.flatnonzero(numbers_of).tolist() if column.texts[place]]
    counts = _counts(column, rows)
    filled = sum(counts.values())
    values = [column.values[place] for place in used]
    dates = int(sum(numbers_of[place] for place in used if isinstance(column.values[place], date)))
    texts = [column.texts[place] for place in used if not isinstance(column.values[place], date)]
    as_ids = len(counts) == filled and sum(map(bool, map(_DIGIT.search, counts))) >= _NEARLY_ALL * filled
    as_ids &= not any(isinstance(value, (Broken, bool, date)) or len(str(value)) > LONGEST_VALUE for value in values)
    kept = None if len(counts) > _MOST_COUNTED else counts
    return ColumnCells(
        filled,
        int(rows.sum()) - filled,
        kept,
        kept or {},
        dates,
        _formats(texts[:sampled]),
        numbers=all(isinstance(value, float) or _NUMBER.fullmatch(str(value)) for value in values),
        pdus=kept is not None and bool(kept) and all(_PDU.search(text[:LONGEST_NAME]) for text in kept),
        ids=frozenset(counts) if as_ids and filled else None,
    )


def _formats(texts: Iterable[str]) -> tuple[str, ...]:
    """The formats by which all of these texts can be read as dates."""
    found = _DATE_FORMATS
    for text in texts:
        found = tuple(one for one in found if one in _formats_of(text))
        if not found:
            break
    return found


@lru_cache(maxsize=_SAMPLED)
def _formats_of(text: str) -> list[str]:
    """The formats by which a text can be read as a date."""
    shape = _DATE.fullmatch(text) if len(text) <= LONGEST_VALUE else None
    if shape is None:
        return []
    separator, time, year_first = shape["separator"], shape["time"] or "", len(shape["first"]) > _DAY_DIGITS
    fitting = [
        one
        for one in _DATE_FORMATS
        if one[2] == separator and one.count(":") == time.count(":") and one.startswith("%Y") == year_first
    ]
    return [one for one in fitting if dates_of(text, [one], date_1904=False)]


def _are_answers(counts: Mapping[str, int], answers: Collection[str]) -> bool:
    """Whether a column has answers: words that the rules list or the codes of a survey, and hardly anything else."""
    if len(counts) > _MOST_ANSWERS:
        return False
    words = [text for text in counts if plain(text) in answers]
    codes = [text for text in counts if _CODE.fullmatch(text)]
    if len(words) + len(codes) == len(counts):
        return bool(words) or (len(codes) > 1 and sum(counts.values()) > len(counts))
    return len(words) > 1
