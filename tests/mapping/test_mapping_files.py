"""Mapping files: what one says, how one is laid over another, and one broken file for each way that loading can fail."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from mapping_texts import TEXT, changed, folder_with, write
from probation_ratings.errors import MappingFileError, UsageError
from probation_ratings.mapping.load import files_named, is_input, load_mapping, rules_named
from probation_ratings.mapping.model import (
    Constant,
    Given,
    GivenDecision,
    Header,
    Joined,
    LongFormat,
    NamePattern,
    Question,
    RowFilter,
)
from probation_ratings.names import wild_match
from probation_ratings.rulebook.load import load_rules
from probation_ratings.rulebook.yaml_file import Line

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings.mapping.model import MappingFile, SheetMapping
    from probation_ratings.problems import Problem


def loaded(folder: Path, text: str, rules: str | None = None) -> MappingFile:
    return load_mapping(write(folder_with(folder), text), rules)


def problems_of(path: Path, rules: str | None = None) -> list[Problem]:
    with pytest.raises(MappingFileError) as caught:
        load_mapping(path, rules)
    return list(caught.value.problems)


def first_sheet(mapping: MappingFile) -> SheetMapping:
    return mapping.sources[0].mapping


def test_a_mapping_file_says_all_that_it_says(tmp_path: Path) -> None:
    mapping = loaded(tmp_path, TEXT)
    path = str(tmp_path / "m.mapping.yaml")
    assert (mapping.path, mapping.rules, mapping.folder, mapping.notes) == (path, "regional-2023", tmp_path, ())
    assert mapping.files == {path: hashlib.sha256(TEXT.encode()).hexdigest()}
    assert mapping.inspection == {"Region": Given("London", Line(path, 4))}
    assert mapping.judgements == (GivenDecision("R1.1", None, "Good", "A reason.", Line(path, 6)),)
    assert mapping.panel_decisions == (GivenDecision("R2.6", None, "Good", "One case decided it.", Line(path, 8)),)
    assert [source.files for source in mapping.sources] == [(tmp_path / "cases.csv",), (tmp_path / "book.xlsx",)]
    cases, victims = (source.mapping for source in mapping.sources)
    assert list(cases.columns) == ["Case ID", "PDU", "Sentence type", "Commenced", "R2.1.1", "R2.1.2"]
    case_id = cases.columns["Case ID"].value
    assert isinstance(case_id, Joined)
    assert ([part.value for part in case_id.parts], case_id.separator) == ([Header("Inspection"), Header("Ref")], "/")
    assert cases.columns["PDU"].pattern == "(.+) 2024"
    assert cases.columns["Sentence type"].values == {"CO": "Community sentence", "PSS": "Licence"}
    assert cases.columns["Commenced"].dates == ("%d/%m/%Y", "excel_serial")
    assert (cases.columns["R2.1.2"].value, cases.columns["R2.1.2"].line) == (Header("A2"), Line(path, 17))
    assert cases.answers == {"1": "Yes", "2": "No", "98": "Not applicable"}
    assert cases.answers_line == Line(path, 18)
    assert cases.ignore_rows == (RowFilter(Header("Ref"), Line(path, 20), ("Total",)),)
    assert (victims.into, victims.sheets, victims.answers, victims.encoding) == (
        "Victim cases",
        ("Victims",),
        None,
        "utf-8",
    )


def test_every_other_key_is_read(tmp_path: Path) -> None:
    text = """\
mapping_version: '1'
rules: regional-2023
sheets:
  court-reports:
    columns:
      report_id: {letter: b, column: Ref}
      PDU: {file_name: 'pdu-(.+)'}
      Source: {constant: PDU inspection}
      2.3.1: {question: Q1, values: {ja: 'Yes', '': Not applicable}}
      S3: {constant: ''}
    long: {question: Code, answer: {letter: d}}
    keep_rows: [{column: Type, one_of: [A, 'b']}, {column: Ref, matches: 'x+'}, {letter: C, blank: true}]
    sheet: [Jan*, Feb]
    header_row: 4
    first_row: 6
    encoding: CP1252
    delimiter: semicolon
sources:
  - {files: book.xlsx, into: Court Reports, delimiter: '|'}
"""
    sheet = first_sheet(loaded(tmp_path, text))
    assert sheet.into == "Court reports"
    values = {name: origin.value for name, origin in sheet.columns.items()}
    assert values == {
        "Report ID": Header("Ref", "B"),
        "PDU": NamePattern("file", "pdu-(.+)"),
        "Source": Constant("PDU inspection"),
        "R2.3.1": Question("Q1"),
        "S3": Constant(""),
    }
    assert sheet.columns["R2.3.1"].values == {"ja": "Yes", "": "Not applicable"}
    assert sheet.long == LongFormat(Header("Code"), Header(letter="D"))
    kept = [(one.column, one.values, one.pattern, one.blank) for one in sheet.keep_rows]
    assert kept == [
        (Header("Type"), ("A", "b"), None, False),
        (Header("Ref"), (), "x+", False),
        (Header(letter="C"), (), None, True),
    ]
    assert (sheet.sheets, sheet.header_row, sheet.first_row) == (("Jan*", "Feb"), 4, 6)
    assert (sheet.encoding, sheet.delimiter) == ("cp1252", "|")


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("delimiter: comma", "delimiter", ","),
        ("delimiter: Semicolon", "delimiter", ";"),
        ("delimiter: ' TAB '", "delimiter", "\t"),
        ("delimiter: pipe", "delimiter", "|"),
        ("delimiter: ','", "delimiter", ","),
        ("delimiter: ' ; '", "delimiter", ";"),
        ("delimiter: '|'", "delimiter", "|"),
        (r'delimiter: "\t"', "delimiter", "\t"),
        (r"delimiter: '\t'", "delimiter", "\t"),
        ("encoding: UTF-8", "encoding", "utf-8"),
        ("encoding: latin-1", "encoding", "latin-1"),
        ("sheet: [Jan, ' Jan', Jan]", "sheets", ("Jan", " Jan")),
        ("header_row: 1048575", "header_row", 1_048_575),
        ("first_row: 1048576", "first_row", 1_048_576),
        ("first_row: 0000001", "first_row", 1),
        ("columns: {Case ID: {letter: A}, R2.6.1: {letter: B}}, first_row: 1, header_row: NONE", "header_row", 0),
    ],
)
def test_a_setting_is_read_in_each_of_its_forms(written: str, name: str, value: object, tmp_path: Path) -> None:
    mapping = loaded(tmp_path, changed("sheet: Victims", written))
    assert getattr(mapping.sources[1].mapping, name) == value


def test_in_the_long_format_a_short_form_is_a_code_for_questions_and_a_header_for_others(tmp_path: Path) -> None:
    text = changed("    ignore_rows:", "    long: {question: Code, answer: Answer}\n    ignore_rows:")
    columns = first_sheet(loaded(tmp_path, text)).columns
    assert columns["R2.1.1"].value == Question("A1")
    assert columns["Sentence type"].value == Header("Order")
    short = changed("      R2.1.1: A1", "      R2.1.1: {column: A1}")
    assert first_sheet(loaded(tmp_path, short)).columns["R2.1.1"].value == Header("A1")


def test_judgement_sheets_and_annexes_are_filled_too(tmp_path: Path) -> None:
    text = changed(
        "sources:\n",
        """\
  Judgements:
    columns: {Standard: Std, Rating: {column: Grade, values: {'1': Good}}}
  SFO reviews:
    columns: {Rating: {column: Grade, values: {'1': Inadequate}}}
sources:
  - {files: book.xlsx, sheet: J, into: judgements}
  - {files: book.xlsx, sheet: S, into: sfo_reviews}
