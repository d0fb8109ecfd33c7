"""Case workbooks for the tests, as plain rows that a test changes before it saves them."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter as _letters

if TYPE_CHECKING:
    from pathlib import Path

Target = TypeVar("Target", "Path", "BytesIO")
Rows = list[list[Any]]
Book = dict[str, Rows]

R21 = ["R2.1.1", "R2.1.2", "R2.1.3", "R2.1.4"]
R22 = ["R2.2.1", "R2.2.2", "R2.2.3", "R2.2.4"]
R24 = ["R2.4.1", "R2.4.2", "R2.4.3", "R2.4.4"]
R26 = ["R2.6.1", "R2.6.2", "R2.6.3"]
ENGAGING = ["P2.1.1", "P2.2.1", "P2.3.1", "P2.4.1"]


def small_book() -> Book:
    """A valid workbook with two rows per sheet. Worked by hand: Good, Good, and Outstanding six times: 22 of 24."""
    return {
        "Inspection": [["Field", "Value"], ["Region", "London"], ["Data status", "Illustrative"]],
        "Judgements": [["Standard", "Rating", "Rationale"], ["R1.1", "Good", "Well led."], ["R1.2", "Good", None]],
        "PDU cases": [
            ["Case ID", "PDU", "Sentence type", *R21, *R22, "R2.5.1"],
            ["A1", "Camden", "Licence", *["Yes"] * 9],
            ["A2", "Hackney", "Community sentence", *["Yes"] * 8, "Not applicable"],
        ],
        "Court reports": [
            ["Report ID", "PDU", "Source", "R2.3.1"],
            ["C1", "Camden", "PDU inspection", "Yes"],
            ["C2", "Hackney", "Unpaid work inspection", "Yes"],
        ],
        "Unpaid work cases": [
            ["Case ID", "PDU", *R24],
            ["U1", "Camden", *["Yes"] * 4],
            ["U2", "Hackney", *["Yes"] * 4],
        ],
        "Victim cases": [["Case ID", *R26], ["V1", *["Yes"] * 3], ["V2", *["Yes"] * 3]],
    }


def pdu_book() -> Book:
    """The small workbook with what a PDU inspection adds.

    Worked by hand: Camden is Good three times and Outstanding four times: 6 + 12 = 18 of 21, Outstanding. Hackney
    Requires improvement three times, and its one case has No for P2.2.1: 3 + 3 + 0 + 3 + 3 = 12, Good. The region does
    not change: 22 of 24.
    """
    book = small_book()
    head, camden, hackney = book["PDU cases"]
    book["PDU cases"] = [
        [*head, *ENGAGING],
        [*camden, "Yes", "Yes", "Yes", "Yes"],
        [*hackney, "Yes", "No", "Yes", "Yes"],
    ]
    ratings = {"Camden": "Good", "Hackney": "Requires improvement"}
    judged = [[pdu, one, rating, "Seen."] for pdu, rating in ratings.items() for one in ("P1.1", "P1.2", "P1.3")]
    return {**book, "PDU judgements": [["PDU", "Standard", "Rating", "Rationale"], *judged]}


def court_reports(answers: list[str]) -> Rows:
    """The rows of the sheet of court reports, one report an answer."""
    return [["Report ID", "R2.3.1"], *([f"C{number}", answer] for number, answer in enumerate(answers, start=1))]


def save(book: Book, path: Target) -> Target:
    """Write the rows as an Excel workbook to a path or into a file.

    Sheets of texts and small whole numbers are written here, each part to the letter as openpyxl writes it, which takes
    many times as long. A workbook with other values is left to it.
    """
    parts = [_part(rows) for rows in book.values()]
    if None in parts:
        as_openpyxl(book).save(path)
        return path
    whole, frame = _without_rows(tuple(book))
    target = BytesIO(whole)
    with ZipFile(target, "a", ZIP_DEFLATED, compresslevel=1) as archive:
        for number, part in enumerate(parts, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", frame.format(*part or ()))
    if isinstance(path, BytesIO):
        path.write(target.getvalue())
    else:
        path.write_bytes(target.getvalue())
    return path


def as_openpyxl(book: Book) -> Workbook:
    """The workbook as openpyxl makes it of the rows."""
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return workbook


@cache
def _without_rows(names: tuple[str, ...]) -> tuple[bytes, str]:
    """A workbook with these sheets but without their parts, and such a part with places for its range and its rows."""
    saved, target = BytesIO(), BytesIO()
    as_openpyxl({name: [] for name in names}).save(saved)
    with ZipFile(saved) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.startswith("xl/worksheets/"):
                new.writestr(name, old.read(name))
        empty = old.read("xl/worksheets/sheet1.xml").decode()
    frame = empty.replace('"A1:A1"', '"{}"').replace("<sheetData>", "<sheetData>{}")
    assert frame.count("{}") == 2
    return target.getvalue(), frame


def _part(rows: Rows) -> tuple[str, str] | None:
    """The range of a sheet and its rows as XML; None where it has a value that is not written here."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [_cell(f"{_letters(column)}{number}", value) for column, value in enumerate(row, start=1)]
        if None in cells:
            return None
        if row:
            lines.append(f'<row r="{number}">{"".join(map(str, cells))}</row>')
    used = [number for number, row in enumerate(rows, start=1) if row] or [1]
    widest = max((len(row) for row in rows), default=0) or 1
    return f"A{used[0]}:{_letters(widest)}{used[-1]}", "".join(lines)


def _cell(reference: str, value: object) -> str | None:
    if value is None:
        return ""
    if type(value) is int and abs(value) < 10**9:
        return f'<c r="{reference}" t="n"><v>{value}</v></c>'
    if type(value) is str and value.isprintable() and len(value) < 32_768 and value == value.strip():
        if value == "":
            return f'<c r="{reference}" t="inlineStr" />'
        if value[0] not in "=#":  # a formula, or an error
            return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return None
