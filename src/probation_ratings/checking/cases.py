"""Makes the valid cases of a case sheet, as a pandas frame, and finds every problem that blocks them.

Values are checked in bulk: pydantic reads each distinct value of a column once, and one that it refuses leads back to
all cells that hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, TypeAdapter, ValidationError, WrapValidator

from .. import problems as p
from ..names import fold, labels
from ..reading.workbook import Broken, as_text, is_unreported
from .ids import case_ids, check_ids
from .table_search import Heading, Wanted, find_table, heading
from .tables import problem, problems_at, without_pdu

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    import numpy.typing as npt

    from ..reading.workbook import Column
    from ..rulebook.model import KeyQuestion, RuleSet, Standard
    from ..rulebook.sheet_model import CaseSheet, OtherColumn
    from .tables import Held, Subject, Table


_NOT_APPLICABLE = 2
"""Its place among the rule file's answers, after Yes and No."""


class CaseTable(NamedTuple):
    """The cases of one sheet: `frame` has one row per case, its index is the row that Excel shows.

    Key questions are categorical over the rule file's answers (an answer that is not allowed is missing), the PDU is
    categorical, date columns are dates (anything else is missing), all else is text. Of a PDU that is rated on its own
    only its cases are there. `table` is that of the cases, `whole` that of the sheet.
    """

    frame: pd.DataFrame
    table: Table
    whole: Table


def codes_of(frame: pd.DataFrame, name: str) -> npt.NDArray[np.int8]:
    """For each case the place of its value among the categories of a column; -1 where the value is missing."""
    return cast("pd.Categorical", frame[name].array).codes


def relevant(frame: pd.DataFrame, question: str) -> npt.NDArray[np.bool_]:
    """Which cases a question is answered Yes or No in."""
    codes = codes_of(frame, question)
    return (codes >= 0) & (codes < _NOT_APPLICABLE)


def spellings(rules: RuleSet) -> dict[str, int]:
    """The place among the rule file's answers of an answer that is spelled so, in lower case."""
    return {
        as_text(one).casefold(): place
        for place, answer in enumerate(rules.answers.all)
        for one in (answer.name, *answer.spellings)
    }


