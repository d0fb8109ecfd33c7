"""Goal a's peer: import what `rate` is built on and parse every sheet with calamine, and no more."""

import sys

import pandas as pd
import pydantic
import rich.console
import rich.table
import typer
import yaml
from python_calamine import CalamineWorkbook

IMPORTED = (pd, pydantic, rich.console, rich.table, typer, yaml)

workbook = CalamineWorkbook.from_path(sys.argv[1])
sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
