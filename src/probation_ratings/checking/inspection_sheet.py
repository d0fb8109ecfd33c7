"""Reads the inspection sheet: which inspection a workbook holds, and how many cases it says there are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import as_known, fold, label
from ..reading.workbook import Broken, as_text, day
from .doubtful_values import day_number
from .table_search import Wanted, find_table, heading
from .tables import problem, problems_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import InspectionSheet
    from .inspection import SampleSize
    from .tables import Place, Subject, Table


DATES = ("fieldwork_started", "fieldwork_ended", "commenced_from", "commenced_to")
EARLIEST = ("fieldwork_started", "commenced_from")
"""Of these the earliest counts where several files state them, of the other dates the latest."""
_NUMBER = re.compile(r"-?[0-9]+(?:[ ,][0-9]{3})*(?:[.][0-9]+)?%?")
_LONG = 1_000
"""A longer text does not state a number of cases."""


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
    near = p.private("" if meant is None else f"; did you mean {meant}?")
    facts = {"found": p.private(p.spelt(written)), "found_near": near, "rules": rules.id}
    return region, {"allowed": p.listed(known, "or"), **facts}


def stated_count(text: str) -> str | None:
    """The digits of the only number in a text such as '12 cases'; None where it is not one whole number."""
    numbers = _NUMBER.findall(unicodedata.normalize("NFKC", text[:_LONG]))
    if len(text) > _LONG or len(numbers) != 1:
        return None
    whole, _, rest = re.sub("[ ,]", "", numbers[0]).partition(".")
    return whole.lstrip("0") or "0" if whole.isdigit() and not rest.strip("0") else None


@dataclass(frozen=True)
class Fields:
    """The fields of one inspection sheet, in a table that has both columns."""

    table: Table
    sheet: InspectionSheet

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        names = self.table.values(self.sheet.field_column)
        return p.grouped((label(as_text(name)), position) for position, name in enumerate(names))

    def _at(self, name: str, column: str) -> list[Place]:
        """The cells of a field in one of the two columns."""
        return [(position, column) for position in self._places.get(label(name), [])]

    def values(self, name: str) -> list[Cell]:
        """The values of a field: more than one where it is there several times."""
        column = self.table.columns[self.sheet.value_column]
        return [column.values[column.codes[position]] for position, _ in self._at(name, self.sheet.value_column)]

    def first(self, name: str) -> Cell | None:
        """The value of a field; None where it is missing or blank."""
        value = next(iter(self.values(name)), None)
        return value if value is not None and as_text(value) else None

    def problems(self, kind: p.Kind, name: str, /, **facts: Any) -> Iterator[p.Problem]:
        """A problem with the value of a field, or with the sheet where the field is missing."""
        places = self._at(name, self.sheet.value_column)
        return problems_at(kind, self.table, places, **facts) if places else iter([problem(kind, self.table, **facts)])

    def twice(self, name: str) -> Iterator[p.Problem]:
        """The problem with a field that is there more than once."""
        places = self._at(name, self.sheet.field_column)
        return problems_at(p.FIELD_TWICE, self.table, places[1:] and places, name=name, count=len(places))

    def compare(self, samples: Iterable[SampleSize]) -> Iterator[p.Problem]:
        """Where the number of cases that a field states is not the number of rows."""
        for sample in samples:
            stated = [as_text(value) for value in self.values(sample.name)]
            unclear = [p.quoted(text) for text in stated if text and stated_count(text) is None]
            wrong = [p.quoted(text) for text in stated if stated_count(text) not in {None, str(sample.cases)}]
            for kind, found in ((p.COUNT_UNCLEAR, unclear), (p.COUNT_DIFFERS, wrong)):
                if found:
                    facts = {"name": sample.name, "found": p.private(p.few(found)), "count": sample.cases}
                    yield from self.problems(kind, sample.name, **facts)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the inspection sheets state: `found` has the fields by the names that `Details` uses.

    `window` is the first and last day on which sentences should have commenced, as far as stated and not reversed.
    `table` is that of the sheets, `parts` are the fields sheet by sheet.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    window: tuple[date | None, date | None] = (None, None)
    table: Table | None = None
    parts: tuple[Fields, ...] = ()


def read_fields(subject: Subject) -> tuple[Stated, list[p.Problem]]:
    """The fields of an inspection, and what is wrong with them."""
    rules, sheet = subject.rules, subject.rules.inspection_sheet
    needed = (sheet.field_column, sheet.value_column)
    table, layout = find_table(subject, Wanted(sheet.name, [heading(name, required=True) for name in needed]))
    problems = list(layout)
    if table is None or not set(needed) <= set(table.columns):
        return Stated(table=table), problems
    parts = tuple(Fields(one, sheet) for one in table.each)
    if all(part.first(sheet.fields.region) is None for part in parts):
        name = sheet.fields.region
        problems += parts[0].twice(name)
        problems += parts[0].problems(p.FIELD_MISSING, name, name=name, field_column=sheet.field_column)
    found: dict[str, Any] = {}
    for part in parts:
        own, wrong = _read(part, rules)
        problems += wrong
        found = own if not found else _together(found, own)
    problems += _differences(parts, sheet)
    window = (day(found.get("commenced_from")), day(found.get("commenced_to")))
    for start, end in (("fieldwork_started", "fieldwork_ended"), ("commenced_from", "commenced_to")):
        first, last = day(found.get(start)), day(found.get(end))
        if first is not None and last is not None and first > last:
            names = {"start": getattr(sheet.fields, start), "end": getattr(sheet.fields, end)}
            problems += parts[-1].problems(p.WINDOW_REVERSED, names["end"], **names)
            window = (None, None) if start == "commenced_from" else window
    return Stated(found, window, table, parts), problems


def _read(fields: Fields, rules: RuleSet) -> tuple[dict[str, Any], list[p.Problem]]:
    """The fields of one sheet by the names that `Details` uses, and what is wrong with each."""
    sheet = fields.sheet
    found: dict[str, Any] = {}
    problems: list[p.Problem] = []
    region, name = fields.first(sheet.fields.region), sheet.fields.region
    if region is not None:
        problems += fields.twice(name)
    if isinstance(region, Broken):
        problems += fields.problems(region.problem, name, found=p.private(p.quoted(region)))
    elif region is not None:
        found["region"], unknown = region_of(as_text(region), rules)
        problems += [] if unknown is None else fields.problems(p.REGION_UNKNOWN, name, **unknown)
    status, name = fields.first(sheet.fields.data_status), sheet.fields.data_status
    problems += fields.twice(name)
    if status is not None:
        allowed = (sheet.inspection_data, sheet.illustrative)
        word = next((word for word in allowed if fold(word) == fold(as_text(status))), None)
        if word is None:
            facts = {"name": name, "found": p.private(p.spelt(as_text(status))), "allowed": p.listed(allowed, "or")}
            problems += fields.problems(p.UNKNOWN_VALUE, name, **facts)
        found |= {"data_status": word, "illustrative": word == sheet.illustrative}
    for key in DATES:
        value, wrong = _date(fields, getattr(sheet.fields, key))
        problems += wrong
        found |= {} if value is None else {key: value}
    return found, problems


def _date(fields: Fields, name: str) -> tuple[date | str | None, list[p.Problem]]:
    """The date in a field, or the text that was written instead, and what is wrong with it."""
    value, problems = fields.first(name), list(fields.twice(name))
    if value is None or isinstance(value, Broken):
        broken = () if value is None else fields.problems(p.NO_VALUE, name, name=name, found=p.private(p.quoted(value)))
        return None, [*problems, *broken]
    if isinstance(value, date):
        return value, problems
    kind, found = p.DATE_AS_TEXT, p.quoted(as_text(value))
    if isinstance(value, float):
        kind, found = p.DATE_AS_NUMBER, day_number(value, date_1904=fields.table.workbook.date_1904)
    return as_text(value), [*problems, *fields.problems(kind, name, name=name, found=p.private(found))]


def _together(found: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of two sheets as one: of dates the earliest start and the latest end."""
    both = {**other, **found}
    for key in DATES:
        days = [one for one in (day(found.get(key)), day(other.get(key))) if one is not None]
        if days:
            both[key] = min(days) if key in EARLIEST else max(days)
    return both


def _differences(parts: tuple[Fields, ...], sheet: InspectionSheet) -> Iterator[p.Problem]:
    """Where the sheets of several files disagree: on the region or the data status an error, on dates a note."""
    names = [sheet.fields.region, sheet.fields.data_status, *(getattr(sheet.fields, key) for key in DATES)]
    for name in names:
        stated = [(part, value) for part in parts if (value := part.first(name)) is not None]
        if len({fold(as_text(value)) for _, value in stated}) < 2:  # they agree
            continue
        kind = p.PARTS_DISAGREE if name in names[:2] else p.DATES_OF_PARTS
        for part, value in stated:
            others = [(one, it) for one, it in stated if fold(as_text(it)) != fold(as_text(value))]
            shown = [f"{p.quoted(as_text(it))} in {p.quoted(one.table.workbook.path)}" for one, it in others[:3]]
            found = p.private(p.quoted(as_text(value)))
            yield from part.problems(kind, name, name=name, found=found, found_others=p.private(p.listed(shown)))
            if kind is p.DATES_OF_PARTS:
                break
