"""The answers of cases become counts by key question and PDU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd

from probation_ratings import load_rules
from probation_ratings.rating.counts import Count, Tally, tally

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = load_rules("regional-2023")
Answers = dict[str, list[str | None]]


class TestTally:
    """The answers in the columns of a sheet of cases are counted."""

    ANSWERS = ("Yes", "No", "Not applicable")

    @classmethod
    def counted(cls, pdus: list[str | None], names: list[str], sheets: Mapping[str, Answers]) -> list[Tally]:
        """The tallies of sheets of cases with these answers, given by question; None is an invalid one."""
        cases: dict[str, Any] = {}
        for name, columns in sheets.items():
            frame = pd.DataFrame({key: pd.Categorical(given, cls.ANSWERS) for key, given in columns.items()})
            if name != "Victim cases":
                frame["PDU"] = pd.Categorical(pdus, names)
            cases[name] = SimpleNamespace(frame=frame)
        return tally(cases, RULES)

    def test_by_question_and_pdu(self) -> None:
        given: dict[str, Answers] = {
            "Victim cases": {"R2.6.1": ["No"] * 6, "R2.6.3": ["Yes"] * 6},
            "Court reports": {
                "S3": ["Yes", "No", "No", "No", "Yes", "Yes"],
                "R2.3.1": ["Yes", "No", "Not applicable", "Yes", None, "Not applicable"],
            },
        }
        pdus = ["Hackney", "Camden", None, "Camden", "Camden", "Hackney"]
        assert self.counted(pdus, ["Camden", "Ealing", "Hackney"], given) == [
            Tally("R2.3.1", None, Count(0, 0, 1)),
            Tally("R2.3.1", "Camden", Count(1, 1, 0)),
            Tally("R2.3.1", "Hackney", Count(1, 0, 1)),
            Tally("S3", None, Count(0, 1)),
            Tally("S3", "Camden", Count(1, 2)),
            Tally("S3", "Hackney", Count(2)),
            Tally("R2.6.1", None, Count(0, 6)),
            Tally("R2.6.3", None, Count(6)),
        ]

    def test_a_supporting_question_with_an_invalid_answer_has_none(self) -> None:
        columns: Answers = {"R2.1.1": ["Yes", None], "S1": ["Yes", None], "S2": ["Yes", "No"]}
        assert self.counted(["Camden"] * 2, ["Camden"], {"PDU cases": columns}) == [
            Tally("R2.1.1", "Camden", Count(1)),
            Tally("S2", "Camden", Count(1, 1)),
        ]

    def test_of_many_pdus_each_has_its_own(self) -> None:
        names = [f"PDU {number:03}" for number in range(120)]
        found = self.counted([*names], names, {"Court reports": {"R2.3.1": ["Yes"] * 120}})
        assert found == [Tally("R2.3.1", name, Count(1)) for name in names]
