"""Chooses the sheets of a workbook that a source reads: by name, by a pattern with `*`, or the only one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fits
from .parts import standards_of

if TYPE_CHECKING:
    from ..reading.workbook import Sheet, Workbook
    from ..rulebook.model import RuleSet
    from .model import SheetMapping


def chosen_sheets(workbook: Workbook, mapping: SheetMapping, rules: RuleSet) -> tuple[list[Sheet], list[p.Problem]]:
    """The sheets that are meant, and what is wrong where there are none, or two of one name.

    A CSV file is one sheet, whatever its mapping says.
    """
    if workbook.kind == "csv" or (not mapping.sheets and len(workbook.names) == 1):
        return workbook.sheets, []
    has = p.listed([p.quoted(name) for name in workbook.names]) or "no sheets"
    facts: dict[str, Any] = {"standards": standards_of(rules, mapping.into), "found": p.private(has)}
    if not mapping.sheets:
        return [], [p.SOURCE_SHEET_NOT_NAMED.found(workbook.path, count=len(workbook.names), **facts)]
    chosen = [sheet for sheet in workbook.sheets if any(fits(name, sheet.name) for name in mapping.sheets)]
    lacking = [name for name in mapping.sheets if not any(fits(name, sheet.name) for sheet in chosen)]
    problems = []
    if lacking:
        names = p.listed([p.quoted(name) for name in lacking], "or")
        problems.append(p.SOURCE_SHEET_MISSING.found(workbook.path, name=names, **facts))
    for sheet in chosen:
        if workbook.names.count(sheet.name) > 1:
            facts |= {"found": p.private(p.quoted(sheet.name)), "name": mapping.into}
            problems.append(p.SHEET_TWICE.found(workbook.path, **facts))
    return chosen, problems
