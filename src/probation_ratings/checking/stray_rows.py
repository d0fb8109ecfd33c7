"""Finds the rows of a table that are no case: totals, repeated headers, remarks, and tables of another kind below.

Such a row is reported once, as a row, and its cells are not judged one by one. It is never left out in silence: each
report is an error. So the criteria may be cautious: a row with an allowed answer is always a case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import fold, label
from ..reading.workbook import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ..reading.workbook import Cell, Column, Sheet
    from .tables import Heading

    Rows = npt.NDArray[np.bool_]

SHOWN = 10
"""How many places are named in a message."""
_TOTAL = re.compile(
    r"(grand|sub|overall)?(totals?|sum|count|average|mean|overall|all)(cases|pdus|rows|regions|answers|reports)?"
    r"[:=.]?(\(?\d{1,7}\)?)?%?"
)
_REMARK = re.compile(r"(sources?|notes?|footnotes?|remarks?|n\.?b\.?)\b[\s\d]*[:.]|[*†‡]|\[notes? ?\d|©", re.IGNORECASE)
_PIVOT = re.compile(r"(row|column) labels|(count|sum|average|max|min) of \S.*", re.IGNORECASE)
_FIGURE = re.compile(r"[-+]?[\d.,\s]+%?|\d+\s*(/|of)\s*\d+")
_IMPORT_ID = '{"importid"'
_PROSE_WORDS = 4
"""From so many words on, a text alone in its row is a remark, and a text for an answer is a header."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Numbers of rows, joined where they follow each other."""

    numbers: list[int]

    def __str__(self) -> str:
        """Such as '5, 9 to 12 and 20', and never without end."""
        spans = [f"{first}" if first == last else f"{first} to {last}" for first, last in self._joined()]
        return p.listed(first_few(spans))

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
    return places if len(places) <= SHOWN else [*places[: SHOWN - 1], f"{len(places) - SHOWN + 1} more places"]


def stray_rows(
    sheet: Sheet, columns: Mapping[str, Column], headings: Sequence[Heading], filled: Rows
) -> Iterator[tuple[p.Kind, Rows]]:
    """The kinds of rows below a header that are no case, with the rows (among those below the header) of each kind.

    `columns` are the known ones, with the cells below the header; `filled` are the rows that have a value in one.
    """
    import numpy as np

    known = {one.name: one for one in headings if one.name in columns}
    questions = [name for name, one in known.items() if one.answers]
    others = [name for name in known if name not in questions and known[name].rated]

    def rows(name: str, holds: Callable[[Cell, str], bool]) -> Rows:
        column = columns[name]
        return np.array([holds(*one) for one in zip(column.values, column.texts, strict=True)], dtype=bool)[
            column.codes
        ]

    def count(names: Sequence[str], holds: Callable[[Cell, str], bool]) -> npt.NDArray[np.int64]:
        return sum((rows(name, holds).astype(np.int64) for name in names), np.zeros(len(filled), dtype=np.int64))

    answered = count(questions, lambda value, text: _is_answer(value, text, known[questions[0]].answers)) > 0
    left = filled & ~answered
    if not left.any():
        return
    whole = _below(sheet, len(filled))
    headers = sum((rows(name, _heads(one)).astype(np.int64) for name, one in known.items()), np.zeros(len(filled), int))
    found = left & (headers >= min(2, len(known)))
    if questions:
        found |= left & _survey_headers(left, count(questions, _is_prose), count(questions, _is_text), whole)
    if found.any():
        yield p.HEADER_REPEATED, found
    left &= ~found
    texts = count(others, lambda _, text: text != "")
    if questions:
        total = count(others, _is_total) > 0
        asked = count(questions, _is_text)
        total |= (
            (rows(others[0], _is_blank) if others else True) & (asked > 0) & (count(questions, _is_figure) == asked)
        )
        if (found := left & total).any():
            yield p.TOTAL_ROW, found
        left &= ~found
        pivot = left & (count([*others, *questions], _is_pivot) > 0)
        if pivot.any():
            found = left & (np.arange(len(filled)) >= int(np.flatnonzero(pivot)[0]))
            yield p.OTHER_TABLE, found
            left &= ~found
    alone = left & (texts == 1) & (_filled_cells(whole) == 1)
    remark = count(others, _is_note if not questions else _is_remark) > 0
    if (found := alone & remark).any():
        yield p.REMARK_AMONG_ROWS, found


