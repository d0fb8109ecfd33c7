"""The limits on reading a workbook, and the refusal of one that cannot be read."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from contextlib import suppress

FILE_BYTES = 300_000_000
"""How large a file may be."""
UNPACKED_BYTES = 300_000_000
"""How large the parts of a workbook may be together, as its directory declares them."""
PART_BYTES = 200_000_000
"""How large one part may be. An honest file is packed up to 121 : 1, so the ratio says nothing."""
PARTS = 5_000
"""How many parts a workbook may have."""
MEGABYTES = 700
"""Address space of the process that parses: it ends every bomb, and reads 100,000 rows with half of it."""
ANSWER_BYTES = 64_000_000
"""What the process that parses may hand back of cells, and of text: its parent keeps both in memory."""
COLUMNS = 16_384
"""How many columns a sheet may have from its first to its last cell: Excel has no more."""
CELLS = 3_000_000
"""How many cells the rows with a value may have together: each could be a problem, which takes some 300 bytes."""
VALUES = 500_000
"""How many different values all columns that are read may have together: whoever checks them keeps each as text."""
SECONDS = 15
"""Time that parsing one workbook may take: a command is done with any file in 20."""
OUT_OF_MEMORY = "it needs more memory than is allowed"

ZIP_FAILURES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What reading a damaged archive may raise."""


class Refused(Exception):
    """The file cannot be read; the first argument is the name of the problem (PR1xx), the second what is told of it."""


def limit_process(megabytes: int) -> None:
    """Cap this process's address space and the files it writes, where the platform can: a bomb then ends here."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
        with suppress(ValueError, OSError):  # macOS refuses
            resource.setrlimit(what, (megabytes << 20, megabytes << 20))
