"""The cells of a sheet as the second look finds them, for all kinds of workbooks."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..names import column_letter

if TYPE_CHECKING:
    from collections.abc import Collection

WITHOUT_VALUE = "(formula without a saved value)"
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""The errors by their numbers in .xls and .xlsb."""
ERROR_NAMES = frozenset(
    {*ERRORS.values(), "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"}
)
"""What Excel writes for an error where it saves text, as in CSV."""
MOST_MERGED = 10_000
"""At most this many merged ranges of a sheet are reported."""

Content: TypeAlias = "str | tuple[str, str | bool] | None"
"""What a cell holds: None is no value, and '' the value that the parser gives.

A text, `("boolean", value)`, or `("broken", text)` for a cell that gives no value, is to be put in the place of what
the parser gives.
"""
PutBack: TypeAlias = "tuple[int, int, str | tuple[str, str | bool]]"
"""The row and the column of a cell, from 1, and the content to put there."""
UNSAVED = ("broken", WITHOUT_VALUE)


@dataclass(slots=True)
class Cells:
    """The cells of a sheet; rows and columns are counted from 1.

    `values` is the number of cells that hold a value, broken ones included. `put_back` are the cells that the
    parser does not give as they are.
    """

    values: int = 0
    put_back: list[PutBack] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False

    def count_shared(self, records: bytes, empty: Collection[int]) -> None:
        """Count the cells of a run of records of shared texts in a binary workbook, but not those of `empty` ones."""
        self.values += len(records) // 14
        if empty:
            self.values -= sum(one in empty for (one,) in struct.iter_unpack("<10xI", records))

    def add_broken(self, row: int, column: int, text: str) -> None:
        """Count a broken cell; its row and column are counted from 0, as binary workbooks do."""
        self.values += 1
        self.put_back.append((row + 1, column + 1, ("broken", text)))


def error(text: str) -> tuple[str, str]:
    """The content of a cell with this error, which begins with #, unlike `WITHOUT_VALUE`."""
    return "broken", text if text.startswith("#") else f"#{text or 'ERROR'}"


def cell_range(top: int, left: int, bottom: int, right: int) -> str:
    """A range of cells in A1 notation; its rows and columns are counted from 0."""
    return f"{column_letter(left + 1)}{top + 1}:{column_letter(right + 1)}{bottom + 1}"
