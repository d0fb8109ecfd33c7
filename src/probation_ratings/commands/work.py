"""Does the same with every inspection of a run: in this process or, where there are many workbooks, in workers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from .inputs import is_mapping, rules_of, typed_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..checking.inspection import Inspection
    from ..reading.ahead import Free
    from ..reading.child import Child
    from ..reading.workbook import InspectionReading
    from ..rulebook.model import RuleSet
    from ..writing.register import Register
    from .inputs import Inputs

_HAS_AFFINITY = hasattr(os, "sched_getaffinity")
MANY = 30
"""Of more workbooks than this, workers take less time: it takes each a third of a second to import pandas."""


Done: TypeAlias = tuple[list[Any], float]
"""What was made of an input, inspection by inspection, and the seconds that it took."""
Each: TypeAlias = "Callable[[list[Inspection]], list[Any]]"
"""What is done with the inspections of an input; workers take it by its name, so it must not be a lambda."""
Work: TypeAlias = tuple[str, Callable[[], Done]]
"""The name of an input, and the function that does its work or waits for it."""
DoEach: TypeAlias = "Callable[[Each], Iterator[Work]]"
"""Does the same with every input of a run, in their order."""


def work_on(
    inputs: Inputs,
    rules: str | None,
    limits: int,
    register: Register,
    jobs: int | None = None,
    *,
    in_workers: bool = True,
) -> AbstractContextManager[tuple[RuleSet, DoEach]]:
    """The rules, and what does something with every input, in the order of the paths.

    As many inputs are read at once as `jobs`, or as this process may use; what is still under way at the end is given
    up. `in_workers` allows all to be done in other processes, where there are many inputs and all are workbooks. All
    files that are read are noted in the register. Raises `UsageError` where the mapping files name different rules.
    """
    count = jobs or min(len(os.sched_getaffinity(0)) if _HAS_AFFINITY else os.cpu_count() or 1, 8)
    plain = not inputs.combined and not any(path == "-" or is_mapping(path) for path in inputs.paths)
    if in_workers and plain and count > 1 and len(inputs.paths) > MANY:
        # One more than processors, because each waits now and then for its parser or for the run.
        return _in_workers(inputs, rules, limits, register, count if jobs else count + 1)
    return _here(inputs, rules, limits, register, count)


@contextmanager
def _in_workers(
    inputs: Inputs, rules: str | None, limits: int, register: Register, count: int
) -> Iterator[tuple[RuleSet, DoEach]]:
    from .workers import Workers

    with Workers(count) as workers:  # they import what they need while the rules are loaded
        rule_set = rules_of(inputs, rules, register)
        yield rule_set, partial(workers.works, inputs.paths, rule_set, limits)


@contextmanager
def _here(
    inputs: Inputs, rules: str | None, limits: int, register: Register, count: int
) -> Iterator[tuple[RuleSet, DoEach]]:
    """All is done in this process; the first workbook is read already while the rules are loaded."""
    from ..reading.ahead import Ahead
    from ..reading.workbook import Reading

    paths: list[str] = [] if inputs.combined else inputs.paths
    idle: list[Child] = []
    wanted: list[str] = []

    def begin(path: str, child: Child | None, free: Free) -> InspectionReading:
        if is_mapping(path):
            from ..mapping.reading import MappedReading

            return MappedReading.of(path, rule_set, typed_rules(rules), inputs.data, limits, idle, register.reads)
        reading = Reading(path, limits, idle, child=child, free=free)
        if wanted and path != "-":  # waiting for standard input must not delay the others
            reading.ask(wanted)
        return reading

    ahead = Ahead(paths, begin, idle, count, alone=lambda path: path == "-" or is_mapping(path))
    try:
        if paths and not is_mapping(paths[0]):
            ahead.start(1)  # what is wanted of it is known when the rules are
        from ..names import wanted_sheets

        rule_set = rules_of(inputs, rules, register)
        wanted += wanted_sheets(rule_set.sheet_names, rule_set.panel_sheet_name)

        def readings() -> Iterator[InspectionReading]:
            if inputs.combined:
                from ..mapping.reading import CombinedReading

                yield CombinedReading(inputs.paths, rule_set, limits, idle)
            yield from ahead.in_order()

        yield rule_set, partial(_works, readings(), rule_set)
    finally:
        ahead.stop()
        for child in idle:
            child.stop()


def _works(readings: Iterable[InspectionReading], rules: RuleSet, each: Each) -> Iterator[Work]:
    from ..checking.read import read_inspections

    def do(reading: InspectionReading) -> list[Any]:
        return each(read_inspections(reading, rules))

    for reading in readings:
        yield PurePath(reading.path).name, partial(timed, partial(do, reading))


def timed(do: Callable[[], list[Any]]) -> Done:
    """What a function makes, and the seconds that it takes."""
    begun = time.monotonic()
    return do(), time.monotonic() - begun
