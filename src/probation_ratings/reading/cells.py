"""The cells of a sheet as the second reading finds them, for all kinds of workbooks."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

WITHOUT_VALUE = "(formula without a saved value)"
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""The errors by their numbers in .xls and .xlsb."""


@dataclass(slots=True)
class Cells:
    """The cells of a sheet; rows and columns are counted from 1.

    `values` is the number of cells that hold a value, broken ones included. `broken` has the row, the column and the
    text of each cell that gives no value, and `texts` those of cells whose text the parser does not give as it is.
    """

    values: int = 0
    broken: list[tuple[int, int, str]] = field(default_factory=list)
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False

    def count_shared(self, records: bytes, empty: Collection[int]) -> None:
        """Count the cells of a run of records of shared texts in a binary workbook, but not those of `empty` ones."""
        self.values += len(records) // 14
        if empty:
            self.values -= sum(one in empty for (one,) in struct.iter_unpack("<10xI", records))

    def put_back(self, row: int, column: int, judged: Judged) -> None:
        """Record a broken cell, or a cell whose text must be restored."""
        (self.broken if judged.is_broken else self.texts).append((row, column, judged.text))


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell with content: whether it has a value, whether it is broken, and the text to restore."""

    has_value: bool = True
    is_broken: bool = False
    text: str = ""


BLANK = Judged(has_value=False)
VALUE = Judged()
UNSAVED = Judged(is_broken=True, text=WITHOUT_VALUE)


def error_text(text: str) -> str:
    """The text for an error; it begins with #, unlike `WITHOUT_VALUE`."""
    return text if text.startswith("#") else f"#{text or 'ERROR'}"
