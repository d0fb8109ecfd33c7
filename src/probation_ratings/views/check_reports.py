"""The results of a check for programs: JSON, JUnit XML, SARIF, GitLab and GitHub Actions; and `check --statistics`."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from contextlib import suppress
from itertools import chain, zip_longest
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .. import __version__
from ..problems import CATALOGUE, SEVERITIES, counted, grouped, printable
from .check_text import effect, errors_of, more_cells, summary, where
from .kit.forms import json_text, markdown, markdown_table
from .kit.screen import grid
from .rate_data import problem_entry, provenance, source_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from ..findings.check_result import Checked
    from ..problems import Kind, Problem
    from .kit.showing import Showing

PLACES = 100
"""SARIF, GitLab's report and JUnit name at most this many cells of a problem; JSON has all of them."""
RESULTS = 5_000
"""GitHub shows at most this many results of a SARIF log, and refuses one with very many more."""
GITHUB_SHOWS = 10
"""GitHub shows at most this many annotations of each severity in a step."""
FILES_LISTED = 300
LONGEST = 500
"""The summary of a step has at most so many files, and texts of at most this length: GitHub shows none over 1 MiB."""

_ROWS = re.compile(r"[A-Z]*([0-9]+)(?::[A-Z]*([0-9]+))?")
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
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
    from xml.etree import ElementTree

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


def _junit_case(suite: Element, problem: Problem) -> None:
    from xml.etree import ElementTree

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
            yield f"::{command} title=More::{len(of_severity) - len(kept):,} more; `check -f full` shows them\n"


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
