"""A mapping file is an input like a workbook: every command takes it, and leads back to the source files."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from books import R21, R22, R24, R26, save, small_book
from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

CODES = {"Yes": "1", "No": "2", "Not applicable": "98"}
QUESTIONS = [*R21, *R22, "R2.5.1"]
MAPPING = f"""
mapping_version: 1
rules: regional-2023
inspection: {{Region: London, Data status: Illustrative}}
judgements:
  R1.1: {{rating: Good, rationale: Well led.}}
  R1.2: {{rating: Good}}
sheets:
  PDU cases:
    columns:
      Case ID: {{join: [PDU name, Ref]}}
      PDU: PDU name
      Sentence type: {{column: Order, values: {{'L': Licence, 'C': Community sentence}}}}
{"".join(f"      {one}: Q{number}{chr(10)}" for number, one in enumerate(QUESTIONS))}
    answers: {{'1': 'Yes', '2': 'No', '98': Not applicable}}
sources:
  - {{files: 'pdu-*.csv', into: PDU cases}}
  - {{files: rest.xlsx, sheet: Court reports, into: Court reports}}
  - {{files: rest.xlsx, sheet: Unpaid work cases, into: Unpaid work cases}}
  - {{files: rest.xlsx, sheet: Victim cases, into: Victim cases}}
"""


def exports(folder: Path) -> Path:
    """The small workbook as a region arrives: two CSV files with codes, a workbook, and the mapping file."""
    folder.mkdir(parents=True, exist_ok=True)
    book = small_book()
    for name, (_, pdu, kind, *answers) in zip("ab", book["PDU cases"][1:], strict=True):
        head = ["PDU name", "Ref", "Order", *(f"Q{number}" for number in range(9)), "Comment"]
        row = [pdu, "0001", kind[0], *(CODES[one] for one in answers), "one,\ntwo"]
        with (folder / f"pdu-{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["Export of June"], head, row])
    save({name: book[name] for name in ("Court reports", "Unpaid work cases", "Victim cases")}, folder / "rest.xlsx")
    path = folder / "london.mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def test_it_is_rated_and_names_its_sources(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    result = run(path, "-f", "json")
    assert (result.status, result.inspection["score"], result.inspection["region"]) == (0, 22, "London")
    sources = [(one["path"], one["role"]) for one in result.inspection["sources"]]
    assert sources == [
        ("london.mapping.yaml", "mapping"), ("pdu-a.csv", "data"), ("pdu-b.csv", "data"), ("rest.xlsx", "data"),
    ]  # fmt: skip
    lines = "".join(f"{hashlib.sha256((path.parent / name).read_bytes()).hexdigest()}  {name}\n" for name, _ in sources)
    assert result.inspection["workbook"] == {"path": str(path), "sha256": hashlib.sha256(lines.encode()).hexdigest()}


@pytest.mark.parametrize("suffix", ["yaml", "yml"])
def test_a_folder_is_read_by_its_mapping_files(run: Callable[..., Run], tmp_path: Path, suffix: str) -> None:
    exports(tmp_path / "x")
    wales = exports(tmp_path / "x" / "wales")
    change(wales, "London", "Wales")
    wales.rename(wales.with_suffix(f".{suffix}"))
    save({**small_book(), "Inspection": [["Field", "Value"], ["Region", "North East"]]}, tmp_path / "x" / "other.xlsx")
    result = run(tmp_path / "x", "-r", "-f", "json")
    assert result.err == ""  # no file was left out
    assert [one["region"] for one in json.loads(result.out)["inspections"]] == ["London", "North East", "Wales"]
    assert [one["score"] for one in json.loads(result.out)["inspections"]] == [22] * 3


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_side_by_side(run: Callable[..., Run], tmp_path: Path, jobs: str) -> None:
    names = ["London", "Wales", "North East"]
    for number, name in enumerate(names):
        change(exports(tmp_path / str(number)), "London", name)
    paths = [tmp_path / str(number) / "london.mapping.yaml" for number in range(3)]
    out = run(*paths, "--jobs", jobs).out
    assert all(any(line.split()[-3:][0:1] and name in line for line in out.splitlines()) for name in names)
    assert out.count("22") >= 3


def test_a_problem_is_at_its_source_and_cell(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path.parent / "pdu-b.csv", "C,1,1,1", "C,1,7,1")
    result = run("check", path, "-f", "json", group=True)
    (problem,) = (one for one in json.loads(result.out)["workbooks"][0]["problems"] if one["severity"] == "error")
    assert (result.status, problem["code"], problem["file"], problem["cells"]) == (
        1, "PR321", str(path.parent / "pdu-b.csv"), ["E3"],
    )  # fmt: skip


def test_a_source_without_a_header_leaves_the_others(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path.parent / "pdu-b.csv", ",Order,", ",Kind,")
    result = run(path, "-f", "json", "--partial")
    (problem,) = result.problems
    assert (result.status, problem["code"], problem["file"]) == (1, "PR222", str(path.parent / "pdu-b.csv"))
    assert result.standard("R2.4")["rating"] == "Outstanding"
    change(path.parent / "pdu-a.csv", ",Order,", ",Kind,")
    assert [one["code"] for one in run(path, "-f", "json").problems] == ["PR222", "PR222"]


def test_a_judgement_is_at_its_line(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path, "R1.2: {rating: Good}", "R1.2: {rating: Godo}")
    result = run(path, "-f", "json")
    (problem,) = result.inspection["problems"]
    assert (result.status, problem["file"], problem["line"]) == (2, str(path), 7)
    assert "Inadequate, Requires improvement, Good, Outstanding or Not inspected" in " ".join(result.err.split())


def test_a_value_of_an_extended_file_is_at_its_line_there(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path, "inspection: {Region: London, Data status: Illustrative}\n", "extends: ../base.mapping.yaml\n")
    base = """\
