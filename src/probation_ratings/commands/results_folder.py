"""Writes a folder of results: a file per region, and last the summary that says which files belong together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..findings.side_by_side import FRONT, region_row
from ..writing.output import Publication
from .earlier_results import EarlierResults
from .formats import load
from .options import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ..rating.rated import RatedInspection
    from ..views.kit.showing import Showing
    from ..writing.register import Register
    from .batch import Batch

FRONT_PAGE = "publish.page:to_front_page"
"""The view of the front page of a site."""


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
        of_site = replace(how, front=front)
        hashes = {name: publication.add(view(rated, of_site), folder / name) for name, rated in files.items()}
        if front:
            publication.add(load(FRONT_PAGE)(files, how), folder / front)
        publication.add(to_csv(rows, how, suffix, hashes), folder / SUMMARY)
        publication.publish()
    batch.removed(folder, earlier.settle(prune=prune))
    batch.add(earlier.problems, 0)
