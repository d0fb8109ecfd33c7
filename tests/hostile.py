"""Files that were made to break their readers, by code: a function a hazard, each gives the bytes of the file."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from string import ascii_uppercase
from typing import TYPE_CHECKING

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet4.xml"
"""The part of the court reports in the small book."""


@cache
def plain() -> bytes:
    """The small book as an .xlsx file."""
    return save(small_book(), io.BytesIO()).getvalue()


def changed(change: Callable[[str, bytes], bytes | None], content: bytes | None = None) -> bytes:
    """A workbook with its parts changed; a part that becomes None is left out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or plain())) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return target.getvalue()


def with_part(name: str, part: bytes | str) -> bytes:
    """The small book with one part replaced."""
    body = part.encode() if isinstance(part, str) else part
    return changed(lambda one, old: body if one == name else old)


def with_strings(strings: str, content: bytes | None = None) -> bytes:
    """A workbook with these shared strings, which it had none of."""
    target = io.BytesIO(content or plain())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/sharedStrings.xml", strings)
    return target.getvalue()


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """The small book with these rows as its court reports."""
    return with_part(SHEET, f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>")


def in_sheet(old: bytes, new: bytes) -> bytes:
    """The small book with some text of the court reports' XML replaced."""

    def change(name: str, part: bytes) -> bytes:
        if name != SHEET:
            return part
        assert old in part
        return part.replace(old, new)

    return changed(change)


def text(reference: str, value: str) -> str:
    """A cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def with_rows(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """The small book with these rows of plain text on a sheet; openpyxl takes many times as long to write so many."""
    number = list(small_book()).index(name) + 1
    lines = (
        f'<row r="{row}">{"".join(map(text, (f"{letter}{row}" for letter in ascii_uppercase), values))}</row>'
        for row, values in enumerate(rows, start=1)
    )
    part = f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"
    return with_part(f"xl/worksheets/sheet{number}.xml", part)


def archive(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, part in parts:
            new.writestr(name, part)
    return target.getvalue()


def far_cell() -> bytes:
    """Two cells at opposite corners: the grid between them would take 550 GB."""
    return sheet(f'<row r="1">{text("A1", "Report ID")}</row><row r="1048576">{text("XFD1048576", "x")}</row>')


def far_column() -> bytes:
    """A column beyond the last that Excel has: each row would be 475,254 cells wide."""
    return sheet("".join(f'<row r="{row}">{text(f"ZZZZ{row}", "x")}</row>' for row in range(1, 200)))


def many_strings() -> bytes:
    """A count of shared strings that asks for 103 GB."""
    return with_strings(f'<sst {MAIN} count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>')


def long_string() -> bytes:
    """One string of 1 MB that 20,000 cells use."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 20_001))
    return with_strings(f"<sst {MAIN}><si><t>{'x' * 1_000_000}</t></si></sst>", sheet(rows))


def much_text() -> bytes:
    """A text of its own in each of 70,000 cells, 1,000 letters each."""
    return sheet("".join(f'<row r="{row}">{text(f"A{row}", str(row) + "x" * 1000)}</row>' for row in range(1, 70_001)))


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def ods(rows: str, manifest: bytes = b"<manifest/>", name: str = "PDU cases") -> bytes:
    """An OpenDocument spreadsheet with one sheet."""
    body = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return archive([("mimetype", kind), ("content.xml", body.encode()), ("META-INF/manifest.xml", manifest)])


def ods_damaged() -> bytes:
    """An OpenDocument spreadsheet whose first part cannot be unpacked, in an archive that is otherwise valid."""
    content = bytearray(ods(""))
    start = content.index(b"mimetype") + len("mimetype")
    content[start : start + 20] = b"\xff" * 20
    return bytes(content)


def ods_cell(value: str, repeated: int = 1) -> str:
    """A cell of text of an OpenDocument spreadsheet."""
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def ods_bomb() -> bytes:
    """1,048,576 x 90 cells in a file of 1 KB: 11.5 GB."""
    return ods(f'<table:table-row table:number-rows-repeated="1048576">{ods_cell("x", 90)}</table:table-row>')


def parts_of(count: int) -> bytes:
    """A workbook with so many parts more."""
    with zipfile.ZipFile(io.BytesIO(plain())) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    return archive([*parts, *((f"xl/extra/{number}.xml", b"") for number in range(count))])


def twin_parts() -> bytes:
    """Two parts of one name: readers take the one or the other."""
    target = io.BytesIO(plain())
    with zipfile.ZipFile(target, "a") as book:
        book.writestr("XL/Worksheets/sheet4.xml", b"<worksheet/>")
    return target.getvalue()


def large_part(megabytes: int) -> bytes:
    """A part of so many megabytes that packs to a thousandth of it."""
    return with_part(SHEET, f"<worksheet {MAIN}><sheetData>".encode() + b" " * (megabytes * 1_000_000))


def lying_size(megabytes: int) -> bytes:
    """A part that unpacks to more than the directory and its own header say."""
    content = bytearray(large_part(megabytes))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        entry = book.getinfo(SHEET)
        start = book.start_dir
    size = entry.file_size.to_bytes(4, "little")
    for place in (entry.header_offset + 22, content.index(SHEET.encode(), start) - 22):
        assert content[place : place + 4] == size
        content[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def entity_bomb(part: str) -> bytes:
    """Entities of entities: 10^9 of them."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>'
    return changed(lambda name, old: doctype.encode() + _without_head(old, b"&e9;") if name == part else old)


def external_entity(part: str, address: str) -> bytes:
    """An entity that is a file of the machine that reads, or an address."""
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]>'
    return changed(lambda name, old: doctype.encode() + _without_head(old, b"&e;") if name == part else old)


def _without_head(part: bytes, value: bytes) -> bytes:
    """A part without its declaration, with the name or the answer in it replaced by an entity."""
    body = part[part.index(b"?>") + 2 :] if part.startswith(b"<?xml") else part
    for old in (b"<t>Yes</t>", b'name="Court reports"'):
        if old in body:
            return body.replace(old, b"<t>" + value + b"</t>" if old.startswith(b"<t>") else b'name="' + value + b'"')
    return body


def ole2(*names: str) -> bytes:
    """The head of an OLE2 file with streams of these names."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") for name in names)
