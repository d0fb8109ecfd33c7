"""`explain`: how the ratings of one inspection came about, and what would change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..writing.output import write
from ..writing.register import Register
from . import options
from .formats import OutputFormat, load
from .inputs import inputs_of
from .mistakes import did_you_mean
from .terminal import Terminal
from .work import work_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..checking.inspection import Inspection
    from ..findings.sampling import Sampling
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from ..views.kit.screen import Screen


class Format(OutputFormat):
    """The formats of `explain`."""

    TEXT = "text", ".txt", "explain:to_text"
    JSON = "json", ".json", "explain:to_json"
    MARKDOWN = "markdown", ".md", "explain:to_markdown"


def explain(
    workbook: Annotated[
        str, options.argument("WORKBOOK", "A case workbook or mapping file; - reads a workbook from standard input.")
    ],
    wanted: Annotated[
        str | None,
        options.argument(
            "STANDARD",
            "Explain only this standard or key question, by its id or text.",
            autocompletion=options.standards_and_questions,
        ),
    ] = None,
    *,
    rules: options.RulesOrMapping = None,
    format_: Annotated[Format | None, Format.option()] = None,
    output: options.Output = None,
    by: options.ByOption = None,
    pdu: Annotated[str | None, options.option("NAME", "Explain this PDU, with rules that rate each PDU.")] = None,
    sampling: Annotated[bool, options.flag("--sampling", "Give an interval for every percentage.")] = False,
    level: Annotated[
        float | None, options.option("PERCENT", "Set the level of the intervals; default: 95.", min=50, max=99.99)
    ] = None,
    resamples: Annotated[
        int | None, options.option("N", "Bootstrap: resample the cases N times and rate again.", min=1, max=1_000_000)
    ] = None,
    seed: Annotated[int | None, options.option("S", "Set the seed of the resamples; default: 1.", min=0)] = None,
    cases: Annotated[
        str | None, options.option("ANSWER", "List the cases with this answer, such as No, for an audit.")
    ] = None,
    partial: options.PartialOption = False,
    combine: options.Combine = False,
    data: options.Data = None,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Explain how ratings came about, and what would change them.

    It shows the cells, counts, rules and margins behind each rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule or mapping file; 3 a file that
    cannot be read or written.
    """
    terminal = Terminal(quiet, color)
    chosen = Format.of(format_, output)
    if level is not None and not (sampling or resamples):
        raise UsageError("--level needs --sampling")
    if seed is not None and not resamples:
        raise UsageError("--seed needs --resamples")
    inputs = inputs_of([workbook], combine=combine, data=data)
    if inputs.total != 1 or inputs.empty:
        raise UsageError(f"{workbook} holds {inputs.total} workbooks: explain takes one")
    register = Register()
    register.writes(output, "-o")
    with work_on(inputs, rules, limits, register) as (rule_set, do_each):
        target = None if wanted is None else find_target(rule_set, wanted)
        answer = None if cases is None else _answer(rule_set, cases, target)
        _refuse(rule_set, pdu, sampled=bool(sampling or resamples), resampled=bool(resamples))
        _, read = next(do_each(list))
        inspection = _chosen(read()[0], pdu)
    from ..rating.rated import rate_inspection

    rated = rate_inspection(inspection, partial=partial)
    status = terminal.report([rated])
    screen = terminal.screen(output)
    if answer is not None and target is not None:
        chunks = _audit(inspection, target, answer, chosen, screen)
    else:
        sampled = None
        if (sampling or resamples) and rated.key_questions:
            from ..findings.sampling import Sampling, resample

            drawn = resample(inspection, rated, resamples, 1 if seed is None else seed) if resamples else None
            sampled = Sampling(95 if level is None else level, drawn)
        chunks = explained(rated, target, sampled, chosen, screen, by_pdu=by is not None and rule_set.unit != "pdu")
    write(chunks, output, text=chosen.is_text)
    terminal.wrote(output)
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
    """The cases with an answer to a question, in the format."""
    from ..findings.explanation import cases_with

    view, screens = load(f"explain:cases_to_{chosen}"), [screen] if chosen.is_text else []
    return view(inspection, question, answer, cases_with(inspection, question, answer), *screens)


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

    screens = [screen] if chosen.is_text else []
    return chosen.view(rated, working(rated, target), sampled, *screens, by_pdu=by_pdu)
