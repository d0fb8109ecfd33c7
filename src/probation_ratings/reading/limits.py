"""The limits on reading a workbook, and the refusal of one that cannot be read."""

from __future__ import annotations

import lzma
import os
import signal
import sys
import zipfile
import zlib
from contextlib import suppress

from ..errors import Refused

FILE_BYTES = 300_000_000
"""How large a workbook may be."""
COUNTS_BYTES = 200_000_000
"""How large a file of counts (CSV, Parquet) may be."""
EXPECTED_BYTES = 10_000_000
"""How large a file of expected ratings may be."""
BASELINE_BYTES = 30_000_000
"""How large the baseline of a check may be."""
RESULT_BYTES = 50_000_000
"""How large a saved JSON result may be."""
RESULT_VALUES = 2_000_000
"""How many values a saved JSON result may have, at any depth."""
UNPACKED_BYTES = 300_000_000
"""How large the parts of a workbook may be together, as its directory declares them."""
PART_BYTES = 200_000_000
"""How large one part may be. Ordinary files are packed up to 121 : 1, so the ratio cannot show an attack."""
PARTS = 5_000
"""How many parts a workbook may have."""
MEGABYTES = 700
"""Address space of the parsing process: it stops every bomb, and half of it is enough for 100,000 rows."""
ANSWER_BYTES = 64_000_000
"""How much the parsing process may return as cells, and as text: its parent keeps both in memory."""
SHEETS = 1_000
"""How many sheets a workbook may have."""
ROWS = 1_048_576
"""How many rows a sheet or a CSV file may have: the same as in Excel."""
TEXT = 32_767
"""How many characters a text may have: the same as in a cell of Excel."""
COLUMNS = 16_384
"""How many columns a sheet may have from its first to its last cell: the same as in Excel."""
CELLS = 3_500_000
"""How many cells the rows with a value may have together: each could be a problem, which takes some 300 bytes."""
VALUES = 500_000
"""How many different values all columns that are read may have together: checks keep each as text."""
PDUS = 500
"""How many PDUs a workbook, or the counts of a region, may have: England and Wales have about 110."""
REGIONS = 300
"""How many regions a file of counts may have."""
COUNT_ROWS = 100_000
"""How many rows a file of counts may have: one per region, PDU and question."""
CPU_SHARE = 2
"""Seconds of processor time that a second may take: two threads read a workbook."""
SECONDS = 15
"""Time limit for parsing one workbook: a command then needs at most 20 seconds for any file."""
OUT_OF_MEMORY = "it needs more memory than is allowed"

ZIP_FAILURES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""The exceptions that reading a damaged archive may raise."""

_PR_SET_PDEATHSIG = 1


def times_needed(count: int, allowed: int) -> int:
    """The value of --limits that allows this number."""
    return -(-count // allowed)


class Room:
    """How many columns a sheet may have, and how many cells and different values all sheets may still have."""

    def __init__(self, limits: int) -> None:
        """Begin with the room within this multiple of the usual limits."""
        self.columns = COLUMNS * limits
        self.cells = CELLS * limits
        self.values = VALUES * limits

    def refuse_wide(self, width: int) -> None:
        """Refuse a table with a row of too many values."""
        if width > self.columns:
            raise Refused("workbook-too-large", f"a row has {width:,} values; {self.columns:,} are allowed")

    def take(self, cells: int, values: int) -> None:
        """Use some of it, or refuse the workbook."""
        self.cells -= cells
        self.values -= values
        if self.cells < 0 or self.values < 0:
            what = "cells" if self.cells < 0 else "values"
            raise Refused("workbook-too-large", f"its sheets hold more {what} than are read")


def limit_process(megabytes: int, seconds: int) -> None:
    """Cap the address space of this process, its files, and the processor time that it may use from now on.

    Does what the platform can. A bomb then ends here, and a process that nobody waits for any more ends as well.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for what, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_FSIZE, megabytes << 20),
        (resource.RLIMIT_CORE, 0),  # a core file would hold cases
    ):
        with suppress(ValueError, OSError):  # macOS refuses
            resource.setrlimit(what, (most, most))
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]  # unchanged: the next task starts counting again
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + CPU_SHARE * seconds + 1, hard))


def end_with_parent(parent: int) -> None:
    """On Linux, have this process killed when its parent, with this process id, ends.

    Elsewhere it ends with its task, when it finds that nobody reads the answer, or at its limit of processor time.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(OSError, AttributeError):  # another C library may not have it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be watched
        sys.exit(1)
