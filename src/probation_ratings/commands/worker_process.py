"""Reads one workbook after the other and does what the run asks with the inspections in it: a worker of `workers`.

It runs as a process of its own, `python -P -m probation_ratings.commands.worker_process PARENT`. Its parser is still
another process: this one meets no untrusted bytes. From standard input it takes the rules, the limits and the function,
and then a path at a time; to standard output goes for each what the function returns, or the exception that it raised.
It ends when standard input does.

The pipe between the run and a worker is private, and both are this program: so what they tell each other may be
pickled. A process that parses untrusted bytes never sends such a message. Parts of the rules and kinds of problems go
only by number and code.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import signal
import sys
import time
import traceback
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel

from ..checking.read import read_inspections
from ..problems import CATALOGUE, Kind
from ..reading.limits import end_with_parent
from ..reading.workbook import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..reading.child import Child
    from ..rulebook.model import RuleSet


_SIZE_BYTES = 8


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


def send(message: bytes, sink: IO[bytes]) -> None:
    """Write a message, after its size."""
    sink.write(len(message).to_bytes(_SIZE_BYTES, "big"))
    sink.write(message)
    sink.flush()


def received(source: IO[bytes]) -> bytes | None:
    """The next message; None where the other end is gone, in the middle of one or before it."""
    size = source.read(_SIZE_BYTES)
    message = source.read(int.from_bytes(size, "big"))
    return message if len(size) == _SIZE_BYTES and len(message) == int.from_bytes(size, "big") else None


class Packing:
    """Packs and unpacks by the same rules at both ends: the other end's parts of the rules become those of this end."""

    def __init__(self, rules: RuleSet) -> None:
        self._parts = list(_parts(rules))
        self._numbers = {id(part): number for number, part in enumerate(self._parts)}

    def packed(self, value: object) -> bytes:
        """The value as bytes."""
        stream = io.BytesIO()
        pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
        pickler.persistent_id = self._known  # type: ignore[method-assign]
        pickler.dump(value)
        return stream.getvalue()

    def unpacked(self, message: bytes) -> Any:
        """The value that the other end packed."""
        unpickler = pickle.Unpickler(io.BytesIO(message))  # noqa: S301
        unpickler.persistent_load = self._meant  # type: ignore[method-assign]
        return unpickler.load()

    def _known(self, value: Any) -> int | str | None:
        return value.code if type(value) is Kind else self._numbers.get(id(value))

    def _meant(self, known: int | str) -> object:
        return CATALOGUE[known] if isinstance(known, str) else self._parts[known]


def _parts(value: object) -> Iterator[BaseModel]:
    """The rules and all models in them, in an order that both ends share."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:  # only these: what it has computed since is not the same at both ends
            yield from _parts(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _parts(one)


if __name__ == "__main__":
    main()
