"""The cells of a sheet as columns of distinct values, with broken cells that the parser leaves empty restored."""

from __future__ import annotations

import itertools
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from . import limits as guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from python_calamine import CalamineSheet

    from .limits import Room
    from .structure import Structure

CHUNK_ROWS = 256


@dataclass(slots=True)
class Grid:
    """The cells of a sheet: where the first is (from 0), and of each column the values and, for each row, its value.

    `filled` is the number of cells that hold a value.
    """

    first_row: int
    first_column: int
    indexes: list[dict[Any, int]]
    cells: list[array[int]]
    filled: int = 0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.cells[0]) if self.cells else 0

    def put_back(self, structure: Structure) -> None:
        """Enter the cells that the parser left empty, or out where they come first or last, or gave otherwise.

        Where they are so far apart that the grid would be huge, those beyond the columns with a value are left out.
        """
        entries = [
            *((row - 1, column - 1, ("broken", text)) for row, column, text in structure.broken),
            *((row - 1, column - 1, text) for row, column, text in structure.texts),
        ]
        if not entries:
            return
        self._make_room(entries)
        for row, column, value in entries:
            place, number = row - self.first_row, column - self.first_column
            if 0 <= number < len(self.cells) and 0 <= place < self.rows:
                index, codes = self.indexes[number], self.cells[number]
                self.filled += codes[place] == index.get("")
                codes[place] = index.setdefault(value, len(index))
            else:
                self.filled += 1

    def _make_room(self, entries: list[tuple[int, int, Any]]) -> None:
        columns = [column for _, column, _ in entries]
        if not self.cells:
            self.first_row, self.first_column = min(entries)[0], min(columns)
        left, right = min(self.first_column, *columns), max(self.first_column + len(self.cells) - 1, *columns)
        known = range(self.first_column, self.first_column + len(self.cells))
        if (right - left + 1) * (max(entries)[0] + 1) > guard.CELLS:
            left, right = self.first_column, self.first_column + len(self.cells) - 1
            entries = [entry for entry in entries if entry[1] in known]
        if not entries:
            return
        first = min(self.first_row, min(entries)[0])
        last = max(self.first_row + self.rows - 1, max(entries)[0])
        # The row number is untrusted, and rows without a value take memory too.
        if last - first > guard.ROWS:
            return
        above, below = self.first_row - first, last - (self.first_row + self.rows - 1)
        for index, codes in zip(self.indexes, self.cells, strict=True):
            if above or below:
                blank = array("I", [index.setdefault("", len(index))])
                codes[:0] = blank * above
                codes.extend(blank * below)
        rows = last - first + 1
        before, after = self.first_column - left, right + 1 - self.first_column - len(self.cells)
        self.indexes[:0], self.cells[:0] = _blank_columns(before, rows)
        indexes, cells = _blank_columns(after, rows)
        self.indexes += indexes
        self.cells += cells
        self.first_row, self.first_column = first, left


def _blank_columns(count: int, rows: int) -> tuple[list[dict[Any, int]], list[array[int]]]:
    return [{"": 0} for _ in range(count)], [array("I", bytes(4 * rows)) for _ in range(count)]


def filled(sheet: CalamineSheet, room: Room) -> Grid:
    """The cells of a sheet as the parser gives them."""
    first_row, first_column = sheet.start or (0, 0)
    if sheet.width > room.columns:
        wide = f"{sheet.width:,} columns wide; {room.columns:,} are allowed"
        raise Refused("workbook-too-large", f"the sheet '{sheet.name}' is {wide}")
    rows = itertools.islice(sheet.iter_rows(), first_row, None)
    known = 0
    grid = Grid(first_row, first_column, [], [])
    while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
        is_full = False
        for number, column in enumerate(zip(*chunk, strict=True)):
            if number == len(grid.indexes):
                grid.indexes.append({})
                grid.cells.append(array("I"))
            index = grid.indexes[number]
            keys: Sequence[Any] = column
            distinct = dict.fromkeys(keys)
            if True in distinct or False in distinct:  # or 1.0 or 0.0, which are equal to them in Python
                keys = [("boolean", value) if isinstance(value, bool) else value for value in column]
                distinct = dict.fromkeys(keys)
            for key in distinct:
                index.setdefault(key, len(index))
            grid.cells[number].extend(map(index.__getitem__, keys))
            blank = keys.count("") if "" in distinct else 0
            grid.filled += len(keys) - blank
            is_full = is_full or not blank
        found = sum(map(len, grid.indexes))
        # A row is empty if all its cells are; mostly one column, such as that of the ids, has a value in every row.
        rows_with_value = len(chunk) if is_full else sum(row.count("") < sheet.width for row in chunk)
        room.take(rows_with_value * sheet.width, found - known)
        known = found
    return grid
