"""Finds contradictions in a rule file: unknown names, gaps between bands, duplicate names."""

from __future__ import annotations

from itertools import chain, pairwise
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from .. import problems as p
from ..names import fold, label
from .sheet_model import RESERVED, Reference, SupportingQuestion, listed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from types import EllipsisType

    from .model import RuleFileModel
    from .rating_model import Bands
    from .sheet_model import Category, OtherColumn
    from .yaml_file import Where


def contradictions(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    """Yield the errors that the model's types cannot find: unknown names, gaps and duplicates."""
    yield from _unknown_sources(rules, rules, ())
    yield from _parts_missing_or_not_used(rules)
    names = [rating.name for rating in rules.ratings.scale] if rules.ratings is not None else []
    yield from _twice(_each(rules, "ratings", "scale", ..., "name"))
    yield from _ambiguous_answers(rules)
    yield from _contradictions_of_scores(rules, names)
    yield from _contradictions_of_pdus(rules)
    yield from _contradictions_of_standards(rules)
    for domain in {standard.domain for standard in rules.standards}:
        inside = ((where, one) for where, one in _each(rules, "standards", ...) if one.domain == domain)
        yield from _twice((((*where, "title"), one.title) for where, one in inside), label)
    yield from _contradictions_of_sheets(rules)
    yield from _contradictions_of_annexes(rules)
    for where, typical in _each(rules, "case_sheets", ..., "typical_cases"):
        if typical.highest < typical.lowest:
            yield (*where, "to"), f"from {typical.lowest} to {typical.highest} is not a range"
    yield from _contradictions_of_examples(rules, names)


def _parts_missing_or_not_used(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    """A part about ratings must be there if something needs it, and must not be there if nothing does."""
    methods = {standard.method for standard in rules.standards}
    judged, by_questions = "judgement" in methods, bool(methods - {"judgement", "percentages"})
    if "percentages" in methods and len(methods) > 1:
        reason = "the method percentages is that of all standards or of none"
        yield ("standards", [one.method for one in rules.standards].index("percentages"), "method"), reason
        return
    rated, why_not = judged or by_questions, "all standards have the method percentages"
    needed = {
        "ratings": (rated, "a standard is rated", why_not),
        "key_question_bands": (by_questions, "a standard is rated by its key questions", why_not),
        "judgement_sheet": (judged, "a standard is judged", "no standard is judged, and none can be 'not inspected'"),
        "panel_sheet": (rules.panel is not None, "there is a panel", "there is no panel"),
    }
    allowed = {"judgement_sheet": rules.not_inspected is not None, "key_question_bands": rated}
    for key, (is_needed, needed_by, unused) in needed.items():
        given = getattr(rules, key) is not None
        if is_needed and not given:
            yield (key,), f"this key is missing, and {needed_by}"
        elif given and not is_needed and not allowed.get(key, False):
            yield (key,), f"this key is not allowed: {unused}"
    for key in ("overall_bands", "panel", "not_inspected"):
        if getattr(rules, key) is not None and not rated:
            yield (key,), f"this key is not allowed: {why_not}"
    examples = ("key_questions", bool(methods - {"judgement"})), ("overall", rules.overall_bands is not None)
    for key, is_needed in examples:
        if is_needed and not getattr(rules.examples, key):
            yield ("examples", key), "this key is missing"


def _contradictions_of_examples(rules: RuleFileModel, names: list[str]) -> Iterator[tuple[Where, str]]:
    for here, example in _each(rules, "examples", "key_questions", ...):
        if example.yes + example.no == 0:
            yield here, "an example needs at least one Yes or No"
        if example.rating is None and rules.key_question_bands is not None:
            yield here, "rating: this key is missing"
    for group in ("key_questions", "overall"):
        for where, rating in _each(rules, "examples", group, ..., "rating"):
            yield from _unknown(where, rating, names, "the ratings")


def _contradictions_of_scores(rules: RuleFileModel, names: list[str]) -> Iterator[tuple[Where, str]]:
    """Scores must rise, and bands must cover all scores that can be reached."""
    if rules.ratings is None:
        return
    scores = [rating.score for rating in rules.ratings.scale]
    for index, (lower, upper) in enumerate(pairwise(scores), start=1):
        if upper <= lower:
            reason = f"the scores must rise, lowest rating first: {upper} follows {lower}"
            yield ("ratings", "scale", index, "score"), reason
    counted = sum(standard.counted for standard in rules.standards)
    if not counted:
        yield ("standards",), "there must be a standard that counts"
    if rules.key_question_bands is not None:
        yield from _gaps(rules.key_question_bands, names, 100, ("key_question_bands", "bands"))
    if rules.overall_bands is not None:
        yield from _gaps(rules.overall_bands, names, scores[-1] * counted, ("overall_bands", "bands"))
    yield from _contradictions_of_uninspected(rules, names, scores[-1], counted)


def _contradictions_of_uninspected(
    rules: RuleFileModel, names: list[str], best: int, counted: int
) -> Iterator[tuple[Where, str]]:
    """The word must not be a rating, and only the policy reduced_bands has bands."""
    rule, here = rules.not_inspected, ("not_inspected",)
    if rule is None:
        return
    if fold(rule.word) in map(fold, names):
        yield (*here, "word"), f"{p.quoted(rule.word)} is one of the ratings"
    if (rule.policy == "reduced_bands") != bool(rule.reduced_bands):
        yield (*here, "policy"), "reduced_bands are listed with the policy reduced_bands, and not with another policy"
    if rule.reduced_bands and rules.overall_bands is None:
        yield (*here, "reduced_bands"), "this key is not allowed: there are no overall_bands"
    for place, bands in _each(rules, *here, "reduced_bands", ...):
        if bands.max_score not in range(best, best * counted, max(best, 1)):
            yield (*place, "max_score"), f"{bands.max_score} is not a maximum that fewer standards can reach"
        yield from _gaps(bands, names, bands.max_score, (*place, "bands"))
    yield from _twice((where, str(most)) for where, most in _each(rules, *here, "reduced_bands", ..., "max_score"))


def _contradictions_of_pdus(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    """If each PDU is rated, every row must have a PDU; otherwise judgements and decisions must not have one."""
    asked = {question.sheet for standard in rules.standards for question in standard.key_questions}
    for where, sheet in _each(rules, "case_sheets", ...):
        if rules.unit == "pdu" and sheet.pdu_column is None and sheet.name in asked:
            yield where, "pdu_column: this key is missing, and unit is pdu"
    for key in ("judgement_sheet", "panel_sheet"):
        if (decided := getattr(rules, key)) is None:
            continue
        if decided.pdu_column is not None and rules.unit != "pdu":
            yield (key, "pdu_column"), f"this key is not allowed: unit is {rules.unit}"
        elif decided.pdu_column is None and rules.unit == "pdu":
            yield (key,), f"pdu_column: this key is missing, and unit is {rules.unit}"


def _ambiguous_answers(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    meant: dict[str, str] = {}
    for key in ("yes", "no", "not_applicable"):
        for where, word in (*_each(rules, "answers", key, "name"), *_each(rules, "answers", key, "spellings", ...)):
            if meant.setdefault(fold(word), key) != key:
                yield where, f"{p.quoted(word)} already means another answer"


def _contradictions_of_standards(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    domains = [domain.id for domain in rules.domains]
    sheets = [sheet.name for sheet in rules.case_sheets]
    yield from _twice(_each(rules, "domains", ..., "id"))
    yield from _twice(_each(rules, "standards", ..., "id"), _without_letters)
    for here, standard in _each(rules, "standards", ...):
        count = len(standard.key_questions)
        yield from _unknown((*here, "domain"), standard.domain, domains, "the domains")
        if standard.method == "judgement" and count:
            yield (*here, "key_questions"), "a judged standard has no key questions"
        if standard.method in {"lowest_key_question", "percentages"} and not count:
            yield here, "key_questions: this key is missing"
        if standard.method == "single_key_question" and count != 1:
            yield here, f"a standard of single_key_question has one key question, this one {count}"
        for place, question in _each(rules, *here, "key_questions", ...):
            yield from _unknown((*place, "sheet"), question.sheet, sheets, "the case sheets")
            if question.only_where is not None and question.sheet in sheets:
                only, sheet = question.only_where, rules.case_sheets[sheets.index(question.sheet)]
                column, named = sheet.other_column(only.column), f"{p.quoted(only.column)} of {p.quoted(sheet.name)}"
                values = () if column is None else column.values
                for value in listed_in(only.value):
                    yield from _unknown(
                        (*place, "only_where", "value"), value, values, f"the values of the column {named}"
                    )
    yield from _questions_taken_for_others(rules)


def _questions_taken_for_others(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    """Find ids and texts of key questions that cannot be distinguished in a workbook."""
    asked = [*_each(rules, "standards", ..., "key_questions", ...), *_each(rules, "supporting_questions", ...)]
    yield from _twice(_each(rules, "standards", ..., "key_questions", ..., "id"), _without_letters)
    yield from _twice(((*where, "id"), question.id) for where, question in asked)
    for sheet in rules.case_sheets:
        columns = [sheet.id_column, sheet.pdu_column or "", *(column.name for column in sheet.other_columns)]
        meant = {label(column): column for column in columns if column}
        for where, question in (one for one in asked if one[1].sheet == sheet.name):
            headers: list[tuple[Where, str]] = [((*where, "id"), question.id), ((*where, "text"), question.text)]
            headers += () if isinstance(question, SupportingQuestion) else _each(rules, *where, "also_headed", ...)
            for place, header in headers:
                if not label(header):
                    yield place, f"{p.quoted(header)} has no letter or digit, so it cannot head a column"
                elif meant.setdefault(label(header), question.id) != question.id:
                    yield place, f"{p.quoted(header)} appears twice: it also heads the column {meant[label(header)]}"


def _contradictions_of_sheets(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    single = (_each(rules, key, "name") for key in ("inspection_sheet", "judgement_sheet", "panel_sheet"))
    several = (_each(rules, key, ..., "name") for key in ("case_sheets", "annex_tables"))
    yield from _twice(chain(*single, *several))
    for where, _ in _each(rules, "case_sheets", ...):
        for place, column in _each(rules, *where, "other_columns", ...):
            yield from _contradictions_of_words(column, place)
            yield from _contradictions_of_categories(column, place)
        columns = (("id_column",), ("pdu_column",), ("other_columns", ..., "name"))
        yield from _twice(chain(*(_each(rules, *where, *one) for one in columns)), label)
    yield from _twice(_each(rules, "regions", "names", ...))
    yield from _twice(_each(rules, "case_samples", "samples", ..., "name"))
    for here, sample in _each(rules, "case_samples", "samples", ...):
        rows = next((sheet for sheet in rules.case_sheets if sheet.name == sample.sheet), None)
        if rows is None:
            yield from _unknown((*here, "sheet"), sample.sheet, (), "the case sheets")
            continue
        questions = [q.id for s in rules.standards for q in s.key_questions if q.sheet == rows.name]
        if sample.question is not None and sample.question not in questions:
            yield (*here, "question"), f"{p.quoted(sample.question)} is not a key question of {p.quoted(rows.name)}"
        if (sample.column is None) != (sample.value is None):
            yield here, "column and value go together"
        if sample.column is not None:
            others = [column.name for column in rows.other_columns]
            yield from _unknown((*here, "column"), sample.column, others, f"the other columns of {p.quoted(rows.name)}")


def _contradictions_of_words(column: OtherColumn | Category, place: Where) -> Iterator[tuple[Where, str]]:
    """Spellings must be of a value, and mean no other value."""
    yield from _twice(((*place, "values", i), value) for i, value in enumerate(column.values))
    meant = {fold(value): value for value in column.values}
    for value, spellings in column.spellings.items():
        here: Where = (*place, "spellings", value)
        yield from _unknown(here, value, column.values, "the values")
        for index, spelling in enumerate(spellings):
            if meant.setdefault(fold(spelling), value) != value:
                yield (*here, index), f"{p.quoted(spelling)} already means {p.quoted(meant[fold(spelling)])}"


def _contradictions_of_categories(column: OtherColumn, place: Where) -> Iterator[tuple[Where, str]]:
    """A value must count as other values of the column, each of which counts as itself only."""
    for value, counted in column.counts_as.items():
        here: Where = (*place, "counts_as", value)
        yield from _unknown(here, value, column.values, "the values")
        for index, other in enumerate(counted):
            yield from _unknown((*here, index), other, column.values, "the values")
            if other in column.values and other in column.counts_as:
                yield (*here, index), f"{p.quoted(other)} counts as other values itself"


def _contradictions_of_annexes(rules: RuleFileModel) -> Iterator[tuple[Where, str]]:
    standards = [standard.id for standard in rules.standards]
    sheets = [sheet.name for sheet in rules.case_sheets]
    for here, question in _each(rules, "supporting_questions", ...):
        yield from _unknown((*here, "standard"), question.standard, standards, "the standards")
        yield from _unknown((*here, "sheet"), question.sheet, sheets, "the case sheets")
    if rules.unit == "pdu" and rules.annex_tables:
        yield ("annex_tables",), "an annex table is about a whole workbook, and unit is pdu"
    for where, annex in _each(rules, "annex_tables", ...):
        if fold(annex.name) in map(fold, RESERVED):
            yield (*where, "name"), f"{p.quoted(annex.name)} is already the name of another table"
        yield from _twice(_each(rules, *where, "categories", ..., "name"), label)
        for place, one in _each(rules, *where, "categories", ...):
            yield from _contradictions_of_words(one, place)


def _each(rules: RuleFileModel, *steps: str | int | EllipsisType) -> list[tuple[Where, Any]]:
    """The values at a place in the rules that are there, each with its own place; `...` is every item of a list."""
    found: list[tuple[Where, Any]] = [((), rules)]
    for step in steps:
        if step is ...:
            found = [((*where, index), one) for where, value in found for index, one in enumerate(value)]
        elif isinstance(step, int):
            found = [((*where, step), value[step]) for where, value in found]
        else:
            found = [((*where, step), getattr(value, step)) for where, value in found]
        found = [one for one in found if one[1] is not None]
    return found


def _without_letters(known_id: str) -> str:
    # A header 2.1.1 means R2.1.1, so P2.1.1 must not exist as well.
    return label(known_id.lstrip(ascii_letters) or known_id)


def _unknown_sources(rules: RuleFileModel, value: object, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, Reference):
        yield from _unknown((*where, "source"), value.source, rules.sources, "the sources")
    elif isinstance(value, BaseModel):
        for name, inner in value:
            if isinstance(inner, (BaseModel, tuple)):
                yield from _unknown_sources(rules, inner, (*where, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _unknown_sources(rules, item, (*where, index))


def _gaps(bands: Bands, names: list[str], highest: int, where: Where) -> Iterator[tuple[Where, str]]:
    """Bands must follow the scale, start at 0, have no gap, and end at the highest value."""
    if [band.rating for band in bands.bands] != names:
        yield where, f"there must be one band for each rating, lowest first: {p.listed(names)}"
    expected = 0
    for index, band in enumerate(bands.bands):
        if band.lowest != expected:
            word = "a gap" if band.lowest > expected else "an overlap"
            yield (*where, index, "from"), f"{word}: the band must start at {expected}, found {band.lowest}"
        if band.highest < band.lowest:
            yield (*where, index, "to"), f"the band ends ({band.highest}) before it starts ({band.lowest})"
        expected = band.highest + 1
    if expected != highest + 1:
        last = len(bands.bands) - 1
        yield (*where, last, "to"), f"the last band must end at {highest}, found {expected - 1}"


def _unknown(where: Where, name: str, known: Container[str], what: str) -> Iterator[tuple[Where, str]]:
    """Yield a name that is not one of those known."""
    if name not in known:
        yield where, f"{p.quoted(name)} is not one of {what}"


def _twice(named: Iterable[tuple[Where, str]], form: Callable[[str], str] = fold) -> Iterator[tuple[Where, str]]:
    """Yield names that a workbook could not distinguish from an earlier one."""
    seen: set[str] = set()
    for where, name in named:
        if form(name) in seen:
            yield where, f"{p.quoted(name)} appears twice"
        seen.add(form(name))
