"""A mapping file as it holds for one run: what it extends is merged in, and each source has all its settings.

`load` makes it and has checked it against the rule file; nothing here is still open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from .. import problems as p
from ..names import column_number, plain
from ..reading.extract import WantedHeaders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..rulebook.yaml_file import Line

ENCODINGS = ("utf-8", "cp1252", "latin-1")
"""How the text of a CSV file may be written."""


@dataclass(frozen=True, slots=True)
class Header:
    """A column of a source, by its header, its letter, or both (the header of that letter must then be this)."""

    name: str | None = None
    letter: str | None = None

    @property
    def shown(self) -> str:
        """The column as a message names it."""
        return p.quoted(self.name) if self.name is not None else f"column {self.letter}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values put together, with a separator; a blank part is an error."""

    parts: tuple[Origin, ...]
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every row."""

    value: str


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The one group of a pattern in the name of the file (without its suffix) or of the sheet."""

    of: Literal["file", "sheet"]
    pattern: str


@dataclass(frozen=True, slots=True)
class Question:
    """The answer beside a code for a question, where a source has one row per answer (long format)."""

    code: str


Value: TypeAlias = "Header | Joined | Constant | NamePattern | Question"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the values of one column of the rules come from, and what is then done with each, in this order.

    `pattern` has one group, which is kept. `values` replaces values; its keys are as they were written, and the key ''
    is a blank cell. `dates` are the date formats, of which one must fit.
    """

    value: Value
    line: Line
    pattern: str | None = None
    values: Mapping[str, str] | None = None
    dates: tuple[str, ...] = ()

    @property
    def from_source(self) -> Iterator[Header | Question]:
        """The columns and codes that the values come from, part by part where they are joined."""
        if isinstance(self.value, Joined):
            for part in self.value.parts:
                yield from part.from_source
        elif isinstance(self.value, (Header, Question)):
            yield self.value


@dataclass(frozen=True, slots=True)
class RowFilter:
    """One condition on the rows of a source: its column has one of `values`, or fits `pattern`, or is blank."""

    column: Header
    line: Line
    values: tuple[str, ...] = ()
    pattern: str | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class LongFormat:
    """The columns of a source with one row per answer: the question's code, and the answer."""

    question: Header
    answer: Header


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How one sheet of the rules is filled from one source.

    `columns` are by the rules' name of the column (a question's id). A source without any (`own_headers`) has the
    rules' own headers. `sheets` are names or patterns with `*`; none means the only sheet. `header_row` 0 means that
    there is none. `answers` holds for the questions whose origin has no `values`.
    """

    into: str
    columns: Mapping[str, Origin] = field(default_factory=dict)
    answers: Mapping[str, str] | None = None
    keep_rows: tuple[RowFilter, ...] = ()
    ignore_rows: tuple[RowFilter, ...] = ()
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    first_row: int | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    long: LongFormat | None = None
    answers_line: Line | None = None

    @property
    def own_headers(self) -> bool:
        """Whether the source has the rules' own headers."""
        return not self.columns

    @property
    def headers(self) -> list[Header]:
        """The columns of the source that are named, each once; first those that give values or conditions."""
        named = [one for origin in self.columns.values() for one in origin.from_source if isinstance(one, Header)]
        named += [one.column for one in (*self.keep_rows, *self.ignore_rows)]
        if self.long is not None:
            named += [self.long.question, self.long.answer]
        return list(dict.fromkeys(named))

    @property
    def wanted(self) -> WantedHeaders:
        """What is looked for in the source, in the form that the child process gets."""
        names = tuple(dict.fromkeys(plain(one.name) for one in self.headers if one.name is not None))
        numbers = tuple(column_number(one.letter) for one in self.headers if one.letter is not None)
        row = self.header_row
        if row is None and not names and self.first_row is not None:
            row = self.first_row - 1
        return WantedHeaders(names, numbers, row)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of `sources`: the files that it names, sorted, and how each fills a sheet of the rules."""

    files: tuple[Path, ...]
    mapping: SheetMapping
    line: Line


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the mapping file itself gives, such as the region, with its line."""

    value: str
    line: Line


@dataclass(frozen=True, slots=True)
class GivenDecision:
    """A judgement or a decision of the panel in the mapping file, of one standard and, if so rated, of one PDU."""

    standard: str
    pdu: str | None
    rating: str
    reason: str
    line: Line


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file with all that it extends, ready to be applied.

    `rules` is an id or a path, as in `--rules`. `files` are the mapping file and what it extends, with their SHA-256.
    `folder` is where paths are relative to. `notes` are about the mapping file itself: names that only the rules in
    force lack, and words of the rules that it gives another meaning.
    """

    path: str
    rules: str
    folder: Path
    inspection: Mapping[str, Given]
    judgements: tuple[GivenDecision, ...]
    panel_decisions: tuple[GivenDecision, ...]
    sources: tuple[Source, ...]
    files: Mapping[str, str]
    notes: tuple[p.Problem, ...] = ()
