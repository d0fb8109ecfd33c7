"""The configuration file: which keys it may have, where it is found, and what is wrong with it.

A key is an entry of `KEYS`: all else, also the schema and the table in docs/configuration.md, follows from that.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


FILE = "probation-ratings.toml"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "probation-ratings")
"""Where the keys are in a pyproject.toml."""
_RULE_FILES = (".yaml", ".yml")
_CODES: dict[str, Any] = {"type": "array", "items": {"type": "string", "pattern": "^PR[0-9]{0,3}$"}}
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


class Kind(NamedTuple):
    """A kind of value: in words, as a JSON schema, what is wrong with a value, and the option's default that it gives.

    `wrong` gives the keys inside the value down to what is wrong, and the reason; nothing where all is right.
    """

    words: str
    schema: dict[str, Any]
    wrong: Callable[[Any, Path], tuple[str, ...]]
    default: Callable[[Any, Path], Any]


class Key(NamedTuple):
    """A key of the file: its kind of value, what it is for, an example, and the commands that have it as an option.

    `parameter` is its name in the commands, where it is not that of the key.
    """

    kind: Kind
    about: str
    example: str
    commands: tuple[str, ...]
    parameter: str = ""


def _text(value: Any, _: object = None) -> tuple[str, ...]:
    good = isinstance(value, str) and value and "\0" not in value
    return () if good else ("it must be text in quotation marks",)


def _texts(value: Any, _: object = None) -> tuple[str, ...]:
    good = isinstance(value, list) and not any(map(_text, value))
    return () if good else ('it must be a list of texts in square brackets, such as ["a", "b"]',)


def _codes(value: Any, _: object = None) -> tuple[str, ...]:
    from ..findings.check_result import unknown_codes
    from ..problems import quoted

    wrong = _texts(value)
    unknown = [] if wrong else unknown_codes([one.upper() for one in value])
    return (f"unknown problem code {quoted(unknown[0])}",) if unknown else wrong


def _codes_by_file(value: Any, _: object = None) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ("it must be a table of files and lists of problem codes",)
    return next(((name, *wrong) for name, codes in value.items() if (wrong := _codes(codes))), ())


def _folder(value: Any, folder: Path) -> tuple[str, ...]:
    if wrong := _text(value):
        return wrong
    # A file that came with somebody else's data must not decide where on the disk results are written.
    outside = value.startswith(("/", "\\", "~")) or ".." in Path(value).parts or ":" in value
    if not outside:
        real = Path(os.path.realpath(folder))
        outside = not Path(os.path.realpath(folder / value)).is_relative_to(real)  # through a link
    return ("it must be a folder below that of this file; name any other with -o",) if outside else ()


def _number(value: Any, _: object = None) -> tuple[str, ...]:
    good = type(value) is int and value >= 0
    return () if good else ("it must be a whole number, 0 or more, without quotation marks",)


def _below(folder: Path, name: str) -> str:
    """A path of the file as seen from the working folder."""
    return shown(folder / name) if name else name


def shown(path: Path) -> str:
    """A path as short as it can be: from the working folder where it is below it."""
    whole = os.path.abspath(path)  # noqa: PTH100  (links stay as they are named)
    with suppress(ValueError):
        return str(Path(whole).relative_to(Path.cwd()))
    return whole


def _pattern(folder: Path, pattern: str) -> str:
    """A pattern for paths from the file's folder on; one without a slash is for names, wherever the file is."""
    return f"{Path(os.path.abspath(folder)).as_posix()}/{pattern}" if "/" in pattern else pattern  # noqa: PTH100


_RULES = Kind(
    "text",
    {"type": "string"},
    _text,
    lambda value, folder: _below(folder, value) if value.lower().endswith(_RULE_FILES) else value,
)
_INPUTS = Kind("list of texts", _TEXTS, _texts, lambda value, folder: [_below(folder, one) for one in value])
_OUTPUT = Kind("text", {"type": "string"}, _folder, lambda value, folder: f"{_below(folder, value)}/")
_NAMES = Kind("list of texts", _TEXTS, _texts, lambda value, _: value)
_SOME_CODES = Kind("list of problem codes", _CODES, _codes, lambda value, _: ",".join(value))
_FILE_CODES = Kind(
    "table of lists of problem codes",
    {"type": "object", "additionalProperties": _CODES},
    _codes_by_file,
    lambda value, folder: [f"{_pattern(folder, name)}:{','.join(codes)}" for name, codes in value.items()],
)
_TEXT = Kind("text", {"type": "string"}, _text, lambda value, _: value)
_COUNT = Kind("whole number", {"type": "integer", "minimum": 0}, _number, lambda value, _: value)
_BOTH = ("rate", "check")

