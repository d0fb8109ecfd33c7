"""The rule file as a model: what a programme's standards, questions, bands and sheets are.

Nothing here knows a programme: every name and number comes from the file. `rules.load_rules` makes one.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .rulefile import Line, Where, nearest_line

# Plain constraints: importing pydantic's constrained types would make every run wait 15 ms longer.
# One line of printable text, without space at its ends.
Text = Annotated[str, Field(pattern=r"^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z]*[0-9]+(\.[0-9]+)*$")]
WholeNumber = Annotated[int, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(_Model):
    """A publication that rules are taken from, or a convention of this project (`ours`)."""

    title: Annotated[Text, Field(description="What it is called, so that a reader can find it.")]
    status: Annotated[Literal["published", "ours"], Field(description="`ours`: a convention, and not published.")]


class Reference(_Model):
    """Where a value comes from: one of the file's sources, and the section in it."""

    source: Annotated[Text, Field(description="The key of one of the `sources`.")]
    section: Annotated[Text, Field(description="Where in it: a heading, a page, a footnote.")]


class Rating(_Model):
    """One of the words of the scale and the score it gives to a standard."""

    name: Annotated[Text, Field(description="The word.")]
    score: Annotated[WholeNumber, Field(description="What it adds to the total; higher than the one before.")]


class Scale(_Model):
    """The ratings, lowest first."""

    reference: Reference
    scale: Annotated[tuple[Rating, ...], Field(min_length=2, description="The words with their scores, lowest first.")]


class Answer(_Model):
    """The name of an answer and the spellings that are accepted for it, in any case."""

    name: Annotated[Text, Field(description="What is written where the program names the answer.")]
    spellings: Annotated[tuple[Text, ...], Field(min_length=1, description="What is accepted for it in a workbook.")]


class Answers(_Model):
    """The three answers to a key question."""

    reference: Reference
    yes: Annotated[Answer, Field(description="Satisfactory.")]
    no: Annotated[Answer, Field(description="Not satisfactory.")]
    not_applicable: Annotated[Answer, Field(description="Leaves the denominator.")]

    @cached_property
    def all(self) -> tuple[Answer, Answer, Answer]:
        """Yes, No and Not applicable, in this order."""
        return (self.yes, self.no, self.not_applicable)

    @cached_property
    def names(self) -> list[str]:
        """The names of Yes, No and Not applicable, in this order."""
        return [answer.name for answer in self.all]


class Aggregation(_Model):
    """How the answers of several PDUs become one percentage: `pooled` adds up Yes and No over all PDUs."""

    method: Literal["pooled"]
    reference: Reference


class Rounding(_Model):
    """How a percentage is read: `whole_percent` rounds it half up to a whole number before the band is read off."""

    method: Literal["whole_percent"]
    reference: Reference


class Band(_Model):
    """A range of whole percentages or of total scores, both ends included, and the rating it gives."""

    rating: Annotated[Text, Field(description="A word of the scale.")]
    lowest: Annotated[WholeNumber, Field(alias="from", description="The lowest value in the band.")]
    highest: Annotated[WholeNumber, Field(alias="to", description="The highest; the next band starts one above.")]
    words: Annotated[Text | None, Field(description="How the band is put in words: 'a large majority'.")] = None


class Bands(_Model):
    """Bands without a gap, lowest first."""

    reference: Reference
    bands: Annotated[tuple[Band, ...], Field(min_length=1, description="One for each rating, lowest first, from 0 on.")]

    def of(self, value: int) -> Band:
        """The band that a whole percentage or a total score lies in."""
        return next(band for band in reversed(self.bands) if value >= band.lowest)


class Panel(_Model):
    """When the ratings panel looks again at a computed rating, and how far it may move it."""

    reference: Reference
    points_from_edge: Annotated[
        WholeNumber, Field(description="The driving percentage is so near to a band's edge, in points.")
    ]
    cases_to_change: Annotated[
        WholeNumber, Field(description="So many cases judged differently would change the rating.")
    ]
    cases_at_most: Annotated[WholeNumber, Field(description="The rating rests on so many cases or fewer.")]
    bands_moved_at_most: Annotated[int, Field(ge=1, description="So far it may move a rating, up or down.")]


class InspectionFields(_Model):
    """The names of the fields of the inspection sheet."""

    region: Annotated[Text, Field(description="The region, which is required.")]
    fieldwork_started: Annotated[Text, Field(description="The first day of fieldwork.")]
    fieldwork_ended: Annotated[Text, Field(description="The last day of fieldwork.")]
    commenced_from: Annotated[Text, Field(description="The first day on which the sentences inspected commenced.")]
    commenced_to: Annotated[Text, Field(description="The last day of that.")]
    data_status: Annotated[Text, Field(description="Whether the cases are real or invented.")]


