"""Recognises in an export the sheets and columns of the rules: by their names, names that are near, or their values."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..names import LONGEST_NAME, alike, fold, label, marking_words, sheet_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from .description import ColumnLook, Kind, SheetLook
    from .vocabulary import ColumnKind, RulesColumn, RulesSheet, Vocabulary

By: TypeAlias = Literal["header", "near spelling", "values"]
Search: TypeAlias = "Callable[[RulesColumn, Iterable[ColumnLook]], list[ColumnLook]]"

_KINDS: Mapping[ColumnKind, Collection[Kind]] = {
    "id": {"id"},
    "date": {"date", "date as text"},
    "question": {"answers"},
    "supporting": {"answers"},
}
"""What a column of each kind looks like in an export."""
_MOST_COLUMNS = 1_000
"""In a wider sheet only so many columns are recognised."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_LAST_NUMBER = re.compile(r"([0-9]{1,4})[^0-9]*$")
_STEM = 6
"""Long words that begin alike are taken for one word: Commenced and Commencement."""
_SAME_WORDS = 0.8
"""Of two question texts that are near, such a part of all their words is in both."""
_SENTENCE = 5
"""From so many words on, a name is compared by its words."""
_LONGEST_RUN = 3
"""So many questions in the order of their numbers say as much as more of them; one says little."""
_FEWEST = 2
"""The score from which on a sheet is recognised."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an export is by the rules: the sheet that it probably fills, and its columns.

    `columns` has the column of the export and how it was recognised, by the rules' name; `candidates` the columns that
    could be one. `pairs` are questions with the column that could be theirs by its number or place. `certain` says that
    the sheet was recognised; otherwise it is the nearest one. No `target` means that nothing in it can be rated.
    """

    target: RulesSheet | None = None
    certain: bool = False
    columns: Mapping[str, tuple[ColumnLook, By]] = field(default_factory=dict)
    candidates: Mapping[str, tuple[ColumnLook, ...]] = field(default_factory=dict)
    pairs: Mapping[str, ColumnLook] = field(default_factory=dict)
    unused: tuple[ColumnLook, ...] = ()

    def name_of(self, look: ColumnLook) -> tuple[str, By] | None:
        """The rules' name of a column of the export, and how it was recognised."""
        return next(((name, by) for name, (one, by) in self.columns.items() if one is look), None)

    def could_be(self, look: ColumnLook) -> list[str]:
        """The rules' names of the columns that a column of the export could be."""
        pairs = [name for name, one in self.pairs.items() if one is look]
        return [*pairs, *(name for name, looks in self.candidates.items() if any(one is look for one in looks))]


def recognise(look: SheetLook, name: str, words: Vocabulary) -> Recognised:
    """What a sheet is by the rules; `name` is that of the sheet, or of a CSV file."""
    asking = [sheet for sheet in words.sheets.values() if sheet.has_questions]
    found = {sheet.name: match(look, sheet) for sheet in words.sheets.values()}
    scores = {
        sheet.name: _score(sheet, found[sheet.name], look, name, only=len(asking) == 1)
        for sheet in words.sheets.values()
    }
    first = [one for one, score in scores.items() if score == max(scores.values())]
    if len(first) == 1 and scores[first[0]] >= _FEWEST:
        return replace(found[first[0]], certain=True)
    if not look.answers:
        return Recognised()
    fitting = [sheet for sheet in asking if _questions(sheet) <= len(look.answers)] or asking
    fitting = [sheet for sheet in fitting if sheet.name in first] or fitting
    return found[max(fitting, key=_questions).name] if fitting else Recognised()


def _questions(sheet: RulesSheet) -> int:
    return sum(column.kind == "question" for column in sheet.columns)


def match(look: SheetLook, sheet: RulesSheet) -> Recognised:
    """The columns of this sheet of the rules in an export, as far as they are recognised."""
    taken: dict[str, tuple[ColumnLook, By]] = {}
    candidates: dict[str, tuple[ColumnLook, ...]] = {}
    free = {one.number: one for one in look.columns[:_MOST_COLUMNS]}
    for by, search in _WAYS:
        found: dict[str, list[ColumnLook]] = {}
        for column in sheet.columns:
            if column.name not in taken:
                found[column.name] = search(column, free.values())
        claims = Counter(one.number for looks in found.values() for one in looks)
        for name, looks in found.items():
            if len(looks) == 1 and claims[looks[0].number] == 1:
                taken[name] = (looks[0], by)
                del free[looks[0].number]
            elif looks:
                candidates[name] = tuple(looks)
    unused = tuple(one for one in free.values() if one.kind == "answers")
    open_ = [one.name for one in sheet.columns if one.kind == "question" and one.name not in taken]
    for column in sheet.columns:
        if column.name not in taken and not column.is_question:
            candidates[column.name] = tuple(_candidates(column, free.values())) or candidates.get(column.name, ())
    return Recognised(sheet, columns=taken, candidates=candidates, pairs=_pairs(open_, unused), unused=unused)


