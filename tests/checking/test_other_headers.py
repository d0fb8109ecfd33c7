"""Columns of key questions that are headed by the codes of a survey, which a rule file lists as `also_headed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from books import R21, save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from books import Book
    from conftest import Run


def headed(*headers: str) -> Book:
    """The small workbook with other headers of R2.1.1 to R2.1.4, and No for R2.1.1 in one of two cases."""
    book = small_book()
    head = book["PDU cases"][0]
    book["PDU cases"][0] = [dict(zip(R21, headers, strict=True)).get(name, name) for name in head]
    book["PDU cases"][1][3] = "No"
    return book


@pytest.fixture
def survey_rules(tmp_path: Path) -> Callable[..., Path]:
    """Writes a rule file in which R2.1.1 to R2.1.4 are also headed so."""

    def write(*headers: str) -> Path:
        path = tmp_path / "survey.yaml"
        asked = "".join(
            f"      - {{id: {one}, also_headed: ['{header}']}}\n" for one, header in zip(R21, headers, strict=True)
        )
        text = f"id: survey\nextends: regional-2023\nstandards:\n  - id: R2.1\n    key_questions:\n{asked}"
        path.write_text(text, encoding="utf-8")
        return path

    return write


CODES = {
    "codes of a survey": ("A2_KQ1", "A2_KQ2", "A2_KQ3", "A2_KQ4"),
    "codes with one number": ("Q1", "Q2", "Q3", "Q4"),
    "words": ("Assessed well", "Planned well", "Delivered well", "Reviewed well"),
}


@pytest.mark.parametrize("name", CODES)
def test_a_column_may_be_headed_by_any_text_that_is_listed(
    run: Callable[..., Run], tmp_path: Path, survey_rules: Callable[..., Path], name: str
) -> None:
    rules = survey_rules(*CODES[name])
    assert run("rules", "check", rules, group=True).status == 0
    path = save(headed(*CODES[name]), tmp_path / "region.xlsx")
    rated = run(path, "--rules", rules, "-f", "json")
    assert (rated.status, rated.problems) == (0, [])
    counts = [(one["id"], one["yes"], one["relevant"]) for one in rated.standard("R2.1")["key_questions"]]
    assert counts == [("R2.1.1", 1, 2), ("R2.1.2", 2, 2), ("R2.1.3", 2, 2), ("R2.1.4", 2, 2)]
    assert run(path, "-f", "json").status == 1


@pytest.mark.parametrize("name", CODES)
def test_the_number_of_an_id_still_heads_its_column(
    run: Callable[..., Run], tmp_path: Path, survey_rules: Callable[..., Path], name: str
) -> None:
    path = save(headed("2.1.1", "2.1.2", "R 2.1.3", "2.1.4"), tmp_path / "region.xlsx")
    assert run(path, "--rules", survey_rules(*CODES[name]), "-f", "json").problems == []


def test_a_code_does_not_lose_its_letters(
    run: Callable[..., Run], tmp_path: Path, survey_rules: Callable[..., Path]
) -> None:
    """A column 1 is not Q1, and 2_KQ1 is not A2_KQ1."""
    path = save(headed("1", "2", "3", "4"), tmp_path / "region.xlsx")
    rated = run(path, "--rules", survey_rules("Q1", "Q2", "Q3", "Q4"), "-f", "json")
    assert {one["code"] for one in rated.problems} == {"PR204"}
    path = save(headed("2_KQ1", "2_KQ2", "2_KQ3", "2_KQ4"), tmp_path / "region.xlsx")
    rated = run(path, "--rules", survey_rules(*CODES["codes of a survey"]), "-f", "json")
    assert {one["code"] for one in rated.problems} == {"PR204"}


def test_the_number_of_an_id_of_another_rule_file_is_unclear_if_it_differs(
    run: Callable[..., Run], tmp_path: Path, survey_rules: Callable[..., Path]
) -> None:
    """Where R2.1.1 is B2.1.2 elsewhere, a header 2.1.2 could be either of two questions."""
    rules = survey_rules("B2.1.2", "B2.1.1", "B2.1.3", "B2.1.4")
    path = save(headed("B2.1.2", "R2.1.2", "B2.1.3", "R2.1.4"), tmp_path / "region.xlsx")
    assert run(path, "--rules", rules, "-f", "json").problems == []
    path = save(headed("2.1.1", "2.1.2", "2.1.3", "2.1.4"), path)
    assert "PR204" in {one["code"] for one in run(path, "--rules", rules, "-f", "json").problems}


def test_a_mapping_file_may_name_a_column_by_its_code(
    run: Callable[..., Run], tmp_path: Path, survey_rules: Callable[..., Path]
) -> None:
    survey_rules(*CODES["codes of a survey"])
    (tmp_path / "cases.csv").write_text("ref,a,b\nC1,Yes,No\nC2,Yes,Yes\n", encoding="utf-8")
    (tmp_path / "region.mapping.yaml").write_text(
        "mapping_version: 1\nrules: survey.yaml\ninspection: {Region: London}\nsheets:\n  PDU cases:\n"
        "    columns: {Case ID: ref, A2_KQ1: a, R2.1.2: b}\nsources:\n  - {files: cases.csv, into: PDU cases}\n",
        encoding="utf-8",
    )
    rated = run(tmp_path / "region.mapping.yaml", "-f", "json", "--partial")
    missing = [one["message"] for one in rated.problems if one["code"] == "PR231"]
    assert not any("'R2.1.1'" in one or "'R2.1.2'" in one for one in missing)
    assert any("'R2.1.3'" in one for one in missing)
