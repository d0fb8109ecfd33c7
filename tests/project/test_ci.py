"""The recipes for CI services, as far as they can be run without them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from junitparser import JUnitXml

from books import save, small_book
from shared import ROOT
from started import started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

pytestmark = pytest.mark.slow
BIN = Path(sys.executable).parent


def recipe(kind: str, beginning: str) -> str:
    """The block of docs/ci.md in this language that begins with these words."""
    blocks: list[str] = re.findall(
        rf"```{kind}\n(.*?)```", (ROOT / "docs/ci.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (block,) = [block for block in blocks if block.startswith(beginning)]
    return block


@pytest.fixture
def regions(tmp_path: Path) -> Callable[[bool], Path]:
    """Makes a folder of regions with one workbook, valid or not."""

    def make(sound: bool) -> Path:
        book = small_book()
        if not sound:
            book["PDU cases"][1][3] = "Mrs Smith"
        (tmp_path / "regions").mkdir(exist_ok=True)
        save(book, tmp_path / "regions" / "london.xlsx")
        return tmp_path

    return make


@pytest.fixture(scope="module")
def environment() -> Iterator[Path]:
    """What the program is installed in, as far as a script can tell; it is started already."""
    with started() as folder:
        yield folder


def script(
    text: str, folder: Path, programs: Path = BIN, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script with the commands of this or another environment on the path."""
    path = os.pathsep.join((str(programs), str(BIN), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, **(variables or {})}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("sound", "status", "words"), [(True, 0, "no errors in the workbooks"), (False, 1, "problems.txt")]
)
def test_the_shell_recipe_runs(
    regions: Callable[[bool], Path], environment: Path, sound: bool, status: int, words: str
) -> None:
    folder = regions(sound)
    text = recipe("bash", "#!/usr/bin/env bash")
    result = script(f"cat > check.sh <<'END'\n{text}\nEND\nbash check.sh regions", folder, environment / "bin")
    assert (result.returncode, words in result.stdout) == (status, True)
    report = (folder / "problems.txt").read_text(encoding="utf-8")
    assert ("PR304" in report, "Smith" in report) == (not sound, False)


