"""`rules`: list, show, check, diff, schema and new, and that they hold for whatever a rule file says."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from books import save, small_book
from probation_ratings import load_rules
from probation_ratings.rulebook.keys import keys_of, model_in
from probation_ratings.rulebook.model import RuleFileModel
from probation_ratings.rulebook.yaml_file import shipped
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel

    from conftest import Run
    from probation_ratings import RuleSet

pytestmark = pytest.mark.slow

RULES = ROOT / "rules"
REGIONAL = RULES / "regional-2023.yaml"
TEXT = REGIONAL.read_text(encoding="utf-8")
OTHER = {"sha256", "files", "lines"}

STRICTER = """\
id: stricter
extends: regional-2023
title: Stricter
key_question_bands:
  bands:
    - {rating: Good, to: 94}
    - {rating: Outstanding, from: 95}
panel: {cases_at_most: 9}
regions:
  names: [East of England]
standards:
  - id: R2.3
    method: lowest_key_question
    key_questions: [{id: R2.3.1, text: "Is the advice sound?"}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a rule file of one's own."""

    def write(text: str, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def said(rules: RuleSet) -> dict[str, Any]:
    """Everything in a rule file."""
    return rules.model_dump(exclude=OTHER)


# list


def test_the_list_has_a_line_for_every_shipped_file(run: Callable[..., Run]) -> None:
    result = run("rules", "list", group=True)
    assert (result.status, result.err) == (0, "")
    (line,) = [line for line in result.out.splitlines() if line.startswith("regional-2023 ")]
    assert line.split()[:4] == ["regional-2023", "24", "8", "17"]
    assert {line.split()[0] for line in result.out.splitlines() if line[0] != " "} == {"Id", *shipped()}
    assert max(map(len, result.out.splitlines())) < 80


def test_the_list_as_json(run: Callable[..., Run]) -> None:
    entries = json.loads(run("rules", "list", "-f", "json", group=True).out)["rules"]
    assert [one["id"] for one in entries] == shipped()
    (regional,) = [one for one in entries if one["id"] == "regional-2023"]
    assert (regional["max_score"], regional["standards"], regional["key_questions"]) == (24, 8, 17)
    assert regional["sha256"] == load_rules("regional-2023").sha256


# show


def test_the_tables_have_what_the_file_says(run: Callable[..., Run]) -> None:
    result = run("rules", "show", "regional-2023", group=True)
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) < 80
    words = " ".join(result.out.split())
    for part in (
        "Regional inspection of probation services, from October 2023 regional-2023: 8 standards, 17 key questions, out of 24",
        "R1.1 Leadership: judgement; R1.1 Leadership [report]",
        "R2.6 Statutory victim work: lowest key question",
        "R2.1.2 Does planning focus sufficiently on keeping other PDU cases people safe?",
        "(only where Sentence type is Licence; short: Timely, personalised resettlement)",
        "Requires improvement 1 50 to 64 too few 5 to 12",
        "Cases at most 5",
        "Victim cases Case ID, R2.6.1,",
        "No No (No, N, FALSE)",
        "project A convention of probation-ratings ours",
        "methodology Methodology of HM Inspectorate of Probation, inferred ours",
        "99 101 50 Requires improvement",
    ):
        assert part in words


@pytest.mark.parametrize("known", shipped())
def test_the_json_has_bands_as_their_lowest_values(run: Callable[..., Run], known: str) -> None:
    rules = load_rules(known)
    document = json.loads(run("rules", "show", known, "-f", "json", group=True).out)
    assert document["id"] == known
    assert (document["title"], document["sha256"], document["max_score"]) == (
        rules.title,
        rules.sha256,
        rules.max_score,
    )
    for key in ("key_question_bands", "overall_bands"):
        if getattr(rules, key) is None:
            assert (document[key], key in document["bands_in_full"]) == (None, False)
            continue
        assert document[key] == {band.rating: band.lowest for band in getattr(rules, key).bands}
        assert list(document[key]) == rules.rating_names
        assert document["bands_in_full"][key]["bands"][-1]["to"] == getattr(rules, key).bands[-1].highest
    assert set(keys_of(RuleFileModel)) <= set(document)
    assert [one["id"] for one in document["standards"]] == [one.id for one in rules.standards]


def test_the_json_has_the_published_bands(run: Callable[..., Run]) -> None:
    document = json.loads(run("rules", "show", "regional-2023", "-f", "json", group=True).out)
    assert document["key_question_bands"] == {
        "Inadequate": 0,
        "Requires improvement": 50,
        "Good": 65,
        "Outstanding": 80,
    }
    assert document["overall_bands"] == {"Inadequate": 0, "Requires improvement": 5, "Good": 13, "Outstanding": 21}
    assert (document["max_score"], document["standards"][4]["key_questions"][0]["sheet"]) == (24, "Court reports")
    assert [one["name"] for one in document["files"]] == ["regional-2023.yaml"]


@pytest.mark.parametrize("known", [*shipped(), STRICTER], ids=[*shipped(), "an extending file"])
def test_the_yaml_is_the_whole_file_and_gives_the_same_rules(
    run: Callable[..., Run], own: Callable[..., Path], tmp_path: Path, known: str
) -> None:
    source = own(known) if known == STRICTER else known
    whole = tmp_path / "whole.yaml"
    assert run("rules", "show", source, "-o", whole, group=True).status == 0
    assert said(load_rules(str(whole))) == said(load_rules(str(source)))
    assert "extends:" not in whole.read_text(encoding="utf-8")
    assert run("rules", "show", source, "-f", "yaml", group=True).out == whole.read_text(encoding="utf-8")


def test_text_that_yaml_would_take_for_something_else_survives(
    run: Callable[..., Run], own: Callable[..., Path]
) -> None:
    text = TEXT
    for old, new in (
        ("title: Leadership", "title: 'null'"),
        ("title: Staffing", 'title: "2.10"'),
        ("Desistance\n", "'yes: [no] # 50%'\n"),
    ):
        text = text.replace(old, new, 1)
    whole = own(run("rules", "show", own(text), "-f", "yaml", group=True).out, "whole.yaml")
    assert [one.title for one in load_rules(str(whole)).standards][:4] == [
        "null",
        "2.10",
        "Public protection",
        "yes: [no] # 50%",
    ]
    assert said(load_rules(str(whole))) == said(load_rules(str(whole.with_name("mine.yaml"))))


def test_the_markdown_has_the_same_tables(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    text = TEXT.replace("title: Leadership", 'title: "[<b>|*Lead*"', 1)
    out = run("rules", "show", own(text), "-f", "markdown", group=True).out
    assert "| R2.3.1 | Is the pre-sentence information and advice provided" in out
    assert "| Good | 2 | 65 to 79 | a reasonable majority | 13 to 20 |" in out
    assert r"\[\<b\>\|\*Lead\*: judgement" in out
    assert "<b>" not in out


def test_show_never_overwrites_a_file_that_the_rules_came_from(
    run: Callable[..., Run], own: Callable[..., Path]
) -> None:
    base = own(TEXT.replace("id: regional-2023", "id: base", 1), "base.yaml")
    mine = own("id: mine\nextends: base.yaml\n")
    for output in (base, mine):
        before = output.read_bytes()
        result = run("rules", "show", mine, "-o", output, group=True)
        assert (result.status, result.out) == (2, "")
        assert "is an input and would be overwritten" in result.err
        assert output.read_bytes() == before


def test_show_of_a_file_that_is_none(run: Callable[..., Run]) -> None:
    result = run("rules", "show", "regional-2042", group=True)
    assert (result.status, result.out) == (2, "")
    assert "error[PR501] regional-2042: unknown rule file" in result.err


# check


def test_a_valid_file_is_one_line(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    path = own(STRICTER)
    result = run("rules", "check", "regional-2023", path, group=True)
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "regional-2023: no problem; regional-2023: 8 standards, 17 key questions, out of 24\n"
        f"{path}: no problem; stricter: 8 standards, 17 key questions, out of 24\n"
    )


def test_every_problem_of_every_file_is_reported_as_rate_tells_it(
    run: Callable[..., Run], own: Callable[..., Path]
) -> None:
    first = own(
        TEXT.replace("points_from_edge: 5", "points_from_edge: x").replace("title: Leadership", "titel: Leadership")
    )
    second = own("id: [\n", "second.yaml")
    result = run("rules", "check", first, "regional-2023", second, "gone.yaml", group=True)
    assert (result.status, result.err) == (2, "")
    told = "".join(run("never-read.xlsx", "--rules", path).err for path in (first, second, "gone.yaml"))
    assert [line for line in result.out.splitlines() if "no problem" not in line] == told.splitlines()
    assert result.out.count(f"error[PR504] {first}:") == 3
    assert result.out.count("no problem") == 1


def test_problems_as_json(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    base = own(TEXT.replace("to: 24}", "to: 23}").replace("id: regional-2023", "id: base", 1), "base.yaml")
    path = own("id: mine\nextends: base.yaml\n")
    result = run("rules", "check", "regional-2023", path, "-f", "json", group=True)
    assert result.status == 2
    sound, broken = json.loads(result.out)["files"]
    assert (sound["id"], sound["problems"]) == ("regional-2023", [])
    assert (broken["path"], broken["id"], broken["sha256"]) == (str(path), None, None)
    (problem,) = broken["problems"]
    line = TEXT[: TEXT.index("to: 24}")].count("\n") + 1
    assert (problem["code"], problem["line"], problem["file"]) == ("PR504", line, str(base))


# diff


def test_what_differs_is_said_in_words(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    result = run("rules", "diff", "regional-2023", own(STRICTER), group=True)
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) < 80
    gone = (
        "- regions, names: removed 'East Midlands', 'Greater Manchester', 'Kent Surrey and Sussex', 'London', "
        "'North East', 'North West', 'South Central', 'South West', 'Wales', 'West Midlands' and "
        "'Yorkshire and the Humber'"
    )
    marked = [" ".join(one.split()) for one in result.out.split("\n  ~ ")[1:]]
    assert marked[:5] == [
        "id: 'regional-2023' → 'stricter'",
        "title: reworded: 'Regional inspection of probation services, from October 2023' → 'Stricter'",
        "key question bands, band Good, to: 79 → 94",
        "key question bands, band Outstanding, from: 80 → 95",
        "panel, cases at most: 5 → 9 " + gone,
    ]
    assert marked[5] == "standard R2.3, method: 'single_key_question' → 'lowest_key_question'"
    assert marked[6].startswith("standard R2.3, key question R2.3.1, text: reworded: 'Is the pre-sentence information")
    assert "→ 'Is the advice sound?'" in marked[6]
    assert len(marked) == 7
    assert "\n8 differences\n" in result.out


def test_what_was_added_removed_or_moved(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    more = own(
        "id: regional-2023\nextends: regional-2023\nstandards:\n  - {id: R2.6, remove: true}\n"
        '  - {id: R1.3, title: Buildings, domain: "1", method: judgement, reference: {source: report, section: One}}\n'
        "annex_tables:\n  - {name: SFO reviews, remove: true}\n  - {name: Previous recommendations, remove: true}\n"
    )
    moved = TEXT.replace("    - East Midlands\n    - East of England\n", "    - East of England\n    - East Midlands\n")
    result = run("rules", "diff", "regional-2023", more, group=True)
    assert "  - standard R2.6: removed 'Statutory victim work', with 3 key questions\n" in result.out
    assert "  + standard R1.3: added 'Buildings'\n" in result.out
    words = " ".join(result.out.split())
    assert "reviews by rating', with 1 category - annex" in words
    assert "previous recommendations', with 2 categories " in words
    back = run("rules", "diff", more, "regional-2023", group=True).out
    assert "  + standard R2.6: added 'Statutory victim work', with 3 key questions\n" in back
    assert "  - standard R1.3: removed 'Buildings'\n" in back
    out = run("rules", "diff", "regional-2023", own(moved, "moved.yaml"), group=True).out
    assert "\n1 difference\n  ~ regions, names: in another order\n" in out


def test_files_that_say_the_same_do_not_differ(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    same = own(TEXT + "# another byte\n")
    result = run("rules", "diff", "regional-2023", same, "--workbook", EXAMPLE, group=True)
    assert result.status == 0
    assert "\nNo difference: both say the same\n" in result.out
    assert "\nRatings of East of England that change\n   none\n" in result.out


def test_the_ratings_that_change(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    # from 95 on: R2.6, whose lowest is 90, falls from Outstanding to Good, and the score from 5 to 4: Inadequate
    path = own(STRICTER.replace(', text: "Is the advice sound?"', ""))
    result = run("rules", "diff", "regional-2023", path, "--workbook", EXAMPLE, "-f", "json", group=True)
    assert result.status == 0
    document = json.loads(result.out)
    assert document["ratings"] == {
        "region": "East of England",
        "score_before": 5,
        "score_after": 4,
        "overall_rating_before": "Requires improvement",
        "overall_rating_after": "Inadequate",
        "changed": [
            {"id": "R2.6", "title": "Statutory victim work", "rating_before": "Outstanding", "rating_after": "Good"}
        ],
    }
    text = run("rules", "diff", "regional-2023", path, "--workbook", EXAMPLE, group=True).out
    assert "   R2.6 Statutory victim work: Outstanding → Good\n" in text
    assert "   Overall: Requires improvement, 5 of 24 → Inadequate, 4 of 24\n" in text
    assert "R2.3 Court work" not in text
    page = run("rules", "diff", "regional-2023", path, "--workbook", EXAMPLE, "-f", "markdown", group=True).out
    assert "\n- R2.6 Statutory victim work: Outstanding → Good\n" in page
    assert "\n- key question bands, band Good, to: 79 → 94\n" in page


def test_the_json_of_a_difference(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    document = json.loads(run("rules", "diff", "regional-2023", own(STRICTER), "-f", "json", group=True).out)
    assert "ratings" not in document
    assert (document["before"]["id"], document["after"]["id"]) == ("regional-2023", "stricter")
    assert {
        "place": ["panel", "cases at most"],
        "kind": "changed",
        "before": 5,
        "after": 9,
        "words": "panel, cases at most: 5 → 9",
    } in document["differences"]


def test_a_workbook_with_errors_is_reported_and_its_valid_standards_compared(
    run: Callable[..., Run], own: Callable[..., Path], tmp_path: Path
) -> None:
    book = small_book()
    book["Court reports"][1][3] = "Maybe"
    book["Victim cases"] = [book["Victim cases"][0], *([f"V{n}", *["Yes" if n else "No"] * 3] for n in range(10))]
    path = save(book, tmp_path / "region.xlsx")
    result = run("rules", "diff", "regional-2023", own(STRICTER), "--workbook", path, group=True)
    assert result.status == 1
    assert "error[PR304]" in result.err
    assert result.out.count("Outstanding → Good") == 1  # 9 of 10 are 90%
    assert "Overall" not in result.out


@pytest.mark.parametrize("workbook", ["-", "gone.xlsx", "."])
def test_a_workbook_that_cannot_be_read_twice(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workbook: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("rules", "diff", "regional-2023", "regional-2023", "--workbook", workbook, group=True)
    assert result.status == (3 if workbook == "gone.xlsx" else 2)
    assert workbook in result.err


def test_a_broken_side_is_refused(run: Callable[..., Run], own: Callable[..., Path]) -> None:
    result = run("rules", "diff", "regional-2023", own("id: x\n"), group=True)
    assert (result.status, result.out) == (2, "")
    assert "error[PR504]" in result.err


# schema


@pytest.fixture(scope="module")
def schema() -> Any:
    """A validator of rule files, from the schema that lies beside them."""
    found = json.loads((RULES / "rule-file.schema.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(found)
    kind.check_schema(found)
    return kind(found)


def test_the_schema_beside_the_rule_files_is_that_of_the_model(run: Callable[..., Run]) -> None:
    printed = run("rules", "schema", group=True).out
    assert printed == run("rules", "schema", "rules", group=True).out
    assert (RULES / "rule-file.schema.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_files_name_the_schema_and_keep_to_it(schema: Any, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=rule-file.schema.json\n")
    assert [error.message for error in schema.iter_errors(yaml.safe_load(text))] == []


def test_an_extending_file_keeps_to_the_schema(schema: Any) -> None:
    more = "domains: [{id: '2', remove: true}]\ncase_samples: {samples: [{name: licences, remove: true}]}\n"
    sheets = "case_sheets: [{name: Victim cases, remove: true}, {name: PDU cases, pdu_column: {remove: true}}]\n"
    words = "{name: Sentence type, spellings: {Licence: [Parole]}, counts_as: {Recall: [Licence]}}"
    words = f"case_sheets: [{{name: PDU cases, other_columns: [{words}]}}]\n"
    asked = "{id: R2.5.1, also_headed: [A2_KQ1], only_where: {value: [Licence, Recall]}}"
    asked = f"standards: [{{id: R2.6, before: R2.1}}, {{id: R2.5, after: R2.1, key_questions: [{asked}]}}]\n"
    for text in (STRICTER, STRICTER + more + sheets, STRICTER + words + asked):
        assert [error.message for error in schema.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.replace("points_from_edge: 5", "points_from_edge: '5'"), "'5' is not of type 'integer'"),
        (TEXT.replace("points_from_edge: 5", "points_from_edge: -5"), "-5 is less than the minimum of 0"),
        (TEXT.replace("points_from_edge", "points_from_edges"), "'points_from_edges' was unexpected"),
        (TEXT.replace("title: Leadership", "titel: Leadership"), "'titel' was unexpected"),
        (TEXT.replace("method: pooled", "method: poled"), "'poled' is not one of ['pooled', 'mean_of_units']"),
        (TEXT.replace('domain: "1"', "domain: 1", 1), "1 is not of type 'string'"),
        (TEXT.replace("title: Leadership", "title:"), "None is not of type 'string'"),
        (TEXT.replace("{rating: Good, from: 13, to: 20}", "{rating: Good, lowest: 13, highest: 20}"), "'from' is a required"),
        (STRICTER.replace("cases_at_most", "case_at_most"), "'case_at_most' was unexpected"),
        (STRICTER.replace("id: stricter\n", ""), "'id' is a required property"),
        (STRICTER.replace("rating: Good, ", ""), "'rating' is a required property"),
        ("id: mine\n", "'title' is a required property"),
        (STRICTER + "before: R2.1\n", "'before' was unexpected"),
        (STRICTER + "standards: [{id: R2.6, before: [R2.1]}]\n", "['R2.1'] is not of type 'string'"),
        (TEXT.replace("  - id: R2.6\n", "  - id: R2.6\n    before: R2.1\n"), "'before' was unexpected"),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_the_loader_refuses(schema: Any, text: str, words: str) -> None:
    errors = list(schema.iter_errors(yaml.safe_load(text)))
    for error in errors:  # one that may be removed has two forms, and what is wrong with each
        errors += error.context
    assert any(words in error.message for error in errors)


def test_every_key_has_a_meaning(schema: Any) -> None:
    def untold(model: type[BaseModel], seen: tuple[object, ...] = ()) -> list[str]:
        found = []
        for key, field in keys_of(model).items():
            inner = model_in(field.annotation)
            if inner is not None and inner not in seen:
                found += untold(inner, (*seen, model))
            # a key `method` is explained by what its mapping says of it
            if not (field.description or inner or key == "method"):
                found.append(f"{model.__name__}.{key}")
        return found

    assert untold(RuleFileModel) == []
    assert schema.schema["definitions"]["Panel"]["properties"]["cases_at_most"]["description"]


def test_the_schema_of_the_ratings_is_the_one_in_the_package(run: Callable[..., Run], tmp_path: Path) -> None:
    path = ROOT / "src" / "probation_ratings" / "schemas" / "ratings-1.0.schema.json"
    assert run("rules", "schema", "ratings", "-o", tmp_path / "ratings.json", group=True).status == 0
    assert (tmp_path / "ratings.json").read_bytes() == path.read_bytes()


# new


def test_the_skeleton_loads_as_it_is_and_keeps_to_the_schema(
    run: Callable[..., Run], tmp_path: Path, schema: Any
) -> None:
    path = tmp_path / "mine.yaml"
    result = run("rules", "new", "-o", path, group=True)
    assert (result.status, result.out) == (0, "")
    assert result.err.endswith(f"probation-ratings rules check {path}\n")
    rules = load_rules(str(path))
    assert (rules.max_score, len(rules.standards), [len(one.key_questions) for one in rules.standards]) == (
        4,
        2,
        [0, 2],
    )
    text = path.read_text(encoding="utf-8")
    assert [error.message for error in schema.iter_errors(yaml.safe_load(text))] == []
    assert run("rules", "new", group=True).out == text


def test_every_value_of_the_skeleton_can_be_changed_alone(run: Callable[..., Run]) -> None:
    # a comment stands above every key of the file but the title, which says what it is
    lines = run("rules", "new", group=True).out.splitlines()
    bare = [line for before, line in pairwise(lines) if line[:1].isalpha() and before[:1] != "#"]
    assert bare == ["title: Inspection of harbour wardens, an invented programme"]


def test_the_skeleton_overwrites_nothing_unasked(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\n", encoding="utf-8")
    result = run("rules", "new", "-o", path, group=True)
    assert result.status == 3
    assert "is there already: choose another file, or add --force" in result.err
    assert path.read_text(encoding="utf-8") == "id: mine\n"
    assert run("rules", "new", "-o", path, "--force", "-q", group=True).err == ""
    assert run("rules", "new", "-o", tmp_path / "mine.txt", group=True).status == 2


# all of them


@pytest.mark.parametrize("form", ["table", "json", "yaml", "markdown"])
def test_the_same_file_gives_the_same_bytes(run: Callable[..., Run], form: str) -> None:
    assert run("rules", "show", "regional-2023", "-f", form, group=True).out == run(
        "rules", "show", "regional-2023", "-f", form, group=True
    ).out  # fmt: skip


@pytest.mark.parametrize("command", ["show", "check", "diff"])
def test_text_of_a_rule_file_is_harmless(run: Callable[..., Run], own: Callable[..., Path], command: str) -> None:
    path = own(
        TEXT.replace("R1.1 Leadership}", '"[red]One[/red]"}').replace("method: pooled", 'method: "po\\e[31mled"')
    )
    arguments = ("rules", command, path, *(["regional-2023"] if command == "diff" else []))
    result = run(*arguments, group=True)
    assert result.status == 2
    assert "\x1b" not in result.out + result.err
    path = own(TEXT.replace("section: R1.1 Leadership}", 'section: "[red]One[/red]"}'))
    result = run(*arguments, group=True)
    assert result.status == 0
    assert command == "check" or "[red]One[/red]" in result.out


def test_help_of_rules_imports_nothing_heavy() -> None:
    code = (
        "import sys; from probation_ratings.__main__ import main; status = main(['rules', 'show', '--help']); "
        "sys.exit(status or any(name in sys.modules for name in ('pandas', 'openpyxl', 'rich', 'yaml')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Show a rule file in full" in result.stdout
