"""Pure functions where something is left out: ratings, an overall rating, a panel, bands, or standards not inspected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probation_ratings import load_rules
from probation_ratings.checking.decisions import Judgement, PanelDecision
from probation_ratings.checking.inspection import Details
from probation_ratings.errors import InputError, UsageError
from probation_ratings.findings.expected import read_expected
from probation_ratings.findings.side_by_side import compared, known_regions, region_row
from probation_ratings.problems import REGION_TWICE
from probation_ratings.rating.counts import Count, Tally
from probation_ratings.rating.margins import NO_MARGIN, answer_margin
from probation_ratings.rating.panel import apply
from probation_ratings.rating.rated import RatedInspection, rate_counts
from probation_ratings.rating.ratings import rate_standards

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings.rulebook.model import RuleSet

REGIONAL = load_rules("regional-2023")
PERCENTAGES = load_rules("public-protection-2025")
JUDGED = load_rules("approved-premises-2025")
YOUTH = load_rules("youth-justice-2021")


def rated(rules: RuleSet, count: Count, not_inspected: str = "none") -> RatedInspection:
    """All key questions with this count, all judged standards Good; those with this beginning were not inspected."""
    tallies = [Tally(question.id, None, count) for one in rules.standards for question in one.key_questions]
    judgements = {one.id: Judgement("Good", "", "") for one in rules.judged}
    for one in rules.standards:
        if one.id.startswith(not_inspected):
            judgements[one.id] = Judgement("Not inspected", "", "", inspected=False)
    return rate_counts(rules, Details("a.xlsx"), tallies, judgements, ())


def test_rules_without_ratings_give_percentages_only() -> None:
    # by hand: 5 of 8 are 62.5%, rounded half up to 63
    found = rated(PERCENTAGES, Count(5, 3))
    assert [one.rating for one in found.standards] == [None]
    assert [one.percentage for one in found.key_questions] == [63, 63, 63, 63]
    assert found.why_no_overall_rating == "the rules public-protection-2025 give percentages only"
    assert list(compared(PERCENTAGES)) == ["D1.1.1", "D1.1.2", "D1.1.3", "D1.1.4"]
    assert region_row(found).has_results
    assert not region_row(rated(PERCENTAGES, Count())).has_results


def test_rules_with_ratings_are_compared_by_standard() -> None:
    assert list(compared(REGIONAL)) == ["R1.1", "R1.2", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6"]


def test_rules_without_an_overall_rating_rate_the_standards() -> None:
    found = rated(JUDGED, Count())
    assert [one.rating for one in found.standards] == ["Good"] * 5
    assert (found.score, found.max_score, found.overall_rating) == (None, None, None)
    assert found.why_no_overall_rating == "the rules approved-premises-2025 give ratings of the standards only"


def test_a_maximum_is_reduced_by_what_was_not_inspected() -> None:
    # by hand: 1.1 to 1.4 and 3.4 are Good, 2 each; 3.1 to 3.3 Outstanding, 3 each; 4.1 does not count: 10 + 9 of 24
    found = rated(YOUTH, Count(10), not_inspected="2.")
    assert (found.score, found.max_score, found.overall_rating) == (19, 24, "Good")
    assert found.why_this_maximum == "out of 24, because 2.1, 2.2, 2.3 and 2.4 were not inspected"
    # by hand: 10 + 9 and four times 3 more of 36
    whole = rated(YOUTH, Count(10))
    assert (whole.score, whole.max_score, whole.why_this_maximum) == (31, 36, None)


def test_one_standard_that_was_not_inspected_was_not() -> None:
    bands = YOUTH.not_inspected
    assert bands is not None
    reduced = bands.reduced_bands[0].model_copy(update={"max_score": 33})
    rules = YOUTH.model_copy(update={"not_inspected": bands.model_copy(update={"reduced_bands": (reduced,)})})
    assert rated(rules, Count(3, 7), not_inspected="3.1").why_this_maximum == "out of 33, because 3.1 was not inspected"


def test_without_a_panel_no_rating_is_near_an_edge_and_no_decision_counts() -> None:
    # 79 of 100: one point below Outstanding
    tallies = [Tally("R2.3.1", None, Count(79, 21))]
    (flagged,) = (one for one in rate_standards(tallies, {}, REGIONAL) if one.standard.id == "R2.3")
    rules = REGIONAL.model_copy(update={"panel": None})
    standards = rate_standards(tallies, {}, rules)
    (plain,) = (one for one in standards if one.standard.id == "R2.3")
    assert (flagged.rating, plain.rating) == ("Good", "Good")
    assert ([one.limit for one in flagged.panel_flags], plain.panel_flags) == (
        ["points_from_edge", "cases_to_change"],
        (),
    )
    decision = PanelDecision("Outstanding", "Read again.", "Panel decisions", "B2")
    assert apply(standards, {"R2.3": decision}, rules, "a.xlsx") == (tuple(standards), ())


def test_without_bands_nothing_is_rated_and_nothing_has_a_margin() -> None:
    rules = REGIONAL.model_copy(update={"key_question_bands": None})
    found = rate_standards([Tally("R2.3.1", None, Count(8, 2))], {}, rules)
    assert {one.rating for one in found} == {None}
    assert answer_margin([[Count(8, 2)]], None, REGIONAL) == NO_MARGIN


def test_standards_without_errors_are_named() -> None:
    problem = REGION_TWICE.found("a.xlsx", standards=("R2.3", "R1.1"), found="'London'", files="b.xlsx")
    found = rate_counts(REGIONAL, Details("a.xlsx"), [], {}, (problem,))
    assert found.unblocked == ["R1.2", "R2.1", "R2.2", "R2.4", "R2.5", "R2.6"]


def test_a_rule_set_names_itself() -> None:
    assert repr(REGIONAL) == f"<RuleSet regional-2023: 8 standards, sha256 {REGIONAL.sha256[:12]}>"
    one = load_rules("public-protection-2025")
    assert repr(one) == f"<RuleSet public-protection-2025: 1 standard, sha256 {one.sha256[:12]}>"


def test_a_region_that_is_required_is_spelt_as_in_the_rule_file() -> None:
    assert known_regions(["london", "WALES"], REGIONAL) == ["London", "Wales"]
    assert known_regions(["london"], JUDGED) == ["london"]
    with pytest.raises(UsageError, match=r"^'Lundon' is not a region of regional-2023: did you mean 'London'\?$"):
        known_regions(["Wales", "Lundon"], REGIONAL)
    with pytest.raises(
        UsageError, match=r"^'Q' is not a region of regional-2023: they are East Midlands, East of England,"
    ):
        known_regions(["Q"], REGIONAL)


def test_expected_ratings_need_ratings_and_a_line_for_each(tmp_path: Path) -> None:
    path = tmp_path / "expected.csv"
    path.write_text("region,standard,rating\nLondon,R2.1,Good\nWales,R2.1,Good\nlondon,R2.1,Inadequate\n", "utf-8")
    with pytest.raises(
        UsageError, match="--expect compares ratings, and public-protection-2025 gives percentages only"
    ):
        read_expected(path, PERCENTAGES)
    with pytest.raises(InputError, match="line 4: the same region and standard as in line 2: keep one of the two"):
        read_expected(path, REGIONAL)
