"""Names with `*` and `?` in them, for files and sheets.

The time grows with the length of the name times that of the pattern, whatever they are.
"""

from __future__ import annotations


def is_glob(text: str) -> bool:
    """Whether a name has `*` or `?` in it."""
    return "*" in text or "?" in text


def fits(glob: str, name: str, *, question_mark: bool = True) -> bool:
    """Whether a name fits a pattern in which `*` is any text and `?`, if asked for, one character; case is ignored."""
    glob, name = glob.casefold(), name.casefold()
    place = at = 0
    star, resume = -1, 0
    while at < len(name):
        wild = glob[place] if place < len(glob) else ""
        if wild == "*":
            star, resume = place, at
            place += 1
        elif wild and (wild == name[at] or (wild == "?" and question_mark)):
            place += 1
            at += 1
        elif star >= 0:
            place = star + 1
            resume += 1
            at = resume
        else:
            return False
    return not glob[place:].strip("*")
