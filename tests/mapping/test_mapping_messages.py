"""What is reported about a mapping file: each message and its remedy, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapping_texts import TEXT, changed, folder_with, write
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping import load, sections
from probation_ratings.mapping.load import load_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings.problems import Problem

SHEETS = TEXT[TEXT.index("sheets:") : TEXT.index("sources:")]
SOURCES = TEXT[TEXT.index("sources:") :]
SHEETS_OF_THE_RULES = (
    "write PDU cases, Court reports, Unpaid work cases, Victim cases, Judgements, Panel decisions, SFO reviews, "
    "Previous recommendations, Survey answers or PDU priorities"
)
COLUMNS_OF_THE_RULES = (
    "write Case ID, PDU, Sentence type, Commenced, R2.1.1, R2.1.2, R2.1.3, R2.1.4, R2.2.1, R2.2.2, R2.2.3, R2.2.4, "
    "R2.5.1, S1 or S2"
)
QUOTE_IT = (
    "if the line has text with : # * % @ & ! or brackets in it, quote it: put the text in quotation marks, such as "
    "files: '*.csv'; tags, anchors and aliases of YAML are not allowed"
)
ADD_RULES = "add rules: with the id or the path of a rule file, such as regional-2023"
ADD_SOURCES = "add sources: with the files to read; without any, the file can only be extended by others"
ANOTHER_VERSION = "write mapping_version: 1, or use a program that reads the other version"
KEYS = "write keys with values, or leave this out"
NOTHING = "give a value, or delete the line; a blank is written as ''"
BLANK = "give a value, or delete the line"
ONE = "write one value, as text"
SOURCE_FORM = "write {files: NAME, into: SHEET OF THE RULES}"
ROW = "write the row's number"
NO_MAPPING = "a mapping file has mapping_version, rules, sheets and sources"


def problems_of(path: Path, rules: str | None = None) -> list[Problem]:
    with pytest.raises(MappingFileError) as caught:
        load_mapping(path, rules)
    return list(caught.value.problems)


# what is changed in the file, and into what; the code, the line, the message and the remedy
MESSAGES = {
    "no version": ("mapping_version: 1\n", "", "PR507", 1, "the file: mapping_version: this key is missing", "add mapping_version: 1"),
    "no value of the version": ("mapping_version: 1", "mapping_version:", "PR507", 1, "mapping_version: nothing is given after the colon", NOTHING),
    "another version": ("mapping_version: 1", "mapping_version: '1.0'", "PR507", 1, "mapping_version: this program reads version 1 of mapping files, found '1.0'", ANOTHER_VERSION),
    "a list as the version": ("mapping_version: 1", "mapping_version: [1]", "PR507", 1, "mapping_version: this program reads version 1 of mapping files, found a list", ANOTHER_VERSION),
    "keys as the version": ("mapping_version: 1", "mapping_version: {a: 1}", "PR507", 1, "mapping_version: this program reads version 1 of mapping files, found keys with values", ANOTHER_VERSION),
    "a blank version": ("mapping_version: 1", "mapping_version: ''", "PR507", 1, "mapping_version: this program reads version 1 of mapping files, found nothing", ANOTHER_VERSION),
    "no rules": ("rules: regional-2023\n", "", "PR507", 1, "the file: rules: this key is missing", ADD_RULES),
    "no value of the rules": ("rules: regional-2023", "rules:", "PR507", 2, "rules: nothing is given after the colon", NOTHING),
    "a list of rules": ("rules: regional-2023", "rules: [a]", "PR507", 2, "rules: the id or the path of a rule file is expected here, found a list", ONE),
    "a rule file": (TEXT, "id: x\n", "PR507", 1, "the file: this is not a mapping file", NO_MAPPING),
    "a list": (TEXT, "- a\n", "PR507", 1, "the file: this is not a mapping file", NO_MAPPING),
    "an unknown key of the file": ("judgements:", "judgments:", "PR507", 5, "judgments: unknown key; did you mean judgements?", "use one of these keys: mapping_version, rules, extends, inspection, judgements, panel_decisions, sheets and sources"),
    "an unknown key of a source": ("files: cases.csv", "zzz: 1, files: cases.csv", "PR507", 26, "sources.1.zzz: unknown key", "use one of these keys: files, exclude, into, columns, answers, keep_rows, ignore_rows, sheet, header_row, first_row, encoding, delimiter and long"),
    "no sources": (SOURCES, "", "PR507", 1, "the file: sources: this key is missing", ADD_SOURCES),
    "no value of the sources": (SOURCES, "sources:\n", "PR507", 25, "sources: nothing is given after the colon", NOTHING),
    "an empty list of sources": (SOURCES, "sources: []\n", "PR507", 25, "sources: the list is empty", "name at least one, or delete the line"),
    "a word as a source": ("{files: cases.csv, into: PDU cases}", "cases.csv", "PR507", 26, "sources.1: keys with values are expected here, found 'cases.csv'", KEYS),
    "nothing as a source": ("{files: cases.csv, into: PDU cases}", "", "PR507", 26, "sources.1: nothing is given here", NOTHING),
    "an empty source": ("{files: cases.csv, into: PDU cases}", "{}", "PR507", 26, "sources.1: keys with values are expected here, found nothing", KEYS),
    "a source without files": ("files: cases.csv, ", "", "PR507", 26, "sources.1: files is missing", SOURCE_FORM),
    "a source without a sheet": (", into: PDU cases}", "}", "PR507", 26, "sources.1: into is missing", SOURCE_FORM),
    "two sheets of a source": ("into: PDU cases", "into: [PDU cases, Court reports]", "PR507", 26, "sources.1.into: a sheet of the rules is expected here, found a list", ONE),
    "an unknown sheet of a source": ("into: Victim cases", "into: Victims", "PR508", 27, "sources.2.into: the rules regional-2023 have no sheet 'Victims'; did you mean Victim cases?", SHEETS_OF_THE_RULES),
    "the inspection as a sheet of a source": ("into: Victim cases", "into: ' inspection'", "PR507", 27, "sources.2.into: the sheet 'Inspection' is not filled from sources", "give its fields under inspection:"),
    "an unknown column in a source": ("files: cases.csv", "columns: {R2.1.9: A2}, files: cases.csv", "PR508", 26, "sources.1.columns.R2.1.9: the rules regional-2023 have no column of 'PDU cases' named 'R2.1.9'; did you mean R2.1.1?", COLUMNS_OF_THE_RULES),
    "an unknown column in a sheet": ("R2.1.2: A2", "R2.1.9: A2", "PR508", 17, "sheets.PDU cases.columns.R2.1.9: the rules regional-2023 have no column of 'PDU cases' named 'R2.1.9'; did you mean R2.1.1?", COLUMNS_OF_THE_RULES),
    "an unknown column of 101 characters": ("R2.1.2: A2", f"{'R' * 101}: A2", "PR508", 17, f"sheets.PDU cases.columns.{'R' * 59}…: the rules regional-2023 have no column of 'PDU cases' named '{'R' * 59}…'", COLUMNS_OF_THE_RULES),
    "a word as the sheets": (SHEETS, "sheets: x\n", "PR507", 9, "sheets: sheets of the rules are expected here, found 'x'", KEYS),
    "a list as a sheet": (SHEETS, "sheets: {PDU cases: [a]}\n", "PR507", 9, "sheets.PDU cases: keys with values are expected here, found a list", KEYS),
    "a sheet twice": ("  Victim cases:\n", "  pdu_cases: {sheet: X}\n  Victim cases:\n", "PR507", 21, "sheets.pdu_cases: the sheet 'pdu_cases' is given twice; first in line 10", "keep one of the two"),
    "a sheet to remove that nothing has": ("sources:\n", "  Court reports: {remove: true}\nsources:\n", "PR507", 25, "sheets.Court reports: there is no such sheet to remove in the extended file", "delete this entry"),
    "a column to remove that nothing has": ("R2.1.1: A1", "R2.1.3: {remove: true}", "PR507", 16, "sheets.PDU cases.columns.R2.1.3: there is no such column to remove", "delete this entry"),
    "answers of a sheet without questions": ("sources:\n", "  PDU priorities: {answers: {'1': 'Yes'}}\nsources:\n", "PR507", 25, "sheets.PDU priorities.answers: 'PDU priorities' has no questions", "give `values` to the column that they belong to"),
    "a sheet that is not a name": ("sheet: Victims", "sheet: [A, [B]]", "PR507", 27, "sources.2.sheet.2: the name of a sheet is expected here, found a list", ONE),
    "a blank sheet": ("sheet: Victims", "sheet: ' '", "PR507", 27, "sources.2.sheet: the name of a sheet is expected here, found a blank text", BLANK),
    "a header row after the last row": ("sheet: Victims", "header_row: 1048577", "PR507", 27, "sources.2.header_row: a number from 1 to 1,048,576 is expected here, found '1048577'", ROW),
    "a header row of other digits": ("sheet: Victims", "header_row: '²'", "PR507", 27, "sources.2.header_row: a number from 1 to 1,048,576 is expected here, found '²'", ROW),
    "a first row in a list": ("sheet: Victims", "first_row: [1]", "PR507", 27, "sources.2.first_row: a number from 1 to 1,048,576 is expected here, found a list", ROW),
    "an unknown delimiter": ("sheet: Victims", "delimiter: ':'", "PR507", 27, "sources.2.delimiter: comma, semicolon, tab or pipe is expected here, found ':'", "write comma, semicolon, tab or pipe"),
    "a list of encodings": ("sheet: Victims", "encoding: [utf-8]", "PR507", 27, "sources.2.encoding: utf-8, cp1252 or latin-1 is expected here, found a list", "write utf-8, cp1252 or latin-1"),
    "text that goes on with #": ("Region: London", "Region: London #1", "PR507", 4, "inspection.Region: YAML reads only 'London', because the text goes on with '#1'", "quote it: 'London #1'; or put two spaces before a comment, and one after its #"),
    "text that goes on with # and ends with a space": ("Region: London", "Region: London #1 ", "PR507", 4, "inspection.Region: YAML reads only 'London', because the text goes on with '#1'", "quote it: 'London #1'; or put two spaces before a comment, and one after its #"),
    "a blank header": ("R2.1.1: A1", "R2.1.1: ' '", "PR507", 16, "sheets.PDU cases.columns.R2.1.1: a header is expected here, found a blank text", BLANK),
    "a key that is a list": ("  R1.1: {rating: Good, rationale: 'A reason.'}", "  [a]: 1", "PR505", 6, "a key is not plain text", QUOTE_IT),
    "more than 1 MB": (TEXT, TEXT + "#" * 1_000_000, "PR505", 1, "the file has more than 1 MB", "shorten it: files may be a pattern"),
    "a list to extend": ("rules: regional-2023", "extends: [a.yaml]", "PR507", 2, "extends: the path of a mapping file is expected here, found a list", ONE),
    "nothing to extend": ("rules: regional-2023", "extends:", "PR507", 2, "extends: nothing is given after the colon", NOTHING),
    "a workbook to extend": ("rules: regional-2023", "extends: book.xlsx", "PR507", 2, "extends: 'book.xlsx' is not a mapping file", "name a file that ends in .mapping.yaml"),
    "a name that no file can have": ("rules: regional-2023", r'extends: "a\0.yaml"', "PR507", 2, r"extends: 'a\x00.yaml' is not a mapping file", "name a file that ends in .mapping.yaml"),
    "itself": ("rules: regional-2023", "extends: ./m.mapping.yaml", "PR507", 2, "extends: the files extend one another in a circle: './m.mapping.yaml' leads back here", "let the file that all others share extend nothing"),
    "a file that does not exist": ("rules: regional-2023", "extends: base.YML", "PR509", 2, "extends: file not found: 'base.YML' (from the folder of this mapping file)", "correct the path, or add the file"),
    "a name that is too long": ("rules: regional-2023", f"extends: {'a' * 300}.yaml", "PR509", 2, f"extends: file not found: '{'a' * 59}…' (from the folder of this mapping file)", "correct the path, or add the file"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line", "message", "remedy"), MESSAGES.values(), ids=MESSAGES)
def test_a_mistake_is_named_once_with_its_remedy(
    old: str, new: str, code: str, line: int, message: str, remedy: str, tmp_path: Path
) -> None:
    (problem,) = problems_of(write(folder_with(tmp_path), changed(old, new)))
    assert (problem.kind.code, problem.line, problem.message, problem.remedy) == (code, line, message, remedy)


@pytest.mark.parametrize("key", ["sheets", "sources", "extends"])
def test_any_key_of_its_own_makes_it_a_mapping_file(key: str, tmp_path: Path) -> None:
    first = problems_of(write(tmp_path, f"{key}: x\n"))[0]
    assert first.message == "the file: mapping_version: this key is missing"


def test_rules_without_judgements_have_none_in_a_mapping_file(tmp_path: Path) -> None:
    sources = "sources:\n  - {files: cases.csv, into: Cases}\n"
    text = f"mapping_version: 1\nrules: public-protection-2025\njudgements: {{R1.1: {{rating: Good}}}}\n{sources}"
    (problem,) = problems_of(write(folder_with(tmp_path), text))
    assert problem.message == "judgements: the rules public-protection-2025 have none of these"
    assert problem.remedy == "delete this entry"


def test_a_mapping_file_has_no_more_than_so_many_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder_with(tmp_path), TEXT)
    monkeypatch.setattr(sections, "MAX_SOURCES", 2)
    assert len(load_mapping(path).sources) == 2
    monkeypatch.setattr(sections, "MAX_SOURCES", 1)
    (problem,) = problems_of(path)
    assert problem.message == "sources: there are 2 sources, and no more than 1 are read"
    assert problem.remedy == (
        "put sources that are read in one way together: files may be a list or a pattern, and sheet too"
    )
    monkeypatch.setattr(sections, "MAX_SOURCES", 500)
    monkeypatch.setattr(load, "MOST_FILES", 1)
    monkeypatch.setattr("probation_ratings.mapping.source_files.MOST_FILES", 1)
    (problem,) = problems_of(path)
    assert problem.message == "sources: the sources are more than 1 files, and no more are read"
    assert problem.remedy == "put exports together, or rate them in parts"


def test_files_that_extend_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MAX_FILES", 1)
    write(tmp_path, TEXT, "base.mapping.yaml")
    (problem,) = problems_of(write(folder_with(tmp_path), "mapping_version: 1\nextends: base.mapping.yaml\n"))
    assert problem.message == "extends: no more than 1 mapping files may extend one another"
    assert problem.remedy == "put some of them together"


def test_sources_that_other_rules_do_not_have(tmp_path: Path) -> None:
    text = changed("  - {files: cases.csv, into: PDU cases}\n", "")
    (problem,) = problems_of(write(folder_with(tmp_path), text), "pdu-2023")
    assert problem.message == "sources: none of the sources fills a sheet of the rules pdu-2023"
    assert problem.remedy == "rate it by the rules that the mapping file names"


def test_sources_without_a_value_in_the_extended_file_are_not_missing(tmp_path: Path) -> None:
    write(folder_with(tmp_path), TEXT.replace(SOURCES, "sources:\n"), "base.mapping.yaml")
    (problem,) = problems_of(write(tmp_path, "mapping_version: 1\nextends: base.mapping.yaml\n"))
    assert (problem.message, problem.line) == ("sources: nothing is given after the colon", 25)
