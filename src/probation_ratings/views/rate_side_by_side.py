"""The table of many inspections: one row per region, one letter per standard; also as CSV."""

from __future__ import annotations

from itertools import zip_longest
from string import ascii_letters
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, Self

from rich.cells import cell_len, set_cell_size

from .. import __version__
from ..checking.inspection import NOT_NAMED
from ..findings.side_by_side import compared, distribution, in_order, ranks, region_row
from ..findings.suppression import Missing, origin
from ..problems import counted, listed
from .kit.forms import HASHES, csv_row
from .kit.screen import Text, style_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.text import Text as RichText

    from ..findings.side_by_side import RegionRow
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen
    from .kit.showing import Showing

_NAME = 26
"""Columns that a region's name may take."""
_LEAST_NAME = 10
"""Columns that it has on any screen."""
_MARGIN = 4
"""Columns of the rank and the space after it."""
_SCORES = "  Score  Overall"


def to_text(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """Show the regions in order, the number of each rating, and what the letters mean."""
    regions, rules, screen = [region_row(one) for one in rated], how.rules, how.screen_of_text
    rows = [*_table(regions, how, screen)]
    moved = [
        f"{one.name}: {standard} moved by the panel from {computed} to {one.ratings[standard]}"
        for one in regions
        for standard, computed in one.computed.items()
    ]
    unseen = [f"{one.name}: {one.why}" for one in regions if one.score is None and not one.problems]
    unseen = unseen if rules.has_overall else []
    rows += [Text(), *map(Text, [*moved, *unseen])] if moved or unseen else []
    marks = [f"{rating[0]} {rating}" for rating in reversed(rules.rating_names)]
    shown = [rating for one in regions for rating in one.ratings.values()]
    if rules.not_inspected is not None and any(_uninspected(rating, rules) for rating in shown):
        marks.append(f"n {rules.not_inspected.word.lower()}")
    marks += ["- not rated"] if rules.has_ratings else ["percentages 'Yes' of the key questions", "- none"]
    rows += [Text(), screen.flow(marks, style="dim")]
    rows += map(Text, _totals(regions, rules))
    rows.append(Text(f"Rules {rules.id}, sha256 {rules.sha256[:12]} · probation-ratings {__version__}", style="dim"))
    if rules.unit == "pdu":  # a row names its PDU only
        rows = [*_of(regions), Text(), *rows]
    yield screen.render(*rows)


def _table(regions: Sequence[RegionRow], how: Showing, screen: Screen) -> Iterator[RichText]:
    """The regions in order and the number of each rating; several tables if there are more percentages than fit."""
    rules, every = how.rules, [*compared(how.rules)]
    rank, ordered = ranks(regions), in_order(regions, rules, how.sort)
    at_once = len(every) if rules.has_ratings else _fit(regions, every, screen)
    for start in range(0, len(every), at_once):
        known = every[start : start + at_once]
        widths = _Widths.of(regions, known, how, screen)
        if start:
            yield Text()
        yield from (Text(line, style="bold") for line in widths.heads)
        for one in ordered:
            yield from _row(one, rank.get((one.path, one.name), ""), widths, rules, known)
    if not rules.has_ratings:
        return
    yield Text()
    for rating, counts in reversed(distribution(regions, rules).items()):
        row = Text(f"{'':{widths.margin}}{rating if len(rating) <= widths.name else rating[0]:{widths.name}} ")
        row.append(" ".join(f"{counts[one] or '·':>{widths.room}}" for one in every), style=style_of(rating, rules))
        if rules.has_overall:
            row.append(f"{'':7}{widths.gap}{counts[''] or '·'}", style=style_of(rating, rules))
        yield row


def _fit(regions: Sequence[RegionRow], known: Sequence[str], screen: Screen) -> int:
    """How many columns of percentages fit beside the names."""
    name = min(_NAME, max([len("Region"), *(cell_len(one.name) for one in regions)]))
    room = max(3, *(len(one.lstrip(ascii_letters)) for one in known))
    return max(1, (screen.room - _MARGIN - 2 - name) // (room + 1))


def _totals(regions: Sequence[RegionRow], rules: RuleSet) -> Iterator[str]:
    """How many inspections there are, and what their scores leave out."""
    inspections = counted(len(regions), "inspection")
    if not rules.has_overall:
        done = sum(one.has_results for one in regions)
        yield f"{inspections}, {done} {'rated' if rules.has_ratings else 'with percentages'}"
        return
    overall = sum(one.score is not None for one in regions)
    yield f"{inspections}, {overall} with an overall rating, out of {rules.max_score}"
    uncounted = [standard.id for standard in rules.standards if not standard.counted]
    if uncounted:
        yield f"Not counted in the score: {listed(uncounted)}"
    reduced = {one.max_score or 0 for one in regions if one.score is not None and one.max_score != rules.max_score}
    for most in sorted(reduced):
        names = listed([one.name for one in regions if one.score is not None and one.max_score == most])
        yield f"Out of {most}, since a standard was not inspected: {names}"


def _of(regions: Sequence[RegionRow]) -> Iterator[RichText]:
    """The inspections to which the PDUs belong."""
    for region, status in dict.fromkeys((one.region, one.data_status) for one in regions):
        data = f" · {status.lower()}" if status else ""
        yield Text.assemble((region or NOT_NAMED, "bold"), data)


def to_csv(regions: Sequence[RegionRow], how: Showing, suffix: str, hashes: Mapping[str, str]) -> Iterator[str]:
    """One row per inspection: its rank, score, ratings or percentages, what blocks it, and its file of results.

    `hashes` are the SHA-256 of those files, which end in `suffix`, by their names. Beside publications without small
    counts it does not say what the inspections were read from.
    """
    rules = how.rules
    known = [*compared(rules)]
    own = ("rank", "region", "data_status", "score", "max_score", "overall_rating")
    found = ("problems", "computed_otherwise")
    added = ("pdu", "why_no_overall_rating", "fieldwork_started", "fieldwork_ended", "file", "file_sha256")
    prefix = "rating" if rules.has_ratings else "percentage"
    tidy = ("rank_number", "rank_shared", *(f"{prefix}_{one.lower().replace('.', '_')}" for one in known))
    yield csv_row([*own, *known, *found, *HASHES, *added, *tidy])
    rank = ranks(regions)
    for one in in_order(regions, rules, how.sort):
        results = [one.result(name) for name in known]
        computed = "; ".join(f"{standard} {rating}" for standard, rating in one.computed.items())
        place = rank.get((one.path, one.name))
        file = f"{one.file_stem(how.below)}{suffix}"
        values = [place, one.region, one.data_status, one.score, one.max_score, one.overall_rating]
        read_from = [*origin(one.path, one.sha256, how.below), rules.id, rules.sha256, __version__]
        more = [one.pdu, one.why or None, *one.fieldwork.texts, file, hashes.get(file)]
        number = (None, None) if place is None else (int(place.rstrip("=")), "yes" if place.endswith("=") else "no")
        yield csv_row([*values, *results, " ".join(one.problems), computed, *read_from, *more, *number, *results])


class _Widths(NamedTuple):
    """How wide the name and the column of a standard are, their headers, and whether there is room for words.

    `margin` is the room of the rank, and `gap` what is between the score and the overall rating.
    """

    name: int
    room: int
    heads: tuple[str, ...]
    words: bool
    gap: str
    margin: int

    @classmethod
    def of(cls, regions: Sequence[RegionRow], known: Sequence[str], how: Showing, screen: Screen) -> Self:
        """The widths for a screen; on a narrow one the parts of an id are below each other."""
        rules, margin = how.rules, _MARGIN if how.ranked else 0
        scores = _SCORES if rules.has_overall else ""
        longest = max(map(cell_len, rules.rating_names), default=0)
        name = min(_NAME, max([longest, len("Region"), *(cell_len(one.name) for one in regions)]))
        ids = [one.lstrip(ascii_letters) for one in known]
        parts, room = [ids], max(3, *map(len, ids))
        over = margin + name + len(ids) * (room + 1) + len(scores) - screen.room + 1
        if over > 0:
            parts = [[*line] for line in zip_longest(*(one.split(".") for one in ids), fillvalue="")]
            over -= len(ids) * room
            room = max(len(part) for line in parts for part in line)
            name = max(_LEAST_NAME, min(name, name - over - len(ids) * room))
        heads = [" ".join(f"{one:>{room}}" for one in line) for line in parts]
        unit = "PDU" if rules.unit == "pdu" else "Region"
        above = [f"{'':{margin}}{'':{name}} {line}" for line in heads[:-1]]
        last = f"{'':{margin}}{unit:{name}} {heads[-1]}{scores}"
        words = len(last) - len("Overall") + longest < screen.room
        gap = "  "
        if scores and len(last) >= screen.room:
            last, gap = last.removesuffix("  Overall"), " "
        return cls(name, room, (*above, last), words, gap, margin)


def _row(one: RegionRow, rank: str, widths: _Widths, rules: RuleSet, known: Sequence[str]) -> Iterator[RichText]:
    """The row of an inspection; its name is cut, or on a narrow screen goes on in the lines below."""
    name = one.name if cell_len(one.name) <= _NAME else _cut(one.name, _NAME)
    lines = wrap(name, widths.name, break_long_words=False) or [""]
    first, *others = (line if cell_len(line) <= widths.name else _cut(line, widths.name) for line in lines)
    start = Text(f"{rank + ' ' if widths.margin else '':>{widths.margin}}{set_cell_size(first, widths.name)} ")
    yield _results(one, start, widths, rules, known)
    yield from (Text(f"{'':{widths.margin}}{line}") for line in others)


def _cut(name: str, width: int) -> str:
    return set_cell_size(name, width - 1) + "…"


def _results(one: RegionRow, row: Text, widths: _Widths, rules: RuleSet, known: Sequence[str]) -> RichText:
    if not one.has_results:
        why = "not read" if one.sha256 is None else rules.no_result.lower()
        return row.append(f"  {why}: {listed(one.problems)}", style="bold red")
    for name in known:
        result = one.result(name)
        row.append(f"{_in_short(result, rules):>{widths.room}} ", style=style_of(one.ratings.get(name), rules))
    if not rules.has_overall:
        return row
    if one.score is None:
        why = f"not rated: {listed(one.problems)}" if one.problems else "no overall rating"
        return row.append(f"  {why}", style="bold red" if one.problems else "dim")
    row.append(f" {one.score:>5}{widths.gap}", style="bold")
    overall = one.overall_rating or ""
    return row.append(overall if widths.words else overall[:1], style=style_of(one.overall_rating, rules))


def _in_short(result: str | int | Missing | None, rules: RuleSet) -> str:
    """A percentage as it is, a rating as its first letter."""
    if isinstance(result, int | Missing):
        return str(result)
    return "-" if result is None else "n" if _uninspected(result, rules) else result[0]


def _uninspected(rating: str | None, rules: RuleSet) -> bool:
    return rating is not None and rating not in rules.scores
