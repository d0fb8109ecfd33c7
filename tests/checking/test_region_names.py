"""Regions are compared and shown in the spelling of the rule file, wherever they are named."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, save, small_book
from shared import rows_of, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

SPELLINGS = [("wales", "Wales"), ("Kent, Surrey & Sussex", "Kent Surrey and Sussex"), ("NORTH-EAST ", "North East")]


def of(region: str) -> Book:
    book = small_book()
    book["Inspection"][1][1] = region
    return book


@pytest.fixture(params=SPELLINGS, ids=[name for _, name in SPELLINGS])
def named(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A workbook whose region is spelled in its own way, and the region in the rule file's spelling."""
    written_as, name = request.param
    return save(of(written_as), tmp_path / "region.xlsx"), name


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown", "html"])
def test_every_format_of_rate_has_the_spelling_of_the_rules(
    run: Callable[..., Run], named: tuple[Path, str], form: str
) -> None:
    path, name = named
    result = run(path, "-f", form)
    assert (result.status, result.err) == (0, "")
    assert name in result.out
    if form == "json":
        assert result.inspection["region"] == name
    if form == "html":
        assert f"<title>{name}" in result.out
    if form == "csv":
        assert {row["region"] for row in csv.DictReader(result.out.splitlines())} == {name}


def test_so_have_check_and_the_files_of_a_folder(
    run: Callable[..., Run], named: tuple[Path, str], tmp_path: Path
) -> None:
    path, name = named
    (workbook,) = json.loads(run("check", path, "-f", "json", group=True).out)["workbooks"]
    assert (workbook["region"], [one for one in workbook["problems"] if one["code"] == "PR314"]) == (name, [])
    run(path, "-f", "json", "-o", f"{tmp_path}/out/")
    assert (tmp_path / "out" / f"{name.lower().replace(' ', '-')}.json").exists()
    (row,) = csv.DictReader((tmp_path / "out" / "summary.csv").read_text(encoding="utf-8").splitlines())
    assert row["region"] == name


def test_compare_takes_two_spellings_for_one_region(
    run: Callable[..., Run], named: tuple[Path, str], tmp_path: Path
) -> None:
    path, name = named
    other = save(of(name), tmp_path / "other.xlsx")
    (change,) = json.loads(run("compare", path, other, "-f", "json", group=True).out)["regions"]
    assert (change["region_before"], change["region_after"]) == (name, name)
    assert "Different regions" not in run("compare", path, other, group=True).out


def test_a_result_that_was_kept_in_another_spelling_is_of_the_same_region(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    path, kept = save(of("Wales"), tmp_path / "region.xlsx"), tmp_path / "kept.json"
    document = json.loads(run(path, "-f", "json").out)
    document["inspections"][0]["region"] = "wales"
    kept.write_text(json.dumps(document), encoding="utf-8")
    result = run("compare", kept, path, group=True)
    assert (result.status, "Different regions" in result.out) == (0, False)


def test_counts_have_it_too(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["kent, surrey and sussex", *row[1:]] for row in rows_of()]
    result = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json")
    assert (result.inspection["region"], result.inspection["problems"]) == ("Kent Surrey and Sussex", [])


def test_an_unknown_region_stays_as_it_is_written(
    rate_book: Callable[..., Run], run: Callable[..., Run], tmp_path: Path
) -> None:
    result = rate_book(of("west wales"))
    assert (result.inspection["region"], [one["code"] for one in result.problems]) == ("west wales", ["PR314"])
    rows = [["west wales", *row[1:]] for row in rows_of()]
    counted = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json")
    assert (counted.inspection["region"], [one["code"] for one in counted.problems]) == ("west wales", ["PR314"])
    assert counted.problems[0]["line"] == 2


def test_expected_ratings_name_it_so(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(of("wales"), tmp_path / "region.xlsx")
    expected = tmp_path / "expected.csv"
    expected.write_text("region,standard,rating\nWALES,overall,Good\nnorth west,overall,Good\n", encoding="utf-8")
    result = run("check", path, "--expect", expected, "-f", "json", group=True)
    told: list[dict[str, Any]] = [one for book in json.loads(result.out)["workbooks"] for one in book["problems"]]
    messages = [one["message"] for one in told if one["code"] in {"PR612", "PR613"}]
    assert len(messages) == 2  # 22 points are Outstanding, not Good; and North West has no workbook
    assert "'North West'" in messages[1]
