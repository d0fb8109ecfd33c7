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

    from .columns import Rows
    from .model import LongFormat
    from .parts import SourceTable

    Numbers = npt.NDArray[np.int64]

_SHOWN = 20
"""So many questions, or columns, are named in a message."""


class Cases:
    """The cases of a source with one row per answer: each is in the first of its rows.

    `ids` is the column of ids in the rows that are kept; a row without an id is a case of its own.
    """

    def __init__(self, table: SourceTable, long: LongFormat, kept: Rows, ids: Column | None) -> None:
        """Find the rows of each case."""
        self._part, self._columns, self._kept = table.part, table.columns, kept
        self._codes, self._answers = table.columns[long.question], table.columns[long.answer]
        self._keys = [key_of(word) for word in self._codes.words]
        places = np.flatnonzero(kept)
        _, first, case = np.unique(_groups(ids, places), return_index=True, return_inverse=True)
        self._case = np.full(len(kept), -1)
        self._case[places] = case
        self._first = np.arange(len(kept))  # the first row of the case of each row
        self._first[places] = places[first][case]
        self.rows = np.zeros(len(kept), dtype=bool)
        self.rows[places[first]] = True

    def column(self, code: str) -> Column:
        """The answers to a question, each in the first row of its case; blank where a case has none."""
        column = self._answers
        codes = np.full(len(self.rows), len(column.values), dtype=np.uint32)
        rows = np.arange(len(self.rows)) + self._part.sheet.first_row
        answers = np.flatnonzero(self._with_code(code))
        cases = self._first[answers]
        codes[cases] = column.codes[answers]
        rows[cases] = answers + self._part.sheet.first_row
        return Column(column.number, [*column.values, ""], [*column.texts, ""], codes, rows)

    def problems(self) -> Iterator[p.Problem]:
        """What is wrong with the rows: questions answered twice, other columns that differ, and codes."""
        part = self._part
        codes = {one.value.code: column for column, one in part.origins if isinstance(one.value, Question)}
        for code in codes:
            yield from self._twice(code)
        yield from self._differing()
        words = [part.mapping.answers, *(one.values for _, one in part.origins)]
        if any("" in map(plain, one or ()) for one in words):
            yield from self._without_question({plain(code) for code, column in codes.items() if column.is_question})
        yield from self._other_codes(set(map(plain, codes)))

    def _with_code(self, code: str) -> Rows:
        """The rows with this code for a question."""
        wanted = plain(code)
        return self._kept & mask_of(self._codes, [key == wanted for key in self._keys])

    def _twice(self, code: str) -> Iterator[p.Problem]:
        rows = self._with_code(code)
        cases, counts = np.unique(self._case[rows], return_counts=True)
        twice = cases[counts > 1]
        if len(twice):
            cells = self._part.cells([(self._answers, rows & np.isin(self._case, twice))])
            facts = {"question": p.quoted(code), "count": p.counted(len(twice), "case")}
            yield self._part.found(p.ANSWERED_TWICE, cells, **facts)

    def _without_question(self, asked: set[str]) -> Iterator[p.Problem]:
        """The cases without a row for any question; where a blank has no meaning, each of them is blank in all."""
        rows = self._kept & mask_of(self._codes, [key in asked for key in self._keys])
        without = self.rows & ~np.isin(self._case, self._case[rows])
        if without.any():
            cells = self._part.cells([(self._codes, without)])
            yield self._part.found(p.CASE_WITHOUT_QUESTION, cells, standards=(), count=p.counted(len(cells), "case"))

    def _differing(self) -> Iterator[p.Problem]:
        """The columns that give values, other than answers to questions, and differ within a case."""
        for header in replace(self._part.mapping, keep_rows=(), ignore_rows=(), long=None).headers:
            column = self._columns[header]
            numbers: dict[str, int] = {}
            same = np.array([numbers.setdefault(key_of(text), len(numbers)) for text in column.texts])
            values = same[column.codes]
            differs = values != values[self._first]
            if differs.any():
                cases = np.unique(self._case[differs])
                texts = dict.fromkeys(column.texts[code] for code in column.codes[self._case == cases[0]].tolist())
                facts: dict[str, Any] = {"count": p.counted(len(cases), "case"), "name": header.shown}
                facts["found"] = p.private(p.few([p.quoted(text) if text else "a blank" for text in texts]))
                yield self._part.found(p.DIFFERS_WITHIN_CASE, self._part.cells([(column, differs)]), **facts)

    def _other_codes(self, named: set[str]) -> Iterator[p.Problem]:
        """The codes that no column names, and rows with an answer and no code."""
        part, column, kept = self._part, self._codes, self._kept
        yield from part.broken(column, kept)
        blank = kept & ~filled(column) & filled(self._answers)
        if blank.any():
            count = p.counted(int(blank.sum()), "row")
            yield part.found(p.ANSWER_WITHOUT_CODE, part.cells([(column, blank)]), count=count)
        rows = kept & mask_of(column, [key != "" and key not in named for key in self._keys])
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
