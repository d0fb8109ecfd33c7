"""Parses Parquet and JSON for the child process that reads (see `child_process`), within limits.

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
    from collections.abc import Collection

DIGITS = 12
"""A whole number in a kept result has no more: its counts and scores are far smaller."""
DEPTH = 50
"""A kept result nests eight levels deep."""
_PARQUET_ROWS = 500_000


def parquet_table(content: bytes, limits: int, wanted: Collection[str]) -> tuple[dict[str, Any], list[array[int]]]:
    """The columns of a Parquet file as text below their names; of those not `wanted` (folded) only the name.

    With what is said of them come, for each column, the places of its cells' values among its distinct values.
    """
    # Each thread takes address space, and so does each arena of its allocator.
    os.environ |= {"POLARS_MAX_THREADS": "1", "_RJEM_MALLOC_CONF": "narenas:1,background_thread:false"}
    try:
        import polars as pl
    except ModuleNotFoundError as error:
        raise Refused("parquet-not-installed") from error

    room = guard.Room(limits)
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        names = lazy.collect_schema().names()
        rows = int(lazy.select(pl.len()).collect().item())
        if rows > _PARQUET_ROWS * limits:
            raise Refused("workbook-too-large", f"it has {rows:,} rows; {_PARQUET_ROWS * limits:,} are allowed")
        room.refuse_wide(len(names))
        room.take((rows + any(names)) * len(names), sum(map(bool, names)))
        frame = lazy.select([name for name in names if fold(name) in wanted]).collect()
        columns = [_column(name, frame[name] if name in frame.columns else rows, room) for name in names]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise Refused("parquet-damaged") from error
    return {"rows": rows + 1, "columns": [values for values, _ in columns]}, [codes for _, codes in columns]


def _column(name: str, cells: Any, room: guard.Room) -> tuple[list[str], array[int]]:
    """A column of a Parquet file as text below its name: its distinct values, and for each cell the place of its value.

    `cells` is the column, or the number of its cells where all are to be left empty.
    """
    index = {text: place for place, text in enumerate(dict.fromkeys(("", name)))}
    codes = array("I", [index[name]])
    if isinstance(cells, int):
        codes.frombytes(bytes(4 * cells))
        return list(index), codes
    import polars as pl

    texts = cells.cast(pl.String).fill_null("")
    distinct = texts.unique(maintain_order=True)
    if (distinct.str.len_chars().max() or 0) > guard.TEXT:
        raise Refused("text-too-long", f"the column {name}")
    room.take(0, len(distinct))
    if distinct.str.len_bytes().sum() > guard.ANSWER_BYTES:
        raise Refused("workbook-too-large", "its texts are too long together")
    places = [index.setdefault(text, len(index)) for text in distinct.to_list()]
    codes.extend(texts.replace_strict(distinct, places, return_dtype=pl.UInt32).to_list())
    return list(index), codes


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
        inside = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (list, dict))]
        level = [one for values in inside for one in values]
        if not level:
            return
    raise Refused("result-damaged", f"it is nested deeper than {DEPTH} levels")


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
