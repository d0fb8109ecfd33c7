"""Rated inspections into things to say: explanations, comparisons, small counts left out."""
