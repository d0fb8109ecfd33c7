"""The cases behind a count, for an audit. No other output names cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..checking.inspection import Inspection


@dataclass(frozen=True, slots=True)
class AuditedCase:
    """A case with a given answer: its id, its PDU if it has one, and the answer's cell."""

    case_id: str
    pdu: str | None
    cell: str


def cases_with(inspection: Inspection, question: str, answer: str) -> list[AuditedCase]:
    """The cases with this answer (as the rule file names it) to a key question, in the sheet's order.

    Raises `KeyError` if no key question has this id.
    """
    for sheet in inspection.rules.case_sheets:
        if question not in [one.id for _, one in inspection.rules.questions_of(sheet.name)]:
            continue
        cases = inspection.cases.get(sheet.name)
        if cases is None or question not in cases.frame or sheet.id_column not in cases.frame:
            return []
        positions = (cases.frame[question] == answer).to_numpy().nonzero()[0].tolist()
        chosen = cases.frame.iloc[positions]
        ids = chosen[sheet.id_column].tolist()
        pdus: list[str | None] = [None] * len(ids)
        if sheet.pdu_column in chosen:
            named = chosen[sheet.pdu_column].cat
            pdus = [named.categories[code] if code >= 0 else None for code in named.codes]
        cells = [cases.table.place(question, position) for position in positions]
        return [AuditedCase(*one) for one in zip(ids, pdus, cells, strict=True)]
    raise KeyError(question)
