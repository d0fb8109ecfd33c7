"""Rates many workbooks: progress, a log, and checks for duplicate and missing regions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial as partial_of
from typing import TYPE_CHECKING

from ..findings.side_by_side import missing_regions, refuse_twice, region_row
from ..problems import counted, few, listed, printable, redacted
from .run_log import RunLog
from .terminal import status_of, tell
from .work import timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.progress import Progress

    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from .terminal import Terminal
    from .work import Done, Work


def works_of_counts(tallies: str, rules: RuleSet, limits: int, *, partial: bool) -> tuple[int, Iterator[Work]]:
    """How many regions a file of counts has, and the rating of each by the region's name."""
    from ..rating.counts_file import CountedRegions

    counted = CountedRegions(tallies, rules, limits)

    def rate_one(region: str) -> list[RatedInspection]:
        return [counted.rate(region, partial=partial)]

    works = ((region, partial_of(timed, partial_of(rate_one, region))) for region in counted.regions)
    return len(counted.regions), works


class Batch:
    """Rates workbooks one after the other.

    `rated` has the inspections so far, `status` the highest exit status, `problems` those that concern no single
    workbook. All are rated before any is shown: if a later workbook names the same region, both lose their ratings.
    """

    def __init__(
        self, total: int, rules: RuleSet, terminal: Terminal, *, redact: bool = False, log: RunLog | None = None
    ) -> None:
        """Prepare to rate `total` workbooks or regions.

        Each gets a line in the `log`; `redact` leaves values and case ids out of problems.
        """
        self.rules = rules
        self.rated: list[RatedInspection] = []
        self.problems: list[Problem] = []
        self.status = 0
        self._done: list[tuple[datetime, float]] = []
        self._total = total
        self._terminal = terminal
        self._redact = redact
        self._log = RunLog(None, rules, total) if log is None else log

    @property
    def read_something(self) -> bool:
        """Whether any workbook could be read."""
        return any(one.details.sha256 is not None for one in self.rated)

    def rate(
        self, works: Iterable[Work], *, require_all: bool = False, required: Sequence[str] = ()
    ) -> list[RatedInspection]:
        """Rate all inspections in their order, and report problems as they are found.

        `require_all` fails if a region of the rule file, or of those that are `required`, is missing.
        """
        with self._terminal.progress(self._total) as bar:
            try:
                for name, rate in works:
                    if bar is not None:
                        bar.update(bar.task_ids[0], description=printable(name))
                    self._add(rate, bar)
                    if bar is not None:
                        bar.advance(bar.task_ids[0])
            finally:
                self._refuse_twice(bar)
                for one, done in zip(self.rated, self._done, strict=False):
                    self._log.inspection(region_row(one), status_of(one), *done)
        if require_all:
            details = [one.details for one in self.rated]
            unread = [one.path for one in details if one.sha256 is None]
            self.add(missing_regions([one.region for one in details], self.rules, required, unread=unread), 1)
        return self.rated

    def _add(self, rate: Callable[[], Done], bar: Progress | None) -> None:
        """Rate the inspections of a workbook and report problems; one of several PDUs is reported once."""
        shown: dict[Problem, None] = {}
        results, seconds = rate()
        for one in results:
            found = replace(one, problems=redacted(one.problems)) if self._redact else one
            self.rated.append(found)
            self._done.append((datetime.now(UTC), seconds))
            self.status = max(self.status, status_of(found))
            new = [problem for problem in found.problems if problem not in shown]
            shown.update(dict.fromkeys(new))
            self._terminal.show(new, bar)

    def _refuse_twice(self, bar: Progress | None) -> None:
        """Remove the ratings of inspections that are duplicates of each other."""
        settled = refuse_twice(self.rated)
        for place, (before, after) in enumerate(zip(self.rated, settled, strict=True)):
            if after is not before:
                problems = redacted(after.problems) if self._redact else after.problems
                self.rated[place] = replace(after, problems=problems)
                self.status = max(self.status, status_of(self.rated[place]))
                self._terminal.show(problems[-1:], bar)

    def add(self, problems: Sequence[Problem], status: int) -> None:
        """Report problems that concern no single workbook; errors among them give this exit status."""
        problems = redacted(problems) if self._redact else problems
        self._terminal.show(problems, notes=True)
        self.problems += problems
        if any(problem.is_error for problem in problems):
            self.status = max(self.status, status)

    def removed(self, folder: Path, files: Sequence[str]) -> None:
        """Say which files of earlier runs were removed."""
        if files:
            names = "" if self._redact else f": {few(files)}"
            self._terminal.say(f"{folder}: removed {counted(len(files), 'file')} of earlier runs{names}\n")

    def interrupted(self) -> None:
        """Show what was done before an interrupt."""
        done = "" if self._redact else f": {listed([region_row(one).name for one in self.rated]) or 'none'}"
        tell(f"\ninterrupted: {len(self.rated):,} of {counted(self._total, 'workbook')} rated{done}\n")
