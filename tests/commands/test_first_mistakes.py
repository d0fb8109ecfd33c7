"""First mistakes, typed as commands: each is answered with what was probably meant, exactly as shown here."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

from shared import EXAMPLE, RULE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

MISTAKES = """\
$ rate check region.xlsx
rate: file not found: 'check'; did you mean `probation-ratings check`?
[2]

$ rate explian region.xlsx R2.4
rate: file not found: 'explian'; did you mean `probation-ratings explain`?
[2]

$ rate help
rate: file not found: 'help'; did you mean `rate --help`?
[2]

$ rate
rate: name case workbooks, such as region.xlsx, or a file of counts with --tallies
[2]

$ rate rgion.xlsx
error[PR101] file not found; did you mean region.xlsx?
  --> rgion.xlsx
    this file cannot be rated
  help: check the spelling of the path and the folder that the command is run
  in
[3]

$ rate region
error[PR101] file not found; did you mean region.xlsx?
  --> region
    this file cannot be rated
  help: check the spelling of the path and the folder that the command is run
  in
[3]

$ rate region.xlsx -f jsn
rate: -f takes table, json, jsonl, csv, markdown, html or xlsx, not 'jsn'; did you mean json?
Try 'rate --help' for help.
[2]

$ rate region.xlsx -f
rate: -f needs a value after it: table, json, jsonl, csv, markdown, html or xlsx
Try 'rate --help' for help.
[2]

$ rate region.xlsx --output=
rate: the value of --output is empty: give PATH, or leave --output out
Try 'rate --help' for help.
[2]

$ rate region.xlsx -qo ''
rate: the value of --output is empty: give PATH, or leave --output out
Try 'rate --help' for help.
[2]

$ rate region.xlsx --rule mine.yaml
rate: unknown option --rule; did you mean --rules?
Try 'rate --help' for help.
[2]

$ rate region.xlsx -output x.json
rate: unknown option -output; did you mean --output?
Try 'rate --help' for help.
[2]

$ rate region.xlsx --strict
rate: unknown option --strict, but `probation-ratings check` has it
Try 'rate --help' for help.
[2]

$ rate region.xlsx --rules regional-2024
error[PR501] regional-2024: unknown rule file 'regional-2024'; did you mean regional-2023?
  help: name a shipped rule file by its id, or your own by its path (ending in .yaml)
[2]

$ rate region.xlsx --rules mne.yaml
error[PR501] mne.yaml: unknown rule file 'mne.yaml'; did you mean mine.yaml?
  help: name a shipped rule file by its id, or your own by its path (ending in .yaml)
[2]

$ rate region.xlsx --rules region.xlsx
error[PR501] region.xlsx: 'region.xlsx' is a workbook, not a rule file
  help: name a shipped rule file by its id, or your own by its path (ending in .yaml)
[2]

$ rate region.xlsx -o results
rate: results is a folder: write -o results/ for one file per region in it, or name a file, such as -o results/ratings.json
[2]

$ rate region.xlsx --limits all
rate: --limits takes a whole number from 1 to 1000000, not 'all'
Try 'rate --help' for help.
[2]

$ rate region.xlsx --limits 99999999999
rate: --limits takes a whole number from 1 to 1000000, not '99999999999'
Try 'rate --help' for help.
[2]

$ rate region.xlsx --tallies counts.csv
rate: name either case workbooks or a file of counts with --tallies, not both
[2]

$ probation-ratings describe
probation-ratings: name FILE: CSV files, workbooks, or folders of them
Try 'probation-ratings describe --help' for help.
[2]

$ rate region.xlsx --sort scores
rate: --sort takes score, region or a standard of regional-2023, such as R2.6; did you mean score?
[2]

$ rate region.xlsx -o ratings.htlm
rate: the suffix of ratings.htlm says no format: use .txt, .json, .jsonl, .csv, .md, .html, .xlsx, or add -f; did you mean .html?
[2]

$ probation-ratings
probation-ratings: name a command: rate, check, explain, compare, describe, convert, problems, new, example or rules
Try 'probation-ratings --help' for help.
[2]

$ probation-ratings region.xlsx
probation-ratings: 'region.xlsx' is not a command, but a file; did you mean `probation-ratings rate region.xlsx`?
Try 'probation-ratings --help' for help.
[2]

$ probation-ratings chek region.xlsx
probation-ratings: 'chek' is not a command; did you mean `probation-ratings check`?
Try 'probation-ratings --help' for help.
[2]

$ probation-ratings check region.xlsx -o results
probation-ratings: results is a folder: name a file in it, such as -o results/result.txt
[2]

$ probation-ratings check region.xlsx --slect PR304
probation-ratings: unknown option --slect; did you mean --select?
Try 'probation-ratings check --help' for help.
[2]

$ probation-ratings check region.xlsx --select PR340
probation-ratings: unknown problem code PR340; did you mean PR304?
[2]

$ probation-ratings explain
probation-ratings: name WORKBOOK: a case workbook or mapping file; - reads a workbook from standard input
Try 'probation-ratings explain --help' for help.
[2]

$ probation-ratings explain region.xlsx R2.9
probation-ratings: 'R2.9' is not a standard or key question of regional-2023: it has R1.1, R1.2, R2.1, R2.2, R2.3, R2.4, R2.5 and R2.6
[2]