def _below(sheet: Sheet, rows: int) -> list[tuple[Column, npt.NDArray[np.uint32]]]:
    """All columns of a sheet with the cells of its last so many rows."""
    return [(column, column.codes[len(column.codes) - rows :]) for column in sheet.columns]


def _filled_cells(whole: list[tuple[Column, npt.NDArray[np.uint32]]]) -> npt.NDArray[np.int64]:
    """How many cells of each row have a value, in any column."""
    import numpy as np

    cells = (np.array([text != "" for text in column.texts], dtype=np.int64)[codes] for column, codes in whole)
    return sum(cells, np.zeros(len(whole[0][1]), dtype=np.int64))


def _survey_headers(
    left: Rows,
    prose: npt.NDArray[np.int64],
    texts: npt.NDArray[np.int64],
    whole: list[tuple[Column, npt.NDArray[np.uint32]]],
) -> Rows:
    """Rows right below the header that survey tools write as further headers: question texts, and import ids."""
    import numpy as np

    at_top = np.cumprod(left).astype(bool)
    imported = np.zeros(len(left), dtype=bool)
    for column, codes in whole:
        imported |= np.array([text.casefold().startswith(_IMPORT_ID) for text in column.texts], dtype=bool)[codes]
    found = at_top & imported
    if found.any():
        return at_top & (np.arange(len(left)) <= int(np.flatnonzero(found)[-1]))
    return np.cumprod(left & (prose > 1) & (2 * prose >= texts)).astype(bool)


def _heads(heading: Heading) -> Callable[[Cell, str], bool]:
    return lambda _, text: text != "" and label(text) in heading.labels


def _is_answer(value: Cell, text: str, answers: frozenset[str]) -> bool:
    return not isinstance(value, Broken) and text.casefold() in answers


def _is_blank(_: Cell, text: str) -> bool:
    return text == ""


def _is_text(_: Cell, text: str) -> bool:
    return text != ""


def _is_prose(value: Cell, text: str) -> bool:
    return isinstance(value, str) and len(text.split()) >= _PROSE_WORDS


def _is_figure(value: Cell, text: str) -> bool:
    """Whether a cell holds what totals are made of: a number, a share, or a formula without a usable value."""
    if isinstance(value, bool):
        return False
    return isinstance(value, (Broken, float)) or (text != "" and _FIGURE.fullmatch(text[:100]) is not None)


def _is_total(value: Cell, text: str) -> bool:
    return isinstance(value, str) and len(text) <= 60 and _TOTAL.fullmatch(fold(text)) is not None  # noqa: PLR2004


def _is_pivot(value: Cell, text: str) -> bool:
    return isinstance(value, str) and _PIVOT.fullmatch(text[:200]) is not None


def _is_note(value: Cell, text: str) -> bool:
    return isinstance(value, str) and _REMARK.match(text) is not None


def _is_remark(value: Cell, text: str) -> bool:
    return _is_note(value, text) or _is_prose(value, text)


def header_in_two_rows(
    sheet: Sheet, header: int, headings: Sequence[Heading], found: Mapping[str, object]
) -> int | None:
    """The second row (its place in the sheet) of a header that is spread over two; None where the header is one row.

    That is the next or the last row before, where it has two or more of the headers that the header row lacks, by
    itself or read together with the header row (R2.1 above 1, 2 and 3).
    """
    missing = [one for one in headings if one.required and one.name not in found]
    wanted = {one_label: one.name for one in missing for one_label in one.labels}
    for second in (header + 1, header - 1):
        if not missing or not 0 <= second < sheet.rows:
            continue
        above = ""
        names: set[str] = set()
        for column in sheet.columns:
            upper, lower = (column.texts[column.codes[place]] for place in sorted((header, second)))
            above = upper or above
            tried = (column.texts[column.codes[second]], f"{above}{lower}", f"{above}.{lower}", f"{above} {lower}")
            names |= {wanted[label(text)] for text in tried if text and label(text) in wanted}
        if len(names) >= min(2, len(missing)):
            return second
    return None
