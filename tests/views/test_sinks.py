"""Text from outside acts nowhere: of a workbook, of its name and folder, in every format of every command."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import openpyxl
import pytest

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

SRC = Path(__file__).parents[2] / "src" / "probation_ratings"
ODD = "=1+1 \x1b[31m\u202e<b>|::error::\n##[x]%0A"
"""A formula, colour, a change of direction, markup, the end of a cell, a command, the end of a line, and an escaped one."""
RAW = ("\x1b", "\u202e", "<b>", "[31m\u202e", "\r")
FOLDER, FILE = "=2 \x1b]0;t\x07\u202e<b>|::error::x\nf", "::error::=3 \x1b[2J\u2066<b>|,\n.xlsx"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with such text wherever text is allowed, in a folder and a file of such names, that is rated."""
    book = small_book()
    fields = {row[0]: row for row in book["Inspection"]}
    fields["Region"][1] = ODD
    book["Inspection"] += [["Fieldwork started", ODD]]
    for row in book["PDU cases"][1:]:
        row[0], row[1] = f"{ODD}{row[0]}", ODD
    for row in book["Judgements"][1:]:
        row[2:] = [ODD]
    book["SFO reviews"] = [["Rating"], ["Good"]]
    book["PDU cases"][0].append(ODD)
    (tmp_path / FOLDER).mkdir()
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append([value.replace("\x1b", "_x001B_") if isinstance(value, str) else value for value in row])
        for cell in (cell for row in sheet for cell in row if cell.data_type == "f"):
            cell.data_type = "s"
    workbook.save(tmp_path / FOLDER / FILE)
    return tmp_path / FOLDER / FILE


RATE = [[], ["--explain"], ["--by", "pdu"], ["-f", "csv"], ["-f", "csv", "--by", "pdu"], ["-f", "csv", "--key-questions"],
        ["-f", "csv", "--supporting"], ["-f", "markdown"], ["-f", "html"], ["-f", "json"], ["-f", "jsonl"]]  # fmt: skip
CHECK = [["-f", form] for form in ("full", "concise", "github", "gitlab", "html", "junit", "sarif", "json")]
EXPLAIN = [["-f", form, *more] for form in ("text", "markdown", "json") for more in ([], ["--by", "pdu"])]
EXPLAIN += [["R2.1.1", "--cases", "Yes", "-f", form] for form in ("text", "markdown", "json")]
COMPARE = [["-f", form] for form in ("text", "markdown", "json", "csv")]


def harmless(out: str) -> None:
    """Check what no output may have, whatever it is read with."""
    for sign in RAW:
        assert sign not in out.replace(r"\u003cb>", "")
    for line in out.splitlines():
        assert not line.lstrip().startswith(("f/", "##[", "f\\", ".xlsx"))  # what follows a raw end of line in a name


@pytest.mark.parametrize("arguments", RATE, ids=" ".join)
@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_rate(run: Callable[..., Run], tmp_path: Path, book: Path, arguments: list[str], several: bool) -> None:
    other = save(small_book(), tmp_path / FOLDER / f"2{FILE}")
    result = run(book, *([other] if several else []), "--partial", *arguments)
    out = result.out
    assert result.status in {0, 1}
    if "html" in arguments:
        assert "&lt;b&gt;" in out
    elif "json" in arguments or "jsonl" in arguments:
        first = json.loads(out.splitlines()[0] if "jsonl" in arguments else out)
        region = (first if "jsonl" in arguments else first["inspections"][0])["region"]
        assert region.startswith("=1+1 \x1b[31m")
        out = out.replace("<b>", "")  # markup has no meaning there
    elif "csv" in arguments:
        rows = list(csv.reader(io.StringIO(out)))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert [value for row in rows for value in row if value.startswith(("=", "+", "@", "\t"))] == []
        assert any("=1+1" in value for row in rows[1:] for value in row) or len(rows) == 1
        out = out.replace("<b>", "")
    elif "markdown" in arguments:
        assert r"\<b\>\|" in out
        out = out.replace(r"\<b\>", "")
    else:
        assert "=1+1" in out
        out = out.replace("<b>", "")
    harmless(out)
    harmless(result.err.replace("<b>", ""))


