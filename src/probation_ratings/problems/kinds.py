"""A kind of problem, and one problem found: what every check hands on and every view shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
"""error: blocks a rating; warning: look at it, the rating stands; note: accepted, for information."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The gravest first."""

CATALOGUE: dict[str, Kind] = {}
"""Every kind of problem by its code."""

LEFT_OUT = "[left out]"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The row that a problem stands in, as a reader meets it: for each column its letter, header and value.

    `marked` is the place of the column with the problem.
    """

    row: int
    columns: tuple[tuple[str, str, str], ...]
    marked: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in one input, with every cell it was found in.

    `file` is the path as the user gave it; `line` is set in rule files and files of counts; `standards` are the ids of
    the standards that cannot be rated while it stands. `redacted` is the message without text of the workbook.
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

    @property
    def place(self) -> str:
        """The file and, where it has one, the line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def as_lines(self) -> tuple[str, str]:
        """What is wrong and how to mend it, in two lines; for a file that has lines and no cells."""
        return f"error[{self.kind.code}] {self.place}: {self.message}", f"  help: {self.remedy}"

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way of a rating."""
        return self.kind.severity == "error"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code, its name, how grave it is, and the words in which it is told.

    `title`, `message` and `remedy` are templates over the facts that `found` is given. `why` says why it matters;
    `wrong` and `right` are an example of each. An error that does not block leaves the ratings as they are.
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
        """This kind of problem at a place; `facts` fill the message and the remedy.

        What a workbook says is in facts whose names begin with `found`, and no other: they are left out of a
        redacted message. A remedy does not use them.
        """
        return Problem(
            kind=self,
            message=self.message.format(**facts),
            redacted=self.message.format(
                **{name: LEFT_OUT if name.startswith("found") else fact for name, fact in facts.items()}
            ),
            remedy=self.remedy.format(**facts),
            file=file,
            sheet=sheet,
            cells=cells,
            case_ids=case_ids,
            line=line,
            standards=standards,
            excerpt=excerpt,
        )
