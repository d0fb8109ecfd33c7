"""Show problems as text: in full with the row drawn, or one line each. Colour only decorates."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.padding import Padding

from ..problems import counted, listed, printable
from .kit.screen import LEAST_WIDTH, Text, lines_of, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ..findings.check_result import Checked
    from ..problems import Excerpt, Problem
    from .kit.screen import Screen
    from .kit.showing import Showing

CELLS_SHOWN = 4
VALUE_WIDTH = 24
"""A longer value is cut where its row is drawn; the message shows more of it."""

_STYLE = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def show_problems(problems: Iterable[Problem], screen: Screen) -> str:
    """Show problems one below the other, with place, effect on the ratings and remedy."""
    return "".join(screen.render(Group(*_problem(problem, screen))) for problem in problems)


def to_full(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """Show every problem with its row, its effect on the ratings and its remedy, or say that there is none."""
    screen = how.screen_of_text
    for number, one in enumerate(checked):
        gap = "\n" if number else ""
        if one.problems:
            yield gap + "\n".join(show_problems([problem], screen) for problem in one.problems)
        else:
            # one line, however long the path is
            line = plain_line(f"{one.path}: no problem in {one.rows:,} rows with {one.answers:,} answers")
            yield f"{gap}{line}"


def to_concise(checked: Iterable[Checked], _how: Showing) -> Iterator[str]:
    """One line per problem: place, severity, code, name and message."""
    for one in checked:
        for problem in one.problems:
            kind, place = problem.kind, ":".join(filter(None, (problem.place, where(problem))))
            yield plain_line(
                f"{place}: {kind.severity} {kind.code} {kind.name}: {problem.message}{more_cells(problem)}"
            )


def where(problem: Problem) -> str:
    """The place of a problem in its workbook: PDU cases!F37, a sheet, or nothing."""
    if problem.sheet is None:
        return ""
    return problem.sheet + (f"!{problem.cells[0]}" if problem.cells else "")


def more_cells(problem: Problem) -> str:
    """How many more cells a problem has, after the one that is named."""
    left = len(problem.cells) - 1
    return f" (and {counted(left, 'more cell')})" if left > 0 else ""


def effect(problem: Problem) -> str:
    """What the problem means for the ratings, in a sentence."""
    if not problem.is_error or not problem.kind.blocks:
        return "the ratings are not affected"
    if problem.sheet is None and problem.kind.code.startswith("PR1"):
        return "this file cannot be rated"
    if problem.standards:
        return f"{listed(problem.standards)} cannot be rated until this is corrected"
    return "the region cannot be rated until this is corrected"


def _problem(problem: Problem, screen: Screen) -> Iterator[RenderableType]:
    kind = problem.kind
    yield Text.assemble((f"{kind.severity}[{kind.code}]", _STYLE[kind.severity]), f" {problem.message}")
    place = [f"--> {problem.file if problem.line is None else problem.place}"]
    if problem.sheet is not None:
        place.append(where(problem))
    if len(problem.case_ids) == 1:
        place.append(f"case {problem.case_ids[0]}")
    yield Padding(replace(screen, width=screen.width - 2).flow(place, "  "), (0, 0, 0, 2))
    if problem.excerpt is not None:
        yield Padding(_drawn(problem.excerpt, screen), (0, 0, 0, 4))
    more = problem.cells[1 : 1 + CELLS_SHOWN]
    if more:
        left = len(problem.cells) - 1
        tail = " …" if left > len(more) else ""
        yield Padding(Text(f"{counted(left, 'more cell')}: {', '.join(more)}{tail}"), (0, 0, 0, 4))
    if problem.is_error:
        yield Padding(Text(effect(problem)), (0, 0, 0, 4))
    yield Padding(Text.assemble(("help: ", "bold"), problem.remedy), (0, 0, 0, 2))


def _drawn(excerpt: Excerpt, screen: Screen) -> RenderableType:
    """The header and the row, with the cell underlined."""
    rows = [[f"{letter} {header}" for letter, header, _ in excerpt.columns], [value for *_, value in excerpt.columns]]
    margin = len(str(excerpt.row))
    room = max(screen.width, LEAST_WIDTH) - 5 - margin - 3 * len(excerpt.columns)
    for limit in (VALUE_WIDTH, room // len(excerpt.columns)):
        cells = [[_cut(text, limit, screen) for text in row] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
        if sum(widths) <= room:
            break
    lines = [
        f"{label:>{margin}} | " + " | ".join(map(_padded, row, widths))
        for label, row in zip(("", str(excerpt.row)), cells, strict=True)
    ]
    before = sum(widths[: excerpt.marked]) + 3 * excerpt.marked
    mark = "^" * max(cell_len(cells[1][excerpt.marked]), 1)
    lines.append(f"{'':>{margin}} | {'':>{before}}{mark}")
    return lines_of(lines, no_wrap=True, overflow="crop")


def _cut(text: str, limit: int, screen: Screen) -> str:
    text = printable(text)  # before its width is known
    cut = "…" if screen.unicode else "..."
    return text if cell_len(text) <= limit else set_cell_size(text, limit - len(cut)).rstrip() + cut


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def summary(checked: Sequence[Checked]) -> str:
    """How much was checked and what was found, in a line."""
    counts = Counter(problem.kind.severity for one in checked for problem in one.problems)
    found = [counted(counts[word], word) for word in ("error", "warning", "note") if counts[word]]
    rows, answers = sum(one.rows for one in checked), sum(one.answers for one in checked)
    books = counted(sum(one.is_workbook for one in checked), "workbook")
    return f"{books}, {rows:,} rows, {answers:,} answers checked: {listed(found) or 'no problem'}\n"
