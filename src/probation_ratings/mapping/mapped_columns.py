"""Makes the columns of the rules from those of a source: origin, pattern, values and dates, in this order."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import composed, seen_as
from ..reading.workbook import Broken, Column, Reported, as_text
from ..rulebook.sheet_model import listed_in
from .columns import Supplied, filled, holding, mask_of, rewritten, same_for_all, within
from .dates import read_dates
from .model import Constant, Header, Joined, NamePattern
from .parts import where
from .vocabulary import RulesColumn
from .words import NotCovered, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from ..reading.workbook import Cell
    from .columns import Rows
    from .long_format import Cases
    from .model import Origin
    from .parts import SourceTable

    Codes = npt.NDArray[np.uint32]

_ANY_TEXT = RulesColumn("", "text", frozenset(), ())
"""What a part of a join may be."""
_GIVEN = (Constant, NamePattern)
"""The origins that give the same value to every row."""
_APART = " | "
"""Between the parts of an id that would otherwise read like another one."""


class MappedColumns:
    """The columns of the rules that a source gives, in some of its rows; `problems` is what is wrong with them."""

    def __init__(
        self, table: SourceTable, rows: Rows, cases: Cases | None = None, known: Mapping[str, Column] | None = None
    ) -> None:
        """Get ready to make columns with values in these rows of the sheet; those that are `known` are made already."""
        self.problems: list[p.Problem] = []
        self.columns = dict(known or {})
        self.rows = rows
        self._table, self._part = table, table.part
        self._cases = cases
        self._not_covered = NotCovered(table.part)
        self._blank: dict[str, tuple[Words, Column, Rows]] = {}

    def add(self, column: RulesColumn, origin: Origin) -> Column:
        """Make a column of the rules."""
        as_id = column.kind == "id" and not (origin.pattern or origin.values)
        made = self._from(column.name, origin, as_id=as_id)
        words = Words.of(self._part.mapping, column, origin)
        if words is not None:
            blank = self.rows & ~filled(made)
            if words.blank and blank.any():
                self._blank[column.name] = (words, made, blank)
            made = self._not_covered.translated(words, made)
        if column.kind == "date":
            made, problems = read_dates(self._part, column.name, origin, made)
            self.problems += problems
        made = self.columns[column.name] = replace(made, given=isinstance(origin.value, _GIVEN))
        return made

    def finish(self) -> None:
        """Note what concerns several columns: values that are not covered, and what blanks were read as."""
        self.problems += self._not_covered.problems()
        self.problems += self._blanks()

    def _from(self, name: str, origin: Origin, *, as_id: bool = False) -> Column:
        """The values of an origin, as far as its pattern."""
        value = origin.value
        if isinstance(value, Joined):
            made = self._joined(name, origin, value, as_id=as_id)
        elif isinstance(value, Header):
            made = within(self._table.columns[value], self.rows)
        elif isinstance(value, Constant):
            made = self._same_for_all(value.value)
        elif isinstance(value, NamePattern):
            made = self._of_name(name, origin, value)
        elif self._cases is not None:
            made = within(self._cases.column(value.code), self.rows)
        else:
            made = self._same_for_all("")
        return made if origin.pattern is None else self._matched(name, origin, origin.pattern, made)

    def _joined(self, name: str, origin: Origin, value: Joined, *, as_id: bool) -> Column:
        """The texts of several columns, with a separator between them; what is `as_id` never reads like other parts.

        A row with a blank part is a problem, unless all are blank. An error in a part is one of the whole.
        """
        columns = [self._part_of_join(name, one) for one in value.parts]
        rows = self.rows
        _, keys = np.unique(columns[0].codes[rows], return_inverse=True)
        for column in columns[1:]:
            # numbered anew for each part, so that no product of many parts grows too large
            _, keys = np.unique(keys * len(column.values) + column.codes[rows], return_inverse=True)
        _, first, places = np.unique(keys, return_index=True, return_inverse=True)
        chosen = np.flatnonzero(rows)[first]
        codes = [column.codes[chosen] for column in columns]
        tuples = _tuples([column.texts for column in columns], codes)
        joined = [as_text(value.separator.join(one)) for one in tuples]
        if as_id:
            seen = _tuples([list(map(seen_as, column.texts)) for column in columns], codes)
            joined = self._part.identities.texts(tuples, seen, joined)
            of_row = [not isinstance(one.value, _GIVEN) for one in value.parts]
            if not all(of_row):
                own = [value.separator.join(compress(one, of_row)) for one in tuples]
                joined = [*map(Supplied, joined, own)]
        values: list[Cell] = ["", *joined]
        texts = ["", *joined]
        incomplete = []
        blank = [np.array([not word for word in one.words])[code] for one, code in zip(columns, codes, strict=True)]
        for entry in np.flatnonzero(np.logical_or.reduce(blank)).tolist():
            cells = [one.values[code[entry]] for one, code in zip(columns, codes, strict=True)]
            broken = next((cell for cell in cells if isinstance(cell, Broken)), None)
            some = [text for text in tuples[entry] if text]
            if broken is None and some:
                incomplete.append(entry + 1)
            values[entry + 1] = broken if broken is not None else Reported(value.separator.join(some)) if some else ""
            texts[entry + 1] = as_text(values[entry + 1])
        codes_of_all = np.zeros(len(rows), dtype=np.uint32)
        codes_of_all[rows] = places + 1
        made = Column(columns[0].number, values, texts, codes_of_all, columns[0].rows)
        if incomplete:
            odd = holding(made, incomplete)
            without = self._part.cells((one, odd & ~filled(one)) for one in columns)
            facts = {"count": p.counted(int(odd.sum()), "row"), "name": name, "where": where(origin.line)}
            self.problems.append(self._part.found(p.JOIN_PART_BLANK, without, **facts))
        return made

    def _part_of_join(self, name: str, origin: Origin) -> Column:
        made = self._from(name, origin)
        words = Words.of(self._part.mapping, replace(_ANY_TEXT, name=name), origin)
        if words is not None:
            made = self._not_covered.translated(words, made)
        if origin.dates:
            made, problems = read_dates(self._part, name, origin, made)
            self.problems += problems
        return made

    def _same_for_all(self, value: str) -> Column:
        """A column with one value; it has the number of the ids, as it has no column in the source."""
        ids = {one.name for one in self._part.target.columns if one.kind == "id"}
        made = [column for name, column in self.columns.items() if name in ids]
        number = min((one.number for one in made or self._table.columns.values()), default=1)
        return same_for_all(number, value, self.rows)

    def _of_name(self, name: str, origin: Origin, value: NamePattern) -> Column:
        """A column with what the name of the file or the sheet says."""
        if value.of == "sheet" and self._part.is_csv:
            return self._without_name(name, origin, "sheet", "which a CSV file does not have")
        text = composed(PurePath(self._part.workbook.path).stem if value.of == "file" else self._part.sheet.name)
        (group,) = self._part.matcher.groups(value.pattern, [text], origin.line)
        if group is None or not group.strip():
            return self._without_name(name, origin, value.of, p.quoted(text))
        return self._same_for_all(group)

    def _without_name(self, name: str, origin: Origin, what: str, found: str) -> Column:
        facts: dict[str, Any] = {"what": what, "found": p.private(found), "name": name, "where": where(origin.line)}
        self.problems.append(self._part.found(p.NAME_DOES_NOT_FIT, **facts))
        return self._same_for_all(Reported(found))

    def _matched(self, name: str, origin: Origin, pattern: str, column: Column) -> Column:
        """The column with the group of a pattern in place of each value; a blank stays one."""
        asked = {place: word for place, word in enumerate(column.words) if word}
        groups = self._part.matcher.groups(pattern, list(asked.values()), origin.line)
        values: list[Cell] = list(column.values)
        for (place, word), group in zip(asked.items(), groups, strict=True):
            values[place] = Reported(word) if group is None else group
        odd = [place for place, group in zip(asked, groups, strict=True) if group is None]
        if odd:
            facts = {"name": name, "where": where(origin.line)}
            self.problems.append(self._part.odd_values(p.PATTERN_DOES_NOT_FIT, column, odd, **facts))
        return within(rewritten(column, values), self.rows)

    def _blanks(self) -> Iterator[p.Problem]:
        """A note of the blanks that the mapping file gives a meaning, and warnings of those that should be answered."""
        if not self._blank:
            return
        counts = [
            f"{name} in {p.counted(int(rows.sum()), 'row')} ({words.blank})"
            for name, (words, _, rows) in self._blank.items()
        ]
        cells = self._part.cells([(column, rows) for _, column, rows in self._blank.values()])
        yield self._part.found(p.BLANKS_READ, cells, standards=(), counts=p.listed(counts))
        for _, question in self._part.rules.questions_of(self._part.target.name):
            only = question.only_where
            if only is None or question.id not in self._blank or only.column not in self.columns:
                continue
            blanks, column, rows = self._blank[question.id]
            condition, known = self.columns[only.column], self._part.target.column(only.column)
            meant = self._part.rules.values_meant(self._part.target.name, only.column, only.value)
            words = [text if known is None else known.word(text) for text in condition.texts]
            applies = rows & mask_of(condition, [word in meant for word in words])
            if applies.any():
                cells = self._part.cells([(column, applies)])
                facts: dict[str, Any] = {"count": p.counted(len(cells), "row"), "question": question.id}
                facts |= {
                    "condition": f"{only.column} is {p.listed(listed_in(only.value), 'or')}",
                    "result": blanks.blank,
                }
                yield self._part.found(p.BLANK_ALTHOUGH_ASKED, cells, standards=(), **facts)


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


def _tuples(texts: Sequence[Sequence[str]], codes: Sequence[Codes]) -> list[tuple[str, ...]]:
    """The texts of each row, part by part."""
    return list(
        zip(*([own[code] for code in one.tolist()] for own, one in zip(texts, codes, strict=True)), strict=True)
    )
