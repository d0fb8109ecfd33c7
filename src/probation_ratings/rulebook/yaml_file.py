"""Reads plain YAML as text, with the line of every value, and finds a rule file.

Every scalar is kept as the text in the file (`2.10` is not 2.1, `No` is not false); `rulebook/model` decides
what is a number. Only plain YAML is read: no tags, no anchors, no aliases, no key twice.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

import yaml

from .. import problems as p
from ..errors import BrokenFileError, Refused, RuleFileError
from ..inputs import WORKBOOK_SUFFIXES, near_file, problem_of, read_input
from ..names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Where: TypeAlias = tuple[str | int, ...]

SUFFIXES = (".yaml", ".yml")
"""A rule file of a user's own ends in one of these."""

MAX_BYTES = 1_000_000
"""A rule file larger than this is none: the shipped ones have about 15,000 bytes."""

MAX_EVENTS = 50_000
"""A rule file has no more values and keys, counted as YAML does; the shipped ones have about 1,200."""

MAX_PROBLEMS = 50
"""So many problems of a rule file are shown; the others are counted."""

MAX_DEPTH = 20
"""The shipped files nest six levels deep."""

_TOO_DEEP = f"it is nested deeper than {MAX_DEPTH} levels"

_ODD = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that YAML has no place for."""
_REASONS = {
    "nesting depth": _TOO_DEEP,  # libyaml has a limit of its own since 0.2.6, and meets it first: it reads ahead
    "mapping values": "a colon with a space makes a key, and there can be none here; put the text in quotation marks",
    "cannot start": "no value can begin with this character, or a tab is used for spaces; put it in quotation marks",
    "end of stream": "a quotation mark is opened before, and not closed",
    "escape character": "a backslash is before a character that it cannot change",
    "',' or": "a list or mapping in brackets is not closed, or lacks a comma",
    "expected ':'": "a key lacks its colon",
    "alias": "a YAML alias is here",
    "anchor": "a YAML anchor is here",
    "tag": "a YAML tag is here",
}
"""What is wrong, by a part of what YAML's parser says: its own words can quote the file."""

# libyaml's parser where PyYAML was built with it: ten times faster, the same events.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Line(NamedTuple):
    """Where a value stands: the file (empty for the file in question itself) and the number of the line."""

    file: str
    number: int

    def __str__(self) -> str:
        """In words: 'line 55', or 'regional-2023.yaml:55' if it is in another file."""
        return f"{p.printable(self.file)}:{self.number}" if self.file else f"line {self.number}"


class YamlFile:
    """The text of one file of plain YAML: its `tree` of plain values, its name, its hash, and the line of each value.

    `files` has the hash of each file that the values come from: of this one only. A subclass says how its problems are
    called: not plain YAML, and a key twice; and the exception that has them.
    """

    not_yaml: ClassVar[p.Kind]
    key_twice: ClassVar[p.Kind]
    error: ClassVar[type[BrokenFileError]]

    def __init__(self, path: Path) -> None:
        """Read `path`; raises `BrokenFileError` where it cannot be read or is not plain YAML."""
        self.name = str(path)
        try:
            content = read_input(path, MAX_BYTES)
        except Refused as error:
            raise self.unreadable(error) from error
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.files = {self.name: self.sha256}
        self.lines: dict[Where, Line] = {}
        try:
            self.text = text = content.decode("utf-8-sig")
            if (odd := _ODD.search(text)) is not None:
                line = text.count("\n", 0, odd.start()) + 1
                raise self.refused(self.not_yaml, line, reason="a control character is here")
            events = self._events(text)
            if (first := next(events, None)) is None:
                raise self.refused(self.not_yaml, 1, reason="the file is empty")
            self.tree = self._plain(first, events, ())
            next(events, None)  # what comes after the values is refused
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self.refused(self.not_yaml, line, reason="it is not UTF-8 text") from error
        except yaml.YAMLError as error:
            mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise self.refused(self.not_yaml, line, reason=_in_words(error, column)) from error

    def unreadable(self, error: Refused) -> BrokenFileError:
        """The exception that says why the file cannot be read."""
        return self.refused(self.not_yaml, 1, reason=problem_of(self.name, error).message)

    def refused(self, kind: p.Kind, line: int, **facts: Any) -> BrokenFileError:
        """The exception that says why the file cannot be used."""
        return self.error([kind.found(self.name, line=line, **facts)])

    def _events(self, text: str) -> Iterator[yaml.Event]:
        """The values of the text, and the beginnings and ends of lists and mappings, as YAML's parser finds them.

        Refused is what makes YAML more than plain values, or so deep that building it would exhaust the stack.
        """
        depth = documents = 0
        for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
            if number > MAX_EVENTS:
                raise self.refused(self.not_yaml, _line(event), reason=f"it has more than {MAX_EVENTS:,} values")
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.NodeEvent):
                for feature in ("anchor", "tag"):
                    if getattr(event, feature, None) not in {None, "!"}:
                        raise self.refused(self.not_yaml, _line(event), reason=f"a YAML {feature} is here")
                depth += isinstance(event, yaml.CollectionStartEvent)
                if depth > MAX_DEPTH:
                    raise self.refused(self.not_yaml, _line(event), reason=_TOO_DEEP)
            else:
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise self.refused(self.not_yaml, _line(event), reason="a second document begins here")
                continue
            yield event

    def _look_at(self, scalar: yaml.ScalarEvent, where: Where) -> None:
        """For a subclass that needs to know how a value is written."""

    def _plain(self, event: yaml.Event, events: Iterator[yaml.Event], where: Where) -> Tree:
        """The value that begins with an event; the events after it are taken up to its end."""
        self.lines[where] = Line(self.name, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            self._look_at(event, where)
            return str(event.value)
        inside = takewhile(lambda one: not isinstance(one, yaml.CollectionEndEvent), events)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._plain(item, events, (*where, index)) for index, item in enumerate(inside)]
        values: dict[str, Tree] = {}
        for key_event in inside:
            line = _line(key_event)
            if not isinstance(key_event, yaml.ScalarEvent):
                raise self.refused(self.not_yaml, line, reason="a key is not plain text")
            key = str(key_event.value)
            place = (*where, key)
            if key in values:
                found = p.private(p.quoted(key))
                raise self.refused(self.key_twice, line, found=found, first=self.lines[place].number)
            values[key] = self._plain(next(events), events, place)
            self.lines[place] = Line(self.name, line)
        return values


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class RuleFile(YamlFile):
    """The text of one rule file; `RuleFileError` says what is wrong with it."""

    not_yaml = p.RULE_FILE_NOT_YAML
    key_twice = p.RULE_FILE_KEY_TWICE
    error = RuleFileError


