"""Writes results to standard output, or to a file: completely or not at all; only a log is added to."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OutputError, PipeClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self


def write(chunks: Iterable[str] | Iterable[bytes], path: Path | None, *, text: bool = False) -> None:
    """Write the chunks to standard output as they come, or all of them to the file at `path`.

    They are UTF-8; `text` is for a person, and so in the encoding of the terminal. Raises `OutputError` where writing
    fails, and `PipeClosed` where nobody reads standard output any more.
    """
    if path is not None:
        # Make the results first: an error there must not look like a failure to write.
        write_bytes(b"".join(_encoded(chunk, "utf-8") for chunk in chunks), path)
        return
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8") if text else "utf-8"
    for chunk in chunks:
        write_bytes(_encoded(chunk, encoding), None)


def _encoded(chunk: str | bytes, encoding: str) -> bytes:
    # A name that is not Unicode becomes \udcxx, which JSON reads; a terminal without a character shows ?.
    errors = "backslashreplace" if encoding == "utf-8" else "replace"
    return chunk if isinstance(chunk, bytes) else chunk.encode(encoding, errors=errors)


def write_bytes(content: bytes, path: Path | None) -> None:
    """Write the content to the file at `path`, completely or not at all, or to standard output; raises like `write`."""
    if path is not None:
        with output_error(f"{path}: the results cannot be written"):
            replace(path, content)
        return
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    with output_error("standard output cannot be written"):
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except OSError as error:
            if error.errno in {errno.EPIPE, errno.EINVAL}:  # EINVAL: Windows, if the reader has closed the pipe
                raise PipeClosed from error
            raise


@contextmanager
def output_error(failed: str) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` that says what failed, and the system's reason."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{failed}: {error.strerror}") from error


def replace(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write this content to the file at `path`, completely or not at all; a pipe or a device is written to directly.

    An old file keeps its permissions. A new one is as readable as any other of this user, unless `mode` says
    otherwise. Raises `OSError`.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))  # a link may lead round in a circle
    mode = _mode(path, mode)
    if not path.exists() and _write_unnamed(content, path, mode):
        return
    draft = _draft_path(path)
    try:
        _write_new(content, draft, mode)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _mode(path: Path, mode: int | None = None) -> int:
    """The permissions for a file at `path`; makes its folder, and refuses a read-only file."""
    refuse_read_only(path)
    make_folder(path.parent)
    if mode is not None:
        return mode
    if path.exists():
        return path.stat().st_mode & 0o7777
    os.umask(mask := os.umask(0o077))  # there is no other way to ask for it
    return 0o666 & ~mask


def _draft_path(path: Path) -> Path:
    """The path of the draft that will replace the file at `path`: beside it, under a temporary name."""
    return path.parent / f".probation-ratings-{os.urandom(8).hex()}"


class Publication:
    """Files that belong together: all are first written under temporary names, and then moved.

    So an error or an interrupt while results are made leaves the earlier ones as they are. Use it with `with`.
    """

    def __init__(self) -> None:
        """Begin with no file."""
        self._made: dict[Path, Path] = {}

    def add(self, chunks: Iterable[str] | Iterable[bytes], path: Path) -> str:
        """Write the file that will be at `path`; the SHA-256 of its content. Raises `OutputError` as `write` does."""
        import hashlib

        content = b"".join(_encoded(chunk, "utf-8") for chunk in chunks)
        with output_error(f"{path}: the results cannot be written"):
            real = Path(os.path.realpath(path))
            if (path.exists() and not path.is_file()) or real in self._made:
                raise OSError(errno.EEXIST, "it is not a regular file of its own")
            mode = _mode(real)
            self._made[real] = _draft_path(real)  # before it is written, so that a signal leaves no file behind
            _write_new(content, self._made[real], mode)
        return hashlib.sha256(content).hexdigest()

    def publish(self) -> None:
        """Move all files to their places, in the order they were added."""
        while self._made:
            path, made = next(iter(self._made.items()))
            with output_error(f"{path}: the results cannot be written"):
                made.replace(path)
            del self._made[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for made in self._made.values():
            with suppress(OSError):
                made.unlink()


def _write_new(content: bytes, path: Path, mode: int) -> None:
    """Write a new file that other users cannot read before it is complete."""
    if not _write_unnamed(content, path, mode):
        with open(path, "xb", opener=partial(os.open, mode=0o600)) as file:
            file.write(content)
        path.chmod(mode)


def _write_unnamed(content: bytes, path: Path, mode: int) -> bool:
    """Write a new file that has no name until it is complete: a killed process leaves no file.

    False where that failed; only Linux has such files, and not on every disk.
    """
    if not hasattr(os, "O_TMPFILE"):
        return False
    flags = os.O_TMPFILE | os.O_WRONLY
    with suppress(OSError), open(path.parent, "wb", opener=lambda folder, _: os.open(folder, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        # Python follows the link in /proc, as needed here, only with a src_dir_fd; the path is absolute.
        os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=file.fileno(), follow_symlinks=True)
        return True
    return False


def make_folder(folder: Path) -> None:
    """Make a folder with its parents where it does not exist yet; raises `OSError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # the system would only say 'File exists'
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from error


def refuse_read_only(path: Path) -> None:
    """Raise `PermissionError` if the file is read-only: replacing it would not check that."""
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


@contextmanager
def appended(path: Path, name: str) -> Iterator[Callable[[str], None]]:
    """The function that adds a text to the file, whose folder is made; `name` is what a message calls it.

    A text is added in one piece, so that two runs can share a file and half a line is never left. Raises
    `OutputError`.
    """
    with output_error(f"{path}: {name} cannot be written"):
        make_folder(path.parent)
        file = path.open("ab", buffering=0)

    def add(text: str) -> None:
        left = text.encode(errors="backslashreplace")
        with output_error(f"{path}: {name} cannot be written"):
            while left:  # a nearly full disk writes a part, and then fails
                left = left[file.write(left) :]

    with file:
        yield add
