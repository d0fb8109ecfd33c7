"""Where results go: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import OutputError, PipeClosed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def write(chunks: Iterable[str], path: Path | None, *, encoding: str = "utf-8") -> None:
    """Write the chunks as they come to standard output, or all of them to the file at `path`.

    Raises `OutputError` where that fails, and `PipeClosed` where nobody reads standard output any more.
    """
    if path is not None:
        _write_file(chunks, path)
        return
    for chunk in chunks:
        try:
            sys.stdout.buffer.write(chunk.encode(encoding, errors="replace"))
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            raise PipeClosed from error
        except OSError as error:
            raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def _write_file(chunks: Iterable[str], path: Path) -> None:
    # Results come first: what goes wrong while they are made must not look like a failure to write.
    text = "".join(chunks).encode()
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        # mkstemp makes the file private; a result is as readable as any other file of this user
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise OutputError(f"{path}: the results cannot be written: {error.strerror}") from error


def refuse_input_as_output(path: Path, inputs: Iterable[str]) -> None:
    """Raise `UsageError` where `path` is one of the files that are read."""
    for one in inputs:
        with suppress(OSError):
            if path.exists() and path.samefile(one):
                raise UsageError(f"{path} is an input and would be overwritten: name another output")
