"""The entries of a mapping file as they are written: plain text with its line, and the problems found on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import BrokenFileError, MappingFileError, Refused
from ..inputs import problem_of
from ..names import nearest
from ..rulebook.yaml_file import MAX_PROBLEMS, Line, Tree, Where, YamlFile, told

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import yaml

_QUOTE_IT = (
    "if the line has text with : # * % @ & ! or brackets in it, quote it: put the text in quotation marks, such as "
    "files: '*.csv'; tags, anchors and aliases of YAML are not allowed"
)
_TOO_LARGE = "workbook-too-large"
_LONG = 100
"""A name that is longer is not compared with those known: the time for that grows with the square of its length."""
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML."""
_NOT_A_COMMENT = re.compile(r" #|[ \t]+#\S")
"""After a value: one space and #, or a # that a word follows. A comment has two spaces before it and one after it."""


class MappingText(YamlFile):
    """The text of one mapping file, and the `problems` found in it so far."""

    not_yaml = p.MAPPING_NOT_YAML
    key_twice = p.MAPPING_KEY_TWICE
    error = MappingFileError

    def __init__(self, path: Path) -> None:
        self.problems: list[p.Problem] = []
        self.empty: set[Where] = set()
        self.cut: dict[Where, str] = {}
        super().__init__(path)
        for where in self.empty:
            keyed = bool(where) and isinstance(where[-1], str)
            reason = "nothing is given after the colon" if keyed else "nothing is given here"
            Entry(self, where, "").invalid(reason, "give a value, or delete the line; a blank is written as ''")

    def refused(self, kind: p.Kind, line: int, **facts: Any) -> BrokenFileError:
        """The exception that says why the file cannot be used."""
        return super().refused(kind, line, **{"instead": _QUOTE_IT} | facts)

    def unreadable(self, error: Refused) -> BrokenFileError:
        """The exception that says why the file cannot be read: as of any other input."""
        if error.reason == _TOO_LARGE:
            return self.refused(self.not_yaml, 1, reason=error.detail, instead="shorten it: files may be a pattern")
        return MappingFileError([problem_of(self.name, error)])

    @property
    def whole(self) -> Entry:
        """All that the file says."""
        return Entry(self, (), self.tree)

    def _look_at(self, scalar: yaml.ScalarEvent, where: Where) -> None:
        if scalar.style:  # quotation marks, or a block of text
            return
        if not scalar.value:
            self.empty.add(where)
        if end := scalar.end_mark:
            rest = self._lines[end.line][end.column :]
            if _NOT_A_COMMENT.match(rest):
                self.cut[where] = rest.strip()

    @cached_property
    def _lines(self) -> list[str]:
        return _LINE_END.split(self.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a mapping file, and where it is.

    A method that reads it notes what is wrong in the file's `problems`, and then returns nothing: None, or no entries.
    """

    file: MappingText
    where: Where
    value: Tree

    @property
    def line(self) -> Line:
        """The file and the line of the value."""
        return self.file.lines[self.where]

    @property
    def is_text(self) -> bool:
        """Whether it is one value, and not a list or keys with values."""
        return isinstance(self.value, str)

    @property
    def is_list(self) -> bool:
        """Whether it is a list of values."""
        return isinstance(self.value, list)

    @property
    def shown(self) -> str:
        """What it is, in words."""
        if not self.value:
            return "nothing"
        if isinstance(self.value, str):
            return p.quoted(self.value)
        return "a list" if self.is_list else "keys with values"

    def lacks(self, key: str) -> bool:
        """Whether there are keys, and not this one."""
        return isinstance(self.value, dict) and bool(self.value) and key not in self.value

    def needs(self, keys: Collection[str], instead: str) -> None:
        """Note which of the keys it lacks, and what to write instead."""
        for key in keys:
            if self.lacks(key):
                self.invalid(f"{key} is missing", instead)

    def note(self, kind: p.Kind, **facts: Any) -> None:
        """Note a problem with this value."""
        problem = kind.found(self.file.name, line=self.line.number, where=told(self.where), **facts)
        self.file.problems.append(problem)

    def invalid(self, reason: str, instead: str) -> None:
        """Note that this value is not allowed: why, and what to write instead."""
        self.note(p.MAPPING_INVALID, reason=reason, instead=instead)

    def not_found(self, reason: str, instead: str) -> None:
        """Note that no file has this name: why, and what to do instead."""
        self.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead=instead)

    def meant(self, name: str, known: Sequence[str]) -> str:
        """Which of the known names a wrong one probably is, as the end of a sentence; nothing where none is near."""
        if len(name) > _LONG or len(self.file.problems) > MAX_PROBLEMS:  # more are not shown
            return ""
        near = nearest(name, known)
        return f"; did you mean {near}?" if near else ""

    def named(self, what: str = "keys with values") -> dict[str, Entry]:
        """The values of the keys, whatever their names are; `what` says what they are. At least one is given."""
        if self.where in self.file.empty:
            return {}
        if not isinstance(self.value, dict) or not self.value:
            instead = "write keys with values, or leave this out"
            self.invalid(f"{what} are expected here, found {self.shown}", instead)
            return {}
        return {key: Entry(self.file, (*self.where, key), value) for key, value in self.value.items()}

    def keys(self, known: Collection[str]) -> dict[str, Entry]:
        """The values of the keys, of which only those known are allowed; those without a value are left out."""
        found = self.named()
        for key in [key for key in found if key not in known]:
            reason = f"unknown key{found[key].meant(key, list(known))}"
            found[key].invalid(reason, f"use one of these keys: {p.listed(list(known))}")
        return {key: one for key, one in found.items() if key in known and one.where not in self.file.empty}

    def items(self) -> list[Entry]:
        """The values of a list; a value that is not a list counts as a list of one."""
        if not isinstance(self.value, list):
            return [self]
        if not self.value:
            self.invalid("the list is empty", "name at least one, or delete the line")
        return [Entry(self.file, (*self.where, place), value) for place, value in enumerate(self.value)]

    def text(self, what: str, *, blank: bool = False, closed: bool = False) -> str | None:
        """The one value as text; `blank` says that it may be ''.

        `closed` says that the caller knows all that it can be, so that no longer text can be meant.
        """
        if self.where in self.file.empty:
            return None
        if not isinstance(self.value, str):
            self.invalid(f"{what} is expected here, found {self.shown}", "write one value, as text")
            return None
        rest = None if closed else self.file.cut.get(self.where)
        if rest is not None:
            read, whole = p.quoted(self.value), p.quoted(f"{self.value} {rest}")
            reason = f"YAML reads only {read}, because the text goes on with {p.quoted(rest)}"
            self.invalid(reason, f"quote it: {whole}; or put two spaces before a comment, and one after its #")
            return None
        if not blank and not self.value.strip():
            self.invalid(f"{what} is expected here, found a blank text", "give a value, or delete the line")
            return None
        return self.value

    def number(self, most: int) -> int | None:
        """The one value as a whole number from 1 on."""
        value = self.value
        if self.where in self.file.empty:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(most)):
            number = int(value)
            if 1 <= number <= most:
                return number
        self.invalid(f"a number from 1 to {most:,} is expected here, found {self.shown}", "write the row's number")
        return None

    def word(self, allowed: Collection[str]) -> str | None:
        """The one value, which must be one of those allowed, in any case."""
        if self.where in self.file.empty:
            return None
        known = {one.casefold(): one for one in allowed}
        found = known.get(self.value.strip().casefold()) if isinstance(self.value, str) else None
        if found is None:
            words = p.listed(list(allowed), "or")
            self.invalid(f"{words} is expected here, found {self.shown}", f"write {words}")
        return found
