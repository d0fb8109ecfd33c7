"""Commands whose options take their defaults from the configuration file."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from .configuration import KEYS, nearest, read_configuration
from .help import Command
from .options import INPUT, flag, option
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from .configuration import Configuration

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
        keys = [] if found is None else [key for key in found[0].values if (KEYS[key].parameter or key) in found[1]]
        if found is None or not keys:
            return super().invoke(ctx)
        from ..problems import listed

        say(f"settings from {found[0].path}: {listed(keys)}\n", quiet=ctx.params.get("quiet"))
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise UsageError(f"{error} ({found[0].path} sets {listed(keys)}; --isolated ignores it)") from error
        finally:
            _in_force.set(None)


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
