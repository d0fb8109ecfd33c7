"""`check`: everything that is wrong with case workbooks, for a person or for CI."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ..errors import OutputError, UsageError
from ..writing.output import write
from ..writing.register import Register
from .completion import many_codes
from .formats import OutputFormat
from .inputs import Inputs, inputs_of, is_mapping, started
from .mistakes import did_you_mean
from .options import (
    Color,
    ColorOption,
    Combine,
    Data,
    Limits,
    Output,
    Quiet,
    Recursive,
    RequireAll,
    RulesOrMapping,
    Workbooks,
    format_of,
    format_option,
    problem_code,
    say,
    screen_for,
    wrote,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..findings.check_result import Asked, Checked
    from ..problems import Problem
    from ..reading.workbook import SourceFile


class Format(OutputFormat):
    """The formats of `check`."""

    FULL = "full", ".txt", "check_text:to_full"
    CONCISE = "concise", ".txt", "check_text:to_concise"
    JSON = "json", ".json", "check_reports:to_json"
    GITHUB = "github", ".txt", "check_reports:to_github"
    JUNIT = "junit", ".xml", "check_reports:to_junit"
    SARIF = "sarif", ".sarif", "check_reports:to_sarif"


def check(
    workbooks: Workbooks,
    *,
    rules: RulesOrMapping = None,
    format_: Annotated[Format | None, format_option("full")] = None,
    output: Output = None,
    select: Annotated[
        str,
        typer.Option(
            metavar="CODES", autocompletion=many_codes, help="Report only these problems: PR304, or PR3 for all 3xx."
        ),
    ] = "",
    ignore: Annotated[
        str, typer.Option(metavar="CODES", autocompletion=many_codes, help="Leave out these problems: PR408,PR213.")
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Do not fail on problems in the data.")] = False,
    redact: Annotated[bool, typer.Option("--redact", help="Leave out values of cells and ids of cases.")] = False,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="DIR", help="Write copies of the workbooks with the bad cells marked."),
    ] = None,
    expect: Annotated[
        Path | None,
        typer.Option(
            "--expect", metavar="CSV", help="Compare with a CSV file of region, standard (or overall), rating, score."
        ),
    ] = None,
    require_all: RequireAll = False,
    combine: Combine = False,
    recursive: Recursive = False,
    data: Data = None,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Check case workbooks: show every problem and its remedy.

    It also shows how each problem affects the ratings.

    Exit status: 0 no error; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be
    read or written.
    """
    chosen = format_of(format_, output, Format.suffixes(format_))
    inputs = inputs_of(workbooks, combine=combine, recursive=recursive, data=data)
    register = Register()
    register.reads(*inputs.paths, *([] if expect is None else [str(expect)]))
    register.writes(output, "-o")
    plain = [] if inputs.combined else [path for path in inputs.paths if not is_mapping(path)]
    copies = {} if annotate is None else _folders_of_copies(plain, annotate, register)
    selected, ignored = _codes(select), _codes(ignore)
    with started(inputs, rules, limits, register) as (rule_set, readings):
        from ..checking.inspection import read_inspections
        from ..findings.check_result import Asked, check_all, check_regions, look
        from ..findings.expected import read_expected
        from ..views.kit.showing import Showing

        if expect is not None and rule_set.unit == "pdu":
            raise UsageError(f"--expect compares regions, but {rule_set.id} rates each PDU")
        expected = None if expect is None else read_expected(expect, rule_set, limits)
        asked = Asked(selected, ignored, redact, expected)
        # Read all before showing any: a later workbook may name the same region.
        looked = [[look(one) for one in read_inspections(reading, rule_set)] for reading in readings]
        everything = _folders(workbooks, inputs, asked, (*register.inputs, *inputs.sources, output, annotate, expect))
        everything += check_all(looked, asked)
        regions = {inspections[0].rated.details.region for inspections in looked}
        everything += check_regions(regions, rule_set, asked, require_all=require_all)
        status = max((_status(one, strict=strict, exit_zero=exit_zero) for one in everything), default=0)
        if annotate is not None:
            marked = [one for one in everything if one.is_workbook and one.was_read and one.problems]
            files = [file for one in marked for file in _copies(one, copies, annotate, register)]
            status = max([status, *(_annotate(file, redact=redact, quiet=quiet) for file in files)])
        how = Showing(rule_set, partial(screen_for, output, color))
        write(chosen.view(everything, how), output, text=chosen is Format.FULL)
        wrote(output, quiet=quiet)
    if not quiet:
        from ..views.check_text import summary

        say(summary(everything))
    raise typer.Exit(status)


