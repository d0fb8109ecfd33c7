"""Reads where a column of the rules comes from: the entry of one column in a mapping file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import column_number, plain
from .model import Constant, Header, Joined, LongFormat, NamePattern, Origin, Question, RowFilter, Value
from .patterns import date_formats_of, pattern_of

if TYPE_CHECKING:
    from ..rulebook.yaml_file import Tree
    from .entries import Entry
    from .vocabulary import RulesColumn, RulesSheet

LAST_COLUMN = 16_384
"""XFD, the last column of a sheet."""

_ORIGINS = ("column", "letter", "join", "constant", "file_name", "sheet_name", "question")
_THEN = ("pattern", "values", "date_format")
_KEYS = (*_ORIGINS, "separator", *_THEN)
_LETTERS = re.compile("[A-Za-z]{1,3}")
_CONDITIONS = ("equals", "one_of", "matches", "blank")
_FORM = "write a header, or keys such as {column: A2_KQ1}"


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column's entry in one file: the column as that file's rules have it, and its origin.

    An origin that cannot be read is None; `removed` takes away what the extended file or the sheet has.
    """

    column: RulesColumn
    entry: Entry
    origin: Origin | None
    removed: bool = False

    @property
    def in_long_format(self) -> WrittenColumn:
        """The same where there is one row per answer: a question's text, if nothing else is given, is then its code."""
        if self.origin is None or not (self.entry.is_text and self.column.is_question):
            return self
        header = self.origin.value
        code = header.name if isinstance(header, Header) and header.name is not None else ""
        return replace(self, origin=replace(self.origin, value=Question(code)))

    @property
    def from_source(self) -> list[Header | Question]:
        """The columns and codes of the source that its values come from."""
        return [] if self.origin is None else list(self.origin.from_source)


def columns_of(entry: Entry, sheet: RulesSheet, rules: str) -> dict[str, WrittenColumn]:
    """The columns that an entry `columns` fills, by the names that the rules of its file have for them."""
    found: dict[str, WrittenColumn] = {}
    for name, one in entry.named("columns with their origins").items():
        column = sheet.column(name)
        if column is None:
            names = [known.name for known in sheet.columns]
            note_unknown(one, f"column of '{sheet.name}' named", name, names, rules)
            continue
        if column.name in found:
            first = found[column.name].entry.line.number
            reason = f"the column {p.quoted(column.name)} is given twice; first in line {first}"
            one.invalid(reason, "keep one of the two: id, text and other ids of a question name one column")
            continue
        if removes(one):
            found[column.name] = WrittenColumn(column, one, None, removed=_is_removal(one.value))
        else:
            found[column.name] = WrittenColumn(column, one, _origin(one, column))
    return found


def note_unknown(entry: Entry, what: str, name: str, allowed: list[str], rules: str) -> None:
    """Note a name that the rules of its file do not have."""
    facts = {"near": entry.meant(name, allowed), "allowed": p.listed(allowed, "or")}
    entry.note(p.MAPPING_NAME_UNKNOWN, what=what, found=p.private(p.quoted(name)), rules=rules, **facts)


def header_of(entry: Entry) -> Header | None:
    """A column of a source: by its header, or with keys by `column`, `letter` or both."""
    if entry.is_text:
        name = entry.text("a header")
        return None if name is None else Header(name)
    return _header(entry.keys(("column", "letter")))


def filters_of(entry: Entry) -> tuple[RowFilter, ...]:
    """The conditions of `keep_rows` or `ignore_rows`."""
    return tuple(found for item in entry.items() if (found := _filter(item)) is not None)


def long_of(entry: Entry) -> LongFormat | None:
    """The two columns of a source with one row per answer."""
    keys = entry.keys(("question", "answer"))
    entry.needs(("question", "answer"), "write long: {question: HEADER, answer: HEADER}")
    question, answer = (header_of(keys[key]) if key in keys else None for key in ("question", "answer"))
    if question is None or answer is None:
        return None
    if same_header(question, answer):
        entry.invalid("question and answer are one column", "name the column of codes and that of answers")
    return LongFormat(question, answer)


