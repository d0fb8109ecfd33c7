"""Lays out text and tables for a terminal, within its abilities."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from ...problems import printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from typing import Any, Self

    from rich.console import ConsoleOptions, JustifyMethod, RenderableType, RenderResult
    from rich.table import Column

    from ...rulebook.model import RuleSet

_LEAST_WIDTH = 50
"""A narrower terminal wraps the lines itself."""
_LONG = 30
"""A longer word may be broken, such as an address."""


class Text(RichText):
    """Text for a terminal, made safe to show and put on one line.

    All text goes through this class, `plain_line` or, as plain text in a table, `_Terminal`.
    """

    def __init__(self, text: str = "", style: str = "", **options: Any) -> None:
        super().__init__(printable(text), style, **options)

    def append(self, text: RichText | str, style: Any = None) -> Self:
        """Add text at the end."""
        super().append(printable(text) if isinstance(text, str) else text, style)
        return self


def plain_line(text: str) -> str:
    """A line for a terminal, made safe to show and not wrapped."""
    return f"{_no_command(printable(text))}\n"


def _no_command(line: str) -> str:
    """Change a line that a CI service would read as a command in its log."""
    if line.lstrip().startswith("::"):
        line = line.replace(":", r"\x3a", 1)
    return line.replace("##[", r"#\x23[")


def lines_of(lines: Iterable[str], style: str = "", **options: Any) -> RichText:
    """Lines under each other, as one text."""
    return RichText("\n", style, **options).join(map(Text, lines))


class _Terminal(Console):
    """A console that also makes plain text in cells of tables safe to show."""

    def render_str(self, text: str, **options: Any) -> RichText:
        return super().render_str(printable(text), **options)


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: its width in columns, and whether it shows colours and more than ASCII."""

    width: int = 80
    color: bool = False
    unicode: bool = True

    @property
    def room(self) -> int:
        """The columns that text is laid out for."""
        return max(self.width, _LEAST_WIDTH)

    def render(self, *parts: RenderableType) -> str:
        """The parts as text for this screen; one column stays free at the right edge."""
        target = io.StringIO()
        console = _Terminal(
            file=target,
            width=self.room - 1,
            force_terminal=self.color,
            color_system="standard" if self.color else None,
            no_color=not self.color,
            legacy_windows=False,
            highlight=False,
            emoji=False,
            markup=False,
        )
        console.print(*parts, sep="\n", soft_wrap=False)
        lines = (_no_command(line.rstrip()) for line in target.getvalue().splitlines())
        text = "\n".join(lines) + "\n"
        return text if self.unicode else text.translate(_ASCII)

    def flow(self, facts: Iterable[str], mark: str = " · ", style: str = "") -> RichText:
        """Facts one after the other, with the mark between; lines are wrapped only between two facts."""
        lines = [""]
        for fact in map(printable, facts):
            joined = f"{lines[-1]}{mark}{fact}" if lines[-1] else fact
            if lines[-1] and cell_len(joined) + len(mark) >= self.room:
                lines[-1] += mark.rstrip()
                lines.append(fact)
            else:
                lines[-1] = joined
        return lines_of(lines, style)


def hanging(rows: Iterable[tuple[str | Text, str | Text]], style: str = "") -> Table:
    """Lines with a mark or a name before them, in that style; wrapped lines are indented below the first."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, style=style)
    table.add_column(overflow="fold")
    for name, line in rows:
        table.add_row(name, line)
    return table


class Columns(Table):
    """A table of texts whose columns are at least as wide as their longest word.

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
            first, *others = cast("Sequence[RichText]", row)
            yield first
            for column, text in zip(self.columns[1:], others, strict=True):
                if text.plain:
                    yield Text.assemble("  ", f"{column.header}: " if str(column.header) else "", text)


def grid(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Container[int] = (),
    *,
    style: str = "bold",
    unbroken: int = 0,
    show_head: bool = True,
    strong: Container[str] = (),
) -> Table:
    """A table without lines; the columns at the places in `right` are aligned to the right.

    So many of the first columns are `unbroken`. The head is in this style, if it is shown; rows whose first cell is in
    `strong` are bold.
    """
    table = Columns(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=style, show_header=show_head)
    for place, name in enumerate(head):
        justify: JustifyMethod = "right" if place in right else "left"
        table.add_column(Text(name), overflow="fold", justify=justify, no_wrap=place < unbroken)
    for row in rows:
        table.add_row(*map(Text, row), style="bold" if row[0] in strong else None)
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
    texts = list(map(str, (column.header, *column.cells)))
    most = max(map(cell_len, texts), default=0)
    if column.no_wrap:
        return most, most
    longest = max((cell_len(word) for text in texts for word in text.split()), default=0)
    return min(longest, _LONG), most


def style_of(rating: str | None, rules: RuleSet) -> str:
    """The colour of a rating by its place on the scale; dim where there is none."""
    names = rules.rating_names
    if rating not in names:  # none, or not inspected
        return "dim"
    return _PALETTE[names.index(rating) * (len(_PALETTE) - 1) // (len(names) - 1)]


_PALETTE = ("red", "yellow", "green", "cyan")

_ASCII = str.maketrans({"■": "#", "▲": "^", "▼": "v", "→": "->", "·": ".", "…": "...", "–": "-", "’": "'"})
