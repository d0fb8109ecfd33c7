"""3xx: problems with the value of a cell."""

from .kinds import Kind

# fmt: off
FIELD_MISSING = Kind("PR301", "field-missing", "error",
    "a field of the inspection is missing",
    "the field '{name}' is missing or has no value",
    "write '{name}' in the column {field_column} and its value beside it",
    why="A rating is published under a region's name.",
    wrong="Region | (blank)", right="Region | London")
FIELD_TWICE = Kind("PR302", "field-twice", "error",
    "a field of the inspection appears more than once",
    "the field '{name}' appears {count} times",
    "keep one row '{name}'",
    why="It is not clear which of the values counts.",
    wrong="Region | London, and below it Region | Wales", right="Region | London")
UNKNOWN_VALUE = Kind("PR303", "unknown-value", "error",
    "a value is not one of those allowed",
    "'{name}' is {found}, allowed is {allowed}",
    "write {allowed}",
    why="Whether the data is real or invented must be beyond doubt before a rating is shown.",
    wrong="Data status | Draft", right="Data status | Illustrative")
BAD_ANSWER = Kind("PR304", "bad-answer", "error",
    "an answer is not one of those allowed",
    "answer is not {allowed}: found {found}",
    "write {allowed}",
    why="An answer that is not understood cannot be counted, and leaving it out could change the rating.",
    wrong="Maybe", right="No")
BLANK_ANSWER = Kind("PR305", "blank-answer", "error",
    "an answer is blank",
    "answer is blank; allowed is {allowed}",
    "ask the inspector; a blank answer is not '{not_applicable}'",
    why="It is not clear whether the question was forgotten or did not apply, and the two count differently.",
    wrong="(blank)", right="Not applicable")
ID_MISSING = Kind("PR306", "id-missing", "error",
    "a row has no id",
    "the row has no value in '{name}'",
    "give each row its id, or delete the row if it is not a case",
    why="A case without an id looks like a row of totals, and cannot be found again.",
    wrong="(blank) | Camden | Yes", right="A-017 | Camden | Yes")
ERROR_CELL = Kind("PR307", "error-cell", "error",
    "a formula ended in an error",
    "the cell holds the error {found} instead of a value",
    "fix the formula, or write the value itself; then save the workbook",
    why="Many programs read an error as an empty cell: the case would be lost without warning.",
    wrong="#N/A", right="Yes")
FORMULA_UNSAVED = Kind("PR308", "formula-unsaved", "error",
    "a formula has no saved value",
    "the cell holds a formula whose value was never saved",
    "open the workbook in Excel or LibreOffice and save it: that saves the values; or write the value itself",
    why="This program does not calculate formulas, so it cannot know what the inspector saw.",
    wrong="=IF(B2=1,\"Yes\",\"No\") as a script wrote it", right="the same cell after Excel has saved it")
NUMBER_FOR_TEXT = Kind("PR309", "number-for-text", "warning",
    "a number appears where text belongs",
    "'{name}' is a number in this cell, read as {found}",
    "format the column as text and enter the value again",
    why="A cell of numbers loses leading zeros and trailing ones: 0012 becomes 12 and 2.10 becomes 2.1.",
    wrong="12 (a number)", right="0012 (text)")
ANSWER_IS_BOOLEAN = Kind("PR310", "answer-is-boolean", "note",
    "an answer is a logical value",
    "the answer is the logical value {found}, read as {name}",
    "no action is needed; the word {name} is clearer and does not change with the language of Excel",
    why="Excel shows logical values in its own language, so two readers may see two words.",
    wrong="TRUE (a logical value)", right="Yes")
SPACES_IN_ANSWER = Kind("PR311", "spaces-in-answer", "note",
    "an answer has spaces around it",
    "the answer {found} has spaces or invisible characters that do not belong; it was read as {name}",
    "no action is needed, but filters and formulas in Excel treat it as a different word",
    why="A count by a formula in the workbook will differ from the count here.",
    wrong="'Yes ' with a space at its end", right="Yes")
DATE_AS_TEXT = Kind("PR312", "date-as-text", "warning",
    "a date is written as text",
    "'{name}' is not a date but {found}, and was not checked",
    "enter it as a date; Excel then shows it at the right edge of the cell",
    why="03/06/2024 as text can mean 3 June or 6 March; no program can know.",
    wrong="'03/06/2024 (text)", right="03/06/2024 (a date)")
DATE_MISSING = Kind("PR313", "date-missing", "warning",
    "a date is missing",
    "'{name}' is blank",
    "enter the date",
    why="Without it, it is not clear whether the case belongs to the sample.",
    wrong="(blank)", right="14/08/2023")
REGION_UNKNOWN = Kind("PR314", "region-unknown", "warning",
    "the region is not one of the rule file's regions",
    "{found} is not one of the regions of {rules}{found_near}",
    "correct the name if it is misspelt: {allowed}",
    why="Regions are matched by name when results are compared.",
    wrong="East England", right="East of England")
UNKNOWN_CATEGORY = Kind("PR315", "unknown-category", "warning",
    "a value is not one of those expected",
    "'{name}' is {found}; expected is {allowed}",
    "write {allowed}",
    why="No rating depends on it, but the sizes of the case samples do.",
    wrong="Sentence type | Custody", right="Sentence type | Licence")
NO_VALUE = Kind("PR316", "no-value", "warning",
    "a cell has no usable value",
    "'{name}' is {found}, which is not a value",
    "fix the formula, or write the value itself; then save the workbook",
    why="No rating depends on it, but the case is missing from figures by PDU, date or type.",
    wrong="PDU | #REF!", right="PDU | Camden")
SUPPORTING_ANSWER = Kind("PR317", "supporting-answer", "warning",
    "an answer to a supporting question is not one of those allowed",
    "answer to the supporting question {question} is not {allowed}: found {found}",
    "write {allowed}; until then the figures of {question} are not given",
    why="No rating depends on it, but a figure that silently leaves out answers would be wrong.",
    wrong="Maybe", right="Yes")
ANNEX_VALUE = Kind("PR318", "annex-value", "warning",
    "a category of an annex table is blank or not one of those allowed",
    "'{name}' is {found}; allowed is {allowed}",
    "write {allowed}; until then the table '{title}' is not given",
    why="No rating depends on it, but a table that silently leaves out rows would be wrong.",
    wrong="Rating | Fair", right="Rating | Good")
DATE_AS_NUMBER = Kind("PR319", "date-as-number", "warning",
    "a date is a number without a date format",
    "'{name}' is a number without a date format: {found}; it was not checked",
    "format it as a date; if that does not show the right day, enter the date again",
    why="Excel stores a date as the number of days since 1900, and only the format of the cell says that it is one.",
    wrong="45152 (a number)", right="14/08/2023 (a date)")
COUNT_UNCLEAR = Kind("PR320", "count-unclear", "warning",
    "a stated number of cases is not one whole number",
    "'{name}' is {found}, which is not one whole number; the rows give {count}",
    "write {count} if that is the number of cases; otherwise check for missing or duplicate rows",
    why="Without this check, nobody would notice a row that was lost.",
    wrong="PDU cases | 330 of 340", right="PDU cases | 330")
