"""A mapping file under other rules than its own: which of its names are used, and which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exports import apply
from mapping_texts import folder_with, write
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.model import Given, Header
from probation_ratings.rulebook.yaml_file import Line

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings.mapping.model import MappingFile

NOT_USED = "the rules {} do not have these names of the mapping, which are not used: "


def loaded(folder: Path, text: str, rules: str) -> MappingFile:
    return load_mapping(write(folder_with(folder), f"mapping_version: 1\n{text}"), rules)


def test_the_fields_are_those_with_the_same_role(tmp_path: Path) -> None:
    text = """rules: regional-2023
inspection: {Region: Kent, Sentences commenced from: 2024-01-02, PDU cases: 12}
"""
    write(tmp_path, "mapping_version: 1\n" + text, "base.mapping.yaml")
    child = """extends: base.mapping.yaml
rules: youth-justice-2021
inspection: {Disposals commenced from: 2024-01-03, Data status: Illustrative}
sources:
  - {files: cases.csv, into: Court disposals}
"""
    mapping = loaded(tmp_path, child, "youth-justice-2021")
    path, base = (str(tmp_path / name) for name in ("m.mapping.yaml", "base.mapping.yaml"))
    assert mapping.inspection == {
        "Youth justice service": Given("Kent", Line(base, 3)),
        "Disposals commenced from": Given("2024-01-03", Line(path, 4)),
        "Data status": Given("Illustrative", Line(path, 4)),
    }
    (note,) = mapping.notes
    assert note.message == NOT_USED.format("youth-justice-2021") + "the field 'PDU cases'"


def test_a_word_that_the_rules_in_force_do_not_list_is_noted(tmp_path: Path) -> None:
    text = """rules: regional-2023
sheets:
  Judgements:
    columns: {Standard: S, Rating: {column: G, values: {'1': Good, '9': Not inspected, '': Good}}, Rationale: W}
sources:
  - {files: cases.csv, into: Judgements}
"""
    mapping = loaded(tmp_path, text, "approved-premises-2025")
    (note,) = mapping.notes
    assert note.message == NOT_USED.format("approved-premises-2025") + "the word 'Not inspected' of 'Rating'"
    assert loaded(tmp_path, text, "regional-2023").notes == ()


def test_a_blank_of_a_supporting_question_is_not_a_word_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    text = """rules: regional-2023
sheets:
  PDU cases:
    columns: {Case ID: Ref, S1: {column: X, values: {'9': '', '1': 'Yes'}}}
sources:
  - {files: cases.csv, into: PDU cases}
"""
    mapping = loaded(tmp_path, text, str(tmp_path / "mine.yaml"))
    assert mapping.notes == ()
    assert mapping.sources[0].mapping.columns["S1"].values == {"9": "", "1": "Yes"}


def test_two_columns_that_are_one_by_the_rules_in_force_are_refused(tmp_path: Path) -> None:
    rules = """id: mine
extends: regional-2023
standards:
  - {id: R2.1, key_questions: [{id: R2.1.1, also_headed: [P2.1.1]}]}
"""
    (tmp_path / "mine.yaml").write_text(rules, encoding="utf-8")
    text = """rules: pdu-2023
sheets:
  PDU cases:
    columns:
      Case ID: Ref
      P2.1.1: ENGAGED
      P2.1.3: SAFE
sources:
  - {files: cases.csv, into: PDU cases}
"""
    with pytest.raises(MappingFileError) as caught:
        loaded(tmp_path, text, str(tmp_path / "mine.yaml"))
    (problem,) = caught.value.problems
    assert (problem.kind.code, problem.line) == ("PR507", 8)
    assert "'P2.1.1' and 'P2.1.3' are one column by the rules mine" in problem.message
    assert problem.remedy == "keep one of the two"


def test_what_contradicts_itself_has_the_names_of_the_rules_in_force(tmp_path: Path) -> None:
    # R2.5.1 is not asked in a PDU: what follows it is used all the same
    text = """rules: regional-2023
sheets:
  PDU cases: {columns: {R2.5.1: X, R2.1.1: A1, R2.1.2: A1}}
sources:
  - {files: cases.csv, into: PDU cases}
"""
    with pytest.raises(MappingFileError) as caught:
        loaded(tmp_path, text, "pdu-2023")
    (problem,) = caught.value.problems
    assert "'P2.1.3' (line 4) and 'P2.2.3' have the same source column 'A1'" in problem.message


def test_a_column_and_a_sheet_are_removed_under_other_rules_too(tmp_path: Path) -> None:
    base = """mapping_version: 1
rules: pdu-2023
sheets:
  PDU cases: {columns: {Case ID: Ref, P2.1.2: A, P2.1.3: B, Commenced: C}}
"""
    write(tmp_path, base, "base.mapping.yaml")
    child = """rules: regional-2023
extends: base.mapping.yaml
sheets: {PDU cases: {columns: {R2.1.1: {remove: true}}}}
sources:
  - {files: cases.csv, into: PDU cases}
  - {files: book.xlsx, into: PDU cases, columns: {R2.2.1: {remove: true}, R2.2.2: D}}
"""
    first, second = (source.mapping for source in loaded(tmp_path, child, "regional-2023").sources)
    assert {name: one.value for name, one in first.columns.items()} == {
        "Case ID": Header("Ref"), "Commenced": Header("C"), "R2.2.1": Header("A"),
    }  # fmt: skip
    assert {name: one.value for name, one in second.columns.items()} == {
        "Case ID": Header("Ref"), "Commenced": Header("C"), "R2.2.2": Header("D"),
    }  # fmt: skip


def test_a_rating_of_a_pdu_is_one_each_and_the_file_above_replaces_its_own(tmp_path: Path) -> None:
    base = """mapping_version: 1