class InspectionSheet(_Model):
    """The sheet that says which inspection this is: a column of field names and one of values."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    field_column: Annotated[Text, Field(description="The header of the column with the fields' names.")]
    value_column: Annotated[Text, Field(description="The header of the column with their values.")]
    fields: InspectionFields
    illustrative: Annotated[Text, Field(description="The data status that says: these cases are invented.")]
    inspection_data: Annotated[Text, Field(description="The data status that says: these are cases of an inspection.")]


class DecisionSheet(_Model):
    """A sheet that gives standards a rating and a reason: judgements, or decisions of the panel."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    standard_column: Annotated[Text, Field(description="The header of the column with the standards' ids.")]
    rating_column: Annotated[Text, Field(description="The header of the column with the ratings.")]
    reason_column: Annotated[Text, Field(description="The header of the column with the reasons.")]


class OtherColumn(_Model):
    """A column that is read where it stands, and that no rating depends on.

    A `date` is the day on which the sentence commenced. `values` are the ones expected in a column of text.
    """

    name: Annotated[Text, Field(description="The column's header.")]
    kind: Annotated[Literal["text", "date"], Field(description="`date`: the day on which the sentence commenced.")] = (
        "text"
    )
    values: Annotated[tuple[Text, ...], Field(description="The values expected in a column of text.")] = ()


class TypicalCases(_Model):
    """How many cases a sheet has in an ordinary inspection, from the fewest to the most; for invented workbooks."""

    lowest: Annotated[WholeNumber, Field(alias="from", description="The fewest.")]
    highest: Annotated[WholeNumber, Field(alias="to", description="The most.")]


class CaseSheet(_Model):
    """A sheet with one row a case: its id, its PDU where the sheet has one, and the key questions that name it."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    reference: Reference
    id_column: Annotated[Text, Field(description="The header of the column with the ids of the cases.")]
    pdu_column: Annotated[Text | None, Field(description="The header of the column with the PDUs.")] = None
    other_columns: Annotated[tuple[OtherColumn, ...], Field(description="Further columns that are read.")] = ()
    typical_cases: TypicalCases | None = None


class Regions(_Model):
    """The regions that are inspected by these rules; a workbook of another is pointed out."""

    reference: Reference
    names: Annotated[tuple[Text, ...], Field(min_length=1, description="Their names.")]


class CaseSample(_Model):
    """A case sample to report: rows of a sheet, those with a value in a column, or those a question is relevant to.

    `part` says that the sample is part of the one before it.
    """

    name: Annotated[Text, Field(description="What the sample is called.")]
    sheet: Annotated[Text, Field(description="The name of one of the case sheets.")]
    column: Annotated[Text | None, Field(description="Only rows with `value` in this other column.")] = None
    value: Annotated[Text | None, Field(description="What stands in that column.")] = None
    question: Annotated[Id | None, Field(description="Only rows that this key question is relevant to.")] = None
    part: Annotated[bool, Field(description="Whether it is part of the sample before it.")] = False


class CaseSamples(_Model):
    """The case samples of the inspection, in the order in which they are told."""

    reference: Reference
    samples: Annotated[tuple[CaseSample, ...], Field(description="The samples, in the order in which they are told.")]


class Domain(_Model):
    """A group of standards."""

    id: Annotated[Text, Field(description="The id by which standards name it.")]
    title: Annotated[Text, Field(description="Its title.")]


class Condition(_Model):
    """A column of the case sheet and the value that a case must have there."""

    column: Annotated[Text, Field(description="The name of one of the sheet's other columns.")]
    value: Annotated[Text, Field(description="One of the values of that column.")]


class KeyQuestion(_Model):
    """A question that inspectors answer for each case of a sheet.

    `only_where` says in which cases it applies, where it does not apply in all of them.
    """

    id: Annotated[Id, Field(description="Unique among all standards: letters, numbers and dots, such as R2.1.1.")]
    sheet: Annotated[Text, Field(description="The name of the case sheet with its answers.")]
    text: Annotated[Text, Field(description="The question, word for word.")]
    only_where: Condition | None = None


Method = Literal["judgement", "lowest_key_question", "single_key_question"]


class Standard(_Model):
    """What is rated: by inspectors' judgement, or by the band of its lowest or only key question."""

    id: Annotated[Id, Field(description="Unique: letters, numbers and dots, such as R2.1.")]
    title: Annotated[Text, Field(description="Its title, word for word.")]
    domain: Annotated[Text, Field(description="The id of its domain.")]
    method: Annotated[Method, Field(description="How it is rated: one of the methods that the program has.")]
    reference: Reference
    key_questions: Annotated[tuple[KeyQuestion, ...], Field(description="What it is rated from; none if judged.")] = ()


class SupportingQuestion(_Model):
    """A question that is reported and never rated, in a column of a case sheet that may be missing."""

    id: Annotated[Id, Field(description="Its id.")]
    standard: Annotated[Id, Field(description="The standard that it throws light on.")]
    sheet: Annotated[Text, Field(description="The case sheet with its answers.")]
    text: Annotated[Text, Field(description="Its words.")]
    reference: Reference


