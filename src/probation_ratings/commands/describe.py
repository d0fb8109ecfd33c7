"""`describe`: what exports look like, and a draft of the mapping file for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError, UsageError
from ..problems import counted
from ..writing.output import write
from ..writing.register import Register
from . import options
from .formats import OutputFormat
from .inputs import MAPPING_SUFFIXES, Inputs, files_inside, is_mapping, place_of, rules_of
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..mapping.described import DescribedFile
    from ..rulebook.model import RuleSet


class Format(OutputFormat):
    """The formats of `describe`; a mapping file is drafted and has no view."""

    TABLE = "table", ".txt", "describe:to_text"
    JSON = "json", ".json", "describe:to_json"
    MAPPING = "mapping", ".yaml .yml", ""


def describe(
    files: Annotated[list[str], options.argument("FILE", "CSV files, workbooks, or folders of them.")],
    *,
    rules: options.Rules = options.DEFAULT_RULES,
    format_: Annotated[Format | None, Format.option()] = None,
    output: options.Output = None,
    limits: options.Limits = 1,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """Describe exports, and draft a mapping file for them.

    Sheets, columns, values, and the likely meaning of each column are shown. With -o region.mapping.yaml, what was
    recognised is filled in, the rest is marked OPEN. Values are shown only where they are few, short, and each in
    several rows: personal data stays out.

    Exit status: 0 described; 2 wrong usage or a broken rule or mapping file; 3 a file that cannot be read or
    written.
    """
    terminal = Terminal(quiet, color)
    chosen = Format.of(format_, output)
    if chosen is Format.MAPPING and output is not None and not is_mapping(output.name):
        raise UsageError(f"{output} must end in {MAPPING_SUFFIXES[0]}: only such a file is read as a mapping file")
    paths = _paths(files)
    register = Register(*paths)
    register.writes(output, "-o")
    if chosen is Format.MAPPING and output is not None and os.path.lexists(output):
        raise OutputError(f"{output} exists already: name another file")
    from ..mapping.described import describe_files
    from ..mapping.vocabulary import Vocabulary

    rule_set = rules_of(Inputs(), rules, register)
    described = list(describe_files(paths, Vocabulary(rule_set), limits))
    refused = [one.problem for one in described if one.problem is not None]
    terminal.show(refused)
    if chosen is Format.MAPPING:
        if not refused:
            _draft(described, rule_set, rules, output, terminal)
        else:
            terminal.say("no mapping file is drafted: leave out the files that cannot be read, or correct them\n")
    else:
        what = [described] if chosen.is_text else [described, rule_set]
        chosen.write(output, terminal, *what)
    raise typer.Exit(3 if refused else 0)


def _paths(names: list[str]) -> list[str]:
    """The files that the names mean, each once; a folder means the CSV files and workbooks in it."""
    if not all(names):
        raise UsageError("the name of a file is empty")
    if mappings := [name for name in names if is_mapping(name)]:
        raise UsageError(f"{mappings[0]} is a mapping file: describe the exports that it names")
    found: list[str] = []
    for name in names:
        inside = None if name == "-" else files_inside(Path(name))
        if inside == []:
            raise UsageError(f"{name} has neither a CSV file nor a workbook")
        found += [name] if inside is None else inside
    return list({place_of(path): path for path in reversed(found)}.values())[::-1]


def _draft(
    described: Sequence[DescribedFile], rules: RuleSet, named: str, output: Path | None, terminal: Terminal
) -> None:
    """Write the draft of a mapping file, to a file that is not there yet."""
    from ..rulebook.yaml_file import shipped
    from ..writing.mapping_draft import draft_of

    folder = Path() if output is None else output.parent
    if named not in shipped():
        named = Path(os.path.relpath(named, folder)).as_posix()
    draft = draft_of(described, rules, named, folder)
    write([draft.text], output)
    if output is not None:
        data = "" if draft.data is None else f" --data {options.typed(draft.data)}"
        command = f"probation-ratings check {options.typed(output)}{data}"
        places = f"{counted(draft.open, 'place')} marked OPEN"
        terminal.say(f"{output} written, with {places}: complete them, then run: {command}\n")
