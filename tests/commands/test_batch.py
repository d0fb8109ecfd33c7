"""Many workbooks: side by side, in order, one file each, and none that costs another."""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import pty
import re
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, court_reports, save, small_book
from probation_ratings import __version__
from probation_ratings.checking.inspection import Fieldwork
from probation_ratings.findings.side_by_side import RegionRow, in_order, ranks
from probation_ratings.rulebook.load import load_rules
from shared import heeded, read_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run
    from probation_ratings.reading.child import Question

pytestmark = pytest.mark.slow

RULES = load_rules("regional-2023")


def region(name: str, yes: int = 10, year: int | None = None) -> Book:
    """A valid workbook of a region; of ten court reports `yes` are Yes. The other standards make 19 points."""
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * (10 - yes))}
    book["Inspection"][1][1] = name
    if year is not None:
        book["Inspection"].append(["Fieldwork started", f"June {year}"])
    return book


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    """Four regions: Wales 22, London and the North East 19, the South West with an error."""
    folder = tmp_path / "regions"
    folder.mkdir()
    save(region("Wales", 8), folder / "a.xlsx")
    save(region("London", 1), folder / "b.xlsx")
    save(region("North East", 2), folder / "c.xlsx")
    broken = region("South West")
    broken["Court reports"][1][1] = "Maybe"
    save(broken, folder / "d.xlsx")
    return folder


def rows_of(out: str) -> list[str]:
    return out.split("\n\n", maxsplit=1)[0].splitlines()[1:]


def test_regions_stand_side_by_side_best_first(run: Callable[..., Run], regions: Path) -> None:
    result = run(regions, "-q")
    assert result.status == 1
    assert max(map(len, result.out.splitlines())) < 80
    assert [" ".join(row.split()) for row in rows_of(result.out)] == [
        "1 Wales G G O O O O O O 22 O",
        "2= London G G O O I O O O 19 G",
        "2= North East G G O O I O O O 19 G",
        "South West not rated: PR304",
    ]
    assert "PR304" in result.err
    text = " ".join(result.out.split())
    assert "Outstanding · · 3 3 1 3 3 3 1" in text
    assert "Good 3 3 · · · · · · 2" in text
    assert "Inadequate · · · · 2 · · · ·" in text
    assert "4 inspections, 3 with an overall rating, out of 24" in text


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("score", ["Wales", "London", "North East", "South West"]),
        ("region", ["London", "North East", "South West", "Wales"]),
        ("R2.3", ["Wales", "London", "North East", "South West"]),
    ],
)
def test_the_rows_are_sorted_as_asked(run: Callable[..., Run], regions: Path, sort: str, names: list[str]) -> None:
    found = rows_of(run(regions, "-q", "--sort", sort).out)
    assert [next(name for name in names if name in row) for row in found] == names


def test_sorting_by_what_is_not_a_standard_is_wrong_usage(run: Callable[..., Run], regions: Path) -> None:
    assert run(regions, "--sort", "R9").status == 2


def test_ranks_share_a_place_on_a_tie() -> None:
    lines = [
        RegionRow(name, None, name, None, Fieldwork(), {}, score, None, ())
        for name, score in (("a", 5), ("b", 9), ("c", 9), ("d", None), ("e", 4))
    ]
    assert {path: rank for (path, _), rank in ranks(lines).items()} == {"b": "1=", "c": "1=", "a": "3", "e": "4"}
    assert [line.path for line in in_order(lines, RULES)] == ["b", "c", "a", "e", "d"]


def test_each_prints_each_regions_own_table(run: Callable[..., Run], regions: Path) -> None:
    out = run(regions, "-q", "--each").out
    assert out.count("\nScore ") == 3
    assert "Not rated: 1 error blocks the rating (PR304)" in out


@pytest.mark.parametrize("option", [["--explain"], ["--by", "pdu"]])
def test_what_is_added_to_a_table_gives_each_region_its_own(
    run: Callable[..., Run], regions: Path, option: list[str]
) -> None:
    out = run(regions, "-q", *option).out
    assert out.count("\nScore ") == 3
    assert out.count("\nTotal 2 + 2" if option == ["--explain"] else "\nBy PDU") == 3


