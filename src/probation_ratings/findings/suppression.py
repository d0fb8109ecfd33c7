"""Chooses the counts to suppress in a publication: small ones, and others that would reveal them.

A reader is assumed to know the rules, this module and every figure that is shown. Counts are hidden in whole groups, so
that a hidden group shows only that some count in it is small. SECURITY.md has the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..rulebook.sheet_model import listed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rating.counts import Count
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating
    from ..rulebook.model import CaseSample


class Missing(StrEnum):
    """The shorthand that is shown in place of a figure."""

    SUPPRESSED = "[c]"
    NOT_AVAILABLE = "[x]"

    @property
    def meaning(self) -> str:
        """What the shorthand means, for a note."""
        if self is Missing.SUPPRESSED:
            return "suppressed to protect confidentiality"
        return "not available, or does not apply"


SUPPRESSED = Missing.SUPPRESSED
"""Stands for a figure that is left out so that nobody can be recognised."""
LEAST = 3
"""The lowest limit that protects: below 2 there is only the count of 1, so hiding it would reveal it."""
FEWEST = 10
"""Counts of fewer cases are always hidden, however low the limit: the rating would reveal them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a publication shows as `[c]` in place of a figure; the ratings stay.

    Counts from 1 to `below` - 1 are small; 0 is not, because it is about nobody. A `below` of 0 hides nothing.
    `questions` are the ids of the key and supporting questions whose counts and percentage are hidden, `pdus` the same
    for one PDU's answers to a question, `samples` the names of case samples, and `categories` the rows of annex tables
    by sheet and values; empty values mean the table's total.
    """

    below: int = 0
    questions: frozenset[str] = frozenset()
    pdus: frozenset[tuple[str, str | None]] = frozenset()
    samples: frozenset[str] = frozenset()
    categories: frozenset[tuple[str, tuple[str, ...]]] = frozenset()

    def touches(self, rated: StandardRating) -> bool:
        """Whether figures of a standard's key questions are hidden: then its margins and reasons must be hidden too."""
        return any(question.question.id in self.questions for question in rated.key_questions)


def hide(rated: RatedInspection, below: int) -> Hidden:
    """Choose what to hide of an inspection, so that no count from 1 to `below` - 1 is shown or can be worked out.

    The ratings are shown, and a reader who knows the rules can calculate back from them. So these are hidden together:
    all figures of a standard, all PDUs of a question, all parts of a case sample and all categories of an annex table.
    A sum is hidden if it has fewer than twice `below` cases, fewer than 10, or fewer than two for each of its parts. A
    `below` of 2 is treated as 3.
    """
    if below <= 1:
        return Hidden()
    below = max(below, LEAST)
    mean = rated.rules.aggregation.method == "mean_of_units"  # then every PDU shows in the percentage
    few = {one.question.id for one in rated.key_questions if _few(_cases(one.count), len(one.pdus), below)}
    split = {one.question.id for one in rated.key_questions if any(_exposed(pdu.count, below) for pdu in one.pdus)}
    small = {one.question.id for one in rated.key_questions if _exposed(one.count, below)}
    closed = few | small | (split if mean else set())
    questions = {
        question.question.id
        for one in rated.standards
        if any(question.question.id in closed for question in one.key_questions)
        for question in one.key_questions
    }
    pdus = {
        (one.question.id, pdu.pdu)
        for one in rated.key_questions
        if one.question.id in questions | split
        for pdu in one.pdus
    }
    few_on = {one.question.sheet for one in rated.key_questions if one.question.id in few}
    shown_on = {one.question.sheet for one in rated.key_questions if one.question.id not in questions}
    supporting = {
        one.question.id
        for one in rated.supporting
        if one.count is not None
        and (one.question.sheet in few_on or _few(_cases(one.count), 1, below) or _exposed(one.count, below))
    }
    return Hidden(
        below,
        frozenset(questions | supporting),
        frozenset(pdus),
        frozenset(_samples(rated, questions, shown_on, below)),
        frozenset(_categories(rated, below)),
    )


