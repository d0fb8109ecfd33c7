"""`example`: makes invented case workbooks, for trying the program, for training and for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError, UsageError
from ..writing.output import write_bytes
from ..writing.register import Register
from .configured import configuration_files
from .options import DEFAULT_RULES, Quiet, Rules, file_name, names_folder, say, typed, with_rules


def example(
    *,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="PATH", help="Write this .xlsx file, or into this folder/ for several regions."
        ),
    ],
    regions: Annotated[
        int, typer.Option("--regions", min=1, max=10_000, metavar="N", help="Make workbooks of N regions.")
    ] = 1,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar="S", help="Set the seed; another seed gives other cases.")
    ] = 1,
    planted_errors: Annotated[
        int, typer.Option("--planted-errors", min=0, metavar="N", help="Put N wrong answers into each workbook.")
    ] = 0,
    rules: Rules = DEFAULT_RULES,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
    quiet: Quiet = False,
) -> None:
    """Make invented case workbooks to try the program with.

    They are marked illustrative. The same seed makes the same workbooks.
    """
    from ..rulebook.load import load_rules

    path = Path(output)
    folder = regions > 1 or names_folder(output, "region.xlsx")
    if folder and path.suffix.lower() == ".xlsx":
        raise UsageError(f"{regions} regions need a folder: give one, such as -o regions/")
    if not folder and path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} must end in .xlsx, or in / for a folder")
    rule_set = load_rules(rules)
    from ..writing.example_workbook import region_names, to_workbook

    used: set[str] = set()
    names = region_names(rule_set, regions)
    targets = [path / f"{file_name(name, used)}.xlsx" if folder else path for name in names]
    register = Register()
    register.reads(*rule_set.files, *configuration_files())
    for target in targets:
        register.writes(target, "-o")
    there = [target for target in targets if target.exists()]
    if there and not force:
        raise OutputError(f"{there[0]} is there already: choose another place, or add --force")
    for name, target in zip(names, targets, strict=True):
        write_bytes(to_workbook(rule_set, name, seed, planted_errors), target)
    if not quiet:
        written = f"{len(targets)} illustrative workbooks" if folder else "an illustrative workbook"
        say(f"{path}: {written} written; rate with: rate {typed(path)}{with_rules(rules)}\n")
