"""The published inspection of the East of England, from the workbook to the words on the screen.

Expected values: HM Inspectorate of Probation, East of England region, August 2024, section Ratings and the tables of
key questions in section 2.
"""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from books import court_reports, small_book
from probation_ratings.text import counted_kind
from shared import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from books import Book
    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = EXAMPLES / "east-of-england.xlsx"

RATINGS = {
    "R1.1": "Requires improvement",
    "R1.2": "Requires improvement",
    "R2.1": "Inadequate",
    "R2.2": "Inadequate",
    "R2.3": "Inadequate",
    "R2.4": "Inadequate",
    "R2.5": "Inadequate",
    "R2.6": "Outstanding",
}
PERCENTAGES = {
    "R2.1.1": 28, "R2.1.2": 45, "R2.1.3": 28, "R2.1.4": 38,
    "R2.2.1": 66, "R2.2.2": 66, "R2.2.3": 40, "R2.2.4": 49,
    "R2.3.1": 31,
    "R2.4.1": 39, "R2.4.2": 75, "R2.4.3": 49, "R2.4.4": 70,
    "R2.5.1": 35,
    "R2.6.1": 93, "R2.6.2": 90, "R2.6.3": 100,
}  # fmt: skip
DRIVEN_BY = {
    "R1.1": [],
    "R1.2": [],
    "R2.1": ["R2.1.1", "R2.1.3"],
    "R2.2": ["R2.2.3"],
    "R2.3": ["R2.3.1"],
    "R2.4": ["R2.4.1"],
    "R2.5": ["R2.5.1"],
    "R2.6": ["R2.6.2"],
}


def test_the_published_ratings_come_out(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE, "-f", "json")
    inspection = result.inspection
    assert result.status == 0
    assert (inspection["region"], inspection["data_status"]) == ("East of England", "Illustrative")
    assert (inspection["score"], inspection["max_score"]) == (5, 24)
    assert inspection["overall_rating"] == "Requires improvement"
    assert {one["id"]: one["rating"] for one in inspection["standards"]} == RATINGS
    assert {one["id"]: one["driven_by"] for one in inspection["standards"]} == DRIVEN_BY
    questions = [question for one in inspection["standards"] for question in one["key_questions"]]
    assert {question["id"]: question["percentage"] for question in questions} == PERCENTAGES
    assert inspection["problems"] == []


TABLE = """\
Standard                   Driver   Yes/n  %            Rating
1 Organisational arrangements and activity
R1.1 Leadership            judged                       Requires improvement
R1.2 Staffing              judged                       Requires improvement
2 Service delivery
R2.1 Public protection     R2.1.1 123/438 28 ■■···RG·O· Inadequate
                           R2.1.3 123/438 28 ■■···RG·O·
R2.2 Desistance            R2.2.3 175/438 40 ■■■■·RG·O· Inadequate
R2.3 Court work            R2.3.1  94/302 31 ■■■··RG·O· Inadequate
R2.4 Unpaid work           R2.4.1   31/79 39 ■■■··RG·O· Inadequate
R2.5 Resettlement          R2.5.1  52/149 35 ■■■··RG·O· Inadequate
R2.6 Statutory victim work R2.6.2    9/10 90 ■■■■■■■■■· Outstanding

Score 5/24                                              Requires improvement
"""


def test_one_case_of_a_kind_is_in_the_singular(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Yes"])
    out = rate_book(book, "-f", "table").out
    assert "of which 1 community sentence and 1 licence" in " ".join(out.split())
    assert "1 court report " in out
    assert "1 resettlement case " in out


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("court disposals", "1 court disposal"),
        ("cases", "1 case"),
        ("inquiries", "inquiries: 1"),
        ("courses", "courses: 1"),
        ("people", "people: 1"),
        ("cases of theft", "cases of theft: 1"),
        ("cases with drugs orders", "cases with drugs orders: 1"),
        ("people on licences", "people on licences: 1"),
        ("heroes", "heroes: 1"),
    ],
)
def test_only_a_certain_singular_is_made(plural: str, one: str) -> None:
    assert [counted_kind(1, plural), counted_kind(1200, plural)] == [one, f"1,200 {plural}"]


def test_the_table_shows_the_inspection(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE)
    first, *_ = result.out.splitlines()
    assert result.status == 0
    assert result.err == ""
    assert first.startswith("East of England ")
    assert first.endswith(" illustrative data")
    assert "Fieldwork 3 to 14 June 2024" in result.out
    assert "8 PDUs: Bedfordshire, Cambridgeshire and Peterborough, Essex North," in result.out
    for sample in ("438 PDU cases, of which 289 community sentences", "302 court reports", "149 resettlement cases"):
        assert sample in result.out
    for sample in ("79 unpaid work cases", "14 statutory victim cases"):
        assert sample in result.out
    assert TABLE in result.out
    assert "Rules regional-2023, sha256 " in result.out
    assert "Workbook east-of-england.xlsx, sha256 " in result.out
    assert max(map(len, result.out.splitlines())) <= 79


