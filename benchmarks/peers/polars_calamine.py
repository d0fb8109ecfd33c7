"""Goal c's other peer: the percentages as a polars user would write them, read by fastexcel (calamine)."""

import json
import sys

import polars as pl

SHEETS = ["PDU cases", "Court reports", "Unpaid work cases", "Victim cases"]

counts = {}
for frame in pl.read_excel(sys.argv[1], sheet_name=SHEETS, engine="calamine").values():
    for header in frame.columns:
        if header.startswith(("R1.", "R2.")):
            yes, no = int((frame[header] == "Yes").sum()), int((frame[header] == "No").sum())
            counts[header.split()[0]] = {"yes": yes, "no": no, "percentage": 100 * yes / (yes + no)}
print(json.dumps(counts))
