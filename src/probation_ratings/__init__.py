"""Rates probation inspections from case workbooks. The command line uses the same functions.

>>> from probation_ratings import load_rules, rate_inspection, read_inspection
>>> inspection = read_inspection("examples/east-of-england.xlsx", load_rules("regional-2023"))
>>> rate_inspection(inspection).score
5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checking.inspection import (
        Inspection,
        inspection_from_frames,
        inspections_from_frames,
        read_inspection,
        read_inspections,
    )
    from .errors import ProbationRatingsError, RuleFileError
    from .findings.frames import cases_frame, ratings_frame, tallies_frame
    from .problems import Problem
    from .rating.rated import RatedInspection, rate_inspection
    from .rulebook.load import load_rules
    from .rulebook.model import RuleSet

__version__ = "0.1.0"

__all__ = [
    "Inspection",
    "ProbationRatingsError",
    "Problem",
    "RatedInspection",
    "RuleFileError",
    "RuleSet",
    "cases_frame",
    "inspection_from_frames",
    "inspections_from_frames",
    "load_rules",
    "rate_inspection",
    "ratings_frame",
    "read_inspection",
    "read_inspections",
    "tallies_frame",
]

_HOMES = {
    "checking.inspection": (
        "Inspection",
        "inspection_from_frames",
        "inspections_from_frames",
        "read_inspection",
        "read_inspections",
    ),
    "errors": ("ProbationRatingsError", "RuleFileError"),
    "findings.frames": ("cases_frame", "ratings_frame", "tallies_frame"),
    "problems": ("Problem",),
    "rating.rated": ("RatedInspection", "rate_inspection"),
    "rulebook.load": ("load_rules",),
    "rulebook.model": ("RuleSet",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `--help` does not wait for pandas."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
