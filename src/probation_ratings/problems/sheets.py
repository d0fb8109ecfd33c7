"""2xx: problems with sheets, headers and the layout of a table."""

from .kinds import Kind

# fmt: off
SHEET_MISSING = Kind("PR201", "sheet-missing", "error",
    "a sheet is missing",
    "there is no sheet '{name}'; the workbook has {found}",
    "add the sheet '{name}', or rename the sheet that holds it{or_unseen}",
    why="The standards that use this sheet have no cases.",
    wrong="a workbook without a sheet Victim cases", right="Victim cases with its header and one row per case")
SHEET_TWICE = Kind("PR202", "sheet-twice", "error",
    "a sheet appears twice",
    "the sheets {found} are all read as '{name}'",
    "keep one sheet named '{name}' and rename or delete the others",
    why="Capitals, spaces, _ and - are ignored in names, so it is not clear which of the sheets counts.",
    wrong="the sheets 'PDU cases' and 'PDU_Cases'", right="the sheets 'PDU cases' and 'Old PDU cases'")
HEADER_MISSING = Kind("PR203", "header-missing", "error",
    "the sheet has no header row",
    "the first {rows} not have any of the headers {expected}",
    "put the headers in one row above the data",
    why="Without headers it is not clear which answer belongs to which question.",
    wrong="A-001 | Camden | Yes in the first row", right="Case ID | PDU | R2.1.1 in the first row")
SHEET_NOT_FILLED = Kind("PR230", "sheet-not-filled", "error",
    "the mapping file does not fill a sheet of the rules",
    "the mapping file does not fill the sheet '{name}'; it fills {filled}",
    "add a source with `into: {name}`; ratings that people gave can also be listed under `judgements`",
    why="Without the sheet some standards cannot be rated.",
    wrong="sources for PDU cases only", right="a source for each sheet of the rules")
COLUMN_NOT_FILLED = Kind("PR231", "column-not-filled", "error",
    "the mapping file does not fill a column of the rules",
    "the mapping file does not fill the column '{name}' of the sheet '{sheet_name}'",
    "add `{name}` and its header in the source to `columns` of the sheet '{sheet_name}'",
    why="A standard is rated from all its key questions.",
    wrong="columns without R2.1.4", right="R2.1.4: A2_KQ4")
COLUMN_MISSING = Kind("PR204", "column-missing", "error",
    "a column is missing",
    "there is no column '{name}' among the headers of row {row}",
    "add the column '{name}'{or_text}",
    why="A standard takes the rating of its lowest key question: without one of them it may be too high.",
    wrong="R2.1.1 | R2.1.2 | R2.1.4", right="R2.1.1 | R2.1.2 | R2.1.3 | R2.1.4")
COLUMN_TWICE = Kind("PR205", "column-twice", "error",
    "a column appears twice",
    "the headers {found} are all read as the {name}",
    "keep one column of each name and rename the others; move another table beside this one to a sheet of its own",
    why="It is not clear which of the columns counts.",
    wrong="R2.1.1 | 2.1.1", right="R2.1.1 | Notes on R2.1.1 before moderation")
SHEET_NAME_NEAR = Kind("PR206", "sheet-name-near", "warning",
    "a sheet looks like a misspelt one",
    "the sheet {found} is not read; its name is close to '{name}'",
    "rename it to '{name}' if it is that sheet; otherwise give it a name that cannot be mistaken",
    why="A sheet with another name is ignored: cases in it would not count.",
    wrong="Panel decisons", right="Panel decisions")
COLUMN_NAME_NEAR = Kind("PR207", "column-name-near", "warning",
    "a column looks like a misspelt one",
    "the column {found} is not read; its header is close to '{name}'",
    "rename it to '{name}' if it is that column; otherwise give it a header that cannot be mistaken",
    why="A column with another name is ignored: its values are not checked and do not count.",
    wrong="Comenced", right="Commenced")
SHEET_HIDDEN = Kind("PR208", "sheet-hidden", "warning",
    "a sheet is hidden",
    "the sheet is hidden; its rows count like any other",
    "unhide it (right click on a sheet's tab, Unhide) and check whether it belongs in the workbook",
    why="Cases that nobody sees in Excel still decide ratings.",
    wrong="Court reports, hidden, with last year's reports", right="Court reports, visible")
ROWS_HIDDEN = Kind("PR209", "rows-hidden", "warning",
    "rows are hidden",
    "{count} in the table: {rows}; hidden rows count like any other",
    "unhide them (select all, right click on a row number, Unhide) and check whether they belong in the table",
    why="Cases that nobody sees in Excel still decide ratings.",
    wrong="rows 40 to 52 hidden because they were withdrawn", right="the withdrawn cases deleted")
COLUMNS_HIDDEN = Kind("PR210", "columns-hidden", "warning",
    "columns are hidden",
    "{count} in the table: {columns}; hidden columns are read like any other",
    "unhide them (select all, right click on a column letter, Unhide) and check whether they are right",
    why="Answers that nobody sees in Excel still decide ratings.",
    wrong="column H with R2.1.4, hidden", right="column H, visible")
ROWS_FILTERED = Kind("PR211", "rows-filtered", "warning",
    "a filter hides rows",
    "a filter hides {count} of the table: {rows}; hidden rows count like any other",
    "clear the filter (Data, Clear) before you compare counts with what you see",
    why="The cases counted are more than the cases seen.",
    wrong="a filter on the PDU Camden", right="no filter; the breakdown by PDU is in the results")
