"""The steps behind a rating, from the cells to the overall rating, each with its rule; and the cases behind a count.

Every view of `explain` shows these steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ..names import label
from ..problems import counted, cut, in_words, listed
from ..rating.ratings import PERCENTAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..checking.decisions import Judgement
    from ..checking.inspection import Inspection
    from ..rating.counts import Count
    from ..rating.key_questions import KeyQuestionRating
    from ..rating.margins import Margin
    from ..rating.rated import RatedInspection
    from ..rating.ratings import StandardRating
    from ..rulebook.model import RuleSet
    from ..rulebook.rating_model import Band, Bands
    from ..rulebook.sheet_model import Reference
    from ..rulebook.yaml_file import Line


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation in words, and its rule: the line of the rule file, and the reference given there."""

    name: str
    text: str
    line: Line
    reference: Reference


@dataclass(frozen=True, slots=True)
class ExplanationPart:
    """The steps for a key question, a standard with its key questions, or the overall rating (no id)."""

    id: str
    title: str
    steps: tuple[Step, ...]
    parts: tuple[ExplanationPart, ...] = field(default=())


def working(rated: RatedInspection, wanted: str | None = None) -> list[ExplanationPart]:
    """Explain all standards, or one standard or key question, and the overall rating, if the rules have ratings.

    `wanted` is an id or a text, as in a workbook's header. Raises `KeyError` if there is no such standard or question.
    """
    chosen = None if wanted is None else find(rated.rules, wanted)
    parts = []
    for place, standard in enumerate(rated.standards):
        ids = [question.id for question in standard.standard.key_questions]
        if chosen is None or chosen == standard.standard.id or chosen in ids:
            only = chosen if chosen in ids else None
            parts.append(_standard(standard, place, rated, only))
    overall = [ExplanationPart("", "Overall rating", tuple(_overall(rated)))] if rated.rules.has_ratings else []
    return parts + overall


def find(rules: RuleSet, wanted: str) -> str:
    """Return the id of the standard or key question with this id or text; `KeyError` unless there is exactly one."""
    standard = rules.standards_by_label.get(label(wanted))
    if standard is not None:
        return standard.id
    asked = [question for standard in rules.standards for question in standard.key_questions]
    found = [question.id for question in asked if label(wanted) in rules.question_labels(question)]
    if len(found) != 1:
        raise KeyError(wanted)
    return found[0]


@dataclass(frozen=True, slots=True)
class AuditedCase:
    """A case with a given answer: its id, its PDU if it has one, and the answer's cell.

    No other output names cases.
    """

    case_id: str
    pdu: str | None
    cell: str


def cases_with(inspection: Inspection, question: str, answer: str) -> list[AuditedCase]:
    """The cases with this answer (as the rule file names it) to a key question, in the sheet's order.

    Raises `KeyError` if no key question has this id.
    """
    for sheet in inspection.rules.case_sheets:
        if question not in [one.id for _, one in inspection.rules.questions_of(sheet.name)]:
            continue
        cases = inspection.cases.get(sheet.name)
        if cases is None or question not in cases.frame or sheet.id_column not in cases.frame:
            return []
        positions = (cases.frame[question] == answer).to_numpy().nonzero()[0].tolist()
        chosen = cases.frame.iloc[positions]
        ids = chosen[sheet.id_column].tolist()
        pdus: list[str | None] = [None] * len(ids)
        if sheet.pdu_column in chosen:
            named = chosen[sheet.pdu_column].cat
            pdus = [named.categories[code] if code >= 0 else None for code in named.codes]
        cells = [cases.table.place(question, position) for position in positions]
        return [AuditedCase(*one) for one in zip(ids, pdus, cells, strict=True)]
    raise KeyError(question)


