"""The commands as typer runs them: help with the everyday options first, and mistakes in the program's own words."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from ..text import listed
from .mistakes import choices_of, refuse_single_dash, refuse_unknown_command, wrong_usage
from .options import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Callable

_LAST = "Exit status:"
"""A paragraph that begins so comes after the options."""
_FIRST_COLUMN = 24
_COMPLETION = {"--install-completion", "--show-completion"}
_SHORT = {"md": "markdown", "htm": "html"}


def usual(word: str) -> str:
    """The usual spelling of a word of the command line: formats have short names, and case does not matter."""
    return _SHORT.get(word.lower(), word.lower()) if len(word) > 1 else word


class Command(TyperCommand):
    """A command; its options are in the groups that their `rich_help_panel` names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words typed after the command; raises the program's own `UsageError`."""
        if not ctx.resilient_parsing:  # as it is for completion
            refuse_single_dash(ctx, args)
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


def _parsed(parse: Callable[[Any, list[str]], list[str]], ctx: Any, args: list[str]) -> list[str]:
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
