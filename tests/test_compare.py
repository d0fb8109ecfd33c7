"""`compare`: what changed between two results, by how much, and whether the rules did."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import Book, court_reports, save, small_book
from probation_ratings.comparing import difference
from probation_ratings.tallies import Count

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

RULES = Path(__file__).parents[1] / "rules" / "regional-2023.yaml"
COUNTS = st.builds(Count, yes=st.integers(0, 300), no=st.integers(0, 300)).filter(lambda count: count.relevant > 0)


@pytest.mark.parametrize(
    ("after", "before", "points", "low", "high"),
    [
        # Newcombe (1998), Interval estimation for the difference between independent proportions, table II, method 10
        ((56, 70), (48, 80), 20.0, 5.24, 33.39),
        ((9, 10), (3, 10), 60.0, 17.05, 80.90),
        ((5, 56), (0, 29), 8.93, -3.81, 19.26),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    after: tuple[int, int], before: tuple[int, int], points: float, low: float, high: float
) -> None:
    found = difference(Count(before[0], before[1] - before[0]), Count(after[0], after[1] - after[0]))
    assert found is not None
    assert [round(value, 2) for value in (found[0], *found[1])] == [points, low, high]


@given(COUNTS, COUNTS)
def test_an_interval_holds_the_difference_and_turns_round(before: Count, after: Count) -> None:
    forth, back = difference(before, after), difference(after, before)
    assert forth is not None
    assert back is not None
    assert forth[1][0] - 1e-9 <= forth[0] <= forth[1][1] + 1e-9
    assert abs(forth[1][0] + back[1][1]) < 1e-9


def region(name: str, yes: int, victims: tuple[int, int, int] = (10, 10, 10)) -> Book:
    """A region with so many Yes of ten court reports, and of ten victim cases."""
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * (10 - yes))}
    book["Inspection"][1][1] = name
    rows = [[f"V{n}", *("Yes" if n < share else "No" for share in victims)] for n in range(10)]
    book["Victim cases"] = [book["Victim cases"][0], *rows]
    return book


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """London before, 8 of 10, and after, 4 of 10; R2.6.1 drove R2.6, then R2.6.2 and R2.6.3 do."""
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    save(region("London", 8, (6, 8, 9)), before)
    save(region("London", 4, (9, 7, 7)), after)
    return before, after


def compared(run: Callable[..., Run], *arguments: object) -> Run:
    return run("compare", *arguments, "-q", group=True)


def test_what_changed_between_two_workbooks(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    result = compared(run, *sides, "-f", "json")
    document = json.loads(result.out)
    assert result.status == 0
    assert document["rules"]["same"] is True
    (change,) = document["regions"]
    # 2 + 2 + 3 x 6 with R2.6 at Requires improvement: 20; after, R2.3 is Inadequate and R2.6 Good: 18
    assert (change["score_before"], change["score_after"]) == (20, 18)
    standards = {one["id"]: one for one in change["standards"]}
    court = standards["R2.3"]
    assert (court["rating_before"], court["rating_after"], court["steps"]) == ("Outstanding", "Inadequate", -3)
    assert court["key_questions"][0]["points"] == -40
    victims = standards["R2.6"]
    assert (victims["rating_before"], victims["rating_after"], victims["steps"]) == ("Requires improvement", "Good", 1)
    assert (victims["new_drivers"], victims["lost_drivers"]) == (["R2.6.2", "R2.6.3"], ["R2.6.1"])
    assert standards["R1.1"]["steps"] == 0


def test_the_text_shows_arrows_percentages_and_drivers(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    out = compared(run, *sides).out
    assert max(map(len, out.splitlines())) < 80
    text = " ".join(out.split())
    assert "London: 20/24 Good → 18/24 Good" in text
    assert "▼▼▼ R2.3 Court work: Outstanding → Inadequate R2.3.1 80%* 40%* -40.0" in text
    assert (
        "▲ R2.6 Statutory victim work: Requires improvement → Good; now driven by R2.6.2 and R2.6.3, no more by" in text
    )
    assert "= R1.1 Leadership: Good" in text
    assert "The rule files differ" not in text


def test_csv_and_markdown(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    rows = list(csv.DictReader(io.StringIO(compared(run, *sides, "-f", "csv").out)))
    (court,) = [row for row in rows if row["key_question"] == "R2.3.1"]
    assert (court["percentage_before"], court["percentage_after"], court["points"]) == ("80", "40", "-40.0")
    assert [row["rating_after"] for row in rows if row["standard"] == "R1.1"] == ["Good"]
    out = compared(run, *sides, "-f", "markdown").out
    assert "| R2.3 Court work | Outstanding | Inadequate | ▼▼▼ |" in out
    assert r"| R2.3.1 | 80%\* | 40%\* | -40.0 |" in out


def test_kept_results_compare_like_their_workbooks(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    for side in sides:
        run(side, "-q", "-o", side.with_suffix(".json"))
    kept = compared(run, *(side.with_suffix(".json") for side in sides), "-f", "json")
    assert kept.out == compared(run, *sides, "-f", "json").out
    assert compared(run, sides[0], sides[1].with_suffix(".json"), "-f", "json").out == kept.out


def test_folders_are_compared_region_by_region(run: Callable[..., Run], tmp_path: Path) -> None:
    before, after = tmp_path / "2024", tmp_path / "2026"
    for folder, regions in ((before, (("Wales", 8), ("London", 9))), (after, (("London", 3), ("North East", 5)))):
        folder.mkdir()
        for name, yes in regions:
            save(region(name, yes), folder / f"{name}.xlsx")
    document = json.loads(compared(run, before, after, "-f", "json").out)
    assert [one["region_after"] for one in document["regions"]] == ["London"]
    assert (document["only_before"], document["only_after"]) == (["Wales"], ["North East"])
    out = compared(run, before, after).out
    assert "Only before: Wales." in out
    assert "Only after: North East." in out
    run(before, "-q", "-o", f"{tmp_path}/kept/")
    assert json.loads(compared(run, tmp_path / "kept", after, "-f", "json").out) == document


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_other_rules_are_never_hidden(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    own = tmp_path / "milder.yaml"
    own.write_text(RULES.read_text(encoding="utf-8").replace("id: regional-2023", "id: milder"), encoding="utf-8")
    kept = tmp_path / "kept.json"
    run(sides[0], "-q", "--rules", own, "-o", kept)
    result = run("compare", kept, sides[1], "-f", form, group=True)
    assert "The rule files differ: before milder" in " ".join((result.out + result.err).split()).replace("> ", "")
    if form == "json":
        assert json.loads(result.out)["rules"]["same"] is False
    if form == "csv":
        row = next(csv.DictReader(io.StringIO(result.out)))
        assert row["rules_before"] != row["rules_after"]


def test_different_regions_are_pointed_out(run: Callable[..., Run], tmp_path: Path) -> None:
    save(region("Wales", 8), tmp_path / "a.xlsx")
    save(region("London", 8), tmp_path / "b.xlsx")
    out = " ".join(compared(run, tmp_path / "a.xlsx", tmp_path / "b.xlsx").out.split())
    assert "Different regions are compared: before Wales, after London." in out


def test_what_is_not_rated_has_no_arrow(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    broken = region("London", 4)
    broken["Court reports"][1][1] = "Maybe"
    save(broken, tmp_path / "broken.xlsx")
    result = compared(run, sides[0], tmp_path / "broken.xlsx")
    assert result.status == 1
    assert "? R2.3 Court work: Outstanding → not rated" in " ".join(result.out.split())


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"rules": {}, "inspections": []}', "[" * 100_000, '{"rules": {"id": "a", "sha256": "b"}}'],
)
def test_what_is_no_result_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, content: str
) -> None:
    (tmp_path / "x.json").write_text(content)
    result = compared(run, tmp_path / "x.json", sides[0])
    assert (result.status, result.out) == (3, "")
    assert "not a JSON result of `rate`" in result.err


@pytest.mark.parametrize(("key", "value"), [("percentage", "8"), ("yes", -1), ("id", None)])
def test_a_result_that_was_tampered_with_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, key: str, value: Any
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["standards"][4]["key_questions"][0][key] = value
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3


@pytest.mark.parametrize("share", [[1], "1/2", [1, "2"]])
def test_nor_is_one_with_a_share_that_is_none(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, share: Any
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["standards"][4]["key_questions"][0]["share"] = share
    (tmp_path / "x.json").write_text(json.dumps(document))
    result = compared(run, tmp_path / "x.json", sides[0])
    assert (result.status, result.out) == (3, "")
    assert "not a JSON result of `rate`" in result.err


def test_nor_is_one_with_a_pdu_that_is_none(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["pdu"] = 5
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3


def test_every_column_of_its_markdown_has_a_head(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    out = compared(run, *sides, "-f", "markdown").out
    tables = [line for line in out.splitlines() if line.startswith(("| Standard", "| Key question"))]
    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in tables] == [
        ["Standard", "before", "after", "change"],
        ["Key question", "before", "after", "points", "95% interval"],
    ]


def test_a_file_that_is_not_there(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3
    assert compared(run, tmp_path / "x.xlsx", sides[0]).status == 3
    assert compared(run, tmp_path / "nowhere", sides[0]).status == 3
    (tmp_path / "empty").mkdir()
    assert compared(run, tmp_path / "empty", sides[0]).status == 2


def test_a_region_that_a_side_has_twice_is_refused(run: Callable[..., Run], tmp_path: Path) -> None:
    for side in ("a", "b"):
        (tmp_path / side).mkdir()
        for number in range(2):
            save(region("Wales", 8), tmp_path / side / f"{number}.xlsx")
    result = compared(run, tmp_path / "a", tmp_path / "b")
    assert (result.status, result.out) == (2, "")
    assert "'Wales' stands twice in what was before" in result.err


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_text_of_a_kept_result_is_harmless(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    evil = "\x1b[31m[red]<b>=1+1\u202e"
    document["rules"] |= {"id": evil, "sha256": "x"}
    document["inspections"][0] |= {"region": evil, "overall_rating": evil}
    standard = document["inspections"][0]["standards"][4]
    standard |= {"title": evil, "rating": evil, "driven_by": []}
    standard["key_questions"][0] |= {"id": evil, "text": evil}
    (tmp_path / "x.json").write_text(json.dumps(document))
    result = run("compare", sides[1], tmp_path / "x.json", "-f", form, group=True)
    assert result.status == 0
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err
    if form == "text":
        assert "[red]<b>" in result.out
    if form == "markdown":
        assert "<b>" not in result.out.replace(r"\<b\>", "")
    if form == "csv":
        assert not [cell for row in csv.reader(io.StringIO(result.out)) for cell in row if cell.startswith("=")]
