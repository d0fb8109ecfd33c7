"""Drafts the mapping file of described files: what was recognised is filled in, the rest is marked OPEN in comments.

Sheets of the files that one entry of a mapping file can read, because their headers are the same, are a group.
Of the values of the files only those of columns that look like answers are in it: it may be kept with the code.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeAlias

from ..errors import UsageError
from ..mapping.description import ColumnCells, with_answers
from ..mapping.recognition import match
from ..mapping.vocabulary import Vocabulary
from ..names import plain
from ..problems import listed, printable
from ..text import counted
from .draft_columns import INDENT, Columns, codes_of
from .mapping_start import SCHEMA, WIDTH, comment, decisions_start, fields_start, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..mapping.described import DescribedFile, DescribedSheet
    from ..mapping.description import ColumnLook, SheetLook
    from ..mapping.recognition import Recognised
    from ..mapping.vocabulary import RulesSheet
    from ..rulebook.model import RuleSet

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# A draft, made from {files} by `probation-ratings describe`.
# What was recognised is filled in: look at it. Each place that is marked OPEN needs you: read its comment, put right
# what the lines below it say, and remove the # before them. Then run `probation-ratings check` with this file.
# The line above lets an editor help; it names a file that this command makes:
#   probation-ratings rules schema mapping -o {schema}
mapping_version: 1

rules: {rules}

# OPEN: the name of the region.{regions}
inspection:
  # {region}: NAME OF THE REGION
  # These are optional; dates are written YYYY-MM-DD:
"""
Key: TypeAlias = "tuple[str, int]"
"""What a column is named by: its header, or by its number as well where the header is blank, odd or there twice."""
LONGEST_HEADER = 200
"""A column with a longer header is named by its letter."""


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One sheet of a file, and the columns in it by what they are named by."""

    file: DescribedFile
    sheet: DescribedSheet
    keys: dict[Key, ColumnLook]


@dataclass(frozen=True, slots=True)
class Group:
    """Sheets that have the same columns and fill one sheet of the rules, as if they were one.

    `columns` are those that all of them have, with what is in them together, `found` what they are by the rules.
    `restarted` are the columns that have ids in each sheet, which are there again in another one.
    """

    target: RulesSheet
    certain: bool
    parts: tuple[DraftPart, ...]
    columns: dict[Key, ColumnLook]
    found: Recognised
    restarted: tuple[ColumnLook, ...]

    def key(self, look: ColumnLook) -> Key:
        """What a column is named by."""
        return next(key for key, one in self.columns.items() if one is look)

    @property
    def look(self) -> SheetLook:
        """The first of its sheets."""
        return self.parts[0].sheet.look


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a draft, how many places in it are open, and the folder for --data, if it needs one."""

    text: str
    open: int
    data: Path | None


def draft_of(files: Sequence[DescribedFile], rules: RuleSet, named: str, folder: Path) -> Draft:
    """The draft of a mapping file in a folder for these files, by rules that it calls `named`.

    Raises `UsageError` where a file has a name that a mapping file cannot have.
    """
    names, data = _names(files, folder)
    words = Vocabulary(rules)
    groups = groups_of(files, frozenset(plain(word) for word in rules.answers.accepted))
    known = {group.target.name for group in groups if group.certain}
    unclear = [group for group in groups if not group.certain and group.target.name in known]
    codes = codes_of(groups, rules)
    by_sheet: dict[str, list[Columns]] = {}
    for group in groups:
        if group not in unclear:
            by_sheet.setdefault(group.target.name, []).append(Columns(group, rules, codes))
    first = {name: max(ones, key=lambda one: len(one.group.parts)) for name, ones in by_sheet.items()}
    decisions = "".join(decisions_start(rules)).strip("\n")
    if rules.judged and rules.judgement_sheet_name not in first:  # they are open unless a sheet gives them
        decisions = decisions.replace("# The ratings", "# OPEN: the ratings", 1)
    lines = [*_head(files, rules, named), "", decisions]
    lines += ["", "# How each sheet of the rules is filled: on the left its columns, on the right yours.", "sheets:"]
    in_order = [name for name in words.sheet_names if name in first]
    for name in in_order:
        lines += _sheet(first[name], alone=len(by_sheet[name]) == 1)
    missing = [one.name for one in rules.case_sheets if one.name not in first]
    if missing:
        text = f"OPEN: no export was found for {listed(missing)}. Each needs an entry here and a source."
        lines.append(comment(text, "  "))
    lines += ["", "# Which files fill which sheet.", "sources:"]
    for name in in_order:
        for columns in by_sheet[name]:
            lines += _sources(columns, first[name], names, alone=len(by_sheet[name]) == 1)
    lines += [*_unclear(unclear, rules), *_left_out(files, groups)]
    text = "\n".join(lines) + "\n"
    return Draft(text, sum(line.strip().startswith("# OPEN") for line in text.splitlines()[8:]), data)


