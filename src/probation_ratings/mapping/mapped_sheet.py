"""Makes a sheet of the rules from a sheet of a source, with the coordinates of the source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import problems as p
from ..names import column_letter, label, plain
from ..reading.workbook import Column, as_text
from .columns import filled, key_of, mask_of, with_dates, within
from .header_search import locate, own_table
from .long_format import Cases
from .mapped_columns import MappedColumns
from .model import Header, Joined, Question
from .patterns import TooSlow
from .rows import Chosen, choose
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reading.workbook import Cell, Sheet
    from .columns import Rows
    from .parts import Part, SourceTable
    from .vocabulary import RulesColumn


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a mapping to one sheet of a source gives.

    `sheet` is the sheet of the rules if any row went into it. `chosen` are the rows that did, and why others were left
    out; None where the sheet could not be mapped.
    """

    part: Part
    problems: list[p.Problem]
    sheet: Sheet | None = None
    chosen: Chosen | None = None


def apply(part: Part) -> Applied:
    """Fill a sheet of the rules from one sheet of a source."""
    table, problems = own_table(part) if part.mapping.own_headers else locate(part)
    if table is None:
        return Applied(part, problems)
    problems += _two_questions(table)
    try:
        chosen = choose(table)
        problems += chosen.problems
        problems += [*_ragged(chosen), *_swallowed(chosen)]
        if part.mapping.own_headers:
            sheet = _with_own_headers(table, chosen.kept)
        else:
            sheet, found = _mapped(chosen)
            problems += found
    except TooSlow as error:
        slow = replace(error.problem, standards=part.standards)
        return Applied(part, [*problems, slow])
    above, found = _above_first_row(table)
    problems += found
    blank = _blank(sheet, chosen)
    chosen.kept &= ~blank
    chosen.reasons[:0] = above
    if blank.any():
        if part.mapping.own_headers:
            sheet = _with_own_headers(table, chosen.kept)
        count, rows = int(blank.sum()), part.rows(blank).words
        chosen.reasons.append(f"{count:,} without a value in the columns that are read ({rows})")
    if chosen.reasons:
        problems.append(_left_out(chosen))
    return Applied(part, problems, sheet if chosen.kept.any() else None, chosen)


def _mapped(chosen: Chosen) -> tuple[Sheet, list[p.Problem]]:
    """The sheet of the rules, and what is wrong with its values."""
    table, part = chosen.table, chosen.table.part
    long = part.mapping.long
    problems: list[p.Problem] = []
    columns = MappedColumns(table, chosen.kept)
    if long is not None:
        for column, origin in part.origins:
            if column.kind == "id" and not isinstance(origin.value, Question):
                columns.add(column, origin)
        columns.finish()
        cases = Cases(table, long, chosen.kept, next(iter(columns.columns.values()), None))
        problems = [*columns.problems, *cases.problems()]
        known = {name: within(column, cases.rows) for name, column in columns.columns.items()}
        columns = MappedColumns(table, cases.rows, cases, known)
    for column, origin in part.origins:
        if column.name not in columns.columns:
            columns.add(column, origin)
    columns.finish()
    return _sheet(table, columns), [*problems, *columns.problems]


def _sheet(table: SourceTable, made: MappedColumns) -> Sheet:
    """The mapped columns below a header with the names that the rules have for them."""
    part, top, columns = table.part, table.header, made.columns
    names = [one.name for one in part.target.columns if one.name in columns]
    ordered = sorted(names, key=lambda name: columns[name].number)
    mapped = [_below_header(columns[name], name, top) for name in ordered]
    numbers = {column.number for column in mapped}
    return replace(
        part.sheet,
        first_row=part.row(top),
        rows=len(made.rows) - top,
        columns=mapped,
        hidden_columns=[number for number in part.sheet.hidden_columns if number in numbers],
        stands_for=part.target.name,
    )


