"""What is wrong with the files that a mapping file names, or with values that it does not cover."""

from .kinds import Kind

# fmt: off
CSV_NOT_UTF_8 = Kind("PR136", "csv-not-utf-8", "error",
    "a CSV file is not in UTF-8",
    "the CSV file is not in UTF-8: {found}",
    "save it again as 'CSV UTF-8'; or, if it comes from Excel on Windows, which often writes cp1252, add "
    "`encoding: cp1252` to its source in a mapping file",
    why="Names and headers with accents or dashes would be read as others.",
    wrong="a file that Excel saved as 'CSV (Comma delimited)', read as UTF-8",
    right="- {files: norfolk.csv, encoding: cp1252, into: PDU cases}")
CSV_ENCODING_WRONG = Kind("PR137", "csv-encoding-wrong", "error",
    "a CSV file is not in the encoding that the mapping file says",
    "the CSV file has another encoding than the mapping file says: {found}",
    "leave out `encoding` if the file is UTF-8, and write `encoding: latin-1` if it is not; or save the file again as "
    "'CSV UTF-8'",
    why="Names and headers with accents or dashes would be read as others.",
    wrong="encoding: cp1252, and a file that was saved as 'CSV UTF-8'", right="no `encoding` for a file in UTF-8")
CSV_IN_UTF_16 = Kind("PR138", "csv-in-utf-16", "error",
    "a CSV file is in UTF-16",
    "the file is text in UTF-16, which Excel calls 'Unicode Text': {found}",
    "save it again as 'CSV UTF-8' (Excel: Save As, 'CSV UTF-8')",
    why="It takes two bytes for each character, and is read by few programs.",
    wrong="a file that Excel saved as 'Unicode Text'", right="the same file saved as 'CSV UTF-8'")
CSV_WITH_NUL = Kind("PR139", "csv-with-nul", "error",
    "a CSV file has a NUL byte in it",
    "the CSV file has a NUL byte, which no text has: {found}",
    "export it again; if the byte is there again, the file is damaged or is not a CSV file",
    why="Some programs stop at such a byte, and others read on: what they count differs.",
    wrong="a file that was written while its disk was full", right="the complete file")
NOT_CSV = Kind("PR144", "not-csv", "error",
    "a file is not CSV, where only CSV is read",
    "the content of the file is {found}, not CSV",
    "open it in Excel or in the program that made it, and save it as 'CSV UTF-8' (.csv); renaming it does not help",
    why="The type of a file depends on its content, not on its name.",
    wrong="--expect region.xlsx", right="--expect published.csv")
CSV_WITH_SEP_LINE = Kind("PR140", "csv-with-sep-line", "error",
    "a CSV file begins with a line that is only for Excel",
    "the first line of the CSV file is a `sep=` line, which tells Excel the delimiter and is not data",
    "delete the first line; where the delimiter is then unclear, add `delimiter` to its source in a mapping file",
    why="Excel does not count that line as a row: a problem would be reported at the wrong row.",
    wrong="sep=; in the first line, and the headers in the second", right="the headers in the first line")
CSV_DELIMITER_UNCLEAR = Kind("PR141", "csv-delimiter-unclear", "error",
    "two delimiters would fit a CSV file",
    "the CSV file has its columns whether it is read with the {found}",
    "write it with one of them, or add `delimiter` to its source in a mapping file, such as `delimiter: ';'`",
    why="The two readings have other values in their columns.",
    wrong="Ref;Ref,Answer;Answer", right="- {files: norfolk.csv, delimiter: ';', into: PDU cases}")
PATTERN_TOO_SLOW = Kind("PR142", "pattern-too-slow", "error",
    "a pattern of the mapping file takes too long",
    "the pattern was stopped after {seconds} seconds: {name}",
    "write it more simply: a repeated group with a repetition in it, such as (a+)+, can take for ever",
    why="Such a pattern tries every way to split a value, and their number doubles with each character.",
    wrong="pattern: '(.+)+ PDU'", right="pattern: '(.+) PDU'")
MAPPED_HEADER_MISSING = Kind("PR222", "mapped-header-missing", "error",
    "a header that the mapping file names is missing",
    "there is no header {names} in {row}{found_near}; {row} {verb} {found}{elsewhere}",
    "correct the header in the mapping file: it must be written as in the source, but for case and white space; or "
    "give header_row where the headers are in another row",
    why="A question whose column is not found has no answers.",
    wrong="R2.1.1: A2_KQ1, and a source with the header A2 KQ1", right="R2.1.1: A2 KQ1")
MAPPED_HEADER_TWICE = Kind("PR223", "mapped-header-twice", "error",
    "a header that the mapping file names is there twice",
    "{count} columns have the header {name}",
    "say which one is meant by its letter, such as {{column: HEADER, letter: {letter}}}",
    why="It is not clear which of the columns counts.",
    wrong="R2.1.1: Answer, and two columns headed Answer", right="R2.1.1: {column: Answer, letter: F}")
