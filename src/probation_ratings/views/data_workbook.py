"""The data workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..rated import RatedInspection
    from ..ruleset import RuleSet


def to_xlsx(rated: Iterable[RatedInspection], rules: RuleSet, sort: str = "score", below: int = 0) -> Iterator[bytes]:
    """The data workbook of all inspections; counts from 1 to `below` - 1 are left out."""
    raise NotImplementedError(rated, rules, sort, below)
