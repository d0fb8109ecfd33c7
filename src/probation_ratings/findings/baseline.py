"""The baseline of a check: the problems that are accepted, so that a later check reports only what is new.

A problem is recognised by its file, code, sheet and a hash: of the case, the column and the text of the cell. So a row
that moved is still recognised, and a cell with another wrong value is not. The hashes keep the cases out of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import __version__
from .. import problems as p
from ..errors import BaselineError, Refused
from ..inputs import problem_of, read_input
from ..reading.limits import BASELINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..checking.inspection import Inspection
    from ..checking.tables import Table
    from ..rulebook.model import RuleSet

FORMAT = "probation-ratings baseline 1"
_HASH = 32
"""So many digits of a hash are kept."""

Hashes = dict[p.Problem, tuple[str, ...]]
"""For each problem the hash of each of its cells, or of itself if it has none."""


class Entry(NamedTuple):
    """An accepted problem at one cell: its file from the folder of the baseline on, code, sheet, cell and hash."""

    file: str
    code: str
    sheet: str
    cell: str
    hash: str

    @property
    def key(self) -> tuple[str, ...]:
        """What it is recognised by; the cell only tells a reader where it was."""
        return self.file, self.code, self.sheet, self.hash


def hashes_of(problems: Iterable[p.Problem], inspection: Inspection) -> Hashes:
    """The hashes of problems of an inspection, by what is in their cells."""
    places = {
        (part.workbook.path, part.sheet): _Cells(part, sheet.id_column)
        for sheet in inspection.rules.case_sheets
        if sheet.name in inspection.cases
        for part in inspection.cases[sheet.name].whole.each
    }
    return {one: tuple(_hashes(one, places.get((one.file, one.sheet or "")))) for one in problems}


def _hashes(problem: p.Problem, cells: _Cells | None) -> Iterator[str]:
    for reference in problem.cells or ("",):
        content = None if cells is None else cells.content(reference)
        if content is None:  # not in a case sheet: the message says what was found
            content = (reference.strip(digits), problem.message, *problem.case_ids)
        yield hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_HASH]


class _Cells:
    """What is in the cells of one sheet of cases, by their references."""

    def __init__(self, table: Table, id_column: str) -> None:
        self._table = table
        self._id = table.columns.get(id_column)
        self._names = {column.letter: name for name, column in table.columns.items()}
        self._positions: dict[str, dict[int, int]] = {}

    def content(self, reference: str) -> tuple[str, ...] | None:
        """The column, the case's id and the text of a cell, or the texts of whole rows; None where it has neither."""
        first, _, last = reference.partition(":")
        if first.isdecimal() and last.isdecimal():
            return self._rows(int(first), int(last))
        letters, row = reference.rstrip(digits), reference[len(reference.rstrip(digits)) :]
        if letters not in self._names or not row.isdecimal():
            return None
        name = self._names[letters]
        column = self._table.columns[name]
        if name not in self._positions:
            rows = (self._table.rows if column.rows is None else column.rows).tolist()
            self._positions[name] = dict(zip(rows, range(len(rows)), strict=True))
        position = self._positions[name].get(int(row))
        if position is None:  # a row that is not an entry of the table, such as a total
            found = self._rows(int(row), int(row), column.number)
            return None if found is None else (name, *found)
        case = "" if self._id is None else self._id.texts[self._id.codes[position]]
        return name, case, column.text(position)

    def _rows(self, first: int, last: int, number: int | None = None) -> tuple[str, ...] | None:
        """The texts of whole rows, or of one column in them; None where the rows are not those of one sheet."""
        sheet = self._table.source
        if sheet.stands_for is not None or sheet.lines or sheet.labels is not None:
            return None
        places = range(max(first - sheet.first_row, 0), last - sheet.first_row + 1)
        return tuple(
            column.text(place)
            for place in places
            for column in sheet.columns
            if place < len(column.codes) and number in {None, column.number}
        )


