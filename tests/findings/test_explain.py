"""`explain`: the chain from the cells to the overall rating, for each PDU, and the cases behind a count."""

from __future__ import annotations

import csv
import importlib
import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from books import court_reports, save, small_book
from probation_ratings.rating.counts import Count, Tally, pooled
from probation_ratings.rating.key_questions import KeyQuestionRating, rate_key_question
from probation_ratings.rulebook.load import load_rules
from shared import EXAMPLE, RULE_FILE, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

RULE_LINES = RULE_FILE.read_text(encoding="utf-8").splitlines()
RULES = load_rules("regional-2023")
PDUS = ["Bedfordshire", "Essex North", "Norfolk", "Suffolk"]
COUNTS = st.builds(Count, yes=st.integers(0, 30), no=st.integers(0, 30), not_applicable=st.integers(0, 3))


def explained(run: Callable[..., Run], *arguments: object) -> Run:
    return run("explain", *arguments, group=True)


def steps(result: Run, *ids: str) -> dict[str, dict[str, Any]]:
    """The steps of a part of a JSON explanation by their names; no id: those of the overall rating."""
    parts = result.inspection["explanation"]
    part = next(part for part in parts if part["id"] == (ids[0] if ids else None))
    if len(ids) > 1:
        part = next(inner for inner in part["key_questions"] if inner["id"] == ids[1])
    return {step["step"]: step for step in part["steps"]}


def test_one_row_is_one_row(run: Callable[..., Run], tmp_path: Path) -> None:
    book = {**small_book(), "Court reports": court_reports(["Yes"])}
    result = explained(run, save(book, tmp_path / "one.xlsx"), "R2.3", "-f", "json")
    assert steps(result, "R2.3", "R2.3.1")["Cells"]["text"] == "Court reports!B2:B2, 1 row"


def test_the_chain_goes_from_the_cells_to_the_overall_rating(run: Callable[..., Run]) -> None:
    result = explained(run, EXAMPLE, "-f", "json")
    assert (result.status, result.err) == (0, "")
    question = {name: step["text"] for name, step in steps(result, "R2.4", "R2.4.1").items()}
    assert question == {
        "Cells": "Unpaid work cases!D2:D80, 79 rows",
        "Answers": "31 Yes, 48 No, 0 Not applicable, added up over 8 PDUs; relevant are Yes and No: 79",
        # 31/79 = 0.39240...
        "Percentage": "31/79 = 39.24…%, read as 39%",
        "Band": "Inadequate is 0 to 49% (a minority)",
        # 50 per cent of 79 needs 39.1, that is 40
        "Margin": "9 more answers would have to be Yes to reach Requires improvement (50%)",
    }
    standard = {name: step["text"] for name, step in steps(result, "R2.4").items()}
    assert standard["Driven by"] == "R2.4.1 at 39% drives the rating: the lowest"
    # R2.4.3 has 39 of 79 and needs one more
    assert standard["Margin"].startswith("10 more answers, over two of its ")
    assert standard["Rating"] == "Inadequate, score 0"
    overall = {name: step["text"] for name, step in steps(result).items()}
    assert overall["Score"] == "1 + 1 + 0 + 0 + 0 + 0 + 0 + 3 = 5 of 24"
    assert overall["Overall rating"] == "Requires improvement is 5 to 12"
    assert overall["Margin"] == (
        "One point fewer would make the region Inadequate. Good starts at 13. "
        "One step down in R1.1, R1.2 or R2.6 would be enough."
    )


def test_each_step_names_the_line_of_its_rule(run: Callable[..., Run]) -> None:
    result = explained(run, EXAMPLE, "-f", "json")
    question, standard, overall = steps(result, "R2.6", "R2.6.2"), steps(result, "R2.6"), steps(result)
    for step, words in (
        (question["Cells"], "R2.6.2"),
        (question["Answers"], "aggregation"),
        (question["Percentage"], "rounding"),
        (question["Band"], "Outstanding, from: 80"),
        (standard["Driven by"], "method: lowest_key_question"),
        (standard["Panel"], "panel"),
        (standard["Rating"], "Outstanding, score: 3"),
        (overall["Score"], "ratings"),
        (overall["Overall rating"], "Requires improvement, from: 5"),
    ):
        assert words in RULE_LINES[step["line"] - 1]
    assert (question["Percentage"]["source"], question["Percentage"]["status"]) == ("project", "ours")
    assert (standard["Panel"]["section"], standard["Panel"]["status"]) == (
        "Ratings panel: when it looks at a rating again",
        "ours",
    )


