"""Every broken cell is found, wherever a workbook keeps its parts and however it writes its cells, or it is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import xlsxwriter
import xlwt
from openpyxl import load_workbook

import hostile
from books import save, small_book
from hostile import archive, changed, in_sheet, sheet, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

LAST_ROW = [f"{letter}3" for letter in "ADEFGHIJKL"]
"""The cells of the second PDU case that ratings need: its id and its answers."""
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Report ID</t></is></c><c r="B1" t="inlineStr"><is><t>R2.3.1</t></is></c></row>'
CASE = f'<row r="2">{text("A2", "C1")}{text("B2", "Yes")}</row>'


@pytest.fixture
def check(run: Callable[..., Run], tmp_path: Path) -> Callable[..., dict[str, list[str]]]:
    """Checks a file through the command line: the cells of its errors and warnings, by their codes."""

    def command(content: bytes, suffix: str = "xlsx") -> dict[str, list[str]]:
        path = tmp_path / f"region.{suffix}"
        path.write_bytes(content)
        result = run("check", path, "-f", "json", group=True)
        (workbook,) = json.loads(result.out)["workbooks"]
        found: dict[str, list[str]] = {}
        for problem in workbook["problems"]:
            if problem["severity"] != "note":
                found.setdefault(problem["code"], []).extend(problem["cells"])
        return found

    return command


def written(*, broken: bool) -> bytes:
    """The small book as XlsxWriter writes it, with shared texts and styles; its last PDU case is all #N/A if `broken`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        for name, rows in small_book().items():
            made = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if broken and name == "PDU cases" and number == 2:
                        made.write_formula(number, column, "=NA()", None, "#N/A")
                    elif value is not None:
                        made.write_string(number, column, value)
    return target.getvalue()


