"""Lays mapping files over what they extend, and a source over its sheet, under the rules in force.

Sheets merge by sheet and columns by the column that they name under those rules; inspection fields, judgements and
panel decisions by what they name. Conditions on rows add up. Anything else replaces the whole of what it overrides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold
from .sections import decisions_of, inspection_of, sheets_of, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..rulebook.sheet_model import DecisionSheet
    from .entries import Entry
    from .model import Given, GivenDecision, Origin
    from .origins import WrittenColumn
    from .sections import SheetEntry, SourceEntry
    from .vocabulary import RulesColumn, RulesSheet, Vocabulary


@dataclass(slots=True)
class MergedSheet:
    """How a sheet of the rules in force is filled, after all that was laid over it."""

    sheet: RulesSheet
    columns: dict[str, WrittenColumn] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


class Merged:
    """A mapping file laid over all that it extends, which comes first, under the rules in force (`words`).

    `unused` are the names that those rules do not have, in words.
    """

    def __init__(self, layers: Iterable[tuple[Mapping[str, Entry], Vocabulary]], words: Vocabulary) -> None:
        """Read what the files say, each by the names of its own rules, and lay them over one another.

        What is wrong is noted with the entries.
        """
        self.words = words
        self.inspection: dict[str, Given] = {}
        self.judgements: dict[tuple[str, str | None], GivenDecision] = {}
        self.panel_decisions: dict[tuple[str, str | None], GivenDecision] = {}
        self.sheets: dict[str, MergedSheet] = {}
        self.sources: Sequence[SourceEntry] | None = None
        self.unused: list[str] = []
        for keys, names in layers:
            self._lay(keys, names)

    def of_source(self, source: SourceEntry) -> MergedSheet | None:
        """How a source fills its sheet; None where the rules in force do not have that sheet."""
        sheet = self._sheet(source.own.sheet)
        if sheet is None:
            return None
        known = self.sheets.get(sheet.name, MergedSheet(sheet))
        merged = MergedSheet(sheet, dict(known.columns), dict(known.settings))
        self._lay_sheet(merged, source.own)
        if "long" in merged.settings:
            merged.columns = {name: one.in_long_format for name, one in merged.columns.items()}
        return merged

    def _lay(self, keys: Mapping[str, Entry], words: Vocabulary) -> None:
        """Read all that a file says, and then lay it over what is below it."""
        own, rules = words.rules, self.words.rules
        fields = inspection_of(keys["inspection"], words) if "inspection" in keys else {}
        judgements = decisions_of(keys.get("judgements"), words, own.judgement_sheet, "rationale")
        decisions = decisions_of(keys.get("panel_decisions"), words, own.panel_sheet, "reason")
        sheets = sheets_of(keys["sheets"], words) if "sheets" in keys else {}
        if "sources" in keys:
            self.sources = sources_of(keys["sources"], words)
        for name, given in fields.items():
            field_in_force = self.words.same_field(name, words)
            if field_in_force is None:
                self.unused.append(f"the field '{name}'")
            else:
                self.inspection[field_in_force] = given
        self._lay_decisions(self.judgements, judgements, rules.judgement_sheet)
        self._lay_decisions(self.panel_decisions, decisions, rules.panel_sheet)
        for entry in sheets.values():
            in_force = self._sheet(entry.sheet)
            if in_force is not None and not entry.removed:
                self._lay_sheet(self.sheets.setdefault(in_force.name, MergedSheet(in_force)), entry)
            elif in_force is not None and self.sheets.pop(in_force.name, None) is None:
                entry.entry.invalid("there is no such sheet to remove in the extended file", "delete this entry")

    def _lay_decisions(
        self,
        below: dict[tuple[str, str | None], GivenDecision],
        decisions: Sequence[GivenDecision],
        sheet: DecisionSheet | None,
    ) -> None:
        for one in decisions:
            standard = self.words.standard(one.standard)
            if standard is None or sheet is None or (one.pdu is None) != (sheet.pdu_column is None):
                of_pdu = "" if one.pdu is None else f" of {p.quoted(one.pdu)}"
                self.unused.append(f"the rating of {p.quoted(one.standard)}{of_pdu}")
            else:
                below[standard, None if one.pdu is None else fold(one.pdu)] = replace(one, standard=standard)

    def _lay_sheet(self, merged: MergedSheet, own: SheetEntry) -> None:
        mine: dict[str, str] = {}
        for name, one in own.columns.items():
            column = merged.sheet.same_column(one.column)
            if column is None:
                self.unused.append(f"the column '{name}' of '{own.sheet.name}'")
                continue
            if column.name in mine:
                reason = f"'{mine[column.name]}' and '{name}' are one column by the rules {self.words.rules.id}"
                one.entry.invalid(reason, "keep one of the two")
            mine[column.name] = name
            if one.removed and column.name not in merged.columns:
                one.entry.invalid("there is no such column to remove", "delete this entry")
            elif one.origin is None:
                merged.columns.pop(column.name, None)
            else:
                merged.columns[column.name] = replace(one, column=column)
                self._words_not_used(one.origin, column)
        added = {key: merged.settings.get(key, ()) + own.settings.get(key, ()) for key in ("keep_rows", "ignore_rows")}
        merged.settings |= {**own.settings, **added}

    def _words_not_used(self, origin: Origin, column: RulesColumn) -> None:
        """Note the results of `values` that the rules in force do not list, where those of the file do."""
        for result in (origin.values or {}).values():
            if result and column.word(result) is None:
                self.unused.append(f"the word {p.quoted(result)} of '{column.name}'")

    def _sheet(self, sheet: RulesSheet) -> RulesSheet | None:
        found = self.words.sheet(sheet.name)
        if found is None:
            self.unused.append(f"the sheet '{sheet.name}'")
        return found
