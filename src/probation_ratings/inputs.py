"""Opens every file that the program reads: workbooks, counts, expected ratings, kept results and rule files.

Only a regular file is read, once, and only up to a size: a pipe or a device may never end, and a large file fills the
memory. It imports only light modules, because the child process uses it too.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Refused

if TYPE_CHECKING:
    from .problems import Problem

STANDARD_INPUT = "-"
MOST_DETAIL = 300
"""At most this many characters of the reason for a refusal are shown: names in a workbook may be long."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_SPECIAL = {
    stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket",
}  # fmt: skip
# O_BINARY stops Windows from translating line ends; O_NONBLOCK opens a pipe without waiting for its writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def read_input(path: str | Path, most: int, *, larger: str = "workbook-too-large") -> bytes:
    """The content of the file at `path`, or of standard input ('-'), of at most `most` bytes.

    Raises `Refused` with the name of the problem (PR1xx); `larger` is the name for a file that is too large.
    """
    try:
        content = sys.stdin.buffer.read(most + 1) if str(path) == STANDARD_INPUT else _content(Path(path), most)
    except (FileNotFoundError, ValueError) as error:  # a name with a NUL in it
        raise Refused("file-not-found") from error
    except OSError as error:
        raise Refused("file-not-readable", error.strerror or str(error)) from error
    if len(content) > most:
        raise Refused(larger, f"the file has more than {_size(most)}")
    if content.startswith(_LFS_POINTER):  # here, so that no kind of input is taken for a file with nothing in it
        raise Refused("file-incomplete", "it is only the pointer that Git LFS keeps for it; `git lfs pull` fetches it")
    return content


def problem_of(path: str, error: Refused) -> Problem:
    """The problem (PR1xx) with an input that was refused."""
    from .problems import CATALOGUE, printable

    kind = next(kind for kind in CATALOGUE.values() if kind.name == error.reason)
    detail = printable(error.detail[:MOST_DETAIL])
    return kind.found(path, reason=detail, found=detail)


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