""",
    )
    mappings = [source.mapping for source in loaded(tmp_path, text).sources[:2]]
    assert [one.into for one in mappings] == ["Judgements", "SFO reviews"]
    assert mappings[0].columns["Rating"].values == {"1": "Good"}


def test_a_source_without_an_entry_has_the_headers_of_the_rules(tmp_path: Path) -> None:
    mapping = loaded(tmp_path, changed("sources:\n", "sources:\n  - {files: book.xlsx, into: Court reports}\n"))
    assert first_sheet(mapping).own_headers
    assert not mapping.sources[1].mapping.own_headers


def test_a_date_a_number_and_a_yes_are_read_as_their_text(tmp_path: Path) -> None:
    text = changed("  Region: London", "  Region: London\n  Fieldwork started: 2024-06-03").replace("A1\n", "0010\n")
    mapping = loaded(tmp_path, text.replace("'1': 'Yes'", "1: Yes"))
    assert mapping.inspection["Fieldwork started"].value == "2024-06-03"
    assert first_sheet(mapping).columns["R2.1.1"].value == Header("0010")
    assert first_sheet(mapping).answers == {"1": "Yes", "2": "No", "98": "Not applicable"}


def test_a_comment_after_a_word_of_the_rules_needs_one_space(tmp_path: Path) -> None:
    text = TEXT.replace(
        "  Region: London", "  Fieldwork started: 2024-06-03 # a Monday\n  Data status: Illustrative # ours"
    )
    text = text.replace("rules: regional-2023", "rules: regional-2023 # required").replace(
        "  - {files: cases.csv, into: PDU cases}", "  - into: PDU cases # all\n    files: cases.csv"
    )
    mapping = loaded(tmp_path, text)
    assert first_sheet(mapping).into == "PDU cases"
    assert [one.value for one in mapping.inspection.values()] == ["2024-06-03", "Illustrative"]


@pytest.mark.parametrize(
    "comment", ["   # the first question", "\t # first", "  #", "   #\n"], ids=["spaces", "tab", "empty", "line"]
)
def test_a_comment_after_a_header_is_a_comment(comment: str, tmp_path: Path) -> None:
    mapping = loaded(tmp_path, changed("R2.1.1: A1", f"R2.1.1: A1{comment}"))
    assert first_sheet(mapping).columns["R2.1.1"].value == Header("A1")


# what is changed in the file, and into what; the code, the words of the message or the remedy, and the text in the line
BROKEN = {
    "a glob without quotation marks": ("files: cases.csv", "files: *.csv", "PR505", "quote it", "files: *.csv"),
    "a star alone": ("files: cases.csv", "files: *cases", "PR505", "quote it", "files: *cases"),
    "a date format without quotation marks": ("['%d/%m/%Y', excel_serial]", "%d/%m/%Y", "PR505", "quote it", "%d/"),
    "a header with a colon": ("R2.1.1: A1", "R2.1.1: Q5: How?", "PR505", "quote it", "Q5"),
    "a header with a colon in brackets": ("{column: Order,", "{column: Q5: How,", "PR505", "quote it", "Q5"),
    "a pattern with brackets": ("'(.+) 2024'", "(.+) [0-9]{4}", "PR505", "quote it", "[0-9]"),
    "a header that begins with @": ("R2.1.1: A1", "R2.1.1: @A1", "PR505", "quote it", "@A1"),
    "a header that begins with !": ("R2.1.1: A1", "R2.1.1: !A1 x", "PR505", "quote it", "!A1"),
    "a header that begins with &": ("R2.1.1: A1", "R2.1.1: &A1", "PR505", "quote it", "&A1"),
    "a header that goes on with #": ("R2.1.1: A1", "R2.1.1: Ref #2", "PR507", "YAML reads only 'Ref', because the text goes on with '#2'", "Ref #2"),
    "a header that goes on with # and a space": ("R2.1.1: A1", "R2.1.1: Ref # 2", "PR507", "quote it: 'Ref # 2'", "Ref # 2"),
    "a part of a join that goes on with #": ("{join: [Inspection, Ref], separator: '/'}", "\n        join:\n          - Ref\n          - Ref #2", "PR507", "'Ref #2'", "- Ref #2"),
    "a file that goes on with #": ("files: cases.csv, into: PDU cases}", "into: PDU cases, files: cases #2.csv}", "PR505", "quote it", "files: book"),
    "a region that goes on with #": ("Region: London", "Region: London #1", "PR507", "'London #1'", "Region"),
    "a key twice": ("      R2.1.2: A2", "      R2.1.1: A2", "PR506", "the key 'R2.1.1' is given twice; first in line 16", "R2.1.1: A2"),
    "an unknown key": ("judgements:", "judgments:", "PR507", "unknown key; did you mean judgements?", "judgments:"),
    "an unknown key of a sheet": ("    answers:", "    answer:", "PR507", "unknown key; did you mean answers?", "answer:"),
    "an unknown key of a column": ("separator: '/'", "seperator: '/'", "PR507", "did you mean separator?", "seperator"),
    "an unknown key of a source": ("book.xlsx, sheet:", "book.xlsx, sheets:", "PR507", "did you mean sheet?", "sheets: Vic"),
    "no version": ("mapping_version: 1\n", "", "PR507", "mapping_version: this key is missing", "rules"),
    "another version": ("mapping_version: 1", "mapping_version: 2", "PR507", "reads version 1 of mapping files, found '2'", "mapping_version"),
    "no rules": ("rules: regional-2023\n", "", "PR507", "rules: this key is missing", "mapping_version"),
    "unknown rules": ("rules: regional-2023", "rules: regional-2032", "PR501", "unknown rule file 'regional-2032'; did you mean regional-2023?", "rules:"),
    "no sources": (TEXT[TEXT.index("sources:") :], "", "PR507", "sources: this key is missing", "mapping_version"),
    "an empty list of sources": (TEXT[TEXT.index("sources:") :], "sources: []\n", "PR507", "the list is empty", "sources:"),
    "nothing after the colon": ("R2.1.1: A1", "R2.1.1:", "PR507", "nothing is given after the colon", "R2.1.1:"),
    "nothing after the colon of a value": ("'2': 'No'", "'2': ", "PR507", "sheets.PDU cases.answers.2: nothing is given after the colon", "answers:"),
    "nothing in a list": ("{files: cases.csv, into: PDU cases}", "\n    files:\n      - cases.csv\n      -\n    into: PDU cases", "PR507", "sources.1.files.2: nothing is given here", "      -\n"),
    "an unknown sheet": ("  Victim cases:\n", "  Victims cases:\n", "PR508", "the rules regional-2023 have no sheet 'Victims cases'; did you mean Victim cases?", "Victims cases:"),
    "an unknown sheet of a source": ("into: Victim cases", "into: Victims", "PR508", "no sheet 'Victims'", "into: Victims"),
    "the inspection as a sheet": ("into: Victim cases", "into: Inspection", "PR507", "give its fields under inspection:", "into: Inspection"),
    "a sheet twice": ("  Victim cases:\n", "  pdu_cases: {sheet: X}\n  Victim cases:\n", "PR507", "the sheet 'pdu_cases' is given twice; first in line 10", "pdu_cases"),
    "an unknown column": ("R2.1.2: A2", "R2.1.9: A2", "PR508", "have no column of 'PDU cases' named 'R2.1.9'", "R2.1.9"),
    "a column of another sheet": ("R2.1.2: A2", "R2.6.1: A2", "PR508", "have no column of 'PDU cases' named 'R2.6.1'", "R2.6.1: A2"),
    "a header that is blank": ("R2.1.1: A1", "R2.1.1: ' '", "PR507", "a header is expected here, found a blank text", "R2.1.1"),
    "a constant that is blank": ("{column: Inspection, pattern: '(.+) 2024'}", "{constant: ' '}", "PR507", "a constant is blank here", "constant"),
    "a long format of one letter": ("    ignore_rows:", "    long: {question: {letter: d}, answer: {letter: D}}\n    ignore_rows:", "PR507", "question and answer are one column", "long"),
    "a long format without columns": ("sheet: Victims, into: Victim cases", "into: Court reports, long: {question: C, answer: A}", "PR507", "the long format needs columns", "files: book"),
    "a column by its id and its text": ("R2.1.2: A2", "'Does assessment focus sufficiently on keeping other people safe?': A2", "PR507", "the column 'R2.1.1' is given twice; first in line 16", "Does"),
    "an unknown field": ("Region: London", "Regions: London", "PR508", "no field of 'Inspection' named 'Regions'; did you mean Region?", "Regions"),
    "a field twice": ("  Region: London", "  Region: London\n  region: Wales", "PR507", "the field 'Region' is given twice", "region: Wales"),
    "a date in words": ("  Region: London", "  Fieldwork started: 3 June 2024", "PR507", "YYYY-MM-DD here, found '3 June 2024'", "3 June"),
    "an unknown data status": ("  Region: London", "  Data status: Real", "PR507", "Inspection data or Illustrative, found 'Real'", "Real"),
    "an unknown standard": ("  R1.1:", "  R1.9:", "PR508", "have no standard 'R1.9'", "R1.9"),
    "a rating that is not one": ("{rating: Good, rationale", "{rating: Fine, rationale", "PR507", "found 'Fine'", "Fine"),
    "a judgement without a rating": ("{rating: Good, rationale: 'A reason.'}", "{rationale: 'A reason.'}", "PR507", "the rating is missing", "A reason"),
    "a judgement by PDU where the region is rated": ("{rating: Good, rationale: 'A reason.'}", "{Norfolk: {rating: Good}}", "PR507", "the region has one rating by these rules", "Norfolk"),
    "a judgement that is a word": ("{rating: Good, rationale: 'A reason.'}", "Good", "PR507", "found 'Good'", "R1.1"),
    "a judgement twice": ("panel_decisions:", "  Leadership: {rating: Good}\npanel_decisions:", "PR507", "'Leadership' is rated twice here; first in line 6", "Leadership"),
    "a panel decision without a reason": (", reason: 'One case decided it.'", "", "PR507", "a decision of the panel needs its reason", "R2.6: {"),
    "two origins": ("{column: Order,", "{column: Order, constant: Licence,", "PR507", "a column has one origin, found column and constant", "Order"),
    "no origin": ("{column: Order,", "{", "PR507", "a column has one origin, found none", "Sentence type"),
    "a list as an origin": ("R2.1.1: A1", "R2.1.1: [A1, A2]", "PR507", "found a list", "R2.1.1"),
    "a join of one": ("[Inspection, Ref]", "[Ref]", "PR507", "join puts two or more columns together", "Case ID: {"),
    "a separator without a join": ("pattern: '(.+) 2024'", "separator: x", "PR507", "separator belongs to join", "separator: x"),
    "no letter": ("{column: Order,", "{letter: '7',", "PR507", "the letter of a column is expected here, found '7'", "letter"),
    "a letter after the last": ("{column: Order,", "{letter: XFE,", "PR507", "found 'XFE'", "XFE"),
    "a constant that answers Yes": ("R2.1.1: A1", "R2.1.1: {constant: 'Yes'}", "PR507", "can only be Not applicable, found 'Yes'", "constant"),
    "a blank constant in a key question": ("R2.1.1: A1", "R2.1.1: {constant: ''}", "PR507", "can only be Not applicable, found ''", "constant"),
    "a supporting question that is always No": ("R2.1.1: A1", "S1: {constant: 'No'}", "PR507", "can only be Not applicable or, as '', blank", "constant"),
    "a constant whose meaning is changed": ("R2.1.1: A1", "R2.1.1: {constant: NA, values: {NA: 'Yes'}}", "PR507", "a constant is taken as it is, found values beside it", "constant"),
    "a constant that the rules do not list": ("{column: Order, values: {CO: Community sentence, PSS: Licence}}", "{constant: Parole}", "PR507", "'Sentence type' can be Community sentence, Licence or Community sentence and licence, found 'Parole'", "Parole"),
    "an answer from the name of a file": ("R2.1.1: A1", "R2.1.1: {file_name: '(.+)'}", "PR507", "one answer for a whole file or sheet would be made up", "file_name"),
    "a result that the rules do not list": ("PSS: Licence", "PSS: Parole", "PR507", "a value can mean Community sentence, Licence or Community sentence and licence, found 'Parole'", "Parole"),
    "an answer that the rules do not list": ("'2': 'No'", "'2': Maybe", "PR507", "a value can mean Yes, No or Not applicable, found 'Maybe'", "Maybe"),
    "an answer of its own that the rules do not list": ("R2.1.1: A1", "R2.1.1: {column: A1, values: {'1': Perhaps}}", "PR507", "found 'Perhaps'", "Perhaps"),
    "an answer that means a blank": ("'2': 'No'", "'2': ''", "PR507", "found a blank", "answers"),
    "answers alike but for case and space": ("'2': 'No'", "'N  a': 'No', n A: 'Yes'", "PR507", "'n A' is the same value as in line 18", "n A"),
    "values alike but for case": ("PSS: Licence", "co: Licence", "PR507", "'co' is the same value as in line 14", "co: Lic"),
    "no values": ("{CO: Community sentence, PSS: Licence}", "{}", "PR507", "found nothing", "values: {}"),
    "answers of a sheet without questions": ("sources:\n", "  PDU priorities: {answers: {'1': 'Yes'}}\nsources:\n", "PR507", "'PDU priorities' has no questions", "PDU priorities"),
    "one column for two questions": ("R2.1.2: A2", "R2.1.2: a1", "PR507", "'R2.1.1' (line 16) and 'R2.1.2' have the same source column 'a1'", "R2.1.2"),
    "one letter for two questions": ("R2.1.1: A1\n      R2.1.2: A2", "R2.1.1: {letter: F}\n      R2.1.2: {letter: f, column: A2}", "PR507", "have the same source column", "R2.1.2"),
    "one header with its letter and then without": ("R2.1.1: A1\n      R2.1.2: A2", "R2.1.1: {letter: F, column: A1}\n      R2.1.2: A1", "PR507", "have the same source column 'A1'", "R2.1.2"),
    "one header without its letter and then with it": ("R2.1.2: A2", "R2.1.2: {letter: F, column: A1}", "PR507", "have the same source column 'A1'", "R2.1.2"),
    "one column for a supporting question too": ("R2.1.2: A2", "S1: A1", "PR507", "'R2.1.1' (line 16) and 'S1' have the same source column", "S1"),
    "a pattern without a group": ("'(.+) 2024'", "'.+ 2024'", "PR511", "the pattern has no group, found '.+ 2024'", "pattern"),
    "a pattern with two groups": ("'(.+) 2024'", "'(.+) (2024)'", "PR511", "the pattern has 2 groups, and needs one", "pattern"),
    "a pattern that is not one": ("'(.+) 2024'", "'(.+ 2024'", "PR511", "this is not a regular expression", "pattern"),
    "a pattern with look-ahead": ("'(.+) 2024'", "'(.+)(?= 2024)'", "PR511", "look-around is not allowed", "pattern"),
    "a pattern with look-behind in a group": ("'(.+) 2024'", "'(x|(?:a(?<!b)))'", "PR511", "look-around is not allowed", "pattern"),
    "a pattern with a back-reference": ("'(.+) 2024'", r"'(.+)\1'", "PR511", "a back-reference is not allowed", "pattern"),
    "a pattern with a condition": ("'(.+) 2024'", "'(a)?(?(1)b|c)'", "PR511", "a back-reference is not allowed", "pattern"),
    "a pattern of 201 characters": ("'(.+) 2024'", f"'({'a' * 199})'", "PR511", "the pattern has 201 characters", "pattern"),
    "a pattern with a number too large": ("'(.+) 2024'", "'(a{99999999999999999999})'", "PR511", "this is not a regular expression", "pattern"),
    "a name pattern without a group": ("{column: Inspection, pattern: '(.+) 2024'}", "{file_name: 'pdu-.+'}", "PR511", "the pattern has no group", "file_name"),
    "a condition with look-around": ("equals: Total", "matches: '(?!x).*'", "PR511", "look-around is not allowed", "matches"),
    "a year of two digits": ("'%d/%m/%Y'", "'%d/%m/%y'", "PR507", "a year of two digits could be in two centuries", "%y"),
    "a date format without a year": ("'%d/%m/%Y'", "'%d/%m'", "PR507", "a date has one year (%Y), this format has none", "%d/%m'"),
    "a date format with a strange part": ("'%d/%m/%Y'", "'%d/%m/%Y %Q'", "PR507", "'%Q' is not a part of a date", "%Q"),
    "a date format twice": ("excel_serial]", "'%d/%m/%Y']", "PR507", "it is given twice", "Commenced"),
    "a date format for a question": ("R2.1.1: A1", "R2.1.1: {column: A1, date_format: '%d/%m/%Y'}", "PR507", "'R2.1.1' is not a column of dates", "R2.1.1"),
    "a condition without a column": ("{column: Ref, equals: Total}", "{equals: Total}", "PR507", "a condition has a column and one of", "equals"),
    "a condition without a value": ("{column: Ref, equals: Total}", "{column: Ref}", "PR507", "found column", "- {column: Ref}"),
    "two conditions in one": ("equals: Total}", "equals: Total, blank: true}", "PR507", "found column, equals and blank", "equals"),
    "a condition blank: false": ("equals: Total}", "blank: false}", "PR507", "true is expected here, found 'false'", "blank"),
    "equals with a list": ("equals: Total}", "equals: [Total, Sum]}", "PR507", "write one_of for several values", "equals"),
    "a code without the long format": ("R2.1.1: A1", "R2.1.1: {question: Q1}", "PR507", "`question` needs the long format", "question"),
    "a long format without its answer": ("    ignore_rows:", "    long: {question: Code}\n    ignore_rows:", "PR507", "answer is missing", "long"),
    "a long format of one column": ("    ignore_rows:", "    long: {question: Code, answer: code}\n    ignore_rows:", "PR507", "question and answer are one column", "long"),
    "a header row that is not a number": ("sheet: Victims", "header_row: first", "PR507", "a number from 1 to 1,048,576 is expected here, found 'first'", "header_row"),
    "a header row 0": ("sheet: Victims", "header_row: 0", "PR507", "found '0'", "header_row"),
    "a first row above the header": ("sheet: Victims", "header_row: 4, first_row: 4", "PR507", "the first row of data (4) must be below the header row (4)", "header_row"),
    "no header row and no first row": ("sheet: Victims", "columns: {Case ID: {letter: A}, R2.6.1: {letter: B}}, header_row: none", "PR507", "header_row: none needs first_row", "header_row"),
    "no header row and a header": ("sheet: Victims", "header_row: none, first_row: 1", "PR507", "by letter, found the headers 'Ref' and 'V1'", "header_row"),
    "no header row and a condition on a header": ("sheet: Victims", "columns: {Case ID: {letter: A}, R2.6.1: {letter: B}}, ignore_rows: [{column: Ref, blank: true}], header_row: none, first_row: 2", "PR507", "by letter, found the headers 'Ref'", "header_row"),
    "no header row and no columns": ("sheet: Victims, into: Victim cases", "header_row: none, first_row: 2, into: Court reports", "PR507", "by letter, found no columns", "header_row"),
    "an unknown encoding": ("files: cases.csv,", "files: cases.csv, encoding: utf-16,", "PR507", "utf-8, cp1252 or latin-1 is expected here, found 'utf-16'", "utf-16"),
    "an unknown delimiter": ("files: cases.csv,", "files: cases.csv, delimiter: ':',", "PR507", "found ':'", "delimiter"),
    "a source without files": ("files: cases.csv, ", "", "PR507", "files is missing", "{into: PDU"),
    "a source without a sheet": (", into: PDU cases}", "}", "PR507", "into is missing", "cases.csv"),
    "a file that does not exist": ("files: cases.csv", "files: case.csv", "PR509", "file not found: 'case.csv'; the folder has 'book.xlsx', 'cases.csv'", "case.csv"),
    "a file in other letters": ("files: cases.csv", "files: Cases.csv", "PR509", "file not found: 'Cases.csv'; the folder has 'cases.csv'", "Cases.csv"),
    "a glob that matches nothing": ("files: cases.csv", "files: 'pdu-*.csv'", "PR509", "'pdu-*.csv' matches no file", "pdu-"),
    "an exclusion that matches nothing": ("files: cases.csv", "files: cases.csv, exclude: 'old*'", "PR509", "'old*' does not match any of the files 'cases.csv'", "old"),
    "an exclusion of everything": ("files: cases.csv", "files: cases.csv, exclude: '*.csv'", "PR507", "no file is left", "exclude"),
    "a file named twice": ("files: cases.csv", "files: ['*.csv', ./cases.csv]", "PR507", "the file 'cases.csv' is named twice", "files: ["),
    "a source twice": ("sources:\n", "sources:\n  - {files: cases.csv, into: PDU cases}\n", "PR507", "the rows of 'cases.csv' go into 'PDU cases' twice, first by line 26", "  - {files: cases.csv, into: PDU cases}\n  - {files: book"),
    "a sheet of a source twice": ("sources:\n", "sources:\n  - {files: book.xlsx, sheet: 'Vict*', into: Victim cases}\n", "PR507", "twice, first by line 26", "sheet: Victims"),
    "an address": ("files: cases.csv", "files: 'https://example.org/cases.csv'", "PR510", "is an address", "https"),
    "a path above": ("files: cases.csv", "files: ../cases.csv", "PR510", "leads out of the folder with ..", "../"),
    "a path above in the middle": ("files: cases.csv", "files: pdu/../../cases.csv", "PR510", "leads out of the folder with ..", "../"),
    "an absolute path": ("files: cases.csv", "files: /etc/passwd", "PR510", "is an absolute path", "/etc"),
    "a drive": ("files: cases.csv", "files: 'C:cases.csv'", "PR510", "is an absolute path", "C:"),
    "a backslash": ("files: cases.csv", r"files: pdu\cases.csv", "PR510", "write / between folders, on Windows too", "pdu"),
    "a home folder": ("files: cases.csv", "files: '~/cases.csv'", "PR510", "begins with ~", "~"),
    "a home folder without quotation marks": ("files: cases.csv", "files: ~", "PR510", "begins with ~", "~"),
    "two stars": ("files: cases.csv", "files: '**/*.csv'", "PR510", "has ** in it", "**"),
    "an absolute path in exclude": ("files: cases.csv", "files: cases.csv, exclude: /etc/passwd", "PR510", "is an absolute path", "/etc"),
    "a glob that takes in the mapping": ("files: cases.csv", "files: '*'", "PR507", "'m.mapping.yaml' is a mapping file itself", "files: '*'"),
    "a sheet to remove that nothing has": ("  Victim cases:\n", "  Court reports: {remove: true}\n  Victim cases:\n", "PR507", "there is no such sheet to remove", "Court reports"),
    "a column to remove that nothing has": ("files: cases.csv,", "files: cases.csv, columns: {R2.1.3: {remove: true}},", "PR507", "there is no such column to remove", "remove"),
    "remove and something else": ("R2.1.1: A1", "R2.1.1: {remove: true, column: A1}", "PR507", "remove: true is given with something else", "R2.1.1"),
    "a rule file": (TEXT, "id: x\ntitle: y\n", "PR507", "this is not a mapping file", "id"),
    "a list": (TEXT, "- a\n", "PR507", "this is not a mapping file", "- a"),
    "nothing": (TEXT, "\n", "PR505", "the file is empty", "\n"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "words", "part"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_is_refused_with_its_line(
    old: str, new: str, code: str, words: str, part: str, tmp_path: Path
) -> None:
    text = changed(old, new)
    path = write(folder_with(tmp_path), text)
    found = problems_of(path)
    assert any(words in f"{one.message} | {one.remedy}" for one in found), [one.message for one in found]
    problem = next(one for one in found if words in f"{one.message} | {one.remedy}")
    assert (problem.kind.code, problem.file) == (code, str(path))
    assert problem.line == text[: text.index(part)].count("\n") + 1
    assert len(found) == 1, [one.message for one in found]
    assert not {"", "None", "found ''", "found None"} & {problem.remedy}


# how a rating is written where each PDU has its own; the words of the message, and of the remedy
BROKEN_RATINGS = {
    "of the standard": ("{rating: Good}", "each PDU has its own rating by these rules", "write P1.1: {NAME OF PDU: {rating: Good}}"),
    "a word for a PDU": ("{Kent: {rating: Good}, Essex: Good}", "a PDU needs its rating, and the standard is rated for each PDU", "write NAME OF PDU: {rating: Good}"),
    "both": ("{Kent: {rating: Good}, rating: Good}", "this belongs to a rating, and the standard is rated for each PDU", "write NAME OF PDU: {rating: Good}"),
    "twice": ("{Kent: {rating: Good}, ' KENT': {rating: Good}}", "'P1.1' is rated twice here; first in line 4", "keep one of the two"),
    "without a rating": ("{Kent: {rationale: Well led.}}", "the rating is missing", "write {rating: Good}, with a word of the scale"),
    "not a rating": ("{Kent: {rating: Fine}}", "a rating is Inadequate, Requires improvement, Good, Outstanding or Not inspected, found 'Fine'", "write Inadequate, Requires improvement, Good, Outstanding or Not inspected"),
}  # fmt: skip


@pytest.mark.parametrize(("rating", "words", "instead"), BROKEN_RATINGS.values(), ids=BROKEN_RATINGS)
def test_a_rating_of_a_pdu_that_cannot_be_is_refused(rating: str, words: str, instead: str, tmp_path: Path) -> None:
    sources = "sources:\n  - {files: cases.csv, into: PDU cases}\n"
    text = f"mapping_version: 1\nrules: pdu-2023\njudgements:\n  P1.1: {rating}\n{sources}"
    (problem,) = problems_of(write(folder_with(tmp_path), text))
    assert (problem.kind.code, problem.line) == ("PR507", 4)
    assert problem.message.endswith(words)
    assert problem.remedy == instead


GIVEN = """\
mapping_version: 1
rules: regional-2023
inspection:
  Regions: London
  Region: [London]
  Fieldwork started: 3 June 2024
  fieldwork-started: 2024-06-03
  Fieldwork ended: ''
  Data status: Real # not ours
