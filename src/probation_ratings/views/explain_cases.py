"""Show the cases behind a count as text, JSON and Markdown. Only these views name cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ..problems import counted
from .kit.columns import grid
from .kit.forms import json_text, markdown, markdown_table
from .kit.screen import Text
from .rate_data import provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..checking.inspection import Inspection
    from ..findings.case_list import AuditedCase
    from .kit.screen import Screen

_HEAD = ("Case", "PDU", "Cell")


def to_text(
    inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase], screen: Screen
) -> Iterator[str]:
    """One line per case: its id, its PDU and the answer's cell."""
    region = inspection.details.name or "Region not named"
    title = Text(f"{region}: {_counted(question, answer, cases)}", style="bold")
    yield screen.render(title, grid(_HEAD, map(_row, cases)))


def to_json(inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase]) -> Iterator[str]:
    """One document; `cases` has the id, the PDU and the cell of each."""
    details = inspection.details
    document = {
        **provenance(inspection.rules),
        "region": details.region,
        "workbook": {"path": details.path, "sha256": details.sha256},
        "key_question": question,
        "answer": answer,
        "cases": [asdict(one) for one in cases],
        "pdu": details.pdu,
    }
    yield json_text(document)


def to_markdown(inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase]) -> Iterator[str]:
    """A table with one row per case."""
    region = markdown(inspection.details.name or "Region not named")
    yield f"# {region}: {markdown(_counted(question, answer, cases))}\n\n"
    yield markdown_table(_HEAD, map(_row, cases))


def _counted(question: str, answer: str, cases: Sequence[AuditedCase]) -> str:
    return f"{counted(len(cases), 'case')} answered {answer} to {question}"


def _row(one: AuditedCase) -> tuple[str, str, str]:
    return one.case_id, one.pdu or "", one.cell
