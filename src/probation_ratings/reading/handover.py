"""What a child process hands over of an input, checked before anything relies on it.

A child that met a crafted file may answer anything: an answer of another shape, or beyond the limits, is refused.
"""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

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
    groups: list[list[Text | None]]
    seconds: Annotated[float, Field(ge=0)]


class _Nothing(_Strict):
    """Of a document there is nothing to say."""


# To look for each text among those before it would take half of the time.
_ANSWER: TypeAdapter[WorkbookRead | _Refusal] = TypeAdapter(
    WorkbookRead | _Refusal, config=ConfigDict(cache_strings="keys")
)


def no_sense(what: str) -> Refused:
    """The refusal of an answer that makes no sense."""
    return Refused("parser-stopped", f"its answer makes no sense: {what}")


def workbook_of(line: bytes, cells: bytes, limits: int) -> "tuple[WorkbookRead, list[list[npt.NDArray[np.uint32]]]]":
    """What a child says of a workbook, and for each sheet the codes of its columns.

    Raises `Refused` with the reason that the child gives, or where its answer makes no sense.
    """
    try:
        read = _ANSWER.validate_json(line)
    except ValidationError as error:
        raise no_sense("its description") from error
    if isinstance(read, _Refusal):
        raise refusal(read.refused, read.detail)
    if len(read.names) > SHEETS * limits or not {one.name for one in read.sheets} <= set(read.names):
        raise no_sense("its sheets")
    return read, _codes(read, cells)


def refusal(reason: str, detail: str) -> Refused:
    """The refusal that a child gives, if there is such a one."""
    if reason not in {kind.name for kind in CATALOGUE.values() if kind.code.startswith("PR1")}:
        return no_sense("its reason")
    return Refused(reason, detail if len(detail) <= _DETAIL else f"{detail[:_DETAIL]}…")


def refusal_in(line: bytes) -> Refused | None:
    """The refusal in the answer of a child that has nothing else to say; None where it refused nothing."""
    try:
        found = TypeAdapter(_Refusal | _Nothing).validate_json(line)
    except ValidationError:
        return no_sense("its description")
    return refusal(found.refused, found.detail) if isinstance(found, _Refusal) else None


def groups_in(line: bytes, texts: int) -> tuple[list[str | None], float]:
    """What a child says that the groups of a pattern in so many texts are, and the seconds that they took.

    Raises `Refused` with the reason that it gives, or where its answer makes no sense.
    """
    try:
        found = TypeAdapter(_Refusal | _Groups).validate_json(line)
    except ValidationError as error:
        raise no_sense("its description") from error
    if isinstance(found, _Refusal):
        raise refusal(found.refused, found.detail)
    if [len(one) for one in found.groups] != [texts]:
        raise no_sense("its groups")
    return found.groups[0], found.seconds


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
