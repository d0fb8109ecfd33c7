"""The tables that are published of an inspection: the same for the page, the data workbook and Markdown.

Text is as it is in the workbook: each view makes it harmless for its own form, in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from ... import __version__
from ...checking.inspection import NOT_NAMED
from ...findings.side_by_side import compared, distribution, in_order, ranks, region_row
from ...findings.suppression import Hidden, hide, origin
from ...problems import grouped, listed
from ...rating.counts import annex_categories
from ..kit.dates import period
from .method import how_rated, method_tables
from .rows import (
    FIGURES,
    NO_PDU,
    NOT_AVAILABLE,
    SUPPRESSED,
    ComparedRow,
    Figures,
    KeyQuestionRow,
    PanelRow,
    PduRow,
    PublishedTable,
    figure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...findings.side_by_side import RegionRow
    from ...rating.counts import Count
    from ...rating.rated import RatedInspection
    from ...rulebook.model import RuleSet
    from ..kit.showing import Showing
    from .rows import Row

_NAMED = 3
"""So many inspections are named in a line above a table."""
LICENCE = (
    "Standards and key questions: HM Inspectorate of Probation, © Crown copyright. Contains public sector information "
    "licensed under the Open Government Licence v3.0."
)
LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


@dataclass(frozen=True, slots=True)
class Publication:
    """One inspection as it is published: its ratings, what is hidden of the counts, and its tables.

    `others` are the tables that every view shows in the same way. A table may be without rows.
    """

    rated: RatedInspection
    hidden: Hidden
    ratings: PublishedTable[Row]
    key_questions: PublishedTable[KeyQuestionRow]
    pdus: PublishedTable[PduRow]
    panel: PublishedTable[PanelRow]
    others: tuple[PublishedTable[Row], ...]
    method: PublishedTable[Row]
    sources: PublishedTable[Row]
    provenance: PublishedTable[Row]

    @property
    def tables(self) -> list[PublishedTable[Row]]:
        """The tables that have rows, in their order."""
        found: list[PublishedTable[Row]] = [self.ratings, self.key_questions, self.pdus, self.panel, *self.others]
        return [table for table in (*found, *self.shared, self.provenance) if table.rows]

    @property
    def shared(self) -> tuple[PublishedTable[Row], ...]:
        """The tables that all inspections by the same rules have in common."""
        return self.method, self.sources

    @property
    def name(self) -> str:
        """The region, or the PDU and its region, or the workbook's file name where it names neither."""
        return self.rated.details.name or _file_name(self.rated.details.path, self.hidden.below)

    @property
    def overall(self) -> str:
        """The overall rating in words."""
        return self.rated.overall_rating or self.rated.rules.no_result


def publish(rated: RatedInspection, below: int = 0, *, panel: bool = False) -> Publication:
    """An inspection as it is published; counts from 1 to `below` - 1 are hidden.

    What the ratings panel did is shown beside the ratings where it decided on one, or where `panel` says so.
    """
    hidden = hide(rated, below)
    more = (_samples(rated, hidden), _supporting(rated, hidden), *_annexes(rated, hidden))
    return Publication(
        rated,
        hidden,
        _ratings(rated, panel=panel or decided(rated)),
        _key_questions(rated, hidden),
        _pdus(rated, hidden),
        _panel(rated, hidden),
        tuple(table for table in more if table.rows),
        *method_tables(rated.rules, hidden.below),
        _provenance(rated, hidden),
    )


def together(publications: Sequence[Publication]) -> list[PublishedTable[Row]]:
    """The tables of several inspections with the region in front of each row; a method that all share is there once."""
    if len(publications) == 1:
        return publications[0].tables
    found = grouped((table.name, (one.name, table)) for one in publications for table in one.tables)
    joined: list[PublishedTable[Row]] = []
    for name, tables in found.items():
        first = tables[0][1]
        if name in {one.name for one in publications[0].shared} and all(table == first for _, table in tables):
            joined.append(first)
            continue
        rows = tuple((known, *cells) for known, table in tables for cells in table.cells)
        remarks = tuple(dict.fromkeys(remark for _, table in tables for remark in table.remarks))
        columns = (publications[0].rated.rules.unit_name, *first.columns)
        joined.append(PublishedTable(name, first.title, columns, rows, remarks))
    return joined


