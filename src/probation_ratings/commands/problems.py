"""`problems`: lists the problem codes, or explains one of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ..errors import UsageError
from ..writing.output import write
from .completion import codes
from .mistakes import did_you_mean
from .options import Color, ColorOption, Output, Quiet, format_of, format_option, problem_code, screen_for, wrote


class Format(StrEnum):
    """The formats of `problems`."""

    TEXT = "text"
    MARKDOWN = "markdown"


SUFFIXES = {".txt": Format.TEXT, ".md": Format.MARKDOWN}


def problems(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", autocompletion=codes, help="Explain this code, such as PR304.", show_default=False
        ),
    ] = "",
    *,
    format_: Annotated[Format | None, format_option("text")] = None,
    output: Output = None,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the problem codes, or explain one of them.

    The explanation says what it is, why it matters and how to fix it, with an example.
    """
    from ..problems import CATALOGUE
    from ..views.problems import to_markdown, to_text

    chosen = format_of(format_, output, SUFFIXES)
    kinds = [CATALOGUE[known] for known in sorted(CATALOGUE)]
    if code:
        named = problem_code(code)
        kinds = [kind for kind in kinds if named in {kind.code, kind.name.upper()}]
        if not kinds:
            meant = did_you_mean(named, [*CATALOGUE, *(kind.name for kind in CATALOGUE.values())])
            raise UsageError(f"unknown problem code {code}{meant or ': `probation-ratings problems` lists them'}")
    if chosen is Format.MARKDOWN:
        write(to_markdown(kinds), output)
    else:
        write(to_text(kinds, screen_for(output, color), whole=bool(code)), output, text=True)
    wrote(output, quiet=quiet)
