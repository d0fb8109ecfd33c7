"""Reads files in their order, and some of them ahead, in a few child processes."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .child import Child

AT_ONCE = 2
"""So many files of one inspection are read at the same time: the parent is busy with the one before."""
WAITING = 6
"""Of so many files for each child process the contents may wait for the parent, which takes long to import pandas."""

Free: TypeAlias = "Callable[[Child], None]"
"""Takes a child that can read another file; it is called in another thread than that of the run."""


class UnderWay(Protocol):
    """What is being read."""

    @property
    def is_free(self) -> bool:
        """Whether it is read, and the child process may read something else."""

    def stop(self) -> None:
        """Give it up."""


Item = TypeVar("Item")
Begun = TypeVar("Begun", bound=UnderWay)


class Ahead(Generic[Item, Begun]):
    """What is still to be read, and what is being read.

    A child that has read a file begins the next one at once, in the thread that received its answer. A child is started
    in the thread of the caller only: on Linux it ends with the thread that started it.
    """

    def __init__(
        self,
        items: Iterable[Item],
        begin: Callable[[Item, Child | None, Free], Begun],
        idle: list[Child],
        at_once: int = AT_ONCE,
        *,
        alone: Callable[[Item], bool] = lambda _: False,
    ) -> None:
        """Get ready to read the items, so many `at_once`.

        `begin` begins to read one: with the child that it is given, or with another one. One that must not be begun in
        another thread is `alone`. Children with nothing to do are put into `idle`.
        """
        self._rest = deque(items)
        self._begin = begin
        self._idle = idle
        self._at_once = at_once
        self._alone = alone
        self._under_way: deque[Begun] = deque()
        self._turn = Lock()

    def start(self, most: int | None = None) -> None:
        """Begin to read as many as may be read at once, or at `most` so many."""
        with self._turn:
            busy = sum(not one.is_free for one in self._under_way)
            for _ in range(busy, self._at_once if most is None else most):
                if self._has_room:
                    self._begin_next(None)

    def in_order(self) -> Iterator[Begun]:
        """What is being read, in the order of the items; more is begun meanwhile."""
        while self._under_way or self._rest:
            self.start()
            yield self._under_way.popleft()

    def stop(self) -> None:
        """Give up what is under way."""
        with self._turn:
            self._rest.clear()
        for one in self._under_way:
            one.stop()

    @property
    def _has_room(self) -> bool:
        return bool(self._rest) and len(self._under_way) < WAITING * self._at_once

    def _begin_next(self, child: Child | None) -> None:
        self._under_way.append(self._begin(self._rest.popleft(), child, self._free))

    def _free(self, child: Child) -> None:
        with self._turn:
            if self._has_room and not self._alone(self._rest[0]):
                self._begin_next(child)
            else:
                self._idle.append(child)
