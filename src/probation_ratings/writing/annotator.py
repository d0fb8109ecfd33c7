"""Marks the cells with problems in a copy of one workbook. Only this code lets openpyxl read untrusted bytes.

It runs as a process of its own, `python -m probation_ratings.writing.annotator PARENT`, because a crafted workbook can
make openpyxl raise anything, run for hours or ask for more memory than there is. It takes the task as JSON from
standard input (see `copies`), and writes the copy to standard output, or the reason why there is none. It writes no
file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections import Counter
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from ..errors import Refused
from ..inputs import problem_of, read_input
from ..names import cell_place
from ..problems import SEVERITIES, counted, printable
from ..reading.limits import FILE_BYTES, OUT_OF_MEMORY, end_with_parent, limit_process
from ..reading.package import Package, decoded
from .rewriting import disconnect, prepare, save, special
from .sheet_names import FORBIDDEN, LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    AnyCell = Cell | MergedCell

AUTHOR = "probation-ratings"
SHEET = "Problems"
ROWS_A_PROBLEM = 500
"""At most this many cells of a problem have their own row in the sheet of problems."""
RANGE_CELLS = 200
"""A larger range gets a link, but is not coloured."""
TEXT_UNITS = 32_767
"""The longest text of a cell or a comment in Excel, in UTF-16 units."""
LINKS_A_SHEET = 65_000
"""Excel allows 65,530 links per sheet, and treats a workbook with more as damaged."""

FILLS = {"error": "FFC7CE", "warning": "FFEB9C", "note": "DDEBF7"}
INKS = {"error": "9C0006", "warning": "7A4100", "note": "1F3864"}
HEADER = 4
COLUMNS = {
    "Severity": 10, "Code": 8, "Name": 20, "Sheet": 18, "Cell": 10, "Case ID": 14, "Message": 56, "Remedy": 56,
    "Cannot be rated": 17,
}  # fmt: skip
ABOUT = (
    "This is a copy: correct the original. In the other sheets, cells with problems are coloured and have a comment."
)
NOT_KEPT = (
    "Not kept in this copy",
    "It was written by openpyxl, which does not support all features of Excel. Use the original if you need these:",
    "- pictures, shapes, text boxes, form controls, slicers and sparklines, and some of the formatting of charts",
    "- drop-down lists and conditional formats that refer to other sheets, and newer kinds of data bars and icons",
    "- threaded comments, which become plain ones, and the size and formatting of comments",
    "- data connections, queries, the sensitivity labels of newer versions of Excel, and printer settings",
    "- that a formula spills over several cells",
    "- the saved values of formulas: Excel and LibreOffice compute them when they open the copy",
)
"""Each was tried with openpyxl 3.1.5; tests/writing/test_annotated.py tries some of them again."""
UNREADABLE = (
    "openpyxl cannot read it; open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx) and check that file"
)
_STEPS = {(0, 1), (1, 0)}
MERGED_ROWS = 1000
"""Of a higher merged range, only this many rows are treated as merged."""

_KIND = re.compile(rb"(sheet|template)(\.macroEnabled)?\.main\+xml")


def annotate(task: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Make the copy that the task describes; raises `Refused` if that is not possible."""
    source = Path(task["source"])
    started = datetime.now(UTC).replace(tzinfo=None)
    if task["text"] is None:
        workbook = opened(content, "annotated")
        remarks = special(workbook, content)
    else:
        workbook, remarks = _of_text(content, source.stem, *task["text"]), []
        name = workbook.worksheets[0].title
        task["problems"] = [{**one, "sheet": one["sheet"] and name} for one in task["problems"]]
    _mark(workbook, task["problems"])
    origin = f"{printable(source.name)}, sha256 {hashlib.sha256(content).hexdigest()[:12]}"
    provenance = (f"Workbook {origin}", f"{AUTHOR} {task['version']}")
    _list(workbook, task["problems"], printable(source.name), (*remarks, *provenance))
    # openpyxl invents times that the workbook does not have.
    properties = workbook.properties
    fixed = datetime.fromtimestamp(task["epoch"] or 0, UTC).replace(tzinfo=None)
    if properties.created is None or properties.created >= started:
        properties.created = fixed
    if task["epoch"] is not None or properties.modified is None or properties.modified >= started:
        properties.modified = fixed
    return {}, save(workbook)


