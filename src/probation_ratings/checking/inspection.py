"""Reads one inspection from a workbook: its details, its cases, its judgements, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import UsageError
from ..names import fold, sheet_key, wanted_sheets
from ..reading.limits import PDUS, times_needed
from ..reading.workbook import Broken, Reading
from .inspection_sheet import CellRange, Details, InspectionFields, SampleSize
from .spans import first_few
from .tables import Search

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..rulebook.model import RuleSet
    from .cases import CaseTable
    from .decisions import Judgement, PanelDecision


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

    Raises nothing for what the file is or holds: `problems` says it. Raises `UsageError` where the rules rate each PDU:
    their cases are not pooled (`read_inspections` reads them one by one).
    """
    if rules.unit == "pdu":
        raise UsageError(f"{rules.id} rates each PDU, not the region: use read_inspections")
    (one,) = read_inspections(source, rules)
    return one


def read_inspections(source: str | Reading, rules: RuleSet) -> list[Inspection]:
    """What the rules rate in a workbook: the region, or each of its PDUs by name; otherwise as `read_inspection`.

    A workbook that names no PDU has one inspection without a PDU, whose problems say why.
    """
    reading = Reading(source) if isinstance(source, str) else source
    reading.ask(wanted_sheets(rules.sheet_names, rules.panel_sheet.name))
    # Importing pandas takes longer than the child process that reads the file meanwhile.
    from .cases import read_cases
    from .decisions import read_judgements, read_panel_decisions
    from .doubtful_values import near_pdus
    from .hidden_and_misspelt import look

    workbook = reading.finish()
    if isinstance(workbook, p.Problem):
        every = tuple(standard.id for standard in rules.standards)
        return [Inspection(rules, Details(reading.path), problems=(replace(workbook, standards=every),))]
    known = set(map(sheet_key, rules.sheet_names))
    if known.isdisjoint(map(sheet_key, workbook.names)):
        every = tuple(standard.id for standard in rules.standards)
        names = first_few([p.quoted(name) for name in workbook.names])
        facts: dict[str, Any] = {"standards": every, "rules": rules.id, "found": p.listed(names) or "none"}
        details = Details(reading.path, workbook.sha256)
        return [Inspection(rules, details, problems=(p.NOT_A_CASE_WORKBOOK.found(reading.path, **facts),))]
    search = Search(workbook)
    if (misnamed := workbook.wrong_suffix()) is not None:
        search.problems.append(misnamed)
    fields = InspectionFields(search, rules)
    if rules.unit == "region":
        return [_inspection(search, fields, rules, reading.limits)]
    # What concerns the whole workbook is found once and told of each PDU; the rest is found PDU by PDU.
    shared = list(search.problems)
    read_judgements(search, rules)
    read_panel_decisions(search, rules)
    cases = read_cases(search, rules)
    search.problems = shared
    pdus = _names_of_pdus(search, rules)
    if (many := _too_many(pdus, reading.limits, search, rules)) is not None:
        details = Details(workbook.path, workbook.sha256, **fields.found)
        return [Inspection(rules, details, problems=(*shared, many))]
    fields.compare(_samples(rules, cases))
    look(search, rules, {name: found.whole for name, found in cases.items()})
    whole = _Whole(tuple(shared), near_pdus(rules, cases))
    return [_inspection(Search(workbook, pdu), fields, rules, reading.limits, whole) for pdu in pdus or [""]]


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is found once of a workbook whose PDUs are read one by one: problems, and names that are nearly alike."""

    problems: tuple[p.Problem, ...]
    near: Mapping[str, str]


def _inspection(
    search: Search, fields: InspectionFields, rules: RuleSet, limits: int, whole: _Whole | None = None
) -> Inspection:
    """The inspection of a region, or of the PDU of `search` in a workbook of which `whole` was found before."""
    from .annexes import count_annexes
    from .cases import read_cases
    from .decisions import left_out, read_judgements, read_panel_decisions
    from .doubtful_values import check_cases, near_pdus
    from .hidden_and_misspelt import look

    judgements = read_judgements(search, rules)
    decisions = read_panel_decisions(search, rules)
    cases = read_cases(search, rules, left_out(judgements, rules))
    if (many := _too_many(_pdus(rules, cases), limits, search, rules)) is not None:
        details = Details(search.workbook.path, search.workbook.sha256, **fields.found)
        return Inspection(rules, details, problems=(*search.problems, many))
    samples = _samples(rules, cases)
    if whole is None:
        fields.compare(samples)
    check_cases(search, rules, cases, fields.window, near_pdus(rules, cases) if whole is None else whole.near)
    annexes = count_annexes(search, rules)
    if whole is None:
        look(search, rules, {name: found.table for name, found in cases.items()})
    found = {**fields.found, "samples": samples, "answers": _answers(rules, cases)}
    found |= {"pdus": _pdus(rules, cases)} if search.pdu is None else {"pdu": search.pdu or None}
    details = Details(search.workbook.path, search.workbook.sha256, annexes=annexes, **found)
    before = () if whole is None else whole.problems
    return Inspection(rules, details, cases, judgements, decisions, (*before, *search.problems))


def _too_many(pdus: Collection[str], limits: int, search: Search, rules: RuleSet) -> p.Problem | None:
    """The problem (PR424) with more PDUs than are read."""
    if len(pdus) <= PDUS * limits:
        return None
    facts: dict[str, Any] = {"count": f"{len(pdus):,}", "allowed": f"{PDUS * limits:,}"}
    facts["times"] = times_needed(len(pdus), PDUS)
    every = tuple(standard.id for standard in rules.standards)
    return p.TOO_MANY_PDUS.found(search.workbook.path, standards=every, **facts)


def _names_of_pdus(search: Search, rules: RuleSet) -> list[str]:
    """The PDUs that the tables of a workbook name, in alphabetical order; of two spellings the first."""
    columns = [rules.judgement_sheet.pdu_column, rules.panel_sheet.pdu_column]
    columns += [sheet.pdu_column for sheet in rules.case_sheets]
    names: dict[str, str] = {}
    for table in search.tables:
        for column in {name for name in columns if name in table.columns}:
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
