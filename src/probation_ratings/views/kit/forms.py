"""Makes JSON documents, rows of CSV and tables of Markdown in which text is safe."""

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
"""The beginning of every JSON document: the versions of its schema and of the program."""
HASHES = ("workbook", "workbook_sha256", "rules", "rules_sha256", "tool_version")
"""The columns of every CSV with the data and versions used."""

# Control and direction characters; JSON allows to write them as \uXXXX.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# A spreadsheet would read a text with one of these at its beginning as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~#@$]|(?<=:)/|(?<=www)\.)", re.IGNORECASE)


def json_text(document: Mapping[str, Any] | Sequence[Any], indent: int | None = 2) -> str:
    """A JSON document without control characters; on one line if there is no indent."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def sides(name: str, values: Sequence[object]) -> dict[str, object]:
    """Entries for the two sides of a comparison: `name_before` and `name_after`."""
    return dict(zip((f"{name}_before", f"{name}_after"), values, strict=True))


def csv_row(values: Iterable[object]) -> str:
    """A line of CSV in which a spreadsheet finds no formulas."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(_csv_cell(value) for value in values)
    return line.getvalue()


def _csv_cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    # With an apostrophe in front, a spreadsheet does not run the text as a formula.
    return printable(f"'{value}" if value.startswith(_FORMULA) else value)


def markdown(text: str) -> str:
    """Text with all Markdown escaped."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def markdown_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Container[int] = (),
    strong: Container[object] = (),
) -> str:
    """A table of Markdown; the columns at the places in `right` are aligned to the right.

    Rows whose first cell is in `strong` are bold.
    """
    rules = ("---:" if place in right else "---" for place in range(len(head)))
    lines = [_markdown_row(head), f"|{'|'.join(rules)}|\n"]
    return "".join([*lines, *(_markdown_row(row, "**" if row[0] in strong else "") for row in rows)])


def _markdown_row(cells: Iterable[object], mark: str = "") -> str:
    texts = (markdown(str(cell)) for cell in cells)
    return f"| {' | '.join(text and f'{mark}{text}{mark}' for text in texts)} |\n"
