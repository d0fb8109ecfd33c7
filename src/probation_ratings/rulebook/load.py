"""Loads a rule file, and refuses one that contradicts itself: file, line and reason of everything that is wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import ValidationError

from .. import problems as p
from ..errors import RuleFileError
from .consistency import contradictions
from .keys import refuse_other_file
from .model import RuleFileModel, RuleSet
from .sheet_model import PATTERNS
from .yaml_file import RuleFile, Where, find, first_of, nearest_line, told

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_rules(id_or_file: str | os.PathLike[str]) -> RuleSet:
    """The rules of a shipped rule file (by its id) or of a file of one's own (by its path).

    What the file `extends` is merged into it. Raises `RuleFileError` with every problem found, each with the file and
    line of the value (PR501 to PR504), and `TypeError` for anything else than text or a path.
    """
    if not isinstance(id_or_file, (str, os.PathLike)):
        raise TypeError(f"rules are named by an id or a path, not by {type(id_or_file).__name__}")
    file = RuleFile(find(os.fspath(id_or_file)))
    refuse_other_file(file)
    if "extends" in file.tree:
        from .extends import extend

        extend(file)

    def invalid(where: Where, reason: str) -> p.Problem:
        line = nearest_line(file.lines, where)
        return p.RULE_FILE_INVALID.found(line.file, line=line.number, where=told(where), reason=reason)

    try:
        model = RuleFileModel.model_validate(file.tree)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        told_once = dict.fromkeys(invalid(_place(e["loc"]), _reason(e)) for e in wrong if _fits(e, wrong))
        raise RuleFileError(first_of([*told_once])) from None
    if found := [invalid(where, reason) for where, reason in contradictions(model)]:
        raise RuleFileError(first_of(found))
    return RuleSet.model_construct(
        **{name: getattr(model, name) for name in type(model).model_fields},
        sha256=file.sha256,
        files=file.files,
        lines=file.lines,
    )


_KINDS = {
    "bool": "true or false",
    "dict": "keys with values",
    "int": "a whole number",
    "model": "keys with values",
    "string": "text",
    "tuple": "a list",
}
"""What a value of each type is, by the first word of the error that says it is none."""
_EITHER = ("function-after[", "tuple[")
"""How the steps begin by which pydantic says as what it read a value that may be a text or a list."""


def _place(steps: Where) -> Where:
    return tuple(step for step in steps if not str(step).startswith(_EITHER))


def _fits(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether an error is about a value as it is written: not as text if it is a list, nor as a list if it is text."""
    place, kind, value = error["loc"], error["type"], error["input"]
    if kind == "too_short":  # items that are wrong do not count as items
        return all(one is error or one["loc"][: len(place)] != place for one in errors)
    return not _is_either(error) or not isinstance(value, {"string_type": list, "tuple_type": str}[kind])


def _is_either(error: ErrorDetails) -> bool:
    """Whether the error says that a value is not text, or not a list, where both are allowed."""
    return error["type"] in {"string_type", "tuple_type"} and str(error["loc"][-1]).startswith(_EITHER)


def _reason(error: ErrorDetails) -> str:
    """Why a value is not allowed, by the type of the error, whose own words are for programmers."""
    kind, limits, value = error["type"], error.get("ctx", {}), error["input"]
    if _is_either(error):
        return "write text or a list of texts"
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "this key is missing"
    if kind == "too_short":
        return f"at least {limits['min_length']} must be listed here"
    wanted = _KINDS.get(kind.partition("_")[0], "another value")
    if kind == "literal_error":
        wanted = str(limits["expected"]).replace("'", "")
    elif kind == "string_pattern_mismatch":
        wanted = PATTERNS[str(limits["pattern"])]
    elif kind == "greater_than_equal":
        wanted = f"{limits['ge']} or more"
    elif kind == "less_than_equal":
        wanted = f"at most {limits['le']:,}"
    found = f", found {p.quoted(value)}" if isinstance(value, str) else ""
    return f"write {wanted}{found}"
