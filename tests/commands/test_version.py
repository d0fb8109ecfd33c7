"""`--version` names the commit of a development install, and the version alone of any other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from probation_ratings import __version__
from shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PLAIN = f"probation-ratings {__version__}\n"


def version(source: Path, **environment: str) -> str:
    """What `--version` of the package below this folder says, from another folder."""
    done = subprocess.run(
        [sys.executable, "-m", "probation_ratings", "--version"],
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the package and one commit."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "clone" / "src", ignore=ignored)
    git(tmp_path / "clone", "init", "--quiet")
    git(tmp_path / "clone", "add", ".")
    git(tmp_path / "clone", "commit", "--quiet", "-m", "One")
    return tmp_path / "clone"


def test_a_clone_names_its_commit(clone: Path) -> None:
    commit = git(clone, "rev-parse", "--short=12", "HEAD")
    assert version(clone / "src") == f"probation-ratings {__version__} (development install, commit {commit})\n"
    git(clone, "tag", "v9.9")
    assert f"commit {commit})" in version(clone / "src")
    with (clone / "src/probation_ratings/errors.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert version(clone / "src") == (
        f"probation-ratings {__version__} (development install, commit {commit}, changed since)\n"
    )


def test_the_variables_of_a_hook_do_not_name_another_commit(clone: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    git(other, "commit", "--quiet", "--allow-empty", "-m", "Other")
    commit = git(clone, "rev-parse", "--short=12", "HEAD")
    shown = version(clone / "src", GIT_DIR=str(other / ".git"), GIT_WORK_TREE=str(other), GIT_INDEX_FILE="/nowhere")
    assert f"commit {commit})" in shown


def test_an_install_inside_a_repository_of_something_else_names_no_commit(clone: Path) -> None:
    packages = clone / ".venv" / "lib" / "site-packages"
    shutil.copytree(clone / "src", packages)
    assert version(packages) == PLAIN
    shutil.rmtree(clone / ".git")
    assert version(clone / "src") == PLAIN


@pytest.mark.parametrize("broken", ["no git", "no commit", "no repository", "git fails"])
def test_what_git_cannot_say_is_left_out(clone: Path, tmp_path: Path, broken: str) -> None:
    path = os.environ["PATH"]
    if broken == "no git":
        path = str(tmp_path / "nothing")
    elif broken == "no commit":
        git(clone, "update-ref", "-d", "HEAD")
    elif broken == "no repository":
        shutil.rmtree(clone / ".git")
        (clone / ".git").write_text("gitdir: /nowhere\n")
    else:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "git").write_text("#!/bin/sh\necho oops; echo oops >&2; exit 1\n")
        (tmp_path / "bin" / "git").chmod(0o755)
        path = f"{tmp_path / 'bin'}:{path}"
    assert version(clone / "src", PATH=path) == PLAIN
