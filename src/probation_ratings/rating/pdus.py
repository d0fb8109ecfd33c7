"""A key question PDU by PDU: what each one's answers would be rated, and which pulls the percentage down most."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .counts import Count
from .ratings import exact_share, percentage, read_as, units, whole_percent

if TYPE_CHECKING:
    from ..rulebook.model import Band, RuleSet
    from .ratings import KeyQuestionRating


@dataclass(frozen=True, slots=True)
class PduShare:
    """One PDU's answers to a key question; `pdu` is None for the cases that name none.

    `percentage` (whole per cent) and `band` are None without a relevant case: the band is what the PDU alone would
    be rated, and rates nothing. `small` says that it rests on so few relevant cases that the panel would look again.
    """

    pdu: str | None
    count: Count
    percentage: int | None
    band: Band | None
    small: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """The PDU without which a key question's percentage would be highest, and what it would be then."""

    pdu: str | None
    percentage: int
    band: Band


def by_pdu(rated: KeyQuestionRating, rules: RuleSet) -> tuple[PduShare, ...]:
    """What each PDU's answers to a key question would be rated; nothing where the sheet has no PDUs."""
    if all(one.pdu is None for one in rated.pdus):
        return ()
    shares = []
    for one in rated.pdus:
        share = exact_share([one.count], rules)
        band = None if share is None else rules.key_question_bands.of(read_as(share, rules))
        small = one.count.relevant <= rules.panel.cases_at_most
        shares.append(PduShare(one.pdu, one.count, percentage(one.count), band, small))
    return tuple(shares)


def pull(rated: KeyQuestionRating, rules: RuleSet) -> Pull | None:
    """The PDU that pulls a key question down most; None where leaving one out would raise nothing.

    Exact fractions are compared, not rounded percentages; of two PDUs alike it is the first by name.
    """
    best, highest = None, rated.share
    counts = units([one.count for one in rated.pdus], rules)
    total = sum((Fraction(count.yes, count.relevant) for count in counts), Fraction())
    pooled = counts[0] if counts else Count()
    for one in by_pdu(rated, rules):
        share = _without(one.count, pooled, (total, len(counts)), rules)
        if share is not None and highest is not None and share > highest:
            best, highest = one, share
    if best is None or highest is None:
        return None
    return Pull(best.pdu, whole_percent(highest), rules.key_question_bands.of(read_as(highest, rules)))


def _without(one: Count, pooled: Count, shares: tuple[Fraction, int], rules: RuleSet) -> Fraction | None:
    """The share of Yes without one PDU, of the pooled counts or of the sum of so many shares; None if none is left."""
    total, number = shares
    if not one.relevant:
        return total / number if number else None
    if rules.aggregation.method == "mean_of_units":
        return (total - Fraction(one.yes, one.relevant)) / (number - 1) if number > 1 else None
    left = pooled.relevant - one.relevant
    return Fraction(pooled.yes - one.yes, left) if left else None


def range_of(shares: tuple[PduShare, ...]) -> tuple[int, int] | None:
    """The lowest and the highest percentage of the PDUs; None where none has a relevant case."""
    known = [one.percentage for one in shares if one.percentage is not None]
    return (min(known), max(known)) if known else None
