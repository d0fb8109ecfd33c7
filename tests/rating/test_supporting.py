"""Supporting questions and annex tables: figures that are reported beside the ratings and never part of one."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from books import save, small_book
from probation_ratings import load_rules
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from books import Book
    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow

SCHEMA = json.loads((ROOT / "src/probation_ratings/schemas/ratings-1.0.schema.json").read_text(encoding="utf-8"))


def with_supporting(*answers: str) -> Book:
    """A valid workbook in which court reports have a column S3 with these answers."""
    book = small_book()
    head, *rows = book["Court reports"]
    book["Court reports"] = [[*head, "S3"], *([*row, answer] for row, answer in zip(rows, answers, strict=True))]
    return book


def with_reviews(*ratings: object) -> Book:
    """A valid workbook with a sheet of reviews with these ratings."""
    return {**small_book(), "SFO reviews": [["Rating"], *([rating] for rating in ratings)]}


def test_the_example_has_the_published_figures(run: Callable[..., Run]) -> None:
    inspection = run(EXAMPLE, "-f", "json").inspection
    figures = {
        one["id"]: (one["yes"], one["no"], one["relevant"], one["percentage"])
        for one in inspection["supporting_questions"]
    }
    # the report: 110 out of 369; not obtained in 27 out of 52; 155 out of 281
    assert figures == {"S1": (110, 259, 369, 30), "S2": (25, 27, 52, 48), "S3": (155, 126, 281, 55)}
    annexes = {one["sheet"]: one for one in inspection["annex_tables"]}
    assert annexes["SFO reviews"]["total"] == 23
    assert annexes["SFO reviews"]["rows"][0] == {"values": ["Inadequate"], "count": 0}
    assert annexes["Survey answers"]["total"] == 586
    assert annexes["PDU priorities"]["rows"] == [
        {"values": ["Green"], "count": 4},
        {"values": ["Amber"], "count": 2},
        {"values": ["Red"], "count": 2},
    ]
    assert annexes["Previous recommendations"]["rows"] == [
        {"values": ["Some progress", "Yes"], "count": 1},
        {"values": ["Some progress", "No"], "count": 1},
        {"values": ["Sufficient progress", "No"], "count": 1},
    ]


def test_the_example_tells_them_in_markdown(run: Callable[..., Run]) -> None:
    page = run(EXAMPLE, "-f", "markdown").out
    for row in (
        "| S3 | Was domestic abuse intelligence obtained for the report? | R2.3 | 155 | 126 | 21 | 281 | 55 |",
        "| Inadequate | 0 | 0 |",
        "| Yes | 445 | 76 |",
        "| Green | 4 | 50 |",
        "| All reviews | 23 | 100 |",
        "| All recommendations | All | 3 | 100 |",
        "No rating depends on these reviews.",
    ):
        assert row in page


def test_they_rate_nothing(rate_book: Callable[..., Run]) -> None:
    plain = rate_book(small_book()).inspection
    more = rate_book({**with_supporting("No", "No"), "SFO reviews": [["Rating"], ["Inadequate"]]}).inspection
    assert plain["supporting_questions"] == plain["annex_tables"] == []
    assert [one["id"] for one in more["supporting_questions"]] == ["S3"]
    for key in ("score", "overall_rating", "standards", "problems", "margin"):
        assert more[key] == plain[key]


@pytest.mark.parametrize(
    "header",
    [
        "S3",
        "s 3",
        "Was domestic abuse intelligence obtained for the report?",
        "S3: Was domestic abuse intelligence obtained for the report?",
    ],
)
def test_a_column_goes_by_its_id_its_text_or_both(rate_book: Callable[..., Run], header: str) -> None:
    book = with_supporting("Yes", "Not applicable")
    book["Court reports"][0][-1] = header
    (figure,) = rate_book(book).inspection["supporting_questions"]
    assert (figure["yes"], figure["no"], figure["not_applicable"], figure["percentage"]) == (1, 0, 1, 100)


@pytest.mark.parametrize("answer", ["Maybe", ""], ids=["a word that is none", "a blank cell"])
def test_an_answer_that_is_not_allowed_blocks_the_figure_and_no_rating(
    rate_book: Callable[..., Run], answer: str
) -> None:
    result = rate_book(with_supporting("Yes", answer))
    (problem,) = result.problems
    assert (problem["code"], problem["severity"], problem["cells"], problem["case_ids"]) == (
        "PR317",
        "warning",
        ["E3"],
        ["C2"],
    )
    (figure,) = result.inspection["supporting_questions"]
    assert (figure["yes"], figure["relevant"], figure["percentage"]) == (None, None, None)
    assert result.status == 0
    assert result.inspection["score"] == 22
    jsonschema.validate(json.loads(result.out), SCHEMA)


def test_a_column_without_any_answer_was_not_used(rate_book: Callable[..., Run]) -> None:
    result = rate_book(with_supporting("", ""))
    assert result.inspection["supporting_questions"] == result.problems == []


def test_a_column_that_appears_twice_is_not_read_and_blocks_nothing(rate_book: Callable[..., Run]) -> None:
    book = with_supporting("Yes", "No")
    book["Court reports"] = [[*row, row[-1]] for row in book["Court reports"]]
    result = rate_book(book)
    assert [(one["code"], one["cells"]) for one in result.problems] == [("PR216", ["E1", "F1"])]
    assert result.inspection["supporting_questions"] == []
    assert result.inspection["score"] == 22


def test_a_row_of_an_annex_without_any_value_does_not_count(rate_book: Callable[..., Run]) -> None:
    result = rate_book(with_reviews("Good", None, "Good"))
    assert [one["total"] for one in result.inspection["annex_tables"]] == [2]
    assert (result.problems, result.inspection["score"]) == ([], 22)


@pytest.mark.parametrize(
    ("ratings", "found"),
    [(["Good", "Fair"], "'Fair'"), (["Good", "#N/A"], "'#N/A'")],
    ids=["a word that is none", "text of an error"],
)
def test_a_category_that_is_not_allowed_blocks_the_table_and_no_rating(
    rate_book: Callable[..., Run], ratings: list[object], found: str
) -> None:
    result = rate_book(with_reviews(*ratings))
    (problem,) = result.problems
    assert (problem["code"], problem["cells"]) == ("PR318", ["A3"])
    assert found in problem["message"]
    (table,) = result.inspection["annex_tables"]
    assert (table["rows"], table["total"]) == (None, None)
    assert result.inspection["score"] == 22
    jsonschema.validate(json.loads(result.out), SCHEMA)


def test_a_sheet_of_the_same_name_that_is_something_else_blocks_nothing(rate_book: Callable[..., Run]) -> None:
    result = rate_book({**small_book(), "SFO reviews": [["Reviewer", "Days"], ["X", 3]]})
    (problem,) = result.problems
    assert (problem["code"], problem["sheet"], problem["severity"]) == ("PR216", "SFO reviews", "warning")
    assert result.inspection["annex_tables"] == []
    assert (result.status, result.inspection["score"]) == (0, 22)


def test_a_row_without_its_category_is_no_row_less(rate_book: Callable[..., Run]) -> None:
    book = {**small_book(), "SFO reviews": [["Review", "Rating"], ["1", "Good"], ["2", None], ["3", "Good"]]}
    result = rate_book(book)
    assert [(one["code"], one["cells"]) for one in result.problems] == [("PR318", ["B3"])]
    assert (result.inspection["annex_tables"][0]["total"], result.inspection["score"]) == (None, 22)


def test_a_remark_below_the_answers_is_not_a_case(rate_book: Callable[..., Run]) -> None:
    book = with_supporting("Yes", "No")
    book["Court reports"] += [[], ["", "", "", "", "2 of 2"]]
    result = rate_book(book)
    assert result.problems == []
    assert result.inspection["score"] == 22
    assert result.inspection["supporting_questions"][0]["relevant"] == 2


def test_rows_that_are_not_valid_give_no_figures(rate_book: Callable[..., Run]) -> None:
    book = with_supporting("Yes", "No")
    book["Court reports"][2][0] = "C1"
    inspection = rate_book(book, "-f", "json", "--partial").inspection
    assert inspection["supporting_questions"][0]["yes"] is None


def test_what_cannot_be_read_is_named_unless_it_is_redacted(run: Callable[..., Run], tmp_path: Path) -> None:
    book = {**small_book(), "SFO reviews": [["Rating"], ["Good"]], "sfo_reviews": [["Rating"], ["Good"]]}
    path = save(book, tmp_path / "region.xlsx")
    assert "'SFO reviews' and 'sfo_reviews'" in " ".join(run("check", path, group=True).out.split())
    assert "'sfo_reviews'" not in run("check", path, "--redact", group=True).out


def test_the_order_of_rows_changes_nothing(rate_book: Callable[..., Run]) -> None:
    words = ["Good", "Outstanding", "good", "Inadequate"]
    tables = [rate_book(with_reviews(*order)).inspection["annex_tables"] for order in (words, words[::-1])]
    assert tables[0] == tables[1]
    assert [row["count"] for row in tables[0][0]["rows"]] == [1, 0, 2, 1]


def test_csv_has_a_row_a_question_and_a_row_a_category(run: Callable[..., Run]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(EXAMPLE, "-f", "csv", "--supporting").out)))
    asked = [row for row in rows if row["supporting_question"]]
    assert [(row["supporting_question"], row["yes"], row["relevant"]) for row in asked] == [
        ("S1", "110", "369"), ("S2", "25", "52"), ("S3", "155", "281"),
    ]  # fmt: skip
    counted = [(row["sheet"], row["category"], row["count"]) for row in rows if row["sheet"]]
    assert ("Previous recommendations", "Some progress, Yes", "1") in counted
    assert len(counted) == 4 + 3 + 2 + 3


def test_counts_of_a_database_may_have_supporting_questions(
    run: Callable[..., Run], tmp_path: Path, rules: RuleSet
) -> None:
    questions = [question.id for standard in rules.standards for question in standard.key_questions]
    rows: list[list[Any]] = [["Wales", question, 4, 1, ""] for question in [*questions, "S3"]]
    rows += [["Wales", standard.id, "", "", "Good"] for standard in rules.judged]
    lines = ["region,key question,yes,no,rating", *(",".join(map(str, row)) for row in rows)]
    path = tmp_path / "tallies.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    inspection = run("--tallies", path, "-f", "json").inspection
    assert [(one["id"], one["percentage"]) for one in inspection["supporting_questions"]] == [("S3", 80)]
    assert inspection["score"] == 2 + 2 + 6 * 3


@pytest.mark.parametrize("count", ["x", ""], ids=["no number", "a blank"])
def test_counts_of_a_supporting_question_that_are_none_block_no_rating(
    run: Callable[..., Run], tmp_path: Path, rules: RuleSet, count: str
) -> None:
    questions = [question.id for standard in rules.standards for question in standard.key_questions]
    lines = ["region,key question,yes,no,rating", *(f"Wales,{question},4,1," for question in questions)]
    lines += [f"Wales,S3,{count},1,", *(f"Wales,{one.id},,,Good" for one in rules.judged)]
    path = tmp_path / "tallies.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run("--tallies", path, "-f", "json")
    assert (result.status, result.inspection["score"], result.inspection["supporting_questions"]) == (0, 22, [])
    assert [(one["code"], one["line"]) for one in result.problems] == [("PR216", len(questions) + 2)]


BROKEN = {
    "name of another table": ("  - name: SFO reviews", "  - name: key_questions", "'key_questions' is already the name of another table"),
    "standard that is none": ("    standard: R2.3\n    sheet: Court", "    standard: R9\n    sheet: Court", "'R9' is not one of the standards"),
    "sheet that is none": ("    sheet: Court reports\n    text: Was", "    sheet: Reports\n    text: Was", "'Reports' is not one of the case sheets"),
    "id of a key question": ("  - id: S3", "  - id: R2.3.1", "'R2.3.1' appears twice"),
    "sheet of cases": ("  - name: SFO reviews", "  - name: Court Reports", "'Court Reports' appears twice"),
    "value twice": ("values: [Green, Amber, Red]", "values: [Green, Amber, green]", "'green' appears twice"),
    "no category": ("      - {name: Priority, values: [Green, Amber, Red]}\n", "      []\n", "annex_tables.4.categories"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_file_that_contradicts_itself_is_refused(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    old, new, words = BROKEN[name]
    text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    result = run("never-read.xlsx", "--rules", path)
    assert (result.status, result.out) == (2, "")
    assert words in result.err


def test_rules_of_pdus_have_no_annex_tables(run: Callable[..., Run], tmp_path: Path) -> None:
    text = (ROOT / "rules" / "pdu-2023.yaml").read_text(encoding="utf-8")
    annex = """annex_tables:
  - name: Reviews
    title: Reviews
    items: reviews
    reference: {source: project, section: Ours}
    categories: [{name: Rating}]
