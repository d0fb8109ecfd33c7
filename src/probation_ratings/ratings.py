"""From counts to ratings: percentages, bands, driving key questions, scores.

Pure and exact: integers in, ratings with their whole working out. Whoever disputes a rating reads this file and
the rule file. The steps are those of the inspectorate's method; the rule file gives the reference of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .tallies import Count, Tally, pooled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .judgements import Judgement, PanelDecision
    from .ruleset import Band, KeyQuestion, RuleSet, Standard, SupportingQuestion


@dataclass(frozen=True, slots=True)
class KeyQuestionRating:
    """The working of one key question; percentage (whole per cent) and band are None without a relevant case."""

    question: KeyQuestion
    count: Count
    pdus: tuple[Tally, ...]
    percentage: int | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class SupportingFigure:
    """The answers to one supporting question, which rates nothing.

    `count` is None where an answer is none of those allowed; `percentage` (whole per cent) also where no case is
    relevant.
    """

    question: SupportingQuestion
    count: Count | None
    percentage: int | None


@dataclass(frozen=True, slots=True)
class StandardRating:
    """The rating of one standard and what it came from.

    `rating` and `score` (0 for the lowest rating) are None where the standard is not rated. They are the computed
    ones unless the panel decided otherwise. `driven_by` are the ids of the lowest key questions, all of them on a
    tie, and empty for a judged standard.
    """

    standard: Standard
    rating: str | None = None
    score: int | None = None
    computed_rating: str | None = None
    driven_by: tuple[str, ...] = ()
    key_questions: tuple[KeyQuestionRating, ...] = ()
    judgement: Judgement | None = None
    panel_decision: PanelDecision | None = None


def percentage(count: Count) -> int | None:
    """Yes as a whole per cent of Yes and No, rounded half up; None where no case is relevant.

    `floor(100·yes/relevant + 1/2)` in integers: a float would round some halves down.
    """
    if count.relevant == 0:
        return None
    return (200 * count.yes + count.relevant) // (2 * count.relevant)


def least_yes(share: int, relevant: int) -> int:
    """The fewest Yes among so many relevant cases that make at least `share`, a whole per cent.

    `percentage` turned round: `200·yes + relevant >= 2·share·relevant`, solved for `yes` and rounded up.
    """
    return max(0, -(-relevant * (2 * share - 1) // 200))


def rate_key_question(
    question: KeyQuestion, count: Count, rules: RuleSet, pdus: Sequence[Tally] = ()
) -> KeyQuestionRating:
    """The percentage of one key question and the band it lies in."""
    share = percentage(count)
    band = None if share is None else rules.key_question_bands.of(share)
    return KeyQuestionRating(question, count, tuple(pdus), share, band)


def rate_standard(
    standard: Standard,
    questions: Sequence[KeyQuestionRating],
    judgement: Judgement | None,
    rules: RuleSet,
) -> StandardRating:
    """The rating of one standard by its method: judged, or the band of its lowest (or only) key question.

    It is not rated where the judgement is missing or a key question has no relevant case.
    """
    if standard.method == "judgement":
        rating = None if judgement is None else judgement.rating
        driven_by: tuple[str, ...] = ()
    else:
        shares = [one.percentage for one in questions]
        known = [share for share in shares if share is not None]
        if len(known) < len(standard.key_questions):
            return StandardRating(standard, key_questions=tuple(questions))
        lowest = min(known)
        rating = rules.key_question_bands.of(lowest).rating
        driven_by = tuple(one.question.id for one in questions if one.percentage == lowest)
    score = None if rating is None else rules.scores[rating]
    return StandardRating(standard, rating, score, rating, driven_by, tuple(questions), judgement)


def rate_tallies(
    tallies: Sequence[Tally], judgements: Mapping[str, Judgement], rules: RuleSet, not_rated: Collection[str] = ()
) -> tuple[StandardRating, ...]:
    """The ratings of all standards, in the rule file's order; those of `not_rated` stay without one."""
    counts = pooled(tallies)
    rated = []
    for standard in rules.standards:
        if standard.id in not_rated:
            rated.append(StandardRating(standard))
            continue
        questions = [
            rate_key_question(
                question,
                counts.get(question.id, Count()),
                rules,
                [one for one in tallies if one.question == question.id],
            )
            for question in standard.key_questions
        ]
        rated.append(rate_standard(standard, questions, judgements.get(standard.id), rules))
    return tuple(rated)


def supporting_figures(
    tallies: Sequence[Tally], rules: RuleSet, asked: Collection[str]
) -> tuple[SupportingFigure, ...]:
    """The figures of the supporting questions that were counted, or that were `asked` and could not be."""
    counts = pooled(tallies)
    found = []
    for question in rules.supporting_questions:
        count = counts.get(question.id)
        if count is not None or question.id in asked:
            found.append(SupportingFigure(question, count, None if count is None else percentage(count)))
    return tuple(found)


def total_score(standards: Sequence[StandardRating]) -> int | None:
    """The sum of the standards' scores, unweighted; None unless every one is rated."""
    scores = [rated.score for rated in standards if rated.score is not None]
    return sum(scores) if len(scores) == len(standards) else None
