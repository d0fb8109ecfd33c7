"""Makes the table in docs/configuration.md, and the schema of the file, from its keys. Run it without arguments."""

from __future__ import annotations

import json
from pathlib import Path

from probation_ratings.commands.configuration import KEYS, schema
from probation_ratings.problems import listed

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "configuration.md"
SCHEMA = ROOT / "src" / "probation_ratings" / "schemas" / "configuration-1.schema.json"
BEGIN, END = "<!-- The keys: made by docs/make_configuration.py -->\n\n", "\n<!-- The end of the keys -->"


def table() -> str:
    """The rows of all keys."""
    rows = ["| Key | Value | Commands | Meaning and example |\n|---|---|---|---|\n"]
    for key, one in KEYS.items():
        commands = listed([f"`{name}`" for name in one.commands])
        rows.append(f"| `{key}` | {one.kind.words} | {commands} | {one.about}<br>`{one.example}` |\n")
    return "".join(rows)


def page(text: str) -> str:
    """The page with the table of now."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}{table()}{END}{rest.split(END)[1]}"


def schema_text() -> str:
    """The schema as it is written to its file."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    print("configuration.md and configuration-1.schema.json written")
