"""Makes copies of workbooks with their problems marked, in a child process with limits.

openpyxl, which writes them, has to read the workbook first, and may fail on it in any way (see `annotator`).
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any, cast

from .. import __version__
from ..errors import OutputError
from ..problems import listed, printable
from ..reading.child import command, environment
from ..reading.limits import FILE_BYTES
from .output import make_folder, refuse_read_only, replace
from .register import Register, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..problems import Problem

MAX_MEGABYTES = 2000
"""Address space of the child process."""
MAX_SECONDS = 60
"""Time limit for one workbook."""
MAX_WORDS = 2_000
"""At most this many bytes of the reason for a failure are shown."""


def folders_of_copies(paths: Iterable[str], folder: Path) -> dict[str, Path]:
    """The folder for the marked copy of each workbook; it does not depend on the order of the workbooks.

    That is `folder` itself. Where workbooks have the same name (ignoring upper and lower case), it is the
    subfolder of it that is called as the workbook's own folder, below the folder that these workbooks have in common.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        if path != "-":
            alike[folded(Path(path).name)].append(path)
    found = {}
    for group in alike.values():
        parents = [Path(os.path.abspath(path)).parent for path in group]  # noqa: PTH100  (links stay as they are named)
        try:
            common = os.path.commonpath(parents)
        except ValueError:  # they are on different drives of Windows
            found.update(dict.fromkeys(group, folder))
            continue
        for path, parent in zip(group, parents, strict=True):
            found[path] = folder / parent.relative_to(common)
    return found


def name_of_copy(path: str, text: tuple[str, str] | None = None) -> str:
    """The name of the marked copy of a file; that of a CSV file is a workbook."""
    return Path(path).name if text is None else f"{Path(path).name}.xlsx"


def annotate(
    path: str,
    problems: Sequence[Problem],
    folder: Path,
    *,
    sha256: str | None = None,
    redact: bool = False,
    text: tuple[str, str] | None = None,
) -> Path:
    """Write a copy of the file at `path` into `folder`, under the same name, with its problems marked; its path.

    Of a CSV file `text` is the encoding and the delimiter; its copy is a workbook in which every cell is text.

    The cells are filled and commented, and a first sheet lists the problems. `redact` leaves out case ids and what
    the messages quote of the workbook; `sha256` is that of the bytes in which the problems were found. Raises
    `UsageError` where the copy would take the place of the workbook, and `OutputError` where there can be no copy.
    """
    if path == "-":
        raise OutputError("standard input cannot be annotated: give the workbook's file")
    target = folder / name_of_copy(path, text)
    register = Register()
    register.reads(path)
    register.writes(target, "--annotate")
    try:
        refuse_read_only(target)
        make_folder(folder)
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        task = {
            "source": path,
            "text": text,
            "sha256": sha256,
            "megabytes": MAX_MEGABYTES,
            "seconds": MAX_SECONDS,
            "version": __version__,
            "epoch": int(epoch) if epoch.isdecimal() else None,
            "problems": [_described(problem, redact=redact) for problem in problems],
        }
        copy = made_by("annotator", task, "annotated")
        # The copy has the permissions of the workbook.
        replace(target, copy, Path(path).stat().st_mode & 0o7777)
    except OSError as error:
        name = printable(str(target))
        raise OutputError(f"{name}: the annotated copy cannot be written: {error.strerror}") from error
    return target


def made_by(module: str, task: dict[str, Any], called: str, begins: bytes = b"PK") -> bytes:
    """Get a copy from a child process; it stays in memory until it is complete, because it has cases.

    Its answer `begins` so; the copy is `called` so in messages.
    """
    with subprocess.Popen(
        command(f"writing.{module}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            **environment(),
            # A fixed order of sets and a fixed writer of XML: the same workbook gives the same bytes.
            "PYTHONHASHSEED": "0",
            "OPENPYXL_LXML": "False",
            # openpyxl imports NumPy, which takes address space for each of its threads.
            "OPENBLAS_NUM_THREADS": "1",
        },
    ) as child:
        stdin, stdout = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        started, alarm = time.monotonic(), Timer(MAX_SECONDS, child.kill)
        alarm.daemon = True  # an interruption does not wait for it
        try:
            alarm.start()
            with suppress(OSError):  # a child that has already died
                stdin.write(json.dumps(task).encode())
            with suppress(OSError):
                stdin.close()
            answer = stdout.read(FILE_BYTES + 1)
            if len(answer) <= FILE_BYTES and child.wait() == 0 and answer.startswith(begins):
                return answer
        finally:
            alarm.cancel()
            child.kill()
    reason = "openpyxl stopped on it, as it does on damaged or oversized workbooks"
    if time.monotonic() - started >= MAX_SECONDS:
        reason = f"it takes longer than {MAX_SECONDS} seconds"
    elif child.returncode == 1 and answer:
        reason = printable(answer[:MAX_WORDS].decode(errors="replace"))
    raise OutputError(f"{printable(task['source'])}: there is no {called} copy: {reason}")


def _described(problem: Problem, *, redact: bool) -> dict[str, Any]:
    """The facts about a problem for the child."""
    return {
        "severity": problem.kind.severity,
        "code": problem.kind.code,
        "name": problem.kind.name,
        "sheet": problem.sheet,
        "cells": problem.cells,
        "cases": () if redact else _cases(problem),
        "message": problem.redacted if redact else problem.message,
        "remedy": problem.remedy,
        "standards": ", ".join(problem.standards) if problem.is_error else "",
    }


def _cases(problem: Problem) -> list[str]:
    """The case id of each cell, or all of a problem without cells."""
    return problem.case_of_each_cell if problem.cells else [listed(problem.case_ids)]
