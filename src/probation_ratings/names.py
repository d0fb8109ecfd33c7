"""Compares names, ids and other texts, and names columns and files."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

LONGEST_NAME = 300
"""Names, headers and ids are shorter than this."""
_PIECE = 100

# White space, all dashes, the underscore and invisible format characters are ignored in a name.
_IGNORED = re.compile(r"[\s_-]")
_PUNCTUATION = re.compile(r"[^\w.]+")
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
"""Names that mean a device on Windows, whatever their suffix."""
_NOTE = re.compile(r"\[ ?(?:notes? ?\d[\d ,;&]{0,20}(?:and ?\d{1,3})?|[a-z]|low) ?\]", re.IGNORECASE)
"""The mark of a note, such as [note 1] or [r], as in the guidance for accessible spreadsheets."""
_STRAY_STOP = re.compile(r"(?<![0-9])\.|\.(?![0-9])")
# Invisible characters that are not of the category Cf: joiners, fillers and variation selectors.
_NO_INK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Letters that look like a Latin letter in either case (Cyrillic, Greek, Armenian, Latin), dashes, apostrophes.
_LOOK_ALIKES = str.maketrans(
    "авсԁеһніјкӏмоҏрԛѕтуүѵԝх" + "αβεζηικμνορτυχϳ" + "օսհզյ" + "ıɑɡɩ" + "‐‒–—―−" + "‘’ʼ",
    "abcdehhijklmoppqstyyvwx" + "abezhikmnoptyxj" + "ouhqj" + "iagi" + "------" + "'''",
)
_MARKING = 5
"""From so many letters on, a word marks a name."""
_LONG_WORD = 5
"""From so many letters on, a word with one letter in place of another is taken for a misspelling."""
_SHORT_WORD = 3
"""Up to so many letters, every letter counts: 'N' and 'NW' or 'I' and 'II' are not misspelt."""
_NEAR = 0.7
"""Names that share so much of their characters are near: 'rule' and 'rules', but not 'R2.9' and 'R2.1'."""
_LONG = 100
"""Longer texts are not normalised: the time can grow with the square of the length."""


@lru_cache(maxsize=4_000)  # if each PDU is rated, names are compared once per PDU
def fold(name: str) -> str:
    """The form in which names are compared: without case, white space, _ and -."""
    if not name.isascii():
        name = normal(name)
        name = "".join(char for char in name if unicodedata.category(char) not in {"Cf", "Pd"})
    return _IGNORED.sub("", name).casefold()


def composed(text: str) -> str:
    """Text without invisible format characters, in the form (NFC) in which a letter with an accent is one character."""
    if text.isascii():
        return text
    return _in_pieces("NFC", "".join(char for char in text if unicodedata.category(char) != "Cf"))


def plain(text: str) -> str:
    """The form in which texts are equal that differ only in case, white space and invisible characters."""
    text = composed(text)
    return " ".join(text.split()).casefold()


def fits(glob: str, name: str) -> bool:
    """Whether a name fits a pattern in which `*` is any text; names are compared as `plain` has them."""
    return wild_match(plain(glob), plain(name))


def wild_match(glob: str, name: str, *, one: bool = False) -> bool:
    """Whether a text fits a pattern in which `*` is any text and, with `one`, `?` is any one character.

    The time grows with the product of their lengths, whatever they are.
    """
    from fnmatch import fnmatchcase

    glob = glob.replace("[", "[[]")
    return fnmatchcase(name, glob if one else glob.replace("?", "[?]"))


def normal(text: str) -> str:
    """Text in the form (NFKC) in which equivalent characters are equal."""
    return _in_pieces("NFKC", text)


def _in_pieces(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Text in a form of Unicode. The time can grow with the square of the length: a very long text is cut in pieces."""
    if len(text) <= LONGEST_NAME:
        return unicodedata.normalize(form, text)
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return "".join(unicodedata.normalize(form, piece) for piece in pieces)


def without_notes(text: str) -> str:
    """A header or the name of a sheet without the marks of notes at its end, such as [note 1]."""
    text = text.rstrip()
    while text.endswith("]") and (start := text.rfind("[")) > 0 and _NOTE.fullmatch(text, start):
        text = text[:start].rstrip()
    return text


def sheet_key(name: str) -> str:
    """The form in which names of sheets are compared: folded, without the marks of notes."""
    return fold(without_notes(name))


def wanted_sheets(names: Iterable[str], marking: str) -> list[str]:
    """The keys for `is_wanted`: sheets of these names, and sheets that could be meant by the name `marking`."""
    return [*map(sheet_key, names), *(f"*{word}" for word in marking_words(marking))]


