"""Makes the valid cases of a case sheet, as a pandas frame, and collects every problem that stands in the way.

Values are checked in bulk: pydantic sees each distinct value of a column once, and a value that is refused leads
back to all cells that hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from . import problems as p
from .layout import Search, Table, heading, question_heading, supporting_heading, without_pdu
from .names import fold
from .workbook import Broken, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import numpy.typing as npt

    from .ruleset import KeyQuestion, RuleSet, Standard
    from .rulesheets import CaseSheet, OtherColumn


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
        self.id_type = TypeAdapter(list[Annotated[str, Field(min_length=1)]])
        self.answer_type = TypeAdapter(list[Annotated[str, AfterValidator(_one_of(self.spelled))]])

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
        if not needed:
            return None
        ids = self._ids(sheet, whole, standards, mine)[mine]
        data: dict[str, Any] = {}
        if sheet.id_column in table.columns:
            data[sheet.id_column] = ids
        if sheet.pdu_column in table.columns:
            data[sheet.pdu_column] = _categorical(table, sheet.pdu_column, one_spelling=self.rules.needs_pdus)
        for column in sheet.other_columns:
            if column.name in table.columns:
                data[column.name] = _other(table, column)
        answers = self._answers(table, {q.id: s.id for s, q in questions if q.id in table.columns}, ids)
        required = {sheet.id_column: standards, **{q.id: (s.id,) for s, q in questions}}
        self._broken(table, {name: needed for name, needed in required.items() if name in table.columns}, ids)
        names = self.rules.answers.names
        answers |= self._supporting(sheet, table, ids)
        for name, codes in answers.items():
            data[name] = pd.Categorical.from_codes(codes, categories=pd.Index(names))
        for standard, question in questions:
            if question.id in answers and not np.isin(answers[question.id], (0, 1)).any():
                allowed = p.listed(names[:2], "or")
                facts: dict[str, Any] = {"question": question.id, "standard": standard.id, "standards": (standard.id,)}
                self.search.add(p.NO_RELEVANT_CASE, table, allowed=allowed, **facts)
        frame = pd.DataFrame(data, index=pd.Index(table.rows, name="row"))
        return CaseTable(table.sheet, frame, table, whole)

    def _whole(self, sheet: CaseSheet, standards: tuple[str, ...], *, needed: bool) -> Table | None:
        """The table of a sheet, of all PDUs; `standards` are those that need it."""
        headings = [heading(sheet.id_column, required=needed, standards=standards)]
        headings += [
            question_heading(question, standard.id, self.rules, required=standard.id in standards)
            for standard, question in self.rules.questions_of(sheet.name)
        ]
        pdu, pdus_needed = sheet.pdu_column, self.rules.needs_pdus and needed
        headings += [heading(name, required=pdus_needed, standards=standards) for name in (pdu,) if name]
        headings += [heading(column.name) for column in sheet.other_columns]
        headings += [supporting_heading(question) for question in self.rules.supporting_of(sheet.name)]
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
                facts: dict[str, Any] = {
                    "name": self.rules.judgement_sheet.name,
                    "cases": p.counted(len(cells), "case"),
                }
                ids = {"question": question.id, "standard": standard.id, "standards": (standard.id,)}
                self.search.add(p.ANSWERS_NOT_INSPECTED, table, cells, **ids, **facts)

    def _is_answer(self, text: str) -> bool:
        return text != "" and self.spelled.get(text.casefold()) != _NOT_APPLICABLE

    def _ids(
        self, sheet: CaseSheet, table: Table, standards: tuple[str, ...], mine: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.object_]:
        """The id of every case as text; '' where there is none. What is wrong is told of the ids that are `mine`."""
        if sheet.id_column not in table.columns:
            return np.full(len(table.rows), "", dtype=object)
        column = table.columns[sheet.id_column]
        # an error is no id; it is told as the error that it is
        broken = [place for place, value in enumerate(column.values) if isinstance(value, Broken)]
        texts = ["" if place in broken else text for place, text in enumerate(table.texts(sheet.id_column))]
        ids = np.array(texts, dtype=object)[column.codes]
        missing = np.isin(column.codes, _refused(self.id_type, texts))
        blank = np.flatnonzero(missing & mine & ~np.isin(column.codes, broken))
        if len(blank):
            cells = table.cells(sheet.id_column, blank)
            self.search.add(p.ID_MISSING, table, cells, standards=standards, name=sheet.id_column)
        # two spellings of an id that differ in case only are one case
        same = np.array([text.casefold() for text in texts], dtype=object)[column.codes]
        twice = pd.Series(same).duplicated(keep=False).to_numpy() & ~missing
        spelled: dict[str, list[int]] = {}
        for position in np.flatnonzero(twice).tolist():
            spelled.setdefault(same[position], []).append(position)
        places = {ids[positions[0]]: positions for positions in spelled.values() if mine[positions].any()}
        pdus = table.values(sheet.pdu_column) if sheet.pdu_column in table.columns else None
        apart = {one for one in places if pdus and len({fold(as_text(pdus[at])) for at in places[one]}) > 1}
        for kind, chosen in ((p.ID_TWICE, places.keys() - apart), (p.ID_IN_TWO_PDUS, apart)):
            found = {p.quoted(one): places[one] for one in places if one in chosen}
            for one, positions in p.at_most(found, "other ids").items():
                cells = table.cells(sheet.id_column, positions)
                case_ids = tuple(dict.fromkeys(p.printable(ids[position]) for position in positions))
                facts: dict[str, Any] = {"name": sheet.id_column, "found": one}
                self.search.add(kind, table, cells, standards=standards, case_ids=case_ids, **facts)
        return ids

    def _answers(
        self, table: Table, questions: Mapping[str, str], ids: npt.NDArray[np.object_]
    ) -> dict[str, npt.NDArray[np.int8]]:
        """For each question the place of every answer among the rule file's answers, or -1 where it is none.

        `questions` gives the standard of each question whose column is there.
        """
        codes: dict[str, npt.NDArray[np.int8]] = {}
        wrong: dict[str, list[_Place]] = {}
        for question in questions:
            texts = table.texts(question)
            column = table.columns[question]
            folded = [text.casefold() for text in texts]
            codes[question] = np.array([self.spelled.get(text, -1) for text in folded], dtype=np.int8)[column.codes]
            refused = _refused(self.answer_type, folded)
            where = _positions(column.codes, refused)
            for value in refused:
                places = where.get(value, [])
                if places and not isinstance(column.values[value], Broken):
                    found = wrong.setdefault(p.quoted(texts[value]) if texts[value] else "", [])
                    found += [(place, column.number, question) for place in places]
        names = self.rules.answers
        facts = {"allowed": p.listed(names.names, "or"), "not_applicable": names.not_applicable.name}
        if "" in wrong:
            wrong = {"": wrong[""], **wrong}
        standards = {question: (standard,) for question, standard in questions.items()}
        for text, found in p.at_most(wrong, "other words").items():
            self._tell(p.BAD_ANSWER if text else p.BLANK_ANSWER, table, found, standards, ids, found=text, **facts)
        return codes

    def _supporting(
        self, sheet: CaseSheet, table: Table, ids: npt.NDArray[np.object_]
    ) -> dict[str, npt.NDArray[np.int8]]:
        """The same for the supporting questions whose column has any answer at all; what is wrong blocks no rating."""
        codes: dict[str, npt.NDArray[np.int8]] = {}
        for question in self.rules.supporting_of(sheet.name):
            if question.id not in table.columns:
                continue
            column, texts = table.columns[question.id], table.texts(question.id)
            present = table.present(question.id)
            if not any(text for _, _, text in present):
                continue
            known = np.array([self.spelled.get(text.casefold(), -1) for text in texts], dtype=np.int8)
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
                    found=p.listed([p.quoted(text) if text else "a blank cell" for text in wrong[:4]]),
                    allowed=p.listed(self.rules.answers.names, "or"),
                )
        return codes

    def _broken(self, table: Table, columns: Mapping[str, tuple[str, ...]], ids: npt.NDArray[np.object_]) -> None:
        """Tell the errors and unsaved formulas of the columns that ratings depend on, with the standards of each."""
        found: dict[tuple[p.Kind, str], list[_Place]] = {}
        for name in columns:
            column = table.columns[name]
            for place, value in enumerate(column.values):
                if isinstance(value, Broken):
                    kind = p.FORMULA_UNSAVED if value.unsaved else p.ERROR_CELL
                    places = np.flatnonzero(column.codes == place).tolist()
                    found.setdefault((kind, p.quoted(value)), []).extend((one, column.number, name) for one in places)
        for (kind, text), all_places in found.items():
            if all_places:
                self._tell(kind, table, all_places, columns, ids, found=text)

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


def _refused(kind: TypeAdapter[list[str]], values: list[str]) -> list[int]:
    """The places of the values that pydantic refuses for this kind of list."""
    try:
        kind.validate_python(values)
    except ValidationError as error:
        return [int(e["loc"][0]) for e in error.errors(include_url=False, include_context=False, include_input=False)]
    return []


def _positions(codes: npt.NDArray[np.uint32], values: list[int]) -> dict[int, list[int]]:
    """The entries of a column that have each of these places among its values, found in one pass."""
    found: dict[int, list[int]] = {}
    entries = np.flatnonzero(np.isin(codes, values))
    for entry, value in zip(entries.tolist(), codes[entries].tolist(), strict=True):
        found.setdefault(value, []).append(entry)
    return found


def _one_of(allowed: Collection[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError("not one of the allowed values")
        return value

    return check


def _categorical(table: Table, name: str, *, one_spelling: bool) -> pd.Categorical:
    """A text column as categories in alphabetical order; a blank cell, and an error, is missing.

    `one_spelling` says that names which differ in case, white space, _ and - only are one category.
    """
    texts = table.texts(name)
    if one_spelling:
        first: dict[str, str] = {}
        for text in sorted(table.texts(name)):
            first.setdefault(fold(text), text)
        texts = [first[fold(text)] for text in texts]
    codes = table.columns[name].codes
    broken = {place for place, value in enumerate(table.columns[name].values) if isinstance(value, Broken)}
    categories = sorted({texts[code] for code in np.unique(codes).tolist() if code not in broken} - {""})
    places = {text: place for place, text in enumerate(categories)}
    found = [-1 if place in broken else places.get(text, -1) for place, text in enumerate(texts)]
    return pd.Categorical.from_codes(
        np.array(found, dtype=np.int32)[codes],
        categories=pd.Index(categories, dtype=str),
    )


def _other(table: Table, column: OtherColumn) -> Any:
    """A column that no rating depends on: dates, or text in the rule file's spelling where it has one."""
    distinct, codes = table.columns[column.name].values, table.columns[column.name].codes
    if column.kind == "date":
        days = [np.datetime64(value.isoformat()[:10] if isinstance(value, date) else "NaT", "s") for value in distinct]
        return np.array(days, dtype="datetime64[s]")[codes]
    spelled = {fold(value): value for value in column.values}
    texts = [spelled.get(fold(text), text) for text in table.texts(column.name)]
    return np.array(texts, dtype=object)[codes]
