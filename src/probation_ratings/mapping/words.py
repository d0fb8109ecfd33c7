"""What the values of a source mean: `values` and `answers`, beside the words that the rules list for a column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import plain
from ..reading.workbook import Broken, Reported
from .columns import Supplied, holding, key_of, live, rewritten
from .parts import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..reading.workbook import Cell, Column
    from .columns import Rows
    from .model import Origin, SheetMapping
    from .parts import Part
    from .vocabulary import ColumnKind, RulesColumn

_MOST = 20
"""So many values that are not covered are named one by one."""


@dataclass(frozen=True, slots=True)
class Words:
    """What each value of a column means; `where` is the place of the mapping's `values` or `answers`, in words.

    `results` has what values mean, by the form in which they are compared. None are the words that the rules list.
    """

    column: RulesColumn
    results: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    @classmethod
    def of(cls, mapping: SheetMapping, column: RulesColumn, origin: Origin) -> Words | None:
        """The words of a column: its own values, or else the answers of its sheet; None where it has neither."""
        if origin.values is not None:
            given, line, name = origin.values, origin.line, f"`values` of '{column.name}'"
        elif mapping.answers is not None and mapping.answers_line is not None and column.is_question:
            given, line, name = mapping.answers, mapping.answers_line, "`answers`"
        else:
            return None
        results = {plain(key): column.word(result) or result for key, result in given.items()}
        # what a value can mean may be written as it is
        results = {plain(result): result for result in results.values()} | results
        return cls(column, results, f"{name} ({where(line)})")

    @property
    def blank(self) -> str | None:
        """What a blank means, if the mapping file says so."""
        return self.results.get("")

    def meaning(self, text: str) -> str | None:
        """What a value means; None where neither the mapping file nor the rules say."""
        found = self.results.get(key_of(text))
        return self.column.word(text) if found is None and self.column.words else found


@dataclass(slots=True)
class _Value:
    """A value that is not covered, by the words of these columns, and its cells."""

    words: Words
    columns: set[str] = field(default_factory=set)
    cells: list[tuple[Column, Rows]] = field(default_factory=list)


class NotCovered:
    """The values of a part that are not covered by the words of its columns."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._found: dict[tuple[str, ColumnKind, str], _Value] = {}

    def translated(self, words: Words, column: Column) -> Column:
        """The column with what its values mean; a value that is not covered is noted."""
        values: list[Cell] = [""]
        for place in live(column):
            value, text = column.values[place], column.texts[place]
            if isinstance(value, Broken) and not self._part.is_named(text, words.results):
                values.append(value)
                continue
            meaning = words.meaning(text) if text else Supplied(words.blank or "")
            if meaning is None:
                key = (words.where, words.column.kind, text)
                noted = self._found.setdefault(key, _Value(words))
                noted.columns.add(words.column.name)
                noted.cells.append((column, holding(column, [place])))
                values.append(Reported(text))
            else:
                values.append(meaning)
        return rewritten(column, values)

    def problems(self) -> Iterator[p.Problem]:
        """A problem for each value, with the line to add; of very many the rest are together."""
        shown: Counter[tuple[str, ColumnKind]] = Counter()
        rest: dict[tuple[str, ColumnKind], _Value] = {}
        for (place, kind, text), value in self._found.items():
            shown[place, kind] += 1
            if shown[place, kind] <= _MOST:
                yield self._problem(value, p.spelt(text), f"`{_yaml(text)}: ...`")
                continue
            others = rest.setdefault((place, kind), _Value(value.words))
            others.columns |= value.columns
            others.cells += value.cells
        for others in rest.values():
            yield self._problem(others, "other values", "one for each")

    def _problem(self, value: _Value, found: str, line: str) -> p.Problem:
        part, column = self._part, value.words.column
        cells = part.cells(value.cells)
        allowed = p.listed(column.allowed, "or") or "any text"
        facts: dict[str, Any] = {"count": p.counted(len(cells), "cell"), "found": p.private(found)}
        facts |= {"found_line": p.private(line), "where": value.words.where, "allowed": allowed}
        if column.kind == "supporting":
            return part.found(p.SUPPORTING_NOT_COVERED, cells, standards=(), **facts)
        asked = part.rules.questions_of(part.target.name)
        standards = tuple(dict.fromkeys(standard.id for standard, one in asked if one.id in value.columns))
        return part.found(p.VALUE_NOT_COVERED, cells, standards=standards or part.standards, **facts)


def _yaml(text: str) -> str:
    """A value as a mapping file has it, in quotation marks."""
    short = text if len(text) <= 60 else f"{text[:59]}…"
    if p.printable(short) == short:
        return "'" + short.replace("'", "''") + "'"
    # only between these are escapes the characters that they stand for
    return '"' + p.printable(short.replace("\\", "\\\\").replace('"', '\\"')) + '"'
