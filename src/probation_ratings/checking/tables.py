"""Finds, in whatever layout a workbook has, the sheets and columns that the rule file names.

Headers are compared by their labels (see `names`); rows above the header are skipped; extra sheets and columns are
left alone; column order is free. What is missing or stands twice becomes a problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold, label, labels
from ..reading.workbook import Broken
from .stray_rows import Spans, header_in_two_rows, stray_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ..reading.workbook import Cell, Column, Sheet, Workbook
    from ..rulebook.model import KeyQuestion, RuleSet
    from ..rulebook.sheet_model import SupportingQuestion

HEADER_WITHIN = 100
"""The header row is looked for among so many rows at the top of a sheet."""
LONGEST_HEADER = 1_000
"""A text that is longer heads no column."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that is looked for: its name, the labels of the headers that stand for it, and what needs it.

    `standards` are those that cannot be rated without the column; none can depend on one that is not `rated`. `answers`
    are the spellings, in lower case, that a key question's cells may have.
    """

    name: str
    labels: frozenset[str]
    required: bool = False
    standards: tuple[str, ...] = ()
    text: str | None = None
    rated: bool = True
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header: columns by the rule file's names, and the row in Excel of each entry.

    Rows in which none of the known columns has a value are left out. `source` is the sheet as it was found,
    `header` the row of its headers. `looked_for` are the names of all columns that could be there; `others` are the
    cells of the header row that head no known column, with their text.
    """

    sheet: str
    rows: npt.NDArray[np.int64]
    columns: dict[str, Column]
    source: Sheet
    header: int
    looked_for: tuple[str, ...]
    others: tuple[tuple[str, str], ...]

    def cells(self, name: str, positions: Iterable[int]) -> tuple[str, ...]:
        """The cell references of entries of a column, such as F37."""
        letter = self.columns[name].letter
        return tuple(f"{letter}{self.rows[position]}" for position in positions)

    def present(self, name: str) -> list[tuple[int, Cell, str]]:
        """The distinct values of a column's entries: place among the values, value, and the value as text.

        The column's own list of values has those of the header and of title rows as well.
        """
        import numpy as np

        column = self.columns[name]
        return [
            (place, column.values[place], column.texts[place])
            for place in np.flatnonzero(np.bincount(column.codes)).tolist()
        ]

    def holding(self, name: str, places: Collection[int]) -> tuple[str, ...]:
        """The cell references of the entries of a column whose value is one of these places among its values."""
        import numpy as np

        return self.cells(name, np.flatnonzero(np.isin(self.columns[name].codes, list(places))).tolist())

    def rows_of(self, name: str | None, pdu: str | None) -> npt.NDArray[np.bool_]:
        """Which entries name this PDU in the column `name`, however it is spelled; all where no PDU is asked for."""
        import numpy as np

        if pdu is None or name not in self.columns:
            return np.full(len(self.rows), pdu is None)
        column = self.columns[name]
        return np.array([fold(text) == fold(pdu) for text in column.texts], dtype=bool)[column.codes]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Table:
        """The table with these of its entries."""
        columns = {name: replace(column, codes=column.codes[chosen]) for name, column in self.columns.items()}
        return replace(self, rows=self.rows[chosen], columns=columns)

    def values(self, name: str) -> list[Cell]:
        """The value of every entry of a column that is known to be short; '' where there is no such column."""
        if name not in self.columns:
            return [""] * len(self.rows)
        column = self.columns[name]
        return [column.values[code] for code in column.codes]


def heading(name: str, *, required: bool = False, standards: Sequence[str] = ()) -> Heading:
    """A column that is looked for by its name alone."""
    return Heading(name, frozenset({label(name)}), required, tuple(standards))


def question_heading(question: KeyQuestion, standard: str, rules: RuleSet, *, required: bool = True) -> Heading:
    """A key question's column: headed by an id of it (mostly with or without letters), by its text, or by both."""
    headers = rules.question_labels(question)
    standards = (standard,) if required else ()
    return Heading(question.id, headers, required, standards, question.text, answers=rules.answers.accepted)


def supporting_heading(question: SupportingQuestion) -> Heading:
    """A supporting question's column, which may be missing: headed by its id, by its text, or by both."""
    return Heading(question.id, labels(question.id, question.text, bare=False), rated=False)


