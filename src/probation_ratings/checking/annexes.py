"""Counts the rows of annex sheets by category: figures of an inspection that no rating depends on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import fold
from ..reading.workbook import Broken, as_text
from .headings import heading
from .tables import Search, unclear

if TYPE_CHECKING:
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import AnnexTable, Category
    from .tables import Table


@dataclass(frozen=True, slots=True)
class AnnexCounts:
    """How many rows of an annex sheet there are with each value, or combination of values, of its categories.

    `rows` is None where the sheet has a value that is none: the problems say which.
    """

    table: AnnexTable
    rows: tuple[tuple[tuple[str, ...], int], ...] | None

    @property
    def total(self) -> int | None:
        """The number of all rows."""
        return None if self.rows is None else sum(count for _, count in self.rows)


def count_annexes(search: Search, rules: RuleSet) -> tuple[AnnexCounts, ...]:
    """The counts of every annex sheet that the workbook has."""
    found = []
    for annex in rules.annex_tables:
        headings = [
            heading(category.name, required=True, values=category.values, key=place == 0)
            for place, category in enumerate(annex.categories)
        ]
        own = Search(search.workbook)  # what is wrong with an annex stands in the way of no rating
        table = own.table(annex.name, headings, required=False, every_row=True)
        search.tables += own.tables
        search.problems += [unclear(problem, annex.title) for problem in own.problems]
        if table is not None and (len(table.rows) or len(table.set_aside)):
            found.append(AnnexCounts(annex, None if own.problems else _count(search, table, annex)))
    return tuple(found)


def _count(search: Search, table: Table, annex: AnnexTable) -> tuple[tuple[tuple[str, ...], int], ...] | None:
    if any(category.name not in table.columns for category in annex.categories):
        return None
    read = [_values(search, table, annex, category) for category in annex.categories]
    columns = [values for values in read if values is not None]
    if len(columns) < len(read):
        return None
    counts = Counter(zip(*columns, strict=True))
    if len(annex.categories) == 1:  # a value that does not occur says something, too
        counts.update({(value,): 0 for value in annex.categories[0].values})
    orders = [{value: place for place, value in enumerate(one.values)} for one in annex.categories]
    return tuple(
        sorted(
            counts.items(),
            key=lambda row: [(order.get(value, 0), value) for order, value in zip(orders, row[0], strict=True)],
        )
    )


def _values(search: Search, table: Table, annex: AnnexTable, category: Category) -> list[str] | None:
    """The category of every row in the rule file's spelling; None where one is none, which is a problem."""
    spelled = {fold(value): value for value in category.values}
    meant: dict[int, str] = {}
    odd: dict[str, list[int]] = {}
    for place, value, text in table.present(category.name):
        known = spelled.get(fold(text)) if category.values else as_text(text)
        if known and not isinstance(value, Broken):
            meant[place] = known
        else:
            odd.setdefault(p.spelt(text) if text else "blank", []).append(place)
    allowed = p.listed(category.values, "or") or "any text"
    search.add_each(p.ANNEX_VALUE, table, category.name, odd, allowed=allowed, title=annex.title)
    return None if odd else [meant[code] for code in table.columns[category.name].codes]
