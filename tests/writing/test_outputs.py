"""No output takes the place of an input or of another output, and each is there whole or not at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest

from books import save, small_book
from probation_ratings.__main__ import rate
from probation_ratings.writing.output import replace
from shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "probation_ratings"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of each kind of input; one answer in the workbook is wrong, so that copies are marked."""
    folder = tmp_path_factory.mktemp("inputs")
    save(small_book(), folder / "good.book")
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    save(book, folder / "region.book")
    shutil.copy(ROOT / "rules" / "regional-2023.yaml", folder / "base.yaml")
    (folder / "mine.yaml").write_text("id: mine\nextends: base.yaml\n")
    (folder / "expected.csv").write_text("region,standard,rating,score\nLondon,overall,Good,22\n")
    (folder / "counts.csv").write_text("region,key_question,yes,no,not_applicable\n")
    assert rate([str(folder / "good.book"), "-q", "-o", str(folder / "kept.json")]) == 0
    return folder


@pytest.fixture
def inputs(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of these inputs, which is the current folder."""
    folder = tmp_path / "inputs"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    return folder


def state(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, with the bytes of the files."""
    return {str(one.relative_to(folder)): one.read_bytes() if one.is_file() else None for one in folder.rglob("*")}


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(one.name for one in folder.iterdir())


# How the same file can be named; each takes the input and the name that the output shall have


def same(source: Path, _: str) -> str:
    return source.name


def absolute(source: Path, _: str) -> str:
    return str(source)


def dotted(source: Path, _: str) -> str:
    return f"./{source.name}"


def roundabout(source: Path, _: str) -> str:
    return f"../{source.parent.name}/{source.name}"


def symbolic_link(source: Path, name: str) -> str:
    Path("links").mkdir()
    Path("links", name).symlink_to(source)
    return f"links/{name}"


def link_to_a_link(source: Path, name: str) -> str:
    Path("links").mkdir()
    Path("links", "first").symlink_to(Path("..") / source.name)
    Path("links", name).symlink_to("first")
    return f"links/{name}"


def hard_link(source: Path, name: str) -> str:
    Path("links").mkdir()
    Path("links", name).hardlink_to(source)
    return f"links/{name}"


def linked_folder(source: Path, _: str) -> str:
    Path("links").symlink_to(source.parent)
    return f"links/{source.name}"


LINKS = [symbolic_link, link_to_a_link, hard_link]
NAMES = [same, absolute, dotted, roundabout, linked_folder, *LINKS]

# A command, where @ is its output; the inputs that it reads; the suffix that the output must have, if any.
WRITERS: dict[str, tuple[str, list[str], str]] = {
    "rate": ("rate region.book --rules mine.yaml -f json -o @", ["region.book", "mine.yaml", "base.yaml"], ""),
    "rate as xlsx": ("rate region.book --rules mine.yaml -o @", ["region.book", "mine.yaml", "base.yaml"], ".xlsx"),
    "rate of counts": ("rate --tallies counts.csv --rules mine.yaml -f csv -o @", ["counts.csv", "base.yaml"], ""),
    "log": (
        "rate region.book --rules mine.yaml -o new.json --log-file @", ["region.book", "mine.yaml", "base.yaml"], ""
    ),
    "log of counts": ("rate --tallies counts.csv --log-file @", ["counts.csv"], ""),
    "check": (
        "check region.book --rules mine.yaml --expect expected.csv -f json -o @",
        ["region.book", "mine.yaml", "base.yaml", "expected.csv"], "",
    ),
    "explain": ("explain region.book --rules mine.yaml -f json -o @", ["region.book", "mine.yaml", "base.yaml"], ""),
    "compare": (
        "compare kept.json good.book --rules mine.yaml -f json -o @",
        ["kept.json", "good.book", "mine.yaml", "base.yaml"], "",
    ),
    "new": ("new --rules mine.yaml --force -o @", ["mine.yaml", "base.yaml"], ".xlsx"),
    "example": ("example --rules mine.yaml --force -o @", ["mine.yaml", "base.yaml"], ".xlsx"),
    "rules show": ("rules show mine.yaml -f yaml -o @", ["mine.yaml", "base.yaml"], ""),
    "rules diff": (
        "rules diff mine.yaml regional-2023 -w good.book -f json -o @", ["mine.yaml", "base.yaml", "good.book"], ""
    ),
}  # fmt: skip
MATRIX = [
    pytest.param(command, source, way, suffix, id=f"{name}, {source}, {way.__name__}")
    for name, (command, sources, suffix) in WRITERS.items()
    for source in sources
    for way in (LINKS if suffix else NAMES)
]


@pytest.mark.parametrize(("command", "source", "way", "suffix"), MATRIX)
def test_an_input_is_never_an_output(
    run: Callable[..., Run],
    inputs: Path,
    command: str,
    source: str,
    way: Callable[[Path, str], str],
    suffix: str,
) -> None:
    target = way(inputs / source, f"output{suffix}")
    before = state(inputs)
    told = run(*command.replace("@", target).split(), group=True)
    assert told.status == 2, told.err
    assert f"{PurePath(target)} is an input and would be overwritten: name another output" in told.err
    assert Path(source).name in told.err
    assert told.out == ""
    assert state(inputs) == before


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((command, f"old{suffix}") for name, (command, _, suffix) in WRITERS.items() if "log" not in name),
        ("rules schema -o @", "old"),
        ("rules new --force -o @", "old.yaml"),
        ("problems -f markdown -o @", "old"),
    ],
)
def test_a_file_that_is_not_an_input_is_replaced(
    run: Callable[..., Run], inputs: Path, command: str, name: str
) -> None:
    (inputs / "counts.csv").write_text("region,key_question,yes,no,not_applicable\nLondon,R2.1.1,1,0,0\n")
    (inputs / name).write_text("old")
    before = state(inputs)
    told = run(*command.replace("@", name).split(), group=True)
    assert told.status in {0, 1}, told.err
    after = state(inputs)
    assert len(after.pop(name) or b"") > len(before.pop(name) or b"")
    assert after == before


