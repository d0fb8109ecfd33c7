"""The parts of a rule file that the others are made of: text, references, answers, and the sheets of a workbook."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticKnownError

from ..names import fold
from ..text import printable

LINE = r"^\S(.*\S)?$"
ID = r"^[A-Za-z]*[0-9]+(\.[0-9]+)*$"
RULES_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_ADDRESS = r"^https?://[!-~]+$"
PATTERNS = {
    LINE: "one line of text, without a space at its ends",
    ID: "letters, then numbers with dots between them, such as R2.1",
    RULES_ID: "small letters, digits and hyphens, such as regional-2023",
    _ADDRESS: "an address, such as https://example.org/report",
}
"""What each pattern means, for messages."""


def _one_line(text: str) -> str:
    # Not a pattern: the first use of one with all characters that can be printed makes every run wait 4 ms longer.
    if not text or not text == text.strip() == printable(text):
        raise PydanticKnownError("string_pattern_mismatch", {"pattern": LINE})
    return text


# Plain constraints: importing pydantic's constrained types would make every run wait 15 ms longer.
Text = Annotated[str, AfterValidator(_one_line), Field(json_schema_extra={"pattern": LINE})]
Id = Annotated[str, Field(pattern=ID)]
WholeNumber = Annotated[int, Field(ge=0, le=1_000_000)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
OneOrMore = Text | Texts
"""A text, or a list of texts."""
Spellings = Annotated[
    dict[Text, Texts], Field(description="Other words accepted in a workbook for a value, by the value.")
]


class Model(BaseModel):
    """The base of all models: unknown keys are refused, and values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(Model):
    """A publication that rules are taken from, or a convention of this project (`ours`)."""

    title: Annotated[Text, Field(description="Its title, so that a reader can find it.")]
    status: Annotated[Literal["published", "ours"], Field(description="`ours`: a convention, and not published.")]
    date: Annotated[Text | None, Field(description="When it was published, such as August 2024.")] = None
    address: Annotated[
        str | None, Field(pattern=_ADDRESS, description="Its address on the web, beginning with https://.")
    ] = None
    in_general: Annotated[
        Text | None,
        Field(description="What publications cite instead, if it is about one inspection and the rule is general."),
    ] = None

    @property
    def named(self) -> str:
        """Its title, with the date and the address where they are known."""
        return ", ".join(filter(None, (self.title, self.date, self.address)))


class Reference(Model):
    """Where a value comes from: one of the file's sources, and the section in it."""

    source: Annotated[Text, Field(description="The key of one of the `sources`.")]
    section: Annotated[Text, Field(description="Where in it: a heading, a page, a footnote.")]


class Answer(Model):
    """The name of an answer and the spellings that are accepted for it, in any case."""

    name: Annotated[Text, Field(description="How the program writes the answer.")]
    spellings: Annotated[tuple[Text, ...], Field(min_length=1, description="The spellings accepted in a workbook.")]


class Answers(Model):
    """The three answers to a key question."""

    reference: Reference
    yes: Annotated[Answer, Field(description="Satisfactory.")]
    no: Annotated[Answer, Field(description="Not satisfactory.")]
    not_applicable: Annotated[Answer, Field(description="Left out of the percentage.")]

    @cached_property
    def all(self) -> tuple[Answer, Answer, Answer]:
        """Yes, No and Not applicable, in this order."""
        return (self.yes, self.no, self.not_applicable)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """All spellings of all answers, in lower case."""
        words = (word for answer in self.all for word in (answer.name, *answer.spellings))
        return frozenset(" ".join(word.split()).casefold() for word in words)

    @cached_property
    def names(self) -> list[str]:
        """The names of Yes, No and Not applicable, in this order."""
        return [answer.name for answer in self.all]


class InspectionFields(Model):
    """The names of the fields of the inspection sheet."""

    region: Annotated[Text, Field(description="The region, which is required.")]
    fieldwork_started: Annotated[Text, Field(description="The first day of fieldwork.")]
    fieldwork_ended: Annotated[Text, Field(description="The last day of fieldwork.")]
    commenced_from: Annotated[Text, Field(description="The first day on which the sentences inspected commenced.")]
    commenced_to: Annotated[Text, Field(description="The last day on which the sentences inspected commenced.")]
    data_status: Annotated[Text, Field(description="Whether the cases are real or invented.")]


