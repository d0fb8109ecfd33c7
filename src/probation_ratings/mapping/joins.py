"""Puts the parts of a joined column together; two tuples of parts never become one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import seen_as
from ..reading.workbook import Broken, Column, Reported, as_text
from .columns import holding
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..reading.workbook import Cell
    from .model import Origin
    from .parts import Part, Rows

_APART = " | "
"""Between the parts of an id that would otherwise read like another one."""


class Identities:
    """The ids of one sheet of the rules that were joined, from all sources, by how they look."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, ...]] = {}

    def text(self, parts: tuple[str, ...], seen: tuple[str, ...], joined: str) -> str:
        """The joined text, or one that shows where a part ends where another tuple of parts has that already."""
        same = self._first.setdefault(seen_as(joined), seen)
        return joined if same == seen else _APART.join(parts)


def join(
    part: Part, name: str, origin: Origin, columns: Sequence[Column], *, rows: Rows, identities: Identities | None
) -> tuple[Column, list[p.Problem]]:
    """The column of the texts of several columns, in these rows.

    A row with a blank part is a problem, unless all are blank. An error in a part is one of the whole.
    """
    import numpy as np

    keys = np.zeros(int(rows.sum()), dtype=np.int64)
    for column in columns:
        # numbered anew for each part, so that no product of many parts grows too large
        _, keys = np.unique(keys * len(column.values) + column.codes[rows], return_inverse=True)
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    chosen = np.flatnonzero(rows)[first]
    parts = [(column.values, column.texts, column.codes[chosen].tolist()) for column in columns]
    separator = getattr(origin.value, "separator", " ")
    values: list[Cell] = [""]
    incomplete = []
    seen = [list(map(seen_as, texts)) if identities is not None else [] for _, texts, _ in parts]
    for entry, codes in enumerate(zip(*(codes for *_, codes in parts), strict=True), start=1):
        texts = tuple(one[1][code] for one, code in zip(parts, codes, strict=True))
        broken = next((one[0][code] for one, code in zip(parts, codes, strict=True) if _is_broken(one[0][code])), None)
        if broken is not None:
            values.append(broken)
        elif all(texts):
            text = separator.join(texts)
            if identities is not None:
                same = tuple(one[code] for one, code in zip(seen, codes, strict=True))
                text = identities.text(texts, same, text)
            values.append(text)
        elif any(texts):
            incomplete.append(entry)
            values.append(Reported(separator.join(filter(None, texts))))
        else:
            values.append("")
    codes_of_all = np.zeros(len(rows), dtype=np.uint32)
    codes_of_all[rows] = places + 1
    number = next((one.number for one in columns), 1)
    joined = Column(number, values, list(map(as_text, values)), codes_of_all, columns[0].rows if columns else None)
    return joined, [_blank_parts(part, name, origin, columns, holding(joined, incomplete))] if incomplete else []


def _is_broken(value: Cell) -> bool:
    return isinstance(value, Broken)


def _blank_parts(part: Part, name: str, origin: Origin, columns: Sequence[Column], rows: Rows) -> p.Problem:
    blank = [(one, rows & holding(one, [place for place, text in enumerate(one.texts) if not text])) for one in columns]
    cells = part.cells(blank)
    facts: dict[str, Any] = {"count": p.counted(int(rows.sum()), "row"), "name": name, "where": where(origin.line)}
    return part.found(p.JOIN_PART_BLANK, cells, **facts)
