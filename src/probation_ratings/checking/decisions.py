"""Reads the ratings that people gave: the inspectors' judgements, and the decisions of the ratings panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .. import problems as p
from ..names import fold, label
from ..reading.workbook import Broken, Cell, as_text
from .headings import heading
from .table_search import Wanted, find_table
from .tables import problem, problems_at, without_pdu
from .unclear_decisions import unclear_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet
    from .headings import Heading
    from .tables import Place, Subject, Table


class Judgement(NamedTuple):
    """A rating that inspectors gave to a standard without key questions, their reason, and where they say so.

    Of a standard that was not `inspected` the rating is the rule file's word for that.
    """

    rating: str
    rationale: str
    place: str
    inspected: bool = True


class PanelDecision(NamedTuple):
    """The rating that the ratings panel gave to a standard, its reason, and the cell, or line, of the rating.

    `file` is the one that it is in where there are several.
    """

    rating: str
    reason: str
    sheet: str | None
    cell: str
    file: str | None = None
    line: int | None = None


def judgement_table(subject: Subject) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of the judgements, if the rules have any and it can be read."""
    rules, sheet = subject.rules, subject.rules.judgement_sheet
    if sheet is None:
        return None, ()
    judged = tuple(standard.id for standard in rules.judged)
    values = {sheet.standard_column: rules.standards_by_label, sheet.rating_column: rules.words_of_judgement}
    needed = (sheet.standard_column, sheet.rating_column, *_pdu_columns(sheet))
    headings = _headings(sheet, needed, judged, values, required=bool(judged))
    headings.append(heading(sheet.reason_column))
    table, problems = find_table(subject, Wanted(sheet.name, headings, required=bool(judged)))
    return _with(table, needed, problems, sheet, judged)


def read_judgements(table: Table, rules: RuleSet) -> tuple[dict[str, Judgement], list[p.Problem]]:
    """The judgement of each judged standard, by its id; what is missing or unclear is a problem (PR6xx).

    A standard with key questions has one where it was not inspected, if the rule file has a word for that.
    """
    sheet = rules.judgement_sheet
    if sheet is None or not {sheet.standard_column, sheet.rating_column, *_pdu_columns(sheet)} <= set(table.columns):
        return {}, []
    judged = [standard.id for standard in rules.judged]
    words = {fold(name): name for name in rules.words_of_judgement}
    allowed = p.listed(rules.words_of_judgement, "or")
    given = table.values(sheet.rating_column)
    reasons = table.values(sheet.reason_column)
    judgements: dict[str, Judgement] = {}
    blank: dict[str, Place] = {}
    places, problems = _places(table, rules, sheet, judged)
    for standard, positions in places.items():
        position = positions[0]
        at = [(position, sheet.rating_column)]
        facts: dict[str, Any] = {"standard": standard, "found": p.private(_shown(given[position]))}
        said = [words.get(fold(as_text(given[one]))) for one in positions]
        uninspected = any(word is not None and word not in rules.scores for word in said)
        if standard not in judged and not uninspected:
            if as_text(given[position]):
                problems += problems_at(p.JUDGEMENT_NOT_USED, table, at, **facts)
            continue
        facts["standards"] = (standard,)
        if not _once(table, positions, [(said[n], as_text(reasons[one])) for n, one in enumerate(positions)]):
            problems += _twice(p.JUDGEMENT_TWICE, table, sheet, positions, **facts)
        rating = said[0]
        if rating is None:
            if not as_text(given[position]):
                blank[standard] = at[0]
            else:
                problems += problems_at(p.UNKNOWN_RATING, table, at, allowed=allowed, **facts)
            continue
        if uninspected:
            problems += problems_at(p.STANDARD_NOT_INSPECTED, table, at, standard=standard, word=rating)
        place = table.place(sheet.rating_column, position)
        judgements[standard] = Judgement(rating, as_text(reasons[position]), place, rating in rules.scores)
    # all standards whose rating is a blank cell are one problem, and so are those without a row
    facts = {"standard": p.listed(list(blank)), "standards": tuple(blank), "found": p.private(_shown(""))}
    problems += problems_at(p.UNKNOWN_RATING, table, blank.values(), allowed=allowed, **facts)
    if missing := [standard for standard in judged if standard not in places]:
        facts = {"standard": p.listed(missing), "standards": tuple(missing)}
        problems.append(problem(p.JUDGEMENT_MISSING, table, allowed=p.listed(rules.rating_names, "or"), **facts))
    return judgements, problems


def left_out(judgements: Mapping[str, Judgement]) -> frozenset[str]:
    """The ids of the standards that were not inspected."""
    return frozenset(standard for standard, one in judgements.items() if not one.inspected)


