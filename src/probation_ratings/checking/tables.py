"""A table of a sheet of the rules, in one workbook or put together from several, and the problems of its cells.

Only `Table` names cells, and only `problem` and `problems_at` make the problems of a table: so each problem leads to
the file, the sheet and the cells that it is about, wherever the rows of the table came from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .. import problems as p
from ..mapping.columns import mask_of
from ..names import fold
from ..reading.limits import PDUS, times_needed
from ..reading.workbook import Column, is_unreported

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from ..reading.workbook import Cell, Found, Sheet, Workbook
    from ..rulebook.model import RuleSet
    from .table_search import Heading

    Rows: TypeAlias = npt.NDArray[np.bool_]

Place: TypeAlias = tuple[int, str]
"""Of a cell: the place of its row among the entries of the table, and the name of its column."""
Held: TypeAlias = tuple[str, int]
"""A value that a column holds: the name of the column, and the place among its values."""
_MANY = 1_000
"""From so many cells on, a problem looks up their columns as a whole."""
_OTHERS = 3
"""So many other files are named in a problem that several have together."""
Counted: TypeAlias = Callable[[int], object]
"""A fact of a problem that depends on the number of its cells, which differs where they are in several files."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: all that was read of one input, the rules that it is read by, and how far.

    `limits` says how many times the usual limits hold. `pdu` is the one whose rows are looked at, where the rules rate
    each PDU.
    """

    found: Found
    rules: RuleSet
    limits: int = 1
    pdu: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header: columns by the rule file's names, and the row in Excel of each entry.

    Rows without a value in any known column are left out. `sheet` is the sheet's name in the file, `source`
    the sheet as it was found, `header` the row of its headers. `looked_for` are all columns that could be there.
    `set_aside` are the rows that were left out because they are not entries of the table (see `stray_rows`). `pdu` is
    the one whose rows these are, if only those. A table that was put together has `parts`, and for each entry the
    number of its part.
    """

    workbook: Workbook
    sheet: str
    rows: npt.NDArray[np.int64]
    columns: Mapping[str, Column]
    source: Sheet
    header: int
    looked_for: tuple[Heading, ...]
    set_aside: npt.NDArray[np.int64]
    pdu: str | None = None
    parts: tuple[Table, ...] = ()
    part_of: npt.NDArray[np.int64] | None = None

    @property
    def each(self) -> tuple[Table, ...]:
        """The tables of the single sheets."""
        return self.parts or (self,)

    def part(self, position: int) -> Table:
        """The table of the sheet that an entry is in."""
        return self if self.part_of is None else self.parts[self.part_of[position]]

    def rows_of(self, name: str) -> npt.NDArray[np.int64]:
        """The row in Excel of each entry's cell in a column."""
        column = self.columns.get(name)
        return self.rows if column is None or column.rows is None else column.rows

    def row(self, name: str, position: int) -> int:
        """The row in Excel of an entry's cell in a column."""
        return int(self.rows_of(name)[position])

    def cell(self, name: str, position: int) -> str:
        """The cell reference of an entry of a column, such as F37; its row, such as 37:37, where it has no cell.

        In a frame of pandas it is the column with the label of the row: R2.1.1[A-017].
        """
        part = self.part(position)
        column = part.columns.get(name)
        row = self.row(name, position)
        if part.source.labels is not None:
            return f"{name}[{part.source.labels[row - part.source.first_row]}]"
        return f"{row}:{row}" if column is None else f"{column.letter}{row}"

    def cells(self, places: Sequence[Place]) -> tuple[str, ...]:
        """The cell references of entries of columns."""
        if len(places) < _MANY or self.part_of is not None or self.source.labels is not None:
            return tuple(self.cell(name, position) for position, name in places)
        # what each column has is looked up once; for few cells that would take longer than the cells
        known = {name: (column.letter, self.rows_of(name).tolist()) for name, column in self.columns.items()}
        return tuple(f"{known[name][0]}{known[name][1][position]}" for position, name in places)

    def place(self, name: str, position: int) -> str:
        """Where an entry of a column is, in words: 'Judgements!B2', with the file if there are several."""
        part = self.part(position)
        if part.source.lines:
            line = f"line {self.row(name, position)}"
            return f"{line} of {part.workbook.path}" if self.parts else line
        place = f"{part.sheet}!{self.cell(name, position)}"
        return f"{part.workbook.path} {place}" if self.parts else place

    def present(self, name: str) -> list[tuple[int, Cell, str]]:
        """The distinct values of a column's entries: place among the values, value, and the value as text.

        The column's own list of values has those of the header and of title rows as well.
        """
        column = self.columns[name]
        return [
            (place, column.values[place], column.texts[place])
            for place in np.flatnonzero(np.bincount(column.codes)).tolist()
        ]

    def holding(self, name: str, places: Collection[int]) -> list[Place]:
        """The entries of a column whose value is one of these places among its values."""
        if not places:
            return []
        return [(one, name) for one in np.flatnonzero(np.isin(self.columns[name].codes, list(places))).tolist()]

    def holding_any(self, held: Iterable[Held]) -> list[Place]:
        """The entries that hold one of these values, column by column."""
        return [one for name, places in p.grouped(held).items() for one in self.holding(name, places)]

    def of_pdu(self, name: str | None, pdu: str | None) -> Rows:
        """Which entries name this PDU in the column `name`, however it is spelled; all where no PDU is asked for."""
        if pdu is None or name is None or name not in self.columns:
            return np.full(len(self.rows), pdu is None)
        column = self.columns[name]
        return mask_of(column, [fold(text) == fold(pdu) for text in column.texts])

    def only(self, chosen: npt.NDArray[np.bool_ | np.int64], pdu: str | None = None) -> Table:
        """The table with these of its entries, by their places or as a mask: those of a PDU, if so said."""
        columns = {name: of_rows(column, chosen) for name, column in self.columns.items()}
        part_of = None if self.part_of is None else self.part_of[chosen]
        return replace(self, rows=self.rows[chosen], columns=columns, part_of=part_of, pdu=pdu)

    def values(self, name: str) -> list[Cell]:
        """The value of every entry of a column that is known to be short; '' where there is no such column."""
        if name not in self.columns:
            return [""] * len(self.rows)
        column = self.columns[name]
        return [column.values[code] for code in column.codes]