def _with_own_headers(table: SourceTable, kept: Rows) -> Sheet:
    """The sheet as a sheet of the rules, without the rows that are left out; text in a CSV file may be a date."""
    part, sheet, top = table.part, table.part.sheet, max(table.header, 0)
    rows = kept.copy()
    rows[top : top + 1] = True
    dates = frozenset[str]().union(*(one.labels for one in part.target.columns if one.kind == "date"))
    columns = []
    for column in sheet.columns:
        made = within(column, rows)
        made = replace(made, codes=made.codes[top:])
        columns.append(with_dates(made) if part.is_csv and label(made.text(0)) in dates else made)
    return replace(sheet, first_row=part.row(top), rows=sheet.rows - top, columns=columns, stands_for=part.target.name)


def _below_header(column: Column, name: str, top: int) -> Column:
    """A mapped column with its header at `top`, which may be the row above the first one."""
    values: list[Cell] = [*column.values, name]
    start, added = max(top, 0), (max(-top, 0), 0)
    codes = np.pad(column.codes[start:], added)
    codes[0] = len(column.values)
    rows = None if column.rows is None else np.pad(column.rows[start:], added)
    return Column(column.number, values, [*column.texts, as_text(name)], codes, rows, column.given)


def _blank(sheet: Sheet, chosen: Chosen) -> Rows:
    """The rows that are kept and have no value in the sheet of the rules, but in another column of the source."""
    table, mapping = chosen.table, chosen.table.part.mapping
    valued = np.zeros(len(chosen.kept), dtype=bool)
    if mapping.long is not None or (mapping.own_headers and table.header < 0):
        return valued
    known = table.part.target.labels
    columns = [one for one in sheet.columns if label(one.text(0)) in known]
    if not columns:
        return valued
    for column in columns:
        valued[table.header + 1 :] |= filled(column)[1:]
    return chosen.kept & ~valued


def _two_questions(table: SourceTable) -> Iterator[p.Problem]:
    """The columns of the source that more than one question has as its origin."""
    names: dict[str, list[str]] = {}
    for column, origin in table.part.origins:
        if column.is_question and isinstance(origin.value, Header):
            names.setdefault(table.columns[origin.value].letter, []).append(column.name)
    for letter, questions in names.items():
        if len(questions) > 1:
            facts = {"letter": letter, "names": p.listed(questions)}
            yield table.part.found(p.COLUMN_FOR_TWO_QUESTIONS, (f"{letter}:{letter}",), **facts)


def _ragged(chosen: Chosen) -> Iterator[p.Problem]:
    """The rows of a CSV file below its header that have another number of values; not those that ignore_rows names."""
    table, part = chosen.table, chosen.table.part
    records = part.sheet.records
    if records is None or not records.odd:
        return
    first = part.sheet.first_row
    wanted = records.width(part.row(table.header))  # the usual number where there is no header
    fields = np.array([records.width(row) for row in range(first, first + len(table.rows))])
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
    """The rows between the header and the first row of data, counted; and problems where rows above look like cases."""
    places = np.arange(len(table.filled))
    answered, wrong = _answered(table)
    cases = table.filled & answered & ~wrong & (places < table.start)
    problems = [*_cases_above_first_row(table, cases), *_entries_above_header(table, cases)]
    above = table.filled & (places > table.header) & (places < table.start)
    if not above.any():
        return [], problems
    words = "between the headers and the first row of data" if table.header >= 0 else "above the first row of data"
    return [f"{int(above.sum()):,} {words} ({table.part.rows(above).words})"], problems


def _cases_above_first_row(table: SourceTable, cases: Rows) -> Iterator[p.Problem]:
    """The cases between the header and the first row; the header is one if `first_row` alone made it the header."""
    part = table.part
    named = part.mapping.own_headers or bool(part.mapping.wanted.headers)
    lower = cases & (np.arange(len(cases)) >= table.header + named)
    if lower.any():
        spans = part.rows(lower)
        first = part.mapping.first_row or (part.mapping.header_row or 0) + 1
        verb = "has" if int(lower.sum()) == 1 else "have"
        yield part.found(p.CASE_ABOVE_FIRST_ROW, spans.cells, rows=spans.words, first=first, verb=verb)


