"""`example`: invented workbooks are valid, realistic in size, marked, and the same for the same seed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow


def made(run: Callable[..., Run], *arguments: object) -> Run:
    return run("example", *arguments, group=True)


def test_twelve_regions_are_made_and_rated(run: Callable[..., Run], tmp_path: Path, rules: RuleSet) -> None:
    result = made(run, "--regions", 12, "--seed", 1, "-o", tmp_path / "regions")
    assert (result.status, result.out) == (0, "")
    rated = run(tmp_path / "regions", "-f", "json", "--require-all")
    assert (rated.status, rated.err) == (0, "")
    found = json.loads(rated.out)["inspections"]
    assert rules.regions is not None
    assert {one["region"] for one in found} == set(rules.regions.names)
    assert {one["data_status"] for one in found} == {"Illustrative"}
    # sizes of published inspections: the East of England, and three other regions
    for one in found:
        relevant = {q["id"]: q["relevant"] + q["not_applicable"] for s in one["standards"] for q in s["key_questions"]}
        assert 292 <= relevant["R2.1.1"] <= 546
        assert 149 <= relevant["R2.3.1"] <= 302
        assert 22 <= relevant["R2.4.1"] <= 79
        assert 14 <= relevant["R2.6.1"] <= 60
    # not all alike
    assert len({one["score"] for one in found}) > 3


def test_one_workbook_in_a_folder_is_one(run: Callable[..., Run], tmp_path: Path) -> None:
    assert ": 1 illustrative workbook written; rate with: " in made(run, "-o", f"{tmp_path / 'regions'}/").err


def test_check_finds_nothing_wrong(run: Callable[..., Run], tmp_path: Path) -> None:
    made(run, "-o", tmp_path / "a.xlsx")
    assert run("check", tmp_path / "a.xlsx", "--strict", "-q", group=True).status == 0


def test_the_same_seed_makes_the_same_bytes(run: Callable[..., Run], tmp_path: Path) -> None:
    for name, seed, regions in (("a", 5, 1), ("b", 5, 1), ("c", 6, 1), ("d", 5, 3)):
        made(run, "--regions", regions, "--seed", seed, "-o", f"{tmp_path}/{name}/")
    first = (tmp_path / "a" / "east-midlands.xlsx").read_bytes()
    assert (tmp_path / "b" / "east-midlands.xlsx").read_bytes() == first
    assert (tmp_path / "c" / "east-midlands.xlsx").read_bytes() != first
    # a region does not depend on how many others are made
    assert (tmp_path / "d" / "east-midlands.xlsx").read_bytes() == first
    assert len(list((tmp_path / "d").iterdir())) == 3


@pytest.mark.parametrize("errors", [1, 7, 40])
def test_check_finds_every_planted_error(run: Callable[..., Run], tmp_path: Path, errors: int) -> None:
    made(run, "--planted-errors", errors, "-o", tmp_path / "a.xlsx")
    checked = json.loads(run("check", tmp_path / "a.xlsx", "-f", "json", group=True).out)
    problems = checked["workbooks"][0]["problems"]
    cells = [(one["sheet"], cell) for one in problems if one["severity"] == "error" for cell in one["cells"]]
    assert len(cells) == len(set(cells)) == errors


def test_answers_of_a_case_hang_together(run: Callable[..., Run], tmp_path: Path, rules: RuleSet) -> None:
    from probation_ratings import cases_frame, read_inspection

    made(run, "-o", tmp_path / "a.xlsx")
    frame = cases_frame(read_inspection(str(tmp_path / "a.xlsx"), rules), "PDU cases")
    first, second = (frame[question].astype(str) for question in ("R2.1.1", "R2.1.2"))
    both = frame[first.isin(["Yes", "No"]) & second.isin(["Yes", "No"])]
    share = (both["R2.1.2"] == "Yes").mean()
    given_yes = (both.loc[both["R2.1.1"] == "Yes", "R2.1.2"] == "Yes").mean()
    assert given_yes > share + 0.05


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--regions", 2, "-o", "{}/a.xlsx"], 2), (["-o", "{}/a.csv"], 2), ([], 2), (["-o", "{}/there.xlsx"], 3)],
)
def test_what_cannot_be_made_is_refused(
    run: Callable[..., Run], tmp_path: Path, arguments: list[object], status: int
) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"x")
    result = made(run, *(str(one).format(tmp_path) for one in arguments))
    assert result.status == status
    assert (tmp_path / "there.xlsx").read_bytes() == b"x"


def test_force_overwrites(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"x")
    assert made(run, "-o", tmp_path / "there.xlsx", "--force").status == 0
    assert (tmp_path / "there.xlsx").read_bytes() != b"x"
