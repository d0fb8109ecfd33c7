"""The machine formats: JSON, JSON lines and CSV. Keys and columns are a contract: later versions only add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import __version__
from ..findings.suppression import SUPPRESSED, hide, origin
from .kit.forms import HASHES, TOOL, csv_row, json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ..checking.annexes import AnnexCounts
    from ..findings.suppression import Hidden
    from ..problems import Problem
    from ..rating.counts import Count
    from ..rating.key_questions import KeyQuestionRating, PduRating
    from ..rating.margins import Margin
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating, SupportingFigure
    from ..reading.workbook import SourceFile
    from ..rulebook.model import RuleSet
    from .kit.showing import Rows, Showing


def to_json(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """One document with all inspections, and the problems that concern no single one of them."""
    entries = [inspection_entry(one, by_pdu=how.by_pdu) for one in rated]
    document = {**provenance(how.rules), "inspections": entries}
    if how.problems:
        document["problems"] = [problem_entry(one) for one in how.problems]
    yield json_text(document)


def to_jsonl(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """One line per inspection, written as soon as it is rated. Each line is a complete document."""
    for one in rated:
        yield json_text({**provenance(how.rules), **inspection_entry(one, by_pdu=how.by_pdu)}, indent=None)


def to_csv(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """One row per standard. If counts from 1 to `below` - 1 are suppressed, so are the margins and reasons."""
    columns, records_of = _CSV[how.rows]
    if how.rows == "supporting":
        most = max((len(one.categories) for one in how.rules.annex_tables), default=0)
        columns = (*columns, *(f"category_{place}" for place in range(1, most + 1)))
    yield csv_row(columns)
    for one in rated:
        shared = _shared(one, how.below)
        for record in records_of(one, hide(one, how.below)):
            entry = shared | record
            yield csv_row(entry.get(column) for column in columns)


def standard_records(rated: RatedInspection, hidden: Hidden) -> Iterator[dict[str, Any]]:
    """The standards, each with its margin, flags and panel decision."""
    for standard in rated.standards:
        row = _standard(standard)
        sensitive = {
            "panel_flags": "; ".join(flag.reason for flag in standard.panel_flags),
            "panel_limits": " ".join(dict.fromkeys(flag.limit for flag in standard.panel_flags)),
            "answers_up": standard.margin.up,
            "answers_down": standard.margin.down,
            "rounding_decides": _yes_or_no(standard.rounding_decides),
        }
        if hidden.touches(standard):
            sensitive = dict.fromkeys(sensitive, SUPPRESSED)
        yield {
            **row,
            "standard": row["id"],
            "driven_by": " ".join(standard.driven_by),
            "panel_reason": None if standard.panel_decision is None else standard.panel_decision.reason,
            "counted": _yes_or_no(standard.standard.counted),
            **sensitive,
        }


def question_records(rated: RatedInspection, hidden: Hidden) -> Iterator[dict[str, Any]]:
    """The key questions, each with the rating of its standard and whether it drives that."""
    for standard in rated.standards:
        for question in standard.key_questions:
            asked = question.question.id
            answers = {"answers_up": question.margin.up, "answers_down": question.margin.down}
            yield {
                **_shown({**_question(question), **answers}, out=asked in hidden.questions),
                "key_question": asked,
                "standard": standard.standard.id,
                "standard_rating": standard.rating,
                "standard_computed_rating": standard.computed_rating,
                "drives": _yes_or_no(asked in standard.driven_by),
            }


def _pdu_answers(rated: RatedInspection, hidden: Hidden) -> Iterator[dict[str, Any]]:
    """The answers of each PDU to each key question: counts, percentage, what it would be rated, and if it is small."""
    for standard in rated.standards:
        for question in standard.key_questions:
            asked = question.question.id
            for share in question.pdus:
                entry = {**_pdu(share), "small": _yes_or_no(share.small)}
                out = (asked, share.pdu) in hidden.pdus
                own = {"standard": standard.standard.id, "key_question": asked}
                yield own | _shown(entry, "rating", "small", out=out)


def _supporting_answers(rated: RatedInspection, hidden: Hidden) -> Iterator[dict[str, Any]]:
    """The supporting questions, then the categories of the annex tables."""
    for figure in rated.supporting:
        asked = figure.question.id
        yield {**_shown(_supporting(figure), out=asked in hidden.questions), "supporting_question": asked}
    for annex in rated.details.annexes:
        for values, count in annex.rows or ():
            sheet = annex.table.name
            shown = SUPPRESSED if (sheet, values) in hidden.categories else count
            each = {f"category_{place}": value for place, value in enumerate(values, start=1)}
            yield {"sheet": sheet, "category": ", ".join(values), "count": shown, **each}


def _shown(entry: Mapping[str, Any], *more: str, out: bool) -> dict[str, Any]:
    """A row; if `out`, with its figures suppressed, even those that are None, and the fields in `more`."""
    figures = {*_COUNTS, "answers_up", "answers_down", *more}
    return {name: SUPPRESSED if out and name in figures else value for name, value in entry.items()}


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def problem_entry(problem: Problem) -> dict[str, Any]:
    """A problem as an entry of a JSON document."""
    return {
        "code": problem.kind.code,
        "name": problem.kind.name,
        "severity": problem.kind.severity,
        "message": problem.message,
        "sheet": problem.sheet,
        "cells": list(problem.cells),
        "case_ids": list(problem.case_ids),
        "file": problem.file,
        **({} if problem.line is None else {"line": problem.line}),
    }


def provenance(rules: RuleSet) -> dict[str, Any]:
    """The beginning of every JSON document: the versions of its schema, the program and the rules."""
    return {**TOOL, "rules": {"id": rules.id, "title": rules.title, "sha256": rules.sha256}}


def inspection_entry(rated: RatedInspection, *, by_pdu: bool = False) -> dict[str, Any]:
    """An inspection as an entry of a JSON document, with the PDUs of each key question on request."""
    details, margin = rated.details, rated.margin
    return {
        "region": details.region,
        "data_status": details.data_status,
        "workbook": {"path": details.path, "sha256": details.sha256},
        "score": rated.score,
        "max_score": rated.max_score,
        "overall_rating": rated.overall_rating,
        "standards": [_standard(standard, by_pdu=by_pdu) for standard in rated.standards],
        "problems": [problem_entry(problem) for problem in rated.problems],
        "margin": {
            **_margin(margin.points),
            "steps_up": list(margin.steps_up),
            "steps_down": list(margin.steps_down),
        },
        "supporting_questions": [_supporting(one) for one in rated.supporting],
        "annex_tables": [_annex(one) for one in details.annexes],
        "pdu": details.pdu,
        "why_no_overall_rating": rated.why_no_overall_rating,
        **dict(zip(("fieldwork_started", "fieldwork_ended"), details.fieldwork.texts, strict=True)),
        "sources": source_entries(details.sources),
    }


def source_entries(sources: Iterable[SourceFile]) -> list[dict[str, str]]:
    """The files that an inspection was read from, as entries of a JSON document."""
    return [{"path": one.path, "sha256": one.sha256, "role": one.role} for one in sources]


def _standard(rated: StandardRating, *, by_pdu: bool = False) -> dict[str, Any]:
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
                "margin": _margin(question.margin),
                **(_pdus(question) if by_pdu else {}),
                "share": None if question.share is None else list(question.share.as_integer_ratio()),
                "averaged": question.averaged,
            }
            for question in rated.key_questions
        ],
        "margin": _margin(rated.margin),
        "rounding_decides": rated.rounding_decides,
        "panel_flags": [{"limit": flag.limit, "reason": flag.reason} for flag in rated.panel_flags],
        "counted": rated.standard.counted,
        "inspected": rated.inspected,
        "rating_place": rated.place,
        "rationale": rated.rationale,
    }


def _supporting(rated: SupportingFigure) -> dict[str, Any]:
    asked = rated.question
    figures = _figures(rated.count, rated.percentage)
    return {"id": asked.id, "text": asked.text, "standard": asked.standard, **figures}


def _annex(counts: AnnexCounts) -> dict[str, Any]:
    rows = None if counts.rows is None else [{"values": list(values), "count": count} for values, count in counts.rows]
    return {
        "sheet": counts.table.name,
        "title": counts.table.title,
        "categories": [category.name for category in counts.table.categories],
        "rows": rows,
        "total": counts.total,
    }


def _pdus(rated: KeyQuestionRating) -> dict[str, Any]:
    between, most, pulled = rated.pdu_range, rated.pull, None
    if most is not None:
        rating = None if most.band is None else most.band.rating
        pulled = {"pdu": most.pdu, "percentage_without": most.percentage, "rating_without": rating}
    pdus = [_pdu(share) for share in rated.pdus]
    return {"pdus": pdus, "pdu_range": None if between is None else list(between), "pulled_down_by": pulled}


def _pdu(share: PduRating) -> dict[str, Any]:
    rating = None if share.band is None else share.band.rating
    return {"pdu": share.pdu, **_figures(share.count, share.percentage), "rating": rating, "small": share.small}


def _margin(margin: Margin) -> dict[str, int | None]:
    return {"up": margin.up, "down": margin.down}


def _question(rated: KeyQuestionRating) -> dict[str, Any]:
    rating = None if rated.band is None else rated.band.rating
    figures = _figures(rated.count, rated.percentage)
    return {"id": rated.question.id, "text": rated.question.text, **figures, "rating": rating}


def _figures(count: Count | None, percentage: int | None) -> dict[str, int | None]:
    """A count and its percentage under the names of `_COUNTS`; all None without a count."""
    return {name: getattr(count, name, None) for name in _COUNTS[:4]} | {"percentage": percentage}


def _shared(rated: RatedInspection, below: int) -> dict[str, Any]:
    """What all rows of an inspection say: which it is, its overall rating, and the data and versions used."""
    details = rated.details
    hashes = (*origin(details.path, details.sha256, below), rated.rules.id, rated.rules.sha256, __version__)
    return {
        "region": details.region,
        "pdu": details.pdu,
        "data_status": details.data_status,
        "overall_rating": rated.overall_rating,
        "overall_score": rated.score,
        "max_score": rated.max_score,
        **dict(zip(HASHES, hashes, strict=True)),
    }


_COUNTS = ("yes", "no", "not_applicable", "relevant", "percentage")
_REGION = ("region", "data_status", "overall_rating", "overall_score", "max_score")
_CSV: dict[Rows, tuple[tuple[str, ...], Callable[[RatedInspection, Hidden], Iterator[dict[str, Any]]]]] = {
    "standards": (
        (*_REGION, "standard", "title", "domain", "method", "rating", "score", "computed_rating", "driven_by", *HASHES,
         "panel_reason", "panel_flags", "answers_up", "answers_down", "rounding_decides", "pdu", "counted",
         "panel_limits"),
        standard_records,
    ),
    "key-questions": (
        (*_REGION, "standard", "key_question", "text", *_COUNTS, "rating", "standard_rating", "drives", *HASHES,
         "standard_computed_rating", "answers_up", "answers_down", "pdu"),
        question_records,
    ),
    "supporting": (
        (*_REGION, "standard", "supporting_question", "text", *_COUNTS, "sheet", "category", "count", *HASHES),
        _supporting_answers,
    ),
    "pdus": (
        (*_REGION, "standard", "key_question", "pdu", *_COUNTS, "rating", "small", *HASHES),
        _pdu_answers,
    ),
}  # fmt: skip
"""The columns of each kind of CSV, and the function that has its rows."""
