"""What the rating of many workbooks needs on the way: progress, a log, who was met, and what an interrupt leaves."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from ..errors import OutputError
from ..output import make_folder
from ..problems import REGION_MISSING, counted, listed, printable
from ..regions import Line, Seen, line_of
from .options import Color, report, say, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from rich.progress import Progress

    from ..problems import Problem
    from ..rated import RatedInspection
    from ..ruleset import RuleSet

    Work: TypeAlias = tuple[str, Callable[[], list[RatedInspection]]]


class Batch:
    """The rating of some workbooks one after the other; `lines` and `status` say what came of it so far."""

    def __init__(
        self, total: int, rules: RuleSet, sort: str, *, quiet: bool, color: Color, log: Path | None = None
    ) -> None:
        """Get ready to rate so many workbooks or regions.

        `log` is a file that a line of JSON is added to for each.
        """
        self.rules = rules
        self.sort = sort
        self.lines: list[Line] = []
        self.status = 0
        self._total = total
        self._quiet = quiet
        self._color = color
        self._log = log
        self._seen = Seen()

    def rate(self, works: Iterable[Work], *, streaming: bool) -> Iterator[RatedInspection]:
        """The inspections in the order in which they come, each as soon as it is rated.

        Progress is shown on a terminal, unless results come out there at the same time: they are `streaming`.
        """
        progress = not self._quiet and _is_terminal(sys.stderr) and not (streaming and _is_terminal(sys.stdout))
        with ExitStack() as stack:
            bar = stack.enter_context(_progress()) if progress and self._total > 1 else None
            task = None if bar is None else bar.add_task("", total=self._total)
            log = None if self._log is None else stack.enter_context(_opened(self._log))
            for name, rate in works:
                if bar is not None and task is not None:
                    bar.update(task, description=printable(name))
                started = time.monotonic()
                told: set[Problem] = set()  # what concerns a whole workbook is told once, not PDU by PDU
                for rated in map(self._seen.add, rate()):
                    status = report(rated, quiet=self._quiet, color=self._color, bar=bar, told=told)
                    self.status = max(self.status, status)
                    self.lines.append(line_of(rated))
                    if log is not None:
                        _append(log, _logged(self.lines[-1], status, time.monotonic() - started))
                    yield rated
                if bar is not None and task is not None:
                    bar.advance(task)

    def require_all(self) -> None:
        """Fail where a region of the rule file is missing."""
        missing = self._seen.missing(self.rules)
        if missing:
            tell([REGION_MISSING.found(self.rules.id, regions=listed(missing, "or"))], self._color)
            self.status = max(self.status, 1)

    def interrupted(self) -> None:
        """Say what was done before an interrupt."""
        done = listed([line.name for line in self.lines]) or "none"
        say(f"\ninterrupted: {len(self.lines)} of {counted(self._total, 'workbook')} rated: {done}\n")


def _is_terminal(stream: IO[str] | None) -> bool:
    return stream is not None and stream.isatty()


def _progress() -> Progress:
    """Files done of all, the current one and the time left, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (MofNCompleteColumn(), BarColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)


def _opened(path: Path) -> IO[bytes]:
    try:
        make_folder(path.parent)
        return path.open("ab", buffering=0)
    except OSError as error:
        raise OutputError(f"{path}: the log cannot be written: {error.strerror}") from error


def _append(log: IO[bytes], line: str) -> None:
    """Add a line in one piece, so that two runs can share a log and no run leaves half a line in it."""
    left = line.encode()
    try:
        while left:  # a disk that is nearly full takes a part, and then refuses
            left = left[log.write(left) :]
    except OSError as error:
        raise OutputError(f"{log.name}: the log cannot be written: {error.strerror}") from error


def _logged(line: Line, status: int, seconds: float) -> str:
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "workbook": line.path,
        "workbook_sha256": line.sha256,
        "region": line.region,
        "score": line.score,
        "overall_rating": line.overall_rating,
        "problems": list(line.problems),
        "status": status,
        "seconds": round(seconds, 3),
        **({} if line.pdu is None else {"pdu": line.pdu}),
    }
    return json.dumps(entry) + "\n"
