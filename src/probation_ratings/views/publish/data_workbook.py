"""The data workbook: a cover, contents, notes and one table per sheet, laid out for people with a screen reader, too.

docs/accessibility.md says what that asks for. It is written with XlsxWriter: every text is written as text, so that
none becomes a formula or a link.
"""

from __future__ import annotations

import io
import re
import textwrap
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from ... import __version__
from ...findings.suppression import Missing
from ...problems import listed, printable
from ..kit.dates import period
from ..kit.package import made_at, rewritten
from .method import suppression_in_words
from .rows import NOT_AVAILABLE, PublishedTable
from .tables import (
    LICENCE,
    LICENCE_ADDRESS,
    decided,
    illustrative_in_words,
    problems_in_words,
    publish,
    side_by_side,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ...rating.rated import RatedInspection
    from ...rulebook.model import RuleSet
    from ..kit.showing import Publisher, Showing
    from .rows import Row, Value
    from .tables import Publication

LANGUAGE = "en-GB"
_LINK = "Read the Open Government Licence v3.0"
_COVER, _CONTENTS, _NOTES = "Cover", "Contents", "Notes"
_RESERVED = (_COVER, _CONTENTS, _NOTES, "History")
"""Names that no table's sheet can have: Excel keeps the last for itself."""
_LONGEST, _LONGEST_HEAD, _LONGEST_NAME = 32_000, 250, 31
"""Characters that fit into a cell (32,767 for Excel), a column's head (255) and a sheet's name."""
_NARROWEST, _WIDEST, _WIDEST_LINE = 12, 50, 85
"""Characters to a line of a column, and of the cover: longer text is wrapped."""
_HEADING = 36
"""How high the row of a heading of the cover is, in points: it is set apart from the text above it."""
_CHARACTER = 1.25
"""The width of a character of the font, in those that Excel measures columns in."""
_UNDERSCORE = "\ue001"
"""In a workbook _x001B_ is an escape, so a text that has just that is written with this and finished at the end.

No text has this character of its own: `printable` spells out characters for private use.
"""
_LINKED = {"font_color": "blue", "underline": 1, "text_wrap": True, "valign": "top"}


def to_xlsx(rated: Iterable[RatedInspection], how: Showing) -> Iterator[bytes]:
    """The data workbook of all inspections, as the bytes of an .xlsx file: the same input gives the same bytes."""
    inspections = list(rated)
    panel = any(map(decided, inspections))  # all of them are in one table
    found = [publish(one, how.below, panel=panel) for one in inspections]
    tables: list[PublishedTable[Row]] = [] if len(found) == 1 else [*side_by_side(found, how)]
    tables += [_in_the_way(found, how.rules), *together(found)]
    days = [one.details.fieldwork.last for one in inspections]
    moment = made_at(max((day for day in days if day is not None), default=None))
    shown = [table for table in tables if table.rows]
    yield rewritten(_workbook(found, shown, how.rules, how.publisher, moment), moment, _finished)


def _in_the_way(found: Sequence[Publication], rules: RuleSet) -> PublishedTable[Row]:
    rows = tuple((one.name, problem) for one in found for problem in problems_in_words(one.rated))
    what = "an overall rating" if rules.has_overall else f"the {rules.results}"
    return PublishedTable(rules.no_result, f"What blocks {what}", (rules.unit_name, "Problem"), rows)


def _workbook(
    found: Sequence[Publication],
    tables: Sequence[PublishedTable[Row]],
    rules: RuleSet,
    publisher: Publisher,
    moment: datetime,
) -> bytes:
    title = f"{found[0].name if len(found) == 1 else rules.title}: {rules.results}"
    illustrative = illustrative_in_words(found, "the worksheet Provenance says which")
    running = [*_which(found), *([illustrative] if illustrative else [])]
    names = _unique([re.sub(r"[^\w &,.-]", " ", table.name) for table in tables], _LONGEST_NAME, _RESERVED)
    marked = [mark.replace(" ", "_") for mark in _unique(map(_table_name, names), _LONGEST_HEAD)]
    remarks = list(dict.fromkeys(remark for table in tables for remark in table.remarks))
    links = tuple((name, table.title) for name, table in zip(names, tables, strict=True))
    notes: tuple[Row, ...] = tuple(enumerate(remarks, start=1))
    listed_tables: list[PublishedTable[Row]] = [
        PublishedTable(_CONTENTS, _CONTENTS, ("Worksheet", "Title of its table"), links)
    ]
    listed_tables += [PublishedTable(_NOTES, _NOTES, ("Note number", "Note"), notes)] if notes else []
    made = f"Made by probation-ratings {__version__} with the rule file {rules.id}, sha256 {rules.sha256}"
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:

        @cache
        def form(**properties: Any) -> Format:
            return book.add_format({"font_name": "Arial", "font_size": 12, **properties})

        book.set_properties({
            "title": _text(title)[:_LONGEST_HEAD], "subject": rules.title[:_LONGEST_HEAD],
            "author": _text(publisher.name or "probation-ratings")[:_LONGEST_HEAD],
            "comments": made, "created": moment,
        })  # fmt: skip
        book.set_custom_property("Language", LANGUAGE)
        introduction = [*running, *_introduction(found, tables, rules)]
        about = [(line, "") for line in _about(found, tables, made)]
        about += [(f"{one.name}: {one.text}", one.address) for one in publisher.details]
        about += [(publisher.statement, ""), (_LINK, LICENCE_ADDRESS)]
        _write_cover(book.add_worksheet(_COVER), title, introduction, about, form)
        for one in listed_tables:
            _write_table(book.add_worksheet(one.name), one, f"{one.name.lower()}_table", _above(one), form)
        for row, name in enumerate(names, start=3):
            link = form(**_LINKED, align="left")
            book.worksheets()[1].write_url(row, 0, f"internal:'{name}'!A1", link, name)
        for name, mark, table in zip(names, marked, tables, strict=True):
            _write_table(book.add_worksheet(name), table, mark, _above(table, running, remarks), form)
        for sheet in book.worksheets():
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # an id 2.10 is a text, and meant to be
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
    return written.getvalue()


def _write_cover(
    sheet: Worksheet, title: str, introduction: list[str], about: list[tuple[str, str]], form: Callable[..., Format]
) -> None:
    """The title, and two sections with their headings; of the second each line has its address, or none."""
    plain, heading = form(text_wrap=True, valign="top"), form(text_wrap=True, bold=True, font_size=14)
    lines = [(title, "", form(text_wrap=True, bold=True, font_size=16)), ("Introductory information", "", heading)]
    lines += [*((line, "", plain) for line in introduction), ("About these data", "", heading)]
    lines += [(line, address, form(**_LINKED) if address else plain) for line, address in about]
    sheet.set_column(0, 0, _WIDEST_LINE * _CHARACTER)
    for row, (line, address, shape) in enumerate(lines):
        sheet.write_string(row, 0, _text(line), shape)
        sheet.set_row(row, _HEADING if shape is heading else _height([_text(line)], [_WIDEST_LINE]))
        if address:
            sheet.write_url(row, 0, address, shape, _text(line))


def _above(
    table: PublishedTable[Row], running: Sequence[str] = (), remarks: Sequence[str] = ()
) -> list[tuple[str, dict[str, Any]]]:
    """The lines above a table with their forms: its title with the marks of its notes first."""
    marks = "".join(f"[note {remarks.index(remark) + 1}]" for remark in table.remarks)
    notes = f" Its notes can be found on the worksheet {_NOTES}." if marks else ""
    lines = [f"This worksheet contains one table.{notes}", *(f"{one} means: {one.meaning}." for one in table.shorthand)]
    title = f"{_text(table.title)}{' ' if marks else ''}{marks}"
    large = ((line, {"font_size": 14}) for line in running)
    return [(title, {"bold": True, "font_size": 16}), *large, *((line, {}) for line in lines)]


def _write_table(
    sheet: Worksheet,
    table: PublishedTable[Row],
    name: str,
    above: Sequence[tuple[str, dict[str, Any]]],
    form: Callable[..., Format],
) -> None:
    """The lines above a table, and the table.

    Columns are as wide as their text needs, and rows as high as it then is: not every program does that by itself.
    """
    for place, (line, properties) in enumerate(above):
        sheet.write_string(place, 0, _text(line), form(**properties))
        sheet.set_row(place, _height([""], [1]))
    first, heads = len(above), _unique(map(_text, table.columns), _LONGEST_HEAD)
    # Words that follow upon a number are set apart from it.
    shapes = [
        {"align": "right" if numeric and column else "left", "indent": min(column, 1), "text_wrap": True}
        for column, numeric in enumerate(table.numeric)
    ]
    columns = [
        {"header": head, "header_format": form(**shape, bold=True, bottom=1)}
        for head, shape in zip(heads, shapes, strict=True)
    ]
    options = {"name": name, "columns": columns, "autofilter": False, "style": None}
    sheet.add_table(first, 0, first + len(table.rows), len(heads) - 1, options)
    rows = [[value if isinstance(value, int) else _text(value) for value in row] for row in table.cells]
    body = [form(**shape, valign="top") for shape in shapes]
    for place, row in enumerate(rows, start=first + 1):
        for column, (value, shape) in enumerate(zip(row, body, strict=True)):
            write = sheet.write_number if isinstance(value, int) else sheet.write_string
            write(place, column, value, shape)
    widest = _WIDEST_LINE if len(heads) <= 3 else _WIDEST  # there is room
    widths = [
        min(max(_NARROWEST, len(head) // 3, *map(len, head.split()), *(len(str(value)) for value in column)), widest)
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    ]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width * _CHARACTER)
    every: list[Sequence[Value]] = [heads, *rows]
    for place, values in enumerate(every, start=first):
        sheet.set_row(place, _height(values, widths))
    sheet.repeat_rows(first)  # the heads are on every printed page


def _height(values: Iterable[Value], widths: Iterable[int]) -> int:
    """How high a row is, in points, in columns of so many characters to a line."""
    texts = [(str(value), width) for value, width in zip(values, widths, strict=True)]
    lines = max(len(textwrap.wrap(text, width)) if len(text) > width else 1 for text, width in texts)
    return min(16 * lines + 4, 409)  # Excel takes no more


def _which(found: Sequence[Publication]) -> list[str]:
    """The one region and its overall rating, if the rules give one; nothing where there are several regions."""
    if len(found) != 1:
        return []
    one = found[0]
    if not one.rated.rules.has_overall:
        return [one.name if one.rated.has_results else f"{one.name}: {one.rated.rules.no_result}"]
    score = "" if one.rated.score is None else f", score {one.rated.score} of {one.rated.max_score}"
    return [f"{one.name}: {one.overall}{score}"]


def _introduction(found: Sequence[Publication], tables: Sequence[PublishedTable[Row]], rules: RuleSet) -> Iterator[str]:
    """What the workbook has, for its cover."""
    whose = "no region" if not found else listed([one.name for one in found])
    yield f"The {rules.results} of {whose}, and the figures that they were computed from. Rules: {rules.title}."
    unrated = [one for one in found if not one.rated.is_complete]
    result = "overall rating" if rules.has_overall else rules.results
    if len(found) == 1:
        details = found[0].rated.details
        for name, text in (
            ("Data status", details.data_status or "not stated"),
            ("Fieldwork", period(details.fieldwork_started, details.fieldwork_ended)),
            ("Sentences commenced", period(details.commenced_from, details.commenced_to)),
        ):
            if text:
                yield f"{name}: {text}"
        of = f"{'an' if rules.has_overall else 'the'} {result}"
        yield from (f"Blocks {of}: {problem}" for problem in problems_in_words(found[0].rated))
    else:
        shown = "overall ratings" if rules.has_overall else rules.results
        yield f"The {shown} are side by side on the worksheet {tables[0].name}."
    if len(found) > 1 and unrated:
        yield f"No {result}: {listed([one.name for one in unrated])}."
    if any(table.name == rules.no_result for table in tables):
        yield f"The worksheet {rules.no_result} lists what blocks a rating."


def _about(found: Sequence[Publication], tables: Sequence[PublishedTable[Row]], made: str) -> Iterator[str]:
    """How to read the workbook, and where it is from."""
    yield (
        f"Each worksheet after this one has one table, below its title. The worksheet {_CONTENTS} lists them. A mark "
        f"such as [note 1] refers to the worksheet {_NOTES}."
    )
    for sign in Missing:
        if any(sign in table.shorthand for table in tables):
            yield f"{sign} means: {sign.meaning}."
    for below in {one.hidden.below for one in found} - {0}:
        yield suppression_in_words(below)
    yield f"{made}."
    if len(found) == 1 and not found[0].hidden.below:
        details = found[0].rated.details
        yield f"Case workbook: {details.file_name}, sha256 {details.sha256 or NOT_AVAILABLE}."
    yield LICENCE


@lru_cache(maxsize=10_000)
def _text(text: str) -> str:
    """A text that nothing in a workbook takes for anything else, cut to what a cell takes."""
    text = printable(text).strip() or NOT_AVAILABLE
    fits = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", errors="ignore")
    cut = "" if len(fits) == len(text) else " … (cut)"
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", _UNDERSCORE, fits) + cut


def _finished(name: str, part: bytes) -> bytes:
    """A part of the finished file with the text as it was, and the language among the document's properties."""
    # The properties of a document are plain XML, without escapes of their own.
    part = part.replace(_UNDERSCORE.encode(), b"_" if name.startswith("docProps/") else b"_x005F_")
    if name == "docProps/core.xml":
        language = f"<dc:language>{LANGUAGE}</dc:language>".encode()
        part = part.replace(b"<dcterms:created", language + b"<dcterms:created", 1)
    return part


def _unique(names: Iterable[str], longest: int, taken: Iterable[str] = ()) -> list[str]:
    """The names, cut, with a number behind one that is there already, whatever the case."""
    used = {name.casefold() for name in taken}
    found = []
    for name in names:
        new, number = name[:longest].strip(), 2
        while new.casefold() in used:
            end = f" {number}"
            new, number = f"{name[: longest - len(end)].strip()}{end}", number + 1
        used.add(new.casefold())
        found.append(new)
    return found


def _table_name(sheet: str) -> str:
    """The name of a sheet's table: Excel takes letters, digits and underscores, and no name like that of a cell."""
    return f"table_{re.sub('[^a-z0-9]+', '_', sheet.lower()).strip('_')}"
