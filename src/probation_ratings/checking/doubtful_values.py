"""Finds what is odd in cases that can be rated all the same: warnings and notes, which block no rating."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import alike, fold
from ..reading.workbook import Broken, as_text, day, is_unreported
from ..rulebook.sheet_model import listed_in
from .cases import relevant, spellings
from .tables import problem, problems_at, problems_of_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..rulebook.model import RuleSet
    from ..rulebook.sheet_model import CaseSheet, OtherColumn
    from .cases import CaseTable
    from .tables import Held, Subject, Table

LONG_NAME = 60
"""A longer name is compared with no other."""
_DAY_0 = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
_LIKELY = (20_000, 60_000)
"""Numbers that may be meant as days: from 1954 to 2064."""


def doubtful_values(
    subject: Subject, cases: Mapping[str, CaseTable], window: tuple[date | None, date | None], near: Mapping[str, str]
) -> Iterator[p.Problem]:
    """What is odd in the cases; `window` is the period in which their sentences should have commenced.

    `near` are the names of PDUs that are probably misspelt (see `near_pdus`).
    """
    rules = subject.rules
    for sheet in rules.case_sheets:
        if sheet.name not in cases:
            continue
        table = cases[sheet.name].table
        for name in (sheet.id_column, sheet.pdu_column):
            if name is not None and name in table.columns:
                yield from _numbers(table, name)
        if sheet.pdu_column is not None and sheet.pdu_column in table.columns:
            yield from _pdus(table, sheet.pdu_column, near, blank=not rules.needs_pdus)
        for column in sheet.other_columns:
            if column.name in table.columns:
                yield from _other(table, column, window, rules.inspection_sheet.name)
        questions = [q.id for _, q in rules.questions_of(sheet.name) if q.id in table.columns]
        yield from _spelling(table, questions, rules)
        yield from _conditions(cases[sheet.name], sheet, rules)
        yield from _small_samples(cases[sheet.name], sheet, rules)


def shown(texts: Iterable[str]) -> str:
    """The first few of the values found, in quotation marks."""
    return p.few([p.quoted(text) for text in texts])


def day_number(value: float, *, date_1904: bool) -> str:
    """A number that is in the place of a date, in quotation marks, and the day that it would be if that is likely."""
    serial = value + (_DAYS_TO_1904 if date_1904 else 0)
    first, last = _LIKELY
    day = f" (as a date {_DAY_0 + timedelta(days=int(serial))})" if first <= serial <= last else ""
    return p.quoted(as_text(value)) + day


def _numbers(table: Table, name: str) -> Iterator[p.Problem]:
    # most columns hold text only, and ids are many
    if {str, Broken}.issuperset(map(type, table.columns[name].values)):
        return iter(())
    present = table.present(name)
    found = {place: text for place, value, text in present if isinstance(value, (float, bool, date))}
    return _values(p.NUMBER_FOR_TEXT, table, name, found)


def _values(kind: p.Kind, table: Table, name: str, found: Mapping[int, str]) -> Iterator[p.Problem]:
    """One problem with the values of a column that are `found`, if any, by their places among its values."""
    return problems_at(kind, table, table.holding(name, found), name=name, found=p.private(shown(found.values())))


def _pdus(table: Table, name: str, near: Mapping[str, str], *, blank: bool) -> Iterator[p.Problem]:
    """Names of PDUs that are misspelt or, where that is not an error, `blank`."""
    if blank:
        yield from _without_value(table, name)
    odd = p.grouped(
        (f"{p.spelt(text)}; did you mean {p.quoted(near[text])}?" if text else "", place)
        for place, _, text in table.present(name)
        if (blank and not text) or text in near
    )
    yield from problems_at(p.PDU_MISSING, table, table.holding(name, odd.pop("", [])), name=name)
    yield from problems_of_values(p.PDU_NAME_NEAR, table, name, odd, others="other names")


def _without_value(table: Table, name: str) -> Iterator[p.Problem]:
    found = {place: text for place, value, text in table.present(name) if is_unreported(value)}
    return _values(p.NO_VALUE, table, name, found)


def near_pdus(rules: RuleSet, cases: Mapping[str, CaseTable]) -> dict[str, str]:
    """PDU names that are probably misspelt, each with the one that is probably meant: that of more cases."""
    counts: Counter[str] = Counter()
    for sheet in rules.case_sheets:
        whole = cases[sheet.name].whole if sheet.name in cases else None
        if whole is not None and sheet.pdu_column is not None and sheet.pdu_column in whole.columns:
            column = whole.columns[sheet.pdu_column]
            numbers = np.bincount(column.codes, minlength=len(column.values)).tolist()
            for name, number in zip(column.words, numbers, strict=True):
                counts[name] += number
    names = sorted((name for name in counts if name and counts[name]), key=lambda name: (-counts[name], name))
    # Comparing each with each takes the square of their number; no region has so many, and no PDU so long a name.
    names = [name for name in names if len(name) <= LONG_NAME][:100]
    near: dict[str, str] = {}
    for place, name in enumerate(names):
        for usual in names[:place]:
            if usual not in near and alike(name, usual):
                near[name] = usual
                break
    return near


def _other(
    table: Table, column: OtherColumn, window: tuple[date | None, date | None], inspection_sheet: str
) -> Iterator[p.Problem]:
    """A column that no rating depends on: dates within the window, or one of the values expected."""
    yield from _without_value(table, column.name)
    if column.kind == "date":
        yield from _dates(table, column.name, window, inspection_sheet)
        return
    found = p.grouped(
        (p.spelt(text) if text else "blank", place)
        for place, value, text in (table.present(column.name) if column.values else ())
        if fold(text) not in column.words and not isinstance(value, Broken)
    )
    allowed = p.listed(column.values, "or")
    yield from problems_of_values(p.UNKNOWN_CATEGORY, table, column.name, found, others="other words", allowed=allowed)


def _dates(
    table: Table, name: str, window: tuple[date | None, date | None], inspection_sheet: str
) -> Iterator[p.Problem]:
    first, last = window
    blank, texts, serials, outside = [], {}, {}, {}
    for place, value, text in table.present(name):
        if not text:
            blank.append(place)
        elif (on := day(value)) is not None:
            if (first is not None and on < first) or (last is not None and on > last):
                outside[place] = text
        elif isinstance(value, float):
            serials[place] = day_number(value, date_1904=table.workbook.date_1904)
        elif not isinstance(value, Broken):
            texts[place] = text
    yield from problems_at(p.DATE_MISSING, table, table.holding(name, blank), name=name)
    yield from _values(p.DATE_AS_TEXT, table, name, texts)
    found = p.few([*serials.values()])
    yield from problems_at(p.DATE_AS_NUMBER, table, table.holding(name, serials), name=name, found=p.private(found))
    ends = (f"{word} {end.isoformat()}" for word, end in (("from", first), ("to", last)) if end is not None)
    facts: dict[str, Any] = {"inspection_sheet": inspection_sheet, "found_window": p.private(" ".join(ends))}
    facts["found"] = p.private(shown(sorted(outside.values())))
    yield from problems_at(p.DATE_OUTSIDE_WINDOW, table, table.holding(name, outside), name=name, **facts)


def _spelling(table: Table, questions: Sequence[str], rules: RuleSet) -> Iterator[p.Problem]:
    """Answers that are accepted, and that other programs would take for other words."""
    spelled = spellings(rules)
    names = rules.answers.names
    odd: dict[p.Kind, dict[str, list[Held]]] = {p.ANSWER_IS_BOOLEAN: {}, p.SPACES_IN_ANSWER: {}}
    meant: dict[str, str] = {}
    for question in questions:
        for place, value, text in table.present(question):
            answer = spelled.get(text.casefold())
            if answer is None or value == text or isinstance(value, float):
                continue
            # quotation marks alone would not show a no-break space
            found = text if isinstance(value, bool) else p.quoted(str(value)).replace("\N{NO-BREAK SPACE}", "\\xa0")
            meant[found] = names[answer]
            kind = p.ANSWER_IS_BOOLEAN if isinstance(value, bool) else p.SPACES_IN_ANSWER
            odd[kind].setdefault(found, []).append((question, place))
    for kind, values in odd.items():
        for found, held in p.at_most(values, "and others").items():
            name = meant.get(found, "the answer that it means")
            yield from problems_at(kind, table, table.holding_any(held), found=p.private(found), name=name)


def _conditions(cases: CaseTable, sheet: CaseSheet, rules: RuleSet) -> Iterator[p.Problem]:
    """Questions that are answered in cases to which they do not apply."""
    for _, question in rules.questions_of(sheet.name):
        only = question.only_where
        if only is None or only.column not in cases.frame or question.id not in cases.frame:
            continue
        meant, column = rules.values_meant(sheet.name, only.column, only.value), sheet.other_column(only.column)
        others = [value for value in column.values if value not in meant] if column is not None else []
        answered = relevant(cases.frame, question.id) & cases.frame[only.column].isin(others).to_numpy()
        places = [(position, question.id) for position in np.flatnonzero(answered).tolist()]
        facts: dict[str, Any] = {"question": question.id, "value": p.listed(listed_in(only.value), "or")}
        yield from problems_at(p.ANSWER_NOT_EXPECTED, cases.table, places, column=only.column, **facts)


def _small_samples(cases: CaseTable, sheet: CaseSheet, rules: RuleSet) -> Iterator[p.Problem]:
    limit = rules.few_cases
    asked = [question.id for _, question in rules.questions_of(sheet.name) if question.id in cases.frame]
    for count, questions in p.grouped((int(relevant(cases.frame, one).sum()), one) for one in asked).items():
        if 0 < count <= limit:
            facts = {"count": p.counted(count, "relevant case"), "question": p.listed(questions), "limit": limit}
            yield problem(p.SAMPLE_SMALL, cases.table, **facts)