def test_the_json_is_that_of_rate_with_more_keys(run: Callable[..., Run]) -> None:
    whole = json.loads(explained(run, EXAMPLE, "-f", "json", "--by", "pdu", "--resamples", "50").out)
    jsonschema.validate(whole, schema())
    plain = json.loads(run(EXAMPLE, "-f", "json").out)
    inspection = whole["inspections"][0]
    assert {"explanation", "sampling"} == set(inspection) - set(plain["inspections"][0])
    assert inspection["standards"][4]["key_questions"][0]["cells"] == {
        "sheet": "Court reports", "range": "D2:D303", "rows": 302,
    }  # fmt: skip
    for standard in inspection["standards"]:
        for question in standard["key_questions"]:
            for key in ("cells", "pdus", "pdu_range", "pulled_down_by"):
                del question[key]
    del inspection["explanation"], inspection["sampling"]
    assert whole == plain


@pytest.mark.parametrize("wanted", ["R2.4", "2.4", "Unpaid work", "r2.4"])
def test_one_standard_is_asked_for_by_its_id_or_title(run: Callable[..., Run], wanted: str) -> None:
    parts = explained(run, EXAMPLE, wanted, "-f", "json").inspection["explanation"]
    assert [part["id"] for part in parts] == ["R2.4", None]
    assert [inner["id"] for inner in parts[0]["key_questions"]] == ["R2.4.1", "R2.4.2", "R2.4.3", "R2.4.4"]


def test_one_key_question_is_asked_for(run: Callable[..., Run]) -> None:
    parts = explained(run, EXAMPLE, "2.4.3", "-f", "json").inspection["explanation"]
    assert [[inner["id"] for inner in part.get("key_questions", [])] for part in parts] == [["R2.4.3"], []]


def test_what_is_not_a_standard_is_wrong_usage(run: Callable[..., Run]) -> None:
    result = explained(run, EXAMPLE, "R9.9")
    assert (result.status, result.out) == (2, "")
    assert "'R9.9' is not a standard or key question of regional-2023: it has R1.1" in result.err


def test_the_text_fits_the_screen_and_ends_with_its_rules(run: Callable[..., Run]) -> None:
    out = explained(run, EXAMPLE, "--by", "pdu", "--sampling").out
    assert max(map(len, out.splitlines())) < 80
    assert "Percentage      123/438 = 28.08…%, read as 28%" in out
    assert "[project]" in out
    assert "A convention of probation-ratings (ours)" in out
    assert "Rules regional-2023, sha256" in out


