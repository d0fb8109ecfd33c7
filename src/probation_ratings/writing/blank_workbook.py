"""Makes a blank case workbook: the sheets and headers of a rule file, with drop-down lists."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from .. import __version__
from ..problems import listed
from ..views.kit.package import made_at, reproducible
from .sheet_names import refuse_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import AnnexTable, CaseSheet, DecisionSheet

ROWS = 5_000
"""The number of rows with drop-down lists."""
PDUS = 100
"""The most PDUs in the list of PDUs."""
LISTS = "Lists"
GUIDANCE = "Guidance"
LAST_COLUMN = 16_384
FONT = "Calibri"
DATE_FORMAT = "dd/mm/yyyy"
TEXT_FORMAT = "@"

_HEADER = PatternFill("solid", fgColor="1D3D5C")
_ENTRY = PatternFill("solid", fgColor="FFF8E1")
_LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0, Crown copyright."
_ALLOWED = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter")
_LONGEST = 250
"""The most characters that Excel allows in a message of a drop-down list."""
_EARLIEST = date(2000, 1, 1)


class _Column(NamedTuple):
    """A column to fill in: its header and width, the list to choose from by its key, and the format of numbers."""

    header: str
    width: int
    choice: str = ""
    form: str = ""


def to_blank(rules: RuleSet) -> bytes:
    """The bytes of a blank .xlsx workbook for these rules; the same rules give the same bytes.

    Raises `UsageError` where the rule file has a sheet of a name that Excel does not take, or that is used here.
    """
    refuse_names(rules, "blank workbook", LISTS, GUIDANCE)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _guidance(workbook.create_sheet(GUIDANCE), rules)
    _inspection(workbook.create_sheet(rules.inspection_sheet.name), rules)
    judged = [standard.id for standard in rules.judged] if rules.unit == "region" else []
    if rules.judgement_sheet is not None:
        _decisions(workbook.create_sheet(rules.judgement_sheet.name), rules.judgement_sheet, rules, judged)
    for sheet in rules.case_sheets:
        _cases(workbook.create_sheet(sheet.name), sheet, rules)
    if rules.panel_sheet is not None:
        _decisions(workbook.create_sheet(rules.panel_sheet.name), rules.panel_sheet, rules, [])
    for annex in rules.annex_tables:
        _annex(workbook.create_sheet(annex.name), annex, rules)
    _lists(workbook.create_sheet(LISTS), rules)
    return reproducible(workbook, made_at())


def _guidance(sheet: Worksheet, rules: RuleSet) -> None:
    answers, asked = rules.answers, f" --rules {rules.id}"
    word = None if rules.not_inspected is None else rules.not_inspected.word
    unseen = f" A standard that was not inspected, of whatever kind, has '{word}' there." if word else ""
    rows = [
        ("Case workbook of one inspection", ""),
        ("Rules", f"{rules.title} ({rules.id})"),
        (LISTS, "Enter the PDUs of the region here first: the case sheets then offer them in a list."),
        (
            rules.inspection_sheet.name,
            "The facts about the inspection. The numbers of cases are optional; they are compared with the rows.",
        ),
    ]
    if rules.judgement_sheet is not None:
        judged = f"The rating of each standard that inspectors judge, and the reason.{unseen}"
        rows.append((rules.judgement_sheet.name, judged))
    for case_sheet in rules.case_sheets:
        ids = ", ".join(question.id for _, question in rules.questions_of(case_sheet.name))
        also = ", ".join(question.id for question in rules.supporting_of(case_sheet.name))
        optional = f" Supporting questions, which do not affect any rating and may stay empty: {also}." if also else ""
        rows.append((case_sheet.name, f"One row per case. Key questions: {ids}.{optional}"))
    if rules.panel_sheet is not None:
        decided = "Only decisions of the ratings panel that change a computed rating. May stay empty."
        rows.append((rules.panel_sheet.name, decided))
    rows += [
        *((annex.name, f"One row for each of the {annex.items}. May stay empty.") for annex in rules.annex_tables),
        (
            "Answers",
            f"{listed(answers.names)}. A blank answer is not '{answers.not_applicable.name}': it is a problem.",
        ),
        ("Ids", "Give each case its own id in its sheet. Ids are text: 0012 stays 0012."),
        ("Dates", "Enter dates as dates, such as 14/08/2023; Excel then shows them at the right edge of the cell."),
        ("Check it", f"probation-ratings check region.xlsx{asked} shows every problem, with its cell."),
        ("Rate it", f"rate region.xlsx{asked} shows the {rules.results}."),
        ("Made by", f"probation-ratings {__version__}, rule file {rules.id}, sha256 {rules.sha256}"),
        ("Source", f"Standards and key questions: HM Inspectorate of Probation. {_LICENCE}"),
    ]
    for number, (name, text) in enumerate(rows, start=1):
        left, right = _put(sheet, number, 1, name), _put(sheet, number, 2, text)
        left.font, left.alignment = Font(name=FONT, bold=True), Alignment(vertical="top")
        right.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = 15 * -(-len(text) // 85) + 3
    sheet.row_dimensions[1].height = 24
    sheet["A1"].font = Font(name=FONT, bold=True, size=16)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 88
    sheet.sheet_view.showGridLines = False
    _page(sheet)


def _inspection(sheet: Worksheet, rules: RuleSet) -> None:
    layout = rules.inspection_sheet
    fields = {key: getattr(layout.fields, key) for key in type(layout.fields).model_fields}
    names = [*fields.values(), *(sample.name[0].upper() + sample.name[1:] for sample in rules.case_samples.samples)]
    columns = [_Column(layout.field_column, 36), _Column(layout.value_column, 40)]
    _table(sheet, rules, columns, [[name, None] for name in names])
    sheet.auto_filter.ref = None
    cells = {key: f"B{names.index(name) + 2}" for key, name in fields.items()}
    if rules.regions is not None:
        _choose(sheet, rules, "regions", cells["region"])
    _choose(sheet, rules, "statuses", cells["data_status"])
    _dates(sheet, [cells[key] for key in fields if key not in {"region", "data_status"}])
    for row in range(2, len(names) + 2):
        sheet.cell(row, 1).font = Font(name=FONT, bold=True)
        sheet.cell(row, 2).alignment = Alignment(horizontal="left")
        sheet.cell(row, 2).fill = _ENTRY
        sheet.cell(row, 1).protection = Protection(locked=True)


def _decisions(sheet: Worksheet, layout: DecisionSheet, rules: RuleSet, standards: list[str]) -> None:
    columns = [
        # If chosen from the list, a standard 2.10 would become the number 2.1.
        _Column(layout.standard_column, 14, "" if standards else "standards", TEXT_FORMAT),
        _Column(layout.rating_column, 26, "judgements" if layout is rules.judgement_sheet else "ratings"),
        _Column(layout.reason_column, 80),
    ]
    if layout.pdu_column is not None:
        columns.insert(0, _Column(layout.pdu_column, 30, "pdus", TEXT_FORMAT))
    _table(sheet, rules, columns, [[standard, None, None] for standard in standards])
    for row in range(2, len(standards) + 2):
        sheet.cell(row, 1).number_format = TEXT_FORMAT


def _cases(sheet: Worksheet, layout: CaseSheet, rules: RuleSet) -> None:
    questions = [f"{one.id} {one.text}" for _, one in rules.questions_of(layout.name)]
    questions += [f"{one.id} {one.text}" for one in rules.supporting_of(layout.name)]
    columns = [_Column(layout.id_column, 14, form=TEXT_FORMAT)]
    if layout.pdu_column:
        columns.append(_Column(layout.pdu_column, 30, "pdus", TEXT_FORMAT))
    for column in layout.other_columns:
        choice = f"{layout.name}/{column.name}" if column.values else ""
        columns.append(_Column(column.name, 20, choice, DATE_FORMAT if column.kind == "date" else ""))
    hint = f"{layout.id_column[: _LONGEST - 60]}: each one once in this sheet. No names of people."
    sheet.add_data_validation(
        DataValidation(showInputMessage=True, promptTitle="Text", prompt=hint, sqref=_rows_of("A"))
    )
    _table(sheet, rules, [*columns, *(_Column(text, 26) for text in questions)])
    sheet.freeze_panes = "B2"
    first, last = (get_column_letter(len(columns) + place) for place in (1, len(questions)))
    _choose(sheet, rules, "answers", f"{first}2:{last}{ROWS + 1}")


def _annex(sheet: Worksheet, annex: AnnexTable, rules: RuleSet) -> None:
    choices = {one.name: f"{annex.name}/{one.name}" if one.values else "" for one in annex.categories}
    _table(sheet, rules, [_Column(name, 30, choice) for name, choice in choices.items()])


def _table(
    sheet: Worksheet, rules: RuleSet, columns: Sequence[_Column], rows: Iterable[Sequence[str | None]] = ()
) -> None:
    """Add a header that stays visible, is printed on every page and cannot be changed, and rows that can be edited."""
    for place, (header, width, choice, form) in enumerate(columns, start=1):
        letter = get_column_letter(place)
        cell = _put(sheet, 1, place, header)
        cell.font, cell.fill = Font(name=FONT, bold=True, color="FFFFFF"), _HEADER
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        column = sheet.column_dimensions[letter]
        column.width, column.protection = width, Protection(locked=False)
        if form:
            column.number_format = form
        if form == DATE_FORMAT:
            _dates(sheet, [_rows_of(letter)])
        elif choice:
            _choose(sheet, rules, choice, _rows_of(letter))
    # A row with a locked cell in it, however far to the right, could not be deleted.
    rest = sheet.column_dimensions[get_column_letter(len(columns) + 1)]
    rest.min, rest.max, rest.protection = len(columns) + 1, LAST_COLUMN, Protection(locked=False)
    # Users cannot add filter buttons to a protected sheet.
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{ROWS + 1}"
    lines = max(-(-len(column.header) // (column.width - 2)) for column in columns)
    sheet.row_dimensions[1].height = 15 * lines + 5
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value)
            cell.protection = Protection(locked=False)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _page(sheet)
    guard = sheet.protection
    guard.sheet = True
    for allowed in _ALLOWED:
        setattr(guard, allowed, False)


def _page(sheet: Worksheet) -> None:
    """Print all columns on one page width."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _rows_of(column: str) -> str:
    """The cells of a column that can be edited."""
    return f"{column}2:{column}{ROWS + 1}"


