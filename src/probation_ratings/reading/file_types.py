"""Finds the type of a file by its content, not its name, and whether it is safe to parse.

Runs in the process that reads (see `child_process`). It is a cheap look, not a proof: what gets past it meets the
limits of that process.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import PurePosixPath
from xml.etree import ElementTree

from ..errors import Refused
from ..inputs import WORKBOOK_SUFFIXES
from . import compound, package
from .limits import PART_BYTES, PARTS, UNPACKED_BYTES, ZIP_FAILURES

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE2 = b"\xd0\xcf\x11\xe0"
_STARTS = {
    b"\x1f\x8b": ("archive-without-workbook", "a gzip archive"),
    b"7z\xbc\xaf": ("archive-without-workbook", "a 7z archive"),
    b"Rar!": ("archive-without-workbook", "a RAR archive"),
    b"BZh": ("archive-without-workbook", "a bzip2 archive"),
    b"\x89PNG": ("not-a-spreadsheet", "a PNG picture"),
    b"\xff\xd8\xff": ("not-a-spreadsheet", "a JPEG picture"),
    b"GIF8": ("not-a-spreadsheet", "a GIF picture"),
    b"PAR1": ("not-a-spreadsheet", "a Parquet file"),
    b"SQLite format 3": ("not-a-spreadsheet", "an SQLite database"),
    b"L\0\0\0\x01\x14\x02\0": ("not-a-spreadsheet", "a Windows shortcut to another file"),
    b"\0\x05\x16\x07": ("not-a-spreadsheet", "a companion file of macOS, which has no data in it"),
    b"bplist00": ("file-incomplete", "it only marks a file that is still in iCloud"),
    b"\x09\x00": ("old-format", "a workbook of Excel 2"),
    b"\x09\x02": ("old-format", "a workbook of Excel 3"),
    b"\x09\x04": ("old-format", "a workbook of Excel 4"),
}
"""The first bytes of other kinds of files."""
_TEXTS = (
    (rb"%pdf", "not-a-spreadsheet", "a PDF document"),
    (rb"\{\\rtf", "not-a-spreadsheet", "a text document (RTF)"),
    (rb"id;p", "old-format", "a SYLK file"),
    (rb"\[internetshortcut\]", "not-a-spreadsheet", "a shortcut to a web page"),
    (rb"\{.*(?:docs\.google\.com|\"doc_id\")", "export-needed", "a link to a Google Sheets document"),
    (rb".*urn:schemas-microsoft-com:office:spreadsheet", "old-format", "an XML spreadsheet of 2003"),
    (rb"(?:.*<html|<!doctype html)", "not-a-spreadsheet", "a web page (HTML), as some systems export tables"),
    (rb"mime-version:.*multipart/related", "not-a-spreadsheet", "a web page in one file (MHTML)"),
    (rb"<\?xml.*opendocument", "not-a-spreadsheet", "a flat OpenDocument file"),
)
"""Texts at or near the beginning of text files, in lower case."""
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_CALLED = {"xlsx": "an Excel workbook", "xlsb": "a binary Excel workbook", "ods": "an OpenDocument spreadsheet"}
"""What workbooks are called that begin as an archive does; others are of before 2007."""
_TEXT_BYTES = 4096
_TEXT_SUFFIXES = {".csv", ".txt", ".tsv", ".tab"}
_NO_TABLES = (b"<", b"%pdf", b"{\\rtf")
"""What a file that is named as text begins with, in lower case, where it is no table."""

# Both are kinds of encryption, and keep the workbook in the same kind of container.
_RIGHTS = ("DRMEncryptedTransform", "DRMEncryptedDataSpace", "\tDRMContent")
_STREAMS = {
    "EncryptedPackage": "",
    "Workbook": "xls",
    "Book": "xls",
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "VisioDocument": "a Visio drawing",
    "__properties_version1.0": "an Outlook message",
}
"""The type of an OLE2 container by its streams; the first match decides."""

_WORKBOOKS = (("ms-excel.sheet.binary", "xlsb"), ("spreadsheetml", "xlsx"), ("ms-excel.", "xlsx"))
_DOCUMENTS = (
    ("word", "a Word document"),
    ("presentationml|powerpoint", "a PowerPoint presentation"),
    ("visio", "a Visio drawing"),
)
_FOLDERS = (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation"), ("visio/", "a Visio drawing"))
_SUFFIXES = {*WORKBOOK_SUFFIXES, ".xltx", ".xltm"}
_END_BYTES = 70_000
"""The end record of an archive is at most this far from its last byte."""
_NAMED = 3
"""At most this many workbooks in an archive are named."""


def kind_of(content: bytes, limits: int) -> str:
    """The type of the content: xlsx, xlsb, xls or ods. Raises `Refused` for other types and for too large files.

    `limits` says how many times the usual limits are allowed.
    """
    if not content:
        raise Refused("file-empty")
    if not content.strip(b"\0"):
        raise Refused("file-incomplete", "it has the size of a file, but all its bytes are zero")
    if content.startswith(_OLE2):
        return _ole2(content)
    if content.startswith(_ZIP):
        return _zip(content, limits)
    if content.startswith(b"\x09\x08"):
        return "xls"
    for start, (reason, name) in _STARTS.items():
        if content.startswith(start):
            raise Refused(reason, name)
    raise _text(content)


def kind_of_source(content: bytes, path: str, limits: int) -> str:
    """What the content of a file is that a mapping file names: as `kind_of`, or csv for a file of text.

    A file that is named as text is text unless it begins as no table does: other words may be in any cell of it.
    """
    named = PurePosixPath(path.replace("\\", "/")).suffix.lower() in _TEXT_SUFFIXES
    start = content[:_TEXT_BYTES].removeprefix(_BYTE_ORDER_MARKS[2]).lstrip().lower()
    binary = content.startswith((_OLE2, *_ZIP, *_STARTS)) or not content.strip(b"\0")
    if named and not binary and not start.startswith(_NO_TABLES):
        return "csv"
    try:
        return kind_of(content, limits)
    except Refused as error:
        if error.reason == "text-file":
            return "csv"
        raise


def refuse_no_csv(content: bytes, limits: int) -> None:
    """Raise `Refused` for a file that is not CSV, as its first bytes show, and say what it is."""
    start = content[:_TEXT_BYTES].removeprefix(_BYTE_ORDER_MARKS[2]).lstrip().lower()
    if not content.startswith((_OLE2, *_ZIP, *_STARTS)) and not start.startswith(_NO_TABLES):
        return
    try:
        kind = kind_of(content, limits)
        found = _CALLED.get(kind, "an Excel workbook of before 2007")
    except Refused as error:
        if error.reason == "text-file":
            return
        is_named = error.reason in {"not-a-spreadsheet", "archive-without-workbook", "old-format"}
        found = error.detail if is_named else "a workbook, an archive or another binary file"
    raise Refused("not-csv", found)


def _text(content: bytes) -> Refused:
    """The refusal of a file that is neither a zip archive nor an OLE2 file."""
    start = content[:_TEXT_BYTES]
    if start.startswith(_BYTE_ORDER_MARKS[:2]):
        start = start.decode("utf-16", errors="replace").encode()
    start = start.removeprefix(_BYTE_ORDER_MARKS[2]).lstrip().lower()
    for pattern, reason, name in _TEXTS:
        if re.match(pattern, start, re.DOTALL):
            return Refused(reason, name)
    if b"\0" in start:
        return Refused("not-a-spreadsheet", "of a kind that is not known here")
    return Refused("text-file")


def _ole2(content: bytes) -> str:
    """Excel before 2007, or something else in the same container: another document, or a workbook that is encrypted."""
    try:
        names, everywhere = compound.names(content)
    except compound.CutOffError:
        raise Refused("file-incomplete", "its end is missing") from None
    except compound.FAILURES:  # what is left of it still says what it was
        names = everywhere = {one.lower() for one in (*_RIGHTS, *_STREAMS) if one.encode("utf-16-le") in content}
    if any(name.lower() in everywhere for name in _RIGHTS):
        raise Refused("rights-managed")
    for name, document in _STREAMS.items():
        if name.lower() in names:
            if not document:
                raise Refused("password-protected")
            if document != "xls":
                raise Refused("not-a-spreadsheet", document)
            return document
    raise Refused("not-a-spreadsheet", "an OLE2 file (such as a .doc or .msg) without a workbook in it")


def _zip(content: bytes, limits: int) -> str:
    """The kind of workbook of an archive, by its main part."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure(archive.infolist(), limits)
            entries = {package.plain(entry.filename): entry for entry in archive.infolist()}
            kind = _package(archive, entries)
    except ZIP_FAILURES as error:
        if _ZIP[1] not in content[-_END_BYTES:]:
            raise Refused("file-incomplete", "its end is missing") from error
        raise Refused("workbook-damaged", "its zip archive is damaged") from error
    if kind:
        return kind
    raise _other(entries)


