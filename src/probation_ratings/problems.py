"""What can be wrong with an input: the registry of problem codes, and one found problem.

A code is declared here once and never reused: 1xx file, 2xx sheets and headers, 3xx cells, 4xx rows and
sheets together, 5xx rule files, 6xx judgements and panel decisions.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

Severity = Literal["error", "warning", "note"]
"""error: blocks a rating; warning: look at it, the rating stands; note: accepted, for information."""

CATALOGUE: dict[str, Kind] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in one input, with every cell it was found in.

    `file` is the path as the user gave it; `line` is set in rule files only; `standards` are the ids of
    the standards that cannot be rated while it stands.
    """

    kind: Kind
    message: str
    remedy: str
    file: str
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    case_ids: tuple[str, ...] = ()
    line: int | None = None
    standards: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The file and, in a rule file, the line."""
        return printable(self.file) if self.line is None else f"{printable(self.file)}:{self.line}"

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way of a rating."""
        return self.kind.severity == "error"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code, its name, how grave it is, and the words in which it is told.

    `title`, `message` and `remedy` are templates over the facts that `found` is given.
    """

    code: str
    name: str
    severity: Severity
    title: str
    message: str
    remedy: str

    def __post_init__(self) -> None:
        if self.code in CATALOGUE:
            raise ValueError(f"problem code {self.code} is declared twice")
        CATALOGUE[self.code] = self

    def found(
        self,
        file: str,
        *,
        sheet: str | None = None,
        cells: tuple[str, ...] = (),
        case_ids: tuple[str, ...] = (),
        line: int | None = None,
        standards: tuple[str, ...] = (),
        **facts: Any,
    ) -> Problem:
        """This kind of problem at a place; `facts` fill the message and the remedy."""
        return Problem(
            kind=self,
            message=self.message.format(**facts),
            remedy=self.remedy.format(**facts),
            file=file,
            sheet=sheet,
            cells=cells,
            case_ids=case_ids,
            line=line,
            standards=standards,
        )


def printable(text: str) -> str:
    """Text of a workbook made harmless to show: control and direction characters become visible escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def quoted(text: str, limit: int = 60) -> str:
    """Text of a workbook in quotation marks, harmless to show, and cut after `limit` characters."""
    text = printable(text)
    return f"'{text}'" if len(text) <= limit else f"'{text[: limit - 1]}…'"


def at_most(found: Mapping[str, list[T]], others: str, limit: int = 20) -> dict[str, list[T]]:
    """The places of what was found, by its words: `limit` of them one by one, the rest together as `others`."""
    kept = dict(list(found.items())[:limit])
    rest = [place for places in list(found.values())[limit:] for place in places]
    return {**kept, others: rest} if rest else kept


