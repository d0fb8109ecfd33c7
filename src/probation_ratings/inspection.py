"""Reads one inspection from a workbook: its details, its cases, its judgements, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from . import problems as p
from .layout import Search, heading
from .names import fold, label
from .workbook import Reading, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cases import CaseTable
    from .judgements import Judgement
    from .ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many cases of one kind were inspected; `part` says that they are part of the sample told before."""

    name: str
    cases: int
    part: bool


@dataclass(frozen=True, slots=True)
class Details:
    """Which inspection a workbook holds. Dates are as they stand: a date, or the text that was written.

    `sha256` is None where the file could not be read.
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


@dataclass(frozen=True, slots=True)
class Inspection:
    """One workbook read by one rule file: its details, its cases by sheet, its judgements and its problems."""

    rules: RuleSet
    details: Details
    cases: Mapping[str, CaseTable] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    problems: tuple[p.Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of a rating."""
        return not any(problem.is_error for problem in self.problems)


def read_inspection(source: str | Reading, rules: RuleSet) -> Inspection:
    """The inspection in the workbook at a path ('-': standard input), or whose reading is under way, read by `rules`.

    Raises nothing for what the file is or holds: `problems` says it.
    """
    reading = Reading(source) if isinstance(source, str) else source
    reading.ask(map(fold, rules.sheet_names))
    # Importing pandas takes longer than the child process that reads the file meanwhile.
    from .cases import read_cases
    from .judgements import read_judgements, read_panel_decisions

    workbook = reading.finish()
    if isinstance(workbook, p.Problem):
        every = tuple(standard.id for standard in rules.standards)
        return Inspection(rules, Details(reading.path), problems=(replace(workbook, standards=every),))
    search = Search(workbook)
    fields = _fields(search, rules)
    judgements = read_judgements(search, rules)
    read_panel_decisions(search, rules)
    cases = read_cases(search, rules)
    details = Details(reading.path, workbook.sha256, **fields, pdus=_pdus(rules, cases), samples=_samples(rules, cases))
    return Inspection(rules, details, cases, judgements, tuple(search.problems))


def _fields(search: Search, rules: RuleSet) -> dict[str, Any]:
    """The fields of the inspection sheet by the names that `Details` has for them."""
    sheet = rules.inspection_sheet
    needed = (sheet.field_column, sheet.value_column)
    table = search.table(sheet.name, [heading(name, required=True) for name in needed])
    if table is None or not set(needed) <= set(table.columns):
        return {}
    values = table.values(sheet.value_column)
    places: dict[str, list[int]] = {}
    for position, value in enumerate(table.values(sheet.field_column)):
        places.setdefault(label(as_text(value)), []).append(position)
    fields: dict[str, Any] = {}
    for key in type(sheet.fields).model_fields:
        name = getattr(sheet.fields, key)
        positions = places.get(label(name), [])
        if len(positions) > 1:
            cells = table.cells(sheet.field_column, positions)
            search.add(p.FIELD_TWICE, table, cells, name=name, count=len(positions))
        if positions and as_text(values[positions[0]]):
            value = values[positions[0]]
            fields[key] = value if isinstance(value, date) else as_text(value)
    region = sheet.fields.region
    if "region" in fields:
        fields["region"] = as_text(fields["region"])
    else:
        cells = table.cells(sheet.value_column, places.get(label(region), []))
        search.add(p.FIELD_MISSING, table, cells, name=region, field_column=sheet.field_column)
    if "data_status" in fields:
        found = as_text(fields["data_status"])
        allowed = (sheet.inspection_data, sheet.illustrative)
        status = next((word for word in allowed if fold(word) == fold(found)), None)
        if status is None:
            name = sheet.fields.data_status
            cells = table.cells(sheet.value_column, places[label(name)])
            search.add(p.UNKNOWN_VALUE, table, cells, name=name, found=p.quoted(found), allowed=p.listed(allowed, "or"))
        fields |= {"data_status": status, "illustrative": status == sheet.illustrative}
    return fields


def _pdus(rules: RuleSet, cases: Mapping[str, CaseTable]) -> tuple[str, ...]:
    """The PDUs that the cases come from, in alphabetical order."""
    names: set[str] = set()
    for sheet in rules.case_sheets:
        if sheet.name in cases and sheet.pdu_column in cases[sheet.name].frame:
            names.update(cases[sheet.name].frame[sheet.pdu_column].cat.categories)
    return tuple(sorted(names))


def _samples(rules: RuleSet, cases: Mapping[str, CaseTable]) -> tuple[SampleSize, ...]:
    """The sizes of the case samples that the rule file names, where the workbook has their columns."""
    samples = []
    for sample in rules.case_samples.samples:
        column = sample.column or sample.question
        if sample.sheet not in cases or (column is not None and column not in cases[sample.sheet].frame):
            continue
        frame = cases[sample.sheet].frame
        count = len(frame)
        if sample.column is not None:
            count = int((frame[sample.column] == sample.value).sum())
        elif sample.question is not None:
            count = int(frame[sample.question].isin(rules.answers.names[:2]).sum())
        samples.append(SampleSize(sample.name, count, sample.part))
    return tuple(samples)
