"""Reads one TOML file with limits, and finds the line of a key in it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import ConfigurationError, Refused
from ..inputs import problem_of, read_input

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 200_000
"""A larger file is refused: a configuration has a few lines, and a pyproject.toml a few hundred."""
_LINE = re.compile(r"\(at line (\d+)")
_REASONS = {
    "Cannot overwrite": "a key or a table is given twice, or as two kinds of value",
    "Cannot declare": "a table is given twice",
    "Cannot mutate": "a table is given twice",
    "Unclosed": "a bracket is opened and not closed",
    "Unterminated": "a quotation mark is opened and not closed",
    "Illegal character": "a line ends before its quotation mark, or a control character is here",
    "Expected '='": "a key lacks its = sign",
    "Expected newline": "something follows the value; one key is on one line",
    "Invalid value": "this is not a value: text is written in quotation marks",
    "Invalid initial character": "this is not a key: a key is letters, digits and -",
    "escape": "a backslash in quotation marks is read as a command: use / in paths, or single quotation marks",
    "hex value": "a backslash in quotation marks is read as a command: use / in paths, or single quotation marks",
}
"""What is wrong, by a part of what the parser says."""


class TomlFile:
    """The text of one TOML file; problems with it name its lines."""

    def __init__(self, path: str) -> None:
        """Read the file; raises `ConfigurationError` where it cannot be read."""
        self.path = path
        try:
            content = read_input(path, MAX_BYTES)
        except Refused as error:
            raise self._not_toml(None, problem_of(path, error).message) from error
        try:
            self._lines = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        except UnicodeDecodeError as error:
            raise self._not_toml(content[: error.start].count(b"\n") + 1, "it is not UTF-8 text") from error

    def has(self, name: str) -> bool:
        """Whether a name is somewhere in it: a file without it is about other programs."""
        return name in "\n".join(self._lines).casefold().replace("_", "-")

    @cached_property
    def tree(self) -> dict[str, Any]:
        """What it says. Raises `ConfigurationError` where it is not TOML."""
        try:
            return _parsed(self._lines)
        except ValueError as error:
            place = _LINE.search(str(error))
            reason = next((words for part, words in _REASONS.items() if part in str(error)), "it is not TOML here")
            raise self._not_toml(int(place[1]) if place else len(self._lines), reason) from error

    def line(self, path: tuple[str, ...]) -> int:
        """The line of a key, or of the nearest table around it; 1 where that cannot be said.

        The parser has no lines. But it can be asked: where the lines above one are whole, and do not have the key, and
        with the beginning of that one they do, the key is in that line.
        """
        for size in range(len(path), 0, -1):
            wanted = path[:size]
            for number, line in enumerate(self._lines):
                if wanted[-1] in line and self._begins(wanted, number, line):
                    return number + 1
        return 1

    def _begins(self, wanted: tuple[str, ...], number: int, line: str) -> bool:
        """Whether a line is the first that has a key."""
        begun = line if line.lstrip().startswith("[") else f"{line.partition('=')[0]}= 0"
        try:
            before, after = _parsed(self._lines[:number]), _parsed([*self._lines[:number], begun])
        except ValueError:  # it is inside of a value of several lines
            return False
        return _has(after, wanted) and not _has(before, wanted)

    def refused(self, wrong: Iterable[tuple[Any, ...]]) -> ConfigurationError:
        """The exception with all that is wrong: for each the key, the reason and, if there is one, the remedy."""
        found = []
        for path, reason, *instead in wrong:
            where = p.quoted(".".join(path) or "the file")[1:-1]
            remedy = instead[0] if instead else "correct it, or leave it out; docs/configuration.md lists the keys"
            line = self.line(path)
            found.append(
                p.CONFIGURATION_INVALID.found(
                    self.path, line=line, found=p.private(where), reason=reason, instead=remedy
                )
            )
        return ConfigurationError(found)

    def _not_toml(self, line: int | None, reason: str) -> ConfigurationError:
        instead = "name another file" if line is None else "correct the line"
        return ConfigurationError(
            [p.CONFIGURATION_NOT_TOML.found(self.path, line=line, reason=reason, instead=instead)]
        )


def _parsed(lines: list[str]) -> dict[str, Any]:
    """The tree of lines of TOML. Raises `ValueError`, also where it is nested too deep."""
    import tomllib

    try:
        return tomllib.loads("\n".join(lines))
    except RecursionError:
        raise ValueError("Unclosed") from None


def _has(tree: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
