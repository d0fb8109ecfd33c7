"""Ratings as Markdown, for a report or a comment on a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...findings.side_by_side import line_of
from ...findings.suppression import SUPPRESSED
from ..kit.forms import markdown, markdown_table
from .tables import (
    LICENCE,
    METHOD,
    NOT_AVAILABLE,
    NOT_RATED,
    PDUS,
    SHORTHAND,
    Publication,
    Table,
    problems_in_words,
    publish,
    side_by_side,
    suppression_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...rating.rated import RatedInspection
    from ...rulebook.model import RuleSet
    from .tables import Value


def to_markdown(rated: Iterable[RatedInspection], rules: RuleSet, sort: str = "score", below: int = 0) -> Iterator[str]:
    """A heading and tables an inspection, the regions side by side before them where there are several.

    Counts from 1 to `below` - 1 are left out.
    """
    found = [publish(one, below) for one in rated]
    if len(found) != 1:
        yield f"# {markdown(rules.title)}: ratings\n"
        for table in side_by_side([line_of(one.rated) for one in found], rules, sort, below):
            yield from _table(table, 2)
    for one in found:
        yield from _inspection(one, 1 if len(found) == 1 else 2)
    if len(found) > 1:
        yield from _table(found[0].table(METHOD), 2)
    yield f"\n{markdown(LICENCE)}\n"


def _inspection(one: Publication, level: int) -> Iterator[str]:
    rated = one.rated
    title = f"{one.name}: ratings" if level == 1 else one.name
    yield f"{'' if level == 1 else chr(10)}{'#' * level} {markdown(title)}\n"
    if rated.details.illustrative:
        yield "\n**Illustrative data: the cases are invented.**\n"
    if rated.score is None:
        some = any(standard.score is not None for standard in rated.standards)
        yield f"\n**{'No overall rating' if some else NOT_RATED}.** In the way:\n\n"
        yield from (f"- {markdown(problem)}\n" for problem in problems_in_words(rated))
    else:
        yield f"\n**{markdown(one.overall)}**, score {rated.score} of {rated.max_score}.\n"
    for table in one.tables:
        if table.name != METHOD or level == 1:  # what all of them have in common stands once
            yield from _table(_by_pdu(table) if table.name == PDUS else table, level + 1)
    if one.hidden.below:
        yield f"\n{markdown(suppression_in_words(one.hidden.below))}\n"


def _by_pdu(table: Table) -> Table:
    """A row a key question and a column a PDU, which is short enough for a comment."""
    names = sorted({str(row[1]) for row in table.rows})
    cells: dict[Value, dict[str, str]] = {}
    for question, pdu, yes, _, _, relevant, percentage, _ in table.rows:
        shown = f"{percentage}% {yes}/{relevant}" if relevant else NOT_AVAILABLE
        shown = SUPPRESSED if relevant == SUPPRESSED else shown
        cells.setdefault(question, {})[str(pdu)] = shown
    rows = tuple((question, *(found.get(name, NOT_AVAILABLE) for name in names)) for question, found in cells.items())
    return Table(table.name, f"{table.title}: percentage, Yes/relevant", ("Key question", *names), rows)


def _table(table: Table, level: int) -> Iterator[str]:
    yield f"\n{'#' * level} {markdown(table.title)}\n\n"
    right = [place for place, numeric in enumerate(table.numeric) if numeric]
    yield markdown_table(table.columns, table.rows, right)
    signs = (f"{sign} {SHORTHAND[sign]}" for sign in table.shorthand)
    for remark in (*table.remarks, *signs):
        yield f"\n{markdown(remark)}\n"
