"""Finds the differences between two rule files, key by key: added, removed, changed or reordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .keys import identity, keys_of, model_in
from .model import RuleFileModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from .model import RuleSet

Kind = Literal["added", "removed", "changed", "reordered"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `place` leads to it, item by item: ('standard R2.1', 'key question R2.1.2', 'text').

    A side is None if it has no value there. Values are those of the file: text, whole numbers, mappings, lists.
    """

    place: tuple[str, ...]
    kind: Kind
    before: Any
    after: Any


def differences(before: RuleSet, after: RuleSet) -> list[Difference]:
    """All differences between two rule files, in the order of the keys of a rule file."""
    keys = set(RuleFileModel.model_fields)
    first, second = (one.model_dump(mode="json", by_alias=True, include=keys) for one in (before, after))
    return list(_mapping(first, second, (), RuleFileModel))


def _value(before: Any, after: Any, place: tuple[str, ...], model: type[BaseModel] | None) -> Iterator[Difference]:
    if before == after:
        return
    if before is None or after is None:
        yield Difference(place, "added" if before is None else "removed", before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _mapping(before, after, place, model)
    elif isinstance(before, list) and isinstance(after, list):
        key = identity(model)
        if key is None or any(len({one[key] for one in side}) < len(side) for side in (before, after)):
            yield from _plain(before, after, place)
        else:
            yield from _items(before, after, place, key, model)
    else:
        yield Difference(place, "changed", before, after)


def _mapping(
    before: dict[str, Any], after: dict[str, Any], place: tuple[str, ...], model: type[BaseModel] | None
) -> Iterator[Difference]:
    known = keys_of(model)
    for key in dict.fromkeys([*known, *before, *after]):
        inner = model_in(known[key].annotation) if key in known else None
        yield from _value(before.get(key), after.get(key), (*place, key.replace("_", " ")), inner)


def _items(
    before: list[Any], after: list[Any], place: tuple[str, ...], key: str, model: type[BaseModel] | None
) -> Iterator[Difference]:
    first, second = ({item[key]: item for item in side} for side in (before, after))
    for name in dict.fromkeys([*first, *second]):
        here = (*place[:-1], f"{place[-1].removesuffix('s')} {name}")
        yield from _value(first.get(name), second.get(name), here, model)
    yield from _order([name for name in first if name in second], [name for name in second if name in first], place)


def _plain(before: list[Any], after: list[Any], place: tuple[str, ...]) -> Iterator[Difference]:
    """Compare values and items without an identity: find those that only one side has."""
    removed, added = ([one for one in side if one not in other] for side, other in ((before, after), (after, before)))
    if removed:
        yield Difference(place, "removed", removed, None)
    if added:
        yield Difference(place, "added", None, added)
    yield from _order([one for one in before if one in after], [one for one in after if one in before], place)


def _order(before: list[Any], after: list[Any], place: tuple[str, ...]) -> Iterator[Difference]:
    if before != after:
        yield Difference(place, "reordered", before, after)
