"""Says which version runs and, in a development install, which commit of it."""

from __future__ import annotations

import os
from pathlib import Path

from .. import __version__

_PACKAGE = Path(__file__).resolve().parents[1]
_SECONDS = 5


def version_line() -> str:
    """The version; in a clone of the repository, also its commit and whether files were changed since. Never fails."""
    commit = _commit(_PACKAGE.parents[1])
    return f"probation-ratings {__version__}" + (f" (development install, {commit})" if commit else "")


def _commit(root: Path) -> str:
    """What git says of the clone that this package is run from; empty where it is not in one."""
    if not ((root / ".git").exists() and (root / "src" / _PACKAGE.name).resolve() == _PACKAGE):
        return ""
    import shutil
    import subprocess

    git = shutil.which("git")
    if git is None:
        return ""
    # In a hook of git, its variables name another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [git, "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(root)]
    command += ["describe", "--always", "--dirty=, changed since", "--exclude=*", "--abbrev=12"]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"commit {done.stdout.strip()}"
