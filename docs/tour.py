"""Runs the commands in some pages of docs/ again, and replaces the output below each command.

The commands of a page are run, and the files and changes in it are made, in a folder that has only the examples.
Run it without arguments.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
PAGES = ("tutorial.md", "own-data.md", "analyst.md", "rules.md")

_BLOCK = re.compile(r"^```((console|diff|yaml|python)(?: lines=(\d+)-(\d+))?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MORE = "...\n"
"""What stands for lines that are left out."""


def tour(text: str) -> str:
    """The page with the current outputs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(DOCS.parent / "examples", folder / "examples", ignore=shutil.ignore_patterns("*.py"))

        def done(block: re.Match[str]) -> str:
            head, kind, first, last, content = block.groups()
            if kind == "console":
                commands = [line for line in content.splitlines() if line.startswith("$ ")]
                content = "".join(_run(line, folder, (int(first or 1), int(last or 0))) for line in commands)
            else:
                _change(content, folder)
            return f"```{head}\n{content}```"

        return _BLOCK.sub(done, text)


def _run(line: str, folder: Path, shown: tuple[int, int]) -> str:
    """A command line with its output, or the lines of it that are shown: the first and the last; 0 is the end."""
    arguments = shlex.split(line.removeprefix("$ "))
    module = [] if arguments[0] == "python" else ["-m", "probation_ratings"]
    if arguments[0] in {"python", "probation-ratings"}:
        del arguments[0]
    environment = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR"}}
    result = subprocess.run(
        [sys.executable, *module, *arguments],
        cwd=folder,
        env={**environment, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    printed = result.stdout.splitlines(keepends=True)
    first, last = shown[0], shown[1] or len(printed)
    before, after = _MORE if first > 1 else "", _MORE if last < len(printed) else ""
    return f"{line}\n{before}{''.join(printed[first - 1 : last])}{after}"


def _change(content: str, folder: Path) -> None:
    """A new file, named in its first comment, or a change to one: lines with - become those with +."""
    first, _, rest = content.partition("\n")
    if first.startswith("# "):
        (folder / first.removeprefix("# ")).write_text(rest, encoding="utf-8")
        return
    path = folder / first.removeprefix("--- ")
    lines = rest.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] in marks) for marks in ("- ", "+ "))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"this appears {text.count(old)} times in {path.name}:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    for name in PAGES:
        page = DOCS / name
        page.write_text(tour(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{name} run again")
