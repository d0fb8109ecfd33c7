"""One inspection as it was read: its details, its cases, its judgements, and every problem in them.

`Fieldwork` says when it took place, as far as its workbook says so: this tells two inspections of one region apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .. import problems as p
    from ..reading.workbook import SourceFile
    from ..rulebook.model import RuleSet
    from .annexes import AnnexCounts
    from .cases import CaseTable
    from .decisions import Judgement, PanelDecision

T = TypeVar("T")

NOT_NAMED = "Region not named"
"""What an inspection is called whose workbook names no region."""
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


class SampleSize(NamedTuple):
    """How many cases of one kind were inspected; `part` says that they are part of the sample before it."""

    name: str
    cases: int
    part: bool


class CellRange(NamedTuple):
    """The cells of the answers to a key question: so many `rows` from the first row to the last.

    `file` is the one that they are in where there are several.
    """

    sheet: str
    column: str
    first: int
    last: int
    rows: int
    file: str | None = None

    def __str__(self) -> str:
        cells = f"{self.sheet}!{self.column}{self.first}:{self.column}{self.last}"
        return cells if self.file is None else f"{self.file} {cells}"


@dataclass(frozen=True, slots=True)
class Details:
    """Which inspection a workbook holds. Dates are as they stand: a date, or the text that was written.

    `sha256` is None where the file could not be read. `pdu` is the one that was rated, where that is not the region.
    `answers` are the cells of each key and supporting question, by its id, sheet by sheet. `sources` are the files that
    were read.
    """

    path: str
    sha256: str | None = None
    region: str | None = None
    data_status: str | None = None
    illustrative: bool = False
    fieldwork_started: date | str | None = None
    fieldwork_ended: date | str | None = None
    commenced_from: date | str | None = None
    commenced_to: date | str | None = None
    pdus: tuple[str, ...] = ()
    samples: tuple[SampleSize, ...] = ()
    answers: Mapping[str, tuple[CellRange, ...]] = field(default_factory=dict)
    annexes: tuple[AnnexCounts, ...] = ()
    pdu: str | None = None
    sources: tuple[SourceFile, ...] = ()

    @property
    def fieldwork(self) -> Fieldwork:
        """When the inspection took place."""
        return Fieldwork(self.fieldwork_started, self.fieldwork_ended)

    @property
    def name(self) -> str | None:
        """The region, or the PDU and its region; None where the workbook names neither."""
        return ", ".join(filter(None, (self.pdu, self.region))) or None

    @property
    def title(self) -> str:
        """The name, or else the path of the input; safe to show."""
        return printable(self.name or self.path)

    @property
    def file_name(self) -> str:
        """The name of the file or folder that was read; of files in no folder with a name, that of the first."""
        if (name := PurePath(self.path).name) or not self.sources:
            return name or self.path
        others = len(self.sources) - 1
        return PurePath(self.sources[0].path).name + (f" and {counted(others, 'other file')}" if others else "")


@dataclass(frozen=True, slots=True, repr=False)
class Inspection:
    """What an input holds by one rule file: its details, its cases by sheet, what people decided, and its problems.

    `details` has the region, the days of fieldwork and the path and SHA-256 of the input, `cases` a table per case
    sheet (see `cases_frame`), `judgements` and `panel_decisions` the ratings that people gave, by standard. `problems`
    are all that were found; an error among them blocks ratings.
    """

    rules: RuleSet
    details: Details
    cases: Mapping[str, CaseTable] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    panel_decisions: Mapping[str, PanelDecision] = field(default_factory=dict)
    problems: tuple[p.Problem, ...] = ()

    def __repr__(self) -> str:
        cases = sum(len(table.frame) for table in self.cases.values())
        errors = sum(one.is_error for one in self.problems)
        return f"<Inspection {self.details.title}: {counted(cases, 'row')}, {counted(errors, 'error')}>"
