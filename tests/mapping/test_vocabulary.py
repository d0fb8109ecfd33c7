"""The names that a mapping file may use, from the rules: sheets, columns, words, fields, ratings and standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probation_ratings import load_rules
from probation_ratings.mapping.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings import RuleSet
    from probation_ratings.mapping.vocabulary import RulesColumn


@pytest.fixture
def words(rules: RuleSet) -> Vocabulary:
    return Vocabulary(rules)


@pytest.fixture
def of_pdus() -> Vocabulary:
    return Vocabulary(load_rules("pdu-2023"))


def column(words: Vocabulary, sheet: str, name: str) -> RulesColumn:
    known = words.sheet(sheet)
    assert known is not None
    found = known.column(name)
    assert found is not None
    return found


def test_the_sheets_are_those_of_cases_of_decisions_and_of_annexes(words: Vocabulary) -> None:
    assert words.sheet_names == [
        "PDU cases", "Court reports", "Unpaid work cases", "Victim cases", "Judgements", "Panel decisions",
        "SFO reviews", "Previous recommendations", "Survey answers", "PDU priorities",
    ]  # fmt: skip
    named = [words.sheet(name) for name in ("pdu_CASES", "Panel-decisions", "SFO reviews [note 1]")]
    assert [one.name for one in named if one is not None] == ["PDU cases", "Panel decisions", "SFO reviews"]
    assert words.sheet("Inspection") is None
    asked = [one.name for one in words.sheets.values() if one.has_questions]
    assert asked == ["PDU cases", "Court reports", "Unpaid work cases", "Victim cases"]


def test_the_columns_of_each_kind_of_sheet(words: Vocabulary, of_pdus: Vocabulary) -> None:
    found = {one.name: [(column.name, column.kind) for column in one.columns] for one in words.sheets.values()}
    answers = [(f"R2.{standard}.{number}", "question") for standard in (1, 2) for number in (1, 2, 3, 4)]
    assert found["PDU cases"] == [
        ("Case ID", "id"), ("PDU", "text"), ("Sentence type", "text"), ("Commenced", "date"),
        *answers, ("R2.5.1", "question"), ("S1", "supporting"), ("S2", "supporting"),
    ]  # fmt: skip
    assert found["Court reports"] == [
        ("Report ID", "id"), ("PDU", "text"), ("Source", "text"), ("R2.3.1", "question"), ("S3", "supporting"),
    ]  # fmt: skip
    assert found["Victim cases"] == [("Case ID", "id"), *((f"R2.6.{number}", "question") for number in (1, 2, 3))]
    assert found["Judgements"] == [("Standard", "text"), ("Rating", "text"), ("Rationale", "text")]
    assert found["Panel decisions"] == [("Standard", "text"), ("Rating", "text"), ("Reason", "text")]
    assert found["Previous recommendations"] == [("Progress", "text"), ("Improvement still required", "text")]
    judged = of_pdus.sheet("PDU judgements")
    assert judged is not None
    assert [(one.name, one.kind) for one in judged.columns] == [
        ("PDU", "text"), ("Standard", "text"), ("Rating", "text"), ("Rationale", "text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["R2.1.1", "r 2.1.1", "2.1.1", "Does assessment focus sufficiently on keeping other people SAFE"],
)
def test_a_question_is_named_by_its_id_or_its_text(words: Vocabulary, name: str) -> None:
    found = column(words, "PDU cases", name)
    assert (found.name, found.is_question) == ("R2.1.1", True)
    assert found.allowed == ("Yes", "No", "Not applicable")
    assert found.known_as == ("R2.1.1", "Does assessment focus sufficiently on keeping other people safe?")


def test_a_question_that_other_rules_have_is_named_by_their_id_too(words: Vocabulary, of_pdus: Vocabulary) -> None:
    assert column(of_pdus, "PDU cases", "R2.1.1").name == "P2.1.3"
    text = "Does assessment focus sufficiently on keeping other people safe?"
    assert column(of_pdus, "PDU cases", "P2.1.3").known_as == ("P2.1.3", "R2.1.1", text)
    sheet, other = words.sheet("PDU cases"), of_pdus.sheet("PDU cases")
    assert sheet is not None
    assert other is not None
    assert other.column("2.1.1") is None  # it would be R2.1.1 of a region
    same = {one.name: found.name for one in sheet.columns if (found := other.same_column(one)) is not None}
    assert same["R2.1.1"] == "P2.1.3"
    assert same["R2.2.1"] == "P2.1.2"
    assert same["Case ID"] == "Case ID"
    assert "R2.5.1" not in same
    back = {one.name: found.name for one in other.columns if (found := sheet.same_column(one)) is not None}
    assert (back["P2.1.3"], back["P2.1.2"], "P2.1.1" in back) == ("R2.1.1", "R2.2.1", False)


def test_a_supporting_question_is_not_known_by_a_bare_number(words: Vocabulary) -> None:
    found = column(words, "court reports", "s3")
    assert (found.kind, found.is_question, found.allowed) == ("supporting", True, ("Yes", "No", "Not applicable"))
    assert found.known_as[0] == "S3"
    assert column(words, "court reports", found.known_as[1]) == found
    sheet = words.sheet("court reports")
    assert sheet is not None
    assert sheet.column("3") is None


@pytest.mark.parametrize(
    ("name", "text", "meaning"),
    [
        ("R2.1.1", "YES", "Yes"), ("R2.1.1", "y", "Yes"), ("R2.1.1", "true", "Yes"), ("R2.1.1", "n", "No"),
        ("R2.1.1", "n/a", "Not applicable"), ("R2.1.1", " not  applicable", "Not applicable"), ("R2.1.1", "n-a", None),
        ("R2.1.1", "", None), ("S1", "no", "No"), ("S1", "n o", None), ("R2.1.1", "Maybe", None),
        ("Sentence type", "community-ORDER", "Community sentence"), ("Sentence type", "licence ", "Licence"),
        ("Sentence type", "Suspended sentence order", "Community sentence"), ("Sentence type", "Parole", None),
        ("PDU", "any Text", "any Text"), ("Case ID", "x 1", "x 1"), ("Commenced", "soon", "soon"),
    ],
)  # fmt: skip
def test_a_word_means_what_the_rules_say(words: Vocabulary, name: str, text: str, meaning: str | None) -> None:
    assert column(words, "PDU cases", name).word(text) == meaning


def test_the_words_of_ratings_depend_on_the_sheet(words: Vocabulary) -> None:
    rated = ("Inadequate", "Requires improvement", "Good", "Outstanding")
    judged = column(words, "Judgements", "rating")
    assert judged.allowed == (*rated, "Not inspected")
    assert judged.word("requires-improvement") == "Requires improvement"
    assert judged.word("NOT INSPECTED") == "Not inspected"
    decided = column(words, "Panel decisions", "rating")
    assert (decided.allowed, decided.word("Not inspected")) == (rated, None)
    assert column(words, "Judgements", "Standard").word("R1.1") == "R1.1"
    progress = column(words, "Previous recommendations", "Progress")
    assert progress.allowed == ("No progress", "Some progress", "Sufficient progress")
    assert (progress.word("some progress"), progress.word("no")) == ("Some progress", None)


def test_an_annex_may_have_other_spellings_too(tmp_path: Path) -> None:
    rules = "id: mine\nextends: regional-2023\nannex_tables:\n  - name: SFO reviews\n    categories:\n"
    path = tmp_path / "mine.yaml"
    path.write_text(f"{rules}      - {{name: Rating, spellings: {{Good: [Fine]}}}}\n", encoding="utf-8")
    rating = column(Vocabulary(load_rules(path)), "SFO reviews", "Rating")
    assert [rating.word(text) for text in ("fine", "GOOD", "Weak")] == ["Good", "Good", None]


def test_standards_and_fields_are_named_as_in_a_workbook(words: Vocabulary) -> None:
    assert [words.standard(name) for name in ("r1.1", "LEADERSHIP", "R9.9")] == ["R1.1", "R1.1", None]
    assert words.field_names == [
        "Region", "Fieldwork started", "Fieldwork ended", "Sentences commenced from", "Sentences commenced to",
        "Data status", "PDU cases", "community sentences", "licences", "court reports", "resettlement cases",
        "unpaid work cases", "statutory victim cases",
    ]  # fmt: skip
    assert [words.field(name) for name in ("region", "Data_Status", "Licences", "Town")] == [
        "Region", "Data status", "licences", None,
    ]  # fmt: skip


def test_a_field_of_other_rules_is_the_one_with_the_same_role(words: Vocabulary) -> None:
    youth = Vocabulary(load_rules("youth-justice-2021"))
    assert youth.same_field("Region", words) == "Youth justice service"
    assert words.same_field("Disposals commenced to", youth) == "Sentences commenced to"
    assert words.same_field("court disposals", youth) is None
    assert words.same_field("PDU cases", words) == "PDU cases"
