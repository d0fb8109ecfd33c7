"""`rules`: lists, shows, checks, compares and begins rule files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  (typer reads the annotation)
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, OutputError, RuleFileError, UsageError
from ..writing.output import write
from ..writing.register import Register
from .completion import rule_ids
from .inputs import inputs_of
from .options import (
    Color,
    ColorOption,
    Limits,
    Output,
    Quiet,
    format_of,
    format_option,
    no_folder,
    report,
    say,
    screen_for,
    typed,
    wrote,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..findings.comparison import RegionChange
    from ..problems import Problem
    from ..rulebook.model import RuleSet

IdOrFile = Annotated[
    str,
    typer.Argument(
        metavar="ID_OR_FILE",
        autocompletion=rule_ids,
        help="A shipped rule file's id, or your own.",
        show_default=False,
    ),
]


class ListFormat(StrEnum):
    """The formats of `rules list`."""

    TABLE = "table"
    JSON = "json"


class ShowFormat(StrEnum):
    """The formats of `rules show`."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    MARKDOWN = "markdown"


class CheckFormat(StrEnum):
    """The formats of `rules check`."""

    FULL = "full"
    JSON = "json"


class DiffFormat(StrEnum):
    """The formats of `rules diff`."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Schema(StrEnum):
    """The files that have a JSON Schema."""

    RULES = "rules"
    RATINGS = "ratings"
    MAPPING = "mapping"


SHOW_SUFFIXES = {
    ".txt": ShowFormat.TABLE,
    ".json": ShowFormat.JSON,
    ".yaml": ShowFormat.YAML,
    ".yml": ShowFormat.YAML,
    ".md": ShowFormat.MARKDOWN,
}
DIFF_SUFFIXES = {".txt": DiffFormat.TEXT, ".json": DiffFormat.JSON, ".md": DiffFormat.MARKDOWN}


def list_(
    *,
    format_: Annotated[
        ListFormat, typer.Option("--format", "-f", metavar="FORMAT", help="Choose the format.", show_default=True)
    ] = ListFormat.TABLE,
) -> None:
    """List the shipped rule files and how much each rates."""
    from ..rulebook.load import load_rules
    from ..rulebook.yaml_file import shipped
    from ..views.rules import list_to_json, list_to_text

    loaded = [load_rules(known) for known in shipped()]
    if format_ is ListFormat.JSON:
        write(list_to_json(loaded), None)
    else:
        write(list_to_text(loaded, screen_for(None, Color.NEVER)), None, text=True)


def show(
    rules: IdOrFile,
    *,
    format_: Annotated[ShowFormat | None, format_option("table")] = None,
    output: Output = None,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show a rule file in full, merged with the files it extends."""
    from ..rulebook.load import load_rules
    from ..views import rules as rule_files

    chosen = format_of(format_, output, SHOW_SUFFIXES)
    rule_set = load_rules(rules)
    register = Register()
    register.reads(*rule_set.files)
    register.writes(output, "-o")
    if chosen is ShowFormat.TABLE:
        write(rule_files.to_text(rule_set, screen_for(output, color)), output, text=True)
        wrote(output, quiet=quiet)
        return
    views = {
        ShowFormat.JSON: rule_files.to_json,
        ShowFormat.YAML: rule_files.to_yaml,
        ShowFormat.MARKDOWN: rule_files.to_markdown,
    }
    write(views[chosen](rule_set), output)
    wrote(output, quiet=quiet)


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Rule files, by path or id.", show_default=False)],
    *,
    format_: Annotated[
        CheckFormat, typer.Option("--format", "-f", metavar="FORMAT", help="Choose the format.", show_default=True)
    ] = CheckFormat.FULL,
) -> None:
    """Check rule files: show every problem, with file and line.

    Exit status: 0 all of them are valid; 2 one of them cannot be used.
    """
    from ..rulebook.load import load_rules
    from ..views.rules import checked_to_json, checked_to_text

    checked: dict[str, RuleSet | Sequence[Problem]] = {}
    for path in files:
        try:
            checked[path] = load_rules(path)
        except RuleFileError as error:
            checked[path] = error.problems
    if format_ is CheckFormat.JSON:
        write(checked_to_json(checked), None)
    else:
        write(checked_to_text(checked), None, text=True)
    if any(isinstance(found, tuple) for found in checked.values()):
        raise typer.Exit(RuleFileError.exit_code)


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A shipped rule file's id, or your own file.", show_default=False)
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The rule file to compare it with.", show_default=False)],
    *,
    workbook: Annotated[
        str | None,
        typer.Option("--workbook", "-w", metavar="WORKBOOK", help="Show which ratings of this workbook change."),
    ] = None,
    format_: Annotated[DiffFormat | None, format_option("text")] = None,
    output: Output = None,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show the differences between two rule files, in words.

    With a workbook, it also shows which of its ratings change; if its data has errors, only standards without errors
    are compared.

    Exit status: 0 compared, whatever differs; 1 problems in the workbook's data; 2 wrong usage or a broken rule file;
    3 a file that cannot be read or written.
    """
    from ..rulebook.diff import differences
    from ..rulebook.load import load_rules
    from ..views import rules_diff as rule_differences

    chosen = format_of(format_, output, DIFF_SUFFIXES)
    sides = (load_rules(before), load_rules(after))
    register = Register()
    register.reads(*sides[0].files, *sides[1].files, *([] if workbook is None else [workbook]))
    register.writes(output, "-o")
    change, status = None, 0
    if workbook is not None:
        change, status = _rated_by_both(workbook, sides, limits, quiet=quiet, color=color)
    found = differences(*sides)
    if chosen is DiffFormat.TEXT:
        write(rule_differences.to_text(sides, found, change, screen_for(output, color)), output, text=True)
    else:
        view = {DiffFormat.JSON: rule_differences.to_json, DiffFormat.MARKDOWN: rule_differences.to_markdown}[chosen]
        write(view(sides, found, change), output)
    wrote(output, quiet=quiet)
    raise typer.Exit(status)


def schema(
    of: Annotated[
        Schema,
        typer.Argument(metavar="OF", help="Choose the schema of rule files, `rate -f json` or mapping files."),
    ] = Schema.RULES,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", callback=no_folder, help="Write to this file.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Print a JSON Schema of rule files, mapping files or ratings."""
    from ..views.rules_schema import mapping_schema, ratings_schema, rules_schema

    made = {Schema.RULES: rules_schema, Schema.MAPPING: mapping_schema, Schema.RATINGS: ratings_schema}
    write([made[of]()], output)
    wrote(output, quiet=quiet)


