"""Makes the valid cases of a case sheet, as a pandas frame, and collects every problem that stands in the way.

Values are checked in bulk: pydantic reads each distinct value of a column once, and one that it refuses leads back to
all cells that hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, TypeAdapter, ValidationError, WrapValidator

from .. import problems as p
from ..names import fold
from ..reading.workbook import Broken, as_text
from .headings import heading, question_heading, supporting_heading
from .ids import read_ids
from .tables import Search, Table, without_pdu

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import numpy.typing as npt

    from ..reading.workbook import Column
    from ..rulebook.model import KeyQuestion, RuleSet, Standard
    from ..rulebook.sheet_model import CaseSheet, OtherColumn

    Answers: TypeAlias = Mapping[str, npt.NDArray[np.int8]]

_NOT_APPLICABLE = 2
"""Where it stands among the rule file's answers, after Yes and No."""

_Place: TypeAlias = tuple[int, int, str]
"""Of a cell: the place of its row in the table, the number of its column, and the column's name."""


@dataclass(frozen=True, slots=True)
class CaseTable:
    """The cases of one sheet: `frame` has one row a case, its index is the row that Excel shows.

    Key questions are categorical over the rule file's answers (an answer that is none is missing), the PDU is
    categorical, date columns are dates (anything else is missing), all else is text. Of a PDU that is rated on its own
    only its cases are there. `table` is that of the cases, `whole` that of the sheet.
    """

    sheet: str
    frame: pd.DataFrame
    table: Table
    whole: Table

    def cell(self, row: int, column: str) -> str:
        """The cell reference of a value, such as F37."""
        return f"{self.table.columns[column].letter}{row}"


def read_cases(search: Search, rules: RuleSet, left_out: Collection[str] = ()) -> dict[str, CaseTable]:
    """The cases of every case sheet that the workbook has, by the rule file's name of the sheet.

    `left_out` are the standards that were not inspected: they need no cases, and must not have any.
    """
    reading = _Reading(search, rules, left_out)
    tables = {sheet.name: reading.cases(sheet) for sheet in rules.case_sheets}
    return {name: table for name, table in tables.items() if table is not None}


def spellings(rules: RuleSet) -> dict[str, int]:
    """Where an answer that is spelled so, in lower case, stands among the rule file's answers."""
    return {
        as_text(one).casefold(): place
        for place, answer in enumerate(rules.answers.all)
        for one in (answer.name, *answer.spellings)
    }


