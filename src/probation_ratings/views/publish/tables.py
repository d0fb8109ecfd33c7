"""What is published of an inspection, as tables of plain values: the same for the page, the data workbook and Markdown.

Text is as it stands in the workbook: each view makes it harmless for its own form, in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from ... import __version__
from ...findings.side_by_side import distribution, in_order, ranks
from ...findings.suppression import SUPPRESSED, Hidden, hide, origin
from ...problems import listed
from ...rating.panel_flags import limits
from ..kit.dates import period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...findings.side_by_side import Line
    from ...rating.counts import Count
    from ...rating.rated import RatedInspection
    from ...rating.ratings import StandardRating
    from ...rulebook.model import Bands, RuleSet
    from ...rulebook.sheet_model import Reference

Value: TypeAlias = str | int

NOT_AVAILABLE = "[x]"
"""Stands for a figure that there is none of."""
SHORTHAND = {
    SUPPRESSED: "left out because it is a small count, or would give one away",
    NOT_AVAILABLE: "not available, or does not apply",
}
NOT_RATED = "Not rated"
NOT_NAMED = "Region not named"
METHOD, PDUS = "Method", "PDUs"
"""The names of the tables that some views show in a way of their own."""
LICENCE = (
    "Standards and key questions: HM Inspectorate of Probation, © Crown copyright. Contains public sector information "
    "licensed under the Open Government Licence v3.0."
)
LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a short `name` for a sheet or an anchor, a `title`, its columns, and rows as wide as they are.

    The first column names what a row is about. `remarks` are sentences that a reader needs beside it.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    remarks: tuple[str, ...] = ()

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column, whether it holds numbers (and shorthand for missing ones)."""
        return tuple(
            any(isinstance(value, int) for value in column)
            and all(isinstance(value, int) or value in SHORTHAND for value in column)
            for column in zip(*self.rows, strict=True)
        ) or (False,) * len(self.columns)

    @property
    def shorthand(self) -> tuple[str, ...]:
        """The shorthand that stands in it."""
        return tuple(sign for sign in SHORTHAND if any(sign in row for row in self.rows))


@dataclass(frozen=True, slots=True)
class Publication:
    """One inspection as it is published: its ratings, what is hidden of the counts, and its tables."""

    rated: RatedInspection
    hidden: Hidden
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table of this name; raises `KeyError` where there is none."""
        try:
            return next(table for table in self.tables if table.name == name)
        except StopIteration:
            raise KeyError(name) from None

    @property
    def name(self) -> str:
        """The region, or the PDU and its region, or the workbook's file name where it names neither."""
        return self.rated.details.name or _file_name(self.rated.details.path, self.hidden.below)

    @property
    def overall(self) -> str:
        """The overall rating in words."""
        return self.rated.overall_rating or NOT_RATED


def publish(rated: RatedInspection, below: int = 0, *, panel: bool = False) -> Publication:
    """An inspection as it is published; counts from 1 to `below` - 1 are hidden.

    What the ratings panel did stands beside the ratings where it decided on one, or where `panel` says so.
    """
    hidden = hide(rated, below)
    makers = (_key_questions, _pdus, _panel, _samples, _supporting)
    tables = [
        _ratings(rated, panel=panel or decided(rated)),
        *(make(rated, hidden) for make in makers),
        *_annexes(rated, hidden),
    ]
    tables += [_method(rated, hidden), _provenance(rated, hidden)]
    return Publication(rated, hidden, tuple(table for table in tables if table.rows))


def together(publications: Sequence[Publication]) -> list[Table]:
    """The tables of several inspections with the region in front of each row; those that are alike stand once."""
    if len(publications) == 1:
        return list(publications[0].tables)
    found: dict[str, list[tuple[str, Table]]] = {}
    for one in publications:
        for table in one.tables:
            found.setdefault(table.name, []).append((one.name, table))
    joined: list[Table] = []
    unit = publications[0].rated.rules.unit_name if publications else ""
    for name, tables in found.items():
        first = tables[0][1]
        if name == METHOD and all(table == first for _, table in tables):
            joined.append(first)
            continue
        rows: tuple[tuple[Value, ...], ...] = tuple((known, *row) for known, table in tables for row in table.rows)
        remarks = tuple(dict.fromkeys(remark for _, table in tables for remark in table.remarks))
        joined.append(Table(name, first.title, (unit, *first.columns), rows, remarks))
    return joined


