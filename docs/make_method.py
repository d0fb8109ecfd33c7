"""Makes docs/method.md: the method with the example of the East of England, every figure computed. Run it as it is."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.findings.explanation import fraction
from probation_ratings.findings.sampling import resample, wilson
from probation_ratings.problems import listed
from probation_ratings.rating.margins import next_band
from probation_ratings.rating.panel_flags import limits
from probation_ratings.rating.pdus import range_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from probation_ratings import Inspection, RatedInspection
    from probation_ratings.rating.key_questions import KeyQuestionRating

ROOT = Path(__file__).parents[1]
RESAMPLES = 10_000
SEED = 1

TEXT = """# The method, from an answer to the overall rating

<!-- Made by docs/make_method.py: change it there. -->

The rules are those of [`rules/regional-2023.yaml`](../rules/regional-2023.yaml), where the source of each
stands too. The figures are those of the illustrative workbook of the East of England: its case rows are
invented, its percentages and ratings are the published ones. `probation-ratings explain
examples/east-of-england.xlsx` shows the same steps for every key question.

## 1. From answers to a percentage

An inspector answers each key question of each case {answers}. {relevant} are relevant; Not applicable leaves
the denominator. The cases of all PDUs are pooled: their answers are added up, so that each case counts once.
It is not the mean of the PDUs' percentages.

{question} ({text}) was answered {yes} in {yes_count} cases and {no} in {no_count}: {fraction}. It is read as
a whole number, rounded half up: **{percentage}%**. This is computed in integers, `(200·yes + relevant) //
(2·relevant)`, because a floating-point number would round some halves down.

Pooling and rounding are conventions of this project: the report says 'aggregate', and the published bands are
whole numbers, between which an unrounded 64.5 would fall.

## 2. From a percentage to a band

| rating | % | in words | score |
|---|---|---|---:|
{bands}

## 3. From key questions to the rating of a standard

A standard takes the band of its lowest key question. Where several are lowest, all of them drive it. {judged}
have no key questions: inspectors rate them.

| key question | Yes/relevant | % | band | drives |
|---|---:|---:|---|---|
{questions}

## 4. From standards to the overall rating

| standard | rating | score |
|---|---|---:|
{standards}
| **All** | **{overall}** | **{score} of {max_score}** |

The scores are added up without weights. {overall_bands}.

## 5. How firmly a rating stands

A margin is the fewest answers that move a rating, with the number of relevant cases as it is. A key question
that has `n` relevant cases reaches a band that begins at `T` with at least `n·(2T − 1)/200` Yes, rounded up.
Of {question}'s {relevant_count} cases these are {least} for {next_rating}: {up} more than there are.

A standard rises when every key question below the next band reaches it, so its margin upwards is the sum of
what each is short of; it falls when any one of them leaves its band, so its margin downwards is the smallest.
Each changed answer counts as one, whichever case it stands in.

| standard | % | answers from No to Yes | answers from Yes to No |
|---|---:|---:|---:|
{margins}

The score is {points_up} points from {next_overall} and {points_down} from losing {overall}{steps}.

In the table of `rate`, `+` marks a rating that one No turned into Yes raises, `-` one that one Yes turned
into No lowers, and `~` one that would be lower if percentages were not rounded.

## 6. The ratings panel

The panel looks again at a computed rating where {limits}. It may move it by one band, and gives a reason. The
sheet `{panel_sheet}` records its decisions; the computed rating is shown beside the awarded one. A decision
outside these limits, further than one band, or without a reason is an error, and nothing is rated while it
stands.

Conventions of this project: an edge is the whole percentage that a band begins with; one case judged
differently is one answer turned; the panel may move a rating to either neighbour. Judged
standards are not computed from cases and are never looked at again.

In the example {flagged}.

## 7. PDU by PDU

`--by pdu` shows what each PDU's answers alone would be rated. Only all of them together are rated, and a PDU
with few relevant cases says little. {lowest} has {lowest_share}% in the region and between {range_low}% and
{range_high}% in its PDUs; {pull_pdu} pulls it down most: without it, it would be {pull_share}%.

