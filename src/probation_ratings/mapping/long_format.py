"""Puts the rows of one case together where a source has one row per answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import plain, seen_as
from ..reading.workbook import Broken, Column
from .columns import filled, key_of, mask_of, used_in
from .model import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from .model import Header, LongFormat
    from .parts import Part, Rows, SourceTable

    Numbers = npt.NDArray[np.int64]

_SHOWN = 20
"""So many questions, or columns, are named in a message."""


class Cases:
    """The cases of a source with one row per answer: each is in the first of its rows.

    `ids` is the column of ids in the rows that are kept; a row without an id is a case of its own.
    """

    def __init__(self, table: SourceTable, long: LongFormat, kept: Rows, ids: Column | None) -> None:
        """Find the rows of each case."""
        self._table, self._long, self._of_cases = table, long, kept
        self._codes, self._answers = table.columns[long.question], table.columns[long.answer]
        self._kept = np.flatnonzero(kept)
        groups = _groups(ids, self._kept)
        _, first, self._group = np.unique(groups, return_index=True, return_inverse=True)
        self._first: Numbers = self._kept[first]
        self.rows = np.zeros(len(kept), dtype=bool)
        self.rows[self._first] = True
        self._by_code: dict[str, list[int]] = {}
        for place, (value, text) in enumerate(zip(self._codes.values, self._codes.texts, strict=True)):
            if text and not isinstance(value, Broken):
                self._by_code.setdefault(key_of(text), []).append(place)

    def column(self, code: str) -> Column:
        """The answers to a question, each in the first row of its case; blank where a case has none."""
        column = self._answers
        values, texts = [*column.values, ""], [*column.texts, ""]
        codes = np.full(len(self.rows), len(column.values), dtype=np.uint32)
        rows = np.arange(len(self.rows)) + self._table.part.sheet.first_row
        entries = self._entries(code)
        cases = self._first[self._group[entries]]
        codes[cases] = column.codes[self._kept[entries]]
        rows[cases] = self._kept[entries] + self._table.part.sheet.first_row
        return Column(column.number, values, texts, codes, rows)

    def problems(self) -> Iterator[p.Problem]:
        """What is wrong with the rows: questions answered twice, other columns that differ, and codes."""
        part = self._table.part
        codes = [origin.value.code for origin in part.mapping.columns.values() if isinstance(origin.value, Question)]
        for code in codes:
            yield from self._twice(part, code)
        yield from self._differing(part)
        yield from self._other_codes(part, {plain(code) for code in codes})

    def _entries(self, code: str) -> Numbers:
        """The places, among the rows that are kept, of those with this code."""
        places = self._by_code.get(plain(code), [])
        return np.flatnonzero(np.isin(self._codes.codes[self._kept], places))

    def _mask(self, entries: Numbers) -> Rows:
        mask = np.zeros(len(self.rows), dtype=bool)
        mask[self._kept[entries]] = True
        return mask

    def _twice(self, part: Part, code: str) -> Iterator[p.Problem]:
        entries = self._entries(code)
        cases, counts = np.unique(self._group[entries], return_counts=True)
        twice = cases[counts > 1]
        if len(twice):
            mask = self._mask(entries[np.isin(self._group[entries], twice)])
            facts: dict[str, Any] = {"question": p.quoted(code), "count": p.counted(len(twice), "case")}
            yield part.found(p.ANSWERED_TWICE, part.cells([(self._answers, mask)]), **facts)

    def _differing(self, part: Part) -> Iterator[p.Problem]:
        """The columns, other than those of codes and answers, that differ within a case."""
        for header in self._others(part):
            column = self._table.columns[header]
            numbers: dict[str, int] = {}
            same = np.array([numbers.setdefault(key_of(text), len(numbers)) for text in column.texts])
            values = same[column.codes]
            differs = values[self._kept] != values[self._first[self._group]]
            if differs.any():
                cases = np.unique(self._group[differs])
                chosen = self._kept[np.isin(self._group, cases[:1])]
                texts = dict.fromkeys(column.texts[code] for code in column.codes[chosen].tolist())
                facts: dict[str, Any] = {"count": p.counted(len(cases), "case"), "name": header.shown}
                facts["found"] = p.private(p.few([p.quoted(text) if text else "a blank" for text in texts]))
                mask = self._mask(np.flatnonzero(differs))
                yield part.found(p.DIFFERS_WITHIN_CASE, part.cells([(column, mask)]), **facts)

    def _others(self, part: Part) -> list[Header]:
        used = replace(part.mapping, keep_rows=(), ignore_rows=()).headers
        return [one for one in used if one not in {self._long.question, self._long.answer}]

    def _other_codes(self, part: Part, named: set[str]) -> Iterator[p.Problem]:
        """The codes that no column names, and rows with an answer and no code."""
        column, kept = self._codes, self._of_cases
        yield from part.broken(column, kept)
        blank = kept & ~filled(column) & filled(self._answers)
        if blank.any():
            count = p.counted(int(blank.sum()), "row")
            yield part.found(p.ANSWER_WITHOUT_CODE, part.cells([(column, blank)]), count=count)
        rows = kept & mask_of(column, [word != "" and key_of(word) not in named for word in column.words])
        if rows.any():
            texts = [column.texts[place] for place in used_in(column, rows)]
            shown = p.first_names([p.quoted(text) for text in texts], _SHOWN)
            facts = {"count": p.counted(int(rows.sum()), "row"), "found": p.private(p.listed(shown))}
            yield part.found(p.CODES_NOT_NAMED, standards=(), **facts)


def _groups(ids: Column | None, kept: Numbers) -> Numbers:
    """A number for the case of each row that is kept; the rows of one id are one case."""
    own = -1 - np.arange(len(kept), dtype=np.int64)
    if ids is None:
        return own
    numbers: dict[str, int] = {}
    known = [
        -1 if isinstance(value, Broken) or not text else numbers.setdefault(seen_as(text), len(numbers))
        for value, text in zip(ids.values, ids.texts, strict=True)
    ]
    groups = np.array(known, dtype=np.int64)[ids.codes[kept]]
    return np.where(groups < 0, own, groups)