judgements:
  R1.9: {rating: Good}
  R1.1: {rating: [Good], rationale: ''}
  R1.2:
    rating: Fine # ours
    rationale: Well #1
  R2.1: {}
  P1.1: {Camden: {rating: A word of other rules}}
  P1.9: {Camden: Fine, rationale: x}
  R2.9: Good
panel_decisions:
  R2.1: {rating: Good}
  R2.2: {Camden: {rating: Good, reason: Seen.}}
  R2.3: Good
sources:
  - {files: cases.csv, into: PDU cases}
"""
SIZES = "PDU cases, community sentences, licences, court reports, resettlement cases, unpaid work cases or statutory victim cases"
FIELDS = f"Region, Fieldwork started, Fieldwork ended, Sentences commenced from, Sentences commenced to, Data status, {SIZES}"
STANDARDS = "R1.1, R1.2, R2.1, R2.2, R2.3, R2.4, R2.5 or R2.6"
RATINGS = "Inadequate, Requires improvement, Good, Outstanding or Not inspected"
ONE_VALUE, KEYS, VALUE = (
    "write one value, as text",
    "write keys with values, or leave this out",
    "give a value, or delete the line",
)
# the lines of the file above with a problem; the entry, the message and the remedy
WRONG_GIVEN = [
    (4, "inspection.Regions", "the rules regional-2023 have no field of 'Inspection' named 'Regions'; did you mean Region?", f"write {FIELDS}"),
    (5, "inspection.Region", "the value of 'Region' is expected here, found a list", ONE_VALUE),
    (6, "inspection.Fieldwork started", "a date is written as YYYY-MM-DD here, found '3 June 2024'", "write it as 2024-06-03"),
    (7, "inspection.fieldwork-started", "the field 'Fieldwork started' is given twice; first in line 6", "keep one of the two"),
    (8, "inspection.Fieldwork ended", "the value of 'Fieldwork ended' is expected here, found a blank text", VALUE),
    (9, "inspection.Data status", "the value is Inspection data or Illustrative, found 'Real'", "write Inspection data or Illustrative"),
    (11, "judgements.R1.9", "the rules regional-2023 have no standard 'R1.9'", f"write {STANDARDS}"),
    (12, "judgements.R1.1.rating", "a rating is expected here, found a list", ONE_VALUE),
    (12, "judgements.R1.1.rationale", "the reason is expected here, found a blank text", VALUE),
    (14, "judgements.R1.2.rating", f"a rating is {RATINGS}, found 'Fine'", f"write {RATINGS}"),
    (15, "judgements.R1.2.rationale", "YAML reads only 'Well', because the text goes on with '#1'", "quote it: 'Well #1'; or put two spaces before a comment, and one after its #"),
    (16, "judgements.R2.1", "keys such as {rating: Good, rationale: ...} are expected here, found nothing", KEYS),
    (18, "judgements.P1.9", "the rules regional-2023 have no standard 'P1.9'", f"write {STANDARDS}"),
    (19, "judgements.R2.9", "keys such as {rating: Good, rationale: ...} are expected here, found 'Good'", KEYS),
    (21, "panel_decisions.R2.1", "a decision of the panel needs its reason", "add reason: with the panel's words"),
    (22, "panel_decisions.R2.2", "the region has one rating by these rules", "write R2.2: {rating: Good}"),
    (23, "panel_decisions.R2.3", "keys such as {rating: Good, reason: ...} are expected here, found 'Good'", KEYS),
]  # fmt: skip


def test_what_is_wrong_with_given_values_is_said_of_each(tmp_path: Path) -> None:
    found = [(one.line, one.message, one.remedy) for one in problems_of(write(folder_with(tmp_path), GIVEN))]
    assert found == [(line, f"{entry}: {words}", instead) for line, entry, words, instead in WRONG_GIVEN]
    plain = "\n".join(GIVEN.splitlines()[:2]) + "\ninspection: London\njudgements: Good\npanel_decisions: [R2.1]\n"
    found = [(one.line, one.message, one.remedy) for one in problems_of(write(tmp_path, plain + SOURCES))]
    standards = "standards with their ratings are expected here"
    assert found == [
        (3, "inspection: fields with their values are expected here, found 'London'", KEYS),
        (4, f"judgements: {standards}, found 'Good'", KEYS),
        (5, f"panel_decisions: {standards}, found a list", KEYS),
    ]


def test_all_problems_are_found_in_one_pass(tmp_path: Path) -> None:
    text = TEXT.replace("R2.1.1: A1", "R2.1.9: A1").replace("cases.csv", "gone.csv").replace("'2': 'No'", "'2': Maybe")
    assert [one.kind.code for one in problems_of(write(folder_with(tmp_path), text))] == ["PR508", "PR507", "PR509"]


def test_very_many_problems_are_counted(tmp_path: Path) -> None:
    columns = "".join(f"      Q{number}: A{number}\n" for number in range(200))
    path = write(folder_with(tmp_path), changed("      R2.1.1: A1\n", columns))
    found = problems_of(path)
    assert len(found) == 51
    assert "150 more problems are not shown" in found[-1].message


def test_a_mapping_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "gone.mapping.yaml")
    assert (problem.kind.code, problem.file) == ("PR101", str(tmp_path / "gone.mapping.yaml"))
    (problem,) = problems_of(tmp_path)
    assert problem.kind.code == "PR102"


def test_a_mapping_file_is_not_larger_than_1_mb(tmp_path: Path) -> None:
    (problem,) = problems_of(write(folder_with(tmp_path), TEXT + "#" * 1_000_000))
    assert (problem.kind.code, problem.message) == ("PR505", "the file has more than 1 MB")


# what is extended, what extends it, and a line each of what then holds


BASE = TEXT[: TEXT.index("sources:")]
CHILD = "mapping_version: 1\nrules: regional-2023\nextends: ../base.mapping.yaml\n"
SOURCES = TEXT[TEXT.index("sources:") :]


def extended(tmp_path: Path, child: str, base: str = BASE, rules: str | None = None) -> MappingFile:
    """A mapping file in a subfolder, which extends one above it."""
    write(tmp_path, base, "base.mapping.yaml")
    folder_with(tmp_path / "london")
    return load_mapping(write(tmp_path / "london", child), rules)


def refused(tmp_path: Path, child: str, base: str = BASE, rules: str | None = None) -> list[Problem]:
    with pytest.raises(MappingFileError) as caught:
        extended(tmp_path, child, base, rules)
    return list(caught.value.problems)


def test_a_mapping_takes_over_what_it_extends(tmp_path: Path) -> None:
    mapping = extended(tmp_path, CHILD + SOURCES)
    files = [tmp_path / "london" / "m.mapping.yaml", tmp_path / "london" / ".." / "base.mapping.yaml"]
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert mapping.files == dict(zip(map(str, files), hashes, strict=True))
    assert mapping.inspection["Region"] == Given("London", Line(str(files[1]), 4))
    assert [one.standard for one in (*mapping.judgements, *mapping.panel_decisions)] == ["R1.1", "R2.6"]
    assert len(first_sheet(mapping).columns) == 6
    assert mapping.folder == tmp_path / "london"


def test_inherited_sources_are_in_the_folder_of_the_mapping_that_is_given(tmp_path: Path) -> None:
    mapping = extended(tmp_path, CHILD, TEXT)
    assert mapping.sources[0].files == (tmp_path / "london" / "cases.csv",)
    assert mapping.sources[0].line == (str(tmp_path / "london" / ".." / "base.mapping.yaml"), 26)


def test_rules_may_be_taken_over(tmp_path: Path) -> None:
    mapping = extended(tmp_path, CHILD.replace("rules: regional-2023\n", "") + SOURCES)
    assert mapping.rules == "regional-2023"


def test_fields_and_ratings_are_laid_over_one_by_one(tmp_path: Path) -> None:
    child = """inspection: {region: Wales, Data status: Illustrative}
