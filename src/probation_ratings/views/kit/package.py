"""Makes office files with the same bytes on every run: a fixed time of creation, and rewritten parts."""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ...errors import UsageError
from ...text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from openpyxl import Workbook

_MADE = 1_700_000_000
_FIRST = 315_532_800
"""The first second of 1980, the earliest that a zip archive can have."""
_LAST = 4_354_819_198
"""The last second of 2107, the latest that a zip archive can have."""


def source_date_epoch() -> int | None:
    """The seconds since 1970 that the variable SOURCE_DATE_EPOCH has; None where it is not set.

    Raises `UsageError` for what is not a whole number, as the specification of reproducible-builds.org asks for.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return None
    if not re.fullmatch(r"[0-9]{1,20}", epoch):
        found = quoted(epoch)
        raise UsageError(f"SOURCE_DATE_EPOCH is {found}: set it to a whole number of seconds since 1970, or unset it")
    return min(int(epoch), _LAST)


def made_at(day: date | None = None) -> datetime:
    """The time of creation in files: SOURCE_DATE_EPOCH, or this day, or a fixed time; in UTC, without a zone."""
    known = _MADE if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    epoch = source_date_epoch()
    seconds = known if epoch is None else epoch
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
