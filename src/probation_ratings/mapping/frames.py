"""Cases that are already in pandas, as the sheets of one inspection: they go through the same checks as a workbook."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import UsageError
from ..reading.workbook import Column, Found, Sheet, SourceFile, Workbook, as_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet

PATH = "frames"
"""The name of the input in problems and results."""


def found_in_frames(
    frames: Mapping[str, pd.DataFrame],
    rules: RuleSet,
    inspection: Mapping[str, Any],
    judgements: Mapping[str, Any],
    panel_decisions: Mapping[str, Any],
) -> Found:
    """The sheets of one inspection, by the name that the rules or a workbook would give them."""
    fields = [(name, name, value) for name, value in inspection.items()]
    sheet = rules.inspection_sheet
    sheets = [_of_rows(sheet.name, (sheet.field_column, sheet.value_column), fields)]
    both = (("judgements", rules.judgement_sheet, judgements), ("panel decisions", rules.panel_sheet, panel_decisions))
    for what, given, decisions in both:
        if given is None:
            if decisions:
                raise UsageError(f"the rules {rules.id} have no {what}: leave them out")
            continue
        rows = list(_decisions(decisions, given))
        columns = [given.standard_column, given.rating_column, given.reason_column]
        headers = [*([given.pdu_column] if given.pdu_column else []), *columns]
        sheets += [_of_rows(given.name, headers, rows)] if rows else []
    sheets += [sheet_of_frame(name, frame) for name, frame in frames.items()]
    sha256 = hash_of_sheets(sheets)
    names = [one.name for one in sheets]
    workbook = Workbook(PATH, sha256, names, sheets, "frames", date_1904=False)
    return Found(PATH, sha256, (workbook,), (), (SourceFile(PATH, sha256, "data", PATH),))


def _decisions(given: Mapping[str, Any], sheet: DecisionSheet) -> Sequence[tuple[Hashable, ...]]:
    """The label, and the cells, of the row of each standard, or of each PDU of it."""
    rows: list[tuple[Hashable, ...]] = []
    for standard, value in given.items():
        by_pdu = value if sheet.pdu_column and isinstance(value, dict) else {None: value}
        for pdu, one in by_pdu.items():
            rating, reason = (one, "") if isinstance(one, str) else one
            own = () if sheet.pdu_column is None else (pdu or "",)
            rows.append((standard, *own, standard, rating, reason))
    return rows


def _of_rows(name: str, headers: Sequence[str], rows: Sequence[tuple[Hashable, ...]]) -> Sheet:
    """A sheet of short rows, each with its label first."""
    frame = pd.DataFrame([row[1:] for row in rows], columns=list(headers), index=[row[0] for row in rows], dtype=object)
    return sheet_of_frame(name, frame)


def sheet_of_frame(name: str, frame: pd.DataFrame) -> Sheet:
    """A sheet whose first row are the frame's column names."""
    columns = [_column(number, frame.iloc[:, number - 1]) for number in range(1, frame.shape[1] + 1)]
    labels = ["", *map(str, frame.index.tolist())]
    sheet = Sheet(name, 1, len(frame) + 1, columns, False, [], [], False, [])
    return replace(sheet, labels=labels)


def _column(number: int, series: pd.Series[Any]) -> Column:
    """A column of distinct values, its name first."""
    found = series.astype(object)
    kinds = found.map(type)
    codes = np.zeros(len(series), dtype=np.uint32)
    values: list[Cell] = [str(series.name), ""]
    codes[:] = 1
    for kind in kinds.unique():  # 1, 1.0 and True are one value to pandas
        own = (kinds == kind).to_numpy()
        places, distinct = pd.factorize(found[own])
        codes[own] = np.where(places < 0, 1, places + len(values))
        values += map(_cell, distinct.tolist())
    return Column(number, values, list(map(as_text, values)), np.concatenate([[0], codes]).astype(np.uint32))


def _cell(value: Any) -> Cell:
    if isinstance(value, (bool, str, np.bool_)):
        return value if isinstance(value, str) else bool(value)
    if isinstance(value, (int, float, np.number)):
        return float(value)
    if isinstance(value, datetime):
        moment = datetime.fromisoformat(value.isoformat()[:26])
        return moment.date() if moment.time() == datetime.min.time() else moment
    return value if isinstance(value, date) else str(value)


def hash_of_sheets(sheets: Sequence[Sheet]) -> str:
    """The SHA-256 of all values, so that two runs can be compared."""
    digest = hashlib.sha256()
    for sheet in sheets:
        digest.update(repr((sheet.name, sheet.rows, sheet.labels)).encode(errors="backslashreplace"))
        for column in sheet.columns:
            digest.update(repr(column.values).encode(errors="backslashreplace"))
            digest.update(column.codes.tobytes())
    return digest.hexdigest()
