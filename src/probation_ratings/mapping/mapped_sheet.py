"""Makes a sheet of the rules from a sheet of a source, with the coordinates of the source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import label, plain
from ..reading.workbook import Column, as_text
from .columns import key_of, mask_of, within
from .filters import Chosen, choose
from .header_search import locate
from .long_format import Cases
from .mapped_columns import MappedColumns, columns_of
from .matching import TooSlow
from .model import Header, Question
from .own_headers import own_table, with_own_headers
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from ..reading.workbook import Cell, Sheet
    from .joins import Identities
    from .matching import Matcher
    from .parts import Part, Rows, SourceTable

    Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a mapping to one sheet of a source gives.

    `kept` are the rows that went into the sheet of the rules, `rows` those that could have; None where the sheet could
    not be mapped. `sheet` is the sheet of the rules if any row went into it. `reasons` say why rows were left out.
    """

    part: Part
    problems: list[p.Problem]
    sheet: Sheet | None = None
    kept: Rows | None = None
    rows: Rows | None = None
    reasons: list[str] = field(default_factory=list)


def apply(part: Part, matcher: Matcher, identities: Identities) -> Applied:
    """Fill a sheet of the rules from one sheet of a source."""
    table, problems = own_table(part) if part.mapping.own_headers else locate(part)
    if table is None:
        return Applied(part, problems)
    problems += _two_questions(table)
    try:
        chosen = choose(table, matcher)
        problems += chosen.problems
        problems += _ragged(table, chosen)
        if part.mapping.own_headers:
            sheet = with_own_headers(table, chosen.kept)
        else:
            sheet, found = _mapped(table, chosen, matcher, identities)
            problems += found
    except TooSlow as error:
        slow = replace(error.problem, standards=part.standards)
        return Applied(part, [*problems, slow])
    above, found = _above_first_row(table)
    problems += found
    blank = _blank(table, sheet, chosen)
    chosen.kept &= ~blank
    reasons = [*above, *chosen.reasons]
    if blank.any():
        if part.mapping.own_headers:
            sheet = with_own_headers(table, chosen.kept)
        reasons.append(f"{int(blank.sum()):,} without a value in the columns that are read ({part.rows(blank).words})")
    if reasons:
        problems.append(_left_out(table, chosen, reasons))
    return Applied(part, problems, sheet if chosen.kept.any() else None, chosen.kept, table.rows, reasons)


def _mapped(
    table: SourceTable, chosen: Chosen, matcher: Matcher, identities: Identities
) -> tuple[Sheet, list[p.Problem]]:
    """The sheet of the rules, and what is wrong with its values."""
    part, rows, cases = table.part, chosen.kept, None
    problems: list[p.Problem] = []
    known: dict[str, Column] = {}
    if part.mapping.long is not None:
        ids = MappedColumns(table, rows, matcher, identities)
        for column in part.target.columns:
            origin = part.mapping.columns.get(column.name)
            if column.kind == "id" and origin is not None and not isinstance(origin.value, Question):
                known[column.name] = ids.add(column, origin)
        ids.finish()
        cases = Cases(table, part.mapping.long, rows, next(iter(known.values()), None))
        problems = [*ids.problems, *cases.problems()]
        rows = cases.rows
        known = {name: within(column, rows) for name, column in known.items()}
    columns = MappedColumns(table, rows, matcher, identities)
    columns.columns.update(known)
    made = columns_of(part, columns, cases, known)
    columns.finish()
    return _sheet(table, made, rows), [*problems, *columns.problems]


def _sheet(table: SourceTable, columns: Mapping[str, Column], rows: Rows) -> Sheet:
    """The mapped columns below a header with the names that the rules have for them."""
    part, top = table.part, table.header
    places = {one.name: place for place, one in enumerate(part.target.columns)}
    ordered = sorted(columns, key=lambda name: (columns[name].number, places[name]))
    mapped = [_below_header(columns[name], name, top) for name in ordered]
    numbers = {column.number for column in mapped}
    hidden = [number for number in part.sheet.hidden_columns if number in numbers]
    return replace(
        part.sheet,
        first_row=part.row(top),
        rows=len(rows) - top,
        columns=mapped,
        hidden_columns=hidden,
        stands_for=part.target.name,
    )


def _below_header(column: Column, name: str, top: int) -> Column:
    """A mapped column with its header at `top`, which may be the row above the first one."""
    values: list[Cell] = [*column.values, name]
    start, added = max(top, 0), (max(-top, 0), 0)
    codes = np.pad(column.codes[start:], added)
    codes[0] = len(column.values)
    rows = None if column.rows is None else np.pad(column.rows[start:], added)
    return Column(column.number, values, [*column.texts, as_text(name)], codes, rows)


def _blank(table: SourceTable, sheet: Sheet, chosen: Chosen) -> Rows:
    """The rows that are kept and have no value in the sheet of the rules, but in another column of the source."""
    valued = np.zeros(len(chosen.kept), dtype=bool)
    mapping = table.part.mapping
    if mapping.long is not None or (mapping.own_headers and table.header < 0):
        return valued
    known = frozenset[str]().union(*(column.labels for column in table.part.target.columns))
    columns = [one for one in sheet.columns if label(one.texts[one.codes[0]]) in known]
    if not columns:
        return valued
    for column in columns:
        valued[table.header + 1 :] |= mask_of(column, [text != "" for text in column.texts])[1:]
    return chosen.kept & ~valued


