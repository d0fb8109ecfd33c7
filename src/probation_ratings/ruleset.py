"""The rule file as a model: what a programme's standards, questions, bands and sheets are.

Nothing here knows a programme: every name and number comes from the file. `rules.load_rules` makes one.
"""

from __future__ import annotations

from functools import cached_property
from string import ascii_letters
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from .names import label, labels
from .rulefile import Where, nearest_line
from .rulesheets import CaseSheet, DecisionSheet, Id, InspectionSheet, Model, Reference, Source, Text, WholeNumber

if TYPE_CHECKING:
    from fractions import Fraction


class Rating(Model):
    """One of the words of the scale and the score it gives to a standard."""

    name: Text
    score: WholeNumber


class Scale(Model):
    """The ratings, lowest first."""

    reference: Reference
    scale: Annotated[tuple[Rating, ...], Field(min_length=2)]


class Answer(Model):
    """The name of an answer and the spellings that are accepted for it, in any case."""

    name: Text
    spellings: Annotated[tuple[Text, ...], Field(min_length=1)]


class Answers(Model):
    """The three answers to a key question."""

    reference: Reference
    yes: Answer
    no: Answer
    not_applicable: Answer

    @cached_property
    def all(self) -> tuple[Answer, Answer, Answer]:
        """Yes, No and Not applicable, in this order."""
        return (self.yes, self.no, self.not_applicable)

    @cached_property
    def names(self) -> list[str]:
        """The names of Yes, No and Not applicable, in this order."""
        return [answer.name for answer in self.all]


class Aggregation(Model):
    """How the answers of several PDUs become one percentage.

    `pooled` adds up Yes and No over all PDUs. `mean_of_units` is the mean of the PDUs' exact percentages: each PDU with
    a relevant case counts once, however many cases it has. A case that names no PDU is then an error; where the sheet
    has no column of PDUs, its cases are one unit.
    """

    method: Literal["pooled", "mean_of_units"]
    reference: Reference


class Rounding(Model):
    """How a percentage is read before the band is read off.

    `whole_percent` rounds it half up to a whole number. `exact` takes it as it is: a band then
    ends where the next begins.
    """

    method: Literal["whole_percent", "exact"]
    reference: Reference


class Band(Model):
    """A range of whole percentages or of total scores, both ends included, and the rating it gives."""

    rating: Text
    lowest: Annotated[WholeNumber, Field(alias="from")]
    highest: Annotated[WholeNumber, Field(alias="to")]
    words: Text | None = None


class Bands(Model):
    """Bands without a gap, lowest first."""

    reference: Reference
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]

    def of(self, value: int | Fraction) -> Band:
        """The band that a percentage or a total score lies in."""
        return next(band for band in reversed(self.bands) if value >= band.lowest)


class ReducedBands(Bands):
    """The overall bands where standards were not inspected and the others can reach `max_score`."""

    max_score: WholeNumber


class NotInspected(Model):
    """A standard that is not inspected in a round: the word for it in the judgement sheet, and what follows from it.

    `no_overall_rating`: there is none then. `reduced_bands`: the bands that are listed for what the inspected standards
    can reach; where none are listed there is no overall rating.
    """

    reference: Reference
    word: Text
    policy: Literal["no_overall_rating", "reduced_bands"]
    reduced_bands: tuple[ReducedBands, ...] = ()


class Panel(Model):
    """When the ratings panel looks again at a computed rating, and how far it may move it."""

    reference: Reference
    points_from_edge: WholeNumber
    cases_to_change: WholeNumber
    cases_at_most: WholeNumber
    bands_moved_at_most: Annotated[int, Field(ge=1)]


class Regions(Model):
    """The regions that are inspected by these rules; a workbook of another is pointed out."""

    reference: Reference
    names: Annotated[tuple[Text, ...], Field(min_length=1)]


class CaseSample(Model):
    """A case sample to report: rows of a sheet, those with a value in a column, or those a question is relevant to.

    `part` says that the sample is part of the one before it.
    """

    name: Text
    sheet: Text
    column: Text | None = None
    value: Text | None = None
    question: Id | None = None
    part: bool = False


class CaseSamples(Model):
    """The case samples of the inspection, in the order in which they are told."""

    reference: Reference
    samples: tuple[CaseSample, ...]


class Domain(Model):
    """A group of standards."""

    id: Text
    title: Text


class Condition(Model):
    """A column of the case sheet and the value that a case must have there."""

    column: Text
    value: Text


class KeyQuestion(Model):
    """A question that inspectors answer for each case of a sheet.

    `only_where` says in which cases it applies, where it does not apply in all of them. `also_headed` are the ids under
    which other rule files ask it: its column may be headed by them. `reference` is that of the text, where it is not
    the standard's.
    """

    id: Id
    sheet: Text
    text: Text
    only_where: Condition | None = None
    also_headed: tuple[Id, ...] = ()
    reference: Reference | None = None


