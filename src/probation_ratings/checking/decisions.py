"""Reads the ratings that people gave: the inspectors' judgements, and the decisions of the ratings panel.

A decision changes a rating. Where one may have been written in another way, the workbook is not rated without it. What
may be in the panel's sheet besides: the header row with more columns, notes in those columns beside a decision, and
above the header a title that names neither a standard's id nor a rating.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import problems as p
from ..names import fold, label
from ..reading.workbook import Broken, Cell, Reported, as_text
from .table_search import Wanted, find_table, heading, sheets_of
from .tables import problem, problems_at, without_pdu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from ..reading.workbook import Sheet
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet
    from .table_search import Heading
    from .tables import Place, Subject, Table

    Test = Callable[[str], bool]

_MOST = 100
"""So many cells are listed."""
_SHOWN = 3
"""So many of them are shown with their text."""
_READ = 2_000
"""Among so many characters of a text the id of a standard is looked for."""


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


class _Entry(NamedTuple):
    """A row that names a standard: its place in the table, what is written there, and the rating that this means."""

    position: int
    given: Cell
    rating: str | None
    reason: Cell


def judgement_table(subject: Subject) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of the judgements, if the rules have any and it can be read."""
    sheet, judged = subject.rules.judgement_sheet, tuple(standard.id for standard in subject.rules.judged)
    if sheet is None:
        return None, ()
    headings = _headings(subject.rules, sheet, judged, subject.rules.words_of_judgement, required=bool(judged))
    headings.append(heading(sheet.reason_column))
    table, problems = find_table(subject, Wanted(sheet.name, headings, required=bool(judged)))
    if table is not None and sheet.pdu_column is not None and _has_columns(table, sheet):
        problems += tuple(without_pdu(table, sheet.pdu_column, judged))
    return table, problems


def panel_table(subject: Subject) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of the panel's decisions, if there is one, and text in its sheet that may be a decision, too."""
    sheet, decided = subject.rules.panel_sheet, _rated_by_questions(subject.rules)
    if sheet is None:
        return None, ()
    headings = _headings(subject.rules, sheet, decided, subject.rules.rating_names, sheet.reason_column)
    wanted = Wanted(sheet.name, headings, required=False, remarks=True)
    table, problems = find_table(subject, wanted)
    if not problems or table is not None:
        problems += tuple(unclear_decisions(subject, table, wanted))
    if table is not None and sheet.pdu_column is not None and _has_columns(table, sheet, sheet.reason_column):
        problems += tuple(without_pdu(table, sheet.pdu_column, decided))
    return table, problems


def read_judgements(whole: Table | None, subject: Subject) -> tuple[dict[str, Judgement], list[p.Problem]]:
    """The judgement of each judged standard, by its id; what is missing or unclear is a problem (PR6xx).

    A standard with key questions has one where it was not inspected, if the rule file has a word for that.
    """
    rules, sheet = subject.rules, subject.rules.judgement_sheet
    judgements: dict[str, Judgement] = {}
    if whole is None or sheet is None or not _has_columns(whole, sheet):
        return judgements, []
    table = whole.only(whole.of_pdu(sheet.pdu_column, subject.pdu), subject.pdu)
    judged = [standard.id for standard in rules.judged]
    allowed = p.listed(rules.words_of_judgement, "or")
    blank: dict[str, Place] = {}
    entries, problems = _entries(table, rules, sheet, rules.words_of_judgement, judged)
    for standard, rows in entries.items():
        position, given, rating, reason = rows[0]
        at = [(position, sheet.rating_column)]
        facts: dict[str, Any] = {"standard": standard, "found": p.private(_shown(given))}
        uninspected = any(one.rating is not None and one.rating not in rules.scores for one in rows)
        if standard not in judged and not uninspected:
            if as_text(given):
                problems += problems_at(p.JUDGEMENT_NOT_USED, table, at, **facts)
            continue
        facts["standards"] = (standard,)
        problems += _twice(p.JUDGEMENT_TWICE, table, sheet, rows, **facts)
        if rating is None:
            if not as_text(given):
                blank[standard] = at[0]
            elif not isinstance(given, Reported):
                problems += problems_at(p.UNKNOWN_RATING, table, at, allowed=allowed, **facts)
            continue
        if uninspected:
            problems += problems_at(p.STANDARD_NOT_INSPECTED, table, at, standard=standard, word=rating)
        place = table.place(sheet.rating_column, position)
        judgements[standard] = Judgement(rating, as_text(reason), place, rating in rules.scores)
    # all standards whose rating is a blank cell are one problem, and so are those without a row
    facts = {"standard": p.listed(list(blank)), "standards": tuple(blank), "found": p.private(_shown(""))}
    problems += problems_at(p.UNKNOWN_RATING, table, blank.values(), allowed=allowed, **facts)
    if missing := [standard for standard in judged if standard not in entries]:
        facts = {"standard": p.listed(missing), "standards": tuple(missing)}
        problems.append(problem(p.JUDGEMENT_MISSING, table, allowed=p.listed(rules.rating_names, "or"), **facts))
    return judgements, problems


