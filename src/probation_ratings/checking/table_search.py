"""Finds, in whatever layout a workbook has, the sheets and columns that the rule file names.

Headers are compared by their labels (see `names`); rows above the header are skipped; extra sheets and columns are
left alone; column order is free. A sheet or column that is missing, or there twice, is a problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..mapping.columns import filled
from ..names import label, sheet_key
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER
from .stray_rows import entries_above, stray_rows
from .tables import Table, joined, of_rows, problems_at, unclear

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..reading.workbook import Column, Sheet, Workbook
    from .tables import Subject


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that is looked for: its name, the labels of the headers that stand for it, and what needs it.

    `standards` are those that cannot be rated without the column; none can depend on one that is not `rated`. `answers`
    are the spellings, in lower case, that a question's cells may have, `values` the labels of what another column's
    cells may have, if only that. The `key` names the entries of the table, as the ids of cases do.
    """

    name: str
    labels: frozenset[str]
    required: bool = False
    standards: tuple[str, ...] = ()
    text: str | None = None
    rated: bool = True
    answers: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    key: bool = False


def heading(
    name: str, *, required: bool = False, standards: Sequence[str] = (), values: Iterable[str] = (), key: bool = False
) -> Heading:
    """A column that is looked for by its name alone; `values` are those that it may have, if only those."""
    known = frozenset(map(label, values))
    return Heading(name, frozenset({label(name)}), required, tuple(standards), values=known, key=key)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table that is looked for: the name of its sheet, and its columns.

    A sheet that is not `required` may be missing. `every_row` keeps the rows that have a value in any column, also one
    that is not looked for. `remarks` says that the caller reports text without a header, and the rows that are set
    aside.
    """

    name: str
    headings: Sequence[Heading]
    required: bool = True
    every_row: bool = False
    remarks: bool = False

    @property
    def blocked(self) -> tuple[str, ...]:
        """The standards that cannot be rated without the table."""
        return tuple(dict.fromkeys(standard for one in self.headings for standard in one.standards))


def sheets_of(subject: Subject, name: str) -> list[tuple[Workbook, Sheet]]:
    """The sheets of this name that were read, each with its workbook."""
    return [
        (workbook, sheet)
        for workbook in subject.found.workbooks
        for sheet in workbook.sheets
        if sheet_key(sheet.stands_for or sheet.name) == sheet_key(name)
    ]


def find_table(subject: Subject, wanted: Wanted) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of a sheet of the rules, or None where there is none that can be read, and what is wrong with it.

    A sheet that a workbook has twice is not read at all: it is not clear which one counts.
    """
    key, workbooks = sheet_key(wanted.name), subject.found.workbooks
    facts: dict[str, Any] = {"standards": wanted.blocked, "name": wanted.name}
    problems: list[p.Problem] = []
    for workbook in workbooks:
        same = [name for name in workbook.names if sheet_key(name) == key]
        if len(same) > 1 and not workbook.fills:
            found = p.private(p.listed([p.quoted(name) for name in same]))
            problems.append(p.SHEET_TWICE.found(workbook.path, found=found, **facts))
    if problems:
        return None, tuple(problems)
    sheets = sheets_of(subject, wanted.name)
    if not sheets and wanted.name in subject.found.unread:
        return None, ()
    if not sheets and wanted.required:
        if filled_sheets := dict.fromkeys(name for one in workbooks for name in one.fills):
            has = p.listed([p.quoted(name) for name in filled_sheets])
            return None, (p.SHEET_NOT_FILLED.found(subject.found.path, filled=has, **facts),)
        names = [name for workbook in workbooks for name in workbook.names]
        found = p.private(p.listed([p.quoted(name) for name in names]) or "no sheets")
        instead = _or_not_inspected(wanted, subject)
        return None, (p.SHEET_MISSING.found(subject.found.path, or_unseen=instead, found=found, **facts),)
    tables = []
    for workbook, sheet in sheets:
        table, found_problems = _Layout(workbook, sheet, wanted, subject.found.path).table()
        problems += found_problems
        tables += [] if table is None else [table]
    return joined(tables) if tables else None, tuple(dict.fromkeys(problems))


def _or_not_inspected(wanted: Wanted, subject: Subject) -> str:
    """What else to do about a missing sheet of cases: its standards may not have been inspected."""
    rules = subject.rules
    if rules.not_inspected is None or wanted.name not in [sheet.name for sheet in rules.case_sheets]:
        return ""
    where = f"for {p.listed(wanted.blocked)} in the sheet '{rules.judgement_sheet_name}'"
    return f"; or, if they were not inspected, write '{rules.not_inspected.word}' {where}"


