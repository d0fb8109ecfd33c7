"""1xx: problems with a file as a whole."""

from .kinds import Kind

# fmt: off
FILE_NOT_FOUND = Kind("PR101", "file-not-found", "error",
    "the file was not found",
    "file not found{reason}",
    "check the spelling of the path and the folder that the command is run in",
    why="Nothing was read, so nothing can be rated.",
    wrong="rate regoin.xlsx", right="rate region.xlsx")
FILE_NOT_READABLE = Kind("PR102", "file-not-readable", "error",
    "the file cannot be opened",
    "the file cannot be opened: {reason}",
    "give a workbook that you may read; close it in other programs and try again",
    why="The file exists, but you have no permission to read it, or the disk failed.",
    wrong="a workbook that only its owner may read",
    right="a workbook that you can open in Excel or LibreOffice yourself")
NOT_A_SPREADSHEET = Kind("PR103", "not-a-spreadsheet", "error",
    "the file is not a spreadsheet",
    "the content of the file is {found}, not a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods)",
    "open it in Excel or in the program that made it, and save it as an Excel workbook (.xlsx); renaming it does "
    "not help",
    why="The type of a file depends on its content, not on its name.",
    wrong="a PDF document named region.xlsx", right="the workbook that the PDF was made from")
PASSWORD_PROTECTED = Kind("PR104", "password-protected", "error",
    "the workbook is protected by a password",
    "the workbook is encrypted with a password",
    "save a copy without a password (Excel: File, Info, Protect Workbook) and use the copy",
    why="An encrypted workbook can be opened only with its password, and this program never asks for one.",
    wrong="a workbook that Excel opens only with a password",
    right="a copy of it without a password, in a folder that is protected instead")
WORKBOOK_DAMAGED = Kind("PR105", "workbook-damaged", "error",
    "the workbook is damaged",
    "the workbook cannot be parsed: {found}",
    "copy or download it again, because a copy that stopped half-way looks like this; if the original is damaged too, "
    "open it in Excel or LibreOffice, save it under a new name, and compare its rows with the records it was made from",
    why="Part of the data may be missing: ratings of what is left would be wrong without anybody noticing. A repair "
    "does not bring lost rows back.",
    wrong="a workbook with a part that breaks off in the middle", right="the complete file")
WORKBOOK_TOO_LARGE = Kind("PR106", "workbook-too-large", "error",
    "the workbook is too large",
    "reading was stopped: {reason}",
    "open it in Excel or LibreOffice, delete empty rows and columns beyond the data (Ctrl+End shows where it ends) "
    "and save it again; if it really is that large, --limits 4 multiplies the limits by 4",
    why="A small file can unpack to more than the memory of a computer. Reading stops before that.",
    wrong="one case in row 2 and a stray space in XFD1048576", right="the cases alone")
FILE_EMPTY = Kind("PR107", "file-empty", "error",
    "the file is empty",
    "the file has no content at all (0 bytes)",
    "copy or download it again, and look at its size before you use it",
    why="A copy or a download that failed often leaves an empty file of the right name.",
    wrong="region.xlsx with 0 bytes", right="the complete file")
TEXT_FILE = Kind("PR108", "text-file", "error",
    "the file is text, not a workbook",
    "the content of the file is plain text, perhaps CSV, not a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods)",
    "open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx); renaming it does not help; if it is an "
    "export, draft a mapping file for it with `describe`",
    why="A text file has one table and no types: in it, an id such as 2.10 and a date look like numbers.",
    wrong="cases.csv renamed to region.xlsx", right="a workbook with all its sheets")
ARCHIVE_WITHOUT_WORKBOOK = Kind("PR109", "archive-without-workbook", "error",
    "the file is an archive without a workbook in it",
    "the file is {found}, not a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods)",
    "unpack it: if there is a workbook inside, use that; if not, save it as an Excel workbook (.xlsx) from its own "
    "program",
    why="Workbooks are zip archives themselves, so another archive with their suffix looks like a workbook.",
    wrong="regions.zip renamed to region.xlsx", right="the workbook that was packed into it")
OLD_FORMAT = Kind("PR110", "old-format", "error",
    "the workbook has a format that is no longer read",
    "the file is {reason}",
    "open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx)",
    why="These formats are obsolete, and no maintained reader exists for them.",
    wrong="a workbook of Excel 4.0, or an XML spreadsheet of 2003", right="the same workbook saved as .xlsx")