def left_out(judgements: Mapping[str, Judgement]) -> frozenset[str]:
    """The ids of the standards that were not inspected."""
    return frozenset(standard for standard, one in judgements.items() if not one.inspected)


def read_panel_decisions(whole: Table | None, subject: Subject) -> tuple[dict[str, PanelDecision], list[p.Problem]]:
    """The decision of the ratings panel on each standard it decided on, by the standard's id.

    What is missing or unclear is a problem (PR6xx); whether a decision is within the panel's limits is seen when the
    standards are rated. A decision that cannot be read may be about any standard that has key questions.
    """
    rules, sheet = subject.rules, subject.rules.panel_sheet
    decisions: dict[str, PanelDecision] = {}
    if whole is None or sheet is None or not _has_columns(whole, sheet, sheet.reason_column):
        return decisions, []
    table = whole.only(whole.of_pdu(sheet.pdu_column, subject.pdu), subject.pdu)
    decided = _rated_by_questions(rules)
    entries, problems = _entries(table, rules, sheet, rules.rating_names, decided, needed=decided)
    for standard, rows in entries.items():
        position, given, rating, reason = rows[0]
        facts: dict[str, Any] = {"standard": standard, "standards": (standard,)}
        if twice := [*_twice(p.PANEL_DECISION_TWICE, table, sheet, rows, **facts)]:
            problems += twice
        elif isinstance(given, Reported):
            continue
        elif rating is None:
            facts |= {"found": p.private(_shown(given)), "allowed": p.listed(rules.rating_names, "or")}
            problems += problems_at(p.UNKNOWN_RATING, table, [(position, sheet.rating_column)], **facts)
        elif not as_text(reason) or isinstance(reason, Broken):
            at = [(position, sheet.reason_column)]
            problems += problems_at(p.PANEL_DECISION_WITHOUT_REASON, table, at, **facts)
        else:
            part, cell = table.part(position), table.cell(sheet.rating_column, position)
            one = PanelDecision(rating, as_text(reason), part.sheet, cell, part.workbook.path)
            if part.source.lines:
                one = one._replace(sheet=None, cell="", line=table.row(sheet.rating_column, position))
            decisions[standard] = one
    return decisions, problems


def _rated_by_questions(rules: RuleSet) -> tuple[str, ...]:
    """The standards that the panel may decide on."""
    return tuple(standard.id for standard in rules.standards if standard.method != "judgement")


def _twice(
    kind: p.Kind, table: Table, sheet: DecisionSheet, rows: Sequence[_Entry], **facts: Any
) -> Iterator[p.Problem]:
    """The problem with a standard that has several ratings; the same one in a row of each of several files is one."""
    ratings, reasons = {one.rating for one in rows}, {as_text(one.reason) for one in rows} - {""}
    if not _one_per_file(table, rows) or len(ratings) > 1 or len(reasons) > 1:
        places = [(one.position, sheet.standard_column) for one in rows]
        yield from problems_at(kind, table, places, together=True, count=len(rows), **facts)


def _one_per_file(table: Table, rows: Sequence[_Entry]) -> bool:
    return len({id(table.part(one.position)) for one in rows}) == len(rows)


def _given(table: Table, rows: Sequence[_Entry]) -> Sequence[_Entry]:
    """The rows of a standard without those of a file that leaves it to another; the first has the reason, if any has.

    In one file each row counts.
    """
    if not _one_per_file(table, rows):
        return rows
    given = [one for one in rows if as_text(one.given) or as_text(one.reason)]
    return sorted(given or rows, key=lambda one: not as_text(one.reason))


def _headings(
    rules: RuleSet,
    sheet: DecisionSheet,
    standards: tuple[str, ...],
    ratings: Iterable[str],
    *further: str,
    required: bool = True,
) -> list[Heading]:
    """The columns that a decision needs; `further` are those beside its standard, rating and PDU."""
    known = heading(
        sheet.standard_column, required=required, standards=standards, values=rules.standards_by_label, key=True
    )
    rating = heading(sheet.rating_column, required=required, standards=standards, values=ratings)
    names = (*further, *filter(None, (sheet.pdu_column,)))
    return [known, rating, *(heading(name, required=required, standards=standards) for name in names)]


