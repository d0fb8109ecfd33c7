"""Times `rate` side by side with its peers and says which goals are met: `python benchmarks/speed.py`.

Needs the extra `bench` (`pip install -e '.[bench]'`) and Linux or macOS. It makes its workbooks in a temporary folder,
takes a few minutes, and never fails on a slow time; it fails where `rate` and a peer count differently. With
`--batch 1000` it also rates a thousand workbooks of a thousand rows, and half as many.
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
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from zipfile import ZIP_DEFLATED, ZipFile

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "examples" / "east-of-england.xlsx"
RATE = str(Path(sys.executable).with_name("rate"))
LARGE_ROWS = 100_000
MEMORY_LIMIT = 1000
"""Megabytes that `rate` may take for the large workbook."""
BATCH_MEMORY_LIMIT = 300
"""Megabytes that the largest process may take while many workbooks are rated."""
RESAMPLES = 10_000
RESAMPLING_LIMIT = 1.0
"""Seconds that the resamples may add to the rating itself."""


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
    """Make the data, compare the counts, measure every goal and print the table."""
    packages = ("pandas", "polars", "openpyxl", "python-calamine", "fastexcel")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors,", end=" ")
    print(", ".join(f"{name} {version(name)}" for name in packages))
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.xlsx"
        # In a process of its own, so that this one stays small: see `run`.
        maker = multiprocessing.Process(target=make_large, args=(large,))
        maker.start()
        maker.join()
        compare_counts(large)
        regions = Path(folder) / "regions"
        command = [str(Path(RATE).with_name("probation-ratings")), "example", "--regions", "12", "-q", "-o"]
        run([*command, f"{regions}/"])
        form = "{:<4} {:<35} {:>7} {:>7} {:>6} {:>6} {:>7} {:>7}  {}"
        print(form.format("goal", "rate against", "rate s", "peer s", "ratio", "limit", "rate MB", "peer MB", ""))
        peaks: dict[str, float] = {}
        for goal in goals(str(large), sorted(map(str, regions.iterdir()))):
            ours, theirs = measure(goal)
            ratio = median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
            seconds = [f"{median(one.seconds for one in runs):.3f}" for runs in (ours, theirs)]
            memory = [max(one.megabytes for one in runs) for runs in (ours, theirs)]
            numbers = [*seconds, f"{ratio:.3f}", f"{goal.limit:.2f}", *(f"{one:.0f}" for one in memory)]
            print(form.format(goal.name, goal.what, *numbers, verdict(ratio, goal.limit)), flush=True)
            peaks[goal.name] = memory[0]
        peak = f"{peaks['c']:.0f} of {MEMORY_LIMIT} MB"
        print(f"c    peak memory of rate, {LARGE_ROWS:,} rows: {peak}  {verdict(peaks['c'], MEMORY_LIMIT)}")
        if "--batch" in sys.argv:
            batch(int(sys.argv[sys.argv.index("--batch") + 1]), Path(folder))
    print(f"d    {RESAMPLES:,} resamples of a region:", resampling())


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
        Goal("a", "region: its imports and calamine", [example], peer("imports", example), 1.2, 21),
        Goal("b", "--help: import pandas", ["--help"], [sys.executable, "-c", "import pandas"], 0.5, 21),
        Goal("c", f"{rows}: pandas, openpyxl", [large], peer("pandas_openpyxl", large), 0.2, 3),
        Goal("c", f"{rows}: polars, calamine", [large], peer("polars_calamine", large), 2.0, 9),
        Goal("e", "12 regions: one region", [*regions, "-q"], [RATE, regions[0], "-q"], 1.8, 11),
        Goal(
            "e",
            "12 regions: pandas, openpyxl",
            [*regions, "-q"],
            [*peer("pandas_openpyxl", regions[0]), *regions[1:]],
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
        done = run([RATE, *files[:number], "-f", "jsonl", "-q"])
        after = os.times()
        busy = (
            after.children_user + after.children_system - before.children_user - before.children_system
        ) / done.seconds
        assert done.output.count('"overall_rating": "') == number
        verdicts = f"{done.megabytes:.0f} of {BATCH_MEMORY_LIMIT} MB  {verdict(done.megabytes, BATCH_MEMORY_LIMIT)}"
        print(f"f    {number:,} workbooks of 1,000 rows: {done.seconds:.1f} s, {busy:.2f} processors busy, {verdicts}")


def make_many(count: int, folder: Path) -> None:
    """Write one workbook with a thousand PDU cases under so many names of regions."""
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


def peer(name: str, workbook: str) -> list[str]:
    """The command that runs a peer on a workbook."""
    return [sys.executable, str(HERE / "peers" / f"{name}.py"), workbook]


def make_large(path: Path) -> None:
    """Write the example again, with its PDU cases repeated under new ids until there are 100,000."""
    from openpyxl import Workbook, load_workbook

    large = Workbook(write_only=True)
    for sheet in load_workbook(EXAMPLE, read_only=True).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        if sheet.title == "PDU cases":
            header, *cases = rows
            rows = [header, *((f"L-{n:06}", *cases[n % len(cases)][1:]) for n in range(LARGE_ROWS))]
        copy = large.create_sheet(sheet.title)
        for row in rows:
            copy.append(row)
    large.save(path)


def compare_counts(large: Path) -> None:
    """Assert that `rate` and both peers count the same Yes and No and find the same percentages."""
    result = json.loads(run([RATE, str(large), "-f", "json"]).output)
    questions = [q for standard in result["inspections"][0]["standards"] for q in standard["key_questions"]]
    assert max(question["relevant"] for question in questions) == LARGE_ROWS
    for name in ("pandas_openpyxl", "polars_calamine"):
        counts = json.loads(run(peer(name, str(large))).output)
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
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
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
