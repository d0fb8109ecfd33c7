"""Rates one key question: its percentage, band and margin, for all cases and by PDU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .margins import NO_MARGIN, answer_margin
from .pdus import rate_pdus, strongest_pull
from .percentages import exact_share, read_as, units, whole_percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from ..rulebook.model import KeyQuestion, RuleSet
    from ..rulebook.rating_model import Band
    from .counts import Count, Tally
    from .margins import Margin
    from .pdus import PduRating, Pull


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
