"""The data workbook of `rate -f xlsx`, as openpyxl, calamine and LibreOffice read it."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

from books import Book, save, small_book
from probation_ratings.__main__ import rate
from probation_ratings.findings.suppression import Hidden
from probation_ratings.views.publish import tables as publication
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from conftest import Run

pytestmark = pytest.mark.slow

EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""LibreOffice's name for a CSV file a sheet: comma, quotation mark, UTF-8."""
HOSTILE = [
    '=HYPERLINK("http://x.example")', "=1+1", "{=A1}", "+1", "-1", "@SUM(A1)", "'x", "-", "…", "http://x.example",
    "mailto:a@b.example", "internal:Cover!A1", "<script>", "&amp;", '"', "[red]", "|x|", "$$x$$", "$$0$$", "[a](b)",
    "[a](http://b) [c](http://d)", "*bold*", "1", "2.10", "2024-01-01", "TRUE", "#N/A", "東京", "Ŵ", "😀",
    "\\x1b[31m", "_x001B_", "_x001B_x0041_",
]  # fmt: skip
"""Texts that somebody or something on the way could find a meaning in."""


def values_of(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """All rows of a sheet."""
    return list(sheet.iter_rows(values_only=True))


def corners(table: Any) -> tuple[int, int, int, int]:
    """The first column and row of a table, and the last."""
    left, top, right, bottom = range_boundaries(table.ref)
    assert left is not None
    assert top is not None
    assert right is not None
    assert bottom is not None
    return left, top, right, bottom


def records(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet's one marked table, by its heads."""
    (table,) = sheet.tables.values()
    left, top, right, bottom = corners(table)
    heads, *rows = sheet.iter_rows(top, bottom, left, right, values_only=True)
    return [{str(head): value for head, value in zip(heads, row, strict=True)} for row in rows]


def above(sheet: Worksheet) -> list[str]:
    """The text above a sheet's table."""
    (table,) = sheet.tables.values()
    return [str(row[0]) for row in values_of(sheet)[: corners(table)[1] - 1]]


def escaped(text: str) -> str:
    """As a cell of a workbook spells a text that looks like an escape; openpyxl writes it as it is given."""
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


@pytest.fixture
def made(run: Callable[..., Run], tmp_path: Path) -> Callable[..., openpyxl.Workbook]:
    """Rates with the arguments and opens the data workbook, which stays at `out.xlsx`."""

    def command(*arguments: object, status: int = 0) -> openpyxl.Workbook:
        result = run(*arguments, "-q", "-o", tmp_path / "out.xlsx")
        assert (result.status, result.out) == (status, "")
        return openpyxl.load_workbook(tmp_path / "out.xlsx")

    return command


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    """London, rated 22 of 24 from invented cases; Wales, rated 22 of 24 from an inspection's; the North East, unsound."""
    return regions_in(tmp_path / "regions")


def regions_in(folder: Path) -> Path:
    folder.mkdir()
    for name, status, answer in (
        ("London", "Illustrative", "Yes"), ("Wales", "Inspection data", "Yes"), ("North East", "Illustrative", "Maybe")
    ):  # fmt: skip
        book = small_book()
        book["Inspection"][1:] = [["Region", name], ["Data status", status]]
        book["Court reports"][1][3] = answer
        save(book, folder / f"{name}.xlsx")
    return folder


@pytest.fixture(scope="module")
def example_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the data workbook of the example, for tests that only look at it."""
    path = tmp_path_factory.mktemp("example") / "example.xlsx"
    assert rate([str(EXAMPLE), "-q", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a data workbook with hostile names of PDUs."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.xlsx"
    assert rate([str(save_as_text(hostile_book(), path.with_name("in.xlsx"))), "-q", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def sheets_as_csv(office: Callable[..., Path], example_file: Path, hostile_file: Path) -> Path:
    """A folder with each sheet of both files as CSV: LibreOffice, which takes long to start, makes them at once."""
    return office(EVERY_SHEET, example_file, hostile_file).parent


@pytest.fixture(scope="module")
def example(example_file: Path) -> openpyxl.Workbook:
    """The data workbook of the example, for tests that only look at it."""
    return openpyxl.load_workbook(example_file)


@pytest.fixture(scope="module")
def several_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the data workbook of the regions, for tests that only look at it."""
    path = tmp_path_factory.mktemp("several") / "several.xlsx"
    assert rate([str(regions_in(path.parent / "regions")), "-q", "-o", str(path)]) == 1
    return path


@pytest.fixture(scope="module")
def several(several_file: Path) -> openpyxl.Workbook:
    """The data workbook of the regions, for tests that only look at it."""
    return openpyxl.load_workbook(several_file)


class TestPublishedFigures:
    """The example gives what was published for the East of England in August 2024."""

    def test_the_percentages_of_the_key_questions(self, example: openpyxl.Workbook) -> None:
        sheet = example["Key questions"]
        assert {row["Key question"]: row["Percentage 'Yes'"] for row in records(sheet)} == {
            "R2.1.1": 28, "R2.1.2": 45, "R2.1.3": 28, "R2.1.4": 38, "R2.2.1": 66, "R2.2.2": 66, "R2.2.3": 40,
            "R2.2.4": 49, "R2.3.1": 31, "R2.4.1": 39, "R2.4.2": 75, "R2.4.3": 49, "R2.4.4": 70, "R2.5.1": 35,
            "R2.6.1": 93, "R2.6.2": 90, "R2.6.3": 100,
        }  # fmt: skip

    def test_the_ratings_of_the_standards(self, example: openpyxl.Workbook) -> None:
        rows = records(example["Ratings"])
        assert [(row["Standard"], row["Rating"], row["Score"], row["Driving key question"]) for row in rows] == [
            ("R1.1", "Requires improvement", 1, "[x]"),
            ("R1.2", "Requires improvement", 1, "[x]"),
            ("R2.1", "Inadequate", 0, "R2.1.1 and R2.1.3"),
            ("R2.2", "Inadequate", 0, "R2.2.3"),
            ("R2.3", "Inadequate", 0, "R2.3.1"),
            ("R2.4", "Inadequate", 0, "R2.4.1"),
            ("R2.5", "Inadequate", 0, "R2.5.1"),
            ("R2.6", "Outstanding", 3, "R2.6.2"),
        ]
        assert "East of England: Requires improvement, score 5 of 24" in above(example["Ratings"])

    def test_the_case_sample(self, example: openpyxl.Workbook) -> None:
        rows = records(example["Case sample"])
        cases = {row["Case sample"]: row["Cases"] for row in rows}
        assert (cases["PDU cases"], cases["of these: community sentences"], cases["court reports"]) == (438, 289, 302)

    def test_counts_of_all_pdus_add_up_to_the_region(self, example: openpyxl.Workbook) -> None:
        rows = [row for row in records(example["PDUs"]) if row["Key question"] == "R2.1.2"]
        assert (len(rows), sum(row["Yes"] for row in rows), sum(row["No"] for row in rows)) == (8, 197, 241)


class TestForm:
    """What the checklist for accessible spreadsheets asks, of one region and of several."""

    @pytest.fixture(params=["one region", "several regions"])
    def book(
        self, request: pytest.FixtureRequest, example: openpyxl.Workbook, several: openpyxl.Workbook
    ) -> openpyxl.Workbook:
        return example if request.param == "one region" else several

    def test_cover_contents_and_notes_come_first(self, book: openpyxl.Workbook) -> None:
        assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
        assert {"Ratings", "Key questions", "PDUs", "Case sample", "Method", "Provenance"} <= set(book.sheetnames)
        assert all(len(name) <= 31 for name in book.sheetnames)

    def test_the_contents_link_to_every_table(self, book: openpyxl.Workbook) -> None:
        sheet = book["Contents"]
        assert [row["Worksheet"] for row in records(sheet)] == book.sheetnames[3:]
        links = {cell.value: cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink}
        assert links == {name: f"'{name}'!A1" for name in book.sheetnames[3:]}

    def test_a_sheet_has_one_table_from_column_a_to_its_last_cell(self, book: openpyxl.Workbook) -> None:
        names = []
        for sheet in book.worksheets[1:]:
            (table,) = sheet.tables.values()
            names.append(table.displayName)
            left, top, right, bottom = corners(table)
            assert (left, right, bottom) == (1, sheet.max_column, sheet.max_row)
            assert table.headerRowCount == 1
            assert table.autoFilter is None
            assert not [row for row in values_of(sheet)[: top - 1] if set(row[1:]) != {None}]
            assert [column.name for column in table.tableColumns] == list(records(sheet)[0])
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)

    def test_nothing_is_blank_merged_hidden_frozen_or_filtered(self, book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            assert sheet.merged_cells.ranges == set()
            assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.sheet_state) == (None, None, "visible")
            assert not [one for one in sheet.row_dimensions.values() if one.hidden]
            assert not [one for one in sheet.column_dimensions.values() if one.hidden]
            assert all(row[0] not in {None, ""} for row in values_of(sheet))
            if sheet.tables:
                cells = [value for row in records(sheet) for value in row.values()]
                assert cells
                assert not [value for value in cells if value is None or not str(value).strip()]

    def test_no_text_begins_or_ends_with_a_blank(self, book: openpyxl.Workbook) -> None:
        texts = [value for sheet in book.worksheets for row in values_of(sheet) for value in row]
        assert [text for text in texts if isinstance(text, str) and text != text.strip()] == []

    def test_text_is_wrapped_and_no_cell_is_filled(self, book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets[1:]:
            (table,) = sheet.tables.values()
            for row in sheet[table.ref]:
                assert {(cell.alignment.wrap_text, cell.fill.fill_type) for cell in row} <= {(True, None)}

    def test_a_row_is_as_high_as_its_text(self, book: openpyxl.Workbook) -> None:
        sheet = book["Key questions"]
        (table,) = sheet.tables.values()
        for row in sheet[table.ref]:
            for cell in row:
                width, height = sheet.column_dimensions[cell.column_letter].width, sheet.row_dimensions[cell.row].height
                assert len(str(cell.value)) <= width * (height // 16)

    def test_it_opens_on_the_first_cell_of_the_cover(self, book: openpyxl.Workbook) -> None:
        assert book.active is book["Cover"]
        for sheet in book.worksheets:
            assert sheet.sheet_view.selection[0].activeCell in {None, "A1"}
            assert sheet.sheet_properties.tabColor is None

    def test_titles_are_unique_and_shorthand_is_explained_beside_the_table(self, book: openpyxl.Workbook) -> None:
        titles = [sheet["A1"].value for sheet in book.worksheets]
        assert len(set(titles)) == len(titles)
        for sheet in book.worksheets[3:]:
            used = any(value == "[x]" for row in records(sheet) for value in row.values())
            assert any(line.startswith("[x] means: ") for line in above(sheet)) == used

    def test_every_mark_has_its_note(self, book: openpyxl.Workbook) -> None:
        numbers = [row["Note number"] for row in records(book["Notes"])]
        marks = {
            int(mark)
            for sheet in book.worksheets[3:]
            for mark in re.findall(r"\[note (\d+)\]", " ".join(map(str, sheet["A1"].value.split("\n"))))
        }
        assert numbers == [*range(1, len(numbers) + 1)]
        assert marks == set(numbers)

    def test_numbers_are_numbers_and_ids_are_text(self, book: openpyxl.Workbook) -> None:
        for row in records(book["Key questions"]):
            assert isinstance(row["Key question"], str)
            assert {type(row[name]) for name in ("Yes", "No", "Not applicable")} == {int}


def test_a_sum_is_the_last_row(example: openpyxl.Workbook) -> None:
    # 8 PDUs: 4 green, 2 amber and 2 red; three recommendations
    book = example
    *parts, whole = records(book["PDU priorities"])
    assert [(row["Priority"], row["Number of PDUs"], row["Percentage of all"]) for row in (*parts, whole)] == [
        ("Green", 4, 50), ("Amber", 2, 25), ("Red", 2, 25), ("All PDUs", 8, 100),
    ]  # fmt: skip
    assert list(records(book["Previous recommendations"])[-1].values()) == ["All recommendations", "All", 3, 100]
    assert "All PDUs: 8" not in str(values_of(book["Notes"]))


def test_each_source_is_a_row_with_its_hash(example: openpyxl.Workbook) -> None:
    book = example
    rows = {row["Item"]: row for row in records(book["Provenance"])}
    found = rows["Workbook"]
    assert found["Value"] == "east-of-england.xlsx"
    assert found["Hash of the file (SHA-256)"] == hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", rows["Rule file"]["Hash of the file (SHA-256)"])


def test_the_document_says_title_author_and_language(made: Callable[..., openpyxl.Workbook], tmp_path: Path) -> None:
    book = made(EXAMPLE)
    assert (book.properties.title, book.properties.creator) == ("East of England: ratings", "probation-ratings")
    assert book.properties.language == "en-GB"
    props: Any = book
    assert [(one.name, one.value) for one in props.custom_doc_props.props] == [("Language", "en-GB")]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "media" in name]


def test_the_cover_says_what_it_is(example: openpyxl.Workbook) -> None:
    sheet = example["Cover"]
    lines = [row[0] for row in values_of(sheet)]
    assert lines[0] == "East of England: ratings"
    assert "East of England: Requires improvement, score 5 of 24" in lines
    assert "Data status: Illustrative" in lines
    assert any("Open Government Licence v3.0" in line for line in lines)
    assert any(re.search("rule file regional-2023, sha256 [0-9a-f]{64}", line) for line in lines)
    assert any(re.search("Case workbook: east-of-england.xlsx, sha256 [0-9a-f]{64}", line) for line in lines)
    assert [cell.hyperlink.target for cell in sheet["A"] if cell.hyperlink] == [
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    ]


class TestIllustrative:
    """Invented cases are said to be, on every sheet."""

    def test_on_the_cover_and_above_every_table(self, example: openpyxl.Workbook) -> None:
        said = "Illustrative data: the cases are invented."
        assert (said,) in values_of(example["Cover"])
        assert all(said in above(sheet) for sheet in example.worksheets[3:])

    def test_not_where_they_are_real(self, made: Callable[..., openpyxl.Workbook], regions: Path) -> None:
        book = made(regions / "Wales.xlsx")
        assert not [row for sheet in book.worksheets for row in values_of(sheet) if "invented" in str(row)]

    def test_of_some_regions_by_name(self, made: Callable[..., openpyxl.Workbook], regions: Path) -> None:
        book = made(regions, status=1)
        said = "Illustrative data: the cases of London and North East are invented."
        assert all(said in above(sheet) for sheet in book.worksheets[3:])


class TestUnrated:
    """A region without an overall rating is shown with its blocking problems."""

    def test_one_region(self, made: Callable[..., openpyxl.Workbook], regions: Path) -> None:
        book = made(regions / "North East.xlsx", status=1)
        lines = [str(row[0]) for row in values_of(book["Cover"])]
        assert "North East: Not rated" in lines
        assert any(line.startswith("Blocks an overall rating: PR304: ") for line in lines)
        assert {row["Rating"] for row in records(book["Ratings"])} == {"Not rated"}
        (row,) = records(book["Not rated"])
        assert row["Region"] == "North East"
        assert row["Problem"].endswith(" (R2.3)")

    def test_regions_of_which_one_has_a_panel_decision(
        self, made: Callable[..., openpyxl.Workbook], regions: Path
    ) -> None:
        book = small_book()
        book["Inspection"][1][1] = "South West"
        book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.3", "Good", "Two reports only."]]
        save(book, regions / "South West.xlsx")
        rows = records(made(regions, status=1)["Ratings"])
        assert [
            (row["Region"], row["Rating"], row["Computed rating"], row["Decided by the ratings panel"])
            for row in rows
            if row["Standard"] == "R2.3"
        ] == [
            ("London", "Outstanding", "Outstanding", "No"),
            ("North East", "Not rated", "Not rated", "No"),
            ("South West", "Good", "Outstanding", "Yes: Two reports only."),
            ("Wales", "Outstanding", "Outstanding", "No"),
        ]

    def test_among_several(self, made: Callable[..., openpyxl.Workbook], regions: Path) -> None:
        book = made(regions, status=1)
        rows = {row["Region"]: row for row in records(book["Regions"])}
        assert (rows["London"]["Score of 24"], rows["Wales"]["Score of 24"]) == (22, 22)
        assert rows["North East"]["Overall rating"] == "Not rated: PR304"
        assert rows["North East"]["Score of 24"] == "[x]"
        assert {row["Region"] for row in records(book["Ratings"])} == {"London", "Wales", "North East"}
        assert [row["Region"] for row in records(book["Not rated"])] == ["North East"]

    def test_a_file_that_cannot_be_read_is_named_without_its_folder(
        self, made: Callable[..., openpyxl.Workbook], regions: Path
    ) -> None:
        (regions / "broken.xlsx").write_bytes(b"no workbook")
        book = made(regions, status=3)
        rows = {row["Region"]: row["Overall rating"] for row in records(book["Regions"])}
        assert rows["broken.xlsx"].startswith("Not read: PR1")
        assert not [row for sheet in book.worksheets for row in values_of(sheet) if str(regions) in str(row)]

    def test_no_workbook_at_all(self, made: Callable[..., openpyxl.Workbook], tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        book = made(tmp_path / "empty", status=3)
        assert "Notes" not in book.sheetnames
        assert "The ratings of no region" in str(values_of(book["Cover"]))

    def test_partial_ratings_are_shown(self, made: Callable[..., openpyxl.Workbook], regions: Path) -> None:
        book = made(regions / "North East.xlsx", "--partial", status=1)
        ratings = {row["Standard"]: row["Rating"] for row in records(book["Ratings"])}
        assert (ratings["R2.3"], ratings["R2.1"]) == ("Not rated", "Outstanding")


def hostile_book() -> Book:
    """A valid workbook with a PDU of every hostile name, one case each."""
    book = small_book()
    heads = book["PDU cases"][0]
    cases = [[f"A{number}", escaped(name), "Licence", *["Yes"] * 9] for number, name in enumerate(HOSTILE)]
    book["PDU cases"] = [heads, *cases]
    return book


def save_as_text(book: Book, path: Path) -> Path:
    """Save, with no text taken for a formula."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row, values in enumerate(rows, start=1):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    workbook.save(path)
    return path


class TestInjection:
    """Text of a case workbook is text in the data workbook, whatever it looks like."""

    def test_names_of_pdus(self, hostile_file: Path, sheets_as_csv: Path) -> None:
        sheet = openpyxl.load_workbook(hostile_file)["PDUs"]
        found = [row["PDU"] for row in records(sheet) if row["Key question"] == "R2.1.1"]
        assert sorted(found) == sorted(HOSTILE)
        assert {cell.data_type for cell in sheet["B"]} == {"s", "n"}  # n: nothing beside the lines above the table
        assert not [cell for row in sheet for cell in row if cell.hyperlink]
        rows = CalamineWorkbook.from_path(hostile_file).get_sheet_by_name("PDUs").to_python()
        assert sorted(str(row[1]) for row in rows if row[0] == "R2.1.1") == sorted(HOSTILE)
        with (sheets_as_csv / "hostile-PDUs.csv").open(encoding="utf-8") as file:
            assert sorted(row[1] for row in csv.reader(file) if row[0] == "R2.1.1") == sorted(HOSTILE)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_region(self, made: Callable[..., openpyxl.Workbook], tmp_path: Path, name: str) -> None:
        book = small_book()
        book["Inspection"][1][1] = escaped(name)
        made_book = made(save_as_text(book, tmp_path / "in.xlsx"))
        assert made_book["Cover"]["A1"].value == f"{name}: ratings"
        assert made_book["Cover"]["A1"].data_type == "s"
        assert all(f"{name}: Outstanding, score 22 of 24" in above(sheet) for sheet in made_book.worksheets[3:])
        assert made_book.properties.title == f"{name}: ratings"
        assert len(records(made_book["Notes"])) == 3

    def test_regions_side_by_side(self, made: Callable[..., openpyxl.Workbook], tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        for number, name in enumerate(HOSTILE):
            book = small_book()
            book["Inspection"][1][1] = escaped(name)
            save_as_text(book, folder / f"{number}.xlsx")
        sheet = made(folder, status=1)["Regions"]  # some are alike but for their signs: PR117
        assert sorted(row["Region"] for row in records(sheet)) == sorted(HOSTILE)

    def test_more_text_than_a_cell_takes_is_cut(self, made: Callable[..., openpyxl.Workbook], tmp_path: Path) -> None:
        book = small_book()
        book["Judgements"][1][1] = "Good"
        book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R1.1", "Outstanding", "😀" * 16_000]]
        book["Inspection"][1][1] = "Long" * 8_000
        made_book = made(save(book, tmp_path / "in.xlsx"), status=1)
        longest = max((str(row[0]) for row in values_of(made_book["Cover"])), key=len)
        assert len(longest) < 32_767
        assert longest.endswith("… (cut)")

    def test_titles_of_a_rule_file(self, made: Callable[..., openpyxl.Workbook], tmp_path: Path) -> None:
        text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
        odd = "=[a](b) [c](d) $$1$$ _x001B_"
        assert text.count("title: Leadership\n") == 1
        rules = tmp_path / "own.yaml"
        rules.write_text(text.replace("title: Leadership\n", f"title: '{odd}'\n"), encoding="utf-8")
        assert yaml.safe_load(rules.read_text(encoding="utf-8"))["id"] == "regional-2023"
        save(small_book(), tmp_path / "a.xlsx")
        other = small_book()
        other["Inspection"][1][1] = "Wales"
        save(other, tmp_path / "b.xlsx")
        book = made(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--rules", rules)
        assert records(book["Ratings"])[0]["Title"] == odd
        assert f"R1.1 {odd}" in records(book["Regions"])[0]


class TestSuppression:
    """`[c]` is shown in place of a suppressed figure."""

    @pytest.fixture
    def book(self, made: Callable[..., openpyxl.Workbook], monkeypatch: pytest.MonkeyPatch) -> openpyxl.Workbook:
        hidden = Hidden(10, questions=frozenset({"R2.6.2"}), samples=frozenset({"statutory victim cases"}))
        monkeypatch.setattr(publication, "hide", lambda _rated, _below: hidden)
        return made(EXAMPLE, "--suppress-below", 10)

    def test_it_is_in_columns_of_numbers(self, book: openpyxl.Workbook) -> None:
        sheet = book["Key questions"]
        rows = {row["Key question"]: row for row in records(sheet)}
        assert [rows["R2.6.2"][name] for name in ("Yes", "No", "Percentage 'Yes'", "Rating")] == [
            "[c]", "[c]", "[c]", "Outstanding",
        ]  # fmt: skip
        assert rows["R2.6.1"]["Yes"] == 13
        (cell,) = (cell for cell in sheet["D"] if cell.value == "[c]")
        assert cell.alignment.horizontal == "right"

    def test_it_is_explained(self, book: openpyxl.Workbook) -> None:
        for name in ("Key questions", "Case sample"):
            assert any(
                line.startswith("[c] means: suppressed to protect confidentiality") for line in above(book[name])
            )
        assert not [line for line in above(book["Ratings"]) if line.startswith("[c]")]
        assert "Counts from 1 to 9" in str(values_of(book["Cover"]))


class TestReproducible:
    """The same input gives the same bytes."""

    def test_in_two_processes(self, tmp_path: Path) -> None:
        assert rate([str(EXAMPLE), "-q", "-o", str(tmp_path / "here.xlsx")]) == 0  # sets have an order of this process
        seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
        subprocess.run(
            [sys.executable, "-m", "probation_ratings", "rate", EXAMPLE, "-o", tmp_path / "there.xlsx"],
            check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert (tmp_path / "here.xlsx").read_bytes() == (tmp_path / "there.xlsx").read_bytes()

    def test_the_moment_is_that_of_source_date_epoch(
        self, made: Callable[..., openpyxl.Workbook], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        assert f"{made(EXAMPLE).properties.created}" == "2024-06-14 00:00:00"  # the last day of fieldwork
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(24 * 60 * 60 * 3653))
        moment = made(EXAMPLE).properties.created
        assert moment is not None
        assert f"{moment:%Y-%m-%d %H:%M}" == "1980-01-02 00:00"


class TestLibreOffice:
    """A free office program reads it as it is meant."""

    def test_its_pages_show_the_ratings(self, example_file: Path, office: Callable[[str, Path], Path]) -> None:
        page = office("pdf", example_file)
        text = subprocess.run(["pdftotext", "-layout", page, "-"], check=True, capture_output=True, text=True).stdout
        assert "East of England: Requires improvement, score 5 of 24" in text
        assert re.search(
            r"R2\.4 +Unpaid work +2 Service delivery +Lowest of 4 key questions +R2\.4\.1 +Inadequate", text
        )
        assert re.search(r"R2\.4\.3 +Is unpaid work delivered safely\? +R2\.4 +39 +40 +0 +79 +49 +Inadequate", text)

    def test_every_value_comes_back(
        self, example_file: Path, several_file: Path, office: Callable[..., Path], example: openpyxl.Workbook,
        several: openpyxl.Workbook,
    ) -> None:  # fmt: skip
        folder = office("xlsx", example_file, several_file).parent
        for path, book in ((example_file, example), (several_file, several)):
            back = openpyxl.load_workbook(folder / path.name)
            assert back.sheetnames == book.sheetnames
            for sheet in book.worksheets:
                assert values_of(back[sheet.title]) == values_of(sheet)
                assert set(back[sheet.title].tables) == set(sheet.tables)
            assert (back.properties.title, back.properties.language) == (book.properties.title, "en-GB")

    def test_a_table_as_csv(self, sheets_as_csv: Path) -> None:
        text = (sheets_as_csv / "example-Ratings.csv").read_text(encoding="utf-8")
        assert (
            "R2.6,Statutory victim work,2 Service delivery,Lowest of 3 key questions,R2.6.2,Outstanding,3,[x]\n" in text
        )


class TestCommand:
    """How the workbook is asked for, and what is refused."""

    def test_a_workbook_a_region(self, run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
        assert run(regions, "-q", "-f", "xlsx", "-o", f"{tmp_path / 'results'}/").status == 1
        names = sorted(path.name for path in (tmp_path / "results").iterdir())
        assert names == ["london.xlsx", "north-east.xlsx", "summary.csv", "wales.xlsx"]
        book = openpyxl.load_workbook(tmp_path / "results" / "wales.xlsx")
        assert book["Cover"]["A1"].value == "Wales: ratings"

    def test_ods_is_refused(self, run: Callable[..., Run], tmp_path: Path) -> None:
        result = run(EXAMPLE, "-f", "xlsx", "-o", tmp_path / "out.ods")
        assert (result.status, ".ods" in result.err, list(tmp_path.iterdir())) == (2, True, [])

    @pytest.mark.parametrize(("form", "status"), [("xlsx", 2), ("json", 1)])
    def test_an_input_in_the_folder_is_not_overwritten(
        self, run: Callable[..., Run], regions: Path, form: str, status: int
    ) -> None:
        (regions / "London.xlsx").rename(regions / "london.xlsx")
        before = {path.name: path.read_bytes() for path in regions.iterdir()}
        result = run(regions, "-q", "-f", form, "-o", f"{regions}/")
        assert result.status == status
        assert {name: (regions / name).read_bytes() for name in before} == before
        if form == "xlsx":
            assert "is an input and could be overwritten: name another folder" in result.err
            assert {path.name for path in regions.iterdir()} == set(before)

    def test_nor_through_a_link(self, run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
        results = tmp_path / "results"
        results.mkdir()
        (results / "wales.xlsx").symlink_to(regions / "Wales.xlsx")
        assert run(regions, "-q", "-f", "xlsx", "-o", f"{results}/").status == 2
        assert [path.name for path in results.iterdir()] == ["wales.xlsx"]

    def test_nor_are_the_counts_that_are_rated(self, run: Callable[..., Run], tmp_path: Path) -> None:
        counts = tmp_path / "summary.csv"
        counts.write_text("region,key_question,yes,no,not_applicable\n", encoding="utf-8")
        result = run("--tallies", counts, "-o", f"{tmp_path}/")
        assert (result.status, "is an input" in result.err) == (2, True)
        assert counts.read_text(encoding="utf-8").startswith("region,key_question")
