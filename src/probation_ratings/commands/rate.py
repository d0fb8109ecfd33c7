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
from ..problems import listed
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

    from ..rated import RatedInspection
    from ..ruleset import RuleSet
    from ..views.screen import Screen
    from ..workbook import Reading
    from .batch import Batch, Work

    View: TypeAlias = Callable[[Iterable[RatedInspection]], Iterator[str] | Iterator[bytes]]


class Format(StrEnum):
    """The formats of `rate`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"
    XLSX = "xlsx"


SUFFIXES = {
    ".txt": Format.TABLE, ".json": Format.JSON, ".jsonl": Format.JSONL, ".csv": Format.CSV,
    ".md": Format.MARKDOWN, ".html": Format.HTML, ".xlsx": Format.XLSX,
}  # fmt: skip
PUBLISHED = (Format.CSV, Format.MARKDOWN, Format.HTML, Format.XLSX)
"""The formats that can leave out small counts."""


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
    supporting: Annotated[
        bool, typer.Option("--supporting", help="CSV: one row a supporting question or annex category.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Table: say how each rating came about.")] = False,
    by: ByOption = None,
    suppress_below: Annotated[
        int,
        typer.Option(
            "--suppress-below",
            min=0,
            metavar="N",
            show_default=False,
            help="Leave out counts from 1 to N-1 and what would reveal them: csv, markdown, html, xlsx.",
        ),
    ] = 0,
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
    target = None if output in {None, "-"} else Path(str(output))
    folder = target is not None and (str(output).endswith(("/", os.sep)) or target.is_dir())
    chosen = Format(
        format_of(format_, None if folder else target, SUFFIXES) or (Format.JSON if folder else Format.TABLE)
    )
    _refuse(
        chosen, workbooks, tallies,
        explain=explain, key_questions=key_questions, supporting=supporting, by_pdu=by is not None,
        suppress=suppress_below > 0, to_screen=target is None and bool(getattr(sys.stdout, "isatty", bool)()),
    )  # fmt: skip
    paths, empty_folders = workbooks_of(workbooks or [])
    suffix = next(suffix for suffix, one in SUFFIXES.items() if one is chosen)
    inputs = [*paths, rules, *([tallies] if tallies is not None else [])]
    _refuse_inputs(inputs, [None if folder else target, log_file], target if folder else None, suffix)
    rule_set, readings = start(paths, rules, limits, processes(jobs, len(paths)))
    standards = [standard.id for standard in rule_set.standards]
    if sort not in {"score", "region", *standards}:
        give_up(readings)
        raise UsageError(f"--sort takes score, region or a standard of {rule_set.id}, such as {standards[-1]}")
    each_pdu = rule_set.unit == "pdu"
    if each_pdu and tallies is not None:
        raise UsageError(f"--tallies rates regions, and {rule_set.id} rates each PDU: name a workbook")
    by_pdu = by is not None and not each_pdu  # a PDU is not broken down any further
    from .batch import Batch, wants_progress

    total, works = len(paths), _read(readings, rule_set, partial=partial)
    if tallies is not None:
        total, works = _counted(tallies, rule_set, limits, partial=partial)
    batch = Batch(total, rule_set, sort, quiet=quiet, color=color, log=log_file)
    batch.status = tell_empty(empty_folders, color)
    each = each or explain or by_pdu  # what these add belongs below a region's own table
    streaming = target is None and (chosen is not Format.TABLE or each)
    progress = wants_progress(quiet=quiet, streaming=streaming)
    rated = batch.rate(works, progress=progress)
    screen = screen_of(sys.stdout, color if target is None else Color.NEVER, to_file=target is not None)
    side_by_side = chosen is Format.TABLE and (total > 1 or each_pdu) and not each and not folder
    if chosen is Format.CSV:
        view = _csv(rule_set, key_questions=key_questions, supporting=supporting, by_pdu=by_pdu, below=suppress_below)
    else:
        published = _publication(chosen, rule_set, sort, suppress_below)
        view = published or _view(chosen, rule_set, screen, explain=explain, by_pdu=by_pdu)
    try:
        if folder and target is not None:
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
    supporting: bool,
    by_pdu: bool,
    suppress: bool,
    to_screen: bool,
) -> None:
    """Raise `UsageError` where options contradict each other."""
    if suppress and chosen not in PUBLISHED:
        raise UsageError(f"--suppress-below goes with {listed(PUBLISHED, 'or')}: -f {chosen} has all counts")
    if chosen is Format.XLSX and to_screen:
        raise UsageError("a workbook is no text: name its file with -o")
    rows = {"--key-questions": key_questions, "--supporting": supporting}
    asked = [option for option, is_asked in rows.items() if is_asked]
    if asked and chosen is not Format.CSV:
        raise UsageError(f"{asked[0]} goes with -f csv")
    if len(asked) + by_pdu > 1 and chosen is Format.CSV:
        raise UsageError(f"{listed([*asked, *(['--by'] if by_pdu else [])])} ask for different rows: name one")
    if explain and chosen is not Format.TABLE:
        raise UsageError("--explain goes with the table: for JSON and Markdown use `probation-ratings explain`")
    if bool(workbooks) == (tallies is not None):
        raise UsageError("name case workbooks, or a file of counts with --tallies")


def _refuse_inputs(inputs: list[str], files: Iterable[Path | None], folder: Path | None, suffix: str) -> None:
    """Raise `UsageError` where an input would be overwritten."""
    from ..output import refuse_input_as_output, refuse_inputs_in

    for file in files:
        if file is not None:
            refuse_input_as_output(file, inputs)
    if folder is not None:
        refuse_inputs_in(folder, {suffix, ".csv"}, inputs)  # beside the regions' files there is summary.csv


def _read(readings: Iterable[Reading], rules: RuleSet, *, partial: bool) -> Iterator[Work]:
    """The rating of each workbook, by the workbook's name."""
    from ..inspection import read_inspections
    from ..rated import rate_inspection

    def rate_one(reading: Reading) -> list[RatedInspection]:
        return [rate_inspection(one, partial=partial) for one in read_inspections(reading, rules)]

    for reading in readings:
        yield PurePath(reading.path).name, partial_of(rate_one, reading)


