"""`extends`: what a file takes from another and what it changes, and one broken file for each way that this can fail."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from books import save, small_book
from probation_ratings import load_rules
from probation_ratings.rulebook.keys import keys_of, model_in
from probation_ratings.rulebook.model import RuleFileModel
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run
    from probation_ratings import RuleSet

SHIPPED = ROOT / "rules" / "regional-2023.yaml"

MILDER = """\
id: milder
extends: regional-2023
key_question_bands:
  bands:
    - {rating: Inadequate, to: 29}
    - {rating: Requires improvement, from: 30}
"""


@pytest.fixture
def extending(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a rule file that extends the regional one, unless it says otherwise."""

    def write(text: str) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def changed(extending: Callable[[str], Path], text: str) -> RuleSet:
    return load_rules(str(extending(f"id: mine\nextends: regional-2023\n{text}")))


def test_only_what_is_said_is_changed(extending: Callable[[str], Path], rules: RuleSet) -> None:
    milder = load_rules(str(extending(MILDER)))
    assert milder.id == "milder"
    assert milder.title == rules.title
    assert [(band.lowest, band.highest, band.words) for band in milder.bands] == [
        (0, 29, "a minority"),
        (30, 64, "too few"),
        (65, 79, "a reasonable majority"),
        (80, 100, "a large majority"),
    ]
    others = {"id", "key_question_bands", "sha256", "files", "lines"}
    assert milder.model_dump(exclude=others) == rules.model_dump(exclude=others)


def test_a_workbook_is_rated_by_the_changed_rules(run: Callable[..., Run], extending: Callable[[str], Path]) -> None:
    result = run(EXAMPLE, "--rules", extending(MILDER), "-f", "json")
    # from 30 on: R2.2 (40), R2.3 (31), R2.4 (39) and R2.5 (35) rise by one; R2.1 (28) does not
    assert result.inspection["score"] == 9
    assert json.loads(result.out)["rules"]["id"] == "milder"


def test_items_merge_by_what_they_are_known_by_and_new_ones_come_last(extending: Callable[[str], Path]) -> None:
    text = """\
standards:
  - {id: R1.3, title: Buildings, domain: "1", method: judgement, reference: {source: own, section: Chapter 1}}
  - {id: R1.2, title: People}
sources:
  own: {title: Our own handbook, status: ours}
overall_bands:
  bands: [{rating: Outstanding, to: 27}]
"""
    mine = changed(extending, text)
    ids = [standard.id for standard in mine.standards]
    assert ids == ["R1.1", "R1.2", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6", "R1.3"]
    assert [standard.title for standard in mine.standards][:2] == ["Leadership", "People"]
    assert mine.standards[1].reference.section == "R1.2 Staffing"
    assert mine.max_score == 27
    assert list(mine.sources) == ["report", "methodology", "samples", "project", "own"]


def test_other_lists_are_replaced(extending: Callable[[str], Path]) -> None:
    text = "answers:\n  not_applicable: {spellings: [Not relevant]}\nexamples:\n  overall: [{score: 5, rating: Inadequate}]\n"
    mine = changed(extending, text.replace("Inadequate", "Requires improvement"))
    assert mine.answers.not_applicable.spellings == ("Not relevant",)
    assert mine.answers.not_applicable.name == "Not applicable"
    assert [(one.score, one.rating) for one in mine.examples.overall] == [(5, "Requires improvement")]


def test_items_and_mappings_can_be_removed(extending: Callable[[str], Path]) -> None:
    text = """\
standards:
  - {id: R2.6, remove: true}
  - {id: R2.1, key_questions: [{id: R2.1.4, remove: true}]}
case_sheets:
  - {name: Victim cases, remove: true}
  - {name: PDU cases, pdu_column: {remove: true}}
case_samples:
  samples: [{name: statutory victim cases, remove: true}]
overall_bands:
  bands: [{rating: Outstanding, to: 21}]
regions: {remove: true}
"""
    mine = changed(extending, text)
    assert "R2.6" not in [standard.id for standard in mine.standards]
    assert [question.id for question in mine.standards[2].key_questions] == ["R2.1.1", "R2.1.2", "R2.1.3"]
    assert [sheet.name for sheet in mine.case_sheets] == ["PDU cases", "Court reports", "Unpaid work cases"]
    assert mine.case_sheets[0].pdu_column is None
    assert mine.regions is None


def test_no_key_of_a_rule_file_is_called_remove_or_extends() -> None:
    def keys(model: type | None) -> set[str]:
        known = keys_of(model)
        return set(known).union(*(keys(model_in(field.annotation)) for field in known.values()))

    assert "only_where" in keys(RuleFileModel)
    assert not {"remove", "extends"} & keys(RuleFileModel)


def test_a_path_is_taken_from_the_file_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "first.yaml").write_text("id: first\nextends: regional-2023\ntitle: First\n", encoding="utf-8")
    (tmp_path / "base" / "second.yaml").write_text("id: second\nextends: first.yaml\n", encoding="utf-8")
    path = tmp_path / "third.yaml"
    path.write_text("id: third\nextends: base/second.yaml\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "base")
    third = load_rules(str(path))
    assert (third.id, third.title, third.max_score) == ("third", "First", 24)


def test_the_hash_covers_every_file(extending: Callable[[str], Path]) -> None:
    path = extending(MILDER)
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (path, SHIPPED)]
    assert load_rules(str(path)).sha256 == hashlib.sha256(f"{hashes[0]}\n{hashes[1]}\n".encode()).hexdigest()
    base = path.with_name("base.yaml")
    base.write_bytes(SHIPPED.read_bytes())
    extending(MILDER.replace("regional-2023", "base.yaml"))
    before = load_rules(str(path)).sha256
    base.write_bytes(SHIPPED.read_bytes() + b"# another byte\n")
    assert load_rules(str(path)).sha256 != before


