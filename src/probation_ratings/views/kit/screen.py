"""Lays out text for a terminal, within its abilities."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from ...problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Self

    from rich.console import RenderableType

    from ...rulebook.model import RuleSet

LEAST_WIDTH = 50
"""A narrower terminal wraps the lines itself."""


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

    def render(self, *parts: RenderableType) -> str:
        """The parts as text for this screen; one column stays free at the right edge."""
        target = io.StringIO()
        console = _Terminal(
            file=target,
            width=max(self.width, LEAST_WIDTH) - 1,
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
            if lines[-1] and cell_len(joined) + len(mark) >= max(self.width, LEAST_WIDTH):
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


def style_of(rating: str | None, rules: RuleSet) -> str:
    """The colour of a rating by its place on the scale; dim where there is none."""
    names = rules.rating_names
    if rating not in names:  # none, or not inspected
        return "dim"
    return _PALETTE[names.index(rating) * (len(_PALETTE) - 1) // (len(names) - 1)]


_PALETTE = ("red", "yellow", "green", "cyan")

_ASCII = str.maketrans({"■": "#", "▲": "^", "▼": "v", "→": "->", "·": ".", "…": "...", "–": "-", "’": "'"})
