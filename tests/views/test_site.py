"""Many inspections as a site: a front page that compares them, and a page of each with a way back."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    """A folder of three regions, one of which names itself like the front page."""
    folder = tmp_path / "regions"
    folder.mkdir()
    for number, name in enumerate(("London", "Wales & <Marches>", "Index")):
        book = small_book()
        book["Inspection"][1][1] = name
        book["Judgements"][1][1] = ["Outstanding", "Good", "Inadequate"][number]
        save(book, folder / f"{number}.xlsx")
    return folder


def test_the_front_page_leads_to_each_page_and_back(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert run(regions, "-q", "-f", "html", "-o", f"{site}/").status == 0
    pages = ["london.html", "region-index.html", "wales-marches.html"]
    assert sorted(path.name for path in site.iterdir()) == sorted(["index.html", *pages, "summary.csv"])
    front = (site / "index.html").read_text(encoding="utf-8")
    # in the table and in the contents, in the order of the scores
    links = re.findall(r'href="([a-z-]+\.html)">([^<]*)<', front)
    ranked = [
        ("london.html", "London"), ("wales-marches.html", "Wales &amp; &lt;Marches&gt;"), ("region-index.html", "Index"),
    ]  # fmt: skip
    assert links == ranked * 2
    assert "<h1>Ratings of 3 inspections</h1>" in front
    assert 'class="inspection"' not in front
    assert front.count('<figure class="chart">') == 2
    for name in pages:
        page = (site / name).read_text(encoding="utf-8")
        assert re.findall(r'href="([a-z-]+\.html)">([^<]*)<', page) == [("index.html", "All inspections")]
        assert page.count('class="overall"') == 1
    with (site / "summary.csv").open(encoding="utf-8", newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [name for name, _ in ranked]


def test_every_link_of_the_front_page_works(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    run(regions, "-q", "-f", "html", "-o", f"{tmp_path}/site/")
    front = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    ids = set(re.findall(r'\bid="([^"]+)"', front))
    inside = set(re.findall(r'href="#([^"]+)"', front))
    assert {"comparison", "distribution", "method"} <= inside <= ids


def test_a_single_file_has_all_of_them_and_no_way_back(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    assert run(regions, "-q", "-o", tmp_path / "all.html").status == 0
    page = (tmp_path / "all.html").read_text(encoding="utf-8")
    assert page.count('class="inspection"') == 3
    assert "index.html" not in page


def test_other_formats_have_no_front_page(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    assert run(regions, "-q", "-f", "markdown", "-o", f"{tmp_path}/out/").status == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["london.md", "region-index.md", "summary.csv", "wales-marches.md"]


def test_the_front_page_replaces_no_input(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    # a mapping file or workbook may be called anything, but nothing that is read is written over
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").symlink_to(regions / "0.xlsx")
    before = (regions / "0.xlsx").read_bytes()
    result = run(regions, "-q", "-f", "html", "-o", f"{site}/")
    assert (result.status, "is an input" in result.err) == (2, True)
    assert (regions / "0.xlsx").read_bytes() == before


@pytest.mark.parametrize("form", ["html", "markdown", "table"])
def test_in_the_order_of_their_names_regions_have_no_rank(run: Callable[..., Run], regions: Path, form: str) -> None:
    by_score, by_name = (run(regions, "-q", "-f", form, "--sort", sort).out for sort in ("score", "region"))
    rank = {
        "html": '<th scope="col" role="columnheader" class="n">Rank</th>', "markdown": "| Region | Rank |", "table": "  1 London",
    }[form]  # fmt: skip
    assert rank in by_score
    assert rank not in by_name
    if form == "table":
        assert by_name.splitlines()[1].startswith("Index")
