"""`rate`: the ratings of inspections."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .options import (
    Color,
    ColorOption,
    Limits,
    Output,
    Quiet,
    Rules,
    Version,
    Workbooks,
    format_of,
    say,
    screen_of,
    start,
    tell_empty,
    workbooks_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..rated import RatedInspection
    from ..ruleset import RuleSet


class Format(StrEnum):
    """The formats of `rate`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


SUFFIXES = {".txt": Format.TABLE, ".json": Format.JSON, ".jsonl": Format.JSONL, ".csv": Format.CSV}


def rate(
    workbooks: Workbooks,
    *,
    rules: Rules = "regional-2023",
    format_: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: table.", show_default=False)
    ] = None,
    output: Output = None,
    key_questions: Annotated[bool, typer.Option("--key-questions", help="CSV: one row a key question.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Rate the sound standards where others have errors; no overall rating.")
    ] = False,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
    version: Version = False,  # noqa: ARG001  (its callback does it)
) -> None:
    """Rate inspections: the ratings of all standards, the score and the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    from ..output import refuse_input_as_output, write

    if output == Path("-"):
        output = None
    chosen = Format(format_of(format_, output, SUFFIXES) or Format.TABLE)
    if key_questions and chosen is not Format.CSV:
        raise UsageError("--key-questions goes with -f csv")
    paths, empty_folders = workbooks_of(workbooks)
    if output is not None:
        refuse_input_as_output(output, [*paths, rules])
    rule_set, readings = start(paths, rules, limits)
    from ..inspection import read_inspection
    from ..rated import rate_inspection
    from ..views import documents

    status = tell_empty(empty_folders, color)

    def results() -> Iterator[RatedInspection]:
        nonlocal status
        for reading in readings:
            rated = rate_inspection(read_inspection(reading, rule_set), partial=partial)
            status = max(status, _status(rated))
            _report(rated, quiet=quiet, color=color)
            yield rated

    encoding = "utf-8"
    if chosen is Format.TABLE:
        from ..views.terminal import to_table

        screen = screen_of(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)
        chunks = to_table(results(), rule_set, screen)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    else:
        views: dict[Format, Callable[[Iterable[RatedInspection], RuleSet], Iterator[str]]] = {
            Format.JSON: documents.to_json,
            Format.JSONL: documents.to_jsonl,
            Format.CSV: documents.to_question_csv if key_questions else documents.to_csv,
        }
        chunks = views[chosen](results(), rule_set)
    write(chunks, output, encoding=encoding)
    raise typer.Exit(status)


def _status(rated: RatedInspection) -> int:
    if rated.details.sha256 is None:
        return 3
    return 1 if rated.blocking else 0


def _report(rated: RatedInspection, *, quiet: bool, color: Color) -> None:
    """Say on standard error what was found wrong; notes are for `check`."""
    severities = ("error",) if quiet else ("error", "warning")
    told = [problem for problem in rated.problems if problem.kind.severity in severities]
    if told:
        from ..views.diagnostics import show_problems

        say(show_problems(told, screen_of(sys.stderr, color)))
