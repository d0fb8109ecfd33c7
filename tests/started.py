"""A program that is started once and runs commands, each in a process of its own that is forked from it.

To start Python and to import pandas takes five times as long as to check a small workbook. A test or a script calls a
file, which hands its arguments, variables, folder and streams to the started program, and passes signals on. What a
command does while it starts, and what variables and streams then make of Python itself, is for tests that start it.
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

# Between the program and each command that is forked from it stands a process that waits for the command's end: it sends
# the exit status to the caller, takes the numbers of signals from it, and ends the command where the caller is gone.
_SERVER = """
import contextlib, json, os, signal, socket, sys, threading, traceback
from probation_ratings.__main__ import main
address, example = sys.argv[1:]
with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
    assert main(["check", example]) == main(["rate", example, "-f", "html"]) == 0  # it has imported all by now
def reap(*_):
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
signal.signal(signal.SIGCHLD, reap)
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
told = asked.makefile("rb")
folder, variables, script, arguments = json.loads(told.readline())
number = os.fork()
if number:
    for stream in streams:
        os.close(stream)
    def pass_on():
        with contextlib.suppress(ProcessLookupError):
            while sent := told.read(1):
                os.kill(number, sent[0])
            os.kill(number, signal.SIGKILL)
    threading.Thread(target=pass_on, daemon=True).start()
    _, ended = os.waitpid(number, 0)
    with contextlib.suppress(OSError):
        asked.sendall(str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)
told.close()
asked.close()
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
sys.stdin, sys.stdout = open(0, encoding="utf-8"), open(1, "w", encoding="utf-8")
sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
for name in ("SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
os.chdir(folder)
os.environ.clear()
os.environ.update(variables)
sys.argv = ["-c", *arguments]
try:
    status = exec(script, {"__name__": "__main__"})
except SystemExit as ended:
    status = ended.code
except BaseException:
    status = traceback.format_exc()
if isinstance(status, str):
    print(status, file=sys.stderr)
with contextlib.suppress(OSError, ValueError):
    sys.stdout.flush()
os._exit(status if isinstance(status, int) else bool(status))
"""

_CALLER = """
import json, os, signal, socket, sys
address, option, *arguments = sys.argv[1:]
assert option == "-c"
with socket.socket(socket.AF_UNIX) as server:
    server.connect(address)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: server.send(bytes([number])))
    socket.send_fds(server, [b"3"], [0, 1, 2])
    server.sendall(json.dumps([os.getcwd(), dict(os.environ), arguments[0], arguments[1:]]).encode() + b"\\n")
    status = int(server.recv(10))
if status < 0:
    signal.signal(-status, signal.SIG_DFL) if -status != signal.SIGKILL else None
    os.kill(os.getpid(), -status)
sys.exit(status)
"""

_MAIN = "import sys; from probation_ratings.__main__ import main; sys.exit(main(sys.argv[1:]))"


@contextmanager
def started() -> Iterator[Path]:
    """A folder whose `bin` has two files to call, as an environment of Python has them: `probation-ratings`, and
    `python`, which takes a script (`-c`) and its arguments.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        address = str(folder / "s")  # a longer one may be too long for a socket
        python = [sys.executable, "-IS", "-c", _CALLER, address]
        for file, called in (("python", python), ("probation-ratings", [*python, "-c", _MAIN])):
            (folder / "bin" / file).write_text(f'#!/bin/sh\nexec {shlex.join(called)} "$@"\n', encoding="utf-8")
            (folder / "bin" / file).chmod(0o755)
        command = [sys.executable, "-c", _SERVER, address, str(EXAMPLE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            try:
                yield folder
            finally:
                server.kill()
