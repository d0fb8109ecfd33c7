"""The ratings table of an inspection for a terminal: 79 columns, words before colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group
from rich.table import Table

from .. import __version__
from ..checking.inspection import NOT_NAMED
from ..problems import listed
from ..text import counted_kind
from .kit.dates import period
from .kit.screen import Text, hanging, style_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import JustifyMethod, RenderableType
    from rich.text import Text as RichText

    from ..checking.inspection import Details
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen
    from .kit.showing import Showing

NOT_RATED = "Not rated"
_TEXT, _COUNTS, _SHARE, _BAR, _RATING = range(2, 7)
"""Columns: only a wide screen has the text of a key question, and a narrow one goes without counts and bar."""
TEXT_FROM_WIDTH = 110
"""A screen of this width or more is wide."""

_NARROWEST_TITLE = 26
"""So many columns are left for the titles of standards before there is no bar."""

MARKS = {
    "+": "one No changed to Yes would raise the rating",
    "-": "one Yes changed to No would lower it",
    "~": "without rounding it would be lower",
}
"""The marks beside a percentage, and their meaning."""


def to_table(rated: Iterable[RatedInspection], how: Showing) -> Iterator[str]:
    """One table per inspection, with explanations and figures by PDU on request."""
    screen = how.screen_of_text
    for number, one in enumerate(rated):
        yield ("\n" if number else "") + screen.render(Group(*_inspection(one, how, screen)))


def _explained(rated: RatedInspection) -> RenderableType:
    """Explain each rating in a sentence or two."""
    from ..findings.explanation import in_short, overall_in_short

    rows = [(one.standard.id, in_short(one)) for one in rated.standards]
    total = overall_in_short(rated)
    return hanging([*rows, *([("Total", total)] if total else [])], style="bold")


def _inspection(rated: RatedInspection, how: Showing, screen: Screen) -> Iterator[RenderableType]:
    if rated.details.sha256 is None:
        yield not_read(rated.details)
        return
    yield from title(rated.details, screen)
    yield Text()
    yield from _ratings(rated, screen) if rated.has_results else _refusal(rated)
    if how.explain:
        yield Text()
        yield _explained(rated)
    if how.by_pdu and rated.has_results:
        from .kit.heat import heat_table

        drivers = {question.question.id for standard in rated.standards for question in standard.in_front}
        yield Text()
        yield from heat_table(rated.key_questions, drivers, rated.rules, screen)
    yield Text()
    yield from footer(rated)


def footer(rated: RatedInspection) -> Iterator[RichText]:
    """Which workbook, rules and program a result is from."""
    details, rules = rated.details, rated.rules
    yield Text(f"Workbook {details.file_name}, sha256 {(details.sha256 or '')[:12]}", style="dim")
    yield Text(f"Rules {rules.id}, sha256 {rules.sha256[:12]} · probation-ratings {__version__}", style="dim")


def not_read(details: Details) -> RichText:
    """Shown in place of the ratings of a file that could not be read."""
    return Text.assemble((details.path, "bold"), "  not read")


def title(details: Details, screen: Screen) -> Iterator[RenderableType]:
    """The name and dates of an inspection, its PDUs and its case samples."""
    first_line = Table.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    first_line.add_column(ratio=1, overflow="fold")
    first_line.add_column(justify="right", no_wrap=True)
    status = "illustrative data" if details.illustrative else (details.data_status or "").lower()
    first_line.add_row(Text(details.name or NOT_NAMED, style="bold"), Text(status, style="italic"))
    yield first_line
    facts = []
    if fieldwork := period(details.fieldwork_started, details.fieldwork_ended):
        facts.append(f"Fieldwork {fieldwork}")
    if commenced := period(details.commenced_from, details.commenced_to):
        facts.append(f"sentences commenced {commenced}")
    if facts:
        yield screen.flow(facts)
    if details.pdus:
        word = "PDU" if len(details.pdus) == 1 else "PDUs"
        first, *others = details.pdus
        yield screen.flow([f"{len(details.pdus)} {word}: {first}", *others], ", ")
    samples: list[str] = []
    for sample in details.samples:
        if sample.part and samples:
            more = " and" if ", of which" in samples[-1] else ", of which"
            samples[-1] += f"{more} {counted_kind(sample.cases, sample.name)}"
        else:
            samples.append(counted_kind(sample.cases, sample.name))
    if samples:
        yield screen.flow(samples)


def _refusal(rated: RatedInspection) -> Iterator[RenderableType]:
    errors, valid = rated.blocking, rated.unblocked
    count = f"{len(errors):,} errors block" if len(errors) > 1 else "1 error blocks"
    what = "the rating" if rated.rules.has_ratings else "them"
    yield Text.assemble((rated.rules.no_result, "bold red"), f": {count} {what} ({', '.join(rated.blocking_codes)})")
    if valid:
        yield Text(f"--partial rates the standards without errors: {listed(valid)}")


def _ratings(rated: RatedInspection, screen: Screen) -> Iterator[RenderableType]:
    """The rows of the table: one table per domain, all with the same column widths; then its legend."""
    rules = rated.rules
    marks = {one.standard.id: marks_of(one) for one in rated.standards}
    room = max(map(len, marks.values()))
    driver, share = "Driver" if rules.has_ratings else "Question", _marked("%", "", room)
    head = [Text(name, style="bold") for name in ("Standard", driver, "Key question", "Yes/n", share, "", "Rating")]
    rows = {one.standard.id: list(_rows(one, rated, marks, room)) for one in rated.standards}
    widths = _widths([head, *(row for group in rows.values() for row in group)], rated, screen)
    wide = screen.width >= TEXT_FROM_WIDTH
    columns = sorted([*widths, _TEXT]) if wide else [*widths]

    def table(body: Sequence[Sequence[RichText]]) -> Table:
        grid = Table.grid(padding=(0, 1, 0, 0), expand=wide)
        for column in columns:
            justify: JustifyMethod = "right" if column in {_COUNTS, _SHARE} else "left"
            ratio, no_wrap = (1, False) if column == _TEXT else (None, column > 0)
            grid.add_column(justify=justify, width=widths.get(column), ratio=ratio, no_wrap=no_wrap)
        for row in body:
            grid.add_row(*(row[column] for column in columns))
        return grid

    yield table([head])
    for domain, standards in rated.by_domain():
        yield Text(f"{domain.id} {domain.title}", style="bold")
        yield table([row for one in standards for row in rows[one.standard.id]])
    if rules.has_overall:
        yield Text()
        yield _score(rated, widths, wide=wide)
    yield from _not_in_the_score(rated)
    yield from _panel(rated)
    legend = list(_legend(rated, screen, bars=_BAR in widths))
    if legend:
        yield Text()
        yield from legend


def _widths(rows: Sequence[Sequence[RichText]], rated: RatedInspection, screen: Screen) -> dict[int, int]:
    """The width of each column that is shown, by its place.

    A long title takes several lines. A narrow screen goes without the bars, wraps the titles between words, and then
    leaves out the counts.
    """
    shown = [0, 1, _COUNTS, _SHARE, _BAR, *([_RATING] if rated.rules.has_ratings else [])]
    widths = {column: max(cell_len(row[column].plain) for row in rows) for column in shown}
    if rated.rules.has_overall:
        widths[_RATING] = max(widths[_RATING], cell_len(rated.overall_rating or NOT_RATED))
    longest = max(cell_len(word) for row in rows for word in row[0].plain.split())
    over = sum(widths.values()) + len(widths) - screen.room
    if over <= 0 or screen.width >= TEXT_FROM_WIDTH:
        return widths
    if widths[0] - over >= max(longest, _NARROWEST_TITLE):
        widths[0] -= over
        return widths
    del widths[_BAR]
    if sum(widths.values()) - widths[0] + longest > screen.room - len(widths):
        del widths[_COUNTS]
    others = sum(widths.values()) - widths[0]
    widths[0] = max(longest, min(widths[0], screen.room - len(widths) - others))
    return widths


def _score(rated: RatedInspection, widths: Mapping[int, int], *, wide: bool) -> RenderableType:
    """The score and the overall rating, below the columns of the table."""
    rules = rated.rules
    overall = Text(rated.overall_rating or NOT_RATED, style=style_of(rated.overall_rating, rules))
    score = "none" if rated.score is None else f"{rated.score}/{rated.max_score}"
    foot = Table.grid(padding=(0, 1, 0, 0), expand=wide)
    before = sum(widths.values()) - widths[_RATING] + len(widths) - 2
    foot.add_column(ratio=1 if wide else None, width=None if wide else before)
    foot.add_column(width=widths[_RATING], no_wrap=True)
    foot.add_row(Text.assemble("Score ", (score, "bold")), overall)
    return foot


def _not_in_the_score(rated: RatedInspection) -> Iterator[RichText]:
    """The standards left out of the score, and why there is no overall rating."""
    if rated.rules.has_ratings and not rated.rules.has_overall and not rated.blocking:
        yield Text()
        yield Text(f"No overall rating: {rated.why_no_overall_rating}")
        return
    uncounted = [one.standard.id for one in rated.standards if not one.standard.counted]
    if uncounted:
        yield Text(f"Not counted in the score: {listed(uncounted)}")
    if rated.why_this_maximum is not None:
        yield Text(f"The score is {rated.why_this_maximum}")
    elif rated.not_inspected and not rated.blocking:
        yield Text(f"No overall rating: {rated.why_no_overall_rating}")


def marks_of(one: StandardRating) -> str:
    """The marks (see `MARKS`) of a rating that one answer, or rounding, decides."""
    applies = (one.margin.up == 1, one.margin.down == 1, one.rounding_decides)
    return "".join(mark for mark, is_so in zip(MARKS, applies, strict=True) if is_so)


def _marked(share: str, marks: str, room: int) -> str:
    return f"{share} {marks.ljust(room)}" if room else share


def _panel(rated: RatedInspection) -> Iterator[RenderableType]:
    """The panel's decisions, and the ratings that it may look at again."""
    lines = []
    for one in rated.standards:
        decision, reasons = one.panel_decision, [flag.reason for flag in one.panel_flags]
        if decision is not None:
            moved = f"moved by the panel from {one.computed_rating} to {decision.rating}"
            what = moved if one.moved else f"kept by the panel at {decision.rating}"
            lines.append((one.standard.id, f"{what}: {decision.reason}"))
        elif reasons:
            lines.append((one.standard.id, f"the panel may look again: {'; '.join(reasons)}"))
    if lines:
        yield Text()
        yield hanging(lines)


