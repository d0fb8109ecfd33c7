"""Many workbooks in worker processes: the same bytes as in one process, and no process is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, save, small_book
from probation_ratings.commands import work, workers
from probation_ratings.rating import rated
from shared import heeded, read_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

pytestmark = pytest.mark.slow

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def book(region: str, **answers: str) -> Book:
    """A valid workbook of a region, but for some answers in the first row of PDU cases."""
    made = small_book()
    made["Inspection"][1][1] = region
    for name, answer in answers.items():
        made["PDU cases"][1][made["PDU cases"][0].index(name)] = answer
    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty workbooks: 37 that can be rated, of which two are of one region, and of each other kind one."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(37):
        save(book(f"Region {max(number, 1)}"), folder / f"{number:02}.xlsx")
    save(book("Ynys Môn", **{"R2.1.1": "Mäybe", "Sentence type": ""}), folder / "05-a.xlsx")
    (folder / "05-b.xlsx").write_bytes(b"PK\x03\x04 no archive")
    (folder / "05-c.xlsx").write_bytes(b"")
    return folder


# The law of each format and each message is that of the words that workers send: how their processes start is for the
# tests of all bytes and of interruptions.
FORKED = """
import os, sys
from probation_ratings.commands.worker_process import main
sys.argv.append(str(os.getppid()))
main()
"""


@pytest.fixture
def forked(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on workers are forked from a process that has imported all."""

    def piped(module: str) -> subprocess.Popen[bytes]:
        assert module == "commands.worker_process"
        return subprocess.Popen([programs / "python", "-c", FORKED], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(workers, "piped", piped)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the workbooks that workers take, from now on."""
    names: list[str] = []
    ask = workers._Worker.ask

    def noted(worker: Any, path: str, job: Any) -> bytes | None:
        names.append(Path(path).name)
        return ask(worker, path, job)

    monkeypatch.setattr(workers._Worker, "ask", noted)
    return names


@pytest.mark.parametrize(
    ("words", "files", "numbers"), [(["-f", "json", "--redact"], 40, (1, 2)), (["-o", "out/"], 12, (1, 3))]
)
def test_the_bytes_are_the_same_whatever_the_number_of_workers(
    run: Callable[..., Run], many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str],
    words: list[str], files: int, numbers: tuple[int, ...],
) -> None:  # fmt: skip
    monkeypatch.setattr(work, "MANY", min(work.MANY, files - 1))
    paths = sorted(many.iterdir())[:files]
    made = []
    for jobs in numbers:
        (tmp_path / str(jobs)).mkdir()
        monkeypatch.chdir(tmp_path / str(jobs))
        told = run(*paths, *words, "--jobs", jobs)
        written = {path.name: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
        made.append((told, written))
        assert len(taken) == files * numbers.index(jobs)
    assert all(one == made[0] for one in made)
    told, written = made[0]
    assert (told.status, bool(told.out or written)) == (3, True)
    assert [told.err.count(f"error[{code}]") for code in ("PR304", "PR122", "PR117")] == [1, 1, 2]
    assert told.err.index("PR304") < told.err.index("PR122") < told.err.index("PR117")


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "markdown", "html", "xlsx"])
def test_every_format_is_the_same_from_workers(
    run: Callable[..., Run], many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str], form: str
) -> None:
    monkeypatch.setattr(work, "MANY", 5)
    paths = sorted(many.iterdir())[4:10]
    made = []
    for jobs in (1, 2):
        told = run(*paths, "-f", form, "-o", tmp_path / f"all.{form}", "--jobs", jobs, "--partial")
        made.append((told, (tmp_path / f"all.{form}").read_bytes()))
    assert (len(taken), made[0][0].status) == (6, 3)
    assert made[0] == made[1]


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("form", ["full", "json", "sarif"])
def test_check_says_the_same_from_workers(
    run: Callable[..., Run], many: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str], form: str, tmp_path: Path
) -> None:
    accepted = tmp_path / "accepted.jsonl"
    baseline = ["--write-baseline", accepted] if form == "full" else []
    made = []
    paths = sorted(many.iterdir())[:10]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    for most in (100, 9):
        monkeypatch.setattr(work, "MANY", most)
        accepted.unlink(missing_ok=True)
        told = run("check", *paths, "-f", form, *baseline, group=True)
        made.append((told, accepted.read_bytes() if accepted.exists() else b""))
    assert (len(taken), made[0][0].status) == (10, 3)
    assert made[0] == made[1]


@pytest.mark.usefixtures("forked")
def test_few_workbooks_and_what_is_no_workbook_stay_in_one_process(
    run: Callable[..., Run], many: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = sorted(many.iterdir())[:5]
    assert run(*good[:4], "-q", "--jobs", 2).status == 1
    monkeypatch.setattr(work, "MANY", 2)
    (many / "x.mapping.yaml").write_text("mapping_version: 1\n", encoding="utf-8")
    assert run(*good[2:], many / "x.mapping.yaml", "-q", "--jobs", 2).status == 2
    (many / "x.mapping.yaml").unlink()
    assert run(*good[2:], "-q", "--jobs", 1).status == 0
    assert taken == []
    assert run(*good[2:], "-q", "--jobs", 2).status == 0
    assert sorted(taken) == ["02.xlsx", "03.xlsx", "04.xlsx"]


@pytest.mark.usefixtures("forked")
def test_the_log_has_the_seconds_of_each_workbook(
    run: Callable[..., Run], many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MANY", 3)
    paths = sorted(many.iterdir())[1:5]
    assert run(*paths, "-q", "--jobs", 2, "--log-file", tmp_path / "log").status == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["region"] for line in lines[1:-1]] == ["Region 1", "Region 2", "Region 3", "Region 4"]
    assert all(0 < line["seconds"] < lines[-1]["seconds"] for line in lines[1:-1])


def test_a_worker_that_is_killed_costs_its_own_workbook_only(
    run: Callable[..., Run], many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MANY", 5)
    ask = workers._Worker.ask

    def killed(worker: workers._Worker, path: str, job: Any) -> bytes | None:
        if path.endswith(("02.xlsx", "03.xlsx", "04.xlsx")):
            worker._process.kill()
        return ask(worker, path, job)

    monkeypatch.setattr(workers._Worker, "ask", killed)
    told = run(*sorted(many.iterdir())[1:8], "-f", "json", "--jobs", 2)
    assert told.status == 3
    found = json.loads(told.out)["inspections"]
    assert [one["region"] for one in found] == ["Region 1", None, None, None, "Ynys Môn", None, None]
    assert [problem["code"] for one in found[1:4] for problem in one["problems"]] == ["PR115"] * 3
    assert "exit status -9" in told.err


@pytest.mark.usefixtures("forked")
def test_a_bug_in_a_worker_is_reported_as_one_in_the_run(
    run: Callable[..., Run], many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MANY", 5)
    monkeypatch.setattr(rated, "rate_inspections", itemgetter("bug"))
    told = [run(*sorted(many.iterdir())[:6], "--jobs", jobs) for jobs in (1, 2)]
    assert told[0] == told[1]
    assert (told[0].status, "this is a bug in the program (TypeError: " in told[0].err) == (70, True)


MARK = "PROBATION_RATINGS_MARK"


def marked(mark: str) -> dict[int, str]:
    """The processes that were started under this mark, and their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace")
        except (OSError, ValueError):  # it has ended, or is none
            continue
    return found


def parent_of(number: int) -> int:
    """The number of the process that started this one."""
    return int(Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


@pytest.fixture
def under_way(many: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A run that can go no further, because its workers are stopped; and its mark."""
    for number in range(200):
        (tmp_path / f"{number:03}.xlsx").hardlink_to(many / "05-a.xlsx")
    mark = f"{os.getpid()} {tmp_path}"
    command = heeded(["rate", tmp_path, "-q", "-f", "json", "--jobs", 2])
    with subprocess.Popen(
        command, env={**os.environ, MARK: mark}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stderr is not None
        read_until(b"help: ", process.stderr)  # the end of what is said of the first workbook
        # A process that a worker is about to start has the command line of the worker until then.
        stopped = [
            number
            for number, words in marked(mark).items()
            if "worker_process" in words and parent_of(number) == process.pid
        ]
        assert len(stopped) == 2
        for number in stopped:
            os.kill(number, signal.SIGSTOP)
        yield process, mark
        process.kill()


def left(mark: str) -> dict[int, str]:
    """What is left under a mark, after a while."""
    until = time.monotonic() + 10
    while marked(mark) and time.monotonic() < until:
        time.sleep(0.05)
    return marked(mark)


@linux
@pytest.mark.parametrize(
    ("number", "group"),
    [(signal.SIGTERM, False), (signal.SIGINT, True), (signal.SIGTERM, True), (signal.SIGHUP, True)],
    ids=["SIGTERM to the run", "SIGINT to all its processes", "SIGTERM to all", "SIGHUP to all"],
)
def test_an_interruption_leaves_no_process(
    under_way: tuple[subprocess.Popen[bytes], str], number: signal.Signals, *, group: bool
) -> None:
    process, mark = under_way
    (os.killpg if group else os.kill)(process.pid, number)
    out, told = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    assert b"\ninterrupted: " in told
    assert b" of 200 workbooks rated: Ynys M" in told
    assert b"PR115" not in told
    assert told.endswith(b"ended: 130\n")
    assert left(mark) == {}


@linux
def test_a_run_that_is_killed_leaves_no_process(under_way: tuple[subprocess.Popen[bytes], str]) -> None:
    process, mark = under_way
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    assert left(mark) == {}
