"""What a file really is, by its first bytes and its directory, and whether it is safe to parse: looked at beforehand.

Runs in the process that reads (see `reader`). A cheap look, not a proof: what gets past it meets the limits of that
process. Every limit on reading stands here.
"""

from __future__ import annotations

import io
import lzma
import os
import signal
import sys
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

FILE_BYTES = 300_000_000
"""How large a workbook may be."""
COUNTS_BYTES = 200_000_000
"""How large a file of counts (CSV, Parquet) may be."""
EXPECTED_BYTES = 10_000_000
"""How large a file of expected ratings may be."""
RESULT_BYTES = 50_000_000
"""How large a kept JSON result may be."""
RESULT_VALUES = 2_000_000
"""How many values a kept JSON result may have, at any depth."""
UNPACKED_BYTES = 300_000_000
"""How large the parts of a workbook may be together, as its directory declares them."""
PART_BYTES = 200_000_000
"""How large one part may be. An honest file is packed up to 121 : 1, so the ratio says nothing."""
PARTS = 5_000
"""How many parts a workbook may have."""
MEGABYTES = 700
"""Address space of the process that parses: it ends every bomb, and reads 100,000 rows with half of it."""
ANSWER_BYTES = 64_000_000
"""What the process that parses may hand back of cells, and of text: its parent keeps both in memory."""
SHEETS = 1_000
"""How many sheets a workbook may have."""
ROWS = 1_048_576
"""How many rows a sheet or a CSV file may have: so many has a sheet of Excel."""
TEXT = 32_767
"""How many characters a text may have: Excel takes no more in a cell."""
COLUMNS = 16_384
"""How many columns a sheet may have from its first to its last cell: Excel has no more."""
CELLS = 3_000_000
"""How many cells the rows with a value may have together: each could be a problem, which takes some 300 bytes."""
VALUES = 500_000
"""How many different values all columns that are read may have together: whoever checks them keeps each as text."""
PDUS = 500
"""How many PDUs a workbook, or the counts of a region, may name: England and Wales have about 110."""
REGIONS = 300
"""How many regions a file of counts may have."""
COUNT_ROWS = 100_000
"""How many rows a file of counts may have: one per region, PDU and question."""
CPU_SHARE = 2
"""Seconds of processor time that a second may take: two threads read a workbook."""
SECONDS = 15
"""Time that parsing one workbook may take: a command is done with any file in 20."""
OUT_OF_MEMORY = "it needs more memory than is allowed"

ZIP_FAILURES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What reading a damaged archive may raise."""

_PR_SET_PDEATHSIG = 1
_OLE2 = b"\xd0\xcf\x11\xe0"
_OLD = {b"\x09\x00": "2", b"\x09\x02": "3", b"\x09\x04": "4"}
_ARCHIVES = {
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
}
_PICTURES = {b"\x89PNG": "a PNG picture", b"\xff\xd8\xff": "a JPEG picture", b"GIF8": "a GIF picture"}
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_TEXT_BYTES = 4096


def times_needed(count: int, allowed: int) -> int:
    """What --limits must say for so many to be allowed."""
    return -(-count // allowed)


class Refused(Exception):
    """The file cannot be read; the first argument is the name of the problem (PR1xx), the second what is told of it."""

    @property
    def reason(self) -> str:
        """The name of the problem."""
        return str(self.args[0])

    @property
    def detail(self) -> str:
        """What is told of it."""
        return "".join(map(str, self.args[1:]))


@dataclass(slots=True)
class Room:
    """How many columns a sheet may have, and how many cells and different values all sheets may still have."""

    columns: int
    cells: int
    values: int

    @classmethod
    def of(cls, limits: int) -> Room:
        """The room within so many times the usual limits."""
        return cls(COLUMNS * limits, CELLS * limits, VALUES * limits)

    def take(self, cells: int, values: int) -> None:
        """Use some of it, or refuse the workbook."""
        self.cells -= cells
        self.values -= values
        if self.cells < 0 or self.values < 0:
            what = "cells" if self.cells < 0 else "values"
            raise Refused("workbook-too-large", f"its sheets hold more {what} than are read")


def limit_process(megabytes: int, seconds: int) -> None:
    """Cap the address space of this process, its files, and the processor time that it may use from now on.

    Does what the platform can. A bomb then ends here, and a process that nobody waits for any more ends as well.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for what, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_FSIZE, megabytes << 20),
        (resource.RLIMIT_CORE, 0),  # a core file would hold cases
    ):
        with suppress(ValueError, OSError):  # macOS refuses
            resource.setrlimit(what, (most, most))
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]  # stays: the next task counts anew
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + CPU_SHARE * seconds + 1, hard))


