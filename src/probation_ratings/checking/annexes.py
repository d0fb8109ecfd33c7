"""Counts the rows of annex sheets by category: figures of an inspection that no rating depends on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import fold
from ..reading.workbook import Broken, Reported, as_text
from .table_search import Wanted, find_table, heading
from .tables import problem, problems_of_values, unclear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..rulebook.sheet_model import AnnexTable, Category
    from .tables import Subject, Table


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


def annex_table(subject: Subject, annex: AnnexTable) -> tuple[Table | None, tuple[p.Problem, ...]]:
    """The table of an annex sheet, if there is one; what is wrong with it blocks no rating."""
    headings = [
        heading(category.name, required=True, values=category.words, key=place == 0)
        for place, category in enumerate(annex.categories)
    ]
    table, problems = find_table(subject, Wanted(annex.name, headings, required=False, every_row=True))
    return table, tuple(unclear(one, annex.title) for one in problems)


def count_annex(table: Table, annex: AnnexTable, *, clear: bool) -> tuple[AnnexCounts | None, tuple[p.Problem, ...]]:
    """The counts of an annex sheet, and its values that are not allowed; no figure where its layout is not `clear`.

    None where the sheet has no row at all.
    """
    if not len(table.rows) and not len(table.set_aside):
        return None, ()
    if not clear or any(category.name not in table.columns for category in annex.categories):
        return AnnexCounts(annex, None), ()
    problems: list[p.Problem] = []
    columns = []
    for category in annex.categories:
        meant, odd = _meaning(table, category)
        clear = clear and len(meant) == len(table.present(category.name))
        facts = {"allowed": p.listed(category.values, "or") or "any text", "title": annex.title}
        problems += problems_of_values(p.ANNEX_VALUE, table, category.name, odd, others="other words", **facts)
        columns.append([meant.get(code, "") for code in table.columns[category.name].codes])
    return AnnexCounts(annex, _count(columns, annex) if clear else None), tuple(problems)


def annex_copies(table: Table, annex: AnnexTable) -> Iterator[p.Problem]:
    """The sheets of files that are copies of one before: their rows have no ids by which they could be told."""
    first: dict[tuple[str, str], str] = {}
    for part in table.each:
        path = part.workbook.path
        sheet = "" if part.source.records is not None else part.sheet  # a CSV file's is its name
        same = first.setdefault((part.workbook.sha256, sheet), path)
        if same != path and len(part.rows):
            facts = {"count": p.counted(len(part.rows), "row"), "found": p.private(p.printable(same))}
            yield problem(p.ROWS_OF_A_COPY, part, name=annex.name, **facts)


def _count(columns: Sequence[Sequence[str]], annex: AnnexTable) -> tuple[tuple[tuple[str, ...], int], ...]:
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


def _meaning(table: Table, category: Category) -> tuple[dict[int, str], dict[str, list[int]]]:
    """The values of a category in the rule file's spelling, by their places, and the places of those not allowed.

    Values that are reported already are in neither.
    """
    meant: dict[int, str] = {}
    odd: dict[str, list[int]] = {}
    for place, value, text in table.present(category.name):
        known = category.words.get(fold(text)) if category.values else as_text(text)
        if known and not isinstance(value, Broken):
            meant[place] = known
        elif not isinstance(value, Reported):
            odd.setdefault(p.spelt(text) if text else "blank", []).append(place)
    return meant, odd
