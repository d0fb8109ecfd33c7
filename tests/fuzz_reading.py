"""Throws changed inputs at the whole reading path, guided by coverage: run `python tests/fuzz_reading.py`.

Needs `pip install -e '.[test,fuzz]'`; CONTRIBUTING.md has the options. A round changes one of these and reads, checks and
rates it, and says it in every form: a workbook, a mapping file beside sound exports, an export beside a sound mapping file, a
file to be combined with a workbook, counts as CSV or Parquet, a configuration file. A failure is an exception, a law of
`fuzz_laws` that does not hold, more than 20 seconds, or a process of more than 1 GB; atheris then keeps the bytes that led to it,
and the file says on its command line how to run them again.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["probation_ratings"]):
    from probation_ratings import load_rules, rate_inspection
    from probation_ratings.__main__ import main
    from probation_ratings.checking.read import read_inspections
    from probation_ratings.errors import BrokenFileError, InputError, Refused
    from probation_ratings.findings.check_result import Asked, check_all, look
    from probation_ratings.mapping.load import files_named, load_mapping, rules_named
    from probation_ratings.mapping.reading import CombinedReading, MappedReading
    from probation_ratings.rating.counts_file import CountedRegions
    from probation_ratings.reading.csv_source import csv_source
    from probation_ratings.reading.extract import Extract
    from probation_ratings.reading.file_types import kind_of
    from probation_ratings.reading.second_look import second_look
    from probation_ratings.reading.workbook import Reading
    from probation_ratings.views import check_reports as reports
    from probation_ratings.views import rate_data as documents
    from probation_ratings.views.kit.showing import Showing
    from probation_ratings.views.publish import check_page
import fuzz_changes as make
import fuzz_laws as laws
import fuzz_seeds as seeds
import idle_children
from fuzz_changes import Chance

if TYPE_CHECKING:
    from probation_ratings import RatedInspection, RuleSet
    from probation_ratings.checking.inspection import Inspection
    from probation_ratings.reading.child import Child

SECONDS = 20
PATIENCE = 10 * SECONDS
"""On a busy machine a round may wait, but not for ever."""
MEGABYTES = 1000
ROUNDS = 100
"""After so many it says what came out so far: atheris ends without a word."""
RULES = load_rules("regional-2023")
SEEN: Counter[str] = Counter()
"""How many rounds there were of each kind, how they ended, and which problem codes came out."""
START = time.monotonic()
IDLE: list[Child] = []
"""Children that read, and wait for the next round."""
WORKBOOK = seeds.BOOKS[0][1]


def workbook(chance: Chance, folder: Path) -> None:
    """A workbook."""
    suffix, content = make.changed_book(chance)
    with contextlib.suppress(Refused):
        # These run in the process that reads; here their coverage guides the fuzzer.
        kind = kind_of(content, 1)
        looks = second_look(content, kind, bool)
        for position in range(0 if kind == "ods" else 5):
            looks.look(position)
    path = written(folder / f"region{suffix}", content)
    judged(chance, read_inspections(Reading(str(path), 1, IDLE), RULES))


def mapping_file(chance: Chance, folder: Path) -> None:
    """A mapping file, or one that it extends, and sound exports."""
    exports(folder)
    for name, rows in {"base.mapping.yaml": seeds.MAPPING, "region.mapping.yaml": seeds.MAPPING}.items():
        tree = make.Tree.of(rows, chance)
        if name.startswith("base"):
            written(folder / name, make.as_yaml(tree.top).encode())
            continue
        written(folder / name, tree.changed().text(make.as_yaml))
    path = folder / "region.mapping.yaml"
    named = rules_named(path)
    with contextlib.suppress(BrokenFileError):
        load_mapping(path)
    files_named(path)
    try:
        rules = known_rules(named or RULES.id) if named in {None, RULES.id, "pdu-2023"} else load_rules(str(named))
    except BrokenFileError as error:
        laws.see_problems(error.problems)
        refused("mapping file", str(error))
        return
    found = judged(
        chance, read_inspections(MappedReading.of(str(path), rules, None, None, 1, IDLE, lambda *_: None), rules)
    )
    if rules.unit == "region" and b"long" not in path.read_bytes():
        (inspection, rated), *_ = found
        SEEN["rows added up"] += laws.see_rows(inspection, rated, dict.fromkeys(seeds.TABLES, seeds.ROWS))


def export(chance: Chance, folder: Path) -> None:
    """An export, and a sound mapping file."""
    exports(folder)
    written(folder / "region.mapping.yaml", make.as_yaml(make.Tree.of(seeds.MAPPING, chance).top).encode())
    file = chance.of("victims.csv", "court.csv", "unpaid.csv", "pdu.csv")
    content = make.as_csv(make.changed_rows(seeds.export(file), chance), chance)
    written(folder / file, content)
    parse_here(content)
    path = str(folder / "region.mapping.yaml")
    found = judged(chance, read_inspections(MappedReading.of(path, RULES, None, None, 1, IDLE, lambda *_: None), RULES))
    codes = {one.casefold(): answer for one, answer in seeds.ANSWERS.items()} | laws.WORDS
    compare(found, content, seeds.SHEETS[file], file, seeds.QUESTIONS[file], codes)


def part(chance: Chance, folder: Path) -> None:
    """A CSV file that is combined with a workbook, which lacks its sheet if that has cases."""
    file = chance.of(
        "Victim cases.csv", "VICTIM_cases.csv", "Victim cases [note 1].csv", "Judgements.csv", "Inspection.csv"
    )
    has_cases = file[0] == "V"
    book = written(folder / "region.xlsx", seeds.WITHOUT_VICTIMS if has_cases else WORKBOOK)
    content = make.as_csv(make.changed_rows(seeds.case_rows(), chance), chance)
    path = written(folder / file, content)
    found = judged(chance, read_inspections(CombinedReading([str(book), str(path)], RULES, 1, IDLE), RULES))
    if has_cases:
        compare(found, content, "Victim cases", file, {name: name for name in seeds.case_rows()[0][1:]}, laws.WORDS)


def counts(chance: Chance, folder: Path) -> None:
    """A file of counts."""
    rows = make.changed_rows(seeds.counts(), chance)
    as_text = chance.below(3) > 0
    content = make.as_csv(rows, chance, chance.of(",", ";")) if as_text else make.as_parquet(rows, chance)
    path = written(folder / ("counts.csv" if as_text else "counts.parquet"), content)
    if as_text:
        parse_here(content)
    try:
        counted = CountedRegions(str(path), RULES)
    except InputError as error:
        refused("counts", str(error))
        return
    rated = [counted.rate(region, partial=chance.once_in(2)) for region in counted.regions]
    for one in rated:
        told("counts", one, partial=True)
    records = laws.Records.of(content, seeds.counts()[0]) if as_text else None
    if records is not None:
        SEEN["counts compared"] += laws.see_tallies(rated, records)


def configuration(chance: Chance, folder: Path) -> None:
    """A configuration file beside a workbook."""
    written(folder / "inside" / "region.xlsx", WORKBOOK)
    chosen = {key: value for key, value in seeds.SETTINGS.items() if not chance.once_in(3)}
    tree = make.Tree.of(chosen, chance)
    tree = tree.changed() if chance.once_in(2) else tree
    written(folder / "inside" / "probation-ratings.toml", tree.text(make.as_toml))
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.chdir(folder / "inside"), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        command = chance.of(["rate", "-f", "csv"], ["check"], ["rate", "-f", "html"], ["rate"])
        status = main([*command, *chance.of((), ("region.xlsx",)), *chance.of((), ("--quiet",))])
    gc.unfreeze()
    said = [stream.buffer.getvalue().strip() for stream in (out, err)]
    assert status in {0, 1, 2, 3}, said
    assert status == 0 or any(said)
    assert [one.name for one in folder.iterdir()] == ["inside"], "a file was written outside the folder"
    SEEN[f"configuration: status {status}"] += 1


KINDS = [workbook, mapping_file, export, mapping_file, export, part, counts, configuration]


def written(path: Path, content: bytes) -> Path:
    """A new file with this content."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def exports(folder: Path) -> None:
    """Sound exports."""
    for file in seeds.TABLES:
        lines = "".join(f"{','.join(row)}\n" for row in seeds.export(file))
        written(folder / file, lines.encode())


