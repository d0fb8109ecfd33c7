"""A formula that nobody has computed has no value, also where its writer gave it a 0."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from books import small_book
from hostile import changed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


def by_xlsxwriter(cell: tuple[str, Any]) -> bytes:
    """The small book with a formula and its saved value in D2 of the victim cases, as XlsxWriter writes it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in small_book().items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == "Victim cases":
                sheet.write_formula(1, 3, cell[0], None, *([] if cell[1] is None else [cell[1]]))
    return target.getvalue()


@pytest.mark.parametrize(
    ("value", "codes"),
    [(None, {"PR308"}), ("Yes", set()), (7, {"PR304"})],
    ids=["never computed", "saved as text", "saved as a number"],
)
def test_the_zero_of_a_formula_that_was_never_computed_is_not_a_value(
    run: Callable[..., Run], tmp_path: Path, value: Any, codes: set[str]
) -> None:
    path = tmp_path / "region.xlsx"
    path.write_bytes(by_xlsxwriter(('=IF(1=1,"Yes","No")', value)))
    told = {(one["code"], *one["cells"]) for one in run(path, "-f", "json").problems if one["sheet"] == "Victim cases"}
    assert told == {(code, "D2") for code in codes}


def test_a_zero_that_a_spreadsheet_program_has_computed_is_a_value(run: Callable[..., Run], tmp_path: Path) -> None:
    # Excel leaves out fullCalcOnLoad when it saves.
    content = changed(
        lambda name, part: part.replace(b' fullCalcOnLoad="1"', b"") if name == "xl/workbook.xml" else part,
        by_xlsxwriter(("=1-1", None)),
    )
    path = tmp_path / "region.xlsx"
    path.write_bytes(content)
    told = {one["code"] for one in run(path, "-f", "json").problems if one["sheet"] == "Victim cases"}
    assert told == {"PR304"}
