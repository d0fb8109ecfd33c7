"""Which computed ratings the ratings panel may review, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from .. import problems as p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Panel
    from .key_questions import KeyQuestionRating
    from .margins import Margin


class Flag(NamedTuple):
    """Why the panel may review a rating: the criterion of the rule file's `panel` that applies, and how."""

    limit: Literal["points_from_edge", "cases_to_change", "cases_at_most"]
    reason: str


def flags(
    drivers: Sequence[KeyQuestionRating], percentage: int | Fraction, margin: Margin, rules: RuleSet
) -> tuple[Flag, ...]:
    """The panel's criteria that apply to a standard with these driving key questions, percentage and margin.

    Conventions of this project: an edge is the whole percentage at which a band begins; the distance is measured from
    the percentage that decides the band; and a different judgement in one case is one changed answer.
    """
    panel, found = rules.panel, []
    if panel is None:
        return ()
    names = p.listed([one.question.id for one in drivers])
    read = Fraction(percentage)
    band = min(rules.bands[1:], key=lambda one: abs(read - one.lowest))
    points = read - band.lowest
    if abs(points) <= panel.points_from_edge:
        side = "above" if points > 0 else "below"
        whole = rules.rounding.method == "whole_percent"
        distance = p.counted(int(abs(points)), "point") if whole else f"{p.cut(abs(points))} points"
        where = f"{distance} {side} {band.lowest}, where" if points else "exactly where"
        shown, verb = read if whole else p.cut(read), "is" if len(drivers) == 1 else "are"
        found.append(Flag("points_from_edge", f"{names} at {shown}% {verb} {where} {band.rating} begins"))
    for answers, way in ((margin.up, "from No to Yes would raise it"), (margin.down, "from Yes to No would lower it")):
        if answers is not None and answers <= panel.cases_to_change:
            found.append(Flag("cases_to_change", f"{p.counted(answers, 'answer')} {way}"))
    for one in drivers:
        if one.count.relevant <= panel.cases_at_most:
            cases = p.counted(one.count.relevant, "relevant case")
            found.append(Flag("cases_at_most", f"{one.question.id} rests on {cases}"))
    return tuple(found)


def limits(panel: Panel) -> str:
    """The panel's criteria in words."""
    return (
        f"the driving percentage lies within {p.counted(panel.points_from_edge, 'percentage point')} of a band's edge, "
        f"{p.counted(panel.cases_to_change, 'answer')} would change the rating, "
        f"or it rests on {p.counted(panel.cases_at_most, 'case')} or fewer"
    )
