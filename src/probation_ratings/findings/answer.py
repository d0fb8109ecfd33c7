"""The answer of an inspection in a few words: its score, and one sentence made from the ratings of its standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problems import grouped, in_words, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating
    from ..rulebook.model import RuleSet, Standard

NAMED = 2
"""So many standards are named by their titles; more are counted."""


def answer_in_words(rated: RatedInspection) -> str:
    """The score, and how the standards were rated; nothing of the standards if none is rated.

    The most frequent rating comes first. Another one that is the same as the overall rating is left out.
    """
    said = [] if rated.score is None else [f"{rated.score} out of {rated.max_score}."]
    if any(one.rating is not None for one in rated.standards):
        sentence = "; ".join(_clauses(rated))
        said.append(f"{sentence[0].upper()}{sentence[1:]}.")
    return " ".join(said)


def answer_of_many(inspections: Sequence[RatedInspection], rules: RuleSet) -> str:
    """How many inspections have each overall rating, the best first; nothing if there are none."""
    if not rules.has_overall:
        return ""
    found = [(name, sum(one.overall_rating == name for one in inspections)) for name in reversed(rules.rating_names)]
    missing = sum(one.overall_rating is None for one in inspections)
    parts = [f"{in_words(count)} {'is' if count == 1 else 'are'} {name}" for name, count in found if count]
    if missing:
        parts.append(f"{in_words(missing)} {'has' if missing == 1 else 'have'} no overall rating")
    unit = _small(rules.unit_name)
    if missing == len(inspections):
        return f"No {unit} has an overall rating." if missing else ""
    if len(inspections) == 1:
        return f"The {unit} is {inspections[0].overall_rating}."
    if len(parts) == 1:
        return f"All {in_words(len(inspections))} {unit}s are {inspections[0].overall_rating}."
    return f"Of {in_words(len(inspections))} {unit}s, {listed(parts)}."


def _clauses(rated: RatedInspection) -> Iterator[str]:
    groups = grouped(
        ((one.place, one.rating), one) for one in rated.standards if one.place is not None and one.rating is not None
    )
    overall, whole = rated.overall_rating, ""
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0][1] == overall, item[0]))
    for place, ((_, rating), group) in enumerate(ordered):
        if place and rating == overall:
            continue
        subject, said = _subject(group, rated, whole)
        yield f"{subject} {_verb(group, 'is', 'are')} {rating}"
        whole = said
    for left, words in (
        ([one for one in rated.standards if not one.inspected], ("was not inspected", "were not inspected")),
        ([one for one in rated.standards if not one.has_result], ("is not rated", "are not rated")),
    ):
        if left:
            subject, whole = _subject(left, rated, whole, "the")
            yield f"{subject} {_verb(left, *words)}"


def _subject(
    group: Sequence[StandardRating], rated: RatedInspection, whole: str, every: str = "all"
) -> tuple[str, str]:
    """A group of standards, and the whole that it is part of; the `whole` that was named last is not named again."""
    if len(group) <= NAMED:
        return listed([_title(one.standard, rated.rules) for one in group]), whole
    domains = {one.standard.domain for one in group}
    others = rated.standards if len(domains) > 1 else [one for one in rated.standards if one.standard.domain in domains]
    name = "" if len(others) == len(rated.standards) else f"{_domain(group[0].standard, rated.rules)} "
    of = f"{in_words(len(others))} {name}standards"
    if len(group) == len(others):
        return f"{every} {of}", of
    return f"{in_words(len(group))}{'' if of == whole else f' of the {of}'}", of


def _title(standard: Standard, rules: RuleSet) -> str:
    """The title of a standard within a sentence, with its domain if another standard has the same title.

    One that is plural, or has an 'and' of its own, is in quotes: it is one thing, whose verb is 'is'.
    """
    plural = " and " in standard.title or standard.title.endswith("s")
    title = f"‘{standard.title}’" if plural else _small(standard.title)
    alike = sum(one.title == standard.title for one in rules.standards) > 1
    return f"{title} ({_domain(standard, rules)})" if alike else title


def _domain(standard: Standard, rules: RuleSet) -> str:
    return _small(next(domain.title for domain in rules.domains if domain.id == standard.domain))


def _small(title: str) -> str:
    """A title without the capital at its beginning, unless that belongs to a word in capitals."""
    return title if title[:2].isupper() else f"{title[0].lower()}{title[1:]}"


def _verb(group: Sequence[StandardRating], one: str, many: str) -> str:
    return one if len(group) == 1 else many
