"""`rate`: the ratings of inspections."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial as partial_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..problems import listed, printable
from ..writing.output import Publication, write
from ..writing.register import Register
from .formats import OutputFormat, load
from .inputs import inputs_of, started
from .options import (
    SUMMARY,
    ByOption,
    Color,
    ColorOption,
    Combine,
    Data,
    Limits,
    PartialOption,
    Quiet,
    Recursive,
    RequireAll,
    RulesOrMapping,
    Version,
    format_of,
    format_option,
    names_folder,
    say,
    screen_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from ..views.kit.showing import Rows, Showing
    from .batch import Batch, Work


class Format(OutputFormat):
    """The formats of `rate`."""

    TABLE = "table", ".txt", "rate_table:to_table"
    JSON = "json", ".json", "rate_data:to_json"
    JSONL = "jsonl", ".jsonl", "rate_data:to_jsonl"
    CSV = "csv", ".csv", "rate_data:to_csv", True
    MARKDOWN = "markdown", ".md", "publish.markdown:to_markdown", True
    HTML = "html", ".html", "publish.page:to_html", True
    XLSX = "xlsx", ".xlsx", "publish.data_workbook:to_xlsx", True


FRONT_PAGE = "publish.page:to_front_page"
"""The view of the front page of a site."""
SIDE_BY_SIDE = "rate_side_by_side:to_text"
"""The view of many inspections in one table."""
ROWS: dict[str, Rows] = {"--key-questions": "key questions", "--supporting": "supporting questions", "--by": "PDUs"}
"""What a row of CSV is about, by the option that asks for it."""


def rate(
    workbooks: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORKBOOK", help="Case workbooks, or folders of them; - reads one from standard input."),
    ] = None,
    *,
    rules: RulesOrMapping = None,
    format_: Annotated[Format | None, format_option("table")] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="Write to a file, or one file per region to a folder/."),
    ] = None,
    key_questions: Annotated[bool, typer.Option("--key-questions", help="CSV: one row per key question.")] = False,
    supporting: Annotated[
        bool, typer.Option("--supporting", help="CSV: one row per supporting question or annex category.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Table: explain each rating.")] = False,
    by: ByOption = None,
    suppress_below: Annotated[
        int,
        typer.Option(
            "--suppress-below",
            min=0,
            metavar="N",
            show_default=False,
            help="Suppress counts from 1 to N-1 and figures that would reveal them: csv, markdown, html, xlsx.",
        ),
    ] = 0,
    partial: PartialOption = False,
    each: Annotated[
        bool, typer.Option("--each", help="Many workbooks or PDUs: show one table for each, not side by side.")
    ] = False,
    sort: Annotated[
        str, typer.Option("--sort", metavar="BY", help="Many workbooks: sort by score, region or a standard's id.")
    ] = "score",
    require_all: RequireAll = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, max=64, metavar="N", help="Read in N processes; default: one per processor, up to 8."
        ),
    ] = None,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="PATH", help="Add one line of JSON per workbook to this file.")
    ] = None,
    tallies: Annotated[
        str | None,
        typer.Option("--tallies", metavar="FILE", help="Rate counts that a database made: .csv, .parquet or .xlsx."),
    ] = None,
    combine: Combine = False,
    recursive: Recursive = False,
    data: Data = None,
    limits: Limits = 1,
    redact: Annotated[bool, typer.Option("--redact", help="Leave out values of cells and ids of cases.")] = False,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
    version: Version = False,  # noqa: ARG001  (its callback does it)
) -> None:
    """Rate inspections: the standards, the score, the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    file, folder = _target(output)
    format_ = format_ or (Format.JSON if folder else None)
    chosen = format_of(format_, file, Format.suffixes(format_))
    options = {"--key-questions": key_questions, "--supporting": supporting, "--by": by is not None}
    asked = [option for option, is_asked in options.items() if is_asked]
    _refuse(chosen, workbooks, tallies, asked, explain=explain, suppress=suppress_below > 0)
    to_stdout = file is None and folder is None
    if chosen is Format.XLSX and to_stdout and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("xlsx is binary: give a file with -o")
    inputs = inputs_of(workbooks or [], combine=combine, recursive=recursive, data=data)
    register = Register()
    register.reads(*inputs.paths, *([] if tallies is None else [tallies]))
    if folder is None:
        register.writes(file, "-o")
    else:
        register.writes_into(folder, {chosen.suffix, ".csv"}, "-o")  # beside the regions' files there is summary.csv
    if log_file is not None:
        register.writes(log_file, "--log-file")
    with started(inputs, rules, limits, register, jobs) as (rule_set, readings):
        each_pdu = rule_set.unit == "pdu"
        _refuse_with(rule_set, sort, tallies)
        by_pdu = by is not None and not each_pdu  # a PDU is not broken down any further
        from ..views.kit.showing import Showing
        from .batch import Batch, works_of
        from .folders import folder_problems

        total, works = inputs.total, works_of(readings, rule_set, partial=partial)
        if tallies is not None:
            total, works = _counted(tallies, rule_set, limits, partial=partial)
        batch = Batch(total, rule_set, quiet=quiet, color=color, redact=redact, log=log_file)
        batch.add(
            folder_problems(
                workbooks or [], inputs.empty, (*register.inputs, *inputs.sources, file or folder, log_file)
            ),
            3,
        )
        how = Showing(
            rule_set,
            partial_of(screen_for, file or folder, color),
            sort=sort,
            below=suppress_below,
            rows=next((ROWS[one] for one in asked if one != "--by" or by_pdu), "standards"),
            explain=explain,
            by_pdu=by_pdu,
            problems=() if folder else batch.problems,
        )
        # what --explain and --by add belongs below a region's own table
        side_by_side = chosen is Format.TABLE and (total > 1 or each_pdu) and not (each or explain or by_pdu)
        view = load(SIDE_BY_SIDE) if side_by_side else chosen.view
        try:
            batch.rate(works, require_all=require_all)
            if folder is not None:
                _write_folder(batch, view, folder, chosen.suffix, how)
            elif file is None or not _keeps(batch, file):
                write(view(batch.rated, how), file, text=chosen is Format.TABLE)
        except KeyboardInterrupt:
            if side_by_side and to_stdout and batch.rated:
                write(view(batch.rated, how), None, text=True)
            batch.interrupted()
            raise
    raise typer.Exit(batch.status)


