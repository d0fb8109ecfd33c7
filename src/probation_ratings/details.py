"""Reads the inspection sheet: which inspection a workbook holds, and how many cases it says there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from . import problems as p
from .fieldwork import Fieldwork
from .layout import Search, heading
from .names import fold, label
from .workbook import Broken, as_text, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .annexes import AnnexCounts
    from .layout import Table
    from .ruleset import RuleSet
    from .workbook import Cell


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
            stated = (as_text(self.values[position]) for position in self.places.get(label(sample.name), []))
            wrong = [p.quoted(text) for text in stated if text not in {"", str(sample.cases)}]
            if wrong:
                self._note(p.COUNT_DIFFERS, sample.name, name=sample.name, found=p.listed(wrong), count=sample.cases)

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
            self.found["region"] = region = as_text(value)
            known = self.rules.regions
            if known is not None and label(region) not in map(label, known.names):
                from .appearance import nearest

                meant = nearest(region, known.names)
                near = "" if meant is None else f"; did you mean {meant}?"
                facts = {"found": p.quoted(region), "found_near": near, "allowed": p.listed(known.names, "or")}
                self._note(p.REGION_UNKNOWN, name, rules=self.rules.id, **facts)

    def _status(self) -> None:
        name = self.sheet.fields.data_status
        value = self._once(name)
        if value is None:
            return
        allowed = (self.sheet.inspection_data, self.sheet.illustrative)
        status = next((word for word in allowed if fold(word) == fold(as_text(value))), None)
        if status is None:
            facts = {"name": name, "found": p.quoted(as_text(value)), "allowed": p.listed(allowed, "or")}
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
            self._note(p.DATE_AS_TEXT, name, name=name, found=p.quoted(as_text(value)))

    def _period(self, start: str, end: str) -> tuple[date | None, date | None]:
        """The first and last day of a period, as far as stated; neither where it ends before it starts."""
        first, last = day(self.found.get(start)), day(self.found.get(end))
        if first is not None and last is not None and first > last:
            names = {"start": getattr(self.sheet.fields, start), "end": getattr(self.sheet.fields, end)}
            self._note(p.WINDOW_REVERSED, names["end"], **names)
            return None, None
        return first, last
