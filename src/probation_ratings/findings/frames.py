"""The public API's pandas frames: cases, tallies, ratings and problems, for a notebook or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from ..checking.inspection import Inspection
    from ..problems import Problem
    from ..rating.rated import RatedInspection

_QUESTION_COLUMNS = (
    "question", "standard", "text", "yes", "no", "not_applicable", "relevant", "percentage", "rating", "drives",
)  # fmt: skip
_PROBLEM_COLUMNS = (
    "code", "name", "severity", "file", "sheet", "cells", "line", "case_ids", "standards", "message", "remedy",
)  # fmt: skip
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

    rows = [
        (
            one.standard.id,
            one.standard.title,
            one.standard.domain,
            one.rating,
            one.score,
            " ".join(one.driven_by),
            one.computed_rating,
        )
        for one in rated.standards
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.set_index("standard").astype({"score": "Int64"})


def key_questions_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per key question, in the order of the rules; the index is its id.

    The columns are standard, text, yes, no, not_applicable and relevant (numbers of cases), percentage (whole per cent
    of Yes among the relevant cases), rating (the band of that percentage) and drives (whether it drives the rating of
    its standard). Raises nothing: there are no rows of standards that are not rated, and no percentage without a
    relevant case.
    """
    import pandas as pd

    rows = [
        {
            "question": one.question.id,
            "standard": standard.standard.id,
            "text": one.question.text,
            "yes": one.count.yes,
            "no": one.count.no,
            "not_applicable": one.count.not_applicable,
            "relevant": one.count.relevant,
            "percentage": one.percentage,
            "rating": None if one.band is None else one.band.rating,
            "drives": one.question.id in standard.driven_by,
        }
        for standard in rated.standards
        for one in standard.key_questions
    ]
    frame = pd.DataFrame(rows, columns=list(_QUESTION_COLUMNS))
    return frame.set_index("question").astype({"percentage": "Int64", "drives": bool})


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
            "code": one.kind.code,
            "name": one.kind.name,
            "severity": one.kind.severity,
            "file": one.file,
            "sheet": one.sheet,
            "cells": " ".join(one.cells) or None,
            "line": one.line,
            "case_ids": "; ".join(one.case_ids) or None,
            "standards": " ".join(one.standards) or None,
            "message": one.message,
            "remedy": one.remedy,
        }
        for one in (found.problems if isinstance(found, (Inspection, RatedInspection)) else found)
    ]
    return pd.DataFrame(rows, columns=list(_PROBLEM_COLUMNS)).astype({"line": "Int64"})
