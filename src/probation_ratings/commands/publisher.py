"""The options about the publisher of a publication, and what is allowed in them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated

from ..errors import UsageError
from ..problems import listed
from .command import is_configured
from .options import option

if TYPE_CHECKING:
    from ..views.kit.showing import Publisher

OPTIONS = ("publisher", "published", "contact", "data_link", "statement")
"""The parameters of these options."""
_LONGEST = 2_000
"""Excel takes no longer address."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?")
_EMAIL = re.compile(r"(mailto:)?([A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)")


_option = partial(option, group="Publication")
PublisherOption = Annotated[str | None, _option("NAME", "Say who publishes it.")]
PublishedOption = Annotated[str | None, _option("DATE", "Say when, as 2026-11-27.")]
ContactOption = Annotated[str | None, _option("TEXT", "Name a contact; an email or https:// address is a link.")]
DataLinkOption = Annotated[str | None, _option("ADDRESS", "Link to the data; begins with https://.")]
StatementOption = Annotated[
    str | None, _option("TEXT", "Replace 'is not the inspectorate's and is not endorsed by it'.")
]


def publisher_of(given: tuple[str | None, ...], formats: tuple[str, ...], chosen: str) -> Publisher:
    """The publisher's details of the values of `OPTIONS`; `UsageError` for what they do not allow.

    Only publications in one of the `formats` have them; those of the configuration file are left out of others.
    """
    from ..views.kit.dates import in_words
    from ..views.kit.showing import STATEMENT, Publisher

    texts = {name: text.strip() for name, text in zip(OPTIONS, given, strict=True) if text is not None and text.strip()}
    if chosen not in formats:
        texts = {name: text for name, text in texts.items() if not is_configured(name)}
    if texts and chosen not in formats:
        typed = _typed(next(iter(texts)))
        raise UsageError(f"{typed} goes with {listed(formats, 'or')}: -f {chosen} does not name its publisher")
    for name, text in texts.items():
        if len(text) > _LONGEST:
            raise UsageError(f"{_typed(name)} takes at most {_LONGEST} characters, found {len(text)}")
    published = texts.get("published")
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(published) if published and _DAY.fullmatch(published) else None
    if published and day is None:
        raise UsageError("--published takes a day as year, month and day, such as 2026-11-27")
    data = texts.get("data_link", "")
    if data and not _ADDRESS.fullmatch(data):
        raise UsageError(
            "--data-link takes an address that begins with https://, such as https://example.org/data.xlsx"
        )
    contact = texts.get("contact", "")
    email = _EMAIL.fullmatch(contact)
    address = f"mailto:{email[2]}" if email else contact if _ADDRESS.fullmatch(contact) else ""
    return Publisher(
        texts.get("publisher", ""),
        "" if day is None else in_words(day),
        email[2] if email else contact,
        address,
        data,
        texts.get("statement", STATEMENT),
    )


def _typed(parameter: str) -> str:
    """An option as it is typed."""
    return f"--{parameter.replace('_', '-')}"
