"""The rule file as a model: what a programme's standards, questions, bands and sheets are.

Nothing here knows a programme: every name and number comes from the file. `rules.load_rules` makes one.
"""

import re
from functools import cached_property
from pathlib import PurePath
from string import ascii_letters
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ..names import label, labels
from ..text import counted
from .rating_model import Band, Bands, NotInspected, Panel, Rating, Scale
from .sheet_model import (
    RULES_ID,
    AnnexTable,
    Answers,
    CaseSheet,
    DecisionSheet,
    Id,
    InspectionSheet,
    Model,
    OneOrMore,
    Reference,
    Source,
    SupportingQuestion,
    Text,
    WholeNumber,
    listed_in,
)
from .yaml_file import Line, Where, nearest_line

if TYPE_CHECKING:
    from fractions import Fraction


class Aggregation(Model):
    """How the answers of several PDUs become one percentage.

    `pooled` adds up Yes and No over all PDUs. `mean_of_units` is the mean of the PDUs' exact percentages: each PDU with
    a relevant case counts once, however many cases it has. A case without a PDU is then an error; if the sheet has no
    column of PDUs, its cases are one unit.
    """

    method: Literal["pooled", "mean_of_units"]
    reference: Reference


class Rounding(Model):
    """How a percentage is rounded before its band is looked up.

    `whole_percent` rounds it half up to a whole number. `exact` does not round: a band then ends where the next begins.
    """

    method: Literal["whole_percent", "exact"]
    reference: Reference


class Regions(Model):
    """The regions inspected under these rules; a workbook of any other gets a warning."""

    reference: Reference
    names: Annotated[tuple[Text, ...], Field(min_length=1, description="Their names.")]


class CaseSample(Model):
    """A case sample to report: rows of a sheet, those with a value in a column, or those a question is relevant to.

    `part` says that the sample is part of the one before it.
    """

    name: Annotated[Text, Field(description="The name of the sample.")]
    sheet: Annotated[Text, Field(description="The name of one of the case sheets.")]
    column: Annotated[Text | None, Field(description="Only rows with `value` in this other column.")] = None
    value: Annotated[OneOrMore | None, Field(description="The value in that column, or a list of several values.")] = (
        None
    )
    question: Annotated[Id | None, Field(description="Only rows that this key question is relevant to.")] = None
    part: Annotated[bool, Field(description="Whether it is part of the sample before it.")] = False


class CaseSamples(Model):
    """The case samples of the inspection, in the order in which they are shown."""

    reference: Reference
    samples: Annotated[tuple[CaseSample, ...], Field(description="The samples, in the order in which they are shown.")]


class Domain(Model):
    """A group of standards."""

    id: Annotated[Text, Field(description="Its id, which standards refer to.")]
    title: Annotated[Text, Field(description="Its title.")]


class Condition(Model):
    """A column of the case sheet and the value that a case must have there, or several of which it must have one."""

    column: Annotated[Text, Field(description="The name of one of the sheet's other columns.")]
    value: Annotated[OneOrMore, Field(description="One of the values of that column, or a list of them.")]


class KeyQuestion(Model):
    """A question that inspectors answer for each case of a sheet.

        `only_where` says in which cases it applies, if not in all. `also_headed` are other headers that its column may
    have: the ids of the same question in other rule files, or the names that a survey gives it, such as A2_KQ1.
    `reference` is that of the text, if it differs from the standard's. `short` names the question in pictures, where
    its id is shown otherwise.
    """

    id: Annotated[Id, Field(description="Unique among all standards: letters, numbers and dots, such as R2.1.1.")]
    sheet: Annotated[Text, Field(description="The name of the case sheet with its answers.")]
    text: Annotated[Text, Field(description="The question, word for word.")]
    short: Annotated[Text | None, Field(description="A name of a few words for pictures: 'Assessment'.")] = None
    only_where: Condition | None = None
    also_headed: Annotated[
        tuple[Text, ...],
        Field(description="Other headers of its column: ids of it in other rule files, or any text, such as A2_KQ1."),
    ] = ()
    reference: Reference | None = None


Method = Literal["judgement", "lowest_key_question", "single_key_question", "percentages"]


class Standard(Model):
    """A standard, rated by inspectors' judgement or by the band of its lowest or only key question.

    With the method `percentages` it has no rating: the percentages of its key questions are the result. A standard that
    is not `counted` is rated and shown, but its score is not added to the total.
    """

    id: Annotated[Id, Field(description="Unique: letters, numbers and dots, such as R2.1.")]
    title: Annotated[Text, Field(description="Its title, word for word.")]
    domain: Annotated[Text, Field(description="The id of its domain.")]
    method: Annotated[Method, Field(description="How it is rated.")]
    reference: Reference
    counted: Annotated[bool, Field(description="Whether its score is added to the total.")] = True
    key_questions: Annotated[tuple[KeyQuestion, ...], Field(description="Its key questions; none if judged.")] = ()