def _choose(sheet: Worksheet, rules: RuleSet, key: str, cells: str) -> None:
    """A drop-down list from a column of the sheet of lists."""
    columns = _columns_of_lists(rules)
    allowed = columns[key][1]
    letter = get_column_letter(list(columns).index(key) + 1)
    source = f"{LISTS}!${letter}$2:${letter}${(len(allowed) or PDUS) + 1}"
    words = f"Choose {listed(list(allowed), 'or')}." if allowed else f"Choose a PDU from the sheet {LISTS}."
    shown = words if len(words) <= _LONGEST else f"Choose one of the {len(allowed)} values in the list."
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True, showInputMessage=True)
    # An unknown PDU is only a warning; any other word is refused.
    rule.errorStyle = "stop" if allowed else "warning"
    rule.errorTitle, rule.error = "Not in the list", shown
    rule.promptTitle, rule.prompt = "Choose from the list", shown
    rule.add(cells)
    sheet.add_data_validation(rule)


def _dates(sheet: Worksheet, cells: Sequence[str]) -> None:
    rule = DataValidation(type="date", operator="greaterThan", formula1=str((_EARLIEST - date(1899, 12, 30)).days))
    rule.allow_blank = rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle, rule.error = "Not a date", f"Enter a date after {_EARLIEST:%d/%m/%Y}, such as 14/08/2023."
    rule.promptTitle, rule.prompt = "A date", rule.error
    for one in cells:
        rule.add(one)
        if ":" not in one:
            sheet[one].number_format = DATE_FORMAT
    sheet.add_data_validation(rule)


