"""No input keeps the program busy: each ends within 20 seconds and 1 GB for all its processes, and with a message."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from threading import Event, current_thread, main_thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import hostile
from books import Book, save, small_book
from probation_ratings.names import fold, label
from probation_ratings.reading.child import Child
from probation_ratings.reading.limits import PDUS, REGIONS
from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run
    from probation_ratings.reading.child import Question

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processes are looked up in /proc"),
]

SECONDS = 20
MEGABYTES = 1000
COUNTS = "region,pdu,key question,yes,no\n"
PAGE, TICKS = (os.sysconf(name) for name in ("SC_PAGE_SIZE", "SC_CLK_TCK"))


@dataclass(frozen=True)
class Watched:
    """How a command ended, and the most memory that its processes took together."""

    status: int
    text: str
    megabytes: float


@dataclass(frozen=True)
class Process:
    """The memory of a process in bytes, and the seconds of processor time that it and its children took."""

    memory: int
    seconds: float


def processes(session: int) -> dict[int, Process]:
    """The processes of a session by their numbers; one that has ended is none."""
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  (twenty times a second, so of each process no more than is needed)
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb", buffering=0) as file:  # noqa: PTH123
                    state = file.read().rpartition(b")")[2].split()
                if int(state[3]) == session and state[0] != b"Z":
                    found[int(name)] = Process(int(state[21]) * PAGE, sum(map(int, state[11:15])) / TICKS)
            except OSError:
                continue
    return found


EACH = """
import json, os, sys
from probation_ratings.__main__ import main
os.setsid()
print(os.getpid(), flush=True)
statuses = [main(command) for command in json.loads(sys.argv[1])]
sys.exit(f"exit statuses: {' '.join(map(str, statuses))}" if len(set(statuses)) > 1 else statuses[0])
"""


@pytest.fixture(scope="module")
def each_watched(programs: Path) -> Callable[[list[list[object]]], Watched]:
    """Runs commands, one after the other in one process, to the end: all together keep within the limits of one.

    Where their exit statuses differ, the text says so last, and the status is 1.
    """

    def run(commands: list[list[object]]) -> Watched:
        command = [str(programs / "python"), "-c", EACH, json.dumps([[str(part) for part in one] for one in commands])]
        start, most, used = time.monotonic(), 0, 0.0
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as process,
        ):
            try:
                while process.poll() is None:
                    session, end, _ = os.pread(said.fileno(), 20, 0).partition(b"\n")
                    running = processes(int(session)) if end else {}
                    most = max(most, sum(one.memory for one in running.values()))
                    used = max(used, sum(one.seconds for one in running.values()))
                    # a machine with other work takes longer: what this one takes is its processor time
                    assert used < SECONDS
                    assert time.monotonic() - start < 4 * SECONDS
                    time.sleep(0.05)
            finally:
                process.kill()
            said.seek(0)
            out = said.read().decode().partition("\n")[2]
        assert most > 0
        assert "Traceback" not in out
        assert "bug in the program" not in out
        assert len(out) < 20_000
        assert most < MEGABYTES * 1_000_000
        return Watched(process.returncode, " ".join(out.split()), most / 1e6)

    return run


@pytest.fixture(scope="module")
def watched(each_watched: Callable[[list[list[object]]], Watched]) -> Callable[..., Watched]:
    """Runs a command to its end, which must come in time, and watches the memory of all its processes."""

    def run(*arguments: object, group: bool = False) -> Watched:
        return each_watched([[*([] if group else ["rate"]), *arguments]])

    return run


def counts(path: Path, rows: str) -> Path:
    path.write_text(COUNTS + rows, encoding="utf-8")
    return path


class TestWorkbooks:
    def test_a_header_of_combining_marks(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"][0].append("R" + "\u0301" * 100_000)
        path = tmp_path / "region.xlsx"
        path.write_bytes(hostile.with_part(hostile.SHEET, _long_text(book)))
        result = watched(path)
        assert result.status == 3
        assert "PR131" in result.text
        assert "E1 of the sheet 'Court reports'" in result.text

    def test_headers_of_combining_marks_that_a_cell_can_hold(
        self, each_watched: Callable[[list[list[object]]], Watched], tmp_path: Path
    ) -> None:
        paths = []
        for name, marks in (("alike", "\u0301"), ("in turn", "\u0301\u0323")):
            book = small_book()
            for number in range(40):
                book["Court reports"][0].append(f"{number}R" + marks * (32_000 // len(marks)))
            paths.append(save(book, tmp_path / f"{name}.xlsx"))
        result = each_watched([["rate", path] for path in paths])
        assert (result.status, result.text.count("Score 22/24")) == (0, 2)

    def test_very_many_pdus_of_a_region(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        head, (_, _, _, *answers), _ = small_book()["PDU cases"]
        rows = [head, *([f"A{n}", f"PDU {n}", "Licence", *answers] for n in range(20_000))]
        path = tmp_path / "region.xlsx"
        path.write_bytes(hostile.with_rows("PDU cases", rows))
        result = watched(path, "--by", "pdu", "-o", tmp_path / "out.html")
        assert result.status == 1
        assert "PR424" in result.text
        assert "20,002 different PDUs; 500 are allowed" in result.text
        assert "--limits 41" in result.text

    def test_very_many_pdus_that_are_rated_each(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        result = watched(_pdu_book(tmp_path, 5_000), "--rules", "pdu-2023", "-f", "html", "-o", tmp_path / "out.html")
        assert result.status == 1
        assert "PR424" in result.text

    def test_as_many_pdus_as_are_allowed_are_rated(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        result = watched(
            _pdu_book(tmp_path, PDUS), "--rules", "pdu-2023", "-q", "-f", "html", "-o", tmp_path / "o.html"
        )
        assert result.status == 0
        assert f"PDU {PDUS - 1}" in (tmp_path / "o.html").read_text(encoding="utf-8")

    def test_400_000_sheets(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        path = tmp_path / "region.xlsx"
        path.write_bytes(hostile.changed(_with_sheets))
        result = watched(path)
        assert result.status == 3
        assert "sheets; 1,000 are allowed" in result.text

    def test_names_of_sheets_are_not_listed_without_end(self, run: Callable[..., Run], tmp_path: Path) -> None:
        result = run(save({f"Sheet {n}": [["x"]] for n in range(300)}, tmp_path / "region.xlsx"), "-f", "json")
        assert result.status == 1
        assert len(result.out) < 60_000

    def test_many_problems_of_many_kinds(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        head = small_book()["PDU cases"][0]
        cases = ([f"A{n}", f"P{n % 9}", "Licence", *(f"odd {n} {k}" for k in range(9))] for n in range(30_000))
        path = tmp_path / "region.xlsx"
        path.write_bytes(hostile.with_rows("PDU cases", [head, *cases]))
        result = watched("check", path, "-f", "concise", "-q", group=True)
        assert result.status == 1
        assert "PR304" in result.text


def _long_text(book: dict[str, list[list[Any]]]) -> bytes:
    """The sheet of court reports, whose header has a text that openpyxl would cut."""
    cell = f'<c r="E1" t="inlineStr"><is><t>{book["Court reports"][0][-1]}</t></is></c></row>'.encode()
    with zipfile.ZipFile(_file()) as archive:
        return archive.read(hostile.SHEET).replace(b"</row>", cell, 1)


def _file() -> Any:
    import io

    return io.BytesIO(hostile.plain())


def _with_sheets(name: str, part: bytes) -> bytes:
    if name != "xl/workbook.xml":
        return part
    sheet = re.findall(rb"<sheet [^>]*/>", part)[0]
    before, after = re.split(rb'(?<=name=")[^"]*', sheet)
    more = b"".join(b"%bS%d%b" % (before, number, after) for number in range(400_000))
    return part.replace(b"</sheets>", more + b"</sheets>")


def _pdu_book(tmp_path: Path, number: int) -> Path:
    from probation_ratings import load_rules

    rules = load_rules("pdu-2023")
    names = [f"PDU {n}" for n in range(number)]
    judgement = rules.judgement_sheet
    assert judgement is not None
    head = [judgement.pdu_column, judgement.standard_column, judgement.rating_column]
    book: Book = {
        "Inspection": small_book()["Inspection"],
        judgement.name: [head, *([name, one.id, "Good"] for name in names for one in rules.judged)],
    }
    for sheet in rules.case_sheets:
        questions = [question.id for _, question in rules.questions_of(sheet.name)]
        rows = [[name, name, *["Yes"] * len(questions)] for name in names]
        book[sheet.name] = [[sheet.id_column, sheet.pdu_column, *questions], *rows]
    return save(book, tmp_path / "pdus.xlsx")


class TestCounts:
    def test_large_csv_files(self, each_watched: Callable[[list[list[object]]], Watched], tmp_path: Path) -> None:
        large: dict[str, tuple[list[bytes], str]] = {
            "line feeds": ([b"\n" * 100_000_000], "more than 1,048,576 rows"),
            "commas": ([b"," * 100_000_000], "reading was stopped"),
            "an open quotation mark": ([b'region,"', b"x" * 100_000_000], "more than 32,767 characters"),
            "too large": ([b"\n" * 200_000_001], "the file has more than 200 MB"),
            "bad counts": (
                [COUNTS.encode(), b"London,x,R2.1.1,no number,1\n" * 90_000],
                "and 89,980 more rows of this kind",
            ),
            "too many rows": (
                [COUNTS.encode(), b"London,x,R2.1.1,1,1\n" * 110_000],
                "110,000 rows of counts; 100,000 are",
            ),
        }
        for name, (parts, _) in large.items():
            with (tmp_path / f"{name}.csv").open("wb") as file:
                file.writelines(parts)
        result = each_watched([["rate", "--tallies", tmp_path / f"{name}.csv"] for name in large])
        assert result.text.endswith("exit statuses: 3 3 3 3 1 3")
        assert [name for name, (_, words) in large.items() if words not in result.text] == []

    def test_a_small_parquet_file_of_20_million_rows(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        path = tmp_path / "counts.parquet"
        values: dict[str, Any] = {"region": "London", "key question": "R2.1.1", "yes": 1, "no": 1}
        pl.select([pl.repeat(value, 20_000_000).alias(name) for name, value in values.items()]).write_parquet(path)
        assert path.stat().st_size < 1_000_000
        result = watched("--tallies", path)
        assert result.status == 3
        assert "20,000,000 rows; 500,000 are allowed" in result.text

    def test_a_small_parquet_file_of_long_texts(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        path = tmp_path / "counts.parquet"
        frame = {"region": [f"{'x' * 30_000}{n}" for n in range(5_000)], "key question": ["R2.1.1"] * 5_000}
        pl.DataFrame(frame).with_columns(yes=1, no=1).write_parquet(path)
        result = watched("--tallies", path)
        assert result.status == 3
        assert "reading was stopped" in result.text

    def test_very_many_regions(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        rows = "".join(f"Region {n},,R2.1.1,1,1\n" for n in range(20 * REGIONS))
        result = watched("--tallies", counts(tmp_path / "counts.csv", rows))
        assert result.status == 3
        assert "6,000 regions; 300 are allowed; --limits 20 allows as many" in result.text

    def test_6_000_pdus(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        rows = "".join(f"London,PDU {n},R2.{k}.1,1,1\n" for n in range(6_000) for k in range(1, 7))
        path = counts(tmp_path / "counts.csv", rows)
        result = watched("--tallies", path, "--by", "pdu", "-o", tmp_path / "out.html")
        assert result.status == 1
        assert "6,000 different PDUs" in result.text


class TestOtherInputs:
    def test_what_is_not_a_file_is_refused_at_once(
        self, each_watched: Callable[[list[list[object]]], Watched], tmp_path: Path
    ) -> None:
        good = save(small_book(), tmp_path / "good.xlsx")
        inputs: dict[str, list[object]] = {
            "counts.csv": ["rate", "--tallies"],
            "counts.parquet": ["rate", "--tallies"],
            "expected.csv": ["check", good, "--expect"],
            "result.json": ["compare", good],
            "workbook.xlsx": ["rate"],
            "rules.yaml": ["rate", good, "--rules"],
        }
        commands = []
        for name, words in inputs.items():
            paths = [tmp_path / f"{kind}-{name}" for kind in ("pipe", "device", "proc", "folder")]
            pipe, device, proc, folder = paths
            os.mkfifo(pipe)
            device.symlink_to("/dev/zero")
            proc.symlink_to("/proc/self/status")
            folder.mkdir()
            commands += [[*words, path] for path in paths]
        start = time.monotonic()
        result = each_watched(commands)
        assert time.monotonic() - start < SECONDS
        assert result.text.endswith("exit statuses: " + "3 " * 20 + "2 2 2 2")
        text = result.text.replace(" ", "")
        assert [command[-1] for command in commands if Path(str(command[-1])).name not in text] == []

    def test_a_rule_file_of_very_many_empty_standards(
        self, each_watched: Callable[[list[list[object]]], Watched], tmp_path: Path
    ) -> None:
        commands: list[list[object]] = []
        for items in (24_000, 330_000):
            path = tmp_path / f"{items}.yaml"
            path.write_text("id: mine\ntitle: Mine\nstandards: [" + "{}," * items + "]", encoding="utf-8")
            commands.append(["rate", EXAMPLE, "--rules", path])
        result = each_watched(commands)
        assert result.status == 2
        few, many = result.text.split(str(commands[1][-1]), maxsplit=1)
        assert "more problems are not shown" in few
        assert "more than 50,000 values" in many

    @pytest.mark.parametrize("score", ["9" * 5_000, "9" * 300, "1" + "0" * 12, "true", "-1", "1e400", "NaN"])
    def test_a_kept_score_that_is_none(self, run: Callable[..., Run], tmp_path: Path, score: str) -> None:
        path = tmp_path / "before.json"
        run(EXAMPLE, "-o", path)
        text = path.read_text(encoding="utf-8")
        assert '"score": 5' in text
        path.write_text(text.replace('"score": 5', f'"score": {score}', 1), encoding="utf-8")
        result = run("compare", path, EXAMPLE, group=True)
        assert result.status == 3
        assert "this is not a JSON result of `rate`" in result.err

    def test_an_expected_score_of_5_000_digits(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = tmp_path / "expected.csv"
        path.write_text(f"region,standard,score\nEast of England,overall,{'9' * 5_000}\n", encoding="utf-8")
        result = run("check", EXAMPLE, "--expect", path, group=True)
        assert result.status == 3
        assert "allowed is a whole number of at most 6 digits" in result.err
        assert len(result.err) < 500

    def test_kept_results_that_would_fill_the_memory(
        self, each_watched: Callable[[list[list[object]]], Watched], tmp_path: Path
    ) -> None:
        paths = []
        for content in (
            "[" * 1_000_000 + "]" * 1_000_000,
            "[{}," * 12_000_000,
            '{"a":' * 100 + "}" * 100,
            '["' + "x" * 40_000 + '"]',
            "[" + "0," * 2_999_999 + "0]",
        ):
            paths.append(tmp_path / f"before-{len(content)}.json")
            paths[-1].write_text(content, encoding="utf-8")
        result = each_watched([["compare", path, EXAMPLE] for path in paths])
        assert result.status == 3
        assert [path for path in paths if path.name not in result.text.replace(" ", "")] == []

    def test_expected_ratings_of_very_many_regions(self, watched: Callable[..., Watched], tmp_path: Path) -> None:
        path = tmp_path / "expected.csv"
        rows = "".join(f"Region {number},overall,Good\n" for number in range(200_000))
        path.write_text("region,standard,rating\n" + rows, encoding="utf-8")
        result = watched("check", EXAMPLE, "--expect", path, group=True)
        assert result.status == 1
        assert "199,951 more" in result.text


def test_long_names_are_compared_in_time_that_grows_with_their_length() -> None:
    start = time.process_time()
    name = "R" + "\u0301\u0323" * 500_000
    assert fold(name) == fold(name.upper())
    assert label(name)
    assert time.process_time() - start < 10


CHILD = """
import sys, time
sys.stdin.readline()
out = sys.stdout.buffer
number = 1  # of the question
def say(line, cells=b"", sizes=None):
    out.write(sizes or b"%d %d %d\\n" % (number, len(line), len(cells)))
    out.write(line + cells)
    out.flush()
