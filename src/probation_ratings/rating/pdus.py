"""A key question by PDU: the rating that each PDU would get, and the PDU that lowers the percentage most."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from .counts import Count
from .percentages import exact_share, percentage, read_as, whole_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Band
    from .counts import Tally


@dataclass(frozen=True, slots=True)
class PduRating:
    """One PDU's answers to a key question; `pdu` is None for the cases without a PDU.

    `percentage` (whole per cent) and `band` are None without a relevant case, and `band` where the rules have no bands.
    The band is the rating that the PDU alone would get; it does not affect any rating. `small` means so few relevant
    cases that the panel would review it.
    """

    pdu: str | None
    count: Count
    percentage: int | None
    band: Band | None
    small: bool


class Pull(NamedTuple):
    """The PDU that lowers a key question most, and the percentage and band, if any, without it."""

    pdu: str | None
    percentage: int
    band: Band | None


def rate_pdus(tallies: Sequence[Tally], rules: RuleSet) -> tuple[PduRating, ...]:
    """Rate each PDU's answers to a key question; empty if no case has a PDU."""
    if all(one.pdu is None for one in tallies):
        return ()
    found = []
    for one in tallies:
        share = exact_share([one.count], rules)
        band = None if share is None else rules.band_of(read_as(share, rules))
        small = rules.panel is not None and one.count.relevant <= rules.panel.cases_at_most
        found.append(PduRating(one.pdu, one.count, percentage(one.count), band, small))
    return tuple(found)


def strongest_pull(pdus: Sequence[PduRating], share: Fraction | None, rules: RuleSet) -> Pull | None:
    """The PDU that lowers a key question of this `share` most; None if leaving one out would not raise it.

    Exact fractions are compared, not rounded percentages; of two equal PDUs the first by name is returned.
    """
    counted = [one for one in pdus if one.count.relevant]
    if share is None or len(counted) <= 1:
        return None
    mean = rules.aggregation.method == "mean_of_units"
    total = sum((one.count for one in counted), Count())
    best, highest = None, share
    for one in counted:
        if mean:
            left = (share * len(counted) - Fraction(one.count.yes, one.count.relevant)) / (len(counted) - 1)
        else:
            left = Fraction(total.yes - one.count.yes, total.relevant - one.count.relevant)
        if left > highest:
            best, highest = one, left
    if best is None:
        return None
    return Pull(best.pdu, whole_percent(highest), rules.band_of(read_as(highest, rules)))
