"""Many inspections side by side: their order, ranks and distribution, and duplicate or missing regions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from .. import problems as p
from ..checking.inspection import Fieldwork, alike
from ..errors import UsageError
from ..names import file_stem, fold, label, nearest
from ..rating.ratings import StandardRating
from .suppression import SUPPRESSED, Missing, hide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet

FRONT = "index"
"""The front page of a site, in which each inspection has a page."""
RESERVED = ("summary", "not-renewed", FRONT)
"""Names of files beside those of the inspections in a folder of results."""
FILES_NAMED = 5
"""A problem names at most this many files."""


@dataclass(frozen=True, slots=True)
class RegionRow:
    """What stays of an inspection when many are compared: its ratings by standard, and why it has none.

    `problems` are the codes that block an overall rating, `why` says why there is none; `computed` are the computed
    ratings of the standards that the panel moved. `percentages` are those of its key questions, by id.
    """

    path: str
    sha256: str | None
    region: str | None
    data_status: str | None
    fieldwork: Fieldwork
    ratings: Mapping[str, str | None]
    score: int | None
    overall_rating: str | None
    problems: tuple[str, ...]
    computed: Mapping[str, str] = field(default_factory=dict)
    pdu: str | None = None
    max_score: int | None = 0
    why: str = ""
    percentages: Mapping[str, int | Missing | None] = field(default_factory=dict)

    @property
    def has_results(self) -> bool:
        """Whether there is anything to compare: a rating, or a percentage."""
        return any(self.ratings.values()) or any(one is not None for one in self.percentages.values())

    def result(self, known_id: str) -> str | int | Missing | None:
        """The rating of a standard, or the percentage of a key question."""
        return self.ratings.get(known_id) or self.percentages.get(known_id)

    @property
    def name(self) -> str:
        """The region or PDU, or else the path of the workbook."""
        return p.printable(self.pdu or self.region or self.path)

    def file_stem(self, below: int = 0) -> str:
        """The name of its file of results, without the suffix: region, PDU and year.

        If counts `below` a limit are suppressed, it has no part of the workbook's name.
        """
        named = " ".join(filter(None, (self.region, self.pdu))) or ("" if below > 1 else PurePath(self.path).stem)
        stem = file_stem(named)
        stem = f"region-{stem}" if stem in RESERVED else stem
        return stem if self.fieldwork.year is None else f"{stem}-{self.fieldwork.year}"


def region_row(rated: RatedInspection, below: int = 0) -> RegionRow:
    """Summarise an inspection; percentages that would reveal counts from 1 to `below` - 1 are suppressed."""
    closed = hide(rated, below).questions
    details = rated.details
    return RegionRow(
        path=details.path,
        sha256=details.sha256,
        region=details.region,
        data_status=details.data_status,
        fieldwork=details.fieldwork,
        ratings={one.standard.id: one.rating for one in rated.standards},
        score=rated.score,
        overall_rating=rated.overall_rating,
        problems=tuple(rated.blocking_codes),
        computed={one.standard.id: one.computed_rating for one in rated.standards if one.moved and one.computed_rating},
        pdu=details.pdu,
        max_score=rated.max_score,
        why=rated.why_no_overall_rating or "",
        percentages={
            one.question.id: SUPPRESSED if one.question.id in closed else one.percentage for one in rated.key_questions
        },
    )


def compared(rules: RuleSet) -> dict[str, str]:
    """What is compared side by side, titles by id: the standards, or the key questions if no standard has a rating."""
    if rules.has_ratings:
        return {one.id: one.title for one in rules.standards}
    return {question.id: question.text for one in rules.standards for question in one.key_questions}


def in_order(rows: Iterable[RegionRow], rules: RuleSet, sort: str = "score") -> list[RegionRow]:
    """The inspections by `score`, by `region`, or by the id of a standard or key question; the best come first.

    Equal ones are ordered by score, best first, then by the region's name; those without a rating come last.
    """
    places: dict[str | None, int] = {name: place for place, name in enumerate(rules.rating_names)}

    def key(row: RegionRow) -> tuple[object, ...]:
        by_name = (row.name.casefold(), row.path)
        if sort == "region":
            return by_name
        # by score there is no such standard: all are alike, and the score decides
        score = -1 if row.score is None else row.score
        share = row.percentages.get(sort)  # the order must not reveal one that is suppressed
        return (-places.get(row.ratings.get(sort), -1), -(share if isinstance(share, int) else -1), -score, *by_name)

    return sorted(rows, key=key)


def ranks(rows: Sequence[RegionRow]) -> dict[tuple[str, str | None], str]:
    """The rank of each path and name by its score, best first: 1, and 2= where several share the second.

    A score out of a lower maximum than the others', where a standard was not inspected, has no rank.
    """
    most = max((row.max_score or 0 for row in rows if row.score is not None), default=0)
    scored = [(row, row.score) for row in rows if row.max_score == most and row.score is not None]
    scores = Counter(score for _, score in scored)
    better = {one: sum(count for score, count in scores.items() if score > one) for one in scores}
    return {(row.path, row.name): f"{better[score] + 1}{'=' if scores[score] > 1 else ''}" for row, score in scored}


def distribution(rows: Iterable[RegionRow], rules: RuleSet) -> dict[str, dict[str, int]]:
    """The number of inspections with each rating: by rating, lowest first, and by standard ('' is overall)."""
    overall = [""] if rules.has_overall else []
    counted = [*(standard.id for standard in rules.standards), *overall]
    found = {name: dict.fromkeys(counted, 0) for name in rules.rating_names}
    for row in rows:
        for standard, rating in {**row.ratings, "": row.overall_rating}.items():
            if rating in found:
                found[rating][standard] += 1
    return found


def refuse_twice(found: Sequence[RatedInspection]) -> list[RatedInspection]:
    """Remove the ratings of inspections with the same region, PDU and fieldwork; the order is kept.

    Such files are duplicates, copies, or parts of one region, so their ratings may be wrong.
    """
    named = p.grouped(
        ((label(one.details.region), fold(one.details.pdu or "")), place)
        for place, one in enumerate(found)
        if one.details.region is not None
    )
    settled = list(found)
    for places in named.values():
        for group in alike(places, lambda place: found[place].details.fieldwork):
            if len(group) > 1:
                files = _files([found[place].details.path for place in sorted(group)])
                for place in group:
                    settled[place] = _refused(found[place], files)
    return settled


def _refused(rated: RatedInspection, files: str) -> RatedInspection:
    """Remove the ratings and figures of an inspection, and add the problem that says why (PR117)."""
    details = rated.details
    named = f"{p.quoted(details.name or '')} ({details.fieldwork.when})"
    standards = tuple(one.standard.id for one in rated.standards)
    problem = p.REGION_TWICE.found(details.path, standards=standards, found=p.private(named), files=files)
    return replace(
        rated,
        details=replace(details, annexes=()),
        standards=tuple(StandardRating(one.standard) for one in rated.standards),
        score=None,
        max_score=rated.rules.max_score,
        overall_rating=None,
        problems=(*rated.problems, problem),
        supporting=(),
    )


def _files(paths: Sequence[str]) -> str:
    return p.listed(p.first_names([*map(p.printable, paths)], FILES_NAMED))


def missing_regions(
    found: Iterable[str | None], rules: RuleSet, required: Sequence[str] = (), *, unread: Sequence[str] = ()
) -> tuple[p.Problem, ...]:
    """The problem that `required` regions, or else those of the rule file, are missing (PR118), if any are.

    `unread` are the files that could not be read: one that is called like a region is probably of that region.
    """
    met = {label(region) for region in found if region is not None}
    missing = [name for name in required or (rules.regions.names if rules.regions else ()) if label(name) not in met]
    if not missing:
        return ()
    named = {path: [one for one in missing if label(one) in label(PurePath(path).stem)] for path in unread}
    broken = "".join(
        f"; the file of {names[0]} could not be read: {p.printable(path)}" for path, names in named.items() if names
    )
    others = unread_files([path for path, names in named.items() if not names])
    return (p.REGION_MISSING.found(rules.id, regions=p.listed(missing, "or"), unread=broken + others),)


def unread_files(paths: Sequence[str]) -> str:
    """The end of a message about missing regions: files that could not be read; empty if there are none."""
    return f"; a file that could not be read may be of one of them: {_files(paths)}" if paths else ""


def known_regions(required: Iterable[str], rules: RuleSet) -> list[str]:
    """The names of regions as the rule file spells them. Raises `UsageError` for one that it does not have."""
    known = {label(name): name for name in (rules.regions.names if rules.regions else ())}
    for name in required if known else ():
        if label(name) not in known:
            near = nearest(name, known.values())
            meant = f"did you mean {p.quoted(near)}?" if near else f"they are {p.listed(list(known.values()))}"
            raise UsageError(f"{p.quoted(name)} is not a region of {rules.id}: {meant}")
    return [known.get(label(name), name) for name in required]
