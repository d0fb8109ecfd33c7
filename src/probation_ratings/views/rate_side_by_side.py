"""The table of many inspections: one row per region, one letter per standard; also as CSV."""

from __future__ import annotations

from itertools import zip_longest
from string import ascii_letters
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, Self

from rich.cells import cell_len, set_cell_size

from .. import __version__
from ..findings.side_by_side import distribution, in_order, ranks, region_row
from ..findings.suppression import origin
from ..problems import counted, listed
from .kit.forms import HASHES, csv_row
from .kit.screen import LEAST_WIDTH, Text, style_of

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
    standards = [standard.id for standard in rules.standards]
    widths = _Widths.of(regions, rules, screen)
    rows: list[RichText] = [Text(line, style="bold") for line in widths.heads]
    rank = ranks(regions)
    for one in in_order(regions, rules, how.sort):
        rows += _row(one, rank.get((one.path, one.name), ""), widths, rules)
    rows.append(Text())
    for rating, counts in reversed(distribution(regions, rules).items()):
        row = Text(f"{'':4}{rating if len(rating) <= widths.name else rating[0]:{widths.name}} ")
        row.append(" ".join(f"{counts[one] or '·':>{widths.room}}" for one in standards), style=style_of(rating, rules))
        rows.append(row.append(f"{'':7}{widths.gap}{counts[''] or '·'}", style=style_of(rating, rules)))
    moved = [
        f"{one.name}: {standard} moved by the panel from {computed} to {one.ratings[standard]}"
        for one in regions
        for standard, computed in one.computed.items()
    ]
    unseen = [f"{one.name}: {one.why}" for one in regions if one.score is None and not one.problems]
    rows += [Text(), *map(Text, [*moved, *unseen])] if moved or unseen else []
    marks = [f"{rating[0]} {rating}" for rating in reversed(rules.rating_names)]
    shown = [rating for one in regions for rating in one.ratings.values()]
    if rules.not_inspected is not None and any(_uninspected(rating, rules) for rating in shown):
        marks.append(f"n {rules.not_inspected.word.lower()}")
    rows += [Text(), screen.flow([*marks, "- not rated"], style="dim")]
    overall = sum(one.score is not None for one in regions)
    out_of = f"out of {rules.max_score}"
    rows.append(Text(f"{counted(len(regions), 'inspection')}, {overall} with an overall rating, {out_of}"))
    uncounted = [standard.id for standard in rules.standards if not standard.counted]
    if uncounted:
        rows.append(Text(f"Not counted in the score: {listed(uncounted)}"))
    reduced = {one.max_score for one in regions if one.score is not None and one.max_score != rules.max_score}
    for most in sorted(reduced):
        names = listed([one.name for one in regions if one.score is not None and one.max_score == most])
        rows.append(Text(f"Out of {most}, since a standard was not inspected: {names}"))
    rows.append(Text(f"Rules {rules.id}, sha256 {rules.sha256[:12]} · probation-ratings {__version__}", style="dim"))
    if rules.unit == "pdu":  # a row names its PDU only
        rows = [*_of(regions), Text(), *rows]
    yield screen.render(*rows)


def _of(regions: Sequence[RegionRow]) -> Iterator[RichText]:
    """The inspections to which the PDUs belong."""
    for region, status in dict.fromkeys((one.region, one.data_status) for one in regions):
        data = f" · {status.lower()}" if status else ""
        yield Text.assemble((region or "Region not named", "bold"), data)


def to_csv(regions: Sequence[RegionRow], how: Showing, suffix: str, hashes: Mapping[str, str]) -> Iterator[str]:
    """One row per inspection: its rank, score and ratings, the problems that block it, and its file of results.

    `hashes` are the SHA-256 of those files, which end in `suffix`, by their names. Beside publications without small
    counts it does not say what the inspections were read from.
    """
    rules = how.rules
    standards = [standard.id for standard in rules.standards]
    own = ("rank", "region", "data_status", "score", "max_score", "overall_rating")
    found = ("problems", "computed_otherwise")
    added = ("pdu", "why_no_overall_rating", "fieldwork_started", "fieldwork_ended", "file", "file_sha256")
    yield csv_row([*own, *standards, *found, *HASHES, *added])
    rank = ranks(regions)
    for one in in_order(regions, rules, how.sort):
        ratings = [one.ratings.get(standard) for standard in standards]
        computed = "; ".join(f"{standard} {rating}" for standard, rating in one.computed.items())
        place = rank.get((one.path, one.name))
        file = f"{one.file_stem(how.below)}{suffix}"
        values = [place, one.region, one.data_status, one.score, one.max_score, one.overall_rating]
        read_from = [*origin(one.path, one.sha256, how.below), rules.id, rules.sha256, __version__]
        more = [one.pdu, one.why or None, *one.fieldwork.texts, file, hashes.get(file)]
        yield csv_row([*values, *ratings, " ".join(one.problems), computed, *read_from, *more])


