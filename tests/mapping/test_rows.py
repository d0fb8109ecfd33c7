"""Which rows of a source become cases: conditions, values that are nearly the same, and rows of several sources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from exports import SOURCE, VICTIMS, apply
from probation_ratings.reading.workbook import Found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

TOP = "Ref,Q1,Q2,Q3\n"
STATUS = "Ref,Q1,Q2,Q3,Status\n"
BOOK = SOURCE.replace("a.csv", "a.xlsx")


def with_rows(*conditions: str, source: str = SOURCE) -> str:
    return VICTIMS + "".join(f"    {one}\n" for one in conditions) + source


def statuses(*values: str) -> dict[str, str]:
    """A source with a case for each status: V2 in row 2, V3 in row 3 and so on."""
    return {"a.csv": STATUS + "".join(f"V{row},1,1,1,{value}\n" for row, value in enumerate(values, start=2))}


def checked(run: Callable[..., Run], folder: Path, mapping: str, files: dict[str, str]) -> list[tuple[str, list[str]]]:
    """The code and the cells of each error and warning of the check that is about the sources."""
    apply(folder, mapping, files)
    result = run("check", folder / "region.mapping.yaml", "-f", "json", "--ignore", "PR408", group=True)
    (workbook,) = json.loads(result.out)["workbooks"]
    found = [one for one in workbook["problems"] if one["severity"] != "note" and one["cells"]]
    return [(one["code"], one["cells"]) for one in found]


# Conditions


def test_a_row_must_meet_all_of_keep_rows_and_none_of_ignore_rows(tmp_path: Path) -> None:
    mapping = with_rows(
        "keep_rows: [{column: Status, matches: 'done.*'}, {column: Ref, one_of: [V2, V3, V4, V5]}]",
        "ignore_rows: [{column: Status, equals: Done B}, {column: Ref, equals: V5}]",
    )
    applied = apply(tmp_path, mapping, statuses("done a", "DONE B", "open", "done c", "done d", "Done e"))
    assert list(applied.rows()) == [2]
    note = applied.one("PR430")
    assert note.message == (
        "5 rows were left out: 1 where 'Status' is 'Done B', 1 where 'Ref' is 'V5', 1 that keep_rows in line 8 of "
        "region.mapping.yaml does not keep and 2 that keep_rows in line 8 of region.mapping.yaml does not keep"
    )
    assert (note.cells, note.standards) == (("E4", "A6", "A7"), ())


def test_blanks_are_counted_apart_from_the_values_of_a_condition(tmp_path: Path) -> None:
    mapping = with_rows("ignore_rows: [{column: Status, one_of: [Old, '', Other]}]")
    applied = apply(tmp_path, mapping, statuses("new", "", "old", "", "other"))
    assert list(applied.rows()) == [2]
    assert applied.one("PR430").message == (
        "4 rows were left out: 1 where 'Status' is 'Old', 1 where 'Status' is 'Other' and 2 where 'Status' is blank"
    )
    assert applied.one("PR430").cells == ()


def test_blanks_can_be_kept_and_a_condition_on_a_letter_names_it(tmp_path: Path) -> None:
    content = statuses("", "left", "")
    kept = apply(tmp_path, with_rows("keep_rows: [{letter: E, blank: true}]"), content)
    assert list(kept.rows()) == [2, 4]
    assert kept.one("PR430").cells == ("E3",)
    ignored = apply(tmp_path, with_rows("ignore_rows: [{letter: E, equals: left}]"), content)
    assert "1 where column E is 'left'" in ignored.one("PR430").message


def test_a_blank_meets_no_condition_on_values(tmp_path: Path) -> None:
    content = statuses("", "x", "")
    kept = apply(tmp_path, with_rows("keep_rows: [{column: Status, equals: x}]"), content)
    assert list(kept.rows()) == [3]
    ignored = apply(tmp_path, with_rows("ignore_rows: [{column: Status, equals: x}]"), content)
    assert list(ignored.rows()) == [2, 4]


def test_an_error_meets_no_condition_and_is_reported_once_for_its_column(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3", "Status"], ["V2", 1, 1, 1, "x"], ["V3", 1, 1, 1, "#N/A"]]
    ignored = apply(
        tmp_path,
        with_rows("ignore_rows: [{column: Status, matches: '.*'}, {column: Status, equals: '#N/A'}]", source=BOOK),
        {"a.xlsx": {"S": rows}},
    )
    assert list(ignored.rows()) == [3]
    assert ignored.one("PR307").cells == ("E3",)
    kept = apply(tmp_path, with_rows("keep_rows: [{column: Status, one_of: [x, '#N/A']}]", source=BOOK), {})
    assert list(kept.rows()) == [2]
    assert kept.one("PR307").cells == ("E3",)
    assert "'#N/A'" in kept.one("PR307").message
    assert kept.one("PR307").standards == ("R2.6",)


def test_an_error_above_the_first_row_is_not_in_the_way(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["#N/A", "text", None, None], ["V3", 1, 1, 1], ["V4", 1, 1, 1]]
    mapping = with_rows("first_row: 3", "ignore_rows: [{column: Ref, equals: V4}]", source=BOOK)
    applied = apply(tmp_path, mapping, {"a.xlsx": {"S": rows}})
    assert list(applied.rows()) == [3]
    assert "PR307" not in applied.codes


def test_a_ragged_row_is_a_problem_where_it_is_left_out_for_a_blank(tmp_path: Path) -> None:
    content = {"a.csv": TOP + "V1,1,1,1\nTotal,1\n,1\n"}
    named = apply(
        tmp_path, with_rows("ignore_rows: [{column: Ref, matches: 'T.*'}, {column: Ref, blank: true}]"), content
    )
    assert named.one("PR435").cells == ("4:4",)


@pytest.mark.parametrize(
    "condition", ["equals: Ynys M\u00f4n", "matches: 'ynys m\u00f4n.*'"], ids=["equals", "matches"]
)
def test_an_accent_may_be_a_character_of_its_own(tmp_path: Path, condition: str) -> None:
    files = {"a.csv": "Ref,Q1,Q2,Fra\u0302ge,Status\nV1,1,1,1,Ynys Mo\u0302n\nV2,1,1,1,x\n"}
    mapping = with_rows(f"ignore_rows: [{{column: Status, {condition}}}]").replace("Q3", "Fr\u00e2ge")
    assert list(apply(tmp_path, mapping, files).rows()) == [3]


# Values that are nearly the same


def test_a_value_left_out_that_is_a_letter_away_from_a_kept_one_is_reported(tmp_path: Path) -> None:
    near = ["Completed", "Complet", "Gomplete", "COMPLETE."]
    far = ["Open", "Gomplets", "Complete 2", "Com"]
    applied = apply(
        tmp_path, with_rows("keep_rows: [{column: Status, equals: Complete}]"), statuses("complete", *near, *far)
    )
    problem = applied.one("PR437")
    assert problem.cells == ("E3", "E4", "E5", "E6")
    assert problem.message == (
        "left out: 'Completed' (kept is 'Complete'), 'Complet' (kept is 'Complete'), 'Gomplete' (kept is 'Complete') "
        "and 'COMPLETE.' (kept is 'Complete')"
    )
    assert (problem.standards, problem.kind.severity) == ((), "warning")


@pytest.mark.parametrize("before", ["complete", "x" * 61], ids=["kept-elsewhere", "long"])
def test_a_value_that_is_not_compared_does_not_hide_the_next(tmp_path: Path, before: str) -> None:
    mapping = with_rows("keep_rows: [{column: Status, equals: Complete}]", "ignore_rows: [{column: Ref, equals: V2}]")
    applied = apply(tmp_path, mapping, statuses(before, "complete", "Compelte"))
    assert applied.one("PR437").cells == ("E4",)


def test_a_value_of_60_characters_is_compared_and_a_longer_one_is_not(tmp_path: Path) -> None:
    mapping = with_rows(f"keep_rows: [{{column: Status, equals: {'a' * 60}}}]")
    applied = apply(tmp_path, mapping, statuses("a" * 60, "a" * 59 + "b", "a" * 60 + "b"))
    assert applied.one("PR437").cells == ("E3",)


def test_a_value_is_compared_with_all_that_are_kept(tmp_path: Path) -> None:
    kept = ("Conclude", "Complete", "Concerte", "Coppered")
    mapping = with_rows(f"keep_rows: [{{column: Status, one_of: [{', '.join(kept)}]}}]")
    problem = apply(tmp_path, mapping, statuses(*kept, "Compelte", "Coppored")).one("PR437")
    assert problem.message == "left out: 'Compelte' (kept is 'Complete') and 'Coppored' (kept is 'Coppered')"


@pytest.mark.parametrize(("kept", "found"), [(500, True), (501, False)])
def test_no_more_than_a_thousand_pairs_of_values_are_compared(kept: int, found: bool, tmp_path: Path) -> None:
    # 'vxxxxxx' is like none of those kept; 'vzzzzzy' is like the last of them. Each is compared with all.
    letters = "abcdefgh"
    unlike = [f"v{one}{two}{three}{one}{two}{three}" for one in letters for two in letters for three in letters]
    mapping = with_rows("ignore_rows: [{column: Ref, matches: x.}]", "keep_rows: [{column: Status, matches: '.*'}]")
    values = [*unlike[: kept - 1], "vzzzzzz"]
    rows = [
        *(f"V{row},1,1,1,{value}" for row, value in enumerate(values, start=2)),
        "x1,1,1,1,vxxxxxx",
        "x2,1,1,1,vzzzzzy",
    ]
    applied = apply(tmp_path, mapping, {"a.csv": STATUS + "\n".join(rows)})
    assert ("PR437" in applied.codes) is found


def test_a_title_above_the_first_row_is_no_value_that_is_left_out(tmp_path: Path) -> None:
    mapping = with_rows("first_row: 3", "keep_rows: [{column: Status, equals: Complete}]")
    content = STATUS + "id,{1},{2},{3},Completed\nV3,1,1,1,Complete\nV4,1,1,1,Open\n"
    assert apply(tmp_path, mapping, {"a.csv": content}).codes == ["PR430"]


def test_a_value_near_to_one_that_a_pattern_keeps_is_reported(tmp_path: Path) -> None:
    mapping = with_rows("keep_rows: [{column: Status, matches: compl.*}]")
    problem = apply(tmp_path, mapping, statuses("Complete", "Gomplete")).one("PR437")
    assert (problem.cells, "'Gomplete' (kept is 'Complete')" in problem.message) == (("E3",), True)


def test_values_with_digits_are_never_near(tmp_path: Path) -> None:
    mapping = with_rows("keep_rows: [{column: Status, equals: Wave 1}]")
    assert apply(tmp_path, mapping, statuses("wave 1", "Wave-1", "Wave 2")).codes == ["PR430"]


def test_a_named_value_need_not_be_in_the_source_to_be_near(tmp_path: Path) -> None:
    mapping = with_rows("keep_rows: [{column: Status, one_of: [Closed, Complete]}]")
    assert (
        "'Compelte' (kept is 'Complete')"
        in apply(tmp_path, mapping, statuses("closed", "Compelte")).one("PR437").message
    )


@pytest.mark.parametrize("condition", ["equals: Total", "matches: total"])
def test_a_kept_value_that_is_nearly_one_to_ignore_is_reported(tmp_path: Path, condition: str) -> None:
    mapping = with_rows(f"ignore_rows: [{{column: Ref, {condition}}}]")
    applied = apply(tmp_path, mapping, {"a.csv": TOP + "V1,1,1,1\nTotals,9,9,9\nTotal,1,1,1\n"})
    problem = applied.one("PR437")
    assert problem.cells == ("A4",)
    assert "'Total' (kept is 'Totals')" in problem.message
    assert "line 8 of region.mapping.yaml" in problem.remedy


@pytest.mark.parametrize("value", ["Withdrawn.", "Withdrawm"], ids=["a full stop", "a letter"])
def test_a_value_to_ignore_need_not_be_in_the_source_to_be_near(tmp_path: Path, value: str) -> None:
    mapping = with_rows("ignore_rows: [{column: Status, one_of: [Withdrawn, 'Area 1']}]")
    problem = apply(tmp_path, mapping, statuses("Open", value, "Area 2")).one("PR437")
    assert problem.message == f"left out: 'Withdrawn' (kept is '{value}')"
    assert problem.cells == ("E3",)


def test_only_the_values_of_its_own_condition_are_near(tmp_path: Path) -> None:
    # 'Closed' is left out by the condition on Ref, and its Status is not what the other condition names
    mapping = with_rows("ignore_rows: [{column: Status, equals: Draft}, {column: Ref, equals: V3}]")
    applied = apply(tmp_path, mapping, statuses("Close", "Closed", "draft"))
    assert list(applied.rows()) == [2]
    assert "PR437" not in applied.codes


# Rows of several sources


def several(*conditions: str, into: str = "Victim cases") -> str:
    lines = "".join(f"  - {{files: a.csv, into: {into}, keep_rows: [{one}]}}\n" for one in conditions)
    return VICTIMS + "sources:\n" + lines


def test_a_row_taken_twice_names_the_two_sources_that_take_it(tmp_path: Path) -> None:
    conditions = [f"{{column: Status, one_of: [{values}]}}" for values in ("a", "b, c", "c, d", "d, b, a")]
    applied = apply(tmp_path, several(*conditions), statuses("a", "b", "c", "d"))
    words = "{} of the source went into 'Victim cases' twice, by line {} of region.mapping.yaml and line {} of region.mapping.yaml"
    assert [problem.cells for problem in applied.of("PR432")] == [("4:4",), ("2:2",), ("3:3",), ("5:5",)]
    places = [("row 4", 10, 11), ("row 2", 9, 12), ("row 3", 10, 12), ("row 5", 11, 12)]
    for problem, place in zip(applied.of("PR432"), places, strict=True):
        assert problem.message == words.format(*place)
        assert problem.standards == ("R2.6",)


def test_a_row_may_go_into_two_sheets(tmp_path: Path) -> None:
    mapping = (
        VICTIMS
        + """  Court reports:
    columns: {Report ID: Ref, R2.3.1: Q1}
    answers: {'1': 'Yes', '2': 'No'}
