"""Makes `east-of-england.xlsx`: a case workbook that gives the published ratings of the East of England, 2024.

The inspectorate published percentages, not cases. The counts below are chosen to give exactly those percentages;
every case row is invented, and the workbook says so. Run it without arguments; the bytes are always the same.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from probation_ratings import load_rules
from probation_ratings.views.kit.package import reproducible

# Source: the inspection report, "Methodology" and "Ratings" (HM Inspectorate of Probation, August 2024).
REGION = "East of England"
FIELDWORK = (date(2024, 6, 3), date(2024, 6, 14))  # the report says June 2024; the days are ours
COMMENCED = (date(2023, 6, 25), date(2023, 11, 6))
PDUS = {  # the names are the report's; how the cases spread over them is ours
    "Bedfordshire": 50,
    "Cambridgeshire and Peterborough": 62,
    "Essex North": 48,
    "Essex South": 60,
    "Hertfordshire": 56,
    "Northamptonshire": 52,
    "Norfolk": 60,
    "Suffolk": 50,
}
JUDGED = {"R1.1": "Requires improvement", "R1.2": "Requires improvement"}
COMMUNITY_SENTENCES, LICENCES = 289, 149
COURT_REPORTS, UNPAID_WORK_CASES, VICTIM_CASES = 302, 79, 14
ANSWERS = {  # Yes, relevant cases: the published percentage follows (ours, see above)
    "R2.1.1": (123, 438),  # 28
    "R2.1.2": (197, 438),  # 45
    "R2.1.3": (123, 438),  # 28
    "R2.1.4": (166, 438),  # 38
    "R2.2.1": (289, 438),  # 66
    "R2.2.2": (289, 438),  # 66
    "R2.2.3": (175, 438),  # 40
    "R2.2.4": (215, 438),  # 49
    "R2.3.1": (94, 302),  # 31
    "R2.4.1": (31, 79),  # 39
    "R2.4.2": (59, 79),  # 75
    "R2.4.3": (39, 79),  # 49
    "R2.4.4": (55, 79),  # 70
    "R2.5.1": (52, 149),  # 35
    "R2.6.1": (13, 14),  # 93
    "R2.6.2": (9, 10),  # 90
    "R2.6.3": (14, 14),  # 100
    "S1": (110, 369),  # the counts of S1 and S3 are the report's, as are the 27 of 52 that S2 is answered No
    "S2": (25, 52),
    "S3": (155, 281),
}
# The numbers of reviews, recommendations and PDUs and the 76 per cent of 586 people are the report's. How the 23
# reviews spread is ours: it says that most were Good or Outstanding and none Inadequate.
ANNEXES: dict[str, tuple[list[str], dict[tuple[str, ...], int]]] = {
    "SFO reviews": (["Rating"], {("Requires improvement",): 6, ("Good",): 11, ("Outstanding",): 6}),
    "Previous recommendations": (
        ["Progress", "Improvement still required"],
        {("Some progress", "Yes"): 1, ("Some progress", "No"): 1, ("Sufficient progress", "No"): 1},
    ),
    "Survey answers": (["Answer"], {("Yes",): 445, ("No",): 141}),
    "PDU priorities": (["Priority"], {("Green",): 4, ("Amber",): 2, ("Red",): 2}),
}
NOTE = (
    "Illustrative workbook of probation-ratings. No case row in it is real: all were invented so that the percentages "
    "are those that HM Inspectorate of Probation published for this region in August 2024."
)

RULES = load_rules("regional-2023")
TEXTS = {question.id: question.text for standard in RULES.standards for question in standard.key_questions}
SUPPORTING = {question.id: question.text for question in RULES.supporting_questions}
HEADER = PatternFill("solid", fgColor="1D3D5C")
WIDTHS = {"Case ID": 12, "Report ID": 12, "PDU": 33, "Sentence type": 21, "Source": 24, "Commenced": 14}


TARGET = Path(__file__).with_name("east-of-england.xlsx")


def main(target: Path = TARGET) -> None:
    """Write the workbook."""
    chance = random.Random(2024)  # noqa: S311  (an invented workbook, not a secret)
    workbook = Workbook()
    assert isinstance(workbook.active, Worksheet)
    inspection_sheet(workbook.active)
    table(
        workbook.create_sheet("Judgements"),
        ["Standard", "Rating", "Rationale"],
        [[standard, rating, "As judged in the published report."] for standard, rating in JUDGED.items()],
        widths={"Standard": 12, "Rating": 24, "Rationale": 50},
    )

    pdus = [pdu for pdu, cases in PDUS.items() for _ in range(cases)]
    licences = set(chance.sample(range(len(pdus)), LICENCES))
    everyone = list(range(len(pdus)))
    questions = {
        question: answers(question, sorted(licences) if question == "R2.5.1" else everyone, len(pdus), chance)
        for question in TEXTS
        if question.startswith(("R2.1.", "R2.2.", "R2.5."))
    }
    # a generator of its own, so that the cases are those of the days before there were supporting questions
    more = random.Random(155)  # noqa: S311
    for question in ("S1", "S2"):
        relevant = sorted(more.sample(everyone, ANSWERS[question][1]))
        questions[question] = answers(question, relevant, len(pdus), more)
    table(
        workbook.create_sheet("PDU cases"),
        ["Case ID", "PDU", "Sentence type", "Commenced", *map(headed, questions)],
        [
            [
                f"EOE-{case + 1:04}",
                pdu,
                "Licence" if case in licences else "Community sentence",
                commenced(chance),
                *(given[case] for given in questions.values()),
            ]
            for case, pdu in enumerate(pdus)
        ],
    )
    given = answers("R2.3.1", list(range(COURT_REPORTS)), COURT_REPORTS, chance)
    relevant = sorted(more.sample(range(COURT_REPORTS), ANSWERS["S3"][1]))
    intelligence = answers("S3", relevant, COURT_REPORTS, more)
    sources = ["Unpaid work inspection" if n % 5 == 0 else "PDU inspection" for n in range(COURT_REPORTS)]
    table(
        workbook.create_sheet("Court reports"),
        ["Report ID", "PDU", "Source", headed("R2.3.1"), headed("S3")],
        [
            [f"CR-{n + 1:04}", pdu, source, given[n], intelligence[n]]
            for n, (pdu, source) in enumerate(zip(spread(COURT_REPORTS), sources, strict=True))
        ],
    )
    unpaid = {q: answers(q, list(range(UNPAID_WORK_CASES)), UNPAID_WORK_CASES, chance) for q in under("R2.4.")}
    table(
        workbook.create_sheet("Unpaid work cases"),
        ["Case ID", "PDU", "Commenced", *map(headed, unpaid)],
        [
            [f"UPW-{n + 1:03}", pdu, commenced(chance), *(one[n] for one in unpaid.values())]
            for n, pdu in enumerate(spread(UNPAID_WORK_CASES))
        ],
    )
    victims = {}
    for question in under("R2.6."):
        relevant = sorted(chance.sample(range(VICTIM_CASES), ANSWERS[question][1]))
        victims[question] = answers(question, relevant, VICTIM_CASES, chance)
    table(
        workbook.create_sheet("Victim cases"),
        ["Case ID", *map(headed, victims)],
        [[f"VIC-{n + 1:02}", *(one[n] for one in victims.values())] for n in range(VICTIM_CASES)],
    )
    for name, (headers, counts) in ANNEXES.items():
        items = [list(values) for values, count in counts.items() for _ in range(count)]
        rows: list[list[str | date]] = [[f"{n + 1}", *item] for n, item in enumerate(items)]
        table(workbook.create_sheet(name), ["Item", *headers], rows, widths={"Item": 8})
    workbook.properties.title = f"{REGION}: illustrative case workbook"
    target.write_bytes(reproducible(workbook, datetime(2024, 8, 1)))  # noqa: DTZ001  (the format has no zone)
    print(f"{target.name} written")


def under(prefix: str) -> list[str]:
    """The key questions of one standard."""
    return [question for question in TEXTS if question.startswith(prefix)]


def headed(question: str) -> str:
    """A key question's header: its id and its text."""
    return f"{question} {(TEXTS | SUPPORTING)[question]}"


