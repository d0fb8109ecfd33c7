"""Has the patterns of a mapping file applied to values, in the child process that reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import Refused
from ..reading.child import idle_or_new
from ..reading.handover import groups_in
from .patterns import LONGEST_PATTERN

if TYPE_CHECKING:
    from ..reading.child import Child
    from ..rulebook.yaml_file import Line

SECONDS = 2
"""So much processor time the patterns of one source may take."""


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
        task: dict[str, Any] = {"kind": "patterns", "path": "", "limits": self._limits, "seconds": self._left}
        task["patterns"] = [[pattern, texts]]
        question = idle_or_new(self._idle).ask(task, free=self._idle.append)
        try:
            groups, used = groups_in(question.answer().line, len(texts))
        except Refused as error:
            facts: dict[str, Any] = {"seconds": SECONDS * self._limits, "name": p.quoted(pattern, LONGEST_PATTERN)}
            raise TooSlow(p.PATTERN_TOO_SLOW.found(line.file, line=line.number, **facts)) from error
        self._left -= used
        return groups
