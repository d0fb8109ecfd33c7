"""How much weight the sample can bear: an interval for every percentage, and ratings of resampled cases.

Neither changes a rating. The cases are a sample of a PDU's work: another sample would give other percentages.
docs/method.md explains the figures and their limits, with sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..rating.counts import read_as
from ..rating.ratings import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy.typing as npt

    from ..checking.cases import CaseTable
    from ..checking.inspection import Inspection
    from ..rating.counts import Count
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import CaseSheet

_AT_ONCE = 2_000_000
"""This many cases are drawn at once. It limits the memory, and the cases drawn by a seed depend on it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How often resamples gave each rating of the scale; without a relevant case to a question there is no rating.

    `rating` is the one that the inspection has; `ratings` counts the resamples by rating, lowest rating first.
    """

    rating: str
    ratings: dict[str, int]
    resamples: int

    @property
    def same(self) -> int:
        """How many resamples gave the rating that the inspection has."""
        return self.ratings[self.rating]

    @property
    def unrated(self) -> int:
        """How many resamples gave no rating."""
        return self.resamples - sum(self.ratings.values())


@dataclass(frozen=True, slots=True)
class Resampled:
    """How often the standards rated from cases, by id, and the overall rating stay the same.

    `overall` is None if there is no overall rating.
    """

    resamples: int
    seed: int
    standards: dict[str, Kept]
    overall: Kept | None


@dataclass(frozen=True, slots=True)
class Sampling:
    """What the user asked for: the level of the intervals in per cent, and resamples if wanted."""

    level: float = 95
    resampled: Resampled | None = None


def wilson(count: Count, level: float = 0.95) -> tuple[float, float] | None:
    """The Wilson score interval of a percentage, in per cent, at a level such as 0.95; None without a relevant case.

    Wilson (1927). It stays within 0 and 100 and is valid for few cases, unlike the normal approximation.
    """
    n = count.relevant
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count.yes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if count.yes == 0 else middle - half
    high = 1.0 if count.no == 0 else middle + half
    return 100 * low, 100 * high


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval of a key question's percentage, in per cent, and the ratings of the bands that its ends are in."""

    question: KeyQuestionRating
    low: float
    high: float
    ratings: tuple[str, ...]


def intervals(questions: Iterable[KeyQuestionRating], rules: RuleSet, level: float) -> list[Interval]:
    """The intervals at a level in per cent, of the key questions that have a relevant case."""
    found = []
    for one in questions:
        ends = wilson(one.count, level / 100)
        if ends is not None:
            bands = (rules.band_of(read_as(Fraction(end) / 100, rules)) for end in ends)
            found.append(Interval(one, *ends, tuple(dict.fromkeys(band.rating for band in bands if band is not None))))
    return found


def resample(inspection: Inspection, rated: RatedInspection, resamples: int, seed: int) -> Resampled:
    """Bootstrap: resample the cases of every sheet, with replacement within each PDU, and rate them again.

    Judged standards, and those that the panel decided on, keep their rating. The same seed draws the same cases,
    whatever their order.
    """
    rules = rated.rules
    drawn = {one.standard.id: one for one in rated.standards if one.computed_rating and one.key_questions}
    generator = np.random.Generator(np.random.PCG64(seed))
    answers: dict[str, _Drawn] = {}
    for sheet in rules.case_sheets:
        questions = [q.id for standard, q in rules.questions_of(sheet.name) if standard.id in drawn]
        if questions:
            answers |= _drawn(inspection.cases[sheet.name], sheet, questions, resamples, generator)
    places = {name: _places(one, answers, rules) for name, one in drawn.items()}
    standards = {name: _kept(str(one.computed_rating), places[name], rules) for name, one in drawn.items()}
    overall = None
    if rated.overall_rating is not None:
        overall = _kept(rated.overall_rating, _overall(rated, places, resamples), rules)
    return Resampled(resamples, seed, standards, overall)


class _Drawn(NamedTuple):
    """The cases judged Yes and the relevant cases of a key question, in every resample."""

    yes: npt.NDArray[np.int64]
    relevant: npt.NDArray[np.int64]


