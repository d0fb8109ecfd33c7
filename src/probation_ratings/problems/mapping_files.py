"""5xx: problems with a mapping file, from PR505 on."""

from .kinds import Kind

MAPPING_NOT_YAML = Kind(
    "PR505", "mapping-not-yaml", "error",
    "the mapping file is not plain YAML",
    "{reason}",
    "{instead}",
    why="A line that can be read in two ways could map a question to the wrong column.",
    wrong="files: *.csv",
    right="files: '*.csv'",
)  # fmt: skip
MAPPING_KEY_TWICE = Kind(
    "PR506", "mapping-key-twice", "error",
    "a key is given twice in the mapping file",
    "the key {found} is given twice; first in line {first}",
    "keep one of the two",
    why="YAML readers keep the last one and say nothing: a question could be read from the wrong column.",
    wrong="R2.1.1: A2_KQ1, and further down R2.1.1: A2_KQ2",
    right="one line that begins with R2.1.1:",
)  # fmt: skip
MAPPING_INVALID = Kind(
    "PR507", "mapping-invalid", "error",
    "an entry of the mapping file is not allowed",
    "{where}: {reason}",
    "{instead}",
    why="A mapping that is unclear or contradicts itself could rate the same export in two ways.",
    wrong="header_row: first",
    right="header_row: 4",
)  # fmt: skip
MAPPING_NAME_UNKNOWN = Kind(
    "PR508", "mapping-name-unknown", "error",
    "the mapping file names something that its rules do not have",
    "{where}: the rules {rules} have no {what} {found}{near}",
    "write {allowed}",
    why="A column that is mapped under a wrong name would be left out.",
    wrong="R2.1.9: A2_KQ9 under regional-2023",
    right="R2.1.4: A2_KQ4",
)  # fmt: skip
MAPPING_SOURCE_NOT_FOUND = Kind(
    "PR509", "mapping-source-not-found", "error",
    "the mapping file names a file that does not exist",
    "{where}: {reason}",
    "{instead}",
    why="A region without one of its exports would be rated from the other cases alone.",
    wrong="files: norfolk-2024.csv, where the folder has norfolk.csv",
    right="files: norfolk.csv",
)  # fmt: skip
MAPPING_PATH_REFUSED = Kind(
    "PR510", "mapping-path-refused", "error",
    "the mapping file names a file outside its folder",
    "{where}: {found} {reason}",
    "{instead}",
    why="A mapping file from someone else must not be able to read other files of your computer.",
    wrong="files: ../london/norfolk.csv",
    right="files: norfolk.csv, beside the mapping file or in the folder given with --data",
)  # fmt: skip
MAPPING_PATTERN = Kind(
    "PR511", "mapping-pattern", "error",
    "a pattern of the mapping file is not allowed",
    "{where}: {reason}, found {found}",
    "write a Python regular expression of at most {most} characters, without look-around and back-references{groups}",
    why="A pattern that cannot be understood, or could run for ever, would hold up every rating.",
    wrong="pattern: .+ PDU",
    right="pattern: '(.+) PDU'",
)  # fmt: skip
MAPPING_NAMES_NOT_USED = Kind(
    "PR512", "mapping-names-not-used", "note",
    "the mapping file has names that the rules in force do not have",
    "the rules {rules} do not have these names of the mapping, which are not used: {names}",
    "nothing to do if that is meant; each name is one of the rules that its mapping file names",
    why="One mapping file may serve two rule files. Each rates only its own questions.",
    wrong="R2.3.1, rated by pdu-2023, which has no such question",
    right="rate region.mapping.yaml, by the rules that the file names",
)  # fmt: skip
MAPPING_WORD_CHANGED = Kind(
    "PR513", "mapping-word-changed", "note",
    "the mapping file gives a word of the rules another meaning",
    "words of the rules are given another meaning: {words}",
    "nothing to do if that is meant; the meaning in the mapping file is the one that counts",
    why="N is No in the rules, and may be Not applicable in an export.",
    wrong="N: Not applicable, in an export where N is No",
    right="N: 'No'",
)  # fmt: skip
