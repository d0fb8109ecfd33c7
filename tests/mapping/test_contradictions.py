"""What a mapping file cannot say, in one entry or in several together: each message in full, and its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapping_texts import TEXT, changed, folder_with, write
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping.load import load_mapping

if TYPE_CHECKING:
    from pathlib import Path


def said(folder: Path, text: str) -> list[tuple[str, int | None, str, str]]:
    """The problems of a mapping file: code, line, message and remedy."""
    try:
        load_mapping(write(folder_with(folder), text))
    except MappingFileError as error:
        return [(one.kind.code, one.line, one.message, one.remedy) for one in error.problems]
    return []


COLUMNS = "      R2.1.1: A1\n      R2.1.2: A2"
VICTIMS = "sheet: Victims, into: Victim cases"
LETTERS = "into: Victim cases, columns: {Case ID: {letter: A}, R2.6.1: {letter: B}}, header_row: none"
LONG = "into: Victim cases, long: {question: C, answer: {letter: D}}, columns"
BY_LETTER = "sources.2: header_row: none needs columns and conditions by letter, found "
NAME_EACH = "name each column by its letter, such as {letter: B}"
NAME_COLUMN = "name the column that has the answers to this question"
TAKE_OUT = "take the file out of one of them with exclude, or give each its own sheet or rows"
NEEDS_LONG = "`question` needs the long format"
ADD_LONG = "add long: {question: HEADER, answer: HEADER}"

# what is changed, and into what; the line, the message and the remedy
CONTRADICTIONS = {
    "a code": (COLUMNS, "      R2.1.1: {question: Q1}", 16, f"sheets.PDU cases.columns.R2.1.1: {NEEDS_LONG}", ADD_LONG),
    "a code in a join": (COLUMNS, "      R2.1.1: {join: [A1, {question: Q1}]}", 16, f"sheets.PDU cases.columns.R2.1.1: {NEEDS_LONG}", ADD_LONG),
    "a first row in the header": ("sheet: Victims", "header_row: 4, first_row: 4", 27, "sources.2: the first row of data (4) must be below the header row (4)", "correct header_row or first_row, of the source or of its sheet"),
    "no first row": (VICTIMS, LETTERS, 27, "sources.2: header_row: none needs first_row", "add first_row: with the first row of data"),
    "headers of columns": ("sheet: Victims", "header_row: none, first_row: 1", 27, f"{BY_LETTER}the headers 'Ref' and 'V1'", NAME_EACH),
    "headers of conditions": (VICTIMS, f"{LETTERS}, first_row: 2, ignore_rows: [{{column: Ref, blank: true}}], keep_rows: [{{column: R, equals: 1}}, {{column: Ref, equals: 2}}]", 27, f"{BY_LETTER}the headers 'R' and 'Ref'", NAME_EACH),
    "headers of the long format": (VICTIMS, f"{LONG}: {{Case ID: {{letter: A}}, R2.6.1: B}}, header_row: none, first_row: 2", 27, f"{BY_LETTER}the headers 'C'", NAME_EACH),
    "no columns": (VICTIMS, "header_row: none, first_row: 2, into: Court reports", 27, f"{BY_LETTER}no columns", NAME_EACH),
    "a long format without columns": (VICTIMS, "into: Court reports, long: {question: C, answer: A}", 27, "sources.2: the long format needs columns", "add columns: with the code of each question"),
    "one header": (COLUMNS, "      R2.1.1: A1\n      R2.1.2: ' a1'", 17, "sheets.PDU cases.columns.R2.1.2: 'R2.1.1' (line 16) and 'R2.1.2' have the same source column ' a1'", NAME_COLUMN),
    "one header in joins": (COLUMNS, "      R2.1.1: {join: [A1, A2]}\n      R2.1.2: {join: [B1, A2]}", 17, "sheets.PDU cases.columns.R2.1.2: 'R2.1.1' (line 16) and 'R2.1.2' have the same source column 'A2'", NAME_COLUMN),
    "one letter": (COLUMNS, "      R2.1.1: {letter: f}\n      R2.1.2: {letter: F}", 17, "sheets.PDU cases.columns.R2.1.2: 'R2.1.1' (line 16) and 'R2.1.2' have the same source column 'F'", NAME_COLUMN),
    "one code": (VICTIMS, f"{LONG}: {{Case ID: A, R2.6.1: {{column: K1}}, R2.6.2: K1, R2.6.3: {{question: k1}}}}", 27, "sources.2.columns.R2.6.3: 'R2.6.2' (line 27) and 'R2.6.3' have the same source column 'k1'", NAME_COLUMN),
    "a file": ("sources:\n", "sources:\n  - {files: '*.csv', into: PDU cases}\n", 27, "sources.2: the rows of 'cases.csv' go into 'PDU cases' twice, first by line 26", TAKE_OUT),
    "a sheet, in one source by a pattern": ("sources:\n", "sources:\n  - {files: book.xlsx, sheet: 'VICT*', into: Victim cases}\n", 28, "sources.3: the rows of 'book.xlsx' go into 'Victim cases' twice, first by line 26", TAKE_OUT),
    "a sheet, in the other by a pattern": ("\n  - {files: book.xlsx, sheet: V", "\n  - {files: book.xlsx, sheet: J, into: Victim cases}\n  - {files: book.xlsx, sheet: [V*, J*], into: Victim cases}\n  - {files: book.xlsx, sheet: xV", 28, "sources.3: the rows of 'book.xlsx' go into 'Victim cases' twice, first by line 27", TAKE_OUT),
    "a sheet of several": ("sources:\n", "sources:\n  - {files: book.xlsx, sheet: [A, ' victims'], into: Victim cases}\n", 28, "sources.3: the rows of 'book.xlsx' go into 'Victim cases' twice, first by line 26", TAKE_OUT),
    "the only sheet": ("sources:\n", "sources:\n  - {files: book.xlsx, into: Victim cases}\n", 28, "sources.3: the rows of 'book.xlsx' go into 'Victim cases' twice, first by line 26", TAKE_OUT),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message", "remedy"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_cannot_be_true_together_is_refused(
    old: str, new: str, line: int, message: str, remedy: str, tmp_path: Path
) -> None:
    assert said(tmp_path, changed(old, new)) == [("PR507", line, message, remedy)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (COLUMNS, "      R2.1.1: {column: A1, letter: F}\n      R2.1.2: {column: A1, letter: G}"),
        (COLUMNS, "      R2.1.1: {join: [A1, A1]}\n      R2.1.2: A2"),
        (COLUMNS, "      R2.1.1: Ref\n      R2.1.2: Order"),
        (VICTIMS, f"{LONG}: {{Case ID: C, R2.6.1: K1, R2.6.2: {{column: K1}}}}"),
        ("sheet: Victims", "header_row: 4, first_row: 5"),
        (VICTIMS, f"{LETTERS}, first_row: 1, ignore_rows: [{{letter: C, blank: true}}]"),
        ("sources:\n", "sources:\n  - {files: book.xlsx, sheet: 'V*', into: PDU cases}\n"),
        ("sheet: Victims, into: Victim cases}", "sheet: 'V*', into: Victim cases}\n  - {files: book.xlsx, sheet: 'Vict*', into: Victim cases}"),
        (COLUMNS, "      R2.1.1: {letter: F}\n      R2.1.2: {letter: G}"),
        (COLUMNS, "      R2.1.1: {column: A1, letter: F}\n      R2.1.2: A2"),
    ],
    ids=[
        "a header that is repeated, by letters", "a column twice in one question", "a question and another column",
        "a code and a header", "a first row below the header", "letters alone", "one sheet into two", "two patterns",
        "two letters", "a header with its letter, and another header",
    ],
)  # fmt: skip
def test_what_can_be_true_together_is_not_refused(old: str, new: str, tmp_path: Path) -> None:
    assert said(tmp_path, changed(old, new)) == []


@pytest.mark.parametrize(("most", "refused"), [(8, False), (7, True)])
def test_sources_of_one_file_are_compared_up_to_a_limit(
    most: int, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # two sheets with the one before them, and two with the three before them: 2 + 6 comparisons
    monkeypatch.setattr("probation_ratings.mapping.contradictions.MOST_COMPARED", most)
    sources = "  - {files: book.xlsx, sheet: [A, B], into: Victim cases}\n  - {files: book.xlsx, sheet: [C, D], into: Victim cases}\n"
    words = (
        "PR507", 29, "sources.4: too many sources read sheets of one file",
        "name the sheets in one source, or by a pattern",
    )  # fmt: skip
    assert said(tmp_path, TEXT + sources) == ([words] if refused else [])


PATTERN = "sheets.PDU cases.columns.PDU.pattern: "
ALLOWED = "write a Python regular expression of at most 200 characters, without look-around and back-references"
DATES = "sheets.PDU cases.columns.Commenced.date_format"
# the pattern, and why it cannot be one
PATTERNS = {
    "no group": (".+ 2024", "the pattern has no group"),
    "two groups": ("(.+) (2024)", "the pattern has 2 groups, and needs one"),
    "not one": ("a(.+ 2024", "this is not a regular expression: missing ), unterminated subpattern (character 2)"),
    "not one at all": ("(.+ 2024", "this is not a regular expression: missing ), unterminated subpattern (character 1)"),
    "an escape": (r"(\p)", r"this is not a regular expression: bad escape \p (character 2)"),
    "a number too large": ("(a{99999999999999999999})", "this is not a regular expression: a number in it is too large, or it is nested too deeply"),
    "look-ahead": ("(.+)(?= 2024)", "look-around is not allowed"),
    "no look-ahead": ("(.+)(?! 2024)", "look-around is not allowed"),
    "look-behind in a group": ("(x|(?:a(?<!b)))", "look-around is not allowed"),
    "a back-reference": (r"(.+)\1", "a back-reference is not allowed"),
    "a condition": ("(a)?(?(1)b|c)", "a back-reference is not allowed"),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "reason"), PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_that_cannot_be_run_safely_is_refused(pattern: str, reason: str, tmp_path: Path) -> None:
    message = f"{PATTERN}{reason}, found '{pattern}'"
    remedy = f"{ALLOWED}, with one group in brackets: what is in it is kept"
    assert said(tmp_path, changed("(.+) 2024", pattern)) == [("PR511", 13, message, remedy)]


def test_a_pattern_has_up_to_200_characters_and_that_of_a_condition_any_groups(tmp_path: Path) -> None:
    assert said(tmp_path, changed("(.+) 2024", f"({'a' * 198})")) == []
    ((code, _, message, _),) = said(tmp_path, changed("(.+) 2024", f"({'a' * 199})"))
    assert (code, message) == ("PR511", f"{PATTERN}the pattern has 201 characters, found '({'a' * 58}…'")
    assert said(tmp_path, changed("equals: Total", "matches: '(x)(y).*|[[a]'")) == []
    message = "sheets.PDU cases.ignore_rows.1.matches: look-around is not allowed, found '(?!x).*'"
    assert said(tmp_path, changed("equals: Total", "matches: '(?!x).*'")) == [("PR511", 20, message, ALLOWED)]


def test_what_is_no_text_is_no_pattern_and_no_date_format(tmp_path: Path) -> None:
    ((*_, message, _),) = said(tmp_path, changed("'(.+) 2024'", "[a]"))
    assert message == f"{PATTERN}a pattern is expected here, found a list"
    ((*_, message, _), (*_, other, _)) = said(tmp_path, changed("excel_serial]", "[a], '%d']"))
    assert message == f"{DATES}.2: a date format is expected here, found a list"
    assert other == f"{DATES}.3: a date has one month (%m, %b, %B), this format has none, found '%d'"


# the date format, and why it cannot be one
FORMATS = {
    "two digits": ("%d/%m/%y", "a year of two digits could be in two centuries: write %Y for four digits"),
    "no year": ("%d/%m", "a date has one year (%Y), this format has none"),
    "no day": ("%m %Y", "a date has one day (%d), this format has none"),
    "two months": ("%d %b %B %Y", "a date has one month (%m, %b, %B), this format has 2"),
    "another part": ("%d/%m/%Y %Q %e", "'%Q' is not a part of a date: %d, %m, %b, %B and %Y are"),
    "a stray sign": ("%d/%m/%Y %", "'%' is not a part of a date: %d, %m, %b, %B and %Y are"),
    "twice": ("excel_serial", "it is given twice"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "reason"), FORMATS.values(), ids=FORMATS)
def test_a_date_format_that_gives_no_day_is_refused(given: str, reason: str, tmp_path: Path) -> None:
    message = f"{DATES}.2: {reason}, found '{given}'"
    remedy = "write a format such as '%d/%m/%Y', or excel_serial"
    text = changed("['%d/%m/%Y', excel_serial]", f"[excel_serial, '{given}']")
    assert said(tmp_path, text) == [("PR507", 15, message, remedy)]


@pytest.mark.parametrize("given", ["%d.%m.%Y %H:%M:%S.%f %p %I %a %A", "%B %d, %Y", "%b %d %Y %%"])
def test_a_date_format_may_have_a_time_and_the_day_of_the_week(given: str, tmp_path: Path) -> None:
    assert said(tmp_path, changed("'%d/%m/%Y'", f"'{given}'")) == []
