"""Pages that are made from the program are what it makes now, and what they show is what it prints."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

ROOT = Path(__file__).parents[1]


def maker(name: str) -> Any:
    """A script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_method_has_the_figures_of_now() -> None:
    assert (ROOT / "docs" / "method.md").read_text(encoding="utf-8") == maker("make_method").method()


def test_the_page_of_the_method_has_the_published_figures() -> None:
    page = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    for row in (
        "| R2.1.1 | 123/438 | 28 | Inadequate | R2.1 |",
        "| R2.1.3 | 123/438 | 28 | Inadequate | R2.1 |",
        "| R2.2.3 | 175/438 | 40 | Inadequate | R2.2 |",
        "| R2.3.1 | 94/302 | 31 | Inadequate | R2.3 |",
        "| R2.4.1 | 31/79 | 39 | Inadequate | R2.4 |",
        "| R2.5.1 | 52/149 | 35 | Inadequate | R2.5 |",
        "| R2.6.2 | 9/10 | 90 | Outstanding | R2.6 |",
        "| **All** | **Requires improvement** | **5 of 24** |",
    ):
        assert row in page


def test_the_explanation_in_the_readme_is_what_is_printed(run: Callable[..., Run]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("$ probation-ratings explain region.xlsx R2.4\n")[1].split("```")[0]
    printed = run("explain", ROOT / "examples" / "east-of-england.xlsx", "R2.4", group=True).out
    assert len(shown.splitlines()) > 5
    assert shown in printed


def test_the_tour_of_rules_says_what_its_commands_print() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page.count("\n$ ") > 10
    assert maker("make_rules").tour(page) == page


def test_the_page_of_the_keys_is_that_of_the_model() -> None:
    page = (ROOT / "docs" / "rule-files.md").read_text(encoding="utf-8")
    assert page == maker("make_rules").reference()
    assert "| `cases_at_most` | whole number | The rating rests on so many cases or fewer. |" in page
    assert "| `key_questions` | list, by `id`; optional |" in page
