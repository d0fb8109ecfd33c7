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
from .yaml_file import RuleFile, Where, find, first_of, nearest_line, told

if TYPE_CHECKING:
    from .extends import Extended


def load_rules(id_or_file: str | os.PathLike[str]) -> RuleSet:
    """The rules of a shipped rule file (by its id) or of a file of one's own (by its path).

    What the file `extends` is merged into it. Raises `RuleFileError` with every problem found, each with the file and
    line of the value (PR501 to PR504), and `TypeError` for anything else than text or a path.
    """
    if not isinstance(id_or_file, (str, os.PathLike)):
        raise TypeError(f"rules are named by an id or a path, not by {type(id_or_file).__name__}")
    file: RuleFile | Extended
    file = own = RuleFile(find(os.fspath(id_or_file)))
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
        raise RuleFileError(
            first_of([invalid(e["loc"], _in_words(e["type"], e["msg"], e.get("input"))) for e in wrong])
        ) from None
    if found := [invalid(where, reason) for where, reason in contradictions(model)]:
        raise RuleFileError(first_of(found))
    return RuleSet.model_construct(
        **{name: getattr(model, name) for name in type(model).model_fields},
        sha256=file.sha256,
        files=file.files,
        lines=file.lines,
    )


def _in_words(kind: str, message: str, value: object) -> str:
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "this key is missing"
    if kind == "model_type":
        message = "keys with values are expected here"
    found = f", found {p.quoted(value)}" if isinstance(value, str) else ""
    return message[:1].lower() + message[1:] + found
