"""Reads one inspection from a workbook: its details, its cases, its judgements, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from . import problems as p
from .details import CellRange, Details, InspectionFields, SampleSize
from .layout import Search
from .names import fold
from .workbook import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cases import CaseTable
    from .judgements import Judgement, PanelDecision
    from .ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Inspection:
    """One workbook read by one rule file: its details, its cases by sheet, what people decided, and its problems."""

    rules: RuleSet
    details: Details
    cases: Mapping[str, CaseTable] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    panel_decisions: Mapping[str, PanelDecision] = field(default_factory=dict)
    problems: tuple[p.Problem, ...] = ()


def read_inspection(source: str | Reading, rules: RuleSet) -> Inspection:
    """The inspection in the workbook at a path ('-': standard input), or whose reading is under way, read by `rules`.

    Raises nothing for what the file is or holds: `problems` says it.
    """
    reading = Reading(source) if isinstance(source, str) else source
    reading.ask(map(fold, rules.sheet_names))
    # Importing pandas takes longer than the child process that reads the file meanwhile.
    from .annexes import count_annexes
    from .appearance import look
    from .cases import read_cases
    from .checks import check_cases
    from .judgements import read_judgements, read_panel_decisions

    workbook = reading.finish()
    if isinstance(workbook, p.Problem):
        every = tuple(standard.id for standard in rules.standards)
        return Inspection(rules, Details(reading.path), problems=(replace(workbook, standards=every),))
    search = Search(workbook)
    if (misnamed := workbook.wrong_suffix()) is not None:
        search.problems.append(misnamed)
    fields = InspectionFields(search, rules)
    judgements = read_judgements(search, rules)
    decisions = read_panel_decisions(search, rules)
    cases = read_cases(search, rules)
    samples = _samples(rules, cases)
    fields.compare(samples)
    check_cases(search, rules, cases, fields.window)
    annexes = count_annexes(search, rules)
    look(search, rules, {name: found.table for name, found in cases.items()})
    found = {**fields.found, "pdus": _pdus(rules, cases), "samples": samples, "answers": _answers(rules, cases)}
    details = Details(reading.path, workbook.sha256, annexes=annexes, **found)
    return Inspection(rules, details, cases, judgements, decisions, tuple(search.problems))


def _pdus(rules: RuleSet, cases: Mapping[str, CaseTable]) -> tuple[str, ...]:
    """The PDUs that the cases come from, in alphabetical order."""
    names: set[str] = set()
    for sheet in rules.case_sheets:
        if sheet.name in cases and sheet.pdu_column in cases[sheet.name].frame:
            names.update(cases[sheet.name].frame[sheet.pdu_column].cat.categories)
    return tuple(sorted(names))


def _answers(rules: RuleSet, cases: Mapping[str, CaseTable]) -> dict[str, CellRange]:
    """The cells that the answers to each key and supporting question stand in."""
    found = {}
    for name, case_table in cases.items():
        table = case_table.table
        asked = [*(question.id for _, question in rules.questions_of(name))]
        asked += [question.id for question in rules.supporting_of(name) if question.id in case_table.frame]
        for question in asked:
            if question in table.columns and len(table.rows):
                first, last = int(table.rows[0]), int(table.rows[-1])
                letter = table.columns[question].letter
                found[question] = CellRange(table.sheet, letter, first, last, len(table.rows))
    return found


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
