"""Counts the answers: Yes, No and Not applicable for each key question and PDU, and the exact percentage of Yes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..checking.annexes import AnnexCounts
    from ..checking.cases import CaseTable
    from ..rulebook.model import RuleSet


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases were answered Yes, No and Not applicable."""

    yes: int = 0
    no: int = 0
    not_applicable: int = 0

    @property
    def relevant(self) -> int:
        """The denominator of the percentage: Yes and No."""
        return self.yes + self.no

    def __add__(self, other: Count) -> Count:
        return Count(self.yes + other.yes, self.no + other.no, self.not_applicable + other.not_applicable)


@dataclass(frozen=True, slots=True)
class Tally:
    """The count of one key question in one PDU; `pdu` is None for cases without a PDU."""

    question: str
    pdu: str | None
    count: Count


def tally(cases: Mapping[str, CaseTable], rules: RuleSet) -> list[Tally]:
    """Count all key questions, in the rule file's order, PDUs in alphabetical order; then the supporting questions.

    A supporting question with an invalid answer has no tallies.
    """
    import numpy as np

    from ..checking.cases import codes_of

    tallies = []
    for sheet in rules.case_sheets:
        if sheet.name not in cases:
            continue
        frame = cases[sheet.name].frame
        pdus: list[str | None] = [None]
        pdu_codes = np.zeros(len(frame), dtype=np.int64)
        if sheet.pdu_column is not None and sheet.pdu_column in frame:
            pdus.extend(frame[sheet.pdu_column].cat.categories)
            pdu_codes += codes_of(frame, sheet.pdu_column) + 1
        supporting = [question.id for question in rules.supporting_of(sheet.name)]
        for question in [*(question.id for _, question in rules.questions_of(sheet.name)), *supporting]:
            if question not in frame:
                continue
            # 0 is an invalid answer (those are problems), then Yes, No, Not applicable
            answers = codes_of(frame, question) + 1
            if question in supporting and not answers.all():
                continue
            counts = np.bincount(pdu_codes * 4 + answers, minlength=4 * len(pdus)).reshape(len(pdus), 4).tolist()
            for pdu, (_, yes, no, not_applicable) in zip(pdus, counts, strict=True):
                if yes or no or not_applicable:
                    tallies.append(Tally(question, pdu, Count(yes, no, not_applicable)))
    return tallies


def pooled(tallies: Iterable[Tally]) -> dict[str, Count]:
    """The count of each key question over all PDUs: Yes and No are added up."""
    counts: dict[str, Count] = {}
    for one in tallies:
        counts[one.question] = counts.get(one.question, Count()) + one.count
    return counts


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
