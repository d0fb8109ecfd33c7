"""5xx: problems with the files beside the data: rule files, mapping files, configuration files and baselines."""

from .kinds import Kind

# fmt: off
RULE_FILE_NOT_FOUND = Kind("PR501", "rule-file-not-found", "error",
    "the rule file was not found",
    "{reason}",
    "name a shipped rule file by its id, or your own by its path (ending in .yaml)",
    why="Without rules, answers cannot be rated.",
    wrong="rate region.xlsx --rules regional-2032", right="rate region.xlsx --rules regional-2023")
RULE_FILE_NOT_YAML = Kind("PR502", "rule-file-not-yaml", "error",
    "the rule file is not plain YAML",
    "{reason}",
    "correct the line; a rule file is plain YAML: no tags, anchors or aliases",
    why="Tags can run code and anchors can make a small file very large; a rule file needs neither.",
    wrong="bands: *other", right="bands: [{rating: Good, from: 65, to: 79}]")
RULE_FILE_KEY_TWICE = Kind("PR503", "rule-file-key-twice", "error",
    "a key appears twice in the rule file",
    "the key {found} appears twice; first in line {first}",
    "keep one of the two",
    why="Many YAML readers silently keep the last one: a rating could depend on a line that nobody saw.",
    wrong="id: regional-2023, and further down id: regional-2024", right="one line that begins with id:")
RULE_FILE_INVALID = Kind("PR504", "rule-file-invalid", "error",
    "a value of the rule file is not valid",
    "{where}: {reason}",
    "compare with a shipped rule file",
    why="Rules that contradict themselves can rate the same answers in two ways.",
    wrong="Good from 65 to 79 and Outstanding from 81 to 100",
    right="Good from 65 to 79 and Outstanding from 80 to 100")
MAPPING_NOT_YAML = Kind("PR505", "mapping-not-yaml", "error",
    "the mapping file is not plain YAML",
    "{reason}",
    "{instead}",
    why="A line that can be read in two ways could map a question to the wrong column.",
    wrong="files: *.csv", right="files: '*.csv'")
MAPPING_KEY_TWICE = Kind("PR506", "mapping-key-twice", "error",
    "a key is given twice in the mapping file",
    "the key {found} is given twice; first in line {first}",
    "keep one of the two",
    why="YAML readers keep the last one and say nothing: a question could be read from the wrong column.",
    wrong="R2.1.1: A2_KQ1, and further down R2.1.1: A2_KQ2", right="one line that begins with R2.1.1:")
MAPPING_INVALID = Kind("PR507", "mapping-invalid", "error",
    "an entry of the mapping file is not allowed",
    "{where}: {reason}",
    "{instead}",
    why="A mapping that is unclear or contradicts itself could rate the same export in two ways.",
    wrong="header_row: first", right="header_row: 4")
MAPPING_NAME_UNKNOWN = Kind("PR508", "mapping-name-unknown", "error",
    "the mapping file names something that its rules do not have",
    "{where}: the rules {rules} have no {what} {found}{near}",
    "write {allowed}",
    why="A column that is mapped under a wrong name would be left out.",
    wrong="R2.1.9: A2_KQ9 under regional-2023", right="R2.1.4: A2_KQ4")
MAPPING_SOURCE_NOT_FOUND = Kind("PR509", "mapping-source-not-found", "error",
    "the mapping file names a file that does not exist",
    "{where}: {reason}",
    "{instead}",
    why="A region without one of its exports would be rated from the other cases alone.",
    wrong="files: norfolk-2024.csv, where the folder has norfolk.csv", right="files: norfolk.csv")
MAPPING_PATH_REFUSED = Kind("PR510", "mapping-path-refused", "error",
    "the mapping file names a file outside its folder",
    "{where}: {found} {reason}",
    "{instead}",
    why="A mapping file from someone else must not be able to read other files of your computer.",
    wrong="files: ../london/norfolk.csv",
    right="files: norfolk.csv, beside the mapping file or in the folder given with --data")
MAPPING_PATTERN = Kind("PR511", "mapping-pattern", "error",
    "a pattern of the mapping file is not allowed",
    "{where}: {reason}, found {found}",
    "write a Python regular expression of at most {most} characters, without look-around and back-references{groups}",
    why="A pattern that cannot be understood, or could run for ever, would hold up every rating.",
    wrong="pattern: .+ PDU", right="pattern: '(.+) PDU'")
MAPPING_NAMES_NOT_USED = Kind("PR512", "mapping-names-not-used", "note",
    "the mapping file has names that the rules in force do not have",
    "the rules {rules} do not have these names of the mapping, which are not used: {names}",
    "nothing to do if that is meant; each name is one of the rules that its mapping file names",
    why="One mapping file may serve two rule files. Each rates only its own questions.",
    wrong="R2.3.1, rated by pdu-2023, which has no such question",
    right="rate region.mapping.yaml, by the rules that the file names")
MAPPING_WORD_CHANGED = Kind("PR513", "mapping-word-changed", "note",
    "the mapping file gives a word of the rules another meaning",
    "words of the rules are given another meaning: {words}",
    "nothing to do if that is meant; the meaning in the mapping file is the one that counts",
    why="N is No in the rules, and may be Not applicable in an export.",
    wrong="N: Not applicable, in an export where N is No", right="N: 'No'")
CONFIGURATION_NOT_TOML = Kind("PR514", "configuration-not-toml", "error",
    "the configuration file cannot be read, or is not TOML",
    "{reason}",
    "{instead}, or add --isolated to run without a file",
    why="A file that is half read could leave out the line that suppresses small counts.",
    wrong="rules = regional-2023", right='rules = "regional-2023"')
CONFIGURATION_INVALID = Kind("PR515", "configuration-invalid", "error",
    "a key or a value of the configuration file is not allowed",
    "{found}: {reason}",
    "{instead}",
    why="A misspelt key would be ignored, and the run would look as if it had been obeyed.",
    wrong='ingore = ["PR408"]', right='ignore = ["PR408"]')
BASELINE_UNUSABLE = Kind("PR516", "baseline-unusable", "error",
    "the file is not a baseline for this check",
    "this is not a baseline for this check: {reason}",
    "write it again with `probation-ratings check --write-baseline FILE`, with the same inputs and --rules",
    why="A foreign baseline could hide new problems.",
    wrong="--baseline region.json, where region.json is a result of rate",
    right="--baseline accepted.json, where accepted.json was written with --write-baseline")
BASELINE_GONE = Kind("PR517", "baseline-gone", "note",
    "accepted problems are gone",
    "{count} of the baseline no longer there: {found}",
    "write the baseline again with --write-baseline, so that they are reported if they come back",
    why="An accepted problem that was corrected would be accepted again if it came back.",
    wrong="a baseline with PR304 in PDU cases!G6, where the answer was corrected", right="the baseline written again")
