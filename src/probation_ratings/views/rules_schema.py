"""JSON Schemas: of rule files, made from their model, and of mapping files, both for editors; of the JSON of `rate`."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from ..rulebook.keys import IDENTITIES
from ..rulebook.model import RuleFileModel

_RATINGS = Path(__file__).parents[1] / "schemas" / "ratings-1.0.schema.json"

_MAPPING = Path(__file__).parents[1] / "schemas" / "mapping-1.schema.json"

_SKELETON = Path(__file__).parents[1] / "schemas" / "skeleton.yaml"

_REMOVE = {"const": True, "description": "Removes the value that the extended file has here."}
_PLACES = {
    word: {"type": "string", "description": f"Puts the item {word} the one named here, in the extended file's list."}
    for word in ("before", "after")
}
_EXTENDS = {
    "type": "string",
    "description": "The id of a shipped rule file, or the path of a file relative to this one.",
}


def ratings_schema() -> str:
    """The JSON Schema of `rate -f json`."""
    return _RATINGS.read_text(encoding="utf-8")


def mapping_schema() -> str:
    """The JSON Schema of a mapping file."""
    return _MAPPING.read_text(encoding="utf-8")


def skeleton() -> str:
    """The rule file that `rules new` writes: an invented programme, with a comment on every key."""
    return _SKELETON.read_text(encoding="utf-8")


def rules_schema() -> str:
    """The JSON Schema of a rule file for editors, whose YAML parsers read whole numbers as integers.

    A file that `extends` another may leave out or remove its values.
    """
    file = RuleFileModel.model_json_schema(ref_template="#/definitions/{model}")
    models = {name: _tidy(one) for name, one in {**file.pop("$defs"), "RuleFile": file}.items()}
    parts = {f"{name}-part": _part(copy.deepcopy(one)) for name, one in models.items()}
    whole = parts["RuleFile-part"]
    for key in ("remove", *_PLACES):
        del whole["properties"][key]
    whole |= {"required": ["id", "extends"], "properties": {**whole["properties"], "extends": _EXTENDS}}
    remove = {"type": "object", "properties": {"remove": _REMOVE}, "required": ["remove"]}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A rule file of probation-ratings",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/definitions/RuleFile-part"},
        "else": {"$ref": "#/definitions/RuleFile"},
        "definitions": {**models, **parts, "remove": remove},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Remove from a schema what only pydantic understands, and null, which rule files do not have."""
    if "anyOf" in schema:
        values = [_tidy(one) for one in schema.pop("anyOf") if one != {"type": "null"}]
        schema = {**(values[0] if len(values) == 1 else {"anyOf": values}), **schema}
    if schema.get("default", ...) is None:
        del schema["default"]
    schema.pop("title", None)
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
    if "patternProperties" in schema:  # any key is allowed here
        (schema["additionalProperties"],) = schema.pop("patternProperties").values()
    if "properties" in schema:
        schema["properties"] = {name: _tidy(one) for name, one in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _tidy(schema[key])
    return schema


def _part(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part that changes an extended file: only the identifying key is required."""
    required = schema.pop("required", [])
    for key in ("minItems", "minProperties", "default"):
        schema.pop(key, None)
    if "$ref" in schema:
        schema["$ref"] += "-part"
    if "anyOf" in schema:
        schema["anyOf"] = [_part(one) for one in schema["anyOf"]]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _part(schema[key])
    if "properties" in schema:
        first = next(iter(schema["properties"]))
        schema["properties"] = {
            name: _part(one) if name in required else {"anyOf": [_part(one), {"$ref": "#/definitions/remove"}]}
            for name, one in schema["properties"].items()
        }
        schema["properties"]["remove"] = _REMOVE
        if first in IDENTITIES:
            schema["required"] = [first]
            schema["properties"] |= _PLACES
    return schema
