"""The pictures of the pages: their geometry is read back from the SVG and compared with positions worked out here."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import pytest
from openpyxl import load_workbook

from books import Book, save, small_book
from figures import Figure, per_cent, pictures, spoken
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

# The published figures: Yes of relevant cases, in the order of the key questions. Nobody names a PDU for R2.6.
PUBLISHED = [
    ("Public protection", "Assessment", 123, 438),
    ("Public protection", "Planning", 197, 438),
    ("Public protection", "Implementation and delivery", 123, 438),
    ("Public protection", "Reviewing", 166, 438),
    ("Desistance", "Assessment", 289, 438),
    ("Desistance", "Planning", 289, 438),
    ("Desistance", "Implementation and delivery", 175, 438),
    ("Desistance", "Reviewing", 215, 438),
    ("Court work", "Information and advice to court", 94, 302),
    ("Unpaid work", "Assessment and planning", 31, 79),
    ("Unpaid work", "Rehabilitation and desistance", 59, 79),
    ("Unpaid work", "Safe delivery", 39, 79),
    ("Unpaid work", "Sentence of the court", 55, 79),
    ("Resettlement", "Timely, personalised resettlement", 52, 149),
]
BANDS = [("Inadequate", 0, 50), ("Requires improvement", 50, 15), ("Good", 65, 15), ("Outstanding", 80, 20)]


def rounded(yes: int, relevant: int) -> int:
    """The percentage of a count, rounded half up."""
    return (200 * yes + relevant) // (2 * relevant)


@pytest.fixture
def figures(run: Callable[..., Run]) -> Callable[..., list[Figure]]:
    """Rates as a page, and reads its pictures."""

    def command(*arguments: object, status: int = 0) -> list[Figure]:
        result = run(*arguments, "-f", "html", "-q")
        assert result.status == status
        return pictures(result.out)

    return command


def many_pdus(path: Path, number: int) -> Path:
    """The example, with its cases dealt out to this many PDUs."""
    book = load_workbook(EXAMPLE)
    for name in ("PDU cases", "Court reports", "Unpaid work cases"):
        sheet = book[name]
        heads = [cell.value for cell in sheet[1]]
        column = heads.index("PDU") + 1
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column).value = f"Unit {row % number + 1:02}"
    book.save(path)
    return path


class TestStrips:
    """The PDUs of a region at each key question."""

    def test_the_region_is_at_its_published_percentage(self, figures: Callable[..., list[Figure]]) -> None:
        (found,) = figures(EXAMPLE)
        drawn = [(row.heading, row.label, row.places("svg", "x", "whole")) for row in found.rows]
        assert drawn == [(group, label, [rounded(yes, of)]) for group, label, yes, of in PUBLISHED]
        assert [row.label for row in found.rows if row.strong] == [
            "Assessment", "Implementation and delivery", "Implementation and delivery",
            "Information and advice to court", "Assessment and planning", "Timely, personalised resettlement",
        ]  # fmt: skip

    def test_each_pdu_is_at_the_percentage_of_its_cases(self, figures: Callable[..., list[Figure]]) -> None:
        sheet = load_workbook(EXAMPLE, read_only=True)["Court reports"]
        heads, *cases = sheet.values
        answers = Counter((row[heads.index("PDU")], row[3]) for row in cases)
        pdus = sorted({f"{pdu}" for pdu, _ in answers})
        assert len(pdus) == 8
        expected = {pdu: rounded(answers[pdu, "Yes"], answers[pdu, "Yes"] + answers[pdu, "No"]) for pdu in pdus}
        (row,) = (row for row in figures(EXAMPLE)[0].rows if row.heading == "Court work")
        assert row.svg is not None
        drawn = {circle[0].text: per_cent(circle.get("cx")) for circle in row.svg.iter("circle")}
        assert drawn == {f"{pdu}: {percentage}%": percentage for pdu, percentage in expected.items()}
        # Essex South has 5 of 41 and is the lowest
        assert rounded(5, 41) == min(expected.values()) == expected["Essex South"]
        assert row.said.startswith("Essex South 12% to ")
        assert row.places("line", "x1", "reach") == [12]
        assert row.places("line", "x2", "reach") == [max(expected.values())]

    def test_the_bands_and_their_names_are_those_of_the_rules(self, figures: Callable[..., list[Figure]]) -> None:
        (found,) = figures(EXAMPLE)
        for row in found.rows:
            widths = zip(row.places("rect", "x"), row.places("rect", "width"), strict=True)
            assert list(widths) == [(start, width) for _, start, width in BANDS]
        full, letters = (
            [(per_cent(text.get("x")), text.text) for text in one.iter("text")]
            for name in ("full", "letters")
            for one in found.tree.iter("svg")
            if one.get("class") == name
        )
        assert full == [
            (25, "Inadequate"),
            (57.5, "Requires"),
            (57.5, "improvement"),
            (72.5, "Good"),
            (90, "Outstanding"),
        ]
        assert letters == [(25, "I"), (57.5, "R"), (72.5, "G"), (90, "O")]
        (axis,) = (one for one in found.tree.iter() if "chart-axis" in (one.get("class") or ""))
        assert [(per_cent(one.get("x")), one.text) for one in axis.iter("text")] == [
            (0, "0"), (50, "50"), (65, "65"), (80, "80"), (100, "100%"),
        ]  # fmt: skip

    @pytest.mark.parametrize("number", [18, 40])
    def test_many_pdus_do_not_cover_each_other(
        self, figures: Callable[..., list[Figure]], tmp_path: Path, number: int
    ) -> None:
        (found,) = figures(many_pdus(tmp_path / "many.xlsx", number))
        assert f"the {number} PDUs" in spoken(found.tree)
        for row in found.rows:
            assert row.svg is not None
            height = int(row.svg.get("height") or 0)
            marks = [(per_cent(one.get("cx")), int(one.get("cy") or 0)) for one in row.svg.iter("circle")]
            assert len(marks) > 5
            assert all(4 <= y <= height - 4 for _, y in marks)
            for place, (x, y) in enumerate(marks):
                # a mark is 8 pixels wide, and a point is 4.5 pixels on a plot of 450
                assert all(abs(x - other) >= 2 or abs(y - beside) >= 8 for other, beside in marks[:place])

    def test_a_suppressed_figure_has_no_place(
        self, figures: Callable[..., list[Figure]], run: Callable[..., Run]
    ) -> None:
        # some of the PDUs' 10 unpaid work cases, and of their answers to the other questions, are fewer than 10
        options = (EXAMPLE, "-q", "--suppress-below", 10, "-f", "csv")
        by_pdu = list(csv.DictReader(run(*options, "--by", "pdu").out.splitlines()))
        all_pdus = list(csv.DictReader(run(*options, "--key-questions").out.splitlines()))
        hidden = {row["key_question"] for row in by_pdu if row["percentage"] == "[c]"}
        whole = {row["key_question"]: row["percentage"] for row in all_pdus}
        ids = list(dict.fromkeys(row["key_question"] for row in by_pdu))
        assert {"R2.4.1", "R2.4.2", "R2.4.3", "R2.4.4"} <= hidden < set(ids)
        for question, row in zip(ids, figures(*options[:-2])[0].rows, strict=True):
            assert row.svg is not None
            drawn = len(row.places("circle")), len(row.places("line", "x1", "reach"))
            assert drawn == ((0, 0) if question in hidden else (8, 1)), question
            assert row.places("svg", "x", "whole") == [int(whole[question])]
            assert (row.said == "PDUs: [c]") is (question in hidden)

    def test_a_region_whose_figures_are_all_suppressed_has_no_picture(
        self, figures: Callable[..., list[Figure]], tmp_path: Path
    ) -> None:
        path = save(small_book(), tmp_path / "in.xlsx")
        assert len(figures(path)) == 1
        assert figures(path, "--suppress-below", 5) == []

    def test_cases_without_a_pdu_are_no_pdu(self, figures: Callable[..., list[Figure]], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"][2][1] = None
        found = figures(save(book, tmp_path / "in.xlsx"))[0]
        (row,) = (row for row in found.rows if row.heading == "Court work")
        assert row.said == "Camden 100%"
        assert "no PDU named" not in found.text

    def test_names_are_text(self, figures: Callable[..., list[Figure]], tmp_path: Path) -> None:
        name = '</svg><script>alert("1")</script> {{ 7*7 }}'
        book: Book = {
            sheet: [[name if value in {"Camden", "London"} else value for value in row] for row in rows]
            for sheet, rows in small_book().items()
        }
        (found,) = figures(save(book, tmp_path / "in.xlsx"))
        assert f"{name} as a whole" in spoken(found.tree)
        assert found.rows[0].said == f"{name} 100% to Hackney 100%"
        assert [one for one in found.tree.iter() if one.tag == "script"] == []

    def test_a_question_without_a_short_name_has_its_id(
        self, figures: Callable[..., list[Figure]], tmp_path: Path
    ) -> None:
        rules = tmp_path / "own.yaml"
        text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
        rules.write_text(re.sub(r"\n +short: .*", "", text), encoding="utf-8")
        (found,) = figures(EXAMPLE, "--rules", rules)
        assert [row.label for row in found.rows[:4]] == ["R2.1.1", "R2.1.2", "R2.1.3", "R2.1.4"]


class TestManyInspections:
    """The scores of inspections, and the number of each rating."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Three regions: one with 22 of 24, one with 20, one that cannot be rated."""
        (tmp_path / "in").mkdir()
        for name, answer, rating in (
            ("London", "Yes", "Good"),
            ("Wales", "Yes", "Requires improvement"),
            ("North East", "Maybe", "Good"),
        ):
            book = small_book()
            book["Inspection"][1][1] = name
            book["PDU cases"][1][3] = answer
            book["Judgements"][1][1] = book["Judgements"][2][1] = rating
            save(book, tmp_path / "in" / f"{name}.xlsx")
        return tmp_path / "in"

    def test_a_score_is_in_the_middle_of_its_cell(self, figures: Callable[..., list[Figure]], folder: Path) -> None:
        # Of the scores 0 to 24, each has 4 per cent of the width: 22 is from 88 to 92
        scores = figures(folder, status=1)[0]
        assert [row.label for row in scores.rows] == ["London", "Wales", "North East"]
        london, wales, unrated = scores.rows
        assert (london.places("circle"), wales.places("circle")) == ([90], [82])
        assert london.places("rect", "x") == [0, 20, 52, 84]
        assert london.places("rect", "width") == [20, 32, 32, 16]
        assert (unrated.svg, unrated.said) == (None, "Not rated: PR304")
        (axis,) = (one for one in scores.tree.iter() if "chart-axis" in (one.get("class") or ""))
        assert [(per_cent(one.get("x")), one.text) for one in axis.iter("text")] == [
            (2, "0"), (22, "5"), (54, "13"), (86, "21"), (98, "24"),
        ]  # fmt: skip

    def test_the_ratings_of_a_standard_are_stacked(self, figures: Callable[..., list[Figure]], folder: Path) -> None:
        stacked = figures(folder, status=1)[1]
        assert stacked.rows[0].label == "Leadership"
        assert stacked.rows[-1].label == "Statutory victim work"
        # of three: one requires improvement, one is good, one is not rated
        third = 33.333
        leadership = stacked.rows[0]
        assert leadership.places("rect", "width") == [third] * 3
        assert leadership.places("rect", "x") == [0, third, 66.667]
        assert leadership.svg is not None
        assert [one.get("class") for one in leadership.svg.iter("rect")] == ["c1", "c2", "unrated"]
        assert [one.text for one in leadership.svg.iter("text")] == ["1", "1", "1"]
        assert [one.get("class") for one in (stacked.rows[2].svg or Element("svg")).iter("rect")] == ["c3", "unrated"]

    def test_one_inspection_is_no_stack(self, run: Callable[..., Run], tmp_path: Path) -> None:
        run(save(small_book(), tmp_path / "in.xlsx"), "-f", "html", "-q", "-o", f"{tmp_path}/site/")
        front = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
        assert "The region is Outstanding." in front
        assert len(pictures(front)) == 1

    def test_titles_that_two_standards_share_have_their_ids(
        self, figures: Callable[..., list[Figure]], tmp_path: Path
    ) -> None:
        example = ROOT / "examples" / "youth-justice.xlsx"
        book = load_workbook(example)
        book["Inspection"]["B2"].value = "Another service"
        book.save(tmp_path / "other.xlsx")
        found = figures(example, tmp_path / "other.xlsx", "--rules", "youth-justice-2021")
        labels = [row.label for row in found[1].rows]
        assert labels[0] == "Governance and leadership"
        assert {"2.1 Assessment", "3.1 Assessment"} <= set(labels)

    def test_a_score_out_of_less_is_not_on_the_axis(self, figures: Callable[..., list[Figure]], tmp_path: Path) -> None:
        text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
        reduced = (
            "  policy: reduced_bands\n  reduced_bands:\n    - max_score: 21\n"
            "      reference: {source: project, section: A test}\n      bands:\n"
            "        - {rating: Inadequate, from: 0, to: 3}\n        - {rating: Requires improvement, from: 4, to: 10}\n"
            "        - {rating: Good, from: 11, to: 17}\n        - {rating: Outstanding, from: 18, to: 21}\n"
        )
        (tmp_path / "own.yaml").write_text(text.replace("  policy: no_overall_rating\n", reduced), encoding="utf-8")
        book = small_book()
        save(book, tmp_path / "a.xlsx")
        book["Inspection"][1][1] = "Wales"
        book["Judgements"][1][1] = "Not inspected"
        save(book, tmp_path / "b.xlsx")
        rows = figures(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--rules", tmp_path / "own.yaml")[0].rows
        # Good scores 2, six standards 3 each
        assert [(row.label, row.said) for row in rows if row.svg is None] == [("Wales", "20 of 21: Outstanding")]


def test_each_picture_is_named_and_described_once(figures: Callable[..., list[Figure]], tmp_path: Path) -> None:
    book = small_book()
    book["Inspection"][1][1] = "Wales"
    found = figures(EXAMPLE, save(book, tmp_path / "in.xlsx"))
    assert len(found) == 4
    known = []
    for figure in found:
        (picture,) = (one for one in figure.tree.iter() if one.get("role") == "img")
        ids = {one.get("id"): spoken(one) for one in figure.tree.iter() if one.get("id")}
        assert list(ids) == [picture.get("aria-labelledby"), picture.get("aria-describedby")]
        assert all(ids.values())
        assert {one.get("aria-hidden") for one in figure.tree.iter("svg") if one.get("height")} == {"true"}
        known += list(ids)
    assert len(set(known)) == 8
