"""The geometry of the pictures: from published figures to positions on axes.

It is pure: nothing is drawn here. A position along an axis is in per cent of its length, as a whole number or a
fraction; one across it is in pixels. A figure that is suppressed or not available has no position, so no picture shows
it.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

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
MarkT = TypeVar("MarkT")
_MANY = 12
"""With more PDUs than these, their marks are smaller."""
_MOST_LEVELS = 12
"""So many marks at most are piled up on each side of a line; any more are drawn over each other."""
_LETTERS = Fraction(3, 4)
"""So many letters of a band's name fit into one per cent of an axis."""


class Area(NamedTuple):
    """A band on an axis; or, in a bar, the `number` of inspections with a rating."""

    rating: str
    start: Position
    width: Position
    number: int = 0

    @property
    def middle(self) -> Position:
        """The place of its name or number."""
        return self.start + Fraction(self.width) / 2

    @property
    def lines(self) -> list[str]:
        """Its name, in lines that are no wider than it is."""
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
    """A key question: its PDUs, the lowest first, the region, the radius of a PDU's mark, and half its height.

    `region` is None where its percentage is not shown; `missing` says why a PDU's is not.
    """

    label: str
    drives: bool
    dots: tuple[Dot, ...]
    region: int | None
    radius: int
    half: int
    missing: str


class Scored(NamedTuple):
    """An inspection at its score; `x` is None where it has no score on this axis, and `text` says why."""

    row: ComparedRow
    x: Position | None
    text: str


class Pair(NamedTuple):
    """A figure before and after; a side without it is None. `drives` is whether it decides a rating after."""

    label: str
    before: Position | None
    after: Position | None
    texts: tuple[str, str]
    drives: bool = False


class Plot(NamedTuple, Generic[MarkT]):
    """Rows of marks in groups with a title each, over one axis."""

    axis: Axis
    groups: Sequence[tuple[str, Sequence[MarkT]]]


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


def strip_plot(one: Publication) -> tuple[Plot[Strip], int] | None:
    """The PDUs of an inspection at each key question, and how many; None where fewer than two have figures."""
    rows = [row for row in one.pdus.rows if row.pdu != NO_PDU]
    pdus = len({row.pdu for row in rows})
    if pdus < 2 or not any(isinstance(row.figures.percentage, int) for row in one.pdus.rows):
        return None
    by_question = grouped((row.question, row) for row in rows)
    rules, radius = one.rated.rules, 5 if pdus <= _MANY else 4
    titles, shorts = standard_names(rules.standards), short_names(rules)
    groups = grouped(
        (titles[asked.standard], _strip(asked, shorts[asked.id], by_question[asked.id], radius))
        for asked in one.key_questions.rows
        if asked.id in by_question
    )
    return Plot(percentage_axis(rules.key_question_bands), list(groups.items())), pdus


def _strip(asked: KeyQuestionRow, label: str, rows: Sequence[PduRow], radius: int) -> Strip:
    share = asked.figures.percentage
    region = share if isinstance(share, int) else None
    shown = sorted((row.figures.percentage, row.pdu) for row in rows if isinstance(row.figures.percentage, int))
    missing = dict.fromkeys(str(row.figures.percentage) for row in rows if row.figures.percentage not in range(101))
    step = 2 * radius
    placed = _levels([x for x, _ in shown], region, 3 if radius > 4 else 2)
    dots = tuple(Dot(name, x, -step * level) for (x, name), level in zip(shown, placed, strict=True))
    half = step * max(map(abs, placed), default=0) + radius + 5
    return Strip(label, asked.drives, dots, region, radius, half, " ".join(missing))


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


def scores(rows: Sequence[ComparedRow], most: Sequence[int], rules: RuleSet) -> Plot[Scored] | None:
    """Inspections at their scores, in the order of their table; `most` is the highest score of each.

    None where none has a score. A score out of another maximum than that of the rules is not on this axis.
    """
    if rules.max_score is None or not any(isinstance(row.score, int) for row in rows):
        return None
    found = []
    for row, out_of in zip(rows, most, strict=True):
        if not isinstance(row.score, int):
            found.append(Scored(row, None, row.overall))
        elif out_of != rules.max_score:
            found.append(Scored(row, None, f"{row.score} of {out_of}: {row.overall}"))
        else:
            found.append(Scored(row, score_position(row.score, out_of), row.overall))
    return Plot(score_axis(rules.overall_bands, rules.max_score), [("", found)])


def stacks(rows: Sequence[ComparedRow], rules: RuleSet) -> list[tuple[str, list[Area]]]:
    """How many inspections have each rating, by standard, lowest first, and those without one last ('').

    Nothing where there are fewer than two, or none has a rating.
    """
    names = rules.rating_names
    if len(rows) < 2 or not any(rating in names for row in rows for rating in row.results):
        return []
    found = []
    for place, title in enumerate(standard_names(rules.standards).values()):
        given = Counter(one if (one := str(row.results[place])) in names else "" for row in rows)
        start, parts = Fraction(0), []
        for rating in (one for one in (*names, "") if given[one]):
            parts.append(Area(rating, start, Fraction(100 * given[rating], len(rows)), given[rating]))
            start += parts[-1].width
        found.append((title, parts))
    return found


def question_pairs(change: RegionChange, rules: RuleSet | None) -> Plot[Pair] | None:
    """The percentages of the key questions before and after; None where no side has any.

    The bands and short names are those of the rules, where they are known.
    """
    titles, shorts = standard_names(change.standards), {} if rules is None else short_names(rules)
    groups = grouped(
        (titles[one.id], _pair(each, shorts))
        for one in change.standards
        for each in one.questions
        if each.percentages != (None, None)
    )
    bands = None if rules is None else rules.key_question_bands
    return Plot(percentage_axis(bands), list(groups.items())) if groups else None


def _pair(question: QuestionChange, shorts: Mapping[str, str]) -> Pair:
    before, after = ("" if one is None else f"{one}%" for one in question.percentages)
    return Pair(shorts.get(question.id, question.id), *question.percentages, (before, after), question.drives)


def score_pairs(changes: Sequence[tuple[str, RegionChange]], rules: RuleSet | None) -> Plot[Pair] | None:
    """The scores of several inspections before and after; None where fewer than two have both.

    A score out of another maximum than that of the rules is left out.
    """
    most = None if rules is None else rules.max_score
    if rules is None or most is None:
        return None
    found = []
    for name, change in changes:
        before, after = change.scores
        if change.max_scores == (most, most) and before is not None and after is not None:
            places = score_position(before, most), score_position(after, most)
            found.append(Pair(name, *places, (str(before), str(after))))
    return Plot(score_axis(rules.overall_bands, most), [("", found)]) if len(found) > 1 else None
