"""How text of a workbook is put into a sentence: harmless to show, quoted, listed, and never without end."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

T = TypeVar("T")

MOST_LISTED = 50
"""So many names are listed in a sentence."""


def printable(text: str) -> str:
    """Text of a workbook made harmless to show: control and direction characters become visible escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def quoted(text: str, limit: int = 60) -> str:
    """Text of a workbook in quotation marks, harmless to show, and cut after `limit` characters."""
    text = printable(text)
    return f"'{text}'" if len(text) <= limit else f"'{text[: limit - 1]}…'"


def at_most(found: Mapping[str, list[T]], others: str, limit: int = 20) -> dict[str, list[T]]:
    """The places of what was found, by its words: `limit` of them one by one, the rest together as `others`."""
    kept = dict(list(found.items())[:limit])
    rest = [place for places in list(found.values())[limit:] for place in places]
    return {**kept, others: rest} if rest else kept


def counted(number: int, noun: str) -> str:
    """A number and what is counted: '1 case', '1,438 cases'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def cut(number: Fraction) -> str:
    """A number, not negative, cut after two decimals: never rounded over a band's edge. 39.24… goes on, 62.50 ends."""
    hundredths, rest = divmod(100 * number.numerator, number.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}{'…' if rest else ''}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence has them: 'A, B and C', and of very many the first ones and how many more there are."""
    if len(names) > MOST_LISTED:
        names, last = [*names[: MOST_LISTED - 1], f"{len(names) - MOST_LISTED + 1:,} more"], "and"
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)
