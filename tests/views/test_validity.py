"""The pages are valid HTML and CSS for the Nu HTML checker, whose jar the environment variable VNU_JAR names.

It must be there where the project is proved (the environment variable CI); elsewhere this test needs it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from books import save, small_book
from probation_ratings.__main__ import main, rate
from shared import EXAMPLE, EXAMPLES

JAR = os.environ.get("VNU_JAR", "")
REVIEWED = re.compile(
    # The rows of these tables are stacked on narrow screens, where some browsers forget that they are tables.
    "The “role” attribute must not be used on a “(tr|th|td)” element which has a “table” ancestor"
)
"""What the checker objects to and a person has decided."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not JAR and "CI" not in os.environ, reason="needs the Nu HTML checker"),
]


def test_the_checker_finds_no_error(tmp_path: Path) -> None:
    assert Path(JAR).is_file(), "name the jar of the Nu HTML checker in VNU_JAR"
    broken, odd = small_book(), small_book()
    broken["PDU cases"][1][3] = "Maybe"
    odd["Inspection"][1][1] = '3 <b> & "Wales"'
    books = [save(broken, tmp_path / "broken.xlsx"), save(odd, tmp_path / "odd.xlsx")]
    made: dict[str, list[object]] = {
        "one": [EXAMPLE, "--publisher", "Unit", "--data-link", "https://example.org/?a=1&b=2"],
        "hidden": [EXAMPLE, "--suppress-below", "40"],
        "many": [EXAMPLE, *books],
        "pdus": [EXAMPLES / "region-and-pdus.xlsx", "--rules", "pdu-2023"],
        "youth": [EXAMPLES / "youth-justice.xlsx", "--rules", "youth-justice-2021"],
        "percentages": [EXAMPLES / "public-protection.xlsx", "--rules", "public-protection-2025"],
    }
    for name, arguments in made.items():
        assert rate([*map(str, arguments), "-o", str(tmp_path / f"{name}.html")]) in {0, 1}
    assert main(["compare", str(EXAMPLE), str(EXAMPLE), "-o", str(tmp_path / "change.html")]) in {0, 1}
    assert main(["check", *map(str, books), "-o", str(tmp_path / "report.html")]) == 1
    pages = sorted(tmp_path.glob("*.html"))
    assert len(pages) == 8
    command = ["java", "-jar", JAR, "--format", "json", "--errors-only", "--exit-zero-always", *map(str, pages)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=200)
    messages = json.loads(done.stderr)["messages"]
    assert any(REVIEWED.search(one["message"]) for one in messages)
    assert [one for one in messages if not REVIEWED.search(one["message"])] == []
