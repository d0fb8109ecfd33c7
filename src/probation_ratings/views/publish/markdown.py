"""Ratings as Markdown, for a report or a comment on a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kit.forms import markdown, markdown_table
from .method import suppression_in_words
from .rows import NOT_AVAILABLE, SUPPRESSED, PublishedTable
from .tables import LICENCE, illustrative_in_words, ordered, problems_in_words, publish, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...rating.rated import RatedInspection
    from ..kit.showing import Detail, Showing
    from .rows import PduRow, Row
    from .tables import Publication


def to_markdown(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """A heading and tables per inspection, the regions side by side before them where there are several."""
    found = [publish(one, how.below) for one in rated]
    if len(found) != 1:
        yield f"# {markdown(how.rules.title)}: {how.rules.results}\n"
        if illustrative := illustrative_in_words(found, "each says whether its cases are"):
            yield f"\n**{markdown(illustrative)}**\n"
        for table in side_by_side(found, how):
            yield from _table(table, 2) if table.rows else ()
    for one in found if len(found) == 1 else ordered(found, how):
        yield from _inspection(one, 1 if len(found) == 1 else 2)
    if len(found) > 1:
        for table in found[0].shared:
            yield from _table(table, 2)
    told = [_detail(one) for one in how.publisher.details]
    yield f"\n{' '.join([*told, markdown(how.publisher.statement)])}\n"
    yield f"\n{markdown(LICENCE)}\n"


def _detail(one: Detail) -> str:
    """A detail of the publisher, with its link."""
    text = markdown(one.text)
    return f"{one.name}: [{text}](<{one.address}>)." if one.address else f"{one.name} {text}."


def _inspection(one: Publication, level: int) -> Iterator[str]:
    rated = one.rated
    rules = rated.rules
    title = f"{one.name}: {rules.results}" if level == 1 else one.name
    yield f"{'' if level == 1 else chr(10)}{'#' * level} {markdown(title)}\n"
    if rated.details.illustrative:
        yield "\n**Illustrative data: the cases are invented.**\n"
    if not rated.is_complete:
        some = rules.has_overall and any(standard.score is not None for standard in rated.standards)
        yield f"\n**{'No overall rating' if some else rules.no_result}.** Blocked by:\n\n"
        yield from (f"- {markdown(problem)}\n" for problem in problems_in_words(rated))
    elif rules.has_overall:
        yield f"\n**{markdown(one.overall)}**, score {rated.score} of {rated.max_score}.\n"
    for table in one.tables:
        if table is one.pdus:
            yield from _table(_by_pdu(one.pdus), level + 1)
        elif table not in one.shared or level == 1:  # what all of them have in common is there once
            yield from _table(table, level + 1)
    if one.hidden.below:
        yield f"\n{markdown(suppression_in_words(one.hidden.below))}\n"


def _by_pdu(table: PublishedTable[PduRow]) -> PublishedTable[Row]:
    """One row per key question and one column per PDU, which is short enough for a comment."""
    names = sorted({row.pdu for row in table.rows})
    cells: dict[str, dict[str, str]] = {}
    for row in table.rows:
        share = row.figures
        shown: str = f"{share.percentage}% {share.yes}/{share.relevant}" if share.relevant else NOT_AVAILABLE
        cells.setdefault(row.question, {})[row.pdu] = SUPPRESSED if share.relevant is SUPPRESSED else shown
    rows = [(asked, *(found.get(name, NOT_AVAILABLE) for name in names)) for asked, found in cells.items()]
    title = f"{table.title}: percentage, Yes/relevant"
    return PublishedTable(table.name, title, ("Key question", *names), tuple(rows))


def _table(table: PublishedTable[Row], level: int) -> Iterator[str]:
    yield f"\n{'#' * level} {markdown(table.title)}\n\n"
    right = [place for place, numeric in enumerate(table.numeric) if numeric]
    yield markdown_table(table.columns, table.cells, right)
    for remark in (*table.remarks, *(f"{sign} {sign.meaning}" for sign in table.shorthand)):
        yield f"\n{markdown(remark)}\n"