def of_rows(column: Column, chosen: npt.NDArray[np.bool_ | np.int64] | slice) -> Column:
    """A column with these of its cells only."""
    rows = None if column.rows is None else column.rows[chosen]
    return replace(column, codes=column.codes[chosen], rows=rows)


def joined(tables: Sequence[Table]) -> Table:
    """The tables of several sheets as one: the entries of the first, then those of the second, and so on."""
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    return replace(
        first,
        rows=np.concatenate([table.rows for table in tables]),
        columns={name: _one_column(name, tables) for name in names},
        parts=tuple(tables),
        part_of=np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables]),
        set_aside=np.concatenate([table.set_aside for table in tables]),
    )


def _one_column(name: str, tables: Sequence[Table]) -> Column:
    """A column of several tables as one; it is blank where a table lacks it."""
    index: dict[tuple[type, Cell], int] = {(str, ""): 0}
    values: list[Cell] = [""]
    texts = [""]
    codes, rows = [], []
    for table in tables:
        column = table.columns.get(name)
        rows.append(table.rows_of(name))
        if column is None:
            codes.append(np.zeros(len(table.rows), dtype=np.uint32))
            continue
        places = []
        for value, text in zip(column.values, column.texts, strict=True):
            place = index.setdefault((type(value), value), len(values))
            if place == len(values):
                values.append(value)
                texts.append(text)
            places.append(place)
        codes.append(np.array(places, dtype=np.uint32)[column.codes])
    number = next(table.columns[name].number for table in tables if name in table.columns)
    return Column(number, values, texts, np.concatenate(codes), np.concatenate(rows))


def problem(kind: p.Kind, table: Table, cells: tuple[str, ...] = (), /, **facts: Any) -> p.Problem:
    """A problem at cells of the table of one sheet, or with the rows of a table: it names the files that have them."""
    used = [] if table.part_of is None else [table.parts[number] for number in np.unique(table.part_of)]
    first, *others = used or table.each
    if first.source.lines:
        return kind.found(first.workbook.path, **facts)
    found = kind.found(first.workbook.path, sheet=first.sheet, cells=cells, **facts)
    files = dict.fromkeys(one.workbook.path for one in others if one.workbook.path != first.workbook.path)
    found = _also_in(found, list(files) if used else [])
    if not table.pdu or cells:  # a cell says which PDU it is about
        return found
    return _ending(found, f" (PDU {p.quoted(table.pdu)})", f" (PDU {p.LEFT_OUT})")


