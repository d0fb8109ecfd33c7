"""Reads the rows of a file of counts (.csv, .parquet or .xlsx); titles above the header are skipped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import InputError
from ..names import fold
from ..reading.limits import COUNT_ROWS, times_needed
from ..reading.workbook import Reading, ragged_rows

if TYPE_CHECKING:
    from ..reading.workbook import Column, Sheet

SHEET = "Tallies"
"""The sheet of a workbook that holds the counts."""
NEEDED = ("region", "key question", "yes", "no")
OPTIONAL = ("pdu", "not applicable", "rating")
UNQUOTED = "look whether a number has a comma in it, or a name with a comma lacks its quotation marks"
"""The remedy for rows of CSV with a value too many."""
_NAMED = ("region", "pdu")
"""An error value in one of these columns counts as blank; elsewhere it is shown."""
_KINDS = {".csv": "csv", ".parquet": "parquet", ".xlsx": "workbook"}
_HEADER_NAMES = 2
_TITLES = 20
"""The header must be among this many rows at the top."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of the file: its number as a reader counts it, and its values as text by column name."""

    number: int
    values: dict[str, str]


def read_rows(path: str, limits: int) -> tuple[str, list[CountRow]]:
    """Read the hash of the file, and its rows below the header without blank rows.

    Raises `InputError` if the file cannot be read, lacks a column, or has no counts.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _KINDS:
        raise InputError(f"{path}: counts are read from .csv, .parquet and .xlsx files")
    reading = Reading(path, limits, kind=_KINDS[suffix])
    reading.ask([fold(SHEET)] if suffix == ".xlsx" else map(fold, (*NEEDED, *OPTIONAL)))
    found = reading.finish()
    if isinstance(found, p.Problem):
        raise InputError(f"{path}: {found.message}", found.remedy)
    if not found.sheets:
        names = p.listed([p.quoted(name) for name in found.names]) or "no sheets"
        raise InputError(f"{path}: there is no sheet {SHEET}; the workbook has {names}")
    rows = rows_of(path, found.sheets[0])
    if len(rows) > COUNT_ROWS * limits:
        allowed = f"{COUNT_ROWS * limits:,} are allowed; --limits {times_needed(len(rows), COUNT_ROWS)} allows as many"
        raise InputError(f"{path}: it has {len(rows):,} rows of counts; {allowed}")
    return found.sha256, rows


def rows_of(path: str, sheet: Sheet) -> list[CountRow]:
    """The rows of a table below its header; raises `InputError` if it lacks a column or has no counts."""
    header, columns = _header(path, sheet)
    if ragged := ragged_rows(sheet, sheet.first_row + header):
        raise InputError(f"{path}: {ragged} as the header", UNQUOTED)
    cells = {}
    for name, column in columns.items():
        texts = column.words if name in _NAMED else column.texts
        cells[name] = [texts[code] for code in column.codes.tolist()]
    rows = []
    for position, values in enumerate(zip(*cells.values(), strict=True)):
        if position == header or not any(values):
            continue
        row = CountRow(sheet.first_row + position, dict(zip(cells, values, strict=True)))
        if position > header:
            rows.append(row)
        elif row.values["key question"] and all(row.values[name][:1].isdigit() for name in ("yes", "no")):
            place = f"{path}, row {row.number}: it has counts above the header, which is row {sheet.first_row + header}"
            raise InputError(place, "move the header above all counts")
    if not rows:
        raise InputError(f"{path}: there are no counts in it")
    return rows


def _header(path: str, sheet: Sheet) -> tuple[int, dict[str, Column]]:
    """The index of the header row, and the columns by name. It is the first row with two of the names."""
    names = {fold(name): name for name in (*NEEDED, *OPTIONAL)}
    expected = p.listed([*NEEDED, *OPTIONAL])
    first: list[str] = []
    for position in range(min(sheet.rows, _TITLES)):
        texts = [column.text(position) for column in sheet.columns]
        first = first or [text for text in texts if text]
        known = [(names.get(fold(text)), column) for text, column in zip(texts, sheet.columns, strict=True)]
        columns = {name: column for name, column in known if name}
        if len(columns) < _HEADER_NAMES:
            continue
        place = f"{path}, row {sheet.first_row + position}"
        has = p.listed([p.quoted(text) for text in texts if text])
        if missing := [name for name in NEEDED if name not in columns]:
            raise InputError(f"{place}: there is no column {missing[0]}; expected are {expected}; found are {has}")
        twice = [name for name, times in Counter(name for name, _ in known if name).items() if times > 1]
        if twice:
            raise InputError(f"{place}: the column {twice[0]} appears more than once; found are {has}")
        return position, columns
    if not first:
        raise InputError(f"{path}: there are no counts in it")
    has = p.listed([p.quoted(text) for text in first])
    raise InputError(f"{path}: there is no header; expected are {expected}; the first row has {has}")
