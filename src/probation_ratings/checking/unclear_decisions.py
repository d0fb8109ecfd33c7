"""Finds text in the sheet of panel decisions that is not a decision in its columns, and could be one.

A decision changes a rating. Where one may have been written in another way, the workbook is not rated without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold, label
from ..reading.workbook import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..reading.workbook import Column, Sheet
    from ..rulebook.model import RuleSet
    from .tables import Search, Table

_MOST = 100
"""So many cells are listed."""
_SHOWN = 3
"""So many of them are shown with their text."""
_FIRST_WORDS = 5
"""A standard or a rating is looked for among so many words at the beginning of a text."""


def note_unclear_decisions(
    search: Search, rules: RuleSet, table: Table | None, columns: Sequence[str], standards: tuple[str, ...]
) -> None:
    """Note what the panel's sheet says beside the decisions in its `columns`; `table` has those, if it was found."""
    sheet = next((one for one in search.workbook.sheets if fold(one.name) == fold(rules.panel_sheet.name)), None)
    if sheet is None:
        return
    odd = _without_headers(sheet, columns) if table is None else _beside(sheet, table, rules)
    found = dict(text for text, _ in zip(odd, range(_MOST), strict=False))
    if found:
        facts: dict[str, Any] = {"standards": standards, "name": sheet.name, "columns": p.listed(columns)}
        facts["found"] = p.listed([p.quoted(text) for text in list(found.values())[:_SHOWN]])
        path = search.workbook.path
        search.problems.append(p.DECISIONS_UNCLEAR.found(path, sheet=sheet.name, cells=tuple(found), **facts))


def _without_headers(sheet: Sheet, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All text of a sheet without a table, but its headers."""
    headers = set(map(label, columns))
    for column in sheet.columns:
        for cell, _, text in _texts(sheet, column):
            if label(text) not in headers:
                yield cell, text


def _beside(sheet: Sheet, table: Table, rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Text outside the table that names a standard or a rating, and a reason without a standard and a rating."""
    words = {label(word) for word in (*rules.standards_by_label, *rules.rating_names)}
    used = {column.number for column in table.columns.values()}
    for column in sheet.columns:
        for cell, row, text in _texts(sheet, column):
            inside = row > table.header and column.number in used
            if not inside and row != table.header and not words.isdisjoint(map(label, (text, *_first_words(text)))):
                yield cell, text
    decisions = rules.panel_sheet
    given = [table.values(name) for name in (decisions.standard_column, decisions.rating_column)]
    for position, (standard, rating, reason) in enumerate(
        zip(*given, table.values(decisions.reason_column), strict=True)
    ):
        if as_text(reason) and not as_text(standard) and not as_text(rating):
            yield table.cells(decisions.reason_column, [position])[0], as_text(reason)


def _texts(sheet: Sheet, column: Column) -> Iterator[tuple[str, int, str]]:
    """The cells of a column that hold text: reference, row and text."""
    for place, code in enumerate(column.codes.tolist(), start=sheet.first_row):
        if column.texts[code]:
            yield f"{column.letter}{place}", place, column.texts[code]


def _first_words(text: str) -> list[str]:
    return [word.strip(".,:;()") for word in text[:200].split()[:_FIRST_WORDS]]
