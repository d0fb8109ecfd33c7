"""What is asked of a source file that a mapping file names, and the search for the row with its headers.

The child process that reads and the mapping search in the same way; it imports nothing heavy.
"""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from ..names import fits, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER_WITHIN = 100
"""The header row is looked for among so many rows at the top."""
LONGEST_HEADER = 1_000
"""A text that is longer heads no column."""


class WantedHeaders(NamedTuple):
    """A table that is looked for in a source: its headers (see `names.plain`), and its columns by number.

    `header_row` is counted as Excel does; None says that it is looked for, 0 that there is none.
    """

    headers: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    header_row: int | None = None

    def place(self, rows: Sequence[Sequence[str]], first_row: int) -> int | None:
        """The place of the header row among the first rows of a sheet; None where none has all the headers.

        `first_row` is the number of the first of these rows.
        """
        if self.header_row is not None:
            place = self.header_row - first_row
            places = [place] if 0 <= place < len(rows) else []
        else:
            places = list(range(min(len(rows), HEADER_WITHIN)))
        wanted = set(self.headers)
        return next((one for one in places if wanted <= set(map(plain, rows[one]))), None)

    def columns(self, header: Sequence[str]) -> set[int]:
        """The numbers of the columns, from 1, where the first one of the sheet is column A."""
        wanted = set(self.headers)
        return {*self.numbers, *(number for number, text in enumerate(header, start=1) if plain(text) in wanted)}


class Extract(NamedTuple):
    """What is asked of one file: sheets by name or pattern (none: the only sheet), and how its text is written.

    Of a CSV file only the columns of the tables that are `wanted` are handed over; all where none is wanted.
    """

    sheets: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str | None = None
    wanted: tuple[WantedHeaders, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether a sheet of this name is asked for."""
        return not self.sheets or any(fits(one, name) for one in self.sheets)

    @classmethod
    def of_task(cls, task: list[Any]) -> Extract:
        """What the child process was told: the lists of JSON that the tuples have become."""
        sheets, encoding, delimiter, wanted = task
        return cls(sheets, encoding, delimiter, tuple(starmap(WantedHeaders, wanted)))
