"""Applies the ratings panel's decisions to the computed ratings, within the panel's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import problems as p
from .panel_flags import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..checking.decisions import PanelDecision
    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Panel
    from .ratings import StandardRating


def apply(
    standards: Sequence[StandardRating], decisions: Mapping[str, PanelDecision], rules: RuleSet, file: str
) -> tuple[tuple[StandardRating, ...], tuple[p.Problem, ...]]:
    """Apply the decisions to the standards; decisions that are not allowed become problems.

    A decision on a standard that is not rated is ignored: its problem is already reported. A standard that was not
    inspected cannot be decided on.
    """
    decided, problems = [], []
    if rules.panel is None:
        return tuple(standards), ()
    for rated in standards:
        decision = decisions.get(rated.standard.id)
        if decision is None or (rated.computed_rating is None and rated.inspected):
            decided.append(rated)
            continue
        found = _refused(rated, decision, rules.rating_names, rules.panel)
        if found is not None:
            kind, facts = found
            facts |= {"standard": rated.standard.id, "computed": rated.computed_rating or rated.rating}
            standard = (rated.standard.id,) if kind.severity == "error" else ()
            place: dict[str, Any] = {"sheet": decision.sheet, "line": decision.line, "standards": standard}
            place["cells"] = () if decision.line is not None else (decision.cell,)
            problems.append(kind.found(decision.file or file, **place, **facts))
        if not rated.inspected:
            decided.append(rated)
            continue
        score = rules.scores[decision.rating]
        scale_place = rules.rating_names.index(decision.rating)
        decided.append(replace(rated, rating=decision.rating, score=score, place=scale_place, panel_decision=decision))
    return tuple(decided), tuple(problems)


def _refused(
    rated: StandardRating, decision: PanelDecision, names: Sequence[str], panel: Panel
) -> tuple[p.Kind, dict[str, Any]] | None:
    """The kind of problem with a decision and its facts; None if it is allowed. `names` is the scale, lowest first."""
    most = panel.bands_moved_at_most
    if not rated.inspected:
        facts = {"decided": decision.rating, "because": "it was not inspected", "limits": limits(panel)}
        return p.PANEL_DECISION_NOT_ALLOWED, facts
    computed = names.index(str(rated.computed_rating))
    if not rated.panel_flags:
        judged = rated.standard.method == "judgement"
        because = "it is rated by inspectors' judgement" if judged else "no criterion of the panel applies"
        kept = decision.rating == rated.computed_rating
        kind = p.PANEL_DECISION_NOT_NEEDED if kept else p.PANEL_DECISION_NOT_ALLOWED
        return kind, {"decided": decision.rating, "because": because, "limits": limits(panel)}
    if abs(names.index(decision.rating) - computed) > most:
        allowed = p.listed(names[max(0, computed - most) : computed + most + 1], "or")
        return p.PANEL_DECISION_TOO_FAR, {
            "decided": decision.rating,
            "most": p.counted(most, "band"),
            "allowed": allowed,
        }
    return None