def _in_words(error: yaml.YAMLError, column: int) -> str:
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    reason = next((words for part, words in _REASONS.items() if part in said), "it is not YAML from here on")
    return reason if reason is _TOO_DEEP else f"{reason} (column {column})"


def first_of(problems: list[p.Problem], kind: p.Kind = p.RULE_FILE_INVALID) -> list[p.Problem]:
    """The first problems of a file, and how many more there are, as a problem of this kind."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    last = problems[MAX_PROBLEMS]
    left = len(problems) - MAX_PROBLEMS
    reason = f"{p.counted(left, 'more problem')} {'is' if left == 1 else 'are'} not shown"
    facts: dict[str, Any] = {"where": "further", "reason": reason, "instead": "correct the first ones"}
    return [*problems[:MAX_PROBLEMS], kind.found(last.file, line=last.line, **facts)]


def nearest_line(lines: Mapping[Where, Line], where: Where) -> Line:
    """The line of a value, or that of the nearest value around it."""
    while where not in lines:
        where = where[:-1]
    return lines[where]


def told(where: Where) -> str:
    """The place of a value in words: 'standards.2.title'; items are counted from 1."""
    steps = (str(step + 1) if isinstance(step, int) else p.quoted(step)[1:-1] for step in where)
    return ".".join(steps) or "the file"


def find(id_or_file: str, folder: Path = Path()) -> Path:
    """The path of a shipped rule file by its id, or of a user's own by its path, from `folder`.

    Raises `RuleFileError` (PR501) where there is none.
    """
    if id_or_file in shipped():
        return _folder() / f"{id_or_file}.yaml"
    path = folder / id_or_file
    with suppress(OSError):  # a name too long to be one
        if path.suffix.lower() in SUFFIXES and path.is_file():
            return path
    raise RuleFileError([p.RULE_FILE_NOT_FOUND.found(id_or_file, reason=_why_not(id_or_file, path))])


def _why_not(typed: str, path: Path) -> str:
    """Why there are no rules of this name, in words, and which ones are probably meant."""
    name = p.quoted(typed)
    with suppress(OSError, ValueError):  # ValueError: a name that no file can have
        if path.is_dir():
            return f"{name} is a folder, not a rule file"
        if path.is_file():
            what = "a workbook" if path.suffix.lower() in WORKBOOK_SUFFIXES else f"a {path.suffix or 'different'} file"
            return f"{name} is {what}, not a rule file"
        if path.is_symlink():
            return f"{name} is a link that leads to no file"
    near = nearest(typed, shipped()) or near_file(path, SUFFIXES)
    meant = f"did you mean {p.printable(str(near))}?" if near else f"the shipped rule files are {p.listed(shipped())}"
    return f"unknown rule file {name}; {meant}"


def shipped() -> list[str]:
    """The ids of the rule files that come with the package, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def _folder() -> Path:
    # In an installed package the rule files lie inside it; in a checkout, at its top.
    here = Path(__file__).resolve().parents[1]
    return next(folder for folder in (here / "rules", here.parents[1] / "rules") if folder.is_dir())