def words_of(entry: Entry, column: RulesColumn | None) -> dict[str, str] | None:
    """What replaces each value of a column, or of any question of a sheet, of which `column` is one."""
    found: dict[str, str] = {}
    first: dict[str, int] = {}
    for key, one in entry.named("values, each with what it means,").items():
        if plain(key) in first:
            reason = f"{p.quoted(key)} is the same value as in line {first[plain(key)]}"
            one.invalid(reason, "keep one of the two: case and white space do not make a difference")
            continue
        first[plain(key)] = one.line.number
        closed = column is not None and bool(column.words)
        result = one.text("what the value means", blank=True, closed=closed)
        if result is not None:
            _check_word(one, result, column)
            found[key] = result
    return found or None


def same_header(one: Header, other: Header) -> bool:
    """Whether two entries name one column of a source."""
    if one.letter and other.letter:
        return one.letter == other.letter
    return one.name is not None and other.name is not None and plain(one.name) == plain(other.name)


def removes(entry: Entry) -> bool:
    """Whether an entry takes away what the extended file or the sheet has; `remove: true` must be its only key."""
    value = entry.value
    if not isinstance(value, dict) or "remove" not in value:
        return False
    if not _is_removal(value):
        entry.invalid("remove: true is given with something else", "write {remove: true} and nothing else")
    return True


def _origin(entry: Entry, column: RulesColumn | None) -> Origin | None:
    """Where values come from and what is done with them; without a column it is a part of a `join`."""
    if entry.is_text:
        name = entry.text("a header")
        return None if name is None else Origin(Header(name), entry.line)
    if entry.is_list:
        reason = "a header or keys are expected here, found a list"
        entry.invalid(reason, f"{_FORM}; for several columns {{join: [A, B]}}")
        return None
    keys = entry.keys(_KEYS if column is not None else [key for key in _KEYS if key not in {"join", "separator"}])
    given = [key for key in _ORIGINS if key in keys]
    if len(given) != 1 and given != ["column", "letter"]:
        if given or all(entry.lacks(key) for key in _ORIGINS):
            reason = f"a column has one origin, found {p.listed(given) or 'none'}"
            entry.invalid(reason, f"give one of {p.listed(_ORIGINS, 'or')} (letter may be beside column)")
        return None
    value = _value(keys, given[0])
    if value is None:
        return None
    _check_origin(entry, keys, value, column)
    pattern = pattern_of(keys["pattern"], groups=1) if "pattern" in keys else None
    values = words_of(keys["values"], column) if "values" in keys else None
    dates = date_formats_of(keys["date_format"]) if "date_format" in keys else ()
    return Origin(value, entry.line, pattern, values, dates)


def _value(keys: dict[str, Entry], name: str) -> Value | None:
    if "separator" in keys and name != "join":
        keys["separator"].invalid("separator belongs to join", "delete it, or give {join: [A, B], separator: ' '}")
    if name in {"column", "letter"}:
        return _header(keys)
    if name == "join":
        return _joined(keys)
    if name == "constant":
        constant = keys[name].text("the value of every row", blank=True)
        return None if constant is None else Constant(constant)
    if name == "question":
        code = keys[name].text("the code of a question")
        return None if code is None else Question(code)
    pattern = pattern_of(keys[name], groups=1)
    return NamePattern("file" if name == "file_name" else "sheet", pattern or "")


def _header(keys: dict[str, Entry]) -> Header | None:
    name = keys["column"].text("a header") if "column" in keys else None
    letter = keys["letter"].text("the letter of a column", closed=True) if "letter" in keys else None
    if letter is not None:
        letter = letter.strip()
        if not _LETTERS.fullmatch(letter) or column_number(letter.upper()) > LAST_COLUMN:
            reason = f"the letter of a column is expected here, found {p.quoted(letter)}"
            keys["letter"].invalid(reason, "write A to XFD, as Excel names the column")
            return None
        letter = letter.upper()
    return None if name is None and letter is None else Header(name, letter)


