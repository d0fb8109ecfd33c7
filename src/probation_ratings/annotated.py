"""Copies of workbooks with their problems marked: has a child process write them, and keeps that process in check.

openpyxl, which writes them, has to read the workbook first, and may fail on it in any way (see `annotator`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from string import ascii_uppercase
from typing import IO, TYPE_CHECKING, Any

from . import __version__
from .children import command, environment
from .errors import OutputError
from .output import refuse_input_as_output, refuse_read_only
from .problems import listed, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problems import Problem

MAX_MEGABYTES = 2000
"""Address space of the process that annotates."""
MAX_SECONDS = 60
"""Time that annotating one workbook may take."""
MAX_WORDS = 2_000
"""So many bytes of what the process that annotates says are shown."""


def annotate(
    path: str, problems: Sequence[Problem], folder: Path, *, sha256: str | None = None, redact: bool = False
) -> Path:
    """Write a copy of the workbook at `path` into `folder`, under the same name, with its problems marked; its path.

    The cells are filled and commented, and a first sheet lists the problems. `redact` leaves out case ids and what
    the messages quote of the workbook; `sha256` is that of the bytes in which the problems were found. Raises
    `UsageError` where the copy would take the place of the workbook, and `OutputError` where there can be no copy.
    """
    if path == "-":
        raise OutputError("standard input cannot be annotated: name the workbook's file")
    target = folder / Path(path).name
    refuse_input_as_output(target, [path])
    try:
        refuse_read_only(target)
        folder.mkdir(parents=True, exist_ok=True)
        # Whatever the child leaves behind, it holds cases: it goes with the folder.
        with tempfile.TemporaryDirectory(
            prefix=".probation-ratings-", dir=folder, ignore_cleanup_errors=True
        ) as scratch:
            copy = Path(scratch, "copy")
            epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
            task = {
                "source": path,
                "target": str(copy),
                "sha256": sha256,
                "megabytes": MAX_MEGABYTES,
                "seconds": MAX_SECONDS,
                "version": __version__,
                "epoch": int(epoch) if epoch.isdecimal() else None,
                "problems": [_told(problem, redact=redact) for problem in problems],
            }
            _run(task, scratch)
            # Whoever may not read the workbook may not read its copy either.
            shutil.copymode(path, copy)
            copy.replace(target)
    except OSError as error:
        name = printable(str(target))
        raise OutputError(f"{name}: the annotated copy cannot be written: {error.strerror}") from error
    return target


def _run(task: dict[str, Any], scratch: str) -> None:
    """Have the task done by a child process whose temporary files go into the folder `scratch`."""
    with Path(scratch, "said").open("w+b") as said:
        reason = _reason(task, scratch, said)
    if reason:
        raise OutputError(f"{printable(task['source'])}: there is no annotated copy: {reason}")


def _reason(task: dict[str, Any], scratch: str, said: IO[bytes]) -> str:
    """Why the child wrote no copy, in words; '' where it wrote one. What it says goes through the file `said`."""
    try:
        child = subprocess.run(
            command("annotator"),
            input=json.dumps(task).encode(),
            stdout=said,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=False,
            env={
                **environment(),
                "TMPDIR": scratch,
                # One order of sets and one writer of XML: the same workbook gives the same bytes.
                "PYTHONHASHSEED": "0",
                "OPENPYXL_LXML": "False",
                # openpyxl imports NumPy, which takes address space for each of its threads.
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        said.seek(0)
        reason = printable(said.read(MAX_WORDS).decode(errors="replace"))
        if child.returncode != 0 and not reason:
            reason = "openpyxl stopped on it, as it does on damaged or oversized workbooks"
    except subprocess.TimeoutExpired:
        reason = f"it takes longer than {MAX_SECONDS} seconds"
    return reason


def _told(problem: Problem, *, redact: bool) -> dict[str, Any]:
    """What the child has to know of a problem."""
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
    """The case id of each cell; '' where it cannot be known, which is where ids stand more than once."""
    rows = [cell.strip(ascii_uppercase) for cell in problem.cells]
    distinct = list(dict.fromkeys(rows))
    ids = problem.case_ids
    if len(ids) not in {1, len(distinct)} or not rows:
        return [] if rows else [listed(ids)]
    of_row = dict(zip(distinct, ids * (len(distinct) // len(ids)), strict=True))
    return [of_row[row] for row in rows]
