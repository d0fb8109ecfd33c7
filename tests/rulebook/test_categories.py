"""Values of a column: further spellings, values that count as several, and conditions that name several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from books import R21, R22, save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from books import Book
    from conftest import Run


def book_of(*sentences: str, resettled: str = "") -> Book:
    """The small workbook with a case for each type of sentence.

    Everything is Yes, but R2.5.1 is Not applicable where the type is not one of those `resettled`.
    """
    book = small_book()
    asked = [
        [f"A{n}", "Camden", one, *["Yes"] * 8, "Yes" if one in resettled.split(";") else "Not applicable"]
        for n, one in enumerate(sentences)
    ]
    book["PDU cases"] = [["Case ID", "PDU", "Sentence type", *R21, *R22, "R2.5.1"], *asked]
    return book


@pytest.fixture
def rules_file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a rule file that extends the regional one."""

    def write(text: str) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_text(f"id: mine\nextends: regional-2023\n{text}", encoding="utf-8")
        return path

    return write


def test_published_numbers_that_overlap_are_those_of_the_rows(run: Callable[..., Run], tmp_path: Path) -> None:
    """292 cases, of which 185 community sentences and 109 licences: two are both."""
    both = "Community sentence and licence"
    sentences = [*["Community sentence"] * 183, *["Licence"] * 107, *[both] * 2]
    book = book_of(*sentences, resettled=f"Licence;{both}")
    book["Inspection"] += [["PDU cases", 292], ["Community sentences", 185], ["Licences", 109]]
    book["Inspection"] += [["Resettlement cases", 109]]
    path = save(book, tmp_path / "north-east.xlsx")
    rated = run(path, "-f", "json")
    assert (rated.status, rated.problems) == (0, [])
    shown = run(path).out
    assert "292 PDU cases, of which 185 community sentences and 109 licences" in " ".join(shown.split())
    # one less in both categories, and the numbers stated are wrong
    book["PDU cases"][-1][2] = "Licence"
    (warning,) = run(save(book, path), "-f", "json").problems
    assert (warning["code"], warning["message"]) == (
        "PR407", "'community sentences' is stated as '185', but the rows give 184",
    )  # fmt: skip


def test_a_question_applies_to_a_case_that_counts_as_its_category(run: Callable[..., Run], tmp_path: Path) -> None:
    both = "Community sentence and licence"
    path = save(book_of("Licence", both, "Community sentence", resettled=f"Licence;{both}"), tmp_path / "a.xlsx")
    assert run(path, "-f", "json").problems == []
    path = save(book_of("Licence", "Community sentence", resettled="Licence;Community sentence"), path)
    (warning,) = run(path, "-f", "json").problems
    assert (warning["code"], warning["cells"]) == ("PR406", ["L3"])
    assert warning["message"] == "R2.5.1 is answered in a case whose 'Sentence type' is not Licence"


def test_a_spelling_is_the_value_that_it_stands_for(run: Callable[..., Run], tmp_path: Path) -> None:
    sentences = ("Community order", "suspended  sentence ORDER", "Community sentence", "Licence")
    path = save(book_of(*sentences, resettled="Licence"), tmp_path / "region.xlsx")
    rated = run(path, "-f", "json")
    assert rated.problems == []
    assert "4 PDU cases, of which 3 community sentences and 1 licence" in " ".join(run(path).out.split())
    assert run("convert", path, "-o", tmp_path / "same.xlsx", group=True).status == 0
    from openpyxl import load_workbook

    (_, *types) = [row[2].value for row in load_workbook(tmp_path / "same.xlsx")["PDU cases"].iter_rows()]
    assert types == ["Community sentence"] * 3 + ["Licence"]


def test_a_spelling_of_ones_own_is_added_to_those_of_an_extended_file(
    run: Callable[..., Run], tmp_path: Path, rules_file: Callable[[str], Path]
) -> None:
    mine = rules_file(
        "case_sheets:\n  - name: PDU cases\n    other_columns:\n"
        "      - {name: Sentence type, spellings: {Licence: [Parole, On licence]}}\n"
    )
    path = save(book_of("Parole", "ON LICENCE", "Community order", resettled="Parole;ON LICENCE"), tmp_path / "a.xlsx")
    assert run(path, "--rules", mine, "-f", "json").problems == []
    assert [one["code"] for one in run(path, "-f", "json").problems] == ["PR315", "PR315"]
    shown = " ".join(run("rules", "show", mine, group=True).out.split())
    assert "counts as Community sentence and Licence" in shown


def test_the_spellings_of_a_category_of_an_annex_are_counted_as_it(
    run: Callable[..., Run], tmp_path: Path, rules_file: Callable[[str], Path]
) -> None:
    mine = rules_file(
        "annex_tables:\n  - name: PDU priorities\n    categories:\n      - {name: Priority, spellings: {Amber: [Yellow]}}\n"
    )
    book = small_book()
    book["PDU priorities"] = [["Priority"], ["Yellow"], ["amber"], ["Red"]]
    path = save(book, tmp_path / "region.xlsx")
    (table,) = run(path, "--rules", mine, "-f", "json").inspection["annex_tables"]
    assert [(*one["values"], one["count"]) for one in table["rows"]] == [("Green", 0), ("Amber", 2), ("Red", 1)]
    assert [one["code"] for one in run(path, "-f", "json").problems] == ["PR318"]


