"""`compare`: what changed between two results, by how much, and whether the rules did."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import Book, court_reports, pdu_book, save, small_book
from probation_ratings.findings.comparison import difference
from probation_ratings.rating.counts import Count
from shared import RULE_FILE as RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

COUNTS = st.builds(Count, yes=st.integers(0, 300), no=st.integers(0, 300)).filter(lambda count: count.relevant > 0)


@pytest.mark.parametrize(
    ("after", "before", "points", "low", "high"),
    [
        # Newcombe (1998), Interval estimation for the difference between independent proportions, table II, method 10
        ((56, 70), (48, 80), 20.0, 5.24, 33.39),
        ((9, 10), (3, 10), 60.0, 17.05, 80.90),
        ((5, 56), (0, 29), 8.93, -3.81, 19.26),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    after: tuple[int, int], before: tuple[int, int], points: float, low: float, high: float
) -> None:
    found = difference(Count(before[0], before[1] - before[0]), Count(after[0], after[1] - after[0]))
    assert found is not None
    assert [round(float(value), 2) for value in (found[0], *found[1])] == [points, low, high]


@given(COUNTS, COUNTS)
def test_an_interval_holds_the_difference_and_turns_round(before: Count, after: Count) -> None:
    forth, back = difference(before, after), difference(after, before)
    assert forth is not None
    assert back is not None
    assert forth[1][0] - 1e-9 <= forth[0] <= forth[1][1] + 1e-9
    assert abs(forth[1][0] + back[1][1]) < 1e-9


def region(name: str, yes: int, victims: tuple[int, int, int] = (10, 10, 10)) -> Book:
    """A region with so many Yes of ten court reports, and of ten victim cases."""
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * (10 - yes))}
    book["Inspection"][1][1] = name
    rows = [[f"V{n}", *("Yes" if n < share else "No" for share in victims)] for n in range(10)]
    book["Victim cases"] = [book["Victim cases"][0], *rows]
    return book


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """London before, 8 of 10, and after, 4 of 10; R2.6.1 drove R2.6, then R2.6.2 and R2.6.3 do."""
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    save(region("London", 8, (6, 8, 9)), before)
    save(region("London", 4, (9, 7, 7)), after)
    return before, after


def compared(run: Callable[..., Run], *arguments: object) -> Run:
    return run("compare", *arguments, "-q", group=True)


def test_what_changed_between_two_workbooks(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    result = compared(run, *sides, "-f", "json")
    document = json.loads(result.out)
    assert result.status == 0
    assert document["rules"]["same"] is True
    (change,) = document["regions"]
    # 2 + 2 + 3 x 6 with R2.6 at Requires improvement: 20; after, R2.3 is Inadequate and R2.6 Good: 18
    assert (change["score_before"], change["score_after"]) == (20, 18)
    standards = {one["id"]: one for one in change["standards"]}
    court = standards["R2.3"]
    assert (court["rating_before"], court["rating_after"], court["steps"]) == ("Outstanding", "Inadequate", -3)
    assert court["key_questions"][0]["points"] == -40
    victims = standards["R2.6"]
    assert (victims["rating_before"], victims["rating_after"], victims["steps"]) == ("Requires improvement", "Good", 1)
    assert (victims["new_drivers"], victims["lost_drivers"]) == (["R2.6.2", "R2.6.3"], ["R2.6.1"])
    assert standards["R1.1"]["steps"] == 0


def test_the_text_shows_arrows_percentages_and_drivers(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    out = compared(run, *sides).out
    assert max(map(len, out.splitlines())) < 80
    text = " ".join(out.split())
    assert "London: 20/24 Good → 18/24 Good" in text
    assert "▼▼▼ R2.3 Court work: Outstanding → Inadequate R2.3.1 80%* 40%* -40.0" in text
    assert (
        "▲ R2.6 Statutory victim work: Requires improvement → Good; now driven by R2.6.2 and R2.6.3, no longer by"
        in text
    )
    assert "= R1.1 Leadership: Good" in text
    assert "The rule files differ" not in text


@pytest.mark.parametrize(
    ("before", "after", "points", "in_json"),
    [
        pytest.param((1, 16), (2, 16), "+6.3", 6.25, id="up"),
        pytest.param((2, 16), (1, 16), "-6.3", -6.25, id="down as far"),
        pytest.param((1, 80), (2, 80), "+1.3", 1.25, id="little"),
        pytest.param((1, 6), (43, 240), "+1.3", 1.25, id="between thirds"),
        pytest.param((0, 32), (1, 32), "+3.1", 3.13, id="in the second place"),
        pytest.param((300, 400), (299, 400), "-0.3", -0.25, id="close to nothing"),
    ],
)
def test_half_of_a_last_place_is_rounded_up(
    run: Callable[..., Run],
    tmp_path: Path,
    before: tuple[int, int],
    after: tuple[int, int],
    points: str,
    in_json: float,
) -> None:
    files = []
    for name, (yes, cases) in (("before", before), ("after", after)):
        reports = court_reports(["Yes"] * yes + ["No"] * (cases - yes))
        files.append(save({**small_book(), "Court reports": reports}, tmp_path / f"{name}.xlsx"))
    assert f"%* {points} " in " ".join(compared(run, *files).out.split())
    (change,) = json.loads(compared(run, *files, "-f", "json").out)["regions"]
    (court,) = (one for one in change["standards"] if one["id"] == "R2.3")
    assert court["key_questions"][0]["points"] == in_json


def test_a_change_that_rounds_to_nothing_has_no_minus_sign(run: Callable[..., Run], tmp_path: Path) -> None:
    for name, yes in (("before", 5000), ("after", 4999)):
        (tmp_path / f"{name}.csv").write_text(f"region,key question,yes,no\nLondon,R2.6.1,{yes},{10000 - yes}\n")
        run("--tallies", tmp_path / f"{name}.csv", "--partial", "-q", "-o", tmp_path / f"{name}.json")
        document = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        counts = {"yes": yes, "no": 10000 - yes, "not_applicable": 0, "percentage": 50, "share": [yes, 10000]}
        question = {"id": "R2.6.1", "text": "a", "averaged": 1, "rating": None, **counts}
        document["inspections"][0]["standards"][-1]["key_questions"] = [question]
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    out = run("compare", tmp_path / "before.json", tmp_path / "after.json", "-q", group=True).out
    assert "50%  50%  +0.0  -1.4 to +1.4" in out


def test_csv_and_markdown(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    rows = list(csv.DictReader(io.StringIO(compared(run, *sides, "-f", "csv").out)))
    (court,) = [row for row in rows if row["key_question"] == "R2.3.1"]
    assert (court["percentage_before"], court["percentage_after"], court["points"]) == ("80", "40", "-40.0")
    assert [row["rating_after"] for row in rows if row["standard"] == "R1.1"] == ["Good"]
    out = compared(run, *sides, "-f", "markdown").out
    assert "| R2.3 Court work | Outstanding | Inadequate | ▼▼▼ |" in out
    question = (
        "R2.3.1 Is the pre-sentence information and advice provided to court sufficiently analytical and personalised "
        "to the individual, supporting the court's decision-making?"
    )
    assert rf"| {question} | 80%\* | 40%\* | -40.0 |" in out
    assert "| R1.1 Leadership | Well led. | Well led. |" in out


class TestChangedOnly:
    """`--changed-only` leaves out what did not change, and `--exit-code` makes a change a status."""

    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[Path, Path]:
        """Wales is the same twice; of London, one Yes of R2.3.1 became a No: 80 and 70%, Outstanding and Good."""
        for folder, yes in (("before", 8), ("after", 7)):
            (tmp_path / folder).mkdir()
            save(region("Wales", 8), tmp_path / folder / "wales.xlsx")
            save(region("London", yes), tmp_path / folder / "london.xlsx")
        return tmp_path / "before", tmp_path / "after"

    def test_other_regions_standards_and_questions_are_left_out(
        self, run: Callable[..., Run], folders: tuple[Path, Path]
    ) -> None:
        document = json.loads(compared(run, *folders, "--changed-only", "-f", "json").out)
        assert [
            (one["region_after"], each["id"], [question["id"] for question in each["key_questions"]])
            for one in document["regions"]
            for each in one["standards"]
        ] == [("London", "R2.3", ["R2.3.1"])]
        rows = list(csv.DictReader(io.StringIO(compared(run, *folders, "--changed-only", "-f", "csv").out)))
        assert [(row["region"], row["standard"], row["key_question"]) for row in rows] == [("London", "R2.3", "R2.3.1")]
        text = compared(run, *folders, "--changed-only").out
        assert ("Wales" in text, "R2.3 Court work: Outstanding → Good" in text, "R2.4" in text) == (False, True, False)

    def test_a_question_that_did_not_change_is_left_out_of_a_standard_that_did(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        # R2.6.1 stays at 60%, R2.6.2 goes from 80 to 50%, so the rating stays at Requires improvement: driven by 50%
        save(region("London", 8, (6, 8, 9)), tmp_path / "a.xlsx")
        save(region("London", 8, (6, 5, 9)), tmp_path / "b.xlsx")
        out = compared(run, tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--changed-only", "-f", "json").out
        (standard,) = json.loads(out)["regions"][0]["standards"]
        assert standard["rating_before"] == standard["rating_after"] == "Requires improvement"
        assert [(one["id"], one["points"]) for one in standard["key_questions"]] == [("R2.6.1", 0), ("R2.6.2", -30)]
        assert (standard["new_drivers"], standard["lost_drivers"]) == (["R2.6.2"], ["R2.6.1"])

    @pytest.mark.parametrize(
        ("form", "words"),
        [("text", "Nothing changed."), ("markdown", "Nothing changed."), ("json", '"regions": []'), ("csv", "region,")],
    )
    def test_nothing_changed(self, run: Callable[..., Run], folders: tuple[Path, Path], form: str, words: str) -> None:
        result = compared(run, folders[0], folders[0], "--changed-only", "--exit-code", "-f", form)
        assert (result.status, words in result.out, "Wales" in result.out) == (0, True, False)

    def test_a_change_is_status_1_where_it_is_asked_for(
        self, run: Callable[..., Run], folders: tuple[Path, Path]
    ) -> None:
        before, after = folders
        assert compared(run, before, after).status == 0
        assert compared(run, before, after, "--exit-code").status == 1
        assert compared(run, before, after, "--exit-code", "--changed-only").status == 1
        assert compared(run, before / "wales.xlsx", after / "wales.xlsx", "--exit-code").status == 0

    def test_a_region_that_only_one_side_has_is_a_change(
        self, run: Callable[..., Run], folders: tuple[Path, Path]
    ) -> None:
        before, _ = folders
        save(region("North East", 8), before / "new.xlsx")
        result = compared(run, before, before, "--exit-code")
        assert result.status == 0
        (before.parent / "after" / "london.xlsx").write_bytes((before / "london.xlsx").read_bytes())
        result = compared(run, *folders, "--exit-code", "--changed-only")
        assert (result.status, "Only before: North East." in result.out) == (1, True)
        assert "Nothing changed" not in result.out

    def test_other_rules_alone_are_a_warning_and_no_change(
        self, run: Callable[..., Run], folders: tuple[Path, Path], tmp_path: Path
    ) -> None:
        own = tmp_path / "milder.yaml"
        own.write_text(RULES.read_text(encoding="utf-8").replace("id: regional-2023", "id: milder"), encoding="utf-8")
        run(folders[0] / "wales.xlsx", "-q", "--rules", own, "-o", tmp_path / "kept.json")
        result = compared(run, tmp_path / "kept.json", folders[0] / "wales.xlsx", "--exit-code", "--changed-only")
        assert (result.status, "The rule files differ" in result.out, "Nothing changed." in result.out) == (
            0,
            True,
            True,
        )


def test_kept_results_compare_like_their_workbooks(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    for side in sides:
        run(side, "-q", "-o", side.with_suffix(".json"))
    kept = compared(run, *(side.with_suffix(".json") for side in sides), "-f", "json")
    assert kept.out == compared(run, *sides, "-f", "json").out
    assert compared(run, sides[0], sides[1].with_suffix(".json"), "-f", "json").out == kept.out


def test_folders_are_compared_region_by_region(run: Callable[..., Run], tmp_path: Path) -> None:
    before, after = tmp_path / "2024", tmp_path / "2026"
    for folder, regions in ((before, (("Wales", 8), ("London", 9))), (after, (("London", 3), ("North East", 5)))):
        folder.mkdir()
        for name, yes in regions:
            save(region(name, yes), folder / f"{name}.xlsx")
    document = json.loads(compared(run, before, after, "-f", "json").out)
    assert [one["region_after"] for one in document["regions"]] == ["London"]
    assert (document["only_before"], document["only_after"]) == (["Wales"], ["North East"])
    out = compared(run, before, after).out
    assert "Only before: Wales." in out
    assert "Only after: North East." in out
    run(before, "-q", "-o", f"{tmp_path}/kept/")
    assert json.loads(compared(run, tmp_path / "kept", after, "-f", "json").out) == document


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_other_rules_are_never_hidden(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    own = tmp_path / "milder.yaml"
    own.write_text(RULES.read_text(encoding="utf-8").replace("id: regional-2023", "id: milder"), encoding="utf-8")
    kept = tmp_path / "kept.json"
    run(sides[0], "-q", "--rules", own, "-o", kept)
    result = run("compare", kept, sides[1], "-f", form, group=True)
    assert "The rule files differ: before milder" in " ".join((result.out + result.err).split()).replace("> ", "")
    if form == "json":
        assert json.loads(result.out)["rules"]["same"] is False
    if form == "csv":
        row = next(csv.DictReader(io.StringIO(result.out)))
        assert row["rules_before"] != row["rules_after"]


def test_a_pdu_that_only_a_side_has_is_not_taken_for_its_region(run: Callable[..., Run], tmp_path: Path) -> None:
    save(pdu_book(), tmp_path / "before.xlsx")
    other = {name: [["Islington" if cell == "Hackney" else cell for cell in row] for row in rows]
             for name, rows in pdu_book().items()}  # fmt: skip
    save(other, tmp_path / "after.xlsx")
    out = compared(run, tmp_path / "before.xlsx", tmp_path / "after.xlsx", "--rules", "pdu-2023").out
    assert "Only before: 'Hackney, London'." in " ".join(out.split())
    assert "Only after: 'Islington, London'." in " ".join(out.split())


def test_a_standard_that_only_lost_a_driver_is_a_sentence(run: Callable[..., Run], tmp_path: Path) -> None:
    save(region("London", 8, (6, 6, 9)), tmp_path / "before.xlsx")
    save(region("London", 8, (6, 8, 9)), tmp_path / "after.xlsx")
    out = compared(run, tmp_path / "before.xlsx", tmp_path / "after.xlsx").out
    assert "R2.6 Statutory victim work: Requires improvement; no longer driven by R2.6.2" in " ".join(out.split())


def test_different_regions_are_pointed_out(run: Callable[..., Run], tmp_path: Path) -> None:
    save(region("Wales", 8), tmp_path / "a.xlsx")
    save(region("London", 8), tmp_path / "b.xlsx")
    out = " ".join(compared(run, tmp_path / "a.xlsx", tmp_path / "b.xlsx").out.split())
    assert "Different regions are compared: before Wales, after London." in out


def test_what_is_not_rated_has_no_arrow(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    broken = region("London", 4)
    broken["Court reports"][1][1] = "Maybe"
    save(broken, tmp_path / "broken.xlsx")
    result = compared(run, sides[0], tmp_path / "broken.xlsx")
    assert result.status == 1
    assert "? R2.3 Court work: Outstanding → not rated" in " ".join(result.out.split())


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_ratings_of_different_scales_have_no_steps(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    # as if the other rules had one more rating, below all others: Good is then the fourth, and not the third
    kept = tmp_path / "kept.json"
    run(sides[0], "-q", "-o", kept)
    document = json.loads(kept.read_text(encoding="utf-8"))
    document["rules"] |= {"id": "five", "sha256": "0" * 64}
    for standard in document["inspections"][0]["standards"]:
        standard["rating_place"] += 1
        standard["score"] += 1
    kept.write_text(json.dumps(document), encoding="utf-8")
    out = run("compare", kept, sides[0], "-f", form, "-q", group=True).out
    assert not re.search("[▲▼]|rating (higher|lower)", out)
    if form == "text":
        assert "? R1.1 Leadership: Good" in out
    if form == "json":
        assert {one["steps"] for one in json.loads(out)["regions"][0]["standards"]} == {None}
    if form == "html":
        assert out.count(">not comparable<") == 8


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"rules": {}, "inspections": []}', "[" * 100_000, '{"rules": {"id": "a", "sha256": "b"}}'],
)
def test_what_is_not_a_result_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, content: str
) -> None:
    (tmp_path / "x.json").write_text(content)
    result = compared(run, tmp_path / "x.json", sides[0])
    assert (result.status, result.out) == (3, "")
    assert "not a JSON result of `rate`" in result.err


@pytest.mark.parametrize("key", ["workbook", "problems", "fieldwork_started"])
@pytest.mark.parametrize("value", [5, [5], {"path": 5}])
def test_a_result_without_its_workbook_problems_or_days_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, key: str, value: Any
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0][key] = value
    (tmp_path / "x.json").write_text(json.dumps(document))
    result = compared(run, tmp_path / "x.json", sides[0])
    assert (result.status, result.out) == (3, "")


@pytest.mark.parametrize(("key", "value"), [("percentage", "8"), ("yes", -1), ("id", None)])
def test_a_result_that_was_tampered_with_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, key: str, value: Any
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["standards"][4]["key_questions"][0][key] = value
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3


@pytest.mark.parametrize("share", [[1], "1/2", [1, "2"]])
def test_nor_is_one_with_a_share_that_is_none(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, share: Any
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["standards"][4]["key_questions"][0]["share"] = share
    (tmp_path / "x.json").write_text(json.dumps(document))
    result = compared(run, tmp_path / "x.json", sides[0])
    assert (result.status, result.out) == (3, "")
    assert "not a JSON result of `rate`" in result.err


def test_nor_is_one_with_a_pdu_that_is_none(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["pdu"] = 5
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3


def test_every_column_of_its_markdown_has_a_head(run: Callable[..., Run], sides: tuple[Path, Path]) -> None:
    out = compared(run, *sides, "-f", "markdown").out
    tables = [line for line in out.splitlines() if line.startswith(("| Standard", "| Key question"))]
    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in tables] == [
        ["Standard", "before", "after", "change"],
        ["Key question", "before", "after", "points", "95% interval"],
        ["Standard", "before", "after"],
    ]


def test_a_file_that_is_not_there(run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3
    assert compared(run, tmp_path / "x.xlsx", sides[0]).status == 3
    assert compared(run, tmp_path / "nowhere", sides[0]).status == 3
    (tmp_path / "empty").mkdir()
    assert compared(run, tmp_path / "empty", sides[0]).status == 2


def saved(folder: Path, *regions: tuple[str, int, str | None]) -> Path:
    """A folder of regions: the name, so many Yes of ten court reports, and the first day of fieldwork."""
    folder.mkdir(exist_ok=True)
    for number, (name, yes, started) in enumerate(regions):
        book = region(name, yes)
        if started is not None:
            book["Inspection"].append(["Fieldwork started", date.fromisoformat(started)])
        save(book, folder / f"{number}.xlsx")
    return folder


def test_a_region_that_a_side_has_twice_is_not_rated(run: Callable[..., Run], tmp_path: Path) -> None:
    before = saved(tmp_path / "a", ("Wales", 8, None), ("Wales", 8, None), ("London", 8, None))
    after = saved(tmp_path / "b", ("Wales", 8, None), ("London", 8, None))
    result = compared(run, before, after)
    assert result.status == 1
    text = " ".join(result.out.split())
    assert "Wales: not rated (PR117) → 22/24 Outstanding" in text
    assert "London: 22/24 Outstanding → 22/24 Outstanding" in text
    run(before, "-q", "-o", f"{tmp_path}/kept/")
    assert "Wales: not rated (PR117) → 22/24" in " ".join(compared(run, tmp_path / "kept", after).out.split())


def test_kept_results_that_have_a_region_twice_are_refused(run: Callable[..., Run], tmp_path: Path) -> None:
    both = saved(tmp_path / "a", ("Wales", 8, None), ("Wales", 8, None))
    (tmp_path / "kept").mkdir()
    for number in range(2):
        run(both / f"{number}.xlsx", "-q", "-o", tmp_path / "kept" / f"{number}.json")
    result = compared(run, tmp_path / "kept", saved(tmp_path / "b", ("Wales", 8, None)))
    assert (result.status, result.out) == (2, "")
    told = " ".join(result.err.split())
    assert "'Wales' cannot be paired: before there is" in told
    assert "kept/0.json (no year of fieldwork) and" in told
    assert "give two files" in told


def test_years_of_a_region_are_kept_apart(run: Callable[..., Run], tmp_path: Path) -> None:
    before = saved(tmp_path / "a", ("Wales", 8, "2022-06-01"), ("Wales", 1, "2024-06-03"))
    after = saved(tmp_path / "b", ("Wales", 9, "2026-06-01"), ("Wales", 2, "2024-06-03"))
    document = json.loads(compared(run, before, after, "-f", "json").out)
    (change,) = document["regions"]
    assert (change["score_before"], change["score_after"]) == (19, 19)
    assert (change["fieldwork_started_before"], change["fieldwork_started_after"]) == ("2024-06-03", "2024-06-03")
    assert [one["fieldwork_started"] for one in document["unpaired_before"]] == ["2022-06-01"]
    assert [one["fieldwork_started"] for one in document["unpaired_after"]] == ["2026-06-01"]
    assert (document["only_before"], document["only_after"]) == (["Wales"], ["Wales"])
    run(before, "-q", "-o", f"{tmp_path}/kept/")
    assert json.loads(compared(run, tmp_path / "kept", after, "-f", "json").out) == document
    out = compared(run, before, after).out
    assert "Fieldwork: 2024-06-03 → 2024-06-03" in out


def test_only_one_side_has_several_years(run: Callable[..., Run], tmp_path: Path) -> None:
    both = saved(tmp_path / "a", ("Wales", 8, "2022-06-01"), ("Wales", 1, "2024-06-03"), ("London", 8, None))
    none = saved(tmp_path / "b", ("London", 8, None), ("North East", 8, None))
    assert "Only before: Wales, 2022 and Wales, 2024." in compared(run, both, none).out
    other = saved(tmp_path / "c", ("Wales", 9, "2026-06-01"), ("London", 8, None))
    result = compared(run, both, other)
    assert (result.status, result.out) == (2, "")
    assert f"before there is {both}/0.xlsx (2022) and {both}/1.xlsx (2024), after there is" in result.err


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_not_read_and_not_rated_are_reported_from_absent(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)  # a long path would be wrapped
    before = saved(Path("a"), ("Wales", 8, None), ("London", 8, None), ("North East", 8, None))
    (before / "0.xlsx").write_bytes(b"")
    broken = region("London", 8)
    broken["Court reports"][1][1] = "Maybe"
    save(broken, before / "1.xlsx")
    after = saved(Path("b"), ("Wales", 8, None), ("London", 8, None))
    result = compared(run, before, after, "-f", form)
    assert result.status == 3
    if form == "json":
        document = json.loads(result.out)
        (london,) = document["regions"]
        assert (london["state_before"], london["problems_before"]) == ("not rated", ["PR304"])
        assert (london["state_after"], london["problems_after"]) == ("rated", [])
        unread, only = document["unpaired_before"]
        assert (unread["region"], unread["state"], unread["problems"]) == (None, "not read", ["PR107"])
        assert unread["workbook"] == str(before / "0.xlsx")
        assert (only["region"], only["state"]) == ("North East", "rated")
        assert (document["only_before"], document["only_after"]) == (["North East"], ["Wales"])
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(result.out)))
        assert {(row["region"], row["state_before"], row["state_after"], row["problems_before"]) for row in rows} == {
            ("London", "not rated", "rated", "PR304"),
            (str(before / "0.xlsx"), "not read", "", "PR107"),
            ("North East", "rated", "", ""),
            ("Wales", "", "rated", ""),
        }
    else:
        text = " ".join(result.out.split()).replace("\\", "").replace("> ", "")
        assert "London: not rated (PR304) → 22/24 Outstanding" in text
        assert f"Could not be read before: {before / '0.xlsx'} (PR107)." in text
        assert "Only after: Wales." in text
        assert "Only before: North East." in text
        assert "A region that only the other side has may be in a file that does not name its region before." in text


def test_a_file_that_could_not_be_read_is_not_another_region(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")
    result = compared(run, tmp_path / "empty.xlsx", sides[1])
    assert result.status == 3
    text = " ".join(result.out.split())
    assert "London: could not be read (PR107) → 18/24 Good" in text
    assert "Different regions" not in text
    assert "R2.3 Court work" not in text


def test_a_folder_of_results_has_what_its_summary_lists(run: Callable[..., Run], tmp_path: Path) -> None:
    before = saved(tmp_path / "a", ("Wales", 8, None), ("London", 8, None))
    kept = tmp_path / "kept"
    run(before, "-q", "-o", f"{kept}/")
    shutil.copy(kept / "wales.json", kept / "wales-of-last-year.json")
    document = json.loads(compared(run, kept, before, "-f", "json").out)
    assert [one["region_before"] for one in document["regions"]] == ["London", "Wales"]
    (kept / "wales.json").write_bytes((kept / "london.json").read_bytes())
    result = compared(run, kept, before)
    assert (result.status, result.out) == (3, "")
    assert "wales.json: this is not the file listed in" in result.err


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_text_of_a_kept_result_is_harmless(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    evil = "\x1b[31m[red]<b>=1+1\u202e"
    document["rules"] |= {"id": evil, "sha256": "x"}
    document["inspections"][0] |= {"region": evil, "overall_rating": evil}
    standard = document["inspections"][0]["standards"][4]
    standard |= {"title": evil, "rating": evil, "driven_by": []}
    standard["key_questions"][0] |= {"id": evil, "text": evil}
    (tmp_path / "x.json").write_text(json.dumps(document))
    result = run("compare", sides[1], tmp_path / "x.json", "-f", form, group=True)
    assert result.status == 0
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err
    if form == "text":
        assert "[red]<b>" in result.out
    if form == "markdown":
        assert "<b>" not in result.out.replace(r"\<b\>", "")
    if form == "csv":
        assert not [cell for row in csv.reader(io.StringIO(result.out)) for cell in row if cell.startswith("=")]


def own_rules(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = RULES.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def in_pdus(*shares: tuple[str, int, int]) -> Book:
    """London with court reports of these PDUs: the PDU, how many Yes, how many No; the rest is Yes."""
    book = small_book()
    book["Victim cases"] = [["Case ID", "PDU", *book["Victim cases"][0][1:]]]
    book["Victim cases"] += [["V1", "Camden", "Yes", "Yes", "Yes"], ["V2", "Hackney", "Yes", "Yes", "Yes"]]
    rows: list[list[Any]] = [["Report ID", "PDU", "R2.3.1"]]
    for pdu, yes, no in shares:
        rows += [[f"{pdu}{number}", pdu, "Yes" if number < yes else "No"] for number in range(yes + no)]
    return book | {"Court reports": rows}


class TestMeansOfPdus:
    """Where percentages are means of the PDUs' there are points, and no interval."""

    RULES = ("method: pooled", "method: mean_of_units")

    def question(self, run: Callable[..., Run], tmp_path: Path, before: Book, after: Book, *form: str) -> Any:
        rules = own_rules(tmp_path, self.RULES)
        paths = [save(book, tmp_path / f"{number}.xlsx") for number, book in enumerate((before, after))]
        result = compared(run, *paths, "--rules", rules, *(form or ("-f", "json")))
        assert result.status == 0
        if form:
            return result.out
        (change,) = json.loads(result.out)["regions"]
        return next(one for one in change["standards"] if one["id"] == "R2.3")["key_questions"][0]

    def test_points_are_of_the_means(self, run: Callable[..., Run], tmp_path: Path) -> None:
        # 4 of 4 and 1 of 6: the mean is 58.33 where 5 of 10 is 50; after it 2 of 4 and 3 of 6 are both 50
        before, after = in_pdus(("Camden", 4, 0), ("Hackney", 1, 5)), in_pdus(("Camden", 2, 2), ("Hackney", 3, 3))
        found = self.question(run, tmp_path, before, after)
        assert (found["percentage_before"], found["percentage_after"]) == (58, 50)
        assert (found["points"], found["interval"]) == (-8.33, None)

    @pytest.mark.parametrize("form", ["text", "markdown", "csv"])
    def test_they_are_shown_without_an_interval(self, run: Callable[..., Run], tmp_path: Path, form: str) -> None:
        before, after = in_pdus(("Camden", 4, 0), ("Hackney", 1, 5)), in_pdus(("Camden", 2, 2), ("Hackney", 3, 3))
        out = self.question(run, tmp_path, before, after, "-f", form)
        (line,) = [line for line in out.splitlines() if "R2.3.1" in line]
        assert "-8.3" in line
        assert not re.search(r"\d to [+-]", line)
        if form == "csv":
            assert "58,50,-8.33,,," in line
        else:
            assert "A mean of PDUs' percentages has no interval here." in " ".join(out.split())

    def test_nor_is_there_one_where_the_mean_is_that_of_all_cases(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        # both PDUs have half of their cases: so have all cases together
        before, after = in_pdus(("Camden", 2, 2), ("Hackney", 3, 3)), in_pdus(("Camden", 3, 3), ("Hackney", 2, 2))
        found = self.question(run, tmp_path, before, after)
        assert (found["points"], found["interval"]) == (0, None)

    def test_the_mean_of_one_pdu_has_an_interval(self, run: Callable[..., Run], tmp_path: Path) -> None:
        found = self.question(run, tmp_path, in_pdus(("Camden", 8, 2)), in_pdus(("Camden", 4, 6)))
        expected = difference(Count(8, 2), Count(4, 6))
        assert expected is not None
        assert (found["points"], found["interval"]) == (-40, [round(end, 2) for end in expected[1]])


@pytest.mark.parametrize("share", [[1, 0], [0, 0], [-1, 2]])
def test_a_share_that_is_not_a_fraction_is_refused(
    run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path, share: list[int]
) -> None:
    document = json.loads(run(sides[0], "-f", "json").out)
    document["inspections"][0]["standards"][4]["key_questions"][0]["share"] = share
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert compared(run, tmp_path / "x.json", sides[0]).status == 3


class TestArrows:
    """An arrow is a step on the scale, whatever score a rating gives."""

    SCORES = (
        ("name: Good, score: 2", "name: Good, score: 4"),
        ("name: Outstanding, score: 3", "name: Outstanding, score: 9"),
    )

    def rules(self, tmp_path: Path) -> Path:
        """Rules under which a rating gives 0, 1, 4 or 9 points, and so up to 72 in all."""
        return own_rules(tmp_path, *self.SCORES, ("from: 21, to: 24", "from: 21, to: 72"))

    def test_one_step_is_one_arrow(self, run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path) -> None:
        rules = self.rules(tmp_path)
        result = compared(run, *sides, "--rules", rules, "-f", "json")
        (change,) = json.loads(result.out)["regions"]
        steps = {one["id"]: one["steps"] for one in change["standards"]}
        # R2.3 from Outstanding to Inadequate, R2.6 from Requires improvement to Good
        assert (steps["R2.3"], steps["R2.6"], steps["R1.1"]) == (-3, 1, 0)
        text = " ".join(compared(run, *sides, "--rules", rules).out.split())
        assert "▼▼▼ R2.3 Court work" in text
        assert "▲ R2.6 Statutory" in text

    def test_a_result_without_the_place_on_the_scale_compares_scores(
        self, run: Callable[..., Run], sides: tuple[Path, Path], tmp_path: Path
    ) -> None:
        document = json.loads(run(sides[0], "-f", "json").out)
        for one in document["inspections"][0]["standards"]:
            del one["rating_place"]
        (tmp_path / "x.json").write_text(json.dumps(document))
        (change,) = json.loads(compared(run, tmp_path / "x.json", sides[1], "-f", "json").out)["regions"]
        assert {one["id"]: one["steps"] for one in change["standards"]}["R2.3"] == -3