class _Layout:
    """Where a sheet has the header and the rows of a table that is looked for."""

    def __init__(self, workbook: Workbook, sheet: Sheet, wanted: Wanted, path: str) -> None:
        self.workbook = workbook
        self.sheet = sheet
        self.wanted = wanted
        self.path = path
        self.header, self.found = _find_header(sheet, wanted.headings)
        self.row = sheet.first_row + self.header

    def table(self) -> tuple[Table | None, list[p.Problem]]:
        """The table, or None where the sheet has none that can be read, and what is wrong with its layout."""
        problems = self._without_header()
        if problems is not None:
            return None, problems
        below = slice(self.header + 1, None)
        once = [one.name for one in self.wanted.headings if len(self.found.get(one.name, ())) == 1]
        table, strays = self._below_header({name: of_rows(self.found[name][0], below) for name in once})
        above = self._above_header({name: of_rows(self.found[name][0], slice(self.header)) for name in once})
        return table, [*self._missing_or_twice(), *above, *strays]

    def _problem(self, kind: p.Kind, **facts: Any) -> p.Problem:
        return kind.found(self.workbook.path, sheet=self.sheet.name, **facts)

    def _without_header(self) -> list[p.Problem] | None:
        """What is wrong where the sheet has no header row that a table can be read by; None where it has one."""
        wanted, sheet, found = self.wanted, self.sheet, self.found
        lacking = [one for one in wanted.headings if one.required and one.name not in found]
        if not wanted.required:
            if not any(one.required for one in wanted.headings):
                is_remark = sum(any(column.texts) for column in sheet.columns) < 2  # text in one column
                return [] if is_remark or not found else None
            empty = not any(any(column.texts) for column in sheet.columns)
            several = wanted.remarks and len(lacking) > 1
            without_rows = not any(_has_text_below(one, self.header) for one in sheet.columns)
            if empty or (lacking and found and (without_rows or several)):
                return []
        if not found:
            if wanted.remarks:
                return []
            expected = p.listed([one.name for one in wanted.headings], "or")
            count = min(sheet.rows, HEADER_WITHIN)
            facts: dict[str, Any] = {"rows": f"{count} rows do" if count > 1 else "row does", "expected": expected}
            return [self._problem(p.HEADER_MISSING, standards=wanted.blocked, **facts)]
        second = _in_two_rows(sheet, self.header, wanted.headings, found)
        return None if second is None else [self._two_rows(second)]

    def _two_rows(self, second: int) -> p.Problem:
        places = sorted((self.header, second))
        texts = [[(one.letter, one.text(place)) for one in self.sheet.columns] for place in places]
        rows = p.Spans([self.sheet.first_row + place for place in places])
        first = [next(letter for letter, text in row if text) for row in texts]
        cells = tuple(f"{letter}{number}" for letter, number in zip(first, rows.numbers, strict=True))
        return self._problem(p.HEADER_IN_TWO_ROWS, standards=self.wanted.blocked, rows=rows.words, cells=cells)

    def _missing_or_twice(self) -> Iterator[p.Problem]:
        """The required columns that are missing, and all that are there twice."""
        for one in self.wanted.headings:
            if one.required and one.name not in self.found:
                or_text = "" if one.text is None else f", or head the column with the question: {one.text}"
                facts: dict[str, Any] = {"standards": one.standards, "name": one.name}
                if self.sheet.stands_for is not None:  # the same in each source
                    yield p.COLUMN_NOT_FILLED.found(self.path, sheet_name=self.sheet.stands_for, **facts)
                else:
                    yield self._problem(p.COLUMN_MISSING, or_text=or_text, row=self.row, **facts)
        twice = [one for one in self.wanted.headings if len(self.found.get(one.name, ())) > 1]
        # several columns that are there twice are two tables side by side
        rated = [one for one in twice if one.rated]
        for several in ([rated] if rated else []) + [[one] for one in twice if not one.rated]:
            columns = [column for one in several for column in self.found[one.name]]
            cells = tuple(f"{column.letter}{self.row}" for column in columns)
            needed = (standard for one in several for standard in one.standards or self.wanted.blocked)
            shown = p.listed(p.first_few([p.quoted(column.text(self.header)) for column in columns]))
            names = p.listed([f"'{one.name}'" for one in several])
            facts = {"standards": tuple(dict.fromkeys(needed)), "found": p.private(shown)}
            facts["name"] = f"column{'s' if len(several) > 1 else ''} {names}"
            found = self._problem(p.COLUMN_TWICE, cells=cells, **facts)
            yield found if several[0].rated else unclear(found, several[0].name)

    def _above_header(self, columns: Mapping[str, Column]) -> Iterator[p.Problem]:
        """The entries of the table above the header, as one problem."""
        sheet, headings = self.sheet, tuple(self.wanted.headings)
        places = entries_above(columns, headings, self.header)
        if places and not self.wanted.remarks:
            rows = np.arange(self.header) + sheet.first_row
            table = Table(self.workbook, sheet.name, rows, columns, sheet, self.row, headings, rows[:0])
            yield from self._strays(p.ENTRY_ABOVE_HEADER, table, places)

    def _below_header(self, columns: Mapping[str, Column]) -> tuple[Table, list[p.Problem]]:
        """The table below the header, and the rows that are not entries of it."""
        sheet, wanted, below = self.sheet, self.wanted, self.header + 1
        entries = np.zeros(sheet.rows - below, dtype=bool)
        # a remark below a column that no rating depends on makes no case
        rated = [columns[one.name] for one in wanted.headings if one.rated and one.name in columns]
        for column in [of_rows(one, slice(below, None)) for one in sheet.columns] if wanted.every_row else rated:
            entries |= filled(column)
        keyed = any(one.key and one.required for one in wanted.headings)
        strays = stray_rows(sheet, columns, wanted.headings, entries) if keyed else {}
        set_aside = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *strays.values()]))
        entries[set_aside] = False
        rows, headings = np.arange(len(entries)) + self.row + 1, tuple(wanted.headings)
        whole = Table(self.workbook, sheet.name, rows, columns, sheet, self.row, headings, set_aside + self.row + 1)
        problems: list[p.Problem] = []
        for kind, places in strays.items():
            if not wanted.remarks or kind is p.HEADER_REPEATED:
                problems += self._strays(kind, whole, places.tolist())
        return whole.only(np.flatnonzero(entries)), problems

    def _strays(self, kind: p.Kind, table: Table, positions: list[int]) -> Iterator[p.Problem]:
        """The rows of one kind that are not entries of a table, as one problem."""
        rows = p.Spans([int(table.rows[position]) for position in positions])
        columns = sorted(table.columns, key=lambda name: table.columns[name].number)
        places = []
        for position in positions:
            texts = ((name, table.columns[name]) for name in columns)
            first = next((name for name, one in texts if one.text(position)), columns[0])
            places.append((position, first))
        position, name = places[0]
        column = table.columns[name]
        facts: dict[str, Any] = {"rows": rows.words, "header": table.header}
        facts["found"] = p.private(f"{p.quoted(column.text(position))} in {table.cell(name, position)}")
        facts["holds"] = "holds" if len(positions) == 1 else "hold"
        return problems_at(kind, table, places, standards=self.wanted.blocked, **facts)


