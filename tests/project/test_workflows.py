"""The workflows for GitHub, as far as they can be read without it: what starts them, and what they may do."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import probation_ratings
from shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def workflow(path: Path) -> dict[str, Any]:
    """The workflow in a file; `on` is text, and not the boolean of YAML 1.1."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(loaded, dict)
    return loaded


def release() -> dict[str, Any]:
    return workflow(ROOT / ".github" / "workflows" / "release.yml")


def steps(loaded: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in loaded["jobs"].values() for step in job["steps"]]


def test_a_tag_releases_and_nothing_else() -> None:
    assert release()["on"] == {"push": {"tags": ["v*"]}}
    assert workflow(ROOT / ".github" / "workflows" / "ci.yml")["on"] == {
        "push": {"branches": ["**"]},
        "pull_request": "",
    }


@every_workflow
def test_only_the_job_that_publishes_may_write(path: Path) -> None:
    loaded = workflow(path)
    writing = {
        (name, permission)
        for name, job in loaded["jobs"].items()
        for permission, kind in job.get("permissions", loaded["permissions"]).items()
        if kind != "read"
    }
    allowed = {("publish", "id-token"), ("publish", "attestations")}
    assert (writing, "write" in loaded["permissions"].values()) == (allowed if path.stem == "release" else set(), False)


def test_the_job_that_publishes_runs_no_code_of_this_repository() -> None:
    job = release()["jobs"]["publish"]
    assert (job["needs"], job["environment"]) == ("build", "release")
    assert [step["uses"].partition("@")[0] for step in job["steps"]] == [
        "actions/download-artifact",
        "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
    ]
    assert job["steps"][-1]["with"] == {"attestations": "true"}
    assert "secrets." not in str(release())


@every_workflow
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    lines = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert len(lines) == sum("uses" in step for step in steps(workflow(path))) > 0
    assert [line for line in lines if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@every_workflow
def test_no_expression_is_in_a_script_and_no_checkout_keeps_its_token(path: Path) -> None:
    found = steps(workflow(path))
    assert [step["run"] for step in found if "${{" in step.get("run", "")] == []
    checkouts = [step for step in found if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == ["false"]
    assert ".ci/run" in [step.get("run") for step in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "status"),
    [
        pytest.param(f"v{probation_ratings.__version__}", 0, id="the tag of the version"),
        pytest.param("v99.0.0", 1, id="the tag of another version"),
        pytest.param(probation_ratings.__version__, 1, id="a tag without its v"),
        pytest.param("v$(touch owned)", 1, id="a tag that would run"),
        pytest.param("v", 1, id="a tag without a version"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_tag_that_is_not_the_version_stops_the_release(tag: str, status: int, shell: str) -> None:
    first, check, *_ = release()["jobs"]["build"]["steps"]
    assert first["uses"].startswith("actions/checkout@")
    environment = {**os.environ, "GITHUB_REF_NAME": tag}
    command = [shell, "-e", "-c", check["run"]]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, tag in done.stderr) == (status, status == 1)
    assert not (ROOT / "owned").exists()


def test_what_is_built_is_checked_and_then_kept() -> None:
    scripts = [step.get("run", step.get("uses", "")) for step in release()["jobs"]["build"]["steps"]]
    order = [
        next(place for place, script in enumerate(scripts) if word in script)
        for word in ("__version__", ".ci/run", "-m build", "twine check --strict", "actions/upload-artifact@")
    ]
    assert order == sorted(order)
