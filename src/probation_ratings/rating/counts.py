"""Counts the answers: Yes, No and Not applicable for each key question and PDU. Integers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
