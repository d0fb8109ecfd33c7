"""Runs commands as a user types them, and saves workbooks in a folder of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import typer.main
from hypothesis import HealthCheck, Phase, settings

import idle_children
from books import Book, save
from probation_ratings import RuleSet, load_rules
from probation_ratings.__main__ import main, rate
from probation_ratings.rulebook.yaml_file import shipped
from started import started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# Where Python is told not to save what it compiles, as in many containers, each of hundreds of processes that the tests
# start would compile the whole package again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Streams that are written at once hide what a user meets: a disk that is full when the program ends.
os.environ.pop("PYTHONUNBUFFERED", None)

# The tests make some 10,000 files and folders, for milliseconds each on many disks: they are made in memory where that
# has room. `--basetemp` names another place.
_MEMORY, _ROOM = "/dev/shm", 4_000_000_000  # noqa: S108 (pytest makes a folder of its own there)
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)

# A busy machine is no reason to fail. A release is tested with `--hypothesis-profile=thorough`.
settings.register_profile("tests", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile("tests")
# For mutation testing: that a law fails is enough, and the smallest example of it takes long to find.
settings.register_profile("mutants", deadline=None, max_examples=50, phases=[Phase.explicit, Phase.generate])


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def inspection(self) -> dict[str, Any]:
        """The one inspection of a JSON document."""
        (one,) = json.loads(self.out)["inspections"]
        assert isinstance(one, dict)
        return one

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The errors and warnings of the one inspection of a JSON document."""
        return [problem for problem in self.inspection["problems"] if problem["severity"] != "note"]

    @property
    def notes(self) -> list[dict[str, Any]]:
        """The notes of the one inspection of a JSON document."""
        return [problem for problem in self.inspection["problems"] if problem["severity"] == "note"]

    def standard(self, standard: str) -> dict[str, Any]:
        """One standard of the one inspection of a JSON document."""
        (one,) = (entry for entry in self.inspection["standards"] if entry["id"] == standard)
        assert isinstance(one, dict)
        return one


@pytest.fixture(scope="session", autouse=True)
def _commands_share_what_each_would_make() -> Iterator[None]:
    """What the commands of this process share: a reading child, the command line and the shipped rules."""
    from probation_ratings.commands import application
    from probation_ratings.mapping import load as mapping
    from probation_ratings.rulebook import load

    own, kept = load.load_rules, cache(load.load_rules)
    shared = wraps(own)(lambda name: (kept if name in shipped() else own)(name))
    with (
        idle_children.kept(),
        patch.object(application, "group", cache(application.group)),
        patch.object(application, "rate_alone", cache(application.rate_alone)),
        patch.object(typer.main, "get_command", cache(typer.main.get_command)),
        patch.object(load, "load_rules", shared),
        patch.object(mapping, "load_rules", shared),
    ):
        yield


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Runs `rate` with the arguments; with `group=True` runs `probation-ratings`."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object, group: bool = False) -> Run:
        capfd.readouterr()
        status = (main if group else rate)([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Run(status, out, err)

    return command


@pytest.fixture(scope="session")
def programs() -> Iterator[Path]:
    """The folder of the programs to call for processes that are forked from a started one: see `started`."""
    with started() as folder:
        yield folder / "bin"


@pytest.fixture
def rate_book(run: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Saves a workbook and rates it as JSON, or with the arguments given."""

    def command(book: Book, *arguments: object) -> Run:
        path = save(book, tmp_path / "region.xlsx")
        return run(path, *(arguments or ("-f", "json")))

    return command


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Turns files into another form with LibreOffice, beside the first, which is returned; in CI it must be there.

    All starts share a home, which it takes long to set up, unless another one is named.
    """
    if shutil.which("soffice") is None and not os.environ.get("CI"):
        pytest.skip("LibreOffice is not installed")
    shared = tmp_path_factory.mktemp("office")

    def convert(form: str, path: Path, *others: Path, home: Path = shared) -> Path:
        out = path.parent / "converted"
        command = ["soffice", f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", form]
        subprocess.run(
            [*command, "--outdir", out, path, *others],
            check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(home)},
        )  # fmt: skip
        return out / f"{path.stem}.{form.split(':', maxsplit=1)[0]}"

    return convert


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    """The rules of the regional programme."""
    return load_rules("regional-2023")
