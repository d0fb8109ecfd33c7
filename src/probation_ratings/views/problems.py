"""Show the registry of problem codes: as a list, as a page about one code, and as docs/problems.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from .kit.screen import grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..problems import Kind
    from .kit.screen import Screen

GROUPS = {
    "1": "Files",
    "2": "Sheets and headers",
    "3": "Cells",
    "4": "Rows and sheets together",
    "5": "Rule files and mapping files",
    "6": "Judgements and panel decisions",
}
"""The meaning of the first digit of a code."""


_FACTS = {
    "allowed": "one of the allowed values",
    "column": "COLUMN",
    "columns": "of its columns",
    "count": "the number of rows",
    "field_column": "Field",
    "groups": "; the one of a column has one group",
    "inspection_sheet": "Inspection",
    "instead": "write what is allowed there, as the message says",
    "letter": "LETTER",
    "most": "200",
    "name": "NAME",
    "limits": "one of the panel's criteria in the rule file applies",
    "not_applicable": "Not applicable",
    "question": "the question",
    "times": "N",
    "title": "TITLE",
    "rows": "these rows",
    "rules": "the rule file",
    "other": "ID",
    "or_text": ", or head a column with the question's text",
    "or_unseen": "; or, if its standards were not inspected, write so for each of them in the sheet of judgements",
    "sheet_name": "SHEET",
    "standard": "the standard",
    "what": "file or sheet",
    "where": "the mapping file",
}


def to_text(kinds: Iterable[Kind], screen: Screen, *, whole: bool) -> Iterator[str]:
    """One line per code, or with `whole` everything about each."""
    if whole:
        yield from (screen.render(*_whole(kind)) for kind in kinds)
    else:
        rows = [(kind.code, kind.severity, kind.name, kind.title) for kind in kinds]
        yield screen.render(grid([""] * 4, rows, unbroken=3, show_head=False))


def _whole(kind: Kind) -> Iterator[Text]:
    yield Text(f"{kind.code} {kind.name} ({kind.severity})", style="bold")
    yield Text(f"{_sentence(kind.title)}\n\n{kind.why}\n")
    yield Text(f"wrong  {kind.wrong}\nright  {kind.right}\n")
    yield Text(f"To fix it: {_plain(kind.remedy)}.")


def to_markdown(kinds: Iterable[Kind]) -> Iterator[str]:
    """The reference page."""
    yield "# Problems\n\n"
    yield "<!-- Made by `probation-ratings problems -f markdown`; change the registry in src, not this page. -->\n\n"
    yield (
        "An error blocks a rating. A warning does not, but check it before you publish;\n"
        "`check --strict` fails on it. A note is for information. `probation-ratings problems PR304` shows one\n"
        "entry in the terminal.\n"
    )
    group = ""
    for kind in kinds:
        if kind.code[2] != group:
            group = kind.code[2]
            yield f"\n## {group}xx: {GROUPS[group]}\n"
        yield (
            f"\n### {kind.code} {kind.name}\n\n"
            f"**{kind.severity.capitalize()}.** {_sentence(kind.title)} {_escaped(kind.why)}\n\n"
            f"- Wrong: `{kind.wrong}`\n"
            f"- Right: `{kind.right}`\n"
            f"- To fix it: {_escaped(_plain(kind.remedy))}.\n"
        )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _plain(template: str) -> str:
    """A remedy in general words: each fact of a workbook is replaced by its description."""
    return template.format_map(_FACTS)


def _escaped(text: str) -> str:
    """Text as Markdown shows it; what is in backticks is shown as it is."""
    outside = str.maketrans({"*": "\\*", "_": "\\_", "<": "&lt;", "|": "\\|"})
    return "`".join(one if number % 2 else one.translate(outside) for number, one in enumerate(text.split("`")))
