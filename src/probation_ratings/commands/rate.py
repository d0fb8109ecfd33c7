"""`rate`: the ratings of inspections."""

from __future__ import annotations

import os
import sys
from collections import deque
from enum import StrEnum
from functools import partial as partial_of
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..errors import UsageError
from .options import (
    ByOption,
    Color,
    ColorOption,
    Limits,
    PartialOption,
    Quiet,
    Rules,
    Version,
    file_name,
    format_of,
    give_up,
    processes,
    screen_of,
    start,
    tell_empty,
    workbooks_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..counted import CountedRegions
    from ..rated import RatedInspection
    from ..ruleset import RuleSet
    from ..views.screen import Screen
    from ..workbook import Reading
    from .batch import Batch, Work

    View: TypeAlias = Callable[[Iterable[RatedInspection]], Iterator[str]]


class Format(StrEnum):
    """The formats of `rate`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


SUFFIXES = {".txt": Format.TABLE, ".json": Format.JSON, ".jsonl": Format.JSONL, ".csv": Format.CSV}


def rate(
    workbooks: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORKBOOK", help="Case workbooks, or folders of them; - reads one from standard input."),
    ] = None,
    *,
    rules: Rules = "regional-2023",
    format_: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: table.", show_default=False)
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="Write to this file, or a file a region to this folder/."),
    ] = None,
    key_questions: Annotated[bool, typer.Option("--key-questions", help="CSV: one row a key question.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Table: say how each rating came about.")] = False,
    by: ByOption = None,
    partial: PartialOption = False,
    each: Annotated[
        bool, typer.Option("--each", help="Many workbooks or PDUs: the table of each, not side by side.")
    ] = False,
    sort: Annotated[
        str, typer.Option("--sort", metavar="BY", help="Many workbooks: by score, region or a standard's id.")
    ] = "score",
    require_all: Annotated[
        bool, typer.Option("--require-all", help="Fail where a region of the rule file is missing.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, max=64, metavar="N", help="Read in N processes; default: as many as pay."),
    ] = None,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="PATH", help="Add a line of JSON a workbook to this file.")
    ] = None,
    tallies: Annotated[
        str | None,
        typer.Option("--tallies", metavar="FILE", help="Rate counts that a database made: .csv, .parquet or .xlsx."),
    ] = None,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
    version: Version = False,  # noqa: ARG001  (its callback does it)
) -> None:
    """Rate inspections: the ratings of all standards, the score and the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    from ..output import refuse_input_as_output

    target = None if output in {None, "-"} else Path(str(output))
    folder = target is not None and (str(output).endswith(("/", os.sep)) or target.is_dir())
    chosen = Format(
        format_of(format_, None if folder else target, SUFFIXES) or (Format.JSON if folder else Format.TABLE)
    )
    _refuse(chosen, workbooks, tallies, explain=explain, key_questions=key_questions, by_pdu=by is not None)
    paths, empty_folders = workbooks_of(workbooks or [])
    for file in (None if folder else target, log_file):
        if file is not None:
            refuse_input_as_output(file, [*paths, rules, *([tallies] if tallies is not None else [])])
    rule_set, readings = start(paths, rules, limits, processes(jobs, len(paths)))
    standards = [standard.id for standard in rule_set.standards]
    if sort not in {"score", "region", *standards}:
        give_up(readings)
        raise UsageError(f"--sort takes score, region or a standard of {rule_set.id}, such as {standards[-1]}")
    each_pdu = rule_set.unit == "pdu"
    if each_pdu and tallies is not None:
        raise UsageError(f"--tallies rates regions, and {rule_set.id} rates each PDU: name a workbook")
    by_pdu = by is not None and not each_pdu  # a PDU is not broken down any further
    from ..counted import CountedRegions
    from .batch import Batch, wants_progress

    if tallies is not None:
        counted = CountedRegions(tallies, rule_set, limits)
        total = len(counted.regions)
        works = _counted(counted, partial=partial)
    else:
        total = len(paths)
        works = _read(readings, rule_set, partial=partial)
    batch = Batch(total, rule_set, sort, quiet=quiet, color=color, log=log_file)
    batch.status = tell_empty(empty_folders, color)
    each = each or explain or by_pdu  # what these add belongs below a region's own table
    streaming = target is None and (chosen is not Format.TABLE or each)
    progress = wants_progress(quiet=quiet, streaming=streaming)
    rated = batch.rate(works, progress=progress)
    screen = screen_of(sys.stdout, color if target is None else Color.NEVER, to_file=target is not None)
    side_by_side = chosen is Format.TABLE and (total > 1 or each_pdu) and not each and not folder
    view = _view(chosen, rule_set, screen, explain=explain, key_questions=key_questions, by_pdu=by_pdu)
    try:
        if folder and target is not None:
            suffix = next(suffix for suffix, one in SUFFIXES.items() if one is chosen)
            _write_folder(rated, batch, view, target, suffix)
        else:
            encoding = (getattr(sys.stdout, "encoding", None) or "utf-8") if chosen is Format.TABLE else "utf-8"
            _write(rated, batch, view, target, screen if side_by_side else None, encoding=encoding)
    except KeyboardInterrupt:
        batch.interrupted()
        raise
    if require_all:
        batch.require_all()
    raise typer.Exit(batch.status)


def _refuse(
    chosen: Format,
    workbooks: list[str] | None,
    tallies: str | None,
    *,
    explain: bool,
    key_questions: bool,
    by_pdu: bool,
) -> None:
    """Raise `UsageError` where options contradict each other."""
    if key_questions and chosen is not Format.CSV:
        raise UsageError("--key-questions goes with -f csv")
    if key_questions and by_pdu:
        raise UsageError("--key-questions and --by ask for different rows: name one")
    if explain and chosen is not Format.TABLE:
        raise UsageError("--explain goes with the table: for JSON and Markdown use `probation-ratings explain`")
    if bool(workbooks) == (tallies is not None):
        raise UsageError("name case workbooks, or a file of counts with --tallies")


def _read(readings: Iterable[Reading], rules: RuleSet, *, partial: bool) -> Iterator[Work]:
    """The rating of each workbook, by the workbook's name."""
    from ..inspection import read_inspections
    from ..rated import rate_inspection

    def rate_one(reading: Reading) -> list[RatedInspection]:
        return [rate_inspection(one, partial=partial) for one in read_inspections(reading, rules)]

    for reading in readings:
        yield PurePath(reading.path).name, partial_of(rate_one, reading)


def _counted(counted: CountedRegions, *, partial: bool) -> Iterator[Work]:
    """The rating of each region of a file of counts, by the region's name."""
    for region in counted.regions:
        yield region, partial_of(lambda named: [counted.rate(named, partial=partial)], region)


def _view(chosen: Format, rules: RuleSet, screen: Screen, *, explain: bool, key_questions: bool, by_pdu: bool) -> View:
    """How inspections are shown in the chosen format."""
    if chosen is Format.TABLE:
        from ..views.terminal import to_table

        return lambda rated: to_table(rated, rules, screen, explain=explain, by_pdu=by_pdu)
    from ..views import documents

    if chosen is Format.CSV:
        rows = documents.to_question_csv if key_questions else documents.to_csv
        return lambda rated: (documents.to_pdu_csv if by_pdu else rows)(rated, rules)
    to_json = documents.to_json if chosen is Format.JSON else documents.to_jsonl
    return lambda rated: to_json(rated, rules, by_pdu=by_pdu)


def _write(
    rated: Iterator[RatedInspection],
    batch: Batch,
    view: View,
    target: Path | None,
    screen: Screen | None,
    *,
    encoding: str,
) -> None:
    """Write all inspections to one file or to standard output; `screen` is where they are shown side by side."""
    from ..output import write

    if screen is None:
        write(view(rated), target, encoding=encoding)
        return
    from ..views.regions import to_text

    try:
        deque(rated, maxlen=0)
    except KeyboardInterrupt:
        if target is None and batch.lines:
            write(to_text(batch.lines, batch.rules, screen, batch.sort), None, encoding=encoding)
        raise
    write(to_text(batch.lines, batch.rules, screen, batch.sort), target, encoding=encoding)


def _write_folder(rated: Iterator[RatedInspection], batch: Batch, view: View, folder: Path, suffix: str) -> None:
    """Write a file a region as soon as it is rated, and a summary of all when all are."""
    from ..output import write
    from ..views.regions import to_csv

    used: set[str] = {"summary"}
    for one in rated:
        named = " ".join(filter(None, (one.details.region, one.details.pdu)))
        name = file_name(named or Path(one.details.path).stem, used)
        write(view([one]), folder / f"{name}{suffix}")
    write(to_csv(batch.lines, batch.rules, batch.sort), folder / "summary.csv")
