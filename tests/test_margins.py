"""Margins: worked by hand, and held against brute force that flips answers one at a time and rates again."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probation_ratings.judgements import Judgement
from probation_ratings.margins import Margin, overall_margin, question_margin, rounding_decides, standard_margin
from probation_ratings.ratings import least_share, rate_tallies, read_as, total_score
from probation_ratings.rules import load_rules
from probation_ratings.tallies import Count, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probation_ratings.ratings import StandardRating
    from probation_ratings.ruleset import RuleSet

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
    return rate_tallies(tallies, {}, RULES)[-1]


def court_work(yes: int, no: int) -> StandardRating:
    return rate_tallies([Tally("R2.3.1", None, Count(yes, no))], {}, RULES)[4]


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


@given(st.tuples(SMALL, SMALL, SMALL))
def test_the_margins_of_a_standard_are_those_of_brute_force(counts: tuple[Count, Count, Count]) -> None:
    margin = standard_margin(victims(*counts), RULES)
    assert (margin.up, margin.down) == (fewest(counts, up=True), fewest(counts, up=False))


@given(st.integers(0, 150), st.integers(0, 150))
def test_the_margins_of_a_key_question_are_those_of_flipping_one_answer_at_a_time(yes: int, no: int) -> None:
    if yes + no == 0:
        return
    (question,) = court_work(yes, no).key_questions

    def band(more: int) -> str | None:
        return court_work(yes + more, no - more).rating

    up = next((n for n in range(1, no + 1) if band(n) != band(0)), None)
    down = next((n for n in range(1, yes + 1) if band(-n) != band(0)), None)
    assert question_margin(question, RULES) == Margin(up, down) == standard_margin(court_work(yes, no), RULES)


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
    assert standard_margin(court_work(yes, no), RULES) == Margin(up, down)


def test_a_standard_rises_only_when_all_its_low_questions_do() -> None:
    # Yes of 10 for 50 per cent: 5. Missing are 2, 1 and 0.
    rated = victims(Count(3, 7), Count(4, 6), Count(9, 1))
    assert standard_margin(rated, RULES) == Margin(3, None)
    assert [question_margin(one, RULES).up for one in rated.key_questions] == [2, 1, None]


def test_a_standard_falls_with_the_question_that_is_nearest_to_falling() -> None:
    # 65 per cent of 10 needs 7 (6.45), of 3 needs 2 (1.935)
    assert standard_margin(victims(Count(7, 3), Count(9, 1), Count(3, 0)), RULES) == Margin(1 + 0 + 0, 1)
    assert standard_margin(victims(Count(7, 3), Count(7, 3), Count(2, 1)), RULES) == Margin(1 + 1 + 1, 1)


def test_what_is_judged_or_not_rated_has_no_margin() -> None:
    judged = rate_tallies([], {"R1.1": Judgement("Good", "", "Judgements!B2")}, RULES)[0]
    assert standard_margin(judged, RULES) == Margin(None, None)
    unrated = victims(Count(1, 1), Count(0, 0, 3), Count(1, 1))
    assert standard_margin(unrated, RULES) == Margin(None, None)
    assert [question_margin(one, RULES) for one in unrated.key_questions][1] == Margin(None, None)


@pytest.mark.parametrize(
    ("yes", "no", "decides"),
    [(129, 71, True), (1289, 711, False), (13, 7, False), (99, 101, True), (1, 1, False), (0, 9, False)],
    ids=["64.5 is read as 65", "64.45 is read as 64", "65 exactly", "49.5 as 50", "50 exactly", "none"],
)
def test_rounding_decides_where_the_exact_percentage_is_below_the_band(yes: int, no: int, decides: bool) -> None:
    assert rounding_decides(court_work(yes, no), RULES) is decides


def overall(judged: str, yes: int) -> list[StandardRating]:
    """Eight standards: the judged ones with this rating, the others of `yes` in 10."""
    questions = [question.id for standard in RULES.standards for question in standard.key_questions]
    tallies = [Tally(question, None, Count(yes, 10 - yes)) for question in questions]
    judgements = {standard.id: Judgement(judged, "", "Judgements!B2") for standard in RULES.judged}
    return list(rate_tallies(tallies, judgements, RULES))


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
    margin = overall_margin(total, standards, RULES)
    for one in standards:
        assert one.score is not None
        for step, said in ((1, margin.steps_up), (-1, margin.steps_down)):
            moved = 0 <= one.score + step <= 3 and (
                RULES.overall_bands.of(total + step) != RULES.overall_bands.of(total)
            )
            assert moved == (one.standard.id in said)
