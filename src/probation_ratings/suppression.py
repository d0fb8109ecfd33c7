"""Which counts are left out of a publication because they are small, and which others would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .tallies import Count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from .rated import RatedInspection
    from .ratings import KeyQuestionRating, StandardRating

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
        """Whether the figures of a standard's key questions are hidden, so that margins and reasons must be, too."""
        return any(question.question.id in self.questions for question in rated.key_questions)


def hide(rated: RatedInspection, below: int) -> Hidden:
    """What must be hidden of an inspection so that no count from 1 to `below` - 1 is shown or can be worked out.

    The ratings stay, and whoever knows the rules can reckon back from them. So all figures of a standard go together,
    and nothing is told of fewer than twice `below` cases. A sum that is shown must not give away what is hidden in it:
    parts that are not small are hidden too, smallest first, until all together are not small. That holds from a `below`
    of 5 on: with fewer counts to choose from, a rating can tell which it is.
    """
    if below <= 1:
        return Hidden()
    mean = rated.rules.aggregation.method == "mean_of_units"  # then every PDU shows in the percentage

    def tells(one: KeyQuestionRating) -> bool:
        return _few(one.count, below) or (mean and any(_exposed(pdu.count, below) for pdu in one.pdus))

    closed = [one for one in rated.standards if any(map(tells, one.key_questions))]
    questions = {question.question.id for one in closed for question in one.key_questions}
    questions |= {one.question.id for one in rated.supporting if one.count is not None and _few(one.count, below)}
    categories = set()
    for annex in rated.details.annexes:
        counts = {values: Count(count) for values, count in annex.rows or ()}
        limit = 2 * below if (annex.total or 0) < 2 * below else below
        parts = _parts(counts, limit)
        categories |= {(annex.table.name, values) for values in parts}
        if parts and all(_exposed(counts[values], limit) for values in parts):
            categories.add((annex.table.name, ()))
    return Hidden(
        below,
        frozenset(questions),
        frozenset(_pdus(rated.key_questions, questions, below)),
        frozenset(_samples(rated, questions, below)),
        frozenset(categories),
    )


def _exposed(count: Count, below: int) -> bool:
    """Whether any of the figures is small."""
    return any(0 < number < below for number in (count.yes, count.no, count.not_applicable, count.relevant))


def _few(count: Count, below: int) -> bool:
    """Whether any of the figures is small, or there are so few cases that the rating would tell."""
    return _exposed(count, below) or 0 < count.relevant + count.not_applicable < 2 * below


def _parts(counts: Mapping[T, Count], below: int, hidden: Collection[T] = ()) -> set[T]:
    """The parts of a sum that are hidden if the sum is shown; some may be `hidden` in any case."""
    found = {part for part, count in counts.items() if part in hidden or _exposed(count, below)}
    # what is nobody's gives nothing away, and hides nothing; of those alike none must tell that it came first
    sizes = {part: counts[part].relevant for part in counts if counts[part] != Count()}
    for size in sorted(set(sizes.values())):
        parts = [counts[one] for one in found]
        if not _exposed(sum(parts, Count()), below) and not (parts and all(_exposed(one, below) for one in parts)):
            break
        found.update(part for part in sizes if sizes[part] == size)
    return found


def _pdus(asked: Collection[KeyQuestionRating], hidden: set[str], below: int) -> Iterator[tuple[str, str | None]]:
    """The PDUs that are hidden: of a hidden question all; the small ones, with the same others, in every question."""
    sizes: dict[str, dict[str | None, Count]] = {}
    for one in asked:
        for part in one.pdus:
            cases = Count(part.count.relevant + part.count.not_applicable)
            sizes.setdefault(one.question.sheet, {})[part.pdu] = cases
    for one in asked:
        counts = {part.pdu: part.count for part in one.pdus}
        small = _parts(sizes.get(one.question.sheet, {}), below)
        for pdu in counts if one.question.id in hidden else _parts(counts, below, small):
            yield one.question.id, pdu


def _samples(rated: RatedInspection, hidden: set[str], below: int) -> Iterator[str]:
    """The case samples that are hidden: with one part of a sample, or what its parts leave of it, all its parts."""
    rules = {one.name: one for one in rated.rules.case_samples.samples}
    groups: list[list[tuple[str, int]]] = []
    for one in rated.details.samples:
        if not one.part or not groups:
            groups.append([])
        groups[-1].append((one.name, one.cases))
    for (name, cases), *parts in groups:
        rule = rules[name]
        whole = rule.column is None and rule.question is None
        closed = rule.question in hidden or 0 < cases < (2 * below if whole else below)
        if closed:
            yield name
        left = cases - sum(part for _, part in parts)
        asked = hidden & {rules[part].question for part, _ in parts}
        if closed or asked or any(0 < part < below for part in (left, *(size for _, size in parts))):
            yield from (one for one, _ in parts)
