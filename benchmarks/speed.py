"""Times `rate` side by side with its peers and says which goals are met: `python benchmarks/speed.py`.

Needs the extra `bench` (`pip install -e '.[bench]'`) and Linux or macOS. It makes its workbooks in a temporary folder,
takes a quarter of an hour, mostly for a million rows, and never fails on a slow time; it fails where `rate` and a peer
count differently. Words after the command, such as `a c f`, choose what is measured.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from threading import Event, Thread
from zipfile import ZIP_DEFLATED, ZipFile

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "examples" / "east-of-england.xlsx"
RATE = str(Path(sys.executable).with_name("rate"))
LARGE_ROWS = 100_000
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
"""Rows of the sheet of PDU cases, from one region of today to the most that a sheet holds."""
MANY = 1_000
"""Workbooks that are rated in one batch."""
MEMORY_LIMIT = 1000
"""Megabytes that `rate` may take for the large workbook."""
BATCH_MEMORY_LIMIT = 400
"""Megabytes that all processes of `rate` together may take while many workbooks are rated."""
BUSY = 1.85
"""So many of two processors are to be kept busy meanwhile."""
RESAMPLES = 10_000
RESAMPLING_LIMIT = 1.0
"""Seconds that the resamples may add to the rating itself."""


MODEL_LIMIT = 0.025
"""Seconds in which the model of a rule file is built, when pydantic and PyYAML are imported already."""
UNUSUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""What an environment may set that makes Python compile its modules each time: users do not set it."""


@dataclass(frozen=True)
class Goal:
    """`rate` with some arguments may take at most `limit` times as long as a peer, in the median of some rounds."""

    name: str
    what: str
    rate: list[str]
    peer: list[str]
    limit: float
    rounds: int


@dataclass(frozen=True)
class Run:
    """One process from start to end: its seconds, its peak memory in megabytes, and its standard output."""

    seconds: float
    megabytes: float
    output: str


def main() -> None:
    """Make the data, compare the counts, measure every goal that was asked for and print the tables."""
    asked = sys.argv[1:] or list("abcdefg")
    packages = ("pandas", "polars", "openpyxl", "python-calamine", "fastexcel")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors,", end=" ")
    print(", ".join(f"{name} {version(name)}" for name in packages))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = made(folder / "large.xlsx", LARGE_ROWS) if "c" in asked else ""
        if large:
            compare_counts(large)
        command = [str(Path(RATE).with_name("probation-ratings")), "example", "--regions", "12", "-q", "-o"]
        run([*command, f"{folder / 'regions'}/"])
        wanted = [goal for goal in goals(large, sorted(map(str, (folder / "regions").iterdir()))) if goal.name in asked]
        if wanted:
            compare(wanted)
        if "a" in asked:
            print("a    the model of a rule file:", building(), flush=True)
        if "d" in asked:
            print(f"d    {RESAMPLES:,} resamples of a region:", resampling(), flush=True)
        if "f" in asked:
            batch(MANY, folder)
        if "g" in asked:
            growth(folder)


def compare(wanted: list[Goal]) -> None:
    """Print a line a goal: `rate` and its peer, turn by turn."""
    form = "{:<4} {:<35} {:>7} {:>7} {:>6} {:>6} {:>7} {:>7}  {}"
    print(form.format("goal", "rate against", "rate s", "peer s", "ratio", "limit", "rate MB", "peer MB", ""))
    for goal in wanted:
        ours, theirs = measure(goal)
        ratio = median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
        seconds = [f"{median(one.seconds for one in runs):.3f}" for runs in (ours, theirs)]
        memory = [max(one.megabytes for one in runs) for runs in (ours, theirs)]
        numbers = [*seconds, f"{ratio:.3f}", f"{goal.limit:.2f}", *(f"{one:.0f}" for one in memory)]
        print(form.format(goal.name, goal.what, *numbers, verdict(ratio, goal.limit)), flush=True)
        if goal.name == "c":
            limit = f"limit {MEMORY_LIMIT} MB  {verdict(memory[0], MEMORY_LIMIT)}"
            print(f"c    peak memory of rate: {memory[0]:.0f} MB; {limit}", flush=True)


def growth(folder: Path) -> None:
    """Print the seconds and megabytes of `rate` and its peers for a sheet that grows ten times in each row."""
    peers = {
        "pandas, openpyxl": peer("in_pandas", "openpyxl"),
        "pandas, calamine": peer("in_pandas", "calamine"),
        "polars, calamine": peer("polars_calamine"),
    }
    print(f"g    {'rows':>9}", *(f"{name + ', s and MB':>24}" for name in ("rate", *peers)))
    for rows in GROWTH:
        workbook = made(folder / f"{rows}.xlsx", rows)
        commands = [[RATE, "--limits", "20", "-q", workbook], *([*command, workbook] for command in peers.values())]
        figures = (median_run(command, 3 if rows < GROWTH[-1] else 1) for command in commands)
        print(f"g    {rows:>9,}", *(f"{one.seconds:>16.2f} {one.megabytes:>7.0f}" for one in figures), flush=True)


