"""The problems of a check as one page for the people who filled the workbooks in: by sheet, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from ...problems import LEFT_OUT, counted, grouped, listed, printable
from ..check_reports import PLACES
from ..check_text import effect, numbers
from .html import page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...findings.check_result import Checked
    from ...problems import Problem
    from ..kit.showing import Showing

SHORT = 4
"""A heading names at most this many cells."""

_WHOLE = ((re.compile("[0-9]+:[0-9]+"), "Row"), (re.compile("[A-Z]+:[A-Z]+"), "Column"))


class SheetProblems(NamedTuple):
    """The problems of one sheet of one file; without a sheet they concern the file as a whole."""

    file: str
    sheet: str | None
    problems: list[Problem]

    @property
    def title(self) -> str:
        """The sheet in words; a CSV file is its only sheet and needs none."""
        if self.sheet is None:
            return "As a whole"
        path = PurePath(self.file)
        return "" if path.suffix.lower() == ".csv" and path.stem == self.sheet else f"Sheet {self.sheet}"


def to_html(checked: Iterable[Checked], how: Showing) -> Iterator[str]:
    """One self-contained page: what was checked, and below it each file with its problems by sheet."""
    found = list(checked)
    problems = [problem for one in found for problem in one.problems]
    yield page(
        "check.html",
        files=found,
        rules=how.rules,
        total=numbers(problems),
        severities={problem.kind.severity for problem in problems},
        redacted=any(LEFT_OUT in problem.message for problem in problems),
        names=_names([name for one in found for name in (one.path, *(problem.file for problem in one.problems))]),
        by_sheet=by_sheet, counted=counted, effect=effect, listed=listed, numbers=numbers, place=place,
        sentence=sentence,
    )  # fmt: skip


def _names(paths: Iterable[str]) -> dict[str, str]:
    """What each path is called: its last part, or all of it where two have the same."""
    last = {path: "standard input" if path == "-" else PurePath(path).name for path in paths}
    times = Counter(last.values())
    return {path: name if name and times[name] == 1 else path for path, name in last.items()}


def by_sheet(one: Checked) -> list[SheetProblems]:
    """The problems of a file by sheet, those of the whole file first; a mapping file has several files."""
    groups = grouped(((problem.file, problem.sheet), problem) for problem in one.problems)
    ordered = sorted(groups, key=lambda group: (group[0] != one.path, group[0], group[1] is not None))
    return [SheetProblems(file, sheet, groups[file, sheet]) for file, sheet in ordered]


def place(problem: Problem) -> tuple[str, str]:
    """Where a problem is in its sheet, in a few words; and all of its cells if these leave some out.

    Such as 'Cells D2 and E3', 'Cells B2 to B151', 'Rows 5 to 9'; without a place, its title.
    """
    if problem.cells:
        noun, spans = _spans(problem.cells)
        noun += "s" if len(spans) > 1 or " to " in spans[0] else ""
        return f"{noun} {_first(spans, SHORT)}", f"{noun} {_first(spans, PLACES)}" if len(spans) > SHORT else ""
    title = f"{problem.kind.title[:1].upper()}{problem.kind.title[1:]}"
    return title if problem.line is None else f"Line {problem.line}", ""


def _spans(cells: Sequence[str]) -> tuple[str, list[str]]:
    """Cells, rows or columns in words, joined where one is below the other, and what they are."""
    noun = next((noun for pattern, noun in _WHOLE if all(map(pattern.fullmatch, cells))), "Cell")
    spans: list[list[str]] = []
    below = ""
    for cell in cells:
        if noun != "Cell":
            spans.append(cell.split(":"))
        elif cell == below:
            spans[-1][1] = cell
        else:
            spans.append([cell, cell])
        column = cell.rstrip("0123456789")
        row = cell.removeprefix(column)
        below = f"{column}{int(row) + 1}" if row and ":" not in cell else ""
    return noun, [first if first == last else f"{first} to {last}" for first, last in spans]


def _first(names: Sequence[str], most: int) -> str:
    """The first names in a sentence, and how many more there are."""
    shown = list(names) if len(names) <= most else [*names[:most], f"{len(names) - most:,} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def sentence(text: str) -> Markup:
    """A message or a remedy as a sentence; what stands between backticks is code."""
    whole = f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
    parts = [escape(printable(part)) for part in whole.split("`")]
    if len(parts) % 2 == 0:  # a backtick of its own
        return Markup("`").join(parts)
    return Markup().join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))
