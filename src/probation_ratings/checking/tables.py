"""Finds, in whatever layout a workbook has, the sheets and columns that the rule file names.

Headers are compared by their labels (see `names`); rows above the header are skipped; extra sheets and columns are
left alone; column order is free. What is missing or stands twice becomes a problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold, sheet_key
from ..reading.workbook import Broken
from .headings import HEADER_WITHIN, find_header, header_in_two_rows
from .spans import Spans, first_few
from .stray_rows import stray_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ..reading.workbook import Cell, Column, Sheet, Workbook
    from .headings import Heading


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header: columns by the rule file's names, and the row in Excel of each entry.

    Rows in which none of the known columns has a value are left out. `source` is the sheet as it was found,
    `header` the row of its headers. `looked_for` are the names of all columns that could be there; `others` are the
    cells of the header row that head no known column, with their text. `set_aside` are the rows that were left out
    because they are not entries of the table (see `stray_rows`).
    """

    sheet: str
    rows: npt.NDArray[np.int64]
    columns: dict[str, Column]
    source: Sheet
    header: int
    looked_for: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    set_aside: npt.NDArray[np.int64]

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
        self,
        name: str,
        headings: Sequence[Heading],
        *,
        required: bool = True,
        every_row: bool = False,
        remarks: bool = False,
    ) -> Table | None:
        """The table of the sheet of this name, or None where there is none that can be read.

        A sheet that stands twice is not read at all: nobody knows which one counts. `every_row` keeps those that have
        a value in any column, also one that is not looked for. `remarks` says that the caller reports text without
        a header, and the rows that are set aside.
        """
        path = self.workbook.path
        blocked = tuple(dict.fromkeys(standard for one in headings for standard in one.standards))
        same = [other for other in self.workbook.names if sheet_key(other) == sheet_key(name)]
        if len(same) > 1:
            names = p.listed([p.quoted(other) for other in same])
            self.problems.append(p.SHEET_TWICE.found(path, standards=blocked, name=name, found=names))
        elif not same and required:
            has = p.listed([p.quoted(other) for other in self.workbook.names]) or "no sheets"
            self.problems.append(p.SHEET_MISSING.found(path, standards=blocked, name=name, found=has))
        if len(same) != 1:
            return None
        sheet = next(sheet for sheet in self.workbook.sheets if sheet.name == same[0])
        header, found = find_header(sheet, headings)
        if not self._has_header(sheet, headings, header, found, blocked, required=required, remarks=remarks):
            return None
        columns = self._columns(sheet, headings, header, found, blocked)
        return self._below_header(sheet, headings, header, found, columns, every_row=every_row, remarks=remarks)

    def _has_header(
        self,
        sheet: Sheet,
        headings: Sequence[Heading],
        header: int,
        found: Mapping[str, Sequence[Column]],
        blocked: tuple[str, ...],
        *,
        required: bool,
        remarks: bool,
    ) -> bool:
        """Whether a sheet has a header row that its table can be read by; note it where that is a problem."""
        lacking = [one for one in headings if one.required and one.name not in found]
        if not required:
            if not any(one.required for one in headings):
                return bool(found) and _is_table(sheet)
            empty = not any(any(column.texts) for column in sheet.columns)
            if empty or (lacking and found and (not _has_rows(sheet, header) or (remarks and len(lacking) > 1))):
                return False
        if not found:
            if not remarks:
                expected = p.listed([one.name for one in headings], "or")
                facts: dict[str, Any] = {"rows": min(sheet.rows, HEADER_WITHIN) or 1, "expected": expected}
                missing = p.HEADER_MISSING.found(self.workbook.path, sheet=sheet.name, standards=blocked, **facts)
                self.problems.append(missing)
            return False
        second = header_in_two_rows(sheet, header, headings, found)
        if second is not None:
            rows = Spans(sorted((sheet.first_row + header, sheet.first_row + second)))
            facts = {"standards": blocked, "rows": rows.words, "cells": rows.cells}
            self.problems.append(p.HEADER_IN_TWO_ROWS.found(self.workbook.path, sheet=sheet.name, **facts))
        return second is None

    def _columns(
        self,
        sheet: Sheet,
        headings: Sequence[Heading],
        header: int,
        found: Mapping[str, Sequence[Column]],
        blocked: tuple[str, ...],
    ) -> dict[str, Column]:
        """The known columns with their cells below the header; note those that are missing, or there twice."""
        path, row = self.workbook.path, sheet.first_row + header
        columns: dict[str, Column] = {}
        twice = []
        for one in headings:
            same = found.get(one.name, [])
            if len(same) > 1:
                twice.append(one)
            elif same:
                columns[one.name] = replace(same[0], codes=same[0].codes[header + 1 :])
            elif one.required:
                or_text = "" if one.text is None else f", or head the column with the question: {one.text}"
                facts: dict[str, Any] = {"standards": one.standards, "name": one.name, "row": row, "or_text": or_text}
                self.problems.append(p.COLUMN_MISSING.found(path, sheet=sheet.name, **facts))
        # several columns that are there twice are two tables side by side
        rated = [one for one in twice if one.rated]
        for several in ([rated] if rated else []) + [[one] for one in twice if not one.rated]:
            all_of = [column for one in several for column in found[one.name]]
            cells = tuple(f"{column.letter}{row}" for column in all_of)
            needed = tuple(dict.fromkeys(standard for one in several for standard in one.standards or blocked))
            shown = p.listed(first_few([p.quoted(column.texts[column.codes[header]]) for column in all_of]))
            names = p.listed([f"'{one.name}'" for one in several])
            facts = {"standards": needed, "name": f"column{'s' if len(several) > 1 else ''} {names}", "found": shown}
            problem = p.COLUMN_TWICE.found(path, sheet=sheet.name, cells=cells, **facts)
            self.problems.append(problem if several[0].rated else unclear(problem, several[0].name))
        return columns

    def _below_header(
        self,
        sheet: Sheet,
        headings: Sequence[Heading],
        header: int,
        found: Mapping[str, Sequence[Column]],
        columns: dict[str, Column],
        *,
        every_row: bool,
        remarks: bool,
    ) -> Table:
        """The table below a header, without the rows that are not entries of it: those are noted."""
        import numpy as np

        row = sheet.first_row + header
        filled = np.zeros(sheet.rows - header - 1, dtype=bool)
        # a remark below a column that no rating depends on makes no case
        rated = [columns[one.name] for one in headings if one.rated and one.name in columns]
        below = [replace(column, codes=column.codes[header + 1 :]) for column in sheet.columns]
        for column in below if every_row else rated:
            filled |= np.array([text != "" for text in column.texts], dtype=bool)[column.codes]
        keyed = any(one.key and one.required for one in headings)
        strays = stray_rows(sheet, columns, headings, filled) if keyed else {}
        for kind, places in strays.items():
            filled[places] = False
            if not remarks or kind is p.HEADER_REPEATED:
                self._note_strays(kind, sheet, headings, row, places.tolist())
        set_aside = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *strays.values()])) + row + 1
        kept = np.flatnonzero(filled)
        columns = {name: replace(column, codes=column.codes[kept]) for name, column in columns.items()}
        known = {column.number for columns_found in found.values() for column in columns_found}
        others = ((column, column.texts[column.codes[header]]) for column in sheet.columns)
        unknown = tuple((f"{one.letter}{row}", text) for one, text in others if text and one.number not in known)
        looked_for = tuple(one.name for one in headings)
        self.tables.append(Table(sheet.name, kept + row + 1, columns, sheet, row, looked_for, unknown, set_aside))
        return self.tables[-1]

    def _note_strays(
        self, kind: p.Kind, sheet: Sheet, headings: Sequence[Heading], header: int, places: list[int]
    ) -> None:
        """Note the rows of one kind that are not entries of a table, by their places below the header row."""
        rows = Spans([header + 1 + place for place in places])
        start = header - sheet.first_row + 1 + places[0]
        texts = ((column.letter, column.texts[column.codes[start]]) for column in sheet.columns)
        first = next((f"{p.quoted(text)} in {letter}{rows.numbers[0]}" for letter, text in texts if text), "")
        standards = tuple(dict.fromkeys(standard for one in headings for standard in one.standards))
        facts: dict[str, Any] = {"rows": rows.words, "found": first, "header": header}
        facts["holds"] = "holds" if len(places) == 1 else "hold"
        path = self.workbook.path
        self.problems.append(kind.found(path, sheet=sheet.name, cells=rows.cells, standards=standards, **facts))


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


def _is_table(sheet: Sheet) -> bool:
    """Whether a sheet that need not be there holds more than a remark: text in two columns."""
    return sum(any(column.texts) for column in sheet.columns) > 1


def _has_rows(sheet: Sheet, header: int) -> bool:
    """Whether there is any text below the header row."""
    import numpy as np

    return any(column.texts[code] for column in sheet.columns for code in np.unique(column.codes[header + 1 :]))
