"""Rates a standard from its key questions: one function for each method of a rule file.

A new method is one function here, under its name in `METHODS`, and that name in `Method` of `rulebook.model`.
Standards that inspectors judge have no function: their rating is given. Nor have those with percentages only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction


class Outcome(NamedTuple):
    """The percentage that gives a standard its band, and the ids of the key questions that drive it."""

    percentage: int | Fraction
    driven_by: tuple[str, ...]


def lowest_key_question(percentages: Mapping[str, int | Fraction]) -> Outcome:
    """Choose the lowest key question; on a tie every lowest one drives the standard.

    `percentages` are the values for the bands, by the id of the key question, in the rule file's order.
    """
    lowest = min(percentages.values())
    return Outcome(lowest, tuple(question for question, value in percentages.items() if value == lowest))


PERCENTAGES = "percentages"
"""The method of a standard that has no rating: the percentages of its key questions are the result."""

METHODS: dict[str, Callable[[Mapping[str, int | Fraction]], Outcome]] = {
    "lowest_key_question": lowest_key_question,
    "single_key_question": lowest_key_question,
}
