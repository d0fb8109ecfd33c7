"""Merges a rule file with the one that it `extends` into one tree; each value keeps its file and line.

Mappings merge key by key. Lists whose items have an identity (`keys.identity`) merge item by item: an item that the
base does not have is added at the end. `remove: true` removes an item or a mapping of the base. Any other value
replaces that of the base. The id is never taken from the base, because the rules are different.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from .. import problems as p
from ..errors import BrokenFileError, RuleFileError
from .keys import identity, keys_of, model_in, refuse_other_file
from .model import RuleFileModel
from .yaml_file import Line, RuleFile, Tree, Where, find, told

if TYPE_CHECKING:
    from pydantic import BaseModel

_Places: TypeAlias = tuple[Where, Where, Where]  # of a value in the base, in the file, and in what is made of both

MAX_FILES = 5
"""The longest chain of files that extend one another: a reader must be able to follow it."""


@dataclass(frozen=True, slots=True)
class Extended:
    """A rule file merged with the files that it extends, in the form of a `RuleFile`."""

    tree: Tree
    lines: dict[Where, Line]
    files: dict[str, str]

    @property
    def sha256(self) -> str:
        """The hash of all files' hashes, one per line, with the file itself first."""
        return hashlib.sha256("".join(f"{one}\n" for one in self.files.values()).encode()).hexdigest()


def extended(file: RuleFile) -> Extended:
    """Merge a rule file with the files that it extends.

    Raises `RuleFileError` if one of them cannot be read, or the chain is circular or too long.
    """
    files = [file]
    while (base := _base(files)) is not None:
        files.append(RuleFile(base))
        refuse_other_file(files[-1])
    tree, lines = files[-1].tree, files[-1].lines
    for upper in reversed(files[:-1]):
        if not isinstance(tree, dict):  # not a rule file: the model reports it
            break
        merged = _Merge(tree, lines, upper)
        tree, lines = merged.tree, merged.lines
    return Extended(tree, lines, {one.name: one.sha256 for one in files})


def _base(files: list[RuleFile]) -> Path | None:
    """The path of the file that the last one extends."""
    file = files[-1]
    if not isinstance(file.tree, dict) or "extends" not in file.tree:
        return None
    named, line = file.tree["extends"], file.lines["extends",].number

    def invalid(reason: str) -> BrokenFileError:
        return file.refused(p.RULE_FILE_INVALID, line, where="extends", reason=reason)

    if not isinstance(named, str):
        raise invalid("the id or the path of a rule file is expected here")
    try:
        path = find(named, Path(file.name).parent)
    except RuleFileError as error:
        raise RuleFileError([replace(one, file=file.name, line=line) for one in error.problems]) from error
    if path.resolve() in [Path(one.name).resolve() for one in files]:
        raise invalid(f"the files extend one another in a circle: {p.quoted(named)} leads back here")
    if len(files) == MAX_FILES:
        raise invalid(f"no more than {MAX_FILES} files may extend one another")
    return path


class _Merge:
    """A file merged with the values that it extends: the merged `tree`, and the `lines` of its values."""

    def __init__(self, base: dict[str, Tree], base_lines: dict[Where, Line], file: RuleFile) -> None:
        self._base_lines = base_lines
        self._file = file
        self._problems: list[p.Problem] = []
        self.lines: dict[Where, Line] = {}
        own = file.tree if isinstance(file.tree, dict) else {}
        base = {key: value for key, value in base.items() if key != "id"}
        own = {key: value for key, value in own.items() if key != "extends"}
        self.tree: Tree = self._mapping(base, own, ((), (), ()), RuleFileModel)
        if self._problems:
            raise RuleFileError(self._problems)

    def _value(self, base: Tree, own: Tree, at: _Places, model: type[BaseModel] | None) -> Tree:
        if isinstance(base, dict) and isinstance(own, dict):
            return self._mapping(base, own, at, model)
        key = identity(model)
        if isinstance(base, list) and isinstance(own, list) and key is not None:
            return self._items(base, own, at, key, model)
        return self._kept(own, self._file.lines, at[1], at[2])

    def _mapping(
        self, base: dict[str, Tree], own: dict[str, Tree], at: _Places, model: type[BaseModel] | None
    ) -> dict[str, Tree]:
        self.lines[at[2]] = self._file.lines[at[1]]
        values: dict[str, Tree] = {}
        known = keys_of(model)
        for key in dict.fromkeys([*base, *own]):
            here, there, to = ((*place, key) for place in at)
            mine = own.get(key)
            if mine is None:
                values[key] = self._kept(base[key], self._base_lines, here, to)
            elif _removes(mine):
                self._check_removal(mine, there, known=key in base)
            elif key not in base:
                values[key] = self._kept(mine, self._file.lines, there, to)
            else:
                inner = model_in(known[key].annotation) if key in known else None
                values[key] = self._value(base[key], mine, (here, there, to), inner)
        return values

    def _items(
        self, base: list[Tree], own: list[Tree], at: _Places, key: str, model: type[BaseModel] | None
    ) -> list[Tree]:
        self.lines[at[2]] = self._file.lines[at[1]]
        items: list[Tree] = []
        waiting = dict(enumerate(own))
        for index, item in enumerate(base):
            here, to = (*at[0], index), (*at[2], len(items))
            known = _name(item, key)
            same = [n for n, one in waiting.items() if known is not None and _name(one, key) == known]
            if not same:
                items.append(self._kept(item, self._base_lines, here, to))
                continue
            there, mine = (*at[1], same[0]), waiting.pop(same[0])
            if _removes(mine):
                self._check_removal(mine, there, key)
            else:
                items.append(self._value(item, mine, (here, there, to), model))
        for number, mine in waiting.items():
            there = (*at[1], number)
            if _removes(mine):
                self._check_removal(mine, there, key, known=False)
            else:
                items.append(self._kept(mine, self._file.lines, there, (*at[2], len(items))))
        return items

    def _kept(self, value: Tree, lines: dict[Where, Line], here: Where, to: Where) -> Tree:
        """Copy a value unchanged, with its lines."""
        self.lines[to] = lines[here]
        if isinstance(value, dict):
            return {key: self._kept(inner, lines, (*here, key), (*to, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._kept(inner, lines, (*here, i), (*to, i)) for i, inner in enumerate(value)]
        return value

    def _check_removal(self, value: dict[str, Tree], there: Where, key: str = "", *, known: bool = True) -> None:
        reason = "the file that this one extends has no such item to remove" if not known else ""
        if value["remove"] != "true" or set(value) - {"remove", key}:
            reason = "remove: true must be the only key, or come with the key that identifies the item"
        if reason:
            line, where = self._file.lines[there].number, told(there)
            self._problems.append(p.RULE_FILE_INVALID.found(self._file.name, line=line, where=where, reason=reason))


def _removes(value: Tree) -> TypeGuard[dict[str, Tree]]:
    return isinstance(value, dict) and "remove" in value


def _name(item: Tree, key: str) -> Tree | None:
    return item.get(key) if isinstance(item, dict) else None
