"""Walks the keys of a rule file's model, for code that treats all keys alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from .. import problems as p
from .model import RuleFileModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from .yaml_file import RuleFile

IDENTITIES = ("id", "name", "rating")
"""An item of a list is identified by the first key of its model, if that is one of these."""


LEAST_KEYS = 2
"""A file with fewer of the keys of a rule file is not a rule file."""


def refuse_other_file(file: RuleFile) -> None:
    """Raise `RuleFileError` for a file that is not a rule file, without showing its content."""
    reason = ""
    if not isinstance(file.tree, dict):
        reason = "keys with values are expected here"
    elif len({*keys_of(RuleFileModel), "extends"} & {*file.tree}) < LEAST_KEYS:
        reason = "this is not a rule file: it has fewer than two keys of one, such as id and extends"
    if reason:
        raise file.refused(p.RULE_FILE_INVALID, 1, where="the file", reason=reason)


def keys_of(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """The keys of a model as a rule file writes them, in order; empty without a model."""
    return {} if model is None else {field.alias or name: field for name, field in model.model_fields.items()}


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a value, or of the items in it; None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)


def identity(model: type[BaseModel] | None) -> str | None:
    """The key that identifies an item of a list in any version of it; None if it has none."""
    first = next(iter(keys_of(model)), None)
    return first if first in IDENTITIES else None
