"""The configuration file: where it is found, what it changes, and how it is refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from books import save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the small workbook: London, with few cases (PR408) and no more problems."""
    monkeypatch.chdir(tmp_path)
    save(small_book(), tmp_path / "london.xlsx")
    return tmp_path


def _codes(run: Run) -> set[str]:
    return {one["code"] for workbook in json.loads(run.out)["workbooks"] for one in workbook["problems"]}


def test_keys_are_defaults_of_the_options(folder: Path, run: Callable[..., Run]) -> None:
    assert _codes(run("check", "london.xlsx", "-f", "json", group=True)) == {"PR408"}
    (folder / "probation-ratings.toml").write_text('ignore = ["PR408"]\n')
    found = run("check", "london.xlsx", "-f", "json", group=True)
    assert _codes(found) == set()
    assert "settings from probation-ratings.toml: ignore\n" in found.err


def test_the_command_line_wins(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('ignore = ["PR408"]\n')
    found = run("check", "london.xlsx", "-f", "json", "--ignore", "PR3", group=True)
    assert _codes(found) == {"PR408"}
    assert "settings from" not in found.err


def test_isolated_ignores_the_file_even_if_it_is_broken(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text("ignore = [\n")
    assert run("check", "london.xlsx", group=True).status == 2
    assert _codes(run("check", "london.xlsx", "-f", "json", "--isolated", group=True)) == {"PR408"}


@pytest.mark.parametrize("name", ["probation-ratings.toml", "pyproject.toml"])
def test_it_is_found_above_the_first_input(name: str, folder: Path, run: Callable[..., Run]) -> None:
    inner = folder / "data" / "2024"
    inner.mkdir(parents=True)
    save(small_book(), inner / "london.xlsx")
    table = "[tool.probation-ratings]\n" if name == "pyproject.toml" else ""
    (folder / "data" / name).write_text(f'{table}ignore = ["PR408"]\n')
    assert _codes(run("check", inner / "london.xlsx", "-f", "json", group=True)) == set()
    assert _codes(run("check", inner, "-f", "json", group=True)) == set()
    assert _codes(run("check", "london.xlsx", "-f", "json", group=True)) == {"PR408"}


def test_a_pyproject_of_others_is_passed_over_even_if_it_is_broken(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "data").mkdir()
    save(small_book(), folder / "data" / "london.xlsx")
    (folder / "probation-ratings.toml").write_text('ignore = ["PR408"]\n')
    (folder / "data" / "pyproject.toml").write_text("[tool.other\n")
    assert _codes(run("check", "data/london.xlsx", "-f", "json", group=True)) == set()


def test_without_an_input_the_file_of_the_working_folder_counts(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('inputs = ["london.xlsx"]\nrules = "pdu-2023"\n')
    assert "fits the rules regional-2023, not pdu-2023" in run("check", group=True).out
    assert run("rate", "--isolated", "london.xlsx", "-f", "json", group=True).inspection["score"] == 22


def test_config_names_a_file(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "night.toml").write_text('inputs = ["../london.xlsx"]\n')
    found = run("--config", "conf/night.toml", "-f", "json")
    assert (found.status, found.inspection["score"]) == (0, 22)
    assert found.inspection["workbook"]["path"] == "london.xlsx"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--config", "none.toml"], "none.toml: file not found"),
        (["--config", "x.toml", "--isolated"], "leave out one of them"),
        (["--config", "pyproject.toml"], "pyproject.toml:1: the file: it has no table [tool.probation-ratings]"),
    ],
    ids=["a file that is not there", "two options that contradict each other", "a file without the table"],
)
def test_a_file_that_cannot_be_used_is_refused(
    arguments: list[str], words: str, folder: Path, run: Callable[..., Run]
) -> None:
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    found = run("london.xlsx", *arguments)
    assert found.status == 2
    assert words in found.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('rules = "regional-2023"\n\ningore = ["PR408"]\n', ":3: ingore: unknown key; did you mean ignore?"),
        ("suppress_below = 5\n", ":1: suppress_below: unknown key; did you mean suppress-below?"),
        ("[x]\ny = 1\n", ":1: x: unknown key\n"),
        ('# ignore = 1\nselect = """\nignore = 2\n"""\n"ignore" = 3\n', ":5: ignore: it must be a list of texts"),
        ('ignore = [\n  "PR408",\n  "PR999",\n]\n', ":1: ignore: unknown problem code 'PR999'"),
        (
            '[per-file-ignores]\n"a.xlsx" = ["PR3"]\n"b.xlsx" = "PR3"\n',
            ":3: per-file-ignores.b.xlsx: it must be a list",
        ),
        ("rules = 2023\n", ":1: rules: it must be text in quotation marks"),
        ("suppress-below = true\n", ":1: suppress-below: it must be a whole number"),
        ('output = "/etc"\n', ":1: output: it must be a folder below that of this file"),
        ('output = "../x"\n', ":1: output: it must be a folder below that of this file"),
        ("rules = regional-2023\n", ":1: this is not a value: text is written in quotation marks"),
        ('select = []\nrules = "a"\nrules = "b"\n', ":3: a key or a table is given twice"),
        ('inputs = ["a"\n', "a bracket is opened and not closed"),
        ('rules = "C:\\data\\mine.yaml"\n', ":1: a backslash in quotation marks is read as a command: use / in paths"),
        ("x = " + "[" * 50_000 + "\n", "a bracket is opened and not closed"),
        ("x = " + "1" * 5_000 + "\n", "it is not TOML here"),
        ("x = 1\n" * 40_000, "the file has more than 200,000 bytes"),
    ],
    ids=lambda one: one[:30],
)
def test_what_is_wrong_is_named_with_its_line(text: str, words: str, folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text(text)
    found = run("london.xlsx")
    assert found.status == 2
    assert f"probation-ratings.toml{words}" in found.err if words.startswith(":") else words in found.err
    assert found.out == ""


def test_the_line_of_a_key_in_a_pyproject_is_that_of_its_table(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "pyproject.toml").write_text(
        "[tool.other]\nselekt = 1\n\n[tool.probation-ratings]\n# selekt\nselekt = ['PR3']\n"
    )
    assert "pyproject.toml:6: tool.probation-ratings.selekt: unknown key" in run("london.xlsx").err
    (folder / "pyproject.toml").write_text("[tool.probation_ratings]\nselect = ['PR3']\n")
    assert "pyproject.toml:1: tool.probation_ratings: the table is called" in run("london.xlsx").err


def test_a_link_does_not_lead_the_output_elsewhere(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "data").mkdir()
    (folder / "elsewhere").mkdir()
    (folder / "data" / "results").symlink_to(folder / "elsewhere")
    (folder / "data" / "probation-ratings.toml").write_text('output = "results"\n')
    save(small_book(), folder / "data" / "london.xlsx")
    found = run("data/london.xlsx")
    assert found.status == 2
    assert "data/probation-ratings.toml:1: output: it must be a folder below that of this file" in found.err
    assert not list((folder / "elsewhere").iterdir())


def test_help_does_not_need_a_file_that_can_be_read(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text("x")
    assert run("london.xlsx", "--help").status == 0
    assert "unknown option --nonsense" in run("london.xlsx", "--nonsense").err


def test_a_file_that_is_no_file_is_refused(folder: Path, run: Callable[..., Run]) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("Windows has no pipes")
    os.mkfifo(folder / "probation-ratings.toml")
    found = run("london.xlsx")
    assert found.status == 2
    assert "a pipe" in found.err


def test_paths_are_relative_to_the_file(folder: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "data").mkdir()
    save(small_book(), folder / "data" / "wales.xlsx")
    (folder / "mine.yaml").write_text("extends: regional-2023\nid: mine\ntitle: Mine\n")
    (folder / "probation-ratings.toml").write_text(
        'inputs = ["data"]\noutput = "results"\nrules = "mine.yaml"\n[per-file-ignores]\n"data/*.xlsx" = ["PR408"]\n'
    )
    monkeypatch.chdir(folder / "data")
    found = run()
    assert found.status == 0
    document = json.loads((folder / "results" / "london.json").read_text(encoding="utf-8"))
    assert (document["rules"]["id"], document["inspections"][0]["score"]) == ("mine", 22)
    assert _codes(run("check", "-f", "json", group=True)) == set()
    assert _codes(run("check", "-f", "json", folder / "london.xlsx", group=True)) == {"PR408"}
    assert json.loads(run("-f", "json", "-o", "-").out)["inspections"][0]["score"] == 22


def test_rules_of_a_mapping_file_win_over_those_of_the_configuration(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('rules = "youth-justice-2021"\n')
    (folder / "region.mapping.yaml").write_text(
        "mapping_version: 1\nrules: regional-2023\nsources:\n  - {files: london.xlsx, sheet: PDU cases, into: PDU cases}\n"
    )
    assert (
        json.loads(run("check", "region.mapping.yaml", "-f", "json", group=True).out)["rules"]["id"] == "regional-2023"
    )
    assert json.loads(run("check", "london.xlsx", "-f", "json", group=True).out)["rules"]["id"] == "youth-justice-2021"


@pytest.mark.parametrize("command", ["explain", "describe"])
def test_rules_are_those_of_every_command(command: str, folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('rules = "missing.yaml"\n')
    found = run(command, "london.xlsx", group=True)
    assert found.status == 2
    assert "unknown rule file 'missing.yaml'" in found.err


@pytest.mark.usefixtures("folder")
def test_per_file_ignores_by_name_on_the_command_line(run: Callable[..., Run]) -> None:
    def codes(entry: str) -> set[str]:
        return _codes(run("check", "london.xlsx", "-f", "json", "--per-file-ignores", entry, group=True))

    assert codes("lon*.xlsx:PR4") == set()
    assert codes("wales.xlsx:PR4") == {"PR408"}
    assert codes("./london.xlsx:PR408") == set()
    assert codes("old/*:PR408") == {"PR408"}
    assert run("check", "london.xlsx", "--per-file-ignores", "PR408", group=True).status == 2


def test_regions_are_those_that_must_be_there(folder: Path, run: Callable[..., Run]) -> None:
    assert "no readable workbook of East Midlands" in run("london.xlsx", "--require-all").err
    (folder / "probation-ratings.toml").write_text('regions = ["London"]\n')
    assert run("london.xlsx", "--require-all").status == 0
    (folder / "probation-ratings.toml").write_text('regions = ["london", "Wales"]\n')
    found = run("london.xlsx", "--require-all")
    assert found.status == 1
    assert "there is no readable workbook of Wales" in found.err
    assert "no readable workbook of Wales" in run("check", "london.xlsx", "--require-all", group=True).out
    (folder / "probation-ratings.toml").write_text('regions = ["Lodon"]\n')
    found = run("london.xlsx")
    assert found.status == 2
    assert "'Lodon' is not a region of regional-2023: did you mean 'London'?" in found.err
    assert "(probation-ratings.toml sets regions; --isolated ignores it)" in found.err


def test_suppression_is_not_dropped_silently(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text("suppress-below = 5\n")
    assert run("london.xlsx").status == 0  # the table on the terminal has all counts
    assert "[c]" in run("london.xlsx", "-f", "csv", "--key-questions").out
    found = run("london.xlsx", "-f", "json")
    assert found.status == 2
    assert "probation-ratings.toml sets suppress-below; --isolated ignores it" in found.err
    assert run("london.xlsx", "-f", "json", "--suppress-below", "0").status == 0


def test_inputs_are_not_read_beside_counts(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('inputs = ["london.xlsx"]\n')
    found = run("--tallies", "none.csv")
    assert "none.csv: file not found" in found.err


def test_an_output_never_takes_the_place_of_the_file(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "night.csv").write_text('ignore = ["PR408"]\nrules = "regional-2023"\n')
    for arguments in (["rate", "london.xlsx"], ["check", "london.xlsx", "-f", "json"], ["explain", "london.xlsx"]):
        command: list[Any] = [*arguments, "--config", "night.csv", "-o", "night.csv"]
        found = run(*command, *(["-f", "json"] if arguments[0] == "explain" else []), group=True)
        assert found.status == 2
    assert (folder / "night.csv").read_text().startswith("ignore")


def test_quiet_says_nothing_of_the_file(folder: Path, run: Callable[..., Run]) -> None:
    (folder / "probation-ratings.toml").write_text('rules = "regional-2023"\n')
    assert "settings from" in run("london.xlsx").err
    assert run("london.xlsx", "-q").err == ""
