"""Shows fixes as text: each cell with what it has and what it becomes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ..problems import LEFT_OUT, TOTAL_ROW, Spans, counted, printable, quoted
from ..text import first_few

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.fixes import Change, Fixes


def to_diff(found: Iterable[Fixes], *, redact: bool = False) -> Iterator[str]:
    """The lines of all fixes: cells that have the same and become the same are in one."""
    for fixes in found:
        alike: dict[tuple[str, str, str], list[str]] = {}
        for one in fixes.changes:
            words = (LEFT_OUT, LEFT_OUT) if redact else (_before(one), _after(one))
            alike.setdefault((one.sheet, f"{words[0]} -> {words[1]}", one.code), []).append(one.cell)
        for (sheet, change, code), cells in alike.items():
            yield _line(fixes, sheet, f"!{', '.join(first_few(cells))}: {change} ({code})")
        for row in fixes.rows:
            what = "totals" if row.code == TOTAL_ROW.code else "blank"
            rows = Spans(list(range(row.first, row.last + 1)))
            yield _line(fixes, row.sheet, f" {rows.words}: left out, {what} ({row.code})")


def in_words(fixes: Fixes) -> str:
    """How much is fixed: '4 cells changed, 1 row left out'."""
    rows = sum(row.last - row.first + 1 for row in fixes.rows)
    done = [
        f"{counted(len(fixes.changes), 'cell')} changed" if fixes.changes else "",
        f"{counted(rows, 'row')} left out" if rows else "",
    ]
    return ", ".join(filter(None, done)) or "nothing to fix"


def _line(fixes: Fixes, sheet: str, words: str) -> str:
    return f"{printable(fixes.path)} {printable(sheet)}{words}\n"


def _before(one: Change) -> str:
    # quotation marks alone would not show a no-break space
    return quoted(one.before).replace("\N{NO-BREAK SPACE}", "\\xa0")


def _after(one: Change) -> str:
    return one.after.isoformat() if isinstance(one.after, date) else quoted(one.after)
