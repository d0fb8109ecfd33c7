"""The register of a run: the files it reads and writes, so that an output never overwrites an input."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable


class _Output(NamedTuple):
    """A file to write, the option that names it, and whether it is one of a folder of results."""

    path: str
    option: str
    in_folder: bool = False


class Register:
    """The files that one run reads and writes.

    A file is known by its real path and, where it exists, by its device and number: so links, hard links and other
    spellings of a name are found. Reading and writing may be noted in any order, but before anything is written.
    """

    def __init__(self, *reads: str) -> None:
        self._inputs: dict[Hashable, str] = {}
        self._outputs: dict[Hashable, _Output] = {}
        self._folders: list[tuple[str, Collection[str], _Output]] = []
        self.reads(*reads)

    def reads(self, *paths: str) -> None:
        """Note files that are read; '-' is standard input. Raises `UsageError` if one would be overwritten."""
        for path in paths:
            for identity in _identities(path, standard=0):
                if identity in self._outputs:
                    raise _overwritten(self._outputs[identity], path)
                self._inputs.setdefault(identity, path)

    @property
    def inputs(self) -> list[str]:
        """The files that are read, each by the first name that it was noted by."""
        return list(dict.fromkeys(self._inputs.values()))

    def has_read(self, path: Path) -> bool:
        """Whether the file is an input, by whichever name."""
        return any(identity in self._inputs for identity in _identities(str(path), standard=0))

    def writes(self, path: Path | None, option: str) -> None:
        """Note a file that an option names as output; None is standard output.

        Raises `UsageError` where it is an input, or another output of this run. Outputs count as the same file where
        their names differ in upper and lower case only: on some systems they are.
        """
        output = _Output("standard output" if path is None else str(path), option)
        identities = _identities("-" if path is None else str(path), standard=1)
        self._refuse_inputs(output, identities)
        if path is not None and identities:
            self._refuse_in_folders(output, path)
            identities.append(("name", folded(os.path.realpath(path))))
        for identity in identities:
            if other := self._outputs.get(identity):
                raise _shared(other, output)
        self._outputs.update(dict.fromkeys(identities, output))

    def writes_into(self, folder: Path, suffixes: Collection[str], option: str) -> None:
        """Note a folder that an option names: files with these suffixes will be written there, under any name.

        Raises `UsageError` where an input lies there and ends so. Other outputs are noted after it.
        """
        with suppress(OSError):
            for file in sorted(folder.iterdir()):
                if file.suffix.lower() in suffixes:
                    output = _Output(str(file), option, in_folder=True)
                    identities = _identities(str(file), standard=1)
                    self._refuse_inputs(output, identities)
                    self._outputs.update(dict.fromkeys(identities, output))
        self._folders.append((folded(os.path.realpath(folder)), suffixes, _Output(str(folder), option)))

    def _refuse_inputs(self, output: _Output, identities: Iterable[Hashable]) -> None:
        for identity in identities:
            if identity in self._inputs:
                raise _overwritten(output, self._inputs[identity])

    def _refuse_in_folders(self, output: _Output, path: Path) -> None:
        real = Path(os.path.realpath(path))
        for folder, suffixes, other in self._folders:
            if folded(str(real.parent)) == folder and real.suffix.lower() in suffixes:
                raise UsageError(
                    f"{other.option} and {output.option} could name the same file: results in {other.path} may be "
                    f"called {real.name}. Give {output.option} another suffix or folder"
                )


def folded(name: str) -> str:
    """A name as on systems that ignore upper and lower case."""
    return normalize("NFC", name).casefold()


def _identities(path: str, standard: int) -> list[Hashable]:
    """The identity of a file; None for pipes, devices and folders, which an output cannot replace.

    For '-' it is the file that standard input (0) or output (1) was redirected to.
    """
    found: list[Hashable] = []
    try:
        if path != "-":
            found.append(os.path.realpath(path))
        status = os.fstat(standard) if path == "-" else Path(path).stat()
    except (OSError, ValueError):  # it does not exist, or is not a valid name
        return found
    if not stat.S_ISREG(status.st_mode):
        return []
    return [*found, (status.st_dev, status.st_ino)]


def _overwritten(output: _Output, path: str) -> UsageError:
    source = "standard input" if path == "-" else path
    same = "" if output.path == path else f"; it is the same file as {source}"
    if output.in_folder:
        return UsageError(f"{output.path} is an input and could be overwritten: name another folder{same}")
    return UsageError(f"{output.path} is an input and would be overwritten: name another output{same}")


def _shared(one: _Output, other: _Output) -> UsageError:
    if one.option == other.option:
        return UsageError(
            f"{one.option} would write {one.path} and {other.path}, which can be the same file: rename an input"
        )
    also = "" if one.path == other.path else f" and {other.path}"
    return UsageError(f"{one.option} and {other.option} name the same file: {one.path}{also}; rename one of them")
