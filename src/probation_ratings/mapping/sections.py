"""Reads the sections of a mapping file: inspection, judgements, panel decisions, sheets, and sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold
from .model import ENCODINGS, Given, GivenDecision
from .origins import columns_of, filters_of, long_of, note_unknown, removes, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..rulebook.sheet_model import DecisionSheet
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
_DATES = ("fieldwork_started", "fieldwork_ended", "commenced_from", "commenced_to")
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


def inspection_of(entry: Entry, words: Vocabulary) -> dict[str, Given]:
    """The fields of the inspection sheet, by the names that the rules of the file have for them."""
    found: dict[str, Given] = {}
    sheet = words.rules.inspection_sheet
    dates = {getattr(sheet.fields, key) for key in _DATES}
    statuses = (sheet.inspection_data, sheet.illustrative)
    for name, one in entry.named("fields with their values").items():
        field = words.field(name)
        if field is None:
            note_unknown(one, f"field of '{sheet.name}' named", name, words.field_names, words.rules.id)
            continue
        if field in found:
            reason = f"the field {p.quoted(field)} is given twice; first in line {found[field].line.number}"
            one.invalid(reason, "keep one of the two")
            continue
        value = one.text(f"the value of '{field}'", closed=field in {*dates, sheet.fields.data_status})
        if value is None:
            continue
        found[field] = Given(value.strip(), one.line)
        if field in dates and not _is_date(value.strip()):
            one.invalid(f"a date is written as YYYY-MM-DD here, found {p.quoted(value)}", "write it as 2024-06-03")
        elif field == sheet.fields.data_status and fold(value) not in {fold(word) for word in statuses}:
            words_allowed = p.listed(statuses, "or")
            one.invalid(f"the value is {words_allowed}, found {p.quoted(value)}", f"write {words_allowed}")
    return found


def decisions_of(
    entry: Entry | None, words: Vocabulary, sheet: DecisionSheet | None, reason_key: str
) -> list[GivenDecision]:
    """Judgements or decisions of the panel; those of the latter need a `reason`. Rules may have no sheet for them.

    One of a PDU where the rules rate the region, or the other way round, is meant for other rules: its standard need
    not be known to those of the file.
    """
    found: list[GivenDecision] = []
    if entry is None:
        return found
    if sheet is None:
        entry.invalid(f"the rules {words.rules.id} have none of these", "delete this entry")
        return found
    by_pdu = sheet.pdu_column is not None
    first: dict[tuple[str, str | None], int] = {}
    for name, one in entry.named("standards with their ratings").items():
        standard = words.standard(name)
        for pdu, decision in _decisions(one, reason_key):
            if standard is None and (pdu is not None) == by_pdu:
                ids = [known.id for known in words.rules.standards]
                note_unknown(one, "standard", name, ids, words.rules.id)
                break
            if standard is not None and (pdu is not None) != by_pdu:
                whose, form = ("each PDU has its own", "{NAME OF PDU: {rating: Good}}")
                if not by_pdu:
                    whose, form = ("the region has one", "{rating: Good}")
                one.invalid(f"{whose} rating by these rules", f"write {p.printable(name)}: {form}")
                break
            ratings = words.ratings(sheet) if standard is not None else None
            given = _decision(decision, standard or name.strip(), pdu, ratings, reason_key)
            key = (given.standard, None if pdu is None else fold(pdu))
            if key in first:
                reason = f"{p.quoted(name)} is rated twice here; first in line {first[key]}"
                decision.invalid(reason, "keep one of the two")
            first.setdefault(key, given.line.number)
            found.append(given)
    return found


def _decisions(entry: Entry, reason_key: str) -> Iterator[tuple[str | None, Entry]]:
    """The decisions of one standard: of its own, or with the name of the PDU each."""
    own = {"rating", reason_key}
    parts = entry.named(f"keys such as {{rating: Good, {reason_key}: ...}}")
    by_pdu = [key for key in parts if isinstance(parts[key].value, dict)]
    if parts and not by_pdu:
        yield None, entry
        return
    for name, one in parts.items():
        if name in by_pdu:
            yield name.strip(), one
        else:
            what = "this belongs to a rating" if name in own else "a PDU needs its rating"
            one.invalid(f"{what}, and the standard is rated for each PDU", "write NAME OF PDU: {rating: Good}")


def _decision(
    entry: Entry, standard: str, pdu: str | None, ratings: dict[str, str] | None, reason_key: str
) -> GivenDecision:
    keys = entry.keys(("rating", reason_key))
    rating = keys["rating"].text("a rating", closed=True) if "rating" in keys else None
    if entry.lacks("rating"):
        entry.invalid("the rating is missing", "write {rating: Good}, with a word of the scale")
    if rating is not None and ratings is not None and fold(rating) not in ratings:
        words = p.listed(list(ratings.values()), "or")
        keys["rating"].invalid(f"a rating is {words}, found {p.quoted(rating)}", f"write {words}")
    reason = keys[reason_key].text("the reason") if reason_key in keys else None
    if reason_key == "reason" and entry.lacks(reason_key):
        entry.invalid("a decision of the panel needs its reason", "add reason: with the panel's words")
    return GivenDecision(standard, pdu, rating or "", reason or "", entry.line)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


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
