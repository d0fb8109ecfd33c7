"""4xx: problems found by comparing rows and sheets."""

from .kinds import Kind

# fmt: off
ID_TWICE = Kind("PR401", "id-twice", "error",
    "an id appears in more than one row of its sheet",
    "'{name}': {found} {verb} in more than one row",
    "delete the row that was entered twice, or correct the id",
    why="A case that is entered twice is counted twice.",
    wrong="A-017 in row 18 and in row 52", right="A-017 in row 18 and A-071 in row 52")
NO_RELEVANT_CASE = Kind("PR402", "no-relevant-case", "error",
    "a key question has no relevant case",
    "{question} has no answer {allowed}, so it has no percentage",
    "enter the answers of the cases inspected; without a relevant case {standard} cannot be rated",
    why="A percentage of no cases does not exist; it is not 0.",
    wrong="Not applicable in every row of R2.5.1", right="Yes or No in at least one row")
ID_IN_TWO_PDUS = Kind("PR403", "id-in-two-pdus", "error",
    "the same id appears in two PDUs",
    "'{name}': {found} {verb} in more than one row, under different PDUs",
    "correct the id or the PDU; a person who was inspected in two PDUs is two cases with two ids",
    why="It is either one case that is counted twice or two cases with the wrong id.",
    wrong="A-017 | Camden, and further down A-017 | Hackney", right="A-017 | Camden, and further down H-017 | Hackney")
PDU_NAME_NEAR = Kind("PR404", "pdu-name-near", "warning",
    "two PDU names are nearly the same",
    "a PDU name is close to another that more cases have: {found}",
    "write the name of a PDU the same way everywhere",
    why="One PDU would be shown as two, each with some of its cases.",
    wrong="Essex North, Essex north and Esex North", right="Essex North")
DATE_OUTSIDE_WINDOW = Kind("PR405", "date-outside-window", "warning",
    "a date lies outside the inspection's window",
    "'{name}' is {found}, outside the window {found_window}",
    "correct the date, or the window on the sheet '{inspection_sheet}'; a case outside it does not belong to the "
    "sample",
    why="The sample is drawn from sentences that commenced within the window.",
    wrong="14/08/2022 in an inspection of sentences from 2023", right="14/08/2023")
ANSWER_NOT_EXPECTED = Kind("PR406", "answer-not-expected", "warning",
    "a question that does not apply is answered",
    "{question} is answered in a case whose '{column}' is not {value}",
    "write Not applicable, or correct '{column}'",
    why="Resettlement is inspected in cases of people released from prison, not in community sentences.",
    wrong="Community sentence | R2.5.1 Yes", right="Community sentence | R2.5.1 Not applicable")
COUNT_DIFFERS = Kind("PR407", "count-differs", "warning",
    "a stated number of cases is not the number of rows",
    "'{name}' is stated as {found}, but the rows give {count}",
    "check for missing or duplicate rows, or correct the stated number",
    why="Without this check, nobody would notice a row that was lost.",
    wrong="PDU cases | 331 above 330 rows", right="PDU cases | 330 above 330 rows")
SAMPLE_SMALL = Kind("PR408", "sample-small", "note",
    "a key question has very few relevant cases",
    "{count} only for {question}; the panel looks again at ratings that rest on {limit} or fewer",
    "no action is needed if no more cases were eligible",
    why="With few cases one answer moves the percentage by many points.",
    wrong="R2.6.2 with 3 relevant cases", right="R2.6.2 with all eligible cases entered")
PDU_MISSING = Kind("PR409", "pdu-missing", "warning",
    "a case has no PDU",
    "'{name}' is blank",
    "enter the PDU",
    why="The case counts in the region, but is missing wherever results are shown by PDU.",
    wrong="A-017 | (blank)", right="A-017 | Camden")
WINDOW_REVERSED = Kind("PR410", "window-reversed", "warning",
    "a period ends before it starts",
    "'{start}' is later than '{end}'",
    "correct one of the two dates",
    why="No date can lie within such a period, so dates are not checked against it.",
    wrong="Sentences commenced from 06/11/2023 to 25/06/2023",
    right="Sentences commenced from 25/06/2023 to 06/11/2023")
