"""The child processes that parse inputs. A child reads one input after the other until one fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import IO, Any, cast

from ..errors import Refused
from .limits import ANSWER_BYTES, OUT_OF_MEMORY, SECONDS

REUSED_BELOW = 5_000_000
"""A child that answered with more bytes is not used again: what remains would count as the next answer."""
_SIZES = re.compile(rb"([0-9]{1,12}) ([0-9]{1,12})\n")
_SIZES_BYTES = 32


def environment() -> dict[str, str]:
    """That of a child process which finds the same modules and files as this one, however that came to find them."""
    found = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": str(sys.flags.utf8_mode)}
    return {**os.environ, **found}


def command(module: str) -> list[str]:
    """The command line of a child process that runs a module of this package, and ends with this process."""
    return [sys.executable, "-P", "-m", f"probation_ratings.{module}", str(os.getpid())]


def piped(module: str) -> subprocess.Popen[bytes]:
    """A process of this interpreter that runs a module of the package, with a pipe to it and one from it."""
    return subprocess.Popen(
        command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """The answer of a child: a line of JSON, and the bytes of the cells. Both are unchecked."""

    line: bytes
    cells: bytes


class Child:
    """A child process that runs `probation_ratings.reading.child_process`; it starts at once."""

    def __init__(self) -> None:
        self._process = piped("reading.child_process")
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._receiver = Thread(target=self._receive, daemon=True)
        self._answer: ChildAnswer | None = None
        self._limits = 1
        self._heavy = False

    def ask(self, task: dict[str, Any], content: IO[bytes] | None = None) -> None:
        """Send a task and the content that follows it, if any; the answer is received in the background."""
        self._answer, self._limits = None, task["limits"]
        self._heavy = task["kind"] == "parquet"  # its parser stays in memory
        self._receiver = Thread(target=self._receive, daemon=True)
        self._receiver.start()
        with suppress(OSError):  # `answer` finds a child that has already died
            self._stdin.write(json.dumps(task).encode() + b"\n")
            self._stdin.flush()
            if content is not None:
                shutil.copyfileobj(content, self._stdin)
                self._stdin.close()

    def answer(self, idle: list[Child] | None = None) -> ChildAnswer:
        """Wait for the answer; the child is stopped then, or put among the `idle` ones if it can read another input.

        Raises `Refused` where there is none, or none in time.
        """
        seconds = SECONDS * self._limits
        try:
            self._receiver.join(seconds)
        except BaseException:
            self.stop()
            raise
        answer = self._answer
        if self._receiver.is_alive():
            self.stop()
            raise Refused("reading-too-slow", f"{seconds} seconds")
        if answer is not None and idle is not None and self._reusable(answer):
            idle.append(self)
            return answer
        status = self.stop()
        if answer is not None:
            return answer
        # The parser, which is written in Rust, ends this way if it cannot get memory.
        if status == -signal.SIGABRT:
            raise Refused("workbook-too-large", OUT_OF_MEMORY)
        raise Refused("parser-stopped", f"exit status {status}")

    def _reusable(self, answer: ChildAnswer | None) -> bool:
        """Whether it can read another input: what it still holds would count as that one's."""
        return answer is not None and len(answer.cells) < REUSED_BELOW and not (self._heavy or self._stdin.closed)

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
        sizes = _SIZES.fullmatch(self._stdout.readline(_SIZES_BYTES))
        if sizes is None or max(map(int, sizes.groups())) > ANSWER_BYTES * self._limits:
            return
        line, cells = (self._stdout.read(int(size)) for size in sizes.groups())
        if (len(line), len(cells)) == tuple(map(int, sizes.groups())):
            self._answer = ChildAnswer(line, cells)
