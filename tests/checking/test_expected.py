"""`check --expect`: every difference from the expected ratings is reported, with both values."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from books import save, small_book
from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

PUBLISHED = """region,standard,rating,score
East of England,overall,Requires improvement,5
East of England,R1.1,Requires improvement,1
East of England,R2.1,Inadequate,0
East of England,R2.6,outstanding,3
"""


@pytest.fixture
def checked(run: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Checks the example against expected ratings."""

    def command(expected: str | bytes, *arguments: object) -> Run:
        path = tmp_path / "expected.csv"
        path.write_bytes(expected if isinstance(expected, bytes) else expected.encode())
        return run("check", EXAMPLE, "--expect", path, *(arguments or ("-f", "json")), group=True)

    return command


def told(result: Run) -> list[tuple[str, str]]:
    books = json.loads(result.out)["workbooks"]
    return [
        (problem["code"], problem["message"])
        for book in books
        for problem in book["problems"]
        if problem["severity"] == "error"
    ]


@pytest.mark.parametrize(
    "text", [PUBLISHED, "\ufeff" + PUBLISHED.replace(",", ";"), PUBLISHED.replace("\n", "\r\n\r\n")]
)
def test_the_published_ratings_are_those_that_are_computed(checked: Callable[..., Run], text: str) -> None:
    result = checked(text)
    assert (result.status, told(result)) == (0, [])


def test_every_difference_is_a_problem_with_both_values(checked: Callable[..., Run]) -> None:
    result = checked(
        "score,Standard,REGION,rating,remark\n"
        "6,Overall,east of england,Good,x\n"
        ",r2.1,East of England,Good,\n"
        "1,R2.2,East of England,,\n"
        "3,R2.6,East of England,Outstanding,\n"
    )
    assert result.status == 1
    assert told(result) == [
        ("PR612", "the overall rating is Requires improvement (5 points), expected is Good (6 points) (expected.csv, line 2)"),
        ("PR612", "R2.1 is Inadequate, expected is Good (expected.csv, line 3)"),
        ("PR612", "R2.2 is 0 points, expected is 1 point (expected.csv, line 4)"),
    ]  # fmt: skip


def test_a_region_without_a_workbook_is_a_problem(checked: Callable[..., Run]) -> None:
    result = checked(PUBLISHED + "Wales,overall,Good,14\nWales,R2.1,Good,2\n")
    assert (result.status, told(result)) == (1, [("PR613", "there is no readable workbook of 'Wales'")])
    assert checked(PUBLISHED + "Wales,overall,Good,14\n", "--exit-zero").status == 0


def test_what_is_not_rated_differs_from_what_is_expected(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Court reports"][1][3] = "Maybe"
    (tmp_path / "e.csv").write_text("region,standard,rating\nLondon,overall,Outstanding\nLondon,R2.3,Outstanding\n")
    result = run(
        "check",
        save(book, tmp_path / "a.xlsx"),
        "--expect",
        tmp_path / "e.csv",
        "-f",
        "json",
        "--select",
        "PR6",
        group=True,
    )
    assert [message for _, message in told(result)] == [
        "the overall rating is not rated, expected is Outstanding (e.csv, line 2)",
        "R2.3 is not rated, expected is Outstanding (e.csv, line 3)",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no column region"),
        ("region,standard,rating\n", "there are no expected ratings below the header"),
        ("region,standard,rating\n,,\n\n", "there are no expected ratings below the header"),
        ("region,rating\nLondon,Good\n", "there is no column standard"),
        (
            "region,standard,rating\nLondon,R9,Good\n",
            "line 2: the standard is 'R9', allowed is R1.1, R1.2, R2.1, R2.2, R2.3, R2.4, R2.5, R2.6 or overall",
        ),
        (
            "region,standard,rating\n\nLondon,R2.1,Fair\n",
            "line 3: the rating is 'Fair', allowed is Inadequate, Requires improvement, Good, Outstanding or Not inspected",
        ),
        ("region,standard,rating\nLondon\n", "row 2 has 1 value, not 3 as the header"),
        ("region,standard,score\nLondon,R2.1,2.0\n", "line 2: the score is '2.0'"),
        ("region,standard,score\nLondon,R2.1,0,1\n", "row 2 has 4 values, not 3 as the header"),
        ("region,standard,score\nLondon,R2.1,\n", "line 2: there is neither a rating nor a score"),
        ("region,standard,score\n,R2.1,2\n", "line 2: there is no region"),
        (b"region,standard,score\n\xff,R2.1,2\n", "the CSV file is not in UTF-8: line 2 has the byte 0xFF"),
    ],
)
def test_expected_ratings_that_make_no_sense_cannot_be_read(
    checked: Callable[..., Run], text: str | bytes, words: str
) -> None:
    result = checked(text)
    assert (result.status, result.out) == (3, "")
    assert words in result.err


def test_a_cell_without_an_end_cannot_be_read(checked: Callable[..., Run]) -> None:
    result = checked('region,standard,rating\n"London' + "x" * 200_000)
    assert (result.status, result.out) == (3, "")
    assert "a text has more than 32,767 characters: line" in result.err


def test_a_file_that_is_not_there_cannot_be_read(run: Callable[..., Run], tmp_path: Path) -> None:
    result = run("check", EXAMPLE, "--expect", tmp_path / "none.csv", group=True)
    assert (result.status, result.out) == (3, "")
    assert "none.csv: the expected ratings cannot be read: file not found" in " ".join(result.err.split())


def test_scores_alone_may_be_expected(checked: Callable[..., Run]) -> None:
    assert checked("region,standard,score\nEast of England,overall,5\nEast of England,R2.6,3\n").status == 0


@pytest.mark.parametrize(
    "text",
    [
        "region,standard,rating,remark\nEast of England,R2.6,Outstanding,a;b;c;d;e;f;g;h;i;j;k;l\n",
        "region,standard,rating,note; remark\nEast of England,R2.6,Outstanding,\n",
        "region;standard;rating;remark\nEast of England;R2.6;Outstanding;a,b,c,d,e\n",
    ],
    ids=["semicolons in a remark", "one in the header", "commas in a remark"],
)
def test_the_header_says_what_parts_the_columns(checked: Callable[..., Run], text: str) -> None:
    result = checked(text)
    assert (result.status, told(result)) == (0, [])


def test_the_file_of_a_missing_region_is_named_with_its_hash(checked: Callable[..., Run]) -> None:
    text = "region,standard,rating\nWales,R2.6,Outstanding\n"
    books = json.loads(checked(text).out)["workbooks"]
    assert books[-1]["sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (EXAMPLE.read_bytes(), "an Excel workbook"),
        (EXAMPLE.read_bytes()[:2000], "a workbook, an archive or another binary file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        (b"%PDF-1.7", "a PDF document"),
    ],
    ids=["a workbook", "the beginning of one", "a picture", "a PDF"],
)
def test_a_file_that_is_not_csv_is_named(checked: Callable[..., Run], content: bytes, found: str) -> None:
    result = checked(content)
    assert result.status == 3
    said = " ".join(result.err.split())
    assert f"cannot be read: the content of the file is {found}, not CSV" in said
    assert "save it as 'CSV UTF-8' (.csv)" in said
