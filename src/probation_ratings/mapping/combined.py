"""Several files of one region, read as parts of one inspection (`--combine`)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import sheet_key
from ..reading.ahead import Ahead, Free
from ..reading.extract import Extract
from ..reading.workbook import Found, Reading, SourceFile, hash_of
from ..rulebook.yaml_file import Line
from .joins import Identities
from .mapped_sheet import apply
from .matching import Matcher
from .model import SheetMapping
from .parts import Part
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..reading.child import Child
    from ..reading.workbook import Workbook
    from ..rulebook.model import RuleSet


class CombinedReading:
    """The reading of workbooks, and CSV files named like their sheets, that are parts of one inspection."""

    is_free = False

    def __init__(self, paths: list[str], rules: RuleSet, limits: int, idle: list[Child]) -> None:
        """Get ready to read the files at `paths`, within so many times the usual limits, by `idle` children first."""
        self.path = os.path.commonpath([Path(path).parent for path in paths]) or "."
        self.limits = limits
        self._rules = rules
        self._idle = idle
        self._wanted: list[str] = []
        self._ahead = Ahead(paths, self._begin, idle)

    def ask(self, wanted: Iterable[str]) -> None:
        """Say which sheets are wanted, by their folded names, and begin to read."""
        self._wanted = list(wanted)
        self._ahead.start()

    def _begin(self, path: str, child: Child | None, free: Free) -> Reading:
        reading = Reading(path, self.limits, self._idle, child=child, free=free)
        if path.lower().endswith(".csv"):
            reading.extract(Extract())
        else:
            reading.ask(self._wanted)
        return reading

    def found(self) -> Found | tuple[p.Problem, ...]:
        """All files, or the problems that say why some of them cannot be read: none is then rated."""
        workbooks: list[Workbook] = []
        sources: list[SourceFile] = []
        refused: list[p.Problem] = []
        problems: list[p.Problem] = []
        for reading in self._ahead.in_order():
            workbook = reading.finish()
            if isinstance(workbook, p.Problem):
                refused.append(workbook)
                continue
            misnamed = workbook.wrong_suffix()
            problems += [] if misnamed is None else [misnamed]
            sources.append(SourceFile.of(workbook, self.path))
            if workbook.kind == "csv":
                workbook, found = _named_like_file(workbook, self._rules)
                problems += found
            workbooks.append(workbook)
        if refused:
            return tuple(refused)
        return Found(self.path, hash_of(sources), tuple(workbooks), tuple(problems), tuple(sources))

    def stop(self) -> None:
        """End what is under way."""
        self._ahead.stop()


def _named_like_file(workbook: Workbook, rules: RuleSet) -> tuple[Workbook, list[p.Problem]]:
    """A CSV file as a workbook with one sheet, named like the file, and what is wrong with its rows."""
    (sheet,) = workbook.sheets
    words = Vocabulary(rules)
    own = words.inspection
    target = own if sheet_key(sheet.name) == sheet_key(own.name) else words.sheet(sheet.name)
    if target is None:
        return workbook, []
    part = Part(SheetMapping(target.name), target, rules, workbook, sheet, Line("", 1))
    applied = apply(part, Matcher([], 1), Identities())
    return replace(workbook, sheets=[replace(applied.sheet or sheet, stands_for=None)]), applied.problems
