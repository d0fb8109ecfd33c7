"""Case workbooks for the tests, as plain rows that a test changes before it saves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from openpyxl import Workbook

if TYPE_CHECKING:
    from io import BytesIO
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
    """Write the rows as an Excel workbook to a path or into a file."""
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path
