"""The exceptions that the program raises; each becomes a message and an exit code in `__main__`.

ProbationRatingsError          exit code 70 unless a subclass says otherwise
├── UsageError            2    options that contradict each other
├── BrokenFileError       2    a file that says what to do cannot be used; carries its problems
│   ├── RuleFileError          a rule file
│   ├── MappingFileError       a mapping file
│   ├── ConfigurationError     a configuration file
│   └── BaselineError     3    a baseline of a check; as all that is read beside rules and mappings
├── InputError            3    a kept result that cannot be read
├── OutputError           3    a result that cannot be written
└── PipeClosed          141    the reader of the results has stopped reading

Problems *in a workbook* are not raised: they are collected as `problems.Problem`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problems import Problem


BUG = 70
INTERRUPTED = 130


class ProbationRatingsError(Exception):
    """Root of all exceptions of this package: to catch it is to catch them all."""

    exit_code: ClassVar[int] = BUG


class UsageError(ProbationRatingsError):
    """The options cannot be used together; the message says what to change, and the help of `command` more."""

    exit_code = 2

    def __init__(self, message: str, command: str = "") -> None:
        super().__init__(message)
        self.command = command


class BrokenFileError(ProbationRatingsError):
    """A rule file is missing, is not YAML, or contradicts itself; `problems` lists all problems."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in problems))
        self.problems = tuple(problems)


class RuleFileError(BrokenFileError):
    """A rule file is missing, is not YAML, or contradicts itself."""


class MappingFileError(BrokenFileError):
    """A mapping file is missing, is not YAML, contradicts itself, or names files or columns that do not exist."""


class ConfigurationError(BrokenFileError):
    """A configuration file cannot be read, is not TOML, or has a key or a value that is not allowed."""


class BaselineError(BrokenFileError):
    """A baseline of a check cannot be read, or is not one for the rules of this check."""

    exit_code = 3


class InputError(ProbationRatingsError):
    """A file other than a workbook or a rule file could not be read, or is invalid; `remedy` says what to do."""

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class OutputError(ProbationRatingsError):
    """A result could not be written; no incomplete file is left behind."""

    exit_code = 3


class PipeClosed(ProbationRatingsError):
    """Standard output was closed by its reader, as `| head` does."""

    exit_code = 141


class Refused(Exception):
    """The file cannot be read; the first argument is the name of the problem (PR1xx), the second the details."""

    @property
    def reason(self) -> str:
        """The name of the problem."""
        return str(self.args[0])

    @property
    def detail(self) -> str:
        """The details for the message."""
        return "".join(map(str, self.args[1:]))


def exit_code_of(error: BaseException) -> int:
    """The exit code that an exception ends the program with."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return PipeClosed.exit_code
    return int(getattr(error, "exit_code", OutputError.exit_code if isinstance(error, OSError) else BUG))
