"""An attacker who knows the rules, the program, and all that is published, works out no count that was left out.

Of all inspections that there can be of a small size, those whose publications are alike are all that a reader can tell.
A small count that is the same in all of them is known, whether it is shown or not.

To publish every one of them would take hours. So the attacker sees `seen`, which is made of the ratings and of what is
hidden; and the last tests compare the real outputs of inspections that are alike to it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, get_args

import pytest

from probation_ratings import RuleSet, load_rules
from probation_ratings.checking.annexes import AnnexCounts
from probation_ratings.checking.decisions import PanelDecision
from probation_ratings.checking.inspection import CellRange, Details, SampleSize
from probation_ratings.findings.side_by_side import region_row
from probation_ratings.findings.suppression import Hidden, hide
from probation_ratings.rating import key_questions, margins, ratings
from probation_ratings.rating.counts import Count, Tally, percentage
from probation_ratings.rating.rated import rate_counts
from probation_ratings.views import rate_data as documents
from probation_ratings.views import rate_side_by_side as regions
from probation_ratings.views.kit.showing import Rows, Showing
from probation_ratings.views.publish.data_workbook import to_xlsx
from probation_ratings.views.publish.markdown import to_markdown
from probation_ratings.views.publish.page import to_html

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from probation_ratings.rating.rated import RatedInspection

    Hide = Callable[[RatedInspection, int], Hidden]

pytestmark = pytest.mark.slow
RULES = load_rules("regional-2023")
World = tuple["RatedInspection", "Mapping[tuple[str, ...], int]"]
"""An inspection, and its counts by name."""
Parts = dict["str | None", Count]
"""The counts of a key question by PDU."""


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, asked only once for the same; its arguments are values, rules, or what it gave itself."""
    given: dict[Hashable, tuple[Any, Any]] = {}

    def key(one: object) -> Hashable:
        if isinstance(one, (list, tuple)) and not isinstance(one, Tally):
            return tuple(map(key, one))
        return one if isinstance(one, (Count, Tally)) else id(one)

    def asked(*arguments: Any) -> Any:
        known = key(arguments)
        if known not in given:
            given[known] = (function(*arguments), arguments)  # kept, so that nothing else gets its number
        return given[known][0]

    return asked


