"""How a mapping file says where a column comes from: what each form means, and what is refused, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapping_texts import folder_with, write
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping.load import load_mapping
from probation_ratings.mapping.model import Constant, Header, Joined, LongFormat, NamePattern, Question

if TYPE_CHECKING:
    from pathlib import Path

    from probation_ratings.mapping.model import Origin, SheetMapping

KEYS = "column, letter, join, constant, file_name, sheet_name or question"
ALL_KEYS = "column, letter, join, constant, file_name, sheet_name, question, separator, pattern, values and date_format"
WORDS = "Community sentence, Licence or Community sentence and licence"
ONE_ORIGIN = f"give one of {KEYS} (letter may be beside column)"
ONE_CONDITION = "a condition has a column and one of equals, one_of, matches or blank, found "
CONDITION = "write {column: HEADER, equals: VALUE}"
DELETE = "give a value, or delete the line"
AS_TEXT = "write one value, as text"
KEYS_WITH_VALUES = "write keys with values, or leave this out"
BLANK = "give a value, or delete the line; a blank is written as ''"
NAME_ANSWERS = "name the column with the answers"
LONG = "write long: {question: HEADER, answer: HEADER}"


def text_of(lines: str, sheet: str) -> str:
    """A mapping file that fills one sheet of the rules by these lines."""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return (
        f"mapping_version: 1\nrules: regional-2023\nsheets:\n  {sheet}:\n{body}"
        f"sources: [{{files: cases.csv, into: {sheet}}}]\n"
    )


def mapped(folder: Path, lines: str, sheet: str = "PDU cases") -> SheetMapping:
    return load_mapping(write(folder_with(folder), text_of(lines, sheet))).sources[0].mapping


# the lines below the sheet PDU cases; the place, the reason and the remedy of each problem
REFUSED: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "columns as a header": (
        "columns: A1",
        [("columns", "columns with their origins are expected here, found 'A1'", KEYS_WITH_VALUES)],
    ),
    "a column twice, and a third that is wrong": (
        "columns:\n  R2.1.1: A1\n  2.1.1: A2\n  R2.1.2: ' '",
        [
            (
                "columns.2.1.1",
                "the column 'R2.1.1' is given twice; first in line 6",
                "keep one of the two: id, text and other ids of a question name one column",
            ),
            ("columns.R2.1.2", "a header is expected here, found a blank text", DELETE),
        ],
    ),
    "a list": (
        "columns: {R2.1.1: [A, B]}",
        [
            (
                "columns.R2.1.1",
                "a header or keys are expected here, found a list",
                "write a header, or keys such as {column: A2_KQ1}; for several columns {join: [A, B]}",
            )
        ],
    ),
    "an unknown key": (
        "columns: {R2.1.1: {column: A, patern: '(.)'}}",
        [("columns.R2.1.1.patern", "unknown key; did you mean pattern?", f"use one of these keys: {ALL_KEYS}")],
    ),
    "two origins": (
        "columns: {R2.1.1: {column: A, join: [B, C]}}",
        [("columns.R2.1.1", "a column has one origin, found column and join", ONE_ORIGIN)],
    ),
    "three origins": (
        "columns: {R2.1.1: {column: A, letter: B, constant: C}}",
        [("columns.R2.1.1", "a column has one origin, found column, letter and constant", ONE_ORIGIN)],
    ),
    "no origin": (
        "columns: {R2.1.1: {values: {'1': 'Yes'}}}",
        [("columns.R2.1.1", "a column has one origin, found none", ONE_ORIGIN)],
    ),
    "an origin without a value": (
        "columns:\n  R2.1.1:\n    column:\n    values: {'1': 'Yes'}",
        [("columns.R2.1.1.column", "nothing is given after the colon", BLANK)],
    ),
    "remove and a column": (
        "columns: {R2.1.1: {remove: true, column: A}}",
        [
            (
                "columns.R2.1.1",
                "remove: true is given with something else",
                "write {remove: true} and nothing else",
            )
        ],
    ),
    "remove: no": (
        "columns: {R2.1.1: {remove: no}}",
        [
            (
                "columns.R2.1.1",
                "remove: true is given with something else",
                "write {remove: true} and nothing else",
            )
        ],
    ),
    "headers that are blank": (
        "columns: {R2.1.1: ' ', R2.1.2: ' '}",
        [(f"columns.{name}", "a header is expected here, found a blank text", DELETE) for name in ("R2.1.1", "R2.1.2")],
    ),
    "a header that is a list": (
        "columns: {R2.1.1: {column: [A]}}",
        [("columns.R2.1.1.column", "a header is expected here, found a list", AS_TEXT)],
    ),
    "a letter that is a list": (
        "columns: {R2.1.1: {letter: [A]}}",
        [("columns.R2.1.1.letter", "the letter of a column is expected here, found a list", AS_TEXT)],
    ),
    "letters that name no column": (
        "columns: {PDU: {letter: XFE}, R2.1.1: {letter: ' a1 '}, R2.1.2: {letter: ABCD}}",
        [
            (
                f"columns.{name}.letter",
                f"the letter of a column is expected here, found '{found}'",
                "write A to XFD, as Excel names the column",
            )
            for name, found in (("PDU", "XFE"), ("R2.1.1", "a1"), ("R2.1.2", "ABCD"))
        ],
    ),
    "a separator without a join": (
        "columns: {R2.1.1: {column: A, separator: ' '}}",
        [
            (
                "columns.R2.1.1.separator",
                "separator belongs to join",
                "delete it, or give {join: [A, B], separator: ' '}",
            )
        ],
    ),
    "joins of fewer than two": (
        "columns: {PDU: {join: A}, R2.1.1: {join: [A]}}",
        [
            (f"columns.{name}", "join puts two or more columns together", "write join: [A, B], or {column: A}")
            for name in ("PDU.join", "R2.1.1.join")
        ],
    ),
    "a join in a join": (
        "columns: {PDU: {join: [A, {join: [B, C]}]}}",
        [
            (
                "columns.PDU.join.2.join",
                "unknown key",
                (
                    "use one of these keys: "
                    "column, letter, constant, file_name, sheet_name, question, pattern, values and date_format"
                ),
            ),
        ],
    ),
    "parts and a separator that are lists": (
        "columns: {PDU: {join: [A, [B]], separator: [x]}}",
        [
            (
                "columns.PDU.join.2",
                "a header or keys are expected here, found a list",
                "write a header, or keys such as {column: A2_KQ1}; for several columns {join: [A, B]}",
            ),
            ("columns.PDU.separator", "a text between the parts is expected here, found a list", AS_TEXT),
        ],
    ),
    "a constant and a code that are lists": (
        "columns: {PDU: {constant: [x]}, R2.1.1: {question: [x]}, R2.1.2: {question: ' '}}",
        [
            ("columns.PDU.constant", "the value of every row is expected here, found a list", AS_TEXT),
            ("columns.R2.1.1.question", "the code of a question is expected here, found a list", AS_TEXT),
            ("columns.R2.1.2.question", "the code of a question is expected here, found a blank text", DELETE),
        ],
    ),
    "what a constant is not followed by": (
        "columns: {PDU: {constant: x, pattern: '(.)', values: {x: y}}, Case ID: {join: [A, {constant: x, values: {x: y}}]}}",
        [
            (
                "columns.PDU.pattern",
                "a constant is taken as it is, found pattern beside it",
                "delete pattern",
            ),
            (
                "columns.Case ID.join.2.values",
                "a constant is taken as it is, found values beside it",
                "delete values",
            ),
        ],
    ),
    "one answer for a file or a sheet": (
        "columns: {R2.1.1: {file_name: '(.)'}, S1: {sheet_name: '(.)'}}",
        [
            (f"columns.{name}", "one answer for a whole file or sheet would be made up", NAME_ANSWERS)
            for name in ("R2.1.1", "S1")
        ],
    ),
    "dates in a column of words": (
        "columns: {Sentence type: {column: A, date_format: '%d/%m/%Y'}}",
        [("columns.Sentence type.date_format", "'Sentence type' is not a column of dates", "delete date_format")],
    ),
    "constants that are answers": (
        "columns: {R2.1.1: {constant: 'yes'}, R2.1.2: {constant: ' '}, S1: {constant: 'No'}}",
        [
            (
                "columns.R2.1.1.constant",
                "the same answer for every row can only be Not applicable, found 'yes'",
                NAME_ANSWERS,
            ),
            (
                "columns.R2.1.2.constant",
                "the same answer for every row can only be Not applicable, found ' '",
                NAME_ANSWERS,
            ),
            (
                "columns.S1.constant",
                "the same answer for every row can only be Not applicable or, as '', blank, found 'No'",
                NAME_ANSWERS,
            ),
        ],
    ),
    "constants that are blank or unknown": (
        "columns: {PDU: {constant: ' '}, Sentence type: {constant: Parole}}",
        [
            ("columns.PDU.constant", "a constant is blank here", "give a value, or leave out the column 'PDU'"),
            ("columns.Sentence type.constant", f"'Sentence type' can be {WORDS}, found 'Parole'", f"write {WORDS}"),
        ],
    ),
    "values twice, and one that is wrong": (
        "columns:\n  Sentence type: {column: A, values: {CO: Licence, ' co ': Licence, X: '', Y: Z, V: [W]}}",
        [
            (
                "columns.Sentence type.values. co ",
                "' co ' is the same value as in line 6",
                "keep one of the two: case and white space do not make a difference",
            ),
            (
                "columns.Sentence type.values.X",
                f"a value can mean {WORDS}, found a blank",
                f"write one of the words of the rules: {WORDS}",
            ),
            (
                "columns.Sentence type.values.Y",
                f"a value can mean {WORDS}, found 'Z'",
                f"write one of the words of the rules: {WORDS}",
            ),
            ("columns.Sentence type.values.V", "what the value means is expected here, found a list", AS_TEXT),
        ],
    ),
    "values as a word": (
        "columns: {Sentence type: {column: A, values: Licence}}",
        [
            (
                "columns.Sentence type.values",
                "values, each with what it means, are expected here, found 'Licence'",
                KEYS_WITH_VALUES,
            )
        ],
    ),
    "a value with a #": (
        (
            "columns:\n  PDU:\n    column: A\n    values:\n      N: Norfolk # 2\n  Sentence type:\n    column: B\n"
            "    values:\n      L: Licence # all"
        ),
        [
            (
                "columns.PDU.values.N",
                "YAML reads only 'Norfolk', because the text goes on with '# 2'",
                "quote it: 'Norfolk # 2'; or put two spaces before a comment, and one after its #",
            )
        ],
    ),
    "conditions": (
        (
            "ignore_rows:\n  - A\n  - {column: A}\n  - {equals: A}\n  - {column: A, equals: B, matches: C}\n"
            "  - {colum: A, equals: B}"
        ),
        [
            ("ignore_rows.1", "keys with values are expected here, found 'A'", KEYS_WITH_VALUES),
            ("ignore_rows.2", f"{ONE_CONDITION}column", CONDITION),
            ("ignore_rows.3", f"{ONE_CONDITION}equals", CONDITION),
            ("ignore_rows.4", f"{ONE_CONDITION}column, equals and matches", CONDITION),
            (
                "ignore_rows.5.colum",
                "unknown key; did you mean column?",
                "use one of these keys: column, letter, equals, one_of, matches and blank",
            ),
            ("ignore_rows.5", f"{ONE_CONDITION}equals", CONDITION),
        ],
    ),
    "conditions with one mistake each": (
        (
            "keep_rows:\n  - {letter: '7', equals: A}\n  - {column: [A], equals: A}\n  - {column: A, equals: [B, C]}\n"
            "  - {column: A, one_of: [B, [C]]}\n  - {column: A, blank: no}\n  - column:\n    equals: A\n"
            "  - column: A\n    equals:\n  - column:"
        ),
        [
            (
                "keep_rows.1.letter",
                "the letter of a column is expected here, found '7'",
                "write A to XFD, as Excel names the column",
            ),
            ("keep_rows.2.column", "a header is expected here, found a list", AS_TEXT),
            ("keep_rows.3.equals", "equals has one value, found a list", "write one_of for several values"),
            ("keep_rows.4.one_of.2", "a value is expected here, found a list", AS_TEXT),
            ("keep_rows.5.blank", "true is expected here, found 'no'", "write true"),
            ("keep_rows.6.column", "nothing is given after the colon", BLANK),
            ("keep_rows.7.equals", "nothing is given after the colon", BLANK),
            ("keep_rows.8.column", "nothing is given after the colon", BLANK),
        ],
    ),
    "a long format as a word": (
        "columns: {R2.1.1: A}\nlong: A",
        [("long", "keys with values are expected here, found 'A'", KEYS_WITH_VALUES)],
    ),
    "a long format of answers alone": (
        "columns: {R2.1.1: A}\nlong: {answer: A}",
        [("long", "question is missing", LONG)],
    ),
    "a long format of questions alone": (
        "columns: {R2.1.1: A}\nlong: {question: A}",
        [("long", "answer is missing", LONG)],
    ),
    "a long format without values": (
        "columns: {R2.1.1: A}\nlong: {question: ' ', answer: {colum: A}}",
        [
            ("long.question", "a header is expected here, found a blank text", DELETE),
            (
                "long.answer.colum",
                "unknown key; did you mean column?",
                "use one of these keys: column and letter",
            ),
        ],
    ),
    "a long format of one column, once with its letter": (
        "columns: {R2.1.1: A}\nlong: {question: {column: A, letter: B}, answer: ' a '}",
        [("long", "question and answer are one column", "name the column of codes and that of answers")],
    ),
    "a long format of one letter": (
        "columns: {R2.1.1: A}\nlong: {question: {letter: b}, answer: {letter: B, column: A}}",
        [("long", "question and answer are one column", "name the column of codes and that of answers")],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_origin_is_refused_word_by_word(
    lines: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    with pytest.raises(MappingFileError) as caught:
        mapped(tmp_path, lines)
    assert {one.kind.code for one in caught.value.problems} == {"PR507"}
    found = [(one.message, one.remedy) for one in caught.value.problems]
    assert found == [(f"sheets.PDU cases.{place}: {reason}", instead) for place, reason, instead in expected]


def test_an_unknown_column_is_refused_with_those_of_its_sheet(tmp_path: Path) -> None:
    with pytest.raises(MappingFileError) as caught:
        mapped(tmp_path, "columns: {Sauce: A, R2.6.1: B, PDU: ' '}", "Court reports")
    unknown, other, blank = caught.value.problems
    assert (unknown.kind.code, other.kind.code, blank.kind.code) == ("PR508", "PR508", "PR507")
    no_column = "the rules regional-2023 have no column of 'Court reports' named"
    assert unknown.message == f"sheets.Court reports.columns.Sauce: {no_column} 'Sauce'; did you mean Source?"
    assert unknown.remedy == "write Report ID, PDU, Source, R2.3.1 or S3"
    assert other.message == f"sheets.Court reports.columns.R2.6.1: {no_column} 'R2.6.1'; did you mean R2.3.1?"


def origin_of(folder: Path, written: str, name: str = "PDU") -> Origin:
    return mapped(folder, f"columns: {{{name}: {written}}}").columns[name]


def test_each_form_of_an_origin_is_read(tmp_path: Path) -> None:
    assert origin_of(tmp_path, "{letter: ' xfd '}").value == Header(None, "XFD")
    assert origin_of(tmp_path, "{letter: c, column: A}").value == Header("A", "C")
    commented = mapped(tmp_path, "columns:\n  PDU:\n    letter: b # the second\n    column: A  # its header")
    assert commented.columns["PDU"].value == Header("A", "B")
    assert origin_of(tmp_path, "{sheet_name: '(.+) PDU'}").value == NamePattern("sheet", "(.+) PDU")
    assert origin_of(tmp_path, "{file_name: '(.+) PDU'}").value == NamePattern("file", "(.+) PDU")
    assert origin_of(tmp_path, "{constant: Norfolk}").value == Constant("Norfolk")
    assert origin_of(tmp_path, "{constant: n/a}", "R2.1.1").value == Constant("n/a")
    assert origin_of(tmp_path, "{constant: ' '}", "S1").value == Constant(" ")
    assert origin_of(tmp_path, "{constant: NA}", "S1").value == Constant("NA")
    assert origin_of(tmp_path, "{constant: licence}", "Sentence type").value == Constant("licence")
    assert origin_of(tmp_path, "{column: A, values: {x: ''}}").values == {"x": ""}
    assert origin_of(tmp_path, "{column: A, values: {x: '', y: n}}", "S1").values == {"x": "", "y": "n"}
    dated = origin_of(tmp_path, "{column: A, pattern: '(.+)T', date_format: '%d/%m/%Y'}", "Commenced")
    assert (dated.value, dated.pattern, dated.values, dated.dates) == (Header("A"), "(.+)T", None, ("%d/%m/%Y",))


@pytest.mark.parametrize(("separator", "read"), [("", " "), (", separator: ''", ""), (", separator: ' / '", " / ")])
def test_the_parts_of_a_join_have_their_own_patterns(separator: str, read: str, tmp_path: Path) -> None:
    written = f"{{join: [A, {{column: B, letter: c, pattern: '(.)', values: {{x: y}}}}, {{constant: ''}}]{separator}}}"
    joined = origin_of(tmp_path, written).value
    assert isinstance(joined, Joined)
    assert joined.separator == read
    assert [(one.value, one.pattern, one.values) for one in joined.parts] == [
        (Header("A"), None, None),
        (Header("B", "C"), "(.)", {"x": "y"}),
        (Constant(""), None, None),
    ]


def test_the_long_format_has_two_columns(tmp_path: Path) -> None:
    columns = "columns: {R2.1.1: A1}\n"
    found = mapped(tmp_path, columns + "long: {question: {column: Q, letter: b}, answer: {column: Q, letter: c}}")
    assert found.long == LongFormat(Header("Q", "B"), Header("Q", "C"))
    assert found.columns["R2.1.1"].value == Question("A1")
    assert mapped(tmp_path, columns + "long: {question: {letter: b}, answer: Q}").long is not None


def test_conditions_are_read(tmp_path: Path) -> None:
    lines = (
        "keep_rows: [{column: A, equals: ''}, {letter: b, one_of: C}, {column: A, letter: b, matches: C}]\n"
        "ignore_rows: {column: A, blank: True}"
    )
    found = mapped(tmp_path, "columns: {R2.1.1: A1}\n" + lines)
    kept = [(one.column, one.values, one.pattern, one.blank) for one in found.keep_rows]
    assert kept == [
        (Header("A"), ("",), None, False),
        (Header(None, "B"), ("C",), None, False),
        (Header("A", "B"), (), "C", False),
    ]
    assert [(one.column, one.values, one.pattern, one.blank) for one in found.ignore_rows] == [
        (Header("A"), (), None, True)
    ]
    assert [one.line.number for one in (*found.keep_rows, *found.ignore_rows)] == [6, 6, 6, 7]