MAPPED_LETTER_WRONG = Kind("PR224", "mapped-letter-wrong", "error",
    "a column has another header than the mapping file says, or is missing",
    "column {letter} {found_reason}",
    "correct the letter or the header in the mapping file",
    why="A column that was moved would give the answers to another question.",
    wrong="{column: A2_KQ1, letter: F}, and A2_KQ2 in F1", right="{column: A2_KQ1, letter: E}")
FIRST_ROW_ABOVE_HEADER = Kind("PR225", "first-row-above-header", "error",
    "the first row of data is not below the headers",
    "the mapping file says that the data begins in row {first}, and the headers are in row {row}",
    "correct first_row for this source, or leave it out: the data then begins in the row below the headers",
    why="Rows above the headers are titles, and not cases.",
    wrong="first_row: 4, and the headers in row 5", right="first_row: 6")
SOURCE_SHEET_MISSING = Kind("PR226", "source-sheet-missing", "error",
    "a sheet that the mapping file names is missing",
    "there is no sheet {name}; the workbook has {found}",
    "correct `sheet` in the mapping file; * matches any text, such as 'PDU *'",
    why="The rows of this sheet would be missing.",
    wrong="sheet: Export, and a workbook with the sheet Exports", right="sheet: Exports")
SOURCE_SHEET_NOT_NAMED = Kind("PR227", "source-sheet-not-named", "error",
    "the mapping file does not say which sheet of a workbook is read",
    "the workbook has {count} sheets, hidden ones counted, and the mapping file names none of them: {found}",
    "add `sheet` to the source in the mapping file, such as `sheet: Export`, or `sheet: '*'` for all",
    why="A sheet that is not read may hold cases.",
    wrong="- {files: suffolk.xlsx, into: PDU cases}", right="- {files: suffolk.xlsx, sheet: Export, into: PDU cases}")
COLUMN_FOR_TWO_QUESTIONS = Kind("PR228", "column-for-two-questions", "error",
    "one column of a source has the answers to two questions",
    "the column {letter} is mapped to {names}",
    "name the column of each question in the mapping file",
    why="One of the questions would be rated by the answers to another.",
    wrong="R2.1.1: A2_KQ1 and R2.1.2: A2_KQ1", right="R2.1.1: A2_KQ1 and R2.1.2: A2_KQ2")
HEADER_ROW_NOT_SAID = Kind("PR229", "header-row-not-said", "error",
    "the mapping file does not say where the headers are",
    "the columns are named by letters only, so that the row of the headers cannot be found",
    "add header_row to the source in the mapping file, or `header_row: none` with first_row",
    why="Without it nobody knows which row is the first case.",
    wrong="R2.1.1: {letter: F} and no header_row", right="header_row: 1")
VALUE_NOT_COVERED = Kind("PR321", "value-not-covered", "error",
    "the mapping file does not say what a value means",
    "{count} with {found}, which {where} does not cover; the line to add there is {found_line}",
    "add the line to {where} with the word that the value means ({allowed}); or correct the cells",
    why="A value that is not understood cannot be counted, and leaving it out could change the rating.",
    wrong="answers: {'1': 'Yes', '2': 'No'} and a cell with 3", right="answers: {'1': 'Yes', '2': 'No', '3': 'No'}")
BLANK_ALTHOUGH_ASKED = Kind("PR322", "blank-although-asked", "warning",
    "a blank is read as Not applicable although the question applies",
    "{count} where {question} applies ({condition}) and is blank, which the mapping file reads as {result}",
    "look whether the answer was forgotten; enter it in the source",
    why="A blank there is more likely an answer that was forgotten, and the two count differently.",
    wrong="Sentence type Licence, and C1_KQ1 blank", right="Sentence type Licence, and C1_KQ1 answered")
BLANKS_READ = Kind("PR323", "blanks-read", "note",
    "the mapping file says what a blank means",
    "blank cells were read as the mapping file says: {counts}",
    "nothing has to be done if a blank means this in the system that made the export",
    why="A blank is otherwise an error, because an answer may be missing.",
    wrong="(blank)", right="values: {'': Not applicable}")
PATTERN_DOES_NOT_FIT = Kind("PR324", "pattern-does-not-fit", "error",
    "a value does not fit the pattern of the mapping file",
    "{count} with a value that does not fit the pattern of '{name}' in {where}: {found}",
    "correct the pattern, which must fit the whole value, or the cells",
    why="The part of the value that is needed cannot be taken from it.",
    wrong="pattern: '(.+) PDU 2024' and a cell with Norfolk", right="pattern: '(.+?)( PDU 2024)?'")
