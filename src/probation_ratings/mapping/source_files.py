"""Finds the files that a source names: inside one folder, by name or by a pattern with `*` and `?`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .. import problems as p
from ..names import normal
from .globs import fits, is_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .entries import Entry

MOST_FILES = 500
"""A mapping file has no more sources than this, counted by file."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_DRIVE = re.compile(r"[A-Za-z]:")
_REMEDY = "name a file in the folder of the mapping file, or give its folder with --data"


class Folder:
    """The folder that the sources of a run are in; each of its subfolders is listed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = path.resolve()
        self._listed: dict[str, list[tuple[str, bool]]] = {}

    def files(self, entry: Entry, exclude: Entry | None) -> tuple[Path, ...]:
        """The files that `files` names and `exclude` does not, sorted; what is wrong is noted with the entries."""
        found: dict[str, Entry] = {}
        for item in entry.items():
            for name in self._named(item):
                if name in found:
                    reason = f"the file {p.quoted(name)} is named twice"
                    item.invalid(reason, "name each file once: a row must not go into a sheet twice")
                found.setdefault(name, item)
        if exclude is not None and found:
            self._exclude(found, exclude)
            if not found:
                exclude.invalid("no file is left", "leave at least one of the files, or delete the source")
        return tuple(self.path / name for name in sorted(found))

    def _exclude(self, found: dict[str, Entry], exclude: Entry) -> None:
        for item in exclude.items():
            text = item.text("the name of a file")
            if text is None or _refuse(item, text):
                continue
            out = [name for name in found if (_fits_path(text, name) if is_glob(text) else name == _plain(text))]
            if not out:
                reason = f"{p.quoted(text)} takes no file out of {p.listed([p.quoted(name) for name in found][:10])}"
                item.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead="correct the name, or delete it")
            for name in out:
                del found[name]

    def _named(self, item: Entry) -> list[str]:
        """The files that one name or pattern stands for, as paths from the folder."""
        text = item.text("the name of a file")
        if text is None or _refuse(item, text):
            return []
        try:
            names = sorted(self._matching(text)) if is_glob(text) else [_plain(text)]
            names = [name for name in names if self._may_be_read(item, name, globbed=is_glob(text))]
            if not names and is_glob(text) and not item.file.problems:
                here = self._some_of(text)
                reason = f"{p.quoted(text)} matches no file; {here}"
                item.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead="correct the pattern, or add the files")
        except OSError as error:
            reason = f"{p.quoted(text)} cannot be looked for: {error.strerror or error}"
            item.note(p.MAPPING_SOURCE_NOT_FOUND, reason=p.printable(reason), instead="make the folder readable")
            return []
        return names

    def _may_be_read(self, item: Entry, name: str, *, globbed: bool) -> bool:
        """Whether a path is a file in the folder, also where links lead; note why it is not."""
        path = self.path / name
        real = path.resolve()
        if not real.is_relative_to(self._real):
            reason = "is a link that leads out of the folder"
            item.note(p.MAPPING_PATH_REFUSED, found=p.quoted(name), reason=reason, instead=f"copy the file, or {_REMEDY}")
            return False
        if real.is_dir():
            if not globbed:
                reason = f"{p.quoted(name)} is a folder"
                item.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead=f"quote a pattern, such as '{p.printable(name)}/*.csv'")
            return False
        if real == Path(item.file.name).resolve():
            item.invalid(f"{p.quoted(name)} is this mapping file", "name its sources only, such as '*.csv'")
            return False
        if not globbed and not os.path.lexists(path):
            reason = f"there is no file {p.quoted(name)}; {self._some_of(name)}"
            item.note(p.MAPPING_SOURCE_NOT_FOUND, reason=reason, instead="correct the name, or add the file")
            return False
        return True

    def _matching(self, glob: str) -> Iterator[str]:
        """The paths from the folder that fit a pattern, level by level."""
        found = [""]
        steps = _plain(glob).split("/")
        for step in steps:
            last = step is steps[-1]
            inside: list[str] = []
            for folder in found:
                if is_glob(step):
                    listed = self._list(folder)
                    inside += [f"{folder}{name}" for name, is_dir in listed if is_dir is not last and fits(step, name)]
                elif (self.path / folder / step).exists():
                    inside.append(f"{folder}{step}")
            if last:
                yield from inside
            found = [f"{one}/" for one in inside]

    def _list(self, folder: str) -> list[tuple[str, bool]]:
        """The names in a folder, and whether each is a folder; hidden and temporary ones are passed over."""
        if folder not in self._listed:
            with os.scandir(self.path / folder) as entries:
                names = [(one.name, one.is_dir()) for one in entries if not one.name.startswith((".", "~$"))]
            self._listed[folder] = sorted(names)
        return self._listed[folder]

    def _some_of(self, text: str) -> str:
        """What the folder has instead of a name that does not exist, in words."""
        folder = _plain(text).rpartition("/")[0]
        if is_glob(folder) or not (self.path / folder).is_dir():
            folder = ""
        names = [name for name, is_dir in self._list(f"{folder}/" if folder else "") if not is_dir]
        same = [name for name in names if normal(name).casefold() == normal(_plain(text).rpartition("/")[2]).casefold()]
        shown = [p.quoted(name) for name in same or names]
        place = "the folder" if not folder else f"the folder {p.quoted(folder)}"
        return f"{place} has {p.few(shown)}" if shown else f"{place} has no files"


def _refuse(item: Entry, text: str) -> bool:
    """Whether a path cannot be allowed wherever it leads; note why."""
    steps = text.split("/")
    reason, instead = "", _REMEDY
    if "\\" in text:
        reason, instead = "has a backslash", "write / between folders, on Windows too"
    elif _DRIVE.match(text) and not _ADDRESS.match(text):
        reason = "is an absolute path"
    elif _ADDRESS.match(text):
        reason, instead = "is an address", "download the file, and name the copy in the folder of the mapping file"
    elif text.startswith("/"):
        reason = "is an absolute path"
    elif text.startswith("~"):
        reason = "begins with ~, which is not read as a home folder"
    elif ".." in steps:
        reason = "leads out of the folder with .."
    elif "**" in text:
        reason, instead = "has ** in it, and * is for one folder level only", "write one * per folder level: 'pdu/*.csv'"
    elif "\0" in text or not _plain(text):
        reason = "is not the name of a file"
    if reason:
        item.note(p.MAPPING_PATH_REFUSED, found=p.quoted(text), reason=reason, instead=instead)
    return bool(reason)


def _plain(text: str) -> str:
    """A path without steps that lead nowhere."""
    return "/".join(step for step in text.split("/") if step not in {"", "."})


def _fits_path(glob: str, name: str) -> bool:
    """Whether a path fits a pattern, folder level by folder level; a pattern of one level also fits the last name."""
    wanted, steps = _plain(glob).split("/"), name.split("/")
    if len(wanted) != len(steps):
        return False
    return all(fits(one, step) for one, step in zip(wanted, steps, strict=True))
