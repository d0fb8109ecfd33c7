"""Throws mutated workbooks at the whole reading path: `python tests/fuzz_reading.py --minutes 10 --seed 1`.

A round changes some parts of a sound workbook (their XML, their bytes, the archive around them), reads, checks and
rates it, and says it in JSON. A failure is an exception, a process of more than 1 GB, or more than 20 seconds; the
file is then kept. Prints how often each problem code came out.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import sys
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

import hostile
from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.checked import check
from probation_ratings.views import documents, reports

SECONDS = 20
MEGABYTES = 1000
WORDS = [
    b"", b"0", b"-1", b"4294967295", b"99999999999999999999", b"1e999", b"NaN", b"A1", b"XFD1048576", b"ZZZZZ1", b"#N/A",
    b"&#0;", b"&lt;", b"_x0000_", b"\x00", b"\xff\xfe", b"\xf0\x9f\x92\xa9", b"]]>", b"<!--", b"<c", b"</c>", b"t=\"e\"",
    b"t=\"s\"", b"t=\"b\"", b"t=\"d\"", b"<f>1</f>", b"hidden=\"1\"", b"xml:space=\"preserve\"", b"R2.1.1", b"Yes", b"=1+1",
]  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes, words, tags or attributes of a part changed, doubled or cut."""
    part = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(part) + 1)
        end = min(place + chance.choice((0, 1, 4, 30, 400)), len(part))
        action = chance.randrange(6)
        if action == 0:
            part[place:end] = chance.choice(WORDS)
        elif action == 1:
            part[place:place] = part[place:end] * chance.choice((1, 2, 50))
        elif action == 2:
            del part[place:end]
        elif action == 3:
            part[place:end] = chance.randbytes(end - place)
        else:
            pattern = rb'"[^"<>]*"' if action == 4 else rb">[^<>]+<"
            found = list(re.finditer(pattern, part))
            if found:
                start, stop = chance.choice(found).span()
                part[start + 1 : stop - 1] = chance.choice(WORDS)
    return bytes(part)


def workbook(seeds: list[bytes], chance: random.Random) -> bytes:
    """A sound workbook with some of its parts, or the archive itself, changed."""
    content = chance.choice(seeds)
    if chance.random() < 0.15:
        return mutated(content, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = set(chance.sample(names, chance.choice((1, 1, 1, 2, len(names)))))
        for name in names:
            if name in chosen and chance.random() < 0.03:
                continue
            new.writestr(name, mutated(old.read(name), chance) if name in chosen else old.read(name))
    raw = target.getvalue()
    return mutated(raw, chance) if chance.random() < 0.1 else raw


def main() -> int:
    """Run rounds until the time is over; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    rules = load_rules("regional-2023")
    row = "".join(map(hostile.ods_cell, ("Case ID", "R2.6.1", "R2.6.2", "R2.6.3")))
    rows = f"<table:table-row>{row}</table:table-row>"
    seeds = [hostile.plain(), hostile.plain(), hostile.ods(rows, name="Victim cases")]
    path = Path("fuzzed.xlsx").resolve()
    codes: Counter[str] = Counter()
    rounds = failures = 0
    slowest = 0.0
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        rounds += 1
        path.write_bytes(workbook(seeds, chance))
        start = time.monotonic()
        try:
            inspection = read_inspection(str(path), rules)
            rated = rate_inspection(inspection, partial=True)
            json.loads("".join(documents.to_json([rated], rules)))
            for view in (reports.to_json, reports.to_junit, reports.to_sarif, reports.to_github):
                "".join(view([check(inspection)], rules)).encode()
            codes.update({problem.kind.code for problem in inspection.problems} or {"sound"})
            failed = ""
        except Exception:  # noqa: BLE001  (any exception is what is looked for)
            failed = traceback.format_exc()
        seconds = time.monotonic() - start
        slowest = max(slowest, seconds)
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        if failed or seconds > SECONDS or megabytes > MEGABYTES:
            failures += 1
            options.keep.mkdir(exist_ok=True)
            (options.keep / f"{options.seed}-{rounds}.xlsx").write_bytes(path.read_bytes())
            print(f"round {rounds}: {seconds:.1f} s, {megabytes:.0f} MB\n{failed}", flush=True)
    path.unlink()
    print(f"{rounds} rounds, {failures} failures, slowest {slowest:.1f} s, largest process {megabytes:.0f} MB")
    print(", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
