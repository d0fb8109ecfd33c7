"""6xx: problems with inspectors' judgements and with decisions of the ratings panel."""

from .kinds import Kind

# fmt: off
JUDGEMENT_MISSING = Kind("PR601", "judgement-missing", "error",
    "a judgement is missing",
    "there is no rating of {standard}: inspectors rate by judgement here, not from cases",
    "enter {standard} and its rating: {allowed}",
    why="A judged standard has no cases behind it: only the inspectors can rate it.",
    wrong="Judgements without a row R1.2", right="R1.2 | Requires improvement | Workloads were too high.")
UNKNOWN_RATING = Kind("PR602", "unknown-rating", "error",
    "a rating is not one of the rule file's",
    "the rating of {standard} is {found}, allowed is {allowed}",
    "write {allowed}",
    why="Each rating has a score; an unknown word has no score.",
    wrong="R1.1 | Satisfactory", right="R1.1 | Good")
UNKNOWN_STANDARD = Kind("PR603", "unknown-standard", "error",
    "a standard is not one of the rule file's",
    "{found} is not a standard of {rules}",
    "write the standard's id as text: {allowed}",
    why="An id is text, never a number: in a cell of numbers 2.10 becomes 2.1, another standard.",
    wrong="R1.3 | Good", right="R1.2 | Good")
JUDGEMENT_TWICE = Kind("PR604", "judgement-twice", "error",
    "a standard is judged twice",
    "{standard} appears {count} times",
    "keep one row of {standard}",
    why="It is not clear which of the two ratings counts.",
    wrong="R1.1 | Good, and below it R1.1 | Outstanding", right="R1.1 | Good")
JUDGEMENT_NOT_USED = Kind("PR605", "judgement-not-used", "warning",
    "a judgement has no effect",
    "{standard} is rated from its key questions; the judgement {found} has no effect",
    "delete the row; a rating that the panel moved belongs in the sheet of panel decisions",
    why="The author may believe that it counts.",
    wrong="R2.3 | Good in the sheet Judgements", right="R2.3 only in the answers of the court reports")
# PR606 reported that panel decisions are not applied. They now are, and its code is not used again.
PANEL_DECISION_TWICE = Kind("PR607", "panel-decision-twice", "error",
    "the panel decided on a standard twice",
    "{standard} appears {count} times",
    "keep one row of {standard}",
    why="It is not clear which of the two ratings counts.",
    wrong="R2.3 | Good | ..., and below it R2.3 | Inadequate | ...", right="R2.3 | Good | One report was read again.")
PANEL_DECISION_WITHOUT_REASON = Kind("PR608", "panel-decision-without-reason", "error",
    "a panel decision has no reason",
    "the panel's decision on {standard} has no reason",
    "write down why the panel decided so, or delete the row",
    why="A rating that differs from the computed one may be challenged, so its reason is recorded.",
    wrong="R2.3 | Good |", right="R2.3 | Good | One report was read again.")
PANEL_DECISION_NOT_ALLOWED = Kind("PR609", "panel-decision-not-allowed", "error",
    "the panel moved a rating that is not within its limits",
    "the panel moved {standard} from {computed} to {decided}, but {because}",
    "delete the row: the panel decides only where {limits}",
    why="The published limits say when the panel reviews a rating; outside them the computed rating is kept.",
    wrong="R2.3 | Requires improvement | ... where 31 of 100 reports are Yes",
    right="R2.3 | Requires improvement | ... where 48 of 100 reports are Yes")
PANEL_DECISION_TOO_FAR = Kind("PR610", "panel-decision-too-far", "error",
    "the panel moved a rating too far",
    "the panel moved {standard} from {computed} to {decided}; it may move it by {most}",
    "write {allowed}, or delete the row",
    why="The published limits let the panel move a rating to the neighbouring band and no further.",
    wrong="R2.3 | Good | ... where the computed rating is Inadequate",
    right="R2.3 | Requires improvement | ... where the computed rating is Inadequate")
PANEL_DECISION_NOT_NEEDED = Kind("PR611", "panel-decision-not-needed", "note",
    "a panel decision keeps a rating that is not within the panel's limits",
    "the panel's decision on {standard} is the computed rating, {computed}, and {because}",
    "delete the row, or leave it: the rating is the same",
    why="The row changes nothing, but it may have been meant for another standard.",
    wrong="R2.3 | Inadequate | ... where 31 of 100 reports are Yes", right="no row of R2.3")
RATING_DIFFERS = Kind("PR612", "rating-differs", "error",
    "a rating is not the expected one",
    "{what} is {computed}, expected is {expected} ({place})",
    "find out whether the workbook, the rule file or the expected ratings are out of date",
    why="A difference between published ratings and the data must not go unnoticed.",
    wrong="R2.3 computed Inadequate where Good was published", right="R2.3 computed as it was published",
    blocks=False)
EXPECTED_REGION_MISSING = Kind("PR613", "expected-region-missing", "error",
    "expected ratings are given for a region without a workbook",
    "there is no readable workbook of {found}{unread}",
    "replace a file that could not be read, add the workbook, or delete the region's lines",
    why="Expected ratings without a workbook are not checked, but may look as if they were.",
    wrong="expected ratings of Wales, and no workbook of Wales",
    right="a workbook for each region of the expected ratings",
    blocks=False)
ANSWERS_NOT_INSPECTED = Kind("PR614", "answers-of-uninspected-standard", "error",
    "a standard that was not inspected has answers",
    "the sheet '{name}' says that {standard} was not inspected, but {question} has {cases} with an answer",
    "delete the row of {standard} in the sheet '{name}', or the answers",
    why="A standard that was inspected and is left out would be missing from the score.",
    wrong="R2.6 | Not inspected, beside 14 cases with answers", right="R2.6 | Not inspected, and no cases")
STANDARD_NOT_INSPECTED = Kind("PR615", "standard-not-inspected", "note",
    "a standard was not inspected",
    "{standard} is '{word}': it has no rating",
    "no action is needed if it was not inspected in this round",
    why="It does not count in the score; the rule file says how the overall rating is then reached.",
    wrong="R2.6 | Not inspected, where its cases were left in another workbook",
    right="R2.6 | Not inspected, where no case was eligible")
