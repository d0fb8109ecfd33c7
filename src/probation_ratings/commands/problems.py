"""`problems`: lists the problem codes, or explains one of them."""

from __future__ import annotations

from typing import Annotated

from ..errors import UsageError
from . import options
from .formats import OutputFormat
from .mistakes import did_you_mean
from .terminal import Terminal


class Format(OutputFormat):
    """The formats of `problems`."""

    TEXT = "text", ".txt", "problems:to_text"
    MARKDOWN = "markdown", ".md", "problems:to_markdown"


def problems(
    code: Annotated[
        str, options.argument("CODE", "Explain this code, such as PR304.", autocompletion=options.codes)
    ] = "",
    *,
    format_: Annotated[Format | None, Format.option()] = None,
    output: options.Output = None,
    quiet: options.Quiet = False,
    color: options.ColorOption = "auto",
) -> None:
    """List the problem codes, or explain one of them.

    The explanation says what it is, why it matters and how to fix it, with an example.
    """
    from ..problems import CATALOGUE

    chosen = Format.of(format_, output)
    kinds = [CATALOGUE[known] for known in sorted(CATALOGUE)]
    if code:
        named = options.problem_code(code)
        kinds = [kind for kind in kinds if named in {kind.code, kind.name.upper()}]
        if not kinds:
            meant = did_you_mean(named, [*CATALOGUE, *(kind.name for kind in CATALOGUE.values())])
            raise UsageError(f"unknown problem code {code}{meant or ': `probation-ratings problems` lists them'}")
    chosen.write(output, Terminal(quiet, color), kinds, **({"whole": bool(code)} if chosen.is_text else {}))
