"""Makes self-contained pages from the templates: no text from outside can become markup, and nothing is fetched."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ... import __version__
from ...problems import printable


def page(template: str, **values: Any) -> str:
    """The page that a template makes of these values, which may be functions."""
    environment = Environment(
        loader=PackageLoader("probation_ratings", "views/publish/templates"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["version"] = __version__
    environment.globals |= values
    return environment.get_template(template).render().lstrip()  # the macros above the page leave blank lines


def _harmless(value: object) -> object:
    """A value on its way into the page, without characters that act; markup is then escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def anchor(name: str) -> str:
    """A name as part of an id: two different names give two ids."""
    return "".join(
        char if char.isascii() and char.isalnum() else "-" if char == " " else f"_{ord(char):x}" for char in name
    ).lower()