DATE_NOT_READ = Kind("PR325", "date-not-read", "error",
    "a date fits no date format of the mapping file",
    "{count} in '{name}' with a text that is not a date {how}: {found}",
    "add the format to date_format of '{name}' in the mapping file, such as '%d/%m/%Y'; or correct the cells",
    why="03/06/2024 can mean 3 June or 6 March; no program can know.",
    wrong="date_format: '%d/%m/%Y' and a cell with 3 June 2024", right="date_format: ['%d/%m/%Y', '%d %B %Y']")
DATE_AMBIGUOUS = Kind("PR326", "date-ambiguous", "error",
    "two date formats of the mapping file read a date differently",
    "{count} in '{name}' that two formats read as different days: {found}",
    "keep one of the formats of {where}; sources with another one have their own",
    why="It is not clear which of the days is meant.",
    wrong="date_format: ['%d/%m/%Y', '%m/%d/%Y'] and a cell with 03/06/2024", right="date_format: '%d/%m/%Y'")
JOIN_PART_BLANK = Kind("PR327", "join-part-blank", "error",
    "a part of a joined value is blank",
    "{count} without a value in a part of '{name}', which {where} joins from several columns",
    "enter the value in the source; where the rows are not cases, such as totals, add a condition to ignore_rows",
    why="Without one of its parts an id can be that of another case.",
    wrong="Norfolk | (blank)", right="Norfolk | 0001")
NAME_DOES_NOT_FIT = Kind("PR328", "name-does-not-fit", "error",
    "the name of a file or sheet does not fit the pattern of the mapping file",
    "the name of the {what}, {found}, does not fit the pattern of '{name}' in {where}",
    "correct the pattern, which must fit the whole name (of a file without its suffix), or rename the {what}",
    why="The value that the name should give is missing in every row.",
    wrong="file_name: 'pdu-(.+)' and the file norfolk.csv", right="file_name: '(?:pdu-)?(.+)'")
SUPPORTING_NOT_COVERED = Kind("PR329", "supporting-not-covered", "warning",
    "the mapping file does not say what an answer to a supporting question means",
    "{count} with {found}, which {where} does not cover; the line to add there is {found_line}",
    "add the line to {where} with the word that the value means ({allowed}); until then the figures of the supporting "
    "questions are not given",
    why="No rating depends on it, but a figure that leaves answers out without a word would be wrong.",
    wrong="answers: {'1': 'Yes', '2': 'No'} and a cell with 3", right="answers: {'1': 'Yes', '2': 'No', '3': 'No'}")
ROWS_LEFT_OUT = Kind("PR430", "rows-left-out", "note",
    "rows of a source were left out",
    "{count} left out: {reasons}",
    "nothing has to be done if these rows are not cases",
    why="A case that a condition leaves out by mistake does not count.",
    wrong="ignore_rows: [{column: Case reference, matches: '0.*'}]",
    right="ignore_rows: [{column: Case reference, equals: Total}]")
ROWS_NOT_TAKEN = Kind("PR431", "rows-not-taken", "note",
    "no source took some rows of a sheet",
    "{count} of the sheet went into no sheet of the rules",
    "nothing has to be done if these rows are not cases; otherwise change the conditions of a source",
    why="Where several sources share a sheet, a row that no source takes is easily overlooked.",
    wrong="two sources, one with the type Order and one with Licence, and a row with the type License",
    right="a source, or a condition, for each type")
ROW_TAKEN_TWICE = Kind("PR432", "row-taken-twice", "error",
    "a row goes twice into a sheet",
    "{rows} of the source went into '{name}' twice, by {where}",
    "change the conditions of the sources so that each row is taken once",
    why="A case that counts twice changes the rating.",
    wrong="two sources that read the same sheet into PDU cases without conditions",
    right="keep_rows for each of the two")
SOURCE_WITHOUT_ROWS = Kind("PR433", "source-without-rows", "error",
    "a source gives no row",
    "no row is left for '{name}': {found}",
    "look at the conditions and first_row of the source in {where}, and whether the file has the right content",
    why="A source that gives nothing is a mistake in the mapping file or the wrong file.",
    wrong="keep_rows: [{column: Status, equals: complete}] where the export says Completed",
    right="keep_rows: [{column: Status, equals: Completed}]")
FILE_WITHOUT_ROWS = Kind("PR434", "file-without-rows", "warning",
    "one file or sheet of a source gives no row",
    "no row is left for '{name}' in this one of several files or sheets of a source: {found}",
    "look whether it should have cases; otherwise take it out with `exclude`",
    why="A file without cases may be the wrong file, or one that was not filled in yet.",
    wrong="an export with headers alone", right="an export with its cases")