Method = Literal["judgement", "lowest_key_question", "single_key_question"]


class Standard(Model):
    """What is rated: by inspectors' judgement, or by the band of its lowest or only key question.

    One that is not `counted` is rated and shown, and its score is not added to the total.
    """

    id: Id
    title: Text
    domain: Text
    method: Method
    reference: Reference
    counted: bool = True
    key_questions: tuple[KeyQuestion, ...] = ()


class QuestionExample(Model):
    """A percentage and rating worked out by hand from counts of Yes and No."""

    yes: WholeNumber
    no: WholeNumber
    percentage: WholeNumber
    rating: Text


class OverallExample(Model):
    """An overall rating read by hand from the published bands."""

    score: WholeNumber
    rating: Text


class Examples(Model):
    """Worked examples; the tests rate them."""

    key_questions: Annotated[tuple[QuestionExample, ...], Field(min_length=1)]
    overall: Annotated[tuple[OverallExample, ...], Field(min_length=1)]


class RuleFileModel(Model):
    """All that a rule file says."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    unit: Literal["region", "pdu"] = "region"
    sources: Annotated[dict[Text, Source], Field(min_length=1)]
    ratings: Scale
    answers: Answers
    aggregation: Aggregation
    rounding: Rounding
    key_question_bands: Bands
    overall_bands: Bands
    not_inspected: NotInspected | None = None
    panel: Panel
    inspection_sheet: InspectionSheet
    judgement_sheet: DecisionSheet
    panel_sheet: DecisionSheet
    case_sheets: tuple[CaseSheet, ...]
    regions: Regions | None = None
    case_samples: CaseSamples
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]
    examples: Examples


class RuleSet(RuleFileModel):
    """A rule file that holds together, with the hash of the file it was read from and the line of each value."""

    sha256: str
    lines: dict[Where, int] = Field(repr=False, exclude=True)

    def line(self, *where: str | int) -> int:
        """The line of the rule file that a value stands in."""
        return nearest_line(self.lines, where)

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
        return self.highest(sum(standard.counted for standard in self.standards))

    def highest(self, standards: int) -> int:
        """The highest total score that so many standards can reach."""
        return self.ratings.scale[-1].score * standards

    def overall_bands_of(self, max_score: int) -> Bands | None:
        """The overall bands of a highest total score, that of all standards or of those inspected; None without any."""
        if max_score == self.max_score:
            return self.overall_bands
        reduced = self.not_inspected.reduced_bands if self.not_inspected is not None else ()
        return next((bands for bands in reduced if bands.max_score == max_score), None)

    @cached_property
    def words_of_judgement(self) -> list[str]:
        """What the judgement sheet may say of a standard: the ratings, and the word for no inspection."""
        return [*self.rating_names, *([self.not_inspected.word] if self.not_inspected is not None else [])]

    @cached_property
    def needs_pdus(self) -> bool:
        """Whether a rating depends on the PDU that a case belongs to."""
        return self.unit == "pdu" or self.aggregation.method == "mean_of_units"

    @cached_property
    def judged(self) -> list[Standard]:
        """The standards that are rated by inspectors' judgement."""
        return [standard for standard in self.standards if standard.method == "judgement"]

    @cached_property
    def sheet_names(self) -> list[str]:
        """The names of all sheets that are looked for in a workbook."""
        fixed = [self.inspection_sheet.name, self.judgement_sheet.name, self.panel_sheet.name]
        return [*fixed, *(sheet.name for sheet in self.case_sheets)]

    def question_labels(self, question: KeyQuestion) -> frozenset[str]:
        """The labels of the headers that stand for a key question.

        Where a number without its letters would mean one question here and another in another rule file, it stands
        for none.
        """
        found = labels(question.id, question.text, bare=self.bare_numbers)
        for other in question.also_headed:
            found |= labels(other, question.text, bare=self.bare_numbers)
        return found

    @cached_property
    def standards_by_label(self) -> dict[str, Standard]:
        """The standard that goes by each label: its id, its title where no other has the same, or both."""
        titles = [label(standard.title) for standard in self.standards]
        found: dict[str, Standard] = {}
        for standard in self.standards:
            own = labels(standard.id, standard.title)
            if titles.count(label(standard.title)) > 1:
                own -= {label(standard.title)}
            found.update(dict.fromkeys(own, standard))
        return found

    @cached_property
    def bare_numbers(self) -> bool:
        """Whether the number of a key question's id, without letters, means that question in every rule file."""
        asked = [question for standard in self.standards for question in standard.key_questions]
        return all(
            other.lstrip(ascii_letters) == question.id.lstrip(ascii_letters)
            for question in asked
            for other in question.also_headed
        )

    def questions_of(self, sheet: str) -> list[tuple[Standard, KeyQuestion]]:
        """The key questions whose answers stand in `sheet`, each with the standard it belongs to."""
        return [(s, q) for s in self.standards for q in s.key_questions if q.sheet == sheet]