sources:
  - {files: a.csv, into: Victim cases}
  - {files: a.csv, into: Court reports}
"""
    )
    applied = apply(tmp_path, mapping, {"a.csv": TOP + "V1,1,1,1\n"})
    assert applied.codes == []
    assert (list(applied.rows()), list(applied.rows("Court reports"))) == ([2], [2])


def test_rows_of_three_sources_that_none_takes_are_counted(tmp_path: Path) -> None:
    conditions = [f"{{column: Status, equals: {value}}}" for value in "abc"]
    applied = apply(tmp_path, several(*conditions), statuses("a", "x", "b", "y", "c"))
    problem = applied.one("PR431")
    assert (problem.cells, problem.standards) == (("3:3", "5:5"), ())
    assert problem.message == "2 rows of the sheet went into no sheet of the rules"
    assert list(applied.rows()) == [2, 4, 6]


def test_one_source_alone_has_no_rows_that_none_takes(tmp_path: Path) -> None:
    applied = apply(tmp_path, several("{column: Status, equals: a}"), statuses("a", "x"))
    assert applied.codes == ["PR430"]


def test_a_sheet_that_has_no_row_at_all_is_said_to_have_none(tmp_path: Path) -> None:
    mapping = VICTIMS + "sources:\n  - {files: '*.csv', into: Victim cases}\n"
    applied = apply(tmp_path, mapping, {"a.csv": TOP + "V1,1,1,1\n", "b.csv": TOP})
    warning = applied.one("PR434")
    assert warning.message == (
        "no row is left for 'Victim cases' in this one of several files or sheets of a source: the sheet has none"
    )
    assert (warning.standards, "PR433" in applied.codes) == ((), False)
    (tmp_path / "a.csv").write_text(TOP, encoding="utf-8")
    problem = apply(tmp_path, mapping, {}).one("PR433")  # once for both
    assert (problem.file, problem.standards) == (str(tmp_path / "a.csv"), ("R2.6",))
    assert problem.message == "no row is left for 'Victim cases': the sheet has none"
    assert problem.remedy == (
        "look at the conditions and first_row of the source in line 9 of region.mapping.yaml, and whether the file has "
        "the right content"
    )


def test_a_source_that_leaves_out_all_its_rows_says_why(tmp_path: Path) -> None:
    mapping = with_rows("keep_rows: [{column: Status, equals: Done}]", "ignore_rows: [{column: Ref, equals: V2}]")
    problem = apply(tmp_path, mapping, statuses("Done", "open", "shut")).one("PR433")
    assert problem.message == (
        "no row is left for 'Victim cases': left out are 1 where 'Ref' is 'V2' and 2 that keep_rows in line 8 of "
        "region.mapping.yaml does not keep"
    )
    assert problem.redacted == "no row is left for 'Victim cases': [left out]"


def test_a_file_that_cannot_be_mapped_may_have_the_rows_that_another_lacks(tmp_path: Path) -> None:
    mapping = VICTIMS + "sources:\n  - {files: '*.csv', into: Victim cases}\n"
    applied = apply(tmp_path, mapping, {"a.csv": TOP, "b.csv": "Ref,Q1,Q2\nV1,1,1\n", "c.csv": TOP})
    assert applied.codes == ["PR222", "PR434", "PR434"]
    assert [problem.file[-5:] for problem in applied.of("PR434")] == ["a.csv", "c.csv"]


def test_sources_that_can_be_mapped_are_compared_without_those_that_cannot(tmp_path: Path) -> None:
    lacking = "  - {files: a.csv, into: Victim cases, columns: {R2.6.1: Gone}}\n"
    conditions = [f"{{column: Status, equals: {value}}}" for value in "ab"]
    applied = apply(tmp_path, several(*conditions) + lacking, statuses("a", "x", "b"))
    assert applied.codes == ["PR430", "PR430", "PR222", "PR431"]
    assert applied.one("PR431").cells == ("3:3",)
    alone = apply(tmp_path, several(*conditions[:1]) + lacking, {})
    assert alone.codes == ["PR430", "PR222"]
    three = apply(tmp_path, several(conditions[0], conditions[0].replace("a}", "A}")) + lacking, {})
    assert [problem.cells for problem in three.of("PR432")] == [("2:2",)]


@pytest.mark.parametrize(
    ("second", "unread"),
    [(TOP + "V2,1,1,1\n", set()), (TOP, {"Victim cases"}), ("Ref,Q1,Q2\nV2,1,1\n", {"Victim cases"})],
    ids=["all", "no-row", "no-header"],
)
def test_a_sheet_that_lacks_one_of_its_files_is_not_taken_for_complete(
    tmp_path: Path, second: str, unread: set[str]
) -> None:
    mapping = VICTIMS + "sources:\n  - {files: '*.csv', into: Victim cases}\n"
    applied = apply(tmp_path, mapping, {"a.csv": TOP + "V1,1,1,1\n", "b.csv": second})
    assert isinstance(applied.found, Found)
    assert applied.found.unread == unread


# Copies and links


def test_a_link_gives_its_own_name_and_its_rows_are_those_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "b.csv").symlink_to("a.csv")
    one = "  - {files: %s.csv, into: Victim cases, keep_rows: [{column: Ref, one_of: [%s]}]}\n"
    mapping = NAMED + "sources:\n" + one % ("a", "V1") + one % ("b", "V2")
    files = {"a.csv": f"{TOP}V1,1,1,1\nV2,1,1,1\n"}
    applied = apply(tmp_path, mapping, files)
    assert sorted(row["Case ID"] for row in applied.all_rows()) == ["a V1", "b V2"]
    twice = apply(tmp_path, mapping.replace("[V2]", "[V1, V2]"), files).one("PR432")
    assert twice.cells == ("2:2",)


NAMED = VICTIMS.replace("Case ID: Ref", "Case ID: {join: [{file_name: '(.+)'}, Ref]}")
ANY = SOURCE.replace("a.csv", "'*.csv'")


def test_a_copy_under_another_name_is_reported_where_the_name_makes_its_ids_differ(tmp_path: Path) -> None:
    rows = f"{TOP}V1,1,1,1\nV2,1,2,1\n"
    sorted_anew = f"{TOP}V2,1,2,1\nV1,1,1,1\n"
    applied = apply(
        tmp_path, NAMED + ANY, {"a (1).csv": sorted_anew, "a.csv": rows, "b.csv": rows.replace("2,1", "1,1")}
    )
    problem = applied.one("PR443")
    assert (problem.file, problem.kind.severity) == (f"{tmp_path}/a.csv", "warning")
    assert problem.message == (f"the same rows: 2 rows for 'Victim cases', here and in {tmp_path}/a (1).csv")
    assert problem.standards == ()  # a warning blocks nothing


def test_a_copied_sheet_is_reported_too(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Ref", "Q1", "Q2", "Q3"], ["V1", 1, 1, 1]]
    mapping = NAMED.replace("file_name", "sheet_name") + BOOK.replace("into", "sheet: '*', into")
    problem = apply(tmp_path, mapping, {"a.xlsx": {"A": rows, "A (2)": rows}}).one("PR443")
    assert (problem.sheet, "here and in the sheet 'A'" in problem.message) == ("A (2)", True)


def test_a_copy_whose_ids_are_those_of_the_other_is_no_second_problem(tmp_path: Path) -> None:
    rows = f"{TOP}V1,1,1,1\n"
    assert apply(tmp_path, VICTIMS + ANY, {"a.csv": rows, "b.csv": rows}).codes == []


# Rows that are no cases


BLANKS = VICTIMS.replace("98': Not applicable}", "98': Not applicable, '': 'No'}")
JOINED = BLANKS.replace("Case ID: Ref", "Case ID: {join: [{file_name: '(.+)'}, Ref]}")


@pytest.mark.parametrize(
    "text",
    ["Source: survey tool", "Exported by the survey tool", "† provisional", "Confidential"],
    ids=["a source", "a sentence", "a mark", "a word"],
)
@pytest.mark.parametrize("mapping", [BLANKS, JOINED], ids=["own ids", "ids with the file's name"])
def test_a_remark_below_the_cases_is_no_case_where_a_blank_has_a_meaning(
    run: Callable[..., Run], tmp_path: Path, mapping: str, text: str
) -> None:
    source = SOURCE.replace("a.csv", "a-2024.csv")
    files = {"a-2024.csv": f"{TOP}V1,1,1,1\nV2,,,\n{text},,,\n"}
    assert checked(run, tmp_path, mapping + source, files) == [("PR419", ["A4"])]


def test_a_remark_is_no_case_where_the_mapping_file_gives_the_rest_of_its_row(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    mapping = """sheets:
  Unpaid work cases:
    columns:
      Case ID: Ref
      PDU: {file_name: '(.+)'}
      R2.4.1: Q1
      R2.4.2: Q2
      R2.4.3: Q3
      R2.4.4: {constant: Not applicable}
    answers: {'1': 'Yes', '2': 'No', '': Not applicable}
"""
    files = {"a.csv": f"{TOP}U1,1,1,1\nU2,,1,1\nConfidential,,,\n"}
    assert ("PR419", ["A4"]) in checked(run, tmp_path, mapping + SOURCE.replace("Victim", "Unpaid work"), files)
