"""Takes one stream out of an OLE2 container, the file system in a file that Excel used before 2007.

The bytes are untrusted: a chain of sectors has an end, and what contradicts itself raises `ValueError`.
"""

from __future__ import annotations

import struct

_SECTOR_SIZES = {9: 512, 12: 4096}
_MINI_SIZE = 64
_MINI_BELOW = 4096
"""A smaller stream lies in the mini sectors."""
_END = 0xFFFFFFFA
"""The lowest number that names no sector."""
_ENTRY = 128
_FIRST_TABLES = 109
"""The header names so many sectors of the allocation table."""


def stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of the container under one of these names, tried in this order.

    Raises `ValueError` where there is none or where the container is damaged.
    """
    try:
        container = _Container(content)
        found = container.directory()
        start, size = next(found[name] for name in names if name in found)
        return container.read(start, size)
    except StopIteration:
        raise ValueError("no stream of this name") from None
    except (IndexError, KeyError, struct.error) as error:
        raise ValueError("the container is damaged") from error


class _Container:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = _SECTOR_SIZES[int.from_bytes(content[30:32], "little")]
        self._first_entry, _, _, self._first_mini, _, more = struct.unpack_from("<6I", content, 48)
        tables = list(struct.unpack_from(f"<{_FIRST_TABLES}I", content, 76))
        for _ in range(len(content) // self._size):
            if more >= _END:
                break
            *numbers, more = self._numbers(self._sector(more))
            tables += numbers
        self._table = [next_one for one in tables if one < _END for next_one in self._numbers(self._sector(one))]
        self._root = (0, 0)

    def directory(self) -> dict[str, tuple[int, int]]:
        """The first sector and the size of each entry, by its name; of two with one name, the first."""
        entries = self._chain(self._first_entry)
        found: dict[str, tuple[int, int]] = {}
        for place in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length = int.from_bytes(entries[place + 64 : place + 66], "little")
            name = entries[place : place + max(length - 2, 0)][:64].decode("utf-16-le", errors="replace")
            first, size = struct.unpack_from("<II", entries, place + 116)
            found.setdefault(name, (first, size))
            if place == 0:
                self._root = (first, size)
        return found

    def read(self, start: int, size: int) -> bytes:
        """The content of the stream that begins in this sector."""
        if size >= _MINI_BELOW:
            return self._chain(start)[:size]
        small = self._chain(self._root[0])
        table = self._numbers(self._chain(self._first_mini))
        places = (one * _MINI_SIZE for one in _followed(start, table))
        return b"".join(small[place : place + _MINI_SIZE] for place in places)[:size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _followed(start, self._table)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _numbers(self, sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _followed(start: int, table: list[int] | tuple[int, ...]) -> list[int]:
    """The numbers of a chain of sectors, from the first one on."""
    numbers: list[int] = []
    while start < _END:
        if len(numbers) > len(table):
            raise ValueError("a chain of sectors without an end")
        numbers.append(start)
        start = table[start]
    return numbers
