"""What contradicts itself once a source has all its settings, from its file, its sheet and what it extends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import problems as p
from .globs import fits, is_glob
from .model import Constant, Header, Joined, NamePattern, Question, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .entries import Entry
    from .layers import SourceEntry
    from .model import Origin, Source
    from .origins import WrittenColumn
    from .overriding import MergedSheet


def contradictions(merged: MergedSheet, source: SourceEntry) -> None:
    """Note what cannot all be true of how one source fills its sheet."""
    long = merged.settings.get("long")
    written = [one.in_long_format if long is not None else one for one in merged.columns.values()]
    _one_column_for_two_questions(written)
    for one in written:
        if long is None and any(isinstance(value, Question) for value in _values(one.origin)):
            one.entry.invalid("`question` needs the long format", "add long: {question: HEADER, answer: HEADER}")
    header, first = merged.settings.get("header_row"), merged.settings.get("first_row")
    if header and first and first <= header:
        reason = f"the first row of data ({first}) must be below the header row ({header})"
        source.entry.invalid(reason, "correct header_row or first_row, of the source or of its sheet")
    if header == 0:
        _without_header(merged, source, written)


def rows_given_twice(sources: Iterable[tuple[Source, Entry]]) -> None:
    """Note a source whose rows go into a sheet that they already go into."""
    known: dict[object, list[tuple[tuple[str, ...], int]]] = {}
    for source, entry in sources:
        mapping = source.mapping
        for file in source.files:
            filters = [
                tuple((one.column, one.values, one.pattern, one.blank) for one in rows)
                for rows in (mapping.keep_rows, mapping.ignore_rows)
            ]
            before = known.setdefault((file, mapping.into, *filters), [])
            twice = next((line for sheets, line in before if _overlap(sheets, mapping.sheets)), None)
            if twice is not None:
                reason = f"the rows of {p.quoted(file.name)} already go into '{mapping.into}' by the source in line {twice}"
                entry.invalid(reason, "delete one of the two, or give each its own sheet or its own rows")
                break
            before.append((mapping.sheets, entry.line.number))


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sources may read one sheet; without names a source reads the only one."""
    if not one or not other:
        return True
    return any(_alike(mine, yours) for mine in one for yours in other)


def _alike(one: str, other: str) -> bool:
    if folded(one) == folded(other):
        return True
    if is_glob(one) and is_glob(other):
        return False  # the sheets that both match are seen when the workbook is read
    return fits(one, other, question_mark=False) or fits(other, one, question_mark=False)


def _one_column_for_two_questions(written: Iterable[WrittenColumn]) -> None:
    first: dict[tuple[str, str], WrittenColumn] = {}
    for one in written:
        if not one.column.is_question:
            continue
        for value in _values(one.origin):
            keys = _keys(value)
            other = next((first[key] for key in keys if key in first and first[key] is not one), None)
            if other is not None:
                reason = (
                    f"'{other.column.name}' (line {other.entry.line.number}) and '{one.column.name}' "
                    f"have the same source column {p.quoted(_name(value))}"
                )
                one.entry.invalid(reason, "name the column that has the answers to this question")
            first.update(dict.fromkeys(keys[:2], one))


def _keys(value: object) -> list[tuple[str, str]]:
    """What a column of a source is known by: first how it is kept, and last how one without a letter finds it."""
    if isinstance(value, Question):
        return [("code", folded(value.code))]
    if not isinstance(value, Header):
        return []
    name = folded(value.name or "")
    if value.letter is None:
        return [("name", name), ("named", name), ("lettered", name)]
    return [("letter", value.letter), *([("lettered", name), ("name", name)] if name else [])]


def _name(value: object) -> str:
    if isinstance(value, Question):
        return value.code
    return (value.name or value.letter or "") if isinstance(value, Header) else ""


def _values(origin: Origin | None) -> Iterator[object]:
    """Where the values of an origin come from, part by part where they are joined."""
    if origin is None:
        return
    if isinstance(origin.value, Joined):
        for part in origin.value.parts:
            yield from _values(part)
    else:
        yield origin.value


def _without_header(merged: MergedSheet, source: SourceEntry, written: Sequence[WrittenColumn]) -> None:
    """A source without a header row needs letters, and the row that its data begins in."""
    if "first_row" not in merged.settings:
        source.entry.invalid("header_row: none needs first_row", "add first_row: with the first row of data")
    if not written:
        source.entry.invalid("header_row: none needs columns by letter", "add columns: such as {Case ID: {letter: A}}")
    for one in written:
        for value in _values(one.origin):
            if not isinstance(value, (Constant, NamePattern, Question)) and _has_name(value):
                reason = f"there is no header {p.quoted(_name(value))}, because header_row is none"
                one.entry.invalid(reason, "name the column by its letter, such as {letter: B}")
    filters = (*merged.keep_rows, *merged.ignore_rows)
    long = merged.settings.get("long")
    others = [one.column for one in filters] + ([long.question, long.answer] if long is not None else [])
    if any(_has_name(header) for header in others):
        reason = "header_row: none needs letters in keep_rows, ignore_rows and long, too"
        source.entry.invalid(reason, "name each column by its letter, such as {letter: B, equals: Total}")


def _has_name(value: object) -> bool:
    return isinstance(value, Header) and value.name is not None
