"""Pure functions around the ratings: what the rules say, how regions are put in order, why there is no overall rating."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import save, small_book
from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.checking.annexes import AnnexCounts
from probation_ratings.checking.decisions import Judgement, PanelDecision
from probation_ratings.checking.inspection import CellRange, Details, Fieldwork, Inspection, alike, from_texts
from probation_ratings.errors import InputError, UsageError
from probation_ratings.findings.expected import Expected, ExpectedRatings, read_expected
from probation_ratings.findings.side_by_side import (
    RegionRow,
    compared,
    distribution,
    in_order,
    known_regions,
    missing_regions,
    ranks,
    refuse_twice,
    region_row,
)
from probation_ratings.names import label
from probation_ratings.problems import RATING_DIFFERS, REGION_TWICE
from probation_ratings.rating.counts import Count, Tally, annex_categories, pooled, tally
from probation_ratings.rating.key_questions import Pull
from probation_ratings.rating.margins import Margin
from probation_ratings.rating.panel import apply, limits
from probation_ratings.rating.rated import OverallMargin, RatedInspection, overall_margin, rate_counts
from probation_ratings.rating.ratings import StandardRating, rate_standards

if TYPE_CHECKING:
    from probation_ratings.rulebook.model import RuleSet

RULES = load_rules("regional-2023")
QUESTIONS = [question.id for standard in RULES.standards for question in standard.key_questions]
WORDS = ["Inadequate", "Requires improvement", "Good", "Outstanding"]


def judgement(word: str) -> Judgement:
    """A judgement of the shipped rules: a rating, or that the standard was not inspected."""
    return Judgement(word, "", "", inspected=word in RULES.scores)


def inspection(region: str | None = "London", yes: int = 10, judged: str = "Good", **details: Any) -> RatedInspection:
    """All key questions with `yes` of 10 and all judged standards alike."""
    tallies = [Tally(question, None, Count(yes, 10 - yes)) for question in QUESTIONS]
    judgements = {standard.id: Judgement(judged, "", "") for standard in RULES.judged}
    found = Details(**{"path": f"{region}.xlsx", "sha256": "0" * 64, "region": region, **details})
    return rate_counts(RULES, found, tallies, judgements, ())


class TestRules:
    """What follows from a rule file."""

    def test_the_regional_programme(self) -> None:
        assert RULES.rating_names == WORDS
        assert RULES.scores == {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
        assert (RULES.max_score, RULES.highest(7), RULES.unit_name, RULES.needs_pdus) == (24, 21, "Region", False)
        assert RULES.words_of_judgement == [*WORDS, "Not inspected"]
        assert [standard.id for standard in RULES.judged] == ["R1.1", "R1.2"]
        assert RULES.overall_bands_of(24) == RULES.overall_bands
        assert RULES.overall_bands_of(21) is None
        assert RULES.sheet_names[:4] == ["Inspection", "Judgements", "Panel decisions", "PDU cases"]
        assert RULES.sheet_names[-1] == "PDU priorities"

    def test_it_shows_itself_in_a_line(self) -> None:
        assert repr(RULES) == f"<RuleSet regional-2023: 8 standards, sha256 {RULES.sha256[:12]}>"

    def test_the_programme_of_pdus(self) -> None:
        rules = load_rules("pdu-2023")
        assert (rules.max_score, rules.unit_name, rules.needs_pdus) == (21, "PDU", True)

    def test_one_that_does_not_count_adds_nothing_to_the_total(self) -> None:
        # 13 standards, of which 4.1 does not count
        rules = load_rules("youth-justice-2021")
        assert (len(rules.standards), rules.max_score) == (13, 36)

    @pytest.mark.parametrize(
        ("value", "rating"),
        [(0, 0), (49, 0), (50, 1), (64, 1), (65, 2), (79, 2), (80, 3), (100, 3)],
    )
    def test_both_ends_belong_to_a_band(self, value: int, rating: int) -> None:
        band = RULES.band_of(value)
        assert band is not None
        assert band.rating == WORDS[rating]

    def test_a_title_that_two_standards_have_names_none(self) -> None:
        found = load_rules("youth-justice-2021").standards_by_label
        assert found["2.1"].id == "2.1"
        assert "assessment" not in found
        assert RULES.standards_by_label["leadership"].id == "R1.1"

    def test_a_column_may_be_headed_by_the_id_of_another_rule_file(self) -> None:
        rules = load_rules("pdu-2023")
        (question,) = (q for one in rules.standards for q in one.key_questions if q.id == "P2.1.2")
        assert question.also_headed == ("R2.2.1",)
        assert set(map(label, ("P2.1.2", "R2.2.1", question.text))) <= rules.question_labels(question)
        # in the regional programme 2.1.2 is another question
        assert (rules.bare_numbers, RULES.bare_numbers) == (False, True)
        assert label("2.1.2") not in rules.question_labels(question)

    def test_the_line_of_a_rule(self) -> None:
        assert RULES.line("key_question_bands").file == ""
        assert RULES.line("key_question_bands").number > RULES.line("id").number

    def test_the_line_of_a_rule_that_another_file_has(self, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text("extends: regional-2023\nid: mine\ntitle: Mine\n", encoding="utf-8")
        rules = load_rules(str(tmp_path / "mine.yaml"))
        assert (rules.line("id").file, rules.line("id").number) == ("", 2)
        assert rules.line("key_question_bands").file == "regional-2023.yaml"

    def test_the_sheet_of_a_question(self) -> None:
        assert [(s.id, q.id) for s, q in RULES.questions_of("Court reports")] == [("R2.3", "R2.3.1")]
        assert [question.id for question in RULES.supporting_of("PDU cases")] == ["S1", "S2"]


class TestRegions:
    """Many inspections side by side."""

    def test_what_stays_of_an_inspection(self) -> None:
        line = region_row(inspection(data_status="Illustrative", fieldwork_started="June 2024"))
        assert (line.path, line.sha256, line.region, line.pdu) == ("London.xlsx", "0" * 64, "London", None)
        assert (line.data_status, line.fieldwork.year, line.problems, line.computed) == ("Illustrative", 2024, (), {})
        # twice Good and six times Outstanding
        assert (line.score, line.max_score, line.overall_rating, line.why) == (22, 24, "Outstanding", "")
        assert line.ratings["R1.1"] == "Good"
        assert line.ratings["R2.6"] == "Outstanding"

    def test_what_the_panel_moved_and_what_is_in_the_way_stay_too(self) -> None:
        # 48 per cent: Inadequate, and near enough to 50 for the panel
        tallies = [Tally(question, None, Count(48, 52)) for question in QUESTIONS]
        decision = PanelDecision("Requires improvement", "Read again.", "Panel decisions", "B2")
        line = region_row(rate_counts(RULES, Details("a.xlsx"), tallies, {}, (), decisions={"R2.3": decision}))
        assert line.computed == {"R2.3": "Inadequate"}
        assert line.ratings["R2.3"] == "Requires improvement"
        assert line.why == "blocked by a standard that is not rated"

    @pytest.mark.parametrize(
        ("started", "ended", "year"),
        [
            (date(2023, 11, 1), date(2024, 2, 1), 2024),
            (date(2023, 11, 1), None, 2023),
            (None, "June 2024", 2024),
            ("May 2023", "June", 2023),
            ("1999", None, 1999),
            ("2023/2024", None, None),
            ("2024 to June 2024", None, 2024),
            ("120245", None, None),
            (None, None, None),
        ],
    )
    def test_the_year_is_that_of_the_end_of_fieldwork(self, started: Any, ended: Any, year: int | None) -> None:
        assert region_row(inspection(fieldwork_started=started, fieldwork_ended=ended)).fieldwork.year == year

    def test_a_line_goes_by_its_pdu_or_region_or_workbook(self) -> None:
        assert region_row(inspection(pdu="Camden")).name == "Camden"
        assert region_row(inspection()).name == "London"
        assert region_row(inspection(None)).name == "None.xlsx"

    @staticmethod
    def line(name: str, score: int | None, rating: str | None = None, **more: Any) -> RegionRow:
        fields = {"sha256": None, "data_status": None, "fieldwork": Fieldwork(), "overall_rating": None, "problems": ()}
        return RegionRow(
            **{**fields, "path": name, "region": name, "ratings": {"R2.1": rating}, "score": score, **more}
        )

    def test_the_order(self) -> None:
        lines = [
            self.line("d", None, "Outstanding"),
            self.line("c", 9, "Good"),
            self.line("B", 9, "Outstanding"),
            self.line("a", 0, "Inadequate"),
            self.line("e", None),
            self.line("f", 20),
        ]
        assert [line.name for line in in_order(lines, RULES)] == ["f", "B", "c", "a", "d", "e"]
        assert [line.name for line in in_order(lines, RULES, "region")] == ["a", "B", "c", "d", "e", "f"]
        # best first; of those alike the better score; without a rating last
        assert [line.name for line in in_order(lines, RULES, "R2.1")] == ["B", "d", "c", "a", "f", "e"]
        unseen = [self.line("h", 9, "Not inspected"), self.line("i", 8, "Inadequate"), self.line("j", 10)]
        assert [line.name for line in in_order(unseen, RULES, "R2.1")] == ["i", "j", "h"]
        twice = [self.line("g", 5, path="2"), self.line("g", 5, path="1")]
        assert [line.path for line in in_order(twice, RULES)] == ["1", "2"]

    def test_a_lower_maximum_has_no_rank(self) -> None:
        scores = (("a", 5, 24), ("b", 9, 24), ("c", 20, 21), ("d", None, 24))
        lines = [self.line(name, score, max_score=most) for name, score, most in scores]
        assert ranks(lines) == {("a", "a"): "2", ("b", "b"): "1"}
        assert ranks([]) == {}
        assert ranks([self.line("c", 20, max_score=21), self.line("d", None, max_score=24)]) == {("c", "c"): "1"}
        assert ranks([*lines, self.line("e", 9, max_score=24)]) == {("a", "a"): "3", ("b", "b"): "1=", ("e", "e"): "1="}

    def test_how_many_have_each_rating(self) -> None:
        lines = [self.line("a", 5, "Good", overall_rating="Good"), self.line("b", 9, "Good"), self.line("c", None)]
        found = distribution(lines, RULES)
        assert list(found) == WORDS
        assert (found["Good"]["R2.1"], found["Good"][""], found["Good"]["R2.2"]) == (2, 1, 0)
        assert sum(sum(row.values()) for row in found.values()) == 3

    def test_what_names_no_region_is_in_no_ones_way(self) -> None:
        found = [inspection(None), inspection(None), inspection("Wales"), inspection("London")]
        assert all(one is other for one, other in zip(found, refuse_twice(found), strict=True))

    def test_of_those_that_cannot_be_kept_apart_none_is_rated(self) -> None:
        found = [
            inspection(path="a.xlsx", fieldwork_ended="2024"),
            inspection(path="b.xlsx", fieldwork_ended="2023"),
            inspection("LONDON", path="c.xlsx", fieldwork_ended="2024"),
            rate_counts(RULES, Details("d.xlsx", region="London", fieldwork_ended="2024"), [], {}, ()),
        ]
        first, other, *more = refuse_twice(found)
        assert other is found[1]
        for one, path, name in zip(
            (first, *more), ("a.xlsx", "c.xlsx", "d.xlsx"), ("London", "LONDON", "London"), strict=True
        ):
            assert (one.score, one.max_score, one.overall_rating, one.supporting) == (None, 24, None, ())
            assert [rated.standard for rated in one.standards] == list(RULES.standards)
            assert {rated.rating for rated in one.standards} == {None}
            (problem,) = one.problems
            assert (problem.kind.code, problem.file) == ("PR117", path)
            assert problem.standards == tuple(standard.id for standard in RULES.standards)
            assert problem.message.startswith(
                f"a.xlsx, c.xlsx and d.xlsx name the same region and year, '{name}' (2024): they are duplicates, copies"
            )

    def test_no_more_than_five_files_are_named(self) -> None:
        found = refuse_twice([inspection(path=f"{number}.xlsx") for number in range(7)])
        assert {one.problems[0].message.partition(" name ")[0] for one in found} == {
            "0.xlsx, 1.xlsx, 2.xlsx, 3.xlsx, 4.xlsx and 2 more"
        }
        found = refuse_twice([inspection(path=f"{number}.xlsx") for number in range(5)])
        assert found[0].problems[0].message.startswith("0.xlsx, 1.xlsx, 2.xlsx, 3.xlsx and 4.xlsx name ")

    def test_the_number_of_the_other_files_is_written_as_numbers_are_everywhere(self) -> None:
        found = refuse_twice([inspection(path=f"{number}.xlsx") for number in range(1010)])
        assert " 4.xlsx and 1,005 more name " in found[0].problems[0].message

    def test_pdus_are_kept_apart_by_their_names(self) -> None:
        found = [
            inspection(path=f"{number}.xlsx", pdu=pdu) for number, pdu in enumerate(("Camden", "Hackney", "camden"))
        ]
        settled = refuse_twice(found)
        assert [one.overall_rating is None for one in settled] == [True, False, True]
        assert "'camden, London' (no year of fieldwork)" in settled[2].problems[0].message

    def test_what_is_refused_keeps_no_figures(self) -> None:
        tallies = [Tally(RULES.supporting_questions[0].id, None, Count(1, 1))]
        details = Details("a.xlsx", region="London", annexes=(AnnexCounts(RULES.annex_tables[0], ()),))
        one = rate_counts(RULES, details, tallies, {}, ())
        settled, _ = refuse_twice([one, inspection()])
        assert (len(one.supporting), settled.supporting, settled.details.annexes) == (1, (), ())

    def test_regions_are_known_by_the_names_of_the_rules(self) -> None:
        assert known_regions(["LONDON", "east of england"], RULES) == ["London", "East of England"]
        assert known_regions(["Powys"], load_rules("youth-justice-2021")) == ["Powys"]
        with pytest.raises(UsageError) as near:
            known_regions(["London", "Londn"], RULES)
        assert str(near.value) == "'Londn' is not a region of regional-2023: did you mean 'London'?"
        with pytest.raises(UsageError) as far:
            known_regions(["Atlantis"], RULES)
        assert str(far.value).startswith(
            "'Atlantis' is not a region of regional-2023: they are East Midlands, East of England, Greater"
        )

    def test_without_ratings_percentages_are_compared(self) -> None:
        rules = load_rules("public-protection-2025")
        assert list(compared(rules)) == ["D1.1.1", "D1.1.2", "D1.1.3", "D1.1.4"]
        assert list(compared(RULES)) == [standard.id for standard in RULES.standards]
        line = region_row(rate_counts(rules, Details("a.xlsx"), [Tally("D1.1.1", None, Count(0, 7))], {}, ()))
        assert (line.has_results, line.result("D1.1.1"), line.result("D1.1.2")) == (True, 0, None)
        assert not region_row(rate_counts(rules, Details("a.xlsx"), [], {}, ())).has_results

    def test_regions_that_are_missing(self) -> None:
        (problem,) = missing_regions(["LONDON", None, "Scotland"], RULES)
        assert (problem.kind.code, problem.file) == ("PR118", "regional-2023")
        assert problem.message.startswith("there is no readable workbook of East Midlands, East of England, Greater")
        assert "London" not in problem.message
        assert RULES.regions is not None
        assert missing_regions(RULES.regions.names, RULES) == ()
        assert missing_regions([], load_rules("youth-justice-2021")) == ()

    @pytest.mark.parametrize(
        ("details", "name"),
        [
            ({}, "london"),
            ({"fieldwork_started": date(2024, 6, 3)}, "london-2024"),
            ({"fieldwork_started": date(2023, 12, 1), "fieldwork_ended": "January 2024", "pdu": "Camden & Islington"}, "london-camden-islington-2024"),
            ({"region": "Summary"}, "region-summary"),
            ({"region": "CON"}, "region-con"),
            ({"region": None, "path": "x/My file.xlsx"}, "my-file"),
            ({"region": "東京"}, "region"),
        ],
    )  # fmt: skip
    def test_the_name_of_a_file_of_results(self, details: dict[str, Any], name: str) -> None:
        assert region_row(inspection(**details)).file_stem() == name


class TestFieldwork:
    """Two inspections of one region are of different years."""

    @pytest.mark.parametrize(
        ("first", "second", "apart"),
        [
            ((date(2024, 6, 3), None), (date(2026, 6, 1), None), True),
            ((date(2024, 1, 8), None), (date(2024, 12, 2), None), False),
            # parts of one inspection around the turn of the year
            ((date(2023, 11, 6), date(2023, 12, 15)), (date(2024, 1, 8), date(2024, 2, 9)), False),
            ((date(2023, 11, 6), date(2023, 12, 15)), (date(2024, 6, 11), None), False),
            ((date(2023, 11, 6), date(2023, 12, 15)), (date(2024, 6, 12), None), True),
            ((None, date(2023, 12, 15)), (None, datetime(2024, 6, 12, 9)), True),
            (("June 2024", None), ("June 2025", None), True),
            (("December 2023", None), (date(2024, 1, 8), None), True),
            ((None, None), (date(2024, 6, 3), None), False),
            (("soon", None), (None, None), False),
        ],
    )
    def test_what_tells_them_apart(self, first: Any, second: Any, apart: bool) -> None:
        one, other = Fieldwork(*first), Fieldwork(*second)
        assert (one.is_told_from(other), other.is_told_from(one)) == (apart, apart)
        assert [len(group) for group in alike([one, other], lambda found: found)] == ([1, 1] if apart else [2])

    def test_a_chain_of_parts_is_one_inspection(self) -> None:
        days = [date(2025, 3, 1), date(2021, 5, 1), date(2024, 12, 1), date(2024, 8, 1)]
        groups = alike(days, Fieldwork)
        assert groups == [[date(2021, 5, 1)], [date(2024, 8, 1), date(2024, 12, 1), date(2025, 3, 1)]]
        assert alike([], Fieldwork) == []

    @pytest.mark.parametrize(
        ("fieldwork", "texts"),
        [
            (Fieldwork(date(2024, 6, 3), datetime(2024, 7, 12, 9)), ("2024-06-03", "2024-07-12")),
            (Fieldwork("June 2024", None), ("June 2024", None)),
            (Fieldwork(None, ""), (None, None)),
        ],
    )
    def test_its_texts_are_read_back(self, fieldwork: Fieldwork, texts: tuple[str | None, str | None]) -> None:
        assert fieldwork.texts == texts
        again = from_texts(*texts)
        assert (again.year, again.first, again.last) == (fieldwork.year, fieldwork.first, fieldwork.last)


class TestInspection:
    """How an inspection and its cells are named."""

    def test_it_shows_itself_in_a_line(self) -> None:
        found = Inspection(
            RULES,
            Details("a.xlsx", region="London"),
            problems=(REGION_TWICE.found("a.xlsx", files="2 files", found="London"),),
        )
        assert repr(found) == "<Inspection London: 0 rows, 1 error>"

    def test_cells_name_their_file_where_there_are_several(self) -> None:
        assert str(CellRange("PDU cases", "F", 4, 205, 202)) == "PDU cases!F4:F205"
        assert str(CellRange("PDU cases", "F", 4, 205, 202, "a.csv")) == "a.csv PDU cases!F4:F205"


class TestPanel:
    """What the panel may do, in words and by law."""

    def test_its_limits_in_words(self) -> None:
        assert RULES.panel is not None
        assert limits(RULES.panel) == (
            "the driving percentage lies within 5 percentage points of a band's edge, 1 answer would change the rating, "
            "or it rests on 5 cases or fewer"
        )

    @pytest.mark.parametrize(
        ("yes", "reason"),
        [
            (51, "R2.3.1 at 51% is 1 point above 50, where Requires improvement begins"),
            (50, "R2.3.1 at 50% is exactly where Requires improvement begins"),
            (48, "R2.3.1 at 48% is 2 points below 50, where Requires improvement begins"),
        ],
    )
    def test_the_side_of_the_edge_is_reported(self, yes: int, reason: str) -> None:
        rated = rate_standards([Tally("R2.3.1", None, Count(yes, 100 - yes))], {}, RULES)[4]
        assert rated.panel_flags[0].reason == reason

    @pytest.mark.parametrize(
        ("yes", "decided", "allowed"),
        [
            (48, "Good", "write Inadequate or Requires improvement, or delete the row"),
            (52, "Outstanding", "write Inadequate, Requires improvement or Good, or delete the row"),
            (82, "Inadequate", "write Good or Outstanding, or delete the row"),
        ],
    )
    def test_what_it_may_decide_is_reported(self, yes: int, decided: str, allowed: str) -> None:
        standards = rate_standards([Tally("R2.3.1", None, Count(yes, 100 - yes))], {}, RULES)
        decision = PanelDecision(decided, "Read again.", "Panel decisions", "B2")
        _, (problem,) = apply(standards, {"R2.3": decision}, RULES, "a.xlsx")
        assert (problem.kind.code, problem.remedy) == ("PR610", allowed)
        assert (problem.sheet, problem.cells, problem.standards) == ("Panel decisions", ("B2",), ("R2.3",))


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from(WORDS))
def test_a_decision_never_changes_what_was_computed(yes: int, no: int, decided: str) -> None:
    before = rate_standards([Tally("R2.3.1", None, Count(yes, no))], {}, RULES)
    decision = PanelDecision(decided, "Read again.", "Panel decisions", "B2")
    after, _ = apply(before, {"R2.3": decision}, RULES, "a.xlsx")
    for old, new in zip(before, after, strict=True):
        assert (old.computed_rating, old.driven_by, old.key_questions) == (
            new.computed_rating, new.driven_by, new.key_questions
        )  # fmt: skip
        assert (new.panel_decision is None) is (new.standard.id != "R2.3")


class TestRated:
    """The score, the overall rating, and why there is none."""

    def test_a_standard_that_is_not_rated_is_in_the_way(self) -> None:
        rated = rate_counts(RULES, Details("a.xlsx"), [], {}, ())
        assert (rated.score, rated.overall_rating, rated.max_score) == (None, None, 24)
        assert [one.standard for one in rated.standards] == list(RULES.standards)
        assert rated.why_no_overall_rating == "blocked by a standard that is not rated"
        assert rated.margin == OverallMargin()
        assert inspection().why_no_overall_rating is None

    @pytest.mark.parametrize(
        ("judged", "yes", "score", "steps"),
        [
            # 2 + 1 + 6 x 3 = 21, where Outstanding begins; 0 + 1 + 6 x 2 = 13, where Good does: from 0 there is no step
            (("Good", "Requires improvement"), 10, 21, ("R1.1", "R1.2")),
            (("Inadequate", "Requires improvement"), 7, 13, ("R1.2",)),
        ],
    )
    def test_a_score_at_the_edge_is_lost_by_any_step_down(
        self, judged: tuple[str, str], yes: int, score: int, steps: tuple[str, ...]
    ) -> None:
        judgements = {f"R1.{number}": judgement(word) for number, word in enumerate(judged, 1)}
        tallies = [Tally(question, None, Count(yes, 10 - yes)) for question in QUESTIONS]
        rated = rate_counts(RULES, Details("a.xlsx"), tallies, judgements, ())
        assert (rated.score, rated.margin.points.down) == (score, 1)
        assert rated.margin.steps_down == (*steps, "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6")

    def test_why_there_is_no_overall_rating_with_bands_for_other_rounds(self) -> None:
        assert RULES.not_inspected is not None
        policy = RULES.not_inspected.model_copy(update={"policy": "reduced_bands"})
        rules = RULES.model_copy(update={"not_inspected": policy})
        tallies = [Tally(question, None, Count(10)) for question in QUESTIONS if question not in {"R2.3.1", "R2.5.1"}]
        judgements = {"R1.1": "Good", "R1.2": "Good", "R2.3": "Not inspected", "R2.5": "Not inspected"}
        judged = {standard: judgement(word) for standard, word in judgements.items()}
        rated = rate_counts(rules, Details("a.xlsx"), tallies, judged, ())
        assert rated.why_no_overall_rating == (
            "R2.3 and R2.5 were not inspected, and regional-2023 gives none out of 18"
        )

    def test_an_error_of_no_standard_leaves_no_score_either(self) -> None:
        problem = REGION_TWICE.found("a.xlsx", found="'London'", files="b.xlsx")
        tallies = [Tally(question, None, Count(10)) for question in QUESTIONS]
        judged = {standard.id: Judgement("Good", "", "") for standard in RULES.judged}
        strict = rate_counts(RULES, Details("a.xlsx"), tallies, judged, (problem,))
        assert {one.rating for one in strict.standards} == {None}
        partly = rate_counts(RULES, Details("a.xlsx"), tallies, judged, (problem,), partial=True)
        assert {one.rating for one in partly.standards} == {"Good", "Outstanding"}
        assert strict.unblocked == [standard.id for standard in RULES.standards]
        assert (strict.score, partly.score, partly.overall_rating) == (None, None, None)

    def test_a_decision_on_what_is_not_valid_is_not_told_as_well(self) -> None:
        problem = REGION_TWICE.found("a.xlsx", standards=("R2.3",), found="'London'", files="b.xlsx")
        decision = PanelDecision("Good", "Read again.", "Panel decisions", "B2")
        tallies = [Tally("R2.3.1", None, Count(10))]
        rated = rate_counts(RULES, Details("a.xlsx"), tallies, {}, (problem,), decisions={"R2.3": decision})
        assert rated.problems == (problem,)
        assert rated.unblocked == ["R1.1", "R1.2", "R2.1", "R2.2", "R2.4", "R2.5", "R2.6"]
        assert rate_standards([Tally("R2.5.1", None, Count(10))], {}, RULES, {"R2.3"})[6].rating == "Outstanding"

    def test_supporting_figures_stand_beside_a_score(self) -> None:
        tallies = [Tally(question, None, Count(10)) for question in [*QUESTIONS, "S1"]]
        judged = {standard.id: Judgement("Good", "", "") for standard in RULES.judged}
        rated = rate_counts(RULES, Details("a.xlsx"), tallies, judged, ())
        assert rated.score == 22
        assert [(one.question.id, one.count, one.percentage) for one in rated.supporting] == [("S1", Count(10), 100)]

    def test_a_supporting_question_of_a_standard_with_an_error_has_no_figures(self) -> None:
        problem = REGION_TWICE.found("a.xlsx", standards=("R2.3",), found="'London'", files="b.xlsx")
        tallies = [Tally(question, None, Count(10)) for question in [*QUESTIONS, "S1", "S3"]]
        rated = rate_counts(RULES, Details("a.xlsx"), tallies, {}, (problem,), partial=True)
        figures = [(one.question.id, one.count, one.percentage) for one in rated.supporting]
        assert figures == [("S1", Count(10), 100), ("S3", None, None)]

    def test_where_there_are_no_bands_there_are_no_points_to_the_next(self) -> None:
        one = RULES.standards[0]
        assert overall_margin(2, [StandardRating(one, "Good", 2)], RULES) == OverallMargin()

    def test_a_standard_that_was_not_inspected(self) -> None:
        asked = [question for question in QUESTIONS if not question.startswith("R2.3")]
        # Good for victim work, Outstanding for the others
        tallies = [Tally(one, None, Count(7, 3) if one.startswith("R2.6") else Count(10)) for one in asked]
        judgements = {"R1.1": "Good", "R1.2": "Good", "R2.3": "Not inspected"}
        judged = {standard: judgement(word) for standard, word in judgements.items()}
        decision = PanelDecision("Good", "Read again.", "Panel decisions", "B2")
        rated = rate_counts(RULES, Details("a.xlsx"), tallies, judged, (), decisions={"R2.3": decision}, partial=True)
        assert (rated.score, rated.overall_rating, rated.not_inspected) == (None, None, [])
        assert rated.why_no_overall_rating == "blocked by PR609"
        (problem,) = rated.problems
        assert problem.file == "a.xlsx"
        assert problem.message == "the panel moved R2.3 from Not inspected to Good, but it was not inspected"
        quiet = rate_counts(RULES, Details("a.xlsx"), tallies, judged, ())
        assert quiet.why_no_overall_rating == "R2.3 was not inspected, and regional-2023 gives none then"
        assert (quiet.standards[4].rating, quiet.standards[4].score) == ("Not inspected", None)
        assert (quiet.standards[4].judgement, quiet.standards[0].judgement) == (judged["R2.3"], judged["R1.1"])
        # the panel's decision on it does not stop what comes after
        assert [one.rating for one in rated.standards[5:]] == ["Outstanding", "Outstanding", "Good"]
        # bands of 24 for the other seven: the one that was not inspected takes no step
        bands = RULES.model_copy(update={"standards": RULES.standards})
        bands.__dict__["max_score"] = 21
        points = overall_margin(20, quiet.standards, bands)
        assert (points.points.up, points.steps_up) == (1, ("R1.1", "R1.2", "R2.6"))

    def test_the_panel_may_keep_a_rating_that_it_need_not_look_at(self) -> None:
        standards = rate_standards([Tally("R2.3.1", None, Count(31, 69))], {}, RULES)
        kept, (problem,) = apply(
            standards, {"R2.3": PanelDecision("Inadequate", "So.", "Panel", "B2")}, RULES, "a.xlsx"
        )
        assert (problem.kind.code, problem.standards, kept[4].rating) == ("PR611", (), "Inadequate")
        assert problem.message == (
            "the panel's decision on R2.3 is the computed rating, Inadequate, and no criterion of the panel applies"
        )
        judged = rate_standards([], {"R1.1": Judgement("Good", "", "")}, RULES)
        _, (problem,) = apply(judged, {"R1.1": PanelDecision("Outstanding", "So.", "Panel", "B2")}, RULES, "a.xlsx")
        assert problem.message == (
            "the panel moved R1.1 from Good to Outstanding, but it is rated by inspectors' judgement"
        )

    def test_rules_that_give_percentages_only(self) -> None:
        rules = load_rules("public-protection-2025")
        parts = [Tally("D1.1.1", "North", Count(2, 2)), Tally("D1.1.1", "South", Count(1, 2))]
        decision = PanelDecision("Good", "Read again.", "Panel decisions", "B2")
        rated = rate_counts(rules, Details("a.xlsx", region="Wales"), parts, {}, (), decisions={"D1.1": decision})
        (standard,) = rated.standards
        assert standard == StandardRating(standard.standard, key_questions=standard.key_questions)
        first, second, *_ = standard.key_questions
        # 3 of 7 are 42.86 per cent, 2 of 4 are 50, and 1 of 3 are 33.33
        assert (first.percentage, first.read, first.share, first.band, first.margin) == (
            43,
            43,
            Fraction(3, 7),
            None,
            Margin(),
        )
        assert [(one.percentage, one.band, one.small) for one in first.pdus] == [(50, None, False), (33, None, False)]
        assert (first.pull, first.averaged) == (Pull("South", 50, None), 1)
        assert first.pull_in_words == "D1.1.1 is 43%. Without South: 50%"
        assert (second.percentage, second.parts, second.averaged) == (None, [Count()], 0)
        assert (standard.has_result, standard.in_front, standard.drivers) == (True, [*standard.key_questions], [])
        assert (rated.score, rated.max_score, rated.overall_rating, rated.problems) == (None, None, None, ())
        assert (rated.has_results, rated.is_complete) == (True, True)
        assert rated.why_no_overall_rating == "the rules public-protection-2025 give percentages only"
        assert rated.margin == OverallMargin()

    def test_rules_that_give_no_overall_rating(self) -> None:
        rules = load_rules("approved-premises-2025")
        judgements = {standard.id: Judgement("Good", "Seen.", "B2") for standard in rules.judged}
        rated = rate_counts(rules, Details("a.xlsx"), [], judgements, ())
        assert [(one.rating, one.score, one.place, one.rationale) for one in rated.standards] == [
            ("Good", 2, 2, "Seen.")
        ] * 5
        assert (rated.score, rated.max_score, rated.overall_rating, rated.is_complete) == (None, None, None, True)
        assert rated.why_no_overall_rating == "the rules approved-premises-2025 give ratings of the standards only"
        assert overall_margin(2, rated.standards, rules) == OverallMargin()

    def test_an_inspection_is_rated_from_its_cases_judgements_and_decisions(self) -> None:
        # 12 of 25 are 48 per cent: Inadequate, and near enough to 50 for the panel
        answers = pd.Categorical(["Yes"] * 12 + ["No"] * 13, ["Yes", "No", "Not applicable"])
        cases: Any = {"Court reports": SimpleNamespace(frame=pd.DataFrame({"R2.3.1": answers}))}
        details = Details("a.xlsx", region="London")
        decision = PanelDecision("Requires improvement", "Read again.", "Panel decisions", "B2")
        problem = REGION_TWICE.found("a.xlsx", standards=("R2.4",), found="'London'", files="b.xlsx")
        found = Inspection(RULES, details, cases, {"R1.1": judgement("Good")}, {"R2.3": decision}, (problem,))
        strict = rate_inspection(found)
        assert (strict.problems, {one.rating for one in strict.standards}) == ((problem,), {None})
        partly = rate_inspection(found, partial=True)
        assert (partly.rules, partly.details, partly.problems) == (RULES, details, (problem,))
        ratings = [one.rating for one in partly.standards]
        assert ratings == ["Good", None, None, None, "Requires improvement", None, None, None]
        assert (partly.standards[4].panel_decision, partly.key_questions[8].count) == (decision, Count(12, 13))

    def test_rules_without_a_panel_flag_nothing(self) -> None:
        rules = RULES.model_copy(update={"panel": None})
        rated = rate_standards([Tally("R2.3.1", "Camden", Count(2, 2))], {}, rules)[4]
        assert (rated.rating, rated.panel_flags) == ("Requires improvement", ())
        assert [one.small for one in rated.key_questions[0].pdus] == [False]

    def test_rules_without_bands_rate_no_percentage(self) -> None:
        rules = RULES.model_copy(update={"key_question_bands": None})
        rated = rate_standards([Tally("R2.3.1", None, Count(2, 2))], {}, rules)[4]
        assert (rated.standard, rated.rating, rated.score, rated.driven_by) == (RULES.standards[4], None, None, ())
        assert [(one.percentage, one.band) for one in rated.key_questions] == [(50, None)]

    def test_a_lower_maximum_is_explained(self) -> None:
        rules = load_rules("youth-justice-2021")
        asked = [question.id for one in rules.standards for question in one.key_questions]
        unseen = [one.id for one in rules.standards if one.id.startswith("2.")]
        tallies = [Tally(question, None, Count(10)) for question in asked if question[:3] not in unseen]
        judgements = {one.id: Judgement("Good", "", "") for one in rules.judged}
        judgements |= {one: Judgement("Not inspected", "", "", inspected=False) for one in unseen}
        rated = rate_counts(rules, Details("a.xlsx"), tallies, judgements, ())
        # of twelve that count, four were not inspected: five judged are Good, three are Outstanding
        assert (rated.score, rated.max_score, rated.overall_rating) == (5 * 2 + 3 * 3, 24, "Good")
        assert rated.why_this_maximum == "out of 24, because 2.1, 2.2, 2.3 and 2.4 were not inspected"
        assert rated.why_no_overall_rating is None
        # Outstanding begins at 21, Good at 13: no step of one point reaches either
        points = rated.margin.points
        assert (points.up, points.down) == (2, 7)
        assert points.band is not None
        assert points.above is not None
        assert (points.band.rating, points.above.rating) == ("Good", "Outstanding")
        assert (rated.margin.steps_up, rated.margin.steps_down) == ((), ())

    def test_the_standards_under_their_domains(self) -> None:
        found = [(domain.id, [one.standard.id for one in rated]) for domain, rated in inspection().by_domain()]
        assert found == [("1", ["R1.1", "R1.2"]), ("2", ["R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6"])]


def test_a_sheet_that_is_missing_has_no_tallies(tmp_path: Path) -> None:
    book = small_book()
    del book["Court reports"]
    found = read_inspection(str(save(book, tmp_path / "a.xlsx")), RULES)
    counted = pooled(tally(found.cases, RULES))
    assert set(counted) == {question for question in QUESTIONS if question != "R2.3.1"}
    assert counted["R2.5.1"] == Count(1, 0, 1)
    assert rate_inspection(found, partial=True).standards[4].rating is None


def test_a_column_that_is_missing_or_not_valid_does_not_stop_the_others(tmp_path: Path) -> None:
    book = small_book()
    head, *rows = book["PDU cases"]
    place = head.index("R2.1.2")
    book["PDU cases"] = [
        [*head, "S1", "S2"],
        *([*row, answer, "No"] for row, answer in zip(rows, ("Maybe", "Yes"), strict=True)),
    ]
    book["PDU cases"] = [row[:place] + row[place + 1 :] for row in book["PDU cases"]]
    found = read_inspection(str(save(book, tmp_path / "a.xlsx")), RULES)
    counted = pooled(tally(found.cases, RULES))
    assert set(QUESTIONS) - set(counted) == {"R2.1.2"}
    assert counted["R2.1.3"] == Count(2)
    assert "S1" not in counted
    assert counted["S2"] == Count(0, 2)
    assert {one.rating for one in rate_inspection(found).standards} == {None}


class TestPdus:
    """A key question by PDU."""

    def test_the_range_of_those_that_have_a_relevant_case(self) -> None:
        parts = [
            Tally("R2.3.1", "a", Count(3, 1)),
            Tally("R2.3.1", "b", Count(1, 3)),
            Tally("R2.3.1", "c", Count(0, 0, 9)),
        ]
        (rated,) = rate_standards(parts, {}, RULES)[4].key_questions
        shares = rated.pdus
        assert [(one.pdu, one.percentage, one.small) for one in shares] == [
            ("a", 75, True),
            ("b", 25, True),
            ("c", None, True),
        ]
        assert rated.pdu_range == (25, 75)
        (none,) = rate_standards(parts[2:], {}, RULES)[4].key_questions
        assert (none.pdu_range, [one.pdu for one in none.pdus]) == (None, ["c"])
        (alone,) = rate_standards(parts[:1], {}, RULES)[4].key_questions
        assert alone.pull is None
        sizes = [Tally("R2.3.1", str(cases), Count(cases - 3, 3)) for cases in (5, 6)]
        (rated_sizes,) = rate_standards(sizes, {}, RULES)[4].key_questions
        assert [one.small for one in rated_sizes.pdus] == [True, False]
        (alike,) = rate_standards([Tally("R2.3.1", pdu, Count(3, 1)) for pdu in "ab"], {}, RULES)[4].key_questions
        assert alike.pull is None
        most = rated.pull
        assert most is not None
        bands = [None if one.band is None else one.band.rating for one in shares]
        assert bands == ["Good", "Inadequate", None]
        assert most == Pull("b", 75, RULES.band_of(75))
        assert (rated.band, rated.averaged) == (RULES.band_of(50), 1)

    def test_of_a_mean_the_pull_is_that_of_the_other_pdus(self) -> None:
        # 90, 50 and 30 per cent: the mean is 56.67; without c it is 70, without b 60, and without a 40
        counts = {"a": Count(9, 1), "b": Count(1, 1), "c": Count(30, 70), "d": Count(0, 0, 5)}
        tallies = [Tally("R2.3.1", pdu, count) for pdu, count in counts.items()]
        (rated,) = rate_standards(tallies, {}, changed("whole_percent", "mean_of_units"))[4].key_questions
        assert (rated.percentage, rated.averaged, rated.pull) == (57, 3, Pull("c", 70, RULES.band_of(70)))
        # pooled it is 10 of 12 without c
        (pooled_one,) = rate_standards(tallies, {}, RULES)[4].key_questions
        assert (pooled_one.averaged, pooled_one.pull) == (1, Pull("c", 83, RULES.band_of(83)))

    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            ({"a": Count(3, 1), "b": Count(1, 3)}, "R2.3.1 is 50%. Without b: 75%, Good"),
            ({"a": Count(7, 3), "b": Count(13, 7)}, "R2.3.1 is 67%. Without b: 70%, still Good"),
            ({"a": Count(3, 1), None: Count(1, 3)}, "R2.3.1 is 50%. Without the cases that have no PDU: 75%, Good"),
            ({"a": Count(3, 1), "b": Count(3, 1)}, ""),
        ],
    )
    def test_what_it_would_be_without_the_pdu_that_lowers_it_most(
        self, counts: dict[str | None, Count], words: str
    ) -> None:
        tallies = [Tally("R2.3.1", pdu, count) for pdu, count in counts.items()]
        (rated,) = rate_standards(tallies, {}, RULES)[4].key_questions
        assert rated.pull_in_words == words


def test_the_percentages_of_an_annex_table_are_rounded_half_up() -> None:
    table = RULES.annex_tables[0]
    found = annex_categories(AnnexCounts(table, ((("Good",), 1), (("Inadequate",), 7))))  # 12.5% and 87.5%
    assert [(one.values, one.count, one.percentage) for one in found] == [(("Good",), 1, 13), (("Inadequate",), 7, 88)]
    assert annex_categories(AnnexCounts(table, ())) == annex_categories(AnnexCounts(table, None)) == []


class TestExpected:
    """Expected ratings against computed ones."""

    def test_rules_without_ratings_expect_none(self) -> None:
        with pytest.raises(UsageError) as refused:
            read_expected(Path("none.csv"), load_rules("public-protection-2025"))
        assert str(refused.value) == (
            "--expect compares ratings, and public-protection-2025 gives percentages only: leave it out"
        )

    def test_a_line_that_appears_twice(self, tmp_path: Path) -> None:
        (tmp_path / "e.csv").write_text("region,standard,rating\nWales,R1.1,Good\nWALES,r1.1,Good\n", encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read_expected(tmp_path / "e.csv", RULES)
        assert str(refused.value) == (
            f"{tmp_path / 'e.csv'}, line 3: the same region and standard as in line 2: keep one of the two"
        )

    def test_a_file_of_nothing_but_a_header_expects_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "e.csv").write_text("region,standard,rating,score\n,,,\n", encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read_expected(tmp_path / "e.csv", RULES)
        assert str(refused.value) == (
            f"{tmp_path / 'e.csv'}: there are no expected ratings below the header: "
            "add a line per rating, or leave it out"
        )

    def test_each_line_of_the_region_is_compared(self) -> None:
        lines = (
            Expected(2, "Wales", None, "Good", None),
            Expected(3, "london", None, "Outstanding", 22),
            Expected(4, "London", "R1.1", "Outstanding", None),
        )
        (problem,) = ExpectedRatings("e.csv", "", lines).differences(inspection())
        assert (problem.kind, problem.file) == (RATING_DIFFERS, "London.xlsx")
        assert problem.message == "R1.1 is Good, expected is Outstanding (e.csv, line 4)"
        assert ExpectedRatings("e.csv", "", lines).differences(inspection(None)) == ()

    def test_regions_without_a_workbook_are_named_once(self) -> None:
        lines = tuple(
            Expected(n, region, None, "Good", None) for n, region in enumerate(["Wales", "London", "Wales", "Kent"])
        )
        (problem,) = ExpectedRatings("e.csv", "", lines).missing({"london"})
        assert (problem.file, problem.message) == ("e.csv", "there is no readable workbook of 'Wales' or 'Kent'")


ANY = st.builds(Count, *[st.integers(0, 9)] * 3)


def changed(rounding: str, aggregation: str) -> RuleSet:
    return RULES.model_copy(
        update={
            "rounding": RULES.rounding.model_copy(update={"method": rounding}),
            "aggregation": RULES.aggregation.model_copy(update={"method": aggregation}),
        }
    )


methods = pytest.mark.parametrize(
    ("rounding", "aggregation"), [(a, b) for a in ("whole_percent", "exact") for b in ("pooled", "mean_of_units")]
)


@pytest.mark.slow
@methods
@given(data=st.data())
def test_the_order_of_tallies_changes_nothing(data: st.DataObject, rounding: str, aggregation: str) -> None:
    rules = changed(rounding, aggregation)
    names = [(question, pdu) for question in ("R2.6.1", "R2.6.2", "R2.6.3") for pdu in ("a", "b")]
    tallies = [Tally(question, pdu, data.draw(ANY)) for question, pdu in names]
    before = rate_standards(tallies, {}, rules)[-1]
    after = rate_standards(data.draw(st.permutations(tallies)), {}, rules)[-1]
    assert (before.rating, before.score, before.driven_by) == (after.rating, after.score, after.driven_by)


@methods
@given(counts=st.lists(ANY.filter(lambda count: count.no > 0), min_size=1, max_size=4), place=st.integers(0, 3))
def test_a_no_turned_into_a_yes_never_lowers_a_rating(
    counts: list[Count], place: int, rounding: str, aggregation: str
) -> None:
    rules = changed(rounding, aggregation)

    def score(parts: list[Count]) -> int:
        found = rate_standards([Tally("R2.3.1", str(n), one) for n, one in enumerate(parts)], {}, rules)[4].score
        assert found is not None
        return found

    before = counts[place % len(counts)]
    turned = [*counts]
    for one in (Count(before.yes + 1, before.no - 1, before.not_applicable), before + Count(1)):
        turned[place % len(counts)] = one
        assert score(turned) >= score(counts)
