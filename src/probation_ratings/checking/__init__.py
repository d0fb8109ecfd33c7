"""A workbook into an inspection and its problems."""
