"""5xx: problems with a rule file."""

from .kinds import Kind

RULE_FILE_NOT_FOUND = Kind(
    "PR501", "rule-file-not-found", "error",
    "the rule file was not found",
    "{reason}",
    "name a shipped rule file by its id, or your own by its path (ending in .yaml)",
    why="Without rules, answers cannot be rated.",
    wrong="rate region.xlsx --rules regional-2032",
    right="rate region.xlsx --rules regional-2023",
)  # fmt: skip
RULE_FILE_NOT_YAML = Kind(
    "PR502", "rule-file-not-yaml", "error",
    "the rule file is not plain YAML",
    "{reason}",
    "correct the line; a rule file is plain YAML: no tags, anchors or aliases",
    why="Tags can run code and anchors can make a small file very large; a rule file needs neither.",
    wrong="bands: *other",
    right="bands: [{rating: Good, from: 65, to: 79}]",
)  # fmt: skip
RULE_FILE_KEY_TWICE = Kind(
    "PR503", "rule-file-key-twice", "error",
    "a key appears twice in the rule file",
    "the key {found} appears twice; first in line {first}",
    "keep one of the two",
    why="Many YAML readers silently keep the last one: a rating could depend on a line that nobody saw.",
    wrong="id: regional-2023, and further down id: regional-2024",
    right="one line that begins with id:",
)  # fmt: skip
RULE_FILE_INVALID = Kind(
    "PR504", "rule-file-invalid", "error",
    "a value of the rule file is not valid",
    "{where}: {reason}",
    "compare with a shipped rule file",
    why="Rules that contradict themselves can rate the same answers in two ways.",
    wrong="Good from 65 to 79 and Outstanding from 81 to 100",
    right="Good from 65 to 79 and Outstanding from 80 to 100",
)  # fmt: skip
