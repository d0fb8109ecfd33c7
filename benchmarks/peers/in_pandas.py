"""The peer of most goals: percentages as a pandas user would write them, without any validation.

`python in_pandas.py ENGINE WORKBOOK...`; the engine is openpyxl or calamine.
"""

import json
import sys

import pandas as pd

SHEETS = ["PDU cases", "Court reports", "Unpaid work cases", "Victim cases"]

engine, *workbooks = sys.argv[1:]
for workbook in workbooks:
    counts = {}
    sheets = pd.read_excel(workbook, sheet_name=SHEETS, engine="calamine" if engine == "calamine" else "openpyxl")
    for frame in sheets.values():
        for header in frame.columns:
            if header.startswith(("R1.", "R2.")):
                yes, no = int((frame[header] == "Yes").sum()), int((frame[header] == "No").sum())
                counts[header.split()[0]] = {"yes": yes, "no": no, "percentage": 100 * yes / (yes + no)}
    print(json.dumps(counts))
