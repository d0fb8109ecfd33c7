"""The margin of a rating: how many answers would change it. Exact, in integers."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import lcm
from typing import TYPE_CHECKING

from .counts import least_share, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Band
    from .counts import Count


@dataclass(frozen=True, slots=True)
class Margin:
    """How far away the neighbouring ratings are; None if there is no neighbour.

    Of a key question or standard, in answers: `up` more of them Yes instead of No reach the next band, which is
    `above`; `down` fewer lose this `band`. Of an overall rating, in points of the score.
    """

    up: int | None = None
    down: int | None = None
    band: Band | None = field(default=None, compare=False)
    above: Band | None = field(default=None, compare=False)


NO_MARGIN = Margin()
"""The margin of a judged rating, of a standard that is not rated, and of a percentage without a band."""


def next_band(bands: Sequence[Band], band: Band) -> Band | None:
    """The next higher band; None for the highest."""
    return next((other for other in bands if other.lowest > band.lowest), None)


def answer_margin(questions: Sequence[Sequence[Count]], band: Band | None, rules: RuleSet) -> Margin:
    """The fewest answers that move a rating out of its `band`; without a band there is no margin.

    `questions` are the counts by PDU of each key question of a standard that takes the lowest. To go up, every question
    below the next band must reach it; to go down, one that leaves the band is enough.
    """
    if band is None:
        return NO_MARGIN
    above = next_band(rules.bands, band)
    averaged = [sorted(units(one, rules), key=lambda unit: unit.relevant) for one in questions]
    up = None if above is None else sum(_fewest(one, above, rules, up=True) for one in averaged)
    down = None if band.lowest == 0 else min(_fewest(one, band, rules, up=False) for one in averaged)
    return Margin(up, down, band, above)


def _fewest(averaged: Sequence[Count], band: Band, rules: RuleSet, *, up: bool) -> int:
    """The fewest answers that move a key question up to the beginning of a band, or down below it.

    `averaged` are its units, the smallest first: an answer in a unit of n relevant cases moves the mean of k units by
    1/(k·n), so the smallest unit is changed first. If cases are pooled, there is a single unit.
    """
    least = least_share(band.lowest, rules)
    # In steps so small that the mean, the beginning of the band, and what each answer moves are whole numbers of them.
    steps = lcm(*(unit.relevant for unit in averaged)) * len(averaged) * least.denominator
    parts = [(unit, steps // (unit.relevant * len(averaged))) for unit in averaged]
    distance = sum(unit.yes * move for unit, move in parts) - steps // least.denominator * least.numerator
    changed = 0
    for unit, move in parts:
        answers = max(0, min(unit.no, -(distance // move)) if up else min(unit.yes, distance // move + 1))
        changed += answers
        distance += move * (answers if up else -answers)
    return changed