judgements: {Leadership: {rating: Outstanding}, R1.2: {rating: Good}}
panel_decisions: {R2.5: {rating: Good, reason: Few cases.}}
"""
    mapping = extended(tmp_path, CHILD + child + SOURCES)
    assert {name: one.value for name, one in mapping.inspection.items()} == {
        "Region": "Wales",
        "Data status": "Illustrative",
    }
    judged = [(one.standard, one.rating, one.reason) for one in mapping.judgements]
    assert judged == [("R1.1", "Outstanding", ""), ("R1.2", "Good", "")]
    assert [one.standard for one in mapping.panel_decisions] == ["R2.6", "R2.5"]


def test_answers_and_columns_replace_the_whole_of_what_they_override(tmp_path: Path) -> None:
    child = """sheets:
  pdu cases:
    columns:
      Does planning focus sufficiently on keeping other people safe?: B2
      Sentence type: {column: Order type, values: {Order: Community sentence}}
    answers: {Y: 'Yes', X: 'No'}
"""
    sheet = first_sheet(extended(tmp_path, CHILD + child + SOURCES))
    assert sheet.answers == {"Y": "Yes", "X": "No"}
    assert sheet.columns["R2.1.2"].value == Header("B2")
    assert sheet.columns["R2.1.1"].value == Header("A1")
    assert sheet.columns["Sentence type"].values == {"Order": "Community sentence"}
    assert list(sheet.columns) == ["Case ID", "PDU", "Sentence type", "Commenced", "R2.1.1", "R2.1.2"]


def test_conditions_on_rows_add_up_from_the_extended_file_to_the_source(tmp_path: Path) -> None:
    child = """sheets:
  PDU cases:
    keep_rows: [{column: Type, equals: Case}]
    ignore_rows: [{column: Ref, blank: true}]