def test_a_file_named_as_a_shipped_rule_file_is_not_an_input(run: Callable[..., Run], inputs: Path) -> None:
    (inputs / "regional-2023").write_text("old")
    assert run("good.book", "-f", "json", "-o", "regional-2023").status == 0
    assert json.loads((inputs / "regional-2023").read_text())["rules"]["id"] == "regional-2023"


@pytest.mark.parametrize("way", [symbolic_link, hard_link])
@pytest.mark.parametrize(
    "command",
    ["rate folder -f json -o @", "rate folder --log-file @", "check folder -f json -o @", "compare folder kept.json -f csv -o @",
     "explain folder -f json -o @"],
)  # fmt: skip
def test_a_folder_means_what_its_links_lead_to(
    run: Callable[..., Run], inputs: Path, command: str, way: Callable[[Path, str], str]
) -> None:
    way(inputs / "region.book", "a.xlsx")
    (inputs / "links").rename(inputs / "folder")
    before = state(inputs)
    told = run(*command.replace("@", "region.book").split(), group=True)
    assert (told.status, "region.book is an input and would be overwritten" in told.err) == (2, True)
    assert "the same file as folder/a.xlsx" in told.err
    assert state(inputs) == before


def test_a_folder_of_results_means_its_files(run: Callable[..., Run], inputs: Path) -> None:
    (inputs / "results").mkdir()
    (inputs / "kept.json").rename(inputs / "results" / "kept.json")
    before = state(inputs)
    told = run("compare", "results", "good.book", "-o", "results/kept.json", group=True)
    assert (told.status, "results/kept.json is an input" in told.err) == (2, True)
    assert state(inputs) == before


@pytest.mark.parametrize("way", LINKS)
@pytest.mark.parametrize(
    ("command", "source", "name"),
    [
        ("rate good.book", "good.book", "london.json"),
        ("rate good.book -f xlsx", "good.book", "london.xlsx"),
        ("rate good.book --rules mine.yaml", "base.yaml", "wales.json"),
        ("rate good.book --rules mine.yaml", "mine.yaml", "summary.csv"),
        ("rate --tallies counts.csv -f html", "counts.csv", "summary.csv"),
    ],
)
def test_no_file_of_a_folder_of_results_is_an_input(
    run: Callable[..., Run], inputs: Path, way: Callable[[Path, str], str], command: str, source: str, name: str
) -> None:
    way(inputs / source, name)
    before = state(inputs)
    told = run(*command.split(), "-o", "links/", group=True)
    assert (told.status, f"links/{name} is an input and could be overwritten" in told.err) == (2, True)
    assert source in told.err
    assert state(inputs) == before


