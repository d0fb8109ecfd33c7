"""What contradicts itself once a source has all its settings, from its file, its sheet and what it extends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import problems as p
from ..names import fits, plain
from .model import Header, Question
from .source_files import MOST_COMPARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .entries import Entry
    from .model import Source
    from .origins import WrittenColumn
    from .overriding import MergedSheet
    from .source_files import Folder

_ANY_LETTER = "*"


def contradictions(merged: MergedSheet, entry: Entry) -> None:
    """Note what cannot all be true of how one source fills its sheet."""
    long, written = merged.settings.get("long"), list(merged.columns.values())
    _one_column_for_two_questions(written)
    for one in written:
        if long is None and any(isinstance(value, Question) for value in one.from_source):
            one.entry.invalid("`question` needs the long format", "add long: {question: HEADER, answer: HEADER}")
    header, first = merged.settings.get("header_row"), merged.settings.get("first_row")
    if header and first and first <= header:
        reason = f"the first row of data ({first}) must be below the header row ({header})"
        entry.invalid(reason, "correct header_row or first_row, of the source or of its sheet")
    if long is not None and not written:
        entry.invalid("the long format needs columns", "add columns: with the code of each question")
    if header == 0:
        _without_header(merged, entry, written)


class GivenRows:
    """The rows that sources put into the sheets of the rules, by file, sheet and conditions, one source after another.

    Sources with different conditions may read one sheet: their rows are compared when they are read.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[object, list[tuple[tuple[str, ...], int]]] = {}
        self._compared = 0

    def add(self, source: Source, entry: Entry) -> None:
        """Add the rows of a source, and note where they go into a sheet that they already go into."""
        mapping = source.mapping
        conditions = tuple(
            tuple((one.column, one.values, one.pattern, one.blank) for one in rows)
            for rows in (mapping.keep_rows, mapping.ignore_rows)
        )
        for file in source.files:
            before = self._known.setdefault((self._folder.real(file), mapping.into, conditions), [])
            self._compared += sum(len(sheets) for sheets, _ in before) * len(mapping.sheets)
            if self._compared > MOST_COMPARED:
                instead = "name the sheets in one source, or by a pattern"
                entry.invalid("too many sources read sheets of one file", instead)
                return
            twice = next((line for sheets, line in before if _overlap(sheets, mapping.sheets)), None)
            if twice is not None:
                reason = f"the rows of {p.quoted(file.name)} go into '{mapping.into}' twice, first by line {twice}"
                entry.invalid(
                    reason, "take the file out of one of them with exclude, or give each its own sheet or rows"
                )
                return
            before.append((mapping.sheets, source.line.number))


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sources may read one sheet; without names a source reads the only one."""
    return not one or not other or any(_alike(mine, yours) for mine in one for yours in other)


def _alike(one: str, other: str) -> bool:
    if plain(one) == plain(other):
        return True
    if "*" in one and "*" in other:
        return False  # the sheets that both match are seen when the workbook is read
    return fits(one, other) or fits(other, one)


def _one_column_for_two_questions(written: Iterable[WrittenColumn]) -> None:
    first: dict[Header | Question, WrittenColumn] = {}
    for one in written:
        for value in one.from_source if one.column.is_question else ():
            known, sought = _keys(value)
            other = next((first[key] for key in sought if key in first and first[key] is not one), None)
            if other is not None:
                name = value.code if isinstance(value, Question) else str(value.name or value.letter)
                reason = (
                    f"'{other.column.name}' (line {other.entry.line.number}) and '{one.column.name}' "
                    f"have the same source column {p.quoted(name)}"
                )
                one.entry.invalid(reason, "name the column that has the answers to this question")
            first.update(dict.fromkeys(known, one))


def _keys(value: Header | Question) -> tuple[list[Header | Question], list[Header | Question]]:
    """What a column of a source is known by, and what the same column may be known by.

    A header may be repeated: with their letters, two columns that have it are not the same.
    """
    if isinstance(value, Question):
        code = Question(plain(value.code))
        return [code], [code]
    name = value.name and plain(value.name)
    by_name, by_letter, lettered = Header(name), Header(letter=value.letter), Header(name, _ANY_LETTER)
    if value.letter is None:
        return [by_name], [by_name, lettered]
    return [by_letter, lettered], [by_letter, by_name]


def _without_header(merged: MergedSheet, entry: Entry, written: Sequence[WrittenColumn]) -> None:
    """A source without a header row needs letters, and the row that its data begins in."""
    named = [value for one in written for value in one.from_source if isinstance(value, Header)]
    named += [one.column for one in (*merged.settings["keep_rows"], *merged.settings["ignore_rows"])]
    long = merged.settings.get("long")
    named += [] if long is None else [long.question, long.answer]
    headers = [p.quoted(one.name) for one in named if one.name is not None]
    if "first_row" not in merged.settings:
        entry.invalid("header_row: none needs first_row", "add first_row: with the first row of data")
    if headers or not written:
        found = f"found the headers {p.few(list(dict.fromkeys(headers)))}" if headers else "found no columns"
        reason = f"header_row: none needs columns and conditions by letter, {found}"
        entry.invalid(reason, "name each column by its letter, such as {letter: B}")
