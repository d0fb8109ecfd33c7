"""Reads how the sheets of the rules are filled: the entries of `sheets`, and `sources` with what they override."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import problems as p
from .model import ENCODINGS
from .origins import columns_of, filters_of, long_of, note_unknown, removes, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .entries import Entry
    from .origins import WrittenColumn
    from .vocabulary import RulesSheet, Vocabulary

MAX_SOURCES = 500
"""No more entries of `sources` are read."""
LAST_ROW = 1_048_576
"""The last row of a sheet."""

SHEET_KEYS = (
    "columns", "answers", "keep_rows", "ignore_rows",
    "sheet", "header_row", "first_row", "encoding", "delimiter", "long",
)  # fmt: skip
DELIMITERS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", ",": ",", ";": ";", "|": "|", "\t": "\t", "\\t": "\t",
}  # fmt: skip
NO_HEADER = "none"
_TOGETHER = "put sources that are read in one way together: files may be a list or a pattern, and sheet too"


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """What one file, or one source in it, says about a sheet of the rules.

    `columns` are by the name that the rules of the file have. `settings` are the fields of `SheetMapping` that it
    gives. Conditions on rows add to those of the file or the sheet below it; any other setting replaces what is there.
    """

    sheet: RulesSheet
    entry: Entry
    columns: Mapping[str, WrittenColumn] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    removed: bool = False


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One entry of `sources` as it is written: its files, and what it overrides of the sheet that it fills."""

    files: Entry
    exclude: Entry | None
    own: SheetEntry


def sheets_of(entry: Entry, words: Vocabulary) -> dict[str, SheetEntry]:
    """What the entries of `sheets` say, by the names that the rules of their file have."""
    found: dict[str, SheetEntry] = {}
    for name, one in entry.named("sheets of the rules").items():
        sheet = words.sheet(name)
        if sheet is None:
            _unknown_sheet(one, name, words)
        elif sheet.name in found:
            first = found[sheet.name].entry.line.number
            one.invalid(f"the sheet {p.quoted(name)} is given twice; first in line {first}", "keep one of the two")
        else:
            found[sheet.name] = _sheet_entry(one, sheet, words.rules.id)
    return found


def sources_of(entry: Entry, words: Vocabulary) -> list[SourceEntry]:
    """What the entries of `sources` say."""
    found: list[SourceEntry] = []
    items = entry.items()
    if len(items) > MAX_SOURCES:
        entry.invalid(f"there are {len(items):,} sources, and no more than {MAX_SOURCES} are read", _TOGETHER)
    for item in items[:MAX_SOURCES]:
        keys = item.keys(("files", "exclude", "into", *SHEET_KEYS))
        item.needs(("files", "into"), "write {files: NAME, into: SHEET OF THE RULES}")
        name = keys["into"].text("a sheet of the rules", closed=True) if "into" in keys else None
        if name is None or "files" not in keys:
            continue
        sheet = words.sheet(name)
        if sheet is None:
            _unknown_sheet(keys["into"], name, words)
            continue
        found.append(SourceEntry(keys["files"], keys.get("exclude"), _overriding(item, keys, sheet, words.rules.id)))
    return found


def _sheet_entry(entry: Entry, sheet: RulesSheet, rules: str) -> SheetEntry:
    if removes(entry):
        return SheetEntry(sheet, entry, removed=True)
    return _overriding(entry, entry.keys(SHEET_KEYS), sheet, rules)


def _overriding(entry: Entry, keys: Mapping[str, Entry], sheet: RulesSheet, rules: str) -> SheetEntry:
    columns = columns_of(keys["columns"], sheet, rules) if "columns" in keys else {}
    readers: dict[str, tuple[str, Callable[[Entry], Any]]] = {
        "answers": ("answers", lambda one: _answers(one, sheet)),
        "sheet": ("sheets", _names),
        "header_row": ("header_row", lambda one: 0 if _is_none(one) else one.number(LAST_ROW)),
        "first_row": ("first_row", lambda one: one.number(LAST_ROW)),
        "encoding": ("encoding", lambda one: one.word(ENCODINGS)),
        "delimiter": ("delimiter", _delimiter),
        "long": ("long", long_of),
        "keep_rows": ("keep_rows", filters_of),
        "ignore_rows": ("ignore_rows", filters_of),
    }
    found = {name: read(keys[key]) for key, (name, read) in readers.items() if key in keys}
    if "answers" in keys:
        found["answers_line"] = keys["answers"].line
    return SheetEntry(sheet, entry, columns, {name: value for name, value in found.items() if value is not None})


def _unknown_sheet(entry: Entry, name: str, words: Vocabulary) -> None:
    inspection = words.rules.inspection_sheet.name
    if name.strip().casefold() == inspection.casefold():
        entry.invalid(f"the sheet '{inspection}' is not filled from sources", "give its fields under inspection:")
    else:
        note_unknown(entry, "sheet", name, words.sheet_names, words.rules.id)


def _answers(entry: Entry, sheet: RulesSheet) -> dict[str, str] | None:
    if not sheet.has_questions:
        entry.invalid(f"'{sheet.name}' has no questions", "give `values` to the column that they belong to")
        return None
    return words_of(entry, next(column for column in sheet.columns if column.is_question))


def _names(entry: Entry) -> tuple[str, ...]:
    names = [item.text("the name of a sheet") for item in entry.items()]
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _is_none(entry: Entry) -> bool:
    return isinstance(entry.value, str) and entry.value.casefold() == NO_HEADER


def _delimiter(entry: Entry) -> str | None:
    """The sign that a word means, in any case, or a sign in its place."""
    value = entry.value
    if isinstance(value, str) and (found := DELIMITERS.get(value) or DELIMITERS.get(value.strip())) is not None:
        return found
    known = entry.word([word for word in DELIMITERS if word[0].isalpha()])
    return None if known is None else DELIMITERS[known]