def ordered(publications: Sequence[Publication], how: Showing) -> list[Publication]:
    """The inspections in the order of the rows of `side_by_side`."""
    regions = [region_row(one.rated, how.below) for one in publications]
    known = {id(region): one for region, one in zip(regions, publications, strict=True)}
    return [known[id(region)] for region in in_order(regions, how.rules, how.sort)]


def side_by_side(
    publications: Sequence[Publication], how: Showing
) -> tuple[PublishedTable[ComparedRow], PublishedTable[Row]]:
    """The regions in order with their ratings, and how many regions have each rating."""
    rules, regions = how.rules, [region_row(one.rated, how.below) for one in publications]
    ranked = how.ranked and rules.has_overall
    rank, missing = ranks(regions), rules.no_result if rules.has_ratings else NOT_AVAILABLE
    rows = []
    for one in in_order(regions, rules, how.sort):
        why = "Not read" if one.sha256 is None else rules.no_result
        found = [one.result(known) for known in compared(rules)]
        results = tuple(missing if result is None else result for result in found)
        overall = one.overall_rating or f"{why}: {listed(one.problems) or one.why}"
        if not rules.has_overall:
            overall = f"{why}: {listed(one.problems)}" if one.problems else "None"
        place = rank.get((one.path, one.name), NOT_AVAILABLE) if ranked else None
        rows.append(ComparedRow(_name(one, how.below), place, results, figure(one.score), overall))
    unit = rules.unit_name
    every = unit if unit.endswith("s") else f"{unit}s"
    units = every if unit.isupper() else every[0].lower() + every[1:]
    known = [f"{known_id} {title}" for known_id, title in compared(rules).items()]
    last = "Overall rating" if rules.has_overall else "What blocks it"
    columns = (unit, *(["Rank"] if ranked else []), *known, f"Score of {rules.max_score}", last)
    remarks = tuple(
        f"{_name(one, how.below)}: the score is out of {one.max_score}"
        f"{'' if not ranked or (one.path, one.name) in rank else ', and has no rank'}."
        for one in regions
        if one.score is not None and one.max_score != rules.max_score
    )
    counted = reversed(distribution(regions, rules).items())
    counts = tuple((rating, *some.values()) for rating, some in counted)
    heads = ("Rating", *known, *(["Overall"] if rules.has_overall else []))
    table = PublishedTable(every, f"{every} side by side", columns, tuple(rows), remarks)
    if not rules.has_overall:
        table = table.without(columns[-2], *([] if any(one.problems for one in regions) else [last]))
    return table, PublishedTable("Distribution", f"Number of {units} with each rating", heads, counts)


def illustrative_in_words(publications: Sequence[Publication], where: str) -> str:
    """Whose cases are invented; empty where nobody's are. `where` is the place that says which of many."""
    invented = [one.name for one in publications if one.rated.details.illustrative]
    if not invented:
        return ""
    if len(invented) == len(publications):
        whose = ""
    elif len(invented) <= _NAMED:
        whose = f" of {listed(invented)}"
    else:
        whose = f" of {len(invented)} of the {len(publications)} inspections ({where})"
    return f"Illustrative data: the cases{whose} are invented."


def decided(rated: RatedInspection) -> bool:
    """Whether the ratings panel decided on a standard."""
    return any(one.panel_decision is not None for one in rated.standards)


