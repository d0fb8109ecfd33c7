"""How often each problem was found: `check --statistics`, as a table or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..problems import CATALOGUE, SEVERITIES
from .kit.columns import grid
from .kit.forms import json_text
from .rate_data import provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.check_result import Checked
    from ..problems import Kind
    from .kit.showing import Showing


class _Times(NamedTuple):
    """A kind of problem: how often it was found, in how many cells and files."""

    kind: Kind
    problems: int
    cells: int
    files: int


def to_text(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A line per problem code, the most serious first; empty without problems."""
    head = ("Problems", "Cells", "Files", "Code", "Severity", "Name")
    rows = [
        (f"{one.problems:,}", f"{one.cells:,}", f"{one.files:,}", one.kind.code, one.kind.severity, one.kind.name)
        for one in _statistics(checked)
    ]
    if rows:
        yield how.screen_of_text.render(grid(head, rows, right=(0, 1, 2)))


def to_json(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One document with the counts of each problem code."""
    statistics = [
        {
            "code": one.kind.code,
            "name": one.kind.name,
            "severity": one.kind.severity,
            "problems": one.problems,
            "cells": one.cells,
            "files": one.files,
        }
        for one in _statistics(checked)
    ]
    yield json_text({**provenance(how.rules), "statistics": statistics})


def _statistics(checked: Iterable[Checked]) -> list[_Times]:
    """The counts of each code, the most serious first, then the most frequent."""
    problems = [problem for one in checked for problem in one.problems]
    counts = []
    for code in {problem.kind.code for problem in problems}:
        same = [problem for problem in problems if problem.kind.code == code]
        files = {problem.file for problem in same}
        counts.append(_Times(CATALOGUE[code], len(same), sum(len(one.cells) for one in same), len(files)))
    return sorted(
        counts, key=lambda one: (SEVERITIES.index(one.kind.severity), -one.problems, -one.cells, one.kind.code)
    )
