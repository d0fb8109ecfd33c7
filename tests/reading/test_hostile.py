"""Files that would break their reader cost a message: no traceback, no crash, bounded memory and time."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import hostile
from binary import Error, old_workbook
from books import save, small_book
from hostile import SHEET, archive, changed, entity_bomb, external_entity, in_sheet, ods, ole2, sheet, text
from probation_ratings.reading.limits import CELLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    CheckAll = Callable[[list[Path]], list[dict[str, Any]]]
    CheckEach = Callable[[dict[str, Callable[[], bytes]]], dict[str, dict[str, Any]]]

MEGABYTES = 1000
SECONDS = 20

# Checks files one after the other, as so many commands; what each said, and the most memory of this process and a reader.
WATCHED = """
import contextlib, io, json, resource, sys, time
from probation_ratings.__main__ import main
told = []
for path in sys.argv[1:]:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    start = time.perf_counter()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["check", path, "-f", "json"])
    seconds = time.perf_counter() - start
    said = []
    for stream in (out, err):
        stream.seek(0)
        said.append(stream.read())
    told.append([status, *said, seconds])
who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
peaks = [resource.getrusage(one).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3) for one in who]
json.dump([told, peaks], sys.stdout)
"""


def found(told: Run) -> dict[str, Any]:
    """What `check` said of a file as JSON."""
    (workbook,) = json.loads(told.out)["workbooks"]
    codes = [problem["code"] for problem in workbook["problems"]]
    return {"status": told.status, "text": told.out + told.err, "problems": workbook["problems"], "codes": codes}


@pytest.fixture
def look(run: Callable[..., Run]) -> Callable[[Path], dict[str, Any]]:
    """Checks a file that is too small to need much; what it said."""
    return lambda path: found(run("check", path, "-f", "json", group=True))


@pytest.fixture(scope="module")
def check_all(programs: Path) -> CheckAll:
    """Checks files, in one process apart from the tests: none takes more memory or time than is allowed.

    What was said of each, and the time it took.
    """
    from conftest import Run

    def check(paths: list[Path]) -> list[dict[str, Any]]:
        command = [str(programs / "python"), "-c", WATCHED, *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=(2 + len(paths)) * SECONDS, check=True)
        told, (own, reader) = json.loads(done.stdout)
        # the two processes of a check: the one that reads, and its parent
        assert own + reader < MEGABYTES
        assert [seconds for _, _, _, seconds in told if seconds > SECONDS] == []
        assert [err for _, _, err, _ in told if "Traceback" in err] == []
        return [found(Run(status, out, err)) | {"seconds": seconds} for status, out, err, seconds in told]

    return check


@pytest.fixture
def check_each(check_all: CheckAll, tmp_path: Path) -> CheckEach:
    """Makes files and checks them: what was said, by their names."""

    def check(made: dict[str, Callable[[], bytes]]) -> dict[str, dict[str, Any]]:
        paths = []
        for name, make in made.items():
            paths.append(tmp_path / f"{name}.xlsx")
            paths[-1].write_bytes(make())
        return dict(zip(made, check_all(paths), strict=True))

    return check


TOO_LARGE = {"PR106", "PR115"}
Made = tuple["Callable[[], bytes]", set[str]]

BOMBS: dict[str, Made] = {
    "a cell in XFD1048576": (hostile.far_cell, TOO_LARGE),
    "a string that is used too often": (hostile.long_string, TOO_LARGE),
    "repeated cells in an ods": (hostile.ods_bomb, TOO_LARGE),
    "more text than a parent can hold": (hostile.much_text, {"PR106"}),
    "too many parts": (lambda: hostile.parts_of(6000), {"PR106"}),
    "a part that is too large": (lambda: hostile.large_part(250), {"PR106"}),
    "entities of entities in the workbook": (lambda: entity_bomb("xl/workbook.xml"), {"PR105"}),
}
UNREADABLE: dict[str, Made] = {
    "two parts of one name": (hostile.twin_parts, {"PR105"}),
    "a text of UTF-16": (lambda: "Case ID\tR2.1.1\n".encode("utf-16"), {"PR108"}),
    "a web page": (lambda: b"\xef\xbb\xbf\r\n<html><table><tr><td>Yes</td></tr></table></html>", {"PR103"}),
    "a web page with a declaration": (lambda: b"<?xml version='1.0'?><!DOCTYPE html><html></html>", {"PR103"}),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), {"PR103"}),
    "bytes of no kind": (lambda: bytes(range(256)) * 20, {"PR103"}),
    "a Word document": (lambda: archive([("[Content_Types].xml", b""), ("word/document.xml", b"")]), {"PR103"}),
    "a presentation": (lambda: archive([("ppt/presentation.xml", b"")]), {"PR103"}),
    "a text of OpenDocument": (
        lambda: archive([("mimetype", b"application/vnd.oasis.opendocument.text")]), {"PR103"},
    ),
    "an old Word document": (lambda: ole2("Root Entry", "WordDocument"), {"PR103"}),
    "an OLE2 file of another kind": (lambda: ole2("Root Entry", "__substg1.0_0037001F"), {"PR103"}),
    "an encrypted workbook": (lambda: ole2("EncryptionInfo", "EncryptedPackage"), {"PR104"}),
    "an encrypted ods": (
        lambda: ods("", b'<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'),
        {"PR104"},
    ),
    "an ods that cannot be unpacked": (hostile.ods_damaged, {"PR105"}),
    "an old workbook without its content": (lambda: ole2("Root Entry", "Workbook"), {"PR105", "PR115"}),
    "an archive of other files": (lambda: archive([("a.txt", b"a"), ("b.csv", b"b")]), {"PR109"}),
    "a gzip archive": (lambda: b"\x1f\x8b\x08\x00" + bytes(60), {"PR109"}),
    "a workbook of Excel 2": (lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(60), {"PR110"}),
    "a workbook of Excel 4": (lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(60), {"PR110"}),
    "an XML spreadsheet of 2003": (
        lambda: b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", {"PR110"},
    ),
    "a part that is missing": (lambda: changed(lambda name, part: None if name == SHEET else part), {"PR105"}),
    "XML that breaks off": (lambda: in_sheet(b"</sheetData>", b""), {"PR105"}),
    "XML that is none": (lambda: hostile.with_part("xl/workbook.xml", b"\x00\xff<<<>"), {"PR105"}),
}  # fmt: skip


def seen(look: Callable[[Path], dict[str, Any]], path: Path, content: bytes) -> dict[str, Any]:
    """What is said of a file with this content."""
    path.write_bytes(content)
    return look(path)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_with_its_own_code(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path, name: str
) -> None:
    make, codes = UNREADABLE[name]
    result = seen(look, tmp_path / "region.xlsx", make())
    assert (result["status"], len(result["codes"])) == (3, 1)
    assert result["codes"][0] in codes


@pytest.mark.slow
def test_files_that_would_fill_the_machine_are_refused_with_their_own_codes(check_each: CheckEach) -> None:
    results = check_each({name: make for name, (make, _) in BOMBS.items()})
    assert {name: result["status"] for name, result in results.items()} == dict.fromkeys(BOMBS, 3)
    assert {name: len(result["codes"]) for name, result in results.items()} == dict.fromkeys(BOMBS, 1)
    assert [name for name, (_, codes) in BOMBS.items() if results[name]["codes"][0] not in codes] == []


LARGE: dict[str, Callable[[], bytes]] = {
    "a count of strings that is a lie": hostile.many_strings,
    "a part that unpacks to more than it says": lambda: hostile.lying_size(150),
    "entities of entities among the answers": lambda: entity_bomb(SHEET),
    "tags of cells that never end": lambda: in_sheet(b"</sheetData>", b"<c " * 2_000_000 + b"</sheetData>"),
    "formulas that never end": lambda: in_sheet(b"</sheetData>", b'<c r="A9"><f>' * 500_000 + b"</sheetData>"),
    "errors that never end": lambda: in_sheet(b"</sheetData>", b'<c t="e"' * 500_000 + b"</sheetData>"),
    "hidden rows that never end": lambda: in_sheet(b"</sheetData>", b"<row hidden=" * 500_000 + b"</sheetData>"),
    "tags in tags": lambda: in_sheet(b"</sheetData>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"</sheetData>"),
    "very many merged cells": lambda: in_sheet(
        b"</sheetData>",
        b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 200_000 + b"</mergeCells>",
    ),
    "very many empty cells": lambda: sheet('<row r="1"><c r="A1"/></row>' * 200_000),
}
STRANGE: dict[str, Callable[[], bytes]] = {
    "a column beyond the last one": hostile.far_column,
    "a formula in a row beyond all": lambda: in_sheet(
        b"</sheetData>", b'<row r="9999999"><c r="A9999999"><f>1</f></c></row></sheetData>'
    ),
    "rows and columns of no number": lambda: sheet('<row r="x"><c r="1A"/><c r=""/><c/></row>'),
    "sheets of one name": lambda: changed(
        lambda name, part: part.replace(b'"Court reports"', b'"Victim cases"') if name == "xl/workbook.xml" else part
    ),
    "a workbook without sheets": lambda: changed(
        lambda name, part: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", part) if name == "xl/workbook.xml" else part
    ),
    "a sheet that is an address": lambda: changed(
        lambda name, part: (
            part.replace(b"/xl/worksheets/sheet4.xml", b"http://localhost:9/x")
            if name == "xl/_rels/workbook.xml.rels"
            else part
        )
    ),
    "characters that obey": lambda: in_sheet(b"<t>C1</t>", b"<t>_x001B_[31m_x0000_&#x202E;&#x85;[red]C1</t>"),
    "dates that are none": lambda: in_sheet(
        b"</sheetData>", b'<row r="4"><c r="A4" t="d"><v>9999-99-99</v></c><c r="D4"><v>1e999</v></c></row></sheetData>'
    ),
}


CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.mark.parametrize("name", STRANGE)
def test_a_file_that_is_strange_ends_in_a_message_or_a_rating(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path, name: str
) -> None:
    result = seen(look, tmp_path / "region.xlsx", STRANGE[name]())
    assert result["status"] in {0, 1, 3}
    assert result["codes"]
    assert not CONTROLS.search(result["text"])


@pytest.mark.slow
def test_files_that_are_large_and_strange_do_so_too(check_each: CheckEach) -> None:
    results = check_each(LARGE)
    assert [name for name, result in results.items() if result["status"] not in {0, 1, 3}] == []
    assert [name for name, result in results.items() if not result["codes"]] == []
    assert [name for name, result in results.items() if CONTROLS.search(result["text"])] == []


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET])
def test_no_file_of_the_machine_is_read_through_an_entity(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path, part: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("treasure", encoding="utf-8")
    path = tmp_path / "region.xlsx"
    path.write_bytes(external_entity(part, secret.as_uri()))
    result = look(path)
    assert result["status"] in {1, 3}
    assert "treasure" not in result["text"]


@pytest.mark.parametrize(
    "literal", ["#N/A", "#DIV/0!", "#REF!", "#SPILL!", "#CALC!", "#BUSY!", "#GETTING_DATA", "#ODD"]
)
def test_an_error_of_any_name_is_reported(look: Callable[[Path], dict[str, Any]], tmp_path: Path, literal: str) -> None:
    path = tmp_path / "region.xlsx"
    old = re.escape(b"<t>Yes</t>")
    whole = re.sub(b't="inlineStr"><is>' + old + b"</is>", b't="e"><v>' + literal.encode() + b"</v>", _sheet_of_plain())
    assert literal.encode() in whole
    path.write_bytes(hostile.with_part(SHEET, whole))
    result = look(path)
    (told,) = [one["message"] for one in result["problems"] if one["code"] in {"PR307", "PR105"}]
    assert literal in told
    assert result["status"] in {1, 3}


def _sheet_of_plain() -> bytes:
    with zipfile.ZipFile(io.BytesIO(hostile.plain())) as book:
        return book.read(SHEET)


@pytest.mark.parametrize("share", range(0, 100, 9))
def test_a_file_that_was_cut_off_is_refused(run: Callable[..., Run], tmp_path: Path, share: int) -> None:
    path = save(small_book(), tmp_path / "region.xlsx")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * share // 100])
    result = run(path, "-f", "json")
    assert result.status == 3
    assert [problem["code"] for problem in result.problems] == ["PR122" if share else "PR107"]


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder", "a loop of links", "a long name", "a lock file"])
def test_a_path_that_is_not_an_ordinary_file(run: Callable[..., Run], tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("~$region.xlsx" if kind == "a lock file" else "region.xlsx")
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a loop of links":
        path.symlink_to(path)
    elif kind == "a long name":
        path = tmp_path / ("x" * 5000)
    else:
        save(small_book(), path)
    expected = {"a pipe": "PR113", "a device": "PR113", "a lock file": "PR116", "a folder": "PR111"}
    result = run("check", path, "-f", "concise", group=True)
    assert result.status == 3
    assert expected.get(kind, "PR102") in result.out + result.err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("region.xls", hostile.plain, "is named .xls, but its content is an Excel workbook (.xlsx)"),
        ("region", hostile.plain, "is named without a suffix"),
        ("region.csv", hostile.plain, "is named .csv"),
        (
            "region.xlsx",
            lambda: ods(f"<table:table-row>{hostile.ods_cell('PDU')}</table:table-row>"),
            "an OpenDocument",
        ),
    ],
)
def test_a_workbook_with_another_suffix_is_read_as_what_it_is(
    run: Callable[..., Run], tmp_path: Path, name: str, content: Callable[[], bytes], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    problems = run(path, "-f", "json").problems
    (told,) = [problem for problem in problems if problem["code"] == "PR112"]
    assert (told["severity"], words in told["message"]) == ("warning", True)


def test_an_ods_workbook_is_read_like_any_other(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.ods"
    rows = [["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"], ["V1", "Yes", "No", "?"]]
    body = "".join(f"<table:table-row>{''.join(map(hostile.ods_cell, row))}</table:table-row>" for row in rows)
    path.write_bytes(ods(body, name="Victim cases"))
    told = [(one["code"], one["cells"]) for one in run(path, "-f", "json").problems if one["sheet"]]
    assert told[0] == ("PR304", ["D2"])


@pytest.mark.parametrize(("how", "code"), [("collapse", "PR209"), ("filter", "PR211"), ("visible", "")])
def test_hidden_rows_and_columns_of_an_ods_workbook_are_reported(
    run: Callable[..., Run], tmp_path: Path, how: str, code: str
) -> None:
    header, case = ("".join(map(hostile.ods_cell, row)) for row in (["Case ID", "R2.6.1"], ["V1", "Yes"]))
    hidden = f'<table:table-row table:visibility="{how}"'
    rest = f'{hidden} table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    columns = f'<table:table-column/><table:table-column table:visibility="{how}" table:number-columns-repeated="9"/>'
    path = tmp_path / "region.ods"
    rows = f"<table:table-row>{header}</table:table-row>{hidden}>{case}</table:table-row>{rest}"
    path.write_bytes(ods(columns + rows, name="Victim cases"))
    problems = run(path, "-f", "json").problems
    told = {one["code"]: one["cells"] for one in problems if one["code"] in {"PR209", "PR210", "PR211"}}
    assert told == ({code: ["2:2"], "PR210": ["B:B"]} if code else {})


def test_logical_values_of_excel_are_such_in_an_ods_workbook_of_libreoffice(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    answers = "".join(cell.format(*one) for one in ((1, "TRUE"), (0, "FALSE"), (1, "FALSE")))
    header = "".join(map(hostile.ods_cell, ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]))
    path = tmp_path / "region.ods"
    rows = (header, hostile.ods_cell("V1") + answers)
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    path.write_bytes(ods(body, name="Victim cases"))
    problems = run(path, "-f", "json").problems
    assert [one["cells"] for one in problems if one["code"] == "PR304"] == [["D2"]]


@pytest.mark.slow
def test_limits_can_be_raised(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(hostile.parts_of(6000))
    assert "6,0" in run("check", path, group=True).out
    assert run("check", path, "--limits", 2, group=True).status == 0
    assert run(path, "--limits", 2).status == 0


@pytest.mark.slow
def test_a_bomb_among_the_regions_does_not_stop_the_others(run: Callable[..., Run], tmp_path: Path) -> None:
    save(small_book(), tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes(hostile.far_cell())
    other = small_book()
    other["Inspection"][1][1] = "Wales"
    save(other, tmp_path / "c.xlsx")
    result = run(tmp_path, "-f", "json")
    scores = [inspection["score"] for inspection in json.loads(result.out)["inspections"]]
    assert (scores, result.status) == ([22, None, 22], 3)


def test_a_sheet_with_an_unsaved_formula_text_is_only_text(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "region.xlsx"
    # ="" has a value, and it is an empty text
    path.write_bytes(sheet(
        f'<row r="1">{text("A1", "Report ID")}{text("B1", "R2.3.1")}</row>'
        f'<row r="2">{text("A2", "C1")}<c r="B2" t="str"><f>""</f><v></v></c></row>'
    ))  # fmt: skip
    assert "PR305" in look(path)["codes"]
    assert "PR308" not in look(path)["codes"]


TOP = f'<row r="1">{text("A1", "Report ID")}{text("B1", "R2.3.1")}</row>'


def numbers(rows: int, value: Callable[[int], float]) -> str:
    """Rows from the second one on, each with one number."""
    return "".join(f'<row r="{row}"><c r="A{row}"><v>{value(row)}</v></c></row>' for row in range(2, rows))


FILLING: dict[str, Callable[[], bytes]] = {
    "more values than are read": lambda: sheet(TOP + numbers(520_000, lambda row: row + 0.5)),
    "more cells than": lambda: sheet(
        f'<row r="1">{text("A1", "Report ID")}{text("J1", "x")}</row>' + numbers(CELLS // 10 + 100, lambda row: row % 9)
    ),
    "475,254 columns wide": lambda: sheet(f'<row r="1">{text("A1", "x")}{text("ZZZZ1", "y")}</row>'),
    "more memory than is allowed": hostile.far_cell,
}
"""By the words that say why each is too large."""


@pytest.mark.slow
def test_what_would_fill_the_memory_is_too_large(check_each: CheckEach) -> None:
    results = check_each(FILLING)
    assert {words: result["codes"] for words, result in results.items()} == {words: ["PR106"] for words in FILLING}
    assert [words for words, result in results.items() if words not in result["problems"][0]["message"]] == []


@pytest.mark.slow
def test_many_different_bad_answers_take_no_longer_than_as_many_equal_ones(check_all: CheckAll, tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{text(f"A{n}", f"C{n}")}<c r="B{n}"><v>{n}</v></c></row>' for n in range(2, 100_000))
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(TOP + rows))
    (result,) = check_all([path])
    assert result["codes"].count("PR304") == 21
    assert result["seconds"] < 20


@pytest.mark.slow
def test_many_different_errors_take_no_longer_than_as_many_equal_ones(check_all: CheckAll, tmp_path: Path) -> None:
    error = '<table:table-cell xmlns:calcext="urn:x" calcext:value-type="error"><text:p>#{}</text:p></table:table-cell>'
    rows = (f"<table:table-row>{error.format(n)}{hostile.ods_cell('Yes', 3)}</table:table-row>" for n in range(30_000))
    header = "".join(map(hostile.ods_cell, ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]))
    path = tmp_path / "region.ods"
    path.write_bytes(ods(f"<table:table-row>{header}</table:table-row>{''.join(rows)}", name="Victim cases"))
    (result,) = check_all([path])
    assert result["codes"].count("PR307") == 30_000
    assert result["seconds"] < 20


@pytest.mark.slow
def test_a_tag_with_one_attribute_again_and_again_is_soon_given_up(check_all: CheckAll, tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(TOP + "<c " + 't="e" ' * 500_000))
    (result,) = check_all([path])
    assert (result["codes"], result["seconds"] < 10) == (["PR105"], True)


def test_errors_in_cells_without_a_reference_are_found(look: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    error, yes = '<c t="e"><v>#N/A</v></c>', '<c t="str"><v>Yes</v></c>'
    path.write_bytes(sheet(TOP + f'<row><c t="str"><v>C1</v></c>{yes}</row><row>{error * 2}</row><row>{yes * 2}</row>'))
    told = [(one["code"], one["cells"]) for one in look(path)["problems"] if one["severity"] == "error"]
    assert told[0] == ("PR307", ["A3", "B3"])


def test_an_error_of_unknown_name_is_reported_with_its_cell(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(TOP + '<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c></row>'))
    (problem,) = look(path)["problems"]
    assert problem["code"] == "PR105"
    assert "A2 of the sheet 'Court reports' holds the error #SPILL!" in problem["message"]


REPORT = text("A2", "C1")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ('<c r="B2" t="str"><f><![CDATA[IF(1<2,"Yes","No")]]></f><v>Yes</v></c>', set()),
        (text("B2", "Yes") + text("C2", "<![CDATA[<c r='B2' t='e'><v>#N/A</v></c>]]>"), set()),
        (text("B2", "<![CDATA[Yes]]>"), set()),
        ('<c r="B2" t="str"><v><![CDATA[Yes]]></v></c>', {"PR105"}),
        ('<c r="B2" t="str"><f>A9</f><v xml:space="preserve"> <![CDATA[Yes]]></v></c>', {"PR105"}),
    ],
    ids=["a formula", "a text that looks like a tag", "a text", "a value, which the parser drops", "a saved value"],
)
def test_cdata_is_text_or_told(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path, cells: str, told: set[str]
) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(f'{TOP}<row r="2">{REPORT}{cells}</row>'))
    assert {one["code"] for one in look(path)["problems"] if one["severity"] == "error"} == told


def test_errors_of_an_ods_workbook_are_found(look: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'table:number-columns-repeated="4" xmlns:calcext="urn:x" calcext:value-type="error"><text:p>#N/A</text:p>'
        "</table:table-cell>"
    )
    unsaved = '<table:table-cell table:formula="of:=1"/>'
    header = "".join(map(hostile.ods_cell, ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]))
    case = hostile.ods_cell("V1") + unsaved + hostile.ods_cell("Yes", 2)
    rows = f"<table:table-row>{header}</table:table-row><table:table-row>{error}</table:table-row>"
    path = tmp_path / "region.ods"
    path.write_bytes(ods(f"{rows}<table:table-row>{case}</table:table-row>", name="Victim cases"))
    told = {one["code"]: one["cells"] for one in look(path)["problems"]}
    assert (told["PR307"], told["PR308"]) == (["A2", "B2", "C2", "D2"], ["B3"])


@pytest.mark.parametrize(
    "name", ["a\0b.xlsx", "a\ud800.xlsx", "b\udcff.xlsx"], ids=["NUL", "half a letter", "no UTF-8"]
)
def test_a_name_that_no_file_can_have(run: Callable[..., Run], name: str) -> None:
    assert run(name, "-f", "json").status == 3


@pytest.mark.parametrize("place", [1, 2, 3], ids=["above the cases", "among the cases", "below the cases"])
def test_a_row_of_errors_in_an_old_workbook_does_not_vanish(
    look: Callable[[Path], dict[str, Any]], tmp_path: Path, place: int
) -> None:
    rows = small_book()
    rows["Court reports"].insert(place, [Error("#N/A")] * 4)
    old_workbook(rows).save(tmp_path / "region.xls")
    result = look(tmp_path / "region.xls")
    broken = [cell for one in result["problems"] if one["code"] == "PR307" for cell in one["cells"]]
    assert (min(broken), result["status"]) == (f"A{place + 1}", 1)


def test_a_valid_old_workbook_is_read_without_a_word(look: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    old_workbook(small_book()).save(tmp_path / "region.xls")
    assert set(look(tmp_path / "region.xls")["codes"]) == {"PR408"}
