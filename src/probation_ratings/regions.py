"""Many inspections side by side: their order and ranks, how the ratings are distributed, who is there twice or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from . import problems as p
from .names import fold, label
from .ratings import StandardRating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .rated import RatedInspection
    from .ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Line:
    """What stays of an inspection when many are compared: its ratings by standard, and why it has none.

    `problems` are the codes that stand in the way of an overall rating, `why` says why there is none; `computed` are
    the computed ratings of the standards that the panel moved.
    """

    path: str
    sha256: str | None
    region: str | None
    data_status: str | None
    year: int | None
    ratings: Mapping[str, str | None]
    score: int | None
    overall_rating: str | None
    problems: tuple[str, ...]
    computed: Mapping[str, str] = field(default_factory=dict)
    pdu: str | None = None
    max_score: int = 0
    why: str = ""

    @property
    def name(self) -> str:
        """The region or PDU, or the workbook where it names none."""
        return p.printable(self.pdu or self.region or self.path)


def line_of(rated: RatedInspection) -> Line:
    """What is kept of an inspection."""
    details = rated.details
    years = [_year(day) for day in (details.fieldwork_ended, details.fieldwork_started)]
    return Line(
        path=details.path,
        sha256=details.sha256,
        region=details.region,
        data_status=details.data_status,
        year=next((year for year in years if year), None),
        ratings={one.standard.id: one.rating for one in rated.standards},
        score=rated.score,
        overall_rating=rated.overall_rating,
        problems=tuple(sorted({problem.kind.code for problem in rated.blocking})),
        computed={
            one.standard.id: one.computed_rating
            for one in rated.standards
            if one.computed_rating is not None and one.computed_rating != one.rating
        },
        pdu=details.pdu,
        max_score=rated.max_score,
        why=rated.why_no_overall_rating or "",
    )


def _year(day: date | str | None) -> int | None:
    """The year of a day, or the one that stands in a text such as June 2024."""
    if isinstance(day, date):
        return day.year
    found = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", day or ""))
    return int(found.pop()) if len(found) == 1 else None


def in_order(lines: Iterable[Line], rules: RuleSet, sort: str = "score") -> list[Line]:
    """The inspections by `score` (best first), by `region`, or by a standard's id (best first).

    Of those alike the better score comes first, then the region's name; those without a rating come last.
    """
    places: dict[str | None, int] = {name: place for place, name in enumerate(rules.rating_names)}

    def key(line: Line) -> tuple[object, ...]:
        by_name = (line.name.casefold(), line.path)
        if sort == "region":
            return by_name
        # by score there is no such standard: all are alike, and the score decides
        score = -1 if line.score is None else line.score
        return (-places.get(line.ratings.get(sort), -1), -score, *by_name)

    return sorted(lines, key=key)


def ranks(lines: Sequence[Line]) -> dict[tuple[str, str | None], str]:
    """The rank of each path and name by its score, best first: 1, and 2= where several share the second.

    A score out of a lower maximum than the others', where a standard was not inspected, has no rank.
    """
    most = max((line.max_score for line in lines), default=0)
    alike = [line for line in lines if line.max_score == most]
    scores = [line.score for line in alike if line.score is not None]
    found: dict[tuple[str, str | None], str] = {}
    for line in alike:
        if line.score is not None:
            better = sum(score > line.score for score in scores)
            found[line.path, line.name] = f"{better + 1}{'=' if scores.count(line.score) > 1 else ''}"
    return found


def distribution(lines: Iterable[Line], rules: RuleSet) -> dict[str, dict[str, int]]:
    """How many inspections have each rating: by rating, lowest first, by standard and '' for the overall rating."""
    found = {
        name: dict.fromkeys([*(standard.id for standard in rules.standards), ""], 0) for name in rules.rating_names
    }
    for line in lines:
        for standard, rating in {**line.ratings, "": line.overall_rating}.items():
            if rating in found:
                found[rating][standard] += 1
    return found


class Seen:
    """The inspections that were met so far: the same region, or PDU of it, of the same year twice is refused."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, int | None], str] = {}
        self._met: set[str] = set()

    def add(self, rated: RatedInspection) -> RatedInspection:
        """The inspection; without its ratings where one of its region and year was met before."""
        line = line_of(rated)
        if line.region is None:
            return rated
        self._met.add(label(line.region))
        if not any(line.ratings.values()):  # what cannot be rated does not stand in another's way
            return rated
        first = self._first.setdefault((label(line.region), fold(line.pdu or ""), line.year), line.path)
        if first == line.path:
            return rated
        problem = p.REGION_TWICE.found(
            line.path,
            standards=tuple(line.ratings),
            found=p.quoted(rated.details.name or line.region),
            year=line.year or "without a date",
            first=p.printable(first),
        )
        unrated = tuple(StandardRating(one.standard) for one in rated.standards)
        problems = (*rated.problems, problem)
        return replace(rated, standards=unrated, score=None, overall_rating=None, problems=problems)

    def missing(self, rules: RuleSet) -> list[str]:
        """The regions of the rule file that were not met."""
        return [name for name in (rules.regions.names if rules.regions else ()) if label(name) not in self._met]
