"""Rule files: what the shipped ones say, and one deliberately broken file for each way that loading can fail."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from probation_ratings import RuleFileError, load_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run
    from probation_ratings import RuleSet

SHIPPED = Path(__file__).parents[1] / "rules" / "regional-2023.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")


def test_the_standards_are_those_of_the_inspection(rules: RuleSet) -> None:
    assert [(one.id, one.title, len(one.key_questions)) for one in rules.standards] == [
        ("R1.1", "Leadership", 0),
        ("R1.2", "Staffing", 0),
        ("R2.1", "Public protection", 4),
        ("R2.2", "Desistance", 4),
        ("R2.3", "Court work", 1),
        ("R2.4", "Unpaid work", 4),
        ("R2.5", "Resettlement", 1),
        ("R2.6", "Statutory victim work", 3),
    ]
    assert rules.max_score == 24


def test_the_bands_are_the_published_ones(rules: RuleSet) -> None:
    assert [(band.rating, band.lowest, band.highest) for band in rules.key_question_bands.bands] == [
        ("Inadequate", 0, 49),
        ("Requires improvement", 50, 64),
        ("Good", 65, 79),
        ("Outstanding", 80, 100),
    ]
    assert [(band.rating, band.lowest, band.highest) for band in rules.overall_bands.bands] == [
        ("Inadequate", 0, 4),
        ("Requires improvement", 5, 12),
        ("Good", 13, 20),
        ("Outstanding", 21, 24),
    ]


def test_other_yaml_readers_read_the_same(rules: RuleSet) -> None:
    tree = yaml.safe_load(TEXT)
    assert tree["answers"]["yes"]["spellings"] == ["Yes", "Y", "TRUE"] == list(rules.answers.yes.spellings)
    assert tree["answers"]["no"]["name"] == "No" == rules.answers.no.name


def test_the_hash_is_that_of_the_file(rules: RuleSet) -> None:
    assert rules.sha256 == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def broken(old: str, new: str, text: str = TEXT) -> str:
    """The shipped file with one thing changed."""
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


QUESTION = "      - id: R2.3.1\n        sheet: Court reports\n"

# the change, the words of the message, and the text that stands in the line that is named
BROKEN = {
    "unknown key": ("rounding:\n", "rouding: 1\nrounding:\n", "rouding: unknown key", "rouding: 1"),
    "unknown key inside": ("  cases_at_most: 5", "  case_at_most: 5", "panel.case_at_most: unknown key", "case_at_most: 5"),
    "missing key": ("  points_from_edge: 5", "  # points", "panel.points_from_edge: this key is missing", "panel:\n"),
    "key twice": ("title: Regional", "id: again\ntitle: Regional", "the key 'id' stands twice; first in line", "id: again"),
    "no range of cases": ("{from: 14, to: 60}", "{from: 14, to: 6}", "from 14 to 6 is no range", "to: 6}"),
    "gap": ("from: 65, to: 79", "from: 66, to: 79", "a gap: the band must start at 65, found 66", "from: 66"),
    "overlap": ("from: 65, to: 79", "from: 64, to: 79", "an overlap: the band must start at 65, found 64", "from: 64"),
    "no zero": ("from: 0, to: 49", "from: 1, to: 49", "a gap: the band must start at 0, found 1", "from: 1, to: 49"),
    "short of 100": ("from: 80, to: 100", "from: 80, to: 99", "the last band must end at 100, found 99", "to: 99"),
    "short of the highest score": ("to: 24}", "to: 23}", "the last band must end at 24, found 23", "to: 23}"),
    "bands in another order": ("{rating: Good, from: 13", "{rating: Fair, from: 13", "one band for each rating", "bands:\n    - {rating: Inadequate, from: 0, to: 4}"),
    "scores out of order": ("name: Good, score: 2", "name: Good, score: 1", "the scores must rise, lowest rating first: 1 follows 1", "name: Good, score: 1"),
    "question without a sheet": (QUESTION, "      - id: R2.3.1\n", "standards.5.key_questions.1.sheet: this key is missing", "- id: R2.3.1"),
    "question on no sheet": (QUESTION, QUESTION.replace("Court", "Cort"), "'Cort reports' is none of the case sheets", "Cort reports"),
    "question twice": ("- id: R2.4.2", "- id: R2.4.1", "'R2.4.1' stands twice", "- id: R2.4.1\n        sheet: Unpaid work cases\n        text: Do arr"),
    "standard without questions": (TEXT[TEXT.index("    key_questions:\n" + QUESTION) : TEXT.index("  - id: R2.4\n")], "", "has one key question, this one 0", "- id: R2.3\n"),
    "judged with questions": ("    method: lowest_key_question\n    reference: {source: report, section: \"R 2.6", "    method: judgement\n    reference: {source: report, section: \"R 2.6", "a judged standard has no key questions", "key_questions:\n      - id: R2.6.1"),
    "unknown method": ("method: single_key_question", "method: average", "found 'average'", "method: average"),
    "unknown domain": ('domain: "1"', 'domain: "3"', "'3' is none of the domains", 'domain: "3"'),
    "unknown source": ("{source: report, section: R1.1", "{source: rumour, section: R1.1", "'rumour' is none of the sources", "rumour"),
    "no number": ("points_from_edge: 5 ", "points_from_edge: some ", "found 'some'", "points_from_edge: some"),
    "spelling of two answers": ('["No", "N"', '["No", "y"', "'y' already stands for another answer", '["No", "y"'),
    "sheet twice": ("- name: Victim cases", "- name: pdu cases", "'pdu cases' stands twice", "- name: pdu cases"),
    "names that fold alike": ("name: Good, score", "name: In-adequate, score", "'In-adequate' stands twice", "In-adequate"),
    "two ids for one header": ("- id: R2.4.2", "- id: P2.4.1", "'P2.4.1' stands twice", "- id: P2.4.1"),
    "column twice": ("id_column: Report ID\n    pdu_column: PDU", "id_column: Report ID\n    pdu_column: Report_ID", "'Report_ID' stands twice", "pdu_column: Report_ID"),
    "escape sequence": ("title: Leadership", 'title: "Lead\\e[31m"', "standards.1.title", 'title: "Lead'),
    "no examples": (TEXT[TEXT.index("  key_questions:\n    - {\"yes\": 0") : TEXT.index("  overall:\n")], "", "examples.key_questions: this key is missing", "examples:"),
    "lowest of no questions": ("    method: judgement\n    reference: {source: report, section: R1.1", "    method: lowest_key_question\n    reference: {source: report, section: R1.1", "standards.1: key_questions: this key is missing", "- id: R1.1"),
    "title twice": ("title: Staffing", "title: leadership", "'leadership' stands twice", "title: leadership"),
    "domain twice": ('id: "2", title: Service', 'id: "1", title: Service', "'1' stands twice", 'id: "1", title: Service'),
    "region twice": ("    - East of England", "    - East Midlands", "regions.names.2: 'East Midlands' stands twice", "    - East Midlands\n    - Greater"),
    "band upside down": ("{rating: Good, from: 13, to: 20}", "{rating: Good, from: 13, to: 12}", "the band ends (12) before it starts (13)", "to: 12}\n    - {rating: Outstanding"),
    "condition on no value": ("value: Licence}   #", "value: Parole}   #", "only_where.value: it is none of the values of the column 'Sentence type' of 'PDU cases'", "value: Parole}"),
    "sample twice": ("{name: licences, sheet", "{name: court-reports, sheet", "'court reports' stands twice", "{name: court reports"),
    "sample of no sheet": ("{name: court reports, sheet: Court reports}", "{name: court reports, sheet: Reports}", "'Reports' is none of the case sheets", "sheet: Reports}"),
    "sample of no question": ("question: R2.5.1}", "question: R2.6.1}", "'R2.6.1' is no key question of 'PDU cases'", "question: R2.6.1}"),
    "sample of half a condition": (", column: Sentence type, value: Licence, part", ", column: Sentence type, part", "column and value go together", "{name: licences"),
    "sample of no column": ("column: Sentence type, value: Licence, part", "column: Length, value: Licence, part", "'Length' is no other column of 'PDU cases'", "column: Length"),
    "example of no case": ('{"yes": 1, "no": 0, percentage: 100', '{"yes": 0, "no": 0, percentage: 100', "an example needs at least one Yes or No", '{"yes": 0, "no": 0'),
    "example of no rating": ("{score: 24, rating: Outstanding}", "{score: 24, rating: Splendid}", "'Splendid' is none of the ratings", "Splendid"),
    "item to remove": ("  - id: R1.2\n", "  - remove: true\n    id: R1.2\n", "standards.2.remove: unknown key", "remove: true"),
    "no yaml": ("ratings:\n", "ratings: [\n", "", ""),
    "anchor": ("id: regional-2023", "id: &here regional-2023", "a YAML anchor stands here", "&here"),
    "tag": ("id: regional-2023", "id: !!python/name:os.system regional-2023", "a YAML tag stands here", "!!python"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_file_is_refused_with_file_and_line(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    old, new, words, place = BROKEN[name]
    text = broken(old, new)
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    result = run("never-read.xlsx", "--rules", path)
    assert result.status == 2
    assert result.out == ""
    assert words in result.err
    assert f"{path}:{line_of(text, place)}: " in result.err if place else f"{path}:" in result.err
    assert "never-read" not in result.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "1: the file is empty"),
        (b"id: \n \xff", "2: it is not UTF-8 text"),
        (b"[" * 400_000 + b"]" * 400_000, "1: it is nested deeper than 20 levels"),
        (b"just text", "1: the file: keys with values are expected here, found 'just text'"),
        (b"? [a]\n: b\n", "1: a key is not plain text"),
        (b"id: x\n---\nid: y\n", "2: "),
        (b"a: " + b"x" * 1_000_001, "1: it is larger than 1,000,000 bytes"),
    ],
    ids=["empty", "not UTF-8", "deep", "text", "odd key", "two documents", "large"],
)
def test_a_file_that_is_no_rule_file(run: Callable[..., Run], tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "mine.yml"
    path.write_bytes(content)
    result = run("never-read.xlsx", "--rules", path)
    assert result.status == 2
    assert f"{path}:{words}" in result.err
    assert result.err.startswith("error[PR50")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = broken("points_from_edge: 5", "points_from_edge: x", broken("title: Leadership", "titel: Leadership"))
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_rules(str(path))
    assert len(caught.value.problems) == 3
    assert {problem.kind.code for problem in caught.value.problems} == {"PR504"}


def test_an_unknown_rule_file(run: Callable[..., Run]) -> None:
    result = run("never-read.xlsx", "--rules", "regional-2042")
    assert result.status == 2
    assert (
        "error[PR501] regional-2042: there is no rule file 'regional-2042'; shipped are regional-2023\n" in result.err
    )


def test_a_rule_file_of_ones_own(run: Callable[..., Run], tmp_path: Path) -> None:
    text = broken("from: 50, to: 64", "from: 30, to: 64", broken("from: 0, to: 49", "from: 0, to: 29"))
    path = tmp_path / "milder.yaml"
    path.write_text(broken("id: regional-2023", "id: milder", text), encoding="utf-8")
    result = run(SHIPPED.parents[1] / "examples" / "east-of-england.xlsx", "--rules", path, "-f", "json")
    # from 30 on: R2.2 (40), R2.3 (31), R2.4 (39) and R2.5 (35) rise by one; R2.1 (28) does not
    assert result.inspection["score"] == 9
    assert result.standard("R2.1")["rating"] == "Inadequate"
    assert result.standard("R2.3")["rating"] == "Requires improvement"
