"""Show how ratings were reached, step by step, and the cases behind a count: text for a terminal, JSON and Markdown.

Only the views of cases name cases.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from .. import __version__
from ..checking.inspection import NOT_NAMED
from ..findings.sampling import intervals
from ..problems import counted
from .kit.forms import json_text, markdown, markdown_table
from .kit.heat import heat_table
from .kit.screen import Text, grid
from .rate_data import inspection_entry, provenance
from .rate_table import footer, not_read, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ..checking.inspection import CellRange, Inspection
    from ..findings.explanation import AuditedCase, ExplanationPart
    from ..findings.sampling import Kept, Resampled, Sampling
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import Reference
    from .kit.screen import Screen

_CASE = ("Case", "PDU", "Cell")
_PLACE_WIDTH = 30
"""A longer name of a rule file is wrapped."""
_INTERVALS = (
    "If the cases are a random sample of many more, an interval made this way includes the percentage of all of them "
    "in about {level}% of such inspections. It says nothing about how inspectors judge, or about cases that could not "
    "be sampled, and it changes no rating."
)
_RESAMPLES = (
    "Bootstrap: the cases were resampled, with replacement within each PDU, and rated: {resamples:,} times, seed "
    "{seed}. The counts show how much the ratings depend on which cases are in the sample. They are not the chance "
    "that a rating is right. Judged ratings and panel decisions stay the same."
)
_KEPT = ("Standard", "Rating", "Kept", "Otherwise")
"""The columns of `_resample_rows`."""


def to_text(
    rated: RatedInspection,
    parts: Sequence[ExplanationPart],
    sampled: Sampling | None,
    screen: Screen,
    *,
    by_pdu: bool = False,
) -> Iterator[str]:
    """Show the steps with their lines of the rule file, and list the rules on those lines below."""
    if rated.details.sha256 is None:
        yield screen.render(not_read(rated.details))
        return
    yield screen.render(Group(*title(rated.details, screen)))
    for part in parts:
        yield "\n" + screen.render(Group(*_part(part)))
    asked = _asked(rated, parts)
    if by_pdu and asked:
        drivers = [one.question.id for one in asked]
        yield "\n" + screen.render(Group(*heat_table(asked, drivers, rated.rules, screen)))
    if sampled is not None and asked:
        yield "\n" + screen.render(Group(*_sampling(asked, rated.rules, sampled)))
    yield "\n" + screen.render(Group(*_rules(parts, rated.rules), Text(), *footer(rated)))


def to_json(
    rated: RatedInspection, parts: Sequence[ExplanationPart], sampled: Sampling | None, *, by_pdu: bool = False
) -> Iterator[str]:
    """Write the document of `rate -f json` for one inspection, with cells and steps added."""
    inspection = inspection_entry(rated, by_pdu=by_pdu)
    for standard in inspection["standards"]:
        for question in standard["key_questions"]:
            cells = rated.details.answers.get(question["id"])
            question["cells"] = cells and _range(cells[0])
            if cells is not None and cells[0].file is not None:
                question["cells_of_files"] = [{"file": one.file, **_range(one)} for one in cells]
    if sampled is not None:
        inspection["sampling"] = _sampling_entry(_asked(rated, parts), rated.rules, sampled)
    inspection["explanation"] = [_entry(part, rated.rules) for part in parts]
    yield json_text({**provenance(rated.rules), "inspections": [inspection]})


def _range(cells: CellRange) -> dict[str, Any]:
    return {
        "sheet": cells.sheet,
        "range": f"{cells.column}{cells.first}:{cells.column}{cells.last}",
        "rows": cells.rows,
    }


def to_markdown(
    rated: RatedInspection, parts: Sequence[ExplanationPart], sampled: Sampling | None, *, by_pdu: bool = False
) -> Iterator[str]:
    """A heading and a table of steps for each standard and key question."""
    details, rules = rated.details, rated.rules
    yield f"# {markdown(details.name or NOT_NAMED)}: how the {rules.results} came about\n"
    if details.data_status:
        yield f"\nData: {markdown(details.data_status)}.\n"
    for part in parts:
        yield from _markdown(part, 2)
    if by_pdu:
        yield from _markdown_pdus(_asked(rated, parts), rules)
    if sampled is not None:
        yield from _markdown_sampling(_asked(rated, parts), rules, sampled)
    cited = ((lines, section, _source(source, rules)) for lines, section, source in _cited(parts))
    yield "\n## Rules\n\n" + markdown_table(("Line", "Reference", "Source"), cited)
    yield f"\nWorkbook {markdown(details.file_name)}, sha256 {details.sha256}. "
    yield f"Rule file {rules.id}, sha256 {rules.sha256}. probation-ratings {__version__}.\n"


def _part(part: ExplanationPart) -> Iterator[RenderableType]:
    yield Text(f"{part.id} {part.title}".strip(), style="bold")
    for inner in part.parts:
        yield Padding(Group(*_part(inner)), (0, 0, 0, 2))
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True, width=14)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(max_width=_PLACE_WIDTH, overflow="fold", justify="right", style="dim")
    for step in part.steps:
        grid.add_row(step.name, Text(step.text), str(step.line))
    yield Padding(grid, (0, 0, 0, 2))


def _asked(rated: RatedInspection, parts: Sequence[ExplanationPart]) -> list[KeyQuestionRating]:
    """The key questions to explain."""
    ids = {inner.id for part in parts for inner in part.parts}
    return [one for one in rated.key_questions if one.question.id in ids]


def _markdown_pdus(asked: Sequence[KeyQuestionRating], rules: RuleSet) -> Iterator[str]:
    yield "\n## By PDU\n\n"
    if rules.has_ratings:
        yield "The rating is the one that the PDU alone would get; it is not a published rating. "
    yield f"A star marks {rules.few_cases} relevant cases or fewer.\n\n" if rules.few_cases else "\n\n"
    rows = []
    for question in asked:
        for share in question.pdus:
            band = "-" if share.band is None else share.band.rating
            percentage = "-" if share.percentage is None else share.percentage
            relevant = f"{share.count.relevant}{'*' if share.small else ''}"
            name = share.pdu or "no PDU named"
            rows.append((question.question.id, name, share.count.yes, relevant, percentage, band))
    head = ("Key question", "PDU", "Yes", "Relevant", "%", *(["Rating"] if rules.has_ratings else []))
    yield markdown_table(head, [row[: len(head)] for row in rows], right=(2, 3, 4))
    for line in filter(None, (question.pull_in_words for question in asked)):
        yield f"\n- {markdown(line)}"
    yield "\n"


def _markdown_sampling(asked: Sequence[KeyQuestionRating], rules: RuleSet, sampled: Sampling) -> Iterator[str]:
    yield f"\n## Sampling\n\n{_INTERVALS.format(level=f'{sampled.level:g}')}\n"
    head, rows = _interval_table(asked, rules, sampled, ("Key question", "%", f"{sampled.level:g}% interval"))
    yield "\n" + markdown_table(head, rows, right=(1,))
    if sampled.resampled is not None:
        yield f"\n{_RESAMPLES.format(resamples=sampled.resampled.resamples, seed=sampled.resampled.seed)}\n"
        yield "\n" + markdown_table(_KEPT, _resample_rows(sampled.resampled), right=(2,))


def _rules(parts: Iterable[ExplanationPart], rules: RuleSet) -> Iterator[RenderableType]:
    yield Text(f"The lines of the rule file {rules.id}", style="bold")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(max_width=_PLACE_WIDTH, overflow="fold")
    grid.add_column(overflow="fold")
    for lines, section, source in _cited(parts):
        grid.add_row(lines, Text(f"{section} [{source}]"))
    for source in sorted({cited[2] for cited in _cited(parts)}):
        grid.add_row(Text(f"[{source}]"), Text(_source(source, rules)))
    yield grid


def _source(name: str, rules: RuleSet) -> str:
    source = rules.sources[name]
    return f"{source.named}{' (ours)' if source.status == 'ours' else ''}"


def _cited(parts: Iterable[ExplanationPart]) -> list[tuple[str, str, str]]:
    """Each reference of the steps once: the lines that cite it, its section and its source."""
    found: dict[tuple[str, Reference], set[int]] = {}
    for step in (step for part in parts for one in (part, *part.parts) for step in one.steps):
        found.setdefault((step.line.file, step.reference), set()).add(step.line.number)
    ordered = sorted(((file, sorted(lines), one) for (file, one), lines in found.items()), key=lambda cited: cited[:2])
    return [
        (f"{file}:{', '.join(map(str, lines))}".removeprefix(":"), reference.section, reference.source)
        for file, lines, reference in ordered
    ]


def _entry(part: ExplanationPart, rules: RuleSet) -> dict[str, Any]:
    steps = [
        {
            "step": step.name,
            "text": step.text,
            "line": step.line.number,
            "source": step.reference.source,
            "section": step.reference.section,
            "status": rules.sources[step.reference.source].status,
            "file": step.line.file or None,
        }
        for step in part.steps
    ]
    entry: dict[str, Any] = {"id": part.id or None, "title": part.title}
    if part.parts:
        entry["key_questions"] = [_entry(inner, rules) for inner in part.parts]
    return {**entry, "steps": steps}


def _markdown(part: ExplanationPart, level: int) -> Iterator[str]:
    yield f"\n{'#' * level} {markdown(f'{part.id} {part.title}'.strip())}\n"
    for inner in part.parts:
        yield from _markdown(inner, level + 1)
    if part.parts:
        yield f"\n{'#' * (level + 1)} {part.id} from its key questions\n"
    steps = ((step.name, step.text, step.line) for step in part.steps)
    yield "\n" + markdown_table(("Step", "Working", "Rule"), steps)


def _sampling(questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling) -> Iterator[RenderableType]:
    """One row per key question with its interval, one per standard with its resamples, and what they mean."""
    yield Text(f"Sampling: {sampling.level:g}% intervals", style="bold")
    yield grid(*_interval_table(questions, rules, sampling, ("Question", "%", "Interval")), right=(1,))
    yield Text()
    yield Text(_INTERVALS.format(level=f"{sampling.level:g}"))
    if sampling.resampled is not None:
        yield Text()
        yield Text("Sampling: resampled cases", style="bold")
        yield grid(_KEPT, _resample_rows(sampling.resampled), right=(2,))
        yield Text()
        yield Text(_RESAMPLES.format(resamples=sampling.resampled.resamples, seed=sampling.resampled.seed))


def _interval_table(
    questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling, head: tuple[str, ...]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns, and for each key question its id, percentage, interval, and the bands, if any, that this touches."""
    columns = (*head, "Bands in it") if rules.bands else head
    rows = []
    for one in intervals(questions, rules, sampling.level):
        asked, ends = one.question, f"{one.low:.1f} to {one.high:.1f}"
        rows.append((asked.question.id, str(asked.percentage), ends, " to ".join(one.ratings))[: len(columns)])
    return columns, rows


