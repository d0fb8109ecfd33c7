"""Lays mapping files over what they extend, and a source over its sheet, under the rules in force.

Sheets merge by sheet and columns by the column that they name under those rules; inspection fields, judgements and
panel decisions by what they name. Conditions on rows add up. Anything else replaces the whole of what it overrides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .layers import Layer, SourceEntry
    from .model import Given, GivenDecision, Origin, RowFilter
    from .origins import WrittenColumn
    from .settings import SheetEntry
    from .vocabulary import RulesColumn, RulesSheet, Vocabulary


@dataclass(slots=True)
class MergedSheet:
    """How a sheet of the rules in force is filled, after all that was laid over it."""

    sheet: RulesSheet
    columns: dict[str, WrittenColumn] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    keep_rows: tuple[RowFilter, ...] = ()
    ignore_rows: tuple[RowFilter, ...] = ()

    def copy(self) -> MergedSheet:
        """One that can be laid over by itself."""
        return replace(self, columns=dict(self.columns), settings=dict(self.settings))


class Merged:
    """All layers of a mapping, the extended file first, under the rules in force (`words`).

    `unused` are the names that those rules do not have, in words.
    """

    def __init__(self, layers: Iterable[Layer], words: Vocabulary) -> None:
        self.words = words
        self.inspection: dict[str, Given] = {}
        self.judgements: dict[tuple[str, str | None], GivenDecision] = {}
        self.panel_decisions: dict[tuple[str, str | None], GivenDecision] = {}
        self.sheets: dict[str, MergedSheet] = {}
        self.sources: tuple[SourceEntry, ...] | None = None
        self.unused: dict[str, None] = {}
        for layer in layers:
            self._lay(layer)

    def of_source(self, source: SourceEntry) -> MergedSheet | None:
        """How a source fills its sheet; None where the rules in force do not have that sheet."""
        sheet = self._sheet(source.own.sheet)
        if sheet is None:
            return None
        known = self.sheets.get(sheet.name)
        merged = MergedSheet(sheet) if known is None else known.copy()
        self._lay_sheet(merged, source.own)
        return merged

    def _lay(self, layer: Layer) -> None:
        self._lay_fields(layer)
        self._lay_decisions(layer)
        for entry in layer.sheets.values():
            in_force = self._sheet(entry.sheet)
            if in_force is not None and not entry.removed:
                self._lay_sheet(self.sheets.setdefault(in_force.name, MergedSheet(in_force)), entry)
            elif in_force is not None and self.sheets.pop(in_force.name, None) is None:
                entry.entry.invalid("there is no such sheet to remove in the extended file", "delete this entry")
        if layer.sources is not None:
            self.sources = layer.sources

    def _lay_fields(self, layer: Layer) -> None:
        for name, given in layer.inspection.items():
            own = self.words.same_field(name, layer.words)
            if own is None:
                self._not_used(f"the field '{name}'")
            else:
                self.inspection[own] = given

    def _lay_decisions(self, layer: Layer) -> None:
        rules = self.words.rules
        for below, decisions, sheet in (
            (self.judgements, layer.judgements, rules.judgement_sheet),
            (self.panel_decisions, layer.panel_decisions, rules.panel_sheet),
        ):
            for one in decisions:
                standard = self.words.standard(one.standard)
                if standard is None or sheet is None or (one.pdu is None) != (sheet.pdu_column is None):
                    of_pdu = "" if one.pdu is None else f" of {p.quoted(one.pdu)}"
                    self._not_used(f"the rating of {p.quoted(one.standard)}{of_pdu}")
                else:
                    below[standard, None if one.pdu is None else fold(one.pdu)] = replace(one, standard=standard)

    def _lay_sheet(self, merged: MergedSheet, own: SheetEntry) -> None:
        mine: dict[str, str] = {}
        for name, one in own.columns.items():
            column = merged.sheet.same_column(one.column)
            if column is None:
                self._not_used(f"the column '{name}' of '{own.sheet.name}'")
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
        merged.settings |= own.settings
        merged.keep_rows += own.keep_rows
        merged.ignore_rows += own.ignore_rows

    def _words_not_used(self, origin: Origin, column: RulesColumn) -> None:
        """Note the results of `values` that the rules in force do not list, where those of the file do."""
        for result in (origin.values or {}).values():
            if result and column.word(result) is None:
                self._not_used(f"the word {p.quoted(result)} of '{column.name}'")

    def _sheet(self, sheet: RulesSheet) -> RulesSheet | None:
        found = self.words.sheet(sheet.name)
        if found is None:
            self._not_used(f"the sheet '{sheet.name}'")
        return found

    def _not_used(self, name: str) -> None:
        self.unused[name] = None