def in_short(rated: StandardRating) -> str:
    """Explain a standard's rating, or its percentages, in a sentence."""
    if rated.judgement is not None and not rated.inspected:
        return f"{rated.rating}, says {rated.judgement.place}"
    if rated.computed_rating is None and rated.has_result:
        return "; ".join(f"{one.question.id} with {_exact(one)}, shown as {one.percentage}%" for one in rated.in_front)
    if rated.computed_rating is None:
        return "no percentages" if rated.standard.method == PERCENTAGES else "not rated"
    if rated.judgement is not None:
        uncounted = "" if rated.standard.counted else "; not counted in the score"
        return f"{rated.computed_rating}: inspectors' judgement in {rated.judgement.place}{uncounted}"
    shares = listed([f"{one.question.id} with {_exact(one)}" for one in rated.drivers])
    first = rated.drivers[0]
    read = "" if _is_exact(first) else f", read as {first.percentage}%"
    said = f"{rated.computed_rating}: driven by {shares}{read}; {_edges_of(first)}"
    said += "" if rated.standard.counted else "; not counted in the score"
    moves = margin_in_words(rated)
    said = f"{said}. {moves}" if moves else said
    if rated.panel_decision is None:
        return said
    return f"{said}. The panel {f'moved it to {rated.rating}' if rated.moved else 'kept it'}"


def overall_in_short(rated: RatedInspection) -> str:
    """Explain the score and the overall rating in a few sentences; empty where the rules have no ratings."""
    if not rated.rules.has_ratings:
        return ""
    said = (f"not counted: {step.text}" if step.name == "Not counted" else step.text for step in _overall(rated))
    return " ".join(f"{text[0].upper()}{text[1:]}".removesuffix(".") + "." for text in said)


def margin_in_words(rated: StandardRating) -> str:
    """How many answers would change a standard's computed rating; empty for a judged or unrated standard."""
    above = rated.margin.above
    if above is None:
        return _answers(rated.margin)
    below = sum(one.band is not None and one.band.lowest < above.lowest for one in rated.key_questions)
    return _answers(rated.margin, below, len(rated.key_questions))


def fraction(count: Count) -> str:
    """Yes of the relevant cases and the exact percentage, cut after two decimals: never rounded over a band's edge."""
    return f"{count.yes}/{count.relevant} = {cut(Fraction(100 * count.yes, count.relevant))}%"


def _exact(rated: KeyQuestionRating) -> str:
    """The exact percentage and what it comes from."""
    if rated.averaged <= 1 or rated.share is None:
        return fraction(rated.count)
    return f"mean of {rated.averaged} PDUs' percentages = {cut(100 * rated.share)}%"


def _is_exact(rated: KeyQuestionRating) -> bool:
    """Whether the band is read off the exact percentage, not off a whole one."""
    return isinstance(rated.read, Fraction)


def _standard(rated: StandardRating, place: int, inspection: RatedInspection, only: str | None) -> ExplanationPart:
    questions = [
        _question(one, (place, number), rated, inspection)
        for number, one in enumerate(rated.key_questions)
        if only in {None, one.question.id}
    ]
    steps = tuple(_steps(rated, place, inspection))
    return ExplanationPart(rated.standard.id, rated.standard.title, steps, tuple(questions))


def _question(
    rated: KeyQuestionRating, place: tuple[int, int], standard: StandardRating, inspection: RatedInspection
) -> ExplanationPart:
    rules, count = inspection.rules, rated.count
    here = ("standards", place[0], "key_questions", place[1])
    steps = []
    cells = inspection.details.answers.get(rated.question.id)
    if cells:
        of_pdu = "" if inspection.details.pdu is None else " of the PDU"
        reference = rated.question.reference or standard.standard.reference
        texts = [f"{one}, {counted(one.rows, 'row')}{of_pdu}" for one in cells]
        steps += [Step("Cells", text, rules.line(*here), reference) for text in texts]
    names = rules.answers.names
    answers = f"{count.yes:,} {names[0]}, {count.no:,} {names[1]}, {count.not_applicable:,} {names[2]}"
    pdus = sum(one.pdu is not None for one in rated.pdus)
    over = "added up over" if rules.aggregation.method == "pooled" else "in"
    pooled = f", {over} {pdus} PDUs" if pdus > 1 else ""
    text = f"{answers}{pooled}; relevant are {names[0]} and {names[1]}: {count.relevant:,}"
    steps.append(Step("Answers", text, *_rule(rules, "aggregation")))
    if rated.share is not None:
        shown = "read exactly; only shown as" if _is_exact(rated) else "read as"
        steps.append(Step("Percentage", f"{_exact(rated)}, {shown} {rated.percentage}%", *_rule(rules, "rounding")))
    if rated.band is not None:
        rule = _rule(rules, "key_question_bands", "bands", rules.bands.index(rated.band))
        words = f" ({rated.band.words})" if rated.band.words else ""
        steps.append(Step("Band", f"{_edges_of(rated)}{words}", *rule))
        if moves := _answers(rated.margin):
            steps.append(Step("Margin", moves, *_rule(rules, "key_question_bands", "bands")))
    return ExplanationPart(rated.question.id, rated.question.text, tuple(steps))


