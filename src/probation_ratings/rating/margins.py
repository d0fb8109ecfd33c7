"""How firmly a rating stands: how many answers, or points, part it from its neighbours. Exact, in integers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from .ratings import exact_share, least_share, most_score, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import Band, Bands, RuleSet
    from .counts import Count
    from .ratings import KeyQuestionRating, StandardRating


@dataclass(frozen=True, slots=True)
class Margin:
    """How far away the neighbouring ratings are; None where there is none.

    Of a key question or standard, in answers: `up` turned from No to Yes reach the next band, `down` turned from Yes
    to No lose this one. Of an overall rating, in points of the score.
    """

    up: int | None = None
    down: int | None = None


@dataclass(frozen=True, slots=True)
class OverallMargin:
    """The points that part a score from the next overall band and from losing this one.

    `steps_up` and `steps_down` are the ids of the standards of which a single step, to the neighbouring rating, is
    enough for that.
    """

    points: Margin = Margin()
    steps_up: tuple[str, ...] = ()
    steps_down: tuple[str, ...] = ()


def next_band(bands: Bands, band: Band) -> Band | None:
    """The band above; None above the highest."""
    return next((other for other in bands.bands if other.lowest > band.lowest), None)


def question_margin(rated: KeyQuestionRating, rules: RuleSet) -> Margin:
    """How many answers part a key question from the neighbouring bands."""
    if rated.band is None:
        return Margin()
    return _margin([rated], rated.band, rules)


def standard_margin(rated: StandardRating, rules: RuleSet) -> Margin:
    """The fewest answers, to any of its key questions, that move the computed rating of a standard.

    Up, every key question below the next band must reach it; down, one that leaves the band is enough. A standard
    rated by judgement has no margin.
    """
    band = computed_band(rated)
    return Margin() if band is None else _margin(rated.key_questions, band, rules)


def computed_band(rated: StandardRating) -> Band | None:
    """The band of the lowest key question of a standard; None where it has none or is not rated."""
    return next((one.band for one in rated.key_questions if one.question.id in rated.driven_by), None)


def rounding_decides(rated: StandardRating, rules: RuleSet) -> bool:
    """Whether a driving percentage lies below its band until it is rounded: unrounded, the rating would be lower."""
    band = computed_band(rated)
    return (
        band is not None
        and rules.rounding.method == "whole_percent"
        and any(one.share is not None and 100 * one.share < band.lowest for one in rated.key_questions)
    )


def overall_margin(score: int, standards: Sequence[StandardRating], rules: RuleSet) -> OverallMargin:
    """How many points part a total score from the neighbouring overall bands, and which single steps do it."""
    bands = rules.overall_bands_of(most_score(standards, rules))
    if bands is None:
        return OverallMargin()
    band = bands.of(score)
    above = next_band(bands, band)
    up = None if above is None else above.lowest - score
    down = None if band.lowest == 0 else score - band.lowest + 1
    scores = [rating.score for rating in rules.ratings.scale]
    higher, lower = [], []
    for rated in standards:
        if rated.score is None or not rated.standard.counted:
            continue
        place = scores.index(rated.score)
        if up is not None and place + 1 < len(scores) and scores[place + 1] - rated.score >= up:
            higher.append(rated.standard.id)
        if down is not None and place > 0 and rated.score - scores[place - 1] >= down:
            lower.append(rated.standard.id)
    return OverallMargin(Margin(up, down), tuple(higher), tuple(lower))


def _margin(questions: Sequence[KeyQuestionRating], band: Band, rules: RuleSet) -> Margin:
    counts = [[one.count for one in rated.pdus] or [rated.count] for rated in questions]
    above = next_band(rules.key_question_bands, band)
    up = None if above is None else sum(_fewest(one, above, rules, up=True) for one in counts)
    down = None if band.lowest == 0 else min(_fewest(one, band, rules, up=False) for one in counts)
    return Margin(up, down)


def _fewest(counts: Sequence[Count], band: Band, rules: RuleSet, *, up: bool) -> int:
    """The fewest answers that take a key question up to the beginning of a band, or down below it.

    An answer moves the mean of k units by 1/(k·n) in a unit of n relevant cases, whatever else was turned. So it is
    best to turn those of the smallest unit first; where the cases are pooled there is a single unit.
    """
    averaged = sorted(units(counts, rules), key=lambda one: one.relevant)
    distance = (exact_share(averaged, rules) or 0) - least_share(band.lowest, rules)
    turned = 0
    for unit in averaged:
        steps = distance * len(averaged) * unit.relevant
        answers = max(0, min(unit.no, ceil(-steps)) if up else min(unit.yes, floor(steps) + 1))
        turned += answers
        distance += Fraction(answers if up else -answers, len(averaged) * unit.relevant)
    return turned
