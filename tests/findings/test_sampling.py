"""How far the case samples carry: Wilson's interval, and resamples held against exact binomials."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from math import comb, sqrt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from books import Book, court_reports, save, small_book
from probation_ratings.findings.sampling import wilson
from probation_ratings.rating.counts import Count, percentage
from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

RATINGS = ["Inadequate", "Requires improvement", "Good", "Outstanding"]


@pytest.mark.parametrize(
    ("yes", "relevant", "low", "high"),
    [
        # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.00, 16.11),
        (1, 29, 0.61, 17.18),
    ],
)
def test_wilsons_interval_is_the_published_one(yes: int, relevant: int, low: float, high: float) -> None:
    found = wilson(Count(yes, relevant - yes))
    assert found is not None
    assert (round(found[0], 2), round(found[1], 2)) == (low, high)


def test_of_no_case_there_is_no_interval() -> None:
    assert wilson(Count(0, 0)) is None


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_an_interval_holds_its_percentage_and_mirrors(yes: int, no: int, level: float) -> None:
    assume(yes + no > 0)
    found, mirrored = wilson(Count(yes, no), level), wilson(Count(no, yes), level)
    assert found is not None
    assert mirrored is not None
    assert 0 <= found[0] <= 100 * yes / (yes + no) + 1e-9
    assert 100 * yes / (yes + no) - 1e-9 <= found[1] <= 100
    assert abs(found[0] + mirrored[1] - 100) < 1e-9


def test_a_higher_level_gives_a_wider_interval() -> None:
    widths = [high - low for low, high in filter(None, (wilson(Count(12, 8), level) for level in (0.5, 0.9, 0.99)))]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def resampled(run: Callable[..., Run], book: Book, path: Path, *arguments: object) -> dict[str, Any]:
    result = run("explain", save(book, path), "-f", "json", "-q", *arguments, group=True)
    assert result.status == 0
    found = result.inspection["sampling"]["resampling"]
    assert isinstance(found, dict)
    return found


def chances(*strata: tuple[int, int]) -> dict[str, float]:
    """How likely each rating is when strata of (Yes, cases) are drawn again: a sum of binomials, in exact fractions."""
    yes_counts = {0: Fraction(1)}
    for yes, cases in strata:
        share = Fraction(yes, cases)
        drawn = [comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(cases + 1)]
        mixed: dict[int, Fraction] = {}
        for before, chance in yes_counts.items():
            for k, more in enumerate(drawn):
                mixed[before + k] = mixed.get(before + k, Fraction(0)) + chance * more
        yes_counts = mixed
    cases = sum(size for _, size in strata)
    found = dict.fromkeys(RATINGS, 0.0)
    for yes, chance in yes_counts.items():
        share_read = percentage(Count(yes, cases - yes))
        assert share_read is not None
        found[RATINGS[(share_read >= 50) + (share_read >= 65) + (share_read >= 80)]] += float(chance)
    return found


def close(counts: dict[str, int], expected: dict[str, float], resamples: int) -> bool:
    """Whether counts are within five standard deviations of what is expected."""
    return all(
        abs(counts[rating] - resamples * chance) <= 5 * sqrt(resamples * chance * (1 - chance)) + 1e-6
        for rating, chance in expected.items()
    )


@pytest.mark.parametrize(("yes", "cases"), [(16, 30), (3, 4), (29, 45), (5, 12)])
def test_resamples_of_one_question_follow_the_binomial(
    run: Callable[..., Run], tmp_path: Path, yes: int, cases: int
) -> None:
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * (cases - yes))}
    found = resampled(run, book, tmp_path / "a.xlsx", "--resamples", 20_000, "--seed", 7)
    assert close(found["standards"]["R2.3"]["ratings"], chances((yes, cases)), 20_000)


def test_resamples_keep_to_the_pdus(run: Callable[..., Run], tmp_path: Path) -> None:
    # drawn over all PDUs the result would vary; within two PDUs that are all Yes and all No it cannot
    rows = [["Report ID", "PDU", "R2.3.1"]]
    rows += [[f"C{n}", "Camden", "Yes"] for n in range(20)] + [[f"D{n}", "Hackney", "No"] for n in range(20)]
    book = small_book() | {"Court reports": rows}
    found = resampled(run, book, tmp_path / "a.xlsx", "--resamples", 500)
    assert found["standards"]["R2.3"] == {
        "rating": "Requires improvement",
        "kept": 500,
        "ratings": {"Inadequate": 0, "Requires improvement": 500, "Good": 0, "Outstanding": 0},
    }
    mixed = [[f"C{n}", "Camden", "Yes" if n < 12 else "No"] for n in range(20)]
    mixed += [[f"D{n}", "Hackney", "Yes" if n < 5 else "No"] for n in range(9)]
    book["Court reports"] = [rows[0], *mixed]
    counts = resampled(run, book, tmp_path / "b.xlsx", "--resamples", 20_000)["standards"]["R2.3"]["ratings"]
    assert close(counts, chances((12, 20), (5, 9)), 20_000)


def test_a_resample_without_a_relevant_case_is_not_rated(run: Callable[..., Run], tmp_path: Path) -> None:
    # two cases of which one is relevant: a quarter of the draws holds none
    book = small_book() | {"Court reports": court_reports(["Yes", "Not applicable"])}
    found = resampled(run, book, tmp_path / "a.xlsx", "--resamples", 20_000)
    kept = found["standards"]["R2.3"]["ratings"]["Outstanding"]
    assert abs(kept - 15_000) < 5 * sqrt(20_000 * 0.75 * 0.25)
    assert sum(found["overall_rating"]["ratings"].values()) == kept
    out = run("explain", tmp_path / "a.xlsx", "--resamples", 200, "-q", group=True).out
    assert "not rated " in out


def test_judged_ratings_and_panel_decisions_are_held(run: Callable[..., Run], tmp_path: Path) -> None:
    # Good, Good, five times Outstanding: 19; R2.3 is computed Inadequate and moved to Requires improvement: 20, Good
    book = small_book() | {
        "Court reports": court_reports(["Yes"] * 24 + ["No"] * 26),
        "Panel decisions": [["Standard", "Rating", "Reason"], ["R2.3", "Requires improvement", "Read again."]],
    }
    found = resampled(run, book, tmp_path / "a.xlsx", "--resamples", 2000)
    assert found["overall_rating"]["ratings"]["Good"] == 2000
    # the computed rating is drawn all the same
    assert 0 < found["standards"]["R2.3"]["kept"] < 2000
    assert set(found["standards"]) == {"R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6"}


def test_the_order_of_rows_changes_nothing(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Case ID", "PDU", "R2.6.1", "R2.6.2", "R2.6.3"]]
    draw = random.Random(3)
    for number in range(40):
        answers = [draw.choice(["Yes", "Yes", "No", "Not applicable"]) for _ in range(3)]
        rows.append([f"V{number}", "ignored", *answers])
    book = small_book() | {"Victim cases": rows}
    before = resampled(run, book, tmp_path / "a.xlsx", "--resamples", 300)
    book["Victim cases"] = [rows[0], *draw.sample(rows[1:], 40)]
    assert resampled(run, book, tmp_path / "b.xlsx", "--resamples", 300) == before
    assert resampled(run, book, tmp_path / "b.xlsx", "--resamples", 300, "--seed", 2) != before


def test_with_partial_only_what_is_rated_is_drawn(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    path = save(book, tmp_path / "a.xlsx")
    result = run("explain", path, "-f", "json", "-q", "--partial", "--resamples", 50, group=True)
    found = result.inspection["sampling"]["resampling"]
    assert "R2.1" not in found["standards"]
    assert found["standards"]["R2.2"]["kept"] == 50
    assert found["overall_rating"] is None
    refused = run("explain", path, "-f", "json", "-q", "--resamples", 50, group=True)
    assert (refused.status, "sampling" in refused.inspection) == (1, False)


def test_intervals_are_given_on_request_only(run: Callable[..., Run]) -> None:
    plain = run("explain", EXAMPLE, group=True).out
    assert "nterval" not in plain
    asked = json.loads(run("explain", EXAMPLE, "--sampling", "--level", "90", "-f", "json", group=True).out)
    sampling = asked["inspections"][0]["sampling"]
    assert (sampling["level"], sampling["resampling"]) == (90, None)
    # 10 of 10 at 95 per cent: 72.25 to 100; R2.6.3 has 14 of 14
    assert sampling["intervals"]["R2.6.3"][1] == 100
    text = " ".join(run("explain", EXAMPLE, "R2.6.3", "--sampling", group=True).out.split())
    assert "R2.6.3 100 78.5 to 100.0 Good to Outstanding" in text
    assert "It says nothing about how inspectors judge" in text


@pytest.mark.parametrize("arguments", [["--level", "90"], ["--seed", "3"], ["--sampling", "--level", "100"]])
def test_options_that_would_have_no_effect_are_refused(run: Callable[..., Run], arguments: list[str]) -> None:
    assert run("explain", EXAMPLE, *arguments, group=True).status == 2


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_the_figures_do_not_mean_is_shown_beside_them(run: Callable[..., Run], form: str) -> None:
    out = " ".join(run("explain", EXAMPLE, "--resamples", "100", "--seed", "4", "-f", form, group=True).out.split())
    assert "and rated: 100 times, seed 4." in out
    assert "They are not the chance that a rating is right" in out
    assert "it changes no rating" in out


@pytest.mark.parametrize(
    ("method", "bands"), [("exact", "Inadequate"), ("whole_percent", "Inadequate to Requires improvement")]
)
def test_the_bands_of_an_interval_are_read_off_as_the_percentage_is(
    run: Callable[..., Run], tmp_path: Path, method: str, bands: str
) -> None:
    # 10 of 31: the interval is 18.57 to 49.86, and 49.86 is rounded to 50, where Requires improvement begins
    rules = tmp_path / "own.yaml"
    text = (EXAMPLE.parents[1] / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    rules.write_text(text.replace("method: whole_percent", f"method: {method}"), encoding="utf-8")
    book = small_book() | {"Court reports": court_reports(["Yes"] * 10 + ["No"] * 21)}
    path = save(book, tmp_path / "region.xlsx")
    out = run("explain", path, "R2.3", "--sampling", "--rules", rules, "-f", "markdown", group=True).out
    (row,) = [line for line in out.splitlines() if "18.6 to 49.9" in line]
    assert row.split("|")[-2].strip() == bands