UNKNOWN_KEY_QUESTION = Kind("PR411", "unknown-key-question", "error",
    "a count is not for a key question of the rule file",
    "{found} is not a key question of {rules}",
    "write a key question's id, such as R2.1.1, or a judged standard's id with its rating",
    why="A count under a wrong id may be missing under the right one.",
    wrong="London, R2.9.1, 30 Yes, 12 No", right="London, R2.1.1, 30 Yes, 12 No")
BAD_COUNT = Kind("PR412", "bad-count", "error",
    "a count is not a whole number",
    "the count {name} of {question} is {found}; allowed is a whole number, 0 or more",
    "write the number of cases",
    why="Ratings are computed from whole numbers of cases, exactly.",
    wrong="R2.1.1, 28%", right="R2.1.1, 123 Yes, 315 No")
TALLY_TWICE = Kind("PR413", "tally-twice", "error",
    "a key question is counted twice in a PDU",
    "{question} is counted a second time for the PDU {found}",
    "keep one row per region, PDU and key question",
    why="It is not clear whether the two must be added together.",
    wrong="two rows of London, Camden, R2.1.1", right="one row of London, Camden, R2.1.1")
TALLY_MISSING = Kind("PR414", "tally-missing", "error",
    "a key question has no count",
    "there is no count of {questions}",
    "add the rows of the key questions",
    why="A standard is rated from all of its key questions.",
    wrong="London without R2.1.4", right="London with R2.1.1 to R2.1.4")
REGION_NOT_NAMED = Kind("PR415", "count-without-region", "error",
    "a count names no region",
    "the region is blank",
    "write the region",
    why="Counts without a region cannot be rated.",
    wrong="no region, R2.1.1, 123 Yes, 315 No", right="East of England, R2.1.1, 123 Yes, 315 No")
CASE_WITHOUT_PDU = Kind("PR416", "row-without-pdu", "error",
    "a row names no PDU, and ratings depend on the PDU",
    "'{name}' is blank, or has no value, in {rows}: it could be any PDU",
    "enter the PDU",
    why="Each PDU is rated, or counts, on its own: without its PDU a case may be missing from any of them.",
    wrong="A-017 | (blank)", right="A-017 | Camden")
IDS_RESTARTED = Kind("PR421", "ids-restarted", "error",
    "the same ids appear in several PDUs",
    "the ids in '{name}' repeat from PDU to PDU: {found}, in {rows} of {pdus}",
    "put the PDU in front of each id, such as Camden-0001, or let a mapping file do it (join: [PDU, Case ID]); delete "
    "rows that were entered twice",
    why="An id must name one case in its sheet: otherwise a case that was entered twice cannot be seen.",
    wrong="0001 to 0040 in Camden, and again 0001 to 0040 in Hackney",
    right="Camden-0001 to Camden-0040, and Hackney-0001 to Hackney-0040")
IDS_IN_TWO_FILES = Kind("PR427", "ids-in-two-files", "error",
    "the same ids appear in several files",
    "the ids in '{name}' are the same in several files: {found}, in {rows} of {files}",
    "leave out a file that is a copy of another; if the ids begin again in each PDU, use a mapping file that puts the "
    "PDU in front of them (join: [PDU, Case ID])",
    why="An id must name one case in its sheet: otherwise a case that was entered twice cannot be seen.",
    wrong="0001 to 0040 in camden.xlsx, and again 0001 to 0040 in hackney.xlsx",
    right="a mapping file with Case ID: {join: [PDU, Case ID]}")
TOTAL_ROW = Kind("PR417", "total-row", "error",
    "a row holds totals",
    "{rows} {holds} totals, not an entry of the table: {found}",
    "delete {rows}, or switch off the Total Row of an Excel table (Table Design); a case needs its id and its answers",
    why="A total counts every case once more. It is a row whose id is a word for a total, such as Total, or whose id "
    "is blank and whose answers are numbers. Rows are never skipped silently, so it blocks the rating.",
    wrong="Total | | | 12 | 11 | 12 below the last case", right="cases only")
