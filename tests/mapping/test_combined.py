"""`--combine`: several files are read as the parts of one inspection, and each problem names its own file."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from books import R26, Book, Rows, pdu_book, save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow


def parts(book: Book, *choices: set[str]) -> list[Book]:
    """The sheets of a workbook, dealt out to several."""
    return [{name: book[name] for name in chosen} for chosen in choices]


def saved(folder: Path, books: list[Book]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, book in enumerate(books):
        save(book, folder / f"{number}.xlsx")
    return folder


def as_csv(rows: Rows, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def messages(run: Run) -> list[tuple[str, str, list[str]]]:
    """The code, the file name and the cells of each problem of `check -f json`; small samples are not shown."""
    (workbook,) = json.loads(run.out)["workbooks"]
    return [(one["code"], one["file"].rpartition("/")[2], one["cells"]) for one in workbook["problems"]]


def halves() -> list[Book]:
    book = small_book()
    head, camden, hackney = book["PDU cases"]
    first = {**book, "PDU cases": [head, camden]}
    return [first, {"PDU cases": [["PDU cases of Hackney"], head, hackney]}]


def test_two_files_are_rated_as_one(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", halves())
    result = run("--combine", folder, "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 22)
    lines = "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in ("0.xlsx", "1.xlsx")
    )
    expected = {"path": str(folder), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    assert result.inspection["workbook"] == expected
    assert [(one["path"], one["role"]) for one in result.inspection["sources"]] == [
        ("0.xlsx", "data"),
        ("1.xlsx", "data"),
    ]


def test_files_in_no_folder_with_a_name_are_named_themselves(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved(tmp_path / "parts", halves()))
    result = run("--combine", "0.xlsx", "1.xlsx", "-f", "table")
    assert (result.status, "Workbook 0.xlsx and 1 other file, sha256 " in result.out) == (0, True)
    assert "| 0.xlsx and 1 other file |" in run("--combine", "0.xlsx", "1.xlsx", "-f", "markdown").out
    explained = run("explain", "--combine", ".", "R2.1", "-f", "markdown", group=True)
    assert "Workbook 0.xlsx and 1 other file, sha256 " in explained.out


def test_explain_names_the_cells_of_each_file(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", halves())
    result = run("explain", "--combine", folder, "R2.1.1", "-f", "json", group=True)
    question = result.standard("R2.1")["key_questions"][0]
    assert [(one["file"].rpartition("/")[2], one["range"]) for one in question["cells_of_files"]] == [
        ("0.xlsx", "D2:D2"),
        ("1.xlsx", "D3:D3"),
    ]


def test_a_csv_file_is_the_sheet_that_it_is_named_after(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["PDU cases"][0].append("Commenced")
    for row, day in zip(book["PDU cases"][1:], ("2023-07-01", "2023-13-01"), strict=True):
        row.append(day)
    for name, rows in book.items():
        as_csv(rows, tmp_path / f"{name}.csv")
    result = run("--combine", tmp_path, "-f", "json")
    assert result.inspection["score"] == 22
    assert [(one["code"], one["cells"]) for one in result.problems] == [
        ("PR312", ["M3"])
    ]  # text: there is no 13th month


def test_a_problem_names_its_own_file(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    second["PDU cases"][2][3] = "Maybe"
    folder = saved(tmp_path / "parts", [first, second])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert (result.status, messages(result)) == (1, [("PR304", "1.xlsx", ["D3"])])


def test_annotated_copies_are_of_the_files_with_problems(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    second["PDU cases"][2][3] = "Maybe"
    folder = saved(tmp_path / "parts", [first, second])
    run("check", "--combine", folder, "--annotate", tmp_path / "marked", "--ignore", "PR408", group=True)
    assert [path.name for path in (tmp_path / "marked").iterdir()] == ["1.xlsx"]


def test_an_id_in_two_files_concerns_both(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    second["PDU cases"][2][:2] = ["A1", "Camden"]
    folder = saved(tmp_path / "parts", [first, second])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR401", "0.xlsx", ["A2"]), ("PR401", "1.xlsx", ["A3"])]
    assert f"also in {folder}/1.xlsx PDU cases!A3" in result.out


def test_a_file_that_is_there_twice_is_one_problem_for_each(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Victim cases"] += [[f"V{number}", "Yes", "Yes", "Yes"] for number in range(3, 6)]
    folder = saved(tmp_path / "parts", [book, {"Victim cases": book["Victim cases"]}])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    cells = ["A2", "A3", "A4", "A5", "A6"]
    assert messages(result) == [("PR427", "0.xlsx", cells), ("PR427", "1.xlsx", cells)]
    assert "join: [PDU, Case ID]" in run("check", "--combine", folder, group=True).out.replace("\n  ", " ")


def test_regions_and_statuses_must_agree_and_dates_need_not(run: Callable[..., Run], tmp_path: Path) -> None:
    def dated(region: str, status: str, started: str) -> Rows:
        return [["Field", "Value"], ["Region", region], ["Data status", status], ["Fieldwork started", started]]

    first, second = halves()
    first["Inspection"] = dated("London", "Illustrative", "June 2024")
    second["Inspection"] = dated("Wales", "Inspection data", "May 2024")
    folder = saved(tmp_path / "parts", [first, second])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    found = [one for one in messages(result) if one[0] in {"PR425", "PR426"}]
    assert found == [
        ("PR425", "0.xlsx", ["B2"]), ("PR425", "1.xlsx", ["B2"]), ("PR425", "0.xlsx", ["B3"]), ("PR425", "1.xlsx", ["B3"]),
        ("PR426", "0.xlsx", ["B4"]),
    ]  # fmt: skip


def test_judgements_that_differ_are_an_error_and_the_same_one_is_not(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    second["Judgements"] = [["Standard", "Rating", "Rationale"], ["R1.1", "Good", "Well led."]]
    folder = saved(tmp_path / "parts", [first, second])
    assert run("--combine", folder, "-f", "json").inspection["score"] == 22
    second["Judgements"][1][1] = "Outstanding"
    folder = saved(tmp_path / "other", [first, second])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR604", "0.xlsx", ["A2"]), ("PR604", "1.xlsx", ["A2"])]


@pytest.mark.parametrize(
    "rows",
    [
        [["R1.1", None, None], ["R1.2", None, None]],
        [["R1.1", "Good", None]],
        [["R1.1", "Good", "Well led."], ["R1.2", None, None]],
    ],
    ids=["blank ratings", "no rationale", "one of two"],
)
@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
def test_a_file_may_leave_judgements_and_rationales_to_another(
    run: Callable[..., Run], tmp_path: Path, rows: Rows, order: int
) -> None:
    first, second = halves()
    second["Judgements"] = [["Standard", "Rating", "Rationale"], *rows]
    result = run("--combine", saved(tmp_path / "parts", [first, second][::order]), "-f", "json")
    assert (result.status, result.problems, result.inspection["score"]) == (0, [], 22)
    assert result.standard("R1.1")["rationale"] == "Well led."


def test_a_file_may_leave_a_panel_decision_to_another(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    header = ["Standard", "Rating", "Reason"]
    first["Panel decisions"] = [header, ["R2.6", None, None]]
    second["Panel decisions"] = [header, ["R2.6", "Good", "One case decided it."]]
    result = run("--combine", saved(tmp_path / "parts", [first, second]), "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 21)
    first["Panel decisions"][1][1:] = ["Good", "Two cases decided it."]
    result = run(
        "check", "--combine", saved(tmp_path / "other", [first, second]), "-f", "json", "--ignore", "PR408", group=True
    )
    assert messages(result) == [("PR607", "0.xlsx", ["A2"]), ("PR607", "1.xlsx", ["A2"])]


def test_a_stated_number_of_cases_is_that_of_its_own_file(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    first["Inspection"].append(["PDU cases", 1])
    second["Inspection"] = [["Field", "Value"], ["PDU cases", 2]]
    folder = saved(tmp_path / "parts", [first, second])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR407", "1.xlsx", ["B2"])]


def test_one_file_that_cannot_be_read_costs_the_rating(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", halves())
    (folder / "2.xlsx").write_bytes(b"no workbook")
    result = run("--combine", folder, "-f", "json")
    assert (result.status, result.inspection["score"]) == (3, None)
    assert "2.xlsx" in result.err


def test_two_workbooks_of_one_region_are_told_about_combine(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", [small_book(), small_book()])
    assert "--combine" in run(folder).err


SHEETS = sorted(small_book())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_however_the_sheets_are_dealt_out_the_ratings_are_those_of_the_whole(
    run: Callable[..., Run], tmp_path: Path, data: st.DataObject
) -> None:
    whole = run(save(small_book(), tmp_path / "whole.xlsx"), "-f", "json").inspection
    number = data.draw(st.integers(2, 4))
    book = small_book()
    files: list[dict[str, Any]] = [{} for _ in range(number)]
    for name in SHEETS:
        head, *rows = book[name]
        for row in rows if name.endswith("cases") else [rows]:
            place = data.draw(st.integers(0, number - 1))
            files[place].setdefault(name, [head]).extend([row] if name.endswith("cases") else row)
    folder = Path(mkdtemp(dir=tmp_path))
    result = run("--combine", saved(folder, [one for one in files if one]), "-f", "json").inspection
    assert [result[key] for key in ("score", "overall_rating", "standards")] == [
        whole[key] for key in ("score", "overall_rating", "standards")
    ]


def csv_parts(folder: Path) -> Path:
    """The sheets of the small workbook as CSV files."""
    folder.mkdir()
    for name, rows in small_book().items():
        as_csv(rows, folder / f"{name}.csv")
    return folder


def test_a_row_of_csv_with_a_value_too_many_is_never_read_shifted(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    path = folder / "Victim cases.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("V2,Yes,Yes,Yes", "V2,No,Yes,Yes,Yes"), encoding="utf-8")
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR435", "Victim cases.csv", ["3:3"])]
    assert run("--combine", folder, "-f", "json").inspection["score"] is None


def test_a_field_of_the_inspection_with_a_comma_is_not_cut(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    (folder / "Inspection.csv").write_text("Field,Value\nRegion,Kent, Surrey and Sussex\n", encoding="utf-8")
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert ("PR435", "Inspection.csv", ["2:2"]) in messages(result)


@pytest.mark.parametrize("column", ["R2.6.1", "Case ID"])
def test_a_column_that_one_part_lacks_is_one_problem(run: Callable[..., Run], tmp_path: Path, column: str) -> None:
    book = small_book()
    more = [["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"], ["V8", "Yes", "Yes", "Yes"]]
    place = more[0].index(column)
    without = [[one for number, one in enumerate(row) if number != place] for row in more]
    folder = saved(tmp_path / "parts", [book, {"Victim cases": without}])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert result.status == 1
    assert messages(result) == [("PR204", "1.xlsx", [])]
    rated = run("--combine", folder, "-f", "json", "--partial")
    assert (rated.standard("R2.6")["rating"], rated.standard("R2.4")["rating"]) == (None, "Outstanding")


def test_a_part_without_the_column_of_pdus_is_an_error_where_each_pdu_is_rated(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    book = pdu_book()
    more = [[value for place, value in enumerate(row) if place != 1] for row in book["PDU cases"]]
    more[1][0], more[2][0] = "B1", "B2"
    folder = saved(tmp_path / "parts", [book, {"PDU cases": more}])
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", "--rules", "pdu-2023", group=True)
    assert result.status == 1
    assert ("PR204", "1.xlsx", []) in messages(result)


def test_a_csv_file_that_is_named_like_no_sheet_is_not_read_as_one(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    (folder / "Notes.csv").write_text("Case ID,Note\nA1,x\n", encoding="utf-8")
    assert run("--combine", folder, "-f", "json").inspection["score"] == 22


def test_a_part_whose_sheet_has_nearly_the_name_of_another_parts_is_reported(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    first, second = halves()
    second["PDU cases (2)"] = second.pop("PDU cases")
    result = run(
        "check", "--combine", saved(tmp_path / "parts", [first, second]), "-f", "json", "--ignore", "PR408", group=True
    )
    assert messages(result) == [("PR206", "1.xlsx", [])]


def test_a_case_above_the_headers_of_a_csv_file_is_an_error(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    file = folder / "Victim cases.csv"
    header, first, *others = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([first, header, *others]), encoding="utf-8")
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR442", "Victim cases.csv", ["1:1"])]


@pytest.mark.parametrize("above", ["", "Export of June\n"], ids=["header first", "title first"])
def test_a_csv_file_of_cases_with_the_name_of_no_sheet_is_reported(
    run: Callable[..., Run], tmp_path: Path, above: str
) -> None:
    folder = csv_parts(tmp_path / "parts")
    (folder / "more.csv").write_text(f"{above}Case ID,R2.6.1,R2.6.2,R2.6.3\nV9,No,No,No\n", encoding="utf-8")
    (problem,) = run("--combine", folder, "-f", "json").problems
    assert (problem["code"], problem["severity"]) == ("PR233", "warning")
    assert "it has headers of 'Victim cases'" in problem["message"]


def test_a_part_with_the_suffix_of_another_kind_is_reported(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", halves())
    (folder / "1.xlsx").rename(folder / "1.xls")
    result = run("check", "--combine", folder, "-f", "json", "--ignore", "PR408", group=True)
    assert messages(result) == [("PR112", "1.xls", [])]


def test_a_date_of_the_inspection_in_csv_is_a_date(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    fields = "Field,Value\nRegion,London\nData status,Illustrative\nFieldwork started,2024-06-03\n"
    (folder / "Inspection.csv").write_text(fields, encoding="utf-8")
    result = run("--combine", folder, "-f", "json")
    assert (result.inspection["fieldwork_started"], result.problems) == ("2024-06-03", [])
    (folder / "Inspection.csv").write_text(fields.replace("2024-06-03", "2024-06-33"), encoding="utf-8")
    assert [one["code"] for one in run("--combine", folder, "-f", "json").problems] == ["PR312"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"], ids=["semicolons", "tabs", "pipes"])
def test_csv_files_may_have_other_delimiters(run: Callable[..., Run], tmp_path: Path, delimiter: str) -> None:
    folder = csv_parts(tmp_path / "parts")
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding="utf-8")
    assert run("--combine", folder, "-f", "json").inspection["score"] == 22


def test_files_of_the_working_folder_are_in_the_folder_that_has_no_name(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved(tmp_path / "parts", halves()))
    assert run("--combine", "0.xlsx", "1.xlsx", "-f", "json").inspection["workbook"]["path"] == "."


def test_a_path_from_the_root_goes_with_one_from_the_working_folder(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tmp_path / "parts", halves())
    monkeypatch.chdir(tmp_path)
    result = run("--combine", folder / "0.xlsx", "parts/1.xlsx", "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 22)
    assert result.inspection["workbook"]["path"] == str(folder)
    assert [one["path"] for one in result.inspection["sources"]] == ["0.xlsx", "1.xlsx"]


def test_a_workbook_without_a_sheet_of_the_rules_is_reported(run: Callable[..., Run], tmp_path: Path) -> None:
    first, second = halves()
    more = {"Sheet1": [["Case ID", *R26], ["V9", "No", "No", "No"]], "Notes": [["Nothing"]]}
    result = run("check", "--combine", saved(tmp_path / "parts", [first, second, more]), "-f", "json", group=True)
    assert [one for one in messages(result) if one[0] != "PR408"] == [("PR234", "2.xlsx", [])]
    assert "it has none of the sheets of the rules, but 'Sheet1' and 'Notes'" in result.out


def test_each_file_that_cannot_be_read_is_named(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = saved(tmp_path / "parts", halves())
    for name in ("0.xlsx", "2.xlsx"):
        (folder / name).write_bytes(b"no workbook")
    result = run("check", "--combine", folder, "-f", "json", group=True)
    assert (result.status, messages(result)) == (3, [("PR108", "0.xlsx", []), ("PR108", "2.xlsx", [])])


def test_a_sheet_that_no_csv_file_is_named_after_is_missing(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = csv_parts(tmp_path / "parts")
    (folder / "Court reports.csv").unlink()
    (problem,) = run("--combine", folder, "-f", "json").problems
    assert problem["code"] == "PR201"
    assert problem["message"].startswith(
        "there is no sheet 'Court reports'; the workbook has 'Inspection', 'Judgements'"
    )