"""
HEAD: dict[str, Any] = {"sha256": "0" * 64, "kind": "xlsx", "names": ["Victim cases"], "date_1904": False}
SHEET: dict[str, Any] = {
    "name": "Victim cases", "hidden": False, "first_row": 1, "first_column": 1, "rows": 1, "columns": [["x"]],
    "hidden_rows": [], "hidden_columns": [], "filtered": False, "merged": [], "records": None,
}  # fmt: skip


def told(cells: bytes = bytes(4), **changes: Any) -> str:
    """A child that describes one sheet, with some of it changed."""
    sheet = {key: value for key, value in {**SHEET, **changes}.items() if key in SHEET}
    head = {**HEAD, "sheets": [sheet], **{key: value for key, value in changes.items() if key not in SHEET}}
    return f"say({json.dumps(head).encode()!r}, {cells!r})"


LIES = {
    "nothing": "",
    "no sizes": "out.write(b'x' * 100_000_000)",
    "sizes beyond the limits": "say(b'{}', sizes=b'1 999999999999 0\\n')",
    "fewer bytes than it says": "say(b'{}', sizes=b'1 20 100\\n')",
    "the answer to another question": "number = 2\n" + told(),
    "no JSON": "say(b'\\xff{')",
    "JSON that is nested deeply": "say(b'[' * 1_000_000)",
    "another shape": "say(b'[1, 2]')",
    "a reason that is none": 'say(b\'{"refused": "because", "detail": ""}\')',
    "a reason of a problem with cells": 'say(b\'{"refused": "bad-answer", "detail": ""}\')',
    "a detail that is none": 'say(b\'{"refused": "file-empty", "detail": [1]}\')',
    "codes beyond the values": told(b"\x01\x00\x00\x00"),
    "cells without values": told(columns=[[]]),
    "too few cells": told(b""),
    "more cells than rows": told(bytes(8)),
    "a number of rows that is none": told(rows="1"),
    "fewer rows than none": told(rows=-1),
    "a text that is too long": told(columns=[["x" * 32_768]]),
    "a value of no kind": told(columns=[[["colour", "red"]]]),
    "a date that is none": told(columns=[[["date", "yesterday"]]]),
    "a number that is text": told(columns=[[["number", "1"]]]),
    "a merged range that is none": told(merged=["A1"]),
    "a key more": told(colour="red"),
    "a hash that is none": told(sha256="x"),
    "a kind that is none": told(kind="docx"),
    "400,000 sheets": told().replace('["Victim', "[' + b'\"S\",' * 400_000 + b'\"Victim", 1),
    "a sheet that it does not name": told(names=["Other"]),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_child_that_lies_costs_its_own_file_only(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    monkeypatch.setattr("probation_ratings.reading.child.command", lambda _: [sys.executable, "-c", CHILD + LIES[lie]])
    result = run("check", save(small_book(), tmp_path / "region.xlsx"), "-f", "json", group=True)
    assert result.status == 3
    (workbook,) = json.loads(result.out)["workbooks"]
    assert [problem["code"] for problem in workbook["problems"]] == ["PR115"]


def test_a_child_that_lies_about_rows_of_an_export_crashes_nothing(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = {"delimiter": ",", "usual": 1, "odd": [[1_000_000, 2], [0, 9]], "elsewhere": [1_000_000]}
    records["swallowed"] = [[0, 1], [1_000_000, 1], [1, 0], [1, 1_000_000]]
    script = CHILD + told(kind="csv", records=records)
    monkeypatch.setattr("probation_ratings.reading.child.command", lambda _: [sys.executable, "-c", script])
    (tmp_path / "a.csv").write_text("x\n", encoding="utf-8")
    columns = "sheets:\n  Victim cases:\n    columns: {Case ID: x}\n"
    (tmp_path / "a.mapping.yaml").write_text(
        f"mapping_version: 1\nrules: regional-2023\n{columns}sources: [{{files: a.csv, into: Victim cases}}]\n",
        encoding="utf-8",
    )
    result = run(tmp_path / "a.mapping.yaml")
    assert (result.status, "bug" in result.err) == (1, False), result.err


def test_what_a_child_says_of_a_refusal_is_cut(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = CHILD + 'say(b\'{"refused": "workbook-damaged", "detail": "\' + b\'x\' * 1_000_000 + b\'"}\')'
    monkeypatch.setattr("probation_ratings.reading.child.command", lambda _: [sys.executable, "-c", script])
    result = run("check", save(small_book(), tmp_path / "region.xlsx"), "-f", "json", group=True)
    assert result.status == 3
    assert len(result.out) < 3_000


def test_a_question_that_is_answered_at_once_keeps_its_own_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {name: f"a,b\n{name},1\n".encode() for name in ("first", "second")}
    for name, content in contents.items():
        (tmp_path / f"{name}.csv").write_bytes(content)
    tasks = [
        {"kind": "csv", "path": str(tmp_path / f"{name}.csv"), "limits": 1, "wanted": ["a"], "bytes": 1000}
        for name in contents
    ]
    child = Child()
    more: list[Question] = []
    freed = Event()
    write, flush = child._stdin.write, child._stdin.flush

    def slowly() -> None:  # so the other thread asks the second question before the first `ask` is done
        flush()
        if current_thread() is main_thread():
            freed.wait(20)

    monkeypatch.setattr(child, "_stdin", SimpleNamespace(write=write, flush=slowly, close=child._stdin.close))

    def ask_more(free: Child) -> None:
        more.append(free.ask(tasks[1]))
        freed.set()

    questions = [child.ask(tasks[0], free=ask_more), *more]
    found = [json.loads(question.answer().line)["sha256"] for question in questions]
    assert found == [hashlib.sha256(content).hexdigest() for content in contents.values()]


class TestProcesses:
    def test_a_child_ends_when_its_parent_is_killed(self, tmp_path: Path) -> None:
        # somebody else keeps its standard input open: it must not wait for the end of that
        script = """if True:
            import subprocess, sys, time
            from probation_ratings.reading.child import Child
            child = Child()
            other = subprocess.Popen(["sleep", "60"], pass_fds=[child._stdin.fileno()])
            child.ask({"kind": "csv", "path": sys.argv[1], "limits": 1, "wanted": [], "bytes": 1000}).wait()
            print(child._process.pid, other.pid, flush=True)
            time.sleep(60)
            """
        (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
        parent = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "a.csv")], stdout=subprocess.PIPE, start_new_session=True
        )
        assert parent.stdout is not None
        child, other = map(int, parent.stdout.readline().split())
        try:
            assert child in processes(parent.pid)
            limits = Path(f"/proc/{child}/limits").read_text(encoding="utf-8")
            assert re.search(r"Max address space +734003200 ", limits)
            assert re.search(r"Max core file size +0 ", limits)
            assert int(re.findall(r"Max cpu time +(\d+) ", limits)[0]) in range(31, 40)
            os.kill(parent.pid, signal.SIGKILL)
            parent.wait()
            deadline = time.monotonic() + 5
            while child in processes(parent.pid):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            os.kill(other, signal.SIGKILL)
            parent.kill()
            parent.stdout.close()
            parent.wait()

    @pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    @pytest.mark.parametrize("command", ["rate", "check"])
    def test_no_process_is_left_behind(self, tmp_path: Path, sent: signal.Signals, command: str) -> None:
        folder = tmp_path / "books"
        folder.mkdir()
        for number in range(3):
            save(small_book(), folder / f"{number}.xlsx")
        written = {"rate": ["-o", str(tmp_path / "out.json")], "check": ["--annotate", str(tmp_path / "marked"), "-q"]}
        # any moment, but one while it starts and one while it works
        chance = random.Random(f"{sent} {command}")
        for wait in (chance.uniform(0.05, 0.6), chance.uniform(0.6, 1.2)):
            process = subprocess.Popen(
                [sys.executable, "-m", "probation_ratings", command, str(folder), *written[command]],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            time.sleep(wait)
            process.send_signal(sent)
            _, err = process.communicate(timeout=SECONDS)
            assert b"bug in the program" not in err
            deadline = time.monotonic() + 5
            while left := processes(process.pid):
                assert time.monotonic() < deadline, left
                time.sleep(0.02)
        if (tmp_path / "out.json").exists():
            json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
