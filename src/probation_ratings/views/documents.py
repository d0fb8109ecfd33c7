"""The machine formats: JSON, JSON lines and CSV. Keys and columns are a contract: later versions only add some."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..problems import Problem
    from ..ratings import KeyQuestionRating, RatedInspection, StandardRating
    from ..ruleset import RuleSet

SCHEMA_VERSION = "1.0"

# Characters that a terminal obeys or that turn text round; JSON may always spell them as \uXXXX.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet would take for a formula when it opens a CSV file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_json(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One document with all inspections."""
    document = {**provenance(rules), "inspections": [_inspection(one) for one in rated]}
    yield escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def to_jsonl(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One line an inspection, each complete in itself, as soon as it is rated."""
    for one in rated:
        yield escaped(json.dumps({**provenance(rules), **_inspection(one)}, ensure_ascii=False)) + "\n"


def to_csv(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One row a standard."""
    own = ("standard", "title", "domain", "method", "rating", "score", "computed_rating", "driven_by")
    yield _row([*_REGION, *own, *_HASHES])
    for one in rated:
        for row in map(_standard, one.standards):
            row["driven_by"] = " ".join(row["driven_by"])
            yield _row(
                [*_region(one), *(row["id" if name == "standard" else name] for name in own), *_hashes(one, rules)]
            )


def to_question_csv(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One row a key question, with the rating of its standard and whether it drives that."""
    own = ("standard", "key_question", "text", "yes", "no", "not_applicable", "relevant", "percentage", "rating")
    yield _row([*_REGION, *own, "standard_rating", "drives", *_HASHES])
    for one in rated:
        for standard in one.standards:
            for question in standard.key_questions:
                values = list(_question(question).values())
                drives = "yes" if question.question.id in standard.driven_by else "no"
                yield _row(
                    [*_region(one), standard.standard.id, *values, standard.rating, drives, *_hashes(one, rules)]
                )


def problem_entry(problem: Problem) -> dict[str, Any]:
    """A problem as it stands in every JSON document."""
    return {
        "code": problem.kind.code,
        "name": problem.kind.name,
        "severity": problem.kind.severity,
        "message": problem.message,
        "sheet": problem.sheet,
        "cells": list(problem.cells),
        "case_ids": list(problem.case_ids),
    }


def provenance(rules: RuleSet) -> dict[str, Any]:
    """What every JSON document begins with: the version of its form, of the program and of the rules."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "probation-ratings", "version": __version__},
        "rules": {"id": rules.id, "title": rules.title, "sha256": rules.sha256},
    }


def _inspection(rated: RatedInspection) -> dict[str, Any]:
    details = rated.details
    return {
        "region": details.region,
        "data_status": details.data_status,
        "workbook": {"path": details.path, "sha256": details.sha256},
        "score": rated.score,
        "max_score": rated.max_score,
        "overall_rating": rated.overall_rating,
        "standards": [_standard(standard) for standard in rated.standards],
        "problems": [problem_entry(problem) for problem in rated.problems],
    }


def _standard(rated: StandardRating) -> dict[str, Any]:
    return {
        "id": rated.standard.id,
        "title": rated.standard.title,
        "domain": rated.standard.domain,
        "method": rated.standard.method,
        "rating": rated.rating,
        "score": rated.score,
        "computed_rating": rated.computed_rating,
        "panel_decision": None,
        "driven_by": list(rated.driven_by),
        "key_questions": [_question(question) for question in rated.key_questions],
    }


def _question(rated: KeyQuestionRating) -> dict[str, Any]:
    return {
        "id": rated.question.id,
        "text": rated.question.text,
        "yes": rated.count.yes,
        "no": rated.count.no,
        "not_applicable": rated.count.not_applicable,
        "relevant": rated.count.relevant,
        "percentage": rated.percentage,
        "rating": None if rated.band is None else rated.band.rating,
    }


_REGION = ("region", "data_status", "overall_rating", "overall_score", "max_score")
_HASHES = ("workbook", "workbook_sha256", "rules", "rules_sha256", "tool_version")


def _region(rated: RatedInspection) -> list[object]:
    return [rated.details.region, rated.details.data_status, rated.overall_rating, rated.score, rated.max_score]


def _hashes(rated: RatedInspection, rules: RuleSet) -> list[object]:
    return [rated.details.path, rated.details.sha256, rules.id, rules.sha256, __version__]


def _row(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    # An apostrophe in front keeps a spreadsheet from running the text as a formula.
    return printable(f"'{value}" if value.startswith(_FORMULA) else value)


def escaped(document: str) -> str:
    """A JSON document without characters that a terminal obeys: JSON may spell any of them by its number."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