def opened(content: bytes, done: str) -> Workbook:
    """The workbook without its connections; raises `Refused` if openpyxl cannot read all of it.

    `done` says what is done with it.
    """
    prepare()
    workbook = load_workbook(io.BytesIO(content), keep_vba=_has_macros(content, done), rich_text=True)
    if [decoded(name) for name in workbook.sheetnames] != [sheet.name for sheet in Package(content).sheets]:
        raise Refused("openpyxl does not find all its sheets; save it as an Excel workbook (.xlsx) and check that file")
    disconnect(workbook)
    return workbook


def _of_text(content: bytes, name: str, encoding: str, delimiter: str) -> Workbook:
    """A workbook with the records of a CSV file, which are all text, in a sheet named like the file."""
    workbook = Workbook()
    sheet = cast("Worksheet", workbook.active)
    sheet.title = re.sub(FORBIDDEN, "_", name)[:LONGEST] or "CSV"
    csv.field_size_limit(FILE_BYTES)
    text = io.StringIO(content.decode("utf-8-sig" if encoding == "utf-8" else encoding), newline="")
    for row, record in enumerate(csv.reader(text, delimiter=delimiter), start=1):
        for column, value in enumerate(record, start=1):
            if value:
                write_text(sheet, row, column, value)
    return workbook


def _has_macros(content: bytes, done: str) -> bool:
    """Whether it is a workbook with macros; raises `Refused` if openpyxl cannot read it."""
    types = b""
    with suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml")
    kind = _KIND.search(types)
    if kind is None:
        raise Refused(f"only .xlsx and .xlsm workbooks can be {done}; save it as .xlsx and check that file")
    return kind[2] is not None


def worksheet(workbook: Workbook, name: str | None) -> Worksheet | None:
    """The sheet of cells with this name, if there is one."""
    return next((sheet for sheet in workbook.worksheets if decoded(sheet.title) == name), None)


def _mark(workbook: Workbook, problems: list[dict[str, Any]]) -> None:
    """Colour the cells of every problem, most serious first, and comment the first cell of each run of them."""
    severities: dict[AnyCell, str] = {}
    comments: dict[Cell, list[str]] = {}
    areas = {sheet.title: _areas(sheet) for sheet in workbook.worksheets}
    for problem in sorted(problems, key=lambda one: SEVERITIES.index(one["severity"])):
        sheet = worksheet(workbook, problem["sheet"])
        if sheet is None:
            continue
        heading = f"{problem['severity']}[{problem['code']}] {problem['name']}"
        note = "\n".join((heading, printable(problem["message"]), f"Remedy: {printable(problem['remedy'])}"))
        for run in _runs([cells for one in problem["cells"] if (cells := _cells(sheet, one))]):
            for cell in run:
                severities.setdefault(cell, problem["severity"])
            all_of_them = f"\nIn {run[0].coordinate}:{run[-1].coordinate}, {len(run):,} cells" if len(run) > 1 else ""
            comments.setdefault(_visible(sheet, run[0], areas[sheet.title]), []).append(note + all_of_them)
    styles: dict[tuple[Any, ...], Any] = {}
    for cell, severity in severities.items():
        _fill(cell, severity, styles)
    for cell, notes in comments.items():
        _comment(cell, notes)


def _runs(references: list[list[AnyCell]]) -> list[list[AnyCell]]:
    """The cells of each reference; single cells that follow each other in a column or a row are one run."""
    runs: list[list[AnyCell]] = []
    step = None  # from the last cell to the next of its run: unknown (0, 0), down or to the right; None after a range
    for cells in references:
        if step and len(cells) == 1:
            (last_column, last_row), (column, row) = (cell_place(one.coordinate) for one in (runs[-1][-1], cells[0]))
            found = (column - last_column, row - last_row)
            if found in (_STEPS if step == (0, 0) else {step}):
                runs[-1].append(cells[0])
                step = found
                continue
        runs.append([*cells])
        step = (0, 0) if len(cells) == 1 else None
    return runs