def test_standard_input_is_an_input_and_standard_output_an_output(inputs: Path) -> None:
    before = state(inputs)
    for command in ("rate - -f json -o good.book < good.book", "rate good.book -f json >> good.book"):
        words = [*COMMAND[:-1], "probation_ratings"]
        done = subprocess.run(
            ["bash", "-c", f'"$0" -m {words[-1]} {command}', sys.executable], capture_output=True, check=False
        )
        assert (done.returncode, b"is an input and would be overwritten" in done.stderr) == (2, True)
        assert (b"the same file as standard input" in done.stderr) == command.startswith("rate -")
    assert state(inputs) == before


# Marked copies


@pytest.mark.parametrize("folder", [".", "..", "links", "sub/..", "sub"])
def test_a_marked_copy_is_never_an_input(run: Callable[..., Run], inputs: Path, folder: str) -> None:
    (inputs / "links").symlink_to(".")
    (inputs / "sub").mkdir()
    (inputs / "sub" / "region.book").symlink_to(inputs / "expected.csv")
    (inputs.parent / "region.book").hardlink_to(inputs / "base.yaml")
    before = state(inputs.parent)
    command = "check region.book --rules mine.yaml --expect expected.csv --annotate"
    told = run(*command.split(), folder, group=True)
    assert (told.status, "region.book is an input and would be overwritten" in told.err) == (2, True)
    assert told.out == ""
    assert state(inputs.parent) == before


@pytest.mark.parametrize("way", [symbolic_link, hard_link])
@pytest.mark.parametrize("source", ["region.book", "good.book", "base.yaml", "expected.csv"])
def test_nor_is_it_a_link_to_one(
    run: Callable[..., Run], inputs: Path, way: Callable[[Path, str], str], source: str
) -> None:
    way(inputs / source, "region.book")
    before = state(inputs)
    command = "check region.book good.book --rules mine.yaml --expect expected.csv --annotate links"
    told = run(*command.split(), group=True)
    assert (told.status, "links/region.book is an input and would be overwritten" in told.err) == (2, True)
    assert source in told.err
    assert state(inputs) == before


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.usefixtures("inputs")
def test_copies_of_workbooks_with_one_name_are_kept_apart_by_their_folders(
    run: Callable[..., Run], backwards: bool
) -> None:
    sources = ["2024/north/x.xlsx", "2024/south/X.xlsx", "2026/x.xlsx", "2024/north/other.xlsx"]
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    for number, source in enumerate(sources):
        Path(source).parent.mkdir(parents=True, exist_ok=True)
        book["Inspection"][1][1] = f"Region {number}"
        save(book, Path(source))
    told = run("check", *(sources[::-1] if backwards else sources), "--annotate", "marked", group=True)
    assert told.status == 1
    assert sorted(str(copy.relative_to("marked")) for copy in Path("marked").rglob("*.xlsx")) == [
        "2024/north/x.xlsx",
        "2024/south/X.xlsx",
        "2026/x.xlsx",
        "other.xlsx",
    ]
    from openpyxl import load_workbook

    for number, source in enumerate(sources[:3]):
        assert load_workbook(Path("marked", source))["Inspection"]["B2"].value == f"Region {number}"


def test_copies_that_differ_in_case_only_are_refused(run: Callable[..., Run], inputs: Path) -> None:
    shutil.copy("region.book", "Region.book")
    for place in ("a", "A"):
        Path(place).mkdir()
        shutil.copy("region.book", f"{place}/x.xlsx")
    before = state(inputs)
    told = run("check", "region.book", "Region.book", "--annotate", "marked", group=True)
    assert told.status == 2
    assert "--annotate would write marked/region.book and marked/Region.book, which can be the same file" in told.err
    told = run("check", "a/x.xlsx", "A/x.xlsx", "--annotate", "marked", group=True)
    assert told.status == 2
    assert "--annotate would write marked/a/x.xlsx and marked/A/x.xlsx, which can be the same file" in told.err
    assert state(inputs) == before


# Two outputs of one run


