"""Finds the files that a source names: inside one folder, by name or by a pattern with `*` and `?`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import composed, normal, wild_match
from ..rulebook.yaml_file import MAX_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .entries import Entry

MOST_FILES = 500
"""A mapping file has no more sources than this, counted by file."""
MOST_COMPARED = 300_000
"""So many names of files are compared with patterns at most."""
LONGEST_PATH = 1_000
"""A longer path names no file."""
_SEARCHED = 20
"""Of so many wrong names at most it is said what the folder has instead."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_DRIVE = re.compile(r"[A-Za-z]:")
_TOO_MANY = (
    "too many patterns are compared with too many files",
    "name the files, write fewer patterns, or move the exports to a folder of their own",
)
_REMEDY = "name a file in the folder of the mapping file, or give its folder with --data"


class Folder:
    """The folder that the sources of a run are in; each of its subfolders is listed once.

    `own` are the mapping files of the run, which are not sources. No file is looked for when there are too many of
    them already, or too many problems.
    """

    def __init__(self, path: Path, own: Iterable[Path] = ()) -> None:
        self.path = path
        self._root = path.resolve()
        self._own = {one.resolve() for one in own}
        self._listed: dict[str, list[tuple[str, bool]]] = {}
        self._real: dict[Path, Path] = {}
        self._named_files: set[str] = set()
        self._compared = 0
        self._searched = 0

    def files(self, entry: Entry, exclude: Entry | None) -> tuple[Path, ...]:
        """The files that `files` names and `exclude` does not, sorted; what is wrong is noted with the entries."""
        found: dict[str, None] = {}
        known: set[Path] = set()
        for item in entry.items():
            if self.is_full or len(item.file.problems) > MAX_PROBLEMS:
                break
            for name in self._named(item):
                if (real := self.real(self.path / name)) in known:
                    reason = f"the file {p.quoted(name)} is named twice"
                    item.invalid(reason, "name each file once: a row must not go into a sheet twice")
                else:
                    found[name] = None
                    known.add(real)
        if exclude is not None and found:
            self._exclude(found, exclude)
            if not found:
                exclude.invalid("no file is left", "leave at least one of the files, or delete the source")
        self._named_files.update(found)
        return tuple(self.path / name for name in sorted(found))

    @property
    def is_full(self) -> bool:
        """Whether the sources are more files than are read."""
        return len(self._named_files) > MOST_FILES

    def real(self, file: Path) -> Path:
        """Where a file in the folder really is, links followed."""
        if file not in self._real:
            self._real[file] = Path(os.path.realpath(file))  # a link may lead round in a circle
        return self._real[file]

    def _exclude(self, found: dict[str, None], exclude: Entry) -> None:
        """Take the excluded files out: by their paths, or where no path is so, by their names in any folder."""
        for item in exclude.items():
            text = item.text("the name of a file")
            if text is None or _refuse(item, text) or not found:
                continue
            wanted = _plain(text).split("/")
            try:
                out = [name for name in found if self._fits(wanted, name.split("/"))]
                if not out and len(wanted) == 1:
                    out = [name for name in found if self._fits(wanted, name.split("/")[-1:])]
            except ValueError:
                item.invalid(*_TOO_MANY)
                break
            if not out:
                reason = f"{p.quoted(text)} does not match any of the files {p.few([p.quoted(name) for name in found])}"
                item.not_found(reason, "correct the name, or delete it")
            for name in out:
                del found[name]

    def _named(self, item: Entry) -> list[str]:
        """The files that match one name or pattern, as paths from the folder."""
        text = item.text("the name of a file")
        if text is None or _refuse(item, text):
            return []
        try:
            names = sorted(self._matching(_plain(text).split("/"))) if _is_glob(text) else [_plain(text)]
            if not names:
                reason = f"{p.quoted(text)} matches no file; {self._has(text)}"
                item.not_found(reason, "correct the pattern, or add the files")
            return [name for name in names if self._is_file(item, name)]
        except OSError as error:
            reason = f"{p.quoted(text)} cannot be looked for: {error.strerror}"
            item.not_found(reason, "correct the name, or make the folder readable")
        except ValueError:
            item.invalid(*_TOO_MANY)
        return []

    def _is_file(self, item: Entry, name: str) -> bool:
        """Whether a path is a file in the folder, also where links lead; note why it is not."""
        path, shown = self.path / name, p.quoted(name)
        real = self.real(path)
        if not real.is_relative_to(self._root):
            facts = {"reason": "is a link that leads out of the folder", "instead": f"copy the file, or {_REMEDY}"}
            item.note(p.MAPPING_PATH_REFUSED, found=p.private(shown), **facts)
        elif not real.exists():
            if path.is_symlink():
                reason = f"{shown} is a link to a file that does not exist"
            else:
                reason = f"file not found: {shown}; {self._has(name)}"
            item.not_found(reason, "correct the name, or add the file")
        elif real.is_dir():
            item.not_found(f"{shown} is a folder", "name its files, such as 'pdu/*.csv'")
        elif real in self._own:
            item.invalid(f"{shown} is a mapping file itself", "name the exports only, such as '*.csv'")
        else:
            return True
        return False

    def _matching(self, steps: list[str]) -> Iterator[str]:
        """The files that fit a pattern, folder level by folder level, as paths from the folder."""
        folders = [""]
        for step in steps[:-1]:
            folders = [f"{one}/" for folder in folders for one in self._inside(folder, step, folders=True)]
        for folder in folders:
            yield from self._inside(folder, steps[-1], folders=False)

    def _inside(self, folder: str, step: str, *, folders: bool) -> Iterator[str]:
        """What is in a folder and fits one step of a pattern."""
        if not _is_glob(step) and (self.path / folder / step).exists():
            yield f"{folder}{step}"
            return
        for name, is_folder in self._list(folder):
            if is_folder is folders and self._fits([step], [name], ignore_case=True):
                yield f"{folder}{name}"

    def _fits(self, wanted: list[str], steps: list[str], *, ignore_case: bool = False) -> bool:
        """Whether a path fits a pattern or is that path. Raises ValueError where too much is compared in one run."""
        self._compared += 1
        if self._compared > MOST_COMPARED:
            raise ValueError
        return len(wanted) == len(steps) and all(
            _fits(one, step) if ignore_case or _is_glob(one) else one == step
            for one, step in zip(wanted, steps, strict=True)
        )

    def _list(self, folder: str) -> list[tuple[str, bool]]:
        """The names in a folder, and whether each is a folder; hidden and temporary ones are passed over."""
        if folder not in self._listed:
            with os.scandir(self.path / folder) as entries:
                shown = [one for one in entries if not one.name.startswith((".", "~$"))]
                names = [(one.name, (Path(one) if one.is_symlink() else one).is_dir()) for one in shown]
            self._listed[folder] = sorted(names)
        return self._listed[folder]

    def _has(self, text: str) -> str:
        """What the folder has instead of a name that does not exist, in words."""
        folder, _, last = _plain(text).rpartition("/")
        if _is_glob(folder) or not (self.path / folder).is_dir():
            folder = ""
        self._searched += 1
        if self._searched > _SEARCHED:
            return "look at what the folder has"
        names = [name for name, is_folder in self._list(f"{folder}/" if folder else "") if not is_folder]
        alike = [name for name in names if normal(name).casefold() == normal(last).casefold()]
        place = f"the folder {p.quoted(folder)}" if folder else "the folder"
        return f"{place} has {p.few([p.quoted(name) for name in alike or names]) or 'no files'}"