def _steps(rated: StandardRating, place: int, inspection: RatedInspection) -> Iterator[Step]:
    rules = inspection.rules
    method = rules.line("standards", place, "method"), rated.standard.reference
    if rated.judgement is not None and not rated.inspected and rules.not_inspected is not None:
        text = f"{rated.rating}, says {_judged(rated.judgement)}"
        yield Step("Not inspected", text, *_rule(rules, "not_inspected"))
        return
    if rated.computed_rating is None and rated.has_result:
        yield Step("Result", "the percentages of its key questions, without a rating", *method)
        return
    if rated.computed_rating is None:
        blocking = [one for one in inspection.blocking if rated.standard.id in one.standards] or inspection.blocking
        codes = listed(sorted({problem.kind.code for problem in blocking}))
        yield Step(rules.no_result, f"blocked by {codes or 'a key question without a relevant case'}", *method)
        return
    if rated.judgement is not None:
        yield Step("Judgement", f"{rated.computed_rating} in {_judged(rated.judgement)}", *method)
    else:
        drivers = rated.drivers
        verb = "drives" if len(drivers) == 1 else "drive"
        method_word = rated.standard.method.removesuffix("_key_question").replace("_", " ")
        chosen = "the only key question" if len(rated.key_questions) == 1 else f"the {method_word}"
        read = drivers[0].read
        shown = cut(read) if isinstance(read, Fraction) else read
        text = f"{listed(list(rated.driven_by))} at {shown}% {verb} the rating: {chosen}"
        yield Step("Driven by", text, *method)
    yield from _panel(rated, rules)
    scale = _rule(rules, "ratings", "scale", rules.rating_names.index(str(rated.rating)))
    uncounted = "" if rated.standard.counted else ", not counted in the total"
    score = f", score {rated.score}" if rules.has_overall else ""
    yield Step("Rating", f"{rated.rating}{score}{uncounted}", *scale)


def _judged(judgement: Judgement) -> str:
    """The cell of a judgement, and the reason given for it."""
    return f"{judgement.place}: {judgement.rationale}" if judgement.rationale else judgement.place


def _panel(rated: StandardRating, rules: RuleSet) -> Iterator[Step]:
    """The steps about a computed rating: its margin, and what the panel may do or did with it."""
    if moves := margin_in_words(rated):
        yield Step("Margin", moves, *_rule(rules, "key_question_bands", "bands"))
    if rated.rounding_decides:
        yield Step("Rounding", "decides: unrounded, the rating would be lower", *_rule(rules, "rounding"))
    if rules.panel is None:
        return
    panel = _rule(rules, "panel")
    if rated.panel_flags:
        yield Step("Panel", f"may look again: {'; '.join(flag.reason for flag in rated.panel_flags)}", *panel)
    elif rated.drivers:
        yield Step("Panel", "No panel review needed: no criterion applies", *panel)
    if rated.panel_decision is not None:
        one = rated.panel_decision
        way = f"moved from {rated.computed_rating} to" if rated.moved else "kept"
        text = f"{way} {one.rating} in {one.sheet}!{one.cell}: {one.reason}"
        yield Step("Decision", text, *panel)


