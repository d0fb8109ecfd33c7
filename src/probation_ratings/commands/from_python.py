"""What the commands `rate -o` and `explain` give, as functions of the public API."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from ..errors import UsageError
from ..rating.rated import RatedInspection
from ..views.kit.showing import Rows

if TYPE_CHECKING:
    from ..rulebook.model import RuleSet
    from .formats import OutputFormat


def write_ratings(
    rated: RatedInspection | Iterable[RatedInspection],
    path: str | os.PathLike[str],
    *,
    rows: Rows = "standards",
    suppress_below: int = 0,
    sort: str = "score",
) -> None:
    """Write one rated inspection, or several, to a file, as `rate -o` does.

    The suffix of `path` gives the format: .html (a page), .xlsx (a data workbook), .json, .jsonl, .csv, .md (Markdown)
    or .txt (the table of the terminal, 80 columns wide). `rows` says what a row of CSV is about; "pdus" also breaks
    the other formats down by PDU, where they can be. `suppress_below` hides numbers of cases from 1 to one less than
    it, and what would reveal them, in .html, .xlsx, .md and .csv; 0 hides nothing. `sort` orders several inspections:
    "score", "region", or the id of a standard (of a key question, if the rules give percentages only).

    The file is complete or not written at all, and never replaces the workbook of an inspection. Raises `UsageError`
    where the arguments contradict each other, two inspections are of one region and year, or they were rated by
    different rules; `OutputError` where the file cannot be written; `TypeError` if an argument has another type.
    """
    from ..findings.side_by_side import refuse_twice
    from ..views.kit.showing import Showing
    from ..writing.output import write
    from ..writing.register import Register
    from .formats import load
    from .options import names_folder
    from .rate import SIDE_BY_SIDE, Format
    from .terminal import Terminal

    found = _all_rated(rated)
    rules = found[0].rules
    file = Path(os.fspath(path))
    if names_folder(os.fspath(path), "ratings.json"):
        raise UsageError(f"{os.fspath(path)} is a folder: name a file, whose suffix gives the format")
    chosen = Format.of(None, file)
    by_pdu = rows == "pdus" and rules.unit != "pdu"
    _refuse(chosen, rows, suppress_below, sort, rules)
    for before, after in zip(found, refuse_twice(found), strict=True):
        if after is not before:
            raise UsageError(after.problems[-1].message)
    register = Register()
    inputs = [path for one in found for path in (one.details.path, *(source.file for source in one.details.sources))]
    register.reads(*(path for path in inputs if path != "-"))
    register.writes(file, "path")
    how = Showing(
        rules,
        partial(Terminal().screen, file),
        sort=sort,
        below=suppress_below,
        rows="standards" if rows == "pdus" and not by_pdu else rows,
        by_pdu=by_pdu,
    )
    side_by_side = chosen is Format.TABLE and not by_pdu and (len(found) > 1 or rules.unit == "pdu")
    view = load(SIDE_BY_SIDE) if side_by_side else chosen.view
    write(view(found, how), file, text=chosen.is_text)


def explain_rating(
    rated: RatedInspection,
    wanted: str | None = None,
    *,
    output_format: Literal["text", "markdown", "json"] = "text",
    by_pdu: bool = False,
) -> str:
    """Explain how ratings came about, and what would change them, as `explain` does.

    `wanted` is one standard or key question, by its id or its text; by default all are explained. It gives the cells,
    the numbers of cases, the percentages, the lines of the rule file, and how many answers or points separate a rating
    from the next. `by_pdu` adds the percentages of each PDU. Text is 79 columns wide: print it.

    Raises `UsageError` where the rules have no such standard or question, or there is no such format; `TypeError` if
    `rated` is not a rated inspection.
    """
    from ..problems import listed, quoted
    from ..views.kit.screen import Screen
    from .explain import Format, explained, find_target

    (one,) = _all_rated([rated])
    chosen = next((one for one in Format if one == output_format), None)
    if chosen is None:
        raise UsageError(f"output_format is {listed(list(Format), 'or')}, not {quoted(str(output_format))}")
    target = None if wanted is None else find_target(one.rules, wanted)
    chunks = explained(one, target, None, chosen, Screen(), by_pdu=by_pdu and one.rules.unit != "pdu")
    return "".join(chunks)


def _all_rated(rated: object) -> list[RatedInspection]:
    """The rated inspections; raises where they are none, or were rated by different rules."""
    given = rated if isinstance(rated, Iterable) else [rated]
    found = []
    for one in given:
        if not isinstance(one, RatedInspection):
            raise TypeError(f"rated must be what rate_inspection returns, not {type(one).__name__}")
        found.append(one)
    if not found:
        raise UsageError("there is no rated inspection")
    if len({one.rules.sha256 for one in found}) > 1:
        raise UsageError("the inspections were rated by different rules: write those of each to a file of their own")
    return found


def _refuse(chosen: OutputFormat, rows: str, suppress_below: object, sort: str, rules: RuleSet) -> None:
    from ..findings.side_by_side import compared
    from ..problems import listed, quoted
    from .rate import Format

    if rows not in get_args(Rows):
        raise UsageError(f"rows is {listed(get_args(Rows), 'or')}, not {quoted(str(rows))}")
    if rows not in {"standards", "pdus"} and chosen is not Format.CSV:
        raise UsageError(f"rows={rows!r} goes with .csv")
    if not isinstance(suppress_below, int) or isinstance(suppress_below, bool) or suppress_below < 0:
        raise UsageError(f"suppress_below is a whole number from 0, not {suppress_below!r}")
    if suppress_below and not chosen.can_suppress:
        able = [one.suffix for one in Format if one.can_suppress]
        raise UsageError(f"suppress_below goes with {listed(able, 'or')}: other formats have all counts")
    known = [*compared(rules)]
    if sort not in {"score", "region", *known}:
        what = "score, region or a standard" if rules.has_ratings else "region or a key question"
        raise UsageError(f"sort is {what}, such as {known[-1]}, not {quoted(str(sort))}")
