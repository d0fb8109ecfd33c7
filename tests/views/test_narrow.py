"""On a narrow terminal no word is broken, nothing is explained that is not shown, and no path is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from books import save, small_book
from shared import EXAMPLE, EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

PDUS = EXAMPLES / "region-and-pdus.xlsx"
YOUTH = EXAMPLES / "youth-justice.xlsx"
COMMANDS = {
    "rate": ("rate", EXAMPLE),
    "rate with all below it": ("rate", EXAMPLE, "--explain", "--rows", "pdus"),
    "rate a youth justice service": ("rate", YOUTH, "--rules", "youth-justice-2021"),
    "rate two regions": ("rate", EXAMPLE, PDUS),
    "rate PDUs": ("rate", PDUS, "--rules", "pdu-2023"),
    "explain": ("explain", EXAMPLE),
    "explain by PDU with intervals": ("explain", EXAMPLE, "R2.4", "--by", "pdu", "--sampling"),
    "list cases": ("explain", EXAMPLE, "R2.4.1", "--cases", "No"),
    "compare": ("compare", EXAMPLE, PDUS),
    "list problems": ("problems",),
    "explain a problem": ("problems", "PR304"),
    "list rules": ("rules", "list"),
    "show rules": ("rules", "show", "regional-2023"),
    "compare rules": ("rules", "diff", "regional-2023", "pdu-2023"),
    "describe": ("describe", EXAMPLE),
}


@pytest.fixture
def wide(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command prints on a screen of so many columns."""

    def shown(columns: int, *arguments: object) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        return run(*arguments, group=True).out

    return shown


@pytest.mark.parametrize("columns", [50, 60])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_is_broken(wide: Callable[..., str], name: str, columns: int) -> None:
    """Each word of the narrow output is one of the wide output, or the header of a column with a colon."""
    command = COMMANDS[name]
    words = set(wide(300, *command).split())
    narrow = wide(columns, *command)
    heads = {word.removesuffix(":") for word in narrow.split() if word.endswith(":")}
    # the parts of ids such as 2.1 are below each other
    parts = {part for word in words for part in word.lstrip("R").split(".") if part.isdigit()}
    odd = {word for word in narrow.split() if word not in words | parts and word.removesuffix(":") not in words & heads}
    addresses = [word for word in words if "://" in word]  # longer than the screen
    assert {word for word in odd if not any(word in one for one in addresses)} == set()
    assert max(map(len, narrow.splitlines())) < columns


@pytest.mark.parametrize("columns", [50, 60])
def test_the_row_of_a_problem_loses_columns_and_no_letters(
    wide: Callable[..., str], tmp_path: Path, columns: int
) -> None:
    book = small_book()
    book["PDU cases"][1][4] = "Perhaps"
    shown = wide(columns, "check", save(book, tmp_path / "region.xlsx"), "--select", "PR304").splitlines()
    (header,) = (line for line in shown if "| A " in line)
    (row,) = (line for line in shown if line.lstrip().startswith("2 |"))
    assert "A Case ID" in header
    assert "E R2.1.2" in header
    assert "Perhaps" in row
    assert "…" not in header + row
    (mark,) = (line for line in shown if "^" in line)
    assert mark.index("^^^^^^^") == row.index("Perhaps")


def test_the_names_of_regions_go_on_below(wide: Callable[..., str], tmp_path: Path) -> None:
    """49 columns less 4 for the rank, 16 for eight standards and 16 for the scores leave 13 for the name."""
    book = small_book()
    book["Inspection"][1][1] = "Yorkshire and the Humber"
    lines = wide(50, "rate", EXAMPLE, save(book, tmp_path / "b.xlsx")).splitlines()
    assert lines[:2] == [
        f"{'':18}1 1 2 2 2 2 2 2",
        "    Region        1 2 1 2 3 4 5 6  Score  Overall",
    ]
    (place,) = (place for place, line in enumerate(lines) if "Yorkshire" in line)
    assert lines[place].startswith("  1 Yorkshire and ")
    assert lines[place + 1] == "    the Humber"


def test_a_legend_explains_only_bars_that_are_drawn(wide: Callable[..., str]) -> None:
    with_bars, without = wide(80, "rate", EXAMPLE), wide(60, "rate", EXAMPLE)
    assert "■ 10 points · R Requires improvement from 50" in with_bars
    assert "■■■" in with_bars
    assert "■" not in without
    assert "from 50" not in without
    assert "123/438 28" in without  # the counts have room at 60 columns, and none at 50
    assert "123/438" not in wide(50, "rate", EXAMPLE)


@pytest.mark.parametrize("columns", [None, 50, 79])
def test_a_long_path_is_never_broken(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int | None
) -> None:
    """As in a terminal, so in a file: editors and terminals make links of paths."""
    if columns is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
    folder = tmp_path / "a folder with a long name" / "and another one that makes it longer than the line"
    book = small_book()
    book["PDU cases"][1][4] = "Perhaps"
    folder.mkdir(parents=True)
    path = save(book, folder / "region of the east.xlsx")
    result = run("check", path, "--select", "PR304", group=True)
    assert f"\n  --> {path}\n  PDU cases!E2  case A1\n" in result.out
    gone = run(folder / "gone.xlsx")
    assert f"\n  --> {folder / 'gone.xlsx'}\n" in gone.err
