"""Compares what the sources of a mapping file take: nothing at all, the same row twice, or none of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import problems as p
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .columns import Rows
    from .mapped_sheet import Applied
    from .model import Source
    from .parts import Part


def rows_taken(sources: Sequence[tuple[Source, list[Applied]]]) -> Iterator[p.Problem]:
    """What is wrong with the rows that the sources took, each from its sheets."""
    shared: dict[tuple[str, str], list[_Taken]] = {}
    for source, applied in sources:
        yield from _none(source, applied)
        for one in applied:
            if one.kept is not None and one.rows is not None:
                place = (one.part.workbook.path, one.part.sheet.name)
                shared.setdefault(place, []).append(_Taken(one.part, one.kept, one.rows))
    for same in shared.values():
        if len(same) > 1:  # one source alone counts what it leaves out
            yield from _twice(same)
            yield from _not_taken(same)


class _Taken(NamedTuple):
    """The rows of a sheet that a source took, and those that it could have taken."""

    part: Part
    kept: Rows
    rows: Rows


def _none(source: Source, applied: list[Applied]) -> Iterator[p.Problem]:
    """The sheets that gave no row: an error where that is all of a source."""
    without = [one for one in applied if one.kept is not None and not one.kept.any()]
    all_of_it = len(without) == len(applied)
    for one in without:
        facts: dict[str, Any] = {"name": one.part.target.name, "where": where(source.line)}
        facts["found"] = p.private(f"left out are {p.listed(one.reasons)}" if one.reasons else "the sheet has none")
        if all_of_it:
            yield one.part.found(p.SOURCE_WITHOUT_ROWS, **facts)
            return
        yield one.part.found(p.FILE_WITHOUT_ROWS, standards=(), **facts)


def _twice(same: list[_Taken]) -> Iterator[p.Problem]:
    """The rows that two sources took into one sheet."""
    for place, second in enumerate(same):
        part = second.part
        for first in same[:place]:
            both = first.kept & second.kept
            if first.part.target.name == part.target.name and both.any():
                spans = part.rows(both)
                places = f"{where(first.part.line)} and {where(part.line)}"
                yield part.found(p.ROW_TAKEN_TWICE, spans.cells, rows=spans.words, name=part.target.name, where=places)


def _not_taken(same: list[_Taken]) -> Iterator[p.Problem]:
    """The rows that could have gone into a sheet by one of several sources, and went into none."""
    rest = np.logical_or.reduce([one.rows for one in same]) & ~np.logical_or.reduce([one.kept for one in same])
    if rest.any():
        part = same[0].part
        spans = part.rows(rest)
        count = p.counted(len(spans.numbers), "row")
        yield part.found(p.ROWS_NOT_TAKEN, spans.cells, standards=(), count=count)
