"""Goal c's peer: the percentages as a pandas user would write them, with openpyxl and without any validation."""

import json
import sys

import pandas as pd

SHEETS = ["PDU cases", "Court reports", "Unpaid work cases", "Victim cases"]

counts = {}
for frame in pd.read_excel(sys.argv[1], sheet_name=SHEETS, engine="openpyxl").values():
    for header in frame.columns:
        if header.startswith(("R1.", "R2.")):
            yes, no = int((frame[header] == "Yes").sum()), int((frame[header] == "No").sum())
            counts[header.split()[0]] = {"yes": yes, "no": no, "percentage": 100 * yes / (yes + no)}
print(json.dumps(counts))
