"""The log of runs of `rate`: a line of JSON when a run starts, one per inspection, and one when it ends."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import exit_code_of
from ..writing.output import appended

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from ..findings.side_by_side import RegionRow
    from ..rulebook.model import RuleSet


class RunLog:
    """The lines of one run, which all name it; without a path nothing is written. Use it with `with`.

    `status` is written at the end: set it before. A run without an end was killed. Enter it only when the register
    knows all inputs: it writes at once.
    """

    def __init__(self, path: Path | None, rules: RuleSet, inputs: int) -> None:
        """Prepare to log a run by these rules over so many inputs."""
        self.status = 0
        self._path = path
        self._inputs = inputs
        self._versions = {"tool_version": __version__, "rules": rules.id, "rules_sha256": rules.sha256}
        self._run = os.urandom(4).hex()
        self._started = time.monotonic()
        self._stack = ExitStack()
        self._add: Callable[[str], None] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._add = self._stack.enter_context(appended(self._path, "the log"))
            python = {"python_version": sys.version.split()[0]}
            self._write(datetime.now(UTC), {"event": "start", "inputs": self._inputs, **self._versions, **python})
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        status = self.status if error is None else exit_code_of(error)
        seconds = round(time.monotonic() - self._started, 3)
        with self._stack:
            self._write(datetime.now(UTC), {"event": "end", "status": status, "seconds": seconds, **self._versions})

    def inspection(self, row: RegionRow, status: int, at: datetime, seconds: float) -> None:
        """Add the line of an inspection."""
        entry = {
            "workbook": row.path,
            "workbook_sha256": row.sha256,
            "region": row.region,
            "score": row.score,
            "overall_rating": row.overall_rating,
            "problems": list(row.problems),
            "status": status,
            "seconds": round(seconds, 3),
            **({} if row.pdu is None else {"pdu": row.pdu}),
        }
        self._write(at, entry)

    def _write(self, at: datetime, entry: dict[str, Any]) -> None:
        if self._add is not None:
            self._add(json.dumps({"time": at.isoformat(timespec="seconds"), **entry, "run": self._run}) + "\n")