@dataclass(slots=True)
class Baseline:
    """The accepted problems of a baseline file, as far as they have not been met again; or none, to write a new one.

    `met` are all problems of the run, `files` those that were read.
    """

    path: Path
    rules: str
    accepted: Counter[tuple[str, ...]] = field(default_factory=Counter)
    entries: list[Entry] = field(default_factory=list)
    met: list[Entry] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    is_new: bool = False

    def new(self, problems: Iterable[p.Problem], hashes: Hashes) -> list[p.Problem]:
        """What is new of the problems: those that are not accepted, with the cells that are new."""
        found = []
        for problem in problems:
            cells = problem.cells or ("",)
            own = hashes.get(problem) or tuple(_hashes(problem, None))
            entries = [Entry(self._name(problem.file), problem.kind.code, problem.sheet or "", *one)
                       for one in zip(cells, own, strict=True)]  # fmt: skip
            self.met += entries
            fresh = [not self._takes(entry) for entry in entries]
            if all(fresh):
                found.append(problem)
            elif any(fresh):
                found.append(_only(problem, fresh))
        return found

    def reads(self, files: Iterable[str]) -> None:
        """Note files that were read: what is accepted in others may still be there."""
        self.files.update(map(self._name, files))

    def gone(self, asked_for: Callable[[str, str], bool]) -> list[p.Problem]:
        """The note with the accepted problems that are gone from the files of the run, if any.

        `asked_for` says of a code and a file whether such a problem would be reported.
        """
        left = Counter(self.accepted)
        gone = []
        for entry in self.entries:
            known = entry.file in self.files and asked_for(entry.code, str(self.path.parent / entry.file))
            if known and left[entry.key] > 0:
                left[entry.key] -= 1
                gone.append(entry)
        if not gone:
            return []
        places = [f"{one.sheet}!{one.cell}" if one.cell else one.sheet for one in gone]
        where = [
            f"{one.code} in {p.printable(PurePath(one.file).name)} {p.printable(place)}".rstrip()
            for one, place in zip(gone, places, strict=True)
        ]
        found, count = p.private(p.few(where)), p.counted(len(gone), "problem")
        return [p.BASELINE_GONE.found(str(self.path), count=count, found=found)]

    def text(self) -> str:
        """The baseline of what was met, as the content of a file."""
        problems = [one._asdict() for one in sorted(self.met, key=lambda one: (one.key, one.cell))]
        document = {"format": FORMAT, "version": __version__, "rules": self.rules, "problems": problems}
        return json.dumps(document, indent=1, ensure_ascii=True) + "\n"

    def _takes(self, entry: Entry) -> bool:
        if self.accepted[entry.key] <= 0:
            return False
        self.accepted[entry.key] -= 1
        return True

    def _name(self, file: str) -> str:
        """A file as seen from the folder of the baseline."""
        if file == "-":
            return file
        try:
            return PurePath(os.path.relpath(file, self.path.parent)).as_posix()
        except ValueError:  # another drive of Windows
            return PurePath(os.path.abspath(file)).as_posix()  # noqa: PTH100


def _only(problem: p.Problem, fresh: Sequence[bool]) -> p.Problem:
    """The problem with some of its cells, and with their cases as far as these are known."""
    cells = tuple(cell for cell, is_new in zip(problem.cells, fresh, strict=True) if is_new)
    rows = list(dict.fromkeys(cell.lstrip(ascii_uppercase) for cell in problem.cells))
    left = {cell.lstrip(ascii_uppercase) for cell in cells}
    ids = problem.case_ids
    if len(ids) == len(rows):
        ids = tuple(one for one, row in zip(ids, rows, strict=True) if row in left)
    excerpt = problem.excerpt if problem.cells[0] == cells[0] else None
    return replace(problem, cells=cells, case_ids=ids, excerpt=excerpt)


def baseline_of(read: Path | None, new: Path | None, rules: RuleSet) -> Baseline | None:
    """The baseline to read, or a new one to write; None without either.

    Raises `BaselineError` where it cannot be read or is none for these rules.
    """
    if new is not None:
        return Baseline(new, rules.id, is_new=True)
    if read is None:
        return None
    try:
        content = read_input(read, BASELINE_BYTES)
    except Refused as error:
        raise BaselineError([problem_of(str(read), error)]) from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _refused(read, "it is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused(read, f"it does not say that its format is {p.quoted(FORMAT)}")
    if document.get("rules") != rules.id:
        raise _refused(read, f"it was made with other rules than {rules.id}")
    listed = document.get("problems")
    if not isinstance(listed, list) or not all(map(_is_entry, listed)):
        raise _refused(read, "an entry is not as this program writes it")
    entries = [Entry(**one) for one in listed]
    return Baseline(read, rules.id, Counter(one.key for one in entries), entries)


def _is_entry(one: Any) -> bool:
    return (
        isinstance(one, dict) and one.keys() == {*Entry._fields} and all(isinstance(text, str) for text in one.values())
    )


def _refused(path: Path, reason: str) -> BaselineError:
    return BaselineError([p.BASELINE_UNUSABLE.found(str(path), reason=reason)])
