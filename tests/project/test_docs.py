"""Pages that are made from the program are what it makes now, and what they show is what it prints."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from markdown_it import MarkdownIt

from probation_ratings.__main__ import main
from shared import DOCS, ROOT, maker

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def run_here(
    command: list[str], *, env: dict[str, str], check: bool, cwd: Path = ROOT, **options: Any
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run`, with a command of this program run in the process of the tests: to start it takes longest."""
    if command[1:3] != ["-m", "probation_ratings"]:
        return subprocess.run(command, check=check, cwd=cwd, env=env, **options)
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        with (
            said.open("a", encoding="utf-8") as stdout,  # both wait as long as in a process that writes into a pipe
            said.open("a", encoding="utf-8", buffering=1) as stderr,
            chdir(cwd),
            patch.dict(os.environ, env, clear=True),
            redirect_stdout(stdout),
            redirect_stderr(stderr),
        ):
            status = main(command[3:])
        assert status == 0 or not check
        return subprocess.CompletedProcess(command, status, said.read_text(encoding="utf-8"))


HERE = SimpleNamespace(run=run_here, PIPE=subprocess.PIPE, STDOUT=subprocess.STDOUT)
"""Takes the place of `subprocess` in a script that runs commands."""


@pytest.mark.slow
def test_the_page_of_the_method_has_the_figures_of_now() -> None:
    assert (ROOT / "docs" / "method.md").read_text(encoding="utf-8") == maker("make_method").method()


def test_the_page_of_the_method_has_the_published_figures() -> None:
    page = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    for row in (
        "| R2.1.1 | 123/438 | 28 | Inadequate | R2.1 |",
        "| R2.1.3 | 123/438 | 28 | Inadequate | R2.1 |",
        "| R2.2.3 | 175/438 | 40 | Inadequate | R2.2 |",
        "| R2.3.1 | 94/302 | 31 | Inadequate | R2.3 |",
        "| R2.4.1 | 31/79 | 39 | Inadequate | R2.4 |",
        "| R2.5.1 | 52/149 | 35 | Inadequate | R2.5 |",
        "| R2.6.2 | 9/10 | 90 | Outstanding | R2.6 |",
        "| **All** | **Requires improvement** | **5 of 24** |",
    ):
        assert row in page


def test_the_pictures_of_the_readme_show_what_the_program_makes() -> None:
    pictures = maker("make_pictures")
    assert (DOCS / "ratings.svg").read_text(encoding="utf-8") == pictures.terminal()
    assert pictures.mark_of((DOCS / "page.png").read_bytes()) == pictures.mark()


