"""How names are compared (of sheets, columns, fields, ratings, standards, key questions), and columns are named."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_letters, digits

LONGEST_NAME = 300
"""Longer than any name, header or id."""
_PIECE = 100

# White space, dashes of every kind, the underscore and invisible format characters do not count in a name.
_IGNORED = re.compile(r"[\s_-]")
_PUNCTUATION = re.compile(r"[^\w.]+")
_STRAY_STOP = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


@lru_cache(maxsize=4_000)  # where each PDU is rated, their names are compared PDU by PDU
def fold(name: str) -> str:
    """The form in which names are compared: case, white space, _ and - gone."""
    if not name.isascii():
        name = normal(name)
        name = "".join(char for char in name if unicodedata.category(char) not in {"Cf", "Pd"})
    return _IGNORED.sub("", name).casefold()


def normal(text: str) -> str:
    """Text in the form (NFKC) in which characters that look alike are alike.

    Normalisation can take the square of the length, so a text that is longer than any name is taken piece by piece.
    """
    if len(text) <= LONGEST_NAME:
        return unicodedata.normalize("NFKC", text)
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)


@lru_cache(maxsize=2_000)  # the headers and texts of one workbook are those of the next
def label(text: str) -> str:
    """The form in which headers are compared: folded, & read as and, and without punctuation except in an id."""
    return _STRAY_STOP.sub("", _PUNCTUATION.sub("", fold(text.replace("&", "and"))))


def labels(known_id: str, text: str, *, bare: bool = True) -> frozenset[str]:
    """The labels under which a question or standard may go: its id, its text, or both.

    `bare` says that the id may stand without its letters.
    """
    ids = {label(known_id), label(known_id.lstrip(ascii_letters) if bare else known_id)}
    words = label(text)
    return frozenset(ids | {words} | {one + words for one in ids} | {words + one for one in ids})


def column_letter(number: int) -> str:
    """The name of a column in A1 notation; the first is 1 and A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column by its name in A1 notation; A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_place(reference: str) -> tuple[int, int]:
    """The numbers of the column and the row of a cell reference such as F37."""
    letters = reference.rstrip(digits)
    return column_number(letters), int(reference[len(letters) :])
