"""Makes docs/method.md: the method with the example of the East of England, every figure computed.

Run it without arguments.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from probation_ratings import load_rules, rate_inspection, read_inspection
from probation_ratings.findings.explanation import fraction, working
from probation_ratings.findings.sampling import resample, wilson
from probation_ratings.problems import listed
from probation_ratings.rating.margins import next_band
from probation_ratings.rating.panel import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from probation_ratings import Inspection, RatedInspection
    from probation_ratings.rating.key_questions import KeyQuestionRating

ROOT = Path(__file__).parents[1]
RESAMPLES = 10_000
SEED = 1

TEXT = """# The method, from an answer to the overall rating

<!-- Made by docs/make_method.py: change it there. -->

This page follows the rules in [`rules/regional-2023.yaml`](../rules/regional-2023.yaml), which has the source
of each rule. The figures are from the illustrative workbook of the East of England: its case rows are
invented, its percentages and ratings are the published ones. `probation-ratings explain
examples/east-of-england.xlsx` shows the same steps for every key question.

## 1. From answers to a percentage

An inspector answers each key question of each case {answers}. {relevant} are relevant. Not applicable
answers are left out. The cases of all PDUs are pooled: their answers are added up, so that each case counts
once, whatever its PDU.

{question} ({text}) was answered {yes} in {yes_count} cases and {no} in {no_count}: {fraction}. It is rounded
half up to a whole number: **{percentage}%**. This is computed in integers, `(200·yes + relevant) //
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

## 5. How close a rating is to another

A margin is the smallest number of answers that would change a rating, if the number of relevant cases stays
the same. A key question
that has `n` relevant cases reaches a band that begins at `T` with at least `n·(2T − 1)/200` Yes, rounded up.
Of {question}'s {relevant_count} cases these are {least} for {next_rating}: {up} more than there are.

A standard rises when every key question below the next band reaches it, so its margin upwards is the sum over
these questions. It falls when any one of them leaves its band, so its margin downwards is the smallest. Each
changed answer counts as one, even if several are in the same case.

| standard | % | answers from No to Yes | answers from Yes to No |
|---|---:|---:|---:|
{margins}

The score has a margin, too. {overall_margin}

In the table of `rate`, `+` marks a rating that one No changed to Yes would raise, `-` one that one Yes changed
to No would lower, and `~` one that would be lower if percentages were not rounded.

## 6. The ratings panel

The panel may review a computed rating if {limits}. It may move it by one band, and gives a reason. The
sheet `{panel_sheet}` records its decisions; the computed rating is shown beside the awarded one. A decision
outside these limits, further than one band, or without a reason is an error, and blocks all
ratings.

Conventions of this project: an edge is the whole percentage at which a band begins; one case judged
differently is one changed answer; the panel may move a rating up or down. It does not review judged standards,
because they are not computed from cases.

In the example {flagged}.

## 7. By PDU

`rate --rows pdus` shows the rating that each PDU alone would get. These are not published ratings, and a PDU with few
relevant cases says little. {lowest} has {lowest_share}% in the region and between {range_low}% and
{range_high}% in its PDUs; {pull_pdu} lowers it most. Without {pull_pdu} it would be {pull_share}%.

| PDU | Yes/relevant | % | would be |
|---|---:|---:|---|
{pdus}

## 8. How much weight a sample can bear

The cases are a sample of the work of each PDU. Two figures, which you have to ask for, show how much the result
depends on which cases are in the sample. Neither changes a rating.

**An interval** (`explain --sampling`) is Wilson's score interval [1] for the percentage. If the
cases are a random sample of many more, intervals made this way include the percentage of all of them in about
95% of such inspections (`--level` changes that). The interval stays within 0 and 100, and works with few cases,
unlike the normal approximation [2, 3].

**Resamples** (`explain --resamples {resamples} --seed {seed}`) are a bootstrap: they draw as many cases from each
sheet as it has, with replacement within each PDU, and rate them again [4, 5]. All answers of a case stay
together. Judged standards and those that the panel decided on keep their rating. The same seed gives the same
figures, whatever the order of the rows, with the same version of NumPy.

| standard | % | 95% interval of the lowest | rating | kept in {resamples:,} resamples |
|---|---:|---|---|---:|
{samples}

Limits of these figures:

- They do not cover differences between inspectors: two inspectors may answer the same case differently.
- They assume that cases were drawn at random. They do not cover cases that could not be drawn, or were chosen.
- They assume very many cases. If the sample is a large part of all cases, the intervals are too wide.
- How often a rating was kept is not the probability that it is right: the resamples are drawn from the sample,
  not from the region.
- The lowest key question is chosen because it is low. In a resample another one may be lower still, so resamples
  tend to give lower ratings.
- With very few cases, such figures say little. The panel's limits exist for that.

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
    assert rules.panel is not None
    facts: dict[str, object] = {"limits": limits(rules.panel), "panel_sheet": rules.panel_sheet_name}
    facts |= _ratings(rated) | _margins(rated) | _pdus(rated) | _samples(inspection, rated)
    return "\n\n".join(_filled(block) for block in TEXT.format(**facts).split("\n\n"))


def _filled(block: str) -> str:
    """Wrap a paragraph to even lines; a heading, list or table stays as it is."""
    if block.startswith(("#", "|", "- ", "1.", "<")):
        return block
    return textwrap.fill(block, 118, break_long_words=False, break_on_hyphens=False)


def _ratings(rated: RatedInspection) -> dict[str, object]:
    rules = rated.rules
    one = next(one for one in rated.key_questions if one.question.id == "R2.2.3")
    yes, no, _ = rules.answers.names
    bands = zip(rules.bands, rules.scale, strict=True)
    assert rules.overall_bands is not None
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
    above = next_band(rules.bands, one.band)
    assert above is not None
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
        "overall_margin": working(rated)[-1].steps[-1].text,
        "flagged": f"it may look at {listed(flagged)}" if flagged else "no criterion applies",
    }


def _pdus(rated: RatedInspection) -> dict[str, object]:
    one = next(one for one in rated.key_questions if one.question.id == "R2.3.1")
    shares = one.pdus
    between, most = one.pdu_range, one.pull
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
