"""What is wrong with a workbook: each problem has its code, its cells, its words, and keeps a rating from coming out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from books import Book, court_reports, pdu_book, save, small_book
from probation_ratings import load_rules, read_inspections
from probation_ratings import problems as p
from probation_ratings.mapping.reading import CombinedReading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet
    from probation_ratings.reading.child import Child


def only(run: Run) -> dict[str, Any]:
    (problem,) = run.problems
    return problem


def refused(run: Run) -> None:
    """Data with an error is not rated."""
    assert run.status == 1
    assert run.inspection["score"] is None
    assert run.inspection["overall_rating"] is None
    assert {one["rating"] for one in run.inspection["standards"]} == {None}


def test_a_bad_answer_is_reported_once_with_all_its_cells(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][1][4] = "Maybe"
    book["PDU cases"][2][3] = "Maybe"
    book["PDU cases"][2][7] = "Maybe"
    result = rate_book(book)
    refused(result)
    problem = only(result)
    assert (problem["code"], problem["name"], problem["severity"]) == ("PR304", "bad-answer", "error")
    assert problem["message"] == "answer is not Yes, No or Not applicable: found 'Maybe'"
    assert (problem["sheet"], problem["cells"]) == ("PDU cases", ["E2", "D3", "H3"])
    assert problem["case_ids"] == ["A1", "A2"]


def test_different_bad_answers_are_kept_apart(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Yes", "Maybe", "1", "Maybe"])
    found = {problem["message"][-8:]: problem["cells"] for problem in rate_book(book).problems}
    assert found == {" 'Maybe'": ["B3", "B5"], "ound '1'": ["B4"]}


def test_a_column_of_free_text_does_not_drown_the_rest(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports([f"text {number}" for number in range(50)])
    problems = rate_book(book).problems
    bad = [problem for problem in problems if problem["code"] == "PR304"]
    assert len(bad) == 21
    assert sum(len(problem["cells"]) for problem in bad) == 50
    assert "other words" in bad[-1]["message"]


def test_a_number_is_not_an_answer(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = [["Report ID", "R2.3.1"], ["C1", 1], ["C2", "Yes"]]
    assert only(rate_book(book))["message"].endswith("found '1'")


@pytest.mark.parametrize("blank", [None, "", "   ", "\u00a0"], ids=["empty", "no text", "spaces", "no-break space"])
def test_a_blank_answer_is_not_not_applicable(rate_book: Callable[..., Run], blank: str | None) -> None:
    book = small_book()
    book["Victim cases"][1][2] = blank
    result = rate_book(book)
    refused(result)
    problem = only(result)
    assert (problem["code"], problem["cells"], problem["case_ids"]) == ("PR305", ["C2"], ["V1"])


def test_a_row_without_an_id(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Unpaid work cases"][2][0] = " "
    result = rate_book(book)
    refused(result)
    assert (only(result)["code"], only(result)["cells"]) == ("PR306", ["A3"])


@pytest.mark.parametrize(("first", "second"), [("U1", "U1"), ("U1", " U1 "), ("12", "12")])
def test_an_id_that_appears_twice_in_its_sheet(rate_book: Callable[..., Run], first: object, second: object) -> None:
    book = small_book()
    book["Unpaid work cases"][1][:2] = [first, "Camden"]
    book["Unpaid work cases"][2][:2] = [second, "Camden"]
    result = rate_book(book)
    refused(result)
    assert (only(result)["code"], only(result)["cells"]) == ("PR401", ["A2", "A3"])


def test_long_ids_that_begin_alike_are_reported_with_all_their_cells(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Victim cases"] += [[f"{'V' * 70}{number}", "Yes", "Yes", "Yes"] for number in (1, 1, 2, 2)]
    cells = [cell for problem in rate_book(book).problems for cell in problem["cells"]]
    assert cells == ["A4", "A5", "A6", "A7"]


def test_the_same_id_in_two_sheets_is_not_a_problem(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Unpaid work cases"][1][0] = "A1"
    assert rate_book(book).problems == []


def test_a_question_without_a_relevant_case(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["NA", "NA"])
    result = rate_book(book)
    refused(result)
    assert only(result)["code"] == "PR402"
    assert "R2.3.1" in only(result)["message"]


def test_a_sheet_without_cases_is_one_problem(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    del book["Victim cases"][1:]
    result = rate_book(book)
    refused(result)
    assert only(result)["code"] == "PR221"


def test_a_second_header_among_the_cases_is_reported(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    first = [["Report ID", "R2.3.1"], *([f"X{number}", "No"] for number in range(30)), []]
    book["Court reports"] = [*first, *book["Court reports"]]
    result = rate_book(book)
    refused(result)
    assert [(problem["code"], problem["cells"]) for problem in result.problems] == [("PR420", ["A33", "A34", "A35"])]


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [("#N/A", "PR307", "the error '#N/A'"), ("=A1", "PR308", "a formula whose value was never saved")],
)
def test_rows_of_errors_and_unsaved_formulas_do_not_vanish(
    rate_book: Callable[..., Run], value: str, code: str, words: str
) -> None:
    book = small_book()
    book["Court reports"] += [[f"C{number}", None, None, value] for number in range(3, 6)] + [[value] * 4]
    result = rate_book(book)
    refused(result)
    problem = result.problems[0]
    assert (problem["code"], problem["cells"]) == (code, ["D4", "D5", "D6", "A7", "D7"])
    assert words in problem["message"]
    assert {one["severity"] for one in result.problems[1:]} == {"warning"}


@pytest.mark.parametrize(("value", "code"), [("#N/A", "PR307"), ("=A1", "PR308")])
def test_rows_without_any_value_below_the_last_case_do_not_vanish(
    rate_book: Callable[..., Run], value: str, code: str
) -> None:
    book = small_book()
    book["Court reports"] += [[value] * 4 for _ in range(3)]
    result = rate_book(book)
    refused(result)
    cells = ["A4", "D4", "A5", "D5", "A6", "D6"]
    assert (code, cells) in [(problem["code"], problem["cells"]) for problem in result.problems]


@pytest.mark.slow
def test_a_workbook_of_two_thousand_cases_entered_twice_is_reported_briefly(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    rows = court_reports(["Yes"] * 2000)
    book["Court reports"] = rows + rows[1:]
    result = rate_book(book)
    refused(result)
    assert len(result.problems) == 21
    assert sum(len(problem["cells"]) for problem in result.problems) == 4000


def test_invisible_characters_do_not_make_another_id(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Unpaid work cases"][1][0] = "U\u200b2"
    assert only(rate_book(book))["code"] == "PR403"


def test_a_missing_sheet(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    del book["Court reports"]
    result = rate_book(book)
    refused(result)
    problem = only(result)
    assert problem["code"] == "PR201"
    assert problem["message"].startswith("there is no sheet 'Court reports'; the workbook has 'Inspection', ")


def test_a_sheet_that_appears_twice_is_not_guessed_at(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["court_reports"] = court_reports(["No"])
    result = rate_book(book)
    refused(result)
    assert only(result)["code"] == "PR202"


def test_a_sheet_without_a_header(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = [["C1", "Yes"], ["C2", "No"]]
    result = rate_book(book)
    refused(result)
    assert only(result)["code"] == "PR203"
    assert only(result)["message"].startswith("the first 2 rows do not have any of the headers Report ID")


def test_one_row_without_a_header(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = [["C1", "Yes"]]
    assert only(rate_book(book))["message"].startswith("the first row does not have any of the headers Report ID")


@pytest.mark.parametrize(
    ("sheet", "column"),
    [("PDU cases", "R2.1.3"), ("Court reports", "Report ID"), ("Judgements", "Rating"), ("Inspection", "Value")],
)
def test_a_missing_column(rate_book: Callable[..., Run], sheet: str, column: str) -> None:
    book = small_book()
    place = book[sheet][0].index(column)
    for row in book[sheet]:
        del row[place : place + 1]
    result = rate_book(book)
    refused(result)
    problem = result.problems[0]
    assert (problem["code"], problem["sheet"]) == ("PR204", sheet)
    assert f"'{column}'" in problem["message"]


def test_a_header_with_the_text_of_another_question_is_not_taken(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Unpaid work cases"][0][2] = "R2.4.1 Is unpaid work delivered safely?"
    result = rate_book(book)
    refused(result)
    assert only(result)["code"] == "PR204"


@pytest.mark.parametrize("second", ["r 2.3.1", "2.3.1", "R2.3.1"])
def test_a_header_that_appears_twice(rate_book: Callable[..., Run], second: str) -> None:
    book = small_book()
    book["Court reports"] = [["Report ID", "R2.3.1", second], ["C1", "Yes", "No"]]
    result = rate_book(book)
    refused(result)
    problem = only(result)
    assert (problem["code"], problem["cells"]) == ("PR205", ["B1", "C1"])


def test_a_region_must_be_named(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Inspection"][1][1] = None
    result = rate_book(book)
    refused(result)
    assert (only(result)["code"], only(result)["cells"]) == ("PR301", ["B2"])


def test_a_field_that_appears_twice(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Inspection"].append(["region", "Wales"])
    result = rate_book(book)
    refused(result)
    assert (only(result)["code"], only(result)["cells"]) == ("PR302", ["A2", "A4"])


def test_an_unknown_data_status(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Inspection"][2][1] = "Ilustrative"
    result = rate_book(book)
    refused(result)
    assert only(result)["message"] == "'Data status' is 'Ilustrative', allowed is Inspection data or Illustrative"


def judged(*rows: list[Any]) -> Book:
    return small_book() | {"Judgements": [["Standard", "Rating", "Rationale"], *rows]}


@pytest.mark.parametrize(
    ("rows", "code", "cells"),
    [
        ([["R1.1", "Good"]], "PR601", []),
        ([["R1.1", "Good"], ["R1.2", "Fair"]], "PR602", ["B3"]),
        ([["R1.1", "Good"], ["R1.2", None]], "PR602", ["B3"]),
        ([["R1.1", "Good"], ["R1.2", "Good"], ["R1.1", "Good"]], "PR604", ["A2", "A4"]),
        ([["R1.1", "Good"], ["R1.2", "Good"], ["R9.9", "Good"]], "PR603", ["A4"]),
    ],
    ids=["missing", "unknown rating", "no rating", "twice", "unknown standard"],
)
def test_judgements(rate_book: Callable[..., Run], rows: list[list[Any]], code: str, cells: list[str]) -> None:
    result = rate_book(judged(*rows))
    refused(result)
    assert (only(result)["code"], only(result)["cells"]) == (code, cells)


def test_a_standard_written_as_a_number_is_not_guessed_at(rate_book: Callable[..., Run]) -> None:
    result = rate_book(judged([1.1, "Good"], ["R1.2", "Good"]))
    refused(result)
    assert [problem["code"] for problem in result.problems] == ["PR603", "PR601"]
    assert "'1.1' (not text)" in result.problems[0]["message"]


def test_a_judgement_of_a_standard_with_key_questions_has_no_effect(rate_book: Callable[..., Run]) -> None:
    result = rate_book(judged(["R1.1", "Good"], ["R1.2", "Good"], ["R2.3", "Inadequate"], ["R2.4", None]))
    assert result.status == 0
    assert result.standard("R2.3")["rating"] == "Outstanding"
    assert (only(result)["code"], only(result)["severity"]) == ("PR605", "warning")


def test_all_problems_are_found_in_one_pass(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Judgements"][1][1] = "Fair"
    book["PDU cases"][1][3] = "?"
    book["PDU cases"][2][4] = None
    book["Unpaid work cases"][2][0] = "U1"
    del book["Victim cases"]
    codes = [problem["code"] for problem in rate_book(book).problems]
    assert sorted(codes) == ["PR201", "PR304", "PR305", "PR403", "PR602"]


def test_partial_rates_the_valid_standards_and_gives_no_score(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    result = rate_book(book, "-f", "json", "--partial")
    ratings = {one["id"]: one["rating"] for one in result.inspection["standards"]}
    assert result.status == 1
    assert ratings.pop("R2.1") is None
    assert set(ratings.values()) == {"Good", "Outstanding"}
    assert (result.inspection["score"], result.inspection["overall_rating"]) == (None, None)


def test_partial_of_a_valid_workbook_is_the_whole_rating(rate_book: Callable[..., Run]) -> None:
    assert rate_book(small_book(), "-f", "json", "--partial").inspection["score"] == 22


def test_partial_on_the_screen(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    lines = rate_book(book, "--partial").out.splitlines()
    assert [line.split()[-3:] for line in lines if line.startswith("R2.1 ")] == [["PR304", "Not", "rated"]]
    assert [line.split() for line in lines if line.startswith("Score ")] == [["Score", "none", "Not", "rated"]]


def test_the_screen_says_what_is_wrong_where_and_what_to_do(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book = small_book()
    book["PDU cases"][2][3:9] = ["Maybe"] * 6
    save(book, tmp_path / "region.xlsx")
    result = run("region.xlsx")
    assert result.err == (
        "error[PR304] answer is not Yes, No or Not applicable: found 'Maybe'\n"
        "  --> region.xlsx  PDU cases!D3  case A2\n"
        "      | A Case ID | C Sentence type    | D R2.1.1 | E R2.1.2\n"
        "    3 | A2        | Community sentence | Maybe    | Maybe\n"
        "      |                                  ^^^^^\n"
        "    5 more cells: E3, F3, G3, H3 …\n"
        "    R2.1 and R2.2 cannot be rated until this is corrected\n"
        "  help: write Yes, No or Not applicable\n"
    )
    assert "Not rated: 1 error blocks the rating (PR304)\n" in result.out
    assert "--partial rates the standards without errors: R1.1, R1.2, R2.3, R2.4, R2.5 and\nR2.6\n" in result.out


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("no.xlsx", None, "PR101", "file not found"),
        ("empty.xlsx", b"", "PR107", "0 bytes"),
        ("cases.xlsx", b"Case ID,R2.1.1\nA1,Yes\n", "PR108", "plain text, perhaps CSV"),
        ("page.xls", b"<html><table></table></html>", "PR103", "a web page"),
        ("report.xlsx", b"%PDF-1.7\n", "PR103", "a PDF document"),
        ("notes.xlsx", b"PK\x05\x06" + bytes(18), "PR109", "a zip archive without a workbook"),
        ("secret.xlsx", b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "PR104", "password"),
        ("half.xlsx", b"half", "PR105", "cannot be parsed"),
    ],
)
def test_files_that_are_no_workbook(
    run: Callable[..., Run], tmp_path: Path, name: str, content: bytes | None, code: str, words: str
) -> None:
    path = tmp_path / name
    if content == b"half":
        whole = save(small_book(), path).read_bytes()
        content = whole.replace(b"xl/worksheets/sheet3.xml", b"xl/worksheets/sheetX.xml")
    if content is not None:
        path.write_bytes(content)
    result = run(path, "-f", "json")
    problem = only(result)
    assert result.status == 3
    assert problem["code"] == code
    assert words in problem["message"]
    assert result.inspection["workbook"] == {"path": str(path), "sha256": None}
    assert result.inspection["score"] is None


@pytest.mark.slow
def test_a_parser_that_hangs_is_stopped(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(small_book(), tmp_path / "region.xlsx")
    monkeypatch.setattr("probation_ratings.reading.child.SECONDS", 0)
    result = run(path, "-f", "json")
    assert result.status == 3
    assert (only(result)["code"], "0 seconds" in only(result)["message"]) == ("PR114", True)


def test_text_of_a_workbook_is_shown_as_text(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Inspection"][1][1] = "[red]London[/red] _x001B_[31m \u202eevil \x85"
    book["Court reports"] = court_reports(["[bold]=1+1", "Yes"])
    result = rate_book(book)
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err
    for form in ("csv", "jsonl"):
        out = rate_book(book, "-f", form, "--partial").out
        assert "\x1b" not in out
        assert "\u202e" not in out
    table = rate_book(book, "--color", "never")
    assert "[red]London[/red] \\x1b[31m evil" in table.out
    assert "found '[bold]=1+1'" in table.err


def test_a_workbook_without_any_of_the_sheets_is_one_problem(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save({"Sheet1": [["Case ID", "R2.1.1"], ["A1", "Yes"]], "Notes": []}, tmp_path / "region.xlsx")
    result = run(path, "-f", "json")
    (problem,) = result.problems
    assert (result.status, problem["code"], problem["sheet"]) == (1, "PR217", None)
    assert "'Sheet1' and 'Notes'" in problem["message"]
    assert "`probation-ratings new` makes one to fill in" in " ".join(run(path).err.split())
    assert all(standard["rating"] is None for standard in result.inspection["standards"])
    assert result.inspection["score"] is None
    assert [one["code"] for one in run(path, "-f", "json", "--rules", "pdu-2023").problems] == ["PR217"]


def test_only_what_is_private_is_left_out_of_a_redacted_message() -> None:
    made = p.BAD_ANSWER.found("a.xlsx", found=p.private("'Smith'"), allowed="Yes or No")
    assert "found 'Smith'" in made.message
    assert "found [left out]" in made.redacted
    assert "Smith" not in made.redacted
    counted = p.private(lambda count: f"{count} of them")
    assert callable(counted)
    assert str(counted(3)) == "3 of them"


def small_samples(folder: Path, rules: RuleSet, books: list[Book]) -> list[tuple[str, str]]:
    """The file and the message of each small sample of files that are parts of one inspection."""
    paths = [str(save(book, folder / f"{number}.xlsx")) for number, book in enumerate(books)]
    idle: list[Child] = []
    try:
        found = read_inspections(CombinedReading(paths, rules, 1, idle), rules)
    finally:
        for child in idle:
            child.stop()
    problems = [problem for one in found for problem in one.problems if problem.kind is p.SAMPLE_SMALL]
    return [(one.file.rpartition("/")[2], one.message.replace(f"{folder}/", "")) for one in problems]


def test_a_small_sample_names_all_files_that_have_its_cases(tmp_path: Path) -> None:
    book = small_book()
    head, first, second = book["Victim cases"]
    books: list[Book] = [{**book, "Victim cases": [head, first]}, {"Victim cases": [head, second]}]
    found = small_samples(tmp_path, load_rules("regional-2023"), [*books, {"Victim cases": [head]}])
    assert {file for file, _ in found} == {"0.xlsx"}
    assert [message.partition("; also in ")[2] for _, message in found] == ["", "", "", "", "1.xlsx"]


def test_a_small_sample_of_a_pdu_names_the_file_that_has_its_cases(tmp_path: Path) -> None:
    book = pdu_book()
    head, camden, hackney = book["PDU cases"]
    books: list[Book] = [{**book, "PDU cases": [head, camden]}, {"PDU cases": [head, hackney]}]
    found = small_samples(tmp_path, load_rules("pdu-2023"), books)
    assert [(file, "also in" in message) for file, message in found] == [("0.xlsx", False), ("1.xlsx", False)]
