"""The package as others get it: its public names, and the wheel in an empty environment."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import probation_ratings
from probation_ratings.checking.cases import CaseTable
from probation_ratings.checking.tables import Table
from probation_ratings.reading.workbook import Workbook
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from probation_ratings import RuleSet


def test_the_public_names() -> None:
    assert probation_ratings.__all__ == [
        "InputError",
        "Inspection",
        "MappingFileError",
        "OutputError",
        "ProbationRatingsError",
        "Problem",
        "RatedInspection",
        "RuleFileError",
        "RuleSet",
        "UsageError",
        "cases_frame",
        "explain_rating",
        "inspection_from_frames",
        "inspections_from_frames",
        "key_questions_frame",
        "load_rules",
        "problems_frame",
        "rate_inspection",
        "rate_tallies",
        "ratings_frame",
        "read_inspection",
        "read_inspections",
        "tallies_frame",
        "write_ratings",
    ]
    for name in probation_ratings.__all__:
        assert getattr(probation_ratings, name).__doc__


def test_the_api_gives_frames(rules: RuleSet) -> None:
    inspection = probation_ratings.read_inspection(str(EXAMPLE), rules)
    rated = probation_ratings.rate_inspection(inspection)
    assert (rated.blocking, rated.score, rated.overall_rating) == ((), 5, "Requires improvement")
    assert len(probation_ratings.cases_frame(inspection, "PDU cases")) == 438
    tallies = probation_ratings.tallies_frame(rated)
    court_work = tallies[tallies["question"] == "R2.3.1"]
    assert (court_work["yes"].sum(), court_work["relevant"].sum()) == (94, 302)
    assert tallies[tallies["question"] == "R2.1.1"]["pdu"].nunique() == 8
    ratings = probation_ratings.ratings_frame(rated)
    assert ratings["score"].tolist() == [1, 1, 0, 0, 0, 0, 0, 3]
    assert isinstance(ratings, pd.DataFrame)
    assert ratings.loc["R2.1", "driven_by"] == "R2.1.1 R2.1.3"


def call(*command: object, cwd: Path = ROOT) -> str:
    """What a command that must succeed prints."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=cwd, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


