"""The results of a check for GitHub Actions: annotations of the run, and a table for the summary of the step."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from ..problems import counted, grouped, printable
from .check_text import errors_of, more_cells, summary, where
from .kit.forms import markdown, markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..findings.check_result import Checked
    from ..problems import Problem
    from .kit.showing import Showing

GITHUB_SHOWS = 10
"""GitHub shows at most this many annotations of each severity in a step."""
FILES_LISTED = 300
LONGEST = 500
"""The summary of a step has at most so many files, and texts of at most this length: GitHub shows none over 1 MiB."""

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def to_github(checked: Iterable[Checked], _how: Showing) -> Iterator[str]:
    """GitHub workflow commands, errors first, and how many more there are than GitHub shows.

    Where there are more, every workbook has its turn, and in it every file, before one has a second.
    """
    workbooks = list(checked)
    for severity, command in _GITHUB.items():
        of_severity = _in_turn(_of_severity(one, severity) for one in workbooks)
        kept = of_severity if len(of_severity) <= GITHUB_SHOWS else of_severity[: GITHUB_SHOWS - 1]
        for problem in kept:
            kind = problem.kind
            place = f"{where(problem)}: " if problem.sheet is not None else ""
            line = "" if problem.line is None else f",line={problem.line}"
            title = _property(f"{kind.code} {kind.name}")
            message = _data(f"{place}{problem.message}{more_cells(problem)}. Help: {problem.remedy}")
            yield f"::{command} file={_property(problem.file)}{line},title={title}::{message}\n"
        if len(kept) < len(of_severity):
            yield f"::{command} title=More::{len(of_severity) - len(kept)} more; `check -f full` shows them\n"


def _of_severity(one: Checked, severity: str) -> list[Problem]:
    """The problems of a workbook with this severity, those of its files in turn."""
    chosen = (problem for problem in one.problems if problem.kind.severity == severity)
    return _in_turn(grouped((problem.file, problem) for problem in chosen).values())


def _in_turn(groups: Iterable[Sequence[Problem]]) -> list[Problem]:
    """The first of each group, then the second of each, and so on."""
    return [one for one in chain.from_iterable(zip_longest(*groups)) if one is not None]


def _data(text: str) -> str:
    """Escape text for a GitHub command: without line breaks it cannot begin another command."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def to_step_summary(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A table in Markdown with a row per file, most errors first: its errors, and its worst problem."""
    workbooks = list(checked)
    rows = sorted(workbooks, key=errors_of, reverse=True)
    yield f"### Case workbooks checked by the rules {markdown(how.rules.id)}\n\n"
    table = ([one.path, f"{errors_of(one):,}", _worst(one)] for one in rows[:FILES_LISTED])
    yield markdown_table(("File", "Errors", "Worst problem"), table, right=(1,))
    if len(rows) > FILES_LISTED:
        yield f"\nThe table leaves out {counted(len(rows) - FILES_LISTED, 'file')} with fewer errors.\n"
    yield f"\n{markdown(summary(workbooks).rstrip())}\n\n"


def _worst(one: Checked) -> str:
    """The first problem, because the most serious come first."""
    if not one.problems:
        return "none"
    problem = one.problems[0]
    place = " ".join(filter(None, ("" if problem.file == one.path else problem.place, where(problem))))
    found = f"{problem.kind.severity} {problem.kind.code}: {problem.message}"
    text = f"{place}: {found}{more_cells(problem)}" if place else found
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
