"""`compare`: shows what changed between two results."""

from __future__ import annotations

from functools import partial as partial_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ..errors import InputError, UsageError
from ..reading.limits import RESULT_BYTES
from ..writing.register import Register
from . import options
from .formats import OutputFormat
from .inputs import Inputs, folder_problems, inputs_of
from .terminal import Terminal
from .work import work_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..findings.comparison import Result
    from ..rulebook.model import RuleSet


class Format(OutputFormat):
    """The formats of `compare`."""

    TEXT = "text", ".txt", "compare:to_text"
    JSON = "json", ".json", "compare:to_json"
    CSV = "csv", ".csv", "compare:to_csv"
    MARKDOWN = "markdown", ".md", "compare:to_markdown"
    HTML = "html", ".html", "publish.change_page:to_html"


_SIDE = "A workbook, a mapping file, a JSON result of `rate`, or a folder of them."


def compare(
    before: Annotated[str, options.argument("BEFORE", _SIDE)],
    after: Annotated[str, options.argument("AFTER", _SIDE)],
    *,
    rules: options.RulesOrMapping = None,
    format_: Annotated[Format | None, Format.option()] = None,
    output: options.Output = None,
    changed_only: Annotated[
        bool, options.flag("--changed-only", "Leave out inspections, standards and questions that did not change.")
    ] = False,
    exit_code: Annotated[bool, options.flag("--exit-code", "End with status 1 if anything changed.")] = False,
    partial: options.PartialOption = False,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Compare two results: what changed, and whether the rules did.

    It compares ratings, percentages and driving key questions.

    Exit status: 0 compared, whatever changed; 1 problems in the data, or with --exit-code a change; 2 wrong usage
    or a broken rule or mapping file; 3 a file that cannot be read or written.
    """
    from ..findings.comparison import Result, pairs
    from ..views.compare import rules_changed

    terminal = Terminal(quiet, color)
    chosen = Format.of(format_, output)
    register = Register()
    register.writes(output, "-o")
    sides = [_inputs(before), _inputs(after)]
    for inputs, documents in sides:
        register.reads(*inputs.paths, *documents)

    def read(inputs: Inputs, documents: list[str]) -> _Side:
        if not inputs.paths:
            return _kept(documents, limits)
        with work_on(inputs, rules, limits, register) as (rule_set, do_each):
            from ..rating.rated import rate_inspections
            from ..views.rate_data import inspection_entry, provenance
            from .batch import Batch

            batch = Batch(inputs.total, rule_set, terminal)
            batch.add(folder_problems(inputs, (*register.inputs, output)), 3)
            rated = batch.rate(do_each(partial_of(rate_inspections, partial=partial)))
        results = [Result(inspection_entry(one), one.details.path) for one in rated]
        return _Side(provenance(rule_set)["rules"], results, batch.status, rule_set)

    first, second = (read(*side) for side in sides)
    found, both = pairs(first.results, second.results), (first.rules, second.rules)
    changed_status = 1 if exit_code and found.changed else 0
    found = found.changed_only() if changed_only else found
    if chosen is not Format.TEXT and (changed := rules_changed(both)):
        terminal.say(f"{changed}\n")
    what: list[object] = [found, both]
    if chosen in {Format.HTML, Format.MARKDOWN}:
        what.append(tuple(side.rule_set or _rules_of(side.rules, rules) for side in (first, second)))
    chosen.write(output, terminal, *what)
    raise typer.Exit(max(first.status, second.status, changed_status))


class _Side(NamedTuple):
    """The rules of a side as a JSON document names them, its inspections and the exit status.

    `rule_set` are the rules themselves, where they are at hand.
    """

    rules: dict[str, Any]
    results: list[Result]
    status: int
    rule_set: RuleSet | None = None


def _inputs(name: str) -> tuple[Inputs, list[str]]:
    """The workbooks of a side, or else its JSON results."""
    if Path(name).suffix.lower() == ".json":
        return Inputs(), [name]
    inputs = inputs_of([name])
    documents = _documents(Path(name)) if inputs.empty else []
    if inputs.empty and not documents:
        raise UsageError(f"{name} has neither workbooks nor JSON results")
    return inputs, documents


def _documents(folder: Path) -> list[str]:
    """The JSON results in a folder; if `rate -o` wrote it, only those that its summary lists."""
    from .results_folder import SUMMARY, files_listed, sha256_of

    found = sorted(str(path) for path in folder.glob("*.json"))
    summary = folder / SUMMARY
    listed = files_listed(summary) or {}
    if not any(Path(name).suffix == ".json" for name in listed):
        return found
    for name, sha256 in listed.items():
        path = folder / name
        if str(path) not in found or sha256_of(path, RESULT_BYTES) != sha256:
            raise InputError(f"{path}: this is not the file listed in {summary}: rate that folder again")
    return sorted(str(folder / name) for name in listed)


def _kept(paths: list[str], limits: int) -> _Side:
    """The rules and inspections of JSON results; raises `InputError` if one is invalid or the rules differ."""
    from ..findings.comparison import Result
    from ..reading.kept_results import read_document

    rules: dict[str, Any] | None = None
    results: list[Result] = []
    for path in paths:
        document = read_document(path, limits)
        if not _has_shape(document, _RESULT):
            raise InputError(f"{path}: this is not a JSON result of `rate`")
        if rules is not None and rules["sha256"] != document["rules"]["sha256"]:
            raise InputError(
                f"{path}: rated by other rules than {paths[0]}: all results of one side must use the same rules"
            )
        rules = document["rules"]
        results += [Result(one, path) for one in document["inspections"]]
    return _Side(rules or {}, results, 0)


def _rules_of(rules: dict[str, Any], given: str | None) -> RuleSet | None:
    """The rules that a JSON result names, if they are those given or shipped, with the same hash."""
    from ..rulebook.load import load_rules
    from ..rulebook.yaml_file import shipped

    names = dict.fromkeys([*([given] if given else []), *(one for one in shipped() if one == rules["id"])])
    found = (load_rules(name) for name in names)
    return next((one for one in found if one.sha256 == rules["sha256"]), None)


def _up_to(most: int) -> Callable[[Any], bool]:
    """Whether a value is a whole number up to this one: JSON allows numbers of any size, and `true` is not a number."""
    return lambda value: type(value) is int and 0 <= value <= most


def _is_share(value: Any) -> bool:
    """Whether a value is a part and the whole that it is of."""
    return isinstance(value, list) and [type(one) for one in value] == [int, int] and 0 <= value[0] <= value[1] != 0


_NONE, _MISSING, _COUNT = type(None), type(...), _up_to(10**12)
_TEXT, _NUMBER = (str, _NONE), (_up_to(1_000_000), _NONE)
_QUESTION = {
    "id": str, "text": str, "yes": _COUNT, "no": _COUNT, "not_applicable": _COUNT, "percentage": (_up_to(100), _NONE),
    "share": (_is_share, _NONE, _MISSING), "averaged": (int, _MISSING),
}  # fmt: skip
_STANDARD = {
    "id": str, "title": str, "rating": _TEXT, "score": _NUMBER, "driven_by": [str], "key_questions": [_QUESTION],
    "rating_place": (int, _NONE, _MISSING), "rationale": (*_TEXT, _MISSING),
}  # fmt: skip
_INSPECTION = {
    "region": _TEXT, "score": _NUMBER, "max_score": _NUMBER, "overall_rating": _TEXT, "standards": [_STANDARD],
    "workbook": {"path": str, "sha256": _TEXT}, "problems": [{"code": str, "severity": str}],
    **dict.fromkeys(("pdu", "fieldwork_started", "fieldwork_ended"), (*_TEXT, _MISSING)),
}  # fmt: skip
_RESULT = {"rules": {"id": str, "sha256": str}, "inspections": [_INSPECTION]}
"""The shape of a JSON result of `rate`, as far as it is compared. What may be missing is not in older results."""


def _has_shape(value: Any, shape: Any) -> bool:
    """Whether a value is of a type, fits a function, has such keys, is a list of such values, or any of these."""
    if isinstance(shape, tuple):
        return any(_has_shape(value, one) for one in shape)
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_has_shape(value.get(key, ...), one) for key, one in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(_has_shape(one, shape[0]) for one in value)
    return isinstance(value, shape) if isinstance(shape, type) else bool(shape(value))