sources:
  - files: cases.csv
    into: PDU cases
    keep_rows: [{column: Year, equals: 2024}]
    ignore_rows: [{column: Ref, equals: Test}]
"""
    sheet = first_sheet(extended(tmp_path, CHILD + child))
    assert [one.values for one in sheet.keep_rows] == [("Case",), ("2024",)]
    assert [(one.values, one.blank) for one in sheet.ignore_rows] == [
        (("Total",), False),
        ((), True),
        (("Test",), False),
    ]


def test_a_source_overrides_any_key_of_its_sheet_for_itself_alone(tmp_path: Path) -> None:
    text = changed(
        "  - {files: cases.csv, into: PDU cases}",
        """  - files: cases.csv
    into: PDU cases
    columns: {R2.1.1: Z1, R2.1.2: {remove: true}, R2.1.3: Z3}
    answers: {'3': 'Yes'}
    header_row: 2
    encoding: latin-1
  - {files: book.xlsx, into: PDU cases, sheet: Cases}""",
    )
    own, other = (source.mapping for source in loaded(tmp_path, text).sources[:2])
    assert {name: one.value for name, one in own.columns.items() if name.startswith("R")} == {
        "R2.1.1": Header("Z1"),
        "R2.1.3": Header("Z3"),
    }
    assert (own.answers, own.header_row, own.encoding, own.sheets) == ({"3": "Yes"}, 2, "latin-1", ())
    assert {name: one.value for name, one in other.columns.items() if name.startswith("R")} == {
        "R2.1.1": Header("A1"),
        "R2.1.2": Header("A2"),
    }
    assert (other.answers, other.header_row, other.sheets) == (
        {"1": "Yes", "2": "No", "98": "Not applicable"},
        None,
        ("Cases",),
    )


def test_a_sheet_and_a_column_may_be_taken_away(tmp_path: Path) -> None:
    child = "sheets: {Victim cases: {remove: true}, PDU cases: {columns: {Commenced: {remove: true}}}}\n"
    cases, victims = (source.mapping for source in extended(tmp_path, CHILD + child + SOURCES).sources)
    assert "Commenced" not in cases.columns
    assert victims.own_headers


PDU_BASE = """mapping_version: 1
rules: regional-2023
judgements: {R1.1: {rating: Good}}
sheets:
  PDU cases:
    columns:
      Case ID: Ref
      R2.1.1: BASE
      R2.2.1: OTHER
      R2.5.1: RESETTLEMENT
  Court reports: {columns: {Report ID: Ref, R2.3.1: C1}}
