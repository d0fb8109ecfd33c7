"""`rules`: lists, shows, checks, compares and begins rule files."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads the annotation)
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..errors import InputError, OutputError, RuleFileError, UsageError
from ..writing.output import write
from ..writing.register import Register
from . import options
from .formats import OutputFormat
from .inputs import inputs_of
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..findings.comparison import RegionChange
    from ..problems import Problem
    from ..rulebook.model import RuleSet


class ShowFormat(OutputFormat):
    """The formats of `rules show`."""

    TABLE = "table", ".txt", "rules:to_text"
    JSON = "json", ".json", "rules:to_json"
    YAML = "yaml", ".yaml .yml", "rules:to_yaml"
    MARKDOWN = "markdown", ".md", "rules:to_markdown"


class DiffFormat(OutputFormat):
    """The formats of `rules diff`."""

    TEXT = "text", ".txt", "rules_diff:to_text"
    JSON = "json", ".json", "rules_diff:to_json"
    MARKDOWN = "markdown", ".md", "rules_diff:to_markdown"


_FORMAT = options.option("FORMAT", "Choose the format.", "--format", "-f")


def list_(
    *,
    format_: Annotated[Literal["table", "json"], _FORMAT] = "table",
) -> None:
    """List the shipped rule files and how much each rates."""
    from ..rulebook.load import load_rules
    from ..rulebook.yaml_file import shipped
    from ..views.rules import list_to_json, list_to_text

    loaded = [load_rules(known) for known in shipped()]
    if format_ == "json":
        write(list_to_json(loaded), None)
    else:
        write(list_to_text(loaded, Terminal(color="never").screen(None)), None, text=True)


def show(
    rules: options.IdOrFile,
    *,
    format_: Annotated[ShowFormat | None, ShowFormat.option()] = None,
    output: options.Output = None,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Show a rule file in full, merged with the files it extends."""
    from ..rulebook.load import load_rules

    chosen = ShowFormat.of(format_, output)
    rule_set = load_rules(rules)
    register = Register(*rule_set.files)
    register.writes(output, "-o")
    chosen.write(output, Terminal(quiet, color), rule_set)


def check(
    files: Annotated[list[str], options.argument("FILE", "Rule files, by path or id.")],
    *,
    format_: Annotated[Literal["full", "json"], _FORMAT] = "full",
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
    if format_ == "json":
        write(checked_to_json(checked), None)
    else:
        write(checked_to_text(checked), None, text=True)
    if any(isinstance(found, tuple) for found in checked.values()):
        raise typer.Exit(RuleFileError.exit_code)


def diff(
    before: Annotated[str, options.argument("A", "A shipped rule file's id, or your own file.")],
    after: Annotated[str, options.argument("B", "The rule file to compare it with.")],
    *,
    workbook: Annotated[
        str | None, options.option("WORKBOOK", "Show which ratings of this workbook change.", "--workbook", "-w")
    ] = None,
    format_: Annotated[DiffFormat | None, DiffFormat.option()] = None,
    output: options.Output = None,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Show the differences between two rule files, in words.

    With a workbook, it also shows which of its ratings change; if its data has errors, only standards without errors
    are compared.

    Exit status: 0 compared, whatever differs; 1 problems in the workbook's data; 2 wrong usage or a broken rule or
    mapping file; 3 a file that cannot be read or written.
    """
    from ..rulebook.diff import differences
    from ..rulebook.load import load_rules

    terminal = Terminal(quiet, color)
    chosen = DiffFormat.of(format_, output)
    sides = (load_rules(before), load_rules(after))
    register = Register(*sides[0].files, *sides[1].files, *([] if workbook is None else [workbook]))
    register.writes(output, "-o")
    change, status = None, 0
    if workbook is not None:
        change, status = _rated_by_both(workbook, sides, limits, terminal)
    chosen.write(output, terminal, sides, differences(*sides), change)
    raise typer.Exit(status)


def schema(
    of: Annotated[
        Literal["rules", "ratings", "mapping"],
        options.argument("OF", "Choose the schema of rule files, `rate -f json` or mapping files."),
    ] = "rules",
    *,
    output: Annotated[Path | None, options.output_option("Write to this file.", callback=options.no_folder)] = None,
    quiet: options.Quiet = False,
) -> None:
    """Print a JSON Schema of rule files, mapping files or ratings."""
    from ..views.rules_schema import mapping_schema, ratings_schema, rules_schema

    made = {"rules": rules_schema, "mapping": mapping_schema, "ratings": ratings_schema}
    write([made[of]()], output)
    Terminal(quiet).wrote(output)


def new(
    *,
    output: Annotated[
        Path | None, options.output_option("Write this .yaml file; default: print it.", callback=options.no_folder)
    ] = None,
    force: Annotated[bool, options.flag("--force", "Overwrite an existing file.")] = False,
    quiet: options.Quiet = False,
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
    command = f"probation-ratings rules check {options.typed(output)}"
    Terminal(quiet).say(f"{output} written: change it, then run: {command}\n")


def _rated_by_both(
    workbook: str, sides: tuple[RuleSet, RuleSet], limits: int, terminal: Terminal
) -> tuple[RegionChange, int]:
    """How the ratings of a workbook change from one side's rules to the other's, and the exit status."""
    if inputs_of([workbook]).paths != [workbook] or workbook == "-":
        raise UsageError(f"{workbook} is not one workbook: give a single file")
    from ..checking.read import read_inspection
    from ..findings.comparison import Result, pairs
    from ..rating.rated import rate_inspection
    from ..reading.workbook import Reading
    from ..views.rate_data import inspection_entry

    status = 0
    entries = []
    for rules in sides:
        rated = rate_inspection(read_inspection(Reading(workbook, limits), rules), partial=True)
        status = max(status, terminal.report([rated]))
        entries.append(inspection_entry(rated))
    if entries[0]["workbook"] != entries[1]["workbook"]:
        raise InputError(f"{workbook}: the workbook was changed while it was read: try again")
    before, after = ([Result(entry, workbook)] for entry in entries)
    return pairs(before, after).changes[0], status
