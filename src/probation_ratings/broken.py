"""Finds the cells of an .xlsx workbook that the parser leaves empty: errors, and formulas without a saved value.

The parser gives '' for both, so a row of #N/A would be taken for an empty one and its case would be lost.
Runs in the process that reads (see `reader`).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WITHOUT_VALUE = "(formula without a saved value)"

_NO_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError, OSError,
    KeyError, ValueError,
)  # fmt: skip
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"']([0-9]+)[\"']")
_IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")


def is_archive(content: bytes) -> bool:
    """Whether the content is a zip archive whose directory can be read."""
    return zipfile.is_zipfile(io.BytesIO(content))


def broken_cells(content: bytes, name: str, full_to_row: int | None) -> list[tuple[int, int, str]]:
    """Row and column (from 0) and text of the broken cells of a sheet.

    `full_to_row` is the number of rows, counted from the top, where the parser found every cell filled: only below
    them can anything be broken. It is None where the parser left a cell empty.
    Only .xlsx and .xlsm say it in a form that is quick to find; other formats give nothing.
    """
    # Whatever is wrong with the archive, the parser meets it too and says it.
    with suppress(*_NO_ARCHIVE), zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = _parts(archive).get(name)
        if part is None or (full_to_row is not None and _last_row(archive, part) == full_to_row):
            return []
        if _has_candidates(archive, part):
            return list(_broken(archive.read(part)))
    return []


def _last_row(archive: zipfile.ZipFile, part: str) -> int | None:
    """The number of the sheet's last row, empty or not, where the end of the sheet says it."""
    before = end = b""
    with archive.open(part) as file:
        while chunk := file.read(1 << 18):
            before, end = end, chunk
    rows = _ROW.findall((before + end).rpartition(b"sheetData>")[0])
    number = _ROW_NUMBER.search(rows[-1]) if rows else None
    return int(number[1]) if number else None


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The archive's part of each sheet, by the sheet's name."""
    names = {name.lower(): name for name in archive.namelist()}
    if "xl/workbook.xml" not in names:
        return {}
    targets = {}
    for element in _elements(archive.read(names["xl/_rels/workbook.xml.rels"]), "Relationship"):
        target = element.get("Target", "")
        targets[element.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts: dict[str, str] = {}
    for element in _elements(archive.read(names["xl/workbook.xml"]), "sheet"):
        ids = [value for key, value in element.attrib.items() if key.endswith("}id")]
        part = names.get(targets.get(ids[0], "").lower()) if ids else None
        if part is not None:
            parts.setdefault(element.get("name", ""), part)
    return parts


def _elements(xml: bytes, name: str) -> Iterable[ElementTree.Element]:
    root = ElementTree.fromstring(xml)  # noqa: S314  (expat stops entity bombs; this process may die)
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _has_candidates(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet has anything that looks like an error or a formula: few have, and this is quick to know."""
    end = b""
    with archive.open(part) as file:
        while data := file.read(1 << 20):
            chunk = end + data
            if any(mark in chunk for mark in (b'"e"', b"'e'", b"<f", b":f")):
                return True
            end = chunk[-2:]
    return False


def _broken(xml: bytes) -> Iterator[tuple[int, int, str]]:
    for cell in _CELL.finditer(xml):
        attributes, inside = cell[1], cell[2] or b""
        value = _VALUE.search(inside)
        if _IS_ERROR.search(attributes):
            text = value[1].decode("utf-8", errors="replace") if value else "#ERROR"
        elif value is None and _FORMULA.search(inside):
            text = WITHOUT_VALUE
        else:
            continue
        if reference := _REFERENCE.search(attributes):
            column = 0
            for letter in reference[1]:
                column = column * 26 + letter - ord("A") + 1
            yield int(reference[2]) - 1, column - 1, text
