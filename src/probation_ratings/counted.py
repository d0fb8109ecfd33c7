"""Reads counts that another engine made of the answers, such as a database: one row a region, PDU and key question."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import problems as p
from .details import Details, region_of
from .errors import InputError
from .judgements import Judgement, left_out
from .layout import unclear
from .names import as_known, fold, label
from .rated import RatedInspection, rate_counts
from .tallies import Count, Tally
from .workbook import Reading, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .ruleset import RuleSet

SHEET = "Tallies"
"""The sheet of a workbook that holds the counts."""
_NEEDED = ("region", "key question", "yes", "no")
_OPTIONAL = ("pdu", "not applicable", "rating")
_MOST_BYTES = 200_000_000
_DIGITS = 12
_HEADER_NAMES = 2
_TITLES = 20
"""The header is looked for among so many rows at the top."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file: its number as a reader counts it, and its values as text by the names of the columns."""

    number: int
    values: dict[str, str]


class CountedRegions:
    """The regions of one file of counts (.csv, .parquet or .xlsx), each rated by the same rules as a workbook."""

    def __init__(self, path: str, rules: RuleSet, limits: int = 1) -> None:
        """Read the file at `path`; raises `InputError` where it cannot be read or lacks a column."""
        self.path = path
        self._rules = rules
        self._sha256, table = _read(path, limits)
        self._regions: dict[str, list[_Row]] = {}
        for row in _rows(path, table):
            self._regions.setdefault(label(row.values["region"]), []).append(row)
        self._questions = {
            label(question.id): (standard.id, question.id)
            for standard in rules.standards
            for question in standard.key_questions
        }
        self._supporting = {label(question.id): question.id for question in rules.supporting_questions}
        sheets = {sheet.name: sheet.pdu_column is not None for sheet in rules.case_sheets}
        asked = [question for standard in rules.standards for question in standard.key_questions]
        self._has_pdus = {question.id: sheets[question.sheet] for question in asked}
        self._standards = {label(standard.id): standard.id for standard in rules.standards}

    @property
    def regions(self) -> list[str]:
        """The names of the regions, in the order in which the file has them."""
        known = self._rules.regions.names if self._rules.regions else ()
        return [as_known(rows[0].values["region"], known) for rows in self._regions.values()]

    def rate(self, region: str, *, partial: bool = False) -> RatedInspection:
        """The ratings of one region; what is wrong with its rows is among its problems."""
        rows = self._regions[label(region)]
        found: list[p.Problem] = []
        self._unclear: set[str] = set()
        tallies: dict[tuple[str, str], Tally] = {}
        judgements: dict[str, Judgement] = {}
        for row in rows:
            named = label(row.values["key question"])
            if named in self._standards:
                self._judgement(row, self._standards[named], judgements, found)
            elif named in self._questions:
                standard, question = self._questions[named]
                self._tally(row, (standard,), question, tallies, found)
            elif named in self._supporting:
                self._supported(row, self._supporting[named], tallies, found)
            else:
                told = p.quoted(row.values["key question"])
                found.append(p.UNKNOWN_KEY_QUESTION.found(self.path, line=row.number, found=told, rules=self._rules.id))
        tallies = {key: one for key, one in tallies.items() if one.question not in self._unclear}
        found += self._missing({question for question, _ in tallies}, judgements, found)
        found += self._not_inspected(tallies, judgements)
        pdus = tuple(sorted({tally.pdu for tally in tallies.values() if tally.pdu is not None}))
        name, unknown = region_of(region, self._rules)
        details = Details(self.path, self._sha256, region=name or None, pdus=pdus)
        if unknown is not None:
            found.append(p.REGION_UNKNOWN.found(self.path, line=rows[0].number, **unknown))
        if not region:
            found.append(p.REGION_NOT_NAMED.found(self.path, line=rows[0].number))
        names = [*(question for _, question in self._questions.values()), *self._supporting.values()]
        order = {question: place for place, question in enumerate(names)}
        counted = sorted(tallies.values(), key=lambda one: (order[one.question], one.pdu or ""))
        return rate_counts(self._rules, details, counted, judgements, tuple(found), partial=partial)

    def _tally(
        self,
        row: _Row,
        standards: tuple[str, ...],
        question: str,
        tallies: dict[tuple[str, str], Tally],
        found: list[p.Problem],
    ) -> None:
        counts = []
        for name in ("yes", "no", "not applicable"):
            text = row.values.get(name, "0" if name == "not applicable" else "")
            digits = text.removesuffix(".0")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
                facts: dict[str, Any] = {"found": p.quoted(text), "name": name, "question": question}
                found.append(p.BAD_COUNT.found(self.path, line=row.number, standards=standards, **facts))
                return
            counts.append(int(digits))
        pdu = row.values.get("pdu", "")
        if not pdu and self._rules.needs_pdus and self._has_pdus.get(question):
            facts = {"name": "pdu", "rows": "the row"}
            found.append(p.CASE_WITHOUT_PDU.found(self.path, line=row.number, standards=standards, **facts))
            return
        if (question, label(pdu)) in tallies:
            facts = {"question": question, "found": p.quoted(pdu)}
            found.append(p.TALLY_TWICE.found(self.path, line=row.number, standards=standards, **facts))
            return
        tallies[question, label(pdu)] = Tally(question, pdu or None, Count(*counts))

    def _supported(
        self, row: _Row, question: str, tallies: dict[tuple[str, str], Tally], found: list[p.Problem]
    ) -> None:
        """The tally of a supporting question, which rates nothing: what is wrong with it takes its figures only."""
        wrong: list[p.Problem] = []
        self._tally(row, (), question, tallies, wrong)
        found += [unclear(problem, question) for problem in wrong]
        self._unclear |= {question} if wrong else set()

    def _judgement(self, row: _Row, standard: str, judgements: dict[str, Judgement], found: list[p.Problem]) -> None:
        names = self._rules.words_of_judgement
        given = row.values.get("rating", "")
        rating = {fold(name): name for name in names}.get(fold(given))
        facts: dict[str, Any] = {"line": row.number, "standards": (standard,), "standard": standard}
        judged = standard in [one.id for one in self._rules.judged]
        if not judged and (rating is None or rating in self._rules.scores):
            told = p.quoted(row.values["key question"])
            found.append(p.UNKNOWN_KEY_QUESTION.found(self.path, line=row.number, found=told, rules=self._rules.id))
        elif rating is None:
            told = p.quoted(given) if given else "a blank cell"
            found.append(p.UNKNOWN_RATING.found(self.path, found=told, allowed=p.listed(names, "or"), **facts))
        elif standard in judgements:
            found.append(p.JUDGEMENT_TWICE.found(self.path, count=2, **facts))
        else:
            judgements[standard] = Judgement(rating, "", f"row {row.number} of {Path(self.path).name}")

    def _missing(
        self, counted: set[str], judgements: dict[str, Judgement], found: Sequence[p.Problem]
    ) -> list[p.Problem]:
        """What the file says nothing of, unless something is wrong with what it says."""
        blocked = {standard for problem in found for standard in problem.standards}
        blocked |= left_out(judgements, self._rules)
        gone = [one for one in self._questions.values() if one[1] not in counted and one[0] not in blocked]
        missing = []
        if gone:
            standards = tuple(dict.fromkeys(standard for standard, _ in gone))
            names = p.listed([question for _, question in gone])
            missing.append(p.TALLY_MISSING.found(self.path, standards=standards, questions=names))
        allowed = p.listed(self._rules.rating_names, "or")
        return missing + [
            p.JUDGEMENT_MISSING.found(self.path, standard=standard, standards=(standard,), allowed=allowed)
            for standard in (one.id for one in self._rules.judged)
            if standard not in judgements and standard not in blocked
        ]

    def _not_inspected(
        self, tallies: dict[tuple[str, str], Tally], judgements: dict[str, Judgement]
    ) -> list[p.Problem]:
        """Counts of standards that were not inspected."""
        found = []
        for standard in left_out(judgements, self._rules):
            asked = [question for one, question in self._questions.values() if one == standard]
            for question in asked:
                cases = sum(one.count.relevant for (name, _), one in tallies.items() if name == question)
                if cases:
                    facts: dict[str, Any] = {"name": SHEET, "question": question, "cases": p.counted(cases, "case")}
                    facts |= {"standard": standard, "standards": (standard,)}
                    found.append(p.ANSWERS_NOT_INSPECTED.found(self.path, **facts))
        return found