def panel_table(subject: Subject) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of the panel's decisions, if there is one, and text in its sheet that may be a decision, too."""
    rules, sheet = subject.rules, subject.rules.panel_sheet
    if sheet is None:
        return None, ()
    standards = tuple(standard.id for standard in rules.standards if standard.method != "judgement")
    needed = (sheet.standard_column, sheet.rating_column, sheet.reason_column, *_pdu_columns(sheet))
    values = {sheet.standard_column: rules.standards_by_label, sheet.rating_column: rules.rating_names}
    headings = _headings(sheet, needed, standards, values, required=True)
    wanted = Wanted(sheet.name, headings, required=False, remarks=True)
    table, problems = find_table(subject, wanted)
    if not problems or table is not None:
        problems += tuple(unclear_decisions(subject, table, wanted))
    return _with(table, needed, problems, sheet, standards)


def read_panel_decisions(table: Table, rules: RuleSet) -> tuple[dict[str, PanelDecision], list[p.Problem]]:
    """The decision of the ratings panel on each standard it decided on, by the standard's id.

    What is missing or unclear is a problem (PR6xx); whether a decision is within the panel's limits is seen when the
    standards are rated. A decision that cannot be read may be about any standard that has key questions.
    """
    sheet = rules.panel_sheet
    if sheet is None:
        return {}, []
    needed = {sheet.standard_column, sheet.rating_column, sheet.reason_column, *_pdu_columns(sheet)}
    if not needed <= set(table.columns):
        return {}, []
    standards = tuple(standard.id for standard in rules.standards if standard.method != "judgement")
    ratings = {fold(name): name for name in rules.rating_names}
    given = table.values(sheet.rating_column)
    reasons = table.values(sheet.reason_column)
    decisions: dict[str, PanelDecision] = {}
    places, problems = _places(table, rules, sheet, standards, needed=standards)
    for standard, positions in places.items():
        position = positions[0]
        at = [(position, sheet.rating_column)]
        facts: dict[str, Any] = {"standard": standard, "standards": (standard,)}
        rating = ratings.get(fold(as_text(given[position])))
        reason = as_text(reasons[position])
        said = [(ratings.get(fold(as_text(given[one]))), as_text(reasons[one])) for one in positions]
        if not _once(table, positions, said):
            problems += _twice(p.PANEL_DECISION_TWICE, table, sheet, positions, **facts)
        elif rating is None:
            facts |= {"found": p.private(_shown(given[position])), "allowed": p.listed(rules.rating_names, "or")}
            problems += problems_at(p.UNKNOWN_RATING, table, at, **facts)
        elif not reason or isinstance(reasons[position], Broken):
            at = [(position, sheet.reason_column)]
            problems += problems_at(p.PANEL_DECISION_WITHOUT_REASON, table, at, **facts)
        else:
            decisions[standard] = _decision(table, sheet.rating_column, position, rating, reason)
    return decisions, problems


def _decision(table: Table, column: str, position: int, rating: str, reason: str) -> PanelDecision:
    part = table.part(position)
    if part.source.lines:
        return PanelDecision(rating, reason, None, "", part.workbook.path, table.row(column, position))
    return PanelDecision(rating, reason, part.sheet, table.cell(column, position), part.workbook.path)


def _once(table: Table, positions: Sequence[int], said: Sequence[tuple[str | None, str]]) -> bool:
    """Whether a standard has one rating: in one row, or the same in one row of each of several files."""
    files = {id(table.part(position)) for position in positions}
    return len(positions) == 1 or (len(files) == len(positions) and len(set(said)) == 1)


def _twice(
    kind: p.Kind, table: Table, sheet: DecisionSheet, positions: Sequence[int], **facts: Any
) -> Iterator[p.Problem]:
    places = [(position, sheet.standard_column) for position in positions]
    return problems_at(kind, table, places, together=True, count=len(positions), **facts)


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


def _with(
    table: Table | None,
    needed: Sequence[str],
    problems: tuple[p.Problem, ...],
    sheet: DecisionSheet,
    standards: tuple[str, ...],
) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """A table with all columns `needed`, or None, and what is wrong, also with its PDUs."""
    if table is None or sheet.pdu_column is None or not set(needed) <= set(table.columns):
        return table, problems
    return table, (*problems, *without_pdu(table, sheet.pdu_column, standards))


def _places(
    table: Table, rules: RuleSet, sheet: DecisionSheet, allowed: Sequence[str], *, needed: tuple[str, ...] = ()
) -> tuple[dict[str, list[int]], list[p.Problem]]:
    """The entries of each standard, by its id. One named by a number is not guessed at: 2.10 is not 2.1.

    `allowed` are the ids that are named where another is written; `needed` those that it may have meant.
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
    problems: list[p.Problem] = []
    for found, positions in p.at_most(unknown, "other words").items():
        facts: dict[str, Any] = {"found": p.private(found), "rules": rules.id, "allowed": p.listed(allowed, "or")}
        at = [(position, sheet.standard_column) for position in positions]
        problems += problems_at(p.UNKNOWN_STANDARD, table, at, standards=needed, **facts)
    return places, problems


def _shown(value: Cell) -> str:
    text = as_text(value)
    if not text:
        return "a blank cell"
    return p.spelt(text) if isinstance(value, str) else f"{p.quoted(text)} (not text)"
