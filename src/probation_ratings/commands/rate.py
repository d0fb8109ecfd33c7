"""`rate`: the ratings of inspections."""

from __future__ import annotations

import sys
from functools import partial as partial_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..problems import listed, printable
from ..views.kit.showing import Rows  # noqa: TC001  (typer reads the annotation)
from ..writing.output import write
from ..writing.register import Register
from . import options
from . import publisher as of_publisher
from .command import is_configured
from .formats import OutputFormat, load
from .inputs import folder_problems, inputs_of, mapped_files, required_of
from .mistakes import did_you_mean, refuse_command
from .options import INPUT, MANY, TERMINAL, By
from .run_log import RunLog
from .terminal import Terminal, tell
from .work import work_on

if TYPE_CHECKING:
    from ..rulebook.model import RuleSet
    from .batch import Batch
    from .inputs import Inputs


class Format(OutputFormat):
    """The formats of `rate`."""

    TABLE = "table", ".txt", "rate_table:to_table"
    JSON = "json", ".json", "rate_data:to_json"
    JSONL = "jsonl", ".jsonl", "rate_data:to_jsonl"
    CSV = "csv", ".csv", "rate_data:to_csv", True
    MARKDOWN = "markdown", ".md", "publish.markdown:to_markdown", True
    HTML = "html", ".html", "publish.page:to_html", True
    XLSX = "xlsx", ".xlsx", "publish.data_workbook:to_xlsx", True


_PUBLICATIONS = (Format.MARKDOWN, Format.HTML, Format.XLSX)
"""The formats that say who publishes them."""


SIDE_BY_SIDE = "rate_side_by_side:to_text"
"""The view of many inspections in one table."""


