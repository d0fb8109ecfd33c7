"""`inspection_from_frames`: cases that are already in pandas go through the same checks as a workbook."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from books import pdu_book, small_book
from probation_ratings import (
    Inspection,
    Problem,
    cases_frame,
    inspection_from_frames,
    inspections_from_frames,
    load_rules,
    rate_inspection,
    write_ratings,
)
from probation_ratings.errors import UsageError
from probation_ratings.mapping.frames import hash_of_sheets, sheet_of_frame

if TYPE_CHECKING:
    from pathlib import Path

RULES = load_rules("regional-2023")
FIELDS = {"Region": "London", "Data status": "Illustrative"}
JUDGED = {"R1.1": ("Good", "Well led."), "R1.2": "Good"}
CASES = ("PDU cases", "Court reports", "Unpaid work cases", "Victim cases")


def wrong(inspection: Inspection) -> list[Problem]:
    """The errors and warnings."""
    return [one for one in inspection.problems if one.kind.severity != "note"]


def frames() -> dict[str, pd.DataFrame]:
    book = small_book()
    return {name: pd.DataFrame(book[name][1:], columns=book[name][0]) for name in CASES}


def read(given: dict[str, pd.DataFrame], **more: Any) -> Inspection:
    return inspection_from_frames(given, RULES, **{"inspection": FIELDS, "judgements": JUDGED, **more})


def test_frames_are_rated_like_the_workbook_with_the_same_cases() -> None:
    rated = rate_inspection(read(frames()))
    assert (rated.score, rated.overall_rating, rated.details.region) == (22, "Outstanding", "London")
    assert [one.judgement and one.judgement.rationale for one in rated.standards[:2]] == ["Well led.", ""]


def test_the_place_of_a_problem_is_the_column_and_the_label_of_the_index() -> None:
    given = frames()
    cases = given["PDU cases"].set_index("Case ID", drop=False)
    cases.loc["A2", "R2.1.3"] = "Maybe"
    cases.loc["A1", "R2.2.1"] = None
    given["PDU cases"] = cases
    found = [(one.kind.code, one.sheet, one.cells, one.case_ids) for one in wrong(read(given))]
    assert found == [
        ("PR305", "PDU cases", ("R2.2.1[A1]",), ("A1",)),
        ("PR304", "PDU cases", ("R2.1.3[A2]",), ("A2",)),
    ]


def test_a_frame_whose_index_repeats_is_read_row_by_row() -> None:
    given = frames()
    given["Victim cases"].index = pd.Index([7, 7])
    given["Victim cases"]["Case ID"] = ["V1", "V1"]
    (twice,) = wrong(read(given))
    assert (twice.kind.code, twice.cells) == ("PR401", ("Case ID[7]", "Case ID[7]"))


@pytest.mark.parametrize(
    ("value", "code"),
    [(True, None), (1, "PR304"), (1.0, "PR304"), (float("nan"), "PR305"), (pd.NaT, "PR305"), ("yes", None)],
    ids=["a logical value is an answer", "1 is none", "1.0 is none", "NaN is blank", "NaT is blank", "case is free"],
)
def test_values_of_every_kind(value: object, code: str | None) -> None:
    given = frames()
    given["PDU cases"] = given["PDU cases"].astype(object)
    given["PDU cases"]["R2.1.1"] = pd.Series([value, "Yes"], dtype=object)
    assert [one.kind.code for one in wrong(read(given))] == ([] if code is None else [code])


def test_each_value_is_the_cell_that_it_would_be_in_a_workbook() -> None:
    given = [
        True,
        False,
        np.True_,
        np.False_,
        1,
        np.int64(2),
        2.5,
        "x",
        None,
        date(2024, 1, 2),
        pd.Timestamp(2024, 1, 3),
    ]
    given += [datetime(2024, 1, 3, 4, 5), Fraction(1, 2), True, 1]
    sheet = sheet_of_frame("S", pd.DataFrame({"a": pd.Series(given, dtype=object)}))
    (column,) = sheet.columns
    cells = [column.values[code] for code in column.codes.tolist()]
    expected = ["a", True, False, True, False, 1.0, 2.0, 2.5, "x", "", date(2024, 1, 2), date(2024, 1, 3)]
    expected += [datetime(2024, 1, 3, 4, 5), "1/2", True, 1.0]
    assert cells == expected
    assert list(map(type, cells)) == list(map(type, expected))
    assert (column.number, sheet.first_row, sheet.rows, sheet.hidden, sheet.filtered) == (1, 1, 16, False, False)
    assert sheet.labels == ["", *map(str, range(15))]


def test_dates_may_be_dates_or_timestamps() -> None:
    given = frames()
    given["PDU cases"]["Commenced"] = [date(2023, 7, 1), pd.Timestamp(2023, 7, 2)]
    inspection = read(given, inspection={**FIELDS, "Sentences commenced from": date(2023, 7, 2)})
    assert [(one.kind.code, one.cells) for one in wrong(inspection)] == [("PR405", ("Commenced[0]",))]


def test_categories_are_their_values() -> None:
    given = frames()
    given["PDU cases"] = given["PDU cases"].astype("category")
    assert rate_inspection(read(given)).score == 22


def test_a_panel_decision_needs_its_reason() -> None:
    given = frames()
    assert [one.kind.code for one in wrong(read(given, panel_decisions={"R2.3": "Good"}))] == ["PR608"]


def test_the_same_frames_have_the_same_hash_and_others_another() -> None:
    first, again, other = frames(), frames(), frames()
    other["Victim cases"].loc[0, "R2.6.1"] = "No"
    hashes = [read(one).details.sha256 for one in (first, again, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_each_pdu_is_rated_by_rules_for_pdus() -> None:
    rules, book = load_rules("pdu-2023"), pdu_book()
    given = {name: pd.DataFrame(book[name][1:], columns=book[name][0]) for name in CASES}
    judged: dict[str, dict[str, Any]] = {}
    for pdu, standard, rating, reason in book["PDU judgements"][1:]:
        judged.setdefault(standard, {})[pdu] = (rating, reason)
    found = inspections_from_frames(given, rules, inspection=FIELDS, judgements=judged)
    assert {one.details.pdu: rate_inspection(one).score for one in found} == {"Camden": 18, "Hackney": 12}
    with pytest.raises(UsageError, match="inspections_from_frames"):
        inspection_from_frames(given, rules, inspection=FIELDS, judgements=judged)


PAIR = "must have a rating, or a rating and its {}, such as ('Good', 'Well led.'), not {}"
# the argument, its value, and the words of the error
WRONG = {
    "a list of judgements": ("judgements", ["R1.1"], "judgements must be a dictionary, not list"),
    "a text as the inspection": ("inspection", "London", "inspection must be a dictionary, not str"),
    "a set of decisions": ("panel_decisions", {"R2.3"}, "panel_decisions must be a dictionary, not set"),
    "a rating in brackets": ("judgements", {"R1.1": ("Good",)}, PAIR.format("rationale", "('Good',)")),
    "by PDU": (
        "judgements",
        {"R1.1": {"A": "Good", "B": "Good"}},
        PAIR.format("rationale", "{'A': 'Good', 'B': 'Good'}"),
    ),
    "in keys": ("panel_decisions", {"R1.1": {"rating": "Good"}}, PAIR.format("reason", "{'rating': 'Good'}")),
    "no rating": ("judgements", {"R1.1": None}, PAIR.format("rationale", "None")),
    "a list as a field": ("inspection", {"Region": ["London"]}, "inspection['Region'] must be one value, not list"),
    "a frame of fields": (
        "inspection",
        pd.DataFrame({"Region": ["London"]}),
        "inspection['Region'] must be one value, not Series",
    ),
    "a long text": ("judgements", {"R1.1": ["x" * 99]}, PAIR.format("rationale", "['" + "x" * 58)),
}


@pytest.mark.parametrize(("name", "value", "words"), WRONG.values(), ids=WRONG)
def test_an_argument_of_another_type_is_named(name: str, value: Any, words: str) -> None:
    with pytest.raises(TypeError) as caught:
        read(frames(), **{name: value})
    assert str(caught.value) in {words, f"{name}['R1.1'] {words}"}


@pytest.mark.parametrize("name", [1, None, ("PDU", "cases"), b"PDU cases"], ids=repr)
def test_a_sheet_has_a_text_as_its_name(name: Any) -> None:
    with pytest.raises(TypeError) as caught:
        read({**frames(), name: pd.DataFrame()})
    assert str(caught.value) == f"frames must have the names of sheets as keys, not {name!r}"


def test_the_frames_may_be_in_a_series() -> None:
    series: Any = pd.Series(frames())
    assert rate_inspection(read(series)).score == 22


class Answer(str, Enum):  # noqa: UP042 - a StrEnum shows its text
    """A text that is a member of an enumeration, which Python shows as Answer.YES."""

    YES = "Yes"
    MAYBE = "Maybe"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (np.datetime64("2024-01-03"), date(2024, 1, 3)),
        (pd.Timestamp("1800-01-01 12:00", tz="Europe/London"), datetime(1800, 1, 1, 12)),
        (pd.Timestamp("2024-01-03 12:00", tz="Europe/London"), datetime(2024, 1, 3, 12)),
        (pd.Timestamp(np.datetime64(10**12, "s")), "33658-09-27 01:46:40"),
        (Decimal("1.00"), 1.0),
        (Decimal("2.5"), 2.5),
        (Decimal("1E+1000000"), "1E+1000000"),
        (Decimal(2**53 + 1), "9007199254740993"),
        (np.complex128(1), "(1+0j)"),
        (Answer.MAYBE, "Maybe"),
        ("Møller".encode(), "Møller"),
        (b"\xff", "b'\\xff'"),
        (10**5_000, hex(10**5_000)),
    ],
    ids=[
        "a day of numpy",
        "a time zone of seconds",
        "a time zone",
        "a year of five digits",
        "a whole decimal number",
        "a decimal number",
        "a decimal number of a million digits",
        "an id above 2 to the power of 53",
        "a complex number",
        "a member of an enumeration",
        "bytes of a text",
        "bytes of no text",
        "thousands of digits",
    ],
)
def test_a_value_that_no_workbook_has_is_the_nearest_that_it_can_have(value: object, cell: object) -> None:
    (column,) = sheet_of_frame("S", pd.DataFrame({"a": pd.Series([value], dtype=object)})).columns
    found = column.values[int(column.codes[1])]
    assert (found, type(found)) == (cell, type(cell))


def test_an_error_that_pandas_has_as_a_text_is_an_error() -> None:
    given = frames()
    given["Victim cases"].loc[0, "Case ID"] = "#REF!"
    (problem,) = wrong(read(given))
    assert (problem.kind.code, problem.cells, "#REF!" in problem.message) == ("PR307", ("Case ID[0]",), True)


def test_one_id_as_two_kinds_of_numbers_is_one_id() -> None:
    given = frames()
    given["Victim cases"]["Case ID"] = pd.Series([Decimal("1.0"), 1], dtype=object)
    assert "PR401" in [one.kind.code for one in wrong(read(given))]


def test_headers_and_texts_of_sas_are_bytes() -> None:
    given = {
        name: frame.map(lambda one: one.encode() if one else one).rename(columns=str.encode)
        for name, frame in frames().items()
    }
    inspection = read(given)
    assert (rate_inspection(inspection).score, inspection.details.pdus) == (22, ("Camden", "Hackney"))


def test_judgements_may_be_a_series_or_a_frame() -> None:
    judged = pd.Series({"R1.1": "Good", "R1.2": "Good"})
    assert rate_inspection(read(frames(), judgements=judged)).score == 22
    sheet = pd.DataFrame({"Standard": ["R1.1", "R1.2"], "Rating": ["Good", "Good"], "Rationale": ["Well led.", None]})
    assert rate_inspection(read({**frames(), "Judgements": sheet}, judgements={})).score == 22


def test_without_judgements_each_is_missing() -> None:
    (problem,) = wrong(read(frames(), judgements={}))
    assert (problem.kind.code, problem.sheet, problem.cells) == ("PR601", "Judgements", ())
    assert problem.message.startswith("there is no rating of R1.1 and R1.2: ")


@pytest.mark.parametrize("name", ["judgements", "panel_decisions"])
def test_rules_without_ratings_have_none_of_these(name: str) -> None:
    rules = load_rules("public-protection-2025")
    with pytest.raises(UsageError) as caught:
        inspection_from_frames(frames(), rules, inspection=FIELDS, **{name: {"R2.1": ("Good", "Why.")}})
    what = name.replace("_", " ")
    assert str(caught.value) == f"the rules public-protection-2025 have no {what}: leave them out"


def test_a_rating_that_is_wrong_is_at_the_standard(tmp_path: Path) -> None:
    inspection = read(frames(), judgements={"R1.1": "Fine", "R1.2": "Good"})
    (problem,) = wrong(inspection)
    assert (problem.kind.code, problem.file, problem.cells) == ("PR602", "frames", ("Rating[R1.1]",))
    sha256 = inspection.details.sha256
    assert inspection.details.path == "frames"
    write_ratings(rate_inspection(inspection), tmp_path / "a.json")
    (rated,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["inspections"]
    assert rated["sources"] == [{"path": "frames", "sha256": sha256, "role": "data"}]
    assert rated["workbook"] == {"path": "frames", "sha256": sha256}


def test_a_rating_without_its_pdu_is_at_the_standard() -> None:
    book = pdu_book()
    given = {name: pd.DataFrame(book[name][1:], columns=book[name][0]) for name in CASES}
    judged = {"P1.1": "Good", "P1.2": {"Camden": "Fine"}, "P1.3": {None: "Good"}}
    found = inspections_from_frames(given, load_rules("pdu-2023"), inspection=FIELDS, judgements=judged)
    blank, rating = (problem for problem in wrong(found[0]) if problem.cells)
    assert (blank.kind.code, blank.cells) == ("PR416", ("PDU[P1.1]", "PDU[P1.3]"))
    assert (rating.kind.code, rating.cells) == ("PR602", ("Rating[P1.2]",))


def test_columns_are_in_their_order_and_values_that_have_no_hash_are_texts() -> None:
    moments = [pd.Timestamp("2024-01-03T04:05:06.123456789"), pd.Timestamp("2024-01-03T04:05:06.123456+01:00")]
    frame = pd.DataFrame({"a": [1, 2], "b": [["x"], ["x"]], "c": moments, "d": ["\ud800", {}]})
    sheet = sheet_of_frame("S", frame)
    assert [(one.letter, one.values[0]) for one in sheet.columns] == [("A", "a"), ("B", "b"), ("C", "c"), ("D", "d")]
    cells = [[one.values[code] for code in one.codes.tolist()[1:]] for one in sheet.columns]
    assert cells == [[1.0, 2.0], ["['x']"] * 2, [datetime(2024, 1, 3, 4, 5, 6, 123456)] * 2, ["\ud800", "{}"]]
    assert len(hash_of_sheets([sheet])) == 64


def test_the_hash_is_of_names_labels_and_values() -> None:
    frame = pd.DataFrame({"a": ["Yes", "No"]})
    others = [frame.replace({"Yes": "No", "No": "Yes"}), frame.set_axis([1, 2]), frame.rename(columns={"a": "b"})]
    hashes = {hash_of_sheets([sheet_of_frame("S", one)]) for one in (frame, frame.copy(), *others)}
    assert len({*hashes, hash_of_sheets([sheet_of_frame("T", frame)])}) == 5


def test_large_numbers_are_ids_with_all_their_digits() -> None:
    given = frames()
    ids = [2**62, 2**62 + 1]
    given["PDU cases"]["Case ID"] = ids
    found = read(given)
    assert [one for one in found.problems if one.is_error] == []
    assert cases_frame(found, "PDU cases")["Case ID"].tolist() == list(map(str, ids))
