"""`compare`: what changed between two results."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, UsageError
from ..output import refuse_input_as_output, write
from .options import (
    DEFAULT_RULES,
    Color,
    ColorOption,
    Limits,
    Output,
    PartialOption,
    Quiet,
    Rules,
    format_of,
    format_option,
    report,
    say,
    screen_for,
    started,
    workbooks_of,
)

if TYPE_CHECKING:
    from ..problems import Problem


class Format(StrEnum):
    """The formats of `compare`."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


SUFFIXES = {".txt": Format.TEXT, ".json": Format.JSON, ".csv": Format.CSV, ".md": Format.MARKDOWN}
MOST_SCORE = 1_000_000
MOST_CASES = 10**12
"""No kept result has a higher score, or more cases to a question."""
_SIDE = "A workbook, a JSON result of `rate`, or a folder of either."


def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=_SIDE)],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=_SIDE)],
    *,
    rules: Rules = DEFAULT_RULES,
    format_: Annotated[Format | None, format_option("text")] = None,
    output: Output = None,
    partial: PartialOption = False,
    limits: Limits = 1,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Compare two results: what changed, and whether the rules did.

    Ratings, percentages with their differences, and driving key questions are compared.

    Exit status: 0 compared, whatever changed; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file
    that cannot be read or written.
    """
    from ..comparing import pairs
    from ..views import comparisons

    chosen = format_of(format_, output, SUFFIXES)
    refuse_input_as_output(output, [before, after, rules])

    def read(name: str) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
        paths, documents = _inputs(name)
        if not paths:
            return _kept(documents, limits)
        return _rated(paths, rules, limits, output, partial=partial, quiet=quiet, color=color)

    first, second = read(before), read(after)
    changes, *only = pairs(first[1], second[1])
    both, lists = (first[0], second[0]), (only[0], only[1])
    if chosen is not Format.TEXT and not quiet and (changed := comparisons.rules_changed(both)):
        say(f"{changed}\n")
    if chosen is Format.TEXT:
        write(comparisons.to_text(changes, lists, both, screen_for(output, color)), output, text=True)
    else:
        view = {
            Format.JSON: comparisons.to_json,
            Format.CSV: comparisons.to_csv,
            Format.MARKDOWN: comparisons.to_markdown,
        }[chosen]
        write(view(changes, lists, both), output)
    raise typer.Exit(max(first[2], second[2]))


def _inputs(name: str) -> tuple[list[str], list[str]]:
    """The workbooks, or else the JSON results, of a side."""
    if Path(name).suffix.lower() == ".json":
        return [], [name]
    paths, empty = workbooks_of([name])
    documents = sorted(str(path) for path in Path(name).glob("*.json")) if empty else []
    if empty and not documents:
        raise UsageError(f"{name} holds neither workbooks nor JSON results")
    return paths, documents


def _rated(
    paths: list[str], rules: str, limits: int, output: Path | None, *, partial: bool, quiet: bool, color: Color
) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """The rules and the inspections of workbooks, as they stand in a JSON document, and the exit status for them."""
    entries, status = [], 0
    with started(paths, rules, limits) as (rule_set, readings):
        refuse_input_as_output(output, rule_set.files)
        from ..inspection import read_inspections
        from ..rated import rate_inspection
        from ..views.documents import inspection_entry, provenance

        for reading in readings:
            told: set[Problem] = set()
            for one in read_inspections(reading, rule_set):
                rated = rate_inspection(one, partial=partial)
                status = max(status, report(rated, quiet=quiet, color=color, told=told))
                entries.append(inspection_entry(rated))
    return provenance(rule_set)["rules"], entries, status


def _kept(paths: list[str], limits: int) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """The rules and inspections of JSON results; raises `InputError` where one is none, or rules differ."""
    from ..kept import read_document

    rules: dict[str, Any] | None = None
    inspections: list[dict[str, Any]] = []
    for path in paths:
        document = read_document(path, limits)
        if not _is_result(document):
            raise InputError(f"{path}: this is not a JSON result of `rate`")
        if rules is not None and rules["sha256"] != document["rules"]["sha256"]:
            raise InputError(f"{path}: rated by other rules than {paths[0]}: results of one side must agree")
        rules = document["rules"]
        inspections += document["inspections"]
    return rules or {}, inspections, 0


def _is_result(document: Any) -> bool:
    """Whether a document has all that is compared, in the shape that `rate` gives it."""

    def has(one: Any, **kinds: Any) -> bool:
        return isinstance(one, dict) and all(isinstance(one.get(key, ...), kind) for key, kind in kinds.items())

    def is_share(share: Any) -> bool:
        return share is None or (isinstance(share, list) and [type(part) for part in share] == [int, int])

    none, missing = type(None), type(...)
    text, number = (str, none), (int, none)
    question = {"id": str, "text": str, "yes": int, "no": int, "not_applicable": int, "percentage": number}
    standard = {"id": str, "title": str, "rating": text, "score": number, "driven_by": list, "key_questions": list}
    inspection = {"region": text, "score": number, "max_score": int, "overall_rating": text, "standards": list}
    inspection["pdu"] = (str, none, missing)  # results kept from before have none
    return (
        has(document, rules=dict, inspections=list)
        and has(document["rules"], id=str, sha256=str)
        and all(has(one, **inspection) for one in document["inspections"])
        and all(has(one, **standard) for inspected in document["inspections"] for one in inspected["standards"])
        and all(
            has(one, **question) and is_share(one.get("share"))
            for inspected in document["inspections"]
            for rated in inspected["standards"]
            for one in rated["key_questions"]
        )
        and all(map(_numbers_make_sense, document["inspections"]))
    )


def _numbers_make_sense(inspection: dict[str, Any]) -> bool:
    """Whether scores and counts are such as there can be: JSON has numbers of any size, and `true` is not one."""

    def within(most: int, *numbers: Any) -> bool:
        return all(one is None or (type(one) is int and 0 <= one <= most) for one in numbers)

    standards = inspection["standards"]
    questions = [question for standard in standards for question in standard["key_questions"]]
    return (
        within(MOST_SCORE, inspection["score"], inspection["max_score"], *(one["score"] for one in standards))
        and within(100, *(one["percentage"] for one in questions))
        and within(MOST_CASES, *(one[name] for one in questions for name in ("yes", "no", "not_applicable")))
        and all(0 <= part[0] <= part[1] != 0 for one in questions if (part := one.get("share")) is not None)
        and all(isinstance(driver, str) for one in standards for driver in one["driven_by"])
    )