| PDU | Yes/relevant | % | would be |
|---|---:|---:|---|
{pdus}

## 8. How far a sample carries

The cases are a sample of the work of each PDU. Two figures, given on request only, say how much the result
depends on which cases came into it. Neither changes a rating.

**An interval** (`explain --sampling`) is Wilson's score interval [1] for the percentage. If the cases were
drawn at random from many more, intervals made this way would hold the percentage of all of them in about 95% of
such inspections (`--level` changes that). It keeps within 0 and 100 and does well with few cases, where the
textbook's plus or minus does not [2, 3].

**Resamples** (`explain --resamples {resamples} --seed {seed}`) draw the cases of each sheet again, with
replacement within each PDU, as many as there are, and rate what was drawn [4, 5]. All answers of a case stay
together. Judged standards and those that the panel decided on keep their rating. The same seed gives the same
figures, whatever order the rows stand in, with the same version of NumPy.

| standard | % | 95% interval of the lowest | rating | kept in {resamples:,} resamples |
|---|---:|---|---|---:|
{samples}

What these figures do not say:

- They say nothing about how inspectors judge: two inspectors may answer the same case differently.
- They suppose that cases were drawn at random. Cases that could not be drawn, or were chosen, are not in
  them.
- They take each case as one of very many. Where the sample is a large part of all cases, they are too wide.
- How often a rating was kept is not the chance that it is right: the resamples are drawn from the sample, not
  from the region.
- A lowest key question is picked because it is low; drawn again, another one may be lower still. So resamples
  lean downwards.
- With a handful of cases, no figure of this kind says much. The panel's limits exist for that.

### Sources

1. Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
   American Statistical Association* 22, 209-212.
2. Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of seven
   methods. *Statistics in Medicine* 17, 857-872.
3. Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion.
   *Statistical Science* 16, 101-133.
4. Efron, B. (1979). Bootstrap methods: another look at the jackknife. *Annals of Statistics* 7, 1-26.
5. Bickel, P. J. and Freedman, D. A. (1984). Asymptotic normality and the bootstrap in stratified sampling.
   *Annals of Statistics* 12, 470-482.