def test_the_report_of_check_is_not_a_marked_copy(run: Callable[..., Run], inputs: Path) -> None:
    before = state(inputs)
    told = run("check", "region.book", "--annotate", "out", "-f", "json", "-o", "out/Region.BOOK", group=True)
    assert (told.status, "-o and --annotate name the same file: out/Region.BOOK and" in told.err) == (2, True)
    assert state(inputs) == before
    (inputs / "region.txt").write_bytes((inputs / "region.book").read_bytes())
    before = state(inputs)
    told = run("check", "region.txt", "--annotate", "out", "-o", "./out/region.txt", group=True)
    assert (told.status, "-o and --annotate name the same file: out/region.txt" in told.err) == (2, True)
    assert state(inputs) == before
    assert run("check", "region.book", "--annotate", "out", "-q", "-o", "out/found.json", group=True).status == 1
    assert names(Path("out")) == ["found.json", "region.book"]


@pytest.mark.parametrize("log", ["out.json", "./out.json", "OUT.json", "sub/../out.json", "symbolic", "hard"])
def test_the_log_is_not_the_result(run: Callable[..., Run], inputs: Path, log: str) -> None:
    (inputs / "sub").mkdir()
    (inputs / "symbolic").symlink_to("out.json")
    if log == "hard":
        (inputs / "out.json").write_text("old")
        (inputs / "hard").hardlink_to(inputs / "out.json")
    before = state(inputs)
    told = run("good.book", "-o", "out.json", "--log-file", log)
    assert (told.status, "-o and --log-file name the same file: out.json" in told.err) == (2, True)
    assert log in told.err or log == "./out.json"
    assert state(inputs) == before


@pytest.mark.parametrize(
    ("options", "log"),
    [
        ("", "results/london.json"),
        ("", "results/log.json"),
        ("", "results/summary.csv"),
        ("", "results/SUMMARY.CSV"),
        ("", "RESULTS/x.JSON"),
        ("-f jsonl", "results/log.jsonl"),
        ("-f csv", "./results/log.csv"),
    ],
)
def test_a_log_in_the_results_cannot_be_one_of_them(
    run: Callable[..., Run], inputs: Path, options: str, log: str
) -> None:
    before = state(inputs)
    told = run("good.book", *options.split(), "-o", "results/", "--log-file", log)
    assert (told.status, "-o and --log-file could name the same file" in told.err) == (2, True)
    assert Path(log).name in told.err
    assert state(inputs) == before


def test_a_log_of_another_kind_can_lie_in_the_results(run: Callable[..., Run], inputs: Path) -> None:
    for _ in range(2):
        assert run("good.book", "-o", "results/", "--log-file", "results/log.jsonl").status == 0
    assert names(Path("results")) == ["log.jsonl", "london.json", "summary.csv"]
    assert len((inputs / "results" / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 2 * 3


@linux
@pytest.mark.usefixtures("inputs")
def test_devices_are_nobodys_input(run: Callable[..., Run]) -> None:
    assert run("good.book", "-f", "json", "-o", "/dev/null", "--log-file", "/dev/null").status == 0
    done = subprocess.run(
        [*COMMAND, "rate", "good.book", "-f", "json", "-o", "/dev/stdout"], stdout=subprocess.PIPE, check=True
    )
    assert json.loads(done.stdout)["inspections"][0]["score"] == 22
    told = run("good.book", "-f", "json", "-o", "/dev/full")
    assert (told.status, "/dev/full: the results cannot be written: No space left on device" in told.err) == (3, True)


# Outputs that cannot be written


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("rate good.book -o good.book/a.json", "good.book/a.json: the results cannot be written: Not a directory"),
        ("rate good.book -o good.book/a/", "the results cannot be written: Not a directory"),
        ("rate good.book -o good.book/", "the results cannot be written: Not a directory"),
        ("rate good.book --log-file good.book/log", "the log cannot be written: Not a directory"),
        ("check region.book --annotate good.book", "the annotated copy cannot be written: Not a directory"),
        ("rate good.book --log-file sub", "sub: the log cannot be written: Is a directory"),
    ],
)
def test_what_lies_where_an_output_should_go_is_named(
    run: Callable[..., Run], inputs: Path, command: str, words: str
) -> None:
    for name in ("sub", "sub.yaml"):
        (inputs / name).mkdir()
    before = state(inputs)
    told = run(*command.split(), *(["--force"] if "new" in command else []), group=True)
    assert (told.status, words in told.err) == (3, True), told.err
    assert state(inputs) == before


def test_a_link_to_itself_gives_way_to_the_output(run: Callable[..., Run], inputs: Path) -> None:
    (inputs / "round.csv").symlink_to("round.csv")
    assert run("good.book", "-q", "-f", "csv", "-o", "round.csv").status == 0
    assert (inputs / "round.csv").read_text().startswith("region,")


