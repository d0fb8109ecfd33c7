"""`example`: makes invented case workbooks, for trying the program, for training and for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from ..errors import OutputError, UsageError
from ..problems import counted
from ..writing.output import write_bytes
from ..writing.register import Register
from . import options
from .inputs import Inputs, rules_of
from .terminal import Terminal


def example(
    *,
    output: Annotated[str, options.output_option("Write this .xlsx file, or into this folder/ for several regions.")],
    regions: Annotated[int, options.option("N", "Make workbooks of N regions.", min=1, max=10_000)] = 1,
    seed: Annotated[int, options.option("S", "Set the seed; another seed gives other cases.", min=0)] = 1,
    planted_errors: Annotated[int, options.option("N", "Put N wrong answers into each workbook.", min=0)] = 0,
    rules: options.Rules = options.DEFAULT_RULES,
    force: Annotated[bool, options.flag("--force", "Overwrite existing files.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Make invented case workbooks to try the program with.

    They are marked illustrative. The same seed makes the same workbooks.
    """
    path = Path(output)
    folder = regions > 1 or options.names_folder(output, "region.xlsx")
    if folder and path.suffix.lower() == ".xlsx":
        raise UsageError(f"{regions} regions need a folder: give one, such as -o regions/")
    if not folder and path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} must end in .xlsx, or in / for a folder")
    register = Register()
    rule_set = rules_of(Inputs(), rules, register)
    from ..writing.example_workbook import region_names, to_workbook

    used: set[str] = set()
    names = region_names(rule_set, regions)
    targets = [path / f"{options.file_name(name, used)}.xlsx" if folder else path for name in names]
    for target in targets:
        register.writes(target, "-o")
    there = [target for target in targets if target.exists()]
    if there and not force:
        raise OutputError(f"{there[0]} is there already: choose another place, or add --force")
    for name, target in zip(names, targets, strict=True):
        write_bytes(to_workbook(rule_set, name, seed, planted_errors), target)
    written = counted(len(targets), "illustrative workbook") if folder else "an illustrative workbook"
    command = f"rate {options.typed(path)}{options.with_rules(rules)}"
    Terminal(quiet).say(f"{path}: {written} written; rate with: {command}\n")