@dataclass(frozen=True)
class CaseReader:
    """Reads the cases of one sheet of the rules.

    `left_out` are the standards that were not inspected: they need no cases, and must not have any.
    """

    sheet: CaseSheet
    rules: RuleSet
    left_out: Collection[str] = ()

    @cached_property
    def _spelled(self) -> dict[str, int]:
        return spellings(self.rules)

    @property
    def _asked(self) -> list[tuple[Standard, KeyQuestion]]:
        return [one for one in self.rules.questions_of(self.sheet.name) if one[0].id not in self.left_out]

    @property
    def _standards(self) -> tuple[str, ...]:
        """The standards that need the sheet."""
        return tuple(dict.fromkeys(standard.id for standard, _ in self._asked))

    @property
    def _needed(self) -> bool:
        return bool(self._asked) or not self.rules.questions_of(self.sheet.name)

    def whole(self, subject: Subject) -> tuple[Table | None, tuple[p.Problem, ...]]:
        """The table of the sheet, of all PDUs, and what is wrong with it as a whole."""
        sheet, standards, needed = self.sheet, self._standards, self._needed
        headings = [heading(sheet.id_column, required=needed, standards=standards, key=True)]
        answers = self.rules.answers.accepted
        for standard, question in self.rules.questions_of(sheet.name):
            needing = (standard.id,) if standard.id in standards else ()
            headers = self.rules.question_labels(question)
            headings.append(Heading(question.id, headers, bool(needing), needing, question.text, answers=answers))
        pdu, pdus_needed = sheet.pdu_column, self.rules.needs_pdus and needed
        headings += [heading(name, required=pdus_needed, standards=standards) for name in (pdu,) if name]
        headings += [heading(column.name) for column in sheet.other_columns]
        for one in self.rules.supporting_of(sheet.name):
            headings.append(Heading(one.id, labels(one.id, one.text, bare=False), rated=False, answers=answers))
        table, problems = find_table(subject, Wanted(sheet.name, headings, required=needed))
        if table is not None and pdus_needed and pdu is not None and pdu in table.columns:
            problems += tuple(without_pdu(table, pdu, standards))
        return table, problems

    def cases(self, whole: Table, pdu: str | None = None) -> tuple[CaseTable | None, list[p.Problem]]:
        """The cases of a sheet, or of a PDU in it; an answer that is not allowed is missing, and a problem."""
        sheet, mine = self.sheet, whole.of_pdu(self.sheet.pdu_column, pdu)
        table = whole.only(mine, pdu)
        problems = list(self._not_inspected(table))
        supporting = [one.id for one in self.rules.supporting_of(sheet.name) if _answered(table, one.id)]
        if not self._needed and not supporting:
            return None, problems
        if not len(whole.rows):
            if whole.columns and not len(whole.set_aside):  # without a column, or without those rows, it is reported
                problems.append(problem(p.SHEET_WITHOUT_ROWS, table, standards=self._standards, name=whole.sheet))
            return None, problems
        problems += check_ids(whole, sheet, self._standards, mine)
        ids = case_ids(whole, sheet)[mine]
        data = self._columns(table, ids)
        questions = {question.id: (standard.id,) for standard, question in self._asked if question.id in table.columns}
        known = {name: self._known(table.columns[name]) for name in (*questions, *supporting)}
        problems += self._wrong_answers(table, questions, known, ids)
        needed = {sheet.id_column: self._standards} if sheet.id_column in table.columns else {}
        problems += _broken(table, needed | questions, ids)
        for name in supporting:
            problems += self._wrong_supporting(table, name, ids)
        kind = pd.CategoricalDtype(self.rules.answers.names)
        for name, places in known.items():
            data[name] = pd.Categorical.from_codes(places[table.columns[name].codes], dtype=kind)
        frame = pd.DataFrame(data, index=pd.Index(table.rows, name="row"))
        allowed = p.listed(self.rules.answers.names[:2], "or")
        for name, standards in questions.items():
            if not relevant(frame, name).any():
                facts: dict[str, Any] = {"question": name, "standard": standards[0], "standards": standards}
                problems.append(problem(p.NO_RELEVANT_CASE, table, allowed=allowed, **facts))
        return CaseTable(frame, table, whole), problems

    def _columns(self, table: Table, ids: npt.NDArray[np.object_]) -> dict[str, Any]:
        """The columns of the frame beside the questions."""
        sheet = self.sheet
        data: dict[str, Any] = {}
        if sheet.id_column in table.columns:
            data[sheet.id_column] = ids
        if sheet.pdu_column is not None and sheet.pdu_column in table.columns:
            data[sheet.pdu_column] = _categorical(table, sheet.pdu_column, one_spelling=self.rules.needs_pdus)
        return data | {
            column.name: _other(table, column) for column in sheet.other_columns if column.name in table.columns
        }

    def _not_inspected(self, table: Table) -> Iterator[p.Problem]:
        """Answers to questions of standards that were not inspected: anything but blank and Not applicable."""
        for standard, question in self.rules.questions_of(self.sheet.name):
            if standard.id not in self.left_out or question.id not in table.columns:
                continue
            present = ((place, text) for place, _, text in table.present(question.id) if text)
            answers = {place for place, text in present if self._spelled.get(text.casefold()) != _NOT_APPLICABLE}
            facts: dict[str, Any] = {"name": self.rules.judgement_sheet_name}
            facts["cases"] = lambda count: p.counted(count, "case")
            facts |= {"question": question.id, "standard": standard.id, "standards": (standard.id,)}
            yield from problems_at(p.ANSWERS_NOT_INSPECTED, table, table.holding(question.id, answers), **facts)

    def _known(self, column: Column) -> npt.NDArray[np.int8]:
        """The place of each distinct value of a column among the rule file's answers, or -1 where it is not one."""
        answers = _answers(tuple(self._spelled.items()))
        return np.array(answers.validate_python([text.casefold() for text in column.texts]), dtype=np.int8)

    def _wrong_answers(
        self,
        table: Table,
        questions: Mapping[str, tuple[str, ...]],
        known: Mapping[str, npt.NDArray[np.int8]],
        ids: npt.NDArray[np.object_],
    ) -> Iterator[p.Problem]:
        """The answers that are not allowed: those not `known`. `questions` gives the standards that need each."""
        wrong = p.grouped(
            (p.spelt(text) if text else "", (question, place))
            for question in questions
            for place, value, text in table.present(question)
            if known[question][place] < 0 and not isinstance(value, Broken)
        )
        names = self.rules.answers
        facts = {"allowed": p.listed(names.names, "or"), "not_applicable": names.not_applicable.name}
        if "" in wrong:
            wrong = {"": wrong[""], **wrong}
        for text, held in p.at_most(wrong, "other words").items():
            kind = p.BAD_ANSWER if text else p.BLANK_ANSWER
            yield from _in_cells(kind, table, held, questions, ids, found=p.private(text), **facts)

    def _wrong_supporting(self, table: Table, question: str, ids: npt.NDArray[np.object_]) -> Iterator[p.Problem]:
        """The answers to a supporting question that are not allowed, which block no rating."""
        known = self._known(table.columns[question])
        wrong = {place: text for place, _, text in table.present(question) if known[place] < 0}
        shown = [p.spelt(text) if text else "a blank cell" for text in [*wrong.values()][:4]]
        facts: dict[str, Any] = {"question": question, "allowed": p.listed(self.rules.answers.names, "or")}
        places = table.holding(question, wrong)
        return problems_at(p.SUPPORTING_ANSWER, table, places, ids, found=p.private(p.listed(shown)), **facts)


