"""What a daily user's fingers know: short names of formats and codes, -q, what -o wrote, help on one screen, completion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


@pytest.fixture
def typed(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Run]:
    """Types a command line in a folder that has region.xlsx."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE, "region.xlsx")

    def command(line: str) -> Run:
        name, *words = line.split()
        return run(*words, group=name == "probation-ratings")

    return command


@pytest.mark.slow
@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("rate region.xlsx -f md", "rate region.xlsx -f markdown"),
        ("rate region.xlsx -f htm", "rate region.xlsx -f html"),
        ("rate region.xlsx --format JSON", "rate region.xlsx -f json"),
        ("rate region.xlsx -f CSV --rows PDUs", "rate region.xlsx -f csv --rows pdus"),
        ("probation-ratings CHECK region.xlsx -f Full", "probation-ratings check region.xlsx -f full"),
        ("probation-ratings problems 304", "probation-ratings problems PR304"),
        ("probation-ratings problems pr304", "probation-ratings problems PR304"),
        (
            "probation-ratings check region.xlsx --select 304,4",
            "probation-ratings check region.xlsx --select PR304,PR4",
        ),
        ("rate region.xlsx --colour always", "rate region.xlsx --color always"),
        ("rate -V", "rate --version"),
        ("probation-ratings -V", "probation-ratings --version"),
        ("rate region.xlsx -f csv --key-questions", "rate region.xlsx -f csv --rows key-questions"),
        ("rate region.xlsx -f csv --supporting", "rate region.xlsx -f csv --rows supporting"),
        ("rate region.xlsx -f csv --by pdu", "rate region.xlsx -f csv --rows pdus"),
        ("rate region.xlsx --by pdu", "rate region.xlsx --rows pdus"),
        ("rate region.xlsx -f csv", "rate region.xlsx -f csv --rows standards"),
    ],
)
def test_a_short_or_older_name_means_the_same(typed: Callable[[str], Run], short: str, whole: str) -> None:
    first, second = typed(short), typed(whole)
    assert (first.status, first.err) == (0, second.err)
    assert first.out == second.out != ""


def test_the_rows_of_csv(typed: Callable[[str], Run]) -> None:
    """The example has 8 standards; R2.1 has 4 key questions, of which each is asked in 8 PDUs."""

    def rows(kind: str) -> list[str]:
        return typed(f"rate region.xlsx -f csv --rows {kind}").out.splitlines()[1:]

    assert len(rows("standards")) == 8
    assert sum(",R2.1," in row for row in rows("key-questions")) == 4
    assert sum(",R2.1.1," in row for row in rows("pdus")) == 8
    assert sum(",R2.1.1," in row for row in rows("supporting")) == 0


def test_a_suffix_of_three_letters_is_html(typed: Callable[[str], Run], tmp_path: Path) -> None:
    assert typed("rate region.xlsx -o region.htm").status == 0
    assert (tmp_path / "region.htm").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("--rows key-questions", "--rows key-questions goes with -f csv"),
        ("--supporting -f json", "--supporting goes with -f csv"),
        ("-f csv --rows pdus --key-questions", "--rows pdus and --key-questions ask for different rows: name one"),
        (
            "--rows pdu -f csv",
            "--rows takes standards, key-questions, pdus or supporting, not 'pdu'; did you mean pdus?",
        ),
    ],
)
def test_rows_that_do_not_go_with_the_others(typed: Callable[[str], Run], asked: str, words: str) -> None:
    result = typed(f"rate region.xlsx {asked}")
    assert (result.status, result.out, result.err.splitlines()[0]) == (2, "", f"rate: {words}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("rate region.xlsx", "ratings.json"),
        ("rate region.xlsx", "ratings.xlsx"),
        ("rate region.xlsx", "results/"),
        ("probation-ratings check region.xlsx", "problems.sarif"),
        ("probation-ratings explain region.xlsx", "why.md"),
        ("probation-ratings compare region.xlsx region.xlsx", "changes.csv"),
        ("probation-ratings describe region.xlsx", "sheets.json"),
        ("probation-ratings problems", "problems.md"),
        ("probation-ratings rules show regional-2023", "rules.md"),
        ("probation-ratings rules diff regional-2023 pdu-2023", "rules.json"),
        ("probation-ratings rules schema", "schema.json"),
    ],
)
def test_one_line_says_what_was_written_unless_quiet(
    typed: Callable[[str], Run], tmp_path: Path, line: str, target: str
) -> None:
    loud = typed(f"{line} -o {target}")
    assert (loud.status, loud.out) == (0, "")
    assert [said for said in loud.err.splitlines() if "written" in said] == [f"{target} written"]
    quiet = typed(f"{line} -o {target} -q")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    assert (tmp_path / target).exists()


def test_quiet_leaves_the_problems_that_were_asked_for(typed: Callable[[str], Run]) -> None:
    """`check` shows problems as its result, and so -q leaves out only its summary."""
    loud, quiet = typed("probation-ratings check region.xlsx"), typed("probation-ratings check region.xlsx -q")
    assert loud.out == quiet.out != ""
    assert (loud.err.count("\n"), quiet.err) == (1, "")


def test_the_everyday_options_fit_one_screen(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--help").out.splitlines()
    first = lines[:24]
    assert max(map(len, lines)) < 80
    assert first[0] == "Usage: rate [OPTIONS] [WORKBOOK]..."
    assert first[2] == "  Rate inspections: the standards, the score, the overall rating."
    for name in [
        "WORKBOOK",
        "--rules",
        "--format",
        "--output",
        "--rows",
        "--explain",
        "--partial",
        "--quiet",
        "--help",
    ]:
        assert any(f"{name} " in line for line in first), name
    titles = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["Arguments:", "Options:", "Many workbooks:", "Input:", "Terminal:", "Publication:"]
    assert lines.index("Many workbooks:") <= 24
    text = "\n".join(lines)
    for older in ("--key-questions", "--supporting", "--by "):
        assert older not in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rate region.xlsx --rules re", ["regional-2023"]),
        (
            "probation-ratings rules show ",
            ["approved-premises-2025", "pdu-2023", "public-protection-2025", "regional-2023", "youth-justice-2021"],
        ),
        ("rate region.xlsx --sort r", ["region"]),
        ("rate region.xlsx --rules youth-justice-2021 --sort 4", ["4.1"]),
        ("probation-ratings explain region.xlsx R2.6", ["R2.6", "R2.6.1", "R2.6.2", "R2.6.3"]),
        ("probation-ratings problems PR50", [f"PR50{number}" for number in range(1, 10)]),
        ("probation-ratings check region.xlsx --select PR304,PR50", [f"PR304,PR50{number}" for number in range(1, 10)]),
        ("rate region.xlsx --rows p", ["pdus"]),
        ("rate region.xlsx --supp", ["--suppress-below"]),
    ],
)
@pytest.mark.slow
def test_words_are_completed_in_the_shell(line: str, words: list[str]) -> None:
    name = line.split(maxsplit=1)[0]
    code = f"import sys; from probation_ratings.__main__ import main, rate; sys.exit(({'rate' if name == 'rate' else 'main'})())"
    variables = {
        f"_{name.upper().replace('-', '_')}_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **variables}
    )
    assert result.stdout.split() == words
