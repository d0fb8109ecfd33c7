"""How results are shown: what a command hands to the view of any format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from .publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...problems import Problem
    from ...rulebook.model import RuleSet
    from .screen import Screen

Rows: TypeAlias = Literal["standards", "key-questions", "pdus", "supporting"]
"""What a row of CSV is about."""


@dataclass(frozen=True, slots=True)
class Showing:
    """The rules of a run, which has them even without any inspection, and what its options ask of the view.

    `screen` makes the screen that text is laid out for: only views of text need one. `below` suppresses counts from 1
    to `below` - 1. `problems` are those that concern no single inspection. `publisher` is who publishes, for the
    publications. `front` is the front page of the site that a page belongs to, if any.
    """

    rules: RuleSet
    screen: Callable[[], Screen] | None = None
    sort: str = "score"
    below: int = 0
    rows: Rows = "standards"
    explain: bool = False
    by_pdu: bool = False
    problems: Sequence[Problem] = ()
    publisher: Publisher = field(default_factory=Publisher)
    front: str = ""

    @property
    def ranked(self) -> bool:
        """Whether inspections side by side have a rank: in the order of their names they have none."""
        return self.sort != "region"

    @property
    def screen_of_text(self) -> Screen:
        """The screen that text is laid out for, or one of 80 columns without colour."""
        from .screen import Screen

        return Screen() if self.screen is None else self.screen()
