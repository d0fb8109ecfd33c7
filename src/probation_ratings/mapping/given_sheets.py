"""The sheets that a mapping file itself gives: the fields of the inspection, judgements, and decisions of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading.workbook import Column, Sheet, Workbook, as_texts
from .columns import with_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from .model import GivenDecision, MappingFile


def given_workbooks(mapping: MappingFile, rules: RuleSet) -> list[Workbook]:
    """A workbook for each file, the mapping file or one that it extends, that gives values; its rows are lines."""
    lines = [one.line for one in mapping.inspection.values()]
    lines += [one.line for one in (*mapping.judgements, *mapping.panel_decisions)]
    files = dict.fromkeys([mapping.path, *(one.file for one in lines)])
    found = []
    for file in files:
        sheets = [one for one in _sheets(mapping, rules, file) if one.rows > 1]
        if sheets:
            found.append(Workbook(file, mapping.files[file], [one.name for one in sheets], sheets))
    return found


def _sheets(mapping: MappingFile, rules: RuleSet, file: str) -> Iterable[Sheet]:
    inspection = rules.inspection_sheet
    here = {name: one for name, one in mapping.inspection.items() if one.line.file == file}
    fields = [(one.line.number, (name, one.value)) for name, one in here.items()]
    yield _sheet(inspection.name, (inspection.field_column, inspection.value_column), fields)
    given = ((rules.judgement_sheet, mapping.judgements), (rules.panel_sheet, mapping.panel_decisions))
    for sheet, decisions in ((sheet, decisions) for sheet, decisions in given if sheet is not None):
        rows = [(one.line.number, _decision(one)) for one in decisions if one.line.file == file]
        columns = [sheet.standard_column, sheet.rating_column, sheet.reason_column]
        yield _sheet(sheet.name, (*([sheet.pdu_column] if sheet.pdu_column else []), *columns), rows)


def _decision(one: GivenDecision) -> tuple[str, ...]:
    return (*([] if one.pdu is None else [one.pdu]), one.standard, one.rating, one.reason)


def _sheet(name: str, headers: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> Sheet:
    """A sheet of these rows, each with its line in the file."""
    import numpy as np

    ordered = sorted(rows)
    lines = np.array([0, *(line for line, _ in ordered)], dtype=np.int64)
    columns = []
    for number, header in enumerate(headers, start=1):
        cells = [header, *(values[number - 1] for _, values in ordered)]
        index: dict[str, int] = {}
        codes = np.array([index.setdefault(cell, len(index)) for cell in cells], dtype=np.uint32)
        values: list[Cell] = list(index)
        columns.append(with_dates(Column(number, values, as_texts(values), codes, lines)))
    return Sheet(name, 0, len(ordered) + 1, columns, stands_for=name, lines=True)
