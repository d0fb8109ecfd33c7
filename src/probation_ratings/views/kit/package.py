"""Makes office files with the same bytes on every run: a fixed time of creation, and rewritten parts."""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from openpyxl import Workbook

_MADE = 1_700_000_000
_FIRST = 315_532_800
"""The first second of 1980, the earliest that a zip archive can have."""
_LAST = 4_354_819_198
"""The last second of 2107, the latest that a zip archive can have."""


def made_at(day: date | None = None) -> datetime:
    """The time of creation in files: SOURCE_DATE_EPOCH, or this day, or a fixed time; in UTC, without a zone."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    known = _MADE if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    seconds = int(epoch) if epoch.isdecimal() else known
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC).replace(tzinfo=None)


def rewritten(content: bytes, moment: datetime, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip archive with each part changed by `change`, and the same time on all parts."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            new.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def reproducible(workbook: Workbook, moment: datetime) -> bytes:
    """The bytes of a workbook with this time wherever openpyxl would write the current time."""
    workbook.properties.creator = "probation-ratings"
    workbook.properties.created = moment
    written = io.BytesIO()
    workbook.save(written)

    def same(name: str, part: bytes) -> bytes:
        if name != "docProps/core.xml":
            return part
        return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(), part)

    return rewritten(written.getvalue(), moment, same)
