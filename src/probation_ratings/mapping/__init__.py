"""Turns exports of survey tools and case systems into the sheets that the rules name."""