def _read(path: str, limits: int) -> tuple[str, list[list[str]]]:
    """The hash of the file and its rows as text, the header first."""
    suffix = Path(path).suffix.lower()
    if suffix == ".xlsx":
        return _workbook(path, limits)
    try:
        if Path(path).stat().st_size > _MOST_BYTES * limits:
            raise InputError(f"{path}: the file has more than {_MOST_BYTES * limits // 1_000_000} MB")
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the counts cannot be read: {error.strerror}") from error
    sha256 = hashlib.sha256(content).hexdigest()
    if suffix == ".parquet":
        return sha256, _parquet(path, content)
    if suffix != ".csv":
        raise InputError(f"{path}: counts are read from .csv, .parquet and .xlsx files")
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        return sha256, list(csv.reader(text.splitlines(), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: this is no CSV file in UTF-8") from error


def _workbook(path: str, limits: int) -> tuple[str, list[list[str]]]:
    reading = Reading(path, limits)
    reading.ask([fold(SHEET)])
    found = reading.finish()
    if isinstance(found, p.Problem):
        raise InputError(f"{path}: {found.message}")
    if not found.sheets or not found.sheets[0].columns:
        raise InputError(f"{path}: there is no sheet {SHEET} with counts in it")
    columns = [[column.texts[code] for code in column.codes] for column in found.sheets[0].columns]
    blank = [[""] * len(columns)] * (found.sheets[0].first_row - 1)
    return found.sha256, blank + [list(row) for row in zip(*columns, strict=True)]


def _parquet(path: str, content: bytes) -> list[list[str]]:
    import io

    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise InputError(f"{path}: this is no Parquet file") from error
    rows = [["" if value is None else as_text(str(value)) for value in row] for row in frame.iter_rows()]
    return [list(frame.columns), *rows]


def _rows(path: str, table: Iterable[list[str]]) -> list[_Row]:
    """The rows below the header, the first with two of the columns' names; blank rows are left out."""
    head: list[str] | None = None
    rows = []
    for number, cells in enumerate(table, start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if head is None:
            names = {fold(name): name for name in (*_NEEDED, *_OPTIONAL)}
            found = [names.get(fold(cell), "") for cell in cells]
            if len(set(found) - {""}) < _HEADER_NAMES and number < _TITLES:
                continue
            head = found
            if gone := [name for name in _NEEDED if name not in head]:
                columns = p.listed([*_NEEDED, *_OPTIONAL])
                raise InputError(f"{path}, row {number}: there is no column {gone[0]}; the columns are {columns}")
            continue
        values = {name: as_text(cell) for name, cell in zip(head, cells, strict=False) if name}
        rows.append(_Row(number, {**dict.fromkeys(_NEEDED, ""), **values}))
    if head is None or not rows:
        raise InputError(f"{path}: there are no counts in it")
    return rows