@pytest.mark.parametrize(("sound", "status"), [(True, 0), (False, 1)])
def test_the_gitlab_recipe_runs(regions: Callable[[bool], Path], environment: Path, sound: bool, status: int) -> None:
    folder = regions(sound)
    job = yaml.safe_load(recipe("yaml", "# .gitlab-ci.yml"))["check-workbooks"]
    # the first line installs what stands in this environment already
    install, quality, check = job["script"]
    assert install == "pip install --quiet probation-ratings"
    assert script(quality, folder, environment / "bin").returncode == 0
    found = json.loads((folder / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert ("PR304 bad-answer" in {one["check_name"] for one in found}, "Smith" in str(found)) == (not sound, False)
    assert script(check, folder, environment / "bin").returncode == status
    report = folder / job["artifacts"]["reports"]["junit"]
    assert sum(suite.failures for suite in JUnitXml.fromfile(str(report))) == (0 if sound else 1)


@pytest.fixture
def action() -> dict[str, Any]:
    """The composite action."""
    loaded = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize(
    ("sound", "inputs", "status", "words"),
    [
        pytest.param(True, {}, 0, "", id="a sound workbook passes"),
        pytest.param(False, {}, 1, "::error file=regions/london.xlsx,title=PR304 bad-answer::", id="an error fails"),
        pytest.param(False, {"redact": "false"}, 1, "Mrs Smith", id="values are shown where asked for"),
        pytest.param(False, {"redact": "False"}, 1, "PR304", id="another spelling of false redacts"),
        pytest.param(False, {"redact": ""}, 1, "PR304", id="nothing redacts"),
        pytest.param(False, {"redact": "false "}, 1, "PR304", id="a space too many redacts"),
        pytest.param(False, {"redact": "true || false"}, 1, "PR304", id="an expression redacts"),
        pytest.param(True, {"workbooks": "regions\n\n$(touch owned)\n"}, 3, "touch owned", id="an input is not run"),
        pytest.param(False, {"workbooks": "--exit-zero\nregions"}, 3, "--exit-zero", id="a workbook is no option"),
        pytest.param(True, {"workbooks": "\n"}, 2, "", id="no workbook is wrong usage"),
        pytest.param(False, {"rules": "--exit-zero"}, 2, "", id="the rules are no option"),
        pytest.param(False, {"rules": "regional-2023 --exit-zero"}, 2, "", id="the rules are one word"),
        pytest.param(True, {"rules": "$(touch owned)"}, 2, "", id="the rules are not run"),
        pytest.param(False, {"select": "PR2,PR4"}, 0, "", id="other problems are not asked for"),
        pytest.param(False, {"select": "PR2 --exit-zero"}, 2, "", id="the codes are one word"),
        pytest.param(True, {"require-all": "true"}, 1, "title=PR118 region-missing", id="a region is missing"),
        pytest.param(True, {"require-all": "True"}, 1, "title=PR118 region-missing", id="another spelling of true"),
        pytest.param(
            True, {"expect": "expected.csv"}, 1, "title=PR612 rating-differs", id="another rating is expected"
        ),
        pytest.param(True, {"expect": "--exit-zero"}, 3, "", id="the expected ratings are no option"),
        pytest.param(False, {"sarif": "--exit-zero"}, 1, "title=PR304 bad-answer", id="the log is no option"),
        pytest.param(True, {"sarif": "regions/london.xlsx"}, 2, "", id="the log replaces no workbook"),
        pytest.param(
            False, {"sarif": "out/problems.sarif"}, 1, "title=PR304 bad-answer", id="a log is written as well"
        ),
    ],
)
def test_the_action_checks(
    regions: Callable[[bool], Path],
    action: dict[str, Any],
    environment: Path,
    sound: bool,
    inputs: dict[str, str],
    status: int,
    words: str,
) -> None:
    folder = regions(sound)
    (folder / "expected.csv").write_text("region,standard,rating\nLondon,R2.3,Good\n", encoding="utf-8")
    install, check = action["runs"]["steps"]
    given = {name: str(spec.get("default", "regions")) for name, spec in action["inputs"].items()} | inputs
    variables = {
        name: given[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)[1]]  # type: ignore[index]
        for name, value in check["env"].items()
    }
    # the step before has installed the program there
    temporary = folder / "temporary"
    temporary.mkdir()
    (temporary / "probation-ratings").symlink_to(environment, target_is_directory=True)
    result = script(check["run"], folder, variables={**variables, "RUNNER_TEMP": str(temporary)})
    assert (result.returncode, words in result.stdout) == (status, True)
    assert ("Smith" in result.stdout + result.stderr) is (inputs.get("redact") == "false")
    assert not (folder / "owned").exists()
    assert (folder / "out" / "problems.sarif").exists() == (inputs.get("sarif") == "out/problems.sarif")
    assert install["env"] == {"ACTION": "${{ github.action_path }}"}


def test_the_action_lets_warnings_fail_unless_it_is_reported_not_to(
    regions: Callable[[bool], Path], action: dict[str, Any], environment: Path
) -> None:
    folder = regions(True)
    book = small_book()
    book["Inspection"][1][1] = "Atlantis"  # a warning
    save(book, folder / "regions" / "london.xlsx")
    (folder / "probation-ratings").symlink_to(environment, target_is_directory=True)
    given = {"WORKBOOKS": "regions", "RULES": "regional-2023", "REDACT": "true", "RUNNER_TEMP": str(folder)}
    check = action["runs"]["steps"][1]["run"]
    found = [
        script(check, folder, variables={**given, "STRICT": strict}).returncode
        for strict in ("false", "true", "True", "")
    ]
    assert found == [0, 1, 1, 1]


def test_the_action_installs_what_is_pinned_and_stops_where_that_fails(tmp_path: Path, action: dict[str, Any]) -> None:
    # commands in the place of Python and pip note what they are called with
    (tmp_path / "probation-ratings" / "bin").mkdir(parents=True)
    calls = tmp_path / "calls"
    note = f'#!/bin/sh\nprintf "%s|" "$@" >> {calls}\necho >> {calls}\n'
    for name, end in (
        ("python3", ""),
        ("probation-ratings/bin/pip", 'case "$*" in *require-hashes*) exit $STATUS;; esac\n'),
    ):
        (tmp_path / name).write_text(note + end, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    install = action["runs"]["steps"][0]["run"]

    def installed(status: int) -> list[str]:
        calls.write_text("", encoding="utf-8")
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        given = {"RUNNER_TEMP": str(tmp_path), "ACTION": "/actions/a folder", "STATUS": str(status)}
        environment = {**os.environ, **given, "PATH": path}
        subprocess.run(["bash", "-e", "-o", "pipefail", "-c", install], env=environment, check=False)
        return calls.read_text(encoding="utf-8").splitlines()

    first = ["-m|venv|" + str(tmp_path / "probation-ratings") + "|"]
    first += ["install|--quiet|--require-hashes|-r|/actions/a folder/constraints.txt|"]
    assert installed(0) == [*first, "install|--quiet|--no-deps|/actions/a folder|"]
    assert installed(1) == first


@pytest.mark.parametrize("step", [0, 1])
def test_no_input_is_in_a_script_and_every_variable_is_quoted(action: dict[str, Any], step: int) -> None:
    text = "\n".join(line for line in action["runs"]["steps"][step]["run"].splitlines() if "#" not in line)
    assert "${{" not in text
    unquoted = re.sub(r'"[^"]*"', "", text.replace('[ "', '[ "'))
    assert re.findall(r"\$\{?\w+", unquoted) == []


def test_the_action_writes_the_log_and_the_summary_of_the_step(
    regions: Callable[[bool], Path], action: dict[str, Any], environment: Path
) -> None:
    folder = regions(False)
    (folder / "probation-ratings").symlink_to(environment, target_is_directory=True)
    given = {"WORKBOOKS": "regions", "RULES": "regional-2023", "REDACT": "true", "STRICT": "false", "SARIF": "a.sarif"}
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md"), "RUNNER_TEMP": str(folder)}
    assert script(action["runs"]["steps"][1]["run"], folder, variables={**given, **summary}).returncode == 1
    results = json.loads((folder / "a.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert results[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "regions/london.xlsx"}, "region": {"startLine": 2},
    }  # fmt: skip
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert (text.count("| regions/london.xlsx | 1 |"), "Smith" in text) == (1, False)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("regions/london.xlsx", True), ("LONDON.XLSX", True), ("regions/a.Ods", True), ("regions/~$london.xlsx", False),
        ("regions/london.csv", False), ("london.xlsx.txt", False),
    ],
)  # fmt: skip
def test_the_hooks_take_workbooks_in_any_case_all_in_one_run(name: str, taken: bool) -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        found = re.search(hook["files"], name) is not None and re.search(hook["exclude"], name) is None
        assert (found, hook["require_serial"]) == (taken, True)


def test_the_recipe_of_the_hook_stays_in_its_folder() -> None:
    (repository,) = yaml.safe_load(recipe("yaml", "# .pre-commit-config.yaml"))["repos"]
    (hook,) = repository["hooks"]
    names = ["regions/london.xlsx", "regions/2026/WALES.XLSX", "examples/a.xlsx", "old regions/a.xlsx", "regions/a.csv"]
    assert [re.search(hook["files"], name) is not None for name in names] == [True, True, False, False, False]


def test_the_hooks_redact_and_take_no_file_for_an_option() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert len(hooks) == 2
    for hook in hooks:
        words = hook["entry"].split()
        assert ("--redact" in words, words[-1], hook.get("args")) == (True, "--", None)


def test_a_hook_checks_a_file_that_is_called_like_an_option(regions: Callable[[bool], Path], environment: Path) -> None:
    folder = regions(False)
    (folder / "regions" / "london.xlsx").rename(folder / "-oowned.xlsx")
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        result = script(f"{hook['entry']} -oowned.xlsx", folder, environment / "bin")
        assert (result.returncode, "PR304" in result.stdout, "Smith" in result.stdout) == (1, True, False)
    assert not (folder / "owned.xlsx").exists()


def test_the_workflow_recipe_uses_the_inputs_that_the_action_has(action: dict[str, Any]) -> None:
    workflow = yaml.safe_load(recipe("yaml", "# .github/workflows"))
    (step,) = [one for one in workflow["jobs"]["check"]["steps"] if "probation-ratings" in one["uses"]]
    more = yaml.safe_load(recipe("yaml", "      - uses: OWNER"))[0]
    assert set(step["with"]) | set(more["with"]) <= set(action["inputs"])
    listed = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/ci.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(action["inputs"])


def test_the_hook_lets_only_valid_workbooks_be_committed(regions: Callable[[bool], Path]) -> None:
    folder = regions(False)
    config = yaml.safe_load(recipe("yaml", "# .pre-commit-config.yaml"))
    config["repos"][0] |= {"repo": str(ROOT), "rev": script("git rev-parse HEAD", ROOT).stdout.strip()}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "notes.txt").write_text("not a workbook\n", encoding="utf-8")
    commit = "git add regions notes.txt && git commit -q -m 'Add London'"
    start = "git init -q . && git config user.email a@example.org && git config user.name A && pre-commit install"
    # pre-commit installs the last commit of this repository, as it would for its users; what that needs is here already
    needed = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    variables = {"PRE_COMMIT_HOME": str(folder / "cache"), **needed}
    refused = script(f"{start} && {commit}", folder, variables=variables)
    assert (refused.returncode, "london.xlsx:PDU cases!D2: error PR304" in refused.stdout + refused.stderr) == (1, True)
    regions(True)
    accepted = script(commit, folder, variables=variables)
    assert (accepted.returncode, script("git log --oneline", folder).stdout.count("\n")) == (0, 1)
