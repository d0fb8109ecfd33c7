"""Annotated copies of workbooks: what they show, what they keep, and that nothing in a workbook can do harm there."""

from __future__ import annotations

import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula

from books import court_reports, save, small_book
from probation_ratings import Problem, __version__, load_rules, read_inspection
from probation_ratings import problems as p
from probation_ratings.errors import OutputError
from probation_ratings.writing.copies import annotate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from conftest import Run

pytestmark = pytest.mark.slow

HEADER = 4
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = {
    TRANSITIONAL: b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}
RED, AMBER, BLUE = "00FFC7CE", "00FFEB9C", "00DDEBF7"


def found_in(path: Path) -> tuple[Problem, ...]:
    return read_inspection(str(path), load_rules("regional-2023")).problems


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of the sheet of problems as texts by the header, with the place that they are linked to."""
    heads = [str(cell.value) for cell in sheet[HEADER]]
    rows: list[dict[str, Any]] = []
    for cells in sheet.iter_rows(min_row=HEADER + 1):
        if cells[1].value is None:
            break
        links = [cell.hyperlink.location for cell in cells if cell.hyperlink]
        rows.append({**dict(zip(heads, (cell.value for cell in cells), strict=True)), "link": links})
    return rows


def repacked(path: Path, change: Mapping[str, bytes]) -> Path:
    """The workbook with other content in some of its parts, and perhaps with more of them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **change}.items():
            archive.writestr(name, content)
    return path


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Two bad answers, one of them a formula as text, an id that is a number and a blank answer."""
    book = small_book()
    book["PDU cases"][1][4] = "Maybe"
    book["PDU cases"][2][3] = "Maybe"
    book["Victim cases"][1][2] = None
    book["Unpaid work cases"][1][0] = 12
    return save(book, tmp_path / "region.xlsx")


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[..., Path]:
    """Annotates a workbook with the problems that reading it finds, or with those given."""

    def command(path: Path, problems: tuple[Problem, ...] | None = None, **options: Any) -> Path:
        found = found_in(path) if problems is None else problems
        return annotate(str(path), found, tmp_path / "out" / path.name, **options)

    return command


def test_the_sheet_of_problems_comes_first_and_leads_to_the_cells(broken: Path, copy_of: Callable[..., Path]) -> None:
    copy = copy_of(broken)
    assert copy.name == broken.name
    book = load_workbook(copy)
    assert book.sheetnames[0] == "Problems"
    assert book.active is book.worksheets[0]
    sheet = book.worksheets[0]
    rows = table(sheet)
    bad = [row for row in rows if row["Code"] == "PR304"]
    assert [(row["Cell"], row["Case ID"], row["link"]) for row in bad] == [
        ("E2", "A1", ["'PDU cases'!E2"]),
        ("D3", "A2", ["'PDU cases'!D3"]),
    ]
    assert bad[0]["Severity"] == "error"
    assert bad[0]["Message"] == "answer is not Yes, No or Not applicable: found 'Maybe'"
    assert bad[0]["Remedy"] == "write Yes, No or Not applicable"
    assert bad[0]["Cannot be rated"] == "R2.1"
    (warning,) = (row for row in rows if row["Severity"] == "warning")
    assert (warning["Code"], warning["Cannot be rated"], warning["link"]) == (
        "PR309",
        None,
        ["'Unpaid work cases'!A2"],
    )
    assert sheet.freeze_panes == f"A{HEADER + 1}"
    assert sheet.auto_filter.ref == f"A{HEADER}:I{HEADER + len(rows)}"
    assert sheet.column_dimensions["G"].width > 40


def test_the_cells_are_filled_and_commented(broken: Path, copy_of: Callable[..., Path]) -> None:
    book = load_workbook(copy_of(broken))
    cell = book["PDU cases"]["E2"]
    assert cell.value == "Maybe"
    assert (cell.fill.fill_type, cell.fill.fgColor.rgb) == ("solid", RED)
    assert cell.comment is not None
    assert cell.comment.author == "probation-ratings"
    assert cell.comment.text == (
        "error[PR304] bad-answer\nanswer is not Yes, No or Not applicable: found 'Maybe'\n"
        "Remedy: write Yes, No or Not applicable"
    )
    assert book["Victim cases"]["C2"].fill.fgColor.rgb == RED
    assert book["Unpaid work cases"]["A2"].fill.fgColor.rgb == AMBER
    assert book["PDU cases"]["E3"].comment is None
    assert book["PDU cases"]["E3"].fill.fill_type is None


def test_the_original_stays_as_it_is_and_the_copy_has_the_same_problems(
    broken: Path, copy_of: Callable[..., Path]
) -> None:
    before = broken.read_bytes()
    copy = copy_of(broken)
    assert broken.read_bytes() == before
    assert [(one.kind.code, one.sheet, one.cells) for one in found_in(copy)] == [
        (one.kind.code, one.sheet, one.cells) for one in found_in(broken)
    ]
    assert [file.name for file in copy.parent.iterdir()] == ["region.xlsx"]


def test_a_run_of_cells_with_one_problem_has_one_comment(broken: Path, copy_of: Callable[..., Path]) -> None:
    """61 bad answers below each other, one by itself further down, and three beside each other in a row."""
    book = small_book()
    book["Court reports"] = court_reports(["Maybe"] * 61 + ["Yes", "Maybe"])
    for column in (3, 4, 5):
        book["PDU cases"][1][column] = "Perhaps"
    copy = load_workbook(copy_of(save(book, broken)))
    comments = {
        cell.coordinate: cell.comment.text.splitlines()
        for name in ("Court reports", "PDU cases")
        for row in copy[name]
        for cell in row
        if cell.comment is not None
    }
    assert set(comments) == {"B2", "B64", "D2"}
    assert comments["B2"][-1] == "In B2:B62, 61 cells"
    assert comments["B64"][-1] == "Remedy: write Yes, No or Not applicable"
    assert comments["D2"][-1] == "In D2:F2, 3 cells"
    assert {copy["Court reports"][f"B{row}"].fill.fgColor.rgb for row in range(2, 63)} == {RED}
    assert copy["Court reports"]["B63"].fill.fill_type is None


def test_several_problems_of_a_cell_share_one_comment_and_the_highest_colours_it(
    broken: Path, copy_of: Callable[..., Path]
) -> None:
    note = p.SPACES_IN_ANSWER.found(str(broken), sheet="PDU cases", cells=("E2",), found="'Maybe '", name="No")
    copy = copy_of(broken, (note, *found_in(broken)))
    book = load_workbook(copy)
    cell = book["PDU cases"]["E2"]
    assert cell.fill.fgColor.rgb == RED
    assert cell.comment is not None
    assert cell.comment.text.index("error[PR304]") < cell.comment.text.index("note[PR311]")
    alone = load_workbook(copy_of(broken, (note,)))
    assert alone["PDU cases"]["E2"].fill.fgColor.rgb == BLUE


def test_a_comment_already_there_is_kept_above(broken: Path, copy_of: Callable[..., Path]) -> None:
    book = load_workbook(broken)
    book["PDU cases"]["E2"].comment = Comment("ask Ann", "Ann")
    book["PDU cases"]["A1"].comment = Comment("ids as in nDelius", "Ann")
    book.save(broken)
    sheet = load_workbook(copy_of(broken))["PDU cases"]
    assert sheet["E2"].comment is not None
    assert sheet["E2"].comment.text.startswith("ask Ann\n\nerror[PR304] bad-answer\n")
    assert sheet["A1"].comment is not None
    assert (sheet["A1"].comment.text, sheet["A1"].comment.author) == ("ids as in nDelius", "Ann")


def test_styles_formulas_and_the_rest_are_kept(broken: Path, copy_of: Callable[..., Path]) -> None:
    book = load_workbook(broken)
    sheet = book["PDU cases"]
    sheet["E2"].font = Font(bold=True, italic=True, color="FFFFFF")
    sheet["E2"].number_format = "0.00%"
    sheet.column_dimensions["B"].width = 33
    notes = book.create_sheet("Notes")
    notes["A1"], notes["A2"], notes["A3"] = "=SUM(1,2)", "'=not a formula", 0.25
    notes["A2"].value, notes["A2"].data_type = "=not a formula", "s"
    notes["A3"].number_format = "0%"
    notes["A4"] = ArrayFormula("A4:A5", "=A3*2")
    notes.merge_cells("C1:D2")
    notes.sheet_state = "hidden"
    chart = BarChart()
    chart.add_data(Reference(notes, min_col=1, min_row=1, max_row=3))
    notes.add_chart(chart, "F1")
    book.save(broken)
    copy = load_workbook(copy_of(broken))
    cell = copy["PDU cases"]["E2"]
    assert (cell.font.bold, cell.font.italic, cell.number_format) == (True, True, "0.00%")
    assert cell.font.color is not None
    assert cell.font.color.rgb == "009C0006"  # white on light red could not be read
    assert copy["PDU cases"].column_dimensions["B"].width == 33
    kept: Any = copy["Notes"]
    assert [(kept[name].value, kept[name].data_type) for name in ("A1", "A2", "A3")] == [
        ("=SUM(1,2)", "f"), ("=not a formula", "s"), (0.25, "n"),
    ]  # fmt: skip
    assert kept["A3"].number_format == "0%"
    assert kept["A4"].value.text == "=A3*2"
    assert (str(kept.merged_cells), kept.sheet_state, len(kept._charts)) == ("C1:D2", "hidden", 1)
    assert copy.sheetnames == ["Problems", *book.sheetnames]


def test_what_is_said_to_be_lost_is_lost(broken: Path, copy_of: Callable[..., Path]) -> None:
    sheet = "xl/worksheets/sheet3.xml"
    lists = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="urn:x"><x14:new/></ext></extLst>'
    formula = b'<c r="Z9"><f>1+1</f><v>2</v></c>'
    content = part(broken, sheet).replace(b"</row></sheetData>", formula + b"</row></sheetData>")
    more = {"xl/threadedComments/threadedComment1.xml": b"<a/>", "docMetadata/LabelInfo.xml": b"<a/>"}
    repacked(broken, {sheet: content.replace(b"</worksheet>", lists + b"</worksheet>"), **more})
    copy = copy_of(broken)
    with zipfile.ZipFile(copy) as archive:
        assert not set(more) & set(archive.namelist())
    assert b"x14" not in part(copy, "xl/worksheets/sheet4.xml")
    assert load_workbook(copy)["PDU cases"]["Z9"].value == "=1+1"
    assert load_workbook(copy, data_only=True)["PDU cases"]["Z9"].value is None
    said = " ".join(str(cell.value) for cell in load_workbook(copy).worksheets[0]["A"])
    assert f"probation-ratings {__version__}" in said
    assert all(word in said for word in ("threaded comments", "sensitivity labels", "saved values of formulas"))


def test_macros_are_kept(broken: Path, copy_of: Callable[..., Path]) -> None:
    types = part(broken, "[Content_Types].xml")
    types = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ).replace(
        b"<Override ", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override ', 1
    )
    rels = part(broken, "xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/></Relationships>',
    )
    change = {"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": rels, "xl/vbaProject.bin": b"\xd0\xcf macro"}
    path = repacked(broken, change).rename(broken.with_suffix(".xlsm"))
    copy = copy_of(path)
    assert copy.suffix == ".xlsm"
    assert part(copy, "xl/vbaProject.bin") == b"\xd0\xcf macro"
    assert b"macroEnabled.main+xml" in part(copy, "[Content_Types].xml")
    assert b"vbaProject" in part(copy, "xl/_rels/workbook.xml.rels")
    assert load_workbook(copy)["PDU cases"]["E2"].comment is not None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", '=HYPERLINK("http://x")', "a\x1b[31mb\x00"])
def test_text_of_the_workbook_stays_text(broken: Path, copy_of: Callable[..., Path], text: str) -> None:
    book = small_book()
    save(book, broken)
    problem = Problem(p.BAD_ANSWER, text, text, text, str(broken), "PDU cases", ("E2",), (text,), standards=(text,))
    copy = load_workbook(copy_of(broken, (problem,)))
    cells = next(copy.worksheets[0].iter_rows(min_row=HEADER + 1, max_row=HEADER + 1))
    shown = p.printable(text)
    for column in (5, 6, 7, 8):
        assert (cells[column].value, cells[column].data_type) == (shown, "s")
        assert cells[column].quotePrefix == text.startswith(("=", "+", "-", "@"))
    assert shown in copy["PDU cases"]["E2"].comment.text


def test_text_is_cut_to_what_excel_takes(broken: Path, copy_of: Callable[..., Path]) -> None:
    problem = Problem(p.BAD_ANSWER, "𝔸" * 40_000, "x", "y" * 40_000, str(broken), "PDU cases", ("E2",))
    copy = load_workbook(copy_of(broken, (problem,)))
    (row,) = table(copy.worksheets[0])
    assert (row["Message"], len(row["Remedy"])) == ("𝔸" * 16_383, 32_767)
    assert len(copy["PDU cases"]["E2"].comment.text.encode("utf-16-le")) <= 2 * 32_767


def test_redacted_copies_quote_nothing(broken: Path, copy_of: Callable[..., Path]) -> None:
    copy = load_workbook(copy_of(broken, redact=True))
    rows = table(copy.worksheets[0])
    assert {row["Case ID"] for row in rows} == {None}
    assert not any("Maybe" in str(row) for row in rows)
    assert "[left out]" in copy["PDU cases"]["E2"].comment.text


def test_ranges_are_linked_and_small_ones_filled(broken: Path, copy_of: Callable[..., Path]) -> None:
    book = load_workbook(broken)
    book["PDU cases"].merge_cells("B2:B3")
    book.save(broken)
    cells = ("2:9", "C:C", "B2:B3", "A1:Z99", "B3")
    problem = p.CELLS_MERGED.found(str(broken), sheet="PDU cases", cells=cells, ranges="B2:B3", found_values="no value")
    copy = load_workbook(copy_of(broken, (problem,)))
    sheet = copy["PDU cases"]
    assert [row["link"] for row in table(copy.worksheets[0])] == [[f"'PDU cases'!{one}"] for one in cells]
    assert [sheet[name].fill.fill_type for name in ("B2", "C2", "A5")] == ["solid", None, None]
    assert sheet["B2"].comment.text.count("PR212") == 2


def test_names_of_sheets_are_quoted_in_links_and_a_sheet_of_problems_gets_another_name(
    broken: Path, copy_of: Callable[..., Path]
) -> None:
    book = load_workbook(broken)
    for name in ("It's", "PROBLEMS", "Problems (2)"):
        book.create_sheet(name)
    book.save(broken)
    missing = p.ERROR_CELL.found(str(broken), sheet="Not there", cells=("A1",), found="x")
    problem = p.ERROR_CELL.found(str(broken), sheet="It's", cells=("B7",), found="x")
    whole = p.HEADER_MISSING.found(str(broken), sheet="It's", name="It's", rows=1, expected="x")
    copy = load_workbook(copy_of(broken, (problem, missing, whole)))
    assert copy.sheetnames[0] == "Problems (3)"
    assert [row["link"] for row in table(copy.worksheets[0])] == [["'It''s'!B7"], [], ["'It''s'!A1"]]


def test_a_problem_of_many_cells_has_500_rows_and_one_for_the_rest(broken: Path, copy_of: Callable[..., Path]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Maybe", "Yes"] * 1200)
    copy = load_workbook(copy_of(save(book, broken)))
    bad = [row for row in table(copy.worksheets[0]) if row["Code"] == "PR304"]
    assert len(bad) == 501
    assert (bad[499]["Cell"], bad[500]["Cell"], bad[500]["link"]) == ("B1000", "700 more", [])
    assert copy["Court reports"]["B2400"].comment is not None
    # Excel keeps the numbers of comment boxes in blocks of 1,024, which no two sheets share.
    assert b'data="1,2"' in part(broken.parent / "out" / broken.name, "xl/drawings/commentsDrawing1.vml")


def test_a_valid_workbook_has_an_empty_list(tmp_path: Path, copy_of: Callable[..., Path]) -> None:
    copy = load_workbook(copy_of(save(small_book(), tmp_path / "sound.xlsx"), ()))
    assert table(copy.worksheets[0]) == []
    assert str(copy.worksheets[0]["A2"].value).startswith("No problem was found")


def test_the_same_input_gives_the_same_bytes(
    broken: Path, copy_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = copy_of(broken).read_bytes()
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    assert copy_of(broken).read_bytes() == first
    created, modified = (getattr(load_workbook(broken).properties, name) for name in ("created", "modified"))
    properties = load_workbook(io.BytesIO(first)).properties
    assert (properties.created, properties.modified) == (created, modified)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    properties = load_workbook(copy_of(broken)).properties
    assert (properties.created, str(properties.modified)) == (created, "1970-01-02 00:00:00")


def test_the_copy_never_takes_the_place_of_the_original(run: Callable[..., Run], broken: Path, tmp_path: Path) -> None:
    before = broken.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    for folder in (tmp_path, link):
        told = run("check", broken, "--annotate", folder, group=True)
        assert (told.status, "is an input and would be overwritten" in told.err) == (2, True)
    assert broken.read_bytes() == before


def test_the_copy_is_as_private_as_the_original(broken: Path, copy_of: Callable[..., Path]) -> None:
    broken.chmod(0o640)
    assert copy_of(broken).stat().st_mode & 0o777 == 0o640


def with_strings(path: Path, count: int, cells: bytes) -> None:
    """Give a workbook shared strings of a million letters each, and its first sheet other cells."""
    strings = b'<sst xmlns="%s">%s</sst>' % (TRANSITIONAL, (b"<si><t>" + b"A" * 1_000_000 + b"</t></si>") * count)
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (TRANSITIONAL, cells)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = part(path, "[Content_Types].xml")
    if kind not in types:
        override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
        types = types.replace(b"</Types>", override)
    parts = {"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet, "[Content_Types].xml": types}
    repacked(path, parts)


def hostile(name: str, path: Path) -> Path:
    """A workbook that openpyxl cannot read, or that is none."""
    save(small_book(), path)
    if name == "truncated":
        path.write_bytes(path.read_bytes()[:-400])
    elif name == "garbage in a part":
        repacked(path, {"docProps/core.xml": b"<garbage"})
    elif name == "strict":
        with zipfile.ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        for old, new in STRICT.items():
            parts = {part: content.replace(old, new) for part, content in parts.items()}
        repacked(path, parts)
    elif name == "nothing":
        path.unlink()
    elif name == "many long texts":
        with_strings(path, 400, b"")
    elif name == "one long text in many cells":
        cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 500))
        with_strings(path, 1, cells)
    return path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("truncated", "only .xlsx and .xlsm"),
        ("garbage in a part", "openpyxl cannot read it; open it in Excel or LibreOffice"),
        ("strict", "openpyxl does not find all its sheets"),
        ("nothing", "file not found"),
        ("many long texts", "it needs more memory than is allowed"),
        ("one long text in many cells", "it needs more memory than is allowed"),
    ],
)
def test_a_hostile_workbook_is_refused(
    name: str, reason: str, tmp_path: Path, copy_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probation_ratings.writing.copies.MAX_MEGABYTES", 300)
    path = hostile(name, tmp_path / "region.xlsx")
    with pytest.raises(OutputError) as raised:
        copy_of(path, ())
    assert f"region.xlsx: there is no annotated copy: {reason}" in str(raised.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_calamine_reads_what_openpyxl_does_not(tmp_path: Path) -> None:
    problems = found_in(hostile("garbage in a part", tmp_path / "region.xlsx"))
    assert not any(one.is_error for one in problems)


def test_openpyxl_that_takes_too_long_is_stopped(
    broken: Path, copy_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probation_ratings.writing.copies.MAX_SECONDS", 0.01)
    with pytest.raises(OutputError, match="longer than"):
        copy_of(broken, ())


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("true", "openpyxl stopped on it"),
        ("exec cat > /dev/null", "openpyxl stopped on it"),
        ("cat > /dev/null; echo no workbook", "openpyxl stopped on it"),
        ("cat > /dev/null; exec head -c 10000000 /dev/zero", "openpyxl stopped on it"),
        ("exec head -c 10000000 /dev/zero", "longer than"),
        ("printf PK; exec sleep 60", "longer than"),
        ("exec sleep 60", "longer than"),
        ("exec >&-; exec sleep 60", "longer than"),
        ("cat > /dev/null; yes x | head -c 100000; exit 1", "no annotated copy: x"),
    ],
)
def test_a_process_that_gives_no_copy_costs_little(
    broken: Path, copy_of: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, reason: str
) -> None:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    script.chmod(0o755)
    problems = found_in(broken)
    # a busy machine must not make a process that stops look like one that hangs
    monkeypatch.setattr("probation_ratings.writing.copies.MAX_SECONDS", 1 if reason == "longer than" else 20)
    monkeypatch.setattr("probation_ratings.writing.copies.FILE_BYTES", 1_000_000)
    monkeypatch.setattr("sys.executable", str(script))
    started = time.monotonic()
    with pytest.raises(OutputError) as raised:
        copy_of(broken, problems * 2_000)
    assert reason in str(raised.value)
    assert len(str(raised.value)) < 9_000  # control characters are spelled out
    assert time.monotonic() - started < 20
    assert list((tmp_path / "out").iterdir()) == []


def test_other_formats_are_refused_by_their_content(tmp_path: Path, copy_of: Callable[..., Path]) -> None:
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    sheets = tmp_path / "sheets.xlsx"
    with zipfile.ZipFile(sheets, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    for path in (old, sheets):
        with pytest.raises(OutputError, match=r"only \.xlsx and \.xlsm .* save it as \.xlsx"):
            copy_of(path, ())
    with pytest.raises(OutputError, match="standard input"):
        annotate("-", (), tmp_path / "out" / "-")


def test_a_workbook_of_another_name_is_judged_by_its_content(broken: Path, copy_of: Callable[..., Path]) -> None:
    path = broken.rename(broken.with_suffix(".xls"))
    assert load_workbook(io.BytesIO(copy_of(path).read_bytes())).sheetnames[0] == "Problems"


def test_a_folder_that_cannot_be_written_is_reported(broken: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match="cannot be written"):
        annotate(str(broken), (), tmp_path / "file" / broken.name)
