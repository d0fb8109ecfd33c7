"""Reads the ids of a case sheet, and finds those that are missing or name more than one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import all_seen_as, fold
from ..reading.workbook import Broken
from .tables import problems_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from ..rulebook.sheet_model import CaseSheet
    from .tables import Table

RESTARTED = 3
"""From so many ids on that appear in several PDUs, each PDU numbers its cases on its own."""


def case_ids(table: Table, sheet: CaseSheet) -> npt.NDArray[np.object_]:
    """The id of every case as text; '' where there is none, or an error."""
    if sheet.id_column not in table.columns:
        return np.full(len(table.rows), "", dtype=object)
    column = table.columns[sheet.id_column]
    return np.array(column.words, dtype=object)[column.codes]


def check_ids(
    table: Table, sheet: CaseSheet, standards: tuple[str, ...], mine: npt.NDArray[np.bool_]
) -> Iterator[p.Problem]:
    """The ids that are missing, or name more than one case, of those that are `mine`.

    Two ids that look the same are the same id (see `names.seen_as`). `standards` are those that are rated from the
    sheet.
    """
    name = sheet.id_column
    if name not in table.columns:
        return
    column, ids = table.columns[name], case_ids(table, sheet)
    known = _numbers(all_seen_as(column.texts))
    blank = (known[column.codes] == 0) & mine
    facts: dict[str, Any] = {"name": name, "standards": standards}
    yield from problems_at(p.ID_MISSING, table, [(one, name) for one in np.flatnonzero(blank).tolist()], **facts)
    if column.has_broken:  # an error is not an id, and is reported as an error
        known[[isinstance(value, Broken) for value in column.values]] = 0
    numbers = known[column.codes]
    of_pdus = table.columns.get(sheet.pdu_column or "")
    pdus = numbers * 0 if of_pdus is None else _numbers([*map(fold, of_pdus.texts)])[of_pdus.codes]
    twice, apart = _repeated(numbers, pdus, mine)

    def as_one(kind: p.Kind, groups: list[list[int]]) -> Iterator[p.Problem]:
        """One problem with all ids of which there are several."""
        positions = sorted({position for same in groups for position in same})
        words = dict.fromkeys(p.printable(ids[position]) for position in positions)
        counts: dict[str, Any] = {
            "files": p.counted(_in_files(table, positions), "file"),
            "pdus": p.counted(len(set(pdus[positions])), "PDU"),
            "rows": p.counted(len(positions), "row"),
            "found": p.private(p.few([p.quoted(one) for one in words])),
        }
        return problems_at(kind, table, [(position, name) for position in positions], ids, **facts, **counts)

    across = [positions for positions in (*twice, *apart) if _in_files(table, positions) > 1]
    if len(across) >= RESTARTED:
        yield from as_one(p.IDS_IN_TWO_FILES, across)
        twice, apart = ([one for one in groups if one not in across] for groups in (twice, apart))
    if len(apart) >= RESTARTED:
        yield from as_one(p.IDS_RESTARTED, apart)
        apart = []
    for kind, groups in ((p.ID_TWICE, twice), (p.ID_IN_TWO_PDUS, apart)):
        alike: dict[str, list[int]] = {}
        single: set[str] = set()
        for positions in groups:
            words = [p.spelt(word) for word in dict.fromkeys(ids[positions])]
            alike.setdefault(p.few(words), []).extend(positions)
            single |= set(words) if len(words) == 1 else set()
        for found, positions in p.at_most(alike, "other ids").items():
            places = [(position, name) for position in positions]
            shown: dict[str, Any] = {"found": p.private(found), "verb": "appears" if found in single else "appear"}
            yield from problems_at(kind, table, places, ids, together=True, **shown, **facts)


def _in_files(table: Table, positions: list[int]) -> int:
    """The number of sheets that entries are in."""
    return 1 if table.part_of is None else len(np.unique(table.part_of[positions]))


def _numbers(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """A number for each text, the same for equal ones; 0 for the empty one."""
    if len(set(texts)) == len(texts):  # as ids should be
        found = np.arange(1, len(texts) + 1)
        if "" in texts:
            found[texts.index("")] = 0
        return found
    numbers = {text: number for number, text in enumerate(dict.fromkeys(["", *texts]))}
    return np.array([numbers[text] for text in texts], dtype=np.int64)


def _repeated(
    numbers: npt.NDArray[np.int64], pdus: npt.NDArray[np.int64], mine: npt.NDArray[np.bool_]
) -> tuple[list[list[int]], list[list[int]]]:
    """The entries whose id is there more than once: of each id those of one PDU, and those of several PDUs.

    The ids are given by number. 0 is none, and is left out. So are ids, and PDUs, without an entry that is `mine`.
    """
    repeated = np.flatnonzero((np.bincount(numbers)[numbers] > 1) & (numbers != 0)).tolist()
    twice, apart = [], []
    for positions in p.grouped((int(numbers[position]), position) for position in repeated).values():
        if not mine[positions].any():
            continue
        by_pdu = p.grouped((int(pdus[position]), position) for position in positions)
        twice += [same for same in by_pdu.values() if len(same) > 1 and mine[same].any()]
        if len(by_pdu) > 1:
            apart.append(positions)
    return twice, apart
