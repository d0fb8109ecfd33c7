"""Reads how a sheet of the rules is filled: an entry of `sheets`, and of a source what it overrides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .origins import columns_of, filters_of, long_of, removes, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .entries import Entry
    from .model import RowFilter
    from .origins import WrittenColumn
    from .vocabulary import RulesSheet

LAST_ROW = 1_048_576
"""The last row of a sheet."""

SHEET_KEYS = (
    "columns", "answers", "keep_rows", "ignore_rows",
    "sheet", "header_row", "first_row", "encoding", "delimiter", "long",
)  # fmt: skip
DELIMITERS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", ",": ",", ";": ";", "|": "|", "\t": "\t", "\\t": "\t",
}  # fmt: skip
ENCODINGS = {"utf-8": "utf-8", "cp1252": "cp1252", "latin-1": "latin-1"}
NO_HEADER = "none"


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """What one file, or one source in it, says about a sheet of the rules.

    `columns` are by the name that the rules of the file have. `settings` are the fields of `SheetMapping` that it
    gives, each of which replaces that of the file or the sheet below it. `rows` are the conditions, which add up.
    """

    sheet: RulesSheet
    entry: Entry
    columns: Mapping[str, WrittenColumn] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    keep_rows: tuple[RowFilter, ...] = ()
    ignore_rows: tuple[RowFilter, ...] = ()
    removed: bool = False


def sheet_entry(entry: Entry, sheet: RulesSheet, rules: str) -> SheetEntry:
    """What an entry of `sheets` says."""
    if removes(entry):
        return SheetEntry(sheet, entry, removed=True)
    return overriding(entry, entry.keys(SHEET_KEYS), sheet, rules)


def overriding(entry: Entry, keys: Mapping[str, Entry], sheet: RulesSheet, rules: str) -> SheetEntry:
    """What the keys of a sheet say; they may be in a source, too."""
    return SheetEntry(
        sheet,
        entry,
        columns_of(keys["columns"], sheet, rules) if "columns" in keys else {},
        _settings(keys, sheet),
        filters_of(keys["keep_rows"]) if "keep_rows" in keys else (),
        filters_of(keys["ignore_rows"]) if "ignore_rows" in keys else (),
    )


def _settings(keys: Mapping[str, Entry], sheet: RulesSheet) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "answers" in keys:
        found["answers"] = _answers(keys["answers"], sheet)
        found["answers_line"] = keys["answers"].line
    if "sheet" in keys:
        found["sheets"] = _sheets(keys["sheet"])
    if "header_row" in keys:
        value = keys["header_row"].value
        none = isinstance(value, str) and value.casefold() == NO_HEADER
        found["header_row"] = 0 if none else keys["header_row"].number(LAST_ROW)
    if "first_row" in keys:
        found["first_row"] = keys["first_row"].number(LAST_ROW)
    for key, words in (("encoding", ENCODINGS), ("delimiter", DELIMITERS)):
        if key in keys:
            found[key] = _word(keys[key], words)
    if "long" in keys:
        found["long"] = long_of(keys["long"])
    return {key: value for key, value in found.items() if value is not None}


def _answers(entry: Entry, sheet: RulesSheet) -> dict[str, str] | None:
    if not sheet.has_questions:
        entry.invalid(f"'{sheet.name}' has no questions", "give `values` to the column that they belong to")
        return None
    return words_of(entry, next(column for column in sheet.columns if column.is_question))


def _sheets(entry: Entry) -> tuple[str, ...]:
    names = [item.text("the name of a sheet") for item in entry.items()]
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _word(entry: Entry, words: Mapping[str, str]) -> str | None:
    """What a word means, in any case, or a sign in its place."""
    value = entry.value
    if isinstance(value, str) and (found := words.get(value) or words.get(value.strip())) is not None:
        return found
    known = entry.word([word for word in words if word[0].isalpha()])
    return None if known is None else words[known]
