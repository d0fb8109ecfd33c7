"""Loads a mapping file: what it extends, its rules, the files that it names, and everything that is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import BrokenFileError, MappingFileError, UsageError
from ..names import plain
from ..rulebook.load import load_rules
from ..rulebook.yaml_file import first_of
from .chain import read_chain
from .contradictions import GivenRows, contradictions
from .model import MappingFile, SheetMapping, Source
from .overriding import Merged
from .source_files import MOST_FILES, Folder
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..rulebook.model import RuleSet
    from .chain import Chain
    from .overriding import MergedSheet

SUFFIX = ".mapping.yaml"
"""By this a file in a folder is known as a mapping file."""


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
    chain = read_chain(path)
    named = chain.rules[0] if rules is None else rules
    known = {named: Vocabulary(load_rules(named) if loaded is None else loaded)}
    for one in chain.rules:
        if one not in known:
            known[one] = Vocabulary(load_rules(one))
    merged = Merged(chain, known, known[named])
    folder = Folder(path.parent if data is None else data, [Path(file.name) for file in chain.files])
    sources = _sources(chain, merged, folder)
    if chain.problems:
        raise MappingFileError(_in_order(chain.problems, chain))
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
    """Whether a file in a folder is to be read as an input: a mapping file with sources, or one that cannot be read."""
    if not path.name.lower().endswith(SUFFIX):
        return False
    chain = _chain_or_none(path)
    return chain is None or any("sources" in keys for keys in chain.keys)


def rules_named(path: Path) -> str | None:
    """The rules that a mapping file, or what it extends, names, as `load_rules` takes them; None where it is broken."""
    chain = _chain_or_none(path)
    return None if chain is None else chain.rules[0]


def files_named(path: Path, data: Path | None = None) -> frozenset[str]:
    """The real paths of the files that a mapping file's sources name, whatever its rules; none where it is broken."""
    chain = _chain_or_none(path)
    sources = next((keys["sources"] for keys in chain.keys if "sources" in keys), None) if chain else None
    if chain is None or sources is None:
        return frozenset()
    folder = Folder(path.parent if data is None else data, [Path(file.name) for file in chain.files])
    found: set[str] = set()
    for item in sources.items():
        if isinstance(item.value, dict) and "files" in item.value:
            keys = item.named()
            found.update(str(folder.real(one)) for one in folder.files(keys["files"], keys.get("exclude")))
    return frozenset(found)


def files_extended(path: Path) -> list[str]:
    """The files that a mapping file extends, and itself; none where it is broken."""
    chain = _chain_or_none(path)
    return [] if chain is None else [file.name for file in chain.files]


def _chain_or_none(path: Path) -> Chain | None:
    with suppress(BrokenFileError):
        return read_chain(path)
    return None


def _sources(chain: Chain, merged: Merged, folder: Folder) -> list[tuple[Source, MergedSheet]]:
    """The sources with their files and settings; what is wrong is noted with their entries."""
    if merged.sources is None:
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
    entry = next(keys["sources"] for keys in chain.keys if "sources" in keys)
    if merged.sources and not found:
        reason = f"none of the sources fills a sheet of the rules {merged.words.rules.id}"
        entry.invalid(reason, "rate it by the rules that the mapping file names")
    if folder.is_full:
        reason = f"the sources are more than {MOST_FILES} files, and no more are read"
        entry.invalid(reason, "put exports together, or rate them in parts")
    return found


def _mapping(merged: MergedSheet) -> SheetMapping:
    columns = {
        column.name: one.origin
        for column in merged.sheet.columns
        if (one := merged.columns.get(column.name)) is not None and one.origin is not None
    }
    return SheetMapping(merged.sheet.name, columns, **merged.settings)


def _notes(chain: Chain, merged: Merged, sheets: Iterable[MergedSheet]) -> Iterable[p.Problem]:
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


def _in_order(problems: Iterable[p.Problem], chain: Chain) -> list[p.Problem]:
    """The first problems, each once, file by file and line by line, and how many more there are."""
    places = {file.name: place for place, file in enumerate(chain.files)}
    found = sorted(dict.fromkeys(problems), key=lambda one: (places[one.file], one.line or 0))
    return first_of(found, p.MAPPING_INVALID)
