"""Adds to the end of a file that others add to, too: a log, or the summary of a step in CI."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import OutputError
from .output import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def appended(path: Path, name: str) -> Iterator[Callable[[str], None]]:
    """The function that adds a text to the file, whose folder is made; `name` is what a message calls it.

    A text is added in one piece, so that two runs can share a file and half a line is never left. Raises
    `OutputError`.
    """
    try:
        make_folder(path.parent)
        file = path.open("ab", buffering=0)
    except OSError as error:
        raise OutputError(f"{path}: {name} cannot be written: {error.strerror}") from error

    def add(text: str) -> None:
        left = text.encode(errors="backslashreplace")
        try:
            while left:  # a nearly full disk writes a part, and then fails
                left = left[file.write(left) :]
        except OSError as error:
            raise OutputError(f"{path}: {name} cannot be written: {error.strerror}") from error

    with file:
        yield add
