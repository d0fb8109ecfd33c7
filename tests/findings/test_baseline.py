"""The baseline of `check`: what is accepted, what is new and what is gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from books import Book, save, small_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


def _bad() -> Book:
    """Maybe in PDU cases!D2 (R2.1.1 of A1), blank in E3 (R2.1.2 of A2)."""
    book = small_book()
    book["PDU cases"][1][3] = "Maybe"
    book["PDU cases"][2][4] = None
    return book


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(_bad(), tmp_path / "london.xlsx")
    return tmp_path


@pytest.fixture
def check(run: Callable[..., Run]) -> Callable[..., tuple[int, list[tuple[str, Any]]]]:
    """Checks with a baseline; the status, and the code and cells of each problem."""

    def command(*arguments: object) -> tuple[int, list[tuple[str, Any]]]:
        found = run("check", *arguments, "--baseline", "accepted.json", "-f", "json", group=True)
        return found.status, [
            (one["code"], one["cells"]) for book in json.loads(found.out)["workbooks"] for one in book["problems"]
        ]

    return command


def test_nothing_is_new_after_all_was_accepted(folder: Path, run: Callable[..., Run], check: Any) -> None:
    assert run("check", "london.xlsx", group=True).status == 1
    written = run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    assert written.status == 0
    assert "PR304" in written.out
    # 2 answers, and PR408 once for each sheet with few cases, but twice for PDU cases: 1 or 2 relevant ones
    assert "accepted.json: 7 problems accepted" in written.err
    assert check("london.xlsx") == (0, [])
    assert check(folder / "london.xlsx") == (0, [])


def test_the_baseline_has_no_case_data(folder: Path, run: Callable[..., Run]) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    text = (folder / "accepted.json").read_text(encoding="utf-8")
    assert "Maybe" not in text
    assert '"A1"' not in text
    (entry,) = [one for one in json.loads(text)["problems"] if one["code"] == "PR304"]
    assert (entry["file"], entry["sheet"], entry["cell"], len(entry["hash"])) == ("london.xlsx", "PDU cases", "D2", 32)


def test_the_same_problems_give_the_same_baseline(folder: Path, run: Callable[..., Run]) -> None:
    for name in ("one.json", "two.json"):
        run("check", "london.xlsx", "--write-baseline", name, group=True)
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()


def test_a_row_that_moved_and_a_column_that_moved_are_recognised(
    folder: Path, run: Callable[..., Run], check: Any
) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    book = _bad()
    head, first, second = book["PDU cases"]
    new = ["A0", "Camden", "Licence", *["Yes"] * 9]
    book["PDU cases"] = [["Team", *row] for row in (head, new, second, first)]
    save(book, folder / "london.xlsx")
    assert [one for one in check("london.xlsx")[1] if one[0] != "PR408"] == [
        ("PR517", [])
    ]  # the small sample of before


def test_what_is_new_is_reported_with_its_cells_only(folder: Path, run: Callable[..., Run], check: Any) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    book = _bad()
    book["PDU cases"][2][3] = "Maybe"  # beside the one that is accepted, in D3
    save(book, folder / "london.xlsx")
    status, found = check("london.xlsx")
    assert status == 1
    assert ("PR304", ["D3"]) in found
    assert [cells for code, cells in found if code == "PR301"] == []


def test_another_wrong_value_in_an_accepted_cell_is_new(folder: Path, run: Callable[..., Run], check: Any) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    book = _bad()
    book["PDU cases"][1][3] = "Perhaps"
    save(book, folder / "london.xlsx")
    assert ("PR304", ["D2"]) in check("london.xlsx")[1]


def test_what_is_gone_is_a_note(folder: Path, run: Callable[..., Run], check: Any) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    book = _bad()
    book["PDU cases"][1][3] = "Yes"
    save(book, folder / "london.xlsx")
    found = run("check", "london.xlsx", "--baseline", "accepted.json", group=True)
    assert found.status == 0
    assert "note[PR517]" in found.out
    assert "PR304 in london.xlsx PDU cases!D2" in " ".join(found.out.split())
    # of files and codes that this run does not look at, nothing is gone
    assert check("london.xlsx", "--select", "PR305") == (0, [])
    save(small_book(), folder / "wales.xlsx")
    assert "PR517" not in run("check", "wales.xlsx", "--baseline", "accepted.json", group=True).out


def test_a_total_row_that_moved_is_recognised(folder: Path, run: Callable[..., Run], check: Any) -> None:
    book = small_book()
    book["PDU cases"].append(["Total", None, None, *[2] * 9])
    save(book, folder / "london.xlsx")
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    book["PDU cases"].insert(1, ["A0", "Camden", "Licence", *["Yes"] * 9])
    save(book, folder / "london.xlsx")
    assert "PR417" not in [code for code, _ in check("london.xlsx")[1]]


def test_a_baseline_does_not_make_an_invalid_inspection_rate(folder: Path, run: Callable[..., Run]) -> None:
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    found = run(folder / "london.xlsx", "-f", "json")
    assert found.status == 1
    assert found.inspection["score"] is None


def test_problems_of_exports_are_accepted_too(run: Callable[..., Run], folder: Path, check: Any) -> None:
    (folder / "cases.csv").write_text("ref,pdu,q\nA1,Camden,Maybe\nA2,Hackney,Yes\n")
    (folder / "r.mapping.yaml").write_text(
        "mapping_version: 1\nrules: regional-2023\ninspection: {Region: London}\nsheets:\n  Court reports:\n"
        "    columns: {Report ID: ref, PDU: pdu, R2.3.1: q}\nsources:\n  - {files: cases.csv, into: Court reports}\n"
    )
    assert "PR304" in run("check", "r.mapping.yaml", "--write-baseline", "accepted.json", group=True).out
    (folder / "cases.csv").write_text("ref,pdu,q\nA0,Camden,Yes\nA1,Camden,Maybe\nA2,Hackney,Yes\n")
    assert check("r.mapping.yaml")[0] == 0


def test_an_unread_file_is_never_accepted(folder: Path, run: Callable[..., Run]) -> None:
    found = run("check", "london.xlsx", "none.xlsx", "--write-baseline", "accepted.json", group=True)
    assert found.status == 3
    assert "accepted.json is not written: none.xlsx could not be read" in found.err
    assert not (folder / "accepted.json").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"schema_version": "1.0"}', "it does not say that its format is"),
        (b'{"format": "probation-ratings baseline 1", "rules": "pdu-2023", "problems": []}', "with other rules"),
        (
            b'{"format": "probation-ratings baseline 1", "rules": "regional-2023", "problems": [{"file": 1}]}',
            "an entry is not",
        ),
    ],
    ids=["broken", "nested", "a result", "other rules", "an odd entry"],
)
def test_a_foreign_baseline_is_refused(content: bytes, words: str, folder: Path, run: Callable[..., Run]) -> None:
    (folder / "accepted.json").write_bytes(content)
    found = run("check", "london.xlsx", "--baseline", "accepted.json", group=True)
    assert found.status == 3
    assert "error[PR516] accepted.json: " in found.err
    assert words in found.err


def test_a_baseline_is_an_input_like_any_other(folder: Path, run: Callable[..., Run]) -> None:
    missing = run("check", "london.xlsx", "--baseline", "none.json", group=True)
    assert (missing.status, "none.json: file not found" in missing.err) == (3, True)
    run("check", "london.xlsx", "--write-baseline", "accepted.json", group=True)
    before = (folder / "accepted.json").read_bytes()
    for arguments in (["-f", "json", "-o", "accepted.json"], ["--write-baseline", "accepted.json"]):
        assert run("check", "london.xlsx", "--baseline", "accepted.json", *arguments, group=True).status == 2
    assert run("check", "london.xlsx", "--write-baseline", "london.xlsx", group=True).status == 2
    assert (folder / "accepted.json").read_bytes() == before