def _find_header(sheet: Sheet, headings: Sequence[Heading]) -> tuple[int, dict[str, list[Column]]]:
    """The place of the header row and, by name, the columns that it heads.

    It is the first row with two of the headers, one of them required (a title may name others), or else the first with
    two, or else the first with one. A later row with more of them is never preferred: the rows between would be lost
    in silence, but a second header among the cases is reported.
    """
    names = {one_label: one.name for one in headings for one_label in one.labels}
    required = {one.name for one in headings if one.required}
    best = 0
    header: tuple[int, dict[str, list[Column]]] = (0, {})
    for position in range(min(sheet.rows, HEADER_WITHIN)):
        found: dict[str, list[Column]] = {}
        for column in sheet.columns:
            text = column.text(position)
            name = names.get(label(text)) if len(text) <= LONGEST_HEADER else None
            if name is not None:
                found.setdefault(name, []).append(column)
        rank = min(len(found), 2) + (len(found) > 1 and not required.isdisjoint(found))
        if rank > best:
            best, header = rank, (position, found)
        if best == (3 if required else 2):
            break
    return header


def _in_two_rows(
    sheet: Sheet, header: int, headings: Sequence[Heading], found: Mapping[str, Sequence[Column]]
) -> int | None:
    """The second row (its place in the sheet) of a header that is spread over two; None where the header is one row.

    That is the next row, or the one before, where it has headers that the header row lacks: by itself, or read
    together with the header row (R2.1 above 1, 2 and 3). A header that nothing depends on counts only above or below a
    blank cell of the header row.
    """
    wanted = {one_label: one for one in headings if one.name not in found for one_label in one.labels}
    required = [one for one in headings if one.required and one.name not in found]
    used = {column.number for columns in found.values() for column in columns}
    for second in (header + 1, header - 1):
        if not wanted or not 0 <= second < sheet.rows:
            continue
        above = ""
        names: set[str] = set()
        for column in sheet.columns:
            if column.number in used:
                above = ""
                continue
            here = column.text(header)
            upper, lower = (column.text(place) for place in sorted((header, second)))
            above = upper or above
            tried = [column.text(second)]
            tried += [f"{above}{lower}", f"{above}.{lower}"] if above and lower else []
            meant = [wanted[label(text)] for text in tried if text and label(text) in wanted]
            heads = not here and _has_text_below(column, max(header, second))
            names |= {one.name for one in meant if one.required or heads}
        optional = bool(names) and not required
        if optional or len(names & {one.name for one in required}) >= min(2, len(required)) > 0:
            return second
    return None


def _has_text_below(column: Column, place: int) -> bool:
    """Whether a column has any text below a row."""
    return any(column.texts[code] for code in np.unique(column.codes[place + 1 :]))
