"""When an inspection took place, as far as its workbook says so: this tells two inspections of one region apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

APART = timedelta(days=180)
"""Nobody inspects a region twice within half a year: such files are parts of one inspection that spans two years."""


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """The days of fieldwork: each is a date, the text that was written instead, or None."""

    started: date | str | None = None
    ended: date | str | None = None

    @property
    def year(self) -> int | None:
        """The year of the last day, or the one that a text such as June 2024 names."""
        return next((year for year in map(_year, (self.ended, self.started)) if year), None)

    @property
    def first(self) -> date | None:
        """The first known day."""
        return next((day for day in map(_day, (self.started, self.ended)) if day), None)

    @property
    def last(self) -> date | None:
        """The last known day."""
        return next((day for day in map(_day, (self.ended, self.started)) if day), None)

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """Both days as text: YYYY-MM-DD, or as the workbook has them."""
        started, ended = (str(_day(day) or day) if day else None for day in (self.started, self.ended))
        return started, ended

    @property
    def when(self) -> str:
        """The year in words."""
        return "no year of fieldwork" if self.year is None else str(self.year)

    def is_told_from(self, other: Fieldwork) -> bool:
        """Whether this is certainly another inspection of the region than the other."""
        if self.year is None or other.year is None or self.year == other.year:
            return False
        earlier, later = (self, other) if self.year < other.year else (other, self)
        return earlier.last is None or later.first is None or later.first - earlier.last >= APART


def alike(found: Iterable[T], fieldwork: Callable[[T], Fieldwork]) -> list[list[T]]:
    """Inspections of one region, with those together that cannot be told apart."""
    every = list(found)
    if any(fieldwork(one).year is None for one in every):
        return [every]
    ordered = sorted(every, key=lambda one: (fieldwork(one).year or 0, fieldwork(one).first or date.min))
    groups: list[list[T]] = []
    for one in ordered:
        if groups and not fieldwork(groups[-1][-1]).is_told_from(fieldwork(one)):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def from_texts(started: str | None, ended: str | None) -> Fieldwork:
    """The fieldwork whose `texts` these are."""
    return Fieldwork(*(_parsed(text) for text in (started, ended)))


def _parsed(text: str | None) -> date | str | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return text


def _day(day: date | str | None) -> date | None:
    return day.date() if isinstance(day, datetime) else day if isinstance(day, date) else None


def _year(day: date | str | None) -> int | None:
    if isinstance(day, date):
        return day.year
    found = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", day or ""))
    return int(found.pop()) if len(found) == 1 else None
