"""The rows of a file of counts: its header, its columns, and what is refused."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from books import save
from probation_ratings.errors import InputError
from probation_ratings.rating import count_rows
from probation_ratings.rating.count_rows import UNQUOTED, CountRow, read_rows, rows_of
from probation_ratings.reading.workbook import Broken, Column, Records, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD = ["region", "key question", "yes", "no"]
ALLOWED = "expected are region, key question, yes, no, pdu, not applicable and rating"


def sheet(*rows: Sequence[str], first_row: int = 1) -> Sheet:
    """A sheet with these texts in its cells."""
    columns = []
    for number, cells in enumerate(zip(*rows, strict=True), 1):
        texts = list(dict.fromkeys(cells))
        codes = np.array([texts.index(cell) for cell in cells], dtype=np.uint32)
        columns.append(Column(number, [*texts], texts, codes))
    return Sheet("Tallies", first_row, len(rows), columns)


def values(*texts: str) -> dict[str, str]:
    return dict(zip(HEAD, texts, strict=True))


def refusal(found: Sheet) -> str:
    """The message about a sheet that is refused."""
    with pytest.raises(InputError) as refused:
        rows_of("a.csv", found)
    return str(refused.value)


class TestRowsOf:
    """The rows below the header."""

    def test_they_have_their_numbers_and_values(self) -> None:
        found = rows_of("a.csv", sheet(HEAD, ["London", "R2.1.1", "8", "2"], ["", "", "", ""], ["", "", "", "3"]))
        assert found == [CountRow(2, values("London", "R2.1.1", "8", "2")), CountRow(4, values("", "", "", "3"))]

    def test_columns_have_any_order_and_spelling_and_others_are_not_read(self) -> None:
        head = ["NO", "Remark", "Key_Question", "yes", " Region", "Not applicable", "PDU", "rating"]
        found = rows_of("a.csv", sheet(head, ["2", "why", "R2.1.1", "8", "London", "1", "Camden", "Good"]))
        others = {"not applicable": "1", "pdu": "Camden", "rating": "Good"}
        assert found == [CountRow(2, {**values("London", "R2.1.1", "8", "2"), **others})]
        blank = sheet(["remark", *HEAD], ["why", "", "", "", ""], ["", "London", "R2.1.1", "8", "2"])
        assert [one.number for one in rows_of("a.csv", blank)] == [3]

    def test_titles_above_the_header_are_skipped(self) -> None:
        title = ["Counts", "", "", "yes"]
        row = ["London", "R2.1.1", "8", "2"]
        found = rows_of("a.csv", sheet(*[title] * 19, HEAD, row, first_row=3))
        assert found == [CountRow(3 + 20, values(*row))]
        message = refusal(sheet(*[title] * 20, HEAD, row))
        assert message == f"a.csv: there is no header; {ALLOWED}; the first row has 'Counts' and 'yes'"

    def test_the_first_row_with_a_value_is_shown_where_there_is_no_header(self) -> None:
        message = refusal(sheet(["", ""], ["Area", ""], ["Unit", "Q"]))
        assert message == f"a.csv: there is no header; {ALLOWED}; the first row has 'Area'"

    @pytest.mark.parametrize("rows", [[HEAD], [HEAD, ["", "", "", ""]], [["", "", ""]], []])
    def test_without_counts_there_is_nothing_to_rate(self, rows: list[list[str]]) -> None:
        assert refusal(sheet(*rows)) == "a.csv: there are no counts in it"

    def test_a_column_that_is_missing(self) -> None:
        message = refusal(
            sheet(["", "", "", ""], ["region", "", "yes", "Q"], ["London", "R2.1.1", "8", "2"], first_row=4)
        )
        assert message == (
            f"a.csv, row 5: there is no column key question; {ALLOWED}; found are 'region', 'yes' and 'Q'"
        )
        assert "there is no column region;" in refusal(sheet(["key question", "no"]))

    def test_a_column_that_appears_twice(self) -> None:
        message = refusal(sheet([*HEAD, "Region", "remark", "remark"], ["London", "R2.1.1", "8", "2", "Wales", "", ""]))
        assert message == (
            "a.csv, row 1: the column region appears more than once; found are "
            "'region', 'key question', 'yes', 'no', 'Region', 'remark' and 'remark'"
        )

    def test_an_error_value_names_no_region_and_is_no_count(self) -> None:
        found = sheet([*HEAD, "pdu"], ["#REF!", "#REF!", "#REF!", "2", "#REF!"])
        columns = [
            replace(one, values=[one.values[0], Broken("#REF!")]) if "#REF!" in one.texts else one
            for one in found.columns
        ]
        (row,) = rows_of("a.csv", replace(found, columns=columns))
        assert row == CountRow(2, {**values("", "#REF!", "#REF!", "2"), "pdu": ""})

    def test_rows_with_another_number_of_values_may_be_shifted(self) -> None:
        rows = [["Counts", "", "", ""], HEAD, ["London", "R2.1.1", "8", "2"], ["London", "R2.1.2", "1", "234"]]
        found = sheet(*rows)
        fine = replace(found, records=Records(",", 4, {1: 1}, []))
        assert len(rows_of("a.csv", fine)) == 2
        with pytest.raises(InputError) as refused:
            rows_of("a.csv", replace(found, records=Records(",", 4, {1: 1, 4: 5}, [])))
        assert str(refused.value) == "a.csv: row 4 has 5 values, not 4 as the header"
        assert refused.value.remedy == UNQUOTED


class TestReadRows:
    """The file itself."""

    @pytest.mark.parametrize("name", ["a.csv", "A.CSV"])
    def test_the_hash_is_that_of_the_file(self, tmp_path: Path, name: str) -> None:
        text = "region,remark,key question,yes,no\n,only a remark,,,\nLondon,,R2.1.1,8,2\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
        sha256, rows = read_rows(str(tmp_path / name), 1)
        assert sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert rows == [CountRow(3, values("London", "R2.1.1", "8", "2"))]

    def test_a_workbook_has_them_in_a_sheet_of_that_name(self, tmp_path: Path) -> None:
        rows: list[list[Any]] = [HEAD, ["London", "R2.1.1", 8, 2]]
        path = save({"Notes": [["region", "key question"]], "TALLIES": rows}, tmp_path / "a.xlsx")
        assert read_rows(str(path), 1)[1] == [CountRow(2, values("London", "R2.1.1", "8", "2"))]
        path = save({"Notes": [["region"]], "Counts": rows}, tmp_path / "b.xlsx")
        with pytest.raises(InputError) as refused:
            read_rows(str(path), 1)
        assert str(refused.value) == f"{path}: there is no sheet Tallies; the workbook has 'Notes' and 'Counts'"

    def test_a_workbook_without_sheets(self, tmp_path: Path) -> None:
        path = tmp_path / "b.xlsx"
        with zipfile.ZipFile(save({"A": [["x"]]}, tmp_path / "a.xlsx")) as one, zipfile.ZipFile(path, "w") as other:
            for name in one.namelist():
                part = one.read(name)
                other.writestr(
                    name, re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", part) if "workbook.xml" in name else part
                )
        with pytest.raises(InputError) as refused:
            read_rows(str(path), 1)
        assert str(refused.value) == f"{path}: there is no sheet Tallies; the workbook has no sheets"

    def test_of_parquet_the_columns_with_counts_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.parquet"
        columns = {"region": ["London"], "remark": ["why"], "key_question": ["R2.1.1"], "yes": [8], "no": [2]}
        # in a process of its own: Polars has threads, which a copy of this process would lack
        script = f"import polars; polars.DataFrame({columns}).write_parquet({str(path)!r})"
        subprocess.run([sys.executable, "-c", script], check=True)
        assert read_rows(str(path), 1)[1] == [CountRow(2, values("London", "R2.1.1", "8", "2"))]

    def test_a_wide_file_needs_higher_limits(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        remarks = "," * 16_384
        path.write_text(f"region,key question,yes,no{remarks}\nLondon,R2.1.1,8,2{remarks}\n", encoding="utf-8")
        with pytest.raises(InputError, match="16,384"):
            read_rows(str(path), 1)
        assert read_rows(str(path), 2)[1] == [CountRow(2, values("London", "R2.1.1", "8", "2"))]

    def test_other_files_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as refused:
            read_rows("counts.txt", 1)
        assert str(refused.value) == "counts.txt: counts are read from .csv, .parquet and .xlsx files"
        path = tmp_path / "a.parquet"
        path.write_bytes(b"PAR1")
        with pytest.raises(InputError) as broken:
            read_rows(str(path), 1)
        assert str(broken.value) == f"{path}: this is not a Parquet file, or it is damaged"
        assert broken.value.remedy

    def test_there_may_be_so_many_rows_for_each_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(count_rows, "COUNT_ROWS", 1_000)

        def read(rows: int, limits: int) -> list[CountRow]:
            path = tmp_path / "a.csv"
            path.write_text("region,key question,yes,no\n" + "London,R2.1.1,8,2\n" * rows, encoding="utf-8")
            return read_rows(str(path), limits)[1]

        assert (len(read(1_000, 1)), len(read(2_000, 2))) == (1_000, 2_000)
        for rows, limits, words in (
            (1_001, 1, "1,001 rows of counts; 1,000 are allowed; --limits 2 allows as many"),
            (5_001, 4, "5,001 rows of counts; 4,000 are allowed; --limits 6 allows as many"),
        ):
            with pytest.raises(InputError) as refused:
                read(rows, limits)
            assert str(refused.value) == f"{tmp_path / 'a.csv'}: it has {words}"


def test_counts_above_the_header_are_refused_and_a_title_is_not() -> None:
    counts = ["London", "R2.1.1", "1", "2"]
    assert [row.number for row in rows_of("a.csv", sheet(["Counts of 2024", "", "3", ""], HEAD, counts))] == [3]
    assert refusal(sheet(counts, HEAD, counts)) == "a.csv, row 1: it has counts above the header, which is row 2"
    with pytest.raises(InputError) as refused:
        rows_of("a.csv", sheet(counts, HEAD, counts))
    assert refused.value.remedy == "move the header above all counts"
    for no_counts in (["London", "R2.1.1", "many", "2"], ["London", "", "8", "2"]):
        assert len(rows_of("a.csv", sheet(no_counts, HEAD, counts))) == 1
