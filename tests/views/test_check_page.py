"""The report of a check as a page: what it says, by sheet, and that no text in it is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import openpyxl
import pytest

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = "examples/east-of-england.xlsx"


class _Text(HTMLParser):
    """The text of a page by element, and its elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)
        if tag in {"caption", "p", "h1", "h2", "h3", "h4", "li", "td", "th"}:
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.texts and not {"style", "title"} & set(self._open):
            tag, before = self.texts[-1]
            self.texts[-1] = (tag, before + data)

    def of(self, *tags: str) -> list[str]:
        """The texts of these elements, with single spaces."""
        return [" ".join(text.split()) for tag, text in self.texts if tag in tags]


@pytest.fixture
def report(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The report of a check of these files, in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def made(*arguments: object) -> str:
        run("check", *arguments, "-o", "report.html", "-q", group=True)
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    return made


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workbook with a bad answer in two cells and an unknown region."""
    book = small_book()
    book["Inspection"][1][1] = "Scotland"
    book["PDU cases"][1][3] = "Maybe"
    book["PDU cases"][2][4] = "Maybe"
    return save(book, tmp_path / "my region.xlsx")


def test_each_sheet_has_its_problems_with_cell_finding_and_remedy(report: Callable[..., str], wrong: Path) -> None:
    text = _Text(report(wrong.name, "--ignore", "PR408"))
    assert text.of("h1") == ["Problems in my region.xlsx"]
    assert text.of("h2") == ["Sheet PDU cases", "Sheet Inspection", "Data and versions used"]
    assert text.of("h3") == ["Error Cells D2 and E3", "Warning Cell B2"]
    told = text.of("p")
    first = told.index("Found: Answer is not Yes, No or Not applicable: found 'Maybe'.")
    assert told[first - 3 : first + 5] == [
        "Correct the workbook itself, save it, and have it checked again.",
        "Checked: 8 rows with 32 answers, Scotland.",
        "Contents",
        "Found: Answer is not Yes, No or Not applicable: found 'Maybe'.",
        "Cases: A1 and A2",
        "Row 2: Case ID (A): A1; Sentence type (C): Licence; R2.1.1 (D): Maybe; R2.1.2 (E): Yes",
        "What to do: Write Yes, No or Not applicable.",
        (
            "R2.1 cannot be rated until this is corrected. An answer that is not understood cannot be counted, and "
            "leaving it out could change the rating. Code PR304."
        ),
    ]
    assert "1 error and 1 warning" in told


def test_a_file_without_problems_says_so(report: Callable[..., str], tmp_path: Path) -> None:
    save(small_book(), tmp_path / "london.xlsx")
    text = _Text(report("london.xlsx", "--ignore", "PR408"))
    assert text.of("h1") == ["No problems in london.xlsx"]
    assert text.of("p")[1:3] == [
        "Nothing was found that has to be corrected.",
        "Checked: 8 rows with 34 answers, London.",
    ]
    assert text.of("h2") == ["Data and versions used"]


def test_many_files_are_listed_first_with_those_that_have_none(
    report: Callable[..., str], wrong: Path, tmp_path: Path
) -> None:
    save(small_book(), tmp_path / "london.xlsx")
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04 no archive")
    text = _Text(report("half.xlsx", "london.xlsx", wrong.name, "--ignore", "PR408", "--require-all"))
    assert text.of("h1") == ["Problems in the case workbooks"]
    assert text.of("th", "td") == [
        "File", "Problems", "Region", "Rows", "Answers",
        "half.xlsx", "1 error", "–", "0", "0",
        "london.xlsx", "none", "London", "8", "34",
        "my region.xlsx", "1 error and 1 warning", "Scotland", "8", "32",
        "regional-2023", "1 error", "–", "–", "–",
    ]  # fmt: skip
    assert text.of("h2") == [
        "What was checked", "half.xlsx", "my region.xlsx: Scotland", "regional-2023", "Data and versions used",
    ]  # fmt: skip
    assert "Error The file is not complete" in text.of("h4")
    links = {attributes["href"] for tag, attributes in text.tags if tag == "a"}
    ids = {f"#{attributes['id']}" for _, attributes in text.tags if "id" in attributes}
    assert links <= ids


def test_files_of_one_name_are_told_apart(report: Callable[..., str], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "london.xlsx").write_bytes(b"PK\x03\x04 no archive")
    assert _Text(report("a", "b")).of("h2")[1:3] == ["a/london.xlsx", "b/london.xlsx"]


def test_each_file_of_a_mapping_file_is_named(report: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "norfolk.csv").write_text("Case ID,R2.6.1,R2.6.2,R2.6.3\nV1,Yes,Perhaps,Yes\n", encoding="utf-8")
    mapping = "mapping_version: 1\nrules: regional-2023\nsources:\n  - {files: norfolk.csv, into: Victim cases}\n"
    (tmp_path / "region.mapping.yaml").write_text(mapping, encoding="utf-8")
    text = _Text(report("region.mapping.yaml", "--select", "PR304"))
    assert text.of("h2") == ["norfolk.csv", "Data and versions used"]
    assert text.of("h3") == ["Error Cell C2"]


@pytest.mark.parametrize(
    ("rows", "heading", "more"),
    [
        (range(2, 12), "Error Cells B2 to B11", None),
        (range(2, 22, 2), "Error Cells B2, B4, B6, B8 and 6 more",
         "Cells B2, B4, B6, B8, B10, B12, B14, B16, B18 and B20"),
    ],
)  # fmt: skip
def test_cells_below_each_other_are_one_span_and_a_heading_stays_short(
    report: Callable[..., str], tmp_path: Path, rows: range, heading: str, more: str | None
) -> None:
    book = small_book()
    answers = [[f"C{row}", "Perhaps" if row in rows else "Yes"] for row in range(2, 30)]
    book["Court reports"] = [["Report ID", "R2.3.1"], *answers]
    save(book, tmp_path / "a.xlsx")
    text = _Text(report("a.xlsx", "--select", "PR304"))
    assert text.of("h3") == [heading]
    assert [one for one in text.of("p") if one.startswith("Cells ")] == ([] if more is None else [more])


def test_rows_and_columns_are_called_so(report: Callable[..., str], tmp_path: Path) -> None:
    path = save(small_book(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    for row in (2, 3):
        book["PDU cases"].row_dimensions[row].hidden = True
    book["PDU cases"].column_dimensions["D"].hidden = True
    book.save(path)
    text = _Text(report("a.xlsx", "--select", "PR209,PR210"))
    assert text.of("h3") == ["Warning Rows 2 to 3", "Warning Column D"]


def test_a_redacted_report_has_neither_values_nor_cases(report: Callable[..., str], wrong: Path) -> None:
    page = report(wrong.name, "--redact")
    text = " ".join(_Text(page).of("p", "h1", "h2", "h3", "li"))
    assert "leaves out values of cells and ids of cases" in text
    assert [word for word in ("Maybe", "A1 and A2", "Scotland", "Licence") if word in page] == []
    assert "leaves out values" not in report(wrong.name)


def test_no_text_of_a_workbook_or_a_name_is_markup(report: Callable[..., str], tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>`<img src=x onerror=y>`\u202e{{ 7*7 }}"
    book = small_book()
    book["Inspection"][1][1] = evil
    book["PDU cases"][1][0] = evil
    book["PDU cases"][1][3] = evil
    book["PDU cases"][0][1] = f"PDU {evil}"
    save(book, tmp_path / "<img src=x>.xlsx")
    save(book, tmp_path / "b.xlsx")
    page = report("<img src=x>.xlsx", "b.xlsx")
    text = _Text(page)
    assert {tag for tag, _ in text.tags} & {"script", "img", "svg", "iframe", "object", "form"} == set()
    assert all(not name.startswith("on") for _, attributes in text.tags for name in attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert ("\u202e" in page, "49" in re.sub(r"[0-9a-f]{64}", "", page)) == (False, False)
    (policy,) = [attributes["content"] for tag, attributes in text.tags if "http-equiv" in attributes and tag == "meta"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def test_a_command_in_a_remedy_is_code(report: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n")
    assert "<code>git lfs pull</code>" in report("a.xlsx")


def test_it_says_by_which_data_and_versions(report: Callable[..., str], run: Callable[..., Run], wrong: Path) -> None:
    page = report(wrong.name)
    assert page == report(wrong.name)
    document = run("check", wrong.name, "-f", "json", group=True).out
    hashes = re.findall(r'"sha256": "([0-9a-f]{64})"', document)
    assert hashes
    assert all(one in page for one in hashes)


def test_the_format_and_the_suffix_mean_the_same(
    run: Callable[..., Run], report: Callable[..., str], wrong: Path
) -> None:
    assert run("check", wrong.name, "-f", "html", group=True).out == report(wrong.name)
