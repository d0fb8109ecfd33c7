"""`new`: makes a blank case workbook to fill in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError, UsageError
from ..writing.output import write_bytes
from ..writing.register import Register
from .options import DEFAULT_RULES, Quiet, Rules, say, typed, with_rules


def new(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PATH", help="Write this .xlsx file.")],
    rules: Rules = DEFAULT_RULES,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    quiet: Quiet = False,
) -> None:
    """Make a blank case workbook to fill in, with drop-down lists.

    Its sheets and headers are those of the rule file.
    """
    from ..rulebook.load import load_rules

    to_file = output != Path("-")
    if to_file and output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output} must end in .xlsx: a blank workbook is made only in that format")
    if not to_file and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("xlsx is binary: give a file with -o, such as -o region.xlsx")
    rule_set = load_rules(rules)
    register = Register()
    register.reads(*rule_set.files)
    register.writes(output if to_file else None, "-o")
    if to_file and output.exists() and not force:
        raise OutputError(f"{output} already exists and may have cases: choose another file, or add --force")
    from ..writing.blank_workbook import to_blank

    write_bytes(to_blank(rule_set), output if to_file else None)
    if to_file and not quiet:
        say(f"{output} written: fill it in, then run: probation-ratings check {typed(output)}{with_rules(rules)}\n")
