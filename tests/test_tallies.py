"""`rate --tallies`: counts that another engine made are rated like the workbook they came from."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from books import save
from probation_ratings import load_rules, read_inspection
from probation_ratings.rating.counts import tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "east-of-england.xlsx"
HEAD = ["Region", "PDU", "Key question", "Yes", "No", "Not applicable", "Rating"]


def rows_of(workbook: Path = EXAMPLE) -> list[list[Any]]:
    """The counts of a workbook as rows of a file, its judgements at the end."""
    rules = load_rules("regional-2023")
    inspection = read_inspection(str(workbook), rules)
    region = inspection.details.region
    rows: list[list[Any]] = [
        [region, one.pdu, one.question, one.count.yes, one.count.no, one.count.not_applicable, None]
        for one in tally(inspection.cases, rules)
    ]
    return rows + [[region, None, key, None, None, None, one.rating] for key, one in inspection.judgements.items()]


def written(rows: list[list[Any]], path: Path, head: list[str] = HEAD) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def ratings(run: Run) -> list[tuple[Any, ...]]:
    """All that a workbook and its counts must have in common."""
    return [
        (one["region"], one["score"], one["overall_rating"], one["margin"], one["standards"])
        for one in json.loads(run.out)["inspections"]
    ]


def test_counts_as_csv_parquet_and_xlsx_are_rated_like_the_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    whole = ratings(run(EXAMPLE, "-f", "json", "--by", "pdu"))
    files = [written(rows, tmp_path / "a.csv"), save({"Tallies": [["Counts"], HEAD, *rows]}, tmp_path / "a.xlsx")]
    frame = pl.DataFrame(dict(zip(HEAD, zip(*rows, strict=True), strict=True)), strict=False)
    frame.write_parquet(tmp_path / "a.parquet")
    for file in (*files, tmp_path / "a.parquet"):
        result = run("--tallies", file, "-f", "json", "--by", "pdu")
        assert (result.status, result.err) == (0, "")
        assert ratings(result) == whole
    assert whole[0][1] == 5


def test_the_order_of_rows_and_columns_changes_nothing(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    backwards = [row[::-1] for row in rows[::-1]]
    path = written(backwards, tmp_path / "a.csv", [name.upper().replace(" ", "_") for name in HEAD[::-1]])
    assert ratings(run("--tallies", path, "-f", "json")) == ratings(run(EXAMPLE, "-f", "json"))


def test_the_query_of_the_docs_gives_the_ratings_of_the_workbook(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, check = (part.split("```")[0] for part in (ROOT / "docs" / "scale.md").read_text().split("```sql\n")[1:])
    inspection = read_inspection(str(EXAMPLE), load_rules("regional-2023"))
    answers = []
    for sheet in inspection.rules.case_sheets:
        frame = inspection.cases[sheet.name].frame
        for _, question in inspection.rules.questions_of(sheet.name):
            pdus = frame["PDU"].astype(object) if "PDU" in frame else [None] * len(frame)
            answers += [
                ("East of England", pdu, question.id, str(answer))
                for pdu, answer in zip(pdus, frame[question.id], strict=True)
            ]
    monkeypatch.chdir(tmp_path)
    names = ["region", "pdu", "key_question", "answer"]
    pl.DataFrame(answers, schema=dict.fromkeys(names, pl.String), orient="row").write_parquet("answers.parquet")
    judged = [("East of England", standard, one.rating) for standard, one in inspection.judgements.items()]
    pl.DataFrame(judged, schema=["region", "standard", "rating"], orient="row").write_parquet("judgements.parquet")
    # in a process of its own: DuckDB complains when this one ends
    script = """if True:
        import duckdb, sys
        database = duckdb.connect()
        for name in ("answers", "judgements"):
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM '{name}.parquet'")
        assert database.execute(sys.argv[2]).fetchall() == []
        database.execute(sys.argv[1])
        """
    subprocess.run([sys.executable, "-c", script, query, check], check=True, stderr=subprocess.DEVNULL)
    result = run("--tallies", "counts.parquet", "-f", "json", "--by", "pdu")
    assert result.status == 0
    assert ratings(result) == ratings(run(EXAMPLE, "-f", "json", "--by", "pdu"))


def test_several_regions_stand_side_by_side(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    others = [["Wales", *row[1:]] for row in rows]
    result = run("--tallies", written(rows + others, tmp_path / "a.csv"))
    assert result.status == 0
    assert [row.split()[0] for row in result.out.splitlines()[1:3]] == ["1=", "1="]
    run("--tallies", tmp_path / "a.csv", "-o", f"{tmp_path}/out/")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "east-of-england.json",
        "summary.csv",
        "wales.json",
    ]


@pytest.mark.parametrize(
    ("change", "code", "line", "unrated"),
    [
        ({"Yes": "28%"}, "PR412", 2, ["R2.1"]),
        ({"Yes": "-3"}, "PR412", 2, ["R2.1"]),
        ({"No": ""}, "PR412", 2, ["R2.1"]),
        ({"No": "1.5"}, "PR412", 2, ["R2.1"]),
        ({"Key question": "R2.1"}, "PR411", 2, None),
        ({"Key question": "R9.9.9"}, "PR411", 2, None),
        ({"PDU": "cambridgeshire & peterborough"}, "PR413", 3, ["R2.1"]),
    ],
)
def test_a_row_that_is_wrong_is_told_with_its_line(
    run: Callable[..., Run], tmp_path: Path, change: dict[str, str], code: str, line: int, unrated: list[str] | None
) -> None:
    rows = rows_of()
    for name, value in change.items():
        rows[0][HEAD.index(name)] = value
    path = written(rows, tmp_path / "a.csv")
    result = run("--tallies", path, "-f", "json")
    assert result.status == 1
    assert [problem["code"] for problem in result.problems] == [code]
    assert f"{path}:{line}" in result.err.replace("\n  ", "")  # a long path is broken
    assert result.inspection["score"] is None
    partial = run("--tallies", path, "-f", "json", "--partial").inspection
    assert [one["id"] for one in partial["standards"] if one["rating"] is None] == (unrated or [])


def test_a_key_question_without_a_count_and_a_missing_judgement_are_told(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    rows = [row for row in rows_of() if row[2] not in {"R2.3.1", "R1.2"}]
    result = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json")
    assert [(one["code"], one["message"]) for one in result.problems] == [
        ("PR414", "there is no count of R2.3.1"),
        ("PR601", "there is no rating of R1.2, which is rated by inspectors' judgement"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"region,yes,no\nLondon,1,2\n", "there is no column key question"),
        ("a.csv", b"region,key question,yes,no\n", "there are no counts"),
        ("a.csv", b"\xff\xfe", "not a CSV file in UTF-8"),
        ("a.parquet", b"PAR1", "not a Parquet file"),
        ("a.xlsx", b"PK\x03\x04", ""),
        ("a.txt", b"", "are read from .csv, .parquet and .xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    run: Callable[..., Run], tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("--tallies", tmp_path / name)
    assert (result.status, result.out) == (3, "")
    assert words in result.err


def test_counts_and_workbooks_are_not_rated_together(run: Callable[..., Run], tmp_path: Path) -> None:
    path = written(rows_of(), tmp_path / "a.csv")
    assert run(EXAMPLE, "--tallies", path).status == 2
    assert run("-f", "json").status == 2
    assert run("--tallies", path, "-o", path).status == 2
