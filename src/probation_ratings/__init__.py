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
    from .checking.inspection import Inspection
    from .checking.read import inspection_from_frames, inspections_from_frames, read_inspection, read_inspections
    from .commands.from_python import explain_rating, write_ratings
    from .errors import InputError, MappingFileError, OutputError, ProbationRatingsError, RuleFileError, UsageError
    from .problems import Problem
    from .rating.counts_file import rate_tallies
    from .rating.rated import RatedInspection, rate_inspection
    from .rulebook.load import load_rules
    from .rulebook.model import RuleSet
    from .views.notebook import cases_frame, key_questions_frame, problems_frame, ratings_frame, tallies_frame

__version__ = "1.0.0"

__all__ = [
    "InputError",
    "Inspection",
    "MappingFileError",
    "OutputError",
    "ProbationRatingsError",
    "Problem",
    "RatedInspection",
    "RuleFileError",
    "RuleSet",
    "UsageError",
    "cases_frame",
    "explain_rating",
    "inspection_from_frames",
    "inspections_from_frames",
    "key_questions_frame",
    "load_rules",
    "problems_frame",
    "rate_inspection",
    "rate_tallies",
    "ratings_frame",
    "read_inspection",
    "read_inspections",
    "tallies_frame",
    "write_ratings",
]

_HOMES = {
    "checking.inspection": "Inspection",
    "checking.read": "inspection_from_frames inspections_from_frames read_inspection read_inspections",
    "commands.from_python": "explain_rating write_ratings",
    "errors": "InputError MappingFileError OutputError ProbationRatingsError RuleFileError UsageError",
    "problems": "Problem",
    "rating.counts_file": "rate_tallies",
    "rating.rated": "RatedInspection rate_inspection",
    "rulebook.load": "load_rules",
    "rulebook.model": "RuleSet",
    "views.notebook": "cases_frame key_questions_frame problems_frame ratings_frame tallies_frame",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `--help` does not wait for pandas."""
    for module, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, also those that are not imported yet."""
    return [*__all__, "__version__"]
