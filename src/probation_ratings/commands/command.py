"""The commands as typer runs them: help with the everyday options first, mistakes in the program's own words.

Most take the defaults of their options from the configuration file.
"""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from ..errors import UsageError
from ..text import listed
from .configuration import KEYS, nearest, parameter_of, read_configuration
from .mistakes import choices_of, refuse_empty_value, refuse_single_dash, refuse_unknown_command, wrong_usage
from .options import INPUT, TERMINAL, flag, option
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .configuration import Configuration

_LAST = "Exit status:"
"""A paragraph that begins so comes after the options."""
_FIRST_COLUMN = 24
_COMPLETION = {"--install-completion", "--show-completion"}
Made = TypeVar("Made")
_SHORT = {"md": "markdown", "htm": "html"}
_in_force: ContextVar[tuple[Configuration, frozenset[str]] | None] = ContextVar("_in_force", default=None)
"""The file of this run, and the parameters that have their values from it."""


def configuration_files() -> list[str]:
    """The configuration file of this run, if there is one: for the register of its inputs."""
    found = _in_force.get()
    return [] if found is None else [found[0].path]


def is_configured(parameter: str) -> bool:
    """Whether a parameter of the command has its value from the configuration file."""
    found = _in_force.get()
    return found is not None and parameter in found[1]


def usual(word: str) -> str:
    """The usual spelling of a word of the command line: formats have short names, and case does not matter."""
    return _SHORT.get(word.lower(), word.lower()) if len(word) > 1 else word


class Command(TyperCommand):
    """A command; its options are in the groups that their `rich_help_panel` names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words typed after the command; raises the program's own `UsageError`."""
        if not ctx.resilient_parsing:  # as it is for completion
            refuse_single_dash(ctx, args)
            _parsed(refuse_empty_value, ctx, args)
        return _parsed(super().parse_args, ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does, its arguments, its options in groups, and what the exit statuses mean."""
        self.format_usage(ctx, formatter)
        paragraphs = inspect.cleandoc(self.help or "").split("\n\n")
        _write(formatter, [text for text in paragraphs if not text.startswith(_LAST)])
        groups: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            if not getattr(param, "hidden", False):
                groups.setdefault(_group(param), []).append(_record(param))
        for title, records in groups.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records, col_max=_FIRST_COLUMN)
        _write(formatter, [text for text in paragraphs if text.startswith(_LAST)])


class ConfiguredCommand(Command):
    """A command whose options take their defaults from the configuration file."""

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        """Add the options that choose the file, which the command itself does not see."""
        super().__init__(*arguments, **facts)
        for one in _options():
            one.expose_value = False
            self.params.append(one)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Find the file first; errors in what was typed, and help, come before errors in the file."""
        _in_force.set(None)
        found = None
        given = None if ctx.resilient_parsing else self._given(ctx, args)
        if given is not None:
            found = _chosen(
                given, next((given.get(one.name) for one in self.params if one.param_type_name == "argument"), None)
            )
        if found is not None:
            ctx.default_map = found.defaults(self.name or "")
            if given is not None and given.get("tallies"):
                ctx.default_map.pop("workbooks", None)
        rest = super().parse_args(ctx, args)
        if found is not None:
            used = {name for name in ctx.default_map if ctx.get_parameter_source(name).name == "DEFAULT_MAP"}
            _in_force.set((found, frozenset(used)))
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words of the line of usage; an argument that the configuration file may give need not be typed."""
        pieces: list[str] = super().collect_usage_pieces(ctx)
        given = {parameter_of(key) for key, one in KEYS.items() if self.name in one.commands}
        for param in self.params:
            if param.param_type_name == "argument" and param.name in given:
                pieces = [piece.replace(f"{{{param.metavar}}}", f"[{param.metavar}]") for piece in pieces]
        return pieces

    def _given(self, ctx: Any, args: list[str]) -> dict[str, Any] | None:
        """What was typed, by the names of the parameters; None where it is wrong, or only asks for help."""
        try:
            given, _, order = self.make_parser(ctx).parse_args(args=list(args))
        except Exception:  # noqa: BLE001  (the command itself says what is wrong with it)
            return None
        return None if any(one.is_eager for one in order) else given

    def invoke(self, ctx: Any) -> Any:
        """Say which file was used, and name it again where the options contradict each other."""
        found = _in_force.get()
        keys = [] if found is None else [key for key in found[0].values if parameter_of(key) in found[1]]
        if found is None or not keys:
            return super().invoke(ctx)
        Terminal(ctx.params.get("quiet", False)).say(f"settings from {found[0].path}: {listed(keys)}\n")
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise UsageError(f"{error} ({found[0].path} sets {listed(keys)}; --isolated ignores it)") from error
        finally:
            _in_force.set(None)


class Group(TyperGroup):
    """A group of commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words typed after the group; raises the program's own `UsageError`."""
        return _parsed(super().parse_args, ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names; raises the program's own `UsageError`."""
        if not ctx.resilient_parsing and usual(args[0]) not in self.commands:
            refuse_unknown_command(ctx, args[0], self.commands)
        return super().resolve_command(ctx, args)


def _parsed(parse: Callable[[Any, list[str]], Made], ctx: Any, args: list[str]) -> Made:
    """What typer makes of the words typed; what it finds wrong is said in other words."""
    typed = [*args]
    try:
        return parse(ctx, args)
    except Exception as error:
        if ctx.resilient_parsing or not hasattr(error, "format_message"):
            raise
        raise wrong_usage(error, ctx, typed) from None


def _write(formatter: Any, paragraphs: list[str]) -> None:
    for text in paragraphs:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text)


def _group(param: Any) -> str:
    if param.param_type_name == "argument":
        return "Arguments"
    return TERMINAL if _COMPLETION & {*param.opts} else getattr(param, "rich_help_panel", None) or "Options"


def _record(param: Any) -> tuple[str, str]:
    """The names of an argument or option, and its help with its values and its default."""
    text = param.help or ""
    if choices := choices_of(param):
        said, _, more = text.partition(". ")
        text = f"{said.rstrip('.')}: {listed(choices, 'or')}. {more}".rstrip()
    if param.param_type_name == "argument":
        return param.metavar, text
    name = ", ".join(sorted(param.opts, key=len))
    if param.is_flag:
        return name, text
    told = param.show_default
    default = told if isinstance(told, str) else param.default if told else None
    shown = "" if default in {None, ""} else f" [default: {default}]"
    return f"{name} {param.metavar}", f"{text}{shown}{' [required]' if param.required else ''}"


@cache
def _options() -> Collection[Any]:
    """The options that choose the file, as the command line has them."""

    def choose(
        *,
        config: Annotated[str | None, option("FILE", "Use this configuration file.", group=INPUT)] = None,
        isolated: Annotated[bool, flag("--isolated", "Use no configuration file.", group=INPUT)] = False,
    ) -> None:
        pass

    app = typer.Typer(add_completion=False)
    app.command(add_help_option=False)(choose)
    return list(typer.main.get_command(app).params)


def _chosen(given: dict[str, Any], inputs: Any) -> Configuration | None:
    """The configuration that was named, or the nearest one of the first input."""
    named = given.get("config")
    if given.get("isolated"):
        if named is not None:
            raise UsageError("--config names a configuration file and --isolated uses none: leave out one of them")
        return None
    if named is not None:
        return read_configuration(Path(named), named=True)
    first = inputs[0] if isinstance(inputs, (list, tuple)) and inputs else inputs
    return nearest(first or given.get("tallies") or "-")
