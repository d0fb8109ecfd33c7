"""`describe`: what exports look like, what stays out of it, and drafts that a person completes to a mapping file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Generator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from probation_ratings import load_rules
from probation_ratings.mapping.described import describe_files
from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.vocabulary import Vocabulary
from probation_ratings.reading.workbook import Reading
from probation_ratings.writing.mapping_draft import draft_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from conftest import Run
    from probation_ratings.reading.child import Child

pytestmark = pytest.mark.slow

HEADERS = [
    "Response ID", "Case reference", "Inspection", "Order type", "Commencement date", "A1_1", "A1_2",
    "A2_KQ1", "A2_KQ2", "A2_KQ3", "A2_KQ4", "B1_KQ1", "B1_KQ2", "B1_KQ3", "B1_KQ4", "C1_KQ1", "A3_1", "Comments",
]  # fmt: skip
ORDERS = ("Community order", "Suspended sentence order", "Post-release licence")
PDUS = ("Camden", "Hackney", "Lambeth", "Newham")


def export(pdu: int, rows: int = 12) -> list[list[str]]:
    """An export of one PDU, as a survey tool makes it; the references begin anew in each.

    A2_KQ1 is Yes in 10 of 12 cases (83%, Outstanding), A2_KQ2 in 8 (67%, Good), the others in all; C1_KQ1 is
    answered where the order is a licence, and then Yes.
    """
    found = [HEADERS]
    for row in range(rows):
        order = ORDERS[row % 3]
        commenced = date(2023, 6, 1) + timedelta(days=pdu + 3 * row)
        answers = ["2" if row < 2 else "1", "2" if row < 4 else "1", *["1"] * 6]
        licence = "1" if order == ORDERS[2] else "98"
        comment = "seen with Mr Example" if row == 5 else ""
        found.append([
            str(1000 * pdu + row), f"{row + 1:04}", f"{PDUS[pdu]} PDU 2024", order, f"{commenced:%d/%m/%Y}",
            str(1 + row % 2), "1" if row % 3 else "2", *answers, licence, str(1 + row % 2), comment,
        ])  # fmt: skip
    return found


def write_csv(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


def region(folder: Path) -> list[Path]:
    """Five exports of a region, each with a habit of its own."""
    semicolons = [*export(1)]
    semicolons[6][-1] = "café"
    totals = [*export(3), ["", "Total", *[""] * 5, "12", *[""] * 10]]
    titles = [["Case export: Lambeth"], ["Official: sensitive"], [], *export(2)]
    answered = [["Yes", "No"], ["Yes", "Yes"]] * 3
    fieldwork: dict[str, list[list[Any]]] = {
        "PSR": [["Report ref", "PDU name", "Origin", "CT_KQ1"],
                *([f"CR{n:03}", PDUS[n % 4], ("PDU inspection", "Unpaid work inspection")[n % 2], "21"[n > 0]] for n in range(8))],
        "UPW": [["UPW case", "PDU name", "Start", *(f"UPW_KQ{n}" for n in range(1, 5))],
                *([f"U{n:03}", PDUS[n % 4], date(2023, 6, 1 + n), *["Yes"] * 4] for n in range(8))],
        "Victims": [["Ref", "V_KQ1", "V_KQ2", "V_KQ3"],
                    *([f"V{n:03}", "Yes", *answered[n]] for n in range(6))],
    }  # fmt: skip
    return [
        write_csv(folder / "camden.csv", export(0)),
        write_csv(folder / "hackney.csv", semicolons, ";", "cp1252"),
        write_book(folder / "lambeth.xlsx", {"Export": titles, "Pivot": [["not for rating"]]}),
        write_book(folder / "newham.xlsx", {"Export": totals, "Pivot": [["not for rating"]]}),
        write_book(folder / "fieldwork.xlsx", fieldwork),
    ]


def completed(text: str) -> str:
    """A draft with what a person does at its open places: take the # away, and say what the words mean."""

    def opened(pattern: str, text: str) -> str:
        return re.sub(rf"(?m)^( *)# ({pattern})", r"\1\2", text)

    text = opened("Region: ", text).replace("NAME OF THE REGION", "London")
    text = opened("judgements:", text)
    text = re.sub(r"(?m)^#(   R1\.\d: )\{.*\}", r"\1{rating: Good}", text)
    text = opened(r"R2\.\d\.\d: (?!HEADER)", text)
    text = opened("PDU: {column", text)
    text = opened("Sentence type: ", text).replace(
        "VALUE 1: Community sentence, VALUE 2: Licence",
        f"{ORDERS[0]}: Community sentence, {ORDERS[1]}: Community sentence, {ORDERS[2]}: Licence",
    )
    text = re.sub(r"(?m)^( +)# (answers:|  '(?:1|2|98)': WORD|ignore_rows:|  - {column)", r"\1\2", text)
    for code, word in (("1", "'Yes'"), ("2", "'No'"), ("98", "Not applicable")):
        text = text.replace(f"'{code}': WORD", f"'{code}': {word}")
    return text


