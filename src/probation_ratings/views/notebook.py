"""The table of ratings that a notebook shows for a rated inspection: plain HTML, accessible, and no text acts in it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..problems import listed, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating

_HEAD = ("Standard", "Rating", "Score", "Driven by")


def to_html(rated: RatedInspection) -> str:
    """A table with a caption, a row per standard, and the overall rating in the last one."""
    details = rated.details
    data = f" ({details.data_status})" if details.data_status else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    body = "".join(_row(f"{one.standard.id} {one.standard.title}", *_cells(one)) for one in rated.standards)
    score = "" if rated.score is None else f"{rated.score} of {rated.max_score}"
    why = rated.why_no_overall_rating or ""
    overall = _row("Overall", rated.overall_rating or "No overall rating", score, why)
    return (
        f"<table>\n<caption>{_text(f'Ratings of {details.title}{data}')}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n<tfoot>\n{overall}</tfoot>\n</table>\n"
    )


def _cells(one: StandardRating) -> tuple[str, str, str]:
    """The rating of a standard, its score, and what drives it."""
    drivers = [f"{driver.question.id} at {driver.percentage}%" for driver in one.drivers]
    judged = "inspectors' judgement" if one.judgement is not None and not one.driven_by and one.inspected else ""
    why = f"{listed(drivers)}{judged}"
    if one.moved:
        why = f"{why}; moved by the panel from {one.computed_rating}"
    return one.rating or "Not rated", "" if one.score is None else str(one.score), why


def _row(name: str, *cells: str) -> str:
    row: Iterable[str] = (f"<td>{_text(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{_text(name)}</th>{"".join(row)}</tr>\n'


def _text(text: str) -> str:
    """Text without markup and characters that act."""
    return escape(printable(text))
