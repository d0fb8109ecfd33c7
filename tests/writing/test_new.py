"""`new` makes a blank workbook that, once it is filled in, passes every check."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow

SHEETS = [
    "Guidance", "Inspection", "Judgements", "PDU cases", "Court reports", "Unpaid work cases", "Victim cases",
    "Panel decisions", "SFO reviews", "Previous recommendations", "Survey answers", "PDU priorities", "Lists",
]  # fmt: skip


@pytest.fixture
def blank(run: Callable[..., Run], tmp_path: Path) -> Path:
    """A blank workbook."""
    path = tmp_path / "deep" / "region.xlsx"
    assert run("new", "-o", path, group=True).status == 0
    return path


def fill(path: Path, *, rows: int = 10) -> None:
    """Fill a blank workbook in: all answers are Yes, but one No of ten in R2.3.1 and all of R2.4.1."""
    book: Any = load_workbook(path)
    inspection = {row[0].value: row[1] for row in book["Inspection"].iter_rows(min_row=2)}
    inspection["Region"].value, inspection["Data status"].value = "London", "Illustrative"
    inspection["Fieldwork started"].value = datetime.date(2024, 6, 3)
    inspection["Sentences commenced from"].value = datetime.date(2023, 6, 25)
    inspection["PDU cases"].value = rows
    for row, rating in ((2, "Good"), (3, "Outstanding")):
        book["Judgements"].cell(row, 2, rating)
    for sheet in book.worksheets[3:7]:
        headers = [cell.value for cell in sheet[1]]
        for number in range(rows):
            for column, header in enumerate(headers, start=1):
                answer = (
                    "No" if header.startswith("R2.4.1 ") or (header.startswith("R2.3.1 ") and not number) else "Yes"
                )
                known = {
                    "Case ID": f"{sheet.title[0]}-{number}", "Report ID": f"R-{number}", "PDU": ("Camden", "Hackney")[number % 2],
                    "Sentence type": "Licence", "Source": "PDU inspection", "Commenced": datetime.date(2023, 8, 1 + number),
                }  # fmt: skip
                sheet.cell(number + 2, column, known.get(header, answer))
    book.save(path)


def lists(sheet: Worksheet, book: Any) -> dict[str, list[str]]:
    """What the drop-down list of each column, or cell, of a sheet offers."""
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            source, cells = str(rule.formula1).split("!")
            found = [cell.value for row in book[source][cells.replace("$", "")] for cell in row]
            offered[str(rule.sqref)] = [value for value in found if value is not None]
    return offered


def test_filled_in_it_rates_and_passes_every_check(run: Callable[..., Run], blank: Path) -> None:
    fill(blank)
    checked = run("check", blank, "--strict", group=True)
    assert checked.out == f"{blank}: no problem in 40 rows with 170 answers\n"
    assert checked.status == 0
    rated = run(blank, "-f", "json")
    ratings = {one["id"]: one["rating"] for one in rated.inspection["standards"]}
    # by hand: 9 of 10 is 90, 0 of 10 is 0, all else is 100
    assert ratings == {
        "R1.1": "Good", "R1.2": "Outstanding", "R2.1": "Outstanding", "R2.2": "Outstanding", "R2.3": "Outstanding",
        "R2.4": "Inadequate", "R2.5": "Outstanding", "R2.6": "Outstanding",
    }  # fmt: skip
    assert rated.inspection["score"] == 2 + 3 * 6 + 0


def test_unfilled_it_says_what_is_missing_and_nothing_else(run: Callable[..., Run], blank: Path) -> None:
    problems = run(blank, "-f", "json").problems
    assert [(problem["code"], problem["sheet"]) for problem in problems] == [
        ("PR301", "Inspection"),
        ("PR602", "Judgements"),
        *(("PR221", sheet) for sheet in ("PDU cases", "Court reports", "Unpaid work cases", "Victim cases")),
    ]


def test_it_has_the_sheets_and_headers_of_the_rule_file(blank: Path, rules: RuleSet) -> None:
    book = load_workbook(blank)
    assert book.sheetnames == SHEETS
    texts = {question.id: question.text for standard in rules.standards for question in standard.key_questions}
    assert [cell.value for cell in book["Victim cases"][1]] == [
        "Case ID",
        *(f"{q} {texts[q]}" for q in texts if "R2.6" in q),
    ]
    assert [row[0].value for row in book["Judgements"].iter_rows()] == ["Standard", "R1.1", "R1.2"]


def test_its_lists_offer_what_the_rule_file_allows(blank: Path, rules: RuleSet) -> None:
    book: Any = load_workbook(blank)
    assert rules.regions is not None
    inspection = lists(book["Inspection"], book)
    assert inspection == {"B2": list(rules.regions.names), "B7": ["Inspection data", "Illustrative"]}
    assert lists(book["Judgements"], book) == {"B2:B5001": [*rules.rating_names, "Not inspected"]}
    cases = lists(book["PDU cases"], book)
    assert cases == {
        "B2:B5001": [], "C2:C5001": ["Community sentence", "Licence", "Community sentence and licence"],
        "E2:O5001": ["Yes", "No", "Not applicable"],
    }  # fmt: skip
    assert lists(book["Previous recommendations"], book) == {
        "A2:A5001": ["No progress", "Some progress", "Sufficient progress"], "B2:B5001": ["Yes", "No"],
    }  # fmt: skip
    decisions = lists(book["Panel decisions"], book)
    assert decisions["A2:A5001"] == [standard.id for standard in rules.standards]


def test_dates_are_checked_and_ids_are_text(blank: Path) -> None:
    book: Any = load_workbook(blank)
    dates = [str(rule.sqref) for rule in book["PDU cases"].data_validations.dataValidation if rule.type == "date"]
    assert dates == ["D2:D5001"]
    assert book["PDU cases"].column_dimensions["A"].number_format == "@"


@pytest.mark.parametrize("name", SHEETS[1:])
def test_headers_are_protected_and_stay_in_sight(blank: Path, name: str) -> None:
    sheet: Any = load_workbook(blank)[name]
    frozen = "B2" if "cases" in name or name == "Court reports" else "A2"
    assert (sheet.protection.sheet, sheet.protection.password, sheet.freeze_panes) == (True, None, frozen)
    assert all(cell.protection.locked for cell in sheet[1])
    assert not sheet.protection.insertRows
    assert sheet.column_dimensions["B"].protection.locked == (name == "Lists")


def test_the_same_bytes_every_time(run: Callable[..., Run], blank: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    run("new", "-o", again, group=True)
    assert again.read_bytes() == blank.read_bytes()


def test_a_workbook_that_is_there_is_kept(run: Callable[..., Run], blank: Path) -> None:
    fill(blank)
    before = blank.read_bytes()
    result = run("new", "-o", blank, group=True)
    assert (result.status, "is there already" in result.err, blank.read_bytes() == before) == (3, True, True)
    assert run("new", "-o", blank, "--force", group=True).status == 0
    assert blank.read_bytes() != before


@pytest.mark.parametrize("name", ["region.xls", "region.ods", "region"])
def test_other_formats_are_refused(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    result = run("new", "-o", tmp_path / name, group=True)
    assert (result.status, "must end in .xlsx" in result.err, list(tmp_path.iterdir())) == (2, True, [])


def test_another_rule_file_gives_other_headers(run: Callable[..., Run], tmp_path: Path) -> None:
    text = Path("rules/regional-2023.yaml").read_text(encoding="utf-8").replace("id: regional-2023", "id: own")
    text = text.replace("Is unpaid work delivered safely?", "=Is unpaid work safe?").replace("R2.4.3", "R2.4.9")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "region.xlsx"
    assert run("new", "-o", path, "--rules", tmp_path / "own.yaml", group=True).status == 0
    book: Any = load_workbook(path)
    assert "R2.4.9 =Is unpaid work safe?" in [cell.value for cell in book["Unpaid work cases"][1]]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("name", SHEETS[2:8])
def test_rows_can_be_deleted_and_filtered(blank: Path, name: str) -> None:
    sheet: Any = load_workbook(blank)[name]
    columns = sheet.column_dimensions.values()
    # Excel deletes no row that has a locked cell in it, up to the last of its 16,384 columns
    assert sum(one.max - one.min + 1 for one in columns if not one.protection.locked) == 16384
    assert not any(cell.protection.locked for row in sheet.iter_rows(min_row=2) for cell in row)
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}5001"
    assert not any((sheet.protection.deleteRows, sheet.protection.sort, sheet.protection.autoFilter))


def test_standards_and_pdus_are_text(blank: Path) -> None:
    book: Any = load_workbook(blank)
    assert {book[name].column_dimensions["A"].number_format for name in ("Judgements", "Panel decisions")} == {"@"}
    assert (book["PDU cases"].column_dimensions["B"].number_format, book["Lists"]["A2"].number_format) == ("@", "@")


def test_every_list_and_date_says_what_is_allowed(blank: Path) -> None:
    for sheet in load_workbook(blank).worksheets[1:8]:
        for rule in sheet.data_validations.dataValidation:
            assert rule.showInputMessage, (sheet.title, rule.sqref)
            assert 0 < len(rule.prompt or "") <= 255
            assert 0 < len(rule.promptTitle or "") <= 32
            assert rule.type is None or (rule.error and rule.showErrorMessage)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("Lists", "of its own"), ("Court: reports", "in it"), ("Reports of courts, and all others", "31 characters")],
)
def test_a_sheet_name_that_cannot_be_is_refused(
    run: Callable[..., Run], tmp_path: Path, name: str, reason: str
) -> None:
    text = Path("rules/regional-2023.yaml").read_text(encoding="utf-8").replace("id: regional-2023", "id: own")
    text = text.replace("name: Court reports", f'name: "{name}"').replace("sheet: Court reports", f'sheet: "{name}"')
    text = text.replace("sheet: Court reports}", f'sheet: "{name}"}}')
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    result = run("new", "-o", tmp_path / "region.xlsx", "--rules", tmp_path / "own.yaml", group=True)
    assert (result.status, reason in result.err, (tmp_path / "region.xlsx").exists()) == (2, True, False)


def test_any_source_date_epoch(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, epoch in enumerate(("0", "99999999999999", "")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert run("new", "-o", tmp_path / f"{number}.xlsx", group=True).status == 0


@pytest.mark.parametrize("epoch", ["yesterday", "1.5", "-5", "\u0663", "9" * 5000])
def test_a_wrong_source_date_epoch_is_refused(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    result = run("new", "-o", tmp_path / "region.xlsx", group=True)
    assert (result.status, list(tmp_path.iterdir())) == (2, [])
    assert "SOURCE_DATE_EPOCH is '" in result.err
    assert "set it to a whole number of seconds since 1970" in result.err
