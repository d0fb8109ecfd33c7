"""Reads one mapping file by itself, with the names of its own rules, and follows what it extends."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import BrokenFileError, MappingFileError
from ..rulebook.load import load_rules
from ..rulebook.yaml_file import find
from .entries import Entry, MappingText
from .given import decisions_of, inspection_of
from .origins import note_unknown
from .settings import SHEET_KEYS, SheetEntry, overriding, sheet_entry
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..rulebook.sheet_model import DecisionSheet
    from .model import Given, GivenDecision

MAX_FILES = 5
"""No more mapping files may extend one another: a reader of one must not have to look in more."""
MAX_SOURCES = 500
"""No more entries of `sources` are read."""
VERSION = "1"

_KEYS = (
    "mapping_version", "rules", "extends", "inspection", "judgements", "panel_decisions", "sheets", "sources",
)  # fmt: skip
_TOGETHER = "put sources that are read in one way together: files may be a list or a pattern, and sheet too"
_SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One entry of `sources` as it is written: its files, and what it overrides of the sheet that it fills."""

    files: Entry
    exclude: Entry | None
    own: SheetEntry

    @property
    def entry(self) -> Entry:
        """All of it."""
        return self.own.entry


@dataclass(frozen=True, slots=True)
class Layer:
    """What one mapping file says by itself; its names are those of its own `words`."""

    words: Vocabulary
    inspection: Mapping[str, Given]
    judgements: tuple[GivenDecision, ...]
    panel_decisions: tuple[GivenDecision, ...]
    sheets: Mapping[str, SheetEntry]
    sources: tuple[SourceEntry, ...] | None


@dataclass(frozen=True, slots=True)
class Chain:
    """A mapping file and what it extends, the file itself first, and the rules of each, as `load_rules` takes them."""

    files: tuple[MappingText, ...]
    keys: tuple[Mapping[str, Entry], ...]
    rules: tuple[str, ...]

    @property
    def problems(self) -> list[p.Problem]:
        """All that was found wrong in these files so far."""
        return [problem for file in self.files for problem in file.problems]


def read_chain(path: Path) -> Chain:
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
            raise MappingFileError([problem for one in files for problem in one.problems])
    return Chain(tuple(files), tuple(keys), tuple(rules))


def read_layers(chain: Chain, known: dict[str, Vocabulary]) -> list[Layer]:
    """What each of the files says, by its own rules; what is wrong with one is in its `problems`.

    Rules that are not `known` yet are loaded, and are known then.
    """
    for rules in chain.rules:
        if rules not in known:
            known[rules] = Vocabulary(load_rules(rules))
    return [_layer(keys, known[rules]) for keys, rules in zip(chain.keys, chain.rules, strict=True)]


def _keys_of(file: MappingText) -> Mapping[str, Entry]:
    whole = file.whole
    if not isinstance(file.tree, dict) or not {"mapping_version", "sheets", "sources", "extends"} & set(file.tree):
        whole.invalid("this is not a mapping file", "a mapping file has mapping_version, rules, sheets and sources")
        raise MappingFileError(file.problems)
    keys = whole.keys(_KEYS)
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
        if path.suffix.lower() not in _SUFFIXES or "\0" in named:
            entry.invalid(f"{p.quoted(named)} is not a mapping file", "name a file that ends in .mapping.yaml")
        elif os.path.realpath(path) in [os.path.realpath(one.name) for one in files]:
            reason = f"the files extend one another in a circle: {p.quoted(named)} leads back here"
            entry.invalid(reason, "let the file that all others share extend nothing")
        elif len(files) == MAX_FILES:
            entry.invalid(f"no more than {MAX_FILES} mapping files may extend one another", "put some of them together")
        elif not os.access(path, os.F_OK):  # also a name that is too long
            reason = f"file not found: {p.quoted(named)} (from the folder of this mapping file)"
            entry.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead="correct the path, or add the file")
        else:
            return MappingText(path)
    raise MappingFileError([problem for one in files for problem in one.problems])


def _rules(entry: Entry, named: str) -> str:
    """The rules that a file names, as `load_rules` takes them: an id, or a path from the working folder."""
    folder = Path(entry.file.name).parent
    try:
        path = find(named, folder)
    except BrokenFileError as error:
        line = entry.line.number
        raise MappingFileError([replace(one, file=entry.file.name, line=line) for one in error.problems]) from error
    return named if path != folder / named else str(path)


def _layer(keys: Mapping[str, Entry], words: Vocabulary) -> Layer:
    rules = words.rules
    inspection = inspection_of(keys["inspection"], words) if "inspection" in keys else {}
    given = (("judgements", rules.judgement_sheet, "rationale"), ("panel_decisions", rules.panel_sheet, "reason"))
    judgements, panel = (tuple(_given(keys.get(key), words, sheet, reason)) for key, sheet, reason in given)
    return Layer(
        words,
        inspection,
        judgements,
        panel,
        _sheets(keys["sheets"], words) if "sheets" in keys else {},
        _sources(keys["sources"], words) if "sources" in keys else None,
    )


def _given(
    entry: Entry | None, words: Vocabulary, sheet: DecisionSheet | None, reason_key: str
) -> Sequence[GivenDecision]:
    """The judgements or decisions of an entry, which rules without a sheet for them do not have."""
    if entry is None:
        return ()
    if sheet is None:
        entry.invalid(f"the rules {words.rules.id} have none of these", "delete this entry")
        return ()
    return decisions_of(entry, words, sheet, reason_key)


def _sheets(entry: Entry, words: Vocabulary) -> dict[str, SheetEntry]:
    found: dict[str, SheetEntry] = {}
    for name, one in entry.named("sheets of the rules").items():
        sheet = words.sheet(name)
        if sheet is None:
            _unknown_sheet(one, name, words)
        elif sheet.name in found:
            first = found[sheet.name].entry.line.number
            one.invalid(f"the sheet {p.quoted(name)} is given twice; first in line {first}", "keep one of the two")
        else:
            found[sheet.name] = sheet_entry(one, sheet, words.rules.id)
    return found


def _sources(entry: Entry, words: Vocabulary) -> tuple[SourceEntry, ...]:
    found = []
    items = entry.items()
    if len(items) > MAX_SOURCES:
        entry.invalid(f"there are {len(items):,} sources, and no more than {MAX_SOURCES} are read", _TOGETHER)
    for item in items[:MAX_SOURCES]:
        keys = item.keys(("files", "exclude", "into", *SHEET_KEYS))
        for key in ("files", "into"):
            if item.lacks(key):
                item.invalid(f"{key} is missing", "write {files: NAME, into: SHEET OF THE RULES}")
        name = keys["into"].text("a sheet of the rules", closed=True) if "into" in keys else None
        if name is None or "files" not in keys:
            continue
        sheet = words.sheet(name)
        if sheet is None:
            _unknown_sheet(keys["into"], name, words)
            continue
        own = overriding(item, keys, sheet, words.rules.id)
        found.append(SourceEntry(keys["files"], keys.get("exclude"), own))
    return tuple(found)


def _unknown_sheet(entry: Entry, name: str, words: Vocabulary) -> None:
    inspection = words.rules.inspection_sheet.name
    if name.strip().casefold() == inspection.casefold():
        entry.invalid(f"the sheet '{inspection}' is not filled from sources", "give its fields under inspection:")
    else:
        note_unknown(entry, "sheet", name, words.sheet_names, words.rules.id)
