"""What a command says beside its results, on standard error, and the abilities of the screen."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.progress import Progress

    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..views.kit.screen import Screen


Color: TypeAlias = Literal["auto", "always", "never"]
"""When to colour the terminal."""


def report(rated: Sequence[RatedInspection], *, quiet: bool, color: Color) -> int:
    """Show errors and warnings on standard error (notes only with `check`), and return the exit status.

    The inspections are those of one input: a problem of several PDUs is shown once.
    """
    severities = ("error",) if quiet else ("error", "warning")
    problems = (problem for one in rated for problem in one.problems if problem.kind.severity in severities)
    show(list(dict.fromkeys(problems)), color)
    return max(map(status_of, rated))


def status_of(rated: RatedInspection) -> int:
    """The exit status for an inspection."""
    return unread_status(rated.problems) if rated.details.sha256 is None else int(bool(rated.blocking))


def unread_status(problems: Iterable[Problem]) -> int:
    """The exit status for an input that could not be read, with its problems: a mapping file, or any other."""
    return 2 if all(one.kind.code.startswith("PR5") for one in problems) else 3


def wrote(output: object, *, quiet: bool) -> None:
    """Say where the results are, unless they went to standard output."""
    say(f"{output} written\n", quiet=quiet or output is None)


def show(problems: list[Problem], color: Color, bar: Progress | None = None) -> None:
    """Show problems on standard error, above the progress bar if there is one."""
    if not problems:
        return
    from ..views.check_text import show_problems

    text = show_problems(problems, screen_of(sys.stderr, color))
    if bar is None:
        _to_stderr(text)
    else:
        from rich.text import Text

        bar.console.print(Text.from_ansi(text), soft_wrap=True)


def say(text: str, *, quiet: bool = False) -> None:
    """Write a sentence to standard error unless `quiet`, made safe to show; line ends around it are kept."""
    if quiet:
        return
    from ..problems import printable

    inner = text.strip("\n")
    before, after = text.split(inner, 1) if inner else (text, "")
    _to_stderr(f"{before}{printable(inner)}{after}")


def _to_stderr(text: str) -> None:
    # If standard error is closed, the results are still wanted.
    with suppress(OSError, AttributeError):
        sys.stderr.buffer.write(text.encode(sys.stderr.encoding or "utf-8", errors="replace"))
        sys.stderr.buffer.flush()


def screen_for(output: Path | None, color: Color) -> Screen:
    """The screen for results: standard output, or a file, which has all characters and no colour."""
    return screen_of(sys.stdout, color) if output is None else screen_of(None, "never")


def screen_of(stream: object, color: Color) -> Screen:
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
