"""Several files of one region, read as parts of one inspection (`--combine`)."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import label
from ..reading.workbook import Found, Reading, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..reading.child import Child
    from ..reading.workbook import Cell, Column, Workbook
    from ..rulebook.model import RuleSet

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
AT_ONCE = 2
"""So many files are read at the same time: the parent is busy with the one before."""


def hash_of(sources: Iterable[SourceFile]) -> str:
    """The SHA-256 of several files: that of the lines `sha256  path`, as sha256sum writes them."""
    lines = "".join(f"{one.sha256}  {one.path}\n" for one in sources)
    return hashlib.sha256(lines.encode()).hexdigest()


class CombinedReading:
    """The reading of workbooks, and CSV files named like their sheets, that are parts of one inspection."""

    def __init__(self, paths: list[str], rules: RuleSet, limits: int, idle: list[Child]) -> None:
        """Get ready to read the files at `paths`, within so many times the usual limits, by `idle` children first."""
        self.path = os.path.commonpath([Path(path).parent for path in paths]) or "."
        self.limits = limits
        self._paths = paths
        self._rules = rules
        self._idle = idle
        self._wanted: list[str] = []
        self._waiting: list[Reading] = []

    def ask(self, wanted: Iterable[str]) -> None:
        """Say which sheets are wanted, by their folded names, and begin to read."""
        if not self._wanted:
            self._wanted = list(wanted)
            self._begin()

    def _begin(self) -> None:
        """Start to read more files, so that there are enough at once."""
        while self._paths and len(self._waiting) < AT_ONCE:
            path = self._paths.pop(0)
            kind = "csv" if path.lower().endswith(".csv") else "workbook"
            self._waiting.append(Reading(path, self.limits, self._idle, kind=kind))
            self._waiting[-1].ask(self._wanted)

    def found(self) -> Found | tuple[p.Problem, ...]:
        """All files, or the problems that say why some of them cannot be read: none is then rated."""
        workbooks: list[Workbook] = []
        refused: list[p.Problem] = []
        problems: list[p.Problem] = []
        while self._waiting:
            workbook = self._waiting.pop(0).finish()
            self._begin()
            if isinstance(workbook, p.Problem):
                refused.append(workbook)
                continue
            workbooks.append(_named_like_file(workbook, self._rules) if workbook.kind == "csv" else workbook)
            misnamed = workbook.wrong_suffix()
            problems += [] if misnamed is None else [misnamed]
        if refused:
            return tuple(refused)
        sources = tuple(SourceFile.of(one, self.path) for one in workbooks)
        return Found(self.path, hash_of(sources), tuple(workbooks), tuple(problems), sources)

    def stop(self) -> None:
        """End what is under way."""
        for reading in self._waiting:
            reading.stop()


def _named_like_file(workbook: Workbook, rules: RuleSet) -> Workbook:
    """A CSV file as a workbook with one sheet, named like the file; its dates are YYYY-MM-DD."""
    (sheet,) = workbook.sheets
    name = Path(workbook.path).stem
    dates = {label(column.name) for one in rules.case_sheets for column in one.other_columns if column.kind == "date"}
    if label(name) == label(rules.inspection_sheet.name):
        dates = {label(rules.inspection_sheet.value_column)}
    columns = [with_dates(one) if dates.intersection(map(label, one.texts)) else one for one in sheet.columns]
    return replace(workbook, names=[name], sheets=[replace(sheet, name=name, columns=columns)])


def with_dates(column: Column) -> Column:
    """A column of text in which YYYY-MM-DD is a date."""
    return replace(column, values=[_date_or(value) for value in column.values])


def _date_or(value: Cell) -> Cell:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):  # no such day
            return date.fromisoformat(value)
    return value
