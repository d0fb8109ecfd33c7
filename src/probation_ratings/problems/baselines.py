"""5xx: problems with the baseline of a check, PR516 and PR517."""

from .kinds import Kind

BASELINE_UNUSABLE = Kind(
    "PR516", "baseline-unusable", "error",
    "the file is not a baseline for this check",
    "this is not a baseline for this check: {reason}",
    "write it again with `probation-ratings check --write-baseline FILE`, with the same inputs and --rules",
    why="A foreign baseline could hide new problems.",
    wrong="--baseline region.json, where region.json is a result of rate",
    right="--baseline accepted.json, where accepted.json was written with --write-baseline",
)  # fmt: skip
BASELINE_GONE = Kind(
    "PR517", "baseline-gone", "note",
    "accepted problems are gone",
    "{count} of the baseline no longer there: {found}",
    "write the baseline again with --write-baseline, so that they are reported if they come back",
    why="An accepted problem that was corrected would be accepted again if it came back.",
    wrong="a baseline with PR304 in PDU cases!G6, where the answer was corrected",
    right="the baseline written again",
)  # fmt: skip