FOLDER_WITHOUT_WORKBOOK = Kind("PR111", "folder-without-workbook", "error",
    "the folder has no workbook in it",
    "there is no workbook in the folder (.xlsx, .xlsm, .xlsb, .xls or .ods)",
    "give the folder that has the workbooks; its subfolders are searched with -r only",
    why="A run without workbooks must not look like a run without errors.",
    wrong="check results/", right="check regions/")
WRONG_SUFFIX = Kind("PR112", "wrong-suffix", "warning",
    "the file's name does not match its content",
    "the file is named {suffix}, but its content is {reason}; it was read by its content",
    "rename it, or save it again as an Excel workbook (.xlsx)",
    why="Other programs trust the name, and may refuse or misread the file.",
    wrong="an .xls workbook named region.xlsx", right="the same workbook named region.xls")
NO_REGULAR_FILE = Kind("PR113", "no-regular-file", "error",
    "the path is not a regular file",
    "the path is {reason}, not a file",
    "give a file; to read from another program, use - and pipe into it",
    why="A pipe or a device may never end.",
    wrong="rate /dev/zero", right="zcat region.xlsx.gz | rate -")
READING_TOO_SLOW = Kind("PR114", "reading-too-slow", "error",
    "reading the workbook took too long",
    "reading was stopped after {reason}",
    "open it in Excel or LibreOffice, delete empty rows and columns beyond the data and save it again; if it "
    "really is that large, --limits 4 multiplies the limits by 4",
    why="A malicious workbook can keep a parser busy for hours.",
    wrong="a sheet formatted down to its last row", right="the cases alone")
PARSER_STOPPED = Kind("PR115", "parser-stopped", "error",
    "the parser failed on the workbook",
    "the parser stopped without a result, as it does on damaged or oversized workbooks ({found})",
    "open it in Excel or LibreOffice, delete empty rows and columns beyond the data, and save it under a new name",
    why="The parser runs in a separate process, so a workbook that crashes it does not crash the program.",
    wrong="a workbook whose parts contradict each other", right="the same workbook, repaired and saved by Excel")
LOCK_FILE = Kind("PR116", "lock-file", "error",
    "the file is a lock file",
    "a file whose name begins with ~$ is a lock file: Excel keeps it while the workbook is open",
    "give the workbook itself, without ~$",
    why="It has no cases, only the name of the user who has the workbook open.",
    wrong="rate '~$region.xlsx'", right="rate region.xlsx")
TEXT_TOO_LONG = Kind("PR131", "text-too-long", "error",
    "a text is longer than a cell can hold",
    "a text has more than 32,767 characters: {found}",
    "shorten it or delete it: an Excel cell cannot hold more",
    why="Comparing a very long text with the expected names can take hours.",
    wrong="a header of 100,000 characters", right="R2.1.1 Assessment")
CSV_DAMAGED = Kind("PR132", "csv-damaged", "error",
    "the CSV file cannot be read",
    "this is not a CSV file in UTF-8: {reason}",
    "save it again as CSV UTF-8 (Excel: Save As, 'CSV UTF-8'), with commas or semicolons",
    why="Text in another encoding, or with a quotation mark left open, would be read as other names and counts.",
    wrong="a CSV file in the encoding of Windows", right="the same file saved as CSV UTF-8")
PARQUET_DAMAGED = Kind("PR133", "parquet-damaged", "error",
    "the Parquet file cannot be read",
    "this is not a Parquet file, or it is damaged",
    "write it again from the database or program that made it, or use CSV",
    why="Part of the counts may be missing.",
    wrong="a Parquet file that was cut off while it was copied", right="the complete file")
PARQUET_NOT_INSTALLED = Kind("PR134", "parquet-not-installed", "error",
    "support for Parquet is not installed",
    "Parquet files are read by the package polars, which is not installed",
    "run `pip install 'probation-ratings[parquet]'`, or use CSV",
    why="Few users need Parquet, and polars is large, so it is optional.",
    wrong="pip install probation-ratings", right="pip install 'probation-ratings[parquet]'")
JSON_DAMAGED = Kind("PR135", "result-damaged", "error",
    "the JSON result cannot be read",
    "this is not a JSON result of `rate`: {reason}",
    "use a file that `rate -f json` wrote",
    why="Only results of this program can be compared.",
    wrong="compare notes.json region.xlsx", right="compare region-2023.json region.xlsx")