def answers(question: str, relevant: list[int], cases: int, chance: random.Random) -> list[str]:
    """An answer for every case: as many Yes among the relevant ones as the published percentage needs."""
    yes, expected = ANSWERS[question]
    assert len(relevant) == expected
    chosen = set(chance.sample(relevant, yes))
    known = set(relevant)
    return [("Yes" if case in chosen else "No") if case in known else "Not applicable" for case in range(cases)]


def spread(cases: int) -> list[str]:
    """The PDU of each case, in proportion to the PDUs' sizes."""
    names = [pdu for pdu, size in PDUS.items() for _ in range(size)]
    return [names[case * len(names) // cases] for case in range(cases)]


def commenced(chance: random.Random) -> date:
    """A day in the window in which the inspected sentences commenced."""
    first, last = COMMENCED
    return first + timedelta(days=chance.randint(0, (last - first).days))


def inspection_sheet(sheet: Worksheet) -> None:
    """The first sheet: what this is, then the fields."""
    sheet.title = "Inspection"
    sheet["A1"] = NOTE
    sheet["A1"].font = Font(name="Calibri", bold=True, color="9C0006")
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[1].height = 62
    fields: list[list[str | date]] = [
        ["Region", REGION],
        ["Fieldwork started", FIELDWORK[0]],
        ["Fieldwork ended", FIELDWORK[1]],
        ["Sentences commenced from", COMMENCED[0]],
        ["Sentences commenced to", COMMENCED[1]],
        ["Data status", "Illustrative"],
    ]
    table(sheet, ["Field", "Value"], fields, widths={"Field": 30, "Value": 40}, first_row=3)


def table(
    sheet: Worksheet,
    headers: list[str],
    rows: list[list[str | date]],
    *,
    widths: dict[str, int] | None = None,
    first_row: int = 1,
) -> None:
    """A header that stays in sight, columns wide enough to read, and the rows."""
    for column, header in enumerate(headers, start=1):
        cell = sheet.cell(first_row, column, header)
        cell.font = Font(name="Calibri", bold=True, color="FFFFFF")
        cell.fill = HEADER
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = (widths or WIDTHS).get(header, 26)
    if any(header[:1] in "RS" and header[1:2].isdigit() for header in headers[1:]):
        sheet.row_dimensions[first_row].height = 92
    for number, row in enumerate(rows, start=first_row + 1):
        for column, value in enumerate(row, start=1):
            entry = sheet.cell(number, column, value)
            if isinstance(value, date):
                entry.number_format = "d mmm yyyy"
                entry.alignment = Alignment(horizontal="left")
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{first_row}:{first_row}"
    sheet.freeze_panes = "B2" if first_row == 1 else f"A{first_row + 1}"


if __name__ == "__main__":
    main()
