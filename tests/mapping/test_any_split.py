"""A law: however a region's cases are split over exports, its mapping gives the cases of the whole."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import apply

pytestmark = pytest.mark.slow

QUESTIONS = ["R2.6.1", "R2.6.2", "R2.6.3"]
WORDS = ["Yes", "No", "Not applicable"]
HEADERS = st.lists(
    st.text("ABCxyz é#_-", min_size=1, max_size=8).map(lambda text: f"h{text}".strip()),
    min_size=4,
    max_size=4,
    unique_by=lambda text: " ".join(text.split()).casefold(),
)
CODES = st.lists(
    st.sampled_from(["1", "2", "98", "ja", "nein", "k. A.", "O'K", "-1", "x;y"]), min_size=3, max_size=3, unique=True
)
CASES = st.lists(st.tuples(*[st.sampled_from(WORDS)] * 3), min_size=1, max_size=8)


@st.composite
def exports(draw: st.DrawFn, cases: dict[str, tuple[str, ...]]) -> tuple[str, dict[str, Any]]:
    """One export of these cases: its source in a mapping file, and its file."""
    headers, codes = draw(HEADERS), dict(zip(WORDS, draw(CODES), strict=True))
    name = f"part-{draw(st.uuids())}"
    form = draw(st.sampled_from(["csv", "xlsx", "long"]))
    titles = draw(st.integers(0, 2))
    order = draw(st.permutations(list(cases)))
    columns = ", ".join(
        f"{rule}: {{column: '{header}'}}" for rule, header in zip(["Case ID", *QUESTIONS], headers, strict=True)
    )
    answers = ", ".join("'{}': '{}'".format(code.replace("'", "''"), word) for word, code in codes.items())
    rows: list[list[Any]] = [["a title"]] * titles
    if form == "long":
        columns = f"Case ID: {{column: '{headers[0]}'}}, " + ", ".join(f"{one}: c{one}" for one in QUESTIONS)
        rows = [*rows, [headers[0], "code", "value"]]
        answered = [
            [one, f"C{rule}", codes[word]] for one in order for rule, word in zip(QUESTIONS, cases[one], strict=True)
        ]
        rows += draw(st.permutations(answered))
    else:
        number = form == "xlsx" and draw(st.booleans())
        rows = [*rows, headers]
        rows += [
            [
                one,
                *(
                    float(codes[word]) if number and codes[word].lstrip("-").isdigit() else codes[word]
                    for word in cases[one]
                ),
            ]
            for one in order
        ]
    long = ", long: {question: CODE, answer: Value}" if form == "long" else ""
    file = f"{name}.{'xlsx' if form == 'xlsx' else 'csv'}"
    delimiter = draw(st.sampled_from(",;\t|"))
    encoding = draw(st.sampled_from(["utf-8", "cp1252", "latin-1"]))
    written = "" if form == "xlsx" else f", encoding: {encoding}"
    source = (
        f"  - {{files: {file}, into: Victim cases, columns: {{{columns}}}, answers: {{{answers}}}{long}{written}}}\n"
    )
    if form == "xlsx":
        return source, {file: {"Sheet": rows}}
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(rows)
    return source, {file: text.getvalue().encode(encoding)}


@given(st.data(), CASES, st.integers(1, 3))
@settings(max_examples=15)
def test_any_split_gives_the_cases_of_the_whole(data: st.DataObject, cases: list[tuple[str, ...]], parts: int) -> None:
    whole = {f"V{number}": answers for number, answers in enumerate(cases)}
    where = {name: data.draw(st.integers(0, parts - 1)) for name in whole}
    mapping = "sheets: {Victim cases: {columns: {Case ID: x}}}\nsources:\n"
    files: dict[str, Any] = {}
    for part in sorted(set(where.values())):
        source, made = data.draw(exports({name: whole[name] for name in whole if where[name] == part}))
        mapping += source
        files |= made
    with tempfile.TemporaryDirectory() as folder:
        applied = apply(Path(folder), mapping, files)
        assert [one.message for one in applied.problems if one.is_error] == []
        found = {row.pop("Case ID"): row for row in applied.all_rows()}
    assert found == {name: dict(zip(QUESTIONS, answers, strict=True)) for name, answers in whole.items()}
