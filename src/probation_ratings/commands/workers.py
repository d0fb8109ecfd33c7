"""Hands workbooks to worker processes, each of which reads, checks and rates; what they make of them comes in order."""

from __future__ import annotations

import os
import pickle
import subprocess
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import PurePath
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from ..checking.read import unread_inspection
from ..errors import Refused
from ..inputs import problem_of
from ..reading.child import piped
from .worker_process import Packing, received, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from ..rulebook.model import RuleSet
    from .work import Done, Each, Work

_AHEAD = 4
"""So many workbooks for each worker may be done or under way before the first of them is taken."""
_SECONDS = 5
"""How long a worker may take to end by itself."""


class _Job(NamedTuple):
    """What is done with every workbook, and the message that says it to a worker."""

    rules: RuleSet
    each: Each
    packing: Packing
    message: bytes


class Workers:
    """The worker processes of a run. They start at once, and end as soon as all is done, or with the block of `with`.

    One that dies costs the workbook that it was at, and another one is started in its place.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._all: list[_Worker] = []
        self._free: SimpleQueue[_Worker | None] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count)

    def __enter__(self) -> Self:
        for _ in range(self._count):
            self._free.put(self._started())
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            if kind is None:
                worker.let_go()
            worker.end(_SECONDS if kind is None else 0)
        self._threads.shutdown()
        for worker in self._all:  # also one that was started in the meantime
            worker.end(0)
            worker.close()

    def works(self, paths: Sequence[str], rules: RuleSet, limits: int, each: Each) -> Iterator[Work]:
        """The work for each workbook, in their order: its name, and a function that waits for it."""
        job = _Job(rules, each, Packing(rules), pickle.dumps((rules, each, limits)))
        waiting: deque[Work] = deque()
        for path in paths:
            waiting.append((PurePath(path).name, self._threads.submit(self._done, path, job).result))
            if len(waiting) == _AHEAD * self._count:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
        for worker in self._all:  # they need not stay in memory while results are shown
            worker.let_go()

    def _started(self) -> _Worker:
        worker = _Worker()
        self._all.append(worker)
        return worker

    def _done(self, path: str, job: _Job) -> Done:
        """Have a worker do the job with a workbook."""
        worker, answer = self._free.get(), None
        try:
            worker = worker or self._started()
            answer = worker.ask(path, job)
        finally:
            self._free.put(None if answer is None else worker)
        if answer is None:
            problem = problem_of(path, Refused("parser-stopped", f"exit status {worker.end(1)}"))
            return job.each([unread_inspection(path, (problem,), job.rules)]), 0.0
        done: Done | Exception = job.packing.unpacked(answer)
        if isinstance(done, Exception):
            raise done
        return done


class _Worker:
    """A process that runs `probation_ratings.commands.worker_process`."""

    def __init__(self) -> None:
        self._process = piped("commands.worker_process")
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._knows_job = False

    def ask(self, path: str, job: _Job) -> bytes | None:
        """Have it do the job with a workbook, and wait for its answer; None where it has died."""
        with suppress(OSError):  # then there is no answer either
            if not self._knows_job:
                send(job.message, self._stdin)
            self._knows_job = True
            send(os.fsencode(path), self._stdin)
        return received(self._stdout)

    def let_go(self) -> None:
        """Say that there is nothing more to do: it ends."""
        with suppress(OSError):
            self._stdin.close()

    def end(self, seconds: float) -> int:
        """End it, at the latest after so many seconds; its exit status, had it ended already."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        self._process.kill()
        return self._process.wait()

    def close(self) -> None:
        """Close what leads to it, once no thread waits for it any more."""
        self.let_go()
        self._stdout.close()