def _counted(tallies: str, rules: RuleSet, limits: int, *, partial: bool) -> tuple[int, Iterator[Work]]:
    """How many regions a file of counts has, and the rating of each by the region's name."""
    from ..counted import CountedRegions

    counted = CountedRegions(tallies, rules, limits)

    def rate_one(region: str) -> list[RatedInspection]:
        return [counted.rate(region, partial=partial)]

    return len(counted.regions), ((region, partial_of(rate_one, region)) for region in counted.regions)


def _view(chosen: Format, rules: RuleSet, screen: Screen, *, explain: bool, by_pdu: bool) -> View:
    """How inspections are shown as a table or as JSON."""
    if chosen is Format.TABLE:
        from ..views.terminal import to_table

        return lambda rated: to_table(rated, rules, screen, explain=explain, by_pdu=by_pdu)
    from ..views import documents

    to_json = documents.to_json if chosen is Format.JSON else documents.to_jsonl
    return lambda rated: to_json(rated, rules, by_pdu=by_pdu)


def _csv(rules: RuleSet, *, key_questions: bool, supporting: bool, by_pdu: bool, below: int) -> View:
    """How inspections are shown as CSV; counts from 1 to `below` - 1 are left out."""
    from ..views import documents

    rows = documents.to_csv
    for asked, other in (
        (key_questions, documents.to_question_csv),
        (supporting, documents.to_supporting_csv),
        (by_pdu, documents.to_pdu_csv),
    ):
        rows = other if asked else rows
    return lambda rated: rows(rated, rules, below)


def _publication(chosen: Format, rules: RuleSet, sort: str, below: int) -> View | None:
    """How inspections are published, where the format is for that; counts from 1 to `below` - 1 are left out."""
    if chosen is Format.XLSX:
        from ..views.data_workbook import to_xlsx

        return lambda rated: to_xlsx(rated, rules, sort, below)
    if chosen is Format.HTML:
        from ..views.page import to_html

        return lambda rated: to_html(rated, rules, sort, below)
    if chosen is Format.MARKDOWN:
        from ..views.markdown import to_markdown

        return lambda rated: to_markdown(rated, rules, sort, below)
    return None


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
