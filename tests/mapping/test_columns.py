"""Columns as distinct values and codes: what is chosen, replaced or read anew in all cells at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from probation_ratings.mapping.columns import (
    holding,
    live,
    mask_of,
    rewritten,
    same_for_all,
    used_in,
    with_dates,
    within,
)
from probation_ratings.reading.workbook import Cell, Column

ROWS = np.array([4, 9, 5, 6, 7])
# the cells are b, a, (blank), b, c
COLUMN = Column(3, ["a", "", "b", "c"], ["a", "", "b", "c"], np.array([2, 0, 1, 2, 3], dtype=np.uint32), ROWS)


def cells(column: Column) -> list[Cell]:
    assert column.codes.dtype == np.uint32
    assert len(column.values) == len(column.texts)
    return [column.values[code] for code in column.codes.tolist()]


def test_the_cells_that_pass_a_test_of_their_values() -> None:
    assert mask_of(COLUMN, [True, False, True, False]).tolist() == [True, True, False, True, False]
    assert mask_of(COLUMN, [False] * 4).tolist() == [False] * 5
    assert holding(COLUMN, [1, 3]).tolist() == [False, False, True, False, True]
    assert holding(COLUMN, []).tolist() == [False] * 5


def test_the_values_of_some_rows() -> None:
    rows = np.array([True, False, True, True, False])
    assert used_in(COLUMN, rows) == [1, 2]
    assert used_in(COLUMN, np.zeros(5, dtype=bool)) == []
    made = within(COLUMN, rows)
    assert (made.number, made.rows, made.values, made.texts) == (3, COLUMN.rows, ["", "b", ""], ["", "b", ""])
    assert made.codes.tolist() == [1, 0, 2, 1, 0]  # a blank in the rows is not the value of the other rows
    assert list(live(made)) == [1, 2]
    filled = within(COLUMN, np.array([True, True, False, True, True]))
    assert (filled.values, filled.texts, cells(filled)) == (
        ["", "a", "b", "c"],
        ["", "a", "b", "c"],
        ["b", "a", "", "b", "c"],
    )
    nothing = within(COLUMN, np.zeros(5, dtype=bool))
    assert (nothing.values, cells(nothing)) == ([""], [""] * 5)


def test_one_value_for_all_rows() -> None:
    made = same_for_all(7, "x", np.array([True, False, True]))
    assert (made.number, made.texts, cells(made), made.rows) == (7, ["", "x"], ["x", "", "x"], None)


def test_values_that_become_equal_are_one_and_those_of_another_kind_are_not() -> None:
    column = Column(
        2, ["", "a", "b", "c", "d", "e"], ["", "a", "b", "c", "d", "e"], np.arange(6, dtype=np.uint32), None
    )
    made = rewritten(column, ["", "yes", True, 1.0, "yes", ""])
    assert (made.number, made.values, made.texts) == (2, ["", "yes", True, 1.0], ["", "yes", "TRUE", "1"])
    assert cells(made) == ["", "yes", True, 1.0, "yes", ""]
    assert [type(value) for value in made.values] == [str, str, bool, float]
    assert rewritten(COLUMN, ["x", "", "y", "z"]).rows is ROWS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-06-03", date(2024, 6, 3)), ("2024-13-01", "2024-13-01"), ("2024-06-03 ", "2024-06-03 "),
        ("x2024-06-03", "x2024-06-03"), (3.0, 3.0), ("20240603", "20240603"),
    ],
)  # fmt: skip
def test_a_text_that_is_a_day_becomes_a_date(text: Cell, value: Cell) -> None:
    column = Column(1, ["", text], ["", str(text)], np.array([1, 0], dtype=np.uint32), None)
    made = with_dates(column)
    assert made.values == ["", value]
    assert (made.texts, made.codes.tolist()) == (["", str(text)], [1, 0])
