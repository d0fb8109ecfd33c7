"""Makes illustrative workbooks of the other programmes: PDUs, youth justice and public protection.

Every row is invented, and the workbooks say so. `region-and-pdus.xlsx` has the cases of a regional inspection with the
four engagement questions added, so that it rates the region and each of its PDUs. Run it without arguments; the bytes
are always the same.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from probation_ratings import RuleSet, load_rules
from probation_ratings.writing.example_workbook import invented, written

HERE = Path(__file__).parent
REGION = "South Central"
SERVICE = "Illustrative Youth Justice Service"
NOTE = "Invented for illustration."


def main(folder: Path = HERE) -> None:
    """Write the workbooks."""
    regional, pdus, youth = map(load_rules, ("regional-2023", "pdu-2023", "youth-justice-2021"))
    protection = load_rules("public-protection-2025")
    sheets = {
        "region-and-pdus.xlsx": (region_and_pdus(regional, pdus), REGION),
        "youth-justice.xlsx": (invented(youth, SERVICE, chance(f"7 {SERVICE}")), SERVICE),
        "public-protection.xlsx": (later(invented(protection, REGION, chance(f"5 {REGION}"))), REGION),
    }
    for name, (rows, title) in sheets.items():
        (folder / name).write_bytes(written(rows, title))
        print(f"{name} written")


def region_and_pdus(regional: RuleSet, pdus: RuleSet) -> dict[str, list[list[Any]]]:
    """The sheets of a regional inspection, with what is rated of each PDU besides."""
    sheets = invented(regional, REGION, chance(f"9 {REGION}"))
    more = chance(f"9 {REGION} PDUs")
    (layout,) = pdus.case_sheets
    rows = sheets[layout.name]
    asked_there = {question.id for _, question in regional.questions_of(layout.name)}
    added = [question for _, question in pdus.questions_of(layout.name) if not asked_there & {*question.also_headed}]
    rows[0] += [f"{question.id} {question.text}" for question in added]
    place = rows[0].index(layout.pdu_column)
    levels = {name: more.uniform(0.35, 0.8) for name in sorted({row[place] for row in rows[1:]})}
    yes, no, _ = pdus.answers.names
    for row in rows[1:]:
        row += [yes if more.random() < levels[row[place]] else no for _ in added]
    sheet, names = pdus.judgement_sheet, pdus.rating_names
    assert sheet is not None
    head = [sheet.pdu_column, sheet.standard_column, sheet.rating_column, sheet.reason_column]
    judged = [[name, one.id, more.choice(names[1:]), NOTE] for name in levels for one in pdus.judged]
    return {**sheets, sheet.name: [head, *judged]}


def later(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    """The sheets with all dates a year later, for a programme that is younger than the others."""
    return {
        name: [[one + timedelta(365) if isinstance(one, date) else one for one in row] for row in rows]
        for name, rows in sheets.items()
    }


def chance(seed: str) -> random.Random:
    """The same chance for the same seed."""
    return random.Random(seed)  # noqa: S311  (invented cases are no secret)


if __name__ == "__main__":
    main()