def parts(wheel: Path) -> dict[str, bytes]:
    """The files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_what_is_released_is_valid(built: Path) -> None:
    version = probation_ratings.__version__
    names = [f"probation_ratings-{version}-py3-none-any.whl", f"probation_ratings-{version}.tar.gz"]
    assert sorted(path.name for path in built.iterdir()) == names
    call(sys.executable, "-m", "twine", "check", "--strict", *(built / name for name in names))
    metadata_of = parts(built / names[0])[f"probation_ratings-{version}.dist-info/METADATA"].decode()
    assert "Metadata-Version: 2.4\n" in metadata_of
    assert "Classifier: Development Status :: 5 - Production/Stable\n" in metadata_of


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    call(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT)
    (from_checkout,) = tmp_path.glob("*.whl")
    assert parts(wheel) == parts(from_checkout)
    information, data = (f"probation_ratings-{probation_ratings.__version__}.{kind}" for kind in ("dist-info", "data"))
    assert {name.partition("/")[0] for name in parts(wheel)} == {"probation_ratings", information, data}
    assert {name: content for name, content in parts(wheel).items() if name.startswith(data)} == {
        f"{data}/data/share/man/man1/{name}": (ROOT / "docs" / name).read_bytes()
        for name in ("probation-ratings.1", "rate.1")
    }
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert {name for name in parts(wheel) if not name.startswith((information, data))} - modules == {
        f"probation_ratings/{name}"
        for name in (
            "py.typed",
            "rules/approved-premises-2025.yaml",
            "rules/pdu-2023.yaml",
            "rules/public-protection-2025.yaml",
            "rules/regional-2023.yaml",
            "rules/rule-file.schema.json",
            "rules/youth-justice-2021.yaml",
            "schemas/configuration-1.schema.json",
            "schemas/mapping-1.schema.json",
            "schemas/ratings-1.0.schema.json",
            "schemas/skeleton.yaml",
            "views/publish/templates/change.html",
            "views/publish/templates/charts.css",
            "views/publish/templates/charts.html",
            "views/publish/templates/page.css",
            "views/publish/templates/check.html",
            "views/publish/templates/kit.html",
            "views/publish/templates/page.html",
        )
    }
    assert modules <= parts(wheel).keys()


@pytest.mark.slow
def test_the_source_distribution_holds_what_its_tests_need(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/books.py", "examples/east-of-england.xlsx", "docs/ci.md", "rules/regional-2023.yaml"} <= names
    # nothing else from the folder of somebody who worked in it: no environment, cache, build or file of an editor
    assert {name.partition("/")[0] for name in names} == {
        ".ci", ".github", ".gitignore", ".pre-commit-hooks.yaml", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE",
        "PKG-INFO", "README.md", "SECURITY.md", "action.yml", "benchmarks", "constraints.txt", "docs", "examples", "pyproject.toml",
        "rules", "src", "tests",
    }  # fmt: skip
    assert not [name for name in names if name.endswith((".pyc", "~", ".orig", ".rej", ".swp", ".DS_Store"))]


def tool(name: str) -> str:
    """A tool that installs programs: beside this Python, or anywhere; in CI it must be there."""
    found = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed")
    return found or name


@pytest.mark.slow
def test_the_wheel_rates_the_example_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=False)
    scripts = tmp_path / "empty" / ("Scripts" if sys.platform == "win32" else "bin")
    # uv asks of hashes what pip does, and installs in a fraction of the time; a test below installs with pip
    uv, into = tool("uv"), ["--quiet", "--python", scripts / "python"]
    call(uv, "pip", "install", *into, "--require-hashes", "-r", ROOT / "constraints.txt")
    call(uv, "pip", "install", *into, "--no-deps", wheel)
    call(uv, "pip", "check", *into)
    assert "Score 5/24                                              Requires improvement" in call(
        scripts / "rate", EXAMPLE, cwd=tmp_path
    )
    call(scripts / "probation-ratings", "rules", "new", "-o", "mine.yaml", cwd=tmp_path)
    told = call(scripts / "probation-ratings", "rules", "check", "mine.yaml", cwd=tmp_path)
    assert "mine.yaml: no problem" in told
    assert '"inspections"' in call(scripts / "probation-ratings", "rules", "schema", "ratings", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["pip install", "pipx run --spec", "uvx --from"])
def test_one_line_installs_the_wheel_and_rates(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The lines of docs/install.md; each makes an environment of its own."""
    (wheel,) = built.glob("*.whl")
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert re.search(rf"^\$ {way} \S+\.whl", page, re.MULTILINE)
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PIPX_HOME", "PIPX_BIN_DIR", "PIPX_MAN_DIR", "UV_TOOL_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    first, *others = way.split()
    if way == "pip install":
        venv.create(tmp_path / "empty", with_pip=False)
        scripts = tmp_path / "empty" / ("Scripts" if sys.platform == "win32" else "bin")
        call(sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet", "--no-compile", wheel)
        commands: list[list[object]] = [[scripts / "rate"], [scripts / "probation-ratings"]]
        page_of = tmp_path / "empty" / "share" / "man" / "man1" / "probation-ratings.1"
        assert page_of.read_bytes() == (ROOT / "docs" / "probation-ratings.1").read_bytes()
    else:
        starter = [tool(first), *others, wheel]
        commands = [[*starter, "rate"], [*starter, "probation-ratings"]]
    told = call(*commands[0], EXAMPLE, cwd=tmp_path)
    assert "Score 5/24                                              Requires improvement" in told
    # an installed program has no commit, wherever it is run
    assert call(*commands[1], "--version") == f"probation-ratings {probation_ratings.__version__}\n"
    assert "PR304" in call(*commands[1], "problems", "PR304", cwd=tmp_path)


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    loaded = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(loaded, dict)
    return loaded


def test_the_pinned_versions_are_all_that_is_needed_and_fit() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text  # no address
    assert "\n-" not in text  # no option of pip that names one
    pinned = [Requirement(line.rstrip(" \\")) for line in text.splitlines() if line[:1].isalnum()]
    here = {canonicalize_name(one.name): one for one in pinned if one.marker is None or one.marker.evaluate()}
    assert text.count("--hash=sha256:") >= len(pinned)
    versions = {name: one.specifier for name, one in here.items()}
    assert all(re.fullmatch(r"==[0-9.]+", str(version)) for version in versions.values())
    waiting = [Requirement(one) for one in project()["dependencies"]]
    seen = set()
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        assert needed.specifier.contains(str(versions[name])[2:]), f"{needed} is not met by {here[name]}"
        if name not in seen:
            seen.add(name)
            below = (Requirement(one) for one in metadata.requires(name) or ())
            extras = ("", *needed.extras)
            waiting += [
                one for one in below if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras)
            ]
    assert seen == here.keys()


def test_the_version_is_said_in_one_place() -> None:
    version = probation_ratings.__version__
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (version, project()["license"])
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert (
        f"## {version} - {citation['date-released']}"
        in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    )
    # a tag that somebody copies
    tags = re.findall(r"(?:probation-ratings@|rev: )v(\S+)", (ROOT / "docs/ci.md").read_text(encoding="utf-8"))
    assert (set(tags), len(tags)) == ({version}, 3)
    wheels = re.findall(r"probation_ratings-(\S+)-py3", (ROOT / "docs/install.md").read_text(encoding="utf-8"))
    assert set(wheels) == {version}
    files = [path for folder in ("src", "rules") for path in (ROOT / folder).rglob("*.*") if path.is_file()]
    text = re.compile(rf"(?<![\d.@v]){re.escape(version)}(?![\d.])".encode())
    repeated = {
        path.relative_to(ROOT).as_posix()
        for path in [*files, ROOT / "pyproject.toml", ROOT / "README.md"]
        if path.suffix not in {".pyc", ".png", ".svg", ".xlsx"} and text.search(path.read_bytes())
    }
    assert repeated == {"src/probation_ratings/__init__.py"}


def test_the_changelog_is_one_that_programs_read() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    versions = [line for line in lines if line.startswith("## ")]
    assert versions[0] in {"## Unreleased", f"## {probation_ratings.__version__}"} or versions[0].startswith(
        f"## {probation_ratings.__version__} - "
    )
    assert all(re.fullmatch(r"## (Unreleased|\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d)", line) for line in versions)
    kinds = {line for line in lines if line.startswith("### ")}
    assert kinds <= {f"### {kind}" for kind in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")}


def test_a_workbook_that_was_rated_does_not_stay_in_memory(rules: RuleSet) -> None:
    def alive() -> int:
        gc.collect()
        return sum(isinstance(one, (CaseTable, Table, Workbook)) for one in gc.get_objects())

    before = alive()
    probation_ratings.rate_inspection(probation_ratings.read_inspection(str(EXAMPLE), rules))
    assert alive() == before
