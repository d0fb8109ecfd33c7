"""How much weight the case samples can bear, for `explain --sampling`, with the limits of these figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..findings.sampling import intervals
from .kit.columns import grid
from .kit.screen import Text

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
    yield grid(*interval_table(questions, rules, sampling, ("Question", "%", "Interval")), right=(1,))
    yield Text()
    yield Text(INTERVALS.format(level=f"{sampling.level:g}"))
    if sampling.resampled is not None:
        yield Text()
        yield Text("Sampling: resampled cases", style="bold")
        yield grid(KEPT, resample_rows(sampling.resampled), right=(2,))
        yield Text()
        yield Text(RESAMPLES.format(resamples=sampling.resampled.resamples, seed=sampling.resampled.seed))


def interval_table(
    questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling, head: tuple[str, ...]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns, and for each key question its id, percentage, interval, and the bands, if any, that this touches."""
    columns = (*head, "Bands in it") if rules.bands else head
    rows = [
        (
            one.question.question.id,
            str(one.question.percentage),
            f"{one.low:.1f} to {one.high:.1f}",
            " to ".join(one.ratings),
        )
        for one in intervals(questions, rules, sampling.level)
    ]
    return columns, [row[: len(columns)] for row in rows]


def resample_rows(resampled: Resampled) -> list[tuple[str, str, str, str]]:
    """For each standard and the overall rating: its rating, how often it was kept, and the other ratings."""
    rows = [_kept(name, kept) for name, kept in resampled.standards.items()]
    return [*rows, _kept("Overall", resampled.overall)] if resampled.overall is not None else rows


def to_entry(questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling) -> dict[str, Any]:
    """The figures as in JSON; intervals in per cent, with two decimals."""
    found: dict[str, list[float] | None] = dict.fromkeys(one.question.id for one in questions)
    for one in intervals(questions, rules, sampling.level):
        found[one.question.question.id] = [round(one.low, 2), round(one.high, 2)]
    entry: dict[str, Any] = {"level": sampling.level, "intervals": found, "resampling": None}
    if (drawn := sampling.resampled) is not None:
        entry["resampling"] = {
            "resamples": drawn.resamples,
            "seed": drawn.seed,
            "standards": {name: _counts(kept) for name, kept in drawn.standards.items()},
            "overall_rating": None if drawn.overall is None else _counts(drawn.overall),
        }
    return entry


def _counts(kept: Kept) -> dict[str, Any]:
    return {"rating": kept.rating, "kept": kept.same, "ratings": kept.ratings}


def _kept(name: str, kept: Kept) -> tuple[str, str, str, str]:
    others = {rating: count for rating, count in kept.ratings.items() if count and rating != kept.rating}
    if kept.unrated:
        others["not rated"] = kept.unrated
    otherwise = ", ".join(f"{rating} {count:,}" for rating, count in others.items())
    return name, kept.rating, f"{kept.same:,}", otherwise
