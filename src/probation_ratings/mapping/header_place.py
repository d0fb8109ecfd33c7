"""Finds the row with the headers of an export, whatever its headers are.

A row of data that is taken for headers would be shown, and could be personal: so a row must not look like data at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..names import LONGEST_NAME, label, plain
from ..reading.extract import HEADER_WITHIN
from ..reading.workbook import Broken

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..reading.workbook import Column, Sheet

NUMBER = re.compile(r"[-+]?[0-9]{1,15}([.,][0-9]{1,15})?%?")
DIGIT = re.compile("[0-9]")
DATE = re.compile(
    "(?P<first>[0-9]{4}|[0-9]{1,2})(?P<separator>[-/. ])[0-9A-Za-z]{1,9}(?P=separator)(?:[0-9]{4}|[0-9]{1,2})"
    "(?P<time> [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
"""The shape of a date."""
DAY_DIGITS = 2
_YEAR = re.compile("[0-9]{4}")
HEADER_COLUMNS = 1_000
"""So many columns are looked at for the header."""


def header_place(sheet: Sheet, answers: Collection[str]) -> int | None:
    """The place of the row with the headers: most texts that are not values, and that are nowhere else in their column.

    A row with a text that its column has again, or that is written as the one beside it (C001 and C002), is data: it
    could be personal.
    """
    columns = [one for one in sheet.columns[:HEADER_COLUMNS] if any(one.texts)]
    height = min(sheet.rows, HEADER_WITHIN)
    if not columns:
        return None
    heads = []
    data = np.zeros(height, dtype=bool)
    for column in columns:
        top = column.codes[:height]
        codes = top.tolist()
        shapes = {
            code: _shape(column.texts[code]) if _is_head(column, code, answers) else None
            for code in dict.fromkeys(codes)
        }
        labels = np.array([shapes[code] is not None for code in codes])
        written = np.array([shapes[code] or "" for code in codes])
        same = (written[:-1] == written[1:]) & (written[1:] != "")
        alike = np.append(same, False) | np.append(False, same)
        heads.append(labels)
        data |= labels & ((np.bincount(column.codes)[top] > 1) | alike)
    scores = np.sum(heads, axis=0).tolist()
    rows = [row for row in range(height) if 2 * scores[row] >= len(columns)]
    rows = [row for row in rows if not data[row] or _is_repeated(columns, row)]
    return max(rows, key=lambda row: (scores[row], -row), default=None)


def _shape(text: str) -> str:
    """How a text with a digit is written: the same for C001 and D407; '' for any other."""
    if not DIGIT.search(text):
        return ""
    return "".join(str(int(char.isdigit())) if char.isalnum() else char for char in text)


def _is_head(column: Column, code: int, answers: Collection[str]) -> bool:
    """Whether a cell could be a header: short text, and not a number, a date or an answer."""
    value, text = column.values[code], column.texts[code]
    if not isinstance(value, str) or isinstance(value, Broken) or not text or len(text) > LONGEST_NAME:
        return False
    is_date = DATE.fullmatch(text) and _YEAR.search(text)  # without a year, 2.1.1 is the id of a question
    return not (NUMBER.fullmatch(text) or plain(text) in answers or is_date) and bool(label(text))


def _is_repeated(columns: Sequence[Column], row: int) -> bool:
    """Whether the whole row is there again below, as on each page of a report."""
    return bool(np.all([one.codes[row + 1 :] == one.codes[row] for one in columns], axis=0).any())
