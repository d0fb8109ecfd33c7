"""Show what changed between two results: for a terminal, as JSON, CSV and Markdown."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import copysign
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.table import Table

from .. import __version__
from ..names import label
from ..problems import first_names, listed, quoted
from .kit.dates import period
from .kit.forms import TOOL, csv_row, json_text, markdown, markdown_table, sides
from .kit.screen import Text, hanging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..findings.comparison import Pairs, QuestionChange, RegionChange, Result, StandardChange
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen

Rules = tuple[dict[str, Any], dict[str, Any]]
"""The rules of the two sides, as a JSON document names them."""

NOTHING = "Nothing changed."
RuleSets: TypeAlias = "tuple[RuleSet | None, RuleSet | None]"
"""The rules themselves, where they are at hand: a JSON result only names them."""
_RULES_NAMED = 50
"""So many differences between rules are shown."""
NAMED = 20
"""A warning names at most this many regions or files."""
HEAD = ("Key question", "before", "after", "points", "95% interval")
"""What is shown of a key question."""
_MOST_ARROWS = 20
"""A kept result may claim any step; no scale is that long."""
_MEANING = (
    "Points are the difference between the exact percentages. If the cases of both sides are random samples, an "
    "interval made this way includes the true difference in about 95% of such comparisons."
)


def rules_changed(rules: Rules) -> str:
    """A warning if the two sides were rated by different rules; otherwise empty."""
    if rules[0]["sha256"] == rules[1]["sha256"]:
        return ""
    named = [f"{one['id']} ({str(one['sha256'])[:12]})" for one in rules]
    return f"The rule files differ: before {named[0]}, after {named[1]}. Ratings may have changed because of that."


def to_text(pairs: Pairs, rules: Rules, screen: Screen) -> Iterator[str]:
    """A block per region: its standards with arrows, and their key questions with the difference."""
    drives = ["* drives the rating"] if _any_rated(pairs) else []
    for warning in warnings_of(pairs, rules):
        yield screen.render(Text(warning, style="bold yellow"))
    if pairs.is_empty:
        yield screen.render(Text(NOTHING))
    for change in pairs.changes:
        yield "\n" + screen.render(Text(_title(change), style="bold"))
        if fieldwork := _both([" to ".join(filter(None, one.fieldwork.texts)) for one in change.results]):
            yield screen.render(Text(f"Fieldwork: {fieldwork}"))
        for one in standards_of(change):
            mark, line = (Text(text, style=_style(one)) for text in (f"  {_arrow(one)}", _line(one)))
            yield screen.render(hanging([(mark, line)]))
            if one.questions:
                grid = Table.grid(padding=(0, 2, 0, 0))
                grid.add_column(width=12)
                for _ in range(4):
                    grid.add_column(justify="right")
                for question in one.questions:
                    grid.add_row(Text(f"    {question.id}"), *cells_of(question))
                yield screen.render(grid)
    yield "\n" + screen.render(
        screen.flow([f"after the id: {', '.join(HEAD[1:])}", *drives], style="dim"),
        Text(meaning_of(pairs.changes), style="dim"),
        Text(f"probation-ratings {__version__}", style="dim"),
    )


def to_markdown(pairs: Pairs, rules: Rules, rule_sets: RuleSets = (None, None)) -> Iterator[str]:
    """A heading per region, a table of standards and one of key questions, and what inspectors wrote of judgements."""
    for warning in warnings_of(pairs, rules):
        yield f"> {markdown(warning)}\n\n"
    if pairs.is_empty:
        yield f"{NOTHING}\n\n"
    for change in pairs.changes:
        yield f"## {markdown(_title(change))}\n\n"
        if fieldwork := days_of(change):
            yield f"Fieldwork: {markdown(fieldwork)}\n\n"
        if not standards_of(change):
            continue
        standards = [
            (f"{one.id} {one.title}", one.before or "not rated", one.after or "not rated", _arrow(one))
            for one in change.standards
            if one.rated
        ]
        if standards:
            yield markdown_table(("Standard", "before", "after", "change"), standards) + "\n"
        asked = [question for one in change.standards for question in one.questions]
        questions = [(f"{one.id} {one.text}", *cells_of(one)) for one in asked]
        if questions:
            yield markdown_table(HEAD, questions, right=(1, 2, 3)) + "\n"
        judged = [one for one in change.standards if any(one.rationales)]
        if judged:
            yield "### Rationale of judged standards\n\n"
            rows = ((f"{one.id} {one.title}", *(text or "none given" for text in one.rationales)) for one in judged)
            yield markdown_table(("Standard", "before", "after"), rows) + "\n"
    if changed := rules_that_changed(rule_sets):
        yield "## Rules that changed\n\n"
        yield from (f"- {markdown(line)}\n" for line in changed)
        yield "\n"
    drives = "\\* drives the rating. " if _any_rated(pairs) else ""
    yield f"{drives}{meaning_of(pairs.changes)} probation-ratings {__version__}.\n"


def rules_that_changed(rule_sets: RuleSets) -> list[str]:
    """The first differences between the rules of both sides in words, where both are at hand."""
    before, after = rule_sets
    if before is None or after is None or before.sha256 == after.sha256:
        return []
    from ..rulebook.diff import differences
    from .rules_diff import in_words

    found = [in_words(one) for one in differences(before, after)]
    more = [f"{len(found) - _RULES_NAMED:,} more: `rules diff` shows them"] if len(found) > _RULES_NAMED else []
    return [*found[:_RULES_NAMED], *more]


def days_of(change: RegionChange) -> str:
    """The days of fieldwork of both sides in words; empty if neither has any."""
    return _both([period(one.fieldwork.started, one.fieldwork.ended) for one in change.results])


def _both(days: Sequence[str]) -> str:
    return " → ".join(side or "not stated" for side in days) if any(days) else ""


def to_json(pairs: Pairs, rules: Rules) -> Iterator[str]:
    """One document; differences and intervals in percentage points, with two decimals."""
    only = [[one.name for one in side if one.name is not None] for side in pairs.unpaired]
    document = {
        **TOOL,
        "rules": {"before": rules[0], "after": rules[1], "same": rules[0]["sha256"] == rules[1]["sha256"]},
        "only_before": only[0],
        "only_after": only[1],
        "regions": [
            {
                **sides("region", change.regions),
                **sides("score", change.scores),
                **sides("overall_rating", change.ratings),
                "standards": [_standard(one) for one in change.standards],
                **_facts_of(change.results),
            }
            for change in pairs.changes
        ],
        **{
            f"unpaired_{side}": [{"region": one.name, "workbook": one.workbook, **_of(one)} for one in results]
            for side, results in zip(("before", "after"), pairs.unpaired, strict=True)
        },
    }
    yield json_text(document)


def to_csv(pairs: Pairs, rules: Rules) -> Iterator[str]:
    """One row per key question, or standard without any; inspections that one side lacks have a row of their own."""
    own = ("region", "standard", "rating_before", "rating_after", "key_question", "percentage_before")
    more = ("percentage_after", "points", "points_low", "points_high", "drove_before", "drives_after")
    hashes = [one["sha256"] for one in rules]
    yield csv_row([*own, *more, "rules_before", "rules_after", "tool_version", *_facts_of((None, None))])
    for change in pairs.changes:
        facts = _facts_of(change.results).values()
        for one in change.standards:
            start = [change.regions[1] or change.regions[0], one.id, one.before, one.after]
            for row in map(_row, one.questions) if one.questions else [[None] * 8]:
                yield csv_row([*start, *row, *hashes, __version__, *map(_joined, facts)])
    for side, note in enumerate(("only before", "only after")):
        for result in pairs.unpaired[side]:
            facts = _facts_of((result, None) if side == 0 else (None, result)).values()
            row = [result.name or result.workbook, note, *[None] * 10, *hashes, __version__]
            yield csv_row([*row, *map(_joined, facts)])


_FACTS = ("fieldwork_started", "fieldwork_ended", "state", "problems")
"""Facts about an inspection beside its ratings."""


def _of(result: Result | None) -> dict[str, Any]:
    values = (None,) * 4 if result is None else (*result.fieldwork.texts, result.state, result.codes)
    return dict(zip(_FACTS, values, strict=True))


def _facts_of(results: Sequence[Result | None]) -> dict[str, Any]:
    """Those facts for both sides, by the names of JSON keys and CSV columns."""
    before, after = map(_of, results)
    return {key: value for name in _FACTS for key, value in sides(name, (before[name], after[name])).items()}


def _joined(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value


def warnings_of(pairs: Pairs, rules: Rules) -> Iterator[str]:
    """What a reader must know first: other rules, other regions, and inspections that only one side has."""
    if changed := rules_changed(rules):
        yield changed
    for change in pairs.changes:
        first, second = change.regions
        if label(first or "") != label(second or "") and all(one.state != "not read" for one in change.results):
            yield f"Different regions are compared: before {first}, after {second}."
    before, after = pairs.unpaired
    for name, results, others in (("before", before, after), ("after", after, before)):
        yield from _unpaired_warnings(name, results)
        if any(one.name is None for one in results) and any(one.name is not None for one in others):
            yield f"A region that only the other side has may be in a file that does not name its region {name}."


def _unpaired_warnings(side: str, results: Sequence[Result]) -> Iterator[str]:
    """Warnings about inspections that only one side has, or that could not be read or named."""
    times = Counter(one.name for one in results)
    named = [
        f"{_in_list(one.name)}{f', {one.fieldwork.when}' if times[one.name] > 1 else ''}{_why(one, 'not rated: ')}"
        for one in results
        if one.name is not None
    ]
    unread, unnamed = (
        [f"{one.workbook}{_why(one)}" for one in results if one.name is None and (one.state == "not read") == wanted]
        for wanted in (True, False)
    )
    for what, found in (("Only", named), ("Could not be read", unread), ("Without a region name", unnamed)):
        if found:
            yield f"{what} {side}: {listed(first_names(found, NAMED))}."


def _in_list(name: str) -> str:
    """A name as part of a list: one with a comma, such as that of a PDU and its region, in quotation marks."""
    return quoted(name) if "," in name else name


def _why(result: Result, before: str = "") -> str:
    """The codes of the problems that block the ratings, in brackets; empty if it is rated."""
    return f" ({before}{listed(first_names(result.codes, NAMED))})" if result.codes else ""


def meaning_of(changes: Sequence[RegionChange]) -> str:
    """Explain points and intervals, and why there may be points without an interval."""
    asked = (question for change in changes for one in change.standards for question in one.questions)
    averaged = any(one.difference is not None and one.interval is None for one in asked)
    return f"{_MEANING} A mean of PDUs' percentages has no interval here." if averaged else _MEANING


def _any_rated(pairs: Pairs) -> bool:
    """Whether the rules of a side rate anything; without any pair it is taken to be so."""
    return not pairs.changes or any(change.has_ratings for change in pairs.changes)


def _title(change: RegionChange) -> str:
    """The region with its score and rating on both sides; only its name where the rules give no overall rating."""
    if change.max_scores == (None, None) and all(one.state == "rated" for one in change.results):
        return change.name
    return f"{change.name}: {side_of(change, 0)} → {side_of(change, 1)}"


def side_of(change: RegionChange, side: int) -> str:
    """The score and overall rating of a side, or why there are none."""
    result, score = change.results[side], change.scores[side]
    if score is not None:
        return f"{score}/{change.max_scores[side]} {change.ratings[side] or 'not rated'}"
    words = {"not read": "could not be read", "not rated": "not rated", "rated": "no overall rating"}
    if not change.has_ratings:
        words |= {"not rated": "no percentages", "rated": "percentages"}
    return f"{words[result.state]}{_why(result)}"


def standards_of(change: RegionChange) -> Sequence[StandardChange]:
    """The standards to show: none where a side could not be read."""
    return () if any(one.state == "not read" for one in change.results) else change.standards


def _arrow(one: StandardChange) -> str:
    if not one.rated:
        return ""
    if one.steps is None:
        return "?"
    return "=" if one.steps == 0 else ("▲" if one.steps > 0 else "▼") * min(abs(one.steps), _MOST_ARROWS)


def _line(one: StandardChange) -> str:
    if not one.rated:
        return f"{one.id} {one.title}"
    rating = one.after or "not rated"
    changed = rating if one.before == one.after else f"{one.before or 'not rated'} → {rating}"
    drivers = []
    if one.new_drivers:
        drivers.append(f"now driven by {listed(one.new_drivers)}")
    if one.lost_drivers:
        drivers.append(f"no longer {'' if drivers else 'driven '}by {listed(one.lost_drivers)}")
    return f"{one.id} {one.title}: {changed}{'; ' if drivers else ''}{', '.join(drivers)}"


def _style(one: StandardChange) -> str:
    return "" if not one.steps else "green" if one.steps > 0 else "red"


def cells_of(question: QuestionChange) -> tuple[str, ...]:
    """The cells of a key question under `HEAD`, after its name."""
    shares = ["-" if share is None else f"{share}%" for share in question.percentages]
    marked = (f"{shares[0]}{'*' if question.drove else ''}", f"{shares[1]}{'*' if question.drives else ''}")
    points = "" if question.difference is None else f"{_rounded(question.difference, 1):+.1f}"
    ends = [f"{_rounded(end, 1):+.1f}" for end in question.interval or ()]
    return (*marked, points, " to ".join(ends))


def _rounded(points: Fraction | float, places: int) -> float:
    """Points to so many decimals: half is rounded up, as of a percentage, or down in a fall. Nothing has no minus."""
    return copysign(int(abs(Fraction(points)) * 10**places + Fraction(1, 2)) / 10**places, points) + 0


def _standard(one: StandardChange) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        **sides("rating", (one.before, one.after)),
        "steps": one.steps,
        "new_drivers": one.new_drivers,
        "lost_drivers": one.lost_drivers,
        "key_questions": [_question(question) for question in one.questions],
    }


def _question(one: QuestionChange) -> dict[str, Any]:
    return {
        "id": one.id,
        **sides("percentage", one.percentages),
        "points": None if one.difference is None else _rounded(one.difference, 2),
        "interval": None if one.interval is None else [_rounded(end, 2) for end in one.interval],
    }


def _row(one: QuestionChange) -> list[object]:
    *own, interval = _question(one).values()
    return [*own, *(interval or (None, None)), *("yes" if each else "no" for each in (one.drove, one.drives))]
