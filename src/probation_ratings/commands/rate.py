"""`rate`: the ratings of inspections."""

from __future__ import annotations

import sys
from collections import deque
from enum import StrEnum
from functools import partial as partial_of
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..errors import UsageError
from ..output import refuse_input_as_output, refuse_inputs_in, write
from ..problems import listed
from .options import (
    DEFAULT_RULES,
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
    format_option,
    names_folder,
    screen_for,
    started,
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
SUMMARY = "summary.csv"
"""Beside the regions' files in a folder of results."""
PUBLISHED = (Format.CSV, Format.MARKDOWN, Format.HTML, Format.XLSX)
"""The formats that can leave out small counts."""


def rate(
    workbooks: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORKBOOK", help="Case workbooks, or folders of them; - reads one from standard input."),
    ] = None,
    *,
    rules: Rules = DEFAULT_RULES,
    format_: Annotated[Format | None, format_option("table")] = None,
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
    """Rate inspections: the standards, the score, the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    file, folder = _target(output, log_file)
    chosen = format_of(format_ or (Format.JSON if folder else None), file, SUFFIXES)
    rows = {"--key-questions": key_questions, "--supporting": supporting, "--by": by is not None}
    asked = [option for option, is_asked in rows.items() if is_asked]
    _refuse(chosen, workbooks, tallies, asked, explain=explain, suppress=suppress_below > 0)
    to_stdout = file is None and folder is None
    if chosen is Format.XLSX and to_stdout and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("a workbook is no text: name its file with -o")
    paths, empty_folders = workbooks_of(workbooks or [])
    suffix = next(suffix for suffix, one in SUFFIXES.items() if one is chosen)
    inputs = [*paths, rules, *([tallies] if tallies is not None else [])]
    refuse_input_as_output(file, inputs)
    refuse_input_as_output(log_file, inputs)
    if folder is not None:
        refuse_inputs_in(folder, {suffix, ".csv"}, inputs)  # beside the regions' files there is summary.csv
    with started(paths, rules, limits, jobs) as (rule_set, readings):
        each_pdu = rule_set.unit == "pdu"
        _refuse_with(rule_set, sort, tallies)
        for written in (file, log_file):
            refuse_input_as_output(written, rule_set.files)  # also what the rule file extends
        by_pdu = by is not None and not each_pdu  # a PDU is not broken down any further
        from .batch import Batch

        total, works = len(paths), _read(readings, rule_set, partial=partial)
        if tallies is not None:
            total, works = _counted(tallies, rule_set, limits, partial=partial)
        batch = Batch(total, rule_set, sort, quiet=quiet, color=color, log=log_file)
        batch.status = tell_empty(empty_folders, color)
        each = each or explain or by_pdu  # what these add belongs below a region's own table
        rated = batch.rate(works, streaming=to_stdout and (chosen is not Format.TABLE or each))
        screen = screen_for(file or folder, color)
        if chosen is Format.CSV:
            view = _csv(rule_set, next((one for one in asked if one != "--by" or by_pdu), ""), suppress_below)
        else:
            view = _view(chosen, rule_set, screen, sort, suppress_below, explain=explain, by_pdu=by_pdu)
        try:
            if folder is not None:
                _write_folder(rated, batch, view, folder, suffix, suppress_below)
            elif chosen is Format.TABLE and (total > 1 or each_pdu) and not each:
                _write_side_by_side(rated, batch, file, screen)
            else:
                write(view(rated), file, text=chosen is Format.TABLE)
        except KeyboardInterrupt:
            batch.interrupted()
            raise
    if require_all:
        batch.require_all()
    raise typer.Exit(batch.status)


def _target(output: str | None, log_file: Path | None) -> tuple[Path | None, Path | None]:
    """The file or the folder that results go to; neither for standard output.

    Raises `UsageError` where that is the file of the log.
    """
    if output is None or output == "-":
        return None, None
    path = Path(output)
    if log_file is not None and log_file.resolve() in {path.resolve(), (path / SUMMARY).resolve()}:
        raise UsageError(f"-o and --log-file name the same file: {output}")
    return (None, path) if names_folder(output) else (path, None)


def _refuse(
    chosen: Format, workbooks: list[str] | None, tallies: str | None, rows: list[str], *, explain: bool, suppress: bool
) -> None:
    """Raise `UsageError` where options contradict each other; `rows` are those that ask for other rows of CSV."""
    if suppress and chosen not in PUBLISHED:
        raise UsageError(f"--suppress-below goes with {listed(PUBLISHED, 'or')}: -f {chosen} has all counts")
    if rows and rows[0] != "--by" and chosen is not Format.CSV:
        raise UsageError(f"{rows[0]} goes with -f csv")
    if len(rows) > 1 and chosen is Format.CSV:
        raise UsageError(f"{listed(rows)} ask for different rows: name one")
    if explain and chosen is not Format.TABLE:
        raise UsageError("--explain goes with the table: for JSON and Markdown use `probation-ratings explain`")
    if bool(workbooks) == (tallies is not None):
        raise UsageError("name case workbooks, or a file of counts with --tallies")


def _refuse_with(rules: RuleSet, sort: str, tallies: str | None) -> None:
    """Raise `UsageError` for options that do not go with the rules."""
    standards = [standard.id for standard in rules.standards]
    if sort not in {"score", "region", *standards}:
        raise UsageError(f"--sort takes score, region or a standard of {rules.id}, such as {standards[-1]}")
    if rules.unit == "pdu" and tallies is not None:
        raise UsageError(f"--tallies rates regions, and {rules.id} rates each PDU: name a workbook")


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


def _csv(rules: RuleSet, rows: str, below: int) -> View:
    """How inspections are shown as CSV, in the rows of an option; counts from 1 to `below` - 1 are left out."""
    from ..views import documents

    to_csv = {
        "": documents.to_csv,
        "--key-questions": documents.to_question_csv,
        "--supporting": documents.to_supporting_csv,
        "--by": documents.to_pdu_csv,
    }[rows]
    return lambda rated: to_csv(rated, rules, below)


def _view(
    chosen: Format, rules: RuleSet, screen: Screen, sort: str, below: int, *, explain: bool, by_pdu: bool
) -> View:
    """How inspections are shown in the other formats."""
    if chosen is Format.TABLE:
        from ..views.terminal import to_table

        return lambda rated: to_table(rated, rules, screen, explain=explain, by_pdu=by_pdu)
    if chosen is Format.XLSX:
        from ..views.data_workbook import to_xlsx

        return lambda rated: to_xlsx(rated, rules, sort, below)
    if chosen is Format.HTML:
        from ..views.page import to_html

        return lambda rated: to_html(rated, rules, sort, below)
    if chosen is Format.MARKDOWN:
        from ..views.markdown import to_markdown

        return lambda rated: to_markdown(rated, rules, sort, below)
    from ..views import documents

    to_json = documents.to_json if chosen is Format.JSON else documents.to_jsonl
    return lambda rated: to_json(rated, rules, by_pdu=by_pdu)


def _write_side_by_side(rated: Iterator[RatedInspection], batch: Batch, file: Path | None, screen: Screen) -> None:
    """Write the table of all inspections; on standard output also that of those rated before an interrupt."""
    from ..views.regions import to_text

    try:
        deque(rated, maxlen=0)
    except KeyboardInterrupt:
        if file is None and batch.lines:
            write(to_text(batch.lines, batch.rules, screen, batch.sort), None, text=True)
        raise
    write(to_text(batch.lines, batch.rules, screen, batch.sort), file, text=True)


def _write_folder(
    rated: Iterator[RatedInspection], batch: Batch, view: View, folder: Path, suffix: str, below: int
) -> None:
    """Write a file a region as soon as it is rated, and a summary of all when all are."""
    from ..views.regions import to_csv

    used: set[str] = {"summary"}
    for one in rated:
        named = " ".join(filter(None, (one.details.region, one.details.pdu)))
        source = "" if below > 1 else Path(one.details.path).stem  # no part of a path is published then
        name = file_name(named or source, used)
        write(view([one]), folder / f"{name}{suffix}")
    write(to_csv(batch.lines, batch.rules, batch.sort, below), folder / SUMMARY)
