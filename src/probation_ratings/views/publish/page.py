"""One self-contained page of ratings, for readers: no script, nothing fetched, and no text that could become markup.

All figures come from the tables of the publication, or are checked against what it hides: what it leaves out cannot
come back through a bar, a sentence or a text alternative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ... import __version__
from ...findings.explanation import margin_in_words, overall_in_short
from ...findings.side_by_side import in_order, line_of
from ...findings.suppression import SUPPRESSED
from ...problems import listed, printable
from ..kit.dates import period
from ..kit.heat import told_pull
from .tables import (
    LICENCE,
    LICENCE_ADDRESS,
    METHOD,
    NOT_AVAILABLE,
    NOT_RATED,
    PDUS,
    SHORTHAND,
    how_rated,
    problems_in_words,
    publish,
    side_by_side,
    suppression_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ...rating.rated import RatedInspection
    from ...rating.ratings import StandardRating
    from ...rulebook.model import RuleSet
    from .tables import Publication, Table, Value

_PLACED = ("Ratings", "Key questions", PDUS, "Ratings panel", METHOD)
"""The tables that have a place and a form of their own; all others follow each other as they are."""
_COLOURS = 4
"""So many colours of ratings has the style sheet."""


def to_html(rated: Iterable[RatedInspection], rules: RuleSet, sort: str = "score", below: int = 0) -> Iterator[str]:
    """One self-contained page of all inspections; counts from 1 to `below` - 1 are left out.

    Several regions are shown side by side first, in the order of `sort`, and one after the other below.
    """
    found = [publish(one, below) for one in rated]
    lines = [line_of(one.rated) for one in found]
    publications = {id(line): one for line, one in zip(lines, found, strict=True)}
    environment = Environment(
        loader=PackageLoader("probation_ratings", "views/publish/templates"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "anchor": _anchor, "flagged": _flagged, "heat": _heat, "how_rated": how_rated, "listed": listed,
        "margin": _margin, "others": _others, "overall_in_short": overall_in_short, "period": period,
        "problems_in_words": problems_in_words, "pulls": _pulls, "questions": _questions,
        "suppression_in_words": suppression_in_words,
        "LICENCE": LICENCE, "LICENCE_ADDRESS": LICENCE_ADDRESS, "NOT_AVAILABLE": NOT_AVAILABLE,
        "NOT_RATED": NOT_RATED, "SHORTHAND": SHORTHAND, "SUPPRESSED": SUPPRESSED,
    }  # fmt: skip
    comparison = () if len(found) == 1 else side_by_side(lines, rules, sort, below)
    page = environment.get_template("page.html").render(
        regions=[publications[id(line)] for line in in_order(lines, rules, sort)],
        comparison=comparison,
        rules=rules,
        marks=_marks(rules),
        colours={name: place * (_COLOURS - 1) // (len(rules.rating_names) - 1)
                 for place, name in enumerate(rules.rating_names)},
        below=max((one.hidden.below for one in found), default=0),
        version=__version__,
    )  # fmt: skip
    yield page.lstrip()  # the macros above the page leave blank lines


def _harmless(value: object) -> object:
    """A value on its way into the page, without characters that act; markup is then escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _marks(rules: RuleSet) -> Mapping[str, str]:
    """The fewest letters that tell each rating from the others."""
    names, found = rules.rating_names, {}
    for name in names:
        starts = (name[:size] for size in range(1, len(name)))
        found[name] = next((start for start in starts if sum(one.startswith(start) for one in names) == 1), name)
    return found


def _anchor(name: str) -> str:
    """A name as part of an id: two different names give two ids."""
    return "".join(
        char if char.isascii() and char.isalnum() else "-" if char == " " else f"_{ord(char):x}" for char in name
    ).lower()


def _rows(one: Publication, name: str) -> tuple[tuple[Value, ...], ...]:
    return next((table.rows for table in one.tables if table.name == name), ())


def _others(one: Publication) -> list[Table]:
    """The tables that have no place of their own, in their order."""
    return [table for table in one.tables if table.name not in _PLACED]


def _questions(one: Publication, standard: str) -> list[dict[str, Value]]:
    """The key questions of a standard with their figures as they are published."""
    keys = ("id", "text", "standard", "yes", "no", "not_applicable", "relevant", "share", "rating", "drives")
    rows = (dict(zip(keys, row, strict=False)) for row in _rows(one, "Key questions"))
    return [row for row in rows if row["standard"] == standard]


def _margin(one: Publication, standard: StandardRating) -> str:
    """What moves a computed rating to its neighbours, and whether rounding decides it."""
    said = margin_in_words(standard)
    if said and one.hidden.touches(standard):
        return SUPPRESSED
    return f"{said}. Rounding decides: unrounded, it would be lower" if standard.rounding_decides else said


def _flagged(one: Publication, standard: str) -> Value:
    """Why the ratings panel may look at a rating again; nothing where it does not."""
    return next((row[-1] for row in _rows(one, "Ratings panel") if row[0] == standard), "")


def _heat(one: Publication) -> tuple[list[str], list[tuple[StandardRating, list[dict[str, object]]]]]:
    """The names of the PDUs, and by standard a row a key question: all together, each PDU, and the range."""
    rules = one.rated.rules
    cells: dict[str, dict[str, dict[str, Value]]] = {}
    last = "no PDU named"
    for question, pdu, yes, _, _, relevant, share, rating in _rows(one, PDUS):
        small = isinstance(relevant, int) and relevant <= rules.panel.cases_at_most
        cell: dict[str, Value] = {"yes": yes, "relevant": relevant, "share": share, "rating": rating, "small": small}
        cells.setdefault(str(question), {})[str(pdu)] = cell
    names = sorted({name for row in cells.values() for name in row}, key=lambda name: (name == last, name))
    body = []
    for standard in one.rated.standards:
        rows: list[dict[str, object]] = []
        for all_pdus in _questions(one, standard.standard.id):
            found = cells.get(str(all_pdus["id"]))
            if found is None:
                continue
            shares = [cell["share"] for cell in found.values() if cell["share"] != NOT_AVAILABLE]
            known = [share for share in shares if isinstance(share, int)]
            between = f"{min(known)} to {max(known)}" if known else NOT_AVAILABLE
            rows.append({
                "id": all_pdus["id"],
                "cells": [{**all_pdus, "small": False}, *(found.get(name) for name in names)],
                "range": SUPPRESSED if len(known) < len(shares) else between,
            })  # fmt: skip
        if rows:
            body.append((standard, rows))
    return names, body


def _pulls(one: Publication) -> list[str]:
    """Which PDU pulls each driving key question down most; nothing of a question of which something is hidden."""
    closed = one.hidden.questions | {question for question, _ in one.hidden.pdus}
    drivers = {question for standard in one.rated.standards for question in standard.driven_by}
    asked = (question for question in one.rated.key_questions if question.question.id in drivers - closed)
    return [told for question in asked if (told := told_pull(question))]