class QuestionExample(Model):
    """A percentage worked out by hand from counts of Yes and No, and the rating that it gives, if there are ratings."""

    yes: Annotated[WholeNumber, Field(description="How many cases were answered Yes.")]
    no: Annotated[WholeNumber, Field(description="How many were answered No.")]
    percentage: Annotated[WholeNumber, Field(description="The percentage as a whole number.")]
    rating: Annotated[Text | None, Field(description="The rating that it gives; none where there are no ratings.")] = (
        None
    )


class OverallExample(Model):
    """An overall rating read by hand from the published bands."""

    score: Annotated[WholeNumber, Field(description="A total score.")]
    rating: Annotated[Text, Field(description="The overall rating that it gives.")]


class Examples(Model):
    """Worked examples; the tests rate them. Each list is required where the rules have what it is about."""

    key_questions: Annotated[tuple[QuestionExample, ...], Field(description="At every band edge and just below.")] = ()
    overall: Annotated[tuple[OverallExample, ...], Field(description="At every band edge and just below.")] = ()


class RuleFileModel(Model):
    """The content of a rule file.

    Rules may give no overall rating, or percentages and no ratings at all: the keys about them are then left out.
    """

    id: Annotated[str, Field(pattern=RULES_ID, description="Small letters, digits and hyphens.")]
    title: Annotated[Text, Field(description="The name of the programme.")]
    unit: Annotated[Literal["region", "pdu"], Field(description="What is rated: the region, or each PDU.")] = "region"
    sources: Annotated[
        dict[Text, Source], Field(min_length=1, description="The sources of references, each under a short key.")
    ]
    ratings: Annotated[
        Scale | None, Field(description="The ratings; left out if the result is percentages without ratings.")
    ] = None
    answers: Answers
    aggregation: Aggregation
    rounding: Rounding
    key_question_bands: Annotated[
        Bands | None, Field(description="The bands of percentages; left out if no key question gives a rating.")
    ] = None
    overall_bands: Annotated[
        Bands | None, Field(description="The bands of the total score; left out if there is no overall rating.")
    ] = None
    not_inspected: NotInspected | None = None
    panel: Annotated[Panel | None, Field(description="The ratings panel; left out if there is none.")] = None
    inspection_sheet: InspectionSheet
    judgement_sheet: Annotated[
        DecisionSheet | None, Field(description="The sheet of judgements; left out if nothing is judged.")
    ] = None
    panel_sheet: Annotated[
        DecisionSheet | None, Field(description="The sheet of panel decisions; left out without `panel`.")
    ] = None
    case_sheets: tuple[CaseSheet, ...]
    regions: Regions | None = None
    case_samples: CaseSamples
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]
    supporting_questions: Annotated[
        tuple[SupportingQuestion, ...], Field(description="Questions that are reported but do not affect any rating.")
    ] = ()
    annex_tables: Annotated[
        tuple[AnnexTable, ...], Field(description="Counts by category that are reported but do not affect any rating.")
    ] = ()
    examples: Annotated[
        Examples, Field(description="Worked examples; left out if nothing is computed from cases or scores.")
    ] = Field(default_factory=Examples)


