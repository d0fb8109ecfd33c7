"""Points out what a workbook shows otherwise than it counts: hidden, filtered, merged and empty rows, near names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from . import problems as p
from .names import cell_place, fold, label, seen_as
from .stray_rows import Spans, first_few

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .layout import Search, Table
    from .ruleset import RuleSet

WITHOUT_ERRORS = ("xls", "xlsb")
"""The kinds of workbook in which an error looks like an empty cell."""
LONG_WORD = 5
"""From so many letters on, a word of the name of the panel's sheet marks another sheet as possibly that one."""
NEAR = 0.8
"""How alike two names must be, of 1, for the one to be taken for a misspelt other."""


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
        empty = Spans(np.setdiff1d(np.arange(first, last + 1), table.rows).tolist())
        kind = p.ROWS_DOUBTFUL if doubtful else p.ROWS_EMPTY
        facts = {"count": len(empty.numbers), "rows": empty}
        search.add(kind, table, empty.cells, standards=standards if doubtful else (), **facts)


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that a misspelt one was probably meant to be, if any is near."""
    from difflib import get_close_matches

    labels = {label(seen_as(one)): one for one in known}
    match = get_close_matches(label(seen_as(name)), list(labels), n=1, cutoff=NEAR)
    return labels[match[0]] if match else None


def _near_sheets(search: Search, rules: RuleSet) -> None:
    present = {fold(name) for name in search.workbook.names}
    absent = [name for name in rules.sheet_names if fold(name) not in present]
    wanted = {fold(name) for name in rules.sheet_names}
    decisions = rules.panel_sheet.name
    words = {word for word in map(fold, decisions.split()) if len(word) >= LONG_WORD}
    for name in dict.fromkeys(search.workbook.names):
        parts = {fold(part).rstrip("s") for part in re.split(r"\W+", name)}
        if decisions in absent and fold(name) not in wanted and parts & {word.rstrip("s") for word in words}:
            rated = tuple(one.id for one in rules.standards if one.method != "judgement")
            facts: dict[str, Any] = {"standards": rated, "found": p.quoted(name), "name": decisions}
            search.problems.append(p.DECISIONS_SHEET_NEAR.found(search.workbook.path, **facts))
            continue
        meant = nearest(name, absent) if absent and fold(name) not in wanted else None
        if meant is not None:
            search.problems.append(p.SHEET_NAME_NEAR.found(search.workbook.path, found=p.spelt(name), name=meant))


def _near_columns(search: Search, table: Table) -> None:
    absent = [name for name in table.looked_for if name not in table.columns]
    for cell, header in table.others if absent else ():
        meant = nearest(header, absent)
        if meant is not None:
            search.add(p.COLUMN_NAME_NEAR, table, (cell,), found=p.spelt(header), name=meant)


def _hidden(search: Search, table: Table) -> None:
    sheet = table.source
    if sheet.hidden:
        search.add(p.SHEET_HIDDEN, table)
    rows = Spans(np.intersect1d(table.rows, sheet.hidden_rows).tolist())
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
        search.add(p.CELLS_MERGED, table, tuple(ranges), ranges=p.listed(first_few(ranges)))
