"""The machine formats: JSON, JSON lines and CSV. Keys and columns are a contract: later versions only add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import __version__
from ..findings.suppression import SUPPRESSED, hide, origin
from ..rating.pdus import range_of
from .kit.forms import HASHES, TOOL, csv_row, json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..checking.annexes import AnnexCounts
    from ..problems import Problem
    from ..rating.counts import Count
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.margins import Margin
    from ..rating.pdus import PduRating
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating, SupportingFigure
    from ..rulebook.model import RuleSet


def to_json(
    rated: Iterable[RatedInspection], rules: RuleSet, *, by_pdu: bool = False, problems: Sequence[Problem] = ()
) -> Iterator[str]:
    """One document with all inspections; `problems` are those that concern no single workbook."""
    document = {**provenance(rules), "inspections": [inspection_entry(one, by_pdu=by_pdu) for one in rated]}
    if problems:
        document["problems"] = [{**problem_entry(one), "file": one.file} for one in problems]
    yield json_text(document)


def to_jsonl(rated: Iterable[RatedInspection], rules: RuleSet, *, by_pdu: bool = False) -> Iterator[str]:
    """One line per inspection, written as soon as it is rated. Each line is a complete document."""
    for one in rated:
        yield json_text({**provenance(rules), **inspection_entry(one, by_pdu=by_pdu)}, indent=None)


def to_csv(rated: Iterable[RatedInspection], rules: RuleSet, below: int = 0) -> Iterator[str]:
    """One row per standard. If counts from 1 to `below` - 1 are suppressed, so are the margins and reasons."""
    own = ("standard", "title", "domain", "method", "rating", "score", "computed_rating", "driven_by")
    added = ("panel_reason", "panel_flags", "answers_up", "answers_down", "rounding_decides", "pdu", "counted")
    yield csv_row([*_REGION, *own, *HASHES, *added])
    for one in rated:
        hidden = hide(one, below)
        for standard in one.standards:
            row = _standard(standard)
            values = [row["id" if name == "standard" else name] for name in own[:-1]]
            more = [
                "; ".join(flag["reason"] for flag in row["panel_flags"]),
                *row["margin"].values(),
                "yes" if row["rounding_decides"] else "no",
            ]
            if hidden.touches(standard):
                more = [SUPPRESSED] * len(more)
            more += [one.details.pdu, "yes" if row["counted"] else "no"]
            decided = (row["panel_decision"] or {}).get("reason")
            yield csv_row(
                [*_region(one), *values, " ".join(row["driven_by"]), *_hashes(one, rules, below), decided, *more]
            )


def to_question_csv(rated: Iterable[RatedInspection], rules: RuleSet, below: int = 0) -> Iterator[str]:
    """One row per key question, with the rating of its standard and whether it drives that; `below` as in `to_csv`."""
    own = ("standard", "key_question", "text", *_COUNTS, "rating")
    added = ("standard_computed_rating", "answers_up", "answers_down", "pdu")
    yield csv_row([*_REGION, *own, "standard_rating", "drives", *HASHES, *added])
    for one in rated:
        hidden = hide(one, below).questions
        for standard in one.standards:
            for question in standard.key_questions:
                out = question.question.id in hidden
                values = _shown(_question(question), out=out)
                drives = "yes" if question.question.id in standard.driven_by else "no"
                margin = _shown(_margin(question.margin), out=out)
                more = [*_hashes(one, rules, below), standard.computed_rating, *margin, one.details.pdu]
                yield csv_row([*_region(one), standard.standard.id, *values, standard.rating, drives, *more])


def to_pdu_csv(rated: Iterable[RatedInspection], rules: RuleSet, below: int = 0) -> Iterator[str]:
    """One row per key question and PDU: its counts, percentage, the rating it would get, and whether it is small.

    `below` as in `to_csv`.
    """
    yield csv_row([*_REGION, "standard", "key_question", "pdu", *_COUNTS, "rating", "small", *HASHES])
    for one in rated:
        hidden = hide(one, below).pdus
        for standard in one.standards:
            for question in standard.key_questions:
                for share in question.pdus:
                    asked = question.question.id
                    out = (asked, share.pdu) in hidden
                    values = _shown({**_pdu(share), "small": "yes" if share.small else "no"}, out=out)
                    if out:
                        values[-2:] = [SUPPRESSED] * 2
                    yield csv_row([*_region(one), standard.standard.id, asked, *values, *_hashes(one, rules, below)])


def to_supporting_csv(rated: Iterable[RatedInspection], rules: RuleSet, below: int = 0) -> Iterator[str]:
    """One row per supporting question, then one per category of an annex table; `below` as in `to_csv`."""
    yield csv_row(
        [*_REGION, "standard", "supporting_question", "text", *_COUNTS, "sheet", "category", "count", *HASHES]
    )
    for one in rated:
        hidden = hide(one, below)
        for figure in one.supporting:
            entry = _supporting(figure)
            own = (entry.pop("standard"), *_shown(entry, out=figure.question.id in hidden.questions))
            yield csv_row([*_region(one), *own, None, None, None, *_hashes(one, rules, below)])
        for annex in one.details.annexes:
            for values, count in annex.rows or ():
                sheet = annex.table.name
                category = (sheet, ", ".join(values), SUPPRESSED if (sheet, values) in hidden.categories else count)
                yield csv_row([*_region(one), *[None] * 8, *category, *_hashes(one, rules, below)])


def _shown(entry: Mapping[str, object], *, out: bool) -> list[object]:
    """The values of a row. If `out`, all its figures are suppressed, even missing ones."""
    return [SUPPRESSED if out and name in (*_COUNTS, "up", "down") else value for name, value in entry.items()]


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
    }


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
    between, most = range_of(rated.pdus), rated.pull
    return {
        "pdus": [_pdu(share) for share in rated.pdus],
        "pdu_range": None if between is None else list(between),
        "pulled_down_by": None
        if most is None
        else {"pdu": most.pdu, "percentage_without": most.percentage, "rating_without": most.band.rating},
    }


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
    counts = [None] * 4 if count is None else [count.yes, count.no, count.not_applicable, count.relevant]
    return dict(zip(_COUNTS, [*counts, percentage], strict=True))


_COUNTS = ("yes", "no", "not_applicable", "relevant", "percentage")
_REGION = ("region", "data_status", "overall_rating", "overall_score", "max_score")


def _region(rated: RatedInspection) -> list[object]:
    return [rated.details.region, rated.details.data_status, rated.overall_rating, rated.score, rated.max_score]


def _hashes(rated: RatedInspection, rules: RuleSet, below: int) -> list[object]:
    return [*origin(rated.details.path, rated.details.sha256, below), rules.id, rules.sha256, __version__]
