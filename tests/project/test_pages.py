"""Every block of commands in a page is run: here, by the test that a list names, or not, for the reason in a list."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

from books import save, small_book
from probation_ratings import load_rules
from shared import DOCS, EXAMPLE, EXAMPLES, ROOT, maker, rows_of, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted(DOCS.glob("*.md"))

HERE = {
    "README.md": ("console", "python"),
    "accepted-and-fixed.md": ("console",),
    "batch.md": ("console", "csv", "cron", "bat"),
    "configuration.md": ("toml",),
    "own-data.md": ("sh", "text"),
    "scale.md": ("console",),
}
"""Pages whose blocks of these kinds are run in this file."""

ELSEWHERE = [
    *(
        (name, kind, "", "test_docs.py")
        for name in maker("tour").PAGES
        for kind in ("console", "diff", "python", "yaml")
    ),
    ("README.md", "sh", "python3 -m venv", ".ci/run"),
    ("ci.md", "bash", "#!/usr/bin/env bash", "test_ci.py"),
    ("ci.md", "yaml", "# .github/workflows", "test_ci.py"),
    ("ci.md", "yaml", "      - uses: OWNER/probation-ratings@", "test_ci.py"),
    ("ci.md", "yaml", "# .gitlab-ci.yml", "test_ci.py"),
    ("ci.md", "yaml", "# .pre-commit-config.yaml", "test_ci.py"),
    ("commands.md", "", "", "test_docs.py"),
    ("csv.md", "python", "import pandas\n", "test_csv.py"),
    ("install.md", "console", "$ pip install dist/", "test_package.py"),
    ("install.md", "console", "$ pipx run", "test_package.py"),
    ("install.md", "console", "$ probation-ratings --version", "test_package.py"),
    ("python.md", "pycon", "", "test_python.py"),
    ("scale.md", "python", "counts = spark.sql", "test_spark.py"),
    ("scale.md", "sql", "COPY (", "test_tallies.py"),
    ("scale.md", "sql", "SELECT region, key_question, answer", "test_tallies.py"),
]
"""Page, kind, beginning of the block, and what runs it. Without a beginning: all blocks of the kind."""

NOT_RUN = [
    ("README.md", "powershell", "py -m venv", "needs Windows; the same in a Unix shell is run"),
    ("tutorial.md", "powershell", "py -m venv", "needs Windows; the same in a Unix shell is run"),
    ("ci.md", "powershell", "# Checks all workbooks", "needs PowerShell; the same in a Unix shell is run"),
    ("tutorial.md", "sh", "python3 -m venv", "sets up the program as the README does"),
    ("CONTRIBUTING.md", "sh", "core=", "takes half an hour"),
    ("CONTRIBUTING.md", "sh", "pip install --quiet --editable '.[test,fuzz]'", "takes as long as it is told to"),
]
"""Page, kind, beginning of the block, and the reason."""

STATUS = {
    "probation-ratings check region.mapping.yaml": 2,  # the draft is not complete
    "probation-ratings check regions/ --fix -o fixed/": 1,
    "probation-ratings check region.xlsx --diff": 1,
    "probation-ratings check region.xlsx --fix": 1,
    "probation-ratings check region.xlsx --fix --unsafe-fixes -o fixed/": 1,
}
"""The exit status of commands that do not end with 0."""


class Block(NamedTuple):
    """A block of code in a page."""

    page: str
    kind: str
    text: str

    def is_in(self, rows: list[tuple[str, str, str, str]]) -> bool:
        """Whether one of the rows is about it."""
        return any((page, kind) == self[:2] and self.text.startswith(start) for page, kind, start, _ in rows)


def blocks(page: Path) -> list[Block]:
    found = re.findall(r"^```(\w*)[^\n]*\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [Block("docs/README.md" if page == DOCS / "README.md" else page.name, *one) for one in found]


def forgotten(page: Path) -> list[Block]:
    """The blocks that nothing runs and that no list names."""
    return [
        block
        for block in blocks(page)
        if block.kind not in HERE.get(block.page, ()) and not block.is_in(ELSEWHERE) and not block.is_in(NOT_RUN)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_run_or_listed(page: Path) -> None:
    assert forgotten(page) == []


def test_a_new_page_that_nothing_runs_is_found_out(tmp_path: Path) -> None:
    page = tmp_path / "new.md"
    page.write_text("# New\n\n```console\n$ rate region.xlsx\n```\n", encoding="utf-8")
    assert forgotten(page) == [("new.md", "console", "$ rate region.xlsx\n")]


@pytest.mark.parametrize("row", [*ELSEWHERE, *NOT_RUN], ids=lambda row: f"{row[0]} {row[1]} {row[2][:20].strip()}")
def test_a_list_names_only_blocks_that_exist_and_tests_that_know_the_page(row: tuple[str, str, str, str]) -> None:
    name, kind, beginning, runner = row
    found = [block for page in PAGES for block in blocks(page) if block.is_in([row])]
    assert found or kind in {"diff", "python", "yaml"}  # tour.py would run these, too
    assert len(found) == 1 or not beginning or kind == "yaml"
    if row in ELSEWHERE:
        (file,) = [path for path in (*(ROOT / "tests").rglob("test_*.py"), ROOT / ".ci/run") if path.match(runner)]
        assert name.removesuffix(".md") in file.read_text(encoding="utf-8") + " ".join(maker("tour").PAGES)


def prepare(page: str) -> None:
    """Make the files that the page names in the working folder."""
    shutil.copytree(EXAMPLES, "examples", ignore=shutil.ignore_patterns("*.py"))
    shutil.copytree(EXAMPLES / "exports", "exports", ignore=shutil.ignore_patterns("*.yaml"))
    for folder in ("regions", "2024", "2026", "rules", "srv"):
        Path(folder).mkdir()
    regions = load_rules("regional-2023").regions
    assert regions is not None
    for name in regions.names if page == "batch.md" else ("London", "Wales"):
        region(Path("regions", f"{name}.xlsx"), name)
    for year, number in (("2024", 2), ("2026", 3)):
        region(Path(f"{year}.xlsx"), "Wales", fieldwork=f"{year}-06-03", yes=number)
        shutil.copy(f"{year}.xlsx", Path(year, "wales.xlsx"))
    shutil.copy(EXAMPLE, "regions/East of England.xlsx")
    shutil.copytree("regions", "srv/regions")
    shutil.copy(EXAMPLE, "region.xlsx")
    Path("rules/mine.yaml").write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    pl.read_csv(written(rows_of(), Path("counts.csv"))).write_parquet("counts.parquet")
    book = small_book()
    head = book.pop("PDU cases")
    save({"PDU cases": [head[0], head[1]]}, Path("camden.xlsx"))
    save({"PDU cases": [head[0], head[2]]}, Path("hackney.xlsx"))
    (names, *victims) = book.pop("Victim cases")
    written(victims, Path("Victim cases.csv"), names)
    save(book, Path("fieldwork.xlsx"))


def region(path: Path, name: str, answer: str = "Yes", fieldwork: str | None = None, yes: int = 2) -> None:
    """A workbook of this region; its fifth and ninth PDU case have this answer to R2.1.3."""
    book = small_book()
    book["Inspection"][1][1] = name
    if fieldwork:
        book["Inspection"] += [["Fieldwork started", fieldwork], ["Fieldwork ended", fieldwork]]
    head, case, _ = book["PDU cases"]
    ids = ("A1", "A2", "A3", "B1", "B2", "B3", "B4", "B5", "B6")
    rows = [[*head[:3], "Commenced", *head[3:]], *([one, *case[1:3], None, *case[3:]] for one in ids)]
    rows[5][6] = rows[9][6] = answer
    book["PDU cases"] = rows
    book["Court reports"] += [[f"D{i}", "Camden", "PDU inspection", "Yes" if i < yes else "No"] for i in range(3)]
    save(book, path)


def before(block: Block) -> None:
    """What is so when a user comes to the block."""
    if "'Maybe'" in block.text:
        region(Path("region.xlsx"), "London", answer="Maybe")
    if "--write-baseline" in block.text:
        region(Path("regions/London.xlsx"), "London", answer="Maybe")
    if "--unsafe-fixes" in block.text:
        region(Path("region.xlsx"), "London", answer="Not aplicable")
    if "results-of-last-night" in block.text and not Path("results-of-last-night").exists():
        shutil.copytree("results", "results-of-last-night")
    if "$ probation-ratings explain" in block.text:
        shutil.copy(EXAMPLE, "region.xlsx")


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """The command lines of a block, each with the output that it shows."""
    if block.kind == "cron":
        yield block.text.partition("* * * ")[2].replace("/srv/", "srv/").strip(), ""
    elif block.kind == "bat":
        (line,) = re.findall(r'"cmd /c (.+?) 2> ', block.text)
        yield line.replace("C:\\", "srv/").replace("\\", "/"), ""
    elif block.kind == "toml":
        inputs = "" if "inputs" in block.text else " regions/"
        yield f"probation-ratings check{inputs}", ""
        yield f"rate{inputs}", ""
    elif block.kind == "sh":
        yield block.text.strip(), ""
    else:
        for part in ("\n" + block.text).split("\n$ ")[1:]:
            line, _, shown = part.partition("\n")
            yield line, shown


@pytest.mark.slow
@pytest.mark.parametrize("name", HERE)
def test_the_commands_of_a_page_do_what_it_shows(
    run: Callable[..., Run],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(name)
    page = ROOT / name if name == "README.md" else DOCS / name
    chosen = [block for block in blocks(page) if block.kind in HERE[name]]
    assert {block.kind for block in chosen} == set(HERE[name])
    for block in chosen:
        if block.kind == "csv":
            Path("published.csv").write_text(block.text, encoding="utf-8")
    for block in chosen:
        before(block)
        if block.kind == "python":
            capfd.readouterr()
            exec(block.text, {})  # noqa: S102  (our own page)
            assert "\n5 Requires improvement\n" in "\n" + capfd.readouterr().out
        elif block.kind == "text":
            assert block.text in (EXAMPLES / "exports" / "region.mapping.yaml").read_text(encoding="utf-8")
        elif block.kind == "toml":
            file = Path("probation-ratings.toml" if "# probation-ratings.toml" in block.text else "pyproject.toml")
            file.write_text(block.text, encoding="utf-8")
        for line, shown in () if block.kind in {"python", "text", "csv"} else commands(block):
            words = shlex.split(line, comments=True)
            result = run(*words[1:], group=words[0] != "rate")
            expected = 1 if "error[" in shown else STATUS.get(shlex.join(words), 0)
            assert (line, result.status) == (line, expected), result.out + result.err
            assert shown in result.out
            if block.kind == "toml":
                assert f"settings from {file.name}: " in result.err
                assert "rules" in result.err
        if block.kind == "toml":
            file.unlink()


def _spans(page: Path) -> list[str]:
    """The commands within the sentences of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`((?:rate|probation-ratings)\s[^`]+)`", text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_a_sentence_has_only_options_that_its_help_shows(page: Path) -> None:
    known = {
        name: {one for parameter in command.params if not getattr(parameter, "hidden", False) for one in parameter.opts}
        for name, command in maker("make_reference").every_command()
    }
    for span in _spans(page):
        words = shlex.split(span.replace("…", ""))
        words = ["probation-ratings", *words] if words[0] == "rate" else words
        name = max((one for one in known if words[: len(one.split())] == one.split()), key=len)
        options = {word for word in words if re.fullmatch(r"--[a-z].*|-[a-z]", word)} - {
            "--help",
            "--install-completion",
        }
        assert options <= known[name], span


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_of_this_project_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    names = re.findall(
        r"(?<![\w/.-])(?:\.ci|tests|docs|benchmarks|examples|src)/[\w/.-]*\w\.(?:py|md|xlsx|yaml|svg)\b", text
    )
    assert [name for name in names if not (ROOT / name).exists()] == []
