"""The parts of a rule file about ratings: the scale, the bands, what was not inspected, and the ratings panel."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from .sheet_model import Model, Reference, Text, WholeNumber

if TYPE_CHECKING:
    from fractions import Fraction


class Rating(Model):
    """One of the words of the scale and the score it gives to a standard."""

    name: Annotated[Text, Field(description="The word.")]
    score: Annotated[WholeNumber, Field(description="What it adds to the total; higher than the one before.")]


class Scale(Model):
    """The ratings, lowest first."""

    reference: Reference
    scale: Annotated[tuple[Rating, ...], Field(min_length=2, description="The words with their scores, lowest first.")]


class Band(Model):
    """A range of whole percentages or of total scores, both ends included, and the rating it gives."""

    rating: Annotated[Text, Field(description="A word of the scale.")]
    lowest: Annotated[WholeNumber, Field(alias="from", description="The lowest value in the band.")]
    highest: Annotated[WholeNumber, Field(alias="to", description="The highest; the next band starts one above.")]
    words: Annotated[Text | None, Field(description="The band in words: 'a large majority'.")] = None


class Bands(Model):
    """Bands without a gap, lowest first."""

    reference: Reference
    bands: Annotated[tuple[Band, ...], Field(min_length=1, description="One for each rating, lowest first, from 0 on.")]

    def of(self, value: "int | Fraction") -> Band:
        """The band of a percentage or a total score."""
        return next(band for band in reversed(self.bands) if value >= band.lowest)


class ReducedBands(Bands):
    """The overall bands if standards were not inspected and the others can reach `max_score`."""

    max_score: Annotated[WholeNumber, Field(description="The highest score that the inspected standards can reach.")]


class NotInspected(Model):
    """A standard that is not inspected: the word for it in the judgement sheet, and the effect on the overall rating.

    `no_overall_rating`: there is no overall rating. `reduced_bands`: the bands listed for the highest score that the
    inspected standards can reach; without such bands there is no overall rating.
    """

    reference: Reference
    word: Annotated[Text, Field(description="The word in the judgement sheet instead of a rating.")]
    policy: Annotated[
        Literal["no_overall_rating", "reduced_bands"], Field(description="The effect on the overall rating.")
    ]
    reduced_bands: Annotated[
        tuple[ReducedBands, ...], Field(description="With that policy: the overall bands for each highest score.")
    ] = ()


class Panel(Model):
    """When the ratings panel reviews a computed rating, and how far it may move it."""

    reference: Reference
    points_from_edge: Annotated[
        WholeNumber, Field(description="The driving percentage is at most this many points from a band's edge.")
    ]
    cases_to_change: Annotated[
        WholeNumber, Field(description="At most this many cases judged differently would change the rating.")
    ]
    cases_at_most: Annotated[WholeNumber, Field(description="The rating rests on so many cases or fewer.")]
    bands_moved_at_most: Annotated[int, Field(ge=1, description="How many bands it may move a rating, up or down.")]