def _package(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str:
    """The kind of workbook; '' if the archive is not a workbook. Raises `Refused` for another document."""
    try:
        main, kind = package.main_part(archive)
    except ElementTree.ParseError:
        main, kind = "", ""
    for word, workbook in _WORKBOOKS:
        if word in kind:
            return workbook
    for word, document in _DOCUMENTS:
        if re.search(word, kind):
            raise Refused("not-a-spreadsheet", document)
    if "mimetype" in entries:
        return _opendocument(archive, entries)
    # A damaged workbook is a workbook, too.
    found = {PurePosixPath(name).name for name in (main, *entries) if name.count("/") <= 1}
    return "xlsb" if "workbook.bin" in found else "xlsx" if "workbook.xml" in found else ""


def _other(entries: dict[str, zipfile.ZipInfo]) -> Refused:
    """The refusal of an archive that is not a workbook."""
    for folder, document in _FOLDERS:
        if any(name.startswith(folder) for name in entries):
            return Refused("not-a-spreadsheet", document)
    if any(name == "index.zip" or (name.startswith("index/") and name.endswith(".iwa")) for name in entries):
        is_keynote = any(name.startswith("index/slide") for name in entries)
        return Refused("export-needed", f"an Apple {'Keynote presentation' if is_keynote else 'Numbers document'}")
    inside = [
        PurePosixPath(entry.filename.replace("\\", "/")).name
        for name, entry in entries.items()
        if PurePosixPath(name).suffix in _SUFFIXES and not PurePosixPath(name).name.startswith(("._", "~$"))
    ]
    if inside:
        more = f" and {len(inside) - _NAMED:,} more" if len(inside) > _NAMED else ""
        return Refused("workbook-in-archive", ", ".join(one[:80] for one in inside[:_NAMED]) + more)
    return Refused("archive-without-workbook", "a zip archive without a workbook in it")


def _measure(entries: list[zipfile.ZipInfo], limits: int) -> None:
    """Refuse an archive that declares more than may be unpacked, or two parts of one name."""
    if len(entries) > PARTS * limits:
        raise Refused("workbook-too-large", f"it has {len(entries):,} parts; {PARTS * limits:,} are allowed")
    sizes = [entry.file_size for entry in entries]
    for what, size, allowed in (
        ("a part of it", max(sizes, default=0), PART_BYTES),
        ("it", sum(sizes), UNPACKED_BYTES),
    ):
        if size > allowed * limits:
            megabytes = f"{size // 1_000_000:,} MB; {allowed * limits // 1_000_000:,} MB are allowed"
            raise Refused("workbook-too-large", f"{what} unpacks to {megabytes}")
    names = Counter(package.plain(entry.filename) for entry in entries)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        raise Refused("workbook-damaged", f"its zip archive has two parts named {twice[:200]}")


def _opendocument(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str:
    with archive.open(entries["mimetype"]) as part:
        mimetype = part.read(200).decode("ascii", errors="replace").strip()
    if "opendocument.spreadsheet" not in mimetype:
        raise Refused("not-a-spreadsheet", f"a document of the type {mimetype}")
    manifest = entries.get("meta-inf/manifest.xml")
    if manifest is not None and b"encryption-data" in archive.read(manifest):
        raise Refused("password-protected")
    return "ods"