ONLY_UNIX = re.compile(r"source |/bin/|\$\?|\$\(|<<|&& |\bexport |/dev/null|\|(?!\|) *(head|tail|grep|xargs)\b")


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda page: page.name)
def test_commands_for_a_unix_shell_have_powershell_beside_them(page: Path) -> None:
    blocks = re.findall(r"^```([a-z]+)[^\n]*\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    unix = [text for kind, text in blocks if kind in {"sh", "bash"} and ONLY_UNIX.search(text)]
    assert len(unix) == sum(kind == "powershell" for kind, _ in blocks)
    commands = [line[2:] for kind, text in blocks if kind == "console" for line in text.splitlines()]
    assert [line for line in commands if ONLY_UNIX.search(line)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", maker("tour").PAGES)
def test_a_page_says_what_its_commands_print(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page.count("\n$ ") > 7
    script = maker("tour")
    script.subprocess = HERE
    assert script.tour(page) == page


def test_a_page_that_does_not_say_what_its_command_prints_is_found_out() -> None:
    page = "```console\n$ probation-ratings --version\nprobation-ratings 99\n```\n"
    assert maker("tour").tour(page) != page


def test_the_tutorial_has_the_ratings_worked_out_by_hand() -> None:
    """Its answers, counted in the script: R2.1.2 has 6 Yes of 10, R2.3.1 has 5 of 8, R2.4.2 has 4 of 6, R2.5.1 3 of 4."""
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    for row in (
        r"R2.1 Public protection     R2.1.2  6/10   60 .* Requires improvement",
        r"R2.2 Desistance            R2.2.4  7/10  70 .* Good",
        r"R2.3 Court work            R2.3.1   5/8   63 .* Requires improvement",
        r"R2.4 Unpaid work           R2.4.2   4/6  67 .* Good",
        r"R2.5 Resettlement          R2.5.1   3/4  75 .* Good",
        r"R2.6 Statutory victim work R2.6.1   4/4  100 .* Outstanding",
        r"Score 14/24 +Good",
    ):
        assert re.search(row, page)


def test_the_page_of_the_keys_is_that_of_the_model() -> None:
    page = (ROOT / "docs" / "rule-files.md").read_text(encoding="utf-8")
    assert page == maker("make_rules").reference()
    assert "| `cases_at_most` | whole number | The rating rests on so many cases or fewer. |" in page
    assert "| `key_questions` | list, by `id`; optional |" in page


def test_the_keys_of_a_configuration_file_are_those_of_the_program() -> None:
    made = maker("make_configuration")
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert page == made.page(page)
    assert "| `suppress-below` | whole number | `rate` |" in page
    assert made.SCHEMA.read_text(encoding="utf-8") == made.schema_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "made"), [("commands", "commands"), ("json", "json_page"), ("workbook", "workbook")], ids=str
)
def test_a_page_of_the_reference_is_made_from_the_program(name: str, made: str) -> None:
    script = maker("make_reference")
    script.subprocess = HERE
    shown, found = (DOCS / f"{name}.md").read_text(encoding="utf-8"), getattr(script, made)()
    if name == "commands" and f"typer=={version('typer')} " not in (ROOT / "constraints.txt").read_text(
        encoding="utf-8"
    ):
        # another typer than the pinned one lays help out in its own way: the words must be the same
        words = [sorted(re.findall(r"[a-z]+(?:[-_][a-z]+)*", page.lower())) for page in (shown, found)]
        assert words[0] == words[1]
        return
    assert shown == found


@pytest.mark.slow
def test_the_man_page_is_made_from_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS)
    monkeypatch.setattr(importlib.import_module("make_reference"), "subprocess", HERE)
    pages = [(DOCS / "probation-ratings.1").read_text(encoding="utf-8"), maker("make_man").page()]
    if f"typer=={version('typer')} " not in (ROOT / "constraints.txt").read_text(encoding="utf-8"):
        # another typer than the pinned one lays help out in its own way: the words must be the same
        pages = [" ".join(sorted(re.findall(r"[a-z]+(?:[-_][a-z]+)*", page.lower()))) for page in pages]
    assert pages[0] == pages[1]
    assert (DOCS / "rate.1").read_text(encoding="utf-8") == ".so man1/probation-ratings.1\n"


@pytest.mark.slow
def test_the_man_page_is_one_that_man_shows() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    command = ["groff", "-man", "-Tascii", "-ww", str(DOCS / "probation-ratings.1")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    text = re.sub("\x1b\\[[0-9;]*m|.\b", "", done.stdout)
    assert "probation-ratings, rate - rate probation inspections from case" in " ".join(text.split())
    for name, command_ in maker("make_reference").every_command():
        for parameter in command_.params:
            shown = parameter.param_type_name == "option" and not parameter.hidden
            if shown and name != "probation-ratings":
                assert all(re.search(rf"^ +(--?[\w-]+, )*{one}\b", text, re.MULTILINE) for one in parameter.opts)


def test_every_command_and_every_option_is_documented() -> None:
    sections = {
        section.split("\n", 1)[0]: section
        for section in (DOCS / "commands.md").read_text(encoding="utf-8").split("\n## ")[1:]
    }
    commands = dict(maker("make_reference").every_command())
    assert {"probation-ratings rate", "probation-ratings check", "probation-ratings rules diff"} <= set(commands)
    for name, command in commands.items():
        assert command.help, name
        for parameter in command.params:
            if getattr(parameter, "hidden", False):  # an older name of another option
                continue
            names = (
                parameter.opts
                if parameter.param_type_name == "option"
                else [(parameter.metavar or parameter.name).strip("[]")]
            )
            for one in names:
                assert re.search(rf"(^|\W){re.escape(one)}\b", sections[name]), f"{name} {one}"
            assert parameter.help, f"{name} {names}"


def test_every_command_is_shown_in_use() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES if page.name != "commands.md")
    for name, command in maker("make_reference").every_command():
        if not hasattr(command, "commands"):
            words = name.removeprefix("probation-ratings ")
            assert re.search(rf"[$`] ?(probation-ratings )?{words}\b", pages), name


