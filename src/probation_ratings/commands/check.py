"""`check`: everything that is wrong with case workbooks, for a person or for CI."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from ..names import nearest
from ..problems import counted
from ..text import listed
from ..writing.output import appended, write
from ..writing.register import Register
from . import options
from .check_copies import Fixing, Marking
from .formats import OutputFormat, load
from .inputs import Inputs, folder_problems, inputs_of, required_of
from .terminal import Terminal, tell, unread_status
from .work import work_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..findings.baseline import Baseline
    from ..findings.check_result import Asked, Checked
    from ..findings.expected import ExpectedRatings
    from ..problems import Problem
    from ..rulebook.model import RuleSet


class Format(OutputFormat):
    """The formats of `check`."""

    FULL = "full", ".txt", "check_text:to_full"
    CONCISE = "concise", ".txt", "check_text:to_concise"
    JSON = "json", ".json", "check_reports:to_json"
    GITHUB = "github", ".txt", "check_reports:to_github"
    GITLAB = "gitlab", ".json", "check_reports:to_gitlab"
    HTML = "html", ".html", "publish.check_page:to_html"
    JUNIT = "junit", ".xml", "check_reports:to_junit"
    SARIF = "sarif", ".sarif", "check_reports:to_sarif"


STATISTICS = {
    Format.FULL: "check_reports:statistics_to_text",
    Format.CONCISE: "check_reports:statistics_to_text",
    Format.JSON: "check_reports:statistics_to_json",
}
"""How each format shows how often each problem was found."""
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable in which GitHub Actions names the file for the summary of a step."""


def _codes_option(text: str) -> Any:
    return options.option("CODES", text, autocompletion=options.many_codes)


