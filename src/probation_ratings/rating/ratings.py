"""From counts to ratings: percentages, bands, driving key questions, scores.

The functions are pure and exact: they work on integers and fractions. To check a rating, read this file and the rule
file. The steps follow the inspectorate's method, and the rule file has the reference for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..text import grouped
from .counts import Count, Tally, percentage, pooled
from .key_questions import KeyQuestionRating, rate_key_question
from .margins import NO_MARGIN, Margin, answer_margin
from .panel import Flag, flags

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from fractions import Fraction

    from ..checking.decisions import Judgement, PanelDecision
    from ..rulebook.model import RuleSet, Standard
    from ..rulebook.sheet_model import SupportingQuestion


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
"""How a standard is rated from its key questions. A new method is one function here, and its name in `Method` of
`rulebook.model`. Standards that inspectors judge have no function: their rating is given."""


@dataclass(frozen=True, slots=True)
class SupportingFigure:
    """The answers to one supporting question, which does not affect any rating.

    `count` is None if an answer is not one of those allowed; `percentage` (whole per cent) is also None without a
    relevant case.
    """

    question: SupportingQuestion
    count: Count | None
    percentage: int | None


@dataclass(frozen=True, slots=True, repr=False)
class StandardRating:
    """The rating of one standard and its basis.

    `rating` and `score` (0 for the lowest rating) are None if the standard is not rated. They are the computed ones
    unless the panel decided otherwise. `driven_by` are the ids of the lowest key questions, all of them on a tie, and
    empty for a judged standard. A standard that was not `inspected` has no score; its rating is the rule file's word
    for that. `margin`, `panel_flags` and `rounding_decides` (unrounded, the rating would be lower) are about the
    computed rating; a judged standard does not have them. `place` is the index of the rating on the scale, from 0.
    """

    standard: Standard
    rating: str | None = None
    score: int | None = None
    computed_rating: str | None = None
    driven_by: tuple[str, ...] = ()
    key_questions: tuple[KeyQuestionRating, ...] = ()
    judgement: Judgement | None = None
    panel_decision: PanelDecision | None = None
    inspected: bool = True
    margin: Margin = NO_MARGIN
    panel_flags: tuple[Flag, ...] = ()
    rounding_decides: bool = False
    place: int | None = None

    def __repr__(self) -> str:
        return f"<StandardRating {self.standard.id}: {self.rating or 'not rated'}>"

    @property
    def has_result(self) -> bool:
        """Whether there is what the rules give: a rating, or the percentages of its key questions."""
        return self.rating is not None or (self.standard.method == PERCENTAGES and bool(self.key_questions))

    @property
    def in_front(self) -> list[KeyQuestionRating]:
        """The key questions to show beside it: those that drive its rating, or all of them if it has none to drive."""
        return list(self.key_questions) if self.standard.method == PERCENTAGES else self.drivers

    @property
    def drivers(self) -> list[KeyQuestionRating]:
        """The key questions that drive the rating."""
        return [one for one in self.key_questions if one.question.id in self.driven_by]

    @property
    def rationale(self) -> str | None:
        """The reason that inspectors gave for their judgement; None where they gave none."""
        return (self.judgement.rationale or None) if self.judgement is not None else None

    @property
    def moved(self) -> bool:
        """Whether the panel decided on another rating than the computed one."""
        return self.panel_decision is not None and self.rating != self.computed_rating


def rate_standard(
    standard: Standard, questions: Sequence[KeyQuestionRating], judgement: Judgement | None, rules: RuleSet
) -> StandardRating:
    """Rate one standard by its method: judged, or the band of its lowest (or only) key question.

    It is not rated if its method gives percentages only, the judgement is missing or a key question has no relevant
    case. A judgement may record for any standard that it was not inspected.
    """
    not_rated = StandardRating(standard, key_questions=tuple(questions))
    if standard.method == PERCENTAGES:
        return not_rated
    if judgement is not None and not judgement.inspected:
        return StandardRating(standard, judgement.rating, judgement=judgement, inspected=False)
    method = METHODS.get(standard.method)
    if method is None:
        rating = None if judgement is None else judgement.rating
        score = None if rating is None else rules.scores[rating]
        place = None if rating is None else rules.rating_names.index(rating)
        return StandardRating(standard, rating, score, rating, (), tuple(questions), judgement, place=place)
    read = {one.question.id: one.read for one in questions if one.read is not None}
    if len(read) < len(standard.key_questions):
        return not_rated
    outcome = method(read)
    band = rules.band_of(outcome.percentage)
    if band is None:
        return not_rated
    drivers = [one for one in questions if one.question.id in outcome.driven_by]
    margin = NO_MARGIN
    if method is lowest_key_question:
        margin = answer_margin([one.parts for one in questions], band, rules)
    return StandardRating(
        standard,
        band.rating,
        rules.scores[band.rating],
        band.rating,
        outcome.driven_by,
        tuple(questions),
        margin=margin,
        panel_flags=flags(drivers, outcome.percentage, margin, rules),
        place=rules.rating_names.index(band.rating),
        rounding_decides=any(one.share is not None and 100 * one.share < band.lowest for one in drivers),
    )


def rate_standards(
    tallies: Sequence[Tally], judgements: Mapping[str, Judgement], rules: RuleSet, not_rated: Collection[str] = ()
) -> tuple[StandardRating, ...]:
    """Rate all standards, in the rule file's order, except those in `not_rated`."""
    counts, parts = pooled(tallies), grouped((one.question, one) for one in tallies)
    rated = []
    for standard in rules.standards:
        if standard.id in not_rated:
            rated.append(StandardRating(standard))
            continue
        questions = [
            rate_key_question(question, counts.get(question.id, Count()), rules, parts.get(question.id, ()))
            for question in standard.key_questions
        ]
        rated.append(rate_standard(standard, questions, judgements.get(standard.id), rules))
    return tuple(rated)


def supporting_figures(
    tallies: Sequence[Tally], rules: RuleSet, asked: Collection[str], blocked: Collection[str] = ()
) -> tuple[SupportingFigure, ...]:
    """The figures of the supporting questions that were counted, or that were `asked` but have no valid count.

    Those of `blocked` standards come from the same rows with errors, and have no count.
    """
    counts = pooled(tallies)
    found = []
    for question in rules.supporting_questions:
        count = None if question.standard in blocked else counts.get(question.id)
        if question.id in counts or question.id in asked:
            found.append(SupportingFigure(question, count, None if count is None else percentage(count)))
    return tuple(found)
