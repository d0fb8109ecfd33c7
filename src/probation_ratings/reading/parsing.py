"""Parses Parquet and JSON for the child process that reads (see `reader`), within the limits of `guard`.

A table is handed on like the sheet of a workbook: columns of distinct values, and one number per cell.
"""

from __future__ import annotations

import io
import json
import os
from array import array
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from ..names import fold
from . import limits as guard

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

DIGITS = 12
"""A whole number in a kept result has no more: its counts and scores are far smaller."""
DEPTH = 50
"""A kept result nests eight levels deep."""
_PARQUET_ROWS = 500_000


class ParsedTable:
    """The columns of a table while its rows come in: distinct values, and for each cell the place of its value."""

    def __init__(self, room: guard.Room) -> None:
        """Begin with no column; what comes in uses the `room`."""
        self.room = room
        self.rows = 0
        self.indexes: list[dict[str, int]] = []
        self.cells: list[array[int]] = []

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Add rows; one that is shorter than another ends in empty cells."""
        width = max(map(len, rows), default=0)
        if width > self.room.columns:
            raise Refused("workbook-too-large", f"a row has {width:,} values; {self.room.columns:,} are allowed")
        for _ in range(len(self.indexes), width):
            self.indexes.append({"": 0})
            self.cells.append(array("I", bytes(4 * self.rows)))
        known = sum(map(len, self.indexes))
        filled = sum(any(row) for row in rows)
        # columns beyond the width of these rows stay empty in them
        for number, (index, codes) in enumerate(zip(self.indexes, self.cells, strict=True)):
            values = [row[number] if number < len(row) else "" for row in rows] if number < width else [""] * len(rows)
            for value in dict.fromkeys(values):
                index.setdefault(value, len(index))
            codes.extend(map(index.__getitem__, values))
        self.rows += len(rows)
        self.room.take(filled * len(self.indexes), sum(map(len, self.indexes)) - known)

    def sheet(self, name: str) -> dict[str, Any]:
        """The table as the only sheet of a workbook."""
        columns = [list(index) for index in self.indexes]
        described = {"name": name, "hidden": False, "first_row": 1, "first_column": 1, "rows": self.rows}
        none: dict[str, Any] = {"hidden_rows": [], "hidden_columns": [], "filtered": False, "merged": []}
        return {**described, "columns": columns, **none}


def parquet_table(content: bytes, limits: int, wanted: Collection[str]) -> ParsedTable:
    """The rows of a Parquet file as text, its column names first; of those not `wanted` (folded) only the name."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # each thread takes address space
    try:
        import polars as pl
    except ModuleNotFoundError as error:
        raise Refused("parquet-not-installed") from error

    table = ParsedTable(guard.Room.of(limits))
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        names = lazy.collect_schema().names()
        rows = int(lazy.select(pl.len()).collect().item())
        if rows > _PARQUET_ROWS * limits:
            raise Refused("workbook-too-large", f"it has {rows:,} rows; {_PARQUET_ROWS * limits:,} are allowed")
        table.add([names])
        table.room.take(rows * len(names), 0)
        frame = lazy.select([name for name in names if fold(name) in wanted]).collect()
        for number, name in enumerate(names):
            if name in frame.columns:
                _fill(frame[name], table, number)
            else:
                table.cells[number].extend([0] * rows)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise Refused("parquet-damaged") from error
    table.rows += rows
    return table


def _fill(column: Any, table: ParsedTable, number: int) -> None:
    """Enter a column of a Parquet file below its name, as text."""
    import polars as pl

    texts = column.cast(pl.String).fill_null("")
    distinct = texts.unique(maintain_order=True)
    if (distinct.str.len_chars().max() or 0) > guard.TEXT:
        raise Refused("text-too-long", f"the column {column.name}")
    table.room.take(0, len(distinct))
    if distinct.str.len_bytes().sum() > guard.ANSWER_BYTES:
        raise Refused("workbook-too-large", "its texts are too long together")
    index = table.indexes[number]
    places = [index.setdefault(text, len(index)) for text in distinct.to_list()]
    table.cells[number].extend(texts.replace_strict(distinct, places, return_dtype=pl.UInt32).to_list())


def json_document(content: bytes, limits: int) -> None:
    """See that a text is JSON that its parent can hold. Raises `Refused` where it is not."""
    document = load_json(content)
    left = guard.RESULT_VALUES * limits
    level: list[Any] = [document]
    for _ in range(DEPTH):
        left -= len(level)
        if left < 0:
            raise Refused("workbook-too-large", f"it has more than {guard.RESULT_VALUES * limits:,} values")
        if any(len(one) > guard.TEXT for one in level if isinstance(one, str)):
            raise Refused("text-too-long", "a value")
        level = [one for inside in level if isinstance(inside, (list, dict)) for one in _within(inside)]
        if not level:
            return
    raise Refused("result-damaged", f"it is nested deeper than {DEPTH} levels")


def _within(value: list[Any] | dict[str, Any]) -> Iterator[Any]:
    return iter(value.values() if isinstance(value, dict) else value)


def load_json(content: bytes) -> Any:
    """The document in a text of JSON. Raises `Refused` for what is not one, and for numbers beyond all counts."""
    try:
        return json.loads(content, parse_int=_whole, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Refused("result-damaged", f"line {error.lineno:,} is not JSON") from error
    except UnicodeDecodeError as error:
        raise Refused("result-damaged", "it is not UTF-8 text") from error
    except RecursionError as error:
        raise Refused("result-damaged", "it is nested too deeply") from error


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Refused("result-damaged", f"a number in it has more than {DIGITS} digits")
    return int(digits)


def _no_number(name: str) -> Any:
    raise Refused("result-damaged", f"{name} is not a number")
