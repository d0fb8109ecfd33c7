"""A program that is started once and runs the commands of scripts, each in a process of its own that is forked from it.

To start Python and to import pandas takes five times as long as to check a small workbook. A script calls a file named
`probation-ratings`, which hands its arguments, variables, folder and streams to the started program.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shared import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = """
import contextlib, json, os, signal, socket, sys
from probation_ratings.__main__ import main
address, example = sys.argv[1:]
with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
    assert main(["check", example]) == 0  # it has imported all by now
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with socket.socket(socket.AF_UNIX) as server:
    server.bind(address)
    server.listen()
    print("ready", flush=True)
    while True:
        asked, _ = server.accept()
        if os.fork() == 0:
            break
        asked.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
_, streams, _, _ = socket.recv_fds(asked, 1, 3)
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
sys.stdin, sys.stdout = open(0, encoding="utf-8"), open(1, "w", encoding="utf-8")
sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
folder, variables, arguments = json.load(asked.makefile())
os.chdir(folder)
os.environ.clear()
os.environ.update(variables)
status = main(arguments)
sys.stdout.flush()
asked.sendall(str(status).encode())
os._exit(status)
"""

_CALLER = """
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [b"3"], [0, 1, 2])
    server.sendall(json.dumps([os.getcwd(), dict(os.environ), sys.argv[2:]]).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(10)))
"""


@contextmanager
def started() -> Iterator[Path]:
    """A folder whose `bin` has the file to call, as an environment of Python has it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        address = str(folder / "s")  # a longer one may be too long for a socket
        called = shlex.join([sys.executable, "-IS", "-c", _CALLER, address])
        program = folder / "bin" / "probation-ratings"
        program.write_text(f'#!/bin/sh\nexec {called} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        with subprocess.Popen([sys.executable, "-c", _SERVER, address, str(EXAMPLE)], stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            try:
                yield folder
            finally:
                server.kill()
