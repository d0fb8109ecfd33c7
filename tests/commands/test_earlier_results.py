"""A folder of results with files of an earlier run: they are named, listed, and removed only if asked."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from books import Book, save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def region(name: str, started: date | None = None) -> Book:
    """A workbook of a region, which all its cases rate Outstanding."""
    book = small_book()
    book["Inspection"][1][1] = name
    if started is not None:
        book["Inspection"].append(["Fieldwork started", started])
    return book


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed(path: Path) -> dict[str, str]:
    """The files that a list names, with their hashes."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return {row["file"]: row["file_sha256"] for row in rows}


@pytest.fixture
def nights(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Wales, London and the North East were rated into `out` last night; tonight London is gone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name in ("Wales", "London", "North East"):
        save(region(name), tmp_path / "in" / f"{name}.xlsx")
    assert run("in", "-o", "out/").err == "out/ written\n"
    (tmp_path / "in" / "London.xlsx").unlink()
    return tmp_path


class TestNote:
    """A region that vanished leaves its last result."""

    def test_a_note_names_the_file_night_after_night(self, run: Callable[..., Run], nights: Path) -> None:
        before = sha256(nights / "out/london.json")
        for _ in range(3):
            result = run("in", "-o", "out/")
            assert (result.status, result.out) == (0, "")
            text = " ".join(result.err.split())
            assert text.startswith(
                "note[PR143] files of an earlier run that this run did not renew: london.json --> out help: add --prune"
            )
            assert names(nights / "out") == [
                "london.json", "north-east.json", "not-renewed.csv", "summary.csv", "wales.json",
            ]  # fmt: skip
            assert listed(nights / "out/not-renewed.csv") == {"london.json": before}
            assert listed(nights / "out/summary.csv").keys() == {"north-east.json", "wales.json"}
        assert sha256(nights / "out/london.json") == before
        assert run("in", "-q", "-o", "out/").err == ""

    def test_a_region_that_comes_back_ends_the_note(self, run: Callable[..., Run], nights: Path) -> None:
        run("in", "-o", "out/")
        save(region("London"), nights / "in" / "London.xlsx")
        assert run("in", "-o", "out/").err == "out/ written\n"
        assert names(nights / "out") == ["london.json", "north-east.json", "summary.csv", "wales.json"]

    def test_a_file_that_somebody_removed_is_no_longer_named(self, run: Callable[..., Run], nights: Path) -> None:
        run("in", "-o", "out/")
        (nights / "out/london.json").unlink()
        assert run("in", "-o", "out/").err == "out/ written\n"
        assert names(nights / "out") == ["north-east.json", "summary.csv", "wales.json"]

    def test_another_format_and_another_year_are_named_too(self, run: Callable[..., Run], nights: Path) -> None:
        save(region("Wales", date(2026, 6, 1)), nights / "in" / "Wales.xlsx")
        text = " ".join(run("in", "-f", "csv", "-o", "out/").err.split())
        assert "did not renew: london.json, north-east.json and wales.json" in text
        assert "Write each format to a folder of its own" in text

    def test_many_are_named_in_short(self, run: Callable[..., Run], nights: Path) -> None:
        for number in range(9):
            save(region(f"Area {number}"), nights / "in" / f"{number}.xlsx")
        assert run("in", "-q", "-o", "out/").status == 0
        for number in range(9):
            (nights / "in" / f"{number}.xlsx").unlink()
        text = " ".join(run("in", "-o", "out/").err.split())
        assert "area-0.json, area-1.json, area-2.json and 7 others" in text
        assert len(listed(nights / "out/not-renewed.csv")) == 10

    @pytest.mark.usefixtures("nights")
    def test_a_redacted_log_names_no_region(self, run: Callable[..., Run]) -> None:
        result = run("in", "--redact", "-o", "out/")
        assert "did not renew: [left out]" in " ".join(result.err.split())
        assert "london" not in result.err.lower()
        result = run("in", "--redact", "--prune", "-o", "out/")
        assert result.err == "out: removed 1 file of earlier runs\nout/ written\n"

    def test_a_run_that_read_nothing_says_nothing_of_them(self, run: Callable[..., Run], nights: Path) -> None:
        for path in (nights / "in").iterdir():
            path.unlink()
        result = run("in", "--prune", "-o", "out/")
        assert (result.status, "PR143" in result.err) == (3, False)
        assert "out is left as it is" in result.err
        assert names(nights / "out") == ["london.json", "north-east.json", "summary.csv", "wales.json"]

    def test_a_region_called_as_the_list_has_another_name(self, run: Callable[..., Run], nights: Path) -> None:
        save(region("Not renewed"), nights / "in" / "a.xlsx")
        assert run("in", "-q", "-f", "csv", "-o", "new/").status == 0
        assert names(nights / "new") == [
            "north-east.csv", "region-not-renewed.csv", "summary.csv", "wales.csv",
        ]  # fmt: skip

    @pytest.mark.usefixtures("nights")
    def test_compare_takes_only_the_files_of_the_last_run(self, run: Callable[..., Run]) -> None:
        run("in", "-q", "-o", "out/")
        result = run("compare", "out", "out", "-f", "json", group=True)
        assert result.status == 0
        assert "London" not in result.out
        assert "North East" in result.out


class TestPrune:
    """`--prune` removes what this program wrote and nobody changed."""

    def test_it_removes_what_was_not_renewed(self, run: Callable[..., Run], nights: Path) -> None:
        result = run("in", "--prune", "-o", "out/")
        assert (result.status, result.err) == (0, "out: removed 1 file of earlier runs: london.json\nout/ written\n")
        assert names(nights / "out") == ["north-east.json", "summary.csv", "wales.json"]
        assert run("in", "--prune", "-o", "out/").err == "out/ written\n"

    def test_it_removes_what_a_run_before_the_last_left(self, run: Callable[..., Run], nights: Path) -> None:
        run("in", "-q", "-o", "out/")
        (nights / "in" / "Wales.xlsx").unlink()
        result = run("in", "-q", "--prune", "-o", "out/")
        assert (result.status, result.err) == (0, "")
        assert names(nights / "out") == ["north-east.json", "summary.csv"]

    def test_a_file_that_was_changed_stays_and_is_named(self, run: Callable[..., Run], nights: Path) -> None:
        path = nights / "out/london.json"
        written = sha256(path)
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        (nights / "in" / "Wales.xlsx").unlink()
        for removed in ("out: removed 1 file of earlier runs: wales.json ", ""):
            text = " ".join(run("in", "--prune", "-o", "out/").err.split())
            assert text.startswith(f"{removed}note[PR143] files of an earlier run that this run did not renew: london.")
            assert names(nights / "out") == ["london.json", "north-east.json", "not-renewed.csv", "summary.csv"]
            assert listed(nights / "out/not-renewed.csv") == {"london.json": written}

    def test_files_of_others_stay(self, run: Callable[..., Run], nights: Path) -> None:
        out = nights / "out"
        others = {"notes.txt": "of mine", "south-west.json": "{}", "old.csv": "a,b\n", ".hidden.json": "{}"}
        for name, text in others.items():
            (out / name).write_text(text)
        (out / "deep").mkdir()
        (out / "deep" / "wales.json").write_text("{}")
        assert run("in", "--prune", "-o", "out/", "--log-file", "out/log.jsonl").status == 0
        assert names(out) == sorted([*others, "deep", "log.jsonl", "north-east.json", "summary.csv", "wales.json"])
        assert names(out / "deep") == ["wales.json"]

    @pytest.mark.parametrize(
        "name",
        [
            "../victim.json",
            "deep/victim.json",
            "/etc/hostname",
            "summary.csv",
            "log.jsonl",
            "victim.xml",
            "link.json",
            "",
        ],
    )
    def test_a_list_that_somebody_wrote_removes_nothing_else(
        self, run: Callable[..., Run], nights: Path, name: str
    ) -> None:
        out = nights / "out"
        (out / "deep").mkdir()
        for path in (nights / "victim.json", out / "deep/victim.json", out / "victim.xml"):
            path.write_text("{}")
        (out / "link.json").symlink_to(nights / "victim.json")
        run("in", "-q", "-o", "out/")
        (out / "not-renewed.csv").write_text(f"file,file_sha256\n{name},{hashlib.sha256(b'{}').hexdigest()}\n")
        before = {path for path in nights.rglob("*") if path.name != "not-renewed.csv"}
        assert run("in", "-q", "--prune", "-o", "out/").status == 0
        assert {path for path in nights.rglob("*") if path.name != "not-renewed.csv"} == before

    def test_the_summary_of_another_program_is_no_mark(self, run: Callable[..., Run], nights: Path) -> None:
        out = nights / "out"
        (out / "summary.csv").write_text(f"file,file_sha256\nlondon.json,{sha256(out / 'london.json')}\n")
        assert run("in", "--prune", "-o", "out/").err == "out/ written\n"
        assert "london.json" in names(out)

    @pytest.mark.parametrize("spoilt", [b"\xff\xfe", b"", b'"', b"file,file_sha256\n", b"\x00" * 10])
    def test_a_list_that_cannot_be_read_is_no_mark(self, run: Callable[..., Run], nights: Path, spoilt: bytes) -> None:
        for name in ("summary.csv", "not-renewed.csv"):
            (nights / "out" / name).write_bytes(spoilt)
        result = run("in", "--prune", "-o", "out/")
        assert (result.status, result.err) == (0, "out/ written\n")
        assert {"london.json", "north-east.json", "wales.json"} <= set(names(nights / "out"))

    def test_an_input_is_not_removed(self, run: Callable[..., Run], nights: Path) -> None:
        out = nights / "out"
        book = save(region("London"), out / "london.xlsx")
        run("in", "-q", "-o", "out/")
        (out / "not-renewed.csv").write_text(f"file,file_sha256\nlondon.xlsx,{sha256(book)}\n")
        assert run("in", out / "london.xlsx", "-q", "--prune", "-o", "out/").status == 0
        assert book.exists()
        assert json.loads((out / "london.json").read_text(encoding="utf-8"))["inspections"][0]["region"] == "London"

    def test_nothing_is_removed_where_a_result_cannot_be_written(self, run: Callable[..., Run], nights: Path) -> None:
        out = nights / "out"
        (out / "summary.csv").rename(out / "not-renewed.csv")
        (out / "summary.csv").mkdir()
        assert run("in", "-q", "--prune", "-o", "out/").status == 3
        assert "london.json" in names(out)

    @pytest.mark.parametrize("output", [[], ["-o", "all.json"], ["-o", "-"]])
    def test_it_goes_with_a_folder(self, run: Callable[..., Run], nights: Path, output: list[str]) -> None:
        result = run("in", "--prune", *output)
        assert (result.status, result.out) == (2, "")
        assert "--prune goes with a folder of results: -o results/" in result.err
        assert not (nights / "all.json").exists()