def _target(output: str | None) -> tuple[Path | None, Path | None]:
    """The file or the folder that results go to; neither for standard output."""
    if output is None or output == "-":
        return None, None
    path = Path(output)
    return (None, path) if names_folder(output) else (path, None)


def _refuse(
    chosen: Format, workbooks: list[str] | None, tallies: str | None, rows: list[str], *, explain: bool, suppress: bool
) -> None:
    """Raise `UsageError` where options contradict each other; `rows` are those that ask for other rows of CSV."""
    if suppress and not chosen.can_suppress:
        able = listed([one for one in Format if one.can_suppress], "or")
        raise UsageError(f"--suppress-below goes with {able}: -f {chosen} has all counts")
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


def _counted(tallies: str, rules: RuleSet, limits: int, *, partial: bool) -> tuple[int, Iterator[Work]]:
    """How many regions a file of counts has, and the rating of each by the region's name."""
    from ..rating.counts_file import CountedRegions

    counted = CountedRegions(tallies, rules, limits)

    def rate_one(region: str) -> list[RatedInspection]:
        return [counted.rate(region, partial=partial)]

    return len(counted.regions), ((region, partial_of(rate_one, region)) for region in counted.regions)


def _keeps(batch: Batch, output: Path) -> bool:
    """Whether earlier results are left as they are, since no workbook was read; say so."""
    there = any(output.iterdir()) if output.is_dir() else output.exists()
    if batch.read_something or not there:
        return False
    say(f"no workbook was read: {printable(str(output))} is left as it is\n")
    return True


def _write_folder(
    batch: Batch, view: Callable[..., Iterator[str] | Iterator[bytes]], folder: Path, suffix: str, how: Showing
) -> None:
    """Write a file per region and, last, the summary that says which files belong together; of pages also a front page.

    Inspections of one region that cannot be distinguished are not rated, and share a file.
    """
    from ..views.rate_side_by_side import to_csv

    if _keeps(batch, folder):
        return
    from ..findings.side_by_side import FRONT

    front = f"{FRONT}{suffix}" if suffix == Format.HTML.suffix else ""
    files: dict[str, list[RatedInspection]] = {}
    for one, row in zip(batch.rated, batch.rows, strict=True):
        files.setdefault(f"{row.file_stem(how.below)}{suffix}", []).append(one)
    with Publication() as publication:
        of_site = replace(how, front=front)
        hashes = {name: publication.add(view(rated, of_site), folder / name) for name, rated in files.items()}
        if front:
            publication.add(load(FRONT_PAGE)(files, how), folder / front)
        publication.add(to_csv(batch.rows, how, suffix, hashes), folder / SUMMARY)
        publication.publish()
