"""Which rows of a source are taken: its conditions choose them, and what several sources take is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import alike, plain
from ..reading.workbook import Broken
from .columns import filled, key_of, mask_of, used_in
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..reading.workbook import Column
    from .columns import Rows
    from .mapped_sheet import Applied
    from .model import RowFilter, Source
    from .parts import SourceTable

_COMPARED = 1_000
"""So many pairs of values are compared to find those that are nearly the same."""
_LONG = 60
"""A longer value is compared with no other."""


@dataclass(slots=True)
class Chosen:
    """The rows that a source keeps, the reasons why others are left out, and the cells of those without a value named.

    `table` has the rows that it could have kept. `named` are those that a condition of `ignore_rows` names by a value.
    """

    table: SourceTable
    kept: Rows
    named: Rows
    reasons: list[str] = field(default_factory=list)
    cells: list[tuple[Column, Rows]] = field(default_factory=list)
    problems: list[p.Problem] = field(default_factory=list)


def choose(table: SourceTable) -> Chosen:
    """The rows that meet all conditions of `keep_rows` and none of `ignore_rows`."""
    mapping = table.part.mapping
    chosen = Chosen(table, table.rows.copy(), np.zeros(len(table.rows), dtype=bool))
    for row_filter in mapping.ignore_rows:
        _ignore(table, row_filter, chosen)
    for row_filter in mapping.keep_rows:
        out = chosen.kept & ~_meets(table, row_filter)
        if out.any():
            chosen.kept &= ~out
            chosen.reasons.append(f"{int(out.sum()):,} that keep_rows in {where(row_filter.line)} does not keep")
            chosen.cells.append((table.columns[row_filter.column], out))
    given = p.grouped((one.column, one.values) for one in (*mapping.keep_rows, *mapping.ignore_rows))
    for header, values in given.items():  # whether a row with an error is kept is not known
        named = {plain(value) for one in values for value in one}
        chosen.problems += table.part.broken(table.columns[header], table.rows, named)
    chosen.problems += _near(table, chosen)
    return chosen


def _meets(table: SourceTable, row_filter: RowFilter) -> Rows:
    """The rows that meet a condition."""
    column = table.columns[row_filter.column]
    wanted = set(map(plain, row_filter.values)) | ({""} if row_filter.blank else set())
    met = [key_of(text) in wanted for text in column.texts]
    if row_filter.pattern is not None:
        groups = table.part.matcher.groups(row_filter.pattern, column.texts, row_filter.line)
        met = [group is not None for group in groups]
    usable = [
        not isinstance(value, Broken) or table.part.is_named(text, wanted)
        for value, text in zip(column.values, column.texts, strict=True)
    ]
    return mask_of(column, [one and other for one, other in zip(met, usable, strict=True)])


def _ignore(table: SourceTable, row_filter: RowFilter, chosen: Chosen) -> None:
    column = table.columns[row_filter.column]
    out = chosen.kept & _meets(table, row_filter)
    if not out.any():
        return
    chosen.kept &= ~out
    blank = out & ~filled(column)
    chosen.named |= out & ~blank
    header = row_filter.column.shown
    if row_filter.pattern is not None:
        chosen.reasons.append(f"{int(out.sum()):,} that ignore_rows in {where(row_filter.line)} leaves out")
        chosen.cells.append((column, out))
        return
    for value in row_filter.values:
        same = mask_of(column, [key_of(text) == plain(value) for text in column.texts]) & out & ~blank
        if same.any():
            chosen.reasons.append(f"{int(same.sum()):,} where {header} is {p.quoted(value)}")
    if blank.any():
        chosen.reasons.append(f"{int(blank.sum()):,} where {header} is blank")


def _near(table: SourceTable, chosen: Chosen) -> Iterator[p.Problem]:
    """The values of rows left out that are nearly a value that is kept, in a column with a condition."""
    part = table.part
    left_out = table.rows & ~chosen.kept
    if not left_out.any():
        return
    for row_filter in (*part.mapping.keep_rows, *part.mapping.ignore_rows):
        column = table.columns[row_filter.column]
        out, kept = _texts(column, left_out), _texts(column, chosen.kept)
        if row_filter in part.mapping.keep_rows:
            kept |= {plain(value): value for value in row_filter.values if value}
        elif row_filter.values:
            named = set(map(plain, row_filter.values))
            out = {key: text for key, text in out.items() if key in named}
        pairs = list(_pairs(out, kept))
        if pairs:
            keys = {key_of(text) for text, _ in pairs}
            rows = left_out & mask_of(column, [key_of(text) in keys for text in column.texts])
            found = p.few([f"{p.spelt(text)} (kept is {p.quoted(other)})" for text, other in pairs])
            facts: dict[str, Any] = {"found": p.private(found), "where": where(row_filter.line), "standards": ()}
            yield part.found(p.LEFT_OUT_NEAR, part.cells([(column, rows)]), **facts)


def _texts(column: Column, rows: Rows) -> dict[str, str]:
    """The values of a column in these rows, by the form in which they are compared; those with digits are left out."""
    texts = [column.texts[place] for place in used_in(column, rows)]
    return {key_of(text): text for text in texts if text and not any(map(str.isdigit, text))}


def _pairs(out: dict[str, str], kept: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each value that is left out with one that is kept and nearly the same; only so many are compared."""
    ends: dict[tuple[int, str], list[str]] = {}
    for key in kept:
        for end in {key[:1], key[-1:]}:
            ends.setdefault((len(key), end), []).append(key)
    left = _COMPARED
    for key, text in out.items():
        if key in kept or len(key) > _LONG:
            continue
        sizes = (len(key), len(key) + 1, len(key) - 1)
        places = [(size, end) for size in sizes for end in (key[:1], key[-1:])]
        for one in islice((one for place in places for one in ends.get(place, ())), left):
            left -= 1
            if alike(text, kept[one]):
                yield text, kept[one]
                break


