"""Forks the children that write copies from a process that has imported what they need.

To import openpyxl takes ten times as long as to copy a small workbook. The forked child does all that one of its own
does, and has its limits; a child that is started in another way than usual is started so.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from probation_ratings.reading.child import command, environment
from probation_ratings.writing import copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_USUAL = {" ".join(command(f"writing.{name}")): name for name in ("annotator", "fixer")}
# Each child has a process above it, which reports how it ended, and leaves its number taken until that was read.
_SERVER = """
import json, os, signal, socket, sys
from probation_ratings.reading.limits import end_with_parent
from probation_ratings.writing import annotator, fixer
end_with_parent(int(sys.argv[2]))
makers = {"annotator": annotator.annotate, "fixer": fixer.fix}
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with socket.socket(socket.AF_UNIX) as server:
    server.bind(sys.argv[1])
    server.listen()
    print("ready", flush=True)
    while True:
        asked, _ = server.accept()
        if os.fork() == 0:
            break
        asked.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
_, streams, _, _ = socket.recv_fds(asked, 1, 2)
name, folder, variables = json.loads(asked.makefile().readline())
above = os.getpid()
child = os.fork()
if child == 0:
    asked.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv[1:] = [str(above)]
    sys.stdin, sys.stdout = open(0), open(1, "w")
    status = 1
    try:
        status = annotator.main(makers[name])
        sys.stdout.flush()
    finally:
        os._exit(status)
for stream in streams:
    os.close(stream)
asked.sendall(b"%d\\n" % child)
ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
try:
    asked.sendall(b"%d\\n" % (ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status))
    asked.recv(1)
except OSError:
    pass
os._exit(0)
"""


class _Forked:
    """A forked child, as `subprocess.Popen` shows one."""

    def __init__(self, address: str, name: str, variables: Mapping[str, str]) -> None:
        (task, to_child), (from_child, copy) = os.pipe(), os.pipe()
        self.stdin, self.stdout = os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb")
        self.returncode: int | None = None
        self._asked = socket.socket(socket.AF_UNIX)
        self._asked.connect(address)
        socket.send_fds(self._asked, [b"2"], [task, copy])
        os.close(task)
        os.close(copy)
        self._asked.sendall(json.dumps([name, str(Path.cwd()), dict(variables)]).encode() + b"\n")
        self._said = self._asked.makefile("rb")
        self._number = int(self._said.readline())

    def wait(self) -> int:
        """How it ended."""
        if self.returncode is None:
            self.returncode = int(self._said.readline())
        return self.returncode

    def kill(self) -> None:
        """End it."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        with suppress(OSError):
            self.stdin.close()
        self.wait()
        self._said.close()
        self._asked.close()


@contextmanager
def forked() -> Iterator[None]:
    """While this lasts, copies are written by forked children."""
    if sys.platform != "linux":
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        address, servers = str(Path(folder, "s")), []

        @cache
        def serve() -> None:
            # the variables that `copies` gives to each
            fixed = {"PYTHONHASHSEED": "0", "OPENPYXL_LXML": "False", "OPENBLAS_NUM_THREADS": "1"}
            server = subprocess.Popen(
                [sys.executable, "-P", "-c", _SERVER, address, str(os.getpid())],
                stdout=subprocess.PIPE, env={**environment(), **fixed},
            )  # fmt: skip
            servers.append(server)
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"

        def popen(command_line: Sequence[str], **options: Any) -> Any:
            name = _USUAL.get(" ".join(command_line))
            if name is None:
                return subprocess.Popen(command_line, **options)
            serve()
            return _Forked(address, name, options["env"])

        with patch.object(copies, "subprocess", SimpleNamespace(**{**vars(subprocess), "Popen": popen})):
            yield
        for server in servers:
            server.kill()
            server.communicate()
