"""One inspection as it was read: its details, its cases, its judgements, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..text import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .. import problems as p
    from ..rulebook.model import RuleSet
    from .cases import CaseTable
    from .decisions import Judgement, PanelDecision
    from .inspection_sheet import Details


@dataclass(frozen=True, slots=True, repr=False)
class Inspection:
    """What an input holds by one rule file: its details, its cases by sheet, what people decided, and its problems.

    `details` has the region, the days of fieldwork and the path and SHA-256 of the input, `cases` a table per case
    sheet (see `cases_frame`), `judgements` and `panel_decisions` the ratings that people gave, by standard. `problems`
    are all that were found; an error among them blocks ratings.
    """

    rules: RuleSet
    details: Details
    cases: Mapping[str, CaseTable] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    panel_decisions: Mapping[str, PanelDecision] = field(default_factory=dict)
    problems: tuple[p.Problem, ...] = ()

    def __repr__(self) -> str:
        cases = sum(len(table.frame) for table in self.cases.values())
        errors = sum(one.is_error for one in self.problems)
        return f"<Inspection {self.details.title}: {counted(cases, 'row')}, {counted(errors, 'error')}>"
