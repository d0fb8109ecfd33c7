"""The keys of a rule file, walked as the model has them: for what holds of every key, whatever it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from .. import problems as p
from .model import RuleFileModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from .yaml_file import RuleFile

IDENTITIES = ("id", "name", "rating")
"""An item of a list is known by the first key of its model, where that is one of these."""


LEAST_KEYS = 2
"""A file with fewer keys of a rule file is another file."""


def refuse_other_file(file: RuleFile) -> None:
    """Raise `RuleFileError` for a file that is no rule file: nothing of what stands in it is then told."""
    reason = ""
    if not isinstance(file.tree, dict):
        reason = "keys with values are expected here"
    elif len({*keys_of(RuleFileModel), "extends"} & {*file.tree}) < LEAST_KEYS:
        reason = "this is another file: it has not even two keys of a rule file, such as id and extends"
    if reason:
        raise file.refused(p.RULE_FILE_INVALID, 1, where="the file", reason=reason)


def keys_of(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """The keys of a model as a rule file writes them, in order; none where there is no model."""
    return {} if model is None else {field.alias or name: field for name, field in model.model_fields.items()}


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a value, or of the items or values in it; None where it holds plain values only."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)


def identity(model: type[BaseModel] | None) -> str | None:
    """The key by which an item of a list is known in any version of it; None where it has none."""
    first = next(iter(keys_of(model)), None)
    return first if first in IDENTITIES else None
