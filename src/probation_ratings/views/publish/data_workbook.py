"""The data workbook: a cover, contents, notes and a table a sheet, laid out for people with a screen reader, too."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from copy import deepcopy
from pathlib import PurePath
from typing import TYPE_CHECKING

from ... import __version__
from ...findings.side_by_side import line_of
from ...problems import listed, printable
from ..kit.dates import period
from ..kit.package import made_at, rewritten
from .tables import (
    LICENCE,
    LICENCE_ADDRESS,
    NOT_AVAILABLE,
    NOT_RATED,
    SHORTHAND,
    Table,
    decided,
    problems_in_words,
    publish,
    side_by_side,
    suppression_in_words,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gptables import GPTable, Theme
    from gptables.core.wrappers import GPWorksheet

    from ...rating.rated import RatedInspection
    from ...rulebook.model import RuleSet
    from .tables import Publication, Value

LANGUAGE = "en-GB"
_LINK = "Read the Open Government Licence v3.0"
_COVER, _CONTENTS, _NOTES = "Cover", "Contents", "Notes"
_RESERVED = (_COVER, _CONTENTS, _NOTES, "History")
"""Names that no table's sheet can have: Excel keeps the last for itself."""
_LONGEST, _LONGEST_HEAD, _LONGEST_NAME = 32_000, 250, 31
"""Characters that fit into a cell (32,767 for Excel), a column's head (255) and a sheet's name."""
_NARROWEST, _WIDEST, _WIDEST_LINE = 12, 50, 85
"""Characters to a line of a column, and of the cover: longer text is wrapped."""
_NAMED = 3
"""So many regions are named in a line above a table."""
_HEADING = 36
"""How high the row of a heading of the cover is, in points: it stands off what is above it."""
_CHARACTER = 1.25
"""The width of a character of the theme's font, in those that Excel measures columns in."""

# gptables gives $$ and [text](address) a meaning and raises on a cell without a Latin letter or a digit; _x001B_ is an
# escape in a workbook. So these travel in disguise, behind a letter, and the finished file has them as they were. No
# text has characters for private use of its own: `printable` spells them out.
_LETTER, _UNDERSCORE = "\ue000A", "\ue001"
_DISGUISES = {"$": "\ue002", "[": "\ue003"}
_UNDISGUISED = {_LETTER: "", **{sign: char for char, sign in _DISGUISES.items()}}


def to_xlsx(rated: Iterable[RatedInspection], rules: RuleSet, sort: str = "score", below: int = 0) -> Iterator[bytes]:
    """The data workbook of all inspections, as the bytes of an .xlsx file: the same input gives the same bytes.

    Counts from 1 to `below` - 1 are left out.
    """
    inspections = list(rated)
    panel = any(map(decided, inspections))  # all of them stand in one table
    found = [publish(one, below, panel=panel) for one in inspections]
    tables = [] if len(found) == 1 else [*side_by_side([line_of(one.rated) for one in found], rules, sort, below)]
    tables += [_in_the_way(found, rules.unit_name), *together(found)]
    yield rewritten(_workbook(found, [table for table in tables if table.rows], rules), made_at(), _undisguised)


def _in_the_way(found: Sequence[Publication], unit: str) -> Table:
    rows = tuple((one.name, problem) for one in found for problem in problems_in_words(one.rated))
    return Table(NOT_RATED, "What stands in the way of an overall rating", (unit, "Problem"), rows)


