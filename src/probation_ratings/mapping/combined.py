"""Several files of one region, read as parts of one inspection (`--combine`)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import label, sheet_key
from ..reading.extract import Extract
from ..reading.workbook import AT_ONCE, Found, Reading, SourceFile, hash_of
from ..rulebook.yaml_file import Line
from .joins import Identities
from .mapped_sheet import apply
from .matching import Matcher
from .model import SheetMapping
from .parts import Part
from .vocabulary import RulesColumn, RulesSheet, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..reading.child import Child
    from ..reading.workbook import Workbook
    from ..rulebook.model import RuleSet
    from .vocabulary import ColumnKind


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
            is_csv = path.lower().endswith(".csv")
            self._waiting.append(Reading(path, self.limits, self._idle, kind="source" if is_csv else "workbook"))
            if is_csv:
                self._waiting[-1].extract(Extract())
            else:
                self._waiting[-1].ask(self._wanted)

    def found(self) -> Found | tuple[p.Problem, ...]:
        """All files, or the problems that say why some of them cannot be read: none is then rated."""
        workbooks: list[Workbook] = []
        sources: list[SourceFile] = []
        refused: list[p.Problem] = []
        problems: list[p.Problem] = []
        while self._waiting:
            workbook = self._waiting.pop(0).finish()
            self._begin()
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
        for reading in self._waiting:
            reading.stop()


def _named_like_file(workbook: Workbook, rules: RuleSet) -> tuple[Workbook, list[p.Problem]]:
    """A CSV file as a workbook with one sheet, named like the file, and what is wrong with its rows."""
    (sheet,) = workbook.sheets
    name = Path(workbook.path).stem
    target = _sheet_of_rules(name, rules)
    problems: list[p.Problem] = []
    if target is not None:
        part = Part(SheetMapping(target.name), target, rules, workbook, sheet, Line("", 1))
        applied = apply(part, Matcher([], 1), Identities())
        sheet, problems = applied.sheet or sheet, applied.problems
    return replace(workbook, names=[name], sheets=[replace(sheet, name=name, stands_for=None)]), problems


def _sheet_of_rules(name: str, rules: RuleSet) -> RulesSheet | None:
    """The sheet of the rules of this name; the values of the inspection sheet may be dates."""
    own = rules.inspection_sheet
    if sheet_key(name) != sheet_key(own.name):
        return Vocabulary(rules).sheet(name)
    kinds: tuple[tuple[str, ColumnKind], ...] = ((own.field_column, "text"), (own.value_column, "date"))
    return RulesSheet(own.name, tuple(RulesColumn(one, kind, frozenset({label(one)}), (one,)) for one, kind in kinds))
