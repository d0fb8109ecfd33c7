"""Makes the man pages from the help: docs/probation-ratings.1, and docs/rate.1, which leads to it.

Run it without arguments.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from probation_ratings import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
RATE = ".so man1/probation-ratings.1\n"
HEAD = rf""".\" Made by docs/make_man.py from the help of each command: change it in src/probation_ratings/commands.
.TH PROBATION\-RATINGS 1 "" "probation\-ratings {__version__}" "User commands"
.SH NAME
probation\-ratings, rate \- rate probation inspections from case workbooks
.SH SYNOPSIS
.B rate
[\fIOPTIONS\fR] \fIWORKBOOK\fR...
.br
.B probation\-ratings
\fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENTS\fR]
.SH DESCRIPTION
Rates probation inspections from case workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), exports described by a mapping file,
or counts from a database. Each rating can be traced to the cells and to the lines of the rule file. Invalid data is not
rated: the message names the cell, and says how to correct it.
.PP
.B rate
alone is the same as
.BR "probation\-ratings rate" .
Results go to standard output; warnings, errors and progress go to standard error.
"""
TAIL = r""".SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
There are errors in the data; ratings that depend on them are not given.
.TP
.B 2
Wrong usage, or a rule file or mapping file that cannot be used.
.TP
.B 3
A file that cannot be read or written.
.TP
.B 70, 130, 141
A bug in the program, an interrupt, a closed pipe.
.PP
For several workbooks it is the highest of theirs.
.SH ENVIRONMENT
.TP
.B NO_COLOR
Without colour, unless \-\-color always.
.TP
.B COLUMNS
The width of tables and messages.
.TP
.B SOURCE_DATE_EPOCH
The time of creation in workbooks that are written, in seconds since 1970.
.TP
.B PROBATION_RATINGS_DEBUG
If set, a bug shows where it happened.
.SH EXAMPLES
.TP
.B rate region.xlsx
The ratings of a region as a table.
.TP
.B rate regions/ \-o results/ \-\-require\-all
A file for each region, and a summary; fail if a region is missing.
.TP
.B rate region.xlsx \-\-suppress\-below 5 \-o page.html
A page to publish, without small counts.
.TP
.B probation\-ratings check region.xlsx
Every problem in a workbook.
.TP
.B probation\-ratings explain region.xlsx R2.4
How one rating came about, and what would change it.
.SH SEE ALSO
The documentation in the folder docs of the source, with a tutorial, the method and every problem code.
.B probation\-ratings problems
.I CODE
explains a code.
"""
_ENTRY = re.compile(r"  (\S.*?)(?:  +(\S.*))?")


def page() -> str:
    """The man page of all commands."""
    sys.path.insert(0, str(DOCS))
    reference = import_module("make_reference")
    sys.path.remove(str(DOCS))
    helps = {name: reference.help_of(name) for name, _ in reference.every_command()}
    commands = [one for name, said in helps.items() for one in _command(name, said)]
    return HEAD + ".SH COMMANDS\n" + "".join(commands) + TAIL


def _command(name: str, said: str) -> Iterator[str]:
    """The section of a command, from its help: its usage, its text, its arguments and options."""
    usage, *blocks = said.rstrip().split("\n\n")
    if name == "probation-ratings":  # its commands follow below
        return
    words = " ".join(usage.split()).removeprefix("Usage: ")
    yield f".SS {_text(name)}\n{_text(words)}\n"
    for block in blocks:
        first, *lines = block.splitlines()
        if first.startswith(" "):
            yield f".PP\n{_line(' '.join(block.split()))}\n"
            continue
        yield f".PP\n{_text(first)}\n"
        for entry, meaning in _entries(lines):
            yield f".TP\n.B {_text(entry)}\n{_line(meaning)}\n"


def _entries(lines: list[str]) -> list[tuple[str, str]]:
    """The entries of a list in the help, each with its description."""
    found: list[tuple[str, str]] = []
    for line in lines:
        entry = _ENTRY.fullmatch(line)
        if entry is not None:
            found.append((entry[1], entry[2] or ""))
        else:
            name, said = found[-1]
            found[-1] = (name, f"{said} {line.strip()}".strip())
    return found


def _line(text: str) -> str:
    """A line of text; one that begins with a full stop or an apostrophe would be a command."""
    text = _text(text)
    return rf"\&{text}" if text.startswith((".", "'")) else text


def _text(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")


if __name__ == "__main__":
    for file, made in (("probation-ratings.1", page()), ("rate.1", RATE)):
        (DOCS / file).write_text(made, encoding="utf-8")
        print(f"{file} written")
