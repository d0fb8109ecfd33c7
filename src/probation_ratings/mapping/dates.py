"""Reads text as dates by the formats of a mapping file."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from .. import problems as p
from ..reading.workbook import Broken, Reported, day
from .columns import live, rewritten
from .parts import where
from .patterns import EXCEL_SERIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..reading.workbook import Cell, Column
    from .model import Origin
    from .parts import Part

ISO = "%Y-%m-%d"
_DAY_0 = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
"""The day before the first, where days are counted from 1900 or from 1904. Excel counts a 29 February 1900."""
_FEBRUARY_1900 = 60
_LAST = 2_958_465
"""The number of 31 December 9999."""

_RUN_TOGETHER = re.compile("(%[dmYHIMSf]){2}")
"""Numbers with nothing between them: as %d%m%Y, 5062024 is 5 June, but 1112024 could be 1 November or 11 January."""


def dates_of(text: str, formats: Sequence[str], *, date_1904: bool) -> set[date]:
    """The days as which a text can be read by any of the formats."""
    found: set[date] = set()
    for one in formats:
        if one == EXCEL_SERIAL:
            found |= _serial(text, date_1904=date_1904)
            continue
        with suppress(ValueError):
            moment = datetime.strptime(text, one)  # noqa: DTZ007 - a day has no time zone
            if not _RUN_TOGETHER.search(one) or moment.strftime(one) in {text, f"0{text}"}:
                found.add(moment.date())
    return found


def _serial(text: str, *, date_1904: bool) -> set[date]:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LAST)):
        return set()
    number = int(text)
    if number > _LAST - 1462 * date_1904 or number < (not date_1904) or (number == _FEBRUARY_1900 and not date_1904):
        return set()
    early = not date_1904 and number < _FEBRUARY_1900
    return {_DAY_0[date_1904] + timedelta(days=number + early)}


def read_dates(part: Part, name: str, origin: Origin, column: Column) -> tuple[Column, list[p.Problem]]:
    """The column with dates in place of the texts that are dates; without a format of its own they are YYYY-MM-DD."""
    formats = origin.dates or (ISO,)
    values: list[Cell] = [""]
    odd: dict[p.Kind, list[int]] = {}
    for place in live(column):
        value, text = column.values[place], column.texts[place]
        if isinstance(value, (Broken, date)) or not text:
            values.append(day(value) or value)
            continue
        found = dates_of(text, formats, date_1904=part.workbook.date_1904)
        if len(found) == 1:
            values.append(found.pop())
            continue
        odd.setdefault(p.DATE_AMBIGUOUS if found else p.DATE_NOT_READ, []).append(place)
        values.append(Reported(text))
    how = f"by date_format in {where(origin.line)}" if origin.dates else "such as 2024-06-03"
    facts = {"name": name, "how": how, "where": where(origin.line)}
    return rewritten(column, values), [part.odd_values(kind, column, places, **facts) for kind, places in odd.items()]
