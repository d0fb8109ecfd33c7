"""6xx: problems with inspectors' judgements and with decisions of the ratings panel."""

from .kinds import Kind

JUDGEMENT_MISSING = Kind(
    "PR601", "judgement-missing", "error",
    "a judgement is missing",
    "there is no rating of {standard}, which is rated by inspectors' judgement",
    "enter {standard} and its rating: {allowed}",
    why="Leadership and staffing have no cases behind them: only the inspectors can rate them.",
    wrong="Judgements without a row R1.2",
    right="R1.2 | Requires improvement | Workloads were too high.",
)  # fmt: skip
UNKNOWN_RATING = Kind(
    "PR602", "unknown-rating", "error",
    "a rating is not one of the rule file's",
    "the rating of {standard} is {found}, allowed is {allowed}",
    "write {allowed}",
    why="A rating has a score; a word that is no rating has none.",
    wrong="R1.1 | Satisfactory",
    right="R1.1 | Good",
)  # fmt: skip
UNKNOWN_STANDARD = Kind(
    "PR603", "unknown-standard", "error",
    "a standard is not one of the rule file's",
    "{found} is no standard of {rules}",
    "write the standard's id as text, one of {allowed}",
    why="An id is text, never a number: in a cell of numbers 2.10 becomes 2.1, another standard.",
    wrong="R1.3 | Good",
    right="R1.2 | Good",
)  # fmt: skip
JUDGEMENT_TWICE = Kind(
    "PR604", "judgement-twice", "error",
    "a standard is judged twice",
    "{standard} stands {count} times",
    "keep one row of {standard}",
    why="Nobody knows which of the two ratings counts.",
    wrong="R1.1 | Good, and below it R1.1 | Outstanding",
    right="R1.1 | Good",
)  # fmt: skip
JUDGEMENT_NOT_USED = Kind(
    "PR605", "judgement-not-used", "warning",
    "a judgement has no effect",
    "{standard} is rated from its key questions; the judgement {found} has no effect",
    "delete the row; a rating that the panel moved belongs in the sheet of panel decisions",
    why="Whoever wrote it may believe that it counts.",
    wrong="R2.3 | Good in the sheet Judgements",
    right="R2.3 only in the answers of the court reports",
)  # fmt: skip
PANEL_DECISION_NOT_APPLIED = Kind(
    "PR606", "panel-decision-not-applied", "warning",
    "a panel decision is not applied",
    "{count} panel decision(s) stand in the workbook and are not applied; the ratings are the computed ones",
    "compare the computed ratings with the panel's by hand before publishing",
    why="The published rating is the panel's; this version shows the computed one.",
    wrong="a sheet Panel decisions with a row",
    right="the computed ratings beside the panel's in the report",
)  # fmt: skip