def is_wanted(name: str, wanted: Collection[str]) -> bool:
    """Whether a sheet is wanted; the key *panel matches all sheets with panel in their name."""
    key = sheet_key(name)
    return key in wanted or any(one[1:] in key for one in wanted if one[:1] == "*")


def marking_words(name: str) -> list[str]:
    """The longer words of a sheet's name, in the singular; another sheet with one of them could be the same sheet."""
    folded = (fold(word).rstrip("s") for word in name.split())
    return [word for word in folded if len(word) >= _MARKING]


@lru_cache(maxsize=2_000)  # workbooks share their headers and texts
def label(text: str) -> str:
    """The form in which headers are compared: folded, & read as and, and without punctuation except in an id."""
    return _STRAY_STOP.sub("", _PUNCTUATION.sub("", fold(without_notes(text).replace("&", "and"))))


def seen_as(text: str) -> str:
    """The form in which two texts that look the same are equal, such as ids.

    Case, surrounding white space and invisible characters are removed. Full-width characters, accents in one character
    or two, and letters of other alphabets that look like Latin ones are written the same way.
    """
    if not text.isascii() and len(text) <= _LONG:
        text = _NO_INK.sub("", unicodedata.normalize("NFKC", text))
        if not text.isprintable():
            text = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = text.casefold().translate(_LOOK_ALIKES)
    return " ".join(text.casefold().split())


def all_seen_as(texts: Sequence[str]) -> list[str]:
    """Each of many texts as `seen_as` gives it."""
    return [*map(str.casefold if are_plain(texts) else seen_as, texts)]


def are_plain(texts: Sequence[str]) -> bool:
    """Whether all texts are words of printable ASCII with single spaces between them, as most ids are: found fast."""
    lines = "\n".join(["", *texts, ""])
    return (
        lines.isascii()
        and lines.count("\n") == len(texts) + 1
        and lines.replace("\n", "").isprintable()
        and not any(spaces in lines for spaces in ("  ", " \n", "\n "))
    )


def alike(name: str, other: str) -> bool:
    """Whether two names look the same, differ in case and spaces only, or in the spelling of a word."""
    if label(name) == label(other) or seen_as(name) == seen_as(other):
        return True
    words, others = name.casefold().split(), other.casefold().split()
    return len(words) == len(others) and all(map(_alike_words, words, others))


def _alike_words(word: str, other: str) -> bool:
    """Whether two words are the same but for a letter: 'Esex' and 'Essex', but not 'North' and 'South'."""
    if word == other:
        return True
    # 'Area 1' and 'Area 2' are two PDUs
    if (
        any(map(str.isdigit, word + other))
        or abs(len(word) - len(other)) > 1
        or min(len(word), len(other)) <= _SHORT_WORD
    ):
        return False
    from difflib import SequenceMatcher

    same = sum(block.size for block in SequenceMatcher(None, word, other, autojunk=False).get_matching_blocks())
    # a letter too many is one odd letter, a letter in place of another makes two
    odd = len(word) + len(other) - 2 * same
    return odd <= (1 if min(len(word), len(other)) < _LONG_WORD else 2)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt or shortened one probably means, by letters and digits; None if none is near."""
    from difflib import SequenceMatcher

    typed = _characters(name)
    if not 0 < len(typed) <= LONGEST_NAME:
        return None
    known = list(known)
    begun = [one for one in known if _characters(one).startswith(typed)]
    if len(begun) == 1 and len(typed) >= _SHORT_WORD:
        return begun[0]
    matcher = SequenceMatcher(None, "", typed, autojunk=False)
    best, found = (_NEAR, False), None
    for one in known:
        matcher.set_seq1(characters := _characters(one))
        if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
            # PR340 is rather PR304, the same characters, than another code that shares as many in their order
            score = (matcher.ratio(), sorted(characters) == sorted(typed))
            if score > best or (found is None and score == best):
                best, found = score, one
    return found


def _characters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def as_known(name: str, known: Iterable[str]) -> str:
    """The known name with the same label, or the name unchanged."""
    return next((one for one in known if label(one) == label(name)), name)


def labels(known_id: str, text: str, *, bare: bool = True) -> frozenset[str]:
    """The labels of a question or standard: its id, its text, or both.

    If `bare`, the id may also be written without its letters.
    """
    ids = {label(known_id), label(known_id.lstrip(ascii_letters) if bare else known_id)}
    words = label(text)
    return frozenset(ids | {words} | {one + words for one in ids} | {words + one for one in ids})


def file_stem(text: str) -> str:
    """A file name without a suffix that is valid on every system."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in text).lower().split()
    stem = "-".join(words)[:80] or "region"
    return f"region-{stem}" if _DEVICE.fullmatch(stem) else stem


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