def _rule(rules: RuleSet, part: str, *where: str | int) -> tuple[Line, Reference]:
    """The rule at a place in a part of the rule file that is there; the reference is that of the part."""
    return rules.line(part, *where), getattr(rules, part).reference


def _overall(rated: RatedInspection) -> Iterator[Step]:
    rules = rated.rules
    scores = _rule(rules, "ratings")
    bands = rules.overall_bands_of(rated.max_score)
    if rated.score is None or bands is None:
        left_out = rules.not_inspected is not None and rated.not_inspected and not rated.blocking
        rule = _rule(rules, "not_inspected", "policy") if left_out else scores
        yield Step("Not rated" if rules.has_overall else "Not given", str(rated.why_no_overall_rating), *rule)
        return
    total = " + ".join(str(one.score) for one in rated.standards if one.standard.counted and one.inspected)
    yield Step("Score", f"{total} = {rated.score} of {rated.max_score}", *scores)
    for place, one in enumerate(rated.standards):
        if not one.standard.counted:
            text = f"{one.standard.id} {one.standard.title}: {one.rating}"
            yield Step("Not counted", text, rules.line("standards", place, "counted"), one.standard.reference)
    where: tuple[str | int, ...] = ("overall_bands", "bands")
    if rules.not_inspected is not None and bands in rules.not_inspected.reduced_bands:
        where = ("not_inspected", "reduced_bands", rules.not_inspected.reduced_bands.index(bands), "bands")
        reference = rules.not_inspected.reference
        yield Step("Maximum", f"the score is {rated.why_this_maximum}", rules.line(*where), reference)
    band = bands.of(rated.score)
    yield Step("Overall rating", _edges(band, ""), rules.line(*where, bands.bands.index(band)), bands.reference)
    yield Step("Margin", _points(rated, bands), rules.line(*where), bands.reference)


def _edges_of(rated: KeyQuestionRating) -> str:
    """The edges of a key question's band; where percentages are read exactly it ends where the next begins."""
    above = rated.margin.above
    if rated.band is None or above is None or not _is_exact(rated):
        return _edges(rated.band)
    return f"{rated.band.rating} is {rated.band.lowest} to under {above.lowest}%"


def _edges(band: Band | None, unit: str = "%") -> str:
    return "" if band is None else f"{band.rating} is {band.lowest} to {band.highest}{unit}"


def _answers(margin: Margin, below: int = 1, asked: int = 1) -> str:
    """How many answers would change a rating, in words.

    `below` of its `asked` key questions are below the next band, so that each of them must reach it.
    """
    said = []
    if margin.up is not None and margin.above is not None:
        over, each = "", ""
        if below > 1:
            which = "its" if below >= asked else f"{in_words(below)} of its"
            over, each = f", over {which} {in_words(max(below, asked))} questions,", " on each"
        reach = f"to reach {margin.above.rating} ({margin.above.lowest}%{each})"
        said.append(f"{counted(margin.up, 'more answer')}{over} would have to be Yes {reach}")
    if margin.down is not None and margin.band is not None:
        said.append(f"{counted(margin.down, 'more answer')} would have to be No to lose {margin.band.rating}")
    return "; ".join(said)


def _points(rated: RatedInspection, bands: Bands) -> str:
    """How many points would change the overall rating, and which single steps are enough, in sentences."""
    margin, points = rated.margin, rated.margin.points
    unit = "PDU" if rated.details.pdu is not None else rated.rules.inspection_sheet.fields.region.lower()
    said = []
    if points.down is not None and points.band is not None:
        lower = bands.bands[bands.bands.index(points.band) - 1].rating
        fewer = f"{in_words(points.down).capitalize()} {'point' if points.down == 1 else 'points'} fewer"
        said.append(f"{fewer} would make the {unit} {lower}.")
    if points.above is not None:
        said.append(f"{points.above.rating} starts at {points.above.lowest}.")
    for steps, way in ((margin.steps_up, "up"), (margin.steps_down, "down")):
        if steps:
            said.append(f"One step {way} in {listed(list(steps), 'or')} would be enough.")
    return " ".join(said)