def described(run: Callable[..., Run], *files: object) -> list[dict[str, Any]]:
    found = run("describe", *files, "-f", "json", group=True)
    entries = json.loads(found.out)["files"]
    assert isinstance(entries, list)
    return entries


def columns_of(entry: dict[str, Any], sheet: int = 0) -> dict[str, dict[str, Any]]:
    return {one["header"]: one for one in entry["sheets"][sheet]["columns"]}


def test_a_draft_of_a_region_is_completed_to_a_mapping_that_rates_it(run: Callable[..., Run], tmp_path: Path) -> None:
    mapping = tmp_path / "region.mapping.yaml"
    made = run("describe", *region(tmp_path), "-o", mapping, group=True)
    assert made.status == 0, made.err
    assert re.search(r"with 1\d places marked OPEN", made.err)
    draft = mapping.read_text("utf-8")
    assert draft.startswith("# yaml-language-server: $schema=mapping-file.schema.json\n")
    mapping.write_text(completed(draft), "utf-8")
    found = run(mapping, "-f", "json")
    assert found.status == 0, found.err
    # Worked by hand: 48 PDU cases. R2.1.1 is Yes in 40 (83%), R2.1.2 in 32 (67%): R2.1 Good. R2.6.3 is No in 3 of 6
    # victim cases (50%): Requires improvement. R2.3.1 is Yes in 7 of 8. All else is Yes: Outstanding. 2+2 judged, 2+3+3+3+3+1 = 19.
    ratings = {one["id"]: one["rating"] for one in found.inspection["standards"]}
    assert ratings == {
        "R1.1": "Good", "R1.2": "Good", "R2.1": "Good", "R2.2": "Outstanding", "R2.3": "Outstanding",
        "R2.4": "Outstanding", "R2.5": "Outstanding", "R2.6": "Requires improvement",
    }  # fmt: skip
    assert found.inspection["score"] == 19
    counts = {
        one["id"]: (one["yes"], one["no"], one["not_applicable"]) for one in found.standard("R2.1")["key_questions"]
    }
    assert counts["R2.1.1"] == (40, 8, 0)
    assert counts["R2.1.2"] == (32, 16, 0)
    (resettlement,) = found.standard("R2.5")["key_questions"]
    assert (resettlement["yes"], resettlement["not_applicable"]) == (16, 32)


def test_a_draft_fills_in_what_was_recognised_and_nothing_else(run: Callable[..., Run], tmp_path: Path) -> None:
    mapping = tmp_path / "region.mapping.yaml"
    run("describe", *region(tmp_path), "-o", mapping, group=True)
    draft = yaml.safe_load(mapping.read_text("utf-8"))
    assert draft["sheets"] == {
        "PDU cases": {"columns": {
            "Case ID": "Response ID", "Commenced": {"column": "Commencement date", "date_format": "%d/%m/%Y"},
        }},
        "Court reports": {"columns": {"Report ID": "Report ref", "PDU": "PDU name", "Source": "Origin"}},
        "Unpaid work cases": {"columns": {"Case ID": "UPW case", "PDU": "PDU name"}},
        "Victim cases": {"columns": {"Case ID": "Ref"}},
    }  # fmt: skip
    assert draft["sources"] == [
        {"files": "camden.csv", "into": "PDU cases"},
        {"files": "hackney.csv", "encoding": "cp1252", "into": "PDU cases"},
        {"files": ["lambeth.xlsx", "newham.xlsx"], "sheet": "Export", "into": "PDU cases"},
        {"files": "fieldwork.xlsx", "sheet": "PSR", "into": "Court reports"},
        {"files": "fieldwork.xlsx", "sheet": "UPW", "into": "Unpaid work cases"},
        {"files": "fieldwork.xlsx", "sheet": "Victims", "into": "Victim cases"},
    ]
    assert draft["inspection"] is None
    assert "judgements" not in draft