def rows_taken(sources: Sequence[tuple[Source, list[Applied]]]) -> Iterator[p.Problem]:
    """What is wrong with the rows that the sources took, each from its sheets."""
    shared: dict[tuple[str, str, int], list[Chosen]] = {}
    for source, applied in sources:
        yield from _none(source, applied)
        for one in applied:
            if one.chosen is not None:
                # with another delimiter, a file may have other rows
                key = (one.part.workbook.path, one.part.sheet.name, len(one.chosen.kept))
                shared.setdefault(key, []).append(one.chosen)
    for same in shared.values():
        if len(same) > 1:  # one source alone counts what it leaves out
            yield from _twice(same)
            yield from _not_taken(same)


def _none(source: Source, applied: list[Applied]) -> Iterator[p.Problem]:
    """The sheets that gave no row: an error where that is all of a source."""
    without = [one.chosen for one in applied if one.chosen is not None and not one.chosen.kept.any()]
    all_of_it = len(without) == len(applied)
    for one in without:
        part = one.table.part
        facts: dict[str, Any] = {"name": part.target.name, "where": where(source.line)}
        facts["found"] = p.private(f"left out are {p.listed(one.reasons)}" if one.reasons else "the sheet has none")
        if all_of_it:
            yield part.found(p.SOURCE_WITHOUT_ROWS, **facts)
            return
        yield part.found(p.FILE_WITHOUT_ROWS, standards=(), **facts)


def _twice(same: list[Chosen]) -> Iterator[p.Problem]:
    """The rows that two sources took into one sheet."""
    for place, second in enumerate(same):
        part = second.table.part
        for first in same[:place]:
            both, other = first.kept & second.kept, first.table.part
            if other.target.name == part.target.name and both.any():
                spans = part.rows(both)
                places = f"{where(other.line)} and {where(part.line)}"
                yield part.found(p.ROW_TAKEN_TWICE, spans.cells, rows=spans.words, name=part.target.name, where=places)


def _not_taken(same: list[Chosen]) -> Iterator[p.Problem]:
    """The rows that could have gone into a sheet by one of several sources, and went into none."""
    rest = np.logical_or.reduce([one.table.rows for one in same]) & ~np.logical_or.reduce([one.kept for one in same])
    if rest.any():
        part = same[0].table.part
        spans = part.rows(rest)
        count = p.counted(len(spans.numbers), "row")
        yield part.found(p.ROWS_NOT_TAKEN, spans.cells, standards=(), count=count)
