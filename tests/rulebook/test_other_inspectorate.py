"""The scheme of another inspectorate as a rule file: what the language can say of it, and what it cannot.

The bands in per cent are published; the answers of a workbook are invented.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from books import save
from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

RULES = Path(__file__).with_name("other_inspectorate.yaml")
TEXT = RULES.read_text(encoding="utf-8")
MET = {"Safe": 38, "Effective": 39, "Caring": 62, "Responsive": 63, "Well-led": 22}
"""Of 100 pieces of evidence so many are met; of those from staff only, for the last."""


def evidence() -> dict[str, list[list[Any]]]:
    """A workbook of 100 pieces of evidence: 75 from people, 24 from staff and one from both."""
    rows: list[list[Any]] = [["Item", "Category", *MET]]
    for number in range(100):
        category = "Residents" if number < 75 else "Managers" if number < 99 else "People and staff"
        row = ["1" if number < met else "0" for met in (38, 39, 62, 63)]
        led = "-" if number < 75 else "1" if number < 75 + MET["Well-led"] else "0"
        rows.append([f"E{number}", category, *row, led])
    described = [["Item", "Entry"], ["Service", "An invented home"], ["Data status", "Illustrative"]]
    return {"Assessment": described, "Evidence": rows}


def test_the_file_is_valid(run: Callable[..., Run]) -> None:
    result = run("rules", "check", RULES, group=True)
    assert (result.status, "5 standards, 5 key questions, out of 15" in result.out) == (0, True)


def test_its_bands_rate_a_small_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    """22 of the 25 pieces of evidence from staff are 88 per cent: Outstanding. 0 + 1 + 1 + 2 + 3 = 7 of 15."""
    path = save(evidence(), tmp_path / "home.xlsx")
    rated = run(path, "--rules", RULES, "-f", "json")
    assert (rated.status, rated.problems) == (0, [])
    found = {
        one["title"]: (one["key_questions"][0]["percentage"], one["rating"]) for one in rated.inspection["standards"]
    }
    assert found == {
        "Safe": (38, "Inadequate"), "Effective": (39, "Requires improvement"), "Caring": (62, "Requires improvement"),
        "Responsive": (63, "Good"), "Well-led": (88, "Outstanding"),
    }  # fmt: skip
    assert (rated.inspection["score"], rated.inspection["max_score"]) == (7, 15)
    assert rated.inspection["overall_rating"] == "Requires improvement"
    assert rated.inspection["region"] == "An invented home"


def test_every_command_works_with_it(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(evidence(), tmp_path / "home.xlsx")
    shown = " ".join(run(path, "--rules", RULES).out.split())
    assert "100 items of evidence, of which 76 from people and 25 from staff" in shown
    explained = run("explain", path, "K5", "--rules", RULES, group=True)
    assert "Outstanding is 88 to 100%" in " ".join(explained.out.split())
    for name in ("home.html", "home.md", "data.xlsx", "home.csv"):
        assert run(path, "--rules", RULES, "-o", tmp_path / name).status == 0
    assert "Good" in (tmp_path / "home.html").read_text(encoding="utf-8")
    assert run("example", "--rules", RULES, "-o", tmp_path / "example.xlsx", group=True).status == 0
    assert run(tmp_path / "example.xlsx", "--rules", RULES).status == 0
    assert run("new", "--rules", RULES, "-o", tmp_path / "blank.xlsx", group=True).status == 0


def test_a_workbook_of_another_scheme_is_told_which_rules_it_fits(run: Callable[..., Run]) -> None:
    """Of its sheets only the judgements are read by these rules; they have the two judged standards of the others."""
    (problem,) = run(EXAMPLE, "--rules", RULES, "-f", "json").problems
    assert problem["code"] == "PR232"
    assert "fits the rules regional-2023, not care-services-test" in problem["message"]


LACKS = {
    "points for an answer": (
        'spellings: ["Yes", "1"]}', 'spellings: ["Yes", "1"], points: 4}', "answers.yes.points: unknown key",
    ),
    "a fourth answer": (
        "  not_applicable: {name", "  partly: {name: Partly met, spellings: [P]}\n  not_applicable: {name", "answers.partly: unknown key",
    ),
    "a standard that is a mean of its questions": (
        "method: single_key_question", "method: mean_of_key_questions", "standards.1.method: ",
    ),
    "an overall rating from percentages": (
        "    - {rating: Outstanding, from: 14, to: 15}", "    - {rating: Outstanding, from: 14, to: 100}",
        "overall_bands.bands.4.to: the last band must end at 15",
    ),
    "a score where lower is better": (
        "{name: Requires improvement, score: 1}", "{name: Requires improvement, score: -1}", "ratings.scale.2.score",
    ),
    "a highest permitted score for a rating": (
        "    - {rating: Good, from: 10, to: 13}", "    - {rating: Good, from: 10, to: 13, lowest_standard: 1}",
        "overall_bands.bands.3.lowest_standard: unknown key",
    ),
    "bands with fractions": ("from: 39, to: 62", "from: 38.5, to: 62", "key_question_bands.bands.2.from"),
}  # fmt: skip


@pytest.mark.parametrize("name", LACKS)
def test_what_the_language_lacks_is_refused(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    """These schemes use it; a file that says so is refused with the line, and never read as something else."""
    old, new, words = LACKS[name]
    assert old in TEXT
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    result = run("rules", "check", path, group=True)
    assert result.status == 2
    assert words in result.out