KEYS: dict[str, Key] = {
    "rules": Key(
        _RULES,
        "The id of a shipped rule file, or the path of your own. A mapping file that names its rules keeps them.",
        'rules = "rules/mine.yaml"', (*_BOTH, "explain", "compare", "describe", "convert", "new", "example"),
    ),
    "inputs": Key(
        _INPUTS, "The workbooks, mapping files and folders to read if the command names none.",
        'inputs = ["regions/"]', _BOTH, "workbooks",
    ),
    "output": Key(
        _OUTPUT, "The folder to write results to, below that of the file; `-o -` shows them.",
        'output = "results"', ("rate",),
    ),
    "select": Key(
        _SOME_CODES, "Report only these problems: `PR304`, or `PR3` for all 3xx.", 'select = ["PR3", "PR4"]', ("check",)
    ),
    "ignore": Key(_SOME_CODES, "Leave out these problems.", 'ignore = ["PR408"]', ("check",)),
    "per-file-ignores": Key(
        _FILE_CODES,
        "Leave out problems in some files. In a name `*` is any text and `?` any character; a name with a `/` is a "
        "path from the file's folder on.",
        'per-file-ignores = { "old/*.xlsx" = ["PR408", "PR213"] }', ("check",),
    ),
    "regions": Key(
        _NAMES, "The regions that `--require-all` requires, in place of those of the rule file.",
        'regions = ["London", "Wales"]', _BOTH, "required_regions",
    ),
    "suppress-below": Key(
        _COUNT,
        "Suppress counts from 1 to N-1 in csv, markdown, html and xlsx. The table on a terminal has all counts; other "
        "formats are refused.",
        "suppress-below = 5", ("rate",),
    ),
    "publisher": Key(
        _TEXT, "Who publishes, for markdown, html and xlsx.", 'publisher = "Example Analysis Unit"', ("rate",)
    ),
    "published": Key(_TEXT, "The day of publication.", 'published = "2026-11-27"', ("rate",)),
    "contact": Key(
        _TEXT, "A contact; an email or https:// address is a link.", 'contact = "data@example.org"', ("rate",)
    ),
    "data-link": Key(
        _TEXT, "The address of the data, which begins with `https://`.",
        'data-link = "https://example.org/ratings.xlsx"', ("rate",),
    ),
    "statement": Key(
        _TEXT, "What a publication says instead of that it is not the inspectorate's and is not endorsed by it.",
        'statement = "These are official statistics."', ("rate",),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration file that was found: its path, and the default that each of its keys gives."""

    path: str
    values: dict[str, Any]

    def defaults(self, command: str) -> dict[str, Any]:
        """The defaults of a command's parameters, by their names."""
        return {parameter_of(key): value for key, value in self.values.items() if command in KEYS[key].commands}


def parameter_of(key: str) -> str:
    """The parameter of the commands that a key gives a default."""
    return KEYS[key].parameter or key.replace("-", "_")


def nearest(first: str) -> Configuration | None:
    """The configuration file in the folder of an input, or in the nearest folder above; None where there is none.

    For standard input ('-') it is looked for from the working folder on.
    """
    start = Path.cwd()
    with suppress(OSError, ValueError):  # a name that no file can have
        if first != "-":
            named = Path(os.path.abspath(first))  # noqa: PTH100  (links stay as they are named)
            start = named if named.is_dir() else named.parent
    for folder in (start, *start.parents):
        for name in (FILE, PYPROJECT):
            if os.path.lexists(folder / name) and (found := read_configuration(folder / name)) is not None:
                return found
    return None


def read_configuration(path: Path, *, named: bool = False) -> Configuration | None:
    """The configuration in a file; None for a pyproject.toml that has none, unless it was named.

    Raises `ConfigurationError` with everything that is wrong with it.
    """
    from .toml_file import TomlFile

    inside = TABLE if path.name == PYPROJECT else ()
    file = TomlFile(shown(path))
    if inside and not named and not file.has(TABLE[-1]):
        return None
    table: Any = file.tree
    for place, step in enumerate(inside):
        table = table.get(step) if isinstance(table, dict) else None
        if isinstance(table, dict) or table is None:
            continue
        raise file.refused([(inside[: place + 1], "it must be a table")])
    if table is None:
        others = file.tree.get("tool")
        odd = next((one for one in others or () if one.casefold().replace("_", "-") == TABLE[1]), None)
        if odd is not None:
            raise file.refused([((TABLE[0], odd), f"the table is called [{'.'.join(TABLE)}]")])
        if named:
            raise file.refused([((), f"it has no table [{'.'.join(TABLE)}]")])
        return None
    if problems := list(_wrong(table, inside, path.parent)):
        raise file.refused(problems)
    return Configuration(file.path, {key: KEYS[key].kind.default(value, path.parent) for key, value in table.items()})


def _wrong(table: dict[str, Any], inside: tuple[str, ...], folder: Path) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Everything that is wrong with the keys: where, the reason, and the remedy."""
    from .mistakes import did_you_mean

    for key, value in table.items():
        if key not in KEYS:
            yield (*inside, key), f"unknown key{did_you_mean(key, KEYS)}", f"use one of: {', '.join(KEYS)}"
        elif wrong := KEYS[key].kind.wrong(value, folder):
            yield (*inside, key, *wrong[:-1]), wrong[-1], f"write for example: {KEYS[key].example}"


def schema() -> dict[str, Any]:
    """The JSON schema of the file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FILE}, the configuration file of probation-ratings",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {"description": one.about, **one.kind.schema} for key, one in KEYS.items()},
    }
