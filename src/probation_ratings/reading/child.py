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
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from ..errors import Refused
from .limits import ANSWER_BYTES, OUT_OF_MEMORY, SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

REUSED_BELOW = 5_000_000
"""A child that answered with more bytes is not used again: the memory that it took would count for the next one."""
_HEAD = re.compile(rb"([0-9]{1,12}) ([0-9]{1,12}) ([0-9]{1,12})\n")
"""What an answer begins with: the number of the question, the bytes of the line, and those of the cells."""
_HEAD_BYTES = 48


def idle_or_new(idle: list[Child] | None) -> Child:
    """A child that is idle, or else a new one."""
    try:
        return idle.pop() if idle else Child()
    except IndexError:  # another thread took it
        return Child()


def command(module: str) -> list[str]:
    """The command line of a child process that runs a module of this package, and ends with this process."""
    return [sys.executable, "-P", "-m", f"probation_ratings.{module}", str(os.getpid())]


def piped(module: str, **variables: str) -> subprocess.Popen[bytes]:
    """A process of this interpreter that runs a module of the package, with a pipe to it and one from it.

    It finds the same modules and files as this one, however that came to find them; `variables` are those of its
    environment beside the ones of this process.
    """
    found = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": str(sys.flags.utf8_mode)}
    return subprocess.Popen(
        command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **found, **variables},
    )


class ChildAnswer(NamedTuple):
    """The answer of a child: a line of JSON, and the bytes of the cells. Both are unchecked."""

    line: bytes
    cells: bytes


class Child:
    """A child process that runs `probation_ratings.reading.child_process`; it starts at once."""

    def __init__(self) -> None:
        self._process = piped("reading.child_process")
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._question: Question | None = None
        self._asked = 0

    def ask(
        self, task: dict[str, Any], content: IO[bytes] | None = None, free: Callable[[Child], None] | None = None
    ) -> Question:
        """Send a task and the content that follows it, if any; the answer is received in the background.

        `free` is called there with a child that can read another input. Without it the child is stopped in the end.
        """
        # A parser of Parquet stays in memory, and what follows a task ends the input.
        again = None if content is not None or task["kind"] == "parquet" else free
        self._asked += 1
        numbered = {**task, "number": self._asked}
        # When it is answered, another thread may ask this child the next question.
        question = self._question = Question(self, self._asked, task["limits"], again)
        with suppress(OSError):  # `answer` finds a child that has already died
            self._stdin.write(json.dumps(numbered).encode() + b"\n")
            self._stdin.flush()
            if content is not None:
                shutil.copyfileobj(content, self._stdin)
                self._stdin.close()
        return question

    def stop(self) -> int:
        """End the child process; its exit status, had it ended already."""
        question = self._question
        if question is not None and question.failed:
            with suppress(subprocess.TimeoutExpired):  # it has closed its output: its status is there in a moment
                self._process.wait(1)
        self._process.kill()
        if question is not None:
            question.wait()
        with suppress(OSError):
            self._stdin.close()
        self._stdout.close()
        return self._process.wait()

    def receive(self, number: int, most: int) -> ChildAnswer | None:
        """Wait for the answer to the question of this number, of at most so many bytes; None if there is none."""
        head = _HEAD.fullmatch(self._stdout.readline(_HEAD_BYTES))
        answered, *sizes = map(int, head.groups()) if head is not None else (0,)
        if answered != number or max(sizes) > most:
            return None
        line, cells = map(self._stdout.read, sizes)
        return ChildAnswer(line, cells) if [len(line), len(cells)] == sizes else None


class Question:
    """A task that a child was given, and its answer.

    `is_free` says that it is answered, and that the child may have been given another one.
    """

    def __init__(self, child: Child, number: int, limits: int, free: Callable[[Child], None] | None) -> None:
        self.is_free = False
        self._child = child
        self._number = number
        self._limits = limits
        self._free = free
        self._answer: ChildAnswer | None = None
        self._receiver = Thread(target=self._receive, daemon=True)
        self._receiver.start()

    @property
    def failed(self) -> bool:
        """Whether it will not be answered."""
        return self._answer is None and not self._receiver.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is answered, or has failed."""
        self._receiver.join(seconds)

    def answer(self) -> ChildAnswer:
        """Wait for the answer. Raises `Refused` where there is none, or none in time."""
        seconds = SECONDS * self._limits
        try:
            self.wait(seconds)
        except BaseException:
            self.stop()
            raise
        if self._receiver.is_alive():
            self.stop()
            raise Refused("reading-too-slow", f"{seconds} seconds")
        if self._answer is not None:
            self.stop()
            return self._answer
        status = self._child.stop()
        # The parser, which is written in Rust, ends this way if it cannot get memory.
        if status == -signal.SIGABRT:
            raise Refused("workbook-too-large", OUT_OF_MEMORY)
        raise Refused("parser-stopped", f"exit status {status}")

    def stop(self) -> None:
        """End the child process, unless it can do something else."""
        if not self.is_free:
            self._child.stop()
        self.wait()  # until the child is handed on

    def _receive(self) -> None:
        self._answer = answer = self._child.receive(self._number, ANSWER_BYTES * self._limits)
        if answer is not None and self._free is not None and len(answer.cells) < REUSED_BELOW:
            self.is_free = True
            self._free(self._child)
