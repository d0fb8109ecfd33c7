"""`new`: makes a blank case workbook to fill in, or a mapping file to start from."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError, UsageError
from ..writing.output import write, write_bytes
from ..writing.register import Register
from .configured import configuration_files
from .options import DEFAULT_RULES, Quiet, Rules, say, typed, with_rules


def new(
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write this .xlsx file.", show_default=False)
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="Write a mapping file to start from.", show_default=False),
    ] = None,
    rules: Rules = DEFAULT_RULES,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    quiet: Quiet = False,
) -> None:
    """Make a blank case workbook to fill in, with drop-down lists.

    Its sheets and headers are those of the rule file. With --mapping, make a commented mapping file instead, which
    says how exports of other programs become these sheets.
    """
    from ..rulebook.load import load_rules

    if mapping is not None:
        if output is not None or force:
            raise UsageError(
                "--mapping writes a mapping file by itself, and overwrites nothing: leave out -o and --force"
            )
        _new_mapping(mapping, rules, quiet=quiet)
        return
    if output is None:
        raise UsageError("name the workbook to write, such as -o region.xlsx, or with --mapping a mapping file")
    to_file = output != Path("-")
    if to_file and output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output} must end in .xlsx: a blank workbook is made only in that format")
    if not to_file and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("xlsx is binary: give a file with -o, such as -o region.xlsx")
    rule_set = load_rules(rules)
    register = Register()
    register.reads(*rule_set.files, *configuration_files())
    register.writes(output if to_file else None, "-o")
    if to_file and output.exists() and not force:
        raise OutputError(f"{output} is there already and may have cases: choose another file, or add --force")
    from ..writing.blank_workbook import to_blank

    write_bytes(to_blank(rule_set), output if to_file else None)
    if to_file and not quiet:
        say(f"{output} written: fill it in, then run: probation-ratings check {typed(output)}{with_rules(rules)}\n")


def _new_mapping(path: Path, rules: str, *, quiet: bool) -> None:
    """Write a mapping file to start from; a file that exists is left as it is."""
    from ..rulebook.load import load_rules
    from ..rulebook.yaml_file import shipped
    from ..writing.mapping_start import mapping_start

    if path.suffix.lower() not in {".yaml", ".yml"}:
        raise UsageError(f"{path} must end in .mapping.yaml: only such a file is read as a mapping file")
    rule_set = load_rules(rules)
    register = Register()
    register.reads(*rule_set.files, *configuration_files())
    register.writes(path, "--mapping")
    if os.path.lexists(path):
        raise OutputError(f"{path} exists already: name another file")
    named = rules if rules in shipped() else Path(os.path.relpath(rules, path.parent)).as_posix()
    write([mapping_start(rule_set, named)], path)
    if not quiet:
        say(f"{path} written: name your exports and their headers in it, then run: rate {typed(path)}\n")
