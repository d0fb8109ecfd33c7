"""What the public API shows in a notebook or a script: pandas frames, and a table of ratings as plain HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..findings.suppression import Hidden
from ..problems import listed, printable
from .rate_data import problem_entry, question_records, standard_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from ..checking.inspection import Inspection
    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating

_QUESTION_COLUMNS = (
    "key_question", "standard", "text", "yes", "no", "not_applicable", "relevant", "percentage", "rating", "drives",
)  # fmt: skip
_PROBLEM_COLUMNS = (
    "code", "name", "severity", "file", "sheet", "cells", "line", "case_ids", "standards", "message", "remedy",
)  # fmt: skip
_HEAD = ("Standard", "Rating", "Score", "Driven by")
_COLUMNS = ("standard", "title", "domain", "rating", "score", "driven_by", "computed_rating")


def cases_frame(inspection: Inspection, sheet: str) -> pd.DataFrame:
    """The cases of one case sheet of the rules, such as 'PDU cases'; the index is the row that Excel shows.

    The columns are those of the rules that the sheet has. Key questions are categorical over the answers (an answer
    that is not allowed is missing), the PDU is categorical, dates are `date` objects, all else is text.

    Raises `KeyError` if the workbook has no such sheet (its problems then include that).
    """
    return inspection.cases[sheet].frame.copy()


def tallies_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per key question and PDU, with numbers of cases.

    The columns are question, pdu (missing for cases without a PDU), yes, no, not_applicable and relevant (yes and no).
    `rate_tallies` rates such a frame. Raises nothing; there are no rows of questions that are not rated.
    """
    import pandas as pd

    rows = [
        (question.question.id, pdu, count.yes, count.no, count.not_applicable, count.relevant)
        for question in rated.key_questions
        for pdu, count in [(one.pdu, one.count) for one in question.pdus] or [(None, question.count)]
    ]
    return pd.DataFrame(rows, columns=["question", "pdu", "yes", "no", "not_applicable", "relevant"])


def ratings_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per standard, in the order of the rules; the index is its id.

    The columns are title, domain, rating, score (0 for the lowest rating), driven_by (ids of key questions, separated
    by spaces) and computed_rating (before a decision of the panel). Raises nothing: the ratings and scores of standards
    that are not rated are missing values.
    """
    import pandas as pd

    frame = pd.DataFrame(list(standard_records(rated, Hidden())), columns=list(_COLUMNS))
    return frame.set_index("standard").astype({"score": "Int64"})


def key_questions_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per key question, in the order of the rules; the index is its id.

    The columns are standard, text, yes, no, not_applicable and relevant (numbers of cases), percentage (whole per cent
    of Yes among the relevant cases), rating (the band of that percentage) and drives (whether it drives the rating of
    its standard). Raises nothing: there are no rows of standards that are not rated, and no percentage without a
    relevant case.
    """
    import pandas as pd

    frame = pd.DataFrame(list(question_records(rated, Hidden())), columns=list(_QUESTION_COLUMNS))
    frame["drives"] = frame["drives"] == "yes"
    return frame.rename(columns={"key_question": "question"}).set_index("question").astype({"percentage": "Int64"})


def problems_frame(found: Inspection | RatedInspection | Iterable[Problem]) -> pd.DataFrame:
    """One row per problem of an inspection, rated or not, or of a list of problems.

    The columns are code, name, severity (error, warning or note), file, sheet, cells and line (its place), case_ids,
    standards (the ids of those it blocks), message and remedy. cells and standards are separated by spaces, case_ids by
    semicolons; what a problem does not have is a missing value. It has values and ids of cases: protect it as you
    protect the workbook. Raises nothing.
    """
    import pandas as pd

    from ..checking.inspection import Inspection
    from ..rating.rated import RatedInspection

    rows = [
        {
            **problem_entry(one),
            "line": one.line,
            "cells": " ".join(one.cells) or None,
            "case_ids": "; ".join(one.case_ids) or None,
            "standards": " ".join(one.standards) or None,
            "remedy": one.remedy,
        }
        for one in (found.problems if isinstance(found, (Inspection, RatedInspection)) else found)
    ]
    return pd.DataFrame(rows, columns=list(_PROBLEM_COLUMNS)).astype({"line": "Int64"})


def to_html(rated: RatedInspection) -> str:
    """A table with a caption, a row per standard, and the overall rating in the last one; no text acts in it."""
    details = rated.details
    data = f" ({details.data_status})" if details.data_status else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    body = "".join(_row(f"{one.standard.id} {one.standard.title}", *_cells(one)) for one in rated.standards)
    score = "" if rated.score is None else f"{rated.score} of {rated.max_score}"
    why = rated.why_no_overall_rating or ""
    overall = _row("Overall", rated.overall_rating or "No overall rating", score, why)
    return (
        f"<table>\n<caption>{_text(f'Ratings of {details.title}{data}')}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n<tfoot>\n{overall}</tfoot>\n</table>\n"
    )


def _cells(one: StandardRating) -> tuple[str, str, str]:
    """The rating of a standard, its score, and what drives it."""
    drivers = [f"{driver.question.id} at {driver.percentage}%" for driver in one.drivers]
    judged = "inspectors' judgement" if one.judgement is not None and not one.driven_by and one.inspected else ""
    why = f"{listed(drivers)}{judged}"
    if one.moved:
        why = f"{why}; moved by the panel from {one.computed_rating}"
    return one.rating or "Not rated", "" if one.score is None else str(one.score), why


def _row(name: str, *cells: str) -> str:
    row = "".join(f"<td>{_text(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{_text(name)}</th>{row}</tr>\n'


def _text(text: str) -> str:
    """Text without markup and characters that act."""
    return escape(printable(text))
