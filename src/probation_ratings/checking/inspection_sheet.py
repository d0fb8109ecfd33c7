"""Reads the inspection sheet: which inspection a workbook holds, and how many cases it says there are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import as_known, fold, label
from ..reading.workbook import Broken, as_text, day, day_number
from .fieldwork import Fieldwork
from .headings import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from .annexes import AnnexCounts
    from .tables import Search, Table


_NUMBER = re.compile(r"-?[0-9]+(?:[ ,][0-9]{3})*(?:[.][0-9]+)?%?")
_LONG = 1_000
"""A longer text does not state a number of cases."""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many cases of one kind were inspected; `part` says that they are part of the sample told before."""

    name: str
    cases: int
    part: bool


@dataclass(frozen=True, slots=True)
class CellRange:
    """The cells that the answers to a key question stand in: so many `rows` from the first row to the last."""

    sheet: str
    column: str
    first: int
    last: int
    rows: int

    def __str__(self) -> str:
        return f"{self.sheet}!{self.column}{self.first}:{self.column}{self.last}"


@dataclass(frozen=True, slots=True)
class Details:
    """Which inspection a workbook holds. Dates are as they stand: a date, or the text that was written.

    `sha256` is None where the file could not be read. `pdu` is the one that was rated, where that is not the region.
    `answers` are the cells of each key and supporting question, by its id.
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
    answers: Mapping[str, CellRange] = field(default_factory=dict)
    annexes: tuple[AnnexCounts, ...] = ()
    pdu: str | None = None

    @property
    def fieldwork(self) -> Fieldwork:
        """When the inspection took place."""
        return Fieldwork(self.fieldwork_started, self.fieldwork_ended)

    @property
    def name(self) -> str | None:
        """The region, or the PDU and its region; None where the workbook names neither."""
        return ", ".join(filter(None, (self.pdu, self.region))) or None


def region_of(written: str, rules: RuleSet) -> tuple[str, dict[str, Any] | None]:
    """The region in the rule file's spelling; one that it does not know stays as it is written.

    With it come, for one that is not known, the facts of the warning PR314.
    """
    if rules.regions is None:
        return written, None
    known = rules.regions.names
    region = as_known(written, known)
    if region in known or not written:
        return region, None
    from .hidden_and_misspelt import nearest

    meant = nearest(written, known)
    near = "" if meant is None else f"; did you mean {meant}?"
    allowed = p.listed(known, "or")
    return region, {"found": p.spelt(written), "found_near": near, "allowed": allowed, "rules": rules.id}


def stated_count(text: str) -> str | None:
    """The digits of the only number in a text such as '12 cases'; None where it is not one whole number."""
    numbers = _NUMBER.findall(unicodedata.normalize("NFKC", text[:_LONG]))
    if len(text) > _LONG or len(numbers) != 1:
        return None
    whole, _, rest = re.sub("[ ,]", "", numbers[0]).partition(".")
    return whole.lstrip("0") or "0" if whole.isdigit() and not rest.strip("0") else None


class InspectionFields:
    """The fields of the inspection sheet: `found` has them by the names that `Details` uses.

    `window` is the first and last day on which sentences should have commenced, as far as stated and not reversed.
    """

    def __init__(self, search: Search, rules: RuleSet) -> None:
        """Read the fields and note what is wrong with them."""
        self.search = search
        self.rules = rules
        self.sheet = sheet = rules.inspection_sheet
        self.table: Table | None = None
        self.found: dict[str, Any] = {}
        self.places: dict[str, list[int]] = {}
        self.window: tuple[date | None, date | None] = (None, None)
        needed = (sheet.field_column, sheet.value_column)
        table = search.table(sheet.name, [heading(name, required=True) for name in needed])
        if table is None or not set(needed) <= set(table.columns):
            return
        self.table = table
        self.values = table.values(sheet.value_column)
        for position, value in enumerate(table.values(sheet.field_column)):
            self.places.setdefault(label(as_text(value)), []).append(position)
        self._region()
        self._status()
        for key in ("fieldwork_started", "fieldwork_ended", "commenced_from", "commenced_to"):
            self._date(key)
        self._period("fieldwork_started", "fieldwork_ended")
        self.window = self._period("commenced_from", "commenced_to")

    def compare(self, samples: Iterable[SampleSize]) -> None:
        """Note where the number of cases that a field states is not the number of rows."""
        for sample in samples:
            stated = [as_text(self.values[position]) for position in self.places.get(label(sample.name), [])]
            unclear = [p.quoted(text) for text in stated if text and stated_count(text) is None]
            wrong = [p.quoted(text) for text in stated if stated_count(text) not in {None, str(sample.cases)}]
            for kind, found in ((p.COUNT_UNCLEAR, unclear), (p.COUNT_DIFFERS, wrong)):
                if found:
                    self._note(kind, sample.name, name=sample.name, found=p.few(found), count=sample.cases)

    def _note(self, kind: p.Kind, field: str, **facts: Any) -> None:
        """Note a problem with the value of a field."""
        if self.table is not None:
            cells = self.table.cells(self.sheet.value_column, self.places.get(label(field), []))
            self.search.add(kind, self.table, cells, **facts)

    def _once(self, name: str) -> Cell | None:
        """The value of a field, which must not stand twice; None where there is none."""
        positions = self.places.get(label(name), [])
        if len(positions) > 1 and self.table is not None:
            cells = self.table.cells(self.sheet.field_column, positions)
            self.search.add(p.FIELD_TWICE, self.table, cells, name=name, count=len(positions))
        return self.values[positions[0]] if positions and as_text(self.values[positions[0]]) else None

    def _region(self) -> None:
        name = self.sheet.fields.region
        value = self._once(name)
        if isinstance(value, Broken):
            self._note(value.problem, name, found=p.quoted(value))
        elif value is None:
            self._note(p.FIELD_MISSING, name, name=name, field_column=self.sheet.field_column)
        else:
            self.found["region"], unknown = region_of(as_text(value), self.rules)
            if unknown is not None:
                self._note(p.REGION_UNKNOWN, name, **unknown)

    def _status(self) -> None:
        name = self.sheet.fields.data_status
        value = self._once(name)
        if value is None:
            return
        allowed = (self.sheet.inspection_data, self.sheet.illustrative)
        status = next((word for word in allowed if fold(word) == fold(as_text(value))), None)
        if status is None:
            facts = {"name": name, "found": p.spelt(as_text(value)), "allowed": p.listed(allowed, "or")}
            self._note(p.UNKNOWN_VALUE, name, **facts)
        self.found |= {"data_status": status, "illustrative": status == self.sheet.illustrative}

    def _date(self, key: str) -> None:
        name = getattr(self.sheet.fields, key)
        value = self._once(name)
        if value is None:
            return
        if isinstance(value, Broken):
            self._note(p.NO_VALUE, name, name=name, found=p.quoted(value))
        elif isinstance(value, date):
            self.found[key] = value
        else:
            self.found[key] = as_text(value)
            kind, found = p.DATE_AS_TEXT, p.quoted(as_text(value))
            if isinstance(value, float):
                kind, found = p.DATE_AS_NUMBER, day_number(value, date_1904=self.search.workbook.date_1904)
            self._note(kind, name, name=name, found=found)

    def _period(self, start: str, end: str) -> tuple[date | None, date | None]:
        """The first and last day of a period, as far as stated; neither where it ends before it starts."""
        first, last = day(self.found.get(start)), day(self.found.get(end))
        if first is not None and last is not None and first > last:
            names = {"start": getattr(self.sheet.fields, start), "end": getattr(self.sheet.fields, end)}
            self._note(p.WINDOW_REVERSED, names["end"], **names)
            return None, None
        return first, last
