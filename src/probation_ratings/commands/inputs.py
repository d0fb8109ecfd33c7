"""The inputs of a run: what names and folders stand for and leave out, and the rules they are read by."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..inputs import WORKBOOK_SUFFIXES
from .command import configuration_files, is_configured
from .options import DEFAULT_RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ..problems import Problem
    from ..rulebook.model import RuleSet
    from ..writing.register import Register

MAPPING_SUFFIXES = (".mapping.yaml", ".mapping.yml")
CSV_SUFFIX = ".csv"
LOOK_ALIKE = (".csv", ".tsv", ".numbers", ".fods", ".zip")
"""Files that may hold cases but are not read from a folder."""
NAMED = 5
"""At most this many of the files left out are named."""
LOOKED_AT = 10_000
"""At most this many entries of a folder and its subfolders are checked, so that a wrong folder such as / is quick."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run reads: the paths of workbooks and mapping files, and the folders that have none.

    `names` are what was typed for it. `combined` says that all paths are parts of one inspection. `data` is the folder
    of the files that a mapping file names, where that is not its own. `sources` are the files that mapping files in a
    folder name.
    """

    names: Sequence[str] = ()
    paths: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    combined: bool = False
    data: Path | None = None
    sources: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        """How many inputs there are."""
        return min(len(self.paths), 1) if self.combined else len(self.paths)


def inputs_of(
    names: Sequence[str], *, combine: bool = False, recursive: bool = False, data: Path | None = None
) -> Inputs:
    """The inputs that the names mean; a folder means the mapping files and workbooks in it, by name.

    Raises `UsageError` where the names contradict each other or the options.
    """
    paths: list[str] = []
    empty: list[str] = []
    sources: frozenset[str] = frozenset()
    for name in names:
        if not name:
            raise UsageError("the name of a workbook is empty")
        if name == "-" and "-" in paths:
            raise UsageError("standard input (-) can be read only once")
        inside, named = (None, sources) if name == "-" else _inside(Path(name), combine=combine, recursive=recursive)
        paths += [name] if inside is None else inside
        sources |= named
        if inside == []:
            empty.append(name)
    # one that is named twice, such as by itself and by its folder, is read once
    once = list({place_of(path): path for path in reversed(paths)}.values())[::-1]
    mappings = [path for path in once if is_mapping(path)]
    if combine and (mappings or "-" in once):
        odd = mappings[0] if mappings else "standard input (-)"
        raise UsageError(f"{odd} cannot be combined: --combine takes workbooks, and CSV files named like their sheets")
    if data is not None and len(mappings) != 1:
        raise UsageError("--data goes with one mapping file")
    return Inputs(names, once, empty, combine, data, sources)


def is_mapping(path: str) -> bool:
    """Whether a path names a mapping file."""
    return path.lower().endswith(MAPPING_SUFFIXES)


def mapped_files(inputs: Inputs) -> list[str]:
    """The files that the mapping files among the inputs extend and name."""
    mappings = [] if inputs.combined else [Path(path) for path in inputs.paths if is_mapping(path)]
    if not mappings:
        return []
    from ..mapping.load import files_extended, files_named

    return [file for path in mappings for file in (*files_extended(path), *files_named(path, inputs.data))]


def place_of(path: str) -> str:
    """The real path of a file, however it is named."""
    with suppress(OSError, ValueError):  # ValueError: a name that no file can have
        return path if path == "-" else os.path.realpath(path)
    return path


def is_folder(name: str) -> bool:
    """Whether a folder has this name."""
    with suppress(OSError, ValueError):  # a name that no file can have
        return Path(name).is_dir()
    return False


def _inside(folder: Path, *, combine: bool, recursive: bool) -> tuple[list[str] | None, frozenset[str]]:
    """The inputs in a folder, without hidden and lock files; None where it is not a folder that can be listed.

    A mapping file is read in place of the files that it names: with the inputs come the real paths of those.
    """
    suffixes = (*WORKBOOK_SUFFIXES, *([CSV_SUFFIX] if combine else []))
    try:
        files = sorted(_files(folder, recursive=recursive))
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return None, frozenset()
    named: frozenset[str] = frozenset()
    mappings = [] if combine else [str(file) for file in files if is_mapping(file.name)]
    if mappings:
        from ..mapping.load import files_named, is_input

        mappings = [path for path in mappings if is_input(Path(path))]
        named = named.union(*(files_named(Path(path)) for path in mappings))
        files = [file for file in files if place_of(str(file)) not in named]
    workbooks = [str(file) for file in files if file.suffix.lower() in suffixes]
    return sorted([*mappings, *workbooks]), named


def files_inside(folder: Path) -> list[str] | None:
    """The workbooks and CSV files in a folder, without hidden and lock files; None where it is not a folder."""
    return _inside(folder, combine=True, recursive=False)[0]


def _files(folder: Path, *, recursive: bool) -> Iterator[Path]:
    """The files of a folder, and of its subfolders if so asked; links to folders are not followed."""
    for entry in folder.iterdir():
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_file():
            yield entry
        elif recursive and entry.is_dir() and not entry.is_symlink():
            yield from _files(entry, recursive=True)


def folder_problems(inputs: Inputs, but: Iterable[Path | str | None]) -> list[Problem]:
    """For each folder among the inputs: whether it is empty (PR111), and the files left out (PR126).

    Files and folders in `but` do not count as left out: workbooks that are read, results, expected ratings.
    """
    from ..problems import FILES_LEFT_OUT, FOLDER_WITHOUT_WORKBOOK

    known = {place_of(str(one)): Path(one).name for one in (*but, *inputs.sources) if one is not None}
    found = []
    for name in dict.fromkeys(inputs.names):
        if name in inputs.empty:
            found.append(FOLDER_WITHOUT_WORKBOOK.found(name))
        if name != "-" and is_folder(name) and (left_out := _left_out(name, known)):
            found.append(FILES_LEFT_OUT.found(name, files=left_out))
    return found


def _left_out(folder: str, known: Mapping[str, str]) -> str:
    """The files of a folder that look like case data, and the links to folders, in words; empty if there are none."""
    from ..problems import listed, printable

    entries = list(islice(_entries(folder, known), LOOKED_AT + 1))
    files = {
        path: ""
        for path, below in entries
        if path.suffix.lower() in (*LOOK_ALIKE, *(WORKBOOK_SUFFIXES if below else ()))
    }
    files |= {path: " (a link to a folder)" for path, _ in entries if _leads_elsewhere(path, known)}
    shown = [f"{printable(path.relative_to(folder).as_posix())}{files[path]}" for path in sorted(files)[:NAMED]]
    if len(files) > NAMED:
        more = f"{len(files) - NAMED:,} more"
        shown.append(f"at least {more}" if len(entries) > LOOKED_AT else more)
    return listed(shown)


def _leads_elsewhere(path: Path, known: Iterable[str]) -> bool:
    """Whether a path is a link to a folder, which is not followed, and no file of that folder is read."""
    if not path.is_symlink() or not path.is_dir():
        return False
    real = f"{os.path.realpath(path)}{os.sep}"
    return not any(one.startswith(real) for one in known)


def _entries(folder: str, known: Mapping[str, str]) -> Iterator[tuple[Path, bool]]:
    """The files of a folder and, marked, those below it; hidden files and what is behind links are skipped."""
    names = {*known.values(), *(Path(one).name for one in known)}

    def counts(place: str, name: str) -> bool:
        is_known = name in names and os.path.realpath(f"{place}/{name}") in known
        return not is_known and not name.startswith((".", "~$"))

    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if counts(place, name))
        for name in sorted([*folders, *files]):
            if counts(place, name):
                yield Path(place, name), place != folder


def rules_of(inputs: Inputs, rules: str | None, register: Register) -> RuleSet:
    """The rules of a run; all files that it reads by their names are noted in the register.

    Raises `UsageError` where the mapping files name different rules.
    """
    register.reads(*inputs.paths, *configuration_files())
    from ..rulebook.load import load_rules

    rule_set = load_rules(_name_of_rules(inputs, typed_rules(rules), rules or DEFAULT_RULES))
    register.reads(*rule_set.files)
    return rule_set


def required_of(names: Collection[str] | None, rules: RuleSet, *, require_all: bool) -> list[str]:
    """The regions that `--require-all` requires, if not all: as the rule file spells them.

    Raises `UsageError` for one that it does not have, and for names that were typed without `--require-all`.
    """
    if names and not require_all and not is_configured("required_regions"):
        raise UsageError("--region goes with --require-all: it does not choose what is read")
    from ..findings.side_by_side import known_regions

    return known_regions(names or (), rules)


def typed_rules(rules: str | None) -> str | None:
    """The rules that were typed, not taken from a configuration file."""
    return None if is_configured("rules") else rules


def _name_of_rules(inputs: Inputs, typed: str | None, usual: str) -> str:
    """The rules of a run: those that were typed, or those that the mapping files name, or the usual ones."""
    mappings = [path for path in inputs.paths if is_mapping(path)]
    if typed is not None or not mappings:
        return typed or usual
    from ..mapping.load import rules_named

    named = {path: rules_named(Path(path)) for path in mappings}
    named |= {path: usual for path in inputs.paths if path not in named}
    known = {path: name for path, name in named.items() if name is not None}
    first = next(iter(known), None)
    for path, name in known.items():
        if first is not None and name != known[first]:
            raise UsageError(
                f"all inputs of a run have the same rules: {first} has {known[first]}, and {path} has {name}"
            )
    return usual if first is None else known[first]