def test_the_markdown_shows_text_of_the_workbook_as_text(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Inspection"][1][1] = "<script>|x|[a](http://b.example)*_`\n# head"
    book["Judgements"][1][2] = "https://c.example www.d.example a|b"
    out = explained(run, save(book, tmp_path / "a|b.xlsx"), "-f", "markdown", "-q").out
    assert out.startswith(r"# \<script\>\|x\|\[a\](http:\//b.example)\*\_\` \# head: how the ratings came about")
    assert r"| Judgement | Good in Judgements!B2: https:\//c.example www\.d.example a\|b |" in out
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(out)
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline} <= {"text", "text_special"}
    assert not [token for token in tokens if token.type.startswith("html")]
    cells = [
        sum(one.type == "td_open" for one in tokens[place : place + 11])
        for place, token in enumerate(tokens)
        if token.type == "tr_open"
    ]
    assert set(cells) <= {0, 3}


def test_what_cannot_be_rated_says_why(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book() | {"Court reports": court_reports(["Maybe"])}
    result = explained(run, save(book, tmp_path / "a.xlsx"), "R2.3", "-f", "json")
    assert result.status == 1
    assert steps(result, "R2.3")["Not rated"]["text"] == "blocked by PR304 and PR402"
    assert steps(result)["Not rated"]["text"] == "blocked by PR304 and PR402"
    sound = explained(run, tmp_path / "a.xlsx", "R2.4", "-f", "json", "--partial")
    assert steps(sound, "R2.4")["Rating"]["text"] == "Outstanding, score 3"


def test_a_file_that_cannot_be_read_is_not_explained(run: Callable[..., Run], tmp_path: Path) -> None:
    result = explained(run, tmp_path / "none.xlsx")
    # a long path is broken
    assert (result.status, "".join(result.out.split())) == (3, f"{tmp_path}/none.xlsxnotread")


def test_a_panel_decision_is_in_the_chain(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book() | {
        "Court reports": court_reports(["Yes"] * 48 + ["No"] * 52),
        "Panel decisions": [["Standard", "Rating", "Reason"], ["R2.3", "Requires improvement", "Read again."]],
    }
    found = steps(explained(run, save(book, tmp_path / "a.xlsx"), "R2.3", "-f", "json"), "R2.3")
    assert found["Panel"]["text"] == (
        "may look again: R2.3.1 at 48% is 2 points below 50, where Requires improvement begins"
    )
    assert found["Decision"]["text"] == (
        "moved from Inadequate to Requires improvement in Panel decisions!B2: Read again."
    )
    assert found["Rating"]["text"] == "Requires improvement, score 1"


def test_the_short_form_names_what_the_panel_made_of_a_rating(rate_book: Callable[..., Run]) -> None:
    book = small_book() | {
        "Court reports": court_reports(["Yes"] * 48 + ["No"] * 52),
        "Panel decisions": [["Standard", "Rating", "Reason"], ["R2.3", "Requires improvement", "Read again."]],
    }
    text = " ".join(rate_book(book, "--explain", "-q").out.split())
    assert "R2.3 Inadequate: driven by R2.3.1 with 48/100 = 48.00%" in text
    assert "The panel moved it to Requires improvement" in text


def test_rate_explains_in_short_below_the_table(run: Callable[..., Run]) -> None:
    table = run(EXAMPLE, "--explain").out
    plain = run(EXAMPLE).out.splitlines()
    assert table.splitlines()[: len(plain) - 3] == plain[:-3]
    text = " ".join(table.split())
    assert "R2.3 Inadequate: driven by R2.3.1 with 94/302 = 31.12…%, read as 31%; Inadequate is 0 to 49%." in text
    assert "Total 1 + 1 + 0 + 0 + 0 + 0 + 0 + 3 = 5 of 24." in text
    assert run(EXAMPLE, "--explain", "-f", "json").status == 2


@pytest.mark.parametrize(
    ("yes", "no", "marked"),
    [(49, 51, "49 +"), (50, 50, "50 -"), (129, 71, "65 -~"), (1, 1, "50 +-"), (40, 60, "40")],
    ids=["one more raises", "one fewer lowers", "rounding decides", "both ways", "neither"],
)
def test_marks_show_where_one_answer_or_rounding_decides(
    rate_book: Callable[..., Run], yes: int, no: int, marked: str
) -> None:
    # of 200, 129 Yes are 64.5 per cent; of 100, 49 is one short of 50, and 50 has none to spare
    book = small_book() | {"Court reports": court_reports(["Yes"] * yes + ["No"] * no)}
    out = rate_book(book, "--color", "never").out
    row = next(line for line in out.splitlines() if line.startswith("R2.3 Court work"))
    shown = row.split(f"{yes}/{yes + no}")[1].split("■")[0].strip()
    assert shown == marked
    for mark in "+-~":
        assert (f"{mark} " in out.split("Outstanding from 80")[1].split("Workbook")[0]) == (
            mark in out.split("Score")[0]
        )


# PDUs


def question(*tallies: tuple[str | None, Count]) -> KeyQuestionRating:
    found = [Tally("R2.3.1", pdu, count) for pdu, count in tallies]
    asked = RULES.standards[4].key_questions[0]
    return rate_key_question(asked, pooled(found).get("R2.3.1", Count()), RULES, found)


def test_each_pdu_gets_the_band_that_it_alone_would_have() -> None:
    # 1 of 6 is 17 per cent; 4 of 5 is 80; none relevant has none
    rated = question(("Norfolk", Count(1, 5)), ("Suffolk", Count(4, 1, 2)), ("Wales", Count(0, 0, 3)))
    shares = [(one.pdu, one.percentage, one.band and one.band.rating, one.small) for one in rated.pdus]
    assert shares == [
        ("Norfolk", 17, "Inadequate", False),
        ("Suffolk", 80, "Outstanding", True),
        ("Wales", None, None, True),
    ]
    assert rated.pdu_range == (17, 80)


def test_the_pdu_that_pulls_down_most_is_the_one_without_which_the_percentage_is_highest() -> None:
    # all: 45 of 110, 41 per cent. Without Norfolk 40 of 80; without Suffolk 35 of 80; without Essex 15 of 60
    rated = question(("Essex", Count(30, 20)), ("Norfolk", Count(5, 25)), ("Suffolk", Count(10, 20)))
    found = rated.pull
    assert found is not None
    assert found.band is not None
    assert (found.pdu, found.percentage, found.band.rating) == ("Norfolk", 50, "Requires improvement")


def test_where_all_pdus_are_alike_or_there_is_one_none_pulls_down() -> None:
    assert question(("Essex", Count(5, 5)), ("Norfolk", Count(1, 1))).pull is None
    assert question(("Essex", Count(1, 5))).pull is None
    assert question((None, Count(1, 5))).pdus == ()


@given(st.lists(st.tuples(st.sampled_from(PDUS), COUNTS), unique_by=lambda one: one[0], min_size=1))
def test_leaving_out_any_other_pdu_gives_no_higher_percentage(parts: list[tuple[str, Count]]) -> None:
    rated = question(*parts)
    found = rated.pull
    highest = -1
    for left_out, _ in parts:
        rest = question(*(one for one in parts if one[0] != left_out)).percentage
        highest = max(highest, -1 if rest is None else rest)
    if found is not None:
        assert found.percentage == highest
    elif rated.percentage is not None:
        assert highest <= rated.percentage


def test_a_heat_table_of_pdus(run: Callable[..., Run]) -> None:
    out = run(EXAMPLE, "--by", "pdu").out
    assert max(map(len, out.splitlines())) < 80
    head = next(line for line in out.splitlines() if line.endswith("Range"))
    assert head.split() == ["All", *map(str, range(1, 9)), "Range"]
    (row,) = (line for line in out.splitlines() if line.startswith("R2.3.1 ") and "I" in line and "-" in line)
    found = json.loads(run(EXAMPLE, "--by", "pdu", "-f", "json").out)["inspections"][0]["standards"][4]
    shares = found["key_questions"][0]
    assert row.split() == [
        "R2.3.1", "31I", *(f"{one['percentage']}{one['rating'][0]}" for one in shares["pdus"]),
        "{}-{}".format(*shares["pdu_range"]),
    ]  # fmt: skip
    assert sum(one["yes"] for one in shares["pdus"]) == 94
    assert sum(one["relevant"] for one in shares["pdus"]) == 302


def test_cases_without_a_pdu_stand_beside_the_others(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    book["Court reports"][2][1] = None
    out = rate_book(book, "--by", "pdu", "-q").out
    assert "3 no PDU named" in out
    rows = list(csv.DictReader(io.StringIO(rate_book(book, "--by", "pdu", "-f", "csv", "-q").out)))
    court = [(row["pdu"], row["relevant"], row["small"]) for row in rows if row["key_question"] == "R2.3.1"]
    assert court == [("", "1", "yes"), ("Camden", "1", "yes")]


def test_many_pdus_take_several_tables(rate_book: Callable[..., Run]) -> None:
    book = small_book()
    for number in range(30):
        book["Court reports"].append([f"D{number}", f"PDU {number:02}", "PDU inspection", "Yes"])
    out = rate_book(book, "--by", "pdu", "-q").out
    assert max(map(len, out.splitlines())) < 80
    heads = [line.split()[1:-1] for line in out.splitlines() if line.endswith("Range")]
    assert [number for head in heads for number in head] == [str(number) for number in range(1, 33)]


def test_by_and_key_questions_are_not_asked_for_together(run: Callable[..., Run]) -> None:
    assert run(EXAMPLE, "-f", "csv", "--key-questions", "--by", "pdu").status == 2


# The cases behind a count


def test_the_cases_behind_a_count_are_named_on_request(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book() | {"Court reports": court_reports(["Yes", "No", "No", "Not applicable"])}
    path = save(book, tmp_path / "a.xlsx")
    found = json.loads(explained(run, path, "R2.3.1", "--cases", "n", "-f", "json", "-q").out)
    assert (found["key_question"], found["answer"]) == ("R2.3.1", "No")
    assert found["cases"] == [
        {"case_id": "C2", "pdu": None, "cell": "Court reports!B3"},
        {"case_id": "C3", "pdu": None, "cell": "Court reports!B4"},
    ]
    text = explained(run, path, "R2.3.1", "--cases", "Not applicable", "-q").out
    assert text.startswith("London: 1 case answered Not applicable to R2.3.1\n")
    assert "C4" in text
    markdown = explained(run, path, "R2.3.1", "--cases", "no", "-f", "markdown", "-q").out
    assert "| C2 |  | Court reports!B3 |" in markdown


def test_as_many_cases_are_named_as_were_counted(run: Callable[..., Run]) -> None:
    found = json.loads(explained(run, EXAMPLE, "R2.1.2", "--cases", "yes", "-f", "json").out)["cases"]
    assert (len(found), len({one["case_id"] for one in found})) == (197, 197)
    assert {one["pdu"] for one in found} == {
        "Bedfordshire", "Cambridgeshire and Peterborough", "Essex North", "Essex South", "Hertfordshire",
        "Norfolk", "Northamptonshire", "Suffolk",
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [["--cases", "No"], ["R2.3", "--cases", "No"], ["R2.3.1", "--cases", "Perhaps"]])
def test_cases_are_named_for_one_key_question_and_answer_only(run: Callable[..., Run], arguments: list[str]) -> None:
    result = explained(run, EXAMPLE, *arguments)
    assert (result.status, result.out) == (2, "")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_case_is_named_unless_it_is_asked_for(run: Callable[..., Run], form: str) -> None:
    out = explained(run, EXAMPLE, "-f", form, "--by", "pdu", "--resamples", "20").out
    cases = importlib.import_module("openpyxl").load_workbook(EXAMPLE, read_only=True)["PDU cases"]
    ids = [row[0] for row in cases.iter_rows(min_row=2, values_only=True)]
    assert len(ids) == 438
    assert not [one for one in ids if one in out]


def test_a_folder_of_several_workbooks_is_not_explained(run: Callable[..., Run], tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        save(small_book(), tmp_path / name)
    result = explained(run, tmp_path)
    assert (result.status, "holds 2 workbooks: explain takes one" in result.err) == (2, True)


def test_a_workbook_is_not_a_format_of_it(run: Callable[..., Run], tmp_path: Path) -> None:
    result = run("explain", EXAMPLE, "-o", tmp_path / "x.xlsx", group=True)
    assert (result.status, result.out) == (2, "")
    assert "no .xlsx workbook is written; use .txt, .json, .md" in result.err


def test_the_suffix_says_the_format(run: Callable[..., Run], tmp_path: Path) -> None:
    for suffix, start in (
        (".md", "# East of England"),
        (".json", '{\n  "schema_version"'),
        (".txt", "East of England"),
    ):
        output = tmp_path / f"out{suffix}"
        assert explained(run, EXAMPLE, "-o", output).status == 0
        assert output.read_text(encoding="utf-8").startswith(start)
