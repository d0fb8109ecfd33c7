"""Patterns of a mapping file: one limit of processor time for all that a source has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from exports import apply
from probation_ratings.errors import Refused
from probation_ratings.mapping import patterns
from probation_ratings.reading.child import ChildAnswer
from probation_ratings.reading.handover import groups_in
from probation_ratings.rulebook.yaml_file import Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINE = Line("folder/m.mapping.yaml", 7)


class Answering:
    """Stands for a child process: keeps what it is asked, and answers that it took half a second."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.tasks: list[dict[str, Any]] = []
        self._answer = answer

    def ask(self, task: dict[str, Any], free: Callable[[Answering], None]) -> Answering:
        self.tasks.append(task)
        free(self)
        return self

    def answer(self) -> ChildAnswer:
        return ChildAnswer(json.dumps(self._answer).encode(), b"")


def test_all_patterns_of_a_source_share_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Answering({"groups": ["a", None], "seconds": 0.5})
    monkeypatch.setattr(patterns, "idle_or_new", lambda idle: idle.pop())
    idle: list[Any] = [child]
    matcher = patterns.Matcher(idle, 3)
    assert matcher.groups("(.)", ["a", "bc"], LINE) == ["a", None]
    assert idle == [child]
    assert matcher.groups("(.)x?", ["ax", "bc"], LINE) == ["a", None]
    assert child.tasks == [
        {"kind": "pattern", "path": "", "limits": 3, "seconds": 6.0, "pattern": "(.)", "texts": ["a", "bc"]},
        {"kind": "pattern", "path": "", "limits": 3, "seconds": 5.5, "pattern": "(.)x?", "texts": ["ax", "bc"]},
    ]


def test_nothing_is_asked_about_no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "idle_or_new", lambda _: pytest.fail("a child was started"))
    assert patterns.Matcher([], 1).groups("(.)", [], LINE) == []


def test_a_pattern_that_is_stopped_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Answering({"refused": "reading-too-slow", "detail": "6 seconds"})
    monkeypatch.setattr(patterns, "idle_or_new", lambda idle: idle.pop() if idle else child)
    pattern = "(a|aa)+" + "b" * 193  # as long as a pattern may be
    with pytest.raises(patterns.TooSlow) as caught:
        patterns.Matcher([], 3).groups(pattern, ["a"], LINE)
    problem = caught.value.problem
    assert (problem.kind.code, problem.file, problem.line) == ("PR142", "folder/m.mapping.yaml", 7)
    assert problem.message == f"the pattern was stopped after 6 seconds: '{pattern}'"
    assert str(caught.value) == problem.message


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "b", "c"], [["a", "b"]]])
def test_an_answer_for_other_texts_is_none(monkeypatch: pytest.MonkeyPatch, groups: list[Any]) -> None:
    child = Answering({"groups": groups, "seconds": 0.5})
    monkeypatch.setattr(patterns, "idle_or_new", lambda _: child)
    with pytest.raises(patterns.TooSlow):
        patterns.Matcher([], 1).groups("(.)", ["a", "b"], LINE)


@pytest.mark.parametrize("stopped", ["(col.*)", "(file.*)", "row.*", "out.*"])
def test_a_pattern_that_is_stopped_is_found_wherever_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stopped: str
) -> None:
    given = ["(x1?)", "(.*)", "x1?|", "y"]  # those of other places fit
    places = ["(col.*)", "(file.*)", "row.*", "out.*"]
    column, file, kept, ignored = (one if one == stopped else other for one, other in zip(places, given, strict=True))
    mapping = f"""sheets:
  Court reports:
    columns:
      Report ID: {{column: Ref, pattern: '{column}'}}
      PDU: {{file_name: '{file}'}}
    keep_rows: [{{column: Ref, matches: '{kept}'}}]
    ignore_rows: [{{column: Ref, matches: '{ignored}'}}]
sources:
  - {{files: a.csv, into: Court reports}}
"""
    asked = patterns.Matcher.groups

    def refuse(line: bytes, texts: int) -> NoReturn:  # noqa: ARG001
        raise Refused("reading-too-slow", "2 seconds")

    def watched(self: patterns.Matcher, pattern: str, texts: list[str], line: Line) -> list[str | None]:
        monkeypatch.setattr(patterns, "groups_in", refuse if pattern == stopped else groups_in)
        return asked(self, pattern, texts, line)

    monkeypatch.setattr(patterns.Matcher, "groups", watched)
    problem = apply(tmp_path, mapping, {"a.csv": "Ref\nx1\n"}).one("PR142")
    assert problem.line == 7 + places.index(stopped)
    assert (problem.standards, problem.file) == (("R2.3",), str(tmp_path / "region.mapping.yaml"))
