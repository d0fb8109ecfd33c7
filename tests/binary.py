"""Workbooks in the two binary formats: .xls by xlwt, and .xlsb record by record, which no library writes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlwt

from hostile import archive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from books import Book

ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


@dataclass(frozen=True)
class Error:
    """A cell that is an error."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula and its saved value: None where it has none, '' where it is an empty text."""

    value: Any


def old_workbook(book: Book) -> Any:
    """The rows as a workbook of Excel before 2007."""
    workbook = xlwt.Workbook()
    for name, rows in book.items():
        sheet = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, Error):
                    sheet.row(number).set_cell_error(column, ERRORS[value.text])
                elif isinstance(value, Formula):
                    assert value.value is None  # xlwt saves no values
                    sheet.write(number, column, xlwt.Formula("1"))
                elif value is not None:
                    sheet.write(number, column, value)
    return workbook


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of an .xlsb part."""
    size, rest = b"", len(data)
    while True:
        size += bytes([rest & 127 | (128 if rest > 127 else 0)])
        rest >>= 7
        if not rest:
            break
    return (bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])) + size + data


def _cell(column: int, value: Any, strings: list[str] | None) -> bytes:
    place = struct.pack("<II", column, 0)
    formula = b""
    kinds = (2, 3, 4, 5, 6)
    if isinstance(value, Formula):
        # Without a saved value, a program has to compute it when it opens the workbook.
        formula = struct.pack("<H", 2 if value.value is None else 0) + struct.pack("<I", 3) + b"\x1e\x01\x00" + bytes(4)
        value = "" if value.value is None else value.value
        kinds = (9, 11, 10, 9, 8)
    rk, error, boolean, real, text = kinds
    if isinstance(value, Error):
        kind, data = error, bytes([ERRORS[value.text]])
    elif isinstance(value, bool):
        kind, data = boolean, bytes([value])
    elif isinstance(value, int) and not formula:
        kind, data = rk, struct.pack("<i", value << 2 | 2)
    elif isinstance(value, (int, float)):
        kind, data = real, struct.pack("<d", value)
    elif value is None:
        kind, data = 1, b""
    elif formula or strings is None:
        kind, data = text, _wide(value)
    else:
        if value not in strings:
            strings.append(value)
        kind, data = 7, struct.pack("<I", strings.index(value))
    return record(kind, place + data + formula)


def _sheet(rows: Sequence[Sequence[Any]], strings: list[str] | None, after: bytes) -> bytes:
    body = record(129) + record(147, bytes(23)) + record(148, struct.pack("<4I", 0, len(rows), 0, 20)) + record(145)
    for number, row in enumerate(rows):
        body += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        body += b"".join(_cell(column, value, strings) for column, value in enumerate(row))
    return body + record(146) + after + record(130)


TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*targets: tuple[str, str]) -> str:
    """The relationships of a part: the types of the parts that it refers to, and where they are."""
    lines = (
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(lines)}</Relationships>"
    )


def binary_workbook(book: Book, *, shared: bool = True, after: bytes = b"", date_1904: bool = False) -> bytes:
    """The rows as an .xlsb workbook, its texts shared or each in its cell; `after` are records after the cells."""
    strings: list[str] = []
    sheets = [_sheet(rows, strings if shared else None, after) for rows in book.values()]
    bundle = b"".join(
        record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        for number, name in enumerate(book, start=1)
    )
    workbook = record(131) + record(153, bytes([date_1904]) + bytes(11)) + record(143) + bundle + record(144)
    places = [("worksheet", f"worksheets/sheet{number}.bin") for number in range(1, len(sheets) + 1)]
    items = b"".join(record(19, b"\0" + _wide(text)) for text in strings)
    counts = struct.pack("<II", len(strings), len(strings))
    return archive([
        ("[Content_Types].xml", TYPES.encode()),
        ("_rels/.rels", relations(("officeDocument", "xl/workbook.bin")).encode()),
        ("xl/workbook.bin", workbook + record(157, bytes(26)) + record(132)),
        ("xl/_rels/workbook.bin.rels", relations(*places, ("sharedStrings", "sharedStrings.bin")).encode()),
        ("xl/sharedStrings.bin", record(159, counts) + items + record(160)),
        *((f"xl/worksheets/sheet{number}.bin", sheet) for number, sheet in enumerate(sheets, start=1)),
    ])  # fmt: skip


def container(*names: str, inside: tuple[str, ...] = ()) -> bytes:
    """An OLE2 container with empty streams of these names, and of others `inside` a folder of it."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    entries = [("Root Entry", 5, 1), *((name, 2, free) for name in names)]
    if inside:
        entries += [("Folder", 1, len(entries) + 1), *((name, 2, free) for name in inside)]
    top = len(names) + bool(inside)
    directory = b""
    for number, (name, kind, child) in enumerate(entries):
        encoded = name.encode("utf-16-le") + b"\0\0"
        # The entries of a folder are a tree; here each hangs on the right of the one before it.
        right = number + 1 if number not in {0, top, len(entries) - 1} else free
        links = struct.pack("<3I", free, right, child)
        head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1) + links
        directory += head.ljust(116, b"\0") + struct.pack("<IQ", end, 0)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    sectors = len(directory) // 512
    table = struct.pack("<128I", 0xFFFFFFFD, *range(2, sectors + 1), end, *[free] * (127 - sectors))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    numbers = struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + numbers + table + directory