class Category(_Model):
    """A column of an annex table that its rows are counted by."""

    name: Annotated[Text, Field(description="The header of the column.")]
    values: Annotated[tuple[Text, ...], Field(description="The values expected, if only those are.")] = ()


class AnnexTable(_Model):
    """Counts by one or more categories, from a sheet with one row an item that may be missing; never rated."""

    name: Annotated[Text, Field(description="The sheet's name.")]
    title: Annotated[Text, Field(description="The title of the table.")]
    items: Annotated[Text, Field(description="What the rows are, such as reviews.")]
    reference: Reference
    categories: Annotated[tuple[Category, ...], Field(min_length=1, description="What they are counted by.")]


class QuestionExample(_Model):
    """A percentage and rating worked out by hand from counts of Yes and No."""

    yes: Annotated[WholeNumber, Field(description="How many cases were answered Yes.")]
    no: Annotated[WholeNumber, Field(description="How many were answered No.")]
    percentage: Annotated[WholeNumber, Field(description="The whole percentage that this is read as.")]
    rating: Annotated[Text, Field(description="The word of the scale that it gives.")]


class OverallExample(_Model):
    """An overall rating read by hand from the published bands."""

    score: Annotated[WholeNumber, Field(description="A total score.")]
    rating: Annotated[Text, Field(description="The overall rating that it gives.")]


class Examples(_Model):
    """Worked examples; the tests rate them."""

    key_questions: Annotated[
        tuple[QuestionExample, ...], Field(min_length=1, description="At every edge and just below.")
    ]
    overall: Annotated[tuple[OverallExample, ...], Field(min_length=1, description="At every edge and just below.")]


class RuleFileModel(_Model):
    """All that a rule file says."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="Small letters, digits and hyphens.")]
    title: Annotated[Text, Field(description="What the programme is called.")]
    sources: Annotated[
        dict[Text, Source], Field(min_length=1, description="What references name, each under a short key.")
    ]
    ratings: Scale
    answers: Answers
    aggregation: Aggregation
    rounding: Rounding
    key_question_bands: Bands
    overall_bands: Bands
    panel: Panel
    inspection_sheet: InspectionSheet
    judgement_sheet: DecisionSheet
    panel_sheet: DecisionSheet
    case_sheets: tuple[CaseSheet, ...]
    regions: Regions | None = None
    case_samples: CaseSamples
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]
    supporting_questions: Annotated[
        tuple[SupportingQuestion, ...], Field(description="Questions that are reported and never rated.")
    ] = ()
    annex_tables: Annotated[
        tuple[AnnexTable, ...], Field(description="Counts by category that are reported and never rated.")
    ] = ()
    examples: Examples


class RuleSet(RuleFileModel):
    """A rule file that holds together, with its hash and the line of each value.

    `files` are the file and those that it extends, with the hash of each. `sha256` is that of the file; where it
    extends others, it is the hash of all their hashes, each on a line of its own, in this order.
    """

    sha256: str
    files: dict[str, str] = Field(repr=False, exclude=True)
    lines: dict[Where, Line] = Field(repr=False, exclude=True)

    def line(self, *where: str | int) -> Line:
        """The line that a value stands in, with the name of the file where that is one that this file extends."""
        found = nearest_line(self.lines, where)
        return found._replace(file="" if found.file == next(iter(self.files)) else PurePath(found.file).name)

    @cached_property
    def rating_names(self) -> list[str]:
        """The words of the scale, lowest first."""
        return [rating.name for rating in self.ratings.scale]

    @cached_property
    def scores(self) -> dict[str, int]:
        """The score that each rating gives to a standard."""
        return {rating.name: rating.score for rating in self.ratings.scale}

    @cached_property
    def max_score(self) -> int:
        """The highest total score that the standards can reach."""
        return self.ratings.scale[-1].score * len(self.standards)

    @cached_property
    def judged(self) -> list[Standard]:
        """The standards that are rated by inspectors' judgement."""
        return [standard for standard in self.standards if standard.method == "judgement"]

    @cached_property
    def sheet_names(self) -> list[str]:
        """The names of all sheets that are looked for in a workbook."""
        fixed = [self.inspection_sheet.name, self.judgement_sheet.name, self.panel_sheet.name]
        return [*fixed, *(one.name for one in self.case_sheets), *(one.name for one in self.annex_tables)]

    def questions_of(self, sheet: str) -> list[tuple[Standard, KeyQuestion]]:
        """The key questions whose answers stand in `sheet`, each with the standard it belongs to."""
        return [(s, q) for s in self.standards for q in s.key_questions if q.sheet == sheet]

    def supporting_of(self, sheet: str) -> list[SupportingQuestion]:
        """The supporting questions whose answers stand in `sheet`."""
        return [question for question in self.supporting_questions if question.sheet == sheet]