RAGGED_ROWS = Kind("PR435", "ragged-rows", "error",
    "a row of a CSV file has another number of values than its header",
    "{rows} {verb} {found_fields}, {wanted}",
    "look whether a text with a delimiter or a line break lacks its quotation marks; export the file again",
    why="All values after a stray delimiter are in the wrong columns.",
    wrong="0001,Norfolk, North,1,2", right='0001,"Norfolk, North",1,2')
CASE_ABOVE_FIRST_ROW = Kind("PR436", "case-above-first-row", "error",
    "a row above the first row of data looks like a case",
    "{rows} above the first row of data ({first}) {verb} answers that the mapping file covers, as a case does",
    "correct first_row for this source: it is the row of the first case",
    why="A first_row that was made for another export leaves out the first cases of this one.",
    wrong="first_row: 4 for an export with its first case in row 2", right="first_row: 2, or no first_row")
LEFT_OUT_NEAR = Kind("PR437", "left-out-near", "warning",
    "a value that is left out is nearly one that is kept",
    "left out: {found}",
    "correct the value in the source, or the condition in {where}, if the two are meant to be the same",
    why="A misspelt value takes a case out, or lets a total in, without a word.",
    wrong="keep_rows: [{column: Status, equals: Complete}] and a row with Compelte", right="the row with Complete")
ANSWERED_TWICE = Kind("PR438", "answered-twice", "error",
    "a question is answered twice for one case",
    "{question} has more than one row for {count}",
    "keep the row with the answer that counts; the latest is not chosen here",
    why="It is not clear which of the answers counts.",
    wrong="N-0001 | A2_KQ1 | 1 and N-0001 | A2_KQ1 | 2", right="N-0001 | A2_KQ1 | 1")
DIFFERS_WITHIN_CASE = Kind("PR439", "differs-within-case", "error",
    "the rows of a case differ in another column",
    "the rows of {count} differ in the column {name}: {found}",
    "write the same value in all rows of a case",
    why="Where there is one row per answer, the rows of a case belong together by all other columns.",
    wrong="N-0001 | Norfolk | A2_KQ1 and N-0001 | Suffolk | A2_KQ2",
    right="N-0001 | Norfolk | A2_KQ1 and N-0001 | Norfolk | A2_KQ2")
CODES_NOT_NAMED = Kind("PR440", "codes-not-named", "note",
    "codes of questions are not named by the mapping file",
    "{count} with codes of questions that no column names: {found}",
    "nothing has to be done if these questions are not needed",
    why="A code that is misspelt in the mapping file leaves its question blank.",
    wrong="R2.1.1: A2_KQ11", right="R2.1.1: A2_KQ1")
ANSWER_WITHOUT_CODE = Kind("PR441", "answer-without-code", "error",
    "a row has an answer and no code of a question",
    "{count} with an answer and without a code that says to which question",
    "enter the code, or leave the rows out with ignore_rows",
    why="An answer that belongs to no question would be lost.",
    wrong="N-0001 | (blank) | 1", right="N-0001 | A2_KQ1 | 1")
ROWS_OF_A_COPY = Kind("PR443", "rows-of-a-copy", "warning",
    "the rows of a source are those of another",
    "the same rows: {count} for '{name}', here and in {found}",
    "if one is a copy, leave it out: its rows count twice; otherwise nothing has to be done",
    why="A copy under another name counts again where ids are made with the names of files or sheets, or where a sheet "
    "has no ids.",
    wrong="norfolk.csv and norfolk (1).csv with the same rows, and Case ID: {join: [{file_name: '(.+)'}, Ref]}",
    right="exclude: '*(1).csv'")
CASE_WITHOUT_QUESTION = Kind("PR444", "case-without-question", "warning",
    "a case has no row for any question",
    "{count} without a row for any of the questions that the mapping file names; all answers are read as blank",
    "leave the rows out with keep_rows or ignore_rows, if they belong to cases of another sheet",
    why="Where a blank has a meaning, such a case counts with that answer to every question.",
    wrong="N-0001 | A2_KQ1 | 1 in a source for 'Victim cases', whose questions have other codes",
    right="keep_rows: [{column: Form, equals: Victims}]")
ROWS_IN_A_CELL = Kind("PR445", "rows-in-a-cell", "warning",
    "a cell of a CSV file has lines that look like rows",
    "the text of a cell has line breaks, and lines with as many delimiters as rows have: they may be rows of the table",
    "look at the cell in a text editor: if a quotation mark was left open, close it, or export the file again; if it "
    "is one text, nothing needs to be done",
    why="All rows from a quotation mark that is left open to the next one are read as one cell, and their cases do not "
    "count.",
    wrong='V1,Yes,"a remark↵V2,No,another"', right='V1,Yes,"a remark"')