def end_with_parent(parent: int) -> None:
    """Have this process killed when its parent, of this number, is; on Linux only.

    Elsewhere it ends with its task, when it finds that nobody reads the answer, or at its limit of processor time.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(OSError, AttributeError):  # another C library may not have it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be watched
        sys.exit(1)


def kind_of(content: bytes, limits: int) -> str:
    """What the content is: xlsx, xlsb, xls or ods. Raises `Refused` for anything else and for what is too large.

    `limits` says how many times the usual limits are allowed.
    """
    if not content:
        raise Refused("file-empty")
    if content.startswith(_OLE2):
        return _ole2(content)
    if content.startswith(b"PK"):
        return _zip(content, limits)
    if content[:2] in _OLD:
        raise Refused("old-format", f"a workbook of Excel {_OLD[content[:2]]}")
    if content.startswith(b"\x09\x08"):
        return "xls"
    for starts, reason in ((_ARCHIVES, "archive-without-workbook"), (_PICTURES, "not-a-spreadsheet")):
        for start, name in starts.items():
            if content.startswith(start):
                raise Refused(reason, name)
    raise _text(content)


def _text(content: bytes) -> Refused:
    """The refusal of what is neither a zip archive nor an OLE2 file."""
    start = content[:_TEXT_BYTES]
    if start.startswith(_BYTE_ORDER_MARKS[:2]):
        start = start.decode("utf-16", errors="replace").encode()
    start = start.removeprefix(_BYTE_ORDER_MARKS[2]).lstrip().lower()
    if start.startswith(b"%pdf"):
        return Refused("not-a-spreadsheet", "a PDF document")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return Refused("old-format", "an XML spreadsheet of 2003")
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return Refused("not-a-spreadsheet", "a web page (HTML), as some systems export tables")
    if start.startswith(b"<?xml") and b"opendocument" in start:
        return Refused("not-a-spreadsheet", "a flat OpenDocument file")
    if b"\0" in start:
        return Refused("not-a-spreadsheet", "of a kind that is not known here")
    return Refused("text-file")


def _ole2(content: bytes) -> str:
    """Excel before 2007, or another program's document in the same container."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise Refused("password-protected")
    if has("Workbook") or has("Book"):
        return "xls"
    for name, document in (("WordDocument", "a Word document"), ("PowerPoint Document", "a PowerPoint presentation")):
        if has(name):
            raise Refused("not-a-spreadsheet", document)
    raise Refused("not-a-spreadsheet", "an OLE2 file (such as a .doc or .msg) without a workbook in it")


def _zip(content: bytes, limits: int) -> str:
    """The kind of workbook that an archive is by the names in its directory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename.replace("\\", "/").lower() for entry in entries]
            _measure(entries, names, limits)
            if "xl/workbook.bin" in names:
                return "xlsb"
            if any(name.startswith("xl/") for name in names):
                return "xlsx"
            if "mimetype" in names:
                return _opendocument(archive, names)
    except ZIP_FAILURES as error:
        raise Refused("workbook-damaged", f"its zip archive is cut off or damaged ({error})") from error
    for folder, document in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
        if any(name.startswith(folder) for name in names):
            raise Refused("not-a-spreadsheet", document)
    raise Refused("archive-without-workbook", "a zip archive without a workbook in it")


def _measure(entries: list[zipfile.ZipInfo], names: list[str], limits: int) -> None:
    """Refuse an archive that declares more than may be unpacked, or two parts of one name."""
    if len(entries) > PARTS * limits:
        raise Refused("workbook-too-large", f"it has {len(entries):,} parts; {PARTS * limits:,} are allowed")
    largest = max((entry.file_size for entry in entries), default=0)
    for size, allowed, what in (
        (largest, PART_BYTES * limits, "a part of it"),
        (sum(entry.file_size for entry in entries), UNPACKED_BYTES * limits, "it"),
    ):
        if size > allowed:
            megabytes = f"{size // 1_000_000:,} MB; {allowed // 1_000_000:,} MB are allowed"
            raise Refused("workbook-too-large", f"{what} unpacks to {megabytes}")
    if len(set(names)) < len(names):
        twice = next(name for name, times in Counter(names).items() if times > 1)
        raise Refused("workbook-damaged", f"its zip archive has two parts named {twice}")


def _opendocument(archive: zipfile.ZipFile, names: list[str]) -> str:
    with archive.open(archive.infolist()[names.index("mimetype")]) as part:
        mimetype = part.read(200).decode("ascii", errors="replace").strip()
    if "opendocument.spreadsheet" not in mimetype:
        raise Refused("not-a-spreadsheet", f"a document of the type {mimetype}")
    manifest = "meta-inf/manifest.xml"
    if manifest in names and b"encryption-data" in archive.read(archive.infolist()[names.index(manifest)]):
        raise Refused("password-protected")
    return "ods"
