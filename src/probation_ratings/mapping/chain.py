"""Reads a mapping file and what it extends as text, and finds the rules that each of them names."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..errors import BrokenFileError, MappingFileError
from ..rulebook.yaml_file import SUFFIXES, find
from .entries import MappingText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .entries import Entry

MAX_FILES = 5
"""No more mapping files may extend one another: a reader of one must not have to look in more."""
VERSION = "1"

KEYS = (
    "mapping_version", "rules", "extends", "inspection", "judgements", "panel_decisions", "sheets", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chain:
    """A mapping file and what it extends, the file itself first, and the rules of each, as `load_rules` takes them."""

    files: tuple[MappingText, ...]
    keys: tuple[Mapping[str, Entry], ...]
    rules: tuple[str, ...]

    @property
    def problems(self) -> list[p.Problem]:
        """All that was found wrong in these files so far."""
        return _problems(self.files)


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
            raise MappingFileError(_problems(files))
    return Chain(tuple(files), tuple(keys), tuple(rules))


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