def _head(files: Sequence[DescribedFile], rules: RuleSet, named: str) -> Iterator[str]:
    regions = "" if rules.regions is None else f"\n{comment(f'The regions are {listed(rules.regions.names)}.')}"
    facts = {"schema": SCHEMA, "files": counted(len(files), "file"), "rules": quoted(named), "regions": regions}
    yield _HEAD.format(**facts, region=quoted(rules.inspection_sheet.fields.region)).rstrip("\n")
    yield from fields_start(rules)


def _sheet(columns: Columns, *, alone: bool) -> Iterator[str]:
    """The entry of a sheet of the rules, from the group with most of its files; `alone` says that there is no other."""
    yield f"  {quoted(columns.group.target.name)}:"
    yield from _unsure(columns)
    yield from columns.lines()
    if alone:
        yield from columns.totals()


def _unsure(columns: Columns) -> Iterator[str]:
    if not columns.group.certain:
        others = listed([one.name for one in columns.rules.case_sheets], "or")
        text = f"OPEN: hardly anything says that this is the right sheet of the rules; it could be {others}."
        yield comment(text, INDENT)


def _sources(columns: Columns, first: Columns, names: dict[str, str], *, alone: bool) -> Iterator[str]:
    """The sources of a group; one that is not the first of its sheet has columns of its own."""
    group = columns.group
    own = [] if columns is first else [*_unsure(columns), *columns.lines(replaced=first.filled)]
    own += [] if alone else columns.totals()
    for keys, files in _read_alike(group, names).items():
        shown = {"files": _value(files), **dict(keys), "into": quoted(group.target.name)}
        flow = f"  - {{{', '.join(f'{key}: {value}' for key, value in shown.items())}}}"
        if not own and len(flow) <= WIDTH:
            yield flow
            continue
        yield "  - files:"
        yield from (f"      - {quoted(name)}" for name in files)
        yield from (f"{INDENT}{key}: {value}" for key, value in shown.items() if key != "files")
        yield from own


def _read_alike(group: Group, names: dict[str, str]) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """The files of a group by the keys that say how they are read."""
    sheets: dict[str, list[DraftPart]] = {}
    for part in group.parts:
        sheets.setdefault(part.file.path, []).append(part)
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for path, parts in sheets.items():
        file = parts[0].file
        keys: dict[str, str] = {}
        if not file.is_csv and len(file.sheets) > 1:
            keys["sheet"] = _value([part.sheet.look.name for part in parts])
        if file.encoding != "utf-8":
            keys["encoding"] = file.encoding
        look = parts[0].sheet.look
        if look.header_row is None:
            keys |= {"header_row": "none", "first_row": str(look.first_row)}
        elif look.further_headers:
            keys["first_row"] = str(look.first_row)
        found.setdefault(tuple(keys.items()), []).append(names[path])
    return found


def _value(texts: Sequence[str]) -> str:
    return quoted(texts[0]) if len(texts) == 1 else f"[{', '.join(map(quoted, texts))}]"


def _unclear(groups: Iterable[Group], rules: RuleSet) -> Iterator[str]:
    """The sheets that have answers, and that nothing says more of."""
    places = [printable(_place(part.file, part.sheet)) for group in groups for part in group.parts]
    if places:
        sheets = listed([one.name for one in rules.case_sheets], "or")
        text = f"OPEN: nothing says what {listed(places)} should be. If it is {sheets}, add a source for it."
        yield comment(text, "  ")


def _place(file: DescribedFile, sheet: DescribedSheet) -> str:
    name = PurePath(file.path).name
    return name if file.is_csv else f"sheet {sheet.look.name} of {name}"


