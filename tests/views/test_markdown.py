"""Ratings as Markdown, read back by a CommonMark parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from books import save, small_book
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def parsed(text: str) -> tuple[list[tuple[str, str]], list[list[list[str]]]]:
    """The headings with their levels, and the tables as rows of cells, as a reader of Markdown sees them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    headings: list[tuple[str, str]] = []
    tables: list[list[list[str]]] = []
    for place, token in enumerate(tokens):
        inner = tokens[place + 1].children or [] if place + 1 < len(tokens) else []
        words = "".join(child.content for child in inner)
        if token.type == "heading_open":
            headings.append((token.tag, words))
        elif token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in {"th_open", "td_open"}:
            tables[-1][-1].append(words)
    return headings, tables


def test_it_has_the_published_ratings(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE, "-f", "markdown")
    headings, tables = parsed(result.out)
    assert headings[0] == ("h1", "East of England: ratings")
    assert "**Illustrative data: the cases are invented.**" in result.out
    assert "**Requires improvement**, score 5 of 24." in result.out
    ratings, questions, by_pdu = tables[:3]
    assert [(row[0], row[4], row[5], row[6]) for row in ratings[1:]] == [
        ("R1.1", "[x]", "Requires improvement", "1"),
        ("R1.2", "[x]", "Requires improvement", "1"),
        ("R2.1", "R2.1.1 and R2.1.3", "Inadequate", "0"),
        ("R2.2", "R2.2.3", "Inadequate", "0"),
        ("R2.3", "R2.3.1", "Inadequate", "0"),
        ("R2.4", "R2.4.1", "Inadequate", "0"),
        ("R2.5", "R2.5.1", "Inadequate", "0"),
        ("R2.6", "R2.6.2", "Outstanding", "3"),
    ]
    assert ["R2.4.1", "31", "48", "0", "79", "39"] in [[row[0], *row[3:8]] for row in questions]
    assert [row[7] for row in questions[1:]] == [
        "28",
        "45",
        "28",
        "38",
        "66",
        "66",
        "40",
        "49",
        "31",
        "39",
        "75",
        "49",
        "70",
        "35",
        "93",
        "90",
        "100",
    ]
    assert by_pdu[0][:2] == ["Key question", "Bedfordshire"]
    assert len(by_pdu) == 1 + 14  # the victim cases name no PDU


def test_the_suffix_says_it(run: Callable[..., Run], tmp_path: Path) -> None:
    target = tmp_path / "deep" / "ratings.md"
    assert run(EXAMPLE, "-o", target).status == 0
    assert target.read_text(encoding="utf-8") == run(EXAMPLE, "-f", "markdown").out


@pytest.mark.parametrize(
    "name",
    ["+1-1", "<script>alert(1)</script>", "[red](http://x.example)", "a|b", "*b*_c_", "\x1b[31mred", "`x`", "$a$"],
)
def test_text_of_a_workbook_is_text(rate_book: Callable[..., Run], name: str) -> None:
    book = small_book()
    book["Inspection"][1][1] = name.replace("\x1b", "_x001B_")
    for sheet in ("PDU cases", "Court reports", "Unpaid work cases"):
        for row in book[sheet][1:]:
            row[1] = name.replace("\x1b", "_x001B_")
    result = rate_book(book, "-f", "markdown")
    headings, tables = parsed(result.out)
    shown = name.replace("\x1b", "\\x1b")
    assert headings[0] == ("h1", f"{shown}: ratings")
    assert tables[2][0] == ["Key question", shown]
    assert len({len(row) for row in tables[2]}) == 1
    assert "\x1b" not in result.out


def test_several_regions_stand_side_by_side_first(run: Callable[..., Run], tmp_path: Path) -> None:
    other = small_book()
    other["Inspection"][1][1] = "Wales"
    other["Victim cases"][1][1] = "Maybe"
    paths = [save(small_book(), tmp_path / "a.xlsx"), save(other, tmp_path / "b.xlsx")]
    result = run(*paths, "-f", "markdown")
    headings, tables = parsed(result.out)
    assert result.status == 1
    assert [words for level, words in headings if level == "h1"] == [
        "Regional inspection of probation services, from October 2023: ratings"
    ]
    assert [(row[0], row[1], row[-2], row[-1]) for row in tables[0][1:]] == [
        ("London", "1", "22", "Outstanding"),
        ("Wales", "[x]", "[x]", "Not rated: PR304"),
    ]
    assert [row[-1] for row in tables[1]] == ["Overall", "1", "0", "0", "0"]
    assert [words for level, words in headings if level == "h2"] == [
        "Regions side by side", "Number of regions with each rating", "London", "Wales", "Method and rules",
        "Sources of the rules",
    ]  # fmt: skip
    assert "- PR304: an answer is not one of those allowed (R2.6)" in result.out
    assert "Maybe" not in result.out


def test_no_case_id_and_no_cell_is_published(run: Callable[..., Run]) -> None:
    page = run(EXAMPLE, "-f", "markdown").out
    assert not [word for word in ("EOE-0", "CR-0", "UPW-0", "VIC-0") if word in page]


def test_the_same_input_gives_the_same_bytes(run: Callable[..., Run]) -> None:
    assert run(EXAMPLE, "-f", "markdown").out == run(EXAMPLE, "-f", "markdown").out


def test_many_inspections_say_at_the_top_that_the_cases_are_invented(run: Callable[..., Run], tmp_path: Path) -> None:
    # the order of the workbooks is not that of the scores: 22 of 24 for Wales, 18 for London
    lower, other = small_book(), small_book()
    lower["Judgements"][1][1] = lower["Judgements"][2][1] = "Inadequate"
    other["Inspection"][1][1] = "Wales"
    paths = [save(lower, tmp_path / "a.xlsx"), save(other, tmp_path / "b.xlsx")]
    found = run(*paths, "-f", "markdown").out
    first = found.split("## ", maxsplit=1)[0]
    assert "**Illustrative data: the cases are invented.**" in first
    headings, tables = parsed(found)
    assert [row[0] for row in tables[0][1:]] == ["Wales", "London"]
    assert [words for level, words in headings if level == "h2"][2:4] == ["Wales", "London"]


def test_of_many_inspections_only_some_are_invented(run: Callable[..., Run], tmp_path: Path) -> None:
    other = small_book()
    other["Inspection"][1:] = [["Region", "Wales"], ["Data status", "Inspection data"]]
    paths = [save(small_book(), tmp_path / "a.xlsx"), save(other, tmp_path / "b.xlsx")]
    first = run(*paths, "-f", "markdown").out.split("## ", maxsplit=1)[0]
    assert "**Illustrative data: the cases of London are invented.**" in first


def test_of_many_youth_justice_services_it_calls_them_inspections(run: Callable[..., Run], tmp_path: Path) -> None:
    book = load_workbook(ROOT / "examples" / "youth-justice.xlsx")
    paths = []
    for number, status in enumerate(["Illustrative"] * 4 + ["Inspection data"]):
        for row in book["Inspection"].iter_rows(min_row=1, max_col=2):
            if row[0].value in {"Youth justice service", "Data status"}:
                row[1].value = status if row[0].value == "Data status" else f"Service {number}"
        paths.append(tmp_path / f"{number}.xlsx")
        book.save(paths[-1])
    first = run(*paths, "--rules", "youth-justice-2021", "-f", "markdown").out.split("## ", maxsplit=1)[0]
    assert "the cases of 4 of the 5 inspections (each says whether its cases are) are invented" in first