def test_every_key_of_the_json_has_a_meaning_and_is_on_its_page() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    keys = set(_keys(json.loads((ROOT / "src/probation_ratings/schemas/ratings-1.0.schema.json").read_text("utf-8"))))
    assert {"score", "driven_by", "pulled_down_by", "why_no_overall_rating"} <= keys
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.*) \|$", page, re.MULTILINE)
    assert {key for key, _, _ in rows} == keys
    assert [row for row in rows if not row[2]] == []


def _keys(schema: object) -> list[str]:
    """All keys that a schema names, however deep."""
    if isinstance(schema, list):
        return [key for one in schema for key in _keys(one)]
    if not isinstance(schema, dict):
        return []
    return [*schema.get("properties", {}), *(key for one in schema.values() for key in _keys(one))]


def test_every_key_of_a_mapping_file_has_a_meaning_on_its_page() -> None:
    page = (DOCS / "own-data.md").read_text(encoding="utf-8")
    keys = set(_keys(json.loads((ROOT / "src/probation_ratings/schemas/mapping-1.schema.json").read_text("utf-8"))))
    assert {"extends", "header_row", "one_of", "rationale"} <= keys
    shown = {word for words in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"\w+", words)}
    assert keys - shown == set()


def test_the_page_of_the_workbook_has_the_sheets_and_columns() -> None:
    page = (DOCS / "workbook.md").read_text(encoding="utf-8")
    assert "| Victim cases | **Case ID**, **R2.6.1**, **R2.6.2**, **R2.6.3** |" in page
    assert "| Panel decisions (may be missing) | **Standard**, **Rating**, **Reason** |" in page
    assert "| Not applicable | NA, N/A |" in page


def test_the_modules_that_are_named_are_there() -> None:
    package = ROOT / "src" / "probation_ratings"
    folders = "|".join(one.name for one in package.iterdir() if one.is_dir() and (one / "__init__.py").exists())
    named = [
        *re.findall(r'"src/probation_ratings/([\w/]+)\.py"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")),
        *(
            name
            for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md")
            for name in re.findall(rf"`((?:{folders})/[\w/]+)(?:\.py)?`", page.read_text(encoding="utf-8"))
        ),
    ]
    assert len(named) > 50
    assert [one for one in named if not (package / f"{one}.py").is_file() and not (package / one).is_dir()] == []


def test_the_picture_of_the_program_has_every_module() -> None:
    drawn = (DOCS / "architecture.svg").read_text(encoding="utf-8")
    assert drawn == maker("make_architecture").picture()
    modules = {path.stem for path in (ROOT / "src" / "probation_ratings").iterdir() if path.suffix == ".py"}
    packages = {path.parent.name for path in (ROOT / "src" / "probation_ratings").glob("*/__init__.py")}
    words = set(re.findall(r"\w+", re.sub("<style>.*</style>", "", drawn, flags=re.DOTALL)))
    assert (modules - {"__init__"}) | packages <= words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in _links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert target.is_relative_to(ROOT), f"{page.name}: {link}"
        if anchor:
            assert anchor in _anchors(target), f"{page.name}: {link}"


def test_the_index_names_every_page() -> None:
    linked = set(_links(DOCS / "README.md"))
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md"} <= linked


def test_the_index_tells_each_user_where_to_start() -> None:
    parts = (DOCS / "README.md").read_text(encoding="utf-8").split("\n## ")[1:]
    starts = [re.findall(r"^1\. \[([\w-]+\.md)\]", part, re.MULTILINE) for part in parts if "**Start here.**" in part]
    assert starts == [["tutorial.md"], ["ci.md"], ["batch.md"], ["rules.md"], ["architecture.md"]]
    assert [part.count("**Start here.**") for part in parts] == [1, 1, 1, 1, 1, 0]


def test_a_link_and_an_anchor_are_found_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Rate `it`, twice\n\n## A\n\n## A\n\n[here](#a-1) ![there](no.svg)\n", encoding="utf-8")
    assert _links(page) == ["#a-1", "no.svg"]
    assert _anchors(page) == ["rate-it-twice", "a", "a-1"]


def _links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    inside = [child for token in tokens for child in token.children or ()]
    return [str(one.attrs[key]) for one in inside for key in ("href", "src") if key in one.attrs]


def _anchors(page: Path) -> list[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    found: list[str] = []
    for heading, token in pairwise(tokens):
        if heading.type == "heading_open":
            text = "".join(child.content for child in token.children or ())
            plain = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            times = sum(re.fullmatch(rf"{re.escape(plain)}(-\d+)?", one) is not None for one in found)
            found.append(f"{plain}-{times}" if times else plain)
    return found
