"""Writes a folder of results: a file per region, and last the summary that says which files belong together.

Files of earlier runs that a run does not renew are listed, or removed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import Refused
from ..findings.side_by_side import FRONT, region_row
from ..inputs import read_input
from ..problems import RESULTS_NOT_RENEWED, few, private
from ..reading.limits import FILE_BYTES
from ..views.kit.forms import HASHES, csv_row
from ..writing.output import Publication, output_error, write
from ..writing.register import folded
from .formats import load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from ..problems import Problem
    from ..rating.rated import RatedInspection
    from ..views.kit.showing import Showing
    from ..writing.register import Register
    from .batch import Batch

SUMMARY = "summary.csv"
"""The list of the regions' files in a folder of results; it is written last."""
NOT_RENEWED = "not-renewed.csv"
"""The list of the files in a folder of results that the last run did not write, if there are any."""
FRONT_PAGE = "publish.page:to_front_page"
"""The view of the front page of a site."""


_LIST_BYTES = 10_000_000
_COLUMNS = ("file", "file_sha256")
_OF_SUMMARY = {*_COLUMNS, *HASHES}
_NAME = re.compile(r"[a-z0-9-]{1,120}\.(txt|json|jsonl|csv|md|html|xlsx)")
"""The names that results of a region have: a list that names any other file is not ours."""


def write_folder(
    batch: Batch,
    view: Callable[..., Iterator[str] | Iterator[bytes]],
    folder: Path,
    suffix: str,
    how: Showing,
    *,
    register: Register,
    prune: bool,
) -> None:
    """Write a file per region with the `view` and, last, the summary; of pages also a front page.

    Inspections of one region that cannot be distinguished are not rated, and share a file. Files of earlier runs are
    listed, or removed by `prune`.
    """
    from ..views.rate_side_by_side import to_csv

    front = f"{FRONT}{suffix}" if suffix == ".html" else ""
    files: dict[str, list[RatedInspection]] = {}
    rows = [region_row(one, how.below) for one in batch.rated]
    for one, row in zip(batch.rated, rows, strict=True):
        files.setdefault(f"{row.file_stem(how.below)}{suffix}", []).append(one)
    earlier = EarlierResults(folder, [*files, *([front] if front else [])], register)
    with Publication() as publication:
        earlier.list_in(publication)
        of_site = how._replace(front=front)
        hashes = {name: publication.add(view(rated, of_site), folder / name) for name, rated in files.items()}
        if front:
            publication.add(load(FRONT_PAGE)(files, how), folder / front)
        publication.add(to_csv(rows, how, suffix, hashes), folder / SUMMARY)
        publication.publish()
    batch.removed(folder, earlier.settle(prune=prune))
    batch.add(earlier.problems, 0)


def files_listed(path: Path, columns: Collection[str] = _COLUMNS) -> dict[str, str] | None:
    """The files that a list in a folder of results names, with their SHA-256.

    None where it is not a list of this program: it cannot be read, or lacks one of the columns.
    """
    try:
        text = read_input(path, _LIST_BYTES).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if not set(columns) <= set(rows.fieldnames or ()):
            return None
        return {row["file"] or "": row["file_sha256"] or "" for row in rows}
    except (Refused, ValueError, csv.Error):
        return None


def sha256_of(path: Path, most: int) -> str | None:
    """The hash of a file of at most so many bytes; None if it cannot be read."""
    try:
        return hashlib.sha256(read_input(path, most)).hexdigest()
    except Refused:
        return None


class EarlierResults:
    """The files of earlier runs in a folder that a run does not renew; `not-renewed.csv` in it lists them.

    They are known by the lists that the earlier runs left: the summary of the last one, and what that had not renewed
    itself. A file is removed only if it still has the hash in the list: so nobody has changed it since, and no other
    program has put it there.
    """

    def __init__(self, folder: Path, renewed: Collection[str], register: Register) -> None:
        """Find them; the files `renewed` in this run are not among them, and neither are inputs of the run."""
        self._folder = folder
        self._list = folder / NOT_RENEWED
        before = files_listed(self._list)
        self._had_list = before is not None
        known = {**(before or {}), **(files_listed(folder / SUMMARY, _OF_SUMMARY) or {})}
        own = {SUMMARY, NOT_RENEWED, *map(folded, renewed)}
        self._hashes = {
            name: sha256
            for name, sha256 in sorted(known.items())
            if _NAME.fullmatch(name) and name not in own and _is_file(folder / name)
        }
        self._inputs = {name for name in self._hashes if register.has_read(folder / name)}

    def list_in(self, publication: Publication) -> None:
        """Add the list to the files to publish, if there is something to list; it comes before the results."""
        if self._hashes:
            publication.add(self._rows(), self._list)

    def settle(self, *, prune: bool) -> list[str]:
        """Once the results are published: remove what was not changed, if so asked, and a list that is out of date.

        Returns the names of the files that were removed. Raises `OutputError` where one cannot be removed.
        """
        removed = [name for name in self._hashes if prune and name not in self._inputs and self._remove(name)]
        for name in removed:
            del self._hashes[name]
        if removed and self._hashes:
            write(self._rows(), self._list)
        elif not self._hashes and (removed or self._had_list):
            _unlink(self._list)
        return removed

    def _rows(self) -> Iterator[str]:
        yield from map(csv_row, [_COLUMNS, *self._hashes.items()])

    def _remove(self, name: str) -> bool:
        """Remove a file unless it was changed; whether it was removed."""
        path = self._folder / name
        unchanged = sha256_of(path, FILE_BYTES) == self._hashes[name]
        if unchanged:
            _unlink(path)
        return unchanged

    @property
    def problems(self) -> list[Problem]:
        """The note that names those that are still there, if there are any."""
        if not self._hashes:
            return []
        return [RESULTS_NOT_RENEWED.found(str(self._folder), found=private(few(list(self._hashes))))]


def _is_file(path: Path) -> bool:
    """Whether there is a file itself, not a link to one."""
    with suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def _unlink(path: Path) -> None:
    with output_error(f"{path}: the file of an earlier run cannot be removed"):
        path.unlink(missing_ok=True)