def side_by_side(lines: Sequence[Line], rules: RuleSet, sort: str, below: int = 0) -> tuple[Table, Table]:
    """The regions in order with their ratings, and how many regions have each rating; `below` as in `publish`."""
    standards = [f"{one.id} {one.title}" for one in rules.standards]
    rank = ranks(lines)
    rows: list[tuple[Value, ...]] = []
    for line in in_order(lines, rules, sort):
        why = "Not read" if line.sha256 is None else NOT_RATED
        overall = line.overall_rating or f"{why}: {listed(line.problems) or line.why}"
        ratings = (line.ratings.get(one.id) or NOT_RATED for one in rules.standards)
        place = rank.get((line.path, line.name), NOT_AVAILABLE)
        name = line.pdu or line.region or _file_name(line.path, below)
        rows.append((name, place, *ratings, _figure(line.score, out=False), overall))
    unit = rules.unit_name
    units = f"{unit if unit.isupper() else unit[0].lower() + unit[1:]}s"
    columns = (unit, "Rank", *standards, f"Score of {rules.max_score}", "Overall rating")
    others = [line for line in lines if line.score is not None and line.max_score != rules.max_score]
    remarks = [
        f"{line.pdu or line.region or _file_name(line.path, below)}: the score is out of {line.max_score}, "
        "and has no rank."
        for line in others
    ]
    found = reversed(distribution(lines, rules).items())
    counts: tuple[tuple[Value, ...], ...] = tuple((rating, *some.values()) for rating, some in found)
    return (
        Table(f"{unit}s", f"{unit}s side by side", columns, tuple(rows), tuple(remarks)),
        Table("Distribution", f"Number of {units} with each rating", ("Rating", *standards, "Overall"), counts),
    )


def how_rated(one: StandardRating) -> str:
    """In words, what a standard is rated by, and whether it counts."""
    words = one.standard.method.removesuffix("_key_question").replace("_", " ").capitalize()
    given = {"judgement": "Inspectors' judgement", "single_key_question": "Its key question"}
    by = given.get(one.standard.method, f"{words} of {len(one.standard.key_questions)} key questions")
    return by if one.standard.counted else f"{by}; not counted in the score"


def decided(rated: RatedInspection) -> bool:
    """Whether the ratings panel decided on a standard."""
    return any(one.panel_decision is not None for one in rated.standards)


def _ratings(rated: RatedInspection, *, panel: bool) -> Table:
    rows = []
    domains = {domain.id: f"{domain.id} {domain.title}" for domain in rated.rules.domains}
    for one in rated.standards:
        own = (one.standard.id, one.standard.title, domains[one.standard.domain], how_rated(one))
        drivers = listed(list(one.driven_by)) or NOT_AVAILABLE
        row: tuple[Value, ...] = (*own, drivers, one.rating or NOT_RATED, _figure(one.score, out=False))
        if panel:
            decision = one.panel_decision
            row += (one.computed_rating or NOT_RATED,)
            row += ("No" if decision is None else f"Yes: {decision.reason}",)
        rows.append(row)
    columns: tuple[str, ...] = (
        "Standard", "Title", "Domain", "Rated by", "Driving key question", "Rating", "Score"
    )  # fmt: skip
    columns += ("Computed rating", "Decided by the ratings panel") if panel else ()
    scale = listed([f"{one.name} {one.score}" for one in reversed(rated.rules.ratings.scale)])
    return Table("Ratings", "Ratings of the standards", columns, tuple(rows), (f"The ratings score: {scale}.",))


def _key_questions(rated: RatedInspection, hidden: Hidden) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in rated.standards:
        for question in one.key_questions:
            asked, out = question.question, question.question.id in hidden.questions
            band = NOT_AVAILABLE if question.band is None else question.band.rating
            moves = (_figure(question.margin.up, out=out), _figure(question.margin.down, out=out))
            drives = "Yes" if asked.id in one.driven_by else "No"
            figures = _figures(question.count, question.percentage, out=out)
            rows.append((asked.id, asked.text, one.standard.id, *figures, band, drives, *moves))
    columns = (
        "Key question", "Text", "Standard", *_COUNTS, "Rating", "Drives the rating",
        "Answers from No to Yes to the next rating", "Answers from Yes to No to lose this rating",
    )  # fmt: skip
    return Table(
        "Key questions",
        "Answers to the key questions",
        columns,
        tuple(rows),
        (_SHARES[rated.rules.aggregation.method],),
    )


