"""Publications: a page, Markdown and an accessible data workbook, from the same rows."""
