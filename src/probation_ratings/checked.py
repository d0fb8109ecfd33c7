"""What a check says of one workbook: the problems that were asked for, and how much was looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .names import label
from .problems import CATALOGUE, SEVERITIES
from .rated import rate_inspection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from .expected import ExpectedRatings
    from .inspection import Inspection
    from .problems import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of one workbook, gravest first, with its rows of cases and their answers counted."""

    path: str
    sha256: str | None
    region: str | None
    rows: int
    answers: int
    problems: tuple[Problem, ...]

    @property
    def was_read(self) -> bool:
        """Whether the file could be read at all."""
        return self.sha256 is not None


def check(
    inspection: Inspection,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    *,
    redact: bool = False,
    expected: ExpectedRatings | None = None,
) -> Checked:
    """What is wrong with an inspection's workbook; some of it is seen only when it is rated.

    `select` and `ignore` are problem codes or their beginnings, such as PR304 or PR3; what could not be read is
    told all the same. `expected` are ratings that those of the workbook are compared with. `redact` leaves out what
    stands in cells, and the ids of cases.
    """
    details, rules = inspection.details, inspection.rules
    rated = rate_inspection(inspection)
    wanted = [
        problem
        for problem in rated.problems + (expected.differences(rated) if expected is not None else ())
        if details.sha256 is None or ((not select or _begins(problem, select)) and not _begins(problem, ignore))
    ]
    region = details.region
    if redact:
        wanted = [replace(one, message=one.redacted, case_ids=(), excerpt=None) for one in wanted]
        known = rules.regions.names if rules.regions is not None else ()
        region = region if region in known else None
    frames = [table.frame for table in inspection.cases.values()]
    questions = {question.id for standard in rules.standards for question in standard.key_questions}
    answers = sum(int(frame[name].notna().sum()) for frame in frames for name in questions.intersection(frame.columns))
    return Checked(details.path, details.sha256, region, sum(map(len, frames)), answers, _gravest_first(wanted))


def together(checked: Sequence[Checked]) -> Checked:
    """What a check says of a workbook of which several PDUs were checked: what concerns them all once."""
    first = checked[0]
    problems = _gravest_first(dict.fromkeys(problem for one in checked for problem in one.problems))
    rows, answers = sum(one.rows for one in checked), sum(one.answers for one in checked)
    return replace(first, rows=rows, answers=answers, problems=problems)


def check_regions(expected: ExpectedRatings, regions: Collection[str], *, redact: bool = False) -> Checked | None:
    """What is wrong with a file of expected ratings once all workbooks, of these regions, were checked."""
    problems = expected.missing({label(region) for region in regions})
    if redact:
        problems = tuple(replace(one, message=one.redacted) for one in problems)
    return Checked(expected.path, expected.sha256, None, 0, 0, problems) if problems else None


def _gravest_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: SEVERITIES.index(problem.kind.severity)))


def unknown_codes(codes: Collection[str]) -> list[str]:
    """Those that are no problem code and no beginning of one."""
    return [code for code in codes if not any(known.startswith(code) for known in CATALOGUE)]


def _begins(problem: Problem, codes: Collection[str]) -> bool:
    return problem.kind.code.startswith(tuple(codes))