class _Reading:
    """The checks of one workbook's case sheets, with what they share."""

    def __init__(self, search: Search, rules: RuleSet, left_out: Collection[str]) -> None:
        self.search = search
        self.rules = rules
        self.left_out = left_out
        self.spelled = spellings(rules)
        self.answers = _answer_type(self.spelled)

    def cases(self, sheet: CaseSheet) -> CaseTable | None:
        """The cases of one sheet; an answer that is not allowed is missing in the frame and a problem."""
        asked = self.rules.questions_of(sheet.name)
        questions = [one for one in asked if one[0].id not in self.left_out]
        standards = tuple(dict.fromkeys(standard.id for standard, _ in questions))
        needed = bool(questions) or not asked
        whole = self._whole(sheet, standards, needed=needed)
        if whole is None:
            return None
        mine = whole.rows_of(sheet.pdu_column, self.search.pdu)
        table = whole.only(mine)
        self._not_inspected(table, [one for one in asked if one[0].id in self.left_out])
        supporting = any(_answered(table, question.id) for question in self.rules.supporting_of(sheet.name))
        if not needed and not supporting:
            return None
        if not len(whole.rows):
            if whole.columns and not len(whole.set_aside):  # without a column, or without those rows, it is reported
                self.search.add(p.SHEET_WITHOUT_ROWS, whole, standards=standards, name=whole.sheet)
            return None
        ids = read_ids(self.search, sheet, whole, standards, mine)[mine]
        data: dict[str, Any] = {}
        if sheet.id_column in table.columns:
            data[sheet.id_column] = ids
        if sheet.pdu_column in table.columns:
            data[sheet.pdu_column] = _categorical(table, sheet.pdu_column, one_spelling=self.rules.needs_pdus)
        for column in sheet.other_columns:
            if column.name in table.columns:
                data[column.name] = _other(table, column)
        answered = {question.id: (standard.id,) for standard, question in questions if question.id in table.columns}
        answers = self._answers(table, answered, ids)
        self._broken(table, ({sheet.id_column: standards} if sheet.id_column in table.columns else {}) | answered, ids)
        names = self.rules.answers.names
        answers |= self._supporting(sheet, table, ids)
        for name, codes in answers.items():
            data[name] = pd.Categorical.from_codes(codes, categories=pd.Index(names))
        self._no_relevant_case(table, questions, answers)
        frame = pd.DataFrame(data, index=pd.Index(table.rows, name="row"))
        return CaseTable(table.sheet, frame, table, whole)

    def _no_relevant_case(self, table: Table, questions: list[tuple[Standard, KeyQuestion]], answers: Answers) -> None:
        """Note the key questions that no case is relevant to."""
        allowed = p.listed(self.rules.answers.names[:2], "or")
        for standard, question in questions:
            if question.id in answers and not np.isin(answers[question.id], (0, 1)).any():
                facts: dict[str, Any] = {"question": question.id, "standard": standard.id, "standards": (standard.id,)}
                self.search.add(p.NO_RELEVANT_CASE, table, allowed=allowed, **facts)

    def _whole(self, sheet: CaseSheet, standards: tuple[str, ...], *, needed: bool) -> Table | None:
        """The table of a sheet, of all PDUs; `standards` are those that need it."""
        headings = [heading(sheet.id_column, required=needed, standards=standards, key=True)]
        headings += [
            question_heading(question, standard.id, self.rules, required=standard.id in standards)
            for standard, question in self.rules.questions_of(sheet.name)
        ]
        pdu, pdus_needed = sheet.pdu_column, self.rules.needs_pdus and needed
        headings += [heading(name, required=pdus_needed, standards=standards) for name in (pdu,) if name]
        headings += [heading(column.name) for column in sheet.other_columns]
        headings += [supporting_heading(question, self.rules) for question in self.rules.supporting_of(sheet.name)]
        table = self.search.table(sheet.name, headings, required=needed)
        if table is not None and pdus_needed and pdu is not None and pdu in table.columns:
            without_pdu(self.search, table, pdu, standards)
        return table

    def _not_inspected(self, table: Table, asked: list[tuple[Standard, KeyQuestion]]) -> None:
        """Answers to questions of standards that were not inspected: anything but blank and Not applicable."""
        for standard, question in asked:
            if question.id not in table.columns:
                continue
            answers = {place for place, _, text in table.present(question.id) if self._is_answer(text)}
            if answers:
                cells = table.holding(question.id, answers)
                facts = {"name": self.rules.judgement_sheet.name, "cases": p.counted(len(cells), "case")}
                ids: dict[str, Any] = {"question": question.id, "standard": standard.id, "standards": (standard.id,)}
                self.search.add(p.ANSWERS_NOT_INSPECTED, table, cells, **ids, **facts)

    def _is_answer(self, text: str) -> bool:
        return text != "" and self.spelled.get(text.casefold()) != _NOT_APPLICABLE

    def _answers(
        self, table: Table, questions: Mapping[str, tuple[str, ...]], ids: npt.NDArray[np.object_]
    ) -> dict[str, npt.NDArray[np.int8]]:
        """For each question the place of every answer among the rule file's answers, or -1 where it is none.

        `questions` gives the standards that need each question whose column is there.
        """
        codes: dict[str, npt.NDArray[np.int8]] = {}
        wrong: dict[str, list[_Place]] = {}
        for question in questions:
            column = table.columns[question]
            known = self._known(column)
            codes[question] = known[column.codes]
            for place, positions in _positions(column, np.flatnonzero(known < 0)).items():
                if not isinstance(column.values[place], Broken):
                    text = column.texts[place]
                    found = wrong.setdefault(p.spelt(text) if text else "", [])
                    found += [(position, column.number, question) for position in positions]
        names = self.rules.answers
        facts = {"allowed": p.listed(names.names, "or"), "not_applicable": names.not_applicable.name}
        if "" in wrong:
            wrong = {"": wrong[""], **wrong}
        for text, found in p.at_most(wrong, "other words").items():
            self._tell(p.BAD_ANSWER if text else p.BLANK_ANSWER, table, found, questions, ids, found=text, **facts)
        return codes

    def _known(self, column: Column) -> npt.NDArray[np.int8]:
        """The place of each distinct value of a column among the rule file's answers, or -1 where it is none."""
        return np.array(self.answers.validate_python([text.casefold() for text in column.texts]), dtype=np.int8)

    def _supporting(
        self, sheet: CaseSheet, table: Table, ids: npt.NDArray[np.object_]
    ) -> dict[str, npt.NDArray[np.int8]]:
        """The same for the supporting questions whose column has any answer at all; what is wrong blocks no rating."""
        codes: dict[str, npt.NDArray[np.int8]] = {}
        for question in self.rules.supporting_of(sheet.name):
            if not _answered(table, question.id):
                continue
            column, present = table.columns[question.id], table.present(question.id)
            known = self._known(column)
            codes[question.id] = known[column.codes]
            wrong = [text for place, _, text in present if known[place] < 0]
            if wrong:
                positions = np.flatnonzero(codes[question.id] < 0).tolist()
                self.search.add(
                    p.SUPPORTING_ANSWER,
                    table,
                    table.cells(question.id, positions),
                    case_ids=tuple(dict.fromkeys(p.printable(ids[one]) for one in positions if ids[one])),
                    question=question.id,
                    found=p.listed([p.spelt(text) if text else "a blank cell" for text in wrong[:4]]),
                    allowed=p.listed(self.rules.answers.names, "or"),
                )
        return codes

    def _broken(self, table: Table, columns: Mapping[str, tuple[str, ...]], ids: npt.NDArray[np.object_]) -> None:
        """Tell the errors and unsaved formulas of the columns that ratings depend on, with the standards of each."""
        found: dict[tuple[p.Kind, str], list[_Place]] = {}
        for name in columns:
            column = table.columns[name]
            broken = {place: value for place, value in enumerate(column.values) if isinstance(value, Broken)}
            for place, positions in _positions(column, list(broken)).items():
                places = found.setdefault((broken[place].problem, p.quoted(broken[place])), [])
                places += [(position, column.number, name) for position in positions]
        for (kind, text), places in found.items():
            self._tell(kind, table, places, columns, ids, found=text)

    def _tell(
        self,
        kind: p.Kind,
        table: Table,
        places: list[_Place],
        standards: Mapping[str, tuple[str, ...]],
        ids: npt.NDArray[np.object_],
        **facts: Any,
    ) -> None:
        """Note a problem of cells in several columns; `standards` are those that need each column."""
        # as a reader meets them: row by row, from left to right
        places.sort()
        self.search.add(
            kind,
            table,
            tuple(table.cells(column, [place])[0] for place, _, column in places),
            standards=tuple(sorted({standard for _, _, column in places for standard in standards[column]})),
            case_ids=tuple(dict.fromkeys(p.printable(ids[place]) for place, _, _ in places if ids[place])),
            **facts,
        )


