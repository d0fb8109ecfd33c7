"""Rows of counts become ratings and problems; the rows are given as they are read, without a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from probation_ratings import load_rules, rate_tallies
from probation_ratings.checking.decisions import Judgement
from probation_ratings.errors import InputError, UsageError
from probation_ratings.rating.count_rows import CountRow
from probation_ratings.rating.counts import Count
from probation_ratings.rating.counts_file import CountedRegions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from probation_ratings import RatedInspection, RuleSet
    from probation_ratings.problems import Problem

RULES = load_rules("regional-2023")
QUESTIONS = [question.id for standard in RULES.standards for question in standard.key_questions]
STANDARDS = tuple(standard.id for standard in RULES.standards)
JUDGED = ({"key question": "R1.1", "rating": "Good"}, {"key question": "R1.2", "rating": "Good"})
Values = dict[str, str]


def counted(question: str, yes: object = 8, no: object = 2, **others: str) -> Values:
    """A row of counts: 8 Yes of 10, if no others are given."""
    return {"key question": question, "yes": str(yes), "no": str(no), **others}


def rows_of(values: Iterable[Values]) -> list[CountRow]:
    """The rows of a file from row 2 on: all have the same columns, and those that are needed are there."""
    values = list(values)
    names = ["region", "key question", "yes", "no", *(name for one in values for name in one)]
    columns = {name: "0" if name == "not applicable" else "" for name in names}
    return [CountRow(number, {**columns, "region": "London", **one}) for number, one in enumerate(values, 2)]


def regions_of(values: Iterable[Values], rules: RuleSet = RULES, limits: int = 1) -> CountedRegions:
    """The regions of a file with these rows."""
    return CountedRegions("counts.csv", rules, limits, read=("0" * 64, rows_of(values)))


def rated(
    values: Iterable[Values], rules: RuleSet = RULES, limits: int = 1, *, partial: bool = False
) -> RatedInspection:
    """The one region of a file with these rows."""
    regions = regions_of(values, rules, limits)
    (region,) = regions.regions
    return regions.rate(region, partial=partial)


def all_but(*left_out: str) -> list[Values]:
    """The rows of every key question and judgement but these, each question with 8 Yes of 10."""
    rows = [*(counted(question) for question in QUESTIONS), *JUDGED]
    return [one for one in rows if one["key question"] not in left_out]


def places(found: Iterable[Problem]) -> list[tuple[str, int | None, tuple[str, ...]]]:
    """Code, line and blocked standards of each problem."""
    return [(one.kind.code, one.line, one.standards) for one in found]


def with_mean_of_pdus() -> RuleSet:
    """The regional rules, where the percentage is the mean of the PDUs."""
    rules = RULES.model_copy(update={"aggregation": RULES.aggregation.model_copy(update={"method": "mean_of_units"})})
    rules.__dict__.pop("needs_pdus", None)  # a copy keeps what the first has worked out
    return rules


class TestRegions:
    """The rows of a file are those of regions."""

    def test_each_region_is_rated_from_its_own_rows(self) -> None:
        wales = [{**counted(question, 5, 5), "region": "WALES"} for question in QUESTIONS]
        wales += [{**one, "region": "wales "} for one in JUDGED]
        rows = [one for pair in zip(wales, all_but(), strict=True) for one in pair]
        regions = regions_of(rows)
        assert regions.regions == ["Wales", "London"]
        first, second = (regions.rate(region) for region in regions.regions)
        # by region 17 questions and 2 judgements in turn: the last row of London is row 39
        # 50 per cent requires improvement: 6 x 1, and two judged Good; 80 per cent is Outstanding: 6 x 3
        assert (first.details.region, first.score, first.problems) == ("Wales", 6 + 4, ())
        assert (second.details.region, second.score, second.problems) == ("London", 18 + 4, ())
        assert (first.details.path, first.details.sha256, first.details.pdus) == ("counts.csv", "0" * 64, ())
        assert {question.count for question in second.key_questions} == {Count(8, 2)}
        assert second.standards[1].judgement == Judgement("Good", "", "row 39 of counts.csv")

    def test_there_may_be_so_many_regions_for_each_limit(self) -> None:
        def rows(regions: int) -> list[Values]:
            return [counted("R2.3.1", region=f"Region {number}") for number in range(regions)]

        assert len(regions_of(rows(300)).regions) == 300
        assert len(regions_of(rows(600), limits=2).regions) == 600
        with pytest.raises(InputError) as one:
            CountedRegions("counts.csv", RULES, read=("", rows_of(rows(301))))
        assert str(one.value) == (
            "counts.csv: it has counts of 301 regions; 300 are allowed; --limits 2 allows as many"
        )
        with pytest.raises(InputError) as many:
            regions_of(rows(1501), limits=4)
        assert str(many.value) == (
            "counts.csv: it has counts of 1,501 regions; 1,200 are allowed; --limits 6 allows as many"
        )

    def test_a_file_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "counts.csv"
        lines = [",".join([one.get(name, "") for name in ("key question", "yes", "no", "rating")]) for one in all_but()]
        path.write_text("\n".join(["region,key question,yes,no,rating", *(f"Wales,{line}" for line in lines)]), "utf-8")
        regions = CountedRegions(str(path), RULES)
        assert regions.regions == ["Wales"]
        found = regions.rate("Wales")
        assert (found.problems, found.score, found.details.path) == ((), 22, str(path))
        assert found.details.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_a_region_without_a_name(self) -> None:
        found = rated([{**one, "region": ""} for one in all_but()])
        assert places(found.problems) == [("PR415", 2, ())]
        assert (found.details.region, found.problems[0].file) == (None, "counts.csv")

    def test_a_region_that_the_rules_do_not_name(self) -> None:
        found = rated([{**one, "region": "Londn"} for one in all_but()])
        assert places(found.problems) == [("PR314", 2, ())]
        assert found.problems[0].message == "'Londn' is not one of the regions of regional-2023; did you mean London?"
        assert (found.details.region, found.problems[0].file, found.score) == ("Londn", "counts.csv", 22)

    def test_a_region_that_is_a_total(self) -> None:
        found = rated([{**one, "region": "All regions"} for one in all_but()[:3]])
        problem = found.problems[-1]
        assert places([problem]) == [("PR423", 2, STANDARDS)]
        assert problem.message == "totals were found among the counts (All regions): row 2, 3 and 4"
        assert problem.redacted == "totals were found among the counts ([left out]): row 2, 3 and 4"
        assert problem.file == "counts.csv"

    def test_of_many_rows_of_totals_twenty_are_named(self) -> None:
        rows = [counted("R2.3.1", region="Total", pdu=f"PDU {number}") for number in range(21)]
        shown = ", ".join(str(number) for number in range(2, 22))
        assert rated(rows).problems[-1].message == f"totals were found among the counts (Total): row {shown} and 1 more"
        shown = ", ".join(str(number) for number in range(2, 21))
        assert rated(rows[:20]).problems[-1].message == (
            f"totals were found among the counts (Total): row {shown} and 21"
        )


class TestPdus:
    """Counts by PDU."""

    def test_the_counts_of_the_pdus_are_added_up(self) -> None:
        rows = all_but("R2.1.1", "R2.3.1")
        rows += [
            counted("R2.3.1", 6, 1, pdu="Hackney", **{"not applicable": "3"}),
            counted("R2.3.1", 2, 1, pdu="Camden", **{"not applicable": "0"}),
            counted("R2.1.1", 4, 1, pdu="hackney"),
            counted("R2.1.1", 4, 1, pdu="Barnet"),
        ]
        found = rated(rows)
        assert (found.problems, found.details.pdus) == ((), ("Barnet", "Camden", "Hackney"))
        by_id = {one.question.id: one for one in found.key_questions}
        assert by_id["R2.3.1"].count == Count(8, 2, 3)
        assert [(one.pdu, one.count) for one in by_id["R2.3.1"].pdus] == [
            ("Camden", Count(2, 1)), ("Hackney", Count(6, 1, 3)),
        ]  # fmt: skip
        assert [one.pdu for one in by_id["R2.1.1"].pdus] == ["Barnet", "Hackney"]

    def test_counts_with_and_without_a_pdu_are_put_in_order(self) -> None:
        # rules that average PDUs ask for a PDU, but victims' cases have none
        rows = [{**one, "pdu": "" if one["key question"] > "R2.6" else "Camden"} for one in all_but()]
        found = rated([*rows, counted("S3", pdu="")], with_mean_of_pdus())
        assert (found.problems, found.score, found.details.pdus) == ((), 22, ("Camden",))
        assert [one.count for one in found.supporting] == [Count(8, 2)]

    def test_rules_that_average_pdus_need_them(self) -> None:
        rows = [*all_but("R1.1", "R1.2", "R2.6.1", "R2.6.2", "R2.6.3")]
        rows = [{**one, "pdu": "Camden"} for one in rows]
        rows += [counted("R2.6.1"), counted("R2.6.2"), counted("R2.6.3"), *JUDGED, counted("R2.3.1", pdu="")]
        found = rated(rows, with_mean_of_pdus())
        assert places(found.problems) == [("PR416", len(rows) + 1, ("R2.3",))]
        assert found.problems[0].message == "'pdu' is blank, or has no value, in the row: it could be any PDU"
        assert found.problems[0].file == "counts.csv"

    def test_there_may_be_so_many_pdus_for_each_limit(self) -> None:
        def rows(pdus: int) -> list[Values]:
            return [*all_but("R2.3.1"), *(counted("R2.3.1", pdu=f"PDU {number}") for number in range(pdus))]

        # the rows without a PDU have the name '', too
        assert rated(rows(499)).problems == ()
        assert rated(rows(999), limits=2).problems == ()
        for pdus, limits, count, allowed, times in ((500, 1, "501", "500", 2), (1500, 2, "1,501", "1,000", 4)):
            found = rated(rows(pdus), limits=limits, partial=True)
            assert places(found.problems) == [("PR424", None, STANDARDS)]
            (problem,) = found.problems
            assert problem.message == f"the rows name {count} different PDUs; {allowed} are allowed"
            assert problem.remedy.endswith(f"--limits {times} allows them")
            assert (problem.file, found.details.path, found.details.region) == ("counts.csv", "counts.csv", "London")
            assert found.key_questions == []

    @pytest.mark.parametrize(
        "name", ["Total", "totals", "Total of all", "Grand total", "Sub-totals", "All", "All PDUs", "Sum"]
    )
    def test_a_total_is_not_counted(self, name: str) -> None:
        rows = [{**one, "pdu": "Camden"} for one in all_but("R1.1", "R1.2")]
        total = [counted("R2.6.2", 80, 20, pdu=name), counted("R2.1.2", 80, 20, pdu=name)]
        found = rated([*rows, *total, *JUDGED])
        first = 2 + len(rows)
        assert places(found.problems) == [("PR423", first, ("R2.1", "R2.6"))]
        assert found.problems[0].message == (
            f"totals were found among the counts ('{name}'): row {first} and {first + 1}"
        )
        partial = rated([*rows, *total, *JUDGED], partial=True)
        assert [one.rating is None for one in partial.standards] == [one in {"R2.1", "R2.6"} for one in STANDARDS]
        assert partial.details.pdus == ("Camden",)

    def test_a_row_without_a_pdu_beside_rows_with_pdus_is_a_total(self) -> None:
        rows = all_but("R2.3.1")
        rows += [counted("R2.3.1", pdu="Camden"), counted("R2.3.1"), counted("R2.3.1", pdu="Total")]
        found = rated(rows)
        line = len(rows)
        assert places(found.problems) == [("PR423", line, ("R2.3",))]
        assert found.problems[0].message == (
            f"totals were found among the counts (blank and 'Total'): row {line} and {line + 1}"
        )

    ASKED = QUESTIONS[:5]

    def by_pdu(self, counts: dict[str, tuple[int, int]], *, asked: Iterable[str] = ASKED) -> list[Values]:
        """The rows of some questions for each PDU; the others are not split by PDU."""
        split = [*asked]
        rows = [counted(question, *count, pdu=pdu) for pdu, count in counts.items() for question in split]
        return [*rows, *all_but(*split)]

    def codes(self, rows: list[Values]) -> list[str]:
        """The codes of the problems that block a standard."""
        return [one.kind.code for one in rated(rows).problems if one.kind.severity == "error"]

    def test_a_pdu_with_the_counts_of_all_others_is_a_total(self) -> None:
        found = rated(self.by_pdu({"Camden": (4, 1), "NULL": (12, 6), "Hackney": (8, 5)}))
        (problem,) = (one for one in found.problems if one.kind.severity == "error")
        assert (problem.kind.code, problem.line) == ("PR423", 2 + len(self.ASKED))
        assert problem.message == "totals were found among the counts ('NULL'): row 7, 8, 9, 10 and 11"

    def test_such_a_pdu_may_have_any_name(self) -> None:
        assert self.codes(self.by_pdu({"Camden": (4, 1), "Hackney": (8, 5), "The area": (12, 6)})) == ["PR423"]

    @pytest.mark.parametrize("count", [(12, 5), (11, 6), (13, 6)])
    def test_other_counts_are_no_total(self, count: tuple[int, int]) -> None:
        assert self.codes(self.by_pdu({"Camden": (4, 1), "NULL": count, "Hackney": (8, 5)})) == []

    def test_in_a_few_questions_it_may_be_chance(self) -> None:
        counts = {"Camden": (4, 1), "NULL": (12, 6), "Hackney": (8, 5)}
        assert self.codes(self.by_pdu(counts, asked=QUESTIONS[:4])) == []

    @pytest.mark.parametrize(
        ("name", "codes"),
        [("NULL", ["PR423"]), ("(blank)", ["PR423"]), (" london", ["PR423"]), ("Hackney", []), ("Wales", [])],
    )
    def test_beside_a_single_pdu_a_total_is_named_like_none(self, name: str, codes: list[str]) -> None:
        assert self.codes(self.by_pdu({"Camden": (4, 1), name: (4, 1)})) == codes

    @pytest.mark.parametrize("name", ["Totnes", "Allerdale", "Sumner", "Overall Park"])
    def test_a_name_that_begins_like_a_total_is_a_pdu(self, name: str) -> None:
        assert rated([{**one, "pdu": name} for one in all_but("R1.1", "R1.2")] + [*JUDGED]).problems == ()


class TestRows:
    """What a row says is counted, or is a problem with its line."""

    @pytest.mark.parametrize(
        ("text", "count"), [("12", 12), ("12.0", 12), ("12.000", 12), ("0", 0), ("999999999999", 999_999_999_999)]
    )
    def test_a_count_is_a_whole_number(self, text: str, count: int) -> None:
        found = rated([*all_but("R2.3.1"), counted("R2.3.1", text, 9)])
        assert found.problems == ()
        assert found.standards[4].key_questions[0].count == Count(count, 9)

    @pytest.mark.parametrize("text", ["", "1.5", "-3", "28%", "1.", "1,000", "1000000000000", "many"])
    @pytest.mark.parametrize("name", ["yes", "no", "not applicable"])
    def test_any_other_text_is_no_count(self, name: str, text: str) -> None:
        values = [*all_but("R2.3.1"), {**counted("R2.3.1"), name: text}, counted("R2.9"), counted("R2.5.1")]
        found = rated(values, partial=True)
        line = len(values) - 1
        assert places(found.problems) == [
            ("PR412", line, ("R2.3",)), ("PR411", line + 1, ()), ("PR413", line + 2, ("R2.5",)),
        ]  # fmt: skip
        problem = found.problems[0]
        assert problem.message == f"the count {name} of R2.3.1 is '{text}'; allowed is a whole number, 0 or more"
        assert problem.redacted == f"the count {name} of R2.3.1 is [left out]; allowed is a whole number, 0 or more"
        assert problem.file == "counts.csv"

    def test_a_question_that_is_counted_twice(self) -> None:
        rows = [{**one, "pdu": "Camden"} for one in all_but("R1.1", "R1.2")]
        rows += [*JUDGED, counted("R2.1.4", pdu="CAMDEN")]
        found = rated(rows)
        assert places(found.problems) == [("PR413", len(rows) + 1, ("R2.1",))]
        assert found.problems[0].message == "R2.1.4 is counted a second time for the PDU 'CAMDEN'"
        assert found.problems[0].redacted == "R2.1.4 is counted a second time for the PDU [left out]"
        assert found.problems[0].file == "counts.csv"
        whole = rated([*all_but(), counted("R2.1.4")]).problems
        assert [one.message for one in whole] == ["R2.1.4 is counted a second time for the PDU ''"]

    def test_a_row_of_nothing_that_the_rules_know(self) -> None:
        rows = [*all_but(), counted("R2.9.9"), counted("R2.1", rating="Good"), counted("R2.2", rating="Fine")]
        found = rated(rows)
        line = len(all_but()) + 2
        assert places(found.problems) == [("PR411", line, ()), ("PR411", line + 1, ()), ("PR411", line + 2, ())]
        assert found.problems[0].message == "'R2.9.9' is not a key question of regional-2023"
        assert found.problems[0].redacted == "[left out] is not a key question of regional-2023"
        assert {one.file for one in found.problems} == {"counts.csv"}

    def test_of_many_problems_of_a_kind_twenty_are_shown(self) -> None:
        bad = [counted(question, "x") for question in QUESTIONS]  # 17 of them
        found = rated([*bad, *JUDGED, *bad[:3], *(counted(f"R9.{number}") for number in range(20))])
        assert [one.kind.code for one in found.problems] == ["PR412"] * 20 + ["PR411"] * 20
        assert "of this kind" not in " ".join(one.message for one in found.problems)
        found = rated([*bad, *JUDGED, *bad[:3], counted("R2.1.1", "x"), counted("R2.3.1", "x"), counted("R2.3.1", "x")])
        assert [one.kind.code for one in found.problems] == ["PR412"] * 20
        *_, before, last = found.problems
        end = "; allowed is a whole number, 0 or more; and 3 more rows of this kind"
        assert (last.message, last.redacted) == (
            f"the count yes of R2.1.3 is 'x'{end}", f"the count yes of R2.1.3 is [left out]{end}"
        )  # fmt: skip
        assert (before.standards, last.standards) == (("R2.1",), ("R2.1", "R2.3"))
        found = rated([*bad, *JUDGED, *bad[:3], counted("R2.3.1", "x")])
        assert found.problems[-1].message.endswith("; and 1 more row of this kind")

    def test_a_problem_that_is_not_shown_blocks_its_standard(self) -> None:
        bad = [*[counted("R2.1.1", "x")] * 19, counted("R2.6.1", "x"), counted("R2.3.1", "x")]
        found = rated([*bad, *all_but("R2.1.1", "R2.3.1", "R2.6.1")], partial=True)
        assert [one.kind.code for one in found.problems] == ["PR412"] * 20
        assert found.problems[-1].standards == ("R2.6", "R2.3")
        assert [one.standard.id for one in found.standards if one.rating is None] == ["R2.1", "R2.3", "R2.6"]


class TestJudgements:
    """The ratings of judged standards are rows with a rating."""

    def test_a_rating_that_is_none(self) -> None:
        rows = [*all_but("R1.1", "R1.2"), {"key question": "R1.1", "rating": "Fine"}, {"key question": "R1.2"}]
        found = rated(rows)
        line = len(rows)
        assert places(found.problems) == [("PR602", line, ("R1.1",)), ("PR602", line + 1, ("R1.2",))]
        words = "Inadequate, Requires improvement, Good, Outstanding or Not inspected"
        assert [one.message for one in found.problems] == [
            f"the rating of R1.1 is 'Fine', allowed is {words}",
            f"the rating of R1.2 is a blank cell, allowed is {words}",
        ]
        assert found.problems[0].redacted == f"the rating of R1.1 is [left out], allowed is {words}"
        assert {one.file for one in found.problems} == {"counts.csv"}

    def test_a_standard_that_is_judged_twice(self) -> None:
        rows = [*all_but(), {"key question": "r1.2", "rating": "outstanding"}]
        found = rated(rows)
        assert places(found.problems) == [("PR604", len(rows) + 1, ("R1.2",))]
        assert found.problems[0].message == "R1.2 appears 2 times"
        assert found.problems[0].file == "counts.csv"

    def test_words_are_compared_without_case_and_spaces(self) -> None:
        found = rated([*all_but("R1.2"), {"key question": "R1.2", "rating": "requires  IMPROVEMENT"}])
        assert (found.problems, found.standards[1].rating) == ((), "Requires improvement")
        # six times 3, and 2 and 1 for the judged standards
        assert found.score == 21

    def test_the_place_of_a_judgement_has_only_the_name_of_the_file(self) -> None:
        rows = rows_of([*all_but("R1.1"), JUDGED[0]])
        (region,) = (regions := CountedRegions("secret/counts.csv", RULES, read=("0" * 64, rows))).regions
        found = regions.rate(region, partial=True)
        assert found.standards[0].judgement == Judgement("Good", "", "row 20 of counts.csv")

    def test_a_standard_that_was_not_inspected(self) -> None:
        rows = all_but("R2.3.1", "R1.2")
        rows += [{"key question": one, "rating": "Not inspected"} for one in ("R2.3", "R1.2")]
        found = rated(rows)
        assert found.problems == ()
        assert [one.standard.id for one in found.standards if not one.inspected] == ["R1.2", "R2.3"]
        assert found.standards[4].judgement == Judgement("Not inspected", "", "row 19 of counts.csv", inspected=False)

    def test_a_standard_that_was_not_inspected_has_no_answers(self) -> None:
        unseen = {"key question": "R2.3", "rating": "Not inspected"}
        found = rated([*all_but("R2.3.1"), unseen, counted("R2.3.1", 1, 0)])
        assert places(found.problems) == [("PR614", None, ("R2.3",))]
        (problem,) = found.problems
        assert problem.message == (
            "the sheet 'Tallies' says that R2.3 was not inspected, but R2.3.1 has 1 case with an answer"
        )
        assert problem.file == "counts.csv"
        assert rated([*all_but("R2.3.1"), unseen, counted("R2.3.1", 0, 0)]).problems == ()


class TestMissing:
    """What is missing is a problem, unless another problem says why."""

    def test_a_key_question_and_a_judgement(self) -> None:
        found = rated(all_but("R2.4.2", "R2.1.1", "R2.1.3", "R1.2"), partial=True)
        assert places(found.problems) == [("PR414", None, ("R2.1", "R2.4")), ("PR601", None, ("R1.2",))]
        missing, judged = found.problems
        assert missing.message == "there is no count of R2.1.1, R2.1.3 and R2.4.2"
        assert judged.message.startswith("there is no rating of R1.2: ")
        assert judged.remedy == "enter R1.2 and its rating: Inadequate, Requires improvement, Good or Outstanding"
        assert (missing.file, judged.file) == ("counts.csv", "counts.csv")
        assert [one.standard.id for one in found.standards if one.rating is None] == ["R1.2", "R2.1", "R2.4"]
        whole = regions_of(all_but("R2.4.2")).rate("London")
        assert {one.rating for one in whole.standards} == {None}

    def test_a_row_with_an_error_is_not_missing(self) -> None:
        rows = [
            *all_but("R2.1.1", "R2.1.3", "R1.2"),
            counted("R2.1.1", "x"),
            {"key question": "R1.2", "rating": "Fine"},
        ]
        assert [one.kind.code for one in rated(rows).problems] == ["PR412", "PR602"]


class TestCases:
    """How many cases there are."""

    def test_without_a_relevant_case_a_standard_cannot_be_rated(self) -> None:
        found = rated([*all_but("R2.3.1"), counted("R2.3.1", 0, 0, **{"not applicable": "9"})])
        assert places(found.problems) == [("PR402", None, ("R2.3",))]
        (problem,) = found.problems
        assert problem.message == "R2.3.1 has no answer Yes or No, so it has no percentage"
        assert problem.remedy.endswith("without a relevant case R2.3 cannot be rated")
        assert problem.file == "counts.csv"

    def test_few_cases_are_a_note_for_each_number_of_them(self) -> None:
        rows = all_but("R2.1.1", "R2.2.1", "R2.3.1", "R2.5.1")
        rows += [counted("R2.1.1", 4, 1), counted("R2.2.1", 5, 1), counted("R2.3.1", 1, 0), counted("R2.5.1", 5, 0)]
        found = rated(rows)
        end = "the panel looks again at ratings that rest on 5 or fewer"
        assert [(one.kind.code, one.message, one.file) for one in found.problems] == [
            ("PR408", f"5 relevant cases only for R2.1.1 and R2.5.1; {end}", "counts.csv"),
            ("PR408", f"1 relevant case only for R2.3.1; {end}", "counts.csv"),
        ]

    def test_rules_without_a_panel_have_no_few_cases(self) -> None:
        rules = load_rules("public-protection-2025")
        rows = [counted(question.id, 1, 0) for one in rules.standards for question in one.key_questions]
        found = rated(rows, rules)
        assert (found.problems, [one.percentage for one in found.key_questions]) == ((), [100] * 4)


class TestSupporting:
    """Supporting questions have figures and affect no rating."""

    def test_their_counts_are_kept(self) -> None:
        found = rated([*all_but(), counted("S3", 3, 1, pdu="Camden"), counted("s1", 1, 1)])
        assert (found.problems, found.score) == ((), 22)
        assert [(one.question.id, one.count, one.percentage) for one in found.supporting] == [
            ("S1", Count(1, 1), 50), ("S3", Count(3, 1), 75),
        ]  # fmt: skip

    def test_a_bad_count_removes_the_figures_of_its_question_only(self) -> None:
        rows = [*all_but(), counted("S3", pdu="Camden"), counted("S1"), counted("S3", "x", pdu="Hackney")]
        found = rated(rows)
        assert [(one.kind.code, one.line, one.standards) for one in found.problems] == [("PR216", len(rows) + 1, ())]
        assert found.problems[0].message == (
            "the figures of 'S3' are not given: the count yes of S3 is 'x'; allowed is a whole number, 0 or more"
        )
        assert (found.score, [one.question.id for one in found.supporting]) == (22, ["S1"])


class TestFrames:
    """Counts in pandas are rated as those of a file."""

    FRAME = pd.DataFrame(
        {"question": QUESTIONS, "yes": [8] * len(QUESTIONS), "no": [2] * len(QUESTIONS)},
    )

    def test_region_and_judgements_may_be_given_beside_them(self) -> None:
        (found,) = rate_tallies(self.FRAME, RULES, region="london", judgements={"R1.1": "Good", "R1.2": "Outstanding"})
        assert (found.problems, found.details.region, found.details.path, found.score) == ((), "London", "frame", 23)
        assert list(self.FRAME) == ["question", "yes", "no"]

    def test_without_judgements_they_are_missing(self) -> None:
        frame = self.FRAME.assign(region="Wales")
        (found,) = rate_tallies(frame, RULES)
        assert ([one.kind.code for one in found.problems], found.details.region) == (["PR601", "PR601"], "Wales")
        assert {one.rating for one in found.standards} == {None}
        (partial,) = rate_tallies(frame, RULES, partial=True)
        assert [one.rating for one in partial.standards] == [None, None, *["Outstanding"] * 6]
        (named,) = rate_tallies(frame, RULES, region="London")
        assert named.details.region == "London"

    def test_what_cannot_be_rated(self) -> None:
        with pytest.raises(TypeError) as no_frame:
            rate_tallies("counts.csv", RULES)  # type: ignore[arg-type]
        assert str(no_frame.value) == "frame must be a DataFrame, not str: `rate --tallies` rates files"
        with pytest.raises(TypeError, match="not str"):
            rate_tallies(self.FRAME, "regional-2023")  # type: ignore[arg-type]
        with pytest.raises(UsageError) as by_pdu:
            rate_tallies(self.FRAME, load_rules("pdu-2023"))
        assert str(by_pdu.value) == "pdu-2023 rates each PDU, not the region: use inspections_from_frames"
        with pytest.raises(UsageError) as whose:
            rate_tallies(self.FRAME, RULES, judgements={"R1.1": "Good"})
        assert str(whose.value) == "judgements are of one region: name it with region, or give rows with a rating"
        with pytest.raises(InputError, match=r"^frame, row 1: there is no column region"):
            rate_tallies(self.FRAME, RULES)

    def test_several_regions_are_not_taken_for_one(self) -> None:
        several = pd.concat([self.FRAME.assign(region=name) for name in ("Wales", "wales ", "London")])
        with pytest.raises(UsageError) as given:
            rate_tallies(several, RULES, region="Wales")
        assert str(given.value) == (
            "region names one region, and the frame has counts of 'wales' and 'London': leave out `region`, or the rows of "
            "the other regions"
        )

    def test_judgements_beside_any_name_of_the_key_questions(self) -> None:
        for name in ("key_question", "Key Question", "question"):
            frame = self.FRAME.rename(columns={"question": name})
            (found,) = rate_tallies(frame, RULES, region="Wales", judgements={"R1.1": "Good", "R1.2": "Good"})
            assert (found.problems, found.score) == ((), 22)
            assert found.standards[0].judgement == Judgement("Good", "", f"row {2 + len(QUESTIONS)} of frame")

    def test_a_wrong_argument_is_named(self) -> None:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"region": ["Wales"]}, "region must be text, not list"),
            ({"region": "Wales", "judgements": ["Good"]}, "judgements must be a dictionary, not list"),
        ]
        for arguments, words in wrong:
            with pytest.raises(TypeError) as error:
                rate_tallies(self.FRAME, RULES, **arguments)
            assert str(error.value) == words
