"""The arguments and options that the commands share, and what the shell completes in them."""

from __future__ import annotations

import os
from collections.abc import Iterator  # noqa: TC003  (typer reads the annotations)
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from ..errors import UsageError
from ..names import file_stem
from .terminal import Color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import Standard

By: TypeAlias = Literal["pdu"]
"""The ways to break answers down."""
DEFAULT_RULES = "regional-2023"
MANY, INPUT, TERMINAL = "Many workbooks", "Input", "Terminal"
"""Titles of groups of options in the help, after the everyday ones."""


def argument(metavar: str, text: str, **facts: Any) -> Any:
    """A word of the command line without an option before it, with its help."""
    return typer.Argument(metavar=metavar, help=text, **facts)


def option(metavar: str, text: str, *names: str, group: str | None = None, **facts: Any) -> Any:
    """An option with a value, and its help; its name is that of the parameter, unless names are given."""
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=group, **facts)


def output_option(text: str, **facts: Any) -> Any:
    """The option `-o`, with its help."""
    return option("PATH", text, "--output", "-o", **facts)


def flag(name: str, text: str, *, group: str | None = None, **facts: Any) -> Any:
    """An option without a value, and its help."""
    return typer.Option(name, help=text, rich_help_panel=group, **facts)


def rule_ids() -> list[str]:
    """Complete the ids of the shipped rule files."""
    from ..rulebook.yaml_file import shipped

    return shipped()


def standards_and_questions(context: typer.Context) -> Iterator[tuple[str, str]]:
    """Complete the standards and key questions of the rules typed, or of the default ones, with their texts."""
    for standard in _standards(context):
        yield standard.id, standard.title
        yield from ((question.id, question.text) for question in standard.key_questions)


def sort_keys(context: typer.Context) -> Iterator[tuple[str, str]]:
    """Complete what many inspections can be sorted by."""
    yield from (("score", "The highest score first."), ("region", "By name."))
    yield from ((standard.id, standard.title) for standard in _standards(context))


def codes() -> Iterator[tuple[str, str]]:
    """Complete the problem codes, with their titles."""
    from ..problems import CATALOGUE

    for code in sorted(CATALOGUE):
        yield code, CATALOGUE[code].title


def many_codes(incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete the problem codes, after those typed already, with commas between them."""
    before, comma, _ = incomplete.rpartition(",")
    for code, title in codes():
        yield f"{before}{comma}{code}", title


def _standards(context: typer.Context) -> Sequence[Standard]:
    from ..errors import RuleFileError
    from ..rulebook.load import load_rules

    try:
        return load_rules(context.params.get("rules") or DEFAULT_RULES).standards
    except RuleFileError:
        return ()


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


WORKBOOKS = argument(
    "WORKBOOK", "Case workbooks, mapping files, or folders of them; - reads a workbook from standard input."
)
_RULES = "A shipped rule file's id, or your own."
_BY_SUFFIX = "Write to this file; its suffix gives the format."
_BY = "Break the key questions down by PDU. Not needed with rules that rate each PDU."
_REQUIRED = "With --require-all: require this region, and any other named so, only."

Version = Annotated[bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True,
                                       help="Print the version and stop.")]  # fmt: skip
IdOrFile = Annotated[str, argument("ID_OR_FILE", _RULES, autocompletion=rule_ids)]
Rules = Annotated[str, option("ID_OR_FILE", _RULES, autocompletion=rule_ids)]
RulesOrMapping = Annotated[
    str | None,
    option(
        "ID_OR_FILE", f"{_RULES} A mapping file names its own.", autocompletion=rule_ids, show_default=DEFAULT_RULES
    ),
]
Data = Annotated[Path | None, option("DIR", "The folder of the files that a mapping file names.", group=INPUT)]
Combine = Annotated[bool, flag("--combine", "Read all files as parts of one inspection of one region.", group=INPUT)]
Recursive = Annotated[bool, typer.Option("--recursive", "-r", help="Of folders, read the subfolders, too.")]
Output = Annotated[Path | None, output_option(_BY_SUFFIX, callback=no_folder)]
OutputOrFolder = Annotated[Path | None, output_option(_BY_SUFFIX, callback=no_dash)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors beside the result.")]
Limits = Annotated[
    int, option("N", "Multiply the limits on size, number and time by N.", group=INPUT, min=1, max=1_000_000)
]
ByOption = Annotated[By | None, option("BY", _BY)]
PartialOption = Annotated[bool, flag("--partial", "Rate the standards that have no error.")]
RequireAll = Annotated[bool, flag("--require-all", "Fail if a region of the rule file is missing.", group=MANY)]
RequiredRegions = Annotated[list[str] | None, option("NAME", _REQUIRED, "--region", group=MANY)]
ColorOption = Annotated[
    Color, option("WHEN", "Choose when to use colour. NO_COLOR is respected.", "--color", "--colour", group=TERMINAL)
]


def with_rules(rules: str) -> str:
    """The option that names these rules on a command line; empty for the default."""
    return "" if rules == DEFAULT_RULES else f" --rules {rules}"


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
