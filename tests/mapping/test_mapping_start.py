"""`new --mapping` and the JSON Schema of mapping files: both know every key that the program reads."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator

from mapping_texts import TEXT, changed, folder_with, write
from probation_ratings import load_rules
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping import load, model, origins, sections
from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.model import Header
from probation_ratings.rulebook.yaml_file import shipped
from probation_ratings.writing.mapping_start import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    from probation_ratings.views.rules_schema import mapping_schema

    loaded = json.loads(mapping_schema())
    assert isinstance(loaded, dict)
    Draft7Validator.check_schema(loaded)
    return loaded


@pytest.mark.parametrize("rules", shipped())
def test_a_mapping_file_to_start_from_loads_once_its_files_exist(
    rules: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "region.mapping.yaml"
    result = run("new", "--mapping", path, "--rules", rules, group=True)
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith(f"{path} written: ")
    text = path.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 120
    for name in re.findall(r"\{files: ([^,]+),", text):
        (path.parent / name).touch()
    mapping = load_mapping(path)
    loaded = load_rules(rules)
    assert [source.mapping.into for source in mapping.sources] == [
        sheet.name for sheet in loaded.case_sheets or loaded.decision_sheets
    ]
    assert (mapping.rules, mapping.notes) == (rules, ())
    for source in mapping.sources:
        asked = [question.id for _, question in loaded.questions_of(source.mapping.into)]
        assert {name: source.mapping.columns[name].value for name in asked} == {name: Header(name) for name in asked}


def test_it_names_every_key(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.mapping.yaml"
    run("new", "--mapping", path, group=True)
    text = path.read_text(encoding="utf-8")
    keys = {*load.KEYS, *sections.SHEET_KEYS, *origins._KEYS, "files", "exclude", "into"} - {"extends", "question"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()


def test_it_overwrites_nothing(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "region.mapping.yaml"
    path.write_text("mine", encoding="utf-8")
    result = run("new", "--mapping", path, group=True)
    assert (result.status, path.read_text(encoding="utf-8")) == (3, "mine")
    assert f"{path} exists already" in result.err
    assert run("new", "--mapping", path, "--force", group=True).status == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mapping", "region.xlsx"], "must end in .mapping.yaml"),
        (["--mapping", "r.mapping.yaml", "-o", "r.xlsx"], "leave out -o and --force"),
        ([], "name the workbook to write"),
    ],
    ids=["another suffix", "a workbook too", "no file"],
)
def test_a_command_line_that_cannot_be_is_refused(arguments: list[str], words: str, run: Callable[..., Run]) -> None:
    result = run("new", *arguments, group=True)
    assert result.status == 2
    assert words in result.err


def test_rules_of_ones_own_are_named_from_the_file(run: Callable[..., Run], tmp_path: Path) -> None:
    mine = tmp_path / "rules" / "mine.yaml"
    mine.parent.mkdir()
    mine.write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    path = tmp_path / "london" / "region.mapping.yaml"
    assert run("new", "--mapping", path, "--rules", mine, group=True).status == 0
    assert "\nrules: '../rules/mine.yaml'\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["Yes", "1", "a: b", "#2", "it's", "Ref #2", "null", "2024-06-03", "~", " x", "Ref", ""]
)
def test_a_text_is_quoted_so_that_every_reader_of_yaml_reads_it_as_it_is(text: str) -> None:
    assert yaml.safe_load(f"a: {quoted(text)}") == {"a": text}
    assert yaml.safe_load(f"{quoted(text)}: a") == {text: "a"}
    assert quoted("Ref") == "Ref"


def test_the_schema_has_the_keys_that_are_read(schema: dict[str, Any]) -> None:
    definitions = schema["definitions"]
    assert list(schema["properties"]) == list(load.KEYS)
    assert tuple(definitions["sheet"]["properties"]) == sections.SHEET_KEYS
    assert set(definitions["source"]["properties"]) == {"files", "exclude", "into", *sections.SHEET_KEYS}
    assert set(definitions["origin"]["anyOf"][2]["properties"]) == set(origins._KEYS)
    assert set(definitions["condition"]["properties"]) == {"column", "letter", *origins._CONDITIONS}
    assert set(definitions["delimiter"]["enum"]) == {one for one in sections.DELIMITERS if one != "\\t"}
    assert definitions["encoding"]["enum"] == list(model.ENCODINGS)


def test_the_schema_takes_what_loads(schema: dict[str, Any], run: Callable[..., Run], tmp_path: Path) -> None:
    assert json.loads(run("rules", "schema", "mapping", group=True).out) == schema
    run("new", "--mapping", tmp_path / "m.yaml", group=True)
    for text in (TEXT, (tmp_path / "m.yaml").read_text(encoding="utf-8")):
        Draft7Validator(schema).validate(yaml.load(text, yaml.CBaseLoader) | {"mapping_version": 1})


# what is changed in a file that loads, so that it does not
REFUSED = {
    "an unknown key": ("judgements:", "judgments:"),
    "an unknown key of a sheet": ("    answers:", "    answer:"),
    "an unknown key of a column": ("separator: '/'", "seperator: '/'"),
    "an unknown key of a source": ("book.xlsx, sheet:", "book.xlsx, sheets:"),
    "no version": ("mapping_version: 1\n", ""),
    "no rules": ("rules: regional-2023\n", ""),
    "a source without files": ("files: cases.csv, ", ""),
    "two conditions in one": ("equals: Total}", "equals: Total, blank: true}"),
    "a join of one": ("[Inspection, Ref]", "[Ref]"),
    "a pattern of 201 characters": ("'(.+) 2024'", f"'({'a' * 199})'"),
    "a panel decision without a reason": (", reason: 'One case decided it.'", ""),
    "an unknown encoding": ("files: cases.csv,", "files: cases.csv, encoding: utf-16,"),
}


@pytest.mark.parametrize(("old", "new"), REFUSED.values(), ids=REFUSED)
def test_the_schema_refuses_what_does_not_load(old: str, new: str, schema: dict[str, Any], tmp_path: Path) -> None:
    text = changed(old, new)
    assert not Draft7Validator(schema).is_valid(yaml.load(text, yaml.CBaseLoader))
    with pytest.raises(MappingFileError):
        load_mapping(write(folder_with(tmp_path), text))
