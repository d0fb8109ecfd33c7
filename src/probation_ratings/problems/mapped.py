"""What is wrong with the files that a mapping file names, or with values that it does not cover."""

from .kinds import Kind

CSV_NOT_UTF_8 = Kind(
    "PR136", "csv-not-utf-8", "error",
    "a CSV file is not in UTF-8",
    "the CSV file is not in UTF-8: {found}",
    "Excel on Windows often writes cp1252: if this file comes from there, add `encoding: cp1252` to its source in the "
    "mapping file; otherwise save it again as 'CSV UTF-8'",
    why="Names and headers with accents or dashes would be read as others.",
    wrong="a file that Excel saved as 'CSV (Comma delimited)', read as UTF-8",
    right="- {files: norfolk.csv, encoding: cp1252, into: PDU cases}",
)  # fmt: skip
CSV_ENCODING_WRONG = Kind(
    "PR137", "csv-encoding-wrong", "error",
    "a CSV file is not in the encoding that the mapping file says",
    "the CSV file has another encoding than the mapping file says: {found}",
    "leave out `encoding` for UTF-8, or write `encoding: latin-1`; or save the file again as 'CSV UTF-8'",
    why="Names and headers with accents or dashes would be read as others.",
    wrong="encoding: cp1252, and a file that was saved as 'CSV UTF-8'",
    right="no `encoding` for a file in UTF-8",
)  # fmt: skip
CSV_IN_UTF_16 = Kind(
    "PR138", "csv-in-utf-16", "error",
    "a CSV file is in UTF-16",
    "the file is text in UTF-16, which Excel calls 'Unicode Text': {found}",
    "save it again as 'CSV UTF-8' (Excel: Save As, 'CSV UTF-8')",
    why="It takes two bytes for each character, and is read by few programs.",
    wrong="a file that Excel saved as 'Unicode Text'",
    right="the same file saved as 'CSV UTF-8'",
)  # fmt: skip
CSV_WITH_NUL = Kind(
    "PR139", "csv-with-nul", "error",
    "a CSV file has a NUL byte in it",
    "the CSV file has a NUL byte, which no text has: {found}",
    "export it again; if the byte is there again, the file is damaged or is not a CSV file",
    why="Some programs stop at such a byte, and others read on: what they count differs.",
    wrong="a file that was written while its disk was full",
    right="the complete file",
)  # fmt: skip
CSV_WITH_SEP_LINE = Kind(
    "PR140", "csv-with-sep-line", "error",
    "a CSV file begins with a line that is only for Excel",
    "the first line of the CSV file is a `sep=` line, which tells Excel the delimiter and is not data",
    "delete the first line, and write `delimiter` in the mapping file if it is needed",
    why="Excel does not count that line as a row: a problem would be reported at the wrong row.",
    wrong="sep=; in the first line, and the headers in the second",
    right="the headers in the first line",
)  # fmt: skip
CSV_DELIMITER_UNCLEAR = Kind(
    "PR141", "csv-delimiter-unclear", "error",
    "two delimiters would fit a CSV file",
    "the CSV file has all headers whether it is read with the {found}",
    "add `delimiter` to its source in the mapping file, such as `delimiter: ';'`",
    why="The two readings have other values in their columns.",
    wrong="Ref;Ref,Answer;Answer",
    right="- {files: norfolk.csv, delimiter: ';', into: PDU cases}",
)  # fmt: skip
PATTERN_TOO_SLOW = Kind(
    "PR142", "pattern-too-slow", "error",
    "a pattern of the mapping file takes too long",
    "the pattern was stopped after {seconds} seconds: {name}",
    "write it more simply: a repeated group with a repetition in it, such as (a+)+, can take for ever",
    why="Such a pattern tries every way to split a value, and their number doubles with each character.",
    wrong="pattern: '(.+)+ PDU'",
    right="pattern: '(.+) PDU'",
)  # fmt: skip
