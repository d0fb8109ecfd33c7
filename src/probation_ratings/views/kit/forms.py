"""What each form of output needs to be harmless where it goes: a JSON document, a row of CSV, a table of Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...problems import printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

TOOL = {"schema_version": "1.0", "tool": {"name": "probation-ratings", "version": __version__}}
"""What every JSON document begins with: the version of its form and of the program."""
HASHES = ("workbook", "workbook_sha256", "rules", "rules_sha256", "tool_version")
"""The columns of every CSV that say what it was computed from."""

# Characters that a terminal obeys or that turn text round; JSON may always spell them as \uXXXX.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet would take for a formula when it opens a CSV file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~#@$]|(?<=:)/|(?<=www)\.)", re.IGNORECASE)


def json_text(document: Mapping[str, Any], indent: int | None = 2) -> str:
    """A JSON document without characters that a terminal obeys; on one line where there is no indent."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def csv_row(values: Iterable[object]) -> str:
    """A line of CSV, in which no text is a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(_csv_cell(value) for value in values)
    return line.getvalue()


def _csv_cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    # An apostrophe in front keeps a spreadsheet from running the text as a formula.
    return printable(f"'{value}" if value.startswith(_FORMULA) else value)


def markdown(text: str) -> str:
    """Text of a workbook as Markdown shows it, without a meaning there."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def markdown_table(head: Sequence[str], rows: Iterable[Iterable[object]], right: Container[int] = ()) -> str:
    """A table of Markdown; `right` are the places of the columns of figures, which end at the same place."""
    rules = ("---:" if place in right else "---" for place in range(len(head)))
    return "".join([_markdown_row(head), f"|{'|'.join(rules)}|\n", *map(_markdown_row, rows)])


def _markdown_row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(markdown(str(cell)) for cell in cells)} |\n"
