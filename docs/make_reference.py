"""Makes the reference: docs/commands.md from the help, docs/json.md from the schema, docs/workbook.md from the rules.

Run it without arguments.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from probation_ratings import RuleSet, load_rules
from probation_ratings.commands.application import group
from probation_ratings.commands.options import DEFAULT_RULES
from probation_ratings.problems import listed
from probation_ratings.rulebook.sheet_model import listed_in
from probation_ratings.views.rules_schema import ratings_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probation_ratings.rulebook.sheet_model import CaseSheet, Category, DecisionSheet, OtherColumn

DOCS = Path(__file__).parent
Schema = dict[str, Any]

_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}

COMMANDS = """# The commands

<!-- Made by docs/make_reference.py from the help of each command: change it in src/probation_ratings/commands. -->

This page shows the `--help` of every command. `rate` alone is the same as `probation-ratings rate`.
[analyst.md](analyst.md) has the command for each question, [batch.md](batch.md) those for many regions, and
[ci.md](ci.md) those for CI.

Formats have short names (`md`, `htm`), and capitals do not matter. `304` is the problem code `PR304`. On standard
error, a command says what `-o` wrote; with `-q` it shows only errors there. To complete ids of rule files and
standards, problem codes and options with the Tab key, run `rate --install-completion` and `probation-ratings
--install-completion` once.

"""

FORMATS = """
| exit status | meaning |
|---|---|
| 0 | done |
| 1 | there are errors in the data; ratings that depend on them are not given |
| 2 | wrong usage, or a rule file or mapping file that cannot be used |
| 3 | a file that cannot be read or written |
| 70, 130, 141 | a bug in the program, an interrupt, a closed pipe |

For several workbooks it is the highest of theirs. Results go to standard output; warnings, errors and progress go to
standard error. An output file is complete or not written at all, and an input is never overwritten.
"""

JSON = """# The JSON of `rate -f json`

<!-- Made by docs/make_reference.py from src/probation_ratings/schemas/ratings-1.0.schema.json: change it there. -->

`rate -f json` writes one document, `-f jsonl` one document per line for each inspection, and `explain -f json` the
same document with the steps of the explanation. `probation-ratings rules schema ratings` prints the full
[schema](../src/probation_ratings/schemas/ratings-1.0.schema.json). Later versions may add keys, but do not rename
or remove any. So a program must read the keys it knows and ignore the others.

`workbook` names the input: a workbook, a file of counts or a mapping file, or with `--combine` the folder of the
files. With a mapping file or `--combine`, its `sha256` is that of the lines `sha256  path` of `sources`, as
`sha256sum` writes them.

An optional key is missing if it has no value. The document never contains case rows, and it contains case ids only
in `problems`. Each object has its own table below, headed by its path: `[]` means the items of a list, `.*` means
any key.
"""

WORKBOOK = """# The case workbook

<!-- Made by docs/make_reference.py from the rule files: change it there. -->

An `.xlsx`, `.xlsm`, `.xlsb`, `.xls` or `.ods` file for one region and one inspection. `probation-ratings new -o
region.xlsx` makes a blank one with drop-down lists; add `--rules ID_OR_FILE` for other rules. [The
example](../examples/east-of-england.xlsx) is a filled one.

Bold names are required. The rule file defines the sheets and columns; those of the shipped rule files follow.

## How names and values are read

- Case, white space, `_` and `-` in names of sheets, columns and fields do not matter, nor does the order of columns.
- A key question's column may be headed by its id, its text, or both.
- Title rows above a header, extra columns and extra sheets are ignored.
- Hidden rows, columns and sheets count like any other; `check` reports them.
- Ids are text: 0012 stays 0012, and a standard 2.10 is not 2.1. An id appears once in its sheet.
- A blank answer is a problem. It does not mean {not_applicable}.
- Formulas are not calculated: the saved value counts.

## What the formats show

Errors such as #N/A, and formulas without a saved value, are found in `.xlsx`, `.xlsm` and `.ods` files. In `.xls` and
`.xlsb` they look like empty cells, so that a blank answer, and a row without any value among or below the cases, is
refused there. Hidden rows and columns, filters and merged cells are found in `.xlsx` and `.xlsm`.

