"""The public API's pandas frames: cases, tallies and ratings, for a notebook or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..checking.inspection import Inspection
    from ..rating.rated import RatedInspection

_COLUMNS = ("standard", "title", "domain", "rating", "score", "driven_by", "computed_rating")


def cases_frame(inspection: Inspection, sheet: str) -> pd.DataFrame:
    """The cases of one sheet of the rule file; the index is the row that Excel shows.

    Raises `KeyError` if the workbook has no such sheet (its problems then include that).
    """
    return inspection.cases[sheet].frame.copy()


def tallies_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per key question and PDU with its counts; columns question, pdu, yes, no, not_applicable, relevant."""
    import pandas as pd

    rows = [
        (question.question.id, pdu, count.yes, count.no, count.not_applicable, count.relevant)
        for question in rated.key_questions
        for pdu, count in [(one.pdu, one.count) for one in question.pdus] or [(None, question.count)]
    ]
    return pd.DataFrame(rows, columns=["question", "pdu", "yes", "no", "not_applicable", "relevant"])


def ratings_frame(rated: RatedInspection) -> pd.DataFrame:
    """One row per standard: title, domain, rating, score, driven_by (ids, separated by spaces) and computed_rating.

    Ratings of standards that are not rated are missing values.
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