def _has_columns(table: Table, sheet: DecisionSheet, *further: str) -> bool:
    return {sheet.standard_column, sheet.rating_column, sheet.pdu_column, *further} - {None} <= set(table.columns)


def _entries(
    table: Table,
    rules: RuleSet,
    sheet: DecisionSheet,
    ratings: Iterable[str],
    allowed: Sequence[str],
    *,
    needed: tuple[str, ...] = (),
) -> tuple[dict[str, Sequence[_Entry]], list[p.Problem]]:
    """The entries of each standard, by its id. One named by a number is not guessed at: 2.10 is not 2.1.

    `allowed` are the ids that are named where another is written; `needed` those that it may have meant.
    """
    words = {fold(name): name for name in ratings}
    entries: dict[str, list[_Entry]] = {}
    unknown: dict[str, list[int]] = {}
    columns = (table.values(name) for name in (sheet.standard_column, sheet.rating_column, sheet.reason_column))
    for position, (value, given, reason) in enumerate(zip(*columns, strict=True)):
        named = rules.standards_by_label.get(label(value)) if isinstance(value, str) else None
        if named is not None:
            entry = _Entry(position, given, words.get(fold(as_text(given))), reason)
            entries.setdefault(named.id, []).append(entry)
        elif any(map(as_text, (value, given, reason))):
            unknown.setdefault(_shown(value), []).append(position)
    problems: list[p.Problem] = []
    for found, positions in p.at_most(unknown, "other words").items():
        facts: dict[str, Any] = {"found": p.private(found), "rules": rules.id, "allowed": p.listed(allowed, "or")}
        at = [(position, sheet.standard_column) for position in positions]
        problems += problems_at(p.UNKNOWN_STANDARD, table, at, standards=needed, **facts)
    return {standard: _given(table, rows) for standard, rows in entries.items()}, problems


def _shown(value: Cell) -> str:
    text = as_text(value)
    if not text:
        return "a blank cell"
    return p.spelt(text) if isinstance(value, str) else f"{p.quoted(text)} (not text)"


def unclear_decisions(subject: Subject, table: Table | None, wanted: Wanted) -> Iterator[p.Problem]:
    """What the panel's sheets say beside the decisions in the columns `wanted`; `table` has those, if it was found."""
    names = [one.name for one in wanted.headings]
    tables = {} if table is None else {id(one.source): one for one in table.each}
    for workbook, sheet in sheets_of(subject, wanted.name):
        odd = _odd_texts(sheet, tables.get(id(sheet)), frozenset(map(label, names)), subject.rules)
        found = dict(islice(odd, _MOST))
        if found and not sheet.lines:
            facts: dict[str, Any] = {"standards": wanted.blocked, "name": sheet.name, "columns": p.listed(names)}
            facts["found"] = p.private(p.listed([p.quoted(text) for text in list(found.values())[:_SHOWN]]))
            yield p.DECISIONS_UNCLEAR.found(workbook.path, sheet=sheet.name, cells=tuple(found), **facts)


def _odd_texts(sheet: Sheet, table: Table | None, headers: frozenset[str], rules: RuleSet) -> Iterator[tuple[str, str]]:
    """The cells outside the table that may tell of a decision, with their text; without a table, all with other text.

    Above the header row that is the id of a standard, or a rating. In a row without a decision it is any text, in a
    column beside a decision the id of a standard.
    """
    ids = "|".join(re.escape(standard.id) for standard in rules.standards)
    any_id = re.compile(rf"(?<![\w.])({ids})(?!\w|\.\d)", re.IGNORECASE)
    ratings_and_titles = {*map(label, rules.rating_names), *rules.standards_by_label}

    def names_standard(text: str) -> bool:
        return any_id.search(text[:_READ]) is not None

    numbers = np.arange(sheet.first_row, sheet.first_row + sheet.rows)
    header = sheet.first_row - 1 if table is None else table.header
    decided = np.isin(numbers, [] if table is None else table.rows)
    known = set() if table is None else {column.number for column in table.columns.values()}
    looked_at: list[tuple[Test, npt.NDArray[np.bool_]]] = [
        (lambda text: names_standard(text) or label(text) in ratings_and_titles, numbers < header),
        (lambda _: True, ~decided & (numbers > header)),
        (names_standard, decided | (numbers == header)),
    ]
    for column in sheet.columns:
        texts = column.texts
        for test, rows in looked_at[:2] if column.number in known else looked_at:
            passing = np.array([text != "" and label(text) not in headers and test(text) for text in texts], bool)
            for place in np.flatnonzero(passing[column.codes] & rows).tolist():
                yield f"{column.letter}{sheet.first_row + place}", texts[column.codes[place]]
