"""The entry point, and the only place where an exception becomes a message and an exit status."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from .errors import BUG, INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """`probation-ratings`: the group of all commands; returns the exit status."""
    return _run("probation-ratings", arguments)


def rate(arguments: Sequence[str] | None = None) -> int:
    """`rate`: the same as `probation-ratings rate`; returns the exit status."""
    return _run("rate", arguments)


def _run(name: str, arguments: Sequence[str] | None) -> int:
    # Importing pandas makes hundreds of thousands of objects that are never freed. Collecting garbage among them, and
    # again at exit (hence the freeze below), takes a fifth of the time of an ordinary run.
    gc.set_threshold(200_000, 20, 20)
    # Plugins of other packages could change how values are validated, and looking for them takes time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    lost = _end_tidily()
    try:
        from .commands.application import group, rate_alone

        # A terminal that lacks a character shows a question mark instead of ending the program.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        command = rate_alone() if name == "rate" else group()
        status = command(args=arguments, prog_name=name, standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as error:
        # Typer turns a closed pipe into an exit with status 1.
        closed = isinstance(error.__context__, OSError) and error.__context__.errno == errno.EPIPE
        return _close_pipe() if closed else int(error.code or 0)
    except Exception as error:  # noqa: BLE001  (users must not see a traceback)
        return INTERRUPTED if lost else _report(error, name)
    finally:
        if lost and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        _let_go()
        gc.freeze()
    return status if isinstance(status, int) else 0


def _end_tidily() -> list[KeyboardInterrupt]:
    """On SIGTERM or SIGHUP, end as on Ctrl+C: no incomplete file with cases is left behind.

    Returns a list, and adds each interruption that is lost: Python loses those that arrive in a finaliser, and a
    library in another language turns one into an error of its own. They arrive once more.
    """
    lost: list[KeyboardInterrupt] = []

    def raise_again(unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(unraisable)
            return
        lost.append(KeyboardInterrupt())
        if hasattr(signal, "setitimer"):  # Windows has none
            # Once the finaliser is done. A thread would have to be waited for here, where interruptions are lost.
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_REAL, 0.05)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not in the main thread
                signal.signal(number, signal.default_int_handler)
    sys.unraisablehook = raise_again
    return lost


def _report(error: Exception, name: str) -> int:
    """Show a message about the exception and return the exit status."""
    from .errors import BrokenFileError, OutputError, PipeClosed, ProbationRatingsError

    if isinstance(error, (PipeClosed, BrokenPipeError)):
        return _close_pipe()
    if isinstance(error, BrokenFileError):
        for problem in error.problems:
            _say(*problem.as_lines)
        return error.exit_code
    if isinstance(error, ProbationRatingsError):
        command, remedy = getattr(error, "command", ""), getattr(error, "remedy", "")
        _say(
            f"{name}: {error}",
            *([f"  help: {remedy}"] if remedy else []),
            *([f"Try '{command} --help' for help."] if command else []),
        )
        return error.exit_code
    if isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        _say(f"{name}: {place}{error.strerror or error}")
        return OutputError.exit_code
    if os.environ.get("PROBATION_RATINGS_DEBUG"):
        raise error
    _say(f"{name}: this is a bug in the program ({type(error).__name__}: {error})")
    _say("Please report it with the output of the same command under PROBATION_RATINGS_DEBUG=1.")
    return BUG


def _close_pipe() -> int:
    from .errors import PipeClosed

    for stream in (sys.stdout, sys.stderr):
        _discard(stream)
    return PipeClosed.exit_code


def _let_go() -> None:
    """Discard what a standard stream cannot take: Python tries again when it ends, and then ends with status 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _discard(stream)
        except (AttributeError, ValueError):  # there is none, or it is closed
            continue


def _discard(stream: TextIO) -> None:
    with suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(*lines: str) -> None:
    """Write lines to standard error, made safe to show."""
    from .problems import printable

    with suppress(OSError, AttributeError):
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
