"""Makes docs/rule-files.md and the schema of rule files from their model. Run it without arguments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probation_ratings.rulebook.keys import identity, keys_of, model_in
from probation_ratings.rulebook.model import RuleFileModel
from probation_ratings.views.rules_schema import rules_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "rules" / "rule-file.schema.json"

HEAD = """# The keys of a rule file

<!-- Made by docs/make_rules.py from the model in src/probation_ratings/rulebook/model.py: change it there. -->

[rules.md](rules.md) shows how to write a rule file. A key is required unless it is marked as optional. Every value
is read as the text in the file; a whole number is written in digits, and text is on one line. The items of a list
"by `id`" are identified by their `id`: if a file `extends` another, they are merged by it, and `before` or `after` in
an item names the one that it goes beside. `extends` is allowed in any file; its value is the id of a shipped rule file
or the path of another one.

The keys of the file itself come first. Below a line in bold are those of each mapping and of the items of each list.

| Key | Value | Meaning |
|---|---|---|
"""


def reference() -> str:
    """The page of all keys: those of the file, then those of each kind of mapping in their order."""
    places: dict[type[BaseModel], list[str]] = {RuleFileModel: []}
    for model in _models(RuleFileModel):
        for key, field in keys_of(model).items():
            if (inner := model_in(field.annotation)) is not None:
                named = f"an item of `{key}`" if "tuple" in str(field.annotation) else f"`{key}`"
                places.setdefault(inner, [])
                if named not in places[inner]:
                    places[inner].append(named)
    return HEAD + "".join(_rows(model, named) for model, named in places.items())


def _models(model: type[BaseModel], seen: tuple[type[BaseModel], ...] = ()) -> Iterator[type[BaseModel]]:
    yield model
    for field in keys_of(model).values():
        inner = model_in(field.annotation)
        if inner is not None and inner not in seen:
            yield from _models(inner, (*seen, model))


def _rows(model: type[BaseModel], named: list[str]) -> str:
    about = " ".join((model.__doc__ or "").split())
    head = f"| **{', '.join(named)}** | | {about} |\n" if named else ""
    keys = keys_of(model).items()
    return head + "".join(f"| `{key}` | {_kind(field)} | {_about(field)} |\n" for key, field in keys)


def _kind(field: Any) -> str:
    """The type of a value in words, and whether the key is optional."""
    schema = str(field.annotation)
    inner = model_in(field.annotation)
    if inner is not None:
        known = identity(inner)
        kind = f"list, by `{known}`" if known and "tuple" in schema else "list" if "tuple" in schema else "mapping"
    elif "Literal" in schema:
        kind = ", ".join(f"`{word}`" for word in re.findall(r"'(\w+)'", schema))
    elif "dict" in schema:
        kind = "mapping"
    elif "tuple" in schema:
        kind = "text or list of texts" if "Union" in schema else "list of texts"
    else:
        kind = "`true` or `false`" if "bool" in schema else "whole number" if "int" in schema else "text"
    return kind if field.is_required() else f"{kind}; optional"


def _about(field: Any) -> str:
    inner = model_in(field.annotation)
    return field.description or ("" if inner is None else (inner.__doc__ or "").split("\n")[0])


if __name__ == "__main__":
    (ROOT / "docs" / "rule-files.md").write_text(reference(), encoding="utf-8")
    SCHEMA.write_text(rules_schema(), encoding="utf-8")
    print("rule-files.md and rule-file.schema.json written")
