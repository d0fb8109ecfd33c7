"""The geometry of the pictures: from published figures to positions on axes.

It is pure: nothing is drawn here. A position along an axis is in per cent of its length, as a whole number or a
fraction; one across it is in pixels. A figure that is suppressed or not available has no position, so no picture shows
it.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ...problems import grouped
from .rows import NO_PDU

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...findings.comparison import QuestionChange, RegionChange, StandardChange
    from ...rulebook.model import RuleSet, Standard
    from ...rulebook.rating_model import Bands
    from .rows import ComparedRow, KeyQuestionRow, PduRow
    from .tables import Publication

Position: TypeAlias = int | Fraction
_MANY = 12
"""With more PDUs than these, their marks are smaller."""
_MOST_LEVELS = 12
"""So many marks at most are piled up on each side of a line; any more are drawn over each other."""
_LETTERS = Fraction(3, 4)
"""So many letters of a band's name fit into one per cent of an axis."""
_LEAST_SHARE = 4
"""A part of a bar that is narrower, in per cent, has no room for its number."""


class Area(NamedTuple):
    """A band on an axis, with its name in lines that are no wider than it is."""

    rating: str
    start: Position
    width: Position

    @property
    def middle(self) -> Position:
        """The place of its name."""
        return self.start + Fraction(self.width) / 2

    @property
    def lines(self) -> list[str]:
        """Its name, broken between words."""
        return wrap(self.rating, max(1, int(self.width * _LETTERS)), break_long_words=False)


class Axis(NamedTuple):
    """The bands of an axis, if it has any, and the figures written at places on it."""

    areas: tuple[Area, ...]
    ticks: tuple[tuple[Position, str], ...]

    @property
    def lines(self) -> int:
        """How many lines the names of the bands take."""
        return max((len(area.lines) for area in self.areas), default=0)


class Dot(NamedTuple):
    """A PDU at its percentage, moved `y` pixels up or down where marks would cover each other."""

    name: str
    x: int
    y: int


class Strip(NamedTuple):
    """A key question: its PDUs, the lowest first, the region, and half its height.

    `region` is None where its percentage is not shown; `missing` says why a PDU's is not.
    """

    label: str
    drives: bool
    dots: tuple[Dot, ...]
    region: int | None
    half: int
    missing: str


class StripPlot(NamedTuple):
    """The strips of an inspection by standard; `radius` is that of a PDU's mark, `pdus` how many PDUs there are."""

    axis: Axis
    groups: tuple[tuple[str, tuple[Strip, ...]], ...]
    radius: int
    pdus: int


class Scored(NamedTuple):
    """An inspection at its score; `x` is None where it has no score on this axis, and `text` says why."""

    name: str
    x: Position | None
    score: int | None
    rating: str
    text: str


class Part(NamedTuple):
    """The inspections with one rating: a part of a bar, with the middle for its number, if that has room."""

    rating: str
    number: int
    start: Position
    width: Position
    middle: Position | None


class Pair(NamedTuple):
    """A figure before and after; a side without it is None. `drives` is whether it decides a rating after."""

    label: str
    before: Position | None
    after: Position | None
    texts: tuple[str, str]
    drives: bool = False


class PairPlot(NamedTuple):
    """Pairs in groups with a title each, over one axis."""

    axis: Axis
    groups: tuple[tuple[str, tuple[Pair, ...]], ...]


def per_cent(position: Position) -> str:
    """A position as it is written in a picture: per cent, with at most three decimals."""
    return f"{float(round(Fraction(position), 3)):.3f}".rstrip("0").rstrip(".") + "%"


def percentage_axis(bands: Bands | None) -> Axis:
    """0 to 100 per cent; a band ends where the next begins."""
    if bands is None:
        return Axis((), tuple((x, f"{x}%") for x in (0, 50, 100)))
    areas = tuple(Area(one.rating, one.lowest, min(one.highest + 1, 100) - one.lowest) for one in bands.bands)
    return Axis(areas, (*((one.lowest, str(one.lowest)) for one in bands.bands), (100, "100%")))


def score_position(score: int, most: int) -> Fraction:
    """A score on an axis of scores: each has a cell of the same width, and is in its middle."""
    return Fraction(100 * (2 * score + 1), 2 * (most + 1))


def score_axis(bands: Bands | None, most: int) -> Axis:
    """0 to the highest score, with whole cells in each band."""
    if bands is None:
        return Axis((), tuple((score_position(one, most), str(one)) for one in (0, most)))
    cell = Fraction(100, most + 1)
    areas = tuple(
        Area(one.rating, one.lowest * cell, (min(one.highest, most) - one.lowest + 1) * cell) for one in bands.bands
    )
    ends = [*(one.lowest for one in bands.bands), most]
    return Axis(areas, tuple((score_position(one, most), str(one)) for one in dict.fromkeys(ends)))


def standard_names(standards: Sequence[Standard] | Sequence[StandardChange]) -> dict[str, str]:
    """The title of each standard by its id; the id before it where two have the same title."""
    times = Counter(one.title for one in standards)
    return {one.id: one.title if times[one.title] == 1 else f"{one.id} {one.title}" for one in standards}


def short_names(rules: RuleSet) -> dict[str, str]:
    """The name of each key question in a picture by its id: its short name, or else its id."""
    return {one.id: one.short or one.id for standard in rules.standards for one in standard.key_questions}


