"""Writes what was read of an inspection as one case workbook of the shape that the rules name.

It is written with XlsxWriter: every text is written as text, so that none becomes a formula, a number or a link.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from xlsxwriter import Workbook

from .. import __version__
from ..problems import listed, printable
from ..reading.workbook import day
from ..views.kit.package import made_at, rewritten
from .sheet_names import refuse_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..checking.cases import CaseTable
    from ..checking.inspection import Inspection
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import AnnexTable, CaseSheet, DecisionSheet

PROVENANCE = "Provenance"
DATE_FORMAT = "dd/mm/yyyy"
_LONGEST_TITLE = 250
_WIDTHS = (12, 60)
"""The narrowest and the widest column, in characters."""
_SAMPLED = 1_000
"""A column is as wide as the widest of so many values."""
_UNDERSCORE = "\ue001"
"""In a workbook _x001B_ is an escape, so a text that has just that is written with this and finished at the end."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


Rows: TypeAlias = list[list[Any]]
"""The header of a sheet, and the rows below it."""


def to_case_workbook(inspections: Sequence[Inspection]) -> bytes:
    """The bytes of an .xlsx workbook with an inspection, or with all PDUs of one where the rules rate each PDU.

    None of them has an error. The same inspections give the same bytes. Raises `UsageError` where the rules have a
    sheet of a name that Excel does not take.
    """
    first = inspections[0]
    rules, details = first.rules, first.details
    refuse_names(rules, "case workbook", PROVENANCE)
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, {"in_memory": True, **options}) as book:
        title = f"{details.region or 'Region'}: case workbook"
        made = f"Made by probation-ratings {__version__} with the rule file {rules.id}, sha256 {rules.sha256}"
        book.set_properties({
            "title": printable(title)[:_LONGEST_TITLE], "author": "probation-ratings", "comments": made,
            "created": made_at(),
        })  # fmt: skip
        forms = (book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format())
        forms[1].set_num_format(DATE_FORMAT)
        for name, rows in _sheets(inspections):
            _write(book.add_worksheet(name), rows, *forms)
    return rewritten(written.getvalue(), made_at(), _finished)


def without_figures(inspections: Sequence[Inspection]) -> list[AnnexTable]:
    """The annex sheets that are left out, because they have values that are not allowed."""
    return [one.table for one in inspections[0].details.annexes if one.rows is None]


def _sheets(inspections: Sequence[Inspection]) -> Iterator[tuple[str, Rows]]:
    """The sheets in the order of the rules."""
    rules = inspections[0].rules
    yield rules.inspection_sheet.name, _fields(inspections[0])
    if rules.judgement_sheet is not None:
        yield rules.judgement_sheet.name, _decisions(inspections, rules.judgement_sheet)
    for sheet in rules.case_sheets:
        parts = [one.cases[sheet.name] for one in inspections if sheet.name in one.cases]
        if parts:
            yield sheet.name, _cases(sheet, rules, parts)
    if rules.panel_sheet is not None:
        decisions = _decisions(inspections, rules.panel_sheet)
        if len(decisions) > 1:
            yield rules.panel_sheet.name, decisions
    for counts in inspections[0].details.annexes:
        if counts.rows is not None:
            rows = [list(values) for values, count in counts.rows for _ in range(count)]
            yield counts.table.name, [[one.name for one in counts.table.categories], *rows]
    yield PROVENANCE, _provenance(inspections[0])


def _fields(inspection: Inspection) -> Rows:
    sheet, details = inspection.rules.inspection_sheet, inspection.details
    given = {key: getattr(details, key) for key in type(sheet.fields).model_fields}
    rows = [[getattr(sheet.fields, key), day(value) or value] for key, value in given.items()]
    return [[sheet.field_column, sheet.value_column], *rows]


def _decisions(inspections: Sequence[Inspection], sheet: DecisionSheet) -> Rows:
    """A row for each standard of the rules that was judged, or that the panel decided on, of each PDU."""
    rules = inspections[0].rules
    rows: Rows = [[sheet.pdu_column, sheet.standard_column, sheet.rating_column, sheet.reason_column]]
    for one in inspections:
        if sheet is rules.judgement_sheet:
            given = {key: [said.rating, said.rationale] for key, said in one.judgements.items()}
        else:
            given = {key: [said.rating, said.reason] for key, said in one.panel_decisions.items()}
        rows += [[one.details.pdu, each.id, *given[each.id]] for each in rules.standards if each.id in given]
    return rows if sheet.pdu_column is not None else [row[1:] for row in rows]


def _cases(sheet: CaseSheet, rules: RuleSet, parts: Sequence[CaseTable]) -> Rows:
    """The cases of one sheet, of one PDU after the other where each is rated."""
    texts = {one.id: one.text for _, one in rules.questions_of(sheet.name)}
    texts |= {one.id: one.text for one in rules.supporting_of(sheet.name)}
    known = [sheet.id_column, *filter(None, [sheet.pdu_column]), *(one.name for one in sheet.other_columns), *texts]
    names = [name for name in known if any(name in part.frame for part in parts)]
    days = {one.name for one in sheet.other_columns if one.kind == "date"}
    rows: Rows = [[f"{name} {texts[name]}" if name in texts else name for name in names]]
    for part in parts:
        columns = [_column(part, name, is_date=name in days) for name in names]
        rows += map(list, zip(*columns, strict=True))
    return rows


def _column(part: CaseTable, name: str, *, is_date: bool) -> list[Any]:
    """The values of a column of the cases, '' where there is none."""
    if name not in part.frame:
        return [""] * len(part.frame)
    if is_date:  # what is in the place of a date and is none stays as it is, so that it is reported again
        column = part.table.columns[name]
        known = [day(value) or text for value, text in zip(column.values, column.texts, strict=True)]
        return [known[code] for code in column.codes.tolist()]
    values: list[Any] = part.frame[name].astype(object).fillna("").tolist()
    return values


def _provenance(inspection: Inspection) -> Rows:
    details, rules = inspection.details, inspection.rules
    rows = [
        ["Made by", f"probation-ratings {__version__}"],
        ["Rule file", f"{rules.id}, sha256 {rules.sha256}"],
        ["Input", f"{details.path}, sha256 {details.sha256}"],
    ]
    rows += [["Source", f"{one.path}, sha256 {one.sha256}"] for one in details.sources[:_SAMPLED]]
    left_out = [one.name for one in without_figures([inspection])]
    rows += [["Left out", f"{listed(left_out)}: not all values are allowed"]] if left_out else []
    return [["About this workbook", ""], *([name, printable(text)] for name, text in rows)]


def _write(sheet: Worksheet, rows: Rows, bold: Format, dates: Format) -> None:
    """A header that stays visible, and the rows below it; a blank cell is not written."""
    sheet.freeze_panes(1, 0)
    # an id 2.10 is a text, and meant to be
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(len(rows), 2)}"})
    for place, name in enumerate(rows[0]):
        shown = [len(row[place]) for row in rows[1 : _SAMPLED + 1] if isinstance(row[place], str)]
        narrowest, widest = _WIDTHS
        sheet.set_column(place, place, min(max([narrowest, *shown]), widest) + 2)
        if name:
            sheet.write_string(0, place, _text(name), bold)
    for number, row in enumerate(rows[1:], start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, dates)
            elif value:
                sheet.write_string(number, place, _text(value))


def _text(value: str) -> str:
    return _ESCAPE.sub(_UNDERSCORE, value) if "_x" in value else value


def _finished(name: str, part: bytes) -> bytes:
    return part.replace(_UNDERSCORE.encode(), b"_x005F_") if name == "xl/sharedStrings.xml" else part