"""
PDU_CHILD = """mapping_version: 1
rules: pdu-2023
extends: ../base.mapping.yaml
judgements:
  P1.1: {Norfolk: {rating: Good}, Suffolk: {rating: Inadequate, rationale: Poor.}}
sheets:
  PDU cases:
    columns:
      P2.1.3: CHILD
sources:
  - {files: cases.csv, into: PDU cases}
"""


def test_a_question_of_two_rule_files_is_one_column_and_that_of_the_child(tmp_path: Path) -> None:
    mapping = extended(tmp_path, PDU_CHILD, PDU_BASE)
    columns = {name: one.value for name, one in first_sheet(mapping).columns.items()}
    # P2.1.3 is R2.1.1, and P2.1.2 is R2.2.1; resettlement and court reports are not inspected by pdu-2023
    assert columns == {"Case ID": Header("Ref"), "P2.1.2": Header("OTHER"), "P2.1.3": Header("CHILD")}
    judged = [(one.standard, one.pdu, one.rating, one.reason) for one in mapping.judgements]
    assert judged == [("P1.1", "Norfolk", "Good", ""), ("P1.1", "Suffolk", "Inadequate", "Poor.")]
    (note,) = mapping.notes
    assert (note.kind.code, note.kind.severity, note.file) == ("PR512", "note", mapping.path)
    assert note.message == (
        "the rules pdu-2023 do not have these names of the mapping, which are not used: "
        "the rating of 'R1.1', the column 'R2.5.1' of 'PDU cases' and the sheet 'Court reports'"
    )


def test_the_other_way_round_it_is_one_column_too(tmp_path: Path) -> None:
    base = PDU_CHILD.replace("extends: ../base.mapping.yaml\n", "").replace(
        "P2.1.3: CHILD", "P2.1.3: BASE\n      P2.1.1: ENGAGED"
    )
    child = CHILD + "sheets: {PDU cases: {columns: {R2.1.1: CHILD}}}\n"
    mapping = extended(tmp_path, child, base)
    assert {name: one.value for name, one in first_sheet(mapping).columns.items()} == {"R2.1.1": Header("CHILD")}
    assert "the column 'P2.1.1' of 'PDU cases'" in mapping.notes[0].message


def test_typed_rules_are_in_force_and_names_are_judged_by_those_of_the_file(tmp_path: Path) -> None:
    mapping = loaded(tmp_path, TEXT, "pdu-2023")
    assert (mapping.rules, [source.mapping.into for source in mapping.sources]) == ("pdu-2023", ["PDU cases"])
    assert list(first_sheet(mapping).columns) == ["Case ID", "PDU", "Sentence type", "Commenced", "P2.1.3", "P2.2.3"]
    assert [note.kind.code for note in mapping.notes] == ["PR512"]
    assert "the sheet 'Victim cases'" in mapping.notes[0].message
    (problem,) = problems_of(write(tmp_path, TEXT.replace("R2.1.1: A1", "P2.1.3: A1")), "pdu-2023")
    assert (problem.kind.code, problem.line) == ("PR508", 16)


def test_a_number_without_its_letters_means_the_question_of_the_rules_of_the_file(tmp_path: Path) -> None:
    # 2.1.1 is R2.1.1 in this file; P2.1.1 of pdu-2023 is another question
    mapping = loaded(tmp_path, changed("R2.1.1: A1", "2.1.1: A1"), "pdu-2023")
    assert first_sheet(mapping).columns["P2.1.3"].value == Header("A1")
    assert "P2.1.1" not in first_sheet(mapping).columns


def test_one_file_may_hold_the_judgements_of_the_region_and_of_its_pdus(tmp_path: Path) -> None:
    text = changed("panel_decisions:", "  P1.1: {Norfolk: {rating: Good}}\npanel_decisions:")
    mapping = loaded(tmp_path, text)
    assert [(one.standard, one.pdu) for one in mapping.judgements] == [("R1.1", None)]
    assert "the rating of 'P1.1' of 'Norfolk'" in mapping.notes[0].message
    mapping = load_mapping(tmp_path / "m.mapping.yaml", "pdu-2023")
    assert [(one.standard, one.pdu) for one in mapping.judgements] == [("P1.1", "Norfolk")]


def test_rules_of_ones_own_are_found_from_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    mapping = extended(tmp_path, CHILD + SOURCES, BASE.replace("regional-2023", "mine.yaml"))
    assert mapping.rules == "regional-2023"
    child = CHILD.replace("regional-2023", "../mine.yaml") + SOURCES
    assert extended(tmp_path, child).rules == str(tmp_path / "london" / ".." / "mine.yaml")
    assert rules_named(tmp_path / "london" / "m.mapping.yaml") == str(tmp_path / "london" / ".." / "mine.yaml")


# the lines that the child adds, the code, and the words
BROKEN_CHILD = {
    "a sheet to remove that the base lacks": ("sheets: {Court reports: {remove: true}}\n", "PR507", "no such sheet to remove"),
    "a column to remove that the base lacks": ("sheets: {PDU cases: {columns: {R2.1.4: {remove: true}}}}\n", "PR507", "no such column to remove"),
    "one column for two questions, one of the base": ("sheets: {PDU cases: {columns: {R2.1.3: A1}}}\n", "PR507", "have the same source column 'A1'"),
    "a first row that the base gives": ("sheets: {PDU cases: {header_row: 9}}\n", "PR507", "the first row of data (3) must be below the header row (9)"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "code", "words"), BROKEN_CHILD.values(), ids=BROKEN_CHILD)
def test_what_contradicts_the_extended_file_is_refused(lines: str, code: str, words: str, tmp_path: Path) -> None:
    base = BASE.replace("    answers:", "    first_row: 3\n    answers:")
    (problem,) = refused(tmp_path, CHILD + lines + SOURCES, base)
    assert problem.kind.code == code
    assert words in problem.message


def test_a_problem_of_the_extended_file_names_that_file(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, CHILD + SOURCES, BASE.replace("R2.1.2: A2", "R2.1.9: A2"))
    assert (problem.file, problem.line) == (str(tmp_path / "london" / ".." / "base.mapping.yaml"), 17)


def test_a_name_that_only_the_rules_of_the_child_have_is_unknown_in_the_base(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, PDU_CHILD, PDU_BASE.replace("R2.1.1: BASE", "P2.1.3: BASE"))
    assert (problem.kind.code, problem.line) == ("PR508", 8)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("../gone.mapping.yaml", "file not found: '../gone.mapping.yaml'"),
        ("m.mapping.yaml", "in a circle: 'm.mapping.yaml' leads back here"),
        ("../base.xlsx", "'../base.xlsx' is not a mapping file"),
        ("[a.yaml]", "the path of a mapping file is expected here, found a list"),
    ],
    ids=["no file", "itself", "a workbook", "a list"],
)
def test_a_file_that_cannot_be_extended_is_refused(named: str, words: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, CHILD.replace("../base.mapping.yaml", named) + SOURCES)
    assert words in problem.message
    assert problem.line == 3


def test_no_more_than_five_files_extend_one_another(tmp_path: Path) -> None:
    folder_with(tmp_path)
    write(tmp_path, BASE, "0.mapping.yaml")
    for number in range(1, 6):
        write(tmp_path, f"mapping_version: 1\nextends: {number - 1}.mapping.yaml\n{SOURCES}", f"{number}.mapping.yaml")
    assert len(load_mapping(tmp_path / "4.mapping.yaml").files) == 5
    (problem,) = problems_of(tmp_path / "5.mapping.yaml")
    assert "no more than 5 mapping files may extend one another" in problem.message


def test_sources_of_other_rules_alone_are_refused(tmp_path: Path) -> None:
    text = changed("  - {files: cases.csv, into: PDU cases}\n", "")
    (problem,) = problems_of(write(folder_with(tmp_path), text), "pdu-2023")
    assert "none of the sources fills a sheet of the rules pdu-2023" in problem.message


def test_a_word_of_the_rules_with_another_meaning_is_one_note(tmp_path: Path) -> None:
    text = changed(
        "{'1': 'Yes', '2': 'No', '98': Not applicable}", "{Y: 'Yes', X: 'No', n: Not applicable, 'True': 'No'}"
    )
    (note,) = loaded(tmp_path, text).notes
    assert (note.kind.code, note.kind.severity) == ("PR513", "note")
    assert note.message == (
        "words of the rules are given another meaning: 'n' means Not applicable, and is No in the rules and "
        "'True' means No, and is Yes in the rules"
    )


def test_each_word_of_the_rules_with_another_meaning_is_named_once(tmp_path: Path) -> None:
    # A is a code of the export; Yes keeps its meaning; a column of any text has no words of its own
    text = changed("R2.1.2: A2", "R2.1.2: A2\n      S1: {column: S, values: {'n': '', 'A': 'Yes', YES: 'Yes'}}")
    text = text.replace("CO: Community sentence", "licence: Community sentence")
    text = text.replace(
        "PDU: {column: Inspection, pattern: '(.+) 2024'}", "PDU: {column: Inspection, values: {N: 'Y'}}"
    )
    text = text.replace("sources:\n", "sources:\n  - {files: extra.csv, into: PDU cases, header_row: 2}\n")
    folder_with(tmp_path, "extra.csv")
    (note,) = loaded(tmp_path, text).notes
    assert (note.file, note.line) == (str(tmp_path / "m.mapping.yaml"), None)
    assert note.message == (
        "words of the rules are given another meaning: 'licence' means Community sentence, and is Licence in the rules "
        "and 'n' means a blank, and is No in the rules"
    )


def test_the_rules_in_force_are_not_loaded_again(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nextends: regional-2023\n", encoding="utf-8")
    mine = load_rules(str(tmp_path / "mine.yaml"))
    (tmp_path / "mine.yaml").unlink()
    path = write(folder_with(tmp_path), TEXT)
    assert load_mapping(path, str(tmp_path / "mine.yaml"), loaded=mine).rules == str(tmp_path / "mine.yaml")


def test_a_source_that_the_rules_in_force_lack_hides_no_other(tmp_path: Path) -> None:
    text = changed("sources:\n", "sources:\n  - {files: book.xlsx, sheet: Other, into: Victim cases}\n")
    mapping = loaded(tmp_path, text, "pdu-2023")
    assert [source.mapping.into for source in mapping.sources] == ["PDU cases"]


def test_problems_are_in_the_order_of_the_files_and_their_lines(tmp_path: Path) -> None:
    base = BASE.replace("Region: London", "Region: ''").replace("R2.1.1: A1", "R2.1.9: A1")
    child = CHILD + "sheets: {PDU cases: {columns: {R2.1.8: A}}}\ninspection: {Regio: x}\n" + SOURCES
    found = refused(tmp_path, child.replace("cases.csv", "gone.csv"), base)
    assert [(one.file.rpartition("/")[2].split(".")[0], one.line) for one in found] == [
        ("m", 4), ("m", 5), ("m", 7), ("base", 4), ("base", 16),
    ]  # fmt: skip


# names of files


def named(folder: Path, files: str, exclude: str = "") -> list[str]:
    """The files that a source names, as paths from the folder."""
    text = changed("files: cases.csv", f"files: {files}{exclude and f', exclude: {exclude}'}")
    mapping = load_mapping(write(folder, text))
    return [file.relative_to(folder).as_posix() for file in mapping.sources[0].files]


FILES = (
    "book.xlsx",
    "b.csv",
    "A.CSV",
    "pdu/b.csv",
    "pdu/c.csv",
    "pdu/.hidden.csv",
    "pdu/~$c.csv",
    "pdu/deep/d.csv",
    "old/b.csv",
    "x[1].csv",
    ".git/b.csv",
)


@pytest.mark.parametrize(
    ("files", "exclude", "found"),
    [
        ("'*.csv'", "", ["A.CSV", "b.csv", "x[1].csv"]),
        ("'?.csv'", "", ["A.CSV", "b.csv"]),
        ("'pdu/*.csv'", "", ["pdu/b.csv", "pdu/c.csv"]),
        ("'PDU/*.CSV'", "", ["pdu/b.csv", "pdu/c.csv"]),
        ("'P*/*.CSV'", "", ["pdu/b.csv", "pdu/c.csv"]),
        ("'*/b.csv'", "", ["old/b.csv", "pdu/b.csv"]),
        ("'*/*/*'", "", ["pdu/deep/d.csv"]),
        ("[pdu/c.csv, b.csv, ./pdu//b.csv]", "", ["b.csv", "pdu/b.csv", "pdu/c.csv"]),
        ("'x[1].csv'", "", ["x[1].csv"]),
        ("pdu/.hidden.csv", "", ["pdu/.hidden.csv"]),
        ("'*/*.csv'", "old/b.csv", ["pdu/b.csv", "pdu/c.csv"]),
        ("'*/*.csv'", "'*/B*'", ["pdu/c.csv"]),
        ("'pdu/*.csv'", "c.csv", ["pdu/b.csv"]),
        ("['*.csv', '*/*.csv']", "b.csv", ["A.CSV", "old/b.csv", "pdu/b.csv", "pdu/c.csv", "x[1].csv"]),
    ],
)
def test_a_pattern_means_the_files_of_one_folder_level(
    files: str, exclude: str, found: list[str], tmp_path: Path
) -> None:
    folder_with(tmp_path, *FILES)
    assert named(tmp_path, files, exclude) == found


def test_the_files_may_be_in_another_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "mappings", TEXT)
    mapping = load_mapping(path, data=folder_with(tmp_path / "data"))
    assert mapping.folder == tmp_path / "data"
    assert mapping.sources[0].files == (tmp_path / "data" / "cases.csv",)
    assert files_named(path, tmp_path / "data") == {
        str((tmp_path / "data" / name).resolve()) for name in ("cases.csv", "book.xlsx")
    }
    with pytest.raises(UsageError, match="is not a folder"):
        load_mapping(path, data=tmp_path / "gone")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    folder_with(tmp_path, *FILES)
    with pytest.raises(MappingFileError, match="'pdu' is a folder"):
        named(tmp_path, "pdu")


def test_a_link_is_followed_inside_the_folder_and_refused_outside(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "region")
    (tmp_path / "secret.csv").touch()
    try:
        (folder / "in.csv").symlink_to(folder / "cases.csv")
        (folder / "out.csv").symlink_to(tmp_path / "secret.csv")
        (folder / "up").symlink_to(tmp_path)
    except OSError:
        pytest.skip("links cannot be made here")
    assert named(folder, "in.csv") == ["in.csv"]
    for files in ("out.csv", "'out*'", "up/secret.csv", "'up/*.csv'"):
        with pytest.raises(MappingFileError, match="is a link that leads out of the folder"):
            named(folder, files)
    with pytest.raises(MappingFileError, match=r"the file 'in\.csv' is named twice"):
        named(folder, "[cases.csv, in.csv]")


def test_a_file_may_feed_several_sheets_and_one_sheet_from_several_of_its_own(tmp_path: Path) -> None:
    extra = """sources:
  - {files: book.xlsx, sheet: [Jan, Feb], into: Victim cases}
  - {files: book.xlsx, sheet: Mar, into: Victim cases}
  - {files: book.xlsx, sheet: Jan, into: PDU cases, keep_rows: [{column: T, equals: A}]}
  - {files: book.xlsx, sheet: Jan, into: PDU cases, keep_rows: [{column: T, equals: B}]}