def test_a_wide_terminal_shows_the_questions(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = run(EXAMPLE)
    assert "R2.4.1 Is the assessment and planning of unpaid work personalised?" in result.out
    assert "judged rated by inspectors' judgement" in result.out
    assert max(map(len, result.out.splitlines())) <= 199


def test_the_example_is_what_its_script_makes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_east_of_england", EXAMPLES / "make_east_of_england.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = tmp_path / "made.xlsx"
    script.main(made)
    assert cells_of(made) == cells_of(EXAMPLE)


def test_the_example_says_that_no_case_is_real() -> None:
    sheet = openpyxl.load_workbook(EXAMPLE).worksheets[0]
    assert "No case row in it is real" in str(sheet["A1"].value)
    assert ["Data status", "Illustrative"] in [[cell.value for cell in row[:2]] for row in sheet.iter_rows()]


def test_the_header_of_the_example_stays_in_sight() -> None:
    workbook = openpyxl.load_workbook(EXAMPLE)
    assert {sheet.title: sheet.freeze_panes for sheet in workbook.worksheets} == {
        "Inspection": "A4",
        "Judgements": "B2",
        "PDU cases": "B2",
        "Court reports": "B2",
        "Unpaid work cases": "B2",
        "Victim cases": "B2",
        "SFO reviews": "B2",
        "Previous recommendations": "B2",
        "Survey answers": "B2",
        "PDU priorities": "B2",
    }


def cells_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    workbook = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}


def conformance_cases() -> list[Path]:
    """Workbooks with a `.expected.json` beside them, in the folder that the environment names."""
    folder = os.environ.get("PROBATION_RATINGS_FIXTURES")
    return sorted(Path(folder).glob("*.xlsx")) if folder else []


@pytest.mark.parametrize("workbook", conformance_cases() or [EXAMPLE], ids=lambda path: path.stem)
def test_workbooks_give_the_result_that_is_shown_beside_them(run: Callable[..., Run], workbook: Path) -> None:
    beside = workbook.with_suffix(".expected.json")
    expected: dict[str, Any] = {"score": 5, "standards": {}}
    if beside.exists():
        expected = json.loads(beside.read_text(encoding="utf-8"))
    inspection = run(workbook, "-f", "json").inspection
    assert inspection["score"] == expected["score"]
    for standard in inspection["standards"]:
        wanted = expected["standards"].get(standard["id"])
        if wanted is not None:
            got = {key: standard[key] for key in ("rating", "score", "driven_by")}
            keys = ("yes", "relevant", "percentage")
            got["key_questions"] = {one["id"]: {key: one[key] for key in keys} for one in standard["key_questions"]}
            assert got == wanted


