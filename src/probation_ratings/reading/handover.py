"""What a child process hands over of an input, checked before anything relies on it.

A child that met a crafted file may answer anything: an answer of another shape, or beyond the limits, is refused.
"""

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..errors import Refused
from ..problems import CATALOGUE
from .limits import SHEETS, TEXT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_DETAIL = 500
"""So many characters of what a child says are shown."""

Text: TypeAlias = Annotated[str, Field(max_length=TEXT)]
Number: TypeAlias = Annotated[int, Field(ge=0, le=2**31)]
_Value: TypeAlias = Annotated[
    Text
    | tuple[Literal["number"], float]
    | tuple[Literal["boolean"], bool]
    | tuple[Literal["date", "time", "broken"], Text],
    Field(union_mode="left_to_right"),
]
Values: TypeAlias = Annotated[list[Text] | list[_Value], Field(union_mode="left_to_right")]
"""The distinct values of a column. Most columns have texts only, which are checked faster than values of any type."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)


class RecordsRead(_Strict):
    """What is particular to the records of a CSV file (see `csv_source`)."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)]
    usual: Number
    odd: list[tuple[Number, Number]]
    elsewhere: list[Number]
    swallowed: list[tuple[Number, Number]]


class SheetRead(_Strict):
    """A sheet as the child read it; the codes of its cells follow apart."""

    name: Text
    hidden: bool
    first_row: Number
    first_column: Number
    rows: Number
    columns: list[Values]
    hidden_rows: list[Number]
    hidden_columns: list[Number]
    filtered: bool
    merged: list[Annotated[str, Field(pattern=r"^[A-Z]{1,7}[0-9]{1,10}:[A-Z]{1,7}[0-9]{1,10}$")]]
    records: RecordsRead | None = None


class WorkbookRead(_Strict):
    """A workbook, or a table, as the child read it."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    kind: Literal["xlsx", "xlsb", "xls", "ods", "csv", "parquet"]
    names: list[Text]
    sheets: list[SheetRead]
    date_1904: bool


class _Refusal(_Strict):
    refused: str
    detail: str


class _Groups(_Strict):
    groups: list[Text | None]
    seconds: Annotated[float, Field(ge=0)]


class _Nothing(_Strict):
    """Of a document there is nothing to say."""


_Answer = TypeVar("_Answer", bound=_Strict)


def no_sense(what: str) -> Refused:
    """The refusal of an answer that makes no sense."""
    return Refused("parser-stopped", f"its answer makes no sense: {what}")


@cache
def _adapter(shape: type[_Strict]) -> TypeAdapter[Any]:
    either: Any = shape | _Refusal
    # To look for each text among those before it would take half of the time.
    return TypeAdapter(either, config=ConfigDict(cache_strings="keys"))


def _checked(line: bytes, shape: type[_Answer]) -> _Answer:
    """What a child says, in this shape.

    Raises `Refused` with the reason that it gives, or where its answer makes no sense.
    """
    try:
        read: _Answer | _Refusal = _adapter(shape).validate_json(line)
    except ValidationError as error:
        raise no_sense("its description") from error
    if not isinstance(read, _Refusal):
        return read
    if read.refused not in {kind.name for kind in CATALOGUE.values() if kind.code.startswith("PR1")}:
        raise no_sense("its reason")
    detail = read.detail
    raise Refused(read.refused, detail if len(detail) <= _DETAIL else f"{detail[:_DETAIL]}…")


def workbook_of(line: bytes, cells: bytes, limits: int) -> "tuple[WorkbookRead, list[list[npt.NDArray[np.uint32]]]]":
    """What a child says of a workbook, and for each sheet the codes of its columns.

    Raises `Refused` with the reason that the child gives, or where its answer makes no sense.
    """
    read = _checked(line, WorkbookRead)
    if len(read.names) > SHEETS * limits or not {one.name for one in read.sheets} <= set(read.names):
        raise no_sense("its sheets")
    return read, _codes(read, cells)


def see_nothing(line: bytes) -> None:
    """See that a child has nothing to say, as of a document. Raises `Refused` where it refused it, or says anything."""
    _checked(line, _Nothing)


def groups_in(line: bytes, texts: int) -> tuple[list[str | None], float]:
    """What a child says that the groups of a pattern in so many texts are, and the seconds that they took.

    Raises `Refused` with the reason that it gives, or where its answer makes no sense.
    """
    found = _checked(line, _Groups)
    if len(found.groups) != texts:
        raise no_sense("its groups")
    return found.groups, found.seconds


def _codes(read: WorkbookRead, cells: bytes) -> "list[list[npt.NDArray[np.uint32]]]":
    import numpy as np

    sizes = [(sheet.rows, len(sheet.columns)) for sheet in read.sheets]
    if sum(rows * columns for rows, columns in sizes) * 4 != len(cells):
        raise no_sense("the number of its cells")
    numbers = np.frombuffer(cells, dtype=np.uint32)
    found: list[list[npt.NDArray[np.uint32]]] = []
    start = 0
    for sheet in read.sheets:
        found.append([])
        for values in sheet.columns:
            codes = numbers[start : start + sheet.rows]
            start += sheet.rows
            if sheet.rows and codes.max() >= len(values):
                raise no_sense("its cells")
            found[-1].append(codes)
    return found
