"""Opens every file that the program reads: workbooks, counts, expected ratings, kept results and rule files.

Only a regular file is read, once, and only up to a size: a pipe or a device may never end, and a large file fills the
memory. It imports only light modules, because the child process uses it too.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from .problems import Problem

STANDARD_INPUT = "-"
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MOST_DETAIL = 300
"""At most this many characters of the reason for a refusal are shown: names in a workbook may be long."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
MOST_LOOKED_AT = 2_000
"""At most this many files of a folder are compared with a misspelt name."""

_SPECIAL = {
    stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket",
}  # fmt: skip
# O_BINARY stops Windows from translating line ends; O_NONBLOCK opens a pipe without waiting for its writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def read_input(path: str | Path, most: int) -> bytes:
    """The content of the file at `path`, or of standard input ('-'), of at most `most` bytes.

    Raises `Refused` with the name of the problem (PR1xx).
    """
    try:
        content = sys.stdin.buffer.read(most + 1) if str(path) == STANDARD_INPUT else _content(Path(path), most)
    except (FileNotFoundError, ValueError) as error:  # a name with a NUL in it
        raise Refused("file-not-found") from error
    except OSError as error:
        raise Refused("file-not-readable", error.strerror or str(error)) from error
    if len(content) > most:
        raise Refused("workbook-too-large", f"the file has more than {_size(most)}")
    if content.startswith(_LFS_POINTER):  # here, so that no kind of input is taken for a file with nothing in it
        raise Refused("file-incomplete", "it is only the pointer that Git LFS keeps for it; `git lfs pull` fetches it")
    return content


def problem_of(path: str, error: Refused) -> Problem:
    """The problem (PR1xx) with an input that was refused."""
    from .problems import CATALOGUE, printable, private

    kind = next(kind for kind in CATALOGUE.values() if kind.name == error.reason)
    detail = printable((error.detail or _suggested(path, error.reason))[:MOST_DETAIL])
    return kind.found(path, reason=detail, found=private(detail))


def _suggested(path: str, reason: str) -> str:
    """In words, the file that a misspelt name probably means; empty if there is none."""
    near = near_file(Path(path)) if reason == "file-not-found" else None
    return "" if near is None else f"; did you mean {near}?"


def near_file(path: Path, suffixes: Collection[str] = ()) -> Path | None:
    """The file that the misspelt path of a file probably means: in its folder, or in one of a similar name.

    It ends in the same suffix or, where none is typed or it is another one, in one of `suffixes`.
    """
    from .names import nearest

    with suppress(OSError, ValueError):  # a folder that cannot be listed, a name that no file can have
        folder = path.parent
        if not folder.is_dir():
            near = nearest(folder.name, [one.name for one in _listed(folder.parent) if one.is_dir()])
            folder = folder if near is None else folder.parent / near
            if (folder / path.name).is_file():
                return folder / path.name
        ends = {path.suffix.lower()} | {*suffixes} - {""}
        files = [one for one in _listed(folder) if one.is_file()]
        alike = {one.stem: one for one in files if one.suffix.lower() in ends}
        near = nearest(path.stem, alike)
        same = (one for one in files if one.stem.casefold() in {path.stem.casefold(), path.name.casefold()})
        return alike[near] if near else None if suffixes else next(same, None)
    return None


def _listed(folder: Path) -> list[Path]:
    """The first entries of a folder that are not hidden."""
    return sorted(islice((one for one in folder.iterdir() if not one.name.startswith((".", "~$"))), MOST_LOOKED_AT))


def _content(path: Path, most: int) -> bytes:
    _refuse_special(path.stat().st_mode, path)  # opening some devices has effects
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        status = os.fstat(file.fileno())
        _refuse_special(status.st_mode, path)
        content = file.read(min(status.st_size, most) + 1)  # read() reserves this much memory
        if content and not status.st_size:
            raise Refused("no-regular-file", "made by the system, such as those in /proc")
        if len(content) > status.st_size:
            raise Refused("file-not-readable", "it was changed while it was read: try again")
        return content


def _refuse_special(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        next(path.iterdir(), None)  # raises the reason if the folder cannot be listed
        raise Refused("file-not-readable", "it is a folder")
    if not stat.S_ISREG(mode):
        raise Refused("no-regular-file", _SPECIAL.get(stat.S_IFMT(mode), "a special file"))


def _size(most: int) -> str:
    megabytes, rest = divmod(most, 1_000_000)
    return f"{most:,} bytes" if rest else f"{megabytes:,} MB"