def test_a_draft_offers_what_it_does_not_fill_in(run: Callable[..., Run], tmp_path: Path) -> None:
    mapping = tmp_path / "region.mapping.yaml"
    run("describe", *region(tmp_path), "-o", mapping, group=True)
    text = mapping.read_text("utf-8")
    assert "# Case ID: {join: [Inspection, Case reference]}" in text
    assert "# PDU: {column: Inspection, pattern: '(.+) PDU.*'}" in text
    assert "# R2.1.1: A2_KQ1  # Does assessment focus sufficiently on keeping other people safe?" in text
    assert "# R2.5.1: C1_KQ1" in text
    assert "    # answers:\n    #   '1': WORD\n    #   '2': WORD\n    #   '98': WORD\n" in text
    assert "    #   - {column: Case reference, equals: Total}" in text
    assert "sheet Pivot of lambeth.xlsx" in text
    # of the values only those of columns that look like answers
    for value in (*ORDERS, *PDUS, "Example", "café"):
        assert value not in text


def test_a_draft_needs_no_entry_for_the_words_of_the_rules(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Case ID", "R2.6.1", "Q 2", "Q 3"], *([f"V{n}", "Yes", "no", "n/a" if n % 2 else "Y"] for n in range(6))]
    path = write_csv(tmp_path / "victim cases.csv", rows)
    text = run("describe", path, "-f", "mapping", group=True).out
    assert "# answers:" not in text
    assert yaml.safe_load(text)["sheets"]["Victim cases"]["columns"] == {"Case ID": "Case ID", "R2.6.1": "R2.6.1"}
    assert "# R2.6.2: Q 2" in text


def test_a_code_that_is_there_once_is_not_in_a_draft(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Ref", "Q1", "Q2", "Q3"], *([f"V{n}", "1", "2", "77" if n == 3 else "1"] for n in range(6))]
    path = write_csv(tmp_path / "victims.csv", rows)
    text = run("describe", path, "-f", "mapping", group=True).out
    assert "'1': WORD" in text
    assert "77" not in text


def test_exports_with_other_headers_have_columns_of_their_own(run: Callable[..., Run], tmp_path: Path) -> None:
    first = [["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"], *([f"A{n}", "Yes", "No", "Yes"] for n in range(4))]
    others = [["Reference number", "V1", "V2", "V3"], *([f"B{n}", "1", "2", "1"] for n in range(4))]
    write_csv(tmp_path / "a.csv", first)
    write_csv(tmp_path / "victims.csv", others)
    mapping = tmp_path / "r.mapping.yaml"
    run("describe", tmp_path / "a.csv", tmp_path / "victims.csv", "-o", mapping, group=True)
    text = re.sub(r"(?m)^( *)# (R2\.6\.\d: V|answers:|  '[12]': WORD)", r"\1\2", mapping.read_text("utf-8"))
    text = text.replace("'1': WORD", "'1': 'Yes'").replace("'2': WORD", "'2': 'No'")
    mapping.write_text(text.replace("  # Region: NAME OF THE REGION", "  Region: London"), "utf-8")
    found = load_mapping(mapping)
    assert [(one.files[0].name, sorted(one.mapping.columns)) for one in found.sources] == [
        ("a.csv", ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]),
        ("victims.csv", ["Case ID", "R2.6.1", "R2.6.2", "R2.6.3"]),
    ]
    assert found.sources[0].mapping.answers is None
    assert found.sources[1].mapping.answers == {"1": "Yes", "2": "No"}


def test_an_export_with_one_case_goes_where_the_others_with_its_headers_go(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    for number, rows in enumerate((12, 12, 1)):
        write_csv(tmp_path / f"{number}.csv", export(number, rows))
    text = run("describe", *sorted(tmp_path.glob("*.csv")), "-f", "mapping", group=True).out
    (source,) = yaml.safe_load(text)["sources"]
    assert source["into"] == "PDU cases"
    assert [name[-5:] for name in source["files"]] == ["0.csv", "1.csv", "2.csv"]
    assert "Left out" not in text


def test_json_says_what_each_column_is(run: Callable[..., Run], tmp_path: Path) -> None:
    files = region(tmp_path)
    document = json.loads(run("describe", files[0], "-f", "json", group=True).out)
    assert document["schema_version"] == "1.0"
    assert document["tool"]["name"] == "probation-ratings"
    assert document["rules"]["id"] == "regional-2023"
    (entry,) = document["files"]
    assert (entry["kind"], entry["delimiter"], entry["encoding"], entry["problems"]) == ("csv", ",", "utf-8", [])
    (sheet,) = entry["sheets"]
    assert (sheet["header_row"], sheet["first_row"], sheet["rows"]) == (1, 2, 12)
    assert sheet["probably"] == {"sheet": "PDU cases", "certain": True}
    columns = columns_of(entry)
    assert columns["Response ID"]["looks_like"] == "id"
    assert columns["Commencement date"]["looks_like"] == "date as text"
    assert columns["Commencement date"]["probably"] == {"column": "Commenced", "by": "near spelling"}
    assert columns["Inspection"]["looks_like"] == "PDU"
    assert columns["C1_KQ1"]["looks_like"] == "answers"
    assert columns["C1_KQ1"]["values"] == [{"value": "1", "cells": 4}, {"value": "98", "cells": 8}]
    assert columns["C1_KQ1"]["candidate_for"] == ["R2.5.1"]
    assert (columns["Comments"]["distinct"], columns["Comments"]["empty"]) == (1, 11)


def test_the_first_encoding_and_the_delimiter_that_fit_are_named(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Ref", "Name"], *([f"A{n}", "café"] for n in range(4))]
    write_csv(tmp_path / "a.csv", rows)
    write_csv(tmp_path / "b.csv", rows, ";", "cp1252")
    write_csv(tmp_path / "c.csv", [*rows, ["A5", "\x81"]], "\t", "latin-1")  # the byte 81 means nothing in cp1252
    write_csv(tmp_path / "d.csv", rows, "|")
    entries = described(run, *sorted(tmp_path.glob("*.csv")))
    assert [(one["encoding"], one["delimiter"]) for one in entries] == [
        ("utf-8", ","), ("cp1252", ";"), ("latin-1", "\t"), ("utf-8", "|"),
    ]  # fmt: skip
    assert entries[0]["sha256"] == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    (book,) = described(run, write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert (book["kind"], book["delimiter"]) == ("xlsx", None)


def test_standard_input_is_read_once(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Ref,caf\xe9\n"), encoding="utf-8"))
    (entry,) = described(run, "-")
    assert (entry["path"], [one["code"] for one in entry["problems"]]) == ("-", ["PR136"])


def test_what_is_read_ahead_is_given_up_when_the_description_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = [], []

    class Watched(Reading):
        def __init__(self, path: str, limits: int, idle: list[Child], **more: Any) -> None:
            begun.append(path)
            assert limits == 3
            super().__init__(path, limits, idle, **more)

        def stop(self) -> None:
            stopped.append(self.path)
            super().stop()

    monkeypatch.setattr("probation_ratings.mapping.described.Reading", Watched)
    names = [str(write_csv(tmp_path / f"{n}.csv", [["Ref", "Q1"], ["A1", "Yes"]])) for n in range(4)]
    files = describe_files(names, Vocabulary(load_rules("regional-2023")), 3)
    assert isinstance(files, Generator)
    assert next(files).path == names[0]
    files.close()
    assert begun[:2] == names[:2]
    assert stopped == begun[1:]


def test_a_csv_file_is_recognised_by_its_name_and_a_workbook_by_its_sheets(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    fields = [["Field", "Value"], ["Region", "London"], ["Data status", "Illustrative"]]
    files = [
        write_csv(tmp_path / "Inspection.csv", fields), write_book(tmp_path / "any.xlsx", {"inspection": fields}),
        write_book(tmp_path / "inspection.xlsx", {"Sheet1": fields}),
    ]  # fmt: skip
    shown = [run("describe", path, group=True).out for path in files]
    assert ["the fields of a case workbook" in one for one in shown] == [True, True, False], shown


def test_titles_totals_and_encodings_are_found(run: Callable[..., Run], tmp_path: Path) -> None:
    _, hackney, lambeth, newham, _ = described(run, *region(tmp_path))
    assert (hackney["encoding"], hackney["delimiter"]) == ("cp1252", ";")
    assert (lambeth["sheets"][0]["header_row"], lambeth["sheets"][0]["rows"]) == (4, 12)
    assert [one["rows_of_other_length"] for one in (hackney["sheets"][0], lambeth["sheets"][0])] == [0, 0]
    assert lambeth["sheets"][1]["probably"] is None
    assert newham["sheets"][0]["total_rows"] == [14]
    assert columns_of(newham)["A2_KQ1"]["looks_like"] == "answers"
    assert columns_of(newham)["A2_KQ1"]["values"] is None  # the total is in one row only


def test_rows_with_another_number_of_values_are_counted(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Ref", "Q1", "Q2"], *([f"A{n}", "Yes", "No"] for n in range(4)), ["A4", "Yes"], ["A5", "Yes", "No", "x"]]
    path = write_csv(tmp_path / "a.csv", rows)
    assert described(run, path)[0]["sheets"][0]["rows_of_other_length"] == 2
    assert "2 rows with another number of values" in run("describe", path, group=True).out


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["Mr Example", "Ms Sample", "Mr Example"], False),
        (["Mr Example"] * 2 + ["Ms Sample"] * 2, True),
        (["x" * 41] * 4, False),
        (["x" * 40] * 4, True),
        ([text for n in range(11) for text in [f"value {n}"] * 2], False),
        ([text for n in range(10) for text in [f"value {n}"] * 2], True),
    ],
    ids=["one in a single row", "each in two rows", "41 characters", "40 characters", "eleven values", "ten values"],
)
def test_values_are_shown_only_where_they_are_few_short_and_repeated(
    run: Callable[..., Run], tmp_path: Path, texts: list[str], shown: bool
) -> None:
    path = write_csv(
        tmp_path / "a.csv", [["Ref", "Note", "Q1"], *([f"A{n}", one, "Yes"] for n, one in enumerate(texts))]
    )
    for form in ("json", "table"):
        out = run("describe", path, "-f", form, group=True).out
        assert (texts[0] in out.replace("\n", "")) is shown or form == "table"
    (entry,) = described(run, path)
    assert (columns_of(entry)["Note"]["values"] is not None) is shown
    assert columns_of(entry)["Note"]["distinct"] == len(set(texts))


def test_the_first_row_of_data_is_not_taken_for_headers(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [[f"C{n}", f"Person {n} Example", "Some order", "Yes", "No"] for n in range(6)]
    path = write_csv(tmp_path / "headless.csv", rows)
    shown = run("describe", path, group=True).out
    assert "no header found" in shown
    assert "Person" not in shown
    text = run("describe", path, "-f", "mapping", group=True).out
    assert "Person" not in text
    (source,) = yaml.safe_load(text)["sources"]
    assert (source["header_row"], source["first_row"]) == ("none", 1)
    assert "# Report ID: {letter: A}" in text
    assert "Columns that look like answers: column D and column E." in text


def test_further_rows_of_headers_are_passed_over(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        ["Ref", "Q1", "Q2", "Q3"],
        ["Reference", "Is it good?", "Better?", "Best?"],
        ["{id:1}", "{id:2}", "{id:3}", "{id:4}"],
    ]
    rows += [[f"V{n}", str(1 + n % 2), "1", "98" if n % 2 else "1"] for n in range(8)]
    (entry,) = described(run, write_csv(tmp_path / "victims.csv", rows))
    assert (entry["sheets"][0]["header_row"], entry["sheets"][0]["first_row"]) == (1, 4)
    text = run("describe", tmp_path / "victims.csv", "-f", "mapping", group=True).out
    assert yaml.safe_load(text)["sources"][0]["first_row"] == 4


@pytest.mark.parametrize("questions", [1, 2, 3])
def test_a_case_with_odd_answers_is_not_a_header(run: Callable[..., Run], tmp_path: Path, questions: int) -> None:
    first = ["V0", "Maybe", *["No"] * (questions - 1)]
    rows = [
        ["Ref", *(f"Q{n}" for n in range(questions))],
        first,
        *([f"V{n}", *["Yes"] * questions] for n in range(1, 6)),
    ]
    (entry,) = described(run, write_csv(tmp_path / "victims.csv", rows))
    assert (entry["sheets"][0]["header_row"], entry["sheets"][0]["first_row"], entry["sheets"][0]["rows"]) == (1, 2, 6)


def test_a_date_that_can_be_read_in_two_ways_is_open(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        ["Ref", "Commenced on", "V1", "V2", "V3"],
        *([f"V{n}", f"0{n + 1}/02/2023", "Yes", "Yes", "No"] for n in range(6)),
    ]
    rows[0][1] = "Commenced"
    path = write_csv(tmp_path / "unpaid work cases.csv", [[*row, "Yes"] for row in rows])
    text = run("describe", path, "-f", "mapping", group=True).out
    assert "# Commenced: {column: Commenced, date_format: '%d/%m/%Y'}" in text
    assert "# Commenced: {column: Commenced, date_format: '%m/%d/%Y'}" in text
    assert "Commenced" not in yaml.safe_load(text)["sheets"]["Unpaid work cases"]["columns"]


def test_a_question_is_recognised_by_words_that_are_nearly_its_own(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Ref", "Is unpaid work being delivered safely?"], *([f"U{n}", "Yes"] for n in range(4))]
    (entry,) = described(run, write_csv(tmp_path / "upw.csv", rows))
    assert columns_of(entry)[rows[0][1]]["probably"] == {"column": "R2.4.3", "by": "near spelling"}


def test_hidden_sheets_are_counted_and_said(run: Callable[..., Run], tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Shown": [["Ref", "Q1"], ["A1", "Yes"], ["A2", "No"]],
        "Old": [["Ref"], ["B1"]],
        "Empty": [],
    }
    path = write_book(tmp_path / "book.xlsx", sheets, hidden=["Old"])
    shown = run("describe", path, group=True).out
    assert "3 sheets · 1 of them hidden" in shown
    assert "Sheet Old (hidden)" in shown
    assert "empty" in shown
    (entry,) = described(run, path)
    assert entry["hidden_sheets"] == 1
    assert [one["hidden"] for one in entry["sheets"]] == [False, True, False]


def test_hostile_names_are_shown_and_written_harmlessly(run: Callable[..., Run], tmp_path: Path) -> None:
    odd = "Q\x1b[31m\u202e1"
    rows = [
        ["Ref", odd, "=1+1", "a: b # c", "'q'", "Ref "],
        *([f"A{n}", "Yes", "x", "No", "No", "z"] for n in range(4)),
    ]
    path = write_csv(tmp_path / "victims\x1b]0;x.csv", rows)
    shown = run("describe", path, group=True).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[31m" in shown
    assert all(len(line) < 80 for line in shown.splitlines())
    refused = run("describe", path, "-f", "mapping", group=True)
    assert refused.status == 2
    assert "rename the file" in refused.err
    write_csv(tmp_path / "victims.csv", rows)
    text = run("describe", tmp_path / "victims.csv", "-f", "mapping", group=True).out
    assert text.isprintable() or "\x1b" not in text
    assert yaml.safe_load(text)["sources"][0]["into"] == "Victim cases"
    assert "{letter: B}" in text


def test_a_file_that_cannot_be_read_is_reported_beside_the_others(run: Callable[..., Run], tmp_path: Path) -> None:
    good = write_csv(tmp_path / "a.csv", [["Ref", "Q1"], ["A1", "Yes"], ["A2", "No"]])
    (tmp_path / "empty.csv").touch()
    (tmp_path / "nul.csv").write_bytes(b"a,b\n1,\0\n")
    found = run("describe", good, tmp_path / "empty.csv", tmp_path / "nul.csv", tmp_path / "none.csv", group=True)
    assert found.status == 3
    assert "Ref" in found.out
    assert [code in found.err for code in ("PR107", "PR139", "PR101")] == [True] * 3
    entries = described(run, good, tmp_path / "nul.csv")
    assert [[one["code"] for one in entry["problems"]] for entry in entries] == [[], ["PR139"]]
    refused = run("describe", good, tmp_path / "nul.csv", "-o", tmp_path / "r.mapping.yaml", group=True)
    assert refused.status == 3
    assert not (tmp_path / "r.mapping.yaml").exists()


def test_a_draft_overwrites_nothing(run: Callable[..., Run], tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["Ref", "Q1"], ["A1", "Yes"], ["A2", "No"]])
    mapping = tmp_path / "r.mapping.yaml"
    mapping.write_text("mine", "utf-8")
    refused = run("describe", path, "-o", mapping, group=True)
    assert refused.status == 3
    assert "exists already" in refused.err
    assert mapping.read_text("utf-8") == "mine"
    assert run("describe", path, "-o", tmp_path / "r.yaml", group=True).status == 2
    assert run("describe", mapping, group=True).status == 2
    (tmp_path / "in.json").write_bytes(path.read_bytes())
    before = (tmp_path / "in.json").read_bytes()
    assert run("describe", tmp_path / "in.json", "-o", tmp_path / "in.json", group=True).status == 2
    assert (tmp_path / "in.json").read_bytes() == before


def test_files_elsewhere_are_named_from_their_own_folder(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "data" / "pdu").mkdir(parents=True)
    write_csv(
        tmp_path / "data" / "pdu" / "victims.csv",
        [["Ref", "V1", "V2", "V3"], *([f"A{n}", "Yes", "No", "Yes"] for n in range(3))],
    )
    (tmp_path / "out").mkdir()
    mapping = tmp_path / "out" / "r.mapping.yaml"
    made = run("describe", tmp_path / "data" / "pdu", "-o", mapping, group=True)
    assert "--data" in made.err
    text = mapping.read_text("utf-8").replace("  # Region: NAME OF THE REGION", "  Region: London")
    mapping.write_text(text, "utf-8")
    found = load_mapping(mapping, data=tmp_path / "data" / "pdu")
    assert [one.name for one in found.sources[0].files] == ["victims.csv"]


def test_a_table_fits_80_columns(run: Callable[..., Run], tmp_path: Path) -> None:
    shown = run("describe", *region(tmp_path), group=True).out
    assert all(len(line) < 80 for line in shown.splitlines())
    assert re.search(r"(?m)^  H  A2_KQ1 +2 +0  answers: R2\.1\.1\? +1 \(10\), 2 \(2\)$", shown)


def test_other_rules_recognise_their_own_questions(run: Callable[..., Run], tmp_path: Path) -> None:
    rows = [["Case ID", "PDU", "P2.1.1", "R2.2.1"], *([f"A{n}", "Camden", "Yes", "No"] for n in range(4))]
    path = write_csv(tmp_path / "a.csv", rows)
    (entry,) = json.loads(run("describe", path, "--rules", "pdu-2023", "-f", "json", group=True).out)["files"]
    assert columns_of(entry)["R2.2.1"]["probably"] == {"column": "P2.1.2", "by": "header"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=6),
    st.lists(
        st.lists(st.sampled_from(["1", "2", "98", "Yes", "", "=1", "x y", "01/02/2023", "Total"]), max_size=6),
        max_size=6,
    ),
)
def test_whatever_the_headers_are_a_draft_is_valid_yaml(
    tmp_path: Path, headers: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path / "any.csv"
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    path.write_bytes(text.getvalue().encode("utf-8", errors="replace"))
    words = Vocabulary(load_rules("regional-2023"))
    files = list(describe_files([str(path)], words, 1))
    if files[0].problem is None:
        draft = draft_of(files, words.rules, "regional-2023", tmp_path)
        assert yaml.safe_load(draft.text)["mapping_version"] == 1
