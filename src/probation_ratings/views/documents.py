"""The machine formats: JSON, JSON lines and CSV. Keys and columns are a contract: later versions only add some."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from .. import __version__, pdus
from ..margins import question_margin, rounding_decides, standard_margin
from ..panel import flags
from ..problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..margins import Margin
    from ..problems import Problem
    from ..rated import RatedInspection
    from ..ratings import KeyQuestionRating, StandardRating
    from ..ruleset import RuleSet

SCHEMA_VERSION = "1.0"

# Characters that a terminal obeys or that turn text round; JSON may always spell them as \uXXXX.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet would take for a formula when it opens a CSV file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_json(rated: Iterable[RatedInspection], rules: RuleSet, *, by_pdu: bool = False) -> Iterator[str]:
    """One document with all inspections."""
    document = {**provenance(rules), "inspections": [inspection_entry(one, by_pdu=by_pdu) for one in rated]}
    yield escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def to_jsonl(rated: Iterable[RatedInspection], rules: RuleSet, *, by_pdu: bool = False) -> Iterator[str]:
    """One line an inspection, each complete in itself, as soon as it is rated."""
    for one in rated:
        yield (
            escaped(json.dumps({**provenance(rules), **inspection_entry(one, by_pdu=by_pdu)}, ensure_ascii=False))
            + "\n"
        )


def to_csv(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One row a standard."""
    own = ("standard", "title", "domain", "method", "rating", "score", "computed_rating", "driven_by")
    added = ("panel_reason", "panel_flags", "answers_up", "answers_down", "rounding_decides", "pdu", "counted")
    yield csv_row([*_REGION, *own, *_HASHES, *added])
    for one in rated:
        for row in (_standard(standard, rules) for standard in one.standards):
            values = [row["id" if name == "standard" else name] for name in own[:-1]]
            more = [
                (row["panel_decision"] or {}).get("reason"),
                "; ".join(flag["reason"] for flag in row["panel_flags"]),
                *row["margin"].values(),
                "yes" if row["rounding_decides"] else "no",
                one.details.pdu,
                "yes" if row["counted"] else "no",
            ]
            yield csv_row([*_region(one), *values, " ".join(row["driven_by"]), *_hashes(one, rules), *more])


def to_question_csv(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One row a key question, with the rating of its standard and whether it drives that."""
    own = ("standard", "key_question", "text", "yes", "no", "not_applicable", "relevant", "percentage", "rating")
    added = ("standard_computed_rating", "answers_up", "answers_down", "pdu")
    yield csv_row([*_REGION, *own, "standard_rating", "drives", *_HASHES, *added])
    for one in rated:
        for standard in one.standards:
            for question in standard.key_questions:
                values = list(_question(question).values())
                drives = "yes" if question.question.id in standard.driven_by else "no"
                margin = question_margin(question, rules)
                more = [*_hashes(one, rules), standard.computed_rating, margin.up, margin.down, one.details.pdu]
                yield csv_row([*_region(one), standard.standard.id, *values, standard.rating, drives, *more])


def to_pdu_csv(rated: Iterable[RatedInspection], rules: RuleSet) -> Iterator[str]:
    """One row a key question and PDU: its counts, percentage, what it would be rated, and whether it is small."""
    own = ("pdu", "yes", "no", "not_applicable", "relevant", "percentage", "rating", "small")
    yield csv_row([*_REGION, "standard", "key_question", *own, *_HASHES])
    for one in rated:
        for standard in one.standards:
            for question in standard.key_questions:
                for share in pdus.by_pdu(question, rules):
                    values = {**_pdu(share), "small": "yes" if share.small else "no"}.values()
                    ids = (standard.standard.id, question.question.id)
                    yield csv_row([*_region(one), *ids, *values, *_hashes(one, rules)])


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
        **({} if problem.line is None else {"line": problem.line}),
    }


def provenance(rules: RuleSet) -> dict[str, Any]:
    """What every JSON document begins with: the version of its form, of the program and of the rules."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "probation-ratings", "version": __version__},
        "rules": {"id": rules.id, "title": rules.title, "sha256": rules.sha256},
    }


def inspection_entry(rated: RatedInspection, *, by_pdu: bool = False) -> dict[str, Any]:
    """An inspection as it stands in every JSON document of ratings, with the PDUs of each key question on request."""
    details, margin = rated.details, rated.margin
    return {
        "region": details.region,
        "data_status": details.data_status,
        "workbook": {"path": details.path, "sha256": details.sha256},
        "score": rated.score,
        "max_score": rated.max_score,
        "overall_rating": rated.overall_rating,
        "standards": [_standard(standard, rated.rules, by_pdu=by_pdu) for standard in rated.standards],
        "problems": [problem_entry(problem) for problem in rated.problems],
        "margin": {
            **_margin(margin.points),
            "steps_up": list(margin.steps_up),
            "steps_down": list(margin.steps_down),
        },
        "pdu": details.pdu,
        "why_no_overall_rating": rated.why_no_overall_rating,
    }


def _standard(rated: StandardRating, rules: RuleSet, *, by_pdu: bool = False) -> dict[str, Any]:
    decision = rated.panel_decision
    return {
        "id": rated.standard.id,
        "title": rated.standard.title,
        "domain": rated.standard.domain,
        "method": rated.standard.method,
        "rating": rated.rating,
        "score": rated.score,
        "computed_rating": rated.computed_rating,
        "panel_decision": None if decision is None else {"rating": decision.rating, "reason": decision.reason},
        "driven_by": list(rated.driven_by),
        "key_questions": [
            {
                **_question(question),
                "margin": _margin(question_margin(question, rules)),
                **(_pdus(question, rules) if by_pdu else {}),
                "share": None if question.share is None else list(question.share.as_integer_ratio()),
            }
            for question in rated.key_questions
        ],
        "margin": _margin(standard_margin(rated, rules)),
        "rounding_decides": rounding_decides(rated, rules),
        "panel_flags": [{"limit": flag.limit, "reason": flag.reason} for flag in flags(rated, rules)],
        "counted": rated.standard.counted,
        "inspected": rated.inspected,
    }


def _pdus(rated: KeyQuestionRating, rules: RuleSet) -> dict[str, Any]:
    shares = pdus.by_pdu(rated, rules)
    between, most = pdus.range_of(shares), pdus.pull(rated, rules)
    return {
        "pdus": [_pdu(share) for share in shares],
        "pdu_range": None if between is None else list(between),
        "pulled_down_by": None
        if most is None
        else {"pdu": most.pdu, "percentage_without": most.percentage, "rating_without": most.band.rating},
    }


def _pdu(share: pdus.PduShare) -> dict[str, Any]:
    return {
        "pdu": share.pdu,
        "yes": share.count.yes,
        "no": share.count.no,
        "not_applicable": share.count.not_applicable,
        "relevant": share.count.relevant,
        "percentage": share.percentage,
        "rating": None if share.band is None else share.band.rating,
        "small": share.small,
    }


def _margin(margin: Margin) -> dict[str, int | None]:
    return {"up": margin.up, "down": margin.down}


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


def csv_row(values: Iterable[object]) -> str:
    """A line of CSV, in which no text is a formula."""
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
