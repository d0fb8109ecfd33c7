"""Finds the shipped rule file that a workbook fits, if it does not fit the rules that it is read by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import label, labels, sheet_key
from ..reading.extract import HEADER_WITHIN, LONGEST_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..reading.workbook import Found, Sheet
    from ..rulebook.model import RuleSet
    from .inspection import Inspection

MOST_OF_IT = Fraction(3, 4)
"""A workbook that fits rules has at least this part of what they ask for."""
AHEAD = Fraction(2, 5)
"""Other rules fit better if the parts that the workbook has of what each asks for differ by this much."""
HALF = Fraction(1, 2)
"""A workbook with all sheets of its rules, and more than this part of what they ask for, is theirs."""
_MOST_COLUMNS = 1_000
"""In a wider sheet only so many columns are looked at."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """How much a workbook has of what rules ask for: their key questions and the standards that inspectors judge.

    It is `recognised` by the field that the rules call the region by or, if that sheet was not read, by any of these.
    """

    rules: RuleSet
    has: int
    asked: int
    recognised: bool

    @property
    def share(self) -> Fraction:
        return Fraction(self.has, max(self.asked, 1))

    @property
    def words(self) -> str:
        return f"all {self.asked}" if self.has == self.asked else f"{self.has or 'none'} of the {self.asked}"


def wrong_rules(found: Found, rules: RuleSet, inspections: Iterable[Inspection]) -> p.Problem | None:
    """The problem (PR232) with a workbook that lacks what its rules ask for, and has what other shipped rules ask for.

    Only the sheets of its own rules were read. Of another sheet the name must do: its key questions count as there.
    """
    kinds = {problem.kind for one in inspections for problem in one.problems}
    mapped = any(workbook.fills for workbook in found.workbooks)
    if kinds.isdisjoint({p.NOT_A_CASE_WORKBOOK, p.SHEET_MISSING, p.COLUMN_MISSING}) or mapped or found.unread:
        return None
    from ..rulebook.load import load_rules
    from ..rulebook.yaml_file import shipped

    names = {sheet_key(name): None for workbook in found.workbooks for name in workbook.names}
    read = {sheet_key(sheet.name): _labels(sheet) for workbook in found.workbooks for sheet in workbook.sheets}
    sheets: dict[str, frozenset[str] | None] = {**names, **read}
    own = _fit(rules, sheets)
    others = [_fit(load_rules(known), sheets) for known in shipped() if known != rules.id]
    fitting = [one for one in others if one.recognised and one.share >= max(MOST_OF_IT, own.share + AHEAD)]
    if not fitting or (kinds.isdisjoint({p.NOT_A_CASE_WORKBOOK, p.SHEET_MISSING}) and own.share > HALF):
        return None
    best = max(fitting, key=lambda one: (one.share, one.has))
    every = tuple(standard.id for standard in rules.standards)
    facts: dict[str, Any] = {"rules": rules.id, "other": best.rules.id, "count": own.words, "other_count": best.words}
    return p.WRONG_RULES.found(found.path, standards=every, **facts)


def _labels(sheet: Sheet) -> frozenset[str]:
    """The labels of the texts near the top of a sheet, where its headers are."""
    texts = {
        column.texts[code]
        for column in sheet.columns[:_MOST_COLUMNS]
        for code in np.unique(column.codes[:HEADER_WITHIN]).tolist()
    }
    return frozenset(label(text) for text in texts if 0 < len(text) <= LONGEST_HEADER)


def _fit(rules: RuleSet, sheets: Mapping[str, frozenset[str] | None]) -> _Fit:
    asked = [
        (question.sheet, rules.question_labels(question))
        for standard in rules.standards
        for question in standard.key_questions
    ]
    if rules.judgement_sheet is not None:
        asked += [(rules.judgement_sheet.name, labels(one.id, one.title)) for one in rules.judged]
    found = [(sheets.get(sheet_key(name), frozenset()), wanted) for name, wanted in asked]
    seen = sum(known is not None and not wanted.isdisjoint(known) for known, wanted in found)
    fields = sheets.get(sheet_key(rules.inspection_sheet.name), frozenset())
    only_names = all(sheets.get(sheet_key(name)) is None for name, _ in asked)  # none was read: the names must do
    recognised = (only_names or seen > 0) if fields is None else label(rules.inspection_sheet.fields.region) in fields
    return _Fit(rules, seen + sum(known is None for known, _ in found), len(asked), recognised)
