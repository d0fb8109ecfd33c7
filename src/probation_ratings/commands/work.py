"""Does the same with every inspection of a run: in this process or, where there are many workbooks, in workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from .inputs import is_mapping, processes, rules_of, started

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..checking.inspection import Inspection
    from ..reading.workbook import InspectionReading
    from ..rulebook.model import RuleSet
    from ..writing.register import Register
    from .inputs import Inputs

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


@contextmanager
def work_on(
    inputs: Inputs,
    rules: str | None,
    limits: int,
    register: Register,
    jobs: int | None = None,
    *,
    in_workers: bool = True,
) -> Iterator[tuple[RuleSet, DoEach]]:
    """The rules, and what does something with every input; otherwise as `started`.

    `in_workers` allows it to be done in as many other processes as `jobs`, or as this one may use at once, where there
    are many inputs and all are workbooks.
    """
    count = processes(jobs)
    plain = not inputs.combined and not any(path == "-" or is_mapping(path) for path in inputs.paths)
    if not (in_workers and plain and count > 1 and len(inputs.paths) > MANY):
        with started(inputs, rules, limits, register, jobs) as (rule_set, readings):
            yield rule_set, partial(_here, readings, rule_set)
        return
    from .workers import Workers

    # One more than processors, because each waits now and then for its parser or for the run.
    with Workers(count if jobs else count + 1) as workers:  # they import what they need while the rules are loaded
        rule_set = rules_of(inputs, rules, register)
        yield rule_set, partial(workers.works, inputs.paths, rule_set, limits)


def timed(do: Callable[[], list[Any]]) -> Done:
    """What a function makes, and the seconds that it takes."""
    begun = time.monotonic()
    return do(), time.monotonic() - begun


def _here(readings: Iterable[InspectionReading], rules: RuleSet, each: Each) -> Iterator[Work]:
    """The work for each input, done in this process."""
    from ..checking.read import read_inspections

    def do(reading: InspectionReading) -> list[Any]:
        return each(read_inspections(reading, rules))

    for reading in readings:
        yield PurePath(reading.path).name, partial(timed, partial(do, reading))
