"""The cells of a sheet as columns of distinct values, with broken cells that the parser leaves empty restored."""

from __future__ import annotations

import itertools
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from . import limits as guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from python_calamine import CalamineSheet

    from .cells import PutBack
    from .limits import Room

CHUNK_ROWS = 256


@dataclass(slots=True)
class Grid:
    """The cells of a sheet: where the first is (from 1), and of each column the values and, for each row, its value.

    `within` is the number of its cells that hold a value, and `outside` are those that it has no room for.
    """

    first_row: int
    first_column: int
    indexes: list[dict[Any, int]] = field(default_factory=list)
    cells: list[array[int]] = field(default_factory=list)
    within: int = 0
    outside: set[tuple[int, int]] = field(default_factory=set)

    @property
    def filled(self) -> int:
        """How many cells of the sheet hold a value."""
        return self.within + len(self.outside)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.cells[0]) if self.cells else 0

    def put_back(self, entries: Sequence[PutBack]) -> None:
        """Enter the cells that the parser left empty, or out where they come first or last, or gave otherwise.

        Where they are so far apart that the grid would be huge, those beyond the columns with a value are left out.
        """
        if entries:
            self._make_room(entries)
        # The broken ones come first among the values.
        for row, column, value in sorted(entries, key=lambda entry: isinstance(entry[2], str)):
            place, number = row - self.first_row, column - self.first_column
            if 0 <= number < len(self.cells) and 0 <= place < self.rows:
                index, codes = self.indexes[number], self.cells[number]
                self.within += codes[place] == index.get("")
                self.outside.discard((row, column))
                codes[place] = index.setdefault(value, len(index))
            else:
                self.outside.add((row, column))

    def _make_room(self, entries: Sequence[PutBack]) -> None:
        rows, columns = [row for row, _, _ in entries], [column for _, column, _ in entries]
        if not self.cells:
            self.first_row, self.first_column = min(rows), min(columns)
        known = range(self.first_column, self.first_column + len(self.cells))
        before, after = max(known.start - min(columns), 0), max(max(columns) + 1 - known.stop, 0)
        if (before + len(known) + after) * max(rows) > guard.CELLS:
            before = after = 0
            rows = [row for row, column, _ in entries if column in known]
        if not rows:
            return
        end = self.first_row + self.rows - 1
        above, below = max(self.first_row - min(rows), 0), max(max(rows) - end, 0)
        height = above + self.rows + below
        # The row number is untrusted, and rows without a value take memory too.
        if height > guard.ROWS + 1:
            return
        if above or below:
            for index, codes in zip(self.indexes, self.cells, strict=True):
                blank = array("I", [index.setdefault("", len(index))])
                codes[:0] = blank * above
                codes.extend(blank * below)
        self.indexes = [*({"": 0} for _ in range(before)), *self.indexes, *({"": 0} for _ in range(after))]
        left, right = ([array("I", bytes(4 * height)) for _ in range(count)] for count in (before, after))
        self.cells = [*left, *self.cells, *right]
        self.first_row -= above
        self.first_column -= before


def filled(sheet: CalamineSheet, room: Room) -> Grid:
    """The cells of a sheet as the parser gives them."""
    first_row, first_column = sheet.start or (0, 0)
    if sheet.width > room.columns:
        wide = f"{sheet.width:,} columns wide; {room.columns:,} are allowed"
        raise Refused("workbook-too-large", f"the sheet '{sheet.name}' is {wide}")
    rows = itertools.islice(sheet.iter_rows(), first_row, None)
    known = 0
    grid = Grid(first_row + 1, first_column + 1)
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
            grid.within += len(keys) - blank
            is_full = is_full or not blank
        found = sum(map(len, grid.indexes))
        # A row is empty if all its cells are; mostly one column, such as that of the ids, has a value in every row.
        rows_with_value = len(chunk) if is_full else sum(row.count("") < sheet.width for row in chunk)
        room.take(rows_with_value * sheet.width, found - known)
        known = found
    return grid
