"""The parts of a rule file that the others are made of: text and references, and the sheets of a case workbook."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

# Plain constraints: importing pydantic's constrained types would make every run wait 15 ms longer.
# One line of printable text, without space at its ends.
Text = Annotated[str, Field(pattern=r"^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z]*[0-9]+(\.[0-9]+)*$")]
WholeNumber = Annotated[int, Field(ge=0)]


class Model(BaseModel):
    """What a rule file says: unknown keys are refused, and nothing is changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(Model):
    """A publication that rules are taken from, or a convention of this project (`ours`)."""

    title: Text
    status: Literal["published", "ours"]


class Reference(Model):
    """Where a value comes from: one of the file's sources, and the section in it."""

    source: Text
    section: Text


class InspectionFields(Model):
    """The names of the fields of the inspection sheet."""

    region: Text
    fieldwork_started: Text
    fieldwork_ended: Text
    commenced_from: Text
    commenced_to: Text
    data_status: Text


class InspectionSheet(Model):
    """The sheet that says which inspection this is: a column of field names and one of values."""

    name: Text
    reference: Reference
    field_column: Text
    value_column: Text
    fields: InspectionFields
    illustrative: Text
    inspection_data: Text


class DecisionSheet(Model):
    """A sheet that gives standards a rating and a reason: judgements, or decisions of the panel.

    It has a column of PDUs where each PDU is rated.
    """

    name: Text
    reference: Reference
    pdu_column: Text | None = None
    standard_column: Text
    rating_column: Text
    reason_column: Text


class OtherColumn(Model):
    """A column that is read where it stands, and that no rating depends on.

    A `date` is the day on which the sentence commenced. `values` are the ones expected in a column of text.
    """

    name: Text
    kind: Literal["text", "date"] = "text"
    values: tuple[Text, ...] = ()


class TypicalCases(Model):
    """How many cases a sheet has in an ordinary inspection, from the fewest to the most; for invented workbooks."""

    lowest: Annotated[WholeNumber, Field(alias="from")]
    highest: Annotated[WholeNumber, Field(alias="to")]


class CaseSheet(Model):
    """A sheet with one row a case: its id, its PDU where the sheet has one, and the key questions that name it."""

    name: Text
    reference: Reference
    id_column: Text
    pdu_column: Text | None = None
    other_columns: tuple[OtherColumn, ...] = ()
    typical_cases: TypicalCases | None = None
