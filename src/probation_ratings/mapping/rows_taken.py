"""Compares what the sources of a mapping file take: nothing at all, the same row twice, or none of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .mapped_sheet import Applied
    from .model import Source
    from .parts import Rows


def rows_taken(sources: Sequence[tuple[Source, list[Applied]]]) -> Iterator[p.Problem]:
    """What is wrong with the rows that the sources took, each from its sheets."""
    shared: dict[tuple[str, str], list[Applied]] = {}
    for source, applied in sources:
        yield from _none(source, applied)
        for one in applied:
            shared.setdefault((one.part.workbook.path, one.part.sheet.name), []).append(one)
    for same in shared.values():
        if len(same) > 1:
            yield from _twice(same)
            yield from _not_taken(same)


def _none(source: Source, applied: list[Applied]) -> Iterator[p.Problem]:
    """The sheets that gave no row: an error where that is all of a source."""
    mapped = [one for one in applied if one.kept is not None]
    without = [one for one in mapped if one.kept is not None and not one.kept.any()]
    all_of_it = len(without) == len(applied)
    for one in without:
        facts: dict[str, Any] = {"name": one.part.target.name, "where": where(source.line)}
        facts["found"] = p.private(f"left out are {p.listed(one.reasons)}" if one.reasons else "the sheet has none")
        if all_of_it:
            yield one.part.found(p.SOURCE_WITHOUT_ROWS, **facts)
            return
        yield one.part.found(p.FILE_WITHOUT_ROWS, standards=(), **facts)


def _twice(same: list[Applied]) -> Iterator[p.Problem]:
    taken: dict[str, tuple[Rows, list[Applied]]] = {}
    for one in same:
        if one.kept is None:
            continue
        name = one.part.target.name
        rows, earlier = taken.setdefault(name, (one.kept & False, []))
        if (rows & one.kept).any():
            for before in earlier:
                yield from _by_both(before, one)
        rows |= one.kept
        earlier.append(one)


def _by_both(first: Applied, second: Applied) -> Iterator[p.Problem]:
    """The rows that two sources took into one sheet."""
    if first.kept is not None and second.kept is not None and (both := first.kept & second.kept).any():
        part = second.part
        spans = part.rows(both)
        places = " and ".join(where(one.part.line) for one in (first, second))
        yield part.found(p.ROW_TAKEN_TWICE, spans.cells, rows=spans.words, name=part.target.name, where=places)


def _not_taken(same: list[Applied]) -> Iterator[p.Problem]:
    """The rows that could have gone into a sheet by one of several sources, and went into none."""
    mapped = [one for one in same if one.kept is not None and one.rows is not None]
    if len(mapped) < 2:  # one source alone counts what it leaves out
        return
    rest = _any([one.rows for one in mapped]) & ~_any([one.kept for one in mapped])
    if rest.any():
        part = mapped[0].part
        spans = part.rows(rest)
        count = p.counted(len(spans.numbers), "row")
        yield part.found(p.ROWS_NOT_TAKEN, spans.cells, standards=(), count=count)


def _any(masks: Sequence[Rows | None]) -> Rows:
    import numpy as np

    found: Rows = np.logical_or.reduce([one for one in masks if one is not None])
    return found