def _two_questions(table: SourceTable) -> Iterator[p.Problem]:
    """The columns of the source that more than one question has as its origin."""
    part = table.part
    names: dict[int, list[str]] = {}
    letters: dict[int, str] = {}
    for column in part.target.columns:
        origin = part.mapping.columns.get(column.name)
        if origin is not None and column.is_question and isinstance(origin.value, Header):
            source = table.columns[origin.value]
            names.setdefault(source.number, []).append(column.name)
            letters[source.number] = source.letter
    for number, questions in names.items():
        if len(questions) > 1:
            letter = letters[number]
            yield part.found(
                p.COLUMN_FOR_TWO_QUESTIONS, (f"{letter}:{letter}",), letter=letter, names=p.listed(questions)
            )


def _ragged(table: SourceTable, chosen: Chosen) -> Iterator[p.Problem]:
    """The rows of a CSV file below its header that have another number of values; not those that ignore_rows names."""
    part, records = table.part, table.part.sheet.records
    if records is None or not records.odd:
        return
    first = part.sheet.first_row
    wanted = records.width(part.row(table.header))  # the usual number where there is no header
    fields = np.full(len(table.rows), records.usual)
    odd = {row - first: width for row, width in records.odd.items() if 0 <= row - first < len(fields)}
    fields[list(odd)] = list(odd.values())
    # a blank line has no values at all, and is not a row
    ragged = (fields > wanted) | ((fields < wanted) & table.filled)
    below = table.header + 1 if table.header >= 0 else table.start
    ragged &= ~chosen.named & (np.arange(len(ragged)) >= below)
    numbers = p.Spans((np.flatnonzero(ragged) + first).tolist())
    if numbers.numbers:
        facts: dict[str, Any] = {"rows": numbers.words}
        facts["wanted"] = f"{'the header row has' if table.header >= 0 else 'most rows have'} {wanted}"
        facts["verb"] = "has" if len(numbers.numbers) == 1 else "have"
        facts["found_fields"] = p.private(p.widths_in_words(fields[ragged].tolist()))
        yield part.found(p.RAGGED_ROWS, numbers.cells, **facts)


def _above_first_row(table: SourceTable) -> tuple[list[str], list[p.Problem]]:
    """The rows between the header and the first row of data: counted, and a problem where they look like cases."""
    part, between = table.part, slice(table.header + 1, table.start)
    above = np.zeros_like(table.filled)
    above[between] = table.filled[between]
    if not above.any():
        return [], []
    answered, wrong = _answered(table)
    cases = above & answered & ~wrong
    problems = []
    if cases.any():
        spans = part.rows(cases)
        first = part.mapping.first_row or (part.mapping.header_row or 0) + 1
        facts: dict[str, Any] = {"rows": spans.words, "first": first}
        facts["verb"] = "has" if int(cases.sum()) == 1 else "have"
        problems.append(part.found(p.CASE_ABOVE_FIRST_ROW, spans.cells, **facts))
    words = "between the headers and the first row of data" if table.header >= 0 else "above the first row of data"
    return [f"{int(above.sum()):,} {words} ({part.rows(above).words})"], problems


def _answered(table: SourceTable) -> tuple[Rows, Rows]:
    """The rows that have an answer that is covered, and those that have one that is not."""
    part, size = table.part, len(table.rows)
    answered, wrong = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    coded = _with_code(table)
    for column in part.target.columns:
        origin = part.mapping.columns.get(column.name)
        if origin is None or not column.is_question:
            continue
        words = Words.of(part.mapping, column, origin) or Words.of_rules(column)
        if isinstance(origin.value, Header):
            source, rows = table.columns[origin.value], np.ones(size, dtype=bool)
        elif isinstance(origin.value, Question) and part.mapping.long is not None:
            source, rows = (
                table.columns[part.mapping.long.answer],
                coded[plain(origin.value.code)],
            )
        else:
            continue
        covered = mask_of(source, [word != "" and words.meaning(word) is not None for word in source.words])
        filled = mask_of(source, [text != "" for text in source.texts])
        answered |= covered & rows
        wrong |= filled & ~covered & rows
    return answered, wrong


def _with_code(table: SourceTable) -> dict[str, Rows]:
    """The rows with the code of each question that is named, in the long format."""
    part = table.part
    if part.mapping.long is None:
        return {}
    column = table.columns[part.mapping.long.question]
    codes = {plain(one.value.code) for one in part.mapping.columns.values() if isinstance(one.value, Question)}
    return {code: mask_of(column, [key_of(text) == code for text in column.texts]) for code in codes}


def _left_out(table: SourceTable, chosen: Chosen, reasons: list[str]) -> p.Problem:
    part = table.part
    out = int((table.filled & ~chosen.kept)[table.header + 1 :].sum())
    count = f"{p.counted(out, 'row')} {'was' if out == 1 else 'were'}"
    facts: dict[str, Any] = {"count": count, "reasons": p.listed(reasons)}
    return part.found(p.ROWS_LEFT_OUT, part.cells(chosen.cells), standards=(), **facts)