def _broken(table: Table, columns: Mapping[str, tuple[str, ...]], ids: npt.NDArray[np.object_]) -> Iterator[p.Problem]:
    """The errors and unsaved formulas of the columns that ratings depend on, with the standards of each."""
    found = p.grouped(
        ((value.problem, p.quoted(value)), (name, place))
        for name in columns
        for place, value, _ in (table.present(name) if table.columns[name].has_broken else ())
        if is_unreported(value)
    )
    for (kind, text), held in found.items():
        yield from _in_cells(kind, table, held, columns, ids, found=p.private(text))


def _in_cells(
    kind: p.Kind,
    table: Table,
    held: list[Held],
    standards: Mapping[str, tuple[str, ...]],
    ids: npt.NDArray[np.object_],
    **facts: Any,
) -> Iterator[p.Problem]:
    """A problem of values in several columns; `standards` are those that need each column."""
    numbers = {name: table.columns[name].number for name, _ in held}
    # as a reader meets them: row by row, from left to right
    places = sorted(table.holding_any(held), key=lambda place: (place[0], numbers[place[1]], place[1]))
    needed = tuple(sorted({standard for name in numbers for standard in standards[name]}))
    return problems_at(kind, table, places, ids, standards=needed, **facts)


def _answered(table: Table, question: str) -> bool:
    """Whether there is a column for a supporting question with any answer in it."""
    return question in table.columns and any(text for _, _, text in table.present(question))


@lru_cache
def _answers(spelled: tuple[tuple[str, int], ...]) -> TypeAdapter[list[int]]:
    """Reads words as answers: the place of each, or -1 for one that is none.

    It knows the spellings only: pydantic would keep whatever else it refers to, such as a workbook, for ever.
    """
    places = dict(spelled)

    def place(text: str) -> int:
        if text not in places:
            raise ValueError("not one of the allowed answers")
        return places[text]

    def or_none(text: str, read: Callable[[str], int]) -> int:
        try:
            return read(text)
        except ValidationError:
            return -1

    return TypeAdapter(list[Annotated[int, BeforeValidator(place), WrapValidator(or_none)]])


def _categorical(table: Table, name: str, *, one_spelling: bool) -> pd.Categorical:
    """A text column as categories in alphabetical order; a blank cell, and an error, is missing.

    `one_spelling` says that names which differ in case, white space, _ and - only are one category.
    """
    column, names = table.columns[name], table.columns[name].words
    if one_spelling:
        first: dict[str, str] = {}
        for text in sorted(names):
            first.setdefault(fold(text), text)
        names = [first[fold(text)] for text in names]
    used = {names[place] for place in np.flatnonzero(np.bincount(column.codes)).tolist()} - {""}
    places = {text: place for place, text in enumerate(sorted(used))}
    codes = np.array([places.get(text, -1) for text in names], dtype=np.int64)[column.codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(places), dtype="str"))


def _other(table: Table, column: OtherColumn) -> Any:
    """A column that no rating depends on: dates, or text in the rule file's spelling where it has one."""
    distinct, codes = table.columns[column.name].values, table.columns[column.name].codes
    if column.kind == "date":
        days = [np.datetime64(value.isoformat()[:10] if isinstance(value, date) else "NaT", "s") for value in distinct]
        return np.array(days, dtype="datetime64[s]")[codes]
    texts = [column.words.get(fold(text), text) for text in table.columns[column.name].texts]
    return np.array(texts, dtype=object)[codes]