@pytest.fixture(autouse=True)
def _what_many_inspections_have_alike_is_rated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them differ in some counts of one question: all others would be rated again and again, to the same."""
    monkeypatch.setattr(ratings, "rate_key_question", once(key_questions.rate_key_question))
    monkeypatch.setattr(ratings, "rate_standard", once(ratings.rate_standard))
    margin = once(margins.answer_margin)
    monkeypatch.setattr(ratings, "answer_margin", margin)
    monkeypatch.setattr(key_questions, "answer_margin", margin)


def only(*standards: str, rounding: str = "whole_percent", aggregation: str = "pooled") -> RuleSet:
    """The regional rules with these standards and methods."""
    fields = {name: getattr(RULES, name) for name in RuleSet.model_fields} | {
        "standards": tuple(one for one in RULES.standards if one.id in standards),
        "rounding": RULES.rounding.model_copy(update={"method": rounding}),
        "aggregation": RULES.aggregation.model_copy(update={"method": aggregation}),
    }
    return RuleSet.model_construct(**fields)


def asking(questions: int, rounding: str = "whole_percent") -> RuleSet:
    """The rules of statutory victim work alone, with the first of its key questions only."""
    rules = only("R2.6", rounding=rounding)
    victims = rules.standards[0]
    rules.__dict__["standards"] = (victims.model_copy(update={"key_questions": victims.key_questions[:questions]}),)
    return rules


def ways(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to make a total of so many parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in ways(total - first, parts - 1):
            yield (first, *others)


def world(
    rules: RuleSet,
    counts: Mapping[str, Parts],
    samples: Mapping[str, int] | None = None,
    annexes: Sequence[AnnexCounts] = (),
    decisions: Mapping[str, PanelDecision] | None = None,
) -> World:
    """An inspection with these counts by key question and PDU, case samples of these sizes, and these annex tables."""
    known: dict[tuple[str, ...], int] = {(name,): cases for name, cases in (samples or {}).items()}
    for question, parts in counts.items():
        named = [(pdu or "no PDU", count) for pdu, count in parts.items()]
        for name, count in (("all PDUs", sum(parts.values(), Count())), *named):
            known[question, name, "yes"] = count.yes
            known[question, name, "no"] = count.no
            known[question, name, "not applicable"] = count.not_applicable
            known[question, name, "relevant"] = count.relevant
            known[question, name, "cases"] = count.relevant + count.not_applicable
    for annex in annexes:
        known |= {(annex.table.name, *values): count for values, count in annex.rows or ()}
        known[annex.table.name, "all"] = annex.total or 0
    listed = [Tally(question, *one) for question, parts in counts.items() for one in parts.items() if one[1] != Count()]
    part = {one.name: one.part for one in rules.case_samples.samples}
    sizes = tuple(SampleSize(name, cases, part[name]) for name, cases in (samples or {}).items())
    # what it was read from is as different as its counts
    where = "-".join(map(str, known.values()))
    answers = {question: (CellRange("Sheet", "A", 2, 3, 2),) for question in counts}
    details = Details(f"/home/{where}.xlsx", f"{hash(where):x}", samples=sizes, annexes=tuple(annexes), answers=answers)
    return rate_counts(rules, details, listed, {}, (), decisions=decisions), known


def seen(rated: RatedInspection, hidden: Hidden) -> Hashable:
    """All that a publication tells, in little."""
    found: list[Hashable] = []
    for one in rated.standards:
        found.append((one.standard.id, one.rating, one.computed_rating, one.driven_by))
        for question in one.key_questions:
            asked = question.question.id
            figures = None if asked in hidden.questions else (question.count, question.share)
            pdus = [(pdu.pdu, None if (asked, pdu.pdu) in hidden.pdus else pdu.count) for pdu in question.pdus]
            shown = tuple(pdus) if any(pdu is not None for pdu, _ in pdus) else ()
            found.append((asked, question.band and question.band.rating, figures, shown))
    ids = ((one.question.id, one.count) for one in rated.supporting)
    found += [(asked, None if asked in hidden.questions else count) for asked, count in ids]
    samples = rated.details.samples
    found += [(sample.name, None if sample.name in hidden.samples else sample.cases) for sample in samples]
    for annex in rated.details.annexes:
        name = annex.table.name
        found.append((name, None if (name, ()) in hidden.categories else annex.total))
        rows = annex.rows or ()
        found.append(tuple((values, None if (name, values) in hidden.categories else count) for values, count in rows))
    return tuple(found)


def alike(worlds: Iterable[World], below: int, hiding: Hide = hide) -> list[list[World]]:
    """The worlds, those together that an attacker cannot tell from each other."""
    groups: dict[Hashable, list[World]] = {}
    for one in worlds:
        groups.setdefault(seen(one[0], hiding(one[0], below)), []).append(one)
    return list(groups.values())


def worked_out(groups: Iterable[Sequence[World]], below: int) -> list[dict[tuple[str, ...], int]]:
    """The small counts that are the same in all inspections of which the publications are alike."""
    found = []
    for group in groups:
        known = dict(group[0][1])
        for _, counts in group[1:]:
            known = {name: count for name, count in known.items() if counts.get(name) == count}
        found.append({name: count for name, count in known.items() if 0 < count < below})
    return [known for known in found if known]


def safe(worlds: Iterable[World], below: int) -> bool:
    """Whether no small count can be worked out, and there was something to hide."""
    groups = alike(worlds, below)
    assert any(len(group) > 1 for group in groups)
    return worked_out(groups, below) == []


def one_question(rules: RuleSet, most: int) -> Iterator[World]:
    """Every count of up to `most` court reports."""
    for cases in range(most + 1):
        for way in ways(cases, 3):
            yield world(rules, {"R2.3.1": {None: Count(*way)}}, {"court reports": cases})


def in_pdus(rules: RuleSet, cases: int, pdus: int) -> Iterator[World]:
    """Every count in PDUs that have so many cases together.

    Another question has the answer Yes throughout: it shows how many cases a PDU has, wherever it is not hidden.
    """
    for way in ways(cases, 3 * pdus):
        parts: Parts = {f"PDU {place}": Count(*way[3 * place : 3 * place + 3]) for place in range(pdus)}
        yield world(rules, {"R2.3.1": parts, "R2.5.1": sizes_of(parts)}, {"PDU cases": cases})


def sizes_of(parts: Parts) -> Parts:
    """The answers to a question that is answered Yes in all cases."""
    return {pdu: Count(count.relevant + count.not_applicable) for pdu, count in parts.items()}


def spread(whole: Count, pdus: int) -> Iterator[Parts]:
    """Every way to spread a count, which is shown, over PDUs."""
    for some in product(ways(whole.yes, pdus), ways(whole.no, pdus), ways(whole.not_applicable, pdus)):
        yield {f"PDU {place}": Count(*one) for place, one in enumerate(zip(*some, strict=True))}


def smallest_others(rated: RatedInspection, below: int) -> Hidden:
    """What was hidden once: small PDUs, and the smallest others until the rest of the sum is not small."""

    def small(count: Count) -> bool:
        return any(0 < one < below for one in (count.yes, count.no, count.not_applicable, count.relevant))

    out = set()
    for one in rated.key_questions:
        found = [pdu for pdu in one.pdus if small(pdu.count)]
        for other in sorted(one.pdus, key=lambda pdu: pdu.count.relevant):
            if not small(sum((pdu.count for pdu in found), Count())) and not (
                found and all(small(pdu.count) for pdu in found)
            ):
                break
            found += [other] if other not in found else []
        out |= {(one.question.id, pdu.pdu) for pdu in found}
    return Hidden(below, pdus=frozenset(out))


def six_worlds() -> list[World]:
    """Camden has 8 cases and Hackney 20; 5 Yes of both, and Islington, are known."""
    rules = only("R2.3")
    return [
        world(
            rules,
            {
                "R2.3.1": {
                    "Camden": Count(yes, 8 - yes),
                    "Hackney": Count(5 - yes, 15 + yes),
                    "Islington": Count(30, 30),
                }
            },
        )
        for yes in range(6)
    ]


def test_the_attacker_finds_what_is_shown_and_what_is_left_by_subtraction() -> None:
    def nothing(_: RatedInspection, below: int) -> Hidden:
        return Hidden(below)

    # of no case nothing is small; of one case either is known
    shown = worked_out(alike(one_question(only("R2.3"), 1), 5, nothing), 5)
    assert [known["R2.3.1", "all PDUs", "cases"] for known in shown] == [1, 1, 1]
    left = world(only("R2.3"), {"R2.3.1": {None: Count(20, 17)}}, {"licences": 3})
    assert worked_out(alike([left], 5, nothing), 5) == [{("licences",): 3}]


def test_the_attacker_finds_what_the_choice_of_others_tells() -> None:
    (known,) = worked_out(alike(six_worlds(), 5, smallest_others), 5)
    assert known == {("R2.3.1", "Camden", "no"): 3}


def test_of_three_pdus_that_were_told_by_the_choice_of_others_none_is() -> None:
    # in one of them nothing is small, and all is shown: 0/8 and 5/20
    assert sorted(map(len, alike(six_worlds(), 5))) == [1, 5]
    assert worked_out(alike(six_worlds(), 5), 5) == []


@pytest.mark.parametrize("rounding", ["whole_percent", "exact"])
@pytest.mark.parametrize("below", [2, 3, 5, 6])
def test_of_one_question_no_small_count_is_known(below: int, rounding: str) -> None:
    assert safe(one_question(only("R2.3", rounding=rounding), max(10, 2 * below) + 3), below)


@pytest.mark.parametrize(("cases", "below"), [(range(1, 13), 5), ((10,), 3), ((11,), 5)], ids=str)
def test_of_two_questions_of_a_standard_no_small_count_is_known(cases: Sequence[int], below: int) -> None:
    # the lowest drives the rating: the other cannot be below it
    rules = asking(2)
    one, other = rules.standards[0].key_questions
    few: dict[tuple[Any, ...], Count] = {}
    for size in cases:  # of those alike in percentage, rating and what is small, one more tells nothing else
        for way in ways(size, 3):
            few.setdefault((size, percentage(Count(*way)), *(0 < part < below for part in way)), Count(*way))
    worlds = (
        world(rules, {one.id: {None: Count(*way)}, other.id: {None: count}}, {"statutory victim cases": size})
        for (size, *_), count in few.items()
        for way in ways(size, 3)
    )
    known = worked_out(alike(worlds, below), below)
    assert [found for found in known if any(one.id in name for name in found)] == []


def test_of_a_standard_that_the_panel_decided_on_no_small_count_is_known() -> None:
    # it may only do so where a rating is close to another
    rules = only("R2.3")
    decision = PanelDecision("Good", "because", "Panel decisions", "B2")
    worlds = []
    for cases in range(1, 13):
        for way in ways(cases, 3):
            counts: dict[str, Parts] = {"R2.3.1": {None: Count(*way)}}
            found = world(rules, counts, {"court reports": cases}, decisions={"R2.3": decision})
            worlds += [found] if found[0].standards[0].panel_flags else []
    assert safe(worlds, 5)


@pytest.mark.parametrize(
    ("rounding", "aggregation"), [("whole_percent", "pooled"), ("exact", "mean_of_units")]
)  # fmt: skip
def test_of_two_pdus_no_small_count_is_known(rounding: str, aggregation: str) -> None:
    rules = only("R2.3", "R2.5", rounding=rounding, aggregation=aggregation)
    assert safe(in_pdus(rules, 10, 2), 5)


@pytest.mark.parametrize("aggregation", ["pooled", "mean_of_units"])
@pytest.mark.parametrize("sizes", [(5, 5, 6), (5, 6)], ids=str)
def test_of_pdus_whose_cases_are_known_no_small_count_is_known(sizes: tuple[int, ...], aggregation: str) -> None:
    rules = only("R2.3", "R2.5", aggregation=aggregation)
    answered: Parts = {f"PDU {place}": Count(size) for place, size in enumerate(sizes)}
    worlds = (
        world(
            rules, {"R2.3.1": {pdu: Count(*way) for pdu, way in zip(answered, some, strict=True)}, "R2.5.1": answered}
        )
        for some in product(*(ways(size, 3) for size in sizes))
    )
    assert safe(worlds, 5)


@pytest.mark.parametrize(
    ("whole", "pdus", "below"),
    [
        (Count(6, 5), 3, 5), (Count(10), 3, 5), (Count(5, 5), 4, 5), (Count(10), 5, 5), (Count(8, 3), 3, 2),
        (Count(4, 3, 3), 3, 3), (Count(7, 3), 4, 3), (Count(12), 6, 6), (Count(0, 6, 6), 4, 6),
    ],
    ids=str,
)  # fmt: skip
def test_of_pdus_whose_sum_is_shown_no_small_count_is_known(whole: Count, pdus: int, below: int) -> None:
    rules = only("R2.3", "R2.5")
    worlds = [world(rules, {"R2.3.1": parts, "R2.5.1": sizes_of(parts)}) for parts in spread(whole, pdus)]
    assert "R2.3.1" not in hide(worlds[0][0], below).questions
    assert safe(worlds, below)


def test_of_two_questions_about_the_same_cases_of_three_pdus_no_small_count_is_known() -> None:
    rules = only("R2.3", "R2.5")
    other: dict[tuple[Count, ...], list[Parts]] = {}
    for parts in spread(Count(6, 4), 3):
        other.setdefault(tuple(sizes_of(parts).values()), []).append(parts)
    worlds = (
        world(rules, {"R2.3.1": parts, "R2.5.1": others})
        for parts in spread(Count(7, 3), 3)
        for others in other[tuple(sizes_of(parts).values())]
    )
    assert safe(worlds, 3)


def test_of_case_samples_no_small_part_and_no_small_rest_is_known() -> None:
    rules = only("R2.3")
    names = ("PDU cases", "community sentences", "licences")
    worlds = []
    for community, licences, neither in product(range(10), repeat=3):
        sizes = dict(zip(names, (community + licences + neither, community, licences), strict=True))
        rated, known = world(rules, {"R2.3.1": {None: Count(50, 50)}}, sizes)
        worlds.append((rated, {**known, ("neither",): neither}))
    assert safe(worlds, 5)


def test_of_a_question_about_a_part_of_the_cases_no_small_count_is_known() -> None:
    # resettlement is of licences: as many are relevant
    rules = only("R2.1", "R2.5")
    asked: dict[str, Parts] = {question.id: {None: Count(6, 6)} for question in rules.standards[0].key_questions}
    names = ("PDU cases", "community sentences", "licences", "resettlement cases")
    worlds = []
    for yes, no, community in ways(12, 3):
        sizes = dict(zip(names, (12, community, yes + no, yes + no), strict=True))
        worlds.append(world(rules, {**asked, "R2.5.1": {None: Count(yes, no, community)}}, sizes))
    assert safe(worlds, 5)


def test_of_cases_of_a_part_that_its_question_is_not_relevant_to_no_small_count_is_known() -> None:
    # 20 of 45 cases are resettlement cases, which is shown; licences may be more
    rules = only("R2.1", "R2.5")
    asked: dict[str, Parts] = {question.id: {None: Count(25, 20)} for question in rules.standards[0].key_questions}
    names = ("PDU cases", "community sentences", "licences", "resettlement cases")
    worlds = []
    for others in range(26):
        sizes = dict(zip(names, (45, 25 - others, 20 + others, 20), strict=True))
        rated, known = world(rules, {**asked, "R2.5.1": {None: Count(10, 10, 25)}}, sizes)
        worlds.append((rated, {**known, ("licences without resettlement",): others}))
    assert safe(worlds, 5)


def annex_of(name: str) -> Any:
    return next(one for one in RULES.annex_tables if one.name == name)


@pytest.mark.parametrize("below", [3, 5])
def test_of_an_annex_no_small_category_is_known(below: int) -> None:
    rules, annex = only("R2.3"), annex_of("SFO reviews")
    worlds: list[World] = []
    for total in range(1, 14):
        for way in ways(total, 4):
            rows = tuple(((value,), count) for value, count in zip(annex.categories[0].values, way, strict=True))
            worlds.append(world(rules, {"R2.3.1": {None: Count(50, 50)}}, annexes=[AnnexCounts(annex, rows)]))
    assert safe(worlds, below)


@pytest.mark.parametrize(("below", "combinations_"), [(3, 3), (5, 4), (3, 6)])
def test_of_combinations_that_occur_no_count_is_known_not_even_up_to_their_order(
    below: int, combinations_: int
) -> None:
    # each combination in the table is there at least once
    rules, annex = only("R2.3"), annex_of("Previous recommendations")
    every = list(product(*(one.values for one in annex.categories)))[:combinations_]
    worlds = []
    for total in range(9 if combinations_ > 4 else 12):
        for way in ways(total, combinations_):
            rows = tuple((values, 1 + count) for values, count in zip(every, way, strict=True))
            worlds.append(world(rules, {"R2.3.1": {None: Count(50, 50)}}, annexes=[AnnexCounts(annex, rows)]))
    groups = alike(worlds, below)
    assert worked_out(groups, below) == []
    orders = [{tuple(sorted(counts.values())) for _, counts in group} for group in groups]
    assert [found for found in orders if len(found) == 1 and 0 < min(next(iter(found))) < below] == []


@pytest.mark.parametrize("pdus", range(1, 13))
def test_of_priorities_of_pdus_whose_number_is_known_no_small_count_is(pdus: int) -> None:
    rules, annex = only("R2.3"), annex_of("PDU priorities")
    asked: dict[str, Parts] = {"R2.3.1": {f"PDU {place}": Count(10, 10) for place in range(pdus)}}
    worlds = []
    for way in ways(pdus, 3):
        rows = tuple(((value,), count) for value, count in zip(annex.categories[0].values, way, strict=True))
        rated, known = world(rules, asked, annexes=[AnnexCounts(annex, rows)])
        worlds.append((rated, {name: count for name, count in known.items() if name != ("PDU priorities", "all")}))
    assert worked_out(alike(worlds, 5), 5) == []


def published(rated: RatedInspection, below: int) -> dict[str, str | bytes]:
    """What every output shows of an inspection."""
    how = Showing(rated.rules, below=below)
    found: dict[str, str | bytes] = {
        rows: "".join(documents.to_csv([rated], how._replace(rows=rows))) for rows in get_args(Rows)
    }
    found["summary"] = "".join(regions.to_csv([region_row(rated)], how, ".csv", {}))
    found["markdown"] = "".join(to_markdown([rated], how))
    found["html"] = "".join(to_html([rated], how))
    found["several"] = "".join(to_html([rated, rated], how))
    found["xlsx"] = b"".join(to_xlsx([rated], how))
    return found


def pdus_with_a_sum(whole: Count) -> list[World]:
    """Inspections with this count in three PDUs."""
    rules = only("R2.3", "R2.5")
    return [world(rules, {"R2.3.1": parts, "R2.5.1": sizes_of(parts)}) for parts in spread(whole, 3)]


def reviews_of(total: int) -> Iterator[World]:
    """Inspections with so many reviews, and a supporting question."""
    annex = annex_of("SFO reviews")
    for way in ways(total, 4):
        rows = tuple(zip(((value,) for value in annex.categories[0].values), way, strict=True))
        yield world(only("R2.3"), {"S3": {None: Count(8, 3)}}, annexes=[AnnexCounts(annex, rows)])


DIFFERENT_KINDS: dict[str, Callable[[], list[World]]] = {
    "three PDUs": six_worlds,
    "one question": lambda: list(one_question(only("R2.3"), 6)),
    "PDUs whose sum is shown": lambda: pdus_with_a_sum(Count(6, 5))[::40],
    "a mean of PDUs": lambda: list(in_pdus(only("R2.3", "R2.5", aggregation="mean_of_units"), 10, 2))[::60],
    "an annex": lambda: list(reviews_of(11)),
}
"""Some worlds of each kind that the attacker tries."""


@pytest.mark.parametrize("kind", DIFFERENT_KINDS)
def test_what_is_alike_to_the_attacker_is_alike_in_every_output(kind: str) -> None:
    groups = [group for group in alike(DIFFERENT_KINDS[kind](), 5) if len(group) > 1]
    assert groups
    for group in groups[:2]:
        (one, _), *others = group
        shown = published(one, 5)
        for other in {id(found): found for found, _ in (others[0], others[-1])}.values():
            assert one.details.path != other.details.path
            assert published(other, 5) == shown
