"""`explain`: how the ratings of one inspection came about, and what would change them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..writing.output import write
from ..writing.register import Register
from .completion import standards_and_questions
from .inputs import inputs_of, started
from .mistakes import did_you_mean
from .options import (
    ByOption,
    Color,
    ColorOption,
    Combine,
    Data,
    Limits,
    Output,
    PartialOption,
    Quiet,
    RulesOrMapping,
    format_of,
    format_option,
    report,
    screen_for,
    wrote,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..checking.inspection import Inspection
    from ..findings.sampling import Sampling
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from ..views.kit.screen import Screen


class Format(StrEnum):
    """The formats of `explain`."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


SUFFIXES = {".txt": Format.TEXT, ".json": Format.JSON, ".md": Format.MARKDOWN}


def explain(
    workbook: Annotated[
        str, typer.Argument(metavar="WORKBOOK", help="A case workbook; - reads one from standard input.")
    ],
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="STANDARD",
            autocompletion=standards_and_questions,
            help="Explain only this standard or key question, by its id or text.",
        ),
    ] = None,
    *,
    rules: RulesOrMapping = None,
    format_: Annotated[Format | None, format_option("text")] = None,
    output: Output = None,
    by: ByOption = None,
    pdu: Annotated[
        str | None, typer.Option("--pdu", metavar="NAME", help="Explain this PDU, with rules that rate each PDU.")
    ] = None,
    sampling: Annotated[bool, typer.Option("--sampling", help="Give an interval for every percentage.")] = False,
    level: Annotated[
        float | None,
        typer.Option(
            "--level", min=50, max=99.99, metavar="PERCENT", help="Set the level of the intervals; default: 95."
        ),
    ] = None,
    resamples: Annotated[
        int | None,
        typer.Option(
            "--resamples",
            min=1,
            max=1_000_000,
            metavar="N",
            help="Bootstrap: resample the cases N times and rate again.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="S", help="Set the seed of the resamples; default: 1.")
    ] = None,
    cases: Annotated[
        str | None,
        typer.Option("--cases", metavar="ANSWER", help="List the cases with this answer, such as No, for an audit."),
    ] = None,
    partial: PartialOption = False,
    combine: Combine = False,
    data: Data = None,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Explain how ratings came about, and what would change them.

    It shows the cells, counts, rules and margins behind each rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    chosen = format_of(format_, output, SUFFIXES)
    if level is not None and not (sampling or resamples):
        raise UsageError("--level needs --sampling")
    if seed is not None and not resamples:
        raise UsageError("--seed needs --resamples")
    inputs = inputs_of([workbook], combine=combine, data=data)
    if inputs.total != 1 or inputs.empty:
        raise UsageError(f"{workbook} holds {inputs.total} workbooks: explain takes one")
    register = Register()
    register.writes(output, "-o")
    with started(inputs, rules, limits, register) as (rule_set, readings):
        target = None if wanted is None else find_target(rule_set, wanted)
        answer = None if cases is None else _answer(rule_set, cases, target)
        _refuse(rule_set, pdu, sampled=bool(sampling or resamples), resampled=bool(resamples))
        from ..checking.read import read_inspections
        from ..rating.rated import rate_inspection

        inspection = _chosen(read_inspections(next(readings), rule_set), pdu)
    rated = rate_inspection(inspection, partial=partial)
    status = report(rated, quiet=quiet, color=color)
    screen = screen_for(output, color)
    if answer is not None and target is not None:
        chunks = _audit(inspection, target, answer, chosen, screen)
    else:
        sampled = None
        if (sampling or resamples) and rated.key_questions:
            from ..findings.sampling import Sampling, resample

            drawn = resample(inspection, rated, resamples, 1 if seed is None else seed) if resamples else None
            sampled = Sampling(95 if level is None else level, drawn)
        chunks = explained(rated, target, sampled, chosen, screen, by_pdu=by is not None and rule_set.unit != "pdu")
    write(chunks, output, text=chosen is Format.TEXT)
    wrote(output, quiet=quiet)
    raise typer.Exit(status)


def find_target(rules: RuleSet, wanted: str) -> str:
    """The id of the standard or key question with this id or text; raises `UsageError` where there is none."""
    from ..findings.explanation import find
    from ..problems import listed, quoted

    try:
        return find(rules, wanted)
    except KeyError:
        ids = [one.id for one in rules.standards]
        ids += [question.id for one in rules.standards for question in one.key_questions]
        titles = [f"{standard.id} {standard.title}" for standard in rules.standards]
        meant = did_you_mean(wanted, [*ids, *titles, *(standard.title for standard in rules.standards)])
        known = listed([standard.id for standard in rules.standards])
        said = f"{quoted(wanted)} is not a standard or key question of {rules.id}"
        raise UsageError(f"{said}{meant or f': it has {known}'}") from None


def _refuse(rules: RuleSet, pdu: str | None, *, sampled: bool, resampled: bool) -> None:
    """Raise `UsageError` for options that do not fit the rules."""
    if pdu is not None and rules.unit != "pdu":
        raise UsageError(f"--pdu needs rules that rate each PDU; {rules.id} rates the region: use --by pdu")
    if sampled and rules.aggregation.method != "pooled":
        raise UsageError("--sampling and --resamples need rules that take all cases together, not a mean of PDUs")
    if resampled and not rules.has_ratings:
        raise UsageError(f"--resamples rates again, and {rules.id} gives percentages only: use --sampling")


def _chosen(inspections: list[Inspection], pdu: str | None) -> Inspection:
    """The inspection of this PDU, or the only inspection."""
    from ..names import fold
    from ..problems import listed, quoted

    named = {fold(one.details.pdu or ""): one for one in inspections}
    if pdu is None and len(inspections) == 1:
        return inspections[0]
    if fold(pdu or "") not in named:
        known = listed([quoted(one.details.pdu or "no PDU") for one in inspections], "or")
        raise UsageError(f"name one PDU with --pdu: {known}")
    return named[fold(pdu or "")]


def _answer(rules: RuleSet, cases: str, target: str | None) -> str:
    """The rule file's name of the answer that `--cases` asks for."""
    from ..names import fold
    from ..problems import listed, quoted

    questions = {question.id for standard in rules.standards for question in standard.key_questions}
    if target not in questions:
        such = f"{min(questions, default='ID')} --cases {rules.answers.no.name}"
        raise UsageError(f"--cases needs one key question: explain WORKBOOK {such}")
    for answer in rules.answers.all:
        if fold(cases) in map(fold, (answer.name, *answer.spellings)):
            return answer.name
    raise UsageError(f"{quoted(cases)} is not an answer: use {listed(rules.answers.names, 'or')}")


def _audit(inspection: Inspection, question: str, answer: str, chosen: Format, screen: Screen) -> Iterator[str]:
    from ..findings.explanation import cases_with
    from ..views import explain as workings

    found = cases_with(inspection, question, answer)
    if chosen is Format.JSON:
        return workings.cases_to_json(inspection, question, answer, found)
    if chosen is Format.MARKDOWN:
        return workings.cases_to_markdown(inspection, question, answer, found)
    return workings.cases_to_text(inspection, question, answer, found, screen)


def explained(
    rated: RatedInspection,
    target: str | None,
    sampled: Sampling | None,
    chosen: Format,
    screen: Screen,
    *,
    by_pdu: bool,
) -> Iterator[str]:
    """The steps behind the ratings, or behind the one that is the target, in the format."""
    from ..findings.explanation import working
    from ..views import explain as workings

    parts = working(rated, target)
    if chosen is Format.JSON:
        from ..views.rate_data import inspection_entry

        return workings.to_json(rated, parts, inspection_entry(rated, by_pdu=by_pdu), sampled)
    if chosen is Format.MARKDOWN:
        return workings.to_markdown(rated, parts, sampled, by_pdu=by_pdu)
    return workings.to_text(rated, parts, sampled, screen, by_pdu=by_pdu)
