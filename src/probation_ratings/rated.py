"""One inspection rated: its standards, the panel's decisions on them, the score and the overall rating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .margins import OverallMargin, overall_margin
from .panel import apply
from .ratings import StandardRating, rate_tallies, supporting_figures, total_score
from .tallies import tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .details import Details
    from .inspection import Inspection
    from .judgements import Judgement, PanelDecision
    from .problems import Problem
    from .ratings import KeyQuestionRating, SupportingFigure
    from .ruleset import Domain, RuleSet
    from .tallies import Tally


@dataclass(frozen=True, slots=True)
class RatedInspection:
    """All ratings of one inspection; `score` and `overall_rating` are None unless every standard is rated."""

    rules: RuleSet
    details: Details
    standards: tuple[StandardRating, ...]
    score: int | None
    max_score: int
    overall_rating: str | None
    problems: tuple[Problem, ...]
    supporting: tuple[SupportingFigure, ...] = ()

    @property
    def margin(self) -> OverallMargin:
        """How many points part the score from the neighbouring overall bands; nothing where there is no score."""
        return OverallMargin() if self.score is None else overall_margin(self.score, self.standards, self.rules)

    @property
    def key_questions(self) -> list[KeyQuestionRating]:
        """The key questions of all standards that are rated from them, in the rule file's order."""
        return [question for rated in self.standards for question in rated.key_questions]

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that stand in the way of a rating."""
        return tuple(problem for problem in self.problems if problem.is_error)

    def by_domain(self) -> list[tuple[Domain, list[StandardRating]]]:
        """The standards under the domain they belong to, in the rule file's order."""
        return [
            (domain, [rated for rated in self.standards if rated.standard.domain == domain.id])
            for domain in self.rules.domains
        ]


def rate_inspection(inspection: Inspection, *, partial: bool = False) -> RatedInspection:
    """The ratings of an inspection.

    Where the data or a panel decision has an error nothing is rated, unless `partial` asks for the standards that are
    sound; then too there is no score and no overall rating.
    """
    return rate_counts(
        inspection.rules,
        inspection.details,
        tally(inspection.cases, inspection.rules),
        inspection.judgements,
        inspection.problems,
        decisions=inspection.panel_decisions,
        partial=partial,
    )


def rate_counts(
    rules: RuleSet,
    details: Details,
    tallies: Sequence[Tally],
    judgements: Mapping[str, Judgement],
    problems: tuple[Problem, ...],
    *,
    decisions: Mapping[str, PanelDecision] | None = None,
    partial: bool = False,
) -> RatedInspection:
    """The ratings from counts, wherever they were counted; as `rate_inspection`."""
    unsound = {standard for problem in problems if problem.is_error for standard in problem.standards}
    standards = rate_tallies(tallies, judgements, rules, unsound)
    standards, found = apply(standards, decisions or {}, rules, details.path)
    problems += found
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        blocked = {standard for problem in errors for standard in problem.standards}
        standards = tuple(
            one if partial and one.standard.id not in blocked else StandardRating(one.standard) for one in standards
        )
    score = None if errors else total_score(standards)
    overall = None if score is None else rules.overall_bands.of(score).rating
    supporting = supporting_figures(tallies, rules, details.answers)
    return RatedInspection(rules, details, standards, score, rules.max_score, overall, problems, supporting)