"""
    mapping = loaded(tmp_path, changed("sources:\n", extra))
    assert len(mapping.sources) == 6


def test_no_more_than_500_files_are_read(tmp_path: Path) -> None:
    folder_with(tmp_path, "book.xlsx", *(f"f{number}.csv" for number in range(500)))
    (problem,) = problems_of(write(tmp_path, changed("files: cases.csv", "files: '*.csv'")))
    assert "the sources are more than 500 files, and no more are read" in problem.message


def test_a_mapping_in_a_folder_is_an_input_where_it_has_sources(tmp_path: Path) -> None:
    folder_with(tmp_path)
    assert is_input(write(tmp_path, TEXT))
    assert is_input(write(tmp_path, TEXT, "UPPER.MAPPING.YAML"))
    assert not is_input(write(tmp_path, BASE, "base.mapping.yaml"))
    assert is_input(write(tmp_path, TEXT, "short.mapping.yml"))
    assert is_input(write(tmp_path, "files: *.csv", "broken.mapping.yaml"))
    child = write(tmp_path, "mapping_version: 1\nextends: m.mapping.yaml\n", "child.mapping.yaml")
    assert is_input(child)
    assert files_named(child) == {str((tmp_path / name).resolve()) for name in ("cases.csv", "book.xlsx")}
    assert rules_named(child) == "regional-2023"
    assert (files_named(tmp_path / "broken.mapping.yaml"), rules_named(tmp_path / "broken.mapping.yaml")) == (
        frozenset(),
        None,
    )


@pytest.mark.parametrize(
    ("glob", "name", "fit"),
    [
        ("*.csv", "a.csv", True),
        ("a*b*c", "aXbXbc", True),
        ("a*b*c", "aXcXb", False),
        ("?.csv", ".csv", False),
        ("??", "ab", True),
        ("*", "", True),
        ("", "a", False),
        ("a", "ab", False),
        ("[ab]", "a", False),
    ],
)
def test_a_pattern_fits_a_name(glob: str, name: str, fit: bool) -> None:
    assert wild_match(glob, name, one=True) is fit


def test_a_hostile_pattern_ends_soon() -> None:
    assert not wild_match("*a" * 100 + "b", "a" * 255)


@pytest.mark.slow
def test_the_work_that_a_mapping_file_can_ask_for_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path)
    many = "".join(f"  - {{files: book.xlsx, sheet: S{number}, into: Victim cases}}\n" for number in range(501))
    (problem,) = problems_of(write(tmp_path, TEXT + many))
    assert "there are 503 sources, and no more than 500 are read" in problem.message
    (problem,) = problems_of(write(tmp_path, changed("files: cases.csv", f"files: '{'a/' * 501}'")))
    assert problem.message.endswith("has more than 1,000 characters")
    monkeypatch.setattr("probation_ratings.mapping.source_files.MOST_COMPARED", 7)
    (problem,) = problems_of(write(tmp_path, changed("files: cases.csv", "files: ['c*.csv', 'b*.xlsx', 'a*.csv']")))
    assert "too many patterns are compared with too many files" in problem.message
    monkeypatch.setattr("probation_ratings.mapping.contradictions.MOST_COMPARED", 1)
    several = "  - {files: book.xlsx, sheet: [A, B], into: Victim cases}\n"
    (problem,) = problems_of(write(tmp_path, TEXT + several))
    assert "too many sources read sheets of one file" in problem.message


@pytest.mark.parametrize("size", [10_000, 400_000])
def test_a_message_does_not_grow_with_what_it_quotes(size: int, tmp_path: Path) -> None:
    text = changed("      R2.1.1: A1", f"      ? 'R{'x' * size}'\n      : A1").replace(
        "PSS: Licence", f"PSS: {'y' * size}"
    )
    found = problems_of(write(folder_with(tmp_path), text))
    assert [one.kind.code for one in found] == ["PR507", "PR508"]
    assert max(len(one.message + one.remedy) for one in found) < 500
