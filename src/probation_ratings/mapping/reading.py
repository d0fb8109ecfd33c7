"""Reads the source files of a mapping file, and makes the sheets of the rules from them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..errors import BrokenFileError
from ..names import fits, sheet_key
from ..reading.ahead import Ahead, Free
from ..reading.extract import Extract
from ..reading.workbook import Found, Reading, SourceFile, hash_of
from .given_sheets import given_workbooks
from .header_search import wanted_of
from .joins import Identities
from .load import load_mapping
from .mapped_sheet import apply
from .matching import Matcher
from .parts import Part, standards_of
from .rows_taken import rows_taken
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..reading.child import Child
    from ..reading.workbook import InspectionReading, Sheet, Workbook
    from ..rulebook.model import RuleSet
    from .mapped_sheet import Applied
    from .model import MappingFile, SheetMapping, Source


@dataclass(slots=True)
class _File:
    """A source file, and the sources that read it by their places."""

    path: Path
    sources: dict[int, Source] = field(default_factory=dict)

    def extract(self) -> Extract:
        """What is asked of it: the sheets and columns of all sources together."""
        mappings = [one.mapping for one in self.sources.values()]
        first = mappings[0]
        sheets = tuple(name for one in mappings for name in one.sheets or ("*",))
        if not any(one.sheets for one in mappings):
            sheets = ()  # the only sheet
        whole = any(one.own_headers for one in mappings)
        wanted = () if whole else tuple(dict.fromkeys(map(wanted_of, mappings)))
        return Extract(sheets, first.encoding, first.delimiter, wanted)


class MappedReading:
    """The reading of all files that a mapping file names, under way in child processes."""

    is_free = False

    def __init__(self, mapping: MappingFile, rules: RuleSet, limits: int, idle: list[Child]) -> None:
        """Begin to read the first files, within so many times the usual limits, by `idle` children first."""
        self.path = mapping.path
        self.limits = limits
        self._mapping = mapping
        self._rules = rules
        self._idle = idle
        self._files = _files_of(mapping)
        self._ahead = Ahead(self._files, self._begin, idle)
        self._ahead.start()

    @staticmethod
    def of(  # noqa: PLR0917 - the inputs of a run
        path: str,
        rules: RuleSet,
        typed_rules: str | None,
        data: Path | None,
        limits: int,
        idle: list[Child],
        note_read: Callable[..., None],
    ) -> InspectionReading:
        """The reading of the files that the mapping file at `path` names; `note_read` gets each of them."""
        try:
            mapping = load_mapping(Path(path), typed_rules, data, loaded=rules)
        except BrokenFileError as error:
            return BrokenMapping(path, limits, error.problems)
        note_read(*mapping.files, *(str(file) for source in mapping.sources for file in source.files))
        return MappedReading(mapping, rules, limits, idle)

    def ask(self, wanted: Iterable[str]) -> None:
        """Do nothing: the mapping file says which sheets are wanted."""

    def found(self) -> Found | tuple[p.Problem, ...]:
        """The sheets of the rules, and what is wrong so far; only problems where a file cannot be read."""
        mapping = self._mapping
        refused: list[p.Problem] = []
        applied: list[list[Applied]] = [[] for _ in mapping.sources]
        workbooks = given_workbooks(mapping, self._rules)
        read: list[Workbook] = []
        matchers = [Matcher(self._idle, self.limits) for _ in mapping.sources]
        identities: dict[str, Identities] = {}
        problems: list[p.Problem] = list(mapping.notes)
        for file, reading in zip(self._files, self._ahead.in_order(), strict=True):
            raw = reading.finish()
            if isinstance(raw, p.Problem):
                refused.append(raw)
                continue
            read.append(raw)
            misnamed = raw.wrong_suffix()
            problems += [] if misnamed is None else [misnamed]
            sheets: list[Sheet] = []
            for place, source in file.sources.items():
                parts, missing = chosen_sheets(raw, source.mapping, self._rules)
                problems += missing
                for sheet in parts:
                    part = self._part(source, raw, sheet)
                    known = identities.setdefault(part.target.name, Identities())
                    one = apply(part, matchers[place], known)
                    applied[place].append(one)
                    problems += one.problems
                    sheets += [] if one.sheet is None else [one.sheet]
            workbooks.append(replace(raw, sheets=sheets))
        done = list(zip(mapping.sources, applied, strict=True))
        unread = {source.mapping.into for source, parts in done if _incomplete(parts)}
        problems += rows_taken(done)
        problems = list(dict.fromkeys(problems))
        if refused:
            return (*refused, *problems)
        sources = self._sources(read)
        return Found(self.path, hash_of(sources), tuple(workbooks), tuple(problems), sources, frozenset(unread))

    def stop(self) -> None:
        """End what is under way."""
        self._ahead.stop()

    def _begin(self, file: _File, child: Child | None, free: Free) -> Reading:
        reading = Reading(str(file.path), self.limits, self._idle, child=child, free=free)
        reading.extract(file.extract())
        return reading

    def _part(self, source: Source, workbook: Workbook, sheet: Sheet) -> Part:
        target = Vocabulary(self._rules).sheets[sheet_key(source.mapping.into)]
        return Part(source.mapping, target, self._rules, workbook, sheet, source.line)

    def _sources(self, read: Sequence[Workbook]) -> tuple[SourceFile, ...]:
        mapping = self._mapping
        folder = Path(mapping.path).parent
        encodings = {os.path.realpath(file.path): file.extract().encoding for file in self._files}
        own = [SourceFile(_relative(path, folder), sha256, "mapping") for path, sha256 in mapping.files.items()]
        data = [SourceFile.of(one, mapping.folder, encodings[os.path.realpath(one.path)]) for one in read]
        return (*own, *dict.fromkeys(data))


@dataclass(slots=True)
class BrokenMapping:
    """In place of the reading of a mapping file that cannot be used."""

    path: str
    limits: int
    problems: tuple[p.Problem, ...]
    is_free: bool = False

    def ask(self, wanted: Iterable[str]) -> None:
        """Do nothing."""

    def found(self) -> Found | tuple[p.Problem, ...]:
        """What is wrong with the mapping file."""
        return self.problems

    def stop(self) -> None:
        """Do nothing."""


def _files_of(mapping: MappingFile) -> list[_File]:
    """Each source file once; one whose text is written in two ways is read in both."""
    files: dict[tuple[str, str, str | None], _File] = {}
    for place, source in enumerate(mapping.sources):
        for path in source.files:
            key = (os.path.realpath(path), source.mapping.encoding, source.mapping.delimiter)
            files.setdefault(key, _File(path)).sources[place] = source
    return list(files.values())


def _incomplete(applied: list[Applied]) -> bool:
    """Whether a sheet of a source is missing, could not be mapped, or gives no row."""
    return not applied or any(one.sheet is None for one in applied)


def _relative(path: str | Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def chosen_sheets(workbook: Workbook, mapping: SheetMapping, rules: RuleSet) -> tuple[list[Sheet], list[p.Problem]]:
    """The sheets that are meant, and what is wrong where there are none, or two of one name.

    A CSV file is one sheet, whatever its mapping says.
    """
    if workbook.kind == "csv" or (not mapping.sheets and len(workbook.names) == 1):
        return workbook.sheets, []
    has = p.listed([p.quoted(name) for name in workbook.names]) or "no sheets"
    facts: dict[str, Any] = {"standards": standards_of(rules, mapping.into), "found": p.private(has)}
    if not mapping.sheets:
        return [], [p.SOURCE_SHEET_NOT_NAMED.found(workbook.path, count=len(workbook.names), **facts)]
    chosen = [sheet for sheet in workbook.sheets if any(fits(name, sheet.name) for name in mapping.sheets)]
    lacking = [name for name in mapping.sheets if not any(fits(name, sheet.name) for sheet in chosen)]
    problems = []
    if lacking:
        names = p.listed([p.quoted(name) for name in lacking], "or")
        problems.append(p.SOURCE_SHEET_MISSING.found(workbook.path, name=names, **facts))
    for sheet in chosen:
        if workbook.names.count(sheet.name) > 1:
            facts |= {"found": p.private(p.quoted(sheet.name)), "name": mapping.into}
            problems.append(p.SHEET_TWICE.found(workbook.path, **facts))
    return chosen, problems