def _drawn(
    cases: CaseTable, sheet: CaseSheet, questions: list[str], resamples: int, generator: np.random.Generator
) -> dict[str, _Drawn]:
    """The answers to each question of a sheet in every resample."""
    # 0 is Yes, 1 is No, 2 is Not applicable
    codes = np.column_stack([cases.frame[one].cat.codes.to_numpy(np.int8) for one in questions])
    pdus = np.zeros(len(codes), dtype=np.int64)
    if sheet.pdu_column in cases.frame:
        pdus += cases.frame[sheet.pdu_column].cat.codes.to_numpy(np.int64)
    # sorted by PDU and answers, so that the order of rows changes nothing
    order = np.lexsort([*codes.T[::-1], pdus])
    codes, pdus = codes[order], pdus[order]
    answers = np.concatenate([codes == 0, codes == 1], axis=1).astype(np.float64)
    totals = np.concatenate([weights @ answers for weights in _weights(pdus, resamples, generator)])
    yes, no = np.split(totals.astype(np.int64), 2, axis=1)
    return {name: _Drawn(yes[:, column], (yes + no)[:, column]) for column, name in enumerate(questions)}


def _weights(
    pdus: npt.NDArray[np.int64], resamples: int, generator: np.random.Generator
) -> Iterator[npt.NDArray[np.float64]]:
    """How often each case was drawn: one row per resample, some rows at a time; `pdus` are sorted."""
    cases = len(pdus)
    starts = np.flatnonzero(np.diff(pdus, prepend=pdus[0] - 1))
    sizes = np.diff(starts, append=cases)
    first, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    at_once = max(1, _AT_ONCE // cases)
    for done in range(0, resamples, at_once):
        rows = min(at_once, resamples - done)
        picks = first + generator.integers(0, size, size=(rows, cases))
        picks += np.arange(rows)[:, np.newaxis] * cases
        yield np.bincount(picks.ravel(), minlength=rows * cases).reshape(rows, cases).astype(np.float64)


def _places(one: StandardRating, answers: Mapping[str, _Drawn], rules: RuleSet) -> npt.NDArray[np.int64]:
    """The place on the scale of a standard's rating in every resample; -1 if it has none.

    Many resamples are equal, so each different one is rated once, by the standard's own method.
    """
    names = [question.question.id for question in one.key_questions]
    table = np.column_stack([part for name in names for part in answers[name]])
    different, places = np.unique(table, axis=0, return_inverse=True)
    read: dict[tuple[int, int], int | Fraction] = {}

    def place(row: list[int]) -> int:
        counts = list(zip(row[::2], row[1::2], strict=True))
        if not all(relevant for _, relevant in counts):
            return -1
        for yes, relevant in counts:
            if (yes, relevant) not in read:
                read[yes, relevant] = read_as(Fraction(yes, relevant), rules)
        outcome = METHODS[one.standard.method](dict(zip(names, (read[count] for count in counts), strict=True)))
        band = rules.band_of(outcome.percentage)
        return -1 if band is None else rules.rating_names.index(band.rating)

    rated = np.array([place(row) for row in different.tolist()], dtype=np.int64)
    return rated[places.reshape(-1)]


def _overall(rated: RatedInspection, places: dict[str, npt.NDArray[np.int64]], resamples: int) -> npt.NDArray[np.int64]:
    """The place on the scale of the overall rating in every resample; -1 if a standard has none."""
    rules = rated.rules
    scores = np.array([rating.score for rating in rules.scale])
    total = np.zeros(resamples, dtype=np.int64)
    unrated = np.zeros(resamples, dtype=bool)
    for one in rated.standards:
        if not one.standard.counted:
            continue
        if one.panel_decision is not None or one.standard.id not in places:
            total += one.score or 0
        else:
            found = places[one.standard.id]
            unrated |= found < 0
            total += scores[found]
    bands = rules.overall_bands_of(rated.max_score)
    edges = [] if bands is None else [band.lowest for band in bands.bands]
    return np.where(unrated, -1, np.searchsorted(edges, total, side="right") - 1)


def _kept(rating: str, places: npt.NDArray[np.int64], rules: RuleSet) -> Kept:
    counts = np.bincount(places + 1, minlength=len(rules.rating_names) + 1)[1:].tolist()
    return Kept(rating, dict(zip(rules.rating_names, counts, strict=True)), len(places))
