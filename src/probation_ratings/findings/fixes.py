"""Finds what can be fixed in the files of an inspection: what is mechanical and certain, and what is nearly so.

Only workbooks and parts that are combined are fixed. An export is read by its mapping file, which says how.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from .. import problems as p
from ..checking.cases import spellings
from ..checking.doubtful_values import near_pdus
from ..mapping.dates import dates_of
from ..names import alike, cell_place, fold, label
from ..reading.workbook import Broken, as_text, day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from ..checking.inspection import Inspection
    from ..checking.tables import Table
    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import CaseSheet

    After = tuple[str | date, p.Kind, bool]
    """What a value becomes, the problem that this fixes, and whether it is nearly certain only."""

LONG = 60
"""A longer text is not compared with words that it may be meant to be."""
_LONGEST_DATE = 40
_WORDS = re.compile(r"(\w+)\.?,?[ ./-]{1,2}(\w+)\.?,?[ ./-]{1,2}(\w+)(?:[ t]00:00(?::00)?)?")
"""The three parts of a day, and perhaps midnight after them."""
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)$")
_FORMATS = ("%Y %m %d", "%d %m %Y", "%m %d %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_YEARS = range(1900, 2100)


class Change(NamedTuple):
    """A cell that is fixed: what it has, what it becomes, and the code of the problem that this fixes.

    `is_unsafe` says that it is a spelling that is nearly certain only.
    """

    sheet: str
    cell: str
    before: str
    after: str | date
    code: str
    is_unsafe: bool = False


class RowLeftOut(NamedTuple):
    """Rows that are left out, both ends included, and the code of the problem that this fixes."""

    sheet: str
    first: int
    last: int
    code: str


@dataclass(slots=True)
class Fixes:
    """All that can be fixed in one file."""

    path: str
    sha256: str | None
    text: tuple[str, str] | None = None
    changes: list[Change] = field(default_factory=list)
    rows: list[RowLeftOut] = field(default_factory=list)

    def chosen(self, asked_for: Callable[[str, str], bool], *, unsafe: bool) -> Fixes:
        """Those whose problems are asked for, by their code and file; `unsafe` ones only where so said."""
        changes = [one for one in self.changes if asked_for(one.code, self.path) and (unsafe or not one.is_unsafe)]
        rows = [one for one in self.rows if asked_for(one.code, self.path)]
        gone = {one.sheet: set[int]() for one in rows}
        for one in rows:
            gone[one.sheet].update(range(one.first, one.last + 1))
        kept = [one for one in changes if cell_place(one.cell)[1] not in gone.get(one.sheet, ())]
        return Fixes(self.path, self.sha256, self.text, kept, rows)


def fixes_of(inspections: Iterable[Inspection]) -> dict[str, Fixes]:
    """What can be fixed, by the path of the file; files with nothing to fix are in it, too."""
    found: dict[str, Fixes] = {}
    seen: set[tuple[str, str, str | int]] = set()
    for inspection in inspections:
        sources = inspection.details.sources
        if any(source.role == "mapping" for source in sources):
            continue
        for source in sources:
            found.setdefault(source.file, Fixes(source.file, source.sha256, source.text))
        for path, one in (*_in_tables(inspection), *_at_problems(inspection)):
            place = (path, one.sheet, one.cell if isinstance(one, Change) else one.first)
            if path not in found or place in seen:
                continue
            seen.add(place)
            if isinstance(one, Change):
                found[path].changes.append(one)
            else:
                found[path].rows.append(one)
    for fixes in found.values():
        fixes.changes.sort(key=lambda one: (one.sheet, *cell_place(one.cell)[::-1]))
        fixes.rows.sort()
    return found


def _in_tables(inspection: Inspection) -> Iterator[tuple[str, Change]]:
    """What can be fixed in the tables of cases."""
    rules, cases = inspection.rules, inspection.cases
    near = near_pdus(rules, cases)
    for sheet in rules.case_sheets:
        if sheet.name in cases:
            table = cases[sheet.name].whole
            for name, fix in _readers(sheet, rules, near):
                if name in table.columns:
                    yield from _in_column(table, name, fix)


def _in_column(table: Table, name: str, fix: Callable[[Cell, str], After | None]) -> Iterator[tuple[str, Change]]:
    for place, value, text in table.present(name):
        if not isinstance(value, str) or isinstance(value, Broken) or not text:
            continue
        found = fix(value, text)
        if found is None or found[0] == value:
            continue
        after, kind, is_unsafe = found
        for position, _ in table.holding(name, [place]):
            part = table.part(position)
            if part.source.stands_for is None and not part.source.lines and part.source.labels is None:
                change = Change(part.sheet, table.cell(name, position), value, after, kind.code, is_unsafe)
                yield part.workbook.path, change


def _readers(
    sheet: CaseSheet, rules: RuleSet, near: Mapping[str, str]
) -> Iterator[tuple[str, Callable[[Cell, str], After | None]]]:
    """How the values of each column are fixed."""
    listed = {as_text(one).casefold(): one for answer in rules.answers.all for one in (*answer.spellings, answer.name)}
    spelled = spellings(rules)

    def answer(_: Cell, text: str) -> After | None:
        if text.casefold() in listed:
            return listed[text.casefold()], p.SPACES_IN_ANSWER, False
        meant = {place for word, place in spelled.items() if len(text) <= LONG and alike(text, word)}
        return (rules.answers.names[meant.pop()], p.BAD_ANSWER, True) if len(meant) == 1 else None

    def pdu(_: Cell, text: str) -> After:
        usual = near.get(text)
        return (
            (text, p.PDU_NAME_NEAR, False) if usual is None else (usual, p.PDU_NAME_NEAR, label(usual) != label(text))
        )

    def a_date(value: Cell, text: str) -> After | None:
        meant = one_reading(text) if day(value) is None else None
        return None if meant is None else (meant, p.DATE_AS_TEXT, False)

    questions = [question.id for _, question in rules.questions_of(sheet.name)]
    yield from ((name, answer) for name in (*questions, *(one.id for one in rules.supporting_of(sheet.name))))
    if sheet.pdu_column is not None:
        yield sheet.pdu_column, pdu
    for column in sheet.other_columns:
        if column.kind == "date":
            yield column.name, a_date
        elif column.values:
            yield column.name, _one_of(column.values, p.UNKNOWN_CATEGORY)


def _one_of(words: Iterable[str], kind: p.Kind) -> Callable[[Cell, str], After | None]:
    """How a value is fixed that should be one of these words."""
    known = {fold(one): one for one in words}

    def fix(_: Cell, text: str) -> After | None:
        if fold(text) in known:
            return known[fold(text)], kind, False
        meant = [one for one in known.values() if len(text) <= LONG and alike(text, one)]
        return (meant[0], kind, True) if len(meant) == 1 else None

    return fix


def _at_problems(inspection: Inspection) -> Iterator[tuple[str, Change | RowLeftOut]]:
    """What can be fixed where a problem was found: rows, dates of the inspection, its region, and ratings."""
    rules = inspection.rules
    words = {
        p.UNKNOWN_RATING: _one_of(rules.words_of_judgement, p.UNKNOWN_RATING),
        p.REGION_UNKNOWN: _one_of(rules.regions.names if rules.regions else (), p.REGION_UNKNOWN),
    }
    for problem in inspection.problems:
        sheet, excerpt = problem.sheet, problem.excerpt
        if sheet is None:
            continue
        if problem.kind in {p.TOTAL_ROW, p.ROWS_EMPTY}:
            for cells in problem.cells:
                first, _, last = cells.partition(":")
                numbers = [int(one.lstrip(ascii_uppercase)) for one in (first, last or first)]
                yield problem.file, RowLeftOut(sheet, numbers[0], numbers[1], problem.kind.code)
        elif len(problem.cells) == 1 and excerpt is not None:
            text = excerpt.columns[excerpt.marked][2]
            after: str | date | None = None
            is_unsafe = False
            if problem.kind is p.DATE_AS_TEXT:
                after = one_reading(text)
            elif problem.kind in words and (found := words[problem.kind](text, text)) is not None:
                after, _, is_unsafe = found
            if after is not None:
                yield problem.file, Change(sheet, problem.cells[0], text, after, problem.kind.code, is_unsafe)


def one_reading(text: str) -> date | None:
    """The day that a text means, such as 14/08/2023 or 14 August 2023; None if it means none or may mean two.

    03/04/2023 may be in March or in April. Years have four digits.
    """
    if len(text) > _LONGEST_DATE:
        return None
    match = _WORDS.fullmatch(text.casefold().strip())
    words = [_ORDINAL.sub("", "sep" if word == "sept" else word) for word in match.groups()] if match else []
    found = {one for one in dates_of(" ".join(words), _FORMATS, date_1904=False) if one.year in _YEARS}
    return found.pop() if len(found) == 1 else None
