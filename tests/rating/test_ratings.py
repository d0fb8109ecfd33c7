"""The rules from counts to ratings: percentages, bands, driving key questions, scores. Worked by hand, and as laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probation_ratings.checking.decisions import Judgement
from probation_ratings.checking.inspection import Details
from probation_ratings.rating.counts import Count, Tally, percentage, pooled
from probation_ratings.rating.rated import rate_counts, rate_inspection, total_score
from probation_ratings.rating.ratings import rate_standards
from probation_ratings.rulebook.load import load_rules

if TYPE_CHECKING:
    from probation_ratings import RuleSet
    from probation_ratings.rating.ratings import StandardRating

RULES = load_rules("regional-2023")
QUESTIONS = [question.id for standard in RULES.standards for question in standard.key_questions]
COUNTS = st.builds(Count, yes=st.integers(0, 600), no=st.integers(0, 600), not_applicable=st.integers(0, 600))
RELEVANT = COUNTS.filter(lambda count: count.relevant > 0)
ALL_COUNTS = st.fixed_dictionaries(dict.fromkeys(QUESTIONS, RELEVANT))
JUDGEMENTS = st.fixed_dictionaries(
    {standard.id: st.sampled_from(RULES.rating_names) for standard in RULES.judged},
)


def rated(counts: dict[str, Count], judgements: dict[str, str] | None = None) -> dict[str, StandardRating]:
    given_ratings = {
        standard: Judgement(rating, "", "Judgements!B2") for standard, rating in (judgements or {}).items()
    }
    tallies = [Tally(question, None, count) for question, count in counts.items()]
    return {one.standard.id: one for one in rate_standards(tallies, given_ratings, RULES)}


def court_work(yes: int, no: int) -> StandardRating:
    return rated({"R2.3.1": Count(yes, no)})["R2.3"]


@pytest.mark.parametrize(
    ("yes", "relevant", "per_cent"),
    [
        (0, 7, 0),
        (7, 7, 100),
        (1, 3, 33),
        (2, 3, 67),
        (1, 200, 1),
        (1, 201, 0),
        (199, 200, 100),
        (129, 200, 65),
        (1289, 2000, 64),
        # 0.285 is 0.28499999999999998 as a float and would round down
        (57, 200, 29),
        (10**17 - 1, 10**17, 100),
    ],
)
def test_a_percentage_is_rounded_half_up(yes: int, relevant: int, per_cent: int) -> None:
    assert percentage(Count(yes, relevant - yes)) == per_cent


def test_not_applicable_leaves_the_denominator() -> None:
    assert percentage(Count(1, 1, 98)) == 50


def test_without_a_relevant_case_there_is_no_percentage() -> None:
    assert percentage(Count(0, 0, 5)) is None
    assert court_work(0, 0).rating is None


@pytest.mark.parametrize(
    ("yes", "no", "rating"),
    [
        (494, 506, "Inadequate"),
        (495, 505, "Requires improvement"),
        (644, 356, "Requires improvement"),
        (645, 355, "Good"),
        (794, 206, "Good"),
        (795, 205, "Outstanding"),
    ],
)
def test_a_band_begins_half_a_point_below_its_edge(yes: int, no: int, rating: str) -> None:
    standard = court_work(yes, no)
    place = ["Inadequate", "Requires improvement", "Good", "Outstanding"].index(rating)
    assert (standard.rating, standard.score, standard.place) == (rating, place, place)


def test_the_lowest_key_question_gives_the_rating() -> None:
    counts = {"R2.6.1": Count(9, 1), "R2.6.2": Count(6, 4), "R2.6.3": Count(7, 3)}
    victims = rated(counts)["R2.6"]
    assert (victims.rating, victims.score, victims.driven_by) == ("Requires improvement", 1, ("R2.6.2",))


def test_on_a_tie_every_lowest_key_question_drives() -> None:
    # 1 of 3 and 33 of 100 both are 33 per cent once rounded
    counts = {"R2.6.1": Count(1, 2), "R2.6.2": Count(33, 67), "R2.6.3": Count(34, 66)}
    assert rated(counts)["R2.6"].driven_by == ("R2.6.1", "R2.6.2")


def test_one_question_without_a_relevant_case_leaves_its_standard_unrated() -> None:
    counts = {"R2.6.1": Count(9, 1), "R2.6.2": Count(0, 0, 4), "R2.6.3": Count(7, 3)}
    victims = rated(counts)["R2.6"]
    assert (victims.rating, victims.score, victims.driven_by) == (None, None, ())


def test_a_judged_standard_takes_its_judgement() -> None:
    leadership = rated({}, {"R1.1": "Good"})["R1.1"]
    assert (leadership.rating, leadership.score, leadership.driven_by) == ("Good", 2, ())


def test_there_is_no_score_unless_every_standard_is_rated() -> None:
    counts = dict.fromkeys(QUESTIONS, Count(1, 1))
    whole = rated(counts, {"R1.1": "Good", "R1.2": "Good"})
    assert total_score(list(whole.values())) == 2 + 2 + 6 * 1
    assert total_score(list(rated(counts, {"R1.1": "Good"}).values())) is None


@given(ALL_COUNTS, JUDGEMENTS)
def test_the_score_is_the_sum_of_the_standards(counts: dict[str, Count], judgements: dict[str, str]) -> None:
    standards = list(rated(counts, judgements).values())
    points = {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
    assert total_score(standards) == sum(points[str(one.rating)] for one in standards)


@given(ALL_COUNTS, st.sampled_from(QUESTIONS))
def test_one_more_yes_never_lowers_a_rating(counts: dict[str, Count], question: str) -> None:
    more = {**counts, question: counts[question] + Count(yes=1)}
    before, after = rated(counts), rated(more)
    for standard in RULES.standards:
        if standard.method != "judgement":
            assert (after[standard.id].score or 0) >= (before[standard.id].score or 0)


@given(ALL_COUNTS, st.sampled_from(QUESTIONS))
def test_a_no_turned_into_a_yes_never_lowers_a_rating(counts: dict[str, Count], question: str) -> None:
    before = counts[question]
    if before.no:
        turned = Count(before.yes + 1, before.no - 1, before.not_applicable)
        standard = question.rsplit(".", 1)[0]
        assert (rated({**counts, question: turned})[standard].score or 0) >= (rated(counts)[standard].score or 0)


@given(st.lists(st.tuples(st.sampled_from(["Norfolk", "Suffolk", "Essex North", None]), COUNTS), min_size=1))
def test_pooling_pdus_equals_adding_counts(parts: list[tuple[str | None, Count]]) -> None:
    tallies = [Tally("R2.3.1", pdu, count) for pdu, count in parts]
    whole = Count(
        sum(count.yes for _, count in parts),
        sum(count.no for _, count in parts),
        sum(count.not_applicable for _, count in parts),
    )
    assert pooled(tallies) == {"R2.3.1": whole}
    assert rate_standards(tallies, {}, RULES)[4].rating == rated({"R2.3.1": whole})["R2.3"].rating


@given(RELEVANT)
def test_the_percentage_is_within_half_a_point(count: Count) -> None:
    per_cent = percentage(count)
    assert per_cent is not None
    # -1/2 < per cent - 100*yes/relevant <= 1/2, without a division
    assert -count.relevant < 2 * (per_cent * count.relevant - 100 * count.yes) <= count.relevant


def test_the_rule_file_has_worked_examples_at_every_edge(rules: RuleSet) -> None:
    shown = {example.percentage for example in rules.examples.key_questions}
    edges = [band.lowest for band in rules.bands if band.lowest]
    assert set(edges) | {edge - 1 for edge in edges} <= shown
    totals = {example.score for example in rules.examples.overall}
    assert rules.overall_bands is not None
    edges = [band.lowest for band in rules.overall_bands.bands if band.lowest]
    assert set(edges) | {edge - 1 for edge in edges} <= totals


@pytest.mark.parametrize("example", RULES.examples.key_questions, ids=lambda e: f"{e.yes} yes and {e.no} no")
def test_worked_examples_of_key_questions(example: object) -> None:
    yes, no, per_cent, rating = (getattr(example, name) for name in ("yes", "no", "percentage", "rating"))
    result = court_work(yes, no)
    assert (result.key_questions[0].percentage, result.rating) == (per_cent, rating)


@pytest.mark.parametrize("example", RULES.examples.overall, ids=lambda e: f"score {e.score}")
def test_worked_examples_of_the_overall_rating(example: object) -> None:
    score, rating = (getattr(example, name) for name in ("score", "rating"))
    assert RULES.overall_bands is not None
    assert RULES.overall_bands.of(score).rating == rating


def test_results_show_themselves_in_a_line_and_as_a_table() -> None:
    standard = court_work(94, 208)
    assert repr(standard) == "<StandardRating R2.3: Inadequate>"
    assert repr(standard.key_questions) == "(<KeyQuestionRating R2.3.1: 94/302, 31%>,)"
    empty = court_work(0, 0)
    assert repr(empty) == "<StandardRating R2.3: not rated>"
    assert repr(empty.key_questions) == "(<KeyQuestionRating R2.3.1: 0/0, no relevant case>,)"
    tallies = [Tally(question, None, Count(8, 2)) for question in QUESTIONS]
    judged = {one.id: Judgement("Good", "", "") for one in RULES.judged}
    found = rate_counts(RULES, Details("wales.xlsx", region="Wales"), tallies, judged, ())
    assert repr(found) == "<RatedInspection Wales: Outstanding, score 22/24>"  # 6 times 3 and twice 2
    assert "<caption>Ratings of Wales</caption>" in found._repr_html_()
    partly = rate_counts(RULES, Details("wales.xlsx"), tallies, {}, ())
    assert repr(partly) == ("<RatedInspection wales.xlsx: no overall rating, blocked by a standard that is not rated>")


def test_only_an_inspection_is_rated() -> None:
    inspection: Any = "region.xlsx"
    with pytest.raises(TypeError, match=r"^inspection must be what read_inspection returns, not str$"):
        rate_inspection(inspection)