def new(
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PATH", callback=no_folder, help="Write this .yaml file; default: print it."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    quiet: Quiet = False,
) -> None:
    """Begin a rule file of your own.

    The file is for an invented programme. It can be used as it is, and comments explain every key.
    """
    from ..views.rules_schema import skeleton

    if output is None:
        write([skeleton()], None)
        return
    if output.suffix.lower() not in {".yaml", ".yml"}:
        raise UsageError(f"{output} must end in .yaml, or --rules cannot find it")
    if output.exists() and not force:
        raise OutputError(f"{output} is there already: choose another file, or add --force")
    write([skeleton()], output)
    if not quiet:
        say(f"{output} written: change it, then run: probation-ratings rules check {typed(output)}\n")


def _rated_by_both(
    workbook: str, sides: tuple[RuleSet, RuleSet], limits: int, *, quiet: bool, color: Color
) -> tuple[RegionChange, int]:
    """How the ratings of a workbook change from one side's rules to the other's, and the exit status."""
    if inputs_of([workbook]).paths != [workbook] or workbook == "-":
        raise UsageError(f"{workbook} is not one workbook: give a single file")
    from ..checking.read import read_inspection
    from ..findings.comparison import Result, compare
    from ..rating.rated import rate_inspection
    from ..reading.workbook import Reading
    from ..views.rate_data import inspection_entry

    status = 0
    entries = []
    for rules in sides:
        rated = rate_inspection(read_inspection(Reading(workbook, limits), rules), partial=True)
        status = max(status, report(rated, quiet=quiet, color=color))
        entries.append(inspection_entry(rated))
    if entries[0]["workbook"] != entries[1]["workbook"]:
        raise InputError(f"{workbook}: the workbook was changed while it was read: try again")
    before, after = (Result(entry, workbook) for entry in entries)
    return compare(before, after), status
