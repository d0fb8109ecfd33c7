"""Sheets that are in no workbook: cases that are already in pandas, and what a mapping file itself gives.

They go through the same checks as the sheets of a workbook.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import UsageError
from ..names import sheet_key
from ..reading.cells import ERROR_NAMES
from ..reading.workbook import Broken, Column, Found, Sheet, SourceFile, Workbook, as_texts
from .columns import with_dates

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from ..reading.workbook import Cell
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import DecisionSheet
    from .model import GivenDecision, MappingFile

PATH = "frames"
"""The name of the input in problems and results."""
_EXACT = 2**53
"""Up to here a float has every whole number; ids of databases can be larger."""
_MOST_DIGITS = 300
"""A decimal number with more is a text: to write out its digits could take minutes."""


def found_in_frames(
    frames: Mapping[str, pd.DataFrame],
    rules: RuleSet,
    inspection: Mapping[str, Any],
    judgements: Mapping[str, Any],
    panel_decisions: Mapping[str, Any],
) -> Found:
    """The sheets of one inspection, by the name that the rules or a workbook would give them."""
    arguments = {"inspection": inspection, "judgements": judgements, "panel_decisions": panel_decisions}
    given = {name: as_dictionary(name, argument) for name, argument in arguments.items()}
    fields = [(name, name, value) for name, value in given["inspection"].items()]
    for field, _, value in fields:
        if not pd.api.types.is_scalar(value):
            raise TypeError(f"inspection[{field!r}] must be one value, not {type(value).__name__}")
    named = set(map(sheet_key, dict(frames.items())))  # frames may be in a Series
    sheet = rules.inspection_sheet
    sheets = [_of_rows(sheet.name, (sheet.field_column, sheet.value_column), fields)]
    for name, own in (("judgements", rules.judgement_sheet), ("panel_decisions", rules.panel_sheet)):
        # a sheet of judgements without rows: then it is said which standards lack theirs
        is_empty = name == "judgements" and rules.judged and own is not None and sheet_key(own.name) not in named
        if not given[name] and not is_empty:
            continue
        if own is None:
            raise UsageError(f"the rules {rules.id} have no {name.replace('_', ' ')}: leave them out")
        sheets.append(_of_rows(own.name, own.headers, list(_decisions(name, given[name], own))))
    sheets += [sheet_of_frame(name, frame) for name, frame in frames.items()]
    sha256 = hash_of_sheets(sheets)
    names = [one.name for one in sheets]
    return Found(PATH, sha256, (Workbook(PATH, sha256, names, sheets),), sources=(SourceFile(PATH, sha256, file=PATH),))


def as_dictionary(name: str, argument: Any) -> dict[Any, Any]:
    """An argument that is a dictionary, or a Series of pandas, as a dictionary of its own."""
    if not hasattr(argument, "items"):
        raise TypeError(f"{name} must be a dictionary, not {type(argument).__name__}")
    return dict(argument.items())


def _decisions(name: str, given: Mapping[str, Any], sheet: DecisionSheet) -> Iterator[tuple[Hashable, ...]]:
    """The label, and the cells, of the row of each standard, or of each PDU of it."""
    for standard, value in given.items():
        by_pdu = value if sheet.pdu_column and isinstance(value, dict) else {None: value}
        for pdu, one in by_pdu.items():
            pair = (one, "") if isinstance(one, str) else one
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                both = f"a rating and its {sheet.reason_column.lower()}, such as ('Good', 'Well led.')"
                raise TypeError(f"{name}[{standard!r}] must have a rating, or {both}, not {one!r:.60}")
            yield (standard, *(() if sheet.pdu_column is None else (pdu,)), standard, *pair)


def _of_rows(name: str, headers: Sequence[str], rows: Sequence[tuple[Hashable, ...]]) -> Sheet:
    """A sheet of short rows, each with its label first."""
    frame = pd.DataFrame([row[1:] for row in rows], columns=list(headers), index=[row[0] for row in rows], dtype=object)
    return sheet_of_frame(name, frame)


def sheet_of_frame(name: str, frame: pd.DataFrame) -> Sheet:
    """A sheet whose first row are the frame's column names."""
    columns = [_column(place + 1, frame.iloc[:, place]) for place in range(frame.shape[1])]
    labels = ["", *map(str, frame.index.tolist())]
    return Sheet(name, 1, len(frame) + 1, columns, labels=labels)


