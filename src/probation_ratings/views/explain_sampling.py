"""How much weight the case samples can bear, for `explain --sampling`, with the limits of these figures."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..findings.sampling import wilson
from ..rating.percentages import read_as
from .kit.screen import Text, grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from ..findings.sampling import Kept, Resampled, Sampling
    from ..rating.key_questions import KeyQuestionRating
    from ..rulebook.model import RuleSet

INTERVALS = (
    "If the cases are a random sample of many more, an interval made this way includes the percentage of all of them "
    "in about {level}% of such inspections. It says nothing about how inspectors judge, or about cases that could not "
    "be sampled, and it changes no rating."
)
RESAMPLES = (
    "Bootstrap: the cases were resampled, with replacement within each PDU, and rated: {resamples:,} times, seed "
    "{seed}. The counts show how much the ratings depend on which cases are in the sample. They are not the chance "
    "that a rating is right. Judged ratings and panel decisions stay the same."
)
KEPT = ("Standard", "Rating", "Kept", "Otherwise")
"""The columns of `resample_rows`."""


def to_text(questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling) -> Iterator[RenderableType]:
    """One row per key question with its interval, one per standard with its resamples, and what they mean."""
    yield Text(f"Sampling: {sampling.level:g}% intervals", style="bold")
    yield grid(("Question", "%", "Interval", "Bands in it"), interval_rows(questions, rules, sampling), right=(1,))
    yield Text()
    yield Text(INTERVALS.format(level=f"{sampling.level:g}"))
    if sampling.resampled is not None:
        yield Text()
        yield Text("Sampling: resampled cases", style="bold")
        yield grid(KEPT, resample_rows(sampling.resampled), right=(2,))
        yield Text()
        yield Text(RESAMPLES.format(resamples=sampling.resampled.resamples, seed=sampling.resampled.seed))


def interval_rows(
    questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling
) -> list[tuple[str, str, str, str]]:
    """For each key question: its id, percentage, interval, and the bands that the interval touches."""
    rows = []
    for one in questions:
        found = wilson(one.count, sampling.level / 100)
        if found is not None:
            low, high = found
            bands = rules.key_question_bands
            reached = list(dict.fromkeys(bands.of(read_as(Fraction(end) / 100, rules)).rating for end in (low, high)))
            rows.append((one.question.id, str(one.percentage), f"{low:.1f} to {high:.1f}", " to ".join(reached)))
    return rows


def resample_rows(resampled: Resampled) -> list[tuple[str, str, str, str]]:
    """For each standard and the overall rating: its rating, how often it was kept, and the other ratings."""
    rows = [_kept(name, kept) for name, kept in resampled.standards.items()]
    return [*rows, _kept("Overall", resampled.overall)] if resampled.overall is not None else rows


def to_entry(questions: Sequence[KeyQuestionRating], sampling: Sampling) -> dict[str, Any]:
    """The figures as in JSON; intervals in per cent, with two decimals."""
    intervals = {}
    for one in questions:
        found = wilson(one.count, sampling.level / 100)
        intervals[one.question.id] = None if found is None else [round(end, 2) for end in found]
    entry: dict[str, Any] = {"level": sampling.level, "intervals": intervals, "resampling": None}
    if (drawn := sampling.resampled) is not None:
        entry["resampling"] = {
            "resamples": drawn.resamples,
            "seed": drawn.seed,
            "standards": {name: _counts(kept) for name, kept in drawn.standards.items()},
            "overall_rating": None if drawn.overall is None else _counts(drawn.overall),
        }
    return entry


def _counts(kept: Kept) -> dict[str, Any]:
    return {"rating": kept.rating, "kept": kept.ratings[kept.rating], "ratings": kept.ratings}


def _kept(name: str, kept: Kept) -> tuple[str, str, str, str]:
    others = {rating: count for rating, count in kept.ratings.items() if count and rating != kept.rating}
    if unrated := kept.resamples - sum(kept.ratings.values()):
        others["not rated"] = unrated
    otherwise = ", ".join(f"{rating} {count:,}" for rating, count in others.items())
    return name, kept.rating, f"{kept.ratings[kept.rating]:,}", otherwise
