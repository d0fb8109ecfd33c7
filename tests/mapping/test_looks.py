"""What a column of an export looks like, which column of the rules it is, and which sheet: at each limit, without files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from probation_ratings import load_rules
from probation_ratings.mapping.description import in_order, look_at
from probation_ratings.mapping.frames import sheet_of_frame
from probation_ratings.mapping.recognition import match, recognise
from probation_ratings.mapping.vocabulary import Vocabulary
from probation_ratings.reading.workbook import Broken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from probation_ratings.mapping.description import ColumnCells, ColumnLook, SheetLook
    from probation_ratings.mapping.recognition import Recognised

ANSWERS = frozenset({"yes", "no", "n/a", "not applicable"})
MIXED = ["Yes", "No", "Yes", "Yes"]
IDS = [f"C{n}" for n in range(4)]
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(4)]
WORDS = ["Mr", "Ms", "Mr", "Ms"]
GREEK = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa")
OPEN = [["R2.6.1"], ["R2.6.2"], ["R2.6.3"]]
OWN_WORDS = ["PDU inspection", "Unpaid work inspection"] * 2


def run_of(*headers: str) -> dict[str, list[Any]]:
    return dict.fromkeys(headers, MIXED)


def look_of(columns: Mapping[str, Sequence[Any]]) -> SheetLook:
    """What a sheet of these columns looks like, its headers in the first row."""
    height = max(map(len, columns.values()), default=0)
    padded = {header: [*values, *[None] * (height - len(values))] for header, values in columns.items()}
    return look_at(sheet_of_frame("export", pd.DataFrame(padded, dtype=object)), ANSWERS)


def look_of_rows(*rows: Sequence[Any]) -> SheetLook:
    return look_at(sheet_of_frame("export", pd.DataFrame(rows[1:], columns=list(rows[0]), dtype=object)), ANSWERS)


def column_of(*values: Any, header: str = "Header") -> ColumnLook:
    look, _ = look_of({header: values, "Beside": [100.0] * max(len(values), 1)}).columns
    return look


def ids(count: int, *others: Any) -> list[Any]:
    return [*(f"A{n}" for n in range(count)), *others]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "blank"),
        ([None, ""], "blank"),
        (ids(2), "id"),
        (ids(1), "text"),
        (ids(9, None), "id"),
        (ids(8, None), "text"),
        (ids(9, "Ann"), "id"),
        (ids(8, "Ann"), "text"),
        (ids(9, "A1"), "text"),
        (["Ann", "Ben", "Cid"], "text"),
        (ids(9, Broken("#N/A")), "text"),
        (ids(9, True), "text"),
        (ids(9, DAYS[0]), "text"),
        (ids(9, "9" * 40), "id"),
        (ids(9, "9" * 41), "text"),
        (DAYS, "date"),
        (["01/02/2024", "13/02/2024"], "date as text"),
        (["01/02/2024", DAYS[0]], "date as text"),
        (["01/02/2024", "13-02-2024", "13/02/2024", "01/02/2024"], "text"),
        (["01/02/2024", 5.0, 5.0, 5.0], "text"),
        ([1.5, "2", "2", "-3,5"], "number"),
        (["1", "1"], "number"),
        (["1", "1", "x"], "text"),
        (["1", "1", "2"], "answers"),
        ([1.0, "1", 2.0], "answers"),
        (["1", "2"], "id"),
        ([str(n % 6) for n in range(7)], "answers"),
        ([str(n % 7) for n in range(8)], "number"),
        (["Yes", "Yes"], "answers"),
        (["YES ", "no", "98", "98"], "answers"),
        (["Yes", "No", "Maybe"], "answers"),
        (["Yes", "Maybe", "Maybe"], "text"),
        (["Maybe", "Perhaps", "Maybe"], "text"),
        (["Kent PDU", "Essex pdu 2024", "Kent PDU"], "PDU"),
        (["Kent PDU", "Essex", "Kent PDU"], "text"),
    ],
)
def test_a_column_looks_like(values: list[Any], kind: str) -> None:
    assert column_of(*values).kind == kind


@pytest.mark.parametrize(("distinct", "kind"), [(50, "PDU"), (51, "text")])
def test_a_column_of_pdus_has_no_more_than_50_of_them(distinct: int, kind: str) -> None:
    names = [f"{chr(65 + n % 26)}{chr(97 + n // 26)}" for n in range(distinct)]
    assert column_of(*names, header="Name of the PDU").kind == kind
    assert column_of(*names, header="Name of the place").kind == "text"


def test_a_column_of_one_code_is_answers_only_beside_others() -> None:
    def kinds(**columns: Sequence[str]) -> list[str]:
        return [one.kind for one in look_of({"Name": ["Ann", "Ben", "Cid"], **columns}).columns[1:]]

    ones, sizes = ["1", "1", "1"], [str(n) for n in range(100, 103)]
    assert kinds(A=ones) == ["number"]
    assert kinds(A=ones, B=["2", "2"]) == ["answers", "answers"]
    assert kinds(A=ones, B=["2"]) == ["number", "number"]  # a single cell says nothing
    assert kinds(A=ones, B=["1", "2", "2"]) == ["answers", "answers"]
    assert kinds(A=ones, B=["0", "2", "2"]) == ["number", "answers"]
    assert kinds(A=["100", "100"], B=["200", "200"], C=sizes, D=MIXED[:3]) == ["number", "number", "id", "answers"]
    assert kinds(A=ones, B=WORDS[:3] * 17, C=ids(51)) == ["number", "text", "id"]


def test_values_are_in_the_order_of_numbers_and_then_of_words() -> None:
    assert in_order(["No", "10", "9", "98", "-1", "Maybe"]) == ["9", "10", "98", "-1", "Maybe", "No"]
    assert list(column_of(*["10", "9", "No", "98"] * 2).values or {}) == ["9", "10", "98", "No"]


def test_equal_texts_of_numbers_and_words_are_one_value() -> None:
    look = column_of(1.0, "1", 1.0, "2", "2")
    assert (look.distinct, look.blank, look.values) == (2, 0, {"1": 3, "2": 2})


def test_a_total_in_the_first_row_of_data_is_one() -> None:
    look = look_of_rows(["Ref", "Q1", "Q2"], ["Total", 4, 4], *([f"C{n}", "Yes", "No"] for n in range(4)))
    assert (look.first_row, look.totals, look.odd) == (2, ((0, 2, "Total"),), 0)
    assert [one.kind for one in look.columns] == ["id", "answers", "answers"]
    assert [one.distinct for one in look.columns] == [5, 2, 2]
    assert look_of_rows(["Ref", "Total"], ["C1", "Yes"], ["C2", "No"]).totals == ()


@pytest.mark.parametrize(
    ("rows", "first_row"),
    [
        ([["Reference", "Good?", "Better?"], *(["C1", "Yes", "No"],) * 3], 3),
        ([["Reference", "Good?", "Better?"], ["C1", "Yes", "No"]], 3),
        ([["Reference", "Good?", "Better?"]], 2),
        ([["Reference", "Good?", ""], *(["C1", "Yes", "No"],) * 3], 2),
        ([["Reference", "Good?", "Yes"], *(["C1", "Yes", "No"],) * 3], 2),
        ([["Reference", "Good?", "98"], *(["C1", "Yes", "98"],) * 3], 2),
        ([*(["Reference", "Good?", f"{n}?"] for n in range(3)), *(["C1", "Yes", "No"],) * 3], 5),
        ([*(["Reference", "Good?", f"{n}?"] for n in range(4)), *(["C1", "Yes", "No"],) * 6], 2),
    ],
    ids=[
        "one more row", "above one case", "without a case", "one text only", "an answer", "a code", "three", "four",
    ],
)  # fmt: skip
def test_rows_below_the_header_are_headers_too(rows: list[list[str]], first_row: int) -> None:
    look = look_of_rows(["Ref", "V1", "V2"], *rows)
    assert (look.header_row, look.first_row) == (1, first_row)
    assert [one.header for one in look.columns] == ["Ref", "V1", "V2"]
    assert look.further_headers is (first_row > 2)


# columns of several files as one


def cells(*values: Any) -> ColumnCells:
    return column_of(*values).cells


def kind_of(*files: ColumnCells) -> str:
    first, *others = files
    for one in others:
        first = first.with_those_of(one)
    return first.kind("Header", ANSWERS)


def test_the_cells_of_two_files_are_added() -> None:
    one, other = cells("1", "1", "2", None), cells("2", "2", "98", None, None)
    both = one.with_those_of(other)
    assert (both.filled, both.blank) == (6, 3)
    assert both.counts == {"1": 2, "2": 3, "98": 1}
    assert both.most == {"1": 2, "2": 2, "98": 1}
    assert cells(*DAYS, "01/02/2024").with_those_of(cells(*DAYS)).dates == 8
    assert cells("A1", "A2").with_those_of(cells("A3", "A4")).ids == frozenset({"A1", "A2", "A3", "A4"})


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (["A1", "A2"], ["A3", "A4"], "id"),
        (["A1", "A2"], ["A2", "A3"], "text"),
        (["A1", "A2"], ["Ann", "Ben"], "text"),
        (["A1", "A2"], [None], "text"),
        ([None], ["A1", "A2"], "text"),
        (ids(9), [None], "id"),
        ([None], ids(9), "id"),
        (["Kent PDU"] * 2, [None], "PDU"),
        (["Kent PDU"] * 2, ["Essex PDU"], "PDU"),
        (["Kent PDU"] * 2, ["Essex"], "text"),
        (["100", "100"], ["200"], "number"),
        (["100", "100"], ["200", "x"], "text"),
        (["1", None], ["2", None], "number"),
        (["1"], ["2"], "id"),
        (["1", "1"], ["2"], "answers"),
        (DAYS, DAYS, "date"),
        (DAYS, ["13/02/2024"], "date as text"),
        (["13/02/2024"], DAYS, "date as text"),
        (["13/02/2024"], ["14/02/2024"], "date as text"),
        (["13/02/2024"], ["02/14/2024", "02/14/2024"], "text"),
    ],
)
def test_a_column_of_two_files_looks_like(one: list[Any], other: list[Any], kind: str) -> None:
    assert kind_of(cells(*one), cells(*other)) == kind
    assert kind_of(cells(*other), cells(*one)) == kind


def test_the_values_of_more_than_50_are_not_kept() -> None:
    names = [f"{chr(65 + n % 26)}{chr(97 + n // 26)}" for n in range(51)]
    few, many = cells(*names[:50]), cells(*names)
    assert (len(few.counts or ()), many.counts, many.most) == (50, None, {})
    assert cells(*names[:25]).with_those_of(cells(*names[25:50])).counts == dict.fromkeys(names[:50], 1)
    for one, other in ((few, many), (many, few), (cells(*names[:25]), cells(*names[25:]))):
        assert one.with_those_of(other).counts is None


def test_dates_of_a_third_file_decide_the_format() -> None:
    files = cells(*DAYS), cells(*DAYS), cells("13/02/2024")
    assert kind_of(*files) == "date as text"
    first, second, third = files
    assert first.with_those_of(second).with_those_of(third).formats == ("%d/%m/%Y",)


# columns of the rules

VICTIMS, COURT, UNPAID = "Victim cases", "Court reports", "Unpaid work cases"
NEAR_VICTIMS = "Is there effective information and communication exchange to support the safety of the victims?"

RESETTLEMENT = (
    "Is resettlement timely, personalised, and coordinated, and does it address key resettlement needs "
    "and support the individual's integration into the community?"
)


def words_of(rules: str) -> Vocabulary:
    return Vocabulary(load_rules(rules))


def matched(columns: Mapping[str, Sequence[Any]], name: str) -> tuple[dict[str, ColumnLook], Recognised]:
    """The columns by their headers, and what they are in a sheet of the rules."""
    look, sheet = look_of(columns), words_of("regional-2023").sheet(name)
    assert sheet is not None
    return {one.header: one for one in look.columns}, match(look, sheet)


@pytest.mark.parametrize(
    ("header", "values", "sheet", "found"),
    [
        ("r2.6.1", MIXED, VICTIMS, ("R2.6.1", "header")),
        ("R2.6.1" + 294 * "-", MIXED, VICTIMS, ("R2.6.1", "header")),
        ("R2.6.1" + 295 * "-", MIXED, VICTIMS, None),
        (NEAR_VICTIMS, MIXED, VICTIMS, ("R2.6.2", "near spelling")),
        (NEAR_VICTIMS, WORDS, VICTIMS, None),
        (RESETTLEMENT + "-" * (301 - len(RESETTLEMENT)), MIXED, "PDU cases", ("R2.5.1", "header")),
        ("Is unpaid work delivered", MIXED, UNPAID, ("R2.4.3", "near spelling")),
        ("Is unpaid work being delivered safely now", MIXED, UNPAID, None),
        ("Type, sentence", WORDS, "PDU cases", ("Sentence type", "near spelling")),
        ("Date commenced", DAYS, UNPAID, ("Commenced", "near spelling")),
        ("Date commenced", ["13/02/2024"], UNPAID, ("Commenced", "near spelling")),
        ("Date commenced", MIXED, UNPAID, None),
        ("Commenced", MIXED, UNPAID, ("Commenced", "header")),
        ("Source " + 293 * "x", WORDS, COURT, ("Source", "near spelling")),
        ("Source " + 294 * "x", WORDS, COURT, None),
        ("Origin", OWN_WORDS, COURT, ("Source", "values")),
        ("Origin", [*OWN_WORDS, "other"], COURT, None),
        ("Nr", IDS, VICTIMS, ("Case ID", "values")),
        ("V1", MIXED, COURT, None),
    ],
)
def test_a_column_is_recognised(header: str, values: list[Any], sheet: str, found: tuple[str, str] | None) -> None:
    columns, known = matched({header: values, "Beside": [100.0] * 4}, sheet)
    assert known.name_of(columns[header]) == found


@pytest.mark.parametrize(
    ("columns", "sheet", "could_be"),
    [
        ({"Begun": DAYS, "Ended": ["13/02/2024"], "Note": WORDS}, UNPAID, [["Commenced"], ["Commenced"], []]),
        ({"Commenced": DAYS, "Ended": DAYS}, UNPAID, [[], []]),
        ({"Nr": IDS, "Key": ids(4)}, VICTIMS, [["Case ID"], ["Case ID"]]),
        ({"Case ID": IDS, "Key": ids(4)}, VICTIMS, [[], []]),
        ({"PDU": WORDS, "Its PDU": WORDS}, COURT, [[], []]),
        ({"First PDU": WORDS, "Last PDU": WORDS}, COURT, [["PDU"], ["PDU"]]),
        ({"Source code": WORDS, "Source key": WORDS}, COURT, [["Source"], ["Source"]]),
        ({"Type": ["An inspection", "Other"], "Kind": WORDS}, COURT, [["Source"], []]),
        ({"Type": ["Applicable to men", "Other"]}, VICTIMS, [[]]),
        ({"R2.6.1": MIXED, "2.6.1": MIXED}, VICTIMS, [["R2.6.1"], ["R2.6.1"]]),
        ({"Q": MIXED, "R": WORDS}, COURT, [["R2.3.1"], []]),
        (run_of("V1", "V2", "V3"), VICTIMS, OPEN),
        (run_of("A", "V1", "V2", "V3", "B"), VICTIMS, [[], *OPEN, []]),
        (run_of("R2.6.1", "V2", "V3", "B"), VICTIMS, [[]] * 4),
        (run_of("V1", "V2", "V3", "V4"), VICTIMS, [[]] * 4),
        (run_of("V1", "V2"), VICTIMS, [[], []]),
        (run_of("V1", "V2", "V3", "A", "V4"), VICTIMS, [*OPEN, [], []]),
        (run_of("V1", "V2", "V3", "A", "V01", "V02", "V03"), VICTIMS, [[]] * 7),
        (run_of("A", "B", "Q-01", "Q-002", "Q3b"), VICTIMS, [[], [], *OPEN]),
        (run_of("A", "V10", "V20", "V30", "B"), VICTIMS, [[]] * 5),
        (run_of("V11", "V12", "V13", "A"), VICTIMS, [[]] * 4),
        (run_of("A", "V2", "V3", "B"), VICTIMS, [[]] * 4),
        (run_of("A", "B", f"V1{'x' * 19}", "V2", "V3"), VICTIMS, [[], [], *OPEN]),
        (run_of("A", "B", f"V1{'x' * 20}", "V2", "V3"), VICTIMS, [[]] * 5),
    ],
)
def test_a_column_could_be(columns: dict[str, list[Any]], sheet: str, could_be: list[list[str]]) -> None:
    looks, known = matched(columns, sheet)
    assert [known.could_be(one) for one in looks.values()] == could_be
    assert set(map(id, known.unused)) <= set(map(id, looks.values()))


def answers(count: int) -> dict[str, list[Any]]:
    """Columns of answers whose headers say nothing."""
    return run_of(*GREEK[:count])


# the rules, the name of the sheet, and its columns; the sheet of the rules, and whether that is certain
SHEETS: dict[str, tuple[str, str, dict[str, list[Any]], tuple[str, bool] | None]] = {
    "two answers": ("regional-2023", "export", answers(2), (COURT, False)),
    "as many answers as one sheet has questions": ("regional-2023", "export", answers(3), (VICTIMS, True)),
    "five answers": ("regional-2023", "export", answers(5), (UNPAID, False)),
    "no answers": ("regional-2023", "export", {"Name": WORDS}, None),
    "the name": ("regional-2023", "PDU cases", answers(2), ("PDU cases", True)),
    "a word of the name": ("regional-2023", "victims 2024", answers(2), (VICTIMS, True)),
    "the name without answers": ("regional-2023", VICTIMS, {"Name": WORDS}, None),
    "questions without answers": ("regional-2023", "export", {"R2.6.1": [], "R2.6.2": []}, (VICTIMS, True)),
    "questions of two sheets without answers": ("regional-2023", "export", {"R2.6.1": [], "R2.4.1": []}, None),
    "a name and a date against a header": (
        "regional-2023", "unpaid", {"Commenced": DAYS, "Source": WORDS, **answers(2)}, (COURT, False),
    ),
    "a name against values": ("regional-2023", "unpaid", {"Origin": OWN_WORDS, **answers(2)}, (COURT, False)),
    "a header that is near": ("regional-2023", "export", {"Source code": WORDS, **answers(2)}, (COURT, False)),
    "the only header that is near": ("regional-2023", "export", {"Source code": WORDS, **answers(5)}, (COURT, False)),
    "a header of a sheet with more questions": (
        "regional-2023", "export", {"Sentence type code": WORDS, **answers(2)}, (COURT, False),
    ),
    "an id against a text that is near": (
        "regional-2023", "export", {"R2.4.1": MIXED, NEAR_VICTIMS: MIXED, **answers(3)}, (UNPAID, True),
    ),
    "the id of a question against another header": (
        "regional-2023", "export", {"R2.4.1": MIXED, "Source": WORDS, **answers(4)}, (UNPAID, False),
    ),
    "two sheets, of which one has too many questions": (
        "regional-2023", "unpaid", {"R2.6.1": MIXED, "R2.4.1": MIXED, "Alpha": MIXED}, (VICTIMS, False),
    ),
    "judgements": ("regional-2023", "judgements", {"Standard": IDS, "Rating": WORDS}, ("Judgements", True)),
    "judgements without ratings": ("regional-2023", "judgements", {"Standard": IDS, "Rationale": WORDS}, None),
    "judgements by another name": ("regional-2023", "j", {"Standard": IDS, "Rating": WORDS, "Rationale": WORDS}, None),
    "an annex": ("regional-2023", "Survey answers", {"Answer": MIXED}, ("Survey answers", True)),
    "an annex with another header": ("regional-2023", "Survey answers", {"Reply": MIXED}, (COURT, False)),
    "fewer answers than the larger of two sheets": (
        "youth-justice-2021", "export", answers(10), ("Out-of-court disposals", False),
    ),
    "more answers than the only sheet has questions": (
        "public-protection-2025", "export", answers(5), ("Cases", True),
    ),
    "fewer answers than the only sheet has questions": (
        "public-protection-2025", "export", answers(2), ("Cases", False),
    ),
    "a short name": ("public-protection-2025", "cases", answers(2), ("Cases", True)),
    "rules without questions": ("approved-premises-2025", "export", answers(2), None),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "name", "columns", "expected"), SHEETS.values(), ids=SHEETS)
def test_a_sheet_is_recognised_by(
    rules: str, name: str, columns: dict[str, list[Any]], expected: tuple[str, bool] | None
) -> None:
    found = recognise(look_of(columns), name, words_of(rules))
    assert (found.target and (found.target.name, found.certain)) == expected
    assert found.certain is bool(expected and expected[1])
    open_answers = {one.header for one in found.unused}
    assert open_answers >= columns.keys() & set(GREEK) or expected is None
