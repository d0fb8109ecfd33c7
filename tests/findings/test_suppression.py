"""Small counts are left out of publications, with whatever would give them away; the ratings stay."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from books import save, small_book
from probation_ratings import load_rules
from probation_ratings.checking.annexes import AnnexCounts
from probation_ratings.checking.decisions import Judgement
from probation_ratings.checking.inspection import CellRange, Details, SampleSize
from probation_ratings.findings.suppression import Hidden, hide, origin
from probation_ratings.rating.counts import Count, Tally
from probation_ratings.rating.rated import RatedInspection, rate_counts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

RULES = load_rules("regional-2023")
QUESTIONS = [question.id for standard in RULES.standards for question in standard.key_questions]


def rated_from(tallies: dict[str, list[Count]], samples: tuple[SampleSize, ...] = ()) -> RatedInspection:
    """An inspection with these counts, one a PDU, and 50 Yes and 50 No in every other key question."""
    counts = {question: tallies.get(question, [Count(50, 50)]) for question in [*QUESTIONS, *tallies]}
    listed = [Tally(one, f"PDU {place}", count) for one, some in counts.items() for place, count in enumerate(some)]
    judgements = {standard.id: Judgement("Good", "", "") for standard in RULES.judged}
    return rate_counts(RULES, Details("x.xlsx", "0" * 64, samples=samples), listed, judgements, ())


def hidden_pdus(*counts: Count, below: int) -> set[str | None]:
    hidden = hide(rated_from({"R2.1.1": list(counts)}), below)
    return {pdu for question, pdu in hidden.pdus if question == "R2.1.1"}


@pytest.mark.parametrize("below", [0, 1])
def test_nothing_is_hidden_unless_it_is_asked_for(below: int) -> None:
    assert hide(rated_from({"R2.1.1": [Count(1, 1, 1)]}), below) == Hidden()


@pytest.mark.parametrize(
    ("count", "is_hidden"),
    [
        (Count(5, 5, 5), False),
        (Count(4, 50), True),
        (Count(50, 4), True),
        (Count(50, 50, 4), True),
        (Count(0, 50), False),
        (Count(2, 2), True),
    ],
    ids=["none is small", "few Yes", "few No", "few Not applicable", "nobody is no small count", "few relevant"],
)
def test_a_question_with_a_small_count_is_hidden(count: Count, is_hidden: bool) -> None:
    assert ("R2.1.1" in hide(rated_from({"R2.1.1": [count]}), 5).questions) == is_hidden


@pytest.mark.parametrize(
    "counts",
    [
        [Count(10, 5), Count(2, 8), Count(18, 7)],
        [Count(5, 3), Count(0, 20), Count(30, 30)],
        [Count(50, 5), Count(50, 5), Count(50, 50, 4)],
        [Count(3), Count(30)],
        [Count(20), Count(5, 0, 1), Count(10, 10, 10)],
    ],
    ids=["few Yes", "few No", "few Not applicable", "few cases", "one Not applicable"],
)
def test_of_a_question_with_a_small_pdu_all_pdus_are_hidden(counts: list[Count]) -> None:
    assert hidden_pdus(*counts, below=5) == {f"PDU {place}" for place in range(len(counts))}


@pytest.mark.parametrize("counts", [[Count(5, 5), Count(0, 5)], [Count(10, 5), Count(10, 5)], [Count(), Count(20, 8)]])
def test_of_a_question_without_a_small_pdu_none_is_hidden(counts: list[Count]) -> None:
    assert hidden_pdus(*counts, below=5) == set()


def test_the_pdus_of_another_question_stay() -> None:
    hidden = hide(rated_from({"R2.1.1": [Count(4, 30), Count(30, 30)], "R2.1.2": [Count(20, 20), Count(30, 30)]}), 5)
    assert hidden.questions == frozenset()
    assert hidden.pdus == {("R2.1.1", "PDU 0"), ("R2.1.1", "PDU 1")}


def test_all_pdus_of_a_hidden_question_are_hidden() -> None:
    hidden = hide(rated_from({"R2.1.1": [Count(48, 2)], "R2.1.2": [Count(20, 20), Count(30, 30)]}), 5).pdus
    assert {("R2.1.2", "PDU 0"), ("R2.1.2", "PDU 1")} <= hidden
    assert hidden_pdus(Count(3, 30), Count(0, 30), below=5) == {"PDU 0", "PDU 1"}


def test_the_questions_of_a_standard_are_hidden_together() -> None:
    # that R2.1.2 drives the rating says that R2.1.1 is no lower
    assert hide(rated_from({"R2.1.1": [Count(48, 2)]}), 5).questions == {"R2.1.1", "R2.1.2", "R2.1.3", "R2.1.4"}


@pytest.mark.parametrize(
    ("count", "is_hidden"), [(Count(9), True), (Count(0, 0, 9), True), (Count(10), False), (Count(), False)]
)
def test_nothing_is_reported_of_fewer_than_twice_as_many_cases(count: Count, is_hidden: bool) -> None:
    assert ("R2.3.1" in hide(rated_from({"R2.3.1": [count]}), 5).questions) is is_hidden


@pytest.mark.parametrize(("count", "is_hidden"), [(Count(15), True), (Count(0, 0, 15), True), (Count(16), False)])
def test_fewer_than_twice_as_many_as_a_high_limit_are_few(count: Count, is_hidden: bool) -> None:
    assert ("R2.3.1" in hide(rated_from({"R2.3.1": [count]}), 8).questions) is is_hidden


def test_what_is_hidden_knows_its_limit_and_the_standards_that_it_touches() -> None:
    rated = rated_from({"R2.3.1": [Count(50, 4)]})
    hidden = hide(rated, 5)
    assert (hidden.below, hide(rated, 2).below) == (5, 3)
    assert [one.standard.id for one in rated.standards if hidden.touches(one)] == ["R2.3"]


@pytest.mark.parametrize("below", [0, 1, 2, 5])
def test_the_path_and_the_hash_are_hidden_with_the_counts(below: int) -> None:
    assert origin("a.xlsx", "0" * 64, below) == (("a.xlsx", "0" * 64) if below < 2 else ("[c]", "[c]"))


@pytest.mark.parametrize(("below", "hidden"), [(4, frozenset()), (5, frozenset({"R2.3.1"}))])
def test_a_count_of_the_limit_itself_is_shown(below: int, hidden: frozenset[str]) -> None:
    assert hide(rated_from({"R2.3.1": [Count(50, 4)]}), below).questions == hidden


@pytest.mark.parametrize(("pdus", "is_hidden"), [(10, False), (11, True)])
def test_nothing_is_reported_of_fewer_than_two_cases_a_pdu(pdus: int, is_hidden: bool) -> None:
    # of 12 PDUs and 12 cases it would be known that each has one
    first, *others = [Count(1)] * pdus
    counts = [Count(first.yes + 20 - pdus), *others]
    assert ("R2.3.1" in hide(rated_from({"R2.3.1": counts}), 5).questions) is is_hidden


@pytest.mark.parametrize(("count", "is_hidden"), [(Count(9), True), (Count(10), False), (Count(8, 2), True)])
def test_a_low_limit_tells_nothing_of_fewer_than_ten_cases(count: Count, is_hidden: bool) -> None:
    assert ("R2.3.1" in hide(rated_from({"R2.3.1": [count]}), 3).questions) is is_hidden


def test_a_limit_of_two_hides_as_three_does() -> None:
    # two No in two PDUs, of which one is small, are one each
    rated = rated_from({"R2.3.1": [Count(20, 1), Count(20, 1)]})
    assert hide(rated, 2) == hide(rated, 3)
    assert "R2.3.1" in hide(rated, 2).questions


def test_supporting_questions_and_samples_do_not_tell_how_many_cases_there_are_where_nothing_else_does() -> None:
    def hidden(counts: list[Count], cases: int) -> Hidden:
        asked = {"S3": (CellRange("Court reports", "H", 2, 3, 2),)}
        tallies = [Tally("R2.3.1", f"PDU {place}", count) for place, count in enumerate(counts)]
        samples = (SampleSize("court reports", cases, part=False),)
        details = Details("x.xlsx", answers=asked, samples=samples)
        return hide(rate_counts(RULES, details, [*tallies, Tally("S3", None, Count(cases))], {}, ()), 5)

    few = hidden([Count(1)] * 12, 12)
    assert few.questions == {"R2.3.1", "S3"}
    assert few.samples == {"court reports"}
    small = hidden([Count(20, 4)], 24)
    assert small.questions == {"R2.3.1"}
    assert small.samples == {"court reports"}
    none = hidden([Count(20, 5)], 25)
    assert (none.questions, none.samples) == (frozenset(), frozenset())


def test_parts_of_a_sample_do_not_tell_to_how_many_cases_a_hidden_question_is_relevant() -> None:
    sizes = [("PDU cases", 40), ("community sentences", 35), ("licences", 5), ("resettlement cases", 5)]
    samples = tuple(SampleSize(name, cases, part=name in {"community sentences", "licences"}) for name, cases in sizes)
    # of five licences, of which a count is small and the rating is Outstanding, one is No
    hidden = hide(rated_from({"R2.5.1": [Count(4, 1, 35)]}, samples), 5)
    assert hidden.samples == {"community sentences", "licences", "resettlement cases"}


def test_a_small_pdu_shows_in_a_mean_of_pdus() -> None:
    mean = RULES.model_copy(update={"aggregation": RULES.aggregation.model_copy(update={"method": "mean_of_units"})})
    tallies = [Tally("R2.3.1", "Camden", Count(2, 8)), Tally("R2.3.1", "Hackney", Count(30, 30))]
    for rules, hidden in ((RULES, frozenset()), (mean, {"R2.3.1"})):
        rated = rate_counts(rules, Details("x.xlsx"), tallies, {}, ())
        assert hide(rated, 5).questions == hidden


def test_a_sample_goes_with_its_question_and_parts_go_together() -> None:
    samples = (
        SampleSize("PDU cases", 150, part=False),
        SampleSize("community sentences", 147, part=True),
        SampleSize("licences", 3, part=True),
        SampleSize("court reports", 60, part=False),
        SampleSize("resettlement cases", 100, part=False),
    )
    hidden = hide(rated_from({"R2.5.1": [Count(96, 4, 50)]}, samples), 5)
    assert hidden.samples == {"community sentences", "licences", "resettlement cases"}


@pytest.mark.parametrize("partial", [[], ["--partial"]], ids=["blocked", "partial"])
def test_a_sample_of_a_question_that_is_not_rated_does_not_tell_a_small_part(
    run: Callable[..., Run], tmp_path: Path, partial: list[str]
) -> None:
    # of twenty cases nineteen are relevant to resettlement, so they are licences: one is left
    def samples(question: str) -> dict[str, str]:
        book = small_book()
        head, licence, community = book["PDU cases"]
        rows = [community, *([f"L{number}", *licence[1:]] for number in range(19))]
        book["PDU cases"] = [head, *map(list, rows)]
        book["PDU cases"][1][head.index(question)] = "Maybe"
        out = run(save(book, tmp_path / "a.xlsx"), *partial, "-f", "markdown", "--suppress-below", 5).out
        lines = [line.strip("| ").split(" | ") for line in out.split("Cases that were inspected")[1].splitlines()]
        return {line[0]: line[1].replace("\\", "") for line in lines if len(line) == 2}

    shown = samples("R2.5.1")
    assert (shown["PDU cases"], shown["of these: licences"], shown["resettlement cases"]) == ("20", "[c]", "[c]")
    assert samples("R2.1.1")["resettlement cases"] == "[c]"


@pytest.mark.parametrize(("others", "shown"), [(0, "24"), (1, "[c]"), (4, "[c]"), (5, "24")])
def test_parts_go_with_the_cases_of_a_part_that_its_question_is_not_relevant_to(
    run: Callable[..., Run], tmp_path: Path, others: int, shown: str
) -> None:
    # of 24 licences, as many as are not resettlement cases are known from the difference
    book = small_book()
    head, licence, community = book["PDU cases"]
    asked = head.index("R2.5.1")
    licences = [[f"L{number}", *licence[1:]] for number in range(24)]
    for number, row in enumerate(licences):
        row[asked] = "Not applicable" if number < others else "Yes"
    book["PDU cases"] = [head, *licences, *([f"C{number}", *community[1:]] for number in range(20))]
    out = run(save(book, tmp_path / "a.xlsx"), "-f", "markdown", "--suppress-below", 5).out.replace("\\", "")
    assert f"| of these: licences | {shown} |" in out
    assert f"| resettlement cases | {24 - others} |" in out


def test_parts_go_with_what_is_left_of_a_sample_and_with_the_whole() -> None:
    def hidden(whole: int, community: int, licences: int) -> frozenset[str]:
        sizes = [("PDU cases", whole), ("community sentences", community), ("licences", licences)]
        samples = tuple(SampleSize(name, cases, part=name != "PDU cases") for name, cases in sizes)
        return hide(rated_from({}, samples), 5).samples

    parts = {"community sentences", "licences"}
    assert hidden(100, 60, 40) == set()
    assert hidden(100, 60, 35) == set()
    assert hidden(100, 60, 36) == hidden(100, 61, 38) == hidden(100, 99, 1) == parts  # 4 and 1 are neither
    assert hidden(100, 100, 0) == set()
    # fewer than twice five cases are not told, and no part of them
    assert hidden(9, 9, 0) == {"PDU cases", *parts}
    assert hidden(10, 5, 5) == set()
    assert hidden(1, 1, 0) == {"PDU cases", *parts}
    assert hidden(0, 0, 0) == set()


def test_a_sample_that_a_question_is_relevant_to_is_small_below_five() -> None:
    def hidden(count: Count, *samples: SampleSize) -> frozenset[str]:
        return hide(rated_from({"R2.5.1": [count]}, samples), 5).samples

    assert hidden(Count(7, 0, 43), SampleSize("resettlement cases", 7, part=False)) == set()
    whole, part = SampleSize("PDU cases", 100, part=False), SampleSize("resettlement cases", 50, part=True)
    assert hidden(Count(25, 25, 50), whole, part) == set()
    assert hidden(Count(48, 2, 50), whole, part) == {"resettlement cases"}


@pytest.mark.parametrize(
    ("count", "is_hidden"), [(Count(5, 5), False), (Count(6, 4), True), (Count(9), True), (None, False)]
)
def test_a_supporting_question_is_hidden_by_itself(count: Count | None, is_hidden: bool) -> None:
    asked = {"S3": (CellRange("Court reports", "H", 2, 3, 2),)}
    tallies = [] if count is None else [Tally("S3", "Camden", count)]
    rated = rate_counts(RULES, Details("x.xlsx", answers=asked), tallies, {}, ())
    assert len(rated.supporting) == 1
    assert hide(rated, 5).questions == ({"S3"} if is_hidden else set())


@pytest.mark.parametrize(
    ("counts", "hidden", "total_too"),
    [
        ((10, 8, 2), {0, 1, 2}, False),
        ((10, 8, 5), set(), False),
        ((10, 5, 1, 0), {0, 1, 2, 3}, False),
        ((0, 9, 0), {0, 1, 2}, True),
        ((0, 10, 0), set(), False),
        ((5, 5, 0), set(), False),
        ((7, 7, 0), set(), False),
        ((4, 3, 3), {0, 1, 2}, False),
        ((6, 1, 1, 1), {0, 1, 2, 3}, True),
        ((1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), set(range(11)), True),
        ((12, *[1] * 10), set(range(11)), False),
        ((4, 4, 4, 20), {0, 1, 2, 3}, False),
        ((3, 3, 9, 20), {0, 1, 2, 3}, False),
    ],
)
def test_categories_of_an_annex(counts: tuple[int, ...], hidden: set[int], total_too: bool) -> None:
    annex = next(one for one in RULES.annex_tables if one.name == "SFO reviews")
    rows = tuple(((str(place),), count) for place, count in enumerate(counts))
    other = next(one for one in RULES.annex_tables if one.name == "Survey answers")
    annexes = (AnnexCounts(annex, rows), AnnexCounts(other, None))
    found = hide(rate_counts(RULES, Details("x.xlsx", annexes=annexes), [], {}, ()), 5).categories
    expected = {("SFO reviews", (str(place),)) for place in hidden}
    assert found == expected | ({("SFO reviews", ())} if total_too else set())


counts = st.builds(Count, *[st.integers(0, 30)] * 3)


def shown_of(parts: list[Count], below: int) -> tuple[bool, list[Count]]:
    """Whether a question with these counts is shown, and those of its PDUs that are."""
    hidden = hide(rated_from({"R2.1.1": parts}), below)
    shown = [count for place, count in enumerate(parts) if ("R2.1.1", f"PDU {place}") not in hidden.pdus]
    return "R2.1.1" not in hidden.questions, shown


def is_small(count: Count, below: int) -> bool:
    return any(0 < one < below for one in (count.yes, count.no, count.not_applicable, count.relevant))


@given(st.lists(counts, min_size=1, max_size=7), st.integers(2, 12))
def test_nothing_small_is_shown(parts: list[Count], below: int) -> None:
    is_shown, shown = shown_of(parts, below)
    assert not any(is_small(count, below) for count in shown)
    assert not (is_shown and is_small(sum(parts, Count()), below))
    assert is_shown or shown == []


@given(st.lists(counts, min_size=1, max_size=7), st.integers(2, 12))
def test_nothing_small_is_left_by_subtraction(parts: list[Count], below: int) -> None:
    is_shown, shown = shown_of(parts, below)
    assume(is_shown)
    whole = sum(parts, Count())
    left = Count(
        whole.yes - sum(one.yes for one in shown),
        whole.no - sum(one.no for one in shown),
        whole.not_applicable - sum(one.not_applicable for one in shown),
    )
    gone = len(parts) - len(shown)
    assert gone != 1 or len(parts) == 1
    assert not is_small(left, below)


def small_pdu_book() -> dict[str, list[list[Any]]]:
    """A region with 20 court reports in Camden, one of them No, and 20 in Hackney, ten of them No."""
    book = small_book()
    answers = [("Camden", "No" if n < 1 else "Yes") for n in range(20)]
    answers += [("Hackney", "No" if n < 10 else "Yes") for n in range(20)]
    book["Court reports"] = [["Report ID", "PDU", "R2.3.1"], *([f"C{n}", *one] for n, one in enumerate(answers))]
    return book


def test_csv_shows_it_and_keeps_the_ratings(run: Callable[..., Run], tmp_path: Path) -> None:
    path = save(small_pdu_book(), tmp_path / "region.xlsx")

    def rows(*options: object) -> list[dict[str, str]]:
        result = run(path, "-f", "csv", "--suppress-below", 5, *options)
        assert result.status == 0
        return list(csv.DictReader(io.StringIO(result.out)))

    plain = list(csv.DictReader(io.StringIO(run(path, "-f", "csv").out)))
    kept = ("standard", "rating", "score", "computed_rating", "driven_by", "overall_score")
    assert [[row[one] for one in kept] for row in rows()] == [[row[one] for one in kept] for row in plain]
    # 29 of 40: nothing is small; two cases in all else
    standards = {row["standard"]: row for row in rows()}
    assert (standards["R2.3"]["answers_up"], standards["R2.3"]["answers_down"]) == ("3", "4")
    assert (standards["R2.1"]["answers_up"], standards["R2.1"]["panel_flags"]) == ("[c]", "[c]")
    questions = {row["key_question"]: row for row in rows("--key-questions")}
    assert [questions["R2.3.1"][one] for one in ("yes", "no", "relevant", "percentage")] == ["29", "11", "40", "73"]
    assert [questions["R2.1.1"][one] for one in ("yes", "no", "relevant", "percentage")] == ["[c]"] * 4
    assert questions["R2.1.1"]["rating"] == "Outstanding"
    pdus = [row for row in rows("--by", "pdu") if row["key_question"] == "R2.3.1"]
    assert [[row[one] for one in ("pdu", "yes", "no", "relevant", "percentage", "rating", "small")] for row in pdus] == [
        ["Camden", *["[c]"] * 6], ["Hackney", *["[c]"] * 6],
    ]  # fmt: skip


def test_markdown_says_what_is_left_out(run: Callable[..., Run], tmp_path: Path) -> None:
    page = run(save(small_pdu_book(), tmp_path / "region.xlsx"), "-f", "markdown", "--suppress-below", 5).out
    assert r"| R2.3.1 | \[c\] | \[c\] |" in page
    assert "| R2.3.1 | Is the pre-sentence" in page
    assert "| 29 | 11 | 0 | 40 | 73 |" in page
    assert (
        r"Counts from 1 to 4, and figures from which they could be worked out, are suppressed and shown as \[c\]"
        in page
    )
    assert "19/20" not in page


def test_an_annex_with_a_small_count_hides_all_of_its_counts(run: Callable[..., Run], tmp_path: Path) -> None:
    ratings = ["Good"] * 10 + ["Outstanding"] * 8 + ["Inadequate"] * 2
    book = {**small_pdu_book(), "SFO reviews": [["Rating"], *([one] for one in ratings)]}
    path = save(book, tmp_path / "region.xlsx")
    out = run(path, "-f", "csv", "--supporting", "--suppress-below", 5).out
    rows = [(row["category"], row["count"]) for row in csv.DictReader(io.StringIO(out))]
    words = ("Inadequate", "Requires improvement", "Good", "Outstanding")
    assert rows == [(word, "[c]") for word in words]
    assert "| All reviews | 20 | 100 |" in run(path, "-f", "markdown", "--suppress-below", 5).out


@pytest.mark.parametrize("format_", ["table", "json", "jsonl"])
def test_formats_with_all_counts_refuse_it(run: Callable[..., Run], format_: str) -> None:
    result = run("x.xlsx", "-f", format_, "--suppress-below", 5)
    assert (result.status, result.out) == (2, "")
    assert f"--suppress-below goes with csv, markdown, html or xlsx: -f {format_} has all counts" in result.err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Smith 1234.xlsx"])
def test_no_publication_has_the_hash_or_the_name_of_the_input(
    run: Callable[..., Run], tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret-folder").mkdir()
    book = small_pdu_book()
    book["Inspection"] = [row for row in book["Inspection"] if row[0] != "Region"]  # so the file would name it
    path = save(book, tmp_path / "secret-folder" / name)
    other = save(small_pdu_book(), tmp_path / "secret-folder" / "other-secret.xlsx")
    hashes = [hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, other)]
    words = ["secret", "Smith", str(tmp_path), *(part for one in hashes for part in (one, one[:12]))]
    results = tmp_path / "results"
    outputs = ["a.csv", "a.md", "a.html", "a.xlsx"]
    for files in ([path], [path, other]):
        for output in outputs:
            run(*files, "--partial", "--suppress-below", 5, "-o", results / f"{len(files)}{output}")
        for option in (["--key-questions"], ["--supporting"], ["--by", "pdu"]):
            run(*files, "--partial", "--suppress-below", 5, *option, "-o", results / f"{len(files)}{option[0]}.csv")
        for form in ("csv", "markdown", "html", "xlsx"):
            run(*files, "--partial", "--suppress-below", 5, "-f", form, "-o", f"{results}/{len(files)}-{form}/")
    written = sorted(file for file in results.rglob("*") if file.is_file())
    # a file a region, and summary.csv; of pages also index.html
    assert len(written) == 2 * (len(outputs) + 3) + 4 * (2 + 3) + 2
    for file in written:
        text = file.relative_to(results).as_posix() + read_text(file)
        assert [word for word in words if word in text] == []
    (row,) = csv.DictReader(io.StringIO((results / "1-csv" / "summary.csv").read_text(encoding="utf-8")))
    assert (row["workbook"], row["workbook_sha256"], row["rules"]) == ("[c]", "[c]", "regional-2023")
    assert "region" in [file.stem for file in (results / "1-markdown").iterdir()]


@pytest.mark.slow
@pytest.mark.parametrize("suppress", [[], ["--suppress-below", 5]])
@pytest.mark.parametrize("suffix", [".md", ".html", ".xlsx"])
def test_no_publication_has_more_of_a_path_than_the_name(
    run: Callable[..., Run], tmp_path: Path, suffix: str, suppress: list[object]
) -> None:
    book = small_pdu_book()
    book["Inspection"] = [row for row in book["Inspection"] if row[0] != "Region"]
    (tmp_path / "secret-folder").mkdir()
    paths = [save(book, tmp_path / "secret-folder" / name) for name in ("a.xlsx", "b.xlsx")]
    for files in (paths[:1], paths):
        run(*files, "--partial", *suppress, "-o", tmp_path / f"out{suffix}")
        text = read_text(tmp_path / f"out{suffix}")
        assert ("a.xlsx" in text) is not bool(suppress)
        assert "secret-folder" not in text


def read_text(file: Path) -> str:
    """The content of a file; of a workbook, all of its parts."""
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8")
    with zipfile.ZipFile(file) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())
