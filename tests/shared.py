"""What tests of several packages share: places of the project, the schema of the ratings, counts as a file."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, AnyStr

from probation_ratings import load_rules, read_inspection
from probation_ratings.rating.counts import tally

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "east-of-england.xlsx"
DOCS = ROOT / "docs"
RULE_FILE = ROOT / "rules" / "regional-2023.yaml"
HEAD = ["Region", "PDU", "Key question", "Yes", "No", "Not applicable", "Rating"]


def maker(name: str) -> Any:
    """A script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def schema() -> dict[str, object]:
    text = resources.files("probation_ratings").joinpath("schemas/ratings-1.0.schema.json").read_text(encoding="utf-8")
    loaded = json.loads(text)
    assert isinstance(loaded, dict)
    return loaded


# Runs commands as if they were typed one after the other, and says on standard error how each ended. A suite that was
# started in the background, or with nohup, hands on that some signals are ignored: here they are not.
HEEDED = """
import json, signal, sys
from probation_ratings.__main__ import main
for number in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
for command in json.loads(sys.argv[1]):
    status = main(command)
    sys.stdout.flush()
    print("ended:", status, file=sys.stderr, flush=True)
sys.exit(status)
"""


def heeded(*commands: Sequence[object], script: str = HEEDED, python: Path = Path(sys.executable)) -> list[str]:
    """The command line of one process that runs these commands."""
    return [str(python), "-c", script, json.dumps([list(map(str, command)) for command in commands])]


def read_until(words: AnyStr, stream: IO[AnyStr]) -> None:
    """Read lines of what a command says until one of them has these words; it fails where none has."""
    while line := stream.readline():
        if words in line:
            return
    raise AssertionError(f"{words!r} was not said")


def rows_of(workbook: Path = EXAMPLE) -> list[list[Any]]:
    """The counts of a workbook as rows of a file, its judgements at the end."""
    rules = load_rules("regional-2023")
    inspection = read_inspection(str(workbook), rules)
    region = inspection.details.region
    rows: list[list[Any]] = [
        [region, one.pdu, one.question, one.count.yes, one.count.no, one.count.not_applicable, None]
        for one in tally(inspection.cases, rules)
    ]
    return rows + [[region, None, key, None, None, None, one.rating] for key, one in inspection.judgements.items()]


def written(rows: list[list[Any]], path: Path, head: list[str] = HEAD) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path
