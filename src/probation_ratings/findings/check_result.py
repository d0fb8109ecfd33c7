"""The result of checking one workbook: the problems asked for, and how much was checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..names import label
from ..problems import CATALOGUE, SEVERITIES, redacted
from ..rating.rated import rate_inspection
from .side_by_side import missing_regions, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..checking.inspection import Inspection
    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..reading.workbook import SourceFile
    from ..rulebook.model import RuleSet
    from .expected import ExpectedRatings


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of one workbook, most serious first, and the number of its rows and answers.

    It can also be about a folder, a rule file or a file of expected ratings; `is_workbook` is then false.
    """

    path: str
    sha256: str | None
    region: str | None
    rows: int
    answers: int
    problems: tuple[Problem, ...]
    is_workbook: bool = True
    sources: tuple[SourceFile, ...] = ()

    @property
    def was_read(self) -> bool:
        """Whether the file could be read at all; a folder without a workbook counts as unread."""
        return self.sha256 is not None or not any(problem.is_error for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Looked:
    """A rated inspection without its cases, and the number of its rows and answers."""

    rated: RatedInspection
    rows: int
    answers: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The problems that a user asks for.

    `select` and `ignore` are problem codes or their beginnings, such as PR304 or PR3; a file that could not be read is
    always reported. The ratings are compared with `expected`. `redact` leaves out values of cells and ids of cases.
    """

    select: Collection[str] = ()
    ignore: Collection[str] = ()
    redact: bool = False
    expected: ExpectedRatings | None = None

    def wants(self, problem: Problem) -> bool:
        """Whether a problem of a file that could be read is asked for."""
        return (not self.select or _begins(problem, self.select)) and not _begins(problem, self.ignore)

    def shown(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems as they are shown, most serious first."""
        found = redacted(problems) if self.redact else problems
        return tuple(sorted(dict.fromkeys(found), key=lambda problem: SEVERITIES.index(problem.kind.severity)))


def look(inspection: Inspection) -> Looked:
    """Rate an inspection, because some problems are found only then, and count its rows and answers."""
    questions = {question.id for standard in inspection.rules.standards for question in standard.key_questions}
    frames = [table.frame for table in inspection.cases.values()]
    answers = sum(int(frame[name].notna().sum()) for frame in frames for name in questions.intersection(frame.columns))
    return Looked(rate_inspection(inspection), sum(map(len, frames)), answers)


def check_all(workbooks: Sequence[Sequence[Looked]], asked: Asked) -> list[Checked]:
    """The problems of each workbook, including regions that several workbooks name."""
    settled = iter(refuse_twice([looked.rated for inspections in workbooks for looked in inspections]))
    return [
        _check([replace(looked, rated=next(settled)) for looked in inspections], asked) for inspections in workbooks
    ]


def _check(inspections: Sequence[Looked], asked: Asked) -> Checked:
    """The problems of a workbook; a problem that concerns several of its PDUs is reported once."""
    problems: list[Problem] = []
    for looked in inspections:
        rated, expected = looked.rated, asked.expected
        found = rated.problems + (expected.differences(rated) if expected is not None else ())
        problems += [one for one in found if rated.details.sha256 is None or asked.wants(one)]
    details, rules = inspections[0].rated.details, inspections[0].rated.rules
    region = details.region
    if asked.redact:
        known = rules.regions.names if rules.regions is not None else ()
        region = region if region in known else None
    rows, answers = sum(one.rows for one in inspections), sum(one.answers for one in inspections)
    shown = asked.shown(problems)
    return Checked(details.path, details.sha256, region, rows, answers, shown, sources=details.sources)


def check_regions(
    workbooks: Sequence[Sequence[Looked]], rules: RuleSet, asked: Asked, *, require_all: bool = False
) -> list[Checked]:
    """The missing regions: expected ones and, if all are required, those of the rule file."""
    details = [inspections[0].rated.details for inspections in workbooks]
    regions = [one.region for one in details]
    unread = [one.path for one in details if one.sha256 is None]
    found = []
    if asked.expected is not None:
        missing = asked.expected.missing({label(region) for region in regions if region is not None}, unread)
        found.append((asked.expected.path, asked.expected.sha256, missing))
    if require_all:
        found.append((rules.id, rules.sha256, missing_regions(regions, rules, unread)))
    return [
        Checked(path, sha256, None, 0, 0, asked.shown(problems), is_workbook=False)
        for path, sha256, problems in found
        if problems
    ]


def unknown_codes(codes: Collection[str]) -> list[str]:
    """The codes that are neither a problem code nor the beginning of one."""
    return [code for code in codes if not any(known.startswith(code) for known in CATALOGUE)]


def _begins(problem: Problem, codes: Collection[str]) -> bool:
    return problem.kind.code.startswith(tuple(codes))
