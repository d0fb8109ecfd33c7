"""Makes `exports/`: the East of England as a survey tool exports it, PDU by PDU, with a mapping file that rates it.

The cases are those of `east-of-england.xlsx`, which are invented. Each file has a habit of real exports: codes for
answers, dates as text, ids that begin anew in each PDU, semicolons, another encoding, titles and a row of totals.
Run it without arguments; the bytes are always the same.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probation_ratings import load_rules, read_inspection
from probation_ratings.writing.example_workbook import written

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
CODES = {"Yes": 1, "No": 2, "Not applicable": 98}
ORDERS = {"Community sentence": "Community order", "Licence": "Post-release licence"}
SHEETS = {"Court reports": "PSR", "Unpaid work cases": "UPW", "Victim cases": "Victims"}
WORKBOOKS = ("Essex South", "Suffolk")
MAPPING = """\
# How the exports in this folder become the case sheets of the rules. docs/own-data.md explains each key.
mapping_version: 1
rules: regional-2023

inspection:
  Region: East of England
  Fieldwork started: 2024-06-03
  Fieldwork ended: 2024-06-14
  Data status: Illustrative

judgements:
  R1.1: {rating: Requires improvement}
  R1.2: {rating: Requires improvement}

sheets:
  PDU cases:
    columns:
      Case ID: {join: [Inspection, Case reference]}  # the references begin anew in each PDU
      PDU: {column: Inspection, pattern: '(.+) PDU 2024'}
      Sentence type: {column: Order type, values: {Community order: Community sentence, Post-release licence: Licence}}
      Commenced: {column: Commencement date, date_format: '%d/%m/%Y'}
QUESTIONS    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}
    ignore_rows:
      - {column: Case reference, equals: Total}
  Court reports:
    columns: {Report ID: Ref, PDU: PDU name, Source: Origin, R2.3.1: CT_KQ1}
    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}
  Unpaid work cases:
    columns: {Case ID: Ref, PDU: PDU name, R2.4.1: UPW_KQ1, R2.4.2: UPW_KQ2, R2.4.3: UPW_KQ3, R2.4.4: UPW_KQ4}
    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}
  Victim cases:
    columns: {Case ID: Ref, R2.6.1: V_KQ1, R2.6.2: V_KQ2, R2.6.3: V_KQ3}
    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}

sources:
  - {files: '*.csv', exclude: hertfordshire.csv, into: PDU cases}
  - {files: hertfordshire.csv, encoding: cp1252, into: PDU cases}
  - {files: [essex-south.xlsx, suffolk.xlsx], into: PDU cases}
  - {files: fieldwork.xlsx, sheet: PSR, into: Court reports}
  - {files: fieldwork.xlsx, sheet: UPW, into: Unpaid work cases}
  - {files: fieldwork.xlsx, sheet: Victims, into: Victim cases}
"""


def main(folder: Path = HERE / "exports") -> None:
    """Write the exports and the mapping file."""
    folder.mkdir(exist_ok=True)
    rules = load_rules("regional-2023")
    inspection = read_inspection(str(HERE / "east-of-england.xlsx"), rules)
    cases = inspection.cases["PDU cases"].frame
    questions = [question.id for _, question in rules.questions_of("PDU cases")]
    names = {question: f"{'ABC'[int(question[3]) // 2]}{question[3]}_KQ{question[-1]}" for question in questions}
    for pdu, own in cases.groupby("PDU", observed=True):
        rows = _export(str(pdu), own, names)
        stem = str(pdu).lower().replace(" ", "-")
        if pdu in WORKBOOKS:
            rows = (
                _with_titles(rows)
                if pdu == WORKBOOKS[0]
                else [*rows, ["Total", "Total", *[""] * 3, len(own), *[""] * 9]]
            )
            (folder / f"{stem}.xlsx").write_bytes(written({"Export": rows}, "East of England"))
        else:
            (folder / f"{stem}.csv").write_bytes(_csv(rows, str(pdu)))
    fieldwork = {sheet: _fieldwork(name, inspection.cases[name].frame) for name, sheet in SHEETS.items()}
    (folder / "fieldwork.xlsx").write_bytes(written(fieldwork, "East of England"))
    listed = "".join(f"      {question}: {name}\n" for question, name in names.items())
    (folder / "region.mapping.yaml").write_text(MAPPING.replace("QUESTIONS", listed), encoding="utf-8", newline="")
    print(f"{len(list(folder.iterdir()))} files written")


def _export(pdu: str, cases: pd.DataFrame, names: dict[str, str]) -> list[list[Any]]:
    head = [
        "Response ID",
        "Case reference",
        "Inspection",
        "Order type",
        "Commencement date",
        *names.values(),
        "Comments",
    ]
    rows: list[list[Any]] = [head]
    for number, (_, case) in enumerate(cases.iterrows(), start=1):
        day = case["Commenced"].strftime("%d/%m/%Y")
        answers = [CODES[case[question]] for question in names]
        comment = "see file" if number % 7 else "reviewed – fine, thanks to the café team"
        rows.append([number, f"{number:04}", f"{pdu} PDU 2024", ORDERS[case["Sentence type"]], day, *answers, comment])
    return rows


def _with_titles(rows: list[list[Any]]) -> list[list[Any]]:
    return [["Survey of cases", *[""] * 14], ["Exported 2024-06-28", *[""] * 14], *rows]


def _csv(rows: list[list[Any]], pdu: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";" if pdu == "Essex North" else ",").writerows(rows)
    return text.getvalue().encode({"Hertfordshire": "cp1252", "Bedfordshire": "utf-8-sig"}.get(pdu, "utf-8"))


def _fieldwork(name: str, cases: pd.DataFrame) -> list[list[Any]]:
    short = {"Court reports": "CT", "Unpaid work cases": "UPW", "Victim cases": "V"}[name]
    questions = [one for one in cases.columns if str(cases[one].dtype) == "category" and one != "PDU"]
    questions = [one for one in questions if one.startswith("R2")]
    other = {"Court reports": ["PDU", "Source"], "Unpaid work cases": ["PDU"], "Victim cases": []}[name]
    heads = ["Ref", *({"PDU": "PDU name", "Source": "Origin"}[one] for one in other)]
    rows: list[list[Any]] = [[*heads, *(f"{short}_KQ{one[-1]}" for one in questions)]]
    for _, case in cases.iterrows():
        answers = [CODES[case[question]] for question in questions]
        rows.append([case.iloc[0], *(case[one] for one in other), *answers])
    return rows


if __name__ == "__main__":
    main()
