"""One self-contained page of ratings, for readers: no script, nothing fetched, and no text that could become markup.

All figures come from the tables of the publication, or are checked against what it hides: what it leaves out cannot
come back through a bar, a sentence or a text alternative.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from ...findings.answer import answer_in_words, answer_of_many
from ...findings.explanation import margin_in_words, overall_in_short
from ...problems import counted, listed
from ..kit.dates import period
from .charts import per_cent, scores, stacks, strip_plot
from .html import anchor, page
from .method import how_rated, suppression_in_words
from .rows import NO_PDU, NOT_AVAILABLE, SUPPRESSED
from .tables import LICENCE, LICENCE_ADDRESS, ordered, problems_in_words, publish, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ...rating.rated import RatedInspection
    from ...rating.ratings import StandardRating
    from ...rulebook.model import RuleSet
    from ..kit.showing import Showing
    from .rows import KeyQuestionRow, PduRow
    from .tables import Publication

    HeatRow: TypeAlias = tuple[KeyQuestionRow, list[PduRow | None], str]

_COLOURS = 4
"""So many colours of ratings has the style sheet."""
_PDUS, _LETTERS = 10, 92
"""So many PDUs fit beside each other on a sheet of A4, if their columns need no more than so many letters together."""


def to_html(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """One self-contained page of all inspections.

    Several regions are shown side by side first, in the order that was asked for, and one after the other below.
    """
    yield _page([publish(one, how.below) for one in rated], how)


def to_front_page(files: Mapping[str, Iterable[RatedInspection]], how: Showing) -> Iterator[str]:
    """The front page of a site: the inspections side by side, with links to the page of each by its file name."""
    links = {id(one): name for name, rated in files.items() for one in rated}
    found = [publish(one, how.below) for rated in files.values() for one in rated]
    yield _page(found, how, links)


def _page(found: Sequence[Publication], how: Showing, links: Mapping[int, str] | None = None) -> str:
    """A page; with `links` to the pages of the inspections it has only their comparison."""
    rules = how.rules
    several = links is not None or len(found) != 1
    regions = ordered(found, how) if several else found
    made = page(
        "page.html",
        anchor=anchor, answer_in_words=answer_in_words, counted=counted, heat=_heat, how_rated=how_rated, listed=listed,
        margin=_margin, overall_in_short=overall_in_short, parts=_parts, per_cent=per_cent, period=period,
        problems_in_words=problems_in_words, pulls=_pulls, questions=_questions, scores=scores, stacks=stacks,
        strip_plot=strip_plot, suppression_in_words=suppression_in_words, tight=_tight, LICENCE=LICENCE,
        LICENCE_ADDRESS=LICENCE_ADDRESS, NOT_AVAILABLE=NOT_AVAILABLE, NOT_RATED=rules.no_result,
        SUPPRESSED=SUPPRESSED,
        regions=regions,
        many=several,
        links=[f"#region-{place}-top" for place in range(1, len(regions) + 1)]
        if links is None
        else [links[id(one.rated)] for one in regions],
        is_front=links is not None,
        front=how.front,
        comparison=side_by_side(found, how) if several else (),
        answer=answer_of_many([one.rated for one in found], rules) if several else "",
        publisher=how.publisher,
        rules=rules,
        **scale_of(rules),
        below=max((one.hidden.below for one in found), default=0),
    )  # fmt: skip
    return _spelled_out(made)


def _spelled_out(page: str) -> str:
    """The page with PDU in full where a reader meets it first, unless it is in full there already."""
    before, main, rest = page.partition("<main>")
    pieces = re.split(r"(<[^>]*>)", rest)
    for place, piece in enumerate(pieces):
        if not piece.startswith("<") and (found := re.search(r"\bPDU(s?)\b", piece)):
            start, end = found.span()
            if not piece[:start].endswith("("):
                pieces[place] = f"{piece[:start]}Probation Delivery Unit{found[1]} ({found[0]}){piece[end:]}"
            break
    return f"{before}{main}{''.join(pieces)}"


def scale_of(rules: RuleSet) -> dict[str, Mapping[str, str] | Mapping[str, int]]:
    """The letters and the colours of the ratings, by the names of a template's variables."""
    names, marks = rules.rating_names, {}
    for name in names:  # the fewest letters that tell it from the others
        starts = (name[:size] for size in range(1, len(name)))
        marks[name] = next((start for start in starts if sum(one.startswith(start) for one in names) == 1), name)
    colours = {name: place * (_COLOURS - 1) // max(len(names) - 1, 1) for place, name in enumerate(names)}
    return {"marks": marks, "colours": colours}


def _questions(one: Publication, standard: str) -> list[KeyQuestionRow]:
    """The key questions of a standard with their figures as they are published."""
    return [row for row in one.key_questions.rows if row.standard == standard]


def _margin(one: Publication, standard: StandardRating) -> str:
    """What moves a computed rating to its neighbours, and whether rounding decides it."""
    said = margin_in_words(standard)
    if said and one.hidden.touches(standard):
        return SUPPRESSED
    return f"{said}. Rounding decides: unrounded, it would be lower" if standard.rounding_decides else said


def _parts(one: Publication) -> list[list[str]]:
    """The names of the PDUs in as few parts as fit on a page, of about the same size."""
    names = sorted({row.pdu for row in one.pdus.rows}, key=lambda name: (name == NO_PDU, name))
    for size in range(min(_PDUS, len(names)), 0, -1):
        even = -(-len(names) // -(-len(names) // size))  # 12 in parts of 10 are twice 6
        parts = [names[first : first + even] for first in range(0, len(names), even)]
        if size == 1 or not any(map(_tight, parts)):
            return parts
    return []


def _tight(heads: Iterable[str]) -> bool:
    """Whether columns with these heads fit beside each other only if the heads are turned.

    A column is as wide as its longest word or a figure, and the space behind it.
    """
    return sum(max(7, *map(len, head.split())) + 1 for head in heads) > _LETTERS


def _heat(one: Publication, names: Sequence[str]) -> Iterator[tuple[StandardRating, list[HeatRow]]]:
    """By standard, each key question with the figures of these PDUs, and the range of the percentages."""
    cells = {(row.question, row.pdu): row for row in one.pdus.rows}
    closed = {row.question for row in one.pdus.rows if row.figures.percentage is SUPPRESSED}
    for standard in one.rated.standards:
        rows = []
        for question, rated in zip(_questions(one, standard.standard.id), standard.key_questions, strict=True):
            between = rated.pdu_range
            shown = NOT_AVAILABLE if between is None else f"{between[0]} to {between[1]}"
            pdus = [cells.get((question.id, name)) for name in names]
            if rated.pdus:
                rows.append((question, pdus, SUPPRESSED if question.id in closed else shown))
        if rows:
            yield standard, rows


def _pulls(one: Publication) -> list[str]:
    """Which PDU pulls each key question in front down most; nothing of a question of which something is hidden."""
    closed = one.hidden.questions | {question for question, _ in one.hidden.pdus}
    asked = (question for standard in one.rated.standards for question in standard.in_front)
    return [each.pull_in_words for each in asked if each.pull_in_words and each.question.id not in closed]
