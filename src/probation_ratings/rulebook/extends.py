"""Merges a rule file with the one that it `extends` into one tree; each value keeps its file and line.

Mappings merge key by key. Lists whose items have an identity (`keys.identity`) merge item by item: an item that the
base does not have is added at the end. `before` and `after` put an item beside the one that they name.
`remove: true` removes an item or a mapping of the base. Any other value replaces that of the base. The id is never
taken from the base, because the rules are different.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

from .. import problems as p
from ..errors import BrokenFileError, RuleFileError
from .keys import identity, keys_of, model_in, refuse_other_file
from .model import RuleFileModel
from .yaml_file import Line, RuleFile, Tree, Where, find, told

if TYPE_CHECKING:
    from pydantic import BaseModel

_Places: TypeAlias = tuple[Where, Where, Where]  # of a value in the base, in the file, and in what is made of both

_PLACES = ("before", "after")
"""The keys of an item that say where in the list it goes."""

MAX_FILES = 5
"""The longest chain of files that extend one another: a reader must be able to follow it."""


def extend(file: RuleFile) -> None:
    """Merge into a rule file the files that it extends; each value keeps its file and line.

    Its hash is then that of all files' hashes, one per line, with the file itself first. Raises `RuleFileError` if one
    of them cannot be read, or the chain is circular or too long.
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
    file.tree, file.lines, file.files = tree, lines, {one.name: one.sha256 for one in files}
    file.sha256 = hashlib.sha256("".join(f"{one}\n" for one in file.files.values()).encode()).hexdigest()


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


class _Item(NamedTuple):
    """An item of a merged list: its name, and its place in the list of the base and in that of the file, if any."""

    name: str | None
    base: int | None
    mine: int | None


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
        waiting = dict(enumerate(own))
        order: list[_Item] = []
        for index, item in enumerate(base):
            known = _name(item, key)
            same = [n for n, one in waiting.items() if known is not None and _name(one, key) == known]
            mine = waiting.pop(same[0]) if same else None
            if _removes(mine):
                self._check_removal(mine, (*at[1], same[0]), key)
            else:
                order.append(_Item(known, index, same[0] if same else None))
        for number, mine in waiting.items():
            if _removes(mine):
                self._check_removal(mine, (*at[1], number), key, known=False)
            else:
                order.append(_Item(_name(mine, key), None, number))
        items: list[Tree] = []
        for one in self._placed(order, own, at[1]):
            to = (*at[2], len(items))
            if one.mine is None:
                items.append(self._kept(base[one.base or 0], self._base_lines, (*at[0], one.base or 0), to))
                continue
            mine, there = _without_place(own[one.mine]), (*at[1], one.mine)
            if one.base is None:
                items.append(self._kept(mine, self._file.lines, there, to))
            else:
                items.append(self._value(base[one.base], mine, ((*at[0], one.base), there, to), model))
        return items

    def _placed(self, order: list[_Item], own: list[Tree], there: Where) -> list[_Item]:
        """The items in their order, those with `before` or `after` beside the one that is named there."""
        names = {one.name for one in order}
        beside: dict[tuple[str, str | None], list[_Item]] = {}
        moved: dict[int, _Item] = {}
        for one in sorted((one for one in order if one.mine is not None), key=lambda one: one.mine or 0):
            mine, number = own[one.mine or 0], one.mine or 0
            said = [word for word in _PLACES if isinstance(mine, dict) and word in mine]
            if len(said) > 1:
                self._refuse((*there, number, said[1]), "before and after cannot both be given")
            elif said and isinstance(mine, dict):
                name = mine[said[0]]
                if not isinstance(name, str) or name not in names or name == one.name:
                    found = p.quoted(name) if isinstance(name, str) else "this"
                    self._refuse((*there, number, said[0]), f"{found} is not another item of the list")
                else:
                    beside.setdefault((said[0], name), []).append(one)
                    moved[number] = one
        placed: list[_Item] = []
        waiting = [(one, False) for one in reversed(order) if one.mine not in moved]
        while waiting:
            one, opened = waiting.pop()
            if opened:
                placed.append(one)
                continue
            before, after = (beside.pop((word, one.name), []) for word in _PLACES)
            waiting += [
                *((it, False) for it in reversed(after)),
                (one, True),
                *((it, False) for it in reversed(before)),
            ]
        left = moved.keys() - {one.mine for one in placed}
        if left:
            self._refuse((*there, min(left)), "before and after lead in a circle")
        return placed

    def _refuse(self, there: Where, reason: str) -> None:
        line, where = self._file.lines[there].number, told(there)
        self._problems.append(p.RULE_FILE_INVALID.found(self._file.name, line=line, where=where, reason=reason))

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
            self._refuse(there, reason)


def _without_place(value: Tree) -> Tree:
    return {key: inner for key, inner in value.items() if key not in _PLACES} if isinstance(value, dict) else value


def _removes(value: Tree | None) -> TypeGuard[dict[str, Tree]]:
    return isinstance(value, dict) and "remove" in value


def _name(item: Tree, key: str) -> str | None:
    found = item.get(key) if isinstance(item, dict) else None
    return found if isinstance(found, str) else None