mapping_version: 1
rules: regional-2023
inspection:
  Region: Lodnon
  Sentences commenced from: 2024-06-03
  Sentences commenced to: 2024-05-03
"""
    (tmp_path / "base.mapping.yaml").write_text(base, encoding="utf-8")
    result = run(path, "-f", "json")
    extended = f"{path.parent}/../base.mapping.yaml"
    found = [(one["code"], one["file"], one["line"]) for one in result.problems]
    assert found == [("PR314", extended, 4), ("PR410", extended, 6)]
    assert result.inspection["score"] == 22


def test_explain_leads_to_the_cells_of_each_source(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    result = run("explain", path, "R2.1.1", "-f", "json", group=True)
    cells = result.standard("R2.1")["key_questions"][0]["cells_of_files"]
    assert [(one["file"], one["range"]) for one in cells] == [
        (str(path.parent / "pdu-a.csv"), "D3:D3"),
        (str(path.parent / "pdu-b.csv"), "D3:D3"),
    ]
    assert "line 6" in run("explain", path, "R1.1", group=True).out


def test_copies_of_the_sources_are_marked(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path.parent / "pdu-b.csv", "C,1,1,1", "C,1,7,1")
    run("check", path, "--annotate", tmp_path / "marked", "--ignore", "PR408", group=True)
    assert [one.name for one in (tmp_path / "marked").iterdir()] == ["pdu-b.csv.xlsx"]
    sheet = openpyxl.load_workbook(tmp_path / "marked" / "pdu-b.csv.xlsx")["pdu-b"]
    assert (sheet["E3"].value, sheet["M3"].value, sheet["B3"].value) == ("7", "one,\ntwo", "0001")
    assert sheet["E3"].comment is not None
    assert "PR321" in sheet["E3"].comment.text


def test_publications_list_the_sources_unless_counts_are_suppressed(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    sha256 = hashlib.sha256((path.parent / "pdu-a.csv").read_bytes()).hexdigest()
    page = run(path, "-f", "html").out
    assert "pdu-a.csv" in page
    assert sha256 in page
    for form in ("html", "markdown", "csv"):
        hidden = run(path, "-f", form, "--suppress-below", 5).out
        assert "pdu-a.csv" not in hidden
        assert sha256 not in hidden


@pytest.mark.parametrize("name", ["pdu-a.csv", "london.mapping.yaml"])
def test_no_source_is_overwritten(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    path = exports(tmp_path / "x")
    before = (path.parent / name).read_bytes()
    result = run("check", path, "-f", "json", "-o", path.parent / name, group=True)
    assert (result.status, (path.parent / name).read_bytes()) == (2, before)
    assert "is an input and would be overwritten" in result.err


def test_a_broken_mapping_file_does_not_stop_the_others(run: Callable[..., Run], tmp_path: Path) -> None:
    path, other = exports(tmp_path / "x"), exports(tmp_path / "y")
    change(other, "rules: regional-2023", "rules: regional-2023\ncolour: blue")
    result = run(path, other, "-f", "json")
    assert result.status == 2
    assert [one["score"] for one in json.loads(result.out)["inspections"]] == [22, None]
    assert [one["line"] for one in json.loads(result.out)["inspections"][1]["problems"]] == [4]


@pytest.mark.parametrize("command", ["rate", "check", "explain", "convert", "compare"])
def test_a_broken_mapping_file_is_not_a_file_that_cannot_be_read(
    run: Callable[..., Run], tmp_path: Path, command: str
) -> None:
    (tmp_path / "a.mapping.yaml").write_text("mapping_version: 1\n", encoding="utf-8")
    more = {"convert": (f"-o{tmp_path / 'a.xlsx'}",), "compare": (EXAMPLE,)}
    result = run(command, tmp_path / "a.mapping.yaml", *more.get(command, ()), group=True)
    assert (result.status, "PR507" in result.out + result.err) == (2, True)


def test_all_inputs_have_the_same_rules(run: Callable[..., Run], tmp_path: Path) -> None:
    path, other = exports(tmp_path / "x"), exports(tmp_path / "y")
    change(other, "rules: regional-2023", "rules: pdu-2023")
    result = run(path, other)
    assert (result.status, result.out) == (2, "")
    assert "pdu-2023" in result.err


def test_what_is_not_filled_is_said_once(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path, f"      {R21[3]}: Q3\n", "")
    change(path, "  - {files: rest.xlsx, sheet: Victim cases, into: Victim cases}\n", "")
    result = run("check", path, "-f", "json", "--ignore", "PR408", group=True)
    found = [(one["code"], one["message"]) for one in json.loads(result.out)["workbooks"][0]["problems"]]
    assert found == [
        ("PR231", "the mapping file does not fill the column 'R2.1.4' of the sheet 'PDU cases'"),
        (
            "PR230",
            (
                "the mapping file does not fill the sheet 'Victim cases'; it fills 'Inspection', 'Judgements', "
                "'PDU cases', 'Court reports' and 'Unpaid work cases'"
            ),
        ),
    ]


def test_data_may_be_in_another_folder(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    moved = path.rename(tmp_path / "london.mapping.yaml")
    assert run(moved, "-q").status == 2
    assert run(moved, "--data", tmp_path / "x", "-f", "json").inspection["score"] == 22


def test_rules_that_are_typed_are_in_force_and_names_are_those_of_the_file(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    result = run("check", exports(tmp_path / "x"), "--rules", "pdu-2023", "-f", "json", group=True)
    problems = json.loads(result.out)["workbooks"][0]["problems"]
    (note,) = (one["message"] for one in problems if one["code"] == "PR512")
    assert note.startswith(
        "the rules pdu-2023 do not have these names of the mapping, which are not used: the rating of 'R1.1', "
    )


def test_standard_input_is_no_mapping_file_and_no_part(run: Callable[..., Run], tmp_path: Path) -> None:
    exports(tmp_path / "x")
    assert "--combine" in run("--combine", "-").err
    assert "cannot be combined" in run("--combine", tmp_path / "x" / "london.mapping.yaml").err


assert len(QUESTIONS) + len(R24) + len(R26) == 16  # all key questions but R2.3.1


ANNEX = """  SFO reviews:
    columns: {Rating: {column: Grade, values: {'1': Inadequate, '2': Good}}}
