"""A key question PDU by PDU: what each one's answers would be rated, and which pulls the percentage down most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .ratings import percentage
from .tallies import Count

if TYPE_CHECKING:
    from .ratings import KeyQuestionRating
    from .ruleset import Band, RuleSet


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
        share = percentage(one.count)
        band = None if share is None else rules.key_question_bands.of(share)
        small = one.count.relevant <= rules.panel.cases_at_most
        shares.append(PduShare(one.pdu, one.count, share, band, small))
    return tuple(shares)


def pull(rated: KeyQuestionRating, rules: RuleSet) -> Pull | None:
    """The PDU that pulls a key question down most; None where leaving one out would raise nothing.

    Exact fractions are compared, not rounded percentages; of two PDUs alike it is the first by name.
    """
    whole = rated.count
    best: tuple[str | None, Count] | None = None
    for one in by_pdu(rated, rules):
        rest = Count(whole.yes - one.count.yes, whole.no - one.count.no)
        highest = whole if best is None else best[1]
        # yes/relevant > highest.yes/highest.relevant, without a division
        if rest.relevant and rest.yes * highest.relevant > highest.yes * rest.relevant:
            best = one.pdu, rest
    if best is None:
        return None
    share = percentage(best[1])
    return None if share is None else Pull(best[0], share, rules.key_question_bands.of(share))


def range_of(shares: tuple[PduShare, ...]) -> tuple[int, int] | None:
    """The lowest and the highest percentage of the PDUs; None where none has a relevant case."""
    known = [one.percentage for one in shares if one.percentage is not None]
    return (min(known), max(known)) if known else None
