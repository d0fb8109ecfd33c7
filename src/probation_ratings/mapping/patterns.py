"""What a pattern and a date format of a mapping file may be; the child process that reads applies patterns to data."""

from __future__ import annotations

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined]  # the parser of re itself: nothing else reads all it reads
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import Refused
from ..names import composed
from ..reading.child import idle_or_new
from ..reading.handover import groups_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reading.child import Child
    from ..rulebook.yaml_file import Line
    from .entries import Entry

LONGEST_PATTERN = 200
"""A pattern has no more characters."""
SECONDS = 2
"""So much processor time the patterns of one source may take."""
EXCEL_SERIAL = "excel_serial"
"""In place of a date format: the whole number by which a workbook stores a day."""

_REFUSED = {
    _constants.ASSERT: "look-around is not allowed",
    _constants.ASSERT_NOT: "look-around is not allowed",
    _constants.GROUPREF: "a back-reference is not allowed",
    _constants.GROUPREF_EXISTS: "a back-reference is not allowed",
}
_DIRECTIVE = re.compile("%(.?)", re.DOTALL)
_DIRECTIVES = frozenset("dmYbBaAHIMSfp%")
_PARTS = {"day": "d", "month": "mbB", "year": "Y"}


def pattern_of(entry: Entry, *, groups: int | None = None) -> str | None:
    """The pattern that an entry gives; with `groups`, one that has so many groups."""
    text = entry.text("a pattern")
    if text is None:
        return None
    text = composed(text)
    reason = _wrong(text, groups)
    if not reason:
        return text
    wanted = "" if groups is None else ", with one group in brackets: what is in it is kept"
    entry.note(p.MAPPING_PATTERN, reason=reason, found=p.private(p.quoted(text)), most=LONGEST_PATTERN, groups=wanted)
    return None


def date_formats_of(entry: Entry) -> tuple[str, ...]:
    """The date formats that an entry gives: one, or a list."""
    formats: list[str] = []
    for item in entry.items():
        text = item.text("a date format")
        if text is None:
            continue
        reason = "it is given twice" if text in formats else _wrong_format(text)
        if reason:
            item.invalid(f"{reason}, found {p.quoted(text)}", "write a format such as '%d/%m/%Y', or excel_serial")
        formats.append(text)
    return tuple(formats)


def _wrong(text: str, groups: int | None) -> str:
    """Why a text is not a pattern that can be used; nothing if it can."""
    if len(text) > LONGEST_PATTERN:
        return f"the pattern has {len(text):,} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what may mean something else in a later Python
            tree = _parser.parse(text)
    except re.error as error:
        place = (error.pos or 0) + 1
        return f"this is not a regular expression: {p.printable(error.msg)} (character {place})"
    except (OverflowError, RecursionError, ValueError):
        return "this is not a regular expression: a number in it is too large, or it is nested too deeply"
    refused = [_REFUSED[step] for step in _steps(tree) if step in _REFUSED]
    if refused:
        return refused[0]
    found = tree.state.groups - 1
    if groups is not None and found != groups:
        return f"the pattern has {p.counted(found, 'group')}, and needs one" if found else "the pattern has no group"
    return ""


def _steps(tree: Any) -> Iterator[Any]:
    """Every operation in a parsed pattern."""
    if isinstance(tree, _parser.SubPattern):
        for operation, argument in tree:
            yield operation
            yield from _steps(argument)
    elif isinstance(tree, (tuple, list)):
        for part in tree:
            yield from _steps(part)


def _wrong_format(text: str) -> str:
    if text == EXCEL_SERIAL:
        return ""
    used = _DIRECTIVE.findall(text)
    if "y" in used:
        return "a year of two digits could be in two centuries: write %Y for four digits"
    odd = [f"%{one}" for one in used if one not in _DIRECTIVES]
    if odd:
        return f"{p.quoted(odd[0])} is not a part of a date: %d, %m, %b, %B and %Y are"
    for part, letters in _PARTS.items():
        count = sum(one in letters for one in used)
        if count != 1:
            return f"a date has one {part} (%{', %'.join(letters)}), this format has {count or 'none'}"
    return ""


class TooSlow(Exception):
    """A pattern was stopped; `problem` says which."""

    def __init__(self, problem: p.Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Matcher:
    """Applies the patterns of one source, once for each distinct value, within one limit of processor time."""

    def __init__(self, idle: list[Child], limits: int) -> None:
        self._idle = idle
        self._limits = limits
        self._left = float(SECONDS * limits)

    def groups(self, pattern: str, texts: list[str], line: Line) -> list[str | None]:
        """The group of a pattern in each text, or all of it; None where the pattern does not fit the whole text.

        Raises `TooSlow` where the time is up.
        """
        if not texts:
            return []
        task: dict[str, Any] = {"kind": "pattern", "path": "", "limits": self._limits, "seconds": self._left}
        task |= {"pattern": pattern, "texts": texts}
        question = idle_or_new(self._idle).ask(task, free=self._idle.append)
        try:
            groups, used = groups_in(question.answer().line, len(texts))
        except Refused as error:
            facts: dict[str, Any] = {"seconds": SECONDS * self._limits, "name": p.quoted(pattern, LONGEST_PATTERN)}
            raise TooSlow(p.PATTERN_TOO_SLOW.found(line.file, line=line.number, **facts)) from error
        self._left -= used
        return groups