def _left_out(files: Iterable[DescribedFile], groups: Iterable[Group]) -> Iterator[str]:
    """What is not read, and why."""
    taken = {id(part.sheet) for group in groups for part in group.parts}
    nothing: list[str] = []
    for file in files:
        for one in file.sheets:
            place = printable(_place(file, one))
            if one.own:
                text = f"{place} has the fields of a case workbook: rate it as it is, without this file."
                yield comment(text, "  ")
            elif id(one) not in taken:
                nothing.append(place)
    if nothing:
        yield comment(f"Left out, because nothing in it looks like answers: {listed(nothing)}.", "  ")


def _names(files: Sequence[DescribedFile], folder: Path) -> tuple[dict[str, str], Path | None]:
    """The names of the files in the folder of the mapping file; or in one of their own, which comes with them."""
    real = {file.path: os.path.realpath(file.path) for file in files}
    if "-" in real:
        raise UsageError("a mapping file cannot name standard input (-): name the file")
    base, data = os.path.realpath(folder), None
    if any(os.path.commonpath([base, path]) != base for path in real.values()):
        base = os.path.commonpath([os.path.dirname(path) for path in real.values()])  # noqa: PTH120 - a text
        data = Path(os.path.relpath(base))
    names = {path: Path(os.path.relpath(one, base)).as_posix() for path, one in real.items()}
    for path, name in names.items():
        if not name.isprintable() or "\\" in name or name != name.strip():
            raise UsageError(f"{printable(path)}: a mapping file cannot have this name: rename the file")
    return names, data


def groups_of(files: Iterable[DescribedFile], answers: frozenset[str]) -> list[Group]:
    """The groups of all sheets that fill a sheet of the rules; `answers` are the rules' words.

    A sheet with the headers of others fills the same sheet as they do, also where it says little itself.
    """
    alike: list[list[DraftPart]] = []
    for file in files:
        for sheet in file.sheets:
            if sheet.own or not sheet.look.rows:
                continue
            headers = Counter(plain(one.header) for one in sheet.look.columns)
            part = DraftPart(file, sheet, {_key(one, headers): one for one in sheet.look.columns})
            group = next((one for one in alike if _fits(part, one)), None)
            if group is None:
                alike.append(group := [])
            group.append(part)
    found = (_group(parts, answers) for parts in alike)
    return [group for group in found if group is not None]


def _fits(part: DraftPart, group: Sequence[DraftPart]) -> bool:
    """Whether a sheet has the columns of a group, but for some that the rules do not ask for."""
    first = group[0]
    mine, yours = part.keys, first.keys
    if part.sheet.look.header_row is None or first.sheet.look.header_row is None:
        return False
    if not (mine.keys() <= yours.keys() or yours.keys() <= mine.keys()):
        return False
    extra = [(one, part) for key, one in mine.items() if key not in yours]
    extra += [(one, first) for key, one in yours.items() if key not in mine]
    return not any(one.kind == "answers" or whole.sheet.found.name_of(one) for one, whole in extra)


def _group(parts: Sequence[DraftPart], answers: frozenset[str]) -> Group | None:
    """The group of these sheets; None where none of them can be rated."""
    said = [(one.sheet.found.target, one.sheet.found.certain) for one in parts]
    votes = Counter((certain, target.name) for target, certain in said if target is not None)
    if not votes:
        return None
    certain, name = max(votes, key=lambda one: (one[0], votes[one]))
    target = next(one for one, _ in said if one is not None and one.name == name)
    common = [key for key in parts[0].keys if all(key in part.keys for part in parts)]
    looks = with_answers([_together([part.keys[key] for part in parts], answers) for key in common])
    columns = dict(zip(common, looks, strict=True))
    restarted = tuple(
        columns[key]
        for key in common
        if len(parts) > 1 and columns[key].kind != "id" and all(part.keys[key].kind == "id" for part in parts)
    )
    look = replace(parts[0].sheet.look, columns=tuple(columns.values()))
    return Group(target, certain, tuple(parts), columns, match(look, target), restarted)


def _together(looks: Sequence[ColumnLook], answers: frozenset[str]) -> ColumnLook:
    """A column of several sheets as one."""
    cells = reduce(ColumnCells.with_those_of, [one.cells for one in looks])
    return replace(looks[0], cells=cells, kind=cells.kind(looks[0].header, answers), values=None)


def _key(look: ColumnLook, headers: Counter[str]) -> Key:
    usable = 0 < len(look.header) <= LONGEST_HEADER and look.header.isprintable()
    once = headers[plain(look.header)] == 1
    return (plain(look.header), 0) if usable and once else (plain(look.header) if usable else "", look.number)
