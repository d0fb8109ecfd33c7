"""Who publishes ratings, and what a publication says about that: the same in page, data workbook and Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

STATEMENT = "This publication is not the inspectorate's and is not endorsed by it."
"""What a publication says unless its publisher says something else."""


class Detail(NamedTuple):
    """A detail of the publisher: what it is, its text, and the address that it links to, if any."""

    name: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
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
