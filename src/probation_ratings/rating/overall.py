"""The score of an inspection: the sum over its standards, and the margin of the overall rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .margins import NO_MARGIN, Margin, next_band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import RuleSet
    from .ratings import StandardRating


class OverallMargin(NamedTuple):
    """The points that separate a score from the next overall band and from losing this one.

    `steps_up` and `steps_down` are the ids of the standards for which a single step, to the neighbouring rating, is
    enough.
    """

    points: Margin = NO_MARGIN
    steps_up: tuple[str, ...] = ()
    steps_down: tuple[str, ...] = ()


NO_OVERALL_MARGIN = OverallMargin()
"""The margin of an inspection without a score."""


def total_score(standards: Sequence[StandardRating]) -> int | None:
    """The sum of the scores of the standards that count, unweighted; None unless every inspected one is rated."""
    if any(rated.inspected and rated.score is None for rated in standards):
        return None
    return sum(rated.score or 0 for rated in standards if rated.standard.counted)


def most_score(standards: Sequence[StandardRating], rules: RuleSet) -> int | None:
    """The highest total score that the standards that count and were inspected can reach; None if none is given."""
    if not rules.has_overall:
        return None
    return rules.highest(sum(rated.inspected and rated.standard.counted for rated in standards))


def overall_margin(score: int, standards: Sequence[StandardRating], rules: RuleSet) -> OverallMargin:
    """How many points separate a total score from the neighbouring overall bands, and which single steps are enough."""
    bands = rules.overall_bands_of(most_score(standards, rules))
    if bands is None:
        return NO_OVERALL_MARGIN
    band = bands.of(score)
    above = next_band(bands.bands, band)
    up = None if above is None else above.lowest - score
    down = None if band.lowest == 0 else score - band.lowest + 1
    scores = [rating.score for rating in rules.scale]
    higher, lower = [], []
    for rated in standards:
        if rated.score is None or not rated.standard.counted:
            continue
        place = scores.index(rated.score)
        if up is not None and place + 1 < len(scores) and scores[place + 1] - rated.score >= up:
            higher.append(rated.standard.id)
        if down is not None and place > 0 and rated.score - scores[place - 1] >= down:
            lower.append(rated.standard.id)
    return OverallMargin(Margin(up, down, band, above), tuple(higher), tuple(lower))
