"""Sound inputs for the fuzzer to change: workbooks, exports with their mapping file, counts, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

import binary
import hostile
from books import small_book

if TYPE_CHECKING:
    from collections.abc import Callable

HEADERS = "".join(map(hostile.ods_cell, ("Case ID", "R2.6.1", "R2.6.2", "R2.6.3")))
OLD: bytes = binary.old_workbook(small_book()).get_biff_data()
BOOKS = [
    (".xlsx", hostile.plain()),
    (".ods", hostile.ods(f"<table:table-row>{HEADERS}</table:table-row>", name="Victim cases")),
    (".xlsb", binary.binary_workbook(small_book())),
    (".xls", OLD),
]

ANSWERS = {"1": "Yes", "2": "No", "98": "Not applicable"}
TABLES = {
    "pdu.csv": ["Ref", "Inspection", "Order", "Start", *(f"A{number}" for number in range(1, 10)), "Comment"],
    "court.csv": ["Ref", "PDU", "C1", "Comment"],
    "unpaid.csv": ["Ref", "PDU", "U1", "U2", "U3", "U4", "Comment"],
    "victims.csv": ["Ref", "V1", "V2", "V3", "Comment"],
}
"""The headers of the exports, by their files."""
SHEETS = {
    "pdu.csv": "PDU cases", "court.csv": "Court reports", "unpaid.csv": "Unpaid work cases", "victims.csv": "Victim cases",
}  # fmt: skip
ROWS = 8
PDU_QUESTIONS = [*(f"R2.1.{one}" for one in range(1, 5)), *(f"R2.2.{one}" for one in range(1, 5)), "R2.5.1"]
QUESTIONS = {
    "pdu.csv": dict(zip(PDU_QUESTIONS, TABLES["pdu.csv"][4:13], strict=True)),
    "court.csv": {"R2.3.1": "C1"},
    "unpaid.csv": {f"R2.4.{one}": f"U{one}" for one in range(1, 5)},
    "victims.csv": {f"R2.6.{one}": f"V{one}" for one in range(1, 4)},
}
"""The header of the answers to each key question, file by file."""
MAPPING = yaml.safe_load("""\
mapping_version: '1'
rules: regional-2023
inspection: {Region: London, Fieldwork started: '2024-06-03', Data status: Illustrative}
judgements:
  R1.1: {rating: Good, rationale: 'Well led.'}
  R1.2: {rating: Good}
panel_decisions:
  R2.6: {rating: Good, reason: 'One case decided it.'}
sheets:
  PDU cases:
    columns:
      Case ID: {join: [Inspection, Ref], separator: '/'}
      PDU: {column: Inspection, pattern: '(.+) PDU 2024'}
      Sentence type: {column: Order, values: {CO: Community sentence, PSS: Licence}}
      Commenced: {column: Start, date_format: ['%d/%m/%Y', '%d.%m.%Y']}
    ignore_rows:
      - {column: Ref, equals: Total}
  Court reports: {columns: {Report ID: Ref, PDU: PDU, Source: {constant: PDU inspection}}}
  Unpaid work cases: {columns: {Case ID: Ref, PDU: PDU}}
  Victim cases: {columns: {Case ID: Ref}}
sources: []
""")
for _file, _sheet in SHEETS.items():
    MAPPING["sheets"][_sheet]["columns"] |= QUESTIONS[_file]
    MAPPING["sheets"][_sheet]["answers"] = ANSWERS
    MAPPING["sources"].append({"files": _file, "into": _sheet})
SETTINGS = {
    "rules": "regional-2023", "inputs": ["region.xlsx"], "output": "results", "select": ["PR3", "PR4"], "ignore": ["PR408"],
    "per-file-ignores": {"old/*.xlsx": ["PR408"]}, "regions": ["London"], "suppress-below": 5, "publisher": "A unit",
    "published": "2026-11-27", "contact": "data@example.org", "data-link": "https://example.org/a.xlsx", "statement": "Ours.",
}  # fmt: skip


def export(file: str) -> list[list[str]]:
    """The rows of a sound export, its headers first."""
    head = TABLES[file]
    given: dict[str, Callable[[int], str]] = {
        "Inspection": lambda row: f"{('Camden', 'Hackney')[row % 2]} PDU 2024", "PDU": lambda row: ("Camden", "Hackney")[row % 2],
        "Order": lambda row: ("CO", "PSS")[row // 2 % 2], "Start": lambda row: f"{row + 1:02}/08/2023", "Ref": lambda row: f"{file[0]}{row + 1}",
        "Comment": lambda row: "see file" if row % 2 else "", "A9": lambda row: ("98", "98", "1", "2")[row % 4],
    }  # fmt: skip
    codes = ["1", "2", "1", "98", "2", "1"]
    rows = range(ROWS)
    return [
        head, *([given[one](row) if one in given else codes[(row + place) % 6] for place, one in enumerate(head)] for row in rows)
    ]  # fmt: skip


def case_rows() -> list[list[str]]:
    """The rows of a sheet of the rules as a CSV file to be combined."""
    return [["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"], *([f"v{row}", "Yes", "No", "N/A"] for row in range(ROWS))]


def counts() -> list[list[str]]:
    """The rows of a sound file of counts, its headers first."""
    every = [question for found in QUESTIONS.values() for question in found]
    rows = [["London", pdu, one, "7", "5", "1", ""] for one in every for pdu in ("Camden", "Hackney")]
    judged = [["London", "", one, "", "", "", "Good"] for one in ("R1.1", "R1.2")]
    return [["Region", "PDU", "Key question", "Yes", "No", "Not applicable", "Rating"], *rows, *judged]
