"""The formats of a command: each is one line, and one module, which is imported only when it is used."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Self


class OutputFormat(StrEnum):
    """A format: its name, its suffix, and its view as module and function; the first one is the default.

    Several may share a suffix, which then means the first of them. `can_suppress` is whether small counts can be left
    out.
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

    @classmethod
    def suffixes(cls, asked: Self | None = None) -> dict[str, Self]:
        """What each suffix means: the first format that has it, or the one that was asked for by name."""
        first = {one.suffix: one for one in reversed(cls)}
        return {one.suffix: first[one.suffix] for one in cls} | ({asked.suffix: asked} if asked else {})


def load(view: str) -> Callable[..., Iterator[Any]]:
    """The function of a view, such as 'publish.page:to_html'."""
    module, function = view.split(":")
    found: Callable[..., Iterator[Any]] = getattr(import_module(f"probation_ratings.views.{module}"), function)
    return found
