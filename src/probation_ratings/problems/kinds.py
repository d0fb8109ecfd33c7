"""A kind of problem, and one problem found in an input. Checks make problems, and views show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

from ..text import printable

Severity = Literal["error", "warning", "note"]
"""error: blocks a rating; warning: look at it, the rating is kept; note: accepted, for information."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The most serious first."""

CATALOGUE: dict[str, Kind] = {}
"""Every kind of problem by its code."""

LEFT_OUT = "[left out]"


@dataclass(frozen=True, slots=True)
class Private:
    """Text of a message that comes from an input: a redacted message leaves it out."""

    text: str

    def __str__(self) -> str:
        return self.text


def private(found: object) -> Private | Callable[[int], Private]:
    """What was found in an input, for a message that may be redacted; or what a function of a number makes of it."""
    if isinstance(found, Private):
        return found
    if callable(found):
        return lambda count: Private(str(found(count)))
    return Private(str(found))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The row that has the problem, as the reader sees it: for each column its letter, header and value.

    `marked` is the index of the column with the problem.
    """

    row: int
    columns: tuple[tuple[str, str, str], ...]
    marked: int


@dataclass(frozen=True, slots=True, repr=False)
class Problem:
    """One problem in one input, with every cell that has it.

    `file` is the path as the user gave it; `line` is set in rule files and files of counts; `standards` are the ids of
    the standards that it blocks. `redacted` is the message without text from the workbook.
    """

    kind: Kind
    message: str
    redacted: str
    remedy: str
    file: str
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    case_ids: tuple[str, ...] = ()
    line: int | None = None
    standards: tuple[str, ...] = ()
    excerpt: Excerpt | None = None

    def __repr__(self) -> str:
        where = "!".join(filter(None, (self.sheet, *self.cells[:1])))
        return f"<Problem {self.kind.code} {printable(' '.join(filter(None, (self.place, where))))}: {self.message}>"

    @property
    def place(self) -> str:
        """The file and, where it has one, the line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def as_lines(self) -> tuple[str, str]:
        """The problem and its remedy in two lines, for a file that has lines instead of cells."""
        return f"error[{self.kind.code}] {self.place}: {self.message}", f"  help: {self.remedy}"

    @property
    def case_of_each_cell(self) -> list[str]:
        """The case id of each cell; empty if they are not known, because ids appear more than once."""
        rows = [cell.strip(ascii_uppercase) for cell in self.cells]
        distinct = list(dict.fromkeys(rows))
        if not rows or len(self.case_ids) not in {1, len(distinct)}:
            return []
        of_row = dict(zip(distinct, self.case_ids * (len(distinct) // len(self.case_ids)), strict=True))
        return [of_row[row] for row in rows]

    @property
    def is_error(self) -> bool:
        """Whether its severity is error."""
        return self.kind.severity == "error"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code, name and severity, and the words that describe it.

    `message` and `remedy` are templates, filled with the facts given to `found`. `why` says why the problem matters;
    `wrong` and `right` are examples. `blocks` is False for an error that does not affect the ratings.
    """

    code: str
    name: str
    severity: Severity
    title: str
    message: str
    remedy: str
    why: str
    wrong: str
    right: str
    blocks: bool = True

    def __post_init__(self) -> None:
        if self.code in CATALOGUE:
            raise ValueError(f"problem code {self.code} is declared twice")
        CATALOGUE[self.code] = self

    def found(
        self,
        file: str,
        *,
        sheet: str | None = None,
        cells: tuple[str, ...] = (),
        case_ids: tuple[str, ...] = (),
        line: int | None = None,
        standards: tuple[str, ...] = (),
        excerpt: Excerpt | None = None,
        **facts: Any,
    ) -> Problem:
        """Make a problem of this kind at a place. `facts` fill in the message and the remedy.

        What comes from an input must be `private`: it is left out of a redacted message, and a remedy must not use it.
        """
        known = {name: LEFT_OUT if isinstance(fact, Private) else fact for name, fact in facts.items()}
        message, redacted = self.message.format(**facts), self.message.format(**known)
        remedy = self.remedy.format(**facts)
        return Problem(self, message, redacted, remedy, file, sheet, cells, case_ids, line, standards, excerpt)


def redacted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Redact the messages, and merge problems that then say the same into one with all their cells."""
    cells: dict[Any, dict[str, None]] = {}
    first: dict[Any, Problem] = {}
    for one in problems:
        key = (one.kind.code, one.redacted, one.remedy, one.file, one.sheet, one.line, one.standards)
        first.setdefault(key, one)
        cells.setdefault(key, {}).update(dict.fromkeys(one.cells))
    return tuple(
        replace(one, message=one.redacted, cells=tuple(cells[key]), case_ids=(), excerpt=None)
        for key, one in first.items()
    )
