"""Which counts are left out of a publication because they are small, and which others would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .tallies import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .details import SampleSize
    from .rated import RatedInspection
    from .ratings import StandardRating

T = TypeVar("T")

SUPPRESSED = "[c]"
"""Stands for a figure that is left out so that nobody can be recognised."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a publication shows as `[c]` in place of a figure; the ratings stay.

    Counts from 1 to `below` - 1 are small; a `below` of 0 hides nothing, and a count of 0 is about nobody. `questions`
    are the ids of the key and supporting questions whose counts and percentage are hidden, `pdus` the same for one
    PDU's answers to a question, `samples` the names of case samples, and `categories` the rows of annex tables by
    sheet and values; no values stand for the table's total.
    """

    below: int = 0
    questions: frozenset[str] = frozenset()
    pdus: frozenset[tuple[str, str | None]] = frozenset()
    samples: frozenset[str] = frozenset()
    categories: frozenset[tuple[str, tuple[str, ...]]] = frozenset()

    def touches(self, rated: StandardRating) -> bool:
        """Whether a figure of any key question of a standard is hidden, so that margins and reasons must be, too."""
        return any(question.question.id in self.questions for question in rated.key_questions)


def hide(rated: RatedInspection, below: int) -> Hidden:
    """What must be hidden of an inspection so that no count from 1 to `below` - 1 is shown or can be worked out.

    All figures of a question go together: any two of Yes, No, percentage and their sum give the rest away. A sum that
    is shown must not give away what is hidden in it: as many of its parts are hidden, smallest first, as it takes for
    at least two of them to add up to what is not small.
    """
    if below <= 1:
        return Hidden()
    questions = {one.question.id for one in rated.key_questions if _exposed(one.count, below)}
    questions |= {one.question.id for one in rated.supporting if one.count is not None and _exposed(one.count, below)}
    pdus = {
        (one.question.id, pdu)
        for one in rated.key_questions
        for pdu in _parts({part.pdu: part.count for part in one.pdus}, below, whole=one.question.id not in questions)
    }
    categories = set()
    for annex in rated.details.annexes:
        counts = {values: Count(count) for values, count in annex.rows or ()}
        whole = not _exposed(Count(annex.total or 0), below)
        categories |= {(annex.table.name, values) for values in _parts(counts, below, whole=whole)}
        if not whole:
            categories.add((annex.table.name, ()))
    asked = {one.name: one.question for one in rated.rules.case_samples.samples}
    samples = _samples(rated.details.samples, {name for name, one in asked.items() if one in questions}, below)
    return Hidden(below, frozenset(questions), frozenset(pdus), samples, frozenset(categories))


def _exposed(count: Count, below: int) -> bool:
    """Whether any of the figures is small."""
    return any(0 < number < below for number in (count.yes, count.no, count.not_applicable, count.relevant))


def _parts(counts: Mapping[T, Count], below: int, *, whole: bool) -> set[T]:
    """The parts of a sum that are hidden; `whole` says that the sum is shown."""
    hidden = {part for part, count in counts.items() if _exposed(count, below)}
    # what is nobody's gives nothing away, and hides nothing
    rest = sorted((part for part in counts if counts[part] != Count()), key=lambda part: counts[part].relevant)
    for part in rest:
        together = sum((counts[one] for one in hidden), Count())
        if not hidden or not whole or (len(hidden) > 1 and not _exposed(together, below)):
            break
        hidden.add(part)
    return hidden


def _samples(samples: Iterable[SampleSize], hidden: set[str], below: int) -> frozenset[str]:
    """The case samples that are hidden: with one part of a sample all its parts."""
    found = {one.name for one in samples if 0 < one.cases < below or one.name in hidden}
    groups: list[list[str]] = []
    for one in samples:
        if one.part and groups:
            groups[-1].append(one.name)
        else:
            groups.append([])
    for parts in groups:
        if found.intersection(parts):
            found.update(parts)
    return frozenset(found)