def _answered(table: Table, question: str) -> bool:
    """Whether there is a column for a supporting question with any answer in it."""
    return question in table.columns and any(text for _, _, text in table.present(question))


def _answer_type(spelled: Mapping[str, int]) -> TypeAdapter[list[int]]:
    """Reads words as answers: the place of each, or -1 for one that is none.

    It knows the spellings only: pydantic would keep whatever else it refers to, such as a workbook, for ever.
    """

    def place(text: str) -> int:
        if text not in spelled:
            raise ValueError("not one of the allowed answers")
        return spelled[text]

    def or_none(text: str, read: Callable[[str], int]) -> int:
        try:
            return read(text)
        except ValidationError:
            return -1

    return TypeAdapter(list[Annotated[int, BeforeValidator(place), WrapValidator(or_none)]])


def _positions(column: Column, places: npt.ArrayLike) -> dict[int, list[int]]:
    """The entries of a column by their value's place, of those that have one of these places, found in one pass."""
    found: dict[int, list[int]] = {}
    entries = np.flatnonzero(np.isin(column.codes, places))
    for entry, place in zip(entries.tolist(), column.codes[entries].tolist(), strict=True):
        found.setdefault(place, []).append(entry)
    return dict(sorted(found.items()))


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
    distinct = pd.Categorical(pd.array([text or None for text in names], dtype="str"))
    return pd.Categorical.from_codes(distinct.codes[column.codes], dtype=distinct.dtype).remove_unused_categories()


def _other(table: Table, column: OtherColumn) -> Any:
    """A column that no rating depends on: dates, or text in the rule file's spelling where it has one."""
    distinct, codes = table.columns[column.name].values, table.columns[column.name].codes
    if column.kind == "date":
        days = [np.datetime64(value.isoformat()[:10] if isinstance(value, date) else "NaT", "s") for value in distinct]
        return np.array(days, dtype="datetime64[s]")[codes]
    spelled = {fold(value): value for value in column.values}
    texts = [spelled.get(fold(text), text) for text in table.columns[column.name].texts]
    return np.array(texts, dtype=object)[codes]
