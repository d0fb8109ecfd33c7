"""Finds what a workbook shows otherwise than it counts: hidden, filtered, merged and empty rows, near names."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..mapping.columns import filled
from ..names import cell_place, label, marking_words, seen_as, sheet_key
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER
from .tables import problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import numpy.typing as npt

    from ..reading.workbook import Column, Workbook
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet
    from .tables import Subject, Table

SHOWN = 10
"""So many hidden values are named in a message."""
LOOKED_AT = 200
"""So many unknown headers are compared with those that are missing, and none that is longer than any of them."""
LONG_NAME = 500
NEAR = 0.8
"""How alike two names must be, of 1, for the one to be taken for a misspelt other."""


def hidden_and_misspelt(subject: Subject, tables: Iterable[Table], cases: Iterable[Table]) -> Iterator[p.Problem]:
    """What sheets and `tables` show otherwise than they count, and names that are nearly right."""
    for workbook in subject.found.workbooks:
        if workbook.date_1904 and not workbook.fills:
            yield p.DATE_SYSTEM_1904.found(workbook.path)
    yield from _near_sheets(subject)
    for table in (part for one in tables for part in one.each):
        if not table.source.lines:
            yield from _near_columns(table)
            yield from _hidden(table)
            yield from _merged(table)
    for table in (part for one in cases for part in one.each):
        if table.source.stands_for is None:  # a mapping file counts the rows that it leaves out
            yield from _empty(table)


def _empty(table: Table) -> Iterator[p.Problem]:
    """Rows without a value are empty: an error or a formula without a saved value counts as one."""
    if not len(table.rows):
        return
    first, last = int(table.rows[0]), int(table.rows[-1])
    if last - first + 1 > len(table.rows):
        with_value = np.concatenate((table.rows, table.set_aside))
        empty = p.Spans(np.setdiff1d(np.arange(first, last + 1), with_value).tolist())
        if empty.numbers:
            yield problem(
                p.ROWS_EMPTY, table, empty.cells, count=p.counted(len(empty.numbers), "empty row"), rows=empty
            )


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that a misspelt one was probably meant to be, if any is near."""
    from difflib import get_close_matches

    labels = {label(seen_as(one)): one for one in known}
    match = get_close_matches(label(seen_as(name)), list(labels), n=1, cutoff=NEAR)
    return labels[match[0]] if match else None


def _near_sheets(subject: Subject) -> Iterator[p.Problem]:
    rules = subject.rules
    wanted = {sheet_key(name): name for name in rules.sheet_names}
    for workbook in subject.found.workbooks:
        present = set(map(sheet_key, workbook.names))
        absent = [name for key, name in wanted.items() if key not in present]
        if workbook.fills or not absent:
            continue
        near: list[p.Problem] = []
        for name in dict.fromkeys(workbook.names):
            if len(name) <= LONG_NAME and sheet_key(name) not in wanted:
                near += _near_sheet(workbook, name, absent, rules)
        yield from near
        is_part = len(subject.found.workbooks) > 1 and all(one.role == "data" for one in subject.found.sources)
        if is_part and not near and present.isdisjoint(wanted):
            yield from _not_read(workbook, rules)


def _near_sheet(workbook: Workbook, name: str, absent: Collection[str], rules: RuleSet) -> Iterator[p.Problem]:
    meant = nearest(name, absent)
    sheet, decisions = rules.panel_sheet, rules.panel_sheet_name
    if sheet is not None and decisions in absent and _may_hold_decisions(workbook, name, meant, sheet):
        rated = tuple(one.id for one in rules.standards if one.method != "judgement")
        facts: dict[str, Any] = {"standards": rated, "found": p.private(p.quoted(name)), "name": decisions}
        yield p.DECISIONS_SHEET_NEAR.found(workbook.path, **facts)
    elif meant is not None:
        yield p.SHEET_NAME_NEAR.found(workbook.path, found=p.private(p.spelt(name)), name=meant)


def _not_read(workbook: Workbook, rules: RuleSet) -> Iterator[p.Problem]:
    """What is lost of a part without a sheet of the rules: a workbook, or a CSV file that has cases."""
    if workbook.kind != "csv":
        shown = p.listed(p.first_few([p.quoted(name) for name in workbook.names]))
        yield p.PART_NOT_READ.found(workbook.path, found=p.private(shown))
    elif (cases := _sheet_headed_like(workbook, rules)) is not None:
        yield p.CSV_NOT_READ.found(workbook.path, name=cases)


