"""What files look like: for a person as a table, for a program as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding

from ..names import column_letter
from ..problems import counted, listed
from .kit.forms import json_text
from .kit.screen import Text, grid
from .rate_data import problem_entry, provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ..mapping.described import DescribedFile, DescribedSheet
    from ..mapping.description import ColumnLook, SheetLook
    from ..mapping.recognition import Recognised
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_KINDS = {"csv": "CSV", "xlsx": ".xlsx", "xls": ".xls", "xlsb": ".xlsb", "ods": ".ods"}
_MOST_COLUMNS = 300
"""A table has no more lines."""
_LONG_HEADER = 48
"""A longer header is cut."""


def to_text(files: Sequence[DescribedFile], screen: Screen) -> Iterator[str]:
    """Each file with a table of the columns of each sheet; a file that cannot be read is reported elsewhere."""
    for number, file in enumerate(one for one in files if one.problem is None):
        if number:
            yield "\n"
        yield screen.render(*_file(file, screen))


def _file(file: DescribedFile, screen: Screen) -> Iterator[RenderableType]:
    facts = [_KINDS.get(file.kind or "", file.kind or "")]
    if file.delimiter is not None:
        facts += [f"{DELIMITERS[file.delimiter]} between the values", f"encoding {file.encoding}"]
    else:
        facts.append(counted(len(file.sheets), "sheet"))
    facts += [f"{file.hidden} of them hidden"] if file.hidden else []
    yield Text(file.path, style="bold")
    yield screen.flow(facts)
    inner = replace(screen, width=screen.width - 2)
    for one in file.sheets:
        yield Text("")
        if not file.is_csv:
            yield Text(f"Sheet {one.look.name}{' (hidden)' if one.look.hidden else ''}", style="bold")
        yield Padding(Group(*_sheet(one, inner)), (0, 0, 0, 2))


def _sheet(sheet: DescribedSheet, screen: Screen) -> Iterator[RenderableType]:
    look = sheet.look
    yield screen.flow([*_facts(look), _probably(sheet)])
    if look.columns and look.rows:
        head = ["", "Column", "Different", "Empty", "Probably", "Values"]
        yield grid(head, (_row(one, sheet.found) for one in look.columns[:_MOST_COLUMNS]), right={2, 3})
        if len(look.columns) > _MOST_COLUMNS:
            yield Text(f"and {len(look.columns) - _MOST_COLUMNS:,} more columns, which -f json shows")


def _facts(look: SheetLook) -> Iterator[str]:
    if not look.columns:
        yield "empty"
        return
    yield "no header found" if look.header_row is None else f"header in row {look.header_row}"
    if look.further_headers:
        yield f"data from row {look.first_row} on"
    yield f"{counted(look.rows, 'row')} below it" if look.header_row is not None else counted(look.rows, "row")
    if look.totals:
        rows = list(dict.fromkeys(str(row) for _, row, _ in look.totals))
        yield f"a total in row {listed(rows)}" if len(rows) <= 3 else f"totals in {len(rows):,} rows"
    if look.odd:
        yield f"{counted(look.odd, 'row')} with another number of values"


def _probably(sheet: DescribedSheet) -> str:
    target = sheet.found.target
    if sheet.own:
        return "the fields of a case workbook: a mapping file gives them itself"
    if target is None:
        return "nothing in it looks like answers"
    return f"probably {target.name}" if sheet.found.certain else f"perhaps {target.name}"


def _row(look: ColumnLook, found: Recognised) -> list[str]:
    header = look.header if len(look.header) <= _LONG_HEADER else f"{look.header[: _LONG_HEADER - 1]}…"
    shown = [f"{word} ({count})" for word, count in (look.values or {}).items()]
    return [look.letter, header, f"{look.distinct:,}", f"{look.blank:,}", _meaning(look, found), ", ".join(shown)]


def _meaning(look: ColumnLook, found: Recognised) -> str:
    """What a column probably is, in a few words."""
    kind = str(look.kind)
    if look.date_formats:
        kind += f", {listed(look.date_formats[:2], 'or')}"
    known = found.name_of(look)
    if known is not None:
        name, by = known
        how = {"header": "", "near spelling": " (by its name)", "values": " (by its values)"}[by]
        return f"{name}{how}{f': {kind}' if look.date_formats else ''}"
    could_be = found.could_be(look)
    return f"{kind}: {could_be[0]}?" if len(could_be) == 1 else kind


def to_json(files: Iterable[DescribedFile], rules: RuleSet) -> Iterator[str]:
    """One document with every file, its sheets and their columns."""
    yield json_text({**provenance(rules), "files": [_file_entry(one) for one in files]})


def _file_entry(file: DescribedFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "sha256": file.sha256,
        "kind": file.kind,
        "encoding": file.encoding if file.is_csv else None,
        "delimiter": file.delimiter,
        "hidden_sheets": file.hidden,
        "sheets": [_sheet_entry(one, is_csv=file.is_csv) for one in file.sheets],
        "problems": [] if file.problem is None else [problem_entry(file.problem)],
    }


def _sheet_entry(sheet: DescribedSheet, *, is_csv: bool) -> dict[str, Any]:
    look, target = sheet.look, sheet.found.target
    return {
        "name": None if is_csv else look.name,
        "hidden": look.hidden,
        "header_row": look.header_row,
        "first_row": look.first_row if look.columns else None,
        "rows": look.rows,
        "rows_of_other_length": look.odd,
        "total_rows": list(dict.fromkeys(row for _, row, _ in look.totals)),
        "probably": None if target is None else {"sheet": target.name, "certain": sheet.found.certain},
        "columns": [_column_entry(one, sheet.found) for one in look.columns],
    }


def _column_entry(look: ColumnLook, found: Recognised) -> dict[str, Any]:
    known = found.name_of(look)
    return {
        "column": column_letter(look.number),
        "header": look.header,
        "distinct": look.distinct,
        "empty": look.blank,
        "values": None if look.values is None else [{"value": one, "cells": n} for one, n in look.values.items()],
        "looks_like": look.kind,
        "date_formats": list(look.date_formats),
        "probably": None if known is None else {"column": known[0], "by": known[1]},
        "candidate_for": found.could_be(look),
    }
