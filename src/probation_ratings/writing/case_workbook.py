"""Writes what was read of an inspection as one case workbook of the shape that the rules name.

It is written with XlsxWriter: every text is written as text, so that none becomes a formula, a number or a link.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from .. import __version__
from ..problems import listed, printable
from ..reading.workbook import day
from ..views.kit.package import made_at, rewritten
from .sheet_names import refuse_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..checking.cases import CaseTable
    from ..checking.inspection import Inspection
    from ..reading.workbook import Column
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


@dataclass(slots=True)
class _Table:
    """The header and the rows of a sheet."""

    header: list[str]
    rows: list[list[Any]] = field(default_factory=list)


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
        for name, table in _tables(inspections):
            _write(book.add_worksheet(name), table, *forms)
    return rewritten(written.getvalue(), made_at(), _finished)


def without_figures(inspections: Sequence[Inspection]) -> list[AnnexTable]:
    """The annex sheets that are left out, because they have values that are not allowed."""
    return [one.table for one in inspections[0].details.annexes if one.rows is None]


def _tables(inspections: Sequence[Inspection]) -> Iterator[tuple[str, _Table]]:
    """The sheets in the order of the rules."""
    rules = inspections[0].rules
    yield rules.inspection_sheet.name, _fields(inspections[0])
    if rules.judgement_sheet is not None:
        yield rules.judgement_sheet.name, _judgements(inspections, rules.judgement_sheet)
    for sheet in rules.case_sheets:
        parts = [one.cases[sheet.name] for one in inspections if sheet.name in one.cases]
        if parts:
            yield sheet.name, _cases(sheet, rules, parts)
    if rules.panel_sheet is not None:
        decisions = _decisions(inspections, rules.panel_sheet)
        if decisions.rows:
            yield rules.panel_sheet.name, decisions
    for counts in inspections[0].details.annexes:
        if counts.rows is not None:
            rows = [list(values) for values, count in counts.rows for _ in range(count)]
            yield counts.table.name, _Table([one.name for one in counts.table.categories], rows)
    yield PROVENANCE, _provenance(inspections[0])


def _fields(inspection: Inspection) -> _Table:
    sheet, details = inspection.rules.inspection_sheet, inspection.details
    rows = []
    for key in type(sheet.fields).model_fields:
        value = getattr(details, key)
        rows.append([getattr(sheet.fields, key), day(value) or value])
    return _Table([sheet.field_column, sheet.value_column], rows)


def _judgements(inspections: Sequence[Inspection], sheet: DecisionSheet) -> _Table:
    given = [
        (one.details.pdu, {key: [said.rating, said.rationale] for key, said in one.judgements.items()})
        for one in inspections
    ]
    return _of_decisions(sheet, inspections[0].rules, given)


def _decisions(inspections: Sequence[Inspection], sheet: DecisionSheet) -> _Table:
    given = [
        (one.details.pdu, {key: [said.rating, said.reason] for key, said in one.panel_decisions.items()})
        for one in inspections
    ]
    return _of_decisions(sheet, inspections[0].rules, given)


def _of_decisions(
    sheet: DecisionSheet, rules: RuleSet, given: Iterable[tuple[str | None, dict[str, list[str]]]]
) -> _Table:
    """A row for each standard of the rules that has a rating and a reason in what is `given` of each PDU."""
    rows = [[pdu, one.id, *own[one.id]] for pdu, own in given for one in rules.standards if one.id in own]
    header = [sheet.standard_column, sheet.rating_column, sheet.reason_column]
    if sheet.pdu_column is None:
        return _Table(header, [row[1:] for row in rows])
    return _Table([sheet.pdu_column, *header], rows)


def _cases(sheet: CaseSheet, rules: RuleSet, parts: Sequence[CaseTable]) -> _Table:
    """The cases of one sheet, of one PDU after the other where each is rated."""
    texts = {one.id: one.text for _, one in rules.questions_of(sheet.name)}
    texts |= {one.id: one.text for one in rules.supporting_of(sheet.name)}
    known = [sheet.id_column, *filter(None, [sheet.pdu_column]), *(one.name for one in sheet.other_columns), *texts]
    names = [name for name in known if any(name in part.frame for part in parts)]
    days = {one.name for one in sheet.other_columns if one.kind == "date"}
    table = _Table([f"{name} {texts[name]}" if name in texts else name for name in names])
    for part in parts:
        columns = [_column(part, name, is_date=name in days) for name in names]
        table.rows += map(list, zip(*columns, strict=True))
    return table


def _column(part: CaseTable, name: str, *, is_date: bool) -> list[Any]:
    """The values of a column of the cases, '' where there is none."""
    if name not in part.frame:
        return [""] * len(part.frame)
    if is_date:  # what is in the place of a date and is none stays as it is, so that it is reported again
        return _dates(part.table.columns[name])
    values: list[Any] = part.frame[name].astype(object).fillna("").tolist()
    return values


def _dates(column: Column) -> list[Any]:
    values = [day(value) or text for value, text in zip(column.values, column.texts, strict=True)]
    return [values[code] for code in column.codes.tolist()]


def _provenance(inspection: Inspection) -> _Table:
    details, rules = inspection.details, inspection.rules
    rows: list[list[Any]] = [
        ["Made by", f"probation-ratings {__version__}"],
        ["Rule file", f"{rules.id}, sha256 {rules.sha256}"],
        ["Input", f"{details.path}, sha256 {details.sha256}"],
    ]
    rows += [["Source", f"{one.path}, sha256 {one.sha256}"] for one in details.sources[:_SAMPLED]]
    left_out = [one.name for one in without_figures([inspection])]
    rows += [["Left out", f"{listed(left_out)}: not all values are allowed"]] if left_out else []
    return _Table(["About this workbook", ""], [[name, printable(text)] for name, text in rows])


def _write(sheet: Worksheet, table: _Table, bold: Format, dates: Format) -> None:
    """A header that stays visible, and the rows below it; a blank cell is not written."""
    sheet.freeze_panes(1, 0)
    last = max(len(table.rows), 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})  # an id 2.10 is a text, and meant to be
    for place, name in enumerate(table.header):
        shown = [len(row[place]) for row in table.rows[:_SAMPLED] if isinstance(row[place], str)]
        narrowest, widest = _WIDTHS
        sheet.set_column(place, place, min(max([narrowest, *shown]), widest) + 2)
        if name:
            sheet.write_string(0, place, _text(name), bold)
    for number, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, dates)
            elif value:
                sheet.write_string(number, place, _text(value))


def _text(value: str) -> str:
    return _ESCAPE.sub(_UNDERSCORE, value) if "_x" in value else value


def _finished(name: str, part: bytes) -> bytes:
    return part.replace(_UNDERSCORE.encode(), b"_x005F_") if name == "xl/sharedStrings.xml" else part
