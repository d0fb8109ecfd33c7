"""Reads what a mapping file gives by itself: the fields of the inspection, judgements and panel decisions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import fold
from .model import Given, GivenDecision
from .origins import note_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rulebook.sheet_model import DecisionSheet
    from .entries import Entry
    from .vocabulary import Vocabulary

_DATES = ("fieldwork_started", "fieldwork_ended", "commenced_from", "commenced_to")


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