def strip_plot(one: Publication) -> StripPlot | None:
    """The PDUs of an inspection at each key question; None where fewer than two PDUs have figures."""
    names = {row.pdu for row in one.pdus.rows} - {NO_PDU}
    if len(names) < 2 or not any(isinstance(row.figures.percentage, int) for row in one.pdus.rows):
        return None
    by_question = grouped((row.question, row) for row in one.pdus.rows if row.pdu != NO_PDU)
    radius = 5 if len(names) <= _MANY else 4
    rules = one.rated.rules
    titles, shorts = standard_names(rules.standards), short_names(rules)
    groups = grouped(
        (titles[asked.standard], _strip(asked, shorts[asked.id], by_question[asked.id], radius))
        for asked in one.key_questions.rows
        if asked.id in by_question
    )
    found = tuple((title, tuple(strips)) for title, strips in groups.items())
    return StripPlot(percentage_axis(rules.key_question_bands), found, radius, len(names))


def _strip(asked: KeyQuestionRow, label: str, rows: Sequence[PduRow], radius: int) -> Strip:
    share = asked.figures.percentage
    region = share if isinstance(share, int) else None
    shown = sorted((row.figures.percentage, row.pdu) for row in rows if isinstance(row.figures.percentage, int))
    missing = dict.fromkeys(str(row.figures.percentage) for row in rows if row.figures.percentage not in range(101))
    step = 2 * radius
    placed = _levels([x for x, _ in shown], region, 3 if radius > 4 else 2)
    dots = tuple(Dot(name, x, -step * level) for (x, name), level in zip(shown, placed, strict=True))
    half = step * max(map(abs, placed), default=0) + radius + 5
    return Strip(label, asked.drives, dots, region, half, " ".join(missing))


def _levels(values: Sequence[int], taken: int | None, near: int) -> list[int]:
    """For values in ascending order, the level of each on which no other is near: 0, or else 1, -1, 2, -2 ...

    `taken` is a value with level 0.
    """
    levels = [0, *(side * one for one in range(1, _MOST_LEVELS + 1) for side in (1, -1))]
    last: dict[int, int] = {}
    found = []
    for value in values:
        covered = taken is not None and abs(value - taken) < near
        free = (one for one in levels if value - last.get(one, -near) >= near and not (one == 0 and covered))
        level = next(free, 0)
        last[level] = value
        found.append(level)
    return found


def scores(rows: Sequence[ComparedRow], most: Sequence[int], rules: RuleSet) -> tuple[Axis, tuple[Scored, ...]] | None:
    """Inspections at their scores, in the order of their table; `most` is the highest score of each.

    None where none has a score. A score out of another maximum than that of the rules is not on this axis.
    """
    if rules.max_score is None or not any(isinstance(row.score, int) for row in rows):
        return None
    found = []
    for row, out_of in zip(rows, most, strict=True):
        score = row.score if isinstance(row.score, int) else None
        text, x = row.overall, None
        if score is not None and out_of == rules.max_score:
            x = score_position(score, out_of)
        elif score is not None:
            text = f"{score} of {out_of}: {row.overall}"
        found.append(Scored(row.name, x, score, row.overall, text))
    return score_axis(rules.overall_bands, rules.max_score), tuple(found)


def stacks(rows: Sequence[ComparedRow], rules: RuleSet) -> list[tuple[str, list[Part]]]:
    """How many inspections have each rating, by standard, lowest first, and those without one last (''); or nothing."""
    names = rules.rating_names
    if not any(rating in names for row in rows for rating in row.results):
        return []
    found = []
    for place, title in enumerate(standard_names(rules.standards).values()):
        given = Counter(one if (one := str(row.results[place])) in names else "" for row in rows)
        start, parts = Fraction(0), []
        for rating in (one for one in (*names, "") if given[one]):
            width = Fraction(100 * given[rating], len(rows))
            middle = start + width / 2 if width >= _LEAST_SHARE else None
            parts.append(Part(rating, given[rating], start, width, middle))
            start += width
        found.append((title, parts))
    return found


def question_pairs(change: RegionChange, rules: RuleSet | None) -> PairPlot | None:
    """The percentages of the key questions before and after; None where no side has any.

    The bands and short names are those of the rules, where they are known.
    """
    titles, shorts = standard_names(change.standards), {} if rules is None else short_names(rules)
    groups = tuple(
        (titles[one.id], pairs)
        for one in change.standards
        if (pairs := tuple(_pair(each, shorts) for each in one.questions if each.percentages != (None, None)))
    )
    bands = None if rules is None else rules.key_question_bands
    return PairPlot(percentage_axis(bands), groups) if groups else None


def _pair(question: QuestionChange, shorts: Mapping[str, str]) -> Pair:
    before, after = ("" if one is None else f"{one}%" for one in question.percentages)
    return Pair(shorts.get(question.id, question.id), *question.percentages, (before, after), question.drives)


def score_pairs(changes: Sequence[tuple[str, RegionChange]], rules: RuleSet | None) -> PairPlot | None:
    """The scores of several inspections before and after; None where fewer than two have both.

    A score out of another maximum than that of the rules is left out.
    """
    if rules is None or rules.max_score is None:
        return None
    most: int = rules.max_score
    found = []
    for name, change in changes:
        if change.max_scores == (most, most) and None not in change.scores:
            before, after = (None if one is None else score_position(one, most) for one in change.scores)
            found.append(Pair(name, before, after, (f"{change.scores[0]}", f"{change.scores[1]}")))
    return PairPlot(score_axis(rules.overall_bands, most), (("", tuple(found)),)) if len(found) > 1 else None
