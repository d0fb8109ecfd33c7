"""From counts to ratings: percentages, bands, driving key questions, scores.

Pure and exact: integers in, ratings with their whole working out. Whoever disputes a rating reads this file and
the rule file. The steps are those of the inspectorate's method; the rule file gives the reference of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .counts import Count, Tally, pooled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ..checking.decisions import Judgement, PanelDecision
    from ..rulebook.model import Band, KeyQuestion, RuleSet, Standard
    from ..rulebook.sheet_model import SupportingQuestion


@dataclass(frozen=True, slots=True)
class KeyQuestionRating:
    """The working of one key question: `share` is its exact share of Yes, `percentage` that in whole per cent.

    Both, and the band, are None without a relevant case.
    """

    question: KeyQuestion
    count: Count
    pdus: tuple[Tally, ...]
    percentage: int | None
    band: Band | None
    share: Fraction | None = None


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
    tie, and empty for a judged standard. One that was not `inspected` has the rule file's word for that as its rating,
    and no score.
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


def units(counts: Iterable[Count], rules: RuleSet) -> list[Count]:
    """The counts whose shares are averaged, without those that have no relevant case.

    `pooled`: a single one, all PDUs added up. `mean_of_units`: each PDU's own.
    """
    found = [count for count in counts if count.relevant]
    return found if rules.aggregation.method == "mean_of_units" or not found else [sum(found, Count())]


def exact_share(counts: Iterable[Count], rules: RuleSet) -> Fraction | None:
    """The share of Yes in Yes and No, as the rule file aggregates the PDUs; None where no case is relevant."""
    found = units(counts, rules)
    return sum(Fraction(one.yes, one.relevant) for one in found) / Fraction(len(found)) if found else None


def whole_percent(share: Fraction) -> int:
    """A share as a whole per cent, rounded half up.

    `floor(100·share + 1/2)` in integers: a float would round some halves down.
    """
    return (200 * share.numerator + share.denominator) // (2 * share.denominator)


def percentage(count: Count) -> int | None:
    """Yes as a whole per cent of Yes and No, rounded half up; None where no case is relevant."""
    return whole_percent(Fraction(count.yes, count.relevant)) if count.relevant else None


def read_as(share: Fraction, rules: RuleSet) -> int | Fraction:
    """What a band is read off, in per cent: the share rounded half up (`whole_percent`), or as it is (`exact`)."""
    return 100 * share if rules.rounding.method == "exact" else whole_percent(share)


def least_share(lowest: int, rules: RuleSet) -> Fraction:
    """The least share that is read as at least `lowest` per cent: half a point less where it is rounded."""
    return Fraction(lowest, 100) if rules.rounding.method == "exact" else Fraction(2 * lowest - 1, 200)


def rate_key_question(
    question: KeyQuestion, count: Count, rules: RuleSet, pdus: Sequence[Tally] = ()
) -> KeyQuestionRating:
    """The percentage of one key question and the band it lies in; `pdus` are what `count` is made up of."""
    share = exact_share([one.count for one in pdus] or [count], rules)
    if share is None:
        return KeyQuestionRating(question, count, tuple(pdus), None, None)
    band = rules.key_question_bands.of(read_as(share, rules))
    return KeyQuestionRating(question, count, tuple(pdus), whole_percent(share), band, share)


def rate_standard(
    standard: Standard,
    questions: Sequence[KeyQuestionRating],
    judgement: Judgement | None,
    rules: RuleSet,
) -> StandardRating:
    """The rating of one standard by its method: judged, or the band of its lowest (or only) key question.

    It is not rated where the judgement is missing or a key question has no relevant case. A judgement may say of any
    standard that it was not inspected.
    """
    if judgement is not None and judgement.rating not in rules.scores:
        return StandardRating(standard, judgement.rating, judgement=judgement, inspected=False)
    if standard.method == "judgement":
        rating = None if judgement is None else judgement.rating
        driven_by: tuple[str, ...] = ()
    else:
        read = {one.question.id: read_as(one.share, rules) for one in questions if one.share is not None}
        if len(read) < len(standard.key_questions):
            return StandardRating(standard, key_questions=tuple(questions))
        lowest = min(read.values())
        rating = rules.key_question_bands.of(lowest).rating
        driven_by = tuple(question for question, value in read.items() if value == lowest)
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
    tallies: Sequence[Tally], rules: RuleSet, asked: Collection[str], unsound: Collection[str] = ()
) -> tuple[SupportingFigure, ...]:
    """The figures of the supporting questions that were counted, or that were `asked` and could not be.

    Those of standards that are `unsound` rest on the same rows, and have no count.
    """
    counts = pooled(tallies)
    found = []
    for question in rules.supporting_questions:
        count = None if question.standard in unsound else counts.get(question.id)
        if question.id in counts or question.id in asked:
            found.append(SupportingFigure(question, count, None if count is None else percentage(count)))
    return tuple(found)


def total_score(standards: Sequence[StandardRating]) -> int | None:
    """The sum of the scores of the standards that count, unweighted; None unless every inspected one is rated."""
    if any(rated.inspected and rated.score is None for rated in standards):
        return None
    return sum(rated.score or 0 for rated in standards if rated.standard.counted)


def most_score(standards: Sequence[StandardRating], rules: RuleSet) -> int:
    """The highest total score that the standards that count and were inspected can reach."""
    return rules.highest(sum(rated.inspected and rated.standard.counted for rated in standards))
