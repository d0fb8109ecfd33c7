"""Compares two results: what changed, by how much, and whether the rules changed.

It works on the JSON documents of `rate`, so that saved results can be compared without their workbooks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..checking.inspection import NOT_NAMED, Fieldwork, alike, from_texts
from ..errors import UsageError
from ..names import label
from ..problems import REGION_TWICE, grouped, listed, printable, quoted
from ..rating.counts import Count
from ..rating.ratings import PERCENTAGES
from .sampling import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Entry = Mapping[str, Any]
    """A part of a JSON document; empty for a side that lacks it."""

FILES_NAMED = 5
"""A message names at most this many files of a side."""
State: TypeAlias = Literal["rated", "not rated", "not read"]


@dataclass(frozen=True, slots=True)
class Result:
    """An inspection as in the JSON of `rate`, and the file that it is from."""

    inspection: Entry
    file: str

    @property
    def name(self) -> str | None:
        """The region, or the PDU and its region; None without either."""
        return ", ".join(filter(None, (self.inspection.get("pdu"), self.inspection["region"]))) or None

    @property
    def workbook(self) -> str:
        """The path of its workbook."""
        return str(self.inspection["workbook"]["path"])

    @property
    def fieldwork(self) -> Fieldwork:
        """The dates of the inspection; results of earlier versions do not have them."""
        return from_texts(*(self.inspection.get(key) for key in ("fieldwork_started", "fieldwork_ended")))

    @property
    def codes(self) -> list[str]:
        """The codes of the problems that block its ratings."""
        found = self.inspection["problems"]
        return sorted({problem["code"] for problem in found if problem["severity"] == "error"})

    @property
    def state(self) -> State:
        """Whether it was rated, not rated, or could not be read."""
        if self.inspection["workbook"]["sha256"] is None:
            return "not read"
        return "not rated" if self.codes else "rated"


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A key question before and after; a percentage is None if a side has no such question or no relevant case.

    `difference` and `interval` are in percentage points, of the exact percentages. There is no interval if one of
    them is a mean of several PDUs' percentages.
    """

    id: str
    text: str
    percentages: tuple[int | None, int | None]
    drove: bool
    drives: bool
    difference: Fraction | None
    interval: tuple[float, float] | None

    @property
    def changed(self) -> bool:
        """Whether its percentage changed, exactly or rounded, or whether it drives the rating."""
        return bool(self.difference) or self.percentages[0] != self.percentages[1] or self.drove != self.drives


@dataclass(frozen=True, slots=True)
class StandardChange:
    """A standard before and after; `steps` is how many ratings it rose.

    It is None if a side is not rated, or if the sides have different scales. Of a standard that is not `rated` by the
    rules of either side, the percentages of its key questions are compared. `rationales` are those of its judgements.
    """

    id: str
    title: str
    before: str | None
    after: str | None
    steps: int | None
    questions: tuple[QuestionChange, ...]
    rated: bool = True
    rationales: tuple[str | None, str | None] = (None, None)

    @property
    def lost_drivers(self) -> list[str]:
        """The key questions that drove the rating and no longer do."""
        return [one.id for one in self.questions if one.drove and not one.drives]

    @property
    def new_drivers(self) -> list[str]:
        """The key questions that drive the rating and did not before."""
        return [one.id for one in self.questions if one.drives and not one.drove]

    @property
    def changed(self) -> bool:
        """Whether its rating changed, or one of its key questions."""
        return self.before != self.after or any(one.changed for one in self.questions)


