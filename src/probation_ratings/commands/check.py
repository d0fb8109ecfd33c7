"""`check`: everything that is wrong with case workbooks, for a person or for CI."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError, UsageError
from .options import (
    Color,
    ColorOption,
    Limits,
    Output,
    Rules,
    Workbooks,
    format_of,
    say,
    screen_of,
    start,
    tell_empty,
    workbooks_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..checked import Checked


class Format(StrEnum):
    """The formats of `check`."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    JUNIT = "junit"
    SARIF = "sarif"


TEXTS = (Format.CONCISE, Format.GITHUB)
"""What may stand in a .txt file, too."""
SUFFIXES = {".txt": Format.FULL, ".json": Format.JSON, ".xml": Format.JUNIT, ".sarif": Format.SARIF}


def check(
    workbooks: Workbooks,
    *,
    rules: Rules = "regional-2023",
    format_: Annotated[Format | None, typer.Option("--format", "-f", help="Default: full.", show_default=False)] = None,
    output: Output = None,
    select: Annotated[str, typer.Option(metavar="CODES", help="Only these problems: PR304, or PR3 for all 3xx.")] = "",
    ignore: Annotated[str, typer.Option(metavar="CODES", help="All but these problems: PR408,PR213.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Problems in the data do not fail.")] = False,
    redact: Annotated[bool, typer.Option("--redact", help="Leave out values of cells and ids of cases.")] = False,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="DIR", help="Write copies of the workbooks with the bad cells marked."),
    ] = None,
    limits: Limits = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Check case workbooks: every problem with its cell, its effect on the ratings and its remedy.

    Exit status: 0 no error; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be
    read or written.
    """
    from ..output import refuse_input_as_output, write

    if output == Path("-"):
        output = None
    suffixes = SUFFIXES if format_ not in TEXTS else {**SUFFIXES, ".txt": format_}
    chosen = Format(format_of(format_, output, suffixes) or Format.FULL)
    paths, empty_folders = workbooks_of(workbooks)
    if output is not None:
        refuse_input_as_output(output, [*paths, rules])
    selected, ignored = _codes(select), _codes(ignore)
    rule_set, readings = start(paths, rules, limits)
    from ..checked import check as check_inspection
    from ..inspection import read_inspection

    everything: list[Checked] = []
    status = tell_empty(empty_folders, color)

    def results() -> Iterator[Checked]:
        nonlocal status
        for reading in readings:
            checked = check_inspection(read_inspection(reading, rule_set), selected, ignored, redact=redact)
            everything.append(checked)
            status = max(status, _status(checked, strict=strict, exit_zero=exit_zero))
            if annotate is not None and checked.was_read and checked.problems:
                status = max(status, _annotate(checked, annotate, redact=redact, quiet=quiet))
            yield checked

    encoding = "utf-8"
    if chosen is Format.FULL:
        from ..views.diagnostics import to_full

        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        screen = screen_of(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)
        chunks = to_full(results(), screen)
    elif chosen is Format.CONCISE:
        from ..views.diagnostics import to_concise

        chunks = to_concise(results())
    else:
        from ..views import reports

        view = {
            Format.JSON: reports.to_json,
            Format.GITHUB: reports.to_github,
            Format.JUNIT: reports.to_junit,
            Format.SARIF: reports.to_sarif,
        }[chosen]
        chunks = view(results(), rule_set)
    write(chunks, output, encoding=encoding)
    if not quiet:
        from ..views.diagnostics import summary

        say(summary(everything))
    raise typer.Exit(status)


def _annotate(checked: Checked, folder: Path, *, redact: bool, quiet: bool) -> int:
    """Write the marked copy of a workbook; the exit status for it. One that fails does not stop the others."""
    from ..annotated import annotate

    try:
        copy = annotate(checked.path, checked.problems, folder, redact=redact)
    except OutputError as error:
        say(f"{error}\n")
        return error.exit_code
    if not quiet:
        say(f"{copy} written\n")
    return 0


def _codes(text: str) -> list[str]:
    from ..checked import unknown_codes

    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    if unknown := unknown_codes(codes):
        raise UsageError(f"{unknown[0]} is no problem code: `probation-ratings problems` lists them")
    return codes


def _status(checked: Checked, *, strict: bool, exit_zero: bool) -> int:
    if not checked.was_read:
        return 3
    failing = ("error", "warning") if strict else ("error",)
    return 1 if not exit_zero and any(one.kind.severity in failing for one in checked.problems) else 0
