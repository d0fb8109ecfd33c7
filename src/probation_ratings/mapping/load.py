"""Loads a mapping file: what it extends, its rules, the files that it names, and everything that is wrong with it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import BrokenFileError, MappingFileError, UsageError
from ..names import plain
from ..rulebook.load import load_rules
from ..rulebook.yaml_file import SUFFIXES, find, first_of
from .contradictions import GivenRows, contradictions
from .entries import MappingText
from .model import MappingFile, SheetMapping, Source
from .overriding import Merged
from .source_files import MOST_FILES, Folder
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..rulebook.model import RuleSet
    from .entries import Entry
    from .overriding import MergedSheet

MAX_FILES = 5
"""No more mapping files may extend one another: a reader of one must not have to look in more."""
VERSION = "1"
KEYS = (
    "mapping_version", "rules", "extends", "inspection", "judgements", "panel_decisions", "sheets", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Chain:
    """A mapping file and what it extends, the file itself first, and the rules of each, as `load_rules` takes them."""

    files: list[MappingText]
    keys: list[Mapping[str, Entry]]
    rules: list[str]

    @property
    def sources(self) -> Entry | None:
        """The sources that hold: those of the first file that has any."""
        return next((keys["sources"] for keys in self.keys if "sources" in keys), None)


def load_mapping(
    path: Path, rules: str | None = None, data: Path | None = None, *, loaded: RuleSet | None = None
) -> MappingFile:
    """The mapping file at `path`, with all that it extends, ready to be applied.

    `rules` are those typed with --rules, if any: they are in force in place of those that the file names. `data` is the
    folder that the sources are in, where it is not that of the file. `loaded` are the rules in force, if they are
    loaded already. Raises `MappingFileError` with every problem found (PR505 to PR511, or PR1xx where the file cannot
    be read), and `RuleFileError` where the rules cannot be used.
    """
    if data is not None and not data.is_dir():
        raise UsageError(f"{data} is not a folder: --data names the folder that the exports are in")
    chain = _read_chain(path)
    named = chain.rules[0] if rules is None else rules
    known = {named: Vocabulary(load_rules(named) if loaded is None else loaded)}
    for one in chain.rules:
        if one not in known:
            known[one] = Vocabulary(load_rules(one))
    layers = [(keys, known[one]) for keys, one in zip(chain.keys, chain.rules, strict=True)]
    merged = Merged(reversed(layers), known[named])
    folder = Folder(path.parent if data is None else data, [Path(file.name) for file in chain.files])
    sources = _sources(chain, merged, folder)
    if problems := _problems(chain.files):
        raise MappingFileError(_in_order(problems, chain))
    return MappingFile(
        path=str(path),
        rules=named,
        folder=folder.path,
        inspection=merged.inspection,
        judgements=tuple(merged.judgements.values()),
        panel_decisions=tuple(merged.panel_decisions.values()),
        sources=tuple(source for source, _ in sources),
        files={file.name: file.sha256 for file in chain.files},
        notes=tuple(_notes(chain, merged, [sheet for _, sheet in sources])),
    )


def is_input(path: Path) -> bool:
    """Whether a mapping file in a folder is to be read as an input: one with sources, or one that cannot be read."""
    chain = _chain_or_none(path)
    return chain is None or chain.sources is not None


def rules_named(path: Path) -> str | None:
    """The rules that a mapping file, or what it extends, names, as `load_rules` takes them; None where it is broken."""
    chain = _chain_or_none(path)
    return None if chain is None else chain.rules[0]


def files_named(path: Path, data: Path | None = None) -> frozenset[str]:
    """The real paths of the files that a mapping file's sources name, whatever its rules; none where it is broken."""
    chain = _chain_or_none(path)
    if chain is None or chain.sources is None:
        return frozenset()
    folder = Folder(path.parent if data is None else data, [Path(file.name) for file in chain.files])
    found: set[str] = set()
    for item in chain.sources.items():
        if isinstance(item.value, dict) and "files" in item.value:
            keys = item.named()
            found.update(str(folder.real(one)) for one in folder.files(keys["files"], keys.get("exclude")))
    return frozenset(found)


def files_extended(path: Path) -> list[str]:
    """The files that a mapping file extends, and itself; none where it is broken."""
    chain = _chain_or_none(path)
    return [] if chain is None else [file.name for file in chain.files]


def _chain_or_none(path: Path) -> _Chain | None:
    with suppress(BrokenFileError):
        return _read_chain(path)
    return None


def _read_chain(path: Path) -> _Chain:
    """A mapping file and what it extends, each read as text.

    Raises `MappingFileError` where one of them cannot be read, or they extend one another in a circle or too often.
    """
    files = [MappingText(path)]
    keys = [_keys_of(files[0])]
    while (entry := keys[-1].get("extends")) is not None:
        files.append(_extended(entry, files))
        keys.append(_keys_of(files[-1]))
    rules: list[str] = []
    for file, known in zip(reversed(files), reversed(keys), strict=True):
        own = known.get("rules")
        if own is not None and (named := own.text("the id or the path of a rule file", closed=True)) is not None:
            rules.insert(0, _rules(own, named))
        elif rules and own is None:
            rules.insert(0, rules[0])
        else:
            if file.whole.lacks("rules") and file.whole.lacks("extends"):
                reason = "rules: this key is missing"
                file.whole.invalid(reason, "add rules: with the id or the path of a rule file, such as regional-2023")
            raise MappingFileError(_problems(files))
    return _Chain(files, keys, rules)


