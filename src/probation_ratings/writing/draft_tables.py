"""Puts the sheets of described files together that one entry of a mapping file can read: their headers are the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from ..mapping.description import ColumnCells, with_answers
from ..mapping.recognition import match
from ..names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..mapping.described import DescribedFile, DescribedSheet
    from ..mapping.description import ColumnLook, SheetLook
    from ..mapping.recognition import Recognised
    from ..mapping.vocabulary import RulesSheet

Key: TypeAlias = "tuple[str, int]"
"""What a column is named by: its header, or by its number as well where the header is blank, odd or there twice."""
LONGEST_HEADER = 200
"""A column with a longer header is named by its letter."""


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One sheet of a file, and the columns in it by what they are named by."""

    file: DescribedFile
    sheet: DescribedSheet
    keys: dict[Key, ColumnLook]

    @classmethod
    def of(cls, file: DescribedFile, sheet: DescribedSheet) -> DraftPart:
        """The sheet of a file."""
        headers = Counter(plain(one.header) for one in sheet.look.columns)
        return cls(file, sheet, {_key(one, headers): one for one in sheet.look.columns})


@dataclass(frozen=True, slots=True)
class Group:
    """Sheets that have the same columns and fill one sheet of the rules, as if they were one.

    `columns` are those that all of them have, with what is in them together, `found` what they are by the rules.
    `restarted` are the columns that have ids in each sheet, which are there again in another one.
    """

    target: RulesSheet
    certain: bool
    parts: tuple[DraftPart, ...]
    columns: dict[Key, ColumnLook]
    found: Recognised
    restarted: tuple[ColumnLook, ...]

    def key(self, look: ColumnLook) -> Key:
        """What a column is named by."""
        return next(key for key, one in self.columns.items() if one is look)

    @property
    def look(self) -> SheetLook:
        """The first of its sheets."""
        return self.parts[0].sheet.look


def groups_of(files: Iterable[DescribedFile], answers: frozenset[str]) -> list[Group]:
    """The groups of all sheets that fill a sheet of the rules; `answers` are the rules' words.

    A sheet with the headers of others fills the same sheet as they do, also where it says little itself.
    """
    alike: list[list[DraftPart]] = []
    for file in files:
        for sheet in file.sheets:
            if sheet.own or not sheet.look.rows:
                continue
            part = DraftPart.of(file, sheet)
            group = next((one for one in alike if _fits(part, one)), None)
            if group is None:
                alike.append([part])
            else:
                group.append(part)
    found = (_group(parts, answers) for parts in alike)
    return [group for group in found if group is not None]


def _fits(part: DraftPart, group: Sequence[DraftPart]) -> bool:
    """Whether a sheet has the columns of a group, but for some that the rules do not ask for."""
    first = group[0]
    mine, yours = part.keys, first.keys
    if part.sheet.look.header_row is None or first.sheet.look.header_row is None:
        return False
    if not (mine.keys() <= yours.keys() or yours.keys() <= mine.keys()):
        return False
    extra = [(one, part) for key, one in mine.items() if key not in yours]
    extra += [(one, first) for key, one in yours.items() if key not in mine]
    return not any(one.kind == "answers" or whole.sheet.found.name_of(one) for one, whole in extra)


def _group(parts: Sequence[DraftPart], answers: frozenset[str]) -> Group | None:
    """The group of these sheets; None where none of them can be rated."""
    said = [(one.sheet.found.target, one.sheet.found.certain) for one in parts]
    votes = Counter((certain, target.name) for target, certain in said if target is not None)
    if not votes:
        return None
    certain, name = max(votes, key=lambda one: (one[0], votes[one]))
    target = next(one for one, _ in said if one is not None and one.name == name)
    common = [key for key in parts[0].keys if all(key in part.keys for part in parts)]
    looks = with_answers([_together([part.keys[key] for part in parts], answers) for key in common])
    columns = dict(zip(common, looks, strict=True))
    restarted = tuple(
        columns[key]
        for key in common
        if len(parts) > 1 and columns[key].kind != "id" and all(part.keys[key].kind == "id" for part in parts)
    )
    look = replace(parts[0].sheet.look, columns=tuple(columns.values()))
    return Group(target, certain, tuple(parts), columns, match(look, target), restarted)


def _together(looks: Sequence[ColumnLook], answers: frozenset[str]) -> ColumnLook:
    """A column of several sheets as one."""
    cells = reduce(ColumnCells.with_those_of, [one.cells for one in looks])
    return replace(looks[0], cells=cells, kind=cells.kind(looks[0].header, answers), values=None)


def _key(look: ColumnLook, headers: Counter[str]) -> Key:
    usable = 0 < len(look.header) <= LONGEST_HEADER and look.header.isprintable()
    once = headers[plain(look.header)] == 1
    return (plain(look.header), 0) if usable and once else (plain(look.header) if usable else "", look.number)
