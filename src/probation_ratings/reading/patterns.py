"""Applies the patterns of a mapping file to values, in the child process that reads: a pattern may never end.

The processor time is limited: the timer's signal reaches even a pattern that is at work, where the system has one;
elsewhere the parent gives up on the child.
"""

from __future__ import annotations

import re
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ..errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PATTERN = 200
"""So many characters a pattern may have."""


class _TimeIsUp(Exception):
    """The patterns have used up their processor time."""


def groups_of(asked: Sequence[tuple[str, Sequence[str]]], seconds: float) -> dict[str, Any]:
    """For each pattern and each of its values: the pattern's group, all where it has none; None where it does not fit.

    A pattern must fit the whole value; case is ignored. With the `groups` come the `seconds` that they took.
    Raises `Refused` where they take more processor time than so many seconds, with the place of the pattern.
    """
    found: list[list[str | None]] = []
    start = time.process_time()
    try:
        with _at_most(seconds) as end:
            for pattern, values in asked:
                found.append(_groups(pattern, values, end))
    except _TimeIsUp:
        raise Refused("pattern-too-slow", str(len(found))) from None
    return {"groups": found, "seconds": time.process_time() - start}


def _groups(pattern: str, values: Sequence[str], end: float) -> list[str | None]:
    compiled = re.compile(pattern[:MOST_PATTERN], re.IGNORECASE)
    groups: list[str | None] = []
    for value in values:
        match = compiled.fullmatch(value)
        groups.append(None if match is None else (match[1] or "") if compiled.groups else match[0])
        if time.process_time() > end:
            raise _TimeIsUp
    return groups


@contextmanager
def _at_most(seconds: float) -> Iterator[float]:
    """Raises `_TimeIsUp` inside once so much processor time is used; gives the time at which that is."""

    def stop(*_: Any) -> None:
        raise _TimeIsUp

    end = time.process_time() + seconds
    if not hasattr(signal, "setitimer"):  # Windows
        yield end
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001))
        yield end
    finally:
        with suppress(_TimeIsUp):
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