@pytest.mark.parametrize("arguments", CHECK, ids=" ".join)
def test_check(run: Callable[..., Run], book: Path, arguments: list[str]) -> None:
    result = run("check", book, *arguments, group=True)
    assert result.status in {0, 1}
    form = arguments[-1]
    if form == "github":
        assert all(
            re.match(r"::(error|warning|notice) (file=[^:,]*,)?title=[^:,]*::", one) for one in result.out.splitlines()
        )
        assert "%250A" in result.out
    elif form == "junit":
        tree = ElementTree.fromstring(result.out)  # noqa: S314  (our own)
        texts = [text for one in tree.iter() for text in (one.text or "", *one.attrib.values())]
        assert any("<b>" in text for text in texts)
        assert not any(sign in text for text in texts for sign in ("\x1b", "\u202e"))
    elif form == "sarif":
        (found,) = {one["artifactLocation"]["uri"] for one in places_of(json.loads(result.out))}
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", found)
    else:
        assert "=1+1" in result.out
    for line in result.out.splitlines():
        assert form == "github" or not line.lstrip().startswith("::")
    out = result.out.replace("&lt;b&gt;", "")
    harmless(out if form == "junit" else out.replace("<b>", ""))
    harmless(result.err.replace("<b>", ""))


def places_of(log: dict[str, Any]) -> list[Any]:
    return [place["physicalLocation"] for one in log["runs"][0]["results"] for place in one["locations"]]


@pytest.mark.parametrize("arguments", EXPLAIN, ids=" ".join)
def test_explain(run: Callable[..., Run], book: Path, arguments: list[str]) -> None:
    result = run("explain", book, *arguments, group=True)
    assert result.status in {0, 1}
    assert "=1+1" in result.out
    harmless(result.out.replace(r"\<b\>", "") if "markdown" in arguments else result.out.replace("<b>", ""))
    harmless(result.err.replace("<b>", ""))


@pytest.mark.parametrize("arguments", COMPARE, ids=" ".join)
def test_compare(run: Callable[..., Run], tmp_path: Path, book: Path, arguments: list[str]) -> None:
    other = save(small_book(), tmp_path / FOLDER / f"2{FILE}")
    result = run("compare", other, book, *arguments, group=True)
    assert result.status in {0, 1}
    out = result.out.replace(r"\<b\>", "") if "markdown" in arguments else result.out.replace("<b>", "")
    harmless(out)
    harmless(result.err.replace("<b>", ""))


def test_the_data_workbook(run: Callable[..., Run], tmp_path: Path, book: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert run(book, "--partial", "-o", target).status in {0, 1}
    cells = [
        cell for sheet in openpyxl.load_workbook(target) for row in sheet for cell in row if cell.value is not None
    ]
    assert "f" not in {cell.data_type for cell in cells}
    assert any("=1+1" in str(cell.value) for cell in cells)
    assert not any(sign in str(cell.value) for cell in cells for sign in ("\x1b", "\u202e"))


def test_messages_about_files(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files that are not there, or cannot be written."""
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["rate", tmp_path / FOLDER / FILE], ["rate", "x.xlsx", "--rules", f"{FOLDER}.yaml"],
        ["rules", "check", f"{FOLDER}/{FILE}.yaml"], ["check", tmp_path / FOLDER], ["rate", "x.xlsx", f"--{FOLDER}"],
        ["compare", FILE, FILE], ["rate", "x.xlsx", "-o", f"{FOLDER}{FILE}"], ["explain", FILE], ["problems", FOLDER],
    ):  # fmt: skip
        result = run(*arguments, group=True)
        assert result.status in {2, 3}
        harmless((result.out + result.err).replace("<b>", ""))


def test_all_text_for_a_terminal_is_the_kind_that_is_harmless() -> None:
    own = {"screen.py", "problems.py"}  # where it is made so, and where all words are the program's
    files = [file for file in (SRC / "views").rglob("*.py") if file.name not in own]
    assert len(files) > 10
    for file in files:
        assert "from rich.text import Text\n" not in file.read_text(encoding="utf-8"), file