def rate(
    workbooks: Annotated[list[str] | None, options.WORKBOOKS] = None,
    *,
    rules: options.RulesOrMapping = None,
    format_: Annotated[Format | None, Format.option()] = None,
    output: Annotated[
        str | None, options.output_option("Write to a file, or one file per region to a folder/.")
    ] = None,
    rows: Annotated[
        Rows | None, options.option("ROWS", "CSV: choose what a row is. pdus goes with every format.")
    ] = None,
    explain: Annotated[bool, options.flag("--explain", "Table: explain each rating.")] = False,
    key_questions: Annotated[
        bool, options.flag("--key-questions", "The same as --rows key-questions.", hidden=True)
    ] = False,
    supporting: Annotated[bool, options.flag("--supporting", "The same as --rows supporting.", hidden=True)] = False,
    by: Annotated[By | None, options.option("BY", "--by pdu is the same as --rows pdus.", hidden=True)] = None,
    suppress_below: Annotated[
        int, options.option("N", "Suppress counts below N, and what would reveal them.", min=0, show_default=False)
    ] = 0,
    partial: options.PartialOption = False,
    each: Annotated[bool, options.flag("--each", "Show one table for each, not side by side.", group=MANY)] = False,
    sort: Annotated[
        str,
        options.option("BY", "Sort by score, region or a standard's id.", group=MANY, autocompletion=options.sort_keys),
    ] = "score",
    prune: Annotated[
        bool, options.flag("--prune", "Of -o folder/, remove files of earlier runs that are not renewed.", group=MANY)
    ] = False,
    require_all: options.RequireAll = False,
    required_regions: options.RequiredRegions = None,
    jobs: Annotated[
        int | None,
        options.option("N", "Work in N processes; default: by the number of processors.", group=MANY, min=1, max=64),
    ] = None,
    log_file: Annotated[
        Path | None, options.option("PATH", "Add lines of JSON about the run to this file.", group=MANY)
    ] = None,
    tallies: Annotated[
        str | None, options.option("FILE", "Rate counts that a database made: .csv, .parquet or .xlsx.", group=INPUT)
    ] = None,
    combine: options.Combine = False,
    recursive: options.Recursive = False,
    data: options.Data = None,
    limits: options.Limits = 1,
    redact: Annotated[
        bool, options.flag("--redact", "Leave out values of cells and ids of cases.", group=TERMINAL)
    ] = False,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
    publisher: of_publisher.PublisherOption = None,
    published: of_publisher.PublishedOption = None,
    contact: of_publisher.ContactOption = None,
    data_link: of_publisher.DataLinkOption = None,
    statement: of_publisher.StatementOption = None,
    version: options.Version = False,  # noqa: ARG001  (its callback does it)
) -> None:
    """Rate inspections: the standards, the score, the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule or mapping file; 3 a file that
    cannot be read or written.
    """
    terminal = Terminal(quiet, color)
    refuse_command(workbooks or [])
    file, folder = _target(output)
    format_ = format_ or (Format.JSON if folder else None)
    chosen = Format.of(format_, file)
    asked = _rows(rows, key_questions=key_questions, supporting=supporting, by_pdu=by is not None)
    to_stdout = file is None and folder is None
    if chosen is Format.TABLE and to_stdout and is_configured("suppress_below"):
        suppress_below = 0  # what a terminal shows is not published
    _refuse(chosen, workbooks, tallies, asked, explain=explain, suppress=suppress_below > 0)
    _refuse_target(chosen, file, folder, prune=prune)
    publishes = of_publisher.publisher_of((publisher, published, contact, data_link, statement), _PUBLICATIONS, chosen)
    inputs = inputs_of(workbooks or [], combine=combine, recursive=recursive, data=data)
    register = Register(*inputs.paths, *([] if tallies is None else [tallies]))
    _register(chosen, file, folder, register, log_file=log_file, inputs=inputs)
    with (
        work_on(inputs, rules, limits, register, jobs) as (rule_set, do_each),
        RunLog(log_file, rule_set, inputs.total if tallies is None else 1) as log,
    ):
        each_pdu = rule_set.unit == "pdu"
        _refuse_with(rule_set, sort, tallies)
        by_pdu = "pdus" in asked.values() and not each_pdu  # a PDU is not broken down any further
        from ..rating.rated import rate_inspections
        from ..views.kit.showing import Showing
        from .batch import Batch, works_of_counts

        if tallies is None:
            total, works = inputs.total, do_each(partial_of(rate_inspections, partial=partial))
        else:
            total, works = works_of_counts(tallies, rule_set, limits, partial=partial)
        batch = Batch(total, rule_set, terminal, redact=redact, log=log)
        batch.add(folder_problems(inputs, (*register.inputs, file or folder, log_file)), 3)
        how = Showing(
            rule_set,
            partial_of(terminal.screen, file or folder),
            sort=sort,
            below=suppress_below,
            rows=next((one for one in asked.values() if one != "pdus" or by_pdu), "standards"),
            explain=explain,
            by_pdu=by_pdu,
            problems=() if folder else batch.problems,
            publisher=publishes,
        )
        # what --explain and --rows pdus add belongs below a region's own table
        side_by_side = chosen is Format.TABLE and (total > 1 or each_pdu) and not (each or explain or by_pdu)
        view = load(SIDE_BY_SIDE) if side_by_side else chosen.view
        try:
            required = required_of(required_regions, rule_set, require_all=require_all)
            batch.rate(works, require_all=require_all, required=required)
            if not _keeps(batch, file or folder):
                if folder is not None:
                    from .results_folder import write_folder

                    write_folder(batch, view, folder, chosen.suffix, how, register=register, prune=prune)
                else:
                    write(view(batch.rated, how), file, text=chosen.is_text)
                terminal.wrote(None if to_stdout else output)
        except KeyboardInterrupt:
            if side_by_side and to_stdout and batch.rated:
                write(view(batch.rated, how), None, text=True)
            batch.interrupted()
            raise
        log.status = batch.status
    raise typer.Exit(batch.status)


