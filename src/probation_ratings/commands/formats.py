"""The formats of a command: each is one line, and one module, which is imported only when it is used."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..inputs import WORKBOOK_SUFFIXES
from ..writing.output import write
from .mistakes import did_you_mean
from .options import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any, Self

    from .terminal import Terminal


class OutputFormat(StrEnum):
    """A format: its name, its suffix or suffixes, and its view as module and function.

    The first one is the default, and the one for people. Several may share a suffix, which then means the first of
    them. `can_suppress` is whether small counts can be left out.
    """

    suffix: str
    can_suppress: bool
    _view: str

    def __new__(cls, name: str, suffix: str, view: str, can_suppress: bool = False) -> Self:
        """Make a format of one line of a list."""
        member = str.__new__(cls, name)
        member._value_, member.suffix, member._view, member.can_suppress = name, suffix, view, can_suppress
        return member

    @property
    def view(self) -> Callable[..., Iterator[Any]]:
        """The function that shows results in this format."""
        return load(self._view)

    @property
    def is_text(self) -> bool:
        """Whether it is for people, and so written in the encoding of the terminal."""
        return self is next(iter(type(self)))

    @classmethod
    def option(cls) -> Any:
        """The option `-f` of the command."""
        return option("FORMAT", f"Choose the format. Default: {next(iter(cls))}.", "--format", "-f")

    @classmethod
    def suffixes(cls, asked: Self | None = None) -> dict[str, Self]:
        """What each suffix means: the first format that has it, or the one that was asked for by name."""
        found: dict[str, Self] = {}
        for one in cls:
            for end in one.suffix.split():
                found.setdefault(end, one)
        return found | (dict.fromkeys(asked.suffix.split(), asked) if asked else {})

    @classmethod
    def of(cls, asked: Self | None, output: Path | None) -> Self:
        """The format asked for, or the one of the output's suffix; they must not contradict each other.

        Without either, it is the first format.
        """
        default, suffixes = next(iter(cls)), cls.suffixes(asked)
        if output is None:
            return asked or default
        ending = {".htm": ".html"}.get(output.suffix.lower(), output.suffix.lower())
        by_suffix = suffixes.get(ending)
        if by_suffix is None and ending in WORKBOOK_SUFFIXES:
            could = "write .xlsx, which LibreOffice opens, too" if ".xlsx" in suffixes else f"use {', '.join(suffixes)}"
            raise UsageError(f"{output}: no {ending} workbook is written; {could}")
        if asked is not None and by_suffix is not None and asked != by_suffix:
            raise UsageError(f"-f {asked} contradicts the suffix of {output}, which says {by_suffix}")
        if asked is None and by_suffix is None:
            meant = did_you_mean(ending, suffixes)
            raise UsageError(f"the suffix of {output} says no format: use {', '.join(suffixes)}, or add -f{meant}")
        return asked or by_suffix or default

    def write(self, output: Path | None, terminal: Terminal, *what: object, **more: object) -> None:
        """Write results to the output, and say where they are. The view of the first format takes the screen, too."""
        screen = [terminal.screen(output)] if self.is_text else []
        write(self.view(*what, *screen, **more), output, text=self.is_text)
        terminal.wrote(output)


def load(view: str) -> Callable[..., Iterator[Any]]:
    """The function of a view, such as 'publish.page:to_html'."""
    module, function = view.split(":")
    found: Callable[..., Iterator[Any]] = getattr(import_module(f"probation_ratings.views.{module}"), function)
    return found
