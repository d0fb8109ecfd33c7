"""Show the differences between two rule files and their effect on a workbook: text, JSON and Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..problems import counted, listed, quoted
from .kit.forms import TOOL, json_text, markdown, sides
from .kit.screen import Text, hanging
from .rules import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..findings.comparison import QuestionChange, RegionChange
    from ..rulebook.diff import Difference
    from ..rulebook.model import RuleSet
    from .kit.screen import Screen

Sides = tuple["RuleSet", "RuleSet"]

_SIDES = ("before", "after")
_MARKS = {"added": "+", "removed": "-", "changed": "~", "reordered": "~"}
_REWORDED = ("text", "title")


def to_text(both: Sides, found: Sequence[Difference], change: RegionChange | None, screen: Screen) -> Iterator[str]:
    """One line per difference, with a mark before it; then the ratings that change."""
    for line in _heads(both):
        yield screen.render(Text(line, style="bold"))
    yield "\n" + screen.render(Text(_count(found)))
    if found:
        yield screen.render(hanging((f"  {_MARKS[one.kind]}", in_words(one)) for one in found))
    if change is not None:
        yield "\n" + screen.render(Text(_title(change), style="bold"))
        yield screen.render(hanging(("  ", line) for line in _ratings(both, change)))
    yield "\n" + screen.render(Text(f"probation-ratings {__version__}", style="dim"))


def to_markdown(both: Sides, found: Sequence[Difference], change: RegionChange | None) -> Iterator[str]:
    """A list of the differences, and one of the ratings that change."""
    yield "# Two rule files\n\n"
    for line in _heads(both):
        yield f"- {markdown(line)}\n"
    yield f"\n## {_count(found)}\n\n"
    for one in found:
        yield f"- {markdown(in_words(one))}\n"
    if change is not None:
        yield f"\n## {markdown(_title(change))}\n\n"
        for line in _ratings(both, change):
            yield f"- {markdown(line)}\n"
    yield f"\nprobation-ratings {__version__}\n"


def to_json(both: Sides, found: Sequence[Difference], change: RegionChange | None) -> Iterator[str]:
    """One document; it has `ratings` if a workbook was rated by both."""
    document: dict[str, Any] = {**TOOL}
    for side, one in zip(_SIDES, both, strict=True):
        document[side] = {"id": one.id, "title": one.title, "sha256": one.sha256, "max_score": one.max_score}
    document["differences"] = [
        {"place": list(one.place), "kind": one.kind, "before": one.before, "after": one.after, "words": in_words(one)}
        for one in found
    ]
    if change is not None:
        document["ratings"] = {
            "region": change.regions[1],
            **sides("score", change.scores),
            **sides("overall_rating", change.ratings),
            "changed": [
                {"id": one.id, "title": one.title, **sides("rating", (one.before, one.after))}
                for one in change.standards
                if one.before != one.after
            ],
        }
        if not change.has_ratings:
            document["ratings"]["percentages_changed"] = [
                {"id": one.id, **sides("percentage", one.percentages)} for one in _percentages(change)
            ]
    yield json_text(document)


def in_words(one: Difference) -> str:
    """A difference in words: 'key question bands, band Good, from: 65 → 60'."""
    place = ", ".join(one.place)
    if one.kind == "reordered":
        return f"{place}: in another order"
    if one.kind == "changed":
        word = "reworded: " if one.place[-1] in _REWORDED else ""
        return f"{place}: {word}{_value(one.before)} → {_value(one.after)}"
    return f"{place}: {one.kind}{_what(one.before if one.after is None else one.after)}"


def _noun(key: str, number: int) -> str:
    """The items of a list in words: '1 category', '2 key questions'."""
    words = key.replace("_", " ")
    return words if number != 1 else re.sub("ie$", "y", words.removesuffix("s"))


def _what(value: Any) -> str:
    """What was added or removed, in short; a long list as a number."""
    if isinstance(value, dict):
        name = next((value[key] for key in ("title", "text", "words") if value.get(key)), None)
        parts = [
            f"with {len(inner)} {_noun(key, len(inner))}"
            for key, inner in value.items()
            if isinstance(inner, list) and inner and isinstance(inner[0], dict)
        ]
        return ", ".join([f" {_value(name)}" if name else "", *parts]).removesuffix(", ")
    if isinstance(value, list):
        plain = [one for one in value if not isinstance(one, dict)]
        return f" {listed([_value(one) for one in plain])}" if plain else f" {len(value)}"
    return f" {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return listed([_value(one) for one in value])
    return quoted(value, 400) if isinstance(value, str) else str(value)


def _heads(both: Sides) -> Iterator[str]:
    for side, rules in zip(_SIDES, both, strict=True):
        yield f"{side:6} {rules.id}: {summary(rules)} ({rules.sha256[:12]})"


def _count(found: Sequence[Difference]) -> str:
    return counted(len(found), "difference") if found else "No difference: both say the same"


def _percentages(change: RegionChange) -> list[QuestionChange]:
    """The key questions whose percentage changes."""
    asked = (question for one in change.standards for question in one.questions)
    return [one for one in asked if one.percentages[0] != one.percentages[1]]


def _title(change: RegionChange) -> str:
    what = "Ratings" if change.has_ratings else "Percentages"
    return f"{what} of {change.regions[1] or 'a region without a name'} that change"


def _ratings(both: Sides, change: RegionChange) -> list[str]:
    """What changes of a region, a line each."""
    lines = []
    for question in [] if change.has_ratings else _percentages(change):
        shares = ["none" if share is None else f"{share}%" for share in question.percentages]
        lines.append(f"{question.id}: {' → '.join(shares)}")
    if not change.has_ratings:
        return lines or ["none"]
    known = [{standard.id for standard in rules.standards} for rules in both]
    for one in change.standards:
        if one.before != one.after:
            ratings = [
                rating or ("not rated" if one.id in there else "no such standard")
                for rating, there in zip((one.before, one.after), known, strict=True)
            ]
            lines.append(f"{one.id} {one.title}: {' → '.join(ratings)}")
    overall = [
        "not rated" if rating is None else f"{rating}, {score} of {most}"
        for rating, score, most in zip(change.ratings, change.scores, change.max_scores, strict=True)
    ]
    if overall[0] != overall[1]:
        lines.append(f"Overall: {overall[0]} → {overall[1]}")
    return lines or ["none"]