REGION_TWICE = Kind("PR117", "region-twice", "error",
    "several workbooks name the same region and year",
    "{files} name the same region and year, {found}: they are duplicates, copies (such as 'London (1).xlsx') or parts "
    "of one region; they are not rated",
    "keep one workbook per region: move duplicates and copies to another folder; read parts of one region with "
    "--combine; for inspections of different years, enter the days of fieldwork in each",
    why="It is not clear which file to publish, and part of a region would have the wrong ratings.",
    wrong="wales.xlsx and wales (1).xlsx, both of 2024",
    right="wales-2024.xlsx and wales-2026.xlsx, each with its days of fieldwork")
REGION_MISSING = Kind("PR118", "region-missing", "error",
    "a region of the rule file has no workbook that could be read",
    "there is no readable workbook of {regions}{unread}",
    "replace the files that could not be read, add the workbooks that are missing, or leave out --require-all",
    why="A run that leaves out a region must not look complete.",
    wrong="11 workbooks with --require-all", right="12 workbooks, one per region",
    blocks=False)
FILES_LEFT_OUT = Kind("PR126", "files-left-out", "note",
    "files of a folder that look like case data were left out",
    "files that look like case data were left out: {files}",
    "save a table as an Excel workbook (.xlsx) in the folder itself; -r reads subfolders too, but no linked ones",
    why="Only workbooks directly in the folder are read, or with -r in its subfolders. Others could be missed.",
    wrong="regions/london.csv, regions/new/wales.xlsx", right="regions/london.xlsx, regions/wales.xlsx")
RESULTS_NOT_RENEWED = Kind("PR143", "results-not-renewed", "note",
    "a folder of results has files of an earlier run",
    "files of an earlier run that this run did not renew: {found}",
    "add --prune to remove those that nobody has changed since, or move them elsewhere; not-renewed.csv lists them "
    "all. Write each format to a folder of its own",
    why="A region whose workbook is gone keeps the result of last night, and a reader takes it for tonight's.",
    wrong="london.json of Monday beside the results of Tuesday, in which London is missing",
    right="the files in summary.csv, and no others")
CONTENTS_DISAGREE = Kind("PR119", "contents-disagree", "error",
    "two ways of reading the workbook disagree",
    "the workbook was read in two ways, and they disagree: {found}",
    "open it in Excel or LibreOffice and save it under a new name, so that all its parts are written again",
    why="A cell that appears in only one of the two could be a lost answer or case.",
    wrong="a sheet whose file holds the cell B7 twice", right="the same workbook, saved by Excel under a new name")
RIGHTS_MANAGED = Kind("PR121", "rights-managed", "error",
    "the workbook is encrypted by rights management",
    "the workbook is encrypted by rights management, as some sensitivity labels do; it has no password",
    "ask somebody with full control of it to save a copy under a label without encryption (Excel: Home, Sensitivity, "
    "or File, Info, Protect Workbook, Restrict Access) and use the copy",
    why="Only Excel can open such a file, for people that its owner has named. No other program gets the key.",
    wrong="a workbook with the label Official-Sensitive, where that label encrypts",
    right="a copy of it under a label that does not encrypt, in a folder that is protected instead")
FILE_INCOMPLETE = Kind("PR122", "file-incomplete", "error",
    "the file is not complete",
    "part of the file is missing: {reason}",
    "copy or download it again, and wait until that is done (from a cloud folder, open it there first; with Git LFS, "
    "run `git lfs pull` in the repository)",
    why="A copy that stopped half-way has lost cases, and no repair brings them back.",
    wrong="region.xlsx, copied while the connection broke", right="region.xlsx with the same size as the original")
EXPORT_NEEDED = Kind("PR123", "export-needed", "error",
    "the spreadsheet belongs to another program",
    "the file is {reason}, which only its own program reads",
    "export it to Excel (Numbers: File, Export To, Excel; Google Sheets: File, Download, Microsoft Excel) and use the "
    ".xlsx file",
    why="These programs keep spreadsheets in a form of their own, or only a link to one.",
    wrong="region.numbers", right="the .xlsx file that Numbers exports from it")
WORKBOOK_IN_ARCHIVE = Kind("PR124", "workbook-in-archive", "error",
    "the file is an archive with a workbook in it",
    "the file is a zip archive, and the workbook is inside it: {found}",
    "unpack it and use the workbook inside",
    why="An archive can have several workbooks in it, and it is not clear which is meant.",
    wrong="regions.zip", right="london.xlsx, unpacked from it")