def _pdus(rated: RatedInspection, hidden: Hidden) -> Table:
    rows: list[tuple[Value, ...]] = []
    for question in rated.key_questions if rated.details.pdu is None else ():
        for share in question.pdus:
            out = (question.question.id, share.pdu) in hidden.pdus
            band = SUPPRESSED if out else NOT_AVAILABLE if share.band is None else share.band.rating
            name = "no PDU named" if share.pdu is None else share.pdu
            rows.append((question.question.id, name, *_figures(share.count, share.percentage, out=out), band))
    columns = ("Key question", "PDU", *_COUNTS, "Rating of the PDU alone")
    alone = "What a PDU alone would be rated is for information: only all of them together are rated."
    return Table(PDUS, "Answers to the key questions by PDU", columns, tuple(rows), (alone,))


def _panel(rated: RatedInspection, hidden: Hidden) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in rated.standards:
        reasons = [flag.reason for flag in one.panel_flags]
        if reasons or (one.driven_by and hidden.touches(one)):  # that there is no reason would tell, too
            told = SUPPRESSED if hidden.touches(one) else "; ".join(reasons)
            rows.append((one.standard.id, one.computed_rating or NOT_RATED, one.rating or NOT_RATED, told))
    columns = ("Standard", "Computed rating", "Rating", "Why the ratings panel may look at it again")
    return Table("Ratings panel", "Ratings that are close to another", columns, tuple(rows))


def _samples(rated: RatedInspection, hidden: Hidden) -> Table:
    rows = tuple(
        (f"of these: {one.name}" if one.part else one.name, _figure(one.cases, out=one.name in hidden.samples))
        for one in rated.details.samples
    )
    return Table("Case sample", "Cases that were inspected", ("Case sample", "Cases"), rows)


def _supporting(rated: RatedInspection, hidden: Hidden) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in rated.supporting:
        figures: Iterable[Value] = (NOT_AVAILABLE,) * len(_COUNTS)
        if one.count is not None:
            figures = _figures(one.count, one.percentage, out=one.question.id in hidden.questions)
        rows.append((one.question.id, one.question.text, one.question.standard, *figures))
    columns = ("Supporting question", "Text", "Standard", *_COUNTS)
    rated_by_none = "Supporting questions rate nothing."
    return Table("Supporting questions", "Answers to supporting questions", columns, tuple(rows), (rated_by_none,))


