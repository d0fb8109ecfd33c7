"""The names that a mapping file may use: the sheets, columns, fields, standards and words of a rule set."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..names import fold, label, labels, plain, sheet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import CaseSheet, DecisionSheet

ColumnKind: TypeAlias = Literal["id", "question", "supporting", "date", "text"]


@dataclass(frozen=True, slots=True)
class RulesColumn:
    """A column of a sheet of the rules: its name, the labels of its headers, and the words that it may have.

    `known_as` are its names in any rules: its ids and its text. `words` has the form in which each word is compared
    and the rules' own word for it; none means any text.
    """

    name: str
    kind: ColumnKind
    labels: frozenset[str]
    known_as: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether its values are answers, also to a supporting question."""
        return self.kind in {"question", "supporting"}

    def word(self, text: str) -> str | None:
        """The rules' own word for this text; None where they list words, and this is not one of them."""
        if not self.words:
            return text
        return self.words.get(plain(text) if self.is_question else fold(text))


@dataclass(frozen=True, slots=True)
class RulesSheet:
    """A sheet of the rules that a mapping can fill, with its columns."""

    name: str
    columns: tuple[RulesColumn, ...]

    def column(self, name: str) -> RulesColumn | None:
        """The column of this name, written as a header of a workbook would be."""
        wanted = label(name)
        return next((one for one in self.columns if wanted in one.labels), None)

    def same_column(self, other: RulesColumn) -> RulesColumn | None:
        """The column that is a column of other rules: by an id of it, or else by its text."""
        wanted = [label(name) for name in other.known_as]
        return next((one for key in wanted for one in self.columns if key in one.labels), None)

    @property
    def labels(self) -> frozenset[str]:
        """The labels of the headers of all its columns."""
        return frozenset().union(*(one.labels for one in self.columns))

    @property
    def has_questions(self) -> bool:
        """Whether any of its columns has answers."""
        return any(one.is_question for one in self.columns)


class Vocabulary:
    """All names of a rule set that a mapping file may use."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    @cached_property
    def sheets(self) -> dict[str, RulesSheet]:
        """The sheets that a mapping can fill, by the form in which their names are compared."""
        rules = self.rules
        found = [self._case_sheet(one) for one in rules.case_sheets]
        found += [self._decisions(one) for one in rules.decision_sheets]
        for annex in rules.annex_tables:
            columns = tuple(_column(one.name, "text", one.values, one.words) for one in annex.categories)
            found.append(RulesSheet(annex.name, columns))
        return {sheet_key(one.name): one for one in found}

    @property
    def sheet_names(self) -> list[str]:
        """The names of the sheets that a mapping can fill."""
        return [one.name for one in self.sheets.values()]

    def sheet(self, name: str) -> RulesSheet | None:
        """The sheet of this name."""
        return self.sheets.get(sheet_key(name))

    @property
    def inspection(self) -> RulesSheet:
        """The inspection sheet, which no mapping fills; a value may be a date."""
        own = self.rules.inspection_sheet
        return RulesSheet(own.name, (_column(own.field_column, "text"), _column(own.value_column, "date")))

    @cached_property
    def field_names(self) -> list[str]:
        """The fields of the inspection sheet: those of the rules, and the sizes of case samples."""
        own = self.rules.inspection_sheet.fields
        names = [getattr(own, key) for key in type(own).model_fields]
        return names + [sample.name for sample in self.rules.case_samples.samples]

    def field(self, name: str) -> str | None:
        """The field of the inspection sheet of this name."""
        return next((one for one in self.field_names if label(one) == label(name)), None)

    def same_field(self, name: str, other: Vocabulary) -> str | None:
        """The field that is the field `name` of other rules: the region, whatever either calls it."""
        mine, yours = self.rules.inspection_sheet.fields, other.rules.inspection_sheet.fields
        key = next((key for key in type(yours).model_fields if getattr(yours, key) == name), None)
        return self.field(name) if key is None else getattr(mine, key)

    def ratings(self, sheet: DecisionSheet) -> dict[str, str]:
        """The words that a rating on a sheet of decisions may be, by the form in which they are compared."""
        of_judgements = sheet == self.rules.judgement_sheet
        words = self.rules.words_of_judgement if of_judgements else self.rules.rating_names
        return {fold(word): word for word in words}

    def standard(self, name: str) -> str | None:
        """The id of the standard of this name."""
        found = self.rules.standards_by_label.get(label(name))
        return None if found is None else found.id

    def _case_sheet(self, sheet: CaseSheet) -> RulesSheet:
        rules = self.rules
        answers = {plain(word): one.name for one in rules.answers.all for word in (one.name, *one.spellings)}
        names = tuple(rules.answers.names)
        columns = [_column(sheet.id_column, "id")]
        columns += [_column(name, "text") for name in (sheet.pdu_column,) if name]
        columns += [
            _column(one.name, "date" if one.kind == "date" else "text", one.values, one.words)
            for one in sheet.other_columns
        ]
        for _, asked in rules.questions_of(sheet.name):
            known = (asked.id, *asked.also_headed, asked.text)
            columns.append(RulesColumn(asked.id, "question", rules.question_labels(asked), known, answers, names))
        for one in rules.supporting_of(sheet.name):
            own = labels(one.id, one.text, bare=False)
            columns.append(RulesColumn(one.id, "supporting", own, (one.id, one.text), answers, names))
        return RulesSheet(sheet.name, tuple(columns))

    def _decisions(self, sheet: DecisionSheet) -> RulesSheet:
        words = {sheet.rating_column: self.ratings(sheet).values()}
        return RulesSheet(sheet.name, tuple(_column(name, "text", words.get(name, ())) for name in sheet.headers))


def _column(
    name: str, kind: ColumnKind, values: Iterable[str] = (), words: Mapping[str, str] | None = None
) -> RulesColumn:
    """A column of these values; `words` has the value that each accepted word means, if there are others."""
    allowed = tuple(values)
    known = {fold(one): one for one in allowed} if words is None else words
    return RulesColumn(name, kind, frozenset({label(name)}), (name,), known, allowed)
