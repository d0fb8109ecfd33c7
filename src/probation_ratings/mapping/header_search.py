"""Finds the header row of a source, the columns that a mapping names, and the first row of data."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import column_number, label, plain
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER, WantedHeaders
from .parts import SourceTable, rows_with_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..reading.workbook import Column
    from .model import Header
    from .parts import Part

_LONG = 200
"""A longer header is not compared with those that are missing."""


def locate(part: Part) -> tuple[SourceTable | None, list[p.Problem]]:
    """The table of a part, or None where it cannot be found, and what is wrong with it."""
    mapping, sheet = part.mapping, part.sheet
    wanted = mapping.wanted
    if wanted.header_row is None and not wanted.headers:
        return None, [part.found(p.HEADER_ROW_NOT_SAID)]
    header = -1
    problems: list[p.Problem] = []
    if wanted.headers:
        head = _Head(part, wanted)
        if head.header is None:
            return None, [head.missing()]
        header = head.header
    elif wanted.header_row and 0 <= wanted.header_row - sheet.first_row < sheet.rows:
        header = wanted.header_row - sheet.first_row
    columns = {}
    for one in mapping.headers:
        found = _column(part, one, header)
        if isinstance(found, p.Problem):
            problems.append(found)
        else:
            columns[one] = found
    above = part.row(header) if wanted.header_row is None else wanted.header_row
    first = above + 1 if mapping.first_row is None else mapping.first_row
    if first <= above:
        problems.append(part.found(p.FIRST_ROW_ABOVE_HEADER, first=first, row=above))
    if problems:
        return None, list(dict.fromkeys(problems))
    return _table_of(part, header, first, columns), []


def own_table(part: Part) -> tuple[SourceTable | None, list[p.Problem]]:
    """The table of a sheet with the rules' own headers: the header is the row with most of them.

    The conditions name columns by their headers in that row, too.
    """
    mapping = part.mapping
    if mapping.header_row is not None:
        return locate(part)
    known, sheet = part.target.labels, part.sheet

    def headers(place: int) -> int:
        texts = [one.text(place) for one in sheet.columns]
        return sum(label(text) in known for text in texts if len(text) <= LONGEST_HEADER)

    header = max(range(min(sheet.rows, HEADER_WITHIN)), key=headers, default=0)
    if mapping.keep_rows or mapping.ignore_rows:
        table, problems = locate(replace(part, mapping=replace(mapping, header_row=part.row(header))))
        return (None if table is None else replace(table, part=part)), problems
    return _table_of(part, header, max(mapping.first_row or 0, part.row(header + 1)), {}), []


def _table_of(part: Part, header: int, first: int, columns: Mapping[Header, Column]) -> SourceTable:
    """The table of a part whose first row of data is `first`, as Excel counts."""
    start = min(max(first - part.sheet.first_row, 0), part.sheet.rows)
    filled = rows_with_value(part.sheet)
    return SourceTable(part, header, start, columns, filled, filled & (np.arange(len(filled)) >= start))


class _Head:
    """The first rows of a sheet, and the place of the header row among them, if any has all the headers."""

    def __init__(self, part: Part, wanted: WantedHeaders) -> None:
        self._part = part
        self._wanted = wanted
        sheet, row = part.sheet, wanted.header_row
        places = range(min(sheet.rows, HEADER_WITHIN))
        if row is not None:
            given = row - sheet.first_row
            places = range(given, given + 1) if 0 <= given < sheet.rows else range(0)
        self._rows = [[one.text(place) for one in sheet.columns] for place in places]
        found = wanted.place(self._rows, sheet.first_row + places.start)
        self.header = None if found is None else places[found]

    def missing(self) -> p.Problem:
        """The problem that headers are missing: in the row that was given, or that has most of them."""
        part, number, verb = self._part, self._wanted.header_row, "has"
        names = {plain(one.name): one.name for one in part.mapping.headers if one.name is not None}
        best = max(self._rows, key=lambda row: len(_known(row, names)), default=[])
        has = [text for text in best if text]
        keys = {plain(text) for text in has}
        lacking = [name for key, name in names.items() if key not in keys]
        near = [_nearest(name, has) for name in lacking]
        meant = [f"{p.quoted(one)} is near" for one in dict.fromkeys(near) if one is not None]
        if number is None and len(self._rows) > 1 and not _known(best, names):
            row, verb = f"the first {len(self._rows)} rows", "have"
            has = next(([text for text in one if text] for one in self._rows if any(one)), [])
        else:
            row = f"row {number or part.row(self._rows.index(best) if self._rows else 0)}"
        facts: dict[str, Any] = {
            "names": p.listed([p.quoted(one) for one in lacking], "or"),
            "row": row,
            "verb": verb,
            "found_near": p.private(f" ({p.few(meant)})" if meant else ""),
            "found": p.private(p.listed(p.first_few([p.quoted(one) for one in has])) or "no text"),
            "elsewhere": self._elsewhere(),
        }
        return part.found(p.MAPPED_HEADER_MISSING, **facts)

    def _elsewhere(self) -> str:
        """Where the headers are, if not in the row that was given."""
        if self._wanted.header_row is None:
            return ""
        found = _Head(self._part, WantedHeaders(self._wanted.headers))
        return "" if found.header is None else f"; row {self._part.row(found.header)} has all of them"


def _known(row: Sequence[str], names: Iterable[str]) -> set[str]:
    return set(names) & set(map(plain, row))


def _nearest(name: str, texts: Sequence[str]) -> str | None:
    keys = {plain(text): text for text in texts if len(text) <= _LONG}
    match = get_close_matches(plain(name), list(keys), cutoff=0.7) if len(name) <= _LONG else []
    return keys[match[0]] if match else None


def _column(part: Part, header: Header, place: int) -> Column | p.Problem:
    """The column that is meant, or what is wrong with it."""
    columns, name = part.sheet.columns, header.name or ""
    if header.letter is None:
        found = [one for one in columns if plain(one.text(place)) == plain(name)]
        if len(found) == 1:
            return found[0]
        cells = tuple(f"{one.letter}{part.row(place)}" for one in found)
        facts: dict[str, Any] = {"count": len(found), "name": p.quoted(name), "letter": found[1].letter}
        return part.found(p.MAPPED_HEADER_TWICE, cells, **facts)
    number = column_number(header.letter)
    named = next((one for one in columns if one.number == number), None)
    if named is None:
        last = f"the last column with a value is {columns[-1].letter}" if columns else "no column has a value"
        return part.found(p.MAPPED_LETTER_WRONG, letter=header.letter, found_reason=p.private(f"is not there: {last}"))
    text = named.text(place) if name else ""
    if plain(text) != plain(name):
        reason = f"is headed {p.quoted(text) if text else 'with nothing'}, not {p.quoted(name)}"
        cells = (f"{header.letter}{part.row(place)}",)
        return part.found(p.MAPPED_LETTER_WRONG, cells, letter=header.letter, found_reason=p.private(reason))
    return named
