"""The command line: the group `probation-ratings` and the analyst's one command `rate`."""

from __future__ import annotations

import typer

from .configured import ConfiguredCommand
from .options import Version  # noqa: TC001  (typer reads the annotation)
from .rate import rate


def _typer(text: str | None) -> typer.Typer:
    """A Typer that leaves exceptions to `__main__`, and help as plain text: rich's takes longer to import."""
    return typer.Typer(
        help=text,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
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
    app.callback()(_version)
    for command in (rate, check, explain, compare, describe, convert, problems, new, example):
        app.command(cls=None if command is problems else ConfiguredCommand)(command)
    own = _typer("Show, check, compare and begin rule files.\n\nA rule file says what a programme rates, and how.")
    own.command("list")(rules.list_)
    for of_rules in (rules.show, rules.check, rules.diff, rules.schema, rules.new):
        own.command()(of_rules)
    app.add_typer(own, name="rules")
    return app


def _version(*, version: Version = False) -> None:
    pass
