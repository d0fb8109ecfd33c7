"""The options that the commands share, and the abilities of the screen."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ..errors import UsageError
from ..inputs import WORKBOOK_SUFFIXES
from ..names import file_stem
from .completion import rule_ids
from .mistakes import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.progress import Progress

    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..views.kit.screen import Screen

F = TypeVar("F", bound=StrEnum)
SUMMARY = "summary.csv"
"""The list of the regions' files in a folder of results; it is written last."""
NOT_RENEWED = "not-renewed.csv"
"""The list of the files in a folder of results that the last run did not write, if there are any."""
MANY, INPUT, TERMINAL = "Many workbooks", "Input", "Terminal"
"""Titles of groups of options in the help, after the everyday ones."""


class By(StrEnum):
    """The ways to break answers down."""

    PDU = "pdu"


class Color(StrEnum):
    """When to colour the terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def _print_version(value: bool) -> None:
    if value:
        from .version import version_line

        typer.echo(version_line())
        raise typer.Exit


def no_dash(path: Path | None) -> Path | None:
    """The file or folder to write; a dash means standard output, as without the option."""
    return None if path == Path("-") else path


def no_folder(path: Path | None) -> Path | None:
    """The file to write, or None for standard output. Raises `UsageError` for a folder."""
    if path is not None and path.is_dir():
        raise UsageError(f"{path} is a folder: name a file in it, such as -o {typed(path / 'result.txt')}")
    return no_dash(path)


def format_option(default: str) -> Any:
    """The option `-f` of a command."""
    return typer.Option(
        "--format", "-f", metavar="FORMAT", help=f"Choose the format. Default: {default}.", show_default=False
    )


Version = Annotated[
    bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version and stop.")
]
Workbooks = Annotated[
    list[str],
    typer.Argument(
        metavar="WORKBOOK",
        help="Case workbooks, or folders of them; - reads standard input.",
        show_default=False,
    ),
]
DEFAULT_RULES = "regional-2023"
Rules = Annotated[
    str,
    typer.Option(
        "--rules", metavar="ID_OR_FILE", autocompletion=rule_ids, help="A shipped rule file's id, or your own."
    ),
]
RulesOrMapping = Annotated[
    str | None,
    typer.Option(
        "--rules",
        metavar="ID_OR_FILE",
        autocompletion=rule_ids,
        help="A shipped rule file's id, or your own. A mapping file names its own.",
        show_default=DEFAULT_RULES,
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", rich_help_panel=INPUT, help="The folder of the files that a mapping file names."
    ),
]
Combine = Annotated[
    bool,
    typer.Option("--combine", rich_help_panel=INPUT, help="Read all files as parts of one inspection of one region."),
]
Recursive = Annotated[bool, typer.Option("--recursive", "-r", help="Of folders, read the subfolders, too.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="PATH", callback=no_folder, help="Write to this file; its suffix gives the format."
    ),
]
OutputOrFolder = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="PATH", callback=no_dash, help="Write to this file; its suffix gives the format."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors beside the result.")]
Limits = Annotated[
    int,
    typer.Option(
        "--limits",
        min=1,
        metavar="N",
        rich_help_panel=INPUT,
        help="Multiply the limits on size, number and time by N.",
    ),
]
_BY = "Break the key questions down by PDU. Not needed with rules that rate each PDU."
ByOption = Annotated[By | None, typer.Option("--by", metavar="BY", help=_BY, show_default=False)]
PartialOption = Annotated[bool, typer.Option("--partial", help="Rate the standards that have no error.")]
RequireAll = Annotated[
    bool,
    typer.Option("--require-all", rich_help_panel=MANY, help="Fail if a region of the rule file is missing."),
]
ColorOption = Annotated[
    Color,
    typer.Option(
        "--color",
        "--colour",
        metavar="WHEN",
        rich_help_panel=TERMINAL,
        help="Choose when to use colour. NO_COLOR is respected.",
    ),
]
RequiredRegions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="NAME",
        rich_help_panel=MANY,
        help="With --require-all: require this region, and any other named so, only.",
    ),
]


def with_rules(rules: str) -> str:
    """The option that names these rules on a command line; empty for the default."""
    return "" if rules == DEFAULT_RULES else f" --rules {rules}"


def format_of(asked: F | None, output: Path | None, suffixes: Mapping[str, F]) -> F:
    """The format asked for, or the one of the output's suffix; they must not contradict each other.

    Without either, it is the format of the first suffix.
    """
    default = next(iter(suffixes.values()))
    if output is None:
        return asked or default
    suffix = {".htm": ".html"}.get(output.suffix.lower(), output.suffix.lower())
    by_suffix = suffixes.get(suffix)
    if by_suffix is None and suffix in WORKBOOK_SUFFIXES:
        instead = "write .xlsx, which LibreOffice opens, too" if ".xlsx" in suffixes else f"use {', '.join(suffixes)}"
        raise UsageError(f"{output}: no {suffix} workbook is written; {instead}")
    if asked is not None and by_suffix is not None and asked != by_suffix:
        raise UsageError(f"-f {asked} contradicts the suffix of {output}, which says {by_suffix}")
    if asked is None and by_suffix is None:
        meant = did_you_mean(suffix, suffixes)
        raise UsageError(f"the suffix of {output} says no format: use {', '.join(suffixes)}, or add -f{meant}")
    return asked or by_suffix or default


def names_folder(output: str, such: str) -> bool:
    """Whether an output is a folder: it ends in a slash.

    Raises `UsageError` for a folder that exists, without a slash: it may be there by accident. `such` is a file.
    """
    if output.endswith(("/", os.sep)):
        return True
    if Path(output).is_dir():
        raise UsageError(
            f"{output} is a folder: write -o {typed(f'{output}/')} for one file per region in it, or name a file, such "
            f"as -o {typed(f'{output}/{such}')}"
        )
    return False


def typed(path: object) -> str:
    """A path as a user types it on a command line."""
    return f'"{path}"' if " " in str(path) else str(path)


def problem_code(word: str) -> str:
    """A problem code as the program writes it: 304 and pr304 are PR304."""
    code = word.strip().upper()
    return f"PR{code}" if code.isdigit() else code


def file_name(region: str, used: set[str]) -> str:
    """A valid file name for a region on every system; a number is added if the name is used."""
    name = plain = file_stem(region)
    number = 2
    while name in used:
        name, number = f"{plain}-{number}", number + 1
    used.add(name)
    return name


def report(
    rated: RatedInspection,
    *,
    quiet: bool,
    color: Color,
    bar: Progress | None = None,
    shown: set[Problem] | None = None,
) -> int:
    """Show errors and warnings on standard error (notes only with `check`), and return the exit status.

    Problems that were `shown` before are not repeated.
    """
    severities = ("error",) if quiet else ("error", "warning")
    shown = set() if shown is None else shown
    new = [one for one in rated.problems if one.kind.severity in severities and one not in shown]
    shown.update(new)
    show(new, color, bar)
    if rated.details.sha256 is None:
        return 3
    return 1 if rated.blocking else 0


def wrote(output: object, *, quiet: bool) -> None:
    """Say where the results are, unless they went to standard output."""
    if output is not None and not quiet:
        say(f"{output} written\n")


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


def say(text: str) -> None:
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


def screen_for(output: Path | None, color: Color) -> Screen:
    """The screen for results: standard output, or a file, which has all characters and no colour."""
    return screen_of(sys.stdout, color) if output is None else screen_of(None, Color.NEVER)


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
    return Screen(width, color is Color.ALWAYS or (color is Color.AUTO and wanted), unicode)
