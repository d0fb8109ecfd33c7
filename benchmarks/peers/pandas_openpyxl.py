"""The peer of goals c and e: percentages as a pandas user would write them, with openpyxl, without any validation."""

import json
import sys

import pandas as pd

SHEETS = ["PDU cases", "Court reports", "Unpaid work cases", "Victim cases"]

for workbook in sys.argv[1:]:
    counts = {}
    for frame in pd.read_excel(workbook, sheet_name=SHEETS, engine="openpyxl").values():
        for header in frame.columns:
            if header.startswith(("R1.", "R2.")):
                yes, no = int((frame[header] == "Yes").sum()), int((frame[header] == "No").sum())
                counts[header.split()[0]] = {"yes": yes, "no": no, "percentage": 100 * yes / (yes + no)}
    print(json.dumps(counts))
