"""Says in the program's own words what is wrong with a command line, and what was probably meant."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..names import nearest
from ..text import listed, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

COMMANDS = ("rate", "check", "explain", "compare", "describe", "convert", "problems", "new", "example", "rules")
"""The commands of `probation-ratings`, for `rate` on its own, which does not import the others."""
_OPTIONS = {"help": "--help", "version": "--version"}
"""Options that people type as commands."""


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """Which of the known names a wrong one probably is, as the end of a sentence; nothing where none is near."""
    near = nearest(typed, known)
    return "" if near is None else f"; did you mean {near}?"


def refuse_command(names: Sequence[str]) -> None:
    """Raise `UsageError` where the first name of a workbook is a command that `rate` does not have."""
    first = next(iter(names), "")
    if not first.isalpha() or _is_there(first):
        return
    meant = nearest(first, [*COMMANDS, *_OPTIONS])
    if meant is not None:
        instead = f"rate {_OPTIONS[meant]}" if meant in _OPTIONS else f"probation-ratings {meant}"
        raise UsageError(f"file not found: {quoted(first)}; did you mean `{instead}`?")


def refuse_single_dash(context: Any, typed: Sequence[str]) -> None:
    """Raise `UsageError` for a long option with one dash: -output would be read as -o with the value 'utput'."""
    known = {name for param in _options(context.command) for name in param.opts if name.startswith("--")}
    for word in typed:
        name = word.partition("=")[0]
        if word == "--":
            return
        if f"-{name}" in known:
            raise UsageError(f"unknown option {name}; did you mean -{name}?", context.command_path)


def refuse_empty_value(context: Any, typed: Sequence[str]) -> None:
    """Raise `UsageError` for an option with an empty value, which a variable that is not set gives."""
    values = context.command.make_parser(context).parse_args([*typed])[0]
    for param in _options(context.command):
        value = values.get(param.name)
        if value == "" or (isinstance(value, list) and "" in value):
            name = max(param.opts, key=len)
            raise UsageError(
                f"the value of {name} is empty: give {_allowed(param)}, or leave {name} out", context.command_path
            )


def refuse_unknown_command(context: Any, word: str, commands: Collection[str]) -> None:
    """Raise `UsageError` for a word that is no command of a group."""
    path = context.command_path
    if word in _OPTIONS:
        meant = f"; did you mean `{path} {_OPTIONS[word]}`?"
    elif _is_there(word):
        meant = f", but a file; did you mean `{path} {next(iter(commands))} {word}`?"
    else:
        near = nearest(word, commands)
        meant = f"; did you mean `{path} {near}`?" if near else f"; use {listed([*commands], 'or')}"
    raise UsageError(f"{quoted(word)} is not a command{meant}", path)


def wrong_usage(error: Any, context: Any, typed: list[str]) -> UsageError:
    """What is wrong with the words typed after a command, where typer found `error` in them, without typer's words."""
    tell = {
        "NoSuchOption": _no_option,
        "BadOptionUsage": _odd_option,
        "MissingParameter": _missing,
        "BadParameter": _bad_value,
    }.get(type(error).__name__, _left_over)
    return UsageError(tell(error, context, typed) + _for_a_file(typed), context.command_path)


def _is_there(word: str) -> bool:
    """Whether a word names a file or folder; one that is too long for a name does not."""
    with suppress(OSError, ValueError):
        return Path(word).exists()
    return False


def _for_a_file(typed: Sequence[str]) -> str:
    """The hint to write ./NAME, if a word typed is a file that begins with a dash."""
    words = [*typed[: typed.index("--")]] if "--" in typed else typed
    file = next((word for word in words if word.startswith("-") and word != "-" and _is_there(word)), None)
    return "" if file is None else f"; to name the file {quoted(file)}, write {printable(f'./{file}')}"


def _no_option(error: Any, context: Any, _: list[str]) -> str:
    name: str = error.option_name
    own = [one for param in _options(context.command) if not param.hidden for one in param.opts]
    if name.startswith("--") and (near := did_you_mean(name, own)):
        return f"unknown option {name}{near}"
    has = [path for path, command in context.obj() if any(name in one.opts for one in _options(command))]
    return f"unknown option {name}" + (f", but `{has[0]}` has it" if len(has) == 1 else "")


def _odd_option(error: Any, context: Any, _: list[str]) -> str:
    name = error.option_name
    param = next(one for one in _options(context.command) if name in one.opts)
    if param.is_flag:
        return f"{name} takes no value: leave out the = and what follows it"
    return f"{name} needs a value after it: {_allowed(param)}"


def _missing(error: Any, _context: Any, _: list[str]) -> str:
    param, said = error.param, (error.param.help or "").rstrip(".")
    text = said if said[1:2].isupper() else f"{said[:1].lower()}{said[1:]}"
    if param.param_type_name == "argument":
        return f"name {param.metavar}: {text}"
    return f"add {min(param.opts, key=len)} {param.metavar} to {text}"


def _bad_value(error: Any, context: Any, typed: list[str]) -> str:
    param = error.param
    value = str(context.command.make_parser(context).parse_args([*typed])[0][param.name])
    words = {word.partition("=")[0] for word in typed}
    option = next((one for one in param.opts if one in words), max(param.opts, key=len))
    name = param.metavar if param.param_type_name == "argument" else option
    return f"{name} takes {_allowed(param)}, not {quoted(value)}{did_you_mean(value, choices_of(param))}"


def _left_over(_: Any, context: Any, typed: list[str]) -> str:
    command = context.command
    names = [param.metavar for param in command.params if param.param_type_name == "argument"]
    words = context.command.make_parser(context).parse_args([*typed])[1]
    left = listed([quoted(word) for word in words])
    if not names and any("-o" in one.opts for one in _options(command)):
        return f"{command.name} takes no name by itself: to write to {words[0]}, put -o before it"
    return f"{command.name} takes {listed(names) or 'no name'}: leave out {left}"


def _options(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "option"]


def _allowed(param: Any) -> str:
    """The values that an option or argument takes, in words."""
    if choices := choices_of(param):
        return listed(choices, "or")
    least, most, whole = _fact(param, "min"), _fact(param, "max"), _fact(param, "annotation") is int
    if least is None:
        return str(param.metavar)
    number = "a whole number" if whole else "a number"
    return f"{number} of {least} or more" if most is None else f"{number} from {least} to {most}"


def choices_of(param: Any) -> list[str]:
    """The values that an option or argument takes, where they are a few words."""
    return [str(getattr(one, "value", one)) for one in _fact(param, "choices") or ()]


def _fact(param: Any, name: str) -> Any:
    """What typer knows about the values of an option: its newer versions on the option itself, older ones apart."""
    places = (param, getattr(param, "type_descriptor", None), getattr(param, "type", None))
    return next((getattr(one, name) for one in places if hasattr(one, name)), None)
