"""The ratings panel: which computed ratings it may look at again, and what its decisions make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from .. import problems as p
from .margins import standard_margin
from .ratings import read_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..checking.decisions import PanelDecision
    from ..rulebook.model import RuleSet
    from .ratings import StandardRating


@dataclass(frozen=True, slots=True)
class Flag:
    """Why the panel may look at a rating again: the limit of the rule file's `panel` that is met, and how."""

    limit: Literal["points_from_edge", "cases_to_change", "cases_at_most"]
    reason: str


def flags(rated: StandardRating, rules: RuleSet) -> tuple[Flag, ...]:
    """The limits of the panel that a computed rating falls under; none for a judged standard.

    Conventions of this project: an edge is the whole percentage that a band begins with, its distance is that of the
    percentage as the band is read off it, and a different judgement in one case is one answer turned.
    """
    panel, found = rules.panel, []
    drivers = [one for one in rated.key_questions if one.question.id in rated.driven_by]
    names = p.listed(list(rated.driven_by))
    share = drivers[0].share if drivers else None
    if share is None:
        return ()
    read = Fraction(read_as(share, rules))
    band = min(rules.key_question_bands.bands[1:], key=lambda one: abs(read - one.lowest))
    points = read - band.lowest
    if abs(points) <= panel.points_from_edge:
        side = "above" if points > 0 else "below"
        whole = rules.rounding.method == "whole_percent"
        distance = p.counted(int(abs(points)), "point") if whole else f"{p.cut(abs(points))} points"
        where = f"{distance} {side} {band.lowest}, where" if points else "exactly where"
        shown, verb = read if whole else p.cut(read), "is" if len(drivers) == 1 else "are"
        found.append(Flag("points_from_edge", f"{names} at {shown}% {verb} {where} {band.rating} begins"))
    margin = standard_margin(rated, rules)
    for answers, way in ((margin.up, "from No to Yes would raise it"), (margin.down, "from Yes to No would lower it")):
        if answers is not None and answers <= panel.cases_to_change:
            found.append(Flag("cases_to_change", f"{p.counted(answers, 'answer')} {way}"))
    for one in drivers:
        if one.count.relevant <= panel.cases_at_most:
            cases = p.counted(one.count.relevant, "relevant case")
            found.append(Flag("cases_at_most", f"{one.question.id} rests on {cases}"))
    return tuple(found)


def limits(rules: RuleSet) -> str:
    """The panel's limits in words."""
    panel = rules.panel
    return (
        f"the driving percentage lies within {p.counted(panel.points_from_edge, 'percentage point')} of a band's edge, "
        f"{p.counted(panel.cases_to_change, 'answer')} would change the rating, "
        f"or it rests on {p.counted(panel.cases_at_most, 'case')} or fewer"
    )


def apply(
    standards: Sequence[StandardRating], decisions: Mapping[str, PanelDecision], rules: RuleSet, file: str
) -> tuple[tuple[StandardRating, ...], tuple[p.Problem, ...]]:
    """The standards with the panel's decisions on them, and the decisions that it may not take, as problems.

    A decision on a standard that is not rated is left alone: what stands in its way is told already. One that was not
    inspected has nothing to decide on.
    """
    decided, problems = [], []
    for rated in standards:
        decision = decisions.get(rated.standard.id)
        if decision is None or (rated.computed_rating is None and rated.inspected):
            decided.append(rated)
            continue
        found = _refused(rated, decision, rules)
        if found is not None:
            kind, facts = found
            facts |= {"standard": rated.standard.id, "computed": rated.computed_rating or rated.rating}
            standard = (rated.standard.id,) if kind.severity == "error" else ()
            place: dict[str, Any] = {"sheet": decision.sheet, "cells": (decision.cell,), "standards": standard}
            problems.append(kind.found(file, **place, **facts))
        if not rated.inspected:
            decided.append(rated)
            continue
        score = rules.scores[decision.rating]
        decided.append(replace(rated, rating=decision.rating, score=score, panel_decision=decision))
    return tuple(decided), tuple(problems)


def _refused(rated: StandardRating, decision: PanelDecision, rules: RuleSet) -> tuple[p.Kind, dict[str, Any]] | None:
    """What is wrong with a decision, and the facts that tell it."""
    names, most = rules.rating_names, rules.panel.bands_moved_at_most
    if not rated.inspected:
        facts = {"decided": decision.rating, "because": "it was not inspected", "limits": limits(rules)}
        return p.PANEL_DECISION_NOT_ALLOWED, facts
    computed = names.index(str(rated.computed_rating))
    if not flags(rated, rules):
        judged = rated.standard.method == "judgement"
        because = "it is rated by inspectors' judgement" if judged else "it is within none of the panel's limits"
        kept = decision.rating == rated.computed_rating
        kind = p.PANEL_DECISION_NOT_NEEDED if kept else p.PANEL_DECISION_NOT_ALLOWED
        return kind, {"decided": decision.rating, "because": because, "limits": limits(rules)}
    if abs(names.index(decision.rating) - computed) > most:
        allowed = p.listed(names[max(0, computed - most) : computed + most + 1], "or")
        return p.PANEL_DECISION_TOO_FAR, {
            "decided": decision.rating,
            "most": p.counted(most, "band"),
            "allowed": allowed,
        }
    return None