def check(
    workbooks: Annotated[list[str], options.WORKBOOKS],
    *,
    rules: options.RulesOrMapping = None,
    format_: Annotated[Format | None, Format.option()] = None,
    output: options.OutputOrFolder = None,
    select: Annotated[str, _codes_option("Report only these problems: PR304, or PR3 for all 3xx.")] = "",
    ignore: Annotated[str, _codes_option("Leave out these problems: PR408,PR213.")] = "",
    per_file_ignores: Annotated[
        list[str] | None, options.option("NAME:CODES", "Leave out problems in some files: old*.xlsx:PR408,PR213.")
    ] = None,
    strict: Annotated[bool, options.flag("--strict", "Fail on warnings too.")] = False,
    exit_zero: Annotated[bool, options.flag("--exit-zero", "Do not fail on problems in the data.")] = False,
    redact: Annotated[bool, options.flag("--redact", "Leave out values of cells and ids of cases.")] = False,
    annotate: Annotated[
        Path | None, options.option("DIR", "Write copies of the workbooks with the bad cells marked.")
    ] = None,
    fix: Annotated[
        bool, options.flag("--fix", "Write copies with what is certain fixed: region.fixed.xlsx, or into -o DIR/.")
    ] = False,
    diff: Annotated[bool, options.flag("--diff", "Only show what --fix would change.")] = False,
    unsafe_fixes: Annotated[
        bool, options.flag("--unsafe-fixes", "With --fix or --diff: fix spellings that are nearly certain, too.")
    ] = False,
    expect: Annotated[
        Path | None, options.option("CSV", "Compare with a CSV file of region, standard (or overall), rating, score.")
    ] = None,
    baseline: Annotated[Path | None, options.option("FILE", "Report only problems that this file lacks.")] = None,
    write_baseline: Annotated[
        Path | None, options.option("FILE", "Write the problems found to this file: accept them.")
    ] = None,
    require_all: options.RequireAll = False,
    required_regions: options.RequiredRegions = None,
    statistics: Annotated[
        bool, options.flag("--statistics", "Show only how often each problem was found: full, concise, json.")
    ] = False,
    combine: options.Combine = False,
    recursive: options.Recursive = False,
    data: options.Data = None,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Check case workbooks: show every problem and its remedy.

    It also shows how each problem affects the ratings.

    Exit status: 0 no error; 1 problems in the data; 2 wrong usage or a broken rule or mapping file; 3 a file that
    cannot be read or written.
    """
    terminal = Terminal(quiet, color)
    inputs = inputs_of(workbooks, combine=combine, recursive=recursive, data=data)
    register = Register(*inputs.paths, *(str(path) for path in (expect, baseline) if path is not None))
    if unsafe_fixes and not (fix or diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    fixing = Fixing(inputs, output, register, terminal, unsafe=unsafe_fixes, diff=diff) if fix or diff else None
    output = options.no_folder(output) if fixing is None else fixing.output
    chosen = Format.of(format_, output)
    register.writes(output, "-o")
    _register_baseline(baseline, write_baseline, register)
    step_summary = _step_summary(chosen, register, statistics=statistics)
    marking = None if annotate is None else Marking(inputs, annotate, register, terminal, redact=redact)
    selected, ignored, per_file = _codes(select), _codes(ignore), _per_file(per_file_ignores or ())
    with work_on(inputs, rules, limits, register, in_workers=fixing is None) as (rule_set, do_each):
        from ..findings.baseline import baseline_of
        from ..findings.check_result import Asked, check_all, check_baseline, check_regions, look_all
        from ..views.kit.showing import Showing

        expected = _expected(expect, rule_set, limits)
        required = required_of(required_regions, rule_set, require_all=require_all)
        accepted = baseline_of(baseline, write_baseline, rule_set)
        asked = Asked(selected, ignored, redact, expected, per_file, accepted)
        # Read all before showing any: a later workbook may name the same region.
        look = partial(look_all, hashed=accepted is not None)
        look_at = look if fixing is None else lambda inspections: look(fixing.noting(inspections))
        looked = [work()[0] for _, work in do_each(look_at)]
        everything = _folders(inputs, asked, (*register.inputs, output, annotate, expect))
        everything += check_all(looked, asked)
        everything += check_baseline(asked)
        everything += check_regions(looked, rule_set, asked, require_all=require_all, required=required)
        exit_zero = _write_baseline(accepted, everything, terminal) or exit_zero
        status = max((_status(one, strict=strict, exit_zero=exit_zero) for one in everything), default=0)
        if marking is not None:
            status = max(status, marking.write(everything))
        how = Showing(rule_set, partial(terminal.screen, output))
        view = load(STATISTICS[chosen]) if statistics else chosen.view
        if not diff:
            write(view(everything, how), output, text=chosen.is_text)
            terminal.wrote(output)
        if fixing is not None:
            status = max(status, fixing.done(asked))
        if step_summary is not None:
            with appended(step_summary, "the summary of the step") as add:
                add("".join(load("check_reports:to_step_summary")(everything, how)))
    if not quiet:
        from ..views.check_text import summary

        tell(summary(everything))
    raise typer.Exit(status)


def _folders(inputs: Inputs, asked: Asked, but: tuple[Path | str | None, ...]) -> list[Checked]:
    """The problems of folders among the inputs; an empty one is always reported."""
    from ..findings.check_result import Checked

    problems: dict[str, list[Problem]] = {}
    for one in folder_problems(inputs, but):
        if one.is_error or asked.wants(one):
            problems.setdefault(one.file, []).append(one)
    return [Checked(name, None, None, 0, 0, tuple(found), is_workbook=False) for name, found in problems.items()]


def _expected(path: Path | None, rules: RuleSet, limits: int) -> ExpectedRatings | None:
    from ..findings.expected import read_expected

    if path is not None and rules.unit == "pdu":
        raise UsageError(f"--expect compares regions, but {rules.id} rates each PDU")
    return None if path is None else read_expected(path, rules, limits)


def _step_summary(chosen: Format, register: Register, *, statistics: bool) -> Path | None:
    """The file for the summary of a step of GitHub Actions, if there is one. Raises `UsageError` for `statistics`."""
    if statistics and chosen not in STATISTICS:
        raise UsageError(f"--statistics goes with {listed(list(STATISTICS), 'or')}")
    named = os.environ.get(STEP_SUMMARY)
    if chosen is not Format.GITHUB or not named:
        return None
    register.writes(Path(named), STEP_SUMMARY)
    return Path(named)


def _codes(text: str) -> list[str]:
    from ..findings.check_result import unknown_codes

    codes = [options.problem_code(code) for code in text.split(",") if code.strip()]
    if unknown := unknown_codes(codes):
        raise UsageError(f"unknown problem code {unknown[0]}{_code_meant(unknown[0])}")
    return codes


def _code_meant(word: str) -> str:
    """The hint for an unknown word: the code with that name, or with a name near it."""
    from ..problems import CATALOGUE

    names = {kind.name.upper(): kind for kind in CATALOGUE.values()}
    if word in names:
        return f": write {names[word].code} for {names[word].name}"
    near = nearest(word, [*CATALOGUE, *names])
    if near in names:
        return f"; did you mean {names[near].code} ({names[near].name})?"
    return f"; did you mean {near}?" if near else ": `probation-ratings problems` lists them"


def _register_baseline(baseline: Path | None, write_baseline: Path | None, register: Register) -> None:
    if baseline is not None and write_baseline is not None:
        raise UsageError(
            "--baseline reads the accepted problems and --write-baseline writes them: leave out one of them"
        )
    if write_baseline is not None:
        register.writes(write_baseline, "--write-baseline")


def _write_baseline(accepted: Baseline | None, checked: list[Checked], terminal: Terminal) -> bool:
    """Write a new baseline, and whether that was done: one without the problems of a file would not be complete."""
    if accepted is None or not accepted.is_new:
        return False
    if unread := [one.path for one in checked if not one.was_read]:
        tell(f"{accepted.path} is not written: {unread[0]} could not be read\n")
        return False
    write([accepted.text()], accepted.path)
    terminal.say(f"{accepted.path}: {counted(len(accepted.met), 'problem')} accepted\n")
    return True


def _per_file(entries: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The codes to ignore by the pattern of the files."""
    found = []
    for entry in entries:
        pattern, colon, codes = entry.rpartition(":")
        if not colon or not pattern:
            raise UsageError(f"--per-file-ignores takes a name and codes, such as old*.xlsx:PR408, and not {entry}")
        found.append((pattern, _codes(codes)))
    return found


def _status(checked: Checked, *, strict: bool, exit_zero: bool) -> int:
    if not checked.was_read:
        return unread_status(checked.problems)
    failing = ("error", "warning") if strict else ("error",)
    return 1 if not exit_zero and any(one.kind.severity in failing for one in checked.problems) else 0