def _joined(keys: dict[str, Entry]) -> Joined | None:
    entry = keys["join"]
    parts = [_origin(item, None) for item in entry.items()]
    separator = keys["separator"].text("a text between the parts", blank=True) if "separator" in keys else " "
    if len(parts) < 2:  # one part is not joined to anything
        entry.invalid("join puts two or more columns together", "write join: [A, B], or {column: A}")
        return None
    return Joined(tuple(part for part in parts if part is not None), separator or "")


def _filter(entry: Entry) -> RowFilter | None:
    keys = entry.keys(("column", "letter", *_CONDITIONS))
    given = [key for key in _CONDITIONS if key in keys]
    header = _header(keys)
    if len(given) == 1 and header is not None:
        return _condition(given[0], keys[given[0]], RowFilter(header, entry.line))
    incomplete = any(all(map(entry.lacks, names)) for names in (("column", "letter"), _CONDITIONS))
    if keys and (len(given) > 1 or incomplete):
        reason = f"a condition has a column and one of {p.listed(_CONDITIONS, 'or')}, found {p.listed(list(keys))}"
        entry.invalid(reason, "write {column: HEADER, equals: VALUE}")
    return None


def _condition(name: str, entry: Entry, row: RowFilter) -> RowFilter:
    if name == "matches":
        return replace(row, pattern=pattern_of(entry))
    if name == "blank":
        return replace(row, blank=entry.word(["true"]) is not None)
    if name == "equals" and entry.is_list:
        entry.invalid("equals has one value, found a list", "write one_of for several values")
    texts = [item.text("a value", blank=True) for item in entry.items()]
    return replace(row, values=tuple(text for text in texts if text is not None))


def _check_word(entry: Entry, result: str, column: RulesColumn | None) -> None:
    """A result must be one of the words that the rules list, where they list any."""
    if column is None or (column.kind == "supporting" and not result) or column.word(result) is not None:
        return
    allowed = p.listed(column.allowed, "or")
    found = p.quoted(result) if result else "a blank"
    entry.invalid(f"a value can mean {allowed}, found {found}", f"write one of the words of the rules: {allowed}")


def _check_origin(entry: Entry, keys: dict[str, Entry], value: Value, column: RulesColumn | None) -> None:
    """What the kind of a column does not allow."""
    if isinstance(value, Constant) and (then := [key for key in _THEN if key in keys]):
        keys[then[0]].invalid(f"a constant is taken as it is, found {then[0]} beside it", f"delete {then[0]}")
    if column is None:
        return
    if column.is_question and isinstance(value, NamePattern):
        entry.invalid("one answer for a whole file or sheet would be made up", "name the column with the answers")
    if "date_format" in keys and column.kind != "date":
        keys["date_format"].invalid(f"'{column.name}' is not a column of dates", "delete date_format")
    if isinstance(value, Constant):
        _check_constant(keys["constant"], value.value, column)


def _check_constant(entry: Entry, value: str, column: RulesColumn) -> None:
    if column.is_question:
        not_applicable = column.allowed[-1]
        blank = column.kind == "supporting"
        if column.words.get(plain(value)) != not_applicable and not (blank and not value.strip()):
            allowed = f"{not_applicable} or, as '', blank" if blank else not_applicable
            reason = f"the same answer for every row can only be {allowed}, found {p.quoted(value)}"
            entry.invalid(reason, "name the column with the answers")
    elif not value.strip():
        entry.invalid("a constant is blank here", f"give a value, or leave out the column '{column.name}'")
    elif column.word(value) is None:
        allowed = p.listed(column.allowed, "or")
        entry.invalid(f"'{column.name}' can be {allowed}, found {p.quoted(value)}", f"write {allowed}")


def _is_removal(value: Tree) -> bool:
    given = value.get("remove") if isinstance(value, dict) and len(value) == 1 else None
    return isinstance(given, str) and given.casefold() == "true"
