"""Two results of the same inspection, or of two years: what changed, by how much, and whether the rules did.

It works on the JSON documents of `rate`, so that results that were kept can be compared without their workbooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .names import label
from .problems import listed, quoted
from .sampling import wilson
from .tallies import Count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A key question before and after; a percentage is None where a side has no such question or no relevant case.

    `difference` and `interval` are in percentage points, of the exact percentages. There is no interval where one of
    them is a mean of several PDUs' percentages.
    """

    id: str
    percentages: tuple[int | None, int | None]
    drove: bool
    drives: bool
    difference: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class StandardChange:
    """A standard before and after; `steps` is how many ratings it rose, None where a side is not rated."""

    id: str
    title: str
    before: str | None
    after: str | None
    steps: int | None
    questions: tuple[QuestionChange, ...]

    @property
    def lost_drivers(self) -> list[str]:
        """The key questions that drove the rating and do so no more."""
        return [one.id for one in self.questions if one.drove and not one.drives]

    @property
    def new_drivers(self) -> list[str]:
        """The key questions that drive the rating and did not before."""
        return [one.id for one in self.questions if one.drives and not one.drove]


@dataclass(frozen=True, slots=True)
class RegionChange:
    """An inspection before and after."""

    regions: tuple[str | None, str | None]
    ratings: tuple[str | None, str | None]
    scores: tuple[int | None, int | None]
    max_scores: tuple[int, int]
    standards: tuple[StandardChange, ...]


def difference(before: Count, after: Count) -> tuple[float, tuple[float, float]] | None:
    """How many points a percentage rose, and the 95% interval of that; None where a side has no relevant case.

    The interval is Newcombe's (1998, method 10), made of the Wilson intervals of the two independent percentages.
    """
    first, second = wilson(before), wilson(after)
    if first is None or second is None:
        return None
    p, q = 100 * before.yes / before.relevant, 100 * after.yes / after.relevant
    low = sqrt((q - second[0]) ** 2 + (first[1] - p) ** 2)
    high = sqrt((second[1] - q) ** 2 + (p - first[0]) ** 2)
    return q - p, (q - p - low, q - p + high)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> RegionChange:
    """What changed between two inspections, given as they stand in the JSON of `rate`."""
    sides = [{one["id"]: one for one in side["standards"]} for side in (before, after)]
    return RegionChange(
        regions=(_named(before), _named(after)),
        ratings=(before["overall_rating"], after["overall_rating"]),
        scores=(before["score"], after["score"]),
        max_scores=(before["max_score"], after["max_score"]),
        standards=tuple(
            _standard(sides[0].get(one), sides[1].get(one)) for one in dict.fromkeys([*sides[0], *sides[1]])
        ),
    )


def pairs(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[list[RegionChange], list[str], list[str]]:
    """The inspections that belong together, and the regions that only one side has.

    One inspection on each side belongs together whatever its region is called; of several, those of the same region.
    Raises `UsageError` where a side has a region twice.
    """
    if len(before) == len(after) == 1:
        return [compare(before[0], after[0])], [], []
    sides: list[dict[str, Mapping[str, Any]]] = []
    for side, name in ((before, "before"), (after, "after")):
        named = [(str(_named(one)), one) for one in side if one["region"]]
        sides.append({label(name): one for name, one in named})
        if len(sides[-1]) < len(named):
            twice = [name for name, one in named if sides[-1][label(name)] is not one]
            raise UsageError(f"{listed([quoted(region) for region in twice])} stands twice in what was {name}")
    both = [region for region in sides[0] if region in sides[1]]
    only = [
        [str(_named(one)) for region, one in here.items() if region not in there]
        for here, there in (sides, reversed(sides))
    ]
    return [compare(sides[0][region], sides[1][region]) for region in both], only[0], only[1]


def _points(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[float | None, tuple[float, float] | None]:
    """How many points a percentage rose, and the interval of that unless a side is a mean of several percentages."""
    first, second = (Count(one["yes"], one["no"], one["not_applicable"]) for one in (before, after))
    if _of_all_cases(before) and _of_all_cases(after):
        return difference(first, second) or (None, None)
    shares = [Fraction(*one["share"]) for one in (before, after) if one.get("share") is not None]
    return (float(100 * (shares[1] - shares[0])) if len(shares) > 1 else None), None


def _of_all_cases(question: Mapping[str, Any]) -> bool:
    """Whether a percentage is that of its counts, and not a mean of several.

    Results that were kept from before do not say how many were averaged.
    """
    if "averaged" in question:
        return bool(question["averaged"] <= 1)
    share = question.get("share")
    return share is None or share[0] * (question["yes"] + question["no"]) == share[1] * question["yes"]


def _named(inspection: Mapping[str, Any]) -> str | None:
    """The region, or the PDU and its region."""
    return ", ".join(filter(None, (inspection.get("pdu"), inspection["region"]))) or None


def _standard(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> StandardChange:
    known = after or before or {}
    sides: list[Mapping[str, Any]] = [before or {}, after or {}]
    questions = [{one["id"]: one for one in side.get("key_questions", [])} for side in sides]
    # results that were kept from before do not say the place of a rating on the scale
    key = "rating_place" if all("rating_place" in side for side in sides) else "score"
    places = [side.get(key) for side in sides]
    return StandardChange(
        id=known["id"],
        title=known["title"],
        before=sides[0].get("rating"),
        after=sides[1].get("rating"),
        steps=None if places[0] is None or places[1] is None else places[1] - places[0],
        questions=tuple(
            _question(questions[0].get(one), questions[1].get(one), sides)
            for one in dict.fromkeys([*questions[0], *questions[1]])
        ),
    )


def _question(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, sides: Sequence[Mapping[str, Any]]
) -> QuestionChange:
    known = after or before or {}
    points, interval = _points(before, after) if before is not None and after is not None else (None, None)
    drives = [known["id"] in side.get("driven_by", []) for side in sides]
    return QuestionChange(
        id=known["id"],
        percentages=(
            None if before is None else before["percentage"],
            None if after is None else after["percentage"],
        ),
        drove=drives[0],
        drives=drives[1],
        difference=points,
        interval=interval,
    )
