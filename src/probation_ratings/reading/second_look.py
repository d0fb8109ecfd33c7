"""Looks a second time at the cells of a workbook, for what the parser does not report: broken, hidden and merged cells.

What cannot be looked at is refused: an error that was not seen would be taken for an empty cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..errors import Refused
from .limits import ZIP_FAILURES
from .xlsx_cells import XlsxSheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cells import Cells


class SecondLook(Protocol):
    """The sheets of a workbook, whose cells are looked at beside the parser.

    `content` is what the parser is to read: the file, or the same sheets in the form that the parser knows.
    """

    content: bytes
    date_1904: bool

    @property
    def names(self) -> list[str] | None:
        """The names of all sheets, in order; None where only the parser knows them."""

    def look(self, position: int, *, whole: bool = False) -> Cells:
        """What the cells of the sheet at this position are.

        `whole` looks at every single cell, where counting them did not do. Raises `Refused` where it cannot look.
        """


def second_look(content: bytes, kind: str, wanted: Callable[[str], bool]) -> SecondLook:
    """Get ready to look at a workbook of this kind, at sheets with a `wanted` name.

    Raises `Refused` where its parts cannot be found.
    """
    try:  # import only what this workbook needs, but what most need while the child waits for its first task
        if kind == "ods":
            from .ods_cells import OdsSheets

            return OdsSheets(content)
        if kind == "xls":
            from .xls_cells import XlsSheets

            return XlsSheets(content)
        if kind == "xlsb":
            from .xlsb_cells import XlsbSheets

            return XlsbSheets(content)
        return XlsxSheets(content, wanted)
    except ZIP_FAILURES as error:
        raise Refused("workbook-damaged", "its zip archive is cut off or damaged") from error
