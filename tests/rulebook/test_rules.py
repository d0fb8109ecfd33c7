"""Rule files: what the shipped ones say, and one deliberately broken file for each way that loading can fail."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from string import ascii_letters
from typing import TYPE_CHECKING

import pytest
import yaml
from pydantic import ValidationError

from probation_ratings import RuleFileError, load_rules
from probation_ratings.rulebook import yaml_file as rulefile
from probation_ratings.rulebook.model import Domain
from shared import EXAMPLE, ROOT
from shared import RULE_FILE as SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet

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
    assert [(band.rating, band.lowest, band.highest) for band in rules.bands] == [
        ("Inadequate", 0, 49),
        ("Requires improvement", 50, 64),
        ("Good", 65, 79),
        ("Outstanding", 80, 100),
    ]
    assert rules.overall_bands is not None
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


POLICY = "  policy: no_overall_rating\n"
NEXT_TEXT = "        text: Does planning focus sufficiently on keeping other people safe?\n"


def reduced(max_score: int, policy: str = "reduced_bands") -> str:
    """The bands of seven standards, said to be those of a maximum."""
    bands = "[{rating: Inadequate, from: 0, to: 3}, {rating: Requires improvement, from: 4, to: 10}, {rating: Good, from: 11, to: 17}, {rating: Outstanding, from: 18, to: 21}]"
    return f"  policy: {policy}\n  reduced_bands:\n    - max_score: {max_score}\n      reference: {{source: project, section: Ours}}\n      bands: {bands}\n"


QUESTION = "      - id: R2.3.1\n        sheet: Court reports\n"

# the change, the words of the message, and the text that stands in the line that is named
BROKEN = {
    "unknown key": ("rounding:\n", "rouding: 1\nrounding:\n", "rouding: unknown key", "rouding: 1"),
    "unknown key inside": ("  cases_at_most: 5", "  case_at_most: 5", "panel.case_at_most: unknown key", "case_at_most: 5"),
    "missing key": ("  points_from_edge: 5", "  # points", "panel.points_from_edge: this key is missing", "panel:\n"),
    "key twice": ("title: Regional", "id: again\ntitle: Regional", "the key 'id' appears twice; first in line", "id: again"),
    "no range of cases": ("{from: 14, to: 60}", "{from: 14, to: 6}", "from 14 to 6 is not a range", "to: 6}"),
    "gap": ("from: 65, to: 79", "from: 66, to: 79", "a gap: the band must start at 65, found 66", "from: 66"),
    "overlap": ("from: 65, to: 79", "from: 64, to: 79", "an overlap: the band must start at 65, found 64", "from: 64"),
    "no zero": ("from: 0, to: 49", "from: 1, to: 49", "a gap: the band must start at 0, found 1", "from: 1, to: 49"),
    "short of 100": ("from: 80, to: 100", "from: 80, to: 99", "the last band must end at 100, found 99", "to: 99"),
    "short of the highest score": ("to: 24}", "to: 23}", "the last band must end at 24, found 23", "to: 23}"),
    "bands in another order": ("{rating: Good, from: 13", "{rating: Fair, from: 13", "one band for each rating", "bands:\n    - {rating: Inadequate, from: 0, to: 4}"),
    "scores out of order": ("name: Good, score: 2", "name: Good, score: 1", "the scores must rise, lowest rating first: 1 follows 1", "name: Good, score: 1"),
    "question without a sheet": (QUESTION, "      - id: R2.3.1\n", "standards.5.key_questions.1.sheet: this key is missing", "- id: R2.3.1"),
    "question on no sheet": (QUESTION, QUESTION.replace("Court", "Cort"), "'Cort reports' is not one of the case sheets", "Cort reports"),
    "question twice": ("- id: R2.4.2", "- id: R2.4.1", "'R2.4.1' appears twice", "- id: R2.4.1\n        sheet: Unpaid work cases\n        text: Do arr"),
    "standard without questions": (TEXT[TEXT.index("    key_questions:\n" + QUESTION) : TEXT.index("  - id: R2.4\n")], "", "has one key question, this one 0", "- id: R2.3\n"),
    "judged with questions": ("    method: lowest_key_question\n    reference: {source: report, section: \"R 2.6", "    method: judgement\n    reference: {source: report, section: \"R 2.6", "a judged standard has no key questions", "key_questions:\n      - id: R2.6.1"),
    "unknown method": ("method: single_key_question", "method: average", "found 'average'", "method: average"),
    "unknown domain": ('domain: "1"', 'domain: "3"', "'3' is not one of the domains", 'domain: "3"'),
    "unknown source": ("{source: report, section: R1.1", "{source: rumour, section: R1.1", "'rumour' is not one of the sources", "rumour"),
    "no number": ("points_from_edge: 5 ", "points_from_edge: some ", "write a whole number, found 'some'", "points_from_edge: some"),
    "half a number": ("points_from_edge: 5 ", "points_from_edge: 0.5 ", "write a whole number, found '0.5'", "points_from_edge: 0.5"),
    "a number below zero": ("points_from_edge: 5 ", "points_from_edge: -5 ", "write 0 or more, found '-5'", "points_from_edge: -5"),
    "a very high number": ("points_from_edge: 5 ", "points_from_edge: 5000000 ", "write at most 1,000,000, found '5000000'", "points_from_edge: 50"),
    "no id of rules": ("id: regional-2023", "id: Regional 2023", "id: write small letters, digits and hyphens, such as regional-2023, found 'Regional 2023'", "id: Regional"),
    "no id of a standard": ("- id: R1.2\n", "- id: Staffing\n", "standards.2.id: write letters, then numbers with dots between them, such as R2.1, found 'Staffing'", "- id: Staffing"),
    "no list": ('spellings: ["No", "N", "FALSE"]', 'spellings: "No"', "answers.no.spellings: write a list, found 'No'", 'spellings: "No"'),
    "no keys": ("rounding:\n", "rounding: all\nother:\n", "rounding: write keys with values, found 'all'", "rounding: all"),
    "spelling of two answers": ('["No", "N"', '["No", "y"', "'y' already means another answer", '["No", "y"'),
    "sheet twice": ("- name: Victim cases", "- name: pdu cases", "'pdu cases' appears twice", "- name: pdu cases"),
    "names that fold alike": ("name: Good, score", "name: In-adequate, score", "'In-adequate' appears twice", "In-adequate"),
    "two ids for one header": ("- id: R2.4.2", "- id: P2.4.1", "'P2.4.1' appears twice", "- id: P2.4.1"),
    "column twice": ("id_column: Report ID\n    pdu_column: PDU", "id_column: Report ID\n    pdu_column: Report_ID", "'Report_ID' appears twice", "pdu_column: Report_ID"),
    "escape sequence": ("title: Leadership", 'title: "Lead\\e[31m"', "standards.1.title", 'title: "Lead'),
    "no examples": (TEXT[TEXT.index("  key_questions:\n    - {\"yes\": 0") : TEXT.index("  overall:\n")], "", "examples.key_questions: this key is missing", "examples:"),
    "lowest of no questions": ("    method: judgement\n    reference: {source: report, section: R1.1", "    method: lowest_key_question\n    reference: {source: report, section: R1.1", "standards.1: key_questions: this key is missing", "- id: R1.1"),
    "domain twice": ('id: "2", title: Service', 'id: "1", title: Service', "'1' appears twice", 'id: "1", title: Service'),
    "region twice": ("    - East of England", "    - East Midlands", "regions.names.2: 'East Midlands' appears twice", "    - East Midlands\n    - Greater"),
    "band upside down": ("{rating: Good, from: 13, to: 20}", "{rating: Good, from: 13, to: 12}", "the band ends (12) before it starts (13)", "to: 12}\n    - {rating: Outstanding"),
    "condition on no value": ("value: Licence}   #", "value: Parole}   #", "only_where.value: 'Parole' is not one of the values of the column 'Sentence type' of 'PDU cases'", "value: Parole}"),
    "sample twice": ("{name: licences, sheet", "{name: court-reports, sheet", "'court reports' appears twice", "{name: court reports"),
    "sample of no sheet": ("{name: court reports, sheet: Court reports}", "{name: court reports, sheet: Reports}", "'Reports' is not one of the case sheets", "sheet: Reports}"),
    "sample of no question": ("question: R2.5.1}", "question: R2.6.1}", "'R2.6.1' is not a key question of 'PDU cases'", "question: R2.6.1}"),
    "sample of half a condition": (", column: Sentence type, value: Licence, part", ", column: Sentence type, part", "column and value go together", "{name: licences"),
    "sample of no column": ("column: Sentence type, value: Licence, part", "column: Length, value: Licence, part", "'Length' is not one of the other columns of 'PDU cases'", "column: Length"),
    "example of no case": ('{"yes": 1, "no": 0, percentage: 100', '{"yes": 0, "no": 0, percentage: 100', "an example needs at least one Yes or No", '{"yes": 0, "no": 0'),
    "example of no rating": ("{score: 24, rating: Outstanding}", "{score: 24, rating: Splendid}", "'Splendid' is not one of the ratings", "Splendid"),
    "item to remove": ("  - id: R1.2\n", "  - remove: true\n    id: R1.2\n", "standards.2.remove: unknown key", "remove: true"),
    "no such unit": ("unit: region", "unit: country", "unit: write region or pdu, found 'country'", "unit: country"),
    "PDUs rated and not named": ("unit: region", "unit: pdu", "judgement_sheet: pdu_column: this key is missing, and unit is pdu", "judgement_sheet:"),
    "PDUs rated and cases without": ("unit: region", "unit: pdu", "case_sheets.4: pdu_column: this key is missing, and unit is pdu", "- name: Victim cases"),
    "PDUs named and not rated": ("  standard_column: Standard\n", "  pdu_column: PDU\n  standard_column: Standard\n", "this key is not allowed: unit is region", "pdu_column: PDU\n  standard"),
    "no such aggregation": ("method: pooled", "method: median", "found 'median'", "method: median"),
    "no such rounding": ("method: whole_percent", "method: up", "found 'up'", "method: up"),
    "counted or not": ("    title: Staffing\n", "    title: Staffing\n    counted: perhaps\n", "standards.2.counted: write true or false, found 'perhaps'", "counted: perhaps"),
    "too high for what counts": ("    title: Staffing\n", "    title: Staffing\n    counted: false\n", "the last band must end at 21, found 24", "{rating: Outstanding, from: 21"),
    "no inspection is a rating": ("word: Not inspected", "word: good", "'good' is one of the ratings", "word: good"),
    "no such policy": ("policy: no_overall_rating", "policy: guess", "found 'guess'", "policy: guess"),
    "policy without its bands": ("policy: no_overall_rating", "policy: reduced_bands", "reduced_bands are listed with the policy reduced_bands", "policy: reduced_bands"),
    "bands of another policy": (POLICY, reduced(21, policy="no_overall_rating"), "reduced_bands are listed with the policy reduced_bands, and not with another policy", "policy: no"),
    "bands that nothing reaches": (POLICY, reduced(20), "20 is not a maximum that fewer standards can reach", "max_score: 20"),
    "bands of all standards": (POLICY, reduced(24), "24 is not a maximum that fewer standards can reach", "max_score: 24"),
    "reduced bands twice": (POLICY, reduced(21) + reduced(21).partition("reduced_bands:\n")[2], "'21' appears twice", "max_score: 21\n      reference: {source: project, section: Ours}\n      bands: [{rating: Inadequate, from: 0, to: 3}, {rating: Requires improvement, from: 4, to: 10}, {rating: Good, from: 11, to: 17}, {rating: Outstanding, from: 18, to: 21}]\n  reference"),
    "reduced bands with a gap": (POLICY, reduced(21).replace("from: 4", "from: 5"), "a gap: the band must start at 4, found 5", "from: 5, to: 10"),
    "other id of another question": (NEXT_TEXT, "        also_headed: [R2.1.1]\n" + NEXT_TEXT, "'R2.1.1' appears twice", "also_headed: [R2.1.1]"),
    "other header without a letter": (NEXT_TEXT, "        also_headed: ['--']\n" + NEXT_TEXT, "also_headed.1: '--' has no letter or digit", "also_headed: ['--']"),
    "other header of another column": (NEXT_TEXT, "        also_headed: [sentence_type]\n" + NEXT_TEXT, "'sentence_type' appears twice: it also heads the column Sentence type", "also_headed: [sentence_type]"),
    "other header that is another text": (NEXT_TEXT, "        also_headed: [Does assessment focus sufficiently on keeping other people SAFE]\n" + NEXT_TEXT, "appears twice: it also heads the column R2.1.1", "people SAFE"),
    "title twice in a domain": ("title: Staffing", "title: leadership", "'leadership' appears twice", "title: leadership"),
    "text twice in a sheet": ("text: Does planning focus sufficiently on keeping", "text: Does assessment focus sufficiently on keeping", "appears twice", "text: Does assessment focus sufficiently on keeping other people safe?\n        short: Planning\n      - id: R2.1.3"),
    "no yaml": ("ratings:\n", "ratings: [\n", "", ""),
    "anchor": ("id: regional-2023", "id: &here regional-2023", "a YAML anchor is here", "&here"),
    "tag": ("id: regional-2023", "id: !!python/name:os.system regional-2023", "a YAML tag is here", "!!python"),
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
        (b"just text", "1: the file: keys with values are expected here\n"),
        (b"? [a]\n: b\n", "1: a key is not plain text"),
        (b"id: x\n---\nid: y\n", "2: a second document begins here\n"),
        (b"a: " + b"x" * 1_000_001, "1: reading was stopped: the file has more than 1 MB"),
        (b"a:\n- [" + b"x," * 50_000 + b"]\n", "2: it has more than 50,000 values"),
    ],
    ids=["empty", "not UTF-8", "deep", "text", "odd key", "two documents", "large", "many values"],
)
def test_a_file_that_is_not_a_rule_file(run: Callable[..., Run], tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "mine.yml"
    path.write_bytes(content)
    result = run("never-read.xlsx", "--rules", path)
    assert result.status == 2
    assert f"{path}:{words}" in result.err
    assert result.err.startswith("error[PR50")


def test_all_that_is_wrong_is_reported_at_once(tmp_path: Path) -> None:
    text = broken("points_from_edge: 5", "points_from_edge: x", broken("title: Leadership", "titel: Leadership"))
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_rules(str(path))
    assert len(caught.value.problems) == 3
    assert {problem.kind.code for problem in caught.value.problems} == {"PR504"}


def test_a_text_is_one_line_that_can_be_printed() -> None:
    """Of characters of all kinds: no control, format or unassigned one, and no end of a line."""

    def is_text(text: str) -> bool:
        try:
            return Domain(id="D1", title=text).title == text
        except ValidationError:
            return False

    for char in map(chr, [*range(0x3100), *range(0x3100, sys.maxunicode, 997)]):
        category = unicodedata.category(char)
        allowed = category[0] != "C"
        assert is_text(f"a{char}b") == (allowed and category not in {"Zl", "Zp"}), hex(ord(char))
        assert is_text(char) == is_text(f"{char}b") == is_text(f"a{char}") == (allowed and category[0] != "Z")
    assert not is_text("")
    assert not is_text(f"a{chr(sys.maxunicode)}b")


def test_an_unknown_rule_file(run: Callable[..., Run]) -> None:
    result = run("never-read.xlsx", "--rules", "regional-2042")
    assert result.status == 2
    assert "error[PR501] regional-2042: unknown rule file 'regional-2042'; did you mean regional-2023?\n" in result.err


def test_a_link_that_leads_to_no_rule_file_is_called_so(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "round.yaml").symlink_to("round.yaml")
    (tmp_path / "gone.yaml").symlink_to("deleted.yaml")
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: mine\nextends: round.yaml\n", encoding="utf-8")
    for path, place, name in ((mine, ":2", "round.yaml"), (tmp_path / "gone.yaml", "", str(tmp_path / "gone.yaml"))):
        result = run("never-read.xlsx", "--rules", path)
        assert result.status == 2
        assert f"error[PR501] {path}{place}: '{name[:50]}" in result.err
        assert "is a link that leads to no file\n" in result.err


def test_a_rule_file_of_ones_own(run: Callable[..., Run], tmp_path: Path) -> None:
    text = broken("from: 50, to: 64", "from: 30, to: 64", broken("from: 0, to: 49", "from: 0, to: 29"))
    path = tmp_path / "milder.yaml"
    path.write_text(broken("id: regional-2023", "id: milder", text), encoding="utf-8")
    result = run(SHIPPED.parents[1] / "examples" / "east-of-england.xlsx", "--rules", path, "-f", "json")
    # from 30 on: R2.2 (40), R2.3 (31), R2.4 (39) and R2.5 (35) rise by one; R2.1 (28) does not
    assert result.inspection["score"] == 9
    assert result.standard("R2.1")["rating"] == "Inadequate"
    assert result.standard("R2.3")["rating"] == "Requires improvement"


def test_a_rule_file_in_which_nothing_counts(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = TEXT.replace("\n    method: ", "\n    counted: false\n    method: ")
    path.write_text(text, encoding="utf-8")
    result = run("never-read.xlsx", "--rules", path)
    assert result.status == 2
    assert "there must be a standard that counts" in result.err


FILES = sorted(SHIPPED.parent.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryShippedFile:
    """What the loader does not ask of a user's own file."""

    def test_it_is_named_by_its_id_and_sorted(self, path: Path) -> None:
        rules = load_rules(path.stem)
        assert rules.id == path.stem
        ids = [number_of(standard.id) for standard in rules.standards]
        assert ids == sorted(set(ids))
        asked = [number_of(q.id) for standard in rules.standards for q in standard.key_questions]
        assert asked == sorted(set(asked))
        assert [domain.id for domain in rules.domains] == sorted({standard.domain for standard in rules.standards})

    def test_every_question_has_a_text_a_reference_and_its_standards_number(self, path: Path) -> None:
        rules = load_rules(path.stem)
        for standard in rules.standards:
            assert standard.domain == standard.id.lstrip(ascii_letters).split(".")[0]
            for place, question in enumerate(standard.key_questions, start=1):
                assert question.id == f"{standard.id}.{place}"
                assert question.text.endswith("?")
                assert (question.reference or standard.reference).source in rules.sources

    def test_the_maximum_is_the_sum_and_the_bands_are_cut_at_one_two_and_three_sixths(self, path: Path) -> None:
        rules = load_rules(path.stem)
        if rules.overall_bands is None:
            assert rules.max_score is None
            return
        most = sum(3 for standard in rules.standards if standard.counted)
        assert rules.max_score == most
        highest = [band.highest for band in rules.overall_bands.bands]
        assert highest == [most // 6, most // 2, 5 * most // 6, most]

    def test_the_examples_are_at_and_just_below_every_edge_and_hold(self, path: Path) -> None:
        rules = load_rules(path.stem)
        shown = {example.percentage for example in rules.examples.key_questions}
        assert ({0, 49, 50, 64, 65, 79, 80, 100} if rules.bands else set()) <= shown
        for example in rules.examples.key_questions:
            relevant = example.yes + example.no
            assert (200 * example.yes + relevant) // (2 * relevant) == example.percentage
            band = rules.band_of(example.percentage)
            assert example.rating == (None if band is None else band.rating)
        overall = rules.overall_bands
        bands = () if overall is None else overall.bands
        ends = [end for band in bands for end in (band.lowest, band.highest)]
        assert [example.score for example in rules.examples.overall] == ends
        assert [one.rating for one in rules.examples.overall] == [band.rating for band in bands for _ in range(2)]

    def test_conventions_of_this_project_are_marked_ours(self, path: Path) -> None:
        rules = load_rules(path.stem)
        uninspected = [] if rules.not_inspected is None else [rules.not_inspected.reference]
        for reference in (*uninspected, rules.aggregation.reference, rules.rounding.reference):
            assert rules.sources[reference.source].status == "ours"
        # no document could be named that states them
        for bands in (rules.key_question_bands, rules.overall_bands):
            if bands is not None:
                assert rules.sources[bands.reference.source].status == "ours"


def number_of(known_id: str) -> tuple[int, ...]:
    return tuple(map(int, known_id.lstrip(ascii_letters).split(".")))


def test_wordings_that_were_not_published_are_marked_ours() -> None:
    for name, ours in (("regional-2023", 0), ("pdu-2023", 4), ("youth-justice-2021", 21)):
        rules = load_rules(name)
        questions = [(q.reference or s.reference) for s in rules.standards for q in s.key_questions]
        assert sum(rules.sources[one.source].status == "ours" for one in questions) == ours


def test_the_questions_of_pdus_are_those_of_the_region_stage_by_stage(rules: RuleSet) -> None:
    regional = {question.id: question.text for standard in rules.standards for question in standard.key_questions}
    pdus = {q.id: (q.also_headed, q.text) for s in load_rules("pdu-2023").standards for q in s.key_questions}
    assert {question: others for question, (others, _) in pdus.items() if others} == {
        "P2.1.2": ("R2.2.1",), "P2.1.3": ("R2.1.1",), "P2.2.2": ("R2.2.2",), "P2.2.3": ("R2.1.2",),
        "P2.3.2": ("R2.2.3",), "P2.3.3": ("R2.1.3",), "P2.4.2": ("R2.2.4",), "P2.4.3": ("R2.1.4",),
    }  # fmt: skip
    assert all(text == regional[others[0]] for others, text in pdus.values() if others)


OTHER_FILES = {
    "accounts": "root:x:0:0:hunter2:/root:/bin/bash\ndaemon:x:1:1:hunter2:/usr/sbin\n",
    "words": "hunter2 is the word\n",
    "a list": "- hunter2\n- hunter2\n",
    "passwords": "password: hunter2\nuser: hunter2\nkeys: [hunter2]\n",
    "an id alone": "id: hunter2\npassword: hunter2\n",
    "settings that extend others": "extends: hunter2\nrules: {a: hunter2}\n",
    "two keys in a line": "a: b: hunter2\n",
    "an at sign": "@hunter2 hunter2\n",
    "an open quotation": 'a: "hunter2\n',
    "an alias": "a: *hunter2\n",
    "an anchor": "a: &hunter2 1\nb: &hunter2 2\n",
    "a tag": "!hunter2 x\n",
    "a handle": "!hunter2!x x\n",
    "a directive": "%HUNTER2 hunter2\n---\nx",
    "a version": "%YAML hunter2\n---\nx\n",
    "an escape": 'a: "\\hunter2"\n',
    "a control character": "a: 1\nb: \x01hunter2\n",
    "an open list": "a: [1, hunter2\nhunter2}\n",
    "a tab": "a:\n\thunter2: 1\n",
    "no colon": "a: 1\nhunter2\n",
    "two documents": "a: 1\n---\nhunter2: 2\n",
    "text after quotation": "a: 'x' hunter2\n",
    "a key that is a list": "? [hunter2]\n: hunter2\n",
    "bytes": "\udcff hunter2\n",
}


@pytest.mark.parametrize("extended", [False, True], ids=["itself", "extended"])
@pytest.mark.parametrize("loader", ["fast", "plain"])
@pytest.mark.parametrize("name", OTHER_FILES)
def test_nothing_is_reported_of_a_file_that_is_not_a_rule_file(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, loader: str, extended: bool
) -> None:
    if loader == "plain":  # where PyYAML was built without libyaml; its messages quote more
        monkeypatch.setattr(rulefile, "_Loader", yaml.SafeLoader)
    path, mine = tmp_path / "other.yaml", tmp_path / "mine.yaml"
    path.write_bytes(OTHER_FILES[name].encode(errors="surrogateescape"))
    mine.write_text("id: mine\nextends: other.yaml\n", encoding="utf-8")
    given = mine if extended else path
    for arguments in (["rules", "check", given], ["rules", "check", given, "-f", "json"], ["x.xlsx", "--rules", given]):
        result = run(*arguments, group=arguments[0] == "rules")
        assert result.status == 2
        told = result.out + result.err
        assert "hunter2" not in told.lower()
        assert "other.yaml" in told
        assert len(told.splitlines()) < 30
        for words in (
            "while scanning",
            "found character",
            "did not find",
            "expected '",
            "mapping values",
            "not allowed",
        ):
            assert words not in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: x\ntitle: a: b\n", ":2: a colon with a space makes a key, and there can be none here"),
        ("id: x\ntitle: [a\n", "a list or mapping in brackets is not closed, or lacks a comma (column 1)"),
        ("id: x\ntitle: \x07\nunit: region\nprogramme: x\n", ":2: a control character is here"),
        ("id: x\n  @y: 1\n", "put the text in quotation marks (column 5)"),
        ("title: x\n", ":1: the file: this is not a rule file: it has fewer than two keys of one"),
    ],
)
def test_what_is_not_yaml_is_reported_with_line_and_column(
    run: Callable[..., Run], tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    assert words in run("x.xlsx", "--rules", path).err


@pytest.mark.parametrize("known", ["pdu-2023", "regional-2023", "youth-justice-2021"])
def test_only_a_source_that_can_be_named_is_called_published(run: Callable[..., Run], known: str) -> None:
    rules = json.loads(run("rules", "show", known, "-f", "json", group=True).out)
    published = [source for source in rules["sources"].values() if source["status"] == "published"]
    assert all(source["date"] for source in published)
    assert [source["title"] for source in rules["sources"].values() if "published" in source["title"]] == []
    text = (ROOT / "rules" / f"{known}.yaml").read_text(encoding="utf-8")
    said = [line for line in text.splitlines() if "published" in line.lower() and "has not published" not in line]
    assert said == ["    status: published"] * len(published)


def test_a_source_is_shown_with_its_date_and_address(run: Callable[..., Run]) -> None:
    shown = " ".join(run("rules", "show", "pdu-2023", group=True).out.split())
    assert "HM Inspectorate of Probation, October 2025, https://hmiprobation.justiceinspectorates.gov.uk/" in shown
    explained = run("explain", EXAMPLE, "R2.4", group=True).out
    assert "(ISBN 978-1-916621-24-4), August 2024" in " ".join(explained.split())


@pytest.mark.parametrize(
    "address", ["www.example.org", "file:///etc/passwd", "https://example.org/a b", "javascript:alert(1)"]
)
def test_an_address_that_is_none_is_refused(run: Callable[..., Run], tmp_path: Path, address: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"id: mine\nextends: regional-2023\nsources:\n  report:\n    address: '{address}'\n", encoding="utf-8"
    )
    result = run("rules", "check", path, group=True)
    assert result.status == 2
    assert "mine.yaml:5: sources.report.address: write an address, such as https://" in result.out