def _resample_rows(resampled: Resampled) -> Iterator[tuple[str, str, str, str]]:
    """For each standard and the overall rating: its rating, how often it was kept, and the other ratings."""
    overall = [] if resampled.overall is None else [("Overall", resampled.overall)]
    for name, kept in (*resampled.standards.items(), *overall):
        others = {rating: count for rating, count in kept.ratings.items() if count and rating != kept.rating}
        if kept.unrated:
            others["not rated"] = kept.unrated
        yield name, kept.rating, f"{kept.same:,}", ", ".join(f"{rating} {count:,}" for rating, count in others.items())


def _sampling_entry(questions: Sequence[KeyQuestionRating], rules: RuleSet, sampling: Sampling) -> dict[str, Any]:
    """The figures as in JSON; intervals in per cent, with two decimals."""
    found: dict[str, list[float] | None] = dict.fromkeys(one.question.id for one in questions)
    for one in intervals(questions, rules, sampling.level):
        found[one.question.question.id] = [round(one.low, 2), round(one.high, 2)]
    entry: dict[str, Any] = {"level": sampling.level, "intervals": found, "resampling": None}
    if (drawn := sampling.resampled) is not None:
        entry["resampling"] = {
            "resamples": drawn.resamples,
            "seed": drawn.seed,
            "standards": {name: _counts(kept) for name, kept in drawn.standards.items()},
            "overall_rating": None if drawn.overall is None else _counts(drawn.overall),
        }
    return entry


