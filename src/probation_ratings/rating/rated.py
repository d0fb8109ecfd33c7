"""One inspection rated: its standards, the panel's decisions on them, the score and the overall rating."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from .. import problems as p
from .counts import tally
from .margins import NO_MARGIN, Margin, next_band
from .panel import apply
from .ratings import StandardRating, rate_standards, supporting_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..checking.decisions import Judgement, PanelDecision
    from ..checking.inspection import Details, Inspection
    from ..rulebook.model import Domain, RuleSet
    from .counts import Tally
    from .key_questions import KeyQuestionRating
    from .ratings import SupportingFigure


class OverallMargin(NamedTuple):
    """The points that separate a score from the next overall band and from losing this one.

    `steps_up` and `steps_down` are the ids of the standards for which a single step, to the neighbouring rating, is
    enough.
    """

    points: Margin = NO_MARGIN
    steps_up: tuple[str, ...] = ()
    steps_down: tuple[str, ...] = ()


NO_OVERALL_MARGIN = OverallMargin()
"""The margin of an inspection without a score."""


@dataclass(frozen=True, slots=True, repr=False)
class RatedInspection:
    """The ratings of one inspection; `score` and `overall_rating` are None unless every standard is rated.

    `standards` has a rating for each standard, `problems` all that was found in the input and in the panel's decisions.

    If standards were not inspected, `max_score` is the highest score of the others, if the rule file has bands for it;
    otherwise there is no overall rating. `max_score` is None if the rule file gives no overall rating at all. `margin`
    is in points of the score; without a score it is empty.
    """

    rules: RuleSet
    details: Details
    standards: tuple[StandardRating, ...]
    score: int | None
    max_score: int | None
    overall_rating: str | None
    problems: tuple[p.Problem, ...]
    supporting: tuple[SupportingFigure, ...] = ()
    margin: OverallMargin = NO_OVERALL_MARGIN

    def __repr__(self) -> str:
        said = f"{self.overall_rating}, score {self.score}/{self.max_score}"
        if self.overall_rating is None:
            said = f"no overall rating, {self.why_no_overall_rating}"
        return f"<RatedInspection {self.details.title}: {said}>"

    def _repr_html_(self) -> str:
        """The table of ratings, for a notebook. A view makes it: views import ratings, and not the other way round."""
        html: str = import_module("probation_ratings.views.notebook").to_html(self)
        return html

    @property
    def not_inspected(self) -> list[str]:
        """The ids of the standards that count and were not inspected."""
        return [one.standard.id for one in self.standards if one.standard.counted and not one.inspected]

    @property
    def why_no_overall_rating(self) -> str | None:
        """Why there is no overall rating, in words; None if there is one."""
        if self.overall_rating is not None:
            return None
        if self.blocking:
            return f"blocked by {p.listed(self.blocking_codes)}"
        if not self.rules.has_overall:
            kind = "ratings of the standards" if self.rules.has_ratings else "percentages"
            return f"the rules {self.rules.id} give {kind} only"
        if not self.not_inspected:
            return "blocked by a standard that is not rated"
        given = "" if self.rules.not_inspected is None else self.rules.not_inspected.policy
        most = most_score(self.standards, self.rules)
        then = f"out of {most}" if given == "reduced_bands" else "then"
        were = "was" if len(self.not_inspected) == 1 else "were"
        return f"{p.listed(self.not_inspected)} {were} not inspected, and {self.rules.id} gives none {then}"

    @property
    def has_results(self) -> bool:
        """Whether a standard has what the rules give: a rating, or percentages."""
        return any(one.has_result for one in self.standards)

    @property
    def is_complete(self) -> bool:
        """Whether there is all that the rules give: an overall rating, or whatever they give without one."""
        return self.score is not None if self.rules.has_overall else self.has_results and not self.blocking

    @property
    def why_this_maximum(self) -> str | None:
        """Why the score is out of less than all standards can reach, in words; None if it is not."""
        if self.score is None or self.max_score == self.rules.max_score:
            return None
        were = "was" if len(self.not_inspected) == 1 else "were"
        return f"out of {self.max_score}, because {p.listed(self.not_inspected)} {were} not inspected"

    @property
    def key_questions(self) -> list[KeyQuestionRating]:
        """All key questions with their ratings, in the rule file's order."""
        return [question for rated in self.standards for question in rated.key_questions]

    @property
    def blocking(self) -> tuple[p.Problem, ...]:
        """The problems that block a rating."""
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def blocking_codes(self) -> list[str]:
        """The codes of these problems."""
        return sorted({problem.kind.code for problem in self.blocking})

    @property
    def unblocked(self) -> list[str]:
        """The ids of the standards that no problem blocks: `partial` rates them."""
        blocked = {standard for problem in self.blocking for standard in problem.standards}
        return [one.standard.id for one in self.standards if one.standard.id not in blocked]

    def by_domain(self) -> list[tuple[Domain, list[StandardRating]]]:
        """The standards by domain, in the rule file's order."""
        return [
            (domain, [rated for rated in self.standards if rated.standard.domain == domain.id])
            for domain in self.rules.domains
        ]


