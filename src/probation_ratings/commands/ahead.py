"""Reads the inputs of a run in their order, and some of them ahead, in a few child processes."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

from ..reading.workbook import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..reading.child import Child
    from ..reading.workbook import InspectionReading

WAITING = 6
"""Of so many inputs for each child process the contents may wait for the parent, which takes long to import pandas."""


class Ahead:
    """The inputs that are still to be read, and those that are being read.

    A child that has read a workbook begins the next one at once, in the thread that received its answer. A child is
    started in the thread of the caller only: on Linux it ends with the thread that started it.
    """

    def __init__(self, paths: list[str], is_mapping: Callable[[str], bool], limits: int, at_once: int) -> None:
        """Start to read the first of `paths`, within so many times the usual limits; later as many `at_once`.

        One that `is_mapping` is a mapping file, which names others.
        """
        self._is_mapping = is_mapping
        self.idle: list[Child] = []
        self._limits = limits
        self._at_once = at_once
        first = [path for path in paths[:1] if not self._is_mapping(path)]
        self._under_way: deque[InspectionReading] = deque(Reading(path, limits) for path in first)
        self._rest = deque(paths[len(first) :])
        self._turn = Lock()
        self._wanted: list[str] = []

    def readings(
        self, wanted: Iterable[str], mapped: Callable[[str], InspectionReading]
    ) -> Iterator[InspectionReading]:
        """The inputs under way, in the order of their paths; `mapped` begins to read what a mapping file names.

        `wanted` are the sheets that are read of workbooks, by their folded names.
        """
        self._wanted = list(wanted)
        for first in tuple(self._under_way):
            self._ask(first)
        while self._under_way or self._rest:
            with self._turn:
                busy = sum(not (isinstance(one, Reading) and one.is_free) for one in self._under_way)
                for _ in range(busy, self._at_once):
                    if not self._has_room:
                        break
                    path = self._rest.popleft()
                    self._under_way.append(
                        mapped(path) if self._is_mapping(path) else Reading(path, self._limits, self.idle)
                    )
                    self._ask(self._under_way[-1])
            yield self._under_way.popleft()

    def stop(self) -> None:
        """Give up what is under way, and end the children."""
        with self._turn:
            self._rest.clear()
        for reading in self._under_way:
            reading.stop()
        for child in self.idle:
            child.stop()

    @property
    def _has_room(self) -> bool:
        return bool(self._rest) and len(self._under_way) < WAITING * self._at_once

    def _ask(self, reading: InspectionReading) -> None:
        if not isinstance(reading, Reading):
            reading.ask(self._wanted)
        elif reading.path != "-":  # waiting for standard input must not delay the others
            reading.ask(self._wanted, free=self._read_next)

    def _read_next(self, child: Child) -> None:
        with self._turn:
            if not self._has_room or self._rest[0] == "-" or self._is_mapping(self._rest[0]):
                self.idle.append(child)
                return
            self._under_way.append(Reading(self._rest.popleft(), self._limits, child=child))
            self._ask(self._under_way[-1])
