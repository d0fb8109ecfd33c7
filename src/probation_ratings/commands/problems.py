"""`problems`: the list of problem codes, or one of them in full."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .options import Color, ColorOption, Output, format_of, screen_of


class Format(StrEnum):
    """The formats of `problems`."""

    TEXT = "text"
    MARKDOWN = "markdown"


SUFFIXES = {".txt": Format.TEXT, ".md": Format.MARKDOWN}


def problems(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="Such as PR304.", show_default=False)] = "",
    *,
    format_: Annotated[Format | None, typer.Option("--format", "-f", help="Default: text.", show_default=False)] = None,
    output: Output = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the problem codes, or explain one: what it is, why it matters, an example, and how to mend it."""
    from ..output import write
    from ..problems import CATALOGUE
    from ..views.catalogue import to_markdown, to_text

    if output == Path("-"):
        output = None
    chosen = Format(format_of(format_, output, SUFFIXES) or Format.TEXT)
    kinds = [CATALOGUE[known] for known in sorted(CATALOGUE)]
    if code:
        named = code.strip().upper()
        kinds = [kind for kind in kinds if named in {kind.code, kind.name.upper()}]
        if not kinds:
            raise UsageError(f"{code} is no problem code: `probation-ratings problems` lists them")
    if chosen is Format.MARKDOWN:
        write(to_markdown(kinds), output)
        return
    screen = screen_of(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)
    write(to_text(kinds, screen, whole=bool(code)), output, encoding=getattr(sys.stdout, "encoding", None) or "utf-8")
