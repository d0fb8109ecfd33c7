"""The results of a check for programs: JSON, JUnit XML, SARIF and GitLab's code quality; and `check --statistics`."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

from .. import __version__
from ..problems import CATALOGUE, SEVERITIES, counted, grouped, printable
from .check_text import effect, errors_of, where
from .kit.forms import json_text
from .kit.screen import grid
from .rate_data import problem_entry, provenance, source_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.check_result import Checked
    from ..problems import Kind, Problem
    from .kit.showing import Showing

PLACES = 100
"""SARIF, GitLab's report and JUnit name at most this many cells of a problem; JSON has all of them."""
RESULTS = 5_000
"""GitHub shows at most this many results of a SARIF log, and refuses one with very many more."""

_ROWS = re.compile(r"[A-Z]*([0-9]+)(?::[A-Z]*([0-9]+))?")
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}


def to_json(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One document with every workbook and its problems."""
    workbooks = [
        {
            "path": one.path,
            "sha256": one.sha256,
            "region": one.region,
            "problems": [problem_entry(problem) for problem in one.problems],
            "rows": one.rows,
            "answers": one.answers,
            "sources": source_entries(one.sources),
        }
        for one in checked
    ]
    yield json_text({**provenance(how.rules), "workbooks": workbooks})


def to_junit(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One test suite per workbook. Each error is a failed test; each warning or note is a passed test with output."""
    suites = ElementTree.Element("testsuites", name="probation-ratings")
    for one in checked:
        tests, errors = max(len(one.problems), 1), errors_of(one)
        counts = {"name": one.path, "tests": str(tests), "failures": str(errors), "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(suites, "testsuite", counts)
        properties = ElementTree.SubElement(suite, "properties")
        facts = {"tool": f"probation-ratings {__version__}", "rules": f"{how.rules.id} {how.rules.sha256}"}
        if one.sha256 is not None or one.is_workbook:
            facts["sha256"] = one.sha256 or "not read"
        for name, value in facts.items():
            ElementTree.SubElement(properties, "property", name=name, value=value)
        for problem in one.problems:
            _junit_case(suite, problem)
        if not one.problems:
            ElementTree.SubElement(suite, "testcase", classname=one.path, name="no problem")
    for element in suites.iter():
        # make all text safe to show; line breaks in a text are this program's own
        element.attrib = {name: printable(value) for name, value in element.attrib.items()}
        element.text = element.text and "\n".join(map(printable, element.text.split("\n")))
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield ElementTree.tostring(suites, encoding="unicode") + "\n"


def _junit_case(suite: ElementTree.Element, problem: Problem) -> None:
    kind = problem.kind
    name = f"{kind.code} {kind.name} {where(problem)}".rstrip()
    case = ElementTree.SubElement(suite, "testcase", classname=problem.file, name=name)
    cells = f"\ncells: {', '.join(problem.cells[:PLACES])}" if problem.cells else ""
    details = f"{problem.message}{cells}\n{effect(problem)}\nhelp: {problem.remedy}"
    if problem.is_error:
        failure = ElementTree.SubElement(case, "failure", message=problem.message, type=kind.code)
        failure.text = details
    else:
        ElementTree.SubElement(case, "system-out").text = f"{kind.severity}: {details}"


class _CellFound(NamedTuple):
    """A cell that has a problem, or the problem itself if it has none.

    `place` is the sheet with the cell, and `text` begins with it; `rows` are the first and last row; `fingerprint`
    stays the same when rows are inserted above.
    """

    problem: Problem
    place: str
    rows: tuple[int, int]
    text: str
    fingerprint: str


def to_sarif(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A SARIF 2.1.0 log with one run: codes as rules, one result per cell, and the row as its line."""
    found = list(_cells(checked))
    left = len(found) - RESULTS
    if left > 0:
        found = sorted(found, key=lambda one: SEVERITIES.index(one.problem.kind.severity))[:RESULTS]
    kinds = [CATALOGUE[code] for code in sorted({one.problem.kind.code for one in found})]
    numbers = {kind.code: number for number, kind in enumerate(kinds)}
    driver = {
        "name": "probation-ratings",
        "semanticVersion": __version__,
        "rules": [_sarif_rule(kind) for kind in kinds],
        "properties": {"rules": how.rules.id, "rulesSha256": how.rules.sha256},
    }
    results = [_sarif_result(one, numbers[one.problem.kind.code]) for one in found]
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    if left > 0:
        text = f"{counted(left, 'result')} left out, the least serious; `check -f json` has all of them."
        note = {"level": "warning", "message": {"text": text}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    yield json_text(_printable(log))


def to_gitlab(checked: Iterable[Checked], _how: Showing) -> Iterator[str]:
    """A list of findings as GitLab's code quality reports have them: one per cell, and the row as its line."""
    found = [
        {
            "description": one.text,
            "check_name": f"{one.problem.kind.code} {one.problem.kind.name}",
            "fingerprint": one.fingerprint,
            "severity": _GITLAB[one.problem.kind.severity],
            "location": {"path": _path(one.problem.file), "lines": {"begin": one.rows[0]}},
        }
        for one in _cells(checked)
    ]
    yield json_text(_printable(found))


def _cells(checked: Iterable[Checked]) -> Iterator[_CellFound]:
    """Each cell with a problem. Of a problem with very many cells only the first, and the last says how many more."""
    times: Counter[str] = Counter()
    for problem in (problem for one in checked for problem in one.problems):
        cells = problem.cells[:PLACES]
        left = len(problem.cells) - len(cells)
        cases = problem.case_of_each_cell
        for number, cell in enumerate(cells or ("",)):
            of_case = cases[number] if cases else " ".join(problem.case_ids if not cell else ())
            place = "!".join(filter(None, (problem.sheet, cell)))
            more = f" ({counted(left, 'more cell')} not listed)" if left and number == len(cells) - 1 else ""
            text = f"{f'{place}: ' if place else ''}{problem.message}{more}. Help: {problem.remedy}."
            parts = (_path(problem.file), problem.kind.code, problem.sheet, re.sub("[0-9]+", "", cell), of_case)
            digest = hashlib.sha256(repr(parts).encode(errors="backslashreplace")).hexdigest()
            times[digest] += 1
            yield _CellFound(problem, place, _rows(problem, cell), text, f"{digest}:{times[digest]}")


def _rows(problem: Problem, cell: str) -> tuple[int, int]:
    """The first and last row of a cell or of whole rows; the line of a problem without; else the first."""
    found = _ROWS.fullmatch(cell)
    if found is None:
        return (problem.line or 1,) * 2
    first = int(found[1])
    return first, int(found[2] or first)


def _sarif_rule(kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.code,
        "name": "".join(word.capitalize() for word in kind.name.split("-")),
        "shortDescription": {"text": f"{kind.title[0].upper()}{kind.title[1:]}."},
        "fullDescription": {"text": kind.why},
        "help": {"text": f"`probation-ratings problems {kind.code}` says how to fix it."},
        "defaultConfiguration": {"level": kind.severity},
    }


def _sarif_result(one: _CellFound, number: int) -> dict[str, Any]:
    first, last = one.rows
    region = {"startLine": first} | ({} if last == first else {"endLine": last})
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_path(one.problem.file), errors="replace")},
            "region": region,
        }
    }
    if one.place:
        location["logicalLocations"] = [{"fullyQualifiedName": one.place, "kind": "element"}]
    return {
        "ruleId": one.problem.kind.code,
        "ruleIndex": number,
        "level": one.problem.kind.severity,
        "message": {"text": one.text},
        "locations": [location],
        # GitHub knows a result again by the first one, and by no other
        "partialFingerprints": {"primaryLocationLineHash": one.fingerprint, "problem/v1": one.fingerprint},
    }


def _printable(value: Any) -> Any:
    """Make all texts of a document safe to show."""
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value


def _path(path: str) -> str:
    """The path with slashes, relative to the current folder if possible."""
    if path == "-":
        return "stdin"
    with suppress(ValueError):  # another drive of Windows
        path = os.path.relpath(path)
    return PurePath(path).as_posix()


def statistics_to_text(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A line per problem code, the most serious first; empty without problems."""
    counts, names = ("problems", "cells", "files"), ("code", "severity", "name")
    head = [name.capitalize() for name in (*counts, *names)]
    rows = [(*(f"{one[key]:,}" for key in counts), *(one[key] for key in names)) for one in _statistics(checked)]
    if rows:
        yield how.screen_of_text.render(grid(head, rows, right=(0, 1, 2)))


def statistics_to_json(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One document with the counts of each problem code."""
    yield json_text({**provenance(how.rules), "statistics": _statistics(checked)})


def _statistics(checked: Iterable[Checked]) -> list[dict[str, Any]]:
    """Each code with how often it was found, in how many cells and files: the most serious first, then by number."""
    found = grouped((problem.kind.code, problem) for one in checked for problem in one.problems)
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
