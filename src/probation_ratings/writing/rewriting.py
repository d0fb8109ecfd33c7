"""Helps openpyxl to read a workbook and write it again without losing values or writing invalid parts.

Part of the process that annotates (see `annotator`).
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, cast

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.reader import drawings
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from ..problems import listed

if TYPE_CHECKING:
    from openpyxl import Workbook

LEFT_OUT = {
    "/media/": "pictures",
    "/slicers/": "slicers",
    "/timelines/": "timelines",
    "/ctrlprops/": "form controls",
    "/activex/": "ActiveX controls",
    "/diagrams/": "SmartArt",
    "/embeddings/": "embedded files",
    "/connections": "data connections",
    "/querytables/": "queries",
    "/model/": "a data model",
    "/richdata/": "linked data types",
    "/threadedcomments/": "the threads of comments",
}
"""Features that openpyxl leaves out, by a piece of the part's name."""
MERGED = "Values under merged cells are kept: unmerge the cells to see them."

_OUR_DRAWING = re.compile(r"xl/drawings/commentsDrawing")
_SHAPE = re.compile(rb"_x0000_s(\d+)")
_BLOCKS = re.compile(rb'\bdata="([\d,]+)"')


def prepare() -> None:
    """Stop openpyxl from parsing pictures and from emptying cells under merged ones."""
    # If Pillow is installed, it would parse the pictures.
    setattr(drawings, "PILImage", False)  # noqa: B010  (the type stubs do not know it)
    # A value under a merged cell may be an answer.
    setattr(Worksheet, "_clean_merge_range", lambda *_: None)  # noqa: B010


def disconnect(workbook: Workbook) -> None:
    """Make tables independent of data connections and XML maps, whose parts openpyxl does not write."""
    for sheet in workbook.worksheets:
        for table in sheet.tables.values():
            table.tableType = table.connectionId = None
            for column in table.tableColumns:
                column.uniqueName = column.queryTableFieldId = column.xmlColumnPr = None
        pivots = getattr(sheet, "_pivots")  # noqa: B009  (the type stubs do not know it)
        pivots[:] = [one for one in pivots if one.cache.cacheSource.type == "worksheet"]


def special(workbook: Workbook, content: bytes) -> list[str]:
    """Notes about the copy of this workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [f"/{name.lower()}" for name in archive.namelist()]
    lost = [words for folder, words in LEFT_OUT.items() if any(folder in name for name in names)]
    lines = [f"From this workbook, the copy leaves out: {listed(lost)}."] if lost else []
    return [*lines, *([MERGED] if any(sheet.merged_cells.ranges for sheet in workbook.worksheets) else [])]


class _Writer(ExcelWriter):
    """Writes sheets in memory: openpyxl uses files, which a killed process would leave behind."""

    def write_worksheet(self, ws: Any) -> None:
        """As in the base class, for the sheets of a workbook that was loaded."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        sheet = io.BytesIO()
        writer = cast("Any", WorksheetWriter)(ws, sheet)
        writer.write()
        ws._rels = writer._rels
        cast("Any", self)._archive.writestr(ws.path[1:], sheet.getbuffer())
        self.manifest.append(ws)


def save(workbook: Workbook) -> bytes:
    """The workbook as a file; the same one gives the same bytes."""
    stored, saved = io.BytesIO(), io.BytesIO()
    _Writer(workbook, zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED, compresslevel=1)).save()
    with zipfile.ZipFile(stored) as parts, zipfile.ZipFile(saved, "w") as archive:
        # openpyxl writes some parts in no order, and all with the time of writing.
        names = sorted(set(parts.namelist()))
        others = [parts.read(name) for name in names if name.endswith(".vml") and not _OUR_DRAWING.match(name)]
        taken = b",".join(blocks for vml in others for blocks in _BLOCKS.findall(vml)).split(b",")
        block = 1 + max((int(number) for number in taken if number), default=0)
        for name in names:
            content = parts.read(name)
            if _OUR_DRAWING.match(name):
                content, block = _numbered(content, block)
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return saved.getvalue()


def _numbered(vml: bytes, block: int) -> tuple[bytes, int]:
    """The boxes of a sheet's comments numbered from a block of 1,024 numbers on, and the next block that is free.

    openpyxl numbers them alike in every sheet; Excel gives each sheet blocks of its own.
    """
    shift = (block - 1) * 1024
    last = max(int(number) for number in _SHAPE.findall(vml)) + shift
    blocks = ",".join(str(number) for number in range(block, last // 1024 + 1))
    vml = _SHAPE.sub(lambda found: b"_x0000_s%d" % (int(found[1]) + shift), vml)
    return _BLOCKS.sub(b'data="%s"' % blocks.encode(), vml), last // 1024 + 1
