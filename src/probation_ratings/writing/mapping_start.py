"""Writes a mapping file to start from: every sheet and column of the rules, with a comment on every key."""

from __future__ import annotations

import re
from textwrap import fill, shorten
from typing import TYPE_CHECKING

from ..mapping.vocabulary import Vocabulary
from ..names import file_stem
from ..text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..mapping.vocabulary import RulesColumn, RulesSheet
    from ..rulebook.model import RuleSet

SCHEMA = "mapping-file.schema.json"
"""The name of the JSON Schema in the first line of a mapping file."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
"""A text that every reader of YAML reads as it is, without quotation marks."""
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null", "none"})
WIDTH = 118
_HINTS = {"id": "unique in all exports together", "date": "a date"}
SHOWN = 70
"""So much of a question's text is shown beside it."""

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# How the exports of one region become the case sheets of the rules {rules}.
# Change each line until the files and headers are those of your exports. Then run `rate` with this file.
# The line above lets an editor help; it names a file that this command makes:
#   probation-ratings rules schema mapping -o {schema}
# Every value is read as text. Put text with : # * % or brackets in it in quotation marks.
mapping_version: 1

# The id of a shipped rule file, or the path of your own from this file.
rules: {named}

# The fields of the sheet '{sheet}'. Dates are written YYYY-MM-DD.
{regions}inspection:
  {region}: Name of the region
"""
_JUDGEMENTS = """\

{ratings}
# judgements:
"""
_PANEL = """\

# What the ratings panel decided, if it decided anything. Each decision needs its reason.
# panel_decisions:
#   {standard}: {decision}
"""
_SHEETS = """\

# How each sheet of the rules is filled. On the left is the column of the rules, on the right the header in your
# export, or:
#   {column: HEADER, values: {'1': Yes, '2': No}}     what each value means
#   {column: HEADER, pattern: '(.+) PDU 2024'}        only what is in the brackets
#   {column: HEADER, date_format: '%d/%m/%Y'}         dates as text; without it they are YYYY-MM-DD
#   {join: [HEADER, HEADER], separator: ' '}          several columns, where ids repeat from PDU to PDU
#   {letter: B}                                       by its letter, where the header is blank or there twice
#   {constant: TEXT}, {file_name: 'pdu-(.+)'}, {sheet_name: '(.+) PDU'}
# A sheet or a column that your exports do not have may be deleted. Further keys of a sheet, each with an example:
#   answers: {'1': 'Yes', '2': 'No', '98': Not applicable}   what the answers of your survey mean
#   keep_rows: [{column: HEADER, one_of: [A, B]}]            only these rows
#   ignore_rows: [{column: HEADER, equals: Total}]           all rows but these
#   sheet: Export                                            which sheet of a workbook
#   header_row: 4                                            where the headers are, if not found
#   first_row: 6                                             where the data begins, below several rows of headers
#   encoding: cp1252                                         of a CSV file that is not UTF-8
#   delimiter: semicolon                                     of a CSV file, if not found
#   long: {question: HEADER, answer: HEADER}                 one row for each answer
sheets:
"""
_SOURCES = """\

# Your exports: names or patterns with * and ? in the folder of this file, and the sheet that each fills. A source may
# have any key of a sheet, which then holds for this source alone; `exclude` takes files out of `files`.
sources:
"""


def mapping_start(rules: RuleSet, named: str) -> str:
    """A mapping file for these rules, which it calls `named`: it loads as soon as the files that it names exist."""
    words = Vocabulary(rules)
    regions = "" if rules.regions is None else f"{comment(f'The regions are {listed(rules.regions.names)}.')}\n"
    head = {"schema": SCHEMA, "rules": rules.id, "named": quoted(named), "sheet": rules.inspection_sheet.name}
    parts = [_HEAD.format(**head, region=quoted(rules.inspection_sheet.fields.region), regions=regions)]
    parts += [f"{line}\n" for line in fields_start(rules)]
    parts += decisions_start(rules)
    parts.append(_SHEETS)
    filled = rules.case_sheets or rules.decision_sheets  # where there are no cases, the judgements are in a file
    for sheet in filled:
        parts += _sheet(next(one for one in words.sheets.values() if one.name == sheet.name))
    parts.append(_SOURCES)
    names = {sheet.name: f"{file_stem(sheet.name)}.csv" for sheet in filled}
    parts += [f"  - {{files: {quoted(file)}, into: {quoted(name)}}}\n" for name, file in names.items()]
    return "".join(parts)


def quoted(text: str, *, always: bool = False) -> str:
    """A text as a value or key of YAML: in quotation marks, unless every reader of YAML reads it as it is."""
    if not always and _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def fields_start(rules: RuleSet) -> Iterator[str]:
    """The fields of the inspection that are optional, as comments to complete."""
    sheet, fields = rules.inspection_sheet, rules.inspection_sheet.fields
    for name in (fields.fieldwork_started, fields.fieldwork_ended, fields.commenced_from, fields.commenced_to):
        yield f"  # {quoted(name)}: YYYY-MM-DD"
    yield f"  # {quoted(fields.data_status)}: {sheet.inspection_data} or {sheet.illustrative}"


def decisions_start(rules: RuleSet) -> Iterator[str]:
    """The judgements and the decisions of the panel, as comments to complete."""
    by_pdu = rules.unit == "pdu"

    def of(form: str) -> str:
        return f"{{NAME OF PDU: {form}}}" if by_pdu else form

    if rules.judged:
        words = listed(rules.words_of_judgement, "or")
        ratings = comment(f"The ratings that inspectors gave: {words}. The rationale may be left out.")
        yield _JUDGEMENTS.format(ratings=ratings)
        form = of("{rating: RATING, rationale: 'WHY'}")
        yield from (f"#   {standard.id}: {form}  # {standard.title}\n" for standard in rules.judged)
    asked = next((standard for standard in rules.standards if standard.key_questions), None)
    if asked is not None and rules.panel_sheet is not None:
        yield _PANEL.format(standard=asked.id, decision=of("{rating: RATING, reason: 'WHY'}"))


def question_text(column: RulesColumn) -> str:
    """The text of a question, shortened."""
    return shorten(column.known_as[-1], SHOWN, placeholder=" ...")


def _sheet(sheet: RulesSheet) -> Iterator[str]:
    yield f"  {quoted(sheet.name)}:\n    columns:\n"
    for column in sheet.columns:
        if column.is_question:
            after = f"  # {question_text(column)}"
        else:
            hint = listed(column.allowed, "or") or _HINTS.get(column.kind, "")
            after = f"  # {hint}" if hint else ""
        off = "# " if column.kind == "supporting" else ""
        yield f"      {off}{quoted(column.name)}: {quoted(column.name)}{after}\n"


def comment(text: str, indent: str = "") -> str:
    """A text as lines of comments."""
    return fill(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
