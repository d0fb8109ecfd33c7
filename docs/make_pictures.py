"""Makes the pictures of the README: the table in a terminal and the page in Chromium. Run it without arguments."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import struct
import zlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.views.kit.screen import Screen
from probation_ratings.views.kit.showing import Showing
from probation_ratings.views.publish.page import to_html
from probation_ratings.views.rate_table import to_table

if TYPE_CHECKING:
    from probation_ratings.rating.rated import RatedInspection

DOCS = Path(__file__).parent
ROOT = DOCS.parent

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


SIGNATURE = b"\x89PNG\r\n\x1a\n"
NOT_SHOWN = re.compile(r"[0-9a-f]{12,64}|\d+\.\d+\.\d+")
"""Hashes and versions, which are below what a picture shows."""


def terminal() -> str:
    """The picture of the table in a terminal."""
    (table,) = to_table([_rated()], Showing(_rated().rules, partial(Screen, color=True)))
    console = Console(record=True, width=81, file=io.StringIO())
    console.print(Text("$ rate examples/east-of-england.xlsx\n", style="bold"))
    console.print(Text.from_ansi(table))
    return console.export_svg(theme=MONOKAI, code_format=FRAME, unique_id="table")


def page() -> str:
    """The page that the other picture shows."""
    return "".join(to_html([_rated()], Showing(_rated().rules)))


def mark() -> str:
    """What says which page a picture was made of."""
    return hashlib.sha256(NOT_SHOWN.sub("", page()).encode()).hexdigest()


def mark_of(picture: bytes) -> str:
    """The mark in a picture; '' where it has none."""
    found = re.search(rb"tEXtPage\0([0-9a-f]{64})", picture)
    return "" if found is None else found[1].decode()


@cache
def _rated() -> RatedInspection:
    example = ROOT / "examples" / "east-of-england.xlsx"
    return rate_inspection(read_inspection(str(example), load_rules("regional-2023")))


def _marked(picture: bytes) -> bytes:
    """A picture in PNG with the mark in it, after its first chunk."""
    chunk = b"tEXtPage\0" + mark().encode()
    after = len(SIGNATURE) + 25
    sized = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture[:after] + sized + picture[after:]


def main() -> None:
    """Write `docs/ratings.svg` and `docs/page.png`."""
    (DOCS / "ratings.svg").write_text(terminal(), encoding="utf-8")
    print("ratings.svg written")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1280, "height": 900})
        shown.set_content(page())
        (DOCS / "page.png").write_bytes(_marked(shown.screenshot()))
        browser.close()
    print("page.png written")


if __name__ == "__main__":
    main()
