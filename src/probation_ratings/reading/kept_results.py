"""Reads a saved JSON result in a child process, within limits on size, depth and numbers."""

from __future__ import annotations

from typing import Any

from ..errors import InputError, Refused
from ..inputs import problem_of
from .child import Child
from .handover import see_nothing
from .parsing import load_json


def read_document(path: str, limits: int = 1) -> Any:
    """The document of JSON at `path`. Raises `InputError` if it cannot be read, is too large, or is not JSON."""
    question = Child().ask({"kind": "json", "path": path, "limits": limits})
    try:
        answer = question.answer()
        see_nothing(answer.line)
        return load_json(answer.cells)
    except Refused as error:
        found = problem_of(path, error)
        raise InputError(f"{path}: {found.message}", found.remedy) from error
