"""The results of a check for programs: JSON and JUnit XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .. import __version__
from ..problems import printable
from .check_text import effect, where
from .kit.forms import json_text
from .rate_data import problem_entry, provenance, source_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..findings.check_result import Checked
    from ..problems import Problem
    from .kit.showing import Showing

PLACES = 100
"""SARIF, GitLab's report and JUnit name at most this many cells of a problem; JSON has all of them."""


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
