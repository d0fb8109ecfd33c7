"""Views of rated inspections: each module turns ratings into the text of one or more formats."""
