"""Runs every check over what was read of one input: the inspection of a region, or one of each of its PDUs.

Each table is looked for once, also where each PDU is rated on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import fold, sheet_key
from ..reading.workbook import Broken
from .annexes import AnnexCounts, annex_copies, annex_table, count_annex
from .cases import CaseReader, relevant
from .decisions import judgement_table, left_out, panel_table, read_judgements, read_panel_decisions
from .doubtful_values import doubtful_values, near_pdus
from .hidden_and_misspelt import hidden_and_misspelt
from .inspection import CellRange, Details, Inspection, SampleSize
from .inspection_sheet import Stated, read_fields
from .other_rules import wrong_rules
from .tables import Subject, too_many_pdus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..reading.workbook import Found, Workbook
    from ..rulebook.model import RuleSet
    from .cases import CaseTable
    from .tables import Table

    TableFound = tuple[Table | None, tuple[p.Problem, ...]]


def inspections_of(found: Found, rules: RuleSet, limits: int = 1) -> list[Inspection]:
    """What the rules rate in what was read of one input."""
    known = set(map(sheet_key, rules.sheet_names))
    names = [name for workbook in found.workbooks for name in workbook.fills or workbook.names]
    if known.isdisjoint(map(sheet_key, names)) and not found.unread:
        every = tuple(standard.id for standard in rules.standards)
        shown = p.listed(p.first_few([p.quoted(name) for name in names])) or "none"
        foreign = p.NOT_A_CASE_WORKBOOK.found(found.path, standards=every, rules=rules.id, found=p.private(shown))
        inspections = [Inspection(rules, Details(found.path, found.sha256), problems=(*found.problems, foreign))]
    else:
        check = _Check.of(Subject(found, rules, limits))
        inspections = [check.inspection(check.subject)] if rules.unit == "region" else check.pdus()
    if (wrong := wrong_rules(found, rules, inspections)) is not None:
        details = Details(found.path, found.sha256, sources=found.sources)
        return [Inspection(rules, details, problems=(*found.problems, wrong))]
    return inspections


@dataclass(frozen=True, slots=True)
class _Check:
    """The check of one input: its tables with what is wrong with their layout, and `problems` of the input itself.

    `cases` has the tables of cases by the sheet and the standards that were not inspected, as far as looked for.
    """

    subject: Subject
    stated: Stated
    problems: tuple[p.Problem, ...]
    judgements: TableFound
    panel: TableFound
    cases: dict[tuple[str, frozenset[str]], TableFound]

    @classmethod
    def of(cls, subject: Subject) -> _Check:
        """The check of what was read."""
        stated, wrong = read_fields(subject)
        problems = (*subject.found.problems, *wrong)
        return cls(subject, stated, problems, judgement_table(subject), panel_table(subject), {})

    @property
    def rules(self) -> RuleSet:
        """The rules that the input is read by."""
        return self.subject.rules

    def pdus(self) -> list[Inspection]:
        """The inspection of each PDU. What concerns the whole input is found once, and reported for each."""
        subject, rules = self.subject, self.rules
        tables, cases, _ = self._read_cases()
        names = _names_of_pdus(tables, rules)
        if (many := too_many_pdus(subject.found.path, rules, names, subject.limits)) is not None:
            return [Inspection(rules, self._details(), problems=(*self.problems, many))]
        odd = hidden_and_misspelt(subject, tables, [one.whole for one in cases.values()])
        shared = replace(self, problems=(*self.problems, *self._differing_counts(cases), *odd))
        near = near_pdus(rules, cases)
        return [shared.inspection(replace(subject, pdu=name), near) for name in names or [""]]

    def inspection(self, subject: Subject, near: Mapping[str, str] | None = None) -> Inspection:
        """The inspection of the region, or of the PDU of `subject`, with the names of PDUs that are `near` others."""
        rules, problems = self.rules, list(self.problems)
        judgements, wrong = read_judgements(self.judgements[0], subject)
        problems += (*self.judgements[1], *wrong)
        decisions, wrong = read_panel_decisions(self.panel[0], subject)
        problems += (*self.panel[1], *wrong)
        tables, cases, wrong = self._read_cases(left_out(judgements), subject.pdu)
        problems += wrong
        if (many := too_many_pdus(subject.found.path, rules, _pdus(rules, cases), subject.limits)) is not None:
            return Inspection(rules, self._details(), problems=(*problems, many))
        if subject.pdu is None:
            problems += self._differing_counts(cases)
        near = near_pdus(rules, cases) if near is None else near
        problems += doubtful_values(subject, cases, self.stated.window, near)
        annexes: list[AnnexCounts] = []
        for annex in rules.annex_tables:
            table, layout = annex_table(subject, annex)
            tables += [] if table is None else [table]
            clear = not layout and self._is_whole(annex.name, table)
            counts, wrong_values = (None, ()) if table is None else count_annex(table, annex, clear=clear)
            problems += (*layout, *wrong_values, *(() if table is None else annex_copies(table, annex)))
            annexes += [] if counts is None else [counts]
        if subject.pdu is None:
            problems += hidden_and_misspelt(subject, tables, [one.table for one in cases.values()])
        named: dict[str, Any] = {"pdus": _pdus(rules, cases)} if subject.pdu is None else {"pdu": subject.pdu or None}
        named |= {"samples": _samples(rules, cases), "answers": _answers(rules, cases), "annexes": tuple(annexes)}
        return Inspection(rules, self._details(**named), cases, judgements, decisions, tuple(problems))

    def _is_whole(self, sheet: str, table: Table | None) -> bool:
        """Whether all sources of a sheet of the rules were read without an error."""
        found = self.subject.found
        wrong = {(one.file, one.sheet) for one in found.problems if one.is_error}
        parts = () if table is None else table.each
        return sheet not in found.unread and wrong.isdisjoint((one.workbook.path, one.sheet) for one in parts)

    def _details(self, **found: Any) -> Details:
        read = self.subject.found
        return Details(read.path, read.sha256, sources=read.sources, **self.stated.found, **found)

    def _read_cases(
        self, uninspected: frozenset[str] = frozenset(), pdu: str | None = None
    ) -> tuple[list[Table], dict[str, CaseTable], list[p.Problem]]:
        """All tables but the annexes, the cases by sheet, of a PDU if so said, and what is wrong with the cases."""
        tables = [self.stated.table, self.judgements[0], self.panel[0]]
        cases: dict[str, CaseTable] = {}
        problems: list[p.Problem] = []
        for sheet in self.rules.case_sheets:
            reader, key = CaseReader(sheet, self.rules, uninspected), (sheet.name, uninspected)
            if key not in self.cases:
                self.cases[key] = reader.whole(self.subject)
            table, layout = self.cases[key]
            tables.append(table)
            problems += layout
            if table is not None:
                case_table, wrong = reader.cases(table, pdu)
                problems += wrong
                cases |= {} if case_table is None else {sheet.name: case_table}
        return [table for table in tables if table is not None], cases, problems

    def _differing_counts(self, cases: Mapping[str, CaseTable]) -> list[p.Problem]:
        """Where the numbers of cases that are stated differ from those that are there, file by file."""
        several = len(self.stated.parts) > 1
        problems: list[p.Problem] = []
        for fields in self.stated.parts:
            own = fields.table.workbook if several and not fields.table.source.lines else None
            problems += fields.compare(_samples(self.rules, cases, own))
        return problems


def _names_of_pdus(tables: Iterable[Table], rules: RuleSet) -> list[str]:
    """The PDUs that the tables name, in alphabetical order; of two spellings the first."""
    columns = [sheet.pdu_column for sheet in rules.decision_sheets]
    columns += [sheet.pdu_column for sheet in rules.case_sheets]
    names: dict[str, str] = {}
    for table in tables:
        for column in {name for name in columns if name is not None and name in table.columns}:
            texts = [text for _, value, text in table.present(column) if not isinstance(value, Broken)]
            for text in sorted(texts):
                names.setdefault(fold(text), text)
    names.pop("", None)  # a dash names no PDU
    return sorted(names.values())


def _pdus(rules: RuleSet, cases: Mapping[str, CaseTable]) -> tuple[str, ...]:
    """The PDUs that the cases come from, in alphabetical order."""
    names: set[str] = set()
    for sheet in rules.case_sheets:
        if sheet.name in cases and sheet.pdu_column in cases[sheet.name].frame:
            names.update(cases[sheet.name].frame[sheet.pdu_column].cat.categories)
    return tuple(sorted(names))


def _answers(rules: RuleSet, cases: Mapping[str, CaseTable]) -> dict[str, tuple[CellRange, ...]]:
    """The cells of the answers to each key and supporting question, sheet by sheet."""
    found = {}
    for name, case_table in cases.items():
        asked = [*(question.id for _, question in rules.questions_of(name))]
        asked += [question.id for question in rules.supporting_of(name) if question.id in case_table.frame]
        for question in asked:
            if question in case_table.table.columns and len(case_table.table.rows):
                found[question] = tuple(_ranges(case_table.table, question))
    return found


def _ranges(table: Table, question: str) -> Iterator[CellRange]:
    rows = table.rows_of(question)
    for number, part in enumerate(table.each):
        own = rows if table.part_of is None else rows[table.part_of == number]
        if len(own) and question in part.columns:
            letter, file = part.columns[question].letter, part.workbook.path if table.parts else None
            yield CellRange(part.sheet, letter, int(own.min()), int(own.max()), len(own), file)


def _samples(
    rules: RuleSet, cases: Mapping[str, CaseTable], workbook: Workbook | None = None
) -> tuple[SampleSize, ...]:
    """The sizes of the case samples that the rule file names, where there are their columns; of one workbook, if so."""
    samples = []
    for sample in rules.case_samples.samples:
        column = sample.column or sample.question
        if sample.sheet not in cases or (column is not None and column not in cases[sample.sheet].frame):
            continue
        frame, table = cases[sample.sheet].frame, cases[sample.sheet].table
        if workbook is not None:
            own = [number for number, part in enumerate(table.each) if part.workbook is workbook]
            if not own:
                continue
            if table.part_of is not None:
                frame = frame[np.isin(table.part_of, own)]
        count = len(frame)
        if sample.column is not None:
            meant = rules.values_meant(sample.sheet, sample.column, sample.value or ())
            count = int(frame[sample.column].isin(meant).sum())
        elif sample.question is not None:
            count = int(relevant(frame, sample.question).sum())
        samples.append(SampleSize(sample.name, count, sample.part))
    return tuple(samples)