def _entries_above_header(table: SourceTable, cases: Rows) -> Iterator[p.Problem]:
    """The cases above the header that have an id with a digit."""
    part, decided = table.part, not table.part.target.has_questions
    ids = [column for one, column in _sources(table) if one.kind == "id" or (decided and not one.words)]
    above = [place for place in np.flatnonzero(cases).tolist() if place < table.header]
    found = {place: text for place in above for one in ids if any(map(str.isdigit, text := one.text(place)))}
    if found:
        spans = part.rows(np.isin(np.arange(len(cases)), [*found]))
        facts: dict[str, Any] = {"header": part.row(table.header), "rows": spans.words}
        facts["holds"] = "holds" if len(found) == 1 else "hold"
        facts["found"] = p.private(p.quoted(next(iter(found.values()))))
        yield part.found(p.ENTRY_ABOVE_HEADER, spans.cells, **facts)


def _sources(table: SourceTable) -> Iterator[tuple[RulesColumn, Column]]:
    """The columns of the rules, each with a column of the source that it is read from."""
    part = table.part
    for column, origin in part.origins:
        yield from ((column, table.columns[one]) for one in origin.from_source if isinstance(one, Header))
    for source in part.sheet.columns if part.mapping.own_headers and 0 <= table.header < part.sheet.rows else ():
        if (known := part.target.column(source.text(table.header))) is not None:
            yield known, source


def _answered(table: SourceTable) -> tuple[Rows, Rows]:
    """The rows that have an answer, or a rating of a decision, that is covered, and those that have one that is not."""
    part, long, given = table.part, table.part.mapping.long, table.part.mapping.columns
    answered, wrong, every = (np.full_like(table.filled, fill_value=one) for one in (False, False, True))
    asked = [(column, source, every) for column, source in _sources(table)]
    if long is not None:
        answers, codes = table.columns[long.answer], table.columns[long.question]
        for column, origin in part.origins:
            if isinstance(origin.value, Question):
                code = plain(origin.value.code)
                asked.append((column, answers, mask_of(codes, [key_of(text) == code for text in codes.texts])))
    for column, source, rows in asked:
        judged = column.is_question or (column.words and not part.target.has_questions)
        if not judged or (column.name in given and isinstance(given[column.name].value, Joined)):
            continue
        words = (Words.of(part.mapping, column, given[column.name]) if column.name in given else None) or Words(column)
        covered = mask_of(source, [word != "" and words.meaning(word) is not None for word in source.words])
        answered |= covered & rows
        wrong |= filled(source) & ~covered & rows
    return answered, wrong


def _left_out(chosen: Chosen) -> p.Problem:
    table, part = chosen.table, chosen.table.part
    out = int((table.filled & ~chosen.kept)[table.header + 1 :].sum())
    count = f"{p.counted(out, 'row')} {'was' if out == 1 else 'were'}"
    facts: dict[str, Any] = {"count": count, "reasons": p.listed(chosen.reasons)}
    return part.found(p.ROWS_LEFT_OUT, part.cells(chosen.cells), standards=(), **facts)


def _swallowed(chosen: Chosen) -> Iterator[p.Problem]:
    """The cells of a CSV file with lines that look like rows; not in rows that ignore_rows names."""
    table, part = chosen.table, chosen.table.part
    records = part.sheet.records
    first = part.sheet.first_row
    rows = range(first, first + len(table.rows))
    found = [] if records is None else [one for one in records.swallowed if one[0] in rows and one[1] > 0]
    cells = tuple(f"{column_letter(column)}{row}" for row, column in found if not chosen.named[row - first])
    if cells:
        yield part.found(p.ROWS_IN_A_CELL, cells)