def _annexes(rated: RatedInspection, hidden: Hidden) -> Iterator[Table]:
    for annex in rated.details.annexes:
        sheet, total = annex.table.name, annex.total or 0
        rows: list[tuple[Value, ...]] = []
        for values, count in annex.rows or ():
            figures = (count, (200 * count + total) // (2 * total))
            out = (sheet, values) in hidden.categories
            rows.append((*values, *(_figure(one, out=out) for one in figures)))
        names = [category.name for category in annex.table.categories]
        whole = _figure(total, out=(sheet, ()) in hidden.categories)
        remarks = (f"All {annex.table.items}: {whole}. No rating depends on them.",)
        columns = (*names, f"Number of {annex.table.items}", "Percentage of all")
        yield Table(sheet, annex.table.title, columns, tuple(rows), remarks)


def _method(rated: RatedInspection, hidden: Hidden) -> Table:
    rules = rated.rules
    names = rules.answers.names
    percentage = f"{names[0]} / ({names[0]} + {names[1]}); {names[2]} leaves both"
    said: list[tuple[str, str, Reference]] = [
        ("Percentage", f"{percentage}. {_WORDS[rules.aggregation.method]}", rules.aggregation.reference),
        ("Rounding", _WORDS[rules.rounding.method], rules.rounding.reference),
        ("Bands of a key question", bands_in_words(rules.key_question_bands, "%"), rules.key_question_bands.reference),
        *((one.standard.id, f"{one.standard.title}: {how_rated(one)}", one.standard.reference)
          for one in rated.standards),
        ("Scores", listed([f"{one.name} {one.score}" for one in rules.ratings.scale]), rules.ratings.reference),
        ("Overall rating", bands_in_words(rules.overall_bands), rules.overall_bands.reference),
        *_uninspected(rules),
        ("Ratings panel", f"It may look at a rating again where {limits(rules)}", rules.panel.reference),
    ]  # fmt: skip
    rows = []
    for name, text, reference in said:
        source = rules.sources[reference.source]
        status = "published" if source.status == "published" else "convention of this project"
        rows.append((name, text, reference.section, source.title, status))
    columns = ("Rule", "What it says", "Section", "Source", "Status")
    remarks = () if not hidden.below else (suppression_in_words(hidden.below),)
    return Table(METHOD, "Method and rules", columns, tuple(rows), remarks)


def _uninspected(rules: RuleSet) -> Iterator[tuple[str, str, Reference]]:
    """What becomes of a standard that was not inspected, if the rule file says so."""
    one = rules.not_inspected
    if one is None:
        return
    yield one.word, "There is then no overall rating, unless bands for it are listed", one.reference
    for bands in one.reduced_bands:
        yield f"{one.word}, out of {bands.max_score}", bands_in_words(bands), bands.reference


def _provenance(rated: RatedInspection, hidden: Hidden) -> Table:
    details, rules = rated.details, rated.rules
    path, sha256 = origin(PurePath(details.path).name, details.sha256, hidden.below)
    rows = (
        *([(rules.unit_name, details.pdu)] if details.pdu else []),
        ("Data status", details.data_status or "not stated"),
        ("Fieldwork", period(details.fieldwork_started, details.fieldwork_ended) or "not stated"),
        ("Sentences commenced", period(details.commenced_from, details.commenced_to) or "not stated"),
        ("Workbook", path),
        ("Workbook, sha256", sha256 or NOT_AVAILABLE),
        ("Rule file", f"{rules.id}: {rules.title}"),
        ("Rule file, sha256", rules.sha256),
        ("Made by", f"probation-ratings {__version__}"),
    )
    return Table("Provenance", "What this was computed from", ("Item", "Value"), rows)


def bands_in_words(bands: Bands, unit: str = "") -> str:
    """The bands, highest first, with both ends: 'Outstanding 80 to 100% (a large majority), ...'."""
    return ", ".join(
        f"{band.rating} {band.lowest} to {band.highest}{unit}{f' ({band.words})' if band.words else ''}"
        for band in reversed(bands.bands)
    )


def suppression_in_words(below: int) -> str:
    """What is left out, for a note beside the tables."""
    return (
        f"Counts from 1 to {below - 1}, and figures from which they could be worked out, are left out and shown as "
        f"{SUPPRESSED}. The ratings are computed from all cases."
    )


def problems_in_words(rated: RatedInspection) -> Iterator[str]:
    """What stands in the way of an overall rating, for readers: no cell, and no value of one."""
    for problem in rated.blocking:
        blocked = f" ({listed(problem.standards)})" if problem.standards else ""
        yield f"{problem.kind.code}: {problem.kind.title}{blocked}"
    if not rated.blocking and (why := rated.why_no_overall_rating):
        yield f"{why[0].upper()}{why[1:]}"


def _file_name(path: str, below: int) -> str:
    """What stands for a region without a name: the end of the path, and none of it beside hidden counts."""
    return NOT_NAMED if below > 1 else PurePath(path).name


def _figures(count: Count, percentage: int | None, *, out: bool) -> Iterable[Value]:
    counts = (count.yes, count.no, count.not_applicable, count.relevant, percentage)
    return (_figure(value, out=out) for value in counts)


def _figure(value: int | None, *, out: bool) -> Value:
    return SUPPRESSED if out else NOT_AVAILABLE if value is None else value


_COUNTS = ("Yes", "No", "Not applicable", "Relevant (Yes and No)", "Percentage 'Yes'")
_SHARES = {
    "pooled": "The percentage is Yes of Yes and No, as a whole number.",
    "mean_of_units": "The percentage is the mean of the PDUs' percentages, as a whole number.",
}
_WORDS = {
    "pooled": "The answers of all PDUs are added up, and the percentage is taken of the sums",
    "mean_of_units": "It is the mean of the exact percentages of the PDUs, each of which counts once",
    "whole_percent": "A percentage is rounded half up to a whole number, and the band is read off that",
    "exact": "The band is read off the exact percentage; it is only shown as a whole number",
}
