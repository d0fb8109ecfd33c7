"""The package as others get it: its public names, and the wheel in an empty environment."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import probation_ratings

if TYPE_CHECKING:
    from probation_ratings import RuleSet

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "east-of-england.xlsx"


def test_the_public_names() -> None:
    assert probation_ratings.__all__ == [
        "Inspection",
        "ProbationRatingsError",
        "Problem",
        "RatedInspection",
        "RuleFileError",
        "RuleSet",
        "cases_frame",
        "load_rules",
        "rate_inspection",
        "ratings_frame",
        "read_inspection",
        "read_inspections",
        "tallies_frame",
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


def test_the_wheel_rates_the_example_in_an_empty_environment(tmp_path: Path) -> None:
    def call(*command: object) -> str:
        result = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    call(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("probation_ratings-*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    scripts = tmp_path / "empty" / ("Scripts" if sys.platform == "win32" else "bin")
    call(scripts / "python", "-m", "pip", "install", "--quiet", wheel)
    assert "Score 5/24                                              Requires improvement" in call(
        scripts / "rate", EXAMPLE
    )
    call(scripts / "probation-ratings", "rules", "new", "-o", "mine.yaml")
    assert "mine.yaml: no problem" in call(scripts / "probation-ratings", "rules", "check", "mine.yaml")
    assert '"inspections"' in call(scripts / "probation-ratings", "rules", "schema", "ratings")
