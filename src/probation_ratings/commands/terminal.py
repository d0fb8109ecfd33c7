"""The terminal of a run: what a command says beside its results, on standard error, and the abilities of the screen."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.progress import Progress

    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..views.kit.screen import Screen


Color: TypeAlias = Literal["auto", "always", "never"]
"""When to colour the terminal."""


class Terminal(NamedTuple):
    """The terminal as the options of a run ask for it: nothing but errors if it is `quiet`, and in `color` or not."""

    quiet: bool = False
    color: Color = "auto"

    def say(self, text: str) -> None:
        """Write a sentence to standard error as `tell` does, unless quiet."""
        if not self.quiet:
            tell(text)

    def wrote(self, output: object) -> None:
        """Say where the results are, unless they went to standard output."""
        if output is not None:
            self.say(f"{output} written\n")

    def show(self, problems: Sequence[Problem], bar: Progress | None = None, *, notes: bool = False) -> None:
        """Show errors on standard error and, unless quiet, warnings; `notes` too if so said, else only `check` does.

        They are above the progress bar, if there is one.
        """
        severities = ["error"]
        if not self.quiet:
            severities += ["warning", "note"] if notes else ["warning"]
        shown = [one for one in problems if one.kind.severity in severities]
        if not shown:
            return
        from ..views.check_text import show_problems

        text = show_problems(shown, _screen_of(sys.stderr, self.color))
        if bar is None:
            _to_stderr(text)
        else:
            from rich.text import Text

            bar.console.print(Text.from_ansi(text), soft_wrap=True)

    @contextmanager
    def progress(self, total: int) -> Iterator[Progress | None]:
        """A progress bar on standard error: files done, the time left and the current one; None where there is none."""
        if self.quiet or total <= 1 or sys.stderr is None or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        bars = MofNCompleteColumn(), BarColumn(), TimeRemainingColumn()
        current = TextColumn("{task.description}", markup=False)
        facts: dict[str, Any] = {"transient": True, "redirect_stdout": False, "redirect_stderr": False}
        with Progress(*bars, current, console=Console(stderr=True), **facts) as bar:
            bar.add_task("", total=total)
            yield bar

    def report(self, rated: Sequence[RatedInspection]) -> int:
        """Show the errors and warnings of the inspections of one input, and return the exit status.

        A problem of several PDUs is shown once.
        """
        self.show(list(dict.fromkeys(problem for one in rated for problem in one.problems)))
        return max(map(status_of, rated))

    def screen(self, output: Path | None) -> Screen:
        """The screen for results: standard output, or a file, which has all characters and no colour."""
        return _screen_of(sys.stdout, self.color) if output is None else _screen_of(None, "never")


def status_of(rated: RatedInspection) -> int:
    """The exit status for an inspection."""
    return unread_status(rated.problems) if rated.details.sha256 is None else int(bool(rated.blocking))


def unread_status(problems: Iterable[Problem]) -> int:
    """The exit status for an input that could not be read, with its problems: a mapping file, or any other."""
    return 2 if all(one.kind.code.startswith("PR5") for one in problems) else 3


def tell(text: str) -> None:
    """Write a sentence to standard error, made safe to show; line ends around it are kept."""
    from ..problems import printable

    inner = text.strip("\n")
    before, after = text.split(inner, 1) if inner else (text, "")
    _to_stderr(f"{before}{printable(inner)}{after}")


def _to_stderr(text: str) -> None:
    # If standard error is closed, the results are still wanted.
    with suppress(OSError, AttributeError):
        sys.stderr.buffer.write(text.encode(sys.stderr.encoding or "utf-8", errors="replace"))
        sys.stderr.buffer.flush()


def _screen_of(stream: object, color: Color) -> Screen:
    """The screen of a stream; 80 columns if it is not a terminal, unless COLUMNS is set."""
    import shutil

    from ..views.kit.screen import Screen

    terminal = bool(getattr(stream, "isatty", lambda: False)())
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    try:
        "■·…".encode(getattr(stream, "encoding", None) or "utf-8")
        unicode = True
    except UnicodeEncodeError:
        unicode = False
    width = shutil.get_terminal_size((80, 24)).columns if terminal or "COLUMNS" in os.environ else 80
    return Screen(width, color == "always" or (color == "auto" and wanted), unicode)