def _counts(kept: Kept) -> dict[str, Any]:
    return {"rating": kept.rating, "kept": kept.same, "ratings": kept.ratings}


def cases_to_text(
    inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase], screen: Screen
) -> Iterator[str]:
    """One line per case: its id, its PDU and the answer's cell."""
    region = inspection.details.name or NOT_NAMED
    title = Text(f"{region}: {_counted(question, answer, cases)}", style="bold")
    yield screen.render(title, grid(_CASE, map(_case, cases)))


def cases_to_json(inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase]) -> Iterator[str]:
    """One document; `cases` has the id, the PDU and the cell of each."""
    details = inspection.details
    document = {
        **provenance(inspection.rules),
        "region": details.region,
        "workbook": {"path": details.path, "sha256": details.sha256},
        "key_question": question,
        "answer": answer,
        "cases": [asdict(one) for one in cases],
        "pdu": details.pdu,
    }
    yield json_text(document)


def cases_to_markdown(
    inspection: Inspection, question: str, answer: str, cases: Sequence[AuditedCase]
) -> Iterator[str]:
    """A table with one row per case."""
    region = markdown(inspection.details.name or NOT_NAMED)
    yield f"# {region}: {markdown(_counted(question, answer, cases))}\n\n"
    yield markdown_table(_CASE, map(_case, cases))


def _counted(question: str, answer: str, cases: Sequence[AuditedCase]) -> str:
    return f"{counted(len(cases), 'case')} answered {answer} to {question}"


def _case(one: AuditedCase) -> tuple[str, str, str]:
    return one.case_id, one.pdu or "", one.cell