def _cells(sheet: Worksheet, reference: str) -> list[AnyCell]:
    """The cells of a reference; empty for whole rows or columns and for large ranges."""
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    if first_column is None or first_row is None or last_column is None or last_row is None:
        return []
    rows, columns = range(first_row, last_row + 1), range(first_column, last_column + 1)
    if len(rows) * len(columns) > RANGE_CELLS:
        return []
    return [sheet.cell(row, column) for row in rows for column in columns]


def _areas(sheet: Worksheet) -> dict[int, list[Any]]:
    """The merged ranges of a sheet by their rows."""
    by_row: dict[int, list[Any]] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, area.min_row + MERGED_ROWS) + 1):
            by_row.setdefault(row, []).append(area)
    return by_row


def _visible(sheet: Worksheet, cell: AnyCell, areas: dict[int, list[Any]]) -> Cell:
    """The cell itself or, if it is under a merged cell, that cell."""
    around = (area for area in areas.get(cell.row or 0, ()) if area.min_col <= cell.column <= area.max_col)
    area = next(around, None)
    return cast("Cell", cell if area is None else sheet.cell(area.min_row, area.min_col))


def _fill(cell: Any, severity: str, styles: dict[tuple[Any, ...], Any]) -> None:
    """Give a cell the colours of a severity, and keep the rest of its style."""
    # Making a style is slow, and thousands of cells share a few.
    key = (severity, *(cell._style or ()))
    if key in styles:
        cell._style = copy(styles[key])
        return
    cell.fill = PatternFill("solid", fgColor=FILLS[severity])
    font = copy(cell.font)
    font.color = Color(INKS[severity])
    cell.font = font
    styles[key] = copy(cell._style)


