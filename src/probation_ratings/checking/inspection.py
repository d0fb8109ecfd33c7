"""Reads one inspection from a workbook: its details, its cases, its judgements, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..names import wanted_sheets
from ..reading.workbook import Reading
from .inspection_sheet import Details

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .. import problems as p
    from ..reading.workbook import InspectionReading
    from ..rulebook.model import RuleSet
    from .cases import CaseTable
    from .decisions import Judgement, PanelDecision


NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an input holds by one rule file: its details, its cases by sheet, what people decided, and its problems."""

    rules: RuleSet
    details: Details
    cases: Mapping[str, CaseTable] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    panel_decisions: Mapping[str, PanelDecision] = field(default_factory=dict)
    problems: tuple[p.Problem, ...] = ()


def read_inspection(source: str | InspectionReading, rules: RuleSet) -> Inspection:
    """The inspection in the workbook at a path ('-': standard input), or whose reading is under way, read by `rules`.

    Raises nothing for what the file is or holds: `problems` says it. Raises `UsageError` where the rules rate each PDU:
    their cases are not pooled (`read_inspections` reads them one by one).
    """
    if rules.unit == "pdu":
        raise UsageError(f"{rules.id} rates each PDU, not the region: use read_inspections")
    (one,) = read_inspections(source, rules)
    return one


def inspection_from_frames(
    frames: Mapping[str, pd.DataFrame],
    rules: RuleSet,
    *,
    inspection: Mapping[str, Any],
    judgements: Mapping[str, Any] = NOTHING,
    panel_decisions: Mapping[str, Any] = NOTHING,
) -> Inspection:
    """The inspection of a region whose cases are already in pandas, through the same checks as a workbook.

    `frames` has a frame per sheet of the rules, with the columns that a workbook would have, one row per case.
    `inspection` has the fields of the inspection sheet, such as Region; `judgements` the rating of each judged
    standard, or its rating and rationale; `panel_decisions` the rating and the reason of each decision. The cell of a
    problem is the column and the frame's index label: R2.1.1[A-017].

    Raises nothing for what the frames hold: `problems` says it. Raises `UsageError` where the rules rate each PDU.
    """
    if rules.unit == "pdu":
        raise UsageError(f"{rules.id} rates each PDU, not the region: use inspections_from_frames")
    (one,) = inspections_from_frames(
        frames, rules, inspection=inspection, judgements=judgements, panel_decisions=panel_decisions
    )
    return one


def inspections_from_frames(
    frames: Mapping[str, pd.DataFrame],
    rules: RuleSet,
    *,
    inspection: Mapping[str, Any],
    judgements: Mapping[str, Any] = NOTHING,
    panel_decisions: Mapping[str, Any] = NOTHING,
) -> list[Inspection]:
    """What the rules rate in frames of pandas: the region, or each of its PDUs; otherwise as `inspection_from_frames`.

    Where each PDU is rated, judgements and decisions are given by standard and PDU: {"P1.1": {"Camden": "Good"}}.
    """
    from ..mapping.frames import found_in_frames
    from .checks import inspections_of

    return inspections_of(found_in_frames(frames, rules, inspection, judgements, panel_decisions), rules)


def read_inspections(source: str | InspectionReading, rules: RuleSet) -> list[Inspection]:
    """What the rules rate in a workbook: the region, or each of its PDUs by name; otherwise as `read_inspection`.

    A workbook that names no PDU has one inspection without a PDU, whose problems say why.
    """
    reading = Reading(source) if isinstance(source, str) else source
    reading.ask(wanted_sheets(rules.sheet_names, rules.panel_sheet_name))
    # Importing pandas takes longer than the child process that reads the file meanwhile.
    from .checks import inspections_of

    found = reading.found()
    if isinstance(found, tuple):
        every = tuple(standard.id for standard in rules.standards)
        problems = tuple(replace(one, standards=every) for one in found)
        return [Inspection(rules, Details(reading.path), problems=problems)]
    return inspections_of(found, rules, reading.limits)