@dataclass(frozen=True, slots=True)
class RegionChange:
    """An inspection before and after; `results` are those of both sides."""

    results: tuple[Result, Result]
    regions: tuple[str | None, str | None]
    ratings: tuple[str | None, str | None]
    scores: tuple[int | None, int | None]
    max_scores: tuple[int | None, int | None]
    standards: tuple[StandardChange, ...]

    @property
    def changed(self) -> bool:
        """Whether the region, its ratings, a standard, or why it is not rated changed."""
        regions = [label(one or "") for one in self.regions]
        facts = [(one.state, one.codes) for one in self.results]
        sides = (regions, self.ratings, self.scores, self.max_scores, facts)
        return any(first != second for first, second in sides) or any(one.changed for one in self.standards)

    @property
    def name(self) -> str:
        """The region of either side, the later one first."""
        return self.regions[1] or self.regions[0] or NOT_NAMED

    @property
    def has_ratings(self) -> bool:
        """Whether the rules of a side rate any standard."""
        return any(one.rated for one in self.standards)

    def changed_only(self) -> RegionChange:
        """Only the standards that changed, each with only the key questions that did."""
        changed = (one for one in self.standards if one.changed)
        standards = (replace(one, questions=tuple(each for each in one.questions if each.changed)) for one in changed)
        return replace(self, standards=tuple(standards))


def difference(before: Count, after: Count) -> tuple[Fraction, tuple[float, float]] | None:
    """How many points a percentage rose, and the 95% interval of that; None if a side has no relevant case.

    The interval is Newcombe's (1998, method 10), from the Wilson intervals of the two independent percentages.
    """
    first, second = wilson(before), wilson(after)
    if first is None or second is None:
        return None
    p, q = (Fraction(100 * one.yes, one.relevant) for one in (before, after))
    low = sqrt((q - second[0]) ** 2 + (first[1] - p) ** 2)
    high = sqrt((second[1] - q) ** 2 + (p - first[0]) ** 2)
    return q - p, (float(q - p) - low, float(q - p) + high)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The inspections in pairs, and those of each side without a counterpart."""

    changes: list[RegionChange]
    unpaired: tuple[list[Result], list[Result]]

    @property
    def changed(self) -> bool:
        """Whether anything changed, or one side has an inspection that the other lacks."""
        return any(self.unpaired) or any(one.changed for one in self.changes)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.changes and not any(self.unpaired)

    def changed_only(self) -> Pairs:
        """Only the inspections that changed, and of each only what did."""
        return Pairs([one.changed_only() for one in self.changes if one.changed], self.unpaired)


def compare(before: Result, after: Result, place: str | None) -> RegionChange:
    """Compare two inspections; `place` is the key of a rating's place on their scale, if they have one scale."""
    first, second = before.inspection, after.inspection
    return RegionChange(
        results=(before, after),
        regions=(before.name, after.name),
        ratings=(first["overall_rating"], second["overall_rating"]),
        scores=(first["score"], second["score"]),
        max_scores=(first["max_score"], second["max_score"]),
        standards=tuple(_standard(*one, place) for one in _both(first["standards"], second["standards"])),
    )


def pairs(before: Sequence[Result], after: Sequence[Result]) -> Pairs:
    """Find the inspections that belong together.

    If each side has one inspection, they are a pair whatever their regions. Otherwise pairs have the same region and,
    if a side has several years of a region, the same year. Raises `UsageError` if the pairs are not clear.
    """
    place = _place_of_rating([*before, *after])
    if len(before) == len(after) == 1:
        return Pairs([compare(before[0], after[0], place)], ([], []))
    sides = _by_region(before), _by_region(after)
    changes: list[RegionChange] = []
    paired: list[Result] = []
    for region in sides[0]:
        if region in sides[1]:
            found = _matched(sides[0][region], sides[1][region])
            changes += [compare(*one, place) for one in found]
            paired += [result for one in found for result in one]
    known = {id(one) for one in paired}
    first, second = ([one for group in side.values() for one in group if id(one) not in known] for side in sides)
    return Pairs(changes, (first, second))


def _place_of_rating(results: Iterable[Result]) -> str | None:
    """The key of a rating's place on the scale; None where the results have different scales.

    Scales differ if one rating has two places, or one place has two ratings. Results of earlier versions do not
    have the place: their score takes its part.
    """
    standards = [standard for one in results for standard in one.inspection["standards"]]
    key = "rating_place" if all("rating_place" in one for one in standards) else "score"
    known = {(one["rating"], one[key]) for one in standards if one[key] is not None}
    ratings, places = ({one[side] for one in known} for side in (0, 1))
    return key if len(ratings) == len(places) == len(known) else None


