"""Show problems and fixes as text: problems in full with the row drawn, or one line each. Colour only decorates."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.padding import Padding

from ..problems import LEFT_OUT, SEVERITIES, TOTAL_ROW, Spans, counted, listed, printable, quoted
from ..text import first_few
from .kit.screen import Text, lines_of, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ..findings.check_result import Checked
    from ..findings.fixes import Fixes
    from ..problems import Excerpt, Problem
    from .kit.screen import Screen
    from .kit.showing import Showing

CELLS_SHOWN = 4
VALUE_WIDTH = 24
"""A longer value is cut where its row is drawn; the message shows more of it."""

_FEW_COLUMNS = 2
_NARROW = 12
"""A column with less room than this leaves it to others."""
_STYLE = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def show_problems(problems: Iterable[Problem], screen: Screen) -> str:
    """Show problems one below the other, with place, effect on the ratings and remedy."""
    return "".join(_problem(one, screen) for one in problems)


def to_full(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """Show every problem with its row, its effect on the ratings and its remedy, or say that there is none."""
    screen = how.screen_of_text
    for number, one in enumerate(checked):
        gap = "\n" if number else ""
        if one.problems:
            yield gap + "\n".join(_problem(problem, screen) for problem in one.problems)
        else:
            # one line, however long the path is
            yield gap + plain_line(f"{one.path}: no problem in {one.rows:,} rows with {one.answers:,} answers")


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


def _problem(problem: Problem, screen: Screen) -> str:
    kind = problem.kind
    head = Text.assemble((f"{kind.severity}[{kind.code}]", _STYLE[kind.severity]), f" {problem.message}")
    return screen.render(head) + _place(problem, screen) + screen.render(Group(*_details(problem, screen)))


def _place(problem: Problem, screen: Screen) -> str:
    """Where the problem is; lines are wrapped between file and cell, and a path is never broken: it may be a link."""
    lines = [f"  --> {problem.file if problem.line is None else problem.place}"]
    facts = [] if problem.sheet is None else [where(problem)]
    if len(problem.case_ids) == 1:
        facts.append(f"case {problem.case_ids[0]}")
    for fact in facts:
        joined = f"{lines[-1]}  {fact}"
        if cell_len(printable(joined)) < screen.room:
            lines[-1] = joined
        else:
            lines.append(f"  {fact}")
    return "".join(map(plain_line, lines))


def _details(problem: Problem, screen: Screen) -> Iterator[RenderableType]:
    """The row, the other cells, the effect on the ratings and the remedy."""
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
    """The header and the row, with the cell underlined; a narrow screen shows fewer of the other columns."""
    margin = len(str(excerpt.row))
    width = screen.room - 5 - margin
    columns, marked = list(excerpt.columns), excerpt.columns[excerpt.marked]
    while len(columns) > _FEW_COLUMNS and width // len(columns) < _NARROW:
        columns.remove(next(one for one in reversed(columns) if one not in {columns[0], marked}))
    rows = [[f"{letter} {header}" for letter, header, _ in columns], [value for *_, value in columns]]
    room = width - 3 * len(columns)
    for limit in (VALUE_WIDTH, room // len(columns)):
        cells = [[_cut(text, limit, screen) for text in row] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
        if sum(widths) <= room:
            break
    lines = [
        f"{label:>{margin}} | " + " | ".join(map(set_cell_size, row, widths))
        for label, row in zip(("", str(excerpt.row)), cells, strict=True)
    ]
    place = columns.index(marked)
    before = sum(widths[:place]) + 3 * place
    mark = "^" * max(cell_len(cells[1][place]), 1)
    lines.append(f"{'':>{margin}} | {'':>{before}}{mark}")
    return lines_of(lines, no_wrap=True, overflow="crop")


def _cut(text: str, limit: int, screen: Screen) -> str:
    text = printable(text)  # before its width is known
    cut = "…" if screen.unicode else "..."
    return text if cell_len(text) <= limit else set_cell_size(text, limit - len(cut)).rstrip() + cut


def errors_of(one: Checked) -> int:
    """How many errors a workbook has."""
    return sum(problem.is_error for problem in one.problems)


def numbers(problems: Iterable[Problem]) -> str:
    """How many problems there are of each severity: '3 errors and 1 note'; empty if there is none."""
    counts = Counter(problem.kind.severity for problem in problems)
    return listed([counted(counts[word], word) for word in SEVERITIES if counts[word]])


def summary(checked: Sequence[Checked]) -> str:
    """How much was checked and what was found, in a line."""
    found = numbers([problem for one in checked for problem in one.problems])
    rows, answers = sum(one.rows for one in checked), sum(one.answers for one in checked)
    books = counted(sum(one.is_workbook for one in checked), "workbook")
    return f"{books}, {rows:,} rows, {answers:,} answers checked: {found or 'no problem'}\n"


def to_diff(found: Iterable[Fixes], *, redact: bool = False) -> Iterator[str]:
    """The lines of all fixes: cells that have the same and become the same are in one."""
    for fixes in found:
        alike: dict[tuple[str, str, str], list[str]] = {}
        for one in fixes.changes:
            # quotation marks alone would not show a no-break space
            before = quoted(one.before).replace("\N{NO-BREAK SPACE}", "\\xa0")
            after = one.after.isoformat() if isinstance(one.after, date) else quoted(one.after)
            words = f"{LEFT_OUT} -> {LEFT_OUT}" if redact else f"{before} -> {after}"
            alike.setdefault((one.sheet, words, one.code), []).append(one.cell)
        for (sheet, change, code), cells in alike.items():
            yield f"{printable(fixes.path)} {printable(sheet)}!{', '.join(first_few(cells))}: {change} ({code})\n"
        for row in fixes.rows:
            what = "totals" if row.code == TOTAL_ROW.code else "blank"
            rows = Spans(list(range(row.first, row.last + 1)))
            yield f"{printable(fixes.path)} {printable(row.sheet)} {rows.words}: left out, {what} ({row.code})\n"


def fixes_in_words(fixes: Fixes) -> str:
    """How much is fixed: '4 cells changed, 1 row left out'."""
    rows = sum(row.last - row.first + 1 for row in fixes.rows)
    done = [f"{counted(len(fixes.changes), 'cell')} changed"] if fixes.changes else []
    done += [f"{counted(rows, 'row')} left out"] if rows else []
    return ", ".join(done) or "nothing to fix"
