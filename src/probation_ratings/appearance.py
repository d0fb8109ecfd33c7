"""Points out what a workbook shows otherwise than it counts: hidden, filtered, merged and empty rows, near names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import problems as p
from .names import cell_place, fold, label

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .layout import Search, Table
    from .ruleset import RuleSet

WITHOUT_ERRORS = ("xls", "xlsb")
"""The kinds of workbook in which an error looks like an empty cell."""
SHOWN = 10
"""How many places are named in a message."""
LOOKED_AT = 200
"""So many unknown headers are compared with those that are missing, and none that is longer than any of them."""
LONG_NAME = 500
NEAR = 0.8
"""How alike two names must be, of 1, for the one to be taken for a misspelt other."""


@dataclass(frozen=True, slots=True)
class _Spans:
    """Numbers of rows, joined where they follow each other."""

    numbers: list[int]

    def __str__(self) -> str:
        """Such as '5, 9 to 12 and 20', and never without end."""
        spans = [f"{first}" if first == last else f"{first} to {last}" for first, last in self._joined()]
        return p.listed(_first(spans))

    @property
    def cells(self) -> tuple[str, ...]:
        """The spans as Excel names whole rows, such as 9:12."""
        return tuple(f"{first}:{last}" for first, last in self._joined())

    def _joined(self) -> list[tuple[int, int]]:
        joined: list[tuple[int, int]] = []
        for number in self.numbers:
            if joined and number == joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], number)
            else:
                joined.append((number, number))
        return joined


def look(search: Search, rules: RuleSet, cases: Mapping[str, Table]) -> None:
    """Note what the workbook's sheets and tables show otherwise than they count; `cases` are those of the cases."""
    if search.workbook.date_1904:
        search.problems.append(p.DATE_SYSTEM_1904.found(search.workbook.path))
    _near_sheets(search, rules)
    for table in search.tables:
        _near_columns(search, table)
        _hidden(search, table)
        _merged(search, table)
    for name, table in cases.items():
        _empty(search, table, tuple(dict.fromkeys(standard.id for standard, _ in rules.questions_of(name))))


def _empty(search: Search, table: Table, standards: tuple[str, ...]) -> None:
    """Rows without a value: they are empty, except where the parser would show an error so."""
    if not len(table.rows):
        return
    doubtful = search.workbook.kind in WITHOUT_ERRORS
    first, last = int(table.rows[0]), int(table.rows[-1])
    if doubtful:
        first, last = table.header + 1, table.source.first_row + table.source.rows - 1
    if last - first + 1 > len(table.rows):
        empty = _Spans(np.setdiff1d(np.arange(first, last + 1), table.rows).tolist())
        kind = p.ROWS_DOUBTFUL if doubtful else p.ROWS_EMPTY
        facts = {"count": len(empty.numbers), "rows": empty}
        search.add(kind, table, empty.cells, standards=standards if doubtful else (), **facts)


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that a misspelt one was probably meant to be, if any is near."""
    from difflib import get_close_matches

    labels = {label(one): one for one in known}
    match = get_close_matches(label(name), list(labels), n=1, cutoff=NEAR)
    return labels[match[0]] if match else None


def _near_sheets(search: Search, rules: RuleSet) -> None:
    present = {fold(name) for name in search.workbook.names}
    absent = [name for name in rules.sheet_names if fold(name) not in present]
    wanted = {fold(name) for name in rules.sheet_names}
    for name in dict.fromkeys(search.workbook.names):
        is_name = len(name) <= LONG_NAME and fold(name) not in wanted
        meant = nearest(name, absent) if absent and is_name else None
        if meant is not None:
            search.problems.append(p.SHEET_NAME_NEAR.found(search.workbook.path, found=p.quoted(name), name=meant))


def _near_columns(search: Search, table: Table) -> None:
    absent = [name for name in table.looked_for if name not in table.columns]
    for cell, header in table.others[:LOOKED_AT] if absent else ():
        meant = nearest(header, absent) if len(header) <= LONG_NAME else None
        if meant is not None:
            search.add(p.COLUMN_NAME_NEAR, table, (cell,), found=p.quoted(header), name=meant)


def _hidden(search: Search, table: Table) -> None:
    sheet = table.source
    if sheet.hidden:
        search.add(p.SHEET_HIDDEN, table)
    rows = _Spans(np.intersect1d(table.rows, sheet.hidden_rows).tolist())
    if rows.numbers:
        kind = p.ROWS_FILTERED if sheet.filtered else p.ROWS_HIDDEN
        search.add(kind, table, rows.cells, count=len(rows.numbers), rows=rows)
    columns = [column.letter for column in table.columns.values() if column.number in sheet.hidden_columns]
    if columns:
        search.add(p.COLUMNS_HIDDEN, table, tuple(f"{one}:{one}" for one in columns), columns=p.listed(columns))


def _merged(search: Search, table: Table) -> None:
    """Merged cells above the table are titles, and beside it notes; inside they hide what is blank."""
    if not len(table.rows):
        return
    first, last = int(table.rows[0]), int(table.rows[-1])
    numbers = [column.number for column in table.columns.values()]
    ranges = []
    for merged in table.source.merged:
        (left, top), (right, bottom) = map(cell_place, merged.split(":"))
        if bottom >= first and top <= last and any(left <= number <= right for number in numbers):
            ranges.append(merged)
    if ranges:
        search.add(p.CELLS_MERGED, table, tuple(ranges), ranges=p.listed(_first(ranges)))


def _first(places: list[str]) -> list[str]:
    return places if len(places) <= SHOWN else [*places[: SHOWN - 1], f"{len(places) - SHOWN + 1} more places"]
