"""`rate --tallies`: counts that another engine made are rated like the workbook they came from."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from books import save
from probation_ratings import load_rules, read_inspection
from probation_ratings.reading import child, workbook
from shared import EXAMPLE, HEAD, ROOT, rows_of, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def ratings(run: Run) -> list[tuple[Any, ...]]:
    """All that a workbook and its counts must have in common: counts have no rationale."""
    inspections = json.loads(run.out)["inspections"]
    for standard in (each for one in inspections for each in one["standards"]):
        del standard["rationale"]
    return [
        (one["region"], one["score"], one["overall_rating"], one["margin"], one["standards"]) for one in inspections
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


@pytest.mark.parametrize("delimiter", [";", "\t", "|"], ids=["semicolons", "tabs", "pipes"])
def test_counts_may_have_other_delimiters_titles_and_blank_rows(
    run: Callable[..., Run], tmp_path: Path, delimiter: str
) -> None:
    path = written(rows_of(), tmp_path / "a.csv")
    text = path.read_text(encoding="utf-8").replace(",", delimiter)
    path.write_text(f"Counts of the region\n\n{text}\n{delimiter * 3}\n", encoding="utf-8")
    assert ratings(run("--tallies", path, "-f", "json")) == ratings(run(EXAMPLE, "-f", "json"))


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
def test_a_row_that_is_wrong_is_reported_with_its_line(
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


def test_a_key_question_without_a_count_and_a_missing_judgement_are_reported(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    rows = [row for row in rows_of() if row[2] not in {"R2.3.1", "R1.2"}]
    result = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json")
    assert [(one["code"], one["message"]) for one in result.problems] == [
        ("PR414", "there is no count of R2.3.1"),
        ("PR601", "there is no rating of R1.2: inspectors rate by judgement here, not from cases"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"region,yes,no\nLondon,1,2\n", "there is no column key question"),
        ("a.csv", b"region,key question,yes,no\n", "there are no counts"),
        ("a.csv", b"\xff\xfe", "text in UTF-16"),
        ("a.csv", b"region,key question,yes,no\nLondon,R2.1.1,1,234,5\n", "row 2 has 5 values, not 4 as the header"),
        ("a.csv", b"Counts\nregion,key question,yes,no\nKent,Surrey,R2.1.1,1,2\n", "row 3 has 5 values"),
        ("a.csv", b"region,key question,yes,no\nLondon,R2.1.1,1\n", "row 2 has 3 values, not 4 as the header"),
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


def test_the_remedy_is_on_its_own_line(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("region,key question,yes,no\nLondon,R2.1.1,1,234,5\n", encoding="utf-8")
    result = run("--tallies", tmp_path / "a.csv")
    assert result.err.splitlines()[-1].startswith("  help: look whether a number has a comma in it")


def test_counts_and_workbooks_are_not_rated_together(run: Callable[..., Run], tmp_path: Path) -> None:
    path = written(rows_of(), tmp_path / "a.csv")
    assert run(EXAMPLE, "--tallies", path).status == 2
    assert run("-f", "json").status == 2
    assert run("--tallies", path, "-o", path).status == 2


def only(change: Callable[[list[list[Any]]], None]) -> list[list[Any]]:
    """The rows of the example with some of them changed."""
    rows = rows_of()
    change(rows)
    return rows


def row_for(rows: list[list[Any]], question: str, pdu: str | None) -> list[Any]:
    """A new row of a question, with the counts of all PDUs together."""
    mine = [row for row in rows if row[2] == question]
    return ["East of England", pdu, question, *(sum(row[place] for row in mine) for place in (3, 4, 5)), None]


@pytest.mark.parametrize(
    "name",
    ["", "Total", "TOTAL", "total:", "Totals", "Grand total", "Grand Total", "Sub-total", "East of England Total", "All", "all PDUs", "Overall", "Ｔｏｔａｌ"],
)  # fmt: skip
def test_a_total_of_the_pdus_is_an_error_with_its_rows(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    rows = rows_of()
    rows[5:5] = [row_for(rows, "R2.1.1", name)]
    rows.append(row_for(rows, "R2.4.2", name))
    path = written(rows, tmp_path / "a.csv")
    result = run("--tallies", path, "-f", "json")
    assert result.status == 1
    (problem,) = result.problems
    assert (problem["code"], problem["severity"]) == ("PR423", "error")
    assert f"row 7 and {len(rows) + 1}" in problem["message"]
    partial = run("--tallies", path, "-f", "json", "--partial").inspection
    assert [one["id"] for one in partial["standards"] if one["rating"] is None] == ["R2.1", "R2.4"]


@pytest.mark.parametrize("name", ["NULL", "East of England", "(blank)"])
def test_a_pdu_with_the_counts_of_all_others_is_a_total(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    rows = rows_of()
    totals = [row_for(rows, question, name) for question in dict.fromkeys(row[2] for row in rows if row[1])]
    result = run("--tallies", written(rows + totals, tmp_path / "a.csv"), "-f", "json")
    (problem,) = result.problems
    assert (result.status, problem["code"]) == (1, "PR423")
    assert f"totals were found among the counts ('{name}'): row {len(rows) + 2}, " in problem["message"]
    assert problem["message"].endswith(f" and {len(rows) + len(totals) + 1}")


def test_a_total_of_a_supporting_question_is_not_counted_either(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    path = written([*rows, row_for(rows, "S1", "Total")], tmp_path / "a.csv")
    (problem,) = run("--tallies", path, "-f", "json").problems
    assert (problem["code"], problem["severity"]) == ("PR423", "error")


def test_two_pdus_with_the_same_counts_are_no_totals(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    twins = [row for row in rows if row[1] in {None, "", "pdu", "Norfolk"}]
    twins += [[row[0], "Suffolk", *row[2:]] for row in twins if row[1] == "Norfolk"]
    result = run("--tallies", written(twins, tmp_path / "a.csv"), "-f", "json")
    assert "PR423" not in [one["code"] for one in result.problems]


@pytest.mark.parametrize("name", ["NULL", "(blank)", "East of England", "east of  england"])
def test_a_single_pdu_with_its_total_is_an_error(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    rows = [row for row in rows_of() if row[1] in {None, "", "pdu", "Norfolk"}]
    totals = [[row[0], name, *row[2:]] for row in rows if row[1] == "Norfolk"]
    result = run("--tallies", written(rows + totals, tmp_path / "a.csv"), "-f", "json")
    assert [one["code"] for one in result.problems if one["severity"] == "error"] == ["PR423"]
    totals[0][3] += 1
    result = run("--tallies", written(rows + totals, tmp_path / "a.csv"), "-f", "json")
    assert "PR423" not in [one["code"] for one in result.problems]


@pytest.mark.parametrize("name", ["Totnes", "Allerdale", "Overton", "Hallam"])
def test_a_pdu_whose_name_begins_like_a_total_is_none(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    rows = [[row[0], name if row[1] == "Norfolk" else row[1], *row[2:]] for row in rows_of()]
    assert any(row[1] == name for row in rows)
    result = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json")
    assert (result.status, result.err) == (0, "")


@pytest.mark.parametrize("name", ["Total", "All regions", "grand total", "Overall"])
def test_a_total_of_the_regions_is_an_error_with_its_rows(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    rows = rows_of()
    total = [[name, *row[1:]] for row in rows[:2]]
    result = run("--tallies", written(rows + total, tmp_path / "a.csv"), "-f", "json")
    assert result.status == 1
    first, second = json.loads(result.out)["inspections"]
    assert (first["region"], first["score"], first["problems"]) == ("East of England", 5, [])
    assert second["overall_rating"] is None
    (problem,) = [one for one in second["problems"] if one["code"] == "PR423"]
    assert f"row {len(rows) + 2} and {len(rows) + 3}" in problem["message"]


def test_counts_that_are_not_split_by_pdu_leave_it_blank(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = rows_of()
    questions = list(dict.fromkeys(row[2] for row in rows if row[3] is not None))
    whole = [row_for(rows, question, None) for question in questions]
    judged = [row for row in rows if row[3] is None]
    result = run("--tallies", written(whole + judged, tmp_path / "a.csv"), "-f", "json")
    assert (result.status, result.inspection["score"]) == (0, 5)


def test_a_key_question_without_a_relevant_case_is_an_error(run: Callable[..., Run], tmp_path: Path) -> None:
    def none(rows: list[list[Any]]) -> None:
        for row in rows:
            if row[2] == "R2.5.1":
                row[3:6] = [0, 0, sum(row[3:6])]

    path = written(only(none), tmp_path / "a.csv")
    result = run("--tallies", path, "-f", "json")
    assert result.status == 1
    assert [(one["code"], one["message"]) for one in result.problems] == [
        ("PR402", "R2.5.1 has no answer Yes or No, so it has no percentage")
    ]
    partial = run("--tallies", path, "-f", "json", "--partial").inspection
    assert [one["id"] for one in partial["standards"] if one["rating"] is None] == ["R2.5"]


def test_a_small_sample_is_reported_as_with_a_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    def few(rows: list[list[Any]]) -> None:
        for row in rows:
            if row[2] in {"R2.6.1", "R2.6.2"}:
                row[3:6] = [2, 1, 0]

    result = run("--tallies", written(only(few), tmp_path / "a.csv"), "-f", "json")
    assert result.status == 0
    (note,) = [one for one in result.notes if one["code"] == "PR408"]
    assert note["severity"] == "note"
    assert note["message"].startswith("3 relevant cases only for R2.6.1 and R2.6.2")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["Region", "PDU", "Question", "Yes", "No", "N/A", "Rating"], "there is no column key question"),
        (["Area", "Unit", "Q", "Y", "N", "N/A", "R"], "there is no header"),
        (["Region", "PDU", "Key question", "Yes", "Yes", "N/A", "Rating"], "there is no column no"),
        (
            ["Region", "Region", "Key question", "Yes", "No", "N/A", "Rating"],
            "the column region appears more than once",
        ),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_wrong_header_is_answered_with_the_expected_and_the_found_one(
    run: Callable[..., Run], tmp_path: Path, head: list[str], words: str, suffix: str
) -> None:
    path, rows = tmp_path / f"a{suffix}", rows_of()
    if suffix == ".csv":
        written(rows, path, head)
    elif suffix == ".xlsx":
        save({"Tallies": [head, *rows]}, path)
    elif len(set(head)) == len(head):
        pl.DataFrame(dict(zip(head, zip(*rows, strict=True), strict=True)), strict=False).write_parquet(path)
    else:
        pytest.skip("Parquet has no two columns of one name")
    result = run("--tallies", path)
    assert (result.status, result.out) == (3, "")
    assert words in result.err
    assert f"'{head[0]}', '{head[1]}', '{head[2]}'" in result.err
    if "more than once" not in words:
        assert "region, key question, yes, no, pdu, not applicable and rating" in result.err


def test_a_line_break_in_a_field_is_a_space(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [[row[0], row[1] and row[1].replace(" ", "\n"), *row[2:]] for row in rows_of()]
    rows.append(["East of\nEngland", None, "R9.9", 1, 1, 0, None])
    result = run("--tallies", written(rows, tmp_path / "a.csv"), "-f", "json", "--by", "pdu")
    whole = run(EXAMPLE, "-f", "json", "--by", "pdu").inspection
    assert result.status == 1
    # the last row is named by its record, as Excel numbers it
    assert [(one["code"], one["message"]) for one in result.problems] == [
        ("PR411", "'R9.9' is not a key question of regional-2023")
    ]
    assert f"a.csv:{len(rows) + 1}" in result.err.replace("\n  ", "")
    assert "Essex North" in json.dumps(whole)
    assert "Essex\\nNorth" not in result.out


@pytest.mark.parametrize(("first", "second"), [("Caf\u00e9", "Cafe\u0301"), ("South\u00a0Vale", "ＳＯＵＴＨ Vale")])
def test_two_spellings_of_a_name_are_one_pdu(run: Callable[..., Run], tmp_path: Path, first: str, second: str) -> None:
    def renamed(rows: list[list[Any]]) -> None:
        for row in rows:
            if row[1] == "Norfolk":
                row[1] = first if row[2].startswith("R2.1") else second

    def doubled(rows: list[list[Any]]) -> None:
        renamed(rows)
        (one,) = [row for row in rows if row[1] == first and row[2] == "R2.1.1"]
        rows.append([one[0], second, *one[2:]])

    result = run("--tallies", written(only(renamed), tmp_path / "a.csv"), "-f", "csv", "--by", "pdu")
    assert result.status == 0
    names = {row["pdu"] for row in csv.DictReader(result.out.splitlines())}
    assert len(names & {" ".join(first.split()), " ".join(second.split())}) == 1
    result = run("--tallies", written(only(doubled), tmp_path / "a.csv"), "-f", "json")
    assert [one["code"] for one in result.problems] == ["PR413"]


def test_parquet_without_polars_says_what_to_install(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "polars.py").write_text("raise ModuleNotFoundError('polars')\n")
    monkeypatch.syspath_prepend(tmp_path / "hidden")
    monkeypatch.setattr(workbook, "idle_or_new", child.idle_or_new)  # one that is started now
    pl.DataFrame({"region": ["London"]}).write_parquet(tmp_path / "a.parquet")
    result = run("--tallies", tmp_path / "a.parquet")
    assert result.status == 3
    assert "pip install 'probation-ratings[parquet]'" in result.err


@pytest.mark.slow
def test_as_many_rows_of_parquet_as_are_allowed_are_read(run: Callable[..., Run], tmp_path: Path) -> None:
    names = [f"PDU {number % 20}" for number in range(100_000)]
    counts = pl.DataFrame({"pdu": names, "yes": range(100_000)})
    counts.with_columns(region=pl.lit("London"), key_question=pl.lit("R2.1.1"), no=1).write_parquet(
        tmp_path / "a.parquet"
    )
    result = run("--tallies", tmp_path / "a.parquet")
    assert result.status == 1
    assert "R2.1.1 is counted a second time for the PDU 'PDU 0'" in result.err
