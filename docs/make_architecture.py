"""Draws docs/architecture.svg: the stages of the program with their modules, from the layers in pyproject.toml.

Run it as it is. A new module stands in the picture as soon as it stands in the layers.
"""

from __future__ import annotations

import textwrap
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]

# In the order of the data: name, last of its layers, what it does, what it hands on.
STAGES = (
    ("Shared", "rules", "The rule file, problems, names: known to every stage.", ""),
    ("Reader", "reader", "A process of its own: it alone meets untrusted bytes.", "distinct values and codes"),
    ("Workbook", "workbook", "Keeps the reader in check, and has what it found.", "sheets of cells, with references"),
    ("Inspection", "inspection", "Finds sheets and columns, makes valid cases.", "cases and judgements, or problems"),
    ("Tallies", "tallies", "Counts the answers to each key question, PDU by PDU.", "whole numbers"),
    ("Ratings", "rated", "Pure: integers in, ratings with their whole working out.", "ratings"),
    ("Around them", "checked", "Steps, sampling, comparing, small counts.", "ratings, and what is said of them"),
    ("Views", "annotated", "Text, JSON, CSV, Markdown, HTML, xlsx; files.", ""),
    ("Commands", "__main__", "Options in, exit status out.", ""),
)

WIDTH, TOP, LEFT, MAIN, SIDE, PAD, LINE, ARROW = 800, 54, 20, 520, 200, 14, 19, 60

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>The stages of the program</title>
<desc>{about}</desc>
<style>
svg {{ background: #ffffff; font-family: system-ui, "DejaVu Sans", Arial, sans-serif; font-size: 14px; }}
rect {{ fill: #f3f6f9; stroke: #5b6b7b; }}
.reader {{ fill: #fdf1e7; stroke: #a35200; stroke-dasharray: 6 4; }}
.ratings {{ fill: #e8f4ec; stroke: #1f6f3d; stroke-width: 2; }}
text {{ fill: #14202b; }}
.name {{ font-weight: bold; font-size: 16px; }}
.modules {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; fill: #3d4c5a; }}
.data {{ font-style: italic; }}
path {{ stroke: #5b6b7b; fill: none; stroke-width: 1.5; }}
@media (prefers-color-scheme: dark) {{
svg {{ background: #0d1117; }}
rect {{ fill: #18212b; stroke: #8b9bab; }}
.reader {{ fill: #2e2013; stroke: #e09a55; }}
.ratings {{ fill: #12291b; stroke: #6fc48e; }}
text {{ fill: #e6edf3; }}
.modules {{ fill: #b4c0cc; }}
path {{ stroke: #8b9bab; }}
}}
</style>
"""


def layers() -> list[list[str]]:
    """The modules of each layer, the lowest layer first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (found,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [layer.split(" | ") for layer in reversed(found["layers"])]


def stages() -> list[list[str]]:
    """The modules of each stage; every layer belongs to one."""
    rest = layers()
    found = []
    for _, last, *_ in STAGES:
        place = next(place for place, layer in enumerate(rest) if last in layer) + 1
        found.append([module for layer in rest[:place] for module in layer])
        rest = rest[place:]
    assert not rest, f"these layers belong to no stage: {rest}"
    return found


def picture() -> str:
    """The whole picture: the stages one below the other, and at their side what they share."""
    shared, *others = stages()
    drawn = [_text(LEFT, 24, "a case workbook: .xlsx, .ods …", "data"), _arrow(32)]
    y = TOP
    for (name, _, about, handed), modules in zip(STAGES[1:], others, strict=True):
        lines = _lines(about, modules, MAIN)
        height = PAD + LINE * (len(lines) + 1) + PAD // 2
        drawn += _box((LEFT, y, MAIN, height), name, lines)
        y += height + 12
        if handed:
            drawn += [_text(ARROW + 16, y + 7, handed, "data"), _arrow(y - 8)]
            y += 16
    name, _, about, _ = STAGES[0]
    drawn += _box((WIDTH - SIDE - LEFT, TOP, SIDE, y - 12 - TOP), name, _lines(about, shared, SIDE))
    about = " ".join(f"{name}: {about}" for name, _, about, _ in STAGES)
    return HEAD.format(width=WIDTH, height=y + 8, about=escape(about)) + "\n".join(drawn) + "\n</svg>\n"


def _lines(about: str, modules: list[str], width: int) -> list[tuple[str, str]]:
    """What a stage does, and its modules, in lines of this width, each with its style."""
    room = width - 2 * PAD
    words = [(line, "") for line in textwrap.wrap(about, int(room / 7))]
    return words + [(line, "modules") for line in textwrap.wrap(" · ".join(modules), int(room / 7.7))]


def _box(place: tuple[int, int, int, int], name: str, lines: list[tuple[str, str]]) -> list[str]:
    """A stage at x and y, so wide and so high."""
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
