"""The columns that a sheet is searched for, and the search for the row that heads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..names import label
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..reading.workbook import Column, Sheet


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that is looked for: its name, the labels of the headers that stand for it, and what needs it.

    `standards` are those that cannot be rated without the column; none can depend on one that is not `rated`. `answers`
    are the spellings, in lower case, that a question's cells may have, `values` the labels of what another column's
    cells may have, if only that. The `key` names the entries of the table, as the ids of cases do.
    """

    name: str
    labels: frozenset[str]
    required: bool = False
    standards: tuple[str, ...] = ()
    text: str | None = None
    rated: bool = True
    answers: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    key: bool = False


def heading(
    name: str, *, required: bool = False, standards: Sequence[str] = (), values: Iterable[str] = (), key: bool = False
) -> Heading:
    """A column that is looked for by its name alone; `values` are those that it may have, if only those."""
    known = frozenset(map(label, values))
    return Heading(name, frozenset({label(name)}), required, tuple(standards), values=known, key=key)


def find_header(sheet: Sheet, headings: Sequence[Heading]) -> tuple[int, dict[str, list[Column]]]:
    """The place of the header row and, by name, the columns that it heads.

    It is the first row with two of the headers, one of them required (a title may name others), or else the first with
    two, or else the first with one. A later row with more of them is never preferred: the rows between would be lost
    in silence, but a second header among the cases is reported.
    """
    names = {one_label: one.name for one in headings for one_label in one.labels}
    required = {one.name for one in headings if one.required}
    best = 0
    header: tuple[int, dict[str, list[Column]]] = (0, {})
    for position in range(min(sheet.rows, HEADER_WITHIN)):
        found: dict[str, list[Column]] = {}
        for column in sheet.columns:
            text = column.text(position)
            name = names.get(label(text)) if len(text) <= LONGEST_HEADER else None
            if name is not None:
                found.setdefault(name, []).append(column)
        rank = min(len(found), 2) + (len(found) > 1 and not required.isdisjoint(found))
        if rank > best:
            best, header = rank, (position, found)
        if best == (3 if required else 2):
            break
    return header


def header_in_two_rows(
    sheet: Sheet, header: int, headings: Sequence[Heading], found: Mapping[str, Sequence[Column]]
) -> int | None:
    """The second row (its place in the sheet) of a header that is spread over two; None where the header is one row.

    That is the next row, or the one before, where it has headers that the header row lacks: by itself, or read
    together with the header row (R2.1 above 1, 2 and 3). A header that nothing depends on counts only above or below a
    blank cell of the header row.
    """
    wanted = {one_label: one for one in headings if one.name not in found for one_label in one.labels}
    required = [one for one in headings if one.required and one.name not in found]
    used = {column.number for columns in found.values() for column in columns}
    for second in (header + 1, header - 1):
        if not wanted or not 0 <= second < sheet.rows:
            continue
        above = ""
        names: set[str] = set()
        for column in sheet.columns:
            if column.number in used:
                above = ""
                continue
            here = column.text(header)
            upper, lower = (column.text(place) for place in sorted((header, second)))
            above = upper or above
            tried = [column.text(second)]
            tried += [f"{above}{lower}", f"{above}.{lower}"] if above and lower else []
            meant = [wanted[label(text)] for text in tried if text and label(text) in wanted]
            heads = not here and any(column.texts[code] for code in np.unique(column.codes[max(header, second) + 1 :]))
            names |= {one.name for one in meant if one.required or heads}
        optional = bool(names) and not required
        if optional or len(names & {one.name for one in required}) >= min(2, len(required)) > 0:
            return second
    return None
