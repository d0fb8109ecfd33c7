"""Reads the ratings that people gave: the inspectors' judgements, and the decisions of the ratings panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold, label
from ..reading.workbook import Broken, Cell, as_text
from .headings import heading
from .tables import Search, Table, without_pdu
from .unclear_decisions import note_unclear_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet
    from .headings import Heading


@dataclass(frozen=True, slots=True)
class Judgement:
    """A rating that inspectors gave to a standard without key questions, their reason, and where it stands.

    Of a standard that was not inspected it is the rule file's word for that.
    """

    rating: str
    rationale: str
    place: str


@dataclass(frozen=True, slots=True)
class PanelDecision:
    """The rating that the ratings panel gave to a standard, its reason, and the rating's cell."""

    rating: str
    reason: str
    sheet: str
    cell: str


def read_judgements(search: Search, rules: RuleSet) -> dict[str, Judgement]:
    """The judgement of each judged standard, by its id; what is missing or unclear is a problem (PR6xx).

    A standard with key questions has one where it was not inspected, if the rule file has a word for that.
    """
    sheet = rules.judgement_sheet
    judged = tuple(standard.id for standard in rules.judged)
    needed = (sheet.standard_column, sheet.rating_column, *_pdu_columns(sheet))
    values = {sheet.standard_column: rules.standards_by_label, sheet.rating_column: rules.words_of_judgement}
    headings = _headings(sheet, needed, judged, values, required=bool(judged))
    headings.append(heading(sheet.reason_column))
    whole = search.table(sheet.name, headings, required=bool(judged))
    table = _of_pdu(search, sheet, whole, needed, judged)
    if table is None:
        return {}
    words = {fold(name): name for name in rules.words_of_judgement}
    given = table.values(sheet.rating_column)
    reasons = table.values(sheet.reason_column)
    judgements = {}
    blank: dict[str, str] = {}
    places = _places(search, rules, table, sheet, judged)
    for standard, positions in places.items():
        position = positions[0]
        cell = table.cells(sheet.rating_column, [position])
        facts: dict[str, Any] = {"standard": standard, "found": _shown(given[position])}
        said = [words.get(fold(as_text(given[one]))) for one in positions]
        uninspected = any(word is not None and word not in rules.scores for word in said)
        if standard not in judged and not uninspected:
            if as_text(given[position]):
                search.add(p.JUDGEMENT_NOT_USED, table, cell, **facts)
            continue
        facts["standards"] = (standard,)
        if len(positions) > 1:
            cells = table.cells(sheet.standard_column, positions)
            search.add(p.JUDGEMENT_TWICE, table, cells, count=len(positions), **facts)
        rating = said[0]
        if rating is None:
            if not as_text(given[position]):
                blank[standard] = cell[0]
            else:
                words_allowed = p.listed(rules.words_of_judgement, "or")
                search.add(p.UNKNOWN_RATING, table, cell, allowed=words_allowed, **facts)
            continue
        if uninspected:
            search.add(p.STANDARD_NOT_INSPECTED, table, cell, standard=standard, word=rating)
        judgements[standard] = Judgement(rating, as_text(reasons[position]), f"{table.sheet}!{cell[0]}")
    _note_not_judged(search, rules, table, blank, [standard for standard in judged if standard not in places])
    return judgements


def _note_not_judged(
    search: Search, rules: RuleSet, table: Table, blank: Mapping[str, str], missing: Sequence[str]
) -> None:
    """Note the standards whose rating is a `blank` cell, all in one problem, and those without a row."""
    if blank:
        facts: dict[str, Any] = {"standard": p.listed(list(blank)), "standards": tuple(blank), "found": _shown("")}
        words = p.listed(rules.words_of_judgement, "or")
        search.add(p.UNKNOWN_RATING, table, tuple(blank.values()), allowed=words, **facts)
    if missing:
        facts = {"standard": p.listed(missing), "standards": tuple(missing)}
        search.add(p.JUDGEMENT_MISSING, table, allowed=p.listed(rules.rating_names, "or"), **facts)


def left_out(judgements: Mapping[str, Judgement], rules: RuleSet) -> frozenset[str]:
    """The ids of the standards that were not inspected."""
    return frozenset(standard for standard, one in judgements.items() if one.rating not in rules.scores)


