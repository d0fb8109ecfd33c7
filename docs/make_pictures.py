"""Makes the pictures of the README: the table in a terminal and the page in Chromium. Run it without arguments."""

from __future__ import annotations

import io
import shutil
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.views.kit.screen import Screen
from probation_ratings.views.kit.showing import Showing
from probation_ratings.views.publish.page import to_html
from probation_ratings.views.rate_table import to_table

ROOT = Path(__file__).parents[1]

# Rich's own frame fetches a font from elsewhere; this one fetches nothing.
FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {terminal_width} {terminal_height}" role="img">
<title>The ratings of the East of England</title>
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; \
line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">\
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
<rect fill="#292929" width="{terminal_width}" height="{terminal_height}" rx="8"/>
<g transform="translate(9, 9)" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Write `docs/ratings.svg` and `docs/page.png`."""
    rules = load_rules("regional-2023")
    inspection = read_inspection(str(ROOT / "examples" / "east-of-england.xlsx"), rules)
    rated = rate_inspection(inspection)
    (table,) = to_table([rated], Showing(rules, partial(Screen, color=True)))
    console = Console(record=True, width=81, file=io.StringIO())
    console.print(Text("$ rate examples/east-of-england.xlsx\n", style="bold"))
    console.print(Text.from_ansi(table))
    target = ROOT / "docs" / "ratings.svg"
    console.save_svg(str(target), theme=MONOKAI, code_format=FRAME, unique_id="table")
    print(f"{target.name} written")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1024, "height": 720})
        page.set_content("".join(to_html([rated], Showing(rules))))
        page.screenshot(path=ROOT / "docs" / "page.png")
        browser.close()
    print("page.png written")


if __name__ == "__main__":
    main()
