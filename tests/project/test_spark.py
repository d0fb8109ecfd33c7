"""The query of docs/scale.md counts in Spark as it does in DuckDB, where PySpark and Java are installed."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from probation_ratings import load_rules
from shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

HERE = all((importlib.util.find_spec("pyspark"), shutil.which("java")))
# It talks only to itself.
COUNT = """if True:
    import json, sys
    from pyspark.sql import SparkSession
    local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
    spark = SparkSession.builder.master("local[1]").config(map=local).getOrCreate()
    answers, judgements = json.loads(sys.argv[3])
    names = "region string, pdu string, key_question string, answer string"
    spark.createDataFrame(answers, names).createOrReplaceTempView("answers")
    spark.createDataFrame(judgements, "region string, standard string, rating string").createOrReplaceTempView(
        "judgements"
    )
    print(json.dumps([list(row) for row in spark.sql(sys.argv[2]).collect()]))
    query = sys.argv[1]
    exec(sys.argv[4])
    """


@pytest.mark.slow
@pytest.mark.skipif(not HERE, reason="PySpark or Java is not installed: pip install pyspark")
def test_the_query_of_the_docs_counts_in_spark(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    copy, check = (part.split("```")[0] for part in page.split("```sql\n")[1:])
    (lines,) = (part.split("```")[0] for part in page.split("```python\n")[1:])
    query = copy.removeprefix("COPY (\n").partition("\n) TO ")[0]
    questions = [one.id for standard in load_rules("regional-2023").standards for one in standard.key_questions]
    given = {"Camden": ["Yes", "Yes", "Yes", "No", "Not applicable"], "Hackney": ["Yes", "Yes", "No", "No"]}
    answers = [("London", pdu, one, answer) for one in questions for pdu, all_ in given.items() for answer in all_]
    answers = [one for one in answers if one[2] != "R2.3.1"] + [("London", "Camden", "R2.3.1", "Yes")] * 4
    judgements = [("London", "R1.1", "Good"), ("London", "R1.2", "Outstanding")]
    monkeypatch.chdir(tmp_path)

    bad = [("London", "Camden", "R2.3.1", "Maybe"), ("London", "Camden", "R2.3.1", None)]
    command = [sys.executable, "-c", COUNT, query, check, json.dumps([answers + bad, judgements]), lines]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    found = [tuple(row) for row in json.loads(done.stdout)]
    assert sorted(found, key=str) == [("London", "R2.3.1", "Maybe", 1), ("London", "R2.3.1", None, 1)]

    (counts,) = (tmp_path / "counts").glob("part-*.parquet")
    inspection = run("--tallies", counts, "-f", "json").inspection
    # by hand: 3 of 4 and 2 of 4 are 5 of 8, 62.5%, read as 63: Requires improvement; of R2.3.1 all 4 are Yes
    assert [one["score"] for one in inspection["standards"]] == [2, 3, 1, 1, 3, 1, 1, 1]
    (question, *_) = inspection["standards"][2]["key_questions"]
    assert [question[name] for name in ("yes", "no", "not_applicable", "percentage")] == [5, 3, 1, 63]
    assert (inspection["score"], inspection["overall_rating"]) == (13, "Good")
