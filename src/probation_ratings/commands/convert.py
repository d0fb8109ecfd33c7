"""`convert`: what was read of one inspection, as one case workbook."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads the annotation)
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..problems import counted, listed
from ..writing.output import write_bytes
from ..writing.register import Register
from . import options
from .inputs import inputs_of
from .terminal import Terminal, tell
from .work import work_on

if TYPE_CHECKING:
    from ..checking.inspection import Inspection
    from ..rulebook.model import RuleSet
    from .inputs import Inputs


def convert(
    inputs: Annotated[
        list[str], options.argument("INPUT", "A mapping file, a case workbook, or with --combine its parts.")
    ],
    *,
    output: Annotated[Path, options.output_option("Write this .xlsx file.")],
    rules: options.RulesOrMapping = None,
    combine: options.Combine = False,
    recursive: options.Recursive = False,
    data: options.Data = None,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Convert an input to one case workbook of the usual shape.

    Dates are written as dates, answers in full words. Rating the workbook gives the same ratings. Data with an error
    is not written.

    Exit status: 0 written; 1 problems in the data; 2 wrong usage or a broken rule or mapping file; 3 a file that
    cannot be read or written.
    """
    terminal = Terminal(quiet, color)
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output} must end in .xlsx: a case workbook is written only in that format")
    found = inputs_of(inputs, combine=combine, recursive=recursive, data=data)
    _refuse_several(found)
    register = Register(*found.paths)
    register.writes(output, "-o")
    with work_on(found, rules, limits, register) as (rule_set, do_each):
        from ..rating.rated import rate_inspection

        _, read = next(do_each(list))
        inspections = read()[0]
        rated = [rate_inspection(one) for one in inspections]
        status = terminal.report(rated)
        if status == 0:
            _write(inspections, output, rules or _named(rule_set), terminal)
        elif codes := sorted({one.kind.code for each in rated for one in each.blocking}):
            tell(f"{output} is not written: blocked by {listed(codes)}\n")
    raise typer.Exit(status)


def _refuse_several(inputs: Inputs) -> None:
    """Raise `UsageError` unless there is one inspection to read."""
    if inputs.total > 1:
        raise UsageError(
            f"{counted(inputs.total, 'input')} are given, and one workbook is written: add --combine if they are parts "
            "of one inspection, or convert each by itself"
        )
    if not inputs.paths:
        raise UsageError(f"{listed(inputs.empty)} has neither a workbook nor a mapping file")


def _named(rules: RuleSet) -> str:
    """The rules as --rules takes them: by their id, or the path of a user's own."""
    from ..rulebook.yaml_file import shipped

    return rules.id if rules.id in shipped() else next(iter(rules.files))


def _write(inspections: list[Inspection], output: Path, rules: str, terminal: Terminal) -> None:
    from ..writing.case_workbook import to_case_workbook, without_figures

    write_bytes(to_case_workbook(inspections), output)
    left_out = [one.name for one in without_figures(inspections)]
    if left_out:
        tell(f"{listed(left_out)} left out: it has values that are not allowed\n")
    cases = sum(len(table.frame) for one in inspections for table in one.cases.values())
    command = f"rate {options.typed(output)}{options.with_rules(rules)}"
    terminal.say(f"{output}: {counted(cases, 'case')} written; rate with: {command}\n")