def test_partial_ratings_keep_their_letters(run: Callable[..., Run], regions: Path) -> None:
    row = next(row for row in rows_of(run(regions, "-q", "--partial").out) if "South West" in row)
    assert row.split() == ["South", "West", "G", "G", "O", "O", "-", "O", "O", "O", "not", "rated:", "PR304"]


def test_the_output_is_the_same_whatever_the_number_of_jobs(run: Callable[..., Run], regions: Path) -> None:
    (regions / "e.xlsx").write_bytes(b"PK\x03\x04 no archive")
    outputs = {
        (result.status, result.out, result.err)
        for jobs in (1, 2, 5)
        for result in [run(regions, "-f", "json", "--jobs", jobs)]
    }
    assert len(outputs) == 1
    ((status, out, _),) = outputs
    assert status == 3
    assert [one["score"] for one in json.loads(out)["inspections"]] == [22, 19, 19, None, None]


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_what_is_read_ahead_is_that_of_its_own_file(run: Callable[..., Run], tmp_path: Path, jobs: int) -> None:
    names = [f"Region {number}" for number in range(14)]
    for name in names:
        save(region(name), tmp_path / f"{name}.xlsx")
    for _ in range(2):
        found = json.loads(run(tmp_path, "-f", "json", "--jobs", jobs).out)["inspections"]
        assert [(Path(one["workbook"]["path"]).stem, one["region"]) for one in found] == [
            (name, name) for name in sorted(names)
        ]


