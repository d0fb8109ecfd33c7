"""Terminals, file systems and signals as other machines have them: a clear message, and nothing is lost."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, save, small_book
from probation_ratings.__main__ import main
from probation_ratings.commands.options import file_name, typed
from probation_ratings.errors import OutputError, PipeClosed
from probation_ratings.writing.copies import annotate
from probation_ratings.writing.output import write_bytes
from shared import EXAMPLE, HEEDED, heeded, read_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run
    from probation_ratings.checking.inspection import Inspection

COMMAND = [sys.executable, "-m", "probation_ratings"]
IN_CI = "CI" in os.environ
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if IS_ROOT else []
"""Root may write and read everywhere; this takes that away from a command, and leaves it the owner of its files."""

pytestmark = pytest.mark.slow

# Several commands in one process of its own, each as if it were typed; their exit statuses go into the first file.
SERIES = """
import json, sys
from probation_ratings.__main__ import main
sys.path.append(sys.argv[3])
from idle_children import kept
statuses = []
with kept():
    for command in json.loads(sys.argv[2]):
        statuses.append(main(command))
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            json.dump(statuses, file)
"""

needs_bound = pytest.mark.skipif(
    IS_ROOT and shutil.which("setpriv") is None and not IN_CI, reason="root needs setpriv (util-linux) for it"
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and tmpfs are Linux's")


def named(region: str) -> Book:
    """A valid workbook of a region."""
    book = small_book()
    book["Inspection"][1][1] = region
    return book


def bad_book() -> Book:
    """A workbook with text that few terminals have, in a name of a PDU, an answer and the region."""
    book = named("Ynys Môn – Łódź")
    book["PDU cases"][1][1] = "Čamden"
    book["PDU cases"][1][3] = "Déjà"
    return book


def in_a_process(*arguments: object, cwd: Path, bound: bool = False, to: str = "", **environment: str) -> Run:
    """The command in a process of its own, `bound` to what the permissions of files say; it writes `to` a device."""
    from conftest import Run

    command = [*(BOUND if bound else []), *COMMAND, *map(str, arguments)]
    with Path(to or os.devnull).open("wb") as device:
        done = subprocess.run(
            command,
            stdout=device if to else subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            check=False,
            env={**os.environ, **environment},
        )
    assert b"Traceback" not in done.stderr
    return Run(done.returncode, (done.stdout or b"").decode(errors="replace"), done.stderr.decode(errors="replace"))


def series(
    commands: list[list[Any]], cwd: Path, redirection: str = "", *, bound: bool = False, **environment: str
) -> tuple[list[int], bytes, bytes]:
    """The exit statuses of some commands in one process, and what all of them wrote; `bound` as above."""
    statuses = cwd / "statuses"
    statuses.unlink(missing_ok=True)
    words = [
        *(BOUND if bound else []),
        sys.executable,
        "-c",
        SERIES,
        str(statuses),
        json.dumps([list(map(str, one)) for one in commands]),
        str(Path(__file__).parents[1]),
    ]
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        check=False,
        env={**os.environ, **environment},
    )
    assert b"Traceback" not in done.stderr
    return json.loads(statuses.read_text(encoding="utf-8")), done.stdout, done.stderr


def here(commands: list[list[Any]], cwd: Path, encoding: str = "utf-8") -> tuple[list[int], bytes, bytes]:
    """As `series`, in the process of the tests, with streams as those of a terminal of an encoding.

    The program knows of a terminal's characters only what the streams say, so no process needs to be started for each.
    """
    out, err = io.BytesIO(), io.BytesIO()
    stdout, stderr = io.TextIOWrapper(out, encoding), io.TextIOWrapper(err, encoding, errors="backslashreplace")
    with chdir(cwd), redirect_stdout(stdout), redirect_stderr(stderr):
        statuses = [main(list(map(str, one))) for one in commands]
    stdout.flush()
    stderr.flush()
    assert b"Traceback" not in err.getvalue()
    return statuses, out.getvalue(), err.getvalue()


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def scratch(folder: Path) -> list[str]:
    """What a command left behind that was meant for itself."""
    return [str(path) for path in folder.rglob(".probation-ratings-*")]


# Terminals

SHOWN: list[list[Any]] = [
    ["rate", EXAMPLE],
    ["rate", EXAMPLE, "good.xlsx"],
    ["rate", EXAMPLE, "--explain", "--by", "pdu"],
    ["check", EXAMPLE],
    ["explain", EXAMPLE, "--by", "pdu", "--sampling", "--resamples", "10"],
    ["explain", EXAMPLE, "R2.4.1", "--cases", "Yes"],
    ["compare", EXAMPLE, "good.xlsx"],
    ["problems"],
    ["problems", "PR304"],
    ["rules", "list"],
    ["rules", "show", "regional-2023"],
    ["rules", "check", "regional-2023"],
    ["rules", "diff", "regional-2023", "pdu-2023"],
    ["new", "-o", "blank.xlsx"],
    ["example", "-o", "invented.xlsx"],
    ["rules", "new", "-o", "mine.yaml"],
    ["--help"],
]
PLAIN = str.maketrans({"■": "#", "▲": "^", "▼": "v", "→": "->", "·": ".", "…": "...", "–": "-", "’": "'"})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[bytes, bytes]]:
    """What all commands write on a terminal of an encoding, to standard output and standard error."""
    made = save(small_book(), tmp_path_factory.mktemp("good") / "good.xlsx")

    def show(encoding: str) -> tuple[bytes, bytes]:
        folder = tmp_path_factory.mktemp(encoding)
        shutil.copy(made, folder)  # openpyxl notes when it made a workbook: another one has another hash
        statuses, out, err = here(SHOWN, folder, encoding)
        assert statuses == [0] * len(SHOWN)
        return out, err

    return show


@pytest.fixture(scope="module")
def rich(shown: Callable[[str], tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """What all commands write on a terminal that has every character."""
    return shown("utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850"])
def test_every_text_is_readable_on_a_terminal_of_few_characters(
    shown: Callable[[str], tuple[bytes, bytes]], rich: tuple[bytes, bytes], encoding: str
) -> None:
    assert "■" in rich[0].decode()
    # the same words and figures; only what draws is drawn otherwise, and nothing becomes a question mark
    for full, few in zip(rich, shown(encoding), strict=True):
        assert few.decode(encoding).splitlines() == full.decode().translate(PLAIN).splitlines()


@pytest.mark.parametrize(
    ("encoding", "region", "answer"),
    [("ascii", "Ynys M?n - ??d?", "D?j?"), ("cp1252", "Ynys Môn - ?ód?", "Déjà"), ("cp850", "Ynys Môn - ?ód?", "Déjà")],
)
def test_what_a_terminal_lacks_is_a_question_mark(tmp_path: Path, encoding: str, region: str, answer: str) -> None:
    save(bad_book(), tmp_path / "é.xlsx")
    statuses, out, err = here([["rate", "é.xlsx"], ["check", "é.xlsx"]], tmp_path, encoding)
    assert statuses == [1, 1]
    assert region in out.decode(encoding)
    assert f"found '{answer}'" in out.decode(encoding)
    assert f"found '{answer}'" in err.decode(encoding)


def test_machine_formats_are_the_same_on_every_terminal(tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "é.xlsx")
    commands: list[list[Any]] = [
        *(["rate", "é.xlsx", "-q", "-f", form] for form in ("json", "jsonl", "csv", "markdown", "html")),
        *(
            ["check", "é.xlsx", "-q", "-f", form]
            for form in ("concise", "json", "github", "gitlab", "html", "junit", "sarif")
        ),
    ]
    found = {here(commands, tmp_path, encoding)[1] for encoding in ("utf-8", "ascii")}
    assert len(found) == 1
    assert "Łódź" in found.pop().decode()


def test_a_reason_against_a_copy_is_reported_on_a_terminal_of_few_characters(tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "é.xlsx")
    (tmp_path / "out").write_text("in the way")
    told = in_a_process("check", "é.xlsx", "--annotate", "out", "-q", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (told.status, "out/?.xlsx: the annotated copy cannot be written" in told.err) == (3, True)


# Names and paths


NAMES = {
    "spaces": "two  words.xlsx",
    "not ASCII": "Ünïcödé …→ 東京.xlsx",
    "an option": "--output=x.xlsx",
    "255 bytes": "x" * 250 + ".xlsx",
    "255 bytes of 130 letters": "é" * 125 + ".xlsx",
    "backslashes": "C:\\data\\region.xlsx",
    "what shells know": "a;b&c$(touch owned)'\"`.xlsx",
    "a path of 1,600 bytes": "/".join(["deep" * 20] * 20) + "/region.xlsx",
}


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    save(book, tmp_path / "region.xlsx")
    commands: list[list[Any]] = []
    for kind, name in NAMES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / "region.xlsx", path)
        commands += [
            ["rate", "--partial", "-q", "-o", path.with_suffix(".csv").name, "--", name],
            ["check", "--annotate", f"copies of {kind}", "--", name],
        ]
    statuses, checked, _ = here(commands, tmp_path)
    assert statuses == [1] * len(commands)
    for kind, name in NAMES.items():
        rows = csv.DictReader(io.StringIO((tmp_path / Path(name).with_suffix(".csv").name).read_text(encoding="utf-8")))
        assert " ".join(row["standard"] for row in rows if row["rating"] == "Outstanding") == "R2.2 R2.3 R2.4 R2.5 R2.6"
        assert names_in(tmp_path / f"copies of {kind}") == [Path(name).name]
    assert checked.count(b"error[PR304]") == len(NAMES)
    assert not (tmp_path / "owned").exists()
    assert scratch(tmp_path) == []


@pytest.mark.parametrize(
    "command",
    [
        ["rate", EXAMPLE, "-o", "x" * 256 + ".csv"],
        ["rate", EXAMPLE, "-o", "x" * 256 + "/"],
        ["rate", EXAMPLE, "-o", "dir/" * 2000 + "x.csv"],
        ["rate", EXAMPLE, "--log-file", "x" * 256],
        ["check", EXAMPLE, "-q", "-o", "x" * 256 + ".json"],
        ["explain", EXAMPLE, "-o", "x" * 256 + ".md"],
        ["compare", EXAMPLE, EXAMPLE, "-o", "x" * 256 + ".md"],
        ["new", "-o", "x" * 256 + ".xlsx"],
        ["example", "-o", "x" * 256 + ".xlsx"],
        ["problems", "-o", "x" * 256 + ".md"],
        ["rules", "new", "-o", "x" * 256 + ".yaml"],
    ],
    ids=lambda command: f"{command[0]} {command[-2]} {command[-1][:5]}",
)
def test_a_name_too_long_for_the_disk_is_reported(
    run: Callable[..., Run], tmp_path: Path, command: list[object]
) -> None:
    command = [tmp_path / str(one) if len(str(one)) > 255 else one for one in command]
    told = run(*command, group=True)
    assert (told.status, "File name too long" in told.err) == (3, True)
    assert str(command[-1]).rstrip("/") in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("CON", "region-con"),
        ("nul", "region-nul"),
        ("Aux.", "region-aux"),
        ("COM1", "region-com1"),
        ("LPT9", "region-lpt9"),
        ("Console", "console"),
        ("Com 1", "com-1"),
        ("Wales.", "wales"),
        ("Wales ", "wales"),
        ('a:b*c?d"e<f>g|h', "a-b-c-d-e-f-g-h"),
        ("C:\\Windows\\x", "c-windows-x"),
        ("../..", "region"),
        ("\0\n", "region"),
        ("Ynys Môn", "ynys-m-n"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_region_becomes_a_name_that_every_system_takes(region: str, name: str) -> None:
    used: set[str] = set()
    assert (file_name(region, used), file_name(region, used)) == (name, f"{name}-2")


def test_a_region_named_as_a_device_of_windows_has_a_file(run: Callable[..., Run], tmp_path: Path) -> None:
    save(named("CON"), tmp_path / "a.xlsx")
    save(named("Wales?*."), tmp_path / "b.xlsx")
    assert run(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "-q", "-o", f"{tmp_path}/out/").status == 0
    assert names_in(tmp_path / "out") == ["region-con.json", "summary.csv", "wales.json"]


@pytest.mark.parametrize(
    ("path", "shown"), [("region.xlsx", "region.xlsx"), ("my region.xlsx", '"my region.xlsx"'), (Path("a b"), '"a b"')]
)
def test_a_command_that_is_shown_can_be_typed(path: object, shown: str) -> None:
    assert typed(path) == shown


def test_what_is_said_of_a_new_workbook_can_be_typed(run: Callable[..., Run], tmp_path: Path) -> None:
    said = run("new", "-o", tmp_path / "my region.xlsx", group=True).err
    assert said.endswith(f'probation-ratings check "{tmp_path}/my region.xlsx"\n')


@pytest.fixture(scope="module")
def latin_1(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a locale in which names are not UTF-8."""
    source = Path("/usr/share/i18n/locales/en_GB")
    if not IN_CI and (shutil.which("localedef") is None or not source.is_file()):
        pytest.skip("needs localedef and the sources of its locales (Debian: locales)")
    folder = tmp_path_factory.mktemp("locales")
    locale = folder / "en_GB.ISO-8859-1"
    subprocess.run(["localedef", "-i", "en_GB", "-f", "ISO-8859-1", locale], check=True, capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": locale.name}


@pytest.mark.parametrize("mode", ["", "0", "1"], ids=["mode unsaid", "no UTF-8 mode", "UTF-8 mode"])
def test_a_name_is_found_where_names_are_not_utf8(tmp_path: Path, latin_1: dict[str, str], mode: str) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    save(book, tmp_path / "a.xlsx").rename(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.xlsx"))
    variables = {**latin_1, "PYTHONUTF8": mode}
    # the name never passes through this process: a folder stands for what is in it
    told = in_a_process("check", ".", "-f", "json", "--annotate", "out", cwd=tmp_path, bound=False, **variables)
    (workbook,) = json.loads(told.out)["workbooks"]
    assert (told.status, workbook["region"]) == (1, "London")
    assert [os.fsencode(name) for name in names_in(tmp_path / "out")] == [b"caf\xe9.xlsx"]


# What may not be written or read


@needs_bound
def test_a_folder_that_may_not_be_written_stays_as_it_is(tmp_path: Path) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    save(book, tmp_path / "a.xlsx")
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "old.json").write_text("old")
    locked.chmod(0o555)
    commands: list[list[Any]] = [
        ["rate", "a.xlsx", "-q", "-o", "locked/new.json"],
        ["rate", "a.xlsx", "-q", "-o", "locked/old.json"],
        ["rate", "a.xlsx", "-q", "-o", "locked/results/"],
        ["rate", "a.xlsx", "-q", "--log-file", "locked/log"],
        ["check", "a.xlsx", "-q", "--annotate", "locked"],
        ["new", "-o", "locked/new.xlsx"],
        ["example", "-o", "locked/new.xlsx"],
        ["rules", "new", "-o", "locked/new.yaml"],
    ]
    statuses, _, err = series(commands, tmp_path, bound=True)
    assert statuses == [3] * len(commands)
    told = re.findall("(locked/.*): the .* cannot be written: Permission denied", err.decode())
    written = [command[-1].rstrip("/") for command in commands]
    assert [line.startswith(name) for line, name in zip(told, written, strict=True)] == [True] * len(commands)
    assert names_in(locked) == ["old.json"]
    assert (locked / "old.json").read_text() == "old"


@needs_bound
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    save(book, tmp_path / "a.xlsx")
    (tmp_path / "out").mkdir()
    for name in ("kept.json", "out/a.xlsx"):
        (tmp_path / name).write_text("old")
        (tmp_path / name).chmod(0o444)
    commands: list[list[Any]] = [
        ["rate", "a.xlsx", "-q", "-o", "kept.json"],
        ["check", "a.xlsx", "-q", "--annotate", "out"],
    ]
    statuses, _, err = series(commands, tmp_path, bound=True)
    told = re.findall("(.*): the .* cannot be written: Permission denied", err.decode())
    assert (statuses, [line.split(": ")[-1] for line in told]) == ([3, 3], ["kept.json", "out/a.xlsx"])
    assert [(tmp_path / name).read_text() for name in ("kept.json", "out/a.xlsx")] == ["old", "old"]
    assert stat.S_IMODE((tmp_path / "kept.json").stat().st_mode) == 0o444
    assert scratch(tmp_path) == []


@needs_bound
def test_what_may_not_be_read_is_reported_and_costs_no_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(named(name), tmp_path / f"{name}.xlsx")
    (tmp_path / "a.xlsx").chmod(0)
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    told = in_a_process("rate", ".", "closed", "-f", "json", cwd=tmp_path, bound=True)
    found = json.loads(told.out)["inspections"]
    assert (told.status, [one["score"] for one in found]) == (3, [None, 22, None])
    for one in (found[0], found[2]):
        (problem,) = one["problems"]
        assert problem["code"] == "PR102"
        assert problem["message"] == "the file cannot be opened: Permission denied"


# A full disk


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own without a free byte, with one old result in it."""
    disk = tmp_path / "full"
    disk.mkdir()
    if not IS_ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode:
        pytest.skip("only root can mount a small disk to fill")
    try:
        (disk / "old.json").write_text("old")
        # what of it does not fit is left out, and no failure
        with (disk / "filling").open("wb", buffering=0) as filling:
            filling.write(b"x" * 100_000)
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


@linux
def test_a_full_disk_keeps_what_it_has(full: Path, tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    kept = names_in(full)
    commands: list[list[Any]] = [
        ["rate", EXAMPLE, "-o", "full/new.json"],
        ["rate", EXAMPLE, "-o", "full/old.json"],
        ["rate", EXAMPLE, "-o", "full/new.html"],
        ["rate", EXAMPLE, "-f", "csv", "-o", "full/"],
        ["check", "a.xlsx", "-q", "-f", "json", "--annotate", "full"],
        ["check", "a.xlsx", "-q", "-o", "full/new.sarif"],
        ["new", "-o", "full/new.xlsx"],
        ["example", "-o", "full/new.xlsx"],
        ["rate", EXAMPLE, "-f", "csv", "--log-file", "full/log"],
    ]
    statuses, _, err = here(commands, tmp_path)
    assert statuses == [3] * len(commands)
    told = [line for line in err.decode().splitlines() if line.endswith("No space left on device")]
    assert [line.split(": ")[1] for line in told[:4]] == [
        "full/new.json",
        "full/old.json",
        "full/new.html",
        "full/east-of-england-2024.csv",
    ]
    assert len(told) == len(commands)
    (full / "log").unlink()
    assert names_in(full) == kept
    assert (full / "old.json").read_text() == "old"


@linux
def test_a_full_standard_output_is_reported_and_a_full_standard_error_is_not_missed(tmp_path: Path) -> None:
    save(small_book(), tmp_path / "good.xlsx")
    commands = [*SHOWN[:2], *SHOWN[5:8], ["rate", EXAMPLE, "-f", "json"], ["rate", EXAMPLE, "-f", "xlsx"], ["--help"]]
    told = in_a_process("--version", cwd=tmp_path, to="/dev/full")
    assert (told.status, "No space left on device" in told.err) == (3, True)
    for command in commands:
        with suppress(OSError), Path("/dev/full").open("w", encoding="utf-8") as device:  # what it kept fits no later
            with chdir(tmp_path), redirect_stdout(device):
                status = main(list(map(str, command)))
            assert status == 3
    statuses, out, _ = series(commands, tmp_path, "2> /dev/full")
    assert (statuses, out.count(b"R2.6") > 0) == ([0] * len(commands), True)
    assert here([["rate", EXAMPLE, "-o", "/dev/full", "-f", "csv"]], tmp_path)[0] == [3]


@pytest.mark.parametrize("redirection", ["<&- >&- 2>&-", ">&-", "2>&-"])
def test_streams_that_are_closed_cost_nothing_that_goes_elsewhere(tmp_path: Path, redirection: str) -> None:
    save(small_book(), tmp_path / "good.xlsx")
    made: list[list[Any]] = [
        ["rate", "good.xlsx", "-o", "ratings.json"],
        ["check", "good.xlsx", "-o", "problems.json"],
        ["explain", "good.xlsx", "-o", "explained.md"],
        ["compare", "good.xlsx", "good.xlsx", "-o", "compared.md"],
        ["new", "-o", "blank.xlsx"],
        ["example", "-o", "invented.xlsx"],
        ["rules", "new", "-o", "mine.yaml"],
    ]
    shown: list[list[Any]] = [["rate", "good.xlsx"], ["check", "good.xlsx"], ["rules", "list"], ["problems"]]
    statuses, _, err = series([*made, *shown], tmp_path, redirection)
    closed = ">&-" in redirection.replace("2>&-", "")
    assert statuses == [0] * len(made) + [3 if closed else 0] * len(shown)
    assert all((tmp_path / str(command[-1])).stat().st_size > 500 for command in made)
    assert (b"standard output is closed" in err) is (redirection == ">&-")


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL], ids=["POSIX", "Windows"])
def test_a_reader_that_has_gone_is_not_a_failure(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    class Gone(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=Gone()))
    with pytest.raises(PipeClosed):
        write_bytes(b"results", None)


# Files that others use at the same time


def test_a_workbook_that_another_program_has_locked_is_read(run: Callable[..., Run], tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of POSIX: on Windows the lock makes it PR102")
    path = save(small_book(), tmp_path / "a.xlsx")
    before = path.read_bytes()
    with path.open("rb+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        fcntl.flock(held, fcntl.LOCK_EX)
        assert run(path, "-f", "json").inspection["score"] == 22
    assert path.read_bytes() == before


def test_a_workbook_that_vanishes_or_changes_before_it_is_read(programs: Path, tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    for name in "bcd":
        save(named(f"Region {name}"), tmp_path / f"{name}.xlsx")
    program = str(programs / "probation-ratings")
    command = [program, "rate", "a.xlsx", "-", "b.xlsx", "c.xlsx", "d.xlsx", "-q", "-f", "jsonl", "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        read_until(b"help: ", process.stderr)  # the end of what is said of the first workbook
        # it knows the others by name, and waits for standard input
        (tmp_path / "b.xlsx").unlink()
        (tmp_path / "c.xlsx").write_bytes((tmp_path / "c.xlsx").read_bytes()[:2000])
        save(named("Another"), tmp_path / "d.xlsx")
        out, told = process.communicate(save(named("Wales"), tmp_path / "in.xlsx").read_bytes(), timeout=20)
    assert process.returncode == 3
    found = [json.loads(line) for line in out.splitlines()][1:]
    assert [(one["region"], one["score"]) for one in found] == [
        ("Wales", 22), (None, None), (None, None), ("Another", 22),
    ]  # fmt: skip
    assert [one["problems"][0]["code"] for one in found[1:3]] == ["PR101", "PR122"]
    assert told.count(b"error[PR101]") == told.count(b"error[PR122]") == 1


def test_no_copy_is_marked_with_the_problems_of_other_bytes(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from probation_ratings.findings import check_result as checked

    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    path = save(book, tmp_path / "a.xlsx")
    look = checked.look

    def slow(inspection: Inspection, *, hashed: bool = False) -> checked.Looked:
        book["PDU cases"].insert(1, ["A0", "Camden", "Licence", *["Yes"] * 9])
        save(book, path)
        return look(inspection, hashed=hashed)

    monkeypatch.setattr(checked, "look", slow)
    told = run("check", path, "--annotate", tmp_path / "out", group=True)
    assert told.status == 3
    assert "a.xlsx: there is no annotated copy: it was changed after it was checked: check it again" in told.err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_workbook_that_vanishes_before_it_is_annotated(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"gone\.xlsx: there is no annotated copy: file not found"):
        annotate(str(tmp_path / "gone.xlsx"), (), tmp_path / "out" / "gone.xlsx")


def test_a_workbook_that_changes_between_two_readings_is_not_compared_with_itself(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from probation_ratings.rating import rated

    path = save(small_book(), tmp_path / "a.xlsx")
    rate = rated.rate_inspection

    def slow(*arguments: object, **options: object) -> object:
        save(named("Wales"), path)
        return rate(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rated, "rate_inspection", slow)
    told = run("rules", "diff", "regional-2023", "regional-2023", "-w", path, group=True)
    assert (told.status, "the workbook was changed while it was read: try again" in told.err) == (3, True)
    assert told.out == ""


def test_two_runs_with_one_output_leave_one_of_the_two_whole(programs: Path, tmp_path: Path) -> None:
    save(named("London"), tmp_path / "a.xlsx")
    save(named("Wales"), tmp_path / "b.xlsx")
    whole = {name: here([["rate", f"{name}.xlsx", "-f", "json"]], tmp_path)[1] for name in ("a", "b")}
    program = programs / "probation-ratings"
    for _ in range(2):
        runs = [
            subprocess.Popen([program, "rate", f"{name}.xlsx", "-o", "out.json", "--log-file", "log"], cwd=tmp_path)
            for name in "ab"
        ]
        assert [process.wait(60) for process in runs] == [0, 0]
        assert (tmp_path / "out.json").read_bytes() in whole.values()
    logged = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert len(logged) == 4 * 3  # of each run its start, its workbook and its end
    assert len({line["run"] for line in logged}) == 4
    assert scratch(tmp_path) == []


# Signals

INTERRUPTED = ["rate", "a.xlsx", "-", "-q", "-o", "out/"]


def test_who_is_reported_to_end_says_what_is_done(programs: Path, tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    with subprocess.Popen(
        heeded(INTERRUPTED, INTERRUPTED, INTERRUPTED, python=programs / "python"),
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            read_until("help: ", process.stderr)  # the end of what is said of the first workbook
            process.send_signal(number)
            read_until("interrupted: 1 of 2 workbooks rated: ", process.stderr)
            assert process.stderr.readline() == "ended: 130\n"
        out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert not (tmp_path / "out").exists()


LOSING = HEEDED.replace(
    "for command in",
    """
import os, weakref
from probation_ratings.commands.batch import Batch
class Lost:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        [None for _ in range(1000)]
add = Batch._add
def losing(self, *arguments):
    add(self, *arguments)
    Lost()
Batch._add = losing
for command in""",
)


def test_an_interruption_that_arrives_in_a_finaliser_is_not_lost(programs: Path, tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    with subprocess.Popen(
        heeded(INTERRUPTED, script=LOSING, python=programs / "python"),
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stdin is not None
        read_until("help: ", process.stderr)
        try:
            assert process.wait(20) == 130
        finally:
            process.stdin.close()  # it reads on where the interruption was lost
        assert "interrupted: 1 of 2 workbooks rated: " in process.stderr.read()
    assert not (tmp_path / "out").exists()


# As the validator of pydantic does, which is written in Rust.
GARBLING = LOSING.replace("    Lost()\n", "    Lost()\n    raise KeyError('<unprintable str object>')\n")


def test_an_interruption_that_a_library_turns_into_another_error_is_no_bug(programs: Path, tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    told = subprocess.run(
        heeded(INTERRUPTED, script=GARBLING, python=programs / "python"),
        cwd=tmp_path,
        input="",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert told.returncode == 130
    assert "bug in the program" not in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_run_that_shall_outlive_its_terminal_does(tmp_path: Path) -> None:
    save(bad_book(), tmp_path / "a.xlsx")
    with subprocess.Popen(
        ["nohup", *COMMAND, "rate", "a.xlsx", "-", "-q", "-f", "jsonl"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        read_until(b"help: ", process.stderr)
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(save(named("Wales"), tmp_path / "b.xlsx").read_bytes(), timeout=20)
    assert [json.loads(line)["region"] for line in out.splitlines()][1:] == ["Wales"]
    assert process.returncode == 1


def test_who_is_reported_to_end_leaves_no_half_made_copy(programs: Path, tmp_path: Path) -> None:
    book = small_book()
    book["Court reports"] = [["Report ID", "R2.3.1"], *([f"C{row}", "Maybe"] for row in range(20_000))]
    save(book, tmp_path / "a.xlsx")
    with subprocess.Popen(
        heeded(["check", "a.xlsx", "-q", "--annotate", "out"], python=programs / "python"),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    ) as process:
        until = time.monotonic() + 60
        while not (tmp_path / "out").exists():  # it is made just before the copy
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert list((tmp_path / "out").iterdir()) == []


# Other machines


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, bytes]]:
    """Makes a file in each format, in a process under some environment if one is given; the bytes of each."""
    bad = save(bad_book(), tmp_path_factory.mktemp("bad") / "bad.xlsx")

    def make(before: str = "", **environment: str) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp("made")
        (folder / "sitecustomize.py").write_text(before, encoding="utf-8")
        (folder / "region.xlsx").write_bytes(EXAMPLE.read_bytes())
        shutil.copy(bad, folder)
        targets = [f"ratings.{suffix}" for suffix in ("txt", "json", "jsonl", "csv", "md", "html", "xlsx")]
        commands: list[list[Any]] = [
            *(["rate", "region.xlsx", "-q", "-o", target] for target in targets),
            ["rate", "region.xlsx", "bad.xlsx", "-q", "-o", "results/"],
            *(["check", "region.xlsx", "-q", "-o", f"problems.{suffix}"] for suffix in ("txt", "json", "xml", "sarif")),
            ["check", "bad.xlsx", "-q", "--annotate", "copies"],
            ["explain", "region.xlsx", "--sampling", "--resamples", "20", "-o", "explained.md"],
            ["compare", "region.xlsx", "ratings.json", "-o", "compared.txt"],
            ["new", "-q", "-o", "blank.xlsx"],
            ["example", "-q", "--planted-errors", "3", "-o", "invented.xlsx"],
            ["rules", "show", "regional-2023", "-o", "rules.md"],
            ["problems", "-o", "problems.md"],
        ]
        if before or environment:
            path = f"{folder}{os.pathsep}{os.environ['PYTHONPATH']}" if os.environ.get("PYTHONPATH") else str(folder)
            statuses, out, err = series(commands, folder, bound=False, PYTHONPATH=path, **environment)
            (folder / "statuses").unlink()
        else:
            statuses, out, err = here(commands, folder)
        failing = {command[1] for command, status in zip(commands, statuses, strict=True) if status == 1}
        assert (max(statuses), failing) == (1, {"region.xlsx", "bad.xlsx"}), (statuses, out, err)
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        (folder / "sitecustomize.py").unlink()
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
        }

    return make


@pytest.fixture(scope="module")
def usual(everything: Callable[..., dict[str, bytes]]) -> dict[str, bytes]:
    """What is made under the environment of the tests."""
    return everything()


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param(
            {"HOME": "/nonexistent", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
            id="no home, a day ahead, a locale that is not there",
        ),
        pytest.param(
            {
                "HOME": "",
                "TZ": "Etc/GMT+12",
                "LC_ALL": "C",
                "PYTHONUTF8": "0",
                "PYTHONCOERCECLOCALE": "0",
                "PYTHONIOENCODING": "cp1252",
                "PYTHONHASHSEED": "2",
            },
            id="half a day behind, as Python took the world before UTF-8",
        ),
    ],
)
def test_the_same_input_gives_the_same_bytes_everywhere(
    everything: Callable[..., dict[str, bytes]], usual: dict[str, bytes], environment: dict[str, str]
) -> None:
    made = everything(**environment)
    assert [name for name in usual if made.get(name) != usual[name]] == []
    assert made.keys() == usual.keys()


# Names that Python has on POSIX only, as far as the standard library can do without them here.
AS_ON_WINDOWS = """
import os, signal, sys
for name in ("resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "curses", "readline", "syslog"):
    sys.modules[name] = None
for module, names in (
    (os, "sched_getaffinity getuid geteuid getgid getegid fork forkpty mkfifo mknod chown lchown chroot nice getpriority "
         "killpg setsid getpgid statvfs posix_spawn sysconf register_at_fork O_NOFOLLOW O_CLOEXEC O_NONBLOCK "
         "O_TMPFILE fchmod"),
    (signal, "SIGHUP SIGALRM SIGUSR1 SIGUSR2 SIGPIPE SIGCHLD SIGQUIT setitimer pthread_sigmask"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


def test_nothing_is_needed_that_windows_lacks(
    everything: Callable[..., dict[str, bytes]], usual: dict[str, bytes]
) -> None:
    made = everything(AS_ON_WINDOWS)
    assert [name for name in usual if made.get(name) != usual[name]] == []
    assert made.keys() == usual.keys()
