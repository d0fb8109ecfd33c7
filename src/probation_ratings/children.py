"""The child processes that parse workbooks: a child reads one after the other, until one of them goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import IO, Any, cast

REUSED_BELOW = 5_000_000
"""A child that answered with more bytes is not used again: what it still holds would count as the next one's."""


def environment() -> dict[str, str]:
    """That of a child process which finds the same modules and files as this one, however that came to find them."""
    found = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": str(sys.flags.utf8_mode)}
    return {**os.environ, **found}


class Child:
    """A child process that runs `probation_ratings.reader`; it starts at once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "probation_ratings.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._receiver = Thread(target=self._receive, daemon=True)
        self._answer: tuple[dict[str, Any], bytes] | None = None
        self.reusable = False

    def ask(self, task: dict[str, Any], content: IO[bytes] | None = None) -> None:
        """Hand on a task and the content that follows it, if any; the answer is received meanwhile."""
        self._answer, self.reusable = None, False
        self._receiver = Thread(target=self._receive, daemon=True)
        self._receiver.start()
        with suppress(OSError):  # a child that has died already is found out by `answer`
            self._stdin.write(json.dumps(task).encode() + b"\n")
            self._stdin.flush()
            if content is not None:
                shutil.copyfileobj(content, self._stdin)
                self._stdin.close()

    def answer(self, seconds: float) -> tuple[dict[str, Any], bytes] | None:
        """Wait for the answer; None where the child ended without one.

        Raises `TimeoutError` where it takes longer; the child is then stopped.
        """
        self._receiver.join(seconds)
        if self._receiver.is_alive():
            self.stop()
            raise TimeoutError
        if self._answer is not None:
            self.reusable = len(self._answer[1]) < REUSED_BELOW and not self._stdin.closed
        return self._answer

    def stop(self) -> int:
        """End the child process; its exit status, had it ended already."""
        was_asked = self._receiver.ident is not None
        if was_asked and self._answer is None and not self._receiver.is_alive():
            with suppress(subprocess.TimeoutExpired):  # it has closed its output: its status is there in a moment
                self._process.wait(1)
        self._process.kill()
        if was_asked:
            self._receiver.join()
        with suppress(OSError):
            self._stdin.close()
        self._stdout.close()
        return self._process.wait()

    def _receive(self) -> None:
        line = self._stdout.readline()
        if line.endswith(b"\n"):
            head = json.loads(line)
            cells = self._stdout.read(head.get("bytes", 0))
            if len(cells) == head.get("bytes", 0):
                self._answer = head, cells
