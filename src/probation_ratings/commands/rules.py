"""`rules`: the shipped rule files and one's own: list, show, check, compare, and begin one."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import RuleFileError
from .options import Color, ColorOption, Output, format_of, screen_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..problems import Problem
    from ..ruleset import RuleSet
    from ..views.screen import Screen

IdOrFile = Annotated[
    str, typer.Argument(metavar="ID_OR_FILE", help="A shipped rule file's id, or your own.", show_default=False)
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
    """What has a JSON Schema."""

    RULES = "rules"
    RATINGS = "ratings"


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
        ListFormat, typer.Option("--format", "-f", help="How to show them.", show_default=True)
    ] = ListFormat.TABLE,
) -> None:
    """List the shipped rule files: id, highest score, numbers of standards and key questions, title."""
    from ..rulefile import shipped
    from ..rules import load_rules
    from ..views.rule_files import list_to_json, list_to_text

    loaded = [load_rules(known) for known in shipped()]
    if format_ is ListFormat.JSON:
        _write(list_to_json(loaded), None)
    else:
        _write(list_to_text(loaded, _screen(Color.NEVER, None)), None, text=True)


def show(
    rules: IdOrFile,
    *,
    format_: Annotated[
        ShowFormat | None, typer.Option("--format", "-f", help="Default: table.", show_default=False)
    ] = None,
    output: Output = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show a rule file whole, with what it extends: as tables, for a program, or as one YAML file."""
    from ..output import refuse_input_as_output
    from ..rules import load_rules
    from ..views import rule_files

    output = None if output == Path("-") else output
    chosen = ShowFormat(format_of(format_, output, SHOW_SUFFIXES) or ShowFormat.TABLE)
    rule_set = load_rules(rules)
    if output is not None:
        refuse_input_as_output(output, rule_set.files)
    if chosen is ShowFormat.TABLE:
        _write(rule_files.to_text(rule_set, _screen(color, output)), output, text=True)
        return
    views = {
        ShowFormat.JSON: rule_files.to_json,
        ShowFormat.YAML: rule_files.to_yaml,
        ShowFormat.MARKDOWN: rule_files.to_markdown,
    }
    _write(views[chosen](rule_set), output)


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Rule files, by path or id.", show_default=False)],
    *,
    format_: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to tell them.", show_default=True)
    ] = CheckFormat.FULL,
    color: ColorOption = Color.AUTO,
) -> None:
    """Check rule files: everything that is wrong, with file and line.

    Exit status: 0 all of them hold together; 2 one of them cannot be used.
    """
    from ..rules import load_rules
    from ..views.rule_files import checked_to_json, checked_to_text

    checked: dict[str, RuleSet | Sequence[Problem]] = {}
    for path in files:
        try:
            checked[path] = load_rules(path)
        except RuleFileError as error:
            checked[path] = error.problems
    if format_ is CheckFormat.JSON:
        _write(checked_to_json(checked), None)
    else:
        _write(checked_to_text(checked, _screen(color, None)), None, text=True)
    if any(isinstance(found, tuple) for found in checked.values()):
        raise typer.Exit(RuleFileError.exit_code)


def _screen(color: Color, output: Path | None) -> Screen:
    return screen_of(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)


def _write(chunks: Iterable[str], output: Path | None, *, text: bool = False) -> None:
    """Write what a program reads as UTF-8, and text as the terminal takes it."""
    from ..output import write

    write(chunks, output, encoding=(getattr(sys.stdout, "encoding", None) or "utf-8") if text else "utf-8")