examples:"""
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("\nexamples:", f"\n{annex}"), encoding="utf-8")
    result = run("never-read.xlsx", "--rules", path)
    assert (result.status, result.out) == (2, "")
    assert "annex_tables: an annex table is about a whole workbook, and unit is pdu" in result.err


def test_a_rule_file_needs_none_of_them(run: Callable[..., Run], tmp_path: Path) -> None:
    text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    start, end = text.index("# Questions that are reported beside"), text.index("# Worked by hand")
    path = tmp_path / "mine.yaml"
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert load_rules(str(path)).supporting_questions == ()
    assert run(EXAMPLE, "--rules", path, "-f", "json").inspection["supporting_questions"] == []


def not_inspected(*answers: str) -> Book:
    """A workbook in which R2.3 was not inspected, and the supporting question S3 has these answers all the same."""
    book = with_supporting(*answers)
    book["Judgements"].append(["R2.3", "Not inspected", None])
    for row in book["Court reports"][1:]:
        row[3] = None
    return book


def test_the_figures_of_a_standard_that_was_not_inspected_are_kept(rate_book: Callable[..., Run]) -> None:
    result = rate_book(not_inspected("Yes", "No"))
    assert (result.status, result.problems) == (0, [])
    (figure,) = result.inspection["supporting_questions"]
    assert (figure["id"], figure["yes"], figure["no"], figure["percentage"]) == ("S3", 1, 1, 50)
    assert result.standard("R2.3")["rating"] == "Not inspected"
    jsonschema.validate(json.loads(result.out), SCHEMA)


def test_counts_keep_them_as_a_workbook_does(run: Callable[..., Run], tmp_path: Path, rules: RuleSet) -> None:
    lines = [
        "region,key question,yes,no,rating",
        "London,R1.1,,,Good",
        "London,R1.2,,,Good",
        "London,R2.3,,,Not inspected",
    ]
    asked = [
        question.id for standard in rules.standards for question in standard.key_questions if standard.id != "R2.3"
    ]
    lines += [f"London,{question},9,1," for question in [*asked, "S3"]]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (figure,) = run("--tallies", path, "-f", "json").inspection["supporting_questions"]
    assert (figure["id"], figure["yes"], figure["percentage"]) == ("S3", 9, 90)


@pytest.mark.parametrize("answers", [("", ""), ("Maybe", "Yes")])
def test_without_a_valid_answer_there_is_no_figure(rate_book: Callable[..., Run], answers: tuple[str, str]) -> None:
    result = rate_book(not_inspected(*answers))
    figures = [one["yes"] for one in result.inspection["supporting_questions"]]
    assert (result.status, figures) == (0, [None] if any(answers) else [])
    assert [one["code"] for one in result.problems] == (["PR317"] if any(answers) else [])


def test_a_report_that_was_entered_twice_is_found_there_too(rate_book: Callable[..., Run]) -> None:
    book = not_inspected("Yes", "No")
    book["Court reports"][2][0] = book["Court reports"][1][0]
    result = rate_book(book)
    assert (result.status, [one["code"] for one in result.problems]) == (1, ["PR403"])


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ([["to be filled in"]], []),
        ([["Rating"], ["Good"], ["Total"]], ["A3"]),
        ([["Rating", "Days"], ["Good", 3], ["Rating", "Days"]], ["A3"]),
        ([["Rating", "Rating"], ["Good", "Good"]], ["A1", "B1"]),
        ([["Rating"], ["Good"]], None),
        ([["Rating"]], None),
        ([], None),
    ],
)
def test_text_in_an_annex_sheet_that_is_not_an_entry_is_a_warning(
    rate_book: Callable[..., Run], rows: list[list[object]], cells: list[str] | None
) -> None:
    result = rate_book({**small_book(), "SFO reviews": rows})
    expected = [] if cells is None else [("PR216", "SFO reviews", cells)]
    assert [(one["code"], one["sheet"], one["cells"]) for one in result.problems] == expected
    assert (result.status, result.inspection["score"]) == (0, 22)
    assert all(table["total"] is None for table in result.inspection["annex_tables"] if cells)
