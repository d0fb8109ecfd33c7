"""Which counts are left out of a publication because they are small, and which others would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rated import RatedInspection


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a publication shows as `[c]` in place of a figure; the ratings stay.

    Counts from 1 to `below` - 1 are small; a `below` of 0 hides nothing. `questions` are the ids of the key and
    supporting questions whose counts and percentage are hidden, `pdus` the same for one PDU's answers to a question.
    """

    below: int = 0
    questions: frozenset[str] = frozenset()
    pdus: frozenset[tuple[str, str | None]] = frozenset()
    samples: frozenset[str] = frozenset()


def hide(rated: RatedInspection, below: int) -> Hidden:
    """What must be hidden of an inspection so that no count from 1 to `below` - 1 is shown or can be worked out."""
    del rated
    return Hidden(below)
