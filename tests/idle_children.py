"""Keeps the reading children of commands that run in the process of the tests, so that the next command can ask them.

To start one takes five times as long as to read a small workbook. Commands that run as a process of their own start
children of their own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any
from unittest.mock import patch

from probation_ratings.reading import child, kept_results, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMMAND = child.command


class _Kept(child.Child):
    """A child that waits for another question when it would be stopped, unless it must not be asked again."""

    def ask(
        self, task: dict[str, Any], content: IO[bytes] | None = None, free: Callable[[child.Child], None] | None = None
    ) -> child.Question:
        self._again = task["limits"] == 1
        # It was started in another folder, perhaps.
        path = task["path"] if content is not None else os.path.abspath(task["path"])  # noqa: PTH100  (keeps `..`)
        return super().ask({**task, "path": path}, content, free or (_idle.append if self._again else None))

    def stop(self) -> int:
        reusable = self._question is None or (self._question.is_free and self._again)
        if reusable and self._process.poll() is None:
            _idle.append(self)
            return 0
        return super().stop()


_idle: list[child.Child] = []


def _child() -> child.Child:
    """One that is idle, or else a new one. Where a test has changed what is started, that is started."""
    if child.command is not _COMMAND:
        return child.Child()
    return _idle.pop() if _idle else _Kept()


def _idle_or_new(idle: list[child.Child] | None) -> child.Child:
    return idle.pop() if idle else _child()


@contextmanager
def kept() -> Iterator[None]:
    """While this lasts, children are kept; at its end they are ended."""
    with patch.object(kept_results, "Child", _child), patch.object(workbook, "idle_or_new", _idle_or_new):
        yield
    while _idle:
        child.Child.stop(_idle.pop())
