"""The ratings panel: which computed ratings it may review and why, and its decisions applied within its limits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .. import problems as p

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..checking.decisions import PanelDecision
    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Panel
    from .key_questions import KeyQuestionRating
    from .margins import Margin
    from .ratings import StandardRating


class Flag(NamedTuple):
    """Why the panel may review a rating: the criterion of the rule file's `panel` that applies, and how."""

    limit: Literal["points_from_edge", "cases_to_change", "cases_at_most"]
    reason: str


def flags(
    drivers: Sequence[KeyQuestionRating], percentage: int | Fraction, margin: Margin, rules: RuleSet
) -> tuple[Flag, ...]:
    """The panel's criteria that apply to a standard with these driving key questions, percentage and margin.

    Conventions of this project: an edge is the whole percentage at which a band begins; the distance is measured from
    the percentage that decides the band; and a different judgement in one case is one changed answer.
    """
    panel, found = rules.panel, []
    if panel is None:
        return ()
    names = p.listed([one.question.id for one in drivers])
    read = Fraction(percentage)
    band = min(rules.bands[1:], key=lambda one: abs(read - one.lowest))
    points = read - band.lowest
    if abs(points) <= panel.points_from_edge:
        side = "above" if points > 0 else "below"
        whole = rules.rounding.method == "whole_percent"
        distance = p.counted(int(abs(points)), "point") if whole else f"{p.cut(abs(points))} points"
        where = f"{distance} {side} {band.lowest}, where" if points else "exactly where"
        shown, verb = read if whole else p.cut(read), "is" if len(drivers) == 1 else "are"
        found.append(Flag("points_from_edge", f"{names} at {shown}% {verb} {where} {band.rating} begins"))
    for answers, way in ((margin.up, "from No to Yes would raise it"), (margin.down, "from Yes to No would lower it")):
        if answers is not None and answers <= panel.cases_to_change:
            found.append(Flag("cases_to_change", f"{p.counted(answers, 'answer')} {way}"))
    for one in drivers:
        if one.count.relevant <= panel.cases_at_most:
            cases = p.counted(one.count.relevant, "relevant case")
            found.append(Flag("cases_at_most", f"{one.question.id} rests on {cases}"))
    return tuple(found)


def limits(panel: Panel) -> str:
    """The panel's criteria in words."""
    return (
        f"the driving percentage lies within {p.counted(panel.points_from_edge, 'percentage point')} of a band's edge, "
        f"{p.counted(panel.cases_to_change, 'answer')} would change the rating, "
        f"or it rests on {p.counted(panel.cases_at_most, 'case')} or fewer"
    )


def apply(
    standards: Sequence[StandardRating], decisions: Mapping[str, PanelDecision], rules: RuleSet, file: str
) -> tuple[tuple[StandardRating, ...], tuple[p.Problem, ...]]:
    """Apply the decisions to the standards; decisions that are not allowed become problems.

    A decision on a standard that is not rated is ignored: its problem is already reported. A standard that was not
    inspected cannot be decided on.
    """
    if rules.panel is None:
        return tuple(standards), ()
    decided, problems = [], []
    for rated in standards:
        decision = decisions.get(rated.standard.id)
        if decision is None or (rated.computed_rating is None and rated.inspected):
            decided.append(rated)
            continue
        problem = _refused(rated, decision, rules.rating_names, rules.panel, decision.file or file)
        problems += [] if problem is None else [problem]
        after: dict[str, Any] = {}
        if rated.inspected:
            place, score = rules.rating_names.index(decision.rating), rules.scores[decision.rating]
            after = {"rating": decision.rating, "score": score, "place": place, "panel_decision": decision}
        decided.append(replace(rated, **after))
    return tuple(decided), tuple(problems)


def _refused(
    rated: StandardRating, decision: PanelDecision, names: Sequence[str], panel: Panel, file: str
) -> p.Problem | None:
    """The problem with a decision; None if it is allowed. `names` is the scale, lowest first."""
    most, allowed = panel.bands_moved_at_most, names
    kind, because = p.PANEL_DECISION_NOT_ALLOWED, "it was not inspected"
    if rated.inspected:
        computed = names.index(str(rated.computed_rating))
        allowed = names[max(0, computed - most) : computed + most + 1]
        judged = rated.standard.method == "judgement"
        because = "it is rated by inspectors' judgement" if judged else "no criterion of the panel applies"
        if rated.panel_flags:
            if decision.rating in allowed:
                return None
            kind = p.PANEL_DECISION_TOO_FAR
        elif decision.rating == rated.computed_rating:
            kind = p.PANEL_DECISION_NOT_NEEDED
    return kind.found(
        file,
        sheet=decision.sheet,
        cells=() if decision.line is not None else (decision.cell,),
        line=decision.line,
        standards=(rated.standard.id,) if kind.severity == "error" else (),
        standard=rated.standard.id,
        computed=rated.computed_rating or rated.rating,
        decided=decision.rating,
        because=because,
        limits=limits(panel),
        most=p.counted(most, "band"),
        allowed=p.listed(allowed, "or"),
    )
