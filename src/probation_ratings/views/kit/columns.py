"""Lays out a table without lines on any screen: it never breaks a word, and stacks the cells where they do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.table import Table

from .screen import Text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from typing import Any

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Column
    from rich.text import Text as RichText

_LONG = 30
"""A longer word may be broken, such as an address."""


class Columns(Table):
    """A table whose columns are at least as wide as their longest word.

    On a screen that is too narrow for that, each row becomes lines: its first cell, and below it each other one after
    its header.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, or its rows as lines."""
        gap = self.padding[1]
        room = options.max_width - gap * (len(self.columns) - 1)
        widths = _fitted([_needs(column) for column in self.columns], room)
        if widths is None:
            yield from self._stacked()
            return
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _stacked(self) -> Iterator[RichText]:
        for row in zip(*(column.cells for column in self.columns), strict=True):
            texts = [_text(cell) for cell in row]
            yield texts[0]
            for column, text in zip(self.columns[1:], texts[1:], strict=True):
                if text.plain:
                    head = _text(column.header).plain
                    yield Text.assemble("  ", f"{head}: " if head else "", text)


def grid(head: Sequence[str], rows: Iterable[Iterable[str]], right: Container[int] = ()) -> Table:
    """A table without lines; the columns at the places in `right` are aligned to the right."""
    table = Columns(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for place, name in enumerate(head):
        table.add_column(Text(name), overflow="fold", justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _fitted(needs: list[tuple[int, int]], room: int) -> list[int] | None:
    """The widths of the columns from what each needs and would like; None where they need more than the room."""
    widths = [most for _, most in needs]
    while sum(widths) > room:
        wide = [(width, -place) for place, width in enumerate(widths) if width > needs[place][0]]
        if not wide:
            return None
        widths[-max(wide)[1]] -= 1
    return widths


def _needs(column: Column) -> tuple[int, int]:
    """The width of the longest word of a column, and of its longest cell."""
    texts = [_text(cell).plain for cell in (column.header, *column.cells)]
    most = max(map(cell_len, texts), default=0)
    if column.no_wrap:
        return most, most
    longest = max((cell_len(word) for text in texts for word in text.split()), default=0)
    return min(longest, _LONG), most


def _text(cell: Any) -> RichText:
    return Text(cell) if isinstance(cell, str) else cast("RichText", cell)
