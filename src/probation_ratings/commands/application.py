"""The command line: the group `probation-ratings` and the analyst's one command `rate`."""

from __future__ import annotations

from typing import Any

import typer

from ..errors import UsageError
from ..text import listed
from .command import Command, ConfiguredCommand, Group, usual
from .options import Version  # noqa: TC001  (typer reads the annotation)
from .rate import rate


def _typer(text: str | None) -> typer.Typer:
    """A Typer that leaves exceptions to `__main__`, and help as plain text: rich's takes longer to import."""
    return typer.Typer(
        cls=Group,
        help=text,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": 79,
            "token_normalize_func": usual,
            "obj": _every_command,
        },
    )


def rate_alone() -> typer.Typer:
    """The command `rate` on its own, so that the others need not be imported."""
    app = _typer(None)
    app.command(cls=ConfiguredCommand)(rate)
    return app


def group() -> typer.Typer:
    """All commands."""
    from . import rules
    from .check import check
    from .compare import compare
    from .convert import convert
    from .describe import describe
    from .example import example
    from .explain import explain
    from .new import new
    from .problems import problems

    app = _typer("Rate probation inspections from case workbooks.")
    app.callback(invoke_without_command=True)(_with_version)
    for command in (rate, check, explain, compare, describe, convert, problems, new, example):
        app.command(cls=Command if command is problems else ConfiguredCommand)(command)
    own = _typer("Show, check, compare and begin rule files.\n\nA rule file says what a programme rates, and how.")
    own.callback(invoke_without_command=True)(_named)
    own.command("list", cls=Command)(rules.list_)
    for of_rules in (rules.show, rules.check, rules.diff, rules.schema, rules.new):
        own.command(cls=Command)(of_rules)
    app.add_typer(own, name="rules")
    return app


def _every_command() -> list[tuple[str, Any]]:
    """The commands with their paths, for a message that names the one that has an option."""
    commands = typer.main.get_command(group()).commands  # type: ignore[attr-defined]
    return [(f"probation-ratings {name}", command) for name, command in commands.items()]


def _with_version(context: typer.Context, *, version: Version = False) -> None:  # noqa: ARG001  (its callback does it)
    _named(context)


def _named(context: typer.Context) -> None:
    """Raise `UsageError` where no command of a group is named."""
    if context.invoked_subcommand is None:
        commands = [*context.command.commands]  # type: ignore[attr-defined]
        raise UsageError(f"name a command: {listed(commands, 'or')}", context.command_path)
