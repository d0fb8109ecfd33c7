"""Takes a sheet of a source as it is, where it has the rules' own headers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..names import label
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER
from .columns import with_dates, within
from .header_search import locate, table_of

if TYPE_CHECKING:
    from .. import problems as p
    from ..reading.workbook import Sheet
    from .parts import Part, Rows, SourceTable


def own_table(part: Part) -> tuple[SourceTable | None, list[p.Problem]]:
    """The table of a sheet with the rules' own headers: the header is the row with most of them."""
    mapping = part.mapping
    if mapping.header_row is not None or mapping.keep_rows or mapping.ignore_rows:
        return locate(part)
    known = frozenset[str]().union(*(column.labels for column in part.target.columns))
    sheet = part.sheet

    def headers(place: int) -> int:
        texts = [one.texts[one.codes[place]] for one in sheet.columns]
        return sum(label(text) in known for text in texts if len(text) <= LONGEST_HEADER)

    header = max(range(min(sheet.rows, HEADER_WITHIN)), key=headers, default=0)
    return table_of(part, header, max(mapping.first_row or 0, part.row(header + 1)), {}), []


def with_own_headers(table: SourceTable, kept: Rows) -> Sheet:
    """The sheet as a sheet of the rules, without the rows that are left out; text in a CSV file may be a date."""
    part, sheet = table.part, table.part.sheet
    top = max(table.header, 0)
    rows = kept.copy()
    rows[top : top + 1] = True
    dates = frozenset[str]().union(*(one.labels for one in part.target.columns if one.kind == "date"))
    columns = []
    for column in sheet.columns:
        made = within(column, rows)
        made = replace(made, codes=made.codes[top:])
        columns.append(with_dates(made) if part.is_csv and label(made.texts[made.codes[0]]) in dates else made)
    return replace(
        sheet,
        first_row=part.row(top),
        rows=sheet.rows - top,
        columns=columns,
        stands_for=part.target.name,
    )