def line_of(text: str, part: str) -> int:
    assert part in text
    return text[: text.index(part)].count("\n") + 1


def test_explain_names_the_file_where_a_value_comes_from_the_base(
    run: Callable[..., Run], extending: Callable[[str], Path]
) -> None:
    path = extending(MILDER)
    out = run("explain", EXAMPLE, "R2.3", "--rules", path, "-f", "json", group=True).out
    overall, standard = json.loads(out)["inspections"][0]["explanation"][::-1]
    steps = {step["step"]: step for step in standard["key_questions"][0]["steps"]}
    # 31% is Requires improvement from 30 on, which is the sixth line of the file
    assert (steps["Band"]["line"], steps["Band"]["file"]) == (6, None)
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert (steps["Percentage"]["line"], steps["Percentage"]["file"]) == (
        line_of(shipped, "rounding:\n"),
        "regional-2023.yaml",
    )
    band = line_of(shipped, "{rating: Requires improvement, from: 5, to: 12}")
    assert [(one["line"], one["file"]) for one in overall["steps"] if one["step"] == "Overall rating"] == [
        (band, "regional-2023.yaml")
    ]
    text = run("explain", EXAMPLE, "R2.3", "--rules", path, group=True).out
    assert re.search(r"Band +Requires improvement is 30 to 64% +line 6\n", text)
    assert re.search(
        rf"Percentage +94/302 = 31\.12…%, read as 31% +regional-2023\.yaml:{steps['Percentage']['line']}\n", text
    )
    assert re.search(r"\n4, 6 +Rating bands of a key question \[methodology\]", text)
    assert max(map(len, text.splitlines())) < 80
    plain = run("explain", EXAMPLE, "R2.3", group=True).out
    assert "regional-2023.yaml" not in plain


