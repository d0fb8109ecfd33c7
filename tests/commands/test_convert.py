"""`convert`: one case workbook of what was read, which rates the same."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from books import R21, R22, R24, R26, Book, pdu_book, save, small_book
from probation_ratings import load_rules
from probation_ratings.checking.read import read_inspections
from probation_ratings.rating.rated import rate_inspection
from probation_ratings.writing.case_workbook import to_case_workbook
from shared import EXAMPLE, EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def ratings(run: Callable[..., Run], *arguments: object) -> list[dict[str, Any]]:
    """What a rating shows, without the names and hashes of files and the cells."""
    found = run(*arguments, "-f", "json")
    assert found.status == 0, found.err
    kept = (
        "region",
        "pdu",
        "score",
        "max_score",
        "overall_rating",
        "standards",
        "supporting_questions",
        "annex_tables",
    )
    inspections = [{key: one.get(key) for key in kept} for one in json.loads(found.out)["inspections"]]
    text = json.dumps(inspections)
    assert text
    return [_without_cells(one) for one in json.loads(text)]


def _without_cells(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_cells(one) for key, one in value.items() if key not in {"cells", "sources", "place", "cell"}
        }
    return [_without_cells(one) for one in value] if isinstance(value, list) else value


def rows_of(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(path)[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("workbook", "rules"),
    [
        (EXAMPLE, "regional-2023"),
        (EXAMPLES / "region-and-pdus.xlsx", "regional-2023"),
        (EXAMPLES / "region-and-pdus.xlsx", "pdu-2023"),
        (EXAMPLES / "youth-justice.xlsx", "youth-justice-2021"),
        (EXAMPLES / "public-protection.xlsx", "public-protection-2025"),
    ],
    ids=["a region", "a region with PDUs", "each PDU", "youth justice", "percentages only"],
)
def test_the_workbook_rates_the_same(run: Callable[..., Run], tmp_path: Path, workbook: Path, rules: str) -> None:
    out = tmp_path / "out.xlsx"
    made = run("convert", workbook, "-o", out, "--rules", rules, group=True)
    assert made.status == 0, made.err
    assert ratings(run, out, "--rules", rules) == ratings(run, workbook, "--rules", rules)
    problems = run("check", out, "--rules", rules, "-f", "json", "--exit-zero", group=True).out
    assert all(one["severity"] != "error" for one in json.loads(problems)["workbooks"][0]["problems"])


def test_the_sheets_are_in_the_order_of_the_rules_and_nothing_is_a_number(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    book = small_book()
    book["PDU cases"][0].insert(3, "Commenced")
    book["PDU cases"][1].insert(3, datetime(2023, 6, 1))
    book["PDU cases"][2].insert(3, datetime(2023, 6, 2))
    book["PDU cases"][1][0], book["PDU cases"][2][0] = "0012", 13
    book["PDU cases"][1][5:7] = ["y", True]
    book["Inspection"] += [["Fieldwork started", datetime(2024, 6, 3)]]
    book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.6", "Good", "One case decided it."]]
    book = dict(reversed(book.items()))
    out = tmp_path / "out.xlsx"
    made = run("convert", save(book, tmp_path / "in.xlsx"), "-o", out, group=True)
    assert made.status == 0, made.err
    names = load_workbook(out).sheetnames
    assert names == [
        "Inspection", "Judgements", "PDU cases", "Court reports", "Unpaid work cases", "Victim cases", "Panel decisions",
        "Provenance",
    ]  # fmt: skip
    cases = rows_of(out, "PDU cases")
    assert cases[0][:4] == ("Case ID", "PDU", "Sentence type", "Commenced")
    assert cases[1][:7] == ("0012", "Camden", "Licence", datetime(2023, 6, 1), "Yes", "Yes", "Yes")
    assert cases[2][0] == "13"
    assert cases[2][-1] == "Not applicable"
    assert ("Fieldwork started", datetime(2024, 6, 3)) in rows_of(out, "Inspection")
    assert rows_of(out, "Panel decisions")[1] == ("R2.6", "Good", "One case decided it.")
    assert rows_of(out, "Judgements")[1] == ("R1.1", "Good", "Well led.")
    assert ratings(run, out) == ratings(run, tmp_path / "in.xlsx")


def test_a_mapping_file_becomes_a_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    book = {
        name: rows for name, rows in small_book().items() if name not in {"Inspection", "Judgements", "Victim cases"}
    }
    save(book, tmp_path / "others.xlsx")
    lines = ["Ref;Q1;Q2;Q3", *(f"V{n};1;{1 + n % 2};98" for n in range(4)), "V9;1;1;2"]
    (tmp_path / "victims.csv").write_text("\n".join(lines), "utf-8")
    mapping = tmp_path / "region.mapping.yaml"
    mapping.write_text(
        "mapping_version: 1\nrules: regional-2023\n"
        "inspection: {Region: London, Fieldwork started: 2024-06-03, Data status: Illustrative}\n"
        "judgements: {R1.1: {rating: Good, rationale: '=1+1'}, R1.2: {rating: Good}}\n"
        "sheets:\n  Victim cases:\n    columns: {Case ID: Ref, R2.6.1: Q1, R2.6.2: Q2, R2.6.3: Q3}\n"
        "    answers: {'1': 'Yes', '2': 'No', '98': Not applicable}\n"
        "sources:\n  - {files: victims.csv, into: Victim cases}\n"
        + "".join(f"  - {{files: others.xlsx, sheet: {name}, into: {name}}}\n" for name in book),
        "utf-8",
    )
    out = tmp_path / "out.xlsx"
    made = run("convert", mapping, "-o", out, group=True)
    assert made.status == 0, made.err
    assert rows_of(out, "Victim cases")[1:3] == [
        ("V0", "Yes", "Yes", "Not applicable"),
        ("V1", "Yes", "No", "Not applicable"),
    ]
    assert ("Fieldwork started", datetime(2024, 6, 3)) in rows_of(out, "Inspection")
    assert load_workbook(out)["Judgements"]["C2"].data_type == "s"
    sources = [text for name, text in rows_of(out, "Provenance") if name == "Source"]
    assert [text.split(",")[0] for text in sources] == ["region.mapping.yaml", "victims.csv", "others.xlsx"]
    assert ratings(run, out) == ratings(run, mapping)
    refused = run("convert", mapping, "-o", tmp_path / "others.xlsx", group=True)
    assert refused.status == 2
    assert "is an input and would be overwritten" in refused.err


def test_parts_that_are_combined_become_one_workbook(run: Callable[..., Run], tmp_path: Path) -> None:
    whole = small_book()
    first: Book = {name: rows[:2] if name.endswith(("cases", "reports")) else rows for name, rows in whole.items()}
    second: Book = {
        name: [rows[0], *rows[2:]] if name.endswith(("cases", "reports")) else rows for name, rows in whole.items()
    }
    parts = [save(first, tmp_path / "a.xlsx"), save(second, tmp_path / "b.xlsx")]
    out = tmp_path / "out.xlsx"
    alone = run("convert", *parts, "-o", out, group=True)
    assert alone.status == 2
    assert "--combine" in alone.err
    made = run("convert", "--combine", *parts, "-o", out, group=True)
    assert made.status == 0, made.err
    assert [row[0] for row in rows_of(out, "PDU cases")] == ["Case ID", "A1", "A2"]
    assert ratings(run, out) == ratings(run, "--combine", *parts)


def test_each_pdu_keeps_its_judgements_and_cases(run: Callable[..., Run], tmp_path: Path) -> None:
    source, out = save(pdu_book(), tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    run("convert", source, "-o", out, "--rules", "pdu-2023", group=True)
    assert rows_of(out, "PDU judgements")[0] == ("PDU", "Standard", "Rating", "Rationale")
    assert [row[:2] for row in rows_of(out, "PDU judgements")[1:]] == [
        (pdu, standard) for pdu in ("Camden", "Hackney") for standard in ("P1.1", "P1.2", "P1.3")
    ]
    assert [row[:2] for row in rows_of(out, "PDU cases")[1:]] == [("A1", "Camden"), ("A2", "Hackney")]
    found = ratings(run, out, "--rules", "pdu-2023")
    assert [one["score"] for one in found] == [18, 12]


def test_a_standard_that_was_not_inspected_stays_so(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    del book["Victim cases"]
    book["Judgements"].append(["R2.6", "Not inspected", None])
    source, out = save(book, tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    made = run("convert", source, "-o", out, group=True)
    assert made.status == 0, made.err
    assert "Victim cases" not in load_workbook(out).sheetnames
    assert ratings(run, out) == ratings(run, source)


def test_data_with_an_error_is_not_written(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Victim cases"][1][1] = "Maybe"
    out = tmp_path / "out.xlsx"
    refused = run("convert", save(book, tmp_path / "in.xlsx"), "-o", out, group=True)
    assert refused.status == 1
    assert "Victim cases!B2" in refused.err
    assert "is not written: blocked by PR304" in refused.err.replace("\n", " ")
    assert not out.exists()
    assert run("convert", tmp_path / "none.xlsx", "-o", out, group=True).status == 3


def test_text_is_never_a_formula_a_link_or_an_error(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    odd = ["=HYPERLINK(1)", "+1", "@x", "https://example.org", "#N/A is text", "_x000D_y", "TRUE-1"]
    book["Victim cases"] = [["Case ID", *R26], *([one, "Yes", "Yes", "Yes"] for one in odd)]
    source = tmp_path / "in.xlsx"
    save(book, source)
    changed = load_workbook(source)
    for cell in changed["Victim cases"]["A"]:
        cell.data_type = "s"
    changed.save(source)
    out = tmp_path / "out.xlsx"
    made = run("convert", source, "-o", out, group=True)
    assert made.status == 0, made.err
    written = load_workbook(out)["Victim cases"]
    assert [cell.data_type for cell in written["A"]] == ["s"] * (len(odd) + 1)
    assert all(cell.hyperlink is None for cell in written["A"])
    rules = load_rules("regional-2023")
    ids = [
        [*one.cases["Victim cases"].frame["Case ID"]]
        for path in (source, out)
        for one in read_inspections(str(path), rules)
    ]
    assert ids[0] == ids[1]


def test_what_is_no_date_stays_as_it_is_and_is_reported_again(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Unpaid work cases"][0].append("Commenced")
    book["Unpaid work cases"][1].append("June 2023")
    book["Unpaid work cases"][2].append(datetime(2023, 6, 2))
    source, out = save(book, tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    run("convert", source, "-o", out, group=True)
    written = rows_of(out, "Unpaid work cases")
    place = written[0].index("Commenced")
    assert [row[place] for row in written[1:]] == ["June 2023", datetime(2023, 6, 2)]


def test_an_annex_with_values_that_are_not_allowed_is_left_out_and_said(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    rules = load_rules("regional-2023")
    annex = next(one for one in rules.annex_tables if one.categories[0].values)
    rows = [[one.name for one in annex.categories], ["Not a value" for _ in annex.categories]]
    source, out = save({**small_book(), annex.name: rows}, tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    made = run("convert", source, "-o", out, group=True)
    assert made.status == 0, made.err
    assert f"{annex.name} left out" in made.err.replace("\n", " ")
    assert annex.name not in load_workbook(out).sheetnames


def test_the_same_input_gives_the_same_bytes(run: Callable[..., Run], tmp_path: Path) -> None:
    source = save(small_book(), tmp_path / "in.xlsx")
    for name in ("a.xlsx", "b.xlsx"):
        run("convert", source, "-o", tmp_path / name, group=True)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    again = run("convert", source, "-o", tmp_path / "a.xlsx", group=True)
    assert again.status == 0


def test_an_output_is_needed_and_never_an_input(run: Callable[..., Run], tmp_path: Path) -> None:
    source = save(small_book(), tmp_path / "in.xlsx")
    before = source.read_bytes()
    assert run("convert", source, group=True).status == 2
    assert run("convert", source, "-o", source, group=True).status == 2
    assert run("convert", source, "-o", tmp_path / "out.ods", group=True).status == 2
    (tmp_path / "empty").mkdir()
    assert run("convert", tmp_path / "empty", "-o", tmp_path / "out.xlsx", group=True).status == 2
    assert source.read_bytes() == before


def _sheet(name: str, questions: Sequence[str]) -> st.SearchStrategy[list[list[str]]]:
    answer = st.sampled_from(["Yes", "no", "N/A", "Y", "Not applicable", "TRUE"])
    pdus = st.sampled_from(["Camden", "Hackney", ""])
    rows = st.lists(st.tuples(pdus, *[answer] * len(questions)), max_size=6)
    whole = ["Camden", *["Yes"] * len(questions)]
    return rows.map(lambda found: [
        ["Case ID", "PDU", *questions], *([f"{name}{n}", *row] for n, row in enumerate([whole, *map(list, found)])),
    ])  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(_sheet("P", [*R21, *R22, "R2.5.1", "S1"]), _sheet("C", ["R2.3.1"]), _sheet("U", R24), _sheet("V", R26))
def test_whatever_the_answers_are_the_workbook_rates_the_same(
    tmp_path: Path, cases: Any, reports: Any, unpaid: Any, victims: Any
) -> None:
    reports[0][0] = "Report ID"
    book = {
        **small_book(),
        "PDU cases": cases,
        "Court reports": reports,
        "Unpaid work cases": unpaid,
        "Victim cases": victims,
    }
    rules = load_rules("regional-2023")
    before = [rate_inspection(one) for one in read_inspections(str(save(book, tmp_path / "in.xlsx")), rules)]
    assert not before[0].blocking
    out = tmp_path / "out.xlsx"
    out.write_bytes(to_case_workbook(read_inspections(str(tmp_path / "in.xlsx"), rules)))
    (after,) = [rate_inspection(one) for one in read_inspections(str(out), rules)]
    assert after.standards == before[0].standards
    assert (after.score, after.overall_rating) == (before[0].score, before[0].overall_rating)
    assert [(one.question, one.count) for one in after.supporting] == [
        (one.question, one.count) for one in before[0].supporting
    ]
    assert after.details.samples == before[0].details.samples
