"""Programmes besides the regional one: PDUs, youth justice, and what a rule file may say that none of them does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

import probation_ratings
from books import Book, pdu_book, save, small_book
from probation_ratings import ProbationRatingsError, load_rules, read_inspection
from shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow

REGIONAL = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
SCHEMA = Path(probation_ratings.__file__).parent / "schemas" / "ratings-1.0.schema.json"


@pytest.fixture
def pdus(run: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Saves a workbook and rates its PDUs, as JSON unless the arguments say otherwise."""

    def command(book: Book, *arguments: object) -> Run:
        return run(save(book, tmp_path / "london.xlsx"), "--rules", "pdu-2023", *(arguments or ("-f", "json")))

    return command


def by_pdu(result: Run) -> dict[str | None, dict[str, Any]]:
    """The inspections of a JSON document by their PDU."""
    document = json.loads(result.out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    found = {one["pdu"]: one for one in document["inspections"]}
    assert len(found) == len(document["inspections"])
    return found


def errors(inspection: dict[str, Any]) -> set[str]:
    return {one["code"] for one in inspection["problems"] if one["severity"] == "error"}


class TestPdus:
    """`unit: pdu`: each PDU of a workbook is rated, and none is pooled with another."""

    def test_one_workbook_rates_the_region_and_every_pdu(
        self, rate_book: Callable[..., Run], pdus: Callable[..., Run]
    ) -> None:
        region = rate_book(pdu_book())
        assert (region.status, region.err, region.inspection["score"]) == (0, "", 22)
        assert (region.inspection["pdu"], region.inspection["problems"]) == (None, region.notes)
        result = pdus(pdu_book())
        assert (result.status, result.err) == (0, "")
        found = by_pdu(result)
        assert {
            pdu: (one["region"], one["score"], one["max_score"], one["overall_rating"]) for pdu, one in found.items()
        } == {"Camden": ("London", 18, 21, "Outstanding"), "Hackney": ("London", 12, 21, "Good")}
        hackney = {one["id"]: (one["rating"], one["driven_by"]) for one in found["Hackney"]["standards"]}
        assert hackney == {
            "P1.1": ("Requires improvement", []),
            "P1.2": ("Requires improvement", []),
            "P1.3": ("Requires improvement", []),
            "P2.1": ("Outstanding", ["P2.1.1", "P2.1.2", "P2.1.3"]),
            "P2.2": ("Inadequate", ["P2.2.1"]),
            "P2.3": ("Outstanding", ["P2.3.1", "P2.3.2", "P2.3.3"]),
            "P2.4": ("Outstanding", ["P2.4.1", "P2.4.2", "P2.4.3"]),
        }

    def test_a_question_is_read_from_the_column_of_the_region(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        head = book["PDU cases"][0]
        # R2.1.1 is about other people's safety in assessment, R2.2.4 about desistance in reviewing
        book["PDU cases"][1][head.index("R2.1.1")] = "No"
        book["PDU cases"][1][head.index("R2.2.4")] = "No"
        camden = by_pdu(pdus(book))["Camden"]
        assert {one["id"]: one["driven_by"] for one in camden["standards"] if one["score"] == 0} == {
            "P2.1": ["P2.1.3"],
            "P2.4": ["P2.4.2"],
        }

    @pytest.mark.parametrize("arguments", [[], ["--by", "pdu"]], ids=["as it is", "by pdu"])
    def test_the_table_has_a_row_a_pdu(self, pdus: Callable[..., Run], arguments: list[str]) -> None:
        result = pdus(pdu_book(), *arguments, "-f", "table")
        lines = result.out.splitlines()
        assert lines[0] == "London · illustrative"
        assert lines[2].split() == ["PDU", "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "Score", "Overall"]
        assert lines[3].split() == ["1", "Camden", "G", "G", "G", "O", "O", "O", "O", "18", "O"]
        assert lines[4].split() == ["2", "Hackney", "R", "R", "R", "O", "I", "O", "O", "12", "G"]
        assert "2 inspections, 2 with an overall rating, out of 21" in result.out

    def test_a_bad_cell_of_one_pdu_does_not_stop_the_others(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", "Camden", "Licence", *["Yes"] * 12, "Maybe"])
        result = pdus(book)
        assert result.status == 1
        found = by_pdu(result)
        assert (found["Camden"]["score"], errors(found["Camden"])) == (None, {"PR304"})
        assert found["Camden"]["why_no_overall_rating"] == "blocked by PR304"
        assert (found["Hackney"]["score"], errors(found["Hackney"])) == (12, set())
        table = pdus(book, "-q").out
        assert [line.split() for line in table.splitlines() if "Camden" in line] == [
            ["Camden", "not", "rated:", "PR304"]
        ]
        assert "1 with an overall rating" in table

    def test_with_partial_the_valid_standards_of_a_pdu_are_rated(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", "Camden", "Licence", *["Yes"] * 12, "Maybe"])
        found = by_pdu(pdus(book, "--partial", "-f", "json"))
        ratings = {one["id"]: one["rating"] for one in found["Camden"]["standards"]}
        assert (ratings["P2.3"], ratings["P2.4"], found["Camden"]["score"]) == ("Outstanding", None, None)
        assert found["Hackney"]["score"] == 12

    def test_a_bad_cell_is_reported_once_and_with_its_cell(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", "Hackney", "Licence", *["Yes"] * 12, "Maybe"])
        err = pdus(book).err
        assert err.count("error[") == 1
        assert "PDU cases!P4" in err

    def test_a_case_without_a_pdu_may_belong_to_any(
        self, pdus: Callable[..., Run], rate_book: Callable[..., Run]
    ) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", None, "Licence", *["Yes"] * 13])
        result = pdus(book)
        assert result.status == 1
        for one in by_pdu(result).values():
            assert (one["score"], errors(one)) == (None, {"PR416"})
        assert result.err.count("error[PR416]") == 1
        # the region has all its cases whatever PDU they are of
        assert (rate_book(book).status, rate_book(book).inspection["score"]) == (0, 22)

    def test_a_judgement_without_a_pdu_may_be_of_any(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU judgements"][1][0] = None
        assert {code for one in by_pdu(pdus(book)).values() for code in errors(one)} == {"PR416", "PR601"}

    def test_what_is_missing_says_of_which_pdu(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        del book["PDU judgements"][4]  # Hackney's P1.1
        result = pdus(book)
        found = by_pdu(result)
        assert (found["Camden"]["score"], found["Hackney"]["score"]) == (18, None)
        told = "there is no rating of P1.1: inspectors rate by judgement here, not from cases (PDU 'Hackney')"
        assert told in " ".join(result.err.split())

    def test_a_pdu_without_cases_and_one_without_judgements_keep_their_rows(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", "Islington", "Licence", *["Yes"] * 13])
        book["PDU judgements"].append(["Lambeth", "P1.1", "Good", ""])
        found = by_pdu(pdus(book))
        assert [*found] == ["Camden", "Hackney", "Islington", "Lambeth"]
        assert errors(found["Islington"]) == {"PR601"}
        assert errors(found["Lambeth"]) == {"PR402", "PR601"}
        assert (found["Camden"]["score"], found["Hackney"]["score"]) == (18, 12)

    def test_two_spellings_are_one_pdu_and_a_misspelt_one_is_pointed_out(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"].append(["A3", "CAMDEN", "Licence", *["No"] * 13])
        found = by_pdu(pdus(book))
        assert [*found] == ["Camden", "Hackney"]
        # 1 of 2 are 50 per cent: Good three times and Requires improvement four times
        assert found["Camden"]["score"] == 10
        book["PDU cases"][3][1] = "Camdn"
        result = pdus(book)
        assert "warning[PR404]" in result.err
        assert "did you mean 'Camden'?" in result.err
        assert [*by_pdu(result)] == ["Camden", "Camdn", "Hackney"]

    def test_an_id_in_two_pdus_stops_both(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"][2][0] = "A1"
        assert {pdu: errors(one) for pdu, one in by_pdu(pdus(book)).items()} == {
            "Camden": {"PR403"},
            "Hackney": {"PR403"},
        }

    def test_a_stated_number_of_cases_is_that_of_all_pdus(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["Inspection"].append(["PDU cases", 2])
        assert "PR407" not in pdus(book).err
        book["Inspection"][-1][1] = 3
        assert pdus(book).err.count("warning[PR407]") == 1

    @pytest.mark.parametrize("gone", ["PDU cases", "PDU judgements"])
    def test_a_missing_sheet_is_reported_and_nothing_is_rated(self, pdus: Callable[..., Run], gone: str) -> None:
        book = pdu_book()
        del book[gone]
        result = pdus(book)
        assert result.status == 1
        assert all(one["score"] is None and "PR201" in errors(one) for one in by_pdu(result).values())

    def test_without_a_column_of_pdus_nothing_is_rated(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        book["PDU cases"][0][1] = "Place"
        found = by_pdu(pdus(book))
        assert all(one["score"] is None and "PR204" in errors(one) for one in found.values())

    def test_an_empty_workbook_has_one_entry_that_says_why(self, pdus: Callable[..., Run]) -> None:
        result = pdus({"Inspection": [["Field", "Value"], ["Region", "London"]]})
        assert [*by_pdu(result)] == [None]
        assert result.status == 1

    def test_each_explain_and_a_file_a_pdu(self, pdus: Callable[..., Run], tmp_path: Path) -> None:
        out = pdus(pdu_book(), "--each", "-q").out
        assert out.count("\nScore ") == 2
        assert "Camden, London" in out
        assert "P2.2 Inadequate: driven by P2.2.1 with 0/1 = 0.00%" in " ".join(
            pdus(pdu_book(), "--explain", "-q").out.split()
        )
        assert pdus(pdu_book(), "-q", "-o", f"{tmp_path}/results/").status == 0
        assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [
            "london-camden.json", "london-hackney.json", "summary.csv",
        ]  # fmt: skip
        rows = list(csv.DictReader(io.StringIO((tmp_path / "results" / "summary.csv").read_text(encoding="utf-8"))))
        assert [(row["rank"], row["pdu"], row["score"], row["P2.2"]) for row in rows] == [
            ("1", "Camden", "18", "Outstanding"), ("2", "Hackney", "12", "Inadequate"),
        ]  # fmt: skip

    def test_csv_names_the_pdu_in_every_row(self, pdus: Callable[..., Run]) -> None:
        for option in ([], ["--key-questions"]):
            rows = list(csv.DictReader(io.StringIO(pdus(pdu_book(), "-f", "csv", *option).out)))
            assert {row["pdu"] for row in rows} == {"Camden", "Hackney"}

    def test_explain_takes_one_pdu(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(pdu_book(), tmp_path / "london.xlsx")
        command = ("explain", path, "P2.2", "--rules", "pdu-2023")
        refused = run(*command, group=True)
        assert (refused.status, refused.out) == (2, "")
        assert "name one PDU with --pdu: 'Camden' or 'Hackney'" in refused.err
        told = " ".join(run(*command, "--pdu", "hackney", group=True).out.split())
        assert "Hackney, London" in told
        assert "P2.2.1 at 0% drives the rating: the lowest" in told
        assert "1 + 1 + 1 + 3 + 0 + 3 + 3 = 12 of 21" in told
        wrong = run("explain", path, "--pdu", "Camden", group=True)
        assert wrong.status == 2
        assert "regional-2023 rates the region" in wrong.err

    def test_check_tells_each_problem_once(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(pdu_book(), tmp_path / "london.xlsx")
        result = run("check", path, "--rules", "pdu-2023", group=True)
        assert result.status == 0
        book = pdu_book()
        book["PDU cases"][0].remove("P2.4.1")
        for row in book["PDU cases"][1:]:
            row.pop()
        save(book, path)
        checked = json.loads(run("check", path, "--rules", "pdu-2023", "-f", "json", group=True).out)
        (workbook,) = checked["workbooks"]
        assert [one["code"] for one in workbook["problems"] if one["severity"] == "error"] == ["PR204"]

    def test_redacted_problems_do_not_name_the_pdu(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = pdu_book()
        del book["PDU judgements"][4]
        path = save(book, tmp_path / "london.xlsx")
        out = run("check", path, "--rules", "pdu-2023", "--redact", "-f", "concise", group=True).out
        assert "PR601" in out
        assert "Hackney" not in out

    def test_compare_pairs_pdus(self, run: Callable[..., Run], tmp_path: Path) -> None:
        before, book = save(pdu_book(), tmp_path / "before.xlsx"), pdu_book()
        book["PDU cases"][2][-3] = "Yes"  # Hackney's P2.2.1
        after = save(book, tmp_path / "after.xlsx")
        out = run("compare", before, after, "--rules", "pdu-2023", group=True).out
        assert "Hackney, London: 12/21 Good → 15/21 Good" in out
        assert "Camden, London: 18/21 Outstanding → 18/21 Outstanding" in out

    @pytest.mark.parametrize("option", ["--tallies", "--expect"])
    def test_what_is_made_for_regions_is_refused(self, run: Callable[..., Run], tmp_path: Path, option: str) -> None:
        path, file = save(pdu_book(), tmp_path / "london.xlsx"), tmp_path / "file.csv"
        file.write_text("region,key question,yes,no,standard,rating\nLondon,P2.1.1,1,0,P2.1,Good\n", encoding="utf-8")
        if option == "--tallies":
            result = run(option, file, "--rules", "pdu-2023")
        else:
            result = run("check", path, option, file, "--rules", "pdu-2023", group=True)
        assert (result.status, result.out) == (2, "")
        assert "pdu-2023 rates each PDU" in result.err

    def test_reading_for_the_region_does_not_pool_pdus(self, tmp_path: Path) -> None:
        with pytest.raises(ProbationRatingsError, match="rates each PDU"):
            read_inspection(str(save(pdu_book(), tmp_path / "london.xlsx")), load_rules("pdu-2023"))

    def test_a_panel_decision_is_about_one_pdu(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        decision = ["Hackney", "P2.2", "Requires improvement", "Read again."]
        book["PDU decisions"] = [["PDU", "Standard", "Rating", "Reason"], decision]
        found = by_pdu(pdus(book))
        assert (found["Camden"]["score"], found["Hackney"]["score"]) == (18, 13)

    def test_names_that_differ_in_a_sign_are_two_pdus_and_a_dash_is_none(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        names = {"Camden": "North+", "Hackney": "North="}
        for sheet, place in (("PDU cases", 1), ("PDU judgements", 0)):
            for row in book[sheet]:
                row[place] = names.get(row[place], row[place])
        assert {pdu: one["score"] for pdu, one in by_pdu(pdus(book)).items()} == {"North+": 18, "North=": 12}
        book["PDU cases"].append(["A3", "-", "Licence", *["Yes"] * 13])
        assert {code for one in by_pdu(pdus(book)).values() for code in errors(one)} == {"PR416"}

    def test_a_hostile_name_of_a_pdu_is_harmless(self, pdus: Callable[..., Run], tmp_path: Path) -> None:
        book, name = pdu_book(), "@1 [red]../<b>\u202e"
        for sheet, place in (("PDU cases", 1), ("PDU judgements", 0)):
            for row in book[sheet]:
                row[place] = name if row[place] == "Camden" else row[place]
        for arguments in (["-q"], ["--each", "-q"], ["-f", "csv"]):
            out = pdus(book, *arguments).out
            assert "\u202e" not in out
            assert "[red]" in out
        rows = list(csv.DictReader(io.StringIO(pdus(book, "-f", "csv").out)))
        assert {row["pdu"][:2] for row in rows} == {"'@", "Ha"}
        assert pdus(book, "-q", "-o", f"{tmp_path}/results/").status == 0
        assert (tmp_path / "results" / "london-1-red-b.json").exists()


class TestHeaders:
    """A bare number means one question to one programme and another to the next."""

    def test_a_bare_number_is_not_a_question_of_a_pdu(
        self, pdus: Callable[..., Run], rate_book: Callable[..., Run]
    ) -> None:
        book = pdu_book()
        head = book["PDU cases"][0]
        head[head.index("R2.1.1")] = "2.1.1"
        # it stands for R2.1.1 in a regional inspection
        assert rate_book(book).inspection["score"] == 22
        # to a PDU inspection it could be P2.1.1, or P2.1.3 under its regional number
        result = pdus(book)
        assert {pdu: errors(one) for pdu, one in by_pdu(result).items()} == {"Camden": {"PR204"}, "Hackney": {"PR204"}}
        assert "there is no column 'P2.1.3'" in result.err

    def test_a_bare_number_with_the_text_of_another_question_is_none(self, pdus: Callable[..., Run]) -> None:
        book = pdu_book()
        head = book["PDU cases"][0]
        head[head.index("P2.1.1")] = "2.1.1"
        result = pdus(book)
        assert result.status == 1
        assert "there is no column 'P2.1.1'" in result.err

    def test_a_region_does_not_take_columns_of_pdus_for_its_own(self, rate_book: Callable[..., Run]) -> None:
        book = pdu_book()
        head = book["PDU cases"][0]
        own = ["P2.1.3", "P2.2.3", "P2.3.3", "P2.4.3", "P2.1.2", "P2.2.2", "P2.3.2", "P2.4.2"]
        head[3:11] = own
        result = rate_book(book)
        assert result.status == 1
        missing = [one["message"] for one in result.problems if one["code"] == "PR204"]
        assert [message.split("'")[1] for message in missing] == [f"R2.{n}.{m}" for n in (1, 2) for m in (1, 2, 3, 4)]

    def test_a_region_does_not_choose_between_two_columns_of_a_number(self, rate_book: Callable[..., Run]) -> None:
        book = pdu_book()
        head = book["PDU cases"][0]
        head[head.index("P2.1.1")] = "2.1.1"
        result = rate_book(book)
        assert {one["code"] for one in result.problems if one["severity"] == "error"} == {"PR205"}

    def test_the_text_or_either_id_heads_a_column(self, pdus: Callable[..., Run]) -> None:
        rules = load_rules("pdu-2023")
        asked = {question.id: question for standard in rules.standards for question in standard.key_questions}
        for form in (
            lambda q: q.id, lambda q: q.text, lambda q: f"{q.id} {q.text}", lambda q: f"{q.text} ({q.id})",
            lambda q: f"{(*q.also_headed, q.id)[0]} {q.text}", lambda q: (*q.also_headed, q.id)[0].lower(),
        ):  # fmt: skip
            book = pdu_book()
            book["PDU cases"] = [
                ["Case ID", "PDU", *map(form, asked.values())],
                ["A1", "Camden", *["Yes"] * 12],
                ["A2", "Hackney", *["Yes" if one != "P2.2.1" else "No" for one in asked]],
            ]
            found = by_pdu(pdus(book))
            assert (found["Camden"]["score"], found["Hackney"]["score"]) == (18, 12)


def youth_book() -> Book:
    """A youth justice service, worked by hand.

    1.1 to 1.4 Good (8), 3.4 Outstanding (3). Of ten court disposals 2.1 has 8, 8, 8 Yes: Outstanding (3); 2.2 7, 8, 8:
    70 is Good (2); 2.3 10, 5, 10: 50 is Requires improvement (1); 2.4 10, 10, 4: 40 is Inadequate (0). Of two
    out-of-court disposals 3.1 and 3.2 all Yes (6), 3.3 a half (1): together 24 of 36, Good. 4.1 Outstanding.
    """
    yes = {"2.1": (8, 8, 8), "2.2": (7, 8, 8), "2.3": (10, 5, 10), "2.4": (10, 10, 4)}
    court = [
        [f"{standard}.{n}", *["Yes"] * one, *["No"] * (10 - one)]
        for standard, all_yes in yes.items()
        for n, one in enumerate(all_yes, 1)
    ]
    out = [[f"3.{k}.{n}", "Yes", "Yes" if k < 3 else "No"] for k in (1, 2, 3) for n in (1, 2, 3)]
    judged = dict.fromkeys(("1.1", "1.2", "1.3", "1.4"), "Good") | {"3.4": "Outstanding", "4.1": "Outstanding"}
    return {
        "Inspection": [["Field", "Value"], ["Youth justice service", "Somewhere"], ["Data status", "Illustrative"]],
        "Judgements": [["Standard", "Rating"], *map(list, judged.items())],
        "Court disposals": [list(row) for row in zip(["Case ID", *(f"C{n}" for n in range(10))], *court, strict=True)],
        "Out-of-court disposals": [list(row) for row in zip(["Case ID", "O1", "O2"], *out, strict=True)],
    }


YOUTH = ("--rules", "youth-justice-2021")


class TestNotCounted:
    """A standard that is rated but not added to the total."""

    def test_a_youth_justice_service_worked_by_hand(self, rate_book: Callable[..., Run]) -> None:
        result = rate_book(youth_book(), *YOUTH, "-f", "json")
        assert (result.status, result.err) == (0, "")
        assert {one["id"]: one["score"] for one in result.inspection["standards"]} == {
            "1.1": 2, "1.2": 2, "1.3": 2, "1.4": 2, "2.1": 3, "2.2": 2, "2.3": 1, "2.4": 0,
            "3.1": 3, "3.2": 3, "3.3": 1, "3.4": 3, "4.1": 3,
        }  # fmt: skip
        whole = result.inspection
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (24, 36, "Good")
        assert [one["id"] for one in whole["standards"] if not one["counted"]] == ["4.1"]
        # one point from 25? no: Good is 19 to 30, so seven points up and six down
        assert (whole["margin"]["up"], whole["margin"]["down"]) == (7, 6)

    @pytest.mark.parametrize("rating", ["Inadequate", "Not inspected"])
    def test_whatever_its_rating_the_total_is_the_same(self, rate_book: Callable[..., Run], rating: str) -> None:
        book = youth_book()
        book["Judgements"][-1][1] = rating
        result = rate_book(book, *YOUTH, "-f", "json")
        assert (result.inspection["score"], result.inspection["overall_rating"]) == (24, "Good")
        assert result.standard("4.1")["rating"] == rating
        assert result.inspection["why_no_overall_rating"] is None

    def test_every_view_says_so(self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path) -> None:
        table = rate_book(youth_book(), *YOUTH, "--explain").out
        assert "Not counted in the score: 4.1" in table
        assert "4.1   Outstanding: inspectors' judgement in Judgements!B7; not counted in the" in table
        path = tmp_path / "region.xlsx"
        explained = run("explain", path, *YOUTH, "-f", "markdown", group=True).out.replace("\\", "")
        assert "2 + 2 + 2 + 2 + 3 + 2 + 1 + 0 + 3 + 3 + 1 + 3 = 24 of 36" in explained
        assert "| Not counted | 4.1 Resettlement policy and provision: Outstanding" in explained
        assert "Outstanding, score 3, not counted in the total" in explained
        rows = list(csv.DictReader(io.StringIO(run(path, *YOUTH, "-f", "csv").out)))
        assert {row["standard"]: row["counted"] for row in rows if row["standard"] > "3.4"} == {"4.1": "no"}
        side_by_side = run(path, save(pdu_book(), tmp_path / "b.xlsx"), *YOUTH, "-q").out
        assert "Not counted in the score: 4.1" in side_by_side

    def test_it_is_not_called_rated_where_it_was_not_inspected(
        self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = youth_book()
        book["Judgements"][-1][1] = "Not inspected"
        table = rate_book(book, *YOUTH).out
        assert "Not counted in the score: 4.1" in table
        side_by_side = run(tmp_path / "region.xlsx", save(pdu_book(), tmp_path / "b.xlsx"), *YOUTH, "-q").out
        assert "Not counted in the score: 4.1" in side_by_side
        assert "Rated, but" not in table + side_by_side

    def test_its_steps_move_no_total(self, rate_book: Callable[..., Run]) -> None:
        book = youth_book()
        book["Judgements"][1:5] = [[one, "Outstanding"] for one in ("1.1", "1.2", "1.3", "1.4")]
        book["Judgements"][-1][1] = "Good"
        for row in book["Court disposals"][1:]:
            row[4:] = ["Yes"] * 9
        # 12 + 3 + 9 + 7 + 3 with 2.1 Outstanding: 3 x 4 + 3 x 4 + 7 + 3 = 34 of 36; four points to lose Outstanding
        result = rate_book(book, *YOUTH, "-f", "json")
        assert result.inspection["score"] == 34
        assert "4.1" not in result.inspection["margin"]["steps_up"] + result.inspection["margin"]["steps_down"]

    def test_a_title_in_two_domains_names_no_standard(
        self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = youth_book()
        book["Judgements"].append(["Assessment", "Good"])
        result = rate_book(book, *YOUTH, "-f", "json")
        assert "PR603" in {one["code"] for one in result.problems}
        refused = run("explain", tmp_path / "region.xlsx", "Assessment", *YOUTH, group=True)
        assert refused.status == 2
        assert "'Assessment' is not a standard or key question" in refused.err
        assert run("explain", tmp_path / "region.xlsx", "2.1 Assessment", *YOUTH, "-q", group=True).out


REDUCED = """  policy: reduced_bands
  reduced_bands:
    - max_score: 21
      reference: {source: project, section: Seven standards}
      bands:
        - {rating: Inadequate, from: 0, to: 3}
        - {rating: Requires improvement, from: 4, to: 10}
        - {rating: Good, from: 11, to: 17}
        - {rating: Outstanding, from: 18, to: 21}
"""


def uninspected(*standards: str) -> Book:
    """The small workbook with these standards not inspected and without their cases."""
    book = small_book()
    judged = [row for row in book["Judgements"] if row[0] not in standards]
    book["Judgements"] = [*judged, *([one, "not inspected", "No case."] for one in standards)]
    if "R2.6" in standards:
        del book["Victim cases"]
    if "R2.5" in standards:
        book["PDU cases"] = [row[:-1] for row in book["PDU cases"]]
    return book


def mine(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The regional rule file with changes."""
    text = REGIONAL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class TestRanksOutOfLess:
    """Inspections out of the same lower maximum are ranked, whatever else could not be rated."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Two regions out of 21: London has 20, Wales 19."""
        regions = tmp_path / "regions"
        regions.mkdir()
        for name, rating in (("London", "Good"), ("Wales", "Requires improvement")):
            book = uninspected("R1.2")
            book["Inspection"][1][1], book["Judgements"][1][1] = name, rating
            save(book, regions / f"{name}.xlsx")
        return regions

    def rated(self, run: Callable[..., Run], folder: Path) -> list[str]:
        """The rows of the table of regions, and what is said of the score below it."""
        rules = mine(folder.parent, ("  policy: no_overall_rating\n", REDUCED))
        lines = run(folder, "--rules", rules, "-f", "markdown", "-q").out.splitlines()
        wanted = ("| London |", "| Wales |", "| North East |", "London: ", "Wales: ")
        return [" ".join(line.split("|")[1:3]) or line for line in lines if line.startswith(wanted)]

    def test_nothing_says_that_a_rank_is_missing(self, run: Callable[..., Run], folder: Path) -> None:
        remarks = ["London: the score is out of 21.", "Wales: the score is out of 21."]
        assert self.rated(run, folder) == [" London   1 ", " Wales   2 ", *remarks]

    def test_a_region_without_a_rating_takes_no_rank_away(self, run: Callable[..., Run], folder: Path) -> None:
        book = small_book()
        book["Inspection"][1][1], book["Judgements"][1][1] = "North East", "Dreadful"
        save(book, folder / "broken.xlsx")
        found = self.rated(run, folder)
        assert found[:3] == [" London   1 ", " Wales   2 ", r" North East   \[x\] "]

    def test_beside_a_higher_maximum_there_is_none(self, run: Callable[..., Run], folder: Path) -> None:
        book = small_book()
        book["Inspection"][1][1] = "North East"
        save(book, folder / "whole.xlsx")
        found = self.rated(run, folder)
        assert found[:3] == [" North East   1 ", r" London   \[x\] ", r" Wales   \[x\] "]
        assert found[3] == "London: the score is out of 21, and has no rank."


class TestNotInspected:
    """A standard that was not inspected: its word, and no silent guess at an overall rating."""

    @pytest.mark.parametrize("standard", ["R1.2", "R2.5", "R2.6"])
    def test_there_is_no_overall_rating_and_that_is_not_an_error(
        self, rate_book: Callable[..., Run], standard: str
    ) -> None:
        result = rate_book(uninspected(standard))
        assert (result.status, result.err) == (0, "")
        whole = result.inspection
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (None, 24, None)
        assert whole["why_no_overall_rating"] == f"{standard} was not inspected, and regional-2023 gives none then"
        entry = result.standard(standard)
        assert (entry["rating"], entry["score"], entry["computed_rating"]) == ("Not inspected", None, None)
        assert (entry["counted"], entry["inspected"]) == (True, False)
        assert sum(one["score"] is not None for one in whole["standards"]) == 7
        assert [one["code"] for one in result.notes if one["code"] == "PR615"] == ["PR615"]

    def test_every_view_says_so(self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path) -> None:
        table = rate_book(uninspected("R2.6", "R1.2"), "--explain").out
        (row,) = [line for line in table.splitlines() if line.startswith("R2.6 Statutory")]
        assert row.split() == ["R2.6", "Statutory", "victim", "work", "Not", "inspected"]
        assert "Score none" in table
        reason = "R1.2 and R2.6 were not inspected, and regional-2023 gives none then"
        assert f"No overall rating: {reason}" in " ".join(table.split())
        assert "R2.6  Not inspected, says Judgements!B3" in table
        path = tmp_path / "region.xlsx"
        explained = run("explain", path, "-f", "markdown", group=True).out.replace("\\", "")
        assert "| Not inspected | Not inspected, says Judgements!B3: No case." in explained
        assert f"| Not rated | {reason} |" in explained
        rows = list(csv.DictReader(io.StringIO(run(path, "-f", "csv").out)))
        assert {row["standard"]: row["rating"] for row in rows}["R2.6"] == "Not inspected"
        other = small_book()
        other["Inspection"][1][1] = "Wales"
        side_by_side = run(path, save(other, tmp_path / "wales.xlsx"), "-q").out
        line = next(line for line in side_by_side.splitlines() if "London" in line)
        assert line.split() == ["London", "G", "n", *"OOOOO", "n", "no", "overall", "rating"]
        assert f"London: {reason}" in side_by_side
        assert "n not inspected" in side_by_side
        for sort in ("R2.6", "score"):
            assert run(path, tmp_path / "wales.xlsx", "-q", "--sort", sort).status == 0
        compared = run("compare", path, tmp_path / "wales.xlsx", group=True)
        assert "R2.6 Statutory victim work: Not inspected → Outstanding" in compared.out

    def test_listed_bands_give_an_overall_rating(self, rate_book: Callable[..., Run], tmp_path: Path) -> None:
        rules = mine(tmp_path, ("  policy: no_overall_rating\n", REDUCED))
        result = rate_book(uninspected("R1.2"), "--rules", rules, "-f", "json")
        # Good and six times Outstanding: 2 + 18 of 21
        whole = result.inspection
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (20, 21, "Outstanding")
        assert (whole["margin"]["up"], whole["margin"]["down"]) == (None, 3)
        table = rate_book(uninspected("R1.2"), "--rules", rules).out
        assert "Score 20/21" in table
        assert "The score is out of 21, because R1.2 was not inspected" in table
        two = rate_book(uninspected("R1.2", "R2.6"), "--rules", rules, "-f", "json").inspection
        assert (two["score"], two["overall_rating"]) == (None, None)
        assert (
            two["why_no_overall_rating"] == "R1.2 and R2.6 were not inspected, and regional-2023 gives none out of 18"
        )

    @pytest.mark.parametrize("answer", ["Yes", "No", "Maybe"])
    def test_answers_to_its_questions_are_a_contradiction(self, rate_book: Callable[..., Run], answer: str) -> None:
        book = small_book()
        book["Judgements"].append(["R2.6", "Not inspected", ""])
        for row in book["Victim cases"][1:]:
            row[1:] = [answer, "Not applicable", None]
        result = rate_book(book)
        assert result.status == 1
        (found,) = [one for one in result.problems if one["code"] == "PR614"]
        assert found["cells"] == ["B2", "B3"]
        assert "R2.6.1 has 2 cases with an answer" in found["message"]
        assert result.inspection["score"] is None

    def test_blank_and_not_applicable_answers_are_none(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Judgements"].append(["R2.6", "Not inspected", ""])
        for row in book["Victim cases"][1:]:
            row[1:] = ["n/a", "Not applicable", None]
        result = rate_book(book)
        assert (result.status, result.standard("R2.6")["rating"]) == (0, "Not inspected")

    def test_it_is_said_once(self, rate_book: Callable[..., Run]) -> None:
        book = uninspected("R2.6")
        book["Judgements"].append(["R2.6", "Good", ""])
        assert "PR604" in {one["code"] for one in rate_book(book).problems}

    def test_the_panel_has_nothing_to_decide_on(self, rate_book: Callable[..., Run]) -> None:
        book = uninspected("R2.6")
        book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.6", "Good", "Because."]]
        result = rate_book(book)
        assert result.status == 1
        (found,) = [one for one in result.problems if one["code"] == "PR609"]
        assert "it was not inspected" in found["message"]

    def test_without_the_key_the_word_is_not_a_rating(self, rate_book: Callable[..., Run], tmp_path: Path) -> None:
        start = REGIONAL.index("not_inspected:")
        rules = mine(tmp_path, (REGIONAL[start : REGIONAL.index("# When the ratings panel")], ""))
        result = rate_book(uninspected("R1.2"), "--rules", rules, "-f", "json")
        assert {one["code"] for one in result.problems} == {"PR602"}
        codes = {one["code"] for one in rate_book(uninspected("R2.6"), "--rules", rules, "-f", "json").problems}
        assert codes == {"PR201", "PR605"}

    def test_scores_that_are_all_out_of_less_are_ranked(self, run: Callable[..., Run], tmp_path: Path) -> None:
        rules, lines = load_rules("youth-justice-2021"), ["region,key question,yes,no,rating"]
        for name, rating in (("Leeds", "Good"), ("Reading", "Inadequate")):
            for one in rules.standards:
                asked = [] if one.id in {"2.1", "2.2", "2.3", "2.4"} else one.key_questions
                given = rating if one.method == "judgement" else "" if asked else "Not inspected"
                lines += [f"{name},{one.id},,,{given}"] if given else [f"{name},{each.id},9,1," for each in asked]
        path = tmp_path / "counts.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        out = run("--tallies", path, "--rules", rules.id, "-q", "-f", "markdown").out
        (row,) = (line.split("|") for line in out.splitlines() if line.startswith("| Leeds | 1 "))
        assert row[-3] == " 19 "
        assert "Leeds: the score is out of 24.\n" in out
        assert "no rank" not in out

    def test_counts_of_a_database_may_say_so_too(self, run: Callable[..., Run], tmp_path: Path, rules: RuleSet) -> None:
        asked = [q.id for standard in rules.standards for q in standard.key_questions if standard.id != "R2.6"]
        lines = ["region,key question,yes,no,rating", "London,R1.1,,,Good", "London,R1.2,,,Good"]
        lines += [f"London,{question},9,1," for question in asked]
        path = tmp_path / "counts.csv"
        path.write_text("\n".join([*lines, "London,R2.6,,,Not inspected"]), encoding="utf-8")
        result = run("--tallies", path, "-f", "json")
        assert (result.status, result.standard("R2.6")["rating"]) == (0, "Not inspected")
        path.write_text("\n".join([*lines, "London,R2.6,,,Not inspected", "London,R2.6.1,1,0,"]), encoding="utf-8")
        assert {one["code"] for one in run("--tallies", path, "-f", "json").problems} == {"PR614"}
        path.write_text("\n".join([*lines, "London,R2.6,,,Good"]), encoding="utf-8")
        assert {one["code"] for one in run("--tallies", path, "-f", "json").problems} == {"PR411", "PR414"}


class TestMethods:
    """Percentages read exactly, and means of PDUs."""

    def test_exact_percentages_are_only_shown_rounded(
        self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = small_book()
        reports = [[f"C{n}", "Camden", "PDU inspection", "Yes" if n < 129 else "No"] for n in range(200)]
        book["Court reports"] = [book["Court reports"][0], *reports]
        rules = mine(tmp_path, ("method: whole_percent", "method: exact"))
        for options, rating in (((), "Good"), (("--rules", rules), "Requires improvement")):
            entry = rate_book(book, *options, "-f", "json").standard("R2.3")
            assert (entry["rating"], entry["key_questions"][0]["percentage"]) == (rating, 65)
            assert entry["key_questions"][0]["share"] == [129, 200]
            assert entry["rounding_decides"] is (not options)
        path = tmp_path / "region.xlsx"
        told = " ".join(run("explain", path, "R2.3", "--rules", rules, group=True).out.split())
        assert "129/200 = 64.50%, read exactly; only shown as 65%" in told
        assert "Requires improvement is 50 to under 65%" in told
        assert "R2.3.1 at 64.50% drives the rating" in told
        table = run(path, "--rules", rules, "-q").out
        assert "bands are read off the exact percentages" in table
        kept = run("explain", path, "R2.3", "--rules", rules, "--resamples", 200, "-f", "json", group=True).inspection
        assert kept["sampling"]["resampling"]["standards"]["R2.3"]["rating"] == "Requires improvement"

    def test_a_mean_of_pdus(self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        answers = {"Camden": ["Yes"], "Hackney": ["No"] * 3, "Lambeth": ["Not applicable"]}
        reports = [(pdu, answer) for pdu, given in answers.items() for answer in given]
        book["Court reports"] = [
            book["Court reports"][0],
            *([f"C{n}", pdu, "PDU inspection", answer] for n, (pdu, answer) in enumerate(reports)),
        ]
        rules = mine(tmp_path, ("method: pooled", "method: mean_of_units"))
        # pooled 1 of 4; the mean of 100 and 0 is 50, Lambeth has no relevant case
        assert rate_book(book).standard("R2.3")["rating"] == "Inadequate"
        entry = rate_book(book, "--rules", rules, "-f", "json").standard("R2.3")
        assert (entry["rating"], entry["key_questions"][0]["percentage"]) == ("Requires improvement", 50)
        path = tmp_path / "region.xlsx"
        told = run("explain", path, "R2.3", "--rules", rules, "-f", "markdown", group=True).out
        assert "1 Yes, 3 No, 1 Not applicable, in 3 PDUs; relevant are Yes and No: 4" in told
        assert "mean of 2 PDUs' percentages = 50.00%, read as 50%" in told
        assert "added up over" not in told
        assert "% is the mean of the PDUs' percentages" in run(path, "--rules", rules, "-q").out
        assert run("explain", path, "--rules", rules, "--sampling", group=True).status == 2
        compared = json.loads(run("compare", path, path, "--rules", rules, "-f", "json", group=True).out)
        (court,) = [one for one in compared["regions"][0]["standards"] if one["id"] == "R2.3"]
        # no interval of pooled cases for a percentage that is not one of them
        assert court["key_questions"][0]["interval"] is None

    def test_two_spellings_of_a_pdu_count_once_in_a_mean(self, rate_book: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        reports = [("Camden", "Yes"), ("camden ", "Yes"), ("Hackney", "No"), ("Hackney", "No")]
        book["Court reports"] = [
            book["Court reports"][0],
            *([f"C{n}", pdu, "PDU inspection", answer] for n, (pdu, answer) in enumerate(reports)),
        ]
        rules = mine(tmp_path, ("method: pooled", "method: mean_of_units"))
        # 100 and 0, not 100, 100 and 0
        result = rate_book(book, "--rules", rules, "-f", "json", "--by", "pdu")
        (question,) = result.standard("R2.3")["key_questions"]
        assert (question["percentage"], [one["yes"] for one in question["pdus"]]) == (50, [2, 0])

    def test_a_case_without_a_pdu_has_no_place_in_a_mean(self, rate_book: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"][1][1] = None
        rules = mine(tmp_path, ("method: pooled", "method: mean_of_units"))
        result = rate_book(book, "--rules", rules, "-f", "json")
        assert result.status == 1
        (found,) = [one for one in result.problems if one["severity"] == "error"]
        assert (found["code"], found["sheet"], found["cells"]) == ("PR416", "Court reports", ["B2"])
        assert rate_book(book).status == 0


@pytest.mark.parametrize(
    ("name", "rules", "inspections"),
    [
        ("region-and-pdus", "regional-2023", 1),
        ("region-and-pdus", "pdu-2023", 10),
        ("youth-justice", "youth-justice-2021", 1),
    ],
)
def test_the_examples_are_valid_and_marked(run: Callable[..., Run], name: str, rules: str, inspections: int) -> None:
    result = run(ROOT / "examples" / f"{name}.xlsx", "--rules", rules, "-f", "json")
    assert (result.status, result.err) == (0, "")
    found = json.loads(result.out)["inspections"]
    assert len(found) == inspections
    assert {one["data_status"] for one in found} == {"Illustrative"}
    assert all(one["overall_rating"] is not None for one in found)


def test_the_counts_of_a_pdu_are_those_that_the_region_breaks_down(run: Callable[..., Run]) -> None:
    path = ROOT / "examples" / "region-and-pdus.xlsx"
    regional = run(path, "--by", "pdu", "-f", "json").inspection
    counts = ("yes", "no", "not_applicable", "percentage", "rating")
    broken_down = {
        (question["id"], pdu["pdu"]): [pdu[name] for name in counts]
        for standard in regional["standards"]
        for question in standard["key_questions"]
        for pdu in question["pdus"]
    }
    other = {q.id: q.also_headed for s in load_rules("pdu-2023").standards for q in s.key_questions}
    compared = 0
    for pdu, inspection in by_pdu(run(path, "--rules", "pdu-2023", "-f", "json")).items():
        for question in (one for standard in inspection["standards"] for one in standard["key_questions"]):
            for regional_id in other[question["id"]]:
                assert [question[name] for name in counts] == broken_down[regional_id, pdu]
                compared += 1
    assert compared == 8 * 10


def test_a_pdu_alone_in_a_workbook_is_rated_the_same(run: Callable[..., Run], tmp_path: Path) -> None:
    together = pdu_book()
    together["PDU cases"] += [
        [f"B{n}", "Camden", "Licence", *["Yes" if (n + place) % 3 else "No" for place in range(13)]] for n in range(9)
    ]
    alone = {name: [row for row in rows if "Hackney" not in row] for name, rows in together.items()}
    found = {}
    for name, book in (("together", together), ("alone", alone)):
        result = run(save(book, tmp_path / f"{name}.xlsx"), "--rules", "pdu-2023", "-f", "json")
        found[name] = {**by_pdu(result)["Camden"], "workbook": None, "sources": None}
        cells = [one.pop("cells") for one in found[name]["problems"]]
        assert len(cells) == len(found[name]["problems"])
    assert found["together"] == found["alone"]


@pytest.mark.parametrize(
    "rules",
    ["regional-2023", "pdu-2023", "youth-justice-2021", "approved-premises-2025", "public-protection-2025"],
)
def test_blank_and_invented_workbooks_of_every_programme(run: Callable[..., Run], tmp_path: Path, rules: str) -> None:
    blank, invented = tmp_path / "blank.xlsx", tmp_path / "invented.xlsx"
    assert run("new", "--rules", rules, "-o", blank, group=True).status == 0
    problems = json.loads(run(blank, "--rules", rules, "-f", "json").out)["inspections"][0]["problems"]
    assert {one["code"] for one in problems} <= {"PR221", "PR301", "PR601", "PR602"}
    sheets = [one["sheet"] for one in problems]
    assert len(sheets) == len(set(sheets))  # one problem per sheet
    assert run("example", "--rules", rules, "-o", invented, group=True).status == 0
    assert run("check", invented, "--rules", rules, "--strict", "-q", group=True).status == 0
