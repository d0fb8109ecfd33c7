"""Throws mutated workbooks at the whole reading path, guided by coverage.

Needs `pip install -e '.[test,fuzz]'`; run it with `python tests/fuzz_reading.py -max_total_time=600 -max_len=4000 -len_control=0`.
A round changes some parts of a sound workbook (their XML, their bytes, the archive around them), reads, checks and
rates it, and says it in every form. A failure is an exception, more than 20 seconds, or a process of more than 1 GB;
atheris then keeps the bytes that led to it, and the file says on its command line how to run them again.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter

import atheris

with atheris.instrument_imports(include=["probation_ratings"]):
    from probation_ratings import load_rules, rate_inspection, read_inspection
    from probation_ratings.errors import Refused
    from probation_ratings.findings.check_result import Asked, check_all, look
    from probation_ratings.reading.file_types import kind_of
    from probation_ratings.reading.structure import Parts
    from probation_ratings.views import check_cells, check_github
    from probation_ratings.views import check_reports as reports
    from probation_ratings.views import rate_data as documents
    from probation_ratings.views.publish import check_page
import hostile
from probation_ratings.views.kit.showing import Showing

SECONDS = 20
MEGABYTES = 1000
ROUNDS = 500
"""After so many it says what came out so far: atheris ends without a word."""
WORDS = [
    b"", b"0", b"-1", b"4294967295", b"99999999999999999999", b"1e999", b"NaN", b"A1", b"XFD1048576", b"ZZZZZ1", b"#N/A",
    b"&#0;", b"&lt;", b"_x0000_", b"\x00", b"\xff\xfe", b"\xf0\x9f\x92\xa9", b"]]>", b"<!--", b"<c", b"</c>", b't="e"',
    b't="s"', b't="b"', b't="d"', b"<f>1</f>", b'hidden="1"', b'xml:space="preserve"', b"R2.1.1", b"Yes", b"=1+1",
]  # fmt: skip

RULES = load_rules("regional-2023")
HEADERS = "".join(map(hostile.ods_cell, ("Case ID", "R2.6.1", "R2.6.2", "R2.6.3")))
SEEDS = [hostile.plain(), hostile.ods(f"<table:table-row>{HEADERS}</table:table-row>", name="Victim cases")]
CODES: Counter[str] = Counter()


class Chance:
    """Choices that the fuzzer makes."""

    def __init__(self, data: bytes) -> None:
        """Take the choices from the fuzzer's bytes."""
        self._data = atheris.FuzzedDataProvider(data)

    def below(self, number: int) -> int:
        """A number from 0 to one less than this one."""
        return int(self._data.ConsumeIntInRange(0, max(number, 1) - 1))

    def of(self, *choices: int) -> int:
        """One of some numbers."""
        return choices[self.below(len(choices))]

    def bytes(self, count: int) -> bytes:
        """So many bytes, or fewer."""
        return bytes(self._data.ConsumeBytes(count))


def mutated(content: bytes, chance: Chance) -> bytes:
    """Some bytes, words, tags or attributes of a part changed, doubled or cut."""
    part = bytearray(content)
    for _ in range(chance.of(1, 1, 2, 5, 20)):
        place = chance.below(len(part) + 1)
        end = min(place + chance.of(0, 1, 4, 30, 400), len(part))
        action = chance.below(6)
        if action == 0:
            part[place:end] = WORDS[chance.below(len(WORDS))]
        elif action == 1:
            part[place:place] = part[place:end] * chance.of(1, 2, 50)
        elif action == 2:
            del part[place:end]
        elif action == 3:
            part[place:end] = chance.bytes(end - place)
        else:
            pattern = rb'"[^"<>]*"' if action == 4 else rb">[^<>]+<"
            found = list(re.finditer(pattern, part))
            if found:
                start, stop = found[chance.below(len(found))].span()
                part[start + 1 : stop - 1] = WORDS[chance.below(len(WORDS))]
    return bytes(part)


def workbook(chance: Chance) -> bytes:
    """A valid workbook with some of its parts, or the archive itself, changed."""
    content = SEEDS[chance.below(len(SEEDS))]
    if chance.below(8) == 1:
        return mutated(content, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        first, count = chance.below(len(names)), chance.of(1, 1, 1, 2, len(names))
        chosen = {names[(first + number) % len(names)] for number in range(count)}
        for name in names:
            if name in chosen and chance.below(30) == 1:
                continue
            new.writestr(name, mutated(old.read(name), chance) if name in chosen else old.read(name))
    raw = target.getvalue()
    return mutated(raw, chance) if chance.below(10) == 1 else raw


def fuzz(data: bytes) -> None:
    """One round."""
    content = workbook(Chance(data))
    try:
        # These run in the process that reads; here their coverage guides the fuzzer.
        if kind_of(content, 1) == "xlsx":
            parts = Parts(content, "xlsx", bool)
            for position in range(5):
                parts.structure(position)
    except Refused:
        pass
    start = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        inspection = read_inspection(file.name, RULES)
    rated = rate_inspection(inspection, partial=True)
    json.loads("".join(documents.to_json([rated], Showing(RULES))))
    for view in (reports.to_json, reports.to_junit, check_cells.to_sarif, check_github.to_github, check_page.to_html):
        "".join(view(check_all([[look(inspection)]], Asked()), Showing(RULES))).encode()
    CODES.update({problem.kind.code for problem in inspection.problems} or {"sound"})
    CODES["rounds"] += 1
    if CODES["rounds"] % ROUNDS == 0:
        tell()
    assert time.monotonic() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000 < MEGABYTES


def tell() -> None:
    """Say how often each problem code came out."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
    print(f"largest process {largest} MB;", ", ".join(f"{code} {count}" for code, count in sorted(CODES.items())))


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
