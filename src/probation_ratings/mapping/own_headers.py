"""Takes a sheet of a source as it is, where it has the rules' own headers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..names import label
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER
from .columns import with_dates, within
from .header_search import locate
from .parts import SourceTable, rows_with_value

if TYPE_CHECKING:
    from .. import problems as p
    from ..reading.workbook import Sheet
    from .parts import Part, Rows


def own_table(part: Part) -> tuple[SourceTable | None, list[p.Problem]]:
    """The table of a sheet with the rules' own headers: the header is the row with most of them."""
    mapping = part.mapping
    if mapping.header_row is not None or mapping.keep_rows or mapping.ignore_rows:
        return locate(part)
    known = frozenset[str]().union(*(column.labels for column in part.target.columns))
    sheet = part.sheet
    counts = []
    for place in range(min(sheet.rows, HEADER_WITHIN)):
        texts = [one.texts[one.codes[place]] for one in sheet.columns]
        counts.append(sum(label(text) in known for text in texts if len(text) <= LONGEST_HEADER))
    header = counts.index(max(counts)) if counts else -1
    start = header + 1 if mapping.first_row is None else max(mapping.first_row - sheet.first_row, header + 1)
    filled = rows_with_value(sheet)
    rows = filled.copy()
    rows[: min(start, len(rows))] = False
    return SourceTable(part, header, min(start, sheet.rows), {}, filled, rows), []


def with_own_headers(table: SourceTable, kept: Rows) -> Sheet:
    """The sheet as a sheet of the rules, without the rows that are left out; text in a CSV file may be a date."""
    part, sheet = table.part, table.part.sheet
    top = max(table.header, 0)
    rows = kept.copy()
    rows[top : top + 1] = True
    columns = []
    for column in sheet.columns:
        made = within(column, rows)
        made = replace(made, codes=made.codes[top:])
        header = made.texts[made.codes[0]] if len(made.codes) else ""
        kind = next((one.kind for one in part.target.columns if label(header) in one.labels), "")
        columns.append(with_dates(made) if part.is_csv and kind == "date" else made)
    return replace(
        sheet,
        first_row=part.row(top),
        rows=sheet.rows - top,
        columns=columns,
        stands_for=part.target.name,
        records=None,
    )
