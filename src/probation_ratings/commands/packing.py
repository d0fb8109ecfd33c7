"""Packs what a run and its workers tell each other; parts of the rules and kinds of problems only by number and code.

The pipe between them is private, and both are this program: so it may be pickled. A process that parses untrusted bytes
never sends such a message.
"""

from __future__ import annotations

import io
import pickle
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel

from ..problems import CATALOGUE, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rulebook.model import RuleSet

_SIZE_BYTES = 8


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