def rate_inspection(inspection: Inspection, *, partial: bool = False) -> RatedInspection:
    """Rate an inspection, as `read_inspection` returns it.

    An error in the data or in a panel decision blocks all ratings. With `partial`, the standards without errors are
    still rated, but there is no score and no overall rating.

    Raises nothing for what the inspection holds: `problems` and `why_no_overall_rating` say it. Raises `TypeError` if
    it is not an inspection.
    """
    if not hasattr(inspection, "panel_decisions"):
        raise TypeError(f"inspection must be what read_inspection returns, not {type(inspection).__name__}")
    return rate_counts(
        inspection.rules,
        inspection.details,
        tally(inspection.cases, inspection.rules),
        inspection.judgements,
        inspection.problems,
        decisions=inspection.panel_decisions,
        partial=partial,
    )


def rate_inspections(inspections: Iterable[Inspection], *, partial: bool = False) -> list[RatedInspection]:
    """Rate the inspections of an input."""
    return [rate_inspection(one, partial=partial) for one in inspections]


def rate_counts(
    rules: RuleSet,
    details: Details,
    tallies: Sequence[Tally],
    judgements: Mapping[str, Judgement],
    problems: tuple[p.Problem, ...],
    *,
    decisions: Mapping[str, PanelDecision] | None = None,
    partial: bool = False,
) -> RatedInspection:
    """Rate counts from any source; otherwise like `rate_inspection`."""
    with_errors = {standard for problem in problems if problem.is_error for standard in problem.standards}
    standards = rate_standards(tallies, judgements, rules, with_errors)
    standards, found = apply(standards, decisions or {}, rules, details.path)
    problems += found
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        blocked = {standard for problem in errors for standard in problem.standards}
        standards = tuple(
            one if partial and one.standard.id not in blocked else StandardRating(one.standard) for one in standards
        )
    most = most_score(standards, rules)
    bands = rules.overall_bands_of(most)
    score = None if errors or bands is None else total_score(standards)
    supporting = supporting_figures(tallies, rules, details.answers, with_errors)
    if score is None or bands is None:
        return RatedInspection(rules, details, standards, None, rules.max_score, None, problems, supporting)
    margin = overall_margin(score, standards, rules)
    rating = bands.of(score).rating
    return RatedInspection(rules, details, standards, score, most, rating, problems, supporting, margin)


def total_score(standards: Sequence[StandardRating]) -> int | None:
    """The sum of the scores of the standards that count, unweighted; None unless every inspected one is rated."""
    if any(rated.inspected and rated.score is None for rated in standards):
        return None
    return sum(rated.score or 0 for rated in standards if rated.standard.counted)


def most_score(standards: Sequence[StandardRating], rules: RuleSet) -> int | None:
    """The highest total score that the standards that count and were inspected can reach; None if none is given."""
    if not rules.has_overall:
        return None
    return rules.highest(sum(rated.inspected and rated.standard.counted for rated in standards))


def overall_margin(score: int, standards: Sequence[StandardRating], rules: RuleSet) -> OverallMargin:
    """How many points separate a total score from the neighbouring overall bands, and which single steps are enough."""
    bands = rules.overall_bands_of(most_score(standards, rules))
    if bands is None:
        return NO_OVERALL_MARGIN
    band = bands.of(score)
    above = next_band(bands.bands, band)
    up = None if above is None else above.lowest - score
    down = None if band.lowest == 0 else score - band.lowest + 1
    scores = [rating.score for rating in rules.scale]
    higher, lower = [], []
    for rated in standards:
        if rated.score is None or not rated.standard.counted:
            continue
        place = scores.index(rated.score)
        if up is not None and place + 1 < len(scores) and scores[place + 1] - rated.score >= up:
            higher.append(rated.standard.id)
        if down is not None and place > 0 and rated.score - scores[place - 1] >= down:
            lower.append(rated.standard.id)
    return OverallMargin(Margin(up, down, band, above), tuple(higher), tuple(lower))