def _rows(one: StandardRating, rated: RatedInspection, marks: Mapping[str, str], room: int) -> Iterator[list[RichText]]:
    """The row of a standard, and one more row for each further key question in front."""
    name = Text(f"{one.standard.id} {one.standard.title}")
    rating = Text(one.rating or NOT_RATED, style=style_of(one.rating, rated.rules))
    if not one.in_front:
        codes = [problem.kind.code for problem in rated.blocking if one.standard.id in problem.standards]
        judged = one.judgement is not None and one.inspected
        reason = Text("judged" if judged else min(codes, default=""))
        yield [name, reason, Text("rated by inspectors' judgement" if judged else ""), Text(), Text(), Text(), rating]
    for number, question in enumerate(one.in_front):
        facts: list[RichText] = [
            Text(question.question.id),
            Text(question.question.text),
            Text(f"{question.count.yes}/{question.count.relevant}"),
            Text(_marked(str(question.percentage), "" if number else marks[one.standard.id], room)),
            _bar(question, rated.rules),
        ]
        yield [Text() if number else name, *facts, Text() if number else rating]


def _bar(rated: KeyQuestionRating, rules: RuleSet) -> RichText:
    """Ten cells of ten points; a letter marks where each band that is not reached begins."""
    share = rated.percentage or 0
    cells = ["·"] * 10
    for band in rules.bands:
        if rated.band is None or band.lowest > rated.band.lowest:
            cells[min(band.lowest // 10, 9)] = band.rating[0]
    cells[: share // 10] = "■" * (share // 10)
    return Text("".join(cells), style=style_of(None if rated.band is None else rated.band.rating, rules))


def _legend(rated: RatedInspection, screen: Screen, *, bars: bool) -> Iterator[RichText]:
    rules = rated.rules
    if bars and rated.key_questions:
        bands = [f"{band.rating[0]} {band.rating} from {band.lowest}" for band in rules.bands[1:]]
        yield screen.flow(["■ 10 points", *bands], style="dim")
    if rules.aggregation.method == "mean_of_units":
        yield Text("% is the mean of the PDUs' percentages, Yes/n that of all cases", style="dim")
    if rules.bands and rules.rounding.method == "exact":
        yield Text("% is rounded only for display: bands are read off the exact percentages", style="dim")
    used = "".join(marks_of(one) for one in rated.standards)
    if used:
        yield screen.flow([f"{mark} {words}" for mark, words in MARKS.items() if mark in used], style="dim")