def moved(content: bytes, to: Callable[[str], str], target: Callable[[str], str] = str) -> bytes:
    """A workbook whose parts have other names; `target` says how the relationships write them."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    made = []
    for name, part in parts.items():
        if name.endswith(".rels"):
            folder, _, owner = name.removesuffix(".rels").rpartition("_rels/")
            new_folder, _, new_owner = to(folder + owner).rpartition("/")
            relations = TARGET.sub(partial(pointed, folder, to, target), part)
            made.append((f"{new_folder}/_rels/{new_owner}.rels".lstrip("/") if owner else name, relations))
        elif name != "[Content_Types].xml":
            made.append((to(name), part))
        else:
            parts_of = re.compile(rb'PartName="/([^"]*)"')
            made.append((name, parts_of.sub(lambda one: f'PartName="/{to(one[1].decode())}"'.encode(), part)))
    return archive(made)


TARGET = re.compile(rb'Target="([^"]*)"')


def pointed(folder: str, to: Callable[[str], str], target: Callable[[str], str], one: re.Match[bytes]) -> bytes:
    """The target of a relationship of a part in this folder, where the parts have other names."""
    return f'Target="{target(to(folder + one[1].decode()))}"'.encode()


def in_folder(folder: str) -> Callable[[str], str]:
    """Moves the parts of xl/ to a folder."""
    return lambda name: folder + name.removeprefix("xl/") if name.startswith("xl/") else name


def with_leftover(content: bytes) -> bytes:
    """A workbook in another folder, beside which the parts of a valid one lie about in xl/."""
    target = io.BytesIO(moved(content, in_folder("book/"), absolute))
    with zipfile.ZipFile(io.BytesIO(written(broken=False))) as old, zipfile.ZipFile(target, "a") as new:
        for name in old.namelist():
            if name.startswith("xl/"):
                new.writestr(name, old.read(name))
    return target.getvalue()


def absolute(name: str) -> str:
    """A target from the root of the package."""
    return f"/{name}"


def with_backslashes(content: bytes) -> bytes:
    """A workbook whose parts and targets have backslashes, as older programs of .NET write them."""
    with zipfile.ZipFile(io.BytesIO(moved(content, str, absolute))) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    return archive(
        (name.replace("/", "\\"), TARGET.sub(lambda one: one[0].replace(b"/", b"\\"), part)) for name, part in parts
    )


ELSEWHERE: dict[str, Callable[[bytes], bytes]] = {
    "as ever": bytes,
    "in another folder, with a leftover in xl/": with_leftover,
    "under other names": lambda content: moved(
        content, lambda name: re.sub(r"(workbook|sheet\d|styles|sharedStrings)\.xml", r"\g<1>-2.xml", name), absolute
    ),
    "at the root": lambda content: moved(content, lambda name: name.removeprefix("xl/"), absolute),
    "with a space in a name": lambda content: moved(
        content, lambda name: name.replace("worksheets/", "the sheets/"), lambda name: quote(absolute(name))
    ),
    "in capital letters": lambda content: moved(content, lambda name: name.replace("xl/", "XL/"), absolute),
    "with targets of another case": lambda content: moved(content, str, lambda name: absolute(name).upper()),
    "with targets that go up": lambda content: moved(content, str, lambda name: f"/xl/../{name}"),
    "with backslashes": with_backslashes,
}  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_row_of_errors_is_found_wherever_the_parts_are(
    run: Callable[..., Run], check: Any, tmp_path: Path, name: str
) -> None:
    move = ELSEWHERE[name]
    assert sorted(check(move(written(broken=True)))["PR307"]) == LAST_ROW
    path = tmp_path / "sound.xlsx"
    path.write_bytes(move(written(broken=False)))
    assert "Score 22/24" in run(path).out


@pytest.mark.parametrize("name", ["PDU&#10;cases", "PDU_x000A_cases", "PDU&#x20;&#32;cases", "P&#68;U cases"])
def test_a_sheet_is_found_by_its_decoded_name(check: Any, name: str) -> None:
    broken = changed(lambda _, old: old.replace(b'name="PDU cases"', f'name="{name}"'.encode()), written(broken=True))
    assert sorted(check(broken)["PR307"]) == LAST_ROW


@pytest.mark.parametrize(
    "change",
    [
        lambda name, old: None if name == "_rels/.rels" else old,
        lambda _, old: old.replace(b'"xl/workbook.xml"', b'"xl/other.xml"'),
        lambda name, old: None if name == "xl/worksheets/sheet3.xml" else old,
        lambda name, old: None if name == "xl/_rels/workbook.xml.rels" else old,
        lambda _, old: old.replace(b"sheet3.xml", b"sheet33.xml"),
        lambda name, old: b"\x00<" if name == "xl/_rels/workbook.xml.rels" else old,
        lambda name, old: old.decode().encode("utf-16") if name == "xl/worksheets/sheet3.xml" else old,
    ],
    ids=[
        "no relationships",
        "no workbook",
        "no sheet",
        "no workbook relationships",
        "a wrong target",
        "no XML",
        "UTF-16",
    ],
)
def test_what_cannot_be_found_is_refused(check: Any, change: Callable[[str, bytes], bytes | None]) -> None:
    assert check(changed(change, written(broken=False))) == {"PR105": []}


# Each is the row below a header and one case of the court reports, and says at which cells what is found.
ROWS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "the type before the reference": ('<c t="e" r="A3"><v>#N/A</v></c><c t="e" r="B3"><v>#REF!</v></c>', {"PR307": ["A3", "B3"]}),
    "single quotes": ("<c r='A3' t='e'><v>#N/A</v></c><c r='B3' t='e'><v>#N/A</v></c>", {"PR307": ["A3", "B3"]}),
    "no references": ('<c t="e"><v>#N/A</v></c><c t="e"><v>#N/A</v></c>', {"PR307": ["A3", "B3"]}),
    "white space in tags": ('<c\n r="A3"\tt = "e" ><v >#N/A</v ></c ><c r="B3" t="e"><v>#N/A</v></c\n>', {"PR307": ["A3", "B3"]}),
    "errors of formulas": ('<c r="A3" t="e"><f>NA()</f><v>#N/A</v></c><c r="B3" s="0" t="e"><f ca="1">1/0</f><v>#DIV/0!</v></c>', {"PR307": ["A3", "B3"]}),
    "an error without its text": ('<c r="A3" t="e"><v/></c><c r="B3" t="e"></c>', {"PR307": ["A3", "B3"]}),
    "an error among comments": ('<!-- one --><c r="A3" t="e"><v>#N/A</v></c><?two?><c r="B3" t="e"><!--<c>--><v>#N/A</v></c>', {"PR307": ["A3", "B3"]}),
    "formulas without attributes": ('<c><f>1+1</f></c><c><f>1+1</f></c>', {"PR308": ["A3", "B3"]}),
    "formulas with an empty value": ('<c r="A3"><f>1+1</f><v></v></c><c r="B3"><f>1+1</f><v/></c>', {"PR308": ["A3", "B3"]}),
    "an array and a shared formula": ('<c r="A3"><f t="array" ref="A3">1</f></c><c r="B3"><f t="shared" si="0"/></c>', {"PR308": ["A3", "B3"]}),
    "formulas of a text without a value": ('<c r="A3" t="str"><f>1</f></c><c r="B3" t="inlineStr"><f>1</f></c>', {"PR308": ["A3", "B3"]}),
    "saved texts of formulas": ('<c r="A3" t="inlineStr"><f>1</f><is><t>C2</t></is></c><c r="B3" t="str"><f>1</f><v>Yes</v></c>', {}),
    "a saved text beside its type": ('<c r="A3" t="inlineStr"><f>1</f><v>C2</v></c><c r="B3" t="inlineStr"><f>1</f><v t="inlineStr">Yes</v></c>', {}),
    "a saved empty text": (f'{text("A3", "C2")}<c r="B3" t="str"><f>""</f><v></v></c>', {"PR305": ["B3"]}),
    "an empty text": (f'{text("A3", "C2")}{text("B3", "")}', {"PR305": ["B3"]}),
    "empty cells with an end": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="C3"></c><c r="D3"><v></v></c><c r="E3"/>', {}),
    "a text in two fonts": (f'{text("A3", "C2")}<c r="B3" t="inlineStr"><is><r><t>Y</t></r><r><t>es</t></r><rPh sb="0" eb="1"><t>No</t></rPh></is></c>', {}),
    "a text that looks like a tag": (f'{text("A3", "C2")}{text("B3", "Yes")}{text("C3", "&lt;c t=&quot;e&quot;&gt;&lt;v&gt;row>")}', {}),
    "cells out of order": (f'{text("B3", "Yes")}{text("A3", "C2")}', {}),
    "numbers, booleans and dates": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="C3"><v>1.5E-3</v></c><c r="D3" t="b"><v>0</v></c><c r="E3" t="d"><v>2024-06-03</v></c>', {}),
    # What the parser and the second look do not see alike.
    "a cell twice": (f'{text("A3", "C2")}{text("B3", "Yes")}{text("B3", "No")}', {"PR119": []}),
    "an error twice": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="B3" t="e"><v>#N/A</v></c>', {"PR119": []}),
    "a value before its formula": (f'{text("A3", "C2")}<c r="B3" t="str"><v>Yes</v><f>1</f></c>', {"PR119": []}),
    "cells in a second table": (f'{text("A3", "C2")}{text("B3", "Yes")}</row></sheetData><sheetData><row r="4">{text("A4", "C3")}', {"PR119": []}),
    # What the parser would misread.
    "a value with a comment in it": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="C3"><v>1<!-- -->2</v></c>', {"PR105": []}),
    "a number with a character reference": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="C3"><v>1&#50;</v></c>', {"PR105": []}),
    "a shared text without its number": (f'{text("A3", "C2")}<c r="B3" t="s"><v> 0 </v></c>', {"PR105": []}),
    "a boolean in words": (f'{text("A3", "C2")}{text("B3", "Yes")}<c r="C3" t="b"><v>false</v></c>', {"PR105": []}),
}  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("name", ROWS)
def test_cells_are_read_or_reported_however_they_are_written(check: Any, name: str, prefix: str) -> None:
    cells, found = ROWS[name]
    content = sheet(f'{HEADER}{CASE}<row r="3">{cells}</row>')
    if prefix:
        content = changed(lambda part, old: prefixed(old, prefix) if part == hostile.SHEET else old, content)
    strings = f"<sst {hostile.MAIN}><si><t>Yes</t></si><si/></sst>"
    result = check(hostile.with_strings(strings, content))
    assert {code: sorted(cells) for code, cells in result.items()} == found


def prefixed(xml: bytes, prefix: str) -> bytes:
    """The XML with a prefix before the names of all tags."""
    xml = re.sub(rb"<(/?)(\w)", rb"<\1" + prefix.encode() + rb"\2", xml)
    return xml.replace(b"xmlns=", f"xmlns:{prefix[:-1]}=".encode())


def test_an_empty_shared_text_is_blank(check: Any) -> None:
    cells = f'{text("A3", "C2")}<c r="B3" t="s"><v>1</v></c>'
    strings = f'<sst {hostile.MAIN}><si><t>Yes</t></si><si><t xml:space="default"> &#10;</t></si><si/></sst>'
    assert check(hostile.with_strings(strings, sheet(f'{HEADER}{CASE}<row r="3">{cells}</row>'))) == {"PR305": ["B3"]}


@pytest.mark.parametrize(
    "broken", ['<c r="A{0}" t="e"><v>#N/A</v></c><c r="B{0}" t="e"><v>#N/A</v></c>', "<c><f>1</f></c><c><f>1</f></c>"]
)
def test_the_last_row_of_a_long_sheet_is_looked_at(check: Any, broken: str) -> None:
    rows = "".join(f'<row r="{n}">{text(f"A{n}", f"C{n}")}{text(f"B{n}", "Yes")}</row>' for n in range(2, 30_000))
    content = sheet(f'{HEADER}{rows}<row r="30000">{broken.format(30_000)}</row>')
    assert sorted(next(iter(check(content).values()))) == ["A30000", "B30000"]


def test_a_sheet_of_broken_cells_alone_is_not_passed_over(check: Any) -> None:
    book = small_book()
    book["Panel decisions"] = [["=A1", "=B1", "=C1"], ["=A2", "=B2", "=C2"]]
    assert "PR219" in check(save(book, io.BytesIO()).getvalue())


def test_an_error_far_from_the_table_changes_nothing(check: Any) -> None:
    rows = f'{HEADER}{CASE}<row r="100000"><c r="AZ100000" t="e"><v>#N/A</v></c></row>'
    assert check(sheet(rows)) == {}


def test_a_formula_far_from_a_long_table_with_an_empty_shared_text_changes_nothing(check: Any) -> None:
    case = f'<row r="3">{text("A3", "C3")}<c r="B3" t="s"><v>1</v></c></row>'
    more = "".join(f'<row r="{n}">{text(f"A{n}", f"C{n}")}{text(f"B{n}", "Yes")}</row>' for n in range(4, 30_000))
    far = '<row r="900000"><c r="AZ900000"><f>1</f></c></row>'
    strings = f"<sst {hostile.MAIN}><si><t>Yes</t></si><si/></sst>"
    assert check(hostile.with_strings(strings, sheet(f"{HEADER}{CASE}{case}{more}{far}"))) == {"PR305": ["B3"]}


def test_a_refusal_is_short_however_long_the_names_are(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    name = b"PDU" + b" " * 100_000 + b"cases"
    path.write_bytes(
        changed(
            lambda part, old: None if part.endswith("sheet3.xml") else old.replace(b"PDU cases", name),
            written(broken=False),
        )
    )
    result = run(path)
    assert (result.status, len(result.out + result.err) < 2_000) == (3, True)


LIBRARIES = (
    "expecting",
    "xml error",
    "xmlerror",
    "quick",
    "calamine",
    "bytestext",
    "parseerror",
    "badzipfile",
    "ods",
    "crc",
)


@pytest.mark.parametrize(
    "content",
    [
        in_sheet(b"</sheetData>", b""),
        in_sheet(b"<v>", b"<w>") if b"<v>" in hostile.plain() else sheet("<row><c><w>1</w></c></row>"),
        sheet('<row r="1"><c r="A1" t="odd"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="n"><v>x</v></c></row>'),
        sheet('<row r="1"><c r="A-1"><v>1</v></c></row>'),
        hostile.with_part("xl/workbook.xml", "<workbook"),
        hostile.with_part("xl/styles.xml", "<styleSheet><numFmts"),
    ],
    ids=["cut", "unknown tag", "unknown type", "no such text", "no number", "no reference", "no workbook", "no styles"],
)
def test_no_text_of_a_library_is_shown(run: Callable[..., Run], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(content)
    result = run(path)
    assert result.status == 3
    assert "PR105" in result.out + result.err
    assert not [word for word in LIBRARIES if word in (result.out + result.err).lower()]


def merged_xlsx() -> bytes:
    """The small book; one range of the court reports is merged over two answers and hides the second."""
    made = save(small_book(), io.BytesIO()).getvalue()
    merge = b'</sheetData><mergeCells><mergeCell ref="D2:D3"/></mergeCells>'
    return changed(lambda name, old: old.replace(b"</sheetData>", merge) if name == hostile.SHEET else old, made)


def merged_xls() -> bytes:
    """The same as a workbook of Excel before 2007."""
    workbook = xlwt.Workbook()
    for name, rows in small_book().items():
        made = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                made.write(number, column, value)
        if name == "Court reports":
            made.merged_ranges.append((1, 2, 3, 3))
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


@pytest.mark.parametrize(("suffix", "make"), [("xlsx", merged_xlsx), ("xls", merged_xls)])
def test_a_value_that_merged_cells_hide_is_reported(
    run: Callable[..., Run], tmp_path: Path, suffix: str, make: Callable[[], bytes]
) -> None:
    path = tmp_path / f"region.{suffix}"
    path.write_bytes(make())
    result = run("check", path, group=True)
    assert "merged cells in the table: D2:D3; the cells that they hide hold 'Yes' in D3" in " ".join(result.out.split())
    redacted = run("check", path, "--redact", group=True)
    assert "hide hold [left out]" in " ".join(redacted.out.split())


def test_merged_cells_that_hide_nothing_say_so(run: Callable[..., Run], tmp_path: Path) -> None:
    book = load_workbook(save(small_book(), tmp_path / "region.xlsx"))
    book["Court reports"].merge_cells("D2:D3")
    book.save(tmp_path / "region.xlsx")
    assert "the cells that they hide hold no value" in " ".join(
        run("check", tmp_path / "region.xlsx", group=True).out.split()
    )


def test_of_many_hidden_values_some_are_named(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{text(f"A{n}", f"C{n}")}{text(f"B{n}", "Yes")}</row>' for n in range(2, 102))
    merges = '<mergeCells><mergeCell ref="B2:B101"/><mergeCell ref="A1:B1"/></mergeCells>'
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(HEADER + rows, after=merges))
    words = " ".join(run("check", path, group=True).out.split())
    assert "'Yes' in B11" in words
    assert "90 more values" in words


def test_of_many_hidden_rows_the_first_are_named_and_the_others_counted(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    rows = "".join(
        f'<row r="{n}" hidden="{(n + 1) % 2}">{text(f"A{n}", f"C{n}")}{text(f"B{n}", "Yes")}</row>'
        for n in range(2, 2_502)
    )
    path = tmp_path / "region.xlsx"
    path.write_bytes(sheet(HEADER + rows))
    words = " ".join(run("check", path, group=True).out.split())
    assert "1,250 hidden rows in the table: 2, 4, 6, 8, 10, 12, 14, 16, 18 and 1,241 more; hidden rows count" in words


def table(*rows: str) -> bytes:
    """An .ods workbook with these rows of cells below the header of the court reports, and a valid case."""
    made = (f"<table:table-row>{row}</table:table-row>" for row in (ods_header(), ods_case(), *rows))
    return hostile.ods("".join(made), name="Court reports")


def ods_header() -> str:
    """The header of the court reports."""
    return hostile.ods_cell("Report ID") + hostile.ods_cell("R2.3.1")


def ods_case() -> str:
    """One court report."""
    return hostile.ods_cell("C1") + hostile.ods_cell("Yes")


def ods_answer(attributes: str, content: str = "") -> str:
    """A report with this as its answer."""
    return f"{hostile.ods_cell('C2')}<table:table-cell {attributes}>{content}</table:table-cell>"


STRING, FORMULA = 'office:value-type="string"', 'table:formula="of:=NA()"'
TABLES: dict[str, tuple[str, str]] = {
    "an error of ODF 1.2": (ods_answer(f'{FORMULA} {STRING} office:string-value=""', "<text:p>#N/A</text:p>"), "PR307"),
    "an error without a value": (ods_answer(FORMULA, "<text:p>#DIV/0!</text:p>"), "PR307"),
    "an error that is a text": (ods_answer(f"{FORMULA} {STRING}", "<text:p>#REF!</text:p>"), "PR307"),
    "an error that is 0": (
        ods_answer(f'{FORMULA} office:value-type="float" office:value="0"', "<text:p>Err:502</text:p>"), "PR307",
    ),
    "an error that is a constant": (ods_answer('office:value-type="float" office:value="0"', "<text:p>#NV</text:p>"), "PR307"),
    "an error in French": (
        ods_answer(f'office:value="0" office:value-type="float" {FORMULA}', "<text:p>Err :502</text:p>"), "PR307",
    ),
    "an error of ODF 1.3": (
        ods_answer(f'xmlns:calcext="urn:x" calcext:value-type="error" {STRING}', "<text:p>#N/A</text:p>"), "PR307",
    ),
    "a formula without a value": (ods_answer(FORMULA), "PR308"),
    "a formula of a number without a value": (ods_answer(f'{FORMULA} office:value-type="float"'), "PR308"),
    "a greater than in a formula": (ods_answer('table:formula="of:=IF(1>2;1;2)"', ""), "PR308"),
    "single quotes": (ods_answer("table:formula='of:=1'"), "PR308"),
    "a saved empty text": (ods_answer(f'{FORMULA} {STRING} office:string-value=""'), "PR305"),
    "an empty text of a formula, as LibreOffice saves it": (ods_answer(FORMULA, "<text:p/>"), "PR305"),
    "a text that somebody typed": (ods_answer(STRING, "<text:p>#N/A</text:p>"), "PR304"),
    "a number with a sign": (
        ods_answer('office:value-type="float" office:value="0"', "<text:p>#0</text:p>"), "PR304",
    ),
    "a value of a formula": (ods_answer(f'{FORMULA} {STRING} office:string-value="Yes"', "<text:p>Yes</text:p>"), ""),
    "a text without its type": (ods_answer("", "<text:p>Yes</text:p>"), ""),
    "a text with a comment": (
        ods_answer(STRING, "<office:annotation><text:p>Maybe</text:p></office:annotation><text:p>Yes</text:p>"), "",
    ),
    "a text with a picture": (
        ods_answer(STRING, "<text:p>Yes</text:p><draw:frame><draw:text-box><text:p>1</text:p></draw:text-box></draw:frame>"),
        "",
    ),
    "a text with an arrow of the auditor": (
        ods_answer(STRING, "<table:detective><table:operation/></table:detective><text:p>Yes</text:p>"), "",
    ),
    "a text in spans": (ods_answer(STRING, "<text:p>Y<text:span>e</text:span>s</text:p>"), ""),
    "a text of CDATA": (ods_answer(STRING, "<text:p><![CDATA[Yes]]></text:p>"), ""),
    "a comment between cells": (f"<!-- here -->{ods_answer(STRING, '<text:p>Yes</text:p>')}", ""),
    "a cell under a merged one": (
        f'{hostile.ods_cell("C2")}<table:covered-table-cell {FORMULA}/>', "PR308",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_cells_of_an_ods_workbook_are_read_or_reported(check: Any, name: str) -> None:
    row, code = TABLES[name]
    result = check(table(row), "ods")
    found = {one: cells for one, cells in result.items() if "B3" in cells}
    assert (found, "PR119" in result) == ({code: ["B3"]} if code else {}, False)


@pytest.mark.parametrize("name", ["rows", "columns"])
def test_what_is_repeated_no_times_is_not_lost(check: Any, name: str) -> None:
    row, never = f"<table:table-row>{ods_case()}</table:table-row>", f'table:number-{name}-repeated="0"'
    tag = "<table:table-row" if name == "rows" else "<table:table-cell"
    last = row.replace(tag, f"{tag} {never}", 1)
    content = hostile.ods(f"<table:table-row>{ods_header()}</table:table-row>{last}", name="Court reports")
    assert check(content, "ods") == {"PR119": []}


def test_repeated_errors_of_an_ods_workbook_are_each_found(check: Any) -> None:
    error = f'<table:table-cell {FORMULA} table:number-columns-repeated="2"><text:p>#N/A</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="3">{error}</table:table-row>'
    header = f"<table:table-row>{ods_header()}</table:table-row>"
    content = hostile.ods(f"{header}{rows}<table:table-row>{ods_case()}</table:table-row>", name="Court reports")
    assert sorted(check(content, "ods")["PR307"]) == ["A2", "A3", "A4", "B2", "B3", "B4"]


@pytest.mark.parametrize(
    "answer",
    [
        "Not<text:line-break/>applicable",
        "Not<text:tab/>applicable",
        "Not<text:s/>applicable",
        "Not</text:p><text:p>applicable",
    ],
)
def test_the_words_of_an_answer_stay_apart(check: Any, answer: str) -> None:
    cases = [
        f"{hostile.ods_cell('V1')}{hostile.ods_cell('Yes', 3)}",
        f"{hostile.ods_cell('V2')}{hostile.ods_cell('Yes', 2)}{hostile.ods_cell(answer)}",
    ]
    header = "".join(map(hostile.ods_cell, ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]))
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in (header, *cases))
    assert "PR304" not in check(hostile.ods(rows, name="Victim cases"), "ods")


def indented(content: bytes) -> bytes:
    """An .ods workbook with a line for each tag outside the texts, and dates in UTC."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    tags = re.compile(rb">(?=<(?!/?text:)|<text:p)")
    return archive((name, tags.sub(b">\n    ", part) if name == "content.xml" else part) for name, part in parts)


