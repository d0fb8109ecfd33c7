"""Reads one stream of an OLE2 container, the file format of Excel before 2007.

The bytes are untrusted: a chain of sectors has an end, and what contradicts itself raises one of `FAILURES`.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

FAILURES = (ValueError, LookupError, struct.error)
"""The exceptions that reading a damaged container may raise."""

_SECTOR_SIZES = {9: 512, 12: 4096}
_MINI_SIZE = 64
_MINI_BELOW = 4096
"""A smaller stream lies in the mini sectors."""
_END = 0xFFFFFFFA
"""The lowest number that is not a sector."""
_FREE = 0xFFFFFFFF
_ENTRY = struct.Struct("<64sH2x3I36x2I4x")
_FIRST_TABLES = 109
"""The number of sectors of the allocation table that the header names."""


class CutOffError(ValueError):
    """Sectors at the end of the container are missing."""


def names(content: bytes) -> tuple[set[str], set[str]]:
    """The names, in lower case, of what is in the root of the container, and of all that is in it.

    Raises `CutOffError` where the end of the container is missing, and one of `FAILURES` where it is damaged.
    """
    container = _Container(content)
    container.refuse_cut_off()
    entries = container.entries()
    return {one.name.lower() for one in _in_root(entries)}, {one.name.lower() for one in entries}


def stream(content: bytes, wanted: tuple[str, ...]) -> bytes:
    """The stream in the root of the container under one of these names, tried in this order.

    Raises one of `FAILURES` where there is none or where the container is damaged.
    """
    container = _Container(content)
    entries = container.entries()
    found = {one.name: one for one in _in_root(entries)}
    entry = next((found[name] for name in wanted if name in found), None)
    if entry is None:
        raise ValueError("no stream of this name")
    return container.read(entry, entries[0])


class _Entry(NamedTuple):
    """An entry of the directory: its name, the entries beside it and in it, its first sector, and its size."""

    name: str
    left: int
    right: int
    child: int
    start: int
    size: int


def _in_root(entries: list[_Entry]) -> list[_Entry]:
    """The entries that are in the root, which is the first of them."""
    found, seen = [], {0}
    following = [entries[0].child]
    while following:
        number = following.pop()
        if number < _FREE and number not in seen:
            seen.add(number)
            found.append(entries[number])
            following += (entries[number].left, entries[number].right)
    return found


class _Container:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = _SECTOR_SIZES[int.from_bytes(content[30:32], "little")]
        self._first_entry, _, _, self._first_mini, _, more = struct.unpack_from("<6I", content, 48)
        tables = list(struct.unpack_from(f"<{_FIRST_TABLES}I", content, 76))
        for _ in range(len(content) // self._size):
            if more >= _END:
                break
            *numbers, more = _numbers(self._sector(more))
            tables += numbers
        self._tables = [one for one in tables if one < _END]
        self._table = [following for one in self._tables for following in _numbers(self._sector(one))]

    def refuse_cut_off(self) -> None:
        """Raise `CutOffError` if a sector in use begins after the last byte."""
        there = -(-len(self._content) // self._size) - 1
        if max(self._tables, default=0) >= there or any(one != _FREE for one in self._table[there:]):
            raise CutOffError("the end is missing")

    def entries(self) -> list[_Entry]:
        """The entries of the directory."""
        data = self._chain(self._first_entry)
        return [
            _Entry(name[: max(length - 2, 0)].decode("utf-16-le", errors="replace"), *rest)
            for name, length, *rest in _ENTRY.iter_unpack(data[: len(data) // _ENTRY.size * _ENTRY.size])
        ]

    def read(self, entry: _Entry, root: _Entry) -> bytes:
        """The content of a stream."""
        if entry.size >= _MINI_BELOW:
            return self._chain(entry.start)[: entry.size]
        small = self._chain(root.start)
        places = (one * _MINI_SIZE for one in _followed(entry.start, _numbers(self._chain(self._first_mini))))
        return b"".join(small[place : place + _MINI_SIZE] for place in places)[: entry.size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _followed(start, self._table)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]


def _numbers(sectors: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sectors) // 4}I", sectors[: len(sectors) // 4 * 4])


def _followed(start: int, table: list[int] | tuple[int, ...]) -> list[int]:
    """The numbers of a chain of sectors, from the first one on."""
    numbers: list[int] = []
    while start < _END:
        if len(numbers) > len(table):
            raise ValueError("a chain of sectors without an end")
        numbers.append(start)
        start = table[start]
    return numbers
