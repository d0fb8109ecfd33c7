"""An attacker who knows the program, and all that is published of an inspection, works out no count that was left out.

Of all inspections that there can be of a small size, those whose publications are alike are all that a reader can tell.
A small count that is the same in all of them is known, whether it is shown or not.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from probation_ratings import RuleSet, load_rules
from probation_ratings.annexes import AnnexCounts
from probation_ratings.details import Details, SampleSize
from probation_ratings.rated import rate_counts
from probation_ratings.ratings import percentage
from probation_ratings.tallies import Count, Tally
from probation_ratings.views.documents import to_csv, to_pdu_csv, to_question_csv, to_supporting_csv
from probation_ratings.views.publication import publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from probation_ratings.rated import RatedInspection

RULES = load_rules("regional-2023")
World = tuple["RatedInspection", "Mapping[tuple[str, ...], int]"]
"""An inspection, and its counts by name."""


def only(*standards: str, rounding: str = "whole_percent", aggregation: str = "pooled") -> RuleSet:
    """The regional rules with these standards and methods."""
    fields = {name: getattr(RULES, name) for name in RuleSet.model_fields} | {
        "standards": tuple(one for one in RULES.standards if one.id in standards),
        "rounding": RULES.rounding.model_copy(update={"method": rounding}),
        "aggregation": RULES.aggregation.model_copy(update={"method": aggregation}),
    }
    return RuleSet.model_construct(**fields)


def ways(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to make a total of so many parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in ways(total - first, parts - 1):
            yield (first, *others)


def world(
    rules: RuleSet, counts: Mapping[str, Mapping[str | None, Count]], samples: Mapping[str, int] | None = None
) -> World:
    """An inspection with these counts by key question and PDU, and case samples of these sizes."""
    known: dict[tuple[str, ...], int] = {(name,): cases for name, cases in (samples or {}).items()}
    for question, parts in counts.items():
        named = [(pdu or "no PDU", count) for pdu, count in parts.items()]
        for name, count in (("all PDUs", sum(parts.values(), Count())), *named):
            known[question, name, "yes"] = count.yes
            known[question, name, "no"] = count.no
            known[question, name, "not applicable"] = count.not_applicable
            known[question, name, "relevant"] = count.relevant
            known[question, name, "cases"] = count.relevant + count.not_applicable
    listed = [Tally(question, *one) for question, parts in counts.items() for one in parts.items() if one[1] != Count()]
    part = {one.name: one.part for one in rules.case_samples.samples}
    sizes = tuple(SampleSize(name, cases, part[name]) for name, cases in (samples or {}).items())
    return rate_counts(rules, Details("x.xlsx", "0" * 64, samples=sizes), listed, {}, ()), known


def published(rated: RatedInspection, below: int) -> str:
    """All that is published of an inspection."""
    tables = [table.rows for table in publish(rated, below).tables]
    csvs = [
        "".join(make([rated], rated.rules, below)) for make in (to_csv, to_question_csv, to_pdu_csv, to_supporting_csv)
    ]
    return f"{tables}{csvs}"


def worked_out(worlds: Iterable[World], below: int) -> list[dict[tuple[str, ...], int]]:
    """The small counts that are the same in all inspections of which the publications are alike."""
    alike: dict[str, dict[tuple[str, ...], int]] = {}
    for rated, counts in worlds:
        seen = published(rated, below)
        known = alike.setdefault(seen, dict(counts))
        alike[seen] = {name: count for name, count in known.items() if counts.get(name) == count}
    small = ({name: count for name, count in known.items() if 0 < count < below} for known in alike.values())
    return [known for known in small if known]


def one_question(rules: RuleSet, most: int) -> Iterator[World]:
    """Every count of up to `most` court reports."""
    for cases in range(most + 1):
        for way in ways(cases, 3):
            yield world(rules, {"R2.3.1": {None: Count(*way)}}, {"court reports": cases})


def two_pdus(rules: RuleSet, cases: int) -> Iterator[World]:
    """Every count in two PDUs that have so many cases together.

    Another question has the answer Yes throughout: it shows how many cases a PDU has, wherever it is not hidden.
    """
    for way in ways(cases, 6):
        parts: dict[str | None, Count] = {"Camden": Count(*way[:3]), "Hackney": Count(*way[3:])}
        sizes = {pdu: Count(count.relevant + count.not_applicable) for pdu, count in parts.items()}
        yield world(rules, {"R2.3.1": parts, "R2.5.1": sizes}, {"PDU cases": cases})


def test_the_attacker_finds_what_is_shown_and_what_is_left_by_subtraction() -> None:
    rules = only("R2.3")
    assert len(worked_out(one_question(rules, 6), 0)) == 0
    found = worked_out([world(rules, {"R2.3.1": {None: Count(20, 17)}}, {"licences": 3})], 5)
    assert found == [{("licences",): 3}]


@pytest.mark.parametrize("rounding", ["whole_percent", "exact"])
@pytest.mark.parametrize("below", [5, 6])
def test_of_one_question_no_small_count_is_known(below: int, rounding: str) -> None:
    assert worked_out(one_question(only("R2.3", rounding=rounding), 2 * below + 3), below) == []


def test_of_two_questions_of_a_standard_no_small_count_is_known() -> None:
    # the lowest drives the rating: the other cannot be below it
    rules = only("R2.6")
    victims = rules.standards[0]
    one, other = victims.key_questions[:2]
    rules.__dict__["standards"] = (victims.model_copy(update={"key_questions": (one, other)}),)
    first = {percentage(Count(*way)): Count(*way) for way in ways(10, 3)}
    worlds = (
        world(rules, {one.id: {None: count}, other.id: {None: Count(*way)}}, {"statutory victim cases": 10})
        for count in first.values()
        for way in ways(10, 3)
    )
    # of the first there is only one count a percentage
    assert [known for known in worked_out(worlds, 5) if any(other.id in name for name in known)] == []


@pytest.mark.parametrize(
    ("rounding", "aggregation"), [("whole_percent", "pooled"), ("exact", "mean_of_units")]
)  # fmt: skip
def test_of_two_pdus_no_small_count_is_known(rounding: str, aggregation: str) -> None:
    rules = only("R2.3", "R2.5", rounding=rounding, aggregation=aggregation)
    assert worked_out(two_pdus(rules, 10), 5) == []


def test_of_case_samples_no_small_part_and_no_small_rest_is_known() -> None:
    rules = only("R2.3")
    names = ("PDU cases", "community sentences", "licences")
    worlds = []
    for community, licences, neither in product(range(10), repeat=3):
        sizes = dict(zip(names, (community + licences + neither, community, licences), strict=True))
        rated, known = world(rules, {"R2.3.1": {None: Count(50, 50)}}, sizes)
        worlds.append((rated, {**known, ("neither",): neither}))
    assert worked_out(worlds, 5) == []


def test_of_an_annex_no_small_category_is_known() -> None:
    rules = only("R2.3")
    (annex,) = (one for one in rules.annex_tables if one.name == "SFO reviews")
    worlds: list[World] = []
    for total in range(1, 14):
        for way in ways(total, 4):
            rows = tuple(((value,), count) for value, count in zip(annex.categories[0].values, way, strict=True))
            details = Details("x.xlsx", "0" * 64, annexes=(AnnexCounts(annex, rows),))
            rated = rate_counts(rules, details, [Tally("R2.3.1", None, Count(50, 50))], {}, ())
            worlds.append((rated, {**dict(rows), ("all",): total}))
    assert worked_out(worlds, 5) == []
