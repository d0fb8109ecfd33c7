"""A small mapping file for tests, and what makes another of it; loading looks at the names of the sources only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
mapping_version: 1
rules: regional-2023
inspection:
  Region: London
judgements:
  R1.1: {rating: Good, rationale: 'A reason.'}
panel_decisions:
  R2.6: {rating: Good, reason: 'One case decided it.'}
sheets:
  PDU cases:
    columns:
      Case ID: {join: [Inspection, Ref], separator: '/'}
      PDU: {column: Inspection, pattern: '(.+) 2024'}
      Sentence type: {column: Order, values: {CO: Community sentence, PSS: Licence}}
      Commenced: {column: Start, date_format: ['%d/%m/%Y', excel_serial]}
      R2.1.1: A1
      R2.1.2: A2
    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}
    ignore_rows:
      - {column: Ref, equals: Total}
  Victim cases:
    columns:
      Case ID: Ref
      R2.6.1: V1
sources:
  - {files: cases.csv, into: PDU cases}
  - {files: book.xlsx, sheet: Victims, into: Victim cases}
"""


def folder_with(folder: Path, *names: str) -> Path:
    """A folder with empty files: loading looks at their names only."""
    for name in names or ("cases.csv", "book.xlsx"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def write(folder: Path, text: str, name: str = "m.mapping.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)
