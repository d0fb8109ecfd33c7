"""Makes invented case workbooks: realistic in size and shape, marked illustrative, the same for the same seed."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Font

from ..views.kit.package import reproducible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import CaseSheet, DecisionSheet

Rows = list[list[Any]]

_PLACES = ("North", "South", "East", "West", "Central", "Coast", "Valley", "City", "Downs", "Lakes")
_FEWEST_PDUS = 4
_TYPICAL = (30, 60)
"""The number of cases in a sheet without typical_cases in the rule file."""
_WINDOW_DAYS = 134
_NOT_APPLICABLE = 0.04
_PLANTED = ("Maybe", "Yess", "y?", "2", "-", "", "no idea", "N.A")


def region_names(rules: RuleSet, count: int) -> list[str]:
    """This many names of regions: those of the rule file first, then invented ones."""
    known = list(rules.regions.names) if rules.regions is not None else []
    return [*known, *(f"Region {number}" for number in range(len(known) + 1, count + 1))][:count]


def to_workbook(rules: RuleSet, region: str, seed: int, planted_errors: int = 0) -> bytes:
    """The bytes of an .xlsx workbook with invented cases of a region; `planted_errors` of its cells are wrong.

    Regions differ in how well they do, standards and questions within them, and the answers of a case hang together.
    """
    # the seed includes the region, so that its cases do not depend on other regions
    chance = random.Random(f"{seed} {region}")  # noqa: S311  (invented cases are no secret)
    sheets = invented(rules, region, chance)
    _plant(sheets, rules, planted_errors, chance)
    return written(sheets, region)


def written(sheets: Mapping[str, Rows], region: str) -> bytes:
    """The bytes of an .xlsx workbook with these sheets."""
    workbook = Workbook(write_only=True)
    for name, rows in sheets.items():
        _write(workbook.create_sheet(name), rows)
    workbook.properties.title = f"{region}: illustrative case workbook"
    return reproducible(workbook, datetime(2024, 8, 1))  # noqa: DTZ001  (the format has no zone)


def invented(rules: RuleSet, region: str, chance: random.Random) -> dict[str, Rows]:
    """The rows of each sheet of a workbook of invented cases, the header first."""
    start = date(2023, 5, 1) + timedelta(chance.randrange(300))
    fieldwork = start + timedelta(340)
    facts, fields = rules.inspection_sheet, rules.inspection_sheet.fields
    sheets: dict[str, Rows] = {
        facts.name: [
            [facts.field_column, facts.value_column],
            [fields.region, region],
            [fields.fieldwork_started, fieldwork],
            [fields.fieldwork_ended, fieldwork + timedelta(11)],
            [fields.commenced_from, start],
            [fields.commenced_to, start + timedelta(_WINDOW_DAYS)],
            [fields.data_status, facts.illustrative],
        ]
    }
    level = chance.gauss(0.1, 0.5)
    sheet = rules.judgement_sheet
    judged = _judged(rules, sheet, {"": level}, chance) if sheet is not None and rules.unit == "region" else []
    pdus = chance.sample(_PLACES, chance.randint(_FEWEST_PDUS, len(_PLACES)))
    levels = {f"{region} {place}": level + chance.gauss(0, 0.3) for place in sorted(pdus)}
    if sheet is not None:
        sheets[sheet.name] = judged or _judged(rules, sheet, levels, chance)
    for case_sheet in rules.case_sheets:
        sheets[case_sheet.name] = _cases(case_sheet, rules, levels, start, chance)
    return sheets


def _judged(rules: RuleSet, sheet: DecisionSheet, levels: dict[str, float], chance: random.Random) -> Rows:
    """The judgements of a region (''), or of each PDU."""
    names = rules.rating_names
    rows: Rows = [[*sheet.headers]]
    for pdu, level in levels.items():
        for standard in rules.judged:
            place = min(max(round(1.2 + 1.2 * level + chance.gauss(0, 0.6)), 0), len(names) - 1)
            rows.append([*([pdu] if pdu else []), standard.id, names[place], "Invented for illustration."])
    return rows


def _cases(sheet: CaseSheet, rules: RuleSet, levels: dict[str, float], start: date, chance: random.Random) -> Rows:
    questions = rules.questions_of(sheet.name)
    standards = {standard.id: chance.gauss(0, 0.4) for standard, _ in questions}
    offsets = {question.id: standards[standard.id] + chance.gauss(0, 0.35) for standard, question in questions}
    typical = sheet.typical_cases
    count = chance.randint(*((typical.lowest, typical.highest) if typical is not None else _TYPICAL))
    head = [sheet.id_column, *([sheet.pdu_column] if sheet.pdu_column else [])]
    rows: Rows = [[*head, *(one.name for one in sheet.other_columns), *(f"{q.id} {q.text}" for _, q in questions)]]
    prefix = "".join(word[0] for word in sheet.name.split()).upper()
    pdus = sorted(chance.choices(list(levels), weights=[chance.uniform(0.6, 1.4) for _ in levels], k=count))
    yes, no, not_applicable = rules.answers.names
    asked = [(question.id, question.only_where) for _, question in questions]
    meant = {one: rules.values_meant(sheet.name, only.column, only.value) for one, only in asked if only is not None}
    for number, pdu in enumerate(pdus, start=1):
        row: list[Any] = [f"{prefix}-{number:04}", *([pdu] if sheet.pdu_column else [])]
        values: dict[str, Any] = {}
        for column in sheet.other_columns:
            if column.kind == "date":
                values[column.name] = start + timedelta(chance.randrange(_WINDOW_DAYS + 1))
            elif column.values:
                usual = [one for one in column.values if one not in column.counts_as]
                values[column.name] = chance.choices(usual, weights=[2, *[1] * (len(usual) - 1)])[0]
            else:
                values[column.name] = None
        case_level = levels[pdu] + chance.gauss(0, 0.7)
        for _, question in questions:
            where = question.only_where
            applies = where is None or values.get(where.column) in meant[question.id]
            if not applies or chance.random() < _NOT_APPLICABLE:
                values[question.id] = not_applicable
            else:
                values[question.id] = yes if case_level + offsets[question.id] + chance.gauss(0, 0.8) > 0 else no
        rows.append([*row, *values.values()])
    return rows


def _plant(sheets: dict[str, Rows], rules: RuleSet, errors: int, chance: random.Random) -> None:
    """Put invalid answers into this many different cells of key questions."""
    places = []
    for sheet in rules.case_sheets:
        width, rows = len(sheets[sheet.name][0]), range(1, len(sheets[sheet.name]))
        columns = range(width - len(rules.questions_of(sheet.name)), width)
        places += [(sheet.name, row, column) for row in rows for column in columns]
    for name, row, column in chance.sample(places, min(errors, len(places))):
        sheets[name][row][column] = chance.choice(_PLANTED)


def _write(sheet: Any, rows: Rows) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, values in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(str(value)) for value in values[1:]) if len(values) > 1 else 0
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest, 12), 40) + 2

    def cell(value: Any, look: str, how: Any) -> Any:
        written = WriteOnlyCell(sheet, value)
        setattr(written, look, how)
        return written

    sheet.append([cell(text, "font", Font(bold=True)) for text in rows[0]])
    for row in rows[1:]:
        sheet.append([cell(one, "number_format", "dd/mm/yyyy") if isinstance(one, date) else one for one in row])
