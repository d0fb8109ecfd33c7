"""5xx: problems with a configuration file, from PR514 on."""

from .kinds import Kind

CONFIGURATION_NOT_TOML = Kind(
    "PR514", "configuration-not-toml", "error",
    "the configuration file cannot be read, or is not TOML",
    "{reason}",
    "{instead}, or add --isolated to run without a file",
    why="A file that is half read could leave out the line that suppresses small counts.",
    wrong="rules = regional-2023",
    right='rules = "regional-2023"',
)  # fmt: skip
CONFIGURATION_INVALID = Kind(
    "PR515", "configuration-invalid", "error",
    "a key or a value of the configuration file is not allowed",
    "{found}: {reason}",
    "{instead}",
    why="A misspelt key would be ignored, and the run would look as if it had been obeyed.",
    wrong='ingore = ["PR408"]',
    right='ignore = ["PR408"]',
)  # fmt: skip
