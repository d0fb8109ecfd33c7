"""Reads one workbook after the other and does what the run asks with the inspections in it: a worker of `workers`.

It runs as a process of its own, `python -P -m probation_ratings.commands.worker_process PARENT`. Its parser is still
another process: this one meets no untrusted bytes. From standard input it takes the rules, the limits and the function,
and then a path at a time; to standard output goes for each what the function returns, or the exception that it raised.
It ends when standard input does.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..checking.read import read_inspections
from ..reading.limits import end_with_parent
from ..reading.workbook import Reading
from .packing import Packing, received, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from ..reading.child import Child
    from ..rulebook.model import RuleSet


def main() -> None:
    """Answer until there is no more to do."""
    end_with_parent(int(sys.argv[1]))
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)  # they are for the run, which then ends its workers
    gc.set_threshold(200_000, 20, 20)  # as in `__main__`
    from ..checking import checks  # noqa: F401  (it imports pandas, while the run loads the rules)

    with suppress(OSError):  # the run is gone
        _answer(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # what pandas holds need not be taken down in order


def _answer(source: IO[bytes], sink: IO[bytes]) -> None:
    begin = received(source)
    if begin is None:
        return
    rules, each, limits = pickle.loads(begin)  # noqa: S301
    packing = Packing(rules)
    idle: list[Child] = []
    try:
        while (path := received(source)) is not None:
            send(_packed(_done(os.fsdecode(path), rules, each, limits, idle), packing), sink)
    finally:
        for child in idle:
            child.stop()


def _done(
    path: str, rules: RuleSet, each: Callable[..., Any], limits: int, idle: list[Child]
) -> tuple[Any, float] | Exception:
    """What the function makes of the inspections in a workbook, and the seconds that it took."""
    started = time.monotonic()
    try:
        return each(read_inspections(Reading(path, limits, idle), rules)), time.monotonic() - started
    except Exception as error:  # noqa: BLE001  (the run raises it again)
        error.add_note(traceback.format_exc())
        return error


def _packed(answer: object, packing: Packing) -> bytes:
    """The answer as bytes; an exception that cannot be packed is told in words."""
    try:
        return packing.packed(answer)
    except Exception as error:  # noqa: BLE001  (the run raises it)
        told = answer if isinstance(answer, Exception) else error
        return packing.packed(RuntimeError(f"{type(told).__name__}: {told}"))


if __name__ == "__main__":
    main()