"""


def commands() -> str:
    """The page of all commands: the help of each at 80 columns."""
    pages = [f"## {name}\n\n```\n{help_of(name)}```\n" for name, _ in every_command()]
    return COMMANDS + "\n".join(pages) + "\n## Exit status\n" + FORMATS


def every_command() -> Iterator[tuple[str, Any]]:
    """All commands by their names, as typer has them: the group, then each in the order of the help."""

    def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield name, command
        for inner, one in getattr(command, "commands", {}).items():
            yield from below(f"{name} {inner}", one)

    return below("probation-ratings", typer.main.get_command(group()))


def help_of(name: str) -> str:
    """The help of a command at 80 columns."""
    arguments = name.split()[1:]
    return subprocess.run(
        [sys.executable, "-m", "probation_ratings", *arguments, "--help"],
        env={**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def json_page() -> str:
    """The page of all keys of the JSON document: a table for each object, headed by the path to it."""
    schema = json.loads(ratings_schema())
    found: dict[str, str] = {}
    tables = _tables(schema, "The document", schema["$defs"], found)
    return JSON + "".join(tables)


def _tables(one: Schema, path: str, defs: Schema, found: dict[str, str]) -> list[str]:
    """The table of an object, then those of the objects in it; each is headed by its first path."""
    found[json.dumps(one)] = path
    prefix = "" if path == "The document" else f"{path}."
    below: list[str] = []
    rows = []
    for key, value in one["properties"].items():
        inner, marks = _inside(value, defs)
        where = ""
        if "properties" in inner:
            here = f"{prefix}{key}{marks}"
            if json.dumps(inner) not in found:
                below += _tables(inner, here, defs, found)
            where = found[json.dumps(inner)]
        optional = "" if key in one.get("required", ()) else "; optional"
        rows.append(f"| `{key}` | {_kind(value, defs, where)}{optional} | {_meaning(value, defs)} |\n")
    title = path if path == "The document" else f"`{path}`"
    return [f"\n## {title}\n\n| Key | Value | Meaning |\n|---|---|---|\n", *rows, *below]


def _inside(value: Schema, defs: Schema) -> tuple[Schema, str]:
    """The innermost value, with `[]` for each list on the way and `.*` for any key."""
    value = _resolved(value, defs)
    for key, mark in (("items", "[]"), ("additionalProperties", ".*")):
        if key in value:
            inner, marks = _inside(value[key], defs)
            return inner, mark + marks
    return value, ""


def _resolved(value: Schema, defs: Schema) -> Schema:
    """Resolve the references of a value, and add its own keys."""
    if "$ref" in value:
        return _resolved(defs[value["$ref"].rpartition("/")[2]], defs)
    for key in ("allOf", "anyOf"):
        if key in value:
            inner = _resolved(value[key][0], defs)
            if "properties" not in value:
                return inner
            return {
                **inner,
                "properties": {**inner["properties"], **value["properties"]},
                "required": [*inner["required"], *value["required"]],
            }
    return value


def _kind(value: Schema, defs: Schema, where: str) -> str:
    """The type of a value in words, with a link to the table of its object."""
    resolved = _resolved(value, defs)
    types = resolved.get("type", [])
    types = [types] if isinstance(types, str) else types
    null = " or null" if "null" in types or {"type": "null"} in value.get("anyOf", ()) else ""
    if "const" in resolved:
        return f"`{resolved['const']}`"
    if "enum" in resolved:
        return ", ".join(f"`{word}`" for word in resolved["enum"])
    if "array" in types:
        return f"list of {_many(_kind(resolved['items'], defs, where))}{null and f',{null}'}"
    if "object" in types:
        one = f"[object](#{anchor(where)})" if where else _kind(resolved["additionalProperties"], defs, "")
        return f"{one if 'properties' in resolved else f'object: by key {_many(one)}'}{null}"
    return f"{_WORDS[types[0]]}{null}"


def _many(kind: str) -> str:
    return re.sub(r"^\[?(text|whole number|number|object|list)\b", r"\g<0>s", kind)


def _meaning(value: Schema, defs: Schema) -> str:
    """The schema's description of a value: its own, or that of its reference."""
    text = value.get("description") or _resolved(value, defs).get("description", "")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def anchor(heading: str) -> str:
    """The anchor that a heading has on a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def workbook() -> str:
    """The page of the case workbook: its sheets and columns by each shipped rule file."""
    names = (path.stem for path in (DOCS.parent / "rules").glob("*.yaml"))
    shipped = sorted(names, key=lambda name: (name != DEFAULT_RULES, name))
    programmes = [load_rules(name) for name in shipped]
    page = WORKBOOK.format(not_applicable=programmes[0].answers.not_applicable.name)
    return page + "\n".join(_programme(rules) for rules in programmes)


def _programme(rules: RuleSet) -> str:
    answers = "\n".join(
        f"| {answer.name} | {', '.join(spelling for spelling in answer.spellings if spelling != answer.name)} |"
        for answer in rules.answers.all
    )
    sheets = "\n".join(f"| {name} | {columns} |" for name, columns in _sheets(rules))
    return f"""## {rules.title}

