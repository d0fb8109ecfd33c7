"""Drafts the columns of one sheet of a mapping file, and what their answers mean."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

from ..mapping.dates import ISO
from ..mapping.description import FEWEST_CELLS, LONGEST_VALUE, in_order
from ..names import fold, plain
from ..problems import listed, printable
from .mapping_start import SHOWN, comment, question_text, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ..mapping.description import ColumnLook
    from ..mapping.vocabulary import RulesColumn
    from ..rulebook.model import RuleSet
    from .mapping_draft import Group

INDENT = "    "
"""Before the keys of a sheet or a source."""
_INNER = f"{INDENT}  "
"""Before its columns."""
_MOST_NAMED = 40
"""So many candidates are named."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one group of exports, as an entry of a mapping file has them.

    `codes` are the values of answers that may be in it (see `codes_of`).
    """

    group: Group
    rules: RuleSet
    codes: frozenset[str]

    def lines(self, replaced: Collection[str] = ()) -> Iterator[str]:
        """The lines of `columns` and `answers`; they come in place of those that another export filled."""
        yield f"{INDENT}columns:"
        for column in self.group.target.columns:
            if not column.is_question:
                yield from self._column(column, removed=column.name in replaced)
        yield from self._questions(replaced)
        yield from self._answers()

    @property
    def filled(self) -> set[str]:
        """The names of the rules' columns that are filled in."""
        return {one.name for one in self.group.target.columns if self._origin(one) is not None}

    def _origin(self, column: RulesColumn) -> str | None:
        """The origin of a column that was recognised, as it is written; None where it is open."""
        found = self.group.found.columns.get(column.name)
        if found is None:
            return None
        look = found[0]
        if column.kind == "date" and look.kind == "date as text" and ISO not in look.date_formats:
            return next(self._dates(look)) if len(look.date_formats) == 1 else None
        if column.words and not column.is_question:
            texts = look.cells.counts
            if texts is None or not all(fold(text) in column.words for text in texts):
                return None
        return self._named(look)

    def _column(self, column: RulesColumn, *, removed: bool) -> Iterator[str]:
        """The lines of a column that is not a question; `removed` says that what another export has must go."""
        origin, name = self._origin(column), quoted(column.name)
        restarted = self.group.restarted if column.kind == "id" else ()
        if origin is not None:
            by = self.group.found.columns[column.name][1]
            how = "" if by == "header" else f"  # recognised by its {'name' if by == 'near spelling' else by}"
            yield f"{_INNER}{name}: {origin}{how}"
            if restarted:
                yield f"{_INNER}# or, as each file begins to count anew:"
                yield from (f"{_INNER}# {name}: {one}" for one in self._joined())
            return
        candidates = list(dict.fromkeys(self._candidates(column)))
        needed = column.kind == "id" or (self.rules.needs_pdus and not column.words and column.kind == "text")
        if not candidates and not needed:
            line = f"{name}: {{remove: true}}" if removed else f"# {name}: HEADER"
            yield f"{_INNER}{line}  # optional; nothing like it was found"
            return
        yield comment(f"OPEN: {self._what(column)}", _INNER)
        yield from (f"{_INNER}# {name}: {one}" for one in candidates or ["HEADER"])

    def _what(self, column: RulesColumn) -> str:
        """What a person has to decide about a column."""
        if column.kind == "id":
            return "what names each case. It must be unique in all files together. Keep one of:"
        if column.words:
            words = listed(list(column.allowed), "or")
            return f"what each value means ({words}); `describe` shows the values. Without it, delete the lines."
        if column.kind == "date":
            return "is this the date? It affects no rating; without it, delete the lines."
        choice = "one" if self.rules.needs_pdus else "one, or none,"
        return f"does this name the PDU? Only what is in the brackets of a pattern is kept. Keep {choice} of:"

    def _candidates(self, column: RulesColumn) -> Iterator[str]:
        """The origins that could be meant."""
        known = self.group.found.columns.get(column.name)
        looks = [*([known[0]] if known else []), *self.group.found.candidates.get(column.name, ())][:_MOST_NAMED]
        if column.kind == "id":
            yield from self._joined()
            yield from map(self._named, looks)
            return
        for look in looks:
            if column.kind == "date":
                yield from self._dates(look)
            elif column.words:
                values = ", ".join(f"VALUE {place}: {quoted(one)}" for place, one in enumerate(column.allowed, 1))
                yield f"{{{self._keys(look)}, values: {{{values}}}}}"
            elif look.cells.pdus:
                yield f"{{{self._keys(look)}, pattern: '(.+) PDU.*'}}"
            else:
                yield self._named(look)
        if not looks and column.kind == "text" and not column.words and len(self.group.parts) > 1:
            yield "{file_name: '(.+)'}"

    def _joined(self) -> Iterator[str]:
        """Ids that are there again in other files, with what tells the files apart."""
        pdus = [one for one in self.group.columns.values() if one.kind == "PDU"]
        for one in self.group.restarted[:_MOST_NAMED]:
            if pdus:
                yield f"{{join: [{self._named(pdus[0])}, {self._named(one)}]}}"
            else:
                yield f"{{join: [{{file_name: '(.+)'}}, {self._named(one)}]}}"

    def _dates(self, look: ColumnLook) -> Iterator[str]:
        if ISO in look.date_formats or not look.date_formats:
            yield self._named(look)
        else:
            yield from (f"{{{self._keys(look)}, date_format: '{one}'}}" for one in look.date_formats)

    def _questions(self, replaced: Collection[str]) -> Iterator[str]:
        """The lines of the questions: those that were recognised, then those that are open."""
        asked = [one for one in self.group.target.columns if one.is_question]
        for column in asked:
            if (origin := self._origin(column)) is not None:
                yield f"{_INNER}{quoted(column.name)}: {origin}{self._recognised_by(column)}"
        for kind in ("question", "supporting"):
            left = [one for one in asked if one.kind == kind and self._origin(one) is None]
            gone = [one for one in left if kind == "supporting" and one.name in replaced]
            yield from (f"{_INNER}{quoted(one.name)}: {{remove: true}}" for one in gone)
            left = [one for one in left if one not in gone]
            if left:
                yield comment(self._ask(kind, paired=left[0].name in self.group.found.pairs), _INNER)
            for column in left:
                pair = self.group.found.pairs.get(column.name)
                origin = "HEADER" if pair is None else self._named(pair)
                yield f"{_INNER}# {quoted(column.name)}: {origin}  # {question_text(column)}"

    def _recognised_by(self, column: RulesColumn) -> str:
        """How a question was recognised, as a comment: its text, where the header does not have it."""
        look, by = self.group.found.columns[column.name]
        if by != "header":
            return f"  # nearly this text: {question_text(column)}"
        return f"  # {question_text(column)}" if len(look.header) < SHOWN // 2 else ""

    def _ask(self, kind: str, *, paired: bool) -> str:
        """What a person has to do about the questions that are open."""
        if kind == "supporting":
            return "Supporting questions, which are optional:"
        names = [
            shorten(printable(one.header), SHOWN, placeholder=" ...") or f"column {one.letter}"
            for one in self.group.found.unused
        ]
        has = f" Columns that look like answers: {listed(names)}." if names else ""
        pairs = "are these pairs, made by their number and order, right?" if paired else "which column answers each?"
        return f"OPEN: {pairs}{has}"

    def _answers(self) -> Iterator[str]:
        """The codes of the answers, without their meaning: that is for a person to say."""
        found, asked = self.group.found, {one.name for one in self.group.target.columns if one.is_question}
        known = [*(look for name, (look, _) in found.columns.items() if name in asked), *found.pairs.values()]
        looks = known or found.unused
        codes = {text for look in looks for text in look.cells.counts or {} if text in self.codes}
        blank = sum(look.cells.blank for look in looks)
        if codes:
            words = listed([quoted(one) for one in self.rules.answers.names], "or")
            yield comment(f"OPEN: what each value means. In place of WORD write {words}.", INDENT)
            yield f"{INDENT}# answers:"
            yield from (f"{INDENT}#   {quoted(code, always=True)}: WORD" for code in in_order(codes))
            if blank:
                word = quoted(self.rules.answers.not_applicable.name)
                yield f"{INDENT}#   '': {word}  # only if a blank means that; otherwise delete this line"

    def totals(self) -> Iterator[str]:
        """The rows of totals, which are no cases."""
        rows: dict[str, None] = {}
        for part in self.group.parts:
            for place, _, word in part.sheet.look.totals:
                header = part.sheet.look.columns[place]
                key = next(key for key, one in part.keys.items() if one is header)
                if key in self.group.columns:
                    rows[f"{{{self._keys(self.group.columns[key])}, equals: {quoted(word)}}}"] = None
        if rows:
            yield comment("OPEN: a row of totals is not a case. Are these rows left out rightly?", INDENT)
            yield f"{INDENT}# ignore_rows:"
            yield from (f"{INDENT}#   - {one}" for one in list(rows)[:_MOST_NAMED])

    def _named(self, look: ColumnLook) -> str:
        """A column of the exports as the mapping file names it."""
        return f"{{{self._keys(look)}}}" if self.group.key(look)[1] else quoted(look.header)

    def _keys(self, look: ColumnLook) -> str:
        name, number = self.group.key(look)
        keys = [f"column: {quoted(look.header)}"] if name else []
        return ", ".join([*keys, *([f"letter: {look.letter}"] if number else [])])


def codes_of(groups: Iterable[Group], rules: RuleSet) -> frozenset[str]:
    """The short values of columns that look like answers, each in two rows or more of one, without the rules' words."""
    return frozenset(
        text
        for group in groups
        for look in group.columns.values()
        for text, most in (look.cells.most or {}).items()
        if look.kind == "answers" and most >= FEWEST_CELLS and len(text) <= LONGEST_VALUE and text.isprintable()
        if plain(text) not in rules.answers.accepted
    )
