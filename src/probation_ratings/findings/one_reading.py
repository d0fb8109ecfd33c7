"""Reads a date that was written as text, if it can be read in one way only."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

_TIME = re.compile(r"[ T]00:00(:00)?$")
_SEPARATORS = r"[ ./-]{1,2}"
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_DAY_IN_WORDS = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?{_SEPARATORS}([a-z]{{3,9}})\.?,?{_SEPARATORS}(\d{{4}})")
_MONTH_IN_WORDS = re.compile(rf"([a-z]{{3,9}})\.?{_SEPARATORS}(\d{{1,2}})(?:st|nd|rd|th)?,?{_SEPARATORS}(\d{{4}})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_LONGEST = 40
_SHORTENED = 3
_YEARS = range(1900, 2100)


def one_reading(text: str) -> date | None:
    """The day that a text means, such as 14/08/2023 or 14 August 2023; None if it means none or may mean two.

    03/04/2023 may be in March or in April. Years have four digits.
    """
    if len(text) > _LONGEST:
        return None
    text = _TIME.sub("", text.casefold().strip())
    found: set[date] = set()
    if match := _YEAR_FIRST.fullmatch(text):
        found = _days(match[1], [(match[2], match[3])])
    elif match := _YEAR_LAST.fullmatch(text):
        found = _days(match[3], [(match[2], match[1]), (match[1], match[2])])
    elif match := _DAY_IN_WORDS.fullmatch(text):
        found = _days(match[3], [(month, match[1]) for month in _months(match[2])])
    elif match := _MONTH_IN_WORDS.fullmatch(text):
        found = _days(match[3], [(month, match[2]) for month in _months(match[1])])
    return found.pop() if len(found) == 1 else None


def _months(word: str) -> list[str]:
    """The months that a word means: its name, or its first three letters, or Sept."""
    known = [number for number, name in enumerate(_MONTHS, start=1) if word in {name, name[:_SHORTENED]}]
    return [str(number) for number in known] or (["9"] if word == "sept" else [])


def _days(year: str, readings: list[tuple[str, str]]) -> set[date]:
    found = set()
    for month, day in readings:
        with suppress(ValueError):
            found.add(date(int(year), int(month), int(day)))
    return {one for one in found if one.year in _YEARS}
