"""Has the patterns of a mapping file applied to values, in the child process that reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import Refused
from ..reading.child import Child
from ..reading.handover import groups_in

if TYPE_CHECKING:
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
        child = self._idle.pop() if self._idle else Child()
        task: dict[str, Any] = {"kind": "patterns", "path": "", "limits": self._limits, "seconds": self._left}
        child.ask({**task, "patterns": [[pattern, texts]]})
        try:
            answer = child.answer(self._idle)
            groups, used = groups_in(answer.line)
        except Refused as error:
            facts: dict[str, Any] = {"seconds": SECONDS * self._limits, "name": p.quoted(pattern, 200)}
            raise TooSlow(p.PATTERN_TOO_SLOW.found(line.file, line=line.number, **facts)) from error
        self._left -= used
        return groups[0]