def _comment(cell: Cell, notes: list[str]) -> None:
    """Comment a cell; an existing comment is kept above."""
    old = cell.comment
    text = _cut("\n\n".join(([old.text] if old else []) + notes))
    lines = sum(1 + len(line) // 52 for line in text.split("\n"))
    cell.comment = Comment(text, old.author if old else AUTHOR, width=360, height=min(24 + 17 * lines, 500))


def _cut(text: str) -> str:
    """Text that Excel accepts."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * TEXT_UNITS].decode("utf-16-le", "ignore")


def _list(workbook: Workbook, problems: list[dict[str, Any]], source: str, provenance: tuple[str, ...]) -> None:
    """Put the sheet of problems before the others."""
    names = {name.casefold() for name in workbook.sheetnames}
    numbered = (f"{SHEET} ({number})" for number in range(2, len(names) + 3))
    sheet = workbook.create_sheet(next(name for name in (SHEET, *numbered) if name.casefold() not in names), 0)
    plain = sheet["A1"].font
    grey, bold = _font(plain, color="595959"), _font(plain, bold=True)
    counts = Counter(one["severity"] for one in problems)
    counts_in_words = [counted(counts[severity], severity) for severity in SEVERITIES if severity in counts]
    write_text(sheet, 1, 1, f"Problems in {source}").font = _font(plain, bold=True, size=14)
    write_text(sheet, 2, 1, f"{', '.join(counts_in_words) or 'No problem was found'}. {ABOUT}").font = grey
    sheet.row_dimensions[HEADER].height = 20
    for column, (title, width) in enumerate(COLUMNS.items(), start=1):
        cell = write_text(sheet, HEADER, column, title)
        cell.font, cell.fill = _font(plain, bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3864")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    last = _table(workbook, sheet, problems, plain)
    for number, note in enumerate((*provenance, "", *NOT_KEPT), start=last + 2):
        write_text(sheet, number, 1, note).font = bold if note == NOT_KEPT[0] else grey
    _show(workbook, sheet, last)


def _table(workbook: Workbook, sheet: Worksheet, problems: list[dict[str, Any]], plain: Any) -> int:
    """Write the rows of the sheet of problems; the last row's number."""
    top, line = Alignment(vertical="top", wrap_text=True), Border(bottom=Side("thin", color="D9D9D9"))
    fills = {severity: PatternFill("solid", fgColor=color) for severity, color in FILLS.items()}
    inks = {severity: _font(plain, bold=True, color=color) for severity, color in INKS.items()}
    linked = _font(plain, color="0563C1", underline="single")
    known = {decoded(one.title): one.title for one in workbook.worksheets}
    row = HEADER
    for row, (problem, texts, target) in enumerate(_rows(problems), start=HEADER + 1):
        for column, text in enumerate(texts, start=1):
            cell = write_text(sheet, row, column, text)
            cell.alignment, cell.border = top, line
        sheet.cell(row, 1).fill, sheet.cell(row, 1).font = fills[problem["severity"]], inks[problem["severity"]]
        if target and problem["sheet"] in known and row < LINKS_A_SHEET:
            link, quoted = sheet.cell(row, 5 if texts[4] else 4), known[problem["sheet"]].replace("'", "''")
            link.hyperlink, link.font = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{target}"), linked
        # Only Excel adjusts the height to the text.
        lines = max(-(-len(text) // width) for text, width in zip(texts, COLUMNS.values(), strict=True))
        sheet.row_dimensions[row].height = 15 * lines + 1
    return row


def _font(plain: Any, size: float | None = None, **style: Any) -> Font:
    """A font like that of the workbook's plain cells."""
    return Font(name=plain.name, size=size or plain.size, family=plain.family, **style)


def _rows(problems: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[str], str | None]]:
    """The rows of the sheet of problems: the problem, its texts, and the cell that it is linked to."""
    for problem in problems:
        shown = problem["cells"][:ROWS_A_PROBLEM]
        places = list(zip_longest(shown, problem["cases"][: len(shown) or None], fillvalue=""))
        more = len(problem["cells"]) - len(shown)
        for cell, case in places or [("", "")]:
            yield problem, _texts(problem, cell, case), cell or "A1"
        if more:
            yield problem, _texts(problem, f"{more:,} more", ""), None


def _texts(problem: dict[str, Any], cell: str, case: str) -> list[str]:
    kind = (problem["severity"], problem["code"], problem["name"])
    return [*kind, problem["sheet"] or "", cell, case, problem["message"], problem["remedy"], problem["standards"]]


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text into a cell: it stays text, whatever it begins with, and keeps its line breaks."""
    cell = sheet.cell(row, column, _cut("\n".join(map(printable, text.split("\n")))))
    cell.data_type = "s"
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True  # also after somebody has edited it in Excel
    return cell


def _show(workbook: Workbook, sheet: Worksheet, last_row: int) -> None:
    """Freeze the header, filter the table, print it on landscape pages, and let the workbook open with it."""
    sheet.freeze_panes = f"A{HEADER + 1}"
    sheet.auto_filter.ref = f"A{HEADER}:{get_column_letter(len(COLUMNS))}{last_row}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.4)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER}:{HEADER}"
    workbook.active = sheet
    for window in workbook.views:
        window.firstSheet = window.activeTab = 0
    # Excel edits all selected sheets together.
    charts = [view for chart in workbook.chartsheets for view in chart.sheetViews.sheetView]
    for view in (*charts, *(view for other in workbook.worksheets for view in other.views.sheetView)):
        view.tabSelected = False
    sheet.sheet_view.tabSelected = True


def _content(task: dict[str, Any]) -> bytes:
    """The bytes of the file; raises `Refused` unless they are those that were checked."""
    try:
        content = read_input(task["source"], FILE_BYTES)
    except Refused as error:
        raise Refused(problem_of(task["source"], error).message) from error
    if task["sha256"] not in {None, hashlib.sha256(content).hexdigest()}:
        raise Refused("it was changed after it was checked: check it again")
    return content


def main(make: Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]] = annotate) -> int:
    """Do the task on standard input, and write a line of JSON about the copy, and the copy.

    The exit status is 0; where there can be no copy it is 1, and the reason is written.
    """
    end_with_parent(int(sys.argv[1]))
    task = json.load(sys.stdin)
    limit_process(task["megabytes"], task["seconds"])
    try:
        about, copy = make(task, _content(task))
    except Refused as error:
        reason = error.args[-1]
    except MemoryError:
        reason = OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001  (openpyxl raises anything on a strange workbook)
        reason = getattr(error, "strerror", None) or UNREADABLE
    else:
        sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + copy)
        return 0
    sys.stdout.buffer.write(reason.encode(errors="replace"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
