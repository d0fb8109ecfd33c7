"""The page of `compare -o change.html`: what changed, by how much, its pictures, rules and rationales."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from books import Book, court_reports, save, small_book
from figures import pictures
from shared import RULE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def region(name: str, yes: int, rationale: str, started: str) -> Book:
    """A region with so many Yes of ten court reports."""
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * (10 - yes))}
    book["Inspection"][1][1] = name
    book["Inspection"].append(["Fieldwork started", started])
    book["Judgements"][1][2] = rationale
    return book


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """London before, 8 of 10 court reports, and after, 4 of 10."""
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    save(region("London", 8, "Well <led>.", "2024-06-03"), before)
    save(region("London", 4, "Still well led.", "2026-06-08"), after)
    return before, after


@pytest.fixture
def page_of(run: Callable[..., Run], tmp_path: Path) -> Callable[..., str]:
    """Compares, and reads the page."""

    def command(*arguments: object, status: int = 0) -> str:
        assert run("compare", *arguments, "-q", "-o", tmp_path / "change.html", group=True).status == status
        return (tmp_path / "change.html").read_text(encoding="utf-8")

    return command


def words(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.split("</style>")[1]).split())


def test_it_says_what_changed_and_by_how_much(page_of: Callable[..., str], sides: tuple[Path, Path]) -> None:
    text = words(page_of(*sides))
    # Good twice and Outstanding six times; after, R2.3 is Inadequate: 22 - 3
    assert "London: what changed Data status: Illustrative Before 22/24 Outstanding After 19/24 Good" in text
    assert "Fieldwork: started 3 June 2024 → started 8 June 2026" in text
    assert "R2.3 Court work Outstanding Inadequate 3 ratings lower" in text
    assert "R1.1 Leadership Good Good no change" in text
    assert re.search(r"R2\.3\.1 Is the pre-sentence information .* decision-making\? 80%\* 40%\* -40\.0 -", text)
    assert "Before: Good Well &lt;led&gt;. After: Good Still well led." in text
    assert "Both sides were rated by the rule file regional-2023" in text


def test_a_key_question_is_at_its_percentages(page_of: Callable[..., str], sides: tuple[Path, Path]) -> None:
    (found,) = pictures(page_of(*sides))
    (court,) = (row for row in found.rows if row.heading == "Court work")
    assert court.label == "Information and advice to court"
    assert court.strong
    assert court.places("circle", kind="before") == [80]
    assert court.places("circle", kind="after") == [40]
    assert (court.places("line", "x1", "moved"), court.places("line", "x2", "moved")) == ([80], [40])
    assert court.places("rect", "x") == [0, 50, 65, 80]
    assert court.svg is not None
    assert [one.text for one in court.svg.iter("text")] == ["80%", "40%"]
    same = next(row for row in found.rows if row.heading == "Public protection")
    assert (same.places("circle"), same.places("line", "x1", "moved")) == ([100, 100], [])


def test_kept_results_give_the_same_page(
    run: Callable[..., Run], page_of: Callable[..., str], sides: tuple[Path, Path]
) -> None:
    for side in sides:
        run(side, "-q", "-o", side.with_suffix(".json"))
    documents = [side.with_suffix(".json") for side in sides]
    assert page_of(*documents) == page_of(*sides)
    # results of an earlier version have no rationale
    for path in documents:
        document = json.loads(path.read_text(encoding="utf-8"))
        for one in document["inspections"][0]["standards"]:
            del one["rationale"]
        path.write_text(json.dumps(document), encoding="utf-8")
    assert "Rationale" not in page_of(*documents)


def test_rules_that_are_not_at_hand_have_no_bands(
    run: Callable[..., Run], page_of: Callable[..., str], sides: tuple[Path, Path], tmp_path: Path
) -> None:
    own = tmp_path / "milder.yaml"
    text = RULE_FILE.read_text(encoding="utf-8")
    own.write_text(text.replace("id: regional-2023", "id: milder").replace("from: 50", "from: 40").replace("to: 49", "to: 39"), encoding="utf-8")  # fmt: skip
    run(sides[1], "-q", "--rules", own, "-o", tmp_path / "after.json")
    run(sides[1], "-q", "-o", tmp_path / "same.json")
    page = page_of(sides[0], tmp_path / "after.json")
    assert "The rule files differ: before regional-2023" in words(page)
    assert page.count('class="problems"') == 1
    # the rules of the first side are at hand: their bands are drawn, but what differs cannot be said
    assert pictures(page)[0].rows[0].places("rect", "x") == [0, 50, 65, 80]
    assert "<li>key question bands" not in page
    document = json.loads((tmp_path / "same.json").read_text(encoding="utf-8"))
    document["rules"]["sha256"] = "0" * 64
    (tmp_path / "unknown.json").write_text(json.dumps(document), encoding="utf-8")
    (found,) = pictures(page_of(tmp_path / "after.json", tmp_path / "unknown.json"))
    assert found.rows[0].places("rect", "x") == []
    assert found.rows[0].label == "R2.1.1"


def test_rules_that_differ_are_listed(
    run: Callable[..., Run], page_of: Callable[..., str], sides: tuple[Path, Path], tmp_path: Path
) -> None:
    own = tmp_path / "milder.yaml"
    own.write_text(
        "extends: regional-2023\nid: milder\nkey_question_bands:\n  bands:\n"
        "    - {rating: Inadequate, to: 39}\n    - {rating: Requires improvement, from: 40}\n"
        'examples:\n  key_questions:\n    - {"yes": 4, "no": 6, percentage: 40, rating: Requires improvement}\n',
        encoding="utf-8",
    )
    for name, rules in (("before", "regional-2023"), ("after", own)):
        made = run(sides[1], "-q", "--rules", rules, "-o", tmp_path / f"{name}.json")
        assert made.status == 0, made.err
    page = page_of(tmp_path / "before.json", tmp_path / "after.json", "--rules", own)
    assert "key question bands, band Requires improvement, from: 50 → 40" in words(page)
    out = run(
        "compare", tmp_path / "before.json", tmp_path / "after.json", "--rules", own, "-f", "markdown", "-q", group=True
    ).out
    assert "## Rules that changed\n\n" in out
    assert "- key question bands, band Requires improvement, from: 50 → 40\n" in out


def test_many_regions_come_first_with_their_scores(page_of: Callable[..., str], tmp_path: Path) -> None:
    for side, shares in (("before", (8, 4)), ("after", (4, 8))):
        (tmp_path / side).mkdir()
        for name, yes in zip(("London", "Wales"), shares, strict=True):
            save(region(name, yes, "Seen.", "2024-06-03"), tmp_path / side / f"{name}.xlsx")
    page = page_of(tmp_path / "before", tmp_path / "after")
    text = words(page)
    assert "What changed Contents Regions before and after" in text
    assert "London 22/24 Outstanding 19/24 Good -3" in text
    assert "Wales 19/24 Good 22/24 Outstanding +3" in text
    scores, *questions = pictures(page)
    assert len(questions) == 2
    # of 0 to 24, 22 is in the middle of 88 to 92 per cent, and 19 of 76 to 80
    assert [(row.label, row.places("circle", kind="before"), row.places("circle", kind="after")) for row in scores.rows] == [
        ("London", [90], [78]), ("Wales", [78], [90]),
    ]  # fmt: skip
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_side_that_could_not_be_rated_is_named(page_of: Callable[..., str], sides: tuple[Path, Path]) -> None:
    book = region("London", 4, "Seen.", "2026-06-08")
    book["Court reports"][1][1] = "Maybe"
    save(book, sides[1])
    text = words(page_of(*sides, status=1))
    assert "After not rated (PR304)" in text
    assert "R1.1 Leadership Good Not rated not comparable" in text


def test_its_text_is_text(page_of: Callable[..., str], tmp_path: Path) -> None:
    hostile = '</title><script>alert("1")</script> {{ 7*7 }}'
    for name in ("a", "b"):
        save(region(hostile, 5, hostile, "2024-06-03"), tmp_path / f"{name}.xlsx")
    page = page_of(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    assert "<script" not in page
    assert "{{ 7*7 }}" in page
    assert "style=" not in page
