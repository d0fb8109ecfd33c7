"""The command as a user types it: formats, outputs, standard input, colour, exit statuses."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pandas as pd
import pytest

import probation_ratings
from books import court_reports, save, small_book
from shared import EXAMPLE, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "probation_ratings"]


def test_json_keeps_its_contract(run: Callable[..., Run]) -> None:
    document = json.loads(run(EXAMPLE, "-f", "json").out)
    jsonschema.validate(document, schema())
    (inspection,) = document["inspections"]
    standard = inspection["standards"][2]
    assert list(document) == ["schema_version", "tool", "rules", "inspections"]
    assert list(document["tool"]) == ["name", "version"]
    assert list(document["rules"]) == ["id", "title", "sha256"]
    assert list(inspection)[:8] == [
        "region", "data_status", "workbook", "score", "max_score", "overall_rating", "standards", "problems",
    ]  # fmt: skip
    assert list(inspection["workbook"]) == ["path", "sha256"]
    assert list(standard)[:10] == [
        "id", "title", "domain", "method", "rating", "score", "computed_rating", "panel_decision", "driven_by",
        "key_questions",
    ]  # fmt: skip
    assert list(standard["key_questions"][0].items())[:8] == [
        ("id", "R2.1.1"),
        ("text", "Does assessment focus sufficiently on keeping other people safe?"),
        ("yes", 123),
        ("no", 315),
        ("not_applicable", 0),
        ("relevant", 438),
        ("percentage", 28),
        ("rating", "Inadequate"),
    ]
    assert inspection["workbook"]["sha256"] == hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()


def test_json_of_problems_keeps_its_contract(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    document = json.loads(rate_book(book).out)
    jsonschema.validate(document, schema())
    problem = document["inspections"][0]["problems"][0]
    assert list(problem) == ["code", "name", "severity", "message", "sheet", "cells", "case_ids", "file"]


def test_the_schema_refuses_another_document() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"inspections": []}, schema())


def test_json_of_several_workbooks_is_one_document(run: Callable[..., Run], tmp_path: Path) -> None:
    other = save(small_book(), tmp_path / "london.xlsx")
    result = run(EXAMPLE, other, tmp_path / "none.xlsx", "-f", "json")
    document = json.loads(result.out)
    jsonschema.validate(document, schema())
    assert [one["region"] for one in document["inspections"]] == ["East of England", "London", None]
    assert [one["score"] for one in document["inspections"]] == [5, 22, None]
    assert result.status == 3


def test_json_lines_are_complete_in_themselves(run: Callable[..., Run], tmp_path: Path) -> None:
    other = save(small_book(), tmp_path / "london.xlsx")
    lines = [json.loads(line) for line in run(EXAMPLE, other, "-f", "jsonl").out.splitlines()]
    assert [line["region"] for line in lines] == ["East of England", "London"]
    for line in lines:
        assert line["rules"]["id"] == "regional-2023"
        assert line["tool"]["version"] == probation_ratings.__version__
        jsonschema.validate(
            {**{key: line.pop(key) for key in ("schema_version", "tool", "rules")}, "inspections": [line]}, schema()
        )


def test_csv_has_a_row_a_standard(run: Callable[..., Run]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(EXAMPLE, "-f", "csv").out)))
    assert [row["standard"] for row in rows] == ["R1.1", "R1.2", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6"]
    public_protection = rows[2]
    assert public_protection["driven_by"] == "R2.1.1 R2.1.3"
    assert (public_protection["rating"], public_protection["score"]) == ("Inadequate", "0")
    assert {(row["overall_rating"], row["overall_score"], row["max_score"]) for row in rows} == {
        ("Requires improvement", "5", "24")
    }
    assert {row["workbook_sha256"] for row in rows} == {hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()}


def test_csv_of_key_questions(run: Callable[..., Run]) -> None:
    frame = pd.read_csv(io.StringIO(run(EXAMPLE, "-f", "csv", "--key-questions").out))
    assert len(frame) == 17
    desistance = frame[frame["key_question"] == "R2.2.3"].iloc[0]
    assert (desistance["yes"], desistance["no"], desistance["percentage"]) == (175, 263, 40)
    assert (desistance["standard"], desistance["standard_rating"], desistance["drives"]) == (
        "R2.2",
        "Inadequate",
        "yes",
    )
    assert frame["drives"].eq("yes").sum() == 7


def test_csv_cells_are_no_formulas(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Inspection"][1][1] = "@SUM(1+1)"
    rows = list(csv.DictReader(io.StringIO(rate_book(book, "-f", "csv").out)))
    assert rows[0]["region"] == "'@SUM(1+1)"


def test_key_questions_without_csv_are_wrong_usage(run: Callable[..., Run]) -> None:
    result = run(EXAMPLE, "-f", "json", "--key-questions")
    assert (result.status, result.err) == (2, "rate: --key-questions goes with -f csv\n")


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_the_same_input_gives_the_same_bytes(run: Callable[..., Run], form: str) -> None:
    assert run(EXAMPLE, "-f", form).out == run(EXAMPLE, "-f", form).out


@pytest.mark.parametrize("form", ["json", "csv", "jsonl", "table"])
def test_no_case_id_is_in_a_result(run: Callable[..., Run], form: str) -> None:
    assert "EOE-0" not in run(EXAMPLE, "-f", form).out


@pytest.mark.parametrize(
    ("name", "start"),
    [("r.json", '{\n  "schema_version"'), ("r.CSV", "region,"), ("r.jsonl", '{"schema'), ("r.txt", "East of")],
)
def test_the_suffix_of_the_output_says_the_format(
    run: Callable[..., Run], tmp_path: Path, name: str, start: str
) -> None:
    path = tmp_path / "deep" / "er" / name
    result = run(EXAMPLE, "-o", path)
    assert (result.status, result.out) == (0, "")
    assert path.read_text(encoding="utf-8").startswith(start)
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_a_file_is_the_same_as_standard_output(run: Callable[..., Run], tmp_path: Path) -> None:
    run(EXAMPLE, "-o", tmp_path / "result.json")
    assert (tmp_path / "result.json").read_text(encoding="utf-8") == run(EXAMPLE, "-f", "json").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-f", "csv", "-o", "x.json"], "-f csv contradicts the suffix of x.json, which says json"),
        (
            ["-o", "x.doc"],
            "the suffix of x.doc says no format: use .txt, .json, .jsonl, .csv, .md, .html, .xlsx, or add -f",
        ),
        (["-f", "json", "-o", "x.xlsx"], "-f json contradicts the suffix of x.xlsx, which says xlsx"),
        (["-o", "x.ods"], "x.ods: no .ods workbook is written; write .xlsx, which LibreOffice opens, too"),
        (["-f", "xlsx", "-o", "x.xlsm"], "x.xlsm: no .xlsm workbook is written"),
        (
            ["-f", "json", "--suppress-below", "5"],
            "--suppress-below goes with csv, markdown, html or xlsx: -f json has all counts",
        ),
        (["-"], "standard input (-) can be read only once"),
        ([""], "the name of a workbook is empty"),
        (["--format", "xml"], "--format takes table, json, jsonl, csv, markdown, html or xlsx, not 'xml'\n"),
        (["--frobnicate"], "unknown option --frobnicate\n"),
    ],
)
def test_wrong_usage(run: Callable[..., Run], arguments: list[str], words: str) -> None:
    result = run("-", *arguments)
    assert result.status == 2
    assert words in result.err
    assert result.out == ""


def test_an_input_is_never_overwritten(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(small_book(), tmp_path / "region.json")
    before = path.read_bytes()
    result = run(path, "-o", path.parent / "." / "region.json")
    assert result.status == 2
    assert "is an input and would be overwritten" in result.err
    assert path.read_bytes() == before


def test_a_rule_file_that_is_extended_is_never_overwritten(run: Callable[..., Run], tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    base.write_text((EXAMPLE.parents[1] / "rules" / "regional-2023.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: mine\nextends: base.yaml\n", encoding="utf-8")
    link = tmp_path / "base.json"
    link.hardlink_to(base)
    before = base.read_bytes()
    result = run(save(small_book(), tmp_path / "region.xlsx"), "--rules", mine, "-o", link)
    assert result.status == 2
    assert "is an input and would be overwritten" in result.err
    assert base.read_bytes() == before


@pytest.mark.parametrize("command", ["check", "explain", "compare"])
def test_no_command_overwrites_what_its_rule_file_extends(
    run: Callable[..., Run], tmp_path: Path, command: str
) -> None:
    base = tmp_path / "base.yaml"
    base.write_text((EXAMPLE.parents[1] / "rules" / "regional-2023.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: mine\nextends: base.yaml\n", encoding="utf-8")
    before = base.read_bytes()
    path = save(small_book(), tmp_path / "region.xlsx")
    workbooks = [path, path] if command == "compare" else [path]
    result = run(command, *workbooks, "--rules", mine, "-f", "json", "-o", base, group=True)
    assert (result.status, base.read_bytes()) == (2, before)
    assert "is an input and would be overwritten" in result.err


def test_a_workbook_that_is_named_twice_is_read_once(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(small_book(), tmp_path / "region.xlsx")
    result = run(path, tmp_path, tmp_path / "." / "region.xlsx", "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 22)


def test_results_and_log_are_two_files(run: Callable[..., Run], tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    result = run(save(small_book(), tmp_path / "region.xlsx"), "-o", target, "--log-file", tmp_path / "." / "out.json")
    assert result.status == 2
    assert "-o and --log-file name the same file" in result.err
    assert not target.exists()


def test_an_output_that_cannot_be_written(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run(EXAMPLE, "-o", tmp_path / "file" / "result.json")
    assert result.status == 3
    assert "the results cannot be written" in result.err


def test_an_output_that_is_not_a_file_is_written_into(run: Callable[..., Run]) -> None:
    assert run(EXAMPLE, "-f", "json", "-o", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


def test_an_output_keeps_its_permissions_and_its_link(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "real.csv").chmod(0o600)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert run(EXAMPLE, "-o", tmp_path / "link.csv").status == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("region,")
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o600


def test_a_dash_as_output_is_standard_output(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(EXAMPLE, "-f", "json", "-o", "-").inspection["score"] == 5
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_the_old_result(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("old")
    result = run(EXAMPLE, "--rules", "nonsense", "-o", tmp_path / "result.json")
    assert result.status == 2
    assert (tmp_path / "result.json").read_text() == "old"


def test_a_folder_means_the_workbooks_in_it(run: Callable[..., Run], tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.xlsx", "~$a.xlsx", ".hidden.xlsx"):
        save(small_book(), tmp_path / name)
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "notes.txt").write_text("no workbook")
    lines = run(tmp_path, "-f", "jsonl").out.splitlines()
    assert [Path(json.loads(line)["workbook"]["path"]).name for line in lines] == ["a.xlsx", "b.xlsx"]


def test_a_folder_without_a_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    result = run(tmp_path, "-f", "json")
    assert result.status == 3
    assert "there is no workbook in the folder" in result.err
    assert json.loads(result.out)["inspections"] == []


def test_quiet_leaves_warnings_out(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Judgements"].append(["R2.3", "Good", None])
    assert rate_book(book, "-f", "csv").err.startswith("warning[PR605] R2.3 is rated from its key questions")
    assert rate_book(book, "-f", "csv", "--quiet").err == ""


def test_quiet_keeps_errors(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"] = court_reports(["Maybe"])
    assert "error[PR304]" in rate_book(book, "-f", "csv", "-q").err


def test_color_is_for_those_who_ask(run: Callable[..., Run]) -> None:
    assert "\x1b[" not in run(EXAMPLE).out
    assert "\x1b[" not in run(EXAMPLE, "--color", "never").out
    assert "\x1b[31mInadequate" in run(EXAMPLE, "--color", "always").out


def test_color_only_decorates(run: Callable[..., Run]) -> None:
    plain = run(EXAMPLE).out
    colored = run(EXAMPLE, "--color", "always").out
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


@pytest.mark.parametrize("group", [False, True])
def test_version(run: Callable[..., Run], *, group: bool) -> None:
    result = run("--version", group=group)
    version, _, commit = result.out.partition(
        " (development install, commit "
    )  # of a clone, as tests/commands/test_version
    assert (result.status, version.rstrip("\n")) == (0, f"probation-ratings {probation_ratings.__version__}")
    assert re.fullmatch(r"(\w+(, changed since)?\)\n)?", commit)


def test_both_commands_give_the_same(run: Callable[..., Run]) -> None:
    assert run(EXAMPLE, "-f", "json").out == run("rate", EXAMPLE, "-f", "json", group=True).out


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, as a shell starts it."""
    source = EXAMPLE.read_bytes() if "-" in arguments else b""
    return subprocess.run(
        [*COMMAND, *arguments], input=source, capture_output=True, check=False, env={**os.environ, **environment}
    )


