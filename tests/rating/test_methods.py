"""A method of a standard is one function and one name: everything else follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from probation_ratings import RuleSet, load_rules
from probation_ratings.checking.decisions import Judgement
from probation_ratings.checking.inspection import Details
from probation_ratings.findings.explanation import in_short
from probation_ratings.rating.counts import Count, Tally
from probation_ratings.rating.margins import Margin
from probation_ratings.rating.rated import rate_counts
from probation_ratings.rating.ratings import METHODS, PERCENTAGES, Outcome, rate_standards
from probation_ratings.rulebook.model import Method
from probation_ratings.views.kit.showing import Showing
from probation_ratings.views.publish.page import to_html
from probation_ratings.views.rate_data import inspection_entry
from probation_ratings.views.rate_table import to_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import pytest


def highest_key_question(percentages: Mapping[str, int | Fraction]) -> Outcome:
    """A method that no shipped rule file has."""
    highest = max(percentages.values())
    return Outcome(highest, tuple(question for question, value in percentages.items() if value == highest))


def with_method(rules: RuleSet, standard: str, method: str) -> RuleSet:
    """The rules with another method for one standard."""
    standards = (
        one.model_copy(update={"method": method}) if one.id == standard else one.model_copy() for one in rules.standards
    )
    return rules.model_copy(update={"standards": tuple(standards)})


def test_every_method_of_the_model_has_its_function() -> None:
    assert {*METHODS, "judgement", PERCENTAGES} == set(get_args(Method))


def test_only_the_lowest_key_question_has_a_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "highest_key_question", highest_key_question)
    rules = with_method(load_rules("regional-2023"), "R2.3", "highest_key_question")
    standard = rate_standards([Tally("R2.3.1", None, Count(6, 4))], {}, rules)[4]
    # 6 of 10: one more Yes makes 70 per cent, and two less make 40
    assert (standard.rating, standard.margin) == ("Requires improvement", Margin())
    assert standard.key_questions[0].margin == Margin(1, 2)


def test_a_new_method_needs_a_function_and_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "highest_key_question", highest_key_question)
    rules = with_method(load_rules("regional-2023"), "R2.6", "highest_key_question")
    # by hand: 40% Inadequate, 70% Good and 60% Requires improvement; the highest is Good
    counts = {"R2.6.1": Count(4, 6), "R2.6.2": Count(7, 3), "R2.6.3": Count(6, 4)}
    others = [question.id for one in rules.standards for question in one.key_questions if one.id != "R2.6"]
    tallies = [Tally(question, None, Count(10, 0)) for question in others]
    tallies += [Tally(question, None, count) for question, count in counts.items()]
    judgements = {one: Judgement("Good", "", "") for one in ("R1.1", "R1.2")}
    rated = rate_counts(rules, Details("region.xlsx", "0" * 64, region="London"), tallies, judgements, ())

    standard = rated.standards[-1]
    assert (standard.rating, standard.score, standard.driven_by) == ("Good", 2, ("R2.6.2",))
    assert rated.score == 2 + 2 + 5 * 3 + 2
    assert [flag.limit for flag in standard.panel_flags] == ["points_from_edge"]  # 70 is 5 points above 65
    entry = inspection_entry(rated)["standards"][-1]
    assert (entry["method"], entry["rating"], entry["driven_by"]) == ("highest_key_question", "Good", ["R2.6.2"])
    assert "R2.6.2 with 7/10 = 70.00%" in in_short(standard)
    table = "".join(to_table([rated], Showing(rules)))
    assert "R2.6.2" in table
    assert "Highest of 3 key questions" in "".join(to_html([rated], Showing(rules)))
