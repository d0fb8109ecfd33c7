"""Puts the parts of a joined column together; two tuples of parts never become one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import seen_as
from ..reading.workbook import Broken, Column, Reported, as_text
from .columns import filled, holding
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ..reading.workbook import Cell
    from .columns import Rows
    from .model import Origin
    from .parts import Part

    Codes = npt.NDArray[np.uint32]

_APART = " | "
"""Between the parts of an id that would otherwise read like another one."""


class Identities:
    """The ids of one sheet of the rules that were joined, from all sources, by how they look."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, ...]] = {}

    def texts(self, parts: Sequence[tuple[str, ...]], seen: Sequence[tuple[str, ...]], joined: list[str]) -> list[str]:
        """The joined texts; where another tuple of parts looks the same, one that shows where a part ends.

        `seen` are the parts as they look (see `names.seen_as`).
        """
        first = [self._first.setdefault(seen_as(text), one) == one for text, one in zip(joined, seen, strict=True)]
        return [text if same else _APART.join(one) for text, one, same in zip(joined, parts, first, strict=True)]


def join(
    part: Part,
    name: str,
    origin: Origin,
    columns: Sequence[Column],
    *,
    separator: str,
    rows: Rows,
    as_id: bool,
) -> tuple[Column, list[p.Problem]]:
    """The column of the texts of several columns, in these rows, with a separator between them.

    A row with a blank part is a problem, unless all are blank. An error in a part is one of the whole. What is `as_id`
    never reads like another tuple of parts.
    """
    _, keys = np.unique(columns[0].codes[rows], return_inverse=True)
    for column in columns[1:]:
        # numbered anew for each part, so that no product of many parts grows too large
        _, keys = np.unique(keys * len(column.values) + column.codes[rows], return_inverse=True)
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    chosen = np.flatnonzero(rows)[first]
    codes = [column.codes[chosen] for column in columns]
    tuples = _tuples([column.texts for column in columns], codes)
    joined = [as_text(separator.join(one)) for one in tuples]
    if as_id:
        seen = _tuples([list(map(seen_as, column.texts)) for column in columns], codes)
        joined = part.identities.texts(tuples, seen, joined)
    values: list[Cell] = ["", *joined]
    texts = ["", *joined]
    incomplete = []
    without_text = [np.array([not word for word in one.words])[code] for one, code in zip(columns, codes, strict=True)]
    for entry in np.flatnonzero(np.logical_or.reduce(without_text)).tolist():
        parts = [one.values[code[entry]] for one, code in zip(columns, codes, strict=True)]
        broken = next((value for value in parts if isinstance(value, Broken)), None)
        some = [text for text in tuples[entry] if text]
        if broken is None and some:
            incomplete.append(entry + 1)
        values[entry + 1] = broken if broken is not None else Reported(separator.join(some)) if some else ""
        texts[entry + 1] = as_text(values[entry + 1])
    codes_of_all = np.zeros(len(rows), dtype=np.uint32)
    codes_of_all[rows] = places + 1
    made = Column(columns[0].number, values, texts, codes_of_all, columns[0].rows)
    if not incomplete:
        return made, []
    odd = holding(made, incomplete)
    cells = part.cells((one, odd & ~filled(one)) for one in columns)
    facts: dict[str, Any] = {"count": p.counted(int(odd.sum()), "row"), "name": name, "where": where(origin.line)}
    return made, [part.found(p.JOIN_PART_BLANK, cells, **facts)]


def _tuples(texts: Sequence[Sequence[str]], codes: Sequence[Codes]) -> list[tuple[str, ...]]:
    """The texts of each row, part by part."""
    return list(
        zip(*([own[code] for code in one.tolist()] for own, one in zip(texts, codes, strict=True)), strict=True)
    )