sources:
  - {files: 'sfo-*.csv', into: SFO reviews}
"""


@pytest.mark.parametrize(
    ("rows", "code"),
    [("Grade\n1\n9\n", "PR321"), ("Mark\n1\n", "PR222"), ("Grade\n1\n2,2\n", "PR435")],
    ids=["a code without a meaning", "no header", "a value too many"],
)
def test_an_error_in_an_annex_blocks_no_standard_and_gives_no_figure(
    run: Callable[..., Run], tmp_path: Path, rows: str, code: str
) -> None:
    path = exports(tmp_path / "x")
    change(path, "sources:\n", ANNEX)
    (path.parent / "sfo-1.csv").write_text("Grade\n1\n2\n", encoding="utf-8")
    (path.parent / "sfo-2.csv").write_text("Grade\n2\n", encoding="utf-8")
    (annex,) = run(path, "-f", "json").inspection["annex_tables"]
    assert [(row["values"], row["count"]) for row in annex["rows"] if row["count"]] == [
        (["Inadequate"], 1),
        (["Good"], 2),
    ]
    (path.parent / "sfo-2.csv").write_text(rows, encoding="utf-8")
    result = run(path, "-f", "json", "--partial")
    assert [one["code"] for one in result.problems if one["code"] != "PR408"] == [code]
    assert (result.inspection["score"], result.inspection["annex_tables"][0]["rows"]) == (None, None)
    assert [one["rating"] for one in result.inspection["standards"]] == ["Good", "Good", *["Outstanding"] * 6]


@pytest.mark.parametrize(
    ("sheet", "reason", "blocked"),
    [
        ("Judgements", "Rationale", ["R1.1", "R1.2"]),
        ("Panel decisions", "Reason", [f"R2.{number}" for number in range(1, 7)]),
    ],
    ids=["judgements", "decisions"],
)
def test_a_rating_without_a_meaning_is_one_problem_of_what_it_may_be_about(
    run: Callable[..., Run], tmp_path: Path, sheet: str, reason: str, blocked: list[str]
) -> None:
    path = exports(tmp_path / "x")
    columns = f"Standard: Standard, Rating: {{column: Grade, values: {{'1': Good}}}}, {reason}: Why"
    change(
        path, "sources:\n", f"  {sheet}:\n    columns: {{{columns}}}\nsources:\n  - {{files: g.csv, into: {sheet}}}\n"
    )
    (path.parent / "g.csv").write_text(f"Standard,Grade,Why\n{blocked[0]},9,Seen.\n", encoding="utf-8")
    change(
        path,
        "  R1.1: {rating: Good, rationale: Well led.}\n",
        "" if sheet == "Judgements" else "  R1.1: {rating: Good}\n",
    )
    result = run(path, "-f", "json", "--partial")
    assert [one["code"] for one in result.problems if one["code"] != "PR408"] == ["PR321"]
    assert [one["id"] for one in result.inspection["standards"] if one["rating"] is None] == blocked


def test_a_copy_of_an_annex_is_reported(run: Callable[..., Run], tmp_path: Path) -> None:
    path = exports(tmp_path / "x")
    change(path, "sources:\n", ANNEX)
    for name, rows in (("a", "1"), ("b", "2"), ("c", "1")):
        (path.parent / f"sfo-{name}.csv").write_text(f"Grade\n{rows}\n", encoding="utf-8")
    result = run(path, "-f", "json")
    (problem,) = [one for one in result.problems if one["code"] != "PR408"]
    assert (problem["code"], problem["file"]) == ("PR443", str(path.parent / "sfo-c.csv"))
    assert problem["message"] == f"the same rows: 1 row for 'SFO reviews', here and in {path.parent}/sfo-a.csv"