def _ratings(rated: RatedInspection, *, panel: bool) -> PublishedTable[Row]:
    rows: list[Row] = []
    rules, no_result = rated.rules, rated.rules.no_result
    domains = {domain.id: f"{domain.id} {domain.title}" for domain in rated.rules.domains}
    for one in rated.standards:
        decision = "No" if one.panel_decision is None else f"Yes: {one.panel_decision.reason}"
        rows.append(
            (
                (one.standard.id, one.standard.title, domains[one.standard.domain], how_rated(one.standard)),
                (listed(list(one.driven_by)) or NOT_AVAILABLE, one.rating or no_result, figure(one.score)),
                one.rationale or NOT_AVAILABLE,
                (one.computed_rating or no_result, decision) if panel else (),
            )
        )
    columns = (
        "Standard", "Title", "Domain", "Rated by", "Driving key question", "Rating", "Score", "Inspectors' reason",
    )  # fmt: skip
    added = ("Computed rating", "Decided by the ratings panel") if panel else ()
    scale = listed([f"{one.name} {one.score}" for one in reversed(rules.scale)])
    remarks = [f"The ratings score: {scale}."] if rules.has_overall else []
    if rules.has_ratings and not rules.has_overall:
        remarks.append(f"There is no overall rating: {rated.why_no_overall_rating}.")
    if rated.why_this_maximum is not None:
        remarks.append(f"The score is {rated.why_this_maximum}.")
    table = PublishedTable("Ratings", "Ratings of the standards", (*columns, *added), tuple(rows), tuple(remarks))
    if not rules.has_ratings:
        return replace(table, name="Standards", title="The standards").without(*columns[3:])
    return table if rules.has_overall else table.without("Score")


def _key_questions(rated: RatedInspection, hidden: Hidden) -> PublishedTable[KeyQuestionRow]:
    rows = []
    for one in rated.standards:
        for question in one.key_questions:
            asked, out = question.question, question.question.id in hidden.questions
            figures = _figures(question.count, question.percentage, out=out)
            rating = NOT_AVAILABLE if question.band is None else question.band.rating
            drives = asked.id in one.driven_by
            moves = (figure(question.margin.up, out=out), figure(question.margin.down, out=out))
            rows.append(KeyQuestionRow(asked.id, asked.text, one.standard.id, figures, rating, drives, moves))
    columns = (
        "Key question", "Text", "Standard", *FIGURES, "Rating", "Drives the rating",
        "Answers from No to Yes to the next rating", "Answers from Yes to No to lose this rating",
    )  # fmt: skip
    remarks = (_SHARES[rated.rules.aggregation.method], *_rounded(rated.rules))
    table = PublishedTable("Key questions", "Answers to the key questions", columns, tuple(rows), remarks)
    return table if rated.rules.has_ratings else table.without(*columns[-4:])


def _pdus(rated: RatedInspection, hidden: Hidden) -> PublishedTable[PduRow]:
    rows = []
    for question in rated.key_questions if rated.details.pdu is None else ():
        for share in question.pdus:
            out = (question.question.id, share.pdu) in hidden.pdus
            rating = SUPPRESSED if out else NOT_AVAILABLE if share.band is None else share.band.rating
            name = NO_PDU if share.pdu is None else share.pdu
            figures = _figures(share.count, share.percentage, out=out)
            rows.append(PduRow(question.question.id, name, figures, rating))
    columns = ("Key question", "PDU", *FIGURES, "Rating of the PDU alone")
    alone = "The rating of a PDU alone is for information: only all PDUs together are rated."
    title = "Answers to the key questions by PDU"
    remarks = (*([alone] if rated.rules.has_ratings else []), *_rounded(rated.rules))
    table = PublishedTable("PDUs", title, columns, tuple(rows), remarks)
    return table if rated.rules.has_ratings else table.without(columns[-1])


def _panel(rated: RatedInspection, hidden: Hidden) -> PublishedTable[PanelRow]:
    rows, no_result = [], rated.rules.no_result
    for one in rated.standards:
        reasons = "; ".join(flag.reason for flag in one.panel_flags)
        touched = hidden.touches(one)
        if reasons or (one.driven_by and touched):  # no row would show that there is no reason
            computed, rating = one.computed_rating or no_result, one.rating or no_result
            rows.append(PanelRow(one.standard.id, computed, rating, SUPPRESSED if touched else reasons))
    columns = ("Standard", "Computed rating", "Rating", "Why the ratings panel may review it")
    return PublishedTable("Ratings panel", "Ratings that are close to another", columns, tuple(rows))


def _samples(rated: RatedInspection, hidden: Hidden) -> PublishedTable[Row]:
    rows = tuple(
        (f"of these: {one.name}" if one.part else one.name, figure(one.cases, out=one.name in hidden.samples))
        for one in rated.details.samples
    )
    return PublishedTable("Case sample", "Cases that were inspected", ("Case sample", "Cases"), rows)


