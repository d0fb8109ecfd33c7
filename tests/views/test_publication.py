"""What page, data workbook and Markdown share: every programme, and what is not counted or not inspected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from books import Book, court_reports, save, small_book
from shared import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

FORMATS = ["markdown", "html", "xlsx"]


@pytest.fixture
def published(run: Callable[..., Run], tmp_path: Path) -> Callable[..., str]:
    """Publishes workbooks in a format; what a reader of it finds, as text."""

    def command(format_: str, *arguments: object, status: int = 0) -> str:
        target = tmp_path / f"out.{'md' if format_ == 'markdown' else format_}"
        assert run(*arguments, "-o", target).status == status
        if format_ != "xlsx":
            return target.read_text(encoding="utf-8")
        book: Any = load_workbook(target)
        return "\n".join(f"{cell.value}" for sheet in book for row in sheet for cell in row if cell.value is not None)

    return command


@pytest.mark.parametrize("format_", FORMATS)
def test_pdus_stand_side_by_side_and_are_not_broken_down_further(published: Callable[..., str], format_: str) -> None:
    found = published(format_, EXAMPLES / "region-and-pdus.xlsx", "--rules", "pdu-2023")
    for words in ("PDUs side by side", "Number of PDUs with each rating", "South Central Lakes, South Central"):
        assert words in found
    assert "by PDU" not in found
    assert "Regions" not in found


@pytest.mark.parametrize("format_", FORMATS)
def test_a_standard_that_does_not_count_says_so(published: Callable[..., str], format_: str) -> None:
    found = published(format_, EXAMPLES / "youth-justice.xlsx", "--rules", "youth-justice-2021")
    assert "Inspectors' judgement; not counted in the score" in found.replace("&#39;", "'")
    assert "4.1" in found
    assert "36" in found


@pytest.mark.parametrize("format_", FORMATS)
def test_a_standard_that_was_not_inspected_says_so_and_why_nothing_is_overall(
    published: Callable[..., str], tmp_path: Path, format_: str
) -> None:
    book = small_book()
    book["Judgements"][1][1] = "Not inspected"
    found = published(format_, save(book, tmp_path / "region.xlsx"))
    assert "Not inspected" in found
    assert "No overall rating" in found or "Not rated" in found
    assert "R1.1 was not inspected, and regional-2023 gives none then" in found
    assert "22/24" not in found
    assert "of 24" not in found


@pytest.mark.parametrize("format_", FORMATS)
def test_several_regions_of_which_one_was_not_inspected_in_part(
    published: Callable[..., str], tmp_path: Path, format_: str
) -> None:
    book = small_book()
    book["Judgements"][1][1] = "Not inspected"
    book["Inspection"][1][1] = "Wales"
    paths = [save(small_book(), tmp_path / "a.xlsx"), save(book, tmp_path / "b.xlsx")]
    found = published(format_, *paths)
    assert "Regions side by side" in found
    assert "R1.1 was not inspected, and regional-2023 gives none then" in found
    assert "Not rated: R1.1 was not inspected" in found
    assert not re.search(r"\bPR\d{3}\b", found)  # it is no problem of the data


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_hides_what_is_small(published: Callable[..., str], tmp_path: Path, format_: str) -> None:
    path = save(small_book(), tmp_path / "region.xlsx")
    everything, found = published(format_, path), published(format_, path, "--suppress-below", 5)
    assert "Counts from 1 to 4, and figures from which they could be worked out, are suppressed" in found
    assert "[c]" in found.replace("\\", "")
    small = {
        "markdown": ("| 100 |", "answer from", "rests on 2"),
        "html": (">2/2<", ">1/1<", ">100%", "answer from", "rests on 2"),
        "xlsx": ("\n100\n", "answer from", "rests on 2"),
    }[format_]
    assert [figure for figure in small if figure not in everything] == []
    assert [figure for figure in small if figure in found] == []
    overall = {
        "markdown": "**Outstanding**, score 22 of 24",
        "html": "22 out of 24. ",
        "xlsx": "Outstanding, score 22 of 24",
    }[format_]
    assert overall in found


@pytest.mark.parametrize("format_", FORMATS)
def test_exact_percentages_and_means_are_reported(published: Callable[..., str], tmp_path: Path, format_: str) -> None:
    text = (EXAMPLES.parent / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    text = text.replace("method: pooled", "method: mean_of_units").replace("method: whole_percent", "method: exact")
    rules = tmp_path / "mine.yaml"
    rules.write_text(text, encoding="utf-8")
    found = published(format_, EXAMPLES / "east-of-england.xlsx", "--rules", rules)
    assert "the mean of the exact percentages of the PDUs" in found
    assert "The band is read off the exact percentage" in found
    assert "Percentages are rounded only for display: the bands are read off the exact ones." in found
    assert "Good 65 to under 80% (a reasonable majority), Requires improvement 50 to under 65% (too few)" in found
    assert "Outstanding 80 to 100% (a large majority)" in found


def test_a_page_does_not_contradict_itself_where_a_percentage_is_rounded(
    published: Callable[..., str], tmp_path: Path
) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Yes"] * 129 + ["No"] * 71)
    path = save(book, tmp_path / "region.xlsx")
    rules = tmp_path / "mine.yaml"
    text = (EXAMPLES.parent / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    rules.write_text(text.replace("method: whole_percent", "method: exact"), encoding="utf-8")
    found = published("html", path, "--rules", rules)
    assert "R2.3.1: 65% (rounded), Requires improvement." in found
    legend = found.partition('<p class="key"><span>Percentage')[2].partition("</p>")[0]
    assert "65 to under 80%" in legend
    assert "50 to under 65%" in legend
    assert "80 to 100%" in legend
    assert "(rounded)" not in published("html", path)


def with_reasons() -> Book:
    """A workbook with a reason for a judgement, none for the other, and one for a decision of the panel."""
    book = small_book()
    book["Judgements"] = [
        ["Standard", "Rating", "Rationale"], ["R1.1", "Good", "Led <b>well</b>, =1+1"], ["R1.2", "Good", None],
    ]  # fmt: skip
    book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.3", "Good", "Few reports."]]
    return book


@pytest.mark.parametrize("format_", FORMATS)
def test_reasons_of_judgements_and_decisions_are_published(
    published: Callable[..., str], tmp_path: Path, format_: str
) -> None:
    found = published(format_, save(with_reasons(), tmp_path / "region.xlsx"))
    given = {
        "markdown": r"Led \<b\>well\</b\>, =1+1",
        "html": "<strong>Inspectors’ reason:</strong> Led &lt;b&gt;well&lt;/b&gt;, =1+1",
        "xlsx": "Led <b>well</b>, =1+1",
    }[format_]
    assert found.count(given) == 1
    assert "Few reports." in found


def test_json_has_the_reason_of_a_judgement(run: Callable[..., Run], tmp_path: Path) -> None:
    result = run(save(with_reasons(), tmp_path / "region.xlsx"), "-f", "json")
    assert [result.standard(one)["rationale"] for one in ("R1.1", "R1.2", "R2.3")] == [
        "Led <b>well</b>, =1+1", None, None,
    ]  # fmt: skip
    assert result.standard("R2.3")["panel_decision"]["reason"] == "Few reports."