@cache
def known_rules(name: str) -> RuleSet:
    """The rules of this name."""
    return load_rules(name)


def parse_here(content: bytes) -> None:
    """Parse CSV in this process too, where its coverage guides the fuzzer."""
    with contextlib.suppress(Refused):
        csv_source(content, 1, Extract())


def judged(chance: Chance, inspections: list[Inspection]) -> list[tuple[Inspection, RatedInspection]]:
    """The inspections rated, once the laws hold for them and they have been said in every form."""
    kind = sys._getframe(1).f_code.co_name.replace("_", " ")
    found = []
    for one in inspections:
        whole, rated = rate_inspection(one), rate_inspection(one, partial=True)
        laws.see_ratings(whole, partial=False)
        told(kind, rated, partial=True)
        found.append((one, rated))
    showing = Showing(inspections[0].rules)
    looked = [look(one) for one in inspections]
    views = [reports.to_json, reports.to_junit, reports.to_sarif, reports.to_github]
    if chance.once_in(5):  # it takes longer than all the rest
        views.append(check_page.to_html)
    for view in views:
        "".join(view(check_all([looked], Asked()), showing)).encode()
    return found


def refused(kind: str, words: str) -> None:
    """Note that an input was refused, with words that say why."""
    assert words.strip()
    SEEN[f"{kind}: refused"] += 1


