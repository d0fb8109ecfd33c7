"""Margins: worked by hand, and held against brute force that flips answers one at a time and rates again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from probation_ratings.checking.decisions import Judgement
from probation_ratings.rating.counts import Count, Tally, exact_share, least_share, read_as
from probation_ratings.rating.margins import Margin
from probation_ratings.rating.rated import most_score, overall_margin, total_score
from probation_ratings.rating.ratings import rate_standards
from probation_ratings.rulebook.load import load_rules
from probation_ratings.rulebook.model import RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from probation_ratings.rating.ratings import StandardRating

RULES = load_rules("regional-2023")


def with_methods(rounding: str, aggregation: str) -> RuleSet:
    """The regional rules with other methods."""
    return RULES.model_copy(
        update={
            "rounding": RULES.rounding.model_copy(update={"method": rounding}),
            "aggregation": RULES.aggregation.model_copy(update={"method": aggregation}),
        }
    )


METHODS = [(a, b) for a in ("whole_percent", "exact") for b in ("pooled", "mean_of_units")]
PROGRAMMES = [with_methods(*methods) for methods in METHODS]
VICTIMS = ("R2.6.1", "R2.6.2", "R2.6.3")
SMALL = st.builds(Count, yes=st.integers(0, 6), no=st.integers(0, 6)).filter(lambda count: count.relevant > 0)


def victims(*counts: Count) -> StandardRating:
    """The standard R2.6 with these counts of its three key questions."""
    tallies = [Tally(question, None, count) for question, count in zip(VICTIMS, counts, strict=True)]
    return rate_standards(tallies, {}, RULES)[-1]


def court_work(yes: int, no: int) -> StandardRating:
    return rate_standards([Tally("R2.3.1", None, Count(yes, no))], {}, RULES)[4]


def score(counts: Sequence[Count]) -> int:
    found = victims(*counts).score
    assert found is not None
    return found


def turned(count: Count, answers: int) -> Count:
    """The count with so many answers turned from No to Yes; negative: from Yes to No."""
    return Count(count.yes + answers, count.no - answers)


def fewest(counts: Sequence[Count], *, up: bool) -> int | None:
    """The fewest answers whose turning moves the standard, found by trying every way to turn them."""
    before = score(counts)
    best = None
    choices = [range(count.no + 1) if up else range(count.yes + 1) for count in counts]
    for choice in product(*choices):
        after = score([turned(count, n if up else -n) for count, n in zip(counts, choice, strict=True)])
        if (after > before if up else after < before) and (best is None or sum(choice) < best):
            best = sum(choice)
    return best


@given(st.sampled_from(PROGRAMMES), st.integers(1, 100), st.integers(1, 3000))
def test_the_least_share_is_read_as_the_percentage_and_any_less_is_not(rules: RuleSet, lowest: int, part: int) -> None:
    least = least_share(lowest, rules)
    assert read_as(least, rules) >= lowest
    assert read_as(least - Fraction(1, 1000 * part), rules) < lowest


@pytest.mark.slow
@given(st.tuples(SMALL, SMALL, SMALL))
def test_the_margins_of_a_standard_are_those_of_brute_force(counts: tuple[Count, Count, Count]) -> None:
    margin = victims(*counts).margin
    assert (margin.up, margin.down) == (fewest(counts, up=True), fewest(counts, up=False))


@pytest.mark.slow
@given(st.integers(0, 150), st.integers(0, 150))
def test_the_margins_of_a_key_question_are_those_of_flipping_one_answer_at_a_time(yes: int, no: int) -> None:
    assume(yes + no > 0)
    (question,) = court_work(yes, no).key_questions

    def band(more: int) -> str | None:
        return court_work(yes + more, no - more).rating

    up = next((n for n in range(1, no + 1) if band(n) != band(0)), None)
    down = next((n for n in range(1, yes + 1) if band(-n) != band(0)), None)
    assert question.margin == Margin(up, down) == court_work(yes, no).margin


@pytest.mark.parametrize(
    ("yes", "no", "up", "down"),
    [
        # of 200: 99 Yes are 50 per cent (49.5), 129 are 65 (64.5), 159 are 80 (79.5)
        (0, 200, 99, None),
        (98, 102, 1, None),
        (99, 101, 30, 1),
        (128, 72, 1, 30),
        (129, 71, 30, 1),
        (159, 41, None, 1),
        (200, 0, None, 42),
        # a single answer makes a case of one all or nothing
        (0, 1, 1, None),
        (1, 0, None, 1),
    ],
)
def test_margins_worked_by_hand(yes: int, no: int, up: int | None, down: int | None) -> None:
    assert court_work(yes, no).margin == Margin(up, down)


def test_a_margin_names_the_bands_on_both_sides() -> None:
    # 55 per cent: between 50, where it begins, and 65
    rated = court_work(55, 45)
    for margin in (rated.margin, rated.key_questions[0].margin):
        assert (margin.band, margin.above) == (RULES.band_of(50), RULES.band_of(65))
    assert court_work(90, 10).margin.above is None


def test_a_standard_rises_only_when_all_its_low_questions_do() -> None:
    # Yes of 10 for 50 per cent: 5. Missing are 2, 1 and 0.
    rated = victims(Count(3, 7), Count(4, 6), Count(9, 1))
    assert rated.margin == Margin(3, None)
    assert [one.margin.up for one in rated.key_questions] == [2, 1, None]


def test_a_standard_falls_with_the_question_that_is_nearest_to_falling() -> None:
    # 65 per cent of 10 needs 7 (6.45), of 3 needs 2 (1.935)
    assert victims(Count(7, 3), Count(9, 1), Count(3, 0)).margin == Margin(1 + 0 + 0, 1)
    assert victims(Count(7, 3), Count(7, 3), Count(2, 1)).margin == Margin(1 + 1 + 1, 1)


def test_what_is_judged_or_not_rated_has_no_margin() -> None:
    judged = rate_standards([], {"R1.1": Judgement("Good", "", "Judgements!B2")}, RULES)[0]
    assert judged.margin == Margin(None, None)
    unrated = victims(Count(1, 1), Count(0, 0, 3), Count(1, 1))
    assert unrated.margin == Margin(None, None)
    assert [one.margin for one in unrated.key_questions][1] == Margin(None, None)


@pytest.mark.parametrize(
    ("yes", "no", "decides"),
    [(129, 71, True), (1289, 711, False), (13, 7, False), (99, 101, True), (1, 1, False), (0, 9, False)],
    ids=["64.5 is read as 65", "64.45 is read as 64", "65 exactly", "49.5 as 50", "50 exactly", "none"],
)
def test_rounding_decides_where_the_exact_percentage_is_below_the_band(yes: int, no: int, decides: bool) -> None:
    assert court_work(yes, no).rounding_decides is decides


def overall(judged: str, yes: int) -> list[StandardRating]:
    """Eight standards: the judged ones with this rating, the others of `yes` in 10."""
    questions = [question.id for standard in RULES.standards for question in standard.key_questions]
    tallies = [Tally(question, None, Count(yes, 10 - yes)) for question in questions]
    judgements = {standard.id: Judgement(judged, "", "Judgements!B2") for standard in RULES.judged}
    return list(rate_standards(tallies, judgements, RULES))


def test_the_points_to_the_next_overall_rating_and_the_steps_that_make_them() -> None:
    # 2 x 0 + 6 x 2 = 12: one point to Good from 13, eight to lose Requires improvement from 5
    standards = overall("Inadequate", 7)
    margin = overall_margin(12, standards, RULES)
    assert margin.points == Margin(1, 8)
    assert margin.steps_up == tuple(standard.id for standard in RULES.standards)
    assert margin.steps_down == ()


def test_a_standard_that_is_outstanding_cannot_step_up() -> None:
    # 2 x 1 + 6 x 3 = 20: one point to Outstanding from 21
    margin = overall_margin(20, overall("Requires improvement", 10), RULES)
    assert (margin.points, margin.steps_up, margin.steps_down) == (Margin(1, 8), ("R1.1", "R1.2"), ())


def test_the_ends_of_the_overall_scale_have_one_neighbour() -> None:
    assert overall_margin(0, overall("Inadequate", 0), RULES).points == Margin(5, None)
    assert overall_margin(24, overall("Outstanding", 10), RULES).points == Margin(None, 4)


@given(st.sampled_from(RULES.rating_names), st.integers(0, 10))
def test_a_single_step_changes_the_overall_rating_exactly_where_it_is_said(judged: str, yes: int) -> None:
    standards = overall(judged, yes)
    total = total_score(standards)
    assert total is not None
    margin, bands = overall_margin(total, standards, RULES), RULES.overall_bands
    assert bands is not None
    for one in standards:
        assert one.score is not None
        for step, said in ((1, margin.steps_up), (-1, margin.steps_down)):
            moved = 0 <= one.score + step <= 3 and bands.of(total + step) != bands.of(total)
            assert moved == (one.standard.id in said)


FEW = st.builds(Count, yes=st.integers(0, 3), no=st.integers(0, 3), not_applicable=st.integers(0, 1))
PDUS = st.lists(FEW, min_size=1, max_size=3)


def in_pdus(question: str, counts: Sequence[Count]) -> list[Tally]:
    return [Tally(question, f"PDU {number}", count) for number, count in enumerate(counts)]


def fewest_in_pdus(rate: Callable[[Sequence[Count]], int | None], counts: Sequence[Count], *, up: bool) -> int | None:
    """The fewest answers whose turning moves a rating up or down, found by trying every way to turn them."""
    before = rate(counts)
    assert before is not None
    found = []
    for choice in product(*(range((count.no if up else count.yes) + 1) for count in counts)):
        after = rate([turned(count, n if up else -n) for count, n in zip(counts, choice, strict=True)])
        assert after is not None
        if after > before if up else after < before:
            found.append(sum(choice))
    return min(found, default=None)


@pytest.mark.slow
@pytest.mark.parametrize("rules", PROGRAMMES, ids=[" and ".join(methods) for methods in METHODS])
@given(PDUS)
def test_margins_over_pdus_are_those_of_brute_force(rules: RuleSet, counts: list[Count]) -> None:
    assume(any(count.relevant for count in counts))

    def rate(turned_counts: Sequence[Count]) -> int | None:
        return rate_standards(in_pdus("R2.3.1", turned_counts), {}, rules)[4].score

    rated = rate_standards(in_pdus("R2.3.1", counts), {}, rules)[4]
    expected = Margin(fewest_in_pdus(rate, counts, up=True), fewest_in_pdus(rate, counts, up=False))
    assert rated.margin == rated.key_questions[0].margin == expected


TWO = st.builds(Count, yes=st.integers(0, 2), no=st.integers(0, 2)).filter(lambda count: count.relevant > 0)


@pytest.mark.slow
@pytest.mark.parametrize("rules", PROGRAMMES, ids=[" and ".join(methods) for methods in METHODS])
@settings(max_examples=settings().max_examples // 2)
@given(st.lists(TWO, min_size=6, max_size=6))
def test_margins_of_several_questions_over_pdus(rules: RuleSet, counts: list[Count]) -> None:
    def rate(six: Sequence[Count]) -> int | None:
        tallies = [
            Tally(question, pdu, six[3 * second + first])
            for first, question in enumerate(VICTIMS)
            for second, pdu in enumerate(("Camden", "Hackney"))
        ]
        return rate_standards(tallies, {}, rules)[-1].score

    tallies = [Tally(VICTIMS[n % 3], ("Camden", "Hackney")[n // 3], count) for n, count in enumerate(counts)]
    margin = rate_standards(tallies, {}, rules)[-1].margin
    assert margin == Margin(fewest_in_pdus(rate, counts, up=True), fewest_in_pdus(rate, counts, up=False))


@pytest.mark.parametrize(
    ("rounding", "yes", "no", "rating", "up", "down", "decides"),
    [
        # 64.5 is read as 65 where it is rounded; exactly, it takes one more of 200 to reach 65
        ("whole_percent", 129, 71, "Good", 30, 1, True),
        ("exact", 129, 71, "Requires improvement", 1, 30, False),
        ("exact", 130, 70, "Good", 30, 1, False),
        # 79.5: 160 of 200 are 80 per cent
        ("exact", 159, 41, "Good", 1, 30, False),
        ("exact", 160, 40, "Outstanding", None, 1, False),
        # a third: 1 of 3; two of three are 66.6
        ("exact", 1, 2, "Inadequate", 1, None, False),
        ("exact", 2, 1, "Good", 1, 1, False),
    ],
)
def test_exact_percentages_worked_by_hand(
    rounding: str, yes: int, no: int, rating: str, up: int | None, down: int | None, decides: bool
) -> None:
    rules = with_methods(rounding, "pooled")
    rated = rate_standards([Tally("R2.3.1", None, Count(yes, no))], {}, rules)[4]
    assert (rated.rating, rated.margin) == (rating, Margin(up, down))
    assert rated.rounding_decides is decides


def test_the_lowest_of_exact_percentages_drives_where_rounded_ones_tie() -> None:
    # 64.4 and 64.0 are both read as 64
    counts = (Count(322, 178), Count(64, 36), Count(1, 0))
    tallies = [Tally(question, None, count) for question, count in zip(VICTIMS, counts, strict=True)]
    assert rate_standards(tallies, {}, RULES)[-1].driven_by == ("R2.6.1", "R2.6.2")
    assert rate_standards(tallies, {}, with_methods("exact", "pooled"))[-1].driven_by == ("R2.6.2",)


def test_margins_of_a_mean_of_pdus_worked_by_hand() -> None:
    def margin(*counts: Count) -> Margin:
        tallies = [Tally("R2.3.1", pdu, count) for pdu, count in zip("abc", counts, strict=True)]
        return rate_standards(tallies, {}, with_methods("whole_percent", "mean_of_units"))[4].margin

    # 20, 20 and 0 per cent: the mean is 13.33. Both answers of c make it 46.67, and two more of a or b make it 50.
    assert margin(Count(4, 16), Count(4, 16), Count(0, 2)) == Margin(4, None)
    # 100, 33.33 and 100 per cent: the mean is 77.78. Without the Yes of b it is 66.67, and two less of a make it 63.33.
    assert margin(Count(20), Count(1, 2), Count(20)) == Margin(1, 3)


def test_a_mean_of_pdus_worked_by_hand() -> None:
    # 1 of 1, 0 of 3 and 5 of 10: pooled 6 of 14 (43), mean of 100, 0 and 50: 50. One without a relevant case is left out.
    counts = [Count(1, 0), Count(0, 3), Count(5, 5), Count(0, 0, 4)]
    pooled = rate_standards(in_pdus("R2.3.1", counts), {}, with_methods("exact", "pooled"))[4]
    mean = rate_standards(in_pdus("R2.3.1", counts), {}, with_methods("exact", "mean_of_units"))[4]
    assert (pooled.key_questions[0].percentage, pooled.rating) == (43, "Inadequate")
    assert (mean.key_questions[0].percentage, mean.rating) == (50, "Requires improvement")
    assert mean.key_questions[0].share == Fraction(1, 2)
    # one answer of the PDU with three cases is worth 100/9: from 50 to 61.1 and 72.2
    assert mean.margin == Margin(2, 1)


@given(st.lists(FEW.filter(lambda count: count.relevant > 0), min_size=1, max_size=6))
def test_a_mean_of_pdus_lies_between_them_and_their_order_changes_nothing(counts: list[Count]) -> None:
    rules = with_methods("exact", "mean_of_units")
    share = exact_share(counts, rules)
    assert share is not None
    own = [Fraction(count.yes, count.relevant) for count in counts]
    assert min(own) <= share <= max(own)
    assert exact_share(counts[::-1], rules) == share == exact_share([*counts, Count(0, 0, 3)], rules)


@given(st.integers(1, 8), st.lists(st.integers(0, 8), min_size=1, max_size=5))
def test_over_pdus_of_one_size_the_mean_is_the_pooled_percentage(size: int, yeses: list[int]) -> None:
    counts = [Count(min(yes, size), size - min(yes, size)) for yes in yeses]
    assert exact_share(counts, RULES) == exact_share(counts, with_methods("exact", "mean_of_units"))


@given(st.integers(0, 400), st.integers(1, 400))
def test_read_exactly_no_rating_is_higher_and_rounding_decides_where_it_is_lower(yes: int, no: int) -> None:
    exactly = rate_standards([Tally("R2.3.1", None, Count(yes, no))], {}, with_methods("exact", "pooled"))[4]
    rounded = court_work(yes, no)
    assert exactly.score is not None
    assert rounded.score is not None
    assert exactly.score <= rounded.score
    assert (exactly.score < rounded.score) == rounded.rounding_decides


def test_the_panel_measures_exact_distances_where_percentages_are_read_exactly() -> None:
    # 44.6 per cent is read as 45, 5 points from 50; exactly it is 5.4 points away
    rated = {
        rounding: rate_standards([Tally("R2.3.1", None, Count(223, 277))], {}, with_methods(rounding, "pooled"))[
            4
        ].panel_flags
        for rounding in ("whole_percent", "exact")
    }
    assert [flag.reason for flag in rated["whole_percent"]] == [
        "R2.3.1 at 45% is 5 points below 50, where Requires improvement begins"
    ]
    assert rated["exact"] == ()
    near = rate_standards([Tally("R2.3.1", None, Count(227, 273))], {}, with_methods("exact", "pooled"))[4]
    assert [flag.reason for flag in near.panel_flags] == [
        "R2.3.1 at 45.40% is 4.60 points below 50, where Requires improvement begins"
    ]


def test_what_does_not_count_or_was_not_inspected_is_not_a_step() -> None:
    standards = [
        replace(one, standard=one.standard.model_copy(update={"counted": one.standard.id != "R1.1"}))
        for one in overall("Good", 7)
    ]
    # made anew: a copy would keep the highest score of the rules that it is made of
    fields = {name: getattr(RULES, name) for name in RuleSet.model_fields}
    rules = RuleSet.model_construct(**fields | {"standards": tuple(one.standard for one in standards)})
    assert total_score(standards) == 14
    assert most_score(standards, rules) == 21
    # 20 is one point below Outstanding: each standard that counts can make it
    margin = overall_margin(20, standards, rules)
    assert margin.points == Margin(1, 8)
    assert margin.steps_up == tuple(one.id for one in rules.standards if one.id != "R1.1")
    unseen = [
        replace(one, rating="Not inspected", score=None, inspected=one.standard.id != "R1.2") for one in standards
    ]
    assert total_score(unseen) is None
    only = [
        replace(one, inspected=one.standard.id != "R1.2", score=None if one.standard.id == "R1.2" else one.score)
        for one in standards
    ]
    assert (total_score(only), most_score(only, rules)) == (12, 18)
