"""Where results go: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import OutputError, PipeClosed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self


def write(chunks: Iterable[str] | Iterable[bytes], path: Path | None, *, text: bool = False) -> None:
    """Write the chunks as they come to standard output, or all of them to the file at `path`.

    They are UTF-8; `text` is for a person, and so in the encoding of the terminal. Raises `OutputError` where writing
    fails, and `PipeClosed` where nobody reads standard output any more.
    """
    if path is not None:
        # Results come first: what goes wrong while they are made must not look like a failure to write.
        write_bytes(b"".join(_encoded(chunk, "utf-8") for chunk in chunks), path)
        return
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8") if text else "utf-8"
    for chunk in chunks:
        write_bytes(_encoded(chunk, encoding), None)


def _encoded(chunk: str | bytes, encoding: str) -> bytes:
    # A name that is no Unicode becomes \udcxx, which JSON reads; a terminal that lacks a character shows ?.
    errors = "backslashreplace" if encoding == "utf-8" else "replace"
    return chunk if isinstance(chunk, bytes) else chunk.encode(encoding, errors=errors)


def write_bytes(content: bytes, path: Path | None) -> None:
    """Write the content to the file at `path`, whole or not at all, or to standard output; raises as `write` does."""
    if path is not None:
        try:
            _write_file(content, path)
        except OSError as error:
            raise OutputError(f"{path}: the results cannot be written: {error.strerror}") from error
        return
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        if error.errno in {errno.EPIPE, errno.EINVAL}:  # EINVAL: Windows, where the reader has gone
            raise PipeClosed from error
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def _write_file(content: bytes, path: Path) -> None:
    if path.exists() and not path.is_file():
        # A pipe or a device is written into; a folder refuses.
        path.write_bytes(content)
        return
    made = _written_beside(content, path)
    try:
        made.replace(path.resolve())
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise


def _written_beside(content: bytes, path: Path) -> Path:
    """A temporary file with the content in the folder of the file at `path`, ready to replace that."""
    import tempfile

    path = path.resolve()
    refuse_read_only(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        mode = path.stat().st_mode & 0o7777
    else:
        # As readable as any other new file of this user; a temporary file is private.
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    handle, name = tempfile.mkstemp(prefix=".probation-ratings-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


class Publication:
    """Files that belong together: all are written beside their places first, and then moved there.

    So an error or an interrupt while results are made leaves the earlier ones as they are. Use it with `with`.
    """

    def __init__(self) -> None:
        """Begin with no file."""
        self._made: dict[Path, Path] = {}

    def add(self, chunks: Iterable[str] | Iterable[bytes], path: Path) -> str:
        """Write the file that will be at `path`; the SHA-256 of its content. Raises `OutputError` as `write` does."""
        import hashlib

        content = b"".join(_encoded(chunk, "utf-8") for chunk in chunks)
        try:
            if (path.exists() and not path.is_file()) or path.resolve() in self._made:
                raise OSError(errno.EEXIST, "it is not a regular file of its own")
            self._made[path.resolve()] = _written_beside(content, path)
        except OSError as error:
            raise OutputError(f"{path}: the results cannot be written: {error.strerror}") from error
        return hashlib.sha256(content).hexdigest()

    def publish(self) -> None:
        """Move all files to their places, in the order in which they were added."""
        while self._made:
            path, made = next(iter(self._made.items()))
            try:
                made.replace(path)
            except OSError as error:
                raise OutputError(f"{path}: the results cannot be written: {error.strerror}") from error
            del self._made[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for made in self._made.values():
            with suppress(OSError):
                made.unlink()


def refuse_read_only(path: Path) -> None:
    """Raise `PermissionError` where the file may not be written: a new one in its place would not ask for that."""
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def refuse_input_as_output(path: Path | None, inputs: Iterable[str]) -> None:
    """Raise `UsageError` where `path` is one of the files that are read."""
    for one in inputs:
        with suppress(OSError):
            if path is not None and path.exists() and path.samefile(one):
                raise UsageError(f"{path} is an input and would be overwritten: name another output")


def refuse_inputs_in(folder: Path, suffixes: Iterable[str], inputs: Iterable[str]) -> None:
    """Raise `UsageError` where an input lies in the folder and ends as the files that will be written there."""
    known = set()
    for one in inputs:
        with suppress(OSError, ValueError):  # ValueError: a name with a NUL in it
            known.add(_file(Path(one)))
    with suppress(OSError):
        for file in sorted(folder.iterdir()):
            if file.suffix.lower() in suffixes and file.exists() and _file(file) in known:
                raise UsageError(f"{file} is an input and could be overwritten: name another folder")


def _file(path: Path) -> tuple[int, int]:
    """What tells a file from all others, whatever its names."""
    status = path.stat()
    return status.st_dev, status.st_ino