CELLS_MERGED = Kind("PR212", "cells-merged", "warning",
    "cells are merged inside a table",
    "merged cells in the table: {ranges}; the cells that they hide hold {found_values}",
    "unmerge them (Excel: Home, Merge & Center; LibreOffice: Format, Merge Cells): values that were hidden appear and "
    "count as before; write the right value in every row",
    why="A merged cell looks as if it belonged to several rows, but each row has a value of its own, or none.",
    wrong="one cell Camden across rows 2 to 9", right="Camden in each of the rows 2 to 9")
ROWS_EMPTY = Kind("PR213", "rows-empty", "note",
    "there are empty rows inside a table",
    "{count} among the cases: {rows}; empty rows are left out",
    "delete them, or enter the cases that are missing there",
    why="An empty row may be a case whose answers were lost.",
    wrong="cases in rows 2 to 40 and 42 to 80", right="cases in rows 2 to 79")
DATE_SYSTEM_1904 = Kind("PR214", "date-system-1904", "note",
    "the workbook counts its dates from 1904",
    "the workbook uses the 1904 date system; its dates were read correctly",
    "no action is needed; before copying dates into another workbook, turn it off (File, Options, Advanced)",
    why="Dates that are copied into an ordinary workbook shift by four years and a day.",
    wrong="3 June 2024 copied and shown as 2 June 2020", right="the same date in both workbooks")
FIGURES_UNCLEAR = Kind("PR216", "figures-unclear", "warning",
    "figures that do not affect any rating cannot be read",
    "the figures of '{name}' are not given: {found_reason}",
    "correct it, or delete the sheet or column if it is something else",
    why="No rating depends on them, but a figure whose source is unclear is not shown.",
    wrong="two columns headed S1", right="one column headed S1")
NOT_A_CASE_WORKBOOK = Kind("PR217", "not-a-case-workbook", "error",
    "the workbook does not have any sheet of the rule file",
    "this is not a case workbook for {rules}: it does not have any of the sheets needed; it has {found}",
    "use a workbook with these sheets; `probation-ratings new` makes one to fill in",
    why="Without a sheet that the rule file names there is nothing to rate.",
    wrong="a workbook with one sheet named Sheet1", right="a workbook made by `probation-ratings new`, filled in")
HEADER_IN_TWO_ROWS = Kind("PR218", "header-in-two-rows", "error",
    "the header is spread over two rows",
    "the headers are spread over {rows}",
    "unmerge the cells, write each column's whole header into one row, such as R2.1.1, and delete the other row",
    why="A column has one header. Where it is spread over two rows, it is not certain which question it belongs to.",
    wrong="R2.1 in row 1, above 1, 2, 3 and 4 in row 2", right="R2.1.1, R2.1.2, R2.1.3 and R2.1.4 in row 1")
DECISIONS_UNCLEAR = Kind("PR219", "decisions-unclear", "error",
    "panel decisions are not written in their columns",
    "the sheet '{name}' has text that is not a decision in its columns {columns}: {found}",
    "write each decision in a row of its own under the headers {columns}, and delete all other text",
    why="A decision that cannot be read must not be lost: it changes a rating.",
    wrong="'R2.6: moved to Good, because one case decided it.' in a single cell",
    right="Standard R2.6 | Rating Good | Reason One case decided it.")
DECISIONS_SHEET_NEAR = Kind("PR220", "decisions-sheet-near", "error",
    "a sheet with another name may hold panel decisions",
    "the sheet {found} may hold decisions of the ratings panel, but they are read only from the sheet '{name}'",
    "rename it to '{name}', or give it a name without words of '{name}'",
    why="A decision in a sheet that is not read would be lost, and with it the rating that the panel gave.",
    wrong="Panel decision", right="Panel decisions")
SHEET_WITHOUT_ROWS = Kind("PR221", "sheet-without-rows", "error",
    "a sheet has no cases yet",
    "the sheet '{name}' has its headers and no rows below them",
    "fill in one row per case",
    why="A percentage of no cases does not exist.",
    wrong="a sheet as `probation-ratings new` makes it", right="one row per case below the headers")
WRONG_RULES = Kind("PR232", "wrong-rules", "error",
    "the workbook fits another rule file",
    "this workbook fits the rules {other}, not {rules}: it has {other_count} key questions and judged standards of "
    "{other}, and {count} of {rules}",
    "use `--rules {other}`; if {rules} is right, add the sheets and columns that it needs",
    why="The sheets, questions and bands of one programme do not rate an inspection of another.",
    wrong="a workbook of another programme, without --rules",
    right="rate region.xlsx --rules ID, with the id of its programme")
CSV_NOT_READ = Kind("PR233", "csv-not-read", "warning",
    "a CSV file that is combined with others is not read, although it may have cases",
    "the file is named after no sheet, and is not read; it has headers of '{name}'",
    "rename it to '{name}.csv', or put its rows into that file, if they are cases; otherwise leave it out",
    why="A CSV file that is combined counts as the sheet that it is named after. With another name, its cases do not "
    "count.",
    wrong="Victims.csv", right="Victim cases.csv")
PART_NOT_READ = Kind("PR234", "part-not-read", "warning",
    "a workbook that is combined with others has no sheet of the rule file",
    "nothing of this workbook is read: it has none of the sheets of the rules, but {found}",
    "rename its sheets as the rules name them, or read it by a mapping file, if it has cases; otherwise leave it out",
    why="Of a workbook that is combined, only the sheets that the rule file names count.",
    wrong="victims.xlsx with the cases in Sheet1", right="victims.xlsx with the cases in Victim cases")
