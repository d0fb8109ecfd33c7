"""The page of a comparison, for readers: what changed between two results, by how much, and whether the rules did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...problems import counted, listed
from ..compare import HEAD, cells_of, days_of, meaning_of, rules_that_changed, side_of, standards_of, warnings_of
from .charts import per_cent, question_pairs, score_pairs
from .html import page
from .page import scale_of
from .tables import LICENCE, LICENCE_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...findings.comparison import Pairs, RegionChange, StandardChange
    from ..compare import Rules, RuleSets


def to_html(pairs: Pairs, rules: Rules, rule_sets: RuleSets = (None, None)) -> Iterator[str]:
    """One self-contained page: a section per region, with a picture, its standards, questions and judgements."""
    known = rule_sets[1] or rule_sets[0]
    named = [(change.name, change) for change in pairs.changes]
    yield page(
        "change.html",
        HEAD=HEAD, cells_of=cells_of, days_of=days_of, listed=listed, per_cent=per_cent, question_pairs=question_pairs,
        side_of=side_of, standards_of=standards_of, statuses=_statuses, steps=_steps, LICENCE=LICENCE,
        LICENCE_ADDRESS=LICENCE_ADDRESS, NOT_RATED="Not rated" if known is None else known.no_result,
        named=named,
        warnings=list(warnings_of(pairs, rules)),
        scores=score_pairs(named, known),
        known=known,
        **({"marks": {}, "colours": {}} if known is None else scale_of(known)),
        rules=rules,
        changed=rules_that_changed(rule_sets),
        meaning=meaning_of(pairs.changes),
    )  # fmt: skip


def _steps(one: StandardChange) -> str:
    """How many ratings a standard rose or fell, in words."""
    if one.steps is None:
        return "not comparable"
    if one.steps == 0:
        return "no change"
    return f"{counted(abs(one.steps), 'rating')} {'higher' if one.steps > 0 else 'lower'}"


def _statuses(change: RegionChange) -> str:
    """The data status of both sides, once where it is the same."""
    found = [str(one.inspection.get("data_status") or "not stated") for one in change.results]
    return " → ".join(dict.fromkeys(found))