def problems_at(
    kind: p.Kind,
    table: Table,
    places: Iterable[Place],
    ids: npt.NDArray[np.object_] | None = None,
    /,
    *,
    together: bool = False,
    **facts: Any,
) -> Iterator[p.Problem]:
    """One problem with cells of a table, for each file and sheet that they are in; none where there are no cells.

    `ids` has the case id of each entry. A fact that is a function (see `Counted`) is given the number of cells.
    Places that only `together` are a problem are named in each: an id in two files concerns both. Where a part lacks
    the whole column, that is reported already.
    """
    there = (place for place in places if place[1] in table.part(place[0]).columns)
    groups = p.grouped((0 if table.part_of is None else int(table.part_of[place[0]]), place) for place in there)
    for number, group in groups.items():
        first, name = group[0]
        own = {fact: value(len(group)) if callable(value) else value for fact, value in facts.items()}
        if ids is not None:
            own["case_ids"] = tuple(dict.fromkeys(p.printable(ids[one]) for one, _ in group if ids[one]))
        if table.each[number].source.lines:
            own["line"] = table.row(name, first)
        elif table.each[number].source.labels is None:
            own["excerpt"] = _excerpt(table, first, name)
        cells = table.cells(group)
        found = problem(kind, table.each[number], cells, **own)
        others = [first_there for other, (first_there, *_) in groups.items() if other != number]
        yield _also_in(found, [table.place(column, position) for position, column in others]) if together else found


def _also_in(found: p.Problem, places: Sequence[str]) -> p.Problem:
    """A problem that names some of the other files, or cells, that it is about."""
    also = f"; also in {p.listed([p.printable(place) for place in places[:_OTHERS]])}" if places else ""
    return _ending(found, also, also)


def _ending(found: p.Problem, end: str, redacted: str) -> p.Problem:
    """A problem whose message ends so."""
    return replace(found, message=found.message + end, redacted=found.redacted + redacted)


def problems_of_values(
    kind: p.Kind, table: Table, name: str, found: Mapping[str, list[int]], /, *, others: str, **facts: Any
) -> Iterator[p.Problem]:
    """One problem for each of the values of a column that are `found`, with their places among its values."""
    for words, places in p.at_most(found, others).items():
        yield from problems_at(kind, table, table.holding(name, places), name=name, found=p.private(words), **facts)


def unclear(one: p.Problem, name: str) -> p.Problem:
    """A problem with figures that no rating depends on, as a warning that they are not given."""
    return p.FIGURES_UNCLEAR.found(
        one.file, sheet=one.sheet, cells=one.cells, line=one.line, name=name, found_reason=p.private(one.message)
    )


def too_many_pdus(path: str, rules: RuleSet, pdus: Collection[str], limits: int) -> p.Problem | None:
    """The problem (PR424) with more PDUs than are read."""
    if len(pdus) <= PDUS * limits:
        return None
    facts: dict[str, Any] = {"count": f"{len(pdus):,}", "allowed": f"{PDUS * limits:,}"}
    every = tuple(standard.id for standard in rules.standards)
    return p.TOO_MANY_PDUS.found(path, standards=every, times=times_needed(len(pdus), PDUS), **facts)


def without_pdu(table: Table, name: str, standards: tuple[str, ...]) -> Iterator[p.Problem]:
    """The rows that name no PDU, or have an error for it, where ratings depend on the PDU."""
    nameless = [place for place, value, text in table.present(name) if not fold(text) or is_unreported(value)]
    if nameless:
        places = table.holding(name, nameless)
        facts: dict[str, Any] = {"name": name, "rows": lambda count: p.counted(count, "row")}
        yield from problems_at(p.CASE_WITHOUT_PDU, table, places, standards=standards, **facts)


def _excerpt(table: Table, position: int, name: str) -> p.Excerpt:
    """The row that a cell is in: its first column, the cell, and its neighbours."""
    part = table.part(position)
    ordered = sorted(part.columns, key=lambda one: part.columns[one].number)
    marked = ordered.index(name)
    shown = sorted({0, *range(max(marked - 1, 0), min(marked + 2, len(ordered)))})
    columns = tuple(
        (part.columns[one].letter, one, table.columns[one].texts[table.columns[one].codes[position]])
        for one in (ordered[place] for place in shown)
    )
    return p.Excerpt(table.row(name, position), columns, shown.index(marked))