def test_standard_input() -> None:
    result = in_a_process("rate", "-", "-f", "json")
    (inspection,) = json.loads(result.stdout)["inspections"]
    assert (result.returncode, inspection["score"], inspection["workbook"]["path"]) == (0, 5, "-")
    assert inspection["workbook"]["sha256"] == hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()


def test_a_terminal_without_unicode() -> None:
    result = in_a_process("rate", str(EXAMPLE), PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert b"R2.1.1 123/438 28 ##...RG.O. Inadequate" in result.stdout
    assert result.stdout.isascii()


def test_machine_formats_are_utf8_whatever_the_terminal_is(tmp_path: Path) -> None:
    book = small_book()
    book["Inspection"][1][1] = "Ynys Môn"
    path = save(book, tmp_path / "region.xlsx")
    result = in_a_process("rate", str(path), "-f", "json", PYTHONIOENCODING="ascii")
    assert json.loads(result.stdout.decode("utf-8"))["inspections"][0]["region"] == "Ynys Môn"


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    for number in range(16):  # their 190 kB are more than a pipe holds
        book = small_book()
        book["Inspection"][1][1] = f"Region {number}"
        save(book, tmp_path / f"{number}.xlsx")
    command = [*COMMAND, "rate", str(tmp_path), "-f", "jsonl", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
    assert (process.returncode, error) == (141, b"")


@pytest.mark.parametrize("arguments", ["--help", "--version", "nowhere.xlsx"])
def test_a_pipe_that_was_never_read_ends_quietly(arguments: str) -> None:
    command = f"{sys.executable} -m probation_ratings rate {arguments} | true; exit ${{PIPESTATUS[0]}}"
    # whether the reader is gone before or after the text comes is a matter of chance
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=False, cwd="/")
    assert result.returncode in {0, 3, 141}
    assert b"Traceback" not in result.stderr
    assert b"BrokenPipe" not in result.stderr


@pytest.mark.parametrize(
    ("redirection", "status", "words"),
    [
        (">&-", 3, b"standard output is closed"),
        ("2>&-", 0, b""),
        ("> /dev/full", 3, b"No space left on device"),
        ("<&-", 0, b""),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_streams_that_cannot_be_used(redirection: str, status: int, words: bytes) -> None:
    command = f"{sys.executable} -m probation_ratings rate {EXAMPLE} {redirection}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (result.returncode, words in result.stderr) == (status, True)
    assert b"Traceback" not in result.stderr


def test_standard_input_that_is_closed_cannot_be_read() -> None:
    command = f"{sys.executable} -m probation_ratings rate - <&-"
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (3, b"-  not read\n")


def test_a_name_that_is_not_unicode(run: Callable[..., Run], tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.xlsx")
    Path(path).write_bytes(EXAMPLE.read_bytes())
    target = tmp_path / "result.json"
    # a process of its own makes a text of the name; all others get the same text
    assert in_a_process("rate", path).returncode == 0
    for form in ("json", "csv", "jsonl", "table"):
        assert run(path, "-f", form).status == 0
    assert run(path, "-o", target).status == 0
    assert json.loads(target.read_text())["inspections"][0]["score"] == 5


@pytest.mark.parametrize(
    "arguments", [["a" * 5000], ["x.xlsx", "--rules", "a" * 5000 + ".yaml"]], ids=["workbook", "rules"]
)
def test_a_name_that_is_too_long(run: Callable[..., Run], arguments: list[str]) -> None:
    assert run(*arguments).status in {2, 3}


def test_a_bug_is_reported_without_a_traceback(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probation_ratings.rating.rated.rate_inspection", lambda *_, **__: 1 / 0)
    result = run(EXAMPLE)
    assert result.status == 70
    assert "this is a bug in the program (ZeroDivisionError: division by zero)" in result.err


def test_an_interrupt_ends_with_130(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("probation_ratings.rating.rated.rate_inspection", interrupted)
    assert run(EXAMPLE).status == 130


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from probation_ratings.__main__ import main; main(['rate', '--help']); "
        "print(sorted({'pandas', 'numpy', 'openpyxl', 'xlsxwriter', 'yaml', 'rich'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
    assert "Usage: probation-ratings rate [OPTIONS] [WORKBOOK]..." in result.stdout


@pytest.mark.parametrize("group", [[], ["rules"]])
def test_help_says_in_whole_sentences_what_the_commands_do(run: Callable[..., Run], group: list[str]) -> None:
    out = run(*group, "--help", group=True).out
    listed = [line.split(maxsplit=1) for line in out.partition("Commands:\n")[2].splitlines()]
    assert len(listed) > 5
    assert all(said.endswith(".") and not said.endswith("..") for _, said in listed)
    for command, _ in listed:
        text = run(*group, command, "--help", group=True).out
        assert max(map(len, text.splitlines())) < 80
        assert "[[" not in text


@pytest.mark.parametrize("width", ["79", "120"])
def test_the_overall_rating_is_never_cut(
    rate_book: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    book = small_book()
    # Good twice, R2.1 and R2.2 Inadequate, R2.3 to R2.6 too but for Outstanding twice: 4 + 6 = 10
    for row in book["PDU cases"][1:]:
        row[3:] = ["No"] * 9
    for row in book["Court reports"][1:]:
        row[3] = "No"
    result = rate_book(book, "-f", "table")
    assert "Score 10/24" in result.out
    (line,) = [line for line in result.out.splitlines() if line.startswith("Score")]
    assert line.rstrip().endswith("Requires improvement")
    assert max(map(len, result.out.splitlines())) <= int(width)
