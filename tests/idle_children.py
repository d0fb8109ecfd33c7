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
    from collections.abc import Iterator

_COMMAND = child.command


class _Kept(child.Child):
    """A child that waits for another question when it would be stopped, unless it must not be asked again."""

    def ask(self, task: dict[str, Any], content: IO[bytes] | None = None) -> None:
        # It was started in another folder, perhaps.
        path = task["path"] if content is not None else os.path.abspath(task["path"])  # noqa: PTH100  (keeps `..`)
        super().ask({**task, "path": path}, content)

    def stop(self) -> int:
        was_asked = self._receiver.ident is not None
        reusable = self._reusable(self._answer) and self._limits == 1 if was_asked else True
        if reusable and self._process.poll() is None:
            _idle.append(self)
            return 0
        return super().stop()

    def end(self) -> None:
        super().stop()


_idle: list[_Kept] = []


def _child() -> child.Child:
    """One that is idle, or else a new one. Where a test has changed what is started, that is started."""
    if child.command is not _COMMAND:
        return child.Child()
    return _idle.pop() if _idle else _Kept()


@contextmanager
def kept() -> Iterator[None]:
    """While this lasts, children are kept; at its end they are ended."""
    with patch.object(kept_results, "Child", _child), patch.object(workbook, "Child", _child):
        yield
    while _idle:
        _idle.pop().end()
