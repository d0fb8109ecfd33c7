"""Writes copies of files with fixes, in a child process with limits (see `fixer`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError
from ..problems import printable
from .annotated_copy import MAX_MEGABYTES, MAX_SECONDS, made_by
from .output import make_folder, refuse_read_only, replace

if TYPE_CHECKING:
    from ..findings.fixes import Fixes


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was done beside the fixes: how many formulas became values, how many rows could not be left out.

    `remarks` name what the copy does not have.
    """

    formulas: int = 0
    rows_kept: int = 0
    remarks: tuple[str, ...] = ()


def name_of_fixed(path: str) -> str:
    """The name of a fixed copy beside its original: region.fixed.xlsx."""
    name = Path(path)
    return f"{name.stem}.fixed{name.suffix}"


def write_fixed(fixes: Fixes, target: Path) -> Fixed:
    """Write the copy with these fixes to a file that is not there yet; raises `OutputError` where there can be none."""
    name = printable(str(target))
    task: dict[str, Any] = {
        "source": fixes.path,
        "text": fixes.text,
        "sha256": fixes.sha256,
        "megabytes": MAX_MEGABYTES,
        "seconds": MAX_SECONDS,
        "changes": [
            {
                "sheet": one.sheet,
                "cell": one.cell,
                "after": one.after.isoformat() if isinstance(one.after, date) else one.after,
                "is_date": isinstance(one.after, date),
            }
            for one in fixes.changes
        ],
        # from the last one on, so that leaving out one does not move the others
        "rows": [one._asdict() for one in reversed(fixes.rows)],
    }
    try:
        refuse_read_only(target)
        make_folder(target.parent)
        about, _, copy = made_by("fixer", task, "fixed", b"{").partition(b"\n")
        said = json.loads(about)
        replace(target, copy, Path(fixes.path).stat().st_mode & 0o7777)
    except OSError as error:
        raise OutputError(f"{name}: the fixed copy cannot be written: {error.strerror}") from error
    kept = sum(one["last"] - one["first"] + 1 for one in said.get("kept", ()))
    return Fixed(said.get("formulas", 0), kept, tuple(said.get("remarks", ())))
