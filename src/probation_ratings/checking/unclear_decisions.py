"""Finds text in the sheet of panel decisions that is not a decision in its columns, and could be one.

A decision changes a rating. Where one may have been written in another way, the workbook is not rated without it. What
may be there besides: the header row with more columns, notes in those columns beside a decision, and above the header a
title that names neither a standard's id nor a rating.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import label
from .table_search import sheets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    import numpy.typing as npt

    from ..reading.workbook import Sheet
    from ..rulebook.model import RuleSet
    from .table_search import Wanted
    from .tables import Subject, Table

    Rows = npt.NDArray[np.bool_]
    Test = Callable[[str], bool]

_MOST = 100
"""So many cells are listed."""
_SHOWN = 3
"""So many of them are shown with their text."""
_READ = 2_000
"""Among so many characters of a text the id of a standard is looked for."""


def unclear_decisions(subject: Subject, table: Table | None, wanted: Wanted) -> Iterator[p.Problem]:
    """What the panel's sheets say beside the decisions in the columns `wanted`; `table` has those, if it was found."""
    names = [one.name for one in wanted.headings]
    tables = {} if table is None else {id(one.source): one for one in table.each}
    for workbook, sheet in sheets_of(subject, wanted.name):
        odd = _odd_texts(sheet, tables.get(id(sheet)), frozenset(map(label, names)), subject.rules)
        found = dict(islice(odd, _MOST))
        if found and not sheet.lines:
            facts: dict[str, Any] = {"standards": wanted.blocked, "name": sheet.name, "columns": p.listed(names)}
            facts["found"] = p.private(p.listed([p.quoted(text) for text in list(found.values())[:_SHOWN]]))
            yield p.DECISIONS_UNCLEAR.found(workbook.path, sheet=sheet.name, cells=tuple(found), **facts)


def _odd_texts(sheet: Sheet, table: Table | None, headers: frozenset[str], rules: RuleSet) -> Iterator[tuple[str, str]]:
    """The cells outside the table that may tell of a decision, with their text; without a table, all with other text.

    Above the header row that is the id of a standard, or a rating. In a row without a decision it is any text, in a
    column beside a decision the id of a standard.
    """
    import numpy as np

    names_standard, names_rating = _named_standard(rules), _named_rating(rules)
    numbers = np.arange(sheet.first_row, sheet.first_row + sheet.rows)
    header = sheet.first_row - 1 if table is None else table.header
    decided = np.isin(numbers, [] if table is None else table.rows)
    known = set() if table is None else {column.number for column in table.columns.values()}
    looked_at: list[tuple[Test, Rows]] = [
        (lambda text: names_standard(text) or names_rating(text), numbers < header),
        (lambda _: True, ~decided & (numbers > header)),
        (names_standard, decided | (numbers == header)),
    ]
    for column in sheet.columns:
        texts = column.texts
        for test, rows in looked_at[:2] if column.number in known else looked_at:
            passing = np.array([text != "" and label(text) not in headers and test(text) for text in texts], bool)
            for place in np.flatnonzero(passing[column.codes] & rows).tolist():
                yield f"{column.letter}{sheet.first_row + place}", texts[column.codes[place]]


def _named_standard(rules: RuleSet) -> Test:
    ids = "|".join(re.escape(standard.id) for standard in rules.standards)
    found = re.compile(rf"(?<![\w.])({ids})(?!\w|\.\d)", re.IGNORECASE)
    return lambda text: found.search(text[:_READ]) is not None


def _named_rating(rules: RuleSet) -> Test:
    ratings = frozenset(map(label, rules.rating_names))
    titles = frozenset(rules.standards_by_label)
    return lambda text: label(text) in ratings or label(text) in titles
