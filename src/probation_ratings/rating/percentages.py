"""The percentage Yes of a key question: exact shares, rounding, and the value for its band."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .counts import Count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..checking.annexes import AnnexCounts
    from ..rulebook.model import RuleSet


@dataclass(frozen=True, slots=True)
class AnnexCategory:
    """A category of an annex table, or a combination of several: its count, and that as a whole per cent of all."""

    values: tuple[str, ...]
    count: int
    percentage: int


def units(counts: Iterable[Count], rules: RuleSet) -> list[Count]:
    """The counts whose shares are averaged; those without a relevant case are left out.

    `pooled`: a single one, all PDUs added up. `mean_of_units`: each PDU's own.
    """
    found = [count for count in counts if count.relevant]
    return found if rules.aggregation.method == "mean_of_units" or not found else [sum(found, Count())]


def exact_share(counts: Iterable[Count], rules: RuleSet) -> Fraction | None:
    """The share of Yes in Yes and No (0 to 1), as the rule file aggregates the PDUs; None without a relevant case."""
    found = units(counts, rules)
    return sum((Fraction(one.yes, one.relevant * len(found)) for one in found), Fraction()) if found else None


def whole_percent(share: Fraction) -> int:
    """A share as a whole per cent, rounded half up."""
    return _rounded(share.numerator, share.denominator)


def _rounded(part: int, whole: int) -> int:
    """`floor(100·part/whole + 1/2)` in integers: a float would round some halves down."""
    return (200 * part + whole) // (2 * whole)


def percentage(count: Count) -> int | None:
    """Yes as a whole per cent of Yes and No, rounded half up; None without a relevant case."""
    return _rounded(count.yes, count.relevant) if count.relevant else None


def read_as(share: Fraction, rules: RuleSet) -> int | Fraction:
    """The value for the band, in per cent: the share rounded half up (`whole_percent`), or as it is (`exact`)."""
    return 100 * share if rules.rounding.method == "exact" else whole_percent(share)


def least_share(lowest: int, rules: RuleSet) -> Fraction:
    """The lowest share that is read as at least `lowest` per cent: half a point less if it is rounded."""
    return Fraction(lowest, 100) if rules.rounding.method == "exact" else Fraction(2 * lowest - 1, 200)


def annex_categories(annex: AnnexCounts) -> list[AnnexCategory]:
    """The categories of an annex table; none where the sheet has a value that is unclear."""
    total = annex.total or 0
    return [AnnexCategory(values, count, _rounded(count, total)) for values, count in annex.rows or ()]
