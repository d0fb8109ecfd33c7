"""Says what must hold for whatever the fuzzer reads: proper problems, no rating beside an error, no case lost."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probation_ratings.problems import CATALOGUE, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from probation_ratings import Inspection, Problem, RatedInspection

WORDS = {"yes": "Yes", "y": "Yes", "true": "Yes", "no": "No", "n": "No", "false": "No"}
WORDS |= dict.fromkeys(("not applicable", "na", "n/a"), "Not applicable")
"""The words for answers that docs/workbook.md allows."""
QUIET = {"PR408"}
"""A small sample says nothing about how a file was read."""
_SPAN = re.compile(r"[A-Z]*([0-9]+)(?::[A-Z]*([0-9]+))?")
_LEFT_OUT = ("PR430", "PR431")
"""These notes begin with the number of rows that were left out."""


def see_problems(problems: Iterable[Problem]) -> None:
    """Each is one of the registry, with all its words."""
    for one in problems:
        assert CATALOGUE[one.kind.code] is one.kind
        assert one.kind.severity in SEVERITIES
        assert one.message.strip()
        assert one.redacted.strip()
        assert one.remedy.strip()


def see_ratings(rated: RatedInspection, *, partial: bool) -> None:
    """Where an error blocks a rating there is none; where nothing was read there is an error."""
    blocked = {standard for one in rated.problems if one.is_error for standard in one.standards}
    for one in rated.standards:
        assert one.rating is None or (one.standard.id not in blocked and (partial or not rated.blocking))
    if rated.blocking:
        assert rated.score is None
        assert rated.overall_rating is None
    if rated.details.sha256 is None:
        assert rated.blocking
        assert not rated.has_results


@dataclass(frozen=True)
class Records:
    """A CSV file as a small reader of our own sees it: its records by their rows, and where its headers are."""

    rows: dict[int, list[str]]
    header: int
    columns: dict[str, int]
    delimiter: str

    @classmethod
    def of(cls, content: bytes, headers: Sequence[str]) -> Records | None:
        """The records below the headers, with the one delimiter that yields them; None where that is not clear."""
        found = []
        for delimiter in ",;\t|":
            try:
                text = io.StringIO(content.decode("utf-8-sig"), newline="")
                records = list(csv.reader(text, delimiter=delimiter, strict=True))
            except (UnicodeDecodeError, csv.Error):
                continue
            for place, record in enumerate(records[:100]):
                names = [" ".join(one.split()).casefold() for one in record]
                if all(names.count(one.casefold()) == 1 for one in headers):
                    columns = {one: names.index(one.casefold()) for one in headers}
                    rows = dict(enumerate(records[place + 1 :], start=place + 2))
                    found.append(cls(rows, place + 1, columns, delimiter))
                    break
        return found[0] if len(found) == 1 else None

    @property
    def filled(self) -> dict[int, list[str]]:
        """The records with a value in any of their fields."""
        return {row: record for row, record in self.rows.items() if any(one.strip() for one in record)}

    @property
    def is_plain(self) -> bool:
        """Whether all of them are as wide as they should be, in ASCII, without control characters."""
        widths = {len(record) for record in self.filled.values()}
        texts = [one for record in self.filled.values() for one in record]
        return len(widths) <= 1 and all(one.isascii() and re.sub(r"\s", "", one).isprintable() for one in texts)

    def answers(self, header: str, codes: Mapping[str, str]) -> Counter[str]:
        """How often each answer is given in a column."""
        texts = [" ".join(record[self.columns[header]].split()).casefold() for record in self.filled.values()]
        return Counter(codes.get(text, text) for text in texts)


def see_cases(inspection: Inspection, rated: RatedInspection, sheet: str, records: Records, file: str) -> bool:
    """Each record that is not a case of a sheet is in a problem, unless an error says that all of it is unrated.

    Gives whether there was something to compare.
    """
    standards = {standard.id for standard, _ in inspection.rules.questions_of(sheet)}
    if any(one.is_error and standards & set(one.standards) for one in rated.problems):
        return False
    counted = set(map(int, inspection.cases[sheet].table.rows)) if sheet in inspection.cases else set()
    named = {row for one in rated.problems if one.file.endswith(file) for cell in one.cells for row in rows_of(cell)}
    lost = set(records.filled) - counted - named
    own = [one for one in rated.problems if one.file.endswith(file)]
    assert len(lost) <= left_out(own), f"rows {sorted(lost)} of {file} are neither cases nor in a problem"
    return True


def see_answers(
    rated: RatedInspection, records: Records, questions: Mapping[str, str], codes: Mapping[str, str]
) -> bool:
    """Without any problem, the counts of a plain file are those of the small reader."""
    if {one.kind.code for one in rated.problems} - QUIET or not records.is_plain:
        return False
    for one in rated.key_questions:
        if one.question.id in questions:
            count = one.count
            given = {"Yes": count.yes, "No": count.no, "Not applicable": count.not_applicable}
            expected = records.answers(questions[one.question.id], codes)
            assert {name: number for name, number in given.items() if number} == expected, (
                one.question.id,
                given,
                expected,
            )
    return True


def see_rows(inspection: Inspection, rated: RatedInspection, rows: Mapping[str, int]) -> bool:
    """Without an error, all rows of the sound files that a mapping read are cases, left out, or in a problem."""
    if rated.blocking:
        return False
    read = {one.path for one in inspection.details.sources if one.role == "data"}
    cases = sum(len(table.frame) for table in inspection.cases.values())
    named = {(one.file, row) for one in rated.problems for cell in one.cells for row in rows_of(cell)}
    assert sum(rows[file] for file in read) <= cases + left_out(rated.problems) + len(named), (read, cases)
    return True


def left_out(problems: Iterable[Problem]) -> int:
    """How many rows the notes say were left out."""
    return sum(int(one.message.split()[0].replace(",", "")) for one in problems if one.kind.code in _LEFT_OUT)


def see_tallies(rated: Sequence[RatedInspection], records: Records) -> bool:
    """Without any problem, the counts of all regions are the sums of the small reader."""
    if {problem.kind.code for one in rated for problem in one.problems} - QUIET or not records.is_plain:
        return False
    expected: Counter[tuple[str, str]] = Counter()
    asked_of = {
        _numbers(question.id)
        for one in rated[:1]
        for standard in one.rules.standards
        for question in standard.key_questions
    }
    for record in records.filled.values():
        question = _numbers(record[records.columns["Key question"]])
        if question not in asked_of:  # a standard that is judged has a rating in place of counts
            continue
        for name in ("Yes", "No", "Not applicable"):
            text = record[records.columns[name]].strip()
            expected[question, name] += int(float(text)) if text else 0
    given: Counter[tuple[str, str]] = Counter()
    for one in rated:
        for asked in one.key_questions:
            name = _numbers(asked.question.id)
            given[name, "Yes"] += asked.count.yes
            given[name, "No"] += asked.count.no
            given[name, "Not applicable"] += asked.count.not_applicable
    assert +given == +expected, (given, expected)
    return True


def _numbers(known_id: str) -> str:
    """The numbers of an id, which may have other marks and lack its letters: R]2.1.3 and 2.1.3 are R2.1.3."""
    return "".join(char for char in known_id if char.isdigit() or char == ".").strip(".")


def rows_of(cell: str) -> range:
    """The rows of a cell or a range, such as F37 or 4:5."""
    found = _SPAN.fullmatch(cell)
    if found is None:
        return range(0)
    first, last = int(found[1]), int(found[2] or found[1])
    return range(min(first, last), max(first, last) + 1)