def test_a_condition_and_a_sample_take_a_list(
    run: Callable[..., Run], tmp_path: Path, rules_file: Callable[[str], Path]
) -> None:
    mine = rules_file(
        "case_sheets:\n  - name: PDU cases\n    other_columns:\n"
        "      - {name: Sentence type, values: [Community sentence, Licence, Recall, Community sentence and licence]}\n"
        "case_samples:\n  samples:\n    - {name: licences, value: [Licence, Recall]}\n"
        "standards:\n  - id: R2.5\n    key_questions:\n"
        "      - {id: R2.5.1, only_where: {value: [Licence, Recall]}}\n"
    )
    assert run("rules", "check", mine, group=True).status == 0
    path = save(
        book_of("Licence", "Recall", "Community sentence", resettled="Licence;Recall;Community sentence"),
        tmp_path / "region.xlsx",
    )
    (warning,) = run(path, "--rules", mine, "-f", "json").problems
    assert (warning["cells"], warning["message"]) == (
        ["L4"], "R2.5.1 is answered in a case whose 'Sentence type' is not Licence or Recall",
    )  # fmt: skip
    shown = " ".join(run(path, "--rules", mine).out.split())
    assert "3 PDU cases, of which 1 community sentence and 2 licences" in shown
    rules = " ".join(run("rules", "show", mine, group=True).out.split())
    assert "(only where Sentence type is Licence or Recall; short: " in rules
    differences = run("rules", "diff", "regional-2023", mine, group=True).out
    assert "key question R2.5.1, only where, value: 'Licence' → 'Licence' and 'Recall'" in " ".join(differences.split())


BROKEN = {
    "spelling of no value": ("spellings: {Parole: [P]}", "spellings.Parole: 'Parole' is not one of the values"),
    "spelling of two values": (
        "spellings: {Community sentence: [Order], Licence: [order]}",
        "spellings.Licence.1: 'order' already means 'Community sentence'",
    ),
    "spelling that is a value": (
        "spellings: {Licence: [community SENTENCE]}",
        "spellings.Licence.1: 'community SENTENCE' already means 'Community sentence'",
    ),
    "spelling that is no list": ("spellings: {Licence: Parole}", "spellings.Licence: write a list"),
    "value that counts and is none": ("counts_as: {Both: [Licence]}", "counts_as.Both: 'Both' is not one of the values"),
    "counts as no value": ("counts_as: {Licence: [Parole]}", "counts_as.Licence.1: 'Parole' is not one of the values"),
    "counts as one that counts as others": (
        "counts_as: {Licence: [Community sentence and licence]}",
        "counts_as.Licence.1: 'Community sentence and licence' counts as other values itself",
    ),
    "counts as nothing": ("counts_as: {Licence: []}", "counts_as.Licence: at least 1 must be listed here"),
    "two values alike": ("values: [Licence, LICENCE]", "values.2: 'LICENCE' appears twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_contradiction_of_words_is_refused_with_its_line(
    run: Callable[..., Run], rules_file: Callable[[str], Path], name: str
) -> None:
    text, words = BROKEN[name]
    mine = rules_file(
        f"case_sheets:\n  - name: PDU cases\n    other_columns:\n      - name: Sentence type\n        {text}\n"
    )
    result = run("rules", "check", mine, group=True)
    assert result.status == 2
    assert f"mine.yaml:7: case_sheets.1.other_columns.1.{words}" in result.out


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[Licence, Parole]", "only_where.value: 'Parole' is not one of the values of the column 'Sentence type'"),
        ("{a: b}", "only_where.value: write text or a list of texts"),
        ("[Licence, [a]]", "only_where.value.2: write text"),
        ("' '", "only_where.value: write one line of text, without a space at its ends, found ' '"),
    ],
    ids=["no value of the column", "keys", "a list in a list", "white space"],
)
def test_a_wrong_condition_is_one_problem(
    run: Callable[..., Run], rules_file: Callable[[str], Path], value: str, words: str
) -> None:
    mine = rules_file(
        f"standards:\n  - id: R2.5\n    key_questions:\n      - {{id: R2.5.1, only_where: {{value: {value}}}}}\n"
    )
    result = run("rules", "check", mine, group=True)
    assert (result.status, result.out.count("error[")) == (2, 1)
    assert f"mine.yaml:6: standards.7.key_questions.1.{words}" in result.out


@pytest.mark.parametrize("overlap", [2, 20])
def test_the_cases_of_an_overlap_cannot_be_worked_out_if_they_are_few(
    run: Callable[..., Run], tmp_path: Path, overlap: int
) -> None:
    """185 + 109 - 292 = 2 cases are in both categories: the parts would reveal them."""
    both = "Community sentence and licence"
    sentences = [*["Community sentence"] * 100, *["Licence"] * 100, *[both] * overlap]
    path = save(book_of(*sentences, resettled=f"Licence;{both}"), tmp_path / "region.xlsx")
    shown = run(path, "-f", "markdown", "--suppress-below", 5).out
    part = "\\[c\\]" if overlap == 2 else str(100 + overlap)
    assert f"| PDU cases | {200 + overlap} |" in shown
    assert f"| of these: community sentences | {part} |" in shown
    assert f"| of these: licences | {part} |" in shown