def read_panel_decisions(search: Search, rules: RuleSet) -> dict[str, PanelDecision]:
    """The decision of the ratings panel on each standard it decided on, by the standard's id.

    What is missing or unclear is a problem (PR6xx); whether a decision is within the panel's limits is seen when the
    standards are rated. A decision that cannot be read may be about any standard that has key questions.
    """
    sheet = rules.panel_sheet
    standards = tuple(standard.id for standard in rules.standards if standard.method != "judgement")
    needed = (sheet.standard_column, sheet.rating_column, sheet.reason_column, *_pdu_columns(sheet))
    values = {sheet.standard_column: rules.standards_by_label, sheet.rating_column: rules.rating_names}
    headings = _headings(sheet, needed, standards, values, required=True)
    before = len(search.problems)
    whole = search.table(sheet.name, headings, required=False, remarks=True)
    if len(search.problems) == before or whole is not None:
        note_unclear_decisions(search, rules, whole, needed, standards)
    table = _of_pdu(search, sheet, whole, needed, standards)
    if table is None:
        return {}
    ratings = {fold(name): name for name in rules.rating_names}
    given = table.values(sheet.rating_column)
    reasons = table.values(sheet.reason_column)
    decisions = {}
    for standard, positions in _places(search, rules, table, sheet, standards, needed=standards).items():
        position = positions[0]
        cell = table.cells(sheet.rating_column, [position])
        facts: dict[str, Any] = {"standard": standard, "standards": (standard,)}
        rating = ratings.get(fold(as_text(given[position])))
        reason = as_text(reasons[position])
        if len(positions) > 1:
            cells = table.cells(sheet.standard_column, positions)
            search.add(p.PANEL_DECISION_TWICE, table, cells, count=len(positions), **facts)
        elif rating is None:
            allowed = p.listed(rules.rating_names, "or")
            search.add(p.UNKNOWN_RATING, table, cell, found=_shown(given[position]), allowed=allowed, **facts)
        elif not reason or isinstance(reasons[position], Broken):
            search.add(p.PANEL_DECISION_WITHOUT_REASON, table, table.cells(sheet.reason_column, [position]), **facts)
        else:
            decisions[standard] = PanelDecision(rating, reason, table.sheet, cell[0])
    return decisions


def _pdu_columns(sheet: DecisionSheet) -> tuple[str, ...]:
    return () if sheet.pdu_column is None else (sheet.pdu_column,)


def _headings(
    sheet: DecisionSheet,
    needed: Sequence[str],
    standards: tuple[str, ...],
    values: Mapping[str, Iterable[str]],
    *,
    required: bool,
) -> list[Heading]:
    key = sheet.standard_column
    return [
        heading(name, required=required, standards=standards, values=values.get(name, ()), key=name == key)
        for name in needed
    ]


def _of_pdu(
    search: Search, sheet: DecisionSheet, whole: Table | None, needed: Sequence[str], standards: tuple[str, ...]
) -> Table | None:
    """The rows of the PDU that is looked at, or else all rows; None where one of the columns `needed` is not there."""
    if whole is None or not set(needed) <= set(whole.columns):
        return None
    if sheet.pdu_column is not None:
        without_pdu(search, whole, sheet.pdu_column, standards)
    return whole.only(whole.rows_of(sheet.pdu_column, search.pdu))


def _places(
    search: Search,
    rules: RuleSet,
    table: Table,
    sheet: DecisionSheet,
    allowed: Sequence[str],
    *,
    needed: tuple[str, ...] = (),
) -> dict[str, list[int]]:
    """Where each standard stands, by its id. One named by a number is not guessed at: 2.10 is not 2.1.

    `allowed` are the ids that are told to whoever wrote another; `needed` those that it may have meant.
    """
    known = rules.standards_by_label
    places: dict[str, list[int]] = {}
    unknown: dict[str, list[int]] = {}
    beside = [table.values(sheet.rating_column), table.values(sheet.reason_column)]
    for position, value in enumerate(table.values(sheet.standard_column)):
        named = known.get(label(value)) if isinstance(value, str) else None
        if named is not None:
            places.setdefault(named.id, []).append(position)
        elif as_text(value) or any(as_text(values[position]) for values in beside):
            unknown.setdefault(_shown(value), []).append(position)
    for found, positions in p.at_most(unknown, "other words").items():
        cells = table.cells(sheet.standard_column, positions)
        facts: dict[str, Any] = {"found": found, "rules": rules.id, "allowed": p.listed(allowed, "or")}
        search.add(p.UNKNOWN_STANDARD, table, cells, standards=needed, **facts)
    return places


def _shown(value: Cell) -> str:
    text = as_text(value)
    if not text:
        return "a blank cell"
    return p.spelt(text) if isinstance(value, str) else f"{p.quoted(text)} (not text)"
