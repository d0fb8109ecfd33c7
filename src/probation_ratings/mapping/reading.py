"""Reads several files as one inspection: those that a mapping file names, or those that are combined."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import BrokenFileError
from ..names import sheet_key
from ..reading.ahead import Ahead, Free
from ..reading.extract import Extract
from ..reading.workbook import Found, Reading, SourceFile, hash_of
from ..rulebook.yaml_file import Line
from .load import load_mapping
from .model import SheetMapping
from .patterns import Matcher
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..reading.child import Child
    from ..reading.workbook import InspectionReading, Sheet, Workbook
    from ..rulebook.model import RuleSet
    from .mapped_sheet import Applied
    from .model import MappingFile, Source


@dataclass(slots=True)
class _Use:
    """A source, what applies its patterns, and what it gives."""

    source: Source
    matcher: Matcher
    applied: list[Applied] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    """A source file, and the sources that read it."""

    path: Path
    uses: list[_Use] = field(default_factory=list)

    def extract(self) -> Extract:
        """What is asked of it: the sheets and columns of all sources together."""
        mappings = [one.source.mapping for one in self.uses]
        first = mappings[0]
        sheets = tuple(name for one in mappings for name in one.sheets or ("*",))
        if not any(one.sheets for one in mappings):
            sheets = ()  # the only sheet
        whole = any(one.own_headers for one in mappings)
        wanted = () if whole else tuple(dict.fromkeys(one.wanted for one in mappings))
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
        self._uses = [_Use(source, Matcher(idle, limits)) for source in mapping.sources]
        self._files = _files_of(self._uses)
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
        # they import numpy and pandas, which takes as long as the children that read need to start
        from .frames import given_workbooks
        from .mapped_columns import Identities
        from .mapped_sheet import apply
        from .parts import Part, chosen_sheets
        from .rows import copies, rows_taken

        mapping, words = self._mapping, Vocabulary(self._rules)
        refused: list[p.Problem] = []
        workbooks = given_workbooks(mapping, self._rules)
        read: list[Workbook] = []
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
            for use in file.uses:
                source = use.source
                chosen, missing = chosen_sheets(raw, source.mapping, self._rules)
                problems += missing
                target = words.sheets[sheet_key(source.mapping.into)]
                known = identities.setdefault(target.name, Identities())
                for sheet in chosen:
                    part = Part(source.mapping, target, self._rules, raw, sheet, source.line, use.matcher, known)
                    one = apply(part)
                    use.applied.append(one)
                    problems += one.problems
                    sheets += [] if one.sheet is None else [one.sheet]
            workbooks.append(replace(raw, sheets=sheets))
        done = [(use.source, use.applied) for use in self._uses]
        unread = {source.mapping.into for source, parts in done if not parts or any(one.sheet is None for one in parts)}
        problems += rows_taken(done)
        problems += copies([one for _, parts in done for one in parts])
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

    def _sources(self, read: Sequence[Workbook]) -> tuple[SourceFile, ...]:
        """The mapping files and the files that they name. One that is read in two ways is as it was read first."""
        mapping = self._mapping
        folder = Path(mapping.path).parent
        own = [
            SourceFile(Path(os.path.relpath(path, folder)).as_posix(), sha256, "mapping")
            for path, sha256 in mapping.files.items()
        ]
        data: dict[str, SourceFile] = {}
        for file, one in zip(self._files, read, strict=True):
            source = SourceFile.of(one, mapping.folder, file.extract().encoding)
            data.setdefault(source.path, source)
        return (*own, *data.values())


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


def _files_of(uses: list[_Use]) -> list[_File]:
    """Each source file once; one whose text is written in two ways, or that a link names anew, is read in both."""
    files: dict[tuple[str, str, str, str | None], _File] = {}
    for use in uses:
        for path in use.source.files:
            key = (os.path.realpath(path), path.stem, use.source.mapping.encoding, use.source.mapping.delimiter)
            files.setdefault(key, _File(path)).uses.append(use)
    return list(files.values())


class CombinedReading:
    """The reading of workbooks, and CSV files named like their sheets, that are parts of one inspection."""

    is_free = False

    def __init__(self, paths: list[str], rules: RuleSet, limits: int, idle: list[Child]) -> None:
        """Get ready to read the files at `paths`, within so many times the usual limits, by `idle` children first."""
        folders = [Path(path).parent for path in paths]
        if any(folder.is_absolute() for folder in folders):
            folders = [folder.absolute() for folder in folders]
        self.path = os.path.commonpath(folders) or "."
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
    from .mapped_columns import Identities
    from .mapped_sheet import apply
    from .parts import Part

    (sheet,) = workbook.sheets
    words = Vocabulary(rules)
    own = words.inspection
    target = own if sheet_key(sheet.name) == sheet_key(own.name) else words.sheet(sheet.name)
    if target is None:
        return workbook, []
    mapping = SheetMapping(target.name)
    applied = apply(Part(mapping, target, rules, workbook, sheet, Line("", 1), Matcher([], 1), Identities()))
    return replace(workbook, sheets=[replace(applied.sheet or sheet, stands_for=None)]), applied.problems
