"""`new`: makes a blank case workbook to fill in, or a mapping file to start from."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from ..errors import OutputError, UsageError
from ..writing.output import write, write_bytes
from ..writing.register import Register
from . import options
from .inputs import Inputs, rules_of
from .terminal import Terminal


def new(
    *,
    output: Annotated[Path | None, options.output_option("Write this .xlsx file.")] = None,
    mapping: Annotated[Path | None, options.option("FILE", "Write a mapping file to start from.")] = None,
    rules: options.Rules = options.DEFAULT_RULES,
    force: Annotated[bool, options.flag("--force", "Overwrite an existing file.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a blank case workbook to fill in, with drop-down lists.

    Its sheets and headers are those of the rule file. With --mapping, make a commented mapping file instead, which
    says how exports of other programs become these sheets.
    """
    terminal = Terminal(quiet)
    if mapping is not None:
        if output is not None or force:
            raise UsageError(
                "--mapping writes a mapping file by itself, and overwrites nothing: leave out -o and --force"
            )
        _new_mapping(mapping, rules, terminal)
        return
    if output is None:
        raise UsageError("name the workbook to write, such as -o region.xlsx, or with --mapping a mapping file")
    to_file = output != Path("-")
    if to_file and output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output} must end in .xlsx: a blank workbook is made only in that format")
    if not to_file and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("xlsx is binary: give a file with -o, such as -o region.xlsx")
    register = Register()
    rule_set = rules_of(Inputs(), rules, register)
    register.writes(output if to_file else None, "-o")
    if to_file and output.exists() and not force:
        raise OutputError(f"{output} is there already and may have cases: choose another file, or add --force")
    from ..writing.blank_workbook import to_blank

    write_bytes(to_blank(rule_set), output if to_file else None)
    if to_file:
        command = f"probation-ratings check {options.typed(output)}{options.with_rules(rules)}"
        terminal.say(f"{output} written: fill it in, then run: {command}\n")


def _new_mapping(path: Path, rules: str, terminal: Terminal) -> None:
    """Write a mapping file to start from; a file that exists is left as it is."""
    from ..rulebook.yaml_file import shipped
    from ..writing.mapping_start import mapping_start

    if path.suffix.lower() not in {".yaml", ".yml"}:
        raise UsageError(f"{path} must end in .mapping.yaml: only such a file is read as a mapping file")
    register = Register()
    rule_set = rules_of(Inputs(), rules, register)
    register.writes(path, "--mapping")
    if os.path.lexists(path):
        raise OutputError(f"{path} exists already: name another file")
    named = rules if rules in shipped() else Path(os.path.relpath(rules, path.parent)).as_posix()
    write([mapping_start(rule_set, named)], path)
    command = f"rate {options.typed(path)}"
    terminal.say(f"{path} written: name your exports and their headers in it, then run: {command}\n")