class Search:
    """The search through one workbook for what the rule file names; it collects tables and problems on the way.

    `pdu` is the one whose rows are looked at, where the rule file rates each PDU.
    """

    def __init__(self, workbook: Workbook, pdu: str | None = None) -> None:
        self.workbook = workbook
        self.pdu = pdu
        self.problems: list[p.Problem] = []
        self.tables: list[Table] = []

    def add(self, kind: p.Kind, table: Table, cells: tuple[str, ...] = (), **facts: Any) -> None:
        """Note a problem in a table."""
        excerpt = _excerpt(table, cells[0]) if cells else None
        problem = kind.found(self.workbook.path, sheet=table.sheet, cells=cells, excerpt=excerpt, **facts)
        if self.pdu and not cells:  # a cell says which PDU it is about
            told, left_out = f" (PDU {p.quoted(self.pdu)})", f" (PDU {p.LEFT_OUT})"
            problem = replace(problem, message=problem.message + told, redacted=problem.redacted + left_out)
        self.problems.append(problem)

    def add_each(self, kind: p.Kind, table: Table, name: str, found: Mapping[str, list[int]], **facts: Any) -> None:
        """Note the values of a column that are `found`, each with its places among the values, one by one."""
        for words, places in p.at_most(found, facts.pop("others", "other words")).items():
            self.add(kind, table, table.holding(name, places), name=name, found=words, **facts)

    def table(
        self, name: str, headings: Sequence[Heading], *, required: bool = True, every_row: bool = False
    ) -> Table | None:
        """The table of the sheet of this name, or None where there is none that can be read.

        A sheet that stands twice is not read at all: nobody knows which one counts. `every_row` keeps those that have
        a value in any column, also one that is not looked for.
        """
        path = self.workbook.path
        blocked = tuple(dict.fromkeys(standard for one in headings for standard in one.standards))
        same = [other for other in self.workbook.names if fold(other) == fold(name)]
        if len(same) > 1:
            names = p.listed([p.quoted(other) for other in same])
            self.problems.append(p.SHEET_TWICE.found(path, standards=blocked, name=name, found=names))
        elif not same and required:
            has = p.listed([p.quoted(other) for other in self.workbook.names]) or "no sheets"
            self.problems.append(p.SHEET_MISSING.found(path, standards=blocked, name=name, found=has))
        if len(same) != 1:
            return None
        sheet = next(sheet for sheet in self.workbook.sheets if sheet.name == same[0])
        return self._below_header(sheet, headings, blocked, required=required, every_row=every_row)

    def _below_header(
        self,
        sheet: Sheet,
        headings: Sequence[Heading],
        blocked: tuple[str, ...],
        *,
        required: bool,
        every_row: bool,
    ) -> Table | None:
        import numpy as np

        path = self.workbook.path
        header, found = _header(sheet, headings)
        if not required and not (_is_table(sheet, len(headings)) and (found or any(one.required for one in headings))):
            return None
        if not found:
            expected = p.listed([one.name for one in headings], "or")
            facts: dict[str, Any] = {"rows": min(sheet.rows, HEADER_WITHIN) or 1, "expected": expected}
            self.problems.append(p.HEADER_MISSING.found(path, sheet=sheet.name, standards=blocked, **facts))
            return None
        row = sheet.first_row + header
        second = header_in_two_rows(sheet, header, headings, found)
        if second is not None:
            rows = Spans(sorted((row, sheet.first_row + second)))
            spread = p.HEADER_IN_TWO_ROWS.found(path, sheet=sheet.name, cells=rows.cells, standards=blocked, rows=rows)
            self.problems.append(spread)
            return None
        columns = {}
        for one in headings:
            same = found.get(one.name, [])
            if len(same) > 1:
                cells = tuple(f"{column.letter}{row}" for column in same)
                shown = p.listed([p.quoted(column.texts[column.codes[header]]) for column in same])
                facts = {"standards": one.standards or blocked, "name": one.name, "found": shown}
                twice = p.COLUMN_TWICE.found(path, sheet=sheet.name, cells=cells, **facts)
                self.problems.append(twice if one.rated else unclear(twice, one.name))
            elif same:
                columns[one.name] = replace(same[0], codes=same[0].codes[header + 1 :])
            elif one.required:
                or_text = "" if one.text is None else f", or head the column with the question: {one.text}"
                facts = {"standards": one.standards, "name": one.name, "row": row, "or_text": or_text}
                self.problems.append(p.COLUMN_MISSING.found(path, sheet=sheet.name, **facts))
        filled = np.zeros(sheet.rows - header - 1, dtype=bool)
        # a remark below a column that no rating depends on makes no case
        rated = [columns[one.name] for one in headings if one.rated and one.name in columns]
        below = [replace(column, codes=column.codes[header + 1 :]) for column in sheet.columns]
        for column in below if every_row else rated:
            filled |= np.array([text != "" for text in column.texts], dtype=bool)[column.codes]
        for kind, rows_found in stray_rows(sheet, columns, headings, filled):
            rows = Spans((np.flatnonzero(rows_found) + row + 1).tolist())
            facts = {"standards": blocked, "rows": rows, "row_s": "row" if len(rows.numbers) == 1 else "rows"}
            self.problems.append(kind.found(path, sheet=sheet.name, cells=rows.cells, **facts))
            filled &= ~rows_found
        kept = np.flatnonzero(filled)
        columns = {name: replace(column, codes=column.codes[kept]) for name, column in columns.items()}
        known = {column.number for columns_found in found.values() for column in columns_found}
        others = ((column, column.texts[column.codes[header]]) for column in sheet.columns)
        unknown = tuple((f"{one.letter}{row}", text) for one, text in others if text and one.number not in known)
        looked_for = tuple(one.name for one in headings)
        self.tables.append(Table(sheet.name, kept + row + 1, columns, sheet, row, looked_for, unknown))
        return self.tables[-1]