def _target(output: str | None) -> tuple[Path | None, Path | None]:
    """The file or the folder that results go to; neither for standard output."""
    if output is None or output == "-":
        return None, None
    path = Path(output)
    return (None, path) if options.names_folder(output, "ratings.json") else (path, None)


def _refuse_target(chosen: Format, file: Path | None, folder: Path | None, *, prune: bool) -> None:
    """Raise `UsageError` where the output does not go with the format or with `--prune`."""
    if prune and folder is None:
        raise UsageError("--prune goes with a folder of results: -o results/")
    is_terminal = file is None and folder is None and sys.stdout is not None and sys.stdout.isatty()
    if chosen is Format.XLSX and is_terminal:
        raise UsageError("xlsx is binary: give a file with -o")


def _register(
    chosen: Format, file: Path | None, folder: Path | None, register: Register, *, log_file: Path | None, inputs: Inputs
) -> None:
    """Note all that is written, and what is read after the first line of a log."""
    if folder is None:
        register.writes(file, "-o")
    else:
        register.writes_into(folder, {chosen.suffix, ".csv"}, "-o")  # beside the regions' files there is summary.csv
    if log_file is not None:
        register.writes(log_file, "--log-file")
        register.reads(*mapped_files(inputs))


def _rows(rows: Rows | None, *, key_questions: bool, supporting: bool, by_pdu: bool) -> dict[str, Rows]:
    """What the rows of CSV are about, by the option that asks for it."""
    asked: dict[str, Rows | None] = {
        f"--rows {rows}": rows,
        "--key-questions": "key-questions" if key_questions else None,
        "--supporting": "supporting" if supporting else None,
        "--by": "pdus" if by_pdu else None,
    }
    return {option: one for option, one in asked.items() if one is not None}


def _refuse(
    chosen: Format,
    workbooks: list[str] | None,
    tallies: str | None,
    rows: dict[str, Rows],
    *,
    explain: bool,
    suppress: bool,
) -> None:
    """Raise `UsageError` where options contradict each other; `rows` are those that ask for other rows of CSV."""
    if suppress and not chosen.can_suppress:
        able = listed([one for one in Format if one.can_suppress], "or")
        raise UsageError(f"--suppress-below goes with {able}: -f {chosen} has all counts")
    only_csv = [option for option, one in rows.items() if one in {"key-questions", "supporting"}]
    if only_csv and chosen is not Format.CSV:
        raise UsageError(f"{only_csv[0]} goes with -f csv")
    if len({*rows.values()}) > 1 and chosen is Format.CSV:
        raise UsageError(f"{listed([*rows])} ask for different rows: name one")
    if explain and chosen is not Format.TABLE:
        raise UsageError("--explain goes with the table: for JSON and Markdown use `probation-ratings explain`")
    if workbooks and tallies is not None:
        raise UsageError("name either case workbooks or a file of counts with --tallies, not both")
    if not workbooks and tallies is None:
        raise UsageError("name case workbooks, such as region.xlsx, or a file of counts with --tallies")


def _refuse_with(rules: RuleSet, sort: str, tallies: str | None) -> None:
    """Raise `UsageError` for options that do not go with the rules."""
    from ..findings.side_by_side import compared

    known = [*compared(rules)]
    if sort not in {"score", "region", *known}:
        what = "score, region or a standard" if rules.has_ratings else "region or a key question"
        meant = did_you_mean(sort, ["score", "region", *known])
        raise UsageError(f"--sort takes {what} of {rules.id}, such as {known[-1]}{meant}")
    if rules.unit == "pdu" and tallies is not None:
        raise UsageError(f"--tallies rates regions, and {rules.id} rates each PDU: name a workbook")


def _keeps(batch: Batch, output: Path | None) -> bool:
    """Whether earlier results are left as they are, since no workbook was read; say so."""
    if output is None:
        return False
    there = any(output.iterdir()) if output.is_dir() else output.exists()
    if batch.read_something or not there:
        return False
    tell(f"no workbook was read: {printable(str(output))} is left as it is\n")
    return True