def _columns_of_lists(rules: RuleSet) -> dict[str, tuple[str, Sequence[str]]]:
    """The columns of the sheet of lists: by a key, the header and the entries; the PDUs are for the user to enter."""
    columns: dict[str, tuple[str, Sequence[str]]] = {
        "pdus": ("PDUs of the region", ()),
        "answers": ("Answers", rules.answers.names),
    }
    if rules.has_ratings:
        columns["ratings"] = ("Ratings", rules.rating_names)
        columns["standards"] = ("Standards", [standard.id for standard in rules.standards])
    statuses = (rules.inspection_sheet.inspection_data, rules.inspection_sheet.illustrative)
    columns["statuses"] = ("Status of the data", statuses)
    if rules.has_ratings:
        judged = ("Judgements", rules.words_of_judgement)
        columns["judgements"] = columns["ratings"] if rules.not_inspected is None else judged
    if rules.regions is not None:
        columns["regions"] = ("Regions", rules.regions.names)
    for sheet in rules.case_sheets:
        for column in sheet.other_columns:
            if column.values:
                columns[f"{sheet.name}/{column.name}"] = (f"{column.name} ({sheet.name})", column.values)
    for annex in rules.annex_tables:
        for one in annex.categories:
            columns[f"{annex.name}/{one.name}"] = (f"{one.name} ({annex.name})", one.values)
    return columns


def _lists(sheet: Worksheet, rules: RuleSet) -> None:
    columns = _columns_of_lists(rules)
    _table(sheet, rules, [_Column(header, 30) for header, _ in columns.values()])
    sheet.auto_filter.ref = None
    for place in range(2, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(place)].protection = Protection(locked=True)
    for place, (_, entries) in enumerate(columns.values(), start=1):
        for row, entry in enumerate(entries, start=2):
            _put(sheet, row, place, entry).protection = Protection(locked=True)
    for row in range(2, PDUS + 2):
        pdu = sheet.cell(row, 1)
        pdu.fill, pdu.protection, pdu.number_format = _ENTRY, Protection(locked=False), TEXT_FORMAT


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text into a cell: it stays text, whatever it begins with."""
    # A cell cannot hold control characters. A rule file has none, but this code must not depend on it.
    cell = sheet.cell(row, column, re.sub("[\x00-\x1f\x7f]", " ", text))
    cell.data_type = "s"
    return cell
