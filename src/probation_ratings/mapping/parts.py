"""One sheet of a source file, as it fills a sheet of the rules: its rows, its columns, and the words for its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import fits
from ..reading.workbook import Broken
from .columns import filled, holding, key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ..reading.workbook import Column, Sheet, Workbook
    from ..rulebook.model import RuleSet
    from ..rulebook.yaml_file import Line
    from .columns import Rows
    from .mapped_columns import Identities
    from .model import Header, Origin, SheetMapping
    from .patterns import Matcher
    from .vocabulary import RulesColumn, RulesSheet


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of a source file, how it fills a sheet of the rules, and the line of its source.

    `matcher` applies the patterns of its source. `identities` are the joined ids of all sources of the rules' sheet.
    """

    mapping: SheetMapping
    target: RulesSheet
    rules: RuleSet
    workbook: Workbook
    sheet: Sheet
    line: Line
    matcher: Matcher
    identities: Identities

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards that cannot be rated without the rows of this sheet."""
        return standards_of(self.rules, self.target.name)

    @property
    def is_csv(self) -> bool:
        """Whether the source is a CSV file."""
        return self.sheet.records is not None

    def is_named(self, text: str, given: Collection[str]) -> bool:
        """Whether the error that a cell holds is a text that the mapping file names: in CSV, an error is only text."""
        return self.is_csv and key_of(text) in given

    @property
    def origins(self) -> list[tuple[RulesColumn, Origin]]:
        """The columns of the rules that the source fills, with their origins; the ids come first."""
        given = self.mapping.columns
        return [(column, given[column.name]) for column in self.target.columns if column.name in given]

    def row(self, position: int) -> int:
        """The row in Excel of a place in the sheet."""
        return self.sheet.first_row + position

    def rows(self, chosen: Rows) -> p.Spans:
        """The rows that are chosen, as a message names them."""
        return p.Spans((np.flatnonzero(chosen) + self.sheet.first_row).tolist())

    def cells(self, chosen: Iterable[tuple[Column, Rows]]) -> tuple[str, ...]:
        """The cells of columns in the rows that are chosen, row by row."""
        found: list[tuple[int, int, str]] = []
        for column, rows in chosen:
            places = np.flatnonzero(rows)
            numbers = places + self.sheet.first_row if column.rows is None else column.rows[places]
            letter = column.letter
            found += [(row, column.number, f"{letter}{row}") for row in numbers.tolist()]
        return tuple(cell for *_, cell in sorted(found))

    def found(self, kind: p.Kind, cells: tuple[str, ...] = (), /, **facts: Any) -> p.Problem:
        """A problem with the sheet; it blocks the standards that need its rows unless others are given."""
        facts = {"standards": self.standards, **facts}
        return kind.found(self.workbook.path, sheet=self.sheet.name, cells=cells, **facts)

    def odd_values(self, kind: p.Kind, column: Column, places: Sequence[int], **facts: Any) -> p.Problem:
        """A problem with the values of a column that have these places among its distinct values."""
        cells = self.cells([(column, holding(column, places))])
        found = p.private(p.few([p.quoted(column.texts[place]) for place in places]))
        return self.found(kind, cells, count=p.counted(len(cells), "cell"), found=found, **facts)

    def broken(self, column: Column, rows: Rows, given: Collection[str] = ()) -> Iterator[p.Problem]:
        """The errors and unsaved formulas of a column in these rows, other than those `given` (see `is_named`)."""
        for place, value in enumerate(column.values):
            if not isinstance(value, Broken) or self.is_named(value, given):
                continue
            if (cells := rows & (column.codes == place)).any():
                yield self.found(value.problem, self.cells([(column, cells)]), found=p.private(p.quoted(value)))


def standards_of(rules: RuleSet, sheet: str) -> tuple[str, ...]:
    """The standards that cannot be rated without a sheet of the rules."""
    if sheet in [annex.name for annex in rules.annex_tables]:
        return ()
    judged = [standard.id for standard in rules.judged]
    asked = [standard.id for standard, _ in rules.questions_of(sheet)]
    if rules.judgement_sheet is not None and sheet == rules.judgement_sheet.name:
        asked = judged
    elif rules.panel_sheet is not None and sheet == rules.panel_sheet.name:
        asked = [standard.id for standard in rules.standards if standard.id not in judged]
    return tuple(dict.fromkeys(asked)) or tuple(standard.id for standard in rules.standards)


def where(line: Line) -> str:
    """A line of a mapping file as a message names it."""
    return f"line {line.number} of {p.printable(PurePath(line.file).name)}"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Where the table of a part is: the place of its header row (-1: none), of its first row, and its columns.

    `filled` are the rows of the sheet that have a value in any cell, `rows` those of them that are data.
    """

    part: Part
    header: int
    start: int
    columns: Mapping[Header, Column]
    filled: Rows
    rows: Rows


def rows_with_value(sheet: Sheet) -> Rows:
    """The rows that have a value in any cell."""
    found = np.zeros(sheet.rows, dtype=bool)
    for column in sheet.columns:
        found |= filled(column)
    if sheet.records is not None:
        found |= np.isin(np.arange(sheet.rows) + sheet.first_row, sheet.records.elsewhere)
    return found


def chosen_sheets(workbook: Workbook, mapping: SheetMapping, rules: RuleSet) -> tuple[list[Sheet], list[p.Problem]]:
    """The sheets that are meant, and what is wrong where there are none, or two of one name.

    A CSV file is one sheet, whatever its mapping says.
    """
    if workbook.kind == "csv" or (not mapping.sheets and len(workbook.names) == 1):
        return workbook.sheets, []
    has = p.listed([p.quoted(name) for name in workbook.names]) or "no sheets"
    facts: dict[str, Any] = {"standards": standards_of(rules, mapping.into), "found": p.private(has)}
    if not mapping.sheets:
        return [], [p.SOURCE_SHEET_NOT_NAMED.found(workbook.path, count=len(workbook.names), **facts)]
    chosen = [sheet for sheet in workbook.sheets if any(fits(name, sheet.name) for name in mapping.sheets)]
    lacking = [name for name in mapping.sheets if not any(fits(name, sheet.name) for sheet in chosen)]
    problems = []
    if lacking:
        names = p.listed([p.quoted(name) for name in lacking], "or")
        problems.append(p.SOURCE_SHEET_MISSING.found(workbook.path, name=names, **facts))
    twice = [[name for name in workbook.names if name == sheet.name] for sheet in chosen]
    # in some formats names may differ in case and white space only
    twice += [[name for name in workbook.names if fits(one, name)] for one in mapping.sheets if "*" not in one]
    for same in dict.fromkeys(tuple(dict.fromkeys(names)) for names in twice if len(names) > 1):
        facts |= {"found": p.private(p.listed([p.quoted(name) for name in same])), "name": mapping.into}
        problems.append(p.SHEET_TWICE.found(workbook.path, **facts))
    return chosen, problems
