"""How names are compared (of sheets, columns, fields, ratings, standards, key questions), and columns are named."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_letters

# White space, dashes of every kind, the underscore and invisible format characters do not count in a name.
_IGNORED = re.compile(r"[\s_-]")
_STRAY_STOP = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


def fold(name: str) -> str:
    """The form in which names are compared: case, white space, _ and - gone."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        name = "".join(char for char in name if unicodedata.category(char) not in {"Cf", "Pd"})
    return _IGNORED.sub("", name).casefold()


def label(text: str) -> str:
    """The form in which headers are compared: folded, and without punctuation except the stops inside an id."""
    kept = "".join(char for char in fold(text) if char.isalnum() or char == ".")
    return _STRAY_STOP.sub("", kept)


def labels(known_id: str, text: str) -> frozenset[str]:
    """The labels under which a question or standard may go: its id (with or without letters), its text, or both."""
    ids = {label(known_id), label(known_id.lstrip(ascii_letters))}
    words = label(text)
    return frozenset(ids | {words} | {one + words for one in ids} | {words + one for one in ids})


def column_letter(number: int) -> str:
    """The name of a column in A1 notation; the first is 1 and A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