rules: pdu-2023
judgements:
  P1.1: {Norfolk: {rating: Good}, Essex North: {rating: Good}}
  P1.2: {Norfolk: {rating: Good}}
panel_decisions:
  P2.1: {Norfolk: {rating: Good, reason: First.}}
"""
    write(tmp_path, base, "base.mapping.yaml")
    child = """rules: pdu-2023
extends: base.mapping.yaml
judgements:
  P1.1: {essex-north: {rating: Inadequate}}
panel_decisions:
  P2.1: {NORFOLK: {rating: Inadequate, reason: Second.}, Essex North: {rating: Good, reason: Third.}}
sources:
  - {files: cases.csv, into: PDU cases}
"""
    mapping = loaded(tmp_path, child, "pdu-2023")
    assert [(one.standard, one.pdu, one.rating) for one in mapping.judgements] == [
        ("P1.1", "Norfolk", "Good"), ("P1.1", "essex-north", "Inadequate"), ("P1.2", "Norfolk", "Good"),
    ]  # fmt: skip
    assert [(one.standard, one.pdu, one.rating, one.reason) for one in mapping.panel_decisions] == [
        ("P2.1", "NORFOLK", "Inadequate", "Second."), ("P2.1", "Essex North", "Good", "Third."),
    ]  # fmt: skip
    regional = loaded(tmp_path, child.replace("into: PDU cases", "into: PDU cases"), "regional-2023")
    assert (regional.judgements, regional.panel_decisions) == ((), ())
    assert "the rating of 'P1.1' of 'Norfolk', the rating of 'P1.1' of 'Essex North'" in regional.notes[0].message


def test_a_decision_of_the_panel_is_not_one_where_the_rules_have_no_panel(tmp_path: Path) -> None:
    text = """rules: regional-2023
judgements: {R1.1: {rating: Good}}
panel_decisions: {R2.1: {rating: Good, reason: Why.}}
sheets: {Judgements: {columns: {Standard: S, Rating: G, Rationale: W}}}
sources:
  - {files: cases.csv, into: Judgements}
"""
    mapping = loaded(tmp_path, text, "approved-premises-2025")
    assert (mapping.judgements, mapping.panel_decisions) == ((), ())
    assert "the rating of 'R1.1' and the rating of 'R2.1'" in mapping.notes[0].message


def test_a_rating_of_a_pdu_is_not_one_of_the_region(tmp_path: Path) -> None:
    text = """rules: approved-premises-2025
judgements: {R1.1: {Norfolk: {rating: Good}}, R1.2: {Kent: {rating: Good}}}
sources:
  - {files: cases.csv, into: Judgements}
"""
    mapping = loaded(tmp_path, text, "regional-2023")
    assert mapping.judgements == ()
    (note,) = mapping.notes
    names = "the rating of 'R1.1' of 'Norfolk' and the rating of 'R1.2' of 'Kent'"
    assert note.message == NOT_USED.format("regional-2023") + names


def test_a_sheet_that_is_given_twice_or_is_the_inspection_is_refused(tmp_path: Path) -> None:
    text = """rules: regional-2023
sheets:
  Victim cases: {columns: {Case ID: Ref}}
  victim_cases: {columns: {Case ID: Id}}
  INSPECTION: {columns: {Region: R}}
sources:
  - {files: cases.csv, into: Victim cases}
  - {files: book.xlsx, into: Nowhere}
  - {files: book.xlsx, into: inspection}
"""
    with pytest.raises(MappingFileError) as caught:
        loaded(tmp_path, text, "regional-2023")
    assert [(one.kind.code, one.line) for one in caught.value.problems] == [
        ("PR507", 5), ("PR507", 6), ("PR508", 9), ("PR507", 10),
    ]  # fmt: skip
    twice, sheet, unknown, source = caught.value.problems
    assert "no sheet 'Nowhere'" in unknown.message
    assert "the sheet 'victim_cases' is given twice; first in line 4" in twice.message
    for one in (sheet, source):
        assert "the sheet 'Inspection' is not filled from sources" in one.message


def test_a_rating_that_is_meant_for_other_rules_has_their_name_of_the_standard(tmp_path: Path) -> None:
    text = """rules: regional-2023
judgements: {p1.1: {Norfolk: {rating: Good}}}
sources:
  - {files: cases.csv, into: PDU cases}
"""
    (judged,) = loaded(tmp_path, text, "pdu-2023").judgements
    assert (judged.standard, judged.pdu) == ("P1.1", "Norfolk")


def test_what_is_wrong_with_each_source_is_found(tmp_path: Path) -> None:
    text = """rules: regional-2023
sources:
  - {into: Victim cases}
  - {files: cases.csv}
  - {files: cases.csv, into: Nowhere}
"""
    with pytest.raises(MappingFileError) as caught:
        loaded(tmp_path, text, "regional-2023")
    assert [(one.kind.code, one.line) for one in caught.value.problems] == [("PR507", 4), ("PR507", 5), ("PR508", 6)]


def test_the_ratings_of_pdus_are_a_sheet_with_their_names(tmp_path: Path) -> None:
    mapping = """mapping_version: 1
rules: pdu-2023
judgements:
  P1.1: {Norfolk: {rating: Good, rationale: Well led.}}
  P1.2: {Essex North: {rating: Inadequate}}
sources:
  - {files: a.csv, into: PDU cases}
"""
    applied = apply(tmp_path, mapping, {"a.csv": "Case ID,PDU\nA1,Norfolk\n"}, rules="pdu-2023")
    assert applied.all_rows("PDU judgements") == [
        {"PDU": "Norfolk", "Standard": "P1.1", "Rating": "Good", "Rationale": "Well led."},
        {"PDU": "Essex North", "Standard": "P1.2", "Rating": "Inadequate"},
    ]