def _supporting(rated: RatedInspection, hidden: Hidden) -> PublishedTable[Row]:
    rows = []
    for one in rated.supporting:
        asked, figures = one.question, Figures()
        if one.count is not None:
            figures = _figures(one.count, one.percentage, out=asked.id in hidden.questions)
        rows.append((asked.id, asked.text, asked.standard, figures))
    columns = ("Supporting question", "Text", "Standard", *FIGURES)
    remarks = ("Supporting questions do not affect any rating.",)
    return PublishedTable("Supporting questions", "Answers to supporting questions", columns, tuple(rows), remarks)


def _annexes(rated: RatedInspection, hidden: Hidden) -> Iterator[PublishedTable[Row]]:
    for annex in rated.details.annexes:
        sheet, items = annex.table.name, annex.table.items
        rows: list[Row] = []
        for one in annex_categories(annex):
            out = (sheet, one.values) in hidden.categories
            rows.append((one.values, figure(one.count, out=out), figure(one.percentage, out=out)))
        remarks = (f"No rating depends on these {items}.",)
        categories = [one.name for one in annex.table.categories]
        if rows:
            out = (sheet, ()) in hidden.categories
            total, share = figure(annex.total, out=out), figure(100 if annex.total else None, out=out)
            rows.append((f"All {items}", ("All",) * (len(categories) - 1), total, share))
        columns = (*categories, f"Number of {items}", "Percentage of all")
        yield PublishedTable(sheet, annex.table.title, columns, tuple(rows), remarks, total=True)


def _provenance(rated: RatedInspection, hidden: Hidden) -> PublishedTable[Row]:
    details, rules = rated.details, rated.rules
    path, sha256 = origin(details.file_name, details.sha256, hidden.below)
    several = len(details.sources) > 1 and hidden.below <= 1  # suppressed counts have no files to be found from
    rows = (
        *([(rules.unit_name, details.pdu, NOT_AVAILABLE)] if details.pdu else []),
        ("Data status", details.data_status or "not stated", NOT_AVAILABLE),
        ("Fieldwork", period(details.fieldwork_started, details.fieldwork_ended) or "not stated", NOT_AVAILABLE),
        ("Sentences commenced", period(details.commenced_from, details.commenced_to) or "not stated", NOT_AVAILABLE),
        ("Made by", f"probation-ratings {__version__}", NOT_AVAILABLE),
        ("Workbook", path, sha256 or NOT_AVAILABLE),
        *(("Source file", one.path, one.sha256) for one in details.sources if several and one.role == "data"),
        ("Rule file", f"{rules.id}: {rules.title}", rules.sha256),
    )
    columns = ("Item", "Value", "Hash of the file (SHA-256)")
    return PublishedTable("Provenance", "Data and versions used", columns, rows)


def problems_in_words(rated: RatedInspection) -> Iterator[str]:
    """What blocks an overall rating, for readers: no cell, and no value of one."""
    for problem in rated.blocking:
        blocked = f" ({listed(problem.standards)})" if problem.standards else ""
        yield f"{problem.kind.code}: {problem.kind.title}{blocked}"
    if rated.rules.has_overall and not rated.blocking and (why := rated.why_no_overall_rating):
        yield f"{why[0].upper()}{why[1:]}"


def _name(region: RegionRow, below: int) -> str:
    return region.pdu or region.region or _file_name(region.path, below)


def _file_name(path: str, below: int) -> str:
    """The name that is shown for a region without one: the end of the path, and none of it beside hidden counts."""
    return NOT_NAMED if below > 1 else PurePath(path).name


def _figures(count: Count, percentage: int | None, *, out: bool) -> Figures:
    counts = (count.yes, count.no, count.not_applicable, count.relevant, percentage)
    return Figures(*(figure(value, out=out) for value in counts))


def _rounded(rules: RuleSet) -> tuple[str, ...]:
    """The remark that a band does not follow from the percentage that is shown, where that is so."""
    is_exact = rules.bands and rules.rounding.method == "exact"
    return ("Percentages are rounded only for display: the bands are read off the exact ones.",) if is_exact else ()


_SHARES = {
    "pooled": "The percentage is Yes of Yes and No, as a whole number.",
    "mean_of_units": "The percentage is the mean of the PDUs' percentages, as a whole number.",
}