class _Widths(NamedTuple):
    """How wide the name and the column of a standard are, their headers, and whether there is room for words.

    `gap` is what is between the score and the overall rating.
    """

    name: int
    room: int
    heads: tuple[str, ...]
    words: bool
    gap: str

    @classmethod
    def of(cls, regions: Sequence[RegionRow], rules: RuleSet, screen: Screen) -> Self:
        """The widths for a screen; on a narrow one the parts of a standard's id are below each other."""
        longest = max(map(cell_len, rules.rating_names))
        name = min(_NAME, max([longest, *(cell_len(one.name) for one in regions)]))
        ids = [standard.id.lstrip(ascii_letters) for standard in rules.standards]
        parts, room = [ids], max(3, *map(len, ids))
        over = _MARGIN + name + len(ids) * (room + 1) + len(_SCORES) - max(screen.width, LEAST_WIDTH) + 1
        if over > 0:
            parts = [[*line] for line in zip_longest(*(one.split(".") for one in ids), fillvalue="")]
            over -= len(ids) * room
            room = max(len(part) for line in parts for part in line)
            name = max(_LEAST_NAME, min(name, name - over - len(ids) * room))
        heads = [" ".join(f"{one:>{room}}" for one in line) for line in parts]
        unit = "PDU" if rules.unit == "pdu" else "Region"
        above = [f"{'':{_MARGIN}}{'':{name}} {line}" for line in heads[:-1]]
        last = f"{'':{_MARGIN}}{unit:{name}} {heads[-1]}{_SCORES}"
        words = len(last) - len("Overall") + longest < max(screen.width, LEAST_WIDTH)
        gap = "  "
        if len(last) >= max(screen.width, LEAST_WIDTH):
            last, gap = last.removesuffix("  Overall"), " "
        return cls(name, room, (*above, last), words, gap)


def _row(one: RegionRow, rank: str, widths: _Widths, rules: RuleSet) -> Iterator[RichText]:
    """The row of an inspection; its name is cut, or on a narrow screen goes on in the lines below."""
    name = one.name if cell_len(one.name) <= _NAME else _cut(one.name, _NAME)
    lines = wrap(name, widths.name, break_long_words=False) or [""]
    first, *others = (line if cell_len(line) <= widths.name else _cut(line, widths.name) for line in lines)
    yield _ratings(one, Text(f"{rank:>3} {set_cell_size(first, widths.name)} "), widths, rules)
    yield from (Text(f"{'':{_MARGIN}}{line}") for line in others)


def _cut(name: str, width: int) -> str:
    return set_cell_size(name, width - 1) + "…"


def _ratings(one: RegionRow, row: Text, widths: _Widths, rules: RuleSet) -> RichText:
    if not any(one.ratings.values()):
        why = "not read" if one.sha256 is None else "not rated"
        return row.append(f"  {why}: {listed(one.problems)}", style="bold red")
    for rating in one.ratings.values():
        letter = "-" if rating is None else "n" if _uninspected(rating, rules) else rating[0]
        row.append(f"{letter:>{widths.room}} ", style=style_of(rating, rules))
    if one.score is None:
        why = f"not rated: {listed(one.problems)}" if one.problems else "no overall rating"
        return row.append(f"  {why}", style="bold red" if one.problems else "dim")
    row.append(f" {one.score:>5}{widths.gap}", style="bold")
    overall = one.overall_rating or ""
    return row.append(overall if widths.words else overall[:1], style=style_of(one.overall_rating, rules))


def _uninspected(rating: str | None, rules: RuleSet) -> bool:
    return rating is not None and rating not in rules.scores
