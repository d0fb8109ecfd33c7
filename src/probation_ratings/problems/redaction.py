"""Problems without the values and case ids of a workbook, for logs that others can read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .kinds import Problem


def redacted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Redact the messages, and merge problems that then say the same into one with all their cells."""
    cells: dict[Any, dict[str, None]] = {}
    first: dict[Any, Problem] = {}
    for one in problems:
        key = (one.kind.code, one.redacted, one.remedy, one.file, one.sheet, one.line, one.standards)
        first.setdefault(key, one)
        cells.setdefault(key, {}).update(dict.fromkeys(one.cells))
    return tuple(
        replace(one, message=one.redacted, cells=tuple(cells[key]), case_ids=(), excerpt=None)
        for key, one in first.items()
    )
