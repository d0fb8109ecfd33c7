"""The command line: the group `probation-ratings` and the analyst's one command `rate`."""

from __future__ import annotations

import typer

from .commands import rules
from .commands.check import check
from .commands.compare import compare
from .commands.example import example
from .commands.explain import explain
from .commands.new import new
from .commands.options import Version  # noqa: TC001  (typer reads the annotation)
from .commands.problems import problems
from .commands.rate import rate


def _typer(text: str | None) -> typer.Typer:
    """A Typer that leaves exceptions to `__main__`, and help as plain text: rich's takes longer to import."""
    return typer.Typer(
        help=text,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
    )


app = _typer("Rates probation inspections from case workbooks.")
rate_app = _typer(None)
rules_app = _typer("Show, check, compare and begin rule files.\n\nA rule file says what a programme rates, and how.")


@app.callback()
def _group(*, version: Version = False) -> None:
    pass


rate_app.command()(rate)
app.command()(rate)
app.command()(check)
app.command()(explain)
app.command()(compare)
app.command()(problems)
app.command()(new)
app.command()(example)
app.add_typer(rules_app, name="rules")
rules_app.command("list")(rules.list_)
rules_app.command()(rules.show)
rules_app.command()(rules.check)
rules_app.command()(rules.diff)
rules_app.command()(rules.schema)
rules_app.command()(rules.new)