HEADER_REPEATED = Kind("PR418", "header-repeated", "error",
    "headers appear again below the header row",
    "the header row is row {header}, and {rows} {holds} headers again, not an entry of the table: {found}",
    "delete {rows}, so that there is one header row above the data",
    why="Survey tools write two or three header rows, and tables pasted below each other repeat theirs. A row is one "
    "of them if it has no answer and two or more headers, or question texts or import ids right below the header row.",
    wrong="Case ID | PDU | R2.1.1 in row 1 and again in row 40", right="one header row")
ENTRY_ABOVE_HEADER = Kind("PR442", "entry-above-header", "error",
    "an entry of a table is above its header row",
    "the header row is row {header}, and {rows} above it {holds} an entry of the table: {found}",
    "move the header row above all entries; delete {rows} if it is not one",
    why="Only rows below the header are read. A header that was sorted in among the cases would leave out those above "
    "it. A row is an entry if it has an answer, and an id with a digit.",
    wrong="LON-0001 | Yes in row 1, Case ID | R2.6.1 in row 2", right="Case ID | R2.6.1 in row 1")
REMARK_AMONG_ROWS = Kind("PR419", "remark-among-rows", "error",
    "a remark is written in a row of a table",
    "{rows} {holds} a remark, not an entry of the table: {found}",
    "move the text above the header row or to another sheet; if it is an entry, fill in the rest of its row",
    why="Every row below the header is read. A row is a remark if it has only prose, or begins with Source or Note. "
    "Rows are never skipped silently, so it blocks the rating.",
    wrong="'Source: case management system' below the last case", right="the same text above the header row")
OTHER_TABLE = Kind("PR420", "other-table", "error",
    "another table is in the columns of a table",
    "{rows} {holds} another table: {found}",
    "move it to a sheet of its own; if these are entries of the table, delete the empty rows and headers above them",
    why="Every row below the header is read. Rows after a gap or below a header of their own that have no answer are "
    "not cases. Rows are never skipped silently, so they block the rating.",
    wrong="Row Labels | Count of R2.1.1 below the last case", right="the pivot table on a sheet of its own")
TOTAL_IN_COUNTS = Kind("PR423", "total-in-counts", "error",
    "a row of counts is the total of others",
    "totals were found among the counts ({found}): row {rows}",
    "delete these rows; where the counts are not split by PDU, leave every PDU blank, and where cases have no PDU, "
    "write a name such as Not known",
    why="A total beside the counts that it adds up counts every case twice.",
    wrong="London, Camden, R2.1.1, 30 Yes and below it London, Total, R2.1.1, 95 Yes",
    right="one row per PDU, and no total")
TOO_MANY_PDUS = Kind("PR424", "too-many-pdus", "error",
    "there are too many PDUs",
    "the rows name {count} different PDUs; {allowed} are allowed",
    "check whether the PDU column holds something else, such as case ids; if there really are that many, "
    "--limits {times} allows them",
    why="If a column of ids is read as PDUs, the results have one row per case.",
    wrong="a different PDU in each of 20,000 rows", right="the 8 PDUs of a region")
PARTS_DISAGREE = Kind("PR425", "parts-disagree", "error",
    "the parts of an inspection disagree",
    "'{name}' is {found}, but it is {found_others}",
    "correct the file that is wrong, or leave out the file that belongs to another inspection",
    why="Files that are combined are parts of one inspection of one region.",
    wrong="Region | London in one file, and Region | Wales in another", right="Region | London in both")
DATES_OF_PARTS = Kind("PR426", "dates-of-parts", "note",
    "the parts of an inspection have different dates",
    "'{name}' is {found}, but it is {found_others}: the earliest start and the latest end count",
    "nothing needs to be done if these are parts of one inspection",
    why="The parts of a region are inspected in different weeks.",
    wrong="Fieldwork started | 03/06/2024 in one file, and 10/06/2024 in another",
    right="the same dates in all files, or none in all but one")
