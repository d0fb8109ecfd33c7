"""Mapping files and exports for the tests, and what a mapping makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook

from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.reading import MappedReading
from probation_ratings.reading.workbook import Found, Reported
from probation_ratings.rulebook import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from probation_ratings.problems import Problem
    from probation_ratings.reading.child import Child

HEAD = "mapping_version: 1\nrules: regional-2023\ninspection: {Region: London}\n"
VICTIMS = """sheets:
  Victim cases:
    columns: {Case ID: Ref, R2.6.1: Q1, R2.6.2: Q2, R2.6.3: Q3}
    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}
"""
SOURCE = "sources:\n  - {files: a.csv, into: Victim cases}\n"


@dataclass(frozen=True)
class Applied:
    """What a mapping makes of its sources: all problems, and the sheets of the rules."""

    found: Found | tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them."""
        return self.found.problems if isinstance(self.found, Found) else self.found

    def of(self, code: str) -> list[Problem]:
        """The problems with this code."""
        return [one for one in self.problems if one.kind.code == code]

    def one(self, code: str) -> Problem:
        """The only problem with this code."""
        (problem,) = self.of(code)
        return problem

    @property
    def codes(self) -> list[str]:
        """The codes of all problems."""
        return [one.kind.code for one in self.problems]

    def rows(self, into: str = "Victim cases") -> dict[int, dict[str, str]]:
        """The cases of a sheet by their rows in Excel, each with its values by the names of the columns."""
        return dict(sorted(((row, case) for _, row, case in self._cases(into)), key=lambda one: one[0]))

    def all_rows(self, into: str = "Victim cases") -> list[dict[str, str]]:
        """The cases of a sheet of all files."""
        return [case for *_, case in self._cases(into)]

    def _cases(self, into: str) -> list[tuple[int, int, dict[str, str]]]:
        assert isinstance(self.found, Found), [one.message for one in self.found]
        cases: dict[tuple[int, int], dict[str, str]] = {}
        sheets = [one for book in self.found.workbooks for one in book.sheets if one.stands_for == into]
        for number, sheet in enumerate(sheets):
            for column in sheet.columns:
                pairs = zip(column.values, column.texts, strict=True)
                texts = [f"<{text}>" if isinstance(value, Reported) else text for value, text in pairs]
                cells = [texts[code] for code in column.codes.tolist()]
                for place, text in enumerate(cells[1:], start=1):
                    if text:
                        cases.setdefault((number, sheet.first_row + place), {})[cells[0]] = text
        return [(number, row, case) for (number, row), case in cases.items()]

    def cells(self, header: str, into: str = "Victim cases") -> list[str]:
        """The cells of a column of the rules that have a value."""
        assert isinstance(self.found, Found)
        found = []
        for sheet in (one for book in self.found.workbooks for one in book.sheets if one.stands_for == into):
            for column in sheet.columns:
                texts = [column.texts[code] for code in column.codes.tolist()]
                if texts[0] == header:
                    rows = (
                        range(sheet.first_row, sheet.first_row + sheet.rows)
                        if column.rows is None
                        else column.rows.tolist()
                    )
                    found += [f"{column.letter}{row}" for row, text in list(zip(rows, texts, strict=True))[1:] if text]
        return found


def apply(
    folder: Path,
    mapping: str,
    files: Mapping[str, str | bytes | Mapping[str, Sequence[Sequence[Any]]]],
    rules: str = "regional-2023",
) -> Applied:
    """Write the files (text, bytes, or sheets of rows) and the mapping into a folder, and apply it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, (str, bytes)):
            book = Workbook()
            assert book.active is not None
            book.remove(book.active)
            for title, rows in content.items():
                sheet = book.create_sheet(title)
                for row in rows:
                    sheet.append(row)
            book.save(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    path = folder / "region.mapping.yaml"
    path.write_text(mapping if mapping.startswith("mapping_version") else HEAD + mapping, encoding="utf-8")
    known = load.load_rules(rules)
    idle: list[Child] = []
    try:
        return Applied(MappedReading(load_mapping(path, loaded=known), known, 1, idle).found())
    finally:
        for child in idle:
            child.stop()