def _folders(names: list[str], inputs: Inputs, asked: Asked, but: tuple[Path | str | None, ...]) -> list[Checked]:
    """The problems of folders among the inputs; an empty one is always reported."""
    from ..findings.check_result import Checked
    from .folders import folder_problems

    problems: dict[str, list[Problem]] = {}
    for one in folder_problems(names, inputs.empty, but):
        if one.is_error or asked.wants(one):
            problems.setdefault(one.file, []).append(one)
    return [Checked(name, None, None, 0, 0, tuple(found), is_workbook=False) for name, found in problems.items()]


def _folders_of_copies(paths: list[str], folder: Path, register: Register) -> dict[str, Path]:
    """The folder for the marked copy of each workbook; the register records all copies."""
    from ..writing.annotated_copy import folders_of_copies

    folders = folders_of_copies(paths, folder)
    for path, one in folders.items():
        register.writes(one / PurePath(path).name, "--annotate")
    return folders


class _Copy(NamedTuple):
    """A file that is copied into a folder, with its problems marked."""

    source: SourceFile
    problems: tuple[Problem, ...]
    folder: Path


def _copies(checked: Checked, folders: Mapping[str, Path], folder: Path, register: Register) -> list[_Copy]:
    """The marked copies of an input: of each file with a problem, in the subfolder that the file is in."""
    from ..reading.workbook import SourceFile
    from ..writing.annotated_copy import name_of_copy

    if checked.path in folders or checked.path == "-":
        source = SourceFile(checked.path, checked.sha256 or "", "data", checked.path)
        return [_Copy(source, checked.problems, folders.get(checked.path, folder))]
    copies = []
    for source in checked.sources:
        problems = tuple(one for one in checked.problems if one.file == source.file)
        if source.role == "data" and problems:
            place = folder / PurePath(source.path).parent
            register.writes(place / name_of_copy(source.file, source.text), "--annotate")
            copies.append(_Copy(source, problems, place))
    return copies


def _annotate(copied: _Copy, *, redact: bool, quiet: bool) -> int:
    """Write the marked copy of a file and return the exit status. A failed copy does not stop the others."""
    from ..writing.annotated_copy import annotate

    source, problems, folder = copied
    try:
        copy = annotate(source.file, problems, folder, sha256=source.sha256 or None, redact=redact, text=source.text)
    except OutputError as error:
        say(f"{error}\n")
        return error.exit_code
    if not quiet:
        say(f"{copy} written\n")
    return 0


def _codes(text: str) -> list[str]:
    from ..findings.check_result import unknown_codes
    from ..problems import CATALOGUE

    codes = [problem_code(code) for code in text.split(",") if code.strip()]
    if unknown := unknown_codes(codes):
        meant = did_you_mean(unknown[0], CATALOGUE) or ": `probation-ratings problems` lists them"
        raise UsageError(f"unknown problem code {unknown[0]}{meant}")
    return codes


def _status(checked: Checked, *, strict: bool, exit_zero: bool) -> int:
    if not checked.was_read:
        return 2 if all(one.kind.code.startswith("PR5") for one in checked.problems) else 3
    failing = ("error", "warning") if strict else ("error",)
    return 1 if not exit_zero and any(one.kind.severity in failing for one in checked.problems) else 0
