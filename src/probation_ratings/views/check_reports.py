"""The results of a check for programs: JSON, GitHub workflow commands, JUnit XML and SARIF."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree

from .. import __version__
from ..problems import CATALOGUE, printable
from .check_text import effect, more_cells, where
from .kit.forms import json_text
from .rate_data import problem_entry, provenance, source_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.check_result import Checked
    from ..problems import Kind, Problem
    from .kit.showing import Showing

GITHUB_SHOWS = 10
"""GitHub shows at most this many annotations of each severity in a step."""
PLACES = 100
"""SARIF and JUnit name at most this many cells of a problem; JSON has all of them."""

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


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


def to_github(checked: Iterable[Checked], _how: Showing) -> Iterator[str]:
    """GitHub workflow commands, errors first, and how many more there are than GitHub shows."""
    problems = [problem for one in checked for problem in one.problems]
    for severity, command in _GITHUB.items():
        of_severity = [problem for problem in problems if problem.kind.severity == severity]
        kept = of_severity if len(of_severity) <= GITHUB_SHOWS else of_severity[: GITHUB_SHOWS - 1]
        for problem in kept:
            kind = problem.kind
            place = f"{where(problem)}: " if problem.sheet is not None else ""
            title = _property(f"{kind.code} {kind.name}")
            message = _data(f"{place}{problem.message}{more_cells(problem)}. Help: {problem.remedy}")
            yield f"::{command} file={_property(problem.file)},title={title}::{message}\n"
        if len(kept) < len(of_severity):
            yield f"::{command} title=More::{len(of_severity) - len(kept)} more; `check -f full` shows them\n"


def _data(text: str) -> str:
    """Escape text for a GitHub command: without line breaks it cannot begin another command."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def to_junit(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One test suite per workbook. Each error is a failed test; each warning or note is a passed test with output."""
    suites = ElementTree.Element("testsuites", name="probation-ratings")
    for one in checked:
        errors = sum(problem.is_error for problem in one.problems)
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=one.path,
            tests=str(max(len(one.problems), 1)),
            failures=str(errors),
            errors="0",
            skipped="0",
        )
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


def to_sarif(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """A SARIF 2.1.0 log with one run: codes as rules, one result per problem, cells as locations."""
    problems = [problem for one in checked for problem in one.problems]
    kinds = [CATALOGUE[code] for code in sorted({problem.kind.code for problem in problems})]
    places = {kind.code: place for place, kind in enumerate(kinds)}
    driver = {
        "name": "probation-ratings",
        "semanticVersion": __version__,
        "rules": [_sarif_rule(kind) for kind in kinds],
        "properties": {"rules": how.rules.id, "rulesSha256": how.rules.sha256},
    }
    results = [_sarif_result(problem, places[problem.kind.code]) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    yield json_text(_printable(log))


def _printable(value: Any) -> Any:
    """Make all texts of a SARIF log safe to show."""
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value


def _sarif_rule(kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.code,
        "name": "".join(word.capitalize() for word in kind.name.split("-")),
        "shortDescription": {"text": f"{kind.title[0].upper()}{kind.title[1:]}."},
        "fullDescription": {"text": kind.why},
        "help": {"text": f"`probation-ratings problems {kind.code}` says how to fix it."},
        "defaultConfiguration": {"level": kind.severity},
    }


def _sarif_result(problem: Problem, place: int) -> dict[str, Any]:
    artifact = {"artifactLocation": {"uri": _uri(problem.file)}}
    sheet = problem.sheet
    names = [f"{sheet}!{cell}" for cell in problem.cells[:PLACES]] or ([] if sheet is None else [sheet])
    logical = [{"fullyQualifiedName": name, "kind": "element"} for name in names]
    locations = [{"physicalLocation": artifact, "logicalLocations": [one]} for one in logical]
    return {
        "ruleId": problem.kind.code,
        "ruleIndex": place,
        "level": problem.kind.severity,
        "message": {"text": f"{problem.message}{more_cells(problem)}. Help: {problem.remedy}."},
        "locations": locations or [{"physicalLocation": artifact}],
        "partialFingerprints": {"problem/v1": _fingerprint(problem)},
    }


def _fingerprint(problem: Problem) -> str:
    """Made of cases and columns, so that it stays the same when rows are inserted above the problem."""
    columns = sorted({cell.rstrip("0123456789") for cell in problem.cells})
    parts = (PurePath(problem.file).name, problem.kind.code, problem.sheet, columns, sorted(problem.case_ids))
    return hashlib.sha256(repr(parts).encode(errors="backslashreplace")).hexdigest()


def _uri(path: str) -> str:
    """The path as a URI, relative to the current folder if possible."""
    if path == "-":
        return "stdin"
    with suppress(ValueError):  # another drive of Windows
        path = os.path.relpath(path)
    return quote(PurePath(path).as_posix(), errors="replace")
