"""Reads inspections from a workbook, or from frames of pandas, by the rules that rate them."""

from __future__ import annotations

import os
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import UsageError
from ..names import wanted_sheets
from ..reading.workbook import Reading
from .inspection import Details, Inspection

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .. import problems as p
    from ..reading.workbook import InspectionReading
    from ..rulebook.model import RuleSet


NOTHING: Mapping[str, Any] = MappingProxyType({})


Source: TypeAlias = "str | os.PathLike[str] | bytes | InspectionReading"
"""A workbook: its path, its content, or its reading that is under way."""


def read_inspection(source: Source, rules: RuleSet) -> Inspection:
    """The inspection in a workbook, read by the rules that `load_rules` returns.

    `source` is the path of the workbook as text or `Path` ('-': standard input), its content as bytes, or a reading
    that is under way. A workbook given as bytes has the path '-' in problems and results.

    Raises nothing for what the file is or holds: `problems` says it. Raises `UsageError` if the rules rate each PDU
    (use `read_inspections`), and `TypeError` if an argument has another type.
    """
    check_rules(rules, of_pdus="read_inspections")
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

    Raises nothing for what the frames hold: `problems` says it. Raises `UsageError` where the rules rate each PDU (use
    `inspections_from_frames`), and `TypeError` if an argument has another type.
    """
    check_rules(rules, of_pdus="inspections_from_frames")
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
    Raises `TypeError` if an argument has another type.
    """
    check_rules(rules)
    _check_frames(frames)
    from ..mapping.frames import found_in_frames
    from .checks import inspections_of

    return inspections_of(found_in_frames(frames, rules, inspection, judgements, panel_decisions), rules)


def read_inspections(source: Source, rules: RuleSet) -> list[Inspection]:
    """What the rules rate in a workbook: the region, or each of its PDUs by name; otherwise as `read_inspection`.

    A workbook that names no PDU has one inspection without a PDU, whose problems say why. Raises `TypeError` if an
    argument has another type.
    """
    check_rules(rules)
    reading = _reading_of(source)
    reading.ask(wanted_sheets(rules.sheet_names, rules.panel_sheet_name))
    # Importing pandas takes longer than the child process that reads the file meanwhile.
    from .checks import inspections_of

    found = reading.found()
    if isinstance(found, tuple):
        return [unread_inspection(reading.path, found, rules)]
    return inspections_of(found, rules, reading.limits)


def unread_inspection(path: str, problems: tuple[p.Problem, ...], rules: RuleSet) -> Inspection:
    """The inspection in an input that could not be read, for these reasons: they block all ratings."""
    every = tuple(standard.id for standard in rules.standards)
    return Inspection(rules, Details(path), problems=tuple(replace(one, standards=every) for one in problems))


def check_rules(rules: object, *, of_pdus: str = "") -> None:
    """Raise `TypeError` if the rules are none: often they are given by their name.

    Raise `UsageError` if they rate each PDU, and another function is there for the inspections `of_pdus`.
    """
    from ..rulebook.model import RuleSet

    if not isinstance(rules, RuleSet):
        raise TypeError(f"rules must be what load_rules('regional-2023') returns, not {type(rules).__name__}")
    if of_pdus and rules.unit == "pdu":
        raise UsageError(f"{rules.id} rates each PDU, not the region: use {of_pdus}")


def _check_frames(frames: object) -> None:
    import pandas as pd

    if not hasattr(frames, "items"):
        named = "{'PDU cases': frame, ...}"
        raise TypeError(f"frames must have a DataFrame for each sheet, {named}, not be {type(frames).__name__}")
    for name, frame in frames.items():
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"frames[{name!r}] must be a DataFrame, not {type(frame).__name__}")
        if not isinstance(name, str):
            raise TypeError(f"frames must have the names of sheets as keys, not {name!r:.60}")


def _reading_of(source: Source) -> InspectionReading:
    if isinstance(source, bytes):
        return Reading("-", content=source)
    if isinstance(source, (str, os.PathLike)):
        return Reading(os.fspath(source))
    if not hasattr(source, "found"):
        kind = type(source).__name__
        instead = ": use inspection_from_frames" if kind == "DataFrame" else ""
        raise TypeError(f"source must be the path of a workbook or its bytes, not {kind}{instead}")
    return source
