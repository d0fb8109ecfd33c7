"""`rate`: the ratings of inspections."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .options import (
    ByOption,
    Color,
    ColorOption,
    Limits,
    Output,
    PartialOption,
    Quiet,
    Rules,
    Version,
    Workbooks,
    format_of,
    report,
    screen_of,
    start,
    tell_empty,
    workbooks_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rated import RatedInspection


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
    explain: Annotated[bool, typer.Option("--explain", help="Table: say how each rating came about.")] = False,
    by: ByOption = None,
    partial: PartialOption = False,
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
    if key_questions and by is not None:
        raise UsageError("--key-questions and --by ask for different rows: name one")
    if explain and chosen is not Format.TABLE:
        raise UsageError("--explain goes with the table: for JSON and Markdown use `probation-ratings explain`")
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
            status = max(status, report(rated, quiet=quiet, color=color))
            yield rated

    encoding = "utf-8"
    if chosen is Format.TABLE:
        from ..views.terminal import to_table

        screen = screen_of(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)
        chunks = to_table(results(), rule_set, screen, explain=explain, by_pdu=by is not None)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    elif chosen is Format.CSV:
        rows = documents.to_question_csv if key_questions else documents.to_csv
        chunks = (documents.to_pdu_csv if by is not None else rows)(results(), rule_set)
    else:
        view = documents.to_json if chosen is Format.JSON else documents.to_jsonl
        chunks = view(results(), rule_set, by_pdu=by is not None)
    write(chunks, output, encoding=encoding)
    raise typer.Exit(status)