`--rules {rules.id}`

| Sheet | Columns |
|---|---|
{sheets}

| Answer | also accepted |
|---|---|
{answers}

{f"Ratings are {listed(rules.rating_names)}." if rules.has_ratings else "There are no ratings."}{_not_inspected(rules)}
"""


def _not_inspected(rules: RuleSet) -> str:
    if rules.not_inspected is None:
        return ""
    word, sheet, reduced = rules.not_inspected.word, rules.judgement_sheet_name, rules.not_inspected.reduced_bands
    most = listed([str(bands.max_score) for bands in reduced], "or")
    then = f", and there is an overall rating only if the others can reach {most}" if reduced else ""
    then = then or (", and there is no overall rating" if rules.has_overall else "")
    return f" {word} in {sheet} means that a standard was not inspected in this round: it needs no cases{then}."


def _sheets(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Each sheet with its columns, in the order of a blank workbook."""
    inspection = rules.inspection_sheet
    fields = [getattr(inspection.fields, key) for key in type(inspection.fields).model_fields]
    samples = ", ".join(f"{one.name[0].upper()}{one.name[1:]}" for one in rules.case_samples.samples)
    about = f"**{inspection.field_column}** and **{inspection.value_column}**, with the fields **{fields[0]}**, "
    about += f"{', '.join(fields[1:])} ({inspection.inspection_data} or {inspection.illustrative})"
    numbers = f", and the numbers of cases, which are compared with the rows: {samples}" if samples else ""
    yield inspection.name, f"{about}{numbers}"
    judged = listed([standard.id for standard in rules.judged])
    rows = f"one row for each of {judged}" + (", for each PDU" if rules.unit == "pdu" else "")
    if rules.judgement_sheet is not None:
        yield rules.judgement_sheet.name, f"{rows}: {_decisions(rules.judgement_sheet, reason='')}"
    for sheet in rules.case_sheets:
        yield sheet.name, _cases(sheet, rules)
    if rules.panel_sheet is not None:
        yield f"{rules.panel_sheet.name} (may be missing)", _decisions(rules.panel_sheet, reason="**")
    for annex in rules.annex_tables:
        columns = (f"**{one.name}**{_one_of(one)}" for one in annex.categories)
        yield f"{annex.name} (may be missing)", f"one row for each of the {annex.items}: {', '.join(columns)}"


def _decisions(sheet: DecisionSheet, *, reason: str) -> str:
    pdu = f"**{sheet.pdu_column}**, " if sheet.pdu_column else ""
    return f"{pdu}**{sheet.standard_column}**, **{sheet.rating_column}**, {reason}{sheet.reason_column}{reason}"


def _cases(sheet: CaseSheet, rules: RuleSet) -> str:
    """The columns of a case sheet: its id, its PDU, the others, and its questions."""
    bold = "**" if rules.unit == "pdu" else ""
    columns = [f"**{sheet.id_column}**", *([f"{bold}{sheet.pdu_column}{bold}"] if sheet.pdu_column else [])]
    columns += [
        f"{other.name}{' (a date)' if other.kind == 'date' else _one_of(other)}" for other in sheet.other_columns
    ]
    for _, question in rules.questions_of(sheet.name):
        only = question.only_where
        where = "" if only is None else f" (only where {only.column} is {listed(listed_in(only.value), 'or')})"
        columns.append(f"**{question.id}**{where}")
    columns += [f"{question.id} (does not affect any rating)" for question in rules.supporting_of(sheet.name)]
    return ", ".join(columns)


def _one_of(column: OtherColumn | Category) -> str:
    if not column.values:
        return ""
    also = [f"{listed(words, 'and')} count as {value}" for value, words in column.spellings.items()]
    return f" ({'; '.join([listed(column.values, 'or'), *also])})"


if __name__ == "__main__":
    for name, made in (("commands", commands), ("json", json_page), ("workbook", workbook)):
        (DOCS / f"{name}.md").write_text(made(), encoding="utf-8")
        print(f"{name}.md written")
