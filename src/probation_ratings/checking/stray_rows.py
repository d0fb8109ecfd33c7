"""Finds the rows below a header that are not entries of its table: totals, headers again, remarks, other tables.

Such a row is reported once, as a row, and its cells are not judged one by one. It is never left out in silence: each
report is an error, and blocks what the table rates. Each rule has a reason:

- A row that is named by a word for a total ('Total' in the id column, or in another column where the id is blank) is a
  total, even where its cells look like answers: no case should be counted under that name.
- Any other row with an allowed answer is a case, whatever else is wrong with it.
- Without an allowed answer: a row of two or more headers is a header; a row without an id whose answers are all
  numbers is a total; a row with nothing but prose, or a single word unlike the ids, is a remark.
- Rows after a gap, or below a header of their own, without an allowed answer, are another table, unless they look
  like cases whose answers are still to come: those have an id like the others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from .. import problems as p
from ..mapping.columns import mask_of, own_cells
from ..names import fold, label
from ..reading.extract import LONGEST_HEADER
from ..reading.workbook import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from ..reading.workbook import Cell, Column, Sheet
    from .table_search import Heading

    Rows = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[np.int64]
    Test = Callable[[Cell, str], bool]

_SAMPLE = 200
"""So many ids say what the ids of a table look like."""
_LONG = 60
"""A longer text is not a word for a total."""
_MANY_WORDS = 5
"""From so many words on, a text alone in its row is a remark, even where ids have spaces."""
_TOTAL = re.compile(
    r"(grand|sub|overall)?(totals?|sum|count|average|mean|overall|cyfanswm)"
    r"((number)?of)?(all)?(cases|pdus|rows|regions|answers|reports|records)?[:=.]*(\(.*\))?"
)
_TOTAL_WORDS = frozenset({
    "total", "totals", "subtotal", "subtotals", "sum", "count", "average", "mean", "overall", "all", "median", "min",
    "max", "minimum", "maximum", "percent", "percentage", "%", "cyfanswm",
})  # fmt: skip
_NOTE = re.compile(
    r"\W{0,3}(sources?|foot ?notes?|notes?|remarks?|comments?|caveats?|n\.?b\.?)(?![\w-])|[*†‡§©]|\[notes? ?\d",
    re.IGNORECASE,
)
_PIVOT = re.compile(r"(row|column) labels|(count|sum|average|max|min) of \S.*", re.IGNORECASE)
_FIGURE = re.compile(r"[-+]?[\d.,\s]+%?|\d+\s*(/|of|out of)\s*\d+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SURVEY_WORDS = frozenset({"response", "openendedresponse", "text", "string", "numeric"})
_IMPORT_ID = '{"importid"'


def stray_rows(
    sheet: Sheet, columns: Mapping[str, Column], headings: Sequence[Heading], filled: Rows
) -> dict[p.Kind, Numbers]:
    """The rows below a header that are not entries of its table, by what they are: their places below the header.

    `columns` are the known ones, with the cells below the header; `filled` are the rows that have a value in one. What
    a mapping file supplies to a row does not make it an entry.
    """
    columns = {name: own_cells(column) for name, column in columns.items() if not column.given}
    answered = _answered(columns, headings, len(filled))
    key = next((columns[one.name] for one in headings if one.key and one.name in columns), None)
    doubtful = filled & ~answered
    if key is not None:
        odd = [
            text == ""
            or (not text[-1].isdigit() and _is_total(value, text))  # most ids end with a digit
            or (" " in text and _is_pivot(value, text))
            for value, text in zip(key.values, key.texts, strict=True)
        ]
        doubtful |= filled & mask_of(key, odd)
    if not columns or not doubtful.any():
        return {}
    places, with_value = np.flatnonzero(doubtful), np.flatnonzero(filled)
    rows = _Doubtful(sheet, columns, headings, places=places, filled=with_value, answered=answered)
    return {kind: places for kind, places in rows.found().items() if len(places)}


def entries_above(columns: Mapping[str, Column], headings: Sequence[Heading], size: int) -> list[int]:
    """The rows above a header that are entries of its table; `columns` have the cells above it."""
    key = next((columns[one.name] for one in headings if one.key and one.name in columns), None)
    if key is None:
        return []
    answered = np.flatnonzero(_answered(columns, headings, size)).tolist()
    return [place for place in answered if _has_digit("", key.text(place))]


def _answered(columns: Mapping[str, Column], headings: Sequence[Heading], size: int) -> Rows:
    """Which rows have an allowed answer to a question, a known standard, or an allowed rating."""
    answered = np.zeros(size, dtype=bool)
    for one in headings:
        if one.name in columns and (one.answers or one.values):
            column = columns[one.name]
            allowed = [
                text.casefold() in one.answers or (bool(one.values) and label(text) in one.values)
                for text in column.words
            ]
            answered |= mask_of(column, allowed)
    return answered


class _Doubtful:
    """The doubtful rows of a table, and what each of them is.

    `places` are those of the doubtful rows below the header, `filled` those of all rows with a value; `answered` says
    of each row below the header whether it is.
    """

    def __init__(
        self,
        sheet: Sheet,
        columns: Mapping[str, Column],
        headings: Sequence[Heading],
        *,
        places: Numbers,
        filled: Numbers,
        answered: Rows,
    ) -> None:
        self.places = places
        self.columns = columns
        self.headings = [one for one in headings if one.name in columns]
        self.headers = frozenset[str]().union(*(one.labels for one in headings))
        self.key = next((one for one in self.headings if one.key), None)
        self.questions = [one.name for one in self.headings if one.answers]
        self.rated = [one.name for one in self.headings if one.rated]
        self.texts = [one.name for one in self.headings if one.rated and not one.answers and not one.key]
        used = {column.number for column in columns.values()}
        self._unread = [
            (column, column.codes[len(column.codes) - len(answered) :])
            for column in sheet.columns
            if column.number not in used
        ]
        self.filled = filled
        self.at = np.searchsorted(filled, places)
        # in the head of a pivot table Yes and No are not answers
        self.pivot = self.keys(_is_pivot)
        self.answered = answered[places] & ~self.pivot
        self.all_answered = answered[filled]
        self.all_answered[self.at] = self.answered
        with_answer = np.flatnonzero(self.all_answered)
        self.first = int(with_answer[0]) if len(with_answer) else len(filled)
        self.last = int(with_answer[-1]) if len(with_answer) else -1
        self.digits, self.spaces = self._usual_keys()
        self.named = self.keys(_is_filled)
        self.digit = self.keys(_has_digit)
        self.broken = self.keys(lambda value, _: isinstance(value, Broken))
        self.cells = self.count(self.rated, _is_filled)
        self.asked = self.count(self.questions, _is_filled)
        self.figures = self.count(self.questions, _is_figure)

    def keys(self, test: Test) -> Rows:
        """The rows whose key passes a test; none where the table has no key."""
        return self.where(self.key.name, test) if self.key is not None else np.zeros(len(self.places), dtype=bool)

    def where(self, name: str, test: Test) -> Rows:
        """The rows whose cell in a column passes a test; each distinct value is tested once."""
        return self._passing(self.columns[name], self.columns[name].codes, test)

    def count(self, names: Sequence[str], test: Test) -> Numbers:
        """How many cells of each row, in these columns, pass a test."""
        return sum((self.where(name, test).astype(np.int64) for name in names), np.zeros(len(self.places), np.int64))

    def unread(self, test: Test) -> Rows:
        """The rows that have a cell that passes a test in a column that is not read."""
        found = np.zeros(len(self.places), dtype=bool)
        for column, codes in self._unread:
            found |= self._passing(column, codes, test)
        return found

    def _passing(self, column: Column, codes: npt.NDArray[np.uint32], test: Test) -> Rows:
        present, inverse = np.unique(codes[self.places], return_inverse=True)
        passed = [test(column.values[place], column.texts[place]) for place in present.tolist()]
        return np.array(passed, dtype=bool)[inverse]

    def found(self) -> dict[p.Kind, Numbers]:
        """The places of the rows of each kind; a row that is of none is an entry of the table."""
        pivot = self.pivot | (~self.answered & (self.count(self.texts, _is_pivot) > 0))
        header, foreign = self._headers()
        header &= ~pivot
        total = self._totals() & ~header & ~pivot
        remark = self._remarks() & ~header & ~pivot & ~total
        unclear = ~(self.answered | self._like_entries() | header | total | remark)
        below = self.all_answered[self.at - 1] | np.isin(self.at - 1, self.at[total])
        begins = header | pivot | (total & (self.at > self.last) & below)
        other, lone = self._other_tables(begins, foreign | pivot, unclear)
        other[self.at[pivot]] = True
        remark |= unclear & lone[self.at]
        places, left = self.places, ~other[self.at]
        return {
            p.HEADER_REPEATED: places[header & left],
            p.TOTAL_ROW: places[total & left],
            p.REMARK_AMONG_ROWS: places[remark & left],
            p.OTHER_TABLE: self.filled[other],
        }

    def _usual_keys(self) -> tuple[bool, bool]:
        """Whether most ids of the table have a digit, and whether most have a space."""
        key = self.key
        if key is None or key.values:
            return True, False
        column = self.columns[key.name]
        like = self.filled[self.all_answered] if self.all_answered.any() else self.filled
        texts = [text for text in (column.texts[code] for code in column.codes[like[:_SAMPLE]].tolist()) if text]
        return (
            2 * sum(_has_digit("", text) for text in texts) >= len(texts),
            2 * sum(" " in text for text in texts) > len(texts),
        )

    def _headers(self) -> tuple[Rows, Rows]:
        """The rows of headers, and those of them whose headers are above other columns than in the header row."""
        some = self.count([one.name for one in self.headings], _is_one_of(self.headers))
        own = sum((self.where(one.name, _is_one_of(one.labels)).astype(int) for one in self.headings), some * 0)
        imported = ~self.answered & (self.count(self.rated, _is_import_id) > 0)
        alone = self.keys(_is_one_of(self.key.labels if self.key else self.headers)) & (self.cells == 1)
        header = ~self.answered & ((some >= min(2, len(self.headings))) | alone) | imported
        foreign = header & ~imported & (own < some)
        # right below the header survey tools write what each column asks for, and import ids
        described = ~self.answered & ~self.digit & (self.asked > 0)
        said = self.count(self.questions, _describes(self.headings))
        described &= (said == self.asked) | (~self.named & (self.figures == 0))
        top = np.zeros(len(self.filled), dtype=bool)
        top[self.at] = header | described
        top = np.cumprod(top).astype(bool)
        if (imported & (self.at < self.first)).any():
            top[: self.at[imported & (self.at < self.first)][-1] + 1] = True
        return header | top[self.at], foreign

    def _totals(self) -> Rows:
        key, named_so = self.key, self.keys(_is_total)
        if key is not None and key.values:
            named_so &= ~self.keys(_is_one_of(key.values))
        if not self.questions:
            free = key is not None and not key.values  # any word may be an entry there, but hardly this one
            return named_so & self.keys(lambda _, text: "total" in text.casefold()) if free else named_so
        blank = ~self.named if key is not None else self.named
        other_text = self.count(self.texts, _is_filled) > 0
        worded = (self.count(self.texts, _is_total_like) > 0) | self.unread(_is_total_like)
        by_word = self.keys(_is_total_like)
        by_word |= (blank | self.keys(_is_number)) & worded
        numbers = self.count(self.questions, _is_number) > 0
        all_figures = (self.asked > 0) & (self.figures == self.asked)
        unsaved = self.count(self.questions, _is_unsaved) > 0
        by_figures = blank & all_figures & (numbers | (unsaved & ~other_text))
        if self.digits:
            by_figures |= self.named & ~self.digit & all_figures & numbers & (self.at > self.last)
        total: Rows = named_so | (blank & (self.count(self.texts, _is_total) > 0))
        total |= ~self.answered & (by_word | by_figures)
        return total

    def _remarks(self) -> Rows:
        if len(self.rated) < 2:  # a table of one column has nothing beside a remark either
            return np.zeros_like(self.answered)
        few = _MANY_WORDS if self.spaces else 2

        def is_remark(value: Cell, text: str) -> bool:
            return _is_note(value, text) or (_is_text(value) and len(_WORD.findall(text[:200])) >= few)

        a_word = self.named & ~self.digit & self.digits & ~self.broken
        alone = (self.cells == 1) & ((self.count(self.rated, is_remark) > 0) | a_word)
        numbered = (self.cells <= 2) & (self.asked == 0) & self.keys(_is_note)
        remark: Rows = ~self.answered & (alone | numbered)
        return remark

    def _like_entries(self) -> Rows:
        """The rows that look like entries whose answers are missing or wrong: they have an id like the others."""
        if self.key is None:
            return ~self.answered
        like: Rows = self.broken | (self.named & (self.digit | (not self.digits)) & (self.figures == 0))
        like |= ~self.named & (self.asked > 0)
        return like

    def _other_tables(self, begins: Rows, foreign: Rows, unclear: Rows) -> tuple[Rows, Rows]:
        """Of all filled rows those of other tables below the entries, and those of remarks in one column.

        A block of rows is one of them if it comes after a gap, or begins with a row that `begins` one, and has a
        foreign header, or no answer and something unclear.
        """
        size = len(self.filled)
        first = np.diff(self.filled, prepend=self.filled[:1] - 2) > 1
        first[self.at[begins]] = True
        block = np.cumsum(first) - 1

        def blocks(mask: Rows) -> Rows:
            spread = np.zeros(size, dtype=bool)
            spread[self.at] = mask
            return np.bincount(block, weights=spread) > 0

        later = np.flatnonzero(first) > self.first
        has_answer = np.bincount(block, weights=self.all_answered) > 0
        odd = later & ~has_answer & blocks(unclear)
        lone = odd & ~blocks(self.cells != 1)
        other = (odd & ~lone) | (later & blocks(foreign))
        return other[block], lone[block]


def _is_filled(_: Cell, text: str) -> bool:
    return text != ""


def _is_text(value: Cell) -> bool:
    return isinstance(value, str) and not isinstance(value, Broken)


def _is_one_of(labels: frozenset[str]) -> Test:
    # ids are many, and most begin as no header does
    others = frozenset(map(chr, range(128))) - {one[:1] for one in labels}
    plain = frozenset(char for char in others if char.isalnum() and char.casefold() in others)
    return lambda _, text: text != "" and text[0] not in plain and len(text) <= LONGEST_HEADER and label(text) in labels


def _has_digit(_: Cell, text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_import_id(_: Cell, text: str) -> bool:
    return text[:20].casefold().startswith(_IMPORT_ID)


def _is_description(value: Cell, text: str) -> bool:
    """Whether a cell says what a column asks for, or how, as survey tools write it below the header."""
    return _is_text(value) and (len(_WORD.findall(text[:200])) > 2 or fold(text[:40]) in _SURVEY_WORDS)


def _describes(headings: Sequence[Heading]) -> Test:
    """Whether a cell of a question says what it asks for, or lists the answers that it may have: 'Yes / No / N/A'."""
    answers = sorted(frozenset[str]().union(*(one.answers for one in headings)), key=len, reverse=True)
    one_of = f"(?:{'|'.join(map(re.escape, answers))})"
    listing = re.compile(rf"{one_of}(?:(?:\s*[/,;|]\s*(?:or\s+)?|\s+or\s+){one_of})+\.?", re.IGNORECASE)
    return lambda value, text: (
        _is_description(value, text) or (_is_text(value) and len(text) <= _LONG and listing.fullmatch(text) is not None)
    )


def _is_unsaved(value: Cell, _: str) -> bool:
    return isinstance(value, Broken) and not value.startswith("#")


def _is_number(value: Cell, text: str) -> bool:
    if isinstance(value, (bool, Broken)):
        return False
    return isinstance(value, float) or (_has_digit(value, text) and _FIGURE.fullmatch(text[:_LONG]) is not None)


def _is_figure(value: Cell, text: str) -> bool:
    """Whether a cell holds what totals are made of: a number, a share, or a formula without a usable value."""
    return isinstance(value, Broken) or _is_number(value, text)


def _is_total(value: Cell, text: str) -> bool:
    """Whether a text is a word for a total and nothing else."""
    if text == "" or len(text) > _LONG or not _is_text(value):
        return False
    return _TOTAL.fullmatch(fold(text)) is not None


def _is_total_like(value: Cell, text: str) -> bool:
    """Whether a short text begins or ends with a word for a total: 'Camden total', 'Total: 12', '% Yes'."""
    if not _is_text(value) or len(text) > _LONG:
        return False
    words = [word.strip(".:=()*") for word in text.casefold().split()]
    few = 0 < len(words) <= _MANY_WORDS
    return few and (words[0] in _TOTAL_WORDS or words[-1] in _TOTAL_WORDS or _is_total(value, text))


def _is_pivot(value: Cell, text: str) -> bool:
    return _is_text(value) and _PIVOT.fullmatch(text[:200]) is not None


def _is_note(value: Cell, text: str) -> bool:
    return _is_text(value) and _NOTE.match(text) is not None
