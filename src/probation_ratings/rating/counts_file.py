"""Rates counts made by another program: one row per region, PDU and key question."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import problems as p
from ..checking.decisions import Judgement, left_out
from ..checking.inspection import Details
from ..checking.inspection_sheet import region_of
from ..checking.read import NOTHING, check_rules
from ..checking.tables import too_many_pdus, unclear
from ..errors import InputError, UsageError
from ..names import fold, label
from ..reading.limits import REGIONS, times_needed
from .count_rows import SHEET, CountRow, read_rows, rows_of
from .counts import Count, Tally, pooled
from .rated import RatedInspection, rate_counts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from ..rulebook.model import RuleSet

_COUNT = re.compile(r"([0-9]{1,12})(?:\.0+)?")
_TOTAL_LABELS = frozenset({"all", "allpdus", "allregions", "overall", "sum"})
"""Labels of totals, in addition to those that begin or end with the word total."""
_NO_NAMES = frozenset({"null", "blank"})
"""Labels that say that there is no PDU."""
_NO_CHANCE = 5
"""In so many questions, the counts of a PDU are not the sum of all others by chance."""
FRAME = "frame"
"""The name of a frame of pandas in problems and results."""
SHOWN = 20
"""A message names at most this many rows, and at most this many problems of a kind are shown one by one."""


def rate_tallies(
    frame: pd.DataFrame,
    rules: RuleSet,
    *,
    region: str | None = None,
    judgements: Mapping[str, str] = NOTHING,
    partial: bool = False,
) -> list[RatedInspection]:
    """Rate counts that are in pandas, as `rate --tallies` rates a file: one rated inspection per region.

    `frame` has one row per region, PDU and key question, with numbers of cases: the columns region, pdu, key_question,
    yes, no and not_applicable, and rating for judged standards. pdu, not_applicable and rating may be missing. What
    `tallies_frame` returns will do, with `region` for its region, and `judgements` for the ratings of its judged
    standards by their ids.

    Raises nothing for what the counts are: `problems` says it, with the line that the row would have in a CSV file.
    Raises `InputError` if a column is missing or there is no row, `UsageError` if the rules rate each PDU or `region`
    is given and the frame names several, and `TypeError` if an argument has another type.
    """
    import pandas as pd

    from ..mapping.frames import as_dictionary, hash_of_sheets, sheet_of_frame

    check_rules(rules)
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, not {type(frame).__name__}: `rate --tallies` rates files")
    if rules.unit == "pdu":
        raise UsageError(f"{rules.id} rates each PDU, not the region: use inspections_from_frames")
    if region is not None and not isinstance(region, str):
        raise TypeError(f"region must be text, not {type(region).__name__}")
    judged = as_dictionary("judgements", judgements)
    if judged and region is None:
        raise UsageError("judgements are of one region: name it with region, or give rows with a rating")
    counts = frame.rename(columns={"question": "key question"})
    if region is not None and "region" not in [fold(str(name)) for name in counts.columns]:
        counts = counts.assign(region=region)
    sheets = [sheet_of_frame(SHEET, counts)]
    rows = rows_of(FRAME, sheets[0])
    if region is not None:
        rows = _of_region(rows, region)
    if judged:
        columns = {"region": region, "key question": [*judged], "yes": "", "no": "", "rating": [*judged.values()]}
        sheets.append(sheet_of_frame(SHEET, pd.DataFrame(columns)))
        rows += [replace(row, number=row.number + len(frame)) for row in rows_of(FRAME, sheets[1])]
    counted = CountedRegions(FRAME, rules, read=(hash_of_sheets(sheets), rows))
    return [counted.rate(one, partial=partial) for one in counted.regions]


def _of_region(rows: Iterable[CountRow], region: str) -> list[CountRow]:
    """The rows with this name of their region; raises `UsageError` where they name several."""
    named = {label(name): p.quoted(name) for row in rows if (name := row.values["region"])}
    if len(named) > 1:
        raise UsageError(
            f"region names one region, and the frame has counts of {p.few([*named.values()])}: leave out `region`, or "
            "the rows of the other regions"
        )
    return [replace(row, values={**row.values, "region": region}) for row in rows]


class CountedRegions:
    """The regions of one file of counts (.csv, .parquet or .xlsx), each rated by the same rules as a workbook."""

    def __init__(
        self, path: str, rules: RuleSet, limits: int = 1, *, read: tuple[str, list[CountRow]] | None = None
    ) -> None:
        """Read the file at `path`; raises `InputError` if it cannot be read, lacks a column or is too large.

        If its hash and rows were `read` before, it is not read again.
        """
        self.path = path
        self._rules = rules
        self._limits = limits
        self._sha256, rows = read_rows(path, limits) if read is None else read
        self._regions = p.grouped((label(row.values["region"]), row) for row in rows)
        if len(self._regions) > REGIONS * limits:
            count, times = len(self._regions), times_needed(len(self._regions), REGIONS)
            allowed = f"{REGIONS * limits:,} are allowed; --limits {times} allows as many"
            raise InputError(f"{path}: it has counts of {count:,} regions; {allowed}")

    @property
    def regions(self) -> list[str]:
        """The names of the regions, in the order of the file."""
        return [region_of(rows[0].values["region"], self._rules)[0] for rows in self._regions.values()]

    def rate(self, region: str, *, partial: bool = False) -> RatedInspection:
        """Rate one region; problems with its rows are included."""
        rows = self._regions[label(region)]
        names = {label(pdu): pdu for pdu in (row.values.get("pdu", "") for row in reversed(rows))}
        every = tuple(standard.id for standard in self._rules.standards)
        name, unknown = region_of(region, self._rules)
        details = Details(self.path, self._sha256, region=name or None)
        if (many := too_many_pdus(self.path, self._rules, names, self._limits)) is not None:
            return rate_counts(self._rules, details, (), {}, (many,))
        counted = _Region(self.path, self._rules, names)
        counted.read(rows)
        if not region:
            counted.report(p.REGION_NOT_NAMED, line=rows[0].number)
        elif _is_total(region):
            counted.total(rows, every, region)
        elif unknown is not None:
            counted.report(p.REGION_UNKNOWN, line=rows[0].number, **unknown)
        pdus = tuple(sorted({one.pdu for one in counted.tallies.values() if one.pdu is not None}))
        return rate_counts(
            self._rules,
            replace(details, pdus=pdus),
            counted.in_order(),
            counted.judgements,
            _first_of_each_kind(counted.problems),
            partial=partial,
        )


def _is_total(name: str) -> bool:
    """Whether a name is that of a row of totals."""
    known = label(name)
    return known in _TOTAL_LABELS or known.startswith("total") or known.endswith(("total", "totals"))


def _first_of_each_kind(problems: Iterable[p.Problem]) -> tuple[p.Problem, ...]:
    """The problems of a region by kind: the first few of each, the last of which gives the number of the others."""
    found = []
    for same in p.grouped((one.kind, one) for one in problems).values():
        found += same[:SHOWN]
        if more := len(same[SHOWN:]):
            words = f"; and {p.counted(more, 'more row')} of this kind"
            standards = tuple(dict.fromkeys(standard for one in same[SHOWN - 1 :] for standard in one.standards))
            last = found[-1]
            found[-1] = replace(last, message=last.message + words, redacted=last.redacted + words, standards=standards)
    return tuple(found)


class _Region:
    """The counts and judgements of one region, and their problems.

    `names` are the PDUs by their labels: two spellings of a name are one PDU.
    """

    def __init__(self, path: str, rules: RuleSet, names: Mapping[str, str]) -> None:
        self._path = path
        self._rules = rules
        self._names = names
        self.problems: list[p.Problem] = []
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.judgements: dict[str, Judgement] = {}
        asked = [(standard.id, question) for standard in rules.standards for question in standard.key_questions]
        self._questions = {label(question.id): (standard, question.id) for standard, question in asked}
        self._supporting = {label(question.id): question.id for question in rules.supporting_questions}
        self._standards = {label(standard.id): standard.id for standard in rules.standards}
        with_pdus = {sheet.name for sheet in rules.case_sheets if sheet.pdu_column is not None}
        self._have_pdus = {question.id for _, question in asked if question.sheet in with_pdus}

    def report(self, kind: p.Kind, **facts: Any) -> None:
        """Add a problem."""
        self.problems.append(kind.found(self._path, **facts))

    def read(self, rows: Sequence[CountRow]) -> None:
        """Read the rows, and find what is missing."""
        totals = self._totals(rows)
        self._report_totals(totals.values())
        unclear_questions: set[str] = set()
        for row in rows:
            if row.number in totals:
                continue
            named = label(row.values["key question"])
            if named in self._standards:
                self._judgement(row, self._standards[named])
            elif named in self._questions:
                standard, question = self._questions[named]
                if (wrong := self._tally(row, (standard,), question)) is not None:
                    self.problems.append(wrong)
            elif named in self._supporting:
                # a supporting question affects no rating: a problem only removes its own figures
                question = self._supporting[named]
                if (wrong := self._tally(row, (), question)) is not None:
                    self.problems.append(unclear(wrong, question))
                    unclear_questions.add(question)
            else:
                self._unknown(row)
        self._report_totals(self._sums(rows))
        self.tallies = {key: one for key, one in self.tallies.items() if one.question not in unclear_questions}
        self._missing()
        self._cases()

    def in_order(self) -> list[Tally]:
        """The tallies in the order of the rule file's questions, PDUs in alphabetical order."""
        names = [*(question for _, question in self._questions.values()), *self._supporting.values()]
        order = {question: place for place, question in enumerate(names)}
        return sorted(self.tallies.values(), key=lambda one: (order[one.question], one.pdu or ""))

    def total(self, rows: Sequence[CountRow], standards: tuple[str, ...], found: str) -> None:
        """Add a problem about rows that are totals of others."""
        numbers = p.listed(p.first_names([str(row.number) for row in rows], SHOWN))
        facts = {"line": rows[0].number, "standards": standards, "rows": numbers, "found": p.private(found)}
        self.report(p.TOTAL_IN_COUNTS, **facts)

    def _totals(self, rows: Iterable[CountRow]) -> dict[int, CountRow]:
        """The rows that are totals of others, by number: named as totals, or without a PDU beside rows with PDUs."""
        asked = self._counted(rows)
        named = {question for question, row in asked if row.values.get("pdu")}
        totals = {}
        for question, row in asked:
            pdu = row.values.get("pdu")
            blank = not pdu and question in named and not self._needs_pdu(question)
            if blank or (pdu and _is_total(pdu)):
                totals[row.number] = row
        return totals

    def _sums(self, rows: Sequence[CountRow]) -> list[CountRow]:
        """The rows of a PDU, such as NULL, that has all counts of the others together, question by question.

        In a few questions that can be chance. Beside a single PDU it must be named like the region, or like no PDU.
        """
        asked = {question for _, question in self._questions.values()}
        named = [one for one in self.tallies.values() if one.pdu and one.question in asked and one.count != Count()]
        whole = pooled(named)
        by_pdu = p.grouped((label(one.pdu or ""), one) for one in named)
        if len(whole) < _NO_CHANCE:
            return []
        # two PDUs may have the same counts, unless the name of one says that it is no PDU
        few = {*_NO_NAMES, *(label(row.values["region"]) for row in rows)} if len(by_pdu) == 2 else by_pdu.keys()
        sums = [pdu for pdu in by_pdu.keys() & few if pooled([*by_pdu[pdu], *by_pdu[pdu]]) == whole]
        return [row for _, row in self._counted(rows) if label(row.values.get("pdu", "")) in sums]

    def _counted(self, rows: Iterable[CountRow]) -> list[tuple[str, CountRow]]:
        """The rows that count the answers to a question, also a supporting one, each with its id."""
        ids = self._supporting | {key: question for key, (_, question) in self._questions.items()}
        named = ((ids.get(label(row.values["key question"])), row) for row in rows)
        return [(question, row) for question, row in named if question is not None]

    def _report_totals(self, rows: Collection[CountRow]) -> None:
        """Add a problem about the rows that are totals, if there are any."""
        if rows:
            of_question = {question: standard for standard, question in self._questions.values()}
            found = {of_question.get(question) for question, _ in self._counted(rows)}
            every = tuple(one.id for one in self._rules.standards)
            standards = tuple(one for one in every if one in found) or every
            names = dict.fromkeys(row.values["pdu"] for row in rows)
            pdus = p.listed([p.quoted(name) if name else "blank" for name in names])
            self.total(list(rows), standards, pdus)

    def _needs_pdu(self, question: str) -> bool:
        return self._rules.needs_pdus and question in self._have_pdus

    def _tally(self, row: CountRow, standards: tuple[str, ...], question: str) -> p.Problem | None:
        """Enter the counts of a row, or return the problem with them."""
        counts = []
        values = {"not applicable": "0"} | row.values  # only this column may be missing
        for name in ("yes", "no", "not applicable"):
            text = values[name]
            count = _COUNT.fullmatch(text)
            if count is None:
                facts: dict[str, Any] = {"found": p.private(p.quoted(text)), "name": name, "question": question}
                return p.BAD_COUNT.found(self._path, line=row.number, standards=standards, **facts)
            counts.append(int(count[1]))
        pdu = label(row.values.get("pdu", ""))
        if not pdu and self._needs_pdu(question):
            facts = {"name": "pdu", "rows": "the row"}
            return p.CASE_WITHOUT_PDU.found(self._path, line=row.number, standards=standards, **facts)
        if (question, pdu) in self.tallies:
            facts = {"question": question, "found": p.private(p.quoted(row.values.get("pdu", "")))}
            return p.TALLY_TWICE.found(self._path, line=row.number, standards=standards, **facts)
        self.tallies[question, pdu] = Tally(question, self._names[pdu] or None, Count(*counts))
        return None

    def _judgement(self, row: CountRow, standard: str) -> None:
        names = self._rules.words_of_judgement
        given = row.values.get("rating", "")
        rating = {fold(name): name for name in names}.get(fold(given))
        facts: dict[str, Any] = {"line": row.number, "standards": (standard,), "standard": standard}
        judged = standard in [one.id for one in self._rules.judged]
        if not judged and (rating is None or rating in self._rules.scores):
            self._unknown(row)
        elif rating is None:
            found = p.private(p.quoted(given) if given else "a blank cell")
            self.report(p.UNKNOWN_RATING, found=found, allowed=p.listed(names, "or"), **facts)
        elif standard in self.judgements:
            self.report(p.JUDGEMENT_TWICE, count=2, **facts)
        else:
            place = f"row {row.number} of {Path(self._path).name}"
            self.judgements[standard] = Judgement(rating, "", place, rating in self._rules.scores)

    def _unknown(self, row: CountRow) -> None:
        found = p.private(p.quoted(row.values["key question"]))
        self.report(p.UNKNOWN_KEY_QUESTION, line=row.number, found=found, rules=self._rules.id)

    def _missing(self) -> None:
        """Add problems about missing counts and judgements, unless another problem explains them."""
        counted = {question for question, _ in self.tallies}
        blocked = {standard for one in self.problems for standard in one.standards} | left_out(self.judgements)
        missing = [one for one in self._questions.values() if one[1] not in counted and one[0] not in blocked]
        if missing:
            standards = tuple(dict.fromkeys(standard for standard, _ in missing))
            names = p.listed([question for _, question in missing])
            self.report(p.TALLY_MISSING, standards=standards, questions=names)
        allowed = p.listed(self._rules.rating_names, "or")
        for standard in (one.id for one in self._rules.judged):
            if standard not in self.judgements and standard not in blocked:
                self.report(p.JUDGEMENT_MISSING, standard=standard, standards=(standard,), allowed=allowed)

    def _cases(self) -> None:
        """Add problems about too few relevant cases, or any cases of a standard that was not inspected."""
        uninspected = left_out(self.judgements)
        counts = pooled(self.tallies.values())
        allowed = p.listed(self._rules.answers.names[:2], "or")
        limit = self._rules.few_cases
        small: dict[int, list[str]] = {}
        for standard, question in self._questions.values():
            relevant = counts[question].relevant if question in counts else None
            facts: dict[str, Any] = {"question": question, "standard": standard, "standards": (standard,)}
            if standard in uninspected:
                if relevant:
                    self.report(p.ANSWERS_NOT_INSPECTED, name=SHEET, cases=p.counted(relevant, "case"), **facts)
            elif relevant == 0:
                self.report(p.NO_RELEVANT_CASE, allowed=allowed, **facts)
            elif relevant is not None and relevant <= limit:
                small.setdefault(relevant, []).append(question)
        for relevant, questions in small.items():
            count = p.counted(relevant, "relevant case")
            self.report(p.SAMPLE_SMALL, question=p.listed(questions), count=count, limit=limit)