def _workbook(found: Sequence[Publication], tables: Sequence[Table], rules: RuleSet) -> bytes:
    title = f"{found[0].name}: ratings" if len(found) == 1 else f"{rules.title}: ratings"
    running = [*_which(found), *_illustrative(found)]
    names = _unique([re.sub(r"[^\w &,.-]", " ", table.name) for table in tables], _LONGEST_NAME, _RESERVED)
    remarks = list(dict.fromkeys(remark for table in tables for remark in table.remarks))
    contents = Table(
        _CONTENTS,
        _CONTENTS,
        ("Worksheet", "Title of its table"),
        tuple(zip(names, (table.title for table in tables), strict=True)),
    )
    notes = Table(_NOTES, _NOTES, ("Note number", "Note"), tuple(enumerate(remarks, start=1)))
    introduction, about = [*running, *_introduction(found, tables, rules)], [*_about(found, tables, rules)]
    written = io.BytesIO()
    with warnings.catch_warnings():
        # gptables 2.0.2 leaves a file open and calls pandas in ways that will end with pandas 4.
        for category in (ResourceWarning, DeprecationWarning):
            warnings.filterwarnings("ignore", category=category, module=r"gptables\.")
        warnings.filterwarnings("ignore", message="No note text provided", category=UserWarning)
        import gptables
        from pandas import DataFrame

        marked = _unique([_table_name(name) for name in names], _LONGEST_HEAD)
        sheets = {
            name: _sheet(table, mark.replace(" ", "_"), running, remarks)
            for name, mark, table in zip(names, marked, tables, strict=True)
        }
        numbers = [str(number) for number in range(len(remarks))]
        book = gptables.produce_workbook(
            written,
            sheets,
            cover=gptables.Cover(
                _disguised(title),
                intro=[_disguised(line) for line in introduction],
                about=[*map(_disguised, about), f"[{_LINK}]({LICENCE_ADDRESS})"],
                cover_label=_COVER,
                width=_WIDEST_LINE * _CHARACTER,
            ),
            theme=_theme(),
            contentsheet_label=_CONTENTS,
            contentsheet_options={"column_names": list(contents.columns), "title": _CONTENTS},
            notes_table=DataFrame({"n": numbers, "Note": map(_disguised, remarks)}) if remarks else None,
            notesheet_label=_NOTES,
            auto_width=False,
            workbook_options={"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
    book.set_properties({
        "title": _disguised(title)[:_LONGEST_HEAD],
        "subject": rules.title[:_LONGEST_HEAD],
        "author": "probation-ratings",
        "comments": f"Made by probation-ratings {__version__} with the rule file {rules.id}, sha256 {rules.sha256}",
        "created": made_at(),
    })  # fmt: skip
    book.set_custom_property("Language", LANGUAGE)
    cover, *others = book.worksheets()
    for row, line in enumerate((title, None, *introduction, None, *about, _LINK)):
        cover.set_row(row, _HEADING if line is None else _height([line], [_WIDEST_LINE]))
    for sheet, table in zip(others, [contents, *([notes] if remarks else []), *tables], strict=True):
        first = sheets[sheet.get_name()].data_range[0] if sheet.get_name() in sheets else 2
        _lay_out(sheet, table, first)
    for sheet in book.worksheets():
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # an id 2.10 is a text, and meant to be
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    book.close()
    return written.getvalue()


def _theme() -> Theme:
    """The theme of gptables, with the cells of a row in line at their top."""
    from gptables import gptheme

    theme = deepcopy(gptheme)
    for form in (theme.cover_text_format, theme.index_2_format, theme.data_format):
        form["valign"] = "top"
    theme.column_heading_format["valign"] = "bottom"
    return theme


def _lay_out(sheet: GPWorksheet, table: Table, first: int) -> None:
    """Columns as wide as their text needs, and rows as high as it then is: not every program does that by itself.

    `first` is the row of the heads, which stand on every printed page.
    """
    widest = _WIDEST_LINE if len(table.columns) <= 3 else _WIDEST  # noqa: PLR2004  (there is room)
    widths = [
        min(max(_NARROWEST, len(head) // 3, *map(len, head.split()), *(len(str(value)) for value in column)), widest)
        for head, column in zip(table.columns, zip(*table.rows, strict=True), strict=True)
    ]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width * _CHARACTER)
    for row in range(first):
        sheet.set_row(row, _height([""], [1]))
    for row, values in enumerate((table.columns, *table.rows), start=first):
        sheet.set_row(row, _height(values, widths))
    sheet.repeat_rows(first)


def _height(values: Iterable[Value], widths: Iterable[int]) -> int:
    """How high a row is, in points, in columns of so many characters to a line."""
    texts = [(str(value), width) for value, width in zip(values, widths, strict=True)]
    lines = max(len(textwrap.wrap(text, width)) if len(text) > width else 1 for text, width in texts)
    return min(16 * lines + 4, 409)  # Excel takes no more


def _sheet(table: Table, table_name: str, running: Sequence[str], remarks: Sequence[str]) -> GPTable:
    """A table as gptables takes it, with marks of its notes in the title."""
    from gptables import GPTable
    from pandas import DataFrame

    marks = "".join(f"$${remarks.index(remark)}$$" for remark in table.remarks)
    heads = _unique([printable(column) for column in table.columns], _LONGEST_HEAD)
    rows = [[_cell(value) for value in row] for row in table.rows]
    return GPTable(
        DataFrame(rows, columns=[_disguised(head) for head in heads], dtype=object),
        table_name=table_name,
        title=f"{_disguised(table.title)}{' ' if marks else ''}{marks}",
        subtitles=[_disguised(line) for line in running],
        instructions="This worksheet contains one table."
        + (f" Its notes can be found on the worksheet {_NOTES}." if marks else ""),
        legend=[_disguised(f"{sign} means: {SHORTHAND[sign]}.") for sign in table.shorthand],
        index_columns={2: 0},
        # Words that follow upon a number stand off it.
        additional_formatting=[
            {"column": {"columns": [*range(1, len(heads))], "format": {"indent": 1}, "include_names": True}}
        ],
    )


def _which(found: Sequence[Publication]) -> list[str]:
    """The one region and its overall rating; nothing where there are several regions."""
    if len(found) != 1:
        return []
    one = found[0]
    score = "" if one.rated.score is None else f", score {one.rated.score} of {one.rated.max_score}"
    return [f"{one.name}: {one.overall}{score}"]


def _illustrative(found: Sequence[Publication]) -> list[str]:
    """Whose cases are invented; nothing where nobody's are."""
    invented = [one.name for one in found if one.rated.details.illustrative]
    if not invented:
        return []
    if len(invented) == len(found):
        whose = ""
    elif len(invented) <= _NAMED:
        whose = f" of {listed(invented)}"
    else:
        whose = f" of {len(invented)} of the {len(found)} regions (the worksheet Provenance says which)"
    return [f"Illustrative data: the cases{whose} are invented."]


def _introduction(found: Sequence[Publication], tables: Sequence[Table], rules: RuleSet) -> Iterator[str]:
    """What the workbook has, for its cover."""
    whose = "no region" if not found else listed([one.name for one in found])
    yield f"The ratings of {whose}, and the figures that they were computed from. Rules: {rules.title}."
    unrated = [one for one in found if one.rated.score is None]
    if len(found) == 1:
        details = found[0].rated.details
        for name, text in (
            ("Data status", details.data_status or "not stated"),
            ("Fieldwork", period(details.fieldwork_started, details.fieldwork_ended)),
            ("Sentences commenced", period(details.commenced_from, details.commenced_to)),
        ):
            if text:
                yield f"{name}: {text}"
        yield from (f"In the way of an overall rating: {problem}" for problem in problems_in_words(found[0].rated))
    else:
        yield f"The overall ratings stand side by side on the worksheet {tables[0].name}."
    if len(found) > 1 and unrated:
        yield f"No overall rating: {listed([one.name for one in unrated])}."
    if any(table.name == NOT_RATED for table in tables):
        yield f"The worksheet {NOT_RATED} says what stands in the way of a rating."


def _about(found: Sequence[Publication], tables: Sequence[Table], rules: RuleSet) -> Iterator[str]:
    """How to read the workbook, and where it is from."""
    yield (
        f"Each worksheet after this one has one table, below its title. The worksheet {_CONTENTS} lists them. A mark "
        f"such as [note 1] refers to the worksheet {_NOTES}."
    )
    for sign in SHORTHAND:
        if any(sign in table.shorthand for table in tables):
            yield f"{sign} means: {SHORTHAND[sign]}."
    for below in {one.hidden.below for one in found} - {0}:
        yield suppression_in_words(below)
    yield f"Made by probation-ratings {__version__} with the rule file {rules.id}, sha256 {rules.sha256}."
    if len(found) == 1 and not found[0].hidden.below:
        details = found[0].rated.details
        yield f"Case workbook: {PurePath(details.path).name}, sha256 {details.sha256 or NOT_AVAILABLE}."
    yield LICENCE


def _cell(value: Value) -> Value:
    """A value as gptables takes it: text in disguise, shorthand and numbers as they are."""
    return value if isinstance(value, int) or value in SHORTHAND else _disguised(value)


def _disguised(text: str) -> str:
    """Text that neither gptables nor Excel finds a meaning in, cut to what a cell takes."""
    text = printable(text).strip() or NOT_AVAILABLE
    fits = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", errors="ignore")
    for char, sign in _DISGUISES.items():
        fits = fits.replace(char, sign)
    fits = re.sub("_(?=x[0-9A-Fa-f]{4}_)", _UNDERSCORE, fits)
    return f"{_LETTER}{fits}{'' if len(fits) == len(text) else ' … (cut)'}"


def _undisguised(name: str, part: bytes) -> bytes:
    """A part of the finished file with the text as it was, and the language among the document's properties."""
    # The properties of a document are plain XML, without escapes of their own.
    text = part.decode().replace(_UNDERSCORE, "_" if name.startswith("docProps/") else "_x005F_")
    for sign, char in _UNDISGUISED.items():
        text = text.replace(sign, char)
    if name == "docProps/core.xml":
        text = text.replace("<dcterms:created", f"<dc:language>{LANGUAGE}</dc:language><dcterms:created", 1)
    return text.encode()


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