class InspectionSheet(Model):
    """The sheet that says which inspection this is: a column of field names and one of values."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    field_column: Annotated[Text, Field(description="The header of the column with the fields' names.")]
    value_column: Annotated[Text, Field(description="The header of the column with their values.")]
    fields: InspectionFields
    illustrative: Annotated[Text, Field(description="The data status that says: these cases are invented.")]
    inspection_data: Annotated[Text, Field(description="The data status that says: these are cases of an inspection.")]


class DecisionSheet(Model):
    """A sheet that gives standards a rating and a reason: judgements, or decisions of the panel.

    It has a column of PDUs if each PDU is rated.
    """

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    pdu_column: Annotated[Text | None, Field(description="The header of the column with the PDUs.")] = None
    standard_column: Annotated[Text, Field(description="The header of the column with the standards' ids.")]
    rating_column: Annotated[Text, Field(description="The header of the column with the ratings.")]
    reason_column: Annotated[Text, Field(description="The header of the column with the reasons.")]


def listed_in(value: OneOrMore) -> tuple[str, ...]:
    """The texts of a key that takes one text or a list."""
    return (value,) if isinstance(value, str) else value


def _words(values: Collection[str], spellings: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The value that each accepted word means, by the form in which words are compared."""
    others = {fold(word): value for value, words in spellings.items() for word in words}
    return others | {fold(value): value for value in values}


class OtherColumn(Model):
    """An optional column that does not affect any rating.

    A `date` is the day on which the sentence commenced. `values` are the ones expected in a column of text. A case
    whose value `counts_as` others belongs to each of them: a case sample or `only_where` that names one of them means
    this value, too.
    """

    name: Annotated[Text, Field(description="The column's header.")]
    kind: Annotated[Literal["text", "date"], Field(description="`date`: the day on which the sentence commenced.")] = (
        "text"
    )
    values: Annotated[tuple[Text, ...], Field(description="The values expected in a column of text.")] = ()
    spellings: Spellings = Field(default={})
    counts_as: Annotated[
        dict[Text, Texts], Field(description="For a value that means several: the values that it counts as.")
    ] = Field(default={})
    reference: Reference | None = None

    @cached_property
    def words(self) -> dict[str, str]:
        """The value that each accepted word means, by the form in which words are compared."""
        return _words(self.values, self.spellings)

    def meant_by(self, wanted: OneOrMore) -> tuple[str, ...]:
        """The values that are, or count as, one of those wanted."""
        named = listed_in(wanted)
        return (*named, *(one for one, others in self.counts_as.items() if one not in named and {*others} & {*named}))


class TypicalCases(Model):
    """The usual number of cases in a sheet, from lowest to highest; used for invented workbooks."""

    lowest: Annotated[WholeNumber, Field(alias="from", description="The fewest.")]
    highest: Annotated[WholeNumber, Field(alias="to", description="The most.")]


class CaseSheet(Model):
    """A sheet with one row per case: its id, its PDU if the sheet has that column, and the answers to key questions."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    id_column: Annotated[Text, Field(description="The header of the column with the ids of the cases.")]
    pdu_column: Annotated[Text | None, Field(description="The header of the column with the PDUs.")] = None
    other_columns: Annotated[tuple[OtherColumn, ...], Field(description="Further columns that are read.")] = ()
    typical_cases: TypicalCases | None = None

    def other_column(self, name: str) -> OtherColumn | None:
        """The other column of this name."""
        return next((one for one in self.other_columns if one.name == name), None)


class SupportingQuestion(Model):
    """A question that does not affect any rating, in an optional column of a case sheet."""

    id: Annotated[Id, Field(description="Its id.")]
    standard: Annotated[Id, Field(description="The standard that it supports.")]
    sheet: Annotated[Text, Field(description="The case sheet with its answers.")]
    text: Annotated[Text, Field(description="The question, word for word.")]
    reference: Reference


class Category(Model):
    """A column of an annex table; the rows are counted by its values."""

    name: Annotated[Text, Field(description="The header of the column.")]
    values: Annotated[tuple[Text, ...], Field(description="The only values allowed; any value if left out.")] = ()
    spellings: Spellings = Field(default={})

    @cached_property
    def words(self) -> dict[str, str]:
        """The value that each accepted word means, by the form in which words are compared."""
        return _words(self.values, self.spellings)


RESERVED = (
    "Ratings", "Key questions", "PDUs", "Ratings panel", "Case sample", "Supporting questions", "Method", "Provenance",
)  # fmt: skip
"""Names of tables in every publication; an annex table cannot have them."""


class AnnexTable(Model):
    """Counts by one or more categories, from an optional sheet with one row per item. They do not affect any rating."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    title: Annotated[Text, Field(description="The title of the table.")]
    items: Annotated[Text, Field(description="What the rows are, such as reviews.")]
    reference: Reference
    categories: Annotated[
        tuple[Category, ...], Field(min_length=1, description="The columns by which they are counted.")
    ]
