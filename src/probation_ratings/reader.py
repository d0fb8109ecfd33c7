"""Turns the bytes of one workbook into columns of values: the only code that meets untrusted bytes.

It runs as a process of its own, `python -m probation_ratings.reader PATH MEGABYTES`, because a crafted
workbook can make the parser panic or ask for more memory than there is: that then costs this process only.
It imports nothing heavy, so that it is done before its parent has imported pandas.

From standard input it takes one line, the JSON list of the folded names of the sheets that are wanted, and, where
PATH is '-', the workbook.
To standard output go one line of JSON and then, column after column, one unsigned 32-bit number a cell, which
counts into the column's list of distinct values. A value is text, or a pair of a tag and a value:
`["number", 1.0]`, `["boolean", true]`, `["date", "2024-06-03"]` and `["time", "01:02:00"]`. An empty cell is ''.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import stat
import sys
from array import array
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .broken import broken_cells, is_archive
from .names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from python_calamine import CalamineSheet

MAX_FILE_BYTES = 300_000_000
CHUNK_ROWS = 512


class Refused(Exception):
    """The file cannot be read; the first argument is the name of the reason, the second its detail."""


def read(path: str) -> tuple[dict[str, Any], list[array[int]]]:
    """The workbook at `path` ('-' is standard input): what the JSON line says, and the cells of its columns.

    Only the sheets whose folded name stands in the line on standard input are read; all are named.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    wanted: list[str] = json.loads(sys.stdin.buffer.readline() or b"[]")
    content = _bytes(path)
    _look(content)
    sheets: list[dict[str, Any]] = []
    cells: list[array[int]] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        for name in dict.fromkeys(names):
            if fold(name) in wanted:
                described, columns = _columns(workbook.get_sheet_by_name(name), content)
                sheets.append({"name": name, **described})
                cells += columns
    except PasswordError as error:
        raise Refused("password") from error
    except CalamineError as error:
        if "detect file format" in str(error) and is_archive(content):
            raise Refused("not-a-spreadsheet", "a zip archive without a workbook in it") from error
        raise Refused("damaged", str(error)) from error
    return {"sha256": hashlib.sha256(content).hexdigest(), "names": names, "sheets": sheets}, cells


def _bytes(path: str) -> bytes:
    """The content of the file, once; a file that is no regular one could go on for ever."""
    try:
        if path == "-":
            content = sys.stdin.buffer.read()
        else:
            mode = Path(path).stat().st_mode
            if not stat.S_ISREG(mode):
                raise Refused("not-readable", "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
            with Path(path).open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise Refused("not-found") from error
    except (OSError, ValueError) as error:
        raise Refused("not-readable", getattr(error, "strerror", None) or str(error)) from error
    if len(content) > MAX_FILE_BYTES:
        raise Refused("too-large", f"the file has more than {MAX_FILE_BYTES // 1_000_000} MB")
    return content


def _look(content: bytes) -> None:
    """Refuse what its first bytes show to be no workbook."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("password")
    elif not content.startswith((b"PK", b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")):
        start = content[:512].lstrip().lower()
        if not content:
            found = "empty"
        elif start.startswith(b"%pdf"):
            found = "a PDF document"
        elif start.startswith((b"<html", b"<!doctype html")):
            found = "a web page (HTML)"
        elif b"\0" not in content[:4096]:
            found = "plain text, perhaps CSV"
        else:
            found = "of a kind that is not known here"
        raise Refused("not-a-spreadsheet", found)


def _columns(sheet: CalamineSheet, content: bytes) -> tuple[dict[str, Any], list[array[int]]]:
    """The sheet's columns as distinct values and, for each cell, the place of its value among them.

    The parser leaves broken cells empty, or out where they come last: what stands in them is put back, so that no row
    of them vanishes.
    """
    first_row, first_column = sheet.start or (0, 0)
    rows = itertools.islice(sheet.iter_rows(), first_row, None)
    indexes: list[dict[Any, int]] = []
    cells: list[array[int]] = []
    while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
        for number, column in enumerate(zip(*chunk, strict=True)):
            if number == len(indexes):
                indexes.append({})
                cells.append(array("I"))
            index = indexes[number]
            keys = _keys(column)
            for key in dict.fromkeys(keys):
                index.setdefault(key, len(index))
            cells[number].extend(map(index.__getitem__, keys))
    full_to_row = None if any("" in index for index in indexes) else first_row + (len(cells[0]) if cells else 0)
    for row, column_number, text in broken_cells(content, sheet.name, full_to_row):
        place, number = row - first_row, column_number - first_column
        if 0 <= number < len(cells) and place >= 0:
            for index, codes in zip(indexes, cells, strict=True):
                codes.extend([index.setdefault("", len(index))] * (place + 1 - len(codes)))
            cells[number][place] = indexes[number].setdefault(text, len(indexes[number]))
    described = {
        "first_row": first_row + 1,
        "first_column": first_column + 1,
        "rows": len(cells[0]) if cells else 0,
        "columns": [[_plain(key) for key in index] for index in indexes],
    }
    return described, cells


def _keys(column: Sequence[Any]) -> Sequence[Any]:
    # True equals 1.0 in Python, but not in a cell.
    if bool in set(map(type, column)):
        return [("boolean", value) if isinstance(value, bool) else value for value in column]
    return column


def _plain(key: Any) -> object:
    if isinstance(key, (str, tuple)):
        return key
    if isinstance(key, (int, float)):
        return ("number", key)
    return ("date" if isinstance(key, date) else "time", str(key))


def _limit_memory(megabytes: int) -> None:
    """Cap this process's address space, where the platform can: a bomb then ends here, not the machine."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # macOS knows the call and refuses the limit
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def main(arguments: Sequence[str]) -> None:
    """Read one workbook and write what was found to standard output."""
    path, megabytes = arguments
    _limit_memory(int(megabytes))
    cells: Iterable[array[int]] = ()
    try:
        head, cells = read(path)
    except Refused as error:
        reason, *detail = error.args
        head = {"refused": reason, "detail": "".join(detail)}
    except MemoryError:
        head = {"refused": "too-large", "detail": "it needs more memory than is allowed"}
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for column in cells:
        out.write(column.tobytes())
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
