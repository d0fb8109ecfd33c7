"""The answer of an inspection in words: every sentence is worked out by hand from the letters of its ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probation_ratings.checking.decisions import Judgement, PanelDecision
from probation_ratings.checking.inspection import Details
from probation_ratings.findings.answer import answer_in_words, answer_of_many
from probation_ratings.rating.rated import RatedInspection
from probation_ratings.rating.ratings import StandardRating
from probation_ratings.rulebook.load import load_rules

if TYPE_CHECKING:
    from probation_ratings.rulebook.model import RuleSet, Standard

REGIONAL, PDU, YOUTH = load_rules("regional-2023"), load_rules("pdu-2023"), load_rules("youth-justice-2021")
RATINGS = {letter: place for place, letter in enumerate("IRGO")}
NOT_INSPECTED = "N"


def standard_rating(standard: Standard, letter: str, rules: RuleSet) -> StandardRating:
    """The rating of a standard by its letter; `N` was not inspected, any other is not rated."""
    if letter == NOT_INSPECTED:
        return StandardRating(standard, "Not inspected", judgement=Judgement("", "", "", False), inspected=False)
    place = RATINGS.get(letter)
    if place is None:
        return StandardRating(standard)
    rating = rules.rating_names[place]
    return StandardRating(standard, rating, rules.scores[rating], rating, place=place)


def inspection(rules: RuleSet, letters: str, score: int | None, overall: str) -> RatedInspection:
    """An inspection whose standards have these ratings, in their order."""
    standards = tuple(
        standard_rating(standard, letter, rules) for standard, letter in zip(rules.standards, letters, strict=True)
    )
    details = Details("region.xlsx", None, "Wales")
    return RatedInspection(rules, details, standards, score, rules.max_score, overall or None, ())


# The standards of a region: leadership and staffing, then public protection, desistance, court work, unpaid work,
# resettlement and statutory victim work, which are service delivery.
@pytest.mark.parametrize(
    ("letters", "score", "overall", "said"),
    [
        pytest.param(
            "RRIIIIIO", 5, "Requires improvement",
            "5 out of 24. Five of the six service delivery standards are Inadequate; statutory victim work is "
            "Outstanding.",
            id="the East of England as published",
        ),
        pytest.param("GGGGGGGG", 16, "Good", "16 out of 24. All eight standards are Good.", id="all alike"),
        pytest.param("IIIIIIII", 0, "Inadequate", "0 out of 24. All eight standards are Inadequate.", id="no point"),
        pytest.param(
            "OOGGGGGG", 18, "Good",
            "18 out of 24. All six service delivery standards are Good; leadership and staffing are Outstanding.",
            id="a whole domain alike, though it is the overall rating",
        ),
        pytest.param(
            "GRGRGRGR", 12, "Requires improvement",
            "12 out of 24. Four of the eight standards are Good.",
            id="of equally many the one that is not the overall rating",
        ),
        pytest.param(
            "OIOGOGOG", 18, "Good",
            "18 out of 24. Four of the eight standards are Outstanding; staffing is Inadequate.",
            id="three others have the overall rating and are left out",
        ),
        pytest.param(
            "OOOIRRRI", 12, "Requires improvement",
            "12 out of 24. Three of the eight standards are Outstanding; desistance and statutory victim work are "
            "Inadequate.",
            id="two are named",
        ),
        pytest.param(
            "GGIIIOOO", 13, "Good",
            "13 out of 24. Three of the six service delivery standards are Inadequate; three are Outstanding.",
            id="the domain is named once",
        ),
        pytest.param(
            "NGGGGGGG", None, "",
            "Seven of the eight standards are Good; leadership was not inspected.",
            id="one was not inspected",
        ),
        pytest.param(
            "NNNGGGGG", None, "",
            "Five of the six service delivery standards are Good; three of the eight standards were not inspected.",
            id="three were not inspected",
        ),
        pytest.param(
            "GR------", None, "",
            "Staffing is Requires improvement; leadership is Good; the six service delivery standards are not rated.",
            id="only the judged ones are rated",
        ),
        pytest.param(
            "GG-GGGGG", None, "",
            "Seven of the eight standards are Good; public protection is not rated.",
            id="one is not rated",
        ),
        pytest.param("--------", None, "", "", id="nothing is rated"),
    ],
)  # fmt: skip
def test_a_region(letters: str, score: int | None, overall: str, said: str) -> None:
    assert answer_in_words(inspection(REGIONAL, letters, score, overall)) == said


# 1.1 to 1.4 are organisational delivery, 2.1 to 2.4 court disposals, 3.1 to 3.4 out-of-court disposals, 4.1 resettlement.
@pytest.mark.parametrize(
    ("letters", "score", "overall", "said"),
    [
        pytest.param(
            "GGGGRRRRIIIIO", 12, "Requires improvement",
            "12 out of 36. All four out-of-court disposals standards are Inadequate; all four organisational delivery "
            "standards are Good; ‘Resettlement policy and provision’ is Outstanding.",
            id="by domains",
        ),
        pytest.param(
            "GGGGGGGGGGGGG", 24, "Good", "24 out of 36. All 13 standards are Good.", id="from 10 on with digits"
        ),
        pytest.param(
            "GGGGIGGGOGGGG", 23, "Good",
            "23 out of 36. 11 of the 13 standards are Good; assessment (court disposals) is Inadequate; assessment "
            "(out-of-court disposals) is Outstanding.",
            id="two of the same title",
        ),
        pytest.param(
            "RGOOGGGGGGGGG", 25, "Good",
            "25 out of 36. 10 of the 13 standards are Good; ‘Partnerships and services’ and ‘Information and facilities’ "
            "are Outstanding; ‘Governance and leadership’ is Requires improvement.",
            id="titles with an and of their own",
        ),
    ],
)  # fmt: skip
def test_a_youth_justice_service(letters: str, score: int, overall: str, said: str) -> None:
    assert answer_in_words(inspection(YOUTH, letters, score, overall)) == said


def test_rules_whose_standards_are_all_judged() -> None:
    judged = PDU.model_copy(update={"standards": PDU.standards[:3], "domains": PDU.domains[:1]})
    judged.__dict__.pop("max_score", None)
    said = answer_in_words(inspection(judged, "GGR", 5, "Good"))
    assert said == "5 out of 9. Leadership and staffing are Good; ‘Services’ is Requires improvement."


def test_domains_of_other_rule_files_are_named_as_there() -> None:
    first, second = REGIONAL.domains
    domains = (first, second.model_copy(update={"title": "IT and data"}))
    renamed = REGIONAL.model_copy(update={"domains": domains})
    said = answer_in_words(inspection(renamed, "RRIIIIIO", 5, "Requires improvement"))
    assert (
        said
        == "5 out of 24. Five of the six IT and data standards are Inadequate; statutory victim work is Outstanding."
    )


def test_a_decision_of_the_panel_counts() -> None:
    rated = inspection(REGIONAL, "GGGGGGGO", 17, "Good")
    moved = [
        StandardRating(
            one.standard, "Outstanding", 3, "Good", panel_decision=PanelDecision("Outstanding", "", None, ""), place=3
        )
        if one.standard.title == "Resettlement"
        else one
        for one in rated.standards
    ]
    decided = RatedInspection(REGIONAL, rated.details, tuple(moved), 18, 24, "Good", ())
    said = "18 out of 24. Six of the eight standards are Good; resettlement and statutory victim work are Outstanding."
    assert answer_in_words(decided) == said


@pytest.mark.parametrize(
    ("rules", "overall", "said"),
    [
        pytest.param(
            REGIONAL, ["Good", "Requires improvement", "Good", "Requires improvement", "Requires improvement"],
            "Of five regions, two are Good and three are Requires improvement.",
            id="two ratings",
        ),
        pytest.param(
            PDU, ["Inadequate", "", "Outstanding", "", "Outstanding"],
            "Of five PDUs, two are Outstanding, one is Inadequate and two have no overall rating.",
            id="PDUs, of which two have none",
        ),
        pytest.param(REGIONAL, ["Good"] * 12, "All 12 regions are Good.", id="all alike"),
        pytest.param(REGIONAL, ["Good"], "The region is Good.", id="the only one"),
        pytest.param(PDU, ["Inadequate"], "The PDU is Inadequate.", id="the only PDU"),
        pytest.param(REGIONAL, ["", ""], "No region has an overall rating.", id="none"),
        pytest.param(REGIONAL, [], "", id="no region"),
    ],
)  # fmt: skip
def test_many(rules: RuleSet, overall: list[str], said: str) -> None:
    letters = "G" * len(rules.standards)
    assert answer_of_many([inspection(rules, letters, None, rating) for rating in overall], rules) == said