class RuleSet(RuleFileModel):
    """A valid rule file, with its hash and the line of each value.

    `files` are the file and those that it extends, with the hash of each. `sha256` is the hash of the file; if it
    extends others, it is the hash of all their hashes, one per line, in this order.
    """

    sha256: str
    files: dict[str, str] = Field(repr=False, exclude=True)
    lines: dict[Where, Line] = Field(repr=False, exclude=True)

    def __repr__(self) -> str:
        return f"<RuleSet {self.id}: {counted(len(self.standards), 'standard')}, sha256 {self.sha256[:12]}>"

    def line(self, *where: str | int) -> Line:
        """The line of a value; it names the file only if this is a file that the rule file extends."""
        found = nearest_line(self.lines, where)
        return found._replace(file="" if found.file == next(iter(self.files)) else PurePath(found.file).name)

    @cached_property
    def has_ratings(self) -> bool:
        """Whether the standards are rated; otherwise the percentages of their key questions are the result."""
        return self.ratings is not None

    @cached_property
    def has_overall(self) -> bool:
        """Whether the scores of the standards add up to an overall rating."""
        return self.overall_bands is not None

    @cached_property
    def results(self) -> str:
        """What the rules give, in a word: ratings or percentages."""
        return "ratings" if self.has_ratings else "percentages"

    @cached_property
    def no_result(self) -> str:
        """What is said of a standard or an inspection without its result, such as one with errors."""
        return "Not rated" if self.has_ratings else "No percentages"

    @cached_property
    def scale(self) -> tuple[Rating, ...]:
        """The ratings, lowest first; empty where there are none."""
        return () if self.ratings is None else self.ratings.scale

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The bands of a key question, lowest first; empty where no key question gives a rating."""
        return () if self.key_question_bands is None else self.key_question_bands.bands

    def band_of(self, percentage: "int | Fraction") -> Band | None:
        """The band of a percentage; None where there are no bands."""
        return None if self.key_question_bands is None else self.key_question_bands.of(percentage)

    @cached_property
    def rating_names(self) -> list[str]:
        """The words of the scale, lowest first."""
        return [rating.name for rating in self.scale]

    @cached_property
    def scores(self) -> dict[str, int]:
        """The score that each rating gives to a standard."""
        return {rating.name: rating.score for rating in self.scale}

    @cached_property
    def few_cases(self) -> int:
        """So many relevant cases are few, by the panel's criterion; 0 without a panel."""
        return 0 if self.panel is None else self.panel.cases_at_most

    @cached_property
    def max_score(self) -> int | None:
        """The highest total score that the standards can reach; None if there is no overall rating."""
        return self.highest(sum(standard.counted for standard in self.standards)) if self.has_overall else None

    def highest(self, standards: int) -> int:
        """The highest total score of this many standards."""
        return self.scale[-1].score * standards if self.scale else 0

    def overall_bands_of(self, max_score: int | None) -> Bands | None:
        """The overall bands for this highest total score; None if there are no such bands."""
        if max_score == self.max_score:
            return self.overall_bands
        reduced = self.not_inspected.reduced_bands if self.not_inspected is not None else ()
        return next((bands for bands in reduced if bands.max_score == max_score), None)

    @cached_property
    def words_of_judgement(self) -> list[str]:
        """The words allowed in the judgement sheet: the ratings, and the word for not inspected."""
        return [*self.rating_names, *([self.not_inspected.word] if self.not_inspected is not None else [])]

    @cached_property
    def unit_name(self) -> str:
        """The name of the unit inspected, as in its sheets: Region or PDU."""
        names = [one.pdu_column for one in self.decision_sheets] + [one.pdu_column for one in self.case_sheets]
        return next(filter(None, names if self.unit == "pdu" else ()), self.inspection_sheet.fields.region)

    @cached_property
    def decision_sheets(self) -> list[DecisionSheet]:
        """The sheets of ratings that people gave: judgements, and decisions of the panel, where the rules have them."""
        return [sheet for sheet in (self.judgement_sheet, self.panel_sheet) if sheet is not None]

    @cached_property
    def needs_pdus(self) -> bool:
        """Whether a rating depends on the PDU that a case belongs to."""
        return self.unit == "pdu" or self.aggregation.method == "mean_of_units"

    @cached_property
    def judged(self) -> list[Standard]:
        """The standards that are rated by inspectors' judgement."""
        return [standard for standard in self.standards if standard.method == "judgement"]

    @cached_property
    def judgement_sheet_name(self) -> str:
        """The name of the sheet of judgements; empty where there is none."""
        return "" if self.judgement_sheet is None else self.judgement_sheet.name

    @cached_property
    def panel_sheet_name(self) -> str:
        """The name of the sheet of panel decisions; empty where there is none."""
        return "" if self.panel_sheet is None else self.panel_sheet.name

    @cached_property
    def sheet_names(self) -> list[str]:
        """The names of all sheets that may be in a workbook."""
        fixed = [self.inspection_sheet.name, *(one.name for one in self.decision_sheets)]
        return [*fixed, *(one.name for one in self.case_sheets), *(one.name for one in self.annex_tables)]

    def question_labels(self, question: KeyQuestion) -> frozenset[str]:
        """The labels of headers that mean a key question.

        A number without letters is left out if it means different questions in different rule files.
        """
        found = labels(question.id, question.text, bare=self.bare_numbers)
        for other in question.also_headed:
            found |= labels(other, question.text, bare=self.bare_numbers and _same_form(other, question.id))
        return found

    @cached_property
    def standards_by_label(self) -> dict[str, Standard]:
        """The standards by label: id, title (if unique), or both."""
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
        """Whether the number in a key question's id means the same question in every rule file."""
        asked = [question for standard in self.standards for question in standard.key_questions]
        return all(
            other.lstrip(ascii_letters) == question.id.lstrip(ascii_letters)
            for question in asked
            for other in question.also_headed
            if _same_form(other, question.id)
        )

    def values_meant(self, sheet: str, column: str, wanted: OneOrMore) -> tuple[str, ...]:
        """The values of another column of a case sheet that are, or count as, one of those wanted."""
        found = next(one for one in self.case_sheets if one.name == sheet).other_column(column)
        return listed_in(wanted) if found is None else found.meant_by(wanted)

    def questions_of(self, sheet: str) -> list[tuple[Standard, KeyQuestion]]:
        """The key questions answered in `sheet`, each with its standard."""
        return [(s, q) for s in self.standards for q in s.key_questions if q.sheet == sheet]

    def supporting_of(self, sheet: str) -> list[SupportingQuestion]:
        """The supporting questions answered in `sheet`."""
        return [question for question in self.supporting_questions if question.sheet == sheet]


def _same_form(header: str, known_id: str) -> bool:
    """Whether a header is an id like this one: as many numbers, with letters before them or without."""
    first, second = (re.sub("[0-9]+", "0", one.lstrip(ascii_letters)) for one in (header, known_id))
    return first == second
