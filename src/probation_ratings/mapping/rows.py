"""Which rows of a source are taken: its conditions choose them, and what several sources take is compared."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import alike, plain
from ..reading.workbook import Broken
from .columns import Supplied, filled, key_of, mask_of, own_cells, used_in
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..reading.workbook import Column, Sheet
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
    """The values that are left out and nearly a value that is kept, in a column with a condition."""
    part = table.part
    left_out = table.rows & ~chosen.kept
    for row_filter in (*part.mapping.keep_rows, *part.mapping.ignore_rows):
        column = table.columns[row_filter.column]
        out, kept = _texts(column, left_out), _texts(column, chosen.kept)
        named = {plain(value): value for value in row_filter.values if _has_no_digit(value)}
        if row_filter in part.mapping.keep_rows:
            kept |= named
        elif row_filter.values:  # whether or not a row has them
            out = named | {key: text for key, text in out.items() if key in named}
        pairs = list(_pairs(out, kept)) if out else []
        if pairs:
            keys = {plain(text) for text, _ in pairs}
            rows = left_out & mask_of(column, [key_of(text) in keys for text in column.texts])
            if not rows.any():
                keys = {plain(other) for _, other in pairs}
                rows = chosen.kept & mask_of(column, [key_of(text) in keys for text in column.texts])
            found = p.few([f"{p.spelt(text)} (kept is {p.quoted(other)})" for text, other in pairs])
            facts: dict[str, Any] = {"found": p.private(found), "where": where(row_filter.line), "standards": ()}
            yield part.found(p.LEFT_OUT_NEAR, part.cells([(column, rows)]), **facts)


def _texts(column: Column, rows: Rows) -> dict[str, str]:
    """The values of a column in these rows, by the form in which they are compared; those with digits are left out."""
    texts = [column.texts[place] for place in used_in(column, rows)]
    return {key_of(text): text for text in texts if _has_no_digit(text)}


def _has_no_digit(text: str) -> bool:
    """Whether a value that is not blank has no digit: 'Area 1' and 'Area 2' are not nearly the same."""
    return text.strip() != "" and not any(map(str.isdigit, text))


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
                # a link may name a file, and so the sheet of a CSV file; with another delimiter it may have other rows
                sheet = "" if one.part.is_csv else one.part.sheet.name
                key = (os.path.realpath(one.part.workbook.path), sheet, len(one.chosen.kept))
                shared.setdefault(key, []).append(one.chosen)
    for same in shared.values():
        if len(same) > 1:  # one source alone counts what it leaves out
            yield from _twice(same)
            yield from _not_taken(same)


def copies(applied: Sequence[Applied]) -> Iterator[p.Problem]:
    """The sheets whose rows are those of another: only the names of their files or sheets make their ids differ."""
    first: dict[object, Applied] = {}
    for one in applied:
        same = one if one.sheet is None else first.setdefault(_rows_apart_from_names(one, one.sheet), one)
        if same is not one:
            other, part = same.part, one.part
            place = p.printable(other.workbook.path)
            if other.workbook is part.workbook:
                place = f"the sheet {p.quoted(other.sheet.name)}"
            count = p.counted(int(one.chosen.kept.sum()) if one.chosen is not None else 0, "row")
            yield part.found(p.ROWS_OF_A_COPY, standards=(), count=count, found=p.private(place), name=part.target.name)


def _rows_apart_from_names(applied: Applied, sheet: Sheet) -> object:
    """What the rows themselves have in the columns of the rules; other than all else where their ids have no name."""
    ids = {one.name for one in applied.part.target.columns if one.kind == "id"}
    columns = {one.text(0): one for one in sheet.columns if not one.given}
    if not any(isinstance(value, Supplied) for name in ids & set(columns) for value in columns[name].values):
        return id(applied)
    cells = (own_cells(columns[name]) for name in sorted(columns))
    texts = ([one.texts[code] for code in one.codes.tolist()] for one in cells)
    rows = sorted(row for row in zip(*texts, strict=True) if any(row))
    return applied.part.target.name, tuple(sorted(columns)), tuple(rows)


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