@pytest.mark.parametrize("system", ["this one", "no unnamed files", "no links", "a file that appears"])
def test_a_file_is_replaced_whole_on_every_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    if system == "no unnamed files":
        monkeypatch.delattr("os.O_TMPFILE", raising=False)
    elif system != "this one":

        def link(*_: object, **__: object) -> None:
            if system == "a file that appears":
                (tmp_path / "new").write_text("of another run")
            raise OSError

        monkeypatch.setattr(os, "link", link)
    (tmp_path / "old").write_text("old")
    (tmp_path / "old").chmod(0o640)
    mask = os.umask(0o027)
    try:
        for name, content in (("old", b"replaced"), ("new", b"made"), ("new", b"made again"), ("empty", b"")):
            replace(tmp_path / name, content)
            assert (tmp_path / name).read_bytes() == content
    finally:
        os.umask(mask)
    if system != "a file that appears":
        assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("old", "new")] == [0o640, 0o640]
    assert names(tmp_path) == ["empty", "new", "old"]


# Signals

LOUD = (("SIGINT", "SIGTERM"), ("SIGKILL",))
"""One function answers the first two: they share the tries."""
TRIES = 4
HEEDED = """
import signal, sys
from probation_ratings.__main__ import main
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
"""
"""A suite that runs in the background hands on that some signals are ignored."""


def marked_processes(mark: str) -> list[str]:
    """The processes that have this mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:  # it has ended
            pass
    return found


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[list[str]], float, dict[str, bytes]]]:
    """A folder with a workbook of many errors, two commands that write, how long they take, and what they write."""
    folder = tmp_path_factory.mktemp("job")
    book = small_book()
    book["Court reports"] = [["Report ID", "R2.3.1"], *([f"C{row}", "Maybe"] for row in range(3_000))]
    save(book, folder / "a.xlsx")
    commands = [
        ["check", "a.xlsx", "-f", "json", "-o", "found.json", "--annotate", "marked"],
        ["rate", "a.xlsx", "-f", "html", "--partial", "-o", "page.html", "--log-file", "log.jsonl"],
    ]
    started = time.monotonic()
    for command in commands:
        subprocess.run([*COMMAND, *command, "-q"], cwd=folder, capture_output=True, check=False)
    took = (time.monotonic() - started) / 2
    whole = {name: (folder / name).read_bytes() for name in ("found.json", "marked/a.xlsx", "page.html")}
    yield folder, commands, took, whole
    shutil.rmtree(folder)


@linux
@pytest.mark.parametrize("loud", LOUD, ids="-".join)
def test_a_signal_leaves_no_half_made_file_and_no_process(
    job: tuple[Path, list[list[str]], float, dict[str, bytes]], tmp_path: Path, loud: tuple[str, ...]
) -> None:
    folder, commands, took, whole = job
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    chance = random.Random("-".join(loud))
    ended_early = 0
    for number in range(TRIES):
        name = loud[(number + number // 2) % len(loud)]  # each for either command
        for target in ("log.jsonl", *whole):
            (folder / target).unlink(missing_ok=True)
        if number // 2 % 2:
            for target in whole:
                (folder / target).write_bytes(b"old")
        mark = f"MARK={tmp_path}-{number}"
        process = subprocess.Popen(
            [sys.executable, "-c", HEEDED, *commands[number % 2], "-q"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "MARK": mark[5:], "TMPDIR": str(temporary)},
        )  # fmt: skip
        time.sleep(chance.uniform(0.2, 1) * took)
        process.send_signal(getattr(signal, name))
        ended_early += process.wait(20) in {130, -signal.SIGKILL, -signal.SIGINT, -signal.SIGTERM}
        until = time.monotonic() + 10
        while (left := marked_processes(mark)) and time.monotonic() < until:
            time.sleep(0.05)
        assert left == []
        for target, content in whole.items():
            assert not (folder / target).exists() or (folder / target).read_bytes() in {b"old", content}
        if (folder / "log.jsonl").exists():
            logged = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
            assert [line["region"] for line in logged if "region" in line] in ([], ["London"])
        assert {str(one.relative_to(folder)) for one in folder.rglob("*")} <= {"a.xlsx", "marked", "log.jsonl", *whole}
        assert list(temporary.iterdir()) == []
    assert ended_early > 0
