"""Finds problems with a folder of workbooks: it has none, or files in it were left out."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..inputs import WORKBOOK_SUFFIXES
from .inputs import is_folder, place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ..problems import Problem

LOOK_ALIKE = (".csv", ".tsv", ".numbers", ".fods", ".zip")
"""Files that may hold cases but are not read from a folder."""
NAMED = 5
"""At most this many of the files left out are named."""
LOOKED_AT = 10_000
"""At most this many entries of a folder and its subfolders are checked, so that a wrong folder such as / is quick."""


def folder_problems(
    names: Iterable[str], empty: Collection[str], but: Iterable[Path | str | None] = ()
) -> list[Problem]:
    """For each folder among the names: whether it is empty (PR111), and the files left out (PR126).

    Files and folders in `but` do not count as left out: workbooks that are read, results, expected ratings.
    """
    from ..problems import FILES_LEFT_OUT, FOLDER_WITHOUT_WORKBOOK

    known = {place_of(str(one)): Path(one).name for one in but if one is not None}
    found = []
    for name in dict.fromkeys(names):
        if name in empty:
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
