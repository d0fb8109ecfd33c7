"""Makes self-contained pages from the templates: no text from outside can become markup, and nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ... import __version__
from ...problems import printable

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class _Compiled(BytecodeCache):
    """The templates that were compiled in this run: to compile them takes longer than to make a page of them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


def page(template: str, **values: Any) -> str:
    """The page that a template makes of these values, which may be functions."""
    environment = Environment(
        loader=PackageLoader("probation_ratings", "views/publish/templates"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled,
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
