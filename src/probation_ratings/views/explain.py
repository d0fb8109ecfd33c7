"""Show how ratings were reached, step by step: text for a terminal, JSON and Markdown."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from .. import __version__
from .explain_sampling import INTERVALS, KEPT, RESAMPLES, interval_table, resample_rows, to_entry
from .explain_sampling import to_text as to_text_sampled
from .kit.forms import json_text, markdown, markdown_table
from .kit.heat import heat_table, told_pull
from .kit.screen import Text
from .rate_data import provenance
from .rate_table import footer, not_read, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ..checking.inspection import CellRange
    from ..findings.explanation import ExplanationPart
    from ..findings.sampling import Sampling
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.rated import RatedInspection
    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import Reference
    from .kit.screen import Screen

_PLACE_WIDTH = 30
"""A longer name of a rule file is wrapped."""


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
        yield "\n" + screen.render(Group(*to_text_sampled(asked, rated.rules, sampled)))
    yield "\n" + screen.render(Group(*_rules(parts, rated.rules), Text(), *footer(rated)))


def to_json(
    rated: RatedInspection, parts: Sequence[ExplanationPart], inspection: dict[str, Any], sampled: Sampling | None
) -> Iterator[str]:
    """Write the document of `rate -f json` for one inspection, with cells and steps added."""
    for standard in inspection["standards"]:
        for question in standard["key_questions"]:
            cells = rated.details.answers.get(question["id"])
            question["cells"] = cells and _range(cells[0])
            if cells is not None and cells[0].file is not None:
                question["cells_of_files"] = [{"file": one.file, **_range(one)} for one in cells]
    if sampled is not None:
        inspection["sampling"] = to_entry(_asked(rated, parts), rated.rules, sampled)
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
    yield f"# {markdown(details.name or 'Region not named')}: how the {rules.results} came about\n"
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
    yield f"\nWorkbook {markdown(PurePath(details.path).name)}, sha256 {details.sha256}. "
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
        grid.add_row(step.name, Text(step.text), str(step.rule.line))
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
    for line in filter(None, (told_pull(question) for question in asked)):
        yield f"\n- {markdown(line)}"
    yield "\n"


def _markdown_sampling(asked: Sequence[KeyQuestionRating], rules: RuleSet, sampled: Sampling) -> Iterator[str]:
    yield f"\n## Sampling\n\n{INTERVALS.format(level=f'{sampled.level:g}')}\n"
    head, rows = interval_table(asked, rules, sampled, ("Key question", "%", f"{sampled.level:g}% interval"))
    yield "\n" + markdown_table(head, rows, right=(1,))
    if sampled.resampled is not None:
        yield f"\n{RESAMPLES.format(resamples=sampled.resampled.resamples, seed=sampled.resampled.seed)}\n"
        yield "\n" + markdown_table(KEPT, resample_rows(sampled.resampled), right=(2,))


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

    def collect(some: Iterable[ExplanationPart]) -> None:
        for part in some:
            for step in part.steps:
                place = step.rule.line
                found.setdefault((place.file, step.rule.reference), set()).add(place.number)
            collect(part.parts)

    collect(parts)
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
            "line": step.rule.line.number,
            "source": step.rule.reference.source,
            "section": step.rule.reference.section,
            "status": rules.sources[step.rule.reference.source].status,
            "file": step.rule.line.file or None,
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
    steps = ((step.name, step.text, step.rule.line) for step in part.steps)
    yield "\n" + markdown_table(("Step", "Working", "Rule"), steps)