def _refuse(item: Entry, text: str) -> bool:
    """Whether a path cannot be allowed wherever it leads; note why."""
    reason, instead = _outside(text), _REMEDY
    if "\\" in text:
        reason, instead = "has a backslash", "write / between folders, on Windows too"
    elif _ADDRESS.match(text):
        reason, instead = "is an address", "download the file, and name the copy in the folder of the mapping file"
    elif not reason and "**" in text:
        reason = "has ** in it, and * is for names in one folder"
        instead = "write one pattern for each folder level, such as 'pdu/*.csv'"
    if reason:
        item.note(p.MAPPING_PATH_REFUSED, found=p.private(p.quoted(text)), reason=reason, instead=instead)
    return bool(reason)


def _outside(text: str) -> str:
    """Why a path leads out of the folder, by its form; nothing if it does not."""
    if text.startswith("/") or _DRIVE.match(text):
        return "is an absolute path"
    if text.startswith("~") and not text.startswith("~$"):
        return "begins with ~, which is not read as a home folder"
    if ".." in text.split("/"):
        return "leads out of the folder with .."
    if len(text) > LONGEST_PATH:
        return f"has more than {LONGEST_PATH:,} characters"
    return "is not the name of a file" if "\0" in text or not _plain(text) else ""


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _fits(glob: str, name: str) -> bool:
    return wild_match(composed(glob).casefold(), composed(name).casefold(), one=True)


def _plain(text: str) -> str:
    """A path without steps that lead nowhere."""
    return "/".join(step for step in text.split("/") if step not in {"", "."})
