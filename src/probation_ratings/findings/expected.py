"""Compares computed ratings with expected ones, such as those published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import InputError, UsageError
from ..names import as_known, fold, label
from ..rating.count_rows import UNQUOTED
from ..reading.limits import EXPECTED_BYTES
from ..reading.workbook import Reading, ragged_rows
from .side_by_side import unread_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet

OVERALL = "overall"
_SCORE = re.compile(r"[0-9]{1,6}")
_COLUMNS = ("region", "standard", "rating", "score")


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of the file: the rating and score of a standard of a region, or its overall ones (no standard).

    `rating` and `score` are None if the line does not have them.
    """

    line: int
    region: str
    standard: str | None
    rating: str | None
    score: int | None


@dataclass(frozen=True)
class ExpectedRatings:
    """A CSV file with the columns region, standard (or overall), rating and score."""

    path: str
    sha256: str
    lines: tuple[Expected, ...]

    @cached_property
    def _by_region(self) -> dict[str, list[Expected]]:
        """The lines of each region, by its label."""
        return p.grouped((label(line.region), line) for line in self.lines)

    def differences(self, rated: RatedInspection) -> tuple[p.Problem, ...]:
        """The differences between an inspection's ratings and those expected of its region (PR612)."""
        region = label(rated.details.region or "")
        results = {one.standard.id: (one.rating, one.score) for one in rated.standards}
        found = []
        for one in self._by_region.get(region, []) if region else []:
            rating, score = results.get(one.standard or "", (rated.overall_rating, rated.score))
            computed = (None if one.rating is None else rating, None if one.score is None else score)
            if computed != (one.rating, one.score):
                problem = p.RATING_DIFFERS.found(
                    rated.details.path,
                    what=one.standard or "the overall rating",
                    computed="not rated" if rating is None else _in_words(*computed),
                    expected=_in_words(one.rating, one.score),
                    place=f"{p.printable(PurePath(self.path).name)}, line {one.line}",
                )
                found.append(problem)
        return tuple(found)

    def missing(self, regions: set[str], unread: Sequence[str] = ()) -> tuple[p.Problem, ...]:
        """The regions of the file without a workbook (PR613); `regions` are the labels of those with one.

        `unread` are the files that could not be read, and may be theirs.
        """
        named = dict.fromkeys(one.region for one in self.lines)
        missing = [p.quoted(name) for name in named if label(name) not in regions]
        if not missing:
            return ()
        found = p.private(p.listed(missing, "or"))
        return (p.EXPECTED_REGION_MISSING.found(self.path, found=found, unread=unread_files(unread)),)


def read_expected(path: Path, rules: RuleSet, limits: int = 1) -> ExpectedRatings:
    """Read expected ratings from a CSV file (UTF-8; commas or semicolons).

    Raises `InputError` for an error in it, and `UsageError` where the rules have no ratings.
    """
    if not rules.has_ratings:
        raise UsageError(f"--expect compares ratings, and {rules.id} gives percentages only: leave it out")
    reading = Reading(str(path), limits, kind="csv")
    reading.ask((), EXPECTED_BYTES)
    found = reading.finish()
    if isinstance(found, p.Problem):
        raise InputError(f"{path}: the expected ratings cannot be read: {found.message}", found.remedy)
    (sheet,) = found.sheets
    cells = [[column.texts[code] for code in column.codes.tolist()] for column in sheet.columns]
    names, *rows = list(zip(*cells, strict=True)) or [()]
    head = [fold(name) for name in names]
    if missing := [name for name in _COLUMNS[:2] if name not in head]:
        raise InputError(f"{path}, line 1: there is no column {missing[0]}; the columns are {p.listed(_COLUMNS)}")
    if ragged := ragged_rows(sheet, sheet.first_row):
        raise InputError(f"{path}: {ragged} as the header", UNQUOTED)
    lines: dict[tuple[str, str | None], Expected] = {}
    for number, row in enumerate(rows, start=2):
        values = dict(zip(head, row, strict=True))
        if any(values.values()):
            place = f"{path}, line {number}"
            line = _line(values, rules, place, number)
            first = lines.setdefault((label(line.region), line.standard), line)
            if first is not line:
                raise InputError(f"{place}: the same region and standard as in line {first.line}: keep one of the two")
    if not lines:
        raise InputError(
            f"{path}: there are no expected ratings below the header: add a line per rating, or leave it out"
        )
    return ExpectedRatings(str(path), found.sha256, tuple(lines.values()))


def _line(cells: dict[str, str], rules: RuleSet, place: str, line: int) -> Expected:
    standards = {label(standard.id): standard.id for standard in rules.standards}
    ratings = {fold(name): name for name in rules.words_of_judgement}
    named, rating, score = (cells.get(name, "") for name in _COLUMNS[1:])
    standard = None if fold(named) == OVERALL else standards.get(label(named), "")
    if standard == "":
        allowed = p.listed([*standards.values(), OVERALL], "or")
        raise InputError(f"{place}: the standard is {p.quoted(named)}, allowed is {allowed}")
    if rating and fold(rating) not in ratings:
        raise InputError(
            f"{place}: the rating is {p.quoted(rating)}, allowed is {p.listed(rules.words_of_judgement, 'or')}"
        )
    if score and not _SCORE.fullmatch(score):
        raise InputError(f"{place}: the score is {p.quoted(score)}, allowed is a whole number of at most 6 digits")
    if not rating and not score:
        raise InputError(f"{place}: there is neither a rating nor a score")
    if not cells.get("region"):
        raise InputError(f"{place}: there is no region")
    region = as_known(cells["region"], rules.regions.names if rules.regions else ())
    return Expected(line, region, standard, ratings.get(fold(rating)), int(score) if score else None)


def _in_words(rating: str | None, score: int | None) -> str:
    points = "" if score is None else p.counted(score, "point")
    return f"{rating} ({points})" if rating and points else rating or points
