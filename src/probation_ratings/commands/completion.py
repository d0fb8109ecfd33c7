"""Completes words of the command line in the shell: ids of rule files and standards, problem codes."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003  (typer reads the annotations)
from typing import TYPE_CHECKING

import typer  # noqa: TC002

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rulebook.model import Standard


def rule_ids() -> list[str]:
    """The ids of the shipped rule files."""
    from ..rulebook.yaml_file import shipped

    return shipped()


def standards_and_questions(context: typer.Context) -> Iterator[tuple[str, str]]:
    """The standards and key questions of the rules typed, or of the default ones, with their texts."""
    for standard in _standards(context):
        yield standard.id, standard.title
        yield from ((question.id, question.text) for question in standard.key_questions)


def sort_keys(context: typer.Context) -> Iterator[tuple[str, str]]:
    """What many inspections can be sorted by."""
    yield from (("score", "The highest score first."), ("region", "By name."))
    yield from ((standard.id, standard.title) for standard in _standards(context))


def codes() -> Iterator[tuple[str, str]]:
    """The problem codes with their titles."""
    from ..problems import CATALOGUE

    for code in sorted(CATALOGUE):
        yield code, CATALOGUE[code].title


def many_codes(incomplete: str) -> Iterator[tuple[str, str]]:
    """The problem codes, after those typed already, with commas between them."""
    before, comma, _ = incomplete.rpartition(",")
    for code, title in codes():
        yield f"{before}{comma}{code}", title


def _standards(context: typer.Context) -> Sequence[Standard]:
    from ..errors import RuleFileError
    from ..rulebook.load import load_rules
    from .options import DEFAULT_RULES

    try:
        return load_rules(context.params.get("rules") or DEFAULT_RULES).standards
    except RuleFileError:
        return ()
