"""Which row of an export has its headers; a row of data, which could be personal, is never taken for one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from probation_ratings.mapping.description import header_place
from probation_ratings.reading.workbook import Broken, Column, Sheet, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probation_ratings.reading.workbook import Cell

ANSWERS = frozenset({"yes", "no", "not applicable"})
DATA = ["1", "2"]


def sheet_of(rows: Sequence[Sequence[Cell]]) -> Sheet:
    """A sheet of these rows, which are of one length."""
    columns = []
    for number, cells in enumerate(zip(*rows, strict=True), start=1):
        values = list(dict.fromkeys(cells))
        codes = np.array([values.index(cell) for cell in cells], dtype=np.uint32)
        columns.append(Column(number, values, list(map(as_text, values)), codes))
    return Sheet("S", 1, len(rows), columns, False, [], [], False, [])


def place(*rows: Sequence[Cell]) -> int | None:
    return header_place(sheet_of(rows), ANSWERS)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Ref", "Q1"], DATA], 0),
        ([["Export of June", "", ""], ["Ref", "Q1", "Other"], [*DATA, "3"]], 1),
        ([["", ""], ["Ref", "Q1"], DATA], 1),
        ([["Ref", ""], DATA], 0),
        ([["Ref", "", ""], [*DATA, "3"]], None),
        ([["Ref", "", ""], ["1", "", ""]], 0),
        ([["Ref", "Question"], ["Reference", "Is it good?"], DATA], 0),
        ([["Ref", ""], ["Reference", "Is it good?"], DATA], 1),
        ([["", ""], ["", ""]], None),
        ([], None),
        ([DATA] * 99 + [["Ref", "Q1"]], 99),
        ([DATA] * 100 + [["Ref", "Q1"]], None),
    ],
    ids=[
        "first", "below-a-title", "below-a-blank-row", "half-of-the-columns", "a-third", "of-the-columns-with-a-text",
        "first-of-two", "with-most-texts", "blank", "no-row", "within-100-rows", "not-within",
    ],
)  # fmt: skip
def test_the_header_is_the_first_row_with_most_texts_that_are_no_values(
    rows: list[list[Cell]], expected: int | None
) -> None:
    assert place(*rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Export", ""], ["Ann", "open"], ["Bob", "open"]], 0),
        ([["Ann", "open"], *[DATA] * 120, ["1", "open"]], None),
        ([["Ref", "Type"], ["Ann", "open"], ["Bob", "shut"]], 0),
        ([["C001", "a"], ["D407", "b"], DATA], None),
        ([["C001", ""], ["C002", "Note"], DATA], None),
        ([["C001", ""], DATA, ["C002", "Note"]], 2),
        ([["Ref", "Note"], ["C001", "a"], ["C002", "b"]], 0),
        ([["Q1", "Note"], ["1Q", "b"], DATA], 0),
        ([["Q-1", "Note"], ["Q.1", "b"], DATA], 0),
        ([["Ref", "Page 1"], DATA, ["Ref", "Page 1"], ["3", "4"]], 0),
        ([["Ref", "Page 1"], ["Ref", "Page 1"], DATA], 0),
        ([["C001", "x"], ["C002", "y"], ["AB1", "Note"], ["BC2", "Text"], DATA], None),
        ([["Ref", "Page one"], DATA, ["Ref", "Page two"], ["3", "4"]], None),
        ([["Ann", "open"], ["Ann", "shut"], ["Bob", "open"], ["Ref", "Type"]], 3),
    ],
    ids=[
        "text-in-two-rows", "text-again-far-below", "texts-once", "written-alike", "alike-above", "not-beside",
        "alike-below-the-header", "letters-and-digits-the-other-way-round", "another-mark", "repeated-whole", "repeated-at-once", "two-pairs",
        "repeated-in-part", "in-parts-of-two-rows",
    ],
)  # fmt: skip
def test_a_row_that_looks_like_data_is_not_the_header(rows: list[list[Cell]], expected: int | None) -> None:
    assert place(*rows) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "12", "-1.5", "1,5", "50%", "Yes", "NOT  applicable", "01/02/2023", "1 June 2023", "2023-01-02 10:30", "2023-1-1",
        "?", "--", "x" * 301, 12.0, True, date(2023, 6, 1), Broken("#N/A"),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_heads_no_column(cell: Cell) -> None:
    assert place(["Ref", "", cell], [*DATA, "3"]) is None
    assert place(["Ref", "", "Other"], [*DATA, cell]) == 0


@pytest.mark.parametrize(
    "text", ["2.1.1", "Q1", "x" * 300, "Yes or no", "1 of 3"], ids=["question", "code", "long", "words", "of"]
)
def test_a_text_that_only_begins_like_a_value_may_head_a_column(text: str) -> None:
    assert place(["Ref", "", text], [*DATA, "3"]) == 0
