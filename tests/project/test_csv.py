"""CSV gets into pandas as docs/csv.md says, with nothing changed on the way."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pandas
import pytest

from books import Book, pdu_book, save, small_book
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


@pytest.fixture
def frame(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pandas.DataFrame]:
    """Rates to ratings.csv, and reads that with the lines that the documentation gives."""
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "csv.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)

    def read(*arguments: object) -> pandas.DataFrame:
        run(*arguments, "-q", "-o", "ratings.csv")
        names: dict[str, Any] = {}
        exec(lines, names)  # noqa: S102  (our own page)
        found = names["ratings"]
        assert isinstance(found, pandas.DataFrame)
        return found

    return read


def values(frame: pandas.DataFrame, column: str) -> list[Any]:
    """The values of a column, with None for those that are missing."""
    return [None if pandas.isna(value) else value for value in frame[column]]


def test_the_ratings_come_back(frame: Callable[..., pandas.DataFrame], run: Callable[..., Run]) -> None:
    found = frame(EXAMPLE)
    assert values(found, "standard") == ["R1.1", "R1.2", "R2.1", "R2.2", "R2.3", "R2.4", "R2.5", "R2.6"]
    assert values(found, "score") == [1, 1, 0, 0, 0, 0, 0, 3]
    assert values(found, "driven_by")[:3] == [None, None, "R2.1.1 R2.1.3"]
    document = json.loads(run(EXAMPLE, "-f", "json").out)["inspections"][0]
    for name in ("id", "title", "domain", "method", "rating", "score", "computed_rating"):
        assert values(found, "standard" if name == "id" else name) == [one[name] for one in document["standards"]]


def test_the_key_questions_come_back(frame: Callable[..., pandas.DataFrame]) -> None:
    found = frame(EXAMPLE, "--key-questions")
    rows = {row["key_question"]: row for row in found.to_dict("records")}
    counts = [rows["R2.5.1"][name] for name in ("yes", "no", "not_applicable", "relevant", "percentage")]
    assert counts == [52, 97, 289, 149, 35]
    assert rows["R2.3.1"]["text"].endswith("supporting the court's decision-making?")


def test_what_is_missing_is_missing_and_a_word_is_a_word(
    frame: Callable[..., pandas.DataFrame], tmp_path: Path
) -> None:
    book = small_book()
    book["Inspection"][1][1] = "None"
    book["Court reports"][1][3] = "Maybe"
    found = frame(save(book, tmp_path / "in.xlsx"), "--partial")
    assert set(values(found, "region")) == {"None"}
    assert set(values(found, "overall_rating")) == {None}
    assert values(found, "rating") == ["Good", "Good", "Outstanding", "Outstanding", None, *["Outstanding"] * 3]
    assert found["score"].convert_dtypes().tolist()[:4] == [2, 2, 3, 3]


def test_an_id_that_looks_like_a_number_stays_text(frame: Callable[..., pandas.DataFrame], tmp_path: Path) -> None:
    text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    rules = tmp_path / "own.yaml"
    rules.write_text(text.replace("R2.1", "2.10").replace("R2.", "2.").replace("R1.", "1."), encoding="utf-8")
    book = {
        name: [[value.replace("R2.1", "2.10") if isinstance(value, str) else value for value in row] for row in rows]
        for name, rows in small_book().items()
    }
    book["Judgements"] = [["Standard", "Rating"], ["1.1", "Good"], ["1.2", "Good"]]
    found = frame(save(book, tmp_path / "in.xlsx"), "--rules", rules)
    assert values(found, "standard") == ["1.1", "1.2", "2.10", "2.2", "2.3", "2.4", "2.5", "2.6"]
    assert values(found, "domain") == ["1", "1", *["2"] * 6]


def test_it_is_utf_8_without_a_mark(run: Callable[..., Run], tmp_path: Path) -> None:
    book = small_book()
    book["Inspection"][1][1] = "Ŵales"
    run(save(book, tmp_path / "in.xlsx"), "-q", "-o", tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"region,")
    assert "\nŴales,".encode() in content


@pytest.mark.parametrize("rows", [["--key-questions"], ["--by", "pdu"], ["--supporting"], []])
def test_a_region_and_a_pdu_that_look_like_numbers_stay_text(
    frame: Callable[..., pandas.DataFrame], tmp_path: Path, rows: list[str]
) -> None:
    book = small_book()
    book["Inspection"][1][1] = "0012"
    for name in ("PDU cases", "Court reports", "Unpaid work cases"):
        for row, pdu in zip(book[name][1:], ("007", "1e5"), strict=True):
            row[1] = pdu
    book["Court reports"][0].append("S3")
    for row in book["Court reports"][1:]:
        row.append("Yes")
    found = frame(save(book, tmp_path / "in.xlsx"), *rows)
    assert set(values(found, "region")) == {"0012"}
    if rows == ["--by", "pdu"]:
        assert set(values(found, "pdu")) == {"007", "1e5"}


def numbered_pdus() -> Book:
    """A workbook for rules that rate each PDU, with numbers for names."""
    book = pdu_book()
    names = {"Camden": "007", "Hackney": "012"}
    return {name: [[names.get(value, value) for value in row] for row in rows] for name, rows in book.items()}


def test_a_rated_pdu_that_looks_like_a_number_stays_text(
    frame: Callable[..., pandas.DataFrame], tmp_path: Path
) -> None:
    found = frame(save(numbered_pdus(), tmp_path / "in.xlsx"), "--rules", "pdu-2023")
    assert set(values(found, "pdu")) == {"007", "012"}


def test_so_do_several_regions(frame: Callable[..., pandas.DataFrame], tmp_path: Path) -> None:
    for number in ("0012", "0013"):
        book = small_book()
        book["Inspection"][1][1] = number
        save(book, tmp_path / f"{number}.xlsx")
    found = frame(tmp_path / "0012.xlsx", tmp_path / "0013.xlsx")
    assert set(values(found, "region")) == {"0012", "0013"}


def test_a_cell_of_categories_is_also_one_cell_per_category(
    frame: Callable[..., pandas.DataFrame], tmp_path: Path
) -> None:
    book = small_book()
    rows = [["Some progress", "Yes"], ["Some progress", "No"], ["Some progress", "Yes"]]
    book["Previous recommendations"] = [["Progress", "Improvement still required"], *rows]
    book["SFO reviews"] = [["Rating"], ["Good"]]
    found = frame(save(book, tmp_path / "in.xlsx"), "--supporting")
    columns = [values(found, name) for name in ("sheet", "category", "category_1", "category_2", "count")]
    shown = [row for row in zip(*columns, strict=True) if row[-1]]
    assert shown == [
        ("SFO reviews", "Good", "Good", None, 1),
        ("Previous recommendations", "Some progress, Yes", "Some progress", "Yes", 2),
        ("Previous recommendations", "Some progress, No", "Some progress", "No", 1),
    ]


def test_the_limits_of_the_panel_are_names(frame: Callable[..., pandas.DataFrame], tmp_path: Path) -> None:
    # every standard of two cases rests on 5 cases or fewer, and one more No would change it
    path = save(small_book(), tmp_path / "in.xlsx")
    assert values(frame(path), "panel_limits") == [None, None, *["cases_to_change cases_at_most"] * 6]
    assert set(values(frame(path, "--suppress-below", 5), "panel_limits")) == {None, "[c]"}


def columns_in_the_page() -> dict[str, list[str]]:
    """The columns of each kind of file, as the table of docs/csv.md has them."""
    page = (ROOT / "docs" / "csv.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]*`[^|]+`) \| (`region`, |`rank`, )([^|]+) \|$", page, re.MULTILINE)
    return {kind.split("`")[1]: (first + names).replace("`", "").split(", ") for kind, first, names in rows}


def test_the_page_has_all_columns_in_their_order(run: Callable[..., Run], tmp_path: Path) -> None:
    page = columns_in_the_page()
    found = {
        "rate -f csv": run(EXAMPLE, "-f", "csv").out,
        **{f"--rows {rows}": run(EXAMPLE, "-f", "csv", "--rows", rows).out for rows in ("key-questions", "pdus")},
        "--rows supporting": run(EXAMPLE, "-f", "csv", "--rows", "supporting").out,
        "compare -f csv": run("compare", EXAMPLE, EXAMPLE, "-f", "csv", group=True).out,
    }
    run(EXAMPLE, "-o", f"{tmp_path}/results/")
    summary = (tmp_path / "results" / "summary.csv").read_text(encoding="utf-8").partition("\n")[0]
    standards = ",".join(f"R{one}" for one in ("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"))
    ratings = ",".join(f"rating_r{one[1:].replace('.', '_')}" for one in standards.split(","))
    found["summary.csv"] = summary.replace(f",{standards},", ",one per standard,").replace(ratings, "one per standard")
    assert {kind: out.partition("\n")[0].split(",") for kind, out in found.items()} == page
