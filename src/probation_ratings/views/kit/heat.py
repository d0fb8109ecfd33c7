"""The heat table: the percentage of each key question in each PDU, and the rating that it would get, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from .screen import Text, lines_of, style_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rich.console import RenderableType

    from ...rating.key_questions import KeyQuestionRating, PduRating
    from ...rulebook.model import RuleSet
    from .screen import Screen

_WIDTH = 6
"""Columns of one PDU: a percentage, the letter of its band, the mark of a small count, and a space; or its count."""
_FIRST = 24
"""Columns of the key question, of all PDUs together and of the range between them."""


def heat_table(
    questions: Sequence[KeyQuestionRating], drivers: Collection[str], rules: RuleSet, screen: Screen
) -> Iterator[RenderableType]:
    """One row per key question and one column per PDU; several tables if the screen is too narrow for one.

    `drivers` are the ids of the key questions for which the PDU that lowers them most is named.
    """
    found = [(question, {share.pdu: share for share in question.pdus}) for question in questions]
    names = list(dict.fromkeys(pdu for _, shares in found for pdu in shares))
    if not names:
        yield Text("No case has a PDU.")
        return
    # cases without a PDU come last
    names.sort(key=lambda name: (name is None, name or ""))
    numbers = {name: str(number) for number, name in enumerate(names, start=1)}
    counts = [len(_count(share)) for _, shares in found for share in shares.values()]
    at_once = max(1, (screen.room - 1 - _FIRST) // max(_WIDTH, *(count + 1 for count in counts)))
    yield Text("By PDU", style="bold")
    yield screen.flow([f"{numbers[name]} {name or 'no PDU named'}" for name in names])
    for start in range(0, len(names), at_once):
        yield Text()
        yield _table(found, names[start : start + at_once], numbers, rules)
    marks = [f"{rating[0]} {rating}" for rating in rules.rating_names]
    small = [f"* {rules.few_cases} relevant cases or fewer"] if rules.few_cases else []
    yield Text()
    yield screen.flow(["% and Yes/relevant", *marks, *small], style="dim")
    if rules.has_ratings:
        yield Text("A letter is the rating that the PDU alone would get; it is not a published rating.", style="dim")
    pulls = [one.pull_in_words for one in questions if one.question.id in drivers and one.pull_in_words]
    if pulls:
        yield Text()
        yield lines_of(pulls)


def _table(
    questions: Sequence[tuple[KeyQuestionRating, dict[str | None, PduRating]]],
    names: Sequence[str | None],
    numbers: dict[str | None, str],
    rules: RuleSet,
) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    for _ in range(3 + len(names)):
        grid.add_column(justify="right", no_wrap=True)
    grid.columns[0].justify = "left"
    head = ["", "All", *(numbers[name] for name in names), "Range"]
    grid.add_row(*(Text(name, style="bold") for name in head))
    for question, found in questions:
        between, shares = question.pdu_range, [found.get(name) for name in names]
        cells = [_cell(one, rules, "*" if one is not None and one.small else "") for one in shares]
        span = "" if between is None else f"{between[0]}-{between[1]}"
        grid.add_row(question.question.id, _cell(question, rules), *cells, span)
        grid.add_row("", *map(_count, (question, *shares)), "", style="dim")
    return grid


def _cell(share: KeyQuestionRating | PduRating | None, rules: RuleSet, mark: str = "") -> Text:
    if share is None:
        return Text()
    band = None if share.band is None else share.band.rating
    shown = "-" if share.percentage is None else f"{share.percentage}{'' if band is None else band[0]}"
    return Text(f"{shown}{mark}", style=style_of(band, rules))


def _count(share: KeyQuestionRating | PduRating | None) -> str:
    return "" if share is None else f"{share.count.yes}/{share.count.relevant}"
