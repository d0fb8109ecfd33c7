"""How results are shown: what a command hands to the view of any format, and who publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...problems import Problem
    from ...rulebook.model import RuleSet
    from .screen import Screen

Rows: TypeAlias = Literal["standards", "key-questions", "pdus", "supporting"]
"""What a row of CSV is about."""
STATEMENT = "This publication is not the inspectorate's and is not endorsed by it."
"""What a publication says unless its publisher says something else."""


class Detail(NamedTuple):
    """A detail of the publisher: what it is, its text, and the address that it links to, if any."""

    name: str
    text: str
    address: str = ""


class Publisher(NamedTuple):
    """The details of a publisher; those that are empty are left out. `statement` is there in any case.

    An address begins with https: or mailto:, and has only characters that need no escape in any format.
    """

    name: str = ""
    published: str = ""
    contact: str = ""
    contact_address: str = ""
    data_address: str = ""
    statement: str = STATEMENT

    @property
    def details(self) -> list[Detail]:
        """The details that are given, in the order in which they are shown."""
        known = (
            Detail("Published by", self.name),
            Detail("Published on", self.published),
            Detail("Contact", self.contact, self.contact_address),
            Detail("Data", self.data_address, self.data_address),
        )
        return [one for one in known if one.text]


class Showing(NamedTuple):
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
    publisher: Publisher = Publisher()
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
