"""Loads a rule file, and refuses one that contradicts itself: file, line and reason of everything that is wrong."""

from __future__ import annotations

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

    from .extends import Extended


def load_rules(id_or_file: str) -> RuleSet:
    """The rules of a shipped rule file (by its id) or of a file of one's own (by its path).

    What the file `extends` is merged into it. Raises `RuleFileError` with every problem found, each with the file and
    line of the value (PR501 to PR504).
    """
    file: RuleFile | Extended
    file = own = RuleFile(find(id_or_file))
    refuse_other_file(own)
    if isinstance(own.tree, dict) and "extends" in own.tree:
        from .extends import extended

        file = extended(own)

    def invalid(where: Where, reason: str) -> p.Problem:
        line = nearest_line(file.lines, where)
        return p.RULE_FILE_INVALID.found(line.file, line=line.number, where=told(where), reason=reason)

    try:
        model = RuleFileModel.model_validate(file.tree)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)
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


_EXPECTED = {
    "model_type": "keys with values are expected here",
    "tuple_type": "a list is expected here",
    "string_type": "text is expected here",
    "too_short": "the list has too few items",
}
_EITHER = ("constrained-str", "tuple[")
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
    if _is_either(error):
        return "text or a list of texts is expected here"
    return _in_words(error["type"], error["msg"], error["input"])


def _in_words(kind: str, message: str, value: object) -> str:
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "this key is missing"
    if kind == "string_pattern_mismatch":
        message = next((words for pattern, words in PATTERNS.items() if pattern in message), message)
    message = _EXPECTED.get(kind, message)
    found = f", found {p.quoted(value)}" if isinstance(value, str) else ""
    return message[:1].lower() + message[1:] + found
