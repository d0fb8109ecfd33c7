"""Office files of the same bytes on every run: the moment that they say they were made at, and parts rewritten."""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

_MADE = 1_700_000_000
_FIRST = 315_532_800
"""The first second of 1980: a zip archive knows no earlier one."""
_LAST = 4_354_819_198
"""The last second of 2107 that a zip archive knows."""


def made_at() -> datetime:
    """The moment that files say they were made at: SOURCE_DATE_EPOCH, or a fixed one; in UTC, without a zone."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(epoch) if epoch.isdecimal() else _MADE
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC).replace(tzinfo=None)


def rewritten(content: bytes, moment: datetime, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip archive with each part as `change` makes it from its name and bytes, and the same moment on all of them."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            new.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def reproducible(workbook: Workbook, moment: datetime) -> bytes:
    """The bytes of a workbook that say this moment wherever openpyxl would write the time of day."""
    workbook.properties.creator = "probation-ratings"
    workbook.properties.created = moment
    written = io.BytesIO()
    workbook.save(written)

    def same(name: str, part: bytes) -> bytes:
        if name != "docProps/core.xml":
            return part
        return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(), part)

    return rewritten(written.getvalue(), moment, same)