def listed(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Names as a sentence has them: 'A, B and C'."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


FILE_NOT_FOUND = Kind(
    "PR101", "file-not-found", "error",
    "there is no such file",
    "there is no file of this name",
    "check the spelling of the path and the folder that the command is run in",
)  # fmt: skip
FILE_NOT_READABLE = Kind(
    "PR102", "file-not-readable", "error",
    "the file cannot be read",
    "the file cannot be opened: {reason}",
    "name a workbook file that you may read; close it in other programs and try again",
)  # fmt: skip
NOT_A_SPREADSHEET = Kind(
    "PR103", "not-a-spreadsheet", "error",
    "the file is not a spreadsheet",
    "the content of the file is {found}, not a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods)",
    "open it in the program that made it and save it as an Excel workbook (.xlsx); a new name alone does not help",
)  # fmt: skip
PASSWORD_PROTECTED = Kind(
    "PR104", "password-protected", "error",
    "the workbook is protected by a password",
    "the workbook is encrypted with a password",
    "save a copy without a password (Excel: File, Info, Protect Workbook) and use the copy",
)  # fmt: skip
WORKBOOK_DAMAGED = Kind(
    "PR105", "workbook-damaged", "error",
    "the workbook is damaged",
    "the workbook cannot be parsed: {reason}",
    "open it in Excel or LibreOffice, let it repair the file, and save it under a new name",
)  # fmt: skip
WORKBOOK_TOO_LARGE = Kind(
    "PR106", "workbook-too-large", "error",
    "the workbook is too large or unreadable",
    "reading was stopped: {reason}",
    "open it in Excel or LibreOffice, delete empty rows and columns beyond the data (Ctrl+End shows where it ends), "
    "and save it anew",
)  # fmt: skip

SHEET_MISSING = Kind(
    "PR201", "sheet-missing", "error",
    "a sheet is missing",
    "there is no sheet '{name}'; the workbook has {has}",
    "add the sheet '{name}', or rename the sheet that holds it",
)  # fmt: skip
SHEET_TWICE = Kind(
    "PR202", "sheet-twice", "error",
    "a sheet stands twice",
    "the sheets {names} are all taken for '{name}'",
    "keep one sheet named '{name}' and rename or delete the others",
)  # fmt: skip
HEADER_MISSING = Kind(
    "PR203", "header-missing", "error",
    "the sheet has no header row",
    "none of the first {rows} rows has any of the headers {expected}",
    "put the headers in one row above the data",
)  # fmt: skip
COLUMN_MISSING = Kind(
    "PR204", "column-missing", "error",
    "a column is missing",
    "there is no column '{name}' among the headers of row {row}",
    "add the column '{name}'{or_text}",
)  # fmt: skip
COLUMN_TWICE = Kind(
    "PR205", "column-twice", "error",
    "a column stands twice",
    "the headers {found} all name the column '{name}'",
    "keep one column '{name}' and delete or rename the others",
)  # fmt: skip

FIELD_MISSING = Kind(
    "PR301", "field-missing", "error",
    "a field of the inspection is missing",
    "the field '{name}' is missing or has no value",
    "write '{name}' in the column {field_column} and its value beside it",
)  # fmt: skip
FIELD_TWICE = Kind(
    "PR302", "field-twice", "error",
    "a field of the inspection stands twice",
    "the field '{name}' stands {count} times",
    "keep one row '{name}'",
)  # fmt: skip
UNKNOWN_VALUE = Kind(
    "PR303", "unknown-value", "error",
    "a value is not one of those allowed",
    "'{name}' is {found}, allowed is {allowed}",
    "write {allowed}",
)  # fmt: skip
BAD_ANSWER = Kind(
    "PR304", "bad-answer", "error",
    "an answer is not one of those allowed",
    "answer is not {allowed}: found {found}",
    "write {allowed}",
)  # fmt: skip
BLANK_ANSWER = Kind(
    "PR305", "blank-answer", "error",
    "an answer is blank",
    "answer is blank; allowed is {allowed}",
    "ask the inspector; a blank answer is not '{not_applicable}'",
)  # fmt: skip
ID_MISSING = Kind(
    "PR306", "id-missing", "error",
    "a row has no id",
    "the row has no value in '{name}'",
    "give each row its id, or delete the row if it is no case",
)  # fmt: skip

ID_TWICE = Kind(
    "PR401", "id-twice", "error",
    "an id stands twice in its sheet",
    "'{name}': {found} stand in more than one row",
    "delete the row that was entered twice, or correct the id",
)  # fmt: skip
NO_RELEVANT_CASE = Kind(
    "PR402", "no-relevant-case", "error",
    "a key question has no relevant case",
    "{question} has no answer {allowed}, so it has no percentage",
    "enter the answers of the cases inspected; without a relevant case {standard} cannot be rated",
)  # fmt: skip

RULE_FILE_NOT_FOUND = Kind(
    "PR501", "rule-file-not-found", "error",
    "there is no such rule file",
    "there is no rule file {found}; shipped are {has}",
    "name a shipped rule file by its id, or your own by its path (ending in .yaml)",
)  # fmt: skip
RULE_FILE_NOT_YAML = Kind(
    "PR502", "rule-file-not-yaml", "error",
    "the rule file is not plain YAML",
    "{reason}",
    "mend the line; a rule file is plain YAML: no tags, anchors or aliases",
)  # fmt: skip
RULE_FILE_KEY_TWICE = Kind(
    "PR503", "rule-file-key-twice", "error",
    "a key stands twice in the rule file",
    "the key {found} stands twice; first in line {first}",
    "keep one of the two",
)  # fmt: skip
RULE_FILE_INVALID = Kind(
    "PR504", "rule-file-invalid", "error",
    "a value of the rule file cannot stand",
    "{where}: {reason}",
    "compare with a shipped rule file",
)  # fmt: skip

JUDGEMENT_MISSING = Kind(
    "PR601", "judgement-missing", "error",
    "a judgement is missing",
    "there is no rating of {standard}, which is rated by inspectors' judgement",
    "enter {standard} and its rating: {allowed}",
)  # fmt: skip
UNKNOWN_RATING = Kind(
    "PR602", "unknown-rating", "error",
    "a rating is not one of the rule file's",
    "the rating of {standard} is {found}, allowed is {allowed}",
    "write {allowed}",
)  # fmt: skip
UNKNOWN_STANDARD = Kind(
    "PR603", "unknown-standard", "error",
    "a standard is not one of the rule file's",
    "{found} is no standard of {rules}",
    "write the standard's id as text, one of {allowed}",
)  # fmt: skip
JUDGEMENT_TWICE = Kind(
    "PR604", "judgement-twice", "error",
    "a standard is judged twice",
    "{standard} stands {count} times",
    "keep one row of {standard}",
)  # fmt: skip
JUDGEMENT_NOT_USED = Kind(
    "PR605", "judgement-not-used", "warning",
    "a judgement has no effect",
    "{standard} is rated from its key questions; the judgement {found} has no effect",
    "delete the row; a rating that the panel moved belongs in the sheet of panel decisions",
)  # fmt: skip
PANEL_DECISION_NOT_APPLIED = Kind(
    "PR606", "panel-decision-not-applied", "warning",
    "a panel decision is not applied",
    "{count} panel decision(s) stand in the workbook and are not applied; the ratings are the computed ones",
    "compare the computed ratings with the panel's by hand before publishing",
)  # fmt: skip