def origin(path: str, sha256: str | None, below: int) -> tuple[str, str | None]:
    """The path and the hash of an input as they are published: hidden if counts are suppressed.

    With the hash of a small file, a reader could try all possible contents until one matches.
    """
    return (SUPPRESSED, SUPPRESSED) if below > 1 else (path, sha256)


def _small(number: int, below: int) -> bool:
    return 0 < number < below


def _exposed(count: Count, below: int) -> bool:
    """Whether any of the figures is small."""
    return any(_small(number, below) for number in (count.yes, count.no, count.not_applicable, count.relevant))


def _cases(count: Count) -> int:
    return count.relevant + count.not_applicable


def _few(total: int, parts: int, below: int) -> bool:
    """Whether a sum is so small that the rating, or the number of its parts, would reveal them."""
    return _small(total, max(2 * below, 2 * parts, FEWEST))


def _samples(rated: RatedInspection, hidden: set[str], shown_on: set[str], below: int) -> Iterator[str]:
    """The case samples to hide: all parts of a sample together, and with the whole.

    `hidden` are the hidden questions. `shown_on` are the sheets with a question that is shown: their cases can be
    counted from it. If a question applies to one part only, that part has as many cases as the question has relevant
    ones: so those are hidden, too, unless the question is shown. It is not if its standard is not rated. If it is shown
    and relevant to fewer, the others of the part are known from the difference: the parts are hidden if these are few.
    """
    rules = {one.name: one for one in rated.rules.case_samples.samples}
    closed = [one.question for one in rated.key_questions if one.question.id in hidden]
    shown = {one.question.id for one in rated.key_questions} - hidden
    all_hidden = {question.sheet for question in closed} - shown_on
    partial = {question.sheet for question in closed if question.only_where}
    for (name, cases), *parts in _groups(rated):
        rule = rules[name]
        whole = rule.column is None and rule.question is None
        out = rule.question not in {None, *shown} or rule.sheet in all_hidden
        out = out or (_few(cases, 1, below) if whole else _small(cases, below))
        if out:
            yield name
        left = abs(cases - sum(part for _, part in parts))  # or, where parts overlap, the cases in both
        beside = [abs(size - asked) for part, size in parts for asked in _relevant(rated, rules[part], shown)]
        asked = rule.sheet in partial or any(rules[part].question not in {None, *shown} for part, _ in parts)
        if out or asked or any(_small(part, below) for part in (left, *beside, *(size for _, size in parts))):
            yield from (one for one, _ in parts)


def _relevant(rated: RatedInspection, part: CaseSample, shown: set[str]) -> Iterator[int]:
    """How many cases each question that is shown, and that applies to this part of a sample only, is relevant to."""
    for one in rated.key_questions:
        only = one.question.only_where
        if only is None or one.question.id not in shown:
            continue
        meant = (one.question.sheet, only.column, {*listed_in(only.value)})
        if meant == (part.sheet, part.column, {*listed_in(part.value or ())}):
            yield one.count.relevant


def _groups(rated: RatedInspection) -> list[list[tuple[str, int]]]:
    """The case samples with their sizes, each whole followed by its parts."""
    groups: list[list[tuple[str, int]]] = []
    for one in rated.details.samples:
        if not one.part or not groups:
            groups.append([])
        groups[-1].append((one.name, one.cases))
    return groups


def _categories(rated: RatedInspection, below: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The categories of annex tables to hide: all of a table that has a small one, and a total that is small."""
    for annex in rated.details.annexes:
        rows = annex.rows or ()
        few = _few(annex.total or 0, len(rows), below)
        if few:
            yield annex.table.name, ()
        if few or any(_small(count, below) for _, count in rows):
            yield from ((annex.table.name, values) for values, _ in rows)