$ probation-ratings explain region.xlsx unpaid-wrok
probation-ratings: 'unpaid-wrok' is not a standard or key question of regional-2023; did you mean Unpaid work?
[2]

$ probation-ratings compare region.xlsx
probation-ratings: name AFTER: a workbook, a mapping file, a JSON result of `rate`, or a folder of them
Try 'probation-ratings compare --help' for help.
[2]

$ probation-ratings check region.xlsx --select bad-answer
probation-ratings: unknown problem code BAD-ANSWER: write PR304 for bad-answer
[2]

$ probation-ratings check region.xlsx --ignore bad-anwser
probation-ratings: unknown problem code BAD-ANWSER; did you mean PR304 (bad-answer)?
[2]

$ probation-ratings problems PR34
probation-ratings: unknown problem code PR34; did you mean PR304?
[2]

$ probation-ratings problems bad-anwser
probation-ratings: unknown problem code bad-anwser; did you mean bad-answer?
[2]

$ probation-ratings new region-2.xlsx
probation-ratings: new takes no name by itself: to write to region-2.xlsx, put -o before it
Try 'probation-ratings new --help' for help.
[2]

$ probation-ratings rules shw regional-2023
probation-ratings: 'shw' is not a command; did you mean `probation-ratings rules show`?
Try 'probation-ratings rules --help' for help.
[2]
"""
"""Commands, what each says on standard error, and its exit status.

They are typed in a folder with the workbook region.xlsx, the rule file mine.yaml and the empty folder results.
"""
EVERY = re.findall(r"^\$ (.+)\n((?:.+\n)+)\[(\d)\]$", MISTAKES, re.MULTILINE)


@pytest.fixture
def typed(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Run]:
    """Types a command line in a folder that has a workbook, a rule file and a folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE, "region.xlsx")
    shutil.copy(RULE_FILE, "mine.yaml")
    (tmp_path / "results").mkdir()

    def command(line: str) -> Run:
        name, *words = shlex.split(line)
        return run(*words, group=name == "probation-ratings")

    return command


@pytest.mark.parametrize(("line", "answer", "status"), EVERY, ids=[line for line, *_ in EVERY])
def test_a_first_mistake_is_answered_with_what_was_meant(
    typed: Callable[[str], Run], tmp_path: Path, line: str, answer: str, status: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    result = typed(line)
    assert (result.err, result.status) == (answer, int(status))
    assert sorted(tmp_path.rglob("*")) == before


def test_the_list_of_first_mistakes_is_read_to_its_end() -> None:
    assert len(EVERY) == MISTAKES.count("$ ") >= 20


def test_rate_knows_every_command_of_the_group(typed: Callable[[str], Run]) -> None:
    shown = typed("probation-ratings --help").out.partition("Commands:\n")[2]
    commands = [line.split()[0] for line in shown.splitlines()]
    assert len(commands) > 8
    for command in commands:
        result = typed(f"rate {command} region.xlsx")
        assert f"did you mean `probation-ratings {command}`?" in result.err
        assert result.status == 2


def test_a_workbook_may_be_called_like_a_command(typed: Callable[[str], Run], tmp_path: Path) -> None:
    (tmp_path / "region.xlsx").rename(tmp_path / "check")
    assert "East of England" in typed("rate check").out


def test_no_option_shown_is_answered_with_the_words_of_a_library(typed: Callable[[str], Run]) -> None:
    """Every option of every command, without a value and with an odd one."""
    groups = [
        line.split()[0] for line in typed("probation-ratings --help").out.partition("Commands:\n")[2].splitlines()
    ]
    tried = 0
    for command in groups:
        for option in re.findall(
            r"^  (?:-\w, )?(--[a-z-]+)", typed(f"probation-ratings {command} --help").out, re.MULTILINE
        ):
            for words in (option, f"{option}=", f"{option} ?"):
                if option in {"--help", "--version", "--install-completion", "--show-completion"} and "=" not in words:
                    continue
                said = typed(f"probation-ratings {command} {words}").err
                tried += 1
                for word in (
                    "Invalid",
                    "No such",
                    "Input should",
                    "Value error",
                    "Missing",
                    "argument",
                    "parse",
                    "None",
                ):
                    assert word not in said, f"{command} {words}: {said}"
    assert tried > 150


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("rate", "-dash.xlsx"),
        ("rate", "--quiet.xlsx"),
        ("probation-ratings check", "-dash.xlsx"),
        ("probation-ratings check", "-o.xlsx"),
        ("probation-ratings check", "-q.xlsx"),
    ],
)
def test_a_file_named_like_an_option_is_found_with_the_words_said(
    typed: Callable[[str], Run], tmp_path: Path, name: str, command: str
) -> None:
    (tmp_path / "region.xlsx").rename(tmp_path / name)
    result = typed(f"{command} {name}")
    remedy = f"; to name the file '{name}', write ./{name}\n"
    assert (result.status, remedy in result.err) == (2, True)
    assert typed(f"{command} ./{name}").status == 0
    assert typed(f"{command} -- {name}").status == 0
    assert remedy not in typed(f"{command} --nonsense -- {name}").err


@pytest.mark.parametrize("command", ["rate", "probation-ratings check", "probation-ratings"])
def test_a_word_that_is_too_long_for_a_name_is_a_mistake_of_usage(typed: Callable[[str], Run], command: str) -> None:
    for word in (f"-{'x' * 300}", f"--{'x' * 5_000}"):
        assert typed(f"{command} {word}").status == 2