"""


def method() -> str:
    """The whole page."""
    rules = load_rules("regional-2023")
    inspection = read_inspection(str(ROOT / "examples" / "east-of-england.xlsx"), rules)
    rated = rate_inspection(inspection)
    facts: dict[str, object] = {"limits": limits(rules), "panel_sheet": rules.panel_sheet.name}
    facts |= _ratings(rated) | _margins(rated) | _pdus(rated) | _samples(inspection, rated)
    return "\n\n".join(_filled(block) for block in TEXT.format(**facts).split("\n\n"))


def _filled(block: str) -> str:
    """A paragraph with even lines, whatever figures stand in it; a heading, list or table as it is."""
    if block.startswith(("#", "|", "- ", "1.", "<")):
        return block
    return textwrap.fill(block, 118, break_long_words=False, break_on_hyphens=False)


def _ratings(rated: RatedInspection) -> dict[str, object]:
    rules = rated.rules
    one = next(one for one in rated.key_questions if one.question.id == "R2.2.3")
    yes, no, _ = rules.answers.names
    bands = zip(rules.key_question_bands.bands, rules.ratings.scale, strict=True)
    overall = [f"{band.rating} is {band.lowest} to {band.highest}" for band in rules.overall_bands.bands]
    return {
        "answers": listed(rules.answers.names, "or"),
        "relevant": f"{yes} and {no}",
        "question": one.question.id,
        "text": one.question.text,
        "yes": yes,
        "no": no,
        "yes_count": one.count.yes,
        "no_count": one.count.no,
        "fraction": fraction(one.count),
        "percentage": one.percentage,
        "bands": _rows(
            (b.rating, f"{b.lowest} to {b.highest}", b.words, rating.score) for b, rating in reversed([*bands])
        ),
        "judged": listed([f"{standard.id} {standard.title}" for standard in rules.judged]),
        "questions": _rows(
            (
                question.question.id,
                f"{question.count.yes}/{question.count.relevant}",
                question.percentage,
                question.band and question.band.rating,
                standard.standard.id if question.question.id in standard.driven_by else "",
            )
            for standard in rated.standards
            for question in standard.key_questions
        ),
        "standards": _rows((f"{s.standard.id} {s.standard.title}", s.rating, s.score) for s in rated.standards),
        "overall": rated.overall_rating,
        "score": rated.score,
        "max_score": rated.max_score,
        "overall_bands": listed(overall),
    }


def _margins(rated: RatedInspection) -> dict[str, object]:
    rules = rated.rules
    one = next(one for one in rated.key_questions if one.question.id == "R2.2.3")
    assert one.band is not None
    above = next_band(rules.key_question_bands, one.band)
    overall = next_band(rules.overall_bands, rules.overall_bands.of(rated.score or 0))
    assert above is not None
    assert overall is not None
    margin = rated.margin
    rows = []
    for standard in rated.standards:
        if standard.driven_by:
            up_down = standard.margin
            share = next(q.percentage for q in standard.key_questions if q.question.id in standard.driven_by)
            shown = ("-" if answers is None else answers for answers in (up_down.up, up_down.down))
            rows.append((f"{standard.standard.id} {standard.standard.title}", share, *shown))
    flagged = [standard.standard.id for standard in rated.standards if standard.panel_flags]
    return {
        "relevant_count": one.count.relevant,
        "least": one.count.yes + (one.margin.up or 0),
        "next_rating": above.rating,
        "up": one.margin.up,
        "margins": _rows(rows),
        "points_up": margin.points.up,
        "points_down": margin.points.down,
        "next_overall": overall.rating,
        "steps": f"; one step down of {listed(list(margin.steps_down), 'or')} is enough" if margin.steps_down else "",
        "flagged": f"it may look at {listed(flagged)}" if flagged else "no rating falls under these limits",
    }


def _pdus(rated: RatedInspection) -> dict[str, object]:
    one = next(one for one in rated.key_questions if one.question.id == "R2.3.1")
    shares = one.pdus
    between, most = range_of(shares), one.pull
    assert between is not None
    assert most is not None
    return {
        "lowest": one.question.id,
        "lowest_share": one.percentage,
        "range_low": between[0],
        "range_high": between[1],
        "pull_pdu": most.pdu,
        "pull_share": most.percentage,
        "pdus": _rows(
            (share.pdu, f"{share.count.yes}/{share.count.relevant}", share.percentage, share.band and share.band.rating)
            for share in shares
        ),
    }


def _samples(inspection: Inspection, rated: RatedInspection) -> dict[str, object]:
    drawn = resample(inspection, rated, RESAMPLES, SEED)
    rows: list[Sequence[object]] = []
    for standard in rated.standards:
        if standard.standard.id in drawn.standards:
            kept = drawn.standards[standard.standard.id]
            one = next(q for q in standard.key_questions if q.question.id in standard.driven_by)
            times = f"{kept.ratings[kept.rating]:,}"
            rows.append((standard.standard.id, one.percentage, _interval(one), kept.rating, times))
    assert drawn.overall is not None
    rows.append(("Overall", "", "", drawn.overall.rating, f"{drawn.overall.ratings[drawn.overall.rating]:,}"))
    return {"resamples": RESAMPLES, "seed": SEED, "samples": _rows(rows)}


def _interval(one: KeyQuestionRating) -> str:
    found = wilson(one.count)
    assert found is not None
    return f"{found[0]:.1f} to {found[1]:.1f}"


def _rows(rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |" for row in rows)


if __name__ == "__main__":
    (ROOT / "docs" / "method.md").write_text(method(), encoding="utf-8")
    print("method.md written")