def test_an_indented_ods_workbook_is_read(check: Any) -> None:
    date = '<table:table-cell office:value-type="date" office:date-value="2024-06-03T00:00:00.000Z"><text:p>3</text:p></table:table-cell>'
    header = "".join(map(hostile.ods_cell, ["Field", "Value"]))
    rows = (
        header,
        hostile.ods_cell("Region") + hostile.ods_cell("London"),
        hostile.ods_cell("Fieldwork started") + date,
    )
    content = hostile.ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows), name="Inspection")
    result = check(indented(content), "ods")
    assert not {"PR105", "PR119", "PR312"} & set(result)
    assert check(indented(table(ods_answer(FORMULA))), "ods")["PR308"] == ["B3"]


def test_a_value_under_a_merged_cell_of_an_ods_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    merged = f'{hostile.ods_cell("C2")}<table:table-cell {STRING} table:number-columns-spanned="1" table:number-rows-spanned="2"><text:p>Yes</text:p></table:table-cell>'
    under = f"{hostile.ods_cell('C3')}<table:covered-table-cell {STRING}><text:p>No</text:p></table:covered-table-cell>"
    path = tmp_path / "region.ods"
    path.write_bytes(table(merged, under))
    words = " ".join(run("check", path, group=True).out.split())
    assert "merged cells in the table: B3:B4; the cells that they hide hold 'No' in B4" in words


def test_a_table_in_a_table_is_refused(check: Any) -> None:
    inner = '<table:table table:name="a"></table:table>'
    rows = f"<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>"
    assert check(hostile.ods(rows), "ods") == {"PR105": []}