def median_run(command: list[str], rounds: int) -> Run:
    """The run of median length."""
    return sorted((run(command) for _ in range(rounds)), key=lambda one: one.seconds)[rounds // 2]


def building() -> str:
    """How long it takes to declare and build the model of a rule file, and to read the default one into it."""
    code = (
        "import time, os; os.environ['PYDANTIC_DISABLE_PLUGINS'] = '__all__'; import pydantic.fields, pydantic.main\n"
        "import gc, yaml, probation_ratings.problems, pydantic.plugin._loader\n"
        "gc.set_threshold(200_000, 20, 20)\n"  # as the program does
        "start = time.perf_counter()\n"
        "from probation_ratings.rulebook.load import load_rules; load_rules('regional-2023')\n"
        "print(time.perf_counter() - start)"
    )
    seconds = median(float(run([sys.executable, "-c", code]).output) for _ in range(11))
    return f"{seconds * 1000:.0f} ms; limit {MODEL_LIMIT * 1000:.0f} ms  {verdict(seconds, MODEL_LIMIT)}"


def resampling() -> str:
    """How much longer `explain` takes when it draws the cases again, in the median of some rounds."""
    explain = [str(Path(RATE).with_name("probation-ratings")), "explain", str(EXAMPLE), "-f", "json"]
    draw = ["--resamples", str(RESAMPLES), "--seed", "1"]
    pairs = [(run([*explain, *draw]).seconds, run(explain).seconds) for _ in range(12)]
    more = median(drawn - plain for drawn, plain in pairs[1:])
    return f"{more:.3f} s more than none; limit {RESAMPLING_LIMIT:.2f} s  {verdict(more, RESAMPLING_LIMIT)}"


def goals(large: str, regions: list[str]) -> list[Goal]:
    """The goals; a limit of 0.20 is five times faster."""
    example, rows = str(EXAMPLE), f"{LARGE_ROWS:,} rows"
    return [
        Goal("a", "region: its imports and calamine", [example], peer("imports", example), 1.15, 21),
        Goal("a", "region: pandas, openpyxl", [example], peer("in_pandas", "openpyxl", example), 1.0, 21),
        Goal(
            "a",
            "region, JSON: pandas, openpyxl",
            [example, "-f", "json"],
            peer("in_pandas", "openpyxl", example),
            1.0,
            21,
        ),
        Goal("b", "--help: import pandas", ["--help"], [sys.executable, "-c", "import pandas"], 0.25, 21),
        Goal("c", f"{rows}: pandas, openpyxl", [large], peer("in_pandas", "openpyxl", large), 0.2, 3),
        Goal("c", f"{rows}: polars, calamine", [large], peer("polars_calamine", large), 1.8, 9),
        Goal("e", "12 regions: one region", [*regions, "-q"], [RATE, regions[0], "-q"], 1.5, 11),
        Goal(
            "e",
            "12 regions: pandas, openpyxl",
            [*regions, "-q"],
            peer("in_pandas", "openpyxl", *regions),
            0.2,
            3,
        ),
    ]


def batch(count: int, folder: Path) -> None:
    """Print the time, the processors kept busy and the memory of many workbooks, and of half as many."""
    many = folder / "many"
    many.mkdir()
    make_many(count, many)
    files = sorted(map(str, many.iterdir()))
    for number in (count // 2, count):
        before = os.times()
        with Memory() as memory:
            done = run([RATE, *files[:number], "-f", "jsonl", "-q"])
        after = os.times()
        busy = (
            after.children_user + after.children_system - before.children_user - before.children_system
        ) / done.seconds
        assert done.output.count('"overall_rating": "') == number
        print(f"f    {number:,} workbooks of 1,000 rows: {done.seconds:.1f} s", end="; ")
        print(f"{busy:.2f} of {os.cpu_count()} processors busy, goal {BUSY} of 2  {verdict(-busy, -BUSY)}", end="; ")
        limit = f"limit {BATCH_MEMORY_LIMIT} MB  {verdict(memory.most, BATCH_MEMORY_LIMIT)}"
        print(f"{memory.most:.0f} MB in all processes, {limit}" if memory.most else "memory not measured", flush=True)


class Memory:
    """Measures, while it is entered, the most megabytes that all processes below this one take together, on Linux.

    It adds up their proportional set sizes: what several share counts once. Elsewhere `most` stays 0.
    """

    def __init__(self) -> None:
        self.most = 0.0
        self._ended = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.2):
            self.most = max(self.most, sum(map(megabytes_of, below(os.getpid()))))


def below(process: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    started: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            started.setdefault(parent, []).append(int(stat.parent.name))
    found = started.get(process, [])
    for one in found:  # it grows meanwhile
        found += started.get(one, [])
    return found


def megabytes_of(process: int) -> float:
    """The proportional set size of a process; 0 where it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1_000_000
    return 0.0


def make_many(count: int, folder: Path) -> None:
    """Write one workbook with a thousand PDU cases for each of many regions."""
    from openpyxl import Workbook, load_workbook

    copy = Workbook(write_only=True)
    for sheet in load_workbook(EXAMPLE, read_only=True).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        if sheet.title == "PDU cases":
            header, *cases = rows
            rows = [header, *((f"M-{n:04}", *cases[n % len(cases)][1:]) for n in range(1000))]
        made = copy.create_sheet(sheet.title)
        for row in rows:
            made.append(["REGION" if cell == "East of England" else cell for cell in row])
    first = folder / "first.zip"
    copy.save(first)
    with ZipFile(first) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first.unlink()
    for number in range(count):
        with ZipFile(folder / f"{number:04}.xlsx", "w", ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in parts.items():
                archive.writestr(name, content.replace(b"REGION", f"Region {number}".encode()))


def peer(name: str, *arguments: str) -> list[str]:
    """The command that runs a peer, such as on a workbook."""
    return [sys.executable, str(HERE / "peers" / f"{name}.py"), *arguments]


def made(path: Path, rows: int) -> str:
    """The path of a workbook with this many PDU cases, made in a separate process to keep this one small."""
    maker = multiprocessing.Process(target=make_large, args=(path, rows))
    maker.start()
    maker.join()
    return str(path)


def make_large(path: Path, count: int) -> None:
    """Write the example again, with its PDU cases repeated under new ids up to this number."""
    from openpyxl import Workbook, load_workbook

    large = Workbook(write_only=True)
    for sheet in load_workbook(EXAMPLE, read_only=True).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        if sheet.title == "PDU cases":
            header, *cases = rows
            rows = [header, *((f"L-{n:06}", *cases[n % len(cases)][1:]) for n in range(count))]
        copy = large.create_sheet(sheet.title)
        for row in rows:
            copy.append(row)
    large.save(path)


def compare_counts(large: str) -> None:
    """Assert that `rate` and both peers count the same Yes and No and find the same percentages."""
    result = json.loads(run([RATE, large, "-f", "json"]).output)
    questions = [q for standard in result["inspections"][0]["standards"] for q in standard["key_questions"]]
    assert max(question["relevant"] for question in questions) == LARGE_ROWS
    for name, command in (
        ("pandas", peer("in_pandas", "calamine", large)),
        ("polars", peer("polars_calamine", large)),
    ):
        counts = json.loads(run(command).output)
        assert counts.keys() == {question["id"] for question in questions}, name
        for question in questions:
            theirs = counts[question["id"]]
            assert (question["yes"], question["no"]) == (theirs["yes"], theirs["no"]), (name, question["id"])
            assert question["percentage"] == int(theirs["percentage"] + 0.5), (name, question["id"])
    print(f"rate, pandas and polars agree on Yes, No and percentage of {len(questions)} key questions")


def measure(goal: Goal) -> tuple[list[Run], list[Run]]:
    """The runs of `rate` and of its peer, turn by turn, after one of each that does not count."""
    pairs = [(run([RATE, *goal.rate]), run(goal.peer)) for _ in range(goal.rounds + 1)]
    return [ours for ours, _ in pairs[1:]], [theirs for _, theirs in pairs[1:]]


def run(command: list[str]) -> Run:
    """Run a command to its end.

    The memory is the peak resident set of the process or of a child that it waited for, whichever is larger: that
    is what wait4 says, and so it covers the child of `rate` that parses the workbook. It is not their sum. As a
    process starts out as a copy of this one, no figure is below this script's own few megabytes.
    """
    start = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name not in UNUSUAL}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=tempfile.gettempdir()) as process:
        assert process.stdout is not None
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    bytes_of_unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * bytes_of_unit / 1_000_000, output)


def verdict(value: float, limit: float) -> str:
    """Whether a figure keeps to its limit."""
    return "met" if value <= limit else "missed"


if __name__ == "__main__":
    main()
