"""Puts text from a workbook into a sentence: safe to show, quoted, listed, and of limited length."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .names import seen_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

T = TypeVar("T")
K = TypeVar("K")
_LONG = 60
"""A longer text from a workbook is cut in a message."""
_FEW = 3
"""So many of many names are named."""
_PLURAL = re.compile(
    r"(?!.*\b(and|for|from|in|of|on|or|under|with|without)\b)(.* )?(case|disposal|licence|order|report|sentence)s",
    re.IGNORECASE,
)
"""Kinds of cases whose singular is certain."""
_PLACES = 10
"""How many places are named in a message."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WIDTHS = 9
"""So many different numbers of values are named in a message."""

MOST_LISTED = 50
"""A sentence lists at most this many names."""


def printable(text: str) -> str:
    """Make text safe to show: control and direction characters become visible escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def quoted(text: str, limit: int = _LONG) -> str:
    """Text in quotation marks, safe to show, and cut after `limit` characters."""
    text = printable(text)
    return f"'{text}'" if len(text) <= limit else f"'{text[: limit - 1]}…'"


def spelt(text: str) -> str:
    """Text in quotation marks; a character that only looks like a plain one is named.

    Such as 'Nо', in which 'о' is U+043E CYRILLIC SMALL LETTER O.
    """
    if text.isascii() or len(text) > _LONG or not seen_as(text).isascii():
        return quoted(text)
    seen = ((char, seen_as(char)) for char in dict.fromkeys(text) if not char.isascii())
    odd = [char for char, plain in seen if plain.isalnum() or not plain]
    named = [f"'{printable(char)}' is U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip() for char in odd]
    return f"{quoted(text)}, in which {few(named)}" if odd else quoted(text)


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """Values by their keys, in the order in which the keys first appear."""
    groups: dict[K, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def at_most(found: Mapping[str, list[T]], others: str, limit: int = 20) -> dict[str, list[T]]:
    """The places of values by text: the first `limit` one by one, the rest together as `others`."""
    kept = dict(list(found.items())[:limit])
    rest = [place for places in list(found.values())[limit:] for place in places]
    return {**kept, others: rest} if rest else kept


def counted(number: int, noun: str) -> str:
    """A number with a noun: '1 case', '1,438 cases'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def counted_kind(number: int, plural: str) -> str:
    """A number with a kind of case that a rule file names in the plural: '2 court reports', '1 court report'.

    Where the singular is not certain, as of 'inquiries', it is 'inquiries: 1'.
    """
    if number != 1:
        return f"{number:,} {plural}"
    return f"1 {plural[:-1]}" if _PLURAL.fullmatch(plural) else f"{plural}: 1"


def in_words(number: int) -> str:
    """A number in a sentence: in words up to nine."""
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def cut(number: Fraction) -> str:
    """A number, not negative, cut after two decimals so that it never crosses a band's edge: 39.24… or 62.50."""
    hundredths, rest = divmod(100 * number.numerator, number.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}{'…' if rest else ''}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: 'A, B and C', or the first of very many and the number of the others."""
    if len(names) > MOST_LISTED:
        names, last = [*names[: MOST_LISTED - 1], f"{len(names) - MOST_LISTED + 1:,} more"], "and"
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def widths_in_words(widths: Iterable[int]) -> str:
    """How many values rows have: '1 value', '3 or 5 values', and never without end."""
    found = sorted(set(widths))
    names = [*map(str, found[:_WIDTHS]), *(["another number of"] if len(found) > _WIDTHS else [])]
    return f"{listed(names, 'or')} {'value' if found == [1] else 'values'}"


def first_names(names: Sequence[str], most: int) -> list[str]:
    """The first names, at most so many, and how many more there are."""
    return [*names[:most], *([f"{len(names) - most:,} more"] if len(names) > most else [])]


def few(names: Sequence[str]) -> str:
    """The first few names in a sentence: 'A, B, C and 7 others'."""
    return listed(names if len(names) <= _FEW + 1 else [*names[:_FEW], f"{len(names) - _FEW:,} others"])


@dataclass(frozen=True, slots=True)
class Spans:
    """Numbers of rows, joined where they follow each other."""

    numbers: list[int]

    def __str__(self) -> str:
        """Such as '5, 9 to 12 and 20', and never without end."""
        spans = [f"{first}" if first == last else f"{first} to {last}" for first, last in self._joined()]
        return listed(first_few(spans))

    @property
    def words(self) -> str:
        """Such as 'row 5' or 'rows 9 to 12'."""
        return f"row{'' if len(self.numbers) == 1 else 's'} {self}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The spans as Excel names whole rows, such as 9:12."""
        return tuple(f"{first}:{last}" for first, last in self._joined())

    def _joined(self) -> list[tuple[int, int]]:
        joined: list[tuple[int, int]] = []
        for number in self.numbers:
            if joined and number == joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], number)
            else:
                joined.append((number, number))
        return joined


def first_few(places: list[str]) -> list[str]:
    """The first of many places, and how many more there are."""
    return places if len(places) <= _PLACES else [*places[: _PLACES - 1], f"{len(places) - _PLACES + 1:,} more"]
