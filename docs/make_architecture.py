"""Draws docs/architecture.svg: the packages of the program with their modules, in the order of the data.

The order is checked against the layers in pyproject.toml; the modules are those in the folders. Run it without
arguments.
"""

from __future__ import annotations

import textwrap
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]

# In the order of the data: package, its purpose, its result.
STAGES = (
    (
        "reading",
        "Reads untrusted bytes into sheets, in a child process with limits.",
        "sheets of cells with references",
    ),
    (
        "mapping",
        "Turns exports into the sheets that the rules name.",
        "sheets of the rules with the cells of their sources",
    ),
    ("checking", "Finds sheets and columns, and checks the cases.", "cases and judgements, or problems"),
    ("rating", "Computes ratings from counts, without files.", "rated inspections"),
    ("findings", "Explains and compares ratings, and suppresses counts.", "figures and words"),
    ("views", "Shows results as text, JSON, CSV, Markdown, HTML and xlsx.", "text or bytes"),
    ("writing", "Writes files; makes blank, example and annotated workbooks.", "files"),
    ("commands", "Reads options, calls every stage, returns the exit status.", ""),
)
SHARED = ("rulebook", "problems")
SHARED_ABOUT = "Used by every stage: rule files and problems."

WIDTH, TOP, LEFT, MAIN, SIDE, PAD, LINE, ARROW = 800, 54, 20, 520, 200, 14, 19, 60

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>The stages of the program</title>
<desc>{about}</desc>
<style>
svg {{ background: #ffffff; font-family: system-ui, "DejaVu Sans", Arial, sans-serif; font-size: 14px; }}
rect {{ fill: #f3f6f9; stroke: #5b6b7b; }}
.reading {{ fill: #fdf1e7; stroke: #a35200; stroke-dasharray: 6 4; }}
.rating {{ fill: #e8f4ec; stroke: #1f6f3d; stroke-width: 2; }}
text {{ fill: #14202b; }}
.name {{ font-weight: bold; font-size: 16px; }}
.modules {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; fill: #3d4c5a; }}
.data {{ font-style: italic; }}
path {{ stroke: #5b6b7b; fill: none; stroke-width: 1.5; }}
@media (prefers-color-scheme: dark) {{
svg {{ background: #0d1117; }}
rect {{ fill: #18212b; stroke: #8b9bab; }}
.reading {{ fill: #2e2013; stroke: #e09a55; }}
.rating {{ fill: #12291b; stroke: #6fc48e; }}
text {{ fill: #e6edf3; }}
.modules {{ fill: #b4c0cc; }}
path {{ stroke: #8b9bab; }}
}}
</style>
"""


def layers() -> list[str]:
    """The packages and top modules by layer, the lowest layer first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (found,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [name for layer in reversed(found["layers"]) for name in layer.split(" | ")]


def modules(package: str) -> list[str]:
    """The modules of a package; a package inside it ends in a slash."""
    folder = ROOT / "src" / "probation_ratings" / package
    inner = [f"{path.parent.name}/" for path in folder.glob("*/__init__.py")]
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__") + sorted(inner)


def picture() -> str:
    """The whole picture: the stages one below the other, and the shared packages beside them."""
    stages = [package for package, *_ in STAGES]
    assert [layer for layer in layers() if layer in stages] == stages, "the layers have another order"
    top = [layer for layer in layers() if layer not in {*stages, *SHARED}]
    drawn = [_text(LEFT, 24, "a case workbook, or exports with a mapping file: .xlsx, .csv …", "data"), _arrow(32)]
    y = TOP
    for package, about, handed in STAGES:
        lines = _lines(about, modules(package), MAIN)
        height = PAD + LINE * (len(lines) + 1) + PAD // 2
        drawn += _box((LEFT, y, MAIN, height), package, lines)
        y += height + 12
        if handed:
            drawn += [_text(ARROW + 16, y + 7, handed, "data"), _arrow(y - 8)]
            y += 16
    lines = _lines(SHARED_ABOUT, [], SIDE)
    for package in SHARED:
        lines += [("", ""), (f"{package}/", "name"), *((name, "modules") for name in modules(package))]
    lines += [("", ""), ("top level", "name"), *((name, "modules") for name in top)]
    drawn += _box((WIDTH - SIDE - LEFT, TOP, SIDE, y - 12 - TOP), "shared", lines)
    about = " ".join(f"{package}: {about}" for package, about, _ in STAGES)
    return HEAD.format(width=WIDTH, height=y + 8, about=escape(about)) + "\n".join(drawn) + "\n</svg>\n"


def _lines(about: str, modules: list[str], width: int) -> list[tuple[str, str]]:
    """The purpose and the modules of a stage in lines of this width, each with its style."""
    room = width - 2 * PAD
    words = [(line, "") for line in textwrap.wrap(about, int(room / 7))]
    return words + [(line, "modules") for line in textwrap.wrap(" · ".join(modules), int(room / 7.7))]


def _box(place: tuple[int, int, int, int], name: str, lines: list[tuple[str, str]]) -> list[str]:
    """A stage at x and y with this width and height."""
    x, y, width, height = place
    first = y + PAD + 10
    return [
        f'<rect class="{name.lower()}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>',
        _text(x + PAD, first, name, "name"),
        *(_text(x + PAD, first + LINE * number, line, style) for number, (line, style) in enumerate(lines, start=1)),
    ]


def _text(x: int, y: int, text: str, style: str) -> str:
    return f'<text class="{style}" x="{x}" y="{y}">{escape(text)}</text>'


def _arrow(y: int) -> str:
    return f'<path d="M{ARROW} {y}v18m-5 -6l5 6l5 -6"/>'


if __name__ == "__main__":
    (ROOT / "docs" / "architecture.svg").write_text(picture(), encoding="utf-8")
    print("architecture.svg written")