def _column(number: int, series: pd.Series[Any]) -> Column:
    """A column of distinct values, its name first."""
    found = series.astype(object)
    kinds = found.map(type)
    codes = np.zeros(1 + len(series), dtype=np.uint32)
    values: list[Cell] = [_text(series.name), ""]
    for kind in kinds.unique():  # 1, 1.0 and True are one value to pandas
        own = (kinds == kind).to_numpy()
        try:
            places, distinct = pd.factorize(found[own])
        except TypeError:  # a list, say, which has no hash
            places, distinct = pd.factorize(found[own].map(_text))
        codes[1:][own] = np.where(places < 0, 1, places + len(values))
        values += map(_cell, distinct.tolist())
    return Column(number, values, as_texts(values), codes)


def _cell(value: Any) -> Cell:
    """A value as a cell of a workbook has it; one that no cell can have is a text."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _MOST_DIGITS:
        value = int(value) if value == int(value) else float(value)
    if isinstance(value, (int, np.integer)) and abs(int(value)) > _EXACT:
        return _text(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, (date, Broken)):
        return value
    text = _text(value)
    return Broken(text) if text in ERROR_NAMES else text  # pandas has no other error


def _moment(value: datetime) -> Cell:
    """A day, or a day and a time, without a time zone; text if pandas has years for it that a date cannot have."""
    try:
        moment = datetime.fromisoformat(value.replace(tzinfo=None).isoformat()[:26])
    except ValueError:
        return str(value)
    return moment.date() if moment.time() == datetime.min.time() else moment


def _text(value: Any) -> str:
    """A value as text: a member of an enumeration of texts is its text, and bytes, such as SAS gives, are UTF-8."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):
            return value.decode()
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return hex(value)


def hash_of_sheets(sheets: Sequence[Sheet]) -> str:
    """The SHA-256 of all values, so that two runs can be compared."""
    digest = hashlib.sha256()
    for sheet in sheets:
        digest.update(repr((sheet.name, sheet.rows, sheet.labels)).encode())
        for column in sheet.columns:
            digest.update(repr(column.values).encode())
            digest.update(column.codes.tobytes())
    return digest.hexdigest()


def given_workbooks(mapping: MappingFile, rules: RuleSet) -> list[Workbook]:
    """A workbook for each file, the mapping file or one that it extends, that gives values; its rows are lines."""
    lines = [one.line for one in mapping.inspection.values()]
    lines += [one.line for one in (*mapping.judgements, *mapping.panel_decisions)]
    files = dict.fromkeys([mapping.path, *(one.file for one in lines)])
    found = []
    for file in files:
        sheets = [one for one in _given_sheets(mapping, rules, file) if one.rows > 1]
        if sheets:
            found.append(Workbook(file, mapping.files[file], [one.name for one in sheets], sheets))
    return found


def _given_sheets(mapping: MappingFile, rules: RuleSet, file: str) -> Iterable[Sheet]:
    inspection = rules.inspection_sheet
    here = {name: one for name, one in mapping.inspection.items() if one.line.file == file}
    fields = [(one.line.number, (name, one.value)) for name, one in here.items()]
    yield _given_sheet(inspection.name, [inspection.field_column, inspection.value_column], fields)
    given = ((rules.judgement_sheet, mapping.judgements), (rules.panel_sheet, mapping.panel_decisions))
    for sheet, decisions in given:
        if sheet is not None:
            rows = [(one.line.number, _row(one)) for one in decisions if one.line.file == file]
            yield _given_sheet(sheet.name, sheet.headers, rows)


def _row(one: GivenDecision) -> tuple[str, ...]:
    return (*([] if one.pdu is None else [one.pdu]), one.standard, one.rating, one.reason)


def _given_sheet(name: str, headers: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """A sheet of these rows, each with its line in the file."""
    ordered = sorted(rows)
    sheet = _of_rows(name, headers, [("", *values) for _, values in ordered])
    lines = np.array([0, *(line for line, _ in ordered)], dtype=np.int64)
    columns = [with_dates(replace(one, rows=lines)) for one in sheet.columns]
    return replace(sheet, first_row=0, columns=columns, stands_for=name, lines=True, labels=None)
