"""Columns as distinct values and codes, and what is done with all their cells at once."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..reading.workbook import Column, as_text, as_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ..reading.workbook import Cell

    Rows = npt.NDArray[np.bool_]

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Supplied(str):
    """A text that a mapping file gives, in whole or in part, to a row: `own` is what the row itself has of it."""

    __slots__ = ("own",)
    own: str

    def __new__(cls, text: str, own: str = "") -> Supplied:
        """Make the text."""
        made = super().__new__(cls, text)
        made.own = own
        return made


def key_of(text: str) -> str:
    """The form in which a text of a column is compared: its white space is in order already (see `names.plain`)."""
    return text.casefold()


def mask_of(column: Column, tests: Sequence[bool]) -> Rows:
    """The rows whose value passes; `tests` has one entry for each distinct value."""
    if not any(tests):
        return np.zeros(len(column.codes), dtype=bool)
    return np.array(tests)[column.codes]


def filled(column: Column) -> Rows:
    """The rows that are not blank."""
    return mask_of(column, [text != "" for text in column.texts])


def holding(column: Column, places: Sequence[int]) -> Rows:
    """The rows whose value has one of these places among the distinct values."""
    tests = np.zeros(len(column.values), dtype=bool)
    tests[list(places)] = True
    return tests[column.codes]


def within(column: Column, rows: Rows) -> Column:
    """The column in these rows: the value at place 0 is that of all others, and a blank in them has its own place.

    Only values that are in the rows are left.
    """
    used = used_in(column, rows)
    filled = [place for place in used if column.texts[place]]
    blank = [place for place in used if not column.texts[place]]
    new = np.zeros(len(column.values), dtype=np.uint32)
    new[filled] = np.arange(len(filled)) + 1
    new[blank] = len(filled) + 1
    values: list[Cell] = ["", *(column.values[place] for place in filled), *([""] if blank else [])]
    texts = ["", *(column.texts[place] for place in filled), *([""] if blank else [])]
    return Column(column.number, values, texts, new[column.codes] * rows, column.rows)


def used_in(column: Column, rows: Rows) -> list[int]:
    """The places of the distinct values that a column has in these rows."""
    found: list[int] = np.flatnonzero(np.bincount(column.codes[rows])).tolist()
    return found


def same_for_all(number: int, value: str, rows: Rows) -> Column:
    """A column with one value in these rows."""
    return Column(number, ["", value], ["", as_text(value)], rows.astype(np.uint32))


def rewritten(column: Column, values: Sequence[Cell]) -> Column:
    """The column with another value in place of each distinct one; those that are then equal become one."""
    index: dict[tuple[type, Cell], int] = {(str, ""): 0}
    kept: list[Cell] = [""]
    places = []
    for value in values:
        place = index.setdefault((type(value), value), len(kept))
        if place == len(kept):
            kept.append(value)
        places.append(place)
    codes = np.array(places, dtype=np.uint32)[column.codes]
    return Column(column.number, kept, as_texts(kept), codes, column.rows)


def live(column: Column) -> range:
    """The places of the values that are in the rows of a column that `within` gave."""
    return range(1, len(column.values))


def own_cells(column: Column) -> Column:
    """The column with what the rows themselves have of each value that a mapping file supplies.

    Of a case that has several rows, some may be for questions that the mapping file does not name: it stays as it is.
    """
    if column.rows is not None or Supplied not in set(map(type, column.values)):
        return column
    values = [value.own if isinstance(value, Supplied) else value for value in column.values]
    return replace(column, values=values, texts=as_texts(values))


def with_dates(column: Column) -> Column:
    """A column of text in which YYYY-MM-DD is a date."""
    return replace(column, values=[_date_or(value) for value in column.values])


def _date_or(value: Cell) -> Cell:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):  # no such day
            return date.fromisoformat(value)
    return value
