"""The table of many inspections: one row per region, one letter per standard; also as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from .. import __version__
from ..findings.side_by_side import distribution, in_order, ranks
from ..findings.suppression import origin
from ..problems import counted, listed
from .kit.forms import HASHES, csv_row
from .kit.screen import LEAST_WIDTH, Text, style_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.text import Text as RichText

    from ..findings.side_by_side import Line
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen

_NAME = 26
"""Columns that a region's name may take."""


def to_text(lines: Sequence[Line], rules: RuleSet, screen: Screen, sort: str) -> Iterator[str]:
    """Show the regions in order, the number of each rating, and what the letters mean."""
    longest = max(map(cell_len, rules.rating_names))
    width = min(_NAME, max([longest, *(cell_len(line.name) for line in lines)]))
    standards = [standard.id for standard in rules.standards]
    heads = [one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for one in standards]
    room = max(3, *map(len, heads))
    unit = "PDU" if rules.unit == "pdu" else "Region"
    rows: list[RichText] = [
        Text(f"{'':4}{unit:{width}} {' '.join(f'{one:>{room}}' for one in heads)}  Score  Overall", style="bold")
    ]
    words = rows[0].cell_len - len("Overall") + longest < max(screen.width, LEAST_WIDTH)
    rank = ranks(lines)
    rows += [
        _row(line, rank.get((line.path, line.name), ""), (width, room), rules, words=words)
        for line in in_order(lines, rules, sort)
    ]
    rows.append(Text())
    for rating, counts in reversed(distribution(lines, rules).items()):
        row = Text(f"{'':4}{rating:{width}} ")
        row.append(" ".join(f"{counts[one] or '·':>{room}}" for one in standards), style=style_of(rating, rules))
        rows.append(row.append(f"{'':9}{counts[''] or '·'}", style=style_of(rating, rules)))
    moved = [
        f"{line.name}: {one} moved by the panel from {computed} to {line.ratings[one]}"
        for line in lines
        for one, computed in line.computed.items()
    ]
    unseen = [f"{line.name}: {line.why}" for line in lines if line.score is None and not line.problems]
    rows += [Text(), *map(Text, [*moved, *unseen])] if moved or unseen else []
    marks = [f"{rating[0]} {rating}" for rating in reversed(rules.rating_names)]
    shown = [rating for line in lines for rating in line.ratings.values()]
    if rules.not_inspected is not None and any(_uninspected(rating, rules) for rating in shown):
        marks.append(f"n {rules.not_inspected.word.lower()}")
    rated = sum(line.score is not None for line in lines)
    rows += [Text(), screen.flow([*marks, "- not rated"], style="dim")]
    rows.append(Text(f"{counted(len(lines), 'inspection')}, {rated} with an overall rating, out of {rules.max_score}"))
    uncounted = [standard.id for standard in rules.standards if not standard.counted]
    if uncounted:
        rows.append(Text(f"Not counted in the score: {listed(uncounted)}"))
    reduced = {line.max_score for line in lines if line.score is not None and line.max_score != rules.max_score}
    for most in sorted(reduced):
        names = listed([line.name for line in lines if line.score is not None and line.max_score == most])
        rows.append(Text(f"Out of {most}, since a standard was not inspected: {names}"))
    rows.append(Text(f"Rules {rules.id}, sha256 {rules.sha256[:12]} · probation-ratings {__version__}", style="dim"))
    if rules.unit == "pdu":  # a row names its PDU only
        rows = [*_of(lines), Text(), *rows]
    yield screen.render(*rows)


def _of(lines: Sequence[Line]) -> Iterator[RichText]:
    """The inspections to which the PDUs belong."""
    for region, status in dict.fromkeys((line.region, line.data_status) for line in lines):
        data = f" · {status.lower()}" if status else ""
        yield Text.assemble((region or "Region not named", "bold"), data)


def to_csv(
    lines: Sequence[Line],
    rules: RuleSet,
    suffix: str,
    hashes: Mapping[str, str],
    *,
    sort: str = "score",
    below: int = 0,
) -> Iterator[str]:
    """One row per inspection: its rank, score and ratings, the problems that block it, and its file of results.

    `hashes` are the SHA-256 of those files by name; the names end in `suffix`. If counts `below` a limit are
    suppressed, the inputs are not named.
    """
    standards = [standard.id for standard in rules.standards]
    own = ("rank", "region", "data_status", "score", "max_score", "overall_rating")
    found = ("problems", "computed_otherwise")
    added = ("pdu", "why_no_overall_rating", "fieldwork_started", "fieldwork_ended", "file", "file_sha256")
    yield csv_row([*own, *standards, *found, *HASHES, *added])
    rank = ranks(lines)
    for line in in_order(lines, rules, sort):
        ratings = [line.ratings.get(one) for one in standards]
        computed = "; ".join(f"{one} {rating}" for one, rating in line.computed.items())
        place = rank.get((line.path, line.name))
        file = f"{line.file_stem(below)}{suffix}"
        values = [place, line.region, line.data_status, line.score, line.max_score, line.overall_rating]
        read_from = [*origin(line.path, line.sha256, below), rules.id, rules.sha256, __version__]
        more = [line.pdu, line.why or None, *line.fieldwork.texts, file, hashes.get(file)]
        yield csv_row([*values, *ratings, " ".join(line.problems), computed, *read_from, *more])


def _row(line: Line, rank: str, widths: tuple[int, int], rules: RuleSet, *, words: bool) -> RichText:
    width, room = widths
    name = line.name if cell_len(line.name) <= width else set_cell_size(line.name, width - 1) + "…"
    row = Text(f"{rank:>3} {set_cell_size(name, width)} ")
    if not any(line.ratings.values()):
        why = "not read" if line.sha256 is None else "not rated"
        return row.append(f"  {why}: {listed(line.problems)}", style="bold red")
    for rating in line.ratings.values():
        letter = "-" if rating is None else "n" if _uninspected(rating, rules) else rating[0]
        row.append(f"{letter:>{room}} ", style=style_of(rating, rules))
    if line.score is None:
        why = f"not rated: {listed(line.problems)}" if line.problems else "no overall rating"
        return row.append(f"  {why}", style="bold red" if line.problems else "dim")
    row.append(f" {line.score:>5}  ", style="bold")
    overall = line.overall_rating or ""
    return row.append(overall if words else overall[:1], style=style_of(line.overall_rating, rules))


def _uninspected(rating: str | None, rules: RuleSet) -> bool:
    return rating is not None and rating not in rules.scores