def told(kind: str, rated: RatedInspection, *, partial: bool) -> None:
    """Note how a round ended, once the laws hold for it."""
    laws.see_problems(rated.problems)
    laws.see_ratings(rated, partial=partial)
    json.loads("".join(documents.to_json([rated], Showing(rated.rules))))
    SEEN.update({problem.kind.code for problem in rated.problems} or {"sound"})
    errors = "refused" if rated.details.sha256 is None else "errors" if rated.blocking else "rated"
    SEEN[f"{kind}: {errors}"] += 1


def compare(
    found: list[tuple[Inspection, RatedInspection]],
    content: bytes,
    sheet: str,
    file: str,
    questions: dict[str, str],
    codes: dict[str, str],
) -> None:
    """See that the cases of a CSV file are those that a small reader of our own finds."""
    ((inspection, rated),) = found
    headers = seeds.TABLES[file][:-1] if file in seeds.TABLES else seeds.case_rows()[0]
    records = laws.Records.of(content, headers)
    if records is None:
        return
    kind = sys._getframe(1).f_code.co_name
    SEEN[f"{kind}: rows compared"] += laws.see_cases(inspection, rated, sheet, records, file)
    SEEN[f"{kind}: answers compared"] += laws.see_answers(rated, records, questions, codes)


def fuzz(data: bytes) -> None:
    """One round."""
    chance = Chance(atheris.FuzzedDataProvider(data), data)
    kind = KINDS[chance.below(len(KINDS))]
    start, used = time.monotonic(), processor_seconds()
    with tempfile.TemporaryDirectory() as folder:
        kind(chance, Path(folder))
    used, waited = processor_seconds() - used, time.monotonic() - start
    assert used < SECONDS, f"it took {used:.0f} seconds"
    assert waited < PATIENCE, f"it waited {waited:.0f} seconds"
    assert largest() < MEGABYTES
    SEEN["rounds"] += 1
    if SEEN["rounds"] % ROUNDS == 0:
        gc.collect()  # `main` makes this rare, for a process that ends soon
        tell()


def processor_seconds() -> float:
    """The time that this process and those that it ended have used; one that reads has a limit of its own."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def largest() -> int:
    """The megabytes of the largest process that reads, of all so far.

    One begins as a copy of this process, which atheris makes larger and larger: what is no larger than this says nothing.
    """
    ended, own = (resource.getrusage(who).ru_maxrss // 1000 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    ended = ended if ended > own else 0
    statuses = [
        Path(f"/proc/{one._process.pid}/status").read_text(encoding="utf-8") for one in [*IDLE, *idle_children._idle]
    ]
    alive = [int(peak[1]) // 1000 for status in statuses if (peak := re.search(r"VmHWM:\s+([0-9]+) kB", status))]
    return max([ended, *alive])


def tell() -> None:
    """Say what came out so far."""
    speed = SEEN["rounds"] / (time.monotonic() - START)
    codes = ", ".join(f"{name} {count}" for name, count in sorted(SEEN.items()))
    print(f"{speed:.1f} rounds a second; largest process {largest()} MB; {codes}", flush=True)


if __name__ == "__main__":
    os.environ["PROBATION_RATINGS_DEBUG"] = "1"  # a bug is then an exception
    with idle_children.kept():
        atheris.Setup(sys.argv, fuzz)
        atheris.Fuzz()
