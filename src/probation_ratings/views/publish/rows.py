"""The rows of what is published: tuples of text and numbers, and the cells that tables show of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from ...findings.suppression import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

Figure: TypeAlias = int | Missing
Value: TypeAlias = str | int
"""What a cell of a table shows: text, shorthand or a number."""
SUPPRESSED, NOT_AVAILABLE = Missing.SUPPRESSED, Missing.NOT_AVAILABLE
NO_PDU = "no PDU named"
"""The name that the cases without a PDU go by."""


def figure(value: int | None, *, out: bool = False) -> Figure:
    """A figure as it is published: shorthand where it is suppressed (`out`), or where there is none."""
    return SUPPRESSED if out else NOT_AVAILABLE if value is None else value


Row: TypeAlias = tuple[Any, ...]
"""A row of a published table: the cells in the order of its columns, some of them as a tuple.

Yes or No is a bool; what is not shown at all is None.
"""
RowT_co = TypeVar("RowT_co", bound=Row, covariant=True)


@dataclass(frozen=True)
class PublishedTable(Generic[RowT_co]):
    """A table: a short `name` for a sheet or an anchor, a `title`, its columns and rows.

    The first column names what a row is about. `remarks` are sentences that a reader needs beside it. `kept` are the
    places of the cells that are shown, if not all are. With a `total`, the last row is the sum of the others.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[RowT_co, ...]
    remarks: tuple[str, ...] = ()
    kept: tuple[int, ...] | None = None
    total: bool = False

    def without(self, *columns: str) -> PublishedTable[RowT_co]:
        """The table without these columns: those about what the rules do not give."""
        kept = tuple(place for place, name in enumerate(self.columns) if name not in columns)
        return replace(self, columns=tuple(self.columns[place] for place in kept), kept=kept)

    @cached_property
    def cells(self) -> tuple[tuple[Value, ...], ...]:
        """The cells of all rows."""
        rows = tuple(tuple(_cells(row)) for row in self.rows)
        return rows if self.kept is None else tuple(tuple(row[place] for place in self.kept) for row in rows)

    @cached_property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column, whether it holds numbers (and shorthand for missing ones)."""
        return tuple(
            any(isinstance(value, int) for value in column)
            and all(isinstance(value, (int, Missing)) for value in column)
            for column in zip(*self.cells, strict=True)
        ) or (False,) * len(self.columns)

    @cached_property
    def shorthand(self) -> tuple[Missing, ...]:
        """The shorthand that is used in it."""
        used = {value for row in self.cells for value in row if isinstance(value, Missing)}
        return tuple(sign for sign in Missing if sign in used)


class Figures(NamedTuple):
    """The answers to a question: counts, and the percentage Yes."""

    yes: Figure = NOT_AVAILABLE
    no: Figure = NOT_AVAILABLE
    not_applicable: Figure = NOT_AVAILABLE
    relevant: Figure = NOT_AVAILABLE
    percentage: Figure = NOT_AVAILABLE


FIGURES = ("Yes", "No", "Not applicable", "Relevant (Yes and No)", "Percentage 'Yes'")
"""The columns of `Figures`."""


class KeyQuestionRow(NamedTuple):
    """A key question: its figures, its rating, and how many answers separate that from the next one up and down."""

    id: str
    text: str
    standard: str
    figures: Figures
    rating: str
    drives: bool
    moves: tuple[Figure, Figure]


class PduRow(NamedTuple):
    """One PDU's answers to a key question, and what it alone would be rated."""

    question: str
    pdu: str
    figures: Figures
    rating: str


class PanelRow(NamedTuple):
    """A standard that the ratings panel may review, and why."""

    standard: str
    computed_rating: str
    rating: str
    reasons: str


class ComparedRow(NamedTuple):
    """One region or PDU among several: its rank, its ratings in the order of the standards, score and overall rating.

    Rules without ratings have the percentages of the key questions in their place. Where there is no overall rating,
    `overall` says why. `rank` is None where the rows are not ranked.
    """

    name: str
    rank: str | None
    results: tuple[Value, ...]
    score: Figure
    overall: str


def _cells(row: Row) -> Iterator[Value]:
    for value in row:
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, bool):
            yield "Yes" if value else "No"
        elif value is not None:
            yield value
