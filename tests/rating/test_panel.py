"""The ratings panel: which ratings it may look at again, and what is allowed and refused of its decisions."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, court_reports, small_book
from probation_ratings.checking.decisions import Judgement, PanelDecision
from probation_ratings.rating.counts import Count, Tally
from probation_ratings.rating.panel import apply
from probation_ratings.rating.ratings import rate_standards
from probation_ratings.rulebook.load import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

RULES = load_rules("regional-2023")


def limits(yes: int, no: int) -> list[str]:
    """The limits that R2.3 falls under with these answers to its one key question."""
    (rated,) = [one for one in rate_standards([Tally("R2.3.1", None, Count(yes, no))], {}, RULES) if one.driven_by]
    return [flag.limit for flag in rated.panel_flags]


@pytest.mark.parametrize(
    ("yes", "flagged"),
    [
        (44, False), (45, True), (49, True), (50, True), (55, True), (56, False),
        (59, False), (60, True), (65, True), (70, True), (71, False),
        (74, False), (75, True), (80, True), (85, True), (86, False),
        (0, False), (4, False), (96, False), (100, False),
    ],
)  # fmt: skip
def test_a_percentage_within_5_points_of_an_edge_is_flagged(yes: int, flagged: bool) -> None:
    # of 1,000 cases one answer never decides, except at an edge
    assert ("points_from_edge" in limits(yes * 10, 1000 - yes * 10)) is flagged


@pytest.mark.parametrize(
    ("yes", "no", "flagged"),
    [
        # of 10: 5 Yes are Requires improvement, 7 Good, 8 Outstanding
        (3, 7, False), (4, 6, True), (5, 5, True), (6, 4, True), (7, 3, True), (8, 2, True), (9, 1, False),
    ],
)  # fmt: skip
def test_a_rating_that_one_answer_changes_is_flagged(yes: int, no: int, flagged: bool) -> None:
    assert ("cases_to_change" in limits(yes, no)) is flagged


@pytest.mark.parametrize(("cases", "flagged"), [(1, True), (5, True), (6, False)])
def test_a_rating_that_rests_on_five_cases_or_fewer_is_flagged(cases: int, flagged: bool) -> None:
    assert ("cases_at_most" in limits(0, cases)) is flagged


def test_each_reason_says_what_is_close() -> None:
    (rated,) = [one for one in rate_standards([Tally("R2.3.1", None, Count(2, 2))], {}, RULES) if one.driven_by]
    assert [flag.reason for flag in rated.panel_flags] == [
        "R2.3.1 at 50% is exactly where Requires improvement begins",
        "1 answer from No to Yes would raise it",
        "1 answer from Yes to No would lower it",
        "R2.3.1 rests on 4 relevant cases",
    ]


def test_only_driving_questions_are_looked_at() -> None:
    # 40 per cent drives; 66 and 3 relevant cases elsewhere do not matter
    counts = {"R2.6.1": Count(40, 60), "R2.6.2": Count(66, 34), "R2.6.3": Count(3, 0)}
    rated = rate_standards([Tally(question, None, count) for question, count in counts.items()], {}, RULES)[-1]
    assert rated.panel_flags == ()


def test_what_is_judged_or_not_rated_is_never_flagged() -> None:
    judged, *others = rate_standards([], {"R1.1": Judgement("Good", "", "Judgements!B2")}, RULES)
    assert [one.panel_flags for one in (judged, *others)] == [()] * 8


def court_book(yes: int, no: int, *decisions: list[Any]) -> Book:
    """A valid workbook with so many court reports and these rows of panel decisions. The other standards are
    Good, Good and Outstanding five times: 19 points."""
    return small_book() | {
        "Court reports": court_reports(["Yes"] * yes + ["No"] * no),
        "Panel decisions": [["Standard", "Rating", "Reason"], *decisions],
    }


WHY = "Reports were read again."
HEADER = ["Standard", "Rating", "Reason"]


@pytest.mark.parametrize(
    ("yes", "decided", "place"),
    [
        (48, "Requires improvement", 1), (48, "Inadequate", 0), (52, "Inadequate", 0), (52, "Good", 2),
        (66, "Outstanding", 3), (82, "Good", 2), (82, "Outstanding", 3),
    ],
)  # fmt: skip
def test_a_decision_replaces_rating_score_and_place(yes: int, decided: str, place: int) -> None:
    computed = rate_standards([Tally("R2.3.1", None, Count(yes, 100 - yes))], {}, RULES)
    decision = PanelDecision(decided, WHY, "Panel decisions", "B2")
    standards, problems = apply(computed, {"R2.3": decision}, RULES, "a.xlsx")
    assert problems == ()
    assert standards[4] == replace(computed[4], rating=decided, score=place, place=place, panel_decision=decision)
    assert (*standards[:4], *standards[5:]) == (*computed[:4], *computed[5:])


def test_a_refused_decision_names_the_place_that_it_was_read_from() -> None:
    computed = rate_standards([Tally("R2.3.1", None, Count(48, 52))], {}, RULES)
    (in_workbook, in_export, in_mapping) = (
        apply(computed, {"R2.3": decision}, RULES, "a.xlsx")[1][0]
        for decision in (
            PanelDecision("Good", WHY, "Panel decisions", "B2"),
            PanelDecision("Good", WHY, "Panel", "C7", file="panel.xlsx"),
            PanelDecision("Good", WHY, None, "", file="mine.yaml", line=9),
        )
    )
    assert in_workbook.message == ("the panel moved R2.3 from Inadequate to Good; it may move it by 1 band")
    places = [(one.file, one.sheet, one.cells, one.line) for one in (in_workbook, in_export, in_mapping)]
    assert places == [
        ("a.xlsx", "Panel decisions", ("B2",), None), ("panel.xlsx", "Panel", ("C7",), None), ("mine.yaml", None, (), 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("yes", "no", "rating", "score"),
    [
        # 48 per cent: Inadequate, 2 points from 50
        (48, 52, "Requires improvement", 1),
        (48, 52, "Inadequate", 0),
        # 52 per cent: Requires improvement; both neighbours are allowed
        (52, 48, "Inadequate", 0),
        (52, 48, "Good", 2),
        # 82 per cent: Outstanding
        (82, 18, "Good", 2),
        # five reports, 20 per cent: Inadequate
        (1, 4, "Requires improvement", 1),
    ],
)
def test_a_decision_within_the_limits_is_applied(
    rate_book: Callable[..., Run], yes: int, no: int, rating: str, score: int
) -> None:
    computed = rate_book(court_book(yes, no)).standard("R2.3")["rating"]
    result = rate_book(court_book(yes, no, ["R2.3", rating, WHY]))
    standard = result.standard("R2.3")
    assert (result.status, result.problems) == (0, [])
    assert (standard["rating"], standard["score"]) == (rating, score)
    assert (standard["computed_rating"], standard["panel_decision"]) == (computed, {"rating": rating, "reason": WHY})
    assert standard["driven_by"] == ["R2.3.1"]
    assert result.inspection["score"] == 19 + score


@pytest.mark.parametrize(
    ("yes", "no", "rows", "codes", "words"),
    [
        (31, 69, [["R2.3", "Requires improvement", WHY]], ["PR609"], "no criterion of the panel applies"),
        (90, 10, [["R2.3", "Good", WHY]], ["PR609"], "from Outstanding to Good"),
        (48, 52, [["R2.3", "Good", WHY]], ["PR610"], "it may move it by 1 band"),
        (52, 48, [["R2.3", "Outstanding", WHY]], ["PR610"], "from Requires improvement to Outstanding"),
        (48, 52, [["R2.3", "Requires improvement", None]], ["PR608"], "has no reason"),
        (48, 52, [["R2.3", "Requires improvement", "  "]], ["PR608"], "has no reason"),
        (48, 52, [["R2.3", "Fair", WHY]], ["PR602"], "'Fair'"),
        (48, 52, [["R2.3", None, WHY]], ["PR602"], "a blank cell"),
        (48, 52, [["R2.9", "Good", WHY]], ["PR603"], "'R2.9' is not a standard"),
        (48, 52, [[2.3, "Requires improvement", WHY]], ["PR603"], "'2.3' (not text)"),
        (48, 52, [["R1.1", "Outstanding", WHY]], ["PR609"], "rated by inspectors' judgement"),
        (48, 52, [["R2.3", "Requires improvement", WHY]] * 2, ["PR607"], "appears 2 times"),
        (48, 52, [["R2.3", "Good", WHY], ["R1.1", "Outstanding", WHY]], ["PR609", "PR610"], ""),
    ],
)
def test_any_other_decision_is_a_problem_and_nothing_is_rated(
    rate_book: Callable[..., Run], yes: int, no: int, rows: list[list[Any]], codes: list[str], words: str
) -> None:
    result = rate_book(court_book(yes, no, *rows))
    assert result.status == 1
    assert [problem["code"] for problem in result.problems] == codes
    assert words in result.problems[0]["message"]
    assert {problem["sheet"] for problem in result.problems} == {"Panel decisions"}
    assert {one["rating"] for one in result.inspection["standards"]} == {None}
    assert result.inspection["score"] is None


def test_a_refused_decision_leaves_the_other_standards_to_partial(rate_book: Callable[..., Run]) -> None:
    result = rate_book(court_book(31, 69, ["R2.3", "Requires improvement", WHY]), "--partial", "-f", "json")
    ratings = {one["id"]: one["rating"] for one in result.inspection["standards"]}
    assert [standard for standard, rating in ratings.items() if rating is None] == ["R2.3"]
    assert (result.status, result.inspection["score"]) == (1, None)


def test_a_decision_that_keeps_an_unflagged_rating_is_a_note(rate_book: Callable[..., Run]) -> None:
    result = rate_book(court_book(31, 69, ["R2.3", "Inadequate", WHY]))
    assert (result.status, result.problems) == (0, [])
    assert "PR611" in [note["code"] for note in result.notes]
    assert result.standard("R2.3")["rating"] == "Inadequate"


def test_check_tells_a_refused_decision_with_its_cell(run: Callable[..., Run], rate_book: Callable[..., Run]) -> None:
    result = rate_book(court_book(31, 69, ["R2.3", "Requires improvement", WHY]))
    path = Path(result.inspection["workbook"]["path"])
    checked = run("check", path, "-f", "concise", group=True)
    assert checked.status == 1
    assert f"{path}:Panel decisions!B2: error PR609" in checked.out


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["R2.3", "Requires improvement", WHY]], "PR219"),
        ([["Decisions of 12 June"], ["R2.3: Requires improvement. One report was read again."]], "PR219"),
        ([["No decisions were made"]], "PR219"),
        ([["Standrd", "Ratng", "Reasn"], ["R2.3", "Requires improvement", WHY]], "PR219"),
        ([["Standard", "Ratng", "Reasn"], ["R2.3", "Requires improvement", WHY]], "PR219"),
        ([["Standard", "Rating"], ["R2.3", "Requires improvement"]], "PR204"),
        ([["R2.3", "Requires improvement", WHY], HEADER], "PR219"),
        ([["R2.3: Requires improvement"], HEADER], "PR219"),
        ([["Public protection"], HEADER], "PR219"),
        ([[*HEADER, None, None], [None, None, None, None, "R2.3: Requires improvement"]], "PR219"),
        ([[*HEADER, "Chair"], [None, None, None, "Smith"]], "PR219"),
        ([[*HEADER, "R2.1: Good"]], "PR219"),
        ([HEADER, ["R2.3", "Requires improvement", WHY, "and R2.1 too"]], "PR219"),
        ([HEADER, ["R2.3 moved to Good because"]], "PR219"),
        ([HEADER, ["Overall", "Good", WHY]], "PR219"),
        ([HEADER, ["R2.3", "Requires improvement", WHY], [], ["Source: minutes of the panel"]], "PR219"),
        ([HEADER, ["R2.3", WHY, "Requires improvement"]], "PR602"),
        ([HEADER, [None, "Requires improvement", WHY]], "PR603"),
        ([HEADER, [None, None, "Agreed"]], "PR603"),
        ([HEADER, HEADER], "PR418"),
        ([["Standard", None, None], [None, "Rating", "Reason"], ["R2.3", "Requires improvement", WHY]], "PR218"),
    ],
)
def test_decisions_that_cannot_be_read_are_not_passed_over(
    rate_book: Callable[..., Run], rows: list[list[Any]], code: str
) -> None:
    result = rate_book(court_book(48, 52) | {"Panel decisions": rows})
    assert (result.status, [problem["code"] for problem in result.problems]) == (1, [code])
    assert result.problems[0]["sheet"] == "Panel decisions"
    assert (result.standard("R2.3")["rating"], result.inspection["score"]) == (None, None)


@pytest.mark.parametrize("name", ["Panel decision", "Panel", "Ratings panel", "Pannel decisons", "Decisions 2024"])
def test_decisions_in_a_sheet_of_nearly_the_right_name_are_not_passed_over(
    rate_book: Callable[..., Run], name: str
) -> None:
    result = rate_book(court_book(48, 52) | {"Panel decisions": [], name: [["R2.3", "Good", WHY]]})
    assert result.status == 0  # the sheet of the right name is there
    book = court_book(48, 52) | {name: [["R2.3", "Good", WHY]]}
    del book["Panel decisions"]
    result = rate_book(book)
    assert (result.status, [problem["code"] for problem in result.problems]) == (1, ["PR220"])
    assert f"'{name}'" in result.problems[0]["message"]


@pytest.mark.parametrize("rows", [[], [HEADER]])
@pytest.mark.parametrize("name", ["Panel", "Ratings panel"])
def test_an_empty_sheet_of_nearly_the_right_name_is_not_a_problem(
    rate_book: Callable[..., Run], name: str, rows: list[list[Any]]
) -> None:
    assert rate_book(small_book() | {name: rows}).problems == []


def test_the_computed_rating_is_shown_beside_the_awarded_one(rate_book: Callable[..., Run]) -> None:
    book = court_book(48, 52, ["R2.3", "Requires improvement", WHY])
    table = " ".join(rate_book(book, "--color", "never").out.split())
    assert f"R2.3 moved by the panel from Inadequate to Requires improvement: {WHY}" in table
    (row,) = [row for row in csv.DictReader(io.StringIO(rate_book(book, "-f", "csv").out)) if row["standard"] == "R2.3"]
    assert (row["rating"], row["computed_rating"], row["panel_reason"]) == ("Requires improvement", "Inadequate", WHY)
    assert row["panel_flags"] == "R2.3.1 at 48% is 2 points below 50, where Requires improvement begins"
    questions = rate_book(book, "-f", "csv", "--key-questions").out
    (row,) = [row for row in csv.DictReader(io.StringIO(questions)) if row["standard"] == "R2.3"]
    assert (row["standard_rating"], row["standard_computed_rating"]) == ("Requires improvement", "Inadequate")


def test_margins_are_those_of_the_computed_rating(rate_book: Callable[..., Run]) -> None:
    # 48 of 100: two more Yes make 50, which is Requires improvement
    result = rate_book(court_book(48, 52, ["R2.3", "Requires improvement", WHY]))
    assert result.standard("R2.3")["margin"] == {"up": 2, "down": None}


@pytest.mark.parametrize(
    "rows",
    [[], [HEADER], [["Standard"]], [["Panel decisions, June 2024"], [], HEADER], [[*HEADER, "Chair", "Minutes"]]],
)
def test_an_empty_sheet_of_panel_decisions_is_not_a_problem(
    rate_book: Callable[..., Run], rows: list[list[Any]]
) -> None:
    assert rate_book(small_book() | {"Panel decisions": rows}).problems == []


def test_columns_beside_a_decision_are_left_alone(rate_book: Callable[..., Run]) -> None:
    rows = [[*HEADER, "Computed", "Chair"], ["R2.3", "Requires improvement", WHY, "Inadequate", "Smith"]]
    result = rate_book(court_book(48, 52) | {"Panel decisions": rows})
    assert (result.problems, result.inspection["score"]) == ([], 20)


@pytest.mark.parametrize(
    ("method", "yes", "reason"),
    [
        ("exact", 10, "R2.4.1 and R2.4.3 at 50.00% are exactly where Requires improvement begins"),
        ("whole_percent", 10, "R2.4.1 and R2.4.3 at 50% are exactly where Requires improvement begins"),
        ("exact", 9, "R2.4.1 and R2.4.3 at 45.00% are 5.00 points below 50, where Requires improvement begins"),
        ("whole_percent", 11, "R2.4.1 and R2.4.3 at 55% are 5 points above 50, where Requires improvement begins"),
    ],
)
def test_two_key_questions_are_two_in_words(method: str, yes: int, reason: str) -> None:
    rules = RULES.model_copy(update={"rounding": RULES.rounding.model_copy(update={"method": method})})
    counts = {
        "R2.4.1": Count(yes, 20 - yes),
        "R2.4.2": Count(18, 2),
        "R2.4.3": Count(yes, 20 - yes),
        "R2.4.4": Count(20),
    }
    tallies = [Tally(question, None, count) for question, count in counts.items()]
    (rated,) = [one for one in rate_standards(tallies, {}, rules) if one.driven_by]
    assert rated.panel_flags[0].reason == reason
