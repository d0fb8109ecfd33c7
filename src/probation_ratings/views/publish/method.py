"""How an inspection is rated, in words: the table of the method, with the source of every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...problems import listed
from ...rating.panel import limits
from ...rating.ratings import PERCENTAGES
from .rows import SUPPRESSED, PublishedTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...rulebook.model import RuleSet, Standard
    from ...rulebook.rating_model import Bands
    from ...rulebook.sheet_model import Reference
    from .rows import Row


def method_tables(rules: RuleSet, below: int) -> tuple[PublishedTable[Row], PublishedTable[Row]]:
    """What each rule says, with its source by number, and these sources.

    The first table also says that counts `below` a limit are suppressed, if they are.
    """
    said = list(_said(rules))
    cited = list(dict.fromkeys(reference.source for _, _, reference in said))
    names = {key: f"Source {number}" for number, key in enumerate(cited, start=1)}
    rows, sources = [], []
    for name, text, reference in said:
        # a general source has no section: the reference is to one inspection
        general = rules.sources[reference.source].in_general is not None
        rows.append((name, text, names[reference.source] + ("" if general else f": {reference.section}")))
    for key, name in names.items():
        source = rules.sources[key]
        status = "Published" if source.status == "published" else "Not published: a convention of this project"
        sources.append((name, source.in_general or source.title, status))
    remarks = (suppression_in_words(below),) if below else ()
    return (
        PublishedTable("Method", "Method and rules", ("Rule", "What it says", "Source"), tuple(rows), remarks),
        PublishedTable("Sources", "Sources of the rules", ("Source", "Title", "Status"), tuple(sources)),
    )


def how_rated(standard: Standard) -> str:
    """In words, what a standard is rated by, if it is, and whether it counts."""
    words = standard.method.removesuffix("_key_question").replace("_", " ").capitalize()
    given = {
        "judgement": "Inspectors' judgement",
        "single_key_question": "One key question",
        PERCENTAGES: "Percentages, without a rating",
    }
    by = given.get(standard.method, f"{words} of {len(standard.key_questions)} key questions")
    return by if standard.counted else f"{by}; not counted in the score"


def _said(rules: RuleSet) -> Iterator[tuple[str, str, Reference]]:
    """The name of each rule, what it says, and where it is from."""
    yes, no, not_applicable = rules.answers.names
    if any(standard.key_questions for standard in rules.standards):
        percentage = f"{yes} / ({yes} + {no}); {not_applicable} answers are left out"
        pdus = any(sheet.pdu_column for sheet in rules.case_sheets)
        added = _WORDS[rules.aggregation.method] if pdus else "The answers of all cases are added up"
        yield "Percentage", f"{percentage}. {added}", rules.aggregation.reference
        rounding = _WORDS[rules.rounding.method if rules.bands else "without bands"]
        yield "Rounding", rounding, rules.rounding.reference
    if (bands := rules.key_question_bands) is not None:
        yield (
            "Bands of a key question",
            bands_in_words(bands, "%", exact=rules.rounding.method == "exact"),
            bands.reference,
        )
    for standard in rules.standards:
        yield standard.id, f"{standard.title}: {how_rated(standard)}", standard.reference
    if (scale := rules.ratings) is not None and rules.has_overall:
        yield "Scores", listed([f"{one.name} {one.score}" for one in scale.scale]), scale.reference
    if (overall := rules.overall_bands) is not None:
        yield "Overall rating", bands_in_words(overall), overall.reference
    if (policy := rules.not_inspected) is not None:
        then = "There is then no overall rating, unless bands for it are listed"
        yield policy.word, then if rules.has_overall else "The standard then has no rating", policy.reference
        for reduced in policy.reduced_bands:
            yield f"{policy.word}, out of {reduced.max_score}", bands_in_words(reduced), reduced.reference
    if (panel := rules.panel) is not None:
        yield "Ratings panel", f"It may look at a rating again where {limits(panel)}", panel.reference


def bands_in_words(bands: Bands, unit: str = "", *, exact: bool = False) -> str:
    """The bands, highest first, with both ends: 'Outstanding 80 to 100% (a large majority), ...'.

    Where values are read `exact`, a band ends where the next begins: 'Good 65 to under 80%'.
    """
    highest = bands.bands[-1]
    ends = {one: f"under {one.highest + 1}" if exact and one is not highest else one.highest for one in bands.bands}
    return ", ".join(
        f"{band.rating} {band.lowest} to {ends[band]}{unit}{f' ({band.words})' if band.words else ''}"
        for band in reversed(bands.bands)
    )


def suppression_in_words(below: int) -> str:
    """What is suppressed, for a note beside the tables."""
    return (
        f"Counts from 1 to {below - 1}, and figures from which they could be worked out, are suppressed and shown as "
        f"{SUPPRESSED}. The ratings are computed from all cases."
    )


_WORDS = {
    "pooled": "The answers of all PDUs are added up, and the percentage is taken of the sums",
    "mean_of_units": "It is the mean of the exact percentages of the PDUs, each of which counts once",
    "whole_percent": "A percentage is rounded half up to a whole number, and the band is read off that",
    "without bands": "A percentage is shown as a whole number, rounded half up",
    "exact": "The band is read off the exact percentage; it is only shown as a whole number",
}
