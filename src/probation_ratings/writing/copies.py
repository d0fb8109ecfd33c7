"""Makes copies of files with their problems marked, or with fixes, in a child process with limits.

openpyxl, which writes them, has to read a workbook first, and may fail on it in any way (see `annotator`, `fixer`).
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any, cast

from .. import __version__
from ..errors import OutputError
from ..problems import listed, printable
from ..reading.child import piped
from ..reading.limits import FILE_BYTES
from ..views.kit.package import source_date_epoch
from .output import make_folder, output_error, refuse_read_only, replace
from .register import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..findings.fixes import Fixes
    from ..problems import Problem

MAX_MEGABYTES = 2000
"""Address space of the child process."""
MAX_SECONDS = 60
"""Time limit for one workbook."""
MAX_WORDS = 2_000
"""At most this many bytes of the reason for a failure are shown."""
_VARIABLES = {
    # A fixed order of sets and a fixed writer of XML: the same workbook gives the same bytes.
    "PYTHONHASHSEED": "0",
    "OPENPYXL_LXML": "False",
    # openpyxl imports NumPy, which takes address space for each of its threads.
    "OPENBLAS_NUM_THREADS": "1",
}


def paths_of_copies(paths: Iterable[str], folder: Path) -> dict[str, Path]:
    """Where the copy of each file goes; it does not depend on the order of the files.

    That is in `folder` itself. Where files have the same name (ignoring upper and lower case), it is in the subfolder
    of it that is called as the file's own folder, below the folder that these files have in common.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        if path != "-":
            alike[folded(Path(path).name)].append(path)
    found: dict[str, Path] = {}
    for group in alike.values():
        parents = [Path(os.path.abspath(path)).parent for path in group]  # noqa: PTH100  (links stay as they are named)
        try:
            common = os.path.commonpath(parents)
        except ValueError:  # they are on different drives of Windows
            found |= {path: folder / Path(path).name for path in group}
            continue
        for path, parent in zip(group, parents, strict=True):
            found[path] = folder / parent.relative_to(common) / Path(path).name
    return found


def annotate(
    path: str,
    problems: Sequence[Problem],
    target: Path,
    *,
    sha256: str | None = None,
    redact: bool = False,
    text: tuple[str, str] | None = None,
) -> Path:
    """Write a copy of the file at `path` to `target`, which is returned, with its problems marked.

    Of a CSV file `text` is the encoding and the delimiter; its copy is a workbook in which every cell is text.

    The cells are filled and commented, and a first sheet lists the problems. `redact` leaves out case ids and what
    the messages quote of the workbook; `sha256` is that of the bytes in which the problems were found. Raises
    `OutputError` where there can be no copy.
    """
    if path == "-":
        raise OutputError("standard input cannot be annotated: give the workbook's file")
    task = {
        "source": path,
        "text": text,
        "sha256": sha256,
        "version": __version__,
        "epoch": source_date_epoch(),
        "problems": [_described(problem, redact=redact) for problem in problems],
    }
    _write("annotator", task, "annotated", target)
    return target


def write_fixed(fixes: Fixes, target: Path) -> tuple[list[str], list[str]]:
    """Write the copy with these fixes to a file that is not there yet; raises `OutputError` where there can be none.

    Returns in words what was done beside the fixes, and what the copy does not have.
    """
    changes = [
        {
            "sheet": one.sheet,
            "cell": one.cell,
            "after": one.after.isoformat() if isinstance(one.after, date) else one.after,
            "is_date": isinstance(one.after, date),
        }
        for one in fixes.changes
    ]
    # from the last one on, so that leaving out one does not move the others
    rows = [one._asdict() for one in reversed(fixes.rows)]
    task = {"source": fixes.path, "text": fixes.text, "sha256": fixes.sha256, "changes": changes, "rows": rows}
    said = _write("fixer", task, "fixed", target)
    return said.get("also", []), said.get("remarks", [])


def _write(module: str, task: dict[str, Any], called: str, target: Path) -> dict[str, Any]:
    """Write a copy, which has the permissions of its source; what its maker says about it."""
    with output_error(f"{printable(str(target))}: the {called} copy cannot be written"):
        refuse_read_only(target)
        make_folder(target.parent)
        about, _, copy = _made_by(module, task, called).partition(b"\n")
        said: dict[str, Any] = json.loads(about)
        replace(target, copy, Path(task["source"]).stat().st_mode & 0o7777)
    return said


def _made_by(module: str, task: dict[str, Any], called: str) -> bytes:
    """Get a copy from a child process; it stays in memory until it is complete, because it has cases.

    It comes after a line of JSON about it; it is `called` so in messages.
    """
    with piped(f"writing.{module}", **_VARIABLES) as child:
        stdin, stdout = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        started, alarm = time.monotonic(), Timer(MAX_SECONDS, child.kill)
        alarm.daemon = True  # an interruption does not wait for it
        try:
            alarm.start()
            with suppress(OSError):  # a child that has already died
                stdin.write(json.dumps({**task, "megabytes": MAX_MEGABYTES, "seconds": MAX_SECONDS}).encode())
            with suppress(OSError):
                stdin.close()
            answer = stdout.read(FILE_BYTES + 1)
            if len(answer) <= FILE_BYTES and child.wait() == 0 and answer.startswith(b"{"):
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
        # of each cell, or all of a problem without cells
        "cases": () if redact else problem.case_of_each_cell if problem.cells else [listed(problem.case_ids)],
        "message": problem.redacted if redact else problem.message,
        "remedy": problem.remedy,
        "standards": ", ".join(problem.standards) if problem.is_error else "",
    }
