"""Applies a pattern of a mapping file to values, in the child process that reads: a pattern may never end.

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


class _TimeIsUp(Exception):
    """The pattern has used up its processor time."""


def groups_of(pattern: str, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """For each text the pattern's group, all where it has none; None where it does not fit.

    The pattern must fit the whole text; case is ignored. With the `groups` come the `seconds` that they took.
    Raises `Refused` where they take more processor time than so many seconds.
    """
    groups: list[str | None] = []
    start = time.process_time()
    try:
        with _at_most(seconds):
            compiled = re.compile(pattern, re.IGNORECASE)
            for text in texts:
                match = compiled.fullmatch(text)
                groups.append(None if match is None else (match[1] or "") if compiled.groups else match[0])
                if time.process_time() > start + seconds:
                    raise _TimeIsUp
    except _TimeIsUp:
        raise Refused("pattern-too-slow") from None
    return {"groups": groups, "seconds": time.process_time() - start}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises `_TimeIsUp` inside once so much processor time is used, where the system has such a timer."""

    def stop(*_: Any) -> None:
        raise _TimeIsUp

    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001))
        yield
    finally:
        with suppress(_TimeIsUp):
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