def test_a_reader_that_is_killed_costs_its_own_file_only(
    run: Callable[..., Run], regions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from probation_ratings.reading.child import Child

    ask = Child.ask

    def killed(child: Child, task: dict[str, Any], *others: Any, **named: Any) -> Question:
        if str(task["path"]).endswith("b.xlsx"):
            child._process.kill()
        return ask(child, task, *others, **named)

    monkeypatch.setattr(Child, "ask", killed)
    result = run(regions, "-f", "json", "--jobs", 2)
    found = json.loads(result.out)["inspections"]
    assert [one["score"] for one in found] == [22, None, 19, None]
    assert [problem["code"] for problem in found[1]["problems"]] == ["PR115"]
    assert result.status == 3


def test_no_line_of_json_comes_before_all_are_read(regions: Path, programs: Path, tmp_path: Path) -> None:
    """The last workbook may be of the same region as the first: then neither is rated."""
    source, sink = os.pipe()
    with subprocess.Popen(
        [programs / "probation-ratings", "rate", regions, "-", "-f", "jsonl"],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(source)
        assert process.stdout is not None
        assert process.stderr is not None
        read_until(b"PR304", process.stderr)  # of the fourth workbook
        os.set_blocking(process.stdout.fileno(), False)
        assert process.stdout.read() is None
        os.set_blocking(process.stdout.fileno(), True)
        os.write(sink, save(region("Wales"), tmp_path / "last.xlsx").read_bytes())
        os.close(sink)
        lines = [json.loads(line) for line in process.stdout.read().splitlines()]
    assert [(line["region"], line["score"]) for line in lines] == [
        ("Wales", None), ("London", 19), ("North East", 19), ("South West", None), ("Wales", None),
    ]  # fmt: skip
    assert process.returncode == 1


def test_require_all_fails_where_a_region_is_missing(run: Callable[..., Run], regions: Path) -> None:
    result = run(regions, "-q", "--require-all", "--partial")
    assert result.status == 1
    assert "PR118" in result.err
    assert "East Midlands, East of England" in " ".join(result.err.split())
    for number, name in enumerate(RULES.regions.names if RULES.regions else ()):
        save(region(name), regions / f"all-{number}.xlsx")
    for old in "abcd":
        (regions / f"{old}.xlsx").unlink()
    assert run(regions, "-q", "--require-all").status == 0


@pytest.mark.parametrize("group", [False, True])
def test_region_chooses_what_is_required_and_not_what_is_read(
    run: Callable[..., Run], regions: Path, group: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["check"] * group
    alone = run(*words, regions, "--region", "Wales", group=group)
    assert (alone.status, alone.out) == (2, "")
    assert "--region goes with --require-all" in alone.err
    assert run(*words, regions, "-q", "--require-all", "--region", "Kent", group=group).status == 2
    missing = run(*words, regions, "-q", "--require-all", "--region", "Greater Manchester", group=group)
    assert "PR118" in missing.out + missing.err
    assert "East Midlands" not in missing.out + missing.err
    (tmp_path / "probation-ratings.toml").write_text('regions = ["Wales"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "goes with" not in run(*words, regions, "-q", group=group).err
    required = run(*words, regions, "-q", "--require-all", group=group)
    assert "East Midlands" not in required.out + required.err


def test_a_folder_takes_a_file_a_region_and_a_summary(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    save(region("Wales", 8, 2024), regions / "a.xlsx")
    save(region("Wales", 8, 2026), regions / "e.xlsx")
    save(region("../../<North>|\u202e", 9), regions / "f.xlsx")
    target = tmp_path / "new" / "results"
    result = run(regions, "-q", "-o", f"{target}/")
    assert (result.status, result.out) == (1, "")
    names = sorted(path.name for path in target.iterdir())
    assert names == [
        "london.json", "north-east.json", "north.json", "south-west.json", "summary.csv", "wales-2024.json",
        "wales-2026.json",
    ]  # fmt: skip
    assert json.loads((target / "wales-2024.json").read_text(encoding="utf-8"))["inspections"][0]["score"] == 22
    rows = list(csv.DictReader(io.StringIO((target / "summary.csv").read_text(encoding="utf-8"))))
    assert [(row["rank"], row["region"], row["score"], row["R2.3"], row["problems"]) for row in rows[1:]] == [
        ("1=", "Wales", "22", "Outstanding", ""),
        ("1=", "Wales", "22", "Outstanding", ""),
        ("4=", "London", "19", "Inadequate", ""),
        ("4=", "North East", "19", "Inadequate", ""),
        ("", "South West", "", "", "PR304"),
    ]
    assert [(row["rank_number"], row["rank_shared"], row["rating_r2_3"]) for row in rows[1:]] == [
        ("1", "yes", "Outstanding"), ("1", "yes", "Outstanding"), ("4", "yes", "Inadequate"), ("4", "yes", "Inadequate"),
        ("", "", ""),
    ]  # fmt: skip
    run(regions, "-q", "-o", f"{target}/", "-f", "csv")
    assert (target / "london.csv").is_file()


def test_the_log_has_a_line_of_json_a_workbook(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "night.jsonl"
    run(regions, "-q", "--log-file", log)
    run(regions / "a.xlsx", "-q", "--log-file", log)
    written = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line.get("event", "") for line in written] == ["start", *[""] * 4, "end", "start", "", "end"]
    lines = [line for line in written if "event" not in line]
    assert list(lines[0]) == [
        "time", "workbook", "workbook_sha256", "region", "score", "overall_rating", "problems", "status", "seconds", "run",
    ]  # fmt: skip
    assert [(line["region"], line["score"], line["status"], line["problems"]) for line in lines] == [
        ("Wales", 22, 0, []), ("London", 19, 0, []), ("North East", 19, 0, []), ("South West", None, 1, ["PR304"]),
        ("Wales", 22, 0, []),
    ]  # fmt: skip
    assert run(regions, "-q", "--log-file", tmp_path).status == 3
    assert run(regions / "a.xlsx", "-q", "--log-file", regions / "a.xlsx").status == 2


def test_the_log_says_when_a_run_starts_and_how_it_ends(run: Callable[..., Run], regions: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert run(regions, "-q", "--log-file", log).status == 1
    assert run(regions / "a.xlsx", "-q", "--log-file", log).status == 0
    assert run(regions / "a.xlsx", "-q", "--log-file", log, "--sort", "R9").status == 2
    assert run(regions / "a.xlsx", "-q", "--log-file", log, "-f", "json", "-o", f"{regions}/").status == 0
    assert run(regions / "a.xlsx", "-q", "--log-file", log, "-o", regions / "a.xlsx" / "b.json").status == 3
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    starts, ends = ([line for line in lines if line.get("event") == event] for event in ("start", "end"))
    assert [line["inputs"] for line in starts] == [4, 1, 1, 1, 1]
    assert [line["status"] for line in ends] == [1, 0, 2, 0, 3]
    own = {"tool_version": __version__, "rules": RULES.id, "rules_sha256": RULES.sha256}
    assert all(own.items() <= line.items() for line in (*starts, *ends))
    assert {line["python_version"] for line in starts} == {platform.python_version()}
    assert ends[0]["seconds"] >= sum(line["seconds"] for line in lines[1:5]) > 0
    # the lines of a run name it, and no two runs have the same name
    assert len({line["run"] for line in lines}) == 5
    assert [line["run"] for line in starts] == [line["run"] for line in ends]
    assert {line["run"] for line in lines[:6]} == {starts[0]["run"]}


@pytest.mark.parametrize("name", ["norfolk.csv", "shared.mapping.yaml", "region.mapping.yaml", "mine.yaml"])
def test_no_line_of_the_log_goes_into_a_file_that_is_read(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "norfolk.csv": "Case ID,R2.6.1\nV1,Yes\n",
        "shared.mapping.yaml": "mapping_version: 1\nrules: mine.yaml\n",
        "region.mapping.yaml": (
            "mapping_version: 1\nextends: shared.mapping.yaml\nsources:\n  - {files: norfolk.csv, into: Victim cases}\n"
        ),
        "mine.yaml": "extends: regional-2023\nid: mine\n",
    }
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    result = run("region.mapping.yaml", "-q", "--log-file", name)
    assert (result.status, "would be overwritten" in result.err) == (2, True)
    assert (tmp_path / name).read_text(encoding="utf-8") == files[name]


def test_an_interrupt_reports_what_is_done_and_leaves_results_as_they_are(programs: Path, tmp_path: Path) -> None:
    save(region("Wales", 8), tmp_path / "a.xlsx")
    broken = region("London", 1)
    broken["Court reports"][1][1] = "Maybe"
    save(broken, tmp_path / "b.xlsx")
    target, log = tmp_path / "results", tmp_path / "log.jsonl"
    target.mkdir()
    (target / "wales.json").write_text("of yesterday")
    outputs = {"table": ["-f", "table"], "json": ["-f", "json"], "jsonl": ["-f", "jsonl"], "folder": ["-o", "results/"]}
    source, sink = os.pipe()
    with subprocess.Popen(
        heeded(
            *(["rate", "a.xlsx", "b.xlsx", "-", "-q", "--log-file", log, *output] for output in outputs.values()),
            python=programs / "python",
        ),
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "80"},
    ) as process:
        os.close(source)
        assert process.stdout is not None
        assert process.stderr is not None
        os.set_blocking(process.stdout.fileno(), False)
        for form in outputs:
            read_until(b"help: ", process.stderr)  # the end of what is said of the second workbook
            process.send_signal(signal.SIGINT)
            said = [process.stderr.readline().strip() for _ in range(3)]
            assert said == [b"", b"interrupted: 2 of 3 workbooks rated: Wales and London", b"ended: 130"]
            out = process.stdout.read()
            assert b"Wales" in out if form == "table" else not out
            assert [path.name for path in target.iterdir()] == ["wales.json"]
            assert (target / "wales.json").read_text() == "of yesterday"
            assert [json.loads(line).get("status") for line in log.read_text().splitlines()] == [None, 0, 1, 130]
            log.unlink()
        out, err = process.communicate(timeout=20)
        os.close(sink)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_progress_is_shown_on_a_terminal_only(
    run: Callable[..., Run], regions: Path, programs: Path, tmp_path: Path
) -> None:
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    command = [str(regions), "-o", f"{tmp_path}/out/"]
    shown = subprocess.run(
        [programs / "probation-ratings", "rate", *command], stderr=child, check=False, env=environment
    )
    os.close(child)
    text = b""
    try:
        while more := os.read(parent, 65_536):
            text += more
    except OSError:  # Linux says so that the other end is closed
        pass
    os.close(parent)
    assert shown.returncode == 1
    assert re.search(rb"4/4[^\n]*d\.xlsx", text)
    assert b"PR304" in text
    assert "4/4" not in run(*command).err


def test_the_computed_rating_is_shown_beside_the_one_that_the_panel_moved(
    run: Callable[..., Run], regions: Path, tmp_path: Path
) -> None:
    book = region("Wales", 8)
    book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.3", "Good", "Read again."]]
    save(book, regions / "a.xlsx")
    out = run(regions, "-q").out
    assert "Wales: R2.3 moved by the panel from Outstanding to Good" in out
    run(regions, "-q", "-o", f"{tmp_path}/out/")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "summary.csv").read_text(encoding="utf-8"))))
    assert [(row["score"], row["R2.3"], row["computed_otherwise"]) for row in rows[:2]] == [
        ("21", "Good", "R2.3 Outstanding"),
        ("19", "Inadequate", ""),
    ]