class TestYouthJustice:
    """Two published results of youth justice services whose standards were not all rated.

    Expected values: HM Inspectorate of Probation, Ceredigion, November 2024 (1/24, Inadequate), and Reading, December
    2024 (5/36, Inadequate; "The resettlement standard does not contribute to the overall rating"). Only the totals are
    published results here: which standards have the points, and the cases, are invented.
    """

    def book(self, points: tuple[str, ...], unseen: tuple[str, ...]) -> Book:
        """A workbook whose judged standards in `points` require improvement; all other standards are inadequate."""
        judged = ["1.1", "1.2", "1.3", "1.4", "3.4", "4.1"]
        rows = [[one, "Requires improvement" if one in points else "Inadequate"] for one in judged if one not in unseen]
        court = [f"2.{stage}.{number}" for stage in (1, 2, 3, 4) for number in (1, 2, 3)]
        out = [f"3.{stage}.{number}" for stage in (1, 2, 3) for number in (1, 2, 3)]
        book = {
            "Inspection": [["Field", "Value"], ["Youth justice service", "Somewhere"], ["Data status", "Illustrative"]],
            "Judgements": [["Standard", "Rating"], *rows, *([one, "Not inspected"] for one in unseen)],
            "Court disposals": [["Case ID", *court], *([f"C{case}", *["No"] * 12] for case in range(6))],
            "Out-of-court disposals": [["Case ID", *out], *([f"O{case}", *["No"] * 9] for case in range(6))],
        }
        if "2.1" in unseen:
            del book["Court disposals"]
        return book

    def rated(self, rate_book: Callable[..., Run], book: Book, *arguments: object) -> Run:
        return rate_book(book, "--rules", "youth-justice-2021", *(arguments or ("-f", "json")))

    def test_ceredigion_has_1_of_24(
        self, rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = self.book(("1.2",), ("2.1", "2.2", "2.3", "2.4"))
        result = self.rated(rate_book, book)
        whole = result.inspection
        assert (result.status, result.err) == (0, "")
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (1, 24, "Inadequate")
        assert whole["why_no_overall_rating"] is None
        # Requires improvement begins at 5 of 24, where 24 is cut like 36
        assert (whole["margin"]["up"], whole["margin"]["down"]) == (4, None)
        why = "The score is out of 24, because 2.1, 2.2, 2.3 and 2.4 were not inspected"
        table = self.rated(rate_book, book, "-f", "table").out
        assert "Score 1/24" in table
        assert why in table
        asked = (tmp_path / "region.xlsx", "--rules", "youth-justice-2021")
        assert f"{why}." in run(*asked, "-f", "markdown").out
        assert f"{why}." in run(*asked, "-f", "html").out
        explained = run("explain", *asked, "-f", "markdown", group=True).out
        assert "| Maximum | the score is out of 24, because 2.1, 2.2, 2.3 and 2.4 were not inspected |" in explained
        assert "Ceredigion youth justice service, November 2024 (1/24, Inadequate) (ours)" in explained.replace(
            "\\", ""
        )

    def test_reading_has_5_of_36_without_the_resettlement_standard(self, rate_book: Callable[..., Run]) -> None:
        result = self.rated(rate_book, self.book(("1.1", "1.2", "1.3", "1.4", "3.4"), ("4.1",)))
        whole = result.inspection
        assert (result.status, result.err) == (0, "")
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (5, 36, "Inadequate")
        # 7 of 36 is Requires improvement
        assert (whole["margin"]["up"], whole["why_no_overall_rating"]) == (2, None)
        assert result.standard("4.1")["rating"] == "Not inspected"

    def test_without_4_1_ceredigion_is_the_same(self, rate_book: Callable[..., Run]) -> None:
        book = self.book(("1.2",), ("2.1", "2.2", "2.3", "2.4", "4.1"))
        whole = self.rated(rate_book, book).inspection
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (1, 24, "Inadequate")
        table = self.rated(rate_book, book, "-f", "table").out
        assert "The score is out of 24, because 2.1, 2.2, 2.3 and 2.4 were not inspected" in table

    @pytest.mark.parametrize(
        ("score", "rating"),
        [(4, "Inadequate"), (5, "Requires improvement"), (12, "Requires improvement"), (13, "Good"), (20, "Good"),
         (21, "Outstanding"), (24, "Outstanding")],
    )  # fmt: skip
    def test_the_edges_out_of_24(self, rate_book: Callable[..., Run], score: int, rating: str) -> None:
        # five judged standards and three of cases, each at most 3: the last points come from the cases
        book = self.book((), ("2.1", "2.2", "2.3", "2.4"))
        words = ("Inadequate", "Requires improvement", "Good", "Outstanding")
        left = score
        for row in book["Judgements"][1:6]:
            row[1] = words[min(left, 3)]
            left -= min(left, 3)
        for stage in (1, 2, 3):
            # of 100 cases so many Yes: 0%, 50%, 65% and 80% begin the bands
            yes = (0, 50, 65, 80)[min(left, 3)]
            left -= min(left, 3)
            for number in (1, 2, 3):
                column = book["Out-of-court disposals"][0].index(f"3.{stage}.{number}")
                rows = book["Out-of-court disposals"]
                rows += [[f"O{case}", *["No"] * 9] for case in range(len(rows) - 1, 100)]
                for case, row in enumerate(rows[1:]):
                    row[column] = "Yes" if case < yes else "No"
        whole = self.rated(rate_book, book).inspection
        assert (whole["score"], whole["max_score"], whole["overall_rating"]) == (score, 24, rating)

    def test_a_sheet_that_is_missing_without_a_word_is_still_an_error(self, rate_book: Callable[..., Run]) -> None:
        book = self.book(("1.2",), ())
        del book["Court disposals"]
        result = self.rated(rate_book, book)
        assert (result.status, result.inspection["score"]) == (1, None)
        assert [one["code"] for one in result.problems] == ["PR201"]
        remedy = (
            "or, if they were not inspected, write 'Not inspected' for 2.1, 2.2, 2.3 and 2.4 in the sheet 'Judgements'"
        )
        assert remedy in " ".join(result.err.split())

    def test_standard_3_4_has_its_full_title(self, rate_book: Callable[..., Run]) -> None:
        assert self.rated(rate_book, self.book((), ())).standard("3.4")["title"] == (
            "Out-of-court disposal policy and provision"
        )

    def test_a_long_title_leaves_the_other_columns_their_room(self, rate_book: Callable[..., Run]) -> None:
        lines = self.rated(rate_book, self.book((), ()), "-f", "table").out.splitlines()
        assert max(map(len, lines)) <= 79
        place = next(number for number, line in enumerate(lines) if line.startswith("3.4"))
        assert lines[place].split()[-2:] == ["judged", "Inadequate"]
        assert lines[place + 1] == "provision"
