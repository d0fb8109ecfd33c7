"""The result of checking one workbook: the problems asked for, and how much was checked."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from ..names import label, wild_match
from ..problems import CATALOGUE, SEVERITIES, redacted
from ..rating.rated import rate_inspection
from .baseline import Baseline, Hashes, hashes_of
from .side_by_side import missing_regions, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

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
    """A rated inspection without its cases, the number of its rows and answers, and the hashes of its problems."""

    rated: RatedInspection
    rows: int
    answers: int
    hashes: Hashes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """The problems that a user asks for.

    `select` and `ignore` are problem codes or their beginnings, such as PR304 or PR3; a file that could not be read is
    always reported. The ratings are compared with `expected`. `redact` leaves out values of cells and ids of cases.
    `per_file` are codes to ignore in the files that fit a pattern: of names or, if it has a slash, of paths. Problems
    of the `baseline` are not reported.
    """

    select: Collection[str] = ()
    ignore: Collection[str] = ()
    redact: bool = False
    expected: ExpectedRatings | None = None
    per_file: Sequence[tuple[str, Collection[str]]] = ()
    baseline: Baseline | None = None

    def wants(self, problem: Problem) -> bool:
        """Whether a problem of a file that could be read is asked for."""
        return self.wants_code(problem.kind.code, problem.file)

    def wants_code(self, code: str, file: str) -> bool:
        """Whether problems with this code are asked for in a file."""
        wanted = (not self.select or code.startswith(tuple(self.select))) and not code.startswith(tuple(self.ignore))
        return wanted and not any(code.startswith(tuple(codes)) for codes in self._of_file(file))

    def _of_file(self, file: str) -> Iterator[Collection[str]]:
        """The codes to ignore in a file."""
        for pattern, codes in self.per_file:
            if "/" in pattern:
                pattern = PurePath(os.path.abspath(pattern)).as_posix()  # noqa: PTH100, PLW2901  (links stay as named)
                name = PurePath(os.path.abspath(file)).as_posix()  # noqa: PTH100
            else:
                name = PurePath(file).name
            if wild_match(pattern, name, one=True):
                yield codes

    def shown(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems as they are shown, most serious first."""
        found = redacted(problems) if self.redact else problems
        return tuple(sorted(dict.fromkeys(found), key=lambda problem: SEVERITIES.index(problem.kind.severity)))


def look(inspection: Inspection, *, hashed: bool = False) -> Looked:
    """Rate an inspection, because some problems are found only then, and count its rows and answers.

    `hashed` keeps the hashes of its problems, for a baseline.
    """
    questions = {question.id for standard in inspection.rules.standards for question in standard.key_questions}
    frames = [table.frame for table in inspection.cases.values()]
    answers = sum(int(frame[name].notna().sum()) for frame in frames for name in questions.intersection(frame.columns))
    rated = rate_inspection(inspection)
    hashes = hashes_of(rated.problems, inspection) if hashed else {}
    return Looked(rated, sum(map(len, frames)), answers, hashes)


def look_all(inspections: Iterable[Inspection], *, hashed: bool = False) -> list[Looked]:
    """Look at the inspections of an input."""
    return [look(one, hashed=hashed) for one in inspections]


def check_all(workbooks: Sequence[Sequence[Looked]], asked: Asked) -> list[Checked]:
    """The problems of each workbook, including regions that several workbooks name."""
    settled = iter(refuse_twice([looked.rated for inspections in workbooks for looked in inspections]))
    return [_check([replace(one, rated=next(settled)) for one in inspections], asked) for inspections in workbooks]


def _check(inspections: Sequence[Looked], asked: Asked) -> Checked:
    """The problems of a workbook; a problem that concerns several of its PDUs is reported once."""
    problems: list[Problem] = []
    seen: set[Problem] = set()
    for looked in inspections:
        rated, expected = looked.rated, asked.expected
        found = rated.problems + (expected.differences(rated) if expected is not None else ())
        if rated.details.sha256 is None:
            problems += found
            continue
        wanted = [one for one in dict.fromkeys(found) if asked.wants(one) and one not in seen]
        seen.update(wanted)
        problems += wanted if asked.baseline is None else asked.baseline.new(wanted, looked.hashes)
    if asked.baseline is not None:
        known = [one.rated.details for one in inspections if one.rated.details.sha256 is not None]
        asked.baseline.reads(file for one in known for file in (one.path, *(source.file for source in one.sources)))
    details, rules = inspections[0].rated.details, inspections[0].rated.rules
    is_shown = not asked.redact or (rules.regions is not None and details.region in rules.regions.names)
    rows, answers = sum(one.rows for one in inspections), sum(one.answers for one in inspections)
    region, shown = details.region if is_shown else None, asked.shown(problems)
    return Checked(details.path, details.sha256, region, rows, answers, shown, sources=details.sources)


def check_baseline(asked: Asked) -> list[Checked]:
    """What is gone of the baseline, once everything is checked."""
    gone = () if asked.baseline is None else asked.shown(asked.baseline.gone(asked.wants_code))
    return [Checked(one.file, None, None, 0, 0, (one,), is_workbook=False) for one in gone]


def check_regions(
    workbooks: Sequence[Sequence[Looked]],
    rules: RuleSet,
    asked: Asked,
    *,
    require_all: bool = False,
    required: Sequence[str] = (),
) -> list[Checked]:
    """The missing regions: expected ones and, if all are required, the `required` ones or those of the rule file."""
    details = [inspections[0].rated.details for inspections in workbooks]
    regions = [one.region for one in details]
    unread = [one.path for one in details if one.sha256 is None]
    found = []
    if asked.expected is not None:
        missing = asked.expected.missing({label(region) for region in regions if region is not None}, unread)
        found.append((asked.expected.path, asked.expected.sha256, missing))
    if require_all:
        found.append((rules.id, rules.sha256, missing_regions(regions, rules, required, unread=unread)))
    return [
        Checked(path, sha256, None, 0, 0, asked.shown(problems), is_workbook=False)
        for path, sha256, problems in found
        if problems
    ]


def unknown_codes(codes: Collection[str]) -> list[str]:
    """The codes that are neither a problem code nor the beginning of one."""
    return [code for code in codes if not any(known.startswith(code) for known in CATALOGUE)]