def _keys_of(file: MappingText) -> Mapping[str, Entry]:
    whole = file.whole
    if not isinstance(file.tree, dict) or not {"mapping_version", "sheets", "sources", "extends"} & set(file.tree):
        whole.invalid("this is not a mapping file", "a mapping file has mapping_version, rules, sheets and sources")
        raise MappingFileError(file.problems)
    keys = whole.keys(KEYS)
    if "mapping_version" not in file.tree:
        whole.invalid("mapping_version: this key is missing", f"add mapping_version: {VERSION}")
    elif "mapping_version" in keys and keys["mapping_version"].value != VERSION:
        found = keys["mapping_version"]
        reason = f"this program reads version {VERSION} of mapping files, found {found.shown}"
        found.invalid(reason, f"write mapping_version: {VERSION}, or use a program that reads the other version")
    return keys


def _extended(entry: Entry, files: list[MappingText]) -> MappingText:
    """The file that the last one extends."""
    named = entry.text("the path of a mapping file")
    if named is not None:
        path = Path(entry.file.name).parent / named
        if path.suffix.lower() not in SUFFIXES or "\0" in named:
            entry.invalid(f"{p.quoted(named)} is not a mapping file", "name a file that ends in .mapping.yaml")
        elif os.path.realpath(path) in [os.path.realpath(one.name) for one in files]:
            reason = f"the files extend one another in a circle: {p.quoted(named)} leads back here"
            entry.invalid(reason, "let the file that all others share extend nothing")
        elif len(files) == MAX_FILES:
            entry.invalid(f"no more than {MAX_FILES} mapping files may extend one another", "put some of them together")
        elif not os.access(path, os.F_OK):  # also a name that is too long
            reason = f"file not found: {p.quoted(named)} (from the folder of this mapping file)"
            entry.not_found(reason, "correct the path, or add the file")
        else:
            return MappingText(path)
    raise MappingFileError(_problems(files))


def _rules(entry: Entry, named: str) -> str:
    """The rules that a file names, as `load_rules` takes them: an id, or a path from the working folder."""
    folder = Path(entry.file.name).parent
    try:
        path = find(named, folder)
    except BrokenFileError as error:
        line = entry.line.number
        raise MappingFileError([replace(one, file=entry.file.name, line=line) for one in error.problems]) from error
    return named if path != folder / named else str(path)


def _problems(files: Iterable[MappingText]) -> list[p.Problem]:
    return [problem for file in files for problem in file.problems]


def _sources(chain: _Chain, merged: Merged, folder: Folder) -> list[tuple[Source, MergedSheet]]:
    """The sources with their files and settings; what is wrong is noted with their entries."""
    if merged.sources is None or chain.sources is None:
        if all(file.whole.lacks("sources") for file in chain.files):
            reason = "sources: this key is missing"
            instead = "add sources: with the files to read; without any, the file can only be extended by others"
            chain.files[0].whole.invalid(reason, instead)
        return []
    found: list[tuple[Source, MergedSheet]] = []
    rows = GivenRows(folder)
    for source in merged.sources:
        sheet = merged.of_source(source)
        if sheet is None:
            continue
        contradictions(sheet, source.own.entry)
        files = folder.files(source.files, source.exclude)
        found.append((Source(files, _mapping(sheet), source.own.entry.line), sheet))
        rows.add(found[-1][0], source.own.entry)
    if merged.sources and not found:
        reason = f"none of the sources fills a sheet of the rules {merged.words.rules.id}"
        chain.sources.invalid(reason, "rate it by the rules that the mapping file names")
    if folder.is_full:
        reason = f"the sources are more than {MOST_FILES} files, and no more are read"
        chain.sources.invalid(reason, "put exports together, or rate them in parts")
    return found


def _mapping(merged: MergedSheet) -> SheetMapping:
    columns = {
        column.name: one.origin
        for column in merged.sheet.columns
        if (one := merged.columns.get(column.name)) is not None and one.origin is not None
    }
    return SheetMapping(merged.sheet.name, columns, **merged.settings)


def _notes(chain: _Chain, merged: Merged, sheets: Iterable[MergedSheet]) -> Iterable[p.Problem]:
    """What is worth a note about the mapping itself."""
    name = chain.files[0].name
    rules = merged.words.rules
    if merged.unused:
        names = p.listed(list(dict.fromkeys(merged.unused)))
        yield p.MAPPING_NAMES_NOT_USED.found(name, rules=rules.id, names=names)
    changed = dict.fromkeys(word for sheet in sheets for word in _changed(sheet))
    if changed:
        yield p.MAPPING_WORD_CHANGED.found(name, words=p.listed(list(changed)))


def _changed(merged: MergedSheet) -> Iterable[str]:
    """The words of the rules that a sheet's `answers` or a column's `values` give another meaning."""
    answers = merged.settings.get("answers")
    given = [(column, answers) for column in merged.sheet.columns if column.is_question]
    given += [(one.column, one.origin.values) for one in merged.columns.values() if one.origin is not None]
    for column, values in given:
        for key, result in (values if values and column.words else {}).items():
            before, after = column.word(plain(key)), column.word(result)
            if before is not None and before != after:
                yield f"{p.quoted(key)} means {after or 'a blank'}, and is {before} in the rules"


def _in_order(problems: Iterable[p.Problem], chain: _Chain) -> list[p.Problem]:
    """The first problems, each once, file by file and line by line, and how many more there are."""
    places = {file.name: place for place, file in enumerate(chain.files)}
    found = sorted(dict.fromkeys(problems), key=lambda one: (places[one.file], one.line or 0))
    return first_of(found, p.MAPPING_INVALID)