def _score(sheet: RulesSheet, found: Recognised, look: SheetLook, name: str, *, only: bool) -> int:
    """How much speaks for a sheet of the rules: its name, and columns that few other sheets have.

    `only` says that no other sheet of the rules has questions.
    """
    same_name = sheet_key(name) == sheet_key(sheet.name)
    if not sheet.has_questions:
        known = {one for one, (_, by) in found.columns.items() if by == "header"}
        needed = [one.name for one in sheet.columns]  # the reason of a decision comes last, and may be missing
        return _FEWEST * (same_name and known.issuperset(needed[:-1] or needed))
    score = sum(_weight(one, found.columns[one.name][1]) for one in sheet.columns if one.name in found.columns)
    if score or look.answers:
        score += min(len(found.pairs), _LONGEST_RUN)
        score += _FEWEST * (same_name or any(word in fold(name) for word in marking_words(sheet.name)))
        score += _FEWEST * (only and len(look.answers) >= _questions(sheet))
    return score


def _weight(column: RulesColumn, by: By) -> int:
    """How much a column that was recognised says about its sheet; ids, PDUs and dates are in many sheets."""
    if column.is_question:
        return 3 if by == "header" else 2
    if column.words:
        return {"header": 3, "near spelling": 1, "values": 2}[by]
    return int(column.kind == "date")


def _by_header(column: RulesColumn, looks: Iterable[ColumnLook]) -> list[ColumnLook]:
    """The columns with a header that the rules have for it: its id, its text, or another id of it."""
    longest = max(LONGEST_NAME, 2 * max(map(len, column.known_as)))
    return [one for one in looks if len(one.header) <= longest and label(one.header) in column.labels]


def _by_near_header(column: RulesColumn, looks: Iterable[ColumnLook]) -> list[ColumnLook]:
    """The columns with a header that is near its name; of a question, near its text."""
    names = [one for one in column.known_as if not column.is_question or len(_words(one)) >= _SENTENCE]
    fitting = [one for one in looks if column.kind in {"id", "text"} or one.kind in _KINDS[column.kind]]
    short = [one for one in fitting if len(one.header) <= LONGEST_NAME]
    return [one for one in short if any(_near(one.header, name) for name in names)]


def _by_values(column: RulesColumn, looks: Iterable[ColumnLook]) -> list[ColumnLook]:
    """The columns with no value but the words that the rules list for it, or of an id those with different values."""
    if column.kind == "id":
        return [one for one in looks if one.kind == "id"]
    if column.is_question:
        return []
    return [one for one in looks if one.cells.counts and all(fold(text) in column.words for text in one.cells.counts)]


_WAYS: tuple[tuple[By, Search], ...] = (
    ("header", _by_header),
    ("near spelling", _by_near_header),
    ("values", _by_values),
)


def _candidates(column: RulesColumn, looks: Iterable[ColumnLook]) -> list[ColumnLook]:
    """The columns that could be one that is not a question, by what they hold."""
    if column.kind != "text":
        return [one for one in looks if one.kind in _KINDS[column.kind]]
    if not column.words:
        return [one for one in looks if one.kind == "PDU"]
    texts = [one for one in looks if one.kind == "text"]
    return [one for one in texts if any(_share_a_word(text, column) for text in one.cells.counts or {})]


def _pairs(questions: Sequence[str], looks: Sequence[ColumnLook]) -> dict[str, ColumnLook]:
    """Each question with the column that could be its own: there are as many, or one run with the same numbers."""
    size = len(questions)
    starts = [0]
    if len(looks) != size:
        wanted, numbers = list(map(_number, questions)), [_number(one.header) for one in looks]
        starts = [at for at in range(len(looks)) if numbers[at : at + size] == wanted]
        # a number is no run, and 1, 2, 3 is not the run in 1, 2, 3, 4
        if size < _LONGEST_RUN or len(starts) != 1 or wanted[-1] + 1 in numbers[starts[0] + size :][:1]:
            return {}
    return {name: looks[starts[0] + at] for at, name in enumerate(questions)}


def _number(name: str) -> int:
    """The number at the end of a name; -1 where there is none."""
    found = _LAST_NUMBER.search(name[-20:])
    return -1 if found is None else int(found[1])


def _near(header: str, name: str) -> bool:
    """Whether a header is near a name: in its spelling, with more words around it, or with most words of a sentence."""
    words, wanted = _words(header), _words(name)
    if len(wanted) >= _SENTENCE:
        return len(words & wanted) >= _SAME_WORDS * len(words | wanted)
    return bool(wanted) and (wanted <= words or alike(header, name))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold()[:_STEM] for word in _WORD.findall(text[:LONGEST_NAME]))


def _share_a_word(text: str, column: RulesColumn) -> bool:
    mine = {word for word in _words(text) if len(word) >= _STEM}
    return any(mine & _words(word) for word in column.allowed)