# what the file says, the words of the message, and the text in the line that is named
BROKEN = {
    "unknown base": ("id: mine\nextends: regional-2032\n", "PR501", "unknown rule file 'regional-2032'; did you mean regional-2023?", "extends"),
    "base that is not there": ("id: mine\nextends: ../gone.yaml\n", "PR501", "unknown rule file '../gone.yaml'", "extends"),
    "base that is no name": ("id: mine\nextends: [regional-2023]\n", "PR504", "extends: the id or the path of a rule file is expected here", "extends"),
    "itself": ("id: mine\nextends: ./mine.yaml\n", "PR504", "in a circle: './mine.yaml' leads back here", "extends"),
    "no id of its own": ("title: Mine\nextends: regional-2023\n", "PR504", "id: this key is missing", "title"),
    "unknown key": ("id: mine\nextends: regional-2023\npanel:\n  case_at_most: 4\n", "PR504", "panel.case_at_most: unknown key", "case_at_most"),
    "value that cannot stand": ("id: mine\nextends: regional-2023\npanel:\n  cases_at_most: few\n", "PR504", "found 'few'", "cases_at_most"),
    "gap between two files": ("id: mine\nextends: regional-2023\noverall_bands:\n  bands:\n    - {rating: Good, from: 14}\n", "PR504", "a gap: the band must start at 13, found 14", "rating: Good"),
    "new item without what it needs": ("id: mine\nextends: regional-2023\ndomains:\n  - {id: '3'}\n", "PR504", "domains.3.title: this key is missing", "'3'"),
    "item twice": ("id: mine\nextends: regional-2023\ndomains:\n  - {id: '1', title: A}\n  - {id: '1', title: B}\n", "PR504", "'1' appears twice", "title: B"),
    "text for items": ("id: mine\nextends: regional-2023\ndomains: none\n", "PR504", "domains: ", "domains"),
    "nothing to remove": ("id: mine\nextends: regional-2023\ndomains:\n  - {id: '3', remove: true}\n", "PR504", "domains.1: the file that this one extends has no such item", "'3'"),
    "no key to remove": ("id: mine\nextends: regional-2023\npanels: {remove: true}\n", "PR504", "panels: the file that this one extends has no such item", "panels"),
    "removed and changed": ("id: mine\nextends: regional-2023\ndomains:\n  - {id: '1', remove: true, title: A}\n", "PR504", "remove: true must be the only key, or come with the key that identifies the item", "'1'"),
    "remove what is needed": ("id: mine\nextends: regional-2023\nanswers: {remove: true}\n", "PR504", "answers: this key is missing", "id: mine"),
    "remove: false": ("id: mine\nextends: regional-2023\nregions: {remove: false}\n", "PR504", "remove: true must be the only key", "regions"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_extending_file_is_refused_with_file_and_line(
    run: Callable[..., Run], extending: Callable[[str], Path], name: str
) -> None:
    text, code, words, place = BROKEN[name]
    path = extending(text)
    result = run("never-read.xlsx", "--rules", path)
    assert (result.status, result.out) == (2, "")
    (told,) = [line for line in result.err.splitlines() if words in line]
    assert told.startswith(f"error[{code}] {path}:{line_of(text, place)}: ")
    assert "never-read" not in result.err


def test_a_problem_in_what_is_extended_names_that_file(run: Callable[..., Run], tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    mine.write_text("id: mine\nextends: base.yaml\n", encoding="utf-8")
    for text, words in (
        ("id: base\nid: again\n", f"{base}:2: the key 'id' appears twice"),
        ("just text\n", f"{base}:1: the file: keys with values are expected here"),
        ("id: base\nextends: gone.yaml\n", f"{base}:2: unknown rule file 'gone.yaml'"),
        ("id: base\nextends: mine.yaml\n", f"{base}:2: extends: the files extend one another in a circle: 'mine.yaml'"),
    ):
        base.write_text(text, encoding="utf-8")
        result = run("never-read.xlsx", "--rules", mine)
        assert result.status == 2
        assert words in result.err


def test_a_value_of_the_base_that_no_longer_fits_names_the_base(
    run: Callable[..., Run], extending: Callable[[str], Path]
) -> None:
    # without its sheet, the questions on it are on none
    path = extending("id: mine\nextends: regional-2023\ncase_sheets:\n  - {name: Court reports, remove: true}\n")
    result = run("never-read.xlsx", "--rules", path)
    line = line_of(SHIPPED.read_text(encoding="utf-8"), "sheet: Court reports\n        text")
    assert result.status == 2
    assert f"{SHIPPED.name}:{line}: standards.5.key_questions.1.sheet: 'Court reports' is not one of the" in result.err


def test_five_files_may_extend_one_another_and_six_may_not(run: Callable[..., Run], tmp_path: Path) -> None:
    book = save(small_book(), tmp_path / "region.xlsx")
    base = "regional-2023"
    for number in range(1, 6):
        path = tmp_path / f"rules-{number}.yaml"
        path.write_text(f"id: rules-{number}\nextends: {base}\n", encoding="utf-8")
        base = path.name
    assert run(book, "--rules", tmp_path / "rules-4.yaml", "-q").status == 0
    result = run(book, "--rules", tmp_path / "rules-5.yaml")
    assert result.status == 2
    assert f"{tmp_path / 'rules-1.yaml'}:2: extends: no more than 5 files may extend one another" in result.err


def questions(rules: RuleSet, standard: str) -> list[str]:
    return next([one.id for one in found.key_questions] for found in rules.standards if found.id == standard)


NEW = "sheet: PDU cases, text: 'Is {} well?'"


def test_an_item_goes_before_or_after_the_one_that_it_names(extending: Callable[[str], Path]) -> None:
    text = f"""\
standards:
  - id: R2.1
    key_questions:
      - {{id: R2.1.8, after: R2.1.1, {NEW.format("eight")}}}
      - {{id: R2.1.9, after: R2.1.1, {NEW.format("nine")}}}
      - {{id: R2.1.5, before: R2.1.1, {NEW.format("five")}}}
      - {{id: R2.1.6, before: R2.1.1, {NEW.format("six")}}}
      - {{id: R2.1.7, after: R2.1.9, {NEW.format("seven")}}}
      - {{id: R2.1.10, {NEW.format("ten")}}}
"""
    rules = changed(extending, text)
    assert questions(rules, "R2.1") == [
        "R2.1.5", "R2.1.6", "R2.1.1", "R2.1.8", "R2.1.9", "R2.1.7", "R2.1.2", "R2.1.3", "R2.1.4", "R2.1.10",
    ]  # fmt: skip
    # the lines go with the items: standard 3 is R2.1
    assert [str(rules.line("standards", 2, "key_questions", place, "id")) for place in (0, 1, 3, 5, 9)] == [
        f"line {number}" for number in (8, 9, 6, 10, 11)
    ]
    assert rules.line("standards", 2, "key_questions", 2, "id").file == "regional-2023.yaml"


def test_an_inherited_item_is_moved_with_what_is_changed_in_it(
    run: Callable[..., Run], extending: Callable[[str], Path]
) -> None:
    rules = changed(extending, "standards:\n  - {id: R2.6, before: R2.1, title: Victims}\n")
    assert [one.id for one in rules.standards] == ["R1.1", "R1.2", "R2.6", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5"]
    moved = rules.standards[2]
    assert (moved.title, len(moved.key_questions)) == ("Victims", 3)
    out = run(
        "rules",
        "diff",
        "regional-2023",
        extending("id: mine\nextends: regional-2023\nstandards:\n  - {id: R2.6, before: R2.1}\n"),
        group=True,
    ).out
    assert "~ standards: in another order" in out


def test_ratings_are_shown_in_the_order_of_the_places(
    run: Callable[..., Run], extending: Callable[[str], Path], tmp_path: Path
) -> None:
    mine = extending("id: mine\nextends: regional-2023\nstandards:\n  - {id: R2.6, before: R2.1}\n")
    out = run(save(small_book(), tmp_path / "a.xlsx"), "--rules", mine, "-f", "json").inspection
    assert [one["id"] for one in out["standards"]][:4] == ["R1.1", "R1.2", "R2.6", "R2.1"]
    assert out["score"] == 22


WRONG_PLACES = {
    "no such item": ("{id: R2.6, before: R2.9}", "standards.1.before: 'R2.9' is not another item of the list"),
    "the item itself": ("{id: R2.6, after: R2.6}", "standards.1.after: 'R2.6' is not another item of the list"),
    "both": ("{id: R2.6, before: R2.1, after: R2.2}", "standards.1.after: before and after cannot both be given"),
    "no name": ("{id: R2.6, before: [R2.1]}", "standards.1.before: this is not another item of the list"),
    "a circle": ("{id: R2.6, before: R2.1}\n  - {id: R2.1, after: R2.6}", "standards.1: before and after lead in a circle"),
    "an item that is removed": ("{id: R2.6, before: R2.1}\n  - {id: R2.1, remove: true}", "standards.1.before: 'R2.1' is not another"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_PLACES)
def test_a_wrong_place_is_refused_with_its_line(
    run: Callable[..., Run], extending: Callable[[str], Path], name: str
) -> None:
    text, words = WRONG_PLACES[name]
    result = run("rules", "check", extending(f"id: mine\nextends: regional-2023\nstandards:\n  - {text}\n"), group=True)
    assert (result.status, result.out.count("error[")) == (2, 1)
    assert f"mine.yaml:4: {words}" in result.out


def test_a_place_needs_a_list_to_extend(run: Callable[..., Run], tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("  - id: R2.6\n", "  - id: R2.6\n    before: R2.1\n")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("id: regional-2023", "id: mine"), encoding="utf-8")
    result = run("rules", "check", path, group=True)
    assert (result.status, "standards.8.before: unknown key" in result.out) == (2, True)
