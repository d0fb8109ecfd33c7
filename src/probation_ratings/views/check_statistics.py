"""How often each problem was found: `check --statistics`, as a table or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..problems import SEVERITIES
from .kit.forms import json_text
from .kit.screen import grid
from .rate_data import provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.check_result import Checked
    from ..problems import Problem
    from .kit.showing import Showing


def to_text(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A line per problem code, the most serious first; empty without problems."""
    counts, names = ("problems", "cells", "files"), ("code", "severity", "name")
    head = [name.capitalize() for name in (*counts, *names)]
    rows = [(*(f"{one[key]:,}" for key in counts), *(one[key] for key in names)) for one in _statistics(checked)]
    if rows:
        yield how.screen_of_text.render(grid(head, rows, right=(0, 1, 2)))


def to_json(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One document with the counts of each problem code."""
    yield json_text({**provenance(how.rules), "statistics": _statistics(checked)})


def _statistics(checked: Iterable[Checked]) -> list[dict[str, Any]]:
    """Each code with how often it was found, in how many cells and files: the most serious first, then by number."""
    found: dict[str, list[Problem]] = {}
    for problem in (problem for one in checked for problem in one.problems):
        found.setdefault(problem.kind.code, []).append(problem)
    entries = [
        {
            "code": code,
            "name": same[0].kind.name,
            "severity": same[0].kind.severity,
            "problems": len(same),
            "cells": sum(len(one.cells) for one in same),
            "files": len({one.file for one in same}),
        }
        for code, same in found.items()
    ]
    return sorted(
        entries, key=lambda one: (SEVERITIES.index(one["severity"]), -one["problems"], -one["cells"], one["code"])
    )