def _by_region(side: Sequence[Result]) -> dict[str, list[Result]]:
    """The inspections of a side by region and PDU, or each by itself if it has no region.

    Of inspections that were refused as duplicates, only the first is kept.
    """
    found = grouped((label(one.name or "") if one.inspection["region"] else f"/{id(one)}", one) for one in side)
    return {
        region: [
            one
            for group in alike(results, lambda one: one.fieldwork)
            for one in (group[:1] if all(REGION_TWICE.code in each.codes for each in group) else group)
        ]
        for region, results in found.items()
    }


def _matched(before: list[Result], after: list[Result]) -> list[tuple[Result, Result]]:
    """The pairs of one region: the only one of each side, or those of the same year if a side has several."""
    if len(before) == len(after) == 1:
        return [(before[0], after[0])]
    # Each side has at most one per year, so there are few.
    clear = all(len(group) == 1 for side in (before, after) for group in alike(side, lambda one: one.fieldwork))
    found = [
        (first, second)
        for first in (before if clear else ())
        for second in after
        if not first.fieldwork.is_told_from(second.fieldwork)
    ]
    if not found or any(len({id(pair[side]) for pair in found}) < len(found) for side in (0, 1)):
        years = [
            listed([f"{printable(one.file)} ({one.fieldwork.when})" for one in side[:FILES_NAMED]])
            for side in (before, after)
        ]
        region = quoted(before[0].name or "")
        raise UsageError(
            f"{region} cannot be paired: before there is {years[0]}, after there is {years[1]}; "
            "give two files, or enter different days of fieldwork in each workbook"
        )
    return found


def _points(before: Entry, after: Entry) -> tuple[Fraction | None, tuple[float, float] | None]:
    """How many points a percentage rose, and its interval unless a side is a mean of several percentages."""
    first, second = (Count(one["yes"], one["no"], one["not_applicable"]) for one in (before, after))
    if _of_all_cases(before) and _of_all_cases(after):
        return difference(first, second) or (None, None)
    shares = [Fraction(*one["share"]) for one in (before, after) if one.get("share") is not None]
    return (100 * (shares[1] - shares[0]) if len(shares) > 1 else None), None


def _of_all_cases(question: Entry) -> bool:
    """Whether a percentage is computed from its counts, not as a mean of several.

    Results of earlier versions do not have the number of percentages averaged.
    """
    if "averaged" in question:
        return bool(question["averaged"] <= 1)
    share = question.get("share")
    return share is None or share[0] * (question["yes"] + question["no"]) == share[1] * question["yes"]


def _both(before: Iterable[Entry], after: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """The entries of both sides with the same id, in the order of their first mention; one that lacks is empty."""
    sides = [{one["id"]: one for one in side} for side in (before, after)]
    return ((sides[0].get(one, {}), sides[1].get(one, {})) for one in dict.fromkeys([*sides[0], *sides[1]]))


def _standard(before: Entry, after: Entry, place: str | None) -> StandardChange:
    known = after or before
    places = (None, None) if place is None else (before.get(place), after.get(place))
    asked = _both(before.get("key_questions", []), after.get("key_questions", []))
    return StandardChange(
        id=known["id"],
        title=known["title"],
        before=before.get("rating"),
        after=after.get("rating"),
        steps=None if places[0] is None or places[1] is None else places[1] - places[0],
        questions=tuple(_question(*one, before.get("driven_by", []), after.get("driven_by", [])) for one in asked),
        rated=any(side.get("method") != PERCENTAGES for side in (before, after) if side),
        rationales=(before.get("rationale"), after.get("rationale")),  # results of earlier versions have none
    )


def _question(before: Entry, after: Entry, drove: Sequence[str], drive: Sequence[str]) -> QuestionChange:
    known = after or before
    points, interval = _points(before, after) if before and after else (None, None)
    shares = before.get("percentage"), after.get("percentage")
    name = known["id"]
    return QuestionChange(name, known["text"], shares, name in drove, name in drive, points, interval)
