"""Numbers of rows as a message names them, joined where they follow each other."""

from __future__ import annotations

from dataclasses import dataclass

from ..text import listed

SHOWN = 10
"""How many places are named in a message."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Numbers of rows, joined where they follow each other."""

    numbers: list[int]

    def __str__(self) -> str:
        """Such as '5, 9 to 12 and 20', and never without end."""
        spans = [f"{first}" if first == last else f"{first} to {last}" for first, last in self._joined()]
        return listed(first_few(spans))

    @property
    def words(self) -> str:
        """Such as 'row 5' or 'rows 9 to 12'."""
        return f"row{'' if len(self.numbers) == 1 else 's'} {self}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The spans as Excel names whole rows, such as 9:12."""
        return tuple(f"{first}:{last}" for first, last in self._joined())

    def _joined(self) -> list[tuple[int, int]]:
        joined: list[tuple[int, int]] = []
        for number in self.numbers:
            if joined and number == joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], number)
            else:
                joined.append((number, number))
        return joined


def first_few(places: list[str]) -> list[str]:
    """The first of many places, and how many more there are."""
    return places if len(places) <= SHOWN else [*places[: SHOWN - 1], f"{len(places) - SHOWN + 1} more places"]
