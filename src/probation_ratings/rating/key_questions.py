"""Rates one key question: its percentage, band and margin, for all cases and by PDU."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from .counts import Count, exact_share, percentage, read_as, units, whole_percent
from .margins import NO_MARGIN, answer_margin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import KeyQuestion, RuleSet
    from ..rulebook.rating_model import Band
    from .counts import Tally
    from .margins import Margin


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


def strongest_pull(pdus: Sequence[PduRating], share: Fraction, rules: RuleSet) -> Pull | None:
    """The PDU that lowers a key question of this `share` most; None if leaving one out would not raise it.

    Exact fractions are compared, not rounded percentages; of two equal PDUs the first by name is returned.
    """
    counted = [one for one in pdus if one.count.relevant]
    if len(counted) <= 1:
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


@dataclass(frozen=True, slots=True, repr=False)
class KeyQuestionRating:
    """The rating of one key question and its basis.

    `share` is its exact share of Yes (0 to 1), `percentage` that in whole per cent, `read` the per cent that its band
    is read off (a fraction where the rules read it exactly); all are None without a relevant case, and `band` also
    where the rules have no bands. `pdus` is empty where no case names a PDU. `parts` are the counts that it is made up
    of, and `averaged` how many of them the percentage is the mean of: 1 where the cases are pooled.
    """

    question: KeyQuestion
    count: Count
    pdus: tuple[PduRating, ...] = ()
    percentage: int | None = None
    band: Band | None = None
    share: Fraction | None = None
    read: int | Fraction | None = None
    margin: Margin = NO_MARGIN
    pull: Pull | None = None
    averaged: int = 0

    def __repr__(self) -> str:
        percent = "no relevant case" if self.percentage is None else f"{self.percentage}%"
        return f"<KeyQuestionRating {self.question.id}: {self.count.yes}/{self.count.relevant}, {percent}>"

    @property
    def parts(self) -> list[Count]:
        """The counts by PDU, or the only count if no case has a PDU."""
        return [one.count for one in self.pdus] or [self.count]

    @property
    def pdu_range(self) -> tuple[int, int] | None:
        """The lowest and the highest percentage of the PDUs; None where no PDU has a relevant case."""
        known = [one.percentage for one in self.pdus if one.percentage is not None]
        return (min(known), max(known)) if known else None

    @property
    def pull_in_words(self) -> str:
        """What it would be without the PDU that lowers it most; empty if no PDU lowers it."""
        if self.pull is None:
            return ""
        name, percentage, band = self.pull
        still = "still " if band == self.band else ""
        would = f"{percentage}%" if band is None else f"{percentage}%, {still}{band.rating}"
        return f"{self.question.id} is {self.percentage}%. Without {name or 'the cases that have no PDU'}: {would}"


def rate_key_question(
    question: KeyQuestion, count: Count, rules: RuleSet, tallies: Sequence[Tally] = ()
) -> KeyQuestionRating:
    """Compute the percentage and band of one key question; `tallies` are the parts of `count`."""
    pdus = rate_pdus(tallies, rules)
    parts = [one.count for one in pdus] or [count]
    share = exact_share(parts, rules)
    if share is None:
        return KeyQuestionRating(question, count, pdus)
    read = read_as(share, rules)
    band = rules.band_of(read)
    return KeyQuestionRating(
        question,
        count,
        pdus,
        whole_percent(share),
        band,
        share,
        read,
        answer_margin([parts], band, rules),
        strongest_pull(pdus, share, rules),
        len(units(parts, rules)),
    )