def unclear(problem: p.Problem, name: str) -> p.Problem:
    """A problem with figures that no rating depends on, as a warning that they are not given."""
    return p.FIGURES_UNCLEAR.found(
        problem.file,
        sheet=problem.sheet,
        cells=problem.cells,
        line=problem.line,
        name=name,
        found_reason=problem.message,
    )


def without_pdu(search: Search, table: Table, name: str, standards: tuple[str, ...]) -> None:
    """Note the rows that name no PDU, or have an error for it, where ratings depend on the PDU."""
    nameless = [place for place, value, text in table.present(name) if not fold(text) or isinstance(value, Broken)]
    if nameless:
        cells = table.holding(name, nameless)
        facts: dict[str, Any] = {"standards": standards, "name": name, "rows": p.counted(len(cells), "row")}
        path = search.workbook.path
        search.problems.append(p.CASE_WITHOUT_PDU.found(path, sheet=table.sheet, cells=cells, **facts))


def _excerpt(table: Table, cell: str) -> p.Excerpt | None:
    """The row that a cell stands in: its first column, the cell, and its neighbours; None above the first row."""
    letter, number = cell.rstrip("0123456789"), cell.lstrip(ascii_letters)
    position = int(table.rows.searchsorted(int(number))) if number.isdigit() else len(table.rows)
    if position == len(table.rows) or table.rows[position] != int(number):
        return None
    ordered = sorted(table.columns.items(), key=lambda named: named[1].number)
    marked = next((place for place, (_, column) in enumerate(ordered) if column.letter == letter), None)
    if marked is None:
        return None
    shown = sorted({0, *range(max(marked - 1, 0), min(marked + 2, len(ordered)))})
    columns = tuple(
        (column.letter, name, column.texts[column.codes[position]])
        for name, column in (ordered[place] for place in shown)
    )
    return p.Excerpt(int(number), columns, shown.index(marked))


def _is_table(sheet: Sheet, headings: int) -> bool:
    """Whether a sheet that need not be there holds more than a remark: text in two columns, if it has as many."""
    return sum(any(column.texts) for column in sheet.columns) >= min(headings, 2)


def _header(sheet: Sheet, headings: Sequence[Heading]) -> tuple[int, dict[str, list[Column]]]:
    """The place of the header row and, by name, the columns that it heads.

    It is the first row with two of the headers, one of them required (a title may name others), or else the first with
    two, or else the first with one. A later row with more of them is never preferred: the rows between would be lost
    without a word, where a second header among the cases is told.
    """
    names = {one_label: one.name for one in headings for one_label in one.labels}
    required = {one.name for one in headings if one.required}
    best = 0
    header: tuple[int, dict[str, list[Column]]] = (0, {})
    for position in range(min(sheet.rows, HEADER_WITHIN)):
        found: dict[str, list[Column]] = {}
        for column in sheet.columns:
            text = column.texts[column.codes[position]]
            name = names.get(label(text)) if len(text) <= LONGEST_HEADER else None
            if name is not None:
                found.setdefault(name, []).append(column)
        rank = min(len(found), 2) + (len(found) > 1 and not required.isdisjoint(found))
        if rank > best:
            best, header = rank, (position, found)
        if best == (3 if required else 2):
            break
    return header