def _sheet_headed_like(workbook: Workbook, rules: RuleSet) -> str | None:
    """The case sheet that a file seems to be, by a key question in one of its first rows."""
    headers = {
        label(text)
        for one in workbook.sheets
        for column in one.columns
        for place in range(min(one.rows, HEADER_WITHIN))
        if 0 < len(text := column.text(place)) <= LONGEST_HEADER
    }
    asked = ((one.name, question) for one in rules.case_sheets for _, question in rules.questions_of(one.name))
    return next((name for name, question in asked if headers & rules.question_labels(question)), None)


def _may_hold_decisions(workbook: Workbook, name: str, meant: str | None, decisions: DecisionSheet) -> bool:
    """Whether a sheet has a name like that of the panel's decisions, and anything in it but their headers."""
    if meant != decisions.name and not any(word in sheet_key(name) for word in marking_words(decisions.name)):
        return False
    columns = (decisions.standard_column, decisions.rating_column, decisions.reason_column, decisions.pdu_column or "")
    headers = {"", *map(label, columns)}
    read = [sheet for sheet in workbook.sheets if sheet.name == name]
    return not read or any(label(text) not in headers for sheet in read for one in sheet.columns for text in one.texts)


def _near_columns(table: Table) -> Iterator[p.Problem]:
    absent = [one.name for one in table.looked_for if one.name not in table.columns]
    known = frozenset[str]().union(*(one.labels for one in table.looked_for))
    headers = ((one, one.text(table.header - table.source.first_row)) for one in table.source.columns if absent)
    others = ((column, text) for column, text in headers if text and label(text) not in known)
    for column, text in islice(others, LOOKED_AT):
        meant = nearest(text, absent) if len(text) <= LONG_NAME else None
        if meant is not None:
            cell = f"{column.letter}{table.header}"
            yield problem(p.COLUMN_NAME_NEAR, table, (cell,), found=p.private(p.spelt(text)), name=meant)


def _hidden(table: Table) -> Iterator[p.Problem]:
    sheet = table.source
    if sheet.hidden:
        yield problem(p.SHEET_HIDDEN, table)
    rows = p.Spans(np.intersect1d(table.rows, sheet.hidden_rows).tolist())
    if rows.numbers:
        kind, noun = (p.ROWS_FILTERED, "row") if sheet.filtered else (p.ROWS_HIDDEN, "hidden row")
        yield problem(kind, table, rows.cells, count=p.counted(len(rows.numbers), noun), rows=rows)
    columns = [column.letter for column in table.columns.values() if column.number in sheet.hidden_columns]
    if columns:
        cells = tuple(f"{one}:{one}" for one in columns)
        yield problem(
            p.COLUMNS_HIDDEN, table, cells, count=p.counted(len(columns), "hidden column"), columns=p.listed(columns)
        )


def _merged(table: Table) -> Iterator[p.Problem]:
    """Merged cells above the table are titles, and beside it notes; inside they hide what is blank, or a value."""
    if not len(table.rows) or not table.source.merged:
        return
    first, last = int(table.rows[0]), int(table.rows[-1])
    known = {column.number for column in table.columns.values()}
    columns = [(column, _filled(table, column)) for column in table.source.columns if column.number in known]
    ranges: list[str] = []
    cells: list[str] = []
    words: list[str] = []
    hidden = 0
    for merged in table.source.merged:
        (left, top), (right, bottom) = map(cell_place, merged.split(":"))
        inside = bottom >= first and top <= last and any(left <= number <= right for number in known)
        for column, rows in columns:
            if left <= column.number <= right:
                # all but the first cell of the range are hidden
                begin, end = rows.searchsorted((top + (column.number == left), bottom + 1))
                covered = rows[begin:end]
                inside = inside or len(covered) > 0
                hidden += len(covered)
                for row in covered[: SHOWN - len(cells)].tolist():
                    cells.append(f"{column.letter}{row}")
                    words.append(f"{p.quoted(column.text(row - table.source.first_row))} in {cells[-1]}")
        if inside:
            ranges.append(merged)
    if ranges:
        others = [p.counted(hidden - len(words), "more value")] if hidden > len(words) else []
        found = p.listed([*words, *others])
        facts = {"ranges": p.listed(p.first_few(ranges)), "found_values": p.private(found or "no value")}
        yield problem(p.CELLS_MERGED, table, (*ranges, *cells), **facts)


def _filled(table: Table, column: Column) -> npt.NDArray[np.int64]:
    """The rows in Excel, from the header to the last entry, in which a column of the sheet has a value."""
    first, last = table.header - table.source.first_row, table.rows[-1] - table.source.first_row
    return table.header + np.flatnonzero(filled(column)[first : last + 1])
